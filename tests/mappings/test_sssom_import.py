"""Mapping sets of others in a workspace: taken over all or none, checked against the graph, found, removed again.

The graph is one with little data, which has the texts that the rows name.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from entries import tree
from mapping_sets import CONTROLS, SET, bare, small, table

import cyberstd_kg
from cyberstd_kg.cli import main
from cyberstd_kg.core.errors import InputError, Refused, UsageError
from cyberstd_kg.core.iris import expand
from cyberstd_kg.mappings.model import MappingRow, named
from cyberstd_kg.mappings.sssom_reading import read
from cyberstd_kg.mappings.sssom_writing import write
from cyberstd_kg.validation import file_checks
from cyberstd_kg.workspace.changes import Workspace

CURATED = "semapv:ManualMappingCuration"
pytestmark = pytest.mark.usefixtures("little_data")
CSF = "#subject_source: std:nist-csf_1-1\n"
OURS = f"""\
#curie_map:
#  std: {expand("std:")}
#  csf: https://example.org/csf/
#  x: https://example.org/x/
#mapping_set_id: https://example.org/sets/one
#license: https://example.org/licence
"""


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace that is not there yet, named by the environment."""
    folder = tmp_path / "workspace"
    monkeypatch.setenv("CYBERSTD_WORKSPACE", str(folder))
    return folder


def put(folder: Path, content: bytes, name: str = "one.sssom.tsv") -> str:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return str(folder / name)


def imported(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, Any]:
    """Run an import and return its report."""
    capsys.readouterr()
    assert main(["import", "sssom", *words, "--format", "json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_set_is_imported_found_updated_and_taken_away(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"std:iso-iec-27400_2022_7-1-2-{n} skos:relatedMatch std:nist-csf_1-1_pr {CURATED}" for n in (1, 2)]
    file = put(tmp_path, table(*rows, head=OURS))
    options = [
        "--subject-edition",
        "ISO/IEC 27400:2022",
        "--object-edition",
        "CSF 1.1",
        "--publisher",
        "NIST",
        "--tier",
        "title",
    ]
    report = imported(capsys, file, *options, "--rationale", "meaning")
    kept = mine / "mappings" / "one.sssom.tsv"
    assert list(tree(mine)) == ["mappings/one.sssom.tsv"]
    (told,) = report["sets"]
    assert told["iri"] == expand("mapping:one") and told["taken"] == told["rows"] == 2
    assert (told["held"], told["dangling"], told["foreign"], told["withdrawn"]) == (3, 0, 0, 0)
    assert told["reading"] == {
        "style": "concept-crosswalk",
        "rationale": "meaning",
        "read_by": "by-importer",
        "words": {"skos:relatedMatch": "E < > o"},
    }
    made = read(kept.read_bytes(), "x.sssom.tsv")
    assert (made.subject_edition, made.object_edition) == (expand("std:iso-iec-27400_2022"), expand("std:nist-csf_1-1"))
    assert (made.provider, made.tier) == (expand("agent:nist"), "title")

    # The same again changes nothing, to the time of the file; a changed file does.
    state = kept.stat().st_mtime_ns
    imported(capsys, file, *options, "--rationale", "meaning")
    assert kept.stat().st_mtime_ns == state
    imported(capsys, put(tmp_path, table(*rows[:1], head=OURS)), *options, "--reading", "strict")
    changed = read(kept.read_bytes(), "x.sssom.tsv")
    assert len(changed.rows) == 1 and changed.reading.words[0].relations == 8

    kg = cyberstd_kg.load()
    assert bare(kg.mapping_set("mapping:one")) == bare(changed)
    direct = "SELECT ?o WHERE { GRAPH ?g { std:iso-iec-27400_2022_7-1-2-1 cstd:intersects ?o } }"
    prefixes = f"PREFIX std: <{expand('std:')}> PREFIX cstd: <{expand('cstd:')}> "
    assert [row["o"].value for row in kg.query(prefixes + direct).rows] == [expand("std:nist-csf_1-1_pr")]
    capsys.readouterr()
    assert main(["list", "--mine", "--format", "csv"]) == 0
    assert "mapping set,one,mapping:one," in capsys.readouterr().out
    assert main(["export", "--mine", "--format", "trig"]) == 0
    assert "mapping:one_7-1-2-1_pr a cstd:Mapping" in capsys.readouterr().out
    assert main(["export", "--format", "sssom", "--graph", "mapping:one", "-o", str(tmp_path / "again.tsv")]) == 0
    assert (tmp_path / "again.tsv").read_bytes() == kept.read_bytes()
    assert main(["fmt", "--check", str(mine)]) == 0
    assert main(["remove", "mapping:one"]) == 0
    assert tree(mine) == {}


def test_the_report_has_the_documented_form(mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "interface.md").read_text(encoding="utf-8")
    part = page.partition("## import sssom FILE")[2].partition("## add")[0]
    report = imported(capsys, put(tmp_path, table(f"x:1 skos:exactMatch x:2 {CURATED}", head=OURS)))
    names = [*report, *report["sets"][0], *report["sets"][0]["reading"]]
    assert [name for name in names if f'"{name}"' not in part] == []
    sources = Path(cyberstd_kg.__file__).parent
    texts = [*sorted((sources / "mappings").glob("sssom*.py"))]
    texts += sorted((sources / "workspace").glob("import_*.py"))
    code = r'(?:\.note\(|_notes\.add\(|report\.add\("[a-z-]+",)\s*"([a-z_-]+)"'
    used = {found for path in texts for found in re.findall(code, path.read_text(encoding="utf-8"))}
    assert len(used) > 12 and [name for name in sorted(used) if name not in part.split("Codes:")[1]] == []


def test_into_a_folder(mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = put(tmp_path / "in", table(f"x:1 skos:exactMatch x:2 {CURATED}", head=OURS))
    out = tmp_path / "out"
    assert main(["import", "sssom", str(tmp_path / "in"), "-o", str(out), "--report", str(tmp_path / "r.json")]) == 0
    assert list(tree(out)) == ["one.sssom.tsv"] and not mine.exists()
    text = capsys.readouterr().out
    assert f"{file} → mapping:one\n  1 of 1 rows imported\n  ends: 0 in the graph" in text
    assert json.loads((tmp_path / "r.json").read_text())["total"]["foreign"] == 2
    kg = cyberstd_kg.load(out)
    assert len(kg.mapping_set("mapping:one").rows) == 1


def test_what_becomes_of_rows_and_ends(mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = OURS.replace(
        "#license", "#subject_source: std:iso-iec-27400_2022\n#object_source: std:nist-csf_1-1\n#license"
    )
    rows = [
        f"std:iso-iec-27400_2022_7-1-2-1 skos:relatedMatch csf:PR {CURATED}",  # found by its locator
        f"std:iso-iec-27400_2022_7-1-2-1 skos:relatedMatch csf:PR {CURATED}",  # the same again
        f"std:iso-iec-27400_2022_7-1-2-1 skos:broadMatch csf:pr {CURATED}",  # the pair with another word
        "std:iso-iec-27400_2022_7-1-2-1 skos:broadMatch csf:PR semapv:MappingReview",  # and that again
        f"std:iso-iec-27400_2022_7-1-2-2 skos:relatedMatch csf:PR|csf:ID {CURATED}",  # a group
        f"std:iso-iec-27400_2022_7-1-2-3 skos:relatedMatch csf:ZZ-9 {CURATED}",  # no such locator
        f"x:zz skos:relatedMatch csf:DE {CURATED}",
    ]
    report = imported(capsys, put(tmp_path, table(*rows, head=head)))
    (told,) = report["sets"]
    assert {name: told[name] for name in ("rows", "taken", "equal", "again", "otherwise", "groups")} == {
        "rows": 7, "taken": 6, "equal": 1, "again": 1, "otherwise": 1, "groups": 1,
    }  # fmt: skip
    # Controls 1 to 3, PR, ID, DE; csf:ZZ-9 and x:zz should be in the editions that the set names.
    assert (told["held"], told["dangling"], told["foreign"], told["brought"]) == (6, 2, 0, 4)
    codes = [finding["code"] for finding in report["findings"]]
    assert codes.count("dangling") == 2 and codes.count("equal-row") == 1 and codes.count("other-relation") == 1
    made = read((mine / "mappings" / "one.sssom.tsv").read_bytes(), "x.sssom.tsv")
    assert {row.object.iri for row in made.rows} >= {expand("std:nist-csf_1-1_pr"), "https://example.org/csf/ZZ-9"}


@pytest.mark.parametrize(
    ("row", "head", "rule"),
    [
        ("std:iso-iec-27400_2022_99 skos:exactMatch std:nist-csf_1-1_pr J", "", "reference-is-known"),
        ("x:1 skos:exactMatch x:2 J", "#subject_source: std:iso-iec-27400_1999\n", "reference-is-known"),
        ("std:iso-iec-27400_2022_7-1-2-1 skos:exactMatch x:2 J", CSF, "a-mapping-keeps-to-its-editions"),
        ("x:1 skos:exactMatch x:1 J", "", "nothing-relates-to-itself"),
    ],
)  # fmt: skip
def test_what_the_graph_does_not_have_is_refused(
    row: str, head: str, rule: str, mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = put(tmp_path, table(row.replace("J", CURATED), head=OURS.replace("#license", f"{head}#license")))
    good = put(
        tmp_path, table(f"x:1 skos:exactMatch x:2 {CURATED}", head=OURS.replace("/one", "/two")), "two.sssom.tsv"
    )
    report = imported(capsys, good, bad, code=1)
    (finding,) = [found for found in report["findings"] if found["severity"] == "refused"]
    assert finding["code"] == rule and finding["file"] == bad and finding["hint"] and report["refused"]
    assert not mine.exists() or tree(mine) == {}


def test_dangling_ends_are_taken_only_when_asked(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = put(tmp_path, table(f"std:iso-iec-27400_2022_99 skos:exactMatch std:nist-csf_1-1_pr {CURATED}", head=OURS))
    imported(capsys, file, code=1)
    report = imported(capsys, file, "--allow-dangling")
    assert report["total"]["dangling"] == 1 and len(tree(mine)) == 1


def test_a_circle_of_derivations_is_refused(mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = small()
    first, second, third = (row.iri for row in made.rows)
    rests = {first: (second,), second: (third,), third: (first,)}
    rows = tuple(replace(row, derived_from=rests[row.iri]) for row in made.rows)
    report = imported(capsys, put(tmp_path, write(replace(made, rows=rows))), code=1)
    (finding,) = [found for found in report["findings"] if found["severity"] == "refused"]
    assert finding["code"] == "derived-from-has-no-cycle" and finding["line"] and finding["file"]
    assert not mine.exists() or tree(mine) == {}


def test_names_of_sets_do_not_clash(mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = f"x:1 skos:exactMatch x:2 {CURATED}"
    files = [
        put(
            tmp_path,
            table(row, head=OURS.replace("https://example.org/sets", f"https://example.org/{name}")),
            f"{name}.tsv",
        )
        for name in ("a", "b")
    ]
    imported(capsys, *files)
    names = list(tree(mine))
    assert len(names) == 2 and "mappings/one.sssom.tsv" in names
    before = tree(mine)
    imported(capsys, files[1])
    imported(capsys, *files)
    assert tree(mine) == before
    put(tmp_path / "copy", Path(files[0]).read_bytes(), "a.tsv")
    assert main(["import", "sssom", files[0], str(tmp_path / "copy")]) == 2
    assert "is in another file too" in capsys.readouterr().err


def test_options_that_mean_nothing(mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = put(tmp_path, table(f"x:1 skos:exactMatch x:2 {CURATED}", head=OURS))
    for words in (
        ["--word", "intersect"],
        ["--word", "intersect=Q"],
        ["--word", "a=< >"],
        ["--reading", "other"],
        ["--tier", "all"],
    ):
        assert main(["import", "sssom", file, *words]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert main(["import", "sssom", file, "--subject-edition", "ISO/IEC 99999:2099"]) == 3
    assert main(["import", "-o", str(tmp_path), "sssom", file]) == 2
    assert main(["import", "sssom", str(tmp_path / "none.tsv")]) == 2
    assert not mine.exists()
    assert main(["import", "sssom", file, "--word", "skos:exactMatch=E <"]) == 0
    made = read((mine / "mappings" / "one.sssom.tsv").read_bytes(), "x.sssom.tsv")
    assert made.rows[0].relations == 3


def test_a_folder_that_cannot_be_written_changes_nothing(mine: Path, tmp_path: Path) -> None:
    row = f"x:1 skos:exactMatch x:2 {CURATED}"
    files = [put(tmp_path, table(row, head=OURS.replace("/one", f"/{n}")), f"{n}.tsv") for n in ("a", "b")]
    assert main(["import", "sssom", files[0]]) == 0
    before = tree(mine)
    (mine / "mappings" / "b.sssom.tsv").mkdir()
    assert main(["import", "sssom", *files, "--reading", "strict", "--tier", "quote"]) == 2
    assert tree(mine) == before
    (mine / "mappings" / "b.sssom.tsv").rmdir()
    (mine / "mappings" / "b.sssom.tsv").symlink_to(tmp_path / "elsewhere.sssom.tsv")
    assert main(["import", "sssom", *files, "--tier", "quote"]) == 2
    assert not (tmp_path / "elsewhere.sssom.tsv").exists()


# ── Sets as entries ──


def test_a_set_is_validated_added_and_taken_away(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = put(tmp_path, write(small()))
    workspace = Workspace()
    assert [found.severity for found in workspace.validate([file]).findings if found.severity == "violation"] == []
    added = workspace.add(file, fail_on="violation")
    assert added.path == mine / "mappings" / "test-a-to-b.sssom.tsv" and added.path.read_bytes() == write(small())
    (entry,) = workspace.entries()
    assert entry.iri == SET and len(entry.sources) == 2
    with pytest.raises(InputError, match="is in your workspace"):
        workspace.add(file, fail_on="violation")
    with pytest.raises(UsageError, match="is part of the mapping set"):
        workspace.remove(small().rows[0].iri)
    removed = workspace.remove(SET)
    assert removed.paths == [added.path] and tree(mine) == {}


def test_findings_name_the_line_of_the_table(mine: Path, tmp_path: Path) -> None:
    made = small()
    wrong = made.rows[0].subject._replace(iri=expand("std:iso-iec-27400_2022_99"))
    rows = named(SET, (replace(made.rows[0], subject=wrong), *made.rows[1:]))
    content = write(replace(made, rows=rows))
    line = next(
        n for n, text in enumerate(content.decode().splitlines(), 1) if text.startswith("std:iso-iec-27400_2022_99")
    )
    file = put(tmp_path, content)
    found = Workspace().validate([file]).failing("violation")
    assert found and all((finding.file, finding.line) == (file, line) for finding in found)
    with pytest.raises(Refused):
        Workspace().add(file)
    assert not mine.exists() or tree(mine) == {}


def test_a_set_without_a_reading_is_no_entry(mine: Path, tmp_path: Path) -> None:
    file = put(tmp_path, table(f"x:1 skos:exactMatch x:2 {CURATED}", head=OURS))
    for does in (Workspace().validate, lambda names: Workspace().add(*names)):
        with pytest.raises(InputError, match="does not declare its reading"):
            does([file])


def test_a_large_set_is_checked_by_lookups_and_says_so(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = small()
    wrong = MappingRow(
        "",
        made.rows[0].subject._replace(iri=CONTROLS[0] + "-9"),
        made.rows[0].object,
        "part of",
        made.rows[1].relations,
    )
    file = put(tmp_path, write(replace(made, rows=(*made.rows, wrong))))
    monkeypatch.setattr(file_checks, "MAX_ROWS", 2)
    report = Workspace().validate([file])
    told = {finding.shape.rpartition("/")[2]: finding for finding in report.findings}
    assert set(told) == {"mapping-set-is-large", "reference-is-known"}
    assert told["reference-is-known"].severity == "violation" and told["reference-is-known"].line > 50
    assert "the shapes and the other rules were not run" in told["mapping-set-is-large"].message
    good = put(tmp_path, write(made), "good.sssom.tsv")
    assert Workspace().add(good).path.is_file()


def test_an_entry_that_rows_rest_on_is_not_taken_away(mine: Path, tmp_path: Path) -> None:
    from entries import standard
    from entries import write as write_entry

    file = write_entry(tmp_path / "new.trig", standard("ISO/IEC 99001", "2026"))
    workspace = Workspace()
    workspace.add(str(file))
    made = replace(small(), object_edition=expand("std:iso-iec-99001_2026"), rows=small().rows[:0])
    row = MappingRow(
        "",
        small().rows[0].subject,
        small().rows[0].object._replace(iri=expand("std:iso-iec-99001_2026")),
        "part of",
        small().rows[1].relations,
    )
    workspace.put({mine / "mappings" / "test-a-to-b.sssom.tsv": write(replace(made, rows=(row,)))})
    with pytest.raises(Refused):
        workspace.remove(expand("std:iso-iec-99001"))
    workspace.remove(expand("std:iso-iec-99001"), SET)
    assert tree(mine) == {}


def test_the_graph_refuses_a_set_that_stands_twice(mine: Path) -> None:
    content = write(small())
    put(mine / "mappings", content, "a.sssom.tsv")
    put(mine / "mappings", content, "b.sssom.tsv")
    with pytest.raises(InputError, match=r"is in .*a\.sssom\.tsv too"):
        cyberstd_kg.load(mine)


def test_export_of_a_set(mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(mine / "mappings", write(small()), "test-a-to-b.sssom.tsv")
    assert (
        main(["export", "--format", "sssom", "--graph", "mapping:test-a-to-b", "--skos", "-o", str(tmp_path / "s.tsv")])
        == 0
    )
    assert "2 of 3 rows become skos:relatedMatch" in capsys.readouterr().err
    assert b"skos:broadMatch" in (tmp_path / "s.tsv").read_bytes()
    assert main(["export", "--format", "sssom"]) == 2
    assert main(["export", "--skos"]) == 2
    assert main(["export", "--format", "sssom", "--graph", "std:nist-csf_1-1"]) == 3
