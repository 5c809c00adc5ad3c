"""SSSOM/TSV as a file: metadata in the head or in a file of its own, and a table; every fault with its line."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cyberstd_kg.core import files
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.foreign.trees import Tree
from cyberstd_kg.foreign.yaml_trees import read_yaml

#: No larger file is read.
MAX_BYTES: Final = 64 * 2**20
_KEY: Final = re.compile(r"#?( *)([A-Za-z_][\w.-]*):(?: |$)")
_METADATA: Final = (".yml", ".yaml")


@dataclass
class Table:
    """A table with its metadata: slot → value, slot → line; columns; and rows with the lines where they begin."""

    name: str
    slots: dict[str, Tree] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    #: The file in which the metadata stands, where it is another one, and slots of it that the head overrides.
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
    """Return the file of metadata that stands beside a table: FILE.yml for FILE.tsv, or None."""
    stems = [path.with_suffix(""), path]
    found = (Path(f"{stem}{suffix}") for stem in stems for suffix in _METADATA)
    return next((other for other in found if other.is_file()), None)


def read(content: bytes, name: str, metadata: tuple[str, bytes] | None = None) -> Table:
    """Take a file apart.

    :param name: what messages call it; one that ends in .csv is separated by commas
    :param metadata: name and content of a file of metadata; what the head says itself holds before it
    :raises InputError: naming file and line
    """
    text = _text(content, name)
    table = Table(name)
    head, rest, before = _cut(text)
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
    _rows(table, rest, before)
    return table


def _text(content: bytes, name: str) -> str:
    if len(content) > MAX_BYTES:
        raise InputError(f"{name}: larger than {MAX_BYTES // 2**20} MiB", "Split it into smaller files.")
    content = content.removeprefix(b"\xef\xbb\xbf")
    if (at := content.find(b"\0")) >= 0:
        line = content.count(b"\n", 0, at) + 1
        raise InputError(f"{name}, line {line}: holds a NUL byte", "Save the file as text in UTF-8.")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"{name}, line {line}: is not UTF-8", "Save the file as UTF-8.") from error


def _cut(text: str) -> tuple[list[str], str, int]:
    """Return the lines of the head, the text after it, and how many lines stand before that."""
    head: list[str] = []
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end + 1
        line = text[at:end]
        if line.strip() and not line.startswith("#"):
            break
        head.append(line.rstrip("\r\n"))
        at = end
    return head, text[at:], len(head)


def _metadata(lines: list[str], name: str, mark: str) -> tuple[dict[str, Tree], dict[str, int]]:
    """Return slots and their lines; each line of *lines* begins with *mark*, or is empty."""
    bare = [line.removeprefix(mark) for line in lines]
    items = list(read_yaml("".join(f"{line}\n" for line in bare).encode()))
    fault = next((item for item in items if item.fault), None)
    if fault and fault.fault:
        _, reason, hint = fault.fault
        raise InputError(f"{name}, line {fault.line}: the metadata cannot be read: {reason}", hint)
    trees = [item.tree for item in items if item.tree is not None]
    if not trees:
        return {}, {}
    if len(trees) > 1 or not isinstance(trees[0], dict):
        raise InputError(
            f"{name}, line {items[0].line}: the metadata are no mapping of slots to values",
            "Write each as slot: value, such as mapping_set_id: https://example.org/a.",
        )
    found = [(number, match) for number, line in enumerate(bare, 1) if (match := _KEY.match(line))]
    indent = min((len(match[1]) for _, match in found), default=0)
    places: dict[str, int] = {}
    for number, match in found:
        if len(match[1]) == indent:
            places.setdefault(match[2], number)
    return trees[0], places


def _rows(table: Table, text: str, before: int) -> None:
    """Read columns and rows of *text*, which begins after *before* lines."""
    name = table.name
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="," if name.endswith(".csv") else "\t", strict=True)
    line = before + 1
    try:
        for cells in reader:
            if table.columns:
                if len(cells) == len(table.columns):
                    table.rows.append((line, cells))
                elif cells and any(map(str.strip, cells)):
                    told = f"the row has {_count(len(cells), 'cell')}, the table {_count(len(table.columns), 'column')}"
                    raise InputError(
                        f"{name}, line {line}: {told}", "Give each row a cell for each column, empty or not."
                    )
            else:
                table.columns = [cell.strip() for cell in cells]
                _check_columns(table, line)
            line = before + reader.line_num + 1
    except csv.Error as error:
        hint = "A cell with a quotation mark at its start stands in quotation marks, those inside it doubled."
        raise InputError(f"{name}, line {line}: the table cannot be read: {error}", hint) from error


def _check_columns(table: Table, line: int) -> None:
    for number, column in enumerate(table.columns):
        if not column:
            raise InputError(f"{table.name}, line {line}: column {number + 1} has no name", "Name it, or take it out.")
        if column in table.columns[:number]:
            raise InputError(f"{table.name}, line {line}: two columns are called '{column[:80]}'", "Keep one of them.")


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
