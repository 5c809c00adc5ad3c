"""An entry checked on its cut has the findings of a full run: random mutations of real entries, on slices."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from cyberstd_kg.build.snapshot import open_snapshot
from cyberstd_kg.core import assets
from cyberstd_kg.core.iris import PREFIXES, expand
from cyberstd_kg.graph.view import View
from cyberstd_kg.rdf import turtle
from cyberstd_kg.validation import rules
from cyberstd_kg.validation.check import Checker
from cyberstd_kg.validation.findings import GraphFinding
from cyberstd_kg.validation.impact import Impact, cut

TYPE = ox.NamedNode(f"{PREFIXES['rdf']}type")
DATE = ox.NamedNode(f"{PREFIXES['xsd']}date")
#: Small files of all families: standards with texts, projects, stages, provisions, term entries; agents, programmes, …
FILES = [
    *(f"standards/iso-iec/{number}.trig" for number in (27001, 27033, 27040, 27046, 27100, 27403)),
    *(
        "standards/nist/csf.trig",
        "agents/projects.trig",
        "programmes.trig",
        "deck/players.trig",
        "concepts/projects.trig",
    ),
]


class Slice(NamedTuple):
    """A part of the graph that can be checked whole in short time, and the files of which it is made."""

    store: ox.Store
    files: list[frozenset[ox.Quad]]
    before: set[GraphFinding]

    def others(self, at: int) -> frozenset[ox.Quad]:
        """Return the statements of the other files: what they say too is not gone."""
        return frozenset[ox.Quad]().union(*(quads for number, quads in enumerate(self.files) if number != at))


@pytest.fixture(scope="module")
def checker() -> Checker:
    """The shipped shapes and rules."""
    return Checker.shipped()


@pytest.fixture(scope="module")
def slices(checker: Checker) -> list[Slice]:
    """Slices of three files each, with what these rest on: classes, and the classes of all that they refer to."""
    view = View(open_snapshot().store)
    files = [frozenset(turtle.read_quads(path, path.name, "trig")) for path in _paths()]
    found = []
    for at in range(0, len(files), 3):
        chosen = files[at : at + 3]
        quads = {quad for file in chosen for quad in file}
        quads |= cut(view, {quad.graph_name for quad in quads})  # type: ignore[misc]
        for value in {term for quad in quads for term in (quad.object, quad.subject)}:
            if isinstance(value, ox.NamedNode):
                quads |= set(view.quads(value, TYPE))
        quads |= set(view.quads(None, ox.NamedNode(expand("rdfs:subClassOf"))))
        quads |= {quad for name in {q.object for q in quads if q.predicate == TYPE} for quad in view.quads(name, TYPE)}
        store = rules.graph(quads)
        found.append(Slice(store, chosen, checker.whole(store)[0]))
    return found


def _paths() -> list[Path]:
    return [assets.root() / "data" / name for name in FILES]


def mutated(quads: frozenset[ox.Quad], everything: list[ox.Quad], chosen: random.Random) -> frozenset[ox.Quad]:
    """Return an entry with one to three of its statements, or all about one thing, changed."""
    new = set(quads)
    for _ in range(chosen.randint(1, 3)):
        if not new:
            break
        quad = chosen.choice(sorted(new, key=str))
        other = chosen.choice(everything)
        kind = chosen.randrange(9)
        if kind == 0:
            new.discard(quad)
        elif kind == 1:  # all about a thing goes
            new = {q for q in new if q.subject != quad.subject}
        elif kind == 2:  # another value
            new ^= {quad, ox.Quad(quad.subject, quad.predicate, other.object, quad.graph_name)}
        elif kind == 3:  # a further value
            new.add(ox.Quad(quad.subject, quad.predicate, other.object, quad.graph_name))
        elif kind == 4:  # a statement of something else
            new.add(ox.Quad(quad.subject, other.predicate, other.object, quad.graph_name))
        elif kind == 5:  # a thing under another name
            new = {q if q.subject != quad.subject else _about(q, other.subject) for q in new}
        elif kind == 6:  # a source under another name
            new = {q if q.graph_name != quad.graph_name else _within(q, other.graph_name) for q in new}
        elif kind == 7:  # the text changed, or the day
            new ^= {quad, ox.Quad(quad.subject, quad.predicate, _other_text(quad.object), quad.graph_name)}
        else:  # another class
            types = [q for q in everything if q.predicate == TYPE]
            new = {q for q in new if q.subject != quad.subject or q.predicate != TYPE}
            new.add(ox.Quad(quad.subject, TYPE, chosen.choice(types).object, quad.graph_name))
    return frozenset(new)


def _about(quad: ox.Quad, subject: object) -> ox.Quad:
    return ox.Quad(subject, quad.predicate, quad.object, quad.graph_name)  # type: ignore[arg-type]


def _within(quad: ox.Quad, graph: object) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, graph)  # type: ignore[arg-type]


def _other_text(value: object) -> object:
    if not isinstance(value, ox.Literal):
        return ox.NamedNode(expand("std:iso-iec-99999"))
    if value.datatype == DATE:
        return ox.Literal("1999-09-09", datatype=DATE)
    return ox.Literal(value.value + " 2", language=value.language) if value.language else ox.Literal(value.value + "2")


def about(found: Iterable[GraphFinding], nodes: set[ox.NamedNode], inside: bool) -> set[GraphFinding]:
    """Return the findings about things in *nodes*, or about others."""
    names = {node.value for node in nodes}
    return {raw for raw in found if (raw.entry in names) is inside}


def compare(checker: Checker, part: Slice, at: int, new: frozenset[ox.Quad]) -> None:
    """Check a changed file on its cut and in full, and compare."""
    old = part.files[at]
    found, affected = checker.change(Impact(part.store, part.others(at), old, new))
    rest = {quad for quad in part.store if isinstance(quad.graph_name, ox.NamedNode)} - old
    after = checker.whole(rules.graph(rest | new | part.others(at)))[0]
    for name, nodes in affected.items():
        mine, whole, before = (
            {raw for raw in some if raw.shape == rules.NAMESPACE + name or (not name and raw.component != "SPARQL")}
            for some in (found, after, part.before)
        )
        assert about(mine, nodes, True) == about(whole, nodes, True), name
        assert about(whole, nodes, False) == about(before, nodes, False), name


def run(checker: Checker, slices: list[Slice], times: int, seed: int) -> None:
    """Compare *times* mutations."""
    chosen = random.Random(seed)
    broken = 0
    for _ in range(times):
        part = chosen.choice(slices)
        at = chosen.randrange(len(part.files))
        everything = sorted((quad for file in part.files for quad in file), key=str)
        new = mutated(part.files[at], everything, chosen)
        compare(checker, part, at, new)
        broken += new != part.files[at]
    assert broken > times * 0.9


def test_the_cut_has_the_findings_of_a_full_run(checker: Checker, slices: list[Slice]) -> None:
    run(checker, slices, 40, seed=20261124)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_the_cut_has_the_findings_of_a_full_run_a_hundred_times(
    checker: Checker, slices: list[Slice], seed: int
) -> None:
    """With all seeds, two thousand mutations."""
    run(checker, slices, 100, seed)
