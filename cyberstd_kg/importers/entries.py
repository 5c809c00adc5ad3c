"""Records as the files of a workspace: one standard a file, its parts with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core import iris
from cyberstd_kg.designations import records
from cyberstd_kg.designations.records import Record
from cyberstd_kg.foreign.report import FilePlace
from cyberstd_kg.importers import iso
from cyberstd_kg.importers.fields import ImportedRecord
from cyberstd_kg.rdf.terms import quad

#: The graph in which a workspace describes its sources.
DESCRIPTIONS: Final = iris.mint("src", "workspace", "sources")
_LONGEST_LOCATOR: Final = 500


def by_path(
    imported: Iterable[ImportedRecord], committees: Iterable[iso.Committee]
) -> dict[str, list[ImportedRecord | iso.Committee]]:
    """Return the path of each file → what it holds; the paths are sorted."""
    files: dict[str, list[ImportedRecord | iso.Committee]] = {}
    for item in imported:
        files.setdefault(f"standards/{item.record.reading.place}.trig", []).append(item)
    for committee in committees:  # one file for a committee with its subcommittees
        above = re.sub(r"/(?:SC|WG) .*$", "", committee.name)
        files.setdefault(f"agents/{iris.slug(above)}.trig", []).append(committee)
    return dict(sorted(files.items()))


def statements(items: Iterable[ImportedRecord | iso.Committee]) -> list[ox.Quad]:
    """Return the statements of a file, each once: those of its records, and the descriptions of its sources."""
    quads: dict[ox.Quad, None] = {}
    for item in items:
        quads.update(dict.fromkeys(_of_record(item) if isinstance(item, ImportedRecord) else _of_committee(item)))
    return list(quads)


def _of_record(imported: ImportedRecord) -> Iterator[ox.Quad]:
    """Yield the statements of a record, our name for its project, and the descriptions of both as sources."""
    record = imported.record
    document = iris.mint("src", "workspace", record.registry)
    yield from records.statements(record)
    yield from _described(imported.place, record.graph, document, imported.registry_title, record.designation)
    if record.reading.kind == "project":
        graph = iris.mint("src", "workspace", "analysis", record.registry)
        yield quad(graph, record.reading.iri, "rdfs:label", ox.Literal(_project_name(record), language="en"))
        yield from records.describe(
            graph=graph,
            document=document,
            title=f"Names that we give to projects: {imported.registry_title}",
            locator="undated records",
            tier="title",
            holder=DESCRIPTIONS,
            says="ours",
        )
        yield quad(DESCRIPTIONS, graph, "prov:wasDerivedFrom", ox.NamedNode(document))


def _of_committee(committee: iso.Committee) -> Iterator[ox.Quad]:
    document = iris.mint("src", "workspace", iso.REGISTRY)
    yield from iso.statements(committee)
    yield from _described(committee.place, committee.graph, document, iso.TITLE, committee.name)


def _described(place: FilePlace, graph: str, document: str, title: str, name: str) -> Iterator[ox.Quad]:
    """Yield the descriptions of a record and of its registry."""
    file = re.sub(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+", " ", PurePath(place.file).name).strip()
    locator = f"{file[: _LONGEST_LOCATOR - len(name) - 2].strip()}, {name}"
    for source, titled, where in ((document, title, "whole registry"), (graph, f"Record of {name}", locator)):
        yield from records.describe(
            graph=source, document=document, title=titled, locator=where, tier="title", holder=DESCRIPTIONS
        )


def _project_name(record: Record) -> str:
    """Return a name for the project of an undated record, which has no designation to show.

    It does not say which text came of the project: the graph may know the project under another name.
    """
    read = record.reading
    # An amendment without year and stage has a designation of its own; an undated record that of the standard.
    designation = read.identifier if read.host or read.stage else read.work
    edition = f", edition {record.edition}" if record.edition and not read.host else ""
    return f"{designation}{edition}, project"
