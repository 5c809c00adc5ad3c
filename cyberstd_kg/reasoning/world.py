"""The axioms of one question: those of the ontology and the data, and what we add so that they mean what we mean.

Added are:

- **names**: each thing bears a value of its own of a functional property, so that two names mean two things.  OWL by
  itself would take "a provision in two editions" to say that the two editions are one;
- **closed schemes**: where a property has one value and classes rest on which one it is, its values are the codes of
  its scheme and no others (:data:`CLOSED`);
- declarations of what an axiom names.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.build import projection
from cyberstd_kg.core.iris import BASE, PREFIXES, expand
from cyberstd_kg.rdf import lists
from cyberstd_kg.reasoning import axioms
from cyberstd_kg.reasoning.axioms import DIFFERENT, SAME, TYPE, Axiom

#: Property → the scheme of which its values are.
CLOSED: Final = {"cstd:genus": "genus", "cstd:lifeState": "lifestate", "cstd:says": "says", "cstd:licenceTier": "tier"}

_KEY: Final = ox.NamedNode(f"{BASE}reasoning#name")
_CLASS, _DATA, _FUNCTIONAL, _INDIVIDUAL, _ONE_OF, _OBJECT = (
    ox.NamedNode(expand(f"owl:{name}"))
    for name in ("Class", "DatatypeProperty", "FunctionalProperty", "NamedIndividual", "oneOf", "ObjectProperty")
)
_RANGE, _IN_SCHEME = ox.NamedNode(expand("rdfs:range")), ox.NamedNode(expand("skos:inScheme"))
_LISTS: Final = (_ONE_OF, ox.NamedNode(expand("owl:distinctMembers")))
#: Properties of axioms whose values are individuals.
_TO_INDIVIDUALS: Final = {
    ox.NamedNode(expand(f"owl:{name}")) for name in ("hasValue", "sourceIndividual", "targetIndividual")
} | {SAME, DIFFERENT}


class AxiomWorld:
    """All axioms of one question.

    :param store: a compiled graph, whose default graph is the union of what is asserted
    :param added: further statements of data, such as those of a file that was validated
    :param supposed: statements of data that are only supposed
    """

    def __init__(self, store: ox.Store, added: Iterable[ox.Quad] = (), supposed: Iterable[ox.Triple] = ()) -> None:
        self.store = store
        own = projection.terms(store)
        self.object_properties = projection.object_properties(store)
        self._declared = axioms.declarations(own)
        self.terms = sorted(axioms.read(own), key=lambda axiom: axiom.text)
        known = {axiom.head for axiom in self.terms}
        facts = dict.fromkeys(projection.facts(store))
        for quad in (*self._identities(), *added):
            if self._is_fact(quad) and quad.triple not in known:
                facts[quad.triple] = None
        made = [Axiom(str(triple), (triple,), "", "supposed") for triple in supposed]
        self.facts = made + sorted((Axiom(str(triple), (triple,)) for triple in facts), key=lambda axiom: axiom.text)
        self.terms += self._closed()
        self.pairs = axioms.split(self.terms)
        self._numbers: dict[str, int] = {}
        self._individuals: dict[str, frozenset[str]] = {}
        self._wholes = {axiom.text: axiom for axiom in self.terms}

    @property
    def counts(self) -> dict[str, int]:
        """How many axioms of the ontology and its schemes, statements about things, and things there are."""
        things = set[str]().union(*(self.individuals(axiom) for axiom in (*self.terms, *self.facts)))
        return {"axioms": len(self.terms), "facts": len(self.facts), "individuals": len(things)}

    def _identities(self) -> list[ox.Quad]:
        """Return what the data says of things being the same or different; the projection of facts has it not."""
        quads = [
            quad
            for way in (SAME, DIFFERENT)
            for quad in self.store.quads_for_pattern(None, way, None, ox.DefaultGraph())
        ]
        return [quad for quad in quads if isinstance(quad.subject, ox.NamedNode)]

    def _is_fact(self, quad: ox.Quad) -> bool:
        named = isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
        if quad.predicate == TYPE:
            return named and not axioms.is_vocabulary(quad.object.value)  # type: ignore[union-attr]
        return named and (quad.predicate in self.object_properties or quad.predicate in (SAME, DIFFERENT))

    def _closed(self) -> list[Axiom]:
        """Return what closes the small schemes, as far as the ontology has their properties."""
        found = []
        for name, scheme in CLOSED.items():
            home = ox.NamedNode(f"{BASE}scheme/{scheme}")
            codes = sorted(
                {
                    axiom.head.subject.value  # type: ignore[union-attr]  # a code has a name
                    for axiom in self.terms
                    if axiom.head.predicate == _IN_SCHEME and axiom.head.object == home
                }
            )
            way = ox.NamedNode(expand(name))
            if not codes or way not in self.object_properties:
                continue
            head, cells = lists.make(map(ox.NamedNode, codes), lambda at: ox.BlankNode(f"closed-{scheme}-{at}"))  # noqa: B023
            of = ox.BlankNode(f"closed-{scheme}")
            triples = [ox.Triple(way, _RANGE, of), ox.Triple(of, TYPE, _CLASS), ox.Triple(of, _ONE_OF, head), *cells]
            text = axioms.text(triples[0], axioms.links(triples))
            found.append(Axiom(text, tuple(triples), "", "closed"))
        return found

    # ── What goes out ──

    def whole(self, more: Iterable[Axiom] = ()) -> list[ox.Triple]:
        """Return all triples for the reasoner, and those of *more*."""
        return self.triples([*self.terms, *self.facts, *more])

    def triples(self, chosen: Iterable[Axiom], *, names: bool = True) -> list[ox.Triple]:
        """Return the triples of *chosen* axioms with the declarations that they need, and the names of their things."""
        held = list(chosen)
        found = dict.fromkeys(triple for axiom in held for triple in axiom.triples)
        terms: set[str] = set()
        things: set[str] = set()
        for axiom in held:
            inside = self.individuals(axiom)
            things |= inside
            terms |= axioms.nodes(axiom)
        for iri in terms:
            for declaration in self._declared.get(ox.NamedNode(iri), ()):
                found[declaration] = None
        for iri in things:
            found[ox.Triple(ox.NamedNode(iri), TYPE, _INDIVIDUAL)] = None
        if names:
            for axiom in self.names(things):
                found |= dict.fromkeys(axiom.triples)
        found[ox.Triple(_KEY, TYPE, _DATA)] = None
        found[ox.Triple(_KEY, TYPE, _FUNCTIONAL)] = None
        return list(found)

    def names(self, things: Iterable[str]) -> list[Axiom]:
        """Return the axioms that keep *things* apart by their names."""
        found = []
        for iri in sorted(things):
            number = ox.Literal(str(self._numbers.setdefault(iri, len(self._numbers))))
            found.append(Axiom(f"name {iri}", (ox.Triple(ox.NamedNode(iri), _KEY, number),), "", "names"))
        return found

    def individuals(self, axiom: Axiom) -> frozenset[str]:
        """Return the things, not terms, of which *axiom* speaks."""
        head = axiom.head
        if len(axiom.triples) == 1:
            if head.predicate in self.object_properties or head.predicate in (SAME, DIFFERENT):
                return frozenset(_iris(head.subject, head.object))
            if head.predicate == TYPE and not axioms.is_vocabulary(getattr(head.object, "value", "")):
                return frozenset(_iris(head.subject))
            return frozenset()
        if axiom.text not in self._individuals:
            self._individuals[axiom.text] = frozenset(self._inside(axiom))
        return self._individuals[axiom.text]

    def _inside(self, axiom: Axiom) -> set[str]:
        """Return the things of which an axiom with blank nodes speaks."""
        found: set[str] = set()
        held = axioms.links(axiom.triples)
        for triple in axiom.triples:
            if triple.predicate in _TO_INDIVIDUALS or triple.predicate in self.object_properties:
                found.update(_iris(triple.object, *([triple.subject] if triple is axiom.head else [])))
            elif triple.predicate in _LISTS:
                found.update(_iris(*(axioms.members(triple.object, held) or ())))
            elif triple is axiom.head and triple.predicate == TYPE and isinstance(triple.object, ox.BlankNode):
                found.update(_iris(triple.subject))
        return found

    def is_fact(self, axiom: Axiom) -> bool:
        """Tell whether *axiom* speaks of things: a class or a property of one."""
        return len(axiom.triples) == 1 and bool(self.individuals(axiom))

    # ── What axioms are and where they come from ──

    def stated(self, axiom: Axiom) -> Axiom:
        """Return the axiom that somebody states: *axiom*, or the one of which it is a pair."""
        return self._wholes.get(axiom.whole, axiom)

    def undeclared(self) -> list[tuple[Axiom, str]]:
        """Return axioms of the ontology with a property in them that it does not declare, which OWL would pass over."""
        found = []
        for axiom in self.terms:
            for iri in sorted(_properties(axiom)):
                if ox.NamedNode(iri) not in self._declared and not iri.startswith(PREFIXES["owl"]):
                    found.append((axiom, iri))
        return found


def _iris(*terms: object) -> list[str]:
    return [term.value for term in terms if isinstance(term, ox.NamedNode)]


_OF_PROPERTIES: Final = {
    ox.NamedNode(expand(name)) for name in ("rdfs:domain", "rdfs:range", "rdfs:subPropertyOf", "owl:inverseOf")
} | {
    ox.NamedNode(expand(f"owl:{name}")) for name in ("equivalentProperty", "propertyDisjointWith", "propertyChainAxiom")
}
_CHARACTERISTICS: Final = {
    ox.NamedNode(expand(f"owl:{name}Property"))
    for name in (
        *("Functional", "InverseFunctional", "Symmetric", "Asymmetric", "Transitive", "Reflexive", "Irreflexive"),
    )
}
_TO_PROPERTIES: Final = {
    ox.NamedNode(expand(f"owl:{name}"))
    for name in ("onProperty", "assertionProperty", "inverseOf", "equivalentProperty", "propertyDisjointWith")
} | {ox.NamedNode(expand("rdfs:subPropertyOf"))}


def _properties(axiom: Axiom) -> set[str]:
    """Return the IRIs that an axiom uses as properties."""
    found = set()
    for triple in axiom.triples:
        if triple.predicate in _OF_PROPERTIES or (triple.predicate == TYPE and triple.object in _CHARACTERISTICS):
            found.update(_iris(triple.subject))
        if triple.predicate in _TO_PROPERTIES:
            found.update(_iris(triple.object))
        if axiom.made == "" and not axioms.is_vocabulary(triple.predicate.value):
            found.add(triple.predicate.value)
    return found
