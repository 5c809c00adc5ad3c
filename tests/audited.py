"""What this process does, as Python reports it before it is done (PEP 578)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: Event → the lists of those who look at it now.  A hook stays as long as the process, so there is one.
_LOOKING: dict[str, list[list[tuple[Any, ...]]]] = {}


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    for seen in _LOOKING.get(event, ()):
        seen.append(arguments)


@contextmanager
def audited(*events: str) -> Iterator[list[tuple[Any, ...]]]:
    """Yield a list that grows by the arguments of each of *events*, such as ``open``, while the block runs."""
    if not _LOOKING:
        sys.addaudithook(_hook)
    seen: list[tuple[Any, ...]] = []
    for event in events:
        _LOOKING.setdefault(event, []).append(seen)
    try:
        yield seen
    finally:
        for event in events:
            _LOOKING[event].remove(seen)
