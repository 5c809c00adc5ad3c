"""The files of queries: each question stands in the folder of its group, and every file reads well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cyberstd_kg.core import assets
from cyberstd_kg.sparql import guard, saved_questions

ROOT = Path(__file__).resolve().parents[2]
QUERIES = ROOT / "queries"
FILES = sorted(QUERIES.rglob("*.rq"))
EXPECTATIONS = ROOT / "tests" / "competency"
MAX_LINE = 140


def folder(group: str) -> str:
    """Return the name of the folder of a group: "IoT and CPS" → "iot-and-cps"."""
    return re.sub(r"[^a-z0-9]+", "-", group.lower())


def prefixes(query: str) -> tuple[list[str], set[str]]:
    """Return the prefixes that a query declares, and those that its names use."""
    declared, used = [], set()
    before = ""
    for token in guard.tokens(query):
        if token.kind == "name" and ":" in token.text:
            prefix = token.text.partition(":")[0]
            if before.upper() == "PREFIX":
                declared.append(prefix)
            else:
                used.add(prefix)
        before = token.text
    return declared, used


def test_each_question_stands_in_the_folder_of_its_group_and_so_do_its_expectations() -> None:
    at = {path.stem: path.relative_to(QUERIES / "competency").as_posix() for path in assets.query_files()}
    assert at == {name: f"{folder(saved.group)}/{name}.rq" for name, saved in saved_questions.load_all().items()}
    expected = {path.relative_to(EXPECTATIONS).with_suffix(".rq").as_posix() for path in EXPECTATIONS.rglob("*.json")}
    assert expected == set(at.values())


def test_no_two_questions_have_one_id() -> None:
    names = [path.stem for path in assets.query_files()]
    assert len(names) == len(set(names))


def test_prefixes_are_told_apart() -> None:
    text = 'PREFIX a: <http://a/>\nPREFIX b: <http://b/>\nSELECT * { ?s a:x "b:y" } # b:z'
    assert prefixes(text) == (["a", "b"], {"a"})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(QUERIES).with_suffix("").as_posix())
def test_a_query_declares_what_it_uses_and_has_no_long_line(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    declared, used = prefixes(text)
    assert sorted(declared) == sorted(used)
    assert max(map(len, text.splitlines())) <= MAX_LINE
