"""What holds of a standard or a text as of a day, or throughout a month or year, as objects and as JSON.

``cyberstd show --as-of`` and ``kg.current``, ``kg.state`` give these.  A span in which the answer changes is cut into
periods, in each of which it is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from cyberstd_kg.core.days import Interval, pair
from cyberstd_kg.core.errors import NotFound, UsageError
from cyberstd_kg.lifecycle.evidence import WITHDRAWN, Conflict, Life, Seen
from cyberstd_kg.lifecycle.settle import Lifecycles
from cyberstd_kg.lifecycle.standards import Current, Progress, Standing, Work, spans


class Ref(NamedTuple):
    """A text that is named: ``published`` is the interval of its day of publication."""

    iri: str
    designation: str
    published: Interval

    def to_json(self) -> dict[str, Any]:
        """Return it as the documented JSON object."""
        return {"iri": self.iri, "designation": self.designation, "published": pair(self.published)}


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
    stage: Seen | None
    superseded_by: tuple[Ref, ...]
    amendments: tuple[Ref, ...]
    conflicts: tuple[Conflict, ...]
    sources: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as the documented JSON object."""
        told = self._asdict()
        for name in ("published", "ended", "last_observed"):
            told[name] = pair(told[name])
        told["stage"] = stage_json(self.stage)
        for name in ("superseded_by", "amendments", "conflicts"):
            told[name] = [item.to_json() for item in told[name]]
        return {**told, "sources": list(self.sources)}


class Coming(NamedTuple):
    """A project or draft on a day: proposed, in development or abandoned, with the last stage seen."""

    iri: str
    name: str
    state: str
    sure: str
    stage: Seen
    revises: tuple[str, ...]
    to_amend: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as the documented JSON object."""
        told = {**self._asdict(), "revises": list(self.revises), "to_amend": list(self.to_amend)}
        return {**told, "stage": stage_json(self.stage)}


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
    moved_to: tuple[Ref, ...] = ()
    parts: tuple[tuple[str, str, Period], ...] = ()
    coming: tuple[Coming, ...] = ()
    text: TextState | None = None
    #: The last edition of a standard that is withdrawn; not in the JSON.
    ended: TextState | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as the documented JSON object."""
        told: dict[str, Any] = {"from": self.first, "to": self.last, "state": self.state, "sure": self.sure}
        told["why"] = self.why
        if self.text is not None:
            return {**told, "text": self.text.to_json()}
        for name in ("current", "earlier", "not_known", "moved_to", "coming"):
            told[name] = [item.to_json() for item in getattr(self, name)]
        told["parts"] = [
            {
                "iri": iri,
                "designation": name,
                "state": part.state,
                "sure": part.sure,
                "current": [text.to_json() for text in part.current],
            }
            for iri, name, part in self.parts
        ]
        return told


class AsOf(NamedTuple):
    """What holds of a thing from one day to another; ``kind`` is standard or text."""

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
            told = "; ".join(f"{p.first} to {p.last}: {p.state}" for p in self.periods)
            raise UsageError(f"the answer for {self.designation} changes: {told}", "Ask for one day, or see .periods.")
        return self.periods[0]

    @property
    def state(self) -> str:
        """The state, where it is the same throughout."""
        return self.only.state

    @property
    def sure(self) -> str:
        """How sure it is: known, last observed, not known."""
        return self.only.sure

    @property
    def current(self) -> tuple[TextState, ...]:
        """The current editions of a standard, where they are the same throughout."""
        return self.only.current

    def to_json(self) -> dict[str, Any]:
        """Return it as the documented JSON object."""
        told = {"iri": self.iri, "designation": self.designation, "kind": self.kind}
        return {**told, "from": self.first, "to": self.last, "periods": [p.to_json() for p in self.periods]}


def as_of(lives: Lifecycles, iri: str, within: Interval) -> AsOf:
    """Tell what holds of a standard or a text throughout *within*.

    :param iri: a standard, an edition or an amendment; of anything else that belongs to a standard, that is told
    :raises NotFound: when it belongs to no standard
    """
    home = lives.work_of(iri)
    works = lives.works([home]) if home else []
    if not works:
        raise NotFound("only standards, their texts and projects have a state on a day", "Name one of these.")
    work = works[0]
    texts = [text for text in (*work.editions, *work.amendments) if text.iri == iri]
    found: list[Period] = []
    for first, last in spans(within, texts[0].days() | work.days() if texts else work.days()):
        text = texts[0] if texts else None
        period = _of_text(work, text, first, last) if text else _of_work(work, work.current(first), first, last)
        if found and _alike(found[-1], period):
            found[-1] = found[-1]._replace(last=last)
        else:
            found.append(period)
    kind = "text" if texts else "standard"
    return AsOf(
        iri if texts else work.iri,
        texts[0].designation if texts else work.designation,
        kind,
        *within,
        tuple(found),
    )


def _alike(one: Period, other: Period) -> bool:
    """Tell whether two periods give one answer; that a text was seen once more between them does not part them."""

    def key(period: Period) -> Period:
        text = period.text and period.text._replace(stage=None)
        current = tuple(text._replace(stage=None) for text in period.current)
        return period._replace(first="", last="", text=text, current=current)

    return key(one) == key(other)


def _of_text(work: Work, text: Life, first: str, last: str) -> Period:
    standing = Standing(text, text.state(first), text.stage(first))
    told = _text(work, standing, first)
    return Period(first, last, told.state, told.sure, told.why, text=told)


def _of_work(work: Work, current: Current, first: str, last: str) -> Period:
    parts = tuple((part.iri, part.designation, _of_work(part, c, first, last)) for part, c in current.parts)
    now, earlier, others = (
        tuple(_text(work, s, first) for s in some) for some in (current.editions, current.earlier, current.others)
    )
    gone = [s for s in work.standings(first) if s.state.state == WITHDRAWN] if current.state == WITHDRAWN else []
    return Period(
        first,
        last,
        current.state,
        current.sure,
        current.why,
        now,
        earlier,
        others,
        tuple(_ref(text) for text in current.moved),
        parts,
        tuple(_coming(p) for p in reversed(work.progress(first, abandoned=True))),
        ended=_text(work, gone[-1], first) if gone else None,
    )


def _text(work: Work, standing: Standing, day: str) -> TextState:
    text, state = standing.text, standing.state
    newer = sorted(text.replaced_by, key=lambda new: (new.out, new.iri))
    return TextState(
        text.iri,
        text.designation,
        text.title,
        state.state,
        standing.word,
        state.sure,
        work.why(standing, day),
        text.out,
        text.over,
        state.last_observed,
        standing.stage,
        tuple(_ref(new) for new in newer if new.dated and new.published.last <= day),
        tuple(_ref(s.text) for s in work.amended(text, day)),
        state.conflicts,
        state.sources,
    )


def _ref(text: Life) -> Ref:
    return Ref(text.iri, text.designation or text.iri, text.out)


def _coming(progress: Progress) -> Coming:
    u = progress.undertaking
    aims = [tuple(sorted(u.named.get(iri, iri) for iri in some)) for some in (u.revises, u.to_amend)]
    return Coming(u.iri, u.name, progress.state, progress.sure, progress.seen, aims[0], aims[1])


def stage_json(seen: Seen | None) -> dict[str, Any] | None:
    """Return a stage that was seen as the documented JSON object."""
    if seen is None:
        return None
    return {
        "iri": seen.stage,
        "name": seen.name,
        "code": seen.code,
        "printed": seen.printed,
        "reached" if seen.event else "seen": [seen.first, seen.last],
        "sources": list(seen.sources),
    }


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
        told = {"from": period.first, "to": period.last}
        if period.text:
            yield told | _cells("text", period.text)
            continue
        yield told | _row("standard", answer.iri, answer.designation, period)
        for what, texts in (
            ("current edition", period.current),
            ("earlier edition", period.earlier),
            ("edition not known", period.not_known),
        ):
            yield from (told | _cells(what, text) for text in texts)
        for new in period.moved_to:
            row = {"what": "went on as", "iri": new.iri, "designation": new.designation}
            yield told | row | _span("published", new.published)
        yield from (told | _row("part", iri, name, part) for iri, name, part in period.parts)
        for coming in period.coming:
            row = {"what": "project or draft", "iri": coming.iri, "designation": coming.name}
            row |= {"state": coming.state, "sure": coming.sure, "sources": " ".join(coming.stage.sources)}
            yield told | row | _stage_cells(coming.stage)


def _row(what: str, iri: str, name: str, told: Period | TextState) -> dict[str, str]:
    own = {"what": what, "iri": iri, "designation": name}
    return own | {"state": told.state, "sure": told.sure, "why": told.why}


def _cells(what: str, text: TextState) -> dict[str, str]:
    return {
        **_row(what, text.iri, text.designation, text),
        **_span("published", text.published),
        **_span("ended", text.ended),
        **_span("observed", text.last_observed),
        **_stage_cells(text.stage),
        "sources": " ".join(text.sources),
    }


def _stage_cells(seen: Seen | None) -> dict[str, str]:
    return {"stage": seen.name or seen.printed, **_span("stage", (seen.first, seen.last))} if seen else {}


def _span(name: str, days: Interval | None) -> dict[str, str]:
    first, last = pair(days) or ("", "")
    return {f"{name}_first": first, f"{name}_last": last}
