"""What the picture of the model shows, where, and whether the ontology and the data agree with it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from cyberstd_kg.core.iris import expand

from .facts import Facts
from .terms import Ontology, Some, Value

#: The left edges of the columns and the width of each box, in the units of the picture, 1280 by 720.
WIDTH, HEIGHT = 1280, 720
COLUMNS: Final = (24, 357, 690, 1023)
BOX: Final = 232
#: The property by which an entry adopts the definition of another.
BY_REFERENCE: Final = expand("cstd:definedByReferenceTo")


class Box(NamedTuple):
    """A class: its place, a line on it, some classes below it, and classes below it that a reasoner fills.

    ``more``: whether the number of further classes below it is shown; ``summed``: the classes that a reasoner fills are
    shown as two numbers, by genus and by facets.
    """

    name: str
    column: int
    top: int
    height: int
    line: str = ""
    kinds: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    more: bool = False
    summed: bool = False

    @property
    def left(self) -> int:
        """The left edge."""
        return COLUMNS[self.column]


class Edge(NamedTuple):
    """An arrow between two classes, along *points*; its words stand at *at*, one below the other.

    ``properties``: CURIEs; none means "is a".
    """

    start: str
    end: str
    properties: tuple[str, ...]
    points: tuple[tuple[int, int], ...]
    at: tuple[int, int]
    anchor: str = "middle"


class Area(NamedTuple):
    """A rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Area) -> bool:
        """Return whether the two have a point in common."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


BOXES: Final = (
    Box("cstd:Standard", 0, 48, 128, "the work: ISO/IEC 27400", filled=("cstd:RequirementStandard",)),
    Box(
        *("cstd:Text", 1, 48, 128, ""),
        kinds=("cstd:Edition", "cstd:Draft", "cstd:Amendment", "cstd:LivingText"),
        filled=("cstd:PublishedEdition",),
    ),
    Box(
        *("cstd:Provision", 2, 48, 128, "clause · control · note"),
        filled=("cstd:DeviceRequirement", "cstd:OrganizationRequirement", "cstd:SecurityControlForIoTUsers"),
    ),
    Box("cstd:ProvisionGroup", 3, 48, 66, "treated together by a row"),
    Box("cstd:Project", 0, 244, 84, "makes or revises a standard"),
    Box("cstd:StageStatement", 1, 244, 84, "", kinds=("cstd:StageEvent", "cstd:StageObservation")),
    Box("cstd:TermEntry", 2, 244, 106, "by its genus and facets", summed=True),
    Box("cstd:Mapping", 3, 244, 66, "a published row, as read"),
    Box("org:Organization", 0, 414, 84, "bodies, committees, groups"),
    Box("cstd:Idea", 1, 414, 84, "", kinds=("cstd:Aim", "cstd:Threat", "cstd:Need", "cstd:Layer"), more=True),
    Box("skos:Concept", 2, 414, 84, "what is defined; codes", filled=("cstd:PublicationStage",)),
    Box("cstd:MappingSet", 3, 414, 66, "two texts, one reading"),
    Box("cstd:Programme", 0, 562, 66, "certification, labelling"),
    Box("cstd:Regulation", 1, 562, 66, "a legal act"),
    Box("cstd:Enumeration", 2, 562, 66, "a list; open or closed"),
    Box("cstd:WordReading", 3, 562, 66, "word → possible relations"),
)
EDGES: Final = (
    Edge("cstd:Text", "cstd:Standard", ("cstd:editionOf", "cstd:draftOf"), ((357, 100), (256, 100)), (306, 92)),
    Edge("cstd:Provision", "cstd:Text", ("cstd:provisionOf",), ((690, 100), (589, 100)), (640, 92)),
    Edge("cstd:ProvisionGroup", "cstd:Provision", ("cstd:hasMember",), ((1023, 81), (922, 81)), (973, 73)),
    Edge("cstd:Project", "cstd:Standard", ("cstd:projectOf",), ((80, 244), (80, 176)), (89, 216), "start"),
    Edge(
        *("cstd:Text", "cstd:Project", ("cstd:developedIn",), ((420, 176), (420, 210), (206, 210), (206, 244))),
        (313, 202),
    ),
    Edge("cstd:StageStatement", "cstd:Text", ("cstd:stageOf",), ((500, 244), (500, 176)), (509, 216), "start"),
    Edge("cstd:StageStatement", "cstd:Project", ("cstd:stageOf",), ((357, 286), (256, 286)), (306, 278)),
    Edge("cstd:TermEntry", "cstd:Provision", (), ((806, 244), (806, 176)), (819, 216), "start"),
    Edge(
        *("cstd:TermEntry", "skos:Concept", ("cstd:definesConcept", "cstd:genus", "cstd:facet")),
        *(((840, 350), (840, 414)), (849, 378), "start"),
    ),
    Edge(
        *("cstd:StageStatement", "skos:Concept", ("cstd:stage",), ((473, 328), (473, 384), (740, 384), (740, 414))),
        (606, 376),
    ),
    Edge(
        *("cstd:Mapping", "cstd:Provision", ("cstd:mapsFrom", "cstd:mapsTo")),
        *(((1023, 277), (1005, 277), (1005, 148), (922, 148)), (996, 194), "end"),
    ),
    Edge("cstd:Mapping", "cstd:ProvisionGroup", ("cstd:mapsTo",), ((1139, 244), (1139, 114)), (1148, 184), "start"),
    Edge("cstd:Mapping", "cstd:MappingSet", ("cstd:inMappingSet",), ((1139, 310), (1139, 414)), (1148, 367), "start"),
    Edge("cstd:MappingSet", "cstd:WordReading", ("cstd:readsWord",), ((1139, 480), (1139, 562)), (1148, 526), "start"),
    Edge("cstd:Project", "org:Organization", ("cstd:developedBy",), ((140, 328), (140, 414)), (149, 376), "start"),
    Edge("cstd:Idea", "org:Organization", ("cstd:about",), ((357, 456), (256, 456)), (306, 448)),
    Edge("cstd:Idea", "skos:Concept", ("cstd:concerns",), ((589, 456), (690, 456)), (640, 448)),
    Edge("cstd:Programme", "org:Organization", ("cstd:owner",), ((140, 562), (140, 498)), (149, 535), "start"),
    Edge("cstd:Programme", "cstd:Regulation", ("cstd:basedOn",), ((256, 595), (357, 595)), (306, 587)),
    Edge("cstd:Enumeration", "skos:Concept", ("cstd:member",), ((806, 562), (806, 498)), (815, 535), "start"),
)
#: Below the boxes: the class of the names of graphs, and the class of derived mappings.
BAND: Final = "cstd:Source"
DERIVED: Final = "cstd:DerivedMapping"
#: Size of the words beside an arrow, and how far one line of them is below the other.
WORD: Final = 13.5
LINE: Final = 17
#: Character → its width in DejaVu Sans at size 1, where it differs from most.
_ADVANCE: Final = {
    sign: wide
    for signs, wide in ((" .,:;·|'", 0.32), ("ijl", 0.28), ("frt", 0.4), ("csvxyz", 0.56), ("mwMW", 0.95))
    for sign in signs
}


def words(edge: Edge) -> list[str]:
    """Return the lines of words beside an arrow."""
    names = [curie.removeprefix("cstd:") for curie in edge.properties] or ["is a"]
    return [names[0], ", ".join(names[1:])] if len(names) > 2 else names


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the approximate width of a text in a wide sans-serif font (DejaVu Sans), in the units of *size*."""
    return sum(_ADVANCE.get(sign, 0.68 if sign.isupper() else 0.63) for sign in text) * size * (1.12 if bold else 1)


def label_area(edge: Edge) -> Area:
    """Return the rectangle that the words of an arrow take."""
    wide = max(width(word, WORD) for word in words(edge))
    x, _ = edge.at
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[edge.anchor]
    top, bottom = word_lines(edge)[0] - 10, word_lines(edge)[-1] + 3
    return Area(left, top, left + wide, bottom)


def word_lines(edge: Edge) -> list[int]:
    """Return the base line of each line of words: above and below a level arrow, else one below the other."""
    _, y = edge.at
    if edge.anchor == "middle" and len(words(edge)) == 2:
        return [y, y + 25]
    return [y + LINE * number for number in range(len(words(edge)))]


def misplaced() -> Iterator[str]:
    """Yield what overlaps: words over arrows, boxes or words, arrows through boxes."""
    boxes = {box.name: Area(box.left, box.top, box.left + BOX, box.top + box.height) for box in BOXES}
    areas = [(edge, area) for edge in EDGES for area in _lines_of(edge)]
    for number, (edge, area) in enumerate(areas):
        label = f"the words of {edge.start} → {edge.end}"
        yield from (f"{label} lie over {name}" for name, box in boxes.items() if area.meets(box))
        yield from (f"{label} lie over those of {o.start} → {o.end}" for o, a in areas[:number] if area.meets(a))
        yield from (
            f"the arrow {other.start} → {other.end} crosses {label}"
            for other in EDGES
            for segment in segments(other)
            if area.meets(segment)
        )
    for edge in EDGES:
        for segment in segments(edge):
            inner = Area(segment.left + 1, segment.top + 1, segment.right - 1, segment.bottom - 1)
            yield from (f"{edge.start} → {edge.end} runs through {n}" for n, box in boxes.items() if inner.meets(box))


def _lines_of(edge: Edge) -> list[Area]:
    whole = label_area(edge)
    return [Area(whole.left, line - 10, whole.right, line + 3) for line in word_lines(edge)]


def segments(edge: Edge) -> list[Area]:
    """Return the straight parts of an arrow, each as a thin rectangle."""
    return [
        Area(min(a[0], b[0]) - 1, min(a[1], b[1]) - 1, max(a[0], b[0]) + 1, max(a[1], b[1]) + 1)
        for a, b in pairwise(edge.points)
    ]


def disagreements(
    ontology: Ontology, facts: Facts | None = None, boxes: tuple[Box, ...] = BOXES, edges: tuple[Edge, ...] = EDGES
) -> Iterator[str]:
    """Yield where the picture and the ontology disagree; with *facts* also arrows that no statement supports.

    Names that the ontology does not have are the only findings where there are any: the other steps look names up.
    """
    unknown = [f"{name} is no term" for name in _names(boxes, edges) if expand(name) not in ontology.known]
    if unknown:
        yield from unknown
        return
    for box in boxes:
        yield from _wrong_classes(ontology, box)
    for edge in edges:
        yield from _wrong_ends(ontology, edge)
        if facts:
            yield from _unused_properties(ontology, facts, edge)


def _names(boxes: tuple[Box, ...], edges: tuple[Edge, ...]) -> list[str]:
    """Return the CURIEs of all classes and properties in the picture."""
    classes = [name for box in boxes for name in (box.name, *box.kinds, *box.filled)]
    return [*classes, *(name for edge in edges for name in edge.properties), BAND, DERIVED]


def _wrong_classes(ontology: Ontology, box: Box) -> Iterator[str]:
    """Yield which classes in a box are not below its class, or are shown as filled by a reasoner and are not."""
    for name in (*box.kinds, *box.filled):
        if expand(box.name) not in ontology.above(expand(name)):
            yield f"{name} is not below {box.name}"
        is_filled = ontology.terms[expand(name)].filled
        if name in box.filled and not is_filled:
            yield f"{name} has no condition"
        if name in box.kinds and is_filled:
            yield f"{name} is filled by a reasoner"


def _wrong_ends(ontology: Ontology, edge: Edge) -> Iterator[str]:
    """Yield which properties of an arrow do not lead from its start to its end; of "is a", whether it is not so."""
    if not edge.properties and expand(edge.end) not in ontology.above(expand(edge.start)):
        yield f"{edge.start} is not below {edge.end}"
    for name in edge.properties:
        term = ontology.terms[expand(name)]
        for verb, class_, allowed in (("start", edge.start, term.domain), ("end", edge.end, term.range)):
            if allowed and not any(_related(ontology, expand(class_), other) for other in allowed):
                yield f"{name} does not {verb} at {class_}"


def _unused_properties(ontology: Ontology, facts: Facts, edge: Edge) -> Iterator[str]:
    """Yield which properties of an arrow no statement of the graph uses between its two classes."""
    for name in edge.properties:
        subjects, objects = facts.subjects[expand(name)], facts.objects[expand(name)]
        if not (_any(ontology, subjects, expand(edge.start)) and _any(ontology, objects, expand(edge.end))):
            yield f"no statement goes by {name} from {edge.start} to {edge.end}"


def _related(ontology: Ontology, one: str, other: str) -> bool:
    return one == other or one in ontology.above(other) or other in ontology.above(one)


def _any(ontology: Ontology, counts: dict[str, int], class_: str) -> bool:
    return any(name == class_ or class_ in ontology.above(name) for name in counts)


# ── Classes of definitions ──


class Facet(NamedTuple):
    """What a class of definitions requires: each property with the values that count; no values: any value counts."""

    iri: str
    asks: list[tuple[str, list[str]]]


def definition_classes(ontology: Ontology) -> tuple[list[Facet], list[Facet]]:
    """Return the classes of term entries that a reasoner fills: the disjoint ones, and the others."""
    own: list[Facet] = []
    others: list[Facet] = []
    for term in ontology.terms.values():
        if term.filled and expand("cstd:TermEntry") in term.parents:
            asks: dict[str, list[str]] = {}
            for condition in term.conditions:
                for part in getattr(condition.expression, "parts", (condition.expression,)):
                    if isinstance(part, Value):
                        asks.setdefault(part.property, []).append(part.value)
                    elif isinstance(part, Some) and part.property != BY_REFERENCE:
                        asks.setdefault(part.property, [])
            exclusive = bool(ontology.excluded_by_value(term.iri)[1])
            (own if exclusive else others).append(Facet(term.iri, list(asks.items())))
    return own, others


def is_inherited(ontology: Ontology, iri: str) -> bool:
    """Return whether an entry defined by reference to a member of the class *iri* is a member too."""
    for condition in ontology.terms[iri].conditions:
        for part in getattr(condition.expression, "parts", (condition.expression,)):
            if isinstance(part, Some) and part.property == BY_REFERENCE and getattr(part.filler, "iri", "") == iri:
                return True
    return False
