"""From the files of the graph to a snapshot, which every answer reads.

- ``compiler``: compiles the files
- ``data_files``: a file of data as statements with lines
- ``inference``: what follows by the rules of OWL 2 RL
- ``inputs``: the files of a graph, and whether they changed
- ``projection``: the part of the graph that reaches a reasoner
- ``snapshot``: opens the snapshot; builds it first where it is missing or stale
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.build import compiler, data_files, inference, inputs, projection, snapshot

__all__ = ["compiler", "data_files", "inference", "inputs", "projection", "snapshot"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
