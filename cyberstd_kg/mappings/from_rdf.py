"""Mapping sets of the compiled graph, read back into the model: the inverse of :mod:`cyberstd_kg.mappings.to_rdf`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core.errors import NotFound
from cyberstd_kg.core.iris import PREFIXES, compact, expand
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.mappings import relations, sssom_slots
from cyberstd_kg.mappings.model import DeclaredReading, End, MappingRow, MappingSet, RelationWord, named
from cyberstd_kg.mappings.relations import Relations
from cyberstd_kg.mappings.to_rdf import CODE_PROPERTIES, WHOLE

_TYPE: Final = ox.NamedNode(expand("rdf:type"))
_SET: Final = ox.NamedNode(expand("cstd:MappingSet"))
_ROW: Final = expand("cstd:Mapping")
_Told = dict[str, list[str]]


def sets(store: ox.Store) -> list[str]:
    """Return the IRIs of the mapping sets of the graph, in natural order."""
    found = {quad.subject.value for quad in store.quads_for_pattern(None, _TYPE, _SET, None)}  # type: ignore[union-attr]
    return sorted(found, key=natural)


def load(store: ox.Store, iri: str) -> MappingSet:
    """Return a mapping set of the graph.

    :raises NotFound: when *iri* is none
    """
    node = ox.NamedNode(iri)
    graph = _graph(store, node, _TYPE, _SET)
    if graph is None:
        raise NotFound(
            f"{compact(iri) or iri} is no mapping set of the graph", "See them with: cyberstd ask mapping-sets."
        )
    reading_graph = _graph(store, node, ox.NamedNode(expand("cstd:readBy")), None) or graph
    told: dict[str, _Told] = {}
    for name in {graph, reading_graph}:
        for quad in store.quads_for_pattern(None, None, None, name):
            values = told.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, [])  # type: ignore[union-attr]
            values.append(quad.object.value)  # type: ignore[union-attr]
    about, source = _Reader(told.get(iri, {})), _Reader(_description(store, graph))
    further = dict(about.further(of_set=True))
    says = source.code("cstd:says") or "stated"
    made = MappingSet(
        iri,
        about.one("dct:title"),
        _reading(about, told),
        provider=about.one("dct:publisher") or _taken(further, "mapping_provider"),
        licence=about.one("dct:license") or _taken(further, "license"),
        version=about.one("owl:versionInfo"),
        tier=source.code("cstd:licenceTier") or "identifier",
        says=says,
        document=_unless(source.one("cstd:sourceDocument"), graph.value),
        # What is ours quotes nothing: it was read in that source.
        quoted_from=source.one("prov:wasDerivedFrom" if says == "ours" else "prov:wasQuotedFrom"),
        locator=_unless(source.one("bibo:locator"), WHOLE),
        subject_edition=about.one("cstd:subjectEdition") or _taken(further, "subject_source"),
        object_edition=about.one("cstd:objectEdition") or _taken(further, "object_source"),
        subject_version=_taken(further, "subject_source_version"),
        object_version=_taken(further, "object_source_version"),
        date=about.one("cstd:printedDate"),
        description=about.one("dct:description"),
        rows=named(iri, (_row(_Reader(said), told) for said in told.values() if _ROW in said.get(_TYPE.value, ()))),
        other=sssom_slots.in_order(further, of_set=True),
    )
    return made


def _graph(
    store: ox.Store, subject: ox.NamedNode, predicate: ox.NamedNode, value: ox.NamedNode | None
) -> ox.NamedNode | None:
    """Return the named graph that says something of a thing."""
    found = (quad.graph_name for quad in store.quads_for_pattern(subject, predicate, value, None))
    return min((name for name in found if isinstance(name, ox.NamedNode)), key=lambda name: name.value, default=None)


def _description(store: ox.Store, graph: ox.NamedNode) -> _Told:
    told: _Told = {}
    for quad in store.quads_for_pattern(graph, None, None, None):
        told.setdefault(quad.predicate.value, []).append(quad.object.value)  # type: ignore[union-attr]
    return told


class _Reader:
    """What is said of one thing."""

    def __init__(self, told: _Told) -> None:
        self._told = told

    def all(self, curie: str) -> list[str]:
        """Return the values of a property, sorted."""
        return sorted(set(self._told.get(expand(curie), ())))

    def one(self, curie: str) -> str:
        """Return the first value of a property, or ""."""
        return next(iter(self.all(curie)), "")

    def code(self, curie: str) -> str:
        """Return the code that a property has as value, or ""."""
        return self.one(curie).rpartition("#")[2]

    def relations(self) -> Relations:
        """Return the relations that are possible."""
        codes = (iri.removeprefix(PREFIXES["relation"]) for iri in self.all("cstd:possibleRelation"))
        return relations.union(relations.CODES[code] for code in codes if code in relations.CODES)

    def further(self, *, of_set: bool = False) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the slots for which there is no term."""
        for text in self.all("cstd:furtherSlot"):
            name, _, cell = text.partition(": ")
            yield name, sssom_slots.split(cell) if sssom_slots.slot(name, of_set=of_set).multiple else (cell,)


def _reading(about: _Reader, told: dict[str, _Told]) -> DeclaredReading:
    words = [_Reader(told.get(iri, {})) for iri in about.all("cstd:readsWord")]
    table = [RelationWord(word.one("cstd:publishedRelation"), word.relations()) for word in words]
    return DeclaredReading(
        **{slot: about.code(predicate) for slot, predicate in CODE_PROPERTIES.items()},
        words=tuple(sorted(table, key=lambda read: natural(read.word))),
        reason=about.one("cstd:readingReason"),
        audience=about.one("cstd:audience"),
        made_how=about.one("cstd:madeHow"),
        confidence_scale=about.one("cstd:confidenceScale"),
    )


def _row(said: _Reader, told: dict[str, _Told]) -> MappingRow:
    further = dict(said.further())

    def end(path: str, label: str) -> End:
        iri = said.one(path)
        return End(iri, tuple(_Reader(told.get(iri, {})).all("cstd:hasMember")), _taken(further, label))

    sure = said.one("cstd:confidence")
    return MappingRow(
        "",
        end("cstd:mapsFrom", "subject_label"),
        end("cstd:mapsTo", "object_label"),
        said.one("cstd:publishedRelation"),
        said.relations(),
        justification=said.one("cstd:justification"),
        confidence=float(sure) if sure else None,
        comment=said.one("skos:note"),
        derived_from=tuple(sorted(said.all("cstd:derivedFrom"), key=natural)),
        other=sssom_slots.in_order(further),
    )


def _taken(further: dict[str, tuple[str, ...]], name: str) -> str:
    return "".join(further.pop(name, ())[:1])


def _unless(value: str, default: str) -> str:
    return "" if value == default else value
