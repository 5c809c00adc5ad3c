"""References as people write them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
import small_graph
from hypothesis import example, given, settings
from hypothesis import strategies as st

import cyberstd_kg
from cyberstd_kg.build.snapshot import open_snapshot
from cyberstd_kg.core.errors import AmbiguousReference, CyberstdError, InputError, NotFound, UsageError
from cyberstd_kg.core.iris import compact, expand
from cyberstd_kg.designations import keys
from cyberstd_kg.graph.resolve import find, resolve


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The index of the small graph."""
    folder = tmp_path_factory.mktemp("resolve")
    snapshot = open_snapshot(folder / "cache", small_graph.write(folder / "root"))
    yield snapshot.index
    snapshot.close()


MEANT = {
    "std:iso-iec-27001": """ISO/IEC 27001|ISO 27001|IEC 27001|27001|iso27001|isoiec27001|ISO-IEC-27001|iso iec 27001
        | ISO/IEC  27001 |ISO\u00a0/IEC\u00a027001|ＩＳＯ/ＩＥＣ ２７００１|Standard ISO/IEC 27001|std:iso-iec-27001
        |https://w3id.org/cyberstd/id/iso-iec-27001|<https://w3id.org/cyberstd/id/iso-iec-27001>""",
    "std:iso-iec-27001_2022": """ISO/IEC 27001:2022|27001:2022|27001-2022|27001 2022|iso 27001 (2022)
        |iso/iec 27001:2022(E)""",
    "std:iso-iec-27001_2022-amd-1-2024": """ISO/IEC 27001:2022/Amd 1:2024|27001:2022 Amd 1|27001/Amd 1
        |ISO 27001 Amendment 1|27001:2022/Amd1:2024""",
    "std:iso-iec-27400": """27400|ISO/IEC 27400|ISO/IEC 27400: IoT security and privacy – Guidelines
        |IoT security and privacy – Guidelines|iot security and privacy - guidelines""",
    "std:iso-iec-27400_2022": "ISO/IEC 27400:2022|Cybersecurity – IoT security and privacy – Guidelines",
    "std:as-nzs-iso-iec-27400": "AS/NZS ISO/IEC 27400|as 27400",
    "std:as-nzs-iso-iec-27400_2024": "AS/NZS ISO/IEC 27400:2024",
    "std:iso-iec-27033": "27033|ISO/IEC 27033",
    "std:iso-iec-27033-4": "27033-4|27033 part 4|ISO/IEC 27033, Part 4|iso 27033 pt. 4",
    "std:iso-iec-27033-4_2014": "iso/iec 27033-4:2014|27033-4:2014|27033-4-2014|27033 Part 4:2014",
    "std:iso-iec-27103": "27103|TR 27103|TS 27103|ISO/IEC TR 27103|ISO/IEC 27103",
    "std:iso-iec-27103_2018": "TR 27103:2018|27103:2018|ISO/IEC TR 27103: 2018",
    "std:iso-iec-27100": "ISO/IEC TS 27100|ts27100",
    "std:itu-t-x-1205": "X.1205|x1205|X 1205|ITU-T X.1205|itu x.1205|ITU-T Rec. X.1205|Recommendation ITU-T X.1205",
    "std:itu-t-x-1205_2008": "ITU-T Rec. X.1205 (04/2008)|X.1205 (04/2008)|X.1205 (2008)|X.1205:2008",
    "std:etsi-en-303-645": "ETSI EN 303 645|EN 303645|EN 303 645|303645|en303645",
    "std:etsi-en-303-645_v2-1-1": """EN 303 645 V2.1.1|ETSI EN 303 645 V2.1.1 (2020-06)|303645 v2.1.1
        |EN 303 645 version 2.1.1""",
    "std:nist-sp-800-213": "SP 800-213 |NIST SP 800-213|800-213|sp800-213|NIST.SP.800-213",
    "std:nist-sp-800-53_r5": "SP 800-53r5|SP 800-53 Rev. 5|NIST SP 800-53 Revision 5|800-53 r5",
    "std:nist-csf_2-0": "CSF 2.0|NIST CSF 2.0",
    "std:iso-iec-27032_2012-fdis": """FDIS 27032|ISO/IEC FDIS 27032|ISO/IEC FDIS 27032:2012|ISO/IEC FDIS 27032:2012(E)
        |27032 FDIS|27032:2012 FDIS|FDIS 27032:2012""",
    "std:iso-iec-27032": "27032|ISO/IEC 27032",
    "std:iso-iec-27403_dis": "DIS 27403|ISO/IEC DIS 27403|ISO/DIS 27403|27403 (DIS)|27403 [DIS]",
    "std:iso-iec-27404_wd2": "27404 WD2|WD2 27404|ISO/IEC WD2 27404|27404 WD 2|ISO/IEC 27404 [WD2]",
    "std:iso-iec-27404_wd": "WD 27404|27404 WD|ISO/IEC 27404 [WD]",
    "std:iso-iec-27046_cd2": "CD 27046|CD2 27046|27046 CD",
    "std:iso-iec-27402": "27402|ISO/IEC 27402|Device baseline requirements",
    "std:iso-iec-27400_2022_7-1-2-10": """27400 7.1.2.10|iso/iec 27400:2022, 7.1.2.10|27400 clause 7.1.2.10
        |27400 Control-10|27400:2022 control 10|27400, Control 10|ISO/IEC 27400:2022 § 7.1.2.10|7.1.2.10
        |27400 7.1.2.10 Security in connecting varied IoT devices|27400#7.1.2.10
        |ISO/IEC 27400:2022, 7.1.2.10 Security in connecting varied IoT devices
        |Security in connecting varied IoT devices|27400 Security in connecting varied IoT devices""",
    "std:iso-iec-27400_2022_7": "27400 7|ISO/IEC 27400:2022, clause 7",
    "std:iso-iec-27400_2022_7-1-2": "27400 7.1.2|27400 section 7.1.2",
    "std:iso-iec-27032_2012-fdis_4-20": """27032 4.20|FDIS 27032, 4.20|ISO/IEC 27032 clause 4.20
        |27032 Cyberspace security""",
    "std:iso-iec-27001_2013_a-8-2": "27001:2013 A.8.2|ISO/IEC 27001:2013, Annex A.8.2|27001:2013 control A.8.2",
    "std:nist-sp-800-53_r5_ac-2-1": """SP 800-53 AC-2(1)|800-53r5 ac-2.1|AC-2(1)|800-53 AC-02(01)
        |NIST SP 800-53 Rev. 5 AC-2(1)""",
    "std:nist-csf_2-0_gv-oc-01": "GV.OC-01|CSF GV.OC-01|gv.oc-1|CSF 2.0 GV.OC-01",
    "std:iso-iec-27100_2020_3-2": "27100 cybersecurity|TS 27100 3.2",
    "agent:sc-27": "SC 27|sc27|JTC1/SC27|JTC 1/SC 27|ISO/IEC JTC 1/SC 27|ISO/IEC JTC1/SC27",
    "agent:wg-4": "WG 4|wg4|SC 27/WG 4|JTC 1/SC 27/WG 4|ISO/IEC JTC 1/SC 27/WG 4",
    "agent:nict": "NICT|nict|National Institute of Information and Communications Technology",
    "concept:cybersecurity": """cybersecurity|Cybersecurity|CYBERSECURITY|cyber-security|cyber security
        |サイバーセキュリティ""",
    "system:nicter": "NICTER|nicter",
    "status:dis": "DIS|40.00|status:dis",
    "kind:control": "control",
    "stage:iso-iec-27402_fdis": "ISO/IEC 27402: [FDIS]",
    "src:deck": "The deck|src:deck",
    "cstd:Edition": "cstd:Edition|edition",
}


@pytest.mark.parametrize(
    ("reference", "meant"),
    [(text, curie) for curie, row in MEANT.items() for text in row.split("|")],
)
def test_a_reference_means_one_thing(index: sqlite3.Connection, reference: str, meant: str) -> None:
    assert compact(resolve(index, reference).iri) == meant
    assert find(index, reference)[0] == tuple(resolve(index, reference))


@pytest.mark.parametrize(
    ("reference", "candidates"),
    [
        ("BSI", {"agent:bsi-uk", "agent:bsi-de"}),
        ("27001 A.8.2", {"std:iso-iec-27001_2013_a-8-2", "std:iso-iec-27001_2022_a-8-2"}),
        ("A.8.2", {"std:iso-iec-27001_2013_a-8-2", "std:iso-iec-27001_2022_a-8-2"}),
    ],
)
def test_an_ambiguous_reference_lists_what_it_may_mean(
    index: sqlite3.Connection, reference: str, candidates: set[str]
) -> None:
    with pytest.raises(AmbiguousReference) as caught:
        resolve(index, reference)
    assert {compact(iri) for iri, _ in caught.value.candidates} == candidates
    assert caught.value.exit_code == 2
    assert caught.value.hint
    assert all(label for _, label in caught.value.candidates)


def test_the_list_of_candidates_keeps_to_the_limit(index: sqlite3.Connection) -> None:
    with pytest.raises(AmbiguousReference, match="first 1") as caught:
        resolve(index, "BSI", limit=1)
    assert len(caught.value.candidates) == 1


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("27401", "27400"),
        ("ISO/IEC 27402:2023", "no text '2023' of ISO/IEC 27402"),
        ("ISO/IEC 27400 DIS", "no text 'DIS' of ISO/IEC 27400"),
        ("27400 7.1.2.11", "7.1.2.10"),
        ("cybersecurty", "cybersecurity"),
        ("NICTR", "NICTER"),
        ("TS 27001", "ISO/IEC 27001"),
        ("NIST 27001", "27001"),
        ("ISO/IEC 27400:2024", "27400:2022"),
        ("TS 27103:2018", "TR 27103:2018"),
        ("std:no-such-thing", ""),
        ("https://example.org/", ""),
        ("!!!", ""),
        ("WD2", ""),
        ("7", ""),
        ("\U0001f512", ""),
    ],
)
def test_what_is_not_held_is_said_so_with_near_misses(index: sqlite3.Connection, reference: str, said: str) -> None:
    with pytest.raises(NotFound) as caught:
        resolve(index, reference)
    assert said in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.hint
    assert caught.value.exit_code == 3
    assert find(index, reference) == []


@pytest.mark.parametrize("reference", ["", " ", "\n\t", "\x00", "\u200b", "x" * 1001, "7 " * 5000])
def test_no_text_or_too_much_is_refused(index: sqlite3.Connection, reference: str) -> None:
    with pytest.raises(UsageError):
        resolve(index, reference)
    with pytest.raises(UsageError):
        find(index, reference)


@pytest.mark.parametrize(
    ("reference", "kinds", "meant"),
    [
        ("cybersecurity", ["skos:Concept"], "concept:cybersecurity"),
        ("cybersecurity", {"concept"}, "concept:cybersecurity"),
        ("27400", [expand("cstd:Standard")], "std:iso-iec-27400"),
        ("27400", ["cstd:Text"], "std:iso-iec-27400_2022"),
        ("27400", "edition", "std:iso-iec-27400_2022"),
        ("27032", ["draft"], "std:iso-iec-27032_2012-fdis"),
        ("ISO/IEC 27402", ["project"], "project:iso-iec-27402"),
        ("Cyberspace security", ["provision"], "std:iso-iec-27032_2012-fdis_4-20"),
        ("Cyberspace security", ["term entry"], "std:iso-iec-27032_2012-fdis_4-20"),
    ],
)
def test_kinds_narrow_what_is_meant_subclasses_included(
    index: sqlite3.Connection, reference: str, kinds: list[str], meant: str
) -> None:
    assert compact(resolve(index, reference, kinds=kinds).iri) == meant


def test_a_thing_of_another_kind_is_not_found(index: sqlite3.Connection) -> None:
    for reference in ("NICT", "std:iso-iec-27400_2022", "27400 7.1.2.10"):
        with pytest.raises(NotFound):
            resolve(index, reference, kinds=["skos:Concept"])
    with pytest.raises(NotFound):
        resolve(index, "NICT", kinds=[])
    with pytest.raises(UsageError, match="unicorn"):
        resolve(index, "NICT", kinds=["unicorn"])
    with pytest.raises(InputError, match="unknown:kind"):
        resolve(index, "NICT", kinds=["unknown:kind"])


def test_find_gives_the_editions_after_the_work_the_latest_first(index: sqlite3.Connection) -> None:
    found = [compact(iri) for iri, _ in find(index, "27103")]
    assert found == ["std:iso-iec-27103", "std:iso-iec-27103_2026", "std:iso-iec-27103_2018"]
    assert len(find(index, "27103", limit=2)) == 2


def test_labels_say_what_people_say(index: sqlite3.Connection) -> None:
    assert [label for _, label in find(index, "27400")][:1] == ["ISO/IEC 27400, IoT security and privacy – Guidelines"]
    expected = {
        "27400:2022": "ISO/IEC 27400:2022, Cybersecurity – IoT security and privacy – Guidelines",
        "27400 7.1.2.10": "ISO/IEC 27400:2022, 7.1.2.10 Security in connecting varied IoT devices",
        "27032 4.20": "ISO/IEC FDIS 27032:2012, 4.20 Cybersecurity",
        "FDIS 27032": "ISO/IEC FDIS 27032:2012, Guidelines for cybersecurity",
        "stage:iso-iec-27402_fdis": "ISO/IEC 27402: [FDIS]",
        "stage:iso-iec-27404_wd2": "ISO/IEC 27404 WD2: WD",
        "27033-4": "ISO/IEC 27033-4, Securing communications using security gateways",
        "concept:cybersecurity": "cybersecurity",
        "src:deck_h49": "The deck, heading 49",
        "says:quoted": None,
    }
    for reference, label in expected.items():
        if label is None:
            assert find(index, reference) == []
        else:
            assert resolve(index, reference).label == label


ANY_TEXT = st.text(max_size=60) | st.text(st.characters(codec=None), max_size=20)
PIECES = st.lists(
    st.sampled_from(
        [
            "ISO",
            "/IEC",
            " ",
            "27400",
            "27033",
            "-4",
            ":2022",
            "(E)",
            "WD",
            "2",
            "FDIS",
            "7.1.2.10",
            "part",
            "AC-2(1)",
            "std:",
            "<",
            ">",
        ]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT | PIECES)
@example("\ud800")
@example("\x00ISO")
@example("<std:\ud800>")
@example("٢٧٤٠٠")
@example("²⁷")
@example("ﷺ" * 55)
@example("%' OR 1=1 --")
def test_any_text_is_answered_or_refused_in_our_own_words(index: sqlite3.Connection, text: str) -> None:
    try:
        match = resolve(index, text)
    except CyberstdError as error:
        assert error.hint
        error.message.encode()  # it can be printed
    else:
        assert match.iri in {iri for iri, _ in find(index, text, limit=1000)}


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT | PIECES)
def test_keys_are_stable(text: str) -> None:
    key = keys.name_key(text)
    assert keys.name_key(key) == key
    assert keys.name_key(f"  {text} ") == key
    for tier, found in keys.designations(text):
        assert tier in (keys.EXACT, keys.SHORTER)
        assert found.key == found.key.strip()
    for document, place in keys.splits(text):
        assert document and place


@given(
    st.sampled_from(["ISO/IEC 27400:2022", "ITU-T X.1205 (04/2008)", "NIST SP 800-53r5", "ISO/IEC FDIS 27032:2012"]),
    st.data(),
)
def test_case_and_signs_do_not_matter(designation: str, data: st.DataObject) -> None:
    spelt = "".join(
        data.draw(st.sampled_from([sign.lower(), sign.upper()] if sign.isalnum() else [sign, " ", " - ", "/"]))
        for sign in designation
    )
    assert keys.designation(spelt) == keys.designation(designation)


#: What might make a pattern for loose forms go back and forth.
_LOOSE_AND_LONG = (
    *("27k" * 300, "draft technical " * 60, "Amd 1 :" * 140, "2O" * 450, "+A1" * 330, "cybersecurity framework " * 40),
    *("1st edition " * 80, ":2022/A" * 140, "DIS." * 250, "cd amd 1" + " " * 900, "27001" + "." * 900 + "2"),
)


_LONG = ("27400 " * 160, "(" * 1000, "a/" * 500, "27400:" * 160, "Amd " * 240, "9" * 1000, *_LOOSE_AND_LONG)


@pytest.mark.parametrize("times", [10, pytest.param(200, marks=pytest.mark.soak)])
def test_long_texts_are_answered(index: sqlite3.Connection, times: int) -> None:
    """Of text that a pattern goes through again and again nobody would see the end; that ends the run."""
    for text in _LONG:
        with pytest.raises(NotFound):
            resolve(index, text)
        list(keys.designations(text * times))


def test_doctests() -> None:
    import doctest

    assert doctest.testmod(keys).failed == 0


def test_the_index_cannot_be_written(index: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        index.execute("DELETE FROM key")


def test_codes_of_one_scheme() -> None:
    """A parameter that wants a code of one scheme takes no code of another, and says which there are."""
    kg = cyberstd_kg.load()
    ask = kg.resolve_iri
    assert ask("IS", "code:doctype").endswith("/scheme/doctype#is") and ask("IS", "code:status").endswith("status#is")
    assert ask("privacy", "code:kind").endswith("kind#privacy-control")
    assert ask("IoT device", "code:binds").endswith("binds#device")
    with pytest.raises(NotFound) as missing:
        ask("status:fdis", "code:doctype")
    assert "Technical Specification" in missing.value.hint
    with pytest.raises(AmbiguousReference):
        ask("Cybersecurity", "code:group")
