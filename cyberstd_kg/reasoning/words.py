"""Axioms in words: one English sentence for each kind of axiom that OWL 2 has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core.iris import PREFIXES, compact
from cyberstd_kg.reasoning import axioms
from cyberstd_kg.reasoning.axioms import DIFFERENT, SAME, TYPE, Axiom, Links, Term

_OWL: Final = PREFIXES["owl"]
_RDFS: Final = PREFIXES["rdfs"]
_MOST_LISTED: Final = 12
#: Kind of property → what is said of it.
_CHARACTERISTICS: Final = {
    "FunctionalProperty": "Nothing has two different values of {0}.",
    "InverseFunctionalProperty": "No two different things have the same value of {0}.",
    "SymmetricProperty": "{0} goes both ways: if A has B as a value, B has A.",
    "AsymmetricProperty": "{0} never goes both ways: if A has B as a value, B does not have A.",
    "TransitiveProperty": "{0} carries on: a value of a value of it is a value of it too.",
    "ReflexiveProperty": "Everything is a value of {0} of itself.",
    "IrreflexiveProperty": "Nothing is a value of {0} of itself.",
}
#: Property between properties → what is said.
_OF_PROPERTIES: Final = {
    f"{_RDFS}subPropertyOf": "Each value of {0} is a value of {1} too.",
    f"{_OWL}equivalentProperty": "{0} and {1} have the same values.",
    f"{_OWL}propertyDisjointWith": "Nothing has the same value of {0} and of {1}.",
    f"{_OWL}inverseOf": "{0} and {1} are inverse: if A has B as a value of the one, B has A as a value of the other.",
}
_CARDINALITIES: Final = {"cardinality": "exactly", "minCardinality": "at least", "maxCardinality": "at most"}


class Speaker:
    """Says axioms in words.

    :param label: IRI → what a person calls it
    """

    def __init__(self, label: Callable[[str], str]) -> None:
        self._label = label

    def name(self, term: Term | str) -> str:
        """Return what a person calls a thing or term, in quotation marks."""
        if isinstance(term, ox.Literal):
            return f'"{term.value}"'
        iri = term if isinstance(term, str) else getattr(term, "value", str(term))
        return f"‘{self._label(iri) or compact(iri) or iri}’"

    def one(self, iri: str) -> str:
        """Return the name of a class with its article: "an ‘edition’"."""
        return _article(self.name(iri))

    def sentence(self, axiom: Axiom) -> str:
        """Return *axiom* as a sentence; what is no axiom of OWL 2 as its statement."""
        held = axioms.links(axiom.triples)
        head = axiom.head
        predicate, subject, value = head.predicate.value, head.subject, head.object
        if axiom.made == "closed":
            values = axioms.members(held[value][1][1], held) or []
            return f"{self.name(subject)} has only the values {self._list(values, 'and')}."
        if head.predicate == TYPE:
            return self._typed(subject, value, held)
        if predicate in _OF_PROPERTIES:
            return _OF_PROPERTIES[predicate].format(self._property(subject, held), self._property(value, held))
        told = {
            f"{_RDFS}subClassOf": lambda: f"Whatever {self.verb(subject, held)} {self.verb(value, held)}.",
            f"{_OWL}equivalentClass": lambda: (
                f"Whatever {self.verb(subject, held)} {self.verb(value, held)}, and the other way round."
            ),
            f"{_OWL}disjointWith": lambda: self._disjoint(subject, value, held),
            f"{_OWL}complementOf": lambda: (
                f"Whatever {self.verb(subject, held)} is nothing that {self.verb(value, held)}, "
                "and the other way round."
            ),
            f"{_OWL}disjointUnionOf": lambda: (
                f"Whatever {self.verb(subject, held)} is in exactly one of the classes "
                f"{self._list(axioms.members(value, held) or [], 'and')}, and the other way round."
            ),
            f"{_RDFS}domain": lambda: (
                f"Whatever has a value of {self._property(subject, held)} {self.verb(value, held)}."
            ),
            f"{_RDFS}range": lambda: f"Each value of {self._property(subject, held)} {self.verb(value, held)}.",
            f"{_OWL}propertyChainAxiom": lambda: (
                f"Along {self._list(axioms.members(value, held) or [], 'and then')}, one comes to a value of "
                f"{self._property(subject, held)}."
            ),
            f"{_OWL}hasKey": lambda: (
                f"No two different things that {_plural(self.verb(subject, held))} agree in "
                f"{self._list(axioms.members(value, held) or [], 'and')}."
            ),
            SAME.value: lambda: f"{self.name(subject)} is the same thing as {self.name(value)}.",
            DIFFERENT.value: lambda: f"{self.name(subject)} is another thing than {self.name(value)}.",
        }
        for way in ("unionOf", "intersectionOf", "oneOf"):
            told[_OWL + way] = lambda: (
                f"Whatever {self.verb(subject, held)} {self.verb(_only(head), {**held, **_described(head)})}, "
                "and the other way round."
            )
        if predicate in told:
            return told[predicate]()
        return f"{self.name(subject)} has {self.name(value)} as value of {self._property(head.predicate, held)}."

    def _typed(self, subject: Term, value: Term, held: Links) -> str:
        kind = getattr(value, "value", "").removeprefix(_OWL)
        if kind in _CHARACTERISTICS:
            told = _CHARACTERISTICS[kind].format(self._property(subject, held))
            return told[0].upper() + told[1:]
        inside = {predicate.value: term for predicate, term in held.get(subject, ())}
        if kind == "NegativePropertyAssertion":
            whom = inside.get(f"{_OWL}targetIndividual") or inside.get(f"{_OWL}targetValue") or value
            return (
                f"{self.name(inside.get(f'{_OWL}sourceIndividual', subject))} does not have {self.name(whom)} "
                f"as value of {self._property(inside.get(f'{_OWL}assertionProperty', value), held)}."
            )
        many = {"AllDisjointClasses": "Nothing is in two of the classes", "AllDifferent": "All of these are different:"}
        many["AllDisjointProperties"] = "Nothing has the same value of two of"
        if kind in many:
            of = inside.get(f"{_OWL}members") or inside.get(f"{_OWL}distinctMembers")
            return f"{many[kind]} {self._list(axioms.members(of, held) or [] if of else [], 'and')}."
        return f"{self.name(subject)} {self.verb(value, held)}."

    def _disjoint(self, first: Term, second: Term, held: Links) -> str:
        if isinstance(first, ox.NamedNode) and isinstance(second, ox.NamedNode):
            return f"Nothing is both {_article(self.name(first))} and {_article(self.name(second))}."
        return f"Nothing that {self.verb(first, held)} {self.verb(second, held)}."

    def verb(self, node: Term, held: Links) -> str:
        """Return what is said of a member of a class: "is a ‘text’", "has ‘device’ as value of ‘binds’"."""
        if isinstance(node, ox.NamedNode):
            if node.value in (f"{_OWL}Thing", f"{_OWL}Nothing"):
                return "exists" if node.value.endswith("Thing") else "cannot exist"
            return f"is {_article(self.name(node))}"
        inside = {predicate.value.removeprefix(_OWL): value for predicate, value in held.get(node, ())}
        for way, word in (("intersectionOf", "and"), ("unionOf", "or")):
            if way in inside:
                parts = [self.verb(item, held) for item in axioms.members(inside[way], held) or []]
                begin = "either " if word == "or" and len(parts) > 1 else ""
                return begin + f" {word} ".join(parts)
        if "complementOf" in inside:
            return f"is nothing that {self.verb(inside['complementOf'], held)}"
        if "oneOf" in inside:
            return f"is one of {self._list(axioms.members(inside['oneOf'], held) or [], 'and')}"
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
                    number = getattr(inside[name], "value", "?")
                    of = inside.get("onClass")
                    more = (
                        f" that {_plural(self.verb(of, held)) if number != '1' else self.verb(of, held)}" if of else ""
                    )
                    return f"has {word} {number} value{'' if number == '1' else 's'} of {way}{more}"
        return f"is restricted in {way}"

    def _property(self, node: Term, held: Links) -> str:
        if isinstance(node, ox.BlankNode):
            of = next((value for predicate, value in held.get(node, ()) if predicate.value == f"{_OWL}inverseOf"), node)
            return f"the inverse of {self.name(of)}"
        return self.name(node)

    def _list(self, items: list[Term], word: str) -> str:
        names = [self.name(item) if not isinstance(item, ox.BlankNode) else "something described" for item in items]
        if len(names) > _MOST_LISTED:
            return f"{', '.join(names[:_MOST_LISTED])} {word} {len(names) - _MOST_LISTED} more"
        return f" {word} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _only(head: ox.Triple) -> ox.BlankNode:
    return ox.BlankNode("described")


def _described(head: ox.Triple) -> Links:
    """Return the description of a named class that stands on the class itself as that of a blank node."""
    return {ox.BlankNode("described"): [(head.predicate, head.object)]}


def _qualified(key: str) -> str:
    """Return the name of a cardinality that counts only the members of a class: "maxQualifiedCardinality"."""
    return "qualifiedCardinality" if key == "cardinality" else key.replace("Cardinality", "QualifiedCardinality")


def _article(name: str) -> str:
    return f"{'an' if name[1:2].lower() in 'aeiou' else 'a'} {name}"


def _plural(verb: str) -> str:
    """Return a phrase for one as a phrase for several: "is a …" → "are each a …"."""
    for one, several in (("is ", "are each "), ("has ", "each have ")):
        if verb.startswith(one):
            return several + verb.removeprefix(one)
    return verb
