"""A mapping set → statements in two graphs: what its publisher says, and how its words are read.

The graph of a set holds the rows as published.  The relations that the words leave possible, and the direct statements
that follow (``std:… cstd:overlaps std:…``), are in the same graph where the publisher defines the words or the set is
ours; else in a second graph, of whoever chose the reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.iris import BASE, PREFIXES, expand, mint
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.designations import records
from cyberstd_kg.mappings import relations, sssom_slots
from cyberstd_kg.mappings.model import End, MappingRow, MappingSet, named, word_iris

_XSD: Final = PREFIXES["xsd"]
_DATE: Final = ox.NamedNode(f"{_XSD}date")
_DECIMAL: Final = ox.NamedNode(f"{_XSD}decimal")
#: The place in the source of a set where nothing more precise is known.
WHOLE: Final = "the whole table"
_KITS: Final = "src:cyberstd-kg"
_TITLE: Final = "mapping_set_title"
Line = tuple[ox.Quad, int]
_Statements = Iterator[tuple[str, "ox.NamedNode | ox.Literal", int]]


class Graphs(NamedTuple):
    """The graphs of a mapping set, as IRIs: its own, that of its reading, and that of the descriptions of both."""

    rows: str
    reading: str
    descriptions: str


def graphs(mapping_set: MappingSet, own: bool) -> Graphs:
    """Return the graphs of *mapping_set*.

    :param own: whether the set is in a user's workspace
    """
    slug = mapping_set.iri.rpartition("/")[2]
    home = ("workspace",) if own else ()
    rows = mint("src", "workspace", f"crosswalk-{slug}") if own else mint("src", "crosswalk", slug)
    reading = mint("src", *home, "analysis", f"crosswalk-{slug}")
    holder = mint("src", "workspace" if own else "cyberstd-kg", "sources")
    same = mapping_set.reading.read_by == "by-publisher" or mapping_set.says == "ours"
    return Graphs(rows, rows if same else reading, holder)


def quads(mapping_set: MappingSet, own: bool) -> list[Line]:
    """Return the statements of *mapping_set*, each once, with its line in the file of the set.

    A row of which an end is a text instead of a provision is left out: the graph has no place for it.

    :param own: whether the set is in a user's workspace
    """
    lines: dict[ox.Quad, int] = {}
    names = graphs(mapping_set, own)
    nodes: dict[str, ox.NamedNode] = {}

    def node(iri: str) -> ox.NamedNode:
        if iri not in nodes:
            nodes[iri] = ox.NamedNode(iri)
        return nodes[iri]

    def add(graph: str, subject: str, statements: _Statements) -> None:
        for predicate, value, line in statements:
            lines.setdefault(ox.Quad(node(subject), node(expand(predicate)), value, node(graph)), line)

    for quad in _described(mapping_set, names, own):
        lines[quad] = 1
    add(names.rows, mapping_set.iri, _published(mapping_set))
    # Of a source of which only identifiers may be restated, the name is ours.
    named_in = names.reading if mapping_set.tier == "identifier" else names.rows
    add(named_in, mapping_set.iri, _of_slots(mapping_set, [_TITLE]))
    add(names.reading, mapping_set.iri, _of_slots(mapping_set, _stated_in("reading")))
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
                add(names.reading, end.iri, iter([("rdfs:label", _english(_together(end)), row.line)]))
        add(names.rows, row.iri, _row(mapping_set, row))
        add(names.reading, row.iri, _possible(row.relations, row.line))
        direct = f"cstd:{relations.predicate(row.relations)}"
        add(names.reading, row.subject.iri, iter([(direct, node(row.object.iri), row.line)]))
    return list(lines.items())


def _described(mapping_set: MappingSet, names: Graphs, own: bool) -> Iterator[ox.Quad]:
    """Yield the descriptions of the graphs as sources."""
    document = mapping_set.document or names.rows
    locator = mapping_set.locator or WHOLE
    holder = ox.NamedNode(names.descriptions)
    yield from records.describe(
        names.rows, document, mapping_set.title, locator, mapping_set.tier, names.descriptions, says=mapping_set.says
    )
    if mapping_set.quoted_from:
        # A set of ours quotes nothing: it was read in that source.
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


def _stated_in(graph: str) -> list[str]:
    """Return the slots of a set that one of its graphs states."""
    return [slot for slot, field in sssom_slots.FIELDS.items() if field.graph == graph and field.form != "words"]


def _of_slots(mapping_set: MappingSet, slots: Iterable[str]) -> _Statements:
    """Yield the statements of those *slots* of a set for whose value the graph has a term."""
    for slot in slots:
        if value := _term(slot, sssom_slots.text_of(mapping_set, slot)):
            yield sssom_slots.FIELDS[slot].curie, value, mapping_set.lines.get(slot, 1)


def _term(slot: str, text: str) -> ox.NamedNode | ox.Literal | None:
    """Return the value of a slot as a term; None where it has none, or the graph has no term for it."""
    _, curie, form, _ = sssom_slots.FIELDS[slot]
    if not text or not curie:
        return None
    match form:
        case "text":
            return _english(text)
        case "literal":
            return ox.Literal(text)
        case "entity":
            return ox.NamedNode(text) if text.startswith(BASE) else None
        case "uri":
            return ox.NamedNode(text) if sssom_slots.is_uri(text) else None
        case scheme:
            return ox.NamedNode(expand(f"{scheme}:{text}"))


def _published(mapping_set: MappingSet) -> _Statements:
    """Yield the statements of a set, except its name, that its publisher makes."""
    line = mapping_set.lines.get
    yield "rdf:type", ox.NamedNode(expand("cstd:MappingSet")), line("mapping_set_id", 1)
    yield from _of_slots(mapping_set, (slot for slot in _stated_in("rows") if slot != _TITLE))
    if mapping_set.date:
        for predicate, day in zip(("cstd:earliest", "cstd:latest"), records.interval(mapping_set.date), strict=True):
            yield predicate, ox.Literal(day, datatype=_DATE), line("publication_date", 1)
    for slot, values in _without_term(mapping_set):
        yield "cstd:furtherSlot", _further(slot, values, of_set=True), line(slot, 1)


def _without_term(mapping_set: MappingSet) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the slots of a set for which the graph has no term."""
    for slot in sssom_slots.SET_SLOTS:
        if slot in sssom_slots.FIELDS:
            text = sssom_slots.text_of(mapping_set, slot)
            if text and not _term(slot, text):
                yield slot, (text,)
    yield from mapping_set.other


def _further(slot: str, values: tuple[str, ...], *, of_set: bool = False) -> ox.Literal:
    """Return the literal for a slot for which the graph has no term: its name, a colon, its cell."""
    cell = sssom_slots.join(values) if sssom_slots.slot(slot, of_set=of_set).multiple else values[0]
    return ox.Literal(f"{slot}: {cell}")


def _word(word: str, possible: relations.Relations, line: int) -> _Statements:
    yield "rdf:type", ox.NamedNode(expand("cstd:WordReading")), line
    yield "cstd:publishedRelation", ox.Literal(word), line
    yield from _possible(possible, line)


def _group(mapping_set: MappingSet, end: End, line: int) -> _Statements:
    yield "rdf:type", ox.NamedNode(expand("cstd:ProvisionGroup")), line
    yield "cstd:inMappingSet", ox.NamedNode(mapping_set.iri), line
    for member in end.members:
        yield "cstd:hasMember", ox.NamedNode(member), line


def _row(mapping_set: MappingSet, row: MappingRow) -> _Statements:
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
        yield "skos:note", _english(row.comment), line
    for origin in row.derived_from:
        yield "cstd:derivedFrom", ox.NamedNode(origin), line
    labels = {"subject_label": row.subject.label, "object_label": row.object.label}
    for slot, values in [*((slot, (label,)) for slot, label in labels.items() if label), *row.other]:
        yield "cstd:furtherSlot", _further(slot, values), line


def _possible(possible: relations.Relations, line: int) -> _Statements:
    for code, base in relations.CODES.items():
        if possible & base:
            yield "cstd:possibleRelation", ox.NamedNode(f"{PREFIXES['relation']}{code}"), line


def _together(end: End) -> str:
    """Return a name for a group, made of the local names of its members: "GC.6.1.3, GC.6.1.4 together"."""
    names = []
    for iri in sorted(end.members, key=natural):
        name = re.split(r"[/#_]", iri.rstrip("/#_"))[-1]
        names.append(name.upper().replace("-", ".") if iri.startswith(BASE) else name)
    return f"{', '.join(names)} together"


def _english(text: str) -> ox.Literal:
    return ox.Literal(text, language="en")
