"""SSSOM/TSV (https://w3id.org/sssom/, 1.0 and 1.1) → a mapping set.

Our own files declare how they are read, in slots that begin with ``cyberstd_``; of others, whoever imports them
chooses.  What has no place in the model is told in the report; a file with a fault is refused as a whole.
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
from cyberstd_kg.foreign.trees import Tree
from cyberstd_kg.mappings import relations, sssom_predicates, sssom_slots, sssom_table
from cyberstd_kg.mappings.model import CODED, EXTENSION, DeclaredReading, MappingSet, RelationWord, named
from cyberstd_kg.mappings.relations import OVERLAP, Relations
from cyberstd_kg.mappings.sssom_rows import Rows, WordCounts
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
    """What whoever imports a set says of it.

    *words* read the publisher's words; *strict* reads skos:relatedMatch as intersection.  The editions and the
    publisher are IRIs of ours, *rationale* and *tier* are codes; *iri* names the set.
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

    :param name: what messages call it
    :param metadata: name and content of a file of metadata
    :param report: takes what was not taken over as it stands, and all faults
    :raises InputError: naming file and line, at the first of its faults
    """
    table = sssom_table.read(content, name, metadata)
    return _Reader(table, options or SssomOptions(), report or ImportReport(FORM)).read()


def read_declared(content: bytes, name: str) -> MappingSet:
    """Read a file that belongs to the graph: one in our form, which declares how it is read.

    :raises InputError: naming file and line; on a file that declares no reading
    """
    table = sssom_table.read(content, name)
    if not any(slot.startswith(EXTENSION) for slot in table.slots):
        raise InputError(
            f"{name}: the mapping set does not declare how it is read", f"Import it with: cyberstd import sssom {name}"
        )
    return _Reader(table, SssomOptions(), ImportReport(FORM)).read()


def set_iri(identifier: str, name: str) -> str:
    """Return the IRI under which the graph holds a set.

    :param identifier: the set's own, which may be in our namespace; "" where it has none
    :param name: of its file
    """
    if identifier.startswith(_MAPPING) and is_entity(identifier) and "_" not in identifier.rpartition("/")[2]:
        return identifier
    last = re.split(r"[/#]", identifier.rstrip("/#"))[-1] if identifier else PurePath(name).name
    try:
        made = slug(_SUFFIX.sub("", last))
    except InputError:
        made = "set"
    if len(made) > _LONGEST:
        made = f"{made[:_LONGEST].rstrip('-')}-{hashlib.sha256(identifier.encode()).hexdigest()[:12]}"
    return _MAPPING + made


class _Reader:
    def __init__(self, table: Table, options: SssomOptions, report: ImportReport) -> None:
        self._table = table
        self._options = options
        self._report = report
        self._values = Values(table, report)

    def read(self) -> MappingSet:
        values, table = self._values, self._table
        report = self._report
        report.files += 1
        report.records += len(table.rows)
        self._check_table()
        about = self._slots()
        words = self._words(about)
        values.stop()
        identifier = _only(about, "mapping_set_id")
        iri = self._options.iri or set_iri(identifier, table.name)
        if not identifier:
            values.note("mapping_set_id", 1, f"the set does not say what it is called: here it is {iri}")
        types = self._types(about)
        maker = Rows(values, iri, words, types)
        grouped_as = self._code(about, "groups")
        rows = []
        for line, cells in table.rows:
            given = {name: cell for name, cell in zip(table.columns, cells, strict=True) if cell and not cell.isspace()}
            if row := maker.row(line, given):
                rows.append(row)
                if grouped_as in ("each", "single") and (row.subject.members or row.object.members):
                    told = f"the row has a group at an end, and the set declares cyberstd_groups: {grouped_as}"
                    values.fault(line, told, "Declare union, or write a row for each end.")
        values.stop()
        report.taken += len(rows)
        made = replace(self._set(iri, about, self._reading(about, words, maker.met)), rows=tuple(rows))
        made = sssom_slots.condensed(sssom_slots.spread(made))
        return replace(made, rows=named(iri, made.rows))

    def _check_table(self) -> None:
        """Tell what is wrong or unusual with the table and its metadata as a whole."""
        values, table = self._values, self._table
        if not table.columns:
            values.fault(1, "the file has no table", "A row with the names of the columns follows the metadata.")
        for name in table.overridden:
            told = f"{table.metadata} says otherwise; what the file itself says holds"
            values.note("metadata", name, told, slot=name, left=True)
        for name in table.columns:
            if (
                name not in sssom_slots.ROW_SLOTS
                and name not in sssom_slots.ROW_EXTENSIONS
                and not self._is_defined(name)
            ):
                values.note("extension", 1, "a column that the file does not define: kept as a text", slot=name)
        version = table.slots.get("sssom_version")
        if version is not None and version not in _VERSIONS:
            values.note("sssom_version", "sssom_version", "this version is not known: read as 1.1", value=str(version))

    def _is_defined(self, name: str) -> bool:
        tree = self._table.slots.get("extension_definitions")
        members = tree if isinstance(tree, list) else []
        return any(isinstance(member, dict) and member.get("slot_name") == name for member in members)

    def _slots(self) -> dict[str, tuple[str, ...]]:
        """Return the slots of the set: names of entities as IRIs, texts on one line."""
        values = self._values
        found: dict[str, tuple[str, ...]] = {}
        for name, tree in self._table.slots.items():
            if name in ("curie_map", "sssom_version") or tree is None:
                continue
            if name == "extension_definitions":
                found[name] = tuple(self._definitions(tree))
            elif name == "mappings" or (isinstance(tree, dict) and name not in sssom_slots.SET_SLOTS):
                told = "rows stand in the table" if name == "mappings" else "a mapping where the standard has texts"
                values.note("metadata", name, told, slot=name, left=True)
            else:
                slot = sssom_slots.slot(name, of_set=True)
                many = slot.multiple or (isinstance(tree, list) and name not in sssom_slots.SET_SLOTS)
                texts = values.several(tree, name) if many else (values.scalar(tree, name),)
                if slot.kind == "entity":
                    texts = values.entities(filter(None, texts), name, name)
                elif slot.kind != "text" and name != "mapping_set_id":
                    texts = values.valid(filter(None, texts), name, name)
                found[name] = texts if slot.multiple else (sssom_slots.join(texts) if many else "".join(texts[:1]),)
                if (
                    name not in sssom_slots.SET_SLOTS
                    and name not in sssom_slots.SET_EXTENSIONS
                    and not self._is_defined(name)
                ):
                    values.note("extension", name, "a slot that the file does not define: kept as a text", slot=name)
        return {name: texts for name, texts in found.items() if any(texts)}

    def _definitions(self, tree: Tree) -> Iterator[str]:
        """Yield the definitions of foreign extension slots, each as "slot property type"."""
        values, at = self._values, "extension_definitions"
        used = {*self._table.columns, *self._table.slots}
        for member in tree if isinstance(tree, list) else [tree]:
            name = member.get("slot_name") if isinstance(member, dict) else None
            if not isinstance(member, dict) or not isinstance(name, str) or " " in name:
                values.fault(at, "a definition of an extension slot has no slot_name", "Write  - slot_name: ext_….")
            elif name in sssom_slots.SET_EXTENSIONS or name in sssom_slots.ROW_EXTENSIONS:
                continue
            elif name not in used:
                values.note(at, at, "nothing uses the slot", slot=name, left=True)
            else:
                given = [member.get(key) for key in ("property", "type_hint")]
                defined = [values.entity(text, at, at) if isinstance(text, str) else "" for text in given]
                if defined[0] and not defined[0].startswith(sssom_slots.UNDEFINED):
                    yield " ".join((name, *filter(None, defined)))

    def _types(self, about: dict[str, tuple[str, ...]]) -> tuple[str, str]:
        """Return the types of the ends that the set states for its rows: where no row states one itself."""

        def of(slot: str) -> str:
            at = self._table.columns.index(slot) if slot in self._table.columns else -1
            stated = at >= 0 and any(cells[at].strip() for _, cells in self._table.rows)
            return "" if stated else _only(about, slot)

        return of("subject_type"), of("object_type")

    def _words(self, about: dict[str, tuple[str, ...]]) -> WordCounts:
        """Return the table of words: what the file declares, and what was given before it."""
        values, slot = self._values, f"{EXTENSION}words"
        table: dict[str, Relations] = {}
        try:
            for word, signs in sssom_slots.read_words(_only(about, slot)):
                table[word] = relations.parse(signs)
        except ValueError as error:
            values.fault(
                slot, f"the table of words cannot be read: {error}", 'Write  "intersect" = E < > o; "equal" = E.'
            )
        declared = bool(table)
        table |= dict(self._options.words)
        for word, read in table.items():
            if not relations.is_tractable(read):
                told = (
                    f'"{word}" is read as {relations.signs(read)}, which has < and > without o: closure does not decide'
                )
                values.fault(slot, f"{told} whether such rows agree", "Add o, or take < or > out.")
        given = frozenset(word for word, _ in self._options.words)
        return WordCounts(table, given, declared, self._options.strict)

    def _reading(
        self, about: dict[str, tuple[str, ...]], words: WordCounts, met: dict[str, Relations]
    ) -> DeclaredReading:
        """Return the reading that the file declares, or that is chosen for it."""
        options = self._options
        codes = {name: self._code(about, name) for name in CODED}
        if self._values.own:
            table = words.table
            why = _only(about, f"{EXTENSION}reading_reason")
        else:
            table = met
            why = sssom_predicates.reason(strict=options.strict, given=bool(options.words))
            narrow = any(read & OVERLAP != OVERLAP for read in met.values())
            grouped = any("|" in cell for _, cells in self._table.rows for cell in self._ends(cells))
            codes |= {
                "style": "set-theory" if narrow else "concept-crosswalk",
                "read_by": "by-importer",
                "groups": "union" if grouped else "single",
            }
        for name, fallback in (("style", "concept-crosswalk"), ("read_by", "by-importer")):
            codes[name] = codes[name] or fallback
        defaults = DeclaredReading("", "", (), "", "")
        kept = {name: code or getattr(defaults, name) for name, code in codes.items()}
        if options.rationale:
            kept["rationale"] = options.rationale
        if self._values.own and options.words:
            kept["read_by"] = "by-importer"
        return DeclaredReading(
            **kept,
            words=tuple(RelationWord(word, table[word]) for word in sorted(table, key=natural)),
            reason=why,
            audience=_only(about, f"{EXTENSION}audience"),
            made_how=_only(about, f"{EXTENSION}made_how"),
            confidence_scale=_only(about, f"{EXTENSION}confidence_scale"),
        )

    def _ends(self, cells: list[str]) -> Iterator[str]:
        for name in ("subject_id", "object_id"):
            if name in self._table.columns:
                yield cells[self._table.columns.index(name)]

    def _code(self, about: dict[str, tuple[str, ...]], name: str) -> str:
        slot = f"{EXTENSION}{name}"
        code = _only(about, slot)
        if code and not _CODE.fullmatch(code):
            self._values.fault(slot, f"'{code[:60]}' in {slot} is no code", "Write a code such as set-theory.")
            return ""
        return code

    def _set(self, iri: str, about: dict[str, tuple[str, ...]], reading: DeclaredReading) -> MappingSet:
        values, options, table = self._values, self._options, self._table
        identifier = _only(about, "mapping_set_id")
        date = _only(about, "publication_date") or _only(about, f"{EXTENSION}date")
        try:
            interval(date) if date else None
        except InputError:
            values.fault(
                f"{EXTENSION}date", f"'{date[:40]}' is no date", "Write it as year, year-month or year-month-day."
            )
        other = {
            name: texts
            for name, texts in about.items()
            if name not in sssom_slots.FIELDS and name not in sssom_slots.SET_EXTENSIONS and name != "mapping_set_id"
        }
        if identifier and identifier != iri:
            origins = other.get("mapping_set_source", ())
            if sssom_slots.is_uri(identifier):
                other["mapping_set_source"] = (*origins, *(() if identifier in origins else (identifier,)))
            values.note("mapping_set_id", "mapping_set_id", f"the set is {iri} here", value=identifier)
        if foreign := values.declared():
            other["curie_map"] = foreign
        licence = _only(about, "license")
        values.stop()
        return MappingSet(
            iri,
            _only(about, "mapping_set_title") or _SUFFIX.sub("", PurePath(identifier or table.name).name),
            reading,
            provider=options.publisher or _only(about, "mapping_provider"),
            licence="" if licence == sssom_slots.UNSPECIFIED else licence,
            version=_only(about, "mapping_set_version"),
            tier=options.tier or self._code(about, "tier") or ("identifier" if values.own else "title"),
            says=self._code(about, "says") or "stated",
            document=_only(about, f"{EXTENSION}document"),
            quoted_from=_only(about, f"{EXTENSION}quoted_from"),
            locator=_only(about, f"{EXTENSION}locator"),
            subject_edition=options.subject_edition or _only(about, "subject_source"),
            object_edition=options.object_edition or _only(about, "object_source"),
            subject_version=_only(about, "subject_source_version"),
            object_version=_only(about, "object_source_version"),
            date=date,
            description=_only(about, "mapping_set_description"),
            lines=dict(table.lines),
            other=sssom_slots.in_order(other, of_set=True),
        )


def _only(about: dict[str, tuple[str, ...]], slot: str) -> str:
    return "".join(about.get(slot, ())[:1])
