"""Reading the opened graph: what every part of the Python interface stands on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

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


class GraphReader:
    """The opened graph: its statements, its names, what holds on a day, and the user's own entries.

    :param snapshot: the compiled graph
    :param workspace: the folder of the user's own entries
    """

    def __init__(self, snapshot: Snapshot, workspace: Path | None = None) -> None:
        self._snapshot = snapshot
        self._folder = workspace
        self._lookup: Lookup | None = None

    @property
    def store(self) -> pyoxigraph.Store:
        """The engine's store, read-only: each statement in its source's graph and once in the default graph."""
        return self._snapshot.store

    @property
    def lookup(self) -> Lookup:
        """Reading by pattern; keeps the descriptions of sources that it has met."""
        if self._lookup is None:
            from cyberstd_kg.graph.lookup import Lookup

            self._lookup = Lookup(self._snapshot.index)
        return self._lookup

    def resolve(self, reference: str, kinds: Iterable[str] | None = None) -> Match:
        """Return what a reference means (see :func:`cyberstd_kg.graph.resolve.resolve`).

        :raises NotFound: when nothing fits; the hint names near misses
        :raises AmbiguousReference: when several things fit
        """
        from cyberstd_kg.graph.resolve import resolve

        return resolve(self._snapshot.index, reference, kinds=kinds)

    def find(self, reference: str, kinds: Iterable[str] | None = None) -> list[tuple[str, str]]:
        """Return all that a reference may mean, as (IRI, label), best first."""
        from cyberstd_kg.graph.resolve import find

        return find(self._snapshot.index, reference, kinds=kinds)

    def label(self, iri: str) -> str:
        """Return the label of a thing, or its CURIE or IRI where it has none."""
        from cyberstd_kg.graph.search import label

        return label(self._snapshot.index, iri)

    def named(self, iri: str) -> tuple[str, str]:
        """Return what kind of thing an IRI names, in a word, and its label."""
        from cyberstd_kg.graph.search import kind

        return kind(self._snapshot.index, iri), self.label(iri)

    @property
    def lifecycles(self) -> Lifecycles:
        """A new reader of what sources say of the dates and stages of texts."""
        from cyberstd_kg.lifecycle.settle import Lifecycles

        return Lifecycles(self._snapshot.index)

    def state(self, reference: str, as_of: str = "today") -> AsOf:
        """Return the state of a text (edition, amendment), or of a standard, as of a day, month or year.

        >>> import cyberstd_kg
        >>> cyberstd_kg.load().state("ISO/IEC 27032:2012", "2013").state
        'in force'

        :raises UsageError: when *as_of* is no date
        """
        return self.as_of(self.resolve(reference, kinds=("cstd:Standard", "cstd:Text", "cstd:Project")).iri, as_of)

    def as_of(self, iri: str, when: str | None) -> AsOf:
        from cyberstd_kg.core.days import period
        from cyberstd_kg.lifecycle.answers import as_of

        return as_of(self.lifecycles, iri, period("today" if when is None else when))

    @property
    def workspace(self) -> Workspace:
        """The user's own entries: ``add``, ``remove``, ``validate``; open the graph anew to see what was added."""
        from cyberstd_kg.workspace.changes import Workspace

        return Workspace(self._folder)

    def resolve_iri(self, reference: str, kind: str) -> str:
        """Return the IRI that a reference means where a question's parameter of type *kind* is asked for."""
        from cyberstd_kg.sparql.saved_questions import CLASSES

        if kind.startswith("code:"):
            from cyberstd_kg.graph.resolve import resolve_code

            return resolve_code(self._snapshot.index, reference, kind.removeprefix("code:")).iri
        return self.resolve(reference, kinds=CLASSES.get(kind)).iri

    def rows(self, text: str) -> Results:
        """Answer a saved question in this process: its text is ours and its parameters are terms."""
        import pyoxigraph as ox

        from cyberstd_kg.sparql.results import Results

        self._snapshot.demand(text)
        answer = self.store.query(text)
        assert not isinstance(answer, ox.QueryTriples), "saved questions answer with rows"
        return Results.from_json(answer.serialize(format=ox.QueryResultsFormat.JSON) or b"")
