"""Parts of SVG pictures: a canvas with a light and a dark theme, escaped text, widths of text, shapes (pure).

A picture refers to nothing outside itself.  Colours are attributes, for viewers without style sheets; the dark ones are
in a style sheet, for those whose user prefers dark.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from math import cos, pi, sin
from typing import Any, Final
from xml.sax import saxutils

#: Role → colour in the light and in the dark theme.  Text in ``ink`` and ``soft`` has a contrast of at least 4.5 on
#: ``paper`` and ``shade``.
_ROLES: Final = {
    "paper": ("#ffffff", "#14171c"),
    "ink": ("#15181d", "#f2f4f7"),
    "soft": ("#505a68", "#b3bcc8"),
    "line": ("#b9c0ca", "#4a525e"),
    "shade": ("#f1f3f6", "#1e232a"),
    "rail": ("#8b95a3", "#7d8794"),
}
LIGHT: Final = {role: light for role, (light, _) in _ROLES.items()}
DARK: Final = {role: dark for role, (_, dark) in _ROLES.items()}
#: Colours that colour-blind people can distinguish (Okabe and Ito), and that of text on each.
PALETTE: Final = (
    ("#0072b2", "#ffffff"),
    ("#e69f00", "#000000"),
    ("#009e73", "#000000"),
    ("#cc79a7", "#000000"),
    ("#56b4e9", "#000000"),
    ("#d55e00", "#000000"),
    ("#f0e442", "#000000"),
    ("#999999", "#000000"),
)
#: Shapes that go with the colours: number of corners (0: a circle), and whether it is a star.
_SHAPES: Final = ((0, False), (4, False), (3, False), (5, True), (6, False), (4, True), (5, False), (8, True))
_FONT: Final = "'Liberation Sans', Arial, Helvetica, 'Noto Sans', 'Noto Sans CJK JP', 'Yu Gothic', sans-serif"
#: Widths of Helvetica in thousandths of the font size, by groups of signs (Adobe font metrics).
_WIDTHS: Final = {
    sign: wide
    for wide, signs in (
        (191, "'|"),
        (222, "ijl’‘"),
        (278, " ,.:;!/\\[]ftI·"),
        (333, "-()r“”"),
        (400, '"*'),
        (500, "ckszvxyJ"),
        (556, "abdeghnopquL0123456789?$#_–"),
        (584, "+=<>~−"),
        (611, "FTZ"),
        (667, "ABEKPSVXY&"),
        (722, "CDHNRUw"),
        (778, "GOQ"),
        (833, "mM"),
        (944, "W%"),
        (1000, "…—@→"),
    )
    for sign in signs
}


def escape(text: str) -> str:
    """Return *text* for SVG: markup escaped, without controls and signs that change the direction."""
    clean = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(saxutils.escape(clean, {'"': "&quot;"}).split())


def width(text: str, size: float, *, strong: bool = False) -> float:
    """Return the approximate width of *text* at a font size, in the same unit; it is not less than the real one."""
    return _thousandths(text) / 1000 * size * (1.1 if strong else 1.03)


@lru_cache(maxsize=8192)
def _thousandths(text: str) -> int:
    return sum(1000 if unicodedata.east_asian_width(s) in "WF" else _WIDTHS.get(s, 600) for s in text)


def wrap(text: str, room: float, size: float, most: int, *, strong: bool = False) -> list[str]:
    """Return *text* in at most *most* lines of *room*; a text that does not fit ends in an ellipsis."""
    lines: list[str] = [""]
    for word in _words(text):
        joined = f"{lines[-1]}{word}"
        if width(joined.rstrip(), size, strong=strong) <= room or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    lines = [line.strip() for line in lines]
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]} …"]
    return [_cut(line, room, size, strong) for line in lines]


def _words(text: str) -> list[str]:
    """Return the pieces after which a line may break: words with the space behind them, single Japanese signs."""
    pieces: list[str] = []
    for word in " ".join(text.split()).split(" "):
        run = ""
        for sign in word:
            if unicodedata.east_asian_width(sign) in "WF":
                pieces += [run, sign] if run else [sign]
                run = ""
            else:
                run += sign
        # Long designations may break after a slash: NSPD-54/HSPD-23.
        pieces += re.findall(r"[^/]+/*|/+", run) if len(run) > 12 else [run] if run else []
        if pieces:
            pieces[-1] += " "
    return pieces


def named(labels: Sequence[str], room: float, size: float, most: int) -> list[str]:
    """Return as many *labels* as fit into *most* lines of *room*, and the number of the others ("+3")."""
    for shown in range(len(labels), 0, -1):
        more = f" +{len(labels) - shown}" if shown < len(labels) else ""
        lines = wrap(", ".join(labels[:shown]) + more, room, size, most)
        if shown == 1 or not any("…" in line for line in lines):
            return lines
    return []


def _cut(line: str, room: float, size: float, strong: bool) -> str:
    if width(line, size, strong=strong) <= room:
        return line
    kept = line.removesuffix(" …")
    while kept and width(f"{kept}…", size, strong=strong) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


class Canvas:
    """The elements of a picture, in the order of painting.

    :param dark: dark, whatever the viewer prefers
    """

    def __init__(self, *, dark: bool = False) -> None:
        self._dark = dark
        self._theme = DARK if dark else LIGHT
        self._parts: list[str] = []

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        *,
        role: str = "ink",
        colour: str = "",
        strong: bool = False,
        anchor: str = "start",
        lang: str = "",
    ) -> None:
        """Write one line with its base line at *y*."""
        style = ' font-weight="700"' * strong + (f' text-anchor="{anchor}"' if anchor != "start" else "")
        style += f' xml:lang="{escape(lang)}"' if lang else ""
        self._add(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.1f}"{style}', role, colour, body=escape(words))

    def lines(self, x: float, y: float, texts: Sequence[str], size: float, step: float, **style: Any) -> None:
        """Write lines below each other, the first with its base line at *y*; *style* as for :meth:`text`."""
        for at, line in enumerate(texts):
            self.text(x, y + at * step, line, size, **style)

    def box(
        self,
        x: float,
        y: float,
        wide: float,
        high: float,
        *,
        role: str = "",
        colour: str = "",
        edge: str = "",
        dashed: bool = False,
        round: float = 0,
    ) -> None:
        """Paint a box; *role* or *colour* fill it, *edge* is the role or colour of its outline."""
        style = f' rx="{round:.1f}"' * bool(round) + ' stroke-dasharray="4 4"' * dashed
        rectangle = f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(wide, 0):.1f}" height="{max(high, 0):.1f}"{style}'
        self._add(rectangle, role, colour or ("" if role else "none"), edge=edge)

    def path(self, d: str, *, edge: str, thick: float = 1.5) -> None:
        """Draw a line along the path *d*."""
        self._add(f'<path d="{d}" stroke-width="{thick:.1f}"', "", "none", edge=edge)

    def shape(self, number: int, x: float, y: float, radius: float, colour: str, *, hollow: bool = False) -> None:
        """Paint the shape of a number, which goes with :data:`PALETTE`, filled, or hollow and dashed."""
        corners, star = _SHAPES[number % len(_SHAPES)]
        style = f' stroke-width="{radius * 0.28:.1f}"' + f' stroke-dasharray="{radius * 0.5:.1f}"' * hollow
        fill, edge = "none" if hollow else colour, "ink"
        if not corners:
            self._add(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"{style}', "", fill, edge=edge)
            return
        count = corners * 2 if star else corners
        turn = pi / 4 if (corners, star) == (4, False) else 0
        points = []
        for at in range(count):
            reach = radius * (1.15 if not star else 1.3 if at % 2 == 0 else 0.55)
            angle = -pi / 2 + turn + at * 2 * pi / count
            points.append(f"{x + reach * cos(angle):.1f},{y + reach * sin(angle):.1f}")
        self._add(f'<polygon points="{" ".join(points)}"{style}', "", fill, edge=edge)

    def _add(self, start: str, role: str, colour: str, *, edge: str = "", body: str = "") -> None:
        name = start[1:].partition(" ")[0]
        fill = colour or self._theme[role]
        classes = [f"f-{role}"] * bool(role and not colour) + [f"s-{edge}"] * (edge in self._theme)
        paint = f' fill="{fill}"' + (f' stroke="{self._theme.get(edge, edge)}"' if edge else "")
        paint += f' class="{" ".join(classes)}"' if classes and not self._dark else ""
        self._parts.append(f"{start}{paint}>{body}</{name}>" if body or name == "text" else f"{start}{paint}/>")

    def document(self, wide: float, high: float, title: str, description: str) -> str:
        """Return the picture, with title and description for those who cannot see it."""
        style = "".join(f".f-{role}{{fill:{c}}}.s-{role}{{stroke:{c}}}" for role, c in DARK.items())
        sheet = "" if self._dark else f"<style>@media (prefers-color-scheme: dark){{{style}}}</style>\n"
        paper = "" if self._dark else ' class="f-paper"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" width="1600" '
            f'height="{1600 * high / wide:.0f}" role="img" aria-labelledby="t d" font-family="{_FONT}">\n'
            f'<title id="t">{escape(title)}</title>\n<desc id="d">{escape(description)}</desc>\n{sheet}'
            f'<rect width="100%" height="100%" fill="{self._theme["paper"]}"{paper}/>\n'
            + "\n".join(self._parts)
            + "\n</svg>\n"
        )
