"""show: everything about one entity; for a standard or a text its state on a day first."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from cyberstd_kg import lifecycle
from cyberstd_kg.cli import render
from cyberstd_kg.cli.command import TABLE, argument, as_of, command, open_graph
from cyberstd_kg.core import words
from cyberstd_kg.core.days import compact

if TYPE_CHECKING:
    from cyberstd_kg.cards.card import Card, Statement
    from cyberstd_kg.graph.lookup import Source
    from cyberstd_kg.lifecycle.answers import AsOf, Period, TextState
    from cyberstd_kg.lifecycle.evidence import Conflict, Evidence
    from cyberstd_kg.lifecycle.standards import Progress

    Label = Callable[[str], str]

_COLUMNS = ("iri", "direction", "property", "value", "value_label", "lang", "status", "sources")


@command(
    argument("reference", "as people write it: designation, designation and locator, name, IRI", nargs="+"),
    argument("--deep", "nest the provisions below it"),
    as_of("the day, month or year for the state of a standard or text (default: today)"),
    TABLE,
)
def run_show(args: Namespace) -> int:
    """Show every statement about an entity, incoming and outgoing, each with its status (stated, quoted or ours) and
    its sources. For a standard or a text, its state on a day comes first; in CSV the state alone, where --as-of asks
    for it.

    examples:
      cyberstd show "ISO/IEC 27400"
      cyberstd show 27032 --as-of 2013
      cyberstd show "27400 7.1.2.10" --deep
      cyberstd show X.1205 --format json
    """
    kg = open_graph(args)
    card = kg.show(" ".join(args.reference), deep=args.deep, as_of=args.as_of)
    if args.format == "json":
        render.write_json(card.to_json())
    elif args.format == "table":
        state = [*state_lines(card.as_of, kg.label), ""] if card.as_of is not None else []
        render.write_lines([*state, *_card_lines(card)])
    elif args.as_of is not None and card.as_of is not None:
        columns = lifecycle.answers.COLUMNS
        lines = [[row.get(column, "") for column in columns] for row in lifecycle.answers.cells(card.as_of)]
        render.write(render.rows(columns, lines, args.format))
    else:
        render.write(render.rows(_COLUMNS, _statement_rows(card), args.format))
    return 0


def _statement_rows(card: Card) -> Iterator[list[str]]:
    for statement in card.statements:
        values = {**statement._asdict(), "iri": card.iri, "sources": " ".join(s.iri for s in statement.sources)}
        yield [values[column] for column in _COLUMNS]
    for below in card.provisions or []:
        yield from _statement_rows(below)


# ── The card ──


def _card_lines(card: Card) -> Iterator[str]:
    numbers = render.Numbers()
    cited: dict[str, Source] = {}
    yield from _entity(card, numbers, cited, "")
    yield ""
    yield render.Heading("Sources")
    yield from numbers.legend(lambda iri: _source_text(cited[iri]))


def _entity(card: Card, numbers: render.Numbers, cited: dict[str, Source], indent: str) -> Iterator[str]:
    kinds = f"  ({', '.join(card.kinds)})" if card.kinds else ""
    yield render.Heading(f"{indent}{card.label}{kinds}")
    yield f"{indent}{card.iri}"
    yield ""
    longest = max((words.columns(_name(statement)) for statement in card.statements), default=0)
    width = min(longest, render.terminal_width() // 3)
    for name, statements in groupby(card.statements, _name):
        # A name that is too long for its column stands above its values.
        if words.columns(name) > width:
            yield f"{indent}  {name}"
            name = ""
        for statement in statements:
            cited |= {source.iri: source for source in statement.sources}
            tag = f"@{statement.lang}" if statement.lang not in ("", "en") else ""
            marks = numbers.cite(source.iri for source in statement.sources)
            yield f"{indent}  {render.padded(name, width)}  \t{statement.value_label}{tag} · {statement.status} {marks}"
            name = ""
    for below in card.provisions or []:
        yield ""
        yield from _entity(below, numbers, cited, f"{indent}    ")


def _name(statement: Statement) -> str:
    return statement.property_label if statement.direction == "out" else f"← {statement.property_label}"


def _source_text(source: Source) -> str:
    return f"{source.document}, {source.locator} ({source.says}; {source.tier})"


# ── The state on a day ──


def state_lines(answer: AsOf, label: Label) -> Iterator[str]:
    """Yield the state of a standard or text as of a day or span, in a few lines.

    :param label: IRI → label, for the sources of conflicts
    """
    yield render.Heading(f"{answer.designation} as of {compact((answer.first, answer.last))}")
    for period in answer.periods:
        indent = "  "
        if len(answer.periods) > 1:
            yield f"  {period.first}" if period.first == period.last else f"  {period.first} to {period.last}"
            indent = "    "
        for text in (*_own_state(period), *_relatives(period), *_disagreements(period, label)):
            yield f"{indent}{text}"


def _own_state(period: Period) -> Iterator[str]:
    """Yield the state of a text, or of a standard's current editions."""
    if period.text:
        yield from _text_state(period.text)
        return
    if not period.current:
        yield f"{period.state}{_certainty(period)}: {period.why}"
    for text in period.current:
        head, *more = _text_state(text)
        yield f"current edition {text.designation}: {head}"
        yield from more


def _text_state(text: TextState) -> Iterator[str]:
    yield _verdict(text)
    if text.state == "in force" and text.last_observed is not None:
        notes = [] if text.sure == "last observed" else [f"last observed {compact(text.last_observed)}"]
        if text.stage is not None and not text.stage.event:
            notes.append(f"last stage reported: {text.stage.name}, {compact((text.stage.first, text.stage.last))}")
        if notes:
            yield "; ".join(notes)
    if text.amendments:
        yield f"amended by {', '.join(amendment.designation for amendment in text.amendments)}"


def _verdict(text: TextState) -> str:
    """Return the state of a text and the reason, in words for a reader."""
    if text.state != "in force" or text.sure != "last observed" or text.last_observed is None:
        return f"{text.word}{_certainty(text)}; {text.why}"
    # What follows on the first two reasons is about a later edition.
    later = text.why.split("; ", 2)[2:]
    seen = compact(text.last_observed)
    if text.last_observed == text.published:
        state = f"{text.word} when published ({seen}); no later observation is known"
    else:
        state = f"{text.word} when last seen ({seen}); nothing is known since"
    return "; ".join([state, *later])


def _certainty(of: Period | TextState) -> str:
    return f" ({of.sure})" if of.sure != of.state else ""


def _relatives(period: Period) -> Iterator[str]:
    """Yield what else bears on a standard: earlier editions, successors, parts, what is in development."""
    for earlier in period.earlier:
        yield f"{earlier.designation}: superseded by the order of dates; no source states it"
    if period.current:
        for other in period.not_known:
            yield f"not known: {other.designation}, {other.why}"
    if period.moved_to:
        yield f"continued as {', '.join(new.designation for new in period.moved_to)}"
    for _, name, part in period.parts:
        current = ", ".join(text.designation for text in part.current) or part.why
        yield f"part {name}: {part.state}{_certainty(part)}; {current}"
    yield from map(_project, period.coming)


def _project(coming: Progress) -> str:
    stage = coming.stage
    aims = [f"{coming.state}: {coming.undertaking.name}"]
    aims += [f"revises {', '.join(coming.revises)}"] * bool(coming.revises)
    aims += [f"is to amend {', '.join(coming.to_amend)}"] * bool(coming.to_amend)
    return f"{', '.join(aims)}; last seen at {stage.name or stage.printed}, {compact((stage.first, stage.last))}"


def _disagreements(period: Period, label: Label) -> Iterator[str]:
    """Yield where sources disagree: about the text, or about editions where it bears on the period."""
    if period.text:
        yield from conflict_lines(period.text, period.text.conflicts, label)
        return
    for text in dict.fromkeys((*period.current, *period.not_known)):
        bearing = (c for c in text.conflicts if c.span[0] <= period.last and period.first <= c.span[1])
        yield from conflict_lines(text, bearing, label)
    if period.ended:
        yield from conflict_lines(period.ended, (c for c in period.ended.conflicts if c.about == "end"), label)


def conflict_lines(text: TextState, conflicts: Iterable[Conflict], label: Label) -> Iterator[str]:
    """Yield the conflicts about a text, those about one event in one line."""
    by_event: dict[str, list[Conflict]] = {}
    for conflict in conflicts:
        by_event.setdefault(conflict.about, []).append(conflict)
    for event, several in by_event.items():
        used = several[0].used
        dropped = dict.fromkeys(_evidence(conflict.dropped, label, used.sources) for conflict in several)
        verdict = f"{_evidence(used, label)} is used, not {', '.join(dropped)}"
        yield f"{text.designation}: sources disagree about its {event}: {verdict}"


def _evidence(evidence: Evidence, label: Label, but: tuple[str, ...] = ()) -> str:
    names = "; ".join(label(source) for source in evidence.sources if source not in but)
    return compact((evidence.first, evidence.last)) + (f" ({names})" if names else "")
