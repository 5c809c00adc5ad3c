"""The fields of a record, brought into the form in which the graph takes them; what does not fit is told."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.errors import InputError
from cyberstd_kg.designations import printed as designation
from cyberstd_kg.designations import records
from cyberstd_kg.designations.printed import PrintedDesignation
from cyberstd_kg.designations.records import Record
from cyberstd_kg.foreign.report import FilePlace, ImportReport, Severity
from cyberstd_kg.foreign.trees import Tree
from cyberstd_kg.importers import relations

#: Longest texts that the shapes let in.
LONGEST_DESIGNATION: Final = 200
LONGEST_TITLE: Final = 1000
LONGEST_ADDRESS: Final = 900
NO_DAY: Final = "it is not known on which day the registry was looked at, so that the stage is of no day"
GIVE_DAY: Final = "Give the day with --as-of."
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
#: An address that can stand in Turtle as it is.
_ADDRESS: Final = re.compile(r"https?://[^\s/?#<>\"{}|\\^`@]+(?:[/?#][^\s<>\"{}|\\^`\x00-\x20\x7f-\xff]*)?", re.ASCII)
_COMMITTEE: Final = re.compile(
    r"(?P<body>(?:ISO|IEC|CISPR|CEN|CLC|ITU)(?:[/-](?:ISO|IEC|CISPR|CEN|CLC|T|R))*)[/ ]"
    r"(?P<rest>(?:JTC|TC|PC|SC|SG|WG|CASCO|COPOLCO|REMCO|TMBG?|JSyC|WS|SyC|ISMPG|IIW)(?![A-Za-z])[\w /.-]*)"
)


class RecordLink(NamedTuple):
    """A relation as a record prints it: the registry's word, the other's name, whether its circulation is dated."""

    kind: str
    name: str
    circulated: bool = False


class FoundRecord(NamedTuple):
    """A record, where it stands, the title of its registry, and what needs the other records: its relations."""

    record: Record
    place: FilePlace
    registry_title: str
    links: tuple[RecordLink, ...] = ()
    withdrawn: bool | None = None


class Maker:
    """Makes the fields of one record and tells the report what is left out of it."""

    def __init__(self, place: FilePlace, report: ImportReport, reading: PrintedDesignation) -> None:
        self._place = place
        self._report = report
        self._reading = reading

    def leave(
        self, field: str, name: str, value: str, reason: str, *, code: str = "", hint: str = "", note: bool = False
    ) -> None:
        """Tell of a value that is left out, or with *note* of one that is taken over otherwise than it stands."""
        field = field if field == name or not name else f"{field}.{name[:40]}"
        severity: Severity = "note" if note else "left-out"
        self._report.add(
            severity, code or field.partition(".")[0], self._place, reason, field=field, value=value, hint=hint
        )

    def date(self, field: str, printed: str) -> str:
        """Return a date as printed, or "" and tell when it is none."""
        try:
            if printed:
                records.interval(printed)
            return printed
        except InputError as error:
            self.leave("date", field, printed, error.message, hint=error.hint)
            return ""

    def day(self, field: str, printed: str) -> str:
        """Return a date that is a whole day, or "" and tell."""
        if printed and not is_day(printed):
            self.leave("date", field, printed, "it is no whole day, and the day is not guessed")
            return ""
        return printed

    def published(self, printed: str) -> str:
        """Return the date of publication.

        A record of an amendment often carries the date of the edition that it amends: then the year of its own
        designation is all that is known.
        """
        printed = self.date("published", printed)
        own = relations.year_of(self._reading)
        if self._reading.kind == "amendment" and printed and own and printed[:4] != str(own):
            told = f"an amendment of {own} has the date of its edition: only the year {own} is taken over"
            self.leave("date", "published", printed, told, note=True, code="date-of-host")
            return str(own)
        if self._reading.host and self._reading.kind != "amendment" and printed:
            self.leave(
                "date", "published", printed, "of what is not out yet it is the date of the edition to be amended"
            )
            return ""
        return printed

    def edition(self, printed: str) -> str:
        """Return the number of the edition."""
        if printed and not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", printed):
            self.leave("edition", "", printed, "it is no number of an edition")
            return ""
        return printed

    def document_type(self, word: str) -> str:
        """Return the word for a type of document that the graph has a code for."""
        if word and word.lower() not in records.DOCUMENT_TYPES and self._reading.code not in ("amd", "cor"):
            self._report.leave("doctype", f"no type of document is called '{word[:60]}' here")
            return ""
        return word

    def titles(self, found: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Yield titles, one a language, with dashes as ISO and IEC print them on their pages."""
        seen: set[str] = set()
        for text, tag in found:
            language = tag.lower() if _LANGUAGE.fullmatch(tag) else "und"
            title = re.sub(r" -{1,2} ", " — ", text)
            if not re.search(r"\w", title):
                continue
            if len(title) > LONGEST_TITLE:
                self.leave("title", language, title, f"it has {len(title)} characters, more than {LONGEST_TITLE}")
            elif language not in seen:
                seen.add(language)
                yield title, language

    def landing_page(self, addresses: Iterable[str]) -> str:
        """Return the first address that is one of a page."""
        for address in addresses:
            if _ADDRESS.fullmatch(address) and len(address) <= LONGEST_ADDRESS and _is_iri(address):
                return address
            if address:
                self.leave("link", "", address, "it is no address of a page (http or https)")
        return ""


def count_left(tree: Tree, taken: Collection[str], text: Collection[str], report: ImportReport) -> None:
    """Tell *report* of the fields of a record that are not *taken*; *text*: those that hold text of the document."""
    for field, value in tree.items() if isinstance(tree, dict) else ():
        if field not in taken and value not in (None, [], {}):
            why = (
                "text of the document: it stays with its publisher"
                if field in text
                else "the graph has no place for it"
            )
            report.leave(field[:60], why)


def _is_iri(address: str) -> bool:
    try:
        return bool(ox.NamedNode(address))
    except ValueError:
        return False


def reading(name: str) -> PrintedDesignation | None:
    """Return what a designation is of, or None when it has no known form or is longer than any."""
    return designation.read(name) if 0 < len(name) <= LONGEST_DESIGNATION else None


def required(name: str) -> PrintedDesignation:
    """Return what a designation is of.

    :raises InputError: when it has no known form
    """
    if found := reading(name):
        return found
    raise InputError(
        f"the designation '{name[:120]}' has no form that is known", "Add it by hand: cyberstd new standard."
    )


def is_day(text: str) -> bool:
    """Tell whether *text* is a day of the calendar, YYYY-MM-DD."""
    try:
        return len(text) == 10 and records.interval(text) == (text, text)
    except InputError:
        return False


def committee(name: str, kind: str) -> str:
    """Return the designation of a committee in one form ("IEC TC 65" → "IEC/TC 65"), or "" when *name* is none.

    :param kind: the registry: ETSI's committees are known by name, IEC's often without the body
    """
    if kind.lower() == "etsi":
        return name if not name or name in records.COMMITTEES or name.startswith("ETSI ") else f"ETSI {name}"[:120]
    if kind.lower() == "iec" and re.match(r"(?:TC|SC|PC|SyC) \d", name):
        name = f"IEC/{name}"
    found = _COMMITTEE.fullmatch(name) if len(name) <= 120 else None
    if not found:
        return ""
    # "ISO/IEC JTC 1", but "ISO/TC 262" and "IEC/TC 65": with the committee of one body stands a slash.
    alone = found["body"] in ("ISO", "IEC", "CISPR") and found["rest"][:2] in ("TC", "SC", "PC")
    return f"{found['body']}/{found['rest']}" if alone else name
