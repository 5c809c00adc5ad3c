"""The cache of snapshots: finding the right one, recognizing a damaged one, building and publishing a new one.

::

    <cache>/<place>/                   one folder for each set of files
        pointer                        the newest snapshot, and the stat manifest of the files that it was made from
        lock                           held while building
        snapshots/<fingerprint>/       store/  index.sqlite  manifest.json  seal
        building-…/  discarded-…/      before publishing and after removal; only a killed process leaves one

A snapshot fits when the stat manifest of the files is the recorded one; else their contents are hashed, and a new
snapshot is built only for a new hash.  The files of a snapshot are trusted while their stat manifest is the one in
``seal``; else, and once a day, their checksums are compared with ``manifest.json``.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cyberstd_kg import build
from cyberstd_kg.core.files import lock, to_disk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cyberstd_kg.build.compiler import SourceFile
    from cyberstd_kg.build.inputs import GraphFiles

#: Two writes within this many seconds may leave the same times on some file systems.
_GRAIN: Final = 2.0
_DAY: Final = 86_400.0
#: A snapshot that is not the newest is removed when it was sealed this long ago; so is what a killed builder left.
_KEPT: Final = 3_600.0
#: Seconds for which another process that builds is waited for; then this one builds as well.
_PATIENCE: Final = 120.0
_HEADER: Final = b"cyberstd-kg snapshot 1"


class SnapshotCache:
    """The snapshots of one set of files.

    :param cache: the folder for the snapshots of all sets
    :param quiet: no progress on a terminal
    """

    def __init__(self, cache: Path, files: GraphFiles, *, quiet: bool = False) -> None:
        self._home = cache.absolute() / files.place()
        self._snapshots = self._home / "snapshots"
        self._files = files
        self._quiet = quiet

    def snapshot(self) -> Path:
        """Return the folder of the snapshot that fits the files as they are now; it is built if necessary.

        :raises InputError: when a file cannot be read
        :raises OSError: when the cache cannot be written
        """
        now = time.time()
        state, latest = self._files.state()
        path = self._pointed(state)
        if path is None or not _is_sound(path):
            path = self._by_contents(state, settled=latest < now - _GRAIN)
        return path

    def _pointed(self, state: bytes) -> Path | None:
        """Return the snapshot that the pointer names for *state*, or None."""
        try:
            head, _, recorded = (self._home / "pointer").read_bytes().partition(b"\n")
        except OSError:
            return None
        header, _, rest = head.rpartition(b" settled ")
        if recorded != state or header != _HEADER:
            return None
        return self._snapshots / rest.decode("ascii", "replace")

    def _by_contents(self, state: bytes, settled: bool) -> Path:
        """Return the snapshot for the contents of the files, building it if necessary, and point to it."""
        sources = [build.compiler.SourceFile(*file) for file in self._files.contents()]
        fingerprint = build.compiler.fingerprint(sources, self._files.code())
        path = self._snapshots / fingerprint
        if not _is_sound(path):
            self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._snapshots.mkdir(mode=0o700, exist_ok=True)
            with self._lock():
                if not _is_sound(path):
                    self._build(path, sources)
        with suppress(OSError):  # without a pointer the contents are hashed again next time, no more
            mark = b"settled" if settled else b"fresh"
            self._write("pointer", b"%s %s %s\n%s" % (_HEADER, mark, fingerprint.encode(), state))
        return path

    def _build(self, path: Path, sources: list[SourceFile]) -> None:
        """Build the snapshot aside and rename it to *path*; if another process was faster, use its snapshot."""
        import shutil
        import tempfile

        started = time.monotonic()
        aside = Path(tempfile.mkdtemp(prefix="building-", dir=self._home))
        try:
            with _unhurried():
                build.compiler.build(aside, sources, path.name, self._say)
            _seal(aside)
            if path.exists() and not _is_sound(path):
                discarded = Path(tempfile.mkdtemp(prefix="discarded-", dir=self._home))
                path.rename(discarded / "snapshot")
                shutil.rmtree(discarded, ignore_errors=True)
            try:
                aside.rename(path)
            except OSError:
                if not _is_sound(path):
                    raise
            to_disk(self._snapshots)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        self._clean(path)
        self._say(f"done in {time.monotonic() - started:.1f} s")

    def _clean(self, newest: Path) -> None:
        """Remove older snapshots, and what killed processes left, after an hour."""
        import shutil

        for path in (*self._snapshots.iterdir(), *self._home.glob("building-*"), *self._home.glob("discarded-*")):
            with suppress(OSError):
                if path != newest and time.time() - path.stat().st_mtime > _KEPT:
                    shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Hold the lock of this folder, so that of several processes one builds and the others find it done.

        Where there are no locks, or a process keeps its lock, all build: renaming is safe all the same.
        """
        with (self._home / "lock").open("ab") as stream:
            lock(stream.fileno(), _PATIENCE)
            yield

    def _write(self, name: str, content: bytes) -> None:
        import tempfile

        with tempfile.TemporaryDirectory(prefix="building-", dir=self._home) as folder:
            aside = Path(folder, name)
            aside.write_bytes(content)
            aside.replace(self._home / name)

    def _say(self, message: str) -> None:
        if not self._quiet and sys.stderr is not None and sys.stderr.isatty():
            print(f"cyberstd: {message}", file=sys.stderr, flush=True)


@contextmanager
def _unhurried() -> Iterator[None]:
    """Do not count what is done within against the process's limit on processor time.

    A check of a foreign file is limited to seconds; building the snapshot first is not part of that check.
    """
    try:
        import resource
    except ImportError:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if soft == resource.RLIM_INFINITY:
        yield
        return
    before = time.process_time()
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
    try:
        yield
    finally:
        later = soft + int(time.process_time() - before) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (later if hard == resource.RLIM_INFINITY else min(later, hard), hard))


def _states(folder: Path, names: Iterable[str]) -> list[str]:
    rows = ((name, (folder / name).stat()) for name in names)
    return [f"{s.st_size} {s.st_mtime_ns} {s.st_ctime_ns} {s.st_ino} {name}" for name, s in rows]


def _is_sound(folder: Path) -> bool:
    """Tell whether the snapshot in *folder* is complete and unchanged since it was sealed."""
    seal = folder / "seal"
    try:
        digest, *recorded = seal.read_text(encoding="utf-8").splitlines()
        age = time.time() - seal.stat().st_mtime
        names = [row.split(" ", 4)[4] for row in recorded]
        if "manifest.json" in names and _states(folder, names) == recorded and 0 <= age < _DAY:
            return True
    except (OSError, ValueError, IndexError):
        return False
    try:
        if build.compiler.checksum(folder / "manifest.json") != digest or build.compiler.damaged(folder):
            return False
    except OSError:
        return False
    with suppress(OSError):
        _seal(folder)
    return True


def _seal(folder: Path) -> None:
    """Record the stat manifest of the snapshot in *folder*, whose files are known to be good."""
    import json

    path = folder / "manifest.json"
    names = [*json.loads(path.read_bytes())["files"], path.name]
    aside = folder / f"seal.{os.getpid()}"
    aside.write_text("\n".join((build.compiler.checksum(path), *_states(folder, names))) + "\n", encoding="utf-8")
    to_disk(aside)
    aside.replace(folder / "seal")
    to_disk(folder)
