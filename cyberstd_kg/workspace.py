"""The workspace: a folder of the user's own entries, on top of the shipped graph.

::

    <folder>/standards/<publisher>/<number>.trig    a standard with its texts, provisions, projects and stages
    <folder>/agents.trig  concepts.trig  …          what belongs to no standard

An entry is added whole or not at all: it is validated and written under a lock, into one file, which is replaced by
renaming.  So a reader sees the file of before or of after, and what was acknowledged is on the disk.  The lock is held
on the folder itself and leaves no file.  When the folder is the project's own ``data/``, the same commands add to the
shipped graph.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg import assets, files, iris, turtle
from cyberstd_kg.belonging import (
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
from cyberstd_kg.errors import InputError, NotFound, Refused, UsageError
from cyberstd_kg.iris import expand
from cyberstd_kg.ordering import natural

if TYPE_CHECKING:
    from cyberstd_kg.change import View
    from cyberstd_kg.entryfile import Entry
    from cyberstd_kg.findings import Finding, Report
    from cyberstd_kg.validate import Checker

#: A number with parts: they share the file of the whole.
_PARTS: Final = re.compile(r"(\d+)(?:-\d+)+")
#: A temporary file of a writer (:func:`cyberstd_kg.files.write_whole`).
_LEFT: Final = re.compile(rf"{re.escape(files.TEMPORARY)}[0-9a-f]{{12}}\.tmp")
_ATTEMPTS: Final = 3
_REFUSED: Final = "nothing was changed"


class Added(NamedTuple):
    """What was added: the file written, how many statements, the things they are about, and the findings."""

    path: Path
    statements: int
    things: list[str]
    report: Report


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


class Workspace:
    """The entries of one folder, which need not exist.

    :param folder: default: that of :func:`cyberstd_kg.assets.workspace_folder`
    """

    def __init__(self, folder: Path | str | None = None) -> None:
        self.folder = assets.workspace_folder(folder)
        self.is_shipped = assets.is_data(self.folder)

    def contents(self) -> dict[Path, Quads]:
        """Return the statements by file.

        :raises InputError: when a file cannot be read
        """
        for attempt in range(_ATTEMPTS):
            try:
                return {path: frozenset(turtle.read_quads(path, str(path), "trig")) for path in self._own_files()}
            except InputError as error:  # a file that another process took away in between
                if not isinstance(error.__cause__, FileNotFoundError) or attempt + 1 == _ATTEMPTS:
                    raise
        raise AssertionError("unreachable")

    def files(self) -> list[Path]:
        """Return the files of data of the whole graph: the shipped ones, then those of the workspace."""
        shipped = [path for path in assets.graph_files() if path.suffix == ".trig"]
        return shipped if self.is_shipped else [*shipped, *self._own_files()]

    def _own_files(self) -> list[Path]:
        found = sorted(path for path in self.folder.rglob("*") if path.suffix in (".ttl", ".trig") and path.is_file())
        if turtles := [path for path in found if path.suffix == ".ttl"]:
            raise InputError(
                f"{turtles[0]}: a workspace holds TriG, which says who says what", "Add the file with: cyberstd add."
            )
        return found

    def quads(self) -> Quads:
        """Return all statements."""
        return frozenset[ox.Quad]().union(*self.contents().values())

    def mine(self) -> list[Mine]:
        """Return the entries, in natural order of their IRIs; descriptions of sources are no entries."""
        found = []
        for path, quads in self.contents().items():
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
        from cyberstd_kg.validate import Checker

        return Checker.shipped()

    def validate(self, names: Iterable[str], *, source: str = "") -> Report:
        """Check files as if they were added now; one that belongs to the graph already is checked in its place.

        :param names: paths; ``-`` for TriG on standard input
        :param source: IRI of the source for which a Turtle file speaks
        :raises InputError: when a file cannot be read
        """
        from cyberstd_kg.entryfile import read

        return self._checked([read(name, source) for name in names], self.contents())

    def _checked(self, entries: list[Entry], held: dict[Path, Quads]) -> Report:
        """Check *entries* against the shipped graph and the other files of the workspace, *held*."""
        from cyberstd_kg.change import Change, View
        from cyberstd_kg.validate import check

        base = self._base()
        own = {} if self.is_shipped else {os.path.realpath(path): quads for path, quads in held.items()}
        data = os.path.realpath(assets.root() / "data") + os.sep
        places = [os.path.realpath(entry.path) if entry.path else "" for entry in entries]
        for place in places:
            own.pop(place, None)
        change = Change(base, union(own.values()), (), union(entry.quads for entry in entries))
        asked: list[tuple[Entry, View | None]] = []
        for entry, place in zip(entries, places, strict=True):
            if place.startswith(data):
                change.touch(entry.quads)  # the snapshot has the file as it stands
            asked.append((entry, None if self.is_shipped or place.startswith(data) else View(base)))
        return check(self.checker, asked, change)

    def _base(self) -> ox.Store:
        from cyberstd_kg.store import open_snapshot

        return open_snapshot().store

    # ── Changing ──

    def add(self, name: str, *, source: str = "", fail_on: str = "warning") -> Added:
        """Add the entry in a file, validated and whole, or nothing.

        :param fail_on: the least severity of a finding that keeps the entry out
        :raises Refused: with the findings that keep it out
        :raises InputError: when the file cannot be read or the folder not be written
        """
        from cyberstd_kg.entryfile import read

        entry = read(name, source)
        self._prepare()
        with self._lock():
            held = self.contents()
            if entry.path and os.path.realpath(entry.path) in {os.path.realpath(path) for path in held}:
                raise UsageError(f"{name} is a file of the workspace already", "Check it with: cyberstd validate.")
            report = self._checked([entry], held)
            if report.failing(fail_on):
                first = report.failing(fail_on)[0]
                raise Refused(f"{name} is not added: {_REFUSED}. First: {first.message}", report, first.repair)
            path = self._place(entry, held)
            new = held.get(path, frozenset()) | entry.quads
            self._write(path, new)
        return Added(path, len(entry.quads), things(entry.quads), report)

    def remove(self, *names: str, fail_on: str = "violation") -> Removed:
        """Take away what the workspace says of things and of all that would not be without them.

        Descriptions of sources that nothing rests on any more go too.

        :param names: IRIs or CURIEs
        :raises UsageError: on another name
        :raises NotFound: when the workspace says nothing of one
        :raises Refused: when something left would refer to what is taken away
        """
        from cyberstd_kg.change import Change
        from cyberstd_kg.findings import Report
        from cyberstd_kg.validate import Places, locate

        wanted = [ox.NamedNode(_iri(name)) for name in names]
        if not self.folder.is_dir():
            raise _not_mine(names[0])
        self._prepare()
        with self._lock():
            held = self.contents()
            every = union(held.values())
            told = {thing: belonging(every, thing) for thing in wanted}
            if nothing := next((thing for thing, quads in told.items() if not quads), None):
                raise _not_mine(nothing.value)
            gone = without_use(every, union(told.values()))
            own = frozenset() if self.is_shipped else every - gone
            change = Change(self._base(), own, gone, ())
            found, nodes = self.checker.change(change)
            lines = {quad: (str(path), 0) for path, quads in held.items() for quad in quads - gone}
            located = {_to_remove(finding) for finding in locate(found, Places(lines))}
            report = Report(sorted(located, key=lambda finding: finding.order()), len(nodes[""]))
            if report.failing(fail_on):
                raise Refused(f"{names[0]} is not taken away, because something else rests on it: {_REFUSED}", report)
            changed = [path for path, quads in held.items() if quads & gone]
            for path in changed:
                self._write(path, held[path] - gone)
        return Removed(changed, len(gone), things(gone))

    def _prepare(self) -> None:
        """Load what takes time before the lock is held."""
        import pyshacl  # noqa: F401 - loaded ahead

        self.checker  # noqa: B018 - loaded ahead
        if not self.is_shipped:
            self._base()

    def _place(self, entry: Entry, held: dict[Path, Quads]) -> Path:
        """Return the file for an entry: that of its work, or where most is said of the work, or a new one."""
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

    def _write(self, path: Path, quads: Quads) -> None:
        """Write a file of the workspace, or remove it, with the folders that only it was in, when nothing is left.

        What a link would put elsewhere is refused: it would change somebody else's files, or not be read again.
        """
        if os.path.realpath(path) != os.path.join(os.path.realpath(self.folder), path.relative_to(self.folder)):  # noqa: PTH118
            raise InputError(
                f"'{path}' leads out of the workspace by a link", "Take the link away, or use another folder."
            )
        try:
            if quads:
                made = [folder for folder in path.parents if folder.is_relative_to(self.folder) and not folder.exists()]
                path.parent.mkdir(parents=True, exist_ok=True)
                for folder in made:
                    files.to_disk(folder.parent)
                comment = turtle.head_comment(path.read_bytes()) if path.exists() else ""
                files.write_whole(path, turtle.with_comment(comment, turtle.write_trig(quads)))
            else:
                path.unlink()
                files.to_disk(path.parent)
        except OSError as error:
            raise _unwritable(path, error) from error
        finally:
            self._tidy(path)

    def _tidy(self, path: Path) -> None:
        """Remove the folders above *path* that are empty, up to the workspace."""
        for folder in path.parents:
            if folder == self.folder:
                break
            with suppress(OSError):
                folder.rmdir()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Hold the folder, which is made if need be, against other writers; it goes with the process."""
        try:
            handle = self._locked()
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        try:
            for left in self.folder.rglob(f"{files.TEMPORARY}*"):  # of a killed writer: nobody else writes now
                if _LEFT.fullmatch(left.name) and left.is_file():
                    with suppress(OSError):
                        left.unlink()
            yield
        finally:
            os.close(handle)

    def _locked(self) -> int:
        """Return a handle of the folder with the lock on it; the folder may have been made anew while we waited."""
        while True:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder, os.O_RDONLY)
            with suppress(ImportError):
                import fcntl

                fcntl.flock(handle, fcntl.LOCK_EX)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), os.stat(self.folder)):  # noqa: PTH116
                    return handle
            os.close(handle)


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


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(
        f"'{path}' cannot be written: {error.strerror or error}", "Choose another folder with --workspace."
    )
