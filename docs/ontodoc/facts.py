"""How often the shipped graph uses each term, and one example.  One pass over the statements."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.build.snapshot import Snapshot
from cyberstd_kg.core import iris
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.graph.search import label

_TYPE: Final = iris.expand("rdf:type")
#: Links inside a scheme do not count as uses of a code.
_STRUCTURE: Final = frozenset(
    iris.expand(f"skos:{name}") for name in ("broader", "inScheme", "topConceptOf", "hasTopConcept")
)
#: Examples are of this standard where it has one.
_FAMILY: Final = ("std", "iso-iec-27400")


class Statement(NamedTuple):
    """A statement about a named subject: subject, property and value (an IRI or a text)."""

    subject: str
    property: str
    value: str
    is_iri: bool
    term: Any


class Example(NamedTuple):
    """A statement and one graph that has it (or an empty string)."""

    statement: Statement
    source: str


class Facts:
    """Counts and examples.  Without a snapshot they are empty, for an ontology without data.

    ``classes``, ``inferred``: class → number of its members, stated and by reasoning; ``properties``,
    ``inferred_properties``: property → number of its statements, likewise; ``subjects``, ``objects``: property → class
    → number of statements whose subject, or object, is in it; ``by``: code → property → number of statements that
    name the code; ``members``: class → its members, stated or by reasoning.
    """

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        self.classes: Counter[str] = Counter()
        self.inferred: Counter[str] = Counter()
        self.properties: Counter[str] = Counter()
        self.inferred_properties: Counter[str] = Counter()
        self.subjects: dict[str, Counter[str]] = defaultdict(Counter)
        self.objects: dict[str, Counter[str]] = defaultdict(Counter)
        self.by: dict[str, Counter[str]] = defaultdict(Counter)
        self.members: dict[str, set[str]] = defaultdict(set)
        self._snapshot = snapshot
        self._types: dict[str, list[str]] = defaultdict(list)
        self._degree: Counter[str] = Counter()
        self._first: dict[str, tuple[tuple[Any, ...], Statement]] = {}
        if snapshot is not None:
            self._read(snapshot.store)

    @property
    def has_inferred(self) -> bool:
        """Whether anything is known by reasoning."""
        return bool(self.inferred)

    def _read(self, store: ox.Store) -> None:
        stated = _statements(store, ox.DefaultGraph())
        for one in stated:
            self._degree[one.subject] += 1
            if one.property == _TYPE:
                self.classes[one.value] += 1
                self._types[one.subject].append(one.value)
                self.members[one.value].add(one.subject)
        for one in stated:
            self._count(one)
        for one in _statements(store, ox.NamedNode(iris.INFERRED)):
            if one.property == _TYPE:
                self.inferred[one.value] += 1
                self.members[one.value].add(one.subject)
            else:
                self.inferred_properties[one.property] += 1

    def _count(self, one: Statement) -> None:
        self.properties[one.property] += 1
        for class_ in self._types.get(one.subject, ()):
            self.subjects[one.property][class_] += 1
        if one.is_iri:
            for class_ in self._types.get(one.value, ()):
                self.objects[one.property][class_] += 1
            if one.property not in _STRUCTURE:
                self.by[one.value][one.property] += 1
        rank = (*self._rank(one.subject), natural(one.value))
        if one.property not in self._first or rank < self._first[one.property][0]:
            self._first[one.property] = (rank, one)

    def _rank(self, iri: str) -> tuple[Any, ...]:
        """Return the sort key of an example: those of the one family, those with most statements, then by name."""
        return (iris.family(iri) != _FAMILY, -self._degree[iri], natural(iri))

    def codes(self, code: str) -> int:
        """Return how many statements have *code* as their value, other than those inside its scheme."""
        return sum(self.by.get(code, Counter()).values())

    def member(self, class_: str) -> str:
        """Return one member of a class, or an empty string."""
        return min(self.members.get(class_, ()), key=self._rank, default="")

    def example(self, name: str) -> Example | None:
        """Return one statement of a property, with one of its sources."""
        if name not in self._first or self._snapshot is None:
            return None
        one = self._first[name][1]
        quads = self._snapshot.store.quads_for_pattern(
            ox.NamedNode(one.subject), ox.NamedNode(one.property), one.term, None
        )
        graphs = [quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)]
        return Example(one, min(graphs, default=""))

    def label(self, iri: str) -> str:
        """Return the label of an entity of the graph, or its CURIE."""
        return label(self._snapshot.index, iri) if self._snapshot is not None else iris.compact(iri) or iri


def _statements(store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph) -> list[Statement]:
    """Return the statements of a graph except those with blank nodes, which only axioms have."""
    return [
        Statement(quad.subject.value, quad.predicate.value, quad.object.value, named, quad.object)
        for quad in store.quads_for_pattern(None, None, None, graph)
        if isinstance(quad.subject, ox.NamedNode)
        and ((named := isinstance(quad.object, ox.NamedNode)) or isinstance(quad.object, ox.Literal))
    ]
