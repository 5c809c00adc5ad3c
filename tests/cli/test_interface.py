"""The documented interface (docs/interface.md): the shape of every JSON answer, formats, exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import answer, run

from cyberstd_kg.cli import COMMANDS, main, render
from cyberstd_kg.core.words import columns

SOURCE = {"iri", "document", "locator", "tier", "says", "quoted_from"}


def process(*argv: str, text: str | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "cyberstd_kg", *argv],
        capture_output=True,
        text=True,
        input=text or "",
        env={**os.environ, **env},
        timeout=60,
        check=False,
    )


def test_show(capsys: pytest.CaptureFixture[str]) -> None:
    card = answer(capsys, "show", "27400 7.1.2.10")
    assert set(card) == {"iri", "designation", "label", "kinds", "statements"}
    assert card["iri"].endswith("/id/iso-iec-27400_2022_7-1-2-10")
    assert {"security control", "provision"} <= set(card["kinds"])
    for statement in card["statements"]:
        assert set(statement) == {
            "property",
            "property_label",
            "direction",
            "value",
            "value_type",
            "value_label",
            "lang",
            "status",
            "sources",
        }
        assert statement["direction"] in ("out", "in") and statement["value_type"] in ("iri", "literal")
        assert statement["status"] in ("stated", "quoted", "ours") and statement["sources"]
        assert all(
            set(source) == SOURCE and source["document"] and source["locator"] for source in statement["sources"]
        )
    told = {(s["property_label"], s["value_label"]) for s in card["statements"]}
    assert ("printed label", "Control-10") in told
    assert ("addressee", "IoT service provider") in told
    assert any(s["direction"] == "in" for s in card["statements"])


def test_show_of_a_work_tells_the_stages_seen_of_its_projects(capsys: pytest.CaptureFixture[str]) -> None:
    card = answer(capsys, "show", "27404")
    seen = [s for s in card["statements"] if s["status"] == "computed"]
    drafts = [s for s in seen if s["value_label"].startswith("WD, ")]
    assert [s["value_label"] for s in drafts] == [
        "WD, printed (WD), 2023-02-13 to 2023-06-28",
        "WD, printed WD2, 2023-02-13 to 2023-06-28",
        "WD, printed [WD2], 2023-02-13 to 2023-06-28",
    ]
    # The stage is the slide's, the interval our reading.
    assert all({source["says"] for source in s["sources"]} == {"stated", "ours"} for s in drafts)


def test_show_deep_nests_provisions(capsys: pytest.CaptureFixture[str]) -> None:
    card = answer(capsys, "show", "ISO/IEC FDIS 27402", "--deep")

    def locators(below: dict[str, Any]) -> list[str]:
        own = [s["value"] for s in below["statements"] if s["property_label"] == "locator" and s["direction"] == "out"]
        return own + [x for child in below["provisions"] for x in locators(child)]

    assert {"5", "5.1", "5.1.3", "5.2.8"} <= set(locators(card))
    assert locators(card).index("5.1") < locators(card).index("5.1.3") < locators(card).index("5.2.8")


def test_search(capsys: pytest.CaptureFixture[str]) -> None:
    hits = answer(capsys, "search", "software firmware updates", "-n", "6")
    assert 0 < len(hits) <= 6
    assert all({"iri", "kind", "label", "matched", "source"} <= set(hit) for hit in hits)
    assert any("27402" in hit["label"] for hit in hits) and any("27400" in hit["label"] for hit in hits)
    code, out, _ = run(capsys, "search", "xyzzyplugh", "--format", "json")
    assert (code, json.loads(out)) == (3, [])


def test_compare(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "compare", "cybersecurity")
    assert found["concept"]["label"] == "cybersecurity"
    places = [(entry["text"], entry["locator"]) for entry in found["entries"]]
    by_date = [
        ("ITU-T X.1205 (04/2008)", "3.2.5"),
        ("ISO/IEC FDIS 27032:2012", "4.20"),
        ("ISO/IEC TS 27100:2020", "3.2"),
    ]
    assert [place for place in places if place in by_date] == by_date and found["total"] == len(places)
    genus = {f["value_label"] for f in found["facets"] if f["facet_label"] == "genus"}
    assert genus >= {"collection of means", "preservation of properties", "safeguarding of beneficiaries"}
    fdis = found["entries"][places.index(("ISO/IEC FDIS 27032:2012", "4.20"))]
    assert fdis["other_names"] == ["Cyberspace security"] and len(fdis["notes"]) == 2
    assert set(found) == {
        *("concept", "total", "entries", "facets", "cells", "words", "lineage", "relations", "sources")
    }
    entry = {"iri", "text_iri", "text", "locator", "term", "other_names", "definition", "notes"}
    entry |= {"adapted_from", "sources"}
    more = {"number", "title", "kind", "type", "publishers", "date", "printed_date", "tiers", "definitions", "remarks"}
    last = {"wording", "uncertain", "held", "by_reference_to", "silent", "classes"}
    assert all(set(e) == entry | more | last for e in found["entries"])
    assert all({*map(frozenset, e["sources"])} <= {frozenset(SOURCE)} for e in found["entries"])
    assert all({"text", "lang", "status", "sources"} == set(d) for e in found["entries"] for d in e["definitions"])
    value = {"facet", "facet_label", "value", "value_label"}
    more = {"entries", "standing", "by_reference", "status", "sources"}
    assert all(set(f) == value | more for f in found["facets"])
    more = {"entry", "standing", "with", "holder", "status", "sources"}
    assert all(set(c) == value | more for c in found["cells"])
    standings = {"shared by all", "shared", "only here", "by reference", "silent", "silent by reference", "not held"}
    assert {c["standing"] for c in found["cells"]} <= standings
    assert all(set(w) == {"lang", "entries", "why_not", "shared", "only"} for w in found["words"])
    step = {"from", "property", "property_label", "to", "to_label", "to_held", "said", "status", "sources"}
    assert all(set(s) == step | {"difference", "same", "why_not"} for s in found["lineage"])
    relation = {"entries", "relation", "lineage", "genus", "facets", "shared", "broader", "steps", "through", "reason"}
    assert all(set(r) == relation | {"status", "sources"} for r in found["relations"])
    assert all(r["status"] == "computed" and r["reason"] for r in found["relations"])
    assert all(set(source) == SOURCE for source in found["sources"])


def test_compare_of_what_nobody_defines(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "compare", "zero trust")
    assert (code, out) == (3, "") and "zero trust" in err


def test_ask(capsys: pytest.CaptureFixture[str]) -> None:
    listed = answer(capsys, "ask", "--list")
    assert len(listed) >= 30
    assert all({"id", "question", "group", "example", "parameters"} <= set(question) for question in listed)
    found = answer(capsys, "ask", "catalogue", "--stage", "DIS")
    assert set(found) == {"head", "results"}
    assert {row["designation"]["value"] for row in found["results"]["bindings"]} >= {"ISO/IEC 27403"}


def test_ask_says_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "ask", "catalog")[0] == 3
    code, _, err = run(capsys, "ask", "catalogue", "--stag", "DIS")
    assert code == 2 and "stage" in err
    assert run(capsys, "ask", "catalogue", "--stage", "no such stage")[0] == 3


def test_query(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "query", "SELECT ?d WHERE { ?d a cstd:Draft } ORDER BY ?d")
    assert len(found["results"]["bindings"]) >= 5
    code, out, _ = run(capsys, "query", "CONSTRUCT { ?d a cstd:Draft } WHERE { ?d a cstd:Draft }")
    assert code == 0 and "std:iso-iec-27402_fdis a cstd:Draft" in out
    assert answer(capsys, "query", "ASK { ?s a cstd:Edition }")["boolean"] is True


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 2),
        ("SELECT * WHERE { ?s ?p }", 2),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 2),
        ("SELECT * WHERE { " + "{ " * 5000 + "}" * 5000 + " }", 2),
        ("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", 4),
    ],
)
def test_hostile_queries_end_with_the_right_code(text: str, code: int) -> None:
    done = process("query", "-", "--timeout", "2", text=text)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("cyberstd: ")


def test_formats(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (
        ["list"],
        ["search", "NICTER"],
        ["compare", "risk"],
        ["ask", "isms-phases"],
        ["show", "NICT"],
        ["audit"],
    ):
        piped = run(capsys, *command)[1]
        as_csv = run(capsys, *command, "--format", "csv")[1]
        assert piped == as_csv, "without a terminal the format is CSV"
        lines = list(csv.reader(io.StringIO(as_csv)))
        assert len(lines) > 1 and len({len(line) for line in lines}) == 1
        assert "\t" in run(capsys, *command, "--format", "tsv")[1]
        assert run(capsys, *command, "--format", "md")[1].startswith("|")
        assert run(capsys, *command, "--format", "table")[1].strip()


def test_every_command_has_help_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert all(name in run(capsys, "--help")[1] for group in COMMANDS.values() for name in group)
    for group in COMMANDS.values():
        for name in group:
            with pytest.raises(SystemExit) as ended:
                main([name, "--help"])
            assert ended.value.code == 0
            assert f"cyberstd {name}" in capsys.readouterr().out.partition("examples:")[2]


def test_bad_calls(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for argv, code in (
        (["frobnicate"], 2),
        (["show"], 2),
        (["show", "no such thing at all"], 3),
        (["list", "--stage", "ZZ"], 3),
        (["export", "--format", "docx"], 2),
        (["query", "nofile.rq"], 2),
        (["search", "   "], 2),
        (["export", "-o", str(tmp_path / "no" / "folder.ttl")], 2),
        (["list", "--format", "yaml"], 2),
        (["search", "x", "-n", "-1"], 2),
        (["query", "ASK {}", "--timeout", "nan"], 2),
        (["query", "SELECT nonsense"], 2),
    ):
        got, out, err = run(capsys, *argv)
        assert (got, out) == (code, ""), argv
        assert err.startswith("cyberstd: ") and len(err.splitlines()) >= 2, f"no hint: {argv}"


def test_a_near_miss_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert "show" in run(capsys, "shwo")[2]
    assert "27400" in run(capsys, "show", "ISO/IEC 27405")[2]


def test_a_closed_pipe_is_quiet() -> None:
    done = subprocess.run(
        f"{sys.executable} -m cyberstd_kg export --format nq | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == "" and done.stdout.count("\n") == 1


def test_answers_do_not_depend_on_the_locale() -> None:
    plain = process("show", "X.1205", LC_ALL="C", PYTHONUTF8="0", PYTHONHASHSEED="1")
    other = process("show", "X.1205", LC_ALL="C.UTF-8", PYTHONHASHSEED="2")
    assert plain.returncode == 0 and plain.stdout == other.stdout


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in render.table(["a"], [["\x1b[31mred\x07"]], 80)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    from cyberstd_kg import __version__

    assert run(capsys, "--version")[1] == f"cyberstd {__version__}\n"


@pytest.mark.parametrize(
    ("closing", "code"), [("list >&-", 0), ("query - <&-", 2), ("show nope 2>&-", 3), ("list >/dev/full", 2)]
)
def test_closed_and_full_streams_are_told_or_quiet(closing: str, code: int) -> None:
    command, redirect = closing.rsplit(" ", 1)
    line = f"{sys.executable} -m cyberstd_kg {command} {redirect}"
    done = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code
    assert "Traceback" not in done.stdout + done.stderr


def test_messages_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    for argv in (["\x1b[31mX"], ["show", "\x1b[31mX"], ["query", "\x9b31m.rq"], ["export", "-o", "/no/\x1b[31m/x"]):
        code, out, err = run(capsys, *argv)
        assert code in (2, 3) and out == ""
        assert all(c.isprintable() or c == "\n" for c in err)


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        code = run(capsys, "export", "--format", "nt", "--graph", "src:nakao-deck_h27-players", "-o", str(pipe))[0]
        assert reader.stdout is not None
        assert code == 0 and reader.stdout.read().startswith(b"<")
    assert pipe.is_fifo()


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / ("n" * 250)
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    argv = ("export", "--format", "nt", "--graph", "src:nakao-deck_h27-players", "-o", str(target))
    assert run(capsys, *argv)[0] == 0
    assert target.read_bytes().startswith(b"<") and target.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert run(capsys, *argv[:-1], str(loop))[0] == 2


def test_a_wrong_kind_of_thing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "list", "--committee", "cybersecurity")
    assert code == 3 and "not of the kind" in err
    code, _, err = run(capsys, "list", "--stage", "IoT user")
    assert code == 3 and "FDIS" in err
    assert run(capsys, "ask", "programmes", "--jurisdiction", "Japan", "--jurisdiction", "US")[0] == 2


@pytest.mark.parametrize("width", [80, 16])
def test_a_table_counts_a_japanese_sign_as_two(width: int) -> None:
    lines = render.table(("name", "n"), [("サイバーセキュリティ", "1"), ("x", "2")], width).splitlines()
    rows = [line for line in lines if line.endswith(("1", "2"))]
    assert [columns(line) for line in rows] == [columns(rows[0])] * 2
    assert all(columns(line) <= max(width, 23) for line in lines)
    assert "".join(line.split("  ")[0].strip() for line in lines[2:-1]) == "サイバーセキュリティ"


def test_a_table_of_too_many_columns_becomes_blocks() -> None:
    names = ("name", "date of publication", "state", "title")
    text = render.table(
        names, [("X", "2020-01-01", "in force", "サイバーセキュリティ" * 3), ("Y", "", "draft", "t")], 40
    )
    first, second = text.split("\n\n")
    assert first.splitlines()[:3] == [
        "name                 X",
        "date of publication  2020-01-01",
        "state                in force",
    ]
    assert second.split("\n") == ["name                 Y", "state                draft", "title                t", ""]
    assert all(columns(line) <= 40 for line in text.splitlines())
