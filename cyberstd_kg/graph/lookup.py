"""Looking statements up by pattern: the few typed steps on which cards, comparisons and the audit stand.

Each statement is met once for each source, with its source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cyberstd_kg.core import iris
from cyberstd_kg.graph import statements

if TYPE_CHECKING:
    import sqlite3

RDF_TYPE = iris.expand("rdf:type")

_DOCUMENT, _LOCATOR, _TIER, _SAYS, _QUOTED = map(
    iris.expand, ("cstd:sourceDocument", "bibo:locator", "cstd:licenceTier", "cstd:says", "prov:wasQuotedFrom")
)
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


def _iri(term: str | None) -> str | None:
    """Return the IRI of a CURIE with a known prefix; an IRI stays as it is."""
    if term is None or term.partition(":")[0] not in iris.PREFIXES:
        return term
    return iris.expand(term)


def code(iri: str) -> str:
    """Return the code at the end of a scheme's IRI: ``quote`` of ``…/scheme/tier#quote``."""
    return iri.rpartition("#")[2]


class Lookup:
    """Reads one snapshot.

    :param index: the snapshot's index
    """

    def __init__(self, index: sqlite3.Connection) -> None:
        self._index = index
        self._sources: dict[str, Source] = {}
        self._titles: dict[str, str] = {}

    def quads(
        self, subject: str | None = None, predicate: str | None = None, obj: str | None = None
    ) -> list[statements.Row]:
        """Return (subject, predicate, value, language, graph) of the statements that fit, one for each source.

        Each of the three may be an IRI or a CURIE; subject or *obj* must be given, and *obj* is an IRI.  Blank nodes,
        which only the ontology has, are left out.
        """
        return statements.read(self._index, *(_iri(term) for term in (subject, predicate, obj)))

    def objects(self, subject: str, predicate: str) -> list[str]:
        """Return the distinct values of a property, as text, sorted."""
        return sorted({value for _, _, value, _, _ in self.quads(subject, predicate)})

    def subjects(self, predicate: str, obj: str) -> list[str]:
        """Return the distinct subjects that have *obj* as value of a property, sorted by IRI."""
        return sorted({row[0] for row in self.quads(None, predicate, obj)})

    def value(self, subject: str, predicate: str) -> str:
        """Return the first value of a property as text, or an empty string."""
        return next(iter(self.objects(subject, predicate)), "")

    def inferred(self, iri: str) -> list[str]:
        """Return the classes into which a thing falls by reasoning, the narrowest of each kind, sorted."""
        return statements.inferred(self._index, iri)

    def source(self, iri: str) -> Source:
        """Return the description of the source whose graph is *iri*; what is not described is empty."""
        found = self._sources.get(iri)
        if found is None:
            told = self.values(iri)
            quoted = told.get(_QUOTED, "")
            found = Source(
                iri=iri,
                document=self._title(told.get(_DOCUMENT, "") or iri),
                locator=told.get(_LOCATOR, ""),
                tier=code(told.get(_TIER, "")),
                says=code(told.get(_SAYS, "")),
                quoted_from=self._citation(quoted) if quoted else "",
            )
            self._sources[iri] = found
        return found

    def values(self, subject: str) -> dict[str, str]:
        """Return the first value of each property of *subject*, as text, in one read."""
        told: dict[str, str] = {}
        for _, predicate, value, _, _ in self.quads(subject):
            told[predicate] = min(told.get(predicate, value), value)
        return told

    def _title(self, document: str) -> str:
        title = self._titles.get(document)
        if title is None:
            title = self._titles[document] = self.value(document, "dct:title")
        return title

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
