"""Findings: what is wrong, where, and what to do; and the report that holds them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Generic, NamedTuple, TypeVar

import pyoxigraph as ox

from cyberstd_kg.core.errors import Refused
from cyberstd_kg.core.iris import expand
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.rdf.lists import Term
from cyberstd_kg.rdf.terms import plain

#: Severities, the gravest first.
SEVERITIES: Final = ("violation", "warning", "info")


#: The type of finding of a report: it has ``severity``, ``file``, ``line``, ``message`` and ``hint``.
Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Report(Generic[Kind]):
    """The findings of one run, in order."""

    findings: list[Kind]
    #: Its severities, the gravest first.
    severities: ClassVar[Sequence[str]] = SEVERITIES

    def failing(self, fail_on: str = "warning") -> list[Kind]:
        """Return the findings that are at least as grave as *fail_on*."""
        grave = self.severities[: self.severities.index(fail_on) + 1]
        findings: list[Any] = self.findings
        return [finding for finding in findings if finding.severity in grave]

    def raise_if_failed(self, fail_on: str = "warning") -> None:
        """Raise :class:`cyberstd_kg.core.errors.Refused` when a finding is at least as grave as *fail_on*."""
        failing: list[Any] = self.failing(fail_on)
        if failing:
            first, others = failing[0], len(failing) - 1
            place = f"{first.file}, line {first.line}: " if first.line else ""
            raise Refused(f"{place}{first.message}" + (f" ({others} more)" if others else ""), self, first.hint)


class Finding(NamedTuple):
    """What is wrong with one entity.

    ``entry`` is the IRI of the entity at fault; ``file`` and ``line`` (from 1; 0 where no file states it) are the
    place; ``shape`` is the IRI of the shape or rule, ``path`` the IRI of the property, ``value`` the value as text;
    ``message`` says what is wrong and ``repair`` what to do; ``source`` is the graph where only one source is
    concerned; ``component`` is the name of the SHACL constraint ("MinCount").
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

    @property
    def hint(self) -> str:
        """What to do."""
        return self.repair

    @property
    def rule(self) -> str:
        """The local name of the shape or rule."""
        return self.shape.rpartition("/")[2]

    def order(self) -> tuple[Any, ...]:
        """Return the key by which findings are listed: by file and line, the gravest first."""
        return self.file, self.line, SEVERITIES.index(self.severity), natural(self.entry), self[4:]


Place = tuple[str, int]


class GraphFinding(NamedTuple):
    """A finding about the graph, of which file and line are not known yet; see :class:`Finding`."""

    severity: str
    entry: str
    shape: str
    path: str
    value: Term | None
    message: str
    repair: str
    source: str = ""
    component: str = "SPARQL"

    def at(self, place: Place) -> Finding:
        """Return the finding at a place, a file and a line."""
        file, line = place
        return Finding(**self._asdict() | {"value": plain(self.value), "file": file, "line": line})


@dataclass(frozen=True)
class ValidationReport(Report[Finding]):
    """The findings of one validation, in order, and how many entities were checked."""

    checked: int

    @classmethod
    def of(cls, findings: Iterable[Finding], checked: int) -> ValidationReport:
        """Return the report of *findings*, which come in any order."""
        return cls(sorted(findings, key=Finding.order), checked)

    def to_json(self) -> list[dict[str, Any]]:
        """Return the documented JSON."""
        return [finding._asdict() for finding in self.findings]

    def triples(self) -> list[ox.Triple]:
        """Return a SHACL validation report (SHACL, section 3.6); its results are blank nodes."""
        report = ox.BlankNode("report")
        triples = [
            _triple(report, "rdf:type", _sh("ValidationReport")),
            _triple(report, "sh:conforms", ox.Literal(not self.findings)),
        ]
        for number, finding in enumerate(self.findings):
            node = ox.BlankNode(f"result{number}")
            triples.append(_triple(report, "sh:result", node))
            triples += [_triple(node, predicate, value) for predicate, value in _result(finding)]
        return triples


def _result(finding: Finding) -> Iterable[tuple[str, ox.NamedNode | ox.Literal]]:
    yield "rdf:type", _sh("ValidationResult")
    yield "sh:resultSeverity", _sh(finding.severity.capitalize())
    yield "sh:focusNode", ox.NamedNode(finding.entry)
    if finding.path:
        yield "sh:resultPath", ox.NamedNode(finding.path)
    if finding.value:
        yield "sh:value", ox.Literal(finding.value)
    yield "sh:sourceShape", ox.NamedNode(finding.shape)
    yield "sh:sourceConstraintComponent", _sh(f"{finding.component}ConstraintComponent")
    yield "sh:resultMessage", ox.Literal(f"{finding.message} {finding.repair}", language="en")


def _sh(local: str) -> ox.NamedNode:
    return ox.NamedNode(expand(f"sh:{local}"))


def _triple(subject: ox.BlankNode, predicate: str, value: ox.NamedNode | ox.BlankNode | ox.Literal) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(expand(predicate)), value)
