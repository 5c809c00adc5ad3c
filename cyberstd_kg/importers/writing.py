"""Writing the files of an import: all or nothing, only where they change, and never over a file of somebody else."""

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
#: The start of a report.
_REPORT: Final = b'{\n "importer": "cyberstd import'
_ANALYSIS: Final = iris.mint("src", "workspace", "analysis")


class Written(NamedTuple):
    """The numbers of files that were written, and of files that were the same already."""

    changed: int
    unchanged: int


def write(folder: Path, imported: Imported, to: Path | None = None, progress: Progress | None = None) -> Written:
    """Write the files of an import below *folder*, and its report.

    An import adds and updates, and removes nothing: a file of an earlier import keeps the records that this one does
    not have.  All files that exist already are checked to be from an import before the first one is written.

    :param to: the file for the report (default: ``report.json`` in the folder)
    :param progress: is called with the number of files done and of all
    :raises InputError: when an existing file is not from an import, or a file cannot be read or written
    """
    report = to or folder / "report.json"
    paths = imported.paths()
    for name in paths:
        path = folder / name
        if os.path.realpath(path) != os.path.join(os.path.realpath(folder), name):  # noqa: PTH118
            raise InputError(f"'{path}' is outside the folder, by a link", "Remove the link, or use another folder.")
        _require_ours(path, _MARK)
    _require_ours(report, _REPORT)
    changed = 0
    for number, (name, quads) in enumerate(imported.files(), 1):
        path = folder / name
        old = _content(path)
        kept = _kept(turtle.read_quads(old, str(path), "trig"), quads) if old else []
        changed += _write(path, old, turtle.with_comment(HEAD, turtle.write_trig([*kept, *quads])))
        if progress:
            progress(number, len(paths))
    text = json.dumps(imported.report.to_json(), ensure_ascii=True, indent=1) + "\n"
    _write(report, _content(report), text.encode())
    return Written(changed, len(paths) - changed)


def _require_ours(path: Path, start: bytes) -> None:
    """Refuse to replace a file that does not begin like one of an import."""
    if _content(path, len(start)) not in (b"", start):
        raise InputError(
            f"'{path}' exists already and is not from an import", "Move it, or choose another folder with -o."
        )


def _content(path: Path, size: int = -1) -> bytes:
    """Return the first *size* bytes of a file, or all of them; nothing where there is none."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as stream:
            return stream.read(size)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"'{path}' cannot be read: {reason}", "Choose another folder with -o.") from error


def _kept(old: Iterable[ox.Quad], new: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return the statements that stay in a file: those of sources that the import does not have."""
    graphs = {quad.graph_name for quad in new}
    subjects = {(quad.graph_name, quad.subject) for quad in new}
    return [
        quad
        for quad in old
        if quad.graph_name not in graphs
        or (_is_shared(quad.graph_name) and (quad.graph_name, quad.subject) not in subjects)
    ]


def _is_shared(graph: object) -> bool:
    """Return whether several records fill a graph."""
    return isinstance(graph, ox.NamedNode) and (graph.value == DESCRIPTIONS or graph.value.startswith(f"{_ANALYSIS}_"))


def _write(path: Path, old: bytes, new: bytes) -> bool:
    """Write *new* unless the file has it already, in a folder that is made if need be; return whether it changed."""
    if new == old:
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"'{path.parent}' cannot be made: {reason}", "Choose another folder with -o.") from error
    write_whole(path, new)
    return True
