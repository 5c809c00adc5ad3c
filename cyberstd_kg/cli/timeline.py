"""timeline, diff: the lifecycle of standards, and what changed between two days or two exports."""

from __future__ import annotations

import re
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cyberstd_kg import lifecycle
from cyberstd_kg.cli import render
from cyberstd_kg.cli.command import TABLE, argument, as_of, command, formats, open_graph
from cyberstd_kg.core import words
from cyberstd_kg.core.days import FIRST, LAST, compact, one_day
from cyberstd_kg.core.errors import UsageError

if TYPE_CHECKING:
    from cyberstd_kg.lifecycle.bars import Lineage, TextBar
    from cyberstd_kg.lifecycle.changes import Change

#: Narrowest terminal in which bars are drawn, the longest bar and the shortest.
_WIDE, _LONGEST_BAR, _SHORTEST_BAR = 90, 60, 10
#: Room for the dates of a text, and for its state behind the bar.
_DATES, _STATE = 24, 33


@command(
    argument("reference", "standards or texts, each as one word or in quotes", nargs="*"),
    argument("--committee C", "all standards of this committee or working group"),
    as_of("the day, such as 2023-06-28 (default: today)"),
    formats("text", "mermaid", "json", "csv"),
)
def run_timeline(args: Namespace) -> int:
    """Show the lifecycle of standards: which editions were, are and will be in force.

    There is one block for each lineage: a standard, and those that its editions replaced or that replaced them. It
    shows what was withdrawn, is current, is under review, or is in development.

    examples:
      cyberstd timeline 27001
      cyberstd timeline 27006 27032 --as-of 2023-06-01
      cyberstd timeline --committee "SC 27/WG 4" --format mermaid
    """
    if not args.reference and args.committee is None:
        raise UsageError("timeline needs a standard or a committee", "Name one: cyberstd timeline 27001.")
    day = one_day("today" if args.as_of is None else args.as_of)
    bars = lifecycle.bars
    groups = open_graph(args).timeline(*args.reference, committee=args.committee)
    lineages = [bars.lineage(works, day) for works in groups]
    if args.format == "json":
        render.write_json({"as_of": day, "lineages": [lineage.to_json() for lineage in lineages]})
    elif args.format == "mermaid":
        render.write(bars.mermaid(lineages, day))
    elif args.format == "csv":
        render.write(render.rows(bars.COLUMNS, bars.cells(lineages), "csv"))
    else:
        render.write_lines(timeline_lines(lineages, day))
    return 0


def timeline_lines(lineages: Sequence[Lineage], day: str) -> Iterator[str]:
    """Yield lineages as lines: a bar for each text where the terminal is wide enough, else two lines of words."""
    bars = lifecycle.bars
    room = render.terminal_width()
    first, last = bars.reach(lineages, day)
    longest = max((words.columns(_head(row)) for lineage in lineages for row in lineage.rows), default=0)
    length = min(room - longest - _DATES - _STATE - 7, _LONGEST_BAR)
    for lineage in lineages:
        yield render.Heading(f"{lineage.name}  {lineage.title}")
        if not lineage.rows:
            yield "  nothing is known of its texts"
        for row in lineage.rows:
            if room < _WIDE:
                yield _head(row)
                yield f"{' ' * (_head(row).index(row.name) + 2)}{_span(row)}  {_state(row)}"
                continue
            bar = f"│{bars.bar(row, first, last, day, length)}│ " if length >= _SHORTEST_BAR else ""
            yield render.Row(f"{render.padded(_head(row), longest)}  {_span(row):<{_DATES}} {bar}{_state(row)}")
        yield ""
    states = {row.state for lineage in lineages for row in lineage.rows}
    legend = "  ".join(f"{mark} {state}" for state, mark in bars.MARKS.items() if state in states)
    yield f"as of {day}  {legend}"
    if room >= _WIDE:
        yield f"bars: {first[:4]} to {last[:4]}  █ in force  ▒ possibly, or not seen since  ▪ in development"


def _head(row: TextBar) -> str:
    indent = "      " if row.kind == "amendment" else "  "
    return f"{indent}{lifecycle.bars.MARKS.get(row.state, ' ')} {row.name}"


def _state(row: TextBar) -> str:
    if row.overtaken:
        return "superseded by the order of dates"
    return row.state if row.sure in ("known", row.state) else f"{row.state}, {row.sure}"


def _span(row: TextBar) -> str:
    """Return from when to when a text was in force; of a project when it was seen."""
    begin = compact(row.begin) if row.begin != (FIRST, LAST) else "?"
    first, last = row.end
    if row.kind == "project":
        return f"seen {begin}" if len(begin) < 19 else f"seen {row.begin[0]}"
    if last == LAST:
        return f"{begin} –"
    return f"{begin} – {compact(row.end) if first[:4] == last[:4] else f'by {last}'}"


# ── Changes ──


@command(
    argument("old OLD", "a day, month or year; or a file"),
    argument("new NEW", "a day, month or year, or today; or a file"),
    argument("--committee C", "only standards of this committee and its groups (between two days)"),
    TABLE,
)
def run_diff(args: Namespace) -> int:
    """Show what was published, withdrawn or moved to another stage between two days, or what two exports differ in.

    A year or month means its last day. Exports are TriG, N-Quads, Turtle or N-Triples.

    examples:
      cyberstd diff 2024-12-31 2025-12-31 --committee SC27
      cyberstd diff 2024 today
      cyberstd diff old.trig new.trig --format json

    :returns: 0, with differences or without
    """
    changes = _changes(args)
    if args.format == "json":
        render.write_json([change._asdict() for change in changes])
        return 0
    columns = lifecycle.changes.Change._fields
    shown = [name for name in columns if name != "iri" or args.format != "table"]
    render.write(render.records(changes, shown, args.format, {"what": "event", "old": "before", "new": "after"}))
    if args.format == "table":
        counts = Counter(change.change for change in changes)
        render.say(", ".join(f"{count} {word}" for word, count in counts.items()) or "no difference")
    return 0


def _changes(args: Namespace) -> list[Change]:
    """Return the differences between days or files.

    :raises UsageError: when one is a day and the other a file, or --committee is given with files
    """
    dated = [_is_day(word) for word in (args.old, args.new)]
    if all(dated):
        return open_graph(args).changes(args.old, args.new, committee=args.committee)
    if any(dated):
        raise UsageError("a day and a file cannot be compared", "Give two days, or two exports.")
    if args.committee:
        raise UsageError("--committee is for two days", "Leave it out to compare two exports.")
    return lifecycle.changes.of_exports(Path(args.old), Path(args.new))


def _is_day(word: str) -> bool:
    return word == "today" or re.fullmatch(r"\d{4}(-\d\d){0,2}", word, re.ASCII) is not None
