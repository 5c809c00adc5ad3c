"""What a change does to the graph: before, after, and the small part of it on which the findings can differ.

A full run of the checks costs seconds; an entry touches a dozen things.  So the checks run on a *cut*: the things
that a change may affect, with the statements on which their findings rest.  pySHACL's own ``focus_nodes`` would be
wrong in both directions (it lets constraints on values pass); here each shape is evaluated whole, on a graph that holds
all that it looks at.  What a finding may rest on is fixed by the form of shapes and rules:

- the statements of the thing itself, in all graphs, and whether its IRI names a graph;
- statements that come in by a property that some shape inverts;
- the classes of its values, or whether anything is said of them;
- the same of the things that a rule *reaches* (:class:`Reach`).

Turned round, this tells which things a changed statement can affect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.hierarchy import above
from cyberstd_kg.core.iris import INFERRED, PREFIXES, expand

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Node = Term | ox.DefaultGraph
_TYPE: Final = ox.NamedNode(f"{PREFIXES['rdf']}type")
_INFERRED: Final = ox.NamedNode(INFERRED)
_SUBCLASS: Final = ox.NamedNode(f"{PREFIXES['rdfs']}subClassOf")


class View:
    """The asserted statements of a store, without some and with others.

    :param base: a store in which each statement stands in a named graph; its default graph is not looked at, nor what
        follows from the ontology: shapes say what people write
    :param taken: quads that are left out
    :param added: further quads, all in named graphs
    """

    def __init__(self, base: ox.Store, taken: Iterable[ox.Quad] = (), added: Iterable[ox.Quad] = ()) -> None:
        more = set(added)
        self._taken = set(taken) - more
        self._stores = [base]
        if new := [quad for quad in more if quad not in base]:
            self._stores.append(ox.Store())
            self._stores[1].bulk_extend(new)

    def quads(
        self,
        subject: Node | None = None,
        predicate: Node | None = None,
        value: Node | None = None,
        graph: Node | None = None,
    ) -> Iterator[ox.Quad]:
        """Yield each quad that fits once."""
        taken = self._taken
        for store in self._stores:  # hundreds of thousands of times in a check of the whole graph
            for quad in store.quads_for_pattern(subject, predicate, value, graph):  # type: ignore[arg-type]
                name = quad.graph_name
                if type(name) is ox.NamedNode and name != _INFERRED and not (taken and quad in taken):
                    yield quad

    def types(self, node: Term) -> frozenset[Term]:
        """Return the classes of *node*; one that only has other statements has the class None of its own."""
        if not isinstance(node, ox.NamedNode):
            return frozenset()
        found = frozenset(quad.object for quad in self.quads(node, _TYPE))
        return found or frozenset(quad.subject for _, quad in zip(range(1), self.quads(node), strict=False))

    def superclasses(self) -> dict[Term, set[Term]]:
        """Return class → the classes above it, itself included."""
        direct: dict[Term, set[Term]] = {}
        for quad in self.quads(None, _SUBCLASS):
            direct.setdefault(quad.subject, set()).add(quad.object)
        return {name: above(name, lambda low: direct.get(low, ())) for name in direct}


class PathStep(NamedTuple):
    """One step of a path: along a property or against it, once or as often as it goes; without one, to the graphs."""

    predicate: ox.NamedNode | None
    inverse: bool
    repeated: bool

    def turned(self) -> PathStep:
        """Return the step back."""
        return self._replace(inverse=not self.inverse)

    def take(self, views: Iterable[View], starts: set[Term]) -> set[Term]:
        """Return where the step leads from *starts*, in any of *views*."""
        held = list(views)
        found: set[Term] = set()
        waiting = set(starts)
        while waiting:
            ends = {end for node in waiting for view in held for end in self._ends(view, node)}
            waiting = ends - found if self.repeated else set()
            found |= ends
        return found

    def _ends(self, view: View, node: Term) -> Iterator[Term]:
        if self.predicate is None:
            if self.inverse:
                return (quad.subject for quad in view.quads(graph=node))
            return (quad.graph_name for quad in view.quads(node))  # type: ignore[misc]  # all are named
        if self.inverse:
            return (quad.subject for quad in view.quads(None, self.predicate, node))
        if not isinstance(node, ox.NamedNode):
            return iter(())
        return (quad.object for quad in view.quads(node, self.predicate))


class Reach:
    """Which other things a rule looks at, as paths from the thing at fault.

    :param text: paths separated by ``|``, of steps separated by ``/``: a property's CURIE, ``^`` before it where the
        step goes against the property, ``+`` behind it where it repeats; ``GRAPH`` leads to the graphs that speak of
        a thing; ``-`` for none
    :raises InputError: when it has another form
    """

    def __init__(self, text: str) -> None:
        self.paths: list[list[PathStep]] = []
        for path in (part.strip() for part in text.split("|")):
            if path != "-":
                self.paths.append([_step(word.strip(), text) for word in path.split("/")])

    def out(self, views: Iterable[View], starts: set[Term]) -> set[Term]:
        """Return all things on the ways from *starts*, without these."""
        held, met = list(views), set[Term]()
        for path in self.paths:
            at = starts
            for step in path:
                at = step.take(held, at)
                met |= at
        return met

    def back(self, views: Iterable[View], ends: set[Term]) -> set[Term]:
        """Return the things on whose ways any of *ends* lies."""
        held, met = list(views), set[Term]()
        for path in self.paths:
            for length in range(1, len(path) + 1):
                at = ends
                for step in reversed(path[:length]):
                    at = step.turned().take(held, at)
                met |= at
        return met


def _step(word: str, text: str) -> PathStep:
    if word == "GRAPH":
        return PathStep(None, False, False)
    curie = word.removeprefix("^").removesuffix("+")
    try:
        predicate = ox.NamedNode(expand(curie))
    except (InputError, ValueError) as error:
        raise InputError(
            f"'{text}' is no way to reach: '{word}'", "Write it as dct:replaces+ | ^cstd:editionOf."
        ) from error
    return PathStep(predicate, word.startswith("^"), word.endswith("+"))


class Impact:
    """A change of the graph.

    :param base: the store of the graph before it
    :param own: further quads that stand before and after it: the user's own entries
    :param gone: quads that it takes away
    :param come: quads that it adds
    """

    def __init__(
        self, base: ox.Store, own: Iterable[ox.Quad], gone: Iterable[ox.Quad], come: Iterable[ox.Quad]
    ) -> None:
        mine, old, new = set(own), set(gone), set(come)
        self.come = frozenset(new)
        self.before = View(base, (), mine | old)
        self.after = View(base, old - new - mine, mine | new)
        self._quads = old ^ new
        self._touched: set[Term] = set()
        self._graphs: set[Term] = set()
        self.touch(self._quads)

    def touch(self, quads: Iterable[ox.Quad]) -> None:
        """Take the things that *quads* speak of as touched, although the quads stand before and after."""
        for quad in quads:
            self._touched.add(quad.subject)
            self._graphs.add(quad.graph_name)  # type: ignore[arg-type]  # all are named

    @cached_property
    def _directly(self) -> frozenset[Term]:
        """The things touched, and those that refer to one of which the class changed, or that came or went."""
        retyped = [node for node in self._touched if self.before.types(node) != self.after.types(node)]
        views = (self.before, self.after)
        referring = {quad.subject for view in views for node in retyped for quad in view.quads(None, None, node)}
        return frozenset(self._touched | referring)

    def affected(self, incoming: Iterable[str], reach: Reach | None = None) -> set[Term]:
        """Return the things whose findings may differ.

        :param incoming: properties by which a statement matters to its value
        :param reach: of a rule
        """
        inverted = set(incoming)
        found = {quad.object for quad in self._quads if quad.predicate.value in inverted} | self._directly
        if reach is not None:
            found |= reach.back((self.before, self.after), found)
        return {node for node in found | self._graphs if isinstance(node, ox.NamedNode)}


def cut(view: View, nodes: Iterable[Term], incoming: Iterable[str] = ()) -> set[ox.Quad]:
    """Return the statements on which the findings about *nodes* rest (without what a rule reaches: give that too).

    :param incoming: properties by which a statement matters to its value
    """
    found: set[ox.Quad] = set()
    inverted = [ox.NamedNode(iri) for iri in incoming]
    seen: set[Term] = set()
    for node in nodes:
        if isinstance(node, ox.NamedNode):
            found.update(view.quads(node))
            found.update(quad for predicate in inverted for quad in view.quads(None, predicate, node))
            found.update(quad for _, quad in zip(range(1), view.quads(graph=node), strict=False))
    for value in {quad.object for quad in found} | {quad.subject for quad in found}:
        if isinstance(value, ox.NamedNode) and value not in seen:
            seen.add(value)
            types = list(view.quads(value, _TYPE))
            found.update(types or (quad for _, quad in zip(range(1), view.quads(value), strict=False)))
    return found
