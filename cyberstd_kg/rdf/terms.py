"""Terms of the engine: IRIs by their CURIEs, and terms as plain text."""

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


def nodes(curies: str) -> tuple[ox.NamedNode, ...]:
    """Return the terms that CURIEs name, which are separated by spaces."""
    return tuple(node(curie) for curie in curies.split())


def plain(term: object) -> str:
    """Return the IRI of a node or the text of a literal; "" for None, what is written for another term."""
    return "" if term is None else str(getattr(term, "value", term))


TYPE: Final = node("rdf:type")
SUBCLASS: Final = node("rdfs:subClassOf")
LABEL: Final = node("rdfs:label")
