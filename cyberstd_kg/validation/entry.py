"""A file of entries: read strictly, with the line of each statement, and checked as a file before it is data.

TriG names the source of each statement.  Turtle cannot: a Turtle file speaks for one source, the one that it describes
or that the caller names, and its descriptions of sources go into a graph of their own.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg import mappings
from cyberstd_kg.build import data_files
from cyberstd_kg.core import files
from cyberstd_kg.core.assets import MAPPINGS
from cyberstd_kg.core.errors import InputError, UsageError
from cyberstd_kg.core.iris import expand
from cyberstd_kg.rdf import turtle
from cyberstd_kg.rdf.terms import TYPE, nodes

if TYPE_CHECKING:
    from cyberstd_kg.mappings.model import MappingSet

#: Limits of a file of entries.  The largest shipped one, of 27400, has 58 kB.
MAX_BYTES: Final = 2**20
#: With more entities the checks would take longer than a person waits (SP 800-53 has 1,189).
MAX_ENTITIES: Final = 5000
#: Values of one property of an entity: texts, and IRIs; graphs of the file; statements about one entity.
MAX_TEXTS, MAX_VALUES, MAX_GRAPHS, MAX_STATEMENTS = 50, 1000, 500, 1500
LONGEST_IRI: Final = 1000
#: The graph in which a workspace describes its sources.
DESCRIPTIONS: Final = expand("src:workspace_sources")
_SOURCE, _DOCUMENT = nodes("cstd:Source cstd:sourceDocument")
_FORMATS: Final[dict[str, turtle.Format]] = {".trig": "trig", ".ttl": "ttl"}
_SPLIT: Final = "Split it: one standard a file."


class EntryFile(NamedTuple):
    """The statements of a file: quads in named graphs, without repeats, each with its line.

    ``path`` is None for standard input; ``mapping_set`` is the content of an SSSOM/TSV file, else None.
    """

    name: str
    path: Path | None
    lines: dict[ox.Quad, int]
    mapping_set: MappingSet | None = None

    @property
    def quads(self) -> frozenset[ox.Quad]:
        """The statements alone."""
        return frozenset(self.lines)


def read(file: str, source: str = "", *, own: bool = True) -> EntryFile:
    """Read a file of entries.

    :param file: a path; ``-`` for TriG on standard input
    :param source: IRI of the source for which a Turtle file speaks
    :param own: whether a mapping set is a user's own, and not of the shipped data
    :raises UsageError: when the suffix is neither .trig nor .ttl nor that of a mapping set
    :raises InputError: when it cannot be read, is too large, empty, or not data; names file and line
    """
    path = Path(os.path.abspath(file))  # noqa: PTH100 - links stay
    if Path(file).is_dir():
        raise InputError(f"{file}: is a folder", "Name the files in it.")
    if data_files.is_mappings(file):
        mapping_set = mappings.sssom_reading.read_declared(mappings.sssom_table.load(file), file)
        return EntryFile(file, path, dict(mappings.to_rdf.quads(mapping_set, own)), mapping_set)
    suffix = ".trig" if file == "-" else Path(file).suffix
    if suffix not in _FORMATS:
        raise UsageError(
            f"{file}: entries are Turtle or TriG, in a file that ends in .ttl or .trig; mapping sets end in {MAPPINGS}",
            "Write it in one of these; other formats are not read, because some of them fetch or run what they name.",
        )
    if file == "-":
        name, content = "standard input", sys.stdin.buffer.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise InputError(f"{name}: larger than {MAX_BYTES // 2**20} MiB", _SPLIT)
    else:
        name, content = file, files.read_regular(file, MAX_BYTES, _SPLIT)
    statements = turtle.read_quads_with_lines(content, name, _FORMATS[suffix], longest_iri=LONGEST_IRI)
    if not statements:
        raise InputError(f"{name}: holds no statement", "Begin with a template: cyberstd new standard.")
    if suffix == ".ttl":
        statements = list(_with_graphs(statements, name, source))
    lines: dict[ox.Quad, int] = {}
    for quad, line in statements:
        if fault := turtle.fault_of_data(quad):
            raise InputError(f"{name}, line {line}: {fault[0]}", fault[1])
        lines.setdefault(quad, line)
    _require_moderate(lines, name)
    return EntryFile(name, None if file == "-" else path, lines)


def _require_moderate(lines: dict[ox.Quad, int], name: str) -> None:
    """Refuse what no source says and what would keep the checks busy: hundreds of titles, thousands of graphs."""
    values: Counter[tuple[object, ...]] = Counter()
    about: Counter[object] = Counter()
    graphs: set[object] = set()
    for quad, line in lines.items():
        is_text = isinstance(quad.object, ox.Literal)
        key, most = (quad.subject, quad.predicate, is_text), MAX_TEXTS if is_text else MAX_VALUES
        values[key] += 1
        about[quad.subject] += 1
        graphs.add(quad.graph_name)
        place = f"{name}, line {line}"
        if about[quad.subject] > MAX_STATEMENTS:
            raise InputError(f"{place}: more than {MAX_STATEMENTS} statements about one entity", "Split it.")
        if values[key] > most:
            advice = "Correct it, or split it into several entities."
            raise InputError(f"{place}: one entity has more than {most} values of one property", advice)
        if len(graphs) > MAX_GRAPHS:
            raise InputError(f"{place}: more than {MAX_GRAPHS} graphs", _SPLIT)
    if len(about) > MAX_ENTITIES:
        raise InputError(f"{name}: describes {len(about)} entities, more than {MAX_ENTITIES}", _SPLIT)


def _with_graphs(statements: list[tuple[ox.Quad, int]], name: str, source: str) -> Iterator[tuple[ox.Quad, int]]:
    """Yield the triples of a Turtle file as quads: descriptions of sources in their graph, the rest in the source's."""
    typed = (quad.subject for quad, _ in statements if quad.predicate == TYPE and quad.object == _SOURCE)
    sources = {node for node in typed if isinstance(node, ox.NamedNode)}
    documents = {quad.object for quad, _ in statements if quad.predicate == _DOCUMENT}
    speaking = sources - documents or sources
    if not source and len(speaking) != 1:
        problem = "describes several sources" if sources else "does not name the source that says so"
        raise InputError(
            f"{name}, line {statements[0][1]}: Turtle has no graphs, and the file {problem}",
            "Describe the one source in the file (a cstd:Source), give --source, or write TriG with a graph for each.",
        )
    try:
        graph = ox.NamedNode(source) if source else next(iter(speaking))
    except ValueError as error:
        raise UsageError(f"'{source}' is not an IRI of a source", "Give it as src:workspace_….") from error
    for quad, line in statements:
        home = ox.NamedNode(DESCRIPTIONS) if quad.subject in sources else graph
        yield ox.Quad(quad.subject, quad.predicate, quad.object, home), line
