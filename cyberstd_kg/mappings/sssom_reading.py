"""SSSOM/TSV (https://w3id.org/sssom/, 1.0 and 1.1) → a mapping set.

Files in our form declare their reading, in slots that begin with ``cyberstd_``; for others, whoever imports them
chooses it.  The report lists what has no place in the model.  A file with a fault is refused as a whole.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import Final, NamedTuple

from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import PREFIXES, is_entity, slug
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.designations.records import interval
from cyberstd_kg.foreign.report import ImportReport
from cyberstd_kg.foreign.trees import Tree, members
from cyberstd_kg.mappings import relations, sssom_predicates, sssom_slots, sssom_table
from cyberstd_kg.mappings.model import EXTENSION, DeclaredReading, MappingRow, MappingSet, RelationWord, Slots, named
from cyberstd_kg.mappings.relations import OVERLAP, Relations
from cyberstd_kg.mappings.sssom_rows import Rows, WordTable
from cyberstd_kg.mappings.sssom_table import Table
from cyberstd_kg.mappings.sssom_values import Values

#: The form of a report on SSSOM.
FORM: Final = "sssom"
_SUFFIX: Final = re.compile(r"(?:\.sssom)?\.(?:tsv|csv|txt|owl|json|ttl)$", re.IGNORECASE)
_CODE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MAPPING: Final = PREFIXES["mapping"]
_LONGEST: Final = 80
_VERSIONS: Final = ("1.0", "1.1")


class SssomOptions(NamedTuple):
    """What the importer of a set states of it.

    *words* say how the publisher's words are read; *strict* reads skos:relatedMatch as intersection.  The editions and
    the publisher are IRIs of ours, *rationale* and *tier* are codes; *iri* names the set.
    """

    words: tuple[RelationWord, ...] = ()
    strict: bool = False
    rationale: str = ""
    tier: str = ""
    publisher: str = ""
    subject_edition: str = ""
    object_edition: str = ""
    iri: str = ""


def read(
    content: bytes,
    name: str,
    *,
    metadata: tuple[str, bytes] | None = None,
    options: SssomOptions | None = None,
    report: ImportReport | None = None,
) -> MappingSet:
    """Read a file.

    :param name: its name in messages
    :param metadata: name and content of a separate file of metadata
    :param report: gets all faults, and whatever was changed or left out
    :raises InputError: naming file and line, at the first of its faults
    """
    table = sssom_table.read(content, name, metadata)
    return _Reader(table, options or SssomOptions(), report or ImportReport(FORM)).read()


def read_declared(content: bytes, name: str) -> MappingSet:
    """Read a file in our form, which declares its reading.

    :raises InputError: naming file and line; on a file that declares no reading
    """
    table = sssom_table.read(content, name)
    if not any(slot.startswith(EXTENSION) for slot in table.slots):
        hint = f"Import it with: cyberstd import sssom {name}"
        raise InputError(f"{name}: the mapping set does not declare its reading", hint)
    return _Reader(table, SssomOptions(), ImportReport(FORM)).read()


def set_iri(identifier: str, name: str) -> str:
    """Return the IRI of a set in the graph.

    :param identifier: the set's own, which may be in our namespace; "" where it has none
    :param name: of its file
    """
    if identifier.startswith(_MAPPING) and is_entity(identifier) and "_" not in identifier.rpartition("/")[2]:
        return identifier
    last = re.split(r"[/#]", identifier.rstrip("/#"))[-1] if identifier else PurePath(name).name
    try:
        local = slug(_SUFFIX.sub("", last))
    except InputError:
        local = "set"
    if len(local) > _LONGEST:
        local = f"{local[:_LONGEST].rstrip('-')}-{hashlib.sha256(identifier.encode()).hexdigest()[:12]}"
    return _MAPPING + local


class _Reader:
    """Reads one file."""

    def __init__(self, table: Table, options: SssomOptions, report: ImportReport) -> None:
        self._table = table
        self._options = options
        self._report = report
        self._values = Values(table, report)
        #: The names of the extension slots that the file defines.
        self._defined = [
            member.get("slot_name")
            for member in members(table.slots.get("extension_definitions"))
            if isinstance(member, dict)
        ]
        #: The slots of the set that have a value.
        self._slots: dict[str, tuple[str, ...]] = {}

    def read(self) -> MappingSet:
        values, table, report = self._values, self._table, self._report
        report.files += 1
        report.records += len(table.rows)
        self._check_table()
        self._slots = self._read_slots()
        words = self._words()
        values.stop()
        identifier = self._one("mapping_set_id")
        iri = self._options.iri or set_iri(identifier, table.name)
        if not identifier:
            values.note("mapping_set_id", "", f"the set has no name: here it is {iri}")
        reader = Rows(values, iri, words, (self._type_of_all("subject_type"), self._type_of_all("object_type")))
        rows = list(self._read_rows(reader))
        values.stop()
        report.taken += len(rows)
        mapping_set = replace(self._set(iri, self._reading(words, reader.met)), rows=tuple(rows))
        mapping_set = sssom_slots.condensed(sssom_slots.spread(mapping_set))
        return replace(mapping_set, rows=named(iri, mapping_set.rows))

    def _one(self, slot: str) -> str:
        """Return the first value of a slot of the set, or ""."""
        return "".join(self._slots.get(slot, ())[:1])

    def _code(self, slot: str) -> str:
        """Return the code that a slot of the set has, or ""."""
        code = self._one(slot)
        if code and not _CODE.fullmatch(code):
            self._values.fault(slot, f"'{code[:60]}' in {slot} is not a code", "Write a code such as set-theory.")
            return ""
        return code

    # ── The table ──

    def _check_table(self) -> None:
        """Report what is wrong or unusual with the table and its metadata as a whole."""
        values, table = self._values, self._table
        if not table.columns:
            values.fault("", "the file has no table", "A row with the names of the columns follows the metadata.")
        for name in table.overridden:
            message = f"{table.metadata} has another value; the value in the file itself is used"
            values.note("metadata", name, message, left=True)
        for name in table.columns:
            if not (name in sssom_slots.ROW_SLOTS or name in sssom_slots.ROW_EXTENSIONS or name in self._defined):
                values.note("extension", name, "a column that the file does not define: kept as a text", at="")
        version = table.slots.get("sssom_version")
        if version is not None and version not in _VERSIONS:
            values.note(
                "sssom_version", "", "this version is not known: read as 1.1", value=str(version), at="sssom_version"
            )

    def _column(self, name: str) -> list[str]:
        """Return the cells of a column; none where the table has no such column."""
        if name not in self._table.columns:
            return []
        at = self._table.columns.index(name)
        return [cells[at] for _, cells in self._table.rows]

    def _type_of_all(self, slot: str) -> str:
        """Return the type of the ends that the set states for all rows; "" where a row states one itself."""
        return "" if any(cell.strip() for cell in self._column(slot)) else self._one(slot)

    def _read_rows(self, reader: Rows) -> Iterator[MappingRow]:
        """Yield the rows that have no fault and a place in the model."""
        groups, columns = self._code(f"{EXTENSION}groups"), self._table.columns
        for line, cells in self._table.rows:
            filled = {name: cell for name, cell in zip(columns, cells, strict=True) if cell and not cell.isspace()}
            if row := reader.read(line, filled):
                yield row
                if groups in ("each", "single") and (row.subject.members or row.object.members):
                    message = f"the row has a group at an end, and the set declares cyberstd_groups: {groups}"
                    self._values.fault("", message, "Declare union, or write a row for each end.")
        self._values.line = 0  # the metadata again

    # ── The slots of the set ──

    def _read_slots(self) -> dict[str, tuple[str, ...]]:
        """Return the slots of the set that have a value: names of entities as IRIs, texts on one line."""
        slots: dict[str, tuple[str, ...]] = {}
        for name, tree in self._table.slots.items():
            is_standard = name in sssom_slots.SET_SLOTS
            if name in ("curie_map", "sssom_version") or tree is None:
                continue
            if name == "extension_definitions":
                slots[name] = tuple(self._definitions(tree))
            elif name == "mappings" or (isinstance(tree, dict) and not is_standard):
                message = "rows belong in the table" if name == "mappings" else "a mapping where the standard has texts"
                self._values.note("metadata", name, message, left=True)
            else:
                slots[name] = self._texts(name, tree)
                if not (is_standard or name in sssom_slots.SET_EXTENSIONS or name in self._defined):
                    message = "a slot that the file does not define: kept as a text"
                    self._values.note("extension", name, message)
        return {name: texts for name, texts in slots.items() if any(texts)}

    def _texts(self, name: str, tree: Tree) -> tuple[str, ...]:
        """Return the values of one slot; a list in a slot that is unknown becomes one cell."""
        values, slot = self._values, sssom_slots.slot(name, of_set=True)
        is_list = slot.multiple or (isinstance(tree, list) and name not in sssom_slots.SET_SLOTS)
        texts = values.several(tree, name) if is_list else (values.scalar(tree, name),)
        if slot.kind != "text" and name != "mapping_set_id":
            texts = values.checked(filter(None, texts), name)
        if slot.multiple:
            return texts
        return (sssom_slots.join(texts) if is_list else "".join(texts[:1]),)

    def _definitions(self, tree: Tree) -> Iterator[str]:
        """Yield the definitions of foreign extension slots, each as "slot property type"."""
        values, at = self._values, "extension_definitions"
        for member in members(tree):
            name = member.get("slot_name") if isinstance(member, dict) else None
            if not isinstance(member, dict) or not isinstance(name, str) or " " in name:
                values.fault(at, "a definition of an extension slot has no slot_name", "Write  - slot_name: ext_….")
            elif name in sssom_slots.SET_EXTENSIONS or name in sssom_slots.ROW_EXTENSIONS:
                continue
            elif name not in self._table.columns and name not in self._table.slots:
                values.note(at, name, "nothing uses the slot", left=True, at=at)
            else:
                terms = [member.get(key) for key in ("property", "type_hint")]
                iris = [values.entity(term, at) if isinstance(term, str) else "" for term in terms]
                if iris[0] and not iris[0].startswith(sssom_slots.UNDEFINED):
                    yield " ".join((name, *filter(None, iris)))

    # ── The reading ──

    def _words(self) -> WordTable:
        """Return the table of words: that of the file, overridden by that of the importer."""
        slot = f"{EXTENSION}words"
        table: dict[str, Relations] = {}
        try:
            for word, signs in sssom_slots.read_words(self._one(slot)):
                table[word] = relations.parse(signs)
        except ValueError as error:
            message = f"the table of words cannot be read: {error}"
            self._values.fault(slot, message, 'Write  "intersect" = E < > o; "equal" = E.')
        given = dict(self._options.words)
        words = WordTable(table | given, frozenset(given), declared=bool(table), strict=self._options.strict)
        for word, possible in words.table.items():
            if not relations.is_tractable(possible):
                message = f'"{word}" is read as {relations.signs(possible)}, which has < and > without o'
                message += ": closure does not decide whether such rows agree"
                self._values.fault(slot, message, "Add o, or remove < or >.")
        return words

    def _reading(self, words: WordTable, met: dict[str, Relations]) -> DeclaredReading:
        """Return the reading that the file declares, or the one that the importer chose.

        :param met: the words of the rows, each with its relations
        """
        options = self._options
        fields = {"style": "concept-crosswalk", "rationale": "", "read_by": "by-importer", "reason": ""}
        for slot, field in sssom_slots.FIELDS.items():
            if field.is_of_reading and field.form != "words" and (text := self._one(slot)):
                fields[field.name] = self._code(slot) if field.is_code else text
        if options.rationale:
            fields["rationale"] = options.rationale
        table = words.table
        if not self._values.own:
            table = met
            fields["reason"] = sssom_predicates.reason(strict=options.strict, given=bool(options.words))
            if any(possible & OVERLAP != OVERLAP for possible in met.values()):
                fields["style"] = "set-theory"
            if any("|" in cell for cell in (*self._column("subject_id"), *self._column("object_id"))):
                fields["groups"] = "union"
        elif options.words:
            fields["read_by"] = "by-importer"
        return DeclaredReading(
            words=tuple(RelationWord(word, table[word]) for word in sorted(table, key=natural)), **fields
        )

    # ── The set ──

    def _set(self, iri: str, reading: DeclaredReading) -> MappingSet:
        """Return the set without its rows."""
        values, options = self._values, self._options
        identifier, licence = self._one("mapping_set_id"), self._one("license")
        fields = {field.name: self._one(slot) for slot, field in sssom_slots.FIELDS.items() if not field.is_of_reading}
        fields |= {
            "title": fields["title"] or _SUFFIX.sub("", PurePath(identifier or self._table.name).name),
            "provider": options.publisher or fields["provider"],
            "licence": "" if licence == sssom_slots.UNSPECIFIED else licence,
            "tier": options.tier or self._code(f"{EXTENSION}tier") or ("identifier" if values.own else "title"),
            "says": self._code(f"{EXTENSION}says") or "stated",
            "subject_edition": options.subject_edition or fields["subject_edition"],
            "object_edition": options.object_edition or fields["object_edition"],
            "date": self._date(),
        }
        other = self._other(iri, identifier)
        values.stop()
        return MappingSet(iri=iri, reading=reading, rows=(), lines=dict(self._table.lines), other=other, **fields)

    def _date(self) -> str:
        """Return the date of publication as printed."""
        date = self._one("publication_date") or self._one(f"{EXTENSION}date")
        try:
            interval(date) if date else None
        except InputError:
            hint = "Write it as year, year-month or year-month-day."
            self._values.fault(f"{EXTENSION}date", f"'{date[:40]}' is not a date", hint)
        return date

    def _other(self, iri: str, identifier: str) -> Slots:
        """Return the slots that are kept unchanged, with the set's own name and prefixes."""
        apart = {*sssom_slots.FIELDS, *sssom_slots.SET_EXTENSIONS, "mapping_set_id"}
        other = {name: texts for name, texts in self._slots.items() if name not in apart}
        if identifier and identifier != iri:
            origins = other.get("mapping_set_source", ())
            if sssom_slots.is_uri(identifier):
                other["mapping_set_source"] = origins if identifier in origins else (*origins, identifier)
            self._values.note("mapping_set_id", "", f"the set is {iri} here", value=identifier, at="mapping_set_id")
        other["curie_map"] = self._values.foreign_prefixes()
        return sssom_slots.in_order(other, of_set=True)
