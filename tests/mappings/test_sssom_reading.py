"""Mapping sets of others: how their tables, slots and predicates are read, and that nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_sets import COLUMNS, HEAD, table, wide

from cyberstd_kg.core import assets
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import expand
from cyberstd_kg.foreign.report import ImportReport
from cyberstd_kg.mappings import sssom_slots
from cyberstd_kg.mappings.model import MappingSet, RelationWord
from cyberstd_kg.mappings.relations import ANY, OVERLAP, Relations, parse, signs
from cyberstd_kg.mappings.sssom_reading import SssomOptions, read, read_declared, set_iri
from cyberstd_kg.mappings.sssom_writing import write

CURATED = "semapv:ManualMappingCuration"
ROW = f"a:1 skos:exactMatch b:1 {CURATED}"


def reading(
    content: bytes, options: SssomOptions | None = None, name: str = "a.sssom.tsv"
) -> tuple[MappingSet, ImportReport]:
    report = ImportReport("sssom")
    return read(content, name, options=options, report=report), report


# ── Tables and metadata ──


def test_the_head_may_have_a_space_after_its_marks() -> None:
    spaced = "".join(f"# {line[1:]}\n" for line in HEAD.splitlines())
    assert write(reading(table(ROW))[0]) == write(reading(table(ROW, head=spaced))[0])


def test_line_ends_of_windows_and_a_byte_order_mark_are_read() -> None:
    assert write(reading(b"\xef\xbb\xbf" + table(ROW).replace(b"\n", b"\r\n"))[0]) == write(reading(table(ROW))[0])


def test_a_table_with_commas() -> None:
    rows = table(ROW).replace(b"\t", b",")
    assert write(reading(rows, name="a.sssom.csv")[0]) == write(reading(table(ROW))[0])


def test_cells_in_quotation_marks() -> None:
    made, report = reading(wide("comment", f'a:1/skos:exactMatch/b:1/{CURATED}/"say ""no""\nand go"'))
    assert made.rows[0].comment == 'say "no" and go'
    assert [(finding.code, finding.line) for finding in report.findings if finding.code == "text"] == [("text", 7)]


def test_metadata_beside_the_table_give_way_to_those_in_it() -> None:
    outer = (
        b"mapping_set_title: Outer\nlicense: https://example.org/outer\ncurie_map:\n  b: https://example.org/outer/\n"
    )
    head = HEAD.replace("#license: https://example.org/licence\n", "#mapping_set_title: Inner\n")
    head = head.replace("#  b: https://example.org/b/\n", "")
    report = ImportReport("sssom")
    made = read(table(ROW, head=head), "a.tsv", metadata=("a.yml", outer), report=report)
    assert made.title == "Inner" and made.licence == "https://example.org/outer"
    assert made.rows[0].object.iri == "https://example.org/outer/1"
    assert [finding.field for finding in report.findings if finding.code == "metadata"] == ["mapping_set_title"]


# ── Names ──


def test_prefixes_of_the_standard_need_no_declaration_and_cannot_be_changed() -> None:
    assert reading(table(ROW))[0].rows[0].justification == expand(CURATED)
    head = HEAD.replace("#curie_map:\n", "#curie_map:\n#  skos: https://example.org/other#\n")
    with pytest.raises(InputError, match="line 1: the prefix 'skos' is one of the standard's"):
        reading(table(ROW, head=head))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (f"c:1 skos:exactMatch b:1 {CURATED}", "line 7: the prefix 'c' of 'c:1' in subject_id is not in the curie_map"),
        (f"1 skos:exactMatch b:1 {CURATED}", "line 7: '1' in subject_id is not a CURIE"),
        (f'a:1 skos:exactMatch b:x"y {CURATED}', "line 7: .* does not stand for an IRI"),
        ("a:1 skos:exactMatch b:1 curated", "line 7: 'curated' in mapping_justification is not a CURIE"),
        (f"a:1\t\tb:1\t{CURATED}", "line 7: the row has no predicate_id"),
        (f"a:1\tskos:exactMatch\t\t{CURATED}", "line 7: the row has no object_id"),
    ],
)
def test_names_that_mean_nothing_are_refused(row: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        reading(table(row))
    assert caught.value.hint


def test_a_whole_iri_and_a_prefix_that_is_ours() -> None:
    head = HEAD.replace("#curie_map:\n", "#curie_map:\n#  std: https://example.org/theirs/\n")
    made, report = reading(table(f"std:1 skos:exactMatch https://example.org/c#2 {CURATED}", head=head))
    assert (made.rows[0].subject.iri, made.rows[0].object.iri) == (
        "https://example.org/theirs/1",
        "https://example.org/c#2",
    )
    assert [finding.value for finding in report.findings if finding.code == "curie_map"] == ["std"]
    assert read(write(made), "a.sssom.tsv").rows[0].subject == made.rows[0].subject


def test_the_name_of_a_set() -> None:
    assert set_iri("https://example.org/sets/One Set.sssom.tsv", "x") == expand("mapping:one-set")
    assert set_iri("", "some/Where.sssom.tsv") == expand("mapping:where")
    assert set_iri(expand("mapping:a-to-b"), "x") == expand("mapping:a-to-b")
    assert set_iri(expand("mapping:a_b"), "x") == expand("mapping:a-b")
    assert len(set_iri(f"https://example.org/{'x' * 300}", "x")) < 150
    made, _ = reading(table(ROW))
    assert made.iri == expand("mapping:one")
    assert dict(made.other)["mapping_set_source"] == ("https://example.org/sets/one",)


def test_several_ends_in_a_cell_are_a_group() -> None:
    made, _ = reading(table(f"a:1|a:2 skos:exactMatch b:1|b:1 {CURATED}"))
    row = made.rows[0]
    assert row.subject.members == ("https://example.org/a/1", "https://example.org/a/2")
    assert row.object.iri == "https://example.org/b/1" and not row.object.members
    assert made.reading.groups == "union"
    text = write(made).decode()
    assert "a:1|a:2" in text and "composed entity expression" in text


# ── Values ──


def test_slots_of_the_set_speak_for_rows_without_their_own() -> None:
    head = f"{HEAD}#object_type: rdfs literal\n"
    columns = "subject_id\tpredicate_id\tobject_label\tmapping_justification\n"
    made, _ = reading(table(f"a:1 skos:exactMatch one {CURATED}", columns=columns, head=head))
    assert made.rows[0].object.is_literal and made.rows[0].object.iri == "one"
    # Where a row states one itself, the set's speaks for none.
    content = wide("object_type/object_label", f"a:1/skos:exactMatch/b:1/{CURATED}/owl class/one", head=head)
    assert not reading(content)[0].rows[0].object.is_literal


def test_a_slot_with_one_value_in_all_rows_is_said_of_the_set() -> None:
    rows = [f"a:{number}/skos:exactMatch/b:1/{CURATED}/a:text/{number}" for number in (1, 2)]
    made, _ = reading(wide("subject_source/subject_source_version", *rows))
    assert made.subject_edition == "https://example.org/a/text" and not made.subject_version
    assert [dict(row.other) for row in made.rows] == [{"subject_source_version": (n,)} for n in ("1", "2")]


def test_nothing_found_is_no_row() -> None:
    made, report = reading(
        table(
            ROW, f"a:2 skos:exactMatch sssom:NoTermFound {CURATED}", f"sssom:NoTermFound skos:exactMatch b:2 {CURATED}"
        )
    )
    assert len(made.rows) == 1
    assert [finding.line for finding in report.findings if finding.code == "no-term-found"] == [8, 9]


def test_values_against_the_standard_are_left_out_and_told() -> None:
    content = wide(
        "mapping_date/mapping_cardinality/similarity_score/license/subject_type",
        f"a:1/skos:exactMatch/b:1/{CURATED}/2021/many/7/free/thing",
    )
    made, report = reading(content)
    assert made.rows[0].other == ()
    assert {finding.field for finding in report.findings if finding.code == "value"} == {
        *("mapping_date", "mapping_cardinality", "similarity_score", "license", "subject_type")
    }


@pytest.mark.parametrize("confidence", ["1.01", "-0.1", "high", "nan", "1e400", "0,8"])
def test_confidence_is_from_0_to_1(confidence: str) -> None:
    with pytest.raises(InputError, match="line 7: the confidence"):
        reading(wide("confidence", f"a:1/skos:exactMatch/b:1/{CURATED}/{confidence}"))


def test_extension_slots_are_kept_and_those_not_defined_are_told() -> None:
    head = (
        f"{HEAD}#extension_definitions:\n#  - slot_name: ext_one\n#    property: a:one\n#    type_hint: xsd:integer\n"
        "#ext_two: two\n"
    )
    made, report = reading(wide("ext_one/ext_three", f"a:1/skos:exactMatch/b:1/{CURATED}/1/3", head=head))
    assert dict(made.rows[0].other) == {"ext_one": ("1",), "ext_three": ("3",)}
    assert dict(made.other)["ext_two"] == ("two",)
    told = {finding.field for finding in report.findings if finding.code == "extension"}
    assert told == {"ext_two", "ext_three"}
    text = write(made).decode()
    assert "property: a:one" in text and "property: http://sssom.invalid/ext_three" in text
    assert "type_hint: xsd:integer" in text


def test_a_justification_that_the_standard_does_not_know() -> None:
    made, report = reading(table("a:1 skos:exactMatch b:1 semapv:HumanCuration"))
    assert made.rows[0].justification == expand("semapv:UnspecifiedMatching")
    assert [finding.value for finding in report.findings if finding.code == "justification"] == ["semapv:HumanCuration"]


# ── Predicates ──


@pytest.mark.parametrize(
    ("predicate", "loose", "strict"),
    [
        ("skos:exactMatch", "E", "E"),
        ("owl:equivalentClass", "E", "E"),
        ("owl:sameAs", "E", "E"),
        ("skos:broadMatch", "<", "<"),
        ("skos:narrowMatch", ">", ">"),
        ("rdfs:subClassOf", "E<", "E<"),
        ("skos:closeMatch", "E<>o", "E<>o"),
        ("skos:relatedMatch", "E<>o", "o"),
        ("rdfs:seeAlso", "E<>ox", "E<>ox"),
        ("https://w3id.org/cyberstd/ontology#disjointFrom", "x", "x"),
        ("https://w3id.org/cyberstd/ontology#containsOrEqual", "E>", "E>"),
    ],
)
def test_predicates_without_a_declared_reading(predicate: str, loose: str, strict: str) -> None:
    content = table(f"a:1 {predicate} b:1 {CURATED}")
    for options, expected in ((SssomOptions(), loose), (SssomOptions(strict=True), strict)):
        made, report = reading(content, options)
        assert made.rows[0].relations == parse(expected) == made.reading.of(predicate)
        assert made.reading.read_by == "by-importer" and "Chosen on import" in made.reading.reason
        noted = [finding for finding in report.findings if finding.code == "predicate"]
        assert bool(noted) == (parse(expected) == ANY)


def test_not_is_no_disjointness() -> None:
    for predicate, expected in (
        ("skos:exactMatch", "<>ox"),
        ("skos:broadMatch", "E<>ox"),
        ("skos:relatedMatch", "E<>ox"),
    ):
        made, report = reading(wide("predicate_modifier", f"a:1/{predicate}/b:1/{CURATED}/Not"))
        assert made.rows[0].relations == parse(expected) and made.rows[0].word == f"Not {predicate}"
        told = [finding for finding in report.findings if finding.code == "predicate"]
        assert bool(told) == (predicate != "skos:exactMatch")
    with pytest.raises(InputError, match="line 7: the modifier 'Maybe'"):
        reading(wide("predicate_modifier", f"a:1/skos:exactMatch/b:1/{CURATED}/Maybe"))


def test_words_are_read_as_whoever_imports_them_says() -> None:
    content = wide(
        "cyberstd_word", f"a:1/skos:relatedMatch/b:1/{CURATED}/intersect", f"a:2/skos:exactMatch/b:1/{CURATED}/equal"
    )
    words = (RelationWord("intersect", parse("o")), RelationWord("equal", parse("E")))
    made, _ = reading(content, SssomOptions(words=words, rationale="meaning"))
    assert [signs(row.relations) for row in made.rows] == ["o", "E"]
    assert made.reading.rationale == "meaning" and "given by the importer" in made.reading.reason
    with pytest.raises(InputError, match=r'line 8: the table of words does not have "equal"'):
        reading(content, SssomOptions(words=words[:1]))
    with pytest.raises(InputError, match="< and > without o"):
        reading(content, SssomOptions(words=(RelationWord("intersect", parse("<>")), words[1])))
    plain, _ = reading(
        table(f"a:1 skos:relatedMatch b:1 {CURATED}"),
        SssomOptions(words=(RelationWord("skos:relatedMatch", parse("o")),)),
    )
    assert plain.rows[0].relations == parse("o")


def declared(words: str, *rows: str) -> bytes:
    head = HEAD.replace("#curie_map:\n", f"#curie_map:\n#  cstd: {expand('cstd:')}\n")
    head = f"{head}#cyberstd_style: set-theory\n#cyberstd_read_by: by-publisher\n#cyberstd_words: '{words}'\n"
    return wide("cyberstd_word/cyberstd_relations", *rows, head=head)


@pytest.mark.parametrize(
    ("words", "row", "told"),
    [
        ('"same" = E', "cstd:equalTo/b:1/J/other/", r'line 11: the table of words does not have "other"'),
        ('"same" = E', "cstd:overlaps/b:1/J/same/", r'line 11: the row says E < > o, but "same" is read as E'),
        ('"same" = E', "cstd:mappedTo/b:1/J/same/< y", "line 11: '< y' is not a set of the relations"),
        ('"same" = < >', "cstd:mappedTo/b:1/J/same/< >", "line 9: .*< and > without o"),
        ("same = E", "cstd:equalTo/b:1/J/same/", "line 9: the table of words cannot be read"),
        ('"same" = Q', "cstd:equalTo/b:1/J/same/", "line 9: the table of words cannot be read"),
    ],
)
def test_a_declared_reading_holds(words: str, row: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        reading(declared(words, f"a:1/{row.replace('J', CURATED)}"))


def test_a_table_given_on_import_holds_before_a_declared_one() -> None:
    content = declared('"same" = E', f"a:1/cstd:equalTo/b:1/{CURATED}/same/")
    made, _ = reading(content, SssomOptions(words=(RelationWord("same", OVERLAP),)))
    assert made.rows[0].relations == OVERLAP == made.reading.of("same")
    assert made.reading.read_by == "by-importer"


def test_a_group_bears_the_name_of_its_members() -> None:
    head = f"{HEAD}#cyberstd_style: set-theory\n#cyberstd_words: '\"same\" = E'\n"
    row = f"a:1/skos:exactMatch/a:group/{CURATED}/same/b:1|b:2"
    with pytest.raises(InputError, match="line 9: the object_id is not the name of the group of its 2 members"):
        reading(wide("cyberstd_word/cyberstd_object_members", row, head=head))


def test_a_set_of_the_graph_declares_its_reading() -> None:
    with pytest.raises(InputError, match="does not declare its reading") as caught:
        read_declared(table(ROW), "a.sssom.tsv")
    assert "cyberstd import sssom" in caught.value.hint


# ── Nothing is lost in silence ──

_PLAIN = st.text("abcdefgh 0123456789", min_size=1, max_size=8).map(str.strip).filter(bool)
_BY_KIND: dict[str, Callable[[], st.SearchStrategy[str]]] = {
    "entity": lambda: st.sampled_from(["a:x", "b:y", "a:z"]),
    "uri": lambda: st.sampled_from(["https://example.org/u", "no uri"]),
    "date": lambda: st.sampled_from(["2024-02-29", "2024"]),
    "number": lambda: st.sampled_from(["0.5", "5"]),
    "code": lambda: st.sampled_from(["owl class", "1:n", "skos concept", "nonsense"]),
    "text": lambda: _PLAIN,
}
_KEPT_APART = {
    *(
        "subject_id",
        "predicate_id",
        "object_id",
        "mapping_justification",
        "confidence",
        "predicate_modifier",
        "record_id",
    ),
}


def held(found: MappingSet) -> str:
    """Return all that the model holds of a set, as one text."""
    return repr(found).replace("https://example.org/a/", "a:").replace("https://example.org/b/", "b:")


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_each_cell_is_in_the_model_or_in_the_report(data: st.DataObject) -> None:
    slots = st.sampled_from([*sorted(set(sssom_slots.ROW_SLOTS) - _KEPT_APART), "ext_a", "notes"])
    columns = data.draw(st.lists(slots, unique=True, max_size=8))
    cells = [data.draw(_BY_KIND[sssom_slots.slot(name).kind]()) for name in columns]
    names = "\t".join(["subject_id", "predicate_id", "object_id", "mapping_justification", *columns])
    row = "\t".join(["a:1", "skos:exactMatch", "b:1", CURATED, *cells])
    found, report = reading(table(row, columns=f"{names}\n"))
    told = {(finding.field, finding.value) for finding in report.findings}
    for name, cell in zip(columns, cells, strict=True):
        assert cell in held(found) or (name, cell) in told, name


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_each_slot_is_in_the_model_or_in_the_report(data: st.DataObject) -> None:
    apart = {
        "curie_map",
        "mapping_set_id",
        "extension_definitions",
        "publication_date",
        "sssom_version",
        "object_type",
        "subject_type",
    }
    slots = st.sampled_from([*sorted(set(sssom_slots.SET_SLOTS) - apart), "ext_a", "mappings"])
    names = [name for name in data.draw(st.lists(slots, unique=True, max_size=8)) if name != "license"]
    values = {name: data.draw(_BY_KIND[sssom_slots.slot(name, of_set=True).kind]()) for name in names}
    head = HEAD + "".join(f'#{name}: "{value}"\n' for name, value in values.items())
    found, report = reading(table(ROW, head=head))
    told = {finding.field for finding in report.findings}
    for name, value in values.items():
        assert value in held(found) or name in told, name


def test_the_columns_of_the_standard_are_those_of_the_table() -> None:
    assert COLUMNS.strip().split("\t") == [name for name in sssom_slots.ROW_SLOTS if name in COLUMNS.split()]
    assert Relations(31) == ANY


@pytest.mark.parametrize("declared", ["each", "single"])
def test_a_group_needs_a_set_that_reads_groups_as_unions(declared: str) -> None:
    """Read as a union, what was said of each member may be false: strict overlap with each can be part of both."""
    path = assets.root() / "data" / "mappings" / "iso-iec-27001-2022--bsi-grundschutz-plus-plus-0-9.sssom.tsv"
    content = path.read_bytes()
    assert b"#cyberstd_groups: union" in content and read(content, path.name).rows
    with pytest.raises(InputError, match=f"line .*declares cyberstd_groups: {declared}"):
        read(content.replace(b"#cyberstd_groups: union", f"#cyberstd_groups: {declared}".encode()), path.name)
