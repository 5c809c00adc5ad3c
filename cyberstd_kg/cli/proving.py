"""why, prove."""

from __future__ import annotations

import sys
import textwrap
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cyberstd_kg.cli import render
from cyberstd_kg.cli.crosswalk import add_reading, reading
from cyberstd_kg.cli.options import graph, parser
from cyberstd_kg.mappings.relations import ANY, signs

if TYPE_CHECKING:
    from cyberstd_kg.crosswalks.consistency import ConsistencyReport, SetCounts

_READERS = {"by-publisher": "as the publisher defines it", "by-us": "read by us", "by-importer": "read by the importer"}


def run_why(argv: list[str]) -> int:
    """Show the proof that links two provisions."""
    p = parser(
        "why",
        "Why two provisions are linked: every row and every piece of structure on the way, each with its publisher, "
        "how it is read and where it stands, and what they come to. Where nothing follows, it shows the rows that put "
        "them side by side and why they prove nothing.",
        'cyberstd why "27001:2022 A.5.1" "CSF 2.0 GV.PO-01"',
        'cyberstd why "CSF 2.0 GV.PO-01" "Grundschutz++ GC.6.1.3" --format mermaid',
    )
    p.add_argument("first", metavar="A.x", help="a provision, in quotes where it has spaces")
    p.add_argument("second", metavar="B.y", help="another one")
    add_reading(p)
    p.add_argument(
        "--format",
        choices=("text", "json", "mermaid"),
        default="text",
        metavar="F",
        help="text (default), json, mermaid",
    )
    args = p.parse_args(argv)
    kg = graph(args)
    found = kg.why(args.first, args.second, **reading(args))
    if args.format == "json":
        render.write_json(found)
    elif args.format == "mermaid":
        from cyberstd_kg.crosswalks.why import mermaid

        render.write(mermaid(found))
    else:
        render.write(why_text(found))
    return 0


def why_text(found: dict[str, Any]) -> str:
    """Return the answer of ``why`` for reading."""
    first, second = found["from"]["label"], found["to"]["label"]
    lines = [render.bold(render.printable(first)), render.bold(render.printable(second)), ""]
    if not found["answers"] and not found["groups"]:
        lines += ["Nothing links the two: no row, and no chain of two rows.", ""]
    for answer in (*found["answers"], *found["groups"]):
        lines += _answer(answer, found)
    return "\n".join(map(render.printable, lines)) + "\n"


def _answer(answer: dict[str, Any], found: dict[str, Any]) -> list[str]:
    lines = []
    if answer["to"]["iri"] != found["to"]["iri"] or answer["from"]["iri"] != found["from"]["iri"]:
        lines.append("With the group, not with a member of it alone:")
        for end in (answer["from"], answer["to"]):
            if "members" in end:
                lines += [f"  {end['label']}", *(f"    {member['label']}" for member in end["members"])]
    about = ", ".join(
        part for part in (answer["rationale"] and f"by {answer['rationale']}", answer["use_case"]) if part
    )
    sure = "" if answer["confidence"] is None else f", confidence {answer['confidence']:g}"
    lines.append(
        f"{answer['verdict']}: {{{answer['relations'].replace(' ', ', ')}}}"
        + (f" ({about})" if about else "")
        + f", {answer['status']}{sure}"
        + (f", {answer['proofs']} independent proof{'s' * (answer['proofs'] != 1)}" if answer["proofs"] else "")
    )
    if answer["verdict"] == "contradiction":
        lines.append("  The rows contradict each other: cyberstd prove shows which.")
    for number, step in enumerate(answer["steps"], 1):
        if len(answer["steps"]) > 1:
            lines.append(f"  Step {number}: {step['from_label']} {{{step['relations']}}} {step['to_label']}")
        lines += [line for link in step["links"] for line in _link(link)]
        if step["meets"]:
            lines.append(f"    and what step {', '.join(map(str, step['meets']))} says of the same two")
    if answer["steps"]:
        lines.append(
            f"  {'The proof holds' if answer['checked'] else 'THE PROOF DOES NOT HOLD'}: checked by the table."
        )
    for link in answer.get("links", ()):
        lines += [line for row in link["rows"] for line in _row(row, "  ")]
        of_group = "" if link["relations"] == signs(ANY) else ", which is said of the group, not of its member"
        lines.append(f"    together: {{{link['relations']}}}{of_group}: nothing follows")
    if answer.get("links_in_all", 0) > len(answer.get("links", ())):
        lines.append(f"  … and {answer['links_in_all'] - len(answer['links'])} more such links.")
    return [*lines, ""]


def _link(link: dict[str, Any]) -> list[str]:
    head = f"    {link['from_label']}\n      {{{link['relations']}}} {link['to_label']}"
    lines = head.split("\n")
    if link["row"]:
        lines += _row(link["row"], "        ", ends=False, turned=link["turned"])
    elif link["step"]:
        lines.append(f"        by step {link['step']}")
    else:
        lines.append(f"        structure: {link['rule']}{', read from its other end' if link['turned'] else ''}")
        lines += [f"        source: {source}" for source in link["sources"]]
    return lines


def _row(row: dict[str, Any], indent: str, *, ends: bool = True, turned: bool = False) -> list[str]:
    lines = [f"{indent}{row['from_label']} → {row['to_label']}"] if ends else []
    word = f"“{row['word']}”" if row["word"] else "no word"
    by = row["publisher_label"] or "nobody named"
    lines.append(f"{indent}{by}, {row['set_title']}")
    told = _READERS.get(row["read_by"] or "", "")
    turn = ", read from its other end" if turned else ""
    lines.append(f"{indent}{word} = {{{row['relations']}}}{', ' + told if told else ''}{turn}")
    if row["reason"] and row["read_by"] != "by-publisher":
        lines += textwrap.wrap(
            f"why so: {row['reason']}", _width(), initial_indent=indent, subsequent_indent=indent + "  "
        )
    if row["source"]:
        lines.append(f"{indent}source: {row['source']}")
    return lines


def _width() -> int:
    return max(60, min(render.terminal_width(), 110))


def run_prove(argv: list[str]) -> int:
    """Look for contradictions.

    :returns: 1 when there are some, else 0
    """
    p = parser(
        "prove",
        "Can all published rows be true together? Each contradiction is shown by rows of which none can be spared: "
        "two on one pair, three in a triangle, or more. It says that they are not true together, not who errs. Counts "
        "what each set holds: rows, repeats, groups, ends that are not there.",
        "cyberstd prove",
        "cyberstd prove --strict",
        "cyberstd prove mapping:nist-csf-2-0-to-iso-iec-27001-2022 --format json",
    )
    p.add_argument("sets", nargs="*", metavar="SET", help="only these mapping sets (default: all)")
    add_reading(p)
    p.add_argument(
        "--format",
        choices=("text", "json", "csv"),
        default="text",
        metavar="F",
        help="text (default), json, csv (the counts)",
    )
    args = p.parse_args(argv)
    kg = graph(args)
    report = kg.prove(*args.sets, beat=_beat(), **reading(args))
    if args.format == "json":
        from cyberstd_kg.crosswalks.consistency import to_json

        explain = kg.mappings.explainer(kg.crosswalks(**reading(args)))
        render.write_json(to_json(report, explain.row))
    elif args.format == "csv":
        from cyberstd_kg.crosswalks.consistency import SetCounts

        render.write(render.rows(SetCounts._fields, map(_cells, report.sets), "csv"))
    else:
        render.write(_report(report, kg.label, kg.mappings.explainer(kg.crosswalks(**reading(args))).row))
    return 0 if report.is_clean else 1


def _rows(count: int) -> str:
    return f"{count} row{'s' * (count != 1)}"


def _beat() -> Callable[[int], None] | None:
    """Return what tells a person at a terminal how far a long proof is."""
    begin = time.monotonic()

    def tell(known: int) -> None:
        if time.monotonic() - begin > 1:
            print(f"\rcyberstd: {known} pairs known", end="", file=sys.stderr, flush=True)

    return tell if sys.stderr.isatty() else None


def _cells(counts: SetCounts) -> tuple[str, ...]:
    return tuple(" ".join(cell) if isinstance(cell, tuple) else str(cell) for cell in counts)


def _report(report: ConsistencyReport, label: Callable[[str], str], row: Callable[[Any], dict[str, Any]]) -> str:
    columns = ("set", "rows", "idle", "silent", "repeated", "differing", "groups", "dangling", "foreign")
    body = [
        (
            one.title,
            *map(str, (one.rows, one.idle, one.silent, one.repeated, one.differing, one.groups)),
            str(len(one.dangling)),
            str(one.foreign),
        )
        for one in report.sets
    ]
    lines = [render.table(columns, body, render.terminal_width()).rstrip(), ""]
    for one in report.sets:
        if not one.names_editions:
            lines.append(f"{one.title}: does not name the editions of both its ends.")
        lines += [f"{one.title}: the end {iri} is not there." for iri in one.dangling[:10]]
        lines += [f"{one.title}: the end {iri} stands in another text." for iri in one.elsewhere[:10]]
    for number, found in enumerate(report.contradictions, 1):
        lines.append(render.bold(f"Contradiction {number}: a {found.kind}, {_rows(len(found.rows))}"))
        for told in map(row, found.rows):
            lines.append(f"  {label(told['from'])}\n    {{{told['relations']}}} {label(told['to'])}")
            lines += _row(told, "      ", ends=False)
        lines += [f"  {label(edge.first)}\n    {edge.kind} {label(edge.second)}" for edge in found.structure]
        lines.append("")
    rows = sum(one.rows for one in report.sets)
    if report.is_clean:
        lines.append(f"No contradiction: the {rows} rows can all be true together, read as {report.options.mode}.")
    else:
        count = len(report.contradictions)
        lines.append(
            f"{count} contradiction{'s' * (count != 1)} among {rows} rows, read as {report.options.mode}; without "
            f"{_rows(len(report.set_aside))} of these, the rest can be true together."
        )
    return "\n".join(render.printable(line) for part in lines for line in part.split("\n")) + "\n"
