"""The closure of crosswalks: a made-up network at 1, 10 and 100 times 750 rows, beside a plain loop over all triples.

Run: ``python benchmarks/crosswalks.py [FACTOR ...]`` (default 1 10 100).  At 100 there are 75,000 published rows over
200 frameworks of 100 provisions; one framework in five is a hub to which the others are mapped, as real crosswalks go
by way of a few catalogues, one row in twenty closes a triangle, and 95 of 100 rows say "overlap", or "intersect" when
that is read strictly.  The rows are drawn at random (seeded), so some contradict each other.  Each size runs in a
process of its own; progress goes to stderr.

Measured: the closure by chains of two rows, the search for contradictions, and the whole closure without what that
sets aside; time, and the highest use of memory up to then.  On the smallest size the plain loop, rel(A, C) &= rel(A, B)
∘ rel(B, C) over all triples until nothing changes, runs in the same process, and that both give the same is checked.
Then networks in which nearly all contradicts something, and the shipped sets.  No test fails on a time.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any, Final

import cyberstd_kg
from cyberstd_kg.crosswalks import contradictions, network
from cyberstd_kg.crosswalks.closure import Closure, Premise
from cyberstd_kg.mappings.relations import ANY, COMPOSITION, EQUAL, OVERLAP, Relations, converse, parse, verdict

SEED: Final = 8477
#: Of each per factor: frameworks, and rows; of each framework: provisions.
FRAMEWORKS, ROWS, PROVISIONS = 2, 750, 100
#: One framework in so many is a hub; how uneven the provisions of a framework are mapped (0: all alike).
HUB, SKEW = 5, 0.2
#: Of so many rows in 100 the publisher says more than that there is something in common, one of these as often.
TYPED: Final = 5
#: Of so many rows in 100 link two provisions that are mapped to the same one.
CLOSING: Final = 5
SAID: Final = [parse(signs) for signs in ("E", "<", "<", "<", ">", ">", ">", "E <", "E >", "x")]
READINGS: Final = {"overlap": OVERLAP, "strict": parse("o")}
#: Rows and nodes of networks in which nearly all contradicts something.
CONTRADICTORY: Final = ((500, 300), (2_000, 600), (20_000, 200))
VERDICTS: Final = ("definite", "overlap guaranteed", "undetermined")
Told = dict[str, Any]


def made_up(factor: int, reading: Relations) -> tuple[int, list[Premise]]:
    """Return the number of nodes and the rows of a made-up network; *reading* is what an untyped row says."""
    rng = random.Random(SEED)
    frameworks = FRAMEWORKS * factor
    hubs = max(1, frameworks // HUB)
    pairs: set[tuple[int, int]] = set()
    mapped: dict[int, list[int]] = defaultdict(list)
    rows = []

    def provision(framework: int) -> int:
        return framework * PROVISIONS + int(PROVISIONS * rng.random() ** (1 + SKEW))

    while len(rows) < ROWS * factor:
        first, second = provision(rng.randrange(hubs)), provision(rng.randrange(frameworks))
        near = mapped[first]
        if 100 * rng.random() < CLOSING and len(near) > 1:
            first, second = rng.sample(near, 2)
        typed, said, confidence = 100 * rng.random() < TYPED, rng.choice(SAID), rng.choice([1.0, 0.8, 0.6, -1.0])
        if first // PROVISIONS != second // PROVISIONS and not {(first, second), (second, first)} & pairs:
            pairs.add((first, second))
            mapped[first].append(second)
            rows.append(Premise(first, second, said if typed else reading, confidence, True, len(rows)))
    return frameworks * PROVISIONS, rows


def contradictory(many: int, count: int) -> list[Premise]:
    """Return rows drawn at random, whatever they say: so most of them contradict others."""
    rng = random.Random(SEED)
    return [Premise(*rng.sample(range(count), 2), rng.choice([*SAID, OVERLAP]), 1.0, True, "") for _ in range(many)]


def linked(rows: list[Premise]) -> Iterator[tuple[int, int]]:
    """Yield the pairs that two rows link, each once, but those that a row links."""
    beside: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        beside[row.first].add(row.second)
        beside[row.second].add(row.first)
    for first, near in beside.items():
        far = {end for node in near for end in beside[node] if end > first}
        yield from ((first, end) for end in far - near)


def progress(what: str) -> Callable[[int], None]:
    """Return what tells on stderr how many pairs are known."""

    def beat(pairs: int) -> None:
        print(f"\r{what}: {pairs:,} pairs", end="", file=sys.stderr, flush=True)

    return beat


def megabytes() -> int:
    """Return the highest use of memory of this process up to now."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 2**20 if sys.platform == "darwin" else peak // 2**10


def plain(count: int, premises: list[Premise]) -> list[list[Relations]]:
    """Return the closure by a plain loop over all triples, again until nothing changes."""
    known = [[EQUAL if one == two else ANY for two in range(count)] for one in range(count)]
    for first, second, told, *_ in premises:
        known[first][second] = Relations(known[first][second] & told)
        known[second][first] = converse(known[first][second])
    changed = True
    while changed:
        changed = False
        for a in range(count):
            for b in range(count):
                for c in range(count):
                    told = Relations(known[a][c] & COMPOSITION[known[a][b]][known[b][c]])
                    if told != known[a][c]:
                        known[a][c] = told
                        changed = True
    return known


def measure(factor: int, reading: str, beside: bool) -> Told:
    """Return what the network of one size and reading costs, and what comes out; *beside*: and the plain loop."""
    count, rows = made_up(factor, READINGS[reading])
    told: Told = {"rows": len(rows), "nodes": count}
    beat = progress(f"{len(rows):,} rows, {reading}")

    begin = time.perf_counter()
    closure = Closure(count, rows, rows=2, beat=beat)
    told["two rows"] = time.perf_counter() - begin, megabytes()
    verdicts = Counter(verdict(closure.relations(first, second)) for first, second in linked(rows))
    told["linked"] = verdicts.total()
    told["verdicts"] = [verdicts[one] for one in VERDICTS]
    del closure

    begin = time.perf_counter()
    findings = contradictions.find(count, rows, beat)
    told["contradictions"] = time.perf_counter() - begin, megabytes()
    told["kinds"] = Counter(one.kind for one in findings.contradictions)
    told["aside"] = len(findings.set_aside)

    aside = set(findings.set_aside)
    left = [row for number, row in enumerate(rows) if number not in aside]
    begin = time.perf_counter()
    closure = Closure(count, left, beat=beat)
    taken = time.perf_counter() - begin
    told["whole"] = taken, megabytes()
    told["known"] = sum(map(len, closure.known)) // 2
    if beside:
        begin = time.perf_counter()
        known = plain(count, left)
        told["plain"] = time.perf_counter() - begin
        told["ratio"] = told["plain"] / taken
        for first in range(count):
            for second in range(count):
                if first != second and known[first][second] != closure.relations(first, second):
                    raise SystemExit(f"the plain loop gives something else for {first} and {second}")
    print(file=sys.stderr)
    return told


def tables(told: dict[tuple[int, str], Told]) -> None:
    """Print what was measured."""

    def cost(found: Told, what: str) -> str:
        return f"{found[what][0]:.2f} s, {found[what][1]} MB"

    print("| rows | read as | two rows | contradictions | whole closure | pairs known | plain loop, times ours |")
    print("|---|---|---|---|---|---|---|")
    for (_, reading), found in told.items():
        loop = f"{found['plain']:.1f} s, {found['ratio']:.0f}" if "plain" in found else "–"
        costs = [cost(found, what) for what in ("two rows", "contradictions", "whole")]
        print(f"| {found['rows']:,} | {reading} | {' | '.join(costs)} | {found['known']:,} | {loop} |")
    print(f"\n| rows | read as | pairs two rows apart | {' | '.join(VERDICTS)} | contradictions | rows set aside |")
    print("|---|---|---|---|---|---|---|---|")
    for (_, reading), found in told.items():
        counts = [f"{one:,} ({100 * one / found['linked']:.1f} %)" for one in found["verdicts"]]
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(found["kinds"].items())) or "none"
        cells = [f"{found['linked']:,}", *counts, kinds, str(found["aside"])]
        print(f"| {found['rows']:,} | {reading} | {' | '.join(cells)} |")


def dense() -> None:
    """Print what it costs to find the contradictions of networks in which nearly all contradicts something."""
    print("\n| random rows | nodes | contradictions | of four rows or more | rows set aside | s |")
    print("|---|---|---|---|---|---|")
    for many, count in CONTRADICTORY:
        rows = contradictory(many, count)
        begin = time.perf_counter()
        findings = contradictions.find(count, rows)
        taken = time.perf_counter() - begin
        longer = sum(len(one.rows) > 3 for one in findings.contradictions)
        cells = f"{len(findings.contradictions):,} | {longer:,} | {len(findings.set_aside):,} | {taken:.1f}"
        print(f"| {many:,} | {count:,} | {cells} |")


def shipped() -> None:
    """Print what closing the shipped sets costs, one line for each group of rows that may be chained."""
    begin = time.perf_counter()
    found = network.Network(cyberstd_kg.load().store)
    read = time.perf_counter() - begin
    counts = f"{len(found.sets)}, {len(found.rows):,} rows and {len(found.edges):,} edges of structure"
    print(f"\nthe shipped sets: {counts}, read in {read:.2f} s\n")
    if not found.rows:
        print("there are none yet")
        return
    print(f"| rationale, use case | rows | closure | contradictions | pairs known | {' | '.join(VERDICTS[:2])} |")
    print("|---|---|---|---|---|---|---|")
    for group in found.groups():
        taken = network.premises(found, group, "declared")
        count = len(taken.nodes)
        begin = time.perf_counter()
        closure = Closure(count, taken.premises)
        closed = time.perf_counter() - begin
        begin = time.perf_counter()
        findings = contradictions.find(count, taken.premises)
        searched = time.perf_counter() - begin
        verdicts = Counter(
            verdict(relations)
            for first, others in enumerate(closure.known)
            for second, relations in others.items()
            if first < second and found.text_of(taken.nodes[first]) != found.text_of(taken.nodes[second])
        )
        cells = [
            ", ".join(filter(None, group)) or "nobody says",
            f"{sum(one.published for one in taken.premises):,}",
            f"{closed:.2f} s",
            f"{len(findings.contradictions)}, {searched:.2f} s",
            f"{verdicts.total():,}",
            *(f"{verdicts[one]:,}" for one in VERDICTS[:2]),
        ]
        print(f"| {' | '.join(cells)} |")
    print("\npairs are those of two texts")


def main() -> None:
    """Print the tables for the factors given."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(int(sys.argv[2]), sys.argv[3], sys.argv[4] == "beside")))
        return
    factors = sorted({int(word) for word in sys.argv[1:]} or {1, 10, 100})
    told: dict[tuple[int, str], Told] = {}
    for factor in factors:
        for reading in READINGS:
            command = [sys.executable, __file__, "--one", str(factor), reading]
            command.append("beside" if factor == factors[0] else "alone")
            told[factor, reading] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    tables(told)
    dense()
    shipped()


if __name__ == "__main__":
    main()
