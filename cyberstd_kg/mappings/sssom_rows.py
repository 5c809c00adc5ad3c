"""The rows of a mapping set's file."""

from __future__ import annotations

from typing import Final, NamedTuple

from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.mappings import relations, sssom_predicates, sssom_slots
from cyberstd_kg.mappings.model import EXTENSION, End, MappingRow, Slots, end_of, group_iri
from cyberstd_kg.mappings.relations import Relations
from cyberstd_kg.mappings.sssom_predicates import NOT
from cyberstd_kg.mappings.sssom_values import RowCells, Values

_OWN: Final = PREFIXES["cstd"]
_UNSPECIFIED: Final = f"{PREFIXES['semapv']}UnspecifiedMatching"
#: Columns that become fields of :class:`MappingRow`.
_FIELDS: Final = {
    *"subject_id subject_label object_id object_label predicate_id predicate_modifier".split(),
    *"mapping_justification confidence comment".split(),
    *sssom_slots.ROW_EXTENSIONS,
}


class WordTable(NamedTuple):
    """How words are read.

    *table* has the words that the file declares or the importer gave; *given* are the latter, which take precedence
    over what the file says.  *declared* is whether the file has a table.  *strict* applies to predicates without a
    word in the table: skos:relatedMatch is read as intersection.
    """

    table: dict[str, Relations]
    given: frozenset[str]
    declared: bool
    strict: bool


class Rows:
    """Reads the rows of one file.

    :param mapping_set: the IRI of the set
    :param types: the types of subject and object that the metadata state for all rows, "" where they do not
    """

    def __init__(self, values: Values, mapping_set: str, words: WordTable, types: tuple[str, str]) -> None:
        self._values = values
        self._set = mapping_set
        self._words = words
        self._types = types
        #: The words of the rows read so far, each with its relations.
        self.met: dict[str, Relations] = {}
        self._noted: set[str] = set()

    def read(self, line: int, cells: dict[str, str]) -> MappingRow | None:
        """Return a row; None where it has a fault, or has no place in the model."""
        values, row = self._values, RowCells(self._values, line, cells)
        faults = len(values.faults)
        subject = self._end("subject", self._types[0], row)
        value = self._end("object", self._types[1], row)
        word, possible = self._relations(row)
        mapping = MappingRow(
            iri="",
            subject=subject,
            object=value,
            word=word,
            relations=possible,
            justification=self._justification(row),
            confidence=self._confidence(row),
            comment=row.text("comment"),
            derived_from=row.entities(sssom_slots.DERIVED_FROM),
            line=line,
            other=self._other(row, subject, value),
        )
        if len(values.faults) > faults:
            return None
        for slot, end in (("subject_id", subject), ("object_id", value)):
            if end.iri in sssom_slots.NOT_FOUND:
                message = "a row that nothing was found is about a whole search, not about two provisions"
                row.note("no-term-found", message, slot, value=cells[slot], left=True)
                return None
        self.met[word] = possible
        return mapping

    # ── Ends ──

    def _end(self, side: str, type_of_all: str, row: RowCells) -> End:
        """Return an end of a row; after a fault one without an IRI.

        :param side: subject or object
        """
        slot = f"{side}_id"
        kind = row[f"{side}_type"] or type_of_all
        label = row.text(f"{side}_label")
        name = row[slot]
        if kind == sssom_slots.LITERAL:
            if not label:
                row.fault(f"the {side} is a text, and {side}_label has none", f"Write it into {side}_label.")
            if name:
                row.note("literal", "the end is a text, so its name is not kept", slot, left=True)
            return End(label, is_literal=True)
        if row[f"{EXTENSION}{side}_members"]:
            return self._group(side, label, row)
        if not name:
            row.fault(f"the row has no {slot}", "Give each row a subject and an object.")
        elif "|" in name:
            if members := row.entities(slot):
                return end_of(self._set, members, label)
        else:
            if kind == sssom_slots.COMPOSED and "composed" not in self._noted:
                self._noted.add("composed")
                row.note("composed", "composed entities are taken as one end each, without their parts", slot)
            return End(row.entity(slot), label=label)
        return End("", label=label)

    def _group(self, side: str, label: str, row: RowCells) -> End:
        """Return a group whose members have a column of their own, as in our form."""
        slot = f"{side}_id"
        members = tuple(sorted(set(row.entities(f"{EXTENSION}{side}_members", called=slot))))
        iri = row.entity(slot) if row[slot] else ""
        if len(members) < 2 or iri != group_iri(self._set, members):
            message = f"the {slot} is not the name of the group of its {len(members)} members"
            row.fault(message, f"Remove the column of members, and write them into {slot} with | between them.")
        return End(iri, members, label)

    # ── Relations ──

    def _relations(self, row: RowCells) -> tuple[str, Relations]:
        """Return the publisher's word, and the relations that it leaves possible."""
        name, modifier = row["predicate_id"], row["predicate_modifier"]
        if not name:
            row.fault("the row has no predicate_id", "State how subject and object relate.")
            return "", relations.ANY
        if modifier not in ("", NOT):
            row.fault(f"the modifier '{modifier[:60]}' is not known", "The standard has one: Not.")
        predicate = row.entity("predicate_id")
        word = row.text(sssom_slots.WORD)
        if not word and not self._values.own:
            word = f"{modifier} {name}".strip()
        stated = self._stated(predicate, row) if self._values.own and modifier != NOT else None
        possible = self._of_word(word, stated, row)
        if possible is None and sssom_predicates.is_slip(predicate):
            row.fault(f"there is no predicate '{name[:80]}'", "Correct it, such as skos:exactMatch.")
            return word, relations.ANY
        if possible is None:
            possible = self._of_predicate(predicate, modifier, word, row)
        self._check(word, possible, row)
        return word, possible

    def _stated(self, predicate: str, row: RowCells) -> Relations | None:
        """Return the relations that a row in our form states itself; None where it states none."""
        signs = row[sssom_slots.RELATIONS]
        if not signs:
            return relations.PREDICATES.get(predicate.removeprefix(_OWN)) if predicate.startswith(_OWN) else None
        try:
            return relations.parse(signs)
        except ValueError as error:
            row.fault(str(error), "Write such as < o x.")
            return None

    def _of_word(self, word: str, stated: Relations | None, row: RowCells) -> Relations | None:
        """Return what the table of words says of a word, else *stated*; faults are words that do not agree with it."""
        words = self._words
        read = words.table.get(word)
        if read is not None and (stated is None or word in words.given):
            return read
        if read is None and word and (words.declared or (words.given and row[sssom_slots.WORD])):
            known = ", ".join(f'"{known}"' for known in words.table)
            message = f'the table of words does not have "{word[:80]}"; it has {known[:200]}'
            row.fault(message, "Correct the word, or add it: cyberstd_words in the file, --word on import.")
        elif read is not None and stated is not None and stated != read:
            message = f'the row says {relations.signs(stated)}, but "{word[:80]}" is read as {relations.signs(read)}'
            row.fault(message, "Correct the predicate, or the table of words.")
        return stated

    def _of_predicate(self, predicate: str, modifier: str, word: str, row: RowCells) -> Relations:
        """Return how a predicate is read that no table explains."""
        possible, reason = sssom_predicates.of(predicate, modifier, strict=self._words.strict)
        if reason and word not in self._noted:
            self._noted.add(word)
            row.note("predicate", f"read as all five relations: {reason}", "predicate_id", value=word)
        return possible

    def _check(self, word: str, possible: Relations, row: RowCells) -> None:
        """Check that closure decides for such relations, and that a foreign word has one meaning in the file."""
        if not relations.is_tractable(possible):
            signs = relations.signs(possible)
            message = f"'{signs}' has < and > without o: closure does not decide whether such rows agree"
            row.fault(message, "Add o, or remove < or >.")
        if self.met.get(word, possible) != possible and not self._values.own:
            message = f'"{word[:80]}" means {relations.signs(self.met[word])} in one row and something else in another'
            row.fault(message, "State with --word how to read it.")

    # ── Other slots ──

    def _justification(self, row: RowCells) -> str:
        values, slot = self._values, "mapping_justification"
        if row[slot]:
            iri = row.entity(slot)
            if values.own or not iri or iri in sssom_slots.JUSTIFICATIONS:
                return iri
            row.note("justification", "no justification of the standard: taken as semapv:UnspecifiedMatching", slot)
        elif values.own:
            return ""
        else:
            values.report.leave(slot, "none is stated: taken as semapv:UnspecifiedMatching")
        return _UNSPECIFIED

    def _confidence(self, row: RowCells) -> float | None:
        text = row["confidence"]
        if not text:
            return None
        if not sssom_slots.is_figure(text):
            row.fault(f"the confidence '{text[:40]}' is no number from 0 to 1", "Write such as 0.8, or leave it out.")
            return None
        return float(text)

    def _other(self, row: RowCells, subject: End, value: End) -> Slots:
        """Return the slots that are kept unchanged."""
        slots = {}
        ends = {"subject_type": subject, "object_type": value}
        for name, cell in row.cells.items():
            end = ends.get(name)
            if name in _FIELDS or (end and (end.is_literal or end.members)):
                continue
            slot = sssom_slots.slot(name)
            if slot.kind == "text":
                cell = row.text(name)
            texts = sssom_slots.split(cell) if slot.multiple else (cell,)
            if slot.kind == "entity":
                texts = self._values.entities(texts, row.line, name)
            elif slot.kind != "text":
                texts = self._values.valid(map(str.strip, texts), row.line, name)
            slots[name] = texts
        return sssom_slots.in_order(slots)
