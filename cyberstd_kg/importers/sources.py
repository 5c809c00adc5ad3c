"""The foreign files of an import: found, opened within limits, and split into records."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cyberstd_kg.foreign import json_trees, yaml_trees
from cyberstd_kg.foreign.trees import Fault, Item

#: Largest file that is read at once, and largest one that is read line by line.
MAX_BYTES: Final = 64 * 2**20
MAX_LINES_BYTES: Final = 2**30
_YAML: Final = (".yaml", ".yml")
_LINES: Final = (".jsonl", ".ndjson")
#: format → suffixes of its files.
SUFFIXES: Final = {"relaton": (*_YAML, ".json", *_LINES), "iso": (".json", *_LINES)}


def items(path: Path) -> Iterator[Item]:
    """Yield the records of a file; a faulty one has its fault."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as stream:  # noqa: PTH123 - a handle, no path
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                yield _faulty("unreadable", "it is not a regular file", "Name a file.")
                return
            has_lines = path.suffix in _LINES
            limit = MAX_LINES_BYTES if has_lines else MAX_BYTES
            if (size := os.fstat(handle).st_size) > limit:
                yield _faulty("too-large", f"it is larger than {limit // 2**20} MiB", "Split it into smaller files.")
                return
            if not size:
                yield _faulty("empty", "it is empty", "Get the file again.")
                return
            is_empty = True
            for item in json_trees.read_json_lines(stream) if has_lines else _whole(path, stream.read(limit + 1)):
                is_empty = False
                yield item
            if is_empty:
                yield _faulty("empty", "it has no record", "Get the file again.")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        yield _faulty("unreadable", f"it cannot be read: {reason}", "Check the path and its permissions.")


def _whole(path: Path, data: bytes) -> Iterator[Item]:
    return yaml_trees.read_yaml(data) if path.suffix in _YAML else json_trees.read_json(data)


def _faulty(code: str, reason: str, hint: str) -> Item:
    return Item(0, 0, None, Fault(code, reason, hint))
