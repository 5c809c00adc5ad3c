"""Explanations: the smallest sets of axioms from which a contradiction follows.

HermiT only tells whether axioms contradict each other, and of several files of axioms which is the first that does.
So one run over growing beginnings of a list finds the axiom with which it becomes contradictory.  That axiom belongs to
the explanation; only what stood before it can be needed beside it, and so on, until what was found is contradictory by
itself (:meth:`Prover.minimal`).  At the end it is checked that none of them can be spared.

An inference is explained in the same way: its opposite is added, and what contradicts that is the explanation.

The list is kept short: first a part of the facts is found that contradicts the ontology
(:meth:`Prover.contradictions`), then what lies near it (:mod:`cyberstd_kg.reasoning.neighbourhood`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.iris import BASE, expand
from cyberstd_kg.reasoning.axioms import TYPE, Axiom
from cyberstd_kg.reasoning.hermit import First, Hermit
from cyberstd_kg.reasoning.neighbourhood import Near
from cyberstd_kg.reasoning.world import AxiomWorld

#: So many files go to one run of Java, and so many where they are small.
_FILES, _MOST_FILES = 12, 48
#: Axioms in all the files of one run that looks for a place.
_AXIOMS: Final = 10_000
#: Facts in one part of the data, and in a part of a part; a large one takes the reasoner some tenths of a second.
_PARTS: Final = (4000, 250, 16)
#: So few are not divided.
_FEW: Final = 64
#: Triples of all files of one run.
_MOST_TRIPLES: Final = 400_000
_COMPLEMENT, _CLASS = ox.NamedNode(expand("owl:complementOf")), ox.NamedNode(expand("owl:Class"))
#: Something made up, of which only is said what is to be contradicted.
SOMETHING: Final = f"{BASE}reasoning#something"

Say = Callable[[str], None]
#: Part of the facts → further facts on the things to which it points.
Further = Callable[[list[Axiom]], list[Axiom]]


class Explanation(NamedTuple):
    """Axioms of which none can be spared, and what follows from them.

    ``kind`` is ``inconsistency``, ``unsatisfiable`` (``about`` is the class), ``class`` (``about`` is a thing or a
    class, ``other`` the class in which it is) or ``objection`` (``about`` is what HermiT says).  ``names`` are the
    things of which it is needed that their different names mean different things.  ``checked``: it was looked at again
    that the axioms contradict, and that they do not when any one of them is left out.
    """

    kind: str
    about: str
    other: str
    axioms: list[Axiom]
    names: list[str]
    checked: bool


class Prover:
    """Finds smallest sets of axioms.

    :param hermit: the reasoner
    :param world: all axioms
    :param say: takes a line of progress
    """

    def __init__(self, hermit: Hermit, world: AxiomWorld, say: Say = lambda line: None) -> None:
        self._hermit = hermit
        self._world = world
        self._say = say
        self._near = Near(world)
        self._wide: list[Axiom] = []  # what was found contradictory, before it was narrowed down

    # ── What is asked for ──

    def contradictions(self, most: int) -> Iterator[Explanation]:
        """Yield explanations why the graph is contradictory, at most *most*, each without the culprit of those before.

        When it yields fewer, then nothing else is contradictory.
        """
        left_out: set[str] = set()
        start = 0
        found: list[Axiom] = []
        for _ in range(most):
            if found:
                left_out.add(self._culprit(found))
            terms = [axiom for axiom in self._world.pairs if axiom.text not in left_out]
            facts = [axiom for axiom in self._world.facts if axiom.text not in left_out]
            part, start = self._part(terms, facts, start)
            if not part:
                return
            found = self.minimal([], part)
            self._say(f"{len(found)} axioms that contradict each other are found")
            yield self._explained("inconsistency", "", "", [], found)

    def unsatisfiable(self, name: str) -> Explanation | None:
        """Return why the class *name* can have no member; None when it can."""
        goal = self._goal(_is(SOMETHING, name))
        return self._of_goal("unsatisfiable", name, "", goal, {name})

    def membership(self, thing: str, name: str) -> Explanation | None:
        """Return why *thing* is in the class *name*; None when that does not follow."""
        goal = self._goal(*_is_not(thing, name))
        return self._of_goal("class", thing, name, goal, {thing, name})

    def subsumption(self, low: str, high: str) -> Explanation | None:
        """Return why whatever is in the class *low* is in the class *high*; None when that does not follow."""
        goal = self._goal(_is(SOMETHING, low), *_is_not(SOMETHING, high))
        return self._of_goal("class", low, high, goal, {low, high, SOMETHING})

    def objection(self) -> Explanation | None:
        """Return the axioms to which HermiT objects; None when it does not."""
        candidates = [*self._world.pairs]
        if self._first([candidates]).at is None:
            candidates = [*candidates, *self._world.facts]
        found = self.minimal([], candidates)
        told = self._first([found])
        if told.at is None:
            return None
        return self._explained("objection" if told.objection else "inconsistency", told.objection, "", [], found)

    # ── How it is found ──

    def _part(self, terms: list[Axiom], facts: list[Axiom], start: int) -> tuple[list[Axiom], int]:
        """Return axioms that contradict each other, as few as is quickly found, the likely ones first; or none.

        :param start: the number of the part of *facts* at which to begin; those before are in order
        :returns: with them the number at which to go on
        """
        small = len(facts) <= _PARTS[0]
        bad = self._first([terms, [*terms, *facts]] if small else [terms]).at
        if small and bad is None:
            return [], 0
        if bad == 0:
            end = self._bracket([], terms)
            self._wide = terms
            return self._near_to(self._near.terms(terms[end - 1]), terms[:end]), 0
        self._say(f"looking through {len(facts)} statements of the data in parts …")
        if len(facts) <= _FEW:
            self._wide = [*terms, *facts]
            seeds = set[str]().union(*(self._near.terms(axiom) for axiom in facts))
            return self._near_to(seeds, self._wide), 0
        near = self._near.about(facts)
        self._wide = [*terms, *facts]

        def nearer(part: list[Axiom]) -> list[Axiom]:
            more = near(part)
            return [*more, *near([*part, *more])]

        size = next((size for size in _PARTS if size < len(facts)), _PARTS[-1])
        part, at = self._narrowed(terms, facts, near, size, start)
        if part:
            return part, start + at
        if not small:
            self._say("no part is contradictory by itself; looking at all of them together …")
            if self._first([[*terms, *facts]]).at is None:
                return [], 0
        part, at = self._narrowed(terms, facts, nearer, size)
        if part:
            return part, at
        low, high = 0, len(facts)
        while high - low > _PARTS[0]:
            middle = (low + high) // 2
            low, high = (middle, high) if self._first([[*terms, *facts[:middle]]]).at is None else (low, middle)
        seeds = set[str]().union(*(self._near.terms(axiom) for axiom in facts[low:high]))
        self._wide = [*terms, *facts[:high]]
        return self._near_to(seeds, [*terms, *facts[:high]]), 0

    def _narrowed(
        self, terms: list[Axiom], facts: list[Axiom], about: Further, size: int, start: int = 0
    ) -> tuple[list[Axiom], int]:
        """Return the first part of *facts* that contradicts *terms*, with what is said of the things that it names.

        In parts of *size*, and that one again in smaller ones, as far as one of them is contradictory by itself.
        """
        parts = [facts[at : at + size] for at in range(0, len(facts), size)]
        at = self._first([[*terms, *part, *about(part)] for part in parts[start:]]).at
        if at is None:
            return [], 0
        part = parts[start + at]
        if size == _PARTS[0]:
            self._wide = [*terms, *part, *about(part)]
        for smaller in _PARTS[_PARTS.index(size) + 1 :][:1]:
            narrower, _ = self._narrowed(terms, part, about, smaller)
            if narrower:
                return narrower, at
        seeds = set[str]().union(*(self._near.terms(axiom) for axiom in part))
        return self._near_to(seeds, [*terms, *part, *about(part)]), at

    def _near_to(self, seeds: set[str], among: list[Axiom]) -> list[Axiom]:
        """Return what of *among*, which is contradictory, lies near *seeds* and is so too, the nearest first."""
        levels = self._near.levels(seeds, list(dict.fromkeys(among)))
        at = self._first(levels[:-1]).at
        return levels[-1 if at is None else at]

    def _of_goal(self, kind: str, about: str, other: str, goal: list[Axiom], seeds: set[str]) -> Explanation | None:
        among = [*self._world.pairs, *self._world.facts]
        likely = self._near.toward(about, other or about, among)
        levels = [likely, *self._near.levels(seeds, among)]
        for chosen in (levels[:1], levels[1:-1], levels[-1:]):
            at = self._first([[*goal, *level] for level in chosen]).at
            if at is not None:
                return self._explained(kind, about, other, goal, self.minimal(goal, chosen[at]))
        return None

    def minimal(self, fixed: list[Axiom], candidates: Sequence[Axiom], *, names: bool = True) -> list[Axiom]:
        """Return axioms out of *candidates* that with *fixed* are contradictory, of which none can be spared."""
        found: list[Axiom] = []
        left = list(candidates)
        while (end := self._bracket([*fixed, *found], left, names=names)) > 0:
            found.append(left[end - 1])
            left = left[: end - 1]
        return found

    def _bracket(self, fixed: list[Axiom], candidates: Sequence[Axiom], *, names: bool = True) -> int:
        """Return how many of the first *candidates* it takes to be contradictory beside *fixed*, which all of them are.

        Each run looks at growing beginnings and narrows the place down.
        """
        low, high = -1, len(candidates)  # beginnings of the length *low* are in order, those of *high* are not
        far = True
        while high - low > 1:
            files = max(_FILES, min(_MOST_FILES, _AXIOMS // (len(fixed) + high)))
            sizes = _lengths(low, high, files, doubling=far)
            at = self._first([[*fixed, *candidates[:size]] for size in sizes], names=names).at
            if at is None:
                low = sizes[-1]
            else:
                low, high = (sizes[at - 1] if at else low), sizes[at]
            far = False
        return high

    def _first(self, sets: Sequence[Sequence[Axiom]], *, names: bool = True) -> First:
        """Ask which of *sets* is the first that is contradictory; a few at once where they are large."""
        at = 0
        while at < len(sets):
            size, chosen = 0, list[list[ox.Triple]]()
            for held in sets[at : at + _MOST_FILES]:
                triples = self._world.triples(held, names=names)
                if chosen and size + len(triples) > _MOST_TRIPLES:
                    break
                size += len(triples)
                chosen.append(triples)
            told = self._hermit.first(chosen)
            if told.at is not None:
                return told._replace(at=at + told.at)
            at += len(chosen)
        return First(None, "")

    def _explained(self, kind: str, about: str, other: str, goal: list[Axiom], found: list[Axiom]) -> Explanation:
        """Return the explanation, after a last look whether it is one and whether none of its axioms can be spared."""
        names: list[Axiom] = []
        needed = self._needed(goal, found)
        if needed is None:  # not contradictory without the names of things
            things = set[str]().union(*(self._world.individuals(axiom) for axiom in [*goal, *found]))
            names = self._names(goal, found, self._world.names(things))
            needed = self._needed(goal, [*found, *names])
        ordered = sorted(found, key=lambda axiom: (not self._world.is_fact(axiom), axiom.text))
        named = sorted(axiom.text.partition(" ")[2] for axiom in names)
        return Explanation(kind, about, other, ordered, named, bool(needed))

    def _needed(self, goal: list[Axiom], held: list[Axiom]) -> bool | None:
        """Tell whether *held* contradict each other and none can be spared; None when they do not contradict."""
        without = [[*goal, *held[:at], *held[at + 1 :]] for at in range(len(held))]
        at = self._first([*without, [*goal, *held]], names=False).at
        return None if at is None else at == len(without)

    def _names(self, goal: list[Axiom], found: list[Axiom], named: list[Axiom]) -> list[Axiom]:
        pairs = [list(pair) for pair in combinations(named, 2)]  # mostly it is two things that are two
        at = self._first([[*goal, *found, *pair] for pair in pairs[:_MOST_FILES]], names=False).at
        return self.minimal([*goal, *found], named, names=False) if at is None else pairs[at]

    def _culprit(self, found: list[Axiom]) -> str:
        """Return which axiom to leave out to look for what else is wrong.

        It is one without which the part where it was found is in order, of these a fact rather than an axiom of the
        ontology: a wrong fact can be put right without touching what holds of all things, and where the ontology is at
        fault, no single fact puts things right.
        """
        ordered = sorted(found, key=lambda axiom: (not self._world.is_fact(axiom), axiom.text))
        for axiom in ordered:
            if self._first([[other for other in self._wide if other.text != axiom.text]]).at is None:
                return axiom.text
        return ordered[-1].text

    def _goal(self, *triples: ox.Triple) -> list[Axiom]:
        return [Axiom("goal", triples, "", "goal")]


def _lengths(low: int, high: int, most: int, *, doubling: bool) -> list[int]:
    """Return up to *most* lengths above *low* and below *high*: all, or evenly, or each twice as far as the one before.

    What is sought mostly stands near the beginning, and short files cost less than long ones.
    """
    width = high - low
    if width - 1 <= most:
        return list(range(low + 1, high))
    if doubling and width > 8 * most:
        return [low + 2**power for power in range(width.bit_length()) if low + 2**power < high][-most:]
    return sorted({low + width * number // (most + 1) for number in range(1, most + 1)} - {low})


def _is(thing: str, name: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(thing), TYPE, ox.NamedNode(name))


def _is_not(thing: str, name: str) -> tuple[ox.Triple, ...]:
    other = ox.BlankNode("opposite")
    return (
        ox.Triple(ox.NamedNode(thing), TYPE, other),
        ox.Triple(other, TYPE, _CLASS),
        ox.Triple(other, _COMPLEMENT, ox.NamedNode(name)),
    )
