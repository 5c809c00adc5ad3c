"""quality."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from cyberstd_kg.cli import render
from cyberstd_kg.cli.options import parser

if TYPE_CHECKING:
    from cyberstd_kg.quality.rules import QualityFinding, QualityReport, QualityRule

_SEVERITIES = ("error", "warning", "info")
_FORMATS = ("text", "json", "csv", "md")
_COLUMNS = ("severity", "rule", "term", "value", "message", "problem", "why", "solution", "file", "line")


def run_quality(argv: list[str]) -> int:
    """Check the quality of the ontology by the rules of the public checkers.

    :returns: 1 when a finding is at least as grave as ``--fail-on``, else 0
    """
    p = parser(
        "quality",
        "Check the ontology and its schemes by rules after ROBOT report, OOPS!, FOOPS!, qSKOS, LOV and OWL 2 DL: "
        "labels and definitions, names, axioms, their use by data and questions, the header. Each finding names term, "
        "file and line, and says what is wrong, why it matters and what to do.",
        "cyberstd quality",
        "cyberstd quality --list",
        "cyberstd quality --explain inverse-does-not-fit",
        "cyberstd quality --rule hierarchy-cycle --fail-on error",
    )
    p.add_argument("--list", action="store_true", dest="listed", help="list the rules, with the checkers they follow")
    p.add_argument("--explain", metavar="RULE", help="what a rule looks for, why, what to do, and its SPARQL")
    p.add_argument("--rule", action="append", default=[], metavar="RULE", help="only this rule; repeatable")
    p.add_argument(
        "--fail-on",
        choices=_SEVERITIES,
        default="warning",
        metavar="S",
        help="exit 1 on findings from this severity on: error, warning (default), info",
    )
    p.add_argument("--format", choices=_FORMATS, default="text", metavar="F", help=f"{', '.join(_FORMATS)}")
    args = p.parse_args(argv)
    from cyberstd_kg.quality import rules as quality

    if args.explain:
        _write_rule(quality.rule(args.explain), args.format)
        return 0
    if args.listed:
        _write_rules(quality.rules(), args.format)
        return 0
    report = quality.check(only=args.rule)
    if args.format == "json":
        render.write_json(report.to_json())
    elif args.format == "text":
        render.write(report_text(report, args.fail_on))
    else:
        body = [tuple(str(getattr(finding, name)) for name in _COLUMNS) for finding in report.findings]
        render.write(render.rows(_COLUMNS, body, args.format))
    return 1 if report.failing(args.fail_on) else 0


def report_text(report: QualityReport, fail_on: str) -> str:
    """Return the findings for reading: those of a rule together, then how many rules passed."""
    lines: list[str] = []
    by_rule: dict[str, list[QualityFinding]] = {}
    for finding in report.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    after = {rule.id: rule.after for rule in report.rules}
    for name, found in by_rule.items():
        first = found[0]
        lines.append(render.bold(render.printable(f"{first.severity}  {name}  ({after[name]})")))
        for finding in found:
            place = f"{finding.file}:{finding.line}: " if finding.line else ""
            lines += _wrapped(f"{place}{finding.message}", "  ")
        for title, text in (("Problem", first.problem), ("Why", first.why), ("Solution", first.solution)):
            lines += _wrapped(text, f"    {title + ':':<10}")
        lines.append("")
    counts = [(sum(f.severity == s for f in report.findings), s) for s in _SEVERITIES]
    told = ", ".join(f"{count} {name}{'s' if count != 1 and name != 'info' else ''}" for count, name in counts if count)
    failing = len(report.failing(fail_on))
    verdict = f"; {failing} at or above {fail_on}" if report.findings else ""
    rules = len(report.rules)
    lines.append(f"{rules} rule{'s' * (rules != 1)} run, {report.passed} passed; {told or 'no findings'}{verdict}.")
    return "\n".join(lines) + "\n"


def _wrapped(text: str, head: str) -> list[str]:
    return textwrap.wrap(
        render.printable(text),
        max(60, min(render.terminal_width(), 110)),
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
        break_long_words=False,
    )


def _write_rules(rules: list[QualityRule], form: str) -> None:
    if form == "json":
        render.write_json([{name: getattr(rule, name) for name in _TOLD} for rule in rules])
        return
    columns = ("rule", "severity", "asks", "after")
    body = [(rule.id, rule.severity, rule.title, rule.after) for rule in rules]
    render.write(render.rows(columns, body, "table" if form == "text" else form))


_TOLD = ("id", "title", "after", "severity", "problem", "why", "solution")


def _write_rule(rule: QualityRule, form: str) -> None:
    if form == "json":
        render.write_json({**{name: getattr(rule, name) for name in _TOLD}, "query": rule.text})
        return
    if form in ("csv", "md"):
        render.write(render.rows(_TOLD, [tuple(str(getattr(rule, name)) for name in _TOLD)], form))
        return
    lines = [render.bold(f"{rule.id} ({rule.severity})")]
    for title, text in (
        ("Asks", rule.title),
        ("After", rule.after),
        ("Problem", rule.problem),
        ("Why", rule.why),
        ("Solution", rule.solution),
    ):
        lines += _wrapped(text, f"  {title + ':':<10}")
    query = "\n".join(line for line in rule.text.splitlines() if not line.startswith(_HEADER))
    render.write("\n".join(lines) + f"\n\n{query}\n")


_HEADER = tuple(f"# {name}: " for name in (*_TOLD, "path", "message"))
