"""Looking things up in the store by pattern: the few typed steps on which cards, comparisons and the audit stand.

Every read skips the default graph, which holds a copy of each asserted triple: so each statement is met once for each
source, with its source.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pyoxigraph as ox

from cyberstd_kg import iris

RDF_TYPE = iris.expand("rdf:type")

#: How statements are marked, the strongest first.
_MARKED_STATUS = ("stated", "quoted", "ours")


class Source(NamedTuple):
    """Where a statement comes from: a named graph, described.

    ``document`` is the title of the document seen, ``locator`` the place in it, ``quoted_from`` the label of what it
    quotes (or empty), ``tier`` one of quote, title, identifier, ``says`` one of stated, quoted, ours; empty where the
    description lacks it.
    """

    iri: str
    document: str
    locator: str
    tier: str
    says: str
    quoted_from: str


def node(curie_or_iri: str) -> ox.NamedNode:
    """Return the node of a CURIE with a known prefix, or of an IRI."""
    head = curie_or_iri.partition(":")[0]
    return ox.NamedNode(iris.expand(curie_or_iri) if head in iris.PREFIXES else curie_or_iri)


def code(iri: str) -> str:
    """Return the code at the end of a scheme's IRI: ``quote`` of ``…/scheme/tier#quote``."""
    return iri.rpartition("#")[2]


class Lookup:
    """Reads one store.

    :param store: the snapshot's store
    """

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self._sources: dict[str, Source] = {}

    def quads(
        self, subject: str | None = None, predicate: str | None = None, obj: str | None = None
    ) -> Iterator[tuple[str, str, ox.NamedNode | ox.Literal, str]]:
        """Yield (subject, predicate, object, graph) of the asserted statements that fit, one for each source.

        Blank nodes, which only the ontology has, are left out.
        """
        s, p, o = (node(x) if x else None for x in (subject, predicate, obj))
        for quad in self.store.quads_for_pattern(s, p, o, None):
            if (
                isinstance(quad.graph_name, ox.NamedNode)
                and isinstance(quad.subject, ox.NamedNode)
                and isinstance(quad.object, (ox.NamedNode, ox.Literal))
            ):
                yield quad.subject.value, quad.predicate.value, quad.object, quad.graph_name.value

    def objects(self, subject: str, predicate: str) -> list[str]:
        """Return the distinct values of a property, as text, sorted."""
        return sorted({value.value for _, _, value, _ in self.quads(subject, predicate)})

    def subjects(self, predicate: str, obj: str) -> list[str]:
        """Return the distinct subjects that have *obj* as value of a property, sorted by IRI."""
        return sorted({subject for subject, _, _, _ in self.quads(None, predicate, obj)})

    def value(self, subject: str, predicate: str) -> str:
        """Return the first value of a property as text, or an empty string."""
        return next(iter(self.objects(subject, predicate)), "")

    def source(self, iri: str) -> Source:
        """Return the description of the source whose graph is *iri*; what is not described is empty."""
        found = self._sources.get(iri)
        if found is None:
            quoted = self.value(iri, "prov:wasQuotedFrom")
            found = Source(
                iri=iri,
                document=self.value(self.value(iri, "cstd:sourceDocument") or iri, "dct:title"),
                locator=self.value(iri, "bibo:locator"),
                tier=code(self.value(iri, "cstd:licenceTier")),
                says=code(self.value(iri, "cstd:says")),
                quoted_from=self._citation(quoted) if quoted else "",
            )
            self._sources[iri] = found
        return found

    def _citation(self, iri: str) -> str:
        """Return how a text or provision is cited: its designation, or that of its text and the locator."""
        text = self.value(iri, "cstd:provisionOf")
        if not text:
            return self.value(iri, "dct:identifier") or iri
        return f"{self.value(text, 'dct:identifier')}, {self.value(iri, 'bibo:locator')}"

    def status(self, sources: list[Source]) -> str:
        """Return how a statement with these sources is marked: the strongest of stated, quoted, ours."""
        marks = {source.says for source in sources}
        return next((mark for mark in _MARKED_STATUS if mark in marks), "")
