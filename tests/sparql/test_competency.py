"""Each saved question on the shipped graph: its header, its expected answers, and that repetition changes nothing.

The expected answers of a question stand in ``tests/competency/<group>/<id>.json``: a list of cases ``{"params",
"expect", "exact"}``, where IRIs are written as CURIEs.  ``exact`` means that there are no other rows, ``count`` is the
number of rows, ``missing`` means that a parameter refers to nothing.
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

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = sorted(path.stem for path in assets.query_files())
#: Question → its cases.
EXPECTATIONS: dict[str, list[dict[str, Any]]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "tests" / "competency").rglob("*.json")
}
SECOND = ox.NamedNode(f"{iris.PREFIXES['src']}second-witness")


@cache
def graph() -> cyberstd_kg.KnowledgeGraph:
    """The shipped graph, looked up once."""
    return cyberstd_kg.load()


@cache
def defaults(question: str) -> list[dict[str, str]]:
    """Answer a question with its defaults on the shipped graph, see :func:`rows`; several tests look at this answer."""
    return rows(graph().store, bind(question, {}))


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
    return [(question, case) for question in QUESTIONS for case in EXPECTATIONS.get(question, [])]


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
    assert sorted(EXPECTATIONS) == QUESTIONS


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
    assert defaults(question), "the question as it stands has no answer on the shipped graph"


@pytest.mark.parametrize(("question", "case"), cases(), ids=lambda x: x if isinstance(x, str) else "")
def test_expected(question: str, case: dict[str, Any]) -> None:
    if case.get("missing"):
        with pytest.raises(NotFound):
            bind(question, case["params"])
        return
    params = case["params"]
    got = rows(graph().store, bind(question, params)) if params else defaults(question)
    for expected in case["expect"]:
        assert any(all(row.get(k) == v for k, v in expected.items()) for row in got), f"not in the answer: {expected}"
    if case["exact"]:
        assert len(got) == len(case["expect"])
    assert len(got) == case.get("count", len(got))


@pytest.mark.parametrize("question", [q for q in QUESTIONS if saved_questions.load(q).params])
def test_some_case_is_negative(question: str) -> None:
    assert any(case["exact"] and not case["expect"] for case in EXPECTATIONS[question]), "no case expects no rows"


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_fact_with_two_sources_counts_once(question: str, repeated: ox.Store) -> None:
    once, twice = facts(defaults(question)), facts(rows(repeated, bind(question, {})))
    if "source" in saved_questions.load(question).text.partition("WHERE")[0].replace("?sources", ""):
        # Where who says it is part of the answer, the second witness is one more who says the same.
        once, twice = sorted(set(once)), sorted(set(twice))
    assert twice == once


def facts(answer: list[dict[str, str]]) -> list[str]:
    """Write rows without the columns of sources; concatenated values, which have no order, sorted."""
    stated = [{name: value for name, value in row.items() if not name.startswith("source")} for row in answer]
    return sorted(
        json.dumps({name: sorted(re.split("[,;] ", value)) for name, value in row.items()}, sort_keys=True)
        for row in stated
    )
