"""A foreign mapping set, checked against the graph: what becomes of its rows and ends."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from cyberstd_kg.core.iris import BASE, short
from cyberstd_kg.foreign.report import FilePlace, ImportReport, Severity
from cyberstd_kg.mappings import relations
from cyberstd_kg.mappings.model import End, MappingRow, MappingSet, end_of, named
from cyberstd_kg.validation.findings import Finding
from cyberstd_kg.validation.set_checks import KNOWN, EndLookup, EndState, end_states, problems, single

#: Findings of one kind that a report lists for one set; the counts include all.
_LISTED: Final = 50


class ImportCounts(NamedTuple):
    """The rows and ends of a set.

    *rows* are in its table; *taken* are in the set now.  *equal* rows repeat another one and are left out; *again* are
    of a pair that another row gives the same relation, *otherwise* of one that another row gives another relation.
    *groups* are ends of several provisions.  Of the ends, *held* are in the graph, *withdrawn* too but state no
    requirement any more, *dangling* are missing from a text that the graph holds, *foreign* belong to a text that it
    does not hold; *brought* had other names and were found by their locators.
    """

    rows: int
    taken: int
    equal: int
    again: int
    otherwise: int
    groups: int
    held: int
    withdrawn: int
    dangling: int
    foreign: int
    brought: int


@dataclass
class ImportedSet:
    """A set of an import: its file, the set as it will be written, its counts."""

    file: str
    mapping_set: MappingSet
    counts: ImportCounts

    def to_json(self) -> dict[str, Any]:
        """Return what the report says of the set."""
        mapping_set, reading = self.mapping_set, self.mapping_set.reading
        return {
            "file": self.file,
            "iri": mapping_set.iri,
            "title": mapping_set.title,
            "subject_edition": mapping_set.subject_edition,
            "object_edition": mapping_set.object_edition,
            "reading": {
                "style": reading.style,
                "rationale": reading.rationale,
                "read_by": reading.read_by,
                "words": {read.word: relations.signs(read.relations) for read in reading.words},
            },
            **self.counts._asdict(),
        }


class Notes:
    """Adds findings about one file to a report: of many of one kind the first, and how many more there are."""

    def __init__(self, report: ImportReport, file: str) -> None:
        self._report = report
        self._file = file
        self._counts: Counter[str] = Counter()

    def add(
        self, code: str, line: int, reason: str, severity: Severity = "note", *, is_listed: bool = False, **details: str
    ) -> None:
        """Add a finding, unless enough of its kind are listed.

        :param is_listed: whether it is listed in any case, and not counted
        :param details: field, value and hint of the finding
        """
        self._counts[code] += not is_listed
        if is_listed or self._counts[code] <= _LISTED:
            self._report.add(severity, code, FilePlace(self._file, line), reason, **details)

    def problem(self, problem: Finding, severity: Severity) -> None:
        """Add a problem of the set; one that refuses it is listed in any case."""
        details = {"field": short(problem.path), "value": problem.value, "hint": problem.repair}
        reason, is_listed = problem.message.rstrip("."), severity == "refused"
        self.add(problem.rule, problem.line, reason, severity, is_listed=is_listed, **details)

    def rest(self, code: str, reason: str, severity: Severity = "note") -> None:
        """Add how many more findings of a kind there are; *reason* has a slot for the number."""
        if (more := self._counts[code] - _LISTED) > 0:
            self._report.add(severity, code, FilePlace(self._file, 0), reason.format(more))


class _ProvisionFinder:
    """Finds provisions of the editions of a set by the locators that the names of its ends hold."""

    def __init__(self, mapping_set: MappingSet, lookup: EndLookup) -> None:
        self._iri = mapping_set.iri
        self._lookup = lookup
        declared = dict(mapping_set.other).get("curie_map", ())
        self._namespaces = sorted((entry.partition("=")[2] for entry in declared), key=len, reverse=True)
        #: Pairs (name of an end, provision).
        self.found: set[tuple[str, str]] = set()
        self._provision = cache(self._located)

    def end(self, end: End, edition: str) -> End:
        """Return an end with the IRIs of the provisions that it names."""
        if end.is_literal:
            return end
        if end.members:
            return end_of(self._iri, [self._provision(iri, edition) for iri in end.members], end.label)
        return end._replace(iri=self._provision(end.iri, edition))

    def _located(self, iri: str, edition: str) -> str:
        if iri.startswith(BASE) or not edition.startswith(BASE):
            return iri
        namespace = next((namespace for namespace in self._namespaces if iri.startswith(namespace)), "")
        local = iri[len(namespace) :] if namespace else iri[max(iri.rfind(sign) for sign in "#/:") + 1 :]
        provision = self._lookup.located(edition).get(unquote(local).casefold(), "")
        if provision:
            self.found.add((iri, provision))
        return provision or iri


class SetCheck:
    """Checks a set of an import against the graph; each step reports what it changes or finds."""

    def __init__(self, mapping_set: MappingSet, file: str, lookup: EndLookup, report: ImportReport) -> None:
        self._set = mapping_set
        self._file = file
        self._lookup = lookup
        self._notes = Notes(report, file)

    def run(self, rows: int, *, allow_dangling: bool) -> ImportedSet:
        """Return the set as it will be written.

        :param rows: of its table
        """
        brought = self._name_provisions()
        equal, again, otherwise = self._drop_repeats()
        self._drop_texts()
        states = end_states(self._set, self._lookup)
        self._report_problems(allow_dangling)
        self._report_missing(states)
        self._report_editions()
        ends = Counter(states.values())
        groups = {end.iri for row in self._set.rows for end in (row.subject, row.object) if end.members}
        counts = ImportCounts(
            rows=rows,
            taken=len(self._set.rows),
            equal=equal,
            again=again,
            otherwise=otherwise,
            groups=len(groups),
            held=ends["held"],
            withdrawn=ends["withdrawn"],
            dangling=ends["dangling"],
            foreign=ends["foreign"],
            brought=brought,
        )
        return ImportedSet(self._file, self._set, counts)

    def _name_provisions(self) -> int:
        """Give ends with the locator of a provision of the named edition its IRI; return how many there are."""
        finder = _ProvisionFinder(self._set, self._lookup)
        subject, object_ = self._set.subject_edition, self._set.object_edition
        if subject.startswith(BASE) or object_.startswith(BASE):
            rows = [
                replace(row, subject=finder.end(row.subject, subject), object=finder.end(row.object, object_))
                for row in self._set.rows
            ]
            self._set = replace(self._set, rows=named(self._set.iri, rows))
        for iri, provision in sorted(finder.found):
            reason = f"found in the edition that the set names, by its locator: {short(provision)}"
            self._notes.add("brought", 0, reason, value=iri)
        self._notes.rest("brought", "and {} ends more were found so")
        return len(finder.found)

    def _drop_repeats(self) -> tuple[int, int, int]:
        """Leave out rows that repeat another one.

        :returns: how many were left out; how many of the others are of a pair that an earlier row gives the same
            relation, and another one
        """
        kept: dict[MappingRow, MappingRow] = {}
        pairs: dict[tuple[str, str], set[tuple[str, int]]] = {}
        again = otherwise = 0
        for row in self._set.rows:
            if kept.setdefault(replace(row, iri="", line=0), row) is not row:
                self._notes.add("equal-row", row.line, "the row repeats another one and is left out")
                continue
            relation = (row.word, int(row.relations))
            earlier = pairs.setdefault((row.subject.iri, row.object.iri), set())
            if relation in earlier:
                again += 1
            elif earlier:
                otherwise += 1
                words = ", ".join(f'"{word}"' for word, _ in sorted(earlier))
                reason = f'the pair has {words} in another row, and "{row.word}" here: both rows are kept'
                self._notes.add("other-relation", row.line, reason, value=row.object.iri, is_listed=True)
            earlier.add(relation)
        equal = len(self._set.rows) - len(kept)
        self._set = replace(self._set, rows=tuple(kept.values()))
        return equal, again, otherwise

    def _drop_texts(self) -> None:
        """Leave out rows of which an end is a text, and name the others."""
        reason = "an end of the row is a text, not a provision: the graph has no place for it"
        for row in self._set.rows:
            if texts := [end.iri for end in (row.subject, row.object) if end.is_literal]:
                self._notes.add("literal", row.line, reason, "left-out", value=texts[0])
        self._notes.rest("literal", "and {} rows more with a text as an end", "left-out")
        kept = [row for row in self._set.rows if not (row.subject.is_literal or row.object.is_literal)]
        self._set = replace(self._set, rows=named(self._set.iri, kept))
        if not kept:
            reason = "no row of the file has a place in the graph: no set is made of it"
            self._notes.add("empty", 0, reason, "left-out")

    def _report_problems(self, allow_dangling: bool) -> None:
        rules = dict[str, None]()
        for problem in problems(self._set, self._lookup):
            is_end = problem.rule == KNOWN and short(problem.path) in ("cstd:mapsFrom", "cstd:mapsTo")
            is_refused = problem.severity == "violation" and not (allow_dangling and is_end)
            self._notes.problem(problem, "refused" if is_refused else "note")
            rules[problem.rule] = None
        for rule in rules:
            self._notes.rest(rule, "and {} rows more of the same kind")

    def _report_missing(self, states: dict[str, EndState]) -> None:
        """Report ends with a name of the edition's, which has no such provision."""
        reason = "the edition that the set names has no provision with this locator"
        for row in self._set.rows:
            for iri in (*single(row.subject), *single(row.object)):
                if not iri.startswith(BASE) and states.get(iri) == "dangling":
                    self._notes.add("dangling", row.line, reason, value=iri)
        self._notes.rest("dangling", "and {} more such ends")

    def _report_editions(self) -> None:
        for side, edition in (("subject", self._set.subject_edition), ("object", self._set.object_edition)):
            if not edition.startswith(BASE):
                reason = f"the graph does not know the edition of the {side}s: what their numbers mean is not certain"
                self._notes.add("edition", 0, reason, field=f"{side}_source", value=edition)
