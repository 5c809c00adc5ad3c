"""The state of a text on any day, by dated evidence: published, in force or withdrawn, and how certain that is.

Pure: evidence goes in, states come out; nothing is stored.  ``docs/decisions/0012-time.md`` gives the rules and their
reasons.  The saved question ``state-on-date`` gives the same answer in SPARQL; a test compares both.

Each piece of evidence bounds a day, that of publication or that of the end, to an interval.  A side of which it says
nothing is :data:`~cyberstd_kg.core.days.FIRST` or :data:`~cyberstd_kg.core.days.LAST`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from cyberstd_kg.core.days import FIRST, LAST, Interval, after, when

#: The place in the order of precedence of a day that no source states: after all that one does.
UNSTATED: Final = 1000

NOT_YET, IN_FORCE, WITHDRAWN, NOT_KNOWN = "not yet published", "in force", "withdrawn", "not known"
KNOWN, OBSERVED = "known", "last observed"
#: Lifecycle states of a stage by which a text is in force.
ALIVE: Final = frozenset(["in-force", "under-review", "to-be-revised"])


def as_json(value: Any) -> Any:
    """Return a part of an answer as documented JSON: tuples as lists, an unknown side of an interval as ""."""
    if hasattr(value, "to_json"):
        return value.to_json()
    if isinstance(value, tuple):
        return [as_json(item) for item in value]
    return "" if value in (FIRST, LAST) else value


def fields_json(row: NamedTuple) -> dict[str, Any]:
    """Return an object with the fields of *row*."""
    return {name: as_json(value) for name, value in row._asdict().items()}


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

    def to_json(self) -> dict[str, Any]:
        """Return the evidence as the documented JSON object."""
        return {
            "kind": self.kind,
            "interval": as_json((self.first, self.last)),
            "by": self.by,
            "sources": list(self.sources),
        }


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
        return fields_json(self)


class Settled(NamedTuple):
    """A day as far as it is known: the intersection of all evidence that counts."""

    first: str
    last: str
    counted: tuple[Evidence, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def interval(self) -> Interval:
        """Its first and its last possible day."""
        return self.first, self.last

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of the evidence that counts, sorted."""
        return tuple(sorted({source for e in self.counted for source in e.sources}))


class StageStatement(NamedTuple):
    """The stage that a text, draft or project reached (``event``) or was seen at, on a day of an interval.

    ``stage`` is the IRI of the stage's code, ``name`` its label, ``code`` its number, ``broader`` the IRI of the code
    above it; ``life`` is the lifecycle state that the stage means (``in-force``); ``printed`` is the stage as printed.
    ``rank`` is the precedence of the source, 1 first.
    """

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

    @property
    def interval(self) -> Interval:
        """The first and the last day on which it may have been reached or seen."""
        return self.first, self.last

    @property
    def label(self) -> str:
        """The name of the stage; as printed where no code is known."""
        return self.name or self.printed

    @property
    def sentence(self) -> str:
        """What was seen, and when: ``seen at FDIS (50.20) on 2023-01-01``."""
        # The names of the codes of registries begin with the code.
        code = "" if self.name.startswith(self.code) else f" ({self.code})"
        return f"{'reached' if self.event else 'seen at'} {self.label}{code} {when(self.interval)}"

    def to_json(self) -> dict[str, Any]:
        """Return the stage as the documented JSON object."""
        return {
            "iri": self.stage,
            "name": self.name,
            "code": self.code,
            "printed": self.printed,
            "reached" if self.event else "seen": list(self.interval),
            "sources": list(self.sources),
        }


class State(NamedTuple):
    """The state of a text on a day.

    ``state`` is one of :data:`NOT_YET`, :data:`IN_FORCE`, :data:`WITHDRAWN`, :data:`NOT_KNOWN`; ``sure`` one of
    ``known``, ``last observed``, ``not known``; ``why`` the reason in words.  ``last_observed`` is the interval in
    which the text was last seen alive.
    """

    state: str
    sure: str
    why: str
    last_observed: Interval | None = None
    sources: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def excludes(other: Evidence, one: Evidence) -> bool:
    """Tell whether *one* does not count because of *other*: they have no day in common, and *other* goes first.

    The better precedence goes first, then the earlier day.
    """
    if other.first <= one.last and one.first <= other.last:
        return False
    return (other.rank, other.first) < (one.rank, one.first)


def first_of(replaced: Iterable[Evidence], published: Interval) -> list[Evidence]:
    """Return what several texts that replace one say of its end: the first of them counts, whoever says so.

    The day of the first lies between the earliest of their first days and the earliest of their last days.  A text that
    was out before the one that it replaces, or of which it is not known whether it is out, does not end it.

    :param replaced: one piece of evidence for each text that replaces it, of kind ``replaced``
    :param published: the interval of publication of what is replaced
    :returns: one piece of evidence, or none
    """
    able = sorted((e for e in replaced if published[0] <= e.last < LAST), key=lambda e: (e.last, e.rank, e.by, e))
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
        against = next((other for other in given if excludes(other, one)), None)
        if against is None:
            counted.append(one)
        else:
            conflicts.append(Conflict(about, against, one))
    first = max((e.first for e in counted), default=FIRST)
    return Settled(first, min((e.last for e in counted), default=LAST), tuple(counted), tuple(conflicts))


class PublishedText:
    """A published text (edition or amendment) and what is known of its days.

    :param publication: evidence for the day of publication
    :param end: evidence for the day from which it is withdrawn or superseded
    """

    def __init__(self, iri: str, publication: Iterable[Evidence] = (), end: Iterable[Evidence] = ()) -> None:
        self.iri = iri
        self.designation = self.title = self.number = ""
        #: IRIs of its standard, of the project in which it was developed, and of the edition that it amends.
        self.work = self.project = self.amends = ""
        self.stages: list[StageStatement] = []
        #: Texts that replace it.
        self.replaced_by: list[PublishedText] = []
        self.publication = settle("publication", publication)
        #: The interval of its publication.
        self.published: Interval = self.publication.interval
        end = list(end)
        replaced = first_of((e for e in end if e.kind == "replaced"), self.published)
        # Nothing ends before it is out: what says so excludes that, and does not count.
        begun = [Evidence("published", self.published[0], LAST, 0, self.publication.sources)] if self.dated else []
        settled = settle("end", [*begun, *replaced, *(e for e in end if e.kind != "replaced")])
        self.end = settled._replace(counted=tuple(e for e in settled.counted if e not in begun))
        #: The interval of its end; it cannot end before it was published.
        self.ended: Interval = self.end.interval
        seen = [e.seen for e in self.end.counted if e.kind == "seen live" and e.seen]
        #: The interval in which it was last seen alive: by an observation, else by its publication.
        self.last_observed: Interval = max([*seen, self.published])
        #: The day up to which it was alive unless it ended before.
        self.alive_until = self.last_observed[0]

    @property
    def name(self) -> str:
        """Its designation, or its IRI where it has none."""
        return self.designation or self.iri

    @property
    def dated(self) -> bool:
        """Whether anything is known of its publication."""
        return bool(self.publication.counted)

    def to_json(self) -> dict[str, Any]:
        """Return its name and its interval of publication as the documented JSON object."""
        return {"iri": self.iri, "designation": self.name, "published": as_json(self.published)}

    def state(self, day: str) -> State:
        """Return its state on *day*."""
        state = self._state(day)
        return state._replace(conflicts=self.publication.conflicts + self.end.conflicts)

    def _state(self, day: str) -> State:
        if not self.dated:
            return State(NOT_KNOWN, NOT_KNOWN, "no source dates its publication")
        published = f"published {when(self.published)}"
        if day < self.published[0]:
            return State(NOT_YET, KNOWN, published, sources=self.publication.sources)
        if day >= self.ended[1]:
            return State(WITHDRAWN, KNOWN, f"{self._ended_by(day)} {when(self.ended)}", sources=self.end.sources)
        if day < self.published[1]:
            return State(NOT_KNOWN, NOT_KNOWN, published, sources=self.publication.sources)
        both = tuple(sorted({*self.publication.sources, *self.end.sources}))
        if day < self.ended[0] or day <= self.alive_until:
            return State(IN_FORCE, KNOWN, published, self.last_observed, both)
        if self.ended[1] != LAST:
            return State(NOT_KNOWN, NOT_KNOWN, f"it ended {when(self.ended)}", self.last_observed, self.end.sources)
        if self.last_observed == self.published:
            why = f"{published}; no later observation is known"
        else:
            why = f"last seen {when(self.last_observed)}; no source reports an end"
        return State(IN_FORCE, OBSERVED, why, self.last_observed, both)

    def _ended_by(self, day: str) -> str:
        """Return how it had ended by *day*: withdrawn, or superseded by the texts that may be the first to do so."""
        lasts = [e.last for e in self.end.counted if e.by and e.last <= day]
        if not lasts:
            return "withdrawn"
        begun = self.published[0]
        first = [new for new in self.replaced_by if begun <= new.published[1] and new.published[0] <= lasts[0]]
        names = sorted(new.name for new in first)
        return f"superseded by {', '.join(names)}" if names else "withdrawn"

    def stage(self, day: str) -> StageStatement | None:
        """Return the last stage that was seen or reached on or before *day*.

        A registry that has one word for all that is in force does not revoke an exact code of another one.
        """
        until = sorted((s for s in self.stages if s.first <= day), key=lambda s: s.order)
        if until and until[-1].life == "in-force" and not until[-1].broader:
            until = [s for s in until if s.broader and s.life in ALIVE] or until
        return until[-1] if until else None

    def days(self) -> set[str]:
        """Return the days on which its state may change."""
        days = {*self.published, *self.ended, *(s.first for s in self.stages)}
        days |= {after(self.alive_until)} if FIRST < self.alive_until < LAST else set()
        return days - {FIRST, LAST}
