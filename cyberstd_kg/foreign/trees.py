"""Foreign YAML and JSON as trees of mappings, lists and texts.

No scalar is interpreted: ``60``, ``2013-10`` and ``35.030`` stay texts, so that no date becomes a number.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple, TypeAlias

from cyberstd_kg.core.errors import InputError

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | None"

#: The most levels of a record.
MAX_DEPTH: Final = 64


class Fault(NamedTuple):
    """What is wrong with a record: a code for machines, the reason, and what to do."""

    code: str
    reason: str
    hint: str


NOT_UTF8: Final = Fault("encoding", "it has bytes that are not UTF-8", "Save the file as UTF-8.")
TOO_DEEP: Final = Fault(
    "too-deep", f"it is nested more than {MAX_DEPTH} levels deep", "Correct it; no record of a registry is that deep."
)


class Item(NamedTuple):
    """A record: its first and last line (from 1), and its tree, or what is wrong with it."""

    line: int
    last: int
    tree: Tree
    fault: Fault | None = None


def members(tree: Tree) -> list[Tree]:
    """Return the members of a list; of another tree the tree itself, of None nothing."""
    return tree if isinstance(tree, list) else [] if tree is None else [tree]


def at(tree: Tree, *path: str) -> Tree:
    """Return the tree below the keys of *path*, of a list on the way the first member; None where there is nothing."""
    for key in path:
        if isinstance(tree, list):
            tree = tree[0] if tree else None
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def words(tree: Tree, *keys: str) -> str:
    """Return a text on one line: that of a scalar, or of the first of *keys* that a mapping has; else "".

    A control character that stands for one of Windows-1252 (the œ in the French of registries) becomes that character.

    :raises InputError: on half a character (a lone surrogate)
    """
    if isinstance(tree, list):
        tree = tree[0] if tree else None
    if isinstance(tree, dict):
        tree = next((tree[key] for key in keys if tree.get(key) is not None), None)
        return words(tree, *keys) if isinstance(tree, list | dict) else words(tree)
    if not isinstance(tree, str):
        return ""
    if tree.isascii() and tree.isprintable() and "  " not in tree:
        return tree.strip()
    if re.search(r"[\ud800-\udfff]", tree):
        raise InputError("a text in it holds half a character (a lone surrogate)", "Write the character in full.")
    mended = re.sub(r"[\x80-\x9f]", lambda match: match[0].encode("latin-1").decode("cp1252", "ignore"), tree)
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", mended).strip()
