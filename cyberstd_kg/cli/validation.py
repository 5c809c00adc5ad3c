"""validate; and the findings of a validation as lines, for all commands that report them."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from cyberstd_kg import rdf, validation, workspace
from cyberstd_kg.cli import render
from cyberstd_kg.cli.command import SEVERITIES, SOURCE, argument, command, fail_on, formats, open_graph, source_iri
from cyberstd_kg.core.errors import UsageError
from cyberstd_kg.core.words import counted

if TYPE_CHECKING:
    from cyberstd_kg.validation.findings import Finding, ValidationReport

_COLUMNS = ("severity", "entry", "file", "line", "shape", "path", "value", "message", "repair", "source")


@command(
    argument("files FILE", "Turtle, TriG, SSSOM/TSV; - for TriG on standard input", nargs="*"),
    argument("--all", "check the whole graph, with your own entries"),
    SOURCE,
    fail_on("exit 1 on"),
    argument("--quiet", "print only findings that fail"),
    formats("text", "json", "ttl", "csv", "tsv", "md", default="text"),
)
def run_validate(args: Namespace) -> int:
    """Check files of entries against the whole graph, without changing anything.

    Each finding names file and line, and says what is wrong and what to do. Several files are checked together and may
    refer to each other.

    examples:
      cyberstd validate new.trig
      cyberstd validate new.trig --format json
      cyberstd validate --all --fail-on violation

    :returns: 0 when no finding is as severe as ``--fail-on``, else 1
    """
    if bool(args.files) == args.all:
        raise UsageError("validate needs files, or --all", "See: cyberstd validate --help.")
    if args.all:
        if sys.stderr.isatty():
            render.say("checking the whole graph; this takes some seconds …")
        report = open_graph(args).validate_all()
    else:
        report = workspace.changes.Workspace(args.workspace).validate(args.files, source=source_iri(args.source))
    failing = report.failing(args.fail_on)
    if args.quiet:
        report = replace(report, findings=failing)
    if args.format == "json":
        render.write_json(report.to_json())
    elif args.format == "ttl":
        render.write(rdf.turtle.write_turtle(report.triples()))
    elif args.format == "text":
        none = "no findings that fail" if args.quiet else "no findings"
        render.write_lines(finding_lines(report, ", ".join(args.files or ["the graph"]), none))
    else:
        render.write(render.records(report.findings, _COLUMNS, args.format))
    return 1 if failing else 0


def finding_lines(report: ValidationReport, name: str, none: str = "no findings") -> Iterator[str]:
    """Yield findings by file and line: the message with its shape or rule, the repair; the counts at the end.

    :param name: what was checked, for the last line
    :param none: what the last line says when there are no findings
    """
    for (place, entry), findings in groupby(report.findings, key=lambda finding: (_place(finding), finding.entry)):
        yield render.Heading(f"{place}  {validation.messages.curie(entry)}")
        for finding in findings:
            yield f"  {finding.severity:<9}  \t{finding.message} [{finding.rule}]"
            yield f"{' ' * 13}→ \t{finding.repair}"
    counts = severity_counts((finding.severity for finding in report.findings), SEVERITIES)
    yield f"{name}: {counts or none}; {counted(report.checked, 'entity', 'entities')} checked."


def _place(finding: Finding) -> str:
    return f"{finding.file}:{finding.line}" if finding.line else finding.file or "elsewhere in the graph"


def severity_counts(found: Iterable[str], severities: Sequence[str]) -> str:
    """Return how many findings there are of each severity: "2 violations, 1 info"; empty for none."""
    counts = Counter(found)
    plurals = {"info": "info"}
    return ", ".join(counted(counts[name], name, plurals.get(name, "")) for name in severities if counts[name])
