"""The neighbourhood of entities and terms: axioms in growing circles around them.

A contradiction mostly lies in a dozen axioms that are close together in a graph of tens of thousands.  The circles only
decide where to look first; the last one holds everything, so nothing is missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from cyberstd_kg.rdf.lists import Term
from cyberstd_kg.rdf.terms import TYPE, nodes, plain
from cyberstd_kg.reasoning import axioms
from cyberstd_kg.reasoning.axioms import Axiom
from cyberstd_kg.reasoning.world import AxiomWorld

#: Circles before everything.
_CIRCLES: Final = 5
#: Statements about an individual above which those of others that point to it (a body, a code) stay out of a circle.
_HUB: Final = 30
#: Of these axioms the left side alone decides whether they apply.
_DIRECTED: Final = nodes("rdfs:subClassOf rdfs:subPropertyOf rdfs:domain rdfs:range")
#: By these something is put into a class, or gets a value.
_CONCLUDING: Final = (*_DIRECTED, *nodes("owl:equivalentClass owl:inverseOf owl:propertyChainAxiom"))
_DISJOINT: Final = (axioms.DISJOINT, axioms.DISJOINT_PROPERTIES, axioms.DIFFERENT)
#: Steps from individual to individual that are followed toward a class.
_STEPS: Final = 3


class Neighbourhood:
    """Finds the axioms near entities and terms.

    :param world: all axioms
    """

    def __init__(self, world: AxiomWorld) -> None:
        self._world = world
        self._sides: dict[str, list[set[str]]] = {}

    def circles(self, seeds: Iterable[str], among: list[Axiom]) -> list[list[Axiom]]:
        """Return growing circles around *seeds*, each the one before and more; the last holds all of *among*."""
        facts: dict[str, list[Axiom]] = {}
        terms: list[Axiom] = []
        for axiom in among:
            if self._world.is_fact(axiom):
                for individual in self._world.individuals(axiom):
                    facts.setdefault(individual, []).append(axiom)
            else:
                terms.append(axiom)
        reached = set(seeds)
        inside: dict[str, Axiom] = {}
        circles: list[list[Axiom]] = []
        edge = set(reached)
        for _ in range(_CIRCLES):
            before = len(inside)
            near = [axiom for entity in sorted(edge) for axiom in _around(entity, facts.get(entity, []))]
            inside |= {axiom.text: axiom for axiom in near if axiom.text not in inside}
            edge = set[str]().union(*map(axioms.iris, near))
            reached |= edge
            edge |= self._applying(terms, reached, inside)
            if len(inside) > before:
                circles.append(list(inside.values()))
        if len(inside) < len(among):
            circles.append([*inside.values(), *(axiom for axiom in among if axiom.text not in inside)])
        return circles

    def _applying(self, terms: list[Axiom], reached: set[str], inside: dict[str, Axiom]) -> set[str]:
        """Add the axioms of *terms* that apply to *reached*, and to what they lead to in turn; return the IRIs added.

        They are few, and the facts decide which: so they are followed until no more apply.
        """
        added: set[str] = set()
        growing = True
        while growing:
            growing = False
            for axiom in terms:
                if axiom.text not in inside and self._applies(axiom, reached):
                    inside[axiom.text] = axiom
                    new = axioms.iris(axiom) - reached
                    reached |= new
                    added |= new
                    growing = growing or bool(new)
        return added

    def _applies(self, axiom: Axiom, reached: set[str]) -> bool:
        """Tell whether *axiom* can say something of what is *reached*; what is disjoint says it of two."""
        if axiom.text not in self._sides:
            self._sides[axiom.text] = _sides(axiom)
        sides = self._sides[axiom.text]
        if axiom.head.predicate in _DISJOINT:
            return all(side & reached for side in sides)
        return any(side & reached for side in sides) or not any(sides)

    def toward(self, entity: str, name: str, among: list[Axiom]) -> list[Axiom]:
        """Return the axioms of *among* that most likely put *entity* into the class *name*, facts first.

        Backwards from the class: axioms that put something into a class that is needed, then the classes and properties
        by which they do.  Of the facts those about the entity, and about the individuals to which they lead, that state
        a class or property needed.
        """
        needed = {name}
        chosen: dict[str, Axiom] = {}
        facts = [axiom for axiom in among if self._world.is_fact(axiom)]
        terms = [axiom for axiom in among if axiom.head.predicate in _CONCLUDING and not self._world.is_fact(axiom)]
        size = -1
        while size < len(chosen):
            size = len(chosen)
            for axiom in terms:
                if axiom.text not in chosen and _right(axiom) & needed:
                    chosen[axiom.text] = axiom
                    needed |= axioms.iris(axiom)
        reached, edge = {entity}, {entity}
        for _ in range(_STEPS):
            ends: set[str] = set()
            for axiom in facts:
                head = axiom.head
                way = head.object if head.predicate == TYPE else head.predicate
                if plain(head.subject) in edge and plain(way) in needed:
                    chosen.setdefault(axiom.text, axiom)
                    ends |= self._world.individuals(axiom)
            edge = ends - reached
            reached |= ends
        return sorted(chosen.values(), key=lambda axiom: not self._world.is_fact(axiom))

    def about(self, facts: list[Axiom]) -> Callable[[list[Axiom]], list[Axiom]]:
        """Return a function: a part of *facts* → the other facts about the individuals to which the part points."""
        own: dict[str, list[Axiom]] = {}
        for axiom in facts:
            own.setdefault(plain(axiom.head.subject), []).append(axiom)

        def further(part: list[Axiom]) -> list[Axiom]:
            inside = {axiom.text for axiom in part}
            ends = {plain(axiom.head.object) for axiom in part if axiom.head.predicate != TYPE}
            ends |= {plain(part[0].head.subject), plain(part[-1].head.subject)}
            return [axiom for end in sorted(ends) for axiom in own.get(end, ()) if axiom.text not in inside]

        return further


def _around(entity: str, facts: list[Axiom]) -> list[Axiom]:
    """Return the facts that name *entity*; where these are many, only those about it."""
    return facts if len(facts) <= _HUB else [axiom for axiom in facts if plain(axiom.head.subject) == entity]


def _right(axiom: Axiom) -> set[str]:
    """Return the IRIs of the side of an axiom on which it concludes something; of both sides where both may."""
    right = _side(axiom, axiom.head.object)
    return right if axiom.head.predicate in _DIRECTED else right | _side(axiom, axiom.head.subject)


def _sides(axiom: Axiom) -> list[set[str]]:
    """Return the sides of an axiom that decide whether it applies, each as the IRIs in it."""
    left, right = _side(axiom, axiom.head.subject), _side(axiom, axiom.head.object)
    if axiom.head.predicate in _DIRECTED:
        return [left]
    return [left, right] if axiom.head.predicate in _DISJOINT else [left | right]


def _side(axiom: Axiom, term: Term) -> set[str]:
    """Return the IRIs in a part of an axiom, without those of OWL and RDF."""
    inside = axioms.closure([term], axioms.links(axiom.triples))
    iris = axioms.named(term, *(part for triple in inside for part in (triple.predicate, triple.object)))
    return {iri for iri in iris if not axioms.is_vocabulary(iri)}
