"""What stands above something in a hierarchy: classes above a class, bodies above a body."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def above(start: Node, direct: Callable[[Node], Iterable[Node]]) -> set[Node]:
    """Return *start* and all that stands above it, in however many steps; a circle does no harm.

    :param direct: what stands directly above a node
    """
    reached, waiting = {start}, [start]
    while waiting:
        higher = set(direct(waiting.pop())) - reached
        reached |= higher
        waiting.extend(higher)
    return reached
