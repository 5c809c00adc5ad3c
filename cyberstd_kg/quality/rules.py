"""The quality of the ontology: rules after those of the public checkers, each a SPARQL file whose answers are findings.

A file in ``queries/quality/`` has a header that says what a person is told, as ROBOT's queries do::

    # id: label-missing
    # title: Each term, concept and scheme has a label in English
    # after: ROBOT missing_label; OOPS! P08; FOOPS! VOC3
    # severity: error
    # path: rdfs:label
    # message: {this} has no label in English.
    # problem: A term, concept or scheme has no label in English.
    # why: Without a label a reader sees an IRI, and no search finds the term.
    # solution: Add rdfs:label "…"@en.

Each row of the answer is a finding: ``?this`` is the term at fault, ``?value`` the value, ``?path`` the property where
it is not the one of the header; the rest fills slots of the message.  What a rule may look at is told in
:mod:`cyberstd_kg.quality.inputs`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core import assets
from cyberstd_kg.core.errors import NotFound, Refused
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.quality.inputs import OntologyUse, read
from cyberstd_kg.validation.messages import meant, tell
from cyberstd_kg.validation.rules import header

#: Severities, the gravest first; ROBOT's names.
SEVERITIES: Final = ("error", "warning", "info")
#: What stands in a message for a slot that a row leaves open; no shipped rule does.
UNBOUND: Final = "(not told)"
_FIELDS: Final = ("id", "title", "after", "severity", "path", "message", "problem", "why", "solution")


class QualityRule(NamedTuple):
    """A rule; ``after`` names the rules of public checkers that it follows, ``path`` is an IRI or empty."""

    id: str
    title: str
    after: str
    severity: str
    path: str
    message: str
    problem: str
    why: str
    solution: str
    text: str


class QualityFinding(NamedTuple):
    """One thing that is wrong with the ontology.

    ``term`` is the IRI at fault, ``value`` the value as text (may be empty), ``message`` what is wrong, ``problem``,
    ``why`` and ``solution`` what the rule says of it, ``file`` and ``line`` (from 1) where it is said; "" and 0 where
    it stands in no file of the ontology.
    """

    rule: str
    severity: str
    term: str
    value: str
    message: str
    problem: str
    why: str
    solution: str
    file: str
    line: int


class QualityReport(NamedTuple):
    """The rules that were run and what they found, the gravest first, then by file and line."""

    rules: list[QualityRule]
    findings: list[QualityFinding]

    @property
    def passed(self) -> int:
        """How many rules found nothing."""
        return len(self.rules) - len({finding.rule for finding in self.findings})

    def failing(self, fail_on: str = "warning") -> list[QualityFinding]:
        """Return the findings that are at least as grave as *fail_on*."""
        grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
        return [finding for finding in self.findings if finding.severity in grave]

    def raise_if_failed(self, fail_on: str = "warning") -> None:
        """Raise :class:`cyberstd_kg.core.errors.Refused` when a finding is at least as grave as *fail_on*."""
        if failing := self.failing(fail_on):
            first, more = failing[0], len(failing) - 1
            place = f"{first.file}, line {first.line}: " if first.line else ""
            raise Refused(f"{place}{first.message}" + (f" ({more} more)" if more else ""), self, first.solution)

    def to_json(self) -> dict[str, Any]:
        """Return the documented JSON."""
        counts = {rule.id: 0 for rule in self.rules}
        for finding in self.findings:
            counts[finding.rule] += 1
        return {
            "rules": [
                {"id": r.id, "title": r.title, "after": r.after, "severity": r.severity, "findings": counts[r.id]}
                for r in self.rules
            ],
            "passed": self.passed,
            "findings": [finding._asdict() for finding in self.findings],
        }


def rules(base: Path | None = None) -> list[QualityRule]:
    """Return all rules, sorted by id.

    :raises InputError: when a header is not complete; names the file
    """
    return [parse(path) for path in assets.query_files("quality", base)]


def rule(name: str) -> QualityRule:
    """Return the rule with the id *name*.

    :raises NotFound: when there is none; the hint names the nearest
    """
    known = {found.id: found for found in rules()}
    if name not in known:
        near = meant(name, known)
        hint = f"Did you mean '{near}'?" if near else "cyberstd quality --list lists the rules."
        raise NotFound(f"there is no rule '{name}'", hint)
    return known[name]


def parse(path: Path) -> QualityRule:
    """Read one file.

    :raises InputError: when its header is not complete
    """
    text, lines = header(path, _FIELDS, SEVERITIES)
    return QualityRule(**lines, text=text)


def check(base: Path | None = None, only: Iterable[str] = ()) -> QualityReport:
    """Run the rules on the ontology as its files have it.

    :param base: the folder that holds ``ontology/``, ``data/``, ``queries/`` (default: the shipped files)
    :param only: ids of rules (default: all)
    :raises InputError: when a file cannot be read; names file and line
    :raises NotFound: when there is no such rule
    """
    chosen = [rule(name) for name in dict.fromkeys(only)] or rules()
    return run(chosen, read(base))


def run(chosen: list[QualityRule], world: OntologyUse) -> QualityReport:
    """Run these rules on a world."""
    found = {finding for one in chosen for finding in findings(one, world)}
    order = sorted(
        found, key=lambda f: (SEVERITIES.index(f.severity), f.file == "", f.file, f.line, natural(f.term), f)
    )
    return QualityReport(chosen, order)


def findings(one: QualityRule, world: OntologyUse) -> list[QualityFinding]:
    """Return what one rule finds, in no order, perhaps with repeats."""
    answer = world.store.query(one.text)
    assert isinstance(answer, ox.QuerySolutions), "a rule answers with rows"
    names = [variable.value for variable in answer.variables]
    made = []
    for row in answer:
        bound: dict[str, Any] = {name: row[name] for name in names if row[name] is not None}
        if "this" not in bound:
            continue  # the one empty row of a query that counts nothing
        bound["this"] = world.named(bound["this"])
        path = getattr(bound.get("path"), "value", "") or one.path
        value = bound.get("value")
        file, line = world.place(bound["this"], path, value)
        made.append(
            QualityFinding(
                one.id,
                one.severity,
                _plain(bound["this"]),
                _plain(value),
                _filled(one.message, bound),
                one.problem,
                one.why,
                one.solution,
                file,
                line,
            )
        )
    return made


def _plain(term: Any) -> str:
    return "" if term is None else str(getattr(term, "value", term))


def _filled(message: str, slots: dict[str, Any]) -> str:
    """Fill the slots of a message: terms as Turtle writes them, texts that a rule made as they are."""
    told = {name: _told(term) for name, term in slots.items()}
    told["value_text"] = _plain(slots.get("value"))
    return re.sub(r"\{(\w+)\}", lambda slot: told.get(slot[1], UNBOUND), message)


def _told(term: Any) -> str:
    if isinstance(term, ox.Literal) and not term.language:
        return tell(ox.NamedNode(term.value)) if re.match(r"https?://\S+$", term.value) else term.value
    return "an expression of a class" if isinstance(term, ox.BlankNode) else tell(term)
