"""SHACL: pySHACL run on a set of statements, its report read into plain rows.

Each shape is given its focus nodes by name (``sh:targetNode``): the targets are found out here, on the whole graph,
because a cut of it also holds things that are only looked at.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.change import Term, View
from cyberstd_kg.iris import PREFIXES, expand
from cyberstd_kg.shapes import TARGETS, NodeShape, Shapes

if TYPE_CHECKING:
    import rdflib

_SH: Final = PREFIXES["sh"]
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
    for node in nodes:
        if not isinstance(node, ox.NamedNode):
            continue
        classes = {higher for name in view.types(node) for higher in above.get(name, {name})}
        for name in classes:
            for shape in by_class.get(getattr(name, "value", ""), ()):
                found[shape.iri].add(node)
        for shape, way, predicate in others:
            pattern = (node, predicate, None) if way == "subjects of" else (None, predicate, node)
            if next(view.quads(*pattern), None) is not None:
                found[shape.iri].add(node)
    return {iri: sorted(held, key=str) for iri, held in sorted(found.items())}


def run(shapes: Shapes, focus: Mapping[str, Iterable[ox.NamedNode]], quads: Iterable[ox.Quad]) -> list[Result]:
    """Return the results of pySHACL on *quads*, each triple taken once.

    :param focus: node shape → its focus nodes; shapes that are not named do not run
    """
    if not focus:
        return []
    import pyshacl
    import rdflib

    # An ill-typed value is a finding; rdflib would tell of it too, with a traceback.
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    _, report, _ = pyshacl.validate(
        _graph(quad.triple for quad in quads),
        shacl_graph=_graph(_with_focus(shapes, focus)),
        inference="none",
        advanced=False,
        meta_shacl=False,
        do_owl_imports=False,
    )
    assert isinstance(report, rdflib.Graph), "pySHACL answers with a report"
    return list(_results(report))


def _with_focus(shapes: Shapes, focus: Mapping[str, Iterable[ox.NamedNode]]) -> Iterable[ox.Triple]:
    """Yield the triples of the shapes in *focus* with these focus nodes in place of their targets."""
    about: dict[object, list[ox.Triple]] = defaultdict(list)
    for triple in shapes.triples:
        if triple.predicate.value not in TARGETS and triple.predicate.value not in _FOR_PEOPLE:
            about[triple.subject].append(triple)
    waiting: list[object] = [ox.NamedNode(iri) for iri in focus]
    met = set(waiting)
    while waiting:
        for triple in about[waiting.pop()]:
            yield triple
            if triple.object in about and triple.object not in met:
                met.add(triple.object)
                waiting.append(triple.object)
    for iri, nodes in focus.items():
        for node in nodes:
            yield ox.Triple(ox.NamedNode(iri), ox.NamedNode(f"{_SH}targetNode"), node)


def _graph(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    from cyberstd_kg.exporters.rdflib_dataset import graph

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
