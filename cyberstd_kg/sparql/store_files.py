"""The files of a store's tables, and how to have the engine open all of them.

The engine opens 16 when it opens a store, in all, and each other one when a search first comes to it; then it keeps it.
A process that has given up files can open none: there some queries hang and others fail (see
docs/decisions/0002-process-model.md).  Twelve tables of one file each are open at once, so a store of up to about a
million quads needs nothing of this.
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

#: So many files the engine opens with a store.
OPENED: Final = 16
_OPEN: Final = "/dev/fd"
#: After so many statements it is looked which files are open; when so many looks were in vain, searches go further.
_LOOK: Final = 16
_IN_VAIN: Final = 8
#: So many of the named graphs are listed.
_GRAPHS: Final = 1024
_DEEPEST: Final = 1 << 24
#: One in so many statements: the others are mostly of the same subject.
_STEP: Final = 7


def names(store_path: str) -> list[str]:
    """Return the names of the files of all tables."""
    return [name for name in os.listdir(store_path) if name.endswith(".sst")]


def closed(store_path: str) -> set[tuple[int, int]]:
    """Return device and number of each file that this process has not open, if there are more than the engine opens.

    Without a list of open files, none is known to be closed.
    """
    found = names(store_path)
    if len(found) <= OPENED or not os.path.isdir(_OPEN):
        return set()
    files = {(state.st_dev, state.st_ino) for state in (os.stat(os.path.join(store_path, name)) for name in found)}
    for number in os.listdir(_OPEN):
        with suppress(OSError):
            state = os.fstat(int(number))
            files.discard((state.st_dev, state.st_ino))
    return files


def open_all(store: pyoxigraph.Store, store_path: str, seconds: float) -> None:
    """Have the engine open all files of *store*.

    A search for a term comes to the file where it would stand, be it there or not, and terms lie in the order of their
    hashes.  So searches by some statements, and by terms made up, come to every part of every table.  A file that then
    remains lies amid the many statements that fit one search: so the next searches go further.

    :param seconds: so long it may take
    :raises OSError: when files remain
    """
    from itertools import count, cycle, islice

    remaining = closed(store_path)
    until, depth, in_vain = time.monotonic() + seconds, 1, 0
    numbers = count()
    searches = (found for start in cycle(range(_STEP)) for found in _searches(store, start, numbers))
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
            raise OSError(f"it lies in too many files ({len(remaining)} remain to be opened)")


def _searches(store: pyoxigraph.Store, start: int, numbers: Iterator[int]) -> Iterator[list[_Pattern]]:
    """Yield, for some statements of *store*, patterns that between them search every table; none at the end.

    :param start: where the first of these statements stands
    :param numbers: of terms made up, none twice
    """
    from itertools import islice

    import pyoxigraph as ox

    statements = islice(store.quads_for_pattern(None, None, None, None), start, None, _STEP)
    for (s, p, o, _), number in zip(statements, numbers, strict=False):
        made, alike = ox.NamedNode(f"urn:x:{number}"), _alike(o, number)
        store.contains_named_graph(made)
        # Without a graph the engine searches the union first and the named graphs when that is through.
        graphs = [ox.DefaultGraph(), None, *[quad.graph_name for quad in store.quads_for_pattern(s, p, o, None)][-1:]]
        found: list[_Pattern] = [(None, None, None, made), (None, p, None, made), (None, None, o, made)]
        for g in graphs:
            found += [(made, None, None, g), (None, made, None, g), (None, None, made, g), (None, None, alike, g)]
            found += [(None, p, made, g), (None, p, alike, g), (None, p, o, g), (None, None, o, g), (made, None, o, g)]
        yield found
    yield []


def _alike(term: Any, number: int) -> Any:
    """Return a term that is in no store and that the engine keeps among those like *term*."""
    import pyoxigraph as ox

    if not isinstance(term, ox.Literal):
        return ox.NamedNode(f"urn:y:{number}")
    if term.language:
        return ox.Literal(f"{term.value} {number}", language=term.language)
    if term.datatype.value.endswith("#string"):
        return ox.Literal(f"{term.value} {number}")
    # Dates lie in the order of time, with those of other time zones between them.
    return ox.Literal(f"{term.value[:10]}+00:{number % 60:02}", datatype=term.datatype)
