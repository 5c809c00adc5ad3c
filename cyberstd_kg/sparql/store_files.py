"""The files of a store's tables, and how to make the engine open all of them.

When the engine opens a store, it opens 16 files in all.  It opens each other file when a search first needs it, and
keeps it open.  In a process that may open no more files some queries then hang and others fail (see
docs/decisions/0002-process-model.md).  A store of up to about a million quads has twelve tables of one file each, which
are open at once: it needs nothing of this.
"""
# ruff: noqa: PTH112, PTH116, PTH118, PTH208
# pathlib costs time, and a worker needs this for each query.

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import Any

    import pyoxigraph

    #: Subject, predicate, object, graph; None is any.
    _Pattern = tuple[Any, Any, Any, Any]

#: The number of files that the engine opens with a store.
OPENED: Final = 16
_OPEN: Final = "/dev/fd"
#: The number of statements to search by before a check of the open files, and of vain checks before searches go deeper.
_LOOK: Final = 16
_IN_VAIN: Final = 8
#: The number of named graphs to list.
_GRAPHS: Final = 1024
_DEEPEST: Final = 1 << 24
#: Every how many statements to search: those between are mostly of the same subject.
_STEP: Final = 7


def names(store_path: str) -> list[str]:
    """Return the names of the files of all tables."""
    return [name for name in os.listdir(store_path) if name.endswith(".sst")]


def closed(store_path: str) -> set[tuple[int, int]]:
    """Return device and number of each file that this process has not open.

    None, where the engine opens all at once, or the system has no list of open files.
    """
    tables = names(store_path)
    if len(tables) <= OPENED or not os.path.isdir(_OPEN):
        return set()
    files = {(state.st_dev, state.st_ino) for state in (os.stat(os.path.join(store_path, name)) for name in tables)}
    for number in os.listdir(_OPEN):
        with suppress(OSError):
            state = os.fstat(int(number))
            files.discard((state.st_dev, state.st_ino))
    return files


def open_all(store: pyoxigraph.Store, store_path: str, seconds: float) -> None:
    """Make the engine open all files of *store*.

    A search for a term reads the file where the term would be, whether it is there or not, and terms are in the order
    of their hashes.  So searches by some statements, and by made-up terms, reach every part of every table.  A file
    that is still closed then is among the many statements that fit one search, so the next searches go deeper.

    :param seconds: the longest time for it
    :raises OSError: when files are still closed after that
    """
    from itertools import count, cycle, islice

    remaining = closed(store_path)
    until, depth, in_vain = time.monotonic() + seconds, 1, 0
    numbers = count()
    searches = (patterns for start in cycle(range(_STEP)) for patterns in _searches(store, start, numbers))
    while remaining:
        for _ in islice(store.named_graphs(), depth * _GRAPHS):
            pass
        for patterns in islice(searches, _LOOK):
            for pattern in patterns:
                for _ in islice(store.quads_for_pattern(*pattern), depth):
                    pass
        before, remaining = remaining, closed(store_path)
        in_vain = in_vain + 1 if remaining == before else 0
        if in_vain == _IN_VAIN:
            depth, in_vain = min(4 * depth, _DEEPEST), 0
        if remaining and time.monotonic() > until:
            raise OSError(f"it has too many files ({len(remaining)} are not open yet)")


def _searches(store: pyoxigraph.Store, start: int, numbers: Iterator[int]) -> Iterator[list[_Pattern]]:
    """Yield, for some statements of *store*, patterns that together search every table; none at the end.

    :param start: the position of the first of these statements
    :param numbers: for made-up terms, each one once
    """
    from itertools import islice

    import pyoxigraph as ox

    statements = islice(store.quads_for_pattern(None, None, None, None), start, None, _STEP)
    for (s, p, o, _), number in zip(statements, numbers, strict=False):
        new, alike = ox.NamedNode(f"urn:x:{number}"), _alike(o, number)
        store.contains_named_graph(new)
        # Without a graph the engine searches the union first, and then the named graphs.
        graphs = [ox.DefaultGraph(), None, *[quad.graph_name for quad in store.quads_for_pattern(s, p, o, None)][-1:]]
        patterns: list[_Pattern] = [(None, None, None, new), (None, p, None, new), (None, None, o, new)]
        for g in graphs:
            patterns += [(new, None, None, g), (None, new, None, g), (None, None, new, g), (None, None, alike, g)]
            patterns += [(None, p, new, g), (None, p, alike, g), (None, p, o, g), (None, None, o, g), (new, None, o, g)]
        yield patterns
    yield []


def _alike(term: Any, number: int) -> Any:
    """Return a term that is in no store, and that the engine would keep among those like *term*."""
    import pyoxigraph as ox

    if not isinstance(term, ox.Literal):
        return ox.NamedNode(f"urn:y:{number}")
    if term.language:
        return ox.Literal(f"{term.value} {number}", language=term.language)
    if term.datatype.value.endswith("#string"):
        return ox.Literal(f"{term.value} {number}")
    # Dates are in the order of time, with those of other time zones between them.
    return ox.Literal(f"{term.value[:10]}+00:{number % 60:02}", datatype=term.datatype)
