"""Why two provisions are linked: the proof, row by row, each with its publisher, its reading and its source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cyberstd_kg.crosswalks import checker, proofs
from cyberstd_kg.crosswalks.network import Edge, PublishedRow
from cyberstd_kg.crosswalks.pairs import Closed, Crosswalks, Pair
from cyberstd_kg.mappings.relations import ANY, compose, converse, signs

#: The number of links that say nothing in an answer.
_SHOWN_LINKS = 10
Label = Callable[[str], str]
Sources = Callable[[str, str, str], list[str]]


class Explainer:
    """Explains what a crosswalk knows.

    :param label: IRI → label
    :param sources: subject, property (as CURIE), object → the IRIs of the sources that state this
    """

    def __init__(self, walk: Crosswalks, label: Label, sources: Sources) -> None:
        self._walk = walk
        self._label = label
        self._sources = sources

    def why(self, first: str, second: str) -> dict[str, Any]:
        """Return all that is known of two ends, with proofs (docs/interface.md, ``why``)."""
        pairs = [(one, other) for one in self._with_groups(first) for other in self._with_groups(second)]
        return {
            "from": self.end(first),
            "to": self.end(second),
            **self._walk.options.to_json(),
            "answers": [self._answer(pair) for pair in self._walk.between(first, second)],
            "groups": [
                self._answer(pair)
                for one, other in pairs[1:]
                for pair in self._walk.between(one, other)
                if pair.relations != ANY
            ],
        }

    def end(self, iri: str) -> dict[str, Any]:
        """Return an end of a pair: IRI, label, its text, and of a group the members."""
        network = self._walk.network
        end: dict[str, Any] = {"iri": iri, "label": self._label(iri), "text": network.text_of(iri) or None}
        if iri in network.members:
            end["members"] = [{"iri": member, "label": self._label(member)} for member in network.members[iri]]
        return end

    def row(self, row: PublishedRow) -> dict[str, Any]:
        """Return a published row: what it says, its publisher, who read it so and why, and its source."""
        mapping_set = self._walk.network.set_of(row)
        return {
            "iri": row.iri,
            **self._ends(row.first, row.second),
            "word": row.word or None,
            "relations": signs(self._walk.network.taken(row, self._walk.options.mode)),
            "confidence": row.confidence,
            "set": row.set,
            "set_title": mapping_set.title or None,
            "publisher": mapping_set.publisher or None,
            "publisher_label": self._label(mapping_set.publisher) if mapping_set.publisher else None,
            "read_by": mapping_set.read_by or None,
            "reason": mapping_set.reason or None,
            "source": mapping_set.source or None,
        }

    def _ends(self, first: str, second: str) -> dict[str, str]:
        return {"from": first, "from_label": self._label(first), "to": second, "to_label": self._label(second)}

    def _with_groups(self, end: str) -> list[str]:
        """Return an end and the groups of which it is a member."""
        return [end, *(group for group, members in self._walk.network.members.items() if end in members)]

    def _answer(self, pair: Pair) -> dict[str, Any]:
        closed = next(closed for closed in self._walk.closed if closed.group == pair.group)
        here, there = closed.taken.number[pair.first], closed.taken.number[pair.second]
        answer: dict[str, Any] = {"from": self.end(pair.first), "to": self.end(pair.second), **pair.to_json()}
        answer["published"] = [self.row(row) for row in pair.published]
        proof = proofs.prove(closed.closure, here, there)
        answer["steps"] = [] if proof is None else self.steps(closed, proof)
        if proof is not None:
            answer["checked"] = not checker.faults(answer["steps"], self._premises(closed, proof))
        if pair.verdict == "undetermined":
            links = self._walk.links(closed, here, there)
            answer["links"] = [self._link(closed, here, rows) for rows in links[:_SHOWN_LINKS]]
            answer["links_in_all"] = len(links)
        return answer

    def steps(self, closed: Closed, proof: proofs.Proof) -> list[dict[str, Any]]:
        """Return the steps of a proof as documented (docs/interface.md, ``why``)."""
        nodes = closed.taken.nodes
        return [
            {
                **self._ends(nodes[step.first], nodes[step.second]),
                "relations": signs(step.relations),
                "links": [self._step_link(closed, link) for link in step.links],
                "meets": [number + 1 for number in step.meets],
            }
            for step in proof.steps
        ]

    def _step_link(self, closed: Closed, link: proofs.ChainLink) -> dict[str, Any]:
        nodes = closed.taken.nodes
        step_link: dict[str, Any] = {
            **self._ends(nodes[link.first], nodes[link.second]),
            "relations": signs(link.relations),
            "of": str(link.premise) if link.premise >= 0 else None,
            "step": link.step + 1 if link.step >= 0 else None,
            "turned": link.turned,
        }
        key = closed.taken.premises[link.premise].key if link.premise >= 0 else None
        if isinstance(key, PublishedRow):
            row = self.row(key)
            return step_link | {"rule": "published", "row": row, "sources": [row["source"]]}
        if isinstance(key, Edge):
            return step_link | {"rule": key.kind, "row": None, "sources": self._sources_of(key)}
        return step_link | {"rule": "step", "row": None, "sources": []}

    def _sources_of(self, edge: Edge) -> list[str]:
        """Return the sources that state the structure of an edge."""
        stated = {
            "contained in": (edge.first, "cstd:parentProvision", edge.second),
            "member of": (edge.second, "cstd:hasMember", edge.first),
        }
        return self._sources(*stated[edge.kind]) if edge.kind in stated else []

    def _premises(self, closed: Closed, proof: proofs.Proof) -> dict[str, checker.Statement]:
        """Return the premises of a proof for the checker, from the graph and not from the proof."""
        nodes = closed.taken.nodes
        premises = {number: closed.taken.premises[number] for number in proof.premises}
        return {
            str(number): (nodes[premise.first], nodes[premise.second], frozenset(signs(premise.relations).split()))
            for number, premise in premises.items()
        }

    def _link(self, closed: Closed, here: int, rows: tuple[int, ...]) -> dict[str, Any]:
        """Return one or two rows that link two ends although nothing follows, and the composition of two."""
        relations = ANY
        premises = [closed.taken.premises[number] for number in rows]
        if len(premises) == 2 and here in premises[0][:2]:
            first, second = premises
            pivots = {first.first, first.second} & {second.first, second.second}
            if len(pivots) == 1:
                pivot = pivots.pop()
                one = first.relations if first.second == pivot else converse(first.relations)
                other = second.relations if second.first == pivot else converse(second.relations)
                relations = compose(one, other)
        return {"rows": [self.row(row) for row in closed.rows_of(rows)], "relations": signs(relations)}


def mermaid(answer: dict[str, Any]) -> str:
    """Return the proofs of ``why`` as a Mermaid flowchart: ends as boxes, rows and structure as arrows."""
    names: dict[str, str] = {}
    lines = ["flowchart LR"]

    def box(iri: str, label: str) -> str:
        if iri not in names:
            names[iri] = f"n{len(names)}"
            lines.append(f'  {names[iri]}["{_quoted(label)}"]')
        return names[iri]

    def arrow(ends: dict[str, Any], shaft: str, text: str, head: str) -> None:
        one, other = box(ends["from"], ends["from_label"]), box(ends["to"], ends["to_label"])
        relations = "{" + ends["relations"].replace(" ", ", ") + "}"
        lines.append(f'  {one} {shaft} "{_quoted(f"{relations} · {text}")}" {head} {other}')

    for proven in (*answer["answers"], *answer["groups"]):
        for link in (link for step in proven["steps"] for link in step["links"]):
            by = link["row"]["publisher_label"] or link["row"]["set_title"] or "" if link["row"] else link["rule"]
            arrow(link, "--", by, "-->")
        if proven["steps"]:
            arrow(proven["steps"][-1], "==", proven["verdict"], "==>")
    return "\n".join(dict.fromkeys(lines)) + "\n"


def _quoted(text: str) -> str:
    """Return a text as Mermaid needs it within quotation marks."""
    return text.translate({ord("&"): "#amp;", ord('"'): "#quot;", ord("<"): "#lt;", ord(">"): "#gt;", ord("\n"): " "})
