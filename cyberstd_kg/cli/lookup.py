"""list, search."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from cyberstd_kg.cli import render
from cyberstd_kg.cli.command import TABLE, argument, as_of, command, number, open_graph
from cyberstd_kg.core.errors import UsageError
from cyberstd_kg.core.iris import compact

if TYPE_CHECKING:
    from cyberstd_kg.api.graph import KnowledgeGraph

_FILTERS = ("committee", "stage", "group", "type", "state")
#: The columns of ``list`` that a table for people shows, with their headings.
_SHOWN = {
    "designation": "designation",
    "title": "title",
    "current": "current edition",
    "state": "state",
    "sure": "certainty",
    "asOf": "as of",
}


@command(
    argument("--committee C", "developed by this committee or working group, or by one below it"),
    argument("--stage S", "last seen at this stage on that day: PWI, WD, FDIS, 60.60, 90.92 …"),
    argument("--state ST", "in force, under review, withdrawn, in development … on that day"),
    argument("--group G", "listed in this topic group"),
    argument("--type T", "a text or project of it has this document type: IS, TS, TR …"),
    argument("--mine", "only your own entries, those in your workspace"),
    as_of("the day, such as 2023-06-28 (default: today)"),
    TABLE,
)
def run_list(args: Namespace) -> int:
    """List standards with their current edition and its state on a day.

    The list also shows how certain the state is; the other formats add the stages that were seen, and the sources.

    examples:
      cyberstd list --committee "SC 27/WG 4"
      cyberstd list --stage FDIS --as-of 2023-06-01
      cyberstd list --state withdrawn
      cyberstd list --type TS --format json
      cyberstd list --mine

    :returns: 0, also when no standard fits
    """
    filters = {name: value for name in _FILTERS if (value := getattr(args, name)) is not None}
    if args.mine:
        if any(filters.values()) or args.as_of:
            raise UsageError("--mine cannot be combined with filters", "Leave the filters out, or --mine.")
        return _list_mine(open_graph(args), args.format)
    kg = open_graph(args)
    answer = kg.standards(**filters, as_of="today" if args.as_of is None else args.as_of)
    if args.format == "table":
        lines = [[row[name].value for name in _SHOWN] for row in answer.rows]
        more = "More columns: --format csv or json.\n" * bool(lines)
        render.write(render.rows([*_SHOWN.values()], lines, "table") + more)
    else:
        render.write(render.saved_answer(answer, args.format, kg.label))
    return 0


def _list_mine(kg: KnowledgeGraph, form: str) -> int:
    """List the entries of the workspace."""
    entries = [(*kg.named(entry.iri), entry) for entry in kg.workspace.entries()]
    if form == "json":
        render.write_json(
            [
                {"kind": kind, "label": label, **entry._asdict(), "path": str(entry.path)}
                for kind, label, entry in entries
            ]
        )
    elif form == "table" and not entries:
        render.write("Your workspace has no entries. Begin one with: cyberstd new standard\n")
    else:
        folder = kg.workspace.folder
        lines = [
            (kind, label, compact(entry.iri) or entry.iri, str(entry.statements), str(entry.path.relative_to(folder)))
            for kind, label, entry in entries
        ]
        render.write(render.rows(("kind", "label", "iri", "statements", "file"), lines, form))
    return 0


@command(
    argument("text", "words, or a reference", nargs="+"),
    argument("-n --limit N", "at most N hits (default: 10)", type=number(1, 10_000), default=10),
    TABLE,
)
def run_search(args: Namespace) -> int:
    """Search all text in the graph for words; the best hits come first.

    Other forms of a word are found too, and the last word may be incomplete.

    examples:
      cyberstd search "software update" -n 5
      cyberstd search darknet
      cyberstd search "ballot 27032" --format json

    :returns: 0 with hits, 3 with none
    """
    text = " ".join(args.text)
    kg = open_graph(args)
    hits = kg.search(text, limit=args.limit)
    if suggestion := kg.did_you_mean(text):
        render.say(f"did you mean: {suggestion}")
    if args.format == "json":
        render.write_json([hit._asdict() for hit in hits])
    elif args.format == "table":
        lines = [(hit.kind, hit.label, hit.matched, compact(hit.iri) or hit.iri) for hit in hits]
        columns = ("kind", "label", "matching text", "iri")
        render.write(render.rows(columns, lines, "table") if hits else "nothing found\n")
    else:
        render.write(render.records(hits, ("iri", "kind", "label", "matched", "source"), args.format))
    return 0 if hits else 3
