"""The RDF exports: they read back in two engines as what was written, and are the same bytes every time."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from calls import calls
from hypothesis import given, settings
from test_turtle import EX, EXAMPLE, NESTED, datasets, node, read, relabelled, same

from cyberstd_kg.core.errors import InputError, LimitExceeded, UsageError
from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.rdf import turtle
from cyberstd_kg.rdf.formats import FORMATS, write

KEEPING = ("trig", "nq", "jsonld")
UNITING = [name for name in FORMATS if name not in KEEPING]
IN_OX = {
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nq": ox.RdfFormat.N_QUADS,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
IN_RDFLIB = {"ttl": "turtle", "trig": "trig", "jsonld": "json-ld", "nq": "nquads", "nt": "nt", "rdfxml": "xml"}
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
SETTINGS = settings(max_examples=150, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def exact_literals() -> Iterator[None]:
    """Keep rdflib from rewriting literals ("01" as an integer becomes 1), and from logging those that are ill-typed."""
    logger = logging.getLogger("rdflib.term")
    before, level = rdflib.NORMALIZE_LITERALS, logger.level
    rdflib.NORMALIZE_LITERALS = False
    logger.setLevel(logging.ERROR)
    yield
    rdflib.NORMALIZE_LITERALS = before
    logger.setLevel(level)


def by_ox(data: bytes, format: str) -> list[ox.Quad]:
    return list(ox.parse(data, IN_OX[format]))


def by_rdflib(data: bytes, format: str) -> list[ox.Quad]:
    dataset = rdflib.Dataset()
    target = dataset if format in KEEPING else dataset.default_graph
    target.parse(io.BytesIO(data), format=IN_RDFLIB[format])

    def term(value: object) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        if isinstance(value, rdflib.URIRef):
            return ox.NamedNode(value)
        if isinstance(value, rdflib.BNode):
            return ox.BlankNode(value)
        assert isinstance(value, rdflib.Literal)
        if value.language:
            return ox.Literal(str(value), language=value.language)
        return ox.Literal(str(value), datatype=ox.NamedNode(value.datatype) if value.datatype else None)

    return [
        ox.Quad(term(s), term(p), term(o), term(g) if g and g != dataset.default_graph.identifier else None)
        for s, p, o, g in dataset.quads()
    ]


def united(data: list[ox.Quad]) -> list[ox.Quad]:
    return [ox.Quad(quad.subject, quad.predicate, quad.object) for quad in data]


def check(data: list[ox.Quad], format: str) -> None:
    """Assert that *data* survives *format* in both engines, and is written the same from another order and labels."""
    written = write(data, format)
    expected = data if format in KEEPING else united(data)
    assert same(by_ox(written, format), expected)
    assert same(by_rdflib(written, format), expected)
    assert write(relabelled(data), format) == written


@pytest.mark.parametrize("format", FORMATS)
def test_examples_read_back(format: str) -> None:
    check(read(EXAMPLE), format)
    check(turtle.read_quads(NESTED.encode(), "nested.ttl", "ttl"), format)
    check([], format)


@pytest.mark.parametrize("format", FORMATS)
@given(data=datasets)
@SETTINGS
def test_anything_reads_back(format: str, data: list[ox.Quad]) -> None:
    # Left out is only what rdflib rewrites whatever the format: the white space of xsd:token.
    if format == "rdfxml" and any(
        NOT_XML.search(quad.object.value) for quad in data if isinstance(quad.object, ox.Literal)
    ):
        with pytest.raises(UsageError, match=r"cannot hold the character U\+"):
            write(data, format)
    else:
        check(data, format)


def test_bytes_do_not_depend_on_seed_or_locale(tmp_path: Path) -> None:
    (tmp_path / "example.trig").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "nested.trig").write_text(NESTED, encoding="utf-8")
    code = """
import hashlib, random, sys
from cyberstd_kg.rdf import turtle
from cyberstd_kg.rdf.formats import FORMATS, write
data = [quad for name in sys.argv[1:] for quad in turtle.read_quads(name, name, "trig")]
random.shuffle(data)
print(*(hashlib.sha256(write(data, name)).hexdigest() for name in FORMATS))
"""
    seen = set()
    for seed, locale in (("0", "C"), ("1", "C.UTF-8"), ("4242", "tr_TR.ISO-8859-9")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "LC_ALL": locale, "LANG": locale, "PYTHONUTF8": "0"}
        command = [sys.executable, "-c", code, str(tmp_path / "example.trig"), str(tmp_path / "nested.trig")]
        seen.add(subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout)
    assert len(seen) == 1
    assert len(seen.pop().split()) == len(FORMATS)


def test_formats_are_sorted_lines() -> None:
    data = read(EXAMPLE)
    for format in ("nq", "nt"):
        lines = write([*data, *data], format).decode().splitlines()
        assert lines == sorted(set(lines))
        assert len(lines) == len(data)


def test_union_has_no_repeats() -> None:
    data = [ox.Quad(node("s"), node("p"), ox.Literal("a"), graph) for graph in (node("g"), node("h"))]
    for format in UNITING:
        assert len(by_ox(write(data, format), format)) == 1
    for format in KEEPING:
        assert len(by_ox(write(data, format), format)) == 2


def test_jsonld_is_compact_and_holds_its_context() -> None:
    data = json.loads(write(read(EXAMPLE), "jsonld"))
    assert list(data) == ["@context", "@graph"]
    assert data["@context"]["dct"] == PREFIXES["dct"]
    assert data["@context"]["dct:issued"] == {"@type": "xsd:date"}
    assert data["@context"]["cstd:covers"] == {"@type": "@id"}
    assert [graph["@id"] for graph in data["@graph"]] == ["src:analysis_9", "src:analysis_10"]
    first = data["@graph"][1]["@graph"][0]
    assert first["@type"] == "cstd:Provision"
    assert first["dct:issued"] == "2022-06-01"
    assert first["cstd:covers"] == ["std:concept-2", "std:concept-10"]
    assert {"@language": "fr", "@value": "une étiquette"} in first["skos:altLabel"]
    [ours] = data["@graph"][0]["@graph"]
    assert (ours["cstd:count"], ours["cstd:sure"]) == (3, True)


def test_jsonld_drops_a_prefix_that_is_some_scheme() -> None:
    data = [ox.Quad(ox.NamedNode("list:a"), node("p"), ox.NamedNode(PREFIXES["list"] + "a"))]
    assert "list" not in json.loads(write(data, "jsonld"))["@context"]
    check(data, "jsonld")


@pytest.mark.parametrize(
    "iri",
    [
        EX,
        EX + "1.1",
        EX + "größ",
        "urn:7",
        PREFIXES["rdf"] + "li",
        PREFIXES["rdf"] + "Description",
        PREFIXES["rdf"] + "about",
        "http://www.w3.org/2000/xmlns/a",
    ],
)
def test_rdfxml_refuses_properties_that_cannot_be_elements(iri: str) -> None:
    data = [ox.Quad(node("s"), ox.NamedNode(iri), node("o"))]
    with pytest.raises(UsageError, match="cannot write the property") as caught:
        write(data, "rdfxml")
    assert iri in caught.value.message
    assert "jsonld" in caught.value.hint


def test_rdfxml_splits_any_other_property() -> None:
    ends = ("p", "7p", "a.b", "a-1", "x/_1", "#é.p", "xmlp", "http://www.w3.org/XML/1998/namespacelang")
    data = [ox.Quad(node("s"), ox.NamedNode(end if ":" in end else EX + end), ox.Literal(end)) for end in ends]
    data.append(ox.Quad(node("s"), ox.NamedNode(PREFIXES["rdf"] + "_1"), node("o")))
    check(data, "rdfxml")


def test_rdfxml_has_no_entities_and_no_markup_from_values() -> None:
    value = '</rdf:RDF><!DOCTYPE x [<!ENTITY a "b">]>&a;<![CDATA[ ]]>'
    written = write([ox.Quad(node("s"), node("p"), ox.Literal(value), node("g"))], "rdfxml").decode()
    assert "<!" not in written
    assert [quad.object for quad in by_ox(written.encode(), "rdfxml")] == [ox.Literal(value)]


def test_unknown_format() -> None:
    with pytest.raises(UsageError, match="'xlsx' is not a format") as caught:
        write([], "xlsx")
    assert caught.value.hint == "Use one of ttl, trig, jsonld, nq, nt, rdfxml."


@pytest.mark.parametrize("format", FORMATS)
def test_terms_of_rdf12_are_refused(format: str) -> None:
    for term in (
        ox.Triple(node("s"), node("p"), node("o")),
        ox.Literal("a", language="he", direction=ox.BaseDirection.RTL),
    ):
        with pytest.raises(InputError, match=r"RDF 1\.2"):
            write([ox.Quad(node("s"), node("p"), term)], format)


# ── Blank nodes ──


def chain(length: int, first: ox.NamedNode) -> list[ox.Quad]:
    """Return a list of *length* times the same member."""
    cells = [*(ox.BlankNode() for _ in range(length)), ox.NamedNode(PREFIXES["rdf"] + "nil")]
    member, rest = (ox.NamedNode(PREFIXES["rdf"] + name) for name in ("first", "rest"))
    found = [ox.Quad(cell, member, node("member")) for cell in cells[:-1]]
    found += [ox.Quad(cell, rest, following) for cell, following in pairwise(cells)]
    return [*found, ox.Quad(first, node("p"), cells[0])]


@pytest.mark.parametrize("format", FORMATS)
def test_lists_of_equal_members_and_independent_blank_nodes(format: str) -> None:
    data = chain(40, node("s")) + chain(40, node("t"))
    data += [ox.Quad(node("s"), node("q"), ox.BlankNode()) for _ in range(200)]
    written = write(data, format)
    assert same(by_ox(written, format), data)
    assert write(relabelled(data), format) == written


def clique(size: int) -> list[ox.Quad]:
    blank = [ox.BlankNode() for _ in range(size)]
    return [ox.Quad(left, node("p"), right) for left in blank for right in blank if left != right]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "data",
    [
        clique(12),
        [ox.Quad(ox.BlankNode(f"c{n}"), node("p"), ox.BlankNode(f"c{(n + 1) % 2000}")) for n in range(2000)],
        [quad for _ in range(500) for quad in clique(5)],
    ],
    ids=["clique", "ring", "cliques"],
)
def test_poisoned_blank_nodes_are_refused_at_once(data: list[ox.Quad], format: str) -> None:
    def refused() -> None:
        with pytest.raises(LimitExceeded, match="blank nodes"):
            write(data, format)

    assert calls(refused) < 100 * len(data) + 1000
