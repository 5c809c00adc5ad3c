"""Sets of relations between two provisions, taken as sets of concepts, and their composition.

The five base relations are those of RCC-5, which NIST IR 8477 names for mappings: of two non-empty sets exactly one
holds.  A mapping states the *set* of those that are still possible, here a number from 0 to 31 with one bit for each.
Most crosswalks, which say only that two provisions have something in common, state {E, <, >, o}.  Composition is
computed from the definition of the relations, not copied from a table (``tests/mappings/test_relations.py`` checks it
with all sets of five elements).  Pure: no graph, no file.

Sources: NIST IR 8477 (2024), section 4.3; P. Jonsson, T. Drakengren, "A complete classification of tractability in
RCC-5" (Journal of Artificial Intelligence Research 6, 1997); J. Renz, B. Nebel, "On the complexity of qualitative
spatial reasoning: a maximal tractable fragment of the Region Connection Calculus" (Artificial Intelligence 108, 1999).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
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
#: The two have something in common.
OVERLAP: Final = Relations(15)
WITHIN_OR_EQUAL: Final = Relations(3)
CONTAINS_OR_EQUAL: Final = Relations(5)

#: sign → base relation, in the order of display.
SIGNS: Final = {"E": EQUAL, "<": SUBSET, ">": SUPERSET, "o": INTERSECTS, "x": DISJOINT}
#: The code of the scheme ``relation`` → base relation.
CODES: Final = {"equal": EQUAL, "subset": SUBSET, "superset": SUPERSET, "intersects": INTERSECTS, "disjoint": DISJOINT}
#: Local name of a predicate of ours → the set that it names, the narrower ones first.
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
    return Relations(reduce(or_, sets, 0))


def signs(relations: Relations) -> str:
    """Return a set as signs, for display.

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
    given = [sign for sign in text if sign not in " ,{}"]
    if not given or any(sign not in SIGNS for sign in given):
        raise ValueError(f"'{text}' is not a set of the relations {signs(ANY)}")
    return union(SIGNS[sign] for sign in given)


def predicate(relations: Relations) -> str:
    """Return the local name of our narrowest predicate that holds where *relations* do.

    >>> predicate(parse("<")), predicate(parse("E < o")), predicate(parse("< o x"))
    ('within', 'overlaps', 'mappedTo')
    """
    return next(name for name, named in PREDICATES.items() if not relations & ~named)


def converse(relations: Relations) -> Relations:
    """Return the set seen from the other end: subset and superset change places."""
    return CONVERSE[relations]


def verdict(relations: Relations) -> Verdict:
    """Return the verdict on two provisions of which these relations are possible."""
    if not relations:
        return "contradiction"
    if relations in _BASE:
        return "definite"
    return "undetermined" if relations & DISJOINT else "overlap guaranteed"


def is_tractable(relations: Relations) -> bool:
    """Tell whether closure decides consistency for networks of such sets.

    The four sets with both subset and superset but without intersection are outside the only maximal class that has
    all base relations and for which closure decides (Jonsson and Drakengren 1997).
    ``tests/crosswalks/test_tractability.py`` shows that it decides for the 28 others, and for none of the four in
    addition.
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


def _of_base() -> dict[tuple[Relations, Relations], Relations]:
    """Compute the composition of base relations from sets of points.

    A point of three sets is in one of seven regions (in the first or not, in the second or not, in the third or not,
    and in at least one), so the relations depend only on which regions are inhabited: 128 cases are all.
    """
    composed: dict[tuple[Relations, Relations], Relations] = defaultdict(lambda: NONE)
    for inhabited in range(1 << 7):
        points = [point for point in range(1, 8) if inhabited >> point - 1 & 1]
        first, second, third = (sum(1 << point for point in points if point & member) for member in (1, 2, 4))
        if first and second and third:
            pair = _of_sets(first, second), _of_sets(second, third)
            composed[pair] = Relations(composed[pair] | _of_sets(first, third))
    return composed


def _of_all() -> tuple[tuple[Relations, ...], ...]:
    composed = _of_base()
    rows = [[NONE] * 32 for _ in range(32)]
    for first in range(1, 32):
        for second in range(1, 32):
            one, two = Relations(first & -first), Relations(second & -second)
            # The composition of the lowest relations of both, and what there is without either.
            union = composed[one, two] | rows[first & ~one][second] | rows[first][second & ~two]
            rows[first][second] = Relations(union)
    return tuple(map(tuple, rows))


#: ``COMPOSITION[r][s]`` for all 32 × 32 sets: the union of the compositions of their members.
COMPOSITION: Final = _of_all()
_TURNED: Final = {SUBSET: SUPERSET, SUPERSET: SUBSET}
#: ``CONVERSE[r]`` for all 32 sets, see :func:`converse`.
CONVERSE: Final = tuple(union(_TURNED.get(base, base) for base in parts(Relations(number))) for number in range(32))


def compose(first: Relations, second: Relations) -> Relations:
    """Return the relations that are possible between A and C when A *first* B and B *second* C.

    >>> signs(compose(SUBSET, INTERSECTS)), signs(compose(OVERLAP, WITHIN_OR_EQUAL)), compose(OVERLAP, OVERLAP) == ANY
    ('< o x', 'E < > o', True)
    """
    return COMPOSITION[first][second]
