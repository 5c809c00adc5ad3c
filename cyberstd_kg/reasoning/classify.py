"""Reasoning: is the graph consistent, is a class empty by its definition, and what follows that nobody states?

The reasoner is HermiT, which runs as a Java program of its own (:mod:`cyberstd_kg.reasoning.hermit`).  It gets the
projection of the ontology and the data (:mod:`cyberstd_kg.reasoning.world`); what is left out of it is told in decision
18.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from cyberstd_kg.reasoning.axioms import SUBCLASS, TYPE, is_vocabulary
from cyberstd_kg.reasoning.hermit import Hermit, Objection
from cyberstd_kg.reasoning.java import JavaLimits, Session

if TYPE_CHECKING:
    from cyberstd_kg.reasoning.hermit import Classified
    from cyberstd_kg.reasoning.justifications import Explanation
    from cyberstd_kg.reasoning.world import AxiomWorld

_THING: Final = "http://www.w3.org/2002/07/owl#Thing"


@dataclass
class Reasoning:
    """What the reasoner found.

    ``consistent`` is None where HermiT objects to an axiom (``objection``).  ``unsatisfiable`` are the classes that can
    have no member; ``undeclared`` pairs (text of an axiom, property) that OWL would pass over.  ``subsumptions`` are
    pairs (class, class above) and ``equivalences`` sets of classes that nobody states; ``types`` maps each thing to the
    classes that nobody states of it, ``most_specific`` to the narrowest of all its classes, ``all_types`` to all.
    ``explanations`` are those asked for; ``complete`` tells whether nothing beyond them is contradictory.  ``about``
    are the things asked about: of the files, what is supposed, what is explained.  ``counts`` tells how many axioms,
    facts and individuals went in; ``java`` and ``version`` which Java ran;
    ``seconds`` how long it took in all.
    """

    consistent: bool | None
    objection: str = ""
    unsatisfiable: list[str] = field(default_factory=list)
    undeclared: list[tuple[str, str]] = field(default_factory=list)
    subsumptions: list[tuple[str, str]] = field(default_factory=list)
    equivalences: list[list[str]] = field(default_factory=list)
    types: dict[str, list[str]] = field(default_factory=dict)
    most_specific: dict[str, list[str]] = field(default_factory=dict)
    all_types: dict[str, list[str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    explanations: list[Explanation] = field(default_factory=list)
    complete: bool = True
    about: list[str] = field(default_factory=list)
    world: AxiomWorld | None = field(default=None, repr=False)
    lines: dict[ox.Quad, tuple[str, int]] = field(default_factory=dict, repr=False)
    java: str = ""
    version: str = ""
    seconds: float = 0.0

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong: consistent, no class empty, every axiom understood."""
        return bool(self.consistent) and not self.unsatisfiable and not self.undeclared

    def members(self) -> dict[str, list[str]]:
        """Return class → the things that are in it though nobody says so."""
        found: dict[str, list[str]] = {}
        for thing, classes in self.types.items():
            for name in classes:
                found.setdefault(name, []).append(thing)
        return {name: sorted(things) for name, things in sorted(found.items())}

    def triples(self) -> list[ox.Triple]:
        """Return what was inferred as triples."""
        kind = ox.NamedNode(TYPE.value)
        found = [ox.Triple(ox.NamedNode(low), SUBCLASS, ox.NamedNode(high)) for low, high in self.subsumptions]
        for thing, classes in self.types.items():
            found += [ox.Triple(ox.NamedNode(thing), kind, ox.NamedNode(name)) for name in classes]
        return found


def reason(
    world: AxiomWorld, limits: JavaLimits | None = None, then: Callable[[Hermit, Reasoning], None] | None = None
) -> Reasoning:
    """Ask the reasoner about all of *world*.

    :param limits: of time and memory
    :param then: what more to ask in the same session, such as explanations
    :raises ResourceMissing: when there is no Java or it does not work
    :raises LimitExceeded: when time or memory runs out
    """
    began = time.monotonic()
    with Session(limits or JavaLimits()) as session:
        hermit = Hermit(session)
        found = _asked(hermit, world)
        found.counts = world.counts
        found.undeclared = [(axiom.text, iri) for axiom, iri in world.undeclared()]
        if then is not None:
            then(hermit, found)
        found.java = f"{session.java.program} ({session.java.named_by})"
        found.version = session.version
    found.seconds = round(time.monotonic() - began, 1)
    return found


def _asked(hermit: Hermit, world: AxiomWorld) -> Reasoning:
    try:
        told = hermit.classify(world.whole())
    except Objection as objection:
        return Reasoning(None, objection.told)
    if told is None:
        return Reasoning(False)
    return conclusions(told, world)


def conclusions(told: Classified, world: AxiomWorld) -> Reasoning:
    """Return what *told* holds beyond what *world* states."""
    above = _closed(told.subsumptions, told.equivalent)
    stated_above = _closed(_stated_subclasses(world), [])
    stated_types: dict[str, set[str]] = {}
    for axiom in (*world.terms, *world.facts):
        head = axiom.head
        if head.predicate == TYPE and len(axiom.triples) == 1:
            stated_types.setdefault(head.subject.value, set()).add(head.object.value)  # type: ignore[union-attr]
    bottom = set(told.unsatisfiable())
    found = Reasoning(True, unsatisfiable=sorted(bottom))
    for low, high in sorted(told.subsumptions):
        if high not in stated_above.get(low, {low}) and low not in bottom and high != _THING:
            found.subsumptions.append((low, high))
    for group in told.equivalent:
        if not bottom.intersection(group) and any(
            second not in stated_above.get(first, {first}) for first in group for second in group
        ):
            found.equivalences.append(sorted(group))
    for thing, classes in sorted(told.types.items()):
        own = [name for name in classes if name != _THING]
        every = set().union(*(above.get(name, {name}) for name in own)) - {_THING}
        known = set().union(*(stated_above.get(name, {name}) for name in stated_types.get(thing, ())))
        found.most_specific[thing] = sorted(own)
        found.all_types[thing] = sorted(every)
        if new := sorted(name for name in every - known if not is_vocabulary(name)):
            found.types[thing] = new
    return found


def _stated_subclasses(world: AxiomWorld) -> list[tuple[str, str]]:
    return [
        (axiom.head.subject.value, axiom.head.object.value)
        for axiom in world.terms
        if axiom.head.predicate == SUBCLASS
        and isinstance(axiom.head.subject, ox.NamedNode)
        and isinstance(axiom.head.object, ox.NamedNode)
    ]


def _closed(pairs: Iterable[tuple[str, str]], equal: Iterable[list[str]]) -> dict[str, set[str]]:
    """Return class → all classes above it, itself included."""
    direct: dict[str, set[str]] = {}
    for low, high in pairs:
        direct.setdefault(low, set()).add(high)
    for group in equal:
        for name in group:
            direct.setdefault(name, set()).update(group)
    closed = {}
    for name in set(direct) | {high for highs in direct.values() for high in highs}:
        waiting, found = [name], {name}
        while waiting:
            waiting += (more := direct.get(waiting.pop(), set()) - found)
            found |= more
        closed[name] = found
    return closed
