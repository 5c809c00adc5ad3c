"""Our own mapping sets: every row rests on what it says that it rests on (docs/decisions/0014-our-mappings.md)."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest
from rdf_files import CSTD, DCT, TYPE, data

from cyberstd_kg.core import assets, iris
from cyberstd_kg.mappings import relations
from cyberstd_kg.mappings import sssom_reading as importer
from cyberstd_kg.mappings import sssom_writing as exporter

SUBJECT = iris.mint("std", "iso-iec-27400", "2022")
#: End of a set's name → designation, as the table of the decision has it.
SETS = {
    "iso-iec-27402-fdis": "ISO/IEC FDIS 27402",
    "etsi-en-303-645-v2-1-1": "ETSI EN 303 645 V2.1.1",
    "nist-ir-8259a-2020": "NIST IR 8259A",
    "nist-ir-8259b-2021": "NIST IR 8259B",
    "iso-iec-tr-27103-2018": "ISO/IEC TR 27103:2018",
    "nist-csf-2-0": "NIST CSF 2.0",
}
#: Basis, as a comment begins → the confidences that the declared scale has for it.
SCALE = {"Words of both ends": {"0.8", "0.9"}, "Headings only": {"0.5", "0.7"}}
COMMENT = re.compile(
    r"(?P<basis>Words of both ends|Headings only)"
    r"(?: at (?:the end of (?P<one>[^:]+)|(?P<both>both ends)))?: \S.*\. \S.*\."
)


class Row(NamedTuple):
    """One row: its set, ends, publisher's word, what it leaves possible, confidence, comment, justification."""

    set: str
    subject: str
    object: str
    word: str
    relations: relations.Relations
    confidence: str
    comment: str
    justification: str

    @property
    def basis(self) -> str:
        """What the row rests on."""
        return "Words of both ends" if self.comment.startswith("Words") else "Headings only"

    @property
    def quoted(self) -> list[str]:
        """The words that the comment quotes."""
        return re.findall("“([^”]+)”", self.comment)


def path(name: str) -> Path:
    """Return the file of the set *name*."""
    return assets.root() / "data" / "mappings" / f"iso-iec-27400-2022--{name}.sssom.tsv"


@cache
def head(name: str) -> dict[str, str]:
    """Return the slots of a set that stand on one line."""
    lines = path(name).read_text(encoding="utf-8").splitlines()
    pairs = (line[1:].partition(": ")[::2] for line in lines if re.match(r"#\w+: ", line))
    return {slot: value.strip("'\"") for slot, value in pairs}


@cache
def words(name: str) -> dict[str, relations.Relations]:
    """Return the table from words to what they leave possible."""
    table = re.findall(r'"([^"]+)" = ([^;]+)', head(name)["cyberstd_words"])
    return {word: relations.parse(signs) for word, signs in table}


@cache
def rows() -> list[Row]:
    """Return all rows of all sets."""
    found = []
    for name in SETS:
        with path(name).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader((line for line in stream if line[0] != "#"), delimiter="\t"):
                stated = row.get("cyberstd_relations") or ""
                own = relations.PREDICATES[row["predicate_id"].removeprefix("cstd:")]
                found.append(
                    Row(
                        name,
                        iris.expand(row["subject_id"]),
                        iris.expand(row["object_id"]),
                        row["cyberstd_word"],
                        relations.parse(stated) if stated else own,
                        row["confidence"],
                        row["comment"],
                        row["mapping_justification"],
                    )
                )
    return found


@cache
def facts() -> dict[str, dict[str, set[str]]]:
    """Return property → subject → values, of what the graph says."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for triple in data():
        if hasattr(triple.subject, "value") and hasattr(triple.object, "value"):
            found[triple.predicate.value][triple.subject.value].add(triple.object.value)
    return found


@cache
def within(provision: str) -> frozenset[str]:
    """Return a provision, all below it, and the lists that are about it."""
    below: dict[str, set[str]] = defaultdict(set)
    for predicate in ("parentProvision", "about"):
        for child, parents in facts()[f"{CSTD}{predicate}"].items():
            for parent in parents:
                below[parent].add(child)
    found, left = set(), [provision]
    while left:
        found.add(one := left.pop())
        left += below[one] - found
    return frozenset(found)


@cache
def printed(provision: str, predicate: str) -> frozenset[str]:
    """Return the texts that one property gives a provision and what is in it."""
    return frozenset(text for one in within(provision) for text in facts()[predicate].get(one, ()))


def has(provision: str, quoted: str, *predicates: str) -> bool:
    """Tell whether words stand in the graph's texts of a provision."""
    return any(quoted in text for predicate in predicates for text in printed(provision, predicate))


TITLE, WORDING = f"{DCT}title", f"{CSTD}wording"


@pytest.mark.parametrize("name", SETS)
def test_a_set_declares_its_reading_and_its_editions(name: str) -> None:
    slots = head(name)
    wanted = {
        "mapping_set_id": f"{iris.PREFIXES['mapping']}iso-iec-27400-2022-to-{name}",
        "subject_source": "std:iso-iec-27400_2022",
        "cyberstd_style": "set-theory",
        "cyberstd_rationale": "meaning",
        "cyberstd_use_case": "reference",
        "cyberstd_read_by": "by-us",
        "cyberstd_says": "ours",
        "cyberstd_blank": "says-nothing",
        "cyberstd_completeness": "not-claimed",
    }
    assert {slot: slots.get(slot) for slot in wanted} == wanted
    assert "2026-11-24" in slots["cyberstd_made_how"]
    assert all(figure in slots["cyberstd_confidence_scale"] for figures in SCALE.values() for figure in figures)
    assert words(name)["overlaps"] == relations.OVERLAP
    assert all(relations.is_tractable(read) for read in words(name).values())


@pytest.mark.parametrize("name", SETS)
def test_a_file_reads_and_stands_in_the_one_form(name: str) -> None:
    content = path(name).read_bytes()
    read = importer.read(content, name)
    assert exporter.write(read) == content
    assert read.locator == path(name).relative_to(assets.root()).as_posix()
    # The table is also read here by other code, so that a fault of the reader would show.
    assert sorted(
        (row.subject.iri, row.object.iri, row.word, row.relations, row.comment) for row in read.rows
    ) == sorted((row.subject, row.object, row.word, row.relations, row.comment) for row in rows() if row.set == name)


def test_every_row_says_what_it_rests_on_and_how_sure_it_is() -> None:
    for row in rows():
        assert COMMENT.fullmatch(row.comment), row
        assert row.confidence in SCALE[row.basis], row
        assert row.justification == "semapv:ManualMappingCuration", row
        assert words(row.set)[row.word] == row.relations, row


def test_headings_alone_support_no_more_than_overlap() -> None:
    by_heading = {row for row in rows() if row.basis == "Headings only"}
    assert by_heading == {row for row in rows() if row.relations == relations.OVERLAP}
    assert all(row.relations & ~relations.OVERLAP == 0 or row.relations == relations.DISJOINT for row in rows())


def test_quoted_words_stand_in_the_graph() -> None:
    for row in rows():
        of = {end: [q for q in row.quoted if has(end, q, TITLE, WORDING)] for end in (row.subject, row.object)}
        assert all(of.values()), row
        assert {q for found in of.values() for q in found} == set(row.quoted), row


def test_what_is_narrower_quotes_wording_of_both_ends_and_no_heading() -> None:
    for row in rows():
        if row.basis == "Words of both ends":
            for end in (row.subject, row.object):
                assert any(has(end, quoted, WORDING) for quoted in row.quoted), row


def test_a_comment_tells_truly_which_end_is_known_by_its_heading_alone() -> None:
    for row in rows():
        found = COMMENT.fullmatch(row.comment)
        assert found
        blind = {end for end in (row.subject, row.object) if not printed(end, WORDING)}
        if row.basis == "Words of both ends":
            assert not blind, row
        elif found["both"]:
            assert blind == {row.subject, row.object}, row
        else:
            assert blind == {row.subject if found["one"] == "ISO/IEC 27400" else row.object}, row


def test_every_end_is_a_live_provision_of_the_text_that_the_set_names() -> None:
    provisions = {one for one, classes in facts()[TYPE].items() if f"{CSTD}Provision" in classes}
    for row in rows():
        for end, text in ((row.subject, SUBJECT), (row.object, iris.expand(head(row.set)["object_source"]))):
            assert end in provisions, end
            assert facts()[f"{CSTD}provisionOf"][end] == {text}, end
            assert not facts()[f"{CSTD}withdrawn"].get(end), end


def test_statements_of_the_csf_are_those_of_nist_s_file(shared: Path) -> None:
    catalogue = shared / "real" / "nist-oscal" / "NIST_CSF_v2.0_catalog.xml"
    space = "{http://csrc.nist.gov/ns/oscal/1.0}"
    statements = {
        iris.mint("std", "nist-csf", "2.0", thing.get("id", "")): " ".join("".join(part.itertext()).split())
        for thing in ElementTree.parse(catalogue).iter()
        for part in thing.findall(f"{space}part")
        if part.get("name") in ("overview", "statement")
    }
    ours = {
        one: found for one, found in facts()[WORDING].items() if one.startswith(iris.mint("std", "nist-csf", "2.0"))
    }
    assert len(ours) == 39
    assert ours == {one: {statements[one]} for one in ours}


def test_no_pair_occurs_twice() -> None:
    assert [pair for pair, number in Counter((row.subject, row.object) for row in rows()).items() if number > 1] == []


def controls() -> set[str]:
    """Return the 45 controls."""
    kinds = facts()[f"{CSTD}provisionKind"]
    kind = f"{iris.PREFIXES['kind']}control"
    return {one for one, found in kinds.items() if kind in found and one.startswith(f"{SUBJECT}_")}


@pytest.mark.parametrize("name", ["iso-iec-tr-27103-2018", "nist-csf-2-0"])
def test_each_control_serves_a_function(name: str) -> None:
    functions = {
        one for one, found in facts()[f"{CSTD}provisionKind"].items() if f"{iris.PREFIXES['kind']}function" in found
    }
    assert len(controls()) == 45
    served = {row.subject for row in rows() if row.set == name and row.object in functions and row.word != "unrelated"}
    assert controls() <= served


def test_all_five_base_relations_occur() -> None:
    assert relations.union(row.relations for row in rows()) == relations.ANY
    alone = {row.relations for row in rows()}
    assert {relations.SUBSET, relations.INTERSECTS, relations.DISJOINT} <= alone


def share(found: Iterable[Row]) -> str:
    """Return the cells of the table for some rows."""
    some = list(found)
    sets = Counter(row.relations for row in some)
    bases = Counter(row.basis for row in some)
    columns = ("E < > o", "<", "o", "x", "< o", "> o")
    assert set(sets) <= {relations.parse(column) for column in columns}
    cells: list[Any] = [len(some), *(sets[relations.parse(column)] for column in columns), *(bases[b] for b in SCALE)]
    return " | ".join(map(str, cells))


def test_the_decision_prints_the_shares(root: Path) -> None:
    text = (root / "docs" / "decisions" / "0014-our-mappings.md").read_text(encoding="utf-8")
    table = [f"| {title} | {share(row for row in rows() if row.set == name)} |" for name, title in SETS.items()]
    table.append(f"| **all** | {share(rows())} |")
    assert "\n".join(table) in text, "\n" + "\n".join(table)
    confidences = Counter(row.confidence for row in rows())
    figures = ", ".join(f"{confidences[figure]} at {figure}" for figure in ("0.9", "0.8", "0.7", "0.5"))
    assert figures in " ".join(text.split()), figures
    mapped = {name: len({row.subject for row in rows() if row.set == name} & controls()) for name in SETS}
    assert ", ".join(f"{number} in {SETS[name]}" for name, number in mapped.items()) in " ".join(text.split()), mapped
