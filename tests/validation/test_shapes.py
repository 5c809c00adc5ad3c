"""The shapes: each has a passing example, each of its constraints a failing one, and what it says is frozen.

The failing examples are made from the passing ones (``shape_mutations.py``); what the checks say of them stands in
``tests/shapes/findings.json``.  After a change of the shapes run ``python tests/shape_mutations.py``, and read the
difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from shape_mutations import DESCRIBED, FOLDER, Mutation, example, focus, frozen, mutations, told

from cyberstd_kg.build.snapshot import open_snapshot
from cyberstd_kg.core import iris
from cyberstd_kg.core.iris import PREFIXES, compact, expand
from cyberstd_kg.graph.view import View
from cyberstd_kg.validation import rules, shapes
from cyberstd_kg.validation.check import Checker
from cyberstd_kg.validation.findings import GraphFinding
from cyberstd_kg.validation.impact import Impact, cut
from cyberstd_kg.validation.messages import ONLY
from cyberstd_kg.validation.shapes import PARAMETERS, Shapes
from cyberstd_kg.workspace import entry_kinds, template

SH = PREFIXES["sh"]
LOADED = shapes.load()
BASE = open_snapshot().store
FROZEN = frozen()
NODES = [pytest.param(node, id=node.iri.rpartition("/")[2]) for node in LOADED.nodes.values()]
#: Parameter → the name of the constraint in a report.
COMPONENTS = {name: name[0].upper() + name[1:] for name in (*PARAMETERS, "closed")}


@pytest.fixture(scope="module")
def checker() -> Checker:
    """The shapes with the rules."""
    return Checker(LOADED, rules.load())


@pytest.fixture(scope="module")
def failing() -> list[Mutation]:
    """All failing examples."""
    return list(mutations(LOADED, BASE))


def check(checker: Checker, quads: frozenset[ox.Quad]) -> set[GraphFinding]:
    """Return the findings about an example whose source is described."""
    return checker.change(Impact(BASE, DESCRIBED, (), quads))[0]


# ── The files ──


def test_every_shape_tells_a_person_what_it_is_and_what_to_do() -> None:
    for node in LOADED.nodes.values():
        assert node.label and node.comment.endswith(".") and node.message.endswith("."), node.iri
        assert node.limits["nodeKind"] == [f"{SH}IRI"], node.iri
        assert len(node.targets) >= 1, node.iri
        # Of a closed shape the one half is told of a wrong IRI, the other of a wrong property.
        assert not node.closed or all(half.strip() for half in node.message.partition(ONLY)), node.iri
    for shape in LOADED.properties.values():
        assert shape.name and shape.description and shape.message.endswith("."), shape.iri
        assert shape.group in LOADED.groups and shape.order > 0 and shape.example, shape.iri
        assert len(shape.limits.get("nodeKind", [])) == 1, shape.iri
    assert {shape.severity for shape in LOADED.properties.values()} == {"violation", "warning", "info"}


def test_every_shape_is_used_and_named_well() -> None:
    used = {shape.iri for node in LOADED.nodes.values() for shape in node.properties}
    assert used == set(LOADED.properties)
    names = [iri.removeprefix(PREFIXES["shape"]) for iri in (*LOADED.nodes, *LOADED.properties)]
    assert [name for name in names if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)] == []


def test_only_local_constraints_are_used() -> None:
    """On this rests the cut: no longer paths, no shapes on values, no SPARQL."""
    known = {*PARAMETERS, "path", "name", "description", "message", "severity", "group", "order", "inversePath"}
    known |= {"property", "not", "closed", "ignoredProperties", "targetClass", "targetSubjectsOf", "targetObjectsOf"}
    used = {t.predicate.value.removeprefix(SH) for t in LOADED.triples if t.predicate.value.startswith(SH)}
    assert used - known == set()
    paths = [t.object for t in LOADED.triples if t.predicate.value == f"{SH}path"]
    assert all(isinstance(path, ox.NamedNode) for path in paths) or LOADED.incoming()
    # pySHACL 0.40 breaks off on this one when a date is no date: the rule dates-are-in-order stands for it.
    assert "lessThanOrEquals" not in used


def test_one_closed_shape_for_each_class_and_every_property_of_the_ontology_has_a_place() -> None:
    view = View(BASE)
    above = view.superclasses()
    closed = [node for node in LOADED.nodes.values() if node.closed]
    for quad in view.quads(None, ox.NamedNode(expand("rdf:type"))):
        if "/ontology" in quad.graph_name.value or not iris.is_entity(getattr(quad.subject, "value", "")):  # type: ignore[union-attr]
            continue
        classes = {getattr(name, "value", "") for name in above.get(quad.object, {quad.object})}
        assert any(classes & set(node.classes()) for node in closed), compact(getattr(quad.object, "value", ""))
    paths = {shape.path for node in closed for shape in node.properties}
    own = {q.subject for q in view.quads(None, None, ox.NamedNode(expand("owl:ObjectProperty")))}
    own |= {q.subject for q in view.quads(None, None, ox.NamedNode(expand("owl:DatatypeProperty")))}
    # An inverse has a name so that axioms can speak of it; nobody states it.
    own -= {q.subject for q in view.quads(None, ox.NamedNode(expand("owl:inverseOf")))}
    missing = {getattr(p, "value", "") for p in own if getattr(p, "value", "").startswith(PREFIXES["cstd"])} - paths
    assert missing == set()


def test_an_example_of_a_value_is_one(checker: Checker) -> None:
    """What a template shows behind a property keeps the limits of the property."""
    for node in LOADED.nodes.values():
        for shape in node.properties:
            text = "".join(f"@prefix {p}: <{n}> .\n" for p, n in PREFIXES.items())
            (triple,) = ox.parse(
                (text + f"<{iris.BASE}x> <{shape.path}> {shape.example} .").encode(), ox.RdfFormat.TURTLE
            )
            value = triple.object
            limits = shape.limits
            if isinstance(value, ox.NamedNode):
                assert limits["nodeKind"] == [f"{SH}IRI"], shape.iri
                assert not value.value.startswith(iris.BASE) or next(View(BASE).quads(value), None), shape.iri
                above = View(BASE).superclasses()
                types = {getattr(h, "value", "") for n in View(BASE).types(value) for h in above.get(n, {n})}
                assert not shape.classes or types & set(shape.classes), shape.iri
            else:
                assert limits["nodeKind"] == [f"{SH}Literal"], shape.iri
                assert value.datatype.value == limits.get("datatype", [value.datatype.value])[0], shape.iri  # type: ignore[union-attr]
            assert all(re.search(pattern, value.value) for pattern in limits.get("pattern", ())), shape.iri  # type: ignore[union-attr]


def test_patterns_end_on_long_values() -> None:
    """One that goes through a value again and again takes hours here, and the run ends."""
    patterns = {p for shape in LOADED.properties.values() for p in shape.limits.get("pattern", ())}
    patterns |= {p for node in LOADED.nodes.values() for p in node.limits.get("pattern", ())}
    size = 300_000
    values = ["a" * size, "a-" * size, "a " * size + "!", " " * size, "-" * size, "…" * size, "\n" * size, "a_" * size]
    values += [f"https://w3id.org/cyberstd/id/{value}" for value in values]
    assert len(patterns) > 20
    for pattern in patterns:
        for value in values:
            re.search(pattern, value)


# ── Examples ──


@pytest.mark.parametrize("node", NODES)
def test_the_passing_example_passes(node: shapes.NodeShape, checker: Checker) -> None:
    quads = example(node)
    assert focus(LOADED, node, Impact(BASE, (), (), quads))
    assert [row for row in told(check(checker, quads)) if row[0] != "info"] == []


def test_there_is_an_example_for_each_shape_and_no_other() -> None:
    files = {path.stem for path in (FOLDER / "passing").glob("*.trig")}
    assert files == {iri.removeprefix(PREFIXES["shape"]) for iri in LOADED.nodes}


def test_every_constraint_has_a_failing_example(failing: list[Mutation]) -> None:
    assert {mutation.name for mutation in failing} == set(FROZEN)
    for name, rows in FROZEN.items():
        shape, _, parameter = name.partition(" ")
        found = [row for row in rows if row[3] == COMPONENTS[parameter]]
        own = LOADED.properties.get(expand(f"shape:{shape}"))
        # Where a wish and a limit say the same of one value, only the limit is told.
        path = compact(own.path) if own is not None and own.severity != "violation" else None
        assert any(row[2] == f"shape:{shape}" or (row[0], row[4]) == ("violation", path) for row in found), name


def test_failing_examples_say_what_is_frozen(failing: list[Mutation], checker: Checker) -> None:
    for mutation in failing:
        assert told(check(checker, mutation.quads)) == FROZEN[mutation.name], mutation.name


def test_messages_are_sentences_with_the_values_in_them() -> None:
    for name, rows in FROZEN.items():
        for row in rows:
            message, repair = row[6], row[7]
            assert message.endswith((".", "?")) and repair.endswith("."), name
            assert "None" not in message and "{" not in message + repair.replace("{ … }", ""), (name, message)


def without(loaded: Shapes, mutation: Mutation) -> Shapes:
    """Return the shapes without the one constraint that a failing example breaks."""
    names = {mutation.parameter, "ignoredProperties"} if mutation.parameter == "closed" else {mutation.parameter}
    gone = {(ox.NamedNode(mutation.shape), ox.NamedNode(SH + name)) for name in names}
    return loaded._replace(triples=[t for t in loaded.triples if (t.subject, t.predicate) not in gone])


def one_each(failing: list[Mutation]) -> Iterator[Mutation]:
    """Yield every ninth failing example, and one of each parameter."""
    met = set()
    for number, mutation in enumerate(failing):
        if number % 9 == 0 or mutation.parameter not in met:
            met.add(mutation.parameter)
            yield mutation


def taken_away(chosen: list[Mutation]) -> None:
    """See that without its constraint each failing example loses the finding."""
    for mutation in chosen:
        rest = Checker(without(LOADED, mutation), [])
        found = {(raw.shape, raw.component) for raw in check(rest, mutation.quads)}
        assert (mutation.shape, COMPONENTS[mutation.parameter]) not in found, mutation.name


def test_a_finding_comes_from_its_constraint(failing: list[Mutation]) -> None:
    taken_away(list(one_each(failing)))


@pytest.mark.soak
def test_every_finding_comes_from_its_constraint(failing: list[Mutation]) -> None:
    taken_away(failing)


# ── Other readers; that the shipped graph keeps shapes and rules is seen by test_validate_cli.py ──


def test_the_shapes_are_shacl() -> None:
    """The shapes keep the shapes of shapes, and pySHACL finds the same with the targets as they are written."""
    import pyshacl

    from cyberstd_kg.rdf.rdflib import graph

    conforms, _, _ = pyshacl.validate(
        graph([]), shacl_graph=graph(LOADED.triples), meta_shacl=True, inference="none", advanced=False
    )
    assert conforms


def test_another_reader_of_the_same_files_finds_the_same(checker: Checker, failing: list[Mutation]) -> None:
    """pySHACL with the targets as written, on example and classes, finds what we find by naming focus nodes."""
    import pyshacl
    import rdflib

    from cyberstd_kg.rdf.rdflib import graph

    plain = graph(LOADED.triples)
    for mutation in failing[::40]:
        change = Impact(BASE, DESCRIBED, (), mutation.quads)
        own = {getattr(q.subject, "value", "") for q in mutation.quads}
        seen = cut(change.after, {q.subject for q in mutation.quads})
        quads = {q.triple for q in seen | set(change.after.quads(None, ox.NamedNode(expand("rdfs:subClassOf"))))}
        _, report, _ = pyshacl.validate(graph(quads), shacl_graph=plain, inference="none", advanced=False)
        assert isinstance(report, rdflib.Graph)
        theirs = {
            (str(report.value(r, rdflib.SH.focusNode)), str(report.value(r, rdflib.SH.sourceShape)))
            for r in report.objects(None, rdflib.SH.result)
        }
        theirs = {pair for pair in theirs if pair[0] in own}
        ours = {(raw.entry, raw.shape) for raw in Checker(LOADED, []).change(change)[0] if raw.entry in own}
        assert ours <= theirs and {this for this, _ in theirs} == {this for this, _ in ours}, mutation.name


# ── Templates ──


@pytest.mark.parametrize("name", entry_kinds.KINDS)
def test_a_template_is_read_and_refused_until_it_is_filled_in(name: str, checker: Checker) -> None:
    kind = entry_kinds.KINDS[name]
    above = {
        getattr(cls, "value", ""): {getattr(higher, "value", "") for higher in found}
        for cls, found in View(BASE).superclasses().items()
    }
    parts = entry_kinds.parts(kind, "", "", lambda curie: True)
    text = template.write(LOADED, above, parts, entry_kinds.source_of(parts))
    quads = frozenset(ox.parse(text.encode(), ox.RdfFormat.TRIG))
    found = {raw.severity for raw in checker.change(Impact(BASE, (), (), quads))[0]}
    assert "violation" in found
    assert f"a {kind.cls} ;" in text
