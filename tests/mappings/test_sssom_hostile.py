"""Files of mapping sets that are broken, huge or meant to harm: a clear message, and nothing is written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from entries import tree
from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_sets import COLUMNS, HEAD, small, table

from cyberstd_kg.cli import main
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.mappings import sssom_table
from cyberstd_kg.mappings.sssom_reading import read
from cyberstd_kg.mappings.sssom_writing import write

ROW = "a:1 skos:exactMatch b:1 semapv:ManualMappingCuration"
GOOD = table(ROW)
BROKEN = {
    "NUL byte": (GOOD.replace(b"exact", b"ex\0act"), "line 7: holds a NUL byte"),
    "not UTF-8": (GOOD.replace(b"exact", b"ex\xffact"), "line 7: is not UTF-8"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "line 1: "),
    "empty": (b"", "the file has no table"),
    "metadata only": (HEAD.encode(), "the file has no table"),
    "no YAML": (table(ROW, head="#a: b: c\n"), "line 1: the metadata cannot be read"),
    "YAML with a key twice": (table(ROW, head=HEAD + "#license: x\n"), "line 6: .*twice"),
    "YAML with a tag": (table(ROW, head="#a: !!python/object/apply:os.system [id]\n"), "line 1: .*tag"),
    "YAML that is a list": (table(ROW, head="#- a\n"), "no mapping of slots"),
    "YAML of many levels": (table(ROW, head=f"#a: {'[' * 5000}\n"), "line 1: "),
    "YAML that multiplies": (
        table(ROW, head="#a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
            f"#{name}: &{name} [{', '.join(['*' + chr(ord(name) - 1)] * 10)}]\n" for name in "bcdefgh"
        )),
        "aliases repeat too much|more than 200000 values",
    ),
    "a curie_map that is none": (table(ROW, head="#curie_map: [a]\n"), "line 1: the curie_map is not a mapping"),
    "a prefix for nothing": (table(ROW, head="#curie_map:\n#  a: relative/\n"), "does not stand for an IRI"),
    "a slip in a predicate": (table(ROW.replace("exact", "exct")), "line 7: there is no predicate 'skos:exctMatch'"),
    "a cell too few": (table("a:1 skos:exactMatch b:1"), "line 7: the row has 3 cells, the table 4 columns"),
    "a cell too many": (table(f"{ROW} more"), "line 7: the row has 5 cells"),
    "a quotation mark left open": (table(ROW.replace("b:1", '"b:1')), "line 7: the table cannot be read"),
    "one column twice": (table(ROW, columns=COLUMNS.replace("object_id", "subject_id")), "two columns"),
    "a column without a name": (table(ROW, columns=COLUMNS.replace("object_id", "")), "line 6: column 3 has no name"),
    "a list where a text belongs": (table(ROW, head=HEAD + "#other:\n#  - a\n#  - b\n"), "line 6: other has one"),
    "a cell of a megabyte": (table(ROW.replace("b:1", "b:" + "1" * 2**20)), "line 7: the table cannot be read"),
    "marks that turn the text": (table(ROW.replace("b:1", "b:\u202e1")), "does not stand for an IRI"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_refused_whole(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, told = BROKEN[what]
    with pytest.raises(InputError, match=told) as caught:
        found = read(content, "a.sssom.tsv")
        assert found is None
    assert "a.sssom.tsv" in caught.value.message and caught.value.hint
    file, workspace = tmp_path / "a.sssom.tsv", tmp_path / "w"
    file.write_bytes(content)
    good = tmp_path / "b.sssom.tsv"
    good.write_bytes(GOOD)
    assert main(["import", "sssom", str(good), str(file), "--workspace", str(workspace)]) == 2
    assert not workspace.exists() or tree(workspace) == {}
    assert "Traceback" not in capsys.readouterr().err


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.sssom.tsv"
    with file.open("wb") as stream:
        stream.truncate(200 * 2**20)  # it takes no space, and would take 200 MB when read
    with pytest.raises(InputError, match="larger than 64 MiB"):
        sssom_table.load(file)
    assert main(["import", "sssom", str(file), "--workspace", str(tmp_path / "w")]) == 2
    assert not (tmp_path / "w").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.sssom.tsv")
    with pytest.raises(InputError, match="is not a file"):
        sssom_table.load(tmp_path / "a.sssom.tsv")


def test_hundreds_of_faults_are_told_as_one() -> None:
    with pytest.raises(InputError, match=r"99 more faults"):
        read(
            table(
                *["x:1 skos:exactMatch b:1 semapv:ManualMappingCuration".replace("x:1", f"x:{n}") for n in range(500)]
            ),
            "a.tsv",
        )


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_file_with_something_changed_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(write(small()))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        match data.draw(st.sampled_from(["byte", "cut", "drop", "repeat"])):
            case "byte":
                content[at] = data.draw(st.integers(0, 255))
            case "cut":
                content = content[: at + 1]
            case "drop":
                del content[at : at + data.draw(st.integers(1, 40))]
            case _:
                content[at:at] = content[at : at + 40]
        if not content:
            return
    try:
        found = read(bytes(content), "a.sssom.tsv")
        write(found)
    except InputError as error:
        assert error.hint


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_is_read_or_refused(head: str, body: str) -> None:
    text = "".join(f"#{line}\n" for line in head.split("\n")) + COLUMNS + body
    try:
        write(read(text.encode("utf-8", "surrogatepass"), "a.sssom.tsv"))
    except InputError as error:
        assert error.message.startswith("a.sssom.tsv") or "CURIE" in error.message
