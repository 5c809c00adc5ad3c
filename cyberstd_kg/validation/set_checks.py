"""What is asked of a mapping set by plain lookups: its ends, its editions, what its rows derive from.

The rules of the graph ask the same and more; they and the shapes take too long for a set of many thousands of rows.
The findings bear the names of the rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.iris import BASE, PREFIXES, compact, expand
from cyberstd_kg.mappings.model import End, MappingRow, MappingSet
from cyberstd_kg.validation.impact import View

Fate = Literal["held", "withdrawn", "dangling", "foreign"]
KNOWN, EDITIONS, WITHDRAWN, CYCLE, ITSELF = (
    *("reference-is-known", "a-mapping-keeps-to-its-editions", "a-withdrawn-provision-is-mapped"),
    *("derived-from-has-no-cycle", "nothing-relates-to-itself"),
)
_PROVISION_OF, _LOCATOR, _WITHDRAWN, _DERIVED, _TYPE = (
    ox.NamedNode(expand(name))
    for name in ("cstd:provisionOf", "bibo:locator", "cstd:withdrawn", "cstd:derivedFrom", "rdf:type")
)
_TRUE: Final = ox.Literal("true", datatype=ox.NamedNode(f"{PREFIXES['xsd']}boolean"))


class Problem(NamedTuple):
    """What is wrong with a set: the rule, how grave it is, where, and what to do."""

    rule: str
    severity: str
    line: int
    this: str
    path: str
    value: str
    message: str
    repair: str


class Held:
    """What the graph holds of the ends and editions of mappings; remembers what it was asked.

    :param view: the graph
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[str, bool] = {}
        self._gone: dict[str, bool] = {}
        self._text: dict[str, str] = {}
        self._located: dict[str, dict[str, str]] = {}

    def knows(self, iri: str) -> bool:
        """Tell whether anything but a mapping is said of a thing."""
        found = self._known.get(iri)
        if found is None:
            node = ox.NamedNode(iri)
            found = self._known[iri] = next(self._view.quads(node, _TYPE), None) is not None
        return found

    def is_withdrawn(self, iri: str) -> bool:
        """Tell whether a provision is kept as a name only."""
        found = self._gone.get(iri)
        if found is None:
            found = next(self._view.quads(ox.NamedNode(iri), _WITHDRAWN, _TRUE), None) is not None
            self._gone[iri] = found
        return found

    def text_of(self, iri: str) -> str:
        """Return the text of which a thing is a provision, or ""."""
        found = self._text.get(iri)
        if found is None:
            quad = next(self._view.quads(ox.NamedNode(iri), _PROVISION_OF), None)
            found = self._text[iri] = quad.object.value if quad and isinstance(quad.object, ox.NamedNode) else ""
        return found

    def located(self, edition: str) -> Mapping[str, str]:
        """Return locator, in small letters → provision of a text; one that two provisions bear is left out."""
        found = self._located.get(edition)
        if found is None:
            pairs: set[tuple[str, str]] = set()
            for quad in self._view.quads(None, _PROVISION_OF, ox.NamedNode(edition)):
                if isinstance(quad.subject, ox.NamedNode):
                    for told in self._view.quads(quad.subject, _LOCATOR):
                        if isinstance(told.object, ox.Literal):
                            pairs.add((told.object.value.casefold(), quad.subject.value))
            count = Counter(locator for locator, _ in pairs)
            found = self._located[edition] = {locator: iri for locator, iri in pairs if count[locator] == 1}
        return found

    def derivations(self) -> dict[str, set[str]]:
        """Return row → the rows on which it rests, of the rows of the graph."""
        found: dict[str, set[str]] = {}
        for quad in self._view.quads(None, _DERIVED):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                found.setdefault(quad.subject.value, set()).add(quad.object.value)
        return found


def single(end: End) -> tuple[str, ...]:
    """Return the IRIs of the provisions that an end is: of a group, of its members; of a text, none."""
    return () if end.is_literal else end.members or (end.iri,)


def fate(iri: str, edition: str, held: Held) -> Fate:
    """Return what the graph knows of an end.

    :param edition: the text that the set names for its side; an IRI of ours, or another, or ""
    """
    if iri.startswith(BASE):
        return "dangling" if not held.knows(iri) else "withdrawn" if held.is_withdrawn(iri) else "held"
    return "dangling" if edition.startswith(BASE) and held.located(edition) else "foreign"


def fates(mapping_set: MappingSet, held: Held) -> dict[str, Fate]:
    """Return what the graph knows of each end of a set."""
    found: dict[str, Fate] = {}
    for row in mapping_set.rows:
        for end, edition in ((row.subject, mapping_set.subject_edition), (row.object, mapping_set.object_edition)):
            for iri in single(end):
                if iri not in found:
                    found[iri] = fate(iri, edition, held)
    return found


def problems(mapping_set: MappingSet, held: Held) -> Iterator[Problem]:
    """Yield what is wrong with a set as it stands: its editions, then row by row."""
    sides = (
        ("subject_source", "cstd:subjectEdition", mapping_set.subject_edition),
        ("object_source", "cstd:objectEdition", mapping_set.object_edition),
    )
    for slot, path, edition in sides:
        if edition.startswith(BASE) and not held.knows(edition):
            at = mapping_set.lines.get(slot, 1)
            yield _unknown(at, mapping_set.iri, path, edition, "Name an edition that the graph holds, or add it first.")
    for row in mapping_set.rows:
        yield from _of_row(mapping_set, row, held)


def _of_row(mapping_set: MappingSet, row: MappingRow, held: Held) -> Iterator[Problem]:
    for end, path, edition in (
        (row.subject, "cstd:mapsFrom", mapping_set.subject_edition),
        (row.object, "cstd:mapsTo", mapping_set.object_edition),
    ):
        for iri in single(end):
            if not iri.startswith(BASE):
                continue
            if not held.knows(iri):
                yield _unknown(row.line, row.iri, path, iri, "Correct the identifier, or the edition that is meant.")
                continue
            text = held.text_of(iri)
            if edition and text and text != edition and edition != iri:
                told = f"{_name(iri)} is a provision of {_name(text)}, and the set says that it is of {_name(edition)}."
                repair = "Correct the end, or the edition that the set names."
                yield Problem(EDITIONS, "violation", row.line, row.iri, path, iri, told, repair)
            if held.is_withdrawn(iri):
                told = f"{_name(iri)} is withdrawn in its edition: the row says nothing that holds."
                repair = "Map from or to the provision where its content went."
                yield Problem(WITHDRAWN, "warning", row.line, row.iri, path, iri, told, repair)
    if row.subject.iri == row.object.iri and not row.subject.is_literal:
        told = f"{_name(row.subject.iri)} is mapped to itself."
        yield Problem(
            ITSELF, "violation", row.line, row.iri, "cstd:mapsTo", row.object.iri, told, "Correct one of the ends."
        )


def cycles(sets: Iterable[MappingSet], before: Mapping[str, set[str]]) -> Iterator[Problem]:
    """Yield the rows of *sets* that rest on themselves, each circle once.

    :param before: row → rows on which it rests, of the graph
    """
    rows = {row.iri: row for mapping_set in sets for row in mapping_set.rows}
    rests = {**before, **{iri: set(row.derived_from) for iri, row in rows.items()}}
    done: set[str] = set()
    for begin, row in rows.items():
        if not row.derived_from or begin in done:
            continue
        path: dict[str, Iterator[str]] = {begin: iter(sorted(rests[begin]))}
        while path:
            at = next(reversed(path))
            step = next(path[at], None)
            if step is None:
                done.add(at)
                del path[at]
            elif step in path:
                circle = list(path)[list(path).index(step) :]
                first = next((iri for iri in circle if iri in rows), begin)
                told = f"{_name(first)} is derived from itself, by way of {', '.join(map(_name, circle))}."
                repair = "Take out the derived_from by which it comes back to itself."
                line = rows[first].line
                yield Problem(CYCLE, "violation", line, first, "cstd:derivedFrom", step, told[:1000], repair)
                done.update(circle)
            elif step not in done and step in rests:
                path[step] = iter(sorted(rests[step]))


def _unknown(line: int, this: str, path: str, value: str, repair: str) -> Problem:
    told = f"{_name(this)} refers to {_name(value)}, which nothing describes."
    return Problem(KNOWN, "violation", line, this, path, value, told, repair)


def _name(iri: str) -> str:
    return compact(iri) or iri
