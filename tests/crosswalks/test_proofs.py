"""Proofs: each holds before a checker that knows neither closure nor builder, and the checker finds what is spoilt."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from itertools import combinations, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from setworlds import NAMED, TRACTABLE, any_premises, hidden, true_premises

from cyberstd_kg.crosswalks.checker import TABLE, faults
from cyberstd_kg.crosswalks.closure import Closure, Premise, Version
from cyberstd_kg.crosswalks.proofs import Chains, Proof, confidence, premises_of, prove
from cyberstd_kg.mappings.relations import (
    ANY,
    COMPOSITION,
    CONTAINS_OR_EQUAL,
    DISJOINT,
    EQUAL,
    INTERSECTS,
    OVERLAP,
    SUBSET,
    SUPERSET,
    WITHIN_OR_EQUAL,
    Relations,
    converse,
    parse,
    signs,
)

seeds = st.integers(0, 2**32)
Steps = list[dict[str, Any]]
Taken = dict[str, tuple[str, str, frozenset[str]]]


def told(proof: Proof) -> Steps:
    """Return a proof as it is written down for the checker."""
    return [
        {
            "from": f"n{step.first}",
            "to": f"n{step.second}",
            "relations": signs(step.relations),
            "links": [
                {
                    "from": f"n{link.first}",
                    "to": f"n{link.second}",
                    "relations": signs(link.relations),
                    "of": f"p{link.premise}" if link.premise >= 0 else None,
                    "step": link.step + 1 if link.premise < 0 else None,
                    "turned": link.turned,
                }
                for link in step.links
            ],
            "meets": [number + 1 for number in step.meets],
        }
        for step in proof.steps
    ]


def taken(premises: list[Premise]) -> Taken:
    """Return premises as the checker knows them."""
    return {
        f"p{number}": (f"n{one.first}", f"n{one.second}", frozenset(signs(one.relations).split()))
        for number, one in enumerate(premises)
    }


def proofs_of(closure: Closure, count: int) -> Iterator[tuple[int, int, Proof]]:
    """Yield the proof of each pair that is known, seen from either end; that others have none is checked."""
    for first, second in permutations(range(count), 2):
        proof = prove(closure, first, second)
        assert (proof is None) == (closure.relations(first, second) == ANY)
        if proof:
            yield first, second, proof


# ── Proofs hold ──


@given(seeds, st.integers(2, 8), st.integers(1, 20), st.sampled_from([None, 1, 2, 3]))
@settings(max_examples=150, deadline=None)
def test_each_proof_holds_before_the_checker(seed: int, count: int, many: int, rows: int | None) -> None:
    rng = random.Random(seed)
    premises = true_premises(rng, hidden(rng, count), many, TRACTABLE)
    closure = Closure(count, premises, rows=rows)
    for first, second, proof in proofs_of(closure, count):
        assert faults(told(proof), taken(premises)) == []
        last = proof.steps[-1]
        assert (last.first, last.second, last.relations) == (first, second, closure.relations(first, second))
        assert proof.relations == last.relations
        # It rests on just what it names, and that is enough: closed by itself it gives the same.
        assert set(proof.premises) == {link.premise for step in proof.steps for link in step.links} - {-1}
        version = closure.best(first, second)
        low, high = min(first, second), max(first, second)
        assert set(premises_of(closure, (low, high, version))) == set(proof.premises)
        alone = Closure(count, [premises[number] for number in proof.premises])
        assert not alone.relations(first, second) & ~proof.relations


@given(seeds, st.integers(2, 7), st.integers(1, 14))
@settings(max_examples=100, deadline=None)
def test_the_weakest_link_of_a_proof_is_what_the_closure_says(seed: int, count: int, many: int) -> None:
    rng = random.Random(seed)
    premises = true_premises(rng, hidden(rng, count), many, TRACTABLE)
    premises = [one if one.published else one._replace(weight=1.0) for one in premises]
    closure = Closure(count, premises)
    for first, second, proof in proofs_of(closure, count):
        weight = closure.versions(first, second)[closure.best(first, second)].weight
        assert min(premises[number].weight for number in proof.premises) == weight
        published = [premises[number] for number in proof.premises if premises[number].published]
        expected = None if not published or weight < 0 else min(one.weight for one in published)
        assert confidence(proof, premises) == expected


def test_a_proof_that_needs_two_chains_meets_them() -> None:
    # 0 within 1 within 2 leaves <, or equal to 2 by way of 3 leaves E or >: that it is E needs both.
    premises = [
        Premise(0, 1, WITHIN_OR_EQUAL, 1.0, True, "a"),
        Premise(1, 2, WITHIN_OR_EQUAL, 1.0, True, "b"),
        Premise(2, 3, WITHIN_OR_EQUAL, 1.0, True, "c"),
        Premise(3, 0, WITHIN_OR_EQUAL, 1.0, True, "d"),
    ]
    closure = Closure(4, premises)
    for first, second in permutations(range(4), 2):
        proof = prove(closure, first, second)
        assert proof and proof.relations == EQUAL and set(proof.premises) == {0, 1, 2, 3}
        assert sum(len(step.meets) for step in proof.steps) >= 1
        assert faults(told(proof), taken(premises)) == []


def test_nothing_is_proved_of_what_is_not_known() -> None:
    closure = Closure(4, [Premise(0, 1, OVERLAP, 1.0, True, 0), Premise(1, 2, OVERLAP, 1.0, True, 1)])
    assert prove(closure, 0, 2) is None and prove(closure, 0, 3) is None
    clashing = Closure(2, [Premise(0, 1, EQUAL, 1.0, True, 0), Premise(0, 1, DISJOINT, 1.0, True, 1)])
    assert prove(clashing, 0, 1) is None


class Long(Closure):
    """What a closure knows of a chain, without the millions of pairs between its ends: node 0 to each other."""

    def __init__(self, premises: list[Premise]) -> None:
        super().__init__(0, ())
        self.premises = premises
        for number, one in enumerate(premises):
            self._versions[number, number + 1] = [Version(one.relations, number, -1, -1, -1, -1, 1, 1.0)]
            if number:
                step = Version(one.relations, -1, number, 0, 0, -1, number + 1, 1.0)
                self._versions[0, number + 1] = [step]

    def best(self, first: int, second: int) -> int:
        return 0


@pytest.mark.parametrize("ends", [(0, 3_000), (3_000, 0)])
def test_a_chain_of_three_thousand_links(ends: tuple[int, int]) -> None:
    premises = [Premise(n, n + 1, SUBSET, 1.0, True, n) for n in range(3_000)]
    closure = Long(premises)
    proof = prove(closure, *ends)
    assert proof and len(proof.steps) == 1 and len(proof.steps[0].links) == 3_000
    assert proof.relations == (SUBSET if ends[0] == 0 else SUPERSET)
    assert faults(told(proof), taken(premises)) == []
    assert len(premises_of(closure, (0, 3_000, 0))) == 3_000


@pytest.mark.soak
def test_a_closed_chain_longer_than_the_stack_is_deep() -> None:
    premises = [Premise(n, n + 1, SUBSET, 1.0, True, n) for n in range(1_100)]
    closure = Closure(1_101, premises)
    proof = prove(closure, 1_100, 0)
    assert proof and proof.relations == SUPERSET and len(proof.premises) == 1_100
    assert faults(told(proof), taken(premises)) == []


def test_proofs_stay_short_in_dense_networks() -> None:
    # Chains are walks that the builder writes out: none may go round and round.
    rng = random.Random(5)
    premises = true_premises(rng, hidden(rng, 30, universe=5), 120, NAMED)
    closure = Closure(30, premises)
    for _, _, proof in proofs_of(closure, 30):
        assert max(len(step.links) for step in proof.steps) < 30


# ── The checker ──


def test_the_checker_has_a_table_of_its_own() -> None:
    assert {one: {two: parse(cell) for two, cell in row.items()} for one, row in TABLE.items()} == {
        one: {two: COMPOSITION[parse(one)][parse(two)] for two in TABLE} for one in TABLE
    }


def spoilt(steps: Steps) -> Iterator[tuple[str, Steps]]:
    """Yield a proof with one thing changed, for each thing in it."""

    def changed(what: str, at: int, link: int | None, field: str, value: object) -> tuple[str, Steps]:
        fresh = copy.deepcopy(steps)
        target = fresh[at] if link is None else fresh[at]["links"][link]
        target[field] = value
        return f"{what} of step {at + 1}: {field} = {value}", fresh

    def others(relations: str) -> list[str]:
        return [signs(Relations(parse(relations) ^ parse(sign))) for sign in "E<>ox"]

    for at, step in enumerate(steps):
        for end in ("from", "to"):
            yield changed("end", at, None, end, "n99")
            yield changed("end", at, None, end, step["to" if end == "from" else "from"])
        for relations in others(step["relations"]):
            yield changed("conclusion", at, None, "relations", relations)
        yield changed("links", at, None, "links", [])
        yield changed("meets", at, None, "meets", [*step["meets"], at + 1])
        yield changed("meets", at, None, "meets", [*step["meets"], 0])
        yield changed("meets", at, None, "meets", [*step["meets"], -1])
        if step["meets"]:
            yield changed("meets", at, None, "meets", [])
        if len(step["links"]) > 1:
            yield changed("links", at, None, "links", step["links"][1:])
            yield changed("links", at, None, "links", step["links"][::-1])
        for number, link in enumerate(step["links"]):
            for end in ("from", "to"):
                yield changed("link", at, number, end, "n99")
            for relations in others(link["relations"]):
                yield changed("link", at, number, "relations", relations)
            yield changed("link", at, number, "turned", not link["turned"])
            yield changed("link", at, number, "of", "nobody's" if link["of"] else "p0")
            yield changed("link", at, number, "of", None if link["of"] else "p0")
            yield changed("link", at, number, "step", 1 if link["step"] is None else None)
            yield changed("link", at, number, "step", at + 1)
            yield changed("link", at, number, "step", 0)


@given(seeds, st.integers(3, 6), st.integers(3, 12))
@settings(max_examples=40, deadline=None)
def test_the_checker_finds_whatever_is_changed(seed: int, count: int, many: int) -> None:
    rng = random.Random(seed)
    premises = true_premises(rng, hidden(rng, count), many, TRACTABLE)
    there = taken(premises)
    for _, _, proof in proofs_of(Closure(count, premises), count):
        for what, steps in spoilt(told(proof)):
            assert faults(steps, there), what


@given(seeds, st.integers(3, 6), st.integers(3, 12))
@settings(max_examples=40, deadline=None)
def test_the_checker_finds_a_premise_that_is_not_there_or_says_something_else(seed: int, count: int, many: int) -> None:
    rng = random.Random(seed)
    premises = true_premises(rng, hidden(rng, count), many, TRACTABLE)
    for _, _, proof in proofs_of(Closure(count, premises), count):
        steps = told(proof)
        for number in proof.premises:
            there = taken(premises)
            first, second, relations = there.pop(f"p{number}")
            assert faults(steps, there), "it is gone"
            assert faults(steps, {**there, f"p{number}": (first, second, relations ^ {"o"})})
            assert faults(steps, {**there, f"p{number}": (first, "n99", relations)})


def test_the_checker_refuses_an_empty_proof() -> None:
    assert faults([], {}) == ["there is no step"]


def test_the_checker_refuses_the_rule_that_was_published() -> None:
    # "No relationship" and then anything is no relationship: A x B, B < C.
    there = {"ab": ("A", "B", frozenset("x")), "bc": ("B", "C", frozenset("<"))}
    links = [
        {"from": "A", "to": "B", "relations": "x", "of": "ab", "step": None, "turned": False},
        {"from": "B", "to": "C", "relations": "<", "of": "bc", "step": None, "turned": False},
    ]
    step = {"from": "A", "to": "C", "relations": "x", "links": links, "meets": []}
    assert faults([step], there) == ["step 1 gives <ox, not x"]
    assert faults([{**step, "relations": "< o x"}], there) == []


# ── Independent chains ──


def all_chains(premises: list[Premise], first: int, second: int, goal: Relations) -> list[frozenset[int]]:
    """Return the rows of each chain without a node twice that gives *goal*."""
    found = []
    stack: list[tuple[int, Relations, tuple[int, ...], tuple[int, ...]]] = [(first, EQUAL, (), (first,))]
    while stack:
        node, now, used, path = stack.pop()
        if node == second:
            if not now & ~goal:
                found.append(frozenset(number for number in used if premises[number].published))
            continue
        for number, one in enumerate(premises):
            for here, there, relations in (
                (one.first, one.second, one.relations),
                (one.second, one.first, converse(one.relations)),
            ):
                if here == node and there not in path:
                    stack.append((there, COMPOSITION[now][relations], (*used, number), (*path, there)))
    return found


def most_disjoint(chains: list[frozenset[int]]) -> int:
    """Return how many chains can be picked that share no row; those of structure alone count once."""

    def best(left: list[frozenset[int]]) -> int:
        if not left:
            return 0
        head, *rest = left
        return max(best(rest), 1 + best([one for one in rest if not one & head]))

    rows = sorted({one for one in chains if one}, key=len)
    rows = [one for number, one in enumerate(rows) if not any(other < one for other in rows[:number])]
    return best(rows) + (frozenset() in chains)


@given(seeds, st.integers(2, 5), st.integers(1, 9))
@settings(max_examples=150, deadline=None)
def test_never_more_chains_are_counted_than_there_are(seed: int, count: int, many: int) -> None:
    premises = any_premises(random.Random(seed), count, many, NAMED)
    chains = Chains(premises)
    for first, second in combinations(range(count), 2):
        for goal in (EQUAL, SUBSET, WITHIN_OR_EQUAL, OVERLAP, parse("< o x")):
            there = all_chains(premises, first, second, goal)
            counted = chains.independent(first, second, goal)
            assert counted <= most_disjoint(there)
            assert bool(counted) == bool(there), "one is found where there is one"


def test_rows_that_say_the_same_are_independent_and_structure_counts_once() -> None:
    row = Premise(0, 1, EQUAL, 1.0, True, "one publisher")
    structure = Premise(0, 2, WITHIN_OR_EQUAL, 1.0, False, "by its making")
    further = structure._replace(second=1)
    premises = [row, row._replace(key="another"), structure, Premise(2, 1, EQUAL, 1.0, False, ""), further]
    assert Chains(premises).independent(0, 1, EQUAL) == 2
    assert Chains(premises).independent(0, 1, WITHIN_OR_EQUAL) == 3
    assert Chains(premises).independent(1, 0, CONTAINS_OR_EQUAL) == 3
    assert Chains(premises).independent(0, 1, INTERSECTS) == 0


def test_where_only_several_chains_together_give_it_none_is_counted() -> None:
    premises = [Premise(0, 1, WITHIN_OR_EQUAL, 1.0, True, 0), Premise(1, 0, WITHIN_OR_EQUAL, 1.0, True, 1)]
    assert Closure(2, premises).relations(0, 1) == EQUAL
    assert Chains(premises).independent(0, 1, EQUAL) == 0


def test_counting_ends_in_a_hub() -> None:
    # Two hubs with 2,000 neighbours in common: the count stops at what it looks at, and is still a count of chains.
    premises = [Premise(hub, n, EQUAL, 1.0, True, n) for n in range(2, 2_002) for hub in (0, 1)]
    assert 1 <= Chains(premises).independent(0, 1, EQUAL) <= 2_000
