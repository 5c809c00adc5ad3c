"""Derived mappings as a graph of their own, and as SSSOM: what was concluded, and from which rows.

The snapshot has, beside the data and not in its default graph, the mappings between provisions of different texts that
follow from at least two published rows and are better than undetermined.  What follows from one row and containment (a
row of a subcategory makes its category overlap too) is so much that it is computed only on request.
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
from cyberstd_kg.mappings.model import DeclaredReading, End, MappingRow, MappingSet, RelationWord, end_of
from cyberstd_kg.mappings.relations import CODES, parts, predicate, signs

CHAINING: Final = iris.expand("semapv:MappingChaining")
_CODE: Final = {base: ox.NamedNode(iris.expand(f"relation:{code}")) for code, base in CODES.items()}


def name(pair: Pair) -> str:
    """Return the IRI of a derived mapping, made of its ends and its group."""
    key = "\n".join((pair.first, pair.second, *pair.group))
    return iris.mint("mapping", "derived", hashlib.sha256(key.encode()).hexdigest()[:12])


def chained(walk: Crosswalks) -> Iterator[Pair]:
    """Yield the pairs of different texts that follow from two rows or more, and are better than undetermined."""
    text_of = walk.network.text_of
    for closed in walk.closed:
        for here, there in closed.closure.pairs():
            # Most pairs are known by one row and containment: this is the fast way to pass over them.
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
        return

    def statement(subject: str, curie: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
        return ox.Quad(ox.NamedNode(subject), ox.NamedNode(iris.expand(curie)), value, graph)

    for pair in chained(Crosswalks(Network(store))):
        iri = name(pair)
        yield statement(iri, "rdf:type", ox.NamedNode(iris.expand("cstd:DerivedMapping")))
        yield statement(iri, "cstd:mapsFrom", ox.NamedNode(pair.first))
        yield statement(iri, "cstd:mapsTo", ox.NamedNode(pair.second))
        yield statement(iri, "cstd:justification", ox.NamedNode(CHAINING))
        for base in parts(pair.relations):
            yield statement(iri, "cstd:possibleRelation", _CODE[base])
        for row in pair.used:
            yield statement(iri, "cstd:derivedFrom", ox.NamedNode(row.iri))
        if pair.confidence is not None:
            text = f"{pair.confidence:.6f}".rstrip("0")
            decimal = ox.NamedNode(iris.expand("xsd:decimal"))
            yield statement(iri, "cstd:confidence", ox.Literal(text + "0" * text.endswith("."), datatype=decimal))


def mapping_set(
    network: Network, first: str, second: str, pairs: Iterable[Pair], label: Callable[[str], str]
) -> MappingSet:
    """Return pairs between two texts as a mapping set, which can be written as SSSOM, each row with its origins.

    :param label: IRI → label
    """
    pairs = list(pairs)
    slug = f"derived-{iris.slug(first.rpartition('/')[2])}-to-{iris.slug(second.rpartition('/')[2])}"
    iri = iris.mint("mapping", slug)
    rationales = {pair.group.rationale for pair in pairs}
    words = sorted({(predicate(pair.relations), pair.relations) for pair in pairs})

    def end(of_pair: str) -> End:
        """Return an end of a row; a group is one of the new set, of the same members."""
        return end_of(iri, network.members.get(of_pair, (of_pair,)), label(of_pair))

    return MappingSet(
        iri=iri,
        title=f"{label(first)} and {label(second)}: what follows from published mappings",
        reading=DeclaredReading(
            style="set-theory",
            rationale=rationales.pop() if len(rationales) == 1 else "",
            words=tuple(RelationWord(signs(relations), relations) for _, relations in words),
            read_by="by-us",
            groups="union" if any(node in network.members for pair in pairs for node in pair[:2]) else "single",
            reason="Composed from published rows, which derived_from names, as far as all of them are true together.",
        ),
        rows=tuple(
            MappingRow(
                iri=name(pair),
                subject=end(pair.first),
                object=end(pair.second),
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
