"""Turtle and TriG: strict reading with line numbers, and canonical writing.

The canonical form is byte-stable: one data set has one text.  It declares the prefixes of :mod:`cyberstd_kg.core.iris`
that it uses.  Graphs, subjects and objects are in natural order (clause 7.1.2.2 before 7.1.2.10), predicates in a
fixed one.  Blank nodes that form trees and lists, as OWL 2 DL requires, are nested, ``[ … ]`` and ``( … )``, so that
a change stays local; others, shared or circular, get the labels of RDFC-1.0 (https://www.w3.org/TR/rdf-canon/).

Literals keep their text.  A store rewrites some of them on loading (``"01"^^xsd:integer`` becomes 1,
``"1.10"^^xsd:decimal`` 1.1), so version and clause numbers must be strings.  Language tags become lower case on
reading.  Only RDF 1.1 is read and written: no triple terms, no text direction.

``cyberstd fmt`` rewrites files in canonical form.  Comments at the top of a file, before the first statement, are kept;
comments further down are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import takewhile
from pathlib import Path
from typing import Final, Literal

import pyoxigraph as ox

from cyberstd_kg.core.errors import InputError, UsageError
from cyberstd_kg.core.iris import PREFIXES, compact
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.rdf import lists
from cyberstd_kg.rdf.canonical import canonical_quads, require_rdf11
from cyberstd_kg.rdf.lists import Term
from cyberstd_kg.rdf.terms import TYPE

Format = Literal["ttl", "trig"]
Predicates = dict[ox.NamedNode, list[Term]]
#: subject → predicate → objects
Graph = dict[Term, Predicates]
GraphName = ox.NamedNode | ox.BlankNode | ox.DefaultGraph

#: A larger file is not read.
MAX_BYTES: Final = 64 * 2**20
#: pyoxigraph 0.5 crashes on some 100,000 nested triple terms before we see the first; 1,000 do no harm.
_MAX_TRIPLE_TERMS: Final = 1000
_MAX_DEPTH: Final = 50  # of nested blank nodes
_WIDTH: Final = 120
_INDENT: Final = "    "
_FORMATS: Final = {"ttl": ox.RdfFormat.TURTLE, "trig": ox.RdfFormat.TRIG}
_XSD: Final = PREFIXES["xsd"]
_LEADING: Final = ("a", "dct:identifier", "skos:prefLabel", "rdfs:label", "dct:title", "skos:altLabel", "bibo:locator")
#: The lexical forms that need no quotation marks: rdflib fails on 4,301 digits, and turns 0.0000001 into 1E-7.
_BARE: Final = {
    _XSD + "integer": re.compile("0|-?[1-9][0-9]{0,17}"),
    _XSD + "decimal": re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{0,5}[1-9]|-?[1-9][0-9]{0,14}\.0|0\.0"),
    _XSD + "boolean": re.compile("true|false"),
}
#: Part of a message of the parser → what to do about its usual cause.
_HINTS: Final = {
    "No scheme found": "Write whole IRIs; there is no base for relative ones.",
    "expected at the end of a graph block": "Usually a ';' or ',' is missing at the end of the line before.",
    "is not a valid RDF object": "Correct this line, or the end of the statement before it (';' for '.'?).",
    "beginning of a prefix name": 'Put texts in straight quotation marks ("…"), not in typographic ones.',
    "is not a valid subject": "Usually GRAPH src:… { is missing at the top, or there is one } too many.",
    "Unexpected end": "The file ends too early: the end of the statement, a quotation mark or a } is missing.",
}
#: Invisible characters are escaped: controls, line separators, marks of text direction, non-characters.
_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]')
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def read_quads(source: Path | str | bytes, name: str, format: Format) -> list[ox.Quad]:
    """Parse Turtle or TriG strictly.

    :param source: a path, or the content as bytes
    :param name: the name of the file in messages
    :param format: ``ttl`` or ``trig``
    :returns: quads in the order of the text, with repeats; blank nodes get fresh labels, so files can be merged
    :raises InputError: when the file cannot be read, is too large, not UTF-8, not RDF 1.1, or breaks the syntax (names
        the line)
    """
    data = content(source, name)
    with _reading(name):
        quads = list(ox.parse(data, _FORMATS[format], rename_blank_nodes=True))
    require_rdf11(quads, name)
    return quads


def read_quads_with_lines(
    source: Path | str | bytes, name: str, format: Format, *, longest_iri: int = MAX_BYTES
) -> list[tuple[ox.Quad, int]]:
    """Parse like :func:`read_quads`, and return (quad, line), at up to twice the cost.

    The line, counted from 1, is the one where the parser had seen enough: that of the ``,`` ``;`` or ``.`` after the
    object.  In canonical text it is the line of the object.

    :param longest_iri: an IRI with more characters is refused, before many are in memory
    """
    reader = _LineReader(content(source, name))
    with _reading(name):
        parser = ox.parse(reader, _FORMATS[format], rename_blank_nodes=True)  # type: ignore[arg-type]  # needs read()
        lined = []
        for quad in parser:
            _require_short(quad, name, reader.line, longest_iri)
            lined.append((quad, reader.line))
    require_rdf11((quad for quad, _ in lined), name)
    return lined


def _require_short(quad: ox.Quad, name: str, line: int, longest: int) -> None:
    """Refuse an IRI of unreasonable length before many are in memory: a long prefix makes each short name long."""
    for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
        if isinstance(term, ox.NamedNode) and len(term.value) > longest:
            raise InputError(
                f"{name}, line {line}: an IRI has {len(term.value)} characters", "Correct it or its prefix."
            )


class _LineReader:
    """A file that returns at most one line a call and counts them, so that the parser cannot read ahead."""

    def __init__(self, data: bytes) -> None:
        self._lines = iter(BytesIO(data))
        self._current = b""
        self._position = 0
        self.line = 0

    def read(self, size: int) -> bytes:
        """Return at most *size* bytes of the current line (one byte more, and pyoxigraph would abort the process)."""
        start = self._position
        if start >= len(self._current):
            start = 0
            self._current = next(self._lines, b"")
            self.line += 1 if self._current else 0
        self._position = start + size
        return self._current[start : start + size]


def content(source: Path | str | bytes, name: str) -> bytes:
    """Return the bytes of *source*, checked to be UTF-8 and within the limits.

    :raises InputError: when they are not, or cannot be read
    """
    if isinstance(source, bytes):
        data = source
    else:
        try:
            with Path(source).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", error)
            raise InputError(f"{name}: cannot be read: {reason}", "Check the path and its permissions.") from error
    if len(data) > MAX_BYTES:
        raise InputError(f"{name}: larger than {MAX_BYTES // 2**20} MiB", "Split it into smaller files.")
    if data.startswith(b"\xef\xbb\xbf"):
        raise InputError(f"{name}, line 1: begins with a byte order mark", "Save the file as UTF-8 without one.")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{name}, line {line}: byte {error.start} (0x{data[error.start]:02x}) is not UTF-8"
        raise InputError(message, "Save the file as UTF-8.") from error
    if data.count(b"<<(") > _MAX_TRIPLE_TERMS:
        raise InputError(f"{name}: full of triple terms, which are RDF 1.2", "Write it in RDF 1.1.")
    return data


@contextmanager
def _reading(name: str) -> Iterator[None]:
    """Turn errors of the parser into InputError with file, line and hint."""
    try:
        yield
    except SyntaxError as error:
        text = re.sub(r"^Parser error at .*?: ", "", error.msg, count=1, flags=re.DOTALL)[:300]
        text = "".join(char if char.isprintable() else "\ufffd" for char in text)
        prefix = re.match(r"The prefix ([a-z]+): has not been declared", text)
        hint = "Correct this line, or the end of the statement before it."
        if prefix and prefix[1] in PREFIXES:
            hint = f"Add at the top: @prefix {prefix[1]}: <{PREFIXES[prefix[1]]}> ."
        else:
            hint = next((advice for part, advice in _HINTS.items() if part in text), hint)
        raise InputError(f"{name}, line {error.lineno}: {text}", hint) from error
    except MemoryError as error:
        raise InputError(f"{name}: a term in it is too long", "Keep each literal and IRI below 16 MiB.") from error


def fault_of_data(quad: ox.Quad) -> tuple[str, str] | None:
    """Return what is wrong with *quad* as a statement of data, and what to do; None for a good one."""
    if type(quad.graph_name) is not ox.NamedNode:
        return "a triple is outside a named graph", "Put it into the graph of its source: GRAPH src:… { … }."
    if type(quad.subject) is ox.BlankNode or type(quad.object) is ox.BlankNode:
        return "data has no blank nodes", "Give it an IRI of its own."
    return None


def write_trig(quads: Iterable[ox.Quad]) -> str:
    """Return *quads* as canonical TriG: the default graph first, then the named graphs.

    :raises InputError: on terms of RDF 1.2
    :raises LimitExceeded: when blank nodes form no trees and look so much alike that labelling them could take for ever
    """
    unique = set(quads)
    require_rdf11(unique, "the data")
    try:
        return _Writer(nest=True).document(by_graph(unique))
    except _NotATree:
        return _Writer(nest=False).document(by_graph(canonical_quads(unique)))


def write_turtle(triples: Iterable[ox.Triple | ox.Quad]) -> str:
    """Return *triples* as canonical Turtle; the graphs of quads are left out.  Raises like :func:`write_trig`."""
    return write_trig(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)


def by_graph(quads: Iterable[ox.Quad]) -> dict[GraphName, Graph]:
    """Return *quads*, which must be unique, as graph → subject → predicate → objects, in no order."""
    graphs: dict[GraphName, Graph] = {}
    for quad in quads:
        graph = graphs.setdefault(quad.graph_name, {})
        graph.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(quad.object)
    return graphs


class _NotATree(Exception):
    """A blank node is shared, circular, in several graphs, the name of one, or nested too deeply."""


class _Writer:
    """Writes one document, and remembers the prefixes and the blank nodes that it wrote.

    :param nest: write blank nodes inside each other, not by label; this needs trees
    """

    def __init__(self, *, nest: bool) -> None:
        self._nest = nest
        self._graph: Graph = {}
        self._prefixes: set[str] = set()
        self._names: dict[str, str] = {}
        self._blank: set[Term] = set()  # met so far
        self._flat: dict[Term, str] = {}  # nested blank node → its text on one line

    def document(self, graphs: dict[GraphName, Graph]) -> str:
        """Return the text: prefixes, default graph, named graphs."""
        parts = self._subjects(graphs.get(ox.DefaultGraph(), {}), "")
        names = {self._name(graph): graph for graph in graphs if not isinstance(graph, ox.DefaultGraph)}
        for name in sorted(names, key=natural):
            body = "\n".join(self._subjects(graphs[names[name]], _INDENT))
            parts.append(f"GRAPH {name} {{\n{body}}}\n")
        head = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(self._prefixes))
        return "\n".join([head, *parts] if head else parts)

    def _subjects(self, graph: Graph, indent: str) -> list[str]:
        """Return a paragraph for each subject: first those with IRIs, then blank nodes that none refers to."""
        self._graph = graph
        inner: set[Term] = set()
        if self._nest:
            objects = [term for predicates in graph.values() for terms in predicates.values() for term in terms]
            blank_objects = [term for term in objects if isinstance(term, ox.BlankNode)]
            inner.update(blank_objects)
            here = inner.union(subject for subject in graph if isinstance(subject, ox.BlankNode))
            if len(inner) < len(blank_objects) or not here.isdisjoint(self._blank):
                raise _NotATree
            self._blank |= here
        paragraphs = []
        for subject in graph.keys() - inner:
            blank = isinstance(subject, ox.BlankNode)
            name = "[]" if blank and self._nest else self._name(subject)
            text = f"{indent}{name} {self._block(graph[subject], indent + _INDENT)} .\n"
            paragraphs.append((blank, natural(name), text))
        if not inner <= self._flat.keys():
            raise _NotATree
        return [text for _, _, text in sorted(paragraphs)]

    def _block(self, predicates: Predicates, indent: str) -> str:
        """Return predicates and objects, over as many lines as it takes."""
        deeper = indent + _INDENT
        lines = []
        for verb, objects in self._sorted(predicates, 0):
            line = f"{verb} {', '.join(text for text, _ in objects)}"
            if len(objects) == 1:
                line = f"{verb} {self._wrapped(*objects[0], indent, len(verb) + 1)}"
            elif len(indent) + len(line) + 2 > _WIDTH:
                line = verb + ",".join(f"\n{deeper}{self._wrapped(*pair, deeper)}" for pair in objects)
            lines.append(line)
        return f" ;\n{indent}".join(lines)

    def _wrapped(self, line: str, term: Term, indent: str, before: int = 0) -> str:
        """Return *line*, the text of *term*; a nested blank node over several lines when it is too long for one."""
        if self._flat.get(term, "[]") == "[]" or len(indent) + before + len(line) + 2 <= _WIDTH:
            return line
        deeper = indent + _INDENT
        if items := self._items(term):
            inner = "".join(f"\n{deeper}{self._wrapped(self._line(item), item, deeper)}" for item in items)
            return f"({inner}\n{indent})"
        return f"[\n{deeper}{self._block(self._graph[term], deeper)}\n{indent}]"

    def _sorted(self, predicates: Predicates, depth: int) -> list[tuple[str, list[tuple[str, Term]]]]:
        """Return (predicate, [(object on one line, object)]), all in order."""
        verbs = {"a" if term == TYPE else self._name(term): objects for term, objects in predicates.items()}
        result = []
        for verb in sorted(verbs, key=lambda v: (_LEADING.index(v) if v in _LEADING else 9, natural(v))):
            pairs = [(self._line(term, depth), term) for term in verbs[verb]]
            if len(pairs) > 1:
                pairs.sort(key=lambda pair: natural(pair[0]))
            result.append((verb, pairs))
        return result

    def _line(self, term: Term, depth: int = 0) -> str:
        """Return *term* on one line."""
        if isinstance(term, ox.Literal):
            return self._literal(term)
        if not (self._nest and isinstance(term, ox.BlankNode)):
            return self._name(term)
        if depth > _MAX_DEPTH:
            raise _NotATree
        if term not in self._flat:
            if items := self._items(term):
                text = f"( {' '.join(self._line(item, depth + 1) for item in items)} )"
            else:
                pairs = self._sorted(self._graph.get(term, {}), depth + 1)
                text = " ; ".join(f"{verb} {', '.join(text for text, _ in objects)}" for verb, objects in pairs)
                text = f"[ {text} ]" if text else "[]"
            self._flat[term] = text
        return self._flat[term]

    def _items(self, cell: Term) -> list[Term]:
        """Return the members of the list that begins with *cell*; none when it is not a list and nothing else."""
        cells = lists.cells(cell, self._cell) or []
        self._flat.update((node, "") for node, _ in cells[1:])
        return [value for _, value in cells]

    def _cell(self, node: Term) -> Predicates:
        """Return the statements of a blank node that may be a cell of a list: it has two properties."""
        predicates = self._graph.get(node, {}) if isinstance(node, ox.BlankNode) else {}
        return predicates if len(predicates) == 2 else {}

    def _literal(self, term: ox.Literal) -> str:
        value, datatype = term.value, term.datatype.value
        if datatype in _BARE and _BARE[datatype].fullmatch(value):
            return value
        escaped = _ESCAPED.sub(lambda match: _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}", value)
        if term.language:
            return f'"{escaped}"@{term.language}'
        return f'"{escaped}"' if datatype == _XSD + "string" else f'"{escaped}"^^{self._name(term.datatype)}'

    def _name(self, term: Term) -> str:
        if not isinstance(term, ox.NamedNode):
            if self._nest:
                raise _NotATree
            return str(term)
        iri = term.value
        if iri not in self._names:
            curie = compact(iri)
            self._prefixes.update(curie.split(":")[:1] if curie else ())
            self._names[iri] = curie or f"<{iri}>"
        return self._names[iri]


def canonical(text: bytes, name: str) -> bytes:
    """Return the canonical form of a Turtle or TriG file; applied to its own result it changes nothing.

    :param text: the content of the file
    :param name: its name; the suffix ``.ttl`` or ``.trig`` decides the format
    :raises UsageError: on another suffix; else raises like :func:`read_quads` and :func:`write_trig`
    """
    suffix = Path(name).suffix
    if suffix not in {".ttl", ".trig"}:
        raise UsageError(f"{name}: the suffix is neither .ttl nor .trig", "Rename the file, or name another one.")
    return with_comment(head_comment(text), write_trig(read_quads(text, name, "ttl" if suffix == ".ttl" else "trig")))


def head_comment(text: bytes) -> str:
    """Return the comments and empty lines at the top of a file, before its first statement."""
    lines = (line.strip(" \t") for line in re.split("\r\n|\r|\n", text.decode()))
    return "\n".join(takewhile(lambda line: not line or line.startswith("#"), lines)).strip("\n")


def with_comment(comment: str, body: str) -> bytes:
    """Return the content of a file with *comment* at its top."""
    return "\n".join(part for part in (comment and comment + "\n", body) if part).encode()
