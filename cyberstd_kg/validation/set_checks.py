"""Checks of a mapping set by plain lookups: its ends, its editions, what its rows derive from.

The rules of the graph check the same and more; they and the shapes take too long for a set of many thousands of rows.
The findings bear the names of the rules; they name no file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final, Literal

import pyoxigraph as ox

from cyberstd_kg.core.iris import BASE, PREFIXES, expand, short
from cyberstd_kg.graph.view import View
from cyberstd_kg.mappings.model import End, MappingRow, MappingSet
from cyberstd_kg.rdf.terms import TYPE, nodes
from cyberstd_kg.validation.findings import Finding
from cyberstd_kg.validation.rules import NAMESPACE

#: IRI of the row or set, line, property as CURIE, value.
AtFault = tuple[str, int, str, str]
EndState = Literal["held", "withdrawn", "dangling", "foreign"]
KNOWN: Final = "reference-is-known"
_EDITIONS: Final = "a-mapping-keeps-to-its-editions"
_WITHDRAWN: Final = "a-withdrawn-provision-is-mapped"
_CYCLE: Final = "derived-from-has-no-cycle"
_ITSELF: Final = "nothing-relates-to-itself"
_PROVISION_OF, _LOCATOR, _IS_WITHDRAWN, _DERIVED = nodes(
    "cstd:provisionOf bibo:locator cstd:withdrawn cstd:derivedFrom"
)
_TRUE: Final = ox.Literal("true", datatype=ox.NamedNode(f"{PREFIXES['xsd']}boolean"))


class EndLookup:
    """What the graph knows of the ends and editions of mappings; each question is looked up once.

    ``knows(iri)``: whether anything but a mapping is said of an entity; ``is_withdrawn(iri)``: whether a provision is
    kept as a name only; ``text_of(iri)``: the text of which an entity is a provision, or ""; ``located(edition)``:
    locator in lower case → provision of a text, without locators that two provisions bear.

    :param view: the graph
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self.knows = cache(lambda iri: any(True for _ in view.quads(ox.NamedNode(iri), TYPE)))
        self.is_withdrawn = cache(lambda iri: any(True for _ in view.quads(ox.NamedNode(iri), _IS_WITHDRAWN, _TRUE)))
        self.text_of = cache(self._text_of)
        self.located = cache(self._located)

    def _text_of(self, iri: str) -> str:
        quad = next(self._view.quads(ox.NamedNode(iri), _PROVISION_OF), None)
        return quad.object.value if quad and isinstance(quad.object, ox.NamedNode) else ""

    def _located(self, edition: str) -> Mapping[str, str]:
        pairs = {
            (locator.object.value.casefold(), quad.subject.value)
            for quad in self._view.quads(None, _PROVISION_OF, ox.NamedNode(edition))
            if isinstance(quad.subject, ox.NamedNode)
            for locator in self._view.quads(quad.subject, _LOCATOR)
            if isinstance(locator.object, ox.Literal)
        }
        count = Counter(locator for locator, _ in pairs)
        return {locator: iri for locator, iri in pairs if count[locator] == 1}

    def derivations(self) -> dict[str, set[str]]:
        """Return row → the rows from which it is derived, of the rows of the graph."""
        sources: dict[str, set[str]] = {}
        for quad in self._view.quads(None, _DERIVED):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                sources.setdefault(quad.subject.value, set()).add(quad.object.value)
        return sources

    def state(self, iri: str, edition: str) -> EndState:
        """Return what the graph knows of an end.

        :param edition: the text that the set names for its side: an IRI of ours, or another, or ""
        """
        if iri.startswith(BASE):
            return "dangling" if not self.knows(iri) else "withdrawn" if self.is_withdrawn(iri) else "held"
        return "dangling" if edition.startswith(BASE) and self.located(edition) else "foreign"


def single(end: End) -> tuple[str, ...]:
    """Return the IRIs of the provisions that an end stands for: of a group, of its members; of a text, none."""
    return () if end.is_literal else end.members or (end.iri,)


def end_states(mapping_set: MappingSet, lookup: EndLookup) -> dict[str, EndState]:
    """Return end → what the graph knows of it."""
    states: dict[str, EndState] = {}
    for row in mapping_set.rows:
        for end, edition in ((row.subject, mapping_set.subject_edition), (row.object, mapping_set.object_edition)):
            for iri in single(end):
                if iri not in states:
                    states[iri] = lookup.state(iri, edition)
    return states


def problems(mapping_set: MappingSet, lookup: EndLookup) -> Iterator[Finding]:
    """Yield what is wrong with a set: its editions, then row by row."""
    sides = (
        ("subject_source", "cstd:subjectEdition", mapping_set.subject_edition),
        ("object_source", "cstd:objectEdition", mapping_set.object_edition),
    )
    for slot, path, edition in sides:
        if edition.startswith(BASE) and not lookup.knows(edition):
            line = mapping_set.lines.get(slot, 1)
            repair = "Name an edition that the graph holds, or add it first."
            yield _unknown((mapping_set.iri, line, path, edition), repair)
    for row in mapping_set.rows:
        yield from _of_row(mapping_set, row, lookup)


def _of_row(mapping_set: MappingSet, row: MappingRow, lookup: EndLookup) -> Iterator[Finding]:
    for end, path, edition in (
        (row.subject, "cstd:mapsFrom", mapping_set.subject_edition),
        (row.object, "cstd:mapsTo", mapping_set.object_edition),
    ):
        for iri in single(end):
            if iri.startswith(BASE):
                yield from _of_end(row, path, iri, edition, lookup)
    if row.subject.iri == row.object.iri and not row.subject.is_literal:
        message = f"{short(row.subject.iri)} is mapped to itself."
        repair = "Correct one of the ends."
        yield _finding(_ITSELF, (row.iri, row.line, "cstd:mapsTo", row.object.iri), message, repair)


def _of_end(row: MappingRow, path: str, iri: str, edition: str, lookup: EndLookup) -> Iterator[Finding]:
    at_fault = (row.iri, row.line, path, iri)
    if not lookup.knows(iri):
        yield _unknown(at_fault, "Correct the identifier, or the edition that is meant.")
        return
    text = lookup.text_of(iri)
    if edition and text and text != edition and edition != iri:
        message = f"{short(iri)} is a provision of {short(text)}, but the set names the edition {short(edition)}."
        repair = "Correct the end, or the edition that the set names."
        yield _finding(_EDITIONS, at_fault, message, repair)
    if lookup.is_withdrawn(iri):
        message = f"{short(iri)} is withdrawn in its edition, so the row states nothing."
        repair = "Map from or to the provision that took over its content."
        yield _finding(_WITHDRAWN, at_fault, message, repair, severity="warning")


def cycles(sets: Iterable[MappingSet], before: Mapping[str, set[str]]) -> Iterator[Finding]:
    """Yield the rows of *sets* that are derived from themselves, each circle once.

    :param before: row → rows from which it is derived, of the graph
    """
    rows = {row.iri: row for mapping_set in sets for row in mapping_set.rows}
    sources = {**before, **{iri: set(row.derived_from) for iri, row in rows.items()}}
    done: set[str] = set()
    for begin, row in rows.items():
        if not row.derived_from or begin in done:
            continue
        path: dict[str, Iterator[str]] = {begin: iter(sorted(sources[begin]))}
        while path:
            at = next(reversed(path))
            step = next(path[at], None)
            if step is None:
                done.add(at)
                del path[at]
            elif step in path:
                circle = list(path)[list(path).index(step) :]
                first = next((iri for iri in circle if iri in rows), begin)
                message = f"{short(first)} is derived from itself, by way of {', '.join(map(short, circle))}."[:1000]
                repair = "Remove the derived_from that leads back to the row itself."
                yield _finding(_CYCLE, (first, rows[first].line, "cstd:derivedFrom", step), message, repair)
                done.update(circle)
            elif step not in done and step in sources:
                path[step] = iter(sorted(sources[step]))


def _unknown(at_fault: AtFault, repair: str) -> Finding:
    this, _, _, value = at_fault
    return _finding(KNOWN, at_fault, f"{short(this)} refers to {short(value)}, which nothing describes.", repair)


def _finding(rule: str, at_fault: AtFault, message: str, repair: str, severity: str = "violation") -> Finding:
    this, line, path, value = at_fault
    return Finding(
        severity=severity,
        entry=this,
        file="",
        line=line,
        shape=NAMESPACE + rule,
        path=expand(path),
        value=value,
        message=message,
        repair=repair,
        source="",
        component="SPARQL",
    )
