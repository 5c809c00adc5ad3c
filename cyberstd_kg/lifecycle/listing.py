"""The list of standards, with what is current of each on a day (``cyberstd list``, ``kg.standards``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cyberstd_kg.core.ordering import natural
from cyberstd_kg.lifecycle.standards import Current, Work

COLUMNS: Final = (
    *("standard", "designation", "title", "current", "state", "sure", "asOf", "texts", "stages", "editions", "sources"),
)
#: What ``--state`` takes.
STATES: Final = (
    *("in force", "under review", "to be revised", "withdrawn", "not yet published", "in development", "proposed"),
    *("abandoned", "not known"),
)


def listing(
    works: Iterable[Work], day: str, *, stage: str | None = None, type: str | None = None, state: str | None = None
) -> list[dict[str, str]]:
    """Return the standards that fit, one row each, in natural order of designation.

    A row holds a text for each of :data:`COLUMNS`.

    :param stage: IRI of a stage: the current edition, or something in development, was last seen at it by *day*
    :param type: IRI of a document type: the standard, or a text or project of it, has it
    :param state: one of :data:`STATES`, in which the standard is on *day*
    """
    rows = []
    for work in sorted(works, key=lambda w: (natural(w.designation), w.iri)):
        if type is not None and type not in work.types:
            continue
        current = work.current(day)
        if (stage is None or _at(work, current, day, stage)) and (state is None or _is(current, state)):
            rows.append(_row(work, current, day))
    return rows


def _is(current: Current, state: str) -> bool:
    # What is under review or to be revised is in force.
    return current.state == state or (state == "in force" and current.state in STATES[1:3])


def _at(work: Work, current: Current, day: str, stage: str) -> bool:
    seen = [s.stage for s in (*current.editions, *current.earlier)]
    if not current.editions and (ended := [s for s in work.standings(day) if s.state.state == "withdrawn"]):
        seen.append(ended[-1].stage)
    seen += [progress.seen for progress in work.progress(day, abandoned=True)]
    return any(s is not None and stage in (s.stage, s.broader) for s in seen)


def _row(work: Work, current: Current, day: str) -> dict[str, str]:
    names = [s.text.designation for s in current.editions]
    names += [s.text.designation for _, part in current.parts for s in part.editions]
    titles = [s.text.title for s in current.editions[-1:]] + sorted(work.titles)
    titles += sorted(text.title for text in work.editions) + sorted(u.title for u in work.undertakings)
    return {
        "standard": work.iri,
        "designation": work.designation,
        "title": next((title for title in titles if title), ""),
        "current": "; ".join(names),
        "state": current.state,
        "sure": current.sure,
        "asOf": day,
        "texts": "; ".join(sorted(work.texts, key=natural)),
        "stages": "; ".join(sorted(work.printed)),
        "editions": " ".join(s.text.iri for s in current.editions),
        "sources": " ".join(sorted(work.sources)),
    }
