"""What an import did not take over, record by record, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from cyberstd_kg.core.words import counted, shortened

Severity = Literal["refused", "left-out", "note"]
#: Longest value that a finding quotes.
_QUOTED: Final = 200


class ImportFinding(NamedTuple):
    """A record or statement that was not taken over as it is.

    *refused*: a record, or a statement of one, that is wrong; *left-out*: the graph cannot hold it, or it cannot be
    decided; *note*: it was taken over in another form.  *code* is for machines, *reason* and *hint* are for people.
    *line* is 0 where the file has none; *record* is the designation where it is known.
    """

    severity: Severity
    code: str
    file: str
    line: int
    record: str
    field: str
    value: str
    reason: str
    hint: str


COLUMNS: Final = ImportFinding._fields


class FilePlace(NamedTuple):
    """Where a record is: the file as it was named, the first line of the record, the record's designation."""

    file: str
    line: int
    record: str = ""

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}" if self.line else self.file


@dataclass
class ImportReport:
    """The findings of one import of a format, and the fields of records that were left out."""

    form: str
    findings: list[ImportFinding] = field(default_factory=list)
    files: int = 0
    records: int = 0
    taken: int = 0
    repeated: int = 0
    #: (field, why) → in how many records it was left out
    fields: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(
        self,
        severity: Severity,
        code: str,
        place: FilePlace,
        reason: str,
        *,
        field: str = "",
        value: str = "",
        hint: str = "",
    ) -> None:
        """Add a finding; a long *value* is cut."""
        self.findings.append(
            ImportFinding(
                severity=severity,
                code=code,
                file=place.file,
                line=place.line,
                record=place.record[:_QUOTED],
                field=field,
                value=shortened(value, _QUOTED),
                reason=reason,
                hint=hint,
            )
        )

    def leave(self, field: str, why: str) -> None:
        """Count a field that is left out of a record for a reason that is the same for all records."""
        self.fields[field, why] += 1

    def take(self, other: ImportReport) -> None:
        """Add what *other*, the report of one file, holds."""
        self.findings += other.findings
        self.files += other.files
        self.records += other.records
        self.taken += other.taken
        self.repeated += other.repeated
        self.fields += other.fields

    @property
    def refused(self) -> list[ImportFinding]:
        """The findings of records and statements that are wrong."""
        return [finding for finding in self.findings if finding.severity == "refused"]

    def to_json(self) -> dict[str, Any]:
        """Return the report in the form of ``report.json`` (docs/interface.md); it is the same for the same import."""
        return {
            "importer": f"cyberstd import {self.form}",
            "files": self.files,
            "records": self.records,
            "taken": self.taken,
            "repeated": self.repeated,
            "left_out": [
                {"field": field, "records": count, "why": why} for (field, why), count in sorted(self.fields.items())
            ],
            "findings": [finding._asdict() for finding in self.findings],
        }

    def rows(self) -> list[tuple[str, ...]]:
        """Return the findings as rows with the columns :data:`COLUMNS`."""
        return [tuple(map(str, finding)) for finding in self.findings]

    def summary(self) -> str:
        """Return one line: how many records were imported, refused, left out."""
        counts = Counter(finding.severity for finding in self.findings)
        parts = [
            (1, f"{self.taken:,} of {counted(self.records, 'record')} in {counted(self.files, 'file')} imported"),
            (self.repeated, f"{counted(self.repeated, 'record')} repeated"),
            (counts["refused"], f"{counts['refused']:,} refused"),
            (counts["left-out"], f"{counted(counts['left-out'], 'statement')} left out"),
            (counts["note"], counted(counts["note"], "note")),
        ]
        return "; ".join(text for count, text in parts if count)
