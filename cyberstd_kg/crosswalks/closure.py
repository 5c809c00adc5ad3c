"""Closing a network of relations: what follows from published rows and structure, with the reasons.

Nodes are numbers, premises are relations between two of them.  The network is closed to a fixed point (path
consistency): rel(A, C) := rel(A, C) ∩ rel(A, B) ∘ rel(B, C), until no relation gets narrower.  Only pairs with a known
relation are stored.  No true relation is ever excluded.  For the sets that
:func:`cyberstd_kg.mappings.relations.is_tractable` admits, a network is consistent exactly when its closure leaves a
relation to every pair.  Where all premises are sets with a predicate of their own, each remaining relation is possible.
With other sets, such as {E, o}, the closure may leave one that no model has: then a verdict may be "undetermined"
although more is certain, but none is false.  ``tests/crosswalks/test_tractability.py`` checks both.

Premises come in layers of falling confidence, each closed before the next.  So the first proof of a pair is its best,
and the confidence of its layer is that of its weakest link.  Within a layer chains of fewer rows come first.

Sources: U. Montanari, "Networks of constraints: fundamental properties and applications to picture processing"
(Information Sciences 7, 1974), for path consistency; S. Li, Z. Long, W. Liu, M. Duckham, A. Both, "On redundant
topological constraints" (Artificial Intelligence 225, 2015), for when it leaves only what is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from cyberstd_kg.mappings.relations import ANY, COMPOSITION, CONVERSE, EQUAL, NONE, Relations

#: The number of pairs between two reports of progress.
_BEAT: Final = 20_000
#: The two nodes of a pair, the lower one first.
Ends = tuple[int, int]


class Premise(NamedTuple):
    """A statement to conclude from: *first* *relations* *second*.

    *weight* is the confidence, from 0 to 1; -1 where nobody states one.  *published* distinguishes rows from structure,
    which is certain from the making of the documents.  *key* is the caller's own object for it.
    """

    first: int
    second: int
    relations: Relations
    weight: float
    published: bool
    key: object


class Version(NamedTuple):
    """One narrowing of a pair.

    *relations* are those that were left, seen from the lower node to the higher one.  *premise* is the number of the
    premise; -1 where the relations were composed over the node *pivot*, from the versions *left* and *right* of the
    pairs on either side.  *before* is the version with which they were intersected; -1 where the step alone gives them.
    *rows* is the number of rows in the chain, the longest where several meet; *weight* the confidence of the layer.
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
    """A pair without a possible relation: *step* excludes all relations of the version *before* (-1: none is needed).

    A premise between a node and itself that excludes "equal" is a clash by itself.
    """

    first: int
    second: int
    before: int
    step: Version


class _StopError(Exception):
    """There is a contradiction, and nothing more was asked."""


class Closure:
    """The closure of premises over *count* nodes.

    Where premises contradict each other on a pair, nothing more is concluded from that pair.  Earlier conclusions stay,
    and depend on the order of the premises.

    :param premises: their relations are in the tractable class
    :param rows: the longest chain of published rows to follow; None: any.  Everything that such chains give is found,
        but not a contradiction that needs longer ones
    :param beat: called now and then with the number of pairs known
    :param stop: end at the first contradiction
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
        #: node → other node → what is possible, in both directions
        self.known: list[dict[int, Relations]] = [{} for _ in range(count)]
        #: node → relations, plus 32 times the rows where these are counted → the nodes of such pairs, as far as these
        #: are processed, and by their current versions
        self._by: list[dict[int, set[int]]] = [{} for _ in range(count)]
        self._versions: dict[Ends, list[Version]] = {}
        self._broken: set[Ends] = set()
        #: rows of the chain → pairs to process, each with the number of its version
        self._queue: dict[int, list[tuple[int, int, int]]] = {}
        #: The pairs that became narrower, in order, where that may have to be undone.
        self._journal: list[Ends] | None = None
        self._close(range(len(self.premises)))

    # ── Asking ──

    def relations(self, first: int, second: int) -> Relations:
        """Return what is possible between two nodes; :data:`ANY` when nothing is known."""
        return self.known[first].get(second, ANY)

    def versions(self, first: int, second: int) -> list[Version]:
        """Return the narrowings of a pair, in order; empty when nothing is known.

        Where rows are counted, a later version may say less than an earlier one, by a shorter chain.
        """
        return self._versions.get((first, second) if first < second else (second, first), [])

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Yield the pairs with a known relation, the lower node first."""
        return ((low, high) for low, others in enumerate(self.known) for high in others if low < high)

    def best(self, first: int, second: int) -> int:
        """Return the number of the version that gives what is known of a pair; -1 when nothing is known.

        Its weight is the best that the weakest link of any proof can have.
        """
        known = self.relations(min(first, second), max(first, second))
        return next((at for at, version in enumerate(self.versions(first, second)) if version.relations == known), -1)

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
                self._process(weight)
        except _StopError:
            self._queue.clear()

    def _take(self, number: int) -> None:
        """Add a premise to its pair."""
        first, second, relations, weight, published, _ = self.premises[number]
        rows = int(published)
        if relations == ANY or (self._rows is not None and rows > self._rows):
            return
        if first > second:
            first, second, relations = second, first, CONVERSE[relations]
        if first != second:
            self._narrow(first, second, relations, (number, -1, -1, -1), rows, weight)
        elif not relations & EQUAL:
            self._clash(Clash(first, second, -1, Version(relations, number, -1, -1, -1, -1, rows, weight)))

    def _process(self, weight: float) -> None:
        """Compose until nothing changes: each pair that became narrower, with all the pairs at either end of it.

        Pairs known by fewer rows come first.  A pair is composed with those processed before it; with the others, when
        it is their turn.
        """
        while self._queue:
            for low, high, at in self._queue.pop(min(self._queue)):
                history = self._versions[low, high]
                version = history[at]
                if (low, high) in self._broken or self._current(history, version.rows) != at:
                    continue  # it became narrower still, and is in the queue again
                self._done += 1
                if self._beat and not self._done % _BEAT:
                    self._beat(len(self._versions))
                self._extend(low, high, at, version.relations, version.rows, weight)
                self._extend(high, low, at, CONVERSE[version.relations], version.rows, weight)
                self._place(low, high, version)

    def _extend(self, first: int, pivot: int, at: int, relations: Relations, rows: int, weight: float) -> None:
        """Compose the version *at* of the pair *first*, *pivot* with all that is known of *pivot*."""
        known, composed, most = self.known[first], COMPOSITION[relations], self._rows
        for key, ends in self._by[pivot].items():
            possible = composed[key & 31]
            if possible == ANY:
                continue
            if most is None:
                narrowed = [end for end in ends if known.get(end, ANY) & ~possible and end != first]
            else:
                both = rows + (key >> 5)
                if both > most:
                    continue
                narrowed = [end for end in ends if end != first and not self._is_known(first, end, possible, both)]
            for end in narrowed:
                self._compose(first, pivot, end, at, key, possible, rows, weight)

    def _is_known(self, first: int, end: int, possible: Relations, rows: int) -> bool:
        """Tell whether a pair is known at least as narrow as *possible* by at most so many rows."""
        possible = possible if first < end else CONVERSE[possible]
        return any(version.rows <= rows and not version.relations & ~possible for version in self.versions(first, end))

    def _compose(
        self, first: int, pivot: int, end: int, at: int, key: int, possible: Relations, rows: int, weight: float
    ) -> None:
        other = self.versions(pivot, end)
        which = len(other) - 1
        if self._rows is not None:
            sought = Relations(key & 31) if pivot < end else CONVERSE[key & 31]
            which = next(
                n for n, version in enumerate(other) if version.relations == sought and version.rows == key >> 5
            )
        rows += other[which].rows
        if first < end:
            self._narrow(first, end, possible, (-1, pivot, at, which), rows, weight)
        else:
            self._narrow(end, first, CONVERSE[possible], (-1, pivot, which, at), rows, weight)

    def _narrow(
        self, low: int, high: int, possible: Relations, step: tuple[int, int, int, int], rows: int, weight: float
    ) -> None:
        """Exclude from a pair, the lower node first, all but the *possible* relations, by a chain of so many rows.

        :param step: premise, pivot, left and right of the new :class:`Version`
        """
        pair = low, high
        if pair in self._broken:
            return
        history = self._versions.setdefault(pair, [])
        narrowed, left = [], ANY
        for most in self._levels(history, rows):
            at = self._current(history, most)
            before, by_fewer = (history[at].relations if at >= 0 else ANY), left
            left = Relations(before & possible)
            if left == before:
                break
            if left != by_fewer:
                narrowed.append((at if left != possible else -1, left))
        for before_at, left in narrowed:
            longest = max(rows, history[before_at].rows) if before_at >= 0 else rows
            version = Version(left, *step, before_at, longest, weight)
            if left == NONE:
                self._clash(Clash(low, high, before_at, version._replace(relations=possible, before=-1)))
                return
            self._displace(low, high, history, version)
            history.append(version)
            known = Relations(self.known[low].get(high, ANY) & left)
            self.known[low][high], self.known[high][low] = known, CONVERSE[known]
            self._queue.setdefault(longest, []).append((low, high, len(history) - 1))
            if self._journal is not None:
                self._journal.append(pair)

    def _levels(self, history: list[Version], rows: int) -> list[int]:
        """Return the lengths of chains at which new relations, by a chain of so many rows, may narrow a pair."""
        if self._rows is None:
            return [rows]
        return sorted({rows, *(version.rows for version in history if version.rows > rows)})

    def _current(self, history: list[Version], rows: int) -> int:
        """Return the number of the narrowest version where chains have at most so many rows; -1 where there is none.

        It leaves a part of what any other leaves, so its bits are the least number; of several it has the fewest rows.
        """
        if self._rows is None:
            return len(history) - 1
        versions = ((one.relations, one.rows, at) for at, one in enumerate(history) if one.rows <= rows)
        return min(versions, default=(NONE, 0, -1))[2]

    # ── The current versions of the pairs that are processed ──

    def _key(self, version: Version, relations: Relations) -> int:
        return relations if self._rows is None else relations | version.rows << 5

    def _place(self, low: int, high: int, version: Version) -> None:
        self._by[low].setdefault(self._key(version, version.relations), set()).add(high)
        self._by[high].setdefault(self._key(version, CONVERSE[version.relations]), set()).add(low)

    def _remove(self, low: int, high: int, version: Version) -> None:
        self._by[low].get(self._key(version, version.relations), set()).discard(high)
        self._by[high].get(self._key(version, CONVERSE[version.relations]), set()).discard(low)

    def _displace(self, low: int, high: int, history: list[Version], version: Version) -> None:
        """Remove the versions that say less than *version* by no fewer rows."""
        if self._rows is None:
            if history:
                self._remove(low, high, history[-1])
            return
        for old in history:
            if old.rows >= version.rows and not version.relations & ~old.relations:
                self._remove(low, high, old)

    # ── Contradictions ──

    def _clash(self, clash: Clash) -> None:
        """Record a contradiction, and conclude nothing more from its pair."""
        self.clashes.append(clash)
        if self._stop:
            raise _StopError
        low, high = clash.first, clash.second
        self._broken.add((low, high))
        for version in self.versions(low, high):
            self._remove(low, high, version)
        self.known[low].pop(high, None)
        self.known[high].pop(low, None)


class Growing(Closure):
    """A consistent closure that gets one premise at a time.

    The weights of versions are those of weakest links only where the premises come in falling confidence.
    """

    def __init__(self, count: int, beat: Callable[[int], None] | None = None) -> None:
        super().__init__(count, (), beat=beat, stop=True)

    def add(self, premise: Premise) -> Clash | None:
        """Add a premise.

        :returns: its contradiction with the others, or None; after a clash call :meth:`take_back`
        """
        self.premises.append(premise)
        self._journal = []
        self._close((len(self.premises) - 1,))
        return self.clashes[-1] if self.clashes else None

    def take_back(self) -> None:
        """Undo the last :meth:`add`."""
        for low, high in reversed(self._journal or ()):
            history = self._versions[low, high]
            self._remove(low, high, history.pop())
            if history:
                self._place(low, high, history[-1])
                before = history[-1].relations
                self.known[low][high], self.known[high][low] = before, CONVERSE[before]
            else:
                del self.known[low][high], self.known[high][low]
        self._journal = []
        self.clashes.clear()
        self.premises.pop()
