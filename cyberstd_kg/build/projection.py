"""What of the graph reaches a reasoner: the projection of the ontology and the data.

A reasoner gets what OWL can say and what the reasoner can handle (``docs/decisions/0018-reasoning.md``):

- the **terms**: the ontology and the SKOS schemes, without labels, notes and other annotations; never the alignments;
- the **facts**: the types of entities, and the statements of object properties between them.

Texts, numbers and dates are left out: no axiom of the ontology depends on them, and OWL 2 does not know ``xsd:date``.
"""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core.iris import BASE, ONTOLOGY, PREFIXES
from cyberstd_kg.graph.view import View, asserted
from cyberstd_kg.rdf.terms import TYPE, node, nodes

_TERMS: Final = ox.NamedNode(ONTOLOGY)
_SCHEME: Final = f"{BASE}scheme/"
#: Annotation properties of RDFS and OWL themselves.
_BUILT_IN: Final = nodes(
    "rdfs:label rdfs:comment rdfs:seeAlso rdfs:isDefinedBy owl:versionInfo owl:versionIRI owl:priorVersion "
    "owl:deprecated owl:backwardCompatibleWith owl:incompatibleWith owl:imports"
)
_VOCABULARY: Final = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs"))


def facts(store: ox.Store) -> list[ox.Triple]:
    """Return the types of entities in *store*, and the statements of object properties between them, each once.

    What :func:`terms` has is left out.

    :param store: a compiled graph
    """
    known = set(terms(store))
    return [
        triple
        for predicate in (TYPE, *sorted(object_properties(store), key=str))
        for triple in asserted(store, None, predicate)
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode)
        # An entity that is said to be a class or a property would be an axiom, and data states none.
        if triple not in known and not triple.object.value.startswith(_VOCABULARY)
    ]


def terms(store: ox.Store) -> list[ox.Triple]:
    """Return the triples of the ontology and of the schemes, without annotations and literals.

    Literals stay where they are part of an axiom (the number of a cardinality).  Alignments are left out.

    :param store: a compiled graph
    """
    view = View(store)
    annotations = {*_BUILT_IN, *_declared(store, "owl:AnnotationProperty")}
    return [
        quad.triple
        for graph in graphs(store)
        for quad in view.quads(graph=graph)
        if quad.predicate not in annotations
        if not isinstance(quad.object, ox.Literal) or quad.predicate.value.startswith(PREFIXES["owl"])
    ]


def graphs(store: ox.Store) -> list[ox.NamedNode]:
    """Return the graphs of the ontology and the schemes."""
    schemes = (graph for graph in View(store).graphs() if graph.value.startswith(_SCHEME))
    return [_TERMS, *sorted(schemes, key=str)]


def object_properties(store: ox.Store) -> set[ox.NamedNode]:
    """Return the properties that the ontology declares as object properties."""
    return _declared(store, "owl:ObjectProperty")


def _declared(store: ox.Store, kind: str) -> set[ox.NamedNode]:
    quads = View(store).quads(None, TYPE, node(kind), _TERMS)
    return {quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode)}
