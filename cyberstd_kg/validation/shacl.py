"""SHACL: pySHACL run on a set of statements, its report read into plain rows.

Each shape is given its focus nodes by name: the targets are found out here, on the whole graph, because a cut of it
also holds things that are only looked at.  The names stand beside the data, as objects of a property made up for each
node shape (``sh:targetObjectsOf``); as ``sh:targetNode`` in the shapes, pySHACL would read them over and over.

A property shape is given the focus nodes of the node shapes that it belongs to, and these no longer name it.  The
results are the same, since it says of a node what it says by itself; but where pySHACL comes to a property shape from a
node shape, it reads all that the shape states for each node anew, which was most of its time.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.iris import PREFIXES, expand
from cyberstd_kg.rdf import lists
from cyberstd_kg.validation.impact import Term, View
from cyberstd_kg.validation.shapes import TARGETS, NodeShape, Shapes

if TYPE_CHECKING:
    import rdflib

_SH: Final = PREFIXES["sh"]
_PROPERTY, _PATH, _CLOSED, _IGNORED, _TARGET = (
    ox.NamedNode(_SH + name) for name in ("property", "path", "closed", "ignoredProperties", "targetObjectsOf")
)
_NAMED: Final = ox.NamedNode("urn:cyberstd:focus")
#: So many sets of shapes are kept as pySHACL reads them.
_KEPT: Final = 100
#: Of so many things it is looked up at once what a property says.
_MANY: Final = 1000
#: What shapes say to people and to forms; findings get their words from the shapes, not from the report.  pySHACL would
#: compare each of these with all names of constraints, once for each focus node: a third of its time.
_FOR_PEOPLE: Final = frozenset(
    expand(name)
    for name in (
        *("sh:name", "sh:description", "sh:message", "sh:group", "sh:order"),
        *("rdfs:label", "rdfs:comment", "skos:example"),
    )
)


class Result(NamedTuple):
    """One result of a SHACL report.

    ``shape`` is the property or node shape, ``component`` the local name of the constraint ("MinCount"), ``value`` None
    where the result has none.
    """

    this: str
    shape: str
    component: str
    path: str
    value: Term | None


def focus_nodes(shapes: Shapes, view: View, nodes: Iterable[Term]) -> dict[str, list[ox.NamedNode]]:
    """Return node shape → those of *nodes* that it targets.

    :param view: the graph in which classes and properties of the nodes are looked up
    """
    above = view.superclasses()
    by_class: dict[str, list[NodeShape]] = defaultdict(list)
    others: list[tuple[NodeShape, str, ox.NamedNode]] = []
    for shape in shapes.nodes.values():
        for way, target in shape.targets:
            if way == "class":
                by_class[target].append(shape)
            else:
                others.append((shape, way, ox.NamedNode(target)))
    found: dict[str, set[ox.NamedNode]] = defaultdict(set)
    named = {node for node in nodes if isinstance(node, ox.NamedNode)}
    for node in named:
        classes = {higher for name in view.types(node) for higher in above.get(name, {name})}
        for name in classes:
            for shape in by_class.get(getattr(name, "value", ""), ()):
                found[shape.iri].add(node)
    for shape, way, predicate in others:
        if len(named) > _MANY:  # one look at all that the property says
            quads = view.quads(None, predicate)
            held = {quad.subject if way == "subjects of" else quad.object for quad in quads}
            found[shape.iri] |= named & held
            continue
        for node in named:
            pattern = (node, predicate, None) if way == "subjects of" else (None, predicate, node)
            if next(view.quads(*pattern), None) is not None:
                found[shape.iri].add(node)
    return {iri: sorted(aimed, key=str) for iri, aimed in sorted(found.items()) if aimed}


#: Node shapes → these and their property shapes, as pySHACL reads them.
Prepared = dict[tuple[str, ...], "rdflib.Graph"]


def run(
    shapes: Shapes, focus: Mapping[str, Iterable[ox.NamedNode]], quads: Iterable[ox.Quad], prepared: Prepared
) -> list[Result]:
    """Return the results of pySHACL on *quads*, each triple taken once.

    :param focus: node shape → its focus nodes; shapes that are not named do not run
    :param prepared: what was made of the same *shapes* before; added to
    """
    if not focus:
        return []
    import pyshacl
    import rdflib

    # An ill-typed value is a finding; rdflib would tell of it too, with a traceback.
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    names = tuple(focus)
    if names not in prepared:
        if len(prepared) >= _KEPT:
            prepared.clear()
        prepared[names] = _graph(_with_focus(shapes, names))
    named = (ox.Triple(_NAMED, _focus(iri), node) for iri, nodes in focus.items() for node in nodes)
    _, report, _ = pyshacl.validate(
        _graph(chain((quad.triple for quad in quads), named)),
        shacl_graph=prepared[names],
        inference="none",
        advanced=False,
        meta_shacl=False,
        do_owl_imports=False,
    )
    assert isinstance(report, rdflib.Graph), "pySHACL answers with a report"
    return list(_results(report))


def _focus(shape: str) -> ox.NamedNode:
    """Return the property that leads to the focus nodes of a node shape."""
    return ox.NamedNode(f"{_NAMED.value}:{shape}")


def _with_focus(shapes: Shapes, focus: Iterable[str]) -> Iterable[ox.Triple]:
    """Yield the triples of the node shapes *focus* and of their property shapes, with the named nodes as targets."""
    about: dict[Term, list[ox.Triple]] = defaultdict(list)
    for triple in shapes.triples:
        if triple.predicate.value not in TARGETS and triple.predicate.value not in _FOR_PEOPLE:
            about[triple.subject].append(triple)
    aimed: set[Term] = set()
    for iri in focus:
        shape = ox.NamedNode(iri)
        properties = [triple.object for triple in about[shape] if triple.predicate == _PROPERTY]
        for aim in (shape, *properties):
            aimed.add(aim)
            yield ox.Triple(aim, _TARGET, _focus(iri))  # type: ignore[arg-type]  # no shape is a literal
        about[shape] = list(_alone(shape, properties, about))
    waiting = list(aimed)
    met = set(waiting)
    while waiting:
        for triple in about[waiting.pop()]:
            yield triple
            if triple.object in about and triple.object not in met:
                met.add(triple.object)
                waiting.append(triple.object)


def _alone(shape: Term, properties: list[Term], about: Mapping[Term, list[ox.Triple]]) -> Iterable[ox.Triple]:
    """Yield what a node shape says without its property shapes; a closed one lets pass what these speak of."""
    told = about[shape]
    yield from (triple for triple in told if triple.predicate not in (_PROPERTY, _IGNORED))
    if any(triple.predicate == _CLOSED for triple in told):
        passing = [value for triple in told if triple.predicate == _IGNORED for value in _items(triple.object, about)]
        passing += [triple.object for name in properties for triple in about[name] if triple.predicate == _PATH]
        head, triples = lists.make(passing)
        yield from triples
        yield ox.Triple(shape, _IGNORED, head)  # type: ignore[arg-type]


def _items(head: Term, about: Mapping[Term, list[ox.Triple]]) -> list[Term]:
    """Return the members of an RDF list of the shapes."""
    cells = lists.cells(head, lambda cell: {triple.predicate: [triple.object] for triple in about[cell]})
    assert cells is not None, "the shapes are checked when they are loaded"
    return [value for _, value in cells]


def _graph(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    from cyberstd_kg.rdf.rdflib import graph

    return graph(triples)


def _results(report: rdflib.Graph) -> Iterable[Result]:
    import rdflib

    def one(node: rdflib.term.Node, name: str) -> rdflib.term.Node | None:
        return next(report.objects(node, rdflib.URIRef(_SH + name)), None)

    for result in report.objects(None, rdflib.URIRef(f"{_SH}result")):
        told = {name: one(result, name) for name in ("focusNode", "sourceShape", "resultPath", "value")}
        component = str(one(result, "sourceConstraintComponent") or "")
        path = told["resultPath"]
        yield Result(
            str(told["focusNode"]),
            str(told["sourceShape"]),
            component.removeprefix(_SH).removesuffix("ConstraintComponent"),
            str(path) if isinstance(path, rdflib.URIRef) else "",
            _term(told["value"]),
        )


def _term(node: rdflib.term.Node | None) -> Term | None:
    import rdflib

    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language.lower())
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)) if node.datatype else None)
    return None
