"""The list of standards, with what is current of each on a day (``cyberstd list``, ``kg.standards``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cyberstd_kg.core.ordering import natural
from cyberstd_kg.lifecycle.evidence import IN_FORCE, WITHDRAWN
from cyberstd_kg.lifecycle.standards import TO_BE_REVISED, UNDER_REVIEW, Current, Work

COLUMNS: Final = tuple("standard designation title current state sure asOf texts stages editions sources".split())


def listing(
    works: Iterable[Work], day: str, *, stage: str | None = None, type: str | None = None, state: str | None = None
) -> list[dict[str, str]]:
    """Return the standards that fit, one row each, in natural order of designation.

    A row holds a text for each of :data:`COLUMNS`.

    :param stage: IRI of a stage: the current edition, or something in development, was last seen at it by *day*
    :param type: IRI of a document type: the standard, or a text or project of it, has it
    :param state: one of :data:`~cyberstd_kg.lifecycle.standards.STATES`, in which the standard is on *day*
    """
    rows = []
    for work in sorted(works, key=lambda w: (natural(w.designation), w.iri)):
        if type is not None and type not in work.types:
            continue
        current = work.current(day)
        if (stage is None or _is_at(work, current, day, stage)) and (state is None or _is_in(current, state)):
            rows.append(_row(work, current, day))
    return rows


def _is_in(current: Current, state: str) -> bool:
    # What is under review or to be revised is in force.
    return current.state == state or (state == IN_FORCE and current.state in (UNDER_REVIEW, TO_BE_REVISED))


def _is_at(work: Work, current: Current, day: str, stage: str) -> bool:
    stages = [edition.stage for edition in (*current.editions, *current.earlier)]
    if not current.editions:
        stages += [e.stage for e in work.editions_on(day) if e.state.state == WITHDRAWN][-1:]
    stages += [progress.stage for progress in work.progress(day, abandoned=True)]
    return any(s is not None and stage in (s.stage, s.broader) for s in stages)


def _row(work: Work, current: Current, day: str) -> dict[str, str]:
    editions = [*current.editions, *(edition for _, part in current.parts for edition in part.editions)]
    titles = [edition.text.title for edition in current.editions[-1:]] + sorted(work.titles)
    titles += sorted(text.title for text in work.editions) + sorted(u.title for u in work.undertakings)
    return {
        "standard": work.iri,
        "designation": work.designation,
        "title": next(filter(None, titles), ""),
        "current": "; ".join(edition.text.designation for edition in editions),
        "state": current.state,
        "sure": current.sure,
        "asOf": day,
        "texts": "; ".join(sorted(work.texts, key=natural)),
        "stages": "; ".join(sorted(work.printed)),
        "editions": " ".join(edition.text.iri for edition in current.editions),
        "sources": " ".join(sorted(work.sources)),
    }
