"""Turtle and TriG: strict reading with lines, canonical writing, the command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from calls import calls
from hypothesis import given, settings
from hypothesis import strategies as st

from cyberstd_kg.core.assets import graph_files
from cyberstd_kg.core.errors import InputError, LimitExceeded, UsageError
from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.rdf import turtle

EX = "http://example.org/"
XSD = PREFIXES["xsd"]
SETTINGS = settings(max_examples=150, deadline=None)

EXAMPLE = """\
# Made-up statements, in canonical form.
# Two graphs: what a source says, and what we conclude.

@prefix bibo: <http://purl.org/ontology/bibo/> .
@prefix cstd: <https://w3id.org/cyberstd/ontology#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix src: <https://w3id.org/cyberstd/source/> .
@prefix std: <https://w3id.org/cyberstd/id/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

GRAPH src:analysis_9 {
    std:example-1_2022 cstd:count 3 ;
        cstd:ratio 0.5 ;
        cstd:sure true .
}

GRAPH src:analysis_10 {
    std:example-1_2022_7-1-2-2 a cstd:Provision ;
        dct:identifier "7.1.2.2" ;
        skos:altLabel
            "a label that is long enough, with the two others, to go beyond the width of a line"@en,
            "une étiquette"@fr,
            "שלום"@he ;
        bibo:locator "7.1.2.2" ;
        cstd:covers std:concept-2, std:concept-10 ;
        cstd:quote "line one\\nline \\"two\\"\\twith a \\\\ in it" ;
        dct:issued "2022-06-01"^^xsd:date .

    std:example-1_2022_7-1-2-10 dct:relation <http://example.org/a%20b>, <https://w3id.org/cyberstd/id/7.1.2.10> .
}
"""

# What hypothesis makes.  Values have no limit but RDF's own.

iris = st.one_of(
    st.sampled_from(
        [
            PREFIXES["std"] + "iso-iec-27400_2022_7-1-2-2",
            PREFIXES["std"] + "iso-iec-27400_2022_7-1-2-10",
            PREFIXES["std"] + "7.1.2",
            PREFIXES["std"],
            PREFIXES["std"] + "-a-",
            PREFIXES["std"] + "a/b",
            PREFIXES["skos"] + "prefLabel",
            PREFIXES["rdf"] + "type",
            PREFIXES["rdf"] + "first",
            PREFIXES["rdf"] + "nil",
            "urn:isbn:0451450523",
            "org:acme",
            "list:a",
            "tag:example.org,2024:x",
            EX + "größe/日本#δ",
            EX + "a%20b?c=d&e='f'()*,;!$@~",
            EX + "l" * 3000,
        ]
    ),
    st.text("abcXYZ019-_.é日", min_size=1, max_size=6).map(lambda text: EX + text),
).map(ox.NamedNode)
predicates = st.one_of(
    st.sampled_from(["type", "first", "rest"]).map(lambda name: ox.NamedNode(PREFIXES["rdf"] + name)),
    st.sampled_from(["dct:title", "dct:identifier", "bibo:locator", "skos:altLabel", "cstd:p", "dct:issued"]).map(
        lambda curie: ox.NamedNode(PREFIXES[curie.split(":")[0]] + curie.split(":")[1])
    ),
    st.text("abcXYZ019-_.", min_size=1, max_size=3).map(lambda text: ox.NamedNode(f"{EX}p/{text}z")),
)
lexical = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "01",
            "1",
            "-0",
            "0",
            "+5",
            "1.10",
            "1.0",
            "-1.5",
            ".5",
            "0.0",
            "-0.0",
            "5.",
            "0.0000001",
            "1e3",
            "true",
            "1",
            "False",
        ]
    ),
    st.sampled_from(
        ["2022-06-01", "2022", "2022-06", "2020-01-01T00:00:00.000Z", "", " ", "\n", "a\r\nb", "]]>", "'''"]
    ),
    st.sampled_from(
        ["\u202eabc", "\ufeff", "שלום", "👩‍💻", "\x00", "\x1f\x7f\x85\u2028", "\\u0041", '"""', "9" * 5000]
    ),
)
literals = st.one_of(
    lexical.map(ox.Literal),
    st.builds(
        lambda text, tag: ox.Literal(text, language=tag), lexical, st.sampled_from(["en", "de-ch", "zh-hant-tw"])
    ),
    st.builds(
        lambda text, name: ox.Literal(text, datatype=ox.NamedNode(name)),
        lexical,
        st.sampled_from(
            [
                *(
                    XSD + name
                    for name in ("integer", "decimal", "boolean", "double", "date", "gYear", "dateTime", "duration")
                ),
                PREFIXES["rdf"] + "XMLLiteral",
                PREFIXES["rdf"] + "JSON",
                EX + "datatype",
            ]
        ),
    ),
)
blanks = st.sampled_from([ox.BlankNode(f"b{number}") for number in range(5)])
subjects = st.one_of(iris, blanks)
quads = st.builds(
    ox.Quad,
    subjects,
    predicates,
    st.one_of(iris, literals, blanks),
    st.one_of(st.just(ox.DefaultGraph()), iris.filter(lambda iri: len(iri.value) < 100)),
)
datasets = st.lists(quads, max_size=12)


def same(left: list[ox.Quad], right: list[ox.Quad]) -> bool:
    """Tell whether two data sets are isomorphic."""
    pair = (ox.Dataset(left), ox.Dataset(right))
    for dataset in pair:
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return pair[0] == pair[1]


def relabelled(data: list[ox.Quad]) -> list[ox.Quad]:
    """Return *data* in the opposite order and with other blank nodes."""
    other: dict[object, ox.BlankNode] = {}

    def rename(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        return other.setdefault(term, ox.BlankNode()) if isinstance(term, ox.BlankNode) else term

    return [ox.Quad(rename(q.subject), q.predicate, rename(q.object), q.graph_name) for q in reversed(data)]


def read(text: str) -> list[ox.Quad]:
    return turtle.read_quads(text.encode(), "text.trig", "trig")


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(EX + name)


# ── Reading ──


def test_every_quad_has_the_line_of_its_object() -> None:
    lines = EXAMPLE.split("\n")
    found = turtle.read_quads_with_lines(EXAMPLE.encode(), "example.trig", "trig")
    assert [quad for quad, _ in found] == read(EXAMPLE)
    by_value = {quad.object.value: line for quad, line in found if isinstance(quad.object, ox.Literal)}
    assert lines[by_value["une étiquette"] - 1].strip() == '"une étiquette"@fr,'
    assert lines[by_value["2022-06-01"] - 1].strip() == 'dct:issued "2022-06-01"^^xsd:date .'
    assert {line for quad, line in found if quad.graph_name == ox.NamedNode(PREFIXES["src"] + "analysis_9")} == {
        13,
        14,
        15,
    }


@given(datasets)
@SETTINGS
def test_lines_hold_their_objects_in_canonical_text(data: list[ox.Quad]) -> None:
    text = turtle.write_trig(data)
    lines = text.split("\n")
    found = turtle.read_quads_with_lines(text.encode(), "text.trig", "trig")
    assert same([quad for quad, _ in found], data)
    for quad, line in found:
        if isinstance(quad.object, ox.Literal):
            alone = turtle.write_turtle([ox.Triple(node("s"), node("p"), quad.object)])
            assert alone.split(f"<{EX}p> ")[1].removesuffix(" .\n") in lines[line - 1]


def test_lines_longer_than_the_buffer_and_strange_line_ends() -> None:
    long = "x" * 100_000
    text = f'<{EX}s> <{EX}p> "{long}", "b",\r\n"c" .\n\n<{EX}s> <{EX}p> """d\n\n""" .\n<{EX}s> <{EX}p> "e" .'
    found = turtle.read_quads_with_lines(text.encode(), "long.ttl", "ttl")
    assert [(quad.object.value[:2], line) for quad, line in found] == [
        ("xx", 1),
        ("b", 1),
        ("c", 2),
        ("d\n", 6),
        ("e", 7),
    ]


def test_blank_nodes_of_two_files_do_not_meet() -> None:
    text = f"_:a <{EX}p> 1 ."
    assert read(text)[0].subject != read(text)[0].subject


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "\n\nstd:a std:b std:c .",
            "bad.ttl, line 3: The prefix std: has not been declared",
            "@prefix std: <https://w3id",
        ),
        ("x:a x:b x:c .", "bad.ttl, line 1: The prefix x: has not been declared", "Correct this line"),
        (f"<{EX}s>\n <p> 1 .", "bad.ttl, line 2: No scheme found in an absolute IRI", "whole IRIs"),
        (f"<{EX}s> <{EX}p>\n 'a\nb' .", "bad.ttl, line 2: ", "Correct"),
        (f"<{EX}s> <{EX}p> <{EX}o>", "bad.ttl, line 1: ", "the end of the statement"),
        (f"<{EX}s> <{EX}p> <{EX}a b> .", "bad.ttl, line 1: Invalid IRI code point ' '", "Correct"),
        (f'<{EX}s> <{EX}p> "\\uD800" .', "bad.ttl, line 1: ", "Correct"),
        (f"<{EX}g> {{ <{EX}s> <{EX}p> 1 }}", "bad.ttl, line 1: ", "Correct"),
        (f"<{EX}s> <{EX}p> <<( <{EX}s> <{EX}p> 1 )>> .", "bad.ttl: ", "RDF 1.1"),
        (f"<{EX}s> <{EX}p> <{EX}o> {{| <{EX}p> 1 |}} .", "bad.ttl: ", "RDF 1.1"),
        (f'<{EX}s> <{EX}p> "a"@he--rtl .', "bad.ttl: ", "RDF 1.1"),
        ("\ufeff", "bad.ttl, line 1: begins with a byte order mark", "UTF-8 without"),
    ],
)
def test_bad_syntax_names_line_and_remedy(text: str, message: str, hint: str) -> None:
    for reader in (turtle.read_quads, turtle.read_quads_with_lines):
        with pytest.raises(InputError) as caught:
            reader(text.encode(), "bad.ttl", "ttl")
        assert message in caught.value.message
        assert hint in caught.value.hint


def test_what_a_message_quotes_cannot_steer_the_terminal() -> None:
    with pytest.raises(InputError) as caught:
        turtle.read_quads(f"<{EX}s> <{EX}p> \x1b]0;title\x07{'y' * 5000} .".encode(), "bad.ttl", "ttl")
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 400


@pytest.mark.parametrize("bad", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc0\x80"])
def test_not_utf8_names_line_and_byte(bad: bytes) -> None:
    with pytest.raises(InputError, match=rf"^x\.ttl, line 3: byte 5 \(0x{bad[0]:02x}\) is not UTF-8$"):
        turtle.read_quads(b"#\n#\n#" + bad, "x.ttl", "ttl")


def test_size_is_limited(tmp_path: Path) -> None:
    big = tmp_path / "big.ttl"
    with big.open("wb") as file:
        file.truncate(turtle.MAX_BYTES + 1)
    with pytest.raises(InputError, match="larger than 64 MiB"):
        turtle.read_quads(big, "big.ttl", "ttl")
    with pytest.raises(InputError, match="too long"):
        turtle.read_quads(f'<{EX}s> <{EX}p> "{"x" * 17_000_000}" .'.encode(), "x.ttl", "ttl")


@pytest.mark.parametrize("name", ["missing.ttl", "", "a\0b"])
def test_what_cannot_be_opened(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"^x: cannot be read: \w"):
        turtle.read_quads(tmp_path / name, "x", "ttl")


@given(
    st.integers(0, len(EXAMPLE)),
    st.integers(0, 40),
    st.one_of(st.binary(max_size=8), st.text(max_size=8).map(str.encode)),
)
@SETTINGS
def test_damaged_text_is_read_or_refused(start: int, length: int, splice: bytes) -> None:
    whole = EXAMPLE.encode()
    text = whole[:start] + splice + whole[start + length :]
    try:
        data = turtle.read_quads(text, "x.trig", "trig")
    except InputError as error:
        assert error.message.startswith("x.trig")
        assert error.hint
        with pytest.raises(InputError, match=r"^x\.trig"):
            turtle.read_quads_with_lines(text, "x.trig", "trig")
    else:
        found = turtle.read_quads_with_lines(text, "x.trig", "trig")
        assert same([quad for quad, _ in found], data)
        assert [line for _, line in found] == sorted(line for _, line in found)


def test_deep_nesting_does_not_crash() -> None:
    code = f"""
from cyberstd_kg.rdf import turtle
from cyberstd_kg.core.errors import CyberstdError
n = 100_000
start = '<{EX}s> <{EX}p> '
for text in (
    start + '[ <{EX}p> ' * n + '1' + ' ]' * n + ' .', start + '( ' * n + ')' * n + ' .',
    start + '<<( <{EX}s> <{EX}p> ' * n + '1' + ' )>>' * n + ' .', start + '<<' * n, '(' * n, '[' * n,
    start + '1 ' + '{{| <{EX}p> 1 ' * n + '|}}' * n + ' .',
):
    try:
        turtle.write_turtle(turtle.read_quads(text.encode(), 'deep.ttl', 'ttl'))
    except CyberstdError as error:
        print(type(error).__name__)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["LimitExceeded"] * 2 + ["InputError"] * 5


# ── Writing ──


def test_example_is_canonical() -> None:
    assert turtle.canonical(EXAMPLE.encode(), "example.trig").decode() == EXAMPLE
    assert turtle.write_trig(read(EXAMPLE)) == EXAMPLE.partition("\n\n")[2]


def test_order_of_writing_does_not_matter() -> None:
    header, prefixes, first, *second = EXAMPLE.split("\n\n")
    second = (
        "\n\n".join(second)
        .replace("GRAPH ", "")
        .replace("2, std", "2 ,\r\nstd")
        .replace("2022-06-01", "2022-06-0\\u0031")
    )
    messy = [header, prefixes, second, first, first]
    assert turtle.canonical("\n\n".join(messy).encode(), "messy.trig").decode() == EXAMPLE


@given(datasets)
@SETTINGS
def test_round_trip_is_lossless_and_canonical(data: list[ox.Quad]) -> None:
    text = turtle.write_trig(data)
    assert same(read(text), data)
    assert turtle.write_trig(relabelled(data)) == text
    assert turtle.canonical(text.encode(), "text.trig").decode() == text
    union = [ox.Quad(quad.subject, quad.predicate, quad.object) for quad in data]
    text = turtle.write_turtle(data)
    assert same(turtle.read_quads(text.encode(), "text.ttl", "ttl"), union)
    assert turtle.canonical(text.encode(), "text.ttl").decode() == text


def test_shipped_files_keep_their_meaning() -> None:
    files = graph_files()
    assert files
    for path in files:
        once = turtle.canonical(path.read_bytes(), str(path))
        assert turtle.canonical(once, str(path)) == once
        format = "ttl" if path.suffix == ".ttl" else "trig"
        assert same(turtle.read_quads(path, path.name, format), turtle.read_quads(once, path.name, format))


@pytest.mark.parametrize(
    ("value", "name", "written"),
    [
        ("5", "integer", "5"),
        ("-5", "integer", "-5"),
        ("01", "integer", '"01"^^xsd:integer'),
        ("+5", "integer", '"+5"^^xsd:integer'),
        ("-0", "integer", '"-0"^^xsd:integer'),
        ("5\n", "integer", '"5\\n"^^xsd:integer'),
        ("٣", "integer", '"٣"^^xsd:integer'),
        ("1" * 19, "integer", f'"{"1" * 19}"^^xsd:integer'),
        ("1.1", "decimal", "1.1"),
        ("0.000001", "decimal", "0.000001"),
        ("0.0000001", "decimal", '"0.0000001"^^xsd:decimal'),
        ("-0.5", "decimal", "-0.5"),
        ("5.0", "decimal", "5.0"),
        ("1.10", "decimal", '"1.10"^^xsd:decimal'),
        ("5", "decimal", '"5"^^xsd:decimal'),
        ("-0.0", "decimal", '"-0.0"^^xsd:decimal'),
        ("true", "boolean", "true"),
        ("1", "boolean", '"1"^^xsd:boolean'),
        ("1e0", "double", '"1e0"^^xsd:double'),
        ("2022", "gYear", '"2022"^^xsd:gYear'),
        ("a", "string", '"a"'),
        ("5", "string", '"5"'),
    ],
)
def test_literals_are_bare_only_where_nothing_is_lost(value: str, name: str, written: str) -> None:
    literal = ox.Literal(value, datatype=ox.NamedNode(XSD + name))
    text = turtle.write_turtle([ox.Triple(node("s"), node("p"), literal)])
    assert text.endswith(f"<{EX}s> <{EX}p> {written} .\n")
    assert turtle.read_quads(text.encode(), "x.ttl", "ttl")[0].object == literal


def test_what_cannot_be_seen_is_escaped() -> None:
    hidden = "".join(map(chr, [*range(32), 0x7F, 0x85, 0x2028, 0x2029, 0x202E, 0x2066, 0xFEFF, 0xFFFE]))
    text = turtle.write_turtle([ox.Triple(node("s"), node("p"), ox.Literal(hidden + "é שלום 👩"))])
    assert text.replace("\n", "").isprintable()
    assert "\\u202E" in text
    assert "é שלום 👩" in text


def test_curies_never_need_an_escape() -> None:
    names = ["a_1-b", "7-1", "7.1", "", "a-", "a/b", "a~b", "é", "a%20"]
    std = PREFIXES["std"]
    text = turtle.write_turtle([ox.Triple(ox.NamedNode(std + name), node("p"), ox.Literal(name)) for name in names])
    assert [line.split()[0] for line in text.splitlines() if EX in line] == [
        *(f"<{std}{name}>" for name in ("7.1", "", "a%20", "a-", "a/b", "a~b", "é")),
        "std:7-1",
        "std:a_1-b",
    ]


def test_natural_order_survives_long_and_padded_numbers() -> None:
    texts = ["a", "a0", "a00", "a01", "a1", "a2", "a10", "a10b", "a99999999", "a" + "1" * 9, "a" + "9" * 20_000, "b"]
    mixed = texts[::-1]
    assert sorted(mixed, key=turtle.natural) == texts


def test_default_graph_comes_first() -> None:
    data = [ox.Quad(node("s"), node("p"), ox.Literal("1"), graph) for graph in (node("g"), ox.DefaultGraph())]
    text = f'<{EX}s> <{EX}p> "1" .\n\nGRAPH <{EX}g> {{\n    <{EX}s> <{EX}p> "1" .\n}}\n'
    assert turtle.write_trig(data) == text
    assert turtle.write_trig([]) == ""


NESTED = """\
@prefix cstd: <https://w3id.org/cyberstd/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

cstd:Edition a owl:Class ;
    rdfs:seeAlso [], rdf:nil ;
    rdfs:subClassOf
        [
            a owl:Restriction ;
            owl:onProperty cstd:editionOf ;
            owl:someValuesFrom [ a owl:Class ; owl:unionOf ( cstd:Standard cstd:Series cstd:Project ) ]
        ],
        cstd:Text .

[] a owl:AllDisjointClasses ;
    owl:members (
        cstd:AVeryLongNameOfAClassThatTakesMuchRoom
        [ a owl:Class ; owl:complementOf cstd:AnotherVeryLongNameOfAClassThatTakesMuchRoom ]
        cstd:Text
    ) .

[] rdf:first cstd:A, cstd:B ;
    rdf:rest ( cstd:A ) .
"""


def test_trees_and_lists_of_blank_nodes_are_nested() -> None:
    data = turtle.read_quads(NESTED.encode(), "nested.ttl", "ttl")
    assert turtle.write_turtle(data) == NESTED
    assert turtle.write_turtle(relabelled(data)) == NESTED


@pytest.mark.parametrize(
    "text",
    [
        f"_:a <{EX}p> _:a .",
        f"_:a <{EX}p> _:b . _:b <{EX}p> _:a .",
        f"<{EX}s> <{EX}p> _:a . <{EX}t> <{EX}p> _:a . _:a <{EX}p> 1 .",
        f"<{EX}g> {{ <{EX}s> <{EX}p> _:a }} <{EX}h> {{ _:a <{EX}p> 1 }}",
        f"_:g {{ <{EX}s> <{EX}p> 1 }}",
        f"_:a <{EX}p> _:b, _:c, _:d . _:b <{EX}q> _:c . _:c <{EX}q> _:d . _:d <{EX}q> _:b .",
    ],
)
def test_other_blank_nodes_are_labelled(text: str) -> None:
    data = read(text)
    written = turtle.write_trig(data)
    assert "_:c14n0" in written
    assert same(read(written), data)
    assert turtle.write_trig(relabelled(data)) == written


def test_labelling_that_could_take_for_ever_is_refused() -> None:
    blank = [ox.BlankNode() for _ in range(12)]
    clique = [ox.Quad(left, node("p"), right) for left in blank for right in blank if left != right]

    def refused() -> None:
        with pytest.raises(LimitExceeded, match="look alike"):
            turtle.write_trig(clique)

    assert calls(refused) < 100 * len(clique) + 1000


def test_terms_of_rdf12_are_not_written() -> None:
    for term in (
        ox.Triple(node("s"), node("p"), node("o")),
        ox.Literal("a", language="he", direction=ox.BaseDirection.RTL),
    ):
        with pytest.raises(InputError, match=r"RDF 1\.2"):
            turtle.write_turtle([ox.Triple(node("s"), node("p"), term)])


# ── Files ──


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("\n \n", ""),
        ("#a", "#a\n"),
        ("\n  # a \r\n\r#b\n\n\n", "# a\n\n#b\n"),
        (f"# kept\n<{EX}s> <{EX}p> 1 . # dropped\n# dropped\n", f"# kept\n\n<{EX}s> <{EX}p> 1 .\n"),
        (f"# a\r<{EX}s> <{EX}p> 1 .", f"# a\n\n<{EX}s> <{EX}p> 1 .\n"),
        (f"@prefix a: <{EX}> .\n# dropped\na:s a:p '# no comment' .", f'<{EX}s> <{EX}p> "# no comment" .\n'),
    ],
)
def test_comments_at_the_top_are_kept(text: str, written: str) -> None:
    assert turtle.canonical(text.encode(), "x.ttl").decode() == written
    assert turtle.canonical(written.encode(), "x.ttl").decode() == written


def test_canonical_needs_a_known_suffix() -> None:
    with pytest.raises(UsageError, match=r"x\.rdf: the suffix"):
        turtle.canonical(b"", "x.rdf")
