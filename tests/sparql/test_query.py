"""Saved questions: headers, binding, and that a value stays a value."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from query_steps import QuerySteps

import cyberstd_kg
from cyberstd_kg.build.snapshot import open_snapshot
from cyberstd_kg.core import assets
from cyberstd_kg.core.errors import InputError, NotFound, UsageError
from cyberstd_kg.sparql import guard, saved_questions, worker
from cyberstd_kg.sparql.results import Term
from cyberstd_kg.sparql.saved_questions import Param, SavedQuery

XSD = "http://www.w3.org/2001/XMLSchema#"
HEAD = "# id: test\n# question: What?\n# group: Tests\n{params}# example: cyberstd ask test\n"
KINDS = ("string", "integer", "date", "boolean", "iri", "concept")
TEXT = "SELECT * WHERE {\n" + "".join(f"  VALUES ?{kind} {{ UNDEF }}\n" for kind in KINDS) + "}"
SAVED = SavedQuery("test", "What?", "Tests", [Param(kind, kind, "", "") for kind in KINDS], "", TEXT)

#: Steps of a saved question for each statement of the graph, at most; today it is 4.
STEPS = 10

INJECTIONS = [
    "x> } UNION { ?s ?p ?o } #",
    '" } UNION { ?s ?p ?o } #',
    '\\" } UNION { ?s ?p ?o } #',
    "\\",
    "line\nbreak\r\n} #",
    '""" } #',
    "' }",
    "\\u0022 } UNION { ?s ?p ?o } #",
    "\\\\u0022 } #",
    "{ } VALUES ?integer { UNDEF }",
    "VALUES ?concept { UNDEF }",
    "\\g<0> \\1 ?s",
    "tab\tnull-free \x07 \x1b[31m",
    "サイバー \U0001f512",
]


def resolve(reference: str, kind: str) -> str:
    """Stand in for the resolver: whatever it is given becomes the end of an IRI, unchecked."""
    return f"http://example.org/{kind}/{reference}"


def bound(values: dict[str, str | Term]) -> dict[str, ox.Term | None]:
    """Bind, run, and return the one row that there must be."""
    text = SAVED.bind(values, resolve)
    answer = ox.Store().query(text)
    assert isinstance(answer, ox.QuerySolutions)
    (row,) = answer
    assert {variable.value for variable in answer.variables} == set(KINDS), "no variable came or went"
    return {kind: row[kind] for kind in KINDS}


def written(folder: Path, params: str, body: str) -> Path:
    path = folder / "test.rq"
    path.write_text(HEAD.format(params=params) + body, encoding="utf-8")
    return path


def test_each_type_is_bound_as_a_typed_term() -> None:
    values: dict[str, str | Term] = {
        "string": "a text",
        "integer": "-007",
        "date": "2022-06-01",
        "boolean": "true",
        "iri": "a",
        "concept": "b",
    }
    assert bound(values) == {
        "string": ox.Literal("a text"),
        "integer": ox.Literal("-7", datatype=ox.NamedNode(f"{XSD}integer")),
        "date": ox.Literal("2022-06-01", datatype=ox.NamedNode(f"{XSD}date")),
        "boolean": ox.Literal("true", datatype=ox.NamedNode(f"{XSD}boolean")),
        "iri": ox.NamedNode("http://example.org/iri/a"),
        "concept": ox.NamedNode("http://example.org/concept/b"),
    }


def test_terms_are_bound_as_they_are() -> None:
    values: dict[str, str | Term] = {
        "string": Term("literal", 'a "text"'),
        "integer": Term("literal", "7", f"{XSD}integer"),
        "iri": Term("uri", "urn:x:1"),
    }
    found = bound(values)
    assert found["string"] == ox.Literal('a "text"') and found["iri"] == ox.NamedNode("urn:x:1")
    assert found["integer"] == ox.Literal("7", datatype=ox.NamedNode(f"{XSD}integer"))


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("string", Term("uri", "http://example.org/")),
        ("string", Term("literal", "x", "", "en")),
        ("integer", Term("literal", "7")),
        ("date", Term("literal", "2022", f"{XSD}gYear")),
        ("iri", Term("literal", "http://example.org/")),
        ("iri", Term("bnode", "b")),
        ("iri", Term("uri", "relative")),
        ("iri", Term("uri", "http://example.org/> } #")),
    ],
)
def test_terms_of_another_type_are_refused(name: str, term: Term) -> None:
    with pytest.raises(UsageError):
        SAVED.bind({name: term}, resolve)


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_value_stays_a_value(text: str) -> None:
    assert bound({"string": text})["string"] == ox.Literal(text)
    # with any other parameter, in any order
    found = bound({"string": text, "integer": "1", "concept": "c"})
    assert (found["string"], found["concept"]) == (ox.Literal(text), ox.NamedNode("http://example.org/concept/c"))
    found = bound({"concept": "c", "integer": "1", "string": text})
    assert (found["string"], found["concept"]) == (ox.Literal(text), ox.NamedNode("http://example.org/concept/c"))
    guard.check(SAVED.bind({"string": text}, resolve))


def test_one_text_cannot_open_a_block_for_another() -> None:
    names = ("a", "b")
    saved = SavedQuery(
        "two",
        "?",
        "",
        [Param(n, "string", "", "") for n in names],
        "",
        "SELECT * { VALUES ?a { UNDEF } VALUES ?b { UNDEF } }",
    )
    first, second = "VALUES ?b { }", " } SERVICE <http://127.0.0.1:1/> { } VALUES ?c { "
    for values in ({"a": first, "b": second}, {"b": second, "a": first}):
        (row,) = ox.Store().query(saved.bind(values, resolve))  # type: ignore[misc]
        assert isinstance(row, ox.QuerySolution)
        assert (row["a"], row["b"]) == (ox.Literal(first), ox.Literal(second))


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_stays_a_value(text: str) -> None:
    assert bound({"string": text})["string"] == ox.Literal(text)


@pytest.mark.parametrize("text", [text for text in INJECTIONS if re.search(r'[\x00-\x20<>"{}|^`\\]', text)])
def test_an_iri_with_foreign_characters_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no IRI"):
        SAVED.bind({"iri": text}, resolve)


@pytest.mark.parametrize("text", ["a\ud800b", "a\0b"])
@pytest.mark.parametrize("name", KINDS)
def test_what_is_no_text_is_refused(name: str, text: str) -> None:
    with pytest.raises(UsageError):
        SAVED.bind({name: text}, resolve)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("date", "2022-02-30"),
        ("date", "2022-6-1"),
        ("date", "20220601"),
        ("date", "2022-W01-1"),
        ("date", "2022-06-01Z"),
        ("date", "２０２２-06-01"),
        ("date", "yesterday"),
        ("date", ""),
        ("integer", "1.0"),
        ("integer", "1e3"),
        ("integer", "٣"),
        ("integer", " 1"),
        ("integer", "1" * 19),
        ("integer", ""),
        ("boolean", "yes"),
        ("boolean", "TRUE"),
        ("boolean", "1\n"),
    ],
)
def test_values_of_another_type_are_refused(name: str, text: str) -> None:
    with pytest.raises(UsageError) as refused:
        SAVED.bind({name: text}, resolve)
    assert refused.value.hint


def test_an_unknown_parameter_names_the_near_one() -> None:
    with pytest.raises(UsageError, match="no parameter 'strng'") as refused:
        SAVED.bind({"strng": "x"}, resolve)
    assert "--string?" in refused.value.hint and "--boolean" in refused.value.hint


def test_the_resolver_is_asked_with_the_declared_type_and_may_refuse() -> None:
    def refusing(reference: str, kind: str) -> str:
        raise NotFound(f"{reference} is no {kind}")

    with pytest.raises(NotFound, match="x is no concept"):
        SAVED.bind({"concept": "x"}, refusing)


def test_what_is_not_given_keeps_its_default(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "# param: n | integer | 7 | a number\n# param: t | string | | a text\n",
        "SELECT * { VALUES   ?n{7} VALUES ?t {\n UNDEF } }",
    )
    saved = saved_questions.parse(path)
    assert saved.params == [Param("n", "integer", "7", "a number"), Param("t", "string", "", "a text")]
    assert saved.bind({}, resolve) == saved.text == path.read_text(encoding="utf-8")
    assert 'VALUES ?n { "8"^^' in saved.bind({"n": "8"}, resolve)


@pytest.mark.parametrize(
    ("params", "body"),
    [
        ("# param: n | integer | | a number\n", "SELECT * { }"),
        ("# param: n | integer | | a number\n", "SELECT * { VALUES ?n { UNDEF } VALUES ?n { UNDEF } }"),
        ("# param: n | integer | | a number\n", "SELECT * { VALUES ?n { 7 } }"),
        ("# param: n | integer | 7 | a number\n", "SELECT * { VALUES ?n { UNDEF } }"),
        ("# param: n | number | | a number\n", "SELECT * { VALUES ?n { UNDEF } }"),
        ("# param: n | integer | a number\n", "SELECT * { VALUES ?n { UNDEF } }"),
        ("# id: again\n", "SELECT * { }"),
    ],
)
def test_a_faulty_header_is_refused_with_its_file(tmp_path: Path, params: str, body: str) -> None:
    with pytest.raises(InputError, match=r"test\.rq"):
        saved_questions.parse(written(tmp_path, params, body))


def test_an_incomplete_header_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bare.rq"
    path.write_text("SELECT * { }", encoding="utf-8")
    with pytest.raises(InputError, match=re.escape("bare.rq: the header needs one line '# id:")):
        saved_questions.parse(path)


@pytest.mark.parametrize("name", ["no-such-question", "../../README", "", "UPPER", "a/b", "nul\0", "x" * 5000, "é"])
def test_what_is_no_question_is_not_found(name: str) -> None:
    with pytest.raises(NotFound) as missing:
        saved_questions.load(name)
    assert missing.value.hint


def test_a_near_miss_is_named() -> None:
    known = assets.query_files()[0].stem
    with pytest.raises(NotFound) as missing:
        saved_questions.load(known[:-1])
    assert known in missing.value.hint


def test_all_are_loaded_by_id() -> None:
    found = saved_questions.load_all()
    assert list(found) == sorted(path.stem for path in assets.query_files())
    assert all(name == saved.id for name, saved in found.items())
    assert saved_questions.load(next(iter(found))) == next(iter(found.values()))


def answered_by_a_worker(chosen: Iterable[SavedQuery]) -> None:
    """See that saved questions stay below the limits of a worker, but that on time, which is no more than a guard."""
    kg, store = cyberstd_kg.load(), open_snapshot(quiet=True).store_path
    for saved in chosen:
        answer = worker.run(store, saved.bind({}, kg.resolve_iri), timeout=300)
        assert answer[:1] == worker.ROWS and len(answer) > 50, saved.id


def test_saved_questions_answer_within_the_limits_of_a_worker() -> None:
    """Decision 2: saved questions run without a deadline, so each has to stay far below one."""
    answered_by_a_worker(random.Random(2).sample(list(saved_questions.load_all().values()), 25))


@pytest.mark.soak
def test_every_saved_question_answers_within_the_limits_of_a_worker() -> None:
    answered_by_a_worker(saved_questions.load_all().values())


@pytest.mark.soak
def test_no_saved_question_takes_many_steps(tmp_path: Path) -> None:
    kg = cyberstd_kg.load()
    steps = QuerySteps(kg.store, tmp_path)
    found = {name: steps.of(saved.bind({}, kg.resolve_iri)) for name, saved in saved_questions.load_all().items()}
    assert {name: count for name, count in found.items() if count > STEPS * steps.quads} == {}


def test_a_year_or_month_is_its_first_and_last_day_where_a_question_takes_two_days() -> None:
    saved = saved_questions.load("published-between")
    text = saved.bind({"from": "2024", "to": "2025-02"}, lambda text, kind: text)
    assert '"2024-01-01"' in text and '"2025-02-28"' in text
    for values in ({"from": "2030", "to": "2020"}, {"from": "2024-13", "to": "2025"}):
        with pytest.raises(UsageError):
            saved.bind(values, lambda text, kind: text)
    with pytest.raises(UsageError):
        saved_questions.load("pipeline").bind({"asOf": "2025"}, lambda text, kind: text)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("SELECT ?s { ?s cstd:latest ?d FILTER(?d < ?asOf) }", 1),
        ("SELECT ?asOf ?s WHERE { ?s cstd:latest ?d }", 1),
        ("SELECT ?s { ?s a cstd:Edition MINUS { ?s cstd:latest ?d FILTER(?d < ?asOf) } }", 1),
        ("SELECT ?s ?asOf { ?s a cstd:Edition MINUS { ?s cstd:latest ?d FILTER(?d < ?asOf) } } ORDER BY ?asOf", 2),
        ("SELECT ?asOf { ?s cstd:latest ?d FILTER(?d < ?asOf) }", 1),
        ("CONSTRUCT { ?s ?p ?asOf } WHERE { ?s ?p ?o }", 1),
        ("ASK { ?s ?p $asOf } # ?asOf", 1),
        ('SELECT ?s { ?s ?p "?asOf" FILTER(?asOf > ?d) { ?s ?q ?asOf } }', 2),
    ],
)
def test_the_day_is_bound_wherever_a_query_uses_it(text: str, bound: int) -> None:
    told = saved_questions.bind_as_of(text, "2020-01-01")
    assert told.count('VALUES ?asOf { "2020-01-01"') == bound
    assert told.replace(' VALUES ?asOf { "2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date> }', "") == text


@pytest.mark.parametrize(
    "text", ["SELECT * { ?s ?p ?o }", 'SELECT * { ?s ?p "?asOf" } # ?asOf', "SELECT ?asOfDay { ?s ?p ?o }"]
)
def test_a_query_without_the_variable_takes_no_day(text: str) -> None:
    with pytest.raises(UsageError, match="does not use"):
        saved_questions.bind_as_of(text, "2020-01-01")
