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


def wrap(text: str, width: int, *, first: str = "", rest: str = "", cut: bool = True) -> list[str]:
    """Return *text* as lines of at most *width* columns of a terminal, at least one.

    Lines break at spaces, and anywhere between wide signs, which have no spaces between them.

    :param first: the text before the first line
    :param rest: the text before the other lines
    :param cut: whether a word that is longer than a line, such as an IRI, is cut; else it has a line of its own
    """
    flat = " ".join(text.split())
    if columns(first + rest + flat) == len(first + rest + flat):
        import textwrap

        lines = textwrap.wrap(
            flat,
            width,
            initial_indent=first,
            subsequent_indent=rest,
            break_on_hyphens=False,
            break_long_words=cut,
        )
        return lines or [first.rstrip()]
    most = max(width - max(columns(first), columns(rest)), 2) if cut else len(flat) * 2
    lines, line, used, is_bare = [], first, columns(first), True
    for unit in _units(flat, most):
        wide = columns(unit)
        if used + wide > width and not is_bare:
            lines.append(line.rstrip())
            line, used, is_bare = rest, columns(rest), True
        if not (is_bare and unit == " "):
            line, used, is_bare = line + unit, used + wide, False
    return [*lines, line.rstrip()]


def _units(text: str, most: int) -> Iterator[str]:
    """Yield the parts between which a line may break: a space, a wide sign with closing signs, a run of others.

    :param most: the most columns of one part
    """
    run, used = "", 0
    for sign in text:
        wide = columns(sign)
        fits = used + wide <= most
        stays = sign in _CLOSING or not wide  # a combining mark
        joins = bool(run) and fits and (stays or (sign != " " and wide < 2 and _is_narrow(run)))
        if run and not joins:
            yield run
            run, used = "", 0
        run, used = run + sign, used + wide
    if run:
        yield run


def _is_narrow(run: str) -> bool:
    """Whether more narrow signs may join *run*: it is neither a space nor begun by a wide sign."""
    return run != " " and columns(run[0]) < 2


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
