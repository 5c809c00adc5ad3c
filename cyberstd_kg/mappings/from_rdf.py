"""Mapping sets of the compiled graph, read back into the model: the inverse of :mod:`cyberstd_kg.mappings.to_rdf`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyoxigraph as ox

from cyberstd_kg.core.errors import NotFound
from cyberstd_kg.core.iris import PREFIXES, compact, expand
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.mappings import relations, sssom_slots
from cyberstd_kg.mappings.model import DeclaredReading, End, MappingRow, MappingSet, RelationWord, named
from cyberstd_kg.mappings.relations import Relations
from cyberstd_kg.mappings.to_rdf import WHOLE

_TYPE: Final = ox.NamedNode(expand("rdf:type"))
_SET: Final = ox.NamedNode(expand("cstd:MappingSet"))
_ROW: Final = expand("cstd:Mapping")
#: Property → its values.
_Values = dict[str, list[str]]


def load(store: ox.Store, iri: str) -> MappingSet:
    """Return a mapping set of the graph.

    :raises NotFound: when *iri* is none
    """
    node = ox.NamedNode(iri)
    graph = _graph(store, node, _TYPE, _SET)
    if graph is None:
        hint = "See them with: cyberstd ask mapping-sets."
        raise NotFound(f"{compact(iri) or iri} is not a mapping set of the graph", hint)
    reading_graph = _graph(store, node, ox.NamedNode(expand("cstd:readBy")), None) or graph
    statements: dict[str, _Values] = {}
    for name in {graph, reading_graph}:
        _add(statements, store.quads_for_pattern(None, None, None, name))
    _add(statements, store.quads_for_pattern(graph, None, None, None))
    about, source = _Subject(statements, iri), _Subject(statements, graph.value)
    further = dict(about.further(of_set=True))
    fields: dict[str, Any] = {
        field.path: (about.one(field.curie) if field.curie else "") or _taken(further, slot)
        for slot, field in sssom_slots.FIELDS.items()
        if slot in sssom_slots.SET_SLOTS
    } | _described(source, graph.value)
    rows = (
        _row(_Subject(statements, row)) for row, values in statements.items() if _ROW in values.get(_TYPE.value, ())
    )
    return MappingSet(
        iri=iri,
        reading=_reading(about),
        rows=named(iri, rows),
        other=sssom_slots.in_order(further, of_set=True),
        **fields,
    )


def _described(source: _Subject, graph: str) -> dict[str, str]:
    """Return the fields of a set that the description of its graph states."""
    says = source.code("cstd:says") or "stated"
    document, locator = source.one("cstd:sourceDocument"), source.one("bibo:locator")
    return {
        "tier": source.code("cstd:licenceTier") or "identifier",
        "says": says,
        "document": "" if document == graph else document,
        # A set of ours quotes nothing: it was read in that source.
        "quoted_from": source.one("prov:wasDerivedFrom" if says == "ours" else "prov:wasQuotedFrom"),
        "locator": "" if locator == WHOLE else locator,
    }


def _graph(
    store: ox.Store, subject: ox.NamedNode, predicate: ox.NamedNode, value: ox.NamedNode | None
) -> ox.NamedNode | None:
    """Return the first named graph, by IRI, that has such a statement."""
    graphs = (quad.graph_name for quad in store.quads_for_pattern(subject, predicate, value, None))
    return min((name for name in graphs if isinstance(name, ox.NamedNode)), key=lambda name: name.value, default=None)


def _add(statements: dict[str, _Values], quads: Iterator[ox.Quad]) -> None:
    for quad in quads:
        values = statements.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, [])  # type: ignore[union-attr]
        values.append(quad.object.value)  # type: ignore[union-attr]


class _Subject:
    """The statements about one subject, and a way to those about others.

    :param statements: subject → property → values
    """

    def __init__(self, statements: dict[str, _Values], iri: str) -> None:
        self._statements = statements
        self._values = statements.get(iri, {})

    def all(self, curie: str) -> list[str]:
        """Return the values of a property, sorted."""
        return sorted(set(self._values.get(expand(curie), ())))

    def one(self, curie: str) -> str:
        """Return the first value of a property, or ""."""
        return next(iter(self.all(curie)), "")

    def code(self, curie: str) -> str:
        """Return the code that a property has as value, or ""."""
        return self.one(curie).rpartition("#")[2]

    def subjects(self, curie: str) -> list[_Subject]:
        """Return the values of a property as subjects themselves."""
        return [_Subject(self._statements, iri) for iri in self.all(curie)]

    def relations(self) -> Relations:
        """Return the relations that are possible."""
        codes = (iri.removeprefix(PREFIXES["relation"]) for iri in self.all("cstd:possibleRelation"))
        return relations.union(relations.CODES[code] for code in codes if code in relations.CODES)

    def further(self, *, of_set: bool = False) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the slots for which there is no term."""
        for text in self.all("cstd:furtherSlot"):
            name, _, cell = text.partition(": ")
            yield name, sssom_slots.split(cell) if sssom_slots.slot(name, of_set=of_set).multiple else (cell,)


def _reading(about: _Subject) -> DeclaredReading:
    words = [
        RelationWord(word.one("cstd:publishedRelation"), word.relations()) for word in about.subjects("cstd:readsWord")
    ]
    fields = {
        field.name: about.code(field.curie) if field.is_code else about.one(field.curie)
        for field in sssom_slots.FIELDS.values()
        if field.is_of_reading and field.form != "words"
    }
    return DeclaredReading(words=tuple(sorted(words, key=lambda entry: natural(entry.word))), **fields)


def _row(row: _Subject) -> MappingRow:
    further = dict(row.further())
    subject, value = (
        End(
            iri=row.one(f"cstd:{predicate}"),
            members=tuple(
                member for end in row.subjects(f"cstd:{predicate}")[:1] for member in end.all("cstd:hasMember")
            ),
            label=_taken(further, label),
        )
        for predicate, label in (("mapsFrom", "subject_label"), ("mapsTo", "object_label"))
    )
    confidence = row.one("cstd:confidence")
    return MappingRow(
        iri="",
        subject=subject,
        object=value,
        word=row.one("cstd:publishedRelation"),
        relations=row.relations(),
        justification=row.one("cstd:justification"),
        confidence=float(confidence) if confidence else None,
        comment=row.one("skos:note"),
        derived_from=tuple(sorted(row.all("cstd:derivedFrom"), key=natural)),
        other=sssom_slots.in_order(further),
    )


def _taken(further: dict[str, tuple[str, ...]], name: str) -> str:
    """Return the first value of a slot, or "", and take the slot out of *further*."""
    return "".join(further.pop(name, ())[:1])
