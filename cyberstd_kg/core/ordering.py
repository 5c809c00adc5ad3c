"""The one order in which locators, designations and names are listed, and where a source stands that has no place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

#: The place in the order of precedence of a source whose document has none: before the deck, after registries.
UNRANKED_SOURCE: Final = 5


def precedence(places: Iterable[str]) -> int:
    """Return the place in the order of precedence of a source: the best of those of its documents, as they are written.

    A place that is no number does not count; without one it is :data:`UNRANKED_SOURCE`.
    """
    return min((int(place) for place in places if place.isdigit()), default=UNRANKED_SOURCE)


def natural(text: str) -> tuple[str, str]:
    """Return a sort key by which runs of digits count as numbers: "7-1-2-2" comes before "7-1-2-10"."""
    return re.sub("[0-9]+", _with_length, text), text


def _with_length(match: re.Match[str]) -> str:
    digits = match[0].lstrip("0")
    return f"{len(digits)}{digits}" if len(digits) < 9 else f"9{len(digits):09}{digits}"
