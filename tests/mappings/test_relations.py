"""Sets of relations: composition against all sets of five points, and the laws that it obeys."""

from __future__ import annotations

import random
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from setworlds import BASE, COMPOSED, TABLE, TRACTABLE, TURNED, base_of, hidden

from cyberstd_kg.crosswalks import checker
from cyberstd_kg.mappings import relations
from cyberstd_kg.mappings.relations import (
    ANY,
    CODES,
    COMPOSITION,
    DISJOINT,
    EQUAL,
    INTERSECTS,
    NONE,
    OVERLAP,
    PREDICATES,
    SIGNS,
    SUBSET,
    SUPERSET,
    Relations,
    compose,
    converse,
    is_tractable,
    parse,
    parts,
    predicate,
    signs,
    union,
    verdict,
)

EVERY = [Relations(one) for one in range(32)]
sets = st.sampled_from(EVERY)
worlds = st.frozensets(st.integers(0, 5), min_size=1)


# ── Against all sets of five points ──


def test_the_table_is_that_of_all_sets_of_five_points() -> None:
    assert {(one, two): compose(one, two) for one, two in product(BASE, BASE)} == TABLE


def test_sets_compose_as_the_union_of_their_members() -> None:
    assert [[COMPOSITION[one][two] for two in range(32)] for one in range(32)] == COMPOSED


def test_the_table_of_the_proof_checker_is_the_same() -> None:
    assert {
        (SIGNS[one], SIGNS[two]): parse(told) for one, row in checker.TABLE.items() for two, told in row.items()
    } == TABLE


def test_the_table_of_the_design() -> None:
    printed = """
        E < > o x
        < < E<>ox <ox x
        > E<>o > >o >ox
        o <o >ox E<>ox >ox
        x <ox x <ox E<>ox
    """
    rows = [[parse(cell) for cell in line.split()] for line in printed.split("\n") if line.strip()]
    assert [[compose(one, two) for two in BASE] for one in BASE] == rows


def test_no_relationship_does_not_carry_on() -> None:
    # A rule that was published says that it does: A x B, B < C leave A < C possible.
    assert SUBSET & compose(DISJOINT, SUBSET)


@given(worlds, worlds, worlds)
def test_no_true_relation_is_excluded(first: frozenset[int], second: frozenset[int], third: frozenset[int]) -> None:
    told = compose(base_of(first, second), base_of(second, third))
    assert told & base_of(first, third)


# ── Laws ──


def test_the_converse_is_the_relation_seen_from_the_other_end() -> None:
    assert [converse(one) for one in EVERY] == TURNED
    rng = random.Random(1)
    for _ in range(500):
        first, second = hidden(rng, 2)
        assert converse(base_of(first, second)) == base_of(second, first)


@given(sets, sets)
def test_the_converse_of_a_composition(first: Relations, second: Relations) -> None:
    assert converse(compose(first, second)) == compose(converse(second), converse(first))


def test_composition_is_associative() -> None:
    # Of sets of any size the composition of RCC-5 is that of relations, so it is associative, not only weakly.
    for one, two, three in product(range(1, 32), repeat=3):
        assert COMPOSITION[COMPOSITION[one][two]][three] == COMPOSITION[one][COMPOSITION[two][three]]


@given(sets, sets, sets)
def test_composition_distributes_over_union(first: Relations, second: Relations, third: Relations) -> None:
    assert compose(first, union([second, third])) == union([compose(first, second), compose(first, third)])


@given(sets, sets, sets, sets)
def test_composition_is_monotonic(one: Relations, two: Relations, more: Relations, other: Relations) -> None:
    assert not compose(one, two) & ~compose(union([one, more]), union([two, other]))


@given(sets)
def test_equal_changes_nothing_and_nothing_stays_nothing(one: Relations) -> None:
    assert compose(EQUAL, one) == one == compose(one, EQUAL) == converse(converse(one))
    assert compose(NONE, one) == NONE == compose(one, NONE)


def test_a_cycle_law_of_relation_algebras() -> None:
    # r ∘ s meets t exactly when conv(r) ∘ t meets s: what makes composing in one direction enough.
    for one, two, three in product(range(1, 32), repeat=3):
        assert bool(COMPOSITION[one][two] & three) == bool(COMPOSITION[TURNED[one]][three] & two)


# ── Names ──


def test_signs_are_read_back() -> None:
    for one in EVERY[1:]:
        assert parse(signs(one)) == one == parse("{" + signs(one).replace(" ", ", ") + "}")
        for order in permutations(signs(one).split()):
            assert parse("".join(order)) == one
    assert signs(NONE) == ""


@pytest.mark.parametrize("text", ["", "{}", " , ", "=", "E O", "subset", "E<>ox?", "0"])
def test_what_is_no_set_of_signs_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a set of the relations E < > o x"):
        parse(text)


def test_parts_and_union() -> None:
    for one in EVERY:
        assert union(parts(one)) == one
        assert set(parts(one)) == {base for base in BASE if one & base}


def test_a_predicate_is_the_narrowest_that_holds() -> None:
    for one in EVERY[1:]:
        holding = [name for name, named in PREDICATES.items() if not one & ~named]
        least = min(holding, key=lambda name: PREDICATES[name].bit_count())
        assert predicate(one) == least
        assert all(not PREDICATES[least] & ~PREDICATES[name] for name in holding), "one of them is the narrowest"


def test_codes_and_signs_name_each_base_relation_once() -> None:
    assert set(CODES.values()) == set(SIGNS.values()) == set(BASE)
    assert dict(zip(["equal", "subset", "superset", "intersects", "disjoint"], SIGNS.values(), strict=True)) == CODES


def test_verdicts() -> None:
    assert verdict(NONE) == "contradiction"
    assert {verdict(base) for base in BASE} == {"definite"}
    assert verdict(OVERLAP) == verdict(parse("E <")) == verdict(parse("< o")) == "overlap guaranteed"
    assert verdict(ANY) == verdict(parse("E x")) == verdict(parse("< o x")) == "undetermined"
    for one in EVERY:
        assert (verdict(one) == "overlap guaranteed") == (not one & DISJOINT and one.bit_count() > 1)


def test_all_but_four_sets_are_tractable() -> None:
    outside = [one for one in EVERY if not is_tractable(one)]
    assert [signs(one) for one in outside] == ["< >", "E < >", "< > x", "E < > x"]
    assert [one for one in EVERY[1:] if is_tractable(one)] == TRACTABLE


def test_the_five_are_told_apart() -> None:
    found = {relations._of_sets(one, two) for one in range(1, 8) for two in range(1, 8)}
    assert found == {EQUAL, SUBSET, SUPERSET, INTERSECTS, DISJOINT}
