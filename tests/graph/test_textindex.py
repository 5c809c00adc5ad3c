"""The full-text search: it finds every literal, and the right thing first."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_graph
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cyberstd_kg.build.snapshot import Snapshot, open_snapshot
from cyberstd_kg.core.errors import UsageError
from cyberstd_kg.core.iris import PREFIXES, compact
from cyberstd_kg.graph.search import Hit, did_you_mean, label, search


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """The snapshot of the small graph."""
    folder = tmp_path_factory.mktemp("textindex")
    opened = open_snapshot(folder / "cache", small_graph.write(folder / "root"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def index(snapshot: Snapshot) -> sqlite3.Connection:
    return snapshot.index


def found(index: sqlite3.Connection, text: str, limit: int = 20) -> list[str | None]:
    return [compact(hit.iri) for hit in search(index, text, limit)]


def test_the_index_has_every_literal_of_the_graph_with_its_graph(snapshot: Snapshot) -> None:
    """Compared with the store; the literals of blank nodes belong to what leads to them, here the ontology."""
    import pyoxigraph as ox

    expected = set()
    for quad in snapshot.store.quads_for_pattern(None, None, None, None):
        if isinstance(quad.object, ox.Literal) and isinstance(quad.graph_name, ox.NamedNode):
            subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else quad.graph_name.value
            expected.add(
                (subject, quad.predicate.value, quad.object.value, quad.object.language or "", quad.graph_name.value)
            )
    rows = snapshot.index.execute(
        "SELECT entity.iri, property.iri, text, lang, graph.iri FROM literal JOIN entity ON entity.id = entity "
        "JOIN term AS property ON property.id = property JOIN term AS graph ON graph.id = literal.graph"
    ).fetchall()
    assert set(rows) == expected
    assert len(rows) == len(expected) > 100


def test_every_literal_is_found_by_its_own_words(index: sqlite3.Connection) -> None:
    rows = index.execute("SELECT iri, text FROM literal JOIN entity ON entity.id = entity").fetchall()
    for iri, text in rows:
        hits = search(index, text, 12)
        assert iri in {hit.iri for hit in hits}, text
        assert next(hit.matched for hit in hits if hit.iri == iri), text


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("27400", "std:iso-iec-27400"),
        ("iso/iec 27400:2022", "std:iso-iec-27400_2022"),
        ("27400 7.1.2.10", "std:iso-iec-27400_2022_7-1-2-10"),
        ("7.1.2.10", "std:iso-iec-27400_2022_7-1-2-10"),
        ("GV.OC-01", "std:nist-csf_2-0_gv-oc-01"),
        ("cybersecurity", "concept:cybersecurity"),
        ("サイバーセキュリティ", "concept:cybersecurity"),
        ("software update", "std:iso-iec-27400_2022_7-1-2-17"),
        ("firmware updating", "std:iso-iec-27400_2022_7-1-2-17"),
        ("UPDATES firmware", "std:iso-iec-27400_2022_7-1-2-17"),
        ("preservation of confidentiality", "std:iso-iec-27032_2012-fdis_4-20"),
        ("confidentiality integrity availability", "std:iso-iec-27032_2012-fdis_4-20"),
        ("should be designed and implemented", "std:iso-iec-27400_2022_7-1-2-10"),
        ("cybersecurite lignes", "std:iso-iec-27032_2012-fdis"),
        ("NICTER darknet", "system:nicter"),
        ("WG 4 FDIS", "project:iso-iec-27402"),
        ("labelling framework", "std:iso-iec-27404_wd2"),
        ("labelling framew", "std:iso-iec-27404_wd2"),
        ("gateway communic", "std:iso-iec-27033-4"),
        ("devices/connec", "std:iso-iec-27400_2022_7-1-2-10"),
        ("2.17", "std:iso-iec-27400_2022_7-1-2-17"),
        ("27001 climate", "std:iso-iec-27001_2022-amd-1-2024"),
        ("organizational mission zzzz", "std:nist-csf_2-0_gv-oc-01"),
    ],
)
def test_the_right_thing_comes_first(index: sqlite3.Connection, text: str, first: str) -> None:
    assert found(index, text)[0] == first


def test_the_text_of_a_blank_node_belongs_to_what_it_is_part_of(index: sqlite3.Connection) -> None:
    (hit,) = search(index, "gadolinium")
    assert hit.iri == "https://w3id.org/cyberstd/ontology"
    assert hit.matched == "gadolinium note on a blank node"


def test_all_words_come_before_some_words(index: sqlite3.Connection) -> None:
    order = found(index, "security gateways")
    assert set(order[:2]) == {"std:iso-iec-27033-4", "std:iso-iec-27033-4_2014"}  # the work bears the edition's title
    assert "std:iso-iec-27033" in order[2:]  # "Network security": one word of the two


def test_the_beginning_of_a_word_finds_the_word(index: sqlite3.Connection) -> None:
    """Stemming makes "securing" into "secur", which does not begin with "securi"."""
    for beginning in ("secur", "securi", "securin", "securing"):
        assert "std:iso-iec-27033-4_2014" in found(index, beginning, 50)
    assert found(index, "gatewa")[:2] == found(index, "gateways")[:2]


def test_order_weighs_place_and_neighbourhood_of_the_words(tmp_path: Path) -> None:
    """A word in the title counts more than one in the text, words side by side more than words apart."""
    root = small_graph.write(tmp_path / "root")
    small_graph.write_file(
        root / "data/more.trig",
        """GRAPH src:x {
        std:a1 a cstd:Provision ; dct:title "first" ; cstd:wording "quasar quasar quasar quasar" .
        std:a2 a cstd:Provision ; dct:title "quasar in a title that is a little longer" ; cstd:wording "second" .
        std:b1 a cstd:Provision ; dct:title "pulsar magnetar nebula" .
        std:b2 a cstd:Provision ; dct:title "zebra magnetar pulsar" .
        std:c1 a cstd:Provision ; dct:title "5 of 66 stands" .
        std:c2 a cstd:Provision ; dct:title "a much longer title in which the number 5.66 stands just once" .
        }""",
    )
    snapshot = open_snapshot(tmp_path / "cache", root)
    assert found(snapshot.index, "quasar") == ["std:a2", "std:a1"]
    assert found(snapshot.index, "pulsar magnetar") == ["std:b1", "std:b2"]
    assert found(snapshot.index, "magnetar pulsar") == ["std:b2", "std:b1"]
    assert found(snapshot.index, "stands 5.66")[:2] == ["std:c2", "std:c1"]
    snapshot.close()


def test_a_hit_shows_where_the_words_stand(index: sqlite3.Connection) -> None:
    base, dct, skos = PREFIXES["src"], PREFIXES["dct"], PREFIXES["skos"]
    assert search(index, "varied devices designed", 1) == [
        Hit(
            iri=f"{PREFIXES['std']}iso-iec-27400_2022_7-1-2-10",
            kind="security control",
            label="ISO/IEC 27400:2022, 7.1.2.10 Security in connecting varied IoT devices",
            matched="An IoT system should be designed and implemented "
            "to ensure security in connecting varied IoT devices.",
            source=f"{base}deck_h60",
            property=f"{PREFIXES['cstd']}wording",
        )
    ]
    draft = search(index, "lignes directrices", 1)[0]
    assert (draft.matched, draft.property) == ("Lignes directrices pour la cybersécurité", f"{dct}title")
    concept = search(index, "cybersecurity", 1)[0]
    assert (concept.property, concept.source, concept.kind) == (f"{skos}prefLabel", f"{base}analysis", "concept")


def test_words_that_stand_in_linked_things_only_are_shown_by_the_label(index: sqlite3.Connection) -> None:
    hit = next(hit for hit in search(index, "darknet large-scale") if compact(hit.iri) == "system:nicter")
    assert (hit.matched, hit.property, hit.source) == ("NICTER", "", f"{PREFIXES['src']}deck_h49")


def test_kinds_are_words_of_people(index: sqlite3.Connection) -> None:
    kinds = dict(index.execute("SELECT iri, kind FROM entity"))
    expected = {
        "std:iso-iec-27400": "standard",
        "std:iso-iec-27400_2022": "edition",
        "std:iso-iec-27001_2022-amd-1-2024": "amendment",
        "std:iso-iec-27400_2022_7-1-2": "clause",
        "std:iso-iec-27400_2022_7-1-2-10": "security control",
        "std:iso-iec-27400_2022_7-1-2-17": "control",
        "std:iso-iec-27100_2020_3-2": "term entry",
        "std:iso-iec-27100_2020_5-2": "provision",
        "stage:iso-iec-27402_fdis": "stage observation",
        "agent:nict": "organization",
        "cstd:Edition": "class",
    }
    assert {curie: kinds[PREFIXES[curie.split(":")[0]] + curie.split(":")[1]] for curie in expected} == expected


def test_documents_come_before_what_is_said_about_them(index: sqlite3.Connection) -> None:
    order = found(index, "FDIS 27402")
    assert order.index("project:iso-iec-27402") < order.index("stage:iso-iec-27402_fdis")
    order = found(index, "deck heading")
    assert {"src:deck_h49", "src:deck_h60"} <= set(order)


def test_a_long_literal_is_cut_around_the_words(tmp_path: Path) -> None:
    root = small_graph.write(tmp_path / "root")
    text = "word " * 200 + "needle " + "more " * 200
    small_graph.write_file(
        root / "data/long.trig", f'GRAPH src:x {{ std:long a cstd:Provision ; cstd:wording "{text}" }}'
    )
    snapshot = open_snapshot(tmp_path / "cache", root)
    (hit,) = search(snapshot.index, "needle", 5)
    assert "needle" in hit.matched
    assert 250 < len(hit.matched) <= 302
    assert hit.matched.startswith("…") and hit.matched.endswith("…")
    assert len(hit.label) <= 80
    snapshot.close()


def test_letters_within_a_word_are_found_when_nothing_else_is(index: sqlite3.Connection) -> None:
    assert found(index, "arknet") == ["concept:darknet-monitoring"]
    assert found(index, "キュリ") == ["concept:cybersecurity"]
    assert found(index, "(UK") == ["agent:bsi-uk"]
    assert found(index, "zzzz") == []


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\x00", "\u200b\u200b", "x" * 70_000])
def test_no_text_or_too_much_is_refused(index: sqlite3.Connection, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        search(index, text)
    assert caught.value.hint


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused(index: sqlite3.Connection, limit: int) -> None:
    with pytest.raises(UsageError):
        search(index, "security", limit)


def test_the_limit_is_kept(index: sqlite3.Connection) -> None:
    every = search(index, "security", 100)
    assert len(every) > 5
    for limit in (1, 3, 5):
        assert search(index, "security", limit) == every[:limit]
    assert len({hit.iri for hit in every}) == len(every)


def test_a_large_limit_gives_all(tmp_path: Path) -> None:
    root = small_graph.write(tmp_path / "root")
    lines = "".join(f'std:n{n} a cstd:Provision ; dct:title "quasar {n}" .\n' for n in range(450))
    small_graph.write_file(root / "data/many.trig", f"GRAPH src:x {{ {lines} }}")
    snapshot = open_snapshot(tmp_path / "cache", root)
    assert len(search(snapshot.index, "quasar", 1000)) == 450
    assert len(search(snapshot.index, "quasar zebra", 1000)) == 450
    snapshot.close()


def test_two_builds_answer_alike(index: sqlite3.Connection, tmp_path: Path) -> None:
    other = open_snapshot(tmp_path / "cache", small_graph.write(tmp_path / "root"))
    for text in ("security", "IoT devices", "27001", "information the of", "c"):
        assert search(index, text, 50) == search(other.index, text, 50)
    other.close()


SYNTAX = [
    '"',
    "'",
    "*",
    "(",
    ")",
    ":",
    "^",
    "-",
    "+",
    "{",
    "}",
    "NEAR",
    "AND",
    "OR",
    "NOT",
    "NEAR(",
    "label",
    " ",
    ",",
    "security",
    "%",
    "_",
]


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=40)
    | st.text(st.characters(codec=None), max_size=12)
    | st.lists(st.sampled_from(SYNTAX)).map("".join)
)
@example('"')
@example('security" OR label:')
@example("NOT security")
@example("^security")
@example("{label names} : iso")
@example("\x00security\x00")
@example("\ud800 security")
@example("क्षेत्र")
@example("२७४००")
@example("²")
@example("\u0301")
def test_any_text_is_only_words(index: sqlite3.Connection, text: str) -> None:
    try:
        hits = search(index, text, 5)
    except UsageError:
        assert not re.search(r"\w", text)
    else:
        assert len(hits) <= 5
        assert all(hit.label and hit.matched and hit.source.startswith("http") for hit in hits)
    did_you_mean(index, text)


@pytest.mark.parametrize(
    "text", ["security " * 1100, "a" * 10_000, "".join(f"w{n} " for n in range(2000)), "(" * 10_000, "安" * 10_000]
)
def test_ten_thousand_letters_are_no_trouble(index: sqlite3.Connection, text: str) -> None:
    search(index, text, 5)


def test_label_of_a_thing_and_of_a_stranger(index: sqlite3.Connection) -> None:
    assert label(index, f"{PREFIXES['agent']}nict") == "National Institute of Information and Communications Technology"
    assert label(index, f"{PREFIXES['agent']}nobody") == "agent:nobody"
    assert label(index, "http://example.org/x") == "http://example.org/x"
