"""What we write is valid by the reference implementation of SSSOM, the package ``sssom``.

It stands in an environment of its own within ours (``make setup-test``), or where ``$CYBERSTD_SSSOM`` says; without it
these tests are skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from mapping_sets import small

from cyberstd_kg.core import assets
from cyberstd_kg.mappings import relations, sssom_slots, sssom_table
from cyberstd_kg.mappings.model import End, MappingSet, RelationWord
from cyberstd_kg.mappings.sssom_reading import read
from cyberstd_kg.mappings.sssom_writing import write

FOLDER = Path(os.environ.get("CYBERSTD_SSSOM") or Path(sys.prefix, "sssom")) / "bin"
SCRIPT = Path(__file__).parents[1].joinpath("sssom_check.py")
#: Where the files of other publishers may lie; see the fixture ``shared``.
FOREIGN = Path(__file__).resolve().parents[3] / "shared"
BAD = write(small()).replace(b"semapv:Manual", b"semapv:Hand")
pytestmark = pytest.mark.skipif(
    not (FOLDER / "sssom").exists(), reason="needs the package sssom in an environment of its own: make setup-test"
)


class Checked(NamedTuple):
    """Files, and file → what is wrong with it by the reference implementation, of those with which something is."""

    files: dict[str, list[Path]]
    problems: dict[Path, list[str]]

    def wrong(self, group: str) -> dict[str, list[str]]:
        """Return what is wrong with the files of a group, which has some."""
        assert self.files[group]
        return {path.name: self.problems[path] for path in self.files[group] if path in self.problems}


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """All that the reference implementation is asked, in one process: it takes seconds to start."""
    folder = tmp_path_factory.mktemp("sets")

    def written(name: str, content: bytes) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    shipped = assets.mapping_files()
    made = with_everything()
    files = {
        "shipped": [
            *shipped,
            *(written(f"skos-{path.name}", write(read(path.read_bytes(), path.name), skos=True)) for path in shipped),
        ],
        "everything": [written("all.sssom.tsv", write(made)), written("all-skos.sssom.tsv", write(made, skos=True))],
        "bad": [written("bad.sssom.tsv", BAD)],
        "others": [],
    }
    for path in sorted((FOREIGN / "real" / "sssom").rglob("*.tsv")):
        beside = sssom_table.beside(path)
        try:
            foreign = read(
                path.read_bytes(), path.name, metadata=(beside.name, beside.read_bytes()) if beside else None
            )
        except Exception:  # refused: test_sssom_real.py tells why
            continue
        files["others"].append(written(path.name, write(foreign)))
    every = [path for group in files.values() for path in group]
    done = subprocess.run([FOLDER / "python", SCRIPT, *every], capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = json.loads(done.stdout)
    assert len(found) == len(every)
    return Checked(files, {Path(name): told for name, told in found.items() if told})


def test_every_shipped_set_is_valid(checked: Checked) -> None:
    assert checked.wrong("shipped") == {}


def test_what_was_read_from_others_is_valid(checked: Checked, shared: Path) -> None:
    assert len(checked.files["others"]) > 30
    assert checked.wrong("others") == {}


def test_a_set_with_everything_is_valid(checked: Checked) -> None:
    made = checked.files["everything"][0]
    assert len(read(made.read_bytes(), made.name).rows) == 7
    assert checked.wrong("everything") == {}


def test_the_command_of_the_package_agrees(checked: Checked, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.sssom.tsv", tmp_path / "bad.sssom.tsv"
    good.write_bytes(write(small()))
    bad.write_bytes(BAD)
    codes = [
        subprocess.run([FOLDER / "sssom", "validate", file], capture_output=True, check=False).returncode
        for file in (good, bad)
    ]
    assert codes == [0, 1] and checked.wrong("bad")


def with_everything() -> MappingSet:
    """Return a set that uses every slot and odd texts."""
    made = small()
    first = made.rows[0]
    slots = {
        "author_id": ("https://orcid.org/1",),
        "author_label": ("A|B", "C"),
        "ext_one": ("=1",),
        "match_string": ("x",),
    }
    rows = (
        *made.rows,
        replace(first, subject=End("a text", is_literal=True), comment='say "no"\tor =1'),
        replace(
            first, subject=End("https://example.org/a#b", (), "=1+1"), word="=", relations=relations.parse("< o x")
        ),
        replace(first, word="x", relations=relations.DISJOINT, derived_from=(first.iri, made.rows[1].iri)),
        replace(first, comment="Another.", other=sssom_slots.in_order(slots)),
    )
    words = (*made.reading.words, RelationWord("=", relations.parse("< o x")), RelationWord("x", relations.DISJOINT))
    other = {
        "creator_id": ("https://orcid.org/1",),
        "mapping_set_confidence": ("0.5",),
        "see_also": ("https://a.org/",),
    }
    return replace(
        made,
        rows=rows,
        date="2024-02",
        licence="",
        locator='page 1, "table" 2',
        document="https://w3id.org/cyberstd/source/nakao-deck",
        reading=replace(made.reading, words=words),
        other=sssom_slots.in_order(other, of_set=True),
    )
