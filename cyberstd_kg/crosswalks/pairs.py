"""Crosswalks: what relates to what between two texts, published or derived, and how sure that is.

Everything is worked out from the network at hand: nothing that was derived is stored and believed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Final, NamedTuple

from cyberstd_kg.core.ordering import natural
from cyberstd_kg.crosswalks import proofs
from cyberstd_kg.crosswalks.closure import Closure
from cyberstd_kg.crosswalks.network import Group, Mode, Network, PublishedRow, TakenRows, is_later, premises
from cyberstd_kg.mappings.relations import ANY, NONE, Relations, Verdict, converse, predicate, signs, verdict

#: Verdicts, the most telling first.
VERDICTS: Final = ("contradiction", "definite", "overlap guaranteed", "undetermined")


class CrosswalkOptions(NamedTuple):
    """How the network is taken: see ``Mode`` and ``premises`` of :mod:`cyberstd_kg.crosswalks.network`.

    *rows* is the longest chain of published rows that is followed, None: all.
    """

    mode: Mode = "declared"
    across: bool = False
    rows: int | None = None
    until: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the options as the answers print them."""
        return {"reading": self.mode, "across": self.across, "rows": self.rows, "as_of": self.until or None}


class Pair(NamedTuple):
    """What is known of two ends, each a provision or a group, within one group of rows that may be chained.

    *published* are the rows on this very pair; *used* those on which the conclusion rests.  *proofs* counts
    independent proofs, at least 1 where anything is concluded.
    """

    first: str
    second: str
    relations: Relations
    group: Group
    published: tuple[PublishedRow, ...]
    used: tuple[PublishedRow, ...]
    confidence: float | None
    proofs: int

    @property
    def verdict(self) -> Verdict:
        """What it amounts to."""
        return verdict(self.relations)

    @property
    def status(self) -> str:
        """``published`` where rows on this very pair say as much, else ``derived``."""
        told = ANY
        for row in self.published:
            said = row.relations if row.first == self.first else converse(row.relations)
            told = Relations(told & said)
        return "published" if self.published and not told & ~self.relations else "derived"


class MatrixCell(NamedTuple):
    """Two texts and how many pairs of ends there are between them, by verdict.

    *published* counts pairs with a published row, *derived* those known otherwise and better than undetermined;
    *groups* those of definite and guaranteed pairs that have a group at an end.
    """

    first: str
    second: str
    published: int
    derived: int
    definite: int
    guaranteed: int
    undetermined: int
    contradictory: int
    groups: int


class Closed:
    """One group of rows, closed.

    *rows* has the numbers of the premises that are rows, by the two nodes that they are about.
    """

    def __init__(self, network: Network, group: Group, options: CrosswalkOptions) -> None:
        self.group = group
        self.taken: TakenRows = premises(network, group, options.mode, across=options.across, until=options.until)
        self.closure = Closure(len(self.taken.nodes), self.taken.premises, rows=options.rows)
        self.rows: dict[frozenset[int], list[int]] = defaultdict(list)
        for number, premise in enumerate(self.taken.premises):
            if premise.published:
                self.rows[frozenset((premise.first, premise.second))].append(number)
        #: Pairs of nodes of which nothing is left possible.
        self.clashing = {frozenset((clash.first, clash.second)) for clash in self.closure.clashes}

    @cached_property
    def chains(self) -> proofs.Chains:
        """What counts independent proofs."""
        return proofs.Chains(self.taken.premises)

    def row(self, number: int) -> PublishedRow | None:
        """Return the row that a premise is; None for structure."""
        key = self.taken.premises[number].key
        return key if isinstance(key, PublishedRow) else None

    def node(self, iri: str) -> int | None:
        """Return the number of a node; None where the group does not know it."""
        return self.taken.number.get(iri)


class Crosswalks:
    """All that follows from a network under some options."""

    def __init__(self, network: Network, options: CrosswalkOptions = CrosswalkOptions()) -> None:  # noqa: B008 - it is immutable
        self.network = network
        self.options = options

    @cached_property
    def closed(self) -> list[Closed]:
        """The groups of rows that may be chained, each closed."""
        found = self.network.groups(across=self.options.across)
        return [Closed(self.network, group, self.options) for group in found]

    @cached_property
    def ends(self) -> dict[str, set[str]]:
        """text → its provisions and groups that the network knows."""
        found: dict[str, set[str]] = defaultdict(set)
        for closed in self.closed:
            for iri in closed.taken.nodes:
                if text := self.network.text_of(iri):
                    found[text].add(iri)
        return found

    # ── Pairs ──

    def pairs(self, first: str, second: str, *, count: bool = True) -> list[Pair]:
        """Return what is known between the ends of two texts: published, or better than undetermined.

        :param count: whether independent proofs are counted, which takes most of the time
        :returns: in natural order of the first end, then the second
        """
        found = []
        others = self.ends.get(second, set())
        for closed in self.closed:
            number = closed.taken.number
            there = {number[iri]: iri for iri in others if iri in number}
            for iri in self.ends.get(first, ()):
                here = closed.node(iri)
                if here is None:
                    continue
                known = closed.closure.known[here]
                wanted = {end for end in known.keys() & there.keys() if verdict(known[end]) != "undetermined"}
                ends = ((end, frozenset((here, end))) for end in there)
                wanted |= {end for end, both in ends if both in closed.rows or both in closed.clashing}
                found += [self.pair(closed, here, end, count=count) for end in wanted if end != here]
        return sorted(found, key=lambda pair: (natural(pair.first), natural(pair.second), pair.group))

    def between(self, first: str, second: str) -> list[Pair]:
        """Return what is known of two ends, one entry for each group of rows in which both occur."""
        found = []
        for closed in self.closed:
            here, there = closed.node(first), closed.node(second)
            if here is not None and there is not None and here != there:
                known = closed.closure.relations(here, there) != ANY or frozenset((here, there)) in closed.clashing
                if known or frozenset((here, there)) in closed.rows or self.links(closed, here, there):
                    found.append(self.pair(closed, here, there, count=True))
        return found

    def pair(self, closed: Closed, here: int, there: int, *, count: bool) -> Pair:
        """Return what is known of two nodes of a closed group."""
        nodes, closure = closed.taken.nodes, closed.closure
        clashes = frozenset((here, there)) in closed.clashing
        told = NONE if clashes else closure.relations(here, there)
        rows = [row for at in closed.rows.get(frozenset((here, there)), ()) if (row := closed.row(at)) is not None]
        proof = None if clashes else proofs.prove(closure, here, there)
        if proof is None:
            return Pair(nodes[here], nodes[there], told, closed.group, tuple(rows), tuple(rows), None, 0)
        used = [row for number in proof.premises if (row := closed.row(number)) is not None]
        times = max(1, closed.chains.independent(here, there, told)) if count else 1
        sure = proofs.confidence(proof, closed.taken.premises)
        return Pair(nodes[here], nodes[there], told, closed.group, tuple(rows), tuple(used), sure, times)

    # ── Links that say nothing ──

    @cached_property
    def _linked(self) -> list[dict[int, dict[int, list[int]]]]:
        """For each closed group: node → node → the rows that put them side by side, alone or within a group."""
        found = []
        for closed in self.closed:
            around: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
            for number, premise in enumerate(closed.taken.premises):
                if premise.published:
                    for one in self._with_members(closed, premise.first):
                        for other in self._with_members(closed, premise.second):
                            around[one][other].append(number)
                            around[other][one].append(number)
            found.append(around)
        return found

    def around(self, closed: Closed) -> dict[int, dict[int, list[int]]]:
        """Return node → the nodes that a row puts beside it → those rows; of a group also beside each member."""
        return self._linked[self.closed.index(closed)]

    def _with_members(self, closed: Closed, node: int) -> list[int]:
        members = self.network.members.get(closed.taken.nodes[node], ())
        return [node, *(closed.taken.number[member] for member in members if member in closed.taken.number)]

    def links(self, closed: Closed, here: int, there: int) -> list[tuple[int, ...]]:
        """Return the rows, one or two, by which two nodes are linked, whether or not anything follows."""
        around = self.around(closed)
        direct = [(number,) for number in around[here].get(there, ())]
        if direct:
            return list(direct)
        both = around[here].keys() & around[there].keys()
        return [(around[here][pivot][0], around[pivot][there][0]) for pivot in sorted(both)]

    # ── The matrix ──

    def matrix(self, texts: Iterable[str] | None = None) -> list[MatrixCell]:
        """Return the counts for all pairs of texts that mappings speak of, zero where they are zero.

        :param texts: only pairs with one of these
        """
        every = sorted(self._mapped_texts(), key=natural)
        chosen = set(every if texts is None else texts)
        counts = self._counts()
        return [
            _cell(first, second, counts.get((first, second), Counter()))
            for at, first in enumerate(every)
            for second in every[at + 1 :]
            if first in chosen or second in chosen
        ]

    def _mapped_texts(self) -> set[str]:
        found = set()
        for row in self.network.rows:
            if not is_later(self.network.sets.get(row.set), self.options.until):
                found |= {self.network.text_of(row.first), self.network.text_of(row.second)}
        return found - {""}

    def _counts(self) -> dict[tuple[str, str], Counter[str]]:
        """Count pairs of ends by their texts; each pair once, by the most telling verdict that it has."""
        best: dict[tuple[str, str], tuple[int, bool]] = {}
        for at, closed in enumerate(self.closed):
            for one, other, rank, published in self._ranked(at, closed):
                key = (one, other) if one < other else (other, one)
                held = best.get(key, (len(VERDICTS), False))
                best[key] = min(rank, held[0]), published or held[1]
        counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for (one, other), (rank, published) in best.items():
            first, second = self.network.text_of(one), self.network.text_of(other)
            if first and second and first != second:
                cell = counts[(first, second) if natural(first) < natural(second) else (second, first)]
                cell[VERDICTS[rank]] += 1
                cell["published"] += published
                cell["derived"] += not published and rank < 3
                cell["groups"] += rank < 3 and (one in self.network.members or other in self.network.members)
        return counts

    def _ranked(self, at: int, closed: Closed) -> Iterator[tuple[str, str, int, bool]]:
        """Yield pairs of ends with the rank of their verdict, and whether a row is on this very pair."""
        nodes, closure = closed.taken.nodes, closed.closure
        for here, known in enumerate(closure.known):
            for there, told in known.items():
                if here < there and verdict(told) != "undetermined":
                    yield (
                        nodes[here],
                        nodes[there],
                        VERDICTS.index(verdict(told)),
                        frozenset((here, there)) in closed.rows,
                    )
        for clash in closure.clashes:
            yield nodes[clash.first], nodes[clash.second], 0, frozenset((clash.first, clash.second)) in closed.rows
        around = self._linked[at]
        for here, others in list(around.items()):
            twice = set(others).union(*(around[pivot].keys() for pivot in others))
            for there in twice:
                if here < there:
                    yield nodes[here], nodes[there], 3, frozenset((here, there)) in closed.rows


def _cell(first: str, second: str, counts: Counter[str]) -> MatrixCell:
    return MatrixCell(
        first,
        second,
        counts["published"],
        counts["derived"],
        counts["definite"],
        counts["overlap guaranteed"],
        counts["undetermined"],
        counts["contradiction"],
        counts["groups"],
    )


def told(pair: Pair) -> dict[str, Any]:
    """Return what a pair says, as the answers print it."""
    return {
        "relations": signs(pair.relations),
        "predicate": predicate(pair.relations) if pair.relations else None,
        "verdict": pair.verdict,
        "status": pair.status,
        "rationale": pair.group.rationale or None,
        "use_case": pair.group.use_case or None,
        "confidence": pair.confidence,
        "proofs": pair.proofs,
    }
