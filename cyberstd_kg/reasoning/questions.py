"""What a person asks of the reasoner, and what is asked of it then: files, suppositions, what is to be explained."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import pyoxigraph as ox

from cyberstd_kg.core import assets
from cyberstd_kg.core.errors import NotFound, Refused, UsageError
from cyberstd_kg.core.iris import BASE, ONTOLOGY, PREFIXES, compact, expand
from cyberstd_kg.core.words import term_words
from cyberstd_kg.reasoning.classify import Reasoning, reason
from cyberstd_kg.reasoning.hermit import Hermit, classpath
from cyberstd_kg.reasoning.java import JavaLimits
from cyberstd_kg.reasoning.java import find as find_java
from cyberstd_kg.reasoning.justifications import SOMETHING, Prover
from cyberstd_kg.reasoning.places import AxiomPlaces
from cyberstd_kg.reasoning.words import Speaker
from cyberstd_kg.reasoning.world import AxiomWorld

if TYPE_CHECKING:
    from cyberstd_kg.graph.resolve import Match
    from cyberstd_kg.workspace.changes import Workspace

#: The made-up thing of which something is supposed.
SUPPOSED: Final = f"{BASE}reasoning#supposed"
_TYPE, _LABEL, _CLASS, _CONCEPT = (
    ox.NamedNode(expand(name)) for name in ("rdf:type", "rdfs:label", "owl:Class", "skos:Concept")
)
_TERMS: Final = ox.NamedNode(ONTOLOGY)
#: Seconds for an answer, and for one with explanations.
SECONDS, SECONDS_EXPLAINED = 60.0, 180.0
#: Explanations of one thing or of empty classes.
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
        """Return the label of a thing."""


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
    find_java()  # that it is missing is told at once
    classpath()
    names = Names(kg)
    supposed = [names.statement(text) for text in asked.suppose]
    target = names.thing(asked.explain) if isinstance(asked.explain, str) else None
    within = names.of_class(asked.within) if asked.within else None
    if supposed and asked.explain and target is None:
        target = SUPPOSED
    if within and target is None:
        raise UsageError("of which thing is it to be explained that it is in the class?", "Name it after --explain.")
    lines: dict[ox.Quad, tuple[str, int]] = {}
    things: list[str] = [SUPPOSED] if supposed else []
    if asked.files:
        entries, report = kg.workspace.checked(asked.files, source=asked.source)
        if failing := report.failing("violation"):
            told = f"{', '.join(asked.files)}: not reasoned with. First: {failing[0].message}"
            raise Refused(told, report, failing[0].repair)
        for entry in entries:
            lines |= {quad: (entry.name, line) for quad, line in entry.lines.items()}
            things += [quad.subject.value for quad in entry.quads if isinstance(quad.subject, ox.NamedNode)]
    asked.say("reading the axioms …")
    world = AxiomWorld(kg.store, lines, supposed)
    seconds = asked.timeout or (SECONDS_EXPLAINED if asked.explain else SECONDS)
    limits = JavaLimits(seconds, asked.memory)
    asked.say(f"asking the reasoner about {len(world.terms)} axioms and {len(world.facts)} statements of the data …")

    def then(hermit: Hermit, found: Reasoning) -> None:
        if asked.explain:
            explain(Prover(hermit, world, asked.say), world, found, target, within, asked.most)
        elif found.objection:
            found.explanations += [one for one in [Prover(hermit, world, asked.say).objection()] if one]

    found = reason(world, limits, then)
    found.about = sorted(set(things) | ({target} if target else set()))
    found.world, found.lines = world, lines
    return found


def explain(
    prover: Prover, world: AxiomWorld, found: Reasoning, target: str | None, within: str | None = None, most: int = 1
) -> None:
    """Put explanations into *found*: of what is wrong; else of what is inferred of *target*.

    :param target: a thing or a class; None: only what is wrong
    :param within: of the classes of *target*, only this one
    :param most: so many contradictions at most
    """
    if found.objection:
        found.explanations += [one for one in [prover.objection()] if one]
        return
    if not found.consistent:
        found.explanations += prover.contradictions(most)
        found.complete = len(found.explanations) < most
        return
    if target is None:
        found.explanations += [
            one for name in found.unsatisfiable[:_MOST_EXPLAINED] if (one := prover.unsatisfiable(name))
        ]
        return
    is_class = any(world.store.quads_for_pattern(ox.NamedNode(target), _TYPE, _CLASS, _TERMS))
    if is_class and target in found.unsatisfiable:
        wanted = [prover.unsatisfiable(target)]
    elif is_class:
        above = [within] if within else _above(found, target)
        wanted = [prover.subsumption(target, name) for name in above[:_MOST_EXPLAINED]]
    else:
        classes = [within] if within else found.types.get(target, [])
        wanted = [prover.membership(target, name) for name in classes[:_MOST_EXPLAINED]]
    found.explanations += [one for one in wanted if one]


def _above(found: Reasoning, name: str) -> list[str]:
    equal = {other for group in found.equivalences if name in group for other in group} - {name}
    return sorted(equal | {high for low, high in found.subsumptions if low == name})


class Names:
    """Finds what people mean by the names of classes, properties, codes and things.

    :param kg: the graph
    """

    def __init__(self, kg: GraphAccess) -> None:
        self._kg = kg
        self._classes = _labelled(kg.store, [_CLASS])
        self._properties = _labelled(kg.store, [ox.NamedNode(expand("owl:ObjectProperty"))])

    def of_class(self, text: str) -> str:
        """Return the IRI of a class, by its label, its local name, a CURIE or an IRI.

        :raises NotFound: when there is none; the hint names near misses
        """
        return _named(text, self._classes, "class")

    def thing(self, text: str) -> str:
        """Return the IRI of a class, else of a thing, that *text* means."""
        try:
            return self.of_class(text)
        except NotFound:
            return self._kg.resolve(text).iri

    def statement(self, text: str) -> ox.Triple:
        """Return ``property=value`` as a statement of the made-up thing; ``class=…`` says in which class it is.

        :raises UsageError: when it has another form
        :raises NotFound: when there is no such property or value; the hint names near misses
        """
        way, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not way or not value:
            raise UsageError(f"'{text}' is no supposition", 'Write it as property=value: "genus=collection of means".')
        made = ox.NamedNode(SUPPOSED)
        if way.casefold() in ("class", "a", "rdf:type"):
            return ox.Triple(made, _TYPE, ox.NamedNode(self.of_class(value)))
        found = ox.NamedNode(_named(way, self._properties, "property"))
        return ox.Triple(made, found, ox.NamedNode(self._value(found, value)))

    def _value(self, way: ox.NamedNode, text: str) -> str:
        """Return what *text* means as a value of *way*: of its used values, of their schemes, else of the graph."""
        used = {quad.object for quad in self._kg.store.quads_for_pattern(None, way, None, ox.DefaultGraph())}
        homes = {
            value.value.rpartition("#")[0] for value in used if isinstance(value, ox.NamedNode) and "#" in value.value
        }
        if homes:
            codes: dict[str, str] = {}
            for home in sorted(homes):
                for quad in self._kg.store.quads_for_pattern(None, _TYPE, _CONCEPT, ox.NamedNode(home)):
                    iri = quad.subject.value  # type: ignore[union-attr]  # a code has a name
                    codes[iri] = self._kg.label(iri)
            return _named(text, codes, f"value of '{compact(way.value)}'")
        return self._kg.resolve(text).iri


def _labelled(store: ox.Store, kinds: Iterable[ox.NamedNode]) -> dict[str, str]:
    """Return the terms of the ontology of these kinds, IRI → label."""
    found = {}
    for kind in kinds:
        for quad in store.quads_for_pattern(None, _TYPE, kind, _TERMS):
            if isinstance(quad.subject, ox.NamedNode):
                labels = store.quads_for_pattern(quad.subject, _LABEL, None, _TERMS)
                label = next((label.object.value for label in labels if isinstance(label.object, ox.Literal)), "")
                found[quad.subject.value] = label
    return found


def _named(text: str, known: dict[str, str], what: str) -> str:
    """Return the IRI in *known* (IRI → label) that *text* means."""
    wanted = " ".join(text.split()).casefold()
    forms: dict[str, str] = {}
    for iri, label in sorted(known.items()):
        for form in (iri, compact(iri) or iri, iri.rpartition("#")[2].rpartition("/")[2], label):
            if form:
                forms.setdefault(form.casefold(), iri)
    if wanted.strip("<>") in forms:
        return forms[wanted.strip("<>")]
    near = get_close_matches(wanted, forms, n=3, cutoff=0.5)
    close = list(dict.fromkeys(known[forms[form]] or compact(forms[form]) or forms[form] for form in near))
    listed = "docs/ontology.html lists classes, properties and codes."
    hint = f"Did you mean {' or '.join(repr(one) for one in close)}?" if close else listed
    raise NotFound(f"'{text}' is no {what}", hint)


def speaker(kg: GraphAccess) -> Speaker:
    """Return what says axioms in the words of *kg*."""
    made = {SUPPOSED: "the thing that is supposed", SOMETHING: "something"}
    terms = _labelled(kg.store, [_CLASS, ox.NamedNode(expand("owl:ObjectProperty"))])

    def label(iri: str) -> str:
        own = made.get(iri) or terms.get(iri)
        if own:
            return own
        named = "" if iri.startswith(PREFIXES["owl"]) else kg.label(iri)
        if named and ":" not in named.partition(" ")[0]:
            return named
        # A borrowed term bears no label: its own name tells what it means.
        return named or compact(iri) or iri if iri.startswith(BASE) else term_words(iri) or iri

    return Speaker(label)


def places(kg: GraphAccess, found: Reasoning) -> AxiomPlaces:
    """Return what tells where the axioms of *found* are from."""
    assert found.world is not None, "an answer of kg.reason()"
    files = [path for path in assets.graph_files() if path.suffix == ".ttl"] + kg.workspace.files()
    return AxiomPlaces(found.world, files, found.lines, assets.root())
