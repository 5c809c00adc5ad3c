"""Records of registries as entries: Relaton (YAML, JSON) and ISO Open Data (JSON Lines); see docs/importing.md.

>>> from cyberstd_kg.importers import registries
>>> registries.FORMATS
('relaton', 'iso')

Nothing is fetched and nothing is run.  A faulty record is refused by itself and listed in the report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeVar

import pyoxigraph as ox

from cyberstd_kg.core import files
from cyberstd_kg.core.days import is_day
from cyberstd_kg.core.errors import InputError, UsageError
from cyberstd_kg.designations import printed, records
from cyberstd_kg.designations.printed import PrintedDesignation
from cyberstd_kg.foreign.report import FilePlace, ImportReport, Severity
from cyberstd_kg.foreign.trees import Item
from cyberstd_kg.importers import entries, iso, relations, relaton, sources
from cyberstd_kg.importers.fields import ImportedRecord

FORMATS: Final = ("relaton", "iso")
Progress = Callable[[int, int], None]
_Kept = TypeVar("_Kept", ImportedRecord, iso.Committee)


@dataclass
class Imported:
    """The records and committees that were read, and the report of what was not taken over."""

    report: ImportReport
    records: list[ImportedRecord] = field(default_factory=list)
    committees: list[iso.Committee] = field(default_factory=list)

    def files(self) -> Iterator[tuple[str, list[ox.Quad]]]:
        """Yield (path in a workspace, statements) of each file of entries, in the order of the paths.

        Only the statements of one file at a time are in memory.
        """
        for path, items in entries.by_path(self.records, self.committees).items():
            yield path, entries.statements(items)

    def paths(self) -> list[str]:
        """Return the paths of the files, in order."""
        return list(entries.by_path(self.records, self.committees))

    @property
    def quads(self) -> frozenset[ox.Quad]:
        """All statements at once."""
        return frozenset(quad for _, quads in self.files() for quad in quads)


def read(form: str, paths: Iterable[str], *, as_of: str = "", progress: Progress | None = None) -> Imported:
    """Read the files of an import.

    :param form: one of :data:`FORMATS`
    :param paths: files, and folders of files
    :param as_of: the day (YYYY-MM-DD) on which the registry was consulted; without it, the stages of records that do
        not tell their own day are left out
    :param progress: is called with the number of files read and of all
    :raises UsageError: on another format or day
    :raises InputError: when a path does not exist, or nothing in any file can be read
    """
    if form not in FORMATS:
        raise UsageError(f"'{form}' is not a format to import", f"Use one of {', '.join(FORMATS)}.")
    if as_of and not is_day(as_of):
        raise UsageError(f"'{as_of}' is not a day", "Give it as year-month-day, such as 2026-03-15.")
    named = files.gather(paths, sources.SUFFIXES[form])
    reader = _Reader(form, as_of)
    for number, path in enumerate(named, 1):
        reader.file(path)
        if progress:
            progress(number, len(named))
    return reader.imported()


class _Reader:
    """Reads the records of one import, and then decides the relations between them."""

    def __init__(self, form: str, as_of: str) -> None:
        self._form = form
        self._as_of = as_of
        self._report = ImportReport(form)
        self._records: dict[str, ImportedRecord] = {}
        self._committees: dict[str, iso.Committee] = {}
        self._numbers: dict[str, str] = {}
        #: (registry, designation of a standard) → the projects among its undated records
        self._projects: defaultdict[tuple[str, str], list[PrintedDesignation]] = defaultdict(list)

    def file(self, path: Path) -> None:
        """Read the records of a file."""
        self._report.files += 1
        for item in sources.items(path):
            self._report.records += 1
            place = FilePlace(str(path), item.line)
            if item.fault:
                self._report.add("refused", item.fault.code, place, item.fault.reason, hint=item.fault.hint)
                continue
            try:
                self._item(item, place)
            except InputError as error:
                self._report.add("refused", "record", place, error.message, hint=error.hint)

    def _item(self, item: Item, place: FilePlace) -> None:
        if self._form == "relaton":
            record = relaton.read(item.tree, place, self._as_of, self._report)
            self._keep(self._records, record.record.graph, record)
        elif iso.is_committee(item.tree):
            committee = iso.committee(item.tree, place, self._report)
            self._keep(self._committees, committee.graph, committee)
        else:
            number, record = iso.deliverable(item.tree, place, self._as_of, self._report)
            if self._keep(self._records, record.record.graph, record) and number:
                self._numbers.setdefault(number, record.record.designation)

    def _keep(self, kept: dict[str, _Kept], graph: str, new: _Kept) -> bool:
        """Keep a record, unless there is one of the same name; return whether it is kept."""
        first = kept.setdefault(graph, new)
        if first is new:
            return True
        if first._replace(place=new.place) == new:
            self._report.repeated += 1
        else:
            reason = f"{first.place} has a record of the same name with other content: that one is kept, this one not"
            self._report.add("refused", "duplicate-record", new.place, reason, hint="Remove the one that is wrong.")
        return False

    def imported(self) -> Imported:
        """Return what was read, with the relations between the records decided.

        :raises InputError: when there is nothing
        """
        for item in self._records.values():
            read = item.record.reading
            if read.kind == "project" and not read.host:
                self._projects[item.record.registry, read.work].append(read)
        imported = Imported(self._report)
        for item in self._records.values():
            related = self._related(item)
            try:
                records.statements(related.record)
            except (InputError, ValueError) as error:
                reason = getattr(error, "message", str(error))
                self._report.add("refused", "record", related.place, reason, hint="Correct the record.")
                continue
            imported.records.append(related)
        names = {committee.number: committee.name for committee in self._committees.values() if committee.number}
        imported.committees = [self._with_parent(committee, names) for committee in self._committees.values()]
        self._report.taken = len(imported.records) + len(imported.committees)
        if not self._report.taken:
            first = self._report.refused[0]
            place = FilePlace(first.file, first.line)
            raise InputError(f"nothing can be imported. First: {place}: {first.reason}", first.hint)
        return imported

    def _related(self, item: ImportedRecord) -> ImportedRecord:
        """Return a record with its relations in the fields where they belong."""
        record, links = item.record, item.links
        if self._form == "iso":
            links = iso.named(links, self._numbers, item.place, self._report)
        this = relations.Side(record.reading, item.withdrawn)
        slots: defaultdict[str, dict[str, None]] = defaultdict(dict)
        others: dict[str, PrintedDesignation] = {}
        for link in links:
            other = printed.read(link.name)
            if other and other.kind == "standard":
                projects = self._projects.get((record.registry, other.work), [])
                if len(projects) == 1:
                    others[link.name] = other = projects[0]
            decision = relations.decide(link, this, other)
            if isinstance(decision, relations.RelationFault):
                severity: Severity = "refused" if decision.wrong else "left-out"
                field = f"relation.{link.kind[:40]}"
                self._report.add(severity, decision.code, item.place, decision.reason, field=field, value=link.name)
            elif decision:
                slots[decision][link.name] = None
        related = replace(
            record,
            others=tuple(others.items()),
            replaces=tuple(slots["replaces"]),
            replaced_by=tuple(slots["replaced_by"]),
            revises=tuple(slots["revises"]),
            revised_by=tuple(slots["revised_by"]),
            amended_by=tuple(slots["amended_by"]),
        )
        return item._replace(record=related)

    def _with_parent(self, committee: iso.Committee, names: dict[str, str]) -> iso.Committee:
        """Return a committee with the designation of the one above it in place of its number; report an unknown one."""
        parent = names.get(committee.parent, "")
        if committee.parent and not parent:
            reason = "the files hold no committee of this number, so that its designation is not known"
            self._report.add(
                "left-out", "unknown-target", committee.place, reason, field="parentId", value=committee.parent
            )
        return committee._replace(parent=parent)
