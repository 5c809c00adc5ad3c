"""Which way a relation between documents goes: decided by years and stages, because the registries' words lie.

``updates`` on a withdrawn document of ISO means *replaced by*; to an amendment it means *amended by*; ``obsoletes`` on
a live one whose target is a draft or has no year means *will be replaced by*.  An older text never replaces a younger
one: a record that says so is wrong, and the relation is refused.  See docs/importing.md.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from cyberstd_kg.designations.printed import PrintedDesignation

#: The fields of :class:`cyberstd_kg.designations.records.Record` that hold relations; "" for one that is said already.
Slot = Literal["replaces", "replaced_by", "revises", "revised_by", "amended_by", ""]
#: Relations that are read; all others are told and left out.
READ: Final = ("obsoletes", "obsoletedBy", "updates", "updatedBy")


class Side(NamedTuple):
    """A document of a relation: what it is, and whether it is withdrawn (None where the record does not tell)."""

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


def year_of(reading: PrintedDesignation) -> int:
    """Return the year of a published text's designation, of an amendment its own; 0 where there is none."""
    if reading.kind not in ("edition", "amendment"):
        return 0
    found = re.findall(r"(?:[:(]|\(\d\d/)(\d{4})(?!\d)", reading.identifier)
    return int(found[-1] if reading.kind == "amendment" else found[0]) if found else 0


def decide(kind: str, this: Side, other: PrintedDesignation, *, circulated: bool = False) -> Slot | RelationFault:
    """Return the field of the record of *this* that a relation to *other* belongs to, or why there is none.

    :param kind: the word of the registry, one of :data:`READ`
    :param circulated: whether the record gives the target a date of circulation, as ISO's does with successors
    """
    own = this.reading
    if other.iri == own.iri:
        return RelationFault("reversed", "a document does not replace itself", wrong=True)
    if own.kind in ("draft", "project"):
        return _of_undertaking(kind, own, other)
    if own.kind == "standard":
        return RelationFault("undecided", "the document has no year, so that it cannot be told which text is meant")
    if kind in ("updates", "updatedBy") and other.host:
        if same(other.host, own):
            return "amended_by"
        if own.kind == "edition" and other.kind != "amendment":
            return RelationFault("undecided", f"what it names is to amend another text, {other.host}")
    if kind == "updates" and own.host and same(own.host, other):
        return ""  # an amendment's own record names its host so: cstd:amends says it
    if other.kind in ("draft", "project"):
        if kind in ("obsoletes", "updates") and this.withdrawn:
            return RelationFault("undecided", "the document is withdrawn, so that a draft is not what is to replace it")
        return "revised_by"
    return _by_year(kind, this, Side(other), circulated)


def _of_undertaking(kind: str, own: PrintedDesignation, other: PrintedDesignation) -> Slot | RelationFault:
    """Decide for a draft or project: it may be meant to replace a published text."""
    if own.host and same(own.host, other):
        return ""  # cstd:toAmend says it
    if kind == "obsoletes" and other.kind in ("edition", "amendment"):
        return "revises"
    return RelationFault(
        "undecided", "of a draft or project only the published text that it is to replace is taken over"
    )


def _by_year(kind: str, this: Side, other: Side, circulated: bool) -> Slot | RelationFault:
    """Decide between two published texts."""
    older, younger = other.year < this.year, other.year > this.year
    if not this.year or not other.year:
        # Versions of ETSI carry no year that counts; only the plain words are believed.
        older, younger = kind == "obsoletes", kind == "obsoletedBy"
        if kind.startswith("updated") or kind == "updates":
            return RelationFault("undecided", "one of the two has no year, so that the direction cannot be told")
    slot: Slot | RelationFault
    if kind == "obsoletes":
        slot = _reversed() if younger else "replaces"
    elif kind in ("obsoletedBy", "updatedBy"):
        slot = _reversed() if older else "replaced_by"
    elif older:
        slot = "replaces"
    elif this.withdrawn and (younger or circulated):
        slot = "replaced_by"
    else:
        told = "withdrawn" if younger else "older or younger than what it names"
        slot = RelationFault("undecided", f"the record does not say that the document is {told}")
    # An amendment replaces amendments alone; an edition may replace both.
    new, old = (this.reading, other.reading) if slot == "replaces" else (other.reading, this.reading)
    if slot in ("replaces", "replaced_by") and new.kind == "amendment" and old.kind != "amendment":
        return RelationFault("undecided", "an amendment modifies an edition and does not replace one")
    return slot


def _reversed() -> RelationFault:
    return RelationFault(
        "reversed", "an older text does not replace a younger one: the relation is the wrong way round", True
    )


def same(host: str, reading: PrintedDesignation) -> bool:
    """Tell whether *host*, the designation of an amended edition, is that of *reading*."""
    return re.sub(r"\W", "", host).lower() == re.sub(r"\W", "", reading.identifier).lower()
