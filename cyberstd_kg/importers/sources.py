"""The foreign files of an import: found, opened within limits, and taken apart into records."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cyberstd_kg.foreign import json_trees, yaml_trees
from cyberstd_kg.foreign.trees import Item

#: Largest file that is read at once, and largest one that is read line by line.
MAX_BYTES: Final = 64 * 2**20
MAX_LINES_BYTES: Final = 2**30
_YAML: Final = (".yaml", ".yml")
_LINES: Final = (".jsonl", ".ndjson")
#: format → suffixes of its files.
SUFFIXES: Final = {"relaton": (*_YAML, ".json", *_LINES), "iso": (".json", *_LINES)}


def items(path: Path) -> Iterator[Item]:
    """Yield the records of a file, those that are wrong with what is wrong."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as stream:  # noqa: PTH123 - a handle, no path
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                yield _fault("unreadable", "it is no file", "Name a file.")
                return
            lines = path.suffix in _LINES
            limit = MAX_LINES_BYTES if lines else MAX_BYTES
            if (size := os.fstat(handle).st_size) > limit:
                yield _fault("too-large", f"it is larger than {limit // 2**20} MiB", "Split it into smaller files.")
                return
            if not size:
                yield _fault("empty", "it is empty", "Get the file again.")
                return
            met = False
            found = json_trees.read_json_lines(stream) if lines else _whole(path, stream.read(limit + 1))
            for item in found:
                met = True
                yield item
            if not met:
                yield _fault("empty", "it holds no record", "Get the file again.")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        yield _fault("unreadable", f"it cannot be read: {reason}", "Check the path and its permissions.")


def _whole(path: Path, data: bytes) -> Iterator[Item]:
    return yaml_trees.read_yaml(data) if path.suffix in _YAML else json_trees.read_json(data)


def _fault(code: str, reason: str, hint: str) -> Item:
    return Item(0, 0, None, (code, reason, hint))
