"""Export in six RDF formats, each byte-stable.

The same quads give the same bytes, whatever their order, the run, the locale or the hash seed.  They read back as the
same data set: TriG, N-Quads and JSON-LD keep the graphs, the others hold the union of the triples.  Literals keep their
text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from cyberstd_kg.core.errors import UsageError

if TYPE_CHECKING:
    import pyoxigraph as ox

#: The formats of :func:`write`, by the names that users give.  Of these trig, nq and jsonld keep the graphs.
FORMATS: Final = ("ttl", "trig", "jsonld", "nq", "nt", "rdfxml")


def write(quads: Iterable[ox.Quad], format: str) -> bytes:
    """Return *quads* in *format*, UTF-8, sorted, without repeats.

    :param quads: the asserted named graphs; the caller leaves out the copy in a store's default graph
    :param format: a name in :data:`FORMATS`; those that keep no graphs get the union of the triples
    :raises UsageError: on an unknown format, or on data that this format cannot represent
    :raises InputError: on terms of RDF 1.2
    :raises LimitExceeded: when blank nodes look so much alike that labelling them could take for ever
    """
    from cyberstd_kg.rdf import canonical, jsonld, rdfxml, turtle

    match format:
        case "ttl":
            return turtle.write_turtle(quads).encode()
        case "trig":
            return turtle.write_trig(quads).encode()
        case "jsonld":
            return jsonld.write(quads)
        case "rdfxml":
            return rdfxml.write(quads)
        case "nq":
            return canonical.write_nquads(quads)
        case "nt":
            return canonical.write_nquads(canonical.union(quads))
    raise UsageError(f"'{format}' is not a format of the export", f"Use one of {', '.join(FORMATS)}.")
