"""Records of registries → entries: Relaton (YAML, JSON) and ISO Open Data (JSON Lines).  docs/importing.md tells more.

>>> from cyberstd_kg.importers import registries
>>> registries.FORMATS
('relaton', 'iso')

Nothing is fetched and nothing is run.  A record that is wrong is refused by itself and told in the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core import files
from cyberstd_kg.core.errors import InputError, UsageError
from cyberstd_kg.designations import records
from cyberstd_kg.designations.printed import PrintedDesignation
from cyberstd_kg.foreign.report import FilePlace, ImportReport
from cyberstd_kg.foreign.trees import Item
from cyberstd_kg.importers import entries, fields, iso, relations, relaton, sources
from cyberstd_kg.importers.fields import FoundRecord

FORMATS: Final = ("relaton", "iso")
Progress = Callable[[int, int], None]


@dataclass
class Imported:
    """What was read: records and committees, their relations decided, and the report of what was not taken over."""

    report: ImportReport
    found: list[FoundRecord] = field(default_factory=list)
    committees: list[iso.Committee] = field(default_factory=list)

    def files(self) -> Iterator[tuple[str, list[ox.Quad]]]:
        """Yield (path in a workspace, statements) of each file of entries, in the order of the paths.

        The statements of one file at a time are made.
        """
        yield from entries.files(self.found, self.committees)

    def paths(self) -> list[str]:
        """Return the paths of the files, in order."""
        return entries.paths(self.found, self.committees)

    @property
    def quads(self) -> frozenset[ox.Quad]:
        """All statements at once."""
        return frozenset(quad for _, quads in self.files() for quad in quads)


def read(form: str, paths: Iterable[str], *, as_of: str = "", progress: Progress | None = None) -> Imported:
    """Read the files of an import.

    :param form: one of :data:`FORMATS`
    :param paths: files, and folders of such
    :param as_of: the day (YYYY-MM-DD) on which the registry was looked at; without it, stages are left out of records
        that do not tell it themselves
    :param progress: is called with the number of files read and of all
    :raises UsageError: on another format or day
    :raises InputError: when a path is not there, or nothing in any file can be read
    """
    if form not in FORMATS:
        raise UsageError(f"'{form}' is no format to import", f"Use one of {', '.join(FORMATS)}.")
    if as_of and not fields.is_day(as_of):
        raise UsageError(f"'{as_of}' is no day", "Give it as year-month-day, such as 2026-03-15.")
    named = files.gather(paths, sources.SUFFIXES[form])
    reader = _Reader(form, as_of)
    for number, path in enumerate(named, 1):
        reader.file(path)
        if progress:
            progress(number, len(named))
    return reader.finished()


class _Reader:
    """Reads the records of one import, and then decides what they say of each other."""

    def __init__(self, form: str, as_of: str) -> None:
        self._form = form
        self._as_of = as_of
        self.report = ImportReport(form)
        self._found: dict[str, FoundRecord] = {}
        self._committees: dict[str, iso.Committee] = {}
        self._numbers: dict[str, str] = {}

    def file(self, path: Path) -> None:
        """Read the records of a file."""
        self.report.files += 1
        for item in sources.items(path):
            self.report.records += 1
            place = FilePlace(str(path), item.line)
            if item.fault:
                code, reason, hint = item.fault
                self.report.add("refused", code, place, reason, hint=hint)
                continue
            try:
                self._item(item, place)
            except InputError as error:
                self.report.add("refused", "record", place, error.message, hint=error.hint)

    def _item(self, item: Item, place: FilePlace) -> None:
        if self._form == "relaton":
            self._keep(relaton.read(item.tree, place, self._as_of, self.report))
        elif iso.is_committee(item.tree):
            made = iso.committee(item.tree, place, self.report)
            held = self._committees.setdefault(made.graph, made)
            if held is not made:
                self._again(held._replace(place=place) == made._replace(place=place), held.place, made.place)
        else:
            number, found = iso.deliverable(item.tree, place, self._as_of, self.report)
            if self._keep(found) and number:
                self._numbers.setdefault(number, found.record.designation)

    def _keep(self, found: FoundRecord) -> bool:
        """Keep a record, unless one of the same name is there."""
        held = self._found.setdefault(found.record.graph, found)
        if held is not found:
            same = held._replace(place=found.place) == found
            self._again(same, held.place, found.place)
        return held is found

    def _again(self, equal: bool, first: FilePlace, second: FilePlace) -> None:
        if equal:
            self.report.repeated += 1
            return
        where = f"{first.file}, line {first.line}" if first.line else first.file
        told = f"the same record stands in {where} too and says something else: that one is kept, this one is not"
        self.report.add("refused", "duplicate-record", second, told, hint="Take out the one that is wrong.")

    def finished(self) -> Imported:
        """Return what was read, with the relations between the records decided.

        :raises InputError: when there is nothing
        """
        undated: dict[tuple[str, str], list[PrintedDesignation]] = {}
        for found in self._found.values():
            read = found.record.reading
            if read.kind == "project" and not read.host:
                undated.setdefault((found.record.registry, read.work), []).append(read)
        made = Imported(self.report)
        for found in self._found.values():
            related = self._related(found, undated)
            try:
                records.statements(related.record)
            except (InputError, ValueError) as error:
                reason = getattr(error, "message", str(error))
                self.report.add("refused", "record", related.place, reason, hint="Correct the record.")
                continue
            made.found.append(related)
        made.committees = list(self._committees.values())
        self.report.taken = len(made.found) + len(made.committees)
        if not self.report.taken:
            first = self.report.refused[0]
            where = f"{first.file}, line {first.line}" if first.line else first.file
            raise InputError(f"nothing can be imported. First: {where}: {first.reason}", first.hint)
        self._parents(made.committees)
        return made

    def _related(self, found: FoundRecord, undated: dict[tuple[str, str], list[PrintedDesignation]]) -> FoundRecord:
        """Return a record with its relations in the fields where they belong."""
        record, links = found.record, found.links
        if self._form == "iso":
            links = iso.named(links, self._numbers, found.place, self.report)
        this = relations.Side(record.reading, found.withdrawn)
        slots: dict[str, dict[str, None]] = {}
        others: dict[str, PrintedDesignation] = {}
        for link in links:
            other = fields.reading(link.name)
            if other and other.kind == "standard":
                projects = undated.get((record.registry, other.work), [])
                if len(projects) == 1:
                    others[link.name] = other = projects[0]
            told = self._decided(link, this, other)
            if isinstance(told, relations.RelationFault):
                self.report.add(
                    "refused" if told.wrong else "left-out",
                    told.code,
                    found.place,
                    told.reason,
                    field=f"relation.{link.kind[:40]}",
                    value=link.name,
                )
            elif told:
                slots.setdefault(told, {})[link.name] = None
        related = replace(
            record,
            others=tuple(others.items()),
            replaces=tuple(slots.get("replaces", ())),
            replaced_by=tuple(slots.get("replaced_by", ())),
            revises=tuple(slots.get("revises", ())),
            revised_by=tuple(slots.get("revised_by", ())),
            amended_by=tuple(slots.get("amended_by", ())),
        )
        return found._replace(record=related)

    def _decided(
        self, link: fields.RecordLink, this: relations.Side, other: PrintedDesignation | None
    ) -> relations.Slot | relations.RelationFault:
        if link.kind not in relations.READ:
            return relations.RelationFault(
                "relation-type", f"relations of the type '{link.kind[:40]}' are not taken over"
            )
        if other is None:
            return relations.RelationFault("unknown-target", "the designation has no form that is known")
        if other.kind == "standard":
            return relations.RelationFault(
                "undated-target", "it names no text: it has no year, and no record here tells which"
            )
        return relations.decide(link.kind, this, other, circulated=link.circulated)

    def _parents(self, committees: list[iso.Committee]) -> None:
        """Put designations in place of the numbers of the committees above."""
        names = {committee.number: committee.name for committee in committees if committee.number}
        for at, committee in enumerate(committees):
            parent = names.get(committee.parent, "")
            if committee.parent and not parent:
                told = "the files hold no committee of this number, so that its designation is not known"
                self.report.add(
                    "left-out", "unknown-target", committee.place, told, field="parentId", value=committee.parent
                )
            committees[at] = committee._replace(parent=parent)
