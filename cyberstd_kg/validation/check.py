"""Validation: shapes, rules and file checks → findings that name file, line, and what to do.

An entry is checked against the whole graph, but on the part of it that the entry may affect
(:mod:`cyberstd_kg.validation.impact`); the findings are those that a full run would give about these entities.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from cyberstd_kg.build import data_files
from cyberstd_kg.core.iris import BASE, PREFIXES
from cyberstd_kg.graph.view import Node, Term, View
from cyberstd_kg.rdf.terms import SUBCLASS, TYPE, node, plain
from cyberstd_kg.validation import file_checks, rules, set_checks, shacl, shapes
from cyberstd_kg.validation.entry import EntryFile, read
from cyberstd_kg.validation.findings import SEVERITIES, Finding, GraphFinding, Place, ValidationReport
from cyberstd_kg.validation.impact import Impact, cut
from cyberstd_kg.validation.messages import MessageWriter
from cyberstd_kg.validation.rules import Rule
from cyberstd_kg.validation.shapes import Shapes

#: Of a value that breaks one of these, only the first is reported.
_BASIC: Final = ("NodeKind", "Datatype", "Class", "Or")
_NOT_OF_VALUES: Final = ("SPARQL", "MinCount", "MaxCount", "UniqueLang")


class Checker:
    """Runs shapes and rules.

    :param shapes: the shapes
    :param rules: the rules
    """

    def __init__(self, shapes: Shapes, rules: Iterable[Rule]) -> None:
        self._shapes = shapes
        self._rules = list(rules)
        self._prepared: shacl.Prepared = {}

    @classmethod
    def shipped(cls, base: Path | None = None) -> Checker:
        """Return the checker with the shapes and rules under *base* (default: the shipped ones)."""
        return cls(shapes.load(base), rules.load(base))

    def change(self, change: Impact) -> tuple[set[GraphFinding], dict[str, set[Term]]]:
        """Return the findings about the entities that *change* may affect.

        They are those of :meth:`whole` about these entities; findings about other entities are as before the change.

        :returns: the findings; and the entities by rule, with those of the shapes under the empty name
        """
        incoming = self._shapes.incoming()
        nodes = change.affected(incoming)
        quads = cut(change.after, nodes, incoming) | set(change.after.quads(None, SUBCLASS))
        findings = self._shacl(change.after, nodes, quads)
        affected = {rule.id: change.affected((), rule.reach) for rule in self._rules}
        reached = {node for rule in self._rules for node in rule.reach.out([change.after], affected[rule.id])}
        store = rules.graph(cut(change.after, reached.union(*affected.values())))
        for rule in self._rules:
            findings |= set(rules.run(rule, store, change.after, affected[rule.id]))
        return _without_echoes(findings), {"": nodes, **affected}

    def whole(self, store: ox.Store, without: Collection[str] = ()) -> tuple[set[GraphFinding], set[Term]]:
        """Return the findings about everything that *store* holds in named graphs, and all its entities.

        Inferred statements are left out.

        :param without: graphs whose statements the shapes do not look at; the rules do
        """
        view = View(store)
        statements = list(view.quads())
        quads = [quad for quad in statements if plain(quad.graph_name) not in without]
        nodes: set[Term] = {quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode)}
        findings = self._shacl(view, nodes, quads)
        asserted = rules.graph(statements)
        for rule in self._rules:
            findings |= set(rules.run(rule, asserted, view))
        return _without_echoes(findings), nodes

    def _shacl(self, view: View, nodes: Iterable[Term], quads: Iterable[ox.Quad]) -> set[GraphFinding]:
        writer = MessageWriter(self._shapes, view)
        findings = set()
        focus = shacl.focus_nodes(self._shapes, view, nodes)
        for result in shacl.run(self._shapes, focus, quads, self._prepared):
            if result.component in ("Class", "Or") and _is_unknown(result.value, view):
                continue  # the rule reference-is-known reports it
            own = self._shapes.properties.get(result.shape)
            findings.add(
                GraphFinding(
                    severity=own.severity if own else "violation",
                    entry=result.this,
                    shape=result.shape,
                    path=own.path if own else result.path,
                    value=result.value,
                    message=writer.message(result),
                    repair=writer.repair(result),
                    component=result.component,
                )
            )
        return findings


def _is_unknown(value: Term | None, view: View) -> bool:
    """Tell whether *value* is a name of ours that nothing describes."""
    return isinstance(value, ox.NamedNode) and value.value.startswith(BASE) and next(view.quads(value), None) is None


def _without_echoes(findings: set[GraphFinding]) -> set[GraphFinding]:
    """Leave out what only follows from another finding.

    A value of the wrong kind or datatype cannot have the right form or size either; for an entity with several closed
    shapes, one of them reports that it may not have a property.  Where a value is wished for and a limit of the same
    kind is broken too, the graver finding stays.
    """

    def subject(finding: GraphFinding) -> tuple[object, ...]:
        return finding.entry, finding.path, finding.value

    def constraint(finding: GraphFinding) -> tuple[object, ...]:
        return *subject(finding), finding.component

    closed = _least(findings, constraint, lambda finding: finding.shape)
    basic = _least(findings, subject, _basic)
    left = [
        finding
        for finding in findings
        if (
            finding.shape == closed[constraint(finding)]
            if finding.component == "Closed"
            else finding.component in _NOT_OF_VALUES or _basic(finding) <= basic[subject(finding)]
        )
    ]
    gravest = _least(left, constraint, _gravity)
    return {
        finding
        for finding in left
        if finding.component in ("SPARQL", "Closed") or _gravity(finding) == gravest[constraint(finding)]
    }


def _least(
    findings: Iterable[GraphFinding], key: Callable[[GraphFinding], object], rank: Callable[[GraphFinding], Any]
) -> dict[object, Any]:
    """Return key → the least rank of a finding with this key."""
    least: dict[object, Any] = {}
    for finding in findings:
        least[key(finding)] = min(least.get(key(finding), rank(finding)), rank(finding))
    return least


def _basic(finding: GraphFinding) -> int:
    """Return how basic a constraint is, the most basic first: what breaks it says nothing of the later ones."""
    return _BASIC.index(finding.component) if finding.component in _BASIC else len(_BASIC)


def _gravity(finding: GraphFinding) -> int:
    return SEVERITIES.index(finding.severity)


def whole(store: ox.Store, files: Iterable[Path]) -> ValidationReport:
    """Check everything in *store*.

    :param files: the files of the graph, in which the findings are located
    """
    paths = list(files)
    own = [path for path in paths if data_files.is_mappings(path) and not data_files.is_of_data(path)]
    sets = file_checks.large_sets([read(str(path)) for path in own])
    without = {plain(graph) for entry in sets for graph in _graphs(entry)}
    findings, nodes = Checker.shipped().whole(store, without)
    of_sets = large(sets, View(store))
    lines: dict[ox.Quad, Place] = {}
    for path in paths if findings else ():
        for quad, line in data_files.quads_with_lines(path, str(path), own=not data_files.is_of_data(path)):
            lines.setdefault(quad, (str(path), line))
    located = locate(findings, StatementPlaces(lines))
    return ValidationReport.of([*located, *of_sets.findings], len(nodes) + of_sets.checked)


def _graphs(entry: EntryFile) -> set[Node]:
    """Return the graphs of a mapping set, without that of the descriptions."""
    return {quad.graph_name for quad in entry.lines if not plain(quad.subject).startswith(PREFIXES["src"])}


class StatementPlaces:
    """Where statements stand in files.

    :param lines: quad → (file, line)
    """

    def __init__(self, lines: Mapping[ox.Quad, Place]) -> None:
        self._lines = lines
        self._about: dict[Node, list[ox.Quad]] = {}
        for quad in lines:
            for term in {quad.subject, quad.object, quad.graph_name}:
                self._about.setdefault(term, []).append(quad)

    def of(self, finding: GraphFinding) -> Place:
        """Return file and line of the statement that fits best, else of the first about the entity, else ("", 0).

        An entity that no file describes is located where a statement refers to it.
        """
        this = ox.NamedNode(finding.entry)

        def rank(quad: ox.Quad) -> int:
            if quad.subject != this:
                return 4
            if finding.source and plain(quad.graph_name) != finding.source:
                return 3
            fits = quad.predicate.value == finding.path
            return 0 if fits and finding.value in (None, quad.object) else 1 if fits else 2

        quads = self._about.get(this, ())
        return min(((rank(quad), self._lines[quad]) for quad in quads), default=(9, ("", 0)))[1]


def locate(findings: Iterable[GraphFinding], places: StatementPlaces) -> set[Finding]:
    """Return the findings with file and line."""
    return {finding.at(places.of(finding)) for finding in findings}


def check(checker: Checker, entries: Iterable[tuple[EntryFile, View | None]], change: Impact) -> ValidationReport:
    """Check files of entries, which may refer to each other.

    :param entries: each with the shipped graph, or None where the file belongs to it
    :param change: what the files do to the graph
    """
    files = list(entries)
    lines = {quad: (entry.name, line) for entry, _ in files for quad, line in entry.lines.items()}
    findings, nodes = checker.change(change)
    of_files = {fault for entry, shipped in files for fault in file_checks.check(entry, change.before, shipped)}
    misnamed = {fault.entry for fault in of_files if fault.shape == file_checks.NAMES.iri}
    echoes = {
        finding
        for finding in findings
        if finding.entry in misnamed and finding.component == "Pattern" and not finding.path
    }
    return ValidationReport.of(locate(findings - echoes, StatementPlaces(lines)) | of_files, len(nodes[""]))


def large(entries: Iterable[EntryFile], view: View) -> ValidationReport:
    """Check mapping sets that are too large for shapes and rules, by plain lookups, and say what was not run.

    :param view: the graph with what the sets say
    """
    lookup, findings, checked = set_checks.EndLookup(view), list[Finding](), 0
    for entry in entries:
        mapping_set = entry.mapping_set
        assert mapping_set is not None, "only mapping sets are so large"
        checked += len(mapping_set.rows)
        problems = (
            *set_checks.problems(mapping_set, lookup),
            *set_checks.cycles([mapping_set], lookup.derivations()),
        )
        findings += [problem._replace(file=entry.name) for problem in problems]
        typed = ox.Quad(ox.NamedNode(mapping_set.iri), TYPE, node("cstd:MappingSet"), ox.DefaultGraph())
        findings.append(file_checks.finding(file_checks.LARGE, typed, entry, str(len(mapping_set.rows))))
    return ValidationReport.of(findings, checked)
