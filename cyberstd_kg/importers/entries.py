"""Records → files of entries, as a workspace holds them: one standard a file, its parts with it."""

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
from cyberstd_kg.importers.fields import FoundRecord

#: The graph in which a workspace describes its sources.
DESCRIPTIONS: Final = iris.mint("src", "workspace", "sources")
_LONGEST_LOCATOR: Final = 500


def files(found: Iterable[FoundRecord], committees: Iterable[iso.Committee]) -> Iterator[tuple[str, list[ox.Quad]]]:
    """Yield (path, statements), in the order of the paths; each file describes all that it refers to."""
    by_path = _by_path(found, committees)
    for path in sorted(by_path):
        quads: dict[ox.Quad, None] = {}
        for one in by_path[path]:
            quads.update(dict.fromkeys(_of_record(one) if isinstance(one, FoundRecord) else _of_committee(one)))
        yield path, list(quads)


def paths(found: Iterable[FoundRecord], committees: Iterable[iso.Committee]) -> list[str]:
    """Return the paths of the files, in order."""
    return sorted(_by_path(found, committees))


def _by_path(
    found: Iterable[FoundRecord], committees: Iterable[iso.Committee]
) -> dict[str, list[FoundRecord | iso.Committee]]:
    by_path: dict[str, list[FoundRecord | iso.Committee]] = {}
    for text in found:
        by_path.setdefault(f"standards/{text.record.reading.place}.trig", []).append(text)
    for committee in committees:
        by_path.setdefault(_family(committee.name), []).append(committee)
    return by_path


def _family(committee: str) -> str:
    """Return the path of the file of a committee with its subcommittees."""
    return f"agents/{iris.slug(re.sub(r'/(?:SC|WG) .*$', '', committee))}.trig"


def _of_record(found: FoundRecord) -> Iterator[ox.Quad]:
    """Yield the statements of a record, the name that we give its project, and the descriptions of both as sources."""
    record, document = found.record, iris.mint("src", "workspace", found.record.registry)
    yield from records.statements(record)
    yield from _described(found.place, record.graph, document, found.registry_title, record.designation)
    if named := list(_labelled(record)):
        graph = analysis(record.registry)
        yield from named
        yield from records.describe(
            graph,
            document,
            f"Names that we give to projects: {found.registry_title}",
            "undated records",
            "title",
            DESCRIPTIONS,
            says="ours",
        )
        derived = ox.NamedNode(iris.expand("prov:wasDerivedFrom"))
        yield ox.Quad(ox.NamedNode(graph), derived, ox.NamedNode(document), ox.NamedNode(DESCRIPTIONS))


def _of_committee(committee: iso.Committee) -> Iterator[ox.Quad]:
    document = iris.mint("src", "workspace", iso.REGISTRY)
    yield from iso.statements(committee, committee.parent)
    yield from _described(committee.place, committee.graph, document, iso.TITLE, committee.name)


def _described(place: FilePlace, graph: str, document: str, title: str, name: str) -> Iterator[ox.Quad]:
    """Yield the descriptions of a record and of its registry."""
    file = re.sub(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+", " ", PurePath(place.file).name).strip()
    locator = f"{file[: _LONGEST_LOCATOR - len(name) - 2].strip()}, {name}"
    yield from records.describe(document, document, title, "whole registry", "title", DESCRIPTIONS)
    yield from records.describe(graph, document, f"Record of {name}", locator, "title", DESCRIPTIONS)


def analysis(registry: str) -> str:
    """Return the graph of the names that we give to what a registry lists without one."""
    return iris.mint("src", "workspace", "analysis", registry)


def _labelled(record: Record) -> Iterator[ox.Quad]:
    """Yield a name for the project of an undated record: it has no designation by which it could be shown.

    Which text came of it is not said: the graph may know the project under a name of its own.
    """
    read = record.reading
    if read.kind != "project":
        return
    # An amendment without year and stage has a designation of its own; an undated record that of the standard.
    named = read.identifier if read.host or read.stage else read.work
    edition = f", edition {record.edition}" if record.edition and not read.host else ""
    label = ox.Literal(f"{named}{edition}, project", language="en")
    yield ox.Quad(
        ox.NamedNode(read.iri), ox.NamedNode(iris.expand("rdfs:label")), label, ox.NamedNode(analysis(record.registry))
    )
