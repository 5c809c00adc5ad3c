"""A mapping set → statements: what its publisher says, and what the words are read to say, each in a graph of its own.

The graph of a set holds the rows as published.  What the words leave possible, and the direct statements that follow
(``std:… cstd:overlaps std:…``), stand there too where the publisher defines the words or the set is ours; else in a
second graph, of whoever chose the reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.iris import BASE, PREFIXES, expand, mint
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.designations import records
from cyberstd_kg.mappings import relations, sssom_slots
from cyberstd_kg.mappings.model import CODED, End, MappingRow, MappingSet, named, word_iris

_XSD: Final = PREFIXES["xsd"]
_DATE: Final = ox.NamedNode(f"{_XSD}date")
_DECIMAL: Final = ox.NamedNode(f"{_XSD}decimal")
#: Slots of a reading that are codes → the property of each.
CODE_PROPERTIES: Final = {
    "style": "cstd:mappingStyle",
    "rationale": "cstd:rationale",
    "use_case": "cstd:useCase",
    "read_by": "cstd:readBy",
    "granularity": "cstd:granularity",
    "groups": "cstd:groupReading",
    "blank": "cstd:blankMeans",
    "no_relationship": "cstd:noRelationshipMeans",
    "completeness": "cstd:completeness",
}
#: What the description of a set says of the place where nothing more is known.
WHOLE: Final = "the whole table"
_KITS: Final = "src:cyberstd-kg"
Line = tuple[ox.Quad, int]
_Said = Iterator[tuple[str, "ox.NamedNode | ox.Literal", int]]


class Graphs(NamedTuple):
    """The graphs of a mapping set, as IRIs: its own, that of its reading, and that of the descriptions of both."""

    rows: str
    reading: str
    descriptions: str


def graphs(mapping_set: MappingSet, own: bool) -> Graphs:
    """Return the graphs in which *mapping_set* speaks.

    :param own: whether it stands in a user's workspace
    """
    slug = mapping_set.iri.rpartition("/")[2]
    if own:
        rows, reading = (
            mint("src", "workspace", f"crosswalk-{slug}"),
            mint("src", "workspace", "analysis", f"crosswalk-{slug}"),
        )
        holder = mint("src", "workspace", "sources")
    else:
        rows, reading = mint("src", "crosswalk", slug), mint("src", "analysis", f"crosswalk-{slug}")
        holder = mint("src", "cyberstd-kg", "sources")
    same = mapping_set.reading.read_by == "by-publisher" or mapping_set.says == "ours"
    return Graphs(rows, rows if same else reading, holder)


def quads(mapping_set: MappingSet, own: bool) -> list[Line]:
    """Return the statements of *mapping_set*, each once, with the line of its file where it stands.

    A row of which an end is a text, not a provision, has no place in the graph and is passed over.

    :param own: whether it stands in a user's workspace
    """
    found: dict[ox.Quad, int] = {}
    names = graphs(mapping_set, own)
    nodes: dict[str, ox.NamedNode] = {}

    def node(iri: str) -> ox.NamedNode:
        made = nodes.get(iri)
        if made is None:
            made = nodes[iri] = ox.NamedNode(iri)
        return made

    def add(graph: str, subject: str, said: _Said) -> None:
        for predicate, value, line in said:
            found.setdefault(ox.Quad(node(subject), node(expand(predicate)), value, node(graph)), line)

    for quad in _described(mapping_set, names, own):
        found[quad] = 1
    add(names.rows, mapping_set.iri, _published(mapping_set))
    # Of a source of which only identifiers may be restated, the name is ours.
    named_in = names.reading if mapping_set.tier == "identifier" else names.rows
    add(named_in, mapping_set.iri, _titled(mapping_set))
    add(names.reading, mapping_set.iri, _read(mapping_set))
    words = word_iris(mapping_set.iri, (word for word, _ in mapping_set.reading.words))
    at = mapping_set.lines.get("cyberstd_words", 1)
    for word, possible in mapping_set.reading.words:
        add(names.reading, mapping_set.iri, iter([("cstd:readsWord", node(words[word]), at)]))
        add(names.reading, words[word], _word(word, possible, at))
    for row in named(mapping_set.iri, mapping_set.rows):
        if row.subject.is_literal or row.object.is_literal:
            continue
        for end in (row.subject, row.object):
            if end.members:
                add(names.rows, end.iri, _group(mapping_set, end, row.line))
                add(names.reading, end.iri, iter([("rdfs:label", _text(_together(end)), row.line)]))
        add(names.rows, row.iri, _row(mapping_set, row))
        add(names.reading, row.iri, _possible(row.relations, row.line))
        direct = f"cstd:{relations.predicate(row.relations)}"
        add(names.reading, row.subject.iri, iter([(direct, node(row.object.iri), row.line)]))
    return list(found.items())


def _described(mapping_set: MappingSet, names: Graphs, own: bool) -> Iterator[ox.Quad]:
    """Yield the descriptions of the graphs as sources."""
    document = mapping_set.document or names.rows
    locator = mapping_set.locator or WHOLE
    holder = ox.NamedNode(names.descriptions)
    yield from records.describe(
        names.rows, document, mapping_set.title, locator, mapping_set.tier, names.descriptions, says=mapping_set.says
    )
    if mapping_set.quoted_from:
        # What is ours quotes nothing: it was read in that source.
        how = "prov:wasDerivedFrom" if mapping_set.says == "ours" else "prov:wasQuotedFrom"
        quoted = ox.NamedNode(mapping_set.quoted_from)
        yield ox.Quad(ox.NamedNode(names.rows), ox.NamedNode(expand(how)), quoted, holder)
    if names.reading != names.rows:
        title = f"Our reading of: {mapping_set.title}"
        document = names.reading if own else expand(_KITS)
        tier = "title" if mapping_set.tier == "identifier" else mapping_set.tier
        yield from records.describe(names.reading, document, title, locator, tier, names.descriptions, says="ours")
        derived = ox.NamedNode(expand("prov:wasDerivedFrom"))
        yield ox.Quad(ox.NamedNode(names.reading), derived, ox.NamedNode(names.rows), holder)


def _titled(mapping_set: MappingSet) -> _Said:
    yield "dct:title", _text(mapping_set.title), mapping_set.lines.get("mapping_set_title", 1)


def _published(mapping_set: MappingSet) -> _Said:
    """Yield what the set says of itself."""
    line, reading = mapping_set.lines.get, mapping_set.reading
    yield "rdf:type", ox.NamedNode(expand("cstd:MappingSet")), line("mapping_set_id", 1)
    for predicate, text, slot in (
        ("dct:description", mapping_set.description, "mapping_set_description"),
        ("cstd:audience", reading.audience, "cyberstd_audience"),
        ("cstd:madeHow", reading.made_how, "cyberstd_made_how"),
        ("cstd:confidenceScale", reading.confidence_scale, "cyberstd_confidence_scale"),
    ):
        if text:
            yield predicate, _text(text), line(slot, 1)
    if mapping_set.version:
        yield "owl:versionInfo", ox.Literal(mapping_set.version), line("mapping_set_version", 1)
    if mapping_set.date:
        earliest, latest = records.interval(mapping_set.date)
        at = line("publication_date", 1)
        yield "cstd:printedDate", ox.Literal(mapping_set.date), at
        yield "cstd:earliest", ox.Literal(earliest, datatype=_DATE), at
        yield "cstd:latest", ox.Literal(latest, datatype=_DATE), at
    for predicate, iri, slot in (
        ("dct:publisher", mapping_set.provider, "mapping_provider"),
        ("cstd:subjectEdition", mapping_set.subject_edition, "subject_source"),
        ("cstd:objectEdition", mapping_set.object_edition, "object_source"),
    ):
        if iri.startswith(BASE):
            yield predicate, ox.NamedNode(iri), line(slot, 1)
    if sssom_slots.is_uri(mapping_set.licence):
        yield "dct:license", ox.NamedNode(mapping_set.licence), line("license", 1)
    for slot, values in further_of_set(mapping_set):
        yield "cstd:furtherSlot", further(slot, values, of_set=True), line(slot, 1)


def further_of_set(mapping_set: MappingSet) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the slots of a set for which the graph has no term."""
    for slot, value in (
        ("subject_source", mapping_set.subject_edition),
        ("object_source", mapping_set.object_edition),
        ("mapping_provider", mapping_set.provider),
    ):
        if value and not value.startswith(BASE):
            yield slot, (value,)
    for slot, value in (
        ("subject_source_version", mapping_set.subject_version),
        ("object_source_version", mapping_set.object_version),
        ("license", "" if sssom_slots.is_uri(mapping_set.licence) else mapping_set.licence),
    ):
        if value:
            yield slot, (value,)
    yield from mapping_set.other


def further_of_row(row: MappingRow) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the slots of a row for which the graph has no term."""
    for slot, end in (("subject_label", row.subject), ("object_label", row.object)):
        if end.label:
            yield slot, (end.label,)
    yield from row.other


def further(slot: str, values: tuple[str, ...], *, of_set: bool = False) -> ox.Literal:
    """Return the literal that keeps a slot for which the graph has no term: its name, a colon, its cell."""
    kept = sssom_slots.join(values) if sssom_slots.slot(slot, of_set=of_set).multiple else values[0]
    return ox.Literal(f"{slot}: {kept}")


def _read(mapping_set: MappingSet) -> _Said:
    """Yield how the set is read."""
    reading = mapping_set.reading
    for slot, predicate in CODE_PROPERTIES.items():
        if code := getattr(reading, slot):
            yield predicate, ox.NamedNode(expand(f"{CODED[slot]}:{code}")), mapping_set.lines.get(f"cyberstd_{slot}", 1)
    if reading.reason:
        yield "cstd:readingReason", _text(reading.reason), mapping_set.lines.get("cyberstd_reading_reason", 1)


def _word(word: str, possible: relations.Relations, line: int) -> _Said:
    yield "rdf:type", ox.NamedNode(expand("cstd:WordReading")), line
    yield "cstd:publishedRelation", ox.Literal(word), line
    yield from _possible(possible, line)


def _group(mapping_set: MappingSet, end: End, line: int) -> _Said:
    yield "rdf:type", ox.NamedNode(expand("cstd:ProvisionGroup")), line
    yield "cstd:inMappingSet", ox.NamedNode(mapping_set.iri), line
    for member in end.members:
        yield "cstd:hasMember", ox.NamedNode(member), line


def _row(mapping_set: MappingSet, row: MappingRow) -> _Said:
    line = row.line
    yield "rdf:type", ox.NamedNode(expand("cstd:Mapping")), line
    yield "cstd:inMappingSet", ox.NamedNode(mapping_set.iri), line
    yield "cstd:mapsFrom", ox.NamedNode(row.subject.iri), line
    yield "cstd:mapsTo", ox.NamedNode(row.object.iri), line
    if row.word:
        yield "cstd:publishedRelation", ox.Literal(row.word), line
    if row.justification:
        yield "cstd:justification", ox.NamedNode(row.justification), line
    if row.confidence is not None:
        yield "cstd:confidence", ox.Literal(sssom_slots.number(row.confidence), datatype=_DECIMAL), line
    if row.comment:
        yield "skos:note", _text(row.comment), line
    for origin in row.derived_from:
        yield "cstd:derivedFrom", ox.NamedNode(origin), line
    for slot, values in further_of_row(row):
        yield "cstd:furtherSlot", further(slot, values), line


def _possible(possible: relations.Relations, line: int) -> _Said:
    for code, base in relations.CODES.items():
        if possible & base:
            yield "cstd:possibleRelation", ox.NamedNode(f"{PREFIXES['relation']}{code}"), line


def _together(end: End) -> str:
    """Return a name for a group, made of the local names of its members: "GC.6.1.3, GC.6.1.4 together"."""
    names = [re.split(r"[/#_]", iri.rstrip("/#_"))[-1] for iri in sorted(end.members, key=natural)]
    shown = (
        name.upper().replace("-", ".") if iri.startswith(BASE) else name
        for iri, name in zip(sorted(end.members, key=natural), names, strict=True)
    )
    return f"{', '.join(shown)} together"


def _text(text: str) -> ox.Literal:
    return ox.Literal(text, language="en")
