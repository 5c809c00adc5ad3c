"""JSON-LD 1.1, compact: CURIEs by the embedded context, a subject a line, nothing to fetch.

The context holds the prefixes in use and, for each property whose values are all IRIs or all of one datatype, that
type, so that the values are plain strings.  Booleans and plain integers are those of JSON.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

import pyoxigraph as ox

from cyberstd_kg.core.iris import PREFIXES, compact
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.rdf.canonical import canonical_quads
from cyberstd_kg.rdf.lists import Term
from cyberstd_kg.rdf.terms import TYPE, nodes
from cyberstd_kg.rdf.turtle import Graph, Predicates, by_graph

_STRING, _INTEGER, _BOOLEAN = nodes("xsd:string xsd:integer xsd:boolean")
#: Integers that every JSON reader keeps exact, in the form in which it writes them.
_INTEGERS: Final = re.compile("0|-?[1-9][0-9]{0,14}")
_PLAIN: Final = "plain"
_dump = json.JSONEncoder(ensure_ascii=False).encode


def write(quads: Iterable[ox.Quad]) -> bytes:
    """Return *quads* as JSON-LD: the subjects of the default graph, then the named graphs with their subjects.

    Raises like :func:`~cyberstd_kg.rdf.canonical.canonical_quads`.
    """
    unique = canonical_quads(quads)
    writer = _Writer(unique)
    graphs = by_graph(unique)
    parts = writer.nodes(graphs.get(ox.DefaultGraph(), {}), "    ")
    names = {writer.name(graph): graph for graph in graphs if not isinstance(graph, ox.DefaultGraph)}
    for name in sorted(names, key=natural):
        inner = ",\n".join(writer.nodes(graphs[names[name]], "      "))
        parts.append(f'    {{"@id": {_dump(name)}, "@graph": [\n{inner}\n    ]}}')
    context = ",\n".join(f"    {_dump(key)}: {_dump(value)}" for key, value in writer.context())
    body = ",\n".join(parts)
    return f'{{\n  "@context": {{\n{context}\n  }},\n  "@graph": [\n{body}\n  ]\n}}\n'.encode()


class _Writer:
    """Writes subjects; decides first, from all the quads, how the context shortens IRIs and values."""

    def __init__(self, quads: list[ox.Quad]) -> None:
        iris: set[str] = set()
        types: dict[ox.NamedNode, set[str]] = defaultdict(set)
        for quad in quads:
            value = quad.object
            if isinstance(value, ox.Literal):
                types[quad.predicate].add(_PLAIN if _is_plain(value) else value.datatype.value)
                value = value.datatype
            else:
                types[quad.predicate].add("@id")
            terms = (quad.subject, quad.predicate, value, quad.graph_name)
            iris.update(term.value for term in terms if isinstance(term, ox.NamedNode))
        curies = {iri: compact(iri) for iri in iris}
        # <list:a> would be read as a CURIE, so a prefix that is also the scheme of some IRI is not used.
        schemes = {iri.partition(":")[0] for iri, curie in curies.items() if curie is None}
        self._names = {iri: curie for iri, curie in curies.items() if curie and curie.partition(":")[0] not in schemes}
        #: property → "@id" or the IRI of a datatype, where all its values are of this type
        self._types = {
            term: next(iter(used))
            for term, used in types.items()
            if len(used) == 1 and _PLAIN not in used and term != TYPE
        }

    def context(self) -> Iterator[tuple[str, Any]]:
        """Yield the entries of the context: prefixes, then typed properties."""
        for prefix in sorted({curie.partition(":")[0] for curie in self._names.values()}):
            yield prefix, PREFIXES[prefix]
        typed = {self.name(term): self._names.get(type, type) for term, type in self._types.items()}
        for name in sorted(typed, key=natural):
            yield name, {"@type": typed[name]}

    def name(self, term: Term) -> str:
        """Return the CURIE or IRI of *term*, or the label of a blank node."""
        return self._names.get(term.value, term.value) if isinstance(term, ox.NamedNode) else str(term)

    def nodes(self, graph: Graph, indent: str) -> list[str]:
        """Return each subject on a line of its own, in natural order: first IRIs, then blank nodes."""
        names = {self.name(subject): subject for subject in graph}
        order = sorted(names, key=lambda name: (name.startswith("_:"), natural(name)))
        return [indent + _dump(self._node(name, graph[names[name]])) for name in order]

    def _node(self, name: str, predicates: Predicates) -> dict[str, Any]:
        values: dict[str, list[Any]] = defaultdict(list)
        for predicate, objects in predicates.items():
            for term in objects:
                if predicate == TYPE and not isinstance(term, ox.Literal):
                    values["@type"].append(self.name(term))
                else:
                    values[self.name(predicate)].append(self._value(term, self._types.get(predicate)))
        node: dict[str, Any] = {"@id": name}
        for key in sorted(values, key=natural):
            first, *others = values[key]
            node[key] = sorted(values[key], key=lambda value: natural(_dump(value))) if others else first
        return node

    def _value(self, term: Term, type: str | None) -> Any:
        if not isinstance(term, ox.Literal):
            return self.name(term) if type else {"@id": self.name(term)}
        value = term.value
        if term.language:
            return {"@value": value, "@language": term.language}
        if type or term.datatype == _STRING:
            return value
        if _is_plain(term):
            return int(value) if term.datatype == _INTEGER else value == "true"
        return {"@value": value, "@type": self.name(term.datatype)}


def _is_plain(term: ox.Literal) -> bool:
    """Return whether JSON has a form for *term* that needs no type from the context."""
    if term.datatype == _INTEGER:
        return _INTEGERS.fullmatch(term.value) is not None
    if term.datatype == _BOOLEAN:
        return term.value in {"true", "false"}
    return term.language is not None or term.datatype == _STRING
