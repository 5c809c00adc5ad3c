"""Records of Relaton (YAML, and JSON of the same structure) as :class:`cyberstd_kg.designations.records.Record`.

Relaton gathers the records of ISO, IEC, ITU, ETSI and others, in different dialects: ``docid`` or ``docidentifier``,
``link`` or ``source``, a date as ``value``, ``at`` or ``on``, a stage as a mapping, a text or a number.  All are read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from cyberstd_kg.core import iris
from cyberstd_kg.core.days import is_day
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.designations import printed, records
from cyberstd_kg.designations.records import Record, Stage
from cyberstd_kg.foreign.report import FilePlace, ImportReport
from cyberstd_kg.foreign.trees import Tree, at, members, words
from cyberstd_kg.importers import fields
from cyberstd_kg.importers.fields import ImportedRecord
from cyberstd_kg.importers.relations import RecordLink

#: Type of a primary identifier → the name of the registry.
_NAMES: Final = {"iso": "ISO", "iec": "IEC", "itu": "ITU", "etsi": "ETSI", "nist": "NIST"}
#: Types of identifiers that are not designations.
_NO_DESIGNATION: Final = re.compile(r"urn|doi|isbn|issn|.*reference|iso-with-lang|iso-undated|iso-tc|issue.*", re.I)
#: IEC's words for the status of a document that is no longer in force.
_OUT_OF_FORCE: Final = ("REVISED", "REPLACED", "WITHDRAWN")
#: Fields that are taken over, or that describe the record itself.
_TAKEN: Final = frozenset(
    "id type schema-version schema_version title docid docidentifier date revdate docnumber edition docstatus relation "
    "link source ext doctype editorialgroup language script fetched version contributor".split()
)
#: Fields that hold text of the document.
_TEXT: Final = frozenset(("abstract", "note", "contents"))


def read(tree: Tree, place: FilePlace, as_of: str, report: ImportReport) -> ImportedRecord:
    """Return a record.

    :param as_of: the day on which the registry was consulted; "" where only the record may tell it (``fetched``)
    :param report: takes what is left out
    :raises InputError: when it is not a record, or has no designation of a known form
    """
    if not isinstance(tree, dict):
        raise InputError("it is no record, but a single value or list", "A record is a mapping with a docid.")
    _require_whole(tree)
    name, kind = _designation(tree)
    place = place._replace(record=name)
    registry = f"relaton-{iris.slug(kind)}"
    make = fields.Maker(place, report, printed.required(name))
    _require_same(tree, name)
    is_iec = kind.lower() == "iec"
    dates = _dates(tree, make)
    status = _status(tree)
    fetched = words(at(tree, "fetched"))[:10]
    day = as_of or (fetched if is_day(fetched) else "")
    stages = (*(_events(dates, status, make) if is_iec else ()), *make.observed("docstatus", "stage", status, day))
    published = "" if is_iec else make.published(dates.pop("published", ""))
    for field, value in dates.items():
        if field not in ("published", "stable-until", "obsoleted") or not is_iec:
            make.leave("date", field, value, f"of dates only that of publication is taken over, not '{field}'")
    fields.count_left(tree, _TAKEN, _TEXT, report)
    edition = make.edition(words(tree.get("edition"), "content", "number"))
    doctype = at(tree, "ext", "doctype") or at(tree, "doctype")
    record = Record(
        graph=iris.mint("src", "workspace", registry, name),
        designation=name,
        registry=registry,
        titles=tuple(make.titles(_titles(tree))),
        document_type=make.document_type(words(doctype, "type", "content", "value")),
        edition=edition,
        published=published,
        stages=stages,
        committee=_committee(tree, kind, make),
        stable_until=make.day("stable-until", dates.get("stable-until", "")) if is_iec else "",
        landing_page=make.landing_page(_links(tree)),
        project=make.project(edition, status),
    )
    title = f"Records of {_NAMES.get(kind.lower(), kind)}, gathered by Relaton"
    withdrawn = status in ("95.99", *_OUT_OF_FORCE) if records.stage_code(status) else None
    return ImportedRecord(record, place, title, tuple(_relations(tree, make)), withdrawn)


def _require_whole(tree: dict[str, Tree]) -> None:
    """Refuse a record that was cut off between two lines: from schema 1.2.7 on, records end with ``ext``."""
    version = words(tree.get("schema-version") or tree.get("schema_version"))
    numbers = tuple(int(part) for part in re.findall(r"\d{1,6}", version))
    if numbers >= (1, 2, 7) and "ext" not in tree:
        raise InputError(
            f"it has no 'ext', with which records of schema {version[:20]} end: it may be cut off",
            "Get the record again; if it is complete, remove its schema version.",
        )


def _require_same(tree: dict[str, Tree], name: str) -> None:
    """Refuse a record whose id and docid name two documents: dialects write them differently, but not the numbers."""
    own = words(tree.get("id"))
    digits, others = re.sub(r"\D", "", own), re.sub(r"\D", "", name)
    if digits not in others and others not in digits:
        reason = f"its id '{own[:80]}' and its docid '{name[:80]}' name two documents"
        raise InputError(reason, "Correct the one that is wrong.")


def _designation(tree: Tree) -> tuple[str, str]:
    """Return the designation and the type of the primary identifier.

    :raises InputError: when there is none
    """
    designations: list[tuple[str, str]] = []
    ranks: list[tuple[bool, bool]] = []
    for member in members(at(tree, "docid") or at(tree, "docidentifier")):
        name, kind = words(member, "id", "content"), words(at(member, "type"))
        if name and not _NO_DESIGNATION.fullmatch(kind):
            designations.append((name, kind))
            ranks.append((words(at(member, "primary")) != "true", printed.read(name) is None))
    if not designations:
        raise InputError("it has no docid that is a designation", "A record needs a docid, such as ISO/IEC 27001:2022.")
    name, kind = designations[ranks.index(min(ranks))]
    # The registry of an identifier without a type is the body with which the identifier begins.
    kind = kind if re.search("[A-Za-z0-9]", kind) else re.split(r"[ /-]", name)[0]
    return name, kind[:40]


def _titles(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield (text, language): the joined parts of the title, else the main title, else the first one."""
    languages = [words(language) for language in members(at(tree, "language"))]
    usual = languages[0] if len(languages) == 1 else ""
    titles: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for member in members(at(tree, "title")):
        language = words(at(member, "language")) or usual
        kind = words(at(member, "type")) or "main"
        if text := words(member, "content", "value"):
            titles[language][kind].append(text)
    for language, kinds in titles.items():
        parts = [text for kind in ("title-intro", "title-main", "title-part") for text in kinds.get(kind, ())]
        first = next(iter(kinds.values()))
        yield " — ".join(parts) if parts else kinds.get("main", first)[0], language


def _dates(tree: Tree, make: fields.Maker) -> dict[str, str]:
    """Return kind of date → date as printed; the first of a kind counts."""
    dates: dict[str, str] = {}
    given = at(tree, "date")
    if isinstance(given, dict) and "type" not in given:
        given = [{"type": kind, "value": value} for kind, value in given.items()]
    for member in members(given):
        kind = words(at(member, "type")) or "published"
        value = words(member, "value", "at", "on", "from")
        if value and dates.setdefault(kind, value) != value:
            make.leave("date", kind, value, f"the record gives two dates of the kind '{kind}'; the first is kept")
    return dates


def _status(tree: Tree) -> str:
    """Return the stage as ISO and IEC print it ("60.60", "PUBLISHED"), or the text that the record has instead."""
    status = at(tree, "docstatus")
    keys = ("value", "content", "abbreviation")
    stage = words(at(status, "stage") if isinstance(status, dict) else status, *keys)
    step = words(at(status, "substage"), *keys) if isinstance(status, dict) else ""
    if re.fullmatch(r"\d{1,2}", stage) and re.fullmatch(r"\d{1,2}", step):
        return f"{int(stage):02}.{int(step):02}"
    if re.fullmatch(r"\d{4}", stage):
        return f"{stage[:2]}.{stage[2:]}"
    return stage


def _events(dates: dict[str, str], status: str, make: fields.Maker) -> Iterator[Stage]:
    """Yield the stages that IEC dates: publication, and the end of the text."""
    if day := make.published(dates.get("published", "")):
        yield Stage("PUBLISHED", *records.interval(day), event=True, printed_date=day)
    if day := dates.get("obsoleted", ""):
        if status not in _OUT_OF_FORCE:
            make.leave("date", "obsoleted", day, f"the status '{status}' does not say how the text ended")
        elif ended := make.date("obsoleted", day):
            yield Stage(status, *records.interval(ended), event=True, printed_date=ended)


def _committee(tree: Tree, kind: str, make: fields.Maker) -> str:
    """Return the designation of the committee; "", reported, where the record has none."""
    group = at(tree, "ext", "editorialgroup") or at(tree, "editorialgroup")
    candidates: list[Tree] = [*members(at(group, "technical_committee")), *members(at(group, "technical-committee"))]
    if not candidates and isinstance(group, list | dict):
        candidates = [*members(group)]
    for member in members(at(tree, "contributor")):
        candidates += members(at(member, "organization", "subdivision"))
    names = [words(member, *keys) for member in candidates for keys in (("identifier", "content"), ("name", "content"))]
    if (bureau := words(at(group, "bureau"))) and (number := re.search(r"\d+", words(at(group, "group"), "name"))):
        names.insert(0, f"ITU-{bureau} SG{number[0]}")
    for name in names:
        if regular := fields.committee(name, kind):
            return regular
    if names := [name for name in names if name]:
        make.leave("editorialgroup", "committee", names[0], "the record does not have the committee's designation")
    return ""


def _links(tree: Tree) -> Iterator[str]:
    """Yield the addresses of pages about the document."""
    for wanted in ("src", "website"):
        for member in [*members(at(tree, "link")), *members(at(tree, "source"))]:
            if words(at(member, "type")) == wanted:
                yield words(member, "content", "value")


def _relations(tree: Tree, make: fields.Maker) -> Iterator[RecordLink]:
    """Yield the relations; report those to a document without a name."""
    for member in members(at(tree, "relation")):
        kind = words(at(member, "type"))
        for item in members(at(member, "bibitem")):
            try:
                name, _ = _designation(item)
            except InputError:
                name = words(at(item, "formattedref"), "content") or (words(item) if isinstance(item, str) else "")
            is_circulated = any(words(at(date, "type")) == "circulated" for date in members(at(item, "date")))
            if name:
                yield RecordLink(kind, name, is_circulated)
            else:
                make.leave("relation", kind, "", f"the document that it {kind or 'relates to'} has no designation")
