"""What belongs to an entity, and what an entry is about: the files of a workspace and removal depend on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import pyoxigraph as ox

from cyberstd_kg.core import iris
from cyberstd_kg.core.hierarchy import above
from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.rdf.terms import TYPE, node, nodes, plain

Quads = frozenset[ox.Quad]

#: From an entity to the one to which it belongs: without that it would not exist.
BELONGS: Final = nodes(
    "cstd:editionOf cstd:draftOf cstd:projectOf cstd:amends cstd:provisionOf cstd:figureOf cstd:stageOf "
    "cstd:partOfStandard cstd:inMappingSet"
)
#: From a mapping set to a line of its table of words, which belongs to it alone.
_READS: Final = node("cstd:readsWord")
_SOURCE_LINKS: Final = nodes("cstd:sourceDocument prov:wasDerivedFrom prov:wasQuotedFrom")
#: The prefixes of what belongs to a standard.
OF_WORKS: Final = ("std", "project", "stage")


def union(parts: Iterable[Quads]) -> Quads:
    """Return all statements of *parts*."""
    return frozenset[ox.Quad]().union(*parts)


def describes(quad: ox.Quad) -> bool:
    """Tell whether *quad* is about a source."""
    return plain(quad.subject).startswith(PREFIXES["src"])


def subjects(quads: Iterable[ox.Quad]) -> list[str]:
    """Return the subjects of *quads* as IRIs, in natural order."""
    return sorted({quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}, key=natural)


def belonging(quads: Quads, entity: ox.NamedNode) -> Quads:
    """Return the statements about *entity* and about all that belongs to it."""
    parts: dict[Any, set[Any]] = {}
    for quad in quads:
        if quad.predicate in BELONGS:
            parts.setdefault(quad.object, set()).add(quad.subject)
        elif quad.predicate == _READS:
            parts.setdefault(quad.subject, set()).add(quad.object)
    entities = above(entity, lambda whole: parts.get(whole, ()))
    return frozenset(quad for quad in quads if quad.subject in entities)


def with_idle_sources(every: Quads, gone: Quads) -> Quads:
    """Return *gone* and the descriptions of those of its sources that nothing else uses.

    :param every: all statements of the workspace
    :param gone: those to be removed
    """
    sources: set[Any] = {quad.graph_name for quad in gone}
    while gone:
        left = every - gone
        used = _used(left, sources)
        idle = frozenset(quad for quad in left if quad.subject in sources - used)
        if not idle:
            break
        gone |= idle
        sources |= {quad.graph_name for quad in idle} | {q.object for q in idle if q.predicate in _SOURCE_LINKS}
    return gone


def _used(quads: Quads, sources: set[Any]) -> set[Any]:
    """Return the sources that *quads* use: as their graph, but for descriptions of *sources*, or by a link."""
    graphs = {quad.graph_name for quad in quads if quad.subject not in sources}
    return graphs | {q.object for q in quads if q.predicate in _SOURCE_LINKS and q.subject != q.object}


def main_subject(quads: Quads) -> str:
    """Return the entity that an entry is about: of a standard rather than of what it mentions, the first by name."""

    def order(iri: str) -> tuple[int, tuple[str, str]]:
        prefix, _ = iris.family(iri) or ("", "")
        rank = 0 if prefix == "std" else 1 if prefix in OF_WORKS else 3 if prefix == "src" else 2
        return rank, natural(iri)

    return min(subjects(quad for quad in quads if quad.predicate == TYPE) or subjects(quads), key=order)


def work_of(iri: str) -> tuple[str, str]:
    """Return prefix and name of the work to which an entity belongs; of another entity only its prefix."""
    prefix, name = iris.family(iri) or ("src", "")
    return ("std", name) if prefix in OF_WORKS else (prefix, "")
