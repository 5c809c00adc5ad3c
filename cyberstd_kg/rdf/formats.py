"""Taking the graph away: one module for each family of formats, every one byte-stable.

The same quads give the same bytes, whatever their order, the run, the locale or the hash seed, and read back as the
same data set: in TriG, N-Quads and JSON-LD with its graphs, in the others as the union of its triples.  Literals keep
their text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from cyberstd_kg.core.errors import UsageError

if TYPE_CHECKING:
    import pyoxigraph as ox


class Format(NamedTuple):
    """An RDF format: its media type, the suffix of its files, and whether it keeps named graphs."""

    media_type: str
    suffix: str
    keeps_graphs: bool


#: What :func:`write` can write, by the name that users give.
FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        "ttl": Format("text/turtle", ".ttl", False),
        "trig": Format("application/trig", ".trig", True),
        "jsonld": Format("application/ld+json", ".jsonld", True),
        "nq": Format("application/n-quads", ".nq", True),
        "nt": Format("application/n-triples", ".nt", False),
        "rdfxml": Format("application/rdf+xml", ".rdf", False),
    }
)


def write(quads: Iterable[ox.Quad], format: str) -> bytes:
    """Return *quads* in *format*, UTF-8, sorted, without repeats.

    :param quads: the asserted named graphs; the copy in a store's default graph is for the caller to leave out
    :param format: a name in :data:`FORMATS`; those that keep no graphs get the union of the triples
    :raises UsageError: on an unknown format, or on data that this format cannot carry
    :raises InputError: on terms of RDF 1.2
    :raises LimitExceeded: when blank nodes look so much alike that labelling them could take for ever
    """
    if format not in FORMATS:
        raise UsageError(f"'{format}' is no format of the export", f"Use one of {', '.join(FORMATS)}.")
    if format in {"ttl", "trig"}:
        from cyberstd_kg.rdf import turtle

        return (turtle.write_turtle if format == "ttl" else turtle.write_trig)(quads).encode()
    if format == "jsonld":
        from cyberstd_kg.rdf import jsonld

        return jsonld.write(quads)
    if format == "rdfxml":
        from cyberstd_kg.rdf import rdfxml

        return rdfxml.write(quads)
    from cyberstd_kg.rdf import ntriples

    return ntriples.write_nquads(quads) if format == "nq" else ntriples.write_ntriples(quads)
