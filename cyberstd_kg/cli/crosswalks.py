"""crosswalk, gap: what relates two documents, and how far one covers the other."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from typing import TYPE_CHECKING

from cyberstd_kg import crosswalks, mappings
from cyberstd_kg.cli import render
from cyberstd_kg.cli.command import (
    OUTPUT,
    TABLE,
    TABLE_FORMATS,
    Argument,
    argument,
    as_of,
    command,
    formats,
    open_graph,
    read_input,
)
from cyberstd_kg.core.errors import InputError, UsageError
from cyberstd_kg.crosswalks.gaps import STATUSES

if TYPE_CHECKING:
    from cyberstd_kg.api.graph import KnowledgeGraph
    from cyberstd_kg.api.mappings import Reading, Walk
    from cyberstd_kg.crosswalks.network import Mode
    from cyberstd_kg.crosswalks.pairs import Pair

#: What pairs may be asked for by: words of their verdicts.
_VERDICTS = ("definite", "guaranteed", "undetermined", "contradiction")
_COLUMNS = ("from", "relation", "to", "verdict", "status", "confidence", "proofs", "rationale", "sets")
_MATRIX_COLUMNS = tuple("from to published derived definite guaranteed undetermined contradictory groups".split())
#: No list of controls that a user keeps is longer.
_LONGEST_LIST = 2**20

#: How mappings are read.
READING: tuple[Argument | tuple[Argument, ...], ...] = (
    (
        argument(
            "--sceptical",
            "ignore a row that states no more than 'something in common', unless its publisher defines it so",
        ),
        argument("--strict", "read such a row as: in part (each has something that the other lacks)"),
    ),
    argument("--across", "also chain rows of mapping sets that were made for different uses"),
    as_of("undated references mean the edition of this day; leave out mapping sets published later"),
)


def reading(args: Namespace) -> Reading:
    """Return the options of :data:`READING` as the Python interface takes them."""
    mode: Mode = "sceptical" if args.sceptical else "strict" if args.strict else "declared"
    return {"reading": mode, "across": args.across, "as_of": args.as_of}


@command(
    argument("documents DOCUMENT", "two, one or none; each as one word or in quotes", nargs="*"),
    (
        argument("--published", "only pairs with a published row"),
        argument("--derived", "only pairs that nobody published, or not as precisely"),
    ),
    argument("--verdict V", f"only: {', '.join(_VERDICTS)}", choices=_VERDICTS),
    argument("--rows N", "follow chains of at most N published rows (default: all)", type=int),
    *READING,
    formats(*TABLE_FORMATS, "sssom"),
    OUTPUT,
)
def run_crosswalk(args: Namespace) -> int:
    """Show how the provisions of two documents relate, as published or as derived from published mappings.

    The verdict is definite where one relation is left; overlap guaranteed where the two have something in common for
    certain; undetermined where they may have nothing in common, as most chains of published rows leave it. With one
    document or none: how much is known between all documents.

    examples:
      cyberstd crosswalk "CSF 2.0" "ISO/IEC 27001:2022"
      cyberstd crosswalk "CSF 2.0" Grundschutz++ --derived
      cyberstd crosswalk
      cyberstd crosswalk 27400 27402 --format sssom -o derived.sssom.tsv --derived
    """
    if len(args.documents) > 2:
        raise UsageError("crosswalk compares two documents", "Put a designation with spaces in quotes.")
    if args.rows is not None and args.rows < 1:
        raise UsageError("--rows takes a number from 1 on", "Leave it out to follow all chains.")
    kg = open_graph(args)
    options: Reading = {**reading(args), "rows": args.rows}
    answer = _matrix if len(args.documents) < 2 else _between
    render.deliver(answer(kg, args, options), args.output)
    return 0


# ── All documents ──


def _matrix(kg: KnowledgeGraph, args: Namespace, options: Reading) -> str:
    """Return how much is known between documents."""
    if args.format == "sssom":
        raise UsageError("a matrix is not a mapping set", "Name two documents.")
    cells = kg.matrix(*args.documents, **options)
    if args.format == "json":
        return render.json_text(kg.mappings.matrix_json(cells, **options))
    lines = [(_short(kg, cell.first), _short(kg, cell.second), *map(str, cell[2:])) for cell in cells]
    if args.format == "table":
        lines = [line for line in lines if set(line[2:]) != {"0"}]
    return render.rows(_MATRIX_COLUMNS, lines, args.format)


# ── Two documents ──


def _between(kg: KnowledgeGraph, args: Namespace, options: Reading) -> str | bytes:
    """Return the pairs between two documents."""
    walk = kg.crosswalk(*args.documents, **options)
    walk = walk._replace(pairs=[pair for pair in walk.pairs if _is_wanted(pair, args)])
    if args.format == "sssom":
        # Of what contradicts itself there is nothing to state.
        stated = [pair for pair in walk.pairs if pair.relations]
        derived = crosswalks.derived.mapping_set(kg.mappings.network, walk.first, walk.second, stated, kg.label)
        return mappings.sssom_writing.write(derived)
    if args.format == "json":
        return render.json_text(kg.mappings.walk_json(walk, **options))
    if args.format == "table":
        return _pairs_table(kg, walk)
    return render.rows(_COLUMNS, ([*_cells(pair).values()] for pair in walk.pairs), args.format)


def _is_wanted(pair: Pair, args: Namespace) -> bool:
    if args.verdict and args.verdict not in pair.verdict:
        return False
    if args.published:
        return bool(pair.published)
    return not args.derived or pair.status == "derived"


def _sets(pair: Pair) -> list[str]:
    """Return the mapping sets on whose rows a pair rests."""
    return sorted({row.set for row in pair.used or pair.published})


def _cells(pair: Pair) -> dict[str, str]:
    """Return a pair as cells, one for each of the columns."""
    return {
        "from": pair.first,
        "relation": mappings.relations.signs(pair.relations),
        "to": pair.second,
        "verdict": pair.verdict,
        "status": pair.status,
        "confidence": "" if pair.confidence is None else f"{pair.confidence:g}",
        "proofs": str(pair.proofs),
        "rationale": pair.group.rationale,
        "sets": " ".join(_sets(pair)),
    }


def _pairs_table(kg: KnowledgeGraph, walk: Walk) -> str:
    """Return the pairs for reading: ends by their locators, mapping sets as numbers that are explained below."""
    name, sets = kg.mappings.end_name, render.Numbers()
    lines = []
    for pair in walk.pairs:
        ends = {"from": name(pair.first, short=True), "to": name(pair.second, short=True)}
        cells = {**_cells(pair), **ends, "sets": sets.cite(_sets(pair))}
        lines.append([cells[column] for column in _COLUMNS if column != "rationale"])
    headings = {"from": _short(kg, walk.first), "to": _short(kg, walk.second), "sets": "mapping sets"}
    columns = [headings.get(column, column) for column in _COLUMNS if column != "rationale"]
    counts = Counter(pair.verdict for pair in walk.pairs)
    summary = f"{counts['definite']} definite, {counts['overlap guaranteed']} overlap guaranteed"
    if counts["contradiction"]:
        summary += f", {counts['contradiction']} contradictory (see: cyberstd prove)"
    legend = "Relations: E equal, < part of, > contains, o overlaps in part, x nothing in common."
    titles = sets.legend(lambda iri: kg.mappings.network.sets[iri].title)
    below = render.fitted([*titles, f"{summary}. {legend} Proofs: cyberstd why A.x B.y"])
    return "\n".join([render.rows(columns, lines, "table"), *below, ""])


def _short(kg: KnowledgeGraph, iri: str) -> str:
    return kg.lookup.value(iri, "dct:identifier") or kg.label(iri)


# ── Gaps ──


@command(
    argument("document DOCUMENT", "the document whose provisions you want to cover"),
    argument("--have DOCUMENT", "the document that you meet, fully or in part", required=True),
    argument(
        "--implemented FILE",
        "count only these of its provisions: one locator or reference a line; - for standard input",
    ),
    argument("--status S", f"only: {', '.join(STATUSES)}", choices=STATUSES, action="append"),
    *READING,
    TABLE,
)
def run_gap(args: Namespace) -> int:
    """Show whether a document that you meet covers each provision of another one: yes, in part, possibly, no.

    Yes: contained, or contained in a group of provisions taken together. In part: overlapped. Possibly: possible, where
    rows link the two but nothing follows from them. No: excluded, or never mapped. Several provisions that each overlap
    one are never taken to cover it.

    examples:
      cyberstd gap "ISO/IEC 27001:2022" --have "CSF 2.0"
      cyberstd gap 27402 --have 27400 --implemented controls.txt --format csv
      cyberstd gap Grundschutz++ --have "27001:2022" --status "never mapped"
    """
    kg = open_graph(args)
    implemented = _read_list(args.implemented) if args.implemented else None
    answer = kg.gap(args.document, args.have, implemented=implemented, **reading(args))
    gaps = [gap for gap in answer.gaps if not args.status or gap.status in args.status]
    counts = crosswalks.gaps.summary(answer.gaps)
    if args.format == "json":
        render.write_json(kg.mappings.gap_json(answer, gaps, **reading(args)))
        return 0
    is_table = args.format == "table"
    name = kg.mappings.end_name if is_table else str
    lines = [
        (name(gap.provision), gap.status, ("; " if is_table else " ").join(name(pair.second) for pair in gap.pairs))
        for gap in gaps
    ]
    render.write(render.rows(("provision", "status", "by"), lines, args.format))
    if is_table:
        summary = ", ".join(f"{count} {status}" for status, count in counts.items())
        render.say(f"of {len(answer.gaps)} provisions: {summary}")
    return 0


def _read_list(name: str) -> list[str]:
    """Read a list of controls, one a line.

    :raises InputError: when it cannot be read, is too large, or no text
    """
    content = read_input(name, _LONGEST_LIST)
    if len(content) > _LONGEST_LIST:
        raise InputError(f"{name}: larger than 1 MiB", "Give a plain list: one locator a line.")
    try:
        return content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8", "Save it as plain text in UTF-8, one locator a line.") from error
