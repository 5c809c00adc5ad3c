"""Small worlds for the reasoner: the ontology and its schemes with a fault planted in them, and a little data."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from cyberstd_kg.build import compiler
from cyberstd_kg.core import assets
from cyberstd_kg.core.iris import PREFIXES, compact
from cyberstd_kg.reasoning.axioms import Axiom
from cyberstd_kg.reasoning.world import AxiomWorld

_PREFIXES = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())

#: The schemes of which the small worlds use codes; the others would only take time.
SCHEMES = ("genus", "kind", "status", "lifestate", "asset", "prop")
#: A standard with two editions, an amendment, a draft, provisions and a definition; a body; a stage statement.
DATA = """
std:a a cstd:Standard . std:b a cstd:Standard .
std:a_2020 a cstd:Edition ; cstd:editionOf std:a . std:a_2025 a cstd:Edition ; cstd:editionOf std:a .
std:a_2020-amd-1 a cstd:Amendment ; cstd:amends std:a_2020 .
std:a_2025-dis a cstd:Draft ; cstd:draftOf std:a ; cstd:revises std:a_2020 .
std:a_2020_1 a cstd:Provision ; cstd:provisionOf std:a_2020 ; cstd:provisionKind kind:security-control .
std:a_2020_3-1 a cstd:TermEntry ; cstd:provisionOf std:a_2020 ; cstd:genus genus:collection-of-means .
stage:a-1 a cstd:StageStatement ; cstd:stageOf std:a_2020 ; cstd:stage status:published .
agent:x a org:Organization .
"""


def store(ontology: str = "", data: str = DATA, *, root: Path | None = None) -> ox.Store:
    """Return a compiled graph: the ontology with *ontology* added to it, the schemes, and *data* as one source's."""
    base = root or assets.root()
    sources = []
    for path in sorted((base / "ontology").rglob("*.ttl")):
        name = path.relative_to(base).as_posix()
        if name == "ontology/cyberstd.ttl" or path.stem in SCHEMES:
            added = f"\n{ontology}\n".encode() if name == "ontology/cyberstd.ttl" else b""
            sources.append(compiler.SourceFile(name, path.read_bytes() + added))
    text = f"{_PREFIXES}GRAPH src:test {{\n{data}\n}}\n"
    sources.append(compiler.SourceFile("data/test.trig", text.encode()))
    return from_sources(sources)


def from_sources(sources: list[compiler.SourceFile]) -> ox.Store:
    """Return the graph of files: each statement in its graph, and once in the default graph."""
    quads = list(compiler.read_quads(sources))
    made = ox.Store()
    made.bulk_extend(quads)
    made.bulk_extend(ox.Quad(*triple) for triple in {(q.subject, q.predicate, q.object) for q in quads})
    return made


def world(ontology: str = "", data: str = "", *, without: str = "") -> AxiomWorld:
    """Return the axioms of a small world.

    :param data: added to :data:`DATA`
    :param without: a statement of :data:`DATA` that is taken out
    """
    assert without in DATA
    return AxiomWorld(store(ontology, DATA.replace(without, "") + data))


def short(axiom: Axiom) -> str:
    """Return an axiom as one line: its statement with CURIEs; brackets are empty."""

    def told(term: object) -> str:
        value = getattr(term, "value", "")
        return "[]" if isinstance(term, ox.BlankNode) else compact(value) or value

    head = axiom.head
    return " ".join(told(term) for term in (head.subject, head.predicate, head.object))
