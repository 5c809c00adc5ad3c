"""Words for people: lines that fit, near misses, articles, plurals, and names of terms as words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

#: Signs that never begin a line; they stay with the one before them (JIS X 4051, in its simplest form).
_CLOSING: Final = frozenset("、。，．・：；？！）」』】〕》")


def columns(text: str) -> int:
    """Return how many columns of a terminal *text* takes: a Chinese or Japanese sign two, a combining mark none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def wrap(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """Return *text* as lines of at most *width* columns of a terminal, at least one.

    Lines break at spaces, and anywhere between wide signs, which have no spaces between them.  A word that is longer
    than a line is cut.

    :param first: the text before the first line
    :param rest: the text before the other lines
    """
    flat = " ".join(text.split())
    if columns(flat) == len(flat):
        import textwrap

        lines = textwrap.wrap(flat, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
        return lines or [first.rstrip()]
    lines, line, used, is_bare = [], first, columns(first), True
    for unit in _units(flat, max(width - max(columns(first), columns(rest)), 2)):
        wide = columns(unit)
        if used + wide > width and not is_bare:
            lines.append(line.rstrip())
            line, used, is_bare = rest, columns(rest), True
        if not (is_bare and unit == " "):
            line, used, is_bare = line + unit, used + wide, False
    return [*lines, line.rstrip()]


def _units(text: str, most: int) -> Iterator[str]:
    """Yield the parts between which a line may break: a space, a wide sign with closing signs, a run of others."""
    run = ""
    for sign in text:
        if sign in _CLOSING and run:
            run += sign
            continue
        is_wide = columns(sign) == 2
        if run and (sign == " " or is_wide or run == " " or columns(run[0]) == 2 or columns(run + sign) > most):
            yield run
            run = ""
        run += sign
    if run:
        yield run


def near(word: str, known: Iterable[str], *, most: int = 1, cutoff: float = 0.6) -> list[str]:
    """Return those of *known* that are spelt nearly like *word*, the nearest first.

    :param cutoff: how alike they must be, from 0 to 1
    """
    from difflib import get_close_matches

    return get_close_matches(word, list(known), n=most, cutoff=cutoff)


def did_you_mean(names: Iterable[str], show: Callable[[str], str] = str) -> str:
    """Return the question whether one of *names* was meant; empty where there is none.

    :param show: how a name is written
    """
    shown = list(dict.fromkeys(show(name) for name in names))
    return f"Did you mean {' or '.join(shown)}?" if shown else ""


def article(noun: str) -> str:
    """Return the indefinite article that stands before *noun*: "a" or "an"."""
    return "an" if noun[:1].lower() in tuple("aeiou") else "a"


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: "1 file", "2 files".

    :param plural: the plural, where it is not the noun with an s
    """
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def shortened(text: str, most: int) -> str:
    """Return *text*, cut to *most* characters with "…" at the end where it is longer."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def term_words(iri: str) -> str:
    """Return the local name of a term as words: "TermEntry" → "term entry"; empty where it has none."""
    local = re.split(r"[#/]", iri)[-1]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", local).lower()
