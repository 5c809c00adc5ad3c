"""Contradictions: minimal sets of published rows that cannot all be true.

A contradiction says that the claims are not true together, not which of them is wrong.  All contradictions of two rows
on one pair and of three in a triangle are found.  Longer circles (A < B < C < D < A), and those that need several rows
on one pair of a triangle, come from a closure to which the rows are added one by one, the most confident first: each
row that contradicts those before it is left out, and gives one contradiction.  So every row that is set aside is
explained, but it may be in further circles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from heapq import heapify, heappop, heappush
from itertools import combinations, product
from operator import and_
from typing import Final, Literal, NamedTuple

from cyberstd_kg.crosswalks.closure import Clash, Closure, Growing, Premise
from cyberstd_kg.crosswalks.proofs import premises_of
from cyberstd_kg.mappings.relations import ANY, COMPOSITION, EQUAL, NONE, Relations, converse

#: Named by the number of nodes: a row between a node and itself, rows on one pair, in a triangle, more.
Kind = Literal["row", "pair", "triangle", "circle"]
_KINDS: Final[dict[int, Kind]] = {1: "row", 2: "pair", 3: "triangle"}
#: node → other node → the different sets that premises state, seen from the node, each with its premise
Stated = dict[int, dict[int, dict[Relations, int]]]


class Contradiction(NamedTuple):
    """A minimal set of premises that cannot be true together, by number: *rows* and *structure*, about *nodes*."""

    kind: Kind
    rows: tuple[int, ...]
    structure: tuple[int, ...]
    nodes: tuple[int, ...]


class Findings(NamedTuple):
    """The contradictions, and the rows without which the rest is consistent: one of each contradiction."""

    contradictions: list[Contradiction]
    set_aside: list[int]


def find(count: int, premises: list[Premise], beat: Callable[[int], None] | None = None) -> Findings:
    """Return the contradictions of premises over *count* nodes.

    Of premises that say the same of the same pair only one is tried: structure before rows, then the most confident,
    then the first.  When it is set aside, all of them are.

    :param premises: their relations are in the tractable class
    :param beat: see :class:`cyberstd_kg.crosswalks.closure.Closure`
    """
    alike = _alike(premises)
    stated = _stated(premises, alike)
    contradictions = [
        _contradiction(premises, numbers)
        for numbers in (*_alone(premises, alike), *_on_pairs(stated), *_in_triangles(stated))
    ]
    aside = set(_one_of_each(contradictions, premises))
    left = sorted((number for number in alike if number not in aside), key=lambda number: _rank(premises, number))
    if not Closure(count, [premises[number] for number in left], beat=beat, stop=True).is_consistent:
        for number, used in _growing(count, premises, left, beat):
            contradictions.append(_contradiction(premises, _smallest(premises, used)))
            aside.add(number)
    return Findings(sorted(contradictions, key=_order), sorted(same for number in aside for same in alike[number]))


def _rank(premises: list[Premise], number: int) -> tuple[bool, float, int]:
    """Return the sort key by which premises are trusted: structure, then the most confident, then the first."""
    return premises[number].published, -premises[number].weight, number


def _alike(premises: list[Premise]) -> dict[int, list[int]]:
    """Return the most trusted of the premises that say the same, each with all of them."""
    same: dict[tuple[int, int, Relations], list[int]] = {}
    for number in sorted(range(len(premises)), key=lambda number: _rank(premises, number)):
        first, second, relations = premises[number][:3]
        if first > second:
            first, second, relations = second, first, converse(relations)
        same.setdefault((first, second, relations), []).append(number)
    return {numbers[0]: numbers for numbers in same.values()}


def _stated(premises: list[Premise], numbers: Iterable[int]) -> Stated:
    stated: Stated = {}
    for number in numbers:
        first, second, relations = premises[number][:3]
        if relations != ANY and first != second:
            stated.setdefault(first, {}).setdefault(second, {})[relations] = number
            stated.setdefault(second, {}).setdefault(first, {})[converse(relations)] = number
    return stated


def _alone(premises: list[Premise], numbers: Iterable[int]) -> Iterator[list[int]]:
    """Yield premises that no sets make true: a node is equal to itself, and of any pair some relation is possible."""
    for number in numbers:
        first, second, relations = premises[number][:3]
        if not relations or (first == second and not relations & EQUAL):
            yield [number]


def _on_pairs(stated: Stated) -> Iterator[list[int]]:
    """Yield minimal sets of premises on one pair that leave no relation."""
    for sets in (sets for node, others in stated.items() for other, sets in others.items() if node < other):
        clashing: list[set[Relations]] = []
        # Each member excludes a relation that the others leave, and there are five relations.
        for size in range(2, 6):
            for some in combinations(sorted(sets.keys() - {NONE}), size):
                if not reduce(and_, some) and not any(fewer <= set(some) for fewer in clashing):
                    clashing.append(set(some))
                    yield [sets[relations] for relations in some]


def _in_triangles(stated: Stated) -> Iterator[list[int]]:
    """Yield three premises along a triangle that contradict each other: one choice for each triangle."""
    for first, others in stated.items():
        for second, left in others.items():
            if first > second:
                continue
            around = stated[second]
            for third in others.keys() & around.keys():
                if third < second:
                    continue
                for (one, a), (two, b), (three, c) in product(
                    left.items(), around[third].items(), others[third].items()
                ):
                    if one and two and three and not COMPOSITION[one][two] & three:
                        yield [a, b, c]
                        break


def _growing(
    count: int, premises: list[Premise], numbers: Iterable[int], beat: Callable[[int], None] | None
) -> Iterator[tuple[int, list[int]]]:
    """Yield each premise that contradicts those before it, with the premises from which that follows."""
    growing = Growing(count, beat=beat)
    kept: list[int] = []
    for number in numbers:
        clash = growing.add(premises[number])
        kept.append(number)
        if clash:
            used = [kept[at] for at in _used(growing, clash)]
            growing.take_back()
            kept.pop()
            yield number, used


def _used(closure: Closure, clash: Clash) -> list[int]:
    start = ((clash.first, clash.second, clash.before),) if clash.before >= 0 else ()
    return premises_of(closure, *start, steps=((clash.first, clash.second, clash.step),))


def _smallest(premises: list[Premise], numbers: list[int]) -> list[int]:
    """Return a minimal set of premises that contradict each other; rows are left out before structure."""
    needed: list[int] = []
    left = sorted(numbers, key=lambda number: _rank(premises, number))
    while left:
        number = left.pop()
        used = _clashing(premises, [*needed, *left])
        if used is None:
            needed.append(number)
        else:
            left = [other for other in left if other in used]
    return needed


def _clashing(premises: list[Premise], numbers: list[int]) -> set[int] | None:
    """Return those of some premises on which a contradiction between them rests; None when there is none."""
    renumbered: dict[int, int] = {}
    taken = []
    for premise in (premises[number] for number in numbers):
        first, second = (renumbered.setdefault(node, len(renumbered)) for node in premise[:2])
        taken.append(premise._replace(first=first, second=second, weight=0.0))
    closure = Closure(len(renumbered), taken, stop=True)
    return {numbers[used] for used in _used(closure, closure.clashes[0])} if closure.clashes else None


def _contradiction(premises: list[Premise], numbers: list[int]) -> Contradiction:
    rows = tuple(sorted(number for number in numbers if premises[number].published))
    structure = tuple(sorted(number for number in numbers if not premises[number].published))
    ends = (node for number in (*rows, *structure) for node in premises[number][:2])
    nodes = tuple(dict.fromkeys(ends))
    return Contradiction(_KINDS.get(len(nodes), "circle"), rows, structure, nodes)


def _one_of_each(contradictions: list[Contradiction], premises: list[Premise]) -> Iterator[int]:
    """Yield rows such that each contradiction has one of them.

    Each time it is the row that is in the most of those that are left, and of several the least confident.
    """
    members = [contradiction.rows or contradiction.structure for contradiction in contradictions]
    left_of: dict[int, set[int]] = {}
    for at, numbers in enumerate(members):
        for number in numbers:
            left_of.setdefault(number, set()).add(at)
    heap = [(-len(left), premises[number].weight, number) for number, left in left_of.items()]
    heapify(heap)
    while heap:
        most, weight, number = heappop(heap)
        left = left_of[number]
        if -most != len(left):
            heappush(heap, (-len(left), weight, number))
        elif left:
            yield number
            for at in list(left):
                for other in members[at]:
                    left_of[other].discard(at)


def _order(contradiction: Contradiction) -> tuple[int, int, tuple[int, ...]]:
    return len(contradiction.nodes), len(contradiction.rows), contradiction.rows
