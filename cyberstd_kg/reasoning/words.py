"""Axioms in words: one English sentence for each kind of axiom that OWL 2 has."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core.iris import PREFIXES, short
from cyberstd_kg.core.words import article
from cyberstd_kg.rdf.lists import Term
from cyberstd_kg.rdf.terms import TYPE, plain
from cyberstd_kg.reasoning import axioms
from cyberstd_kg.reasoning.axioms import Axiom, Links

_OWL: Final = PREFIXES["owl"]
_MOST_LISTED: Final = 12
_CONVERSE: Final = ", and the other way round"
#: Predicate of an axiom → its sentence.  Of its subject: ``subject`` says it of a member, ``several`` of members,
#: ``property`` and ``name`` name it; ``value``, ``other_property``, ``other``: the same of its object; ``all`` and
#: ``chain`` list the members of the object; ``expression`` says the axiom itself of a member of the subject.
_SENTENCES: Final = {
    "rdfs:subClassOf": "Whatever {subject} {value}.",
    "owl:equivalentClass": "Whatever {subject} {value}" + _CONVERSE + ".",
    "owl:unionOf": "Whatever {subject} {expression}" + _CONVERSE + ".",
    "owl:intersectionOf": "Whatever {subject} {expression}" + _CONVERSE + ".",
    "owl:oneOf": "Whatever {subject} {expression}" + _CONVERSE + ".",
    "owl:complementOf": "Whatever {subject} is nothing that {value}" + _CONVERSE + ".",
    "owl:disjointUnionOf": "Whatever {subject} is in exactly one of the classes {all}" + _CONVERSE + ".",
    "owl:disjointWith": "Nothing that {subject} {value}.",
    "owl:hasKey": "No two different individuals that {several} agree in {all}.",
    "rdfs:domain": "Whatever has a value of {property} {value}.",
    "rdfs:range": "Each value of {property} {value}.",
    "rdfs:subPropertyOf": "Each value of {property} is a value of {other_property} too.",
    "owl:equivalentProperty": "{property} and {other_property} have the same values.",
    "owl:propertyDisjointWith": "Nothing has the same value of {property} and of {other_property}.",
    "owl:inverseOf": (
        "{property} and {other_property} are inverse: if A has B as a value of one, B has A as a value of the other."
    ),
    "owl:propertyChainAxiom": "Along {chain}, one comes to a value of {property}.",
    "owl:sameAs": "{name} is the same individual as {other}.",
    "owl:differentFrom": "{name} and {other} are different individuals.",
}
#: Kind of property → its sentence.
_CHARACTERISTICS: Final = {
    "owl:FunctionalProperty": "Nothing has two different values of {property}.",
    "owl:InverseFunctionalProperty": "No two different individuals have the same value of {property}.",
    "owl:SymmetricProperty": "{property} is symmetric: if A has B as a value, B has A.",
    "owl:AsymmetricProperty": "{property} is asymmetric: if A has B as a value, B does not have A.",
    "owl:TransitiveProperty": "{property} is transitive: a value of one of its values is a value too.",
    "owl:ReflexiveProperty": "Everything is a value of {property} of itself.",
    "owl:IrreflexiveProperty": "Nothing is a value of {property} of itself.",
}
#: What is said of many at once → how its sentence begins.
_OF_MANY: Final = {
    "owl:AllDisjointClasses": "Nothing is in two of the classes",
    "owl:AllDisjointProperties": "Nothing has the same value of two of",
    "owl:AllDifferent": "All of these are different:",
}
_CARDINALITIES: Final = {"cardinality": "exactly", "minCardinality": "at least", "maxCardinality": "at most"}


class Speaker:
    """Says axioms in words.

    :param label: IRI → what a person calls it
    """

    def __init__(self, label: Callable[[str], str]) -> None:
        self._label = label

    def name(self, term: Term | str) -> str:
        """Return what a person calls an entity or term, in quotation marks."""
        if isinstance(term, ox.Literal):
            return f'"{term.value}"'
        iri = term if isinstance(term, str) else plain(term)
        return f"‘{self._label(iri) or short(iri)}’"

    def one(self, iri: str) -> str:
        """Return the name of a class with its article: "an ‘edition’"."""
        return _with_article(self.name(iri))

    def sentence(self, axiom: Axiom) -> str:
        """Return *axiom* as a sentence; a statement that is not an axiom of OWL 2 as it is."""
        by_subject = axioms.links(axiom.triples)
        head = axiom.head
        subject, value = head.subject, head.object
        if axiom.made == "closed":
            return f"{self.name(subject)} has only the values {self._all(by_subject[value][1][1], by_subject)}."
        if head.predicate == TYPE:
            return self._typed(subject, value, by_subject)
        template = _SENTENCES.get(short(head.predicate.value))
        if template is None:
            way = self._property(head.predicate, by_subject)
            return f"{self.name(subject)} has {self.name(value)} as value of {way}."
        if head.predicate == axioms.DISJOINT and isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode):
            return f"Nothing is both {self.one(subject.value)} and {self.one(value.value)}."
        itself = ox.BlankNode("itself")
        slots = {
            "subject": lambda: self.verb(subject, by_subject),
            "several": lambda: _plural(self.verb(subject, by_subject)),
            "property": lambda: self._property(subject, by_subject),
            "name": lambda: self.name(subject),
            "value": lambda: self.verb(value, by_subject),
            "other_property": lambda: self._property(value, by_subject),
            "other": lambda: self.name(value),
            "all": lambda: self._all(value, by_subject),
            "chain": lambda: self._all(value, by_subject, "and then"),
            "expression": lambda: self.verb(itself, by_subject | {itself: [(head.predicate, value)]}),
        }
        return re.sub(r"\{(\w+)\}", lambda slot: slots[slot[1]](), template)

    def _typed(self, subject: Term, value: Term, held: Links) -> str:
        kind = short(plain(value))
        if kind in _CHARACTERISTICS:
            sentence = _CHARACTERISTICS[kind].format(property=self._property(subject, held))
            return sentence[0].upper() + sentence[1:]
        inside = {short(predicate.value): term for predicate, term in held.get(subject, ())}
        if kind == "owl:NegativePropertyAssertion":
            whom = inside.get("owl:targetIndividual") or inside.get("owl:targetValue") or value
            return (
                f"{self.name(inside.get('owl:sourceIndividual', subject))} does not have {self.name(whom)} "
                f"as value of {self._property(inside.get('owl:assertionProperty', value), held)}."
            )
        if kind in _OF_MANY:
            members = inside.get("owl:members") or inside.get("owl:distinctMembers")
            return f"{_OF_MANY[kind]} {self._all(members, held) if members else ''}."
        return f"{self.name(subject)} {self.verb(value, held)}."

    def verb(self, node: Term, held: Links) -> str:
        """Return what is said of a member of a class: "is a ‘text’", "has ‘device’ as value of ‘binds’"."""
        if isinstance(node, ox.NamedNode):
            if node.value in (f"{_OWL}Thing", f"{_OWL}Nothing"):
                return "exists" if node.value.endswith("Thing") else "cannot exist"
            return f"is {_with_article(self.name(node))}"
        inside = {predicate.value.removeprefix(_OWL): value for predicate, value in held.get(node, ())}
        for way, word in (("intersectionOf", "and"), ("unionOf", "or")):
            if way in inside:
                parts = [self.verb(item, held) for item in axioms.members(inside[way], held) or []]
                begin = "either " if word == "or" and len(parts) > 1 else ""
                return begin + f" {word} ".join(parts)
        if "complementOf" in inside:
            return f"is nothing that {self.verb(inside['complementOf'], held)}"
        if "oneOf" in inside:
            return f"is one of {self._all(inside['oneOf'], held)}"
        if "onProperty" in inside:
            return self._restricted(inside, held)
        return f"is as {node} says"

    def _restricted(self, inside: dict[str, Term], held: Links) -> str:
        way = self._property(inside["onProperty"], held)
        if "hasValue" in inside:
            return f"has {self.name(inside['hasValue'])} as value of {way}"
        if "someValuesFrom" in inside:
            return f"has as value of {way} something that {self.verb(inside['someValuesFrom'], held)}"
        if "allValuesFrom" in inside:
            return f"has as value of {way} nothing but what {self.verb(inside['allValuesFrom'], held)}"
        if "hasSelf" in inside:
            return f"has itself as value of {way}"
        for key, word in _CARDINALITIES.items():
            for name in (key, _qualified(key)):
                if name in inside:
                    number, of = plain(inside[name]), inside.get("onClass")
                    verb = self.verb(of, held) if of else ""
                    that = f" that {verb if number == '1' else _plural(verb)}" if of else ""
                    return f"has {word} {number} value{'' if number == '1' else 's'} of {way}{that}"
        return f"is restricted in {way}"

    def _property(self, node: Term, held: Links) -> str:
        if isinstance(node, ox.BlankNode):
            of = next((value for predicate, value in held.get(node, ()) if predicate.value == f"{_OWL}inverseOf"), node)
            return f"the inverse of {self.name(of)}"
        return self.name(node)

    def _all(self, head: Term, held: Links, word: str = "and") -> str:
        """Return the names of the members of a list."""
        members = axioms.members(head, held) or []
        names = ["something described" if isinstance(item, ox.BlankNode) else self.name(item) for item in members]
        if len(names) > _MOST_LISTED:
            names = [*names[:_MOST_LISTED], f"{len(names) - _MOST_LISTED} more"]
        return f" {word} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _qualified(key: str) -> str:
    """Return the name of a cardinality that counts only the members of a class: "maxQualifiedCardinality"."""
    return "qualifiedCardinality" if key == "cardinality" else key.replace("Cardinality", "QualifiedCardinality")


def _with_article(name: str) -> str:
    return f"{article(name[1:])} {name}"


def _plural(verb: str) -> str:
    """Return a phrase for one as a phrase for several: "is a …" → "are each a …"."""
    for singular, plural in (("is ", "are each "), ("has ", "each have ")):
        if verb.startswith(singular):
            return plural + verb.removeprefix(singular)
    return verb
