"""The importers on real records, which lie beside the project; without them these tests are skipped and say so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from importing import pairs, read, said

from cyberstd_kg.cli import main
from cyberstd_kg.importers.registries import Imported
from cyberstd_kg.workspace.changes import Workspace

RELATON, ISO = "relaton", "iso-open-data"


@pytest.fixture(scope="module")
def records(shared: Path) -> Imported:
    return read(shared / "real" / RELATON, as_of="2025-06-02")


@pytest.fixture(scope="module")
def open_data(shared: Path) -> Imported:
    return read(shared / "real" / ISO, "iso", as_of="2025-07-01")


def test_every_record_is_taken_over(records: Imported, shared: Path) -> None:
    assert len(list((shared / "real" / RELATON).glob("*.yaml"))) == records.report.taken == records.report.records == 64
    # ISO lists ISO/IEC 27002:2005, which is ISO/IEC 17799:2005 under its new number, as the successor of a corrigendum
    # of 2007.
    assert [(f.code, f.record, f.value) for f in records.report.refused] == [
        ("reversed", "ISO/IEC 27002:2005", "ISO/IEC 17799:2005/Cor 1:2007")
    ]
    assert {f.code for f in records.report.findings} == {"reversed", "date", "date-of-host"}


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("iso-iec-27001_2022", "iso-iec-27001_2013"),
        ("iso-iec-27001_2022", "iso-iec-27001_2013-cor-1-2014"),
        ("iso-iec-27032_2023", "iso-iec-27032_2012"),
        ("iso-iec-27031_2025", "iso-iec-27031_2011"),
        ("iso-iec-27035-1_2016", "iso-iec-27035_2011"),
        ("iso-iec-27033-1_2009", "iso-iec-18028-1_2006"),
    ],
)
def test_known_replacements(records: Imported, new: str, old: str) -> None:
    assert (f"std:{new}", f"std:{old}") in pairs(records, "dct:replaces")


def test_no_text_replaces_a_younger_one(records: Imported) -> None:
    def year(iri: str) -> int:
        return int(iri[-4:])

    assert len(pairs(records, "dct:replaces")) > 20
    assert [pair for pair in pairs(records, "dct:replaces") if year(pair[0]) < year(pair[1])] == []


def test_known_facts(records: Imported) -> None:
    assert pairs(records, "cstd:revises") == {
        ("std:iso-iec-27103_dts", "std:iso-iec-27103_2018"),
        ("project:iso-iec-27031_ed2", "std:iso-iec-27031_2011"),
    }
    assert ("std:iso-iec-27001_2022-amd-1-2024", "std:iso-iec-27001_2022") in pairs(records, "cstd:amends")
    assert ("std:iso-iec-27001_2022-amd-1-2024", "2024") in pairs(records, "cstd:printedDate")
    published = "stage:iso-iec-27404_2025-is_relaton-iec"
    assert (published, "2025-10-17") in pairs(records, "cstd:earliest")
    assert (published, "std:iso-iec-27404_2025") in pairs(records, "cstd:stageOf")
    assert ("std:iso-iec-27404_2025", "https://webstore.iec.ch/publication/110141") in pairs(
        records, "dcat:landingPage"
    )
    assert ("std:iso-iec-27001", "agent:iso-iec-jtc-1-sc-27") in pairs(records, "cstd:developedBy")
    assert ("std:etsi-en-303-645", "agent:etsi-tc-cyber") in pairs(records, "cstd:developedBy")
    assert ("std:itu-t-x-1205_2008", "2008-04-18") in pairs(records, "cstd:printedDate")
    assert said(records, "std:etsi-en-303-645_v2-1-1", "dct:identifier")
    # The undated records of what has come out since are projects.
    projects = {s for s, o in pairs(records, "rdf:type") if o == "cstd:Project"}
    assert projects == {
        "project:iso-iec-27001_2022-amd-1",
        "project:iso-iec-27031_ed2",
        "project:iso-iec-27035-4_ed1",
        "project:iso-iec-27403_ed1",
    }


def test_no_abstract_is_taken_over(records: Imported, open_data: Imported) -> None:
    for imported in (records, open_data):
        assert max(len(o) for _, _, o in said(imported)) < 400


def test_committees_and_deliverables_of_iso(open_data: Imported) -> None:
    assert open_data.report.refused == []
    assert (len(open_data.committees), len(open_data.records), open_data.report.repeated) == (785, 3, 1)
    assert ("agent:iso-iec-jtc-1-sc-27", "agent:iso-iec-jtc-1") in pairs(open_data, "org:subOrganizationOf")
    assert ("agent:iso-iec-jtc-1-sc-27", "agent:din") in pairs(open_data, "cstd:secretariat")
    assert ("milestone:iso-iec-jtc-1-sc-27_establishment", "1989-10-27") in pairs(open_data, "cstd:earliest")
    assert ("stage:iso-9001_2015_iso-open-data", "90.92") in pairs(open_data, "cstd:printedStage")


def test_the_files_pass_and_can_be_used_as_a_workspace(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    out = str(tmp_path / "out")
    words = ("import", "relaton", str(shared / "real" / RELATON), "-o", out, "--as-of", "2025-06-02")
    assert main([*words]) == 1
    # What IEC's and ITU's files say has no ISO Open Data beside it; both go into one folder.
    assert main(["import", "iso", str(shared / "real" / ISO), "-o", out, "--as-of", "2025-07-01"]) == 0
    capsys.readouterr()
    standards = [str(path) for path in sorted((tmp_path / "out" / "standards").rglob("*.trig"))]
    agents = [str(path) for path in sorted((tmp_path / "out" / "agents").rglob("iso-iec*.trig"))]
    report = Workspace(tmp_path / "ws").validate([*standards, *agents])
    assert [finding.message for finding in report.failing("violation")] == []
    request.getfixturevalue("little_data")
    assert main(["show", "ISO/IEC 27404:2025", "--workspace", out, "--format", "csv"]) == 0
    assert "110141" in capsys.readouterr().out


def test_a_changed_record_changes_only_its_lines(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    shutil.copytree(shared / "real" / RELATON, folder)
    words = ["import", "relaton", str(folder), "-o", str(out), "--as-of", "2025-06-02"]
    main(words)
    before = {path: path.read_bytes() for path in out.rglob("*.trig")}
    main(words)
    assert before == {path: path.read_bytes() for path in out.rglob("*.trig")}
    record = folder / "iso__iso-iec-27400-2022.yaml"
    text = record.read_text(encoding="utf-8")
    assert "value: 2022-06" in text
    record.chmod(0o644)
    record.write_text(text.replace("value: 2022-06", "value: 2022-07"), encoding="utf-8")
    main(words)
    capsys.readouterr()
    changed = {path for path, content in before.items() if path.read_bytes() != content}
    assert [path.name for path in changed] == ["27400.trig"]
    path = changed.pop()
    old, new = (content.decode().splitlines() for content in (before[path], path.read_bytes()))
    differing = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert len(differing) == 3 and all("2022-0" in b for _, b in differing)
