"""What the rules of quality read: the ontology with the line of every statement, and how its terms are used.

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
from cyberstd_kg.core.iris import BASE, PREFIXES
from cyberstd_kg.rdf import turtle
from cyberstd_kg.rdf.terms import SUBCLASS, nodes
from cyberstd_kg.sparql import guard

#: The names of graphs that hold no statement of ours begin so.
FILES: Final = f"{BASE}quality/"
_IDENTIFIER, _REFERENCES, _DEFINED_BY, _VERSION = nodes(
    "dct:identifier dct:references rdfs:isDefinedBy owl:versionInfo"
)
#: The vocabularies of which rdflib has the closed list of terms.
_SHIPPED: Final = "DCAT DCTERMS FOAF ORG OWL PROV RDF RDFS SH SKOS VANN VOID XSD".split()

Place = tuple[str, int]


class OntologyUse(NamedTuple):
    """The store, and the statements of the ontology's files with file and line, in the order of the files."""

    store: ox.Store
    lines: list[tuple[ox.Quad, str, int]]

    def place(self, this: Any, path: str, value: Any) -> Place:
        """Return file and line (from 1) of the statement that a finding is about, as near as can be known.

        The nearest is the statement itself; then another one with the same term and property, or the same term and
        value; then a description of the term; then a statement that names term or value.  ("", 0) where there is none.
        """
        best: tuple[int, Place] = (0, ("", 0))
        for quad, file, line in self.lines:
            has_path = bool(path) and quad.predicate.value == path
            has_value = value is not None and value in (quad.object, quad.predicate)
            if quad.subject == this:
                score = 8 + 4 * (has_path or has_value) + 2 * (has_path and has_value)
            else:
                score = 5 if this in (quad.predicate, quad.object) else int(has_value)
            if score > best[0]:
                best = score, (file, line)
        return best[1]

    def named(self, node: Any) -> Any:
        """Return the term in whose description the blank node *node* stands, or which its own axiom is about."""
        seen = set()
        while isinstance(node, ox.BlankNode) and node not in seen:
            seen.add(node)
            above: list[Any] = [quad.subject for quad, _, _ in self.lines if quad.object == node]
            below = [quad for quad, _, _ in self.lines if quad.subject == node and _is_own(quad.object)]
            below.sort(key=lambda quad: quad.predicate != SUBCLASS)
            node = (above or [quad.object for quad in below] or [node])[0]
        return node


def _is_own(term: Any) -> bool:
    return isinstance(term, ox.NamedNode) and term.value.startswith(PREFIXES["cstd"])


def read(base: Path | None = None) -> OntologyUse:
    """Read the files under *base* (default: the shipped ones).

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
    """Combine an ontology with its use.

    :param ontology: name ("ontology/cyberstd.ttl") → content
    :param data: the statements of the data
    :param questions: folder and id of each saved question, and the IRIs that it names
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
    # With the names of their graphs the data would take half a second more, and no rule asks for sources.
    store.bulk_extend({ox.Quad(quad.subject, quad.predicate, quad.object) for quad in (*core, *data)})
    store.bulk_extend([*stated, *_questions(questions), *_vocabularies(), *_released(released)])
    return OntologyUse(store, lines)


def _questions(questions: Iterable[tuple[str, str, set[str]]]) -> Iterator[ox.Quad]:
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
    yield from (ox.Quad(ox.NamedNode(term), _VERSION, ox.Literal(version), home) for version, term in terms)


def queries(base: Path | None = None) -> Iterator[tuple[str, str, set[str]]]:
    """Yield folder, id and named IRIs of each query under *base*, without the rules of quality themselves."""
    folder = (base or assets.root()) / "queries"
    for path in sorted(folder.rglob("*.rq")):
        kind = path.relative_to(folder).parts[0]
        if kind != "quality":
            yield kind, path.stem, named_iris(path.read_text(encoding="utf-8"))


def named_iris(query: str) -> set[str]:
    """Return the IRIs that a query names, in full or with a prefix; those in comments and strings do not count."""
    prefixes = dict(PREFIXES)
    iris: set[str] = set()
    before = two_before = ""
    for token in guard.tokens(query):
        if token.kind == "iri" and two_before.upper() == "PREFIX":
            prefixes[before.rstrip(":")] = token.text[1:-1]
        elif token.kind == "iri":
            iris.add(token.text[1:-1])
        elif token.kind == "name" and before.upper() != "PREFIX":
            prefix, _, local = token.text.partition(":")
            if local:  # a prefix alone names a namespace
                iris.add(prefixes[prefix] + local)
        two_before, before = before, token.text
    return iris


def vocabularies(base: Path | None = None) -> dict[str, set[str]]:
    """Return the vocabularies whose terms are known: namespace → the IRIs of its terms.

    rdflib has the lists of the common ones; the others are in ``ontology/vocabularies``, a term a line.

    :raises InputError: when a list names no namespace or no source
    """
    from rdflib import namespace as closed

    terms = {}
    for name in _SHIPPED:
        space = getattr(closed, name)
        own = {str(term) for term in dir(space) if str(term).startswith(str(space))}
        terms[str(space)] = own | {str(space[extra]) for extra in getattr(space, "_extras", ())}
    for path in sorted(((base or assets.root()) / "ontology" / "vocabularies").glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        head = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# ") and ": " in line)
        if not {"namespace", "source"} <= head.keys():
            raise InputError(f"{path.name} names no namespace or no source", "Add '# namespace: …' and '# source: …'.")
        terms[head["namespace"]] = {head["namespace"] + name for name in _listed(path)}
    return terms


def released(base: Path | None = None) -> Iterator[tuple[str, str]]:
    """Yield version and IRI of the terms of each released version: ``ontology/released/VERSION.txt``, a name a line."""
    for path in sorted(((base or assets.root()) / "ontology" / "released").glob("*.txt")):
        yield from ((path.stem, PREFIXES["cstd"] + name) for name in _listed(path))


def _listed(path: Path) -> list[str]:
    """Return the names in a list, a line each; lines that begin with # are comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
