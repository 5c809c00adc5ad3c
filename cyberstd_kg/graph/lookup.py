"""Looking statements up by pattern in the index: what cards, comparisons and the audit are made of.

Each statement is returned once for each source, with its source.
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
    """The source of a statement: a named graph, described.

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
        """Return the classes that are inferred for an entity, only the narrowest, sorted."""
        return statements.inferred(self._index, iri)

    def source(self, iri: str) -> Source:
        """Return the description of the source whose graph is *iri*; what is not described is empty."""
        if iri not in self._sources:
            values = self.values(iri)
            quoted = values.get(_QUOTED, "")
            self._sources[iri] = Source(
                iri=iri,
                document=self._title(values.get(_DOCUMENT, "") or iri),
                locator=values.get(_LOCATOR, ""),
                tier=code(values.get(_TIER, "")),
                says=code(values.get(_SAYS, "")),
                quoted_from=self._citation(quoted) if quoted else "",
            )
        return self._sources[iri]

    def values(self, subject: str) -> dict[str, str]:
        """Return property → first value, as text, of *subject*, in one read."""
        values: dict[str, str] = {}
        for _, predicate, value, _, _ in self.quads(subject):
            values[predicate] = min(values.get(predicate, value), value)
        return values

    def _title(self, document: str) -> str:
        if document not in self._titles:
            self._titles[document] = self.value(document, "dct:title")
        return self._titles[document]

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
