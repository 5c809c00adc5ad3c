"""Proofs: the rows and structure from which a relation follows, step by step.

A proof is a list of steps.  A step goes along a chain of links from one node to another; a link is a premise, or an
earlier step.  What a chain says is the composition of its links; where a step *meets* earlier ones on the same pair,
it says what is possible by all of them.  Nearly every proof is one step: a chain of rows.

:mod:`cyberstd_kg.crosswalks.checker` checks proofs without anything of this module or of the closure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from cyberstd_kg.crosswalks.closure import Closure, Premise, Version
from cyberstd_kg.mappings.relations import ANY, COMPOSITION, EQUAL, Relations, converse

#: How far the count of independent proofs looks: links of a chain, and premises that are looked at.
_LONGEST: Final = 8
_MOST_LOOKED_AT: Final = 20_000


class ChainLink(NamedTuple):
    """One link of a chain: from *first* to *second*.

    *premise* is the number of a premise, or -1 where *step* is the number of an earlier step; *turned*: that one is
    read from its other end.
    """

    first: int
    second: int
    relations: Relations
    premise: int
    step: int
    turned: bool


class ProofStep(NamedTuple):
    """What follows along a chain, and by the steps *meets* on the same pair (seen from *first* too)."""

    first: int
    second: int
    relations: Relations
    links: tuple[ChainLink, ...]
    meets: tuple[int, ...]


class Proof(NamedTuple):
    """The steps, the last of which is the conclusion, and the numbers of all premises used, in order of use."""

    steps: tuple[ProofStep, ...]
    premises: tuple[int, ...]

    @property
    def relations(self) -> Relations:
        """What is concluded."""
        return self.steps[-1].relations


Key = tuple[int, int, int]


def prove(closure: Closure, first: int, second: int) -> Proof | None:
    """Return the proof of what *closure* knows of two nodes; None when it knows nothing."""
    at = closure.best(first, second)
    if at < 0:
        return None
    return _Builder(closure).proof((min(first, second), max(first, second), at), turned=first > second)


def premises_of(closure: Closure, *starts: Key, steps: tuple[tuple[int, int, Version], ...] = ()) -> list[int]:
    """Return the numbers of the premises on which versions of pairs, and further steps of theirs, rest."""
    found: dict[int, None] = {}
    seen: set[Key] = set()
    stack = list(starts)
    for low, high, step in steps:
        if step.premise >= 0:
            found.setdefault(step.premise)
        stack += _needs(low, high, step)
    while stack:
        key = stack.pop()
        if key in seen:
            continue
        seen.add(key)
        version = closure.versions(key[0], key[1])[key[2]]
        if version.premise >= 0:
            found.setdefault(version.premise)
        stack += _needs(key[0], key[1], version)
    return list(found)


def _needs(low: int, high: int, version: Version) -> Iterator[Key]:
    """Yield the versions of pairs on which one rests."""
    if version.premise < 0:
        pivot = version.pivot
        yield min(low, pivot), max(low, pivot), version.left
        yield min(pivot, high), max(pivot, high), version.right
    if version.before >= 0:
        yield low, high, version.before


class _Builder:
    """Turns the versions of a closure into steps."""

    def __init__(self, closure: Closure) -> None:
        self._closure = closure
        self._number: dict[Key, int] = {}

    def proof(self, goal: Key, *, turned: bool) -> Proof:
        steps: list[ProofStep] = []
        for key in self._order(goal):
            low, high, at = key
            version = self._closure.versions(low, high)[at]
            links = tuple(self._links(key, turned=False, own=True))
            meets = (self._number[low, high, version.before],) if version.before >= 0 else ()
            step = ProofStep(low, high, version.relations, links, meets)
            self._number[key] = len(steps)
            steps.append(step)
        if turned:
            steps[-1] = _turned(steps[-1])
            if steps[-1].meets:
                # What it meets is told from the lower node: a step of one link turns it.
                met = steps[steps[-1].meets[0]]
                link = ChainLink(met.second, met.first, converse(met.relations), -1, steps[-1].meets[0], True)
                steps.insert(-1, ProofStep(met.second, met.first, link.relations, (link,), ()))
                steps[-1] = steps[-1]._replace(meets=(len(steps) - 2,))
        used: dict[int, None] = {}
        for step in steps:
            used |= dict.fromkeys(link.premise for link in step.links if link.premise >= 0)
        return Proof(tuple(steps), tuple(used))

    def _order(self, goal: Key) -> list[Key]:
        """Return the versions that become steps, each after those that it needs: the goal, and what meets another."""
        wanted: dict[Key, list[Key]] = {}
        stack = [goal]
        while stack:
            key = stack.pop()
            if key not in wanted:
                wanted[key] = list(self._leaves(key))
                stack += wanted[key]
        done: dict[Key, None] = {}
        waiting = [goal]
        while waiting:
            key = waiting[-1]
            missing = [other for other in wanted[key] if other not in done]
            if missing:
                waiting += missing
            else:
                done.setdefault(waiting.pop())
        return list(done)

    def _leaves(self, key: Key) -> Iterator[Key]:
        """Yield the versions that the step for *key* refers to as steps of their own."""
        low, high, at = key
        version = self._closure.versions(low, high)[at]
        if version.before >= 0:
            yield low, high, version.before
        stack = [] if version.premise >= 0 else list(_sides(low, high, version))
        while stack:
            other = stack.pop()
            inner = self._closure.versions(other[0], other[1])[other[2]]
            if inner.before >= 0:
                yield other
            elif inner.premise < 0:
                stack += _sides(other[0], other[1], inner)

    def _links(self, key: Key, *, turned: bool, own: bool) -> Iterator[ChainLink]:
        """Yield the links of a chain for a version, from its lower node to the higher, or turned."""
        stack = [(key, turned, own)]
        while stack:
            (low, high, at), back, first = stack.pop()
            version = self._closure.versions(low, high)[at]
            ends = (high, low) if back else (low, high)
            if version.before >= 0 and not first:
                told = converse(version.relations) if back else version.relations
                yield ChainLink(*ends, told, -1, self._number[low, high, at], back)
            elif version.premise >= 0:
                premise = self._closure.premises[version.premise]
                against = (premise.first, premise.second) != ends
                told = converse(premise.relations) if against else premise.relations
                yield ChainLink(*ends, told, version.premise, -1, against)
            else:
                left, right = _sides(low, high, version)
                pivot = version.pivot
                sides = [(left, low > pivot, False), (right, pivot > high, False)]
                if back:
                    sides = [(side, not way, False) for side, way, _ in reversed(sides)]
                stack += reversed(sides)


def _sides(low: int, high: int, version: Version) -> tuple[Key, Key]:
    pivot = version.pivot
    return (min(low, pivot), max(low, pivot), version.left), (min(pivot, high), max(pivot, high), version.right)


def _turned(step: ProofStep) -> ProofStep:
    """Return a step seen from its other end."""
    links = tuple(
        ChainLink(link.second, link.first, converse(link.relations), link.premise, link.step, not link.turned)
        for link in reversed(step.links)
    )
    return ProofStep(step.second, step.first, converse(step.relations), links, step.meets)


def confidence(proof: Proof, premises: list[Premise]) -> float | None:
    """Return the weakest link of a proof: the least confidence of its rows; None where a row states none."""
    weights = [premises[number].weight for number in proof.premises if premises[number].published]
    return None if not weights or min(weights) < 0 else min(weights)


class Chains:
    """Counts how often a relation follows from rows that have nothing to do with each other."""

    def __init__(self, premises: list[Premise]) -> None:
        self._premises = premises
        self._ways: dict[int, list[tuple[int, Relations, int]]] = {}
        for number, premise in enumerate(premises):
            if premise.relations != ANY and premise.first != premise.second:
                self._ways.setdefault(premise.first, []).append((premise.second, premise.relations, number))
                back = converse(premise.relations)
                self._ways.setdefault(premise.second, []).append((premise.first, back, number))

    def independent(self, first: int, second: int, goal: Relations) -> int:
        """Count chains from *first* to *second* that each give *goal* or less and share no published row.

        They are picked greedily, those with the fewest links first, among those of at most eight links, and no longer
        than a certain number of premises has been looked at: so there are at least so many.  Structure alone counts
        once, however many chains it makes.  Where no single chain gives the goal, as when several had to meet, the
        count is 0.
        """
        taken: set[int] = set()
        count = by_structure = 0
        for chain in self._chains(first, second, goal):
            rows = {number for number in chain if self._premises[number].published}
            if not rows:
                by_structure = 1
            elif not rows & taken:
                taken |= rows
                count += 1
        return count + by_structure

    def _chains(self, first: int, second: int, goal: Relations) -> Iterator[tuple[int, ...]]:
        """Yield the premises of chains that give *goal*, the shortest first; no chain meets a node twice."""
        looked_at = 0
        level: list[tuple[int, Relations, tuple[int, ...], tuple[int, ...]]] = [(first, EQUAL, (), (first,))]
        for _ in range(_LONGEST):
            following = []
            for node, told, used, path in level:
                ways = self._ways.get(node, ())
                looked_at += len(ways)
                if looked_at > _MOST_LOOKED_AT:
                    return
                for end, relations, number in ways:
                    now = COMPOSITION[told][relations]
                    if now == ANY or end in path:
                        continue
                    if end != second:
                        following.append((end, now, (*used, number), (*path, end)))
                    elif not now & ~goal:
                        yield (*used, number)
            level = following
