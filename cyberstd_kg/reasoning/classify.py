"""Reasoning: is the graph consistent, is a class empty by its definition, and what is inferred?

The reasoner is HermiT, a Java program that runs in a process of its own (:mod:`cyberstd_kg.reasoning.hermit`).  It gets
the projection of the ontology and the data (:mod:`cyberstd_kg.reasoning.world`); decision 18 says what is left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from cyberstd_kg.core.hierarchy import above
from cyberstd_kg.rdf.terms import SUBCLASS, TYPE, plain
from cyberstd_kg.reasoning.axioms import is_vocabulary
from cyberstd_kg.reasoning.hermit import Hermit, Objection
from cyberstd_kg.reasoning.java import JavaLimits, Session

if TYPE_CHECKING:
    from cyberstd_kg.reasoning.hermit import Classified
    from cyberstd_kg.reasoning.justifications import Explanation
    from cyberstd_kg.reasoning.world import AxiomWorld

_THING: Final = "http://www.w3.org/2002/07/owl#Thing"


@dataclass
class Reasoning:
    """What the reasoner concludes.

    ``consistent`` is None where HermiT objects to an axiom (``objection``).  ``unsatisfiable`` are the classes that can
    have no member; ``undeclared`` are pairs (text of an axiom, property) that OWL would ignore.  ``subsumptions`` are
    pairs (class, class above), ``equivalences`` sets of classes, and ``types`` maps each individual to its classes: all
    without what somebody states.  ``most_specific`` maps an individual to the narrowest of all its classes,
    ``all_types`` to all.  ``explanations`` are those asked for; ``complete`` tells whether nothing beyond them is
    contradictory.  ``about`` are the individuals of the files, of what is supposed and of what is explained.
    ``counts`` tells how many axioms, facts and individuals went in; ``java`` and ``version`` which Java ran;
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
        """Return class → the individuals that are in it by inference only."""
        members: dict[str, list[str]] = {}
        for individual, classes in self.types.items():
            for name in classes:
                members.setdefault(name, []).append(individual)
        return {name: sorted(individuals) for name, individuals in sorted(members.items())}

    def triples(self) -> list[ox.Triple]:
        """Return the inferred statements as triples."""
        types = [(individual, TYPE, name) for individual, classes in self.types.items() for name in classes]
        inferred = [*((low, SUBCLASS, high) for low, high in self.subsumptions), *types]
        return [ox.Triple(ox.NamedNode(subject), way, ox.NamedNode(value)) for subject, way, value in inferred]


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
        try:
            classified = hermit.classify(world.whole())
            reasoning = conclusions(classified, world) if classified else Reasoning(consistent=False)
        except Objection as objection:
            reasoning = Reasoning(consistent=None, objection=objection.sentence)
        reasoning.counts = world.counts
        reasoning.undeclared = [(axiom.text, iri) for axiom, iri in world.undeclared()]
        if then is not None:
            then(hermit, reasoning)
        reasoning.java = f"{session.java.program} ({session.java.named_by})"
        reasoning.version = session.version
    reasoning.seconds = round(time.monotonic() - began, 1)
    return reasoning


def conclusions(classified: Classified, world: AxiomWorld) -> Reasoning:
    """Return what HermiT concludes beyond what *world* states."""
    all_above = _above(classified.subsumptions, classified.equivalent)
    heads = (axiom.head for axiom in world.terms)
    stated_above = _above((plain(head.subject), plain(head.object)) for head in heads if head.predicate == SUBCLASS)
    empty = set(classified.unsatisfiable())

    def is_new(low: str, high: str) -> bool:
        return high not in stated_above(low)

    reasoning = Reasoning(
        consistent=True,
        unsatisfiable=sorted(empty),
        subsumptions=[
            (low, high)
            for low, high in sorted(classified.subsumptions)
            if is_new(low, high) and low not in empty and high != _THING
        ],
        equivalences=[
            sorted(group)
            for group in classified.equivalent
            if not empty.intersection(group) and any(is_new(first, second) for first in group for second in group)
        ],
    )
    stated_types = _stated_types(world)
    for individual, classes in sorted(classified.types.items()):
        every = set[str]().union(*map(all_above, classes)) - {_THING}
        known = set[str]().union(*map(stated_above, stated_types.get(individual, ())))
        reasoning.most_specific[individual] = sorted({*classes} - {_THING})
        reasoning.all_types[individual] = sorted(every)
        if new := sorted(name for name in every - known if not is_vocabulary(name)):
            reasoning.types[individual] = new
    return reasoning


def _stated_types(world: AxiomWorld) -> dict[str, set[str]]:
    types: dict[str, set[str]] = {}
    for axiom in (*world.terms, *world.facts):
        if axiom.head.predicate == TYPE and len(axiom.triples) == 1:
            types.setdefault(plain(axiom.head.subject), set()).add(plain(axiom.head.object))
    return types


def _above(pairs: Iterable[tuple[str, str]], equal: Iterable[list[str]] = ()) -> Callable[[str], set[str]]:
    """Return a function: class → all classes above it, itself included.

    :param pairs: (class, class directly above)
    :param equal: groups of equivalent classes
    """
    direct: dict[str, set[str]] = {}
    for low, high in pairs:
        direct.setdefault(low, set()).add(high)
    for group in equal:
        for name in group:
            direct.setdefault(name, set()).update(group)
    return cache(lambda name: above(name, lambda low: direct.get(low, ())))
