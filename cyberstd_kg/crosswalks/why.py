"""Why two provisions are linked: the proof, row by row, each with who says it, how it is read, and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cyberstd_kg.crosswalks import checker, proofs
from cyberstd_kg.crosswalks.network import Edge, PublishedRow
from cyberstd_kg.crosswalks.pairs import Closed, Crosswalks, Pair, told
from cyberstd_kg.mappings.relations import ANY, compose, converse, signs

#: Links that say nothing of which an answer shows, at most.
_SHOWN_LINKS = 10
Label = Callable[[str], str]
Sources = Callable[[str, str, str], list[str]]


class Explainer:
    """Explains what a crosswalk knows.

    :param label: IRI → label
    :param sources: subject, property (as CURIE), object → the sources that state it
    """

    def __init__(self, walk: Crosswalks, label: Label, sources: Sources) -> None:
        self._walk = walk
        self._label = label
        self._sources = sources

    def why(self, first: str, second: str) -> dict[str, Any]:
        """Return all that is known of two ends, with proofs (docs/interface.md, ``why``)."""
        return {
            "from": self.end(first),
            "to": self.end(second),
            **self._walk.options.to_json(),
            "answers": [self._answer(pair) for pair in self._walk.between(first, second)],
            "groups": [
                self._answer(pair)
                for one, other in self._with_groups(first, second)
                for pair in self._walk.between(one, other)
                if pair.relations != ANY
            ],
        }

    def end(self, iri: str) -> dict[str, Any]:
        """Return an end of a pair: IRI, label, its text, and of a group the members."""
        network = self._walk.network
        found: dict[str, Any] = {"iri": iri, "label": self._label(iri), "text": network.text_of(iri) or None}
        if iri in network.members:
            found["members"] = [{"iri": member, "label": self._label(member)} for member in network.members[iri]]
        return found

    def row(self, row: PublishedRow) -> dict[str, Any]:
        """Return a published row: what it says, in whose words, read by whom and why, and where it stands."""
        told_of = self._walk.network.sets.get(row.set)
        taken = self._walk.network.taken(row, self._walk.options.mode)
        return {
            "iri": row.iri,
            "from": row.first,
            "from_label": self._label(row.first),
            "to": row.second,
            "to_label": self._label(row.second),
            "word": row.word or None,
            "relations": signs(taken),
            "confidence": row.confidence,
            "set": row.set,
            "set_title": told_of.title if told_of else None,
            "publisher": (told_of.publisher or None) if told_of else None,
            "publisher_label": self._label(told_of.publisher) if told_of and told_of.publisher else None,
            "read_by": (told_of.read_by or None) if told_of else None,
            "reason": (told_of.reason or None) if told_of else None,
            "source": (told_of.source or None) if told_of else None,
        }

    def _with_groups(self, first: str, second: str) -> list[tuple[str, str]]:
        """Return pairs of which one end, or both, is a group that the provision is a member of."""
        of: dict[str, list[str]] = {first: [first], second: [second]}
        for group, members in self._walk.network.members.items():
            for one in of.keys() & set(members):
                of[one].append(group)
        return [(one, other) for one in of[first] for other in of[second] if (one, other) != (first, second)]

    def _answer(self, pair: Pair) -> dict[str, Any]:
        closed = next(one for one in self._walk.closed if one.group == pair.group)
        here, there = closed.taken.number[pair.first], closed.taken.number[pair.second]
        found: dict[str, Any] = {"from": self.end(pair.first), "to": self.end(pair.second), **told(pair)}
        found["published"] = [self.row(row) for row in pair.published]
        proof = proofs.prove(closed.closure, here, there)
        found["steps"] = [] if proof is None else self.steps(closed, proof)
        if proof is not None:
            found["checked"] = not checker.faults(found["steps"], self._taken(closed, proof))
        if pair.verdict == "undetermined":
            found["links"] = [self._link(closed, here, there, rows) for rows in self._walk.links(closed, here, there)]
            found["links_in_all"] = len(found["links"])
            found["links"] = found["links"][:_SHOWN_LINKS]
        return found

    def steps(self, closed: Closed, proof: proofs.Proof) -> list[dict[str, Any]]:
        """Return the steps of a proof as ``why`` prints them."""
        nodes = closed.taken.nodes
        return [
            {
                "from": nodes[step.first],
                "from_label": self._label(nodes[step.first]),
                "to": nodes[step.second],
                "to_label": self._label(nodes[step.second]),
                "relations": signs(step.relations),
                "links": [self._step_link(closed, link) for link in step.links],
                "meets": [number + 1 for number in step.meets],
            }
            for step in proof.steps
        ]

    def _step_link(self, closed: Closed, link: proofs.ChainLink) -> dict[str, Any]:
        nodes = closed.taken.nodes
        found: dict[str, Any] = {
            "from": nodes[link.first],
            "from_label": self._label(nodes[link.first]),
            "to": nodes[link.second],
            "to_label": self._label(nodes[link.second]),
            "relations": signs(link.relations),
            "of": str(link.premise) if link.premise >= 0 else None,
            "step": link.step + 1 if link.step >= 0 else None,
            "turned": link.turned,
        }
        if link.premise >= 0:
            key = closed.taken.premises[link.premise].key
            if isinstance(key, PublishedRow):
                row = self.row(key)
                found |= {"rule": "published", "row": row, "sources": [row["source"]]}
            elif isinstance(key, Edge):
                found |= {"rule": key.kind, "row": None, "sources": self._stating(key)}
        else:
            found |= {"rule": "step", "row": None, "sources": []}
        return found

    def _stating(self, edge: Edge) -> list[str]:
        """Return the sources that state the structure on which an edge rests."""
        stated = {
            "contained in": (edge.first, "cstd:parentProvision", edge.second),
            "member of": (edge.second, "cstd:hasMember", edge.first),
        }
        return self._sources(*stated[edge.kind]) if edge.kind in stated else []

    def _taken(self, closed: Closed, proof: proofs.Proof) -> dict[str, tuple[str, str, frozenset[str]]]:
        """Return the premises of a proof as the checker wants them: as the graph has them, not as the proof says."""
        nodes, found = closed.taken.nodes, {}
        for number in proof.premises:
            premise = closed.taken.premises[number]
            told_of = frozenset(signs(premise.relations).split())
            found[str(number)] = nodes[premise.first], nodes[premise.second], told_of
        return found

    def _link(self, closed: Closed, here: int, there: int, rows: tuple[int, ...]) -> dict[str, Any]:
        """Return rows that put two ends side by side although nothing follows, and what they come to."""
        found = [row for number in rows if (row := closed.row(number)) is not None]
        came_to = ANY
        if len(found) == 2:
            first, second = (closed.taken.premises[number] for number in rows)
            ends = {first.first, first.second} & {second.first, second.second}
            pivot = ends.pop() if len(ends) == 1 else -1
            one = first.relations if first.second == pivot else converse(first.relations)
            other = second.relations if second.first == pivot else converse(second.relations)
            came_to = compose(one, other) if here in (first.first, first.second) and pivot >= 0 else ANY
        return {"rows": [self.row(row) for row in found], "relations": signs(came_to)}


def mermaid(answer: dict[str, Any]) -> str:
    """Return the proofs of ``why`` as a Mermaid flowchart: ends as boxes, rows and structure as arrows."""
    names: dict[str, str] = {}
    lines = ["flowchart LR"]

    def box(iri: str, label: str) -> str:
        if iri not in names:
            names[iri] = f"n{len(names)}"
            lines.append(f'  {names[iri]}["{_quoted(label)}"]')
        return names[iri]

    for found in (*answer["answers"], *answer["groups"]):
        for step in found["steps"]:
            for link in step["links"]:
                one, other = box(link["from"], link["from_label"]), box(link["to"], link["to_label"])
                by = link["row"]["publisher_label"] or link["row"]["set_title"] or "" if link["row"] else link["rule"]
                lines.append(f'  {one} -- "{_quoted(_sets(link["relations"]))} · {_quoted(by)}" --> {other}')
        if found["steps"]:
            last = found["steps"][-1]
            one, other = box(last["from"], last["from_label"]), box(last["to"], last["to_label"])
            lines.append(f'  {one} == "{_quoted(_sets(last["relations"]))} · {found["verdict"]}" ==> {other}')
    return "\n".join(dict.fromkeys(lines)) + "\n"


def _sets(relations: str) -> str:
    return "{" + relations.replace(" ", ", ") + "}"


def _quoted(text: str) -> str:
    """Return text that Mermaid takes as it stands within quotation marks."""
    return (
        text.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;").replace("\n", " ")
    )
