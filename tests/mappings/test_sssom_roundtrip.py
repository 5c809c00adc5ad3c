"""Writing a mapping set and reading it again: as a file, as a table with metadata beside it, and from the graph."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from mapping_sets import SET, bare, mapping_sets, small

from cyberstd_kg.core.errors import InputError
from cyberstd_kg.foreign.report import ImportReport
from cyberstd_kg.mappings import from_rdf, relations, sssom_slots
from cyberstd_kg.mappings.model import MappingSet, end_of, group_iri, named, word_iris
from cyberstd_kg.mappings.sssom_reading import read
from cyberstd_kg.mappings.sssom_writing import losses, write
from cyberstd_kg.mappings.to_rdf import graphs, quads

NAME = "a.sssom.tsv"


@settings(max_examples=150, deadline=None)
@given(mapping_sets())
def test_what_is_written_is_read_again(made: MappingSet) -> None:
    report = ImportReport("sssom")
    content = write(made)
    assert bare(read(content, NAME, report=report)) == bare(made)
    assert write(read(content, NAME)) == content
    assert [finding for finding in report.findings if finding.severity != "note"] == []


@settings(max_examples=100, deadline=None)
@given(mapping_sets())
def test_metadata_may_stand_in_a_file_of_their_own(made: MappingSet) -> None:
    lines = write(made).split(b"\n")
    metadata = b"".join(line[1:] + b"\n" for line in lines if line.startswith(b"#"))
    table = b"\n".join(line for line in lines if not line.startswith(b"#"))
    assert bare(read(table, NAME, metadata=("a.yml", metadata))) == bare(made)


@settings(max_examples=100, deadline=None)
@given(mapping_sets())
def test_rows_in_any_order_give_the_same_file(made: MappingSet) -> None:
    rows = list(made.rows)
    random.Random(1).shuffle(rows)
    assert write(replace(made, rows=tuple(rows))) == write(made)


@settings(max_examples=150, deadline=None)
@given(mapping_sets(literals=False))
def test_the_graph_gives_the_set_back(made: MappingSet) -> None:
    store = ox.Store()
    store.bulk_extend(quad for quad, _ in quads(made, own=True))
    found = from_rdf.load(store, SET)
    assert bare(found) == bare(made)
    assert write(found) == write(made)


@settings(max_examples=100, deadline=None)
@given(mapping_sets())
def test_every_curie_is_in_the_curie_map(made: MappingSet) -> None:
    lines = write(made).decode().split("\n")
    head = [line.removeprefix("#") for line in lines if line.startswith("#")]
    prefixes = {match[1] for line in head if (match := re.fullmatch(r"  ([\w.-]+): .*", line))}
    slots = [name for name in sssom_slots.SET_SLOTS if sssom_slots.SET_SLOTS[name].kind == "entity"]
    named_here = {match[1] for line in head if (match := re.fullmatch(rf"(?:{'|'.join(slots)}): (\S+):.*", line))}
    defined = {match[1] for line in head if (match := re.fullmatch(r"    property: ([\w.-]+):(?!//).*", line))}
    assert named_here | defined <= prefixes


def test_the_graphs_of_a_set() -> None:
    made = small()
    assert graphs(made, own=False) == tuple(
        f"https://w3id.org/cyberstd/source/{name}"
        for name in ("crosswalk_test-a-to-b", "analysis_crosswalk-test-a-to-b", "cyberstd-kg_sources")
    )
    assert graphs(made, own=True) == tuple(
        f"https://w3id.org/cyberstd/source/{name}"
        for name in (
            "workspace_crosswalk-test-a-to-b",
            "workspace_analysis_crosswalk-test-a-to-b",
            "workspace_sources",
        )
    )
    defined = replace(made, reading=replace(made.reading, read_by="by-publisher"))
    assert graphs(defined, own=False).reading == graphs(defined, own=False).rows
    ours = replace(made, says="ours")
    assert graphs(ours, own=False).reading == graphs(ours, own=False).rows


def test_a_statement_has_the_line_of_its_row() -> None:
    content = write(small())
    lines = content.decode().splitlines()
    found = read(content, NAME)
    for quad, line in quads(found, own=True):
        if quad.predicate.value.endswith("#mapsFrom"):
            curie = quad.object.value.replace("https://w3id.org/cyberstd/id/", "std:")
            assert lines[line - 1].startswith(curie + "\t")
        if quad.predicate.value.endswith("#objectEdition"):
            assert lines[line - 1].startswith("#object_source:")
        if quad.predicate.value.endswith("#mappingStyle"):
            assert lines[line - 1].startswith("#cyberstd_style:")


def test_what_a_row_says_stands_in_two_graphs() -> None:
    made = small()
    rows, reading, _ = graphs(made, own=False)
    by_graph: dict[str, set[str]] = {}
    for quad, _ in quads(made, own=False):
        by_graph.setdefault(quad.graph_name.value, set()).add(quad.predicate.value.rpartition("#")[2])
    assert {"mapsFrom", "mapsTo", "publishedRelation", "hasMember", "subjectEdition"} <= by_graph[rows]
    assert {"possibleRelation", "overlaps", "within", "readsWord", "readBy"} <= by_graph[reading]
    assert not {"possibleRelation", "overlaps", "within", "readBy"} & by_graph[rows]


def test_names_of_groups_words_and_rows() -> None:
    members = ["https://example.org/2", "https://example.org/1"]
    assert group_iri(SET, members) == group_iri(SET, reversed(members))
    assert end_of(SET, members[:1] * 2).iri == members[0] and not end_of(SET, members[:1]).members
    words = word_iris(SET, ["a b", "a-b", "="])
    assert len(set(words.values())) == 3 and words["a b"] == f"{SET}_word-a-b"
    row = small().rows[0]
    again = named(SET, (row, replace(row, comment="Other."), replace(row, word="x")))
    assert [one.iri.rpartition("_")[2] for one in again] == ["pr", "pr-2", "pr-3"]


def test_a_set_is_projected_to_skos() -> None:
    made = small()
    rows = made.rows + tuple(
        replace(made.rows[0], word=sign, relations=relations.parse(sign))
        for sign in ("E", ">", "o", "x", "< o x", "E<>ox")
    )
    made = replace(made, rows=rows)
    text = write(made, skos=True).decode()
    found = sorted(line.split("\t")[1] for line in text.splitlines() if line.startswith("std:"))
    assert found == sorted(["skos:relatedMatch"] * 3 + ["skos:broadMatch", "skos:exactMatch", "skos:narrowMatch"])
    told = "\n".join(losses(made))
    assert "left out" in told and "{x}" in told and "{E < > o x}" in told and "{< o x}" in told
    assert "skos:relatedMatch, which does not say {E < > o}" in told and "{o}" in told


def test_a_row_without_any_relation_is_not_written() -> None:
    made = small()
    with pytest.raises(InputError, match="no relation"):
        write(replace(made, rows=(replace(made.rows[0], relations=relations.NONE),)))


def test_no_cell_begins_as_a_formula() -> None:
    made = small()
    row = replace(
        made.rows[0], comment="=cmd|' /C calc'!A0", word="@x", subject=made.rows[0].subject._replace(label="-1")
    )
    made = replace(made, rows=(row,), reading=replace(made.reading, words=()))
    cells = [cell for line in write(made).decode().splitlines() if line[0] != "#" for cell in line.split("\t")]
    assert not [cell for cell in cells if cell[:1] in "=+-@" and cell]
    assert read(write(made), NAME).rows[0].comment == row.comment
