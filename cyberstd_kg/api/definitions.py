"""The part of the façade that compares definitions: ``kg.compare(…)``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from cyberstd_kg import cards, definitions, graph, sparql
from cyberstd_kg.core import words
from cyberstd_kg.core.errors import AmbiguousReference, NotFound
from cyberstd_kg.core.iris import INFERRED, expand

if TYPE_CHECKING:
    from cyberstd_kg.api.reader import GraphReader
    from cyberstd_kg.definitions.comparison import Comparison
    from cyberstd_kg.definitions.entries import TermEntry
    from cyberstd_kg.definitions.relations import Common
    from cyberstd_kg.definitions.shared import FacetCell

#: Fields that are read from variables of another name.
_VARIABLES: Final = {
    "facet_label": "facetLabel",
    "value_label": "valueLabel",
    "other_value": "otherValue",
    "other_label": "otherValueLabel",
}
#: The saved question that needs the classes of definitions; it marks them in the ontology.
_CLASSES: Final = "definition-classes"


class Definitions:
    """What :class:`cyberstd_kg.api.graph.KnowledgeGraph` answers about definitions."""

    def __init__(self, kg: GraphReader) -> None:
        self._kg = kg

    def compare(self, term: str, *, only: Iterable[str] = ()) -> Comparison:
        """Compare the definitions of a term, facet by facet.

        >>> import cyberstd_kg
        >>> comparison = cyberstd_kg.load().compare("cybersecurity", only=["X.1205", "27032"])
        >>> [facet.value_label for facet in comparison.facets if len(facet.entries) == 2]
        ['availability', 'confidentiality', 'integrity']

        :param only: references to texts, standards or term entries, or parts of designations; without any, all entries
        :raises NotFound: when nothing has this name, no text defines it, or one of *only* is none of its entries
        :raises AmbiguousReference: when several concepts that texts define have this name
        """
        lookup, label = self._kg.lookup, self._kg.label
        concept = self._defined(term)
        entries = definitions.entries.entries_of(lookup, label, concept)
        if not entries:
            raise self._undefined(concept)
        chosen = self._chosen([only] if isinstance(only, str) else only, entries, concept)
        links = definitions.entries.lineage(lookup, label, [entry for entry in entries if entry.iri in chosen])
        known = {entry.iri: entry for entry in entries}
        for link in links:
            if link.end not in known:
                known[link.end] = definitions.entries.read(lookup, label, link.end)
        cells = self._cells(concept)
        sources = {source for cell in cells for source in cell.sources}
        sources |= {source for link in links for source in link.sources}
        sources |= {source for entry in entries for definition in entry.definitions for source in definition.sources}
        return definitions.comparison.build(
            concept=(concept, label(concept)),
            entries=entries,
            chosen=chosen,
            cells=cells,
            common=self._common(concept),
            links=links,
            definitions=known,
            classes={iri: self._classes(iri) for iri in chosen},
            sources={iri: lookup.source(iri) for iri in sources},
        )

    def _cells(self, concept: str) -> list[FacetCell]:
        cell, cells = definitions.shared.FacetCell, []
        for row in self._rows("definition-standing", cell._fields, concept):
            row["value_label"] = row["value_label"] or (self._kg.label(row["value"]) if row["value"] else "")
            sources = tuple(sorted(row.pop("sources").split()))
            cells.append(cell(**row, sources=sources))
        return cells

    def _common(self, concept: str) -> list[Common]:
        common = definitions.relations.Common
        return [common(**row) for row in self._rows("definition-shared", common._fields, concept)]

    def _rows(self, question: str, fields: Iterable[str], concept: str) -> list[dict[str, str]]:
        """Answer a saved question about a concept: a text for each of *fields*, empty where it is unbound."""
        saved = sparql.saved_questions.load(question)
        answer = self._kg.rows(saved.bind({"concept": sparql.results.Term("uri", concept)}, lambda text, kind: text))
        variables = {field: _VARIABLES.get(field, field) for field in fields}
        return [
            {field: row[name].value if name in row else "" for field, name in variables.items()} for row in answer.rows
        ]

    def _classes(self, entry: str) -> list[tuple[str, str]]:
        """Return the classes of definitions in which an entry is by inference, where the graph holds inferences."""
        import pyoxigraph as ox

        inferred = self._kg.store.quads_for_pattern(
            ox.NamedNode(entry), ox.NamedNode(expand("rdf:type")), None, ox.NamedNode(INFERRED)
        )
        classes = [quad.object.value for quad in inferred if isinstance(quad.object, ox.NamedNode)]
        marked = [iri for iri in classes if _CLASSES in self._kg.lookup.objects(iri, "cstd:competencyQuestion")]
        return sorted(((iri, cards.card.term_label(self._kg.lookup, iri)) for iri in marked), key=lambda pair: pair[1])

    def _chosen(self, only: Iterable[str], entries: list[TermEntry], concept: str) -> set[str]:
        """Return the IRIs of the entries that *only* names; all where it names none.

        :raises NotFound: when one of *only* means none of the entries
        """
        chosen: set[str] = set()
        for reference in only:
            try:
                meant = {self._kg.resolve(reference).iri}
            except AmbiguousReference as error:
                meant = {iri for iri, _ in error.candidates}
            except NotFound:
                meant = set()
            matches = {entry.iri for entry in entries if self._names(entry) & meant}
            # A part of a designation will do, too: "NSPD-54", "glossary".
            part = " ".join(reference.split()).casefold()
            matches = matches or {entry.iri for entry in entries if len(part) > 2 and part in entry.text.casefold()}
            if not matches:
                places = "; ".join(entry.citation for entry in entries)
                raise NotFound(
                    f"'{reference}' is not a text that defines '{self._kg.label(concept)}'",
                    f"It is defined in: {places}.",
                )
            chosen |= matches
        return chosen or {entry.iri for entry in entries}

    def _names(self, entry: TermEntry) -> set[str]:
        """Return what names an entry: itself, its text and the standard of that."""
        standards = (
            iri
            for prop in ("cstd:editionOf", "cstd:draftOf", "cstd:amends")
            for iri in (self._kg.lookup.objects(entry.text_iri, prop) if entry.text_iri else ())
        )
        return {entry.iri, entry.text_iri, *standards} - {""}

    def _defined(self, term: str) -> str:
        """Return the concept that *term* means; of several of that name, the one that some text defines.

        A name that only a term entry has, such as one in another language, means the concept of that entry.
        """
        lookup = self._kg.lookup
        try:
            return self._kg.resolve(term, kinds=["skos:Concept"]).iri
        except AmbiguousReference as error:
            defined = [iri for iri, _ in error.candidates if lookup.subjects("cstd:definesConcept", iri)]
            if len(defined) != 1:
                raise
            return defined[0]
        except NotFound:
            entries = [iri for iri, _ in self._kg.find(term, kinds=["cstd:TermEntry"])]
            concepts = {concept for entry in entries for concept in lookup.objects(entry, "cstd:definesConcept")}
            if len(concepts) != 1:
                raise
            return concepts.pop()

    def _undefined(self, concept: str) -> NotFound:
        """Return the error for a concept that no text defines; it suggests those of a like name, and related ones."""
        import pyoxigraph as ox

        lookup, label = self._kg.lookup, self._kg.label(concept)
        defining = graph.view.asserted(self._kg.store, None, ox.NamedNode(expand("cstd:definesConcept")))
        defined = {
            self._kg.label(triple.object.value): triple.object.value
            for triple in defining
            if isinstance(triple.object, ox.NamedNode)
        }
        related = {
            iri
            for prop in ("skos:related", "skos:broader")
            for iri in (*lookup.objects(concept, prop), *lookup.subjects(prop, concept))
        }
        parts = set(label.lower().split())
        close = [
            *words.near(label, sorted(defined), most=3, cutoff=0.7),
            *(name for name, iri in sorted(defined.items()) if iri in related or parts & set(name.lower().split())),
        ]
        hint = words.did_you_mean(list(dict.fromkeys(close))[:3])
        return NotFound(
            f"no text in the graph defines '{label}'",
            f"{hint} cyberstd search WORDS finds other terms.".lstrip(),
        )
