"""RDF as text: strict reading, byte-stable writing, and the bridge to rdflib.

- ``formats``: Turtle, TriG, JSON-LD, N-Quads, N-Triples, RDF/XML: one function writes all six
- ``lists``: RDF lists, read and made
- ``rdflib``: quads as an rdflib dataset or graph
- ``terms``: IRIs as terms of the engine, by their CURIEs; statements, literals, and terms as plain text
- ``turtle``: Turtle and TriG: reading with the line of every statement, the canonical form
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.rdf import formats, lists, rdflib, terms, turtle

__all__ = ["formats", "lists", "rdflib", "terms", "turtle"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
