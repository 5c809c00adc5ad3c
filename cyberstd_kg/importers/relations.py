"""The direction of a relation between documents, decided by years and stages: the registries' words are unreliable.

``updates`` on a withdrawn document of ISO means *replaced by*; to an amendment it means *amended by*; ``obsoletes`` on
a live one whose target is a draft or has no year means *will be replaced by*.  An older text never replaces a younger
one: a record that states it is wrong, and the relation is refused.  See docs/importing.md.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from cyberstd_kg.designations.printed import PrintedDesignation

#: The fields of :class:`cyberstd_kg.designations.records.Record` that hold relations; "" for one that is stated anyway.
Slot = Literal["replaces", "replaced_by", "revises", "revised_by", "amended_by", ""]
#: Relations that are read; all others are reported and left out.
_READ: Final = ("obsoletes", "obsoletedBy", "updates", "updatedBy")


class RecordLink(NamedTuple):
    """A relation as a record prints it: the registry's word, and the name of the other document.

    *circulated*: whether the record gives the other a date of circulation, as ISO's does with successors.
    """

    kind: str
    name: str
    circulated: bool = False


class Side(NamedTuple):
    """A document of a relation, and whether it is withdrawn (None where the record does not tell)."""

    reading: PrintedDesignation
    withdrawn: bool | None = None

    @property
    def year(self) -> int:
        """Its own year, of an amendment not that of its host; 0 where its designation has none."""
        return year_of(self.reading)


class RelationFault(NamedTuple):
    """Why a relation is not taken over: *wrong* when the record contradicts itself, else it cannot be decided."""

    code: str
    reason: str
    wrong: bool = False


_REVERSED: Final = RelationFault(
    "reversed", "an older text does not replace a younger one: the relation has the wrong direction", wrong=True
)


def year_of(reading: PrintedDesignation) -> int:
    """Return the year of a published text's designation, of an amendment its own; 0 where there is none."""
    if reading.kind not in ("edition", "amendment"):
        return 0
    years = re.findall(r"(?:[:(]|\(\d\d/)(\d{4})(?!\d)", reading.identifier)
    return int(years[-1] if reading.kind == "amendment" else years[0]) if years else 0


def decide(link: RecordLink, this: Side, other: PrintedDesignation | None) -> Slot | RelationFault:
    """Return the field for *link* in the record of *this*, or why it is left out.

    :param other: what the name in *link* names; None where it has no known form
    """
    if link.kind not in _READ:
        return RelationFault("relation-type", f"relations of the type '{link.kind[:40]}' are not taken over")
    if other is None:
        return RelationFault("unknown-target", "the designation has no known form")
    if other.kind == "standard":
        return RelationFault("undated-target", "it names no text: it has no year, and no record here tells which")
    own = this.reading
    if other.iri == own.iri:
        return RelationFault("reversed", "a document does not replace itself", wrong=True)
    if own.kind in ("draft", "project"):
        return _of_undertaking(link.kind, own, other)
    if own.kind == "standard":
        return _undecided("the document has no year, so that it is not known which text is meant")
    if link.kind in ("updates", "updatedBy") and other.host:
        if _is_same(other.host, own):
            return "amended_by"
        if own.kind == "edition" and other.kind != "amendment":
            return _undecided(f"what it names is to amend another text, {other.host}")
    if link.kind == "updates" and own.host and _is_same(own.host, other):
        return ""  # an amendment's own record names its host so: cstd:amends states it
    if other.kind in ("draft", "project"):
        if link.kind in ("obsoletes", "updates") and this.withdrawn:
            return _undecided("the document is withdrawn, so that a draft is not what is to replace it")
        return "revised_by"
    return _by_year(link, this, Side(other))


def _of_undertaking(kind: str, own: PrintedDesignation, other: PrintedDesignation) -> Slot | RelationFault:
    """Decide for a draft or project: it may be meant to replace a published text."""
    if own.host and _is_same(own.host, other):
        return ""  # cstd:toAmend states it
    if kind == "obsoletes" and other.kind in ("edition", "amendment"):
        return "revises"
    return _undecided("of a draft or project only the published text that it is to replace is taken over")


def _by_year(link: RecordLink, this: Side, other: Side) -> Slot | RelationFault:
    """Decide between two published texts."""
    is_older, is_younger = other.year < this.year, other.year > this.year
    if not this.year or not other.year:
        # Versions of ETSI carry no year that counts; only the plain words are trusted.
        is_older, is_younger = link.kind == "obsoletes", link.kind == "obsoletedBy"
        if not is_older and not is_younger:
            return _undecided("one of the two has no year, so that the direction is not known")
    slot: Slot | RelationFault
    if link.kind == "obsoletes":
        slot = _REVERSED if is_younger else "replaces"
    elif link.kind in ("obsoletedBy", "updatedBy"):
        slot = _REVERSED if is_older else "replaced_by"
    elif is_older:
        slot = "replaces"
    elif this.withdrawn and (is_younger or link.circulated):
        slot = "replaced_by"
    else:
        state = "withdrawn" if is_younger else "older or younger than what it names"
        slot = _undecided(f"the record does not say that the document is {state}")
    # An amendment replaces amendments alone; an edition may replace both.
    new, old = (this.reading, other.reading) if slot == "replaces" else (other.reading, this.reading)
    if slot in ("replaces", "replaced_by") and new.kind == "amendment" and old.kind != "amendment":
        return _undecided("an amendment modifies an edition and does not replace one")
    return slot


def _undecided(reason: str) -> RelationFault:
    return RelationFault("undecided", reason)


def _is_same(host: str, reading: PrintedDesignation) -> bool:
    """Return whether *host*, the designation of an amended edition, is that of *reading*."""
    return re.sub(r"\W", "", host).lower() == re.sub(r"\W", "", reading.identifier).lower()
