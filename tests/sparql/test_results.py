"""Answers as objects and in their forms: JSON, CSV, TSV, Markdown, DataFrame, Turtle."""

from __future__ import annotations

import csv
import io
import json
import sys
from types import ModuleType
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyberstd_kg.core.errors import InputError, ResourceMissing
from cyberstd_kg.sparql.results import GraphAnswer, Results, Term, csv_text, markdown_text, tsv_text

XSD = "http://www.w3.org/2001/XMLSchema#"
IRI = {"type": "uri", "value": "http://example.org/a"}
JSON: dict[str, Any] = {
    "head": {"vars": ["x", "y", "n"]},
    "results": {
        "bindings": [
            {"x": IRI, "y": {"type": "literal", "value": 'a\tb\n"c"', "xml:lang": "en"}},
            {
                "x": {"type": "bnode", "value": "b0"},
                "n": {"type": "literal", "value": "7", "datatype": f"{XSD}integer"},
            },
            {},
        ]
    },
}


def literal(value: str, datatype: str = "") -> Term:
    return Term("literal", value, f"{XSD}{datatype}" if datatype else "")


def read(document: Any) -> Results:
    return Results.from_json(json.dumps(document))


def test_rows_are_read() -> None:
    found = read(JSON)
    assert found.variables == ["x", "y", "n"]
    assert found.rows == [
        {"x": Term("uri", "http://example.org/a"), "y": Term("literal", 'a\tb\n"c"', "", "en")},
        {"x": Term("bnode", "b0"), "n": literal("7", "integer")},
        {},
    ]
    assert len(found) == 3 and found and found.boolean is None
    assert list(found) == [{"x": "http://example.org/a", "y": 'a\tb\n"c"'}, {"x": "b0", "n": 7}, {}]


def test_json_comes_back_as_it_was() -> None:
    assert read(JSON).to_json() == JSON
    for answer in (True, False):
        document = {"head": {}, "boolean": answer}
        found = read(document)
        assert (found.boolean, bool(found), len(found)) == (answer, answer, 0)
        assert found.to_json() == document
        assert found.table() == (["answer"], [[str(answer).lower()]])
        assert found.to_tsv() == f"answer\n{str(answer).lower()}\n"


def test_no_rows_are_false() -> None:
    assert not read({"head": {"vars": ["x"]}, "results": {"bindings": []}})


def test_older_and_redundant_forms_are_understood() -> None:
    terms = [
        {"type": "typed-literal", "value": "1", "datatype": f"{XSD}integer"},
        {"type": "literal", "value": "a", "datatype": f"{XSD}string"},
    ]
    found = read({"head": {"vars": ["x"]}, "results": {"bindings": [{"x": term} for term in terms]}})
    assert [row["x"] for row in found.rows] == [literal("1", "integer"), literal("a")]


@pytest.mark.parametrize(
    "document",
    [
        [],
        "text",
        None,
        {},
        {"boolean": "true"},
        {"boolean": 1},
        {"head": {}, "results": {"bindings": []}},
        {"head": {"vars": [1]}, "results": {"bindings": []}},
        {"head": {"vars": ["x"]}, "results": {}},
        {"head": {"vars": ["x"]}, "results": {"bindings": [[]]}},
        {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": "text"}]}},
        {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri"}}]}},
        {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri", "value": 1}}]}},
        {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "1", "datatype": 1}}]}},
        {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "odd", "value": "1"}}]}},
        {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "triple", "value": {}}}]}},
        {"head": {"vars": ["x"]}, "results": {"bindings": [{"y": IRI}]}},
    ],
)
def test_what_is_not_the_format_is_refused(document: Any) -> None:
    with pytest.raises(InputError, match="Query Results JSON"):
        read(document)


@pytest.mark.parametrize("data", [b"", b"<html>", b"\xff\xfe", b"[" * 100_000, b'{"head":{"vars":["x"]},'])
def test_what_is_not_json_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="Query Results JSON"):
        Results.from_json(data)


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (literal("7", "integer"), 7),
        (literal("-7", "long"), -7),
        (literal("0.25", "decimal"), 0.25),
        (literal("1e3", "double"), 1000.0),
        (literal("true", "boolean"), True),
        (literal("0", "boolean"), False),
        (literal("2022-06-01", "date"), "2022-06-01"),
        (literal("7"), "7"),
        (literal("x", "integer"), "x"),
        (literal("9" * 5000, "integer"), "9" * 5000),
        (literal("yes", "boolean"), "yes"),
        (Term("uri", "http://example.org/1"), "http://example.org/1"),
    ],
)
def test_plain_values(term: Term, value: object) -> None:
    assert term.plain() == value
    assert type(term.plain()) is type(value)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_literal_survives_its_syntax(text: str) -> None:
    for term in (Term("literal", text), Term("literal", text, "", "en"), Term("literal", text, "http://example.org/t")):
        (row,) = ox.Store().query(f"SELECT ?x {{ VALUES ?x {{ {term.ntriples()} }} }}")  # type: ignore[misc]
        assert isinstance(row, ox.QuerySolution)
        found = row["x"]
        assert isinstance(found, ox.Literal) and found.value == text
        assert (found.language or "") == term.lang


def test_csv() -> None:
    text = read(JSON).to_csv()
    assert text.splitlines()[0] == "x,y,n" and "\r\n" in text
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["x", "y", "n"],
        ["http://example.org/a", 'a\tb\n"c"', ""],
        ["_:b0", "", "7"],
        ["", "", ""],
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://h")'])
def test_no_spreadsheet_runs_a_cell(cell: str) -> None:
    found = read({"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": cell}}]}})
    assert list(csv.reader(io.StringIO(found.to_csv(), newline="")))[1] == ["'" + cell]
    assert list(csv.reader(io.StringIO(csv_text(["x"], [[cell, "safe=1"]]), newline="")))[1] == ["'" + cell, "safe=1"]
    for text in (found.to_tsv(), tsv_text(["x"], [[cell]])):
        assert text.splitlines()[1][0] not in "=+-@\t\r\n"


def test_tsv() -> None:
    assert read(JSON).to_tsv() == (
        f'?x\t?y\t?n\n<http://example.org/a>\t"a\\tb\\n\\"c\\""@en\t\n_:b0\t\t"7"^^<{XSD}integer>\n\t\t\n'
    )
    assert tsv_text(["a", "b"], [["x\ty", "back\\slash\nline"]]) == "a\tb\nx\\ty\tback\\\\slash\\nline\n"


def test_markdown() -> None:
    text = markdown_text(["a|b"], [["<script>\n*x* [y](javascript:z) `c` | d & e\\"]])
    assert text == ("| a\\|b |\n| --- |\n| \\<script> \\*x\\* \\[y](javascript:z) \\`c\\` \\| d \\& e\\\\ |\n")
    assert read(JSON).to_markdown().count("\n") == 5


def test_without_pandas_there_is_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ResourceMissing, match="pandas") as missing:
        read(JSON).df()
    assert "pip install pandas" in missing.value.hint


def test_a_data_frame_gets_plain_values(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = ModuleType("pandas")
    fake.DataFrame = lambda data, columns: (columns, data)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pandas", fake)
    assert read(JSON).df() == (
        ["x", "y", "n"],
        [["http://example.org/a", 'a\tb\n"c"', None], ["b0", None, 7], [None, None, None]],
    )
    assert read({"head": {}, "boolean": True}).df() == (["answer"], [[True]])


def test_a_real_data_frame() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    found = read(JSON).df()
    assert isinstance(found, pandas.DataFrame) and list(found.columns) == ["x", "y", "n"]
    assert found["n"].sum() == 7


def test_a_graph_is_sorted_and_becomes_turtle() -> None:
    lines = ['<a:b> <a:p> "line\u2028\x85\x0c\x1c" .', "<a:a> <a:p> <a:b> .", "<a:a> <a:p> <a:b> ."]
    found = GraphAnswer.from_ntriples("\n".join([*lines, ""]).encode())
    assert found.ntriples == f"{lines[1]}\n{lines[0]}\n"
    parsed = {quad.triple for quad in ox.parse(found.turtle().encode(), ox.RdfFormat.TURTLE)}
    assert parsed == {quad.triple for quad in ox.parse(found.ntriples.encode(), ox.RdfFormat.N_TRIPLES)}
    assert len(parsed) == 2
    assert GraphAnswer.from_ntriples(b"").ntriples == ""
    with pytest.raises(InputError):
        GraphAnswer.from_ntriples(b"\xff")
