"""Commands run in this process, for the tests of what they print."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cyberstd_kg.cli import main


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    """Run a command: (exit code, stdout, stderr)."""
    code = main(list(argv))
    out, err = capsys.readouterr()
    return code, out, err


def answer(capsys: pytest.CaptureFixture[str], *argv: str) -> Any:
    """Run a command that must succeed without a word on stderr, and return its JSON."""
    code, out, err = run(capsys, *argv, "--format", "json")
    assert (code, err) == (0, "")
    return json.loads(out)
