"""The asserted statements in the engine's store, with a change applied that is not committed yet.

Where nothing is changed and an entity is known, :mod:`cyberstd_kg.graph.lookup` is faster: it reads the index and does
not open the store (``docs/decisions/0023-reading-statements.md``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeAlias

import pyoxigraph as ox

from cyberstd_kg.core.hierarchy import above
from cyberstd_kg.core.iris import INFERRED
from cyberstd_kg.rdf.lists import Term as Term
from cyberstd_kg.rdf.terms import SUBCLASS, TYPE

Node: TypeAlias = Term | ox.DefaultGraph
_INFERRED: Final = ox.NamedNode(INFERRED)
_DEFAULT: Final = ox.DefaultGraph()


def asserted(
    store: ox.Store, subject: ox.NamedNode | None = None, predicate: ox.NamedNode | None = None
) -> Iterator[ox.Triple]:
    """Yield each asserted triple of a compiled graph that fits once, whatever graphs state it; None fits any term.

    The compiler writes the union of what is asserted into the default graph.
    """
    return (quad.triple for quad in store.quads_for_pattern(subject, predicate, None, _DEFAULT))


class View:
    """The asserted statements of a store, without some and with others.

    :param base: a store in which each statement stands in a named graph; its default graph and the graph of inferred
        statements are left out: shapes check what people write
    :param taken: quads that are left out
    :param added: further quads, all in named graphs
    """

    def __init__(self, base: ox.Store, taken: Iterable[ox.Quad] = (), added: Iterable[ox.Quad] = ()) -> None:
        additions = set(added)
        self._taken = set(taken) - additions
        self._stores = [base]
        if new := [quad for quad in additions if quad not in base]:
            self._stores.append(ox.Store())
            self._stores[1].bulk_extend(new)

    def quads(
        self,
        subject: Node | None = None,
        predicate: Node | None = None,
        value: Node | None = None,
        graph: Node | None = None,
    ) -> Iterator[ox.Quad]:
        """Yield each quad that fits once; None fits any term."""
        taken = self._taken
        for store in self._stores:  # hundreds of thousands of times in a check of the whole graph
            for quad in store.quads_for_pattern(subject, predicate, value, graph):  # type: ignore[arg-type]
                name = quad.graph_name
                if type(name) is ox.NamedNode and name != _INFERRED and not (taken and quad in taken):
                    yield quad

    def graphs(self) -> list[ox.NamedNode]:
        """Return the names of the graphs of the store in which :meth:`quads` looks."""
        named = (name for store in self._stores for name in store.named_graphs() if isinstance(name, ox.NamedNode))
        return [name for name in dict.fromkeys(named) if name != _INFERRED]

    def types(self, node: Term) -> frozenset[Term]:
        """Return the classes of *node*.

        Of a node without a class that has statements it is the node itself; without statements it is empty.  So a
        change of the result shows that the node came, went or changed its class.
        """
        if not isinstance(node, ox.NamedNode):
            return frozenset()
        classes = frozenset(quad.object for quad in self.quads(node, TYPE))
        return classes or frozenset(quad.subject for quad in islice(self.quads(node), 1))

    def superclasses(self) -> dict[Term, set[Term]]:
        """Return class → itself and the classes above it, for each class that has one above it."""
        direct: dict[Term, set[Term]] = {}
        for quad in self.quads(None, SUBCLASS):
            direct.setdefault(quad.subject, set()).add(quad.object)
        return {name: above(name, lambda low: direct.get(low, ())) for name in direct}
