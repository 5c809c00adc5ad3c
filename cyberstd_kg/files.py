"""Writing files whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from cyberstd_kg.errors import InputError


def write_whole(path: Path | str, data: bytes) -> None:
    """Write *data* to *path*: into a temporary file beside it, flushed to disk, then renamed over it.

    A reader sees the old file or the new one, never a part; after a crash the same holds.  A file that is replaced
    keeps its mode.

    :raises InputError: when the file cannot be written; then nothing has changed
    """
    target = Path(path).resolve()
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            temporary.chmod(target.stat().st_mode)
        temporary.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        message = f"'{path}' cannot be written: {error.strerror}"
        raise InputError(message, "Choose a folder that exists and is yours.") from error
