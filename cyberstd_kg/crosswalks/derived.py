"""Derived mappings as a graph of their own, and as SSSOM: what was concluded, from which rows.

The snapshot holds, beside the data and not in its default graph, what follows from at least two published rows
between provisions of different texts and is better than undetermined.  What one row and containment give (a row of a
subcategory makes its category overlap too) is so much that it is worked out only when asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core import iris
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.crosswalks.network import Network
from cyberstd_kg.crosswalks.pairs import Crosswalks, Pair
from cyberstd_kg.mappings.model import DeclaredReading, End, MappingSet, RelationWord, end_of
from cyberstd_kg.mappings.model import MappingRow as SetRow
from cyberstd_kg.mappings.relations import CODES, parts, predicate, signs

CHAINING: Final = iris.expand("semapv:MappingChaining")
_CODE: Final = {base: ox.NamedNode(iris.expand(f"relation:{code}")) for code, base in CODES.items()}


def name(pair: Pair) -> str:
    """Return the IRI of a derived mapping, which its ends and what was chained determine."""
    told = "\n".join((pair.first, pair.second, *pair.group))
    return iris.mint("mapping", "derived", hashlib.sha256(told.encode()).hexdigest()[:12])


def chained(walk: Crosswalks) -> Iterator[Pair]:
    """Yield what follows between different texts from two rows or more, and is better than undetermined."""
    text_of = walk.network.text_of
    for closed in walk.closed:
        for here, there in closed.closure.pairs():
            # Most pairs are known by one row and containment: they are not looked at further.
            if closed.closure.versions(here, there)[closed.closure.best(here, there)].rows < 2:
                continue
            first, second = closed.taken.nodes[here], closed.taken.nodes[there]
            if (natural(second), second) < (natural(first), first):
                here, there, first, second = there, here, second, first
            if text_of(first) and text_of(second) and text_of(first) != text_of(second):
                pair = walk.pair(closed, here, there, count=False)
                if pair.status == "derived" and pair.verdict != "undetermined" and len(pair.used) > 1:
                    yield pair


def quads(store: ox.Store) -> Iterator[ox.Quad]:
    """Yield the derived mappings of the rows in *store*, in the graph :data:`cyberstd_kg.core.iris.DERIVED`."""
    graph = ox.NamedNode(iris.DERIVED)
    kind, mapping = ox.NamedNode(iris.expand("rdf:type")), ox.NamedNode(iris.expand("cstd:Mapping"))
    if next(store.quads_for_pattern(None, kind, mapping, ox.DefaultGraph()), None) is None:
        return  # nothing follows from nothing

    def told(subject: str, curie: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
        return ox.Quad(ox.NamedNode(subject), ox.NamedNode(iris.expand(curie)), value, graph)

    for pair in chained(Crosswalks(Network(store))):
        iri = name(pair)
        yield told(iri, "rdf:type", ox.NamedNode(iris.expand("cstd:DerivedMapping")))
        yield told(iri, "cstd:mapsFrom", ox.NamedNode(pair.first))
        yield told(iri, "cstd:mapsTo", ox.NamedNode(pair.second))
        yield told(iri, "cstd:justification", ox.NamedNode(CHAINING))
        for base in parts(pair.relations):
            yield told(iri, "cstd:possibleRelation", _CODE[base])
        for row in pair.used:
            yield told(iri, "cstd:derivedFrom", ox.NamedNode(row.iri))
        if pair.confidence is not None:
            text = f"{pair.confidence:.6f}".rstrip("0")
            decimal = ox.NamedNode(iris.expand("xsd:decimal"))
            yield told(iri, "cstd:confidence", ox.Literal(text + "0" * text.endswith("."), datatype=decimal))


def mapping_set(
    network: Network, first: str, second: str, pairs: Iterable[Pair], label: Callable[[str], str]
) -> MappingSet:
    """Return pairs between two texts as a mapping set that can be written as SSSOM, each row with what it rests on.

    :param label: IRI → label
    """
    pairs = list(pairs)
    slug = f"derived-{iris.slug(first.rpartition('/')[2])}-to-{iris.slug(second.rpartition('/')[2])}"
    iri = iris.mint("mapping", slug)
    rationales = {pair.group.rationale for pair in pairs}
    words = sorted({(predicate(pair.relations), pair.relations) for pair in pairs})
    return MappingSet(
        iri=iri,
        title=f"{label(first)} and {label(second)}: what follows from published mappings",
        reading=DeclaredReading(
            style="set-theory",
            rationale=rationales.pop() if len(rationales) == 1 else "",
            words=tuple(RelationWord(signs(told), told) for _, told in words),
            read_by="by-us",
            groups="union" if any(end in network.members for pair in pairs for end in pair[:2]) else "single",
            reason="Composed from published rows, which derived_from names, as far as all of them are true together.",
        ),
        rows=tuple(
            SetRow(
                iri=name(pair),
                subject=_end(network, iri, pair.first, label),
                object=_end(network, iri, pair.second, label),
                word=signs(pair.relations),
                relations=pair.relations,
                justification=CHAINING if pair.status == "derived" else iris.expand("semapv:ManualMappingCuration"),
                confidence=pair.confidence,
                derived_from=tuple(row.iri for row in pair.used),
            )
            for pair in pairs
        ),
        provider=iris.mint("src", "cyberstd-kg"),
        says="ours",
        tier="identifier",
        subject_edition=first,
        object_edition=second,
    )


def _end(network: Network, mapping_set: str, iri: str, label: Callable[[str], str]) -> End:
    """Return an end of a row of *mapping_set*; a group is one of its own, of the same members."""
    return end_of(mapping_set, network.members.get(iri, (iri,)), label(iri))
