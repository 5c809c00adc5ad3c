"""SSSOM/TSV as a file: metadata in the head or in a separate file, and a table; every fault with its line."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cyberstd_kg.core import files
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.words import counted
from cyberstd_kg.foreign.trees import Tree
from cyberstd_kg.foreign.yaml_trees import read_yaml

#: No larger file is read.
MAX_BYTES: Final = 64 * 2**20
_KEY: Final = re.compile(r"#?( *)([A-Za-z_][\w.-]*):(?: |$)")
_METADATA: Final = (".yml", ".yaml")


@dataclass
class Table:
    """A table with its metadata.

    *slots* are slot → value, *lines* slot → line in the head; *rows* have the line where each begins.  *metadata* is
    the separate file of metadata, if any: *outer_lines* are the lines there, *overridden* its slots for which the head
    has another value.
    """

    name: str
    slots: dict[str, Tree] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    metadata: str = ""
    outer_lines: dict[str, int] = field(default_factory=dict)
    overridden: list[str] = field(default_factory=list)


def load(path: Path | str) -> bytes:
    """Return the bytes of a file.

    :raises InputError: when it is too large, not a regular file, or cannot be read
    """
    return files.read_regular(path, MAX_BYTES)


def head(path: Path) -> dict[str, Tree]:
    """Return the slots of the metadata at the head of a file.

    :raises InputError: naming file and line
    """
    return _metadata(_cut(_text(load(path), str(path)))[0], str(path), "#")[0]


def beside(path: Path) -> Path | None:
    """Return the file of metadata beside a table, FILE.yml for FILE.tsv; None where there is none."""
    candidates = (Path(f"{stem}{suffix}") for stem in (path.with_suffix(""), path) for suffix in _METADATA)
    return next((other for other in candidates if other.is_file()), None)


def read(content: bytes, name: str, metadata: tuple[str, bytes] | None = None) -> Table:
    """Split a file into its metadata and its table.

    :param name: the name in messages; commas separate the cells of one that ends in .csv
    :param metadata: name and content of a separate file of metadata; the head of the table takes precedence
    :raises InputError: naming file and line
    """
    table = Table(name)
    head, rest = _cut(_text(content, name))
    if head:
        table.slots, table.lines = _metadata(head, name, "#")
    if metadata:
        other, data = metadata
        slots, table.outer_lines = _metadata(_text(data, other).splitlines(), other, "")
        table.metadata = other
        inner, outer = table.slots.get("curie_map"), slots.get("curie_map")
        if isinstance(inner, dict) and isinstance(outer, dict):
            slots["curie_map"] = {**outer, **inner}
            del table.slots["curie_map"]
        table.overridden = [slot for slot in slots if slot in table.slots and table.slots[slot] != slots[slot]]
        table.slots = {**slots, **table.slots}
    _read_rows(table, rest, before=len(head))
    return table


def _text(content: bytes, name: str) -> str:
    if len(content) > MAX_BYTES:
        raise InputError(f"{name}: larger than {MAX_BYTES // 2**20} MiB", "Split it into smaller files.")
    content = content.removeprefix(b"\xef\xbb\xbf")
    if (at := content.find(b"\0")) >= 0:
        raise _fault(name, content.count(b"\n", 0, at) + 1, "holds a NUL byte", "Save the file as text in UTF-8.")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise _fault(name, content.count(b"\n", 0, error.start) + 1, "is not UTF-8", "Save it as UTF-8.") from error


def _cut(text: str) -> tuple[list[str], str]:
    """Return the lines of the head, and the text after it."""
    head: list[str] = []
    at = 0
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        line = text[at:end]
        if line.strip() and not line.startswith("#"):
            break
        head.append(line.rstrip("\r\n"))
        at = end
    return head, text[at:]


def _metadata(lines: list[str], name: str, mark: str) -> tuple[dict[str, Tree], dict[str, int]]:
    """Return slots and their lines; each line of *lines* begins with *mark*, or is empty."""
    bare = [line.removeprefix(mark) for line in lines]
    items = list(read_yaml("".join(f"{line}\n" for line in bare).encode()))
    for item in items:
        if item.fault:
            _, reason, hint = item.fault
            raise _fault(name, item.line, f"the metadata cannot be read: {reason}", hint)
    trees = [item.tree for item in items if item.tree is not None]
    if not trees:
        return {}, {}
    if len(trees) > 1 or not isinstance(trees[0], dict):
        hint = "Write each as slot: value, such as mapping_set_id: https://example.org/a."
        raise _fault(name, items[0].line, "the metadata are no mapping of slots to values", hint)
    return trees[0], _slot_lines(bare)


def _slot_lines(lines: list[str]) -> dict[str, int]:
    """Return the line of each slot: of a key with the least indent."""
    keys = [(number, match[2], len(match[1])) for number, line in enumerate(lines, 1) if (match := _KEY.match(line))]
    least = min((indent for _, _, indent in keys), default=0)
    slots: dict[str, int] = {}
    for number, slot, indent in keys:
        if indent == least:
            slots.setdefault(slot, number)
    return slots


def _read_rows(table: Table, text: str, *, before: int) -> None:
    """Read columns and rows of *text*, which begins after *before* lines."""
    name = table.name
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="," if name.endswith(".csv") else "\t", strict=True)
    line = before + 1
    try:
        for cells in reader:
            if not table.columns:
                table.columns = [cell.strip() for cell in cells]
                _check_columns(table, line)
            elif len(cells) == len(table.columns):
                table.rows.append((line, cells))
            elif any(map(str.strip, cells)):
                sizes = f"the row has {counted(len(cells), 'cell')}, the table {counted(len(table.columns), 'column')}"
                raise _fault(name, line, sizes, "Give each row a cell for each column, empty or not.")
            line = before + reader.line_num + 1
    except csv.Error as error:
        hint = "Enclose a cell that begins with a quotation mark in quotation marks, and double those inside it."
        raise _fault(name, line, f"the table cannot be read: {error}", hint) from error


def _check_columns(table: Table, line: int) -> None:
    for number, column in enumerate(table.columns):
        if not column:
            raise _fault(table.name, line, f"column {number + 1} has no name", "Name it, or remove it.")
        if column in table.columns[:number]:
            raise _fault(table.name, line, f"two columns have the name '{column[:80]}'", "Keep one of them.")


def _fault(name: str, line: int, message: str, hint: str) -> InputError:
    return InputError(f"{name}, line {line}: {message}", hint)
