"""Proofs: the rows and structure from which a relation follows, step by step.

A proof is a list of steps.  A step goes along a chain of links from one node to another; a link is a premise, or an
earlier step.  A chain gives the composition of its links.  Where a step *meets* earlier ones on the same pair, only the
relations that all of them leave are possible.  Nearly every proof is one step: a chain of rows.

:mod:`cyberstd_kg.crosswalks.checker` checks proofs without any code of this module or of the closure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from cyberstd_kg.crosswalks.closure import Closure, Premise, Version
from cyberstd_kg.mappings.relations import ANY, COMPOSITION, EQUAL, Relations, converse

#: Limits of the search for independent proofs: links of a chain, and premises to try.
_LONGEST: Final = 8
_MOST_TRIED: Final = 20_000


class ChainLink(NamedTuple):
    """One link of a chain: from *first* to *second*.

    *premise* is the number of a premise, or -1 where *step* is the number of an earlier step.  *turned* is whether that
    one is read from its other end.
    """

    first: int
    second: int
    relations: Relations
    premise: int
    step: int
    turned: bool

    def converse(self) -> ChainLink:
        """Return the link seen from its other end."""
        return self._replace(
            first=self.second, second=self.first, relations=converse(self.relations), turned=not self.turned
        )


class ProofStep(NamedTuple):
    """What follows along a chain, and by the steps *meets* on the same pair (seen from *first* too)."""

    first: int
    second: int
    relations: Relations
    links: tuple[ChainLink, ...]
    meets: tuple[int, ...] = ()

    def converse(self) -> ProofStep:
        """Return the step seen from its other end, except what it meets."""
        links = tuple(link.converse() for link in reversed(self.links))
        return ProofStep(self.second, self.first, converse(self.relations), links, self.meets)


class Proof(NamedTuple):
    """The steps, the last of which is the conclusion, and the numbers of all premises used, in order of use."""

    steps: tuple[ProofStep, ...]
    premises: tuple[int, ...]

    @property
    def relations(self) -> Relations:
        """The conclusion."""
        return self.steps[-1].relations


#: A version of a pair: the lower node, the higher node, the number of the version.
Key = tuple[int, int, int]


def prove(closure: Closure, first: int, second: int) -> Proof | None:
    """Return the proof of what *closure* knows of two nodes; None when it knows nothing."""
    at = closure.best(first, second)
    if at < 0:
        return None
    return _Builder(closure).proof((min(first, second), max(first, second), at), turned=first > second)


def premises_of(closure: Closure, *starts: Key, steps: tuple[tuple[int, int, Version], ...] = ()) -> list[int]:
    """Return the numbers of the premises on which versions of pairs, and further steps of theirs, rest."""
    premises: dict[int, None] = {}
    seen: set[Key] = set()
    waiting = list(starts)

    def use(low: int, high: int, version: Version) -> None:
        if version.premise >= 0:
            premises.setdefault(version.premise)
        else:
            waiting.extend(_sides(low, high, version))
        if version.before >= 0:
            waiting.append((low, high, version.before))

    for low, high, step in steps:
        use(low, high, step)
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            use(key[0], key[1], closure.versions(key[0], key[1])[key[2]])
    return list(premises)


class _Builder:
    """Turns the versions of a closure into steps."""

    def __init__(self, closure: Closure) -> None:
        self._closure = closure
        #: version → the number of its step
        self._number: dict[Key, int] = {}

    def proof(self, goal: Key, *, turned: bool) -> Proof:
        """Return the proof of a version, seen from the lower node or, *turned*, from the higher."""
        steps: list[ProofStep] = []
        for key in self._order(goal):
            low, high, _ = key
            version = self._version(key)
            meets = (self._number[low, high, version.before],) if version.before >= 0 else ()
            self._number[key] = len(steps)
            steps.append(ProofStep(low, high, version.relations, tuple(self._links(key)), meets))
        if turned:
            last = steps.pop().converse()
            if last.meets:
                # That one is seen from the lower node: a step of one link turns it.
                (number,) = last.meets
                met = steps[number]
                link = ChainLink(met.first, met.second, met.relations, premise=-1, step=number, turned=False)
                steps.append(ProofStep(met.first, met.second, met.relations, (link,)).converse())
                last = last._replace(meets=(len(steps) - 1,))
            steps.append(last)
        used = dict.fromkeys(link.premise for step in steps for link in step.links if link.premise >= 0)
        return Proof(tuple(steps), tuple(used))

    def _version(self, key: Key) -> Version:
        return self._closure.versions(key[0], key[1])[key[2]]

    def _order(self, goal: Key) -> list[Key]:
        """Return the versions that become steps, each after those that it needs: the goal, and those that are met."""
        needs: dict[Key, list[Key]] = {}
        stack = [goal]
        while stack:
            key = stack.pop()
            if key not in needs:
                needs[key] = list(self._needs(key))
                stack += needs[key]
        done: dict[Key, None] = {}
        stack = [goal]
        while stack:
            missing = [other for other in needs[stack[-1]] if other not in done]
            stack += missing
            if not missing:
                done.setdefault(stack.pop())
        return list(done)

    def _needs(self, key: Key) -> Iterator[Key]:
        """Yield the versions that the step for *key* uses as steps of their own."""
        low, high, _ = key
        version = self._version(key)
        if version.before >= 0:
            yield low, high, version.before
        stack = [] if version.premise >= 0 else _sides(low, high, version)
        while stack:
            other = stack.pop()
            inner = self._version(other)
            if inner.before >= 0:
                yield other
            elif inner.premise < 0:
                stack += _sides(other[0], other[1], inner)

    def _links(self, goal: Key) -> Iterator[ChainLink]:
        """Yield the links of the chain for a version, from its lower node to the higher."""
        stack = [(goal, False)]
        while stack:
            key, turned = stack.pop()
            low, high, _ = key
            version = self._version(key)
            if version.before >= 0 and key != goal:
                link = ChainLink(low, high, version.relations, premise=-1, step=self._number[key], turned=False)
                yield link.converse() if turned else link
            elif version.premise >= 0:
                premise = self._closure.premises[version.premise]
                link = ChainLink(*premise[:3], premise=version.premise, step=-1, turned=False)
                is_along = (link.first, link.second) == ((high, low) if turned else (low, high))
                yield link if is_along else link.converse()
            else:
                left, right = _sides(low, high, version)
                sides = [(left, low > version.pivot), (right, version.pivot > high)]
                if turned:
                    sides = [(side, not is_turned) for side, is_turned in reversed(sides)]
                stack += reversed(sides)


def _sides(low: int, high: int, version: Version) -> list[Key]:
    """Return the versions of which one was composed: from the lower node to the pivot, and from there to the higher."""
    pivot = version.pivot
    return [(min(low, pivot), max(low, pivot), version.left), (min(pivot, high), max(pivot, high), version.right)]


def confidence(proof: Proof, premises: list[Premise]) -> float | None:
    """Return the weakest link of a proof: the least confidence of its rows; None where a row states none."""
    weights = [premises[number].weight for number in proof.premises if premises[number].published]
    return None if not weights or min(weights) < 0 else min(weights)


class Chains:
    """Counts how often a relation follows from rows that are independent of each other."""

    def __init__(self, premises: list[Premise]) -> None:
        self._premises = premises
        #: node → premises about it, seen from it: (other node, relations, number)
        self._around: dict[int, list[tuple[int, Relations, int]]] = {}
        for number, premise in enumerate(premises):
            if premise.relations != ANY and premise.first != premise.second:
                back = converse(premise.relations)
                self._around.setdefault(premise.first, []).append((premise.second, premise.relations, number))
                self._around.setdefault(premise.second, []).append((premise.first, back, number))

    def independent(self, first: int, second: int, goal: Relations) -> int:
        """Count chains from *first* to *second* that each give *goal* or less and share no published row.

        It picks them greedily, the shortest first, among those of at most eight links, until it has tried a certain
        number of premises: so there are at least so many.  Structure alone counts once, however many chains it makes.
        Where no single chain gives the goal, as when several had to meet, the count is 0.
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
        tried = 0
        level: list[tuple[int, Relations, tuple[int, ...], tuple[int, ...]]] = [(first, EQUAL, (), (first,))]
        for _ in range(_LONGEST):
            following = []
            for node, relations, used, path in level:
                around = self._around.get(node, ())
                tried += len(around)
                if tried > _MOST_TRIED:
                    return
                for end, further, number in around:
                    composed = COMPOSITION[relations][further]
                    if composed == ANY or end in path:
                        continue
                    if end != second:
                        following.append((end, composed, (*used, number), (*path, end)))
                    elif not composed & ~goal:
                        yield (*used, number)
            level = following
