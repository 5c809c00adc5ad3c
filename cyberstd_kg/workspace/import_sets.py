"""Foreign mapping sets → the user's: read, held against the graph, and written, all of an import or nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

import pyoxigraph as ox

from cyberstd_kg.core.assets import MAPPINGS
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import BASE, PREFIXES, compact, expand
from cyberstd_kg.foreign.report import FilePlace, ImportReport
from cyberstd_kg.mappings import relations, sssom_table
from cyberstd_kg.mappings import sssom_reading as reader
from cyberstd_kg.mappings.model import End, MappingRow, MappingSet, end_of, named
from cyberstd_kg.mappings.sssom_reading import FORM, SssomOptions
from cyberstd_kg.mappings.sssom_writing import write
from cyberstd_kg.validation.impact import View
from cyberstd_kg.validation.set_checks import KNOWN, Held, Problem, cycles, fates, problems, single

Progress = Callable[[int, int], None]
#: What files of mapping sets end in.
SUFFIXES: Final = (".tsv", ".csv")
_METADATA: Final = (".yml", ".yaml")
#: Findings of one kind that a report names for one set; the counts tell of all.
_NAMED: Final = 50
_SET: Final = ox.NamedNode(expand("cstd:MappingSet"))
_TYPE: Final = ox.NamedNode(expand("rdf:type"))
_OWN_GRAPHS: Final = f"{PREFIXES['src']}workspace_"


class ImportCounts(NamedTuple):
    """The rows and ends of a set.

    *rows* stood in its table; *taken* stand in the set now.  *equal* were the same again, and left out; *again* are of
    a pair that had been met with the same relation, *otherwise* with another one.  *groups* are ends of several
    provisions.  Of the ends: *held* are in the graph, *withdrawn* too but ask nothing any more, *dangling* are not
    where they should be, *foreign* belong to a text that the graph does not hold; *brought* were named otherwise and
    found by their locators.
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
    """A set of an import: its file, the set as it will stand, its counts."""

    file: str
    mapping_set: MappingSet
    counts: ImportCounts

    def to_json(self) -> dict[str, Any]:
        """Return what the report says of the set."""
        made, reading = self.mapping_set, self.mapping_set.reading
        return {
            "file": self.file,
            "iri": made.iri,
            "title": made.title,
            "subject_edition": made.subject_edition,
            "object_edition": made.object_edition,
            "reading": {
                "style": reading.style,
                "rationale": reading.rationale,
                "read_by": reading.read_by,
                "words": {read.word: relations.signs(read.relations) for read in reading.words},
            },
            **self.counts._asdict(),
        }


@dataclass
class Intake:
    """An import: its report and its sets."""

    report: ImportReport
    taken: list[ImportedSet] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Tell whether nothing of it may be written."""
        return bool(self.report.refused)

    def total(self) -> ImportCounts:
        """Return the counts of all sets."""
        return ImportCounts(*(sum(column) for column in zip(*(one.counts for one in self.taken), strict=True)))

    def to_json(self) -> dict[str, Any]:
        """Return the documented JSON."""
        return {
            **self.report.to_json(),
            "refused": self.is_refused,
            "total": self.total()._asdict() if self.taken else None,
            "sets": [one.to_json() for one in self.taken],
        }


def gather(names: Iterable[str]) -> list[Path]:
    """Return the files named, and the tables in the folders named, sorted within each folder.

    :raises InputError: when one is not there, is no table, or a folder has none
    """
    found: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = sorted(
                other for other in path.rglob("*") if other.name.endswith(SUFFIXES) and not other.name.startswith(".")
            )
            if not inside:
                raise InputError(f"the folder '{name}' has no .tsv and no .csv file", "Name a file, or another folder.")
            found += inside
        elif path.suffix in _METADATA:
            raise InputError(f"'{name}' holds metadata, no rows", "Name the table; the metadata go by --metadata.")
        elif not name.endswith(SUFFIXES):
            raise InputError(f"'{name}' is no SSSOM/TSV", "Name a file that ends in .tsv or .csv; RDF is not read.")
        elif not path.exists():
            raise InputError(f"there is no file '{name}'", "Check the path.")
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def take(
    paths: Iterable[Path],
    view: View,
    options: SssomOptions,
    *,
    folder: Path,
    metadata: Path | None = None,
    allow_dangling: bool = False,
    progress: Progress | None = None,
) -> Intake:
    """Read files and hold them against the graph; nothing is written.

    :param view: the graph
    :param folder: where the sets will stand: what is there decides on names
    :param metadata: a file of metadata for all; without it, the one beside each file
    :param allow_dangling: take rows whose ends the graph does not have, although it should
    :param progress: is called with the number of files read and of all
    :raises InputError: when a file cannot be read
    """
    made = Intake(ImportReport(FORM))
    files = list(paths)
    held = Held(view)
    names: dict[str, str] = {}
    for number, path in enumerate(files, 1):
        before = made.report.records
        one = _read(path, view, options, folder, metadata, names, made.report)
        rows = made.report.records - before
        made.taken.append(_against(one, str(path), rows, held, made.report, allow_dangling=allow_dangling))
        if progress:
            progress(number, len(files))
    by_row = {row.iri: one.file for one in made.taken for row in one.mapping_set.rows if row.derived_from}
    for problem in cycles((one.mapping_set for one in made.taken), held.derivations()):
        _tell(made.report, "refused", by_row.get(problem.this, ""), problem)
    if not any(one.counts.taken for one in made.taken):
        made.report.add("refused", "empty", FilePlace(str(files[0]), 0), "no row of any file could be taken over")
    made.report.taken = sum(one.counts.taken for one in made.taken)
    made.report.repeated = sum(one.counts.equal for one in made.taken)
    return made


def _read(
    path: Path,
    view: View,
    options: SssomOptions,
    folder: Path,
    metadata: Path | None,
    names: dict[str, str],
    report: ImportReport,
) -> MappingSet:
    """Read a file, under a name that no other set has."""
    content = sssom_table.load(path)
    beside = metadata or sssom_table.beside(path)
    given = (str(beside), sssom_table.load(beside)) if beside else None
    before = len(report.findings), report.files, report.records, Counter(report.fields)
    found = reader.read(content, str(path), metadata=given, options=options, report=report)
    origin = _origin(found)
    wanted = found.iri
    shipped = any(
        not getattr(quad.graph_name, "value", "").startswith(_OWN_GRAPHS)
        for quad in view.quads(ox.NamedNode(found.iri), _TYPE, _SET)
    )
    if shipped and origin == found.iri:
        raise InputError(f"{path}: the mapping set {found.iri} is in the shipped graph", "There is nothing to import.")
    if shipped or names.get(found.iri, origin) != origin or _other(folder, found.iri, origin):
        short = hashlib.sha256((origin or str(path.name)).encode()).hexdigest()[:12]
        wanted = f"{found.iri}-{short}"
    elif found.iri in names:
        raise InputError(f"{path}: the mapping set {origin} stands in another file too", "Name each set once.")
    if wanted in names:
        raise InputError(f"{path}: the mapping set {origin} stands in another file too", "Name each set once.")
    names[wanted] = origin
    if wanted != found.iri:
        del report.findings[before[0] :]
        _, report.files, report.records, report.fields = before
        found = reader.read(content, str(path), metadata=given, options=options._replace(iri=wanted), report=report)
    return found


def _origin(mapping_set: MappingSet) -> str:
    """Return the name that a set has where it comes from."""
    return (dict(mapping_set.other).get("mapping_set_source") or (mapping_set.iri,))[-1]


def _other(folder: Path, iri: str, origin: str) -> bool:
    """Tell whether the file for a set holds another one."""
    path = folder / f"{iri.rpartition('/')[2]}{MAPPINGS}"
    if not path.exists():
        return False
    slots = sssom_table.head(path)
    sources = slots.get("mapping_set_source")
    return (sources[-1] if isinstance(sources, list) and sources else slots.get("mapping_set_id")) != origin


def _against(
    found: MappingSet, file: str, rows: int, held: Held, report: ImportReport, *, allow_dangling: bool
) -> ImportedSet:
    """Hold a set, whose table had so many *rows*, against the graph."""
    found, pairs = _brought(found, held)
    brought = len(pairs)
    for iri, home in pairs[:_NAMED]:
        told = f"found in the edition that the set names, by its locator: {compact(home) or home}"
        report.add("note", "brought", FilePlace(file, 0), told, value=iri)
    if brought > _NAMED:
        report.add("note", "brought", FilePlace(file, 0), f"and {brought - _NAMED} ends more were found so")
    kept, equal, again, otherwise = _once(found.rows, file, report)
    texts = [row for row in kept if row.subject.is_literal or row.object.is_literal]
    for row in texts[:_NAMED]:
        told = "an end of the row is a text, and no provision: the graph has no place for it"
        value = row.subject.iri if row.subject.is_literal else row.object.iri
        report.add("left-out", "literal", FilePlace(file, row.line), told, value=value)
    if len(texts) > _NAMED:
        report.add(
            "left-out", "literal", FilePlace(file, 0), f"and {len(texts) - _NAMED} rows more with a text as an end"
        )
    kept = [row for row in kept if not (row.subject.is_literal or row.object.is_literal)]
    found = replace(found, rows=named(found.iri, kept))
    if not kept:
        told = "no row of the file has a place in the graph: no set is made of it"
        report.add("left-out", "empty", FilePlace(file, 0), told)
    fate = fates(found, held)
    noted: Counter[str] = Counter()
    for problem in problems(found, held):
        wrong = problem.severity == "violation" and not (allow_dangling and _is_end(problem))
        noted[problem.rule] += not wrong
        if wrong or noted[problem.rule] <= _NAMED:
            _tell(report, "refused" if wrong else "note", file, problem)
    for rule, number in noted.items():
        if number > _NAMED:
            report.add("note", rule, FilePlace(file, 0), f"and {number - _NAMED} rows more of the same kind")
    _tell_of_foreign(found, fate, file, report)
    for side, edition in (("subject", found.subject_edition), ("object", found.object_edition)):
        if not edition.startswith(BASE):
            told = f"the edition of the {side}s is none that the graph knows: what their numbers mean is not certain"
            report.add("note", "edition", FilePlace(file, 0), told, field=f"{side}_source", value=edition)
    groups = {end.iri for row in kept for end in (row.subject, row.object) if end.members}
    ends = Counter(fate.values())
    counts = ImportCounts(
        rows=rows,
        taken=len(kept),
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
    return ImportedSet(file, found, counts)


def _is_end(problem: Problem) -> bool:
    return problem.rule == KNOWN and problem.path in ("cstd:mapsFrom", "cstd:mapsTo")


def _tell(report: ImportReport, severity: Any, file: str, problem: Problem) -> None:
    place = FilePlace(file, problem.line)
    told = problem.message.rstrip(".")
    report.add(severity, problem.rule, place, told, field=problem.path, value=problem.value, hint=problem.repair)


def _tell_of_foreign(found: MappingSet, fate: Mapping[str, str], file: str, report: ImportReport) -> None:
    """Tell of ends that are named as the edition's, which has no such provision."""
    told = "the edition that the set names has no provision with this locator"
    number = 0
    for row in found.rows:
        for end in (row.subject, row.object):
            for iri in single(end):
                if not iri.startswith(BASE) and fate.get(iri) == "dangling":
                    number += 1
                    if number <= _NAMED:
                        report.add("note", "dangling", FilePlace(file, row.line), told, value=iri)
    if number > _NAMED:
        report.add("note", "dangling", FilePlace(file, 0), f"and {number - _NAMED} more such ends")


def _once(rows: Iterable[MappingRow], file: str, report: ImportReport) -> tuple[list[MappingRow], int, int, int]:
    """Leave out rows that are the same again.

    :returns: the rows left; how many were left out; how many are of a pair that was met with the same relation
        before, and with another one
    """
    met: set[object] = set()
    pairs: dict[tuple[str, str], set[tuple[str, int]]] = {}
    kept: list[MappingRow] = []
    equal = again = otherwise = 0
    for row in rows:
        key = replace(row, iri="", line=0)
        if key in met:
            equal += 1
            if equal <= _NAMED:
                report.add("note", "equal-row", FilePlace(file, row.line), "the same row again: it stands once")
            continue
        met.add(key)
        kept.append(row)
        said = pairs.setdefault((row.subject.iri, row.object.iri), set())
        relation = (row.word, int(row.relations))
        if relation in said:
            again += 1
        elif said:
            otherwise += 1
            words = ", ".join(f'"{word}"' for word, _ in sorted(said))
            told = f'the pair has {words} in another row, and "{row.word}" here: both stay'
            report.add("note", "other-relation", FilePlace(file, row.line), told, value=row.object.iri)
        said.add(relation)
    return kept, equal, again, otherwise


def _brought(found: MappingSet, held: Held) -> tuple[MappingSet, list[tuple[str, str]]]:
    """Return a set in which ends that bear the locator of a provision of the named edition are that provision.

    :returns: the set, and the ends that were found so, each with its provision
    """
    brought: dict[tuple[str, str], str] = {}
    spaces = sorted((text.partition("=")[2] for text in dict(found.other).get("curie_map", ())), key=len, reverse=True)

    def home(iri: str, edition: str) -> str:
        if iri.startswith(BASE) or not edition.startswith(BASE):
            return iri
        known = brought.get((edition, iri))
        if known is None:
            space = next((space for space in spaces if iri.startswith(space)), "")
            local = unquote(iri[len(space) :] if space else iri[max(iri.rfind(sign) for sign in "#/:") + 1 :])
            known = held.located(edition).get(local.casefold(), "")
            brought[edition, iri] = known
        return known or iri

    def end(old: End, edition: str) -> End:
        if old.is_literal:
            return old
        if old.members:
            return end_of(found.iri, [home(iri, edition) for iri in old.members], old.label)
        return old._replace(iri=home(old.iri, edition))

    if not (found.subject_edition.startswith(BASE) or found.object_edition.startswith(BASE)):
        return found, []
    rows = tuple(
        replace(row, subject=end(row.subject, found.subject_edition), object=end(row.object, found.object_edition))
        for row in found.rows
    )
    pairs = sorted((iri, home) for (_, iri), home in brought.items() if home)
    return replace(found, rows=named(found.iri, rows)), pairs


def contents(made: Intake, folder: Path) -> dict[Path, bytes]:
    """Return the files of an import in *folder* with their contents."""
    return {
        folder / f"{one.mapping_set.iri.rpartition('/')[2]}{MAPPINGS}": write(one.mapping_set)
        for one in made.taken
        if one.counts.taken
    }
