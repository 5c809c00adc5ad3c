"""What is asked of a file of entries as a file, before its statements meet the graph.

Shapes and rules speak about the graph; these checks about what somebody hands in: whose names it uses, in whose name it
speaks, and whether a store would keep it as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core import iris
from cyberstd_kg.core.iris import PREFIXES, expand
from cyberstd_kg.validation.entry import EntryFile
from cyberstd_kg.validation.impact import View
from cyberstd_kg.validation.messages import curie, tell
from cyberstd_kg.validation.rules import NAMESPACE


class Check(NamedTuple):
    """A check; message and repair have slots."""

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
    "Take it out: an entry states facts; shapes, axioms and imports have no place in it and are not followed.",
)
NAMES: Final = Check(
    "iri-is-ours",
    "violation",
    "{this} is no IRI of an entry.",
    "Name things as std:iso-iec-27404_2025: a prefix of the project, then one to three words of a-z and 0-9, "
    "with '-' inside a word and '_' between two.",
)
GRAPHS: Final = Check(
    "graph-is-a-source",
    "violation",
    "{source} is no name of a source, so nothing tells who says this.",
    "Put the statement into the graph of its source, GRAPH src:… { … }, and describe the source in the same file.",
)
SPEAKS: Final = Check(
    "source-is-your-own",
    "violation",
    "{source} is a source of the shipped graph: only what it says stands there.",
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
    "The value {value} of {path} holds characters that nobody can see: controls, line ends, marks that turn the text.",
    "Take them out; a line end at the end of a text is easily overlooked.",
)
KNOWN: Final = Check(
    "entry-is-new",
    "warning",
    "{value} is in the graph already, as {this}.",
    "Look at it with 'cyberstd show'. Leave its dct:identifier out where you only add to it; a further source's word "
    "for the same is taken with --fail-on violation.",
)
NOTHING: Final = Check(
    "entry-says-something-new",
    "warning",
    "All that the file says stands in the graph already.",
    "There is nothing to add.",
)
LARGE: Final = Check(
    "mapping-set-is-large",
    "info",
    "{this} has {other} rows: looked at were its ends, its editions, withdrawn provisions and what rows derive from; "
    "the shapes and the other rules were not run on it.",
    "There is nothing to do. Sets of up to 1500 rows together are checked in full.",
)
#: Mapping sets with more rows, together, are not checked by shapes and rules: it would take longer than a person waits.
MAX_ROWS: Final = 1500
CHECKS: Final = (FACTS, NAMES, GRAPHS, SPEAKS, LITERALS, SIGNS, KNOWN, NOTHING, LARGE)

_SCHEMA: Final = (PREFIXES["sh"], PREFIXES["owl"])
_AXIOMS: Final = frozenset(
    PREFIXES["rdfs"] + name for name in ("subClassOf", "subPropertyOf", "domain", "range", "isDefinedBy")
)
_CLASSES: Final = (*_SCHEMA, PREFIXES["rdfs"], PREFIXES["rdf"])
_TYPE: Final = f"{PREFIXES['rdf']}type"
_VERSION: Final = f"{PREFIXES['owl']}versionInfo"
#: Controls, line separators, marks that turn the direction of text, non-characters.
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_IDENTIFIER: Final = expand("dct:identifier")
_SOURCES: Final = PREFIXES["src"]


class FileFault(NamedTuple):
    """One answer of a check: the statement at fault, and what fills the slots beside its own parts."""

    check: Check
    quad: ox.Quad
    other: str = ""

    def texts(self) -> tuple[str, str]:
        """Return message and repair, the slots filled."""
        quad = self.quad
        slots = {
            "this": tell(quad.subject),
            "path": "a" if quad.predicate.value == _TYPE else curie(quad.predicate.value),
            "value": tell(quad.object) if self.check is not KNOWN else getattr(quad.object, "value", ""),
            "source": tell(quad.graph_name),
            "other": self.other,
        }
        message = self.check.message
        for name, told in slots.items():
            message = message.replace(f"{{{name}}}", told)
        return message, self.check.repair


def check(entry: EntryFile, before: View, shipped: View | None) -> Iterator[FileFault]:
    """Yield the faults of a file, once for each thing, graph or statement at fault.

    :param entry: the file
    :param before: the graph without the file
    :param shipped: the shipped graph, where the file does not belong to it
    """
    met: set[object] = set()
    for quad in entry.lines:
        if _is_schema(quad):
            yield FileFault(FACTS, quad)
        elif quad.subject not in met and not (_is_name(quad.subject, before) or _is_end(entry, quad)):
            yield FileFault(NAMES, quad)
        met.add(quad.subject)
        if quad.graph_name not in met:
            met.add(quad.graph_name)
            if not getattr(quad.graph_name, "value", "").startswith(_SOURCES):
                yield FileFault(GRAPHS, quad)
            elif shipped is not None and _any(shipped.quads(graph=quad.graph_name)):
                yield FileFault(SPEAKS, quad)
        if isinstance(quad.object, ox.Literal) and _UNSEEN.search(quad.object.value):
            yield FileFault(SIGNS, quad)
        named = shipped is not None and quad.predicate.value == _IDENTIFIER
        if named and _any(before.quads(quad.subject, quad.predicate)):
            yield FileFault(KNOWN, quad)
    yield from _rewritten(entry)
    if shipped is not None and all(_any(before.quads(*_parts(quad))) for quad in entry.lines):
        yield FileFault(NOTHING, next(iter(entry.lines)))


def _parts(quad: ox.Quad) -> tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode, ox.NamedNode]:
    return quad.subject, quad.predicate, quad.object, quad.graph_name  # type: ignore[return-value]


def _any(quads: Iterator[ox.Quad]) -> bool:
    return next(quads, None) is not None


def _is_schema(quad: ox.Quad) -> bool:
    predicate = quad.predicate.value
    if getattr(quad.subject, "value", "").startswith((PREFIXES["cstd"], PREFIXES["shape"])):
        return True
    if predicate == _TYPE:
        return getattr(quad.object, "value", "").startswith(_CLASSES)
    if predicate == _VERSION:  # of a mapping set, as its publisher counts
        return False
    return predicate.startswith(_SCHEMA) or predicate in _AXIOMS or predicate.startswith(PREFIXES["rdf"])


def _is_end(entry: EntryFile, quad: ox.Quad) -> bool:
    """Tell whether the subject of *quad* is the end of a row of a mapping set: of a text that the graph does not hold.

    Nothing is said of it but how it relates to others.
    """
    return entry.mapping_set is not None and not getattr(quad.subject, "value", iris.BASE).startswith(iris.BASE)


def _is_name(subject: object, before: View) -> bool:
    iri = getattr(subject, "value", "")
    return iris.is_entity(iri) or (
        iri.startswith(iris.BASE) and next(before.quads(ox.NamedNode(iri)), None) is not None
    )


def _rewritten(entry: EntryFile) -> Iterator[FileFault]:
    """Yield the statements whose literal a store would not keep as it is written."""
    xsd = PREFIXES["xsd"]
    for quad in entry.lines:
        value = quad.object
        if (
            isinstance(value, ox.Literal)
            and value.datatype.value.startswith(xsd)
            and value.datatype.value != f"{xsd}string"
        ):
            store = ox.Store()
            store.add(quad)
            kept = next(iter(store)).object
            if kept != value:
                yield FileFault(LITERALS, quad, tell(kept))
