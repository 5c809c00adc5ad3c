"""What the scripts that write data from tables of bare facts have in common."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core import iris
from cyberstd_kg.core.files import write_whole
from cyberstd_kg.rdf import turtle

DATA: Final = Path(__file__).resolve().parent
#: The graph that describes sources.
SOURCES: Final = iris.mint("src", "cyberstd-kg", "sources")
_XSD: Final = iris.PREFIXES["xsd"]


def rows(table: Path) -> list[dict[str, str]]:
    """Return the rows of the CSV file *table*, each as column → value."""
    with table.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def quad(graph: str, subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    """Return one statement: *predicate* is a CURIE, the others are IRIs."""
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(iris.expand(predicate)), value, ox.NamedNode(graph))


def node(curie: str) -> ox.NamedNode:
    """Return the thing that a CURIE names."""
    return ox.NamedNode(iris.expand(curie))


def day(date: str) -> ox.Literal:
    """Return a day (YYYY-MM-DD) as a literal."""
    return ox.Literal(date, datatype=ox.NamedNode(f"{_XSD}date"))


def whole_number(value: int) -> ox.Literal:
    """Return a number as a literal."""
    return ox.Literal(str(value), datatype=ox.NamedNode(f"{_XSD}integer"))


def standing(document: str, precedence: int) -> Iterator[ox.Quad]:
    """Yield the place of a source document in the order of precedence (docs/decisions/0011-catalogue.md)."""
    yield quad(SOURCES, document, "cstd:precedence", whole_number(precedence))


def looked_at(document: str, date: str) -> Iterator[ox.Quad]:
    """Yield the day on which a source document was looked at."""
    yield quad(SOURCES, document, "cstd:printedDate", ox.Literal(date))
    yield quad(SOURCES, document, "cstd:earliest", day(date))
    yield quad(SOURCES, document, "cstd:latest", day(date))


def file(quads: Iterable[ox.Quad], head: str) -> bytes:
    """Return the content of a file: *head*, a comment that says where it comes from, and *quads* in canonical form."""
    return (head + "\n" + turtle.write_trig(quads)).encode()


def write(files: Mapping[str, bytes], data: Path, folder: str) -> None:
    """Write *files* (path below *data* → content); what lies in *folder* and is not among them goes.

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
