"""The record of one document in a registry, and its statements in the terms of the ontology.

The model between foreign formats and the graph: importers and the catalogue read their files into :class:`Record`, and
:func:`statements` alone knows the terms of the ontology.  Nothing is added that the record does not hold; what we
conclude (the project of a draft, the kind of a document) goes into a graph of our own, which
``data/build_catalogue.py`` makes.  See docs/decisions/0011-catalogue.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core import days, iris
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.designations import printed
from cyberstd_kg.designations.printed import PrintedDesignation
from cyberstd_kg.rdf.terms import node, quad, typed

#: Names of committees as registries print them → our names.
COMMITTEES: Final = {"Cyber Security": "ETSI TC CYBER", "NIST": "NIST"}
#: ISO's words for types of deliverable → our codes.
DOCUMENT_TYPES: Final = {
    "european standard": "en",
    "guide": "guide",
    "international-standard": "is",
    "publicly-available-specification": "pas",
    "recommendation": "recommendation",
    "technical specification": "ts",
    "technical-report": "tr",
    "technical-specification": "ts",
}
#: The harmonized stage codes of ISO and IEC that our scheme of stages has.
_HARMONIZED: Final = frozenset(
    f"{stage}.{step}"
    for stage, steps in {
        "00": "00 20 60 98 99",
        "10": "00 20 60 92 98 99",
        "20": "00 20 60 98 99",
        "30": "00 20 60 92 98 99",
        "40": "00 20 60 92 93 98 99",
        "50": "00 20 60 92 98 99",
        "60": "00 60",
        "90": "20 60 92 93 99",
        "95": "20 60 92 99",
    }.items()
    for step in steps.split()
)
#: IEC's words for the state of a publication, and for its days → codes of our scheme of stages.
_WORDS: Final = {
    "PUBLISHED": "is",
    "REVISED": "revised",
    "REPLACED": "replaced",
    "WITHDRAWN": "withdrawn",
    "OBSOLETED": "withdrawn",
}
#: The fields of a record with its relations → the property, and whether it leads from the other document to this one.
_RELATIONS: Final = {
    "replaces": ("dct:replaces", False),
    "replaced_by": ("dct:replaces", True),
    "revises": ("cstd:revises", False),
    "revised_by": ("cstd:revises", True),
    "amended_by": ("", True),
}
_LINKS: Final = {"edition": "cstd:editionOf", "draft": "cstd:draftOf", "project": "cstd:projectOf"}
#: (IRI of the subject, CURIE of the property, value)
_Statements = Iterator[tuple[str, str, ox.NamedNode | ox.Literal]]


class Stage(NamedTuple):
    """A stage that a record states: *code* as printed ("60.60", "REVISED"), and the first and last possible day.

    An *event* was reached on that day; otherwise the stage was observed in the registry on that day.
    """

    code: str
    earliest: str
    latest: str
    event: bool = False
    printed_date: str = ""
    #: The word that says which stage was reached, where the printed one does not: "REVISED" for "obsoleted".
    means: str = ""


@dataclass(frozen=True)
class Record:
    """One record.  Dates are as printed (YYYY, YYYY-MM or YYYY-MM-DD); a field that the record does not hold is empty.

    *graph* is the IRI of the record as a source.  The relations hold designations: *replaces* and *replaced_by* those
    of published texts; *revises* those of texts that a draft or project is to replace; *revised_by* those of drafts and
    projects that are to replace it; *amended_by* those of its amendments.
    """

    graph: str
    designation: str
    registry: str
    titles: tuple[tuple[str, str], ...] = ()
    document_type: str = ""
    edition: str = ""
    published: str = ""
    stages: tuple[Stage, ...] = ()
    committee: str = ""
    replaces: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    revises: tuple[str, ...] = ()
    revised_by: tuple[str, ...] = ()
    amended_by: tuple[str, ...] = ()
    stable_until: str = ""
    landing_page: str = ""
    #: The text of the record where its designation does not tell it: IRI slug and regular designation.
    text: tuple[str, str] | None = None
    #: The standard of that text, where its designation does not tell it.
    work: str = ""
    #: The project of an undated record, where it has a name already: the second slug of its IRI, or "".
    project: str | None = None
    #: Designations among the relations that do not tell what they name, with what they name: undated ones of projects.
    others: tuple[tuple[str, PrintedDesignation], ...] = ()

    @property
    def reading(self) -> PrintedDesignation:
        """What the record describes.

        :raises InputError: when the designation has no known form
        """
        read = printed.required(self.designation)
        if self.work:
            read = read._replace(work=self.work, part="", whole="")
        if self.text:
            return read._replace(
                text=self.text[0], identifier=self.text[1], kind="draft" if read.kind == "draft" else "edition"
            )
        undated = bool(self.stages) or self.project is not None
        if read.kind == "standard" and self.published and not undated:
            # A publisher without a year in the designation (NIST SP 800-207): the record's year tells the edition.
            year = self.published[:4]
            return read._replace(kind="edition", text=year, identifier=f"{read.identifier} ({year})")
        if (read.kind == "standard" and undated) or (read.kind == "project" and not read.host):
            # ISO lists a project without a dated text under an undated record; the coming edition tells which one.
            own = f"ed{self.edition}" if self.edition else "project"
            return read._replace(kind="project", text=own if self.project is None else self.project)
        return read


def interval(date: str) -> days.Interval:
    """Return the first and last day of a printed date: a year, month or day from 1000 to 2999.

    :raises InputError: when it is none of these
    """
    try:
        if date[:1] not in ("1", "2"):
            raise ValueError
        return days.span(date)
    except ValueError:
        raise InputError(f"'{date}' is not a date", "Dates are YYYY, YYYY-MM or YYYY-MM-DD.") from None


def statements(record: Record) -> list[ox.Quad]:
    """Return the statements of *record*, all in the record's graph, each once.

    :raises InputError: when the designation or a date cannot be read
    """
    return list(dict.fromkeys(quad(record.graph, *statement) for statement in _statements(record)))


def _statements(record: Record) -> _Statements:
    read = record.reading
    yield from _work(read)
    if record.committee:
        name = COMMITTEES.get(record.committee, record.committee)
        agent = iris.mint("agent", name)
        yield read.work_iri, "cstd:developedBy", ox.NamedNode(agent)
        yield agent, "rdf:type", node("org:Organization")
        yield agent, "skos:prefLabel", ox.Literal(name, language="en")
    yield from _identity(read)
    subject = read.iri
    if record.designation != read.identifier or read.kind == "project":
        yield subject, "cstd:printedDesignation", ox.Literal(record.designation)
    for title, language in record.titles:
        yield subject, "dct:title", ox.Literal(title, language=language.lower())
    if code := read.code if read.code in ("amd", "cor") else DOCUMENT_TYPES.get(record.document_type.lower(), ""):
        yield subject, "cstd:documentType", node(f"doctype:{code}")
    if record.edition and read.kind != "amendment" and not read.host:
        yield subject, "bibo:edition", ox.Literal(record.edition)  # the record of an amendment has that of its host
    if record.published:
        yield from dated(subject, record.published, interval(record.published))
    if record.stable_until:
        yield subject, "cstd:stableUntil", typed(record.stable_until, "xsd:date")
    if record.landing_page:
        yield subject, "dcat:landingPage", ox.NamedNode(record.landing_page)
    for stage in record.stages:
        yield from _stage(record, read, stage)
    yield from _relations(record, subject)


def dated(subject: str, date: str, interval: days.Interval) -> _Statements:
    """Yield the statements of a date: as printed, unless empty, and the first and last possible day."""
    if date:
        yield subject, "cstd:printedDate", ox.Literal(date)
    for curie, day in zip(("cstd:earliest", "cstd:latest"), interval, strict=True):
        yield subject, curie, typed(day, "xsd:date")


def _work(read: PrintedDesignation) -> _Statements:
    """Yield the identity of the standard, and of a part that of the whole."""
    yield read.work_iri, "rdf:type", node("cstd:Standard")
    yield read.work_iri, "dct:identifier", ox.Literal(read.work)
    if read.part:
        whole = iris.mint("std", read.whole)
        yield read.work_iri, "cstd:partOfStandard", ox.NamedNode(whole)
        yield read.work_iri, "cstd:partNumber", ox.Literal(read.part)
        yield whole, "rdf:type", node("cstd:Standard")
        yield whole, "dct:identifier", ox.Literal(read.whole)


def _identity(read: PrintedDesignation) -> _Statements:
    """Yield class, designation and standard of a text or project; of an amendment its host, with the same.

    :raises InputError: when the designation of an amendment's host has no known form
    """
    if read.kind == "standard":
        return
    yield read.iri, "rdf:type", node(f"cstd:{read.kind.capitalize()}")
    if read.kind != "project":
        yield read.iri, "dct:identifier", ox.Literal(read.identifier)
    if read.kind in _LINKS:
        yield read.iri, _LINKS[read.kind], ox.NamedNode(read.work_iri)
    host = printed.required(read.host) if read.kind == "amendment" else printed.read(read.host)
    if host is not None:
        yield read.iri, "cstd:amends" if read.kind == "amendment" else "cstd:toAmend", ox.NamedNode(host.iri)
        yield from _identity(host)


def stage_code(text: str) -> str:
    """Return the code of our scheme of stages for a printed one: "60.60" → "60-60", "PUBLISHED" → "is"; else ""."""
    return text.replace(".", "-") if text in _HARMONIZED else _WORDS.get(text.upper(), "")


def _stage(record: Record, read: PrintedDesignation, stage: Stage) -> _Statements:
    code = stage_code(stage.means or stage.code)
    own = f"{read.text}-{code}" if stage.event else read.text
    if read.kind == "project":
        own = f"{own}-project"
    subject = iris.mint("stage", read.work, own, record.registry)
    yield subject, "rdf:type", node("cstd:StageEvent" if stage.event else "cstd:StageObservation")
    yield subject, "cstd:stageOf", ox.NamedNode(read.iri)
    yield subject, "cstd:printedStage", ox.Literal(stage.code)
    if code:
        yield subject, "cstd:stage", node(f"status:{code}")
    yield from dated(subject, stage.printed_date, (stage.earliest, stage.latest))


def _relations(record: Record, subject: str) -> _Statements:
    """Yield what the document replaces, revises and amends, and the identity of the other documents."""
    known = dict(record.others)
    for name, (curie, is_inverse) in _RELATIONS.items():
        for designation in getattr(record, name):
            other = known.get(designation) or printed.read(designation)
            if other is None or (other.kind == "standard" and not curie):
                continue  # without a known form; the importer has reported it
            yield from _work(other)
            yield from _identity(other)
            if curie and other.kind != "standard":
                start, end = (other.iri, subject) if is_inverse else (subject, other.iri)
                yield start, curie, ox.NamedNode(end)


def describe(
    graph: str, document: str, title: str, locator: str, tier: str, holder: str, *, says: str = "stated"
) -> list[ox.Quad]:
    """Return the description of the source *graph*, a part of *document*, in the graph *holder*.

    :param document: IRI of the document, which may be *graph* itself
    :param locator: where in the document it is
    :param tier: the code of its licence tier
    :param says: whether it holds what the document states, or our reading of it ("ours")
    """
    values: dict[str, ox.NamedNode | ox.Literal] = {
        "rdf:type": node("cstd:Source"),
        "dct:title": ox.Literal(title, language="en"),
        "bibo:locator": ox.Literal(locator),
        "cstd:licenceTier": node(f"tier:{tier}"),
        "cstd:says": node(f"says:{says}"),
        "cstd:sourceDocument": ox.NamedNode(document),
    }
    return [quad(holder, graph, curie, value) for curie, value in values.items()]
