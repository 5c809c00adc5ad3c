"""crosswalk, gap."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyberstd_kg.cli import render
from cyberstd_kg.cli.options import TABLE_FORMATS, add_as_of, add_format, chosen, graph, parser
from cyberstd_kg.core.errors import InputError, UsageError

if TYPE_CHECKING:
    import argparse

    from cyberstd_kg.api.graph import KnowledgeGraph
    from cyberstd_kg.api.mappings import Walk
    from cyberstd_kg.cli.options import Parser
    from cyberstd_kg.crosswalks.pairs import Pair

#: What pairs may be asked for by: words of their verdicts.
_VERDICTS = ("definite", "guaranteed", "undetermined", "contradiction")
#: No list of controls that a user keeps is longer.
_LONGEST_LIST = 2**20


def add_reading(target: Parser, *, as_of: bool = True) -> None:
    """Add the options that say how mappings are taken: ``--sceptical``, ``--strict``, ``--across``, ``--as-of``."""
    reading = target.add_mutually_exclusive_group()
    reading.add_argument(
        "--sceptical",
        action="store_true",
        help="a row that says no more than 'something in common' says nothing, unless its publisher defines it so",
    )
    reading.add_argument(
        "--strict", action="store_true", help="such a row means: in part (each has something that the other lacks)"
    )
    target.add_argument(
        "--across", action="store_true", help="chain rows of sets that were made for different uses too"
    )
    if as_of:
        add_as_of(target, "undated references as they stood on this day, without sets published later")


def reading(args: argparse.Namespace) -> dict[str, Any]:
    """Return the options of :func:`add_reading` as the façade takes them."""
    mode = "sceptical" if args.sceptical else "strict" if args.strict else "declared"
    return {"reading": mode, "across": args.across, "as_of": getattr(args, "as_of", None)}


def run_crosswalk(argv: list[str]) -> int:
    """Show what relates to what between two texts, or how much is known between all."""
    p = parser(
        "crosswalk",
        "What relates to what between two documents: published by somebody, or derived by composition, with what that "
        "amounts to. Definite: one relation is left. Overlap guaranteed: something in common for certain. "
        "Undetermined: they may have nothing in common; chaining published crosswalks mostly gives that. "
        "With one document or none: the matrix of all documents.",
        'cyberstd crosswalk "CSF 2.0" "ISO/IEC 27001:2022"',
        'cyberstd crosswalk "CSF 2.0" Grundschutz++ --derived',
        "cyberstd crosswalk",
        "cyberstd crosswalk 27400 27402 --format sssom -o derived.sssom.tsv --derived",
    )
    p.add_argument("documents", nargs="*", metavar="DOCUMENT", help="two, one or none; each as one word or in quotes")
    which = p.add_mutually_exclusive_group()
    which.add_argument("--published", action="store_true", help="only pairs with a published row")
    which.add_argument("--derived", action="store_true", help="only pairs that nobody published, or not so sharply")
    p.add_argument("--verdict", choices=_VERDICTS, metavar="V", help=f"only: {', '.join(_VERDICTS)}")
    p.add_argument("--rows", type=int, metavar="N", help="follow chains of at most N published rows (default: all)")
    add_reading(p)
    add_format(p, (*TABLE_FORMATS, "sssom"))
    p.add_argument("-o", "--output", metavar="FILE", help="write to FILE, whole or not at all, instead of stdout")
    args = p.parse_args(argv)
    if len(args.documents) > 2:
        raise UsageError("crosswalk compares two documents", "Put a designation with spaces in quotes.")
    if args.rows is not None and args.rows < 1:
        raise UsageError("--rows takes a number from 1 on", "Leave it out to follow all chains.")
    kg = graph(args)
    form = chosen(args.format)
    options = reading(args) | {"rows": args.rows}
    text = _matrix(kg, args, form, options) if len(args.documents) < 2 else _walk(kg, args, form, options)
    if args.output:
        from cyberstd_kg.core.files import write_whole

        write_whole(args.output, text if isinstance(text, bytes) else text.encode())
    elif isinstance(text, bytes):
        sys.stdout.buffer.write(text)
    else:
        render.write(text)
    return 0


def _matrix(kg: KnowledgeGraph, args: argparse.Namespace, form: str, options: dict[str, Any]) -> str:
    import json

    if form == "sssom":
        raise UsageError("a matrix is no mapping set", "Name two documents.")
    cells = kg.matrix(*args.documents, **options)
    if form == "json":
        shown = [
            {"from": _named(kg, cell.first), "to": _named(kg, cell.second), **_counts(cell._asdict())} for cell in cells
        ]
        return json.dumps({**kg.crosswalks(**options).options.to_json(), "cells": shown}, ensure_ascii=False, indent=2)
    columns = (
        "from",
        "to",
        "published",
        "derived",
        "definite",
        "guaranteed",
        "undetermined",
        "contradictory",
        "groups",
    )
    body = [(_short(kg, cell.first), _short(kg, cell.second), *map(str, cell[2:])) for cell in cells]
    if form == "table":
        body = [line for line in body if any(cell != "0" for cell in line[2:])]
    return render.rows(columns, body, form)


def _counts(cell: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in cell.items() if name not in ("first", "second")}


def _walk(kg: KnowledgeGraph, args: argparse.Namespace, form: str, options: dict[str, Any]) -> str | bytes:
    walk = kg.crosswalk(*args.documents, **options)
    walk = walk._replace(pairs=[pair for pair in walk.pairs if _wanted(pair, args)])
    if form == "sssom":
        from cyberstd_kg.crosswalks.derived import mapping_set
        from cyberstd_kg.mappings.sssom_writing import write

        # Of what contradicts itself there is nothing to state.
        stated = [pair for pair in walk.pairs if pair.relations]
        return write(mapping_set(kg.mappings.network, walk.first, walk.second, stated, kg.label))
    if form == "json":
        return _walk_json(kg, walk, options)
    if form == "table":
        return _walk_table(kg, walk)
    columns = ("from", "relation", "to", "verdict", "status", "confidence", "proofs", "rationale", "sets")
    return render.rows(columns, [_line(pair) for pair in walk.pairs], form)


def _walk_table(kg: KnowledgeGraph, walk: Walk) -> str:
    """Return the pairs for reading: ends by their locators, sets as numbers that are explained below."""
    numbers: dict[str, int] = {}
    body = []
    for pair in walk.pairs:
        cells = list(_line(pair))
        cells[0], cells[2] = kg.mappings.end_name(pair.first, short=True), kg.mappings.end_name(pair.second, short=True)
        marks = [numbers.setdefault(iri, len(numbers) + 1) for iri in _sets(pair)]
        body.append([*cells[:7], "".join(f"[{mark}]" for mark in marks)])
    columns = (_short(kg, walk.first), "relation", _short(kg, walk.second), "verdict", "status", "confidence", "proofs")
    legend = "".join(f"  [{number}] {kg.mappings.network.sets[iri].title}\n" for iri, number in numbers.items())
    counts = Counter(pair.verdict for pair in walk.pairs)
    told = f"{counts['definite']} definite, {counts['overlap guaranteed']} overlap guaranteed"
    if counts["contradiction"]:
        told += f", {counts['contradiction']} contradictory (cyberstd prove)"
    return (
        f"{render.rows((*columns, 'rests on'), body, 'table')}\n{legend}{told}. E equal, < part of, > contains, "
        "o in part, x nothing in common. Why: cyberstd why A.x B.y\n"
    )


def _wanted(pair: Pair, args: argparse.Namespace) -> bool:
    if args.verdict and args.verdict not in pair.verdict:
        return False
    if args.published:
        return bool(pair.published)
    return not args.derived or pair.status == "derived"


def _sets(pair: Pair) -> list[str]:
    """Return the mapping sets on whose rows a pair rests."""
    return sorted({row.set for row in pair.used or pair.published})


def _line(pair: Pair) -> tuple[str, ...]:
    found = pair.to_json()
    sure = "" if pair.confidence is None else f"{pair.confidence:g}"
    return (
        pair.first,
        found["relations"],
        pair.second,
        pair.verdict,
        pair.status,
        sure,
        str(pair.proofs),
        pair.group.rationale,
        " ".join(_sets(pair)),
    )


def _walk_json(kg: KnowledgeGraph, walk: Walk, options: dict[str, Any]) -> str:
    import json

    opened = kg.crosswalks(**options)
    explain = kg.mappings.explainer(opened)
    pairs = [
        {
            "from": explain.end(pair.first),
            "to": explain.end(pair.second),
            **pair.to_json(),
            "published": [explain.row(row) for row in pair.published],
            "used": [row.iri for row in pair.used],
            "sources": sorted({kg.mappings.network.sets[row.set].source for row in (*pair.used, *pair.published)}),
        }
        for pair in walk.pairs
    ]
    ends = {"from": _named(kg, walk.first), "to": _named(kg, walk.second)}
    return json.dumps({**ends, **opened.options.to_json(), "pairs": pairs}, ensure_ascii=False, indent=2)


def _named(kg: KnowledgeGraph, iri: str) -> dict[str, str]:
    return {"iri": iri, "label": kg.label(iri)}


def _short(kg: KnowledgeGraph, iri: str) -> str:
    return kg.lookup.value(iri, "dct:identifier") or kg.label(iri)


def run_gap(argv: list[str]) -> int:
    """Show how far each provision of one text is covered by another."""
    p = parser(
        "gap",
        "What of DOCUMENT do you have, if you have another one: contained in one of its provisions, contained in a "
        "group of them taken together, overlapped, possibly touched, surely not touched, or never mapped. Several "
        "provisions that each overlap one are never taken to cover it.",
        'cyberstd gap "ISO/IEC 27001:2022" --have "CSF 2.0"',
        "cyberstd gap 27402 --have 27400 --implemented controls.txt --format csv",
        'cyberstd gap Grundschutz++ --have "27001:2022" --status "never mapped"',
    )
    from cyberstd_kg.crosswalks.gaps import STATUSES

    p.add_argument("document", metavar="DOCUMENT", help="the document whose provisions are to be covered")
    p.add_argument("--have", metavar="DOCUMENT", required=True, help="the document that you meet, or partly do")
    p.add_argument(
        "--implemented",
        metavar="FILE",
        help="only these of its provisions: one locator or reference a line; - for stdin",
    )
    p.add_argument("--status", choices=STATUSES, action="append", metavar="S", help=f"only: {', '.join(STATUSES)}")
    add_reading(p)
    add_format(p)
    args = p.parse_args(argv)
    from cyberstd_kg.crosswalks.gaps import summary

    kg = graph(args)
    implemented = _list(args.implemented) if args.implemented else None
    answer = kg.gap(args.document, args.have, implemented=implemented, **reading(args))
    found = [gap for gap in answer.gaps if not args.status or gap.status in args.status]
    form = chosen(args.format)
    if form == "json":
        render.write_json(
            {
                "document": _named(kg, answer.text),
                "have": _named(kg, answer.have),
                "implemented": answer.implemented,
                **kg.crosswalks(**reading(args)).options.to_json(),
                "counts": summary(answer.gaps),
                "provisions": [
                    {
                        **_named(kg, gap.provision),
                        "status": gap.status,
                        "by": [
                            {
                                **_named(kg, pair.second),
                                "relations": _signs(pair),
                                "rows": [row.iri for row in pair.used],
                            }
                            for pair in gap.pairs
                        ],
                        "sources": sorted(
                            {kg.mappings.network.sets[row.set].source for pair in gap.pairs for row in pair.used}
                        ),
                    }
                    for gap in found
                ],
            }
        )
        return 0
    columns = ("provision", "status", "by")
    body = [
        (
            kg.mappings.end_name(gap.provision) if form == "table" else gap.provision,
            gap.status,
            ("; " if form == "table" else " ").join(
                kg.mappings.end_name(pair.second) if form == "table" else pair.second for pair in gap.pairs
            ),
        )
        for gap in found
    ]
    render.write(render.rows(columns, body, form))
    if form == "table":
        told = ", ".join(f"{count} {status}" for status, count in summary(answer.gaps).items())
        print(f"cyberstd: of {len(answer.gaps)} provisions: {told}", file=sys.stderr)
    return 0


def _signs(pair: Pair) -> str:
    from cyberstd_kg.mappings.relations import signs

    return signs(pair.relations)


def _list(name: str) -> list[str]:
    """Read a list of controls, one a line.

    :raises InputError: when it cannot be read, is too large, or no text
    """
    try:
        if name == "-":
            content = sys.stdin.buffer.read(_LONGEST_LIST + 1)
        else:
            with Path(name).open("rb") as stream:
                content = stream.read(_LONGEST_LIST + 1)
        if len(content) > _LONGEST_LIST:
            raise InputError(f"{name}: larger than 1 MiB", "Give a plain list: one locator a line.")
        return content.decode("utf-8-sig").splitlines()
    except OSError as error:
        raise InputError(f"'{name}' cannot be read: {error.strerror or error}", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: is not UTF-8", "Save it as plain text in UTF-8, one locator a line.") from error
