"""The definition lens: all term entries of a concept side by side, facet by facet (``cyberstd compare``).

Genus and facets are our reading of the quoted words; what they share, and where one is silent, is computed by the saved
questions ``definition-standing`` and ``definition-shared``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from cyberstd_kg.core.iris import expand
from cyberstd_kg.definitions import words
from cyberstd_kg.definitions.entries import LineageLink, TermEntry, status_of
from cyberstd_kg.definitions.relations import TELLING, Common, Relation, relations
from cyberstd_kg.definitions.shared import BY_REFERENCE, NOT_HELD, SILENT, SILENT_BY_REFERENCE, FacetCell, among
from cyberstd_kg.graph.lookup import Source

#: Columns of the CSV: a row for each entry, facet and value.
COLUMNS: Final = (
    *("entry", "text", "locator", "facet", "facet_label", "value", "value_label", "standing", "with", "holder"),
    *("status", "sources"),
)
GENUS: Final = expand("cstd:genus")
#: Facets in the order in which a definition is read; others follow by their labels, the general one last.
_ORDER: Final = tuple(
    map(
        expand,
        (
            *("cstd:genus", "cstd:byMeans", "cstd:protects", "cstd:preserves", "cstd:forBeneficiary", "cstd:against"),
            "cstd:inEnvironment",
        ),
    )
)
_GENERAL: Final = expand("cstd:facet")


class Facet(NamedTuple):
    """One value of one facet, and the IRIs of the entries that state it themselves; those by reference apart."""

    facet: str
    facet_label: str
    value: str
    value_label: str
    entries: list[str]
    standing: str
    by_reference: list[str]
    status: str
    sources: list[str]


class Difference(NamedTuple):
    """What the words of a later entry kept of an earlier one; ``why_not`` tells why that is not told, or is empty."""

    link: LineageLink
    pieces: tuple[words.Piece, ...]
    why_not: str

    @property
    def same(self) -> bool:
        """Whether the words are the same but for case."""
        return bool(self.pieces) and all(piece.what == words.KEPT for piece in self.pieces)


class Comparison(NamedTuple):
    """The definitions of a concept side by side; ``total`` counts its entries, of which some may have been chosen."""

    concept: str
    label: str
    total: int
    entries: list[TermEntry]
    facets: list[Facet]
    cells: list[FacetCell]
    vocabularies: list[words.Vocabulary]
    lineage: list[Difference]
    relations: list[Relation]
    classes: dict[str, list[tuple[str, str]]]
    sources: dict[str, Source]

    @property
    def heading(self) -> str:
        """The term and how many definitions it has, of how many nothing is held."""
        count = len(self.entries)
        some = (
            f"{count} of {self.total} definitions" if count < self.total else f"{count} definition{'s' * (count != 1)}"
        )
        lacking = sum(not self.held(entry.iri) and not entry.definitions for entry in self.entries)
        return f"{self.label}: {some}" + (f", {lacking} of them not held" if lacking else "")

    @property
    def facet_names(self) -> dict[str, str]:
        """IRI → label of the facets that any entry has, in the order of reading."""
        return {facet.facet: facet.facet_label for facet in self.facets}

    def silent(self, entry: str, *, by_reference: bool = False) -> list[str]:
        """Return the IRIs of the facets for which an entry states nothing though another does."""
        wanted = SILENT_BY_REFERENCE if by_reference else SILENT
        return [cell.facet for cell in self.cells if cell.entry == entry and cell.standing == wanted]

    def referred(self, entry: str) -> str:
        """Return the IRI of the entry whose facets *entry* has by reference, or an empty string."""
        return next((cell.holder for cell in self.cells if cell.entry == entry and cell.standing == BY_REFERENCE), "")

    def held(self, entry: str) -> bool:
        """Tell whether anything of genus and facets of an entry is held."""
        return not any(cell.entry == entry and cell.standing == NOT_HELD for cell in self.cells)

    def place(self, iri: str) -> str:
        """Return how an entry is cited, whether it is among those compared or not."""
        known = {link.link.end: link.link.end_label for link in self.lineage}
        return next((entry.place for entry in self.entries if entry.iri == iri), known.get(iri, iri))

    def grouped(self) -> dict[str, list[Relation]]:
        """Return the pairs of entries by the name of their relation, the most telling relation first."""
        found: dict[str, list[Relation]] = {}
        for relation in sorted(self.relations, key=lambda r: TELLING.index(r.name)):
            found.setdefault(relation.name, []).append(relation)
        return found

    def rows(self) -> list[list[str]]:
        """Return the facet table: a row for each facet that any entry has, a column for each entry."""
        table = []
        for facet, name in self.facet_names.items():
            row = [name]
            for entry in self.entries:
                own = [f.value_label for f in self.facets if f.facet == facet and entry.iri in f.entries]
                taken = [f.value_label for f in self.facets if f.facet == facet and entry.iri in f.by_reference]
                told = ", ".join(own) or (f"by reference: {', '.join(taken)}" if taken else "")
                row.append(told or ("silent" if self.held(entry.iri) else "not held"))
            table.append(row)
        return table

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as the documented JSON object."""

        return as_json(self)


def build(
    *,
    concept: tuple[str, str],
    entries: Sequence[TermEntry],
    chosen: Collection[str],
    cells: Sequence[FacetCell],
    common: Sequence[Common],
    links: Sequence[LineageLink],
    definitions: Mapping[str, TermEntry],
    classes: Mapping[str, list[tuple[str, str]]],
    sources: Mapping[str, Source],
) -> Comparison:
    """Put the definitions of a concept side by side.

    :param concept: IRI and label
    :param entries: all its entries
    :param chosen: IRIs of those to compare
    :param cells: the answer to ``definition-standing``
    :param common: the answer to ``definition-shared``
    :param links: the lineage of the chosen entries
    :param definitions: IRI → entry, of every entry of the lineage
    :param classes: entry → the classes that it is in by reasoning, as IRI and label
    :param sources: IRI → source, of every source that is named
    """
    kept = [entry for entry in entries if entry.iri in chosen]
    rank = {entry.iri: entry.number for entry in kept}
    found = sorted(among(cells, rank.keys()), key=lambda c: (rank[c.entry], facet_order(c), c.value_label, c.value))
    texts = [
        words.Worded(entry.iri, definition.text, definition.lang) for entry in kept for definition in entry.definitions
    ]
    return Comparison(
        concept=concept[0],
        label=concept[1],
        total=len(entries),
        entries=kept,
        facets=_facets(found, rank, sources),
        cells=found,
        vocabularies=words.vocabularies(texts),
        lineage=[_difference(link, definitions) for link in links],
        relations=relations(kept, found, common, links),
        classes={entry.iri: list(classes.get(entry.iri, [])) for entry in kept},
        sources=dict(sources),
    )


def facet_order(cell: FacetCell) -> tuple[int, str]:
    """Return what facets are sorted by: the genus first, the general facet last."""
    if cell.facet in _ORDER:
        return _ORDER.index(cell.facet), ""
    return len(_ORDER) + (cell.facet == _GENERAL), cell.facet_label


def _facets(cells: Sequence[FacetCell], rank: Mapping[str, int], sources: Mapping[str, Source]) -> list[Facet]:
    grouped: dict[tuple[str, str], list[FacetCell]] = {}
    for cell in cells:
        if cell.value:
            grouped.setdefault((cell.facet, cell.value), []).append(cell)
    found = []
    for (facet, value), same in grouped.items():
        own = [cell for cell in same if cell.stated]
        told = own or same
        found.append(
            Facet(
                facet,
                same[0].facet_label,
                value,
                same[0].value_label,
                [cell.entry for cell in own],
                told[0].standing,
                [cell.entry for cell in same if not cell.stated],
                status_of({source for cell in same for source in cell.sources}, sources),
                sorted({source for cell in same for source in cell.sources}),
            )
        )
    order = {(cell.facet, cell.value): facet_order(cell) for cell in cells}

    def key(facet: Facet) -> tuple[tuple[int, str], int, int, str]:
        first = min((rank[entry] for entry in (*facet.entries, *facet.by_reference)), default=0)
        return order[facet.facet, facet.value], -len(facet.entries), first, facet.value_label

    return sorted(found, key=key)


def _difference(link: LineageLink, entries: Mapping[str, TermEntry]) -> Difference:
    later, earlier = entries[link.start], entries[link.end]
    if link.property == expand("cstd:definedByReferenceTo"):
        return Difference(link, (), "taken over whole, by naming it")
    if not earlier.definitions:
        return Difference(link, (), "only the name of the earlier entry is known, not its words")
    if not later.definitions:
        return Difference(link, (), "the words of the later entry are not held")
    pairs = [
        (old, new)
        for new in later.definitions
        for old in earlier.definitions
        if words.language(new.lang) == words.language(old.lang)
    ]
    if not pairs:
        return Difference(link, (), "the two are held in different languages")
    old, new = pairs[0]
    if why_not := words.comparable(new.lang):
        return Difference(link, (), why_not)
    pieces = tuple(words.difference(old.text, new.text))
    return Difference(link, pieces, "" if pieces else "too long to compare word by word")


# ── As JSON (docs/interface.md, ``compare``) and as rows of a table ──


def as_json(found: Comparison) -> dict[str, Any]:
    """Return the comparison as the documented JSON object."""
    return {
        "concept": {"iri": found.concept, "label": found.label},
        "total": found.total,
        "entries": [_entry(found, entry) for entry in found.entries],
        "facets": [facet._asdict() for facet in found.facets],
        "cells": _cells(found),
        "words": [
            {
                "lang": one.lang,
                "entries": [*one.entries],
                "why_not": one.why_not,
                "shared": [{"word": word.word, "entries": [*word.entries]} for word in one.shared],
                "only": [{"entry": entry, "words": one.only(entry)} for entry in one.entries if not one.why_not],
            }
            for one in found.vocabularies
        ],
        "lineage": [_lineage(step) for step in found.lineage],
        "relations": [relation.to_json() for relation in found.relations],
        "sources": [source._asdict() for _, source in sorted(found.sources.items())],
    }


def _entry(found: Comparison, entry: TermEntry) -> dict[str, Any]:
    return {
        **entry._asdict(),
        "sources": [source._asdict() for source in entry.sources],
        "definitions": [definition._asdict() for definition in entry.definitions],
        "date": [*entry.date],
        "held": found.held(entry.iri),
        "by_reference_to": found.referred(entry.iri),
        "silent": found.silent(entry.iri),
        "classes": [{"iri": iri, "label": label} for iri, label in found.classes.get(entry.iri, [])],
    }


def _lineage(step: Difference) -> dict[str, Any]:
    link = step.link
    return {
        "from": link.start,
        "property": link.property,
        "property_label": link.property_label,
        "to": link.end,
        "to_label": link.end_label,
        "to_held": link.held,
        "said": link.said,
        "status": link.status,
        "sources": link.sources,
        "difference": [piece._asdict() for piece in step.pieces],
        "same": step.same,
        "why_not": step.why_not,
    }


def _cells(found: Comparison) -> list[dict[str, Any]]:
    holders = {(facet.facet, facet.value): facet for facet in found.facets}
    told = []
    for cell in found.cells:
        facet = holders.get((cell.facet, cell.value))
        others = [entry for entry in facet.entries if entry != cell.entry] if facet else []
        told.append(
            {
                "entry": cell.entry,
                "facet": cell.facet,
                "facet_label": cell.facet_label,
                "value": cell.value,
                "value_label": cell.value_label,
                "standing": cell.standing,
                "with": others,
                "holder": cell.holder,
                # What an entry states is marked as its sources are; what is taken over, or not there, is computed.
                "status": status_of(cell.sources, found.sources) if cell.stated else "computed",
                "sources": [*cell.sources],
            }
        )
    return told


def cells(found: Comparison) -> list[list[str]]:
    """Return the rows of :data:`COLUMNS`."""
    places = {entry.iri: entry for entry in found.entries}
    rows = []
    for cell in _cells(found):
        entry = places[cell["entry"]]
        told = {**cell, "text": entry.text, "locator": entry.locator}
        rows.append([" ".join(x) if isinstance(x := told[name], list) else str(x) for name in COLUMNS])
    return rows
