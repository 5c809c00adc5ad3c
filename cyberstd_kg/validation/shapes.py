"""The shapes as objects: what an entry of each kind may say, and the words for people.

The files in ``shapes/`` hold SHACL (https://www.w3.org/TR/shacl/) of a plain kind: a path is one property or its
inverse, and the result for a node depends on its own statements, those that come in by an inverse path, and the classes
of its values (``tests/validation/test_shapes.py`` checks that).  This is why :mod:`cyberstd_kg.validation.impact` can
cut out a part of the graph.  Checks, templates and the page of messages read the shapes through this module.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core import assets
from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.rdf import lists, turtle
from cyberstd_kg.rdf.terms import TYPE, node

_SH: Final = PREFIXES["sh"]
#: The property that states a target → the way of targeting.
TARGETS: Final = {
    f"{_SH}targetClass": "class",
    f"{_SH}targetSubjectsOf": "subjects of",
    f"{_SH}targetObjectsOf": "objects of",
}
#: What may limit the values of a property, beside sh:or over classes.
PARAMETERS: Final = tuple(
    "minCount maxCount class datatype nodeKind pattern minLength maxLength in "
    "uniqueLang languageIn minInclusive maxInclusive hasValue lessThanOrEquals or".split()
)
_LISTS: Final = ("in", "languageIn", "or")

Triples = list[ox.Triple]
Term = lists.Term
#: subject → predicate → objects
Statements = defaultdict[Term, defaultdict[ox.NamedNode, list[Term]]]


class PropertyShape(NamedTuple):
    """What the values of a property must be.

    ``limits`` holds the constraint parameters by their local name ("minCount"), each with its values as text: IRIs,
    numbers, patterns; under ``or`` the IRIs of the alternative classes or datatypes (for a node shape, of the
    properties that the alternatives name).  ``example`` is a value as Turtle writes it.
    """

    iri: str
    path: str
    inverse: bool
    name: str
    description: str
    message: str
    severity: str
    group: str
    order: float
    example: str
    limits: dict[str, list[str]]

    @property
    def required(self) -> bool:
        """Whether an entry without a value is refused."""
        return self.severity == "violation" and int(self.limits.get("minCount", ["0"])[0]) > 0

    @property
    def classes(self) -> list[str]:
        """The classes of which a value must be one, as IRIs."""
        other = (kind for kind in self.limits.get("or", []) if not kind.startswith((PREFIXES["xsd"], PREFIXES["rdf"])))
        return [*self.limits.get("class", []), *other]

    @property
    def scheme(self) -> str:
        """The name of the scheme of which a value must be a code; "" where there is none."""
        match = re.match(r"\^https.*/scheme/(\w+)#", self.limits.get("pattern", [""])[0])
        return match[1] if match else ""

    @property
    def takes_iris(self) -> bool:
        """Whether a value must be an IRI."""
        return self.limits.get("nodeKind") == [f"{_SH}IRI"]


class NodeShape(NamedTuple):
    """What an entry of one kind may say; ``targets`` are pairs (way of targeting, IRI of the class or property)."""

    iri: str
    label: str
    comment: str
    message: str
    targets: list[tuple[str, str]]
    closed: bool
    limits: dict[str, list[str]]
    properties: list[PropertyShape]

    def classes(self) -> list[str]:
        """Return the classes that it targets."""
        return [target for way, target in self.targets if way == "class"]


class Shapes(NamedTuple):
    """All shapes: as objects, by IRI, and as the triples that they were read from."""

    nodes: dict[str, NodeShape]
    properties: dict[str, PropertyShape]
    groups: dict[str, str]
    triples: Triples

    def incoming(self) -> frozenset[str]:
        """Return the properties by which a statement matters to its object: inverse paths, and targets by object."""
        paths = {shape.path for shape in self.properties.values() if shape.inverse}
        return frozenset(paths | {p for node in self.nodes.values() for way, p in node.targets if way == "objects of"})


def load(base: Path | None = None) -> Shapes:
    """Read the shapes.

    :param base: the folder that holds ``shapes/``; default: the shipped files
    :raises InputError: when a file cannot be read
    """
    paths = assets.shape_files(base)
    return read(quad.triple for path in paths for quad in turtle.read_quads(path, path.name, "ttl"))


def read(triples: Iterable[ox.Triple]) -> Shapes:
    """Return the shapes that *triples* state."""
    stated = list(triples)
    about: Statements = defaultdict(lambda: defaultdict(list))
    for triple in stated:
        about[triple.subject][triple.predicate].append(triple.object)
    reader = _Reader(about)

    def typed(name: str) -> list[ox.NamedNode]:
        subjects = (s for s, said in about.items() if isinstance(s, ox.NamedNode) and node(f"sh:{name}") in said[TYPE])
        return sorted(subjects, key=lambda subject: subject.value)

    properties = {subject.value: reader.property_shape(subject) for subject in typed("PropertyShape")}
    return Shapes(
        nodes={subject.value: reader.node_shape(subject, properties) for subject in typed("NodeShape")},
        properties=properties,
        groups={
            subject.value: reader.text(subject, "rdfs:label")
            for subject in sorted(typed("PropertyGroup"), key=lambda subject: reader.number(subject, "sh:order"))
        },
        triples=stated,
    )


class _Reader:
    """Reads single shapes.

    :param about: the statements of the shapes
    """

    def __init__(self, about: Statements) -> None:
        self._about = about

    def values(self, subject: Term, predicate: str) -> list[Term]:
        """Return the objects of *subject* under the CURIE *predicate*."""
        return self._about[subject][node(predicate)] if subject in self._about else []

    def text(self, subject: Term, predicate: str) -> str:
        """Return the first value as text, or an empty string."""
        return _value(next(iter(self.values(subject, predicate)), None))

    def number(self, subject: Term, predicate: str) -> float:
        """Return the value as a number, 0 where there is none."""
        return float(self.text(subject, predicate) or 0)

    def members(self, heads: Iterable[Term]) -> list[Term]:
        """Return the members of the RDF lists that begin with *heads*."""
        cells = (lists.cells(head, lambda cell: self._about[cell]) or [] for head in heads)
        return [value for of_one in cells for _, value in of_one]

    def limits(self, subject: Term) -> dict[str, list[str]]:
        """Return the constraint parameters of a shape."""
        found: dict[str, list[str]] = {}
        for name in PARAMETERS:
            values = self.values(subject, f"sh:{name}")
            if name in _LISTS:
                values = self.members(values)
            if name == "or":
                values = list({kind for member in values for kind in self._alternatives(member)})
            if values:
                found[name] = sorted(map(_value, values))
        return found

    def _alternatives(self, member: Term) -> set[Term]:
        """Return what one alternative of ``sh:or`` names: a class, a datatype, or a property."""
        cells = [member, *self.values(member, "sh:not")]
        cells += [inner for outer in cells for inner in self.values(outer, "sh:property")]
        ways = ("sh:class", "sh:datatype", "sh:path")
        return {kind for cell in cells for way in ways for kind in self.values(cell, way)}

    def property_shape(self, subject: ox.NamedNode) -> PropertyShape:
        """Return the property shape *subject*."""
        path = self.values(subject, "sh:path")[0]
        inverse = self.values(path, "sh:inversePath")
        return PropertyShape(
            iri=subject.value,
            path=_value(inverse[0] if inverse else path),
            inverse=bool(inverse),
            name=self.text(subject, "sh:name"),
            description=self.text(subject, "sh:description"),
            message=self.text(subject, "sh:message"),
            severity=(self.text(subject, "sh:severity") or f"{_SH}Violation").removeprefix(_SH).lower(),
            group=self.text(subject, "sh:group"),
            order=self.number(subject, "sh:order"),
            example=self.text(subject, "skos:example"),
            limits=self.limits(subject),
        )

    def node_shape(self, subject: ox.NamedNode, properties: dict[str, PropertyShape]) -> NodeShape:
        """Return the node shape *subject*; *properties* are all property shapes by IRI."""
        own = (properties[_value(iri)] for iri in self.values(subject, "sh:property"))
        return NodeShape(
            iri=subject.value,
            label=self.text(subject, "rdfs:label"),
            comment=self.text(subject, "rdfs:comment"),
            message=self.text(subject, "sh:message"),
            targets=sorted(
                (way, _value(target))
                for name, way in TARGETS.items()
                for target in self._about[subject][ox.NamedNode(name)]
            ),
            closed=self.text(subject, "sh:closed") == "true",
            limits=self.limits(subject),
            properties=sorted(own, key=lambda shape: (shape.order, shape.iri)),
        )


def _value(term: Term | None) -> str:
    return str(getattr(term, "value", ""))
