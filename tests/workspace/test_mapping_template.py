"""``cyberstd new mapping``: the template of a mapping set, drawn from the shapes, refused until it is filled in."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from commands import run

import cyberstd_kg
from cyberstd_kg.cli import main
from cyberstd_kg.core.iris import compact, expand
from cyberstd_kg.mappings.relations import OVERLAP
from cyberstd_kg.mappings.sssom_reading import read_declared
from cyberstd_kg.mappings.sssom_slots import FIELDS
from cyberstd_kg.validation import shapes
from cyberstd_kg.workspace.template import fields

TEXTS = ("CSF 2.0", "ISO/IEC 27001:2022")
#: What a person writes into the template.
FILLED = {
    "cyberstd_style: fill-in": "cyberstd_style: concept-crosswalk",
    "##cyberstd_rationale: ": "#cyberstd_rationale: ",
    r'cyberstd_words: "\"…\" = E < > o"': r'cyberstd_words: "\"see also\" = E < > o"',
    "cyberstd_read_by: fill-in": "cyberstd_read_by: by-us",
    'cyberstd_reading_reason: "…"': 'cyberstd_reading_reason: "The list says no more."',
    "cyberstd_blank: fill-in": "cyberstd_blank: says-nothing",
    "cyberstd_no_relationship: fill-in": "cyberstd_no_relationship: says-nothing",
    "cyberstd_completeness: fill-in": "cyberstd_completeness: not-claimed",
    "cyberstd_granularity: fill-in": "cyberstd_granularity: own",
    "cyberstd_groups: fill-in": "cyberstd_groups: union",
    "cyberstd_tier: fill-in": "cyberstd_tier: title",
    "std:nist-csf_2-0_fill-in-2": "std:nist-csf_2-0_gv-oc-02",
    "std:nist-csf_2-0_fill-in": "std:nist-csf_2-0_gv-oc-01",
    "std:iso-iec-27001_2022_fill-in-2": "std:iso-iec-27001_2022_a-5-2",
    "std:iso-iec-27001_2022_fill-in": "std:iso-iec-27001_2022_a-5-1",
    "\t…\n": "\tsee also\n",
}
#: What the shapes allow and a file of mappings has no slot for.
WITHOUT_SLOT = {
    *("cstd:earliest", "cstd:latest", "cstd:uncertainReading", "cstd:furtherSlot"),
    *("rdfs:label", "skos:editorialNote"),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A fresh template."""
    path = tmp_path / "new.sssom.tsv"
    assert main(["new", "mapping", *TEXTS, "-o", str(path)]) == 0
    return path


def fill(path: Path) -> str:
    """Fill a template in, and return its text."""
    text = path.read_text(encoding="utf-8")
    for old, new in FILLED.items():
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return text


def test_it_knows_both_editions(file: Path) -> None:
    made = read_declared(file.read_bytes(), file.name)
    assert (made.subject_edition, made.subject_version) == (expand("std:nist-csf_2-0"), "2.0")
    assert (made.object_edition, made.object_version) == (expand("std:iso-iec-27001_2022"), "2022")
    assert made.title == "NIST CSF 2.0 to ISO/IEC 27001:2022"
    # The shipped graph has a set of this name.
    assert made.iri == expand("mapping:nist-csf-2-0-to-iso-iec-27001-2022-2")


def test_each_property_of_the_shapes_has_a_line_with_its_words(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    flat = re.sub(r"\s*\n##\s+", " ", text)
    loaded, above = shapes.load(), cyberstd_kg.load().superclasses()
    for name, further in (("cstd:MappingSet", {"skos:note"}), ("cstd:Mapping", {"cstd:inMappingSet"})):
        for shape, _ in fields(loaded, expand(name), above):
            told = (compact(shape.path) or "") not in WITHOUT_SLOT | further
            assert (shape.description in flat) is told or shape.path == expand("skos:note"), shape.path
    for slot in (slot for slot, field in FIELDS.items() if field.is_of_reading and field.is_code):
        assert re.search(rf"^##?{slot}: ", text, flags=re.MULTILINE), slot


def test_what_is_open_is_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["validate", str(file), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    lines = file.read_text(encoding="utf-8").splitlines()
    told = {lines[finding["line"] - 1].lstrip("#").partition(":")[0] for finding in found}
    # All that is open but the tier, which belongs to the description of the source.
    left = {line.lstrip("#").partition(":")[0] for line in lines if re.match(r"#\w+: .*(fill-in|…)", line)}
    assert left - {"cyberstd_tier"} <= told
    assert any("tier:fill-in" in finding["message"] for finding in found)
    assert sum("fill-in" in finding["entry"] for finding in found) >= 2


def test_filled_in_it_passes_and_is_added(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CYBERSTD_WORKSPACE", str(tmp_path / "own"))
    fill(file)
    made = read_declared(file.read_bytes(), file.name)
    assert [row.relations for row in made.rows] == [OVERLAP, OVERLAP]
    assert [len(row.object.members) for row in made.rows] == [0, 2]
    report = cyberstd_kg.load().validate(file)
    assert [finding for finding in report.findings if finding.severity != "info"] == []
    code, out, _ = run(capsys, "add", str(file))
    assert code == 0 and "added" in out
    iri = "mapping:nist-csf-2-0-to-iso-iec-27001-2022-2"
    code, out, _ = run(capsys, "ask", "mapping-readings", "--set", iri, "--format", "json")
    assert code == 0 and "The list says no more." in out


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["CSF 2.0", "ISO/IEC 27001:2022", "--ask"], "which is a table"),
        (["CSF 2.0", "ISO/IEC 27001:2022", "--short"], "which is a table"),
        (["CSF 2.0"], "relates two texts"),
        ([], "relates two texts"),
        (["CSF 2.0", "ISO/IEC 27001:2022", "-o", "new.tsv"], "does not end in .sssom.tsv"),
    ],
)
def test_a_wrong_call_is_told(argv: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "new", "mapping", *argv)
    assert (code, out) == (2, "")
    assert told in err


def test_an_unknown_text_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "new", "mapping", "CSF 2.0", "Never Heard 12:1999")
    assert (code, out) == (3, "")
    assert "Never Heard" in err
