"""How two definitions of a concept relate, and why (pure; rules in docs/decisions/0017-definition-lens.md).

What a source says of their lineage comes first; then genus, the same or another; then facet values: all, all of one
among the other's, some, some only by a broader term, none.  Each answer carries its reason in words and as data.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from cyberstd_kg.core.iris import expand
from cyberstd_kg.definitions.entries import LineageLink, TermEntry
from cyberstd_kg.definitions.shared import BY_REFERENCE, STATED, FacetCell

_GENUS: Final = expand("cstd:genus")
_GENERAL: Final = expand("cstd:facet")
#: Property → (name of the relation, what one entry does to the other).
_VERBS: Final[Mapping[str, tuple[str, str]]] = {
    expand("cstd:definedByReferenceTo"): ("defined by reference", "is defined by reference to"),
    expand("cstd:sameWordingAs"): ("same wording", "has the same wording as"),
    expand("cstd:translationOf"): ("translation", "is a translation of"),
    expand("cstd:adaptedFrom"): ("adaptation", "is adapted from"),
}
COMMON_ORIGIN: Final = "common origin"
NOT_COMPARABLE: Final = "not comparable"
NOTHING: Final = "nothing in common"
#: What is shared of the facets → in words.
_SHARING: Final = {
    "all": "all facet values shared",
    "all of the first": "all facet values of one shared",
    "all of the second": "all facet values of one shared",
    "some": "some facet values shared",
    "broader only": "linked by a broader term only",
    "none": "nothing else shared",
}
#: The names of relations, the most telling first.
TELLING: Final = (
    *(name for name, _ in _VERBS.values()),
    COMMON_ORIGIN,
    *dict.fromkeys(f"{genus} genus, {words}" for genus in ("same", "another") for words in _SHARING.values()),
    NOTHING,
    NOT_COMPARABLE,
)
#: So many values of one facet are named in a reason; the data has all.
_NAMED: Final = 12


class Common(NamedTuple):
    """A row of the saved question ``definition-shared``: ``how`` is same, narrower or broader, of the first's value."""

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

    ``lineage``: defined by reference, same wording, translation, adaptation, common origin, or empty; ``links`` are its
    steps.
    ``genus``: same, another, not held.  ``facets``, of the values beside the genus: all, all of the first, all of the
    second, some, broader only, none, not held.  ``through`` are entries that one of the two takes over by reference.
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
            "broader": [found._asdict() for found in self.broader],
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

    :param cells: their standing in each facet
    :param common: what entries of the concept have in common
    :param links: the lineage of the entries
    """
    rows: dict[tuple[str, str], list[Common]] = {}
    for row in common:
        rows.setdefault((row.entry, row.other), []).append(row)
    names = {link.end: link.end_label for link in links} | {entry.iri: entry.place for entry in entries}
    reader = _Reader(cells, rows, _ancestry(links), names)
    return [reader.relation(one.iri, other.iri) for at, one in enumerate(entries) for other in entries[at + 1 :]]


class _Reader:
    def __init__(
        self,
        cells: Sequence[FacetCell],
        rows: Mapping[tuple[str, str], list[Common]],
        ancestry: Mapping[str, Mapping[str, tuple[LineageLink, ...]]],
        names: Mapping[str, str],
    ) -> None:
        self._values: dict[str, dict[tuple[str, str], FacetCell]] = {}
        self._holder: dict[str, str] = {}
        for cell in cells:
            if cell.standing in (*STATED, BY_REFERENCE):
                self._values.setdefault(cell.entry, {})[cell.facet, cell.value] = cell
                self._holder[cell.entry] = cell.holder
        self._rows = rows
        self._ancestry = ancestry
        self._names = names

    def relation(self, first: str, second: str) -> Relation:
        one, other = self._values.get(first, {}), self._values.get(second, {})
        lineage, links = self._lineage(first, second)
        both = one.keys() & other.keys()
        shared = tuple(cell for key, cell in sorted(one.items(), key=_by_label) if key in both)
        genus = self._genus(one, other)
        broader = self._broader(first, second) if genus != "not held" else ()
        beside = [{key for key in held if key[0] != _GENUS} for held in (one, other)]
        facets = _facets(beside[0], beside[1], broader) if genus != "not held" else "not held"
        through = tuple(dict.fromkeys(self._holder[e] for e in (first, second) if self._holder.get(e, e) != e))
        reason = " ".join(
            [
                *(self._step(link) for link in links),
                *([f"Both go back to {self._name(links[-1].end)}."] if lineage == COMMON_ORIGIN else []),
                *self._by_reference(first, second, lineage),
                *self._of_genus(first, second, genus, one, other),
                *self._of_facets(first, second, facets, shared, broader),
            ]
        )
        name = lineage or _named(genus, facets)
        return Relation(first, second, name, lineage, genus, facets, shared, broader, links, through, reason)

    def _name(self, iri: str) -> str:
        return self._names.get(iri, iri)

    def _lineage(self, first: str, second: str) -> tuple[str, tuple[LineageLink, ...]]:
        """Return the name of the lineage and its steps: one from the other, else both from a third."""
        for start, end in ((second, first), (first, second)):
            if steps := self._ancestry.get(start, {}).get(end):
                return _VERBS[steps[0].property][0], steps
        one, other = self._ancestry.get(first, {}), self._ancestry.get(second, {})
        origins = sorted(one.keys() & other.keys(), key=lambda end: (len(one[end]) + len(other[end]), end))
        return (COMMON_ORIGIN, one[origins[0]] + other[origins[0]]) if origins else ("", ())

    def _genus(self, one: Mapping[tuple[str, str], FacetCell], other: Mapping[tuple[str, str], FacetCell]) -> str:
        if not one or not other:
            return "not held"
        genera = [{value for facet, value in held if facet == _GENUS} for held in (one, other)]
        return "same" if genera[0] == genera[1] else "another"

    def _broader(self, first: str, second: str) -> tuple[Broader, ...]:
        a, b = (self._holder.get(entry, entry) for entry in (first, second))
        turned = (a, b) not in self._rows
        found = []
        for row in self._rows.get((b, a) if turned else (a, b), ()):
            if row.how == "same":
                continue
            pair = ((row.value, row.value_label), (row.other_value, row.other_label))
            narrow, wide = pair if row.how == "narrower" else pair[::-1]
            owner = (row.how == "narrower") != turned
            entry = first if owner else second
            found.append(Broader(row.facet, row.facet_label, *narrow, *wide, entry))
        return tuple(sorted(found, key=lambda b: (b.facet_label, b.narrower_label, b.broader_label)))

    def _step(self, link: LineageLink) -> str:
        says = "by our reading" if link.status == "ours" else "as a source says"
        return f"{self._name(link.start)} {_VERBS[link.property][1]} {self._name(link.end)}, {says}."

    def _by_reference(self, first: str, second: str, lineage: str) -> list[str]:
        if lineage:
            return []
        return [
            f"{self._name(entry)} has no words of its own: what follows holds of {self._name(self._holder[entry])}, "
            "to which it refers."
            for entry in (first, second)
            if self._holder.get(entry, entry) != entry
        ]

    def _of_genus(
        self,
        first: str,
        second: str,
        genus: str,
        one: Mapping[tuple[str, str], FacetCell],
        other: Mapping[tuple[str, str], FacetCell],
    ) -> list[str]:
        if genus == "not held":
            lacking = [self._name(entry) for entry in (first, second) if not self._values.get(entry)]
            return [f"Nothing is known of genus and facets of {' and '.join(lacking)}."]
        told = [_listed(cell.value_label for key, cell in held.items() if key[0] == _GENUS) for held in (one, other)]
        return [f"Same genus: {told[0]}." if genus == "same" else f"Another genus: {told[0]}; {told[1]}."]

    def _of_facets(
        self, first: str, second: str, facets: str, shared: Sequence[FacetCell], broader: Sequence[Broader]
    ) -> list[str]:
        if facets == "not held":
            return []
        one, other = self._name(first), self._name(second)
        # The general facet has no name that says anything beside the others.
        names = {c.facet: "other facets" if c.facet == _GENERAL else c.facet_label for c in shared if c.facet != _GENUS}
        told = "; ".join(
            f"{_listed(c.value_label for c in shared if c.facet == facet)} ({name})" for facet, name in names.items()
        )
        sentences = {
            "all": f"The same facet values: {told}.",
            "all of the first": f"All facet values of {one} are among those of {other}: {told}.",
            "all of the second": f"All facet values of {other} are among those of {one}: {told}.",
            "some": f"Both state {told}.",
            "broader only": "No facet value is the same.",
            "none": "No facet value in common.",
        }
        wider = [
            f"'{b.narrower_label}' ({self._name(b.narrower_entry)}) is narrower than '{b.broader_label}'"
            for b in broader[:_NAMED]
        ]
        return [sentences[facets], *([f"By a broader term: {'; '.join(wider)}."] if wider else [])]


def _ancestry(links: Sequence[LineageLink]) -> dict[str, dict[str, tuple[LineageLink, ...]]]:
    """Return entry → each entry from which it comes → the steps, the shortest way."""
    after: dict[str, list[LineageLink]] = {}
    for link in links:
        after.setdefault(link.start, []).append(link)
    found: dict[str, dict[str, tuple[LineageLink, ...]]] = {}
    for start in after:
        reached: dict[str, tuple[LineageLink, ...]] = {}
        level: list[tuple[str, tuple[LineageLink, ...]]] = [(start, ())]
        while level:
            ahead = []
            for at, steps in level:
                for link in after.get(at, ()):
                    if link.end != start and link.end not in reached:
                        reached[link.end] = (*steps, link)
                        ahead.append((link.end, reached[link.end]))
            level = ahead
        found[start] = reached
    return found


def _facets(one: Collection[tuple[str, str]], other: Collection[tuple[str, str]], broader: Sequence[Broader]) -> str:
    first, second = set(one), set(other)
    if first & second:
        if first == second:
            return "all"
        return "all of the first" if first < second else "all of the second" if second < first else "some"
    return "broader only" if any(b.facet != _GENUS for b in broader) else "none"


def _named(genus: str, facets: str) -> str:
    """Return the name of a relation without lineage."""
    if genus == "not held":
        return NOT_COMPARABLE
    if genus == "another" and facets == "none":
        return NOTHING
    return f"{genus} genus, {_SHARING[facets]}"


def _by_label(item: tuple[tuple[str, str], FacetCell]) -> tuple[str, str]:
    return item[1].facet_label, item[1].value_label


def _listed(labels: Iterable[str]) -> str:
    told = [*labels]
    more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    return ", ".join(told[:_NAMED]) + more
