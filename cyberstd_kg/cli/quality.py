"""quality: the ontology checked by the rules of the public checkers."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cyberstd_kg import quality
from cyberstd_kg.cli import render
from cyberstd_kg.cli.command import argument, command, fail_on, formats
from cyberstd_kg.cli.validation import severity_counts
from cyberstd_kg.core.words import counted

if TYPE_CHECKING:
    from cyberstd_kg.quality.rules import QualityFinding, QualityReport, QualityRule

_SEVERITIES = ("error", "warning", "info")
_COLUMNS = ("severity", "rule", "term", "value", "message", "problem", "why", "solution", "file", "line")
#: The fields of a rule that are shown, and the headings of those that are texts.
_FIELDS = ("id", "title", "after", "severity", "problem", "why", "solution")
_HEADINGS = {"title": "Requires", "after": "Follows", "problem": "Problem", "why": "Why", "solution": "Solution"}
_TEXTS = ("problem", "why", "solution")
#: Lines of a query that the other fields show already.
_HEADER = tuple(f"# {name}: " for name in (*_FIELDS, "path", "message"))


@command(
    argument("--list", "list the rules, with the checkers that they follow"),
    argument("--explain RULE", "show what a rule looks for, the reason, the solution, and its SPARQL"),
    argument("--rule RULE", "only this rule; repeatable", action="append", default=[]),
    fail_on("exit 1 on", _SEVERITIES),
    formats("text", "json", "csv", "md", default="text"),
    workspace=False,
)
def run_quality(args: Namespace) -> int:
    """Check the ontology and its schemes by rules that follow ROBOT report, OOPS!, FOOPS!, qSKOS, LOV and OWL 2 DL.

    The rules are about labels and definitions, names, axioms, the use of terms by data and questions, and the header.
    Each finding names term, file and line, and says what is wrong, why it matters and what to do.

    examples:
      cyberstd quality
      cyberstd quality --list
      cyberstd quality --explain inverse-does-not-fit
      cyberstd quality --rule hierarchy-cycle --fail-on error

    :returns: 1 when a finding is at least as severe as ``--fail-on``, else 0
    """
    if args.explain:
        _write_rule(quality.rules.rule(args.explain), args.format)
        return 0
    if args.list:
        _write_rules(quality.rules.rules(), args.format)
        return 0
    report = quality.rules.check(only=args.rule)
    if args.format == "json":
        render.write_json(report.to_json())
    elif args.format == "text":
        render.write_lines(report_lines(report, args.fail_on))
    else:
        render.write(render.records(report.findings, _COLUMNS, args.format))
    return 1 if report.failing(args.fail_on) else 0


def report_lines(report: QualityReport, fail_on: str) -> Iterator[str]:
    """Yield the findings for a person: those of a rule together, then how many rules passed."""
    follows = {rule.id: rule.after for rule in report.rules}
    by_rule: dict[str, list[QualityFinding]] = {}
    for finding in report.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    for name, findings in by_rule.items():
        yield render.Heading(f"{findings[0].severity}  {name}  ({follows[name]})")
        for finding in findings:
            place = f"{finding.file}:{finding.line}: " if finding.line else ""
            yield f"  {place}{finding.message}"
        yield from (f"    {_field(name, findings[0])}" for name in _TEXTS)
        yield ""
    counts = severity_counts((finding.severity for finding in report.findings), _SEVERITIES)
    failing = f"; {len(report.failing(fail_on))} at or above {fail_on}" if report.findings else ""
    rules = counted(len(report.rules), "rule")
    yield f"{rules} run, {report.passed} passed; {counts or 'no findings'}{failing}."


def _field(name: str, of: QualityRule | QualityFinding) -> str:
    return f"{_HEADINGS[name] + ':':<10}\t{getattr(of, name)}"


def _write_rules(rules: Iterable[QualityRule], form: str) -> None:
    if form == "json":
        render.write_json([{name: getattr(rule, name) for name in _FIELDS} for rule in rules])
        return
    columns = ("rule", "severity", "asks", "after")
    lines = [(rule.id, rule.severity, rule.title, rule.after) for rule in rules]
    if form == "text":
        render.write(render.rows(("rule", "severity", "requires", "follows"), lines, "table"))
    else:
        render.write(render.rows(columns, lines, form))


def _write_rule(rule: QualityRule, form: str) -> None:
    if form == "json":
        render.write_json({**{name: getattr(rule, name) for name in _FIELDS}, "query": rule.text})
    elif form == "text":
        query = "\n".join(line for line in rule.text.splitlines() if not line.startswith(_HEADER))
        lines = (f"  {_field(name, rule)}" for name in _HEADINGS)
        render.write_lines([render.Heading(f"{rule.id} ({rule.severity})"), *lines, ""])
        render.write(query)
    else:
        render.write(render.records([rule], _FIELDS, form))
