"""What dated evidence about a text says of any day: was it published, in force, withdrawn, and how sure is that?

Pure: evidence goes in, states come out; nothing is stored.  The rules and their reasons stand in
``docs/decisions/0012-time.md``; the saved question ``state-on-date`` says the same in SPARQL, and a test compares both.

Every piece of evidence bounds a day, that of publication or
that of the end, to an interval; where it says nothing of one side, that side is :data:`~cyberstd_kg.core.days.FIRST` or
:data:`~cyberstd_kg.core.days.LAST`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from cyberstd_kg.core.days import FIRST, LAST, Interval, after, pair, when

#: The place in the order of precedence of a day that no source states: after all that one does.
UNSTATED: Final = 1000

NOT_YET, IN_FORCE, WITHDRAWN, NOT_KNOWN = "not yet published", "in force", "withdrawn", "not known"
KNOWN, OBSERVED = "known", "last observed"


class Evidence(NamedTuple):
    """What one source says that bounds the day of publication, or of the end, of a text.

    ``kind`` is, of publication: ``dated`` (a date of the text), ``published`` (an event), ``seen`` (it was out when it
    was seen), ``unpublished`` (it was seen before that); of the end: ``withdrawn`` (an event), ``replaced`` (``by`` a
    text, on its day of publication), ``seen withdrawn``, ``seen live``.  ``rank`` is the precedence of the source, 1
    first.  ``seen`` is the interval in which the source looked, where it looked.  Evidence that a text was replaced
    bounds the day on which the text ``by`` was published, as far as that is settled; see :func:`first_of`.
    """

    kind: str
    first: str
    last: str
    rank: int
    sources: tuple[str, ...]
    by: str = ""
    seen: Interval | None = None
    printed: str = ""


class Conflict(NamedTuple):
    """Two pieces of evidence that exclude each other: ``used`` is of better precedence than ``dropped``."""

    about: str
    used: Evidence
    dropped: Evidence

    @property
    def span(self) -> Interval:
        """The days about which the two disagree: from the first to the last that either names."""
        days = [day for e in (self.used, self.dropped) for day in (e.first, e.last) if day not in (FIRST, LAST)]
        return min(days, default=FIRST), max(days, default=LAST)

    def to_json(self) -> dict[str, Any]:
        """Return the conflict as the documented JSON object."""
        return {"about": self.about, "used": _told(self.used), "dropped": _told(self.dropped)}


class Settled(NamedTuple):
    """A day as far as it is known: the intersection of all evidence that counts."""

    first: str
    last: str
    counted: tuple[Evidence, ...]
    conflicts: tuple[Conflict, ...]


class Seen(NamedTuple):
    """A stage statement: ``life`` is the state of life that the stage means (``in-force``), ``code`` its number."""

    iri: str
    stage: str
    name: str
    code: str
    life: str
    broader: str
    first: str
    last: str
    printed: str
    event: bool
    rank: int
    sources: tuple[str, ...]

    @property
    def order(self) -> tuple[str, str, str, str]:
        """Sort key: later observations, then more advanced stages, come last."""
        return self.first, self.last, self.code, self.stage


class State(NamedTuple):
    """What holds of a text on a day.

    ``state`` is one of :data:`NOT_YET`, :data:`IN_FORCE`, :data:`WITHDRAWN`, :data:`NOT_KNOWN`; ``sure`` one of
    ``known``, ``last observed``, ``not known``; ``why`` a sentence.  ``since`` is the interval of the day from which
    the state holds, ``last_observed`` that in which the text was last seen alive.
    """

    state: str
    sure: str
    why: str
    since: Interval | None = None
    last_observed: Interval | None = None
    sources: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def excludes(other: Evidence, one: Evidence) -> bool:
    """Tell whether *other* puts *one* out of account: they have no day in common, and it goes first.

    The better precedence goes first, then the earlier day.
    """
    if other.first <= one.last and one.first <= other.last:
        return False
    return (other.rank, other.first) < (one.rank, one.first)


def first_of(replaced: Iterable[Evidence], out: Interval) -> list[Evidence]:
    """Return what several texts that replace one say of its end: the first of them counts, whoever says so.

    The day of the first lies between the earliest of their first days and the earliest of their last days.  A text that
    was out before the one that it replaces, or of which it is not known whether it is out, does not end it.

    :param replaced: one piece of evidence for each text that replaces it, of kind ``replaced``
    :param out: the interval of publication of what is replaced
    :returns: one piece of evidence, or none
    """
    able = sorted((e for e in replaced if out[0] <= e.last < LAST), key=lambda e: (e.last, e.rank, e.by, e))
    if not able:
        return []
    sources = {source for e in able if e.first <= able[0].last for source in e.sources}
    return [able[0]._replace(first=min(e.first for e in able), sources=tuple(sorted(sources)))]


def settle(about: str, evidence: Iterable[Evidence]) -> Settled:
    """Intersect what counts: each piece of evidence that none of better precedence excludes.

    Any two that count have a day in common, so all of them have one.

    :param about: ``publication`` or ``end``
    """
    given = sorted(set(evidence), key=lambda e: (e.rank, e.first, e.last, e.kind, e.by, e.sources))
    counted, conflicts = [], []
    for one in given:
        against = [other for other in given if excludes(other, one)]
        if not against:
            counted.append(one)
        else:
            conflicts.append(Conflict(about, against[0], one))
    first = max((e.first for e in counted), default=FIRST)
    return Settled(first, min((e.last for e in counted), default=LAST), tuple(counted), tuple(conflicts))


class Life:
    """A published text (edition or amendment) and what is known of its days.

    :param publication: evidence for the day of publication
    :param end: evidence for the day from which it is withdrawn or superseded
    """

    def __init__(self, iri: str, publication: Iterable[Evidence] = (), end: Iterable[Evidence] = ()) -> None:
        self.iri = iri
        self.designation = self.title = self.number = self.work = self.project = self.amends = self.stable_until = ""
        self.seen: list[Seen] = []
        #: Texts that replace it, and that it replaces.
        self.replaced_by: list[Life] = []
        self.replaces: list[str] = []
        self.published = settle("publication", publication)
        end = list(end)
        replaced = first_of((e for e in end if e.kind == "replaced"), self.out)
        # Nothing ends before it is out: what says so excludes that, and does not count.
        begun = [Evidence("published", self.out[0], LAST, 0, _sources(self.published.counted))] if self.dated else []
        found = settle("end", [*begun, *replaced, *(e for e in end if e.kind != "replaced")])
        self.ended = found._replace(counted=tuple(e for e in found.counted if e not in begun))
        live = max((e.seen for e in self.ended.counted if e.kind == "seen live" and e.seen), default=self.out)
        #: The interval in which it was last seen alive: by an observation, else by its publication.
        self.last_observed: Interval = max(live, self.out)
        #: The day up to which it lives unless it ended before.
        self.live = self.last_observed[0]

    @property
    def out(self) -> Interval:
        """The interval of its publication."""
        return self.published.first, self.published.last

    @property
    def over(self) -> Interval:
        """The interval of its end; it cannot end before it was published."""
        return self.ended.first, self.ended.last

    @property
    def observed(self) -> bool:
        """Whether it was seen alive later than at its publication."""
        return self.last_observed != self.out

    @property
    def dated(self) -> bool:
        """Whether anything is known of its publication."""
        return bool(self.published.counted)

    def state(self, day: str) -> State:
        """Return what holds on *day*."""
        conflicts = self.published.conflicts + self.ended.conflicts
        if not self.dated:
            return State(NOT_KNOWN, NOT_KNOWN, "no source dates its publication", conflicts=conflicts)
        (begun, out), (ended, over) = self.out, self.over
        of_out, of_end = _sources(self.published.counted), _sources(self.ended.counted)
        if day < begun:
            return State(NOT_YET, KNOWN, f"published {when(self.out)}", self.out, None, of_out, conflicts)
        if day >= over:
            lasts = [e.last for e in self.ended.counted if e.by and e.last <= day]
            first = [text for text in self.replaced_by if lasts and begun <= text.out[1] and text.out[0] <= lasts[0]]
            successors = [text.designation or text.iri for text in first]
            how = f"superseded by {', '.join(sorted(successors))}" if successors else "withdrawn"
            return State(WITHDRAWN, KNOWN, f"{how} {when(self.over)}", self.over, None, of_end, conflicts)
        if day < out:
            why = f"published {when(self.out)}"
            return State(NOT_KNOWN, NOT_KNOWN, why, None, None, of_out, conflicts)
        both = tuple(sorted({*of_out, *of_end}))
        if day < ended or day <= self.live:
            return State(IN_FORCE, KNOWN, f"published {when(self.out)}", self.out, self.last_observed, both, conflicts)
        if over == LAST:
            why = f"last seen {when(self.last_observed)}; no source tells of an end"
            if not self.observed:
                why = f"published {when(self.out)}; no later look at it is known"
            return State(IN_FORCE, OBSERVED, why, self.out, self.last_observed, both, conflicts)
        return State(NOT_KNOWN, NOT_KNOWN, f"it ended {when(self.over)}", None, self.last_observed, of_end, conflicts)

    def stage(self, day: str) -> Seen | None:
        """Return the last stage that was seen or reached on or before *day*.

        A registry that knows but one word for all that is in force does not take back what an exact code has told.
        """
        until = sorted((s for s in self.seen if s.first <= day), key=lambda s: s.order)
        if until and until[-1].life == "in-force" and not until[-1].broader:
            exact = [s for s in until if s.broader and s.life in ("in-force", "under-review", "to-be-revised")]
            return (exact or until)[-1]
        return until[-1] if until else None

    def days(self) -> set[str]:
        """Return the days on which its state may change."""
        found = {*self.out, *self.over, *(s.first for s in self.seen)}
        found |= {after(self.live)} if FIRST < self.live < LAST else set()
        return found - {FIRST, LAST}


def _sources(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    return tuple(sorted({source for e in evidence for source in e.sources}))


def _told(e: Evidence) -> dict[str, Any]:
    return {"kind": e.kind, "interval": pair((e.first, e.last)), "by": e.by, "sources": list(e.sources)}


# ── Days in words ──
