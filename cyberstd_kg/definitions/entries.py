"""The term entries that define a concept, as the graph holds them: words, notes, text, publisher, dates, lineage.

Read by pattern from the index; what follows from genus and facets is worked out in
:mod:`cyberstd_kg.definitions.comparison`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from cyberstd_kg.cards.card import Labels, term_label
from cyberstd_kg.core.iris import expand
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.graph.lookup import RDF_TYPE, Lookup, Source

#: How one entry comes from another, as its source says.
LINEAGE: Final = ("cstd:definedByReferenceTo", "cstd:sameWordingAs", "cstd:translationOf", "cstd:adaptedFrom")
#: So many steps back a lineage is followed.
_FARTHEST: Final = 6
#: The kind of milestone that dates a legal act.
_ACT: Final = expand("datekind:act")
#: Classes of texts, the telling ones.
_KINDS: Final = ("cstd:LivingText", "cstd:Draft", "cstd:Amendment", "cstd:Edition", "cstd:Regulation")


class Definition(NamedTuple):
    """The words of a definition in one language, with status and sources (see docs/interface.md, ``show``)."""

    text: str
    lang: str
    status: str
    sources: list[str]


class TermEntry(NamedTuple):
    """A term entry: where it stands, what it says, who says it.

    ``number`` counts the entries of the concept by the date of their text.  ``definition`` is the English wording where
    there is one; ``definitions`` has them in all languages.  ``kind`` is what the text is (edition, draft, …), ``type``
    its document type, or what kind of act; ``date`` first and last day of its publication, or of an act, as far as
    known.  ``tiers`` tells what the licence of the sources lets us keep: quote, title, identifier.
    ``wording`` is what an entry without definition prints; ``uncertain`` tells that our reading of it is in doubt.
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
    def place(self) -> str:
        """The citation of the entry: text and locator."""
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
    """One step of a lineage: the entry ``start`` comes from ``end``, as ``property`` tells.

    ``held`` tells whether the words of the earlier entry are held; ``said`` are the words of a note that tells it.
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
    """Return the term entries that define *concept*, numbered by the date of their text, then by place."""
    found = [read(lookup, labels, iri) for iri in lookup.subjects("cstd:definesConcept", concept)]
    found.sort(key=lambda e: (e.date[0] or "9999", natural(e.place), e.iri))
    return [entry._replace(number=at) for at, entry in enumerate(found, 1)]


def read(lookup: Lookup, labels: Labels, iri: str) -> TermEntry:
    """Read one term entry."""
    text = lookup.value(iri, "cstd:provisionOf")
    notes = sorted(
        (p for p in lookup.subjects("cstd:parentProvision", iri) if "note" in _kinds(lookup, p)),
        key=lambda p: natural(lookup.value(p, "bibo:locator")),
    )
    definitions = _definitions(lookup, iri)
    date, printed = _date(lookup, text)
    graphs = sorted({graph for definition in definitions for graph in definition.sources})
    # Of an entry without definition: who prints other words of it, else who says that it is there.
    for prop in ("cstd:wording", "skos:prefLabel", "cstd:provisionOf"):
        graphs = graphs or sorted({row[-1] for row in lookup.quads(iri, prop)})
    sources = [lookup.source(graph) for graph in graphs]
    return TermEntry(
        iri=iri,
        text_iri=text,
        text=lookup.value(text, "dct:identifier") or (labels(text) if text else ""),
        locator=lookup.value(iri, "bibo:locator"),
        term=lookup.value(iri, "skos:prefLabel"),
        other_names=lookup.objects(iri, "skos:altLabel"),
        definition=definitions[0].text if definitions else "",
        notes=[wording for note in notes if (wording := lookup.value(note, "cstd:wording"))],
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


def lineage(lookup: Lookup, labels: Labels, entries: list[TermEntry]) -> list[LineageLink]:
    """Return the steps by which *entries* come from earlier ones, and these from others, as sources say it."""
    found: list[LineageLink] = []
    seen: set[str] = set()
    level = [entry.iri for entry in entries]
    for _ in range(_FARTHEST):
        ahead = []
        for start in level:
            if start in seen:
                continue
            seen.add(start)
            links = _links(lookup, labels, start)
            found += links
            ahead += [link.end for link in links]
        level = ahead
    return found


def _links(lookup: Lookup, labels: Labels, start: str) -> list[LineageLink]:
    said: dict[str, str] = {}
    for note in lookup.subjects("cstd:parentProvision", start):
        for other in lookup.objects(note, "cstd:refersTo"):
            said[other] = lookup.value(note, "cstd:wording")
    found = []
    for prop in LINEAGE:
        graphs: dict[str, list[str]] = {}
        for _, _, end, _, graph in lookup.quads(start, prop):
            graphs.setdefault(end, []).append(graph)
        for end, where in sorted(graphs.items()):
            status = lookup.status([lookup.source(graph) for graph in where])
            held = bool(lookup.value(end, "skos:definition"))
            name = term_label(lookup, expand(prop))
            told = (labels(end), held, said.get(end, ""), status, sorted(set(where)))
            found.append(LineageLink(start, expand(prop), name, end, *told))
    return found


def _definitions(lookup: Lookup, iri: str) -> list[Definition]:
    """Return the definitions of an entry, English first, then by language."""
    graphs: dict[tuple[str, str], list[str]] = {}
    for _, _, text, tag, graph in lookup.quads(iri, "skos:definition"):
        graphs.setdefault((tag or "", text), []).append(graph)
    found = []
    for (lang, text), where in graphs.items():
        status = lookup.status([lookup.source(graph) for graph in where])
        found.append(Definition(text, lang, status, sorted(set(where))))
    return sorted(found, key=lambda d: (d.lang.partition("-")[0] != "en", d.lang, d.text))


def _english(lookup: Lookup, iri: str, prop: str) -> str:
    values = [(tag or "", value) for _, _, value, tag, _ in lookup.quads(iri, prop)] if iri else []
    return min(values, key=lambda pair: (pair[0] != "en", pair[0], pair[1]))[1] if values else ""


def _kind(lookup: Lookup, text: str) -> str:
    classes = set(lookup.objects(text, RDF_TYPE))
    return next((term_label(lookup, expand(kind)) for kind in _KINDS if expand(kind) in classes), "")


def _date(lookup: Lookup, text: str) -> tuple[tuple[str, str], str]:
    """Return first and last day of publication, and the date as printed; of a legal act those of the act."""
    acts = (
        [m for m in lookup.subjects("cstd:milestoneOf", text) if _ACT in lookup.objects(m, "dct:type")] if text else []
    )
    for thing in (text, *acts):
        if first := lookup.objects(thing, "cstd:earliest"):
            last = lookup.objects(thing, "cstd:latest")
            return (first[0], last[-1] if last else ""), lookup.value(thing, "cstd:printedDate")
    return ("", ""), ""


def _publishers(lookup: Lookup, labels: Labels, text: str) -> list[str]:
    """Return who publishes a text; where nobody says, who develops it or, of an act, made it; else of its standard."""
    homes = [text, *lookup.objects(text, "cstd:editionOf"), *lookup.objects(text, "cstd:draftOf")] if text else []
    for home in homes:
        for prop in ("dct:publisher", "cstd:developedBy", "cstd:owner"):
            if found := lookup.objects(home, prop):
                return [labels(agent) for agent in found]
    return []


def _kinds(lookup: Lookup, iri: str) -> set[str]:
    return {value.rpartition("#")[2] for value in lookup.objects(iri, "cstd:provisionKind")}


def cited(source: Source) -> str:
    """Return how a source is named: its document and the place in it; its IRI where it is not described."""
    return ", ".join(part for part in (source.document, source.locator) if part) or source.iri


def status_of(graphs: Collection[str], sources: Mapping[str, Source]) -> str:
    """Return how a statement with these sources is marked: the strongest of stated, quoted, ours."""
    marks = {sources[graph].says for graph in graphs if graph in sources}
    return next((mark for mark in ("stated", "quoted", "ours") if mark in marks), "")
