"""What of the graph reaches a reasoner: the projection of the ontology and the data.

A reasoner gets what OWL can say and what it can bear (``docs/decisions/0018-reasoning.md``):

- the **terms**: the ontology and the SKOS schemes, without labels, notes and other annotations; never the alignments;
- the **facts**: the types of things, and the statements of object properties between them.

Texts, numbers and dates are left out: no axiom of the ontology rests on them, and OWL 2 does not know ``xsd:date``.
"""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core.iris import BASE, ONTOLOGY, PREFIXES, expand

_TYPE: Final = ox.NamedNode(expand("rdf:type"))
_OBJECT_PROPERTY, _ANNOTATION_PROPERTY = (
    ox.NamedNode(expand(name)) for name in ("owl:ObjectProperty", "owl:AnnotationProperty")
)
_TERMS: Final = ox.NamedNode(ONTOLOGY)
_SCHEME: Final = f"{BASE}scheme/"
#: Annotations that RDFS and OWL know by themselves.
_BUILT_IN: Final = frozenset(
    expand(name)
    for name in (
        *("rdfs:label", "rdfs:comment", "rdfs:seeAlso", "rdfs:isDefinedBy"),
        *("owl:versionInfo", "owl:versionIRI", "owl:priorVersion", "owl:deprecated"),
        *("owl:backwardCompatibleWith", "owl:incompatibleWith", "owl:imports"),
    )
)
_OWL: Final = PREFIXES["owl"]
_VOCABULARY: Final = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs"))


def facts(store: ox.Store) -> list[ox.Triple]:
    """Return what *store* says of things: their types, and statements of object properties between them.

    Read from the default graph, so each once.  What :func:`terms` has is left out.

    :param store: a compiled graph, whose default graph is the union of what is asserted
    """
    known = set(terms(store))
    found = []
    for predicate in (_TYPE, *sorted(object_properties(store), key=str)):
        for quad in store.quads_for_pattern(None, predicate, None, ox.DefaultGraph()):
            named = isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
            # A thing that is said to be a class or a property would be an axiom, and data states none.
            if named and quad.triple not in known and not quad.object.value.startswith(_VOCABULARY):  # type: ignore[union-attr]
                found.append(quad.triple)
    return found


def terms(store: ox.Store) -> list[ox.Triple]:
    """Return the triples of the ontology and of the schemes, without annotations and literals.

    Literals stay where they are part of an axiom (the number of a cardinality).  Alignments are left out.

    :param store: a compiled graph
    """
    left_out = {
        quad.subject.value  # type: ignore[union-attr]  # a property has a name
        for quad in store.quads_for_pattern(None, _TYPE, _ANNOTATION_PROPERTY, _TERMS)
    } | _BUILT_IN
    found = []
    for graph in graphs(store):
        for quad in store.quads_for_pattern(None, None, None, graph):
            if quad.predicate.value not in left_out and (
                not isinstance(quad.object, ox.Literal) or quad.predicate.value.startswith(_OWL)
            ):
                found.append(quad.triple)
    return found


def graphs(store: ox.Store) -> list[ox.NamedNode]:
    """Return the graphs of the ontology and the schemes."""
    named = [graph for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)]
    return [_TERMS, *sorted((graph for graph in named if graph.value.startswith(_SCHEME)), key=str)]


def object_properties(store: ox.Store) -> set[ox.NamedNode]:
    """Return the properties that the ontology declares as object properties."""
    quads = store.quads_for_pattern(None, _TYPE, _OBJECT_PROPERTY, _TERMS)
    return {quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode)}
