"""A condition of the ontology in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.core.words import article
from cyberstd_kg.rdf.lists import Term
from cyberstd_kg.reasoning import axioms
from cyberstd_kg.reasoning.axioms import Links
from cyberstd_kg.reasoning.words import Speaker

from .markup import escaped

_UNION: Final = f"{PREFIXES['owl']}unionOf"
#: Labels of properties that are verbs already: "protects information".
_VERBS: Final = frozenset(
    (
        *("amends", "amends act", "applies to", "binds", "concerns", "connects", "consists of", "contains", "counters"),
        *("counts as", "covers", "defines concept", "depicts", "intersects", "overlaps", "preserves", "protects"),
        *("reads word", "recognizes", "refers to", "repeals act", "revises", "says", "trust rests on"),
    )
)
#: Last words of labels that become verbs with "is": "is defined by reference to".
_LINKS: Final = ("of", "to", "by", "from", "in", "into", "as", "on", "with", "against", "about")

#: First words of labels that take no article: "has in environment some concept".
_PREPOSITIONS: Final = frozenset(("by", "for", "in", "under"))

#: IRI → its name, in the form that the words need.
Namer = Callable[[str], str]


def relation(iri: str, name: Namer, label: str) -> str:
    """Return a property as a verb.

    :param name: returns the form in which it is shown; its *label* decides which words precede it
    """
    shown = name(iri)
    first, _, _ = label.partition(" ")
    if label in _VERBS or first in ("has", "is", "may"):
        return shown
    if label.rpartition(" ")[2] in _LINKS:
        return f"is {shown}"
    return f"has {shown}" if first in _PREPOSITIONS else f"has the {shown}"


class Words(Speaker):
    """Puts conditions into words that can be links, with properties as verbs: "protects information".

    :param held: the description of each blank node
    :param name: how a class, property or code is shown (with a link, say)
    :param label: its bare label, which decides on verbs and articles
    """

    def __init__(self, held: Links, name: Namer, label: Namer) -> None:
        super().__init__(label)
        self._held, self._shown, self._bare = held, name, label

    def parts(self, node: Term) -> list[str]:
        """Return what holds for a member of a class: each part of a union, of which one is enough; else one part."""
        for predicate, value in self._held.get(node, ()):
            if predicate.value == _UNION:
                return [self.verb(part, self._held) for part in axioms.members(value, self._held) or []]
        return [self.verb(node, self._held)]

    def name(self, term: Term | str) -> str:
        """Return how a class, property, code or text is shown."""
        iri = term.value if isinstance(term, ox.NamedNode) else term
        return self._shown(iri) if isinstance(iri, str) else escaped(super().name(term))

    def verb(self, node: Term, held: Links) -> str:
        """Return what holds for a member of a class: "is a text", "binds device"."""
        if isinstance(node, ox.NamedNode):
            return f"is {article(self._bare(node.value))} {self.name(node)}"
        return super().verb(node, held)

    def _restricted(self, inside: dict[str, Term], held: Links) -> str:
        way, value, some = (inside.get(key) for key in ("onProperty", "hasValue", "someValuesFrom"))
        if isinstance(way, ox.NamedNode):
            verb = relation(way.value, self._shown, self._bare(way.value))
            if value is not None:
                return f"{verb} {self.name(value)}"
            if some is not None:
                named = isinstance(some, ox.NamedNode)
                return f"{verb} some {self.name(some)}" if named else f"{verb} something that {self.verb(some, held)}"
        plain = {
            key: ox.Literal(escaped(term.value)) if isinstance(term, ox.Literal) else term
            for key, term in inside.items()
        }
        return super()._restricted(plain, held)
