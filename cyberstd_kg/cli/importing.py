"""import."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cyberstd_kg.cli import render
from cyberstd_kg.cli.import_report import FORMATS, findings_lines, progress
from cyberstd_kg.cli.options import add_format, parser
from cyberstd_kg.core.errors import UsageError

if TYPE_CHECKING:
    from cyberstd_kg.foreign.report import ImportReport
    from cyberstd_kg.importers.registries import Imported
    from cyberstd_kg.importers.writing import Written


def run_import(argv: list[str]) -> int:
    """Turn records of registries into files of entries, or take mapping sets over.

    :returns: 0 when every record was taken over, 1 when some were refused, 2 (raised) when nothing could be read
    """
    if argv[:1] == ["sssom"]:
        from cyberstd_kg.cli import importing_sssom

        return importing_sssom.run(argv[1:])
    p = parser(
        "import",
        "Turn records of registries into files of entries, one standard a file, and report what was not taken over and "
        "why. Check the files with validate; add them with add, or use the folder as a workspace. Importing again "
        "updates: what did not change stays untouched, and nothing is taken away. Mapping sets go into your workspace: "
        "cyberstd import sssom --help.",
        "cyberstd import relaton relaton-data-iso/data -o imported --as-of 2025-06-02",
        "cyberstd import iso iso_technical_committees.jsonl -o imported",
        "cyberstd import relaton record.yaml -o imported --format json",
        "cyberstd import sssom set.sssom.tsv",
    )
    p.add_argument(
        "what",
        choices=("relaton", "iso", "sssom"),
        metavar="WHAT",
        help="relaton (YAML, JSON), iso (ISO Open Data), sssom (mapping sets; it has options of its own)",
    )
    p.add_argument("paths", nargs="+", metavar="FILE", help="a file, or a folder of such")
    p.add_argument("-o", "--output", metavar="DIR", required=True, help="the folder to write to; made if need be")
    p.add_argument(
        "--as-of",
        metavar="DATE",
        default="",
        help="the day on which the registry was looked at; without it, stages whose day no record tells are left out",
    )
    p.add_argument("--report", metavar="FILE", help="write the report to FILE (default: report.json in DIR)")
    add_format(p, FORMATS, "text")
    args = p.parse_args(argv)
    if args.what == "sssom":
        raise UsageError("sssom has options of its own", "Write it first: cyberstd import sssom FILE.")
    from cyberstd_kg.importers import registries, writing

    imported = registries.read(args.what, args.paths, as_of=args.as_of, progress=progress("read"))
    folder = Path(args.output)
    report = Path(args.report) if args.report else None
    written = writing.write(folder, imported, report, progress("written"))
    _show(imported, written, args.output, args.format or "text")
    return 1 if imported.report.refused else 0


def _show(imported: Imported, written: Written, folder: str, form: str) -> None:
    from cyberstd_kg.foreign.report import COLUMNS

    report = imported.report
    if form == "json":
        render.write_json(report.to_json())
    elif form == "text":
        render.write(_text(report, written, folder))
    else:
        render.write(render.rows(COLUMNS, report.rows(), form))
    if report.refused:
        print(render.printable(f"cyberstd: {report.summary()}"), file=sys.stderr)


def _text(report: ImportReport, written: Written, folder: str) -> str:
    """Return the report for reading: what is wrong first, then what was left out, then the counts."""
    lines = findings_lines(report)
    lines.append(f"{report.summary()}.")
    plural = "" if written.changed == 1 else "s"
    lines.append(f"{folder}: {written.changed} file{plural} written, {written.unchanged} as before.")
    return "\n".join(map(render.printable, lines)) + "\n"
