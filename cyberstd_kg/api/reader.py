"""Reading the opened graph: what every part of the Python interface stands on."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from cyberstd_kg import graph, lifecycle, sparql, workspace
from cyberstd_kg.core import days

if TYPE_CHECKING:
    from pathlib import Path

    import pyoxigraph

    from cyberstd_kg.build.snapshot import Snapshot
    from cyberstd_kg.graph.lookup import Lookup
    from cyberstd_kg.graph.resolve import Match
    from cyberstd_kg.lifecycle.answers import AsOf
    from cyberstd_kg.lifecycle.settle import Lifecycles
    from cyberstd_kg.sparql.results import Results
    from cyberstd_kg.workspace.changes import Workspace

#: The classes whose members have a state on a day.
DATED = ("cstd:Standard", "cstd:Text", "cstd:Project")


class GraphReader:
    """The opened graph: its statements, its names, the state of standards on a day, and the user's own entries.

    :param snapshot: the compiled graph
    :param folder: the folder of the user's own entries
    """

    def __init__(self, snapshot: Snapshot, folder: Path | None = None) -> None:
        self._snapshot = snapshot
        self._folder = folder

    @property
    def store(self) -> pyoxigraph.Store:
        """The engine's store, read-only: each statement in its source's graph and once in the default graph."""
        return self._snapshot.store

    @cached_property
    def lookup(self) -> Lookup:
        """Reading by pattern; it keeps the descriptions of sources that it has read."""
        return graph.lookup.Lookup(self._snapshot.index)

    @property
    def lifecycles(self) -> Lifecycles:
        """A new reader of what sources state about the dates and stages of texts."""
        return lifecycle.settle.Lifecycles(self._snapshot.index)

    @property
    def workspace(self) -> Workspace:
        """The user's own entries: ``add``, ``remove``, ``validate``; open the graph again to see what was added."""
        return workspace.changes.Workspace(self._folder)

    # ── Names ──

    def resolve(self, reference: str, kinds: Iterable[str] | None = None) -> Match:
        """Return the entity that a reference means (see :func:`cyberstd_kg.graph.resolve.resolve`).

        :param kinds: classes, as CURIEs or IRIs; the entity belongs to one of them
        :raises NotFound: when nothing fits; the hint names near misses
        :raises AmbiguousReference: when several entities fit
        """
        return graph.resolve.resolve(self._snapshot.index, reference, kinds=kinds)

    def resolve_iri(self, reference: str, kind: str) -> str:
        """Return the IRI that a reference means as the value of a question's parameter of type *kind*.

        :raises NotFound: when nothing fits
        :raises AmbiguousReference: when several entities fit
        """
        if kind.startswith("code:"):
            return graph.resolve.resolve_code(self._snapshot.index, reference, kind.removeprefix("code:")).iri
        return self.resolve(reference, kinds=sparql.saved_questions.CLASSES.get(kind)).iri

    def find(self, reference: str, kinds: Iterable[str] | None = None) -> list[tuple[str, str]]:
        """Return all entities that a reference may mean, as (IRI, label), best first."""
        return graph.resolve.find(self._snapshot.index, reference, kinds=kinds)

    def label(self, iri: str) -> str:
        """Return the label of an entity, or its CURIE or IRI where it has none."""
        return graph.search.label(self._snapshot.index, iri)

    def named(self, iri: str) -> tuple[str, str]:
        """Return the kind of an entity in a word ("edition", "control"), and its label."""
        return graph.search.kind(self._snapshot.index, iri), self.label(iri)

    # ── The state on a day ──

    def state(self, reference: str, as_of: str = "today") -> AsOf:
        """Return the state of a text (edition, amendment), or of a standard, as of a day, month or year.

        >>> import cyberstd_kg
        >>> cyberstd_kg.load().state("ISO/IEC 27032:2012", "2013").state
        'in force'

        :raises NotFound: when the reference means no standard, text or project
        :raises UsageError: when *as_of* is not a date
        """
        return self.as_of(self.resolve(reference, kinds=DATED).iri, as_of)

    def as_of(self, iri: str, when: str | None) -> AsOf:
        """Return the same of an entity given by IRI; None means today."""
        return lifecycle.answers.as_of(self.lifecycles, iri, days.period("today" if when is None else when))

    # ── Saved questions ──

    def rows(self, text: str) -> Results:
        """Answer a saved question in this process: its text is ours and its parameters are terms."""
        import pyoxigraph as ox

        self._snapshot.demand(text)
        answer = self.store.query(text)
        assert not isinstance(answer, ox.QueryTriples), "saved questions answer with rows"
        return sparql.results.Results.from_json(answer.serialize(format=ox.QueryResultsFormat.JSON) or b"")
