"""Closing a network of relations: what follows from published rows and structure, with the reasons.

Nodes are numbers, premises are relations between two of them.  The network is closed to a fixed point (path
consistency): rel(A, C) := rel(A, C) ∩ rel(A, B) ∘ rel(B, C), until nothing gets narrower.  Only pairs of which
something is known are kept.  No true relation is ever excluded.  For the sets that
:func:`cyberstd_kg.mappings.relations.is_tractable` admits, a network is consistent exactly when its closure leaves no
pair without a relation.  Where all premises are of the sets that have a predicate of their own, each relation that is
left is possible; with other sets, such as {E, o}, the closure may leave one that no model has ("undetermined" is then
said once too often, and nothing false).  ``tests/test_tractability.py`` works both out.

Premises come in layers of falling confidence, each closed before the next: so what a pair is first known by is its best
proof, and the confidence of that layer is the weakest link of it.  Within a layer chains of fewer rows come first.

Sources: U. Montanari, "Networks of constraints: fundamental properties and applications to picture processing"
(Information Sciences 7, 1974), for path consistency; S. Li, Z. Long, W. Liu, M. Duckham, A. Both, "On redundant
topological constraints" (Artificial Intelligence 225, 2015), for when it leaves only what is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from cyberstd_kg.mappings.relations import ANY, COMPOSITION, EQUAL, NONE, Relations, converse

_CONVERSE: Final = tuple(converse(Relations(one)) for one in range(32))
#: How many pairs are worked off between two calls of what shows progress.
_BEAT: Final = 20_000


class Premise(NamedTuple):
    """What is taken for granted: *first* *relations* *second*.

    *weight* is the confidence, from 0 to 1; -1 where nobody states one.  *published* tells a row from structure, which
    holds by the making of the documents.  *key* says what it is to the caller.
    """

    first: int
    second: int
    relations: Relations
    weight: float
    published: bool
    key: object


class Version(NamedTuple):
    """How a pair came to be known as it is: one narrowing.

    *relations*: what was left, seen from the lower node to the higher one.  *premise*: the number of the premise, or -1
    where it was composed over the node *pivot*, of the versions *left* and *right* of the pairs on either side.
    *before* is the version with which it was intersected, or -1 where the step alone gives all.  *rows*: how many rows
    the chain has, the longest where several meet; *weight* the confidence of the layer.
    """

    relations: Relations
    premise: int
    pivot: int
    left: int
    right: int
    before: int
    rows: int
    weight: float


class Clash(NamedTuple):
    """A pair of which no relation is left: the version that had some (-1: none is needed), the step that took it away.

    A premise between a node and itself that excludes "equal" is a clash by itself.
    """

    first: int
    second: int
    before: int
    step: Version


class _StopError(Exception):
    """There is a contradiction, and that is all that was asked."""


class Closure:
    """The closure of premises over *count* nodes.

    Where premises contradict each other, nothing more is concluded from the pair on which they do; what was concluded
    before stays, and depends on the order of the premises.

    :param premises: their relations are in the tractable class
    :param rows: the longest chain of published rows that is followed; None: all that follows.  What chains that long
        give is found whole, but a contradiction that needs longer ones is not
    :param beat: called now and then with the number of pairs known
    :param stop: close no further than to the first contradiction
    """

    def __init__(
        self,
        count: int,
        premises: Iterable[Premise],
        *,
        rows: int | None = None,
        beat: Callable[[int], None] | None = None,
        stop: bool = False,
    ) -> None:
        self.premises = list(premises)
        self.clashes: list[Clash] = []
        self._rows = rows
        self._beat = beat
        self._stop = stop
        self._done = 0
        #: node → other node → what is possible, in both directions.
        self.known: list[dict[int, Relations]] = [{} for _ in range(count)]
        #: node → relations, and 32 times the rows where these are counted → the nodes to which it stands so: of the
        #: pairs that are worked off already, and by what stands of them.
        self._by: list[dict[int, set[int]]] = [{} for _ in range(count)]
        self._versions: dict[tuple[int, int], list[Version]] = {}
        self._broken: set[tuple[int, int]] = set()
        #: rows of the chain → pairs and their versions, to be worked off.
        self._queue: dict[int, list[tuple[int, int, int]]] = {}
        #: The pairs that became narrower, in order, where that may have to be taken back.
        self._journal: list[tuple[int, int]] | None = None
        self._close(range(len(self.premises)))

    # ── Asking ──

    def relations(self, first: int, second: int) -> Relations:
        """Return what is possible between two nodes; :data:`ANY` when nothing is known."""
        return self.known[first].get(second, ANY)

    def versions(self, first: int, second: int) -> list[Version]:
        """Return how the pair came to be known, in order; empty when nothing is known.

        Where rows are counted, a later version may say less than an earlier one, by a shorter chain.
        """
        return self._versions.get((first, second) if first < second else (second, first), [])

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Yield the pairs of which something is known, the lower node first."""
        return ((low, high) for low, others in enumerate(self.known) for high in others if low < high)

    def best(self, first: int, second: int) -> int:
        """Return the number of the version by which a pair is known as it is; -1 when nothing is known.

        Its weight is the best that the weakest link of any proof can have.
        """
        told = self.relations(min(first, second), max(first, second))
        return next((at for at, one in enumerate(self.versions(first, second)) if one.relations == told), -1)

    @property
    def is_consistent(self) -> bool:
        """Tell whether all premises can be true together (with *rows*: whether chains that long find nothing)."""
        return not self.clashes

    # ── Closing ──

    def _close(self, numbers: Iterable[int]) -> None:
        layers: dict[float, list[int]] = {}
        for number in numbers:
            layers.setdefault(self.premises[number].weight, []).append(number)
        try:
            for weight in sorted(layers, reverse=True):
                for number in layers[weight]:
                    self._take(number)
                self._work_off(weight)
        except _StopError:
            self._queue.clear()

    def _take(self, number: int) -> None:
        """Take a premise in."""
        first, second, relations, weight, published, _ = self.premises[number]
        rows = int(published)
        if relations == ANY or (self._rows is not None and rows > self._rows):
            return
        if first > second:
            first, second, relations = second, first, _CONVERSE[relations]
        if first != second:
            self._narrow(first, second, relations, (number, -1, -1, -1), rows, weight)
        elif not relations & EQUAL:
            self._clash(Clash(first, second, -1, Version(relations, number, -1, -1, -1, -1, rows, weight)))

    def _work_off(self, weight: float) -> None:
        """Compose until nothing changes: each pair that became narrower, with all the pairs at either end of it.

        Pairs known by fewer rows come first.  A pair is composed with those worked off before it: with the others when
        it is their turn.
        """
        while self._queue:
            for low, high, at in self._queue.pop(min(self._queue)):
                history = self._versions[low, high]
                version = history[at]
                if (low, high) in self._broken or self._standing(history, version.rows) != at:
                    continue  # it became narrower still, and stands in the queue again
                self._done += 1
                if self._beat and not self._done % _BEAT:
                    self._beat(len(self._versions))
                self._extend(low, high, at, version.relations, version.rows, weight)
                self._extend(high, low, at, _CONVERSE[version.relations], version.rows, weight)
                self._place(low, high, version)

    def _extend(self, first: int, pivot: int, at: int, relations: Relations, rows: int, weight: float) -> None:
        """Go on from the version *at* of the pair *first*, *pivot* to all that is known of *pivot*."""
        known, composed, most = self.known[first], COMPOSITION[relations], self._rows
        for key, ends in self._by[pivot].items():
            told = composed[key & 31]
            if told == ANY:
                continue
            if most is None:
                fresh = [end for end in ends if known.get(end, ANY) & ~told and end != first]
            else:
                both = rows + (key >> 5)
                if both > most:
                    continue
                fresh = [end for end in ends if end != first and not self._says(first, end, told, both)]
            for end in fresh:
                self._compose(first, pivot, end, at, key, told, rows, weight)

    def _says(self, first: int, end: int, told: Relations, rows: int) -> bool:
        """Tell whether a pair is known at least as narrow as *told* by at most so many rows."""
        told = told if first < end else _CONVERSE[told]
        return any(one.rows <= rows and not one.relations & ~told for one in self.versions(first, end))

    def _compose(
        self, first: int, pivot: int, end: int, at: int, key: int, told: Relations, rows: int, weight: float
    ) -> None:
        other = self.versions(pivot, end)
        which = len(other) - 1
        if self._rows is not None:
            sought = Relations(key & 31) if pivot < end else _CONVERSE[key & 31]
            which = next(n for n, one in enumerate(other) if one.relations == sought and one.rows == key >> 5)
        rows += other[which].rows
        if first < end:
            self._narrow(first, end, told, (-1, pivot, at, which), rows, weight)
        else:
            self._narrow(end, first, _CONVERSE[told], (-1, pivot, which, at), rows, weight)

    def _narrow(
        self, low: int, high: int, told: Relations, step: tuple[int, int, int, int], rows: int, weight: float
    ) -> None:
        """Take in that of a pair, the lower node first, no more than *told* is possible, by a chain of so many rows."""
        pair = low, high
        if pair in self._broken:
            return
        history = self._versions.setdefault(pair, [])
        held, left = [], ANY
        for most in self._levels(history, rows):
            at = self._standing(history, most)
            before, more = (history[at].relations if at >= 0 else ANY), left
            left = Relations(before & told)
            if left == before:
                break
            if left != more:  # else what fewer rows leave is as narrow
                held.append((at if left != told else -1, left))
        for needed, left in held:
            longest = max(rows, history[needed].rows) if needed >= 0 else rows
            version = Version(left, *step, needed, longest, weight)
            if left == NONE:
                self._clash(Clash(low, high, needed, version._replace(relations=told, before=-1)))
                return
            self._displace(low, high, history, version)
            history.append(version)
            known = Relations(self.known[low].get(high, ANY) & left)
            self.known[low][high], self.known[high][low] = known, _CONVERSE[known]
            self._queue.setdefault(longest, []).append((low, high, len(history) - 1))
            if self._journal is not None:
                self._journal.append(pair)

    def _levels(self, history: list[Version], rows: int) -> list[int]:
        """Return for how many rows a pair has to be looked at, when something is told of it by so many."""
        if self._rows is None:
            return [rows]
        return sorted({rows, *(one.rows for one in history if one.rows > rows)})

    def _standing(self, history: list[Version], rows: int) -> int:
        """Return the number of the version that stands where chains have at most so many rows; -1 when none does.

        It leaves a part of what any other leaves, so its bits make the least number; of several it has the fewest rows.
        """
        if self._rows is None:
            return len(history) - 1
        best = -1
        for at, one in enumerate(history):
            if one.rows <= rows and (
                best < 0 or (one.relations, one.rows) < (history[best].relations, history[best].rows)
            ):
                best = at
        return best

    # ── What stands of the pairs that are worked off ──

    def _key(self, version: Version, relations: Relations) -> int:
        return relations if self._rows is None else relations | version.rows << 5

    def _place(self, low: int, high: int, version: Version) -> None:
        self._by[low].setdefault(self._key(version, version.relations), set()).add(high)
        self._by[high].setdefault(self._key(version, _CONVERSE[version.relations]), set()).add(low)

    def _remove(self, low: int, high: int, version: Version) -> None:
        self._by[low].get(self._key(version, version.relations), set()).discard(high)
        self._by[high].get(self._key(version, _CONVERSE[version.relations]), set()).discard(low)

    def _displace(self, low: int, high: int, history: list[Version], version: Version) -> None:
        """Remove what says less than *version* by no fewer rows."""
        if self._rows is None:
            if history:
                self._remove(low, high, history[-1])
            return
        for one in history:
            if one.rows >= version.rows and not version.relations & ~one.relations:
                self._remove(low, high, one)

    # ── Contradictions ──

    def _clash(self, clash: Clash) -> None:
        """Note a contradiction, and conclude nothing more from its pair."""
        self.clashes.append(clash)
        if self._stop:
            raise _StopError
        low, high = clash.first, clash.second
        self._broken.add((low, high))
        for one in self.versions(low, high):
            self._remove(low, high, one)
        self.known[low].pop(high, None)
        self.known[high].pop(low, None)


class Growing(Closure):
    """A closure that premises are added to one at a time, and that stays consistent.

    The weights of versions are those of weakest links only where the premises come in falling confidence.
    """

    def __init__(self, count: int, beat: Callable[[int], None] | None = None) -> None:
        super().__init__(count, (), beat=beat, stop=True)

    def add(self, premise: Premise) -> Clash | None:
        """Add a premise.

        :returns: how it contradicts those that are there, or None; after a clash :meth:`take_back` has to follow
        """
        self.premises.append(premise)
        self._journal = []
        self._close((len(self.premises) - 1,))
        return self.clashes[-1] if self.clashes else None

    def take_back(self) -> None:
        """Make it as if the last premise had not been added."""
        for low, high in reversed(self._journal or ()):
            history = self._versions[low, high]
            self._remove(low, high, history.pop())
            told = history[-1].relations if history else ANY
            if history:
                self._place(low, high, history[-1])
                self.known[low][high], self.known[high][low] = told, _CONVERSE[told]
            else:
                del self.known[low][high], self.known[high][low]
        self._journal = []
        self.clashes.clear()
        self.premises.pop()
