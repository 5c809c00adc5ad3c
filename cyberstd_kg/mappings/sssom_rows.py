"""The rows of a mapping set's file."""

from __future__ import annotations

from typing import Final, NamedTuple

from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.mappings import relations, sssom_predicates, sssom_slots
from cyberstd_kg.mappings.model import EXTENSION, End, MappingRow, Slots, end_of, group_iri
from cyberstd_kg.mappings.relations import Relations
from cyberstd_kg.mappings.sssom_predicates import NOT
from cyberstd_kg.mappings.sssom_slots import DERIVED_FROM
from cyberstd_kg.mappings.sssom_values import Values

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
        #: The cells of the current row that have a value: name of the column → cell
        self._cells: dict[str, str] = {}

    def read(self, line: int, cells: dict[str, str]) -> MappingRow | None:
        """Return a row; None where it has a fault, or has no place in the model."""
        values = self._values
        values.line, self._cells = line, cells
        faults = len(values.faults)
        subject = self._end("subject", self._types[0])
        value = self._end("object", self._types[1])
        word, possible = self._relations()
        row = MappingRow(
            iri="",
            subject=subject,
            object=value,
            word=word,
            relations=possible,
            justification=self._justification(),
            confidence=self._confidence(),
            comment=self._text("comment"),
            derived_from=values.entities(sssom_slots.split(cells.get(DERIVED_FROM, "")), DERIVED_FROM),
            line=line,
            other=self._other(subject, value),
        )
        if len(values.faults) > faults:
            return None
        for slot, end in (("subject_id", subject), ("object_id", value)):
            if end.iri in sssom_slots.NOT_FOUND:
                message = "a row that nothing was found is about a whole search, not about two provisions"
                values.note("no-term-found", slot, message, value=cells[slot], left=True)
                return None
        self.met[word] = possible
        return row

    def _cell(self, slot: str) -> str:
        """Return a cell without the blanks around it; "" where the row has none."""
        return self._cells.get(slot, "").strip()

    def _text(self, slot: str) -> str:
        """Return a text on one line; "" where the row has none."""
        return self._values.text(self._cells[slot], slot) if slot in self._cells else ""

    def _fault(self, message: str, hint: str) -> None:
        self._values.fault("", message, hint)

    # ── Ends ──

    def _end(self, side: str, type_of_all: str) -> End:
        """Return an end of the row; after a fault one without an IRI.

        :param side: subject or object
        """
        slot = f"{side}_id"
        kind = self._cell(f"{side}_type") or type_of_all
        label, name = self._text(f"{side}_label"), self._cell(slot)
        if kind == sssom_slots.LITERAL:
            if not label:
                self._fault(f"the {side} is a text, and {side}_label has none", f"Write it into {side}_label.")
            if name:
                self._values.note("literal", slot, "the end is a text, so its name is not kept", value=name, left=True)
            return End(label, is_literal=True)
        if self._cell(f"{EXTENSION}{side}_members"):
            return self._group(side, label)
        if not name:
            self._fault(f"the row has no {slot}", "Give each row a subject and an object.")
        elif "|" in name:
            if members := self._values.entities(sssom_slots.split(name), slot):
                return end_of(self._set, members, label)
        else:
            if kind == sssom_slots.COMPOSED and "composed" not in self._noted:
                self._noted.add("composed")
                message = "composed entities are taken as one end each, without their parts"
                self._values.note("composed", slot, message, value=name)
            return End(self._values.entity(name, slot), label=label)
        return End("", label=label)

    def _group(self, side: str, label: str) -> End:
        """Return a group whose members have a column of their own, as in our form."""
        slot = f"{side}_id"
        cell = self._cells[f"{EXTENSION}{side}_members"]
        members = tuple(sorted(set(self._values.entities(sssom_slots.split(cell), slot))))
        iri = self._values.entity(self._cell(slot), slot) if self._cell(slot) else ""
        if len(members) < 2 or iri != group_iri(self._set, members):
            message = f"the {slot} is not the name of the group of its {len(members)} members"
            self._fault(message, f"Remove the column of members, and write them into {slot} with | between them.")
        return End(iri, members, label)

    # ── Relations ──

    def _relations(self) -> tuple[str, Relations]:
        """Return the publisher's word, and the relations that it leaves possible."""
        name, modifier = self._cell("predicate_id"), self._cell("predicate_modifier")
        if not name:
            self._fault("the row has no predicate_id", "State how subject and object relate.")
            return "", relations.ANY
        if modifier not in ("", NOT):
            self._fault(f"the modifier '{modifier[:60]}' is not known", "The standard has one: Not.")
        predicate = self._values.entity(name, "predicate_id")
        word = self._text(sssom_slots.WORD)
        if not word and not self._values.own:
            word = f"{modifier} {name}".strip()
        stated = self._stated(predicate) if self._values.own and modifier != NOT else None
        possible = self._of_word(word, stated)
        if possible is None and sssom_predicates.is_slip(predicate):
            self._fault(f"there is no predicate '{name[:80]}'", "Correct it, such as skos:exactMatch.")
            return word, relations.ANY
        if possible is None:
            possible = self._of_predicate(predicate, modifier, word)
        self._check(word, possible)
        return word, possible

    def _stated(self, predicate: str) -> Relations | None:
        """Return the relations that a row in our form states itself; None where it states none."""
        signs = self._cell(sssom_slots.RELATIONS)
        if not signs:
            return relations.PREDICATES.get(predicate.removeprefix(_OWN)) if predicate.startswith(_OWN) else None
        try:
            return relations.parse(signs)
        except ValueError as error:
            self._fault(str(error), "Write such as < o x.")
            return None

    def _of_word(self, word: str, stated: Relations | None) -> Relations | None:
        """Return what the table of words says of a word, else *stated*; faults are words that do not agree with it."""
        words = self._words
        read = words.table.get(word)
        if read is not None and (stated is None or word in words.given):
            return read
        if read is None and word and (words.declared or (words.given and self._cell(sssom_slots.WORD))):
            known = ", ".join(f'"{known}"' for known in words.table)
            message = f'the table of words does not have "{word[:80]}"; it has {known[:200]}'
            self._fault(message, "Correct the word, or add it: cyberstd_words in the file, --word on import.")
        elif read is not None and stated is not None and stated != read:
            message = f'the row says {relations.signs(stated)}, but "{word[:80]}" is read as {relations.signs(read)}'
            self._fault(message, "Correct the predicate, or the table of words.")
        return stated

    def _of_predicate(self, predicate: str, modifier: str, word: str) -> Relations:
        """Return how a predicate is read that no table explains."""
        possible, reason = sssom_predicates.of(predicate, modifier, strict=self._words.strict)
        if reason and word not in self._noted:
            self._noted.add(word)
            self._values.note("predicate", "predicate_id", f"read as all five relations: {reason}", value=word)
        return possible

    def _check(self, word: str, possible: Relations) -> None:
        """Check that closure decides for such relations, and that a foreign word has one meaning in the file."""
        if not relations.is_tractable(possible):
            signs = relations.signs(possible)
            message = f"'{signs}' has < and > without o: closure does not decide whether such rows agree"
            self._fault(message, "Add o, or remove < or >.")
        if self.met.get(word, possible) != possible and not self._values.own:
            message = f'"{word[:80]}" means {relations.signs(self.met[word])} in one row and something else in another'
            self._fault(message, "State with --word how to read it.")

    # ── Other slots ──

    def _justification(self) -> str:
        values, slot = self._values, "mapping_justification"
        if name := self._cell(slot):
            iri = values.entity(name, slot)
            if values.own or not iri or iri in sssom_slots.JUSTIFICATIONS:
                return iri
            message = "no justification of the standard: taken as semapv:UnspecifiedMatching"
            values.note("justification", slot, message, value=name)
        elif values.own:
            return ""
        else:
            values.report.leave(slot, "none is stated: taken as semapv:UnspecifiedMatching")
        return _UNSPECIFIED

    def _confidence(self) -> float | None:
        text = self._cell("confidence")
        if not text:
            return None
        if not sssom_slots.is_figure(text):
            self._fault(
                f"the confidence '{text[:40]}' is not a number from 0 to 1", "Write such as 0.8, or leave it out."
            )
            return None
        return float(text)

    def _other(self, subject: End, value: End) -> Slots:
        """Return the slots that are kept unchanged."""
        slots = {}
        ends = {"subject_type": subject, "object_type": value}
        for name, cell in self._cells.items():
            end = ends.get(name)
            if name in _FIELDS or (end and (end.is_literal or end.members)):
                continue
            slot = sssom_slots.slot(name)
            cell = self._text(name) if slot.kind == "text" else cell.strip()
            slots[name] = self._values.checked(sssom_slots.split(cell) if slot.multiple else (cell,), name)
        return sssom_slots.in_order(slots)
