"""Shared by the scripts that write data from tables of bare facts: tables in, statements about sources, files out."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core import iris
from cyberstd_kg.core.files import write_whole
from cyberstd_kg.designations import records
from cyberstd_kg.rdf import turtle
from cyberstd_kg.rdf.terms import quad

DATA: Final = Path(__file__).resolve().parent
#: The graph that describes sources.
SOURCES: Final = iris.mint("src", "cyberstd-kg", "sources")


def rows(table: Path) -> list[dict[str, str]]:
    """Return the rows of the CSV file *table*, each as column → value."""
    with table.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def precedence(document: str, number: int) -> Iterator[ox.Quad]:
    """Yield the precedence of a source document (docs/decisions/0011-catalogue.md)."""
    yield quad(SOURCES, document, "cstd:precedence", ox.Literal(number))


def looked_at(document: str, date: str) -> Iterator[ox.Quad]:
    """Yield the day on which a source document was consulted."""
    for statement in records.dated(document, date, (date, date)):
        yield quad(SOURCES, *statement)


def file(quads: Iterable[ox.Quad], head: str) -> bytes:
    """Return the content of a file: *head*, a comment that names its origin, and *quads* in canonical form."""
    return (head + "\n" + turtle.write_trig(quads)).encode()


def write(files: Mapping[str, bytes], data: Path, folder: str) -> None:
    """Write *files* (path below *data* → content), and remove all other TriG files in *folder*.

    A file that has its content already is not touched.
    """
    for path in sorted((data / folder).rglob("*.trig")):
        if path.relative_to(data).as_posix() not in files:
            path.unlink()
    for name, content in files.items():
        path = data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != content:
            write_whole(path, content)
