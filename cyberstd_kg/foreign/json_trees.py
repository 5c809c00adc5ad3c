"""Foreign JSON and JSON Lines as trees (:mod:`cyberstd_kg.foreign.trees`).

An object with a repeated key is refused, and so are NaN and too deep nesting.  A faulty line does not affect the others
of its file.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO, Final

from cyberstd_kg.core.errors import InputError
from cyberstd_kg.foreign.trees import MAX_DEPTH, NOT_UTF8, TOO_DEEP, Fault, Item, Tree

#: Longest line of JSON Lines, in bytes.
MAX_LINE: Final = 2**20


class _Repeating(dict[str, Tree]):
    """A JSON object in which a key was repeated."""

    key = ""


def read_json(data: bytes) -> Iterator[Item]:
    """Yield the records of a JSON document: itself, or its members where it is a list; else those of JSON Lines."""
    data = data.removeprefix(codecs.BOM_UTF8)
    tree, fault = _parsed(data, 1)
    last = 1 + data.count(b"\n")
    if fault and fault.code == "syntax" and b"\n" in data.strip():
        lines = list(read_json_lines(BytesIO(data)))
        if any(item.fault is None for item in lines):
            yield from lines
            return
    for member in tree if isinstance(tree, list) else [tree]:
        yield _item(1, last, member, fault)


def read_json_lines(stream: BinaryIO) -> Iterator[Item]:
    """Yield the records of JSON Lines, one a line; no more than a line is in memory."""
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE)
            reason = f"the line is longer than {MAX_LINE // 2**20} MiB"
            yield Item(number, number, None, Fault("too-large", reason, "Remove the record."))
            continue
        line = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        if line.strip():
            yield _item(number, number, *_parsed(line, number))


def _item(line: int, last: int, tree: Any, fault: Fault | None) -> Item:
    fault = fault or _fault_of(tree)
    return Item(line, last, None if fault else _texts(tree), fault)


def _parsed(data: bytes, line: int) -> tuple[Any, Fault | None]:
    """Return JSON with its numbers as texts, or what is wrong with it."""
    try:
        return json.loads(
            data.decode(), object_pairs_hook=_object, parse_int=str, parse_float=str, parse_constant=_constant
        ), None
    except UnicodeDecodeError:
        return None, NOT_UTF8
    except json.JSONDecodeError as error:
        reason = f"line {line + error.lineno - 1}, column {error.colno} is not JSON: {error.msg}"
        return None, Fault("syntax", reason, "Correct it, or remove the record.")
    except RecursionError:
        return None, TOO_DEEP
    except InputError as error:
        return None, Fault("syntax", error.message, error.hint)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree = dict(pairs)
    if len(tree) == len(pairs):
        return tree
    repeating = _Repeating(tree)
    seen: set[str] = set()
    repeating.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return repeating


def _constant(name: str) -> str:
    raise InputError(f"'{name}' is not a value of JSON", "Write null where there is no value.")


def _fault_of(tree: Any) -> Fault | None:
    """Return what is wrong with a tree from JSON: depth, a repeated key."""
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            return TOO_DEEP
        if repeating := next((node for node in level if isinstance(node, _Repeating)), None):
            reason = f"one object has the key '{repeating.key[:80]}' twice"
            return Fault("duplicate-key", reason, "Keep one of them; it is not known which one is meant.")
        level = [
            inner
            for node in level
            for inner in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
        ]
    return None


def _texts(tree: Any) -> Tree:
    """Return a tree from JSON with its truth values as texts."""
    if isinstance(tree, dict):
        return {key: _texts(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_texts(value) for value in tree]
    return str(tree).lower() if isinstance(tree, bool) else tree
