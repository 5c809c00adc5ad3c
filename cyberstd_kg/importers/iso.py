"""ISO Open Data (JSON Lines): deliverables → records, technical committees → organizations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.designations import records
from cyberstd_kg.designations.records import Record, Stage
from cyberstd_kg.foreign.report import FilePlace, ImportReport
from cyberstd_kg.foreign.trees import Tree, at, members, words
from cyberstd_kg.importers import fields
from cyberstd_kg.importers.fields import FoundRecord, RecordLink

REGISTRY: Final = "iso-open-data"
TITLE: Final = "ISO Open Data"
#: ISO's codes of types of deliverable → the words of :data:`cyberstd_kg.designations.records.DOCUMENT_TYPES`.
_TYPES: Final = {
    "IS": "international-standard",
    "TS": "technical-specification",
    "TR": "technical-report",
    "PAS": "publicly-available-specification",
    "GUIDE": "guide",
}
_TAKEN: Final = frozenset(
    "id reference title deliverableType supplementType publicationDate edition ownerCommittee currentStage replaces "
    "replacedBy secretariat creationDate parentId pMembers oMembers sortKey childrenId".split()
)
#: Fields that hold text of the document.
_TEXT: Final = frozenset(("scope",))
#: What the designation of a committee says that it is, and the kind of body in our scheme.
_KINDS: Final = (
    (r".*/SC \d+", "subcommittee"),
    (r".*\bJTC \d+", "joint-technical-committee"),
    (r".*/TC \d+", "technical-committee"),
)


class Committee(NamedTuple):
    """A committee as ISO lists it; *parent* is the number of the committee above it."""

    place: FilePlace
    graph: str
    number: str
    name: str
    title: str
    secretariat: str
    created: str
    parent: str
    participating: int
    observing: int


def is_committee(tree: Tree) -> bool:
    """Tell whether a record is one of a committee, not of a deliverable."""
    return isinstance(tree, dict) and "deliverableType" not in tree and ("secretariat" in tree or "sortKey" in tree)


def deliverable(tree: Tree, place: FilePlace, as_of: str, report: ImportReport) -> tuple[str, FoundRecord]:
    """Return number and record of a deliverable; its relations name others by number, see :func:`named`.

    :raises InputError: when it is no deliverable, or has no designation of a known form
    """
    name = _reference(tree)
    read_as = fields.required(name)
    place = place._replace(record=name)
    own = fields.Maker(place, report, read_as)
    fields.count_left(tree, _TAKEN, _TEXT, report)
    status = _stage(words(at(tree, "currentStage")))
    edition = own.edition(words(at(tree, "edition")))
    kind = words(at(tree, "deliverableType"))
    undated = read_as.kind == "standard" and bool(status)
    titles = at(tree, "title")
    given = titles.items() if isinstance(titles, dict) else [("en", titles)]
    record = Record(
        graph=iris.mint("src", "workspace", REGISTRY, name),
        designation=name,
        registry=REGISTRY,
        titles=tuple(own.titles((words(text), language) for language, text in given)),
        document_type=own.document_type(_TYPES.get(kind.upper(), kind)),
        edition=edition,
        published=own.published(words(at(tree, "publicationDate"))),
        stages=tuple(_stages(status, as_of, own)),
        committee=_owner(words(at(tree, "ownerCommittee")), own),
        project=(f"ed{edition}" if edition else "project") if undated else None,
    )
    links = [
        RecordLink(word, words(number))
        for field, word in (("replaces", "obsoletes"), ("replacedBy", "obsoletedBy"))
        for number in members(at(tree, field))
    ]
    withdrawn = status == "95.99" if records.stage_code(status) else None
    return words(at(tree, "id")), FoundRecord(record, place, TITLE, tuple(links), withdrawn)


def _reference(tree: Tree) -> str:
    if not isinstance(tree, dict):
        raise InputError("it is no record, but a single value or list", "A record is an object on a line of its own.")
    if not (name := words(tree.get("reference"))):
        raise InputError("it has no reference", "A record needs a reference, such as ISO/IEC 27001:2022.")
    return name


def _stage(printed: str) -> str:
    """Return the stage in the form that ISO prints: 6060 → 60.60."""
    return f"{printed[:-2].zfill(2)}.{printed[-2:]}" if re.fullmatch(r"\d{1,4}", printed) else printed


def _stages(status: str, seen: str, own: fields.Maker) -> Iterator[Stage]:
    if status and not records.stage_code(status):
        own.leave("currentStage", "", status, "no stage of this name is known", code="stage-unknown")
    elif status and not seen:
        own.leave("currentStage", "", status, fields.NO_DAY, code="stage-without-day", hint=fields.GIVE_DAY)
    elif status:
        yield Stage(status, seen, seen)


def _owner(name: str, own: fields.Maker) -> str:
    if not name or (regular := fields.committee(name, "iso")):
        return regular if name else ""
    own.leave("ownerCommittee", "", name, "it is no designation of a committee")
    return ""


def named(
    links: tuple[RecordLink, ...], names: Mapping[str, str], place: FilePlace, report: ImportReport
) -> tuple[RecordLink, ...]:
    """Return relations with designations in place of numbers; those that no file holds are told."""
    found = []
    for link in links:
        if name := names.get(link.name):
            found.append(link._replace(name=name))
        else:
            told = "the files hold no deliverable of this number, so that its designation is not known"
            field = {"obsoletes": "replaces", "obsoletedBy": "replacedBy"}[link.kind]
            report.add("left-out", "unknown-target", place, told, field=field, value=link.name)
    return tuple(found)


# ── Committees ──


def committee(tree: Tree, place: FilePlace, report: ImportReport) -> Committee:
    """Return what a record says of a committee.

    :raises InputError: when its reference is none of a committee
    """
    name = _reference(tree)
    if not fields.committee(name, "iso"):
        raise InputError(f"'{name[:120]}' is no designation of a committee", "Add it by hand: cyberstd new agent.")
    place = place._replace(record=name)
    fields.count_left(tree, _TAKEN, _TEXT, report)
    created = words(at(tree, "creationDate"))
    if created and not fields.is_day(created):
        report.add("left-out", "date", place, "it is no day", field="creationDate", value=created)
        created = ""
    title = words(at(tree, "title", "en") or at(tree, "title"))
    if len(title) > fields.LONGEST_TITLE:
        report.add("left-out", "title", place, "it is too long", field="title", value=title)
        title = ""
    secretariat = words(at(tree, "secretariat", "acronym"))
    if not re.search("[A-Za-z0-9]", secretariat) or len(secretariat) > 100:
        secretariat = ""
    return Committee(
        place,
        iris.mint("src", "workspace", REGISTRY, name),
        words(at(tree, "id")),
        name,
        title,
        secretariat,
        created,
        words(at(tree, "parentId")),
        len(members(at(tree, "pMembers"))),
        len(members(at(tree, "oMembers"))),
    )


def statements(committee: Committee, parent: str) -> Iterator[ox.Quad]:
    """Yield what the record says of the committee.

    :param parent: the designation of the committee above it, or ""
    """
    graph, me = ox.NamedNode(committee.graph), iris.mint("agent", committee.name)

    def quad(subject: str, predicate: str, value: str | ox.Literal) -> ox.Quad:
        node = ox.NamedNode(value) if isinstance(value, str) else value
        return ox.Quad(ox.NamedNode(subject), ox.NamedNode(iris.expand(predicate)), node, graph)

    def body(name: str) -> Iterator[ox.Quad]:
        agent = iris.mint("agent", name)
        yield quad(agent, "rdf:type", iris.expand("org:Organization"))
        yield quad(agent, "skos:prefLabel", ox.Literal(name, language="en"))

    yield from body(committee.name)
    if committee.title:
        yield quad(me, "dct:title", ox.Literal(committee.title, language="en"))
    for pattern, kind in _KINDS:
        if re.fullmatch(pattern, committee.name):
            yield quad(me, "org:classification", iris.expand(f"agentkind:{kind}"))
            break
    for property_, other in (("org:subOrganizationOf", parent), ("cstd:secretariat", committee.secretariat)):
        if other:
            yield from body(other)
            yield quad(me, property_, iris.mint("agent", other))
    integer = ox.NamedNode(iris.expand("xsd:integer"))
    for property_, count in (
        ("cstd:participatingMembers", committee.participating),
        ("cstd:observingMembers", committee.observing),
    ):
        if count:
            yield quad(me, property_, ox.Literal(str(count), datatype=integer))
    if committee.created:
        date = ox.NamedNode(iris.expand("xsd:date"))
        event = iris.mint("milestone", committee.name, "establishment")
        yield quad(event, "rdf:type", iris.expand("cstd:Milestone"))
        yield quad(event, "rdfs:label", ox.Literal(f"{committee.name}: created", language="en"))
        yield quad(event, "cstd:milestoneOf", me)
        yield quad(event, "dct:type", iris.expand("datekind:establishment"))
        yield quad(event, "cstd:printedDate", ox.Literal(committee.created))
        for property_ in ("cstd:earliest", "cstd:latest"):
            yield quad(event, property_, ox.Literal(committee.created, datatype=date))
