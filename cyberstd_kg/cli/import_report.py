"""What the imports have in common: their formats, progress, and findings as lines."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cyberstd_kg.foreign.report import ImportFinding, ImportReport
    from cyberstd_kg.importers.registries import Progress

FORMATS = ("text", "json", "csv", "tsv", "md")
#: Findings of one severity that the text shows; the report has all.
_SHOWN = 20


def progress(does: str) -> Progress | None:
    """Return what tells a person at a terminal how far a long import is.

    :param does: what is done with the files
    """
    begin = last = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - begin > 1 and (now - last > 0.2 or done == total):
            last = now
            end = "\n" if done == total else ""
            print(f"\rcyberstd: {done} of {total} files {does}", end=end, file=sys.stderr, flush=True)

    return tell if sys.stderr.isatty() else None


def findings_lines(report: ImportReport) -> list[str]:
    """Return the findings of a report as lines: what is wrong first, then what was left out."""
    lines: list[str] = []
    for severity, head in (("refused", "refused"), ("left-out", "left out"), ("note", "taken over otherwise")):
        found = [finding for finding in report.findings if finding.severity == severity]
        for finding in found if severity == "refused" else found[:_SHOWN]:
            lines += _lines(finding, head)
        if severity != "refused" and len(found) > _SHOWN:
            lines.append(f"… and {len(found) - _SHOWN} more {head}; the report has them all.")
    if report.fields:
        lines.append("Fields that were left out:")
        lines += [
            f"  {field}, of {count} record{'' if count == 1 else 's'}: {why}"
            for (field, why), count in sorted(report.fields.items())
        ]
    return lines


def _lines(finding: ImportFinding, head: str) -> list[str]:
    where = f"{finding.file}:{finding.line}" if finding.line else finding.file
    about = " ".join(part for part in (finding.record, finding.field, finding.value) if part)
    told = [f"{where}  {about}".rstrip(), f"  {head}: {finding.reason}."]
    return [*told, f"    → {finding.hint}"] if finding.hint else told
