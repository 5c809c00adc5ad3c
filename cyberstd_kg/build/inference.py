"""What follows from the ontology and the data by the rules of OWL 2 RL, as a graph of its own.

The snapshot holds it beside the data, in the graph :data:`cyberstd_kg.core.iris.INFERRED` and not in its default graph:
every statement about a thing that follows and that nobody makes, whose class or object property the ontology declares.
The closure is worked out by ``reasonable``, a reasoner for OWL 2 RL (https://www.w3.org/TR/owl2-profiles/#OWL_2_RL).

Two names are two things here.  So the rules that conclude that two names mean one thing (``prp-fp``, ``prp-ifp``,
``prp-key``, ``cls-maxc2``, ``cls-maxqc3``, ``cls-maxqc4``) are given nothing to work on: where the data contradict
nothing they have nothing to conclude, and where a property has two values of which only one can be, that is for the
reasoner to tell (``cyberstd reason``) and no reason to take the two for one.  Other contradictions change nothing
either: the rules that find them conclude no statement.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.build import projection
from cyberstd_kg.core.iris import BASE, INFERRED, ONTOLOGY, PREFIXES, expand

#: (subject, predicate, object), each an IRI.
Triple = tuple[str, str, str]

_TYPE, _SUBCLASS = expand("rdf:type"), expand("rdfs:subClassOf")
_CLASS, _OBJECT_PROPERTY = expand("owl:Class"), expand("owl:ObjectProperty")
#: What makes one thing of two names.
_MERGING: Final = frozenset((expand("owl:FunctionalProperty"), expand("owl:InverseFunctionalProperty")))
_MERGING_AXIOMS: Final = frozenset(
    expand(name) for name in ("owl:hasKey", "owl:maxCardinality", "owl:maxQualifiedCardinality", "owl:sameAs")
)


class InferredClosure(NamedTuple):
    """What follows: ``triples`` are new and about things; ``above`` maps a class to the classes above it."""

    triples: list[Triple]
    above: dict[str, set[str]]


def engine() -> str:
    """Return name and version of what works out the closure; empty where it cannot be imported.

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
    :param facts: types and object statements of things (:func:`cyberstd_kg.build.projection.facts`)
    :raises ImportError: where ``reasonable`` cannot be imported (see :func:`engine`)
    """
    axioms = [triple for triple in terms if not merges(triple)]
    told = [*axioms, *(triple for triple in facts if not merges(triple))]
    return select(reasoned(told), axioms, told)


def select(
    found: Iterable[tuple[object, object, object]], terms: list[ox.Triple], told: list[ox.Triple]
) -> InferredClosure:
    """Return what of all statements *found* is new, about a thing, and of a class or object property of the ontology.

    :param found: statements of rdflib's terms
    :param terms: the ontology, whose classes and properties count
    :param told: what is known already
    """
    import rdflib

    iri = rdflib.URIRef
    kinds = _kinds(terms)
    classes = {name for name, kind in kinds.items() if kind == _CLASS}
    properties = {name for name, kind in kinds.items() if kind == _OBJECT_PROPERTY}
    known = {
        (t.subject.value, t.predicate.value, t.object.value)
        for t in told
        if isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.NamedNode)
    }
    triples: set[Triple] = set()
    above: dict[str, set[str]] = {}
    for subject, predicate, value in found:
        if type(subject) is not iri or type(value) is not iri:
            continue
        one, name, other = str(subject), str(predicate), str(value)
        if one in kinds:
            if name == _SUBCLASS and other in classes and one != other:
                above.setdefault(one, set()).add(other)
        elif (other in classes if name == _TYPE else name in properties) and (one, name, other) not in known:
            triples.add((one, name, other))
    return InferredClosure(sorted(triples), above)


def reasoned(triples: list[ox.Triple]) -> list[tuple[object, object, object]]:
    """Return the whole closure of *triples*, as rdflib's terms."""
    import reasonable

    reasoner = reasonable.PyReasoner()
    with tempfile.TemporaryDirectory(prefix="cyberstd-kg-") as folder:
        # It takes files, and knows the format by the ending; each line of N-Triples is Turtle.
        file = Path(folder, "graph.ttl")
        ox.serialize(triples, str(file), format=ox.RdfFormat.N_TRIPLES)
        reasoner.load_file(str(file))
    found: list[tuple[object, object, object]] = reasoner.reason()
    return found


def merges(triple: ox.Triple) -> bool:
    """Tell whether *triple* is an axiom from which OWL 2 RL concludes that two names mean one thing."""
    if triple.predicate.value == _TYPE:
        return isinstance(triple.object, ox.NamedNode) and triple.object.value in _MERGING
    return triple.predicate.value in _MERGING_AXIOMS


def _kinds(terms: Iterable[ox.Triple]) -> dict[str, str]:
    """Return each term that the ontology declares with what it is: class, object property or another.

    The ontology itself is a thing, of which data speaks as of a source.
    """
    owl = PREFIXES["owl"]
    return {
        t.subject.value: t.object.value
        for t in terms
        if t.predicate.value == _TYPE
        and isinstance(t.subject, ox.NamedNode)
        and isinstance(t.object, ox.NamedNode)
        and t.object.value.startswith(owl)
        and t.subject.value != ONTOLOGY
        and not (t.subject.value.startswith(BASE) and not t.subject.value.startswith(ONTOLOGY))
    }


def quads(triples: Iterable[Triple]) -> list[ox.Quad]:
    """Return *triples* as quads of the inferred graph."""
    graph = ox.NamedNode(INFERRED)
    node = ox.NamedNode
    return [ox.Quad(node(subject), node(predicate), node(value), graph) for subject, predicate, value in triples]


def of_store(store: ox.Store) -> InferredClosure:
    """Return what follows from what *store* holds in its default graph, the ontology and the schemes."""
    return closure(projection.terms(store), projection.facts(store))


def narrowest(found: InferredClosure, store: ox.Store) -> list[tuple[str, str]]:
    """Return (thing, class) of the inferred classes of each thing that are not above another of its classes.

    Of classes that are equal all are told.  That an edition is a text too need not be told; that it is a published
    edition is worth a line.
    """
    kind = ox.NamedNode(_TYPE)
    inferred: dict[str, set[str]] = {}
    for subject, predicate, value in found.triples:
        if predicate == _TYPE:
            inferred.setdefault(subject, set()).add(value)
    told = []
    for subject, classes in inferred.items():
        stated = store.quads_for_pattern(ox.NamedNode(subject), kind, None, ox.DefaultGraph())
        of_it = classes | {quad.object.value for quad in stated if isinstance(quad.object, ox.NamedNode)}
        covered = {
            higher for name in of_it for higher in found.above.get(name, ()) if name not in found.above.get(higher, ())
        }
        told += [(subject, name) for name in sorted(classes - covered)]
    return told
