"""The ontology and the graph as classes and individuals of owlready2, and reasoning over what is made of them.

owlready2 fetches what an ontology imports and imports the Python module that an ontology names.  So it is given
neither: it loads N-Triples that are written here, without such statements, into a world of its own in memory.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from cyberstd_kg.build import projection
from cyberstd_kg.core.errors import InputError, ResourceMissing
from cyberstd_kg.core.iris import BASE, ONTOLOGY, compact, expand

if TYPE_CHECKING:
    import owlready2

_TYPE, _INDIVIDUAL = ox.NamedNode(expand("rdf:type")), ox.NamedNode(expand("owl:NamedIndividual"))
#: Annotations by which owlready2 is told what to import or run.
_OWLREADY: Final = "http://www.lesfleursdunormal.fr/static/_downloads/owlready_ontology.owl#"
_IMPORTS: Final = expand("owl:imports")
#: What is taken along of texts.
_TEXTS: Final = tuple(
    ox.NamedNode(expand(name))
    for name in ("rdfs:label", "skos:prefLabel", "skos:definition", "dct:identifier", "dct:title", "bibo:locator")
)
_SCHEME: Final = f"{BASE}scheme/"


def load(store: ox.Store, *, data: bool = False, things: Collection[str] = ()) -> owlready2.Ontology:
    """Return the ontology of *store* in a new world of owlready2: ``onto.Edition``, ``onto.world["https://…"]``.

    A property bears its local name in Python (``entry.genus``); a borrowed one whose name one of ours bears too has
    its prefix before it (``org_member``).  Where a Java is found, owlready2's own calls of a reasoner will run it.

    :param store: a compiled graph
    :param data: whether the things of the graph come too
    :param things: IRIs; only these things, whatever *data* says
    """
    terms = projection.terms(store)
    facts: list[ox.Triple] = []
    if data or things:
        facts = [triple for triple in projection.facts(store) if not things or triple.subject.value in things]  # type: ignore[union-attr]
    triples = [*terms, *facts]
    individuals = _individuals(facts) | _codes(terms)
    named = {triple.subject for triple in terms if isinstance(triple.subject, ox.NamedNode)}
    triples += [ox.Triple(ox.NamedNode(iri), _TYPE, _INDIVIDUAL) for iri in sorted(individuals)]
    triples += _texts(store, named | {ox.NamedNode(iri) for iri in individuals})
    return of_triples(triples)


def of_triples(triples: Iterable[ox.Triple]) -> owlready2.Ontology:
    """Return *triples* as an ontology in a new world of owlready2, without imports and modules to be imported."""
    import owlready2

    _set_java(owlready2)
    text = ox.serialize((triple for triple in triples if _is_harmless(triple)), format=ox.RdfFormat.N_TRIPLES)
    ontology = owlready2.World().get_ontology(f"{ONTOLOGY}#").load(fileobj=io.BytesIO(text or b""))
    by_name: dict[str, list[owlready2.Prop]] = defaultdict(list)
    for prop in ontology.world.properties():
        by_name[prop.name].append(prop)
    for props in by_name.values():
        for prop in props:
            if len(props) > 1 and not prop.iri.startswith(f"{ONTOLOGY}#"):
                prop.python_name = (compact(prop.iri) or prop.name).replace(":", "_")
    return ontology


def reason(ontology: owlready2.Ontology, *, seconds: float = 60) -> dict[str, list[str]]:
    """Reason over the whole world of *ontology* by HermiT, and add the classes found to the individuals' ``is_a``.

    Texts and numbers are left out, and two names mean two things, as in ``cyberstd reason``.

    :param seconds: the limit
    :returns: IRI → IRIs of the classes that nobody states of it, also those above the narrowest, which alone are added
    :raises InputError: when what the world says contradicts itself
    :raises ResourceMissing: when there is no Java
    :raises LimitExceeded: when time or memory runs out
    """
    from cyberstd_kg.reasoning import classify
    from cyberstd_kg.reasoning.java import JavaLimits
    from cyberstd_kg.reasoning.world import AxiomWorld

    world = ontology.world
    text = io.BytesIO()
    world.save(file=text, format="ntriples")
    graph, store = ox.NamedNode(ONTOLOGY), ox.Store()
    for quad in ox.parse(text.getvalue(), ox.RdfFormat.N_TRIPLES):
        if _is_harmless(quad.triple):
            store.add(quad)
            store.add(ox.Quad(quad.subject, quad.predicate, quad.object, graph))
    found = classify.reason(AxiomWorld(store), JavaLimits(seconds))
    if not found.consistent:
        told = f": {found.objection}" if found.objection else ""
        raise InputError(f"what the ontology and its individuals say contradicts itself{told}", "Take the last back.")
    for iri, classes in found.types.items():
        thing = world[iri]
        narrow = [world[name] for name in classes if name in found.most_specific.get(iri, ())]
        with ontology:
            thing.is_a.extend(kind for kind in narrow if kind is not None and kind not in thing.is_a)
    return {iri: classes for iri, classes in found.types.items() if classes}


def _individuals(facts: Iterable[ox.Triple]) -> set[str]:
    """Return the IRIs of what *facts* speak of."""
    found = set()
    for triple in facts:
        nodes = (triple.subject,) if triple.predicate == _TYPE else (triple.subject, triple.object)
        found |= {node.value for node in nodes if isinstance(node, ox.NamedNode)}
    return found


def _codes(terms: Iterable[ox.Triple]) -> set[str]:
    """Return the concepts of the schemes and the schemes themselves."""
    subjects = (triple.subject for triple in terms)
    return {node.value for node in subjects if isinstance(node, ox.NamedNode) and node.value.startswith(_SCHEME)}


def _texts(store: ox.Store, nodes: Iterable[ox.NamedNode]) -> list[ox.Triple]:
    wanted = set(nodes)
    return [
        quad.triple
        for predicate in _TEXTS
        for quad in store.quads_for_pattern(None, predicate, None, ox.DefaultGraph())
        if quad.subject in wanted
    ]


def _is_harmless(triple: ox.Triple) -> bool:
    """Tell whether *triple* neither makes owlready2 fetch or import anything nor speaks of what would."""
    names = [node.value for node in (triple.subject, triple.predicate, triple.object) if isinstance(node, ox.NamedNode)]
    return not any(name == _IMPORTS or name.startswith(_OWLREADY) for name in names)


def _set_java(module: object) -> None:
    """Let the calls of owlready2 that run a reasoner run the Java that we would run."""
    from cyberstd_kg.reasoning import java

    with suppress(ResourceMissing):
        module.JAVA_EXE = java.find().program  # type: ignore[attr-defined]
