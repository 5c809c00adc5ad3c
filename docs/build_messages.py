"""Writes docs/messages.md: every message of every shape and rule, each with an example that the checks refused.

``--check`` only compares the page with what would be written.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from shape_mutations import frozen  # noqa: E402

from cyberstd_kg.core.iris import compact  # noqa: E402
from cyberstd_kg.validation import file_checks, rules, shapes  # noqa: E402
from cyberstd_kg.validation.messages import curie  # noqa: E402

PAGE = ROOT / "docs" / "messages.md"
HEAD = """# Messages of the checks

Every message of `cyberstd validate` and `cyberstd add`, with an example. The first sentence says what is wrong, with
the values of the example. The text below the arrow says what to do. `make fmt` writes this page from the shapes, the
rules and the failing examples of the tests.

"""


def escaped(text: str) -> str:
    """Return *text* fit for a cell of a table."""
    return re.sub(r"\s+", " ", text).replace("|", "\\|").replace("<", "&lt;")


def shape_rows() -> list[str]:
    """Return the chapters of the shapes: a table for each node shape, a row for each constraint."""
    loaded, findings = shapes.load(), frozen()
    by_shape: dict[str, list[tuple[str, list[str]]]] = {}
    for name, rows in findings.items():
        shape, _, parameter = name.partition(" ")
        row = next((r for r in rows if r[2] == f"shape:{shape}"), None)
        if row is not None:
            by_shape.setdefault(f"shape:{shape}", []).append((parameter, row))
    lines: list[str] = ["## Shapes\n"]
    shown: set[str] = set()
    for node in loaded.nodes.values():
        lines += [f"### {node.label or compact(node.iri)}\n", f"{node.comment}\n"]
        lines += ["| constraint | severity | problem | → what to do |", "|---|---|---|---|"]
        known = []
        for shape in (node, *node.properties):
            name = compact(shape.iri) or shape.iri
            if name in shown:
                known.append(f"`{curie(shape.path)}`" if isinstance(shape, shapes.PropertyShape) else name)
                continue
            shown.add(name)
            for parameter, row in by_shape.get(name, ()):
                what = f"`{curie(shape.path)}`" if isinstance(shape, shapes.PropertyShape) else "the entry"
                lines.append(f"| {what} {parameter} | {row[0]} | {escaped(row[6])} | {escaped(row[7])} |")
        lines.append(f"\nAlready shown on this page: {', '.join(known)}.\n" if known else "")
    return lines


def rule_rows() -> list[str]:
    """Return the chapter of the rules across entries."""
    head = "| rule | severity | question | problem | → what to do | reason |"
    lines = ["## Rules across entries\n", head, "|---|---|---|---|---|---|"]
    for rule in rules.load():
        cells = (rule.id, rule.severity, rule.question, rule.message, rule.repair, rule.why)
        lines.append(f"| {' | '.join(escaped(cell) for cell in cells)} |")
    return [*lines, "", "Graphs that break each rule are in `tests/rules/`.\n"]


def check_rows() -> list[str]:
    """Return the chapter of the checks of a file."""
    lines = ["## Checks of a file\n", "| check | severity | problem | → what to do |", "|---|---|---|---|"]
    lines += [
        f"| {' | '.join(escaped(cell) for cell in (check.id, check.severity, check.message, check.repair))} |"
        for check in file_checks.CHECKS
    ]
    return [*lines, "", "Files that fail are in `tests/validation/test_hostile_entries.py`.\n"]


def main() -> int:
    """Write the page, or with ``--check`` compare."""
    text = HEAD + "\n".join([*shape_rows(), *rule_rows(), *check_rows()])
    if "--check" in sys.argv[1:]:
        same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == text
        if not same:
            print("docs/messages.md is out of date. Run: python docs/build_messages.py", file=sys.stderr)
        return 0 if same else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
