"""The files that the graph is compiled from: their names, whether they changed, their contents."""
# ruff: noqa: PTH100, PTH112, PTH113, PTH116, PTH118, PTH120
# Every command reads the state of all files: of 540 files in 2.5 ms with os.scandir, in 9 with pathlib.

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cyberstd_kg.core import assets
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The rooms whose change makes another snapshot: those that the compiler stands on.
CODE: Final = ("build", "core", "crosswalks", "designations", "foreign", "graph", "mappings", "rdf", "sparql")
_SUFFIXES: Final = (".ttl", ".trig", assets.MAPPINGS)
#: Bridges to other vocabularies, taken in only on demand.
ALIGNMENTS: Final = "ontology/alignments.ttl"
_PACKAGE: Final = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class GraphFiles:
    """The files of one graph.

    :param root: the folder with ``ontology/`` and ``data/``; default: the shipped files
    :param workspace: a further folder of files of data, the user's own; it need not exist
    :param alignments: whether ``ontology/alignments.ttl`` belongs to them
    """

    def __init__(self, root: Path | None = None, workspace: Path | None = None, *, alignments: bool = False) -> None:
        self.root = os.path.abspath(root or assets.root())
        self._workspace = os.path.abspath(workspace) if workspace else ""
        if os.path.realpath(self._workspace) == os.path.realpath(os.path.join(self.root, "data")):
            self._workspace = ""  # a developer adds to the shipped data: they are among the files anyway
        self._left_out = "" if alignments else ALIGNMENTS
        self._installed = root is None and assets.is_installed()

    def place(self) -> str:
        """Return a short name for this set of files; two sets rarely share one, and may."""
        from zlib import crc32

        own = [self._workspace] if self._own() else []
        return f"{crc32(_bytes(self.root, self._left_out, *own)):08x}"

    def state(self) -> tuple[bytes, float]:
        """Return the stat manifest of the files and of the code that compiles them, and the time of the last change.

        Of an installed wheel, whose files nobody edits, it has the version, the folders and the file of the version
        instead of all files.

        :raises InputError: when a file or folder does not exist
        """
        if self._installed:
            watched = [os.path.join(self.root, folder) for folder in assets.GRAPH_FOLDERS]
            rows = [(path, _stat(path)) for path in (*watched, os.path.join(_PACKAGE, "core", "version.py"))]
        else:
            rows = [*self._inside(), *self._code()]
        rows += self._own()
        rows += [(path, _stat(path)) for path in _engines()]
        lines = [f"{s.st_size} {s.st_mtime_ns} {s.st_ctime_ns} {s.st_ino} {path}" for path, s in rows]
        latest = max(max(s.st_mtime, s.st_ctime) for _, s in rows)
        return _bytes(__version__, self.root, self._left_out, *lines), latest

    def contents(self) -> list[tuple[str, bytes]]:
        """Return the files as (name, content): those under the root, then those of the workspace, each sorted.

        The name is the path relative to the root, in the workspace the absolute path.

        :raises InputError: when one cannot be read
        """
        inside = [(self._name(path), _content(path)) for path, _ in self._inside()]
        return inside + [(path, _content(path)) for path, _ in self._own()]

    def code(self) -> list[bytes]:
        """Return the contents of the modules that compile the files."""
        return [_content(path) for path, _ in self._code()]

    def _code(self) -> Iterator[tuple[str, os.stat_result]]:
        for room in CODE:
            with os.scandir(os.path.join(_PACKAGE, room)) as modules:
                yield from sorted((entry.path, entry.stat()) for entry in modules if entry.name.endswith(".py"))

    def _inside(self) -> list[tuple[str, os.stat_result]]:
        """Return the files of the graph under the root, each with its state."""
        rows = _scan([os.path.join(self.root, folder) for folder in assets.GRAPH_FOLDERS])
        return [row for row in rows if self._name(row[0]) != self._left_out]

    def _own(self) -> list[tuple[str, os.stat_result]]:
        """Return the files of the workspace, each with its state."""
        return _scan([self._workspace], odd=False) if self._workspace and os.path.isdir(self._workspace) else []

    def _name(self, path: str) -> str:
        return path[len(self.root) + 1 :].replace(os.sep, "/")


def _scan(folders: list[str], *, odd: bool = True) -> list[tuple[str, os.stat_result]]:
    """Return the files of RDF and of mapping sets in and below *folders*, sorted by path, each with its state.

    :param odd: whether a pipe or a broken link with such a name is kept; reading it fails
    """
    rows: list[tuple[str, os.stat_result]] = []
    try:
        while folders:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    elif entry.name.endswith(_SUFFIXES) and (odd or entry.is_file()):
                        rows.append((entry.path, entry.stat()))
    except OSError as error:
        raise _unreadable(error.filename, error) from error
    return sorted(rows, key=lambda row: row[0])


def _engines() -> list[str]:
    """Return the paths of engine and reasoner, without importing them: another version may compile differently."""
    paths = []
    for name in ("pyoxigraph", "reasonable"):
        places = (os.path.join(folder, name, "__init__.py") for folder in sys.path)
        paths += [path for path in places if os.path.isfile(path)][:1]
    return paths


def _bytes(*lines: str) -> bytes:
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _stat(path: str) -> os.stat_result:
    try:
        return os.stat(path)
    except OSError as error:
        raise _unreadable(path, error) from error


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: str, error: OSError) -> InputError:
    return InputError(f"{path} cannot be read: {error.strerror}", "Check the path and its permissions.")
