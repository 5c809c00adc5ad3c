"""Gaps: which provisions of one text another text covers: yes, possibly, no.

A provision counts as covered by several others together only where a publisher read these as a group: that two
provisions each overlap a third says nothing of whether they cover it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Final, Literal, NamedTuple, get_args

from cyberstd_kg.core import hierarchy
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.crosswalks.network import Network
from cyberstd_kg.crosswalks.pairs import Crosswalks, Pair
from cyberstd_kg.mappings.relations import DISJOINT, WITHIN_OR_EQUAL

Status = Literal["contained", "contained in a group", "overlapped", "possible", "excluded", "never mapped"]
#: From certain cover to none.
STATUSES: Final[tuple[Status, ...]] = get_args(Status)


class Gap(NamedTuple):
    """A provision of the text, how far it is covered, and the pairs that show it, seen from the provision.

    Where provisions that contain each other all show it, the pairs are those of the innermost.
    """

    provision: str
    status: Status
    pairs: tuple[Pair, ...]


def gaps(walk: Crosswalks, text: str, have: str, implemented: Collection[str] | None = None) -> list[Gap]:
    """Return how far the provisions of *have* cover each provision of *text* that states a requirement.

    :param implemented: only these provisions of *have* count; None: all of them
    :returns: in natural order of the provisions
    """
    network = walk.network
    counted = set(network.provisions_of(have) if implemented is None else implemented)
    by_provision: dict[str, list[Pair]] = {}
    for pair in walk.pairs(text, have, count=False):
        if pair.second in counted or set(network.members.get(pair.second, ("",))) <= counted:
            by_provision.setdefault(pair.first, []).append(pair)
    linked = _linked(walk, counted)
    return [_gap(network, iri, by_provision.get(iri, []), is_linked=iri in linked) for iri in asked(network, text)]


def _gap(network: Network, provision: str, pairs: list[Pair], *, is_linked: bool) -> Gap:
    """Return how far some pairs show a provision to be covered.

    :param is_linked: whether rows link it with the other text, even where nothing follows
    """
    statuses = [_status(network, pair) for pair in pairs]
    met = {*statuses, "possible"} if is_linked else {*statuses}
    best: Status = next((status for status in STATUSES if status in met), "never mapped")
    showing = [pair for pair, status in zip(pairs, statuses, strict=True) if status == best]
    containing = {iri for pair in showing for iri in _containing(network, pair.second)}
    return Gap(provision, best, tuple(pair for pair in showing if pair.second not in containing))


def _containing(network: Network, iri: str) -> set[str]:
    """Return the provisions that contain one."""

    def parent(node: str) -> list[str]:
        provision = network.provisions.get(node)
        return [provision.parent] if provision and provision.parent else []

    return hierarchy.above(iri, parent) - {iri}


def asked(network: Network, text: str) -> list[str]:
    """Return the provisions of a text that state a requirement, in natural order.

    These are controls, requirements and the like, and provisions that contain no other.
    """
    provisions = network.provisions_of(text)
    parents = {network.provisions[iri].parent for iri in provisions}
    return sorted((iri for iri in provisions if iri in network.asking or iri not in parents), key=natural)


def _status(network: Network, pair: Pair) -> Status:
    if not pair.relations:
        return "possible"  # the rows contradict each other: they show no cover
    if not pair.relations & ~WITHIN_OR_EQUAL:
        return "contained in a group" if pair.second in network.members else "contained"
    if not pair.relations & DISJOINT:
        return "overlapped"
    return "excluded" if pair.relations == DISJOINT else "possible"


def _linked(walk: Crosswalks, provisions: set[str]) -> set[str]:
    """Return the ends that one or two rows link with any of *provisions*, whether or not anything follows."""
    linked: set[str] = set()
    for closed in walk.closed:
        around = walk.around(closed)
        for here in map(closed.node, provisions):
            if here is not None and here in around:
                near = set(around[here])
                linked |= {closed.taken.nodes[node] for node in near.union(*(around[pivot] for pivot in near))}
    return linked


def summary(gaps: list[Gap]) -> dict[str, int]:
    """Return the number of provisions of each status."""
    counts = Counter(gap.status for gap in gaps)
    return {status: counts[status] for status in STATUSES}
