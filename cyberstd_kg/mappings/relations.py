"""Sets of relations between what two provisions raise, and how they compose.

The five base relations are those of RCC-5, which NIST IR 8477 names for mappings: of two non-empty sets exactly one
holds.  A mapping states the *set* of those that are still possible, here a number from 0 to 31, one bit each: so most
crosswalks, which say no more than "these have something in common", state {E, <, >, o}.  Composition is worked out
from the definition of the relations, not from a printed table (``tests/test_relations.py`` holds it against all sets of
five elements).  Pure: no graph, no file.

Sources: NIST IR 8477 (2024), section 4.3; P. Jonsson, T. Drakengren, "A complete classification of tractability in
RCC-5" (Journal of Artificial Intelligence Research 6, 1997); J. Renz, B. Nebel, "On the complexity of qualitative
spatial reasoning: a maximal tractable fragment of the Region Connection Calculus" (Artificial Intelligence 108, 1999).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal, NewType

#: A set of base relations: the sum of their bits.
Relations = NewType("Relations", int)

EQUAL: Final = Relations(1)
SUBSET: Final = Relations(2)
SUPERSET: Final = Relations(4)
INTERSECTS: Final = Relations(8)
DISJOINT: Final = Relations(16)
NONE: Final = Relations(0)
#: Nothing is known: all five are possible.
ANY: Final = Relations(31)
#: The two have something in common, and that is all that is said.
OVERLAP: Final = Relations(15)
WITHIN_OR_EQUAL: Final = Relations(3)
CONTAINS_OR_EQUAL: Final = Relations(5)

#: sign → base relation, in the order in which people are shown them.
SIGNS: Final = {"E": EQUAL, "<": SUBSET, ">": SUPERSET, "o": INTERSECTS, "x": DISJOINT}
#: The code of the scheme ``relation`` → base relation.
CODES: Final = {"equal": EQUAL, "subset": SUBSET, "superset": SUPERSET, "intersects": INTERSECTS, "disjoint": DISJOINT}
#: Local name of an own predicate → the set that it names; :data:`PREDICATES` lists the narrower ones first.
PREDICATES: Final = {
    "equalTo": EQUAL,
    "within": SUBSET,
    "contains": SUPERSET,
    "intersects": INTERSECTS,
    "disjointFrom": DISJOINT,
    "withinOrEqual": WITHIN_OR_EQUAL,
    "containsOrEqual": CONTAINS_OR_EQUAL,
    "overlaps": OVERLAP,
    "mappedTo": ANY,
}

Verdict = Literal["contradiction", "definite", "overlap guaranteed", "undetermined"]

_BASE: Final = (EQUAL, SUBSET, SUPERSET, INTERSECTS, DISJOINT)


def parts(relations: Relations) -> Iterator[Relations]:
    """Yield the base relations of a set."""
    return (base for base in _BASE if relations & base)


def union(sets: Iterable[Relations]) -> Relations:
    """Return what is possible in any of *sets*."""
    total = 0
    for one in sets:
        total |= one
    return Relations(total)


def signs(relations: Relations) -> str:
    """Return a set as people are shown it.

    >>> signs(OVERLAP)
    'E < > o'
    """
    return " ".join(sign for sign, base in SIGNS.items() if relations & base)


def parse(text: str) -> Relations:
    """Return the set that signs name, in any order, with or without spaces.

    >>> parse("{E, <}") == WITHIN_OR_EQUAL
    True

    :raises ValueError: on another sign, or on none
    """
    found = [sign for sign in text if sign not in " ,{}"]
    if not found or any(sign not in SIGNS for sign in found):
        raise ValueError(f"'{text}' is no set of the relations {signs(ANY)}")
    return union(SIGNS[sign] for sign in found)


def predicate(relations: Relations) -> str:
    """Return the local name of the narrowest own predicate that holds where *relations* does.

    >>> predicate(parse("<")), predicate(parse("E < o")), predicate(parse("< o x"))
    ('within', 'overlaps', 'mappedTo')
    """
    return next(name for name, named in PREDICATES.items() if not relations & ~named)


def converse(relations: Relations) -> Relations:
    """Return the set seen from the other end: subset and superset change places."""
    turned = relations & ~(SUBSET | SUPERSET)
    if relations & SUBSET:
        turned |= SUPERSET
    if relations & SUPERSET:
        turned |= SUBSET
    return Relations(turned)


def verdict(relations: Relations) -> Verdict:
    """Return what a set of relations amounts to for a reader."""
    if not relations:
        return "contradiction"
    if relations in _BASE:
        return "definite"
    return "undetermined" if relations & DISJOINT else "overlap guaranteed"


def is_tractable(relations: Relations) -> bool:
    """Tell whether closure decides consistency for networks of such sets.

    A set that leaves both proper part and proper whole possible, but not partial overlap, lies outside the one largest
    class for which it does and which has all base relations (Jonsson and Drakengren 1997).  That it does for the 28
    others, and no longer when any of the four is let in, is worked out in ``tests/test_tractability.py``.
    """
    return not (relations & SUBSET and relations & SUPERSET and not relations & INTERSECTS)


def _of_sets(first: int, second: int) -> Relations:
    """Return the base relation of two non-empty sets, each given by bits."""
    if first == second:
        return EQUAL
    common = first & second
    if not common:
        return DISJOINT
    if common == first:
        return SUBSET
    return SUPERSET if common == second else INTERSECTS


def _table() -> dict[tuple[Relations, Relations], Relations]:
    """Work out the composition of base relations from sets of points.

    A point of three sets lies in one of seven regions (in the first or not, in the second or not, in the third or not,
    and at least one), so which relations hold depends on which regions are inhabited, no more: 128 cases are all.
    """
    found: dict[tuple[Relations, Relations], int] = {}
    for inhabited in range(1 << 7):
        first = sum(1 << region for region in range(7) if inhabited >> region & 1 and (region + 1) & 1)
        second = sum(1 << region for region in range(7) if inhabited >> region & 1 and (region + 1) & 2)
        third = sum(1 << region for region in range(7) if inhabited >> region & 1 and (region + 1) & 4)
        if first and second and third:
            key = _of_sets(first, second), _of_sets(second, third)
            found[key] = found.get(key, 0) | _of_sets(first, third)
    return {key: Relations(value) for key, value in found.items()}


def _of_all_sets() -> tuple[tuple[Relations, ...], ...]:
    composed = _table()
    rows = [[0] * 32 for _ in range(32)]
    for first in range(1, 32):
        for second in range(1, 32):
            one, two = Relations(first & -first), Relations(second & -second)
            # What the lowest relations of both compose to, and what remains without either.
            rows[first][second] = composed[one, two] | rows[first & ~one][second] | rows[first][second & ~two]
    return tuple(tuple(Relations(one) for one in row) for row in rows)


#: ``COMPOSITION[r][s]`` for all 32 × 32 sets: the union of what their members compose to.
COMPOSITION: Final = _of_all_sets()


def compose(first: Relations, second: Relations) -> Relations:
    """Return what A and C can be when A *first* B and B *second* C.

    >>> signs(compose(SUBSET, INTERSECTS)), signs(compose(OVERLAP, WITHIN_OR_EQUAL)), compose(OVERLAP, OVERLAP) == ANY
    ('< o x', 'E < > o', True)
    """
    return COMPOSITION[first][second]
