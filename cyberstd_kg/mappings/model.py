"""Mapping sets: published rows under a declared reading.

A set is one SSSOM TSV file (https://w3id.org/sssom/).  In the graph its rows are a named graph, which holds what the
publisher says, word for word.  The possible relations, which are how the words are *read*, are in the same graph where
the publisher defines them, and in an analysis graph of ours where we chose the reading.

Pure: :mod:`cyberstd_kg.mappings.sssom_reading` reads files and :mod:`cyberstd_kg.mappings.sssom_writing` writes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, TypeAlias

from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import is_entity, slug
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.mappings.relations import Relations

#: Slots of SSSOM and their values, in the order of the standard: (slot, values).
Slots: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
#: The prefix of the slots with which our files extend SSSOM (https://mapping-commons.github.io/sssom/spec-model/).
EXTENSION: Final = "cyberstd_"


class RelationWord(NamedTuple):
    """One word of the publisher, and the relations that it leaves possible."""

    word: str
    relations: Relations


@dataclass(frozen=True)
class DeclaredReading:
    """The declared reading of a mapping set, with the local names of codes (see docs/crosswalks.md).

    *words* is the table from the publisher's words, quoted, to the relations that they leave possible.  *rationale* and
    *use_case* are empty where nobody states them.
    """

    style: str
    rationale: str
    words: tuple[RelationWord, ...]
    read_by: str
    reason: str
    blank: str = "says-nothing"
    no_relationship: str = "says-nothing"
    completeness: str = "not-claimed"
    granularity: str = "own"
    groups: str = "single"
    use_case: str = ""
    audience: str = ""
    made_how: str = ""
    confidence_scale: str = ""

    def of(self, word: str) -> Relations | None:
        """Return the relations that *word* leaves possible, or None when the table lacks it."""
        return next((entry.relations for entry in self.words if entry.word == word), None)


class End(NamedTuple):
    """One end of a row: a provision, a foreign entity, or a group of provisions.

    *iri* names the provision or the group.  *members* are the IRIs of a group's provisions, sorted; empty where the end
    is not a group, as where a publisher's group has only one provision.  *label* is the name in the file, or empty.
    *is_literal* marks a text instead of an IRI.
    """

    iri: str
    members: tuple[str, ...] = ()
    label: str = ""
    is_literal: bool = False


@dataclass(frozen=True)
class MappingRow:
    """One published row.

    *word* is the publisher's, as printed; *relations* are those that the reading leaves possible, seen from *subject*.
    *confidence* is from 0 to 1, or None where nobody states it.  *line* is its line in its file (0: it is in none).
    *other* are further slots of SSSOM, kept unchanged.
    """

    iri: str
    subject: End
    object: End
    word: str
    relations: Relations
    justification: str = ""
    confidence: float | None = None
    comment: str = ""
    derived_from: tuple[str, ...] = ()
    line: int = 0
    other: Slots = ()


@dataclass(frozen=True)
class MappingSet:
    """A mapping set.

    *iri* is ``mapping:<slug>``.  *says* is ``stated`` (the file is the publisher's), ``quoted`` (somebody restates the
    publisher's) or ``ours``.  *document* is the IRI of the source document in which the set was found; *quoted_from* is
    that of the publisher's own, or, where the set is ours, of the source that was read.  *subject_edition* and
    *object_edition* are IRIs of texts, or of foreign sources; the versions are as printed.  *lines* are the lines of
    the slots in the head of the file, for messages.  *other* are further slots of SSSOM, kept unchanged.
    """

    iri: str
    title: str
    reading: DeclaredReading
    rows: tuple[MappingRow, ...] = ()
    provider: str = ""
    licence: str = ""
    version: str = ""
    tier: str = "identifier"
    says: str = "stated"
    document: str = ""
    quoted_from: str = ""
    locator: str = ""
    subject_edition: str = ""
    object_edition: str = ""
    subject_version: str = ""
    object_version: str = ""
    date: str = ""
    description: str = ""
    lines: dict[str, int] = field(default_factory=dict, compare=False)
    other: Slots = ()


def group_iri(mapping_set: str, members: Iterable[str]) -> str:
    """Return the IRI of the group of *members* in the set *mapping_set* (an IRI), whatever their order.

    >>> group_iri("https://w3id.org/cyberstd/mapping/a-to-b", ["x:2", "x:1"])
    'https://w3id.org/cyberstd/mapping/a-to-b_group-6e19df46e1db'
    """
    return f"{mapping_set}_group-{_hash(*sorted(members))}"


def end_of(mapping_set: str, iris: Iterable[str], label: str = "") -> End:
    """Return one provision, or the group of several, as an end of a row.

    :param iris: of the provisions, at least one; repeats count once
    """
    members = tuple(sorted(set(iris)))
    if len(members) == 1:
        return End(members[0], label=label)
    return End(group_iri(mapping_set, members), members, label)


def word_iris(mapping_set: str, words: Iterable[str]) -> dict[str, str]:
    """Return word → the IRI of its reading in the set *mapping_set*."""
    iris: dict[str, str] = {}
    taken: set[str] = set()
    for word in words:
        try:
            name = slug(word)[:60].rstrip("-")
        except InputError:  # a sign such as "="
            name = _hash(word)
        iris[word] = _free(f"{mapping_set}_word-{name}", taken)
    return iris


def named(mapping_set: str, rows: Iterable[MappingRow]) -> tuple[MappingRow, ...]:
    """Return *rows* in order, by subject, object and word, each with its IRI in the set *mapping_set*.

    An IRI has the third slugs of the ends, or a hash where an end is not in our namespace.  Rows with the same ends are
    numbered in their order.
    """
    taken: set[str] = set()
    return tuple(replace(row, iri=_free(_row_iri(mapping_set, row), taken)) for row in sorted(rows, key=_order))


def _row_iri(mapping_set: str, row: MappingRow) -> str:
    ends = [_part(end) for end in (row.subject, row.object)]
    if all(ends):
        return "_".join((mapping_set, *ends))
    subject, value = (f'"{end.iri}"' if end.is_literal else end.iri for end in (row.subject, row.object))
    return f"{mapping_set}_row-{_hash(subject, row.word, value)}"


def _part(end: End) -> str:
    """Return the slug of an end in the IRI of its row, or "" where it has none."""
    if end.is_literal or not is_entity(end.iri):
        return ""
    parts = end.iri.rpartition("/")[2].split("_")
    return parts[-1] if len(parts) == 3 or end.members else ""


def _free(iri: str, taken: set[str]) -> str:
    """Return *iri*, with a number where it is taken, and add it to *taken*."""
    free, number = iri, 1
    while free in taken:
        number += 1
        free = f"{iri}-{number}"
    taken.add(free)
    return free


def _order(row: MappingRow) -> tuple[object, ...]:
    ends = [natural("|".join(end.members) or end.iri) for end in (row.subject, row.object)]
    confidence = -1.0 if row.confidence is None else row.confidence
    rest = (row.justification, row.comment, confidence, row.derived_from, row.subject, row.object, row.other)
    return *ends, natural(row.word), int(row.relations), *rest


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
