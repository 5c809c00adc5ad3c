"""Findings: what is wrong with an entry, where, and what to do; and the report that holds them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.errors import Refused
from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.core.ordering import natural

#: Severities, the gravest first.
SEVERITIES: Final = ("violation", "warning", "info")
_SH: Final = PREFIXES["sh"]
_RDF: Final = PREFIXES["rdf"]


class Finding(NamedTuple):
    """One thing that is wrong.

    ``entry`` is the IRI of the thing at fault, ``file`` and ``line`` (from 1; 0 where it stands in no file) where it is
    said, ``shape`` the IRI of the shape or rule, ``path`` the property as an IRI, ``value`` the value as text,
    ``message`` what is wrong, ``repair`` what to do, ``source`` the graph where only one source is concerned,
    ``component`` the name of the SHACL constraint.
    """

    severity: str
    entry: str
    file: str
    line: int
    shape: str
    path: str
    value: str
    message: str
    repair: str
    source: str
    component: str

    def order(self) -> tuple[Any, ...]:
        """Return the key by which findings are listed: by file and line, the gravest first."""
        return self.file, self.line, SEVERITIES.index(self.severity), natural(self.entry), self[4:]


class ValidationReport(NamedTuple):
    """The findings of one run, in order, and how many things were checked."""

    findings: list[Finding]
    checked: int

    def failing(self, fail_on: str = "warning") -> list[Finding]:
        """Return the findings that are at least as grave as *fail_on*."""
        return [f for f in self.findings if SEVERITIES.index(f.severity) <= SEVERITIES.index(fail_on)]

    def raise_if_failed(self, fail_on: str = "warning") -> None:
        """Raise :class:`cyberstd_kg.core.errors.Refused` when a finding is at least as grave as *fail_on*."""
        if failing := self.failing(fail_on):
            first, more = failing[0], len(failing) - 1
            place = f"{first.file}, line {first.line}: " if first.line else ""
            raise Refused(f"{place}{first.message}" + (f" ({more} more)" if more else ""), self, first.repair)

    def to_json(self) -> list[dict[str, Any]]:
        """Return the documented JSON."""
        return [finding._asdict() for finding in self.findings]

    def triples(self) -> list[ox.Triple]:
        """Return a SHACL validation report (SHACL, section 3.6); its results have blank nodes."""
        report = ox.BlankNode("report")
        found = [
            _triple(report, f"{_RDF}type", _name("ValidationReport")),
            _triple(report, f"{_SH}conforms", ox.Literal(not self.findings)),
        ]
        for number, finding in enumerate(self.findings):
            node = ox.BlankNode(f"result{number}")
            found.append(_triple(report, f"{_SH}result", node))
            found += [_triple(node, predicate, value) for predicate, value in _result(finding)]
        return found


def _result(finding: Finding) -> Iterable[tuple[str, ox.NamedNode | ox.Literal]]:
    yield f"{_RDF}type", _name("ValidationResult")
    yield f"{_SH}resultSeverity", _name(finding.severity.capitalize())
    yield f"{_SH}focusNode", ox.NamedNode(finding.entry)
    if finding.path:
        yield f"{_SH}resultPath", ox.NamedNode(finding.path)
    if finding.value:
        yield f"{_SH}value", ox.Literal(finding.value)
    yield f"{_SH}sourceShape", ox.NamedNode(finding.shape)
    yield f"{_SH}sourceConstraintComponent", _name(f"{finding.component}ConstraintComponent")
    yield f"{_SH}resultMessage", ox.Literal(f"{finding.message} {finding.repair}", language="en")


def _name(local: str) -> ox.NamedNode:
    return ox.NamedNode(_SH + local)


def _triple(subject: ox.BlankNode, predicate: str, value: ox.NamedNode | ox.BlankNode | ox.Literal) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), value)
