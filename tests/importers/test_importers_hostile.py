"""Bad and hostile records: each is refused by itself with its line and a reason; nothing is run or fetched."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from entries import tree
from importing import DAY, only, read, relaton, write
from test_no_network import PROGRAM

from cyberstd_kg.core.errors import CyberstdError
from cyberstd_kg.foreign import json_trees
from cyberstd_kg.importers import registries, sources

GOOD = relaton("ISO/IEC 99001:2022", published="2022-10")
#: The line of what is put behind it.
END = GOOD.count("\n") + 1
LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join(f'*a{n - 1}' for _ in range(10))}]\n" for n in range(1, 12)
)
ISO = json.dumps({"reference": "ISO/IEC 99001:2022", "deliverableType": "IS", "currentStage": 6060})

#: name → suffix, content, code of the finding, line, what the reason says
CASES: dict[str, tuple[str, str | bytes, str, int, str]] = {
    "empty": (".yaml", "", "empty", 0, "empty"),
    "only comments": (".yaml", "# nothing\n---\n%YAML 1.1\n", "empty", 0, "no record"),
    "a text": (".yaml", "just words\n", "record", 1, "no record"),
    "no docid": (".yaml", "id: x\ntitle: y\n", "record", 1, "docid"),
    "no known designation": (".yaml", GOOD.replace("ISO/IEC 99001:2022", "RFC 9999"), "record", 2, "RFC 9999"),
    "two documents": (
        ".yaml",
        GOOD.replace("id: ISO/IEC99001-2022", "id: ISO/IEC99002-2022"),
        "record",
        2,
        "two documents",
    ),
    "truncated in a line": (".yaml", GOOD[: GOOD.index("primary") + 4], "", 12, "YAML"),
    "truncated in a value": (".yaml", GOOD[: GOOD.index("2022-10") + 6], "truncated", 2, "ends within a line"),
    "truncated between lines": (
        ".yaml",
        GOOD.replace("---\n", "---\nschema-version: v1.2.9\n"),
        "record",
        2,
        "'ext'",
    ),
    "truncated in a text": (".yaml", 'docid: [{id: "ISO/IEC 99001:2022', "syntax", 1, "YAML"),
    "truncated JSON": (".json", ISO[:-5], "syntax", 1, "JSON"),
    "key twice": (".yaml", GOOD + "title: again\n", "duplicate-key", END, "'title' twice"),
    "key twice below": (".yaml", GOOD + "ext:\n  a: 1\n  b: 2\n  a: 3\n", "duplicate-key", END + 3, "'a' twice"),
    "key twice in JSON": (".json", '{"docid": 1, "docid": 2}', "duplicate-key", 1, "'docid' twice"),
    "latin-1": (".yaml", GOOD.replace("made up", "erfundene für").encode("latin-1"), "encoding", 4, "UTF-8"),
    "utf-16": (".yaml", GOOD.encode("utf-16"), "", 1, ""),
    "latin-1 in JSON": (".json", b'{"docid": "\xfc"}', "encoding", 1, "UTF-8"),
    "binary": (".yaml", bytes(range(256)) * 50, "", 0, ""),
    "a Python object": (".yaml", GOOD + "x: !!python/object/apply:os.system ['touch run']\n", "tag", END, "tag"),
    "a Ruby object": (".yaml", GOOD + "x: !ruby/object:Gem::Installer {}\n", "tag", END, "tag"),
    "billion laughs": (".yaml", GOOD + LAUGHS, "alias", END + 5, "repeat too much"),
    "many aliases": (
        ".yaml",
        GOOD + f"x: &x y\nz: [{', '.join(['*x'] * 2000)}]\n",
        "alias",
        END + 1,
        "repeat too much",
    ),
    "an alias of itself": (".yaml", GOOD + "x: &x [1, *x]\n", "alias", END, "no anchor before it"),
    "an alias of nothing": (".yaml", GOOD + "x: *nope\n", "alias", END, "no anchor"),
    "deep lists": (".yaml", GOOD + "x: " + "[" * 20_000 + "]" * 20_000 + "\n", "", END, ""),
    "deep lists never closed": (".yaml", GOOD + "x: " + "[" * 100_000 + "\n", "", END, ""),
    "deep mappings": (".yaml", GOOD + "x: " + "{a: " * 3000 + "}" * 3000 + "\n", "", END, "de"),
    "rather deep": (".yaml", GOOD + "x: " + "[" * 100 + "]" * 100 + "\n", "too-deep", END, "levels deep"),
    "deep blocks": (".yaml", "".join(" " * n + "a:\n" for n in range(2000)), "", 0, "de"),
    "deep JSON": (".json", '{"docid": ' + "[" * 100_000 + "]" * 100_000 + "}", "too-deep", 1, "levels deep"),
    "rather deep JSON": (".json", '{"docid": ' + "[" * 100 + "]" * 100 + "}", "too-deep", 1, "levels deep"),
    "a key that is a list": (".yaml", GOOD + "? [a, b]\n: c\n", "key", END, "not a text"),
    "half a character": (".json", '{"docid": {"id": "ISO 99001:2022\\ud800"}}', "record", 1, "half a character"),
    "NaN": (".json", '{"docid": NaN}', "syntax", 1, "NaN"),
    "a long designation": (".yaml", f"docid:\n- id: ISO {'1' * 1_000_000}:2022\n", "record", 1, "no known form"),
    "a hostile designation": (
        ".yaml",
        f"docid:\n- id: ISO 1:2022/{'+AMD1:2023' * 100_000}\n",
        "record",
        1,
        "no known form",
    ),
    "too many values": (".yaml", GOOD + "x: [" + "a, " * 200_001 + "]\n", "too-large", END, "200000"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_bad_record_is_refused_and_leaves_the_rest(name: str, tmp_path: Path) -> None:
    suffix, content, code, line, reason = CASES[name]
    (tmp_path / f"bad{suffix}").write_bytes(content.encode() if isinstance(content, str) else content)
    write(tmp_path, relaton("ISO/IEC 99009:2022"))
    imported = read(tmp_path)
    assert [item.record.designation for item in imported.records] == ["ISO/IEC 99009:2022"]
    finding = imported.report.refused[0]
    assert finding.file.endswith(f"bad{suffix}") and code in ("", finding.code), finding
    assert line in (0, finding.line) and reason in finding.reason and finding.hint, finding
    assert len(finding.reason) < 400


ISO_CASES: dict[str, tuple[str | bytes, str, str]] = {
    "truncated": (ISO[:-20], "syntax", "not JSON"),
    "not UTF-8": (ISO.encode().replace(b"99001", b"99001\xff"), "encoding", "UTF-8"),
    "key twice": (ISO[:-1] + ', "reference": "ISO/IEC 99002:2022"}', "duplicate-key", "'reference' twice"),
    "NaN": (ISO.replace("6060", "NaN"), "syntax", "NaN"),
    "infinite": (ISO.replace("6060", "-Infinity"), "syntax", "Infinity"),
    "deep": (ISO[:-1] + ', "x": ' + "[" * 5000 + "]" * 5000 + "}", "too-deep", "levels"),
    "half a character": (ISO.replace("99001", "99001\\ud800"), "record", "half a character"),
    "a list": ("[1, 2]", "record", "no record"),
    "a number": ("1", "record", "no record"),
    "no reference": ('{"deliverableType": "IS"}', "record", "no reference"),
    "no designation": (ISO.replace("ISO/IEC 99001:2022", "words"), "record", "words"),
    "no committee": ('{"reference": "words", "sortKey": "x"}', "record", "words"),
    "a long line": (ISO[:-1] + f', "x": "{"y" * json_trees.MAX_LINE}"}}', "too-large", "longer than"),
    "controls": (ISO.replace("IS", "I\x00S"), "syntax", "not JSON"),
}


@pytest.mark.parametrize("name", ISO_CASES)
def test_a_bad_line_is_refused_and_leaves_the_rest(name: str, tmp_path: Path) -> None:
    content, code, reason = ISO_CASES[name]
    line = content.encode() if isinstance(content, str) else content
    good = ISO.replace("99001", "99009").encode()
    (tmp_path / "bad.jsonl").write_bytes(good + b"\n" + line + b"\n\n" + good.replace(b"99009", b"99008"))
    imported = read(tmp_path, "iso")
    assert [item.record.designation for item in imported.records] == ["ISO/IEC 99009:2022", "ISO/IEC 99008:2022"]
    finding = only(imported.report.refused)
    assert (finding.code, finding.line) == (code, 2) and reason in finding.reason and finding.hint


@pytest.mark.parametrize("number", ["1" * 10_000, "1e999", "-5", "60.6", '{"a": 1}', "[6060]", "true"])
def test_odd_numbers_do_no_harm(number: str, tmp_path: Path) -> None:
    odd = ISO[:-1] + f', "id": {number}, "edition": {number}, "replaces": [{number}], "publicationDate": {number}}}'
    imported = read(write(tmp_path, odd.replace("6060", number), suffix=".jsonl"), "iso")
    assert imported.report.taken == 1 and imported.quads


@pytest.mark.parametrize(
    "value", ["5", "[]", "[[]]", "{}", "{a: {b: c}}", "[1, 2]", "null", "true", "'x y'", "{id: [x]}"]
)
def test_odd_values_of_every_field_do_no_harm(value: str, tmp_path: Path) -> None:
    fields = "title date edition docstatus relation link source ext doctype editorialgroup language fetched contributor"
    for number, field in enumerate(fields.split()):
        text = (
            relaton("ISO/IEC 99001:2022", stage="").partition("title:")[0]
            + f"docid: {{id: 'ISO 99{number:03}:2022'}}\n"
        )
        write(tmp_path / field, text.replace("id: ISO/IEC99001-2022\n", "") + f"{field}: {value}\n")
        imported = read(tmp_path / field)
        assert imported.report.taken == 1 and imported.quads


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[0] == ".yaml"])
def test_the_parser_without_libyaml_refuses_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where PyYAML was built without libyaml, its own parser reads."""
    import yaml

    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    _, content, *_ = CASES[name]
    if len(content) > 600_000:
        pytest.skip("PyYAML's own parser takes too long for a megabyte")
    (tmp_path / "bad.yaml").write_bytes(content.encode() if isinstance(content, str) else content)
    write(tmp_path, relaton("ISO/IEC 99009:2022"))
    imported = read(tmp_path)
    assert [item.record.designation for item in imported.records] == ["ISO/IEC 99009:2022"]
    assert imported.report.refused[0].hint


def test_a_scalar_of_a_million_letters_is_no_trouble(tmp_path: Path) -> None:
    long = "word " * 200_000
    record = GOOD.replace("A standard made up", long) + f"edition: {'1' * 10**6}\nabstract: {long}\n"
    imported = read(write(tmp_path, record))
    assert imported.report.taken == 1
    assert {finding.code for finding in imported.report.findings} == {"title", "edition"}
    assert all(len(finding.value) <= 200 for finding in imported.report.findings)


def test_one_bad_record_of_a_list_leaves_the_others(tmp_path: Path) -> None:
    def member(number: int) -> str:
        return f"- docid: {{id: 'ISO 9900{number}:2022', type: ISO}}\n  title: A title\n"

    text = member(1) + member(2) + "  title: again\n" + member(3) + member(4).replace("A", "\xfc")
    (tmp_path / "list.yaml").write_bytes(text.encode("latin-1") + member(5).encode() + b"- [broken\n")
    imported = read(tmp_path)
    assert [item.record.designation for item in imported.records] == [f"ISO 9900{n}:2022" for n in (1, 3, 5)]
    assert [(f.code, f.line) for f in imported.report.refused] == [
        ("duplicate-key", 5),
        ("encoding", 9),
        ("syntax", 13),
    ]


def test_documents_after_a_broken_one_are_read(tmp_path: Path) -> None:
    imported = read(write(tmp_path, "---\ntitle: [broken\n" + GOOD + "---\n- [\n" + relaton("ISO/IEC 99002:2022")))
    assert [f.record.designation for f in imported.records] == ["ISO/IEC 99001:2022", "ISO/IEC 99002:2022"]
    assert len(imported.report.refused) == 2


def test_aliases_as_relaton_writes_them_are_read(tmp_path: Path) -> None:
    record = (
        GOOD
        + "place: &p [Geneva]\nkeyword: *p\next:\n  editorialgroup: &g {technical_committee: {name: ISO/TC 1}}\nx: *g\n"
    )
    imported = read(write(tmp_path, record))
    assert imported.report.refused == [] and imported.records[0].record.committee == "ISO/TC 1"


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """Nobody has the memory for the third."""
    write(tmp_path, GOOD)
    sizes = {"a.yaml": sources.MAX_BYTES + 1, "b.jsonl": sources.MAX_LINES_BYTES + 1, "c.yaml": 1 << 42}
    for name, size in sizes.items():
        with (tmp_path / name).open("wb") as stream:
            stream.truncate(size)
    imported = read(tmp_path)
    assert [(f.code, f.line) for f in imported.report.refused] == [("too-large", 0)] * 3
    assert imported.report.taken == 1


def test_what_is_no_file_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "nowhere.yaml").symlink_to("missing")
    (tmp_path / "loop.json").symlink_to("loop.json")
    (tmp_path / "folder.yaml").mkdir()
    imported = read(tmp_path)
    assert sorted((f.code, Path(f.file).name) for f in imported.report.refused) == [
        ("unreadable", "loop.json"),
        ("unreadable", "nowhere.yaml"),
        ("unreadable", "pipe.yaml"),
    ]


def test_names_of_files_cannot_spoil_the_entries(tmp_path: Path) -> None:
    for number, name in enumerate(
        (b"a\nb\x1b[31m.yaml", b"\xff\xfe.yaml", b'q"uote\\ {}<>.yaml', b"n" * 240 + b".yaml")
    ):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text(relaton(f"ISO 9900{number}:2022"))
    imported = read(tmp_path)
    from cyberstd_kg.rdf import turtle

    for _, quads in imported.files():
        assert turtle.read_quads(turtle.write_trig(quads).encode(), "x", "trig")
    json.dumps(imported.report.to_json()).encode()


def test_nothing_is_fetched_or_run_and_no_other_file_opened(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number, (suffix, content, *_) in enumerate(CASES.values()):
        (folder / f"{number}{suffix}").write_bytes(content.encode() if isinstance(content, str) else content)
    write(folder, GOOD + "link: [{type: src, content: 'http://127.0.0.1:9/x'}]\n")
    command = [sys.executable, "-c", PROGRAM, "import", "relaton", str(folder), "-o", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr[-2000:]
    assert "\x1b" not in done.stdout + done.stderr
    assert set(tree(tmp_path / "out")) == {"report.json", "standards/iso-iec/99001.trig"}
    assert not (tmp_path / "run").exists()


# ── Random damage ──


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return *data* cut off, or with a few bytes changed, repeated or taken out."""
    if chance.random() < 0.3:
        return data[: chance.randrange(len(data) + 1)]
    made = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(made)) if made else 0
        way = chance.randrange(4)
        if way == 0 and made:
            made[at] = chance.randrange(256)
        elif way == 1:
            made[at:at] = chance.choice([b"\n", b": ", b"- ", b"'", b'"', b"{", b"[", b"&a ", b"*a", b"\t", b"---\n"])
        elif way == 2:
            del made[at : at + chance.randint(1, 30)]
        else:
            made[at:at] = made[at : at + chance.randint(1, 200)]
    return bytes(made)


def trial(form: str, name: str, data: bytes, folder: Path) -> None:
    """Import a damaged file: it is read or refused in our own words, and what comes of it can be written and read."""
    from cyberstd_kg.rdf import turtle

    path = folder / name
    path.write_bytes(data)
    try:
        imported = registries.read(form, [str(path)], as_of=DAY)
    except CyberstdError as error:
        assert error.message and error.hint
        return
    for _, quads in imported.files():
        assert turtle.read_quads(turtle.write_trig(quads).encode(), name, "trig")
    json.dumps(imported.report.to_json())


def samples(shared: Path) -> list[tuple[str, Path]]:
    real = shared / "real"
    found = [("relaton", path) for path in sorted((real / "relaton").glob("*.yaml"))]
    return [*found, *(("iso", path) for path in sorted((real / "iso-open-data").glob("[68]*.json*")))]


@pytest.mark.parametrize("seed", range(3))
def test_damaged_records_are_read_or_refused(seed: int, shared: Path, tmp_path: Path) -> None:
    chance, files = random.Random(seed), samples(shared)
    for _ in range(60):
        form, path = chance.choice(files)
        trial(form, path.name, damaged(path.read_bytes(), chance), tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 140))
def test_many_damaged_records_are_read_or_refused(seed: int, shared: Path, tmp_path: Path) -> None:
    chance, files = random.Random(seed), samples(shared)
    for _ in range(500):
        form, path = chance.choice(files)
        trial(form, path.name, damaged(path.read_bytes(), chance), tmp_path)
