"""Words for people: lines by display width, near misses, articles, names of terms; RDF lists and hierarchies."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cyberstd_kg.core import words
from cyberstd_kg.core.hierarchy import above
from cyberstd_kg.rdf import lists

TITLE = "サイバーセキュリティ基本法（平成二十六年法律第百四号）第二条、定義。Basic Act on Cybersecurity, Article 2"
SIGNS = st.text(alphabet="abc é-サイ基、。（) ", max_size=120)


@given(SIGNS, st.integers(12, 60))
def test_lines_fit_and_nothing_is_lost(text: str, width: int) -> None:
    lines = words.wrap(text, width, first="> ", rest="    ")
    assert all(words.columns(line) <= width for line in lines)
    kept = "".join("".join(lines).split())
    assert kept.removeprefix(">") == "".join(text.split()) or kept == ">" + "".join(text.split())


def test_a_japanese_title_breaks_between_its_signs() -> None:
    lines = words.wrap(TITLE, 40)
    assert all(words.columns(line) <= 40 for line in lines)
    assert max(map(words.columns, lines)) > 36, "lines are filled"
    assert not any(line.startswith(("、", "。", "）")) for line in lines)
    assert any("Basic Act" in line for line in lines), "words stay whole"


@pytest.mark.parametrize("text", ["see {} here", "サイバー {} 基本法"])
def test_a_long_word_is_cut_or_stays_whole(text: str) -> None:
    iri = "https://w3id.org/cyberstd/id/iso-iec-27400_2022"
    assert any(line.strip() == iri for line in words.wrap(text.format(iri), 20, first="- ", rest="  ", cut=False))
    assert all(words.columns(line) <= 20 for line in words.wrap(text.format(iri), 20, first="- ", rest="  "))


def test_a_plain_text_breaks_at_spaces() -> None:
    assert words.wrap("one two-three four", 9) == ["one", "two-three", "four"]
    assert words.wrap("", 9, first="- ") == ["-"]


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("基本", 4), ("é", 1), ("e\u0301", 1), ("", 0)])
def test_columns(text: str, width: int) -> None:
    assert words.columns(text) == width


def test_near_misses_and_counts() -> None:
    assert words.did_you_mean(words.near("crosswlak", ["crosswalk", "gap"]), repr) == "Did you mean 'crosswalk'?"
    assert words.did_you_mean(words.near("xyz", ["crosswalk", "gap"])) == ""
    assert words.did_you_mean(["a", "b", "a"]) == "Did you mean a or b?"
    assert [words.article(noun) for noun in ("edition", "Amendment", "standard", "")] == ["an", "an", "a", "a"]
    assert (words.counted(1, "file"), words.counted(0, "file")) == ("1 file", "0 files")
    assert words.counted(1200, "entry", "entries") == "1,200 entries"


def test_names_of_terms_as_words() -> None:
    assert words.term_words("https://w3id.org/cyberstd/ontology#TermEntry") == "term entry"
    assert words.term_words("http://purl.org/dc/terms/isPartOf") == "is part of"
    assert words.term_words("https://w3id.org/cyberstd/") == ""


def test_what_stands_above_survives_a_circle() -> None:
    direct = {"a": ["b"], "b": ["c", "a"], "d": ["a"]}
    assert above("d", lambda node: direct.get(node, ())) == {"a", "b", "c", "d"}


def test_a_list_is_made_and_read() -> None:
    values = [ox.Literal("x"), ox.NamedNode("http://example.org/y"), ox.Literal("x")]
    head, triples = lists.make(values)
    said: dict[object, dict[ox.NamedNode, list[lists.Term]]] = {}
    for triple in triples:
        said.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple.object)
    cells = lists.cells(head, lambda node: said.get(node, {}))
    assert cells is not None and [value for _, value in cells] == values
    assert lists.make([]) == (lists.NIL, [])
    assert lists.cells(lists.NIL, lambda node: {}) == []


def test_what_is_no_list_is_none() -> None:
    cell, value = ox.BlankNode(), ox.Literal("x")
    circle = {lists.FIRST: [value], lists.REST: [cell]}
    assert lists.cells(cell, lambda node: circle) is None
    assert lists.cells(cell, lambda node: {lists.FIRST: [value]}) is None
    assert lists.cells(cell, lambda node: {lists.FIRST: [value, value], lists.REST: [lists.NIL]}) is None
