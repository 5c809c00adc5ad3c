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

import pytest
from mapping_sets import small

from cyberstd_kg.core import assets
from cyberstd_kg.mappings import relations, sssom_slots, sssom_table
from cyberstd_kg.mappings.model import End, RelationWord
from cyberstd_kg.mappings.sssom_reading import read
from cyberstd_kg.mappings.sssom_writing import write

FOLDER = Path(os.environ.get("CYBERSTD_SSSOM") or Path(sys.prefix, "sssom")) / "bin"
SCRIPT = Path(__file__).with_name("sssom_check.py")
pytestmark = pytest.mark.skipif(
    not (FOLDER / "sssom").exists(), reason="the package sssom is not installed: make setup-test"
)


def problems(*files: Path) -> dict[str, list[str]]:
    """Return file → what is wrong with it by the reference implementation, of those with which something is."""
    done = subprocess.run([FOLDER / "python", SCRIPT, *files], capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = json.loads(done.stdout)
    assert len(found) == len(files)
    return {Path(name).name: told for name, told in found.items() if told}


def test_every_shipped_set_is_valid(tmp_path: Path) -> None:
    shipped = assets.mapping_files()
    projected = []
    for path in shipped:
        projected.append(tmp_path / f"skos-{path.name}")
        projected[-1].write_bytes(write(read(path.read_bytes(), path.name), skos=True))
    assert problems(*shipped, *projected) == {}


def test_the_command_of_the_package_agrees(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.sssom.tsv", tmp_path / "bad.sssom.tsv"
    good.write_bytes(write(small()))
    bad.write_bytes(write(small()).replace(b"semapv:Manual", b"semapv:Hand"))
    codes = [
        subprocess.run([FOLDER / "sssom", "validate", file], capture_output=True, check=False).returncode
        for file in (good, bad)
    ]
    assert codes == [0, 1] and problems(bad)


def test_what_was_read_from_others_is_valid(shared: Path, tmp_path: Path) -> None:
    written = []
    for path in sorted((shared / "real" / "sssom").rglob("*.tsv")):
        beside = sssom_table.beside(path)
        try:
            made = read(path.read_bytes(), path.name, metadata=(beside.name, beside.read_bytes()) if beside else None)
        except Exception:  # refused: test_sssom_real.py tells why
            continue
        written.append(tmp_path / path.name)
        written[-1].write_bytes(write(made))
    assert len(written) > 30 and problems(*written) == {}


def test_a_set_with_everything_is_valid(tmp_path: Path) -> None:
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
    made = replace(
        made,
        rows=rows,
        date="2024-02",
        licence="",
        locator='page 1, "table" 2',
        document="https://w3id.org/cyberstd/source/nakao-deck",
        reading=replace(made.reading, words=words),
        other=sssom_slots.in_order(other, of_set=True),
    )
    file, projected = tmp_path / "all.sssom.tsv", tmp_path / "skos.sssom.tsv"
    file.write_bytes(write(made))
    projected.write_bytes(write(made, skos=True))
    assert len(read(file.read_bytes(), file.name).rows) == 7
    assert problems(file, projected) == {}
