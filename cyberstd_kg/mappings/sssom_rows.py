"""The rows of a mapping set's file."""

from __future__ import annotations

from typing import Final, NamedTuple

from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.mappings import relations, sssom_predicates, sssom_slots
from cyberstd_kg.mappings.model import EXTENSION, End, MappingRow, end_of, group_iri
from cyberstd_kg.mappings.relations import Relations
from cyberstd_kg.mappings.sssom_predicates import NOT
from cyberstd_kg.mappings.sssom_values import Values

_OWN: Final = PREFIXES["cstd"]
_NO_WORD: Final = f"{PREFIXES['semapv']}UnspecifiedMatching"
#: Columns that make the row itself.
_TAKEN: Final = frozenset(
    (
        *("subject_id", "subject_label", "object_id", "object_label", "predicate_id", "predicate_modifier"),
        *(
            "mapping_justification",
            "confidence",
            "comment",
            sssom_slots.DERIVED_FROM,
            sssom_slots.WORD,
            sssom_slots.RELATIONS,
        ),
        *(sssom_slots.SUBJECT_MEMBERS, sssom_slots.OBJECT_MEMBERS),
    )
)


class WordCounts(NamedTuple):
    """How words are read: *table* is declared by the file or given; *strict* is for predicates without one.

    *given* are those that whoever imports it gave, and hold before what the file says.
    """

    table: dict[str, Relations]
    given: frozenset[str]
    declared: bool
    strict: bool


class Rows:
    """Makes the rows of one file.

    :param mapping_set: the IRI of the set
    :param types: the types of the ends that the metadata state for all rows, "" where not: of subject and object
    """

    def __init__(self, values: Values, mapping_set: str, words: WordCounts, types: tuple[str, str]) -> None:
        self._values = values
        self._set = mapping_set
        self._words = words
        self._types = types
        #: The words met, each with what it is read to say.
        self.met: dict[str, Relations] = {}
        self._noted: set[str] = set()

    def row(self, line: int, cells: dict[str, str]) -> MappingRow | None:
        """Return a row; None where it has a fault, or has no place in the model."""
        values = self._values
        before = len(values.faults)
        subject = self._end("subject", self._types[0], line, cells)
        value = self._end("object", self._types[1], line, cells)
        word, read = self._relations(line, cells)
        row = MappingRow(
            "",
            subject,
            value,
            word,
            read,
            justification=self._justification(line, cells),
            confidence=self._confidence(line, cells),
            comment=self._text("comment", line, cells),
            derived_from=self._origins(line, cells),
            line=line,
            other=self._other(line, cells, subject, value),
        )
        if len(values.faults) > before:
            return None
        for side, end in (("subject_id", subject), ("object_id", value)):
            if end.iri in sssom_slots.NOT_FOUND:
                told = "that nothing was found speaks of a whole search, not of two provisions"
                values.note("no-term-found", line, told, slot=side, value=cells[side], left=True)
                return None
        self.met[word] = read
        return row

    def _end(self, side: str, type_of_all: str, line: int, cells: dict[str, str]) -> End:
        values = self._values
        kind = cells.get(f"{side}_type", "").strip() or type_of_all
        label = self._text(f"{side}_label", line, cells)
        name = cells.get(f"{side}_id", "").strip()
        if kind == sssom_slots.LITERAL:
            if not label:
                values.fault(line, f"the {side} is a text, and {side}_label has none", f"Write it into {side}_label.")
            if name:
                told = "the end is a text, so that its name is not kept"
                values.note("literal", line, told, slot=f"{side}_id", value=name, left=True)
            return End(label, is_literal=True)
        members = cells.get(f"{EXTENSION}{side}_members", "")
        if members:
            return self._group(side, name, values.entities(sssom_slots.split(members), line, f"{side}_id"), label, line)
        if not name:
            values.fault(line, f"the row has no {side}_id", "Give each row a subject and an object.")
            return End("", (), label)
        if "|" in name:
            found = values.entities(sssom_slots.split(name), line, f"{side}_id")
            return end_of(self._set, found, label) if found else End("", (), label)
        if kind == sssom_slots.COMPOSED and "composed" not in self._noted:
            self._noted.add("composed")
            told = "composed entities are taken as one end each: what they are composed of is not looked into"
            values.note("composed", line, told, slot=f"{side}_id", value=name)
        return End(values.entity(name, line, f"{side}_id"), (), label)

    def _group(self, side: str, name: str, members: tuple[str, ...], label: str, line: int) -> End:
        members = tuple(sorted(set(members)))
        iri = self._values.entity(name, line, f"{side}_id") if name else ""
        if len(members) < 2 or iri != group_iri(self._set, members):
            told = f"the {side}_id is not the name of the group of its {len(members)} members"
            hint = f"Leave the column of members out, and write them into {side}_id with | between them."
            self._values.fault(line, told, hint)
        return End(iri, members, label)

    def _relations(self, line: int, cells: dict[str, str]) -> tuple[str, Relations]:
        """Return the publisher's word, and what is possible."""
        values, words = self._values, self._words
        name = cells.get("predicate_id", "").strip()
        modifier = cells.get("predicate_modifier", "").strip()
        if not name:
            values.fault(line, "the row has no predicate_id", "Say how subject and object relate.")
            return "", relations.ANY
        if modifier not in ("", NOT):
            values.fault(line, f"the modifier '{modifier[:60]}' is not known", "The standard has one: Not.")
        predicate = values.entity(name, line, "predicate_id")
        word = self._text(sssom_slots.WORD, line, cells)
        if not word and not values.own:
            word = f"{modifier} {name}".strip()
        found = self._stated(predicate, modifier, line, cells) if values.own else None
        if word in words.given or (found is None and word in words.table):
            found = words.table[word]
        elif word and word not in words.table and (words.declared or (words.given and cells.get(sssom_slots.WORD))):
            known = ", ".join(f'"{known}"' for known in words.table)
            told = f'the table of words does not tell how "{word[:80]}" is read; it has {known[:200]}'
            values.fault(line, told, "Correct the word, or add it: cyberstd_words in the file, --word on import.")
        elif found is not None and word in words.table and found != words.table[word]:
            told = (
                f'the row says {relations.signs(found)}, but "{word[:80]}" is read as '
                f"{relations.signs(words.table[word])}"
            )
            values.fault(line, told, "Correct the predicate, or the table of words.")
        if found is None and sssom_predicates.is_slip(predicate):
            values.fault(line, f"there is no predicate '{name[:80]}'", "Correct it, such as skos:exactMatch.")
            return word, relations.ANY
        if found is None:
            found, why = sssom_predicates.of(predicate, modifier, strict=words.strict)
            if why and word not in self._noted:
                self._noted.add(word)
                values.note("predicate", line, f"read as all five relations: {why}", slot="predicate_id", value=word)
        if not relations.is_tractable(found):
            told = f"'{relations.signs(found)}' has < and > without o: closure does not decide whether such rows agree"
            values.fault(line, told, "Add o, or take < or > out.")
        if self.met.get(word, found) != found and not values.own:
            told = f'"{word[:80]}" stands for {relations.signs(self.met[word])} in one row and for this in another'
            values.fault(line, told, "Say with --word how it is to be read.")
        return word, found

    def _stated(self, predicate: str, modifier: str, line: int, cells: dict[str, str]) -> Relations | None:
        """Return what a row of ours states of itself."""
        if modifier == NOT:
            return None
        signs = cells.get(sssom_slots.RELATIONS, "").strip()
        if not signs:
            return relations.PREDICATES.get(predicate.removeprefix(_OWN)) if predicate.startswith(_OWN) else None
        try:
            return relations.parse(signs)
        except ValueError as error:
            self._values.fault(line, str(error), "Write such as < o x.")
            return None

    def _justification(self, line: int, cells: dict[str, str]) -> str:
        values = self._values
        if name := cells.get("mapping_justification", "").strip():
            found = values.entity(name, line, "mapping_justification")
            if values.own or not found or found in sssom_slots.JUSTIFICATIONS:
                return found
            told = "no justification of the standard: taken as semapv:UnspecifiedMatching"
            values.note("justification", line, told, slot="mapping_justification", value=name)
            return _NO_WORD
        if values.own:
            return ""
        values.report.leave("mapping_justification", "none is stated: taken as semapv:UnspecifiedMatching")
        return _NO_WORD

    def _confidence(self, line: int, cells: dict[str, str]) -> float | None:
        text = cells.get("confidence", "").strip()
        if not text:
            return None
        if not sssom_slots.is_figure(text):
            told = f"the confidence '{text[:40]}' is no figure from 0 to 1"
            self._values.fault(line, told, "Write such as 0.8, or leave it out.")
            return None
        return float(text)

    def _origins(self, line: int, cells: dict[str, str]) -> tuple[str, ...]:
        if sssom_slots.DERIVED_FROM not in cells:
            return ()
        return self._values.entities(sssom_slots.split(cells[sssom_slots.DERIVED_FROM]), line, sssom_slots.DERIVED_FROM)

    def _text(self, slot: str, line: int, cells: dict[str, str]) -> str:
        return self._values.text(cells[slot], line, slot) if slot in cells else ""

    def _other(
        self, line: int, cells: dict[str, str], subject: End, value: End
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the slots that are kept as they stand."""
        found = {}
        for name, cell in cells.items():
            if name in _TAKEN:
                continue
            end = {"subject_type": subject, "object_type": value}.get(name)
            if end and (end.is_literal or end.members):
                continue
            slot = sssom_slots.slot(name)
            if slot.kind == "text":
                cell = self._values.text(cell, line, name)
            texts = sssom_slots.split(cell) if slot.multiple else (cell,)
            if slot.kind == "entity":
                found[name] = self._values.entities(texts, line, name)
            else:
                found[name] = texts if slot.kind == "text" else self._values.valid(map(str.strip, texts), line, name)
        return sssom_slots.in_order(found) if found else ()
