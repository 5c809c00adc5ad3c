"""The fields of a record in the form that the graph takes; the report names the values that do not fit."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.days import is_day
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.designations import records
from cyberstd_kg.designations.printed import PrintedDesignation
from cyberstd_kg.designations.records import Record, Stage
from cyberstd_kg.foreign.report import FilePlace, ImportReport, Severity
from cyberstd_kg.foreign.trees import Tree
from cyberstd_kg.importers import relations
from cyberstd_kg.importers.relations import RecordLink

#: Longest texts that the shapes allow.
LONGEST_TITLE: Final = 1000
_LONGEST_ADDRESS: Final = 900
_LONGEST_COMMITTEE: Final = 120
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
#: An address that can stand in Turtle as it is.
_ADDRESS: Final = re.compile(r"https?://[^\s/?#<>\"{}|\\^`@]+(?:[/?#][^\s<>\"{}|\\^`\x00-\x20\x7f-\xff]*)?", re.ASCII)
_COMMITTEE: Final = re.compile(
    r"(?P<body>(?:ISO|IEC|CISPR|CEN|CLC|ITU)(?:[/-](?:ISO|IEC|CISPR|CEN|CLC|T|R))*)[/ ]"
    r"(?P<rest>(?:JTC|TC|PC|SC|SG|WG|CASCO|COPOLCO|REMCO|TMBG?|JSyC|WS|SyC|ISMPG|IIW)(?![A-Za-z])[\w /.-]*)"
)


class ImportedRecord(NamedTuple):
    """A record, its place, the title of its registry, its relations as printed, and whether its text is withdrawn.

    *withdrawn* is None where the record does not tell.
    """

    record: Record
    place: FilePlace
    registry_title: str
    links: tuple[RecordLink, ...] = ()
    withdrawn: bool | None = None


class Maker:
    """Makes the fields of one record, and reports what is left out of it.

    :param reading: what the designation of the record names
    """

    def __init__(self, place: FilePlace, report: ImportReport, reading: PrintedDesignation) -> None:
        self._place = place
        self._report = report
        self._reading = reading

    def leave(
        self, field: str, name: str, value: str, reason: str, *, code: str = "", hint: str = "", note: bool = False
    ) -> None:
        """Report a value that is left out, or with *note* one that is taken over in another form.

        :param name: the part of the field, or ""
        """
        field = field if field == name or not name else f"{field}.{name[:40]}"
        severity: Severity = "note" if note else "left-out"
        self._report.add(
            severity, code or field.partition(".")[0], self._place, reason, field=field, value=value, hint=hint
        )

    def date(self, field: str, text: str) -> str:
        """Return a date as printed, or "" and report that it is not one."""
        try:
            if text:
                records.interval(text)
            return text
        except InputError as error:
            self.leave("date", field, text, error.message, hint=error.hint)
            return ""

    def day(self, field: str, text: str) -> str:
        """Return a date that is a whole day, or "" and report it."""
        if text and not is_day(text):
            self.leave("date", field, text, "it is not a whole day, and the day is not guessed")
            return ""
        return text

    def published(self, text: str) -> str:
        """Return the date of publication.

        A record of an amendment often carries the date of the edition that it amends: then only the year of its own
        designation is known.
        """
        date = self.date("published", text)
        year = relations.year_of(self._reading)
        if self._reading.kind == "amendment" and date and year and date[:4] != str(year):
            reason = f"an amendment of {year} has the date of its edition: only the year {year} is taken over"
            self.leave("date", "published", date, reason, note=True, code="date-of-host")
            return str(year)
        if self._reading.host and self._reading.kind != "amendment" and date:
            reason = "the text is not published yet; this is the date of the edition that it is to amend"
            self.leave("date", "published", date, reason)
            return ""
        return date

    def edition(self, text: str) -> str:
        """Return the number of the edition."""
        if text and not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text):
            self.leave("edition", "", text, "it is not a number of an edition")
            return ""
        return text

    def project(self, edition: str, status: str) -> str | None:
        """Return the second slug of the project of an undated record with a stage; None for other records."""
        if self._reading.kind != "standard" or not status:
            return None
        return f"ed{edition}" if edition else "project"

    def observed(self, field: str, name: str, status: str, day: str) -> Iterator[Stage]:
        """Yield the stage that was observed in the registry on *day*; report an unknown one, and one without a day."""
        if status and not records.stage_code(status):
            self.leave(field, name, status, "no stage of this name is known", code="stage-unknown")
        elif status and not day:
            reason = "the day on which the registry was consulted is not known, and a stage needs a day"
            self.leave(field, name, status, reason, code="stage-without-day", hint="Give the day with --as-of.")
        elif status:
            yield Stage(status, day, day)

    def document_type(self, word: str) -> str:
        """Return the word for a type of document that the graph has a code for."""
        if word and word.lower() not in records.DOCUMENT_TYPES and self._reading.code not in ("amd", "cor"):
            self._report.leave("doctype", f"the graph has no document type '{word[:60]}'")
            return ""
        return word

    def titles(self, titles: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Yield (title, language), one a language, with dashes as ISO and IEC print them on their pages."""
        seen: set[str] = set()
        for text, tag in titles:
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
            if _ADDRESS.fullmatch(address) and len(address) <= _LONGEST_ADDRESS and _is_iri(address):
                return address
            if address:
                self.leave("link", "", address, "it is not an address of a page (http or https)")
        return ""


def count_left(tree: Tree, taken: Collection[str], text: Collection[str], report: ImportReport) -> None:
    """Report the fields of a record that are not *taken*; those in *text* hold text of the document."""
    for field, value in tree.items() if isinstance(tree, dict) else ():
        if field not in taken and value not in (None, [], {}):
            is_text = field in text
            why = "text of the document: it stays with its publisher" if is_text else "the graph has no place for it"
            report.leave(field[:60], why)


def _is_iri(address: str) -> bool:
    try:
        return bool(ox.NamedNode(address))
    except ValueError:
        return False


def committee(name: str, kind: str) -> str:
    """Return the designation of a committee in its regular form ("IEC TC 65" → "IEC/TC 65"), or "" when it is none.

    :param kind: the registry: ETSI's committees are known by name, IEC's often without the body
    """
    if kind.lower() == "etsi":
        is_known = not name or name in records.COMMITTEES or name.startswith("ETSI ")
        return name if is_known else f"ETSI {name}"[:_LONGEST_COMMITTEE]
    if kind.lower() == "iec" and re.match(r"(?:TC|SC|PC|SyC) \d", name):
        name = f"IEC/{name}"
    match = _COMMITTEE.fullmatch(name) if len(name) <= _LONGEST_COMMITTEE else None
    if not match:
        return ""
    # "ISO/IEC JTC 1", but "ISO/TC 262" and "IEC/TC 65": a committee of one body is written with a slash.
    is_of_one = match["body"] in ("ISO", "IEC", "CISPR") and match["rest"][:2] in ("TC", "SC", "PC")
    return f"{match['body']}/{match['rest']}" if is_of_one else name
