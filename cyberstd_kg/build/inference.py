"""What follows from the ontology and the data by the rules of OWL 2 RL, as a graph of its own.

The snapshot holds it beside the data, in the graph :data:`cyberstd_kg.core.iris.INFERRED` and not in its default graph:
every inferred statement about an entity that no source makes, whose class or object property the ontology declares.
``reasonable``, a reasoner for OWL 2 RL (https://www.w3.org/TR/owl2-profiles/#OWL_2_RL), computes the closure.

Two names always mean two entities here.  So the axioms from which a rule concludes that two names mean one entity
(``prp-fp``, ``prp-ifp``, ``prp-key``, ``cls-maxc2``, ``cls-maxqc3``, ``cls-maxqc4``) are left out.  Without a
contradiction these rules have nothing to conclude; and where a property has two values of which only one can be right,
``cyberstd reason`` reports it, and the two are not taken for one.  Other contradictions change nothing either: the
rules that find them conclude no statement.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.build import projection
from cyberstd_kg.core.iris import BASE, INFERRED, ONTOLOGY, PREFIXES, expand
from cyberstd_kg.graph.view import asserted

#: (subject, predicate, object), each an IRI.
Triple = tuple[str, str, str]

_TYPE, _SUBCLASS = expand("rdf:type"), expand("rdfs:subClassOf")
_CLASS, _OBJECT_PROPERTY = expand("owl:Class"), expand("owl:ObjectProperty")
#: What makes one entity of two names.
_MERGING: Final = frozenset((expand("owl:FunctionalProperty"), expand("owl:InverseFunctionalProperty")))
_MERGING_AXIOMS: Final = frozenset(
    expand(name) for name in ("owl:hasKey", "owl:maxCardinality", "owl:maxQualifiedCardinality", "owl:sameAs")
)


class InferredClosure(NamedTuple):
    """What follows: ``triples`` are new and about entities; ``above`` maps a class to the classes above it."""

    triples: list[Triple]
    above: dict[str, set[str]]


def engine() -> str:
    """Return name and version of what computes the closure; empty where it cannot be imported.

    It comes as compiled code.  Where that does not run, the graph is compiled without the inferred graph.
    """
    try:
        import reasonable
    except ImportError:
        return ""
    return f"reasonable {reasonable.__version__}"


def closure(terms: Iterable[ox.Triple], facts: Iterable[ox.Triple]) -> InferredClosure:
    """Return what follows from *facts* under the axioms in *terms*.

    :param terms: ontology and schemes (:func:`cyberstd_kg.build.projection.terms`)
    :param facts: types and object statements of entities (:func:`cyberstd_kg.build.projection.facts`)
    :raises ImportError: where ``reasonable`` cannot be imported (see :func:`engine`)
    """
    axioms = [triple for triple in terms if not merges(triple)]
    known = [*axioms, *(triple for triple in facts if not merges(triple))]
    return select(reasoned(known), axioms, known)


def select(
    statements: Iterable[tuple[object, object, object]], terms: list[ox.Triple], known: list[ox.Triple]
) -> InferredClosure:
    """Return what of *statements* is new, about an entity, and of a class or object property of the ontology.

    :param statements: the closure, as rdflib's terms
    :param terms: the ontology, whose classes and properties count
    :param known: what is known already
    """
    import rdflib

    kinds = _kinds(terms)
    classes = {name for name, kind in kinds.items() if kind == _CLASS}
    properties = {name for name, kind in kinds.items() if kind == _OBJECT_PROPERTY}
    triples: set[Triple] = set()
    above: defaultdict[str, set[str]] = defaultdict(set)
    for terms_of_one in statements:
        if not all(type(term) is rdflib.URIRef for term in terms_of_one):
            continue
        subject, predicate, value = map(str, terms_of_one)
        if subject in kinds:
            if predicate == _SUBCLASS and value in classes and subject != value:
                above[subject].add(value)
        elif value in classes if predicate == _TYPE else predicate in properties:
            triples.add((subject, predicate, value))
    return InferredClosure(sorted(triples.difference(_named(known))), dict(above))


def _named(triples: Iterable[ox.Triple]) -> Iterator[Triple]:
    """Yield the triples of which both ends are IRIs."""
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode):
            yield triple.subject.value, triple.predicate.value, triple.object.value


def reasoned(triples: list[ox.Triple]) -> list[tuple[object, object, object]]:
    """Return the whole closure of *triples*, as rdflib's terms."""
    import reasonable

    reasoner = reasonable.PyReasoner()
    with tempfile.TemporaryDirectory(prefix="cyberstd-kg-") as folder:
        # It takes files, and knows the format by the suffix; each line of N-Triples is Turtle.
        file = Path(folder, "graph.ttl")
        ox.serialize(triples, str(file), format=ox.RdfFormat.N_TRIPLES)
        reasoner.load_file(str(file))
    statements: list[tuple[object, object, object]] = reasoner.reason()
    return statements


def merges(triple: ox.Triple) -> bool:
    """Tell whether *triple* is an axiom from which OWL 2 RL concludes that two names mean one entity."""
    if triple.predicate.value == _TYPE:
        return isinstance(triple.object, ox.NamedNode) and triple.object.value in _MERGING
    return triple.predicate.value in _MERGING_AXIOMS


def _kinds(terms: Iterable[ox.Triple]) -> dict[str, str]:
    """Return each term that the ontology declares, with its kind: class, object property or another.

    The ontology itself is an entity, of which data speaks as of a source.
    """
    return {
        subject: kind
        for subject, predicate, kind in _named(terms)
        if predicate == _TYPE and kind.startswith(PREFIXES["owl"]) and subject != ONTOLOGY
        if subject.startswith(ONTOLOGY) or not subject.startswith(BASE)
    }


def quads(triples: Iterable[Triple]) -> list[ox.Quad]:
    """Return *triples* as quads of the inferred graph."""
    graph = ox.NamedNode(INFERRED)
    node = ox.NamedNode
    return [ox.Quad(node(subject), node(predicate), node(value), graph) for subject, predicate, value in triples]


def of_store(store: ox.Store) -> InferredClosure:
    """Return what follows from what *store* holds in its default graph, the ontology and the schemes."""
    return closure(projection.terms(store), projection.facts(store))


def narrowest(closure: InferredClosure, store: ox.Store) -> list[tuple[str, str]]:
    """Return (entity, class) of the inferred classes of each entity that are not above another of its classes.

    Of classes that are equal all are returned.  That an edition is a text too need not be said; that it is a published
    edition is worth a line.
    """
    kind = ox.NamedNode(_TYPE)
    inferred: defaultdict[str, set[str]] = defaultdict(set)
    for subject, predicate, value in closure.triples:
        if predicate == _TYPE:
            inferred[subject].add(value)
    above, none = closure.above, set[str]()
    rows = []
    for subject, classes in inferred.items():
        of_it = classes | {value for _, _, value in _named(asserted(store, ox.NamedNode(subject), kind))}
        higher = {high for low in of_it for high in above.get(low, none) if low not in above.get(high, none)}
        rows += [(subject, name) for name in sorted(classes - higher)]
    return rows
