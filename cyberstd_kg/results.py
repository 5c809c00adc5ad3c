"""Answers to queries: rows of terms, or a graph; and their forms as JSON, CSV, TSV and Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cyberstd_kg.errors import InputError, ResourceMissing

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped,unused-ignore]

#: First characters of a cell that a spreadsheet would run as a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Term(NamedTuple):
    """An RDF term in an answer.

    ``kind`` is ``uri``, ``literal`` or ``bnode``; ``datatype`` and ``lang`` are empty where there is none.
    """

    kind: str
    value: str
    datatype: str = ""
    lang: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the term as in SPARQL 1.1 Query Results JSON, section 3.2.2."""
        found = {"type": self.kind, "value": self.value}
        if self.lang:
            found["xml:lang"] = self.lang
        elif self.datatype:
            found["datatype"] = self.datatype
        return found


class Results:
    """The answer to SELECT (``variables`` and ``rows``) or ASK (``boolean``).

    Iterating gives one plain dict of variable → text a row; a variable without a value is left out.
    """

    def __init__(self, variables: list[str], rows: list[dict[str, Term]], boolean: bool | None = None) -> None:
        self.variables = variables
        self.rows = rows
        self.boolean = boolean

    @classmethod
    def from_json(cls, data: bytes | str) -> Results:
        """Read SPARQL 1.1 Query Results JSON.

        :raises InputError: when it is not that
        """
        import json

        try:
            document = json.loads(data)
            if "boolean" in document:
                return cls([], [], bool(document["boolean"]))
            variables = [str(name) for name in document["head"]["vars"]]
            rows = [
                {name: _term(term) for name, term in binding.items()} for binding in document["results"]["bindings"]
            ]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError("the answer is not SPARQL 1.1 Query Results JSON", "Ask another endpoint.") from error
        return cls(variables, rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, str]]:
        for row in self.rows:
            yield {name: term.value for name, term in row.items()}

    def to_json(self) -> dict[str, Any]:
        """Return SPARQL 1.1 Query Results JSON, as Python objects."""
        if self.boolean is not None:
            return {"head": {}, "boolean": self.boolean}
        bindings = [{name: term.to_json() for name, term in row.items()} for row in self.rows]
        return {"head": {"vars": self.variables}, "results": {"bindings": bindings}}

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return header and cells as text; ASK gives one cell, ``true`` or ``false``."""
        if self.boolean is not None:
            return ["answer"], [["true" if self.boolean else "false"]]
        cells = [[row[name].value if name in row else "" for name in self.variables] for row in self.rows]
        return self.variables, cells

    def to_csv(self) -> str:
        """Return SPARQL 1.1 Query Results CSV, formulas made harmless (see :func:`csv_text`)."""
        return csv_text(*self.table())

    def df(self) -> pandas.DataFrame:
        """Return the rows as a pandas DataFrame of text.

        :raises ResourceMissing: when pandas is not installed
        """
        try:
            import pandas  # type: ignore[import-untyped,unused-ignore]
        except ImportError as error:
            raise ResourceMissing("pandas is not installed", "Install it: pip install pandas") from error
        columns, cells = self.table()
        return pandas.DataFrame(cells, columns=columns)


class GraphAnswer(NamedTuple):
    """The answer to CONSTRUCT or DESCRIBE, as sorted N-Triples."""

    ntriples: str

    @classmethod
    def from_ntriples(cls, data: bytes) -> GraphAnswer:
        """Take an engine's N-Triples: sorted, without repeats."""
        lines = sorted(set(data.decode().splitlines()))
        return cls("".join(f"{line}\n" for line in lines if line))

    def turtle(self) -> str:
        """Return the graph as canonical Turtle."""
        import pyoxigraph as ox

        from cyberstd_kg.turtle import write_turtle

        quads = ox.parse(self.ntriples.encode(), ox.RdfFormat.N_TRIPLES)
        return write_turtle(quad.triple for quad in quads)


def _term(term: dict[str, Any]) -> Term:
    kind = "literal" if term["type"] == "typed-literal" else str(term["type"])
    return Term(kind, str(term["value"]), str(term.get("datatype", "")), str(term.get("xml:lang", "")))


def csv_text(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return CSV (RFC 4180).  A cell that a spreadsheet would run as a formula is prefixed with an apostrophe."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def tsv_text(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return tab-separated text; tabs and line breaks in a cell are written as ``\\t`` and ``\\n``."""
    lines = [columns, *([_harmless(_one_line(cell)) for cell in row] for row in rows)]
    return "".join("\t".join(line) + "\n" for line in lines)


def markdown_text(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; what would break a cell or act as markup is escaped."""
    lines = [[_in_markdown(cell) for cell in line] for line in (columns, *rows)]
    lines.insert(1, ["---"] * len(columns))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _one_line(cell: str) -> str:
    return cell.replace("\\", "\\\\").replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n")


def _in_markdown(cell: str) -> str:
    flat = " ".join(cell.split())
    for sign in ("\\", "|", "<", "`", "*", "_", "["):
        flat = flat.replace(sign, f"\\{sign}")
    return flat
