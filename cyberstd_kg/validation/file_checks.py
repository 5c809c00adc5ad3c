"""Checks of a file of entries as a file, before its statements meet the graph.

Shapes and rules check the graph; these checks look at what somebody submits: under whose names, for which source, and
whether a store would keep it as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core import iris
from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.graph.view import View
from cyberstd_kg.rdf.terms import TYPE, nodes, plain
from cyberstd_kg.validation.entry import EntryFile
from cyberstd_kg.validation.findings import Finding, GraphFinding
from cyberstd_kg.validation.messages import curie, fill, tell
from cyberstd_kg.validation.rules import NAMESPACE


class Check(NamedTuple):
    """A check; the message has slots."""

    id: str
    severity: str
    message: str
    repair: str

    @property
    def iri(self) -> str:
        """The name under which findings point to it."""
        return NAMESPACE + self.id


FACTS: Final = Check(
    "entry-states-facts",
    "violation",
    "{path} {value} is a statement about a vocabulary or a schema, not about a standard.",
    "Remove it: an entry states facts; shapes, axioms and imports have no place in it and are not followed.",
)
NAMES: Final = Check(
    "iri-is-ours",
    "violation",
    "{this} is not an IRI of an entry.",
    "Name entities as std:iso-iec-27404_2025: a prefix of the project, then one to three words of a-z and 0-9, "
    "with '-' inside a word and '_' between two.",
)
GRAPHS: Final = Check(
    "graph-is-a-source",
    "violation",
    "{source} is not a name of a source, so nothing shows who says this.",
    "Put the statement into the graph of its source, GRAPH src:… { … }, and describe the source in the same file.",
)
SPEAKS: Final = Check(
    "source-is-your-own",
    "violation",
    "{source} is a source of the shipped graph: its graph holds only what it says.",
    "Give your entry a source of its own, such as src:workspace_…, described in the same file.",
)
LITERALS: Final = Check(
    "literal-stays-as-written",
    "violation",
    "The value {value} of {path} would be read as {other}.",
    "Write it so, or as a plain string where the very characters matter, such as a version or a clause number.",
)
SIGNS: Final = Check(
    "text-can-be-seen",
    "violation",
    "The value {value} of {path} holds invisible characters: controls, line ends, marks that turn the text.",
    "Remove them; a line end at the end of a text is easily overlooked.",
)
KNOWN: Final = Check(
    "entry-is-new",
    "warning",
    "{value} is in the graph already, as {this}.",
    "Look at it with 'cyberstd show'. Leave its dct:identifier out where you only add to it; what a further source "
    "says of the same is accepted with --fail-on violation.",
)
NOTHING: Final = Check(
    "entry-says-something-new",
    "warning",
    "The graph already holds all that the file says.",
    "There is nothing to add.",
)
LARGE: Final = Check(
    "mapping-set-is-large",
    "info",
    "{this} has {other} rows: only its ends, its editions, withdrawn provisions and what rows derive from were "
    "checked; the shapes and the other rules were not run on it.",
    "There is nothing to do. Sets of up to 1500 rows together are checked in full.",
)
CHECKS: Final = (FACTS, NAMES, GRAPHS, SPEAKS, LITERALS, SIGNS, KNOWN, NOTHING, LARGE)
#: Checks of an entity or a graph as such, not of a value.
_NOT_OF_VALUES: Final = (NAMES, GRAPHS, SPEAKS, NOTHING, LARGE)
#: Mapping sets with more rows, together, are not checked by shapes and rules: it would take longer than a person waits.
MAX_ROWS: Final = 1500

_SCHEMA: Final = (PREFIXES["sh"], PREFIXES["owl"])
_AXIOMS: Final = nodes("rdfs:subClassOf rdfs:subPropertyOf rdfs:domain rdfs:range rdfs:isDefinedBy")
_CLASSES: Final = (*_SCHEMA, PREFIXES["rdfs"], PREFIXES["rdf"])
_VERSION, _IDENTIFIER = nodes("owl:versionInfo dct:identifier")
#: Controls, line separators, marks that turn the direction of text, non-characters.
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


def large_sets(entries: Iterable[EntryFile]) -> list[EntryFile]:
    """Return the mapping sets among *entries* when they have more than :data:`MAX_ROWS` rows together, else none."""
    sets = [(entry, len(entry.mapping_set.rows)) for entry in entries if entry.mapping_set]
    return [entry for entry, _ in sets] if sum(rows for _, rows in sets) > MAX_ROWS else []


def finding(check: Check, quad: ox.Quad, entry: EntryFile, other: str = "") -> Finding:
    """Return the finding of a check about a statement of a file.

    :param other: what fills the slot of this name in the message
    """
    slots = {
        "this": tell(quad.subject),
        "path": "a" if quad.predicate == TYPE else curie(quad.predicate.value),
        "value": tell(quad.object) if check is not KNOWN else plain(quad.object),
        "source": tell(quad.graph_name),
        "other": other,
    }
    is_of_value = check not in _NOT_OF_VALUES
    return GraphFinding(
        severity=check.severity,
        entry=plain(quad.subject),
        shape=check.iri,
        path=quad.predicate.value if is_of_value else "",
        value=quad.object if is_of_value else None,
        message=fill(check.message, slots, ""),
        repair=check.repair,
        source=plain(quad.graph_name),
    ).at((entry.name, entry.lines.get(quad, 1)))


def check(entry: EntryFile, before: View, shipped: View | None) -> Iterator[Finding]:
    """Yield the findings about a file, once for each entity, graph or statement at fault.

    :param entry: the file
    :param before: the graph without the file
    :param shipped: the shipped graph, where the file does not belong to it
    """
    subjects, graphs = set[object](), set[object]()
    for quad in entry.lines:
        faults = list[Check]()
        if _is_schema(quad):
            faults.append(FACTS)
        elif quad.subject not in subjects and not (_is_name(quad.subject, before) or _is_end(entry, quad)):
            faults.append(NAMES)
        if quad.graph_name not in graphs and not plain(quad.graph_name).startswith(PREFIXES["src"]):
            faults.append(GRAPHS)
        elif quad.graph_name not in graphs and shipped is not None and _any(shipped.quads(graph=quad.graph_name)):
            faults.append(SPEAKS)
        subjects.add(quad.subject)
        graphs.add(quad.graph_name)
        yield from (finding(fault, quad, entry) for fault in faults)
        if isinstance(quad.object, ox.Literal):
            yield from _of_literal(quad, quad.object, entry)
        if shipped is not None and quad.predicate == _IDENTIFIER and _any(before.quads(quad.subject, quad.predicate)):
            yield finding(KNOWN, quad, entry)
    if shipped is not None and all(
        _any(before.quads(quad.subject, quad.predicate, quad.object, quad.graph_name)) for quad in entry.lines
    ):
        yield finding(NOTHING, next(iter(entry.lines)), entry)


def _of_literal(quad: ox.Quad, literal: ox.Literal, entry: EntryFile) -> Iterator[Finding]:
    """Yield what is wrong with a literal: characters that nobody can see, or a form that a store would rewrite."""
    if _UNSEEN.search(literal.value):
        yield finding(SIGNS, quad, entry)
    datatype = literal.datatype.value
    if datatype.startswith(PREFIXES["xsd"]) and datatype != f"{PREFIXES['xsd']}string":
        store = ox.Store()
        store.add(quad)
        kept = next(iter(store)).object
        if kept != literal:
            yield finding(LITERALS, quad, entry, tell(kept))


def _any(quads: Iterator[ox.Quad]) -> bool:
    return next(quads, None) is not None


def _is_schema(quad: ox.Quad) -> bool:
    if plain(quad.subject).startswith((PREFIXES["cstd"], PREFIXES["shape"])):
        return True
    if quad.predicate == TYPE:
        return plain(quad.object).startswith(_CLASSES)
    if quad.predicate == _VERSION:  # of a mapping set, as its publisher counts
        return False
    return quad.predicate in _AXIOMS or quad.predicate.value.startswith((*_SCHEMA, PREFIXES["rdf"]))


def _is_end(entry: EntryFile, quad: ox.Quad) -> bool:
    """Tell whether the subject of *quad* is an end of a row of a mapping set, in a text that the graph does not hold.

    The file says only how it relates to others.
    """
    return entry.mapping_set is not None and not plain(quad.subject).startswith(iris.BASE)


def _is_name(subject: object, before: View) -> bool:
    if not isinstance(subject, ox.NamedNode):
        return False
    return iris.is_entity(subject.value) or (subject.value.startswith(iris.BASE) and _any(before.quads(subject)))
