"""SHACL: pySHACL run on a set of statements, its report read into plain rows.

Each shape gets its focus nodes by name: the targets are looked up here, on the whole graph, because a cut of it also
holds entities that the shapes only look at.  The names are added to the data, as objects of a property made up for each
node shape (``sh:targetObjectsOf``); as ``sh:targetNode`` in the shapes, pySHACL would read them over and over.

A property shape gets the focus nodes of the node shapes that it belongs to, and these no longer name it.  The results
are the same, since it says the same of a node by itself; but where pySHACL comes to a property shape from a node shape,
it reads all that the shape states for each node anew, which was most of its time.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg import rdf
from cyberstd_kg.core.hierarchy import above
from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.graph.view import Term, View
from cyberstd_kg.rdf import lists
from cyberstd_kg.rdf.terms import nodes as terms
from cyberstd_kg.validation.shapes import TARGETS, NodeShape, Shapes

if TYPE_CHECKING:
    import rdflib

_SH: Final = PREFIXES["sh"]
_PROPERTY, _PATH, _CLOSED, _IGNORED, _TARGET = terms(
    "sh:property sh:path sh:closed sh:ignoredProperties sh:targetObjectsOf"
)
_NAMED: Final = ox.NamedNode("urn:cyberstd:focus")
#: Most sets of shapes that are kept as pySHACL reads them.
_KEPT: Final = 100
#: From so many entities on, one look at a whole property is cheaper than one for each entity.
_MANY: Final = 1000
#: What shapes say to people and to forms; findings get their words from the shapes, not from the report.  pySHACL would
#: compare each of these with all names of constraints, once for each focus node: a third of its time.
_FOR_PEOPLE: Final = frozenset(
    terms("sh:name sh:description sh:message sh:group sh:order rdfs:label rdfs:comment skos:example")
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
    focus: dict[str, set[ox.NamedNode]] = defaultdict(set)
    named = {node for node in nodes if isinstance(node, ox.NamedNode)}
    by_class: dict[str, list[NodeShape]] = defaultdict(list)
    for shape in shapes.nodes.values():
        for way, target in shape.targets:
            if way == "class":
                by_class[target].append(shape)
            else:
                focus[shape.iri] |= _with_property(named, ox.NamedNode(target), view, subjects=way == "subjects of")
    superclasses = view.superclasses()
    for node in named:
        classes = {higher for name in view.types(node) for higher in superclasses.get(name, {name})}
        for shape in chain.from_iterable(by_class.get(getattr(name, "value", ""), ()) for name in classes):
            focus[shape.iri].add(node)
    return {iri: sorted(aimed, key=str) for iri, aimed in sorted(focus.items()) if aimed}


def _with_property(
    nodes: set[ox.NamedNode], predicate: ox.NamedNode, view: View, *, subjects: bool
) -> set[ox.NamedNode]:
    """Return those of *nodes* that are subjects of statements with *predicate*, or objects."""
    if len(nodes) > _MANY:
        quads = view.quads(None, predicate)
        return nodes & {quad.subject if subjects else quad.object for quad in quads}
    patterns = {node: (node, predicate, None) if subjects else (None, predicate, node) for node in nodes}
    return {node for node, pattern in patterns.items() if next(view.quads(*pattern), None) is not None}


#: Node shapes → these and their property shapes, as pySHACL reads them.
Prepared = dict[tuple[str, ...], "rdflib.Graph"]


def run(
    shapes: Shapes, focus: Mapping[str, Iterable[ox.NamedNode]], quads: Iterable[ox.Quad], prepared: Prepared
) -> list[Result]:
    """Return the results of pySHACL on *quads*, each triple taken once.

    :param focus: node shape → its focus nodes; other shapes do not run
    :param prepared: the shapes as pySHACL read them in earlier runs with the same *shapes*; added to
    """
    if not focus:
        return []
    import pyshacl
    import rdflib

    # An ill-typed value is a finding; rdflib would report it too, with a traceback.
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    names = tuple(focus)
    if names not in prepared:
        if len(prepared) >= _KEPT:
            prepared.clear()
        prepared[names] = rdf.rdflib.graph(_with_focus(shapes, names))
    named = (ox.Triple(_NAMED, _focus(iri), node) for iri, nodes in focus.items() for node in nodes)
    _, report, _ = pyshacl.validate(
        rdf.rdflib.graph(chain((quad.triple for quad in quads), named)),
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
        if triple.predicate.value not in TARGETS and triple.predicate not in _FOR_PEOPLE:
            about[triple.subject].append(triple)
    aimed: set[Term] = set()
    for iri in focus:
        shape = ox.NamedNode(iri)
        properties = [triple.object for triple in about[shape] if triple.predicate == _PROPERTY]
        for aim in (shape, *properties):
            aimed.add(aim)
            yield ox.Triple(aim, _TARGET, _focus(iri))  # type: ignore[arg-type]  # no shape is a literal
        about[shape] = list(_alone(shape, properties, about))
    inside = [above(aim, lambda node: {triple.object for triple in about[node]} & about.keys()) for aim in aimed]
    yield from (triple for node in set().union(*inside) for triple in about[node])


def _alone(shape: Term, properties: list[Term], about: Mapping[Term, list[ox.Triple]]) -> Iterator[ox.Triple]:
    """Yield what a node shape says without its property shapes; a closed one allows the properties of these."""
    said = about[shape]
    yield from (triple for triple in said if triple.predicate not in (_PROPERTY, _IGNORED))
    if any(triple.predicate == _CLOSED for triple in said):
        allowed = [value for triple in said if triple.predicate == _IGNORED for value in _items(triple.object, about)]
        allowed += [triple.object for name in properties for triple in about[name] if triple.predicate == _PATH]
        head, triples = lists.make(allowed)
        yield from triples
        yield ox.Triple(shape, _IGNORED, head)  # type: ignore[arg-type]


def _items(head: Term, about: Mapping[Term, list[ox.Triple]]) -> list[Term]:
    """Return the members of an RDF list of the shapes."""
    cells = lists.cells(head, lambda cell: {triple.predicate: [triple.object] for triple in about[cell]})
    assert cells is not None, "the shapes are checked when they are loaded"
    return [value for _, value in cells]


def _results(report: rdflib.Graph) -> Iterator[Result]:
    import rdflib

    def value(node: rdflib.term.Node, name: str) -> rdflib.term.Node | None:
        return next(report.objects(node, rdflib.URIRef(_SH + name)), None)

    for result in report.objects(None, rdflib.URIRef(f"{_SH}result")):
        component, path = str(value(result, "sourceConstraintComponent") or ""), value(result, "resultPath")
        yield Result(
            this=str(value(result, "focusNode")),
            shape=str(value(result, "sourceShape")),
            component=component.removeprefix(_SH).removesuffix("ConstraintComponent"),
            path=str(path) if isinstance(path, rdflib.URIRef) else "",
            value=_term(value(result, "value")),
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
