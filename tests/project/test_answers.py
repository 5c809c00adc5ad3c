"""The tool that compares the answers of two commits: it records what a command prints, and names what differs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import answers
import pytest

QUADS = '<https://w3id.org/cyberstd/id/a> <http://purl.org/dc/terms/title> "A" <https://w3id.org/cyberstd/source/s> .\n'
#: A command line that answers all that a plan is drawn from, and echoes the rest.
FAKE = f"""
import json, sys
words = sys.argv[1:]
if words[:2] == ["ask", "--format"]:
    print(json.dumps([{{"id": "q", "example": "cyberstd ask q --about 'a b'"}}]))
elif words[:1] == ["export"]:
    print({QUADS!r}, end="")
elif words[:2] == ["crosswalk", "--format"]:
    print(json.dumps({{"cells": [{{"from": {{"iri": "x"}}, "to": {{"iri": "y"}}, "published": 1, "derived": 0}}]}}))
elif words[:1] == ["crosswalk"]:
    print(json.dumps({{"pairs": [{{"from": {{"iri": "x1"}}, "to": {{"iri": "y1"}}}}]}}))
else:
    print(json.dumps({{"words": words, "rows": [{{"name": NAME, "at": sys.argv[0]}}]}}))
    sys.exit(NAME == "worse")
"""


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Two recordings of one program that names something differently, and ends with another code."""
    monkeypatch.setattr(answers, "ENTITIES", 1)
    monkeypatch.setattr(answers, "PAIRS", 1)
    folders: list[Path] = []
    for name in ("better", "worse"):
        (tmp_path / name).mkdir()
        program = tmp_path / name / "fake.py"
        program.write_text(f"NAME = {name!r}\n{FAKE}", encoding="utf-8")
        folders.append(tmp_path / f"of-{name}")
        command = answers.Command([sys.executable, str(program)], tmp_path, tmp_path / name)
        answers.record(folders[-1], command, folders[0] if len(folders) > 1 else None)
    return folders


def test_a_recording_holds_every_kind_of_answer(recorded: list[Path]) -> None:
    plan = json.loads((recorded[0] / answers.PLAN).read_text(encoding="utf-8"))
    kinds = {name.partition("-")[0] for name in plan}
    assert kinds == {"export", "ask", "show", "validate", "prove", "gap", "why"}
    assert plan["ask-q-example"] == ["ask", "q", "--about", "a b", "--format", "json"]
    assert plan["why-00"] == ["why", "x1", "y1", "--format", "json"]
    assert json.loads((recorded[1] / answers.PLAN).read_text(encoding="utf-8")) == plan


def test_what_differs_is_named_by_its_place(recorded: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert answers.compare(recorded[0], recorded[0]) == 0
    assert "14 of 14 answers are the same" in capsys.readouterr().out
    assert answers.compare(*recorded) == 8
    text = capsys.readouterr().out
    assert "why  rows/*/name  1×, first in why-00:\n    - better\n    + worse" in text
    assert str(recorded[0].parent) not in text, "the folder of the checkout is no difference"
    assert "6 of 14 answers are the same" in text


def test_exports_are_compared_as_statements() -> None:
    other = QUADS.replace('"A"', '"B"')
    same = list(answers.of_answer("export-nq", QUADS + other, other + QUADS))
    assert same == [("order or layout", "", "")]
    places = [place for place, _, _ in answers.of_answer("export-nq", QUADS, other)]
    assert places == ["<http://purl.org/dc/terms/title> gone", "<http://purl.org/dc/terms/title> new"]
