"""timeline; and what ``show`` tells first of a standard or text: what holds of it on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from cyberstd_kg.cli import render
from cyberstd_kg.cli.options import add_as_of, chosen, graph, parser
from cyberstd_kg.core.days import compact, one_day
from cyberstd_kg.core.errors import UsageError

if TYPE_CHECKING:
    from cyberstd_kg.lifecycle.answers import AsOf, Period, TextState
    from cyberstd_kg.lifecycle.bars import Lineage, TextBar
    from cyberstd_kg.lifecycle.evidence import Conflict, Evidence

#: Narrowest terminal in which bars are drawn, and the widest bar.
_WIDE, _LONGEST_BAR = 90, 60
_FORMATS = ("text", "mermaid", "json", "csv")


def run_timeline(argv: list[str]) -> int:
    """Show the life of standards: one block for each lineage."""
    p = parser(
        "timeline",
        "Show the life of standards, one block for each lineage (a standard and those that its editions replaced or "
        "that replaced them): what was, is current, is under review, is in development.",
        "cyberstd timeline 27001",
        "cyberstd timeline 27006 27032 --as-of 2023-06-01",
        'cyberstd timeline --committee "SC 27/WG 4" --format mermaid',
    )
    p.add_argument("reference", nargs="*", help="standards or texts, each as one word or in quotes")
    p.add_argument("--committee", metavar="C", help="all standards of this committee or working group")
    add_as_of(p, "as it stood on this day, as 2023-06-28 (default: today)")
    p.add_argument("--format", choices=_FORMATS, metavar="F", help=f"{', '.join(_FORMATS)} (default: as elsewhere)")
    args = p.parse_args(argv)
    if not args.reference and args.committee is None:
        raise UsageError("timeline needs a standard or a committee", "Name one: cyberstd timeline 27001.")
    day = one_day("today" if args.as_of is None else args.as_of)
    from cyberstd_kg.lifecycle import bars

    found = [bars.lineage(works, day) for works in graph(args).timeline(*args.reference, committee=args.committee)]
    form = args.format or ("text" if chosen(None) == "table" else "csv")
    if form == "json":
        render.write_json({"as_of": day, "lineages": [one.to_json() for one in found]})
    elif form == "mermaid":
        render.write(bars.mermaid(found, day))
    elif form == "csv":
        render.write(render.rows(bars.COLUMNS, bars.cells(found), "csv"))
    else:
        render.write(_text(found, day, max(render.terminal_width(), 40)))
    return 0


def _text(lineages: Sequence[Lineage], day: str, width: int) -> str:
    import textwrap

    from cyberstd_kg.lifecycle import bars

    first, last = bars.reach(lineages, day)
    names = max((len(row.name) + 4 * (row.kind == "amendment") for one in lineages for row in one.rows), default=0)
    lines = []
    used: set[str] = set()
    for one in lineages:
        lines.append(render.bold(render.printable(f"{one.name}  {one.title}"[:width])))
        if not one.rows:
            lines.append("  nothing is known of its texts")
        for row in one.rows:
            used.add(row.state)
            indent = "      " if row.kind == "amendment" else "  "
            state = row.state if row.sure in ("known", row.state) else f"{row.state}, {row.sure}"
            state = "superseded by the order of dates" if row.overtaken else state
            head = f"{indent}{bars.MARKS.get(row.state, ' ')} {row.name}"
            if width < _WIDE:
                inset = f"{indent}    "
                lines += textwrap.wrap(render.printable(head), width, subsequent_indent=inset, drop_whitespace=False)
                told = render.printable(f"{_span(row)}  {state}")
                lines += textwrap.wrap(told, width, initial_indent=inset, subsequent_indent=inset)
                continue
            head = f"{head:<{names + 6}}  {_span(row):<24}"
            room = min(width - len(head) - 4 - 26, _LONGEST_BAR)
            drawn = f"│{bars.bar(row, first, last, day, room)}│ " if room >= 10 else ""
            lines.append(render.printable(f"{head} {drawn}{state}".rstrip()))
        lines.append("")
    legend = "  ".join(f"{mark} {state}" for state, mark in bars.MARKS.items() if state in used)
    lines.append(f"as of {day}  {legend}")
    if width >= _WIDE:
        lines.append(f"bars: {first[:4]} to {last[:4]}  █ in force  ▒ perhaps, or not seen since  ▪ in development")
    return "\n".join(lines) + "\n"


def _span(row: TextBar) -> str:
    from cyberstd_kg.core.days import FIRST, LAST

    begin = compact(row.begin) if row.begin != (FIRST, LAST) else "?"
    if row.kind == "project":
        return f"seen {begin}" if len(begin) < 19 else f"seen {row.begin[0]}"
    if row.end[1] == LAST:
        return f"{begin} –"
    return f"{begin} – {compact((row.end[0], row.end[1])) if row.end[0][:4] == row.end[1][:4] else f'by {row.end[1]}'}"


# ── The block at the head of a card ──


def block(answer: AsOf, label: Callable[[str], str]) -> str:
    """Return what holds of a standard or text as of a day or span, in a few lines.

    :param label: IRI → label, for the sources of conflicts
    """
    import textwrap

    width = max(render.terminal_width(), 40)
    span = compact((answer.first, answer.last))
    lines = [render.bold(render.printable(f"{answer.designation} as of {span}"))]
    for period in answer.periods:
        indent = "  "
        if len(answer.periods) > 1:
            days = period.first if period.first == period.last else f"{period.first} to {period.last}"
            lines.append(f"  {days}")
            indent = "    "
        for line in _lines(period, label):
            told = render.printable(line)
            lines.append(textwrap.fill(told, width, initial_indent=indent, subsequent_indent=f"{indent}    "))
    return "\n".join(lines) + "\n\n"


def _lines(period: Period, label: Callable[[str], str]) -> list[str]:
    sure = f" ({period.sure})" if period.sure != period.state else ""
    lines = [] if period.text or period.current else [f"{period.state}{sure}: {period.why}"]
    texts = [period.text] if period.text else list(period.current)
    for text in texts:
        lead = "" if period.text else f"current edition {text.designation}: "
        lines.append(lead + _head(text))
        lines += _of_text(text)
    for earlier in period.earlier:
        lines.append(f"{earlier.designation}: superseded by the order of dates; no source says so")
    for other in period.not_known:
        if period.current:
            lines.append(f"not known: {other.designation}, {other.why}")
    if period.moved_to:
        lines.append(f"went on as {', '.join(new.designation for new in period.moved_to)}")
    for _, name, part in period.parts:
        current = ", ".join(text.designation for text in part.current) or part.why
        lines.append(f"part {name}: {part.state}{f' ({part.sure})' if part.sure != part.state else ''}; {current}")
    for coming in period.coming:
        stage = coming.stage.name or coming.stage.printed
        aim = f", revises {', '.join(coming.revises)}" if coming.revises else ""
        aim += f", is to amend {', '.join(coming.to_amend)}" if coming.to_amend else ""
        when = compact((coming.stage.first, coming.stage.last))
        lines.append(f"{coming.state}: {coming.undertaking.name}{aim}; last seen at {stage}, {when}")
    if period.text:
        return lines + _conflicts(period.text, period.text.conflicts, label)
    for text in dict.fromkeys((*texts, *period.not_known)):
        bearing = [c for c in text.conflicts if c.span[0] <= period.last and period.first <= c.span[1]]
        lines += _conflicts(text, bearing, label)
    if period.ended:
        lines += _conflicts(period.ended, [c for c in period.ended.conflicts if c.about == "end"], label)
    return lines


def _head(text: TextState) -> str:
    """Return the state of a text and why, in words for a reader."""
    if text.state != "in force" or text.sure != "last observed" or text.last_observed is None:
        return f"{text.word}{f' ({text.sure})' if text.sure != text.state else ''}; {text.why}"
    # What follows on the first reason tells of a later edition.
    _, _, later = text.why.partition("; ")
    _, _, later = later.partition("; ")
    seen = compact(text.last_observed)
    if text.last_observed == text.published:
        told = f"{text.word} when published ({seen}); no later observation is known"
    else:
        told = f"{text.word} when last seen ({seen}); nothing known since"
    return f"{told}; {later}" if later else told


def _of_text(text: TextState) -> list[str]:
    lines = []
    if text.state == "in force" and text.last_observed is not None:
        told = [] if text.sure == "last observed" else [f"last observed {compact(text.last_observed)}"]
        if text.stage is not None and not text.stage.event:
            told.append(f"last stage told: {text.stage.name}, {compact((text.stage.first, text.stage.last))}")
        lines += ["; ".join(told)] if told else []
    if text.amendments:
        lines.append(f"amended by {', '.join(new.designation for new in text.amendments)}")
    return lines


def _conflicts(text: TextState, told: Iterable[Conflict], label: Callable[[str], str]) -> list[str]:
    """Tell conflicts, those about one event of a text in one line."""
    found: dict[str, list[Conflict]] = {}
    for conflict in told:
        found.setdefault(conflict.about, []).append(conflict)
    lines = []
    for about, some in found.items():
        used = some[0].used
        dropped = dict.fromkeys(_side(one.dropped, label, used.sources) for one in some)
        against = f"{_side(used, label)} is used, not {', '.join(dropped)}"
        lines.append(f"{text.designation}: sources disagree about its {about}: {against}")
    return lines


def _side(side: Evidence, label: Callable[[str], str], but: tuple[str, ...] = ()) -> str:
    names = "; ".join(label(source) for source in side.sources if source not in but)
    return compact((side.first, side.last)) + (f" ({names})" if names else "")
