"""The published mapping sets: made from the tables again, and held against them, the graph and BSI's file."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections import Counter, defaultdict
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest
import yaml

from cyberstd_kg.build.snapshot import open_snapshot
from cyberstd_kg.foreign.report import ImportReport
from cyberstd_kg.mappings import sssom_reading as importer
from cyberstd_kg.mappings import sssom_writing as exporter

DATA = Path(__file__).resolve().parents[2] / "data"
sys.path.insert(0, str(DATA))
sys.dont_write_bytecode, before = True, sys.dont_write_bytecode  # data/ is no place for it
import build_mappings  # noqa: E402

sys.dont_write_bytecode = before

BASE = "https://w3id.org/cyberstd/"
TERM = f"{BASE}ontology#"
OVERLAP, ANY = "E < > o", "E < > o x"
BSI = "iso-iec-27001-2022--bsi-grundschutz-plus-plus-0-9"
IR_8259A = "nist-ir-8259a-2020--etsi-en-303-645-v2-1-1"
ENISA = "enisa-baseline-iot-2017--etsi-en-303-645-v2-1-1"
OURS = "iso-iec-tr-27103-2018--nist-csf-1-1"
#: file → table of facts, number of rows, publisher, who reads, signs of the words.
SETS: dict[str, tuple[str, int, str, str, set[str]]] = {
    "nist-csf-2-0--iso-iec-27001-2022": ("csf2-to-iso27001-2022", 341, "nist", "by-us", {OVERLAP}),
    "nist-sp-800-53-r5--iso-iec-27001-2022": ("sp800-53r5-to-iso27001-2022", 642, "nist", "by-us", {OVERLAP}),
    "nist-csf-1-1--nist-csf-2-0": ("csf1.1-to-csf2", 185, "nist", "by-us", {OVERLAP}),
    "nist-sp-800-171-r3--nist-sp-800-53-r5": ("sp800-171r3-to-800-53r5", 157, "nist", "by-us", {OVERLAP}),
    BSI: ("iso27001-2022-annex-a-to-bsi-gspp", 96, "bsi-germany", "by-publisher", {"<", "E", "o"}),
    IR_8259A: ("nistir8259a-to-en303645", 38, "brendan-moran", "by-us", {ANY}),
    ENISA: ("enisa-iot-baseline-to-en303645", 196, "brendan-moran", "by-us", {ANY}),
    "si-2023-1007--etsi-en-303-645-v2-1-1": ("psti-to-standards", 4, "uk-government", "by-us", {ANY}),
    "si-2023-1007--iso-iec-29147-2018": ("psti-to-standards", 1, "uk-government", "by-us", {ANY}),
    OURS: ("", 23, "cyberstd-kg", "by-us", {OVERLAP}),
}
#: Who is named where the table says so.
PUBLISHERS = {
    "NIST": "nist",
    "BSI": "bsi-germany",
    "IETF (Internet-Draft, author B. Moran, Arm)": "brendan-moran",
    "UK Government": "uk-government",
}
#: The predicate of ours that says no more than the signs.
PREDICATES = {"<": "within", "E": "equalTo", "o": "intersects", OVERLAP: "overlaps", ANY: "mappedTo"}
#: Slots without which a reading is not declared in full.
REQUIRED = (
    "mapping_set_id mapping_set_title mapping_set_description license mapping_provider subject_source object_source "
    "subject_source_version object_source_version cyberstd_style cyberstd_words cyberstd_read_by cyberstd_use_case "
    "cyberstd_reading_reason cyberstd_blank cyberstd_no_relationship cyberstd_completeness cyberstd_granularity "
    "cyberstd_groups cyberstd_made_how cyberstd_tier cyberstd_says cyberstd_document cyberstd_locator"
).split()
STYLES = {"set-theory", "concept-crosswalk", "supportive", "structural", "co-listing", "deeming"}
MEMBERS = "cyberstd_object_members"


class File(NamedTuple):
    """A set as its file has it: the slots of its head, and its rows."""

    head: dict[str, Any]
    rows: list[dict[str, str]]


def read(name: str) -> File:
    lines = (DATA / "mappings" / f"{name}.sssom.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
    head = "".join(line[1:] for line in lines if line.startswith("#"))
    body = io.StringIO("".join(line for line in lines if not line.startswith("#")))
    return File(yaml.safe_load(head), list(csv.DictReader(body, delimiter="\t")))


def words(head: dict[str, Any]) -> dict[str, str]:
    return dict(re.findall(r'"([^"]+)" = ([E<>ox ]+)', head["cyberstd_words"]))


def ends(row: dict[str, str]) -> tuple[str, ...]:
    """Return the right ends of a row, those of a group one by one, as the last slugs of their IRIs."""
    several = row.get(MEMBERS) or row["object_id"]
    return tuple(sorted(one.rpartition("_")[2] for one in several.split("|")))


def part(name: str) -> str:
    """Return the last slug of the IRI of what a table calls *name*."""
    law = re.fullmatch(r"SI 2023/1007 Sch\. 1 para\. (\d+) \(.*\)", name)
    return f"para-{law[1]}" if law else "-".join(re.findall("[a-z0-9]+", name.lower()))


def table(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "facts" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def store() -> ox.Store:
    return open_snapshot().store


@pytest.fixture(params=SETS)
def name(request: pytest.FixtureRequest) -> str:
    assert isinstance(request.param, str)
    return request.param


def test_a_set_has_its_rows_and_its_declared_reading(name: str) -> None:
    _, count, publisher, reader, signs = SETS[name]
    head, rows = read(name)
    assert len(rows) == count
    assert [slot for slot in REQUIRED if not head.get(slot)] == []
    assert head["mapping_provider"] == f"{BASE}agent/{publisher}"
    assert head["cyberstd_style"] in STYLES
    assert head["cyberstd_read_by"] == reader
    table = words(head)
    assert set(table.values()) == signs
    assert {row["cyberstd_word"] for row in rows} == set(table), (
        "the table has the words of the rows, no more and no less"
    )
    for row in rows:
        assert row["predicate_id"] == f"cstd:{PREDICATES[table[row['cyberstd_word']]]}"
        assert row["subject_id"].startswith(f"{head['subject_source']}_")
        assert all(
            one.startswith(f"{head['object_source']}_") for one in (row.get(MEMBERS) or row["object_id"]).split("|")
        )
        assert bool(row.get(MEMBERS)) == row["object_id"].startswith("mapping:")
    assert head["cyberstd_groups"] == ("union" if any(row.get(MEMBERS) for row in rows) else "single")


def test_all_that_speak_of_sets_state_a_rationale_and_only_we_a_confidence() -> None:
    """Co-listings and deeming compare nothing: what chains has a rationale, of NIST's lists by our assumption."""
    stated = {name: read(name).head.get("cyberstd_rationale") for name in SETS}
    silent = {name for name in SETS if read(name).head["cyberstd_style"] in ("co-listing", "deeming")}
    assert {name for name, code in stated.items() if code is None} == silent
    assert {code for code in stated.values() if code} == {"meaning"}
    for name in SETS.keys() - silent - {BSI, OURS}:
        assert (
            read(name).head["cyberstd_read_by"] == "by-us"
            and "assumption" in read(name).head["cyberstd_reading_reason"]
        )
    assert {name for name in SETS if "confidence" in read(name).rows[0]} == {OURS}


def test_bsi_s_groups_name_299_targets() -> None:
    rows = read(BSI).rows
    assert len({one for row in rows for one in ends(row)}) == 299
    assert sum(len(ends(row)) for row in rows) == 365
    assert len({row["object_id"] for row in rows if row[MEMBERS]}) == sum(bool(row[MEMBERS]) for row in rows) == 84
    assert len({row["subject_id"] for row in rows}) == 93


def test_the_legal_relation_is_kept_apart() -> None:
    law = {name for name in SETS if read(name).head["cyberstd_style"] == "deeming"}
    assert law == {name for name in SETS if read(name).head["cyberstd_use_case"] == "compliance"}
    assert law == {name for name in SETS if name.startswith("si-2023-1007--")}


def test_each_row_of_a_table_is_a_row_of_its_set(shared: Path, name: str) -> None:
    facts = SETS[name][0]
    if not facts:
        pytest.skip("the set is ours")
    head, rows = read(name)
    document = {"iso-iec-29147_2018": "ISO/IEC 29147:2018", "etsi-en-303-645_v2-1-1": "ETSI EN 303 645 V2.1.1"}
    wanted = [
        row
        for row in table(shared, facts)
        if row.get("object_document", "") in ("", document.get(head["object_source"].removeprefix("std:")))
    ]
    found = Counter(
        (
            row["subject_id"].rpartition("_")[2],
            ends(row),
            row["cyberstd_word"] + row.get("comment", "").replace("Topic", "", 1),
        )
        for row in rows
    )
    letter = "a-" if facts.endswith("bsi-gspp") else ""
    stated = Counter(
        (
            letter + part(row["subject_id"]),
            tuple(sorted(map(part, (row.get("object_ids") or row["object_id"]).split(";")))),
            row["relation_as_published"],
        )
        for row in wanted
    )
    assert found == stated
    assert {PUBLISHERS[row["publisher"]] for row in wanted} == {head["mapping_provider"].rpartition("/")[2]}
    assert {row["subject_label"] for row in rows} == {row["subject_id"] for row in wanted}


def test_a_co_listing_is_all_pairs_of_what_stands_under_one_topic(shared: Path) -> None:
    topics: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in table(shared, "iot-baselines-by-topic"):
        topics[row["topic"]][row["document"]].add(part(row["item"]))
    for name, document in (
        (IR_8259A, "NIST IR 8259A"),
        (ENISA, "ENISA Baseline Security Recommendations for IoT"),
    ):
        found = {(row["comment"], row["subject_id"].rpartition("_")[2], *ends(row)) for row in read(name).rows}
        assert found == {
            (f"Topic: {topic}", *pair)
            for topic, items in topics.items()
            for pair in product(items[document], items["ETSI EN 303 645 V2.1.1"])
        }


def test_bsi_s_rows_are_those_of_its_file(shared: Path) -> None:
    file = shared / "real" / "oscal-mapping" / "bsi-iso27001-annex-a-to-gspp.mapping-collection.json"
    collection = json.loads(file.read_text(encoding="utf-8"))["mapping-collection"]
    stated = Counter(
        (
            "a-" + part(one["sources"][0]["id-ref"]),
            tuple(sorted(part(target["id-ref"]) for target in one["targets"])),
            one["relationship"],
        )
        for mapping in collection["mappings"]
        for one in mapping["maps"]
        if len(one["sources"]) == 1
    )
    head, rows = read(BSI)
    assert Counter((row["subject_id"].rpartition("_")[2], ends(row), row["cyberstd_word"]) for row in rows) == stated
    assert stated.total() == 96
    assert head["mapping_set_version"] == collection["metadata"]["version"]
    assert str(head["publication_date"]) == collection["metadata"]["published"][:10]
    assert collection["provenance"]["matching-rationale"] == "semantic"
    assert collection["provenance"]["qa-reviewed"] in head["cyberstd_made_how"]


def test_the_files_are_what_the_tables_make(shared: Path, tmp_path: Path) -> None:
    made = build_mappings.contents(shared / "facts")
    assert set(made) == {f"mappings/{name}.sssom.tsv" for name in SETS}
    for name, content in made.items():
        assert (DATA / name).read_bytes() == content, f"{name}: run python data/build_mappings.py"
    build_mappings.main(shared / "facts", tmp_path)
    (tmp_path / "mappings" / "other.sssom.tsv").write_text("", encoding="utf-8")
    first = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.tsv")}
    build_mappings.main(shared / "facts", tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.tsv")} == first


def test_a_file_is_canonical_and_read_without_loss(name: str) -> None:
    content = (DATA / "mappings" / f"{name}.sssom.tsv").read_bytes()
    report = ImportReport("sssom")
    assert exporter.write(importer.read(content, name, report=report)) == content
    assert (report.findings, report.fields) == ([], Counter())


def test_a_word_that_the_reading_lacks_ends_the_run(shared: Path, tmp_path: Path) -> None:
    for file in (shared / "facts").glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    first = tmp_path / "csf2-to-iso27001-2022.csv"
    first.write_text(first.read_text(encoding="utf-8").replace(",intersect,", ",touches,", 1), encoding="utf-8")
    with pytest.raises(SystemExit, match="no line for 'touches'"):
        build_mappings.contents(tmp_path)


def test_what_the_graph_holds_is_what_the_files_have(store: ox.Store, name: str) -> None:
    head, rows = read(name)
    mapping_set = ox.NamedNode(head["mapping_set_id"])
    graph = ox.NamedNode(f"{BASE}source/crosswalk_{mapping_set.value.rpartition('/')[2]}")
    own = head["cyberstd_read_by"] == "by-publisher" or head["cyberstd_says"] == "ours"
    reading = ox.NamedNode(graph.value.replace("/crosswalk_", "/analysis_crosswalk-")) if not own else graph

    def value(subject: ox.NamedNode, name: str, where: ox.NamedNode) -> str:
        (quad,) = store.quads_for_pattern(subject, ox.NamedNode(f"{TERM}{name}"), None, where)
        return str(quad.object.value)  # type: ignore[union-attr]  # a name or a literal

    def relations(subject: ox.NamedNode) -> set[str]:
        quads = store.quads_for_pattern(subject, ox.NamedNode(f"{TERM}possibleRelation"), None, reading)
        return {quad.object.value.rpartition("#")[2] for quad in quads}  # type: ignore[union-attr]

    signs = {"E": "equal", "<": "subset", ">": "superset", "o": "intersects", "x": "disjoint"}
    table = {word: {signs[sign] for sign in read.split()} for word, read in words(head).items()}
    in_set = ox.NamedNode(f"{TERM}inMappingSet")
    mappings = [
        quad.subject
        for quad in store.quads_for_pattern(None, in_set, mapping_set, graph)
        if next(iter(store.quads_for_pattern(quad.subject, ox.NamedNode(f"{TERM}mapsFrom"), None, graph)), None)
    ]
    found: Counter[tuple[str, tuple[str, ...], str]] = Counter()
    for mapping in mappings:
        assert isinstance(mapping, ox.NamedNode)
        target = ox.NamedNode(value(mapping, "mapsTo", graph))
        members = [
            quad.object.value  # type: ignore[union-attr]
            for quad in store.quads_for_pattern(target, ox.NamedNode(f"{TERM}hasMember"), None, graph)
        ] or [target.value]
        word = value(mapping, "publishedRelation", graph)
        assert relations(mapping) == table[word]
        subject = value(mapping, "mapsFrom", graph)
        found[subject.rpartition("_")[2], tuple(sorted(one.rpartition("_")[2] for one in members)), word] += 1
    assert found == Counter((row["subject_id"].rpartition("_")[2], ends(row), row["cyberstd_word"]) for row in rows)
    for side in ("subject", "object"):
        edition = f"{BASE}id/{head[f'{side}_source'].removeprefix('std:')}"
        assert value(mapping_set, f"{side}Edition", graph) == edition


class Provisions(NamedTuple):
    """The provisions of a graph: CURIE → its text; and those that are withdrawn."""

    held: dict[str, str]
    withdrawn: frozenset[str]


@pytest.fixture(scope="module")
def provisions(store: ox.Store) -> Provisions:
    def named(term: Any) -> str:
        return "std:" + term.value.removeprefix(f"{BASE}id/")

    of_text = store.quads_for_pattern(None, ox.NamedNode(f"{TERM}provisionOf"), None, ox.DefaultGraph())
    gone = store.quads_for_pattern(None, ox.NamedNode(f"{TERM}withdrawn"), None, ox.DefaultGraph())
    return Provisions(
        {named(quad.subject): named(quad.object) for quad in of_text}, frozenset(named(quad.subject) for quad in gone)
    )


def faults(name: str, provisions: Provisions) -> dict[str, set[str]]:
    """Return the ends of a set that are not in the edition that it names, and those that are withdrawn."""
    head, rows = read(name)
    found: dict[str, set[str]] = {"missing": set(), "of another text": set(), "withdrawn": set()}
    for side, one in {
        (side, one)
        for row in rows
        for side, ids in (("subject", row["subject_id"]), ("object", row.get(MEMBERS) or row["object_id"]))
        for one in ids.split("|")
    }:
        text = provisions.held.get(one)
        if text is None:
            found["missing"].add(one)
        elif text != head[f"{side}_source"]:
            found["of another text"].add(one)
        if one in provisions.withdrawn:
            found["withdrawn"].add(one)
    return {fault: ends for fault, ends in found.items() if ends}


def test_each_end_exists_in_its_edition_and_is_not_withdrawn(provisions: Provisions, name: str) -> None:
    assert faults(name, provisions) == {}


def test_a_renumbered_catalogue_leaves_ends_that_dangle(provisions: Provisions) -> None:
    targets = sorted({f"std:bsi-grundschutz-plus-plus_0-9_{one}" for row in read(BSI).rows for one in ends(row)})
    lost = set(targets[::16])
    assert len(lost) == 19
    renumbered = Provisions(
        {f"{one}-new" if one in lost else one: text for one, text in provisions.held.items()}, provisions.withdrawn
    )
    assert faults(BSI, renumbered) == {"missing": lost}
    newer = Provisions(
        {
            one: "std:bsi-grundschutz-plus-plus_1-0" if text == "std:bsi-grundschutz-plus-plus_0-9" else text
            for one, text in provisions.held.items()
        },
        provisions.withdrawn,
    )
    assert faults(BSI, newer) == {"of another text": set(targets)}


def test_our_set_trusts_less_where_the_printed_list_may_be_split_otherwise(store: ox.Store) -> None:
    uncertain = {
        quad.subject.value.rpartition("/")[2]  # type: ignore[union-attr]
        for quad in store.quads_for_pattern(None, ox.NamedNode(f"{TERM}uncertainReading"), None, None)
    }
    for row in read(OURS).rows:
        here = row["subject_id"].removeprefix("std:") in uncertain
        assert bool(row["comment"]) == here, row["subject_id"]
        same = row["subject_label"].lower() == row["object_label"].lower()
        assert (row["cyberstd_word"] == "same name") == same
        assert round(10 * float(row["confidence"])) <= 7 - here - (not same)


def test_whatever_a_set_names_is_described(store: ox.Store, name: str) -> None:
    slug = read(name).head["mapping_set_id"].rpartition("/")[2]
    graphs = [ox.NamedNode(f"{BASE}source/{graph}{slug}") for graph in ("crosswalk_", "analysis_crosswalk-")]
    said = [quad for graph in graphs for quad in store.quads_for_pattern(None, None, None, graph)]
    said += [quad for graph in graphs for quad in store.quads_for_pattern(graph, None, None, None)]
    named = {
        term.value
        for quad in said
        for term in (quad.predicate, quad.object, quad.graph_name)
        if isinstance(term, ox.NamedNode) and term.value.startswith(BASE)
    }
    described = {one for one in named if next(iter(store.quads_for_pattern(ox.NamedNode(one), None, None, None)), None)}
    assert named - described == set()
