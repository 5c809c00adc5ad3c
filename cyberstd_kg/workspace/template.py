"""Templates for new entries, made from the shapes: what an entry of some kind may say, in order, with examples.

A template is TriG with comments.  What it leaves open is marked so that validation refuses it: a lone "…" for a text,
a name that ends in ``fill-in`` for an entity.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import PREFIXES, compact, expand
from cyberstd_kg.core.words import wrap
from cyberstd_kg.validation.entry import DESCRIPTIONS
from cyberstd_kg.validation.shapes import PropertyShape, Shapes
from cyberstd_kg.workspace.entry_kinds import FILL_IN, Part, quoted

#: What stands for a text that is left open.
OPEN: Final = "…"
_WIDTH: Final = 100
#: What a short template has beside what is needed or known.
_SHORT: Final = ("dct:title", "cstd:printedDate", "cstd:earliest", "cstd:latest", "cstd:printedStage", "cstd:stage")
_XSD: Final = PREFIXES["xsd"]
_TAGGED: Final = f"{PREFIXES['rdf']}langString"
#: Class → the classes above it, itself included, as IRIs.
Superclasses = dict[str, set[str]]


class Field(NamedTuple):
    """What an entry may say of one property: the shape of its values, and whether it is refused without one."""

    shape: PropertyShape
    needed: bool


def fields(shapes: Shapes, cls: str, superclasses: Superclasses) -> list[Field]:
    """Return what an entry of class *cls* may say, in the order of groups and shapes."""
    classes = superclasses.get(cls, {cls})
    own = [node for node in shapes.nodes.values() if classes.intersection(node.classes())]
    # The closed shape says most of a property's values; the others may ask for one.
    own.sort(key=lambda node: not node.closed)
    by_path: dict[str, PropertyShape] = {}
    needed = set()
    for shape in (shape for node in own for shape in node.properties if not shape.inverse):
        by_path.setdefault(shape.path, shape)
        if shape.required:
            needed.add(shape.path)
    for path, allowed in _subject_classes(shapes).items():
        if path in by_path and not allowed & classes:
            del by_path[path]
    groups = list(shapes.groups)

    def order(shape: PropertyShape) -> tuple[int, float, str]:
        return groups.index(shape.group) if shape.group in groups else len(groups), shape.order, shape.path

    return [Field(shape, shape.path in needed) for shape in sorted(by_path.values(), key=order)]


def _subject_classes(shapes: Shapes) -> dict[str, set[str]]:
    """Return property → the classes of which its subjects must be, where a shape limits them."""
    classes: dict[str, set[str]] = {}
    for node in shapes.nodes.values():
        for way, target in node.targets:
            if way == "subjects of" and "class" in node.limits:
                classes.setdefault(target, set()).update(node.limits["class"])
    return classes


def write(shapes: Shapes, superclasses: Superclasses, parts: list[Part], source: Part, *, short: bool = False) -> str:
    """Return the template of an entry as TriG; what is not known is left open, or out where it may be.

    :param parts: the entities of the entry, the main one last
    :param source: who says so
    :param short: only what is needed or known, titles and dates
    """
    prefixes = {"cstd", "dct", "bibo", "rdfs", "skos", "src", "xsd", parts[-1].kind.prefix}
    body = "\n".join(_block(shapes, part, superclasses, short) for part in parts)
    about = _block(shapes, source, superclasses, short)
    prefixes |= set(re.findall(r"(?<![\w<:/])([a-z]+):(?=[\w-])", re.sub(r'"[^"]*"', "", body + about)))
    head = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(prefixes & PREFIXES.keys()))
    advice = (
        f"Fill in what is open (“{OPEN}”, {FILL_IN}), remove the # from the lines that you know, and leave out what "
        "you do not know: guess nothing. A line that begins with # is a comment. Then:"
    )
    return (
        f"{introduction(parts[-1].kind.name, advice)}"
        f"\n{head}\n"
        f"# What the source says. Another source that says something else has a graph of its own.\n"
        f"GRAPH {source.iri} {{\n{body}}}\n\n"
        f"# Who says so: the page, record or document that you saw.\n"
        f"GRAPH {compact(DESCRIPTIONS)} {{\n{about}}}\n"
    )


def introduction(what: str, advice: str, *further: str, mark: str = "#") -> str:
    """Return the comment at the head of a template.

    :param what: what is begun
    :param advice: how the template is filled in
    :param further: lines after the commands
    :param mark: what begins a comment
    """
    lines = [
        f"A new {what} for the knowledge graph of cybersecurity standards.",
        "",
        *wrap(advice, _WIDTH + 5),
        "  cyberstd validate FILE    shows what is wrong, where, and what to do",
        "  cyberstd add FILE         adds it to your workspace, all or nothing",
        *further,
    ]
    return "".join(f"{mark} {line}".rstrip() + "\n" for line in lines)


def _block(shapes: Shapes, part: Part, superclasses: Superclasses, short: bool) -> str:
    lines = [f"    {part.iri} a {part.kind.cls} ;"]
    group = ""
    for field in fields(shapes, expand(part.kind.cls), superclasses):
        shape = field.shape
        name = compact(shape.path) or f"<{shape.path}>"
        if short and not field.needed and name not in part.values and name not in _SHORT:
            continue
        if shape.group != group:
            group = shape.group
            lines += ["", f"        # ── {shapes.groups.get(group, 'Further')}"]
        example = f" Such as {shape.example}" if field.needed and shape.example else ""
        lines += comment(field, example, first="        # ", rest="        #   ")
        if values := part.values.get(name):
            lines += [f"        {name} {', '.join(values)} ;"]
        elif field.needed:
            lines += [f"        {name} {_open_value(shape)} ;"]
        else:
            lines += [f"        # {name} {shape.example or _open_value(shape)} ;"]
    return "\n".join([*lines, "    ."]) + "\n"


def comment(field: Field, further: str, *, first: str, rest: str, name: str = "", when: str = "") -> list[str]:
    """Return what the shape of a property says of it, as lines of a comment.

    :param further: what follows the description
    :param first: what the first line begins with; *rest*: the others
    :param name: default: the name of the property
    :param when: default: whether it is needed
    """
    name, when = name or field.shape.name, when or ("needed" if field.needed else "if known")
    return wrap(f"{name} ({when}): {field.shape.description}{further}", _WIDTH, first=first, rest=rest)


def open_name(shape: PropertyShape) -> str:
    """Return the CURIE that stands for an IRI that is left open."""
    prefix = shape.example.partition(":")[0]
    return f"{prefix if prefix in PREFIXES else 'std'}:{FILL_IN}"


def _open_value(shape: PropertyShape) -> str:
    """Return what stands for a value that the user has to fill in; validation refuses it."""
    return open_name(shape) if shape.classes or shape.takes_iris else _typed(quoted(OPEN), shape)


def _typed(text: str, shape: PropertyShape, language: str = "en") -> str:
    """Return a quoted text as a literal of the shape's datatype."""
    datatype = shape.limits.get("datatype", [f"{_XSD}string"])[0]
    if datatype == _TAGGED:
        return f"{text}@{language}"
    return text if datatype == f"{_XSD}string" else f"{text}^^{compact(datatype)}"


def literal(text: str, shape: PropertyShape) -> str:
    """Return what a person typed as a literal of the shape's datatype, in Turtle syntax.

    A language is given behind the text (``…@fr``); it is English otherwise.

    :raises InputError: when it contains what no text has
    """
    if any(ord(char) < 32 or 0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise InputError("the text contains control characters", "Type it on one line.")
    datatype, language = shape.limits.get("datatype", [""])[0], "en"
    if datatype == _TAGGED and (tagged := re.fullmatch(r"(.+)@([a-z]{2,3})", text)):
        text, language = tagged[1], tagged[2]
    if datatype in (f"{_XSD}integer", f"{_XSD}boolean") and re.fullmatch(r"\d{1,9}|true|false", text):
        return text
    return _typed(quoted(text), shape, language)
