"""The order in which locators, designations and names are listed, and the precedence of a source that states none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

#: The precedence of a source whose document states none: before the deck, after registries.
UNRANKED_SOURCE: Final = 5


def precedence(numbers: Iterable[str]) -> int:
    """Return the precedence of a source: the best (lowest) one of its documents, whose values are texts.

    A value that is not a number does not count; without one it is :data:`UNRANKED_SOURCE`.
    """
    return min((int(number) for number in numbers if number.isdigit()), default=UNRANKED_SOURCE)


def natural(text: str) -> tuple[str, str]:
    """Return a sort key by which runs of digits count as numbers: "7-1-2-2" comes before "7-1-2-10"."""
    return re.sub("[0-9]+", _with_length, text), text


def _with_length(match: re.Match[str]) -> str:
    digits = match[0].lstrip("0")
    return f"{len(digits)}{digits}" if len(digits) < 9 else f"9{len(digits):09}{digits}"
