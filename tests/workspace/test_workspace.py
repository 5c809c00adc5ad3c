"""The workspace: what a user adds, on top of the shipped graph, all or nothing.

The graph is one with little data: what is checked of an entry and kept of it does not depend on how much there is.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from entries import HEAD, source, standard, tree, write
from small_checkout import environment

import cyberstd_kg
from cyberstd_kg.cli import main
from cyberstd_kg.core import assets
from cyberstd_kg.core.errors import InputError, NotFound, Refused, UsageError
from cyberstd_kg.core.iris import expand, slug
from cyberstd_kg.rdf import turtle
from cyberstd_kg.workspace.changes import Workspace

MADE_UP = "ISO/IEC 99001"
pytestmark = pytest.mark.usefixtures("little_data")


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace that is not there yet, named by the environment."""
    folder = tmp_path / "workspace"
    monkeypatch.setenv("CYBERSTD_WORKSPACE", str(folder))
    return folder


def test_an_entry_is_added_found_and_taken_away_again(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "new.trig", standard(MADE_UP, "2026", "Zirconium in cybersecurity"))
    assert main(["add", str(file)]) == 0
    assert (mine / "standards" / "iso-iec" / "99001.trig").is_file()
    capsys.readouterr()

    kg = cyberstd_kg.load()
    assert kg.resolve("99001:2026").iri == expand("std:iso-iec-99001_2026")
    assert kg.search("zirconium")[0].iri in {expand("std:iso-iec-99001"), expand("std:iso-iec-99001_2026")}
    rows = kg.ask("texts-of-standard", standard="ISO/IEC 99001").rows
    assert [row["text"].value for row in rows] == [expand("std:iso-iec-99001_2026")]
    assert b"99001" in kg.export("ttl") and b"99001" in kg.export("trig", mine=True)
    assert b"27400" not in kg.export("trig", mine=True)
    assert kg.audit().complete

    assert main(["list", "--mine", "--format", "json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert (entry["kind"], entry["iri"]) == ("standard", expand("std:iso-iec-99001"))
    assert entry["sources"] == [expand("src:workspace_iso-iec-99001")]

    assert main(["remove", MADE_UP]) == 0
    assert tree(mine) == {} and list(mine.iterdir()) == []
    assert main(["list", "--mine", "--format", "json"]) == 0
    assert capsys.readouterr().out.endswith("[]\n")
    assert main(["show", MADE_UP]) == 3


def test_what_is_written_is_canonical_and_keeps_the_comment_at_the_top(mine: Path, tmp_path: Path) -> None:
    workspace = Workspace()
    first = workspace.add(str(write(tmp_path / "a.trig", standard(MADE_UP))))
    first.path.write_text("# Kept by hand.\n\n" + first.path.read_text(encoding="utf-8"), encoding="utf-8")
    part = f"""{HEAD}GRAPH src:workspace_iso-iec-99001-2 {{
        std:iso-iec-99001-2 a cstd:Standard ; dct:identifier "ISO/IEC 99001-2" ; cstd:partOfStandard std:iso-iec-99001 ;
        cstd:partNumber "2" . }}
        {source("iso-iec-99001-2")}"""
    second = workspace.add(str(write(tmp_path / "b.trig", part)))
    assert second.path == first.path, "a part shares the file of the whole"
    content = first.path.read_bytes()
    assert content.startswith(b"# Kept by hand.\n")
    assert turtle.canonical(content, "x.trig") == content


def test_a_refused_entry_changes_nothing(mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["add", str(write(tmp_path / "good.trig", standard(MADE_UP)))])
    before = tree(mine)
    bad = standard("ISO/IEC 99002").replace("a cstd:Standard", "a cstd:Standrad")
    assert main(["add", str(write(tmp_path / "bad.trig", bad))]) == 1
    shown = capsys.readouterr()
    assert "cstd:Standrad" in shown.err and f"{tmp_path / 'bad.trig'}:" in shown.err
    assert tree(mine) == before
    with pytest.raises(Refused) as caught:
        Workspace().add(str(tmp_path / "bad.trig"))
    assert caught.value.report.findings and caught.value.exit_code == 1


def test_a_known_designation_is_taken_only_when_asked_for(mine: Path, tmp_path: Path) -> None:
    file = str(write(tmp_path / "known.trig", standard("ISO/IEC 27404")))
    with pytest.raises(Refused) as caught:
        Workspace().add(file)
    assert {f.shape.rpartition("/")[2] for f in caught.value.report.findings if f.severity == "warning"} == {
        "entry-is-new"
    }
    added = Workspace().add(file, fail_on="violation")
    assert added.path == mine / "standards" / "iso-iec" / "27404.trig"
    Workspace().remove(expand("std:iso-iec-27404"))
    assert tree(mine) == {}
    assert cyberstd_kg.load().resolve("ISO/IEC 27404"), "the shipped graph stays"


def test_a_workspace_does_not_speak_for_a_shipped_source(mine: Path, tmp_path: Path) -> None:
    shipped = "src:nakao-deck_h67-iso-iec-27404-wd2"
    text = f'{HEAD}GRAPH {shipped} {{ std:iso-iec-27404 skos:note "They said so."@en }}'
    described = f'{HEAD}GRAPH src:workspace_sources {{ {shipped} dct:title "Theirs"@en }}'
    for number, content in enumerate((text, f"{described}\n{text.removeprefix(HEAD)}")):
        with pytest.raises(Refused) as caught:
            Workspace().add(str(write(tmp_path / f"{number}.trig", content)))
        assert "source-is-your-own" in {finding.rule for finding in caught.value.report.findings}


def test_what_others_rest_on_is_not_taken_away(mine: Path, tmp_path: Path) -> None:
    workspace = Workspace()
    workspace.add(str(write(tmp_path / "a.trig", standard(MADE_UP, "2026"))))
    other = standard("ISO/IEC 99005", "2027").replace(
        'dct:identifier "ISO/IEC 99005:2027"',
        'dct:identifier "ISO/IEC 99005:2027" ; dct:replaces std:iso-iec-99001_2026',
    )
    workspace.add(str(write(tmp_path / "b.trig", other)))
    before = tree(mine)
    with pytest.raises(Refused) as caught:
        workspace.remove(expand("std:iso-iec-99001"))
    assert any("std:iso-iec-99001_2026" in finding.message for finding in caught.value.report.findings)
    assert tree(mine) == before
    workspace.remove(expand("std:iso-iec-99005"))
    workspace.remove(expand("std:iso-iec-99001"))
    assert tree(mine) == {}


def test_things_that_rest_on_each_other_go_together(mine: Path, tmp_path: Path) -> None:
    workspace = Workspace()
    chain = standard("ISO/IEC 99001", "2026").replace(
        'dct:identifier "ISO/IEC 99001:2026"',
        'dct:identifier "ISO/IEC 99001:2026" ; dct:replaces std:iso-iec-99001_2025',
    )
    old = standard("ISO/IEC 99001", "2025").partition("std:iso-iec-99001_2025 a")[2].partition("\n}")[0]
    chain = chain.replace(
        "\n}\nGRAPH src:workspace_sources", f"\n std:iso-iec-99001_2025 a{old}\n}}\nGRAPH src:workspace_sources"
    )
    workspace.add(str(write(tmp_path / "a.trig", chain)))
    assert main(["remove", "std:iso-iec-99001_2025"]) == 1
    assert main(["remove", "std:iso-iec-99001_2025", "std:iso-iec-99001_2026"]) == 0
    workspace.remove("std:iso-iec-99001")
    assert tree(mine) == {}
    with pytest.raises(UsageError, match="neither an IRI nor a CURIE"):
        workspace.remove("99001")


@pytest.mark.parametrize("place", ["data/standards", "ontology", ".", "..", "data/file"])
def test_a_workspace_does_not_overlap_the_shipped_graph(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path / "file", "no folder") if place == "data/file" else assets.root() / place
    file = str(write(tmp_path / "new.trig", standard(MADE_UP)))
    assert main(["add", file, "--workspace", str(folder)]) == 2
    assert main(["list", "--mine", "--workspace", str(folder)]) == 2
    assert "the workspace '" in capsys.readouterr().err


def test_only_what_is_mine_can_be_taken_away(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["remove", "27400"]) == 3
    assert "the workspace says nothing of std:iso-iec-27400" in capsys.readouterr().err
    with pytest.raises(NotFound):
        Workspace().remove(expand("std:iso-iec-27400"))
    assert not mine.exists(), "looking does not make the folder"


def test_a_file_of_the_workspace_is_checked_in_its_place_and_not_added_to_itself(mine: Path, tmp_path: Path) -> None:
    workspace = Workspace()
    path = str(workspace.add(str(write(tmp_path / "a.trig", standard(MADE_UP)))).path)
    assert workspace.validate([path]).failing() == []
    with pytest.raises(UsageError, match="already"):
        workspace.add(path)


def test_a_broken_file_of_the_workspace_is_named_by_every_command(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(mine / "standards" / "x.trig", "GRAPH <")
    assert main(["show", "27400"]) == 2
    assert f"{mine / 'standards' / 'x.trig'}, line 1" in capsys.readouterr().err


def test_a_developer_adds_to_the_data_by_the_same_command(little_data: Path, tmp_path: Path) -> None:
    before = data_of(little_data)
    part = f"""{HEAD}GRAPH src:iso-page_iso-iec-27404-2099 {{
        std:iso-iec-27404_2099 a cstd:Edition ; cstd:editionOf std:iso-iec-27404 ; dct:identifier "ISO/IEC 27404:2099" .
        }}
        GRAPH src:cyberstd-kg_sources {{
        src:iso-page_iso-iec-27404-2099 a cstd:Source ; dct:title "Page"@en ; bibo:locator "page" ;
        cstd:says says:stated ; cstd:licenceTier tier:title ;
        cstd:sourceDocument src:iso-page_iso-iec-27404-2099 . }}"""
    workspace = Workspace(little_data / "data")
    assert workspace.is_shipped
    added = workspace.add(str(write(tmp_path / "new.trig", part)))
    assert added.path == little_data / "data" / "standards" / "iso-iec" / "27404.trig"
    assert [name for name, content in data_of(little_data).items() if before.get(name) != content] == [
        "data/standards/iso-iec/27404.trig"
    ]
    workspace.remove(expand("std:iso-iec-27404_2099"))
    assert data_of(little_data) == before


def data_of(checkout: Path) -> dict[str, bytes]:
    """Return all files of a checkout but the package."""
    return {name: content for name, content in tree(checkout).items() if not name.startswith("cyberstd_kg/")}


def test_an_unwritable_workspace_is_told(tmp_path: Path) -> None:
    write(tmp_path / "file", "no folder")
    new = write(tmp_path / "new.trig", standard(MADE_UP))
    with pytest.raises(InputError, match="cannot be written"):
        Workspace(tmp_path / "file" / "below").add(str(new))
    with pytest.raises(UsageError, match="not a folder"):
        Workspace(tmp_path / "file")


# ── All or nothing ──


def spawn(folder: Path, *files: Path) -> subprocess.Popen[bytes]:
    """Start ``cyberstd add`` for *files* in a process of its own."""
    command = [sys.executable, "-m", "cyberstd_kg", "add", *map(str, files), "--workspace", str(folder)]
    return subprocess.Popen(command, env=environment(assets.root()), stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def held(folder: Path) -> set[str]:
    """Return the made-up standards in a workspace; fails when one is there in part, or a file is torn."""
    found = set()
    for path in folder.rglob("*.trig"):
        content = path.read_bytes()
        quads = turtle.read_quads(content, path.name, "trig")
        assert turtle.canonical(content, path.name) == content
        told: dict[str, int] = {}
        for quad in quads:
            name = quad.subject.value.partition("/id/")[2].partition("_")[0]
            if name:
                told[name] = told.get(name, 0) + 1
        assert set(told.values()) <= {STATEMENTS}, told
        found |= set(told)
    return found


#: How many statements :func:`entries.standard` makes with a year, sources left out.
STATEMENTS = 10


def killed_adds(folder: Path, times: int, seed: int) -> None:
    """Kill ``add`` at random moments, and check that each entry is there in full or not at all."""
    chosen = random.Random(seed)
    acknowledged: set[str] = set()
    for number in range(times):
        designation = f"ISO/IEC 99{100 + number}"
        file = write(folder.parent / "new" / f"{number}.trig", standard(designation, "2026"))
        begin = time.monotonic()
        process = spawn(folder, file)
        try:
            out, _ = process.communicate(timeout=chosen.uniform(0.05, killed_adds.longest))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            out, _ = process.communicate()
        else:
            killed_adds.longest = 0.9 * (time.monotonic() - begin)
        if b"added:" in out:
            acknowledged.add(slug(designation))
        assert acknowledged <= held(folder)
    last = write(folder.parent / "new" / "last.trig", standard("ISO/IEC 99099", "2026"))
    Workspace(folder).add(str(last))
    assert acknowledged | {"iso-iec-99099"} <= held(folder)
    assert [name for name in tree(folder) if not name.endswith(".trig")] == [], "what killed writers left is cleared"
    assert Workspace(folder).validate([str(path) for path in folder.rglob("*.trig")]).failing() == []


killed_adds.longest = 1.2  # type: ignore[attr-defined]  # seconds that an add takes at most, learnt on the way


def concurrent_adds(folder: Path, processes: int, each: int) -> None:
    """Add from several processes at once, half of the entries to one file, and see that all are there."""
    wanted, running = set(), []
    for process in range(processes):
        files = []
        for number in range(each):
            place = f"ISO/IEC 98{process}{number:03}"
            designation = place if number % 2 else f"ISO/IEC 99500-{process * each + number + 1}"
            wanted.add(slug(designation))
            files.append(write(folder.parent / "new" / f"{process}-{number}.trig", standard(designation, "2026")))
        running.append(spawn(folder, *files))
    for started in running:
        out, err = started.communicate(timeout=900)
        assert (started.returncode, err) == (0, b""), err.decode()
        assert out.count(b"added:") == each
    assert held(folder) == wanted


def test_a_killed_add_leaves_all_or_nothing(tmp_path: Path) -> None:
    killed_adds(tmp_path / "ws", 6, seed=7)


def test_adds_at_once_are_all_there(tmp_path: Path) -> None:
    concurrent_adds(tmp_path / "ws", 3, 4)


@pytest.mark.soak
def test_fifty_killed_adds(tmp_path: Path) -> None:
    killed_adds(tmp_path / "ws", 50, seed=1)


@pytest.mark.soak
def test_eight_processes_add_twenty_five_each(tmp_path: Path) -> None:
    concurrent_adds(tmp_path / "ws", 8, 25)


def test_a_reader_never_sees_a_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one process adds to one file, readers see each entry in full or not at all."""
    folder = tmp_path / "ws"
    files = [write(tmp_path / f"{n}.trig", standard(f"ISO/IEC 99600-{n}", "2026")) for n in range(1, 9)]
    process = spawn(folder, *files)
    while process.poll() is None:
        held(folder)
    out, err = process.communicate()
    assert (process.returncode, err, out.count(b"added:")) == (0, b"", 8)
    assert len(held(folder)) == 8 and len(list(folder.rglob("*.trig"))) == 1
