"""Writes docs/definitions.md and its picture: the definitions of cybersecurity compared (``--check`` only compares)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import cyberstd_kg
from cyberstd_kg.cli import compare, render
from cyberstd_kg.definitions.picture import svg

FOLDER = Path(__file__).resolve().parent
PAGE = FOLDER / "definitions.md"
PICTURE = FOLDER / "definitions-cybersecurity.svg"
TERM = "cybersecurity"
FEW = ("X.1205", "27032", "27100")
HEAD = f"""# What does "{TERM}" mean?

The answer of the graph; this page and the picture are written by `python docs/build_definitions.py`. The rules are in
[decision 17](decisions/0017-definition-lens.md), the answer as data in the [interface](interface.md).

![{TERM}: the definitions by date, with genus, facets and lineage]({PICTURE.name})

`cyberstd compare {TERM} --format svg` draws it; `--only REF` chooses definitions, `--dark` makes it dark.

## All of them

`cyberstd compare {TERM}`
"""
THREE = f"""
## Three of them, and why they relate as they do

`cyberstd compare {TERM} {" ".join(f"--only {reference}" for reference in FEW)}`
"""


def build() -> dict[Path, str]:
    """Return the text of each file."""
    os.environ["COLUMNS"] = "110"
    kg = cyberstd_kg.load()
    whole, few = kg.compare(TERM), kg.compare(TERM, only=FEW)
    answers = [f"\n```\n{render.text_of(compare.comparison_lines(found))}```\n" for found in (whole, few)]
    return {PAGE: HEAD + answers[0] + THREE + answers[1], PICTURE: svg(whole)}


if __name__ == "__main__":
    files = build()
    if "--check" in sys.argv:
        sys.exit(any(not path.exists() or path.read_text(encoding="utf-8") != text for path, text in files.items()))
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
