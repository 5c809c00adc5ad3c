"""Each saved question on the shipped graph: its header, its expected answers, and that repetition changes nothing.

Expectations stand in ``tests/competency/<id>.json``: a list of cases ``{"params", "expect", "exact"}``, where IRIs are
written as CURIEs; ``exact`` means that there are no other rows, ``count`` tells how many there are, ``missing`` that a
parameter refers to nothing.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import cyberstd_kg
from cyberstd_kg.core import assets, iris
from cyberstd_kg.core.errors import NotFound
from cyberstd_kg.sparql import saved_questions

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = sorted(path.stem for path in assets.query_files())
SECOND = ox.NamedNode(f"{iris.PREFIXES['src']}second-witness")


@cache
def graph() -> cyberstd_kg.KnowledgeGraph:
    """The shipped graph, looked up once."""
    return cyberstd_kg.load()


@cache  # a question with its defaults is asked by three tests
def answers(text: str) -> list[dict[str, str]]:
    """Answer *text* on the shipped graph, see :func:`rows`."""
    return rows(graph().store, text)


def rows(store: ox.Store, text: str) -> list[dict[str, str]]:
    """Answer *text* on *store*: rows of variable → text, IRIs as CURIEs, without the column of sources."""
    answer = store.query(text)
    assert isinstance(answer, ox.QuerySolutions)
    names = [variable.value for variable in answer.variables]
    return [{name: short(row[name]) for name in names if name != "sources"} for row in answer]


def short(term: Any) -> str:
    """Write one term as the expectations do."""
    if term is None:
        return ""
    return (iris.compact(term.value) or term.value) if isinstance(term, ox.NamedNode) else str(term.value)


def bind(question: str, params: dict[str, str]) -> str:
    """Bind parameters given as people write them."""
    return saved_questions.load(question).bind(params, graph().resolve_iri)


def cases() -> list[tuple[str, dict[str, Any]]]:
    """Return (question, case) of all expectations."""
    found = []
    for question in QUESTIONS:
        path = ROOT / "tests" / "competency" / f"{question}.json"
        if path.exists():
            found += [(question, case) for case in json.loads(path.read_text(encoding="utf-8"))]
    return found


@pytest.fixture(scope="module")
def repeated() -> ox.Store:
    """The shipped graph with every statement repeated in a second graph, but for what the ontology lets follow."""
    quads = list(graph().store.quads_for_pattern(None, None, None, None))
    inferred = ox.NamedNode(iris.INFERRED)
    copy = ox.Store()
    copy.bulk_extend(quads)
    copy.bulk_extend({ox.Quad(q.subject, q.predicate, q.object, SECOND) for q in quads if q.graph_name != inferred})
    return copy


def test_there_are_enough_questions_and_each_has_expectations() -> None:
    assert len(QUESTIONS) >= 30
    missing = [q for q in QUESTIONS if not (ROOT / "tests" / "competency" / f"{q}.json").exists()]
    assert missing == []
    stray = {path.stem for path in (ROOT / "tests" / "competency").glob("*.json")} - set(QUESTIONS)
    assert stray == set()


@pytest.mark.parametrize("question", QUESTIONS)
def test_header(question: str) -> None:
    saved = saved_questions.load(question)
    assert saved.id == question
    assert saved.question.endswith("?")
    assert saved.group and saved.example.startswith(f"cyberstd ask {question}")
    assert "?source" in saved.text.partition("WHERE")[0], "an answer tells who says so"
    assert "ORDER BY" in saved.text, "an answer comes in one order"
    options = {"list", "explain", "endpoint", "timeout", "format", "help"}
    assert not options & {param.name for param in saved.params}, "an option of ask has this name"


@pytest.mark.parametrize("question", QUESTIONS)
def test_defaults_have_an_answer(question: str) -> None:
    assert answers(bind(question, {})), "the question as it stands has no answer on the shipped graph"


@pytest.mark.parametrize(("question", "case"), cases(), ids=lambda x: x if isinstance(x, str) else "")
def test_expected(question: str, case: dict[str, Any]) -> None:
    if case.get("missing"):
        with pytest.raises(NotFound):
            bind(question, case["params"])
        return
    got = answers(bind(question, case["params"]))
    for expected in case["expect"]:
        assert any(all(row.get(k) == v for k, v in expected.items()) for row in got), f"not in the answer: {expected}"
    if case["exact"]:
        assert len(got) == len(case["expect"])
    assert len(got) == case.get("count", len(got))


@pytest.mark.parametrize("question", [q for q in QUESTIONS if saved_questions.load(q).params])
def test_some_case_is_negative(question: str) -> None:
    wanted = [case for name, case in cases() if name == question]
    assert any(case["exact"] and not case["expect"] for case in wanted), "no case expects an empty answer"


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_fact_with_two_sources_counts_once(question: str, repeated: ox.Store) -> None:
    text = bind(question, {})
    once, twice = facts(answers(text)), facts(rows(repeated, text))
    if "source" in saved_questions.load(question).text.partition("WHERE")[0].replace("?sources", ""):
        # Where who says it is part of the answer, the second witness is one more who says the same.
        once, twice = sorted(set(once)), sorted(set(twice))
    assert twice == once


def facts(found: list[dict[str, str]]) -> list[str]:
    """Write rows without the columns that tell the source; concatenated values, which have no order, sorted."""
    told = [{k: v for k, v in row.items() if not k.startswith("source")} for row in found]
    return sorted(json.dumps({k: sorted(re.split("[,;] ", v)) for k, v in row.items()}, sort_keys=True) for row in told)
