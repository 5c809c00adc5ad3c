"""The comparison of definitions: facets, words, lineage, relations; what a terminal and a slide show of them."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shutil
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import small_graph
from commands import answer, run

import cyberstd_kg
from cyberstd_kg.api.graph import KnowledgeGraph
from cyberstd_kg.build.snapshot import open_snapshot
from cyberstd_kg.cli import compare, render
from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import NotFound
from cyberstd_kg.core.words import columns
from cyberstd_kg.definitions import comparison
from cyberstd_kg.definitions import shared as standing
from cyberstd_kg.definitions import svg as svgparts
from cyberstd_kg.definitions import words as definitionwords
from cyberstd_kg.definitions.comparison import GENUS, Comparison
from cyberstd_kg.definitions.picture import svg
from cyberstd_kg.definitions.shared import FacetCell

ROOT = Path(__file__).resolve().parents[2]
#: The three definitions that the deck quotes.
THREE = ("X.1205", "27032", "27100")
SVG = "{http://www.w3.org/2000/svg}"
World = Callable[[str], KnowledgeGraph]


def std(local: str) -> str:
    """Return the IRI of an entity."""
    return iris.expand(f"std:{local}")


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return cyberstd_kg.load()


@pytest.fixture(scope="module")
def whole(kg: KnowledgeGraph) -> Comparison:
    return kg.compare("cybersecurity")


@pytest.fixture(scope="module")
def three(kg: KnowledgeGraph) -> Comparison:
    return kg.compare("cybersecurity", only=THREE)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return what compiles a graph of its own, with the project's ontology and the given statements."""

    def made(data: str) -> KnowledgeGraph:
        root = tmp_path_factory.mktemp("root")
        (root / "ontology").mkdir()
        shutil.copy(ROOT / "ontology" / "cyberstd.ttl", root / "ontology")
        shutil.copytree(ROOT / "ontology" / "schemes", root / "ontology" / "schemes")
        small_graph.write_file(root / "data" / "x.trig", f"GRAPH src:x {{ {data} }}")
        return KnowledgeGraph(open_snapshot(root / "cache", root))

    return made


def entry(name: str, year: int, more: str, *, concept: str = "thing", label: str = "") -> str:
    """Return the statements of a text of a year with one term entry; *more* are further ones of the entry."""
    return (
        f"std:{name}_{year} a cstd:Edition ; dct:identifier {json.dumps(label or name.upper())} ; "
        f'cstd:earliest "{year}-01-01"^^xsd:date ; cstd:latest "{year}-12-31"^^xsd:date .\n'
        f"std:{name}_{year}_1 a cstd:TermEntry ; cstd:provisionOf std:{name}_{year} ; "
        f"cstd:definesConcept concept:{concept} ; "
        f'bibo:locator "1" ; skos:prefLabel "thing"@en {"; " + more if more else ""} .\n'
    )


CONCEPT = 'concept:thing a skos:Concept ; skos:prefLabel "thing"@en .\n'
#: Equal, by reference, silent, another language, not held, and an entry whose only link is a broader term.
EDGES = CONCEPT + "".join(
    (
        entry(
            "aa",
            2001,
            'skos:definition "preservation of the things of organisations"@en ; cstd:genus genus:activity-or-state ; '
            "cstd:protects asset:information ; cstd:preserves prop:integrity",
        ),
        entry(
            "bb",
            2002,
            'skos:definition "Preservation of the thing of an organization"@en ; cstd:genus genus:activity-or-state ; '
            "cstd:protects asset:information ; cstd:preserves prop:integrity ; cstd:sameWordingAs std:aa_2001_1",
        ),
        entry("cc", 2003, "cstd:definedByReferenceTo std:dd_2004_1"),
        entry("dd", 2004, 'skos:definition "ein Zustand"@de ; cstd:genus genus:domain ; cstd:against threat:damage'),
        entry("ee", 2005, 'skos:definition "情報の保護"@ja ; cstd:genus genus:domain'),
        entry("ff", 2006, "cstd:adaptedFrom std:gg_2007_1"),
        entry("gg", 2007, "", concept="other"),
        entry(
            "hh",
            2008,
            'skos:definition "safeguards"@en ; cstd:genus genus:collection-of-means ; '
            "cstd:protects asset:transmitted-and-stored-information",
        ),
    )
)
HOSTILE = '</text><script>alert(1)</script> & "x" \u202e | `a` *b* =1+1 \x1b[31m' + "w" * 300


@pytest.fixture(scope="module")
def edges(world: World) -> Comparison:
    return world(EDGES).compare("thing")


@pytest.fixture(scope="module")
def crowd(world: World) -> Comparison:
    """Forty definitions at random, some by reference, some not held."""
    chance = random.Random(7)
    values = {
        "genus": ["genus:domain", "genus:activity-or-state", "genus:collection-of-means"],
        "protects": ["asset:information", "asset:services", "asset:computers"],
        "preserves": ["prop:integrity", "prop:availability", "prop:confidentiality"],
        "against": ["threat:damage", "threat:loss"],
    }
    told = [CONCEPT]
    for at in range(40):
        if at % 13 == 5:
            told.append(entry(f"e{at}", 1970 + at, f"cstd:definedByReferenceTo std:e{at - 1}_{1969 + at}_1"))
            continue
        if at % 17 == 3:
            told.append(entry(f"e{at}", 1970 + at, ""))
            continue
        stated = [f"cstd:genus {chance.choice(values['genus'])}"]
        for facet in ("protects", "preserves", "against"):
            stated += [f"cstd:{facet} {value}" for value in values[facet] if chance.random() < 0.4]
        stated.append(f'skos:definition "number {at} of the definitions of a thing"@en')
        told.append(entry(f"e{at}", 1970 + at, " ; ".join(stated)))
    return world("".join(told)).compare("thing")


# ── Standing ──


def own_facets(kg: KnowledgeGraph, found: Comparison) -> dict[str, set[tuple[str, str]]]:
    """Return entry → (facet, value), read from the store triple by triple."""
    lookup = kg.lookup
    facets = {GENUS, iris.expand("cstd:facet"), *lookup.subjects("rdfs:subPropertyOf", "cstd:facet")}
    return {
        entry.iri: {(row[1], row[2]) for row in lookup.quads(entry.iri) if row[1] in facets} for entry in found.entries
    }


@pytest.mark.parametrize("term", ["cybersecurity", "risk", "concept:cyberspace", "information security"])
def test_standing_is_what_counting_gives(kg: KnowledgeGraph, term: str) -> None:
    found = kg.compare(term)
    held = own_facets(kg, found)
    holders = Counter(pair for pairs in held.values() for pair in pairs)
    speaking = sum(bool(pairs) for pairs in held.values())
    facets = {facet for facet, _ in holders}
    for one in found.entries:
        cells = [cell for cell in found.cells if cell.entry == one.iri]
        stated = {(cell.facet, cell.value): cell.standing for cell in cells if cell.stated}
        assert stated == {
            pair: "only here" if holders[pair] == 1 else "shared by all" if holders[pair] == speaking else "shared"
            for pair in held[one.iri]
        }
        silent = {cell.facet for cell in cells if cell.standing == "silent"}
        assert silent == (facets - {facet for facet, _ in held[one.iri]} if held[one.iri] else set())


def test_the_three_of_the_deck(three: Comparison) -> None:
    """The oldest facts of the graph, whatever else defines the term."""
    assert [e.text for e in three.entries] == [
        "ITU-T X.1205 (04/2008)",
        "ISO/IEC FDIS 27032:2012",
        "ISO/IEC TS 27100:2020",
    ]
    shared = {f.value_label for f in three.facets if f.standing == "shared"}
    assert shared == {"availability", "confidentiality", "integrity", "organizations"}
    silent = [{three.facet_names[f] for f in three.silent(e.iri)} for e in three.entries]
    assert silent == [
        set(),
        {"by means", "for beneficiary", "against"},
        {"by means", "protects", "preserves", "in environment"},
    ]
    names = [r.name for r in three.relations]
    assert names == [
        "another genus, some facet values shared",
        "another genus, some facet values shared",
        "nothing in common",
    ]


def test_standing_of_some_is_recounted_and_of_all_is_the_answer_itself(
    whole: Comparison, three: Comparison, crowd: Comparison, kg: KnowledgeGraph
) -> None:
    every = kg.definitions._cells(whole.concept)
    assert sorted(standing.among(every, {e.iri for e in whole.entries})) == sorted(every)
    assert sorted(standing.among(crowd.cells, {e.iri for e in crowd.entries})) == sorted(crowd.cells)
    x1205 = three.entries[0].iri

    def told(found: Comparison) -> str:
        means = iris.expand("cstd:byMeans")
        return next(
            c.standing for c in found.cells if c.entry == x1205 and c.facet == means and c.value_label == "tools"
        )

    assert told(three) == "only here"


def test_what_is_taken_by_reference_is_never_its_own(edges: Comparison) -> None:
    cells = {(c.facet, c.value): c for c in edges.cells if c.entry == std("cc_2003_1")}
    assert {c.standing for c in cells.values()} == {"by reference", "silent by reference"}
    assert {c.holder for c in cells.values()} == {std("dd_2004_1")}
    domain = next(f for f in edges.facets if f.value == iris.expand("genus:domain"))
    assert domain.entries == [std("dd_2004_1"), std("ee_2005_1")] and domain.by_reference == [std("cc_2003_1")]
    damage = next(f for f in edges.facets if f.value == iris.expand("threat:damage"))
    assert damage.standing == "only here"
    assert edges.referred(std("cc_2003_1")) == std("dd_2004_1")
    assert "by reference: damage" in [cell for row in edges.rows() for cell in row]
    marked = {c["status"] for c in edges.to_json()["cells"] if c["entry"] == std("cc_2003_1")}
    assert marked == {"computed"}


def test_an_entry_that_is_not_held_is_not_silent(edges: Comparison) -> None:
    cells = [c for c in edges.cells if c.entry == std("ff_2006_1")]
    assert [(c.facet, c.standing) for c in cells] == [("", "not held")]
    assert not edges.has_facets(std("ff_2006_1")) and edges.silent(std("ff_2006_1")) == []
    assert edges.heading.endswith("1 of them not held")


def test_each_statement_names_its_source_and_what_is_missing_is_computed(whole: Comparison) -> None:
    told = whole.to_json()
    known = {source["iri"] for source in told["sources"]}
    for cell in told["cells"]:
        own = cell["standing"] in standing.STATED
        assert cell["status"] == ("ours" if own else "computed")
        assert bool(cell["sources"]) == bool(cell["value"]) and set(cell["sources"]) <= known
        assert cell["entry"] not in cell["with"]
    assert {s for step in told["lineage"] for s in step["sources"]} <= known


# ── Words ──


def test_words_of_one_language_are_compared(edges: Comparison) -> None:
    by_language = {v.lang: v for v in edges.vocabularies}
    assert set(by_language) == {"en", "de", "ja"}
    english = by_language["en"]
    assert [(w.word, len(w.entries)) for w in english.shared] == [
        ("organisations", 2),
        ("preservation", 2),
        ("things", 2),
    ]
    assert english.only(std("hh_2008_1")) == ["safeguards"] and english.only(std("aa_2001_1")) == []
    assert by_language["ja"].why_not and by_language["ja"].words == ()


def test_the_words_of_the_three(three: Comparison) -> None:
    (english,) = three.vocabularies
    assert [w.word for w in english.shared] == ["cyber", "organization", "risk"]
    assert english.only(three.entries[2].iri) == ["safeguarding", "people", "society", "nations"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("preservation of information", "preservation of confidentiality and integrity of information in cyberspace"),
        ("a b c", "c b a"),
        ("", "x"),
        ("A measure (see 3.7), of risk.", "a measure of Risk!"),
    ],
)
def test_a_difference_tells_both_texts_again(old: str, new: str) -> None:
    pieces = definitionwords.difference(old, new)

    def words(text: str) -> list[str]:
        return re.findall(r"\w+|[^\w\s]", text.lower())

    kept = [p.text for p in pieces if p.what != "left out"], [p.text for p in pieces if p.what != "added"]
    assert words(" ".join(kept[0])) == words(new) and words(" ".join(kept[1])) == words(old)


def test_a_very_long_text_is_not_compared_word_by_word() -> None:
    assert definitionwords.difference("a " * 3000, "b") == []


# ── Lineage and relations ──


def test_lineage_comes_with_what_was_kept_or_why_not(edges: Comparison, whole: Comparison) -> None:
    steps = {(s.link.start, s.link.end): s for s in edges.lineage}
    wording = steps[std("bb_2002_1"), std("aa_2001_1")]
    assert {p.what for p in wording.pieces} == {"kept", "added", "left out"} and not wording.same
    assert "only the name" in steps[std("ff_2006_1"), std("gg_2007_1")].why_not
    assert "naming" in steps[std("cc_2003_1"), std("dd_2004_1")].why_not
    adapted = next(s for s in whole.lineage if s.link.property == iris.expand("cstd:adaptedFrom"))
    assert adapted.link.end_label == "ISO/IEC 27000:2009, information security" and not adapted.link.held
    assert adapted.link.said == "Adapted from the definition for information security in ISO/IEC 27000:2009."


def test_relations_follow_the_stated_rules(edges: Comparison) -> None:
    names = {(r.first[-9:-7], r.second[-9:-7]): r for r in edges.relations}
    assert names["aa", "bb"].name == "same wording" and names["aa", "bb"].facets == "all"
    assert names["cc", "dd"].name == "defined by reference" and names["cc", "dd"].genus == "same"
    assert names["cc", "ee"].through == (std("dd_2004_1"),)
    assert (
        "no words of its own" in names["cc", "ee"].reason
        and names["cc", "ee"].name == "same genus, nothing else shared"
    )
    assert names["aa", "dd"].name == "nothing in common"
    assert names["aa", "ff"].name == "not comparable" and "FF" in names["aa", "ff"].reason
    broad = names["aa", "hh"]
    assert broad.name == "another genus, linked by a broader term only"
    assert [(b.narrower_label, b.broader_label, b.narrower_entry) for b in broad.broader] == [
        ("transmitted and/or stored information", "information", std("hh_2008_1"))
    ]


def test_every_pair_has_one_relation_with_a_reason(whole: Comparison, crowd: Comparison) -> None:
    for found in (whole, crowd):
        count = len(found.entries)
        assert len(found.relations) == count * (count - 1) // 2
        assert sum(map(len, found.grouped().values())) == len(found.relations)
        assert all(r.reason.endswith(".") for r in found.relations)
        for relation in found.relations:
            values = [
                {
                    (cell.facet, cell.value)
                    for cell in found.cells
                    if cell.entry == entry and (cell.stated or cell.standing == "by reference")
                }
                for entry in (relation.first, relation.second)
            ]
            assert {(c.facet, c.value) for c in relation.shared} == values[0] & values[1]
            beside = [{v for v in one if v[0] != GENUS} for one in values]
            if relation.facets == "all of the first":
                assert beside[0] < beside[1]
            if relation.name == "nothing in common":
                assert not values[0] & values[1] and all(values)


def test_two_that_go_back_to_one_have_a_common_origin(world: World) -> None:
    found = world(
        CONCEPT
        + entry("aa", 2001, 'skos:definition "x"@en ; cstd:genus genus:domain')
        + entry("bb", 2002, 'skos:definition "x"@en ; cstd:genus genus:domain ; cstd:sameWordingAs std:aa_2001_1')
        + entry("cc", 2003, 'skos:definition "y"@en ; cstd:genus genus:domain ; cstd:adaptedFrom std:bb_2002_1')
        + entry("dd", 2004, 'skos:definition "x"@en ; cstd:genus genus:domain ; cstd:sameWordingAs std:aa_2001_1')
    ).compare("thing")
    names = {(r.first[-9:-7], r.second[-9:-7]): r for r in found.relations}
    assert names["bb", "dd"].name == "common origin" and "Both go back to AA, 1." in names["bb", "dd"].reason
    assert [link.property.rpartition("#")[2] for link in names["aa", "cc"].links] == ["adaptedFrom", "sameWordingAs"]
    assert next(s for s in found.lineage if s.link.start == std("bb_2002_1")).same


def test_a_lineage_that_runs_in_a_circle_ends(world: World) -> None:
    found = world(
        CONCEPT
        + entry("aa", 2001, 'skos:definition "x"@en ; cstd:genus genus:domain ; cstd:adaptedFrom std:bb_2002_1')
        + entry("bb", 2002, 'skos:definition "x"@en ; cstd:genus genus:domain ; cstd:adaptedFrom std:aa_2001_1')
    ).compare("thing")
    assert [r.name for r in found.relations] == ["adaptation"] and len(found.lineage) == 2


def test_classes_by_reasoning_are_told(kg: KnowledgeGraph) -> None:
    found = kg.compare("cybersecurity", only=["X.1205", "27032", "27100"])
    genera = {"definition by means", "definition by preservation", "definition by safeguarding"}
    told = {iri: {label for _, label in classes} for iri, classes in found.classes.items()}
    assert {frozenset(labels & genera) for labels in told.values()} == {frozenset({genus}) for genus in genera}
    x1205 = told[std("itu-t-x-1205_2008_3-2-5")]
    assert {"definition that protects information", "definition that protects people"} <= x1205
    told_as_json = {e["iri"]: {c["label"] for c in e["classes"]} for e in found.to_json()["entries"]}
    assert told_as_json == told
    assert any("inferred classes: " in line for line in compare.comparison_lines(found))


# ── Terms and references ──


def test_only_takes_texts_standards_and_entries(kg: KnowledgeGraph) -> None:
    for reference in ("27032", "ISO/IEC FDIS 27032:2012", "std:iso-iec-27032_2012-fdis_4-20"):
        found = kg.compare("cybersecurity", only=[reference])
        assert [e.locator for e in found.entries] == ["4.20"] and found.total > 2
        assert found.relations == [] and found.heading.startswith("cybersecurity: 1 of ")
    assert [e.text for e in kg.compare("cybersecurity", only=["nspd-54"]).entries] == ["NSPD-54/HSPD-23"]
    with pytest.raises(NotFound, match="not a text that defines") as caught:
        kg.compare("cybersecurity", only=["27400"])
    assert "ITU-T X.1205" in caught.value.hint


def test_a_name_in_another_language_will_do(kg: KnowledgeGraph) -> None:
    assert kg.compare("サイバーセキュリティ").label == "cybersecurity"


@pytest.mark.parametrize(
    ("term", "near"), [("cybersecurty", "cybersecurity"), ("assurance", ""), ("network security", "security")]
)
def test_what_nobody_defines_is_not_found_with_what_is_near(
    capsys: pytest.CaptureFixture[str], term: str, near: str
) -> None:
    code, out, err = run(capsys, "compare", term)
    assert (code, out) == (3, "") and near in err.lower() and term.split()[0][:6] in err


def test_a_single_entry_and_one_that_is_not_held_are_a_sensible_page(kg: KnowledgeGraph) -> None:
    one = "\n".join(compare.comparison_lines(kg.compare("IoT-domotics")))
    assert (
        "1 definition\n" in one and "1 definitions" not in one and "silent" not in one and "How they relate" not in one
    )
    bare = "\n".join(compare.comparison_lines(kg.compare("information security", only=["27000:2009"])))
    assert "only the entry" in bare and "none in the graph" in bare
    assert "not held" in svg(kg.compare("information security", only=["27000:2009"]))


# ── What is printed ──


@pytest.mark.parametrize("wide", [80, 120, 200])
@pytest.mark.parametrize("name", ["three", "whole", "edges", "crowd"])
def test_the_text_fits_the_terminal(
    name: str, wide: int, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(wide))
    found: Comparison = request.getfixturevalue(name)
    lines = [*render.fitted(compare.comparison_lines(found))]
    # Only what has no space to break at may be longer: an address.
    assert [line for line in lines if columns(line) > wide and len(line.split()) > 1] == []
    told = "\n".join(lines)
    assert all(f"[{e.number}] {e.text}" in re.sub(r"\s+", " ", told) for e in found.entries)


def test_the_matrix_marks_each_cell(three: Comparison, edges: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    lines = [*compare.comparison_lines(three)]
    integrity = next(line for line in lines if line.strip().startswith("integrity"))
    assert integrity.split() == ["integrity", "●", "●", "by", "2"]
    assert any(line.strip() == "silent: [7]" for line in lines) or any("silent: [3]" in line for line in lines)
    damage = next(line for line in compare.comparison_lines(edges) if line.strip().startswith("damage"))
    assert damage.split() == ["damage", "○", "●", "?", "only", "here"]


def test_the_csv_has_a_row_for_each_cell(capsys: pytest.CaptureFixture[str], whole: Comparison) -> None:
    code, out, _ = run(capsys, "compare", "cybersecurity", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0 and len(rows) == len(whole.cells) and tuple(rows[0]) == comparison.COLUMNS
    integrity = next(r for r in rows if r["value_label"] == "integrity" and "27032" in r["text"])
    assert integrity["standing"] == "shared" and integrity["status"] == "ours" and "3-2-5" in integrity["with"]
    assert any(r["standing"] == "silent" and r["value"] == "" and r["status"] == "computed" for r in rows)


def test_markdown_is_tables_that_hold_together(capsys: pytest.CaptureFixture[str]) -> None:
    for term in ("cybersecurity", "risk", "IoT-domotics"):
        code, out, _ = run(capsys, "compare", term, "--format", "md")
        assert code == 0
        for block in out.strip().split("\n\n"):
            bars = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(bars) == 1 and block.startswith("|")


def test_json_of_some(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "compare", "cybersecurity", "--only", "X.1205", "--only", "27032")
    assert found["total"] > len(found["entries"]) == 2
    assert [r["relation"] for r in found["relations"]] == ["another genus, some facet values shared"]


def test_dark_is_for_pictures(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "compare", "risk", "--dark", "--format", "json")
    assert (code, out) == (2, "") and "picture" in err


# ── The picture ──


def parsed(picture: str) -> ET.Element:
    """Parse a picture; it has to be well-formed."""
    return ET.fromstring(picture)


def texts(root: ET.Element) -> list[tuple[float, float, float, str]]:
    """Return (left, right, base line, text) of each line of text, by the estimated widths."""
    found = []
    for node in root.iter(f"{SVG}text"):
        told, size = node.text or "", float(node.attrib["font-size"])
        wide = svgparts.width(told, size) / 1.03
        x, y = float(node.attrib["x"]), float(node.attrib["y"])
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[node.attrib.get("text-anchor", "start")]
        found.append((left, left + wide, y, told))
    return found


@pytest.mark.parametrize("name", ["three", "whole", "edges", "crowd"])
def test_the_picture_is_a_slide_that_holds_all_text(name: str, request: pytest.FixtureRequest) -> None:
    found: Comparison = request.getfixturevalue(name)
    root = parsed(svg(found))
    _, _, wide, high = map(float, root.attrib["viewBox"].split())
    assert abs(wide / high - 16 / 9) < 0.01
    for left, right, y, told in texts(root):
        assert left >= 0 and right <= wide and 0 < y <= high, told
    shown = " ".join(told for *_, told in texts(root))
    assert all(f"[{entry.number}]" in shown for entry in found.entries)
    genera = {f.value_label.split()[0] for f in found.facets if f.facet == GENUS}
    assert {genus for genus in genera if genus not in shown} == set() and "silent" in shown


def test_the_same_comparison_gives_the_same_picture(three: Comparison) -> None:
    assert svg(three) == svg(three)


def test_a_picture_has_title_description_and_no_reference_outside(whole: Comparison) -> None:
    picture = svg(whole)
    root = parsed(picture)
    title, described = (root.find(f"{SVG}{name}") for name in ("title", "desc"))
    assert title is not None and described is not None and title.text == "cybersecurity: 12 definitions, 4 genera"
    assert "Silent: " in (described.text or "") and "same wording as" in (described.text or "")
    assert root.attrib["role"] == "img"
    allowed = {"svg", "title", "desc", "style", "rect", "text", "path", "circle", "polygon"}
    assert {node.tag.removeprefix(SVG) for node in root.iter()} <= allowed
    assert not re.search(r"href|url\(|@import|<script|\bon\w+=", picture)
    assert re.findall(r'="https?://[^"]*"', picture) == ['="http://www.w3.org/2000/svg"']


def test_colours_go_with_shapes_and_dark_with_the_viewer(whole: Comparison) -> None:
    light, dark = svg(whole), svg(whole, dark=True)
    assert "prefers-color-scheme: dark" in light and "<style>" not in dark
    grounds = [parsed(picture).find(f"{SVG}rect").attrib["fill"] for picture in (light, dark)]  # type: ignore[union-attr]
    assert grounds == [svgparts.LIGHT["paper"], svgparts.DARK["paper"]]
    bands = [(n.attrib["fill"], n.attrib.get("rx")) for n in parsed(light).iter(f"{SVG}rect")]
    colours = {fill for fill, rx in bands if rx == "6.0" and fill.startswith("#")}
    assert len(colours) == 4


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2)."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_stands_out_from_its_ground() -> None:
    for theme in (svgparts.LIGHT, svgparts.DARK):
        for ground in ("paper", "shade"):
            assert contrast(theme["ink"], theme[ground]) >= 7 and contrast(theme["soft"], theme[ground]) >= 4.5
    assert all(contrast(ground, ink) >= 4.5 for ground, ink in svgparts.PALETTE)


def test_hostile_text_stays_text(world: World) -> None:
    data = CONCEPT.replace('"thing"@en', f'"thing"@en ; skos:altLabel {json.dumps(HOSTILE)}@en')
    for at in (1, 2):
        data += entry(
            f"h{at}",
            2000 + at,
            f"skos:definition {json.dumps(HOSTILE)}@en ; cstd:genus genus:domain ; cstd:against concept:evil",
            label=HOSTILE,
        )
    found = world(data + f"concept:evil a skos:Concept ; skos:prefLabel {json.dumps(HOSTILE)}@en .").compare("thing")
    for dark in (False, True):
        root = parsed(svg(found, dark=dark))
        assert root.find(f".//{SVG}script") is None
        assert not any(sign in told for *_, told in texts(root) for sign in "\u202e\x1b")
        assert all(right <= float(root.attrib["viewBox"].split()[2]) for _, right, _, _ in texts(root))
    assert "<script" not in compare.markdown(found).replace("\\<", "")
    assert json.loads(json.dumps(found.to_json()))["entries"][0]["definition"] == HOSTILE


def test_a_cell_knows_whether_it_is_stated() -> None:
    cell = FacetCell("e", "f", "", "v", "", "only here", "e", ())
    assert cell.stated and not cell._replace(standing="by reference").stated
