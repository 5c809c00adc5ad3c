"""What lies near: axioms in growing circles around some things and terms.

A contradiction is mostly found among a dozen axioms that lie close together in a graph of tens of thousands.  The
circles only decide where is looked first and in which order; the last holds everything, so nothing is missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core.iris import expand
from cyberstd_kg.reasoning import axioms
from cyberstd_kg.reasoning.axioms import TYPE, Axiom
from cyberstd_kg.reasoning.world import AxiomWorld

#: Circles before everything.
_CIRCLES: Final = 5
#: Of what points to a thing at which more points (a body, a code), nothing is taken into a circle.
_HUB: Final = 30
_SUB, _DOMAIN, _RANGE, _SUB_PROPERTY = (
    ox.NamedNode(expand(f"rdfs:{name}")) for name in ("subClassOf", "domain", "range", "subPropertyOf")
)
#: Of these the left side alone decides whether they have a say.
_DIRECTED: Final = {_SUB, _SUB_PROPERTY, _DOMAIN, _RANGE}
#: By these something is put into a class, or gets a value.
_CONCLUDING: Final = _DIRECTED | {
    ox.NamedNode(expand(f"owl:{name}")) for name in ("equivalentClass", "inverseOf", "propertyChainAxiom")
}
#: Steps from thing to thing that are followed toward a class.
_STEPS: Final = 3
_DISJOINT: Final = {axioms.DISJOINT, ox.NamedNode(expand("owl:propertyDisjointWith")), axioms.DIFFERENT}


class Near:
    """Finds what lies near.

    :param world: all axioms
    """

    def __init__(self, world: AxiomWorld) -> None:
        self._world = world
        self._left: dict[str, tuple[frozenset[str], ...]] = {}

    def terms(self, axiom: Axiom) -> set[str]:
        """Return the things and terms of which *axiom* speaks."""
        return axioms.nodes(axiom)

    def levels(self, seeds: Iterable[str], among: list[Axiom]) -> list[list[Axiom]]:
        """Return growing circles around *seeds*, each the one before and more; the last holds all of *among*."""
        facts: dict[str, list[Axiom]] = {}
        terms: list[Axiom] = []
        for axiom in among:
            if self._world.is_fact(axiom):
                for thing in self._world.individuals(axiom):
                    facts.setdefault(thing, []).append(axiom)
            else:
                terms.append(axiom)
        reached = set(seeds)
        inside: dict[str, Axiom] = {}
        found: list[list[Axiom]] = []
        edge = set(reached)
        for _ in range(_CIRCLES):
            before = len(inside)
            things: set[str] = set()
            for thing in sorted(edge):
                about = facts.get(thing, [])
                for axiom in about:
                    if len(about) <= _HUB or axiom.head.subject.value == thing:  # type: ignore[union-attr]
                        inside.setdefault(axiom.text, axiom)
                        things |= axioms.nodes(axiom)
            reached |= things
            # Terms lead to terms until no more have a say: there are few, and facts decide which.
            growing = True
            while growing:
                growing = False
                for axiom in terms:
                    if axiom.text not in inside and self._has_a_say(axiom, reached):
                        inside[axiom.text] = axiom
                        more = axioms.nodes(axiom) - reached
                        reached |= more
                        things |= more
                        growing = growing or bool(more)
            edge = things
            if len(inside) > before:
                found.append(list(inside.values()))
        if len(inside) < len(among):
            found.append([*inside.values(), *(axiom for axiom in among if axiom.text not in inside)])
        return found

    def toward(self, thing: str, name: str, among: list[Axiom]) -> list[Axiom]:
        """Return what most likely puts *thing* into the class *name*: first what of *among* concludes it, step by step.

        Backwards from the class: axioms that put something into a class that is needed, then the classes and properties
        by which they do.  Of the facts those of the thing, and of the things to which they lead, that say something so.
        """
        needed = {name}
        chosen: dict[str, Axiom] = {}
        terms = [axiom for axiom in among if not self._world.is_fact(axiom)]
        growing = True
        while growing:
            growing = False
            for axiom in terms:
                if axiom.text not in chosen and axiom.head.predicate in _CONCLUDING and _right(axiom) & needed:
                    chosen[axiom.text] = axiom
                    needed |= axioms.nodes(axiom)
                    growing = True
        things, edge = {thing}, {thing}
        for _ in range(_STEPS):
            more: set[str] = set()
            for axiom in among:
                if self._world.is_fact(axiom) and edge & self._world.individuals(axiom):
                    head = axiom.head
                    way = head.object if head.predicate == TYPE else head.predicate
                    if way.value in needed and head.subject.value in edge:  # type: ignore[union-attr]
                        chosen.setdefault(axiom.text, axiom)
                        more |= self._world.individuals(axiom)
            edge = more - things
            things |= more
        return sorted(chosen.values(), key=lambda axiom: not self._world.is_fact(axiom))

    def _has_a_say(self, axiom: Axiom, reached: set[str]) -> bool:
        """Tell whether *axiom* can say something of what is *reached*; what is disjoint says it of two."""
        if axiom.text not in self._left:
            self._left[axiom.text] = tuple(frozenset(side) for side in _sides(axiom))
        sides = self._left[axiom.text]
        if axiom.head.predicate in _DISJOINT:
            return all(side & reached for side in sides)
        return any(side & reached for side in sides) or not any(sides)

    def about(self, facts: list[Axiom]) -> Callable[[list[Axiom]], list[Axiom]]:
        """Return what tells, of a part of *facts*, the further facts on the things to which the part points."""
        own: dict[str, list[Axiom]] = {}
        for axiom in facts:
            own.setdefault(axiom.head.subject.value, []).append(axiom)  # type: ignore[union-attr]

        def further(part: list[Axiom]) -> list[Axiom]:
            inside = {axiom.text for axiom in part}
            ends = {
                axiom.head.object.value  # type: ignore[union-attr]
                for axiom in part
                if axiom.head.predicate != TYPE
            } | {part[0].head.subject.value, part[-1].head.subject.value}  # type: ignore[union-attr]
            return [axiom for end in sorted(ends) for axiom in own.get(end, ()) if axiom.text not in inside]

        return further


def _right(axiom: Axiom) -> set[str]:
    """Return the IRIs of the side of an axiom on which it concludes something; of both sides where both may."""
    right = _side(axiom, axiom.head.object)
    return right if axiom.head.predicate in _DIRECTED else right | _side(axiom, axiom.head.subject)


def _side(axiom: Axiom, node: axioms.Term) -> set[str]:
    """Return the IRIs in a part of an axiom, without those of OWL and RDF."""
    if isinstance(node, ox.NamedNode):
        return set() if axioms.is_vocabulary(node.value) else {node.value}
    more = axioms.closure([node], axioms.links(axiom.triples))
    return {
        term.value
        for triple in more
        for term in (triple.predicate, triple.object)
        if isinstance(term, ox.NamedNode) and not axioms.is_vocabulary(term.value)
    }


def _sides(axiom: Axiom) -> list[set[str]]:
    """Return the sides of an axiom, each as the IRIs in it."""
    head = axiom.head

    def side(node: axioms.Term) -> set[str]:
        return _side(axiom, node)

    if head.predicate in _DIRECTED:
        return [side(head.subject)]
    if head.predicate in _DISJOINT:
        return [side(head.subject), side(head.object)]
    return [side(head.subject) | side(head.object)]
