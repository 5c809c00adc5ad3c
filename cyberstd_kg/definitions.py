"""Definitions of one term side by side, facet by facet (``cyberstd compare``).

A concept is defined by term entries of several texts; each has one genus and further facets (the sub-properties of
``cstd:facet``).  Genus and facets are our reading of the quoted words, and stand in analysis graphs.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from cyberstd_kg.card import Labels, term_label
from cyberstd_kg.errors import NotFound
from cyberstd_kg.iris import expand
from cyberstd_kg.lookup import Lookup, Source
from cyberstd_kg.ordering import natural


class Entry(NamedTuple):
    """A term entry: where it stands, what it says, what it goes back to."""

    iri: str
    text_iri: str
    text: str
    locator: str
    term: str
    other_names: list[str]
    definition: str
    notes: list[str]
    adapted_from: list[str]
    sources: list[Source]

    @property
    def place(self) -> str:
        """The citation of the entry: text and locator."""
        return f"{self.text}, {self.locator}" if self.locator else self.text


class Facet(NamedTuple):
    """One value of one facet, and the IRIs of the entries that have it."""

    facet: str
    facet_label: str
    value: str
    value_label: str
    entries: list[str]


class Comparison(NamedTuple):
    """The definitions of a concept and their facets, genus first."""

    concept: str
    label: str
    entries: list[Entry]
    facets: list[Facet]

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as the documented JSON object."""
        return {
            "concept": {"iri": self.concept, "label": self.label},
            "entries": [
                {**entry._asdict(), "sources": [source._asdict() for source in entry.sources]} for entry in self.entries
            ],
            "facets": [facet._asdict() for facet in self.facets],
        }

    def rows(self) -> list[list[str]]:
        """Return the facet table: a row for each facet that any entry has, a column for each entry."""
        names: dict[str, str] = {facet.facet: facet.facet_label for facet in self.facets}
        table = []
        for iri, name in names.items():
            cells = [
                ", ".join(f.value_label for f in self.facets if f.facet == iri and entry.iri in f.entries)
                for entry in self.entries
            ]
            table.append([name, *(cell or "–" for cell in cells)])
        return table


def compare(lookup: Lookup, labels: Labels, concept: str) -> Comparison:
    """Compare the term entries that define *concept*.

    :param concept: IRI of the concept
    :returns: entries by date of their text, facets with genus first
    :raises NotFound: when no term entry defines it
    """
    found = lookup.subjects("cstd:definesConcept", concept)
    if not found:
        raise NotFound(
            f"no text in the graph defines '{labels(concept)}'",
            "cyberstd ask who-defines lists the terms that are defined.",
        )
    entries = sorted((_entry(lookup, labels, iri) for iri in found), key=lambda e: (_date(lookup, e), natural(e.place)))
    # Where no special facet fits, an entry bears the general one.
    properties = [*lookup.subjects("rdfs:subPropertyOf", "cstd:facet"), expand("cstd:facet")]
    facets = [
        facet
        for prop in (expand("cstd:genus"), *sorted(properties, key=lambda p: term_label(lookup, p)))
        for facet in _facet(lookup, labels, prop, entries)
    ]
    return Comparison(concept, labels(concept), entries, facets)


def _facet(lookup: Lookup, labels: Labels, prop: str, entries: list[Entry]) -> list[Facet]:
    holders: dict[str, list[str]] = {}
    for entry in entries:
        for value in lookup.objects(entry.iri, prop):
            holders.setdefault(value, []).append(entry.iri)
    name = term_label(lookup, prop)
    return sorted(
        (Facet(prop, name, value, labels(value), who) for value, who in holders.items()),
        key=lambda facet: (-len(facet.entries), facet.value_label),
    )


def _entry(lookup: Lookup, labels: Labels, iri: str) -> Entry:
    text = lookup.value(iri, "cstd:provisionOf")
    notes = sorted(
        (p for p in lookup.subjects("cstd:parentProvision", iri) if "note" in _kinds(lookup, p)),
        key=lambda p: natural(lookup.value(p, "bibo:locator")),
    )
    graphs = sorted({row[-1] for row in lookup.quads(iri, "skos:definition")})
    return Entry(
        iri=iri,
        text_iri=text,
        text=lookup.value(text, "dct:identifier"),
        locator=lookup.value(iri, "bibo:locator"),
        term=lookup.value(iri, "skos:prefLabel"),
        other_names=lookup.objects(iri, "skos:altLabel"),
        definition=lookup.value(iri, "skos:definition"),
        notes=[lookup.value(note, "cstd:wording") for note in notes],
        adapted_from=[labels(other) for other in lookup.objects(iri, "cstd:adaptedFrom")],
        sources=[lookup.source(graph) for graph in graphs],
    )


def _kinds(lookup: Lookup, iri: str) -> set[str]:
    return {value.rpartition("#")[2] for value in lookup.objects(iri, "cstd:provisionKind")}


def _date(lookup: Lookup, entry: Entry) -> str:
    return lookup.value(entry.text_iri, "cstd:earliest") or "9999"
