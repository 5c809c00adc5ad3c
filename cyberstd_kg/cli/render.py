"""What commands print: lines that fit the terminal, tables, and the same rows as CSV, TSV and Markdown."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cyberstd_kg import sparql
from cyberstd_kg.core import words
from cyberstd_kg.core.iris import compact

if TYPE_CHECKING:
    from cyberstd_kg.sparql.results import Results

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
#: Width where no terminal says how wide it is, and the least that is used.
_DEFAULT_WIDTH, _LEAST_WIDTH = 120, 40
#: No line of running text is longer, however wide the terminal is.
_TEXT_WIDTH = 110
#: No column of a table is squeezed below this width unless its text is shorter.
_NARROWEST = 12
#: Between two columns of a table.
_GAP = "  "


# ── Where it goes ──


def write(text: str) -> None:
    """Write text to stdout as UTF-8, whatever the locale says; a character that cannot be encoded is replaced."""
    stream = sys.stdout
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8", errors="replace")
    if stream.isatty():
        text = "\n".join(map(printable, text.split("\n")))
    stream.write(text if text.endswith("\n") or not text else text + "\n")


def write_lines(lines: Iterable[str]) -> None:
    """Write lines of text for a person to stdout, each wrapped to the terminal (see :func:`fitted`)."""
    write(text_of(lines))


def text_of(lines: Iterable[str]) -> str:
    """Return lines of text for a person as they are printed."""
    return "".join(f"{line}\n" for line in fitted(lines))


def json_text(value: Any) -> str:
    """Return a JSON document, indented, in the order in which it was built."""
    import json

    return json.dumps(value, ensure_ascii=False, indent=2)


def write_json(value: Any) -> None:
    """Write a JSON document to stdout."""
    write(json_text(value))


def deliver(data: bytes | str, output: str | None) -> None:
    """Write an answer to a file, all or nothing, or to stdout where *output* is empty.

    :raises InputError: when the file cannot be written; then it is as it was
    """
    if output:
        from cyberstd_kg.core.files import write_whole

        write_whole(output, data.encode() if isinstance(data, str) else data)
    elif isinstance(data, bytes) and not sys.stdout.isatty():
        sys.stdout.buffer.write(data)
    else:
        write(data if isinstance(data, str) else data.decode())


def say(message: str, *lines: str) -> None:
    """Write a message to stderr, with further lines below it; on a terminal they are wrapped."""
    text: Iterable[str] = map(printable, (f"cyberstd: {message}", *lines))
    if sys.stderr.isatty():
        text = fitted(text, max(os.get_terminal_size(sys.stderr.fileno()).columns, _LEAST_WIDTH))
    print("\n".join(text), file=sys.stderr, flush=True)


def progress(text: str, *, last: bool = False) -> None:
    """Show on stderr how far a long command is, in place of what this showed before; the *last* one stays."""
    print(f"\rcyberstd: {text}", end="\n" if last else "", file=sys.stderr, flush=True)


# ── Lines ──


def terminal_width() -> int:
    """Return how many columns a line may take: ``$COLUMNS``, else those of the terminal, else 120; at least 40."""
    told = os.environ.get("COLUMNS", "")
    if told.isascii() and told.isdigit() and int(told):
        return max(int(told), _LEAST_WIDTH)
    try:
        return max(os.get_terminal_size(sys.stdout.fileno()).columns, _LEAST_WIDTH)
    except (OSError, ValueError):
        return _DEFAULT_WIDTH


class Heading(str):
    """A line that is printed in bold."""

    __slots__ = ()


class Row(str):
    """A line that is laid out in columns, and fits as it is."""

    __slots__ = ()


def fitted(lines: Iterable[str], width: int = 0) -> Iterator[str]:
    """Yield lines of text as lines that fit the terminal, without what could steer it; an IRI is never cut.

    A line goes on two columns deeper than it begins; or, where a tab ends its head, below what follows the tab.

    :param width: default: that of the terminal, but no more than is good to read
    """
    width = width or min(terminal_width(), _TEXT_WIDTH)
    for line in lines:
        head, tab, text = line.partition("\t")
        if isinstance(line, Row) or words.columns(head + text) <= width:
            yield bold(printable(head + text)) if isinstance(line, Heading) else printable(head + text)
            continue
        hangs = bool(tab) and words.columns(head) <= width // 2
        if not hangs:
            text = line.lstrip(" ")
            head = line[: len(line) - len(text)]
        rest = " " * (words.columns(head) + (0 if hangs else 2))
        for part in words.wrap(printable(text), width, first=printable(head), rest=rest, cut=False):
            yield bold(part) if isinstance(line, Heading) else part


def bold(text: str) -> str:
    """Return *text* in bold on a terminal that has colours switched on (NO_COLOR switches them off)."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb":
        return text
    return f"{_BOLD}{text}{_PLAIN}"


def printable(line: str) -> str:
    """Return one line without what could steer a terminal; our own bold and plain stay."""
    parts = line.split(_BOLD)
    return _BOLD.join(_PLAIN.join(_without_controls(part) for part in bold.split(_PLAIN)) for bold in parts)


def _without_controls(text: str) -> str:
    return text if text.isprintable() else "".join(c if c.isprintable() or c == "\t" else " " for c in text)


def padded(text: str, width: int) -> str:
    """Return *text* with blanks behind it, up to *width* columns of a terminal."""
    return text + " " * (width - words.columns(text))


class Numbers(dict[str, int]):
    """Numbers for sources, in the order in which they are first cited."""

    def cite(self, iris: Iterable[str]) -> str:
        """Return the marks of sources: ``[1][4]``."""
        return "".join(f"[{self.setdefault(iri, len(self) + 1)}]" for iri in iris)

    def legend(self, label: Callable[[str], str]) -> list[str]:
        """Return what the numbers mean, as lines.

        :param label: IRI → what is shown for it
        """
        return [f"  [{number}] \t{label(iri)}" for iri, number in self.items()]


# ── Tables ──


def rows(columns: Sequence[str], lines: Iterable[Sequence[str]], form: str) -> str:
    """Return rows in one of the formats ``table``, ``csv``, ``tsv``, ``md``.

    :param columns: the header
    :param lines: cells as text, as many in each as there are columns
    """
    body = [[*line] for line in lines]
    if form == "csv":
        return sparql.results.csv_text(columns, body)
    if form == "tsv":
        return sparql.results.tsv_text(columns, body)
    if form == "md":
        return sparql.results.markdown_text(columns, body)
    return table(columns, body, terminal_width())


def records(items: Iterable[Any], columns: Sequence[str], form: str, headings: Mapping[str, str] | None = None) -> str:
    """Return objects as rows: a cell for the attribute of each column's name.

    :param headings: column → its heading in a table for people, where it has another
    """
    shown = [headings.get(name, name) for name in columns] if headings and form == "table" else columns
    return rows(shown, ([_cell(getattr(item, name)) for name in columns] for item in items), form)


def _cell(value: Any) -> str:
    return " ".join(value) if isinstance(value, tuple) else str(value)


def table(columns: Sequence[str], lines: Sequence[Sequence[str]], width: int) -> str:
    """Return a plain table: columns padded, long cells wrapped so that the whole fits into *width*.

    Where it has too many columns for that, each row becomes a block of lines, one for each cell that is not empty.
    """
    if not lines:
        return "no rows\n"
    header = [_without_controls(column) for column in columns]
    body = [[_without_controls(cell) for cell in line] for line in lines]
    widths = _widths(header, body, width - len(_GAP) * (len(header) - 1))
    if widths is None:
        return _blocks(header, body, width)
    out = [bold(line) for line in _lines(header, widths)]
    out.append(_GAP.join("─" * w for w in widths))
    out += [text for line in body for text in _lines(line, widths)]
    return "\n".join(out) + "\n"


def _lines(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Return one row of a table as lines: as many as its highest cell has."""
    wrapped = [words.wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    return [
        _GAP.join(
            padded(cell[at] if at < len(cell) else "", width) for cell, width in zip(wrapped, widths, strict=True)
        ).rstrip()
        for at in range(max(map(len, wrapped)))
    ]


def _widths(header: Sequence[str], body: Sequence[Sequence[str]], available: int) -> list[int] | None:
    """Return the widths of columns: of what they hold, the widest shrunk until all fit; None where they cannot."""
    longest = [max(words.columns(line[at]) for line in body) for at in range(len(header))]
    least = [
        max(min(cell, _NARROWEST), max(map(words.columns, name.split()), default=0))
        for cell, name in zip(longest, header, strict=True)
    ]
    if sum(least) > available:
        return None
    widths = [min(max(cell, words.columns(name)), available) for cell, name in zip(longest, header, strict=True)]
    while sum(widths) > available:
        widest = max((at for at in range(len(widths)) if widths[at] > least[at]), key=lambda at: widths[at])
        widths[widest] -= 1
    return widths


def _blocks(header: Sequence[str], body: Sequence[Sequence[str]], width: int) -> str:
    """Return rows one below the other, a line for each cell that is not empty."""
    most = max(map(words.columns, header))
    blocks = [
        "\n".join(
            text
            for name, cell in zip(header, line, strict=True)
            if cell
            for text in words.wrap(cell, width, first=f"{padded(name, most)}  ", rest=" " * (most + 2))
        )
        for line in body
    ]
    return "\n\n".join(blocks) + "\n"


# ── Answers to queries ──


def results(answer: Results, form: str) -> str:
    """Return the answer to a SELECT or ASK in one of the table formats; on a terminal IRIs are shortened."""
    if form == "json":
        return json_text(answer.to_json())
    columns, cells = answer.table()
    if form == "table":
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
    numbers = Numbers()
    shown: dict[str, list[str]] = {}
    for at, name in enumerate(columns):
        if name in ("source", "sources"):
            shown[name] = [numbers.cite(sorted(line[at].split())) for line in cells]
        elif any(row[name].kind != "uri" for row in answer.rows if name in row):
            shown[name] = [line[at] for line in cells]
    shown = {name: column for name, column in shown.items() if any(column)}
    if not cells or shown.keys() <= {"source", "sources"}:
        return results(answer, form)
    text = table([*shown], [*zip(*shown.values(), strict=True)], terminal_width())
    return "\n".join([text, *fitted([*numbers.legend(label), "IRIs: --format csv or json."]), ""])
