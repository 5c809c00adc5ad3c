"""The slots of SSSOM 1.1, and how their values stand in cells: what reader and writer have in common.

Source: the Simple Standard for Sharing Ontological Mappings, https://w3id.org/sssom/ (model and SSSOM/TSV, 1.0 and
1.1).  Pure: no file, no graph.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.mappings.model import EXTENSION, MappingSet

Kind = Literal["entity", "uri", "text", "date", "number", "code"]


class Slot(NamedTuple):
    """A slot: what its values are, whether it has several, and whether a set's value speaks for its rows too."""

    kind: Kind = "text"
    multiple: bool = False
    propagated: bool = False


def _slots(text: str) -> dict[str, Slot]:
    found = {}
    for line in text.split():
        name, _, marks = line.partition("/")
        kinds: dict[str, Kind] = {"e": "entity", "u": "uri", "d": "date", "n": "number", "c": "code"}
        kind: Kind = next((kind for mark, kind in kinds.items() if mark in marks), "text")
        found[name] = Slot(kind, "m" in marks, "p" in marks)
    return found


#: The slots of a mapping set, in the order of the model, which is that of the canonical form.  Marks: e an entity
#: (CURIE), u a URI, d a date, n a number, c a code of the standard; m several values; p propagated to the rows.
SET_SLOTS: Final = MappingProxyType(
    _slots(
        """sssom_version/c curie_map/m mapping_set_id/u mapping_set_version mapping_set_source/um mapping_set_title
        mapping_set_description mapping_set_confidence/n creator_id/em creator_label/m license/u subject_type/cp
        subject_source/ep subject_source_version/p object_type/cp object_source/ep object_source_version/p
        predicate_type/cp mapping_provider/up cardinality_scope/mp mapping_tool/p mapping_tool_id/ep
        mapping_tool_version/p mapping_date/dp publication_date/d subject_match_field/emp object_match_field/emp
        subject_preprocessing/emp object_preprocessing/emp similarity_measure/p curation_rule/emp
        curation_rule_text/mp see_also/um issue_tracker/u other comment extension_definitions/m"""
    )
)
#: The slots of a row, in the order of the model.
ROW_SLOTS: Final = MappingProxyType(
    _slots(
        """record_id/e subject_id/e subject_label subject_category predicate_id/e predicate_label predicate_modifier/c
        object_id/e object_label object_category mapping_justification/e author_id/em author_label/m reviewer_id/em
        reviewer_label/m creator_id/em creator_label/m license/u subject_type/cp subject_source/ep
        subject_source_version/p object_type/cp object_source/ep object_source_version/p predicate_type/cp
        mapping_provider/up mapping_source/e mapping_cardinality/c cardinality_scope/mp mapping_tool/p
        mapping_tool_id/ep mapping_tool_version/p mapping_date/dp publication_date/d review_date/d confidence/n
        reviewer_agreement/n curation_rule/emp curation_rule_text/mp subject_match_field/emp object_match_field/emp
        match_string/m subject_preprocessing/emp object_preprocessing/emp similarity_score/n similarity_measure/p
        see_also/um issue_tracker_item/e other comment"""
    )
)
#: What a file may use without declaring it in its ``curie_map``.
BUILTIN: Final = MappingProxyType({name: PREFIXES[name] for name in ("owl", "rdf", "rdfs", "semapv", "skos", "sssom")})
#: What the standard uses itself without declaring it, in the definitions of extension slots.
HINTED: Final = MappingProxyType({"linkml": "https://w3id.org/linkml/", "xsd": PREFIXES["xsd"]})
#: The prefixes that the writer makes up where a file has none; they are not kept.
MADE_UP: Final = re.compile("ns[1-9][0-9]*")
#: An end that stands for nothing found; older files say NoMapping.
NOT_FOUND: Final = (f"{BUILTIN['sssom']}NoTermFound", f"{BUILTIN['sssom']}NoMapping")
#: What the standard says where nobody says which licence.
UNSPECIFIED: Final = f"{BUILTIN['sssom']}license/unspecified"
#: Slot of a set → the field of :class:`MappingSet` that holds it.
FIELDS: Final = MappingProxyType(
    {
        "mapping_set_version": "version",
        "mapping_set_title": "title",
        "mapping_set_description": "description",
        "license": "licence",
        "subject_source": "subject_edition",
        "subject_source_version": "subject_version",
        "object_source": "object_edition",
        "object_source_version": "object_version",
        "mapping_provider": "provider",
        "publication_date": "date",
    }
)
#: The property by which the standard knows an extension slot that nobody defined.
UNDEFINED: Final = "http://sssom.invalid/"
LITERAL: Final = "rdfs literal"
COMPOSED: Final = "composed entity expression"
_TYPES: Final = frozenset(
    (
        *("owl class", "owl object property", "owl data property", "owl annotation property", "owl named individual"),
        *("skos concept", "rdfs resource", "rdfs class", LITERAL, "rdfs datatype", "rdf property", COMPOSED),
    )
)
#: The values of the slots that have codes of the standard.
CODES: Final = MappingProxyType(
    {
        **{f"{side}_type": _TYPES for side in ("subject", "predicate", "object")},
        "predicate_modifier": frozenset(("Not",)),
        "mapping_cardinality": frozenset("1:1 1:n n:1 n:n 1:0 0:1 0:0".split()),
        "sssom_version": frozenset(("1.0", "1.1")),
    }
)
#: The justifications that the standard knows.
JUSTIFICATIONS: Final = frozenset(
    f"{BUILTIN['semapv']}{name}"
    for name in """MappingReview ManualMappingCuration LogicalReasoning LexicalMatching CompositeMatching
    UnspecifiedMatching SemanticSimilarityThresholdMatching LexicalSimilarityThresholdMatching MappingChaining
    MappingInversion StructuralMatching InstanceBasedMatching BackgroundKnowledgeBasedMatching""".split()
)
_FIGURE: Final = re.compile(r"-?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE]-?[0-9]{1,2})?")
#: A URI; what nobody can see stands in none: controls, marks that turn the text, half characters.
_URI: Final = re.compile(
    '[A-Za-z][A-Za-z0-9+.-]*:[^\\x00-\\x20\\x7f-\\xa0<>"{}|^`\\\\\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f'
    "\\ud800-\\udfff\\ufeff\\ufffe\\uffff]+"
)

#: Our extension slots of a set, in the order of the file → the property that defines each.
SET_EXTENSIONS: Final = MappingProxyType(
    {
        f"{EXTENSION}{name}": defined
        for name, defined in (
            ("date", "cstd:printedDate"),
            ("style", "cstd:mappingStyle"),
            ("rationale", "cstd:rationale"),
            ("words", "cstd:readsWord"),
            ("read_by", "cstd:readBy"),
            ("reading_reason", "cstd:readingReason"),
            ("blank", "cstd:blankMeans"),
            ("no_relationship", "cstd:noRelationshipMeans"),
            ("completeness", "cstd:completeness"),
            ("granularity", "cstd:granularity"),
            ("groups", "cstd:groupReading"),
            ("use_case", "cstd:useCase"),
            ("audience", "cstd:audience"),
            ("made_how", "cstd:madeHow"),
            ("confidence_scale", "cstd:confidenceScale"),
            ("tier", "cstd:licenceTier"),
            ("says", "cstd:says"),
            ("document", "cstd:sourceDocument"),
            ("quoted_from", "prov:wasQuotedFrom"),
            ("locator", "bibo:locator"),
        )
    }
)
WORD, RELATIONS, SUBJECT_MEMBERS, OBJECT_MEMBERS, DERIVED_FROM = (
    *(f"{EXTENSION}{name}" for name in ("word", "relations", "subject_members", "object_members")),
    "derived_from",
)
#: Our extension slots of a row.  ``derived_from`` is not in SSSOM 1.1, so that it is an extension too.
ROW_EXTENSIONS: Final = MappingProxyType(
    {
        DERIVED_FROM: "cstd:derivedFrom",
        WORD: "cstd:publishedRelation",
        RELATIONS: "cstd:possibleRelation",
        SUBJECT_MEMBERS: "cstd:hasMember",
        OBJECT_MEMBERS: "cstd:hasMember",
    }
)
_OWN: Final = MappingProxyType(
    {
        DERIVED_FROM: Slot("entity", multiple=True),
        SUBJECT_MEMBERS: Slot("entity", multiple=True),
        OBJECT_MEMBERS: Slot("entity", multiple=True),
        f"{EXTENSION}document": Slot("entity"),
        f"{EXTENSION}quoted_from": Slot("entity"),
    }
)
#: What a spreadsheet would run as a formula, with the apostrophes that keep it from doing so.
_FORMULA: Final = re.compile(r"'*[=+\-@]")
_WORD: Final = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*=\s*([^";]*)(?:;|\Z)', re.DOTALL)


def slot(name: str, *, of_set: bool = False) -> Slot:
    """Return what the slot *name* is; an extension slot is a text."""
    return (SET_SLOTS if of_set else ROW_SLOTS).get(name) or _OWN.get(name) or Slot()


def condensed(mapping_set: MappingSet) -> MappingSet:
    """Return a set in which a slot that speaks for all rows, with one value in each, is said once of the set."""
    rows = mapping_set.rows
    held = [dict(row.other) for row in rows]
    moved: dict[str, tuple[str, ...]] = {}
    about = dict(mapping_set.other)
    for name, values in held[0].items() if held else ():
        field = FIELDS.get(name, "")
        of_all = (getattr(mapping_set, field),) if field else about.get(name, ())
        equal = slot(name, of_set=True).propagated and all(other.get(name) == values for other in held)
        if equal and (not any(of_all) or of_all == values):
            moved[name] = values
    if not moved:
        return mapping_set
    fields: dict[str, Any] = {FIELDS[name]: values[0] for name, values in moved.items() if name in FIELDS}
    about |= {name: values for name, values in moved.items() if name not in FIELDS}
    left = (tuple(pair for pair in row.other if pair[0] not in moved) for row in rows)
    kept = tuple(replace(row, other=other) for row, other in zip(rows, left, strict=True))
    return replace(mapping_set, rows=kept, other=in_order(about, of_set=True), **fields)


def spread(mapping_set: MappingSet) -> MappingSet:
    """Return a set in which the type of ends is said of each row where a row has to state another one."""
    about = dict(mapping_set.other)
    rows = list(mapping_set.rows)
    for side in ("subject", "object"):
        name = f"{side}_type"
        ends = [getattr(row, "subject" if side == "subject" else "object") for row in rows]
        if name in about and any(end.is_literal or end.members for end in ends):
            values = about.pop(name)
            rows = [
                row
                if end.is_literal or end.members or name in dict(row.other) or values == (LITERAL,)
                else replace(row, other=in_order(dict(row.other) | {name: values}))
                for row, end in zip(rows, ends, strict=True)
            ]
    return replace(mapping_set, rows=tuple(rows), other=tuple((k, v) for k, v in mapping_set.other if k in about))


def is_uri(text: str) -> bool:
    """Tell whether a text is a URI, with a scheme."""
    return _URI.fullmatch(text) is not None


def is_day(text: str) -> bool:
    """Tell whether a text is a day: year, month and day."""
    try:
        return len(text) == 10 and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_figure(text: str, least: float = 0) -> bool:
    """Tell whether a text is a figure from *least* to 1."""
    return _FIGURE.fullmatch(text) is not None and least <= float(text) <= 1


def is_valid(name: str, text: str, *, of_set: bool = False) -> bool:
    """Tell whether *text* is a value that the slot *name* may have by the standard; of an entity, any is."""
    match slot(name, of_set=of_set).kind:
        case "date":
            return is_day(text)
        case "number":
            return is_figure(text, -1 if name == "reviewer_agreement" else 0)
        case "code":
            return text in CODES[name]
        case "uri":
            return is_uri(text)
        case _:
            return True


def in_order(slots: Mapping[str, tuple[str, ...]], *, of_set: bool = False) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the slots that have a value in the order of the model, further ones after them by name."""
    known = list(SET_SLOTS if of_set else ROW_SLOTS)
    place = {name: number for number, name in enumerate(known)}
    names = sorted((name for name in slots if slots[name]), key=lambda name: (place.get(name, len(known)), name))
    return tuple((name, slots[name]) for name in names)


def split(cell: str) -> tuple[str, ...]:
    r"""Return the values of a cell of several: ``|`` stands between them, ``\|`` and ``\\`` inside them.

    >>> split(r"Alice\\|David\|Eve")
    ('Alice\\', 'David|Eve')
    """
    if "\\" not in cell:
        return tuple(value.strip() for value in cell.split("|") if value.strip())
    values = [""]
    for piece in re.findall(r"\\[|\\]|\||[^|\\]+|\\", cell):
        if piece == "|":
            values.append("")
        else:
            values[-1] += piece[1] if piece in (r"\|", r"\\") else piece
    return tuple(value.strip() for value in values if value.strip())


def join(values: tuple[str, ...]) -> str:
    """Return *values* as one cell (:func:`split` takes it apart again)."""
    return "|".join(value.replace("\\", r"\\").replace("|", r"\|") for value in values)


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet runs as a formula: an apostrophe is put before it, as OWASP advises.

    >>> harmless("=1+1"), plain("'=1+1"), plain(harmless("'=1"))
    ("'=1+1", '=1+1', "'=1")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def plain(text: str) -> str:
    """Undo :func:`harmless`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def number(value: float) -> str:
    """Return a figure for confidence in its shortest decimal form.

    >>> number(0.8), number(1.0)
    ('0.8', '1')
    """
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_words(words: tuple[tuple[str, str], ...]) -> str:
    """Return the table from words to signs of relations as one text.

    >>> write_words((("intersect", "E < > o"), ("equal", "E")))
    '"intersect" = E < > o; "equal" = E'
    """
    escaped = ((word.replace("\\", "\\\\").replace('"', '\\"'), signs) for word, signs in words)
    return "; ".join(f'"{word}" = {signs}' for word, signs in escaped)


def read_words(text: str) -> tuple[tuple[str, str], ...]:
    """Return the table from words to signs that :func:`write_words` made; the signs are not looked at.

    :raises ValueError: when it is no such table
    """
    found, at = [], 0
    while at < len(text.rstrip()):
        match = _WORD.match(text, at)
        if not match:
            raise ValueError(f"'{text[at : at + 60].strip()}' is no entry such as \"intersect\" = E < > o")
        found.append((re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL), match[2].strip()))
        at = match.end()
    return tuple(found)
