"""Finding files, reading regular ones within a limit, writing files all or nothing, and locking them."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from cyberstd_kg.core.errors import InputError

#: How the name of a temporary file begins.
TEMPORARY: Final = ".cyberstd-"


def gather(names: Iterable[str], suffixes: tuple[str, ...]) -> list[Path]:
    """Return the files named and those in the folders named, sorted within each folder, each once.

    :param suffixes: how their names end; hidden files of folders are left out
    :raises InputError: when one does not exist or ends otherwise, or a folder has none
    """
    ends = " or ".join(suffixes)
    paths: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = [
                Path(folder, file)
                for folder, _, files in os.walk(path)
                for file in files
                if file.endswith(suffixes) and not file.startswith(".")
            ]
            if not inside:
                raise InputError(f"the folder '{name}' has no file that ends in {ends}", "Name another folder or file.")
            paths += sorted(inside)
        elif not name.endswith(suffixes):
            raise InputError(f"'{name}' does not end in {ends}", "Name a file that does, or a folder.")
        elif not path.exists():
            raise InputError(f"there is no file '{name}'", "Check the path.")
        else:
            paths.append(path)
    return list(dict.fromkeys(paths))


def read_regular(path: Path | str, most: int, advice: str = "Split it into smaller files.") -> bytes:
    """Return the content of a regular file; a pipe or a device could make us wait for ever.

    :param most: the largest size in bytes; it is looked at before the file is read
    :param advice: what to do where it is larger
    :raises InputError: when it is larger, not a regular file, or cannot be read
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as stream:  # noqa: PTH123 - a handle, no path
            state = os.fstat(handle)
            if not stat.S_ISREG(state.st_mode):
                raise InputError(f"{path}: is not a file", "Name a file.")
            content = stream.read(most + 1) if state.st_size <= most else None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path}: cannot be read: {reason}", "Check the path and its permissions.") from error
    if content is None or len(content) > most:
        raise InputError(f"{path}: larger than {most // 2**20} MiB", advice)
    return content


def write_whole(path: Path | str, data: bytes) -> None:
    """Write *data* to *path*: into a temporary file beside it, flushed to disk, then renamed over it.

    A reader sees the old file or the new one, never a part of one, also after a crash.  A file that is replaced keeps
    its mode.  A pipe or device is written to and never replaced.

    :raises InputError: when it cannot be written; then nothing has changed
    """
    try:
        with suppress(FileNotFoundError):
            if not stat.S_ISREG(Path(path).stat().st_mode):  # a loop of links fails here
                with Path(path).open("wb") as stream:
                    stream.write(data)
                return
        target = Path(path).resolve()
    except OSError as error:
        raise _unwritable(path, error) from error
    temporary = _temporary(target)
    try:
        _create(temporary, data)
        if target.exists():
            temporary.chmod(target.stat().st_mode)
        temporary.replace(target)
        to_disk(target.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write several files in existing folders: all are on the disk before the first one is renamed.

    An error while they are written (a full disk, a folder without permission) changes nothing; after an error while
    they are renamed, those that were replaced are restored.  If the process is killed in between, each file is old or
    new as a whole.  A file that is replaced keeps its mode.

    :raises InputError: when one cannot be written; then nothing has changed
    """
    staged: dict[Path, Path] = {}
    replaced: list[tuple[Path, bytes | None]] = []
    path = Path()
    try:
        for path, data in contents.items():
            staged[path] = _temporary(path)
            _create(staged[path], data)
            if path.exists():
                staged[path].chmod(path.stat().st_mode)
        for path, temporary in staged.items():
            replaced.append((path, path.read_bytes() if path.exists() else None))
            temporary.replace(path)
        for folder in {path.parent for path in contents}:
            to_disk(folder)
    except OSError as error:
        with suppress(OSError):
            for done, old in replaced:
                if old is None:
                    done.unlink(missing_ok=True)
                else:
                    write_whole(done, old)
        for temporary in staged.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def _temporary(path: Path) -> Path:
    """Return the path of a new temporary file beside *path*."""
    return path.with_name(f"{TEMPORARY}{os.urandom(6).hex()}.tmp")


def _create(path: Path, data: bytes) -> None:
    """Write a new file, and wait until it is on the disk."""
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def to_disk(path: Path) -> None:
    """Wait until the file or folder at *path* is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def lock(handle: int, patience: float | None = None) -> bool:
    """Wait for the exclusive lock of an open file or folder; closing *handle* releases it.

    :param patience: seconds to wait at most; None: without limit
    :returns: whether the lock is taken; False too where the platform or the file system has no locks
    """
    try:
        import fcntl
    except ImportError:
        return False
    try:
        if patience is None:
            fcntl.flock(handle, fcntl.LOCK_EX)
            return True
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                time.sleep(0.05)
    except OSError:
        pass
    return False


def _unwritable(path: Path | str, error: Exception) -> InputError:
    reason = getattr(error, "strerror", None) or str(error)
    return InputError(f"'{path}' cannot be written: {reason}", "Choose a file in a folder that exists and is yours.")
