"""Everything above a node of a hierarchy: classes above a class, bodies above a body."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def above(start: Node, direct: Callable[[Node], Iterable[Node]]) -> set[Node]:
    """Return *start* and all nodes above it, in any number of steps; a circle does no harm.

    :param direct: a function from a node to the nodes directly above it
    """
    reached, waiting = {start}, [start]
    while waiting:
        higher = set(direct(waiting.pop())) - reached
        reached |= higher
        waiting.extend(higher)
    return reached
