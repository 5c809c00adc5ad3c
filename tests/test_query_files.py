"""The files of queries: each question stands in the folder of its group."""

from __future__ import annotations

import re
from pathlib import Path

from cyberstd_kg.core import assets
from cyberstd_kg.sparql import saved_questions

ROOT = Path(__file__).resolve().parent.parent
QUERIES = ROOT / "queries"
EXPECTATIONS = ROOT / "tests" / "competency"


def folder(group: str) -> str:
    """Return the name of the folder of a group: "IoT and CPS" → "iot-and-cps"."""
    return re.sub(r"[^a-z0-9]+", "-", group.lower())


def test_each_question_stands_in_the_folder_of_its_group_and_so_do_its_expectations() -> None:
    at = {path.stem: path.relative_to(QUERIES / "competency").as_posix() for path in assets.query_files()}
    assert at == {name: f"{folder(saved.group)}/{name}.rq" for name, saved in saved_questions.load_all().items()}
    expected = {path.relative_to(EXPECTATIONS).with_suffix(".rq").as_posix() for path in EXPECTATIONS.rglob("*.json")}
    assert expected == set(at.values())


def test_no_two_questions_have_one_id() -> None:
    names = [path.stem for path in assets.query_files()]
    assert len(names) == len(set(names))
