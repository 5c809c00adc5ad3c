"""Standards with the evidence for their texts, from the index: only what is asked for, a few reads for each step.

The engine's store is not opened.  The cost is that of what is asked for, whatever the size of the graph.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from cyberstd_kg.core import iris
from cyberstd_kg.core.days import FIRST, LAST
from cyberstd_kg.core.hierarchy import above
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.lifecycle.evidence import ALIVE, UNSTATED, Evidence, PublishedText, StageStatement, settle
from cyberstd_kg.lifecycle.reading import StatementReader
from cyberstd_kg.lifecycle.standards import Undertaking, Work

if TYPE_CHECKING:
    import sqlite3

_STANDARD: Final = iris.expand("cstd:Standard")
_STAGE_EVENT: Final = iris.expand("cstd:StageEvent")
_BEFORE: Final = frozenset(["proposed", "in-development"])


class Lifecycles:
    """Reads standards from the index of a snapshot.

    :param index: the snapshot's index
    """

    def __init__(self, index: sqlite3.Connection) -> None:
        self._reader = StatementReader(index)

    def works(self, wanted: Iterable[str]) -> list[Work]:
        """Return the standards *wanted* (IRIs), with the parts of those that have no edition, in that order."""
        chosen = list(dict.fromkeys(wanted))
        works = _Builder(self._reader, chosen).works()
        return [works[iri] for iri in chosen]

    def lineage(self, wanted: Iterable[str]) -> list[Work]:
        """Return standards with those to which editions that replace others link them, in however many steps.

        The standard whose first edition is the oldest comes first.
        """
        works = self.works(set[str]().union(*(above(iri, self._replacing) for iri in wanted)))
        return sorted(works, key=lambda w: (min((text.published for text in w.editions), default=(LAST, LAST)), w.iri))

    def _replacing(self, standard: str) -> list[str]:
        """Return the standards of the texts that editions of *standard* replace, or that replace these."""
        editions = self._reader.subjects([standard], "editionOf")
        texts = self._reader.subjects(editions, "replaces") + self._reader.targets(editions, "replaces")
        return self._reader.targets(texts, "editionOf")

    def all(self, committee: str | None = None, group: str | None = None) -> list[Work]:
        """Return all standards, or those of a topic group, or that a body, or one below it, develops or publishes.

        They are in natural order of designation.
        """
        reader = self._reader
        if committee is not None:
            bodies = above(committee, lambda body: reader.subjects([body], "subOrganizationOf"))
            chosen = reader.subjects(bodies, "developedBy", "publisher")
        elif group is not None:
            chosen = reader.subjects([group], "topicGroup")
        else:
            chosen = reader.subjects([_STANDARD], "type")
        reader.read(chosen)
        works = self.works(iri for iri in chosen if _STANDARD in reader.linked(iri, "type"))
        return sorted(works, key=lambda work: natural(work.designation))

    def work_of(self, iri: str) -> str:
        """Return the IRI of the standard to which a standard, text or project belongs; empty where there is none."""
        nodes = [iri]
        for _ in range(3):  # an amendment of an amendment leads over its edition
            if standards := self._reader.targets(nodes, "editionOf", "draftOf", "projectOf"):
                return standards[0]
            if standards := [node for node in nodes if _STANDARD in self._reader.linked(node, "type")]:
                return standards[0]
            nodes = self._reader.targets(nodes, "amends", "toAmend")
        return ""


class _Members:
    """Standards, with the parts of those that have no edition, and with their texts and projects."""

    _LINKS: Final = ("editionOf", "draftOf", "projectOf", "partOfStandard")

    def __init__(self, reader: StatementReader, chosen: Iterable[str]) -> None:
        #: The standards *chosen* and their parts, each at its place; a part comes after what it is part of.
        self.standards: dict[str, int] = {}
        self._members: dict[str, defaultdict[str, list[str]]] = {name: defaultdict(list) for name in self._LINKS}
        new = list(chosen)
        while new:
            self.standards |= {iri: len(self.standards) + at for at, iri in enumerate(new)}
            rows = reader.into(new, *self._LINKS)
            for subject, name, standard in rows:
                self._members[name][standard].append(subject)
            # The parts matter where a standard has no edition of its own.
            parts = [s for s, name, standard in rows if name == "partOfStandard" and not self.of(standard, "editionOf")]
            new = [part for part in dict.fromkeys(parts) if part not in self.standards]

    def of(self, standard: str, *names: str) -> list[str]:
        """Return the members that these properties link to *standard*."""
        return [member for name in names for member in self._members[name][standard]]

    def all(self, *names: str) -> list[str]:
        """Return the members that these properties link to any of the standards."""
        return [member for standard in self.standards for member in self.of(standard, *names)]


class _Builder:
    """Builds standards from statements: all that is needed is read first, in a few steps.

    :param chosen: the standards (IRIs)
    """

    def __init__(self, reader: StatementReader, chosen: Iterable[str]) -> None:
        self._reader = reader
        self._members = _Members(reader, chosen)
        editions = self._members.all("editionOf")
        #: edition → its amendments; text → those that replace it
        self._amendments = self._subjects_of(editions, "amends")
        texts = dict.fromkeys([*editions, *(new for many in self._amendments.values() for new in many)])
        self._newer = self._subjects_of(texts, "replaces")
        texts |= dict.fromkeys(new for many in self._newer.values() for new in many)
        undertakings = self._members.all("draftOf", "projectOf")
        aims = reader.targets(undertakings, "revises", "toAmend")
        reader.read([*self._members.standards, *texts, *aims])
        reader.read_ranks([*texts, *undertakings])
        self._stages = self._read_stages([*texts, *undertakings])
        self._texts = self._published_texts(texts)

    def _subjects_of(self, values: Iterable[str], name: str) -> defaultdict[str, list[str]]:
        """Return value → the other entities that have it under the property *name*."""
        subjects: defaultdict[str, list[str]] = defaultdict(list)
        for subject, _, value in self._reader.into(values, name):
            if subject != value:
                subjects[value].append(subject)
        return subjects

    def works(self) -> dict[str, Work]:
        """Return the standards and their parts, by IRI."""
        works = {iri: self._work(iri) for iri in self._members.standards}
        place = self._members.standards
        for iri, work in works.items():
            # Parts were met after what they are parts of, so a circle of parts is cut where it closes.
            parts = [part for part in self._members.of(iri, "partOfStandard") if place.get(part, 0) > place[iri]]
            work.parts = sorted((works[part] for part in parts), key=lambda part: natural(part.designation))
        return works

    def _work(self, iri: str) -> Work:
        reader, editions = self._reader, self._members.of(iri, "editionOf")
        drafts, projects = self._members.of(iri, "draftOf"), self._members.of(iri, "projectOf")
        work = Work(iri, reader.first(iri, "identifier"))
        work.titles = reader.linked(iri, "title")
        work.types = reader.linked(iri, "documentType")
        work.sources = {graph for _, graph in reader.values(iri, "identifier")}
        work.texts = {reader.first(member, "identifier") for member in (*editions, *drafts) if member not in projects}
        for member in (*editions, *drafts, *projects):
            work.types |= reader.linked(member, "documentType")
            work.printed |= {stage.printed for stage in self._stages[member] if stage.printed}
        work.editions = [self._texts[edition] for edition in editions]
        work.amendments = [self._texts[new] for edition in editions for new in self._amendments[edition]]
        work.undertakings = self._undertakings(iri, projects, drafts)
        return work

    def _undertakings(self, work: str, projects: list[str], drafts: list[str]) -> list[Undertaking]:
        reader, undertakings = self._reader, dict[str, Undertaking]()
        for iri in (*projects, *drafts):
            inside = reader.linked(iri, "developedIn")
            home = next((project for project in projects if project in inside), iri)
            if home not in undertakings:
                undertakings[home] = Undertaking(home, reader.first(home, "identifier", "label"), work)
                undertakings[home].title = reader.first(home, "title")
            undertaking = undertakings[home]
            undertaking.title = undertaking.title or reader.first(iri, "title")
            undertaking.numbers |= reader.linked(iri, "edition")
            undertaking.revises |= reader.linked(iri, "revises")
            undertaking.to_amend |= reader.linked(iri, "toAmend")
            for aim in reader.linked(iri, "revises", "toAmend"):
                undertaking.designations[aim] = reader.first(aim, "identifier") or aim
            undertaking.stages += self._stages[iri]
        return list(undertakings.values())

    # ── Stages ──

    def _read_stages(self, entities: Iterable[str]) -> defaultdict[str, list[StageStatement]]:
        """Return entity → the statements of its stages."""
        links = self._reader.into(entities, "stageOf")
        stages = [stage for stage, _, _ in links]
        self._reader.read(self._reader.targets(stages, "stage"))
        self._reader.read_ranks(stages)
        statements: defaultdict[str, list[StageStatement]] = defaultdict(list)
        for stage, _, entity in links:
            statements[entity] += self._stage_statements(stage, entity)
        return statements

    def _stage_statements(self, iri: str, entity: str) -> Iterator[StageStatement]:
        """Yield what the stage statement *iri* says of *entity*, once for each interval that a source gives."""
        reader, graphs = self._reader, self._reader.graphs(iri, "stageOf", entity)
        code = reader.first(iri, "stage")
        for first, last in sorted({(first, last) for first, last, _ in reader.intervals(iri)}):
            yield StageStatement(
                stage=code,
                name=reader.first(code, "prefLabel"),
                code=reader.first(code, "notation"),
                life=reader.first(code, "lifeState").rpartition("#")[2],
                broader=reader.first(code, "broader"),
                first=first,
                last=last,
                printed=reader.first(iri, "printedStage"),
                event=_STAGE_EVENT in reader.linked(iri, "type"),
                rank=reader.rank(graphs),
                sources=tuple(sorted(set(graphs))),
            )

    # ── Published texts ──

    def _published_texts(self, iris_of_texts: Iterable[str]) -> dict[str, PublishedText]:
        """Return the texts by IRI, with those that replace them."""
        publication = {iri: list(self._publication(iri)) for iri in iris_of_texts}
        texts: dict[str, PublishedText] = {}
        for iri, evidence in publication.items():
            end = [*_ends(self._stages[iri]), *(self._replaced(iri, new, publication[new]) for new in self._newer[iri])]
            texts[iri] = text = PublishedText(iri, evidence, end)
            text.designation, text.title, text.number, text.work, text.project, text.amends = (
                self._reader.first(iri, name)
                for name in ("identifier", "title", "edition", "editionOf", "developedIn", "amends")
            )
            text.stages = self._stages[iri]
        for iri, text in texts.items():
            text.replaced_by = [texts[new] for new in self._newer[iri]]
        return texts

    def _publication(self, iri: str) -> Iterator[Evidence]:
        """Yield the evidence for the day of publication of a text."""
        for first, last, graph in self._reader.intervals(iri):
            yield Evidence("dated", first, last, self._reader.rank([graph]), (graph,))
        for s in self._stages[iri]:
            if s.event and s.life == "in-force":
                yield Evidence("published", s.first, s.last, s.rank, s.sources)
            elif s.life in ALIVE or s.life == "withdrawn":
                yield Evidence("seen", FIRST, s.last, s.rank, s.sources, seen=s.interval)
            elif s.life in _BEFORE:
                yield Evidence("unpublished", s.first, LAST, s.rank, s.sources, seen=s.interval)

    def _replaced(self, old: str, new: str, publication: list[Evidence]) -> Evidence:
        """Return the evidence for the end of *old* that its replacement by *new* is.

        :param publication: the evidence for the publication of *new*
        """
        graphs = self._reader.graphs(new, "replaces", old)
        settled = settle("publication", publication)
        own = [e for e in settled.counted if e.kind in ("dated", "published")]
        rank = max(self._reader.rank(graphs), min((e.rank for e in own), default=UNSTATED))
        sources = tuple(sorted({*graphs, *(source for e in own for source in e.sources)}))
        return Evidence("replaced", settled.first, settled.last, rank, sources, by=new)


def _ends(stages: Iterable[StageStatement]) -> Iterator[Evidence]:
    """Yield the evidence for the day of the end that stage statements give."""
    for s in stages:
        if s.event and s.life == "withdrawn":
            yield Evidence("withdrawn", s.first, s.last, s.rank, s.sources)
        elif s.life == "withdrawn":
            yield Evidence("seen withdrawn", FIRST, s.last, s.rank, s.sources, seen=s.interval)
        elif s.life in ALIVE and not (s.event and s.life == "in-force"):
            yield Evidence("seen live", s.first, LAST, s.rank, s.sources, seen=s.interval)


def lineages(lifecycles: Lifecycles, standards: Iterable[str]) -> list[list[Work]]:
    """Return the lineages of *standards* (IRIs), each once, in the order in which they are asked for."""
    found: list[list[Work]] = []
    done: set[str] = set()
    for iri in standards:
        if iri not in done:
            found.append(lifecycles.lineage([iri]))
            done |= {work.iri for work in found[-1]}
    return found
