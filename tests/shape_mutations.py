"""From the passing example of a shape to failing ones: each breaks one constraint of the shape, by one change.

``python tests/shape_mutations.py`` writes what the checks say of each into ``tests/shapes/findings.json``; read the
difference before you commit it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.iris import PREFIXES, compact, expand
from cyberstd_kg.rdf import turtle
from cyberstd_kg.validation.check import Checker
from cyberstd_kg.validation.findings import GraphFinding
from cyberstd_kg.validation.impact import Impact
from cyberstd_kg.validation.shacl import focus_nodes
from cyberstd_kg.validation.shapes import NodeShape, PropertyShape, Shapes

FOLDER = Path(__file__).resolve().parent / "shapes"
FROZEN = FOLDER / "findings.json"
XSD = PREFIXES["xsd"]
STRING, DATE, INTEGER, DECIMAL = (ox.NamedNode(XSD + name) for name in ("string", "date", "integer", "decimal"))
STRANGER = ox.NamedNode(expand("src:nakao-deck"))
OTHER_STRANGER = ox.NamedNode(expand("std:iso-iec-27400"))
#: A thing of another class each: one of them no property takes.
STRANGERS = {
    "cstd:Source": STRANGER,
    "cstd:Standard": OTHER_STRANGER,
    "skos:Concept": ox.NamedNode(expand("kind:note")),
}
UNKNOWN = ox.NamedNode("http://example.org/no-such-property")
#: Constraints that nothing in data can break: data has no blank nodes, and a subject is an IRI.
UNBREAKABLE = {"nodeKind of the node"}
DESCRIPTION = (
    "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    + """
GRAPH src:example_entry {
    src:example_entry a cstd:Source ; dct:title "An example"@en ; bibo:locator "example" ; cstd:says says:stated ;
        cstd:licenceTier tier:quote ; cstd:sourceDocument src:example_entry .
}"""
)
DESCRIBED = turtle.read_quads(DESCRIPTION.encode(), "description", "trig")


class Mutation(NamedTuple):
    """A failing example: the constraint it breaks, and its statements."""

    name: str
    shape: str
    parameter: str
    quads: frozenset[ox.Quad]


def example(node: NodeShape) -> frozenset[ox.Quad]:
    """Return the passing example of a shape."""
    path = FOLDER / "passing" / f"{node.iri.rpartition('/')[2]}.trig"
    return frozenset(turtle.read_quads(path, path.name, "trig"))


def focus(shapes: Shapes, node: NodeShape, change: Impact) -> ox.NamedNode:
    """Return the thing in an example that the shape is about: the first that it targets."""
    things = {quad.subject for quad in change.come}
    found = focus_nodes(shapes, change.after, things).get(node.iri, [])
    assert found, f"the example of {node.iri} holds nothing that it targets"
    return found[0]


def mutations(shapes: Shapes, base: ox.Store) -> Iterator[Mutation]:
    """Yield the failing examples of all shapes; a property shape is taken from the first example that has it."""
    done: set[tuple[str, str]] = set()
    for node in shapes.nodes.values():
        quads = example(node)
        thing = focus(shapes, node, Impact(base, (), (), quads))
        for parameter, changed in _of_node(node, thing, quads):
            yield Mutation(f"{_local(node.iri)} {parameter}", node.iri, parameter, frozenset(changed))
        for shape in node.properties:
            for parameter in shape.limits:
                if (shape.iri, parameter) not in done:
                    done.add((shape.iri, parameter))
                    changed = _of_property(shape, parameter, thing, quads, base)
                    yield Mutation(f"{_local(shape.iri)} {parameter}", shape.iri, parameter, frozenset(changed))


def _local(iri: str) -> str:
    return iri.rpartition("/")[2]


def _of_node(
    node: NodeShape, thing: ox.NamedNode, quads: frozenset[ox.Quad]
) -> Iterator[tuple[str, Iterable[ox.Quad]]]:
    graph = next(quad.graph_name for quad in quads if quad.subject == thing)
    if node.closed:
        yield "closed", quads | {ox.Quad(thing, UNKNOWN, ox.Literal("x"), graph)}
    if "pattern" in node.limits:
        bad = ox.NamedNode(f"{PREFIXES['std']}Not.A.Name")
        yield "pattern", {_with(quad, thing, bad) for quad in quads}
    if "or" in node.limits:
        # The one shape of this kind: subset and superset without intersects.
        (path,) = node.limits["or"]
        held = [ox.NamedNode(expand(code)) for code in ("relation:subset", "relation:superset")]
        other = {quad for quad in quads if quad.subject != thing or quad.predicate.value != path}
        yield "or", other | {ox.Quad(thing, ox.NamedNode(path), value, graph) for value in held}
    if "class" in node.limits:
        kind = ox.NamedNode(expand("rdf:type"))
        other = ox.NamedNode(expand("cstd:Series"))
        kept = {quad for quad in quads if not (quad.subject == thing and quad.predicate == kind)}
        yield "class", kept | {ox.Quad(thing, kind, other, graph)}


def _with(quad: ox.Quad, old: ox.NamedNode, new: ox.NamedNode) -> ox.Quad:
    subject, value, graph = (new if term == old else term for term in (quad.subject, quad.object, quad.graph_name))
    return ox.Quad(subject, quad.predicate, value, graph)  # type: ignore[arg-type]


def _of_property(
    shape: PropertyShape, parameter: str, thing: ox.NamedNode, quads: frozenset[ox.Quad], base: ox.Store
) -> set[ox.Quad]:
    predicate = ox.NamedNode(shape.path)
    ends = "object" if shape.inverse else "subject"
    own = [quad for quad in quads if getattr(quad, ends) == thing and quad.predicate == predicate]
    assert own, f"the example lacks {shape.path}, of {shape.iri}"
    rest = set(quads) - set(own)
    first = own[0]

    def value(new: object) -> ox.Quad:
        if shape.inverse:
            return ox.Quad(new, predicate, thing, first.graph_name)  # type: ignore[arg-type]
        return ox.Quad(thing, predicate, new, first.graph_name)  # type: ignore[arg-type]

    if parameter == "minCount":
        return rest
    if parameter in ("maxCount", "uniqueLang"):
        return set(quads) | {value(_another(shape, first, base))}
    return rest | {value(_broken(shape, parameter, first.object))}


def _another(shape: PropertyShape, quad: ox.Quad, base: ox.Store) -> object:
    """Return a further value of the same kind."""
    held = quad.subject if shape.inverse else quad.object
    if isinstance(held, ox.Literal):
        if held.datatype.value == f"{XSD}boolean":
            return ox.Literal(held.value != "true")
        if held.datatype == DATE:
            return ox.Literal("2001-01-01", datatype=DATE)
        if held.datatype == INTEGER:
            return ox.Literal(str(int(held.value) + 1), datatype=INTEGER)
        if held.datatype == DECIMAL:
            return ox.Literal("0.25", datatype=DECIMAL)
        return _literal(held, f"{held.value} too")
    kinds = [q.object for q in base.quads_for_pattern(held, ox.NamedNode(expand("rdf:type")), None)]  # type: ignore[arg-type]
    pattern = shape.limits.get("pattern", [""])[0]
    same = {q.subject for k in kinds for q in base.quads_for_pattern(None, ox.NamedNode(expand("rdf:type")), k)}
    names = sorted(node.value for node in same if isinstance(node, ox.NamedNode) and node != held)
    return ox.NamedNode(next((iri for iri in names if re.search(pattern, iri)), f"{held.value}-2"))


def _literal(old: ox.Literal, text: str) -> ox.Literal:
    if old.language:
        return ox.Literal(text, language=old.language)
    return ox.Literal(text, datatype=old.datatype)


def _broken(shape: PropertyShape, parameter: str, old: object) -> object:
    """Return a value that breaks one constraint, and others as little as may be."""
    limits = shape.limits
    if parameter == "or" and not shape.classes:
        return ox.Literal("7", datatype=INTEGER)
    if parameter in ("class", "or", "in", "hasValue"):
        return next(node for name, node in STRANGERS.items() if expand(name) not in shape.classes)
    if parameter == "nodeKind":
        return ox.Literal("x") if limits["nodeKind"] == [f"{PREFIXES['sh']}IRI"] else OTHER_STRANGER
    if parameter == "pattern" and not isinstance(old, ox.Literal):
        codes = [ox.NamedNode(expand(curie)) for curie in ("says:ours", "tier:quote", "std:iso-iec-27400")]
        codes.append(ox.NamedNode("urn:iso:std:iso-iec:27400"))
        return next(iri for iri in codes if not re.search(limits["pattern"][0], iri.value))
    assert isinstance(old, ox.Literal)
    if parameter == "pattern" and old.datatype == DATE:
        return ox.Literal(f"{old.value}Z", datatype=DATE)
    if parameter == "datatype":
        plain = old.datatype == STRING
        return ox.Literal("7", datatype=INTEGER) if plain else ox.Literal(old.value)
    if parameter == "pattern":
        return next(_literal(old, text) for text in ("…", " x", "Not.A") if not _fits(limits["pattern"], text))
    if parameter in ("maxLength", "minLength"):
        size = int(limits[parameter][0])
        return _literal(old, "x" * (size + 1) if parameter == "maxLength" else "x" * (size - 1))
    if parameter in ("minInclusive", "maxInclusive"):
        step = -1 if parameter == "minInclusive" else 1
        return _literal(old, f"{int(limits[parameter][0]) + step}{'.0' if old.datatype == DECIMAL else ''}")
    if parameter == "languageIn":
        return ox.Literal(old.value, language="tlh")
    if parameter == "lessThanOrEquals":
        return ox.Literal("2999-12-31", datatype=DATE)
    raise AssertionError(f"nothing breaks {parameter}")


def _fits(patterns: list[str], text: str) -> bool:
    return all(re.search(pattern, text) for pattern in patterns)


def told(found: Iterable[GraphFinding]) -> list[list[str]]:
    """Return findings as sorted rows of text: severity, entry, shape, component, path, value, message, repair."""
    rows = []
    for raw in found:
        names = [compact(iri) or iri for iri in (raw.entry, raw.shape)]
        value = str(raw.value) if raw.value is not None else ""
        path = (compact(raw.path) or raw.path) if raw.path else ""
        rows.append([raw.severity, *names, raw.component, path, value, raw.message, raw.repair])
    return sorted(rows)


def run(checker: Checker, base: ox.Store, quads: frozenset[ox.Quad]) -> set[GraphFinding]:
    """Return the findings about a failing example, whose source is described."""
    return checker.change(Impact(base, DESCRIBED, (), quads))[0]


def frozen() -> dict[str, Any]:
    """Return what was frozen: name of mutation → rows."""
    return dict(json.loads(FROZEN.read_text(encoding="utf-8")))


def main() -> None:
    """Freeze the findings as they are now."""
    from cyberstd_kg.build.snapshot import open_snapshot
    from cyberstd_kg.validation import rules, shapes

    base, loaded = open_snapshot().store, shapes.load()
    checker = Checker(loaded, rules.load())
    rows = {m.name: told(run(checker, base, m.quads)) for m in mutations(loaded, base)}
    FROZEN.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(rows)} failing examples")


if __name__ == "__main__":
    main()
