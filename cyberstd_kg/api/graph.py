"""The façade: ``cyberstd_kg.load()`` gives a :class:`KnowledgeGraph`, on which the commands stand too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, cast

from cyberstd_kg import build, cards, graph, lifecycle, rdf, sparql, validation
from cyberstd_kg.api.definitions import Definitions
from cyberstd_kg.api.mappings import Mappings
from cyberstd_kg.api.ontology import Ontology
from cyberstd_kg.api.reader import DATED, GraphReader
from cyberstd_kg.core import assets
from cyberstd_kg.core.days import one_day, period
from cyberstd_kg.core.errors import InputError, NotFound, UsageError
from cyberstd_kg.core.iris import COMPUTED

if TYPE_CHECKING:
    from pathlib import Path

    import pyoxigraph
    import rdflib

    from cyberstd_kg.build.snapshot import Snapshot
    from cyberstd_kg.cards.audit import Audit
    from cyberstd_kg.cards.card import Card
    from cyberstd_kg.cards.objects import Standard, Text
    from cyberstd_kg.graph.search import Hit
    from cyberstd_kg.lifecycle.answers import AsOf
    from cyberstd_kg.lifecycle.changes import Change
    from cyberstd_kg.lifecycle.standards import Work
    from cyberstd_kg.sparql.results import GraphAnswer, Results
    from cyberstd_kg.validation.findings import ValidationReport

_DATE: Final = "http://www.w3.org/2001/XMLSchema#date"
#: Filters of :meth:`KnowledgeGraph.standards` that name an entity → the type of what they name.
_FILTERS: Final = {"committee": "agent", "stage": "code:status", "group": "code:group", "type": "code:doctype"}


class KnowledgeGraph(GraphReader):
    """The knowledge graph: questions, searches, checks and exports.

    >>> import cyberstd_kg
    >>> kg = cyberstd_kg.load()
    >>> kg.resolve("27400 7.1.2.10").iri
    'https://w3id.org/cyberstd/id/iso-iec-27400_2022_7-1-2-10'

    Its parts are ``definitions`` (``compare``), ``mappings`` (``crosswalk``, ``matrix``, ``why``, ``gap``, ``prove``,
    ``mapping_set``) and ``ontology`` (``reason``, ``owl``, ``quality``); their methods have a short name here:
    ``kg.why(…)`` is ``kg.mappings.why(…)``.

    :param snapshot: the compiled graph
    :param folder: the folder of the user's own entries
    """

    def __init__(self, snapshot: Snapshot, folder: Path | None = None) -> None:
        super().__init__(snapshot, folder)
        self.definitions = Definitions(self)
        self.mappings = Mappings(self)
        self.ontology = Ontology(self)
        self.compare = self.definitions.compare
        self.crosswalk, self.crosswalks = self.mappings.crosswalk, self.mappings.crosswalks
        self.matrix, self.mapping_set = self.mappings.matrix, self.mappings.mapping_set
        self.why, self.gap, self.prove = self.mappings.why, self.mappings.gap, self.mappings.prove
        self.reason, self.owl, self.quality = self.ontology.reason, self.ontology.owl, self.ontology.quality

    # ── Entities ──

    def search(self, text: str, limit: int = 10) -> list[Hit]:
        """Search every literal of the graph; the best hits come first."""
        return graph.search.search(self._snapshot.index, text, limit)

    def did_you_mean(self, text: str) -> str:
        """Return *text* with words that the graph lacks replaced by the nearest ones; empty when it has them all."""
        return graph.search.did_you_mean(self._snapshot.index, text)

    def show(self, reference: str, *, deep: bool = False, as_of: str | None = None) -> Card:
        """Return the card of an entity: every statement about it.

        :param deep: whether the cards of the provisions below it are nested
        :param as_of: the day, month or year for which the card gives the state of a standard or text; default: today
        :raises NotFound: when the reference means nothing, or *as_of* is given of what has no state on a day
        """
        iri = self.resolve(reference).iri
        card = cards.card.build(self.lookup, self.label, iri, deep=deep)
        try:
            return card._replace(as_of=self.as_of(iri, as_of))
        except NotFound:
            if as_of is not None:
                raise
            return card

    def standard(self, reference: str) -> Standard:
        """Return a standard (work) as an object."""
        return cards.objects.Standard(self.lookup, self.resolve(reference, kinds=["cstd:Standard"]).iri)

    def text(self, reference: str) -> Text:
        """Return an edition, draft or amendment as an object."""
        return cards.objects.Text(self.lookup, self.resolve(reference, kinds=["cstd:Text"]).iri)

    # ── Time ──

    def current(self, reference: str, as_of: str = "today") -> AsOf:
        """Return which edition of a standard is current as of a day, month or year; a text means its standard."""
        return self.as_of(self._work(reference), as_of)

    def timeline(self, *references: str, committee: str | None = None) -> list[list[Work]]:
        """Return lineages: standards with those to which editions that replace others link them.

        :param references: standards or texts
        :param committee: a reference; all standards of this committee too
        """
        works = [self._work(reference) for reference in references]
        if committee is not None:
            works += [work.iri for work in self.lifecycles.all(self.resolve_iri(committee, "agent"))]
        return lifecycle.settle.lineages(self.lifecycles, works)

    def changes(self, old: str, new: str, *, committee: str | None = None) -> list[Change]:
        """Return what was published, withdrawn or moved to another stage after the day *old*, up to the day *new*.

        :param old: a day, month or year, of which the last day counts; so too *new*, which may be ``today``
        :param committee: a reference; only standards of this committee
        :raises UsageError: when one is not a date, or *new* is before *old*
        """
        body = self.resolve_iri(committee, "agent") if committee else None
        return lifecycle.changes.between(self.lifecycles.all(body), period(old)[1], period(new)[1])

    def standards(
        self,
        *,
        committee: str | None = None,
        stage: str | None = None,
        group: str | None = None,
        type: str | None = None,
        state: str | None = None,
        as_of: str = "today",
    ) -> Results:
        """List the standards that fit all filters given, by designation, with what is current of each on a day.

        :param stage: its current edition, or a project of it, was last seen at this stage by that day
        :param state: one of :data:`cyberstd_kg.lifecycle.standards.STATES`, on that day
        :param as_of: the day, or ``today``
        :raises UsageError: when *state* is none of these, or *as_of* is not a day
        """
        states, columns = lifecycle.standards.STATES, lifecycle.listing.COLUMNS
        filters = {"committee": committee, "stage": stage, "group": group, "type": type}
        iris = {
            name: self.resolve_iri(reference, _FILTERS[name])
            for name, reference in filters.items()
            if reference is not None
        }
        if state is not None:
            known = " ".join(state.replace("-", " ").lower().split())
            if known not in states:
                raise UsageError(f"'{state}' is not a state of a standard", f"The states are: {', '.join(states)}.")
            state = known
        rows = lifecycle.listing.listing(
            self.lifecycles.all(iris.get("committee"), iris.get("group")),
            one_day(as_of),
            stage=iris.get("stage"),
            type=iris.get("type"),
            state=state,
        )
        kinds, datatypes = {"standard": "uri"}, {"asOf": _DATE}
        term = sparql.results.Term
        return sparql.results.Results(
            list(columns),
            [
                {name: term(kinds.get(name, "literal"), value, datatypes.get(name, "")) for name, value in row.items()}
                for row in rows
            ],
        )

    def _work(self, reference: str) -> str:
        """Return the IRI of the standard that a reference means, or to which the text that it means belongs."""
        iri = self.resolve(reference, kinds=DATED).iri
        return self.lifecycles.work_of(iri) or iri

    # ── SPARQL ──

    def ask(
        self,
        question: str,
        values: Mapping[str, str] | None = None,
        *,
        timeout: float = 10.0,
        endpoint: str | None = None,
        as_of: str | None = None,
        **parameters: str,
    ) -> Results:
        """Answer a saved question.

        :param question: its id
        :param values: its parameters, as people write them; *parameters* are the same by keyword
        :param timeout: seconds after which an endpoint is given up; the shipped graph answers at once
        :param endpoint: URL of a SPARQL endpoint to ask instead of the shipped graph
        :param as_of: a day, or ``today``: the value of the question's parameter ``asOf``
        :raises NotFound: when there is no such question, or a parameter refers to nothing
        :raises UsageError: when it has no such parameter, or a value is not of its type
        """
        given = {**(values or {}), **parameters}
        if as_of is not None:
            if sparql.saved_questions.AS_OF in given:
                raise UsageError("the day is given twice", "Give --as-of or --asOf.")
            given[sparql.saved_questions.AS_OF] = one_day(as_of)
        text = sparql.saved_questions.load(question).bind(given, self.resolve_iri)
        if endpoint is None:
            return self.rows(text)
        return cast("Results", sparql.remote.RemoteEndpoint(endpoint).run(text, timeout=timeout))

    def query(
        self, text: str, *, timeout: float = 10.0, endpoint: str | None = None, as_of: str | None = None
    ) -> Results | GraphAnswer:
        """Run a SPARQL query, guarded: read-only, no SERVICE, with limits on time, memory and size.

        :param timeout: seconds after which it is given up
        :param endpoint: URL of a SPARQL endpoint to ask instead of the shipped graph
        :param as_of: a day, or ``today``, to which the query's variable ``?asOf`` is bound
        :raises QueryRefused: when it does not parse or asks for what is not allowed
        :raises LimitExceeded: when it reaches a limit
        :raises ResourceMissing: when it names the graph of inferred statements, which this platform does not compute
        :raises UsageError: when *as_of* is not a day, or the query does not use ``?asOf``
        """
        if as_of is not None:
            text = sparql.saved_questions.bind_as_of(text, one_day(as_of))
        if endpoint is not None:
            return sparql.remote.RemoteEndpoint(endpoint).run(text, timeout=timeout)
        self._snapshot.demand(text)
        data = sparql.worker.run(self._snapshot.store_path, text, timeout=timeout)
        if data[:1] == sparql.worker.ROWS:
            return sparql.results.Results.from_json(data[1:])
        return sparql.results.GraphAnswer.from_ntriples(data[1:])

    # ── Checks ──

    def superclasses(self) -> dict[str, set[str]]:
        """Return each class of the ontology with the classes above it, itself included, as IRIs."""
        plain = rdf.terms.plain
        above = graph.view.View(self.store).superclasses()
        return {plain(name): {plain(higher) for higher in classes} for name, classes in above.items()}

    def validate(self, *files: Path | str, source: str = "") -> ValidationReport:
        """Check files of entries against the graph; ``.raise_if_failed()`` raises on a warning or a violation.

        :param source: IRI of the source that states the entries of a Turtle file
        :raises InputError: when a file cannot be read
        """
        return self.workspace.validate([str(file) for file in files], source=source)

    def validate_all(self) -> ValidationReport:
        """Check the whole graph, with the user's own entries."""
        return validation.check.whole(self.store, self.workspace.files())

    def audit(self) -> Audit:
        """Count the statements whose source is described."""
        return cards.audit.audit(self.store, self.lookup)

    # ── Exports ──

    def export(self, form: str = "trig", *, graphs: Iterable[str] | None = None, mine: bool = False) -> bytes:
        """Return the graph in an RDF format (``ttl trig jsonld nq nt rdfxml``), the same bytes every time.

        :param graphs: only the graphs of these sources, given as CURIEs, IRIs or references
        :param mine: only the entries of the workspace
        :raises NotFound: when a source has no graph
        """
        return rdf.formats.write(self.workspace.quads() if mine else self._asserted(graphs), form)

    @property
    def rdflib(self) -> rdflib.Dataset:
        """The asserted graphs as an rdflib Dataset whose default graph is their union (a copy, in memory)."""
        return rdf.rdflib.dataset(self._asserted())

    def _asserted(self, graphs: Iterable[str] | None = None) -> list[pyoxigraph.Quad]:
        import pyoxigraph as ox

        if graphs is None:
            # Graph by graph, since a look at the whole store comes to each triple twice.
            view = graph.view.View(self.store)
            return [q for name in view.graphs() if name.value not in COMPUTED for q in view.quads(graph=name)]
        chosen: list[ox.Quad] = []
        for reference in [graphs] if isinstance(graphs, str) else graphs:
            source = ox.NamedNode(self.resolve(reference).iri)
            quads = list(self.store.quads_for_pattern(None, None, None, source))
            if not quads:
                raise NotFound(f"'{reference}' is not a source with statements", "cyberstd audit lists the graphs.")
            chosen += quads
        return chosen


def load(workspace: Path | str | None = None) -> KnowledgeGraph:
    """Open the knowledge graph; the snapshot is compiled first where it is missing or older than the files.

    :param workspace: the folder of the user's own entries, which need not exist; default ``$CYBERSTD_WORKSPACE``, else
        ``cyberstd-kg`` among the user's data
    :raises InputError: when a file of the graph cannot be read; names file and line
    """
    folder = assets.workspace_folder(workspace)
    try:
        return KnowledgeGraph(build.snapshot.open_snapshot(workspace=folder), folder)
    except InputError as error:
        if str(folder) in error.message:
            error.hint += (
                f" The file is in your workspace; --workspace names another one, or move it away from {folder}."
            )
        raise
