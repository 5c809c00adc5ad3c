"""validate, fmt."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from cyberstd_kg.cli import render
from cyberstd_kg.cli.options import SEVERITIES, add_fail_on, add_format, add_source, graph, parser, source_iri
from cyberstd_kg.core.errors import CyberstdError, InputError, UsageError

if TYPE_CHECKING:
    from cyberstd_kg.validation.findings import Finding, ValidationReport

#: What a finding is called in a line of its own.
_FORMATS = ("text", "json", "ttl", "csv", "tsv", "md")


def run_validate(argv: list[str]) -> int:
    """Check entries, or the whole graph, and tell what is wrong, where, and what to do.

    :returns: 0 when nothing is as grave as ``--fail-on``, else 1
    """
    p = parser(
        "validate",
        "Check files of entries against the whole graph, without changing anything: each finding names file and line, "
        "what is wrong and what to do. Several files are checked together and may refer to each other.",
        "cyberstd validate new.trig",
        "cyberstd validate new.trig --format json",
        "cyberstd validate --all --fail-on violation",
    )
    p.add_argument("files", nargs="*", metavar="FILE", help="Turtle, TriG, SSSOM/TSV; - for TriG on standard input")
    p.add_argument("--all", action="store_true", help="the whole graph, with your own entries")
    add_source(p)
    add_fail_on(p, "exit 1 on")
    p.add_argument("--quiet", action="store_true", help="print only findings that fail")
    add_format(p, _FORMATS, "text")
    args = p.parse_args(argv)
    if bool(args.files) == args.all:
        raise UsageError("name files to check, or --all", "cyberstd validate --help tells how it is called.")
    if args.all:
        if sys.stderr.isatty():
            print("cyberstd: checking the whole graph, some seconds …", file=sys.stderr, flush=True)
        report = graph(args).validate_all()
    else:
        from cyberstd_kg.workspace.changes import Workspace

        report = Workspace(args.workspace).validate(args.files, source=source_iri(args.source))
    failing = report.failing(args.fail_on)
    if args.quiet:
        report = replace(report, findings=failing)
    nothing = "nothing that fails" if args.quiet else "nothing found"
    write_report(report, args.format or "text", args.files or ["the graph"], nothing)
    return 1 if failing else 0


def write_report(report: ValidationReport, form: str, names: Iterable[str], nothing: str) -> None:
    """Write the findings to stdout in one of the formats of ``validate``."""
    if form == "json":
        render.write_json(report.to_json())
    elif form == "ttl":
        from cyberstd_kg.rdf import turtle

        render.write(turtle.write_turtle(report.triples()))
    elif form == "text":
        render.write(findings_text(report, ", ".join(names), nothing))
    else:
        columns = ("severity", "entry", "file", "line", "shape", "path", "value", "message", "repair", "source")
        body = [tuple(str(cell) for cell in finding[:10]) for finding in report.findings]
        render.write(render.rows(columns, body, form))


def findings_text(report: ValidationReport, name: str, nothing: str = "nothing found") -> str:
    """Return the findings as text: by file and line, message with shape or rule, repair, the count at the end.

    :param nothing: what is said when there are none
    """
    import textwrap

    from cyberstd_kg.validation.messages import curie

    width = min(render.terminal_width(), 110)
    lines: list[str] = []

    def place(finding: Finding) -> str:
        return f"{finding.file}:{finding.line}" if finding.line else finding.file or "elsewhere in the graph"

    for (at, entry), group in groupby(report.findings, key=lambda f: (place(f), f.entry)):
        lines.append(render.bold(render.printable(f"{at}  {curie(entry)}")))
        for finding in group:
            head = f"  {finding.severity:<9}  "
            message = f"{finding.message} [{finding.rule}]"
            for text, indent in ((message, head), (finding.repair, " " * 13 + "→ ")):
                deeper = " " * len(indent)
                told = render.printable(text)
                fill = textwrap.TextWrapper(
                    width,
                    initial_indent=indent,
                    subsequent_indent=deeper,
                    break_on_hyphens=False,  # an IRI stays in one piece
                    break_long_words=False,
                )
                lines.append(fill.fill(told))
    counts = [(sum(f.severity == severity for f in report.findings), severity) for severity in SEVERITIES]
    told = ", ".join(f"{count} {severity}{'s' if count != 1 else ''}" for count, severity in counts if count)
    things = f"{report.checked} thing{'s' if report.checked != 1 else ''} checked"
    lines.append(f"{render.printable(name)}: {told or nothing}; {things}.")
    return "\n".join(lines) + "\n"


def run_fmt(argv: list[str]) -> int:
    """Write files in the canonical form, each whole or not at all.

    :returns: 0 done, 1 some differ (only with ``--check``), 2 some cannot be read or written
    """
    p = parser(
        "fmt",
        "Write Turtle, TriG and mapping sets in the one canonical form, byte for byte: prefixes, order, indents. "
        "Comments at the top of a file are kept, comments further down and in mapping sets are dropped. The names of "
        "the files that change are printed.",
        "cyberstd fmt new.trig",
        "cyberstd fmt --check data",
    )
    p.add_argument(
        "files", nargs="+", metavar="FILE", help="a file that ends in .ttl, .trig or .sssom.tsv, or a folder"
    )
    p.add_argument("--check", action="store_true", help="change nothing, only list what differs")
    args = p.parse_args(argv)
    differing, code = [], 0
    for name in _expanded(args.files):
        try:
            if _differs(name, write=not args.check):
                differing.append(name)
                print(name)
        except CyberstdError as error:
            print(render.printable(f"cyberstd: {error.message}. {error.hint}"), file=sys.stderr)
            code = 2
    if args.check and differing:
        import shlex

        print(f"Not canonical. Mend with: cyberstd fmt {shlex.join(differing)}", file=sys.stderr)
        code = code or 1
    return code


def _differs(name: str, *, write: bool) -> bool:
    """Tell whether the file *name* is not canonical; with *write* it then becomes so."""
    from cyberstd_kg.build.data_files import is_mappings
    from cyberstd_kg.core.files import write_whole
    from cyberstd_kg.rdf import turtle

    old = turtle.content(name, name)
    if is_mappings(name):
        from cyberstd_kg.mappings import sssom_writing
        from cyberstd_kg.mappings.sssom_reading import read_declared

        new = sssom_writing.write(read_declared(old, name))
    else:
        new = turtle.canonical(old, name)
    if new != old and write:
        write_whole(Path(name).resolve(), new)
    return new != old


def _expanded(names: list[str]) -> Iterable[str]:
    """Yield the files named, and those in the folders named, sorted."""
    from cyberstd_kg.core.assets import MAPPINGS

    for name in names:
        if not Path(name).is_dir():
            yield name
            continue
        suffixes = (".ttl", ".trig", MAPPINGS)
        found = sorted(str(path) for path in Path(name).rglob("*") if path.name.endswith(suffixes))
        if not found:
            raise InputError(
                f"the folder '{name}' has no .ttl and no .trig file, nor a mapping set",
                "Name a file, or another folder.",
            )
        yield from found
