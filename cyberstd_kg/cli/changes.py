"""diff."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from cyberstd_kg.cli import render
from cyberstd_kg.cli.options import add_format, chosen, graph, parser
from cyberstd_kg.core.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from cyberstd_kg.lifecycle.changes import Change


def run_diff(argv: list[str]) -> int:
    """Tell what came, went and moved between two days or two exports.

    :returns: 0, whether there are differences or not
    """
    p = parser(
        "diff",
        "What came, went and moved: between two days (computed from all that is known; a year or month means its last "
        "day), or between two exports of the graph (TriG, N-Quads, Turtle, N-Triples).",
        "cyberstd diff 2024-12-31 2025-12-31 --committee SC27",
        "cyberstd diff 2024 today",
        "cyberstd diff old.trig new.trig --format json",
    )
    p.add_argument("old", metavar="OLD", help="a day, month or year; or a file")
    p.add_argument("new", metavar="NEW", help="a day, month or year, or today; or a file")
    p.add_argument("--committee", metavar="C", help="only standards of this body and its groups (between two days)")
    add_format(p)
    args = p.parse_args(argv)
    from cyberstd_kg.lifecycle.changes import Change

    found = _found(args)
    form = chosen(args.format)
    if form == "json":
        render.write_json([change._asdict() for change in found])
        return 0
    shown = [name for name in Change._fields if name != "iri" or form != "table"]
    body = [tuple(str(getattr(change, name)) for name in shown) for change in found]
    render.write(render.rows(tuple(shown), body, form))
    if form == "table":
        counts = Counter(change.change for change in found)
        told = ", ".join(f"{count} {word}" for word, count in counts.items())
        print(f"cyberstd: {told or 'no difference'}", file=sys.stderr)
    return 0


def _found(args: argparse.Namespace) -> list[Change]:
    """Return the differences, by days or by files."""
    from cyberstd_kg.lifecycle import changes

    dated = [_is_day(word) for word in (args.old, args.new)]
    if all(dated):
        return graph(args).changes(args.old, args.new, committee=args.committee)
    if any(dated):
        raise UsageError("a day and a file cannot be compared", "Give two days, or two exports.")
    if args.committee:
        raise UsageError("--committee is for two days", "Leave it out to compare two exports.")
    return changes.of_exports(Path(args.old), Path(args.new))


def _is_day(word: str) -> bool:
    return word == "today" or re.fullmatch(r"\d{4}(-\d\d){0,2}", word, re.ASCII) is not None
