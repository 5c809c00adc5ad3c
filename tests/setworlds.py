"""Sets of points in which relations are true or not: what the tests of the algebra are held against.

Nothing here is taken from the code under test but the bits of the base relations: composition is worked out over all
non-empty subsets of five points, consistency by a search for a scenario of which the sets are then made.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import combinations, product

from cyberstd_kg.crosswalks.closure import Premise
from cyberstd_kg.mappings.relations import DISJOINT, EQUAL, INTERSECTS, SUBSET, SUPERSET, Relations

BASE = (EQUAL, SUBSET, SUPERSET, INTERSECTS, DISJOINT)
ANY = 31
Matrix = list[list[int]]


def base_of(first: frozenset[int], second: frozenset[int]) -> Relations:
    """Return the base relation of two sets."""
    if first == second:
        return EQUAL
    if first < second:
        return SUBSET
    if first > second:
        return SUPERSET
    return INTERSECTS if first & second else DISJOINT


def _table() -> dict[tuple[Relations, Relations], int]:
    worlds = [frozenset(some) for size in range(1, 6) for some in combinations(range(5), size)]
    pairs = {(first, second): base_of(first, second) for first, second in product(worlds, worlds)}
    found: dict[tuple[Relations, Relations], int] = {}
    for first, second in product(worlds, worlds):
        left = pairs[first, second]
        for third in worlds:
            key = left, pairs[second, third]
            found[key] = found.get(key, 0) | pairs[first, third]
    return found


#: Two base relations → what is possible, by all triples of non-empty subsets of five points.
TABLE = _table()
COMPOSED = [
    [
        sum({TABLE[one, two] & bit for one in BASE for two in BASE if first & one and second & two for bit in BASE})
        for second in range(32)
    ]
    for first in range(32)
]
TURNED = [
    sum({EQUAL: 1, SUBSET: 4, SUPERSET: 2, INTERSECTS: 8, DISJOINT: 16}[bit] for bit in BASE if one & bit)
    for one in range(32)
]


def matrix(count: int, premises: Iterable[Premise]) -> Matrix | None:
    """Return what premises state of each two nodes; None where two on one pair, or one alone, contradict each other."""
    found = [[ANY] * count for _ in range(count)]
    for node in range(count):
        found[node][node] = EQUAL
    for first, second, told, *_ in premises:
        found[first][second] &= told
        found[second][first] &= TURNED[told]
        if not found[first][second]:
            return None
    return found


def close(known: Matrix) -> bool:
    """Close *known* by a plain loop over triples; False when nothing is left of a pair."""
    count, changed = len(known), True
    while changed:
        changed = False
        for a, b, c in product(range(count), repeat=3):
            left = known[a][c] & COMPOSED[known[a][b]][known[b][c]]
            if left != known[a][c]:
                known[a][c], known[c][a], changed = left, TURNED[left], True
                if not left:
                    return False
    return True


def scenario(known: Matrix | None) -> Matrix | None:
    """Return a choice of one base relation for each pair of which all triples fit, or None when there is none."""
    if known is None:
        return None
    known = [row[:] for row in known]
    if not close(known):
        return None
    for a, b in combinations(range(len(known)), 2):
        if known[a][b] not in BASE:
            for base in BASE:
                if known[a][b] & base:
                    tried = [row[:] for row in known]
                    tried[a][b], tried[b][a] = base, TURNED[base]
                    found = scenario(tried)
                    if found:
                        return found
            return None
    return known


def sets_of(chosen: Matrix) -> list[frozenset[int]]:
    """Return sets that stand to each other as a scenario says.

    Each node has a point of its own, and each two that intersect have one in common; what is within another is in it
    with all its points.
    """
    count = len(chosen)
    points = {node: {node} for node in range(count)}
    for fresh, (a, b) in enumerate(combinations(range(count), 2), count):
        if chosen[a][b] == INTERSECTS:
            points[a].add(fresh)
            points[b].add(fresh)
    within = [[b for b in range(count) if chosen[b][a] in (EQUAL, SUBSET)] for a in range(count)]
    return [frozenset(point for part in within[node] for point in points[part]) for node in range(count)]


def is_model(sets: Sequence[frozenset[int]], premises: Iterable[Premise]) -> bool:
    """Tell whether *premises* are true of *sets*."""
    return all(base_of(sets[first], sets[second]) & told for first, second, told, *_ in premises)


def has_model(count: int, premises: Sequence[Premise]) -> bool:
    """Tell whether there are sets of which *premises* are true; they are made, and looked at."""
    found = scenario(matrix(count, premises))
    if found is None:
        return False
    sets = sets_of(found)
    assert is_model(sets, premises)
    return True


def hidden(rng: random.Random, count: int, universe: int = 6) -> list[frozenset[int]]:
    """Return random non-empty sets, small and large, of which some are parts of others and some the same."""
    worlds: list[frozenset[int]] = []
    for _ in range(count):
        size = rng.randint(1, universe)
        fresh = frozenset(rng.sample(range(universe), size))
        if worlds and rng.random() < 0.4:
            other = rng.choice(worlds)
            fresh = rng.choice([other, fresh & other or other, fresh | other])
        worlds.append(fresh)
    return worlds


def true_premises(rng: random.Random, sets: Sequence[frozenset[int]], many: int, pool: Sequence[int]) -> list[Premise]:
    """Return random premises that are true of *sets*, of sets of relations from *pool*."""
    found: list[Premise] = []
    while len(found) < many:
        first, second = rng.sample(range(len(sets)), 2)
        base = base_of(sets[first], sets[second])
        told = rng.choice([one for one in pool if one & base])
        found.append(Premise(first, second, Relations(told), rng.choice(WEIGHTS), rng.random() < 0.8, len(found)))
    return found


def any_premises(rng: random.Random, count: int, many: int, pool: Sequence[int]) -> list[Premise]:
    """Return random premises over *count* nodes, true or not."""
    return [
        Premise(
            *rng.sample(range(count), 2), Relations(rng.choice(pool)), rng.choice(WEIGHTS), rng.random() < 0.8, number
        )
        for number in range(many)
    ]


#: Confidences of random premises: -1 where nobody states one.
WEIGHTS = (1.0, 0.9, 0.6, 0.3, -1.0)
#: The sets of relations in whose networks closure decides consistency: of < and > not both without o.
TRACTABLE = [one for one in range(1, 32) if one & 8 or one & 6 != 6]
#: The sets that have a predicate of their own.
NAMED = [1, 2, 4, 8, 16, 3, 5, 15, 31]
