"""Explanations: minimal sets of axioms from which a contradiction follows.

HermiT only says whether axioms contradict each other, and which of several files of axioms is the first that does.  So
one run over growing beginnings of a list finds the axiom that makes it contradictory.  That axiom belongs to the
explanation; only what comes before it can be needed too, and so on, until the axioms found are contradictory by
themselves (:meth:`Prover.minimal`).  At the end a check confirms that none of them can be left out.

An inference is explained in the same way: its opposite is added, and what contradicts that is the explanation.

The list is kept short: first a part of the facts is found that contradicts the ontology
(:meth:`Prover.contradictions`), then its neighbourhood (:mod:`cyberstd_kg.reasoning.neighbourhood`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.iris import BASE
from cyberstd_kg.rdf.terms import TYPE, nodes
from cyberstd_kg.reasoning import axioms
from cyberstd_kg.reasoning.axioms import Axiom
from cyberstd_kg.reasoning.hermit import First, Hermit
from cyberstd_kg.reasoning.neighbourhood import Neighbourhood
from cyberstd_kg.reasoning.world import AxiomWorld

#: Files of one run of Java, and the most where they are small.
_FILES, _MOST_FILES = 12, 48
#: Axioms in all the files of one run that looks for a place.
_AXIOMS: Final = 10_000
#: Facts in one part of the data, and in a part of a part; a large one takes the reasoner some tenths of a second.
_PARTS: Final = (4000, 250, 16)
#: So few are not divided.
_FEW: Final = 64
#: Triples of all files of one run.
_MOST_TRIPLES: Final = 400_000
_COMPLEMENT, _CLASS = nodes("owl:complementOf owl:Class")
#: A made-up individual, of which only what is to be contradicted is stated.
SOMETHING: Final = f"{BASE}reasoning#something"

Say = Callable[[str], None]
#: Part of the facts → the other facts about the individuals to which it points.
Further = Callable[[list[Axiom]], list[Axiom]]


class Explanation(NamedTuple):
    """A minimal set of axioms, and what follows from them.

    ``kind`` is ``inconsistency``, ``unsatisfiable`` (``about`` is the class), ``class`` (``about`` is an individual or
    a class, ``other`` the class in which it is) or ``objection`` (``about`` is what HermiT says).  ``names`` are the
    individuals whose different names have to mean different individuals.  ``checked``: a second look confirmed that
    the axioms contradict each other, and that they do not when any one of them is left out.
    """

    kind: str
    about: str
    other: str
    axioms: list[Axiom]
    names: list[str]
    checked: bool


class Prover:
    """Finds minimal sets of axioms.

    :param hermit: the reasoner
    :param world: all axioms
    :param say: takes a line of progress
    """

    def __init__(self, hermit: Hermit, world: AxiomWorld, say: Say = lambda line: None) -> None:
        self._hermit = hermit
        self._world = world
        self._say = say
        self._near = Neighbourhood(world)
        self._wide: list[Axiom] = []  # contradictory axioms, before they were narrowed down

    # ── What is asked for ──

    def contradictions(self, most: int) -> Iterator[Explanation]:
        """Yield explanations why the graph is contradictory, at most *most*, each without the culprit of those before.

        When it yields fewer, then nothing else is contradictory.
        """
        left_out: set[str] = set()
        start = 0
        minimal: list[Axiom] = []
        for _ in range(most):
            if minimal:
                left_out.add(self._culprit(minimal))
            terms = [axiom for axiom in self._world.pairs if axiom.text not in left_out]
            facts = [axiom for axiom in self._world.facts if axiom.text not in left_out]
            part, start = self._part(terms, facts, start)
            if not part:
                return
            minimal = self.minimal([], part)
            self._say(f"found {len(minimal)} axioms that contradict each other")
            yield self._explained("inconsistency", "", "", [], minimal)

    def unsatisfiable(self, name: str) -> Explanation | None:
        """Return why the class *name* can have no member; None when it can."""
        return self._of_goal("unsatisfiable", name, "", [_is(SOMETHING, name)], {name})

    def membership(self, entity: str, name: str) -> Explanation | None:
        """Return why *entity* is in the class *name*; None when that does not follow."""
        return self._of_goal("class", entity, name, [*_is_not(entity, name)], {entity, name})

    def subsumption(self, low: str, high: str) -> Explanation | None:
        """Return why whatever is in the class *low* is in the class *high*; None when that does not follow."""
        goal = [_is(SOMETHING, low), *_is_not(SOMETHING, high)]
        return self._of_goal("class", low, high, goal, {low, high, SOMETHING})

    def objection(self) -> Explanation | None:
        """Return the axioms to which HermiT objects; None when it does not."""
        candidates = self._world.pairs
        if self._first([candidates]).at is None:
            candidates = [*candidates, *self._world.facts]
        minimal = self.minimal([], candidates)
        answer = self._first([minimal])
        if answer.at is None:
            return None
        kind = "objection" if answer.objection else "inconsistency"
        return self._explained(kind, answer.objection, "", [], minimal)

    # ── How it is found ──

    def _part(self, terms: list[Axiom], facts: list[Axiom], start: int) -> tuple[list[Axiom], int]:
        """Return axioms that contradict each other, as few as is quickly found, the likely ones first; or none.

        :param start: the number of the part of *facts* at which to begin; those before are consistent
        :returns: with them the number at which to go on
        """
        is_small = len(facts) <= _PARTS[0]
        bad = self._first([terms, [*terms, *facts]] if is_small else [terms]).at
        if is_small and bad is None:
            return [], 0
        if bad == 0:
            self._wide = terms
            end = self._bracket([], terms)
            return self._near_to(terms[end - 1 : end], terms[:end]), 0
        self._say(f"looking through {len(facts)} statements of the data in parts …")
        self._wide = [*terms, *facts]
        if len(facts) <= _FEW:
            return self._near_to(facts, self._wide), 0
        near = self._near.about(facts)
        size = next((size for size in _PARTS if size < len(facts)), _PARTS[-1])
        part, at = self._narrowed(terms, facts, near, size, start)
        if part:
            return part, start + at
        if not is_small:
            self._say("no part is contradictory by itself; looking at all of them together …")
            if self._first([[*terms, *facts]]).at is None:
                return [], 0
        return self._spread(terms, facts, near, size)

    def _spread(self, terms: list[Axiom], facts: list[Axiom], near: Further, size: int) -> tuple[list[Axiom], int]:
        """Return axioms that contradict each other where no part of *facts* does so by itself; as :meth:`_part`."""

        def nearer(part: list[Axiom]) -> list[Axiom]:
            around = near(part)
            return [*around, *near([*part, *around])]

        part, at = self._narrowed(terms, facts, nearer, size)
        if part:
            return part, at
        low, high = 0, len(facts)
        while high - low > _PARTS[0]:
            middle = (low + high) // 2
            low, high = (middle, high) if self._first([[*terms, *facts[:middle]]]).at is None else (low, middle)
        self._wide = [*terms, *facts[:high]]
        return self._near_to(facts[low:high], self._wide), 0

    def _narrowed(
        self, terms: list[Axiom], facts: list[Axiom], about: Further, size: int, start: int = 0
    ) -> tuple[list[Axiom], int]:
        """Return the first part of *facts* that contradicts *terms*, with what is said of the individuals it names.

        In parts of *size*, and that one again in smaller ones, as far as one of them is contradictory by itself.
        """
        parts = [facts[at : at + size] for at in range(0, len(facts), size)]
        at = self._first([[*terms, *part, *about(part)] for part in parts[start:]]).at
        if at is None:
            return [], 0
        part = parts[start + at]
        wide = [*terms, *part, *about(part)]
        if size == _PARTS[0]:
            self._wide = wide
        for smaller in _PARTS[_PARTS.index(size) + 1 :][:1]:
            narrower, _ = self._narrowed(terms, part, about, smaller)
            if narrower:
                return narrower, at
        return self._near_to(part, wide), at

    def _near_to(self, seeds: Iterable[Axiom], among: list[Axiom]) -> list[Axiom]:
        """Return a contradictory part of *among*, which is so too, around what *seeds* name, the nearest first."""
        circles = self._near.circles(set[str]().union(*map(axioms.iris, seeds)), list(dict.fromkeys(among)))
        at = self._first(circles[:-1]).at
        return circles[-1 if at is None else at]

    def _of_goal(
        self, kind: str, about: str, other: str, opposite: Iterable[ox.Triple], seeds: set[str]
    ) -> Explanation | None:
        """Return what contradicts *opposite*, the opposite of what is to be shown; None when nothing does."""
        goal = [Axiom("goal", tuple(opposite), made="goal")]
        among = [*self._world.pairs, *self._world.facts]
        likely = self._near.toward(about, other or about, among)
        circles = [likely, *self._near.circles(seeds, among)]
        for chosen in (circles[:1], circles[1:-1], circles[-1:]):
            at = self._first([[*goal, *circle] for circle in chosen]).at
            if at is not None:
                return self._explained(kind, about, other, goal, self.minimal(goal, chosen[at]))
        return None

    def minimal(self, fixed: list[Axiom], candidates: Sequence[Axiom], *, names: bool = True) -> list[Axiom]:
        """Return a minimal set of *candidates* that is contradictory together with *fixed*."""
        needed: list[Axiom] = []
        left = list(candidates)
        while (end := self._bracket([*fixed, *needed], left, names=names)) > 0:
            needed.append(left[end - 1])
            left = left[: end - 1]
        return needed

    def _bracket(self, fixed: list[Axiom], candidates: Sequence[Axiom], *, names: bool = True) -> int:
        """Return how many of the first *candidates* are contradictory together with *fixed*, as all of them are.

        Each run looks at growing beginnings and narrows the place down.
        """
        low, high = -1, len(candidates)  # beginnings of the length *low* are consistent, those of *high* are not
        is_first = True
        while high - low > 1:
            files = max(_FILES, min(_MOST_FILES, _AXIOMS // (len(fixed) + high)))
            sizes = _lengths(low, high, files, doubling=is_first)
            at = self._first([[*fixed, *candidates[:size]] for size in sizes], names=names).at
            if at is None:
                low = sizes[-1]
            else:
                low, high = (sizes[at - 1] if at else low), sizes[at]
            is_first = False
        return high

    def _first(self, sets: Sequence[Sequence[Axiom]], *, names: bool = True) -> First:
        """Return the first of *sets* that is contradictory; a few at once where they are large."""
        at = 0
        while at < len(sets):
            size, chosen = 0, list[list[ox.Triple]]()
            for candidate in sets[at : at + _MOST_FILES]:
                triples = self._world.triples(candidate, names=names)
                if chosen and size + len(triples) > _MOST_TRIPLES:
                    break
                size += len(triples)
                chosen.append(triples)
            answer = self._hermit.first(chosen)
            if answer.at is not None:
                return answer._replace(at=at + answer.at)
            at += len(chosen)
        return First(None, "")

    def _explained(self, kind: str, about: str, other: str, goal: list[Axiom], minimal: list[Axiom]) -> Explanation:
        """Return the explanation, after a last check that it is one and that none of its axioms can be left out."""
        names: list[Axiom] = []
        is_minimal = self._is_minimal(goal, minimal)
        if is_minimal is None:  # not contradictory without the names of individuals
            individuals = set[str]().union(*map(self._world.individuals, [*goal, *minimal]))
            names = self._names(goal, minimal, self._world.names(individuals))
            is_minimal = self._is_minimal(goal, [*minimal, *names])
        return Explanation(
            kind=kind,
            about=about,
            other=other,
            axioms=self._ordered(minimal),
            names=sorted(axiom.text.partition(" ")[2] for axiom in names),
            checked=bool(is_minimal),
        )

    def _is_minimal(self, goal: list[Axiom], chosen: list[Axiom]) -> bool | None:
        """Tell whether *chosen* contradict each other and none can be left out; None when they do not contradict."""
        without = [[*goal, *chosen[:at], *chosen[at + 1 :]] for at in range(len(chosen))]
        at = self._first([*without, [*goal, *chosen]], names=False).at
        return None if at is None else at == len(without)

    def _names(self, goal: list[Axiom], minimal: list[Axiom], names: list[Axiom]) -> list[Axiom]:
        """Return those of *names* that are needed: mostly two individuals are two."""
        pairs = [list(pair) for pair in combinations(names, 2)]
        at = self._first([[*goal, *minimal, *pair] for pair in pairs[:_MOST_FILES]], names=False).at
        return self.minimal([*goal, *minimal], names, names=False) if at is None else pairs[at]

    def _ordered(self, chosen: Iterable[Axiom]) -> list[Axiom]:
        """Return *chosen*, facts first."""
        return sorted(chosen, key=lambda axiom: (not self._world.is_fact(axiom), axiom.text))

    def _culprit(self, minimal: list[Axiom]) -> str:
        """Return which axiom to leave out to look for what else is wrong.

        It is one without which the part where it was found is consistent, rather a fact than an axiom of the ontology:
        a wrong fact can be corrected without touching what holds of everything, and where the ontology is at fault, no
        single fact mends it.
        """
        ordered = self._ordered(minimal)
        for axiom in ordered:
            if self._first([[other for other in self._wide if other.text != axiom.text]]).at is None:
                return axiom.text
        return ordered[-1].text


def _lengths(low: int, high: int, most: int, *, doubling: bool) -> list[int]:
    """Return up to *most* lengths between *low* and *high*: all, evenly spaced, or each twice as far as the one before.

    The place mostly is near the beginning, and short files cost less than long ones.
    """
    width = high - low
    if width - 1 <= most:
        return list(range(low + 1, high))
    if doubling and width > 8 * most:
        return [low + 2**power for power in range(width.bit_length()) if low + 2**power < high][-most:]
    return sorted({low + width * number // (most + 1) for number in range(1, most + 1)} - {low})


def _is(individual: str, name: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(individual), TYPE, ox.NamedNode(name))


def _is_not(individual: str, name: str) -> tuple[ox.Triple, ...]:
    other = ox.BlankNode("opposite")
    return (
        ox.Triple(ox.NamedNode(individual), TYPE, other),
        ox.Triple(other, TYPE, _CLASS),
        ox.Triple(other, _COMPLEMENT, ox.NamedNode(name)),
    )
