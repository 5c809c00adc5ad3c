"""The slots of SSSOM 1.1, and the form of their values in cells: what reader and writer share.

Source: the Simple Standard for Sharing Ontological Mappings, https://w3id.org/sssom/ (model and SSSOM/TSV, 1.0 and
1.1).  Pure: no file, no graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final, Literal, NamedTuple

from cyberstd_kg.core.days import is_day
from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.mappings.model import EXTENSION, End, MappingSet, Slots

Kind = Literal["entity", "uri", "text", "date", "number", "code"]


class Slot(NamedTuple):
    """A slot: the kind of its values, whether it has several, and whether a set's value holds for its rows too."""

    kind: Kind = "text"
    multiple: bool = False
    propagated: bool = False


def _slots(text: str) -> dict[str, Slot]:
    """Read slots, each as "name/marks"; the marks are those of :data:`SET_SLOTS`."""
    kinds: dict[str, Kind] = {"e": "entity", "u": "uri", "d": "date", "n": "number", "c": "code"}
    slots = {}
    for name, _, marks in (item.partition("/") for item in text.split()):
        kind: Kind = next((kind for mark, kind in kinds.items() if mark in marks), "text")
        slots[name] = Slot(kind, "m" in marks, "p" in marks)
    return slots


#: The slots of a mapping set, in the order of the model, which is that of the canonical form.  Marks: e an entity
#: (CURIE), u a URI, d a date, n a number, c a code of the standard; m several values; p propagated to the rows.
SET_SLOTS: Final[Mapping[str, Slot]] = _slots(
    """sssom_version/c curie_map/m mapping_set_id/u mapping_set_version mapping_set_source/um mapping_set_title
        mapping_set_description mapping_set_confidence/n creator_id/em creator_label/m license/u subject_type/cp
        subject_source/ep subject_source_version/p object_type/cp object_source/ep object_source_version/p
        predicate_type/cp mapping_provider/up cardinality_scope/mp mapping_tool/p mapping_tool_id/ep
        mapping_tool_version/p mapping_date/dp publication_date/d subject_match_field/emp object_match_field/emp
        subject_preprocessing/emp object_preprocessing/emp similarity_measure/p curation_rule/emp
        curation_rule_text/mp see_also/um issue_tracker/u other comment extension_definitions/m"""
)
#: The slots of a row, in the order of the model.
ROW_SLOTS: Final[Mapping[str, Slot]] = _slots(
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
#: The prefixes that a file may use without declaring them in its ``curie_map``.
BUILTIN: Final[Mapping[str, str]] = {name: PREFIXES[name] for name in "owl rdf rdfs semapv skos sssom".split()}
#: The prefixes that the standard itself uses undeclared, in the definitions of extension slots.
HINTED: Final[Mapping[str, str]] = {"linkml": "https://w3id.org/linkml/", "xsd": PREFIXES["xsd"]}
#: The prefixes that the writer makes up where a file has none; the reader drops them.
MADE_UP: Final = re.compile("ns[1-9][0-9]*")
#: The ends of a row that states that nothing was found; older files use NoMapping.
NOT_FOUND: Final = (f"{BUILTIN['sssom']}NoTermFound", f"{BUILTIN['sssom']}NoMapping")
#: The licence of the standard where nobody states one.
UNSPECIFIED: Final = f"{BUILTIN['sssom']}license/unspecified"
#: The namespace of the standard for the properties of extension slots that nobody defined.
UNDEFINED: Final = "http://sssom.invalid/"
LITERAL: Final = "rdfs literal"
COMPOSED: Final = "composed entity expression"
_TYPES: Final = frozenset(
    "owl class, owl object property, owl data property, owl annotation property, owl named individual, skos concept, "
    f"rdfs resource, rdfs class, {LITERAL}, rdfs datatype, rdf property, {COMPOSED}".split(", ")
)
#: Slot → the values that the standard allows it.
CODES: Final[Mapping[str, frozenset[str]]] = {
    "subject_type": _TYPES,
    "predicate_type": _TYPES,
    "object_type": _TYPES,
    "predicate_modifier": frozenset(["Not"]),
    "mapping_cardinality": frozenset("1:1 1:n n:1 n:n 1:0 0:1 0:0".split()),
    "sssom_version": frozenset(["1.0", "1.1"]),
}
#: The justifications of the standard.
JUSTIFICATIONS: Final = frozenset(
    f"{BUILTIN['semapv']}{name}"
    for name in """MappingReview ManualMappingCuration LogicalReasoning LexicalMatching CompositeMatching
    UnspecifiedMatching SemanticSimilarityThresholdMatching LexicalSimilarityThresholdMatching MappingChaining
    MappingInversion StructuralMatching InstanceBasedMatching BackgroundKnowledgeBasedMatching""".split()
)
_FIGURE: Final = re.compile(r"-?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE]-?[0-9]{1,2})?")
#: A URI, without characters that nobody can see: controls, marks that turn the text, half characters.
_URI: Final = re.compile(
    '[A-Za-z][A-Za-z0-9+.-]*:[^\\x00-\\x20\\x7f-\\xa0<>"{}|^`\\\\\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f'
    "\\ud800-\\udfff\\ufeff\\ufffe\\uffff]+"
)


class SetField(NamedTuple):
    """A slot of a set that the model has as an attribute and the graph as a property.

    *path* is the attribute of :class:`MappingSet`, or of its reading ("reading.style").  *curie* names the property, ""
    where the graph has none.  *form* is that of its values: literal, text (in English), entity (of ours), uri, words,
    or the scheme of a code.  *graph* is the one that states it: that of the rows, of the reading, or the description.
    """

    path: str
    curie: str
    form: str = "literal"
    graph: Literal["rows", "reading", "description"] = "rows"

    @property
    def name(self) -> str:
        """The name of the attribute."""
        return self.path.removeprefix("reading.")

    @property
    def is_of_reading(self) -> bool:
        """Whether the reading has the attribute."""
        return self.path != self.name

    @property
    def is_code(self) -> bool:
        """Whether its values are codes."""
        return self.form not in ("literal", "text", "entity", "uri", "words")


#: The slots of a set with a field of their own, those of the standard first, then our extensions in their order.
FIELDS: Final[Mapping[str, SetField]] = {
    "mapping_set_version": SetField("version", "owl:versionInfo"),
    "mapping_set_title": SetField("title", "dct:title", "text"),
    "mapping_set_description": SetField("description", "dct:description", "text"),
    "license": SetField("licence", "dct:license", "uri"),
    "subject_source": SetField("subject_edition", "cstd:subjectEdition", "entity"),
    "subject_source_version": SetField("subject_version", ""),
    "object_source": SetField("object_edition", "cstd:objectEdition", "entity"),
    "object_source_version": SetField("object_version", ""),
    "mapping_provider": SetField("provider", "dct:publisher", "entity"),
    "publication_date": SetField("date", "cstd:printedDate"),
    f"{EXTENSION}date": SetField("date", "cstd:printedDate"),
    f"{EXTENSION}style": SetField("reading.style", "cstd:mappingStyle", "mapstyle", "reading"),
    f"{EXTENSION}rationale": SetField("reading.rationale", "cstd:rationale", "rationale", "reading"),
    f"{EXTENSION}words": SetField("reading.words", "cstd:readsWord", "words", "reading"),
    f"{EXTENSION}read_by": SetField("reading.read_by", "cstd:readBy", "reading", "reading"),
    f"{EXTENSION}reading_reason": SetField("reading.reason", "cstd:readingReason", "text", "reading"),
    f"{EXTENSION}blank": SetField("reading.blank", "cstd:blankMeans", "reading", "reading"),
    f"{EXTENSION}no_relationship": SetField(
        "reading.no_relationship", "cstd:noRelationshipMeans", "reading", "reading"
    ),
    f"{EXTENSION}completeness": SetField("reading.completeness", "cstd:completeness", "reading", "reading"),
    f"{EXTENSION}granularity": SetField("reading.granularity", "cstd:granularity", "reading", "reading"),
    f"{EXTENSION}groups": SetField("reading.groups", "cstd:groupReading", "reading", "reading"),
    f"{EXTENSION}use_case": SetField("reading.use_case", "cstd:useCase", "usecase", "reading"),
    f"{EXTENSION}audience": SetField("reading.audience", "cstd:audience", "text"),
    f"{EXTENSION}made_how": SetField("reading.made_how", "cstd:madeHow", "text"),
    f"{EXTENSION}confidence_scale": SetField("reading.confidence_scale", "cstd:confidenceScale", "text"),
    f"{EXTENSION}tier": SetField("tier", "cstd:licenceTier", "tier", "description"),
    f"{EXTENSION}says": SetField("says", "cstd:says", "says", "description"),
    f"{EXTENSION}document": SetField("document", "cstd:sourceDocument", "entity", "description"),
    f"{EXTENSION}quoted_from": SetField("quoted_from", "prov:wasQuotedFrom", "entity", "description"),
    f"{EXTENSION}locator": SetField("locator", "bibo:locator", "literal", "description"),
}
#: Our extension slots of a set, in the order of the file → the property that defines each.
SET_EXTENSIONS: Final[Mapping[str, str]] = {
    slot: field.curie for slot, field in FIELDS.items() if slot.startswith(EXTENSION)
}
WORD: Final = f"{EXTENSION}word"
RELATIONS: Final = f"{EXTENSION}relations"
DERIVED_FROM: Final = "derived_from"
#: Our extension slots of a row.  ``derived_from`` is not in SSSOM 1.1, so it is an extension too.
ROW_EXTENSIONS: Final[Mapping[str, str]] = {
    DERIVED_FROM: "cstd:derivedFrom",
    WORD: "cstd:publishedRelation",
    RELATIONS: "cstd:possibleRelation",
    f"{EXTENSION}subject_members": "cstd:hasMember",
    f"{EXTENSION}object_members": "cstd:hasMember",
}
#: Those of our extension slots that are no texts.
_ENTITIES: Final[Mapping[str, Slot]] = {
    DERIVED_FROM: Slot("entity", multiple=True),
    f"{EXTENSION}subject_members": Slot("entity", multiple=True),
    f"{EXTENSION}object_members": Slot("entity", multiple=True),
    f"{EXTENSION}document": Slot("entity"),
    f"{EXTENSION}quoted_from": Slot("entity"),
}
#: The order of slots: the model's, then that of our extensions; True for those of a set.
_PLACES: Final = {
    True: {name: place for place, name in enumerate((*SET_SLOTS, *SET_EXTENSIONS))},
    False: {name: place for place, name in enumerate((*ROW_SLOTS, *ROW_EXTENSIONS))},
}
#: The start of a cell that a spreadsheet would run as a formula, and any apostrophes before it, which prevent that.
_FORMULA: Final = re.compile(r"'*[=+\-@]")
_WORD: Final = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*=\s*([^";]*)(?:;|\Z)', re.DOTALL)


def slot(name: str, *, of_set: bool = False) -> Slot:
    """Return what the slot *name* is; an extension slot is a text."""
    return (SET_SLOTS if of_set else ROW_SLOTS).get(name) or _ENTITIES.get(name) or Slot()


def text_of(mapping_set: MappingSet, name: str) -> str:
    """Return the value of a slot of :data:`FIELDS` but the words; "" for none."""
    return str(attrgetter(FIELDS[name].path)(mapping_set))


def condensed(mapping_set: MappingSet) -> MappingSet:
    """Return a set in which each propagated slot that has one value in all rows is a slot of the set."""
    about = dict(mapping_set.other)

    def fits(name: str, values: tuple[str, ...]) -> bool:
        of_set = (text_of(mapping_set, name),) if name in FIELDS else about.get(name, ())
        return slot(name, of_set=True).propagated and (not any(of_set) or of_set == values)

    common = set.intersection(*(set(row.other) for row in mapping_set.rows)) if mapping_set.rows else set()
    moved = {name: values for name, values in common if fits(name, values)}
    if not moved:
        return mapping_set
    fields: dict[str, Any] = {FIELDS[name].path: moved[name][0] for name in moved.keys() & FIELDS.keys()}
    about |= {name: values for name, values in moved.items() if name not in FIELDS}
    rows = tuple(
        replace(row, other=tuple((name, values) for name, values in row.other if name not in moved))
        for row in mapping_set.rows
    )
    return replace(mapping_set, rows=rows, other=in_order(about, of_set=True), **fields)


def spread(mapping_set: MappingSet) -> MappingSet:
    """Return a set in which the type of ends is a slot of the rows where some row has another type."""
    for side in ("subject", "object"):
        name = f"{side}_type"
        about = dict(mapping_set.other)
        ends: list[End] = [getattr(row, side) for row in mapping_set.rows]
        typed_apart = [end.is_literal or bool(end.members) for end in ends]
        if name not in about or not any(typed_apart):
            continue
        values = about.pop(name)
        rows = tuple(
            row
            if apart or name in dict(row.other) or values == (LITERAL,)
            else replace(row, other=in_order({**dict(row.other), name: values}))
            for row, apart in zip(mapping_set.rows, typed_apart, strict=True)
        )
        mapping_set = replace(mapping_set, rows=rows, other=tuple(about.items()))
    return mapping_set


def is_uri(text: str) -> bool:
    """Tell whether a text is a URI, with a scheme."""
    return _URI.fullmatch(text) is not None


def is_figure(text: str, least: float = 0) -> bool:
    """Tell whether a text is a figure from *least* to 1."""
    return _FIGURE.fullmatch(text) is not None and least <= float(text) <= 1


def is_valid(name: str, text: str, *, of_set: bool = False) -> bool:
    """Tell whether the standard allows the slot *name* the value *text*; an entity may have any."""
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


def in_order(slots: Mapping[str, tuple[str, ...]], *, of_set: bool = False) -> Slots:
    """Return the slots that have a value, in the order of :func:`sorted_names`."""
    return tuple((name, slots[name]) for name in sorted_names(slots, of_set=of_set) if slots[name])


def sorted_names(names: Iterable[str], *, of_set: bool = False) -> list[str]:
    """Return the names of slots in the order of the model, then our extensions, then further ones by name."""
    places = _PLACES[of_set]
    return sorted(names, key=lambda name: (places.get(name, len(places)), name))


def split(cell: str) -> tuple[str, ...]:
    r"""Return the values of a cell of several, which ``|`` separates; in a value ``\|`` is ``|`` and ``\\`` is ``\``.

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
    """Return *values* as one cell: the inverse of :func:`split`."""
    return "|".join(value.replace("\\", r"\\").replace("|", r"\|") for value in values)


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet runs as a formula: an apostrophe goes before it, as OWASP advises.

    >>> harmless("=1+1"), plain("'=1+1"), plain(harmless("'=1"))
    ("'=1+1", '=1+1', "'=1")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def plain(text: str) -> str:
    """Undo :func:`harmless`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def number(value: float) -> str:
    """Return a number in its shortest decimal form.

    >>> number(0.8), number(1.0)
    ('0.8', '1')
    """
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_words(words: Iterable[tuple[str, str]]) -> str:
    """Return a table from words to signs of relations as one text.

    >>> write_words([("intersect", "E < > o"), ("equal", "E")])
    '"intersect" = E < > o; "equal" = E'
    """
    escaped = ((word.replace("\\", "\\\\").replace('"', '\\"'), signs) for word, signs in words)
    return "; ".join(f'"{word}" = {signs}' for word, signs in escaped)


def read_words(text: str) -> list[tuple[str, str]]:
    """Return the table from words to signs that :func:`write_words` wrote; the signs are not checked.

    :raises ValueError: when it is no such table
    """
    words, at = [], 0
    while at < len(text.rstrip()):
        match = _WORD.match(text, at)
        if not match:
            raise ValueError(f"'{text[at : at + 60].strip()}' is not an entry such as \"intersect\" = E < > o")
        words.append((re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL), match[2].strip()))
        at = match.end()
    return words
