"""Contradictions: published rows that cannot all be true, each set as small as it gets.

A contradiction says that the claims are not true together, not who errs.  Two rows on one pair and three in a triangle
are all looked for.  Longer circles (A < B < C < D < A), and what needs several rows on a pair of a triangle, come out
of a closure to which one row after the other is added, the most confident first: each row that contradicts those before
it is left out, and gives one contradiction.  So every row that has to go is explained, but there may be further circles
through it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import heapify, heappop, heappush
from itertools import combinations, product
from typing import Final, Literal, NamedTuple

from cyberstd_kg.crosswalks.closure import Clash, Closure, Growing, Premise
from cyberstd_kg.crosswalks.proofs import premises_of
from cyberstd_kg.mappings.relations import ANY, COMPOSITION, EQUAL, Relations, converse

#: By how many nodes a contradiction is about: a row between a node and itself, rows on one pair, in a triangle, more.
Kind = Literal["row", "pair", "triangle", "circle"]
_KINDS: Final[dict[int, Kind]] = {1: "row", 2: "pair", 3: "triangle"}
#: node → other node → the different sets that premises state, seen from the node, each with the premise that does.
Stated = dict[int, dict[int, dict[Relations, int]]]


class Contradiction(NamedTuple):
    """Premises that cannot be true together, by number: of the *rows* none can be spared, nor of the *structure*.

    *nodes* are those that they are about.
    """

    kind: Kind
    rows: tuple[int, ...]
    structure: tuple[int, ...]
    nodes: tuple[int, ...]


class Findings(NamedTuple):
    """The contradictions, and the rows without which what is left is consistent (one of each, none when clean)."""

    contradictions: list[Contradiction]
    set_aside: list[int]


def find(count: int, premises: list[Premise], beat: Callable[[int], None] | None = None) -> Findings:
    """Return the contradictions of premises over *count* nodes.

    Of premises that say the same of the same pair one speaks for all: structure before rows, then the most confident,
    then the first.  With it all of them are set aside.

    :param premises: their relations are in the tractable class
    :param beat: see :class:`cyberstd_kg.crosswalks.closure.Closure`
    """
    alike = _alike(premises)
    stated = _stated(premises, alike)
    found = [
        _contradiction(premises, numbers)
        for numbers in (*_of_one(premises, alike), *_on_pairs(stated), *_in_triangles(stated))
    ]
    aside = set(_one_of_each(found, premises))
    left = sorted((number for number in alike if number not in aside), key=lambda number: _rank(premises, number))
    if not Closure(count, [premises[number] for number in left], beat=beat, stop=True).is_consistent:
        for number, used in _growing(count, premises, left, beat):
            found.append(_contradiction(premises, _smallest(premises, used)))
            aside.add(number)
    return Findings(sorted(found, key=_order), sorted(same for number in aside for same in alike[number]))


def _rank(premises: list[Premise], number: int) -> tuple[bool, float, int]:
    """Return what is believed first: structure, then the most confident, then the first."""
    return premises[number].published, -premises[number].weight, number


def _alike(premises: list[Premise]) -> dict[int, list[int]]:
    """Return the premises that speak for others, each with all that say the same."""
    found: dict[tuple[int, int, Relations], list[int]] = {}
    for number in sorted(range(len(premises)), key=lambda number: _rank(premises, number)):
        first, second, told = premises[number][:3]
        if first > second:
            first, second, told = second, first, converse(told)
        found.setdefault((first, second, told), []).append(number)
    return {numbers[0]: numbers for numbers in found.values()}


def _stated(premises: list[Premise], numbers: Iterable[int]) -> Stated:
    stated: Stated = {}
    for number in numbers:
        first, second, told = premises[number][:3]
        if told != ANY and first != second:
            stated.setdefault(first, {}).setdefault(second, {})[told] = number
            stated.setdefault(second, {}).setdefault(first, {})[converse(told)] = number
    return stated


def _of_one(premises: list[Premise], numbers: Iterable[int]) -> Iterator[list[int]]:
    """Yield premises that no sets make true: a node is equal to itself, and something is possible of any pair."""
    for number in numbers:
        first, second, told = premises[number][:3]
        if not told or (first == second and not told & EQUAL):
            yield [number]


def _on_pairs(stated: Stated) -> Iterator[list[int]]:
    """Yield premises on one pair that leave no relation, of which none can be spared."""
    for node, others in stated.items():
        for other, sets in others.items():
            if node < other and len(sets) > 1:
                clashing: list[set[Relations]] = []
                # Each one takes something away, and there are five relations.
                for size in range(2, 6):
                    for some in combinations(sorted(set(sets) - {Relations(0)}), size):
                        together = ANY
                        for one in some:
                            together = Relations(together & one)
                        if not together and not any(fewer <= set(some) for fewer in clashing):
                            clashing.append(set(some))
                            yield [sets[one] for one in some]


def _in_triangles(stated: Stated) -> Iterator[list[int]]:
    """Yield three premises that go round a triangle and contradict each other: one choice for each triangle."""
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
    """Yield each premise that contradicts those before it, with the premises of which that is concluded."""
    growing = Growing(count, beat=beat)
    kept: list[int] = []
    for number in numbers:
        clash = growing.add(premises[number])
        kept.append(number)
        if clash:
            used = [kept[place] for place in _used(growing, clash)]
            growing.take_back()
            kept.pop()
            yield number, used


def _used(closure: Closure, clash: Clash) -> list[int]:
    start = ((clash.first, clash.second, clash.before),) if clash.before >= 0 else ()
    return premises_of(closure, *start, steps=((clash.first, clash.second, clash.step),))


def _smallest(premises: list[Premise], numbers: list[int]) -> list[int]:
    """Return premises that contradict each other and of which none can be spared, rows left out before structure."""
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
    """Return those of some premises that a contradiction of them rests on; None when there is no contradiction."""
    place: dict[int, int] = {}
    taken = []
    for number in numbers:
        one = premises[number]
        first, second = (place.setdefault(node, len(place)) for node in (one.first, one.second))
        taken.append(one._replace(first=first, second=second, weight=0.0))
    closure = Closure(len(place), taken, stop=True)
    return {numbers[used] for used in _used(closure, closure.clashes[0])} if closure.clashes else None


def _contradiction(premises: list[Premise], numbers: list[int]) -> Contradiction:
    rows = tuple(sorted(number for number in numbers if premises[number].published))
    structure = tuple(sorted(number for number in numbers if not premises[number].published))
    ends = (node for number in (*rows, *structure) for node in premises[number][:2])
    nodes = tuple(dict.fromkeys(ends))
    return Contradiction(_KINDS.get(len(nodes), "circle"), rows, structure, nodes)


def _one_of_each(contradictions: list[Contradiction], premises: list[Premise]) -> Iterator[int]:
    """Yield rows such that each contradiction has one of them.

    Again and again it is the one that is in the most, of these the least confident.
    """
    members = [one.rows or one.structure for one in contradictions]
    within: dict[int, set[int]] = {}
    for place, numbers in enumerate(members):
        for number in numbers:
            within.setdefault(number, set()).add(place)
    heap = [(-len(places), premises[number].weight, number) for number, places in within.items()]
    heapify(heap)
    while heap:
        most, weight, number = heappop(heap)
        places = within[number]
        if -most != len(places):
            heappush(heap, (-len(places), weight, number))
        elif places:
            yield number
            for place in list(places):
                for other in members[place]:
                    within[other].discard(place)


def _order(one: Contradiction) -> tuple[int, int, tuple[int, ...]]:
    return len(one.nodes), len(one.rows), one.rows
