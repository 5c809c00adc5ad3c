"""Canonical labels for blank nodes, by RDFC-1.0 (https://www.w3.org/TR/rdf-canon/), within bounded time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import permutations
from math import factorial, log2
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core.errors import LimitExceeded
from cyberstd_kg.rdf.turtle import require_rdf11

#: In the unit of :func:`_labelling_cost`; 1,000,000 took 0.25 s.
_MAX_LABELLING_COST: Final = 2_000_000


def union(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield the triples of *quads*, as quads of the default graph, with repeats."""
    for quad in quads:
        yield ox.Quad(quad.subject, quad.predicate, quad.object)


def canonical_quads(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return *quads* without repeats, in no order, their blank nodes labelled by RDFC-1.0.

    :raises InputError: on terms of RDF 1.2
    :raises LimitExceeded: when so many blank nodes look alike that labelling them could take for ever
    """
    unique = set(quads)
    require_rdf11(unique, "the data")
    blank = {quad for quad in unique if _blanks(quad)}
    if not blank:
        return list(unique)
    if _labelling_cost(blank) > _MAX_LABELLING_COST:
        raise LimitExceeded("too many blank nodes look alike to be told apart", "Give them IRIs.")
    dataset = ox.Dataset(blank)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return [*(unique - blank), *dataset]


def _blanks(quad: ox.Quad) -> list[ox.BlankNode]:
    return [term for term in (quad.subject, quad.object, quad.graph_name) if isinstance(term, ox.BlankNode)]


def _labelling_cost(quads: set[ox.Quad]) -> float:
    """Bound the steps of RDFC-1.0, which are exponential in the worst case.

    Cheap are blank nodes that no other looks like (looks: the statements with all blank nodes left open).  Of the
    others each connected cluster costs the cube of its size times the number of orders in which the algorithm may have
    to walk through neighbours that look alike.
    """
    views: dict[ox.BlankNode, set[tuple[object, ...]]] = defaultdict(set)
    for quad in quads:
        terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
        for blank in _blanks(quad):
            views[blank].add(tuple(term == blank if isinstance(term, ox.BlankNode) else term for term in terms))
    looks = {blank: hash(frozenset(view)) for blank, view in views.items()}
    count = Counter(looks.values())
    links: dict[ox.BlankNode, dict[ox.BlankNode, set[object]]] = {
        b: defaultdict(set) for b in looks if count[looks[b]] > 1
    }
    for quad in quads:
        found = [blank for blank in _blanks(quad) if blank in links]
        for blank, other in permutations(found, 2):
            links[blank][other].add((quad.predicate, quad.subject == other, quad.object == other))
    cost, left = 0.0, set(links)
    while left:
        size, orders, border = 0, 0.0, [left.pop()]
        while border:
            near = links[border.pop()]
            alike = Counter((looks[other], link) for other, found in near.items() for link in found)
            size, orders = size + 1, orders + sum(log2(factorial(min(n, 50)) * n) for n in alike.values() if n > 1)
            border.extend(left.intersection(near))
            left.difference_update(near)
        cost += size**3 * 2 ** min(orders, 100)
    return cost
