"""The term entries that define a concept, as the graph has them: words, notes, text, publisher, dates, lineage.

They are read from the index.  :mod:`cyberstd_kg.definitions.comparison` computes what follows from genus and facets.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from cyberstd_kg.cards.card import Labels, term_label
from cyberstd_kg.core.iris import expand
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.graph.lookup import RDF_TYPE, Lookup, Source

#: The ways in which one entry may come from another.
LINEAGE: Final = ("cstd:definedByReferenceTo", "cstd:sameWordingAs", "cstd:translationOf", "cstd:adaptedFrom")
#: The number of steps back in a lineage.
_FARTHEST: Final = 6
#: The kind of milestone that dates a legal act.
_ACT: Final = expand("datekind:act")
#: The classes of texts that tell a reader something, the most specific first.
_KINDS: Final = ("cstd:LivingText", "cstd:Draft", "cstd:Amendment", "cstd:Edition", "cstd:Regulation")


class Definition(NamedTuple):
    """The words of a definition in one language, with status and sources (see docs/interface.md, ``show``)."""

    text: str
    lang: str
    status: str
    sources: list[str]


class TermEntry(NamedTuple):
    """A term entry: its text and locator, its words, its publisher.

    ``number`` counts the entries of the concept by the date of their text.  ``definition`` is the English wording where
    there is one; ``definitions`` has those in all languages.  ``kind`` is that of the text (edition, draft, …),
    ``type`` its document type, or the kind of an act.  ``date`` is the first and last day of its publication, or of an
    act, as far as known.  ``tiers`` are what the licences of the sources let us keep: quote, title, identifier.
    ``wording`` is the wording of an entry without definition.  ``uncertain`` is whether our reading of it is in doubt.
    """

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
    number: int
    title: str
    kind: str
    type: str
    publishers: list[str]
    date: tuple[str, str]
    printed_date: str
    tiers: list[str]
    definitions: list[Definition]
    remarks: list[str]
    wording: str
    uncertain: bool

    @property
    def citation(self) -> str:
        """Text and locator."""
        return f"{self.text}, {self.locator}" if self.locator else self.text

    @property
    def year(self) -> str:
        """The year of the text, or an empty string."""
        return self.date[0][:4]

    @property
    def languages(self) -> list[str]:
        """The languages of the definitions that are held."""
        return [definition.lang for definition in self.definitions]


class LineageLink(NamedTuple):
    """One step of a lineage: the entry ``start`` comes from ``end``; ``property`` is the way.

    ``held`` is whether the graph has the words of the earlier entry; ``said`` are the words of a note that states it.
    """

    start: str
    property: str
    property_label: str
    end: str
    end_label: str
    held: bool
    said: str
    status: str
    sources: list[str]


def entries_of(lookup: Lookup, labels: Labels, concept: str) -> list[TermEntry]:
    """Return the term entries that define *concept*, numbered by the date of their text, then by citation."""
    entries = [read(lookup, labels, iri) for iri in lookup.subjects("cstd:definesConcept", concept)]
    entries.sort(key=lambda entry: (entry.date[0] or "9999", natural(entry.citation), entry.iri))
    return [entry._replace(number=number) for number, entry in enumerate(entries, 1)]


def read(lookup: Lookup, labels: Labels, iri: str) -> TermEntry:
    """Read one term entry."""
    text = lookup.value(iri, "cstd:provisionOf")
    definitions = _definitions(lookup, iri)
    date, printed = _date(lookup, text)
    sources = _sources(lookup, iri, definitions)
    return TermEntry(
        iri=iri,
        text_iri=text,
        text=lookup.value(text, "dct:identifier") or (labels(text) if text else ""),
        locator=lookup.value(iri, "bibo:locator"),
        term=lookup.value(iri, "skos:prefLabel"),
        other_names=lookup.objects(iri, "skos:altLabel"),
        definition=definitions[0].text if definitions else "",
        notes=_notes(lookup, iri),
        adapted_from=[labels(other) for other in lookup.objects(iri, "cstd:adaptedFrom")],
        sources=sources,
        number=0,
        title=_english(lookup, text, "dct:title"),
        kind=_kind(lookup, text),
        type=", ".join(labels(c) for p in ("cstd:documentType", "dct:type") for c in lookup.objects(text, p)),
        publishers=_publishers(lookup, labels, text),
        date=date,
        printed_date=printed,
        tiers=sorted({source.tier for source in sources} - {""}),
        definitions=definitions,
        remarks=lookup.objects(iri, "skos:note"),
        wording="" if definitions else lookup.value(iri, "cstd:wording"),
        uncertain="true" in lookup.objects(iri, "cstd:uncertainReading"),
    )


def _notes(lookup: Lookup, iri: str) -> list[str]:
    """Return the wordings of the notes to an entry, by locator."""
    parts = lookup.subjects("cstd:parentProvision", iri)
    notes = [part for part in parts if expand("kind:note") in lookup.objects(part, "cstd:provisionKind")]
    notes.sort(key=lambda note: natural(lookup.value(note, "bibo:locator")))
    return [wording for note in notes if (wording := lookup.value(note, "cstd:wording"))]


def _sources(lookup: Lookup, iri: str, definitions: list[Definition]) -> list[Source]:
    """Return the sources of the definitions; without any, those of other words, else those that name the entry."""
    graphs = {graph for definition in definitions for graph in definition.sources}
    for curie in ("cstd:wording", "skos:prefLabel", "cstd:provisionOf"):
        graphs = graphs or {row[-1] for row in lookup.quads(iri, curie)}
    return [lookup.source(graph) for graph in sorted(graphs)]


def lineage(lookup: Lookup, labels: Labels, entries: list[TermEntry]) -> list[LineageLink]:
    """Return the steps by which *entries* come from earlier ones, and these from others, as sources state them."""
    steps: list[LineageLink] = []
    seen: set[str] = set()
    level = [entry.iri for entry in entries]
    for _ in range(_FARTHEST):
        starts = [start for start in dict.fromkeys(level) if start not in seen]
        seen.update(starts)
        links = [link for start in starts for link in _links(lookup, labels, start)]
        steps += links
        level = [link.end for link in links]
    return steps


def _links(lookup: Lookup, labels: Labels, start: str) -> list[LineageLink]:
    said: dict[str, str] = {}
    for note in lookup.subjects("cstd:parentProvision", start):
        for other in lookup.objects(note, "cstd:refersTo"):
            said[other] = lookup.value(note, "cstd:wording")
    links = []
    for curie in LINEAGE:
        graphs: dict[str, list[str]] = {}
        for _, _, end, _, graph in lookup.quads(start, curie):
            graphs.setdefault(end, []).append(graph)
        for end, stating in sorted(graphs.items()):
            link = LineageLink(
                start=start,
                property=expand(curie),
                property_label=term_label(lookup, expand(curie)),
                end=end,
                end_label=labels(end),
                held=bool(lookup.value(end, "skos:definition")),
                said=said.get(end, ""),
                status=lookup.status([lookup.source(graph) for graph in stating]),
                sources=sorted(set(stating)),
            )
            links.append(link)
    return links


def _definitions(lookup: Lookup, iri: str) -> list[Definition]:
    """Return the definitions of an entry, English first, then by language."""
    graphs: dict[tuple[str, str], list[str]] = {}
    for _, _, text, tag, graph in lookup.quads(iri, "skos:definition"):
        graphs.setdefault((tag or "", text), []).append(graph)
    definitions = [
        Definition(text, lang, lookup.status([lookup.source(graph) for graph in stating]), sorted(set(stating)))
        for (lang, text), stating in graphs.items()
    ]
    return sorted(definitions, key=lambda d: (d.lang.partition("-")[0] != "en", d.lang, d.text))


def _english(lookup: Lookup, iri: str, prop: str) -> str:
    values = [(tag or "", value) for _, _, value, tag, _ in lookup.quads(iri, prop)] if iri else []
    return min(values, key=lambda pair: (pair[0] != "en", pair[0], pair[1]))[1] if values else ""


def _kind(lookup: Lookup, text: str) -> str:
    classes = set(lookup.objects(text, RDF_TYPE))
    return next((term_label(lookup, expand(kind)) for kind in _KINDS if expand(kind) in classes), "")


def _date(lookup: Lookup, text: str) -> tuple[tuple[str, str], str]:
    """Return first and last day of publication, and the date as printed; of a legal act those of the act."""
    milestones = lookup.subjects("cstd:milestoneOf", text) if text else []
    acts = [iri for iri in milestones if _ACT in lookup.objects(iri, "dct:type")]
    for iri in (text, *acts):
        if first := lookup.objects(iri, "cstd:earliest"):
            last = lookup.objects(iri, "cstd:latest")
            return (first[0], last[-1] if last else ""), lookup.value(iri, "cstd:printedDate")
    return ("", ""), ""


def _publishers(lookup: Lookup, labels: Labels, text: str) -> list[str]:
    """Return the publishers of a text, else its developers or, of an act, its makers; else those of its standard."""
    works = [text, *lookup.objects(text, "cstd:editionOf"), *lookup.objects(text, "cstd:draftOf")] if text else []
    for work in works:
        for curie in ("dct:publisher", "cstd:developedBy", "cstd:owner"):
            if agents := lookup.objects(work, curie):
                return [labels(agent) for agent in agents]
    return []


def cited(source: Source) -> str:
    """Return the citation of a source: its document and the locator in it; its IRI where it is not described."""
    return ", ".join(part for part in (source.document, source.locator) if part) or source.iri


def status_of(graphs: Collection[str], sources: Mapping[str, Source]) -> str:
    """Return the status of a statement with these sources: the strongest of stated, quoted, ours; "" without any."""
    statuses = {sources[graph].says for graph in graphs if graph in sources}
    return next((status for status in ("stated", "quoted", "ours") if status in statuses), "")
