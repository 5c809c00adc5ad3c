"""The files of a folder of entries: found, written whole or not at all, under a lock, and never through a link."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
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
        found = sorted(path for path in self.folder.rglob("*") if path.name.endswith(suffixes) and path.is_file())
        if turtles := [path for path in found if path.suffix == ".ttl"]:
            raise InputError(
                f"{turtles[0]}: a workspace holds TriG, which says who says what", "Add the file with: cyberstd add."
            )
        return found

    def put(self, contents: Mapping[Path, bytes]) -> list[Path]:
        """Write files of the workspace, all or none; those that are so already stay untouched.

        :returns: the files written
        :raises InputError: when one cannot be written; then nothing has changed
        """
        with self._lock():
            changed = {path: data for path, data in contents.items() if not path.is_file() or path.read_bytes() != data}
            self._put(changed)
        return list(changed)

    def _put(self, contents: Mapping[Path, bytes]) -> None:
        for path in contents:
            self._require_inside(path)
        try:
            for folder in {path.parent for path in contents}:
                folder.mkdir(parents=True, exist_ok=True)
            files.write_all(contents)
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        finally:
            for path in contents:
                self._tidy(path)

    def _write(self, path: Path, quads: frozenset[ox.Quad]) -> None:
        """Write a file of the workspace, or remove it, with the folders that only it was in, when nothing is left.

        What a link would put elsewhere is refused: it would change somebody else's files, or not be read again.
        """
        self._require_inside(path)
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

    def _require_inside(self, path: Path) -> None:
        if os.path.realpath(path) != os.path.join(os.path.realpath(self.folder), path.relative_to(self.folder)):  # noqa: PTH118
            raise InputError(
                f"'{path}' leads out of the workspace by a link", "Take the link away, or use another folder."
            )

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
            files.lock(handle)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), os.stat(self.folder)):  # noqa: PTH116
                    return handle
            os.close(handle)


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(
        f"'{path}' cannot be written: {error.strerror or error}", "Choose another folder with --workspace."
    )
