"""What an import did not take over, record by record, and why."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, Literal, NamedTuple

Severity = Literal["refused", "left-out", "note"]
#: Longest value that a finding quotes.
_QUOTED: Final = 200
COLUMNS: Final = ("severity", "code", "file", "line", "record", "field", "value", "reason", "hint")


class ImportFinding(NamedTuple):
    """One thing that was not taken over as it stands.

    *refused*: a record, or a statement of one, that is wrong; *left-out*: what the graph has no place for, or what
    cannot be decided; *note*: what was taken over otherwise than it stands.  *code* is for machines, *reason* and
    *hint* are for people.  *line* is 0 where the file tells none; *record* is the designation where it is known.
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


class FilePlace(NamedTuple):
    """Where a record stands: the file as it was named, the line where the record begins, the record's designation."""

    file: str
    line: int
    record: str = ""


class ImportReport:
    """The findings of one import, and how often a field that no graph takes was met."""

    def __init__(self, form: str) -> None:
        self.form = form
        self.findings: list[ImportFinding] = []
        self.files = 0
        self.records = 0
        self.taken = 0
        self.repeated = 0
        #: (field, why) → in how many records it was left out.
        self.fields: Counter[tuple[str, str]] = Counter()

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
        value = value if len(value) <= _QUOTED else value[: _QUOTED - 1] + "…"
        self.findings.append(
            ImportFinding(severity, code, place.file, place.line, place.record[:_QUOTED], field, value, reason, hint)
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
        """The findings that tell of something wrong."""
        return [finding for finding in self.findings if finding.severity == "refused"]

    def to_json(self) -> dict[str, Any]:
        """Return the report as ``report.json`` holds it (docs/interface.md); the same import gives the same report."""
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
        return [tuple(str(cell) for cell in finding) for finding in self.findings]

    def summary(self) -> str:
        """Return one line: how many records were taken over, refused, left out."""
        counts = Counter(finding.severity for finding in self.findings)
        parts = [f"{self.taken} of {_plural(self.records, 'record')} in {_plural(self.files, 'file')} taken over"]
        parts += [f"{_plural(self.repeated, 'record')} met again, equal"] * bool(self.repeated)
        parts += [f"{counts['refused']} refused"] * bool(counts["refused"])
        parts += [f"{_plural(counts['left-out'], 'statement')} left out"] * bool(counts["left-out"])
        parts += [_plural(counts["note"], "note")] * bool(counts["note"])
        return "; ".join(parts)


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
