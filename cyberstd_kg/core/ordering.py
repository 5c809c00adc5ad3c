"""The one order in which locators, designations and names are listed, and where a source stands that has no place."""

from __future__ import annotations

import re
from typing import Final

#: The place in the order of precedence of a source whose document has none: before the deck, after registries.
UNRANKED_SOURCE: Final = 5


def natural(text: str) -> tuple[str, str]:
    """Return a sort key by which runs of digits count as numbers: "7-1-2-2" comes before "7-1-2-10"."""
    return re.sub("[0-9]+", _with_length, text), text


def _with_length(match: re.Match[str]) -> str:
    digits = match[0].lstrip("0")
    return f"{len(digits)}{digits}" if len(digits) < 9 else f"9{len(digits):09}{digits}"
