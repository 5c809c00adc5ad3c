"""RDF/XML (https://www.w3.org/TR/rdf-syntax-grammar/): a description for each subject, nothing abbreviated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from string import ascii_letters, digits
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core.errors import UsageError
from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.rdf.canonical import canonical_quads, union
from cyberstd_kg.rdf.lists import Term
from cyberstd_kg.rdf.turtle import Predicates, by_graph

_RDF: Final = PREFIXES["rdf"]
_STRING: Final = PREFIXES["xsd"] + "string"
_PREFIX_OF: Final = {namespace: prefix for prefix, namespace in PREFIXES.items()}
#: Names that the grammar of RDF/XML does not allow as properties (its sections 5.1 and 7.2.14), or reads otherwise.
_RESERVED: Final = frozenset(
    _RDF + name
    for name in "RDF ID about parseType resource nodeID datatype Description li bagID aboutEach aboutEachPrefix".split()
)
#: The namespace that XML does not allow to declare (https://www.w3.org/TR/xml-names/#ns-decl).
_XMLNS: Final = "http://www.w3.org/2000/xmlns/"
#: Characters that XML 1.0 cannot hold, even escaped (https://www.w3.org/TR/xml/#charsets).
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ENTITIES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})
_OTHERS: Final = "Take another format: ttl, trig, jsonld, nt or nq."


def write(quads: Iterable[ox.Quad]) -> bytes:
    """Return the union of the triples of *quads* as RDF/XML.

    :raises UsageError: on a property that cannot be the name of an element, or a character that XML cannot hold
    :raises InputError, LimitExceeded: see :func:`~cyberstd_kg.rdf.canonical.canonical_quads`
    """
    graph = by_graph(canonical_quads(union(quads))).get(ox.DefaultGraph(), {})
    elements = _Elements({predicate.value for predicates in graph.values() for predicate in predicates})
    subjects = sorted(graph, key=lambda term: (isinstance(term, ox.BlankNode), natural(str(term))))
    body = "".join(elements.description(subject, graph[subject]) for subject in subjects)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{elements.namespaces}>\n{body}</rdf:RDF>\n'.encode()


class _Elements:
    """Writes descriptions.

    :param predicates: all the IRIs that become names of elements
    """

    def __init__(self, predicates: set[str]) -> None:
        split = {iri: _split(iri) for iri in predicates}
        used = {namespace for namespace, _ in split.values()} | {_RDF}
        foreign = sorted((namespace for namespace in used if namespace not in _PREFIX_OF), key=natural)
        prefix_of = _PREFIX_OF | {namespace: f"ns{number}" for number, namespace in enumerate(foreign, 1)}
        self._names = {iri: f"{prefix_of[namespace]}:{local}" for iri, (namespace, local) in split.items()}
        declared = sorted((prefix_of[namespace], namespace) for namespace in used)
        self.namespaces = "".join(f'\n    xmlns:{prefix}="{_escape(namespace)}"' for prefix, namespace in declared)

    def description(self, subject: Term, predicates: Predicates) -> str:
        """Return the element of *subject*, properties and values in natural order."""
        lines = [f"  <rdf:Description {_reference(subject, 'about')}>\n"]
        for predicate in sorted(predicates, key=lambda term: natural(self._names[term.value])):
            name = self._names[predicate.value]
            values = [f"    <{name}{_content(term, name)}\n" for term in predicates[predicate]]
            lines += sorted(values, key=natural) if len(values) > 1 else values
        return "".join([*lines, "  </rdf:Description>\n"])


def _content(term: Term, name: str) -> str:
    """Return what follows ``<name``, up to the end of the element."""
    if not isinstance(term, ox.Literal):
        return f" {_reference(term, 'resource')}/>"
    attribute = ""
    if term.language:
        attribute = f' xml:lang="{term.language}"'
    elif term.datatype.value != _STRING:
        attribute = f' rdf:datatype="{_escape(term.datatype.value)}"'
    return f"{attribute}>{_escape(term.value)}</{name}>"


def _reference(term: Term, attribute: str) -> str:
    if isinstance(term, ox.BlankNode):
        return f'rdf:nodeID="{term.value}"'
    return f'rdf:{attribute}="{_escape(str(term)[1:-1])}"'


def _split(iri: str) -> tuple[str, str]:
    """Split the IRI of a property into a namespace and the longest name of an element at its end.

    :raises UsageError: when it does not end in such a name, or XML or RDF/XML reserves it
    """
    start = len(iri.rstrip(ascii_letters + digits + "_-."))
    local = iri[start:].lstrip(digits + "-.")
    namespace = iri[: len(iri) - len(local)]
    if not local or iri in _RESERVED or namespace == _XMLNS:
        raise UsageError(f"RDF/XML cannot write the property <{iri}>", _OTHERS)
    return namespace, local


def _escape(text: str) -> str:
    if match := _NOT_XML.search(text):
        raise UsageError(f"RDF/XML cannot hold the character U+{ord(match[0]):04X}, which a value has", _OTHERS)
    return text.translate(_ENTITIES)
