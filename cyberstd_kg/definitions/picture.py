"""The definition lens as a picture for a slide, 16:9 (``cyberstd compare TERM --format svg``).

A column for each definition, in the order of dates, below it a band for its genus.  Below that the facets: a row for
each value, or group of values, that the same definitions share, with a mark in their columns; then what stands only in
one.  Where a definition is silent, its cell is empty and outlined.  Arrows above tell the lineage.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from cyberstd_kg.definitions.blocks import FacetRow, blocks_of, described
from cyberstd_kg.definitions.comparison import GENUS, Comparison
from cyberstd_kg.definitions.entries import TermEntry, cited
from cyberstd_kg.definitions.svg import PALETTE, Canvas, named, width, wrap

_WIDE: Final = 1600.0
_EDGE: Final = 36.0
#: Font sizes of the rows that are tried, the largest first; below the last the picture grows instead.
_SIZES: Final = (26.0, 24.0, 22.0, 20.0, 19.0, 18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.5)
#: At most so many lines of a definition's words: first try, second try.
_LINES: Final = (20, 5)
#: A column at least this wide has room for words in its cells.
_ROOMY: Final = 170.0
#: No column is narrower.
_NARROWEST: Final = 62.0
#: With so many definitions or fewer their words are shown.
_FEW: Final = 4


class _Arrow(NamedTuple):
    """A step of lineage between two places across; ``end`` is None where the earlier entry is not in the picture."""

    start: float
    end: float | None
    label: str
    span: tuple[float, float]
    level: int


def svg(found: Comparison, *, dark: bool = False) -> str:
    """Return the picture, the same for the same comparison.

    :param dark: dark, whatever the viewer prefers; else light, and dark where the viewer prefers that
    """
    wide = max(_WIDE, 2 * _EDGE + 420 + len(found.entries) * _NARROWEST)
    # The words whole at some size, else cut short, else a larger picture, of which a slide shows less.
    tries = [(size, most) for most in _LINES for size in _SIZES]
    while True:
        for size, most in tries:
            spare = wide * 9 / 16 - _Drawing(found, wide, size, most, dark).height
            if spare >= 0:
                return _Drawing(found, wide, size, most, dark, spare=spare).document()
        wide *= 1.02
        tries = [(_SIZES[-1], _LINES[-1])]


class _Drawing:
    """One attempt at a picture of a given width and font size; ``height`` tells how high it came out.

    :param most: at most so many lines of a definition's words
    :param spare: height to spread between the rows
    """

    def __init__(self, found: Comparison, wide: float, size: float, most: int, dark: bool, spare: float = 0) -> None:
        self.found = found
        self.size = size
        self._most = most
        self._wide = wide
        self._canvas = Canvas(dark=dark)
        self._many = len(found.entries) > _FEW
        self._labels = 350.0 if self._many else 310.0 * max(1, size / 18) if len(found.entries) > 1 else 260.0
        self._column = (wide - 2 * _EDGE - self._labels) / len(found.entries)
        self._genera = {f.value: at for at, f in enumerate(f for f in found.facets if f.facet == GENUS)}
        self._genus = {
            entry: facet
            for facet in found.facets
            if facet.facet == GENUS
            for entry in (*facet.entries, *facet.by_reference)
        }
        blocks = blocks_of(found)
        # What is to spare goes between the rows, within measure.
        count = sum(len(rows) for _, _, rows in blocks)
        self._pad = min(spare / count, size * 1.2) if count else 0.0
        y = self._title(_EDGE - 6)
        y = self._arrows(y)
        y = self._heads(y)
        for at, (facet, name, rows) in enumerate(blocks):
            y = self._block(y, facet, name, rows, shaded=at % 2 == 0)
        if not blocks:
            y = self._nothing(y)
        self.height = y + self._foot(y)

    def document(self) -> str:
        """Return the picture as SVG."""
        return self._canvas.document(self._wide, self._wide * 9 / 16, self._heading(), described(self.found))

    def _x(self, entry: str) -> float:
        """Return the middle of an entry's column."""
        at = next(at for at, e in enumerate(self.found.entries) if e.iri == entry)
        return _EDGE + self._labels + (at + 0.5) * self._column

    def _heading(self) -> str:
        genera = len(self._genera)
        return self.found.heading + (f", {genera} kinds of thing" if genera > 1 else "")

    def _title(self, y: float) -> float:
        big = 30.0 if self._many else 36.0
        self._canvas.text(_EDGE, y + big * 0.86, self._heading(), big, strong=True)
        if len(self.found.entries) > 1:
            told = "A mark: the definition states it; hollow: by reference to another. Dashed and empty: silent."
            told += " +n: so many values." if self._column < _ROOMY else ""
        else:
            told = "What the definition states, facet by facet."
        self._canvas.text(_EDGE, y + big * 0.86 + 24, f"{told} Genus and facets are our reading.", 15.5, role="soft")
        return y + big * 0.86 + 36

    def _arrows(self, y: float) -> float:
        """Draw the lineage: a line from the later definition to the earlier one, each on a level of its own."""
        size = 12.5 if self._many else 14.0
        step = size * (1.45 if self._many else 1.6)
        placed, levels = self._levels(size)
        bottom = y + levels * step + 6
        for arrow in placed:
            top = bottom - (arrow.level + 1) * step + size * 0.5
            start, end = arrow.start, arrow.end
            if end is None:
                self._canvas.path(f"M{start:.1f} {bottom:.1f}V{top:.1f}h-10", edge="soft")
            else:
                self._canvas.path(f"M{start:.1f} {bottom:.1f}V{top:.1f}H{end:.1f}V{bottom:.1f}", edge="soft")
                head = f"M{end - 5:.1f} {bottom - 9:.1f}L{end:.1f} {bottom:.1f}L{end + 5:.1f} {bottom - 9:.1f}"
                self._canvas.path(head, edge="soft")
        # Labels last, on paper: no line runs through them.
        for arrow in placed:
            top = bottom - (arrow.level + 1) * step + size * 0.5
            wide = width(arrow.label, size) + 8
            middle = (arrow.start + arrow.end) / 2 if arrow.end is not None else arrow.start - 14 - wide / 2
            self._canvas.box(middle - wide / 2, top - size * 0.6, wide, size * 1.2, role="paper")
            self._canvas.text(middle, top + size * 0.35, arrow.label, size, role="soft", anchor="middle")
        return bottom + 4 if placed else y

    def _levels(self, size: float) -> tuple[list[_Arrow], int]:
        """Return the arrows, each with its level, and how many levels: short ones low, those from outside above."""
        chosen = {entry.iri for entry in self.found.entries}
        arrows = []
        for number, step in enumerate(step.link for step in self.found.lineage if step.link.start in chosen):
            shift = (number % 3 - 1) * min(self._column / 8, 10)
            start, label = self._x(step.start) + shift, step.property_label
            if step.end in chosen:
                end = self._x(step.end) + shift
                # A label longer than its line reaches out to both sides.
                more = max(0.0, width(label, size) + 24 - abs(start - end)) / 2
                arrows.append(_Arrow(start, end, label, (min(start, end) - more, max(start, end) + more), 0))
            else:
                label = f"{label} {step.end_label}" + ("" if step.held else " (only its name is known)")
                label = wrap(label, max(start - _EDGE - 24, 120), size, 1)[0]
                arrows.append(_Arrow(start, None, label, (start - width(label, size) - 26, start), 0))
        taken: list[list[tuple[float, float]]] = []
        placed = []
        for arrow in sorted(arrows, key=lambda a: (a.end is None, a.span[1] - a.span[0])):
            low, high = arrow.span
            free = (at for at, spans in enumerate(taken) if all(high < a - 8 or low > b + 8 for a, b in spans))
            level = next(free, len(taken))
            if level == len(taken):
                taken.append([])
            taken[level].append(arrow.span)
            placed.append(arrow._replace(level=level))
        return placed, len(taken)

    def _heads(self, y: float) -> float:
        """Write who says it, and the band of the genus; of few definitions the words, too."""
        room = self._column - 8
        size = max(min(20.0, self._column / 7.6), 12.5)
        minor = max(size * 0.8, 11.5)
        names = [wrap(entry.text, room, size, 3, strong=True) for entry in self.found.entries]
        lines = max(len(name) for name in names)
        for entry, name in zip(self.found.entries, names, strict=True):
            x = self._x(entry.iri)
            known = _when(entry) if self._column >= _ROOMY else entry.year or entry.kind or "no date"
            when = wrap(f"[{entry.number}] {known}", room, minor, 1)
            self._canvas.lines(x, y + minor + 2, when, minor, minor, role="soft", anchor="middle")
            top = y + minor + 6 + size + (lines - len(name)) * size * 0.58
            self._canvas.lines(x, top, name, size, size * 1.16, strong=True, anchor="middle")
        y += minor + 10 + lines * size * 1.16
        for entry in self.found.entries:
            # In a glossary the place is the term itself.
            place = "" if entry.locator.lower() == entry.term.lower() else entry.locator
            told = wrap(place, room, minor, 1)
            self._canvas.lines(self._x(entry.iri), y + minor * 0.9, told, minor, minor, role="soft", anchor="middle")
        y = self._bands(y + minor + 8)
        return y if self._many else self._wordings(y)

    def _bands(self, y: float) -> float:
        """Draw the genus of each definition: a band with colour, shape and label; dashed where it is by reference."""
        size = min(self.size, max(self._column / 8, 12.0))
        beside = self._column > 150  # there is room for the shape beside the label, else it stands above
        room = self._column - (8 + size * 3.4 if beside else 12)
        # A long word in a narrow column makes all labels smaller: a genus is never cut.
        words = [word for genus in self._genus.values() for word in genus.value_label.split()[:40]]
        longest = max((width(word, size, strong=True) for word in words), default=0.0)
        size = max(size * min(1.0, room / longest), 7.0) if longest else size
        labels = [
            wrap(genus.value_label if (genus := self._genus.get(entry.iri)) else "not held", room, size, 3, strong=True)
            for entry in self.found.entries
        ]
        mark = 0.0 if beside else size * 1.4
        high = max(len(label) for label in labels) * size * 1.16 + size * 0.9 + mark
        self._canvas.text(_EDGE, y + high / 2 + self.size * 0.35, "genus: is a kind of …", self.size, strong=True)
        for entry, told in zip(self.found.entries, labels, strict=True):
            x, genus = self._x(entry.iri), self._genus.get(entry.iri)
            left, number = x - self._column / 2 + 4, self._number(entry.iri)
            colour, ink = PALETTE[number % len(PALETTE)]
            own = genus is not None and entry.iri in genus.entries
            fill, edge = (colour, "") if own else ("", colour if genus else "rail")
            self._canvas.box(left, y, self._column - 8, high, colour=fill, edge=edge, dashed=not own, round=6)
            if genus is not None:
                at = (left + size * 1.1, y + high / 2) if beside else (x, y + size * 1.05)
                self._canvas.shape(number, *at, size * 0.42, ink, hollow=not own)
            base = y + (high + mark) / 2 - (len(told) - 1) * size * 0.58 + size * 0.35
            colour, role = (ink, "") if own else ("", "ink")
            middle = x + (size * 0.6 if beside else 0)
            self._canvas.lines(
                middle, base, told, size, size * 1.16, role=role, colour=colour, strong=True, anchor="middle"
            )
        return self._band_notes(y + high + 4)

    def _band_notes(self, y: float) -> float:
        notes = []
        for entry in self.found.entries:
            note = "reading uncertain" if entry.uncertain else ""
            if referred := self.found.referred(entry.iri):
                number = next((f"[{e.number}]" for e in self.found.entries if e.iri == referred), "")
                note = f"refers to {number or self.found.place(referred)}"
            notes.append(wrap(note, self._column - 8, 12.0, 2))
        deep = max(len(note) for note in notes) if any(note != [""] for note in notes) else 0
        for entry, lines in zip(self.found.entries, notes, strict=True):
            self._canvas.lines(self._x(entry.iri), y + 11, lines, 12.0, 14.0, role="soft", anchor="middle")
        return y + deep * 14 + 6

    def _wordings(self, y: float) -> float:
        size = min(self.size, 22.0)
        told = []
        for entry in self.found.entries:
            words = entry.definition or entry.wording
            lang = entry.definitions[0].lang if entry.definitions else ""
            shown = f"“{words}”" if words else "(its words are not held)"
            told.append((wrap(shown, self._column - 24, size, self._most), lang))
        for entry, (lines, lang) in zip(self.found.entries, told, strict=True):
            left = self._x(entry.iri) - self._column / 2 + 10
            self._canvas.lines(left, y + size, lines, size, size * 1.24, lang="" if lang == "en" else lang)
        return y + max(len(lines) for lines, _ in told) * size * 1.24 + 12

    def _block(self, y: float, facet: str, name: str, rows: Sequence[FacetRow], *, shaded: bool) -> float:
        """Draw one facet: its rows, the marks, and an empty outlined cell where a definition is silent."""
        size, step = self.size, self.size * 1.15
        gap = size * (0.34 if self._many else 0.42) + self._pad
        indent = width(name, size, strong=True) + 14
        room = self._labels - 18 - indent
        heights, labels = [], []
        for row in rows:
            labels.append(named(row.labels, room, size * 0.94, 2 if self._many else 4))
            alone = max((len(self._alone(values)) for values in row.alone.values()), default=0)
            heights.append(max(len(labels[-1]), alone, 1) * step + gap)
        high = sum(heights)
        if shaded:
            self._canvas.box(_EDGE, y, self._wide - 2 * _EDGE, high, role="shade")
        top = y
        for at, (row, lines, tall) in enumerate(zip(rows, labels, heights, strict=True)):
            self._marks(top, tall, row)
            base = top + tall / 2 - (max(len(lines), 1) - 1) * step / 2 + size * 0.33
            if at == 0:
                self._canvas.text(_EDGE + 8, base, name, size, strong=True)
            role = "ink" if row.entries else "soft"
            self._canvas.lines(_EDGE + 8 + indent, base, lines, size * 0.94, step, role=role)
            top += tall
        self._silences(facet, y, high, shaded)
        return y + high

    def _alone(self, values: Sequence[str]) -> list[str]:
        """Return what one definition alone states in lines; in a narrow column, where that does not fit, how many."""
        told, size = ", ".join(values), self._cell_size()
        if self._column >= _ROOMY:
            return named(values, self._column - 36, size, 7)
        lines = wrap(told, self._column - 12 - size * 1.5, size, 2)
        return [f"+{len(values)}"] if len(values) > 1 and any("…" in line for line in lines) else lines

    def _cell_size(self) -> float:
        """Return the font size in cells, smaller in narrow columns."""
        return min(self.size * 0.94, max(self._column / 9, 11.5))

    def _marks(self, y: float, tall: float, row: FacetRow) -> None:
        middle = y + tall / 2
        held = sorted(self._x(entry) for entry in row.entries)
        if len(held) > 1:
            self._canvas.path(f"M{held[0]:.1f} {middle:.1f}H{held[-1]:.1f}", edge="rail", thick=2)
        radius = min(self.size * 0.52, self._column / 5)
        for entry in (*sorted(row.entries), *sorted(row.reference - row.alone.keys())):
            self._mark(entry, self._x(entry), middle, radius, hollow=entry in row.reference)
        step = self.size * 1.18
        for entry, values in row.alone.items():
            lines = self._alone(values)
            base = middle - (len(lines) - 1) * step / 2 + self.size * 0.33
            left = self._x(entry) - self._column / 2 + 8 + radius
            self._mark(entry, left, middle, radius * 0.8, hollow=entry in row.reference)
            self._canvas.lines(left + radius * 1.4 + 2, base, lines, self._cell_size(), step)

    def _mark(self, entry: str, x: float, y: float, radius: float, *, hollow: bool) -> None:
        number = self._number(entry)
        self._canvas.shape(number, x, y, radius, PALETTE[number % len(PALETTE)][0], hollow=hollow)

    def _number(self, entry: str) -> int:
        """Return the number of an entry's genus, which has a colour and a shape."""
        genus = self._genus.get(entry)
        return self._genera[genus.value] if genus else len(PALETTE) - 1

    def _silences(self, facet: str, y: float, high: float, shaded: bool) -> None:
        """Leave the cells of the silent definitions empty; neighbours share one outline."""
        runs: list[tuple[str, list[str]]] = []
        for entry in self.found.entries:
            quiet = facet in (*self.found.silent(entry.iri), *self.found.silent(entry.iri, by_reference=True))
            word = "silent" if quiet else "" if self.found.held(entry.iri) else "not held"
            if runs and runs[-1][0] == word:
                runs[-1][1].append(entry.iri)
            else:
                runs.append((word, [entry.iri]))
        size = min(self.size * 0.85, 14)
        for word, run in runs:
            if not word:
                continue
            left, right = self._x(run[0]) - self._column / 2 + 5, self._x(run[-1]) + self._column / 2 - 5
            role = "shade" if shaded else "paper"
            self._canvas.box(left, y + 3, right - left, high - 6, role=role, edge="line", dashed=True, round=4)
            told = wrap(word, self._column - 12, size, 1)
            self._canvas.lines((left + right) / 2, y + high / 2 + 5, told, size, 1, role="soft", anchor="middle")

    def _nothing(self, y: float) -> float:
        self._canvas.text(_EDGE, y + 40, "Nothing of genus and facets is held.", self.size, role="soft")
        return y + 60

    def _foot(self, y: float) -> float:
        """Write the sources in small print at the foot; return the height that they need."""
        size = 10.5 if self._many else 11.5
        told = []
        for entry in self.found.entries:
            sources = "; ".join(dict.fromkeys(f"{cited(s)} ({s.says})" for s in entry.sources))
            told.append(f"[{entry.number}] {sources or 'no words held'}")
        columns = 1 if len(told) <= 4 else 2 if len(told) <= 8 else 3
        room = (self._wide - 2 * _EDGE) / columns
        deep = -(-len(told) // columns)
        high = (deep + 1) * size * 1.35 + 14
        top = max(self._wide * 9 / 16 - high - 6, y + 6)
        self._canvas.path(f"M{_EDGE:.1f} {top:.1f}H{self._wide - _EDGE:.1f}", edge="line", thick=1)
        for at, line in enumerate(told):
            x = _EDGE + (at // deep) * room
            base = top + 6 + size * 1.2 + (at % deep) * size * 1.35
            self._canvas.lines(x, base, wrap(line, room - 14, size, 1), size, size, role="soft")
        said = "cyberstd-kg. What is shared, only here or silent is computed from what the graph holds."
        self._canvas.text(_EDGE, top + 6 + size * 1.2 + deep * size * 1.35, said, size, role="soft")
        return high + 12


def _when(entry: TermEntry) -> str:
    return " · ".join(part for part in (entry.year, entry.kind) if part) or "no date"
