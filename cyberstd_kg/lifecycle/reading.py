"""What the index says of standards, their texts and projects, and the stages of these: many at a time, each once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from cyberstd_kg.core import iris
from cyberstd_kg.core.ordering import precedence
from cyberstd_kg.graph import statements

if TYPE_CHECKING:
    import sqlite3


def _named(curies: str) -> dict[str, str]:
    """Return local name → IRI."""
    return {curie.partition(":")[2]: iris.expand(curie) for curie in curies.split()}


#: Name → IRI of the properties that are read of an entity.
_READ: Final = _named(
    "rdf:type rdfs:label dct:identifier dct:title dct:replaces bibo:edition skos:prefLabel skos:notation skos:broader "
    "cstd:editionOf cstd:draftOf cstd:projectOf cstd:amends cstd:toAmend cstd:revises cstd:developedIn "
    "cstd:documentType cstd:stageOf cstd:stage cstd:printedStage cstd:earliest cstd:latest cstd:lifeState"
)
#: The same with those that are only followed from their values.
_PROPERTIES: Final = _READ | _named(
    "cstd:partOfStandard cstd:developedBy dct:publisher cstd:topicGroup org:subOrganizationOf cstd:sourceDocument "
    "cstd:precedence"
)
_NAMES: Final = {iri: name for name, iri in _PROPERTIES.items()}


class StatementReader:
    """Reads statements from the index of a snapshot, by the local names of properties (``editionOf``).

    An entity must be given to :meth:`read`, or be among the subjects of :meth:`targets`, before its values are asked
    for.

    :param index: the snapshot's index
    """

    def __init__(self, index: sqlite3.Connection) -> None:
        self._index = index
        #: Entity → name of the property → (value, graph).  Of "", where a statement is missing, nothing is said.
        self._values: dict[str, dict[str, list[tuple[str, str]]]] = {"": {}}
        self._ranks: dict[str, int] = {}

    def read(self, entities: Iterable[str]) -> None:
        """Read what is said about *entities*, as far as it was not read before."""
        missing = [iri for iri in dict.fromkeys(entities) if iri not in self._values]
        self._values |= {iri: {} for iri in missing}
        for subject, predicate, value, _, graph in statements.of_subjects(self._index, missing, _READ.values()):
            self._values[subject].setdefault(_NAMES[predicate], []).append((value, graph))

    def into(self, values: Iterable[str], *names: str) -> list[tuple[str, str, str]]:
        """Return (subject, name of the property, value) of the statements with one of *values*, each once."""
        rows = statements.of_values(self._index, values, [_PROPERTIES[name] for name in names])
        return list(dict.fromkeys((subject, _NAMES[predicate], value) for subject, predicate, value, _, _ in rows))

    def subjects(self, values: Iterable[str], *names: str) -> list[str]:
        """Return the subjects of the statements with one of *values*, each once."""
        return list(dict.fromkeys(subject for subject, _, _ in self.into(values, *names)))

    def targets(self, subjects: Iterable[str], *names: str) -> list[str]:
        """Return the values of these properties of *subjects*."""
        subjects = list(subjects)
        self.read(subjects)
        return [value for iri in subjects for name in names for value, _ in self.values(iri, name)]

    def values(self, entity: str, name: str) -> list[tuple[str, str]]:
        """Return (value, graph) of a property."""
        return self._values[entity].get(name, [])

    def linked(self, entity: str, *names: str) -> set[str]:
        """Return the values of these properties."""
        return {value for name in names for value, _ in self.values(entity, name)}

    def first(self, entity: str, *names: str) -> str:
        """Return the first value, in order of text, of the first of these properties that has one, or ""."""
        said = self._values[entity]
        for name in names:
            if name in said:
                return min(said[name])[0]
        return ""

    def graphs(self, entity: str, name: str, value: str) -> list[str]:
        """Return the graphs in which a property of *entity* has *value*."""
        return [graph for other, graph in self.values(entity, name) if other == value]

    def intervals(self, entity: str) -> list[tuple[str, str, str]]:
        """Return (first day, last day, graph) of the dates of *entity*, both days from one graph."""
        return [
            (first, last, graph)
            for first, graph in self.values(entity, "earliest")
            for last, other in self.values(entity, "latest")
            if graph == other and first <= last
        ]

    def read_ranks(self, entities: Iterable[str]) -> None:
        """Read the precedence of the sources that speak of *entities*, which were read before."""
        graphs = {graph for iri in entities for values in self._values[iri].values() for _, graph in values}
        missing = graphs - self._ranks.keys()
        documents = self._links(missing, "sourceDocument")
        places = self._links((document for many in documents.values() for document in many), "precedence")
        for graph in missing:
            self._ranks[graph] = precedence(place for document in documents[graph] for place in places[document])

    def _links(self, subjects: Iterable[str], name: str) -> defaultdict[str, list[str]]:
        """Return subject → the values of a property."""
        values: defaultdict[str, list[str]] = defaultdict(list)
        for subject, _, value, _, _ in statements.of_subjects(self._index, subjects, [_PROPERTIES[name]]):
            values[subject].append(value)
        return values

    def rank(self, graphs: Iterable[str]) -> int:
        """Return the best precedence of *graphs*, of which at least one must be given; 1 is the first."""
        return min(self._ranks[graph] for graph in graphs)
