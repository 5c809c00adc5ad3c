"""The snapshot: the graph compiled from its files, found again or built anew.

Every command imports this module, :mod:`cyberstd_kg.build.inputs` and :mod:`cyberstd_kg.build.cache`, so they import
nothing that costs time; :mod:`cyberstd_kg.build.compiler` is imported only to build.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cyberstd_kg.build.cache import SnapshotCache
from cyberstd_kg.build.inputs import GraphFiles
from cyberstd_kg.core.errors import InputError, ResourceMissing
from cyberstd_kg.core.iris import INFERRED

if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    import pyoxigraph

_said: set[str] = set()
_ATTEMPTS = 3


class Snapshot:
    """A compiled graph: ``store_path``, ``index_path``; ``store``, ``index``, ``manifest`` are opened when first used.

    The index is for one process: open a snapshot anew after a fork.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store_path = path / "store"
        self.index_path = path / "index.sqlite"
        self._store: pyoxigraph.Store | None = None
        self._index: sqlite3.Connection | None = None
        self._manifest: dict[str, Any] | None = None

    @property
    def fingerprint(self) -> str:
        """The hash of the contents that the snapshot was compiled from."""
        return self.path.name

    @property
    def store(self) -> pyoxigraph.Store:
        """The engine's store, read-only: each quad in its named graph, each triple once in the default graph."""
        if self._store is None:
            import pyoxigraph

            try:
                self._store = pyoxigraph.Store.read_only(str(self.store_path))
            except OSError as error:
                raise _gone(self.path, error) from error
        return self._store

    @property
    def index(self) -> sqlite3.Connection:
        """The index as a read-only SQLite connection (see :mod:`cyberstd_kg.build.indexing` for its tables)."""
        if self._index is None:
            import sqlite3

            address = f"{self.index_path.as_uri()}?mode=ro&immutable=1"
            try:
                self._index = sqlite3.connect(address, uri=True, check_same_thread=False, factory=_connection_class())
            except sqlite3.Error as error:
                raise _gone(self.path, error) from error
        return self._index

    @property
    def manifest(self) -> dict[str, Any]:
        """What the snapshot was made of: fingerprint, versions, counts, checksums of inputs and of its own files."""
        if self._manifest is None:
            import json

            self._manifest = json.loads((self.path / "manifest.json").read_bytes())
        return self._manifest

    def demand(self, text: str) -> None:
        """Refuse the query *text* when it names the inferred graph and the snapshot has none.

        A query that does not name it needs nothing of it: the default graph does not contain it.

        :raises ResourceMissing: when it is refused
        """
        if INFERRED.rpartition("/")[2] in text and self.manifest["inferred"] is None:
            raise ResourceMissing(
                "nothing was inferred from the ontology: the package 'reasonable' cannot be imported here",
                "Reinstall cyberstd-kg where there is a wheel of 'reasonable', or ask without the inferred graph.",
            )

    def close(self) -> None:
        """Close the store and the index; they are opened again when used."""
        if self._index is not None:
            self._index.close()
        self._store = self._index = None


def _connection_class() -> type[sqlite3.Connection]:
    """Return a connection that closes itself with its last user; Python 3.13 warns about one that is left open."""
    import sqlite3

    class Index(sqlite3.Connection):
        def __del__(self) -> None:
            with suppress(sqlite3.ProgrammingError):  # it was never opened
                self.close()

    return Index


def _gone(path: Path, error: Exception) -> ResourceMissing:
    return ResourceMissing(
        f"the snapshot in {path} cannot be opened: {error}", "Try again; if that does not help, delete that folder."
    )


def open_snapshot(
    cache: Path | None = None,
    root: Path | None = None,
    *,
    workspace: Path | None = None,
    alignments: bool = False,
    quiet: bool = False,
) -> Snapshot:
    """Return the snapshot of the graph's files, which is compiled first where there is none or the files changed.

    :param cache: where snapshots are kept; default ``$CYBERSTD_CACHE``, ``$XDG_CACHE_HOME/cyberstd-kg``,
        ``~/.cache/cyberstd-kg``; where that cannot be written, a private folder among the temporary files
    :param root: the folder with ``ontology/`` and ``data/``; default: the shipped files
    :param workspace: the folder of the user's own TriG files, taken in as data; it need not exist
    :param alignments: whether ``ontology/alignments.ttl`` is taken in
    :param quiet: no progress on a terminal
    :raises InputError: when a file cannot be read; names file and line
    :raises ResourceMissing: when no place can be written, or a part of the installation is missing
    """
    files = GraphFiles(root, workspace, alignments=alignments)
    for _ in range(_ATTEMPTS):
        try:
            return _snapshot(cache, files, quiet)
        except InputError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise  # else another process removed a file of the workspace in between
    return _snapshot(cache, files, quiet)


def _snapshot(cache: Path | None, files: GraphFiles, quiet: bool) -> Snapshot:
    try:
        return Snapshot(SnapshotCache(cache or _cache(), files, quiet=quiet).snapshot())
    except OSError as error:
        reason = f"{error.strerror or error}"
        fallback = _temporary()
        _warn(
            f"cyberstd: the cache cannot be written ({reason}); snapshots go to {fallback}. "
            "Set CYBERSTD_CACHE to a folder that can be written."
        )
    try:
        return Snapshot(SnapshotCache(fallback, files, quiet=quiet).snapshot())
    except OSError as error:
        raise ResourceMissing(
            f"the graph cannot be compiled: {error}",
            "Set CYBERSTD_CACHE to a folder that can be written, with 100 MB free.",
        ) from error


def _cache() -> Path:
    if own := os.environ.get("CYBERSTD_CACHE"):
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):  # noqa: PTH117 - the XDG specification: a relative path is to be ignored
        return Path(base, "cyberstd-kg")
    return Path(os.path.expanduser("~"), ".cache", "cyberstd-kg")  # noqa: PTH111 - Path.home() raises where there is none


def _temporary() -> Path:
    """Return a private folder among the temporary files, the same on the next run where possible."""
    import tempfile

    try:
        path = Path(tempfile.gettempdir(), f"cyberstd-kg-{os.getuid()}")
        with suppress(FileExistsError):
            path.mkdir(mode=0o700)
        state = path.lstat()
        if state.st_uid == os.getuid() and state.st_mode & 0o170077 == 0o040000 and os.access(path, os.W_OK):
            return path  # a folder, ours, closed to others
    except (OSError, AttributeError):
        pass
    try:
        import atexit
        import shutil

        private = Path(tempfile.mkdtemp(prefix="cyberstd-kg-"))
        atexit.register(shutil.rmtree, private, ignore_errors=True)
        return private
    except OSError as error:
        raise ResourceMissing(
            f"no folder for temporary files can be written: {error}",
            "Set CYBERSTD_CACHE to a folder that can be written.",
        ) from error


def _warn(message: str) -> None:
    if message not in _said and sys.stderr is not None:
        _said.add(message)
        print(message, file=sys.stderr)
