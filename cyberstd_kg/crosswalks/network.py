"""The network of mappings, read from the graph: rows, the sets that they are in, and what structure guarantees.

Structure gives sound edges: a provision is within the one that contains it, a member within its group; groups of the
same members are equal, and so are provisions of the same locator in identical adoptions; what was moved is equal to
what it became, what was incorporated into a single other is within it, both said of the provision in the last edition
known to have held it.  Withdrawn provisions take no part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core import assets, iris
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.crosswalks.closure import Premise
from cyberstd_kg.mappings.relations import (
    ANY,
    CODES,
    EQUAL,
    INTERSECTS,
    NONE,
    OVERLAP,
    WITHIN_OR_EQUAL,
    Relations,
    is_tractable,
    signs,
)

#: How a row that says no more than "something in common" is taken: as its set declares; as nothing, where that reading
#: is not the publisher's own; or, where it is not, as a strict partial overlap.
Mode = Literal["declared", "sceptical", "strict"]
MODES: Final = ("declared", "sceptical", "strict")
EdgeKind = Literal["contained in", "member of", "same members", "identical adoption", "moved to", "incorporated into"]
_RELATION: Final = {f"{iris.PREFIXES['relation']}{code}": base for code, base in CODES.items()}


class PublishedRow(NamedTuple):
    """A published row as the graph has it; *is_derived* where it names rows from which it was derived."""

    iri: str
    set: str
    first: str
    second: str
    relations: Relations
    word: str
    confidence: float | None
    is_derived: bool = False


class Set(NamedTuple):
    """A mapping set; codes are local names, dates are days, and empty is what nobody says."""

    iri: str
    title: str
    publisher: str
    rationale: str
    use_case: str
    style: str
    read_by: str
    reason: str
    says: str
    source: str
    subject_edition: str
    object_edition: str
    earliest: str
    latest: str

    @property
    def is_assumed(self) -> bool:
        """Whether somebody other than the publisher chose how its words are read."""
        return self.read_by != "by-publisher" and self.says != "ours"


class Edge(NamedTuple):
    """A relation that structure guarantees."""

    first: str
    second: str
    relations: Relations
    kind: EdgeKind


class NetworkProvision(NamedTuple):
    """What the network needs of a provision."""

    text: str
    locator: str
    parent: str
    is_withdrawn: bool


class Group(NamedTuple):
    """Rows that may be chained: those of one rationale, and unless asked otherwise of one use case."""

    rationale: str
    use_case: str


class Network:
    """The rows, sets, provisions and edges of a graph."""

    def __init__(self, store: ox.Store) -> None:
        self.sets = {found.iri: found for found in _sets(store)}
        self.provisions = _provisions(store)
        self.members = _members(store)
        #: Provisions that ask something themselves: controls, requirements, outcomes.
        self.asking = {_text(row["provision"]) for row in _answer(store, "asking")}
        every = list(_rows(store))
        #: Rows that take part, and those that do not: an end of theirs is withdrawn, or they say that they were derived
        #: from others, so that they are no evidence beside these.
        self.rows = [row for row in every if not self._is_idle(row)]
        self.idle = [row for row in every if self._is_idle(row)]
        self.edges = list(self._edges(store))

    def text_of(self, node: str) -> str:
        """Return the text in which a provision, or each member of a group, stands; empty when there is no one text."""
        if node in self.provisions:
            return self.provisions[node].text
        texts = {self.text_of(member) for member in self.members.get(node, ())}
        return texts.pop() if len(texts) == 1 else ""

    def provisions_of(self, text: str) -> list[str]:
        """Return the provisions of a text that are not withdrawn."""
        return [iri for iri, found in self.provisions.items() if found.text == text and not found.is_withdrawn]

    def _is_idle(self, row: PublishedRow) -> bool:
        return row.is_derived or self._is_withdrawn(row.first) or self._is_withdrawn(row.second)

    def _is_withdrawn(self, node: str) -> bool:
        if node in self.members:
            return any(self._is_withdrawn(member) for member in self.members[node])
        return node in self.provisions and self.provisions[node].is_withdrawn

    def _edges(self, store: ox.Store) -> Iterator[Edge]:
        for iri, found in self.provisions.items():
            if found.parent and not found.is_withdrawn and not self._is_withdrawn(found.parent):
                yield Edge(iri, found.parent, WITHIN_OR_EQUAL, "contained in")
        alike: dict[frozenset[str], str] = {}
        for group, members in self.members.items():
            if self._is_withdrawn(group):
                continue
            same = alike.setdefault(frozenset(members), group)
            if same != group:
                yield Edge(same, group, EQUAL, "same members")
            for member in members:
                yield Edge(member, group, WITHIN_OR_EQUAL, "member of")
        yield from self._adopted(store)
        yield from self._moved(store)

    def _adopted(self, store: ox.Store) -> Iterator[Edge]:
        places: dict[str, dict[str, str]] = defaultdict(dict)
        for iri, found in self.provisions.items():
            if found.locator and not found.is_withdrawn:
                places[found.text][found.locator] = iri
        for row in _answer(store, "adoptions"):
            adopted, original = places[_text(row["adoption"])], places[_text(row["original"])]
            for locator in adopted.keys() & original.keys():
                yield Edge(adopted[locator], original[locator], EQUAL, "identical adoption")

    def _moved(self, store: ox.Store) -> Iterator[Edge]:
        targets: dict[str, set[tuple[str, bool]]] = defaultdict(set)
        for row in _answer(store, "moves"):
            targets[_text(row["held"])].add((_text(row["target"]), _text(row["moved"]) == "true"))
        for held, found in targets.items():
            if len(found) == 1:
                target, moved = next(iter(found))
                if not self._is_withdrawn(target) and not self._is_withdrawn(held):
                    told, kind = (EQUAL, "moved to") if moved else (WITHIN_OR_EQUAL, "incorporated into")
                    yield Edge(held, target, Relations(told), kind)  # type: ignore[arg-type]  # one of two literals

    def edges_around(self, ends: Iterable[str]) -> list[Edge]:
        """Return the edges that are joined, directly or by others, to one of *ends*: no other bears on them."""
        near: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            near[edge.first].append(edge)
            near[edge.second].append(edge)
        reached = set(ends)
        stack = list(reached)
        while stack:
            for edge in near[stack.pop()]:
                for end in (edge.first, edge.second):
                    if end not in reached:
                        reached.add(end)
                        stack.append(end)
        return [edge for edge in self.edges if edge.first in reached]

    # ── What may be chained ──

    def groups(self, *, across: bool = False) -> list[Group]:
        """Return the groups of rows that may be chained: by rationale and, unless *across*, by use case."""
        found = {self.group_of(row.set, across=across) for row in self.rows}
        return sorted(found)

    def group_of(self, mapping_set: str, *, across: bool = False) -> Group:
        """Return the group to which the rows of a set belong."""
        told = self.sets.get(mapping_set)
        if told is None:
            return Group("", "")
        return Group(told.rationale, "" if across else told.use_case)

    def taken(self, row: PublishedRow, mode: Mode) -> Relations:
        """Return what a row is taken to say."""
        told = self.sets.get(row.set)
        if mode == "declared" or row.relations != OVERLAP or (told is not None and not told.is_assumed):
            return row.relations
        return INTERSECTS if mode == "strict" else ANY


class TakenRows(NamedTuple):
    """The premises of one group of rows, with structure: *nodes* are their IRIs, *number* the place of each."""

    nodes: list[str]
    number: dict[str, int]
    premises: list[Premise]


def premises(network: Network, group: Group, mode: Mode, *, across: bool = False, until: str = "") -> TakenRows:
    """Return the premises that a closure is made of.

    :param until: a day: rows of sets published later are left out
    :raises InputError: when a row's relations are outside the class in which closure decides consistency
    """
    nodes: list[str] = []
    number: dict[str, int] = {}

    def node(iri: str) -> int:
        if iri not in number:
            number[iri] = len(nodes)
            nodes.append(iri)
        return number[iri]

    found = []
    telling = set()
    for row in network.rows:
        if network.group_of(row.set, across=across) != group or is_later(network.sets.get(row.set), until):
            continue
        told = network.taken(row, mode)
        if not is_tractable(told):
            raise InputError(
                f"{iris.compact(row.iri) or row.iri} leaves '{signs(told)}' possible, which is outside the class in "
                "which a closure decides consistency",
                "A reading that has < and > must have o too: change the reading of the set.",
            )
        weight = -1.0 if row.confidence is None else row.confidence
        found.append(Premise(node(row.first), node(row.second), told, weight, True, row))
        for end in (row.first, row.second):
            for member in network.members.get(end, ()):
                node(member)
        if told != ANY:
            telling |= {row.first, row.second}
    for edge in network.edges_around(telling):
        found.append(Premise(node(edge.first), node(edge.second), edge.relations, 1.0, False, edge))
    return TakenRows(nodes, number, found)


def is_later(mapping_set: Set | None, day: str) -> bool:
    """Tell whether a set is known to have been published after *day* (empty: never)."""
    return bool(day and mapping_set is not None and mapping_set.earliest > day)


# ── Reading the graph ──


def _answer(store: ox.Store, name: str) -> ox.QuerySolutions:
    path = next(path for path in assets.query_files("network") if path.stem == name)
    found = store.query(path.read_text(encoding="utf-8"))
    assert isinstance(found, ox.QuerySolutions)
    return found


def _text(term: object) -> str:
    return getattr(term, "value", "") if term is not None else ""


def _code(term: object) -> str:
    return _text(term).rpartition("#")[2]


def _rows(store: ox.Store) -> Iterator[PublishedRow]:
    found: dict[str, PublishedRow] = {}
    for row in _answer(store, "rows"):
        iri = _text(row["mapping"])
        relation = _text(row["relation"])
        if relation not in _RELATION:
            # Left out, it would make the row say more than it does.
            raise InputError(
                f"{iris.compact(iri) or iri} names '{relation}', which is none of the five relations",
                "Use the codes of the scheme 'relation'.",
            )
        held = found.get(iri)
        if held is None:
            confidence = _text(row["confidence"])
            held = PublishedRow(
                iri,
                _text(row["set"]),
                _text(row["first"]),
                _text(row["second"]),
                NONE,
                _text(row["word"]),
                float(confidence) if confidence else None,
                row["derived"] is not None,
            )
        found[iri] = held._replace(relations=Relations(held.relations | _RELATION[relation]))
    yield from found.values()


def _sets(store: ox.Store) -> Iterator[Set]:
    for row in _answer(store, "sets"):
        yield Set(
            iri=_text(row["set"]),
            title=_text(row["title"]),
            publisher=_text(row["publisher"]),
            rationale=_code(row["rationale"]),
            use_case=_code(row["useCase"]),
            style=_code(row["style"]),
            read_by=_code(row["readBy"]),
            reason=_text(row["reason"]),
            says=_code(row["says"]),
            source=_text(row["source"]),
            subject_edition=_text(row["from"]),
            object_edition=_text(row["to"]),
            earliest=_text(row["first"]),
            latest=_text(row["last"]),
        )


def _provisions(store: ox.Store) -> dict[str, NetworkProvision]:
    return {
        _text(row["provision"]): NetworkProvision(
            _text(row["text"]), _text(row["locator"]), _text(row["parent"]), _text(row["withdrawn"]) == "true"
        )
        for row in _answer(store, "provisions")
    }


def _members(store: ox.Store) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in _answer(store, "members"):
        found[_text(row["group"])].add(_text(row["member"]))
    return {group: tuple(sorted(members)) for group, members in found.items()}
