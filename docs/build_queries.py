"""Writes docs/queries.md from the headers of the saved questions; ``--check`` only compares."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from cyberstd_kg.sparql import saved_questions

TARGET = Path(__file__).resolve().parent / "queries.md"
HEAD = """# The saved questions

Each question is a file `queries/competency/<group>/<id>.rq`, which runs as it stands in any SPARQL 1.1 engine over the
union of the graphs. `cyberstd ask ID --explain` shows its SPARQL. Write parameters as people do: `--standard 27032`.
`python docs/build_queries.py` writes this page.
"""


def page() -> str:
    """Return the page: a table for each group, by id."""
    lines = [HEAD]
    saved = sorted(saved_questions.load_all().values(), key=lambda q: (q.group, q.id))
    for group, questions in groupby(saved, key=lambda q: q.group):
        lines += [f"\n## {group}\n", "| id | question | parameters | example |", "|---|---|---|---|"]
        for q in questions:
            params = ", ".join(f"`{p.name}` ({p.type})" for p in q.params) or "–"
            lines.append(f"| `{q.id}` | {q.question} | {params} | `{q.example}` |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(TARGET.read_text(encoding="utf-8") != page())
    TARGET.write_text(page(), encoding="utf-8")
