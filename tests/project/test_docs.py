"""The documentation against the code: every command that it shows runs, every page that it names exists."""

from __future__ import annotations

import doctest
import importlib
import re
import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import cyberstd_kg
from cyberstd_kg.cli import main
from cyberstd_kg.sparql import saved_questions
from cyberstd_kg.sparql.results import Results
from cyberstd_kg.validation import rules, shapes

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
#: Their commands build on each other: test_adding_doc.py runs them.
IN_ORDER = (ROOT / "docs" / "adding.md", ROOT / "docs" / "importing.md")
COMMAND = re.compile(r"^\$ (cyberstd .+)$", re.MULTILINE)


def shown() -> list[tuple[str, str]]:
    """Return (page, command) of every command shown after a prompt."""
    return [
        (page.name, m[1])
        for page in PAGES
        if page not in IN_ORDER
        for m in COMMAND.finditer(page.read_text(encoding="utf-8"))
    ]


def test_the_readme_shows_commands() -> None:
    assert len([page for page, _ in shown() if page == "README.md"]) >= 3


@pytest.mark.parametrize(("page", "command"), shown())
def test_a_shown_command_answers_as_shown(
    page: str, command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    words = shlex.split(command)[1:]
    # The page shows what a terminal shows.
    form = "text" if words[0] in ("timeline", "why", "prove", "reason") else "table"
    assert main(words if "--format" in words or words[0] == "export" else [*words, "--format", form]) == 0
    got = capsys.readouterr().out
    text = next(p for p in PAGES if p.name == page).read_text(encoding="utf-8")
    printed = text.split(f"$ {command}\n", 1)[1].split("```", 1)[0].split("\n$ ", 1)[0]
    for line in (x.rstrip() for x in printed.splitlines()):
        # An ellipsis alone on a line stands for lines left out.
        if line and line != "…":
            assert line in [x.rstrip() for x in got.splitlines()], line


@pytest.mark.parametrize("question", sorted(saved_questions.load_all()))
def test_the_example_of_a_question_runs(question: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(saved_questions.load(question).example)
    assert words[:3] == ["cyberstd", "ask", question]
    assert main([*words[1:], "--format", "csv"]) == 0
    assert len(capsys.readouterr().out.splitlines()) > 1, "the example has no answer"


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_page_of_questions_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "docs" / "build_queries.py"), "--check"], check=False)
    assert done.returncode == 0, "run: python docs/build_queries.py"


def test_the_page_of_messages_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "docs" / "build_messages.py"), "--check"], check=False)
    assert done.returncode == 0, "run: python docs/build_messages.py"


def test_the_page_of_crosswalks_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "docs" / "build_crosswalks.py"), "--check"], check=False)
    assert done.returncode == 0, "run: python docs/build_crosswalks.py"


def test_the_page_of_definitions_and_its_picture_are_up_to_date() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "docs" / "build_definitions.py"), "--check"], check=False)
    assert done.returncode == 0, "run: python docs/build_definitions.py"


def modules_with_examples() -> list[str]:
    """Return the names of the modules whose docstrings show examples."""
    files = sorted(path for path in (ROOT / "cyberstd_kg").rglob("*.py") if ">>> " in path.read_text(encoding="utf-8"))
    return [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in files]


@pytest.mark.parametrize("module", modules_with_examples())
def test_examples_in_docstrings(module: str) -> None:
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted > 0 and result.failed == 0


def test_the_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    assert "7.2.3.1 User consent" in capsys.readouterr().out.splitlines()


def test_the_pages_count_right() -> None:
    readme, contents, gaps = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/contents.md", "docs/known-gaps.md")
    )
    kg = cyberstd_kg.load()
    uncertain = kg.query(
        "SELECT DISTINCT ?p WHERE { ?p cstd:provisionOf std:iso-iec-27103_2018 ; cstd:provisionKind kind:category ;"
        " cstd:uncertainReading true }"
    )
    assert isinstance(uncertain, Results) and len(uncertain) == 8 and "eight of our 18" in gaps
    assert len(kg.text("ISO/IEC 27400:2022").controls()) == 45 and "the 45 controls of ISO/IEC 27400" in contents
    assert f"[{len(saved_questions.load_all())} saved questions]" in readme
    assert f"{len(shapes.load().nodes)} shapes and {len(rules.load())} rules across entries" in readme
    statuses = Counter(gap.status for gap in kg.gap("ISO/IEC 27001:2022", "CSF 2.0").gaps)
    told = f"Of the {statuses.total()} provisions, {statuses['never mapped']} appear in no published crosswalk"
    assert told in readme and f"{statuses['overlapped']} overlap" in readme and len(statuses) == 2
