"""The walks, step by step: files are written, commands run in their order and print what the page shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from entries import tree

from cyberstd_kg.cli import main

DOCS = Path(__file__).resolve().parents[2] / "docs"
#: page → the least number of its commands, and how many of them end with findings.
PAGES = {"adding.md": (13, 3), "importing.md": (11, 2)}
#: What these pages show is the same on a graph with little data, which is compiled anew sooner.
LITTLE = ("importing.md",)
#: The commands that a page shows being refused, and the words that tell it.
REFUSED = {"show": (3, "nothing in"), "validate": (1, "violation"), "import": (1, " refused")}


def steps(page: str) -> list[tuple[str, str, str]]:
    """Return ("write", file, content) and ("run", command, what it prints), in the order of the page."""
    found = []
    text = (DOCS / page).read_text(encoding="utf-8")
    for head, body in re.findall(r"^```([^\n]*)\n(.*?)^```$", text, flags=re.S | re.M):
        if file := re.fullmatch(r"(?:trig|tsv|yaml) (\S+)", head):
            found.append(("write", file[1], body))
        for command, printed in re.findall(r"^\$ cyberstd (.+)\n((?:(?!\$ ).*\n)*)", body, flags=re.M):
            found.append(("run", command, printed))
    return found


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_as_it_happens(
    page: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    if page in LITTLE:
        request.getfixturevalue("little_data")
    monkeypatch.chdir(tmp_path)
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    monkeypatch.setenv("CYBERSTD_WORKSPACE", str(workspace))
    before = tree(tmp_path)
    codes = []
    for kind, what, text in steps(page):
        if kind == "write":
            Path(what).parent.mkdir(parents=True, exist_ok=True)
            Path(what).write_text(text, encoding="utf-8")
            continue
        words = shlex.split(what)
        table = words[0] in ("show", "search", "ask", "list") and "--format" not in words
        code = main([*words, "--format", "table"] if table else words)
        expected, sign = REFUSED.get(words[0], (0, ""))
        assert code == (expected if sign in text else 0), what
        codes.append(code)
        out, err = capsys.readouterr()
        printed = [line.rstrip() for line in (out + err).splitlines()]
        for line in (shown.rstrip() for shown in text.splitlines()):
            begin = line.partition("…")[0]
            if line and not any(p.startswith(begin.rstrip()) if "…" in line else p == line for p in printed):
                raise AssertionError(f"{what}: '{line}' is not in\n" + "\n".join(printed))
    least, findings = PAGES[page]
    assert len(codes) >= least and codes.count(1) == findings
    left = {name.split("/")[0] for name in tree(tmp_path).keys() - before.keys()}
    assert (
        left == {"adding.md": {"new.trig", "new.sssom.tsv"}, "importing.md": {"records", "imported", "sets"}}[page]
    ), "the workspace is as it was"
