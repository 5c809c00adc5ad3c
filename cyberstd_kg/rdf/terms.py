"""Terms of the engine: IRIs by their CURIEs, statements, typed literals, and terms as plain text."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core.iris import expand


def node(curie: str) -> ox.NamedNode:
    """Return the term that a CURIE names.

    >>> node("skos:Concept").value
    'http://www.w3.org/2004/02/skos/core#Concept'

    :raises InputError: on an unknown prefix
    """
    return ox.NamedNode(expand(curie))


def typed(text: str, datatype: str) -> ox.Literal:
    """Return a literal of the datatype that a CURIE names."""
    return ox.Literal(text, datatype=node(datatype))


def quad(graph: str, subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    """Return one statement: *graph* and *subject* are IRIs, *predicate* is a CURIE."""
    return ox.Quad(ox.NamedNode(subject), node(predicate), value, ox.NamedNode(graph))


def nodes(curies: str) -> tuple[ox.NamedNode, ...]:
    """Return the terms that CURIEs name, which are separated by spaces."""
    return tuple(node(curie) for curie in curies.split())


def plain(term: object) -> str:
    """Return the IRI of a node or the text of a literal; "" for None, what is written for another term."""
    return "" if term is None else str(getattr(term, "value", term))


TYPE: Final = node("rdf:type")
SUBCLASS: Final = node("rdfs:subClassOf")
LABEL: Final = node("rdfs:label")
