"""Files → snapshot folder: the engine's store, the index, the manifest with checksums.

Imported only when a snapshot must be built; :mod:`cyberstd_kg.build.snapshot` decides when, where and under which name.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.build import data_files, indexing, inference
from cyberstd_kg.build.labels import Facts, LabelText
from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.files import to_disk
from cyberstd_kg.core.version import __version__
from cyberstd_kg.crosswalks import derived
from cyberstd_kg.graph import statements
from cyberstd_kg.rdf import turtle
from cyberstd_kg.sparql import store_files

ENGINE: Final = f"pyoxigraph {ox.__version__}"
#: Files of the store that the engine rewrites or that say nothing of the data.
_UNSEALED: Final = frozenset(("LOCK", "LOG"))
_BLOCK: Final = 1 << 20
#: Slots of mapping sets for which there is no term, such as what a file calls an end: they are not searched.
_UNSEARCHED: Final = iris.expand("cstd:furtherSlot")
_MAPPING_SET: Final = ox.NamedNode(iris.expand("cstd:MappingSet"))


class SourceFile(NamedTuple):
    """An input file: its path relative to the root (absolute when it is elsewhere), and its content."""

    name: str
    content: bytes


def fingerprint(sources: Iterable[SourceFile], code: Iterable[bytes]) -> str:
    """Return the name of the snapshot of *sources* as *code*, the installed engine and the reasoner compile it."""
    total = hashlib.sha256(f"{__version__}\n{ENGINE}\n{inference.engine()}\n".encode())
    for part in code:
        total.update(hashlib.sha256(part).digest())
    for source in sources:
        total.update(f"{source.name}\n".encode("utf-8", "surrogateescape") + hashlib.sha256(source.content).digest())
    return total.hexdigest()[:32]


def graph_name(name: str) -> str:
    """Return the name of the graph of the Turtle file *name* ("ontology/schemes/status.ttl").

    >>> graph_name("ontology/cyberstd.ttl")
    'https://w3id.org/cyberstd/ontology'
    """
    stem = name.rpartition("/")[2].removesuffix(".ttl")
    if "/schemes/" in f"/{name}":
        return f"{iris.BASE}scheme/{stem}"
    return iris.ONTOLOGY if stem == "cyberstd" else f"{iris.ONTOLOGY}/{stem}"


def read_quads(sources: Iterable[SourceFile]) -> Iterator[ox.Quad]:
    """Yield the quads of *sources* in their order: Turtle in the graph of its file, TriG and mapping sets in their own.

    :raises InputError: with file and line: on a syntax error; in data on a blank node or a triple outside a named
        graph; on a Turtle file among the data; on one mapping set in two files
    """
    sets: dict[ox.NamedNode, str] = {}
    for source in sources:
        if data_files.is_mappings(source.name):
            yield from _mappings(source, sets)
        else:
            yield from (_turtle if source.name.endswith(".ttl") else _trig)(source)


def _mappings(source: SourceFile, sets: dict[ox.NamedNode, str]) -> Iterator[ox.Quad]:
    """Yield the quads of a mapping set; *sets* are those read so far, each with its file."""
    quads = data_files.quads(source.content, source.name, own=not source.name.startswith("data/"))
    for quad in quads:
        if quad.object == _MAPPING_SET:
            other = sets.setdefault(quad.subject, source.name)  # type: ignore[arg-type]  # no blank nodes
            if other != source.name:
                raise InputError(
                    f"{source.name}: the mapping set {quad.subject.value} is in {other} too",  # type: ignore[union-attr]
                    "Remove one of the files, or give one of the sets another mapping_set_id.",
                )
    yield from quads


def _turtle(source: SourceFile) -> Iterator[ox.Quad]:
    if not source.name.startswith("ontology/"):
        raise InputError(
            f"{source.name}, line 1: data must name the source of each statement, and Turtle cannot",
            "Write it as TriG, one named graph for each source, in a file that ends in .trig.",
        )
    graph = ox.NamedNode(graph_name(source.name))
    stem = re.sub(r"[^A-Za-z0-9]", "", graph.value.removeprefix(iris.BASE))
    renamed: dict[ox.BlankNode, ox.BlankNode] = {}

    def own(node: Any) -> Any:
        """Name blank nodes by file and order, so that files do not clash and every build gives the same."""
        return renamed.setdefault(node, ox.BlankNode(f"{stem}{len(renamed)}")) if type(node) is ox.BlankNode else node

    for quad in turtle.read_quads(source.content, source.name, "ttl"):
        yield ox.Quad(own(quad.subject), quad.predicate, own(quad.object), graph)


def _trig(source: SourceFile) -> Iterator[ox.Quad]:
    for quad in turtle.read_quads(source.content, source.name, "trig"):
        if turtle.fault_of_data(quad):
            lined = turtle.read_quads_with_lines(source.content, source.name, "trig")
            line, (what, repair) = next((line, fault) for q, line in lined if (fault := turtle.fault_of_data(q)))
            raise InputError(f"{source.name}, line {line}: {what}", repair)
        yield quad


def build(folder: Path, sources: list[SourceFile], key: str, say: Callable[[str], None]) -> None:
    """Compile *sources* into the empty *folder*: ``store/``, ``index.sqlite``, ``manifest.json``, all on disk.

    Each quad is in its named graph, and each distinct triple once more in the default graph.  What is computed, derived
    mappings and inferred statements, is in two named graphs only.  ``inferred`` in the manifest is the number of
    inferred statements; where the reasoner cannot be imported there are none, and it is null.

    :param key: the fingerprint, recorded in the manifest
    :param say: takes a line of progress
    :raises InputError: see :func:`read_quads`
    :raises ResourceMissing: when SQLite comes without FTS5
    :raises OSError: when the folder cannot be written
    """
    facts = Facts()
    counts = {"quads": 0, "triples": 0}
    connection = sqlite3.connect(folder / "index.sqlite", isolation_level=None)
    try:
        store = ox.Store(str(folder / "store"))
        say(f"compiling the graph from {len(sources)} files …")
        writer = statements.Writer(connection)
        store.bulk_extend(_with_union(read_quads(sources), facts, writer, counts))
        writer.finish()
        say("deriving mappings …")
        store.bulk_extend(derived.quads(store))
        inferred = _infer(store, connection, say)
        store.flush()
        if len(store_files.names(str(folder / "store"))) > store_files.OPENED:
            # Each batch made files of its own: with one set of files queries are several times faster.
            store.optimize()
        del store  # closes it; only then its files are final
        say("indexing the texts …")
        counts |= indexing.build(connection, facts)
    finally:
        connection.close()
    names = sorted(_file_names(folder))
    manifest: dict[str, Any] = {"fingerprint": key, "package": __version__, "engine": ENGINE, **counts}
    manifest |= {"reasoner": inference.engine(), "inferred": inferred}
    manifest["inputs"] = {source.name: hashlib.sha256(source.content).hexdigest() for source in sources}
    manifest["files"] = {name: checksum(folder / name) for name in names}
    path = folder / "manifest.json"
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
    for name in (*names, "manifest.json", "store", "."):
        to_disk(folder / name)


def _infer(store: ox.Store, connection: sqlite3.Connection, say: Callable[[str], None]) -> int | None:
    """Add the inferred statements; return their number, None where there is no reasoner."""
    if not inference.engine():
        return None
    say("inferring statements from the ontology …")
    closure = inference.of_store(store)
    statements.write_inferred(connection, inference.narrowest(closure, store))
    store.bulk_extend(inference.quads(closure.triples))
    return len(closure.triples)


def _with_union(
    quads: Iterable[ox.Quad], facts: Facts, writer: statements.Writer, counts: dict[str, int]
) -> Iterator[ox.Quad]:
    """Yield *quads*, and each distinct triple once without a graph; give *facts* and *writer* what the index needs.

    The engine makes new strings of the same term again and again; of each, one is kept.
    """
    seen: set[int] = set()
    kept: dict[str, str] = {}
    numbers: dict[Any, int] = {}  # literals and blank nodes
    holders: dict[Any, Any] = {}  # blank node → what points to it
    loose: list[tuple[Any, str, LabelText]] = []  # literals of blank nodes

    keep, number = kept.setdefault, writer.number  # this loop runs 100,000 times: what is called in it is C

    def other(term: Any) -> int:
        return 2 * numbers.setdefault(term, len(numbers)) + 1

    for quad in quads:
        counts["quads"] += 1
        yield quad
        subject, verb, value = quad.subject, quad.predicate, quad.object
        predicate = keep(said := verb.value, said)
        graph = keep(said := quad.graph_name.value, said)  # type: ignore[union-attr]  # named, see read_quads
        name = keep(said := subject.value, said) if type(subject) is ox.NamedNode else ""
        target = ""
        if type(value) is ox.Literal:
            text = LabelText(keep(said := value.value, said), keep(said := value.language or "", said), graph)
            if name:
                if predicate != _UNSEARCHED:
                    facts.add_literal(name, predicate, text)
                writer.add((name, predicate, text.text, text.lang, graph))
            else:
                loose.append((subject, predicate, text))
        elif type(value) is ox.NamedNode:
            target = keep(said := value.value, said)
            if name:
                facts.add_link(name, predicate, target, graph)
                writer.add((name, predicate, target, None, graph))
        else:
            holders[value] = subject
        first = 2 * number(name) if name else other(subject)
        middle = number(predicate)
        triple = first << 64 | middle << 32 | (2 * number(target) if target else other(value))
        if triple not in seen:
            seen.add(triple)
            yield ox.Quad(subject, verb, value)
    counts["triples"] = len(seen)
    for node, predicate, text in loose:
        facts.add_literal(_holder(node, holders) or text.graph, predicate, text)


def _holder(node: Any, holders: dict[Any, Any]) -> str | None:
    """Return the IRI of the entity whose description *node* is part of, or None."""
    seen = set()
    while type(node) is not ox.NamedNode:
        if node in seen or node not in holders:
            return None
        seen.add(node)
        node = holders[node]
    return str(node.value)


def _file_names(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in _UNSEALED:
            yield path.relative_to(folder).as_posix()


def checksum(path: Path) -> str:
    """Return the SHA-256 of the file at *path*, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def damaged(folder: Path) -> list[str]:
    """Return the names of the files of the snapshot in *folder* that are missing or differ from the manifest."""
    try:
        files = json.loads((folder / "manifest.json").read_bytes())["files"]
        return [
            name for name, digest in files.items() if not (folder / name).is_file() or checksum(folder / name) != digest
        ]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return ["manifest.json"]
