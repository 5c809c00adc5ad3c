"""Foreign JSON and JSON Lines → trees (:mod:`cyberstd_kg.foreign.trees`).

An object that says one thing twice is refused, and so are NaN and what is nested beyond reason.  A line that is wrong
does not take the others of its file with it.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO, Final

from cyberstd_kg.core.errors import InputError
from cyberstd_kg.foreign.trees import MAX_DEPTH, Item, Tree, not_utf8, too_deep

#: Longest line of JSON Lines.
MAX_LINE: Final = 2**20


class _Twice(dict[str, Tree]):
    """A JSON object in which a key stood twice."""

    key = ""


def read_json(data: bytes) -> Iterator[Item]:
    """Yield the records of a JSON document: itself, or its members where it is a list; else those of JSON Lines."""
    data = data.removeprefix(codecs.BOM_UTF8)
    tree, fault = _parsed(data, 1)
    last = 1 + data.count(b"\n")
    if fault and fault[0] == "syntax" and len(data.split()) and b"\n" in data.strip():
        lines = list(read_json_lines(BytesIO(data)))
        if any(item.fault is None for item in lines):
            yield from lines
            return
    if fault:
        yield Item(1, last, None, fault)
        return
    for member in tree if isinstance(tree, list) else [tree]:
        wrong = _fault_of(member)
        yield Item(1, last, None if wrong else _texts(member), wrong)


def read_json_lines(stream: BinaryIO) -> Iterator[Item]:
    """Yield the records of JSON Lines, one a line; no more than a line is held."""
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE)
            told = f"the line is longer than {MAX_LINE // 2**20} MiB"
            yield Item(number, number, None, ("too-large", told, "Take the record out."))
            continue
        line = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        if not line.strip():
            continue
        tree, fault = _parsed(line, number)
        fault = fault or _fault_of(tree)
        yield Item(number, number, None if fault else _texts(tree), fault)


def _parsed(data: bytes, line: int) -> tuple[Any, tuple[str, str, str] | None]:
    """Return JSON with its numbers as texts, or what is wrong with it."""
    try:
        return json.loads(
            data.decode(), object_pairs_hook=_object, parse_int=str, parse_float=str, parse_constant=_constant
        ), None
    except UnicodeDecodeError:
        return None, not_utf8()
    except json.JSONDecodeError as error:
        told = f"line {line + error.lineno - 1}, column {error.colno} is no JSON: {error.msg}"
        return None, ("syntax", told, "Correct it, or take the record out.")
    except RecursionError:
        return None, too_deep()
    except InputError as error:
        return None, ("syntax", error.message, error.hint)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    twice = _Twice(made)
    seen: set[str] = set()
    twice.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return twice


def _constant(name: str) -> str:
    raise InputError(f"'{name}' is no value of JSON", "Write null where there is no value.")


def _fault_of(tree: Any) -> tuple[str, str, str] | None:
    """Return what is wrong with a tree from JSON: depth, a key twice."""
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            return too_deep()
        if twice := next((node for node in level if isinstance(node, _Twice)), None):
            told = f"'{twice.key[:80]}' stands twice in one object"
            return "duplicate-key", told, "Keep one of them: nobody can tell which one is meant."
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
