"""Templates for new entries, drawn from the shapes: what may be said of a thing of some kind, in order, with examples.

A template is TriG with comments.  What it leaves open is marked so that validation refuses it: a lone "…" for a text,
a name that ends in ``fill-in`` for a thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from cyberstd_kg import iris
from cyberstd_kg.entryfile import DESCRIPTIONS
from cyberstd_kg.errors import InputError
from cyberstd_kg.iris import PREFIXES, compact, expand
from cyberstd_kg.shapes import PropertyShape, Shapes

#: Types of document that a designation names and an IRI leaves out.
_TYPES: Final = ("ts", "tr", "pas", "iwa")
_WIDTH: Final = 100
_OPEN: Final = "…"
_XSD: Final = PREFIXES["xsd"]


class Kind(NamedTuple):
    """A kind of entry: its class, the prefix of its IRIs, what is known of it from the start (CURIE → value)."""

    name: str
    cls: str
    prefix: str
    given: dict[str, str]


_KINDS: Final = (
    Kind("standard", "cstd:Standard", "std", {}),
    Kind("edition", "cstd:Edition", "std", {}),
    Kind("draft", "cstd:Draft", "std", {}),
    Kind("amendment", "cstd:Amendment", "std", {}),
    Kind("project", "cstd:Project", "project", {}),
    Kind("control", "cstd:Provision", "std", {"cstd:provisionKind": "kind:control"}),
    Kind("provision", "cstd:Provision", "std", {}),
    Kind("term", "cstd:TermEntry", "std", {"cstd:provisionKind": "kind:term-entry"}),
    Kind("agent", "org:Organization", "agent", {}),
    Kind("programme", "cstd:Programme", "programme", {}),
)
#: name → kind of entry.
KINDS: Final = {kind.name: kind for kind in _KINDS}
#: Properties whose value is the standard that an entry belongs to.
_WORK_LINKS: Final = ("cstd:editionOf", "cstd:draftOf", "cstd:projectOf")
SOURCE: Final = Kind("source", "cstd:Source", "src", {})


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


def names(kind: Kind, designation: str, locator: str = "") -> tuple[str, dict[str, str]]:
    """Return the IRI of a new entry as CURIE, and what its designation tells of it (CURIE of property → value).

    >>> names(KINDS["edition"], "ISO/IEC TS 27100:2020")
    ('std:iso-iec-27100_2020', {'dct:identifier': '"ISO/IEC TS 27100:2020"', 'cstd:editionOf': 'std:iso-iec-27100'})

    What cannot be told is left to the person (``std:fill-in``).
    """
    if not designation:
        return f"{kind.prefix}:fill-in", {}
    quoted = '"' + designation.replace("\\", "").replace('"', "'") + '"'
    work, rest = _parts(designation)
    if kind.name == "standard":
        return _mint("std", designation), {"dct:identifier": quoted}
    if kind.name in ("edition", "draft"):
        link = "cstd:editionOf" if kind.name == "edition" else "cstd:draftOf"
        iri = _mint("std", work, rest) if rest else "std:fill-in"
        return iri, {"dct:identifier": quoted, link: _mint("std", work)}
    if kind.name == "project":
        return _mint("project", designation), {"cstd:projectOf": _mint("std", designation)}
    if kind.cls in ("cstd:Provision", "cstd:TermEntry"):
        text = _mint("std", work, rest) if rest else "std:fill-in"
        given = {"cstd:provisionOf": text}
        if not locator:
            return "std:fill-in", given
        place = '"' + locator.replace("\\", "").replace('"', "'") + '"'
        return f"{text}_{iris.slug(locator)}" if rest else text, {**given, "bibo:locator": place}
    if kind.name == "amendment":
        return "std:fill-in", {"dct:identifier": quoted}
    name = "rdfs:label" if kind.name == "programme" else "skos:prefLabel"
    return _mint(kind.prefix, designation), {name: f"{quoted}@en"}


def _mint(prefix: str, *parts: str) -> str:
    return compact(iris.mint(prefix, *parts)) or f"{prefix}:fill-in"


def _parts(designation: str) -> tuple[str, str]:
    """Return the work's designation and what tells the text from others: year, version, revision or stage of draft."""
    text = re.sub(r"\(\d{1,2}/(\d{4})\)", r":\1", designation)  # ITU-T X.1205 (04/2008)
    text = re.sub(r"\((\d{4})-\d{2}\)", "", text)  # ETSI … V2.1.1 (2020-06)
    words = text.replace("/", "/ ").split(" ")
    stage = next((word.lower() for word in words if re.fullmatch(r"(?:WD|CD|DIS|FDIS|PRF)\d*", word.strip("/"))), "")
    kept = [word for word in words if word.strip("/").lower() not in {*_TYPES, stage}]
    plain = " ".join(kept).replace("/ ", "/").strip()
    found = re.fullmatch(r"(.+?)(?:\s*:\s*|\s+(?=V\d)|(?<=\d)(?=r\d)|\s+(?=r\d))((?:\d{4}|V[\d.]+|r\d+)\S*)\s*", plain)
    work, rest = (found[1], found[2]) if found else (plain, "")
    return work.strip(" /"), "-".join(part for part in (rest, stage.strip("/")) if part)


class Part(NamedTuple):
    """A thing in a template: its kind, its IRI as CURIE, what is known of it (CURIE of property → Turtle values)."""

    kind: Kind
    iri: str
    values: dict[str, list[str]]


def parts(kind: Kind, iri: str, known: dict[str, str], is_known: Callable[[str], bool]) -> list[Part]:
    """Return the thing of a new entry, and before it the standard to which it belongs where the graph has none.

    :param known: what its designation tells (:func:`names`)
    :param is_known: tells of a CURIE whether the graph describes it
    """
    own = Part(kind, iri, {name: [value] for name, value in (kind.given | known).items()})
    work = next((known[link] for link in _WORK_LINKS if link in known), "")
    if not work or is_known(work):
        return [own]
    designation = known.get("dct:identifier", '""')[1:-1]
    return [Part(KINDS["standard"], work, {"dct:identifier": [f'"{_parts(designation)[0]}"']}), own]


def source_of(parts: list[Part]) -> Part:
    """Return the source of an entry, described as far as the entry tells."""
    iri = f"src:workspace_{parts[-1].iri.partition(':')[2].replace('_', '-')}"
    return Part(SOURCE, iri, {"cstd:sourceDocument": [iri], "cstd:says": ["says:stated"]})


def write(shapes: Shapes, above: dict[str, set[str]], parts: list[Part], source: Part) -> str:
    """Return the template of an entry as TriG; what is not known is left open, or out where it may be.

    :param above: class → the classes above it, itself included, as IRIs
    :param parts: the things of the entry, the main one last
    :param source: who says so
    """
    prefixes = {"cstd", "dct", "bibo", "rdfs", "skos", "src", "xsd", parts[-1].kind.prefix}
    body = "\n".join(_block(shapes, part, above) for part in parts)
    about = _block(shapes, source, above)
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


def _block(shapes: Shapes, part: Part, above: dict[str, set[str]]) -> str:
    cls = expand(part.kind.cls)
    lines = [f"    {part.iri} a {part.kind.cls} ;"]
    group = ""
    for shape, needed in fields(shapes, cls, above.get(cls, {cls})):
        if shape.group != group:
            group = shape.group
            lines += ["", f"        # ── {shapes.groups.get(group, 'Further')}"]
        name = compact(shape.path) or f"<{shape.path}>"
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
