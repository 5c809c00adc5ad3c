"""How two definitions of a concept relate, and why (pure; rules in docs/decisions/0017-definition-lens.md).

First comes what a source states of their lineage; then the genus, the same or another; then the facet values: all are
shared, all of one are among the other's, some are, only a broader term links them, or none is shared.  Each relation
has its reason in words and as data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, Final, NamedTuple

from cyberstd_kg.core.iris import expand
from cyberstd_kg.definitions.entries import LineageLink, TermEntry
from cyberstd_kg.definitions.shared import BY_REFERENCE, STATED, FacetCell

_GENUS: Final = expand("cstd:genus")
_GENERAL: Final = expand("cstd:facet")
#: Property → (name of the relation, verb between the two entries).
_VERBS: Final[Mapping[str, tuple[str, str]]] = {
    expand("cstd:definedByReferenceTo"): ("defined by reference", "is defined by reference to"),
    expand("cstd:sameWordingAs"): ("same wording", "has the same wording as"),
    expand("cstd:translationOf"): ("translation", "is a translation of"),
    expand("cstd:adaptedFrom"): ("adaptation", "is adapted from"),
}
COMMON_ORIGIN: Final = "common origin"
NOT_COMPARABLE: Final = "not comparable"
NOTHING: Final = "nothing in common"
#: Shared facet values → in the name of a relation, and as a sentence.
_SHARING: Final = {
    "all": ("all facet values shared", "The same facet values: {shared}."),
    "all of the first": (
        "all facet values of one shared",
        "All facet values of {first} are among those of {second}: {shared}.",
    ),
    "all of the second": (
        "all facet values of one shared",
        "All facet values of {second} are among those of {first}: {shared}.",
    ),
    "some": ("some facet values shared", "Both state {shared}."),
    "broader only": ("linked by a broader term only", "No facet value is the same."),
    "none": ("nothing else shared", "No facet value in common."),
}
#: The names of relations, the closest first.
RELATION_NAMES: Final = (
    *(name for name, _ in _VERBS.values()),
    COMMON_ORIGIN,
    *dict.fromkeys(f"{genus} genus, {words}" for genus in ("same", "another") for words, _ in _SHARING.values()),
    NOTHING,
    NOT_COMPARABLE,
)
#: The number of values of one facet in a reason; the data has all.
_NAMED: Final = 12
#: (facet, value), as IRIs, and the cell of an entry that has it
Value = tuple[str, str]
Values = Mapping[Value, FacetCell]


class Common(NamedTuple):
    """A row of the saved question ``definition-shared``; ``how`` the first's value relates: same, narrower, broader."""

    entry: str
    other: str
    facet: str
    facet_label: str
    value: str
    value_label: str
    how: str
    other_value: str
    other_label: str


class Broader(NamedTuple):
    """Two values of which one is broader (``skos:broader``); ``narrower_entry`` states the narrower one."""

    facet: str
    facet_label: str
    narrower: str
    narrower_label: str
    broader: str
    broader_label: str
    narrower_entry: str


class Relation(NamedTuple):
    """How the later entry ``second`` relates to the earlier ``first``.

    ``lineage`` is defined by reference, same wording, translation, adaptation, common origin, or empty; ``links`` are
    its steps.  ``genus`` is same, another, not held.  ``facets`` is how many values beside the genus are shared: all,
    all of the first, all of the second, some, broader only, none, not held.  ``through`` are the entries that one of
    the two takes over by reference.
    """

    first: str
    second: str
    name: str
    lineage: str
    genus: str
    facets: str
    shared: tuple[FacetCell, ...]
    broader: tuple[Broader, ...]
    links: tuple[LineageLink, ...]
    through: tuple[str, ...]
    reason: str

    def to_json(self) -> dict[str, Any]:
        """Return the relation as the documented JSON object."""
        sources = {source for cell in self.shared for source in cell.sources}
        return {
            "entries": [self.first, self.second],
            "relation": self.name,
            "lineage": self.lineage,
            "genus": self.genus,
            "facets": self.facets,
            "shared": [
                {"facet": c.facet, "facet_label": c.facet_label, "value": c.value, "value_label": c.value_label}
                for c in self.shared
            ],
            "broader": [broader._asdict() for broader in self.broader],
            "steps": [{"from": link.start, "property": link.property, "to": link.end} for link in self.links],
            "through": [*self.through],
            "reason": self.reason,
            "status": "computed",
            "sources": sorted(sources | {source for link in self.links for source in link.sources}),
        }


def relations(
    entries: Sequence[TermEntry], cells: Sequence[FacetCell], common: Iterable[Common], links: Sequence[LineageLink]
) -> list[Relation]:
    """Return the relation of each pair of *entries*, the earlier entry first.

    :param cells: their values, facet by facet
    :param common: the values that entries of the concept have in common
    :param links: the lineage of the entries
    """
    names = {link.end: link.end_label for link in links} | {entry.iri: entry.citation for entry in entries}
    reader = _Reader(cells, common, links, names)
    return [reader.relation(first.iri, second.iri) for first, second in combinations(entries, 2)]


class _Reader:
    """Relates pairs of entries.

    :param names: entry → citation
    """

    def __init__(
        self,
        cells: Iterable[FacetCell],
        common: Iterable[Common],
        links: Sequence[LineageLink],
        names: Mapping[str, str],
    ) -> None:
        self._values: dict[str, dict[Value, FacetCell]] = {}
        self._holder: dict[str, str] = {}
        for cell in cells:
            if cell.standing in (*STATED, BY_REFERENCE):
                self._values.setdefault(cell.entry, {})[cell.facet, cell.value] = cell
                self._holder[cell.entry] = cell.holder
        self._common: dict[tuple[str, str], list[Common]] = {}
        for row in common:
            self._common.setdefault((row.entry, row.other), []).append(row)
        self._ancestry = _ancestry(links)
        self._names = names

    def relation(self, first: str, second: str) -> Relation:
        one, other = self._values.get(first, {}), self._values.get(second, {})
        lineage, links = self._lineage(first, second)
        broader: tuple[Broader, ...] = ()
        genus = facets = "not held"
        if one and other:
            genus = "same" if _genera(one).keys() == _genera(other).keys() else "another"
            broader = self._broader(first, second)
            facets = _facets(one, other, broader)
        relation = Relation(
            first=first,
            second=second,
            name=lineage or _name(genus, facets),
            lineage=lineage,
            genus=genus,
            facets=facets,
            shared=tuple(cell for value, cell in sorted(one.items(), key=_by_label) if value in other),
            broader=broader,
            links=links,
            through=tuple(dict.fromkeys(holder for _, holder in self._references(first, second))),
            reason="",
        )
        return relation._replace(reason=" ".join(self._reason(relation)))

    def _lineage(self, first: str, second: str) -> tuple[str, tuple[LineageLink, ...]]:
        """Return the name of the lineage and its steps: one from the other, else both from a third."""
        for start, end in ((second, first), (first, second)):
            if steps := self._ancestry.get(start, {}).get(end):
                return _VERBS[steps[0].property][0], steps
        one, other = self._ancestry.get(first, {}), self._ancestry.get(second, {})
        origins = sorted(one.keys() & other.keys(), key=lambda end: (len(one[end]) + len(other[end]), end))
        return (COMMON_ORIGIN, one[origins[0]] + other[origins[0]]) if origins else ("", ())

    def _broader(self, first: str, second: str) -> tuple[Broader, ...]:
        one, other = (self._holder.get(entry, entry) for entry in (first, second))
        turned = (one, other) not in self._common
        pairs = []
        for row in self._common.get((other, one) if turned else (one, other), ()):
            if row.how == "same":
                continue
            values = ((row.value, row.value_label), (row.other_value, row.other_label))
            narrower, broader = values if row.how == "narrower" else values[::-1]
            entry = first if (row.how == "narrower") != turned else second
            pairs.append(Broader(row.facet, row.facet_label, *narrower, *broader, narrower_entry=entry))
        return tuple(sorted(pairs, key=lambda b: (b.facet_label, b.narrower_label, b.broader_label)))

    def _references(self, *entries: str) -> list[tuple[str, str]]:
        """Return those of *entries* that take over another one by reference, each with that one."""
        holders = ((entry, self._holder.get(entry, entry)) for entry in entries)
        return [(entry, holder) for entry, holder in holders if holder != entry]

    # ── In words ──

    def _reason(self, relation: Relation) -> Iterator[str]:
        """Yield the sentences of the reason."""
        for link in relation.links:
            origin = "by our reading" if link.status == "ours" else "as a source says"
            yield f"{self._name(link.start)} {_VERBS[link.property][1]} {self._name(link.end)}, {origin}."
        if relation.lineage == COMMON_ORIGIN:
            yield f"Both go back to {self._name(relation.links[-1].end)}."
        if not relation.lineage:
            for entry, holder in self._references(relation.first, relation.second):
                name = self._name(entry)
                yield f"{name} has no words of its own: {self._name(holder)}, to which it refers, is compared."
        yield from self._of_facets(relation)

    def _of_facets(self, relation: Relation) -> Iterator[str]:
        """Yield what genus and facets add to the reason."""
        values = {entry: self._values.get(entry, {}) for entry in (relation.first, relation.second)}
        if relation.genus == "not held":
            unknown = " and ".join(self._name(entry) for entry, known in values.items() if not known)
            yield f"Nothing is known of genus and facets of {unknown}."
            return
        genera = [_listed(cell.value_label for cell in _genera(known).values()) for known in values.values()]
        yield f"Same genus: {genera[0]}." if relation.genus == "same" else f"Another genus: {'; '.join(genera)}."
        shared = "; ".join(f"{_listed(labels)} ({facet})" for facet, labels in _by_facet(relation.shared).items())
        first, second = (self._name(entry) for entry in values)
        yield _SHARING[relation.facets][1].format(first=first, second=second, shared=shared)
        terms = [
            f"'{b.narrower_label}' ({self._name(b.narrower_entry)}) is narrower than '{b.broader_label}'"
            for b in relation.broader[:_NAMED]
        ]
        if terms:
            yield f"By a broader term: {'; '.join(terms)}."

    def _name(self, iri: str) -> str:
        return self._names.get(iri, iri)


def _genera(values: Values) -> dict[Value, FacetCell]:
    return {value: cell for value, cell in values.items() if value[0] == _GENUS}


def _by_facet(cells: Iterable[FacetCell]) -> dict[str, list[str]]:
    """Return name of the facet → labels of its values, without the genus."""
    labels: dict[str, list[str]] = {}
    for cell in cells:
        if cell.facet != _GENUS:
            # The label of the general facet says nothing beside the others.
            name = "other facets" if cell.facet == _GENERAL else cell.facet_label
            labels.setdefault(name, []).append(cell.value_label)
    return labels


def _ancestry(links: Sequence[LineageLink]) -> dict[str, dict[str, tuple[LineageLink, ...]]]:
    """Return entry → each entry from which it comes → the shortest steps to it."""
    after: dict[str, list[LineageLink]] = {}
    for link in links:
        after.setdefault(link.start, []).append(link)
    ancestry: dict[str, dict[str, tuple[LineageLink, ...]]] = {}
    for start in after:
        reached: dict[str, tuple[LineageLink, ...]] = {start: ()}
        waiting = [start]
        for at in waiting:  # it grows while it is read: the nearest first
            for link in after.get(at, ()):
                if link.end not in reached:
                    reached[link.end] = (*reached[at], link)
                    waiting.append(link.end)
        del reached[start]
        ancestry[start] = reached
    return ancestry


def _facets(one: Values, other: Values, broader: Sequence[Broader]) -> str:
    first, second = ({value for value in values if value[0] != _GENUS} for values in (one, other))
    if first & second:
        if first == second:
            return "all"
        return "all of the first" if first < second else "all of the second" if second < first else "some"
    return "broader only" if any(b.facet != _GENUS for b in broader) else "none"


def _name(genus: str, facets: str) -> str:
    """Return the name of a relation without lineage."""
    if genus == "not held":
        return NOT_COMPARABLE
    if genus == "another" and facets == "none":
        return NOTHING
    return f"{genus} genus, {_SHARING[facets][0]}"


def _by_label(item: tuple[Value, FacetCell]) -> tuple[str, str]:
    return item[1].facet_label, item[1].value_label


def _listed(labels: Iterable[str]) -> str:
    every = [*labels]
    more = f" and {len(every) - _NAMED} more" if len(every) > _NAMED else ""
    return ", ".join(every[:_NAMED]) + more
