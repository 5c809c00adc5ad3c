"""Canonical N-Quads, and canonical labels for blank nodes by RDFC-1.0 (https://www.w3.org/TR/rdf-canon/)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import permutations
from math import factorial, log2
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core.errors import InputError, LimitExceeded

#: In the unit of :func:`_labelling_cost`; 1,000,000 took 0.25 s.
_MAX_LABELLING_COST: Final = 2_000_000


def union(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield the triples of *quads*, as quads of the default graph, with repeats."""
    for quad in quads:
        yield ox.Quad(quad.subject, quad.predicate, quad.object)


def write_nquads(quads: Iterable[ox.Quad]) -> bytes:
    """Return *quads* as N-Quads (those of the default graph alone as N-Triples): a statement a line, sorted.

    Raises like :func:`canonical_quads`.
    """
    lines = ox.serialize(canonical_quads(quads), format=ox.RdfFormat.N_QUADS) or b""
    # Bytes of UTF-8 sort as code points do; line ends within literals are escaped.
    return b"".join(sorted(lines.splitlines(keepends=True)))


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
        raise LimitExceeded("too many blank nodes look alike", "Give them IRIs.")
    dataset = ox.Dataset(blank)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return [*(unique - blank), *dataset]


def require_rdf11(quads: Iterable[ox.Quad], name: str) -> None:
    """Raise InputError on a triple term or a text direction; *name* is the name of the data in the message."""
    for quad in quads:
        term = quad.object
        if isinstance(term, ox.Triple) or (isinstance(term, ox.Literal) and term.direction is not None):
            what = "a triple term" if isinstance(term, ox.Triple) else "a text direction"
            message = f"{name}: a statement of {quad.subject} and {quad.predicate} has {what}, which is RDF 1.2"
            raise InputError(message, "Write it in RDF 1.1.")


def _blanks(quad: ox.Quad) -> list[ox.BlankNode]:
    return [term for term in (quad.subject, quad.object, quad.graph_name) if isinstance(term, ox.BlankNode)]


def _labelling_cost(quads: set[ox.Quad]) -> float:
    """Bound the steps of RDFC-1.0, which are exponential in the worst case.

    A blank node is cheap unless another one looks like it (the look: its statements, with all other blank nodes left
    open).  Of the others each connected cluster costs the cube of its size times the number of orders in which the
    algorithm may have to visit neighbours that look alike.
    """
    statements: dict[ox.BlankNode, set[tuple[object, ...]]] = defaultdict(set)
    for quad in quads:
        terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
        for blank in _blanks(quad):
            statements[blank].add(tuple(term == blank if isinstance(term, ox.BlankNode) else term for term in terms))
    looks = {blank: hash(frozenset(about)) for blank, about in statements.items()}
    count = Counter(looks.values())
    links: dict[ox.BlankNode, dict[ox.BlankNode, set[object]]] = {
        blank: defaultdict(set) for blank, look in looks.items() if count[look] > 1
    }
    for quad in quads:
        for blank, other in permutations([blank for blank in _blanks(quad) if blank in links], 2):
            links[blank][other].add((quad.predicate, quad.subject == other, quad.object == other))
    cost, left = 0.0, set(links)
    while left:
        size, orders, border = 0, 0.0, [left.pop()]
        while border:
            neighbours = links[border.pop()]
            alike = Counter((looks[other], link) for other, ways in neighbours.items() for link in ways)
            size, orders = size + 1, orders + sum(log2(factorial(min(n, 50)) * n) for n in alike.values() if n > 1)
            border.extend(left.intersection(neighbours))
            left.difference_update(neighbours)
        cost += size**3 * 2 ** min(orders, 100)
    return cost
