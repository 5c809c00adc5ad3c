"""Records of Relaton (YAML, and JSON of the same shape) → :class:`cyberstd_kg.designations.records.Record`.

Relaton gathers the records of ISO, IEC, ITU, ETSI and others, in dialects that differ: ``docid`` or ``docidentifier``,
``link`` or ``source``, a date as ``value``, ``at`` or ``on``, a stage as a mapping, a text or a number.  All are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.designations import records
from cyberstd_kg.designations.records import Record, Stage
from cyberstd_kg.foreign.report import FilePlace, ImportReport
from cyberstd_kg.foreign.trees import Tree, at, members, words
from cyberstd_kg.importers import fields
from cyberstd_kg.importers.fields import FoundRecord, RecordLink

#: Type of a primary identifier → what the registry is called.
_NAMES: Final = {"iso": "ISO", "iec": "IEC", "itu": "ITU", "etsi": "ETSI", "nist": "NIST"}
#: Identifiers beside the designation.
_NO_DESIGNATION: Final = re.compile(r"urn|doi|isbn|issn|.*reference|iso-with-lang|iso-undated|iso-tc|issue.*", re.I)
#: Words for the status of a document that IEC's records use; they are observed like ISO's codes.
_OUT_OF_FORCE: Final = ("REVISED", "REPLACED", "WITHDRAWN")
#: Fields that are taken over, or that only say what the record itself is.
_TAKEN: Final = frozenset(
    "id type schema-version schema_version title docid docidentifier date revdate docnumber edition docstatus relation "
    "link source ext doctype editorialgroup language script fetched version contributor".split()
)
#: Fields that hold text of the document.
_TEXT: Final = frozenset(("abstract", "note", "contents"))


def read(tree: Tree, place: FilePlace, as_of: str, report: ImportReport) -> FoundRecord:
    """Return what a record says.

    :param as_of: the day on which the registry was looked at; "" where only the record may tell it (``fetched``)
    :param report: is told what is left out
    :raises InputError: when it is no record, or has no designation of a known form
    """
    if not isinstance(tree, dict):
        raise InputError("it is no record, but a single value or list", "A record is a mapping with a docid.")
    _require_whole(tree)
    name, kind = _designation(tree)
    place = place._replace(record=name)
    registry = f"relaton-{iris.slug(kind)}"
    read_as = fields.required(name)
    _require_same(tree, name)
    own = fields.Maker(place, report, read_as)
    iec = kind.lower() == "iec"
    dates = _dates(tree, own)
    status = _status(tree)
    stages = tuple(_stages(dates, status, as_of or _fetched(tree), own, iec=iec))
    published = "" if iec else own.published(dates.pop("published", ""))
    for field, value in dates.items():
        if field not in ("published", "stable-until", "obsoleted") or not iec:
            own.leave("date", field, value, f"of dates only that of publication is taken over, not '{field}'")
    fields.count_left(tree, _TAKEN, _TEXT, report)
    edition = own.edition(words(tree.get("edition"), "content", "number"))
    undated = read_as.kind == "standard" and bool(status)
    record = Record(
        graph=iris.mint("src", "workspace", registry, name),
        designation=name,
        registry=registry,
        titles=tuple(own.titles(_titles(tree))),
        document_type=own.document_type(_doctype(tree)),
        edition=edition,
        published=published,
        stages=stages,
        committee=_committee(tree, kind, own),
        stable_until=own.day("stable-until", dates.get("stable-until", "")) if iec else "",
        landing_page=own.landing_page(_links(tree)),
        project=(f"ed{edition}" if edition else "project") if undated else None,
    )
    title = f"Records of {_NAMES.get(kind.lower(), kind)}, gathered by Relaton"
    return FoundRecord(record, place, title, tuple(_relations(tree, own)), _withdrawn(status))


def _require_whole(tree: dict[str, Tree]) -> None:
    """Refuse what was cut off between two lines: records from schema 1.2.7 on end with ``ext``."""
    version = words(tree.get("schema-version") or tree.get("schema_version"))
    numbers = tuple(int(part) for part in re.findall(r"\d{1,6}", version))
    if numbers >= (1, 2, 7) and "ext" not in tree:
        raise InputError(
            f"it has no 'ext', with which records of schema {version[:20]} end: it may be cut off",
            "Get the record again; if it is whole, take its schema version out.",
        )


def _require_same(tree: dict[str, Tree], name: str) -> None:
    """Refuse a record whose two names are of two documents: dialects write them differently, but not the numbers."""
    own, other = (re.sub(r"\D", "", text) for text in (words(tree.get("id")), name))
    if own not in other and other not in own:
        told = f"its id '{words(tree.get('id'))[:80]}' and its docid '{name[:80]}' name two documents"
        raise InputError(told, "Correct the one that is wrong.")


def _designation(tree: Tree) -> tuple[str, str]:
    """Return the designation and the type of the primary identifier.

    :raises InputError: when there is none
    """
    found: list[tuple[tuple[bool, bool], int, str, str]] = []
    for member in members(at(tree, "docid") or at(tree, "docidentifier")):
        name, kind = words(member, "id", "content"), words(at(member, "type"))
        if name and not _NO_DESIGNATION.fullmatch(kind):
            rank = (words(at(member, "primary")) != "true", fields.reading(name) is None)
            found.append((rank, len(found), name, kind))
    if not found:
        raise InputError("it has no docid that is a designation", "A record needs a docid, such as ISO/IEC 27001:2022.")
    _, _, name, kind = min(found)
    # Of an identifier without a type the body that stands first in it is the registry.
    kind = kind if re.search("[A-Za-z0-9]", kind) else re.split(r"[ /-]", name)[0]
    return name, kind[:40]


def _titles(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield (text, language): the parts joined where they are there, else the main title, else what has no type."""
    languages = [words(language) for language in members(at(tree, "language"))]
    usual = languages[0] if len(languages) == 1 else ""
    found: dict[str, dict[str, list[str]]] = {}
    for member in members(at(tree, "title")):
        language = words(at(member, "language")) or usual
        kind = words(at(member, "type")) or "main"
        if text := words(member, "content", "value"):
            found.setdefault(language, {}).setdefault(kind, []).append(text)
    for language, kinds in found.items():
        parts = [text for kind in ("title-intro", "title-main", "title-part") for text in kinds.get(kind, ())]
        rest = next(iter(kinds.values()))
        yield " — ".join(parts) if parts else kinds.get("main", rest)[0], language


def _dates(tree: Tree, own: fields.Maker) -> dict[str, str]:
    """Return kind of date → date as printed; the first of a kind counts."""
    found: dict[str, str] = {}
    given = at(tree, "date")
    if isinstance(given, dict) and "type" not in given:
        given = [{"type": kind, "value": value} for kind, value in given.items()]
    for member in members(given):
        kind = words(at(member, "type")) or "published"
        value = words(member, "value", "at", "on", "from")
        if value and found.setdefault(kind, value) != value:
            own.leave("date", kind, value, f"the record gives two dates of the kind '{kind}'; the first is kept")
    return found


def _status(tree: Tree) -> str:
    """Return the stage as ISO and IEC print it ("60.60", "PUBLISHED"), or what stands there instead."""
    status = at(tree, "docstatus")
    stage = words(at(status, "stage") if isinstance(status, dict) else status, "value", "content", "abbreviation")
    step = words(at(status, "substage"), "value", "content", "abbreviation") if isinstance(status, dict) else ""
    if re.fullmatch(r"\d{1,2}", stage) and re.fullmatch(r"\d{1,2}", step):
        return f"{int(stage):02}.{int(step):02}"
    if re.fullmatch(r"\d{4}", stage):
        return f"{stage[:2]}.{stage[2:]}"
    return stage


def _withdrawn(status: str) -> bool | None:
    return status == "95.99" or status in _OUT_OF_FORCE if records.stage_code(status) else None


def _fetched(tree: Tree) -> str:
    """Return the day on which Relaton fetched the record, where it tells."""
    day = words(at(tree, "fetched"))[:10]
    return day if fields.is_day(day) else ""


def _stages(dates: dict[str, str], status: str, seen: str, own: fields.Maker, *, iec: bool) -> Iterator[Stage]:
    """Yield the events that IEC dates, and the stage that was seen on the day *seen*."""
    code = status if records.stage_code(status) else ""
    if iec and (day := own.published(dates.get("published", ""))):
        yield Stage("PUBLISHED", *records.interval(day), event=True, printed_date=day)
    if iec and (day := dates.get("obsoleted", "")):
        if code not in _OUT_OF_FORCE:
            own.leave("date", "obsoleted", day, f"the status '{status}' does not say how the text ended")
        elif ended := own.date("obsoleted", day):
            yield Stage(code, *records.interval(ended), event=True, printed_date=ended)
    if code and seen:
        yield Stage(code, seen, seen)
    elif code:
        own.leave("docstatus", "stage", code, fields.NO_DAY, code="stage-without-day", hint=fields.GIVE_DAY)
    elif status:
        own.leave("docstatus", "stage", status, "no stage of this name is known", code="stage-unknown")


def _doctype(tree: Tree) -> str:
    given = at(tree, "ext", "doctype") or at(tree, "doctype")
    return words(given, "type", "content", "value")


def _committee(tree: Tree, kind: str, own: fields.Maker) -> str:
    """Return the committee by its designation."""
    group = at(tree, "ext", "editorialgroup") or at(tree, "editorialgroup")
    candidates: list[Tree] = [*members(at(group, "technical_committee")), *members(at(group, "technical-committee"))]
    if not candidates and isinstance(group, list | dict):
        candidates = [*members(group)]
    for member in members(at(tree, "contributor")):
        candidates += members(at(member, "organization", "subdivision"))
    names = [words(member, *keys) for member in candidates for keys in (("identifier", "content"), ("name", "content"))]
    if (bureau := words(at(group, "bureau"))) and (found := re.search(r"\d+", words(at(group, "group"), "name"))):
        names.insert(0, f"ITU-{bureau} SG{found[0]}")
    for name in names:
        if regular := fields.committee(name, kind):
            return regular
    if names := [name for name in names if name]:
        own.leave("editorialgroup", "committee", names[0], "the record does not tell the committee's designation")
    return ""


def _links(tree: Tree) -> Iterator[str]:
    """Yield the addresses of pages about the document."""
    for wanted in ("src", "website"):
        for member in [*members(at(tree, "link")), *members(at(tree, "source"))]:
            if words(at(member, "type")) == wanted:
                yield words(member, "content", "value")


def _relations(tree: Tree, own: fields.Maker) -> Iterator[RecordLink]:
    """Yield (word, name of the other, whether a date of circulation stands beside it)."""
    for member in members(at(tree, "relation")):
        kind = words(at(member, "type"))
        for item in members(at(member, "bibitem")):
            try:
                name, _ = _designation(item)
            except InputError:
                name = words(at(item, "formattedref"), "content") or (words(item) if isinstance(item, str) else "")
            circulated = any(words(at(date, "type")) == "circulated" for date in members(at(item, "date")))
            if name:
                yield RecordLink(kind, name, circulated)
            else:
                own.leave("relation", kind, "", f"the document that it {kind or 'relates to'} has no designation")
