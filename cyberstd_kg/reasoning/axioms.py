"""Axioms: the units of the projection, each of which an explanation needs or not.

An axiom is a statement with the closure of its blank nodes: ``A rdfs:subClassOf [ … ]`` with all that is in the
brackets, or a whole ``[] a owl:AllDisjointClasses``.  It stays RDF, so that whatever OWL 2 can say reaches the reasoner
unchanged.  Declarations are not axioms but background.  A statement about many (all are disjoint, all are different) is
split into its pairs, each of which knows the axiom that states it: an explanation then names two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.rdf import lists
from cyberstd_kg.rdf.lists import Term
from cyberstd_kg.rdf.terms import TYPE, node, nodes

#: subject → (predicate, object)
Links = dict[Term, list[tuple[ox.NamedNode, Term]]]

DISJOINT, DISJOINT_PROPERTIES, DIFFERENT, SAME = nodes(
    "owl:disjointWith owl:propertyDisjointWith owl:differentFrom owl:sameAs"
)
#: As what a term may be declared.
_DECLARED: Final = nodes(
    "owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty owl:NamedIndividual owl:Ontology "
    "owl:Restriction rdfs:Class rdfs:Datatype rdf:Property rdf:List"
)
#: What is said of many at once → what is said of each pair, and the properties that lead to the list.
_OF_MANY: Final[dict[Term, tuple[ox.NamedNode, tuple[ox.NamedNode, ...]]]] = {
    node("owl:AllDisjointClasses"): (DISJOINT, nodes("owl:members")),
    node("owl:AllDisjointProperties"): (DISJOINT_PROPERTIES, nodes("owl:members")),
    node("owl:AllDifferent"): (DIFFERENT, nodes("owl:distinctMembers owl:members")),
}
#: Statements about a class or property expression, which may be a blank node; each is an axiom of its own.
_ABOUT: Final = nodes(
    "rdfs:subClassOf rdfs:subPropertyOf rdfs:domain rdfs:range owl:equivalentClass owl:disjointWith "
    "owl:disjointUnionOf owl:hasKey owl:equivalentProperty owl:propertyDisjointWith owl:propertyChainAxiom "
    "owl:sameAs owl:differentFrom"
)
#: A statement about more members stays whole: so many pairs would be no help.
_MOST_SPLIT: Final = 60


class Axiom(NamedTuple):
    """One axiom.

    ``text`` is the same for the same axiom, whatever its blank nodes are called; ``triples`` are what the reasoner
    gets, the statement itself first; ``whole`` is the text of the axiom of which this is a pair, else empty; ``made``
    is a key of :data:`MADE` for an axiom that no source states, else empty.
    """

    text: str
    triples: tuple[ox.Triple, ...]
    whole: str = ""
    made: str = ""

    @property
    def head(self) -> ox.Triple:
        """The statement itself, without what is in its brackets."""
        return self.triples[0]


#: Why an axiom is added that no source states.
MADE: Final = {
    "names": "two different names are taken to mean two different things",
    "goal": "the opposite of what is to be shown",
    "supposed": "supposed",
    "closed": "the codes of a scheme are all that there are",
}


def links(triples: Iterable[ox.Triple]) -> Links:
    """Return *triples* by subject."""
    by_subject: Links = {}
    for triple in triples:
        by_subject.setdefault(triple.subject, []).append((triple.predicate, triple.object))
    return by_subject


def read(triples: Iterable[ox.Triple]) -> list[Axiom]:
    """Return the axioms in *triples*, in their order, each once; declarations are left out."""
    stated = list(triples)
    by_subject = links(triple for triple in stated if isinstance(triple.subject, ox.BlankNode))
    axioms = []
    for head, description in _heads(stated, by_subject):
        inside = closure((triple.object for triple in (head, *description)), by_subject)
        axioms.append(Axiom(text(head, by_subject, description), (head, *description, *inside)))
    done = {triple.subject for axiom in axioms for triple in axiom.triples}
    # Blank nodes that only refer to each other hang from nothing: one axiom each, so that they are not lost.
    for blank in by_subject:
        if blank not in done:
            around = closure([blank], by_subject)
            done.update(triple.subject for triple in around)
            axioms.append(Axiom(" ".join(sorted(map(str, around))), tuple(around)))
    return _distinct(axioms)


def _distinct(axioms: Iterable[Axiom]) -> list[Axiom]:
    """Return the first axiom of each text."""
    by_text: dict[str, Axiom] = {}
    for axiom in axioms:
        by_text.setdefault(axiom.text, axiom)
    return list(by_text.values())


def _heads(triples: list[ox.Triple], by_subject: Links) -> Iterator[tuple[ox.Triple, list[ox.Triple]]]:
    """Yield the statement of each axiom, with the description of its subject where that is a blank node."""
    met: set[Term] = {triple.object for triple in triples}
    for triple in triples:
        subject = triple.subject
        if isinstance(subject, ox.NamedNode) and not is_declaration(triple):
            yield triple, []
        elif subject in by_subject and subject not in met:
            met.add(subject)
            own = [ox.Triple(subject, predicate, value) for predicate, value in by_subject[subject]]
            own.sort(key=lambda triple: triple.predicate != TYPE)
            description = [triple for triple in own if triple.predicate not in _ABOUT]
            if len(description) < len(own):
                yield from ((triple, description) for triple in own if triple.predicate in _ABOUT)
            else:
                yield own[0], own[1:]


def is_declaration(triple: ox.Triple) -> bool:
    """Tell whether *triple* only says what kind of term its subject is."""
    return triple.predicate == TYPE and triple.object in _DECLARED


def closure(starts: Iterable[Term], by_subject: Links) -> list[ox.Triple]:
    """Return the triples of the blank nodes among *starts* and of those to which these lead."""
    triples: list[ox.Triple] = []
    waiting = [start for start in starts if isinstance(start, ox.BlankNode)]
    seen: set[Term] = set()
    while waiting:
        blank = waiting.pop(0)
        if blank not in seen:
            seen.add(blank)
            triples += [ox.Triple(blank, predicate, value) for predicate, value in by_subject.get(blank, ())]
            waiting += [value for _, value in by_subject.get(blank, ()) if isinstance(value, ox.BlankNode)]
    return triples


def text(head: ox.Triple, by_subject: Links, description: Iterable[ox.Triple] = ()) -> str:
    """Return an axiom as one text in which blank nodes have no names.

    :param description: of the subject, where it is a blank node
    """
    subject = str(head.subject)
    if isinstance(head.subject, ox.BlankNode):
        above = frozenset((head.subject,))
        parts = sorted(f"{triple.predicate} {_nested(triple.object, by_subject, above)}" for triple in description)
        subject = f"[ {' ; '.join(parts)} ]"
    return f"{subject} {head.predicate} {_nested(head.object, by_subject, frozenset())}"


def _nested(term: Term, by_subject: Links, above: frozenset[Term]) -> str:
    if not isinstance(term, ox.BlankNode):
        return str(term)
    if term in above:
        return "[ … ]"
    if (items := members(term, by_subject)) is not None:
        return f"( {' '.join(_nested(item, by_subject, above | {term}) for item in items)} )"
    parts = sorted(f"{way} {_nested(value, by_subject, above | {term})}" for way, value in by_subject.get(term, ()))
    return f"[ {' ; '.join(parts)} ]"


def members(head: Term, by_subject: Links) -> list[Term] | None:
    """Return the members of the list that begins with *head*; None when it is not a list."""
    cells = lists.cells(head, lambda cell: {way: [value] for way, value in by_subject.get(cell, ())})
    return None if cells is None else [value for _, value in cells]


def split(axioms: Iterable[Axiom]) -> list[Axiom]:
    """Return *axioms* with what is said of many at once split into its pairs."""
    return _distinct(part for axiom in axioms for part in _pairs(axiom))


def _pairs(axiom: Axiom) -> list[Axiom]:
    head = axiom.head
    if head.predicate != TYPE or (many := _OF_MANY.get(head.object)) is None:
        return [axiom]
    predicate, ways = many
    by_subject = links(axiom.triples)
    pairs: list[Axiom] = []
    for way, value in by_subject[head.subject]:
        items = (members(value, by_subject) or []) if way in ways else []
        for first, second in combinations(items if len(items) <= _MOST_SPLIT else [], 2):
            if first != second:
                statement = ox.Triple(first, predicate, second)  # type: ignore[arg-type]  # no literal is a class
                description = [ox.Triple(first, *link) for link in by_subject.get(first, ())]  # type: ignore[arg-type]
                inside = closure([first, second], by_subject)
                shown = text(statement, by_subject, description)
                pairs.append(Axiom(shown, (statement, *inside), axiom.text, axiom.made))
    return pairs or [axiom]


def declarations(triples: Iterable[ox.Triple]) -> dict[ox.NamedNode, list[ox.Triple]]:
    """Return the declarations in *triples* by the term that they declare."""
    by_term: dict[ox.NamedNode, list[ox.Triple]] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and is_declaration(triple):
            by_term.setdefault(triple.subject, []).append(triple)
    return by_term


def named(*terms: object) -> set[str]:
    """Return the IRIs among *terms*."""
    return {term.value for term in terms if isinstance(term, ox.NamedNode)}


def iris(axiom: Axiom) -> set[str]:
    """Return the IRIs in *axiom*, without those of OWL, RDF, RDFS and XSD."""
    terms = (term for triple in axiom.triples for term in (triple.subject, triple.predicate, triple.object))
    return {iri for iri in named(*terms) if not is_vocabulary(iri)}


_VOCABULARY: Final = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "xsd"))


def is_vocabulary(iri: str) -> bool:
    """Tell whether *iri* belongs to OWL, RDF, RDFS or XSD."""
    return iri.startswith(_VOCABULARY)
