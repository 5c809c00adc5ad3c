"""The pictures as SVG: the model on one page, and the classes of definitions."""

from __future__ import annotations

from importlib.resources import files

from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import compact, expand

from .facts import Facts
from .figures import (
    BAND,
    BOX,
    BOXES,
    DERIVED,
    EDGES,
    HEIGHT,
    WIDTH,
    Box,
    Edge,
    Facet,
    definition_classes,
    is_inherited,
    width,
    word_lines,
    words,
)
from .markup import Html, join, tag
from .terms import Ontology

_FONT = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"


def style() -> str:
    """Return the style sheet of the pictures."""
    return files(__package__).joinpath("figures.css").read_text(encoding="utf-8")


def local(name: str) -> str:
    """Return how a class or property is named in a picture: own terms without a prefix."""
    curie = compact(expand(name) if not name.startswith("http") else name) or name
    return curie.removeprefix("cstd:")


class Pen:
    """Draws for the page, with links to its terms and without a style sheet, or for a file."""

    def __init__(self, page: bool) -> None:
        self._page = page

    def whole(self, ident: str, size: tuple[int, int], title: str, description: str, *parts: str) -> Html:
        """Return the picture."""
        head = (tag("title", title, id=f"{ident}-title"), tag("desc", description, id=f"{ident}-desc"))
        own = () if self._page else (tag("style", Html(style())),)
        return tag(
            "svg",
            *(*head, *own, self._markers(ident), rect("ground", 0, 0, *size, 0), *parts),
            **{"class": "fig", "viewBox": f"0 0 {size[0]} {size[1]}", "font-family": _FONT, "role": "img"},
            aria_labelledby=f"{ident}-title {ident}-desc",
            xmlns="http://www.w3.org/2000/svg",
        )

    def link(self, name: str, drawn: Html) -> Html:
        """Return what is drawn for a term, in the page as a link to it."""
        return tag("a", drawn, href=f"#{local(name)}") if self._page else drawn

    def _markers(self, ident: str) -> Html:
        shape = {"viewBox": "0 0 12 12", "refY": "6", "orient": "auto", "markerUnits": "userSpaceOnUse"}
        filled = tag("path", class_="head", d="M1 1 11 6 1 11z")
        hollow = tag("path", class_="open", d="M1 1 11 6 1 11z")
        return tag(
            "defs",
            tag("marker", filled, id=f"{ident}-head", refX="10.5", markerWidth="10", markerHeight="10", **shape),
            tag("marker", hollow, id=f"{ident}-open", refX="11", markerWidth="15", markerHeight="15", **shape),
        )


def rect(kind: str, left: float, top: float, wide: float, high: float, corner: float = 8) -> Html:
    """Return a rectangle."""
    numbers = {"x": left, "y": top, "width": wide, "height": high, "rx": corner}
    return tag("rect", class_=kind, **{name: _number(value) for name, value in numbers.items()})


def text(kind: str, x: float, y: float, line: str, anchor: str | None = None, room: float = 0, size: float = 0) -> Html:
    """Return a line of text.

    :param room: how wide it may be, at a size of *size*
    :raises InputError: when it is wider
    """
    if room and width(line, size, bold=kind == "name") > room:
        raise InputError(f"'{line}' does not fit into the picture", "Make the box wider, or shorten the text.")
    return tag("text", line, class_=kind, x=_number(x), y=_number(y), text_anchor=anchor)


def _number(value: float) -> str:
    return f"{value:g}"


def model(ontology: Ontology, *, page: bool = False) -> Html:
    """Return the picture of the model."""
    pen = Pen(page)
    arrows = [_arrow("model", edge) for edge in EDGES]
    labels = [
        text("word", edge.at[0], y, word, edge.anchor if edge.anchor != "start" else None)
        for edge in EDGES
        for y, word in zip(word_lines(edge), words(edge), strict=True)
    ]
    boxes = [_box(pen, ontology, box) for box in BOXES]
    parts = [*arrows, *labels, *boxes, _legend("model"), _band(pen)]
    shown = len(BOXES) + 1
    description = (
        f"{shown} kinds of entity and the properties between them. Standards have texts, texts have provisions; "
        "term entries define concepts; stages are stated of projects and texts; rows of mapping sets relate "
        "provisions, or groups of them, under a declared reading; every statement is in the graph of its source. "
        "A reasoner alone fills some classes."
    )
    return pen.whole("model", (WIDTH, HEIGHT), "The model of cyberstd-kg", description, *parts)


def _arrow(ident: str, edge: Edge) -> Html:
    (x, y), *others = edge.points
    way = f"M{x} {y}" + "".join(f"L{a} {b}" for a, b in others)
    return tag("path", class_="arrow", d=way, marker_end=f"url(#{ident}-{'head' if edge.properties else 'open'})")


def _box(pen: Pen, ontology: Ontology, box: Box) -> Html:
    left, top, room = box.left, box.top, BOX - 26
    title = pen.link(box.name, text("name", left + 13, top + 26, local(box.name), room=room, size=17))
    parts = [rect("box", left, top, BOX, box.height), title]
    y = top + 47
    if box.line:
        parts.append(text("line", left + 13, y, box.line, room=room, size=13))
        y += 19
    for line in _kinds(ontology, box):
        parts.append(text("kinds", left + 13, y, line, room=room, size=13))
        y += 19
    chips = [local(name) for name in box.filled] if not box.summed else _summed(ontology)
    targets = box.filled if not box.summed else tuple(part[0].iri for part in definition_classes(ontology))
    for number, (chip, target) in enumerate(zip(chips, targets, strict=True)):
        edge = top + box.height - 6 - 22 * (len(chips) - number)
        drawn = join(
            rect("chip", left + 8, edge, BOX - 16, 19, 9.5),
            text("filled", left + 17, edge + 14, chip, room=BOX - 32, size=12.5),
        )
        parts.append(pen.link(target, drawn))
    return join(*parts, by="\n")


def _kinds(ontology: Ontology, box: Box) -> list[str]:
    """Return the lines that name classes below a class, two a line, with how many more there are."""
    names = [local(name) for name in box.kinds]
    if len(names) == 2 and width(" · ".join(names), 13) > BOX - 26:
        return names
    half = (len(names) + 1) // 2
    lines = [" · ".join(part) for part in (names[:half], names[half:]) if part]
    if box.more:
        others = [i for i in ontology.children(expand(box.name)) if not ontology.terms[i].filled]
        lines[-1] += f" · {len(others) - len(names)} more"
    return lines


def _summed(ontology: Ontology) -> list[str]:
    genus, facets = definition_classes(ontology)
    return [f"{len(genus)} classes by genus", f"{len(facets)} classes by facets"]


def _legend(ident: str) -> Html:
    y = 25
    return join(
        rect("box", 24, y - 13, 26, 17, 4),
        text("note", 58, y, "class"),
        rect("chip", 122, y - 13, 30, 17, 8.5),
        text("note", 160, y, "class that a reasoner fills: never stated"),
        tag("path", class_="arrow", d=f"M520 {y - 4}L554 {y - 4}", marker_end=f"url(#{ident}-head)"),
        text("note", 562, y, "property"),
        tag("path", class_="arrow", d=f"M652 {y - 4}L686 {y - 4}", marker_end=f"url(#{ident}-open)"),
        text("note", 696, y, "is a"),
        by="\n",
    )


def _band(pen: Pen) -> Html:
    top = 652
    derived = pen.link(DERIVED, tag("tspan", local(DERIVED), class_="strong"))
    return join(
        rect("band", 24, top, 1232, 56),
        pen.link(BAND, text("name", 37, top + 24, local(BAND))),
        text("line", 37, top + 44, "the name of a graph"),
        text(
            "note",
            200,
            top + 23,
            "Every statement is in the named graph of its source, marked stated, quoted or ours.",
        ),
        text(
            "note",
            200,
            top + 44,
            join("Separate, stated by no source: what a reasoner infers, and each ", derived, "."),
        ),
        by="\n",
    )


# ── Classes of definitions ──

_LEFT, _FIRST, _COLUMN, _GAP, _TOP, _ROW = 36, 358, 212, 14, 150, 62


def definitions(ontology: Ontology, facts: Facts, *, page: bool = False) -> Html:
    """Return the picture of the classes of definitions: by genus as columns, by facets as strips across them.

    :param facts: if they have inferred members, each crossing shows how many definitions are in both classes
    """
    pen = Pen(page)
    genus, facets = definition_classes(ontology)
    bottom = _TOP + _ROW * len(facets)
    parts = [_column(pen, ontology, facts, number, facet, bottom) for number, facet in enumerate(genus)]
    parts += [_strip(pen, ontology, facts, number, facet, genus) for number, facet in enumerate(facets)]
    size = (WIDTH, bottom + 70)
    parts += [
        text("note", _LEFT, 46, "Columns are disjoint: a definition has one"),
        text("note", _LEFT, 66, "genus, and the genera differ."),
        text("note", _LEFT, 98, "Strips overlap: a definition may have"),
        text("note", _LEFT, 118, "several facets."),
        text("note", _LEFT, bottom + 40, _last_line(ontology, facts, [*genus, *facets])),
    ]
    description = (
        "Classes of definitions by genus are columns side by side and share no member; classes by facets are strips "
        "across them."
    )
    return pen.whole("definitions", size, "The classes of definitions that a reasoner fills", description, *parts)


def _last_line(ontology: Ontology, facts: Facts, classes: list[Facet]) -> str:
    parts = []
    if all(is_inherited(ontology, facet.iri) for facet in classes):
        parts.append("A definition by reference to a member of a class is a member too.")
    if facts.has_inferred:
        parts.append("The numbers count definitions of the shipped graph.")
    return " ".join(parts)


def _column(pen: Pen, ontology: Ontology, facts: Facts, number: int, facet: Facet, bottom: int) -> Html:
    left = _FIRST + number * (_COLUMN + _GAP)
    term = ontology.terms[facet.iri]
    ((name, values),) = facet.asks
    genera = [facts.label(value) for value in values]
    parts = [
        rect("column", left, 20, _COLUMN, bottom - 8),
        pen.link(
            term.curie, text("name", left + 12, 46, term.local.removesuffix("Definition"), room=_COLUMN - 24, size=17)
        ),
        text("kinds", left + 12, 66, "Definition"),
        text("line", left + 12, 92, f"{local(name)}:"),
        text("line", left + 12, 110, ", ".join(genera), room=_COLUMN - 20, size=12),
    ]
    if facts.has_inferred:
        parts.append(text("count", left + _COLUMN - 14, 46, str(len(facts.members[facet.iri])), "end"))
    return join(*parts, by="\n")


def _strip(pen: Pen, ontology: Ontology, facts: Facts, number: int, facet: Facet, genus: list[Facet]) -> Html:
    top = _TOP + number * _ROW
    term = ontology.terms[facet.iri]
    asks = "; ".join(
        f"{local(name)}: {', '.join(map(facts.label, values)) or 'anything'}" for name, values in facet.asks
    )
    wide = _FIRST + len(genus) * (_COLUMN + _GAP) - _GAP + 12 - _LEFT
    parts = [rect("strip", _LEFT - 12, top, wide + 12, _ROW - 12)]
    name = text("name", _LEFT, top + 21, term.local.removesuffix("Definition"), room=_FIRST - _LEFT - 10, size=17)
    parts.append(pen.link(term.curie, name))
    parts.append(text("line", _LEFT, top + 40, asks, room=_FIRST - _LEFT - 6, size=12.5))
    for place, column in enumerate(genus if facts.has_inferred else []):
        both = len(facts.members[facet.iri] & facts.members[column.iri])
        if both:
            x = _FIRST + place * (_COLUMN + _GAP) + _COLUMN - 14
            parts.append(text("count", x, top + 31, str(both), "end"))
    return join(*parts, by="\n")
