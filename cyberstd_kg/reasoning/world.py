"""The axioms of one question: those of the ontology and the data, and what is added so that they mean what is meant.

Added are:

- **names**: each individual has a value of its own of a functional property, so that two names mean two individuals.
  OWL by itself would conclude from "a provision in two editions" that the two editions are one;
- **closed schemes**: where a property has one value and classes depend on it, its values are the codes of its scheme
  and no others (:data:`CLOSED`);
- declarations of what an axiom names.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.build import projection
from cyberstd_kg.core.iris import BASE, PREFIXES
from cyberstd_kg.graph.view import asserted
from cyberstd_kg.rdf import lists
from cyberstd_kg.rdf.terms import TYPE, node, nodes, plain
from cyberstd_kg.reasoning import axioms
from cyberstd_kg.reasoning.axioms import DIFFERENT, SAME, Axiom, named

#: Property → the scheme of which its values are.
CLOSED: Final = {"cstd:genus": "genus", "cstd:lifeState": "lifestate", "cstd:says": "says", "cstd:licenceTier": "tier"}

_KEY: Final = ox.NamedNode(f"{BASE}reasoning#name")
_CLASS, _DATA, _FUNCTIONAL, _INDIVIDUAL, _ONE_OF, _RANGE, _IN_SCHEME = nodes(
    "owl:Class owl:DatatypeProperty owl:FunctionalProperty owl:NamedIndividual owl:oneOf rdfs:range skos:inScheme"
)
_LISTS: Final = (_ONE_OF, node("owl:distinctMembers"))
#: Properties of axioms whose values are individuals.
_TO_INDIVIDUALS: Final = nodes("owl:hasValue owl:sourceIndividual owl:targetIndividual owl:sameAs owl:differentFrom")
#: Properties of axioms whose subjects are properties, or whose values are.
_OF_PROPERTIES: Final = nodes(
    "rdfs:domain rdfs:range rdfs:subPropertyOf owl:inverseOf owl:equivalentProperty owl:propertyDisjointWith "
    "owl:propertyChainAxiom"
)
_TO_PROPERTIES: Final = nodes(
    "owl:onProperty owl:assertionProperty owl:inverseOf owl:equivalentProperty owl:propertyDisjointWith "
    "rdfs:subPropertyOf"
)
_CHARACTERISTICS: Final = nodes(
    "owl:FunctionalProperty owl:InverseFunctionalProperty owl:SymmetricProperty owl:AsymmetricProperty "
    "owl:TransitiveProperty owl:ReflexiveProperty owl:IrreflexiveProperty"
)


class AxiomWorld:
    """All axioms of one question.

    :param store: a compiled graph
    :param added: further statements of data, such as those of a file that was validated
    :param supposed: statements of data that are only supposed
    """

    def __init__(self, store: ox.Store, added: Iterable[ox.Quad] = (), supposed: Iterable[ox.Triple] = ()) -> None:
        self.store = store
        own = projection.terms(store)
        self.object_properties = projection.object_properties(store)
        self._of_individuals = {*self.object_properties, SAME, DIFFERENT}
        self._declared = axioms.declarations(own)
        self.terms = sorted(axioms.read(own), key=lambda axiom: axiom.text)
        known = {axiom.head for axiom in self.terms}
        facts = dict.fromkeys(projection.facts(store))
        # What the data says of individuals being the same or different: the projection of facts leaves it out.
        identities = [triple for way in (SAME, DIFFERENT) for triple in asserted(store, None, way)]
        stated = (*identities, *(quad.triple for quad in added))
        facts |= dict.fromkeys(triple for triple in stated if self._states_fact(triple) and triple not in known)
        made = [Axiom(str(triple), (triple,), made="supposed") for triple in supposed]
        self.facts = made + sorted((Axiom(str(triple), (triple,)) for triple in facts), key=lambda axiom: axiom.text)
        self.terms += self._closed()
        self.pairs = axioms.split(self.terms)
        self._numbers: dict[str, int] = {}
        self._individuals: dict[str, frozenset[str]] = {}
        self._wholes = {axiom.text: axiom for axiom in self.terms}

    @property
    def counts(self) -> dict[str, int]:
        """How many axioms of the ontology and its schemes, statements about individuals, and individuals there are."""
        individuals = set[str]().union(*(self.individuals(axiom) for axiom in (*self.terms, *self.facts)))
        return {"axioms": len(self.terms), "facts": len(self.facts), "individuals": len(individuals)}

    def _states_fact(self, triple: ox.Triple) -> bool:
        if not (isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode)):
            return False
        if triple.predicate == TYPE:
            return not axioms.is_vocabulary(triple.object.value)
        return triple.predicate in self._of_individuals

    def _closed(self) -> list[Axiom]:
        """Return what closes the small schemes, as far as the ontology has their properties."""
        closing = []
        for name, scheme in CLOSED.items():
            home, way = ox.NamedNode(f"{BASE}scheme/{scheme}"), node(name)
            heads = [axiom.head for axiom in self.terms if axiom.head.predicate == _IN_SCHEME]
            codes = sorted({head.subject for head in heads if head.object == home}, key=plain)
            if codes and way in self.object_properties:
                closing.append(_closing(way, scheme, codes))
        return closing

    # ── What goes out ──

    def whole(self, further: Iterable[Axiom] = ()) -> list[ox.Triple]:
        """Return all triples for the reasoner, and those of *further*."""
        return self.triples([*self.terms, *self.facts, *further])

    def triples(self, chosen: Iterable[Axiom], *, names: bool = True) -> list[ox.Triple]:
        """Return the triples of *chosen* axioms with the declarations that they need.

        :param names: whether the names of their individuals are told apart
        """
        triples: dict[ox.Triple, None] = {}
        terms, individuals = set[str](), set[str]()
        for axiom in chosen:
            triples |= dict.fromkeys(axiom.triples)
            individuals |= self.individuals(axiom)
            terms |= axioms.iris(axiom)
        for iri in terms:
            triples |= dict.fromkeys(self._declared.get(ox.NamedNode(iri), ()))
        triples |= dict.fromkeys(ox.Triple(ox.NamedNode(iri), TYPE, _INDIVIDUAL) for iri in individuals)
        if names:
            triples |= dict.fromkeys(axiom.head for axiom in self.names(individuals))
        return [*triples, ox.Triple(_KEY, TYPE, _DATA), ox.Triple(_KEY, TYPE, _FUNCTIONAL)]

    def names(self, individuals: Iterable[str]) -> list[Axiom]:
        """Return the axioms that tell *individuals* apart by their names."""
        distinct = []
        for iri in sorted(individuals):
            number = ox.Literal(str(self._numbers.setdefault(iri, len(self._numbers))))
            distinct.append(Axiom(f"name {iri}", (ox.Triple(ox.NamedNode(iri), _KEY, number),), made="names"))
        return distinct

    def individuals(self, axiom: Axiom) -> frozenset[str]:
        """Return the individuals, not terms, that *axiom* names."""
        if axiom.text not in self._individuals:
            inside = self._of_statement(axiom.head) if len(axiom.triples) == 1 else self._inside(axiom)
            self._individuals[axiom.text] = frozenset(inside)
        return self._individuals[axiom.text]

    def _of_statement(self, head: ox.Triple) -> set[str]:
        if head.predicate in self._of_individuals:
            return named(head.subject, head.object)
        is_class = head.predicate == TYPE and not axioms.is_vocabulary(plain(head.object))
        return named(head.subject) if is_class else set()

    def _inside(self, axiom: Axiom) -> set[str]:
        """Return the individuals that an axiom with blank nodes names."""
        individuals: set[str] = set()
        by_subject = axioms.links(axiom.triples)
        for triple in axiom.triples:
            if triple.predicate in _TO_INDIVIDUALS or triple.predicate in self.object_properties:
                individuals |= named(triple.object, *([triple.subject] if triple is axiom.head else []))
            elif triple.predicate in _LISTS:
                individuals |= named(*(axioms.members(triple.object, by_subject) or ()))
            elif triple is axiom.head and triple.predicate == TYPE and isinstance(triple.object, ox.BlankNode):
                individuals |= named(triple.subject)
        return individuals

    def is_fact(self, axiom: Axiom) -> bool:
        """Tell whether *axiom* states a class or a property of an individual."""
        return len(axiom.triples) == 1 and bool(self.individuals(axiom))

    # ── What axioms are and where they come from ──

    def stated(self, axiom: Axiom) -> Axiom:
        """Return the axiom that somebody states: *axiom*, or the one of which it is a pair."""
        return self._wholes.get(axiom.whole, axiom)

    def undeclared(self) -> list[tuple[Axiom, str]]:
        """Return axioms of the ontology with a property that it does not declare, which OWL would ignore."""
        return [
            (axiom, iri)
            for axiom in self.terms
            for iri in sorted(_properties(axiom))
            if ox.NamedNode(iri) not in self._declared and not iri.startswith(PREFIXES["owl"])
        ]


def _closing(way: ox.NamedNode, scheme: str, codes: Iterable[lists.Term]) -> Axiom:
    """Return the axiom that the values of *way* are *codes* and no others."""
    head, cells = lists.make(codes, lambda at: ox.BlankNode(f"closed-{scheme}-{at}"))
    of = ox.BlankNode(f"closed-{scheme}")
    triples = (ox.Triple(way, _RANGE, of), ox.Triple(of, TYPE, _CLASS), ox.Triple(of, _ONE_OF, head), *cells)
    return Axiom(axioms.text(triples[0], axioms.links(triples)), triples, made="closed")


def _properties(axiom: Axiom) -> set[str]:
    """Return the IRIs that an axiom uses as properties."""
    properties = set()
    for triple in axiom.triples:
        if triple.predicate in _OF_PROPERTIES or (triple.predicate == TYPE and triple.object in _CHARACTERISTICS):
            properties |= named(triple.subject)
        if triple.predicate in _TO_PROPERTIES:
            properties |= named(triple.object)
        if axiom.made == "" and not axioms.is_vocabulary(triple.predicate.value):
            properties.add(triple.predicate.value)
    return properties
