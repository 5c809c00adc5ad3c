"""Writing the files of an import: whole, only where they change, and never over a file of somebody else."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.files import write_whole
from cyberstd_kg.importers.entries import DESCRIPTIONS
from cyberstd_kg.rdf import turtle

if TYPE_CHECKING:
    from cyberstd_kg.importers.registries import Imported, Progress

#: The first line of a file that an import may change.
HEAD: Final = "# Imported by cyberstd import from records of registries; the next import changes it."
_MARK: Final = b"# Imported by cyberstd import"
#: How a report begins.
_REPORT: Final = b'{\n "importer": "cyberstd import'
_ANALYSIS: Final = iris.mint("src", "workspace", "analysis")


class Written(NamedTuple):
    """How many files were written, and how many were so already."""

    changed: int
    unchanged: int


def write(folder: Path, imported: Imported, to: Path | None = None, progress: Progress | None = None) -> Written:
    """Write the files of an import below *folder*, and its report.

    A file of an earlier import keeps what this one does not speak of: an import adds and updates, and takes nothing
    away.  No file is written before all that are in the way are known to be ours.

    :param to: the file for the report (default: ``report.json`` in the folder)
    :param progress: is called with the number of files done and of all
    :raises InputError: when a file in the way is not from an import, or cannot be read or written
    """
    report = to or folder / "report.json"
    paths = imported.paths()
    for name in paths:
        _require_ours(folder / name, folder)
    _require_report(report)
    changed = 0
    for number, (name, quads) in enumerate(imported.files(), 1):
        path = folder / name
        old = _content(path)
        kept = _kept(turtle.read_quads(old, str(path), "trig"), quads) if old else []
        content = turtle.with_comment(HEAD, turtle.write_trig([*kept, *quads]))
        if content != old:
            changed += 1
            _write(path, content)
        if progress:
            progress(number, len(paths))
    told = (json.dumps(imported.report.to_json(), ensure_ascii=True, indent=1) + "\n").encode()
    if _content(report) != told:
        _write(report, told)
    return Written(changed, len(paths) - changed)


def _require_ours(path: Path, folder: Path) -> None:
    """Refuse to go on when a file is somebody else's, or a link leads out of the folder."""
    if os.path.realpath(path) != os.path.join(os.path.realpath(folder), path.relative_to(folder)):  # noqa: PTH118
        raise InputError(f"'{path}' leads out of the folder by a link", "Take the link away, or use another folder.")
    if _content(path, len(_MARK)) not in (b"", _MARK):
        raise _foreign(path)


def _require_report(path: Path) -> None:
    if _content(path, len(_REPORT)) not in (b"", _REPORT):
        raise _foreign(path)


def _content(path: Path, size: int = -1) -> bytes:
    """Return the first bytes of a file, or all of them; nothing where there is none."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as stream:
            return stream.read(size)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"'{path}' cannot be read: {reason}", "Choose another folder with -o.") from error


def _foreign(path: Path) -> InputError:
    return InputError(
        f"'{path}' is there already and is not from an import", "Move it, or choose another folder with -o."
    )


def _kept(old: Iterable[ox.Quad], new: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return what stays of a file: the statements of sources of which the import says nothing."""
    graphs = {quad.graph_name for quad in new}
    subjects = {(quad.graph_name, quad.subject) for quad in new}
    return [quad for quad in old if quad.graph_name not in graphs or (_shared(quad) and _key(quad) not in subjects)]


def _shared(quad: ox.Quad) -> bool:
    """Tell whether a statement stands in a graph that several records fill."""
    graph = quad.graph_name
    return isinstance(graph, ox.NamedNode) and (graph.value == DESCRIPTIONS or graph.value.startswith(f"{_ANALYSIS}_"))


def _key(quad: ox.Quad) -> tuple[object, object]:
    return quad.graph_name, quad.subject


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"'{path.parent}' cannot be made: {reason}", "Choose another folder with -o.") from error
    write_whole(path, content)
