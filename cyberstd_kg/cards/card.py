"""The card of a thing: every statement about it, to and fro, each marked and with its sources (``cyberstd show``)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from cyberstd_kg.core import iris
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.graph.lookup import RDF_TYPE, Lookup, Source

if TYPE_CHECKING:
    from cyberstd_kg.lifecycle.answers import AsOf

#: IRI → label; given by the index, so that a card does not compute labels a second way.
Labels = Callable[[str], str]

#: Properties that a reader wants first; the rest follow by their labels.
_FIRST = (
    "dct:identifier",
    "cstd:printedDesignation",
    "skos:prefLabel",
    "rdfs:label",
    "dct:title",
    "skos:altLabel",
    "bibo:locator",
    "cstd:printedLabel",
    "skos:definition",
    "cstd:wording",
    "cstd:editionOf",
    "cstd:draftOf",
    "cstd:projectOf",
    "cstd:provisionOf",
    "cstd:partOfStandard",
    "cstd:provisionKind",
    "cstd:genus",
)
_KIND = iris.expand("cstd:provisionKind")
_STAGE_OF = iris.expand("cstd:stageOf")
_TOLD_OF_STAGE = ("cstd:stage", "cstd:printedStage", "cstd:earliest", "cstd:latest")
_RANK = {iris.expand(curie): rank for rank, curie in enumerate(_FIRST)}


class Statement(NamedTuple):
    """One statement about a thing, with all sources that make it.

    ``direction`` is ``out`` where the thing is the subject and ``in`` where it is the value; ``value`` is then the
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
    """A thing with all its statements.

    ``provisions`` holds the cards below it when asked for deeply; ``as_of`` what holds of a standard or text on a day.
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
        answer: dict[str, Any] = {
            "iri": self.iri,
            "designation": self.designation,
            "label": self.label,
            "kinds": self.kinds,
            "statements": [statement.to_json() for statement in self.statements],
        }
        if self.as_of is not None:
            answer["as_of"] = self.as_of.to_json()
        if self.provisions is not None:
            answer["provisions"] = [card.to_json() for card in self.provisions]
        return answer


def term_label(lookup: Lookup, iri: str) -> str:
    """Return what to call a class or property: its label in the ontology, else its local name in words."""
    label = lookup.value(iri, "rdfs:label")
    if label:
        return label
    name = re.split(r"[#/]", iri)[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def build(lookup: Lookup, labels: Labels, iri: str, *, deep: bool = False, above: frozenset[str] = frozenset()) -> Card:
    """Build the card of *iri*.

    :param labels: IRI → label
    :param deep: also build the cards of what stands below it: texts of a work, provisions of a text or provision
    :param above: what the card is nested in; data that runs in a circle ends there
    :returns: statements in reading order: outgoing before incoming, then by property, value
    """
    found: dict[tuple[str, str, str, str | None], list[str]] = {}
    kinds: set[str] = set()
    for _, predicate, value, tag, graph in lookup.quads(subject=iri):
        found.setdefault((predicate, "out", value, tag), []).append(graph)
        if predicate == RDF_TYPE:
            kinds.add(term_label(lookup, value))
        elif predicate == _KIND:
            kinds.add(labels(value))
    for subject, predicate, _, _, graph in lookup.quads(obj=iri):
        found.setdefault((predicate, "in", subject, None), []).append(graph)
    statements = []
    names: dict[str, str] = {}
    for (predicate, direction, text, tag), graphs in found.items():
        sources = [lookup.source(graph) for graph in sorted(set(graphs))]
        kind, shown, lang = ("iri", labels(text), "") if tag is None else ("literal", text, tag)
        name = names.get(predicate) or names.setdefault(predicate, term_label(lookup, predicate))
        status = lookup.status(sources)
        statements.append(Statement(predicate, name, direction, text, kind, shown, lang, status, sources))
    statements += _inferred(lookup, labels, iri)
    statements += _stages_of_work(lookup, iri)
    statements.sort(key=_order)
    below = None
    if deep:
        above |= {iri}
        inside = [child for child in _below(lookup, iri) if child not in above]
        below = [build(lookup, labels, child, deep=True, above=above) for child in inside]
    designation = lookup.value(iri, "dct:identifier")
    return Card(iri, designation, labels(iri), sorted(kinds), statements, below)


def _inferred(lookup: Lookup, labels: Labels, iri: str) -> list[Statement]:
    """Return the classes into which a thing falls by reasoning, as computed statements."""
    sources, name = [lookup.source(iris.INFERRED)], term_label(lookup, RDF_TYPE)
    return [
        Statement(RDF_TYPE, name, "out", found, "iri", labels(found), "", "computed", sources)
        for found in lookup.inferred(iri)
    ]


def _stages_of_work(lookup: Lookup, iri: str) -> list[Statement]:
    """Return what was seen of a work's projects and texts as computed statements about the work itself."""
    found = []
    members = [lookup.subjects(predicate, iri) for predicate in ("cstd:projectOf", "cstd:editionOf", "cstd:draftOf")]
    for subject in (member for group in members for member in group):
        for statement in lookup.subjects("cstd:stageOf", subject):
            stage_iri, printed, *days = (lookup.value(statement, curie) for curie in _TOLD_OF_STAGE)
            stage, interval = lookup.value(stage_iri, "skos:prefLabel"), " to ".join(day for day in days if day)
            text = ", ".join(part for part in (stage, f"printed {printed}" if printed else "", interval) if part)
            # The stage is the source's, the interval often our reading: both are named.
            graphs = {row[-1] for curie in _TOLD_OF_STAGE for row in lookup.quads(statement, curie)}
            sources = [lookup.source(graph) for graph in sorted(graphs)]
            found.append(Statement(_STAGE_OF, "stage seen", "in", statement, "iri", text, "", "computed", sources))
    return found


def _order(statement: Statement) -> tuple[bool, int, str, tuple[str, str], str]:
    rank = _RANK.get(statement.property, len(_FIRST))
    return (
        statement.direction == "in",
        rank,
        statement.property_label,
        natural(statement.value_label),
        statement.value,
    )


def _below(lookup: Lookup, iri: str) -> list[str]:
    """Return what stands directly below, in natural order: texts of a work, provisions of a text or provision."""
    inside = {p for p in lookup.subjects("cstd:provisionOf", iri) if not lookup.value(p, "cstd:parentProvision")}
    for predicate in ("cstd:parentProvision", "cstd:editionOf", "cstd:draftOf", "cstd:amends"):
        inside.update(lookup.subjects(predicate, iri))

    def place(child: str) -> tuple[tuple[str, str], str]:
        return natural(lookup.value(child, "bibo:locator") or lookup.value(child, "dct:identifier")), child

    return sorted(inside, key=place)
