"""The frameworks: made from the tables of facts again, and held against them row by row by other code."""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from cyberstd_kg.build.snapshot import open_snapshot
from cyberstd_kg.core import iris

DATA = Path(__file__).resolve().parents[2] / "data"
sys.path.insert(0, str(DATA))
sys.dont_write_bytecode, before = True, sys.dont_write_bytecode  # data/ is no place for it
import build_frameworks  # noqa: E402

sys.dont_write_bytecode = before

STD = "https://w3id.org/cyberstd/id/"
CSF_1, CSF_2 = f"{STD}nist-csf_1-1", f"{STD}nist-csf_2-0"
SP_53, SP_171 = f"{STD}nist-sp-800-53_r5", f"{STD}nist-sp-800-171_r3"
ISO_27001, GRUNDSCHUTZ = f"{STD}iso-iec-27001_2022", f"{STD}bsi-grundschutz-plus-plus_0-9"
EN_2, EN_3 = f"{STD}etsi-en-303-645_v2-1-1", f"{STD}etsi-en-303-645_v3-1-3"
OSCAL = "nist-oscal-content_"
DRAFT, B_1 = "ietf-draft-iotops-security-summary-01", "public-file-unplaced_index-id-33848206176"

Row = dict[str, str]


@pytest.fixture(scope="module")
def store() -> ox.Store:
    return open_snapshot().store


@pytest.fixture(scope="module")
def facts(shared: Path) -> Path:
    return shared / "facts"


def rows(facts: Path, name: str) -> list[Row]:
    with (facts / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def values(store: ox.Store, subject: str, name: str, source: str | None = None) -> set[str]:
    """Return the values of a property: CURIEs of our own things, texts; of one source or of all."""
    graph = None if source is None else ox.NamedNode(f"https://w3id.org/cyberstd/source/{source}")
    found = store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(iris.expand(name)), None, graph)
    return {quad.object.value for quad in found}


def place(text: str, locator: str) -> str:
    """Return the IRI of a provision, by hand."""
    return f"{text}_{'-'.join(re.findall('[a-z0-9]+', locator.lower()))}"


def differences(
    store: ox.Store, source: str, text: str, locator: str, *, title: str = "", kind: str = "", parent: str = ""
) -> Iterator[str]:
    """Yield what a row says and the source's graph does not, or says otherwise."""
    subject = place(text, locator)
    wanted = {
        "bibo:locator": {locator},
        "cstd:provisionOf": {text},
        "dct:title": {" ".join(title.split())} - {""},
        "cstd:parentProvision": {place(text, parent)} if parent else set(),
    }
    if kind:
        wanted["cstd:provisionKind"] = {iris.expand(f"kind:{kind}")}
    for name, expected in wanted.items():
        found = values(store, subject, name, source)
        if found != expected:
            yield f"{subject} {name}: {sorted(found)}, not {sorted(expected)}"


def provisions(store: ox.Store, text: str) -> set[str]:
    found = store.quads_for_pattern(None, ox.NamedNode(iris.expand("cstd:provisionOf")), ox.NamedNode(text), None)
    return {quad.subject.value for quad in found}


def withdrawn(store: ox.Store, text: str) -> set[str]:
    return {one for one in provisions(store, text) if values(store, one, "cstd:withdrawn") == {"true"}}


def kinds(store: ox.Store, among: set[str]) -> dict[str, int]:
    return dict(Counter(kind.rpartition("#")[2] for one in among for kind in values(store, one, "cstd:provisionKind")))


# ── Counts, which need no table ──


@pytest.mark.parametrize(
    ("text", "live", "gone"),
    [
        (CSF_1, {"function": 5, "category": 23, "subcategory": 108}, {}),
        (CSF_2, {"function": 6, "category": 22, "subcategory": 106}, {"category": 12, "subcategory": 79}),
        (
            SP_53,
            {"family": 20, "control": 298, "control-enhancement": 709},
            {"control": 24, "control-enhancement": 158},
        ),
        (SP_171, {"family": 17, "requirement": 97}, {"requirement": 33}),
        (ISO_27001, {"clause": 41, "control": 93, "theme": 4}, {}),
        (EN_2, {"clause": 14, "requirement": 32, "recommendation": 35}, {}),
        (EN_3, {"requirement": 36, "recommendation": 42}, {}),
        (GRUNDSCHUTZ, {"control": 994, "family": 164}, {}),
        (f"{STD}nist-ir-8259a_2020", {"capability": 6}, {}),
        (f"{STD}nist-ir-8259b_2021", {"capability": 4}, {}),
        (f"{STD}nist-ir-8425_2022", {"outcome": 10}, {}),
        (f"{STD}nist-sp-800-213a_2021", {"capability": 1}, {}),
        (f"{STD}enisa-baseline-iot_2017", {"control": 58}, {}),
        (f"{STD}si-2023-1007", {"requirement": 3}, {}),
        (f"{STD}iso-iec-29147_2018", {"clause": 3}, {}),
    ],
)
def test_counts(store: ox.Store, text: str, live: dict[str, int], gone: dict[str, int]) -> None:
    old = withdrawn(store, text)
    assert kinds(store, provisions(store, text) - old) == live
    assert kinds(store, old) == gone


def test_what_a_later_edition_is_presumed_to_hold_is_told_as_uncertain(store: ox.Store) -> None:
    own = "analysis_etsi-en-303-645"
    for one in provisions(store, EN_3):
        assert values(store, one, "cstd:provisionOf", own) == values(store, one, "cstd:provisionOf") == {EN_3}
        assert values(store, one, "cstd:uncertainReading", own) == {"true"} and values(store, one, "skos:note", own)


def test_names_that_a_file_keeps_are_withdrawn_by_our_reading(store: ox.Store) -> None:
    own = "analysis_nist-csf-2-0"
    for one in withdrawn(store, CSF_2):
        assert values(store, one, "cstd:withdrawn", own) == {"true"} and values(store, one, "skos:note", own)
        (last,) = values(store, one, "cstd:lastHeldAs", own)
        assert last in provisions(store, CSF_1)
        assert values(store, one, "dct:title") == values(store, last, "dct:title")


def test_nothing_goes_where_nothing_is(store: ox.Store) -> None:
    for text in (CSF_2, SP_53, SP_171):
        live = provisions(store, text) - withdrawn(store, text)
        for one in withdrawn(store, text):
            for name in ("cstd:movedTo", "cstd:incorporatedInto", "cstd:addressedBy"):
                assert values(store, one, name) <= live


# ── Row by row ──


def test_the_files_are_what_the_tables_make(facts: Path) -> None:
    made = build_frameworks.contents(facts)
    for name, content in made.items():
        assert (DATA / name).read_bytes() == content, f"{name}: run python data/build_frameworks.py"
    kept = {path.relative_to(DATA).as_posix() for path in (DATA / "frameworks").rglob("*.trig")}
    assert kept == {name for name in made if name.startswith("frameworks/")}


def test_writing_twice_changes_nothing(facts: Path, tmp_path: Path) -> None:
    build_frameworks.main(facts, tmp_path)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.trig")}
    (tmp_path / "frameworks" / "gone.trig").write_text("", encoding="utf-8")
    build_frameworks.main(facts, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.trig")} == times


def test_no_statement_stands_in_two_files() -> None:
    from cyberstd_kg.rdf.turtle import read_quads

    files = [path for path in DATA.rglob("*.trig") if path.parent.name != "sources"]
    seen: Counter[ox.Quad] = Counter()
    for path in files:
        seen.update(set(read_quads(path, path.name, "trig")))
    made = {quad for path in (DATA / "frameworks").rglob("*.trig") for quad in read_quads(path, path.name, "trig")}
    assert [quad for quad in made if seen[quad] > 1] == []


def test_the_cybersecurity_framework(store: ox.Store, facts: Path) -> None:
    found: list[str] = []
    for name, text, source in (
        ("csf-1.1", CSF_1, "ciso-assistant_nist-csf-1-1"),
        ("csf-2.0", CSF_2, f"{OSCAL}csf-2-0"),
        ("csf-2.0-leftovers", CSF_2, f"{OSCAL}csf-2-0"),
    ):
        table = rows(facts, name)
        for row in table:
            given = {"title": row["title"], "kind": row["kind"], "parent": row["parent"]}
            found += differences(store, source, text, row["id"], **given)
            if name == "csf-2.0":
                assert row["withdrawn"] == "no" and not values(store, place(text, row["id"]), "cstd:withdrawn")
    assert found == []
    leftovers = {place(CSF_2, row["id"]): row for row in rows(facts, "csf-2.0-leftovers")}
    assert set(leftovers) == withdrawn(store, CSF_2)
    for one, row in leftovers.items():
        stated = {place(CSF_2, target) for target in row["withdrawn_into_as_stated"].split(";") if target}
        assert values(store, one, "cstd:incorporatedInto") == stated
        # The file of NIST does not say it: a second-hand file does, which quotes another of NIST.
        assert values(store, one, "cstd:incorporatedInto", f"{OSCAL}csf-2-0") == set()


def nist(identifier: str) -> str:
    """Return "ac-2.1" as NIST prints it."""
    family, _, number = identifier.partition("-")
    control, dot, enhancement = number.partition(".")
    return family.upper() + (f"-{control}" if control else "") + (f"({enhancement})" if dot else "")


def test_sp_800_53(store: ox.Store, facts: Path) -> None:
    source, found = f"{OSCAL}sp-800-53-rev5", []
    for row in rows(facts, "sp800-53r5-families"):
        found += differences(store, source, SP_53, nist(row["id"]), title=row["title"], kind="family")
    table = rows(facts, "sp800-53r5")
    known = {row["id"] for row in table}
    for row in table:
        kind = "control-enhancement" if row["parent"] else "control"
        parent = nist(row["parent"] or row["family"])
        found += differences(store, source, SP_53, nist(row["id"]), title=row["title"], kind=kind, parent=parent)
        one = place(SP_53, nist(row["id"]))
        for column, name in (("incorporated_into", "cstd:incorporatedInto"), ("moved_to", "cstd:movedTo")):
            targets = [target for target in row[column].split(";") if target]
            assert values(store, one, name, source) == {place(SP_53, nist(t)) for t in targets if t in known}
            for other in set(targets) - known:
                assert any(other in note for note in values(store, one, "skos:note", source))
        assert (values(store, one, "cstd:withdrawn", source) == {"true"}) == (row["withdrawn"] == "yes")
    assert found == []


def test_sp_800_171(store: ox.Store, facts: Path) -> None:
    source, found = f"{OSCAL}sp-800-171-rev3", []
    for row in rows(facts, "sp800-171r3"):
        family = row["id"][:5]
        given = {"title": row["title"], "kind": "requirement", "parent": family}
        found += differences(store, source, SP_171, row["id"], **given)
        found += differences(store, source, SP_171, family, title=row["family"], kind="family")
        one = place(SP_171, row["id"])
        words = [part.split(" ") for part in row["replaced_by"].split(";") if part]
        for word, name in (("incorporated_into", "cstd:incorporatedInto"), ("addressed_by", "cstd:addressedBy")):
            assert values(store, one, name, source) == {place(SP_171, target) for said, target in words if said == word}
        assert (values(store, one, "cstd:withdrawn", source) == {"true"}) == (row["status"] == "withdrawn")
    assert found == []


def test_iso_iec_27001(store: ox.Store, facts: Path) -> None:
    source, own, found = "ciso-assistant_iso27001-2022", "analysis_iso-iec-27001-2022", []
    for row in rows(facts, "iso27001-2022-clauses"):
        given = {"title": row["title"], "kind": "clause", "parent": row["parent"]}
        found += differences(store, source, ISO_27001, row["id"], **given)
        assert bool(values(store, place(ISO_27001, row["id"]), "skos:note", own)) == bool(row["doubt"])
    for row in rows(facts, "iso27001-2022-annex-a"):
        theme = row["id"][:3]
        given = {"title": row["title"], "kind": "control", "parent": theme}
        found += differences(store, source, ISO_27001, row["id"], **given)
        found += differences(store, source, ISO_27001, theme, title=row["theme"], kind="theme")
    assert found == []
    assert any("Working In secure areas" in note for note in values(store, f"{ISO_27001}_a-7-6", "skos:note", own))


def test_en_303_645(store: ox.Store, facts: Path) -> None:
    found: list[str] = []
    for row in rows(facts, "en303645"):
        one = place(EN_2, row["clause"])
        numbers = DRAFT if row["clause"] == "6" else "sorena-io_etsi-en-303-645"
        found += differences(store, numbers, EN_2, row["clause"], kind="clause")
        assert values(store, one, "dct:title", B_1) == values(store, one, "dct:title") == {row["heading"]}
    forces = {"M": "force:shall", "R": "force:should"}
    for row in rows(facts, "en303645-provisions"):
        later = row["edition"] != "V2.1.1"
        text, source = (EN_3, B_1) if later else (EN_2, DRAFT)
        one = place(text, row["provision"])
        assert values(store, one, "bibo:locator", source) == {row["provision"]}
        assert values(store, one, "cstd:force", source) == {iris.expand(forces[row["obligation"]])}
        assert values(store, one, "cstd:provisionOf", source) == (set() if later else {text})
        if later:
            assert values(store, one, "skos:note", source) == {f"Status in Table B.1: {row['status_as_published']}."}
        else:
            assert values(store, one, "cstd:parentProvision") == {place(text, row["clause"])}
    assert found == []


def test_ir_8259_and_8425(store: ox.Store, facts: Path) -> None:
    found: list[str] = []
    catalogues = "nist-iot-requirement-catalogs"
    for row in rows(facts, "nistir8259a") + rows(facts, "nistir8259b"):
        text = {"8259A": "nist-ir-8259a_2020", "8259B": "nist-ir-8259b_2021", "catalog": "nist-sp-800-213a_2021"}
        name, given = row["capability"], {"title": row["capability"], "kind": "capability"}
        where = STD + text[row["id"].partition("-")[0]]
        found += differences(store, catalogues, where, name, **given)
        assert values(store, place(where, name), "bibo:locator", DRAFT) == (
            {name} if "ietf" in row["source"] else set()
        )
    where = f"{STD}nist-ir-8425_2022"
    for row in rows(facts, "nistir8425"):
        source = "public-file-unplaced_index-id-61196029474"
        found += differences(store, source, where, row["outcome"], kind="outcome")
        one = place(where, row["outcome"])
        assert values(store, one, "skos:note", source) == {f"A {row['kind']} outcome."}
        order = {row["id"].partition("-")[2]} if "ConIoTDesc" in row["source"] else set()
        assert values(store, one, "cstd:ordinal", "nist_coniotdesc") == order
    assert found == []


def test_iso_iec_27402_is_there_as_the_deck_has_it(store: ox.Store, facts: Path) -> None:
    for row in rows(facts, "iso27402"):
        one = place(f"{STD}iso-iec-27402_fdis", row["clause"])
        assert values(store, one, "dct:title") == {row["heading"]}
        assert values(store, one, "bibo:locator") == {row["clause"]}


def test_tables_of_contents(store: ox.Store, facts: Path) -> None:
    held = {
        "standards.iteh.ai ISO/IEC TR 27103:2018 preview": "iso-iec-27103_2018",
        "theiteh.com ISO/IEC TS 27110:2021 preview": "iso-iec-27110_2021",
        "scribd preview 764973165; standards.iteh.ai preview": "iso-iec-27100_2020",
        "standards.iteh.ai and r859.com ISO/IEC 27403:2024 preview": "iso-iec-27403_2024",
        "store.standards.org.au AS/NZS ISO/IEC 27400:2024 (identical adoption) table of contents": "iso-iec-27400_2022",
    }
    seen, missing = 0, []
    for row in rows(facts, "tr27103"):
        if row["source"] in held:
            seen += 1
            one = place(STD + held[row["source"]], row["clause"])
            if row["heading"] not in values(store, one, "dct:title") or row["clause"] not in values(
                store, one, "bibo:locator"
            ):
                missing.append(f"{row['document']} {row['clause']}")
    assert (seen, missing) == (111, [])


def test_grundschutz(store: ox.Store, facts: Path) -> None:
    parts = {"Methodik Grundschutz++": "methodik", "Stand der Technik Kernel": "kernel"}
    found = []
    for row in rows(facts, "bsi-gspp"):
        kind = {"group": "family", "control": "control"}[row["kind"]]
        source = f"bsi-grundschutz-plus-plus_{parts[row['catalog']]}"
        given = {"title": row["title_de"], "kind": kind, "parent": row["parent"]}
        found += differences(store, source, GRUNDSCHUTZ, row["id"], **given)
    assert found == []
    graphs = {
        q.graph_name
        for one in provisions(store, GRUNDSCHUTZ)
        for q in store.quads_for_pattern(ox.NamedNode(one), None, None, None)
        if q.graph_name != ox.NamedNode(iris.INFERRED)
    }
    own = {graph.value.rpartition("/")[2] for graph in graphs if isinstance(graph, ox.NamedNode)}
    assert own == {"bsi-grundschutz-plus-plus_methodik", "bsi-grundschutz-plus-plus_kernel"}


def test_enisa_and_topics(store: ox.Store, facts: Path) -> None:
    texts = {
        "ENISA Baseline Security Recommendations for IoT": f"{STD}enisa-baseline-iot_2017",
        "NIST IR 8259A": f"{STD}nist-ir-8259a_2020",
        "ETSI EN 303 645 V2.1.1": EN_2,
    }
    for row in rows(facts, "iot-baselines-by-topic"):
        assert place(texts[row["document"]], row["item"]) in provisions(store, texts[row["document"]]), row
    for row in rows(facts, "enisa-iot-baseline-to-en303645"):
        one = place(f"{STD}enisa-baseline-iot_2017", row["subject_id"])
        assert values(store, one, "bibo:locator", DRAFT) == {row["subject_id"]}


def test_psti(store: ox.Store, facts: Path) -> None:
    for row in rows(facts, "psti-to-standards"):
        (number,) = re.findall(r"para\. (\d)", row["subject_id"])
        one = f"{STD}si-2023-1007_sch-1_para-{number}"
        for index in re.findall(r"\d{11}", row["source"]):
            source = f"public-file-unplaced_index-id-{index}"
            assert values(store, one, "bibo:locator", source) == {f"Sch. 1 para. {number}"}
            assert values(store, one, "cstd:provisionOf", source) == {f"{STD}si-2023-1007"}
            (name,) = re.findall(r"\((.+)\)", row["subject_id"])
            assert values(store, one, "rdfs:label", source) == {name}
        text = {"ETSI EN 303 645 V2.1.1": EN_2, "ISO/IEC 29147:2018": f"{STD}iso-iec-29147_2018"}[
            row["object_document"]
        ]
        for locator in row["object_id"].split(";"):
            assert place(text, locator) in provisions(store, text)
            assert values(store, place(text, locator), "bibo:locator") == {locator}


def test_nothing_is_there_beyond_the_tables(store: ox.Store, facts: Path) -> None:
    """What stands in the texts that only the tables describe is one row each, or what their rows stand in."""
    tables = {
        CSF_1: {row["id"] for row in rows(facts, "csf-1.1")},
        CSF_2: {row["id"] for name in ("csf-2.0", "csf-2.0-leftovers") for row in rows(facts, name)},
        SP_53: {nist(row["id"]) for name in ("sp800-53r5", "sp800-53r5-families") for row in rows(facts, name)},
        SP_171: {i for row in rows(facts, "sp800-171r3") for i in (row["id"], row["id"][:5])},
        ISO_27001: {row["id"] for row in rows(facts, "iso27001-2022-clauses")}
        | {i for row in rows(facts, "iso27001-2022-annex-a") for i in (row["id"], row["id"][:3])},
        GRUNDSCHUTZ: {row["id"] for row in rows(facts, "bsi-gspp")},
        EN_2: {row["clause"] for row in rows(facts, "en303645")}
        | {row["provision"] for row in rows(facts, "en303645-provisions") if row["edition"] == "V2.1.1"},
        EN_3: {row["provision"] for row in rows(facts, "en303645-provisions") if row["edition"] != "V2.1.1"},
    }
    for text, locators in tables.items():
        assert {found for one in provisions(store, text) for found in values(store, one, "bibo:locator")} == locators


def test_identifiers_are_brought_to_one_style() -> None:
    import doctest

    assert doctest.testmod(build_frameworks).failed == 0
    assert build_frameworks.control("sa-12.15") == nist("sa-12.15") == "SA-12(15)"
