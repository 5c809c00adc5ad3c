"""What foreign YAML and JSON become: plain trees of mappings, lists and texts.

No scalar is interpreted: ``60``, ``2013-10`` and ``35.030`` stay the texts that they are, so that no reader turns a
date into a number.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple, TypeAlias

from cyberstd_kg.core.errors import InputError

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | None"

#: The most levels of a record.
MAX_DEPTH: Final = 64


class Item(NamedTuple):
    """A record: its first and last line, and its tree, or what is wrong with it (code, reason, hint)."""

    line: int
    last: int
    tree: Tree
    fault: tuple[str, str, str] | None = None


def not_utf8() -> tuple[str, str, str]:
    """What is wrong with bytes that are not UTF-8."""
    return "encoding", "there are bytes in it that are not UTF-8", "Save the file as UTF-8."


def too_deep() -> tuple[str, str, str]:
    """What is wrong with a record that is nested too deeply."""
    return "too-deep", f"it is nested more than {MAX_DEPTH} levels deep", "No record of a registry is."


def members(tree: Tree) -> list[Tree]:
    """Return the members of a list; of what is no list the thing itself, of nothing none."""
    return tree if isinstance(tree, list) else [] if tree is None else [tree]


def at(tree: Tree, *path: str) -> Tree:
    """Return what stands below the keys of *path*; of a list on the way the first member counts; None where nothing."""
    for key in path:
        if isinstance(tree, list):
            tree = tree[0] if tree else None
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def words(tree: Tree, *keys: str) -> str:
    """Return a text on one line: that of a scalar, or of the first of *keys* that a mapping has; else "".

    A control character that stands for one of Windows-1252 (the œ of registries' French) becomes that character.

    :raises InputError: on half of a character (a lone surrogate)
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
        raise InputError("a text in it holds half a character (a lone surrogate)", "Write the character out.")
    mended = re.sub(r"[\x80-\x9f]", lambda found: found[0].encode("latin-1").decode("cp1252", "ignore"), tree)
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", mended).strip()
