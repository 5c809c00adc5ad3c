"""The files of the project that makes SSSOM: each is read, or refused with the reason.

What is expected was written down from the files themselves: the number of their rows, and what becomes of them.  A file
that does not fit the standard, or the house's rule that each row has a cell for each column, is refused whole.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from cyberstd_kg.core.errors import InputError
from cyberstd_kg.foreign.report import ImportReport
from cyberstd_kg.mappings import sssom_table
from cyberstd_kg.mappings.model import MappingSet
from cyberstd_kg.mappings.sssom_reading import read
from cyberstd_kg.mappings.sssom_writing import write
from cyberstd_kg.workspace.import_sets import gather

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "real" / "sssom"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the files of other publishers are not here")

#: File → rows taken over, and rows that speak of no term found, which are left out.
TAKEN = {
    "sssom-py/asymmetric.tsv": (5, 0),
    "sssom-py/basic.tsv": (141, 0),
    "sssom-py/cardinality.sssom.tsv": (9, 0),
    "sssom-py/cob-to-external.tsv": (89, 0),
    "sssom-py/literals-condensed.sssom.tsv": (9, 0),
    "sssom-py/literals.sssom.tsv": (9, 0),
    "sssom-py/sssom11-extensions.sssom.tsv": (11, 0),
    "sssom-repo/embedded_foodie-inc-2022-05-01.sssom.tsv": (4, 1),
    "sssom-repo/embedded_mp-hp-exact-0.0.1.sssom.tsv": (42, 0),
    "sssom-repo/external_example1.sssom.tsv": (4, 1),
    "sssom-repo/external_mp-hp-exact-0.0.1.sssom.tsv": (42, 0),
    "sssom-repo/schema_cardinality-scope-empty.sssom.tsv": (6, 0),
    "sssom-repo/schema_cardinality-scope-predicate+object_source.sssom.tsv": (6, 0),
    "sssom-repo/schema_cardinality-scope-predicate.sssom.tsv": (6, 0),
    "sssom-repo/schema_cardinality-with-unmapped-entities.sssom.tsv": (1, 3),
    "sssom-repo/schema_cardinality.sssom.tsv": (9, 0),
    "sssom-repo/schema_composite-entities.sssom.tsv": (3, 0),
    "sssom-repo/schema_curation_rule-propagated.sssom.tsv": (3, 0),
    "sssom-repo/schema_curation_rule.sssom.tsv": (3, 0),
    "sssom-repo/schema_curation_rule_text-propagated.sssom.tsv": (3, 0),
    "sssom-repo/schema_curation_rule_text.sssom.tsv": (3, 0),
    "sssom-repo/schema_curie_map.sssom.tsv": (3, 0),
    "sssom-repo/schema_cxsmiles_pipe.sssom.tsv": (1, 0),
    "sssom-repo/schema_extension-slots.sssom.tsv": (4, 0),
    "sssom-repo/schema_issue_tracker.sssom.tsv": (3, 0),
    "sssom-repo/schema_issue_tracker_item.sssom.tsv": (3, 0),
    "sssom-repo/schema_literals.sssom.tsv": (4, 0),
    "sssom-repo/schema_mapping_set_confidence.sssom.tsv": (2, 0),
    "sssom-repo/schema_mapping_tool_id.sssom.tsv": (2, 0),
    "sssom-repo/schema_no_term_found.sssom.tsv": (1, 1),
    "sssom-repo/schema_pipe-escaping.sssom.tsv": (2, 0),
    "sssom-repo/schema_predicate-types.sssom.tsv": (4, 0),
    "sssom-repo/schema_record-ids.sssom.tsv": (3, 0),
    "sssom-repo/schema_review_date.sssom.tsv": (1, 0),
    "sssom-repo/schema_reviewer_agreement.sssom.tsv": (3, 0),
    "sssom-repo/schema_similarity_score.sssom.tsv": (3, 0),
    "sssom-repo/schema_version.sssom.tsv": (2, 0),
}
#: File → why it is refused, with the line.
REFUSED = {
    # The prefix orcid is used and not declared; the justification "Lexical" is not a CURIE either.
    "sssom-py/bad_basic.tsv": r"line 4: the prefix 'orcid' .* is not in the curie_map",
    "sssom-py/basic6.tsv": r"line 4: the prefix 'orcid' .* is not in the curie_map",
    # The same in the metadata beside the table; in the table, "Label" and the prefix oio.
    "sssom-py/basic-meta-external.tsv": r"basic-meta-external\.yml, line 4: the prefix 'orcid' .* not in the curie_map",
    # Its sources are "x", "y", "z", which are no CURIEs; the prefix oio is not declared.
    "sssom-py/basic4.tsv": r"line 18: 'x' in subject_source is not a CURIE",
    # It has no metadata, so that none of its prefixes means anything.
    "sssom-py/enm_example.tsv": r"line 2: the prefix 'NPO' .* is not in the curie_map",
    # Its description holds ": " without quotation marks (and 225 of its rows have too few cells).
    "sssom-py/test_validation1.sssom.tsv": r"line 3: the metadata cannot be read: line 3 is not YAML",
    # Five of its eight rows have seven cells, the table eight columns.
    "sssom-repo/schema_curation_rule_text2.sssom.tsv": r"line 11: the row has 7 cells, the table 8 columns",
}
#: What is no table.
OTHER = {
    "sssom-py/basic.sssom.rdf": "RDF is not read",
    "sssom-py/basic-meta-external.yml": "the metadata go by --metadata",
    "sssom-py/hp-subset-metadata.yml": "the metadata go by --metadata",
    "sssom-repo/external_example1.sssom.yml": "the metadata go by --metadata",
    "sssom-repo/external_mp-hp-exact-0.0.1.sssom.yml": "the metadata go by --metadata",
}


def opened(name: str, report: ImportReport | None = None) -> MappingSet:
    path = FOLDER / name
    beside = sssom_table.beside(path)
    metadata = (beside.name, beside.read_bytes()) if beside else None
    return read(path.read_bytes(), path.name, metadata=metadata, report=report)


def test_every_file_is_in_the_table() -> None:
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*")}
    assert there == {*TAKEN, *REFUSED, *OTHER}


@pytest.mark.parametrize("name", TAKEN)
def test_a_file_is_read(name: str) -> None:
    report = ImportReport("sssom")
    found = opened(name, report)
    left = Counter(finding.code for finding in report.findings if finding.severity == "left-out")
    assert (len(found.rows), left["no-term-found"]) == TAKEN[name]
    assert set(left) <= {"no-term-found"} and not report.refused
    content = write(found)
    assert write(read(content, "again.sssom.tsv")) == content


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(InputError, match=REFUSED[name]) as caught:
        opened(name)
    assert caught.value.hint


@pytest.mark.parametrize("name", OTHER)
def test_what_is_no_table_is_refused(name: str) -> None:
    with pytest.raises(InputError) as caught:
        gather([str(FOLDER / name)])
    assert OTHER[name] in caught.value.hint


def test_the_metadata_beside_a_table_say_the_same_as_those_in_its_head() -> None:
    for inner, outer in (
        ("sssom-repo/embedded_foodie-inc-2022-05-01.sssom.tsv", "sssom-repo/external_example1.sssom.tsv"),
        ("sssom-repo/embedded_mp-hp-exact-0.0.1.sssom.tsv", "sssom-repo/external_mp-hp-exact-0.0.1.sssom.tsv"),
    ):
        assert write(opened(inner)) == write(opened(outer))


def test_values_that_the_files_are_about() -> None:
    def slots(name: str, slot: str) -> list[tuple[str, ...]]:
        found = opened(f"sssom-repo/schema_{name}.sssom.tsv")
        return [dict(row.other).get(slot, ()) for row in found.rows] or [dict(found.other)[slot]]

    assert slots("pipe-escaping", "author_label") == [
        ("Alice|Bob", "Charlie"),
        ("Alice\\Bob", "Charlie\\", "David\\|Eve\\"),
    ]
    assert slots("cxsmiles_pipe", "match_string")[0][0].endswith("|C:4.5,0.6,1.7,2.8,3.9,7.12,6.10,9.16,10.18,8.14|")
    assert slots("mapping_tool_id", "mapping_tool_id") == [(), ()]  # of all rows, so that it is said once
    tool = dict(opened("sssom-repo/schema_mapping_tool_id.sssom.tsv").other)["mapping_tool_id"]
    assert tool == ("https://www.wikidata.org/wiki/Q58057366",)
    assert slots("record-ids", "record_id")[2] == ("https://example.org/sets/record-id#0000001",)
    assert slots("extension-slots", "ext_baz")[0] == ("ORGENT:BAZ_0001",)
    assert slots("reviewer_agreement", "reviewer_agreement") == [("0.99",), ("-0.99",), ("0.0",)]
    scope = dict(opened("sssom-repo/schema_cardinality-scope-predicate+object_source.sssom.tsv").other)
    assert scope["cardinality_scope"] == ("predicate_id", "object_source")
    foodie = opened("sssom-repo/embedded_foodie-inc-2022-05-01.sssom.tsv")
    assert foodie.object_version == "http://purl.obolibrary.org/obo/foodon/releases/2022-02-01/foodon.owl"
    assert (
        foodie.rows[0].comment
        == 'We could map to FOODON:03310788 instead to cover sliced apples, but only "whole" apple types exist.'
    )
    literals = opened("sssom-py/literals-condensed.sssom.tsv")
    assert {row.object.iri for row in literals.rows if row.object.is_literal} >= {"male", "time of day"}
    assert all(row.object.is_literal for row in literals.rows)


def test_how_their_predicates_are_read() -> None:
    read_as = {word: str(found) for word, found in opened("sssom-py/basic.tsv").reading.words}
    assert set(read_as) == {"owl:equivalentClass", "Not owl:equivalentClass", "rdfs:subClassOf"}
    words = opened("sssom-py/cob-to-external.tsv").reading
    assert re.search("Chosen on import", words.reason) and words.read_by == "by-importer"
