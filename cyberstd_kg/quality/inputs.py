"""What the rules of quality look at: the ontology with the line of every statement, and how its terms are used.

A store of its own, in memory, so that a graph that cannot be compiled or contradicts itself can still be examined:

- the default graph: every statement of ontology, schemes and data;
- a named graph for the ontology, each scheme and the alignments (:func:`cyberstd_kg.build.compiler.graph_name`);
- ``…/quality/competency`` and ``…/quality/queries``: of each saved question its id (``dct:identifier``) and the IRIs
  that it names (``dct:references``); the second has those of all folders of ``queries/`` but ``quality``;
- ``…/quality/vocabularies``: of each known vocabulary its terms, ``rdfs:isDefinedBy`` its namespace;
- ``…/quality/released``: the terms of each version in ``ontology/released``, with ``owl:versionInfo``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.build.compiler import SourceFile, graph_name, read_quads
from cyberstd_kg.build.inputs import ALIGNMENTS, GraphFiles
from cyberstd_kg.core import assets
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import BASE, PREFIXES, expand
from cyberstd_kg.rdf import turtle
from cyberstd_kg.sparql import guard

#: Names of the graphs of what is no statement of ours.
FILES: Final = f"{BASE}quality/"
_IDENTIFIER, _REFERENCES, _DEFINED_BY, _VERSION = (
    ox.NamedNode(expand(name)) for name in ("dct:identifier", "dct:references", "rdfs:isDefinedBy", "owl:versionInfo")
)
_SUBCLASS: Final = ox.NamedNode(expand("rdfs:subClassOf"))
#: The vocabularies of which rdflib has the closed list of terms.
_SHIPPED: Final = ("DCAT", "DCTERMS", "FOAF", "ORG", "OWL", "PROV", "RDF", "RDFS", "SH", "SKOS", "VANN", "VOID", "XSD")

Place = tuple[str, int]


class OntologyUse(NamedTuple):
    """The store, and where the statements of the ontology's files stand: in the order of the files."""

    store: ox.Store
    lines: list[tuple[ox.Quad, str, int]]

    def place(self, this: Any, path: str, value: Any) -> Place:
        """Return file and line (from 1) of the statement that a finding is about, as near as can be known.

        The nearest is the statement itself; then another of the same thing and property, or of the same thing and
        value; then where the thing is described, then where thing or value is named.  ("", 0) where none is.
        """
        best: tuple[int, Place] = (0, ("", 0))
        for quad, file, line in self.lines:
            mine, same = quad.subject == this, bool(path) and quad.predicate.value == path
            valued = value is not None and value in (quad.object, quad.predicate)
            score = 8 * mine + (4 * (same or valued) + 2 * (same and valued) if mine else 0)
            if not mine:
                score = 5 * (this in (quad.predicate, quad.object)) or 1 * valued
            if score > best[0]:
                best = score, (file, line)
        return best[1]

    def named(self, node: Any) -> Any:
        """Return the term in whose description the blank node *node* stands, or which its own axiom is about."""
        seen = set()
        while isinstance(node, ox.BlankNode) and node not in seen:
            seen.add(node)
            above: list[Any] = [quad.subject for quad, _, _ in self.lines if quad.object == node]
            below = [quad for quad, _, _ in self.lines if quad.subject == node and _is_ours(quad.object)]
            below.sort(key=lambda quad: quad.predicate != _SUBCLASS)
            node = (above or [quad.object for quad in below] or [node])[0]
        return node


def _is_ours(term: Any) -> bool:
    return isinstance(term, ox.NamedNode) and term.value.startswith(PREFIXES["cstd"])


def read(base: Path | None = None) -> OntologyUse:
    """Read the world of the files under *base* (default: the shipped ones).

    :raises InputError: on a file that cannot be read; names file and line
    """
    base = base or assets.root()
    sources = [SourceFile(*pair) for pair in GraphFiles(base, alignments=True).contents()]
    own = {source.name: source.content for source in sources if source.name.startswith("ontology/")}
    data = read_quads(source for source in sources if source.name not in own)
    return build(own, data, queries(base), released=released(base))


def build(
    ontology: dict[str, bytes],
    data: Iterable[ox.Quad] = (),
    questions: Iterable[tuple[str, str, set[str]]] = (),
    *,
    released: Iterable[tuple[str, str]] = (),
) -> OntologyUse:
    """Make a world of these pieces.

    :param ontology: name ("ontology/cyberstd.ttl") → content
    :param data: the statements of the data
    :param questions: of each saved question its folder, its id, and the IRIs that it names
    :param released: (version, term) of earlier versions
    """
    lines = []
    for name in sorted(ontology, key=lambda name: ("/schemes/" in name, name == ALIGNMENTS, name)):
        graph = ox.NamedNode(graph_name(name))
        for quad, line in turtle.read_quads_with_lines(ontology[name], name, "ttl"):
            lines.append((ox.Quad(quad.subject, quad.predicate, quad.object, graph), name, line))
    stated = [quad for quad, _, _ in lines]
    core = [quad for quad in stated if quad.graph_name != ox.NamedNode(graph_name(ALIGNMENTS))]
    store = ox.Store()
    # With the names of their graphs the data would cost half a second more, and no rule asks who says so.
    store.bulk_extend({ox.Quad(quad.subject, quad.predicate, quad.object) for quad in (*core, *data)})
    store.bulk_extend([*stated, *_asked(questions), *_vocabularies(), *_released(released)])
    return OntologyUse(store, lines)


def _asked(questions: Iterable[tuple[str, str, set[str]]]) -> Iterator[ox.Quad]:
    for folder, name, named in questions:
        question = ox.NamedNode(f"{FILES}{folder}/{name}")
        for graph in {"queries", *(("competency",) if folder == "competency" else ())}:
            home = ox.NamedNode(FILES + graph)
            yield ox.Quad(question, _IDENTIFIER, ox.Literal(name), home)
            yield from (ox.Quad(question, _REFERENCES, ox.NamedNode(iri), home) for iri in named)


def _vocabularies() -> Iterator[ox.Quad]:
    home = ox.NamedNode(f"{FILES}vocabularies")
    for namespace, terms in vocabularies().items():
        yield from (ox.Quad(ox.NamedNode(term), _DEFINED_BY, ox.NamedNode(namespace), home) for term in terms)


def _released(terms: Iterable[tuple[str, str]]) -> Iterator[ox.Quad]:
    home = ox.NamedNode(f"{FILES}released")
    for version, term in terms:
        yield ox.Quad(ox.NamedNode(term), _VERSION, ox.Literal(version), home)


def queries(base: Path | None = None) -> Iterator[tuple[str, str, set[str]]]:
    """Yield folder, id and named IRIs of each query under *base*, without the rules of quality themselves."""
    folder = (base or assets.root()) / "queries"
    for path in sorted(folder.rglob("*.rq")):
        kind = path.relative_to(folder).parts[0]
        if kind != "quality":
            yield kind, path.stem, named_iris(path.read_text(encoding="utf-8"))


def named_iris(query: str) -> set[str]:
    """Return the IRIs that a query names, written out or with a prefix; comments and strings do not count."""
    prefixes = dict(PREFIXES)
    found: set[str] = set()
    before = beyond = ""
    for token in guard.tokens(query):
        if token.kind == "iri" and beyond.upper() == "PREFIX":
            prefixes[before.rstrip(":")] = token.text[1:-1]
        elif token.kind == "iri":
            found.add(token.text[1:-1])
        elif token.kind == "name" and before.upper() != "PREFIX":
            prefix, _, local = token.text.partition(":")
            if local:  # a prefix alone names a namespace
                found.add(prefixes[prefix] + local)
        beyond, before = before, token.text
    return found


def vocabularies(base: Path | None = None) -> dict[str, set[str]]:
    """Return the vocabularies whose terms are known: namespace → the IRIs of its terms.

    Of the common ones rdflib has the list; of the others one stands in ``ontology/vocabularies``, a term a line.

    :raises InputError: when a list names no namespace or no source
    """
    from rdflib import namespace as closed

    found = {}
    for name in _SHIPPED:
        space = getattr(closed, name)
        found[str(space)] = {str(term) for term in dir(space) if str(term).startswith(str(space))} | {
            str(space[extra]) for extra in getattr(space, "_extras", ())
        }
    for path in sorted(((base or assets.root()) / "ontology" / "vocabularies").glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        head = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# ") and ": " in line)
        if not {"namespace", "source"} <= head.keys():
            raise InputError(f"{path.name} names no namespace or no source", "Add '# namespace: …' and '# source: …'.")
        terms = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        found[head["namespace"]] = {head["namespace"] + term for term in terms}
    return found


def released(base: Path | None = None) -> Iterator[tuple[str, str]]:
    """Yield version and IRI of the terms of each released version: ``ontology/released/VERSION.txt``, a name a line."""
    for path in sorted(((base or assets.root()) / "ontology" / "released").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                yield path.stem, PREFIXES["cstd"] + line.strip()
