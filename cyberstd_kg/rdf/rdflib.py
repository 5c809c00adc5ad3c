"""The graph in rdflib's classes, for code that is written for rdflib."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import rdflib

from cyberstd_kg.core.iris import PREFIXES


class _Nodes(dict[object, rdflib.URIRef | rdflib.BNode]):
    """IRIs and blank nodes as rdflib's, each made once."""

    def __missing__(self, term: object) -> rdflib.URIRef | rdflib.BNode:
        if not isinstance(term, (ox.NamedNode, ox.BlankNode)):
            raise TypeError(f"{term!r} is neither an IRI nor a blank node")
        self[term] = rdflib.URIRef(term.value) if isinstance(term, ox.NamedNode) else rdflib.BNode(term.value)
        return self[term]

    def value(self, term: object) -> rdflib.term.Identifier:
        """Return *term*, which may be a literal; its text stays as it is."""
        if not isinstance(term, ox.Literal):
            return self[term]
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


def dataset(quads: Iterable[ox.Quad]) -> rdflib.Dataset:
    """Copy quads into a Dataset whose default graph is the union of the named ones; our prefixes are bound."""
    target = rdflib.Dataset(default_union=True)
    for prefix, namespace in PREFIXES.items():
        target.bind(prefix, namespace)
    nodes = _Nodes()
    target.addN(
        (nodes[q.subject], nodes[q.predicate], nodes.value(q.object), target.graph(nodes[q.graph_name])) for q in quads
    )
    return target


def graph(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    """Copy triples into a Graph without prefixes."""
    target = rdflib.Graph(bind_namespaces="none")
    nodes = _Nodes()
    for triple in triples:
        target.add((nodes[triple.subject], nodes[triple.predicate], nodes.value(triple.object)))
    return target
