"""What commands print for people fits the terminal: at 60, 80 and 120 columns, Japanese titles and long labels too."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from commands import run

from cyberstd_kg.cli import COMMANDS, main, render
from cyberstd_kg.core.words import columns

WIDTHS = [60, 80, 120]
#: An entry with faults: a title in Japanese, and a property that the ontology does not have.
ENTRY = """@prefix std: <https://w3id.org/cyberstd/id/> .
@prefix cstd: <https://w3id.org/cyberstd/ontology#> .
@prefix dct: <http://purl.org/dc/terms/> .
std:サイバーセキュリティ a cstd:Standard ; dct:title "サイバーセキュリティ経営ガイドライン、第三版、経済産業省"@ja ;
  cstd:noSuchProperty "…" .
"""
RECORD = """docid:
- {id: "ISO/IEC 99090:2013", type: ISO, primary: true}
title: サイバーセキュリティ経営ガイドライン、第三版、経済産業省、独立行政法人情報処理推進機構
relation:
- {type: adoptedAs, bibitem: {docid: [{id: サイバーセキュリティ経営ガイドライン・第三版・経済産業省, type: JISC}]}}
"""
SET = """#curie_map:
#  std: https://w3id.org/cyberstd/id/
#mapping_set_id: https://example.org/sets/japan
#license: https://creativecommons.org/licenses/by/4.0/
#mapping_set_title: サイバーセキュリティ経営ガイドラインと ISO/IEC 27001:2022
subject_id\tpredicate_id\tobject_id\tmapping_justification
std:no-such-text_1\tskos:exactMatch\tstd:iso-iec-27001_2022_a-5-1\tsemapv:ManualMappingCuration
"""
#: Commands that print text, without ``--format``; of a name in braces the file is written first.  ``--explain`` is left
#: out: it prints a query as it stands.
CALLS = [
    "list|--committee|SC 27/WG 4",
    "list|--state|withdrawn",
    "show|サイバーセキュリティ基本法",
    "show|ISO/IEC 27001:2022|--deep",
    "show|27032|--as-of|2023",
    "search|サイバーセキュリティ",
    "search|software update",
    "compare|cybersecurity",
    "compare|cybersecurity|--only|X.1205|--only|サイバーセキュリティ基本法",
    "timeline|27001|27006|29192",
    "diff|2024|2026",
    "ask",
    "ask|definitions-compared|--term|cybersecurity",
    "ask|conflicts",
    "query|SELECT ?title ?x WHERE { ?x dct:title ?title FILTER(LANG(?title) = 'ja') } LIMIT 20",
    "crosswalk",
    "crosswalk|27001:2022|Grundschutz++",
    "why|27001:2022 A.5.1|Grundschutz++ GC.6.1.3",
    "why|CSF 2.0 GV.PO-01|Grundschutz++ GC.6.1.3",
    "gap|Grundschutz++|--have|27001:2022",
    "prove",
    "prove|--strict",
    "validate|{entry.ttl}|--source|src:nakao-deck_h27-players",
    "import|relaton|{record.yaml}|-o|imported",
    "import|sssom|{set.sssom.tsv}|-o|imported",
    "quality|--list",
    "audit",
]
FILES = {"entry.ttl": ENTRY, "record.yaml": RECORD, "set.sssom.tsv": SET}
#: Formats for people, of the commands whose format would else depend on a terminal.
TABLES = ("list", "show", "search", "compare", "diff", "ask", "query", "crosswalk", "gap", "audit")


def too_wide(text: str, width: int) -> list[str]:
    """Return the lines that are wider than the terminal, unless an IRI or a path, which stays whole, ends one."""
    return [line for line in text.splitlines() if columns(line) > width and not is_name(line.split()[-1], width)]


def is_name(word: str, width: int) -> bool:
    """Whether a word is an IRI, a CURIE or a path, too long to stand beside another text."""
    return word.isascii() and len(word) > width // 3 and any(sign in word for sign in "/:")


@pytest.mark.parametrize("call", CALLS)
def test_no_line_is_wider_than_the_terminal(
    call: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8")
    words = [word.strip("{}") if word.strip("{}") in FILES else word for word in call.split("|")]
    if words[0] in TABLES:
        words += ["--format", "table"]
    if words[0] == "timeline":
        words += ["--format", "text"]
    for width in WIDTHS:
        monkeypatch.setenv("COLUMNS", str(width))
        code, out, err = run(capsys, *words)
        assert code in (0, 1), err
        assert len(out.splitlines()) > 2
        assert too_wide(out, width) == []


def test_all_commands_that_print_text_are_called() -> None:
    """What is left out prints no text for people; or needs a Java, or a workspace, and has tests of its own."""
    called = {call.split("|")[0] for call in CALLS}
    commands = {name for group in COMMANDS.values() for name in group}
    assert commands - called == {"new", "add", "remove", "fmt", "reason", "export"}


@pytest.mark.parametrize("width", WIDTHS)
def test_help_fits_the_terminal(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    assert too_wide(run(capsys, "--help")[1], width) == []
    for words in [[name] for group in COMMANDS.values() for name in group] + [["import", "sssom"]]:
        with pytest.raises(SystemExit):
            main([*words, "--help"])
        text, _, examples = capsys.readouterr().out.partition("examples:\n")
        assert too_wide(text, width) == [], words
        assert all(line.startswith(f"  cyberstd {words[0]}") for line in examples.splitlines())


def test_the_width_is_that_of_the_terminal() -> None:
    """Data and messages, on a terminal of 60 columns."""
    import fcntl
    import struct
    import termios

    for argv, stream in ((["show", "サイバーセキュリティ基本法"], "stdout"), (["list", "--stage", "ZZ"], "stderr")):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 60, 0, 0))
        done = subprocess.run(
            [sys.executable, "-m", "cyberstd_kg", *argv],
            **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: theirs},
            env={**os.environ, "NO_COLOR": "1"},
            check=False,
            timeout=60,
        )
        os.close(theirs)
        text = os.read(ours, 1 << 16).decode().replace("\r\n", "\n")
        os.close(ours)
        assert done.returncode in (0, 3) and len(text.splitlines()) > 2
        assert too_wide(text, 60) == []


def test_a_line_goes_on_below_its_text() -> None:
    long = "サイバーセキュリティ " * 12
    lines = [*render.fitted([f"  [1] \t{long}", f"    {long}", "  https://w3id.org/cyberstd/" + "x" * 60], 40)]
    assert all(line.startswith(("  [1] サ", "    サ", " " * 6)) for line in lines[:-1] if line.strip())
    assert all(columns(line) <= 40 for line in lines[:-1]) and lines[-1].endswith("/" + "x" * 60)


def test_a_row_stays_as_it_is() -> None:
    row = render.Row("a    b" * 30)
    assert [*render.fitted([row, "", "a    b"], 40)] == [row, "", "a    b"]
