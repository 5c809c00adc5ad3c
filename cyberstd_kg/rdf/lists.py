"""RDF lists (RDF Schema 1.1, 5.2): the members of a list, and the triples of a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

import pyoxigraph as ox

from cyberstd_kg.rdf.terms import nodes

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
FIRST, REST, NIL = nodes("rdf:first rdf:rest rdf:nil")


def cells(head: Term, about: Callable[[Term], Mapping[ox.NamedNode, Sequence[Term]]]) -> list[tuple[Term, Term]] | None:
    """Return the cells of the list that begins with *head*, each with its member, in order.

    :param about: a function from a node to its statements: property → values
    :returns: None where it is not a list: a cell has not exactly one first and one rest, or the list runs in a circle
    """
    members: dict[Term, Term] = {}
    node = head
    while node != NIL:
        statements = about(node)
        values, following = statements.get(FIRST, ()), statements.get(REST, ())
        if node in members or len(values) != 1 or len(following) != 1:
            return None
        members[node] = values[0]
        node = following[0]
    return list(members.items())


def make(members: Iterable[Term], labels: Callable[[int], ox.BlankNode] | None = None) -> tuple[Term, list[ox.Triple]]:
    """Return a list as (first cell, triples); of no members the empty list, which has no triples.

    :param labels: a function from a position to the blank node of its cell; default: new ones
    """
    values = list(members)
    nodes: list[ox.NamedNode | ox.BlankNode] = [labels(at) if labels else ox.BlankNode() for at in range(len(values))]
    nodes.append(NIL)
    triples = []
    for at, value in enumerate(values):
        triples += [ox.Triple(nodes[at], FIRST, value), ox.Triple(nodes[at], REST, nodes[at + 1])]
    return nodes[0], triples
