"""Contradictions: what is planted is found, each is as small as it gets, and without what is set aside none is left."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from setworlds import COMPOSED, NAMED, TRACTABLE, any_premises, has_model, hidden, true_premises

from cyberstd_kg.crosswalks.closure import Closure, Premise
from cyberstd_kg.crosswalks.contradictions import Contradiction, Findings, find
from cyberstd_kg.mappings.relations import EQUAL, INTERSECTS, NONE, OVERLAP, SUBSET, Relations, converse, parse

seeds = st.integers(0, 2**32)


def rows(*told: tuple[int, str, int], weight: float = 1.0, published: bool = True) -> list[Premise]:
    """Return rows written as (node, signs, node)."""
    return [Premise(first, second, parse(sign), weight, published, "") for first, sign, second in told]


def renumbered(premises: Sequence[Premise]) -> tuple[int, list[Premise]]:
    """Return premises over the nodes that they name, and how many these are."""
    place: dict[int, int] = {}
    found = [
        one._replace(first=place.setdefault(one.first, len(place)), second=place.setdefault(one.second, len(place)))
        for one in premises
    ]
    return len(place), found


def holds(premises: Sequence[Premise]) -> bool:
    """Tell by a search for sets whether premises can be true together."""
    if any(one.first == one.second and not one.relations & EQUAL for one in premises):
        return False
    return has_model(*renumbered(premises))


def check(count: int, premises: list[Premise], findings: Findings) -> None:
    """Hold findings against a search: each is contradictory and minimal, what is left without the rows is not."""
    seen = set()
    for one in findings.contradictions:
        numbers = (*one.rows, *one.structure)
        assert numbers not in seen and not seen.add(numbers)
        used = [premises[number] for number in numbers]
        assert all(premises[number].published for number in one.rows)
        assert not any(premises[number].published for number in one.structure)
        assert set(one.nodes) == {node for premise in used for node in premise[:2]}
        assert not holds(used)
        for left_out in range(len(used)):
            assert holds(used[:left_out] + used[left_out + 1 :]), "one of them can be spared"
        assert set(findings.set_aside) & {*one.rows, *(() if one.rows else one.structure)}
    left = [one for number, one in enumerate(premises) if number not in set(findings.set_aside)]
    assert Closure(count, left).is_consistent
    assert bool(findings.contradictions) == bool(findings.set_aside)
    assert bool(findings.contradictions) != Closure(count, premises).is_consistent


def kinds(findings: Findings) -> list[tuple[str, int, int]]:
    return [(one.kind, len(one.rows), len(one.structure)) for one in findings.contradictions]


# ── Planted ──


def test_a_triangle() -> None:
    premises = rows((0, "<", 1), (1, "<", 2), (0, "x", 2), (2, "E < > o", 3))
    findings = find(4, premises)
    assert findings.contradictions == [Contradiction("triangle", (0, 1, 2), (), (0, 1, 2))]
    assert len(findings.set_aside) == 1
    check(4, premises, findings)


def test_a_circle_of_four() -> None:
    premises = rows((0, "<", 1), (1, "<", 2), (2, "<", 3), (3, "<", 0), (3, "E < > o", 4))
    findings = find(5, premises)
    assert kinds(findings) == [("circle", 4, 0)]
    assert findings.contradictions[0].rows == (0, 1, 2, 3)
    check(5, premises, findings)


def test_two_rows_on_one_pair() -> None:
    for turned in (False, True):
        premises = rows((0, "E", 1), (1, "x", 0) if turned else (0, "x", 1))
        findings = find(2, premises)
        assert findings.contradictions == [Contradiction("pair", (0, 1), (), (0, 1))]
        check(2, premises, findings)


def test_three_rows_on_one_pair_of_which_each_two_agree() -> None:
    premises = rows((0, "E <", 1), (0, "< o", 1), (1, "E o", 0))
    findings = find(2, premises)
    assert kinds(findings) == [("pair", 3, 0)]
    check(2, premises, findings)


def test_three_that_clash_beside_two_that_do() -> None:
    # {E <}, {< o}, {E o} of which each two agree; and x against each of them.
    premises = rows((0, "E <", 1), (0, "< o", 1), (0, "E o", 1), (0, "x", 1))
    findings = find(2, premises)
    assert kinds(findings) == [("pair", 2, 0)] * 3 + [("pair", 3, 0)]
    check(2, premises, findings)


def test_all_that_clash_on_one_pair_are_told() -> None:
    # The least confident row is in two contradictions, of which leaving it out would show one only.
    premises = [*rows((0, "E <", 1), weight=0.1), *rows((0, "< o", 1), (0, "E o", 1), (0, "E o x", 1))]
    findings = find(2, premises)
    assert [one.rows for one in findings.contradictions] == [(0, 1, 2), (0, 1, 3)]
    assert findings.set_aside == [0]
    check(2, premises, findings)


def test_several_at_once_are_told_apart() -> None:
    premises = [
        *rows((0, "<", 1), (1, "<", 2), (0, "x", 2)),
        *rows((3, "<", 4), (4, "<", 5), (5, "<", 6), (6, "<", 3)),
        *rows((7, "E", 8), (7, "x", 8)),
        *rows((9, "E <", 10), (9, "< o", 10), (9, "E o", 10)),
        *rows((0, "E < > o", 3), (3, "E < > o", 7), (7, "E < > o", 9)),
    ]
    findings = find(11, premises)
    assert kinds(findings) == [("pair", 2, 0), ("pair", 3, 0), ("triangle", 3, 0), ("circle", 4, 0)]
    assert len(findings.set_aside) == 4
    check(11, premises, findings)


def test_a_contradiction_that_needs_structure() -> None:
    # Two children of one parent: one is disjoint from what contains the parent.
    premises = [
        *rows((0, "E <", 1), (2, "E <", 1), (1, "E <", 3), published=False),
        *rows((3, "<", 4), (4, "x", 0)),
    ]
    findings = find(5, premises)
    assert kinds(findings) == [("circle", 2, 2)]
    assert findings.contradictions[0].structure == (0, 2)
    assert set(findings.set_aside) < {3, 4}
    check(5, premises, findings)


def test_one_row_against_structure() -> None:
    premises = [*rows((0, "E <", 1), published=False), *rows((0, "x", 1), (0, ">", 1), (0, "<", 1))]
    findings = find(2, premises)
    assert kinds(findings)[:2] == [("pair", 1, 1), ("pair", 1, 1)]
    check(2, premises, findings)
    assert findings.set_aside == [1, 2]


def test_a_row_between_a_node_and_itself() -> None:
    premises = rows((0, "<", 0), (1, "E", 1), (1, "E < > o", 1), (0, "E", 1))
    findings = find(2, premises)
    assert findings == ([Contradiction("row", (0,), (), (0,))], [0])


def test_a_row_that_says_nothing_is_possible() -> None:
    premises = [Premise(0, 1, NONE, 1.0, True, ""), *rows((0, "E", 1), (1, "<", 2), (0, "<", 2))]
    assert find(3, premises) == ([Contradiction("pair", (0,), (), (0, 1))], [0])


def test_duplicates_do_not_multiply() -> None:
    once = rows((0, "<", 1), (1, "<", 2), (2, "<", 3), (3, "<", 0), (4, "E", 5), (4, "x", 5), (4, "<", 6), (6, "<", 7))
    once += rows((4, "x", 7))
    back = [one._replace(first=one.second, second=one.first, relations=converse(one.relations)) for one in once]
    single, triple = find(8, once), find(8, [*once, *back, *once])
    assert kinds(single) == [("pair", 2, 0), ("triangle", 3, 0), ("circle", 4, 0)]
    assert [one.rows for one in single.contradictions] == [one.rows for one in triple.contradictions]
    assert len(triple.set_aside) == 3 * len(single.set_aside), "what says the same is set aside with it"
    left = [one for number, one in enumerate([*once, *back, *once]) if number not in triple.set_aside]
    assert Closure(8, left).is_consistent


def test_the_most_confident_of_duplicates_speaks() -> None:
    premises = [*rows((0, "E", 1), weight=0.2), *rows((1, "E", 0), weight=0.8), *rows((0, "x", 1), weight=0.5)]
    findings = find(2, premises)
    assert [one.rows for one in findings.contradictions] == [(1, 2)]
    assert findings.set_aside == [2], "and the least confident goes"


def test_in_a_circle_the_least_confident_goes() -> None:
    premises = rows((0, "<", 1), (1, "<", 2), (2, "<", 3), (3, "<", 0))
    for least in range(4):
        told = [one._replace(weight=0.3 if number == least else 0.7) for number, one in enumerate(premises)]
        assert find(4, told).set_aside == [least]


def test_a_row_in_many_contradictions_goes_first() -> None:
    premises = rows((0, "x", 1), (0, "E", 1), (0, "<", 1), (0, ">", 1))
    premises = [*premises[:1], *rows((0, "E < > o", 1)), *rows((0, "E <", 1))]
    findings = find(2, premises)
    assert kinds(findings) == [("pair", 2, 0)] * 2 and findings.set_aside == [0]


def test_overlap_alone_never_clashes() -> None:
    rng = random.Random(1)
    premises = [Premise(*rng.sample(range(60), 2), OVERLAP, 1.0, True, "") for _ in range(600)]
    assert find(60, premises) == ([], [])


# ── Against a search ──


def pairs_that_clash(premises: Sequence[Premise]) -> set[frozenset[int]]:
    on: dict[frozenset[int], int] = {}
    for first, second, told, *_ in premises:
        key = frozenset((first, second))
        turned = told if first < second else converse(told)
        on[key] = on.get(key, 31) & turned
    return {pair for pair, told in on.items() if not told}


def triangles_that_clash(premises: Sequence[Premise]) -> set[frozenset[int]]:
    stated: dict[tuple[int, int], set[int]] = {}
    for first, second, told, *_ in premises:
        stated.setdefault((first, second), set()).add(told)
        stated.setdefault((second, first), set()).add(converse(told))
    nodes = {node for pair in stated for node in pair}
    return {
        frozenset((a, b, c))
        for a, b, c in combinations(sorted(nodes), 3)
        if any(
            not COMPOSED[one][two] & three
            for one, two, three in product(stated.get((a, b), ()), stated.get((b, c), ()), stated.get((a, c), ()))
        )
    }


@given(seeds, st.integers(2, 6), st.integers(1, 16), st.sampled_from([TRACTABLE, NAMED, [1, 2, 4, 8, 16]]))
@settings(max_examples=200, deadline=None)
def test_findings_against_a_search(seed: int, count: int, many: int, pool: Sequence[int]) -> None:
    premises = any_premises(random.Random(seed), count, many, pool)
    findings = find(count, premises)
    check(count, premises, findings)
    # Pairs and triangles are all there: of a triangle one choice of rows.
    assert {frozenset(one.nodes) for one in findings.contradictions if one.kind == "pair"} == pairs_that_clash(premises)
    of_three = [frozenset(one.nodes) for one in findings.contradictions if len(one.rows) + len(one.structure) == 3]
    assert triangles_that_clash(premises) <= set(of_three)


@given(seeds, st.integers(2, 9), st.integers(0, 25))
@settings(max_examples=100, deadline=None)
def test_what_is_true_is_clean(seed: int, count: int, many: int) -> None:
    rng = random.Random(seed)
    premises = true_premises(rng, hidden(rng, count), many, TRACTABLE)
    assert find(count, premises) == ([], [])


@given(seeds, st.integers(4, 9))
@settings(max_examples=60, deadline=None)
def test_one_false_row_among_true_ones(seed: int, count: int) -> None:
    rng = random.Random(seed)
    sets = hidden(rng, count)
    premises = true_premises(rng, sets, 3 * count, NAMED)
    wrong = any_premises(rng, count, 1, [1, 2, 4, 8, 16])[0]._replace(published=True, weight=-2.0)
    findings = find(count, [*premises, wrong])
    check(count, [*premises, wrong], findings)
    assert all(3 * count in one.rows for one in findings.contradictions), "each has the false one"
    if findings.contradictions:
        assert findings.set_aside == [3 * count]


@given(seeds, st.integers(2, 6), st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_more_of_the_same_changes_nothing(seed: int, count: int, many: int) -> None:
    premises = any_premises(random.Random(seed), count, many, NAMED)
    one, two = find(count, premises), find(count, premises * 3)
    assert [(each.rows, each.structure) for each in one.contradictions] == [
        (each.rows, each.structure) for each in two.contradictions
    ]


# ── Many ──


def test_thousands_of_contradictions() -> None:
    rng = random.Random(3)
    premises = [
        Premise(*rng.sample(range(60), 2), Relations(rng.choice([1, 2, 4, 8, 16, 3, 5, 15])), 1.0, True, "")
        for _ in range(2_000)
    ]
    findings = find(60, premises)
    assert len(findings.contradictions) > 5_000
    left = [one for number, one in enumerate(premises) if number not in set(findings.set_aside)]
    assert Closure(60, left).is_consistent


def test_a_long_circle_is_made_as_small_as_it_gets() -> None:
    ring = [Premise(n, (n + 1) % 60, SUBSET, 1.0, True, "") for n in range(60)]
    beside = [Premise(n, n + 60, Relations(SUBSET | INTERSECTS), 1.0, True, "") for n in range(60)]
    findings = find(120, [*ring, *beside])
    assert [one.rows for one in findings.contradictions] == [tuple(range(60))]


@pytest.mark.soak
@pytest.mark.parametrize(("many", "nodes"), [(20_000, 200), (20_000, 1_500), (2_000, 600)])
def test_dense_and_contradictory(many: int, nodes: int) -> None:
    rng = random.Random(many + nodes)
    # Where there are many nodes most rows say "overlap", as in real sets; else what follows is of cubic size.
    pool = [1, 2, 4, 8, 16, 3, 5, 15] if nodes < 1_000 else [15] * 95 + [1, 2, 4, 8, 16]
    premises = [Premise(*rng.sample(range(nodes), 2), Relations(rng.choice(pool)), 1.0, True, "") for _ in range(many)]
    findings = find(nodes, premises)
    assert findings.contradictions
    left = [one for number, one in enumerate(premises) if number not in set(findings.set_aside)]
    assert Closure(nodes, left, stop=True).is_consistent


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(30))
def test_larger_findings_against_a_search(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(20):
        count = rng.randint(5, 10)
        premises = any_premises(rng, count, rng.randint(count, 3 * count), rng.choice([TRACTABLE, NAMED]))
        check(count, premises, find(count, premises))
