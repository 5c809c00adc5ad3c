"""A file with entries: read strictly, with the line of each statement, and checked as a file before it is data.

TriG says of each statement which source it is from.  Turtle cannot: there a file speaks for one source, the one that it
describes or that the caller names, and what it says of sources themselves goes into the graph of descriptions.
"""

from __future__ import annotations

import os
import stat
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.build.data_files import is_mappings
from cyberstd_kg.core.assets import MAPPINGS
from cyberstd_kg.core.errors import InputError, UsageError
from cyberstd_kg.core.iris import PREFIXES, expand
from cyberstd_kg.rdf import turtle

if TYPE_CHECKING:
    from cyberstd_kg.mappings.model import MappingSet

#: No file of entries above this is read (docs: 27400, the largest shipped one, has 58 kB).
MAX_BYTES: Final = 2**20
#: Nor one that speaks of more things: the checks would take longer than a person waits (SP 800-53 has 1,189).
MAX_THINGS: Final = 5000
#: Nor one of which a thing has more values of one property: texts, and things; or that has more graphs.
MAX_TEXTS, MAX_VALUES, MAX_GRAPHS = 50, 1000, 500
#: Nor one with a longer IRI.
LONGEST_IRI: Final = 1000
#: Nor one that says more of one thing.
MAX_STATEMENTS: Final = 1500
#: The graph in which a workspace describes its sources.
DESCRIPTIONS: Final = expand("src:workspace_sources")
_TYPE: Final = f"{PREFIXES['rdf']}type"
_FORMATS: Final[dict[str, turtle.Format]] = {".trig": "trig", ".ttl": "ttl"}


class EntryFile(NamedTuple):
    """The statements of a file: quads in named graphs, without repeats, each with the line where it stands."""

    name: str
    path: Path | None
    lines: dict[ox.Quad, int]
    #: What the file holds where it is SSSOM/TSV.
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
    :raises InputError: when it cannot be read, is too large, empty, or no data; names file and line
    """
    if Path(file).is_dir():
        raise InputError(f"{file}: is a folder", "Name the files in it.")
    if is_mappings(file):
        return _mapping_set(file, own=own)
    suffix = ".trig" if file == "-" else Path(file).suffix
    if suffix not in _FORMATS:
        raise UsageError(
            f"{file}: entries are Turtle or TriG, in a file that ends in .ttl or .trig; mapping sets end in {MAPPINGS}",
            "Write it in one of these; other formats are not read, because some of them fetch or run what they name.",
        )
    name = "standard input" if file == "-" else file
    content = sys.stdin.buffer.read(MAX_BYTES + 1) if file == "-" else _content(file)
    if len(content) > MAX_BYTES:
        raise InputError(f"{name}: larger than {MAX_BYTES // 2**20} MiB", "Split it: one standard a file.")
    found = turtle.read_quads_with_lines(content, name, _FORMATS[suffix], longest_iri=LONGEST_IRI)
    if not found:
        raise InputError(f"{name}: holds no statement", "Begin with a template: cyberstd new standard.")
    if suffix == ".ttl":
        found = list(_with_graph(found, name, source))
    lines: dict[ox.Quad, int] = {}
    for quad, line in found:
        if fault := turtle.fault_of_data(quad):
            raise InputError(f"{name}, line {line}: {fault[0]}", fault[1])
        lines.setdefault(quad, line)
    _require_moderate(lines, name)
    if (things := len({quad.subject for quad in lines})) > MAX_THINGS:
        raise InputError(f"{name}: speaks of {things} things, more than {MAX_THINGS}", "Split it: one standard a file.")
    return EntryFile(name, None if file == "-" else Path(os.path.abspath(file)), lines)  # noqa: PTH100 - links stay


def _mapping_set(file: str, *, own: bool) -> EntryFile:
    """Read a mapping set; it may be larger than other entries."""
    from cyberstd_kg.mappings import sssom_reading, sssom_table, to_rdf

    found = sssom_reading.read_declared(sssom_table.load(file), file)
    path = Path(os.path.abspath(file))  # noqa: PTH100 - links stay
    return EntryFile(file, path, dict(to_rdf.quads(found, own)), found)


def _require_moderate(lines: dict[ox.Quad, int], name: str) -> None:
    """Refuse what no source says and what would keep the checks busy: hundreds of titles, thousands of graphs."""
    texts: Counter[tuple[object, str]] = Counter()
    values: Counter[tuple[object, str]] = Counter()
    about: Counter[object] = Counter()
    graphs: set[object] = set()
    for quad, line in lines.items():
        key = (quad.subject, quad.predicate.value)
        counted, most = (texts, MAX_TEXTS) if isinstance(quad.object, ox.Literal) else (values, MAX_VALUES)
        counted[key] += 1
        about[quad.subject] += 1
        graphs.add(quad.graph_name)
        if about[quad.subject] > MAX_STATEMENTS:
            raise InputError(f"{name}, line {line}: more than {MAX_STATEMENTS} statements about one thing", "Split it.")
        if counted[key] > most:
            told = f"one thing has more than {most} values of one property"
            raise InputError(f"{name}, line {line}: {told}", "Correct it, or split it into several things.")
        if len(graphs) > MAX_GRAPHS:
            raise InputError(f"{name}, line {line}: more than {MAX_GRAPHS} graphs", "Split it: one standard a file.")


def _content(file: str) -> bytes:
    """Return the bytes of a regular file, one more than allowed at most: a pipe could make us wait for ever."""
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as stream:  # noqa: PTH123 - a handle, no path
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise InputError(f"{file}: is no file", "Name a file, or - for standard input.")
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{file}: cannot be read: {reason}", "Check the path and its permissions.") from error


def _with_graph(found: list[tuple[ox.Quad, int]], name: str, source: str) -> Iterator[tuple[ox.Quad, int]]:
    """Yield the triples of a Turtle file as quads: descriptions of sources in theirs, the rest in its one source's."""
    sources = {
        quad.subject: line
        for quad, line in found
        if quad.predicate.value == _TYPE and quad.object == ox.NamedNode(expand("cstd:Source"))
    }
    documents = {quad.object for quad, _ in found if quad.predicate.value == expand("cstd:sourceDocument")}
    speaking = [node for node in sources if node not in documents] or list(sources)
    if source:
        try:
            graph = ox.NamedNode(source)
        except ValueError as error:
            raise UsageError(f"'{source}' is no IRI of a source", "Give it as src:workspace_….") from error
    elif len(speaking) == 1 and isinstance(speaking[0], ox.NamedNode):
        graph = speaking[0]
    else:
        told = "describes several sources" if sources else "does not tell which source says so"
        raise InputError(
            f"{name}, line {found[0][1]}: Turtle has no graphs, and the file {told}",
            "Describe the one source in the file (a cstd:Source), give --source, or write TriG with a graph for each.",
        )
    for quad, line in found:
        own = ox.NamedNode(DESCRIPTIONS) if quad.subject in sources else graph
        yield ox.Quad(quad.subject, quad.predicate, quad.object, own), line
