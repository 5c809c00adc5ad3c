"""The network of mappings, read from the graph: rows, the sets that they are in, and what structure guarantees.

These edges follow from structure: a provision is within the one that contains it, and a member within its group.
Groups of the same members are equal, and so are provisions of the same locator in identical adoptions.  A provision
that was moved is equal to its new place, and one that was incorporated into a single other is within that one; both
hold of the provision in the last edition known to have had it.  Withdrawn provisions take no part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core import assets, hierarchy, iris
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

#: How to take a row that says only "something in common": as its set declares; as saying nothing, where that reading is
#: not the publisher's own; or, there, as a strict partial overlap.
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
    """A mapping set.  Codes are local names, dates are days; what nobody states is empty."""

    iri: str
    title: str = ""
    publisher: str = ""
    rationale: str = ""
    use_case: str = ""
    style: str = ""
    read_by: str = ""
    reason: str = ""
    says: str = ""
    source: str = ""
    subject_edition: str = ""
    object_edition: str = ""
    earliest: str = ""
    latest: str = ""

    @property
    def is_assumed(self) -> bool:
        """Whether somebody other than the publisher chose how its words are read."""
        return self.read_by != "by-publisher" and self.says != "ours"

    def is_later(self, day: str) -> bool:
        """Tell whether the set is known to have been published after *day* (empty: never)."""
        return bool(day) and self.earliest > day


class Edge(NamedTuple):
    """A relation that structure guarantees."""

    first: str
    second: str
    relations: Relations
    kind: EdgeKind


class NetworkProvision(NamedTuple):
    """A provision of the network: its text, its locator, the provision that contains it."""

    text: str
    locator: str
    parent: str
    is_withdrawn: bool


class Group(NamedTuple):
    """Rows that may be chained: those of one rationale and, unless asked otherwise, of one use case."""

    rationale: str
    use_case: str


class Network:
    """The rows, sets, provisions and edges of a graph."""

    def __init__(self, store: ox.Store) -> None:
        self.sets = {mapping_set.iri: mapping_set for mapping_set in _sets(store)}
        self.provisions = {
            row["provision"]: NetworkProvision(
                row["text"], row["locator"], row["parent"], is_withdrawn=row["withdrawn"] == "true"
            )
            for row in _answer(store, "provisions")
        }
        #: group → its members, sorted
        self.members = _members(store)
        #: Provisions that state a requirement themselves: controls, requirements, outcomes.
        self.asking = {row["provision"] for row in _answer(store, "asking")}
        rows = list(_rows(store))
        #: The rows that take part.
        self.rows = [row for row in rows if not self._is_idle(row)]
        #: Those that do not: an end is withdrawn; or they were derived from others, beside which they are no evidence.
        self.idle = [row for row in rows if self._is_idle(row)]
        self.edges = list(self._edges(store))

    def set_of(self, row: PublishedRow) -> Set:
        """Return the set of a row; where the graph does not describe it, one without properties."""
        return self.sets.get(row.set) or Set(row.set)

    def text_of(self, node: str) -> str:
        """Return the text of a provision, or the one text of all members of a group; "" where there is none."""
        if node in self.provisions:
            return self.provisions[node].text
        texts = {self.text_of(member) for member in self.members.get(node, ())}
        return texts.pop() if len(texts) == 1 else ""

    def provisions_of(self, text: str) -> list[str]:
        """Return the provisions of a text that are not withdrawn."""
        return [iri for iri, known in self.provisions.items() if known.text == text and not known.is_withdrawn]

    def _is_idle(self, row: PublishedRow) -> bool:
        return row.is_derived or self._is_withdrawn(row.first) or self._is_withdrawn(row.second)

    def _is_withdrawn(self, node: str) -> bool:
        if node in self.members:
            return any(self._is_withdrawn(member) for member in self.members[node])
        return node in self.provisions and self.provisions[node].is_withdrawn

    # ── Structure ──

    def _edges(self, store: ox.Store) -> Iterator[Edge]:
        for iri, provision in self.provisions.items():
            if provision.parent and not provision.is_withdrawn and not self._is_withdrawn(provision.parent):
                yield Edge(iri, provision.parent, WITHIN_OR_EQUAL, "contained in")
        first_of: dict[tuple[str, ...], str] = {}
        for group, members in self.members.items():
            if self._is_withdrawn(group):
                continue
            first = first_of.setdefault(members, group)
            if first != group:
                yield Edge(first, group, EQUAL, "same members")
            for member in members:
                yield Edge(member, group, WITHIN_OR_EQUAL, "member of")
        yield from self._adopted(store)
        yield from self._moved(store)

    def _adopted(self, store: ox.Store) -> Iterator[Edge]:
        located: dict[str, dict[str, str]] = defaultdict(dict)
        for iri, provision in self.provisions.items():
            if provision.locator and not provision.is_withdrawn:
                located[provision.text][provision.locator] = iri
        for row in _answer(store, "adoptions"):
            adopted, original = located[row["adoption"]], located[row["original"]]
            for locator in adopted.keys() & original.keys():
                yield Edge(adopted[locator], original[locator], EQUAL, "identical adoption")

    def _moved(self, store: ox.Store) -> Iterator[Edge]:
        targets: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for row in _answer(store, "moves"):
            targets[row["held"]].add((row["target"], row["moved"]))
        for last_held, ends in targets.items():
            target, moved = min(ends)
            if len(ends) > 1 or self._is_withdrawn(target) or self._is_withdrawn(last_held):
                continue
            if moved == "true":
                yield Edge(last_held, target, EQUAL, "moved to")
            else:
                yield Edge(last_held, target, WITHIN_OR_EQUAL, "incorporated into")

    def edges_around(self, ends: Iterable[str]) -> list[Edge]:
        """Return the edges that are joined, directly or by others, to one of *ends*: no other bears on them."""
        joined: dict[str, set[str]] = defaultdict(set)
        for edge in self.edges:
            joined[edge.first].add(edge.second)
            joined[edge.second].add(edge.first)
        reached: set[str] = set()
        for end in ends:
            if end not in reached:
                reached |= hierarchy.above(end, joined.__getitem__)
        return [edge for edge in self.edges if edge.first in reached]

    # ── What may be chained ──

    def groups(self, *, across: bool = False) -> list[Group]:
        """Return the groups of rows that may be chained: by rationale and, unless *across*, by use case."""
        return sorted({self.group_of(row, across=across) for row in self.rows})

    def group_of(self, row: PublishedRow, *, across: bool = False) -> Group:
        """Return the group of a row."""
        mapping_set = self.set_of(row)
        return Group(mapping_set.rationale, "" if across else mapping_set.use_case)

    def taken(self, row: PublishedRow, mode: Mode) -> Relations:
        """Return the relations that a row is taken to leave possible."""
        if mode == "declared" or row.relations != OVERLAP or not self.set_of(row).is_assumed:
            return row.relations
        return INTERSECTS if mode == "strict" else ANY


class TakenRows(NamedTuple):
    """The premises of one group of rows, with structure: *nodes* are their IRIs, *number* the position of each."""

    nodes: list[str]
    number: dict[str, int]
    premises: list[Premise]


def premises(network: Network, group: Group, mode: Mode, *, across: bool = False, until: str = "") -> TakenRows:
    """Return the premises of a closure.

    :param until: a day: rows of sets published later are left out
    :raises InputError: when a row's relations are outside the class for which closure decides consistency
    """
    number: dict[str, int] = {}

    def node(iri: str) -> int:
        return number.setdefault(iri, len(number))

    taken = []
    ends = set()
    for row in network.rows:
        if network.group_of(row, across=across) != group or network.set_of(row).is_later(until):
            continue
        possible = network.taken(row, mode)
        if not is_tractable(possible):
            message = f"{iris.short(row.iri)} leaves '{signs(possible)}' possible, and closure does not"
            hint = "A reading that has < and > must have o too: change the reading of the set."
            raise InputError(f"{message} decide whether such rows agree", hint)
        weight = -1.0 if row.confidence is None else row.confidence
        taken.append(Premise(node(row.first), node(row.second), possible, weight, published=True, key=row))
        for end in (row.first, row.second):
            for member in network.members.get(end, ()):
                node(member)
        if possible != ANY:
            ends |= {row.first, row.second}
    for edge in network.edges_around(ends):
        taken.append(Premise(node(edge.first), node(edge.second), edge.relations, 1.0, published=False, key=edge))
    return TakenRows(list(number), number, taken)


# ── Reading the graph ──


def _answer(store: ox.Store, name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a question of ``queries/network``: variable → text, "" where it is unbound."""
    path = next(path for path in assets.query_files("network") if path.stem == name)
    solutions = store.query(path.read_text(encoding="utf-8"))
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield {name: getattr(term, "value", "") for name, term in zip(names, solution, strict=True)}


def _rows(store: ox.Store) -> Iterator[PublishedRow]:
    rows: dict[str, PublishedRow] = {}
    for row in _answer(store, "rows"):
        iri, relation = row["mapping"], row["relation"]
        if relation not in _RELATION:
            # Left out, it would make the row say more than it does.
            message = f"{iris.short(iri)} names '{relation}', which is none of the five relations"
            raise InputError(message, "Use the codes of the scheme 'relation'.")
        known = rows.get(iri) or PublishedRow(
            iri=iri,
            set=row["set"],
            first=row["first"],
            second=row["second"],
            relations=NONE,
            word=row["word"],
            confidence=float(row["confidence"]) if row["confidence"] else None,
            is_derived=bool(row["derived"]),
        )
        rows[iri] = known._replace(relations=Relations(known.relations | _RELATION[relation]))
    yield from rows.values()


def _sets(store: ox.Store) -> Iterator[Set]:
    for row in _answer(store, "sets"):
        codes = {name: row[name].rpartition("#")[2] for name in ("rationale", "use_case", "style", "read_by", "says")}
        yield Set(**row | codes)


def _members(store: ox.Store) -> dict[str, tuple[str, ...]]:
    members: dict[str, set[str]] = defaultdict(set)
    for row in _answer(store, "members"):
        members[row["group"]].add(row["member"])
    return {group: tuple(sorted(provisions)) for group, provisions in members.items()}
