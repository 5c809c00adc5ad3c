"""The graph as an rdflib Dataset, for code that is written against rdflib."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import rdflib

from cyberstd_kg.iris import PREFIXES


def dataset(quads: Iterable[ox.Quad]) -> rdflib.Dataset:
    """Copy quads into a Dataset whose default graph is the union of the named ones; our prefixes are bound."""
    target = rdflib.Dataset(default_union=True)
    for prefix, namespace in PREFIXES.items():
        target.bind(prefix, namespace)
    nodes: dict[ox.NamedNode | ox.BlankNode, rdflib.URIRef | rdflib.BNode] = {}

    def node(term: object) -> rdflib.URIRef | rdflib.BNode:
        if not isinstance(term, (ox.NamedNode, ox.BlankNode)):
            raise TypeError(f"{term!r} is neither an IRI nor a blank node")
        known = nodes.get(term)
        if known is None:
            known = rdflib.URIRef(term.value) if isinstance(term, ox.NamedNode) else rdflib.BNode(term.value)
            nodes[term] = known
        return known

    def value(term: object) -> rdflib.term.Identifier:
        if not isinstance(term, ox.Literal):
            return node(term)
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)

    target.addN((node(q.subject), node(q.predicate), value(q.object), target.graph(node(q.graph_name))) for q in quads)
    return target
