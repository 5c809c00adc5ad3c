"""Standards as they stand on a day: the current edition, what is in development, what became of it.

Pure, on top of :mod:`cyberstd_kg.lifecycle.evidence`; the rules stand in ``docs/decisions/0012-time.md``.  The saved
questions ``current-edition`` and ``pipeline`` say the same in SPARQL, and a test compares both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from cyberstd_kg.core.days import FIRST, LAST, Interval, before, compact, when
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.lifecycle.evidence import IN_FORCE, KNOWN, NOT_KNOWN, NOT_YET, OBSERVED, WITHDRAWN, Life, Seen, State

IN_DEVELOPMENT, PROPOSED, ABANDONED = "in development", "proposed", "abandoned"
#: States of life of a stage by which an undertaking is over: its text is out.
_OUT: Final = frozenset(["in-force", "under-review", "to-be-revised", "withdrawn"])


class Undertaking:
    """A project with its drafts, or a draft of which no project is known: what may become an edition or amendment."""

    def __init__(self, iri: str, name: str, work: str) -> None:
        self.iri = iri
        self.name = name
        self.work = work
        self.title = ""
        #: Numbers of the edition that it makes, where a source gives one.
        self.numbers: set[str] = set()
        self.committees: set[str] = set()
        self.revises: set[str] = set()
        self.to_amend: set[str] = set()
        #: IRI → designation, of what it revises or is to amend.
        self.named: dict[str, str] = {}
        self.seen: list[Seen] = []

    @property
    def began(self) -> str:
        """The day on which its last observation began; :data:`FIRST` where it was never seen."""
        return max((s.first for s in self.seen), default=FIRST)

    def stage(self, day: str) -> Seen | None:
        """Return the last stage seen on or before *day*, of equally late ones the most advanced."""
        return max((s for s in self.seen if s.first <= day), key=lambda s: s.order, default=None)

    def became(self, text: Life) -> bool:
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
        return self.began < text.published.last < LAST


class Progress(NamedTuple):
    """An undertaking on a day: ``state`` is proposed, in development, abandoned or, with ``outcome``, published."""

    undertaking: Undertaking
    seen: Seen
    state: str
    sure: str
    outcome: Life | None = None


class Standing(NamedTuple):
    """An edition on a day, with its state, and the last stage seen until then."""

    text: Life
    state: State
    stage: Seen | None

    @property
    def word(self) -> str:
        """The state, more exactly where the last stage that was seen says so: under review, to be revised."""
        if self.state.state == IN_FORCE and self.stage and self.stage.life in ("under-review", "to-be-revised"):
            return self.stage.life.replace("-", " ")
        return self.state.state


class Current(NamedTuple):
    """What is current of a standard on a day.

    ``state`` is that of the standard: of its current edition, else withdrawn, not yet published, in development,
    proposed, abandoned, not known.  ``earlier`` are editions that a later one supersedes by the order of dates alone:
    no source says so.  ``moved`` are texts of other standards that replace editions of this one.  ``parts`` are the
    current editions of the parts of a standard that has no editions itself.
    """

    state: str
    sure: str
    why: str
    editions: tuple[Standing, ...] = ()
    earlier: tuple[Standing, ...] = ()
    others: tuple[Standing, ...] = ()
    moved: tuple[Life, ...] = ()
    parts: tuple[tuple[Work, Current], ...] = ()


class Work:
    """A standard with its editions, their amendments, its undertakings and its parts."""

    def __init__(self, iri: str, designation: str) -> None:
        self.iri = iri
        self.designation = designation
        self.titles: dict[str, str] = {}
        self.committees: set[str] = set()
        self.groups: set[str] = set()
        #: Of it, its texts and projects: document types, printed stages; the designations of editions and drafts.
        self.types: set[str] = set()
        self.printed: set[str] = set()
        self.texts: set[str] = set()
        self.sources: set[str] = set()
        self.editions: list[Life] = []
        self.amendments: list[Life] = []
        self.undertakings: list[Undertaking] = []
        self.parts: list[Work] = []

    def standings(self, day: str) -> list[Standing]:
        """Return all editions on *day*, in order of publication."""
        found = [Standing(text, text.state(day), text.stage(day)) for text in self.editions]
        return sorted(found, key=lambda s: (s.text.out, natural(s.text.designation), s.text.iri))

    def amended(self, edition: Life, day: str) -> list[Standing]:
        """Return the amendments of *edition* that are, or may be, in force on *day*."""
        found = [Standing(text, text.state(day), text.stage(day)) for text in self.amendments]
        return sorted(
            (s for s in found if s.text.amends == edition.iri and s.state.state in (IN_FORCE, NOT_KNOWN)),
            key=lambda s: (s.text.out, s.text.designation),
        )

    def later(self, standing: Standing, day: str) -> Life | None:
        """Return the first later edition that was out by *day*, where this one was not seen alive since."""
        if (standing.state.state, standing.state.sure) != (IN_FORCE, OBSERVED) or standing.text not in self.editions:
            return None
        found = [
            other
            for other in self.editions
            if other is not standing.text
            and other.dated
            and other.published.last <= day
            and other.published.first > standing.text.live
        ]
        return min(found, key=lambda text: (text.published.last, text.designation, text.iri), default=None)

    def overtaken(self, standing: Standing, day: str) -> bool:
        """Tell whether a later edition was out by *day*, and this one was not seen alive since."""
        return self.later(standing, day) is not None

    def why(self, standing: Standing, day: str) -> str:
        """Return why a text is in its state, and which later edition supersedes it by the order of dates alone."""
        new = self.later(standing, day)
        return standing.state.why + (f"; {later_words(new)}" if new else "")

    def current(self, day: str) -> Current:
        """Return what is current on *day*."""
        standings = self.standings(day)
        live = [s for s in standings if s.state.state == IN_FORCE]
        earlier = tuple(s for s in live if self.overtaken(s, day))
        now = tuple(s for s in live if s not in earlier)
        unclear = tuple(s for s in standings if s.state.state == NOT_KNOWN and s.text.dated)
        moved = tuple(self._moved(day))
        if now:
            sure = KNOWN if all(s.state.sure == KNOWN for s in now) else OBSERVED
            return Current(now[-1].word, sure, "; ".join(s.state.why for s in now), now, earlier, unclear, moved)
        if unclear:
            why = "; ".join(f"{s.text.designation}: {s.state.why}" for s in unclear)
            return Current(NOT_KNOWN, NOT_KNOWN, why, (), earlier, unclear, moved)
        if earlier or any(s.state.state == WITHDRAWN for s in standings):
            last = [s for s in standings if s.state.state in (IN_FORCE, WITHDRAWN)][-1]
            why = f"{last.text.designation}: {last.state.why}"
            return Current(WITHDRAWN, OBSERVED if earlier else KNOWN, why, (), earlier, (), moved)
        return self._without_edition(standings, day)

    def _without_edition(self, standings: list[Standing], day: str) -> Current:
        coming = [p for p in self.progress(day, abandoned=True) if not p.undertaking.to_amend]
        active = [p for p in coming if p.state != ABANDONED]
        if active:
            last = max(active, key=lambda p: (p.state == IN_DEVELOPMENT, p.seen.order))
            why = f"no edition is published; {last.undertaking.name}: {seen_words(last.seen)}"
            return Current(last.state, last.sure, why)
        if dated := [s for s in standings if s.text.dated]:
            why = f"{dated[0].text.designation}: {dated[0].state.why}"
            return Current(NOT_YET, KNOWN, why, (), (), tuple(dated))
        if self.parts:
            parts = tuple((part, part.current(day)) for part in self.parts)
            states = [current for _, current in parts]
            of_one = next((c for c in states if c.editions), states[0])
            return Current(of_one.state, of_one.sure, "it has no edition of its own; these are its parts", parts=parts)
        if coming:
            return Current(ABANDONED, coming[-1].sure, f"no edition is published; {seen_words(coming[-1].seen)}")
        if standings:
            return Current(NOT_KNOWN, NOT_KNOWN, standings[-1].state.why, (), (), tuple(standings))
        return Current(NOT_KNOWN, NOT_KNOWN, "no source tells of an edition or a project by then")

    def _moved(self, day: str) -> Iterable[Life]:
        """Yield the texts of other standards that replaced an edition of this one by *day*."""
        found = {new.iri: new for text in self.editions for new in text.replaced_by if new.work != self.iri}
        return [new for _, new in sorted(found.items()) if new.dated and new.published.last <= day]

    def outcome(self, undertaking: Undertaking) -> Life | None:
        """Return the first text that came of an undertaking, if any is known."""
        found = [text for text in (*self.editions, *self.amendments) if undertaking.became(text)]
        return min(found, key=lambda text: (text.published.last, text.designation, text.iri), default=None)

    def progress(self, day: str, *, abandoned: bool = False, over: bool = False) -> list[Progress]:
        """Return what was in development on *day*, the most advanced last.

        :param abandoned: also what had been given up
        :param over: also what had been published
        """
        found = []
        for undertaking in self.undertakings:
            seen = undertaking.stage(day)
            if seen is None:
                continue
            # Where the source looked at some moment of an interval, the day may come before that moment.
            sure = NOT_KNOWN if day < seen.last else KNOWN if seen.first == day else OBSERVED
            state = {"proposed": PROPOSED, "abandoned": ABANDONED}.get(seen.life, IN_DEVELOPMENT)
            outcome = self.outcome(undertaking)
            if seen.life in _OUT or (outcome is not None and outcome.published.last <= day):
                if over:
                    found.append(Progress(undertaking, seen, "published", KNOWN, outcome))
            elif state != ABANDONED or abandoned:
                found.append(Progress(undertaking, seen, state, sure, outcome))
        return sorted(found, key=lambda p: (p.seen.code, p.seen.order, p.undertaking.iri))

    def days(self) -> set[str]:
        """Return the days on which an answer about it may change."""
        found = {day for text in (*self.editions, *self.amendments) for day in text.days()}
        found |= {new.published.last for text in self.editions for new in text.replaced_by}
        found |= {day for u in self.undertakings for s in u.seen for day in (s.first, s.last)}
        return (found | {day for part in self.parts for day in part.days()}) - {FIRST, LAST}


def spans(within: Interval, days: Iterable[str]) -> list[Interval]:
    """Cut an interval at *days*, each of which begins a new one."""
    starts = [within[0], *sorted(day for day in set(days) if within[0] < day <= within[1])]
    return [(first, before(starts[at + 1]) if at + 1 < len(starts) else within[1]) for at, first in enumerate(starts)]


def later_words(new: Life) -> str:
    """Return that a later edition is out, though no source says that it replaces the earlier."""
    name = new.designation or new.iri
    return f"a later edition, {name}, is out since {compact(new.out)}; no source says that it replaces this one"


def seen_words(seen: Seen) -> str:
    """Return what was seen, and when: ``seen at FDIS between … and …``."""
    # The names of the codes of registries begin with the code.
    code = "" if seen.name.startswith(seen.code) else f" ({seen.code})"
    return f"{'reached' if seen.event else 'seen at'} {seen.name or seen.printed}{code} {when((seen.first, seen.last))}"
