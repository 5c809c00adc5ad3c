"""list, show, search."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cyberstd_kg.cli import render
from cyberstd_kg.cli.options import add_as_of, add_format, chosen, count, graph, parser
from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import UsageError

if TYPE_CHECKING:
    from cyberstd_kg.api.graph import KnowledgeGraph
    from cyberstd_kg.cards.card import Card, Statement
    from cyberstd_kg.graph.lookup import Source


def run_list(argv: list[str]) -> int:
    """List standards, filtered.

    :returns: 0, also when nothing fits
    """
    p = parser(
        "list",
        "List the standards of the graph, one row each: which edition is current on a day, its state, how sure that "
        "is, and the stages that sources saw.",
        'cyberstd list --committee "SC 27/WG 4"',
        "cyberstd list --stage FDIS --as-of 2023-06-01",
        "cyberstd list --state withdrawn",
        "cyberstd list --type TS --format json",
        "cyberstd list --mine",
    )
    p.add_argument("--committee", metavar="C", help="developed by this committee or working group, or one below it")
    p.add_argument("--stage", metavar="S", help="last seen at this stage on that day: PWI, WD, FDIS, 60.60, 90.92 …")
    p.add_argument("--state", metavar="ST", help="in force, under review, withdrawn, in development … on that day")
    p.add_argument("--group", metavar="G", help="listed under this topic group")
    p.add_argument("--type", metavar="T", help="a text or project of it has this document type: IS, TS, TR, …")
    p.add_argument("--mine", action="store_true", help="only your own entries: what your workspace holds")
    add_as_of(p, "what was the case on this day, as 2023-06-28 (default: today)")
    add_format(p)
    args = p.parse_args(argv)
    if args.mine:
        if any((args.committee, args.stage, args.group, args.type, args.state, args.as_of)):
            raise UsageError("--mine goes with no filter", "Leave the filters out, or --mine.")
        return _list_mine(graph(args), chosen(args.format))
    names = ("committee", "stage", "group", "type", "state")
    filters = {name: getattr(args, name) for name in names if getattr(args, name) is not None}
    kg, form = graph(args), chosen(args.format)
    answer = kg.standards(**filters, as_of=_day(args.as_of))
    if form == "table":
        # What a reader wants first; the rest stands in the other formats.
        shown = ("designation", "title", "current", "state", "sure", "asOf")
        lines = [[row[name].value for name in shown] for row in answer.rows]
        heads = [name if name != "asOf" else "as of" for name in shown]
        render.write(render.rows(heads, lines, form) + "More: --format csv or json.\n" * bool(lines))
        return 0
    render.write(render.saved_answer(answer, form, kg.label))
    return 0


def _day(given: str | None) -> str:
    """Return the day of ``--as-of``, or today.

    :raises UsageError: when it is not one day
    """
    from cyberstd_kg.core.days import one_day

    return one_day("today" if given is None else given)


def _list_mine(kg: KnowledgeGraph, form: str) -> int:
    """List the entries of the workspace."""
    found = [(*kg.named(entry.iri), entry) for entry in kg.workspace.entries()]
    if form == "json":
        told = [
            {"kind": kind, "label": label, **entry._asdict(), "path": str(entry.path)} for kind, label, entry in found
        ]
        render.write_json(told)
        return 0
    folder = kg.workspace.folder
    lines = [
        (kind, label, iris.compact(e.iri) or e.iri, str(e.statements), str(e.path.relative_to(folder)))
        for kind, label, e in found
    ]
    if form == "table" and not lines:
        render.write("nothing yet; begin with: cyberstd new standard\n")
        return 0
    render.write(render.rows(("kind", "label", "iri", "statements", "file"), lines, form))
    return 0


def run_show(argv: list[str]) -> int:
    """Show the card of one thing."""
    p = parser(
        "show",
        "Show every statement about one thing, to and fro: marked stated, quoted or ours, each with its sources. "
        "Of a standard or a text first what holds of it on a day; in CSV only that, where --as-of asks for it.",
        'cyberstd show "ISO/IEC 27400"',
        "cyberstd show 27032 --as-of 2013",
        'cyberstd show "27400 7.1.2.10" --deep',
        "cyberstd show X.1205 --format json",
    )
    p.add_argument("reference", nargs="+", help="as people write it: designation, designation and locator, name, IRI")
    p.add_argument("--deep", action="store_true", help="nest the provisions below it")
    add_as_of(p, "what held of a standard or text then: a day, month or year (default: today)")
    add_format(p)
    args = p.parse_args(argv)
    kg = graph(args)
    card = kg.show(" ".join(args.reference), deep=args.deep, as_of=args.as_of)
    form = chosen(args.format)
    if form == "json":
        render.write_json(card.to_json())
    elif form == "table":
        if card.as_of is not None:
            from cyberstd_kg.cli.days import block

            render.write(block(card.as_of, kg.label))
        render.write(_card_text(card))
    elif args.as_of is not None and card.as_of is not None:
        from cyberstd_kg.lifecycle import answers

        rows = [[row.get(column, "") for column in answers.COLUMNS] for row in answers.cells(card.as_of)]
        render.write(render.rows(answers.COLUMNS, rows, form))
    else:
        columns = ("iri", "direction", "property", "value", "value_label", "lang", "status", "sources")
        render.write(render.rows(columns, list(_statement_rows(card)), form))
    return 0


def run_search(argv: list[str]) -> int:
    """Search every literal of the graph.

    :returns: 0 with hits, 3 with none
    """
    p = parser(
        "search",
        "Find things by words; the best fit comes first. Words are stemmed, the last may be a beginning.",
        'cyberstd search "software update" -n 5',
        "cyberstd search darknet",
        'cyberstd search "ballot 27032" --format json',
    )
    p.add_argument("text", nargs="+", help="words, or a reference")
    p.add_argument("-n", "--limit", type=count, default=10, metavar="N", help="at most N hits (default 10)")
    add_format(p)
    args = p.parse_args(argv)
    text = " ".join(args.text)
    kg = graph(args)
    hits = kg.search(text, limit=args.limit)
    if near := kg.did_you_mean(text):
        print(f"cyberstd: did you mean: {render.printable(near)}", file=sys.stderr)
    form = chosen(args.format)
    if form == "json":
        render.write_json([hit._asdict() for hit in hits])
    elif form == "table":
        lines = [(hit.kind, hit.label, hit.matched, iris.compact(hit.iri) or hit.iri) for hit in hits]
        render.write(render.rows(("kind", "label", "matched", "iri"), lines, form) if hits else "nothing found\n")
    else:
        lines5 = [(hit.iri, hit.kind, hit.label, hit.matched, hit.source) for hit in hits]
        render.write(render.rows(("iri", "kind", "label", "matched", "source"), lines5, form))
    return 0 if hits else 3


def _statement_rows(card: Card) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = [
        (
            card.iri,
            s.direction,
            s.property,
            s.value,
            s.value_label,
            s.lang,
            s.status,
            " ".join(x.iri for x in s.sources),
        )
        for s in card.statements
    ]
    for below in card.provisions or []:
        lines += _statement_rows(below)
    return lines


def _card_text(card: Card) -> str:
    import textwrap

    room = max(render.terminal_width(), 40)
    numbers: dict[str, tuple[int, Source]] = {}
    lines = _card_lines(card, numbers, "")
    lines += ["", render.bold("Sources")]
    for number, source in numbers.values():
        mark = f"  [{number}] "
        told = render.printable(_source_text(source))
        lines.append(textwrap.fill(told, room, initial_indent=mark, subsequent_indent=" " * len(mark)))
    return "\n".join(lines) + "\n"


def _card_lines(card: Card, numbers: dict[str, tuple[int, Source]], indent: str) -> list[str]:
    import textwrap

    room = max(render.terminal_width(), 40)
    kinds = f"  ({', '.join(card.kinds)})" if card.kinds else ""
    lines = [f"{indent}{render.bold(render.printable(card.label))}{kinds}", f"{indent}{card.iri}", ""]
    width = min(max((len(_name(s)) for s in card.statements), default=0), room // 3)
    previous = ""
    for statement in card.statements:
        name = _name(statement)
        marks = "".join(f"[{_number(source, numbers)}]" for source in statement.sources)
        tag = f"@{statement.lang}" if statement.lang not in ("", "en") else ""
        head = f"{indent}  {(name if name != previous else '').ljust(width)}  "
        told = render.printable(f"{statement.value_label}{tag}  · {statement.status} {marks}".replace("\n", " "))
        lines.append(textwrap.fill(told, room, initial_indent=head, subsequent_indent=" " * len(head)))
        previous = name
    for below in card.provisions or []:
        lines += ["", *_card_lines(below, numbers, indent + "    ")]
    return lines


def _name(statement: Statement) -> str:
    return statement.property_label if statement.direction == "out" else f"← {statement.property_label}"


def _number(source: Source, numbers: dict[str, tuple[int, Source]]) -> int:
    return numbers.setdefault(source.iri, (len(numbers) + 1, source))[0]


def _source_text(source: Source) -> str:
    return f"{source.document}, {source.locator} ({source.says}; {source.tier})"
