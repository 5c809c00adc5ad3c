"""The workspace: a folder of the user's own entries, on top of the shipped graph.

::

    <folder>/standards/<publisher>/<number>.trig    a standard with its texts, provisions, projects and stages
    <folder>/agents.trig  concepts.trig  …          what belongs to no standard
    <folder>/mappings/<set>.sssom.tsv               a mapping set, as SSSOM/TSV

An entry is added all or nothing: it is validated and written under a lock, into one file, which is replaced by
renaming.  So a reader sees the old file or the new one, and what was acknowledged is on the disk.  The lock is on the
folder itself and leaves no file.  When the folder is the project's own ``data/``, the same commands add to the shipped
graph.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg import graph, mappings, validation
from cyberstd_kg.build import data_files, snapshot
from cyberstd_kg.core import assets
from cyberstd_kg.core.errors import InputError, NotFound, Refused, UsageError
from cyberstd_kg.core.iris import expand, short
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.rdf.terms import node, plain
from cyberstd_kg.workspace.folder import Folder
from cyberstd_kg.workspace.ownership import (
    BELONGS,
    OF_WORKS,
    Quads,
    belonging,
    describes,
    main_subject,
    subjects,
    union,
    with_idle_sources,
    work_of,
)

if TYPE_CHECKING:
    from cyberstd_kg.graph.view import View
    from cyberstd_kg.mappings.model import MappingSet
    from cyberstd_kg.validation.check import Checker
    from cyberstd_kg.validation.entry import EntryFile
    from cyberstd_kg.validation.findings import Finding, ValidationReport

#: A number with parts: they share the file of the whole.
_PARTS: Final = re.compile(r"(\d+)(?:-\d+)+")
#: Bytes of mapping sets up to which they are read when an entry is checked.
_MANY: Final = 2**20
_ATTEMPTS: Final = 3
_REFUSED: Final = "nothing was changed"
_SET: Final = node("cstd:MappingSet")


class Added(NamedTuple):
    """What was added: the file written, how many statements, the entities that they are about, and the findings."""

    path: Path
    statements: int
    entities: list[str]
    report: ValidationReport


class Removed(NamedTuple):
    """What was removed: the files changed, how many statements, the entities that they were about."""

    paths: list[Path]
    statements: int
    entities: list[str]


class OwnEntry(NamedTuple):
    """An entry of the workspace: an entity that belongs to no other in its file.

    ``statements`` counts those about it and about what belongs to it; ``sources`` are the IRIs of their graphs.
    """

    iri: str
    statements: int
    path: Path
    sources: list[str]


class Workspace(Folder):
    """The entries of one folder, which need not exist.

    :param folder: default: that of :func:`cyberstd_kg.core.assets.workspace_folder`
    """

    def __init__(self, folder: Path | str | None = None) -> None:
        super().__init__(assets.workspace_folder(folder))
        self.is_shipped = assets.is_data(self.folder)

    def contents(self, without: Collection[Path] = ()) -> dict[Path, Quads]:
        """Return the statements by file.

        :param without: files that are left out
        :raises InputError: when a file cannot be read
        """
        for attempt in range(_ATTEMPTS):
            try:
                own = not self.is_shipped
                paths = [path for path in self._own_files() if path not in without]
                return {path: frozenset(data_files.quads(path, str(path), own=own)) for path in paths}
            except InputError as error:  # a file that another process removed in between
                if not isinstance(error.__cause__, FileNotFoundError) or attempt + 1 == _ATTEMPTS:
                    raise
        raise AssertionError("unreachable")

    def files(self) -> list[Path]:
        """Return the files of data of the whole graph: the shipped ones, then those of the workspace."""
        shipped = [path for path in assets.graph_files() if path.suffix == ".trig"] + assets.mapping_files()
        return shipped if self.is_shipped else [*shipped, *self._own_files()]

    def quads(self) -> Quads:
        """Return all statements."""
        return union(self.contents().values())

    def entries(self) -> list[OwnEntry]:
        """Return the entries, in natural order of their IRIs, without descriptions of sources."""
        entries = []
        for path, quads in self.contents().items():
            if data_files.is_mappings(path):
                entries.append(_entry(path, _set_of(quads), (quad for quad in quads if not describes(quad))))
                continue
            described = {quad.subject for quad in quads if not describes(quad)}
            below = {quad.subject for quad in quads if quad.predicate in BELONGS and quad.object in described}
            # Data has no blank nodes.
            entries += [_entry(path, main, belonging(quads, main)) for main in described - below]  # type: ignore[arg-type]
        return sorted(entries, key=lambda entry: (natural(entry.iri), entry.path))

    # ── Checking ──

    @cached_property
    def checker(self) -> Checker:
        """The shipped shapes and rules."""
        return validation.check.Checker.shipped()

    def validate(self, names: Iterable[str], *, source: str = "") -> ValidationReport:
        """Check files as if they were added now; one that belongs to the graph already is checked in its place.

        :param names: paths; ``-`` for TriG on standard input
        :param source: IRI of the source for which a Turtle file speaks
        :raises InputError: when a file cannot be read
        """
        return self.checked(names, source=source)[1]

    def checked(self, names: Iterable[str], *, source: str = "") -> tuple[list[EntryFile], ValidationReport]:
        """Return files as they were read, and what :meth:`validate` finds."""
        entries = [self._read(name, source) for name in names]
        return entries, self._checked(entries, self._others())

    def _others(self) -> dict[Path, Quads]:
        """Return the statements by file, without those of mapping sets where these are many.

        An entry refers to no row of a set, and adding one beside 92 sets must not take a minute.
        """
        sets = [path for path in self._own_files() if data_files.is_mappings(path)]
        return self.contents(without=sets if sum(path.stat().st_size for path in sets) > _MANY else ())

    def _read(self, name: str, source: str) -> EntryFile:
        """Read a file of entries; of the shipped data, or a user's own."""
        own = not (self.is_shipped or data_files.is_of_data(Path(name)))
        return validation.entry.read(name, source, own=own)

    def _checked(self, entries: list[EntryFile], others: Mapping[Path, Quads]) -> ValidationReport:
        """Check *entries* against the shipped graph and *others*, the files of the workspace."""
        large = validation.file_checks.large_sets(entries)
        small = [entry for entry in entries if entry not in large]
        places = {os.path.realpath(entry.path) for entry in small if entry.path}
        beside = [quads for path, quads in others.items() if os.path.realpath(path) not in places]
        own = frozenset() if self.is_shipped else union(beside)
        if not large:
            return self._checked_in_full(small, own)
        view = graph.view.View(self._base(), added=union([own, *(entry.quads for entry in entries)]))
        reports = [validation.check.large(large, view), *([self._checked_in_full(small, own)] if small else [])]
        findings = [finding for report in reports for finding in report.findings]
        return validation.findings.ValidationReport.of(findings, sum(report.checked for report in reports))

    def _checked_in_full(self, entries: list[EntryFile], own: Quads) -> ValidationReport:
        """Check *entries* by all shapes and rules; *own* is what the workspace holds beside them."""
        base = self._base()
        impact = validation.impact.Impact(base, own, (), union(entry.quads for entry in entries))
        shipped = None if self.is_shipped else graph.view.View(base)
        plans: list[tuple[EntryFile, View | None]] = []
        for entry in entries:
            is_of_data = entry.path is not None and data_files.is_of_data(entry.path)
            if is_of_data:
                impact.touch(entry.quads)  # the snapshot holds the file already
            plans.append((entry, None if is_of_data else shipped))
        return validation.check.check(self.checker, plans, impact)

    def _base(self) -> ox.Store:
        return snapshot.open_snapshot().store

    # ── Changing ──

    def add(self, name: str, *, source: str = "", fail_on: str = "warning") -> Added:
        """Validate the entry in a file and add it, all or nothing.

        :param fail_on: the least severity of a finding that keeps the entry out
        :raises Refused: with the findings that keep it out
        :raises InputError: when the file cannot be read or the folder not be written
        """
        entry = self._read(name, source)
        self._prepare()
        with self._lock():
            others = self._others()
            if entry.path and os.path.realpath(entry.path) in {os.path.realpath(path) for path in self._own_files()}:
                raise UsageError(f"{name} is a file of the workspace already", "Check it with: cyberstd validate.")
            report = self._checked([entry], others)
            if failing := report.failing(fail_on):
                first = failing[0]
                raise Refused(f"{name} is not added: {_REFUSED}. First: {first.message}", report, first.repair)
            path = self._home(entry, others)
            if entry.mapping_set:
                self._add_set(entry.mapping_set, path)
            else:
                self._write(path, others.get(path, frozenset()) | entry.quads)
        return Added(path, len(entry.quads), subjects(entry.quads), report)

    def _add_set(self, mapping_set: MappingSet, path: Path) -> None:
        """Write a mapping set whose name nothing in the graph has."""
        sets = [other for other in self._own_files() if data_files.is_mappings(other)]
        is_own = any(mappings.sssom_table.head(other).get("mapping_set_id") == mapping_set.iri for other in sets)
        if is_own or any(graph.view.View(self._base()).quads(ox.NamedNode(mapping_set.iri), None, _SET)):
            raise InputError(
                f"the mapping set {short(mapping_set.iri)} is in {'your workspace' if is_own else 'the shipped graph'}",
                "Remove it first with 'cyberstd remove', or give it another mapping_set_id.",
            )
        self._put({path: mappings.sssom_writing.write(mapping_set)})

    def remove(self, *names: str, fail_on: str = "violation") -> Removed:
        """Remove what the workspace says of entities, of all that belongs to them, and of sources no longer used.

        :param names: IRIs or CURIEs
        :raises UsageError: on another name, or on a part of a mapping set
        :raises NotFound: when the workspace says nothing of one
        :raises Refused: when something left would refer to what is removed
        """
        entities = [ox.NamedNode(_iri(name)) for name in names]
        if not self.folder.is_dir():
            raise _not_mine(names[0])
        self._prepare()
        with self._lock():
            contents = self.contents()
            gone = with_idle_sources(union(contents.values()), _statements_about(entities, contents))
            report = self._checked_without(gone, contents)
            if report.failing(fail_on):
                raise Refused(f"{names[0]} is not removed, because something else refers to it: {_REFUSED}", report)
            changed = [path for path, quads in contents.items() if quads & gone]
            for path in changed:
                self._write(path, frozenset() if data_files.is_mappings(path) else contents[path] - gone)
        return Removed(changed, len(gone), subjects(gone))

    def _checked_without(self, gone: Quads, contents: Mapping[Path, Quads]) -> ValidationReport:
        """Check what is left of the graph when *gone* is removed from the files of the workspace."""
        own = frozenset() if self.is_shipped else union(contents.values()) - gone
        findings, nodes = self.checker.change(validation.impact.Impact(self._base(), own, gone, ()))
        places = {quad: (str(path), 0) for path, quads in contents.items() for quad in quads - gone}
        located = validation.check.locate(findings, validation.check.StatementPlaces(places))
        return validation.findings.ValidationReport.of(map(_with_removal, located), len(nodes[""]))

    def _prepare(self) -> None:
        """Load what takes time before the lock is taken."""
        import pyshacl  # noqa: F401 - loaded ahead

        self.checker  # noqa: B018 - loaded ahead
        if not self.is_shipped:
            self._base()

    def _home(self, entry: EntryFile, others: Mapping[Path, Quads]) -> Path:
        """Return the file for an entry: that of its work, or the one that says most of the work, or a new one."""
        if entry.mapping_set:
            name = entry.mapping_set.iri.rpartition("/")[2] + assets.MAPPINGS
            return self.folder / "mappings" / (entry.path.name if self.is_shipped and entry.path else name)
        work = work_of(main_subject(entry.quads))
        path = self._path(*work)
        if path in others:
            return path
        counts = {other: sum(work_of(iri) == work for iri in subjects(quads)) for other, quads in others.items()}
        best = max(counts, key=lambda other: counts[other], default=path)
        return best if counts.get(best) else path

    def _path(self, prefix: str, name: str) -> Path:
        """Return the file of entities with this prefix, or of the work of this name, in a tidy folder."""
        if prefix not in OF_WORKS:
            return self.folder / f"{'source' if prefix == 'src' else prefix}s.trig"
        publishers = [path.name for path in (assets.root() / "data" / "standards").iterdir()]
        fitting = [publisher for publisher in publishers if name.startswith(f"{publisher}-")]
        publisher = max(fitting, key=len, default=name.partition("-")[0])
        number = name.removeprefix(f"{publisher}-")
        whole = _PARTS.fullmatch(number)
        return self.folder / "standards" / publisher / f"{whole[1] if whole else number}.trig"


def _set_of(quads: Quads) -> object:
    """Return the mapping set that the statements of its file describe."""
    (subject,) = {quad.subject for quad in quads if quad.object == _SET}
    return subject


def _entry(path: Path, main: object, quads: Iterable[ox.Quad]) -> OwnEntry:
    """Return the entry that *quads* of a file make up; *main* is the entity that it is about."""
    graphs = [plain(quad.graph_name) for quad in quads]
    return OwnEntry(plain(main), len(graphs), path, sorted(set(graphs), key=natural))


def _statements_about(entities: Iterable[ox.NamedNode], contents: Mapping[Path, Quads]) -> Quads:
    """Return what files say of *entities* and of all that belongs to them.

    A mapping set is a file of its own: it goes as a whole, and no part of it by itself.
    """
    sets = {path: quads for path, quads in contents.items() if data_files.is_mappings(path)}
    rest = union(quads for path, quads in contents.items() if path not in sets)
    statements = set[ox.Quad]()
    for entity in entities:
        about = set(belonging(rest, entity))
        for path, quads in sets.items():
            if _set_of(quads) == entity:
                about |= {quad for quad in quads if not describes(quad)}
            elif not about and any(quad.subject == entity for quad in quads):
                raise UsageError(
                    f"{short(entity.value)} is part of the mapping set in {path}",
                    "Remove the whole set, or change the file and import it again.",
                )
        if not about:
            raise _not_mine(entity.value)
        statements |= about
    return frozenset(statements)


def _iri(name: str) -> str:
    """Return the IRI that *name*, an IRI or a CURIE, is."""
    if "//" in name and not re.search(r"[\x00-\x20<>\"{}|^`\\]", name):
        return name
    try:
        return expand(name)
    except InputError as error:
        hint = "Resolve a reference first: kg.resolve(…).iri."
        raise UsageError(f"'{name}' is neither an IRI nor a CURIE", hint) from error


def _with_removal(finding: Finding) -> Finding:
    """Return a finding with what to do where something else refers to what is to be removed."""
    if finding.rule != "reference-is-known":
        return finding
    return finding._replace(repair=f"Remove {short(finding.entry)} first, or together with it, or change it.")


def _not_mine(iri: str) -> NotFound:
    return NotFound(f"the workspace says nothing of {short(iri)}", "See what it holds with: cyberstd list --mine.")
