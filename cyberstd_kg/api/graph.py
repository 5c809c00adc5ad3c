"""The façade: ``cyberstd_kg.load()`` gives a :class:`KnowledgeGraph`, on which the commands stand too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, cast

from cyberstd_kg.api.definitions import Definitions
from cyberstd_kg.api.mappings import Mappings
from cyberstd_kg.api.ontology import Ontology
from cyberstd_kg.api.reader import GraphReader
from cyberstd_kg.build import snapshot as store

if TYPE_CHECKING:
    from pathlib import Path

    import pyoxigraph
    import rdflib

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


class KnowledgeGraph(GraphReader):
    """The knowledge graph: ask it, look things up, take it away.

    >>> import cyberstd_kg
    >>> kg = cyberstd_kg.load()
    >>> kg.resolve("27400 7.1.2.10").iri
    'https://w3id.org/cyberstd/id/iso-iec-27400_2022_7-1-2-10'

    Its parts are ``definitions`` (``compare``), ``mappings`` (``crosswalk``, ``matrix``, ``why``, ``gap``, ``prove``,
    ``mapping_set``) and ``ontology`` (``reason``, ``owl``, ``quality``); these methods are there as ``kg.why(…)``, too.

    :param snapshot: the compiled graph
    :param workspace: the folder of the user's own entries
    """

    def __init__(self, snapshot: store.Snapshot, workspace: Path | None = None) -> None:
        super().__init__(snapshot, workspace)
        self.definitions = Definitions(self)
        self.mappings = Mappings(self)
        self.ontology = Ontology(self)
        # What is asked most, without the name of its part.
        self.compare = self.definitions.compare
        self.crosswalk, self.crosswalks = self.mappings.crosswalk, self.mappings.crosswalks
        self.matrix, self.mapping_set = self.mappings.matrix, self.mappings.mapping_set
        self.why, self.gap, self.prove = self.mappings.why, self.mappings.gap, self.mappings.prove
        self.reason, self.owl, self.quality = self.ontology.reason, self.ontology.owl, self.ontology.quality

    @property
    def rdflib(self) -> rdflib.Dataset:
        """The asserted graphs as an rdflib Dataset whose default graph is their union (a copy, in memory)."""
        from cyberstd_kg.rdf.rdflib import dataset

        return dataset(self._asserted())

    def search(self, text: str, limit: int = 10) -> list[Hit]:
        """Search every literal of the graph, best first."""
        from cyberstd_kg.graph.search import search

        return search(self._snapshot.index, text, limit)

    def did_you_mean(self, text: str) -> str:
        """Return *text* with words that stand nowhere in the graph replaced by the nearest; empty when all stand."""
        from cyberstd_kg.graph.search import did_you_mean

        return did_you_mean(self._snapshot.index, text)

    def show(self, reference: str, *, deep: bool = False, as_of: str | None = None) -> Card:
        """Return the card of a thing; with *deep* also of the provisions below it.

        :param as_of: the day, month or year for which it tells what held of a standard or text; default: today
        """
        from cyberstd_kg.cards.card import build
        from cyberstd_kg.core.errors import NotFound

        iri = self.resolve(reference).iri
        card = build(self.lookup, self.label, iri, deep=deep)
        try:
            return card._replace(as_of=self.as_of(iri, as_of))
        except NotFound:
            if as_of is not None:
                raise
            return card

    def current(self, reference: str, as_of: str = "today") -> AsOf:
        """Return which edition of a standard is current as of a day, month or year; a text means its standard."""
        iri = self.resolve(reference, kinds=("cstd:Standard", "cstd:Text", "cstd:Project")).iri
        return self.as_of(self.lifecycles.work_of(iri) or iri, as_of)

    def timeline(self, *references: str, committee: str | None = None) -> list[list[Work]]:
        """Return lineages: standards with those to which editions that replace others link them.

        :param references: standards or texts; without any, all of *committee*
        """
        from cyberstd_kg.lifecycle.settle import lineages

        homes = []
        for reference in references:
            iri = self.resolve(reference, kinds=("cstd:Standard", "cstd:Text", "cstd:Project")).iri
            homes.append(self.lifecycles.work_of(iri) or iri)
        if committee is not None:
            homes += [work.iri for work in self.lifecycles.all(self.resolve_iri(committee, "agent"))]
        return lineages(self.lifecycles, homes)

    def changes(self, old: str, new: str, *, committee: str | None = None) -> list[Change]:
        """Return what came, went and moved after the day *old*, up to the day *new*, of all standards or a committee's.

        :param old: a day, month or year, of which the last day counts; so too *new*, which may be ``today``
        :raises UsageError: when one is no date, or *new* lies before *old*
        """
        from cyberstd_kg.core.days import period
        from cyberstd_kg.lifecycle import changes as difference

        body = self.resolve_iri(committee, "agent") if committee else None
        return difference.between(self.lifecycles.all(body), period(old)[1], period(new)[1])

    def ask(
        self,
        question: str,
        values: Mapping[str, str] | None = None,
        *,
        timeout: float = 10.0,
        endpoint: str | None = None,
        as_of: str | None = None,
        **more: str,
    ) -> Results:
        """Answer a saved question.

        :param question: its id
        :param values: its parameters, as people write them; *more* are the same by keyword
        :param timeout: seconds after which an endpoint is given up; the shipped graph answers at once
        :param endpoint: URL of a SPARQL endpoint to ask instead of the shipped graph
        :param as_of: a day, or ``today``: the value of the question's parameter ``asOf``
        :raises NotFound: when there is no such question, or a parameter refers to nothing
        :raises UsageError: when it has no such parameter, or a value is not of its type
        """
        from cyberstd_kg.sparql import saved_questions

        given = {**(values or {}), **more}
        if as_of is not None:
            from cyberstd_kg.core.days import one_day
            from cyberstd_kg.core.errors import UsageError

            if saved_questions.AS_OF in given:
                raise UsageError("the day is given twice", "Give --as-of or --asOf.")
            given[saved_questions.AS_OF] = one_day(as_of)
        text = saved_questions.load(question).bind(given, self.resolve_iri)
        if endpoint is None:
            return self.rows(text)
        from cyberstd_kg.sparql.remote import RemoteEndpoint

        return cast("Results", RemoteEndpoint(endpoint).run(text, timeout=timeout))

    def query(
        self, text: str, *, timeout: float = 10.0, endpoint: str | None = None, as_of: str | None = None
    ) -> Results | GraphAnswer:
        """Run a SPARQL query, guarded: read-only, no SERVICE, with limits on time, memory and size.

        :param as_of: a day, or ``today``, to which the query's variable ``?asOf`` is bound
        :raises QueryRefused: when it does not parse or asks for what is not allowed
        :raises LimitExceeded: when it reaches a limit
        :raises ResourceMissing: when it names what follows, which was not worked out on this platform
        :raises UsageError: when *as_of* is no day, or the query does not use ``?asOf``
        """
        if as_of is not None:
            from cyberstd_kg.core.days import one_day
            from cyberstd_kg.sparql.saved_questions import bind_as_of

            text = bind_as_of(text, one_day(as_of))
        if endpoint is not None:
            from cyberstd_kg.sparql.remote import RemoteEndpoint

            return RemoteEndpoint(endpoint).run(text, timeout=timeout)
        from cyberstd_kg.sparql import worker
        from cyberstd_kg.sparql.results import GraphAnswer, Results

        self._snapshot.demand(text)
        data = worker.run(self._snapshot.store_path, text, timeout=timeout)
        return Results.from_json(data[1:]) if data[:1] == worker.ROWS else GraphAnswer.from_ntriples(data[1:])

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

        :param stage: by that day its current edition, or something in development, was last seen at this stage
        :param state: in force, under review, to be revised, withdrawn, not yet published, in development, proposed,
            abandoned or not known, on that day
        :param as_of: the day, or ``today``
        """
        from cyberstd_kg.core.days import one_day
        from cyberstd_kg.core.errors import UsageError
        from cyberstd_kg.lifecycle.listing import COLUMNS, listing
        from cyberstd_kg.lifecycle.standards import STATES
        from cyberstd_kg.sparql.results import Results, Term

        codes = {"committee": committee, "stage": stage, "group": group, "type": type}
        kinds = {"committee": "agent", "stage": "code:status", "group": "code:group", "type": "code:doctype"}
        found = {name: self.resolve_iri(value, kinds[name]) for name, value in codes.items() if value is not None}
        wanted = state and " ".join(state.replace("-", " ").lower().split())
        if wanted is not None and wanted not in STATES:
            raise UsageError(f"'{state}' is no state of a standard", f"There are: {', '.join(STATES)}.")
        works = self.lifecycles.all(found.get("committee"), found.get("group"))
        listed = listing(works, one_day(as_of), stage=found.get("stage"), type=found.get("type"), state=wanted)
        iris, dates = {"standard"}, {"asOf": _DATE}
        rows = [
            {
                name: Term("uri" if name in iris else "literal", value, dates.get(name, ""))
                for name, value in row.items()
            }
            for row in listed
        ]
        return Results(list(COLUMNS), rows)

    def standard(self, reference: str) -> Standard:
        """Return a standard (work) as an object."""
        from cyberstd_kg.cards.objects import Standard
        from cyberstd_kg.core import iris

        return Standard(self.lookup, self.resolve(reference, kinds=[iris.expand("cstd:Standard")]).iri)

    def text(self, reference: str) -> Text:
        """Return an edition, draft or amendment as an object."""
        from cyberstd_kg.cards.objects import Text
        from cyberstd_kg.core import iris

        return Text(self.lookup, self.resolve(reference, kinds=[iris.expand("cstd:Text")]).iri)

    def superclasses(self) -> dict[str, set[str]]:
        """Return each class of the ontology with the classes above it, itself included, as IRIs."""
        from cyberstd_kg.graph.view import View
        from cyberstd_kg.rdf.terms import plain

        above = View(self.store).superclasses()
        return {plain(name): {plain(higher) for higher in found} for name, found in above.items()}

    def validate(self, *files: Path | str, source: str = "") -> ValidationReport:
        """Check files of entries against the graph; ``.raise_if_failed()`` raises on a warning or a violation.

        :param source: IRI of the source for which a Turtle file speaks
        :raises InputError: when a file cannot be read
        """
        return self.workspace.validate([str(file) for file in files], source=source)

    def validate_all(self) -> ValidationReport:
        """Check the whole graph, with the user's own entries."""
        from cyberstd_kg.validation.check import whole

        return whole(self.store, self.workspace.files())

    def audit(self) -> Audit:
        """Count the statements whose source is described."""
        from cyberstd_kg.cards.audit import audit

        return audit(self.store, self.lookup)

    def export(self, form: str = "trig", *, graphs: Iterable[str] | None = None, mine: bool = False) -> bytes:
        """Return the graph in an RDF format (``ttl trig jsonld nq nt rdfxml``), the same bytes every time.

        :param graphs: only the graphs of these sources, given as CURIEs, IRIs or references
        :param mine: only what the workspace says
        :raises NotFound: when a source has no graph
        """
        from cyberstd_kg.rdf.formats import write

        return write(self.workspace.quads() if mine else self._asserted(graphs), form)

    def _asserted(self, graphs: Iterable[str] | None = None) -> list[pyoxigraph.Quad]:
        import pyoxigraph as ox

        from cyberstd_kg.core.errors import NotFound
        from cyberstd_kg.core.iris import COMPUTED

        if graphs is None:
            # Graph by graph, since a look at the whole store comes to each triple twice.
            named = [graph for graph in self.store.named_graphs() if graph.value not in COMPUTED]
            return [quad for graph in named for quad in self.store.quads_for_pattern(None, None, None, graph)]
        chosen: list[ox.Quad] = []
        for reference in [graphs] if isinstance(graphs, str) else graphs:
            iri = self.resolve(reference).iri
            found = list(self.store.quads_for_pattern(None, None, None, ox.NamedNode(iri)))
            if not found:
                raise NotFound(f"'{reference}' is no source with statements", "cyberstd audit lists the graphs.")
            chosen += found
        return chosen


def load(workspace: Path | str | None = None) -> KnowledgeGraph:
    """Open the knowledge graph; the snapshot is compiled first where it is missing or older than the files.

    :param workspace: the folder of the user's own entries, which need not exist; default ``$CYBERSTD_WORKSPACE``, else
        ``cyberstd-kg`` among the user's data
    :raises InputError: when a file of the graph cannot be read; names file and line
    """
    from cyberstd_kg.core import assets
    from cyberstd_kg.core.errors import InputError

    folder = assets.workspace_folder(workspace)
    try:
        return KnowledgeGraph(store.open_snapshot(workspace=folder), folder)
    except InputError as error:
        if str(folder) in error.message:
            error.hint += (
                f" The file is in your workspace; --workspace names another one, or move it away from {folder}."
            )
        raise
