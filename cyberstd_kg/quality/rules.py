"""The quality of the ontology: rules after those of the public checkers, each a SPARQL file whose answers are findings.

A file in ``queries/quality/`` has a header with the words for people, as ROBOT's queries have::

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
it differs from that of the header; the other columns fill slots of the message.  :mod:`cyberstd_kg.quality.inputs`
describes the graph that the rules read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core import assets
from cyberstd_kg.core.errors import NotFound
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.core.words import did_you_mean
from cyberstd_kg.quality.inputs import OntologyUse, read
from cyberstd_kg.rdf.terms import plain
from cyberstd_kg.validation.findings import Report
from cyberstd_kg.validation.messages import fill, meant, tell
from cyberstd_kg.validation.rules import answers, header

#: Severities, the gravest first; ROBOT's names.
SEVERITIES: Final = ("error", "warning", "info")
#: What a message shows for a slot that a row leaves open; no shipped rule does.
UNBOUND: Final = "(not stated)"
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
    """What is wrong with one term of the ontology.

    ``term`` is the IRI at fault, ``value`` the value as text (may be empty), ``message`` what is wrong; ``problem``,
    ``why`` and ``solution`` are those of the rule; ``file`` and ``line`` (from 1) are the place, "" and 0 where no file
    of the ontology states it.
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

    @property
    def hint(self) -> str:
        """What to do."""
        return self.solution

    def order(self) -> tuple[Any, ...]:
        """Return the key by which findings are listed: the gravest first, then by file and line."""
        return SEVERITIES.index(self.severity), not self.file, self.file, self.line, natural(self.term), self


@dataclass(frozen=True)
class QualityReport(Report[QualityFinding]):
    """The findings of one run, the gravest first, then by file and line; and the rules that were run."""

    rules: list[QualityRule]
    severities = SEVERITIES

    @property
    def passed(self) -> int:
        """How many rules found nothing."""
        return len(self.rules) - len({finding.rule for finding in self.findings})

    def to_json(self) -> dict[str, Any]:
        """Return the documented JSON."""
        counts = Counter(finding.rule for finding in self.findings)
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
    known = {one.id: one for one in rules()}
    if name not in known:
        close = [f"'{near}'" for near in [meant(name, known)] if near]
        raise NotFound(f"there is no rule '{name}'", did_you_mean(close) or "cyberstd quality --list lists the rules.")
    return known[name]


def parse(path: Path) -> QualityRule:
    """Read one file.

    :raises InputError: when its header is not complete
    """
    text, fields = header(path, _FIELDS, SEVERITIES)
    return QualityRule(**fields, text=text)


def check(base: Path | None = None, only: Iterable[str] = ()) -> QualityReport:
    """Run the rules on the ontology as its files state it.

    :param base: the folder that holds ``ontology/``, ``data/``, ``queries/`` (default: the shipped files)
    :param only: ids of rules (default: all)
    :raises InputError: when a file cannot be read; names file and line
    :raises NotFound: when there is no such rule
    """
    chosen = [rule(name) for name in dict.fromkeys(only)] or rules()
    return run(chosen, read(base))


def run(chosen: list[QualityRule], ontology: OntologyUse) -> QualityReport:
    """Run these rules on an ontology and its use."""
    found = {finding for one in chosen for finding in findings(one, ontology)}
    return QualityReport(sorted(found, key=QualityFinding.order), chosen)


def findings(of: QualityRule, ontology: OntologyUse) -> Iterator[QualityFinding]:
    """Yield what one rule finds, in no order, possibly with repeats."""
    for row in answers(ontology.store, of.text):
        if "this" not in row:
            continue  # the one empty row of a query that counts nothing
        row["this"] = ontology.named(row["this"])
        value = row.get("value")
        file, line = ontology.place(row["this"], plain(row.get("path")) or of.path, value)
        slots = {name: _shown(term) for name, term in row.items()} | {"value_text": plain(value)}
        yield QualityFinding(
            rule=of.id,
            severity=of.severity,
            term=plain(row["this"]),
            value=plain(value),
            message=fill(of.message, slots, UNBOUND),
            problem=of.problem,
            why=of.why,
            solution=of.solution,
            file=file,
            line=line,
        )


def _shown(term: Any) -> str:
    """Return a term as Turtle writes it; a text that a rule made as it is."""
    if isinstance(term, ox.Literal) and not term.language:
        return tell(ox.NamedNode(term.value)) if re.match(r"https?://\S+$", term.value) else term.value
    return "an expression of a class" if isinstance(term, ox.BlankNode) else tell(term)
