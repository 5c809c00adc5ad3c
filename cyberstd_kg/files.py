"""Writing files whole or not at all."""

from __future__ import annotations

import os

from cyberstd_kg.errors import InputError


def write_whole(path: str, data: bytes) -> None:
    """Write *data* to *path*: into a temporary file beside it, flushed to disk, then renamed over it.

    A reader sees the old file or the new one, never a part; after a crash the same holds.

    :raises InputError: when the file cannot be written; then nothing has changed
    """
    folder, name = os.path.split(os.path.abspath(path))
    temporary = os.path.join(folder, f".{name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "xb") as stream:  # noqa: PTH123 - pathlib would double the start-up time of this module
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise InputError(f"'{path}' cannot be written: {error.strerror}", "Choose a folder that exists and is yours.") from error
