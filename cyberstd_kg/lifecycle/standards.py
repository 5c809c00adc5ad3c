"""Standards on a day: the current edition, what is in development, what became of it.

Pure, on top of :mod:`cyberstd_kg.lifecycle.evidence`; ``docs/decisions/0012-time.md`` gives the rules.  The saved
questions ``current-edition`` and ``pipeline`` give the same answers in SPARQL; a test compares both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from cyberstd_kg.core.days import FIRST, LAST, Interval, before, compact
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.lifecycle.evidence import (
    ALIVE,
    IN_FORCE,
    KNOWN,
    NOT_KNOWN,
    NOT_YET,
    OBSERVED,
    WITHDRAWN,
    PublishedText,
    StageStatement,
    State,
)

UNDER_REVIEW, TO_BE_REVISED = "under review", "to be revised"
IN_DEVELOPMENT, PROPOSED, ABANDONED = "in development", "proposed", "abandoned"
#: The states of a standard.
STATES: Final = (
    IN_FORCE,
    UNDER_REVIEW,
    TO_BE_REVISED,
    WITHDRAWN,
    NOT_YET,
    IN_DEVELOPMENT,
    PROPOSED,
    ABANDONED,
    NOT_KNOWN,
)
#: Lifecycle states of a stage by which an undertaking is over: its text is out.
_OUT: Final = ALIVE | {"withdrawn"}


class Undertaking:
    """A project with its drafts, or a draft of which no project is known: what may become an edition or amendment."""

    def __init__(self, iri: str, name: str, work: str) -> None:
        self.iri = iri
        self.name = name
        self.work = work
        self.title = ""
        #: Numbers of the edition that it makes, where a source gives one.
        self.numbers: set[str] = set()
        self.revises: set[str] = set()
        self.to_amend: set[str] = set()
        #: IRI → designation, of what it revises or is to amend.
        self.designations: dict[str, str] = {}
        self.stages: list[StageStatement] = []

    @property
    def began(self) -> str:
        """The day on which its last observation began; :data:`FIRST` where it was never seen."""
        return max((s.first for s in self.stages), default=FIRST)

    def named(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Return the designations of *texts* (IRIs), sorted."""
        return tuple(sorted(self.designations.get(iri, iri) for iri in texts))

    def stage(self, day: str) -> StageStatement | None:
        """Return the last stage seen on or before *day*, of equally late ones the most advanced."""
        return max((s for s in self.stages if s.first <= day), key=lambda s: s.order, default=None)

    def became(self, text: PublishedText) -> bool:
        """Tell whether *text* is what came of it.

        It is where a source says that it was developed in it.  Else, where both have an edition number, these decide;
        where not, the text must not have been out before the undertaking was last seen.
        """
        if text.amends not in self.to_amend if self.to_amend else text.work != self.work:
            return False
        if text.iri in self.revises or not text.dated:
            return False
        if text.project == self.iri:
            return True
        if text.number and self.numbers:
            return text.number in self.numbers
        return self.began < text.published[1] < LAST


class Progress(NamedTuple):
    """An undertaking on a day: ``state`` is proposed, in development, abandoned or, with ``outcome``, published."""

    undertaking: Undertaking
    stage: StageStatement
    state: str
    sure: str
    outcome: PublishedText | None = None

    @property
    def revises(self) -> tuple[str, ...]:
        """The designations of what it revises, sorted."""
        return self.undertaking.named(self.undertaking.revises)

    @property
    def to_amend(self) -> tuple[str, ...]:
        """The designations of what it is to amend, sorted."""
        return self.undertaking.named(self.undertaking.to_amend)

    def to_json(self) -> dict[str, Any]:
        """Return it as the documented JSON object."""
        return {
            "iri": self.undertaking.iri,
            "name": self.undertaking.name,
            "state": self.state,
            "sure": self.sure,
            "stage": self.stage.to_json(),
            "revises": list(self.revises),
            "to_amend": list(self.to_amend),
        }


class TextOnDay(NamedTuple):
    """An edition or amendment on a day, with its state, and the last stage seen until then."""

    text: PublishedText
    state: State
    stage: StageStatement | None

    @classmethod
    def of(cls, text: PublishedText, day: str) -> TextOnDay:
        """Return *text* as it is on *day*."""
        return cls(text, text.state(day), text.stage(day))

    @property
    def word(self) -> str:
        """The state, more exactly where the last stage that was seen says so: under review, to be revised."""
        if self.state.state == IN_FORCE and self.stage and self.stage.life in ALIVE - {"in-force"}:
            return self.stage.life.replace("-", " ")
        return self.state.state


class Current(NamedTuple):
    """What is current of a standard on a day.

    ``state`` is that of the standard: of its current edition, else withdrawn, not yet published, in development,
    proposed, abandoned, not known.  ``earlier`` are editions that a later one supersedes by the order of dates alone:
    no source says so.  ``not_known`` are editions whose state is not known.  ``moved`` are texts of other standards
    that replace editions of this one.  ``parts`` are the current editions of the parts of a standard that has no
    editions itself.
    """

    state: str
    sure: str
    why: str
    editions: tuple[TextOnDay, ...] = ()
    earlier: tuple[TextOnDay, ...] = ()
    not_known: tuple[TextOnDay, ...] = ()
    moved: tuple[PublishedText, ...] = ()
    parts: tuple[tuple[Work, Current], ...] = ()


class Work:
    """A standard with its editions, their amendments, its undertakings and its parts."""

    def __init__(self, iri: str, designation: str) -> None:
        self.iri = iri
        self.designation = designation
        self.titles: set[str] = set()
        #: Of it, its texts and projects: document types, printed stages; the designations of editions and drafts.
        self.types: set[str] = set()
        self.printed: set[str] = set()
        self.texts: set[str] = set()
        self.sources: set[str] = set()
        self.editions: list[PublishedText] = []
        self.amendments: list[PublishedText] = []
        self.undertakings: list[Undertaking] = []
        self.parts: list[Work] = []

    def editions_on(self, day: str) -> list[TextOnDay]:
        """Return all editions on *day*, in order of publication."""
        editions = [TextOnDay.of(text, day) for text in self.editions]
        return sorted(editions, key=lambda e: (e.text.published, natural(e.text.designation), e.text.iri))

    def amendments_on(self, day: str, edition: PublishedText) -> list[TextOnDay]:
        """Return all amendments of *edition* on *day*, in order of publication."""
        amendments = [TextOnDay.of(text, day) for text in self.amendments if text.amends == edition.iri]
        return sorted(amendments, key=lambda a: (a.text.published, a.text.iri))

    def overtaken_by(self, edition: TextOnDay, day: str) -> PublishedText | None:
        """Return the first later edition that was out by *day*, where *edition* was not seen alive since."""
        old, state = edition.text, edition.state
        if (state.state, state.sure) != (IN_FORCE, OBSERVED) or old not in self.editions:
            return None
        dated = [new for new in self.editions if new is not old and new.dated]
        later = [new for new in dated if old.alive_until < new.published[0] and new.published[1] <= day]
        return min(later, key=lambda text: (text.published[1], text.designation, text.iri), default=None)

    def why(self, text: TextOnDay, day: str) -> str:
        """Return why a text is in its state, and which later edition supersedes it by the order of dates alone."""
        new = self.overtaken_by(text, day)
        if new is None:
            return text.state.why
        later = f"a later edition, {new.name}, is out since {compact(new.published)}"
        return f"{text.state.why}; {later}; no source says that it replaces this one"

    def current(self, day: str) -> Current:
        """Return what is current on *day*."""
        editions = self.editions_on(day)
        groups: defaultdict[str, list[TextOnDay]] = defaultdict(list)
        for edition in editions:
            groups["earlier" if self.overtaken_by(edition, day) else edition.state.state].append(edition)
        now, earlier, ended = groups[IN_FORCE], tuple(groups["earlier"]), groups[WITHDRAWN]
        unclear = tuple(edition for edition in groups[NOT_KNOWN] if edition.text.dated)
        moved = self._moved(day)
        if now:
            sure = KNOWN if {edition.state.sure for edition in now} == {KNOWN} else OBSERVED
            why = "; ".join(edition.state.why for edition in now)
            return Current(now[-1].word, sure, why, tuple(now), earlier, unclear, moved)
        if unclear:
            return Current(NOT_KNOWN, NOT_KNOWN, _reasons(unclear), (), earlier, unclear, moved)
        if over := [edition for edition in editions if edition in (*earlier, *ended)]:
            sure = OBSERVED if earlier else KNOWN
            return Current(WITHDRAWN, sure, _reasons(over[-1:]), earlier=earlier, moved=moved)
        return self._without_edition(editions, day)

    def _without_edition(self, editions: list[TextOnDay], day: str) -> Current:
        """Return what is current where no edition is or was in force."""
        coming = [p for p in self.progress(day, abandoned=True) if not p.undertaking.to_amend]
        if active := [p for p in coming if p.state != ABANDONED]:
            last = max(active, key=lambda p: (p.state == IN_DEVELOPMENT, p.stage.order))
            why = f"no edition is published; {last.undertaking.name}: {last.stage.sentence}"
            return Current(last.state, last.sure, why)
        if dated := tuple(e for e in editions if e.text.dated):
            return Current(NOT_YET, KNOWN, _reasons(dated[:1]), not_known=dated)
        if self.parts:
            parts = tuple((part, part.current(day)) for part in self.parts)
            of_one = next((current for _, current in parts if current.editions), parts[0][1])
            return Current(of_one.state, of_one.sure, "it has no edition of its own; these are its parts", parts=parts)
        if coming:
            return Current(ABANDONED, coming[-1].sure, f"no edition is published; {coming[-1].stage.sentence}")
        why = editions[-1].state.why if editions else "no source reports an edition or a project by then"
        return Current(NOT_KNOWN, NOT_KNOWN, why, not_known=tuple(editions))

    def _moved(self, day: str) -> tuple[PublishedText, ...]:
        """Return the texts of other standards that replaced an edition of this one by *day*, by IRI."""
        others = {new.iri: new for text in self.editions for new in text.replaced_by if new.work != self.iri}
        return tuple(new for _, new in sorted(others.items()) if new.dated and new.published[1] <= day)

    def outcome(self, undertaking: Undertaking) -> PublishedText | None:
        """Return the first text that came of an undertaking, if any is known."""
        texts = [text for text in (*self.editions, *self.amendments) if undertaking.became(text)]
        return min(texts, key=lambda text: (text.published[1], text.designation, text.iri), default=None)

    def progress(self, day: str, *, abandoned: bool = False, over: bool = False) -> list[Progress]:
        """Return what was in development on *day*, the most advanced last.

        :param abandoned: also what had been abandoned
        :param over: also what had been published
        """
        rows = []
        for undertaking in self.undertakings:
            stage = undertaking.stage(day)
            if stage is None:
                continue
            # Where the source looked at some moment of an interval, the day may come before that moment.
            sure = NOT_KNOWN if day < stage.last else KNOWN if stage.first == day else OBSERVED
            state = {"proposed": PROPOSED, "abandoned": ABANDONED}.get(stage.life, IN_DEVELOPMENT)
            outcome = self.outcome(undertaking)
            if stage.life in _OUT or (outcome is not None and outcome.published[1] <= day):
                if over:
                    rows.append(Progress(undertaking, stage, "published", KNOWN, outcome))
            elif state != ABANDONED or abandoned:
                rows.append(Progress(undertaking, stage, state, sure, outcome))
        return sorted(rows, key=lambda p: (p.stage.code, p.stage.order, p.undertaking.iri))

    def days(self) -> set[str]:
        """Return the days on which an answer about it may change."""
        days = {day for text in (*self.editions, *self.amendments) for day in text.days()}
        days |= {new.published[1] for text in self.editions for new in text.replaced_by}
        days |= {day for u in self.undertakings for s in u.stages for day in s.interval}
        return days.union(*(part.days() for part in self.parts)) - {FIRST, LAST}


def _reasons(editions: Iterable[TextOnDay]) -> str:
    return "; ".join(f"{edition.text.designation}: {edition.state.why}" for edition in editions)


def spans(within: Interval, days: Iterable[str]) -> list[Interval]:
    """Cut an interval at *days*, each of which begins a new one."""
    starts = [within[0], *sorted(day for day in set(days) if within[0] < day <= within[1])]
    return [(first, before(starts[at + 1]) if at + 1 < len(starts) else within[1]) for at, first in enumerate(starts)]
