"""The comparison of definitions as a picture for a slide, 16:9 (``cyberstd compare TERM --format svg``).

A column for each definition, by date, with a band for its genus.  Below are the facets: a row for each value, or group
of values, that the same definitions share, with a mark in their columns; then the values of one definition only.  The
cell of a silent definition is empty and outlined.  Arrows at the top show the lineage.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final, NamedTuple

from cyberstd_kg.definitions.blocks import FacetRow, blocks_of, described
from cyberstd_kg.definitions.comparison import GENUS, Comparison
from cyberstd_kg.definitions.entries import TermEntry, cited
from cyberstd_kg.definitions.svg import PALETTE, Canvas, named, width, wrap

_WIDE: Final = 1600.0
_EDGE: Final = 36.0
#: Font sizes of the rows to try, the largest first; below the last the picture grows instead.
_SIZES: Final = (26.0, 24.0, 22.0, 20.0, 19.0, 18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.5)
#: The most lines of a definition's words: first try, second try.
_LINES: Final = (20, 5)
#: The least width of a column with room for words in its cells.
_ROOMY: Final = 170.0
#: The least width of a column.
_NARROWEST: Final = 62.0
#: The most definitions of which the words are shown.
_FEW: Final = 4


class _Arrow(NamedTuple):
    """A step of lineage between two places across; ``end`` is None where the earlier entry is not in the picture."""

    start: float
    end: float | None
    label: str
    span: tuple[float, float]
    level: int


def svg(comparison: Comparison, *, dark: bool = False) -> str:
    """Return the picture, the same for the same comparison.

    :param dark: dark, whatever the viewer prefers; else light, and dark where the viewer prefers that
    """
    wide = max(_WIDE, 2 * _EDGE + 420 + len(comparison.entries) * _NARROWEST)
    # All the words at some size, else the beginnings of them, else a larger picture.
    tries = [(size, most) for most in _LINES for size in _SIZES]
    while True:
        for size, most in tries:
            spare = wide * 9 / 16 - _Drawing(comparison, wide, size, most, dark).height
            if spare >= 0:
                return _Drawing(comparison, wide, size, most, dark, spare=spare).document()
        wide *= 1.02
        tries = [(_SIZES[-1], _LINES[-1])]


class _Drawing:
    """One attempt at a picture of a given width and font size; ``height`` is the height that it needs.

    :param most: the most lines of a definition's words
    :param spare: height to spread between the rows
    """

    def __init__(
        self, comparison: Comparison, wide: float, size: float, most: int, dark: bool, spare: float = 0
    ) -> None:
        self._comparison = comparison
        self.size = size
        self._most = most
        self._wide = wide
        self._canvas = Canvas(dark=dark)
        self._many = len(comparison.entries) > _FEW
        self._labels = 350.0 if self._many else 310.0 * max(1, size / 18) if len(comparison.entries) > 1 else 260.0
        self._column = (wide - 2 * _EDGE - self._labels) / len(comparison.entries)
        self._genera = {f.value: at for at, f in enumerate(f for f in comparison.facets if f.facet == GENUS)}
        self._genus = {
            entry: facet
            for facet in comparison.facets
            if facet.facet == GENUS
            for entry in (*facet.entries, *facet.by_reference)
        }
        blocks = blocks_of(comparison)
        # The spare height goes between the rows, up to a limit.
        count = sum(len(rows) for _, _, rows in blocks)
        self._pad = min(spare / count, size * 1.2) if count else 0.0
        y = self._title(_EDGE - 6)
        y = self._arrows(y)
        y = self._heads(y)
        for at, (facet, name, rows) in enumerate(blocks):
            y = self._block(y, facet, name, rows, shaded=at % 2 == 0)
        if not blocks:
            self._canvas.text(_EDGE, y + 40, "Nothing of genus and facets is held.", self.size, role="soft")
            y += 60
        self.height = y + self._foot(y)

    def document(self) -> str:
        """Return the picture as SVG."""
        return self._canvas.document(self._wide, self._wide * 9 / 16, self._heading(), described(self._comparison))

    def _x(self, entry: str) -> float:
        """Return the middle of an entry's column."""
        at = next(at for at, e in enumerate(self._comparison.entries) if e.iri == entry)
        return _EDGE + self._labels + (at + 0.5) * self._column

    def _heading(self) -> str:
        genera = len(self._genera)
        return self._comparison.heading + (f", {genera} genera" if genera > 1 else "")

    def _title(self, y: float) -> float:
        big = 30.0 if self._many else 36.0
        self._canvas.text(_EDGE, y + big * 0.86, self._heading(), big, strong=True)
        if len(self._comparison.entries) > 1:
            legend = "A mark: the definition states it; hollow: by reference to another. Dashed and empty: silent."
            legend += " +n: so many values." if self._column < _ROOMY else ""
        else:
            legend = "What the definition states, facet by facet."
        self._canvas.text(_EDGE, y + big * 0.86 + 24, f"{legend} Genus and facets are our reading.", 15.5, role="soft")
        return y + big * 0.86 + 36

    def _arrows(self, y: float) -> float:
        """Draw the lineage: a line from the later definition to the earlier one, on levels so that none cross."""
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
        # Labels last, on the colour of paper: no line runs through them.
        for arrow in placed:
            top = bottom - (arrow.level + 1) * step + size * 0.5
            wide = width(arrow.label, size) + 8
            middle = (arrow.start + arrow.end) / 2 if arrow.end is not None else arrow.start - 14 - wide / 2
            self._canvas.box(middle - wide / 2, top - size * 0.6, wide, size * 1.2, role="paper")
            self._canvas.text(middle, top + size * 0.35, arrow.label, size, role="soft", anchor="middle")
        return bottom + 4 if placed else y

    def _levels(self, size: float) -> tuple[list[_Arrow], int]:
        """Return the arrows, each with its level, and the number of levels; the short ones are low."""
        chosen = {entry.iri for entry in self._comparison.entries}
        arrows = []
        for number, step in enumerate(step.link for step in self._comparison.lineage if step.link.start in chosen):
            shift = (number % 3 - 1) * min(self._column / 8, 10)
            start, label = self._x(step.start) + shift, step.property_label
            if step.end in chosen:
                end = self._x(step.end) + shift
                # A label longer than its line extends it on both sides.
                beyond = max(0.0, width(label, size) + 24 - abs(start - end)) / 2
                arrows.append(_Arrow(start, end, label, (min(start, end) - beyond, max(start, end) + beyond), 0))
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
        """Write texts and dates, and the band of the genus; of few definitions the words, too."""
        room = self._column - 8
        size = max(min(20.0, self._column / 7.6), 12.5)
        minor = max(size * 0.8, 11.5)
        names = [wrap(entry.text, room, size, 3, strong=True) for entry in self._comparison.entries]
        lines = max(len(name) for name in names)
        for entry, name in zip(self._comparison.entries, names, strict=True):
            x = self._x(entry.iri)
            known = _when(entry) if self._column >= _ROOMY else entry.year or entry.kind or "no date"
            when = wrap(f"[{entry.number}] {known}", room, minor, 1)
            self._canvas.lines(x, y + minor + 2, when, minor, minor, role="soft", anchor="middle")
            top = y + minor + 6 + size + (lines - len(name)) * size * 0.58
            self._canvas.lines(x, top, name, size, size * 1.16, strong=True, anchor="middle")
        y += minor + 10 + lines * size * 1.16
        for entry in self._comparison.entries:
            # In a glossary the locator is the term itself.
            locator = wrap("" if entry.locator.lower() == entry.term.lower() else entry.locator, room, minor, 1)
            self._canvas.lines(self._x(entry.iri), y + minor * 0.9, locator, minor, minor, role="soft", anchor="middle")
        y = self._bands(y + minor + 8)
        return y if self._many else self._wordings(y)

    def _bands(self, y: float) -> float:
        """Draw the genus of each definition: a band with colour, shape and label; dashed where it is by reference."""
        size = min(self.size, max(self._column / 8, 12.0))
        is_beside = self._column > 150  # there is room for the shape beside the label, else it is above
        room = self._column - (8 + size * 3.4 if is_beside else 12)
        # A long word in a narrow column makes all labels smaller: a genus is never cut.
        words = [word for genus in self._genus.values() for word in genus.value_label.split()[:40]]
        longest = max((width(word, size, strong=True) for word in words), default=0.0)
        size = max(size * min(1.0, room / longest), 7.0) if longest else size
        names = {iri: genus.value_label for iri, genus in self._genus.items()}
        labels = {
            entry.iri: wrap(names.get(entry.iri, "not held"), room, size, 3, strong=True)
            for entry in self._comparison.entries
        }
        mark = 0.0 if is_beside else size * 1.4
        high = max(map(len, labels.values())) * size * 1.16 + size * 0.9 + mark
        self._canvas.text(_EDGE, y + high / 2 + self.size * 0.35, "genus: is a kind of …", self.size, strong=True)
        for entry, label in labels.items():
            ink = self._band(entry, y, high, size, is_beside)
            base = y + (high + mark) / 2 - (len(label) - 1) * size * 0.58 + size * 0.35
            middle = self._x(entry) + (size * 0.6 if is_beside else 0)
            self._canvas.lines(middle, base, label, size, size * 1.16, colour=ink, strong=True, anchor="middle")
        return self._band_notes(y + high + 4)

    def _band(self, entry: str, y: float, high: float, size: float, is_beside: bool) -> str:
        """Draw the band of an entry with its shape; return the colour of text on it, "" for that of the page."""
        genus, number = self._genus.get(entry), self._number(entry)
        x = self._x(entry)
        left = x - self._column / 2 + 4
        colour, ink = PALETTE[number % len(PALETTE)]
        own = genus is not None and entry in genus.entries
        fill, edge = (colour, "") if own else ("", colour if genus else "rail")
        self._canvas.box(left, y, self._column - 8, high, colour=fill, edge=edge, dashed=not own, round=6)
        if genus is not None:
            at = (left + size * 1.1, y + high / 2) if is_beside else (x, y + size * 1.05)
            self._canvas.shape(number, *at, size * 0.42, ink, hollow=not own)
        return ink if own else ""

    def _band_notes(self, y: float) -> float:
        notes = []
        for entry in self._comparison.entries:
            note = "reading uncertain" if entry.uncertain else ""
            if referred := self._comparison.referred(entry.iri):
                number = next((f"[{e.number}]" for e in self._comparison.entries if e.iri == referred), "")
                note = f"refers to {number or self._comparison.citation(referred)}"
            notes.append(wrap(note, self._column - 8, 12.0, 2))
        deep = max(len(note) for note in notes) if any(note != [""] for note in notes) else 0
        for entry, lines in zip(self._comparison.entries, notes, strict=True):
            self._canvas.lines(self._x(entry.iri), y + 11, lines, 12.0, 14.0, role="soft", anchor="middle")
        return y + deep * 14 + 6

    def _wordings(self, y: float) -> float:
        size, deepest = min(self.size, 22.0), 0
        for entry in self._comparison.entries:
            words = entry.definition or entry.wording
            shown = f"“{words}”" if words else "(its words are not held)"
            lines = wrap(shown, self._column - 24, size, self._most)
            left = self._x(entry.iri) - self._column / 2 + 10
            lang = entry.definitions[0].lang if entry.definitions else ""
            self._canvas.lines(left, y + size, lines, size, size * 1.24, lang="" if lang == "en" else lang)
            deepest = max(deepest, len(lines))
        return y + deepest * size * 1.24 + 12

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
        """Return the values of one definition only as lines; in a narrow column, if they do not fit, their number."""
        size = self._cell_size()
        if self._column >= _ROOMY:
            return named(values, self._column - 36, size, 7)
        lines = wrap(", ".join(values), self._column - 12 - size * 1.5, size, 2)
        return [f"+{len(values)}"] if len(values) > 1 and any("…" in line for line in lines) else lines

    def _cell_size(self) -> float:
        """Return the font size in cells, smaller in narrow columns."""
        return min(self.size * 0.94, max(self._column / 9, 11.5))

    def _marks(self, y: float, tall: float, row: FacetRow) -> None:
        middle = y + tall / 2
        columns = sorted(self._x(entry) for entry in row.entries)
        if len(columns) > 1:
            self._canvas.path(f"M{columns[0]:.1f} {middle:.1f}H{columns[-1]:.1f}", edge="rail", thick=2)
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
        """Return the number of an entry's genus, for its colour and shape."""
        genus = self._genus.get(entry)
        return self._genera[genus.value] if genus else len(PALETTE) - 1

    def _silences(self, facet: str, y: float, high: float, shaded: bool) -> None:
        """Outline the empty cells of the silent definitions; neighbours share one outline."""

        def state(entry: TermEntry) -> str:
            silent = self._comparison.silent(entry.iri) + self._comparison.silent(entry.iri, by_reference=True)
            return "silent" if facet in silent else "" if self._comparison.has_facets(entry.iri) else "not held"

        size, role = min(self.size * 0.85, 14), "shade" if shaded else "paper"
        for word, entries in groupby(self._comparison.entries, state):
            run = [self._x(entry.iri) for entry in entries]
            if word:
                left, right = run[0] - self._column / 2 + 5, run[-1] + self._column / 2 - 5
                self._canvas.box(left, y + 3, right - left, high - 6, role=role, edge="line", dashed=True, round=4)
                line = wrap(word, self._column - 12, size, 1)
                self._canvas.lines((left + right) / 2, y + high / 2 + 5, line, size, 1, role="soft", anchor="middle")

    def _foot(self, y: float) -> float:
        """Write the sources in small print at the foot; return the height that they need."""
        size = 10.5 if self._many else 11.5
        notes = []
        for entry in self._comparison.entries:
            sources = "; ".join(dict.fromkeys(f"{cited(s)} ({s.says})" for s in entry.sources))
            notes.append(f"[{entry.number}] {sources or 'no words held'}")
        columns = 1 if len(notes) <= 4 else 2 if len(notes) <= 8 else 3
        room = (self._wide - 2 * _EDGE) / columns
        deep = -(-len(notes) // columns)
        high = (deep + 1) * size * 1.35 + 14
        top = max(self._wide * 9 / 16 - high - 6, y + 6)
        self._canvas.path(f"M{_EDGE:.1f} {top:.1f}H{self._wide - _EDGE:.1f}", edge="line", thick=1)
        for at, line in enumerate(notes):
            x = _EDGE + (at // deep) * room
            base = top + 6 + size * 1.2 + (at % deep) * size * 1.35
            self._canvas.lines(x, base, wrap(line, room - 14, size, 1), size, size, role="soft")
        notice = "cyberstd-kg. What is shared, only here or silent is computed from what the graph holds."
        self._canvas.text(_EDGE, top + 6 + size * 1.2 + deep * size * 1.35, notice, size, role="soft")
        return high + 12


def _when(entry: TermEntry) -> str:
    return " · ".join(part for part in (entry.year, entry.kind) if part) or "no date"
