"""The ontology as its page shows it: sections in the order of the file, terms, conditions, disjoint classes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import compact, expand
from cyberstd_kg.rdf.lists import Term as Node
from cyberstd_kg.reasoning import axioms
from cyberstd_kg.reasoning.axioms import Links

_SECTION: Final = re.compile(r"# ── (.+?) ──")
_TERM: Final = re.compile(r"([A-Za-z][\w-]*:[\w-]+) a (owl:\w+)")
KINDS: Final = {
    "owl:Class": "class",
    "owl:ObjectProperty": "object property",
    "owl:DatatypeProperty": "datatype property",
    "owl:AnnotationProperty": "annotation property",
}
_CHARACTERISTICS: Final = {
    "owl:FunctionalProperty": "functional: at most one value",
    "owl:InverseFunctionalProperty": "inverse functional: a value has one subject only",
    "owl:TransitiveProperty": "transitive",
    "owl:SymmetricProperty": "symmetric",
    "owl:AsymmetricProperty": "asymmetric",
    "owl:ReflexiveProperty": "reflexive",
    "owl:IrreflexiveProperty": "irreflexive",
}


@dataclass(frozen=True)
class Named:
    """A class by its name, or a datatype."""

    iri: str


@dataclass(frozen=True)
class Value:
    """All that has *value* as a value of *property* (owl:hasValue)."""

    property: str
    value: str


@dataclass(frozen=True)
class Some:
    """All that has something of *filler* as a value of *property* (owl:someValuesFrom)."""

    property: str
    filler: Expression


@dataclass(frozen=True)
class Several:
    """The union (``owl:unionOf``) or the intersection (``owl:intersectionOf``) of *parts*."""

    how: str
    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Other:
    """Any other class expression of OWL; the page shows it in words and as Turtle, no picture shows it."""

    shown: str


Expression = Named | Value | Some | Several | Other


@dataclass(frozen=True)
class Condition:
    """A sufficient (*enough*) or necessary (*needed*) condition of a class, or both; *node* describes it."""

    expression: Expression
    node: Node = field(compare=False)
    enough: bool = False
    needed: bool = False

    @property
    def exact(self) -> bool:
        """Whether it is sufficient and necessary."""
        return self.enough and self.needed


@dataclass
class Term:
    """A class or property of the ontology; IRIs throughout."""

    iri: str
    curie: str
    kind: str
    label: str = ""
    definition: str = ""
    question: str = ""
    characteristics: list[str] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    domain: list[str] = field(default_factory=list)
    range: list[str] = field(default_factory=list)
    inverses: list[str] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)

    @property
    def filled(self) -> bool:
        """Whether a reasoner can infer members: it has a sufficient condition."""
        return any(condition.enough for condition in self.conditions)

    @property
    def local(self) -> str:
        """The local name, by which the page anchors it."""
        return self.curie.partition(":")[2]


@dataclass
class Section:
    """One part of the file: its title, and notes and terms in order (a note is text, a term its IRI in a tuple)."""

    title: str
    items: list[str | tuple[str]] = field(default_factory=list)

    @property
    def terms(self) -> list[str]:
        """The IRIs of the terms, in order."""
        return [item[0] for item in self.items if isinstance(item, tuple)]

    @property
    def notes(self) -> list[str]:
        """The notes, in order."""
        return [item for item in self.items if isinstance(item, str)]


class Ontology:
    """The ontology in *text*, a Turtle file with sections in comments.

    :raises InputError: when it states something that the page cannot show
    """

    def __init__(self, text: str) -> None:
        self.links = axioms.links(quad.triple for quad in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE))
        self.terms: dict[str, Term] = {}
        self.borrowed: dict[str, str] = {}
        self.header: dict[str, str] = {}
        self.disjoint: list[list[str]] = []
        self.different: list[list[str]] = []
        for node in self.links:
            if isinstance(node, ox.NamedNode):
                self._named(node)
        for node in self.links:
            if isinstance(node, ox.BlankNode):
                self._general(node)
        self.sections = self._sections(text)
        listed = {iri for section in self.sections for iri in section.terms}
        if missing := self.terms.keys() - listed:
            raise InputError(
                f"{min(missing)} is in no section", "Write each term as 'cstd:Name a owl:Class' below a section."
            )

    # ── Reading ──

    def _objects(self, node: Node, curie: str) -> list[Node]:
        wanted = expand(curie)
        return [value for predicate, value in self.links.get(node, []) if predicate.value == wanted]

    def _iris(self, node: Node, curie: str) -> list[str]:
        return [value.value for value in self._objects(node, curie) if isinstance(value, ox.NamedNode)]

    def _text(self, node: ox.NamedNode, curie: str) -> str:
        return next((value.value for value in self._objects(node, curie) if isinstance(value, ox.Literal)), "")

    def _named(self, node: ox.NamedNode) -> None:
        types = {compact(iri) or iri for iri in self._iris(node, "rdf:type")}
        if "owl:Ontology" in types:
            values = ((compact(name.value) or name.value, value) for name, value in self.links[node])
            self.header = {"iri": node.value} | {name: getattr(value, "value", "") for name, value in values}
            return
        kind = next((KINDS[name] for name in KINDS if name in types), None)
        if kind is None:
            return
        if not self._objects(node, "rdfs:isDefinedBy"):
            self.borrowed[node.value] = kind
            return
        curie = compact(node.value)
        if curie is None:
            raise InputError(f"{node.value} has no prefix", "Name the terms of the ontology with a known prefix.")
        term = Term(node.value, curie, kind, self._text(node, "rdfs:label"), self._text(node, "skos:definition"))
        term.question = self._text(node, "cstd:competencyQuestion")
        term.characteristics = [text for name, text in _CHARACTERISTICS.items() if name in types]
        term.parents = self._iris(node, "rdfs:subClassOf") + self._iris(node, "rdfs:subPropertyOf")
        term.inverses = self._iris(node, "owl:inverseOf")
        term.domain, term.range = (self._choice(node, name) for name in ("rdfs:domain", "rdfs:range"))
        for value in self._objects(node, "owl:equivalentClass"):
            term.conditions.append(Condition(self._expression(value), value, enough=True, needed=True))
        for value in self._objects(node, "rdfs:subClassOf"):
            if isinstance(value, ox.BlankNode):
                term.conditions.append(Condition(self._expression(value), value, needed=True))
        self.terms[node.value] = term

    def _choice(self, node: ox.NamedNode, curie: str) -> list[str]:
        """Return the classes of a domain or range: one, those of a union, or none where it is open."""
        classes: list[str] = []
        for value in self._objects(node, curie):
            expression = self._expression(value)
            parts = expression.parts if isinstance(expression, Several) else (expression,)
            for part in parts:
                if not isinstance(part, Named):
                    raise InputError(f"{node.value}: the page has no words for its {curie}", "Extend docs/ontodoc.")
                classes.append(part.iri)
        return classes

    def _general(self, node: ox.BlankNode) -> None:
        """Read an axiom without a name: a sufficient condition, disjoint classes, or different individuals."""
        for iri in self._iris(node, "rdfs:subClassOf"):
            if iri not in self.terms:
                raise InputError(f"a condition leads to {iri}, which is not a class of the ontology", "Declare it.")
            self.terms[iri].conditions.append(Condition(self._expression(node), node, enough=True))
        for curie, into in (("owl:members", self.disjoint), ("owl:distinctMembers", self.different)):
            for value in self._objects(node, curie):
                into.append([getattr(member, "value", "") for member in axioms.members(value, self.links) or []])

    def _expression(self, node: Node) -> Expression:
        if isinstance(node, ox.NamedNode):
            return Named(node.value)
        if isinstance(node, ox.BlankNode):
            for how in ("owl:unionOf", "owl:intersectionOf"):
                for value in self._objects(node, how):
                    return Several(
                        how, tuple(self._expression(member) for member in axioms.members(value, self.links) or [])
                    )
            for prop in self._iris(node, "owl:onProperty"):
                for iri in self._iris(node, "owl:hasValue"):
                    return Value(prop, iri)
                for value in self._objects(node, "owl:someValuesFrom"):
                    return Some(prop, self._expression(value))
            return Other(turtle(node, self.links))
        raise InputError(f"{node} is not a class", "Write a class, or a restriction.")

    def _sections(self, text: str) -> list[Section]:
        """Return the sections in the order of the comments, each with its notes and own terms."""
        sections: list[Section] = []
        note: list[str] = []
        for line in [*text.splitlines(), ""]:
            if head := _SECTION.fullmatch(line):
                sections.append(Section(head[1]))
            elif line.startswith("# ") and sections:
                note.append(line[2:])
            elif sections:
                if note:
                    sections[-1].items.append(re.sub(r"\s+", " ", " ".join(note)))
                    note = []
                if (start := _TERM.match(line)) and (iri := expand(start[1])) in self.terms:
                    sections[-1].items.append((iri,))
        return sections

    # ── Asking ──

    @property
    def known(self) -> set[str]:
        """The IRIs of all classes and properties: own and borrowed."""
        return self.terms.keys() | self.borrowed.keys()

    def children(self, iri: str) -> list[str]:
        """Return the classes or properties directly below *iri*, in the order of the file."""
        return [term.iri for term in self.terms.values() if iri in term.parents]

    def above(self, iri: str) -> list[str]:
        """Return what is above a class or property, the nearest first, without itself."""
        ancestors: list[str] = []
        waiting = [iri]
        while waiting:
            term = self.terms.get(waiting.pop(0))
            for parent in term.parents if term else []:
                if parent not in ancestors and parent != iri:
                    ancestors.append(parent)
                    waiting.append(parent)
        return ancestors

    def below(self, iri: str) -> list[str]:
        """Return what is below a class or property, without itself."""
        return [term.iri for term in self.terms.values() if iri in self.above(term.iri)]

    def inverses(self, iri: str) -> list[str]:
        """Return the inverses of a property, whichever of the two names the other."""
        return self.terms[iri].inverses + [term.iri for term in self.terms.values() if iri in term.inverses]

    def of_class(self, iri: str, end: str) -> list[str]:
        """Return the properties whose ``domain`` or ``range`` (*end*) is *iri* or a union with it."""
        return [term.iri for term in self.terms.values() if iri in getattr(term, end)]

    def excluded(self, iri: str) -> list[list[str]]:
        """Return the sets of disjoint classes that contain *iri*."""
        return [members for members in self.disjoint if iri in members]

    def excluded_by_value(self, iri: str) -> tuple[str, list[str]]:
        """Return a functional property, and the classes that another value of it makes disjoint with *iri*.

        The ontology states that the values differ (owl:AllDifferent).
        """

        def value(term: Term) -> Value | None:
            exact = (condition.expression for condition in term.conditions if condition.exact)
            return next((expression for expression in exact if isinstance(expression, Value)), None)

        own = value(self.terms[iri])
        if own is None or own.property not in self.terms:
            return "", []
        if _CHARACTERISTICS["owl:FunctionalProperty"] not in self.terms[own.property].characteristics:
            return "", []
        different = next((group for group in self.different if own.value in group), [])
        others = [(term.iri, value(term)) for term in self.terms.values()]
        disjoint = [
            name
            for name, other in others
            if other and other.property == own.property and other.value != own.value and other.value in different
        ]
        return own.property, disjoint


def turtle(node: Node, held: Links, indent: str = "") -> str:
    """Return a class as Turtle, each member of a list on its own line.  Axioms about the class are left out.

    :param held: the description of each blank node
    """
    if isinstance(node, ox.NamedNode):
        return compact(node.value) or f"<{node.value}>"
    if not isinstance(node, ox.BlankNode):
        return str(node)
    inner = indent + "    "
    if (items := axioms.members(node, held)) is not None:
        lines = "".join(f"\n{inner}{turtle(item, held, inner)}" for item in items)
        return f"({lines}\n{indent})"
    pairs = [
        f"{'a' if name == 'rdf:type' else name} {turtle(value, held, indent)}"
        for predicate, value in held.get(node, ())
        if (name := compact(predicate.value) or f"<{predicate.value}>") != "rdfs:subClassOf"
    ]
    return f"[ {' ; '.join(pairs)} ]"
