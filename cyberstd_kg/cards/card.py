"""The card of an entity: every statement about it, outgoing and incoming, with its sources (``cyberstd show``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cyberstd_kg.core import iris
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.core.words import term_words
from cyberstd_kg.graph.lookup import RDF_TYPE, Lookup, Source

if TYPE_CHECKING:
    from cyberstd_kg.graph.statements import Row
    from cyberstd_kg.lifecycle.answers import AsOf

#: IRI → label; given by the index, so that a card does not compute labels a second way.
Labels = Callable[[str], str]

#: Property → its place among those that a reader wants first; the rest follow by their labels.
_FIRST: Final = {
    iris.expand(curie): place
    for place, curie in enumerate(
        "dct:identifier cstd:printedDesignation skos:prefLabel rdfs:label dct:title skos:altLabel bibo:locator "
        "cstd:printedLabel skos:definition cstd:wording cstd:editionOf cstd:draftOf cstd:projectOf cstd:provisionOf "
        "cstd:partOfStandard cstd:provisionKind cstd:genus".split()
    )
}
_KIND: Final = iris.expand("cstd:provisionKind")
_STAGE_OF: Final = iris.expand("cstd:stageOf")
_STAGE_PROPERTIES: Final = ("cstd:stage", "cstd:printedStage", "cstd:earliest", "cstd:latest")


class Statement(NamedTuple):
    """One statement about an entity, with all sources that make it.

    ``direction`` is ``out`` where the entity is the subject and ``in`` where it is the value; ``value`` is then the
    other end.  ``value_type`` is ``iri`` or ``literal``; ``value_label`` is the label of an IRI, else the text itself;
    ``lang`` is empty without a language tag.
    """

    property: str
    property_label: str
    direction: str
    value: str
    value_type: str
    value_label: str
    lang: str
    status: str
    sources: list[Source]

    def to_json(self) -> dict[str, Any]:
        """Return the statement as the documented JSON object."""
        return {**self._asdict(), "sources": [source._asdict() for source in self.sources]}


class Card(NamedTuple):
    """An entity with all its statements.

    ``provisions`` are the cards below it when asked for deeply; ``as_of`` is the state of a standard or text on a day.
    """

    iri: str
    designation: str
    label: str
    kinds: list[str]
    statements: list[Statement]
    provisions: list[Card] | None
    as_of: AsOf | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the card as the documented JSON object."""
        answer = {**self._asdict(), "statements": [statement.to_json() for statement in self.statements]}
        provisions, as_of = answer.pop("provisions"), answer.pop("as_of")
        if as_of is not None:
            answer["as_of"] = as_of.to_json()
        if provisions is not None:
            answer["provisions"] = [card.to_json() for card in provisions]
        return answer


def term_label(lookup: Lookup, iri: str) -> str:
    """Return what to call a class or property: its label in the ontology, else its local name in words."""
    return lookup.value(iri, "rdfs:label") or term_words(iri)


def build(lookup: Lookup, labels: Labels, iri: str, *, deep: bool = False, above: frozenset[str] = frozenset()) -> Card:
    """Build the card of *iri*.

    :param labels: IRI → label
    :param deep: also build the cards of what is below it: texts of a work, provisions of a text or provision
    :param above: what the card is nested in; data that runs in a circle ends there
    :returns: statements in reading order: outgoing before incoming, then by property, value
    """
    outgoing = lookup.quads(subject=iri)
    kinds = {term_label(lookup, value) for _, predicate, value, _, _ in outgoing if predicate == RDF_TYPE}
    kinds |= {labels(value) for _, predicate, value, _, _ in outgoing if predicate == _KIND}
    statements = [
        *_stated(lookup, labels, outgoing, lookup.quads(obj=iri)),
        *_inferred(lookup, labels, iri),
        *_stages_of_work(lookup, iri),
    ]
    below = None
    if deep:
        above |= {iri}
        inside = [child for child in _below(lookup, iri) if child not in above]
        below = [build(lookup, labels, child, deep=True, above=above) for child in inside]
    designation = lookup.value(iri, "dct:identifier")
    return Card(iri, designation, labels(iri), sorted(kinds), sorted(statements, key=_order), below)


def _stated(lookup: Lookup, labels: Labels, outgoing: list[Row], incoming: list[Row]) -> Iterator[Statement]:
    """Yield the statements of sources, each once with all its sources."""
    #: (property, direction, value or subject, language) → graphs
    statements: defaultdict[tuple[str, str, str, str | None], set[str]] = defaultdict(set)
    for _, predicate, value, tag, graph in outgoing:
        statements[predicate, "out", value, tag].add(graph)
    for subject, predicate, _, _, graph in incoming:
        statements[predicate, "in", subject, None].add(graph)
    names = {predicate: term_label(lookup, predicate) for predicate, *_ in statements}
    for (predicate, direction, value, tag), graphs in statements.items():
        sources = _sources(lookup, graphs)
        yield Statement(
            property=predicate,
            property_label=names[predicate],
            direction=direction,
            value=value,
            value_type="iri" if tag is None else "literal",
            value_label=labels(value) if tag is None else value,
            lang=tag or "",
            status=lookup.status(sources),
            sources=sources,
        )


def _sources(lookup: Lookup, graphs: set[str]) -> list[Source]:
    return [lookup.source(graph) for graph in sorted(graphs)]


def _inferred(lookup: Lookup, labels: Labels, iri: str) -> Iterator[Statement]:
    """Yield the inferred classes of an entity as computed statements."""
    sources, name = _sources(lookup, {iris.INFERRED}), term_label(lookup, RDF_TYPE)
    for inferred in lookup.inferred(iri):
        yield Statement(RDF_TYPE, name, "out", inferred, "iri", labels(inferred), "", "computed", sources)


def _stages_of_work(lookup: Lookup, iri: str) -> Iterator[Statement]:
    """Yield what was seen of a work's projects and texts as computed statements about the work itself."""
    members = [lookup.subjects(link, iri) for link in ("cstd:projectOf", "cstd:editionOf", "cstd:draftOf")]
    for subject in (member for group in members for member in group):
        for statement in lookup.subjects("cstd:stageOf", subject):
            code, printed, *days = (lookup.value(statement, curie) for curie in _STAGE_PROPERTIES)
            parts = (
                lookup.value(code, "skos:prefLabel"),
                f"printed {printed}" if printed else "",
                " to ".join(filter(None, days)),
            )
            # The stage is the source's, the interval often our reading: both are named.
            graphs = {row[-1] for curie in _STAGE_PROPERTIES for row in lookup.quads(statement, curie)}
            text, sources = ", ".join(filter(None, parts)), _sources(lookup, graphs)
            yield Statement(_STAGE_OF, "stage seen", "in", statement, "iri", text, "", "computed", sources)


def _order(statement: Statement) -> tuple[bool, int, str, tuple[str, str], str]:
    return (
        statement.direction == "in",
        _FIRST.get(statement.property, len(_FIRST)),
        statement.property_label,
        natural(statement.value_label),
        statement.value,
    )


def _below(lookup: Lookup, iri: str) -> list[str]:
    """Return what is directly below, in natural order: texts of a work, provisions of a text or provision."""
    inside = {p for p in lookup.subjects("cstd:provisionOf", iri) if not lookup.value(p, "cstd:parentProvision")}
    for predicate in ("cstd:parentProvision", "cstd:editionOf", "cstd:draftOf", "cstd:amends"):
        inside.update(lookup.subjects(predicate, iri))

    def place(child: str) -> tuple[tuple[str, str], str]:
        return natural(lookup.value(child, "bibo:locator") or lookup.value(child, "dct:identifier")), child

    return sorted(inside, key=place)
