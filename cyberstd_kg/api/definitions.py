"""The part of the façade that compares definitions: ``kg.compare(…)``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cyberstd_kg.api.reader import GraphReader
    from cyberstd_kg.core.errors import NotFound
    from cyberstd_kg.definitions.comparison import Comparison
    from cyberstd_kg.definitions.entries import TermEntry
    from cyberstd_kg.definitions.relations import Common
    from cyberstd_kg.definitions.shared import FacetCell
    from cyberstd_kg.sparql.results import Term

#: Variables of ``definition-standing`` and ``definition-shared`` that are read.
_STANDING = ("entry", "facet", "facetLabel", "value", "valueLabel", "standing", "holder", "sources")
_COMMON = ("entry", "other", "facet", "facetLabel", "value", "valueLabel", "how", "otherValue", "otherValueLabel")
#: The saved question that needs the classes of definitions; it marks them in the ontology.
_CLASSES = "definition-classes"


class Definitions:
    """What :class:`cyberstd_kg.api.graph.KnowledgeGraph` answers of definitions."""

    def __init__(self, kg: GraphReader) -> None:
        self._kg = kg

    def compare(self, term: str, *, only: Iterable[str] = ()) -> Comparison:
        """Compare the definitions of a term, facet by facet.

        >>> import cyberstd_kg
        >>> found = cyberstd_kg.load().compare("cybersecurity", only=["X.1205", "27032"])
        >>> [facet.value_label for facet in found.facets if len(facet.entries) == 2]
        ['availability', 'confidentiality', 'integrity']

        :param only: references to texts, standards or term entries, or parts of designations; without any, all entries
        :raises NotFound: when nothing is called so, no text defines it, or one of *only* is none of its entries
        :raises AmbiguousReference: when several concepts that texts define are called so
        """
        from cyberstd_kg.definitions import comparison
        from cyberstd_kg.definitions import entries as definitions

        concept = self._defined(term)
        entries = definitions.entries_of(self._kg.lookup, self._kg.label, concept)
        if not entries:
            raise self._undefined(concept)
        chosen = self._chosen([only] if isinstance(only, str) else only, entries, concept)
        links = definitions.lineage(
            self._kg.lookup, self._kg.label, [entry for entry in entries if entry.iri in chosen]
        )
        known = {entry.iri: entry for entry in entries}
        for link in links:
            if link.end not in known:
                known[link.end] = definitions.read(self._kg.lookup, self._kg.label, link.end)
        cells, common = self._standing(concept), self._common(concept)
        named = {source for cell in cells for source in cell.sources}
        named |= {source for link in links for source in link.sources}
        named |= {source for entry in entries for definition in entry.definitions for source in definition.sources}
        return comparison.build(
            concept=(concept, self._kg.label(concept)),
            entries=entries,
            chosen=chosen,
            cells=cells,
            common=common,
            links=links,
            definitions=known,
            classes={iri: self._classes(iri) for iri in chosen},
            sources={iri: self._kg.lookup.source(iri) for iri in named},
        )

    def _standing(self, concept: str) -> list[FacetCell]:
        from cyberstd_kg.definitions.shared import FacetCell

        found = []
        for row in self._asked("definition-standing", concept):
            told = {name: row[name].value if name in row else "" for name in _STANDING}
            told["value_label"] = told["valueLabel"] or (self._kg.label(told["value"]) if told["value"] else "")
            found.append(
                FacetCell(
                    told["entry"],
                    told["facet"],
                    told["facetLabel"],
                    told["value"],
                    told["value_label"],
                    told["standing"],
                    told["holder"],
                    tuple(sorted(told["sources"].split())),
                )
            )
        return found

    def _common(self, concept: str) -> list[Common]:
        from cyberstd_kg.definitions.relations import Common

        return [
            Common(*(row[name].value if name in row else "" for name in _COMMON))
            for row in self._asked("definition-shared", concept)
        ]

    def _asked(self, question: str, concept: str) -> list[dict[str, Term]]:
        from cyberstd_kg.sparql import saved_questions
        from cyberstd_kg.sparql.results import Term

        return self._kg.rows(
            saved_questions.load(question).bind({"concept": Term("uri", concept)}, lambda text, kind: text)
        ).rows

    def _classes(self, entry: str) -> list[tuple[str, str]]:
        """Return the classes of definitions in which an entry is by reasoning, where the graph holds what follows."""
        import pyoxigraph as ox

        from cyberstd_kg.cards.card import term_label
        from cyberstd_kg.core.iris import INFERRED, expand

        inferred = self._kg.store.quads_for_pattern(
            ox.NamedNode(entry), ox.NamedNode(expand("rdf:type")), None, ox.NamedNode(INFERRED)
        )
        found = [quad.object.value for quad in inferred if isinstance(quad.object, ox.NamedNode)]
        telling = [iri for iri in found if _CLASSES in self._kg.lookup.objects(iri, "cstd:competencyQuestion")]
        return sorted(((iri, term_label(self._kg.lookup, iri)) for iri in telling), key=lambda pair: pair[1])

    def _chosen(self, only: Iterable[str], entries: list[TermEntry], concept: str) -> set[str]:
        """Return the IRIs of the entries that *only* names; all where it names none.

        :raises NotFound: when one of *only* means none of the entries
        """
        from cyberstd_kg.core.errors import AmbiguousReference, NotFound

        chosen: set[str] = set()
        for reference in only:
            try:
                meant = [self._kg.resolve(reference).iri]
            except AmbiguousReference as error:
                meant = [iri for iri, _ in error.candidates]
            except NotFound:
                meant = []
            found = {entry.iri for entry in entries if meant and not self._homes(entry).isdisjoint(meant)}
            # A part of a designation will do, too: "NSPD-54", "glossary".
            part = " ".join(reference.split()).casefold()
            found = found or {entry.iri for entry in entries if len(part) > 2 and part in entry.text.casefold()}
            if not found:
                places = "; ".join(entry.citation for entry in entries)
                raise NotFound(
                    f"'{reference}' is no text that defines '{self._kg.label(concept)}'",
                    f"It is defined by: {places}.",
                )
            chosen |= found
        return chosen or {entry.iri for entry in entries}

    def _homes(self, entry: TermEntry) -> set[str]:
        """Return an entry with its text and the standard of that."""
        lookup, text = self._kg.lookup, entry.text_iri
        above = (
            [lookup.objects(text, prop) for prop in ("cstd:editionOf", "cstd:draftOf", "cstd:amends")] if text else []
        )
        return {entry.iri, text, *(iri for found in above for iri in found)} - {""}

    def _defined(self, term: str) -> str:
        """Return the concept that *term* means; of several that bear the name, the one that some text defines.

        A name that only a term entry bears, such as one in another language, means the concept of that entry.
        """
        from cyberstd_kg.core import iris
        from cyberstd_kg.core.errors import AmbiguousReference, NotFound

        try:
            return self._kg.resolve(term, kinds=[iris.expand("skos:Concept")]).iri
        except AmbiguousReference as error:
            defined = [iri for iri, _ in error.candidates if self._kg.lookup.subjects("cstd:definesConcept", iri)]
            if len(defined) != 1:
                raise
            return defined[0]
        except NotFound:
            entries = [iri for iri, _ in self._kg.find(term, kinds=[iris.expand("cstd:TermEntry")])]
            meant = {concept for entry in entries for concept in self._kg.lookup.objects(entry, "cstd:definesConcept")}
            if len(meant) != 1:
                raise
            return meant.pop()

    def _undefined(self, concept: str) -> NotFound:
        """Return the error for a concept that no text defines, with those that are called alike or stand beside it."""
        from difflib import get_close_matches

        import pyoxigraph as ox

        from cyberstd_kg.core.errors import NotFound
        from cyberstd_kg.core.iris import expand

        label = self._kg.label(concept)
        quads = self._kg.store.quads_for_pattern(
            None, ox.NamedNode(expand("cstd:definesConcept")), None, ox.DefaultGraph()
        )
        defined = {
            self._kg.label(quad.object.value): quad.object.value
            for quad in quads
            if isinstance(quad.object, ox.NamedNode)
        }
        beside = {
            *self._kg.lookup.objects(concept, "skos:related"),
            *self._kg.lookup.subjects("skos:related", concept),
        }
        beside |= {
            *self._kg.lookup.objects(concept, "skos:broader"),
            *self._kg.lookup.subjects("skos:broader", concept),
        }
        words = set(label.lower().split())
        near = [
            *get_close_matches(label, sorted(defined), n=3, cutoff=0.7),
            *(name for name, iri in sorted(defined.items()) if iri in beside or words & set(name.lower().split())),
        ]
        hint = f"Did you mean {' or '.join(list(dict.fromkeys(near))[:3])}? " if near else ""
        return NotFound(
            f"no text in the graph defines '{label}'",
            f"{hint}cyberstd search WORDS finds other terms.",
        )
