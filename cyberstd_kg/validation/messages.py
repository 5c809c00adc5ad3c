"""The words of findings: one sentence for each kind of constraint, with the values at hand.

What to do is the shape's own ``sh:message``; the sentences here say what was found, which only the graph at hand shows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core import words
from cyberstd_kg.core.iris import BASE, PREFIXES, compact
from cyberstd_kg.designations import naming
from cyberstd_kg.rdf.terms import LABEL, TYPE, node, nodes, plain
from cyberstd_kg.validation.impact import Node, Term, View
from cyberstd_kg.validation.shacl import Result
from cyberstd_kg.validation.shapes import NodeShape, PropertyShape, Shapes

#: Longest text of a term that a message quotes.
_LONGEST: Final = 80
_CLASS, _IN_SCHEME = nodes("owl:Class skos:inScheme")
#: How the second half of the message of a closed shape begins.
ONLY: Final = "Only the properties"
#: Rules that find a name that nothing describes.
_NAMES_CHECKED: Final = ("reference-is-known", "class-is-known")
_MOST_CODES: Final = 40
#: Values that a message about too many values shows.
_MOST_VALUES: Final = 4
#: Prefixes under which a near miss is looked for among the entities of one class.
_COMPARED: Final = {"agent": "org:Organization", "concept": "skos:Concept"}
_NODE_KINDS: Final = {"IRI": "an IRI", "Literal": "a text", "BlankNode": "a blank node"}
#: Constraint of a property → what is wrong.  ``limit`` is the value of the constraint, ``wanted`` what it asks for.
_SENTENCES: Final = {
    "MinCount": "{path} has {count} values, but {limit} are needed.",
    "MaxCount": "{path} has {count} values, but only {limit} is allowed: {first_values}.",
    "UniqueLang": "{path} has two values in one language: {values}.",
    "HasValue": "{path} does not have the value {limit}.",
    "Class": "The value {value} of {path} is {kind}, not {wanted}.",
    "Or": "The value {value} of {path} is neither {wanted}.",
    "Datatype": "The value {value} of {path} is not {wanted}.",
    "NodeKind": "The value {value} of {path} is not {wanted}.",
    "MinLength": "The value {value} of {path} is too short.",
    "MaxLength": "The value of {path} has {length} characters, but only {limit} are allowed.",
    "In": "The value {value} of {path} is none of {limits}.",
    "LanguageIn": "The value {value} of {path} is in none of the languages {limits}.",
    "MinInclusive": "The value {value} of {path} is less than {limit}.",
    "MaxInclusive": "The value {value} of {path} is more than {limit}.",
    "LessThanOrEquals": "The value {value} of {path} is later than that of {limit}.",
}
_MISSING: Final = "{path} is missing ({name})."
_NO_CODE: Final = "The value {value} of {path} is not a code of the scheme {scheme}."
_UNFILLED: Final = "The value {value} of {path} is still to be filled in: it says nothing."
_ILL_FORMED: Final = "The value {value} of {path} does not have the required form."


def curie(iri: str) -> str:
    """Return how an IRI is written: as CURIE where one fits, else in angle brackets."""
    return _short(compact(iri) or "") or f"<{_short(iri)}>"


def tell(term: Node | None) -> str:
    """Return a term as Turtle writes it, shortened; an empty string for none."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return curie(term.value)
    if not isinstance(term, ox.Literal):
        return str(term)
    text = f'"{_short(term.value)}"'
    if term.language:
        return f"{text}@{term.language}"
    return text if term.datatype.value == f"{PREFIXES['xsd']}string" else f"{text}^^{curie(term.datatype.value)}"


def _short(text: str) -> str:
    line = re.sub(r"\s+", " ", text)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def fill(text: str, slots: Mapping[str, str], missing: str) -> str:
    """Return *text* with each ``{name}`` replaced by its value in *slots*, or by *missing*."""
    return re.sub(r"\{(\w+)\}", lambda match: slots.get(match[1], missing), text)


def slot(term: Term) -> str:
    """Return the value of a slot: texts and numbers as they are, lists of IRIs as CURIEs."""
    if isinstance(term, ox.Literal):
        parts = [curie(part) if part.startswith(BASE) else part for part in term.value.split(" ")]
        return _short(" ".join(parts))
    return tell(term)


def suggestion(rule: str, value: Term | None, view: View) -> str:
    """Return what *value* may mean: the IRI of a designation, a class, an entity or a code that is spelt alike.

    :param rule: the id of the rule that found the value
    :param view: the graph that was checked
    """
    if rule == "identifier-matches-iri" and isinstance(value, ox.Literal) and re.match("[A-Z]", value.value):
        return f" This designation makes {naming.curie_of(value.value)}."
    if rule not in _NAMES_CHECKED or not isinstance(value, ox.NamedNode):
        return ""

    def known(predicate: ox.NamedNode, of: ox.NamedNode) -> list[str]:
        return sorted({curie(plain(quad.subject)) for quad in view.quads(None, predicate, of)})

    name = curie(value.value)
    scheme, _, code = value.value.partition("#")
    if scheme == PREFIXES["cstd"][:-1]:
        return _meant(name, known(TYPE, _CLASS))
    prefix = name.partition(":")[0]
    if prefix in _COMPARED:
        return f"{_meant(name, known(TYPE, node(_COMPARED[prefix])))} A new one begins with: cyberstd new {prefix}."
    codes = known(_IN_SCHEME, ox.NamedNode(scheme)) if code else []
    rest = f" … ({len(codes)} in all)" if len(codes) > _MOST_CODES else ""
    listed = f" The codes are {', '.join(codes[:_MOST_CODES])}{rest}." if codes else ""
    return _meant(name, codes) or listed


class MessageWriter:
    """Writes the messages of SHACL results.

    :param shapes: the shapes that were run
    :param view: the graph that was checked
    """

    def __init__(self, shapes: Shapes, view: View) -> None:
        self._shapes = shapes
        self._view = view

    def message(self, result: Result) -> str:
        """Return what is wrong, in one sentence."""
        if (of_node := self._shapes.nodes.get(result.shape)) is not None:
            return self._of_node(of_node, result)
        shape = self._shapes.properties[result.shape]
        values = [tell(value) for value in self._values(shape, result)]
        limits = [_limit(limit) for limit in shape.limits.get(_parameter(result.component), [])]
        return self._sentence(shape, result, values).format(
            path=f"{curie(shape.path)} (from the other end)" if shape.inverse else curie(shape.path),
            name=shape.name,
            value=tell(result.value),
            length=len(plain(result.value)),
            kind=self._kind(result.value),
            count=len(values),
            values=", ".join(values),
            first_values=", ".join(values[:_MOST_VALUES]),
            limit="".join(limits[:1]),
            limits=", ".join(limits),
            wanted=self._wanted(shape, result),
            scheme=shape.scheme,
            component=result.component,
        )

    def repair(self, result: Result) -> str:
        """Return what to do: the message of the shape; of a closed one the half that is about IRI or properties."""
        of_node = self._shapes.nodes.get(result.shape)
        if of_node is None:
            return self._shapes.properties[result.shape].message
        about_iri, only, about_properties = of_node.message.partition(ONLY)
        if only and result.component in ("Closed", "Pattern"):
            return only + about_properties if result.component == "Closed" else about_iri.strip()
        return of_node.message

    def _of_node(self, shape: NodeShape, result: Result) -> str:
        kind, this = _with_article(shape.label), ox.NamedNode(result.this)
        if result.component == "Closed":
            if not result.path.startswith(tuple(PREFIXES.values())):
                return f"{curie(result.path)} is not a known property."
            own = [curie(property_.path) for property_ in shape.properties if not property_.inverse]
            return f"{curie(result.path)} is not a property of {kind}.{_meant(curie(result.path), own)}"
        if result.component == "Pattern":
            return f"The IRI {curie(result.this)} does not have the form of the IRI of {kind}."
        if result.component == "Class":
            bears = next((curie(target) for way, target in shape.targets if way != "class"), "")
            return f"{curie(result.this)} bears {bears} but is {self._kind(this)}."
        if result.component == "Or":
            paths = shape.limits["or"]
            values = sorted(tell(quad.object) for path in paths for quad in self._view.quads(this, ox.NamedNode(path)))
            names = " and ".join(map(curie, paths))
            return f"{curie(result.this)} has {names} {', '.join(values)}, which is not {kind}."
        return f"{curie(result.this)} breaks the limit {result.component} of {kind}."

    def _sentence(self, shape: PropertyShape, result: Result, values: Collection[str]) -> str:
        """Return the sentence for a result, with slots."""
        if result.component == "MinCount" and not values:
            return _MISSING
        if result.component == "Or" and shape.classes:
            return _SENTENCES["Class"]
        if result.component == "Pattern":
            if shape.scheme:
                return _NO_CODE
            is_empty = isinstance(result.value, ox.Literal) and not re.search(r"\w", result.value.value)
            return _UNFILLED if is_empty else _ILL_FORMED
        return _SENTENCES.get(result.component, "{path} breaks the limit {component}.")

    def _wanted(self, shape: PropertyShape, result: Result) -> str:
        """Return in words what a constraint on class, datatype or kind of node asks for; "" of another."""
        if result.component in ("Class", "Or") and shape.classes:
            labels = " or ".join(_with_article(self._label(iri)) for iri in shape.classes)
            # A class of the same name elsewhere: its IRI tells them apart.
            return " or ".join(map(curie, shape.classes)) if labels == self._kind(result.value) else labels
        limits = shape.limits.get(_parameter(result.component), [])
        if result.component == "Or":
            return " nor ".join(map(curie, limits))
        if result.component == "Datatype":
            is_tagged = limits[0].endswith("langString")
            return "a text with a language tag, such as @en" if is_tagged else f"a value of {curie(limits[0])}"
        if result.component == "NodeKind":
            return _NODE_KINDS.get(limits[0].removeprefix(PREFIXES["sh"]), "of another kind")
        return ""

    def _values(self, shape: PropertyShape, result: Result) -> list[Term]:
        this, path = ox.NamedNode(result.this), ox.NamedNode(shape.path)
        if shape.inverse:
            return [quad.subject for quad in self._view.quads(None, path, this)]
        return sorted({quad.object for quad in self._view.quads(this, path)}, key=str)

    def _kind(self, term: Term | None) -> str:
        """Return what *term* is: the labels of its classes, or that nothing describes it."""
        if not isinstance(term, ox.NamedNode):
            return "a text"
        types = self._view.types(term) - {term}
        labels = sorted(self._label(name.value) for name in types if isinstance(name, ox.NamedNode))
        if labels:
            return " and ".join(map(_with_article, labels))
        return "without a class" if next(self._view.quads(term), None) else "not described in the graph"

    def _label(self, iri: str) -> str:
        label = next((plain(quad.object) for quad in self._view.quads(ox.NamedNode(iri), LABEL)), "")
        return label or words.term_words(iri)


def _parameter(component: str) -> str:
    """Return the parameter of a constraint: "MinCount" → "minCount"."""
    return component[:1].lower() + component[1:]


def _limit(value: str) -> str:
    return curie(value) if "://" in value else value


def _with_article(noun: str) -> str:
    return f"{words.article(noun)} {noun}"


def _meant(word: str, known: Collection[str]) -> str:
    close = meant(word, known)
    return f" {words.did_you_mean([close])}" if close else ""


def meant(word: str, known: Collection[str]) -> str:
    """Return the one of *known* that is spelt most like *word*, or an empty string."""
    plain_forms = {re.sub(r"[-_]", "", name).casefold(): name for name in known}
    same = plain_forms.get(re.sub(r"[-_]", "", word).casefold())
    return same or "".join(words.near(word, known, cutoff=0.8))
