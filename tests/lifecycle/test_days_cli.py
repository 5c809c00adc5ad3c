"""``--as-of``, ``timeline``, and what ``show`` and ``list`` tell of a day: formats, JSON, bad input, a small graph."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
import small_graph
from commands import answer, run

from cyberstd_kg.api.graph import KnowledgeGraph
from cyberstd_kg.build.snapshot import open_snapshot
from cyberstd_kg.cli import render
from cyberstd_kg.cli.cards import conflict_lines, state_lines
from cyberstd_kg.cli.timeline import timeline_lines
from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import InputError, UsageError
from cyberstd_kg.lifecycle.bars import bar, lineage, mermaid, reach
from cyberstd_kg.sparql import saved_questions

SMALL = """
GRAPH src:sources {
  src:iso a cstd:Source ; dct:title "ISO" ; cstd:precedence 1 .
  src:iec a cstd:Source ; dct:title "IEC" ; cstd:precedence 2 .
  src:list a cstd:Source ; dct:title "List" ; cstd:precedence 4 .
  src:file a cstd:Source ; dct:title "File" ; cstd:precedence 9 .
  src:iso_x a cstd:Source ; cstd:sourceDocument src:iso . src:iec_x a cstd:Source ; cstd:sourceDocument src:iec .
  src:list_x a cstd:Source ; cstd:sourceDocument src:list . src:file_x a cstd:Source ; cstd:sourceDocument src:file .
}
GRAPH src:unplaced_x {
  std:free a cstd:Standard ; dct:identifier "Free" .
  std:free_2011 a cstd:Edition ; cstd:editionOf std:free ; dct:identifier "Free:2011" ;
    cstd:earliest "2011-05-05"^^xsd:date ; cstd:latest "2011-05-05"^^xsd:date .
  std:free_2013 a cstd:Edition ; cstd:editionOf std:free ; dct:identifier "Free:2013" ; dct:replaces std:free_2011 ;
    cstd:earliest "2013-05-05"^^xsd:date ; cstd:latest "2013-05-05"^^xsd:date .
}
GRAPH src:list_x {
  std:free_2013 cstd:earliest "2014-06-06"^^xsd:date ; cstd:latest "2014-06-06"^^xsd:date .
  stage:free_gone a cstd:StageEvent ; cstd:stageOf std:free_2011 ; cstd:stage status:gone ;
    cstd:earliest "2015-07-07"^^xsd:date ; cstd:latest "2015-07-07"^^xsd:date .
}
GRAPH src:file_x {
  std:free_2011 cstd:earliest "2010-06-06"^^xsd:date ; cstd:latest "2010-06-06"^^xsd:date .
}
GRAPH src:iso_x {
  std:x a cstd:Standard ; dct:identifier "X: #1; {a}" . std:y a cstd:Standard ; dct:identifier "Y" .
  std:x_2010 a cstd:Edition ; cstd:editionOf std:x ; dct:identifier "X:2010" ;
    cstd:earliest "2010-07-01"^^xsd:date ; cstd:latest "2010-07-31"^^xsd:date .
  std:y_2020 a cstd:Edition ; cstd:editionOf std:y ; dct:identifier "Y:2020" ; dct:replaces std:x_2010 ;
    cstd:earliest "2020-02-03"^^xsd:date ; cstd:latest "2020-02-03"^^xsd:date .
  std:loop a cstd:Standard ; dct:identifier "Loop" ; cstd:partOfStandard std:pool .
  std:pool a cstd:Standard ; dct:identifier "Pool" ; cstd:partOfStandard std:loop .
  agent:top a org:Organization ; skos:prefLabel "Top" .
  agent:group a org:Organization ; skos:prefLabel "Group" ; org:subOrganizationOf agent:top .
  std:new a cstd:Standard ; dct:identifier "New" ; dct:publisher agent:top .
  std:cut a cstd:Standard ; dct:identifier "Cut" ; cstd:developedBy agent:group .
  project:new a cstd:Project ; cstd:projectOf std:new ; cstd:revises std:x_2010 ; rdfs:label "New" .
  stage:new_seen a cstd:StageObservation ; cstd:stageOf project:new ; cstd:stage status:cd ;
    cstd:earliest "2019-01-01"^^xsd:date ; cstd:latest "2019-01-01"^^xsd:date .
  project:cut a cstd:Project ; cstd:projectOf std:cut ; rdfs:label "Given up" .
  stage:cut_seen a cstd:StageObservation ; cstd:stageOf project:cut ; cstd:stage status:cancelled ;
    cstd:earliest "2019-01-01"^^xsd:date ; cstd:latest "2019-01-01"^^xsd:date .
}
GRAPH src:iec_x {
  stage:x_out a cstd:StageEvent ; cstd:stageOf std:x_2010 ; cstd:stage status:is ;
    cstd:earliest "2010-06-16"^^xsd:date ; cstd:latest "2010-06-16"^^xsd:date .
  stage:x_seen a cstd:StageObservation ; cstd:stageOf std:x_2010 ; cstd:stage status:is ;
    cstd:earliest "2021-01-01"^^xsd:date ; cstd:latest "2021-01-01"^^xsd:date .
}
"""
STATUS = """
status:is a skos:Concept ; skos:prefLabel "IS"@en ; cstd:lifeState lifestate:in-force .
status:cd a skos:Concept ; skos:prefLabel "CD"@en ; cstd:lifeState lifestate:in-development .
status:gone a skos:Concept ; skos:prefLabel "Gone"@en ; cstd:lifeState lifestate:withdrawn .
status:cancelled a skos:Concept ; skos:prefLabel "Cancelled"@en ; cstd:lifeState lifestate:abandoned .
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """A graph in which ISO and IEC exclude each other, an edition goes on as another standard, and parts go round."""
    root = small_graph.write(tmp_path_factory.mktemp("root"))
    small_graph.write_file(root / "data" / "x.trig", SMALL)
    small_graph.write_file(root / "ontology" / "schemes" / "stages.ttl", STATUS)
    return KnowledgeGraph(open_snapshot(tmp_path_factory.mktemp("cache"), root))


# ── Evidence from the index ──


def test_precedence_conflict_and_moving_on(small: KnowledgeGraph) -> None:
    (period,) = small.current("std:x", "2015").periods
    (text,) = period.current
    assert (text.published, text.sure) == (("2010-07-01", "2010-07-31"), "known")
    told = [(c.about, c.used.kind, c.dropped.kind, c.dropped.rank) for c in text.conflicts]
    assert told == [("publication", "dated", "published", 2), ("end", "replaced", "seen live", 2)]
    gone = small.current("std:x", "2020-02-03")
    assert (gone.state, [new.designation for new in gone.only.moved_to]) == ("withdrawn", ["Y:2020"])


def test_a_source_without_a_place_comes_after_lists_and_before_files(small: KnowledgeGraph) -> None:
    works = {work.designation: work for work in small.lifecycles.all()}
    first, second = sorted(works["Free"].editions, key=lambda text: text.designation)
    published = [(text.publication.first, text.publication.last) for text in (first, second)]
    # Of the first not the file's day; of the second the list's.
    assert published == [("2011-05-05", "2011-05-05"), ("2014-06-06", "2014-06-06")]
    # The replacement is said by the source without a place, so the list's word counts.
    assert (first.end.first, first.end.last) == ("2015-07-07", "2015-07-07")
    settled = (first.publication, first.end, second.publication)
    told = [(c.about, c.used.rank, c.dropped.rank) for one in settled for c in one.conflicts]
    assert told == [("publication", 5, 9), ("end", 4, 5), ("publication", 4, 5)]
    rows = small.store.query(saved_questions.load("state-on-date").bind({"asOf": "2015-01-01"}, small.resolve_iri))
    assert isinstance(rows, ox.QuerySolutions)
    found = {row["text"].value: (row["publishedFrom"].value, row["endedFrom"]) for row in rows}
    assert found[second.iri] == ("2014-06-06", None)
    day, end = found[first.iri]
    assert (day, end.value) == ("2011-05-05", "2015-07-07")


def test_a_publisher_counts_as_a_committee(small: KnowledgeGraph) -> None:
    for committee, expected in (("agent:top", {"New", "Cut"}), ("agent:group", {"Cut"})):
        body = iris.expand(committee)
        assert {work.designation for work in small.lifecycles.all(committee=body)} == expected
        for question in ("catalogue", "current-edition"):
            saved = saved_questions.load(question).bind({"committee": committee}, small.resolve_iri)
            rows = small.store.query(saved)
            assert isinstance(rows, ox.QuerySolutions)
            assert {row["designation"].value for row in rows} == expected, question


def test_the_text_of_another_standard_that_a_project_revises_has_its_designation(small: KnowledgeGraph) -> None:
    (coming,) = small.current("std:new", "2020").only.coming
    assert coming.revises == ("X:2010",)
    (one,) = [lineage(works, "2025-01-01") for works in small.timeline("std:cut")]
    assert [(row.name, row.state) for row in one.rows] == [("Given up", "abandoned")]


def test_conflicts_are_told_once_and_where_they_bear_on_the_day(small: KnowledgeGraph) -> None:
    def told(thing: str, span: str) -> list[str]:
        lines = state_lines(small.current(thing, span), lambda iri: iri)
        return [line.strip().partition(" its ")[2] for line in lines if "disagree" in line]

    def state(thing: str, span: str) -> list[str]:
        lines = state_lines(small.state(thing, span), lambda iri: iri)
        return [line.strip().partition(" its ")[2].partition(":")[0] for line in lines if "disagree" in line]

    assert told("std:x", "2015") == [], "publication and end are not in question in 2015"
    assert [line.partition(":")[0] for line in told("std:x", "2022")] == ["end"], "the last edition is withdrawn"
    assert state("std:x_2010", "2015") == ["publication", "end"], "the text is the one asked for"


def test_the_sources_used_are_not_named_again(small: KnowledgeGraph) -> None:
    text = small.state("std:x_2010", "2015").only.text
    assert text is not None
    (out, _) = text.conflicts
    both = out._replace(dropped=out.dropped._replace(sources=("iso", "iec")), used=out.used._replace(sources=("iso",)))
    (line,) = conflict_lines(text, [both, both], str)
    assert line.endswith("its publication: 2010-07 (iso) is used, not 2010-06-16 (iec)")


def test_parts_that_go_round_end(small: KnowledgeGraph) -> None:
    assert small.current("std:pool").state == "not known" and small.current("std:loop").state == "not known"


def test_a_span_in_which_the_answer_changes(small: KnowledgeGraph) -> None:
    found = small.state("std:x_2010", "2010")
    assert [(p.first, p.last, p.state) for p in found.periods] == [
        ("2010-01-01", "2010-06-30", "not yet published"),
        ("2010-07-01", "2010-07-30", "not known"),
        ("2010-07-31", "2010-12-31", "in force"),
    ]
    with pytest.raises(UsageError, match="changes"):
        _ = found.state
    assert small.state("std:x_2010", "2011").state == "in force"


def test_a_lineage_runs_across_standards(small: KnowledgeGraph) -> None:
    for reference in ("std:x", "std:y_2020"):
        assert [[w.designation for w in works] for works in small.timeline(reference)] == [["X: #1; {a}", "Y"]]


def test_mermaid_has_no_sign_of_its_own_in_names(small: KnowledgeGraph) -> None:
    text = mermaid([lineage(small.timeline("std:x")[0], "2021-06-01")], "2021-06-01")
    body = text.splitlines()
    assert body[0] == "gantt" and "  dateFormat YYYY-MM-DD" in body
    assert "  section X∶ ＃1, (a) → Y" in body
    tasks = [line for line in body if line.startswith("    ")]
    form = re.compile(
        r"    [^:;#{}%]+ :((done|active|crit), )?t[0-9]+, [0-9]{4}-[0-9]{2}-[0-9]{2}, [0-9]{4}-[0-9]{2}-[0-9]{2}"
    )
    assert len(tasks) == 2 and all(form.fullmatch(line) for line in tasks)


def test_bars(small: KnowledgeGraph) -> None:
    one = lineage(small.timeline("std:x")[0], "2025-01-01")
    first, last = reach([one], "2025-01-01")
    old, new = (bar(row, first, last, "2025-01-01", 30) for row in one.rows)
    assert (first, last, len(old)) == ("2010-07-01", "2025-01-01", 30)
    assert old.rstrip() == "█" * len(old.rstrip()) and new.strip().startswith("█▒")


@pytest.mark.parametrize("width", [40, 60, 90, 120, 200])
def test_text_fits(small: KnowledgeGraph, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lineages = [lineage(small.timeline("std:x")[0], "2025-01-01")]
    lines = [*render.fitted(timeline_lines(lineages, "2025-01-01"))]
    text = "\n".join(lines)
    assert "X:2010" in text and "withdrawn" in text and "\x1b" not in text
    assert all(len(line) <= width for line in lines)


# ── Commands ──


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "list", "--committee", "SC 27/WG 4", "--as-of", "2023-06-27")
    rows = {row["designation"]["value"]: row for row in found["results"]["bindings"]}
    assert {"standard", "title", "texts", "stages", "sources"} <= set(found["head"]["vars"]), "as before"
    row = rows["ISO/IEC 27032"]
    told = [row[name]["value"] for name in ("current", "state", "sure", "asOf")]
    assert told == ["ISO/IEC 27032:2012", "in force", "known", "2023-06-27"]
    assert row["asOf"]["datatype"].endswith("#date")


def names(capsys: pytest.CaptureFixture[str], *argv: str) -> set[str]:
    return {row["designation"]["value"] for row in answer(capsys, "list", *argv)["results"]["bindings"]}


def test_list_filters_by_what_was_the_case_on_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    then = names(capsys, "--stage", "FDIS", "--committee", "WG 4", "--as-of", "2023-06-27")
    assert then == {"ISO/IEC 27032", "ISO/IEC 27033-7", "ISO/IEC 27040", "ISO/IEC 27402"}
    assert not names(capsys, "--stage", "FDIS", "--committee", "WG 4", "--as-of", "2024-06-27")
    assert "ISO/IEC 27001" in names(capsys, "--stage", "60.60")
    assert "ISO/IEC 27006" in names(capsys, "--state", "withdrawn", "--as-of", "2024-03-01")
    assert "ISO/IEC 27006" not in names(capsys, "--state", "withdrawn", "--as-of", "2024-02-29")
    review = names(capsys, "--state", "under-review")
    assert review and review <= names(capsys, "--state", "in force")


def test_show_of_a_standard_begins_with_what_holds_on_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "show", "27032", "--as-of", "2013", "--format", "table")
    assert code == 0
    assert out.splitlines()[0] == "ISO/IEC 27032 as of 2013"
    assert out.splitlines()[1] == "  current edition ISO/IEC 27032:2012: in force (known); published on 2012-07-16"
    out = run(capsys, "show", "27032", "--as-of", "2023", "--format", "table")[1]
    assert "  2023-06-28 to 2023-12-31" in out and "in development: ISO/IEC 27032, revision" in out


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("SP 800-53r4", "NIST SP 800-53r5, is out since 2020"),
        ("X.1252 (04/2010)", "ITU-T X.1252 (04/2021), is out since 2021-04-30"),
    ],
)
def test_the_card_of_an_older_text_tells_of_the_later_edition(
    capsys: pytest.CaptureFixture[str], text: str, later: str
) -> None:
    told = " ".join(run(capsys, "show", text, "--format", "table")[1].split())
    assert f"a later edition, {later}; no source says that it replaces this one" in told
    period = answer(capsys, "show", text, "--as-of", "2026-01-01")["as_of"]["periods"][0]
    assert (period["state"], period["sure"]) == ("in force", "last observed")
    assert later in period["why"] and later in period["text"]["why"]


def test_the_first_line_tells_when_a_text_was_last_seen(capsys: pytest.CaptureFixture[str]) -> None:
    told = run(capsys, "show", "27001", "--as-of", "2026-11-24", "--format", "table")[1]
    told = " ".join(told.split())
    assert "ISO/IEC 27001:2022: in force when last seen (2026-03-15); nothing is known since" in told
    told = " ".join(run(capsys, "show", "X.1205", "--as-of", "2026-11-24", "--format", "table")[1].split())
    assert "in force when published (2008-04-18); no later observation is known" in told


def shown(capsys: pytest.CaptureFixture[str], *argv: str) -> list[dict[str, str]]:
    code, out, err = run(capsys, "show", *argv, "--format", "csv")
    assert (code, err) == (0, "")
    return list(csv.DictReader(io.StringIO(out)))


def test_show_csv_with_a_day_is_what_held_then(capsys: pytest.CaptureFixture[str]) -> None:
    rows = shown(capsys, "27032", "--as-of", "2023")
    assert [(row["from"], row["what"], row["designation"]) for row in rows] == [
        ("2023-01-01", "standard", "ISO/IEC 27032"),
        ("2023-01-01", "current edition", "ISO/IEC 27032:2012"),
        ("2023-02-13", "standard", "ISO/IEC 27032"),
        ("2023-02-13", "current edition", "ISO/IEC 27032:2012"),
        ("2023-02-13", "project or draft", "ISO/IEC 27032, revision"),
        ("2023-06-28", "standard", "ISO/IEC 27032"),
        ("2023-06-28", "current edition", "ISO/IEC 27032:2023"),
    ]
    assert rows[4]["stage"] == "FDIS" and "nakao-deck" in rows[4]["sources"]
    assert (rows[6]["published_first"], rows[6]["to"]) == ("2023-06-28", "2023-12-31")
    gone, new = shown(capsys, "27006", "--as-of", "2024-03-01")
    assert gone["state"] == "withdrawn" and (new["what"], new["designation"]) == ("went on as", "ISO/IEC 27006-1:2024")
    (text,) = shown(capsys, "ISO/IEC 27001:2013", "--as-of", "2022-11-01")
    assert (text["what"], text["state"], text["ended_first"]) == ("text", "withdrawn", "2022-10-25")
    assert {row["what"] for row in shown(capsys, "29192", "--as-of", "2020-01-01")} == {"standard", "part"}
    assert "direction" in shown(capsys, "27032")[0], "without a day the statements"


def test_show_json_has_as_of(capsys: pytest.CaptureFixture[str]) -> None:
    card = answer(capsys, "show", "27006", "--as-of", "2024-03-01")
    found = card["as_of"]
    assert set(found) == {"iri", "designation", "kind", "from", "to", "periods"} and found["kind"] == "standard"
    (period,) = found["periods"]
    keys = {"from", "to", "state", "sure", "why", "current", "earlier", "not_known", "moved_to", "coming", "parts"}
    assert set(period) == keys and period["state"] == "withdrawn"
    assert [new["designation"] for new in period["moved_to"]] == ["ISO/IEC 27006-1:2024"]
    text = answer(capsys, "show", "ISO/IEC 27001:2022", "--as-of", "2025-01-01")["as_of"]["periods"][0]["text"]
    assert {key: text[key] for key in ("state", "sure", "published", "ended", "last_observed")} == {
        "state": "in force",
        "sure": "known",
        "published": ["2022-10-25", "2022-10-25"],
        "ended": ["2026-03-15", ""],
        "last_observed": ["2026-03-15", "2026-03-15"],
    }
    assert [new["designation"] for new in text["amendments"]] == ["ISO/IEC 27001:2022/Amd 1:2024"]
    assert {"word", "why", "stage", "superseded_by", "conflicts", "sources"} <= set(text)
    old = answer(capsys, "show", "ISO/IEC 27001:2013")["as_of"]["periods"][0]["text"]
    (conflict,) = old["conflicts"]
    assert conflict["about"] == "publication" and set(conflict["used"]) == {"kind", "interval", "by", "sources"}
    assert [new["published"] for new in old["superseded_by"]] == [["2022-10-25", "2022-10-25"]]


def test_what_has_no_state_has_no_as_of(capsys: pytest.CaptureFixture[str]) -> None:
    assert "as_of" not in answer(capsys, "show", "NICT")
    code, out, err = run(capsys, "show", "NICT", "--as-of", "2020")
    assert (code, out) == (3, "") and "state on a day" in err


def test_timeline(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "timeline", "27006", "27032", "--as-of", "2023-06-01")
    assert set(found) == {"as_of", "lineages"} and len(found["lineages"]) == 2
    first, second = found["lineages"]
    assert [one["designation"] for one in first["standards"]] == ["ISO/IEC 27006", "ISO/IEC 27006-1"]
    states = {row["name"]: (row["kind"], row["state"]) for row in second["rows"]}
    assert states["ISO/IEC 27032:2012"] == ("edition", "in force")
    assert states["ISO/IEC 27032, revision"] == ("project", "in development")
    assert states["ISO/IEC 27032:2023"] == ("edition", "not yet published")
    keys = {"standard", "iri", "name", "kind", "state", "sure", "why", "begin", "end", "stage", "overtaken"}
    assert all(set(row) == keys for one in found["lineages"] for row in one["rows"])
    lines = list(csv.reader(io.StringIO(run(capsys, "timeline", "27006", "--format", "csv")[1])))
    assert lines[0][:3] == ["lineage", "standard", "iri"] and len({len(line) for line in lines}) == 1
    assert run(capsys, "timeline", "27001", "--format", "mermaid")[1].startswith("gantt\n")
    assert "ISO/IEC 27033-7" in run(capsys, "timeline", "--committee", "WG 4", "--format", "text")[1]


def test_ask_and_query_take_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    text = "ISO/IEC 27001:2013"
    for option in ("--as-of", "--asOf"):
        found = answer(capsys, "ask", "state-on-date", "--text", text, option, "2022-10-25")
        assert [row["state"]["value"] for row in found["results"]["bindings"]] == ["withdrawn"]
    body = "SELECT ?asOf ?s WHERE { VALUES ?asOf { UNDEF } ?s cstd:latest ?d FILTER(?d < ?asOf) } LIMIT 1"
    (row,) = answer(capsys, "query", body, "--as-of", "2010-01-01")["results"]["bindings"]
    assert row["asOf"]["value"] == "2010-01-01"


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["list", "--as-of", "yesterday"], 2),
        (["list", "--as-of", "2023"], 2),
        (["list", "--as-of", ""], 2),
        (["list", "--mine", "--as-of", "2023-01-01"], 2),
        (["list", "--state", "asleep"], 2),
        (["show", "27032", "--as-of", "2023-13"], 2),
        (["show", "27032", "--as-of", ""], 2),
        (["ask", "state-on-date", "--as-of", "2023-06"], 2),
        (["ask", "state-on-date", "--as-of", "2023-06-01", "--asOf", "2023-06-01"], 2),
        (["ask", "isms-phases", "--as-of", "2023-06-01"], 2),
        (["ask", "--as-of", "2023-06-01"], 2),
        (["query", "SELECT * WHERE { ?s ?p ?day }", "--as-of", "2023-06-01"], 2),
        (["query", "SELECT * WHERE { VALUES ?asOf { UNDEF } VALUES ?asOf { UNDEF } }", "--as-of", "2023-06-01"], 2),
        (["query", "SELECT * WHERE { VALUES ?asOf { UNDEF } }", "--as-of", '2023-06-01" } #'], 2),
        (["timeline"], 2),
        (["timeline", "27001", "--format", "table"], 2),
        (["timeline", "27001", "--as-of", "2023"], 2),
        (["timeline", "no such standard"], 3),
        (["timeline", "--committee", "cybersecurity"], 3),
        (["timeline", "NICT"], 3),
    ],
)
def test_bad_input(capsys: pytest.CaptureFixture[str], argv: list[str], code: int) -> None:
    got, out, err = run(capsys, *argv)
    assert (got, out) == (code, ""), argv
    assert err.startswith("cyberstd: ") and len(err.splitlines()) >= 2, f"no hint: {argv}"


# ── Today ──


def test_a_default_of_today_is_bound(tmp_path: Path) -> None:
    saved = saved_questions.load("state-on-date")
    assert '"2026-11-24"^^<http://www.w3.org/2001/XMLSchema#date>' in saved.bind({}, lambda r, k: r, today="2026-11-24")
    assert "2024-06-30" not in saved.bind({}, lambda r, k: r), "the day in the file is but an example"


@pytest.mark.parametrize(
    "block", ["UNDEF", '"2024-02-30"^^xsd:date', '"2024"', '"2024-01-01"^^xsd:date "2025-01-01"^^xsd:date']
)
def test_a_block_of_today_holds_one_day(tmp_path: Path, block: str) -> None:
    head = "# id: t\n# question: What?\n# group: T\n# param: asOf | date | today | the day\n# example: cyberstd ask t\n"
    path = tmp_path / "t.rq"
    path.write_text(f"{head}SELECT * WHERE {{ VALUES ?asOf {{ {block} }} }}", encoding="utf-8")
    with pytest.raises(InputError, match="today"):
        saved_questions.parse(path)


def test_the_engine_is_not_imported_for_days() -> None:
    code = (
        "import sys, cyberstd_kg; kg = cyberstd_kg.load()\n"
        "kg.show('27001'), kg.standards(committee='WG 4'), kg.timeline('27001')\n"
        "print('pyoxigraph' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
