"""docs/adding.md, step by step: its files are written, its commands run in their order and print what it shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from entries import tree

from cyberstd_kg.cli import main

PAGE = Path(__file__).resolve().parent.parent / "docs" / "adding.md"
#: The commands that the page shows being refused.
REFUSED = {"show": 3, "validate": 1}


def steps() -> list[tuple[str, str, str]]:
    """Return ("write", file, content) and ("run", command, what it prints), in the order of the page."""
    found = []
    for head, body in re.findall(r"^```([^\n]*)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), flags=re.S | re.M):
        if head.startswith("trig "):
            found.append(("write", head.removeprefix("trig "), body))
        for command, printed in re.findall(r"^\$ cyberstd (.+)\n((?:(?!\$ ).*\n)*)", body, flags=re.M):
            found.append(("run", command, printed))
    return found


def test_the_page_is_as_it_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    monkeypatch.setenv("CYBERSTD_WORKSPACE", str(workspace))
    before = tree(tmp_path)
    codes = []
    for kind, what, text in steps():
        if kind == "write":
            Path(what).write_text(text, encoding="utf-8")
            continue
        words = shlex.split(what)
        table = words[0] in ("show", "search", "ask", "list") and "--format" not in words
        code = main([*words, "--format", "table"] if table else words)
        assert code == (REFUSED.get(words[0], 0) if "violation" in text or "nothing in" in text else 0), what
        codes.append(code)
        out, err = capsys.readouterr()
        printed = [line.rstrip() for line in (out + err).splitlines()]
        for line in (shown.rstrip() for shown in text.splitlines()):
            begin = line.partition("…")[0]
            if line and not any(p.startswith(begin.rstrip()) if "…" in line else p == line for p in printed):
                raise AssertionError(f"{what}: '{line}' is not in\n" + "\n".join(printed))
    assert len(codes) > 10 and codes.count(1) == 2
    (tmp_path / "new.trig").unlink()
    assert tree(tmp_path) == before, "the tree is as it was"
