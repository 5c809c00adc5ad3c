"""What a person asks of the reasoner, and how it is answered: files, suppositions, what is to be explained."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import pyoxigraph as ox

from cyberstd_kg.core import assets, words
from cyberstd_kg.core.errors import NotFound, Refused, UsageError
from cyberstd_kg.core.iris import BASE, ONTOLOGY, PREFIXES, compact, short
from cyberstd_kg.graph.view import View
from cyberstd_kg.rdf.terms import LABEL, TYPE, nodes, plain
from cyberstd_kg.reasoning import hermit, java
from cyberstd_kg.reasoning.axioms import named
from cyberstd_kg.reasoning.classify import Reasoning, reason
from cyberstd_kg.reasoning.hermit import Hermit
from cyberstd_kg.reasoning.java import JavaLimits
from cyberstd_kg.reasoning.justifications import SOMETHING, Explanation, Prover
from cyberstd_kg.reasoning.places import AxiomPlaces
from cyberstd_kg.reasoning.words import Speaker
from cyberstd_kg.reasoning.world import AxiomWorld

if TYPE_CHECKING:
    from cyberstd_kg.graph.resolve import Match
    from cyberstd_kg.workspace.changes import Workspace

#: The made-up entity of which something is supposed.
SUPPOSED: Final = f"{BASE}reasoning#supposed"
_CLASS, _CONCEPT, _OBJECT_PROPERTY = nodes("owl:Class skos:Concept owl:ObjectProperty")
_TERMS: Final = ox.NamedNode(ONTOLOGY)
#: Seconds for an answer, and for one with explanations.
SECONDS, SECONDS_EXPLAINED = 60.0, 180.0
#: The most explanations of one entity or of empty classes.
_MOST_EXPLAINED: Final = 12


class GraphAccess(Protocol):
    """What is needed of the graph: its store, its names and the user's own entries."""

    @property
    def store(self) -> ox.Store:
        """The engine's store."""

    @property
    def workspace(self) -> Workspace:
        """The user's own entries."""

    def resolve(self, reference: str, kinds: Iterable[str] | None = None) -> Match:
        """Return what a reference means."""

    def label(self, iri: str) -> str:
        """Return the label of an entity."""


class Asked(NamedTuple):
    """What is asked; see :meth:`cyberstd_kg.api.ontology.Ontology.reason`."""

    files: tuple[str, ...]
    suppose: tuple[str, ...]
    explain: bool | str
    within: str | None
    most: int
    source: str
    timeout: float | None
    memory: int
    say: Callable[[str], None]


def ask(kg: GraphAccess, asked: Asked) -> Reasoning:
    """Answer; raises as :meth:`cyberstd_kg.api.ontology.Ontology.reason` does."""
    java.find()  # reports at once that it is missing
    hermit.classpath()
    names = Names(kg)
    supposed = [names.statement(text) for text in asked.suppose]
    target = SUPPOSED if supposed and asked.explain else None
    if isinstance(asked.explain, str):
        target = names.entity(asked.explain)
    within = names.of_class(asked.within) if asked.within else None
    if within and target is None:
        raise UsageError("--class needs the entity whose membership is explained", "Name it after --explain.")
    lines = _statements(kg, asked)
    asked.say("reading the axioms …")
    world = AxiomWorld(kg.store, lines, supposed)
    limits = JavaLimits(asked.timeout or (SECONDS_EXPLAINED if asked.explain else SECONDS), asked.memory)
    asked.say(f"asking the reasoner about {len(world.terms)} axioms and {len(world.facts)} statements of the data …")

    def then(reasoner: Hermit, reasoning: Reasoning) -> None:
        prover = Prover(reasoner, world, asked.say)
        if asked.explain:
            explain(prover, world, reasoning, target, within, asked.most)
        elif reasoning.objection:
            reasoning.explanations = _found(prover.objection())

    reasoning = reason(world, limits, then)
    subjects = named(*(quad.subject for quad in lines), *(triple.subject for triple in supposed))
    reasoning.about = sorted(subjects | ({target} if target else set()))
    reasoning.world, reasoning.lines = world, lines
    return reasoning


def _statements(kg: GraphAccess, asked: Asked) -> dict[ox.Quad, tuple[str, int]]:
    """Return the statements of the files, each with file and line.

    :raises Refused: when a file has violations
    """
    if not asked.files:
        return {}
    entries, report = kg.workspace.checked(asked.files, source=asked.source)
    if failing := report.failing("violation"):
        message = f"{', '.join(asked.files)}: not reasoned with. First: {failing[0].message}"
        raise Refused(message, report, failing[0].repair)
    return {quad: (entry.name, line) for entry in entries for quad, line in entry.lines.items()}


def _found(*explanations: Explanation | None) -> list[Explanation]:
    return [explanation for explanation in explanations if explanation]


def explain(
    prover: Prover,
    world: AxiomWorld,
    reasoning: Reasoning,
    target: str | None,
    within: str | None = None,
    most: int = 1,
) -> None:
    """Put explanations into *reasoning*: of what is wrong; else of what is inferred of *target*.

    :param target: an entity or a class; None: only what is wrong
    :param within: of the classes of *target*, only this one
    :param most: the most contradictions
    """
    if reasoning.objection:
        reasoning.explanations = _found(prover.objection())
    elif not reasoning.consistent:
        reasoning.explanations = list(prover.contradictions(most))
        reasoning.complete = len(reasoning.explanations) < most
    elif target is None:
        reasoning.explanations = _found(*map(prover.unsatisfiable, reasoning.unsatisfiable[:_MOST_EXPLAINED]))
    else:
        reasoning.explanations = _inferences(prover, world, reasoning, target, within)


def _inferences(
    prover: Prover, world: AxiomWorld, reasoning: Reasoning, target: str, within: str | None
) -> list[Explanation]:
    """Return explanations of what is inferred of a class or an entity."""
    prove: Callable[[str, str], Explanation | None] = prover.membership
    names = reasoning.types.get(target, [])
    if any(View(world.store).quads(ox.NamedNode(target), TYPE, _CLASS, _TERMS)):
        if target in reasoning.unsatisfiable:
            return _found(prover.unsatisfiable(target))
        equal = {other for group in reasoning.equivalences if target in group for other in group} - {target}
        names = sorted(equal | {high for low, high in reasoning.subsumptions if low == target})
        prove = prover.subsumption
    return _found(*(prove(target, name) for name in ([within] if within else names)[:_MOST_EXPLAINED]))


class Names:
    """Finds what people mean by the names of classes, properties, codes and entities.

    :param kg: the graph
    """

    def __init__(self, kg: GraphAccess) -> None:
        self._kg = kg
        self._classes = _labelled(kg.store, _CLASS)
        self._properties = _labelled(kg.store, _OBJECT_PROPERTY)

    def of_class(self, text: str) -> str:
        """Return the IRI of a class, by its label, its local name, a CURIE or an IRI.

        :raises NotFound: when there is none; the hint names near misses
        """
        return _named(text, self._classes, "class")

    def entity(self, text: str) -> str:
        """Return the IRI of a class, else of an entity, that *text* means."""
        try:
            return self.of_class(text)
        except NotFound:
            return self._kg.resolve(text).iri

    def statement(self, text: str) -> ox.Triple:
        """Return ``property=value`` as a statement of the made-up entity; ``class=…`` puts it into a class.

        :raises UsageError: when it has another form
        :raises NotFound: when there is no such property or value; the hint names near misses
        """
        way, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not way or not value:
            hint = 'Write it as property=value: "genus=collection of means".'
            raise UsageError(f"'{text}' is not a supposition", hint)
        supposed = ox.NamedNode(SUPPOSED)
        if way.casefold() in ("class", "a", "rdf:type"):
            return ox.Triple(supposed, TYPE, ox.NamedNode(self.of_class(value)))
        predicate = ox.NamedNode(_named(way, self._properties, "property"))
        return ox.Triple(supposed, predicate, ox.NamedNode(self._value(predicate, value)))

    def _value(self, way: ox.NamedNode, text: str) -> str:
        """Return what *text* means as a value of *way*: a code of the schemes of its values, else any entity."""
        view = View(self._kg.store)
        used = {plain(quad.object) for quad in view.quads(None, way)}
        schemes = sorted({iri.rpartition("#")[0] for iri in used if "#" in iri})
        codes = [
            plain(quad.subject) for scheme in schemes for quad in view.quads(None, TYPE, _CONCEPT, ox.NamedNode(scheme))
        ]
        if schemes:
            return _named(text, {iri: self._kg.label(iri) for iri in codes}, f"value of '{compact(way.value)}'")
        return self._kg.resolve(text).iri


def _labelled(store: ox.Store, *kinds: ox.NamedNode) -> dict[str, str]:
    """Return the terms of the ontology of these kinds, IRI → label."""
    view = View(store)
    return {
        quad.subject.value: next((plain(label.object) for label in view.quads(quad.subject, LABEL, None, _TERMS)), "")
        for kind in kinds
        for quad in view.quads(None, TYPE, kind, _TERMS)
        if isinstance(quad.subject, ox.NamedNode)
    }


def _named(text: str, known: dict[str, str], what: str) -> str:
    """Return the IRI in *known* (IRI → label) that *text* means."""
    wanted = " ".join(text.split()).casefold()
    forms: dict[str, str] = {}
    for iri, label in sorted(known.items()):
        for form in (iri, short(iri), iri.rpartition("#")[2].rpartition("/")[2], label):
            if form:
                forms.setdefault(form.casefold(), iri)
    if wanted.strip("<>") in forms:
        return forms[wanted.strip("<>")]
    near = words.near(wanted, forms, most=3, cutoff=0.5)
    hint = words.did_you_mean(near, lambda form: repr(known[forms[form]] or short(forms[form])))
    raise NotFound(f"'{text}' is not a {what}", hint or "docs/ontology.html lists classes, properties and codes.")


def speaker(kg: GraphAccess) -> Speaker:
    """Return what says axioms in the words of *kg*."""
    made_up = {SUPPOSED: "the supposed entity", SOMETHING: "something"}
    terms = _labelled(kg.store, _CLASS, _OBJECT_PROPERTY)

    def label_of(iri: str) -> str:
        if own := made_up.get(iri) or terms.get(iri):
            return own
        label = "" if iri.startswith(PREFIXES["owl"]) else kg.label(iri)
        if label and ":" not in label.partition(" ")[0]:
            return label
        # A borrowed term has no label: its own name says what it means.
        return label or short(iri) if iri.startswith(BASE) else words.term_words(iri) or iri

    return Speaker(label_of)


def places(kg: GraphAccess, reasoning: Reasoning) -> AxiomPlaces:
    """Return what locates the axioms of *reasoning*."""
    assert reasoning.world is not None, "an answer of kg.reason()"
    files = [path for path in assets.graph_files() if path.suffix == ".ttl"] + kg.workspace.files()
    return AxiomPlaces(reasoning.world, files, reasoning.lines, assets.root())
