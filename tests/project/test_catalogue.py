"""The catalogue of standards: made from the table of facts again, and held against it row by row by other code."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from cyberstd_kg import load
from cyberstd_kg.build.snapshot import open_snapshot
from cyberstd_kg.core import iris

DATA = Path(__file__).resolve().parents[2] / "data"
sys.path.insert(0, str(DATA))
sys.dont_write_bytecode, before = True, sys.dont_write_bytecode  # data/ is no place for it
import build_catalogue  # noqa: E402

sys.dont_write_bytecode = before

REGISTRIES = tuple(iris.mint("src", registry.slug) for registry in build_catalogue.REGISTRIES.values())


@pytest.fixture(scope="module")
def store() -> ox.Store:
    return open_snapshot().store


@pytest.fixture(scope="module")
def table(shared: Path) -> list[dict[str, str]]:
    with (shared / "facts" / "standards.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def cut(iri: str) -> str:
    return iris.expand(iri)


def records(store: ox.Store) -> dict[str, str]:
    """Return the graphs of the registries' records by the place of the record ("data/iso-iec-27001-2022.yaml")."""
    found = {}
    for document in REGISTRIES:
        for quad in store.quads_for_pattern(
            None, ox.NamedNode(cut("cstd:sourceDocument")), ox.NamedNode(document), None
        ):
            (place,) = {
                q.object.value
                for q in store.quads_for_pattern(quad.subject, ox.NamedNode(cut("bibo:locator")), None, None)
            }
            found[f"{document.rpartition('/')[2]}:{place}"] = quad.subject.value
    return found


def places(row: dict[str, str]) -> list[str]:
    """Return where a row was seen, by registry."""
    named = {name: registry.slug for name, registry in build_catalogue.REGISTRIES.items()}
    parts = [part.strip().partition(":") for part in row["source"].split(" ; ")]
    return [f"{named[repository]}:{path}" for repository, _, path in parts if repository in named]


def literals(store: ox.Store, graph: str, name: str) -> set[str]:
    return {q.object.value for q in store.quads_for_pattern(None, ox.NamedNode(cut(name)), None, ox.NamedNode(graph))}


def test_the_files_are_what_the_table_makes(shared: Path) -> None:
    made = build_catalogue.contents(shared / "facts" / "standards.csv")
    for name, content in made.items():
        assert (DATA / name).read_bytes() == content, f"{name}: run python data/build_catalogue.py"
    kept = {str(path.relative_to(DATA)) for path in (DATA / "catalogue").rglob("*.trig")}
    assert kept == {name for name in made if name.startswith("catalogue/")}


def test_writing_twice_changes_nothing(shared: Path, tmp_path: Path) -> None:
    table = shared / "facts" / "standards.csv"
    build_catalogue.main(table, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.trig")}
    (tmp_path / "catalogue" / "gone.trig").write_text("", encoding="utf-8")
    build_catalogue.main(table, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.trig")} == before


def test_each_row_is_found_with_title_stage_date_and_source(store: ox.Store, table: list[dict[str, str]]) -> None:
    by_place = records(store)
    missing = []
    for row in table:
        seen = places(row)
        graphs = [by_place[place] for place in seen]
        if not graphs:
            continue  # known from the deck or a page alone: written by hand
        names = literals(store, graphs[0], "dct:identifier") | literals(store, graphs[0], "cstd:printedDesignation")
        stages = {stage for graph in graphs for stage in literals(store, graph, "cstd:printedStage")}
        dates = {date for graph in graphs for date in literals(store, graph, "cstd:printedDate")}
        days = dict(part.split("=", 1) for part in row["iec_dates"].split("; ") if "=" in part)
        wanted = {
            "designation": {row["designation"]} <= names,
            "title": not row["title_en"] or row["title_en"] in literals(store, graphs[0], "dct:title"),
            "stage": not row["iso_stage"] or row["iso_stage"] in stages,
            "status": not row["iec_status"] or row["iec_status"] in stages,
            "published": not row["published"] or row["published"] in dates,
            "days": {days[name] for name in ("published", "obsoleted") if name in days} <= dates,
            "edition": not row["edition"]
            or re.search("Amd|Cor|DAM|DCOR|AMD|COR", row["designation"]) is not None
            or row["edition"] in literals(store, graphs[0], "bibo:edition"),
            "stable": "stable-until" not in days
            or days["stable-until"] in {d for graph in graphs for d in literals(store, graph, "cstd:stableUntil")},
        }
        missing += [f"{row['designation']}: {name}" for name, there in wanted.items() if not there]
    assert missing == []


def test_the_relations_are_those_of_the_table(store: ox.Store, table: list[dict[str, str]]) -> None:
    by_place = records(store)
    own = {}  # designation → the thing that its record names
    for row in table:
        if seen := places(row):
            graph = ox.NamedNode(by_place[seen[0]])
            for name in ("dct:identifier", "cstd:printedDesignation"):
                for quad in store.quads_for_pattern(
                    None, ox.NamedNode(cut(name)), ox.Literal(row["designation"]), graph
                ):
                    own[row["designation"]] = quad.subject
    wanted = set()
    for row in table:
        subject = own.get(row["designation"])
        draft = row["iso_stage"] != "" and not re.search(r":\d{4}$", row["designation"])
        for name, property_, forward in (
            ("replaces", "cstd:revises" if draft else "dct:replaces", True),
            ("replaced_by", "dct:replaces", False),
            ("revision_in_progress", "cstd:revises", False),
        ):
            for other in filter(None, map(str.strip, row[name].split(";"))):
                if other in own and other != re.sub(":.*", "", other):
                    pair = (subject, own[other]) if forward else (own[other], subject)
                    wanted.add((pair[0], property_, pair[1]))
    held = {
        (quad.subject, name, quad.object)
        for name in ("dct:replaces", "cstd:revises")
        for quad in store.quads_for_pattern(None, ox.NamedNode(cut(name)), None, ox.DefaultGraph())
    }
    assert wanted - held == set()
    assert len(wanted) > 300


def plain(designation: str) -> str:
    """Return letters and digits of a designation, without type and stage, which a standard's own does not have."""
    text = re.sub(r"\bDAmd\b", "DAM", designation)
    if not text.startswith(("NIST", "ETSI")):
        text = re.sub(r"\b(FDIS|DIS|CD|WD|AWI|PRF|DTS|DTR|TS|TR|PAS)\b(?! Amd| Cor)", "", text)
    return re.sub(r"[^a-z0-9]", "", text.lower())


def test_a_record_says_no_more_than_its_row(store: ox.Store, table: list[dict[str, str]]) -> None:
    by_place = records(store)
    allowed: dict[str, set[str]] = {}
    for row in table:
        for place in places(row):
            words = {cell for name, cell in row.items() if name != "source"}
            for name in ("replaces", "replaced_by", "revision_in_progress", "amended_by", "iec_dates"):
                words |= {re.sub(r"^[a-z-]+=", "", part.strip()) for part in row[name].split(";")}
            allowed.setdefault(by_place[place], set()).update(words)
    days = {registry.seen for registry in build_catalogue.REGISTRIES.values()}
    beyond = []
    for graph, words in allowed.items():
        letters = {plain(word) for word in words}
        for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(graph)):
            if not isinstance(quad.object, ox.Literal):
                continue
            value, name = quad.object.value, iris.compact(quad.predicate.value)
            if name in ("cstd:earliest", "cstd:latest"):  # first and last day of a printed date, or the day of looking
                kept = value in days or any(word and value.startswith(word[:4]) for word in words)
            elif name == "dct:identifier":
                kept = any(plain(value) == word[: len(plain(value))] for word in letters) or "CSF" in value
                kept = kept or re.sub(r" [(]\d{4}[)]$", "", value) in words  # NIST SP 800-207 (2020)
                kept = kept or any(plain(value) in word for word in letters if "27103" in word)  # in later_status
            elif name == "cstd:printedStage":
                kept = value in words or value in ("published", "obsoleted")  # the names of IEC's days
            else:
                kept = any(value in word for word in words) or value == "ETSI TC CYBER"
            if not kept:
                beyond.append((iris.compact(graph), name, value))
    assert beyond == []


def test_amendments_have_the_year_of_their_own_or_none(store: ox.Store) -> None:
    rows = store.query(
        "PREFIX cstd: <https://w3id.org/cyberstd/ontology#> PREFIX dct: <http://purl.org/dc/terms/>"
        "SELECT ?identifier ?day { ?a a cstd:Amendment ; dct:identifier ?identifier ; cstd:earliest ?day }"
    )
    found = [(row["identifier"].value, row["day"].value) for row in rows]  # type: ignore[union-attr]
    assert len(found) > 80
    for identifier, day in found:
        assert day.startswith(re.findall(r"\d{4}", identifier)[-1]), identifier


def test_the_resolver_finds_a_row_by_its_designation() -> None:
    graph = load()
    for name, wanted in {
        "ISO/IEC 27001:2022/Amd 1:2024": "std:iso-iec-27001_2022-amd-1-2024",
        "ISO/IEC CD TS 27103": "std:iso-iec-27103_cd-ts",
        "ISO/IEC DIS 27701.2": "std:iso-iec-27701_2-dis",
        "NIST SP 800-53r5": "std:nist-sp-800-53_r5",
        "ETSI EN 303 645 V3.1.3 (2024-09)": "std:etsi-en-303-645_v3-1-3",
        "ITU-T X.1205 (04/2008)": "std:itu-t-x-1205_2008",
    }.items():
        assert graph.resolve(name).iri == iris.expand(wanted)
