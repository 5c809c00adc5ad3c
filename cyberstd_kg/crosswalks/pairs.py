"""Crosswalks: how the provisions of two texts relate, published or derived, and how certain that is.

Everything is computed from the network: nothing that was derived before is taken for granted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import combinations
from typing import Any, Final, NamedTuple

from cyberstd_kg.core.ordering import natural
from cyberstd_kg.crosswalks import proofs
from cyberstd_kg.crosswalks.closure import Closure
from cyberstd_kg.crosswalks.network import Group, Mode, Network, PublishedRow, TakenRows, premises
from cyberstd_kg.mappings.relations import ANY, NONE, Relations, Verdict, converse, predicate, signs, verdict

#: Verdicts, the most informative first.
VERDICTS: Final = ("contradiction", "definite", "overlap guaranteed", "undetermined")
#: The fields of :class:`MatrixCell` that count them.
_COUNTED: Final = ("contradictory", "definite", "guaranteed", "undetermined")
#: node → other node → the rows that link them
Links = dict[int, dict[int, list[int]]]


class CrosswalkOptions(NamedTuple):
    """How to take the network: see ``Mode`` and ``premises`` of :mod:`cyberstd_kg.crosswalks.network`.

    *rows* is the longest chain of published rows to follow, None: any.
    """

    mode: Mode = "declared"
    across: bool = False
    rows: int | None = None
    until: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the options as documented for the answers (docs/interface.md)."""
        return {"reading": self.mode, "across": self.across, "rows": self.rows, "as_of": self.until or None}


class Pair(NamedTuple):
    """What is known of two ends, each a provision or a group, from one group of rows that may be chained.

    *published* are the rows on this very pair; *used* those on which the conclusion rests.  *confidence* is from 0 to
    1.  *proofs* counts independent proofs, at least 1 where anything is concluded.
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
        """The verdict on the relations that are left."""
        return verdict(self.relations)

    @property
    def status(self) -> str:
        """``published`` where rows on this very pair say as much, else ``derived``."""
        possible = ANY
        for row in self.published:
            from_first = row.relations if row.first == self.first else converse(row.relations)
            possible = Relations(possible & from_first)
        return "published" if self.published and not possible & ~self.relations else "derived"

    def to_json(self) -> dict[str, Any]:
        """Return the pair, without its ends and rows, as documented for the answers (docs/interface.md)."""
        return {
            "relations": signs(self.relations),
            "predicate": predicate(self.relations) if self.relations else None,
            "verdict": self.verdict,
            "status": self.status,
            "rationale": self.group.rationale or None,
            "use_case": self.group.use_case or None,
            "confidence": self.confidence,
            "proofs": self.proofs,
        }


class MatrixCell(NamedTuple):
    """Two texts and how many pairs of ends there are between them, by verdict.

    *published* counts pairs with a published row, *derived* those without one that are better than undetermined;
    *groups* counts the definite, guaranteed and contradictory pairs that have a group at an end.
    """

    first: str
    second: str
    published: int = 0
    derived: int = 0
    definite: int = 0
    guaranteed: int = 0
    undetermined: int = 0
    contradictory: int = 0
    groups: int = 0


class Closed:
    """One group of rows, closed."""

    def __init__(self, network: Network, group: Group, options: CrosswalkOptions) -> None:
        self.group = group
        self.taken: TakenRows = premises(network, group, options.mode, across=options.across, until=options.until)
        self.closure = Closure(len(self.taken.nodes), self.taken.premises, rows=options.rows)
        #: node → other node → the numbers of the rows on this pair
        self._rows: Links = defaultdict(lambda: defaultdict(list))
        for number, premise in enumerate(self.taken.premises):
            if premise.published:
                for one, other in {(premise.first, premise.second), (premise.second, premise.first)}:
                    self._rows[one][other].append(number)
        #: node → the nodes to which no relation is possible
        self._clashing: dict[int, set[int]] = defaultdict(set)
        for clash in self.closure.clashes:
            self._clashing[clash.first].add(clash.second)
            self._clashing[clash.second].add(clash.first)

    @cached_property
    def chains(self) -> proofs.Chains:
        """The counter of independent proofs."""
        return proofs.Chains(self.taken.premises)

    def rows_of(self, numbers: Iterable[int]) -> tuple[PublishedRow, ...]:
        """Return those of some premises that are rows."""
        keys = (self.taken.premises[number].key for number in numbers)
        return tuple(key for key in keys if isinstance(key, PublishedRow))

    def rows_on(self, here: int, there: int) -> tuple[PublishedRow, ...]:
        """Return the rows on a pair of nodes."""
        return self.rows_of(self._rows[here][there]) if self.is_published(here, there) else ()

    def is_published(self, here: int, there: int) -> bool:
        """Tell whether there is a row on a pair of nodes."""
        return there in self._rows[here]

    def is_clashing(self, here: int, there: int) -> bool:
        """Tell whether no relation is possible between two nodes."""
        return there in self._clashing[here]

    def determined(self, here: int) -> set[int]:
        """Return the nodes to which the relation is published, or better than undetermined."""
        known = self.closure.known[here]
        by_closure = {there for there, relations in known.items() if verdict(relations) != "undetermined"}
        return by_closure | self._rows[here].keys() | self._clashing[here]

    def node(self, iri: str) -> int | None:
        """Return the number of a node; None where the group does not have it."""
        return self.taken.number.get(iri)


class Crosswalks:
    """All that follows from a network under some options."""

    def __init__(self, network: Network, options: CrosswalkOptions = CrosswalkOptions()) -> None:  # noqa: B008 - it is immutable
        self.network = network
        self.options = options

    @cached_property
    def closed(self) -> list[Closed]:
        """The groups of rows that may be chained, each closed."""
        groups = self.network.groups(across=self.options.across)
        return [Closed(self.network, group, self.options) for group in groups]

    @cached_property
    def ends(self) -> dict[str, set[str]]:
        """Text → its provisions and groups that the network has."""
        ends: dict[str, set[str]] = defaultdict(set)
        for closed in self.closed:
            for iri in closed.taken.nodes:
                if text := self.network.text_of(iri):
                    ends[text].add(iri)
        return ends

    # ── Pairs ──

    def pairs(self, first: str, second: str, *, count: bool = True) -> list[Pair]:
        """Return what is known between the ends of two texts: published, or better than undetermined.

        :param count: whether independent proofs are counted, which takes most of the time
        :returns: in natural order of the first end, then the second
        """
        pairs = []
        for closed in self.closed:
            number = closed.taken.number
            others = {number[iri] for iri in self.ends.get(second, ()) if iri in number}
            for here in (number[iri] for iri in self.ends.get(first, ()) if iri in number):
                for there in closed.determined(here) & others - {here}:
                    pairs.append(self.pair(closed, here, there, count=count))
        return sorted(pairs, key=lambda pair: (natural(pair.first), natural(pair.second), pair.group))

    def between(self, first: str, second: str) -> list[Pair]:
        """Return what is known of two ends, an entry for each group of rows in which both occur."""
        pairs = []
        for closed in self.closed:
            here, there = closed.node(first), closed.node(second)
            if here is None or there is None or here == there:
                continue
            is_known = closed.closure.relations(here, there) != ANY or closed.is_clashing(here, there)
            if is_known or closed.is_published(here, there) or self.links(closed, here, there):
                pairs.append(self.pair(closed, here, there, count=True))
        return pairs

    def pair(self, closed: Closed, here: int, there: int, *, count: bool) -> Pair:
        """Return what is known of two nodes of a closed group."""
        clashes = closed.is_clashing(here, there)
        proof = None if clashes else proofs.prove(closed.closure, here, there)
        published = closed.rows_on(here, there)
        pair = Pair(
            first=closed.taken.nodes[here],
            second=closed.taken.nodes[there],
            relations=NONE if clashes else closed.closure.relations(here, there),
            group=closed.group,
            published=published,
            used=published,
            confidence=None,
            proofs=0,
        )
        if proof is None:
            return pair
        return pair._replace(
            used=closed.rows_of(proof.premises),
            confidence=proofs.confidence(proof, closed.taken.premises),
            proofs=max(1, closed.chains.independent(here, there, pair.relations)) if count else 1,
        )

    # ── Links that say nothing ──

    @cached_property
    def _linked(self) -> list[Links]:
        """For each closed group, the rows that link two nodes, alone or as members of a group."""
        linked: list[Links] = []
        for closed in self.closed:
            around: Links = defaultdict(lambda: defaultdict(list))
            for number, premise in enumerate(closed.taken.premises):
                if premise.published:
                    for one in self._with_members(closed, premise.first):
                        for other in self._with_members(closed, premise.second):
                            around[one][other].append(number)
                            around[other][one].append(number)
            linked.append(around)
        return linked

    def around(self, closed: Closed) -> Links:
        """Return node → the nodes that a row links with it → those rows; those of a group are also its members'."""
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
        """Return the counts for all pairs of texts that have mappings, also where they are zero.

        :param texts: only pairs with one of these
        """
        network = self.network
        rows = [row for row in network.rows if not network.set_of(row).is_later(self.options.until)]
        mapped = {network.text_of(end) for row in rows for end in (row.first, row.second)} - {""}
        chosen = mapped if texts is None else set(texts)
        counts = self._counts()
        return [
            MatrixCell(first, second, **counts.get((first, second), Counter()))
            for first, second in combinations(sorted(mapped, key=natural), 2)
            if first in chosen or second in chosen
        ]

    def _counts(self) -> dict[tuple[str, str], Counter[str]]:
        """Count pairs of ends by their texts; each pair once, by its most informative verdict."""
        best: dict[tuple[str, str], tuple[int, bool]] = {}
        for at, closed in enumerate(self.closed):
            for one, other, rank, published in self._ranked(at, closed):
                key = (one, other) if one < other else (other, one)
                before = best.get(key, (rank, False))
                best[key] = min(rank, before[0]), published or before[1]
        counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for (one, other), (rank, published) in best.items():
            first, second = self.network.text_of(one), self.network.text_of(other)
            if first and second and first != second:
                cell = counts[(first, second) if natural(first) < natural(second) else (second, first)]
                cell[_COUNTED[rank]] += 1
                cell["published"] += published
                cell["derived"] += not published and rank < 3
                cell["groups"] += rank < 3 and (one in self.network.members or other in self.network.members)
        return counts

    def _ranked(self, at: int, closed: Closed) -> Iterator[tuple[str, str, int, bool]]:
        """Yield pairs of ends with the rank of their verdict, and whether a row is on this very pair."""
        nodes, closure = closed.taken.nodes, closed.closure
        ranked = [
            (here, there, VERDICTS.index(verdict(relations)))
            for here, known in enumerate(closure.known)
            for there, relations in known.items()
            if here < there and verdict(relations) != "undetermined"
        ]
        ranked += [(clash.first, clash.second, 0) for clash in closure.clashes]
        around = self._linked[at]
        for here, others in list(around.items()):
            linked = set(others).union(*(around[pivot].keys() for pivot in others))
            ranked += [(here, there, 3) for there in linked if here < there]
        for here, there, rank in ranked:
            yield nodes[here], nodes[there], rank, closed.is_published(here, there)
