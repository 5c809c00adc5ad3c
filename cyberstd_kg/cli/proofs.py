"""why, prove: the proof behind a pair, and contradictions in mapping sets."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from cyberstd_kg import crosswalks
from cyberstd_kg.cli import render
from cyberstd_kg.cli.command import argument, command, formats, open_graph
from cyberstd_kg.cli.crosswalks import READING, reading
from cyberstd_kg.core.words import counted
from cyberstd_kg.mappings.relations import ANY, signs

if TYPE_CHECKING:
    from cyberstd_kg.api.graph import KnowledgeGraph
    from cyberstd_kg.crosswalks.consistency import ConsistencyReport, SetCounts

_READERS = {
    "by-publisher": ", as the publisher defines it",
    "by-us": ", read by us",
    "by-importer": ", read by the importer",
}
#: Ends of one kind that are listed of a mapping set.
_LISTED = 10
#: The counts that the table shows, with their headings.
_COUNTS = {
    "rows": "rows",
    "idle": "not used",
    "silent": "say nothing",
    "repeated": "repeated",
    "differing": "differing",
    "groups": "groups",
    "dangling": "missing ends",
    "foreign": "ends outside",
}


@command(
    argument("first A.x", "a provision, in quotes where it has spaces"),
    argument("second B.y", "another one"),
    *READING,
    formats("text", "json", "mermaid", default="text"),
)
def run_why(args: Namespace) -> int:
    """Show the proof that links two provisions.

    It has every published row and every piece of structure on the way, each with its publisher, how it is read and its
    source, and the conclusion. Where nothing follows, the rows that link the two are shown, and why they prove nothing.

    examples:
      cyberstd why "27001:2022 A.5.1" "CSF 2.0 GV.PO-01"
      cyberstd why "CSF 2.0 GV.PO-01" "Grundschutz++ GC.6.1.3" --format mermaid
    """
    answer = open_graph(args).why(args.first, args.second, **reading(args))
    if args.format == "json":
        render.write_json(answer)
    elif args.format == "mermaid":
        render.write(crosswalks.why.mermaid(answer))
    else:
        render.write_lines(why_lines(answer))
    return 0


def why_lines(why: dict[str, Any]) -> Iterator[str]:
    """Yield the answer of ``why`` as lines for a person."""
    ends = why["from"], why["to"]
    yield from (render.Heading(end["label"]) for end in ends)
    yield ""
    answers = [*why["answers"], *why["groups"]]
    if not answers:
        yield from ("Nothing links the two: no row, and no chain of two rows.", "")
    for answer in answers:
        if (answer["from"]["iri"], answer["to"]["iri"]) != tuple(end["iri"] for end in ends):
            yield from _group(answer)
        yield from _conclusion(answer)
        yield from _steps(answer["steps"])
        if answer["steps"]:
            verdict = "The proof holds" if answer["checked"] else "THE PROOF DOES NOT HOLD"
            yield f"  {verdict}: checked against the composition table."
        yield from _links(answer)
        yield ""


def _group(answer: dict[str, Any]) -> Iterator[str]:
    """Yield the groups that an answer is about."""
    yield "About the group, not about one of its members:"
    for end in (answer["from"], answer["to"]):
        if "members" in end:
            yield f"  {end['label']}"
            yield from (f"    {member['label']}" for member in end["members"])


def _conclusion(answer: dict[str, Any]) -> Iterator[str]:
    compared = ", ".join(
        part for part in (answer["rationale"] and f"by {answer['rationale']}", answer["use_case"]) if part
    )
    parts = [f"{answer['verdict']}: {{{answer['relations'].replace(' ', ', ')}}}{f' ({compared})' * bool(compared)}"]
    parts.append(answer["status"])
    parts += [f"confidence {answer['confidence']:g}"] if answer["confidence"] is not None else []
    parts += [counted(answer["proofs"], "independent proof")] * bool(answer["proofs"])
    yield ", ".join(parts)
    if answer["verdict"] == "contradiction":
        yield "  The rows contradict each other: cyberstd prove shows which."


def _steps(steps: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the steps of a proof with the links of each."""
    for number, step in enumerate(steps, 1):
        if len(steps) > 1:
            yield f"  Step {number}: {step['from_label']} {{{step['relations']}}} {step['to_label']}"
        for link in step["links"]:
            yield f"    {link['from_label']}"
            yield f"      {{{link['relations']}}} {link['to_label']}"
            turned = ", read from its other end" * link["turned"]
            if link["row"]:
                yield from _row(link["row"], "        ", turned)
            elif link["step"]:
                yield f"        by step {link['step']}"
            else:
                yield f"        structure: {link['rule']}{turned}"
                yield from (f"        source: {source}" for source in link["sources"])
        if step["meets"]:
            yield f"    combined with step {', '.join(map(str, step['meets']))}, which is about the same two"


def _links(answer: dict[str, Any]) -> Iterator[str]:
    """Yield the rows that link two ends although nothing follows from them."""
    links = answer.get("links", ())
    for link in links:
        for row in link["rows"]:
            yield f"  {row['from_label']} → {row['to_label']}"
            yield from _row(row, "    ")
        of_group = "" if link["relations"] == signs(ANY) else ", which holds for the group, not for its member"
        yield f"  together: {{{link['relations']}}}{of_group}: nothing follows"
    if more := answer.get("links_in_all", 0) - len(links):
        yield f"  … and {counted(more, 'more such link')}."


def _row(row: dict[str, Any], indent: str, turned: str = "") -> Iterator[str]:
    """Yield what a published row states: its set, its word and how that is read, the reason, and its source."""
    word = f"“{row['word']}”" if row["word"] else "no word"
    yield f"{indent}{row['publisher_label'] or 'no publisher named'}, {row['set_title']}"
    yield f"{indent}{word} = {{{row['relations']}}}{_READERS.get(row['read_by'] or '', '')}{turned}"
    if row["reason"] and row["read_by"] != "by-publisher":
        yield f"{indent}reason: {row['reason']}"
    if row["source"]:
        yield f"{indent}source: {row['source']}"


# ── Contradictions ──


@command(
    argument("sets SET", "only these mapping sets (default: all)", nargs="*"),
    *READING,
    formats("text", "json", "csv", default="text", note=" (the counts)"),
)
def run_prove(args: Namespace) -> int:
    """Check whether all published rows can be true together.

    Each contradiction is shown by a minimal set of conflicting rows: two on one pair, three in a triangle, or more. It
    shows that they are not true together, not which one is wrong. The table counts the rows of each mapping set, and
    those that are repeated, that are not used, or whose ends do not exist.

    examples:
      cyberstd prove
      cyberstd prove --strict
      cyberstd prove mapping:nist-csf-2-0-to-iso-iec-27001-2022 --format json

    :returns: 1 when there are contradictions, else 0
    """
    kg = open_graph(args)
    report = kg.prove(*args.sets, beat=_beat(), **reading(args))
    if args.format == "csv":
        columns = crosswalks.consistency.SetCounts._fields
        render.write(render.records(report.sets, columns, "csv"))
        return 0 if report.is_clean else 1
    explain = kg.mappings.explainer(kg.crosswalks(**reading(args))).row
    if args.format == "json":
        render.write_json(crosswalks.consistency.to_json(report, explain))
    else:
        render.write(_counts_table(report.sets))
        render.write_lines(_report(report, kg, explain))
    return 0 if report.is_clean else 1


def _beat() -> Callable[[int], None] | None:
    """Return what shows a person at a terminal how far a long proof is."""
    begin = time.monotonic()

    def show(known: int) -> None:
        if time.monotonic() - begin > 1:
            render.progress(f"{known} pairs known")

    return show if sys.stderr.isatty() else None


def _counts_table(sets: Iterable[SetCounts]) -> str:
    lines = []
    for counts in sets:
        values = counts._asdict() | {"dangling": len(counts.dangling)}
        lines.append([counts.title, *(str(values[name]) for name in _COUNTS)])
    return render.rows(("mapping set", *_COUNTS.values()), lines, "table")


def _report(report: ConsistencyReport, kg: KnowledgeGraph, explain: Callable[[Any], dict[str, Any]]) -> Iterator[str]:
    yield ""
    for counts in report.sets:
        if not counts.names_editions:
            yield f"{counts.title}: does not name the editions of both its ends."
        yield from (f"{counts.title}: the end {iri} does not exist." for iri in counts.dangling[:_LISTED])
        yield from (f"{counts.title}: the end {iri} belongs to another text." for iri in counts.elsewhere[:_LISTED])
    for number, contradiction in enumerate(report.contradictions, 1):
        size = counted(len(contradiction.rows), "row")
        yield render.Heading(f"Contradiction {number}: a {contradiction.kind}, {size}")
        for row in map(explain, contradiction.rows):
            yield from (f"  {kg.label(row['from'])}", f"    {{{row['relations']}}} {kg.label(row['to'])}")
            yield from _row(row, "      ")
        for edge in contradiction.structure:
            yield from (f"  {kg.label(edge.first)}", f"    {edge.kind} {kg.label(edge.second)}")
        yield ""
    rows, mode = sum(counts.rows for counts in report.sets), report.options.mode
    if report.is_clean:
        yield f"No contradiction: the {rows} rows can all be true together, read as {mode}."
    else:
        yield (
            f"{counted(len(report.contradictions), 'contradiction')} among {rows} rows, read as {mode}; without "
            f"{counted(len(report.set_aside), 'row')} of these, the rest can be true together."
        )
