"""Templates for new entries, drawn from the shapes: what may be said of a thing of some kind, in order, with examples.

A template is TriG with comments.  What it leaves open is marked so that validation refuses it: a lone "…" for a text,
a name that ends in ``fill-in`` for a thing.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import PREFIXES, compact, expand
from cyberstd_kg.validation.entry import DESCRIPTIONS
from cyberstd_kg.validation.shapes import PropertyShape, Shapes
from cyberstd_kg.workspace.entry_kinds import Part

_WIDTH: Final = 100
_OPEN: Final = "…"
#: What also stands in a short template, beside what is needed or known.
_SHORT: Final = ("dct:title", "cstd:printedDate", "cstd:earliest", "cstd:latest", "cstd:printedStage", "cstd:stage")
_XSD: Final = PREFIXES["xsd"]


class Field(NamedTuple):
    """What an entry may say of one property: the shape of its values, and whether it is refused without one."""

    shape: PropertyShape
    needed: bool


def fields(shapes: Shapes, cls: str, superclasses: set[str]) -> list[Field]:
    """Return what an entry of class *cls* may say, in the order of groups and shapes.

    :param superclasses: the IRIs of the class and of all above it
    """
    guarded: dict[str, set[str]] = {}
    for node in shapes.nodes.values():
        for way, target in node.targets:
            if way == "subjects of" and "class" in node.limits:
                guarded.setdefault(target, set()).update(node.limits["class"])
    own = [node for node in shapes.nodes.values() if superclasses.intersection(node.classes())]
    # The closed shape tells the most of a property's values; the others may ask for one.
    found: dict[str, PropertyShape] = {}
    for node in sorted(own, key=lambda node: not node.closed):
        for shape in node.properties:
            if not shape.inverse:
                found.setdefault(shape.path, shape)
    needed = {shape.path for node in own for shape in node.properties if shape.required and not shape.inverse}
    groups = list(shapes.groups)
    mine = [shape for shape in found.values() if guarded.get(shape.path, superclasses) & superclasses]
    mine.sort(key=lambda s: (groups.index(s.group) if s.group in groups else len(groups), s.order, s.path))
    return [Field(shape, shape.path in needed) for shape in mine]


def write(shapes: Shapes, above: dict[str, set[str]], parts: list[Part], source: Part, *, short: bool = False) -> str:
    """Return the template of an entry as TriG; what is not known is left open, or out where it may be.

    :param short: only what is needed or known, titles and dates

    :param above: class → the classes above it, itself included, as IRIs
    :param parts: the things of the entry, the main one last
    :param source: who says so
    """
    prefixes = {"cstd", "dct", "bibo", "rdfs", "skos", "src", "xsd", parts[-1].kind.prefix}
    body = "\n".join(_block(shapes, part, above, short) for part in parts)
    about = _block(shapes, source, above, short)
    prefixes |= set(re.findall(r"(?<![\w<:/])([a-z]+):(?=[\w-])", re.sub(r'"[^"]*"', "", body + about)))
    head = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(prefixes & PREFIXES.keys()))
    return (
        f"# A new {parts[-1].kind.name} for the knowledge graph of cybersecurity standards.\n"
        f"#\n"
        f"# Fill in what is open (“{_OPEN}”, fill-in), take the # off the lines that you know, and leave out what you\n"
        f"# do not know: nothing is guessed. A line that begins with # is a comment. Then:\n"
        f"#   cyberstd validate FILE    tells what is wrong, where, and what to do\n"
        f"#   cyberstd add FILE         adds it to your workspace, whole or not at all\n"
        f"\n{head}\n"
        f"# What the source says. Another source that says something else has a graph of its own.\n"
        f"GRAPH {source.iri} {{\n{body}}}\n\n"
        f"# Who says so: the page, record or document that you saw.\n"
        f"GRAPH {compact(DESCRIPTIONS)} {{\n{about}}}\n"
    )


def _block(shapes: Shapes, part: Part, above: dict[str, set[str]], short: bool) -> str:
    cls = expand(part.kind.cls)
    lines = [f"    {part.iri} a {part.kind.cls} ;"]
    group = ""
    for shape, needed in fields(shapes, cls, above.get(cls, {cls})):
        name = compact(shape.path) or f"<{shape.path}>"
        if short and not needed and name not in part.values and name not in _SHORT:
            continue
        if shape.group != group:
            group = shape.group
            lines += ["", f"        # ── {shapes.groups.get(group, 'Further')}"]
        lines += _comment(shape, needed)
        if held := part.values.get(name):
            lines += [f"        {name} {', '.join(held)} ;"]
        elif needed:
            lines += [f"        {name} {open_value(shape)} ;"]
        else:
            lines += [f"        # {name} {shape.example or open_value(shape)} ;"]
    return "\n".join([*lines, "    ."]) + "\n"


def _comment(shape: PropertyShape, needed: bool) -> list[str]:
    import textwrap

    text = f"{shape.name} ({'needed' if needed else 'if known'}): {shape.description}"
    if needed and shape.example:
        text += f" Such as {shape.example}"
    return textwrap.wrap(text, _WIDTH, initial_indent="        # ", subsequent_indent="        #   ")


def open_value(shape: PropertyShape) -> str:
    """Return what stands for a value that a person has to fill in; validation refuses it."""
    limits = shape.limits
    if shape.classes or limits.get("nodeKind") == [f"{PREFIXES['sh']}IRI"]:
        prefix = shape.example.partition(":")[0]
        return f"{prefix if prefix in PREFIXES else 'std'}:fill-in"
    datatype = limits.get("datatype", [f"{_XSD}string"])[0]
    if datatype == f"{PREFIXES['rdf']}langString":
        return f'"{_OPEN}"@en'
    return f'"{_OPEN}"' if datatype == f"{_XSD}string" else f'"{_OPEN}"^^{compact(datatype)}'


def literal(text: str, shape: PropertyShape) -> str:
    """Return what a person typed as a literal of the shape's datatype, in Turtle syntax.

    A language is given behind the text (``…@fr``); it is English otherwise.

    :raises InputError: when it contains what no text has
    """
    if any(ord(char) < 32 or 0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise InputError("the text contains control characters", "Type it on one line.")
    datatype = shape.limits.get("datatype", [f"{_XSD}string"])[0]
    language = "en"
    if datatype == f"{PREFIXES['rdf']}langString" and (found := re.fullmatch(r"(.+)@([a-z]{2,3})", text)):
        text, language = found[1], found[2]
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if datatype == f"{PREFIXES['rdf']}langString":
        return f"{quoted}@{language}"
    if datatype in (f"{_XSD}integer", f"{_XSD}boolean") and re.fullmatch(r"\d{1,9}|true|false", text):
        return text
    return quoted if datatype == f"{_XSD}string" else f"{quoted}^^{compact(datatype)}"
