"""What belongs to a thing and what an entry is about: on this rest the files of a workspace and taking away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core import iris
from cyberstd_kg.core.iris import PREFIXES, expand
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.validation.entry import EntryFile

Quads = frozenset[ox.Quad]

#: From a thing to the one without which it would not be.
BELONGS: Final = tuple(
    ox.NamedNode(expand(f"cstd:{name}"))
    for name in (
        "editionOf",
        "draftOf",
        "projectOf",
        "amends",
        "provisionOf",
        "figureOf",
        "stageOf",
        "partOfStandard",
        "inMappingSet",
    )
)
#: From a mapping set to a line of its table of words, which is of no other.
_READS: Final = ox.NamedNode(expand("cstd:readsWord"))
_SOURCE_LINKS: Final = tuple(
    ox.NamedNode(expand(curie)) for curie in ("cstd:sourceDocument", "prov:wasDerivedFrom", "prov:wasQuotedFrom")
)
_TYPE: Final = ox.NamedNode(f"{PREFIXES['rdf']}type")
#: The prefixes of what lives and falls with a standard.
OF_WORKS: Final = ("std", "project", "stage")


def union(parts: Iterable[Quads]) -> Quads:
    """Return all statements of *parts*."""
    return frozenset[ox.Quad]().union(*parts)


def describes(quad: ox.Quad) -> bool:
    """Tell whether *quad* is about a source."""
    return quad.subject.value.startswith(PREFIXES["src"])  # type: ignore[union-attr]  # data has no blank nodes


def things(quads: Iterable[ox.Quad]) -> list[str]:
    """Return the subjects of *quads*, in natural order."""
    return sorted({quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}, key=natural)


def belonging(quads: Quads, thing: ox.NamedNode) -> Quads:
    """Return the statements about *thing* and about all that belongs to it."""
    found: set[object] = {thing}
    while True:
        more: set[object] = {q.subject for q in quads if q.predicate in BELONGS and q.object in found}
        more |= {q.object for q in quads if q.predicate == _READS and q.subject in found}
        more -= found
        if not more:
            return frozenset(quad for quad in quads if quad.subject in found)
        found |= more


def without_use(every: Quads, gone: Quads) -> Quads:
    """Return *gone* and the descriptions of the sources of it on which nothing rests any more."""
    if not gone:
        return gone
    sources: set[object] = {quad.graph_name for quad in gone}
    while True:
        left = every - gone
        used: set[object] = {quad.graph_name for quad in left if quad.subject not in sources}
        used |= {quad.object for quad in left if quad.predicate in _SOURCE_LINKS and quad.subject != quad.object}
        idle = frozenset(quad for quad in left if quad.subject in sources and quad.subject not in used)
        if not idle:
            return gone
        gone |= idle
        sources |= {quad.graph_name for quad in idle} | {q.object for q in idle if q.predicate in _SOURCE_LINKS}


def main_thing(entry: EntryFile) -> str:
    """Return the thing that an entry is about: of a standard rather than of what it mentions, the first by name."""
    typed = things(quad for quad in entry.quads if _defines(quad))

    def order(iri: str) -> tuple[int, tuple[str, str]]:
        prefix, _ = iris.family(iri) or ("", "")
        rank = 0 if prefix == "std" else 1 if prefix in OF_WORKS else 3 if prefix == "src" else 2
        return rank, natural(iri)

    return min(typed or things(entry.quads), key=order)


def _defines(quad: ox.Quad) -> bool:
    return quad.predicate == _TYPE


def namesake(iri: str) -> tuple[str, str]:
    """Return prefix and name of the work to which a thing belongs; of other things only their prefix."""
    prefix, name = iris.family(iri) or ("src", "")
    return ("std", name) if prefix in OF_WORKS else (prefix, "")
