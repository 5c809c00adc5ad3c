"""ISO Open Data (JSON Lines): deliverables → records, technical committees → organizations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core import iris
from cyberstd_kg.core.days import is_day
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.designations import printed, records
from cyberstd_kg.designations.records import Record
from cyberstd_kg.foreign.report import FilePlace, ImportReport
from cyberstd_kg.foreign.trees import Tree, at, members, words
from cyberstd_kg.importers import fields
from cyberstd_kg.importers.fields import ImportedRecord
from cyberstd_kg.importers.relations import RecordLink
from cyberstd_kg.rdf.terms import node, quad

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
#: The form of a committee's designation → the kind of body in our scheme.
_KINDS: Final = {
    r".*/SC \d+": "subcommittee",
    r".*\bJTC \d+": "joint-technical-committee",
    r".*/TC \d+": "technical-committee",
}


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
    """Return whether a record is one of a committee, not of a deliverable."""
    return isinstance(tree, dict) and "deliverableType" not in tree and ("secretariat" in tree or "sortKey" in tree)


def deliverable(tree: Tree, place: FilePlace, as_of: str, report: ImportReport) -> tuple[str, ImportedRecord]:
    """Return number and record of a deliverable; its relations name others by number, see :func:`named`.

    :raises InputError: when it is not a deliverable, or has no designation of a known form
    """
    name = _reference(tree)
    place = place._replace(record=name)
    make = fields.Maker(place, report, printed.required(name))
    fields.count_left(tree, _TAKEN, _TEXT, report)
    status = _stage(words(at(tree, "currentStage")))
    edition = make.edition(words(at(tree, "edition")))
    kind = words(at(tree, "deliverableType"))
    titles = at(tree, "title")
    by_language = titles.items() if isinstance(titles, dict) else [("en", titles)]
    record = Record(
        graph=iris.mint("src", "workspace", REGISTRY, name),
        designation=name,
        registry=REGISTRY,
        titles=tuple(make.titles((words(text), language) for language, text in by_language)),
        document_type=make.document_type(_TYPES.get(kind.upper(), kind)),
        edition=edition,
        published=make.published(words(at(tree, "publicationDate"))),
        stages=tuple(make.observed("currentStage", "", status, as_of)),
        committee=_owner(words(at(tree, "ownerCommittee")), make),
        project=make.project(edition, status),
    )
    links = tuple(
        RecordLink(word, words(number))
        for field, word in (("replaces", "obsoletes"), ("replacedBy", "obsoletedBy"))
        for number in members(at(tree, field))
    )
    withdrawn = status == "95.99" if records.stage_code(status) else None
    return words(at(tree, "id")), ImportedRecord(record, place, TITLE, links, withdrawn)


def _reference(tree: Tree) -> str:
    if not isinstance(tree, dict):
        raise InputError("it is no record, but a single value or list", "A record is an object on a line of its own.")
    if not (name := words(tree.get("reference"))):
        raise InputError("it has no reference", "A record needs a reference, such as ISO/IEC 27001:2022.")
    return name


def _stage(text: str) -> str:
    """Return the stage in the form that ISO prints: 6060 → 60.60."""
    return f"{text[:-2].zfill(2)}.{text[-2:]}" if re.fullmatch(r"\d{1,4}", text) else text


def _owner(name: str, make: fields.Maker) -> str:
    regular = fields.committee(name, "iso")
    if name and not regular:
        make.leave("ownerCommittee", "", name, "it is not a designation of a committee")
    return regular


def named(
    links: tuple[RecordLink, ...], names: Mapping[str, str], place: FilePlace, report: ImportReport
) -> tuple[RecordLink, ...]:
    """Return relations with designations in place of numbers; report numbers that no file holds."""
    known = []
    for link in links:
        if name := names.get(link.name):
            known.append(link._replace(name=name))
        else:
            reason = "the files hold no deliverable of this number, so that its designation is not known"
            field = {"obsoletes": "replaces", "obsoletedBy": "replacedBy"}[link.kind]
            report.add("left-out", "unknown-target", place, reason, field=field, value=link.name)
    return tuple(known)


# ── Committees ──


def committee(tree: Tree, place: FilePlace, report: ImportReport) -> Committee:
    """Return the record of a committee.

    :raises InputError: when its reference is not the designation of a committee
    """
    name = _reference(tree)
    if not fields.committee(name, "iso"):
        raise InputError(f"'{name[:120]}' is not a designation of a committee", "Add it by hand: cyberstd new agent.")
    place = place._replace(record=name)
    fields.count_left(tree, _TAKEN, _TEXT, report)
    created = words(at(tree, "creationDate"))
    if created and not is_day(created):
        report.add("left-out", "date", place, "it is not a day", field="creationDate", value=created)
        created = ""
    title = words(at(tree, "title", "en") or at(tree, "title"))
    if len(title) > fields.LONGEST_TITLE:
        report.add("left-out", "title", place, "it is too long", field="title", value=title)
        title = ""
    secretariat = words(at(tree, "secretariat", "acronym"))
    is_name = re.search("[A-Za-z0-9]", secretariat) and len(secretariat) <= 100
    return Committee(
        place=place,
        graph=iris.mint("src", "workspace", REGISTRY, name),
        number=words(at(tree, "id")),
        name=name,
        title=title,
        secretariat=secretariat if is_name else "",
        created=created,
        parent=words(at(tree, "parentId")),
        participating=len(members(at(tree, "pMembers"))),
        observing=len(members(at(tree, "oMembers"))),
    )


def statements(committee: Committee) -> Iterator[ox.Quad]:
    """Yield the statements of a committee's record; *parent* in it is the designation of the committee above, or ""."""
    for subject, curie, value in _statements(committee):
        yield quad(committee.graph, subject, curie, value)


def _statements(committee: Committee) -> Iterator[tuple[str, str, ox.NamedNode | ox.Literal]]:
    agent = iris.mint("agent", committee.name)
    for name in filter(None, (committee.name, committee.parent, committee.secretariat)):
        yield iris.mint("agent", name), "rdf:type", node("org:Organization")
        yield iris.mint("agent", name), "skos:prefLabel", ox.Literal(name, language="en")
    if committee.title:
        yield agent, "dct:title", ox.Literal(committee.title, language="en")
    if kind := next((kind for form, kind in _KINDS.items() if re.fullmatch(form, committee.name)), ""):
        yield agent, "org:classification", node(f"agentkind:{kind}")
    if committee.parent:
        yield agent, "org:subOrganizationOf", ox.NamedNode(iris.mint("agent", committee.parent))
    if committee.secretariat:
        yield agent, "cstd:secretariat", ox.NamedNode(iris.mint("agent", committee.secretariat))
    if committee.participating:
        yield agent, "cstd:participatingMembers", ox.Literal(committee.participating)
    if committee.observing:
        yield agent, "cstd:observingMembers", ox.Literal(committee.observing)
    if committee.created:
        event = iris.mint("milestone", committee.name, "establishment")
        yield event, "rdf:type", node("cstd:Milestone")
        yield event, "rdfs:label", ox.Literal(f"{committee.name}: created", language="en")
        yield event, "cstd:milestoneOf", ox.NamedNode(agent)
        yield event, "dct:type", node("datekind:establishment")
        yield from records.dated(event, committee.created, (committee.created, committee.created))
