"""The rules across entries in queries/rules/: what each finds, in two engines, and what it rests on.

``tests/rules/<id>.trig`` holds small graphs for each rule.  A comment ``# passes: …`` or ``# fails: …`` begins a graph;
each ``# row: this | value | source`` below ``fails`` is a row that the rule must yield there ("-" for what is unbound).
The prefixes are those of the project.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
import rdflib

import cyberstd_kg
from cyberstd_kg.core import iris
from cyberstd_kg.graph.view import Term, View
from cyberstd_kg.validation import rules
from cyberstd_kg.validation.impact import Impact, cut

ROOT = Path(__file__).resolve().parents[2]
RULES = {path.stem: path for path in sorted((ROOT / "queries" / "rules").glob("*.rq"))}
GRAPHS = ROOT / "tests" / "rules"
FIELDS = ["id", "question", "severity", "path", "message", "repair", "why", "reach"]
TYPE = ox.NamedNode(f"{iris.PREFIXES['rdf']}type")
TRIG_PREFIXES = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in iris.PREFIXES.items())

Row = tuple[str, str, str]


class Case(NamedTuple):
    """A small graph of one rule, and the rows that the rule yields on it."""

    rule: str
    name: str
    fails: bool
    trig: str
    rows: list[Row]


def cases() -> Iterator[Case]:
    """Yield all small graphs."""
    for path in sorted(GRAPHS.glob("*.trig")):
        parts = re.split(r"^# (passes|fails): (.+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert parts[0].strip() == "", f"{path.name} begins with '# passes: …' or '# fails: …'"
        for kind, name, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            found = [tuple(line.split(" | ")) for line in re.findall(r"^# row: (.+)$", text, flags=re.MULTILINE)]
            rows = [(row[0], row[1], row[2]) for row in found if len(row) == 3]
            assert len(rows) == len(found), f"{path.name}: {name}"
            yield Case(path.stem, name, kind == "fails", TRIG_PREFIXES + text, sorted(rows))


CASES = list(cases())
each_case = pytest.mark.parametrize("case", CASES, ids=[f"{case.rule}: {case.name}" for case in CASES])
each_rule = pytest.mark.parametrize("rule", RULES)


def query(rule: str) -> str:
    """Return the SPARQL of a rule."""
    return RULES[rule].read_text(encoding="utf-8")


def loaded(rule: str) -> rules.Rule:
    """Return a rule as the checks read it."""
    return rules.parse(RULES[rule])


def header(rule: str) -> list[tuple[str, str]]:
    """Return the header's fields in their order: the comment lines at the top."""
    lines = re.match(r"(?:# .*\n)*", query(rule))
    assert lines is not None
    joined = re.sub(r"\n#   ", " ", lines[0])
    return re.findall(r"^# (\w+): (.*)$", joined, flags=re.MULTILINE)


def read(trig: str) -> list[ox.Quad]:
    """Return the quads of a small graph."""
    return list(ox.parse(trig, format=ox.RdfFormat.TRIG))


def union(quads: Iterable[ox.Quad]) -> ox.Store:
    """Return a store of *quads* whose default graph is the union of the named graphs."""
    store = ox.Store()
    for quad in quads:
        store.add(quad)
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object))
    return store


def shown(value: object) -> str:
    """Return a term as its CURIE, its IRI or its text; "-" for none."""
    if value is None:
        return "-"
    if isinstance(value, ox.NamedNode | rdflib.URIRef):
        iri = value.value if isinstance(value, ox.NamedNode) else str(value)
        return iris.compact(iri) or iri
    return value.value if isinstance(value, ox.Literal) else str(value)


def solutions(rule: str, store: ox.Store) -> list[dict[str, Term]]:
    """Return the answers of a rule: column → term."""
    answer = store.query(query(rule))
    assert isinstance(answer, ox.QuerySolutions)
    names = [variable.value for variable in answer.variables]
    return [{name: row[name] for name in names if row[name] is not None} for row in answer]


def rows_of(rule: str, store: ox.Store) -> list[Row]:
    """Return the rows of a rule, sorted: this, value, source."""
    found = solutions(rule, store)
    return sorted((shown(row["this"]), shown(row.get("value")), shown(row.get("source"))) for row in found)


@each_rule
def test_header_is_complete(rule: str) -> None:
    fields = header(rule)
    told = dict(fields)
    assert [name for name, _ in fields] == FIELDS
    assert told["id"] == rule
    assert told["question"].endswith("?")
    assert told["severity"] in {"violation", "warning", "info"}
    assert told["path"] == "-" or iris.expand(told["path"])
    for name in ("message", "repair", "why"):
        assert told[name].endswith((".", ").")) and told[name][0] in "{ABCDEFGHIJKLMNOPQRSTUVWXYZ", name
    assert [line for line in query(rule).splitlines() if len(line) > 150] == []
    # A comment of the query must not be taken for a field of the header.
    assert len(re.findall(rf"^# (?:{'|'.join(FIELDS)}): ", query(rule), flags=re.MULTILINE)) == len(FIELDS)
    assert loaded(rule).iri.endswith(rule)


@each_rule
def test_query_declares_the_prefixes_of_the_project(rule: str) -> None:
    declared = re.findall(r"^PREFIX (\w+): <(.+)>$", query(rule), flags=re.MULTILINE)
    assert declared == sorted(declared)
    assert all(iris.PREFIXES[prefix] == namespace for prefix, namespace in declared)
    body = query(rule).partition("SELECT")[2]
    assert [prefix for prefix, _ in declared if f"{prefix}:" not in body] == []


@each_rule
def test_rule_has_graphs_that_pass_and_that_fail(rule: str) -> None:
    own = [case for case in CASES if case.rule == rule]
    assert any(case.fails for case in own) and not all(case.fails for case in own)


def test_every_graph_is_of_a_rule_and_has_rows_where_it_fails() -> None:
    assert {case.rule for case in CASES} <= set(RULES)
    assert [case.name for case in CASES if case.fails != bool(case.rows)] == []


@each_case
def test_rule_yields_the_rows(case: Case) -> None:
    assert rows_of(case.rule, union(read(case.trig))) == case.rows


@each_case
def test_rows_are_single_and_fill_the_slots(case: Case) -> None:
    told = dict(header(case.rule))
    slots = set(re.findall(r"\{(\w+)\}", told["message"] + told["repair"]))
    found = solutions(case.rule, union(read(case.trig)))
    keys = [(row["this"], row.get("value"), row.get("source")) for row in found]
    assert len(set(keys)) == len(keys)
    for row in found:
        assert slots <= set(row), row
        assert all(isinstance(row[name], ox.NamedNode) for name in ("this", "source", "path") if name in row)
        assert "path" in row or told["path"] != "-" or case.rule in WITHOUT_PATH


#: Rules whose findings are about no property in particular.
WITHOUT_PATH = {"graph-is-described", "stages-disagree"}


@each_case
def test_rdflib_yields_the_same_rows(case: Case) -> None:
    data = rdflib.Dataset(default_union=True)
    data.parse(data=case.trig, format="trig")
    answer = data.query(query(case.rule))
    names = [str(name) for name in answer.vars or ()]
    found = [dict(zip(names, row, strict=True)) for row in answer]
    # Where nothing matches, rdflib answers a GROUP BY with one row in which nothing is bound.
    rows = [(shown(r["this"]), shown(r.get("value")), shown(r.get("source"))) for r in found if r["this"] is not None]
    assert sorted(rows) == case.rows


@each_case
def test_rule_looks_no_further_than_its_reach(case: Case) -> None:
    view = View(ox.Store(), added=read(case.trig))
    nodes = {
        node for quad in view.quads() for node in (quad.subject, quad.graph_name) if isinstance(node, ox.NamedNode)
    }
    for this in sorted(nodes, key=str):
        assert around(case.rule, view, this) == [row for row in case.rows if row[0] == shown(this)], this


def around(rule: str, view: View, this: Term) -> list[Row]:
    """Return the rows about *this* that the rule yields on what it may look at for it."""
    wanted = {this} | loaded(rule).reach.out([view], {this})
    return [row for row in rows_of(rule, union(cut(view, wanted))) if row[0] == shown(this)]


@each_case
def test_every_single_statement_changes_only_what_it_may_affect(case: Case) -> None:
    """Each statement of a graph added last: the cut yields what the whole graph does, and the rest stays as it was."""
    rule, quads = loaded(case.rule), read(case.trig)
    for added in quads:
        rest = [quad for quad in quads if quad != added]
        base = ox.Store()
        base.bulk_extend(rest)
        change = Impact(base, (), (), [added])
        affected = change.affected((), rule.reach)
        wanted = affected | rule.reach.out([change.after], affected)
        whole, before = rows_of(case.rule, union(quads)), rows_of(case.rule, union(rest))
        names = {shown(node) for node in affected}
        found = rows_of(case.rule, union(cut(change.after, wanted)))
        assert [row for row in found if row[0] in names] == [row for row in whole if row[0] in names], added
        assert {row[0] for row in set(whole) ^ set(before)} <= names, added


@pytest.fixture(scope="module")
def shipped() -> ox.Store:
    """The shipped graph."""
    return cyberstd_kg.load().store


@each_rule
def test_shipped_graph_keeps_the_rules(rule: str, shipped: ox.Store) -> None:
    if dict(header(rule))["severity"] != "info":
        assert rows_of(rule, shipped) == []


def test_parts_of_the_shipped_graph_keep_the_rules_too(shipped: ox.Store) -> None:
    """What is cut out of the graph for one thing has the findings of the whole graph: one thing of each class."""
    view = View(shipped)
    things: dict[Term, Term] = {}
    for quad in view.quads(None, TYPE):
        if isinstance(quad.subject, ox.NamedNode):
            things[quad.object] = min(things.get(quad.object, quad.subject), quad.subject, key=str)
    assert len(things) > 40
    for rule in RULES:
        whole = rows_of(rule, shipped)
        for this in things.values():
            assert around(rule, view, this) == [row for row in whole if row[0] == shown(this)], (rule, this)
