"""diff: between two days of the shipped graph, and between two exports."""

from __future__ import annotations

from pathlib import Path

import pytest

from cyberstd_kg.build.snapshot import open_snapshot
from cyberstd_kg.cli import main
from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import InputError, UsageError
from cyberstd_kg.lifecycle import changes as difference
from cyberstd_kg.lifecycle.settle import Lifecycles

SC27 = iris.expand("agent:iso-iec-jtc-1-sc-27")
HEAD = """@prefix cstd: <https://w3id.org/cyberstd/ontology#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix project: <https://w3id.org/cyberstd/project/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix src: <https://w3id.org/cyberstd/source/> .
@prefix stage: <https://w3id.org/cyberstd/stage/> .
@prefix status: <https://w3id.org/cyberstd/scheme/status#> .
@prefix std: <https://w3id.org/cyberstd/id/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
OLD = """GRAPH src:a {
 std:x-1 a cstd:Standard ; dct:identifier "X 1" .
 std:x-1_2001 a cstd:Edition ; dct:identifier "X 1:2001" ; dct:title "One"@en .
 std:x-2_1999 a cstd:Edition ; dct:identifier "X 2:1999" .
 stage:s1 cstd:stageOf std:x-1_2001 ; cstd:printedStage "60.60" ; cstd:earliest "2001-05-01"^^xsd:date .
}
"""
NEW = """GRAPH src:a {
 std:x-1 a cstd:Standard ; dct:identifier "X 1" .
 std:x-1_2001 a cstd:Edition ; dct:identifier "X 1:2001" ; dct:title "The one"@en .
 std:x-1_2010 a cstd:Edition ; dct:identifier "X 1:2010" ; dct:replaces std:x-1_2001 .
 project:x-3 a cstd:Project ; rdfs:label "X 3, project" .
 stage:s1 cstd:stageOf std:x-1_2001 ; cstd:printedStage "60.60" ; cstd:earliest "2001-05-01"^^xsd:date .
 stage:s2 cstd:stageOf std:x-1_2001 ; cstd:stage status:95-99 ; cstd:earliest "2010-05-01"^^xsd:date .
}
"""


def rows(changes: list[difference.Change]) -> set[tuple[str, str, str, str, str]]:
    return {(c.change, c.name, c.what, c.old, c.new) for c in changes}


@pytest.fixture
def exports(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old.trig", tmp_path / "new.trig"
    old.write_text(HEAD + OLD, encoding="utf-8")
    new.write_text(HEAD + NEW, encoding="utf-8")
    return old, new


def test_between_two_exports(exports: tuple[Path, Path]) -> None:
    assert rows(difference.of_exports(*exports)) == {
        ("came", "X 1:2010", "edition", "", ""),
        ("came", "X 3, project", "project", "", ""),
        ("went", "X 2:1999", "edition", "", ""),
        ("moved", "X 1:2001", "stage", "60.60", "95-99"),
        ("changed", "X 1:2001", "title", "One", "The one"),
    }
    assert difference.of_exports(exports[0], exports[0]) == []


def test_what_cannot_be_compared(exports: tuple[Path, Path], tmp_path: Path) -> None:
    old, _ = exports
    empty, other, broken = tmp_path / "empty.trig", tmp_path / "a.jsonld", tmp_path / "broken.nq"
    empty.write_text("", encoding="utf-8")
    other.write_text("{}", encoding="utf-8")
    broken.write_text("<a> .\n", encoding="utf-8")
    for path, message in (
        (empty, "describes no standard"),
        (other, "not an export that can be read"),
        (broken, "broken.nq"),
        (tmp_path / "none.trig", "none.trig"),
    ):
        with pytest.raises(InputError, match=message):
            difference.of_exports(old, path)
    assert main(["diff", str(old), "2024"]) == 2
    assert main(["diff", str(old), str(old), "--committee", "SC27"]) == 2
    assert main(["diff", "2025", "2024"]) == 2
    assert main(["diff", "2024-13", "2025"]) == 2


def test_what_sc27_did_in_2025() -> None:
    works = Lifecycles(open_snapshot().index).all(SC27)
    found = difference.between(works, "2024-12-31", "2025-12-31")
    told = rows(found)
    assert ("came", "ISO/IEC 27701:2025", "edition", "not yet published", "published") in told
    assert ("went", "ISO/IEC 27701:2019", "edition", "in force", "withdrawn on 2025-10-14") in told
    assert ("went", "ISO/IEC 27404, project", "project", "in development", "published as ISO/IEC 27404:2025") in told
    assert ("went", "ISO/IEC 27046, project", "project", "in development", "30.98 Project deleted") in told
    # What may have happened before is not put into the year.
    assert any(c.change == "perhaps" and c.name == "ISO 8372:1987" for c in found)
    assert not any(c.change in ("came", "went") and c.name == "ISO 8372:1987" for c in found)


def test_periods_add_up() -> None:
    works = Lifecycles(open_snapshot().index).all(SC27)

    def counted(old: str, new: str) -> set[tuple[str, str]]:
        return {(c.change, c.iri) for c in difference.between(works, old, new) if c.change in ("came", "went")}

    halves = counted("2019-12-31", "2022-06-30") | counted("2022-06-30", "2024-12-31")
    assert {pair for pair in counted("2019-12-31", "2024-12-31") if pair[0] == "came"} >= {
        pair for pair in halves if pair[0] == "came"
    }
    with pytest.raises(UsageError, match="lies before"):
        difference.between(works, "2024-01-01", "2023-01-01")


def test_the_command_writes_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "2024", "2025", "--committee", "SC27", "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("change,iri,name,what,old,new,on")
    assert main(["diff", "2024", "2025", "--committee", "SC27", "--format", "table"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("change ") and "21 came" in err
