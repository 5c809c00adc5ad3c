"""The shapes as objects: what an entry of each kind may say, and in which words a person is told so.

The files in ``shapes/`` hold SHACL (https://www.w3.org/TR/shacl/) of a plain kind, which ``tests/test_shapes.py`` holds
them to: a path is one property or its inverse, and what a node's result depends on is its own statements, those that
come in by an inverse path, and the classes of its values.  On this rests the cutting out in
:mod:`cyberstd_kg.validation.impact`.  Checks, templates and the page of messages read the shapes through this module.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core import assets
from cyberstd_kg.core.iris import PREFIXES, expand
from cyberstd_kg.rdf import turtle

_SH: Final = PREFIXES["sh"]
_RDF: Final = PREFIXES["rdf"]
_TYPE: Final = ox.NamedNode(f"{_RDF}type")
#: How a target is written → how it is told.
TARGETS: Final = {
    f"{_SH}targetClass": "class",
    f"{_SH}targetSubjectsOf": "subjects of",
    f"{_SH}targetObjectsOf": "objects of",
}
#: What may limit the values of a property, beside sh:or over classes.
PARAMETERS: Final = (
    *("minCount", "maxCount", "class", "datatype", "nodeKind", "pattern", "minLength", "maxLength", "in"),
    *("uniqueLang", "languageIn", "minInclusive", "maxInclusive", "hasValue", "lessThanOrEquals", "or"),
)
_LISTS: Final = ("in", "languageIn", "or")

Triples = list[ox.Triple]


class PropertyShape(NamedTuple):
    """What a property's values must be.

    ``limits`` holds the constraint parameters by their local name ("minCount"), each with its values as text: IRIs,
    numbers, patterns; of ``or`` the IRIs of the alternative classes or datatypes (of a node shape, of the properties of
    which the alternatives speak).  ``example`` is a value as Turtle writes it.
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
        other = (kind for kind in self.limits.get("or", []) if not kind.startswith((PREFIXES["xsd"], _RDF)))
        return [*self.limits.get("class", []), *other]


class NodeShape(NamedTuple):
    """What an entry of one kind may say; ``targets`` are pairs of (way of targeting, class or property)."""

    iri: str
    label: str
    comment: str
    message: str
    targets: list[tuple[str, str]]
    closed: bool
    ignored: list[str]
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
    return read([triple for path in assets.shape_files(base) for triple in _triples(path)])


def _triples(path: Path) -> Triples:
    return [quad.triple for quad in turtle.read_quads(path, path.name, "ttl")]


def read(triples: Iterable[ox.Triple]) -> Shapes:
    """Return the shapes that *triples* state."""
    own = list(triples)
    about: dict[object, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    for triple in own:
        about[triple.subject][triple.predicate.value].append(triple.object)
    reader = _Reader(about)
    properties: dict[str, PropertyShape] = {}
    nodes: dict[str, NodeShape] = {}
    groups: list[tuple[float, str, str]] = []
    for subject, said in about.items():
        if not isinstance(subject, ox.NamedNode):
            continue
        types = {getattr(found, "value", "") for found in said[_TYPE.value]}
        if f"{_SH}PropertyShape" in types:
            properties[subject.value] = reader.property_shape(subject)
        elif f"{_SH}PropertyGroup" in types:
            groups.append((reader.number(subject, "order"), subject.value, reader.text(subject, expand("rdfs:label"))))
    for subject, said in about.items():
        if isinstance(subject, ox.NamedNode) and ox.NamedNode(f"{_SH}NodeShape") in said[_TYPE.value]:
            nodes[subject.value] = reader.node_shape(subject, properties)
    return Shapes(
        dict(sorted(nodes.items())),
        dict(sorted(properties.items())),
        {iri: name for _, iri, name in sorted(groups)},
        own,
    )


class _Reader:
    """Reads single shapes out of statements by subject and predicate."""

    def __init__(self, about: dict[object, dict[str, list[object]]]) -> None:
        self._about = about

    def values(self, subject: object, predicate: str) -> list[object]:
        """Return the objects of *subject* under the IRI *predicate*."""
        return self._about[subject][predicate] if subject in self._about else []

    def text(self, subject: object, predicate: str) -> str:
        """Return the first value as text, or an empty string."""
        return _value(next(iter(self.values(subject, predicate)), None))

    def number(self, subject: object, name: str) -> float:
        """Return the value of the SHACL property *name* as a number, 0 where it has none."""
        return float(self.text(subject, _SH + name) or 0)

    def members(self, cell: object) -> list[object]:
        """Return the members of the RDF list that begins with *cell*."""
        found: list[object] = []
        while first := self.values(cell, f"{_RDF}first"):
            found.append(first[0])
            cell = self.values(cell, f"{_RDF}rest")[0]
        return found

    def limits(self, subject: object) -> dict[str, list[str]]:
        """Return the constraint parameters of a shape."""
        found: dict[str, list[str]] = {}
        for name in PARAMETERS:
            given = self.values(subject, _SH + name)
            if name in _LISTS:
                given = [member for cell in given for member in self.members(cell)]
            if name == "or":
                given = [kind for member in given for kind in self._alternatives(member)]
            if given:
                found[name] = sorted({_value(term) for term in given} if name == "or" else map(_value, given))
        return found

    def _alternatives(self, member: object) -> set[object]:
        """Return what one alternative of ``sh:or`` names: a class, a datatype, or the property of which it speaks."""
        held = [member, *self.values(member, f"{_SH}not")]
        held += [inner for outer in held for inner in self.values(outer, f"{_SH}property")]
        ways = (f"{_SH}class", f"{_SH}datatype", f"{_SH}path")
        return {kind for cell in held for way in ways for kind in self.values(cell, way)}

    def property_shape(self, subject: ox.NamedNode) -> PropertyShape:
        """Return the property shape *subject*."""
        path = self.values(subject, f"{_SH}path")[0]
        inverse = self.values(path, f"{_SH}inversePath")
        return PropertyShape(
            subject.value,
            _value(inverse[0] if inverse else path),
            bool(inverse),
            self.text(subject, f"{_SH}name"),
            self.text(subject, f"{_SH}description"),
            self.text(subject, f"{_SH}message"),
            self.severity(subject),
            self.text(subject, f"{_SH}group"),
            self.number(subject, "order"),
            self.text(subject, expand("skos:example")),
            self.limits(subject),
        )

    def severity(self, subject: object) -> str:
        """Return "violation", "warning" or "info"."""
        return (self.text(subject, f"{_SH}severity") or f"{_SH}Violation").removeprefix(_SH).lower()

    def node_shape(self, subject: ox.NamedNode, properties: dict[str, PropertyShape]) -> NodeShape:
        """Return the node shape *subject*; *properties* are all property shapes by IRI."""
        own = (properties[_value(iri)] for iri in self.values(subject, f"{_SH}property"))
        targets = [(way, _value(t)) for name, way in TARGETS.items() for t in self.values(subject, name)]
        ignored = [m for cell in self.values(subject, f"{_SH}ignoredProperties") for m in self.members(cell)]
        return NodeShape(
            subject.value,
            self.text(subject, expand("rdfs:label")),
            self.text(subject, expand("rdfs:comment")),
            self.text(subject, f"{_SH}message"),
            sorted(targets),
            self.text(subject, f"{_SH}closed") == "true",
            sorted(_value(term) for term in ignored),
            self.limits(subject),
            sorted(own, key=lambda shape: (shape.order, shape.iri)),
        )


def _value(term: object) -> str:
    return str(getattr(term, "value", ""))
