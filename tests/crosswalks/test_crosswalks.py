"""crosswalk, why, gap, prove on the shipped graph: what is published, what follows, and that every proof holds."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path

import pytest
from commands import answer, run

import cyberstd_kg
from cyberstd_kg.api.graph import KnowledgeGraph
from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import AmbiguousReference, InputError, NotFound, UsageError
from cyberstd_kg.crosswalks import checker, proofs
from cyberstd_kg.crosswalks.gaps import STATUSES, asked
from cyberstd_kg.crosswalks.pairs import VERDICTS, Crosswalks, Pair
from cyberstd_kg.crosswalks.why import Explainer
from cyberstd_kg.mappings.relations import NONE, parse, signs

CSF2, CSF1, ISO, BSI, SP53, SP171, IOT = (
    iris.expand(curie)
    for curie in (
        "std:nist-csf_2-0",
        "std:nist-csf_1-1",
        "std:iso-iec-27001_2022",
        "std:bsi-grundschutz-plus-plus_0-9",
        "std:nist-sp-800-53_r5",
        "std:nist-sp-800-171_r3",
        "std:iso-iec-27400_2022",
    )
)
ROW = {
    *("iri", "from", "from_label", "to", "to_label", "word", "relations", "confidence", "set", "set_title"),
    *("publisher", "publisher_label", "read_by", "reason", "source"),
}
PAIR = {
    *("from", "to", "relations", "predicate", "verdict", "status", "rationale", "use_case", "confidence", "proofs"),
    *("published", "used", "sources"),
}


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return cyberstd_kg.load()


@pytest.fixture(scope="module")
def walk(kg: KnowledgeGraph) -> Crosswalks:
    return kg.crosswalks()


def kinds(walk: Crosswalks, pair: Pair) -> Counter[str]:
    """Count what the proof of a pair rests on: rows, and the kinds of structure."""
    closed = next(one for one in walk.closed if one.group == pair.group)
    proof = proofs.prove(closed.closure, closed.taken.number[pair.first], closed.taken.number[pair.second])
    assert proof is not None
    return Counter(getattr(closed.taken.premises[number].key, "kind", "row") for number in proof.premises)


# ── What is published ──


def test_published_rows_come_back_as_they_are(walk: Crosswalks) -> None:
    """Counted from the rows, so that no pair is lost and none is told otherwise than its row says."""
    pairs = {(pair.first, pair.second): pair for pair in walk.pairs(CSF2, ISO) if pair.published}
    rows = [row for row in walk.network.rows if walk.network.sets[row.set].object_edition == ISO]
    rows = [row for row in rows if walk.network.sets[row.set].subject_edition == CSF2]
    assert len(rows) == 341 and len(pairs) == 341
    for row in rows:
        pair = pairs[row.first, row.second]
        assert pair.relations == row.relations and pair.status == "published" and pair.verdict == "overlap guaranteed"


def test_each_pair_is_the_same_from_either_end(walk: Crosswalks) -> None:
    one = {(pair.first, pair.second): signs(pair.relations) for pair in walk.pairs(ISO, BSI, count=False)}
    other = {(pair.second, pair.first): pair for pair in walk.pairs(BSI, ISO, count=False)}
    assert one.keys() == other.keys()
    for ends, told in one.items():
        assert told.translate(str.maketrans("<>", "><")).split() == sorted(
            signs(other[ends].relations).split(), key=told.translate(str.maketrans("<>", "><")).split().index
        )


# ── What follows ──


def test_a_row_of_a_subcategory_rolls_up_to_its_category(walk: Crosswalks) -> None:
    derived = [pair for pair in walk.pairs(CSF2, ISO) if pair.status == "derived"]
    rolled = [pair for pair in derived if kinds(walk, pair) == {"row": 1, "contained in": 1}]
    assert rolled and {pair.verdict for pair in rolled} == {"overlap guaranteed"}


def test_csf_meets_grundschutz_in_groups_and_members_only_where_they_stand_alone(walk: Crosswalks) -> None:
    pairs = walk.pairs(CSF2, BSI)
    assert pairs and all(pair.status == "derived" and pair.verdict == "overlap guaranteed" for pair in pairs)
    with_groups = [pair for pair in pairs if pair.second in walk.network.members]
    alone = [pair for pair in pairs if pair.second not in walk.network.members]
    assert with_groups and alone
    for pair in alone:
        # No member of a group got what was said of the group: the way goes over rows with one target only.
        assert not any(row.second in walk.network.members for row in pair.used)
        assert not kinds(walk, pair)["member of"]


def test_some_chain_of_rows_is_definite(walk: Crosswalks) -> None:
    found = [pair for pair in walk.pairs(ISO, BSI) if pair.status == "derived" and pair.verdict == "definite"]
    assert found and all(sum(kinds(walk, pair).values()) > 1 for pair in found)


def test_two_lists_of_overlaps_prove_nothing(walk: Crosswalks) -> None:
    """CSF 2.0 and SP 800-53 both point to ISO/IEC 27001, and nothing follows between them."""
    assert walk.pairs(CSF2, SP53) == []
    (cell,) = [cell for cell in walk.matrix([CSF2]) if SP53 in (cell.first, cell.second)]
    assert cell.undetermined > 1000 and (cell.published, cell.derived, cell.definite, cell.guaranteed) == (0, 0, 0, 0)


def test_every_proof_of_the_shipped_graph_holds(walk: Crosswalks) -> None:
    """Checked by :mod:`cyberstd_kg.crosswalks.checker`, which knows the printed table and nothing of the closure."""
    explain = Explainer(walk, str, lambda *_: [])
    checked = 0
    for closed in walk.closed:
        taken = {
            str(number): (
                closed.taken.nodes[one.first],
                closed.taken.nodes[one.second],
                frozenset(signs(one.relations).split()),
            )
            for number, one in enumerate(closed.taken.premises)
        }
        for here, there in closed.closure.pairs():
            proof = proofs.prove(closed.closure, here, there)
            assert proof is not None
            steps = explain.steps(closed, proof)
            assert checker.faults(steps, taken) == []
            assert parse(steps[-1]["relations"]) == closed.closure.relations(here, there)
            checked += 1
    assert checked > 5000


def test_confidence_is_that_of_the_weakest_row(walk: Crosswalks) -> None:
    found = [pair for pair in walk.pairs(IOT, CSF2) if pair.used]
    assert any(pair.status == "derived" for pair in found)
    for pair in found:
        figures = [row.confidence for row in pair.used]
        assert pair.confidence == (None if None in figures else min(figures))


def test_the_matrix_agrees_with_the_pairs(walk: Crosswalks) -> None:
    cells = walk.matrix()
    texts = {text for cell in cells for text in cell[:2]}
    assert len(cells) == len(texts) * (len(texts) - 1) // 2
    assert any(not any(cell[2:]) for cell in cells), "zero where it is zero"
    for cell in cells:
        # A pair that rows of two uses speak of is counted once, by what is best known of it.
        best: dict[frozenset[str], str] = {}
        published = set()
        for pair in walk.pairs(cell.first, cell.second, count=False):
            ends = frozenset((pair.first, pair.second))
            best[ends] = min(best.get(ends, "undetermined"), pair.verdict, key=VERDICTS.index)
            published |= {ends} if pair.published else set()
        told = Counter(best.values())
        assert (cell.definite, cell.guaranteed) == (told["definite"], told["overlap guaranteed"])
        assert cell.published == len(published)


# ── How the rows are taken ──


def test_a_sceptic_learns_nothing_from_untyped_lists(kg: KnowledgeGraph) -> None:
    pairs = kg.crosswalk("CSF 2.0", "27001:2022", reading="sceptical").pairs
    assert len(pairs) == 341 and {pair.verdict for pair in pairs} == {"undetermined"}
    typed = kg.crosswalk("27001:2022", "Grundschutz++", reading="sceptical").pairs
    assert Counter(pair.verdict for pair in typed)["definite"] >= 90, "the publisher's own words stand"


def test_strictly_read_an_overlap_is_partial(kg: KnowledgeGraph) -> None:
    published = [pair for pair in kg.crosswalk("CSF 2.0", "27001:2022", reading="strict").pairs if pair.published]
    assert "definite" in {pair.verdict for pair in published}


def test_sets_for_other_uses_are_chained_only_when_asked(kg: KnowledgeGraph) -> None:
    assert kg.crosswalk("CSF 1.1", "27103", across=False).pairs
    near = {(cell.first, cell.second): cell for cell in kg.matrix()}
    far = {(cell.first, cell.second): cell for cell in kg.matrix(across=True)}
    assert near.keys() == far.keys()
    assert all(far[ends].undetermined + far[ends].guaranteed >= near[ends].undetermined for ends in near)
    assert any(far[ends].undetermined > near[ends].undetermined for ends in near)


def test_a_limit_on_rows(kg: KnowledgeGraph) -> None:
    assert kg.crosswalk("CSF 2.0", "Grundschutz++", rows=1).pairs == []
    assert kg.crosswalk("CSF 2.0", "Grundschutz++", rows=2).pairs


def test_as_of_a_day(kg: KnowledgeGraph) -> None:
    later = kg.crosswalk("CSF 1.1", "CSF 2.0", as_of="2024-04-01").pairs
    assert any(pair.published for pair in later)
    earlier = kg.crosswalk("CSF 1.1", "CSF 2.0", as_of="2024-03-01").pairs
    assert not any(pair.published or pair.used for pair in earlier), "the crosswalk is of 2024-03-28"
    with pytest.raises(NotFound, match="current on 2015"):
        kg.crosswalk("CSF 2.0", "ISO/IEC 27001", as_of="2015-06-30")
    assert kg.crosswalk("CSF 2.0", "ISO/IEC 27001", as_of="2023-06-30").second == ISO


# ── References ──


def test_references(kg: KnowledgeGraph) -> None:
    assert kg.mappings.mapped_text("27001") == ISO
    assert kg.mappings.mapped_text("800-53") == SP53
    assert kg.mappings.mapped_text("grundschutz++") == BSI
    with pytest.raises(AmbiguousReference) as error:
        kg.mappings.mapped_text("NIST CSF")
    assert {iri for iri, _ in error.value.candidates} == {CSF1, CSF2}
    with pytest.raises(NotFound):
        kg.mappings.mapped_text("27701")


# ── gap ──


def test_gaps_take_no_two_overlaps_for_cover(kg: KnowledgeGraph) -> None:
    found = kg.gap("27001:2022", "CSF 2.0").gaps
    assert Counter(gap.status for gap in found).keys() <= set(STATUSES)
    assert not [gap for gap in found if gap.status in ("contained", "contained in a group")], "NIST's lists are untyped"
    told = {gap.provision.rpartition("_")[2]: gap.status for gap in found}
    assert told["a-5-1"] == "overlapped"
    assert "never mapped" in told.values()


def test_gap_of_annex_a_by_grundschutz(kg: KnowledgeGraph) -> None:
    """BSI reads 75 controls as within what its group of requirements asks: contained in the group, not in a member."""
    found = {gap.provision: gap for gap in kg.gap("27001:2022", "Grundschutz++").gaps}
    told = Counter(gap.status for gap in found.values())
    assert told["contained in a group"] > 60 and told["contained"] >= 10 and told["overlapped"] >= 3
    one = next(gap for gap in found.values() if gap.status == "contained in a group")
    network = kg.mappings.network
    group = one.pairs[0].second
    members = network.members[group]
    # All members but one: the group does not count any more.
    held = [network.provisions[iri].locator for iri in members]
    whole = {gap.provision: gap.status for gap in kg.gap("27001:2022", "Grundschutz++", implemented=held).gaps}
    partly = {gap.provision: gap.status for gap in kg.gap("27001:2022", "Grundschutz++", implemented=held[1:]).gaps}
    assert whole[one.provision] == "contained in a group" and partly[one.provision] != "contained in a group"


def test_what_asks_something(kg: KnowledgeGraph) -> None:
    assert len(asked(kg.mappings.network, CSF2)) == 106
    assert len(asked(kg.mappings.network, SP53)) == 1189 - 182


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["GV.OC-01", "GV.OC-99"], "line 2"),
        (["# only a comment", "", "27001:2022 A.5.1"], "line 3"),
        (["\x00"], "line 1"),
    ],
)
def test_a_list_of_controls_that_is_wrong(kg: KnowledgeGraph, lines: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        kg.gap("27001:2022", "CSF 2.0", implemented=lines)


def test_gap_on_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    own = tmp_path / "controls.txt"
    own.write_text("GV.OC-01  # ours\n\ncsf 2.0 GV.PO-01\n", encoding="utf-8")
    found = answer(capsys, "gap", "27001:2022", "--have", "CSF 2.0", "--implemented", str(own))
    assert set(found) == {
        *("document", "have", "implemented", "reading", "across", "rows", "as_of", "counts", "provisions")
    }
    assert len(found["implemented"]) == 2 and sum(found["counts"].values()) == len(found["provisions"])
    overlapped = [one for one in found["provisions"] if one["status"] == "overlapped"]
    assert overlapped and all(one["sources"] and one["by"][0]["rows"] for one in overlapped)
    code, out, _ = run(capsys, "gap", "27001:2022", "--have", "CSF 2.0", "--status", "never mapped", "--format", "csv")
    body = list(csv.DictReader(io.StringIO(out)))
    assert code == 0 and body and {line["status"] for line in body} == {"never mapped"}
    own.write_bytes(b"\xff\xfe")
    assert run(capsys, "gap", "27001:2022", "--have", "CSF 2.0", "--implemented", str(own))[0] == 2
    assert run(capsys, "gap", "27001:2022", "--have", "CSF 2.0", "--implemented", str(tmp_path / "none"))[0] == 2


# ── why ──


def test_why_a_published_pair(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "why", "CSF 2.0 GV.OC-01", "27001:2022 4.1")
    assert set(found) == {"from", "to", "reading", "across", "rows", "as_of", "answers", "groups"}
    (told,) = found["answers"]
    assert told["status"] == "published" and told["checked"] is True
    assert set(told["published"][0]) == ROW and told["published"][0]["word"] == "intersect"
    assert told["published"][0]["read_by"] == "by-us" and told["published"][0]["source"]
    ((step,), (link,)) = told["steps"], told["steps"][0]["links"]
    assert step["relations"] == "E < > o" and link["rule"] == "published" and link["row"]["publisher_label"] == "NIST"


def test_why_a_derived_pair_is_a_chain_with_sources(capsys: pytest.CaptureFixture[str], walk: Crosswalks) -> None:
    pair = next(pair for pair in walk.pairs(CSF2, BSI) if pair.second not in walk.network.members)
    found = answer(capsys, "why", pair.first, pair.second)
    (told,) = found["answers"]
    assert told["status"] == "derived" and told["verdict"] == "overlap guaranteed" and told["checked"] is True
    links = told["steps"][-1]["links"]
    assert len(links) >= 2 and all(link["sources"] for link in links)
    publishers = {link["row"]["publisher_label"] for link in links if link["row"]}
    assert len(publishers) == 2
    code, text, _ = run(capsys, "why", pair.first, pair.second)
    assert code == 0 and "The proof holds" in text and all(name in text for name in publishers)
    code, drawing, _ = run(capsys, "why", pair.first, pair.second, "--format", "mermaid")
    assert code == 0 and drawing.startswith("flowchart LR\n") and "==>" in drawing


def test_why_tells_what_holds_of_the_group_only(capsys: pytest.CaptureFixture[str], walk: Crosswalks) -> None:
    pair = next(pair for pair in walk.pairs(CSF2, BSI) if pair.second in walk.network.members)
    member = next(
        one
        for one in walk.network.members[pair.second]
        if not walk.between(pair.first, one) or walk.between(pair.first, one)[0].verdict == "undetermined"
    )
    found = answer(capsys, "why", pair.first, member)
    assert all(told["verdict"] == "undetermined" for told in found["answers"])
    assert any(told["to"]["iri"] == pair.second and told["verdict"] != "undetermined" for told in found["groups"])
    code, text, _ = run(capsys, "why", pair.first, member)
    assert code == 0 and "About the group, not about one of its members" in text


def test_why_nothing_follows(capsys: pytest.CaptureFixture[str], walk: Crosswalks) -> None:
    """Two subcategories and controls that two overlaps link: the rows are shown, and that they prove nothing."""
    closed = next(one for one in walk.closed if one.group.use_case == "reference" and one.group.rationale)
    nodes = closed.taken.nodes
    around = walk.around(closed)
    one = next(node for node, iri in enumerate(nodes) if iri.startswith(f"{CSF2}_") and around.get(node))
    pivot = next(iter(around[one]))
    other = next(node for node in around[pivot] if nodes[node].startswith(f"{SP53}_"))
    found = answer(capsys, "why", nodes[one], nodes[other])
    (told,) = found["answers"]
    assert told["verdict"] == "undetermined" and told["steps"] == [] and told["links_in_all"] >= 1
    assert told["links"][0]["relations"] == "E < > o x" and len(told["links"][0]["rows"]) == 2
    code, text, _ = run(capsys, "why", nodes[one], nodes[other])
    assert code == 0 and "nothing follows" in text


def test_why_of_what_nothing_links(capsys: pytest.CaptureFixture[str]) -> None:
    code, text, _ = run(capsys, "why", "EN 303 645 V2.1.1 5.1-1", "CSF 2.0 RC.CO-04")
    assert code == 0 and "Nothing links the two" in text


# ── crosswalk on the command line ──


def test_crosswalk_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "crosswalk", "CSF 2.0", "27001:2022")
    assert set(found) == {"from", "to", "reading", "across", "rows", "as_of", "pairs"}
    assert all(set(pair) == PAIR for pair in found["pairs"])
    assert all(set(row) == ROW for pair in found["pairs"] for row in pair["published"])
    assert all(pair["sources"] and pair["proofs"] >= 1 for pair in found["pairs"])


def test_crosswalk_filters(capsys: pytest.CaptureFixture[str]) -> None:
    def count(*argv: str) -> int:
        code, out, _ = run(capsys, "crosswalk", "CSF 2.0", "27001:2022", "--format", "csv", *argv)
        assert code == 0
        return len(list(csv.DictReader(io.StringIO(out))))

    everything, published, derived = count(), count("--published"), count("--derived")
    assert published == 341 and everything == published + derived
    assert count("--verdict", "definite") == 0 and count("--verdict", "guaranteed") == everything


def test_the_matrix_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "crosswalk", "27001")
    ends = [{cell["from"]["iri"], cell["to"]["iri"]} for cell in found["cells"]]
    assert all(ISO in pair for pair in ends) and {CSF2, ISO} in ends
    code, out, _ = run(capsys, "crosswalk", "--format", "csv")
    assert code == 0 and out.splitlines()[0].split(",")[:3] == ["from", "to", "published"]


def test_derived_pairs_as_sssom(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from cyberstd_kg.mappings import sssom_reading

    target = tmp_path / "derived.sssom.tsv"
    code, _, err = run(
        capsys, "crosswalk", "CSF 2.0", "Grundschutz++", "--derived", "--format", "sssom", "-o", str(target)
    )
    assert (code, err) == (0, "")
    found = sssom_reading.read(target.read_bytes(), str(target))
    assert found.rows and all(row.derived_from for row in found.rows)
    assert {row.justification for row in found.rows} == {iris.expand("semapv:MappingChaining")}


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("crosswalk", "a", "b", "c"), 2),
        (("crosswalk", "CSF 2.0", "nothing of this name"), 3),
        (("crosswalk", "NIST CSF", "27001"), 2),
        (("crosswalk", "CSF 2.0", "27001", "--rows", "0"), 2),
        (("crosswalk", "--format", "sssom"), 2),
        (("crosswalk", "CSF 2.0", "27001", "--as-of", "2023-02-30"), 2),
        (("crosswalk", "CSF 2.0", "27001", "--strict", "--sceptical"), 2),
        (("why", "CSF 2.0 GV.OC-01", "CSF 2.0 GV.OC-99"), 3),
        (("why", "CSF 2.0"), 2),
        (("gap", "27001"), 2),
        (("prove", "mapping:no-such-set"), 3),
    ],
)
def test_bad_calls(capsys: pytest.CaptureFixture[str], argv: tuple[str, ...], code: int) -> None:
    got, out, err = run(capsys, *argv)
    assert (got, out) == (code, "") and err.startswith("cyberstd: ") and "Traceback" not in err


# ── prove ──


def test_the_shipped_sets_are_consistent(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "prove")
    assert found["consistent"] is True and found["contradictions"] == [] and found["set_aside"] == []
    assert all(one["names_editions"] and not one["dangling"] and not one["elsewhere"] for one in found["sets"])
    rows = {one["set"].rpartition("/")[2]: one["rows"] for one in found["sets"]}
    assert rows["nist-csf-2-0-to-iso-iec-27001-2022"] == 341
    code, text, _ = run(capsys, "prove")
    assert code == 0 and "No contradiction" in text


def test_contradictions_are_minimal_and_explained(kg: KnowledgeGraph, capsys: pytest.CaptureFixture[str]) -> None:
    """Read as partial overlaps, three of NIST's rows contradict where NIST says that an item of the CSF 1.1 went."""
    report = kg.prove(reading="strict")
    assert len(report.contradictions) == 3 == len(report.set_aside)
    for found in report.contradictions:
        ((row,), (edge,)) = found.rows, found.structure
        assert edge.kind == "incorporated into" and {edge.first, edge.second} == {row.first, row.second}
    code, text, _ = run(capsys, "prove", "--strict")
    assert code == 1 and text.count("Contradiction ") == 3 and text.count("incorporated into") == 3


def test_of_a_contradictory_pair_nothing_is_concluded(kg: KnowledgeGraph, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither cover nor overlap: the pair is told as what it is, and a gap counts it as possible at most."""
    row = kg.prove(reading="strict").contradictions[0].rows[0]
    pairs = [p for p in kg.crosswalk("CSF 1.1", "CSF 2.0", reading="strict").pairs if p.verdict == "contradiction"]
    assert (row.first, row.second) in {(pair.first, pair.second) for pair in pairs}
    assert all(pair.relations == NONE and pair.proofs == 0 and pair.confidence is None for pair in pairs)
    code, text, _ = run(capsys, "why", row.first, row.second, "--strict")
    assert code == 0 and "The rows contradict each other" in text
    only = answer(capsys, "crosswalk", "CSF 1.1", "CSF 2.0", "--strict", "--verdict", "contradiction")["pairs"]
    assert len(only) == len(pairs) and all(pair["relations"] == "" and pair["predicate"] is None for pair in only)
    (cell,) = [cell for cell in kg.matrix("CSF 1.1", reading="strict") if {cell.first, cell.second} == {CSF1, CSF2}]
    assert cell.contradictory == len({frozenset((pair.first, pair.second)) for pair in pairs})
    # What structure alone gives, in another group of rows, stays.
    covered = [gap for gap in kg.gap("CSF 1.1", "CSF 2.0", reading="strict").gaps if gap.status.startswith("contained")]
    assert not any(pair.verdict == "contradiction" for gap in covered for pair in gap.pairs)
    code, out, _ = run(capsys, "crosswalk", "CSF 1.1", "CSF 2.0", "--strict", "--format", "sssom")
    assert code == 0 and out.startswith("#sssom_version")


PLANTED = {
    "ring": ["a within b", "b within c", "c within d", "d within a"],
    "pair": ["p equalTo q", "p disjointFrom q"],
    "triangle": ["t within u", "u within v", "v within t", "t overlaps z"],
}
HEADER = """#curie_map:
#  cstd: https://w3id.org/cyberstd/ontology#
#  x: https://example.org/x/
#mapping_set_id: https://example.org/{name}
#license: https://creativecommons.org/licenses/by/4.0/
subject_id\tpredicate_id\tobject_id\tmapping_justification
"""


@pytest.mark.usefixtures("little_data")
def test_planted_contradictions_are_found(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Sets of somebody else, imported and proved: each contradiction by the rows that make it, and no other row."""
    files = []
    for name, rows in PLANTED.items():
        path = tmp_path / f"{name}.sssom.tsv"
        body = "".join(
            f"x:{one}\tcstd:{how}\tx:{other}\tsemapv:ManualMappingCuration\n"
            for one, how, other in (row.split() for row in rows)
        )
        path.write_text(HEADER.format(name=name) + body, encoding="utf-8")
        files.append(str(path))
    place = ("--workspace", str(tmp_path / "ws"))
    assert run(capsys, "import", "sssom", *files, *place)[0] == 0
    code, out, _ = run(capsys, "prove", "--format", "json", *place)
    found = json.loads(out)
    assert code == 1 and found["consistent"] is False
    rows = [
        sorted((row["set"].rpartition("/")[2], row["from"][-1] + row["to"][-1]) for row in one["rows"])
        for one in found["contradictions"]
    ]
    assert sorted(rows) == [
        [("pair", "pq"), ("pair", "pq")],
        [("ring", "ab"), ("ring", "bc"), ("ring", "cd"), ("ring", "da")],
        [("triangle", "tu"), ("triangle", "uv"), ("triangle", "vt")],
    ]
    assert [one["kind"] for one in found["contradictions"]] == ["pair", "triangle", "circle"]
    assert len(found["set_aside"]) == 3
    told = {one["set"].rpartition("/")[2]: (one["rows"], one["foreign"], one["differing"]) for one in found["sets"]}
    assert told["pair"] == (2, 2, 1) and told["ring"] == (4, 4, 0) and told["triangle"] == (4, 4, 0)


def test_readings_that_do_not_exist(kg: KnowledgeGraph) -> None:
    with pytest.raises(UsageError):
        kg.crosswalks(reading="hopeful")  # type: ignore[arg-type]
