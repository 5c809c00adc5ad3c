"""What one record of a registry says of one document, and the statements that it makes.

The model between foreign formats and the graph: importers and the catalogue read their files into :class:`Record`, and
:func:`statements` alone knows how a record is said in the terms of the ontology.  Nothing is decided here that the
record does not hold; what we conclude (which project a draft belongs to, what kind of document it is) is for a graph of
our own, made by ``data/build_catalogue.py``.  See docs/decisions/0011-catalogue.md.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.designations import printed as designation
from cyberstd_kg.designations.printed import PrintedDesignation

_XSD_DATE: Final = ox.NamedNode(iris.PREFIXES["xsd"] + "date")

#: Names of committees as registries print them → the one way in which we write them.
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
#: The harmonized stage codes of ISO and IEC that the scheme of stages has.
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
#: IEC's words for the state of a publication, and for its days → codes of the scheme of stages.
_WORDS: Final = {
    "PUBLISHED": "is",
    "REVISED": "revised",
    "REPLACED": "replaced",
    "WITHDRAWN": "withdrawn",
    "OBSOLETED": "withdrawn",
}
_STATEMENT = tuple[str, str, "ox.NamedNode | ox.Literal"]


class Stage(NamedTuple):
    """A stage that a record states: *code* as printed ("60.60", "REVISED"), and the day or interval.

    An *event* was reached on that day; an observation was seen on that day by whoever looked at the registry.
    """

    code: str
    earliest: str
    latest: str
    event: bool = False
    printed_date: str = ""
    #: The word that tells which stage was reached, where the printed one does not: "REVISED" of what is "obsoleted".
    means: str = ""


@dataclass(frozen=True)
class Record:
    """One record.  Dates are as printed (YYYY, YYYY-MM or YYYY-MM-DD); what the record does not hold is empty.

    *graph* is the IRI of the record as a source.  The relations hold designations: *replaces* and *replaced_by* are of
    published texts; *revises* of what a draft or project is to replace; *revised_by* of drafts and projects that are to
    replace it; *amended_by* of amendments to it.
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
    #: The text that the record is of where its designation does not tell: IRI slug and regular designation.
    text: tuple[str, str] | None = field(default=None)
    #: The work of that text, where its designation does not tell.
    work: str = ""
    #: The project that an undated record is of, where it has a name already: the second slug of its IRI, or "".
    project: str | None = None
    #: What designations among the relations are of where they do not tell: undated ones of projects.
    others: tuple[tuple[str, PrintedDesignation], ...] = ()

    @property
    def reading(self) -> PrintedDesignation:
        """What the record is of.

        :raises InputError: when the designation has no known form
        """
        read = designation.read(self.designation)
        if read is None:
            raise InputError(f"the designation '{self.designation}' has no form that is known", "Add it by hand.")
        if self.work:
            read = read._replace(work=self.work, part="", whole="")
        if self.text:
            return read._replace(
                text=self.text[0], identifier=self.text[1], kind="draft" if read.kind == "draft" else "edition"
            )
        undated = bool(self.stages) or self.project is not None
        if read.kind == "standard" and self.published and not undated:
            # A publisher without year in the designation (NIST SP 800-207): the year of the record tells the edition.
            year = self.published[:4]
            return read._replace(kind="edition", text=year, identifier=f"{read.identifier} ({year})")
        if (read.kind == "standard" and undated) or (read.kind == "project" and not read.host):
            # ISO gives an undated record to a project that has no dated text yet; the edition to come tells it.
            own = f"ed{self.edition}" if self.edition else "project"
            return read._replace(kind="project", text=own if self.project is None else self.project)
        return read


def interval(date: str) -> tuple[str, str]:
    """Return the first and last day that a printed date leaves open.

    >>> interval("2022-02"), interval("2022")
    (('2022-02-01', '2022-02-28'), ('2022-01-01', '2022-12-31'))

    :raises InputError: when it is no year, month or day
    """
    parts = date.split("-")
    try:
        if not re.fullmatch(r"[12]\d{3}(-\d{2}){0,2}", date):
            raise ValueError
        year = int(parts[0])
        month = int(parts[1]) if len(parts) > 1 else 0
        last = monthrange(year, month or 12)[1]
        if len(parts) == 3 and not 1 <= int(parts[2]) <= last:
            raise ValueError
    except ValueError:
        raise InputError(f"'{date}' is no date", "Dates are YYYY, YYYY-MM or YYYY-MM-DD.") from None
    if len(parts) == 3:
        return date, date
    return f"{year}-{month or 1:02}-01", f"{year}-{month or 12:02}-{last}"


def statements(record: Record) -> list[ox.Quad]:
    """Return the statements of *record*, all in the record's graph.

    :raises InputError: when the designation or a date cannot be read
    """
    graph = ox.NamedNode(record.graph)
    quads = {ox.Quad(ox.NamedNode(s), ox.NamedNode(iris.expand(p)), o, graph): None for s, p, o in _said(record)}
    return list(quads)


def _said(record: Record) -> Iterator[_STATEMENT]:
    read = record.reading
    yield from _work(read)
    if record.committee:
        name = COMMITTEES.get(record.committee, record.committee)
        agent = iris.mint("agent", name)
        yield read.work_iri, "cstd:developedBy", _node(agent)
        yield agent, "rdf:type", _node(iris.expand("org:Organization"))
        yield agent, "skos:prefLabel", ox.Literal(name, language="en")
    yield from _identity(read)
    subject = read.iri
    if record.designation != read.identifier or read.kind == "project":
        yield subject, "cstd:printedDesignation", ox.Literal(record.designation)
    for title, language in record.titles:
        yield subject, "dct:title", ox.Literal(title, language=language.lower())
    if code := _document_type(record, read):
        yield subject, "cstd:documentType", _node(iris.expand(f"doctype:{code}"))
    if record.edition and read.kind != "amendment" and not read.host:
        yield subject, "bibo:edition", ox.Literal(record.edition)  # of an amendment's record it is that of its host
    if record.published:
        yield from _dated(subject, record.published)
    if record.stable_until:
        yield subject, "cstd:stableUntil", ox.Literal(record.stable_until, datatype=_XSD_DATE)
    if record.landing_page:
        yield subject, "dcat:landingPage", _node(record.landing_page)
    for stage in record.stages:
        yield from _stage(record, read, stage)
    yield from _relations(record, subject)


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _work(read: PrintedDesignation) -> Iterator[_STATEMENT]:
    """Yield what identifies the standard, and of a part the whole."""
    yield read.work_iri, "rdf:type", _node(iris.expand("cstd:Standard"))
    yield read.work_iri, "dct:identifier", ox.Literal(read.work)
    if read.part:
        whole = iris.mint("std", read.whole)
        yield read.work_iri, "cstd:partOfStandard", _node(whole)
        yield read.work_iri, "cstd:partNumber", ox.Literal(read.part)
        yield whole, "rdf:type", _node(iris.expand("cstd:Standard"))
        yield whole, "dct:identifier", ox.Literal(read.whole)


def _identity(read: PrintedDesignation) -> Iterator[_STATEMENT]:
    """Yield class, designation and place of a text or project."""
    subject, work = read.iri, _node(read.work_iri)
    if read.kind == "standard":
        return
    yield subject, "rdf:type", _node(iris.expand(f"cstd:{read.kind.capitalize()}"))
    if read.kind != "project":
        yield subject, "dct:identifier", ox.Literal(read.identifier)
    if read.kind == "amendment":
        host = designation.read(read.host)
        if host is None:
            raise InputError(f"the designation '{read.host}' has no form that is known", "Add it by hand.")
        yield subject, "cstd:amends", _node(host.iri)
        yield from _identity(host)
        return
    link = {"edition": "cstd:editionOf", "draft": "cstd:draftOf", "project": "cstd:projectOf"}[read.kind]
    yield subject, link, work
    if read.host:
        host = designation.read(read.host)
        if host is not None:
            yield subject, "cstd:toAmend", _node(host.iri)
            yield from _identity(host)


def _document_type(record: Record, read: PrintedDesignation) -> str:
    if read.code in ("amd", "cor"):
        return read.code
    return DOCUMENT_TYPES.get(record.document_type.lower(), "")


def _dated(subject: str, printed: str) -> Iterator[_STATEMENT]:
    earliest, latest = interval(printed)
    yield subject, "cstd:printedDate", ox.Literal(printed)
    yield subject, "cstd:earliest", ox.Literal(earliest, datatype=_XSD_DATE)
    yield subject, "cstd:latest", ox.Literal(latest, datatype=_XSD_DATE)


def stage_code(printed: str) -> str:
    """Return the code of the scheme of stages for a printed one: "60.60" → "60-60", "PUBLISHED" → "is"; else ""."""
    if printed in _HARMONIZED:
        return printed.replace(".", "-")
    return _WORDS.get(printed.upper(), "")


def _stage(record: Record, read: PrintedDesignation, stage: Stage) -> Iterator[_STATEMENT]:
    code = stage_code(stage.means or stage.code)
    own = f"{read.text}-{code}" if stage.event else read.text
    if read.kind == "project":
        own = f"{own}-project"
    subject = iris.mint("stage", read.work, own, record.registry)
    yield subject, "rdf:type", _node(iris.expand("cstd:StageEvent" if stage.event else "cstd:StageObservation"))
    yield subject, "cstd:stageOf", _node(read.iri)
    yield subject, "cstd:printedStage", ox.Literal(stage.code)
    if code:
        yield subject, "cstd:stage", _node(iris.expand(f"status:{code}"))
    if stage.printed_date:
        yield subject, "cstd:printedDate", ox.Literal(stage.printed_date)
    yield subject, "cstd:earliest", ox.Literal(stage.earliest, datatype=_XSD_DATE)
    yield subject, "cstd:latest", ox.Literal(stage.latest, datatype=_XSD_DATE)


def _relations(record: Record, subject: str) -> Iterator[_STATEMENT]:
    """Yield what the document replaces, revises and amends, and the identity of the others."""
    known = dict(record.others)
    for name, property_, inverse in (
        ("replaces", "dct:replaces", False),
        ("replaced_by", "dct:replaces", True),
        ("revises", "cstd:revises", False),
        ("revised_by", "cstd:revises", True),
        ("amended_by", "", True),
    ):
        for other in getattr(record, name):
            read = known.get(other) or designation.read(other)
            if read is None or (read.kind == "standard" and not property_):
                continue  # of no known form; an importer has reported it
            yield from _work(read)
            yield from _identity(read)
            if property_ and read.kind != "standard":
                yield (read.iri, property_, _node(subject)) if inverse else (subject, property_, _node(read.iri))


def describe(
    graph: str, document: str, title: str, locator: str, tier: str, holder: str, *, says: str = "stated"
) -> list[ox.Quad]:
    """Return the description of the source *graph*, a part of *document*, in the graph *holder*.

    :param document: IRI of the document, which may be *graph* itself
    :param locator: where in the document it is found
    :param says: whether it holds what the document states, or our reading of it ("ours")
    """
    name = ox.NamedNode(holder)
    subject = ox.NamedNode(graph)
    said: Iterable[tuple[str, ox.NamedNode | ox.Literal]] = (
        ("rdf:type", _node(iris.expand("cstd:Source"))),
        ("dct:title", ox.Literal(title, language="en")),
        ("bibo:locator", ox.Literal(locator)),
        ("cstd:licenceTier", _node(iris.expand(f"tier:{tier}"))),
        ("cstd:says", _node(iris.expand(f"says:{says}"))),
        ("cstd:sourceDocument", _node(document)),
    )
    return [ox.Quad(subject, ox.NamedNode(iris.expand(p)), o, name) for p, o in said]
