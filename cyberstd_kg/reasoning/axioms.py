"""Axioms: what of the projection is one thought, and can be spared or not.

An axiom is a statement with the closure of its blank nodes: ``A rdfs:subClassOf [ … ]`` with all that stands in the
brackets, or a whole ``[] a owl:AllDisjointClasses``.  It stays RDF, so that whatever OWL 2 can say goes through to the
reasoner unchanged.  Declarations are no axioms but background.  What states something of many (all are disjoint, all
are different) is split into its pairs, each of which knows the axiom that states it: an explanation then names two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.iris import PREFIXES, expand
from cyberstd_kg.rdf import lists

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Node = ox.NamedNode | ox.BlankNode
#: subject → (predicate, object)
Links = dict[Term, list[tuple[ox.NamedNode, Term]]]


def _owl(name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["owl"] + name)


TYPE: Final = ox.NamedNode(expand("rdf:type"))
SUBCLASS: Final = ox.NamedNode(expand("rdfs:subClassOf"))
DISJOINT, DIFFERENT, SAME = _owl("disjointWith"), _owl("differentFrom"), _owl("sameAs")
NEGATIVE: Final = _owl("NegativePropertyAssertion")
#: What a thing may be declared as.
DECLARED: Final = {
    *(_owl(name) for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual")),
    *(_owl("Ontology"), _owl("Restriction")),
    *(ox.NamedNode(expand(name)) for name in ("rdfs:Class", "rdfs:Datatype", "rdf:Property", "rdf:List")),
}
#: What is said of many at once → what is said of each pair, and the properties that lead to the list.
_OF_MANY: Final = {
    _owl("AllDisjointClasses").value: (DISJOINT, (_owl("members"),)),
    _owl("AllDisjointProperties").value: (_owl("propertyDisjointWith"), (_owl("members"),)),
    _owl("AllDifferent").value: (DIFFERENT, (_owl("distinctMembers"), _owl("members"))),
}
#: Statements about a class or property expression, which may be a blank node; each is an axiom of its own.
_ABOUT: Final = {
    *(ox.NamedNode(expand(f"rdfs:{name}")) for name in ("subClassOf", "subPropertyOf", "domain", "range")),
    *(_owl(name) for name in ("equivalentClass", "disjointWith", "disjointUnionOf", "hasKey")),
    *(_owl(name) for name in ("equivalentProperty", "propertyDisjointWith", "propertyChainAxiom", "sameAs")),
    DIFFERENT,
}
#: More pairs than of so many members would be no help; then the statement stays whole.
_MOST_SPLIT: Final = 60


class Axiom(NamedTuple):
    """One axiom.

    ``text`` is the same for the same axiom, whatever its blank nodes are called; ``triples`` are what the reasoner
    gets, the statement itself first; ``whole`` is the text of the axiom of which this is a pair, else empty; ``made``
    tells of what nobody states (see :data:`MADE`), else it is empty.
    """

    text: str
    triples: tuple[ox.Triple, ...]
    whole: str = ""
    made: str = ""

    @property
    def head(self) -> ox.Triple:
        """The statement itself, without what stands in its brackets."""
        return self.triples[0]


#: What an axiom that no source states is made for.
MADE: Final = {
    "names": "two different names are taken to mean two different things",
    "goal": "the opposite of what is to be shown",
    "supposed": "supposed",
    "closed": "the codes of a scheme are all that there are",
}


def links(triples: Iterable[ox.Triple]) -> Links:
    """Return *triples* by subject."""
    found: Links = {}
    for triple in triples:
        found.setdefault(triple.subject, []).append((triple.predicate, triple.object))
    return found


def read(triples: Iterable[ox.Triple]) -> list[Axiom]:
    """Return the axioms in *triples*, in their order, each once; declarations are left out."""
    held = list(triples)
    by_subject = links(triples=[triple for triple in held if isinstance(triple.subject, ox.BlankNode)])
    inner = {triple.object for triple in held if isinstance(triple.object, ox.BlankNode)}
    found: dict[str, Axiom] = {}
    done: set[Term] = set()

    def take(head: ox.Triple, more: Iterable[ox.Triple] = ()) -> None:
        rest = [*more, *closure([head.object, *(triple.object for triple in more)], by_subject)]
        done.update(triple.subject for triple in rest)
        axiom = Axiom(text(head, by_subject, more), (head, *rest))
        found.setdefault(axiom.text, axiom)

    for triple in held:
        if isinstance(triple.subject, ox.NamedNode):
            if not is_declaration(triple):
                take(triple)
        elif isinstance(triple.subject, ox.BlankNode) and triple.subject not in inner and triple.subject not in done:
            done.add(triple.subject)
            for head, more in _of_blank(triple.subject, by_subject):
                take(head, more)
    # What only refers to itself hangs from nothing: one axiom each, so that it is not lost.
    for node in by_subject:
        if node not in done:
            around = closure([node], by_subject)
            done.update(triple.subject for triple in around)
            shown = " ".join(sorted(str(triple) for triple in around))
            found.setdefault(shown, Axiom(shown, tuple(around)))
    return list(found.values())


def is_declaration(triple: ox.Triple) -> bool:
    """Tell whether *triple* only says what kind of term its subject is."""
    return triple.predicate == TYPE and triple.object in DECLARED


def _of_blank(node: Node, by_subject: Links) -> Iterator[tuple[ox.Triple, list[ox.Triple]]]:
    """Yield the axioms that begin with a blank node, each as its statement and the description of the node."""
    triples = [ox.Triple(node, predicate, value) for predicate, value in by_subject[node]]
    about = [triple for triple in triples if triple.predicate in _ABOUT]
    description = [triple for triple in triples if triple.predicate not in _ABOUT]
    if about:
        yield from ((head, description) for head in about)
        return
    heads = sorted(description, key=lambda triple: triple.predicate != TYPE)
    yield heads[0], heads[1:]


def closure(starts: Iterable[Term], by_subject: Links) -> list[ox.Triple]:
    """Return the triples of the blank nodes among *starts* and of those to which these lead."""
    found: list[ox.Triple] = []
    waiting = [node for node in starts if isinstance(node, ox.BlankNode)]
    seen: set[Term] = set()
    while waiting:
        node = waiting.pop(0)
        if node in seen:
            continue
        seen.add(node)
        for predicate, value in by_subject.get(node, ()):
            found.append(ox.Triple(node, predicate, value))
            if isinstance(value, ox.BlankNode):
                waiting.append(value)
    return found


def text(head: ox.Triple, by_subject: Links, more: Iterable[ox.Triple] = ()) -> str:
    """Return an axiom as one text in which blank nodes have no names."""
    subject = str(head.subject)
    if isinstance(head.subject, ox.BlankNode):
        told = sorted(
            f"{triple.predicate} {_nested(triple.object, by_subject, frozenset((head.subject,)))}" for triple in more
        )
        subject = f"[ {' ; '.join(told)} ]"
    return f"{subject} {head.predicate} {_nested(head.object, by_subject, frozenset())}"


def _nested(node: Term, by_subject: Links, above: frozenset[Term]) -> str:
    if not isinstance(node, ox.BlankNode):
        return str(node)
    if node in above:
        return "[ … ]"
    if (items := members(node, by_subject)) is not None:
        return f"( {' '.join(_nested(item, by_subject, above | {node}) for item in items)} )"
    told = sorted(f"{p} {_nested(value, by_subject, above | {node})}" for p, value in by_subject.get(node, ()))
    return f"[ {' ; '.join(told)} ]"


def members(node: Term, by_subject: Links) -> list[Term] | None:
    """Return the members of the list that begins with *node*; None when it is no list."""
    cells = lists.cells(node, lambda cell: {way: [value] for way, value in by_subject.get(cell, ())})
    return None if cells is None else [value for _, value in cells]


def split(axioms: Iterable[Axiom]) -> list[Axiom]:
    """Return *axioms* with what is said of many at once split into its pairs."""
    found: dict[str, Axiom] = {}
    for axiom in axioms:
        for part in _pairs(axiom):
            found.setdefault(part.text, part)
    return list(found.values())


def _pairs(axiom: Axiom) -> list[Axiom]:
    kind = _OF_MANY.get(getattr(axiom.head.object, "value", "")) if axiom.head.predicate == TYPE else None
    if kind is None:
        return [axiom]
    pair, ways = kind
    held = links(axiom.triples)
    parts: list[Axiom] = []
    for predicate, value in held[axiom.head.subject]:
        items = members(value, held) if predicate in ways else None
        if items is None or len(items) > _MOST_SPLIT:
            continue
        for at, first in enumerate(items):
            for second in items[at + 1 :]:
                if first != second:
                    parts.append(_pair(first, pair, second, held, axiom))
    return parts or [axiom]


def _pair(first: Term, predicate: ox.NamedNode, second: Term, held: Links, axiom: Axiom) -> Axiom:
    head = ox.Triple(first, predicate, second)  # type: ignore[arg-type]  # a list of classes holds no literal
    more = [ox.Triple(first, p, value) for p, value in held.get(first, ())] if type(first) is ox.BlankNode else []
    rest = closure([first, second], held)
    return Axiom(text(head, held, more), (head, *rest), axiom.text, axiom.made)


def declarations(triples: Iterable[ox.Triple]) -> dict[ox.NamedNode, list[ox.Triple]]:
    """Return the declarations in *triples* by the term that they declare."""
    found: dict[ox.NamedNode, list[ox.Triple]] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and is_declaration(triple):
            found.setdefault(triple.subject, []).append(triple)
    return found


def nodes(axiom: Axiom) -> set[str]:
    """Return the IRIs in *axiom*, without those of OWL and RDF themselves."""
    found = set()
    for triple in axiom.triples:
        for term in (triple.subject, triple.predicate, triple.object):
            if isinstance(term, ox.NamedNode) and not term.value.startswith(_VOCABULARY):
                found.add(term.value)
    return found


_VOCABULARY: Final = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "xsd"))


def is_vocabulary(iri: str) -> bool:
    """Tell whether *iri* belongs to OWL, RDF, RDFS or XSD."""
    return iri.startswith(_VOCABULARY)
