"""The state of a standard or a text as of a day, or throughout a month or year, as objects and as JSON.

``cyberstd show --as-of`` and ``kg.current``, ``kg.state`` return these.  A span in which the answer changes is cut into
periods, in each of which it is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from cyberstd_kg.core.days import Interval, pair
from cyberstd_kg.core.errors import NotFound, UsageError
from cyberstd_kg.lifecycle.evidence import (
    IN_FORCE,
    NOT_KNOWN,
    WITHDRAWN,
    Conflict,
    PublishedText,
    StageStatement,
    as_json,
    fields_json,
)
from cyberstd_kg.lifecycle.settle import Lifecycles
from cyberstd_kg.lifecycle.standards import Current, Progress, TextOnDay, Work, spans


class TextState(NamedTuple):
    """An edition or amendment on a day; ``word`` is the state, more exactly: under review, to be revised."""

    iri: str
    designation: str
    title: str
    state: str
    word: str
    sure: str
    why: str
    published: Interval
    ended: Interval
    last_observed: Interval | None
    stage: StageStatement | None
    superseded_by: tuple[PublishedText, ...]
    amendments: tuple[PublishedText, ...]
    conflicts: tuple[Conflict, ...]
    sources: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as the documented JSON object."""
        return fields_json(self)


class Period(NamedTuple):
    """A stretch of days with one answer.

    Of a standard, ``current`` are its current editions and ``earlier`` those that a later one supersedes by the order
    of dates alone; ``moved_to`` are texts of other standards that replaced editions of it, ``parts`` IRI, designation
    and answer of each part, ``coming`` what is in development.  Of a text, ``text`` is its state.
    """

    first: str
    last: str
    state: str
    sure: str
    why: str
    current: tuple[TextState, ...] = ()
    earlier: tuple[TextState, ...] = ()
    not_known: tuple[TextState, ...] = ()
    moved_to: tuple[PublishedText, ...] = ()
    parts: tuple[tuple[str, str, Period], ...] = ()
    coming: tuple[Progress, ...] = ()
    text: TextState | None = None
    #: The last edition of a standard that is withdrawn; not in the JSON.
    ended: TextState | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as the documented JSON object."""
        own = {"from": self.first, "to": self.last, "state": self.state, "sure": self.sure, "why": self.why}
        if self.text is not None:
            return {**own, "text": self.text.to_json()}
        names = ("current", "earlier", "not_known", "moved_to", "coming")
        parts = [
            {"iri": iri, "designation": name, "state": part.state, "sure": part.sure, "current": as_json(part.current)}
            for iri, name, part in self.parts
        ]
        return {**own, **{name: as_json(getattr(self, name)) for name in names}, "parts": parts}


class AsOf(NamedTuple):
    """The state of a standard or text from one day to another; ``kind`` is standard or text."""

    iri: str
    designation: str
    kind: str
    first: str
    last: str
    periods: tuple[Period, ...]

    @property
    def only(self) -> Period:
        """The one period.

        :raises UsageError: when the answer changes within the span
        """
        if len(self.periods) != 1:
            states = "; ".join(f"{p.first} to {p.last}: {p.state}" for p in self.periods)
            raise UsageError(
                f"the answer for {self.designation} changes: {states}", "Ask for one day, or see .periods."
            )
        return self.periods[0]

    @property
    def state(self) -> str:
        """The state, where it is the same throughout."""
        return self.only.state

    @property
    def sure(self) -> str:
        """How certain it is: known, last observed, not known."""
        return self.only.sure

    @property
    def current(self) -> tuple[TextState, ...]:
        """The current editions of a standard, where they are the same throughout."""
        return self.only.current

    def to_json(self) -> dict[str, Any]:
        """Return it as the documented JSON object."""
        own = {"iri": self.iri, "designation": self.designation, "kind": self.kind}
        return {**own, "from": self.first, "to": self.last, "periods": as_json(self.periods)}


def as_of(lifecycles: Lifecycles, iri: str, within: Interval) -> AsOf:
    """Return the state of a standard or a text throughout *within*.

    :param iri: a standard, an edition or an amendment; anything else that belongs to a standard means the standard
    :raises NotFound: when it belongs to no standard
    """
    home = lifecycles.work_of(iri)
    if not home:
        raise NotFound("only standards, their texts and projects have a state on a day", "Name one of these.")
    (work,) = lifecycles.works([home])
    text = next((text for text in (*work.editions, *work.amendments) if text.iri == iri), None)
    periods: list[Period] = []
    for first, last in spans(within, work.days() | (text.days() if text else set())):
        period = _of_text(work, text, first, last) if text else _of_work(work, work.current(first), first, last)
        if periods and _alike(periods[-1], period):
            periods[-1] = periods[-1]._replace(last=last)
        else:
            periods.append(period)
    subject, kind = (text, "text") if text else (work, "standard")
    return AsOf(subject.iri, subject.designation, kind, *within, tuple(periods))


def _alike(one: Period, other: Period) -> bool:
    """Tell whether two periods give one answer; that a text was seen once more between them makes no difference."""

    def key(period: Period) -> Period:
        text = period.text and period.text._replace(stage=None)
        current = tuple(text._replace(stage=None) for text in period.current)
        return period._replace(first="", last="", text=text, current=current)

    return key(one) == key(other)


def _of_text(work: Work, text: PublishedText, first: str, last: str) -> Period:
    state = _text(work, TextOnDay.of(text, first), first)
    return Period(first, last, state.state, state.sure, state.why, text=state)


def _of_work(work: Work, current: Current, first: str, last: str) -> Period:
    def states(texts: Iterable[TextOnDay]) -> tuple[TextState, ...]:
        return tuple(_text(work, text, first) for text in texts)

    editions = work.editions_on(first) if current.state == WITHDRAWN else []
    ended = [edition for edition in editions if edition.state.state == WITHDRAWN]
    return Period(
        first,
        last,
        state=current.state,
        sure=current.sure,
        why=current.why,
        current=states(current.editions),
        earlier=states(current.earlier),
        not_known=states(current.not_known),
        moved_to=current.moved,
        parts=tuple((part.iri, part.designation, _of_work(part, c, first, last)) for part, c in current.parts),
        coming=tuple(reversed(work.progress(first, abandoned=True))),
        ended=_text(work, ended[-1], first) if ended else None,
    )


def _text(work: Work, on_day: TextOnDay, day: str) -> TextState:
    text, state = on_day.text, on_day.state
    newer = sorted(text.replaced_by, key=lambda new: (new.published, new.iri))
    amendments = (a.text for a in work.amendments_on(day, text) if a.state.state in (IN_FORCE, NOT_KNOWN))
    return TextState(
        iri=text.iri,
        designation=text.designation,
        title=text.title,
        state=state.state,
        word=on_day.word,
        sure=state.sure,
        why=work.why(on_day, day),
        published=text.published,
        ended=text.ended,
        last_observed=state.last_observed,
        stage=on_day.stage,
        superseded_by=tuple(new for new in newer if new.dated and new.published[1] <= day),
        amendments=tuple(amendments),
        conflicts=state.conflicts,
        sources=state.sources,
    )


#: The columns of :func:`cells`.
COLUMNS: Final = tuple(
    "from to what iri designation state sure published_first published_last ended_first ended_last observed_first "
    "observed_last stage stage_first stage_last why sources".split()
)


def cells(answer: AsOf) -> Iterator[dict[str, str]]:
    """Yield an answer as rows of :data:`COLUMNS`, period by period; what is not known is left out.

    Of a text, one row a period (``text``).  Of a standard first its own, then those of its ``current edition``,
    ``earlier edition``, ``edition not known``, of what it ``went on as``, each ``part`` and each ``project or draft``.
    """
    for period in answer.periods:
        for row in _period_cells(answer, period):
            yield {"from": period.first, "to": period.last, **row}


def _period_cells(answer: AsOf, period: Period) -> Iterator[dict[str, str]]:
    if period.text:
        yield _text_cells("text", period.text)
        return
    yield _cells("standard", answer.iri, answer.designation, period)
    for what, texts in (
        ("current edition", period.current),
        ("earlier edition", period.earlier),
        ("edition not known", period.not_known),
    ):
        yield from (_text_cells(what, text) for text in texts)
    for new in period.moved_to:
        row = {"what": "went on as", "iri": new.iri, "designation": new.name}
        yield row | _span("published", new.published)
    yield from (_cells("part", iri, name, part) for iri, name, part in period.parts)
    for coming in period.coming:
        row = {"what": "project or draft", "iri": coming.undertaking.iri, "designation": coming.undertaking.name}
        row |= {"state": coming.state, "sure": coming.sure, "sources": " ".join(coming.stage.sources)}
        yield row | _stage_cells(coming.stage)


def _cells(what: str, iri: str, name: str, state: Period | TextState) -> dict[str, str]:
    own = {"what": what, "iri": iri, "designation": name}
    return own | {"state": state.state, "sure": state.sure, "why": state.why}


def _text_cells(what: str, text: TextState) -> dict[str, str]:
    return {
        **_cells(what, text.iri, text.designation, text),
        **_span("published", text.published),
        **_span("ended", text.ended),
        **_span("observed", text.last_observed),
        **_stage_cells(text.stage),
        "sources": " ".join(text.sources),
    }


def _stage_cells(stage: StageStatement | None) -> dict[str, str]:
    return {"stage": stage.label, **_span("stage", stage.interval)} if stage else {}


def _span(name: str, days: Interval | None) -> dict[str, str]:
    first, last = pair(days) or ("", "")
    return {f"{name}_first": first, f"{name}_last": last}
