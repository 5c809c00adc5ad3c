"""The files of a folder of entries: found, written all or nothing, under a lock, and never through a link."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core import assets, files
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.rdf import turtle

#: A temporary file of a writer (:func:`cyberstd_kg.core.files.write_whole`).
_LEFT: Final = re.compile(rf"{re.escape(files.TEMPORARY)}[0-9a-f]{{12}}\.tmp")


class Folder:
    """A folder of entries, which need not exist.

    :param folder: the path, absolute
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _own_files(self) -> list[Path]:
        suffixes = (".ttl", ".trig", assets.MAPPINGS)
        paths = sorted(path for path in self.folder.rglob("*") if path.name.endswith(suffixes) and path.is_file())
        if turtles := [path for path in paths if path.suffix == ".ttl"]:
            raise InputError(
                f"{turtles[0]}: a workspace holds TriG, which names sources", "Add the file with: cyberstd add."
            )
        return paths

    def put(self, contents: Mapping[Path, bytes]) -> list[Path]:
        """Write files of the workspace, all or none; those whose content stays the same are not touched.

        :returns: the files written
        :raises InputError: when one cannot be written; then nothing has changed
        """
        with self._lock():
            changed = {path: data for path, data in contents.items() if not path.is_file() or path.read_bytes() != data}
            self._put(changed)
        return list(changed)

    def _put(self, contents: Mapping[Path, bytes]) -> None:
        with self._changing(contents):
            for folder in {path.parent for path in contents}:
                made = [above for above in (folder, *folder.parents) if not above.exists()]
                folder.mkdir(parents=True, exist_ok=True)
                for new in made:
                    files.to_disk(new.parent)
            files.write_all(contents)

    def _write(self, path: Path, quads: frozenset[ox.Quad]) -> None:
        """Write a file of the workspace, or remove it when nothing is left."""
        with self._changing([path]):
            comment = turtle.head_comment(path.read_bytes()) if quads and path.exists() else ""
            if not quads:
                path.unlink()
                files.to_disk(path.parent)
        if quads:
            self._put({path: turtle.with_comment(comment, turtle.write_trig(quads))})

    @contextmanager
    def _changing(self, paths: Collection[Path]) -> Iterator[None]:
        """Guard a change of files, and remove the folders above them that are empty afterwards, up to the workspace.

        A path that a link leads out of the workspace is refused: the change would hit the files of somebody else.
        """
        for path in paths:
            inside = os.path.join(os.path.realpath(self.folder), path.relative_to(self.folder))  # noqa: PTH118
            if os.path.realpath(path) != inside:
                raise InputError(
                    f"'{path}' leads out of the workspace by a link", "Remove the link, or use another folder."
                )
        try:
            yield
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        finally:
            for folder in (folder for path in paths for folder in path.parents):
                if folder.is_relative_to(self.folder) and folder != self.folder:
                    with suppress(OSError):
                        folder.rmdir()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Lock the folder, which is made if need be, against other writers; the lock ends with the process."""
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
        """Return a handle of the folder with the lock on it; the folder may have been made again while we waited."""
        while True:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder, os.O_RDONLY)
            files.lock(handle)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), os.stat(self.folder)):  # noqa: PTH116
                    return handle
            os.close(handle)


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(
        f"'{path}' cannot be written: {error.strerror or error}", "Choose another folder with --workspace."
    )
