"""Lineages as rows: for a reader, for Mermaid, and as JSON (``cyberstd timeline``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from cyberstd_kg.core.days import FIRST, LAST, Interval, pair
from cyberstd_kg.lifecycle.evidence import NOT_YET, fields_json
from cyberstd_kg.lifecycle.standards import STATES, TextOnDay, Work

#: State → mark.  The marks differ in shape, not in colour alone.
MARKS: Final = dict(zip(STATES, "●◐◑○·◇△✕?", strict=True))
#: State → how Mermaid draws it.
_MERMAID: Final = {
    "withdrawn": "done, ",
    **dict.fromkeys(("in force", "under review", "to be revised"), "active, "),
    **dict.fromkeys(("in development", "proposed"), "crit, "),
}
#: Signs that Mermaid reads as its own → signs that look like them.
_PLAIN: Final = str.maketrans({":": "∶", ";": ",", "#": "＃", "\n": " ", "\r": " ", "%": "％", "{": "(", "}": ")"})


class TextBar(NamedTuple):
    """One text, project or draft of a lineage, as it is on a day.

    ``kind`` is edition, amendment or project; ``begin`` and ``end`` are intervals: of publication and end of a text, of
    the first and last observation of a project.  ``overtaken``: a later edition supersedes it by the order of dates.
    """

    standard: str
    iri: str
    name: str
    kind: str
    state: str
    sure: str
    why: str
    begin: Interval
    end: Interval
    stage: str
    overtaken: bool

    def to_json(self) -> dict[str, Any]:
        """Return the row as the documented JSON object."""
        return fields_json(self)


class Lineage(NamedTuple):
    """Standards linked by editions that replace others, as (IRI, designation), with the rows of all their texts.

    The oldest standard comes first.
    """

    standards: tuple[tuple[str, str], ...]
    title: str
    rows: tuple[TextBar, ...]

    @property
    def name(self) -> str:
        """The designations of its standards: ``ISO/IEC 27006 → ISO/IEC 27006-1``."""
        return " → ".join(name for _, name in self.standards)

    def to_json(self) -> dict[str, Any]:
        """Return the lineage as the documented JSON object."""
        standards = [{"iri": iri, "designation": name} for iri, name in self.standards]
        return {"standards": standards, "title": self.title, "rows": [row.to_json() for row in self.rows]}


def lineage(works: Sequence[Work], day: str) -> Lineage:
    """Return the rows of one lineage on *day*: editions, their amendments below them, what is in development.

    The parts of a standard that has no editions stand in its place.  The title is that of the latest edition that was
    published by then, else of the standard.
    """
    rows: list[TextBar] = []
    titles: list[str] = []
    for work in [leaf for whole in works for leaf in _leaves(whole)]:
        rows += _rows(work, day)
        published = [e for e in work.editions_on(day) if e.state.state != NOT_YET]
        titles = [*sorted(work.titles), *titles, *(edition.text.title for edition in published)]
    title = next((title for title in reversed(titles) if title), "")
    return Lineage(tuple((w.iri, w.designation) for w in works), title, tuple(rows))


def _leaves(work: Work) -> list[Work]:
    """Return the parts that have editions, or parts no more; a standard with editions or without parts is its own."""
    if work.editions or not work.parts:
        return [work]
    return [leaf for part in work.parts for leaf in _leaves(part)]


def _rows(work: Work, day: str) -> Iterator[TextBar]:
    for edition in work.editions_on(day):
        yield _text_row(work, edition, "edition", day)
        yield from (_text_row(work, a, "amendment", day) for a in work.amendments_on(day, edition.text))
    for progress in work.progress(day, abandoned=True):
        undertaking, stage = progress.undertaking, progress.stage
        seen = [s for s in undertaking.stages if s.first <= day]
        yield TextBar(
            standard=work.designation,
            iri=undertaking.iri,
            name=undertaking.name,
            kind="project",
            state=progress.state,
            sure=progress.sure,
            why=stage.sentence,
            begin=(min(s.first for s in seen), max(s.last for s in seen)),
            end=(FIRST, LAST),
            stage=stage.label,
            overtaken=False,
        )


def _text_row(work: Work, on_day: TextOnDay, kind: str, day: str) -> TextBar:
    text = on_day.text
    return TextBar(
        standard=work.designation,
        iri=text.iri,
        name=text.name,
        kind=kind,
        state=on_day.word,
        sure=on_day.state.sure,
        why=work.why(on_day, day),
        begin=text.published,
        end=text.ended,
        stage=on_day.stage.name if on_day.stage else "",
        overtaken=work.overtaken_by(on_day, day) is not None,
    )


def bar(row: TextBar, first: str, last: str, day: str, width: int) -> str:
    """Return a bar of *width* signs for the days from *first* to *last*.

    ``█`` in force, ``▒`` possibly in force (an imprecise day, or not seen since), ``▪`` seen in development.
    """
    edges = [_day(first, last, at / width) for at in range(width + 1)]
    return "".join(_sign(row, low, high, day) for low, high in pairwise(edges))


def _sign(row: TextBar, low: str, high: str, day: str) -> str:
    if row.kind == "project":
        return "▪" if row.begin[0] < high and row.begin[1] >= low else " "
    begun, out = row.begin
    ended, over = row.end
    if begun == FIRST or high <= begun or low >= over or low > day:
        return " "
    if low < out and high <= out:
        return "▒"
    return "█" if low < ended or (low < out and begun != out) or low <= begun < high else "▒"


def _day(first: str, last: str, share: float) -> str:
    from datetime import date, timedelta

    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return (start + timedelta(days=round((end - start).days * share))).isoformat()


def reach(lineages: Sequence[Lineage], day: str) -> Interval:
    """Return the first and the last day of the bars of *lineages*."""
    rows = [row for one in lineages for row in one.rows]
    firsts = [row.begin[0] for row in rows if row.begin[0] != FIRST]
    lasts = [last for row in rows for last in (row.begin[1], row.end[1]) if last != LAST]
    return min([*firsts, day]), max([*lasts, day])


def mermaid(lineages: Sequence[Lineage], day: str) -> str:
    """Return a Mermaid ``gantt``: a section for each lineage, a bar for each text from publication to end.

    A bar without a known end reaches to *day*; an imprecise day counts as its last.
    """
    lines = ["gantt", f"  title Standards as of {day}", "  dateFormat YYYY-MM-DD", "  axisFormat %Y"]
    number = 0
    for one in lineages:
        lines.append(f"  section {_plain(one.name)}")
        for row in one.rows:
            begin, end = row.begin if row.kind == "project" else (row.begin[1], row.end[1])
            if begin in (FIRST, LAST):
                continue
            end = max(begin, day if end == LAST else end)
            number += 1
            state = row.state if row.sure != "last observed" else f"{row.state}, last observed"
            lines.append(
                f"    {_plain(row.name)} ({_plain(state)}) :{_MERMAID.get(row.state, '')}t{number}, {begin}, {end}"
            )
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return " ".join(text.translate(_PLAIN).split()) or "unnamed"


#: Columns of the CSV.
COLUMNS: Final = tuple(
    "lineage standard iri name kind state sure begin_first begin_last end_first end_last stage why".split()
)


def cells(lineages: Sequence[Lineage]) -> list[tuple[str, ...]]:
    """Return the rows of :data:`COLUMNS`."""
    rows = []
    for one in lineages:
        for r in one.rows:
            days = [*(pair(r.begin) or ()), *(pair(r.end) or ())]
            rows.append((one.name, r.standard, r.iri, r.name, r.kind, r.state, r.sure, *days, r.stage, r.why))
    return rows
