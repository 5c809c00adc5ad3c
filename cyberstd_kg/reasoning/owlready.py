"""The ontology and the graph as classes and individuals of owlready2, and reasoning over what is made of them.

owlready2 fetches what an ontology imports and imports the Python module that an ontology names.  So it gets neither: it
loads N-Triples that are written here, without such statements, into a world of its own in memory.
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
from cyberstd_kg.graph.view import asserted
from cyberstd_kg.rdf.terms import TYPE, node, nodes, plain
from cyberstd_kg.reasoning import classify, java
from cyberstd_kg.reasoning.axioms import named
from cyberstd_kg.reasoning.world import AxiomWorld

if TYPE_CHECKING:
    import owlready2

_INDIVIDUAL: Final = node("owl:NamedIndividual")
#: Annotations that make owlready2 import or run something.
_OWLREADY: Final = "http://www.lesfleursdunormal.fr/static/_downloads/owlready_ontology.owl#"
_IMPORTS: Final = expand("owl:imports")
#: The texts that are included.
_TEXTS: Final = nodes("rdfs:label skos:prefLabel skos:definition dct:identifier dct:title bibo:locator")
_SCHEME: Final = f"{BASE}scheme/"


def load(store: ox.Store, *, data: bool = False, things: Collection[str] = ()) -> owlready2.Ontology:
    """Return the ontology of *store* in a new world of owlready2: ``onto.Edition``, ``onto.world["https://…"]``.

    The Python name of a property is its local name (``entry.genus``); a borrowed one whose name one of ours has too
    has its prefix before it (``org_member``).  Where a Java is found, owlready2's own calls of a reasoner will run it.

    :param store: a compiled graph
    :param data: whether the individuals of the graph come too
    :param things: IRIs; only these individuals, whatever *data* says
    """
    terms = projection.terms(store)
    facts: list[ox.Triple] = []
    if data or things:
        facts = [triple for triple in projection.facts(store) if not things or plain(triple.subject) in things]
    subjects = named(*(triple.subject for triple in terms))
    # The codes of the schemes and the schemes themselves are individuals too.
    individuals = _individuals(facts) | {iri for iri in subjects if iri.startswith(_SCHEME)}
    described = {ox.NamedNode(iri) for iri in subjects | individuals}
    texts = (triple for way in _TEXTS for triple in asserted(store, None, way))
    return of_triples(
        [
            *terms,
            *facts,
            *(ox.Triple(ox.NamedNode(iri), TYPE, _INDIVIDUAL) for iri in sorted(individuals)),
            *(triple for triple in texts if triple.subject in described),
        ]
    )


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
    """Reason over the whole world of *ontology* by HermiT, and add the inferred classes to the individuals' ``is_a``.

    Texts and numbers are left out, and two names mean two individuals, as in ``cyberstd reason``.

    :param seconds: the limit
    :returns: IRI → IRIs of the inferred classes, also those above the narrowest, which alone are added
    :raises InputError: when the world contradicts itself
    :raises ResourceMissing: when there is no Java
    :raises LimitExceeded: when time or memory runs out
    """
    world = ontology.world
    text = io.BytesIO()
    world.save(file=text, format="ntriples")
    graph, store = ox.NamedNode(ONTOLOGY), ox.Store()
    for quad in ox.parse(text.getvalue(), ox.RdfFormat.N_TRIPLES):
        if _is_harmless(quad.triple):
            store.add(quad)
            store.add(ox.Quad(quad.subject, quad.predicate, quad.object, graph))
    reasoning = classify.reason(AxiomWorld(store), java.JavaLimits(seconds))
    if not reasoning.consistent:
        reason = f": {reasoning.objection}" if reasoning.objection else ""
        raise InputError(f"the ontology with its individuals contradicts itself{reason}", "Undo the last change.")
    for iri, classes in reasoning.types.items():
        individual = world[iri]
        narrowest = [world[name] for name in classes if name in reasoning.most_specific.get(iri, ())]
        with ontology:
            individual.is_a.extend(kind for kind in narrowest if kind is not None and kind not in individual.is_a)
    return reasoning.types


def _individuals(facts: Iterable[ox.Triple]) -> set[str]:
    """Return the IRIs of the individuals that *facts* name."""
    return {
        iri for triple in facts for iri in named(triple.subject, *([] if triple.predicate == TYPE else [triple.object]))
    }


def _is_harmless(triple: ox.Triple) -> bool:
    """Tell whether *triple* neither makes owlready2 fetch or import anything nor describes what would."""
    iris = named(triple.subject, triple.predicate, triple.object)
    return not any(iri == _IMPORTS or iri.startswith(_OWLREADY) for iri in iris)


def _set_java(module: object) -> None:
    """Let the calls of owlready2 that run a reasoner run the Java that we would run."""
    with suppress(ResourceMissing):
        module.JAVA_EXE = java.find().program  # type: ignore[attr-defined]
