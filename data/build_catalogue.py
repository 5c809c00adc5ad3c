"""Write ``data/catalogue/`` and the descriptions of its sources from a table of bare facts.

    python data/build_catalogue.py FACTS.csv

The table has one row for each edition, draft, amendment or corrigendum: standard, designation, title_en, doctype,
edition, published, iso_stage, stage_as_of, iec_status, iec_dates, committee, replaces, replaced_by,
revision_in_progress, amended_by, source.  ``source`` names the records in which the row was seen, as
``repository@commit:path``, separated by `` ; ``; each record becomes a named graph.  Rows without such a record (known
from the deck or from web pages alone) are written by hand in ``data/standards``.  Running twice changes nothing.

What goes where, and what is our reading: docs/decisions/0011-catalogue.md.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import building
import pyoxigraph as ox
from building import DATA, SOURCES

from cyberstd_kg.core import iris
from cyberstd_kg.designations import printed, records
from cyberstd_kg.designations.records import Record, Stage
from cyberstd_kg.rdf.terms import node, quad

ANALYSIS: Final = iris.mint("src", "analysis", "catalogue")
HEAD: Final = "# Made by data/build_catalogue.py from the records of registries: do not edit by hand.\n"


class Registry(NamedTuple):
    """A registry: the slug of its records, whose they are, on which day they were looked at, and its precedence."""

    slug: str
    owner: str
    seen: str
    precedence: int


#: repository@commit → the registry.  The days are those on which the rows' stages hold.
REGISTRIES: Final = {
    "relaton/relaton-data-iso@87c31d3": Registry("relaton-data-iso", "ISO", "2025-06-02", 1),
    "relaton/relaton-data-iec@e61a22f": Registry("relaton-data-iec", "IEC", "2026-03-15", 2),
    "relaton/relaton-data-itu@daa9deb2": Registry("relaton-data-itu", "ITU", "2026-08-22", 1),
    "relaton/relaton-data-etsi@1a18b1bf": Registry("relaton-data-etsi", "ETSI", "2026-05-01", 1),
    "usnistgov/NIST-Tech-Pubs@00ce7d93": Registry("nist-tech-pubs", "NIST", "2024-10-11", 1),
}
#: NIST numbers the Cybersecurity Framework as white papers: the same text twice, and the draft of the next version.
_FRAMEWORK: Final = {
    "NIST CSWP 6": ("1-1", "NIST CSF 1.1"),
    "NIST CSWP 04162018": ("1-1", "NIST CSF 1.1"),
    "NIST CSWP 29 ipd": ("2-0-ipd", "NIST CSF 2.0 ipd"),
}
#: Projects that have a name in data/standards already, because the deck knows them: standard and edition → second slug.
_NAMED: Final = {
    ("ISO/IEC 27031", "2"): "revision",
    ("ISO/IEC 27035-4", "1"): "",
    ("ISO/IEC 27040", "2"): "revision",
    ("ISO/IEC 27046", "1"): "",
    ("ISO/IEC 27090", "1"): "",
    ("ISO/IEC 27403", "1"): "",
    ("ISO/IEC 27404", "1"): "",
}
#: What a title says that the document is for.  The first that fits; our reading, so in a graph of ours.
_KINDS: Final = (
    ("vocabulary", r"vocabulary|terms and definitions"),
    ("reference-architecture", r"reference architecture"),
    ("assessment", r"test(ing)? (methods|requirements)|conformance (assessment|testing)|evaluation|assessment|testing"),
    ("requirements", r"requirements"),
    ("guidance", r"guid(ance|elines?|e)\b|code of practice|handbook|practice"),
    ("overview", r"overview|concepts|introduction|foundations|general model"),
    ("framework", r"framework"),
    (
        "specification",
        r"mechanisms|algorithms|encryption|ciphers?|hash|signatures?|authentication codes|random bit|key management"
        r"|prime number|modes of operation|cryptograph|protocols?\b|entity authentication|secret sharing|time-stamping",
    ),
    ("process", r"process(es)?\b|management\b"),
)


def main(table: Path, data: Path = DATA) -> None:
    """Read *table*, write ``catalogue/`` and ``sources/<registry>.trig`` in *data*, and remove other files there."""
    building.write(contents(table), data, "catalogue")


def contents(table: Path) -> dict[str, bytes]:
    """Return what the files hold: path below ``data/`` → content."""
    rows = building.rows(table)
    known = {row["designation"]: row for row in rows}
    listed = [record for row in rows for record in of_row(row, known)]
    files: defaultdict[str, list[ox.Quad]] = defaultdict(list)
    for record in listed:
        files[f"catalogue/{record.reading.place}.trig"].extend(map(_other_name, records.statements(record)))
    projects = _projects(listed)
    for record in listed:
        files[f"catalogue/{record.reading.place}.trig"].extend(_reading(record, projects))
    for repository, registry in REGISTRIES.items():
        own = {record.graph: record for record in listed if record.registry == registry.slug}
        files[f"sources/{registry.slug}.trig"].extend(_described(repository, registry, rows, own))
    return {name: building.file(quads, HEAD) for name, quads in files.items()}


def _other_name(statement: ox.Quad) -> ox.Quad:
    """Make a committee's name in a record one of its other names: ``data/agents`` names the committees."""
    if statement.predicate != node("skos:prefLabel"):
        return statement
    return ox.Quad(statement.subject, node("skos:altLabel"), statement.object, statement.graph_name)


def of_row(row: dict[str, str], known: dict[str, dict[str, str]]) -> Iterator[Record]:
    """Yield the records in which a row of the table was seen.

    The first says what the row says; IEC's, where it stands beside ISO's, the status and the days of IEC.

    :param known: designation → row, of the whole table
    """
    sources = [_source(part) for part in row["source"].split(" ; ") if part.partition(":")[0] in REGISTRIES]
    for place, (registry, path) in enumerate(sources):
        graph = iris.mint("src", registry.slug, _record_slug(path))
        name = row["designation"]
        if registry.slug == "relaton-data-iec":
            yield _of_iec(row, graph, registry, alone=not place, known=known)
        else:
            yield _of_registry(row, graph, registry, name, known)


def _source(part: str) -> tuple[Registry, str]:
    repository, _, path = part.partition(":")
    return REGISTRIES[repository], path


def _record_slug(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0].removeprefix("NIST.")


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(";") if part.strip())


def _of_registry(
    row: dict[str, str], graph: str, registry: Registry, name: str, known: dict[str, dict[str, str]]
) -> Record:
    text = _FRAMEWORK.get(name)
    stages = (Stage(row["iso_stage"], row["stage_as_of"], row["stage_as_of"]),) if row["iso_stage"] else ()
    replaces, replaced_by = _listed(row["replaces"]), _listed(row["replaced_by"])
    to_come = _is_draft(name) or (stages and not re.search(r":\d{4}$", name))
    return Record(
        graph=graph,
        designation=name,
        registry=registry.slug,
        titles=((row["title_en"], "en"),) if row["title_en"] else (),
        document_type=row["doctype"],
        edition=row["edition"],
        published=row["published"],
        stages=stages,
        committee=row["committee"],
        replaces=() if to_come else replaces,
        revises=replaces if to_come else (),
        replaced_by=tuple(other for other in replaced_by if not _only_iec(known.get(other))),
        revised_by=_listed(row["revision_in_progress"]),
        amended_by=_listed(row["amended_by"]),
        text=text,
        work="NIST CSF" if text else "",
        project=_NAMED.get((row["standard"], row["edition"])),
    )


def _only_iec(row: dict[str, str] | None) -> bool:
    """Tell whether a document is known from IEC's registry alone, so that ISO's cannot have named it."""
    return row is not None and "relaton-data-iso" not in row["source"] and "relaton-data-iec" in row["source"]


def _of_iec(
    row: dict[str, str], graph: str, registry: Registry, *, alone: bool, known: dict[str, dict[str, str]]
) -> Record:
    """Return IEC's record: days and status; title, type, edition, relations where no record of ISO gives them."""
    days = dict(part.split("=", 1) for part in row["iec_dates"].split("; ") if "=" in part)
    stages = []
    if day := days.get("published"):
        stages.append(Stage("published", day, day, event=True, printed_date=day))
    if (day := days.get("obsoleted")) and row["iec_status"]:
        stages.append(Stage("obsoleted", day, day, event=True, printed_date=day, means=row["iec_status"]))
    if row["iec_status"]:
        stages.append(Stage(row["iec_status"], registry.seen, registry.seen))
    later = tuple(other for other in _listed(row["replaced_by"]) if _only_iec(known.get(other)))
    return Record(
        graph=graph,
        designation=row["designation"],
        registry=registry.slug,
        titles=((row["title_en"], "en"),) if alone and row["title_en"] else (),
        document_type=row["doctype"] if alone else "",
        edition=row["edition"] if alone else "",
        published=row["published"] if alone and not days.get("published") else "",
        stages=tuple(stages),
        committee=row["committee"] if alone else "",
        replaces=_listed(row["replaces"]) if alone else (),
        replaced_by=_listed(row["replaced_by"]) if alone else later,
        revised_by=_listed(row["revision_in_progress"]) if alone else (),
        amended_by=_listed(row["amended_by"]) if alone else (),
        stable_until=days.get("stable-until", ""),
    )


def _is_draft(name: str) -> bool:
    read = printed.read(name)
    return read is not None and read.kind in ("draft", "project")


def _projects(listed: Iterable[Record]) -> dict[str, tuple[str, str, str]]:
    """Return what the registries' drafts are drafts of: project → work, label, edition.

    A registry numbers the edition that a draft is to become; the drafts of one edition are one project.
    """
    projects: dict[str, tuple[str, str, str]] = {}
    for record in listed:
        if name := _project_name(record):
            projects[name[0]] = name[1:]
    return projects


def _project_name(record: Record) -> tuple[str, str, str, str] | None:
    """Return IRI, work, label and edition of the project that a draft or an undated record belongs to."""
    read = record.reading
    if read.kind not in ("draft", "project") or record.registry != "relaton-data-iso":
        return None
    if match := re.search(r"[- ](\d+)(?:-\d+)?$", read.text) if read.host else None:
        name = f"{read.code.capitalize()} {match[1]}"
        own = f"{read.text[:4]}-{name}"
        return iris.mint("project", read.work, own), read.work, f"{read.host}/{name}, project", ""
    if not record.edition:
        return None
    label = f"{read.work}, edition {record.edition}, project"
    return _project(read.work, record.edition), read.work, label, record.edition


def _project(work: str, edition: str) -> str:
    own = _NAMED.get((work, edition), f"ed{edition}")
    return iris.mint("project", work, own) if own else iris.mint("project", work)


def _reading(record: Record, projects: dict[str, tuple[str, str, str]]) -> Iterator[ox.Quad]:
    """Yield our reading of a record: the publisher, the project, and the purpose of the document."""
    read = record.reading
    for body in ["ITU-T"] if read.body == "ITU-T" else read.body.split("/"):  # the designation names who publishes it
        yield quad(ANALYSIS, read.work_iri, "dct:publisher", ox.NamedNode(iris.mint("agent", body)))
    name = _project_name(record)
    if name is None and read.kind in ("edition", "amendment"):
        amended = re.sub(r"-\d{4}$", "", read.text)
        edition = read.kind == "edition"
        project = _project(read.work, record.edition) if edition else iris.mint("project", read.work, amended)
        if (read.kind == "amendment" or record.edition) and project in projects:
            yield quad(ANALYSIS, read.iri, "cstd:developedIn", ox.NamedNode(project))
    elif name is not None:
        project, work, label, number = name
        if (work, number) not in _NAMED:
            yield quad(ANALYSIS, project, "rdfs:label", ox.Literal(label, language="en"))
        yield quad(ANALYSIS, project, "rdf:type", node("cstd:Project"))
        yield quad(ANALYSIS, project, "cstd:projectOf", ox.NamedNode(iris.mint("std", work)))
        if number:
            yield quad(ANALYSIS, project, "bibo:edition", ox.Literal(number))
        if read.kind == "draft":
            yield quad(ANALYSIS, read.iri, "cstd:developedIn", ox.NamedNode(project))
    title = record.titles[0][0].lower() if record.titles else ""
    if title and read.kind != "amendment" and not read.host:
        # The last part of a title says most: "… framework for … — Part 2: Requirements".
        last = title.rpartition("—")[2]
        kind = next((code for part in (last, title) for code, words in _KINDS if re.search(words, part)), "")
        if kind:
            yield quad(ANALYSIS, read.iri, "cstd:documentKind", node(f"dockind:{kind}"))


def _described(
    repository: str, registry: Registry, rows: Iterable[dict[str, str]], own: dict[str, Record]
) -> Iterator[ox.Quad]:
    """Yield the descriptions of a registry and of its records."""
    document = iris.mint("src", registry.slug)
    title = f"Records of {registry.owner} ({repository})"
    yield from records.describe(
        graph=document, document=document, title=title, locator="whole repository", tier="title", holder=SOURCES
    )
    yield from building.looked_at(document, registry.seen)
    yield from building.precedence(document, registry.precedence)
    for row in rows:
        for part in row["source"].split(" ; "):
            if part.startswith(f"{repository}:"):
                path = part.partition(":")[2]
                record = iris.mint("src", registry.slug, _record_slug(path))
                if record in own:
                    yield from records.describe(
                        graph=record,
                        document=document,
                        title=f"{registry.owner}'s record of {row['designation']}",
                        locator=path,
                        tier="title",
                        holder=SOURCES,
                    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python data/build_catalogue.py FACTS.csv")
    main(Path(sys.argv[1]))
