"""Validation: shapes, rules and file checks → findings that name file, line, and what to do.

An entry is checked against the whole graph, but on the part of it that the entry may affect
(:mod:`cyberstd_kg.validation.impact`); the findings are those that a full run would give about these things.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.iris import BASE, PREFIXES, expand
from cyberstd_kg.validation import file_checks, rules, shacl
from cyberstd_kg.validation.entry import EntryFile
from cyberstd_kg.validation.findings import SEVERITIES, Finding, ValidationReport
from cyberstd_kg.validation.impact import Impact, Term, View, cut
from cyberstd_kg.validation.messages import MessageWriter, plain, rule_texts
from cyberstd_kg.validation.rules import NAMESPACE, Rule
from cyberstd_kg.validation.shapes import Shapes

_SUBCLASS: Final = ox.NamedNode(f"{PREFIXES['rdfs']}subClassOf")

_TYPE: Final = ox.NamedNode(expand("rdf:type"))
#: Checks of a thing or graph as such, not of a value.
_WHOLE: Final = (file_checks.NAMES, file_checks.GRAPHS, file_checks.SPEAKS, file_checks.NOTHING)
#: Of a value that breaks one of these, only that is told.
_BASIC: Final = ("NodeKind", "Datatype", "Class", "Or")
_NOT_OF_VALUES: Final = ("SPARQL", "MinCount", "MaxCount", "UniqueLang")


class Raw(NamedTuple):
    """A finding before it is told where it stands: terms instead of texts."""

    severity: str
    this: str
    shape: str
    path: str
    value: Term | None
    message: str
    repair: str
    source: str
    component: str


class Checker:
    """Runs shapes and rules.

    :param shapes: the shapes
    :param found: the rules
    """

    def __init__(self, shapes: Shapes, found: Iterable[Rule]) -> None:
        self._shapes = shapes
        self._rules = list(found)
        self._prepared: shacl.Prepared = {}

    @classmethod
    def shipped(cls, base: Path | None = None) -> Checker:
        """Return the checker with the shapes and rules under *base* (default: the shipped ones)."""
        from cyberstd_kg.validation import shapes

        return cls(shapes.load(base), rules.load(base))

    def change(self, change: Impact) -> tuple[set[Raw], dict[str, set[Term]]]:
        """Return the findings about the things that *change* may affect, and these things.

        They are those of :meth:`whole` about these things; findings about other things are as before the change.

        :returns: the findings; and the things by rule, with those of the shapes under the empty name
        """
        incoming = self._shapes.incoming()
        nodes = change.affected(incoming)
        quads = cut(change.after, nodes, incoming) | set(change.after.quads(None, _SUBCLASS))
        found = self._shacl(change.after, nodes, quads)
        among = {rule.id: change.affected((), rule.reach) for rule in self._rules}
        wanted: set[Term] = set().union(*among.values())
        for rule in self._rules:
            wanted |= rule.reach.out([change.after], among[rule.id])
        store = rules.graph(cut(change.after, wanted))
        for rule in self._rules:
            found |= {_of_row(row, change.after) for row in rules.run(rule, store, among[rule.id])}
        return _without_echoes(found), {"": nodes, **among}

    def whole(self, store: ox.Store, without: Collection[str] = ()) -> tuple[set[Raw], set[Term]]:
        """Return the findings about everything that *store* holds in named graphs, and all its things.

        What follows from the ontology is not looked at.

        :param without: graphs whose statements the shapes do not look at; the rules do
        """
        view = View(store)
        held = list(view.quads())
        quads = [quad for quad in held if getattr(quad.graph_name, "value", "") not in without]
        nodes: set[Term] = {quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode)}
        found = self._shacl(view, nodes, quads)
        asserted = rules.graph(held)
        for rule in self._rules:
            found |= {_of_row(row, view) for row in rules.run(rule, asserted)}
        return _without_echoes(found), nodes

    def _shacl(self, view: View, nodes: Iterable[Term], quads: Iterable[ox.Quad]) -> set[Raw]:
        shapes, words = self._shapes, MessageWriter(self._shapes, view)
        found = set()
        focus = shacl.focus_nodes(shapes, view, nodes)
        for result in shacl.run(shapes, focus, quads, self._prepared):
            if result.component in ("Class", "Or") and _is_unknown(result.value, view):
                continue  # a rule tells of it: "which nothing describes"
            own = shapes.properties.get(result.shape)
            texts = (words.message(result), words.repair(result))
            told = (own.severity, own.path) if own else ("violation", result.path)
            found.add(Raw(told[0], result.this, result.shape, told[1], result.value, *texts, "", result.component))
        return found


def _of_row(row: rules.RuleRow, view: View) -> Raw:
    message, repair = rule_texts(row, view)
    return Raw(row.rule.severity, row.this, row.rule.iri, row.path, row.value, message, repair, row.source, "SPARQL")


def _is_unknown(value: Term | None, view: View) -> bool:
    """Tell whether *value* is a name of ours that nothing describes."""
    return isinstance(value, ox.NamedNode) and value.value.startswith(BASE) and next(view.quads(value), None) is None


def _without_echoes(found: set[Raw]) -> set[Raw]:
    """Leave out what only follows from another finding.

    A value of the wrong kind or datatype cannot have the right form or size either; a thing with several closed shapes
    is told once that it may not bear a property.
    """
    closed: dict[tuple[str, str, Term | None], Raw] = {}
    for raw in sorted((raw for raw in found if raw.component == "Closed"), key=lambda raw: raw.shape):
        closed.setdefault((raw.this, raw.path, raw.value), raw)
    first: dict[tuple[str, str, Term | None], int] = {}
    for raw in found:
        key = (raw.this, raw.path, raw.value)
        first[key] = min(first.get(key, len(_BASIC)), _basic(raw))

    def kept(raw: Raw) -> bool:
        key = (raw.this, raw.path, raw.value)
        if raw.component == "Closed":
            return closed[key] is raw
        return raw.component in _NOT_OF_VALUES or _basic(raw) <= first[key]

    left = [raw for raw in found if kept(raw)]
    # A wish for a value, and a limit of the same kind: the graver one is told.
    gravest: dict[tuple[str, str, Term | None, str], int] = {}
    for raw in left:
        same = (raw.this, raw.path, raw.value, raw.component)
        gravest[same] = min(gravest.get(same, len(SEVERITIES)), SEVERITIES.index(raw.severity))
    return {
        raw
        for raw in left
        if raw.component in ("SPARQL", "Closed")
        or SEVERITIES.index(raw.severity) == gravest[raw.this, raw.path, raw.value, raw.component]
    }


def _basic(raw: Raw) -> int:
    """Return how basic a constraint is, the most basic first: what breaks it says nothing of the later ones."""
    return _BASIC.index(raw.component) if raw.component in _BASIC else len(_BASIC)


def whole(store: ox.Store, files: Iterable[Path]) -> ValidationReport:
    """Check everything in *store*; the findings tell where in *files* they stand."""
    from cyberstd_kg.build.data_files import is_mappings, is_of_data, quads_with_lines
    from cyberstd_kg.validation.entry import read

    paths = list(files)
    own = [path for path in paths if is_mappings(path) and not is_of_data(path)]
    sets = [read(str(path)) for path in own]
    if sum(len(entry.mapping_set.rows) for entry in sets if entry.mapping_set) <= file_checks.MAX_ROWS:
        sets = []
    without = {graph.value for entry in sets for graph in _graphs(entry) if isinstance(graph, ox.NamedNode)}
    found, nodes = Checker.shipped().whole(store, without)
    told = large(sets, View(store)) if sets else ValidationReport([], 0)
    lines: dict[ox.Quad, tuple[str, int]] = {}
    for path in paths if found else ():
        for quad, line in quads_with_lines(path, str(path), own=not is_of_data(path)):
            lines.setdefault(quad, (str(path), line))
    located = [*locate(found, StatementPlaces(lines)), *told.findings]
    return ValidationReport(sorted(located, key=Finding.order), len(nodes) + told.checked)


def _graphs(entry: EntryFile) -> set[object]:
    """Return the graphs of a mapping set, without that of the descriptions."""
    return {
        quad.graph_name for quad in entry.lines if not getattr(quad.subject, "value", "").startswith(PREFIXES["src"])
    }


class StatementPlaces:
    """Where statements stand in files.

    :param lines: quad → (file, line)
    """

    def __init__(self, lines: Mapping[ox.Quad, tuple[str, int]]) -> None:
        self._lines = lines
        self._about: dict[Term | ox.DefaultGraph, list[ox.Quad]] = {}
        for quad in lines:
            for node in {quad.subject, quad.object, quad.graph_name}:
                self._about.setdefault(node, []).append(quad)

    def of(self, this: str, path: str, value: Term | None, source: str) -> tuple[str, int]:
        """Return file and line of the statement that fits best, else of the first about the thing, else of none.

        A thing that no file speaks of is told where it is spoken to.
        """
        thing = ox.NamedNode(this)

        def rank(quad: ox.Quad) -> int:
            if quad.subject != thing:
                return 4
            if source and plain(quad.graph_name) != source:
                return 3
            fits = quad.predicate.value == path
            return 0 if fits and (value is None or quad.object == value) else 1 if fits else 2

        found = self._about.get(thing, ())
        return min(((rank(quad), self._lines[quad]) for quad in found), default=(9, ("", 0)))[1]


def check(checker: Checker, entries: Iterable[tuple[EntryFile, View | None]], change: Impact) -> ValidationReport:
    """Check files of entries, which may refer to each other.

    :param entries: each with the shipped graph, or None where the file belongs to it
    :param change: what the graph becomes by them
    """
    held = list(entries)
    places = StatementPlaces({quad: (entry.name, line) for entry, _ in held for quad, line in entry.lines.items()})
    found, nodes = checker.change(change)
    located: set[Finding] = set()
    misnamed: set[str] = set()
    for entry, shipped in held:
        faults = list(file_checks.check(entry, change.before, shipped))
        misnamed |= {plain(fault.quad.subject) for fault in faults if fault.check is file_checks.NAMES}
        located |= {_of_fault(fault, (entry.name, entry.lines[fault.quad])) for fault in faults}
    echoes = {raw for raw in found if raw.this in misnamed and raw.component == "Pattern" and not raw.path}
    located |= locate(found - echoes, places)
    return ValidationReport(sorted(located, key=Finding.order), len(nodes[""]))


def large(entries: Iterable[EntryFile], view: View) -> ValidationReport:
    """Check mapping sets that are too large for shapes and rules, by plain lookups, and say what was not run.

    :param view: the graph with what the sets say
    """
    from cyberstd_kg.validation.set_checks import Held, cycles, problems

    held, found, checked = Held(view), [], 0
    for entry in entries:
        made = entry.mapping_set
        assert made is not None, "only mapping sets are so large"
        checked += len(made.rows)
        for problem in (*problems(made, held), *cycles([made], held.derivations())):
            path = expand(problem.path)
            told = (problem.severity, problem.this, entry.name, problem.line, f"{NAMESPACE}{problem.rule}", path)
            found.append(Finding(*told, problem.value, problem.message, problem.repair, "", "SPARQL"))
        kind = ox.Quad(ox.NamedNode(made.iri), _TYPE, ox.NamedNode(expand("cstd:MappingSet")), ox.DefaultGraph())
        fault = file_checks.FileFault(file_checks.LARGE, kind, str(len(made.rows)))
        found.append(_of_fault(fault, (entry.name, 1)))
    return ValidationReport(found, checked)


def _of_fault(fault: file_checks.FileFault, place: tuple[str, int]) -> Finding:
    quad, (message, repair) = fault.quad, fault.texts()
    whole = fault.check in (*_WHOLE, file_checks.LARGE)
    path, value = ("", "") if whole else (quad.predicate.value, plain(quad.object))
    told = (fault.check.severity, plain(quad.subject), *place, fault.check.iri, path, value, message, repair)
    return Finding(*told, plain(quad.graph_name), "SPARQL")


def locate(found: Iterable[Raw], places: StatementPlaces) -> set[Finding]:
    """Return the findings with file and line."""
    return {
        Finding(
            *(raw.severity, raw.this, *places.of(raw.this, raw.path, raw.value, raw.source), raw.shape, raw.path),
            *(plain(raw.value), raw.message, raw.repair, raw.source, raw.component),
        )
        for raw in found
    }
