"""Mapping sets: published rows under a declared reading, and how they stand in the graph.

A set is one SSSOM TSV file (https://w3id.org/sssom/).  Loaded, its rows are a named graph: what the publisher says,
word for word.  What the words are *read* to say, the possible relations, stands in the same graph where the publisher
defines them, and in an analysis graph of ours where we chose the reading.

Pure: files are read by :mod:`cyberstd_kg.mappings.sssom_reading` and written by
:mod:`cyberstd_kg.mappings.sssom_writing`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NamedTuple

from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import is_entity, slug
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.mappings.relations import Relations

ReadBy = Literal["by-publisher", "by-us", "by-importer"]
#: Slots of a declared reading → the scheme of their codes.
CODED: Final = {
    "style": "mapstyle",
    "rationale": "rationale",
    "use_case": "usecase",
    "read_by": "reading",
    "granularity": "reading",
    "groups": "reading",
    "blank": "reading",
    "no_relationship": "reading",
    "completeness": "reading",
}
#: The prefix of the slots with which our files extend SSSOM (https://mapping-commons.github.io/sssom/spec-model/).
EXTENSION: Final = "cyberstd_"


class RelationWord(NamedTuple):
    """How one word of the publisher is read."""

    word: str
    relations: Relations


@dataclass(frozen=True)
class DeclaredReading:
    """The declared reading of a mapping set; codes are local names of the schemes in :data:`CODED`.

    *words* is the table from the publisher's words, quoted, to what they leave possible.  An empty *rationale* or
    *use_case* means that nobody says.
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
        """Return what *word* is read to say, or None when the table lacks it."""
        return next((read.relations for read in self.words if read.word == word), None)


class End(NamedTuple):
    """One end of a row: a provision, a foreign entity, or a group.

    *iri* names the provision, or the group; of a group, *members* are the IRIs of its provisions (sorted, two or more,
    or one where a publisher's group happens to have one only: then it is no group and *members* is empty).
    *label* is what the file calls it, empty where it does not.  *is_literal* marks a text instead of an IRI.
    """

    iri: str
    members: tuple[str, ...] = ()
    label: str = ""
    is_literal: bool = False


@dataclass(frozen=True)
class MappingRow:
    """One published row.

    *word* is the publisher's, as printed; *relations* what the reading makes of it, seen from *subject*.  *confidence*
    is None where nobody states it.  *line* is where it stands in its file (0: in none).
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
    #: Further slots of SSSOM, kept as they stand: (slot, values).
    other: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class MappingSet:
    """A mapping set.

    *iri* is ``mapping:<slug>``.  *says* is ``stated`` (the file is the publisher's), ``quoted`` (somebody restates the
    publisher's) or ``ours``; *document* is the IRI of the source document in which it was seen, *quoted_from* that of
    the publisher's own, or, where the set is ours, of the source that was read.  *subject_edition* and *object_edition*
    are IRIs of texts, or of foreign sources; the versions are as printed.
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
    #: Lines of the header's slots in the file, for messages.
    lines: dict[str, int] = field(default_factory=dict, compare=False)
    #: Further slots of SSSOM, kept as they stand: (slot, values).
    other: tuple[tuple[str, tuple[str, ...]], ...] = ()


def group_iri(mapping_set: str, members: Iterable[str]) -> str:
    """Return the IRI of the group of *members* in the set *mapping_set* (an IRI), whatever their order.

    >>> group_iri("https://w3id.org/cyberstd/mapping/a-to-b", ["x:2", "x:1"])
    'https://w3id.org/cyberstd/mapping/a-to-b_group-6e19df46e1db'
    """
    return f"{mapping_set}_group-{_short(*sorted(members))}"


def end_of(mapping_set: str, iris: Iterable[str], label: str = "") -> End:
    """Return the end that one or several provisions are: of several, their group.

    :param iris: of the provisions; repeats count once
    """
    members = tuple(sorted(set(iris)))
    return End(members[0], (), label) if len(members) == 1 else End(group_iri(mapping_set, members), members, label)


def word_iris(mapping_set: str, words: Iterable[str]) -> dict[str, str]:
    """Return word → the IRI of its reading in the set *mapping_set*."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for word in words:
        try:
            name = slug(word)[:60].rstrip("-")
        except InputError:  # a sign such as "="
            name = _short(word)
        found[word] = _free(f"{mapping_set}_word-{name}", taken)
    return found


def ordered(rows: Iterable[MappingRow]) -> list[MappingRow]:
    """Return *rows* in the order in which a file has them: by subject, object and word, naturally."""
    return sorted(rows, key=_order)


def named(mapping_set: str, rows: Iterable[MappingRow]) -> tuple[MappingRow, ...]:
    """Return *rows* in order, each with its IRI in the set *mapping_set*.

    An IRI is made of the third slugs of the ends; of ends that are none of ours, of a hash.  Rows with the same ends
    are numbered in their order.
    """
    taken: set[str] = set()
    return tuple(replace(row, iri=_free(_row_iri(mapping_set, row), taken)) for row in ordered(rows))


def _row_iri(mapping_set: str, row: MappingRow) -> str:
    ends = [_part(end) for end in (row.subject, row.object)]
    if all(ends):
        return "_".join((mapping_set, *ends))
    subject, value = (f'"{end.iri}"' if end.is_literal else end.iri for end in (row.subject, row.object))
    return f"{mapping_set}_row-{_short(subject, row.word, value)}"


def _part(end: End) -> str:
    """Return the slug by which an end is called in the IRI of its row, or "" where it has none."""
    if end.is_literal or not is_entity(end.iri):
        return ""
    parts = end.iri.rpartition("/")[2].split("_")
    return parts[-1] if len(parts) == 3 or end.members else ""


def _free(iri: str, taken: set[str]) -> str:
    """Return *iri*, numbered where it is taken, and take it."""
    found, number = iri, 1
    while found in taken:
        number += 1
        found = f"{iri}-{number}"
    taken.add(found)
    return found


def _order(row: MappingRow) -> tuple[object, ...]:
    ends = [natural("|".join(end.members) or end.iri) for end in (row.subject, row.object)]
    sure = -1.0 if row.confidence is None else row.confidence
    rest = (row.justification, row.comment, sure, row.derived_from, row.subject, row.object, row.other)
    return *ends, natural(row.word), int(row.relations), *rest


def _short(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
