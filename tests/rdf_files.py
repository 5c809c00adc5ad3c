"""The project's RDF and queries as the tests read them: straight from the files, without the package's own readers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from cyberstd_kg.core import assets
from cyberstd_kg.core.iris import PREFIXES

CSTD = PREFIXES["cstd"]
RDF, RDFS, OWL, SKOS, DCT = (PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "skos", "dct"))
TYPE = f"{RDF}type"
#: The kinds of term that OWL knows; a term of ours is one of them.
TERM_KINDS = {f"{OWL}{name}" for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
PROPERTY_KINDS = TERM_KINDS - {f"{OWL}Class"}

Triples = list[ox.Triple]


def read_turtle(path: Path) -> Triples:
    """Return the triples of a Turtle file."""
    return [quad.triple for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)]


def read_trig(path: Path) -> Triples:
    """Return the triples of a TriG file, of all its graphs."""
    return [quad.triple for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TRIG)]


def parse(text: str) -> Triples:
    """Return the triples of a piece of Turtle in which the project's prefixes are known."""
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    return [quad.triple for quad in ox.parse(prefixes + text, format=ox.RdfFormat.TURTLE)]


def iris(triples: Iterable[ox.Triple]) -> Iterator[str]:
    """Yield every IRI in the triples, the datatypes of literals too."""
    for triple in triples:
        for term in triple:
            if isinstance(term, ox.NamedNode):
                yield term.value
            elif isinstance(term, ox.Literal):
                yield term.datatype.value


_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
    r"|<(?P<iri>[^<>\"{}|^`\\\s]*)>|#[^\n]*|[?$]\w+"
    r"|(?P<prefix>[A-Za-z][\w-]*)?:(?P<local>[A-Za-z0-9_](?:[\w-]*[\w])?)?"
)


def query_iris(text: str) -> set[str]:
    """Return the IRIs that a SPARQL query names, written out or with a prefix; comments and strings do not count."""
    prefixes = dict(PREFIXES)
    found: set[str] = set()
    waiting: str | None = None
    for token in _TOKEN.finditer(text):
        iri, prefix, local = token.group("iri", "prefix", "local")
        if iri is not None and waiting is not None:
            prefixes[waiting], waiting = iri, None
        elif iri is not None:
            found.add(iri)
        elif local is None and prefix is not None:
            waiting = prefix
        elif local is not None:
            found.add(prefixes[prefix or ""] + local)
    return found


@cache
def ontology() -> Triples:
    """Return the triples of the ontology."""
    return read_turtle(assets.root() / "ontology" / "cyberstd.ttl")


@cache
def alignments() -> Triples:
    """Return the triples of the alignments."""
    return read_turtle(assets.root() / "ontology" / "alignments.ttl")


@cache
def schemes() -> dict[str, Triples]:
    """Return the triples of each scheme: name of the file → triples."""
    return {path.stem: read_turtle(path) for path in sorted((assets.root() / "ontology" / "schemes").glob("*.ttl"))}


@cache
def data() -> Triples:
    """Return the triples of the data, of all their graphs."""
    return [triple for path in sorted((assets.root() / "data").rglob("*.trig")) for triple in read_trig(path)]


@cache
def queries() -> dict[str, set[str]]:
    """Return what each saved query names: 'folder/id' → IRIs.  The rules of quality make no use of a term."""
    folder = assets.root() / "queries"
    return {
        f"{path.relative_to(folder).parts[0]}/{path.stem}": query_iris(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.rq"))
        if path.parent.name != "quality"
    }


def kinds(triples: Triples) -> dict[str, set[str]]:
    """Return each declared term → the kinds of OWL that it has."""
    found: dict[str, set[str]] = {}
    for triple in triples:
        if triple.predicate.value == TYPE and isinstance(triple.subject, ox.NamedNode):
            assert isinstance(triple.object, ox.NamedNode)
            if triple.object.value in TERM_KINDS:
                found.setdefault(triple.subject.value, set()).add(triple.object.value)
    return found


def values(triples: Triples, subject: str, predicate: str) -> list[Any]:
    """Return the objects of *subject* and *predicate*."""
    node, property_ = ox.NamedNode(subject), ox.NamedNode(predicate)
    return [triple.object for triple in triples if triple.subject == node and triple.predicate == property_]
