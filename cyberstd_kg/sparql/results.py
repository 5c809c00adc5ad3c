"""Answers to queries: rows of terms, or a graph; and their forms as JSON, CSV, TSV and Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from cyberstd_kg import rdf
from cyberstd_kg.core.errors import InputError, ResourceMissing

#: First characters of a cell that a spreadsheet would run as a formula (OWASP, "CSV Injection").
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS: Final = frozenset(
    _XSD + name
    for name in (
        "integer int long short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger "
        "unsignedLong unsignedInt unsignedShort unsignedByte"
    ).split()
)
_NUMBERS: Final = frozenset(_XSD + name for name in ("decimal", "double", "float"))


class Term(NamedTuple):
    """An RDF term in an answer.

    ``kind`` is ``uri``, ``literal`` or ``bnode``; ``datatype`` and ``lang`` are empty where there is none.
    ``datatype`` is also empty for xsd:string, which is what a literal without one has.
    """

    kind: str
    value: str
    datatype: str = ""
    lang: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the term as in SPARQL 1.1 Query Results JSON, section 3.2.2."""
        members = {"type": self.kind, "value": self.value}
        if self.lang:
            members["xml:lang"] = self.lang
        elif self.datatype:
            members["datatype"] = self.datatype
        return members

    def ntriples(self) -> str:
        """Return the term in the syntax of N-Triples, which is also SPARQL's and Turtle's.

        Quotes, backslashes and line breaks are escaped in a literal; an IRI is not changed.
        """
        if self.kind == "uri":
            return f"<{self.value}>"
        if self.kind == "bnode":
            return f"_:{self.value}"
        escaped = _escaped(self.value).replace('"', '\\"')
        if self.lang:
            return f'"{escaped}"@{self.lang}'
        return f'"{escaped}"^^<{self.datatype}>' if self.datatype else f'"{escaped}"'

    def plain(self) -> str | int | float | bool:
        """Return the value as an int, float or bool where the datatype is numeric or xsd:boolean, else as text.

        A decimal becomes a float.  A value that its datatype does not allow ("x"^^xsd:integer) stays text, as do dates.
        """
        try:
            if self.datatype in _INTEGERS:
                return int(self.value)
            if self.datatype in _NUMBERS:
                return float(self.value)
        except ValueError:
            return self.value
        if self.datatype == f"{_XSD}boolean" and self.value in ("true", "false", "1", "0"):
            return self.value in ("true", "1")
        return self.value


class Results:
    """The answer to SELECT (``variables``, and ``rows`` of variable → :class:`Term`) or ASK (``boolean``).

    A row has no entry for a variable without a value.  ``len`` counts the rows; iterating gives for each row a dict of
    variable → plain Python value (see :meth:`Term.plain`).  The truth value is the answer to ASK, else whether there
    are rows.
    """

    def __init__(self, variables: list[str], rows: list[dict[str, Term]], boolean: bool | None = None) -> None:
        self.variables = variables
        self.rows = rows
        self.boolean = boolean

    @classmethod
    def from_json(cls, data: bytes | str) -> Results:
        """Read SPARQL 1.1 Query Results JSON.

        :raises InputError: when *data* is not that, or has a triple as a term (RDF 1.2)
        """
        import json

        try:
            document = json.loads(data)
            if "boolean" in document:
                if not isinstance(document["boolean"], bool):
                    raise TypeError
                return cls([], [], document["boolean"])
            variables = [_text(name) for name in document["head"]["vars"]]
            bindings = document["results"]["bindings"]
            rows = [{name: _term(term) for name, term in binding.items()} for binding in bindings]
            if not set().union(*rows) <= set(variables):
                raise KeyError
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            hint = "Ask for terms of RDF 1.1; or ask another endpoint."
            raise InputError("the answer is not SPARQL 1.1 Query Results JSON", hint) from error
        return cls(variables, rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows) if self.boolean is None else self.boolean

    def __iter__(self) -> Iterator[dict[str, str | int | float | bool]]:
        for row in self.rows:
            yield {name: term.plain() for name, term in row.items()}

    def to_json(self) -> dict[str, Any]:
        """Return SPARQL 1.1 Query Results JSON, as Python objects."""
        if self.boolean is not None:
            return {"head": {}, "boolean": self.boolean}
        bindings = [{name: term.to_json() for name, term in row.items()} for row in self.rows]
        return {"head": {"vars": self.variables}, "results": {"bindings": bindings}}

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return the header, and the cells as text; ASK gives one cell, ``true`` or ``false``."""
        if self.boolean is not None:
            return ["answer"], [["true" if self.boolean else "false"]]
        cells = [[row[name].value if name in row else "" for name in self.variables] for row in self.rows]
        return self.variables, cells

    def to_csv(self) -> str:
        """Return SPARQL 1.1 Query Results CSV, in which no cell is a formula (see :func:`csv_text`)."""
        columns, cells = self.table()
        for line, row in zip(cells, self.rows, strict=False):
            for at, name in enumerate(columns):
                if name in row and row[name].kind == "bnode":
                    line[at] = f"_:{row[name].value}"
        return csv_text(columns, cells)

    def to_tsv(self) -> str:
        """Return SPARQL 1.1 Query Results TSV: terms in the syntax of Turtle, ``?`` before the names.

        No cell is a formula.  For ASK, which that format does not have, see :meth:`table`.
        """
        if self.boolean is not None:
            return tsv_text(*self.table())
        lines = [[f"?{name}" for name in self.variables]]
        lines += [[row[name].ntriples() if name in row else "" for name in self.variables] for row in self.rows]
        return "".join("\t".join(line) + "\n" for line in lines)

    def to_markdown(self) -> str:
        """Return a Markdown table (see :func:`markdown_text`)."""
        return markdown_text(*self.table())

    def df(self) -> Any:
        """Return the rows as a pandas DataFrame of plain Python values (see :meth:`Term.plain`), None where unbound.

        :raises ResourceMissing: when pandas is not installed
        """
        from importlib import import_module  # pandas is no dependency

        try:
            pandas: Any = import_module("pandas")
        except ImportError as error:
            raise ResourceMissing("pandas is not installed", "Install it: pip install pandas") from error
        if self.boolean is not None:
            return pandas.DataFrame([[self.boolean]], columns=["answer"])
        cells = [[row.get(name) for name in self.variables] for row in self]
        return pandas.DataFrame(cells, columns=self.variables)


class GraphAnswer(NamedTuple):
    """The answer to CONSTRUCT or DESCRIBE, as sorted N-Triples."""

    ntriples: str

    @classmethod
    def from_ntriples(cls, data: bytes) -> GraphAnswer:
        """Return the graph of an engine's N-Triples, sorted by code point, each line once.

        :raises InputError: when it is not UTF-8
        """
        try:
            lines = set(data.decode().split("\n"))  # not splitlines: literals may have U+0085 or U+2028
        except UnicodeDecodeError as error:
            raise InputError(f"the answer is not UTF-8: byte {error.start}", "Ask another endpoint.") from error
        return cls("".join(f"{line}\n" for line in sorted(lines) if line))

    def turtle(self) -> str:
        """Return the graph as canonical Turtle."""
        import pyoxigraph as ox

        quads = ox.parse(self.ntriples.encode(), ox.RdfFormat.N_TRIPLES)
        return rdf.turtle.write_turtle(quad.triple for quad in quads)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _term(term: dict[str, Any]) -> Term:
    # Virtuoso has typed-literal, from a draft of the format.
    kind = "literal" if term["type"] == "typed-literal" else term["type"]
    if kind not in ("uri", "literal", "bnode"):
        raise TypeError
    datatype = _text(term.get("datatype", ""))
    lang = _text(term.get("xml:lang", ""))
    return Term(kind, _text(term["value"]), "" if lang or datatype == f"{_XSD}string" else datatype, lang)


def csv_text(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return CSV (RFC 4180).

    An apostrophe goes before a cell that a spreadsheet would run as a formula, as OWASP advises: one that begins with
    ``=``, ``+``, ``-``, ``@``, a tab or a line break, so also before a negative number.
    """
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def tsv_text(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return tab-separated text; tabs and line breaks in a cell are written as ``\\t`` and ``\\n``."""
    lines = [columns, *([_harmless(_escaped(cell)) for cell in row] for row in rows)]
    return "".join("\t".join(line) + "\n" for line in lines)


def markdown_text(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table, in which signs that would break a cell or act as markup are escaped."""
    lines = [[_in_markdown(cell) for cell in line] for line in (columns, *rows)]
    lines.insert(1, ["---"] * len(columns))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _escaped(cell: str) -> str:
    return cell.replace("\\", "\\\\").replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n")


def _in_markdown(cell: str) -> str:
    flat = " ".join(cell.split())
    for sign in ("\\", "|", "<", "&", "`", "*", "_", "["):
        flat = flat.replace(sign, f"\\{sign}")
    return flat
