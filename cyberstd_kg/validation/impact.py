"""What a change does to the graph: before, after, and the small part of it on which the findings can differ.

A full run of the checks costs seconds; an entry touches a dozen entities.  So the checks run on a *cut*: the entities
that a change may affect, with the statements on which their findings depend.  pySHACL's own ``focus_nodes`` would be
wrong in both directions (it ignores constraints on values); here each shape is evaluated in full, on a graph that holds
all that it looks at.  The form of shapes and rules limits what a finding may depend on:

- the statements of the entity itself, in all graphs, and whether its IRI names a graph;
- statements that come in by a property that some shape inverts;
- the classes of its values, or whether anything is said of them;
- the same of the entities that a rule *reaches* (:class:`Reach`).

Read backwards, this gives the entities that a changed statement can affect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import PREFIXES, expand
from cyberstd_kg.graph.view import Term, View

_TYPE: Final = ox.NamedNode(f"{PREFIXES['rdf']}type")


class PathStep(NamedTuple):
    """One step of a path.

    :param predicate: the property; None: to the graphs that speak of an entity
    :param inverse: whether the step goes against the property
    :param repeated: whether it is taken as often as possible
    """

    predicate: ox.NamedNode | None
    inverse: bool
    repeated: bool

    def turned(self) -> PathStep:
        """Return the step back."""
        return self._replace(inverse=not self.inverse)

    def take(self, views: Iterable[View], starts: set[Term]) -> set[Term]:
        """Return where the step leads from *starts*, in any of *views*."""
        all_views = list(views)
        reached: set[Term] = set()
        waiting = set(starts)
        while waiting:
            ends = {end for node in waiting for view in all_views for end in self._ends(view, node)}
            waiting = ends - reached if self.repeated else set()
            reached |= ends
        return reached

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
    """Which other entities a rule looks at, as paths from the entity at fault.

    :param text: paths separated by ``|``, of steps separated by ``/``: a property's CURIE, ``^`` before it where the
        step goes against the property, ``+`` behind it where it repeats; ``GRAPH`` leads to the graphs that speak of
        an entity; ``-`` for none
    :raises InputError: when it has another form
    """

    def __init__(self, text: str) -> None:
        paths = [part.strip() for part in text.split("|")]
        self.paths = [[_step(word.strip(), text) for word in path.split("/")] for path in paths if path != "-"]

    def out(self, views: Iterable[View], starts: set[Term]) -> set[Term]:
        """Return all entities on the paths from *starts*, without these."""
        all_views, met = list(views), set[Term]()
        for path in self.paths:
            at = starts
            for step in path:
                at = step.take(all_views, at)
                met |= at
        return met

    def back(self, views: Iterable[View], ends: set[Term]) -> set[Term]:
        """Return the entities on whose paths any of *ends* lies."""
        all_views, met = list(views), set[Term]()
        for path in self.paths:
            for length in range(1, len(path) + 1):
                at = ends
                for step in reversed(path[:length]):
                    at = step.turned().take(all_views, at)
                met |= at
        return met


def _step(word: str, text: str) -> PathStep:
    if word == "GRAPH":
        return PathStep(None, inverse=False, repeated=False)
    try:
        predicate = ox.NamedNode(expand(word.removeprefix("^").removesuffix("+")))
    except (InputError, ValueError) as error:
        raise InputError(f"'{text}' is not a path: '{word}'", "Write it as dct:replaces+ | ^cstd:editionOf.") from error
    return PathStep(predicate, inverse=word.startswith("^"), repeated=word.endswith("+"))


class Impact:
    """A change of the graph.

    :param base: the store of the graph before it
    :param own: further quads, before and after the change: the user's own entries
    :param gone: quads that it removes
    :param come: quads that it adds
    """

    def __init__(
        self, base: ox.Store, own: Iterable[ox.Quad], gone: Iterable[ox.Quad], come: Iterable[ox.Quad]
    ) -> None:
        kept, old, new = set(own), set(gone), set(come)
        self.come = frozenset(new)
        self.before = View(base, (), kept | old)
        self.after = View(base, old - new - kept, kept | new)
        self._quads = old ^ new
        self._touched: set[Term] = set()
        self._graphs: set[Term] = set()
        self.touch(self._quads)

    def touch(self, quads: Iterable[ox.Quad]) -> None:
        """Count the subjects of *quads* as touched, although the quads are in the graph before and after."""
        for quad in quads:
            self._touched.add(quad.subject)
            self._graphs.add(quad.graph_name)  # type: ignore[arg-type]  # all are named

    @cached_property
    def _directly(self) -> frozenset[Term]:
        """The entities touched, and those that refer to one that came or went or whose class changed."""
        retyped = [node for node in self._touched if self.before.types(node) != self.after.types(node)]
        views = (self.before, self.after)
        referring = {quad.subject for view in views for node in retyped for quad in view.quads(None, None, node)}
        return frozenset(self._touched | referring)

    def affected(self, incoming: Iterable[str], reach: Reach | None = None) -> set[Term]:
        """Return the entities whose findings may differ.

        :param incoming: properties by which a statement matters to its value
        :param reach: of a rule
        """
        inverted = set(incoming)
        nodes = {quad.object for quad in self._quads if quad.predicate.value in inverted} | self._directly
        if reach is not None:
            nodes |= reach.back((self.before, self.after), nodes)
        return {node for node in nodes | self._graphs if isinstance(node, ox.NamedNode)}


def cut(view: View, nodes: Iterable[Term], incoming: Iterable[str] = ()) -> set[ox.Quad]:
    """Return the statements on which the findings about *nodes* depend, without those that a rule reaches.

    :param incoming: properties by which a statement matters to its value
    """
    quads: set[ox.Quad] = set()
    inverted = [ox.NamedNode(iri) for iri in incoming]
    for node in nodes:
        if isinstance(node, ox.NamedNode):
            quads.update(view.quads(node))
            quads.update(quad for predicate in inverted for quad in view.quads(None, predicate, node))
            quads.update(islice(view.quads(graph=node), 1))
    for value in {quad.object for quad in quads} | {quad.subject for quad in quads}:
        if isinstance(value, ox.NamedNode):
            types = list(view.quads(value, _TYPE))
            quads.update(types or islice(view.quads(value), 1))
    return quads
