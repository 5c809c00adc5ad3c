"""A file of data → statements: TriG as it is, a mapping set as SSSOM/TSV by its rows and its declared reading."""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph as ox

from cyberstd_kg import mappings
from cyberstd_kg.core.assets import MAPPINGS, root
from cyberstd_kg.rdf import turtle


def is_mappings(name: Path | str) -> bool:
    """Tell whether a file is a mapping set, by its name."""
    return str(name).endswith(MAPPINGS)


def is_of_data(path: Path) -> bool:
    """Tell whether a file is one of the shipped data."""
    return os.path.realpath(path).startswith(os.path.realpath(root() / "data") + os.sep)


def quads(source: Path | bytes, name: str, *, own: bool) -> list[ox.Quad]:
    """Return the statements of a file of data.

    :param source: a path, or the content
    :param name: what messages call the file; its suffix gives the format
    :param own: whether a mapping set is in a user's workspace, and not among the shipped data
    :raises InputError: naming file and line, when it cannot be read
    """
    if is_mappings(name):
        return [quad for quad, _ in quads_with_lines(source, name, own=own)]
    return turtle.read_quads(source, name, "trig")


def quads_with_lines(source: Path | bytes, name: str, *, own: bool) -> list[tuple[ox.Quad, int]]:
    """Return the statements of a file of data, each with its line; see :func:`quads`."""
    if not is_mappings(name):
        return turtle.read_quads_with_lines(source, name, "trig")
    content = source if isinstance(source, bytes) else mappings.sssom_table.load(source)
    return mappings.to_rdf.quads(mappings.sssom_reading.read_declared(content, name), own)
