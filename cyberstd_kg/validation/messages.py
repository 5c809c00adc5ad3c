"""The words in which a person is told what is wrong: one sentence for each kind of constraint, with the values at hand.

What to do is the shape's own ``sh:message``; here stands what was found, which only the graph at hand can tell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Final

import pyoxigraph as ox

from cyberstd_kg.core.iris import BASE, PREFIXES, compact, expand
from cyberstd_kg.designations import naming
from cyberstd_kg.validation.impact import Node, Term, View
from cyberstd_kg.validation.rules import RuleRow
from cyberstd_kg.validation.shacl import Result
from cyberstd_kg.validation.shapes import NodeShape, PropertyShape, Shapes

_LONGEST: Final = 80
_TYPE, _CLASS, _IN_SCHEME = (ox.NamedNode(expand(name)) for name in ("rdf:type", "owl:Class", "skos:inScheme"))
#: How the second half of the message of a closed shape begins.
ONLY: Final = "Only the properties"
#: Rules that find a name that nothing describes.
_NAMES_CHECKED: Final = ("reference-is-known", "class-is-known")
_MOST_CODES: Final = 40
#: Prefixes whose things can be compared with one that is not known, and their class.
_KINDS_NAMED: Final = {"agent": "org:Organization", "concept": "skos:Concept"}
_LABEL: Final = ox.NamedNode(expand("rdfs:label"))
_KINDS: Final = {"IRI": "an IRI", "Literal": "a text", "BlankNode": "a blank node"}


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


def plain(term: Node | None) -> str:
    """Return the value of a term as findings carry it: the IRI or the text."""
    return "" if term is None else str(getattr(term, "value", term))


def _short(text: str) -> str:
    line = re.sub(r"\s+", " ", text)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def rule_texts(row: RuleRow, view: View) -> tuple[str, str]:
    """Return message and repair of a rule's answer, the slots filled, with what may have been meant.

    :param view: the graph that was checked
    """
    values = {"this": ox.NamedNode(row.this), "value": row.value, **row.slots}
    if row.source:
        values["source"] = ox.NamedNode(row.source)
    if row.path:
        values["path"] = ox.NamedNode(row.path)

    def filled(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda m: _slot(values.get(m[1])), text)

    return filled(row.rule.message), filled(row.rule.repair) + _suggestion(row, view)


def _suggestion(row: RuleRow, view: View) -> str:
    """Return the codes of a scheme where one is wanted that it does not have, or the class that is spelt alike."""
    if row.rule.id == "identifier-matches-iri":
        return _wanted_iri(row)
    if row.rule.id not in _NAMES_CHECKED or not isinstance(row.value, ox.NamedNode):
        return ""
    scheme, _, code = row.value.value.partition("#")
    if scheme == PREFIXES["cstd"][:-1]:
        classes = (quad.subject for quad in view.quads(None, _TYPE, _CLASS))
        return _meant(curie(row.value.value), sorted({curie(plain(name)) for name in classes}))
    prefix = curie(row.value.value).partition(":")[0]
    if prefix in _KINDS_NAMED:
        kind = ox.NamedNode(expand(_KINDS_NAMED[prefix]))
        names = sorted({curie(plain(quad.subject)) for quad in view.quads(None, _TYPE, kind)})
        return f"{_meant(curie(row.value.value), names)} A new one begins with: cyberstd new {prefix}."
    codes = sorted(curie(plain(quad.subject)) for quad in view.quads(None, _IN_SCHEME, ox.NamedNode(scheme)))
    if not code or not codes:
        return ""
    close = meant(curie(row.value.value), codes)
    more = f" … ({len(codes)} in all)" if len(codes) > _MOST_CODES else ""
    shown = ", ".join(codes[:_MOST_CODES])
    return f" Did you mean {close}?" if close else f" The codes are {shown}{more}."


def _wanted_iri(row: RuleRow) -> str:
    """Return the IRI that a designation makes."""
    text = row.value.value if isinstance(row.value, ox.Literal) else ""
    return f" This designation makes {naming.curie_of(text)}." if re.match("[A-Z]", text) else ""


def _slot(term: Term | None) -> str:
    """Return a slot's value: texts and numbers as they are, lists of IRIs as CURIEs."""
    if isinstance(term, ox.Literal):
        words = [curie(word) if word.startswith(BASE) else word for word in term.value.split(" ")]
        return _short(" ".join(words))
    return tell(term) or "nothing"


class MessageWriter:
    """Tells the results of SHACL in words.

    :param shapes: the shapes that were run
    :param view: the graph that was checked
    """

    def __init__(self, shapes: Shapes, view: View) -> None:
        self._shapes = shapes
        self._view = view

    def message(self, result: Result) -> str:
        """Return what is wrong, in one sentence."""
        node = self._shapes.nodes.get(result.shape)
        if node is not None:
            return self._of_node(node, result)
        shape = self._shapes.properties[result.shape]
        teller = getattr(self, f"_{result.component.lower()}", None)
        return str(teller(shape, result)) if teller else f"{self._path(shape)} breaks the limit {result.component}."

    def repair(self, result: Result) -> str:
        """Return what to do: the message of the shape; of a closed one the half that speaks of IRI or properties."""
        node = self._shapes.nodes.get(result.shape)
        if node is None:
            return self._shapes.properties[result.shape].message
        about_iri, only, about_properties = node.message.partition(ONLY)
        if only and result.component in ("Closed", "Pattern"):
            return only + about_properties if result.component == "Closed" else about_iri.strip()
        return node.message

    def _of_node(self, node: NodeShape, result: Result) -> str:
        if result.component == "Closed":
            if not result.path.startswith(tuple(PREFIXES.values())):
                return f"{curie(result.path)} is no property that is known here."
            known = [curie(shape.path) for shape in node.properties if not shape.inverse]
            return f"{curie(result.path)} is no property of {_article(node.label)}.{_meant(curie(result.path), known)}"
        if result.component == "Pattern":
            return f"The IRI {curie(result.this)} does not have the form of the IRI of {_article(node.label)}."
        if result.component == "Class":
            bears = next((curie(p) for way, p in node.targets if way != "class"), "")
            return f"{curie(result.this)} bears {bears} but is {self._kind(ox.NamedNode(result.this))}."
        if result.component == "Or":
            paths = node.limits["or"]
            values = sorted(
                tell(q.object) for p in paths for q in self._view.quads(ox.NamedNode(result.this), ox.NamedNode(p))
            )
            return f"{curie(result.this)} has {' and '.join(map(curie, paths))} {', '.join(values)}: no {node.label}."
        return f"{curie(result.this)} breaks the limit {result.component} of {_article(node.label)}."

    def _path(self, shape: PropertyShape) -> str:
        return f"{curie(shape.path)} (from the other end)" if shape.inverse else curie(shape.path)

    def _values(self, shape: PropertyShape, result: Result) -> list[Term]:
        this, path = ox.NamedNode(result.this), ox.NamedNode(shape.path)
        if shape.inverse:
            return [quad.subject for quad in self._view.quads(None, path, this)]
        return sorted({quad.object for quad in self._view.quads(this, path)}, key=str)

    def _mincount(self, shape: PropertyShape, result: Result) -> str:
        held = len(self._values(shape, result))
        if not held:
            return f"{self._path(shape)} is missing ({shape.name})."
        return f"{self._path(shape)} has {held} values where {shape.limits['minCount'][0]} are needed."

    def _maxcount(self, shape: PropertyShape, result: Result) -> str:
        values = self._values(shape, result)
        told = ", ".join(tell(value) for value in values[:4])
        return f"{self._path(shape)} has {len(values)} values where {shape.limits['maxCount'][0]} is allowed: {told}."

    def _class(self, shape: PropertyShape, result: Result) -> str:
        wanted = " or ".join(_article(self._label(iri)) for iri in shape.classes)
        if wanted == self._kind(result.value):  # a class of the same name elsewhere
            wanted = " or ".join(map(curie, shape.classes))
        return f"The value {tell(result.value)} of {self._path(shape)} is {self._kind(result.value)}, not {wanted}."

    def _or(self, shape: PropertyShape, result: Result) -> str:
        if shape.classes:
            return self._class(shape, result)
        wanted = " nor ".join(curie(iri) for iri in shape.limits["or"])
        return f"The value {tell(result.value)} of {self._path(shape)} is neither {wanted}."

    def _datatype(self, shape: PropertyShape, result: Result) -> str:
        wanted = shape.limits["datatype"][0]
        told = (
            "a text with a language tag, such as @en"
            if wanted.endswith("langString")
            else f"a value of {curie(wanted)}"
        )
        return f"The value {tell(result.value)} of {self._path(shape)} is not {told}."

    def _nodekind(self, shape: PropertyShape, result: Result) -> str:
        wanted = _KINDS.get(shape.limits["nodeKind"][0].removeprefix(PREFIXES["sh"]), "of another kind")
        return f"The value {tell(result.value)} of {self._path(shape)} is not {wanted}."

    def _pattern(self, shape: PropertyShape, result: Result) -> str:
        scheme = re.match(r"\^https.*/scheme/(\w+)#", shape.limits["pattern"][0])
        if scheme:
            return f"The value {tell(result.value)} of {self._path(shape)} is no code of the scheme {scheme[1]}."
        if isinstance(result.value, ox.Literal) and not re.search(r"\w", result.value.value):
            return f"The value {tell(result.value)} of {self._path(shape)} is still to be filled in: it says nothing."
        return f"The value {tell(result.value)} of {self._path(shape)} does not have the form that is wanted."

    def _maxlength(self, shape: PropertyShape, result: Result) -> str:
        length, most = len(plain(result.value)), shape.limits["maxLength"][0]
        return f"The value of {self._path(shape)} has {length} characters where {most} are allowed."

    def _minlength(self, shape: PropertyShape, result: Result) -> str:
        return f"The value {tell(result.value)} of {self._path(shape)} is too short."

    def _in(self, shape: PropertyShape, result: Result) -> str:
        allowed = ", ".join(curie(iri) for iri in shape.limits["in"])
        return f"The value {tell(result.value)} of {self._path(shape)} is none of {allowed}."

    def _uniquelang(self, shape: PropertyShape, result: Result) -> str:
        told = ", ".join(tell(value) for value in self._values(shape, result))
        return f"{self._path(shape)} has two values in one language: {told}."

    def _languagein(self, shape: PropertyShape, result: Result) -> str:
        allowed = ", ".join(shape.limits["languageIn"])
        return f"The value {tell(result.value)} of {self._path(shape)} is in none of the languages {allowed}."

    def _mininclusive(self, shape: PropertyShape, result: Result) -> str:
        return f"The value {tell(result.value)} of {self._path(shape)} is less than {shape.limits['minInclusive'][0]}."

    def _maxinclusive(self, shape: PropertyShape, result: Result) -> str:
        return f"The value {tell(result.value)} of {self._path(shape)} is more than {shape.limits['maxInclusive'][0]}."

    def _hasvalue(self, shape: PropertyShape, result: Result) -> str:
        return f"{self._path(shape)} has not the value {_bare(shape.limits['hasValue'][0])}."

    def _lessthanorequals(self, shape: PropertyShape, result: Result) -> str:
        other = curie(shape.limits["lessThanOrEquals"][0])
        return f"The value {tell(result.value)} of {self._path(shape)} is later than that of {other}."

    def _kind(self, term: Term | None) -> str:
        """Return what *term* is: the labels of its classes, or that nothing is known of it."""
        if not isinstance(term, ox.NamedNode):
            return "a text"
        types = self._view.types(term) - {term}
        labels = sorted(self._label(name.value) for name in types if isinstance(name, ox.NamedNode))
        if labels:
            return " and ".join(_article(label) for label in labels)
        return "without a class" if next(self._view.quads(term), None) else "not described in the graph"

    def _label(self, iri: str) -> str:
        label = next((plain(quad.object) for quad in self._view.quads(ox.NamedNode(iri), _LABEL)), "")
        return label or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.split(r"[#/]", iri)[-1]).lower()


def _bare(value: str) -> str:
    return curie(value) if "://" in value else value


def _article(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def _meant(word: str, known: Iterable[str]) -> str:
    close = meant(word, list(known))
    return f" Did you mean {close}?" if close else ""


def meant(word: str, known: Collection[str]) -> str:
    """Return the one of *known* that is spelt most like *word*, or an empty string."""
    plain_forms = {re.sub(r"[-_]", "", name).casefold(): name for name in known}
    same = plain_forms.get(re.sub(r"[-_]", "", word).casefold())
    return same or next(iter(get_close_matches(word, known, n=1, cutoff=0.8)), "")
