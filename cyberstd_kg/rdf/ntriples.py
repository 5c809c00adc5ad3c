"""N-Triples and N-Quads in canonical form (https://www.w3.org/TR/rdf-canon/#canonical-quads): a statement a line, the
lines sorted by code point, blank nodes labelled by RDFC-1.0."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from cyberstd_kg.rdf.canonical import canonical_quads, union


def write_nquads(quads: Iterable[ox.Quad]) -> bytes:
    """Return *quads* as N-Quads.  Raises like :func:`~cyberstd_kg.rdf.canonical.canonical_quads`."""
    return _lines(canonical_quads(quads))


def write_ntriples(quads: Iterable[ox.Quad]) -> bytes:
    """Return the union of the triples of *quads* as N-Triples.  Raises like :func:`write_nquads`."""
    return _lines(canonical_quads(union(quads)))


def _lines(quads: list[ox.Quad]) -> bytes:
    lines = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    # Bytes of UTF-8 sort as code points do; line ends within literals are escaped.
    return b"".join(sorted(lines.splitlines(keepends=True)))
