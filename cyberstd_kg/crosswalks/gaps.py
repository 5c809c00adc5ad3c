"""Gaps: what of one text nothing of another covers, surely or perhaps.

No provision is ever called covered by several others together, except by a group whose members a publisher read
together: that two provisions each overlap a third says nothing of whether they cover it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, Literal, NamedTuple

from cyberstd_kg.core.ordering import natural
from cyberstd_kg.crosswalks.network import Network
from cyberstd_kg.crosswalks.pairs import Crosswalks, Pair
from cyberstd_kg.mappings.relations import DISJOINT, WITHIN_OR_EQUAL

Status = Literal["contained", "contained in a group", "overlapped", "possible", "excluded", "never mapped"]
#: From the surest cover to none.
STATUSES: Final[tuple[Status, ...]] = (
    "contained",
    "contained in a group",
    "overlapped",
    "possible",
    "excluded",
    "never mapped",
)


class Gap(NamedTuple):
    """A provision of the text in question, how far it is covered, and the pairs that say so (seen from it).

    Of provisions that contain each other, all of which say so, the innermost stands here.
    """

    provision: str
    status: Status
    pairs: tuple[Pair, ...]


def gaps(walk: Crosswalks, text: str, have: str, implemented: Collection[str] | None = None) -> list[Gap]:
    """Return how far each provision of *text* that asks something is covered by those of *have*.

    :param implemented: only these provisions of *have* count; None: all of them
    :returns: in natural order of the provisions
    """
    network = walk.network
    held = set(network.provisions_of(have) if implemented is None else implemented)
    by_provision: dict[str, list[Pair]] = {}
    for pair in walk.pairs(text, have, count=False):
        if pair.second in held or set(network.members.get(pair.second, ("",))) <= held:
            by_provision.setdefault(pair.first, []).append(pair)
    linked = _linked(walk, held)
    found = []
    for provision in asked(network, text):
        pairs = tuple(sorted(by_provision.get(provision, ()), key=lambda pair: _RANK[_of(network, pair)]))
        statuses = [_of(network, pair) for pair in pairs] + (["possible"] if provision in linked else [])
        status = min(statuses, key=STATUSES.index) if statuses else "never mapped"
        telling = [pair for pair in pairs if _of(network, pair) == status]
        above = {iri for pair in telling for iri in _above(network, pair.second)}
        found.append(Gap(provision, status, tuple(pair for pair in telling if pair.second not in above)))
    return found


def _above(network: Network, iri: str) -> Iterator[str]:
    """Yield the provisions that contain one."""
    seen = {iri}
    while (found := network.provisions.get(iri)) and found.parent and found.parent not in seen:
        iri = found.parent
        seen.add(iri)
        yield iri


def asked(network: Network, text: str) -> list[str]:
    """Return the provisions of a text that ask something: controls, requirements and the like, and what holds no other.

    In natural order.
    """
    live = network.provisions_of(text)
    above = {network.provisions[iri].parent for iri in live}
    return sorted((iri for iri in live if iri in network.asking or iri not in above), key=natural)


def _of(network: Network, pair: Pair) -> Status:
    if not pair.relations:
        return "possible"  # the rows contradict each other: they are no cover
    if not pair.relations & ~WITHIN_OR_EQUAL:
        return "contained in a group" if pair.second in network.members else "contained"
    if not pair.relations & DISJOINT:
        return "overlapped"
    return "excluded" if pair.relations == DISJOINT else "possible"


_RANK: Final = {status: rank for rank, status in enumerate(STATUSES)}


def _linked(walk: Crosswalks, held: set[str]) -> set[str]:
    """Return all that one or two rows link with any of *held*, whether or not anything follows."""
    found: set[str] = set()
    for closed in walk.closed:
        around = walk.around(closed)
        for iri in held:
            here = closed.node(iri)
            if here is not None and here in around:
                near = set(around[here])
                found |= {closed.taken.nodes[node] for node in near.union(*(around[pivot] for pivot in near))}
    return found


def summary(found: list[Gap]) -> dict[str, int]:
    """Return how many provisions there are of each status."""
    return {status: sum(gap.status == status for gap in found) for status in STATUSES}
