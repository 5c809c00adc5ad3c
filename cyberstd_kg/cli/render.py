"""Tables for people, and the same rows as CSV, TSV and Markdown."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cyberstd_kg.sparql.results import Results

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
#: Widest table that is drawn where the terminal does not say how wide it is.
_DEFAULT_WIDTH = 120
#: No column is squeezed below this many characters unless its text is shorter.
_NARROWEST = 12


def write(text: str) -> None:
    """Write text to stdout as UTF-8, whatever the locale says; a character that cannot be encoded is replaced."""
    stream = sys.stdout
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8", errors="replace")
    if stream.isatty():
        text = "\n".join(printable(line) for line in text.split("\n"))
    stream.write(text if text.endswith("\n") or not text else text + "\n")


def write_json(value: Any) -> None:
    """Write a JSON document, indented, in the order in which it was built."""
    import json

    write(json.dumps(value, ensure_ascii=False, indent=2))


def bold(text: str) -> str:
    """Return *text* in bold on a terminal that has colours switched on (NO_COLOR switches them off)."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb":
        return text
    return f"{_BOLD}{text}{_PLAIN}"


def terminal_width() -> int:
    """Return the width of the terminal in characters."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        return _DEFAULT_WIDTH


def rows(columns: Sequence[str], lines: Iterable[Sequence[str]], form: str) -> str:
    """Return rows in one of the formats ``table``, ``csv``, ``tsv``, ``md``.

    :param columns: the header
    :param lines: cells as text, as many in each as there are columns
    """
    from cyberstd_kg.sparql import results

    body = [[*line] for line in lines]
    if form == "csv":
        return results.csv_text(columns, body)
    if form == "tsv":
        return results.tsv_text(columns, body)
    if form == "md":
        return results.markdown_text(columns, body)
    return table(columns, body, terminal_width())


def table(columns: Sequence[str], lines: Sequence[Sequence[str]], width: int) -> str:
    """Return a plain table: columns padded, long cells wrapped so that the whole fits into *width* where it can."""
    import textwrap

    if not lines:
        return "no rows\n"
    columns = [_without_controls(column) for column in columns]
    clean = [[_without_controls(cell) for cell in line] for line in lines]
    natural = [max(len(column), *(cells_of(line[i]) for line in clean)) for i, column in enumerate(columns)]
    widths = _fit(natural, width - 2 * (len(columns) - 1))
    out = [
        bold("  ".join(column[:w].ljust(w) for column, w in zip(columns, widths, strict=True)).rstrip()),
        "  ".join("─" * w for w in widths),
    ]
    for line in clean:
        cells = [
            (textwrap.wrap(cell, w, break_on_hyphens=False) or [""]) if cells_of(cell) == len(cell) else fill(cell, w)
            for cell, w in zip(line, widths, strict=True)
        ]
        for row in range(max(len(cell) for cell in cells)):
            texts = [cell[row] if row < len(cell) else "" for cell in cells]
            parts = [text + " " * (w - cells_of(text)) for text, w in zip(texts, widths, strict=True)]
            out.append("  ".join(parts).rstrip())
    return "\n".join(out) + "\n"


def cells_of(text: str) -> int:
    """Return how many columns of a terminal *text* takes: a Chinese or Japanese sign takes two."""
    if text.isascii():
        return len(text)
    from unicodedata import east_asian_width

    return len(text) + sum(east_asian_width(sign) in "WF" for sign in text)


def fill(line: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Return *line* wrapped to *width* columns of a terminal; wide signs, between which are no spaces, break anywhere.

    :param first: what stands before the first line, *rest* before the others
    """
    import textwrap

    flat = " ".join(line.split())
    if cells_of(flat) == len(flat):
        return textwrap.wrap(flat, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False) or [
            first
        ]
    lines, now, used = [], first, len(first)
    for sign in flat:
        wide = cells_of(sign)
        if used + wide > width:
            lines.append(now)
            now, used = rest, len(rest)
        now, used = now + sign, used + wide
    return [*lines, now]


def printable(line: str) -> str:
    """Return one line without what could steer a terminal; our own bold and plain stay."""
    parts = line.split(_BOLD)
    return _BOLD.join(_PLAIN.join(_without_controls(part) for part in bold.split(_PLAIN)) for bold in parts)


def _without_controls(text: str) -> str:
    return text if text.isprintable() else "".join(c if c.isprintable() or c == "\t" else " " for c in text)


def _fit(natural: list[int], available: int) -> list[int]:
    """Shrink the widest columns, one step at a time together, until the sum fits or all are at their narrowest."""
    widths = list(natural)
    while sum(widths) > available:
        widest = max(widths)
        if widest <= _NARROWEST:
            break
        second = max([w for w in widths if w < widest], default=_NARROWEST)
        at_widest = [i for i, w in enumerate(widths) if w == widest]
        excess = sum(widths) - available
        step = min(widest - max(second, _NARROWEST), -(-excess // len(at_widest)))
        for i in at_widest:
            widths[i] -= max(step, 1)
    return widths


def results(answer: Results, form: str) -> str:
    """Return the answer to a SELECT or ASK in one of the table formats; on a terminal IRIs are shortened."""
    if form == "json":
        import json

        return json.dumps(answer.to_json(), ensure_ascii=False, indent=2)
    columns, cells = answer.table()
    if form == "table":
        from cyberstd_kg.core.iris import compact

        cells = [[compact(cell) or cell for cell in line] for line in cells]
    return rows(columns, cells, form)


def saved_answer(answer: Results, form: str, label: Callable[[str], str]) -> str:
    """Return the answer to a saved question.

    On a terminal it is made for reading: columns that hold IRIs alone are left out, and sources become numbers that are
    explained below.  The other formats have everything.

    :param label: IRI → label, for the sources
    """
    if form != "table":
        return results(answer, form)
    columns, cells = answer.table()
    numbers: dict[str, int] = {}
    shown = []
    for at, name in enumerate(columns):
        column = [line[at] for line in cells]
        if name in ("source", "sources"):
            marks = ["".join(f"[{_number(iri, numbers)}]" for iri in sorted(cell.split())) for cell in column]
            shown.append((name, marks))
        elif any(row[name].kind != "uri" for row in answer.rows if name in row):
            shown.append((name, column))
    wordy = [(name, column) for name, column in shown if any(column)]
    if not cells or not any(name not in ("source", "sources") for name, _ in wordy):
        return results(answer, form)
    lines = [list(line) for line in zip(*(column for _, column in wordy), strict=True)]
    text = table([name for name, _ in wordy], lines, terminal_width())
    legend = "".join(f"  [{number}] {label(iri)}\n" for iri, number in numbers.items())
    return f"{text}\n{legend}IRIs: --format csv or json.\n"


def _number(iri: str, numbers: dict[str, int]) -> int:
    return numbers.setdefault(iri, len(numbers) + 1)
