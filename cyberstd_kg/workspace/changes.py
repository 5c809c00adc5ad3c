"""The workspace: a folder of the user's own entries, on top of the shipped graph.

::

    <folder>/standards/<publisher>/<number>.trig    a standard with its texts, provisions, projects and stages
    <folder>/agents.trig  concepts.trig  …          what belongs to no standard
    <folder>/mappings/<set>.sssom.tsv               a mapping set, as SSSOM/TSV

An entry is added whole or not at all: it is validated and written under a lock, into one file, which is replaced by
renaming.  So a reader sees the file of before or of after, and what was acknowledged is on the disk.  The lock is held
on the folder itself and leaves no file.  When the folder is the project's own ``data/``, the same commands add to the
shipped graph.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.build import data_files
from cyberstd_kg.core import assets, iris
from cyberstd_kg.core.errors import InputError, NotFound, Refused, UsageError
from cyberstd_kg.core.iris import expand
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.workspace.folder import Folder
from cyberstd_kg.workspace.ownership import (
    BELONGS,
    OF_WORKS,
    Quads,
    belonging,
    describes,
    main_thing,
    namesake,
    things,
    union,
    without_use,
)

if TYPE_CHECKING:
    from cyberstd_kg.mappings.model import MappingSet
    from cyberstd_kg.validation.check import Checker
    from cyberstd_kg.validation.entry import EntryFile
    from cyberstd_kg.validation.findings import Finding, ValidationReport
    from cyberstd_kg.validation.impact import View

#: A number with parts: they share the file of the whole.
_PARTS: Final = re.compile(r"(\d+)(?:-\d+)+")
#: Bytes of mapping sets beside which an entry is still checked.
_MANY: Final = 2**20
_ATTEMPTS: Final = 3
_REFUSED: Final = "nothing was changed"


class Added(NamedTuple):
    """What was added: the file written, how many statements, the things they are about, and the findings."""

    path: Path
    statements: int
    things: list[str]
    report: ValidationReport


class Removed(NamedTuple):
    """What was taken away: the files changed, how many statements, the things they were about."""

    paths: list[Path]
    statements: int
    things: list[str]


class Mine(NamedTuple):
    """An entry: a thing that belongs to no other in its file, with how much is said of it and of what is below it."""

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
            except InputError as error:  # a file that another process took away in between
                if not isinstance(error.__cause__, FileNotFoundError) or attempt + 1 == _ATTEMPTS:
                    raise
        raise AssertionError("unreachable")

    def files(self) -> list[Path]:
        """Return the files of data of the whole graph: the shipped ones, then those of the workspace."""
        shipped = [path for path in assets.graph_files() if path.suffix == ".trig"] + assets.mapping_files()
        return shipped if self.is_shipped else [*shipped, *self._own_files()]

    def quads(self) -> Quads:
        """Return all statements."""
        return frozenset[ox.Quad]().union(*self.contents().values())

    def mine(self) -> list[Mine]:
        """Return the entries, in natural order of their IRIs; descriptions of sources are no entries."""
        found = []
        for path, quads in self.contents().items():
            if data_files.is_mappings(path):
                found.append(_set_of_mine(path, quads))
                continue
            subjects = {quad.subject for quad in quads if not describes(quad)}
            below = {quad.subject for quad in quads if quad.predicate in BELONGS and quad.object in subjects}
            for thing in subjects - below:
                told = belonging(quads, thing)  # type: ignore[arg-type]  # data has no blank nodes
                sources = {quad.graph_name.value for quad in told}  # type: ignore[union-attr]
                found.append(Mine(thing.value, len(told), path, sorted(sources, key=natural)))  # type: ignore[union-attr]
        return sorted(found, key=lambda entry: (natural(entry.iri), entry.path))

    # ── Checking ──

    @cached_property
    def checker(self) -> Checker:
        """The shipped shapes and rules."""
        from cyberstd_kg.validation.check import Checker

        return Checker.shipped()

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
        return entries, self._checked(entries, self._beside())

    def _beside(self) -> dict[Path, Quads]:
        """Return the statements by file, without those of mapping sets where these are many.

        An entry refers to no row of a set, and it must not take a minute to add one beside 92 sets.
        """
        sets = [path for path in self._own_files() if data_files.is_mappings(path)]
        return self.contents(without=sets if sum(path.stat().st_size for path in sets) > _MANY else ())

    def _read(self, name: str, source: str) -> EntryFile:
        """Read a file of entries; of the shipped data, or a user's own."""
        from cyberstd_kg.validation.entry import read

        return read(name, source, own=not (self.is_shipped or data_files.is_of_data(Path(name))))

    def _checked(self, entries: list[EntryFile], held: dict[Path, Quads]) -> ValidationReport:
        """Check *entries* against the shipped graph and the other files of the workspace, *held*."""
        from cyberstd_kg.validation.check import check, large
        from cyberstd_kg.validation.file_checks import MAX_ROWS
        from cyberstd_kg.validation.findings import ValidationReport
        from cyberstd_kg.validation.impact import Impact, View

        sets = [entry for entry in entries if entry.mapping_set]
        if sum(len(entry.mapping_set.rows) for entry in sets if entry.mapping_set) <= MAX_ROWS:
            sets = []
        entries = [entry for entry in entries if entry not in sets]
        base = self._base()
        own = {} if self.is_shipped else {os.path.realpath(path): quads for path, quads in held.items()}
        data = os.path.realpath(assets.root() / "data") + os.sep
        places = [os.path.realpath(entry.path) if entry.path else "" for entry in entries]
        for place in places:
            own.pop(place, None)
        change = Impact(base, union(own.values()), (), union(entry.quads for entry in entries))
        asked: list[tuple[EntryFile, View | None]] = []
        for entry, place in zip(entries, places, strict=True):
            if place.startswith(data):
                change.touch(entry.quads)  # the snapshot has the file as it stands
            asked.append((entry, None if self.is_shipped or place.startswith(data) else View(base)))
        told = [check(self.checker, asked, change)] if entries or not sets else []
        if sets:
            told.append(large(sets, View(base, (), union([change.come, *own.values(), *(e.quads for e in sets)]))))
        found = sorted((finding for report in told for finding in report.findings), key=lambda one: one.order())
        return ValidationReport(found, sum(report.checked for report in told))

    def _base(self) -> ox.Store:
        from cyberstd_kg.build.snapshot import open_snapshot

        return open_snapshot().store

    # ── Changing ──

    def add(self, name: str, *, source: str = "", fail_on: str = "warning") -> Added:
        """Add the entry in a file, validated and whole, or nothing.

        :param fail_on: the least severity of a finding that keeps the entry out
        :raises Refused: with the findings that keep it out
        :raises InputError: when the file cannot be read or the folder not be written
        """
        entry = self._read(name, source)
        self._prepare()
        with self._lock():
            held = self._beside()
            if entry.path and os.path.realpath(entry.path) in {os.path.realpath(path) for path in self._own_files()}:
                raise UsageError(f"{name} is a file of the workspace already", "Check it with: cyberstd validate.")
            report = self._checked([entry], held)
            if report.failing(fail_on):
                first = report.failing(fail_on)[0]
                raise Refused(f"{name} is not added: {_REFUSED}. First: {first.message}", report, first.repair)
            path = self._place(entry, held)
            if entry.mapping_set:
                self._add_set(entry.mapping_set, path)
            else:
                self._write(path, held.get(path, frozenset()) | entry.quads)
        return Added(path, len(entry.quads), things(entry.quads), report)

    def _add_set(self, mapping_set: MappingSet, path: Path) -> None:
        """Write a mapping set that nothing in the graph is called like."""
        from cyberstd_kg.mappings.sssom_table import head
        from cyberstd_kg.mappings.sssom_writing import write

        subject = ox.NamedNode(mapping_set.iri)
        here = any(
            head(other).get("mapping_set_id") == mapping_set.iri
            for other in self._own_files()
            if data_files.is_mappings(other)
        )
        if here or any(self._base().quads_for_pattern(subject, None, ox.NamedNode(expand("cstd:MappingSet")), None)):
            raise InputError(
                f"the mapping set {_curie(mapping_set.iri)} is in {'your workspace' if here else 'the shipped graph'}",
                "Take it away first with 'cyberstd remove', or give it another mapping_set_id.",
            )
        self._put({path: write(mapping_set)})

    def remove(self, *names: str, fail_on: str = "violation") -> Removed:
        """Take away what the workspace says of things and of all that would not be without them.

        Descriptions of sources that nothing rests on any more go too.

        :param names: IRIs or CURIEs
        :raises UsageError: on another name
        :raises NotFound: when the workspace says nothing of one
        :raises Refused: when something left would refer to what is taken away
        """
        from cyberstd_kg.validation.check import StatementPlaces, locate
        from cyberstd_kg.validation.findings import ValidationReport
        from cyberstd_kg.validation.impact import Impact

        wanted = [ox.NamedNode(_iri(name)) for name in names]
        if not self.folder.is_dir():
            raise _not_mine(names[0])
        self._prepare()
        with self._lock():
            held = self.contents()
            every = union(held.values())
            # A mapping set is a file of its own: it goes as a whole, and nothing else takes a part of it away.
            sets = {path: quads for path, quads in held.items() if data_files.is_mappings(path)}
            rest = union(quads for path, quads in held.items() if path not in sets)
            told = {thing: belonging(rest, thing) for thing in wanted}
            for path, quads in sets.items():
                for thing in wanted:
                    if _set_of_mine(path, quads).iri == thing.value:
                        told[thing] |= frozenset(quad for quad in quads if not describes(quad))
                    elif not told[thing] and any(q.subject == thing for q in quads):
                        raise UsageError(
                            f"{_curie(thing.value)} is part of the mapping set in {path}",
                            "Take the whole set away, or change the file and import it again.",
                        )
            if nothing := next((thing for thing, quads in told.items() if not quads), None):
                raise _not_mine(nothing.value)
            gone = without_use(every, union(told.values()))
            own = frozenset() if self.is_shipped else every - gone
            change = Impact(self._base(), own, gone, ())
            found, nodes = self.checker.change(change)
            lines = {quad: (str(path), 0) for path, quads in held.items() for quad in quads - gone}
            located = {_to_remove(finding) for finding in locate(found, StatementPlaces(lines))}
            report = ValidationReport(sorted(located, key=lambda finding: finding.order()), len(nodes[""]))
            if report.failing(fail_on):
                raise Refused(f"{names[0]} is not taken away, because something else rests on it: {_REFUSED}", report)
            changed = [path for path, quads in held.items() if quads & gone]
            for path in changed:
                self._write(path, frozenset() if path in sets else held[path] - gone)
        return Removed(changed, len(gone), things(gone))

    def _prepare(self) -> None:
        """Load what takes time before the lock is held."""
        import pyshacl  # noqa: F401 - loaded ahead

        self.checker  # noqa: B018 - loaded ahead
        if not self.is_shipped:
            self._base()

    def _place(self, entry: EntryFile, held: dict[Path, Quads]) -> Path:
        """Return the file for an entry: that of its work, or where most is said of the work, or a new one."""
        if entry.mapping_set:
            name = entry.mapping_set.iri.rpartition("/")[2] + assets.MAPPINGS
            return self.folder / "mappings" / (entry.path.name if self.is_shipped and entry.path else name)
        work = namesake(main_thing(entry))
        path = self._path(*work)
        if path in held:
            return path
        told = {other: sum(namesake(iri) == work for iri in things(quads)) for other, quads in held.items()}
        best = max(told, key=lambda other: told[other], default=path)
        return best if told.get(best) else path

    def _path(self, prefix: str, name: str) -> Path:
        """Return the file in which things of this prefix, or of the work of this name, stand in a tidy folder."""
        if prefix not in OF_WORKS:
            return self.folder / f"{'source' if prefix == 'src' else prefix}s.trig"
        publishers = [path.name for path in (assets.root() / "data" / "standards").iterdir()]
        fitting = [publisher for publisher in publishers if name.startswith(f"{publisher}-")]
        publisher = max(fitting, key=len, default=name.partition("-")[0])
        number = name.removeprefix(f"{publisher}-")
        whole = _PARTS.fullmatch(number)
        return self.folder / "standards" / publisher / f"{whole[1] if whole else number}.trig"


def is_set(quad: ox.Quad) -> bool:
    """Tell whether *quad* says that its subject is a mapping set."""
    return quad.object == ox.NamedNode(expand("cstd:MappingSet"))


def _set_of_mine(path: Path, quads: Quads) -> Mine:
    """Return the entry that the file of a mapping set is."""
    (subject,) = {quad.subject.value for quad in quads if is_set(quad)}  # type: ignore[union-attr]
    told = [quad for quad in quads if not describes(quad)]
    sources = {quad.graph_name.value for quad in told}  # type: ignore[union-attr]
    return Mine(subject, len(told), path, sorted(sources, key=natural))


def _iri(name: str) -> str:
    """Return the IRI that *name*, an IRI or a CURIE, is."""
    if "//" in name and not re.search(r"[\x00-\x20<>\"{}|^`\\]", name):
        return name
    try:
        return expand(name)
    except InputError as error:
        raise UsageError(f"'{name}' is no IRI and no CURIE", "Resolve a reference first: kg.resolve(…).iri.") from error


def _to_remove(finding: Finding) -> Finding:
    """Return a finding with what to do where something else rests on what is to be taken away."""
    if not finding.shape.endswith("/reference-is-known"):
        return finding
    return finding._replace(repair=f"Take {_curie(finding.entry)} away first, or together with it, or change it.")


def _curie(iri: str) -> str:
    return iris.compact(iri) or iri


def _not_mine(iri: str) -> NotFound:
    return NotFound(f"the workspace says nothing of {_curie(iri)}", "See what it holds with: cyberstd list --mine.")
