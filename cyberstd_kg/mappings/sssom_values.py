"""The values of a mapping set's file: CURIEs → IRIs by its prefixes, texts on one line; faults with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.core.words import counted
from cyberstd_kg.foreign.report import FilePlace, ImportReport
from cyberstd_kg.foreign.trees import Tree
from cyberstd_kg.mappings import sssom_slots
from cyberstd_kg.mappings.model import EXTENSION
from cyberstd_kg.mappings.sssom_table import Table

_ABSOLUTE: Final = re.compile(r"(?:https?|ftp)://|urn:|mailto:", re.IGNORECASE)
_PREFIX: Final = re.compile(r"[A-Za-z0-9_](?:[\w.-]*[\w-])?")
_BLANKS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
#: Marks that nobody sees, such as those that change the direction of text.
_UNSEEN: Final = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
#: The number of faults after which reading ends.
_ENOUGH: Final = 100


class Values:
    """Reads the values of one file and collects its faults.

    *own* is whether the file is in our form, in which texts are kept unchanged.  *line* is that of the current row; 0
    while the metadata are read, in which each slot has its own line.
    """

    def __init__(self, table: Table, report: ImportReport) -> None:
        self.name = table.name
        self._table = table
        self.report = report
        self.own = any(slot.startswith(EXTENSION) for slot in table.slots)
        self.line = 0
        self.faults: list[InputError] = []
        self.prefixes = {**sssom_slots.HINTED, **self._declared(), **sssom_slots.BUILTIN}
        self._known: dict[str, str] = {}

    def _declared(self) -> dict[str, str]:
        """Return the prefixes of the file, except those that redefine one of the standard's."""
        prefixes: dict[str, str] = {}
        tree = self._table.slots.get("curie_map")
        if tree is not None and not isinstance(tree, dict):
            self.fault("curie_map", "the curie_map is not a mapping of prefixes to namespaces", "Write  HP: https://….")
            return {}
        for prefix, space in (tree or {}).items():
            if not isinstance(space, str) or not sssom_slots.is_uri(space) or not _PREFIX.fullmatch(prefix):
                message = f"the prefix '{prefix[:60]}' does not stand for an IRI"
                self.fault("curie_map", message, "Write such as  HP: http://purl.obolibrary.org/obo/HP_.")
            elif sssom_slots.BUILTIN.get(prefix, space) != space:
                message = f"the prefix '{prefix}' is one of the standard's and stands for {sssom_slots.BUILTIN[prefix]}"
                self.fault("curie_map", message, "Remove it from the curie_map, or correct it there.")
            else:
                prefixes[prefix] = space
        return prefixes

    # ── Faults and notes ──

    def _place(self, slot: str) -> FilePlace:
        """Return the file and line of a slot."""
        table = self._table
        if not self.line and slot not in table.lines and slot in table.outer_lines:
            return FilePlace(table.metadata, table.outer_lines[slot])
        return FilePlace(self.name, self.line or table.lines.get(slot, 1))

    def fault(self, slot: str, message: str, hint: str) -> None:
        """Record a fault.

        :param slot: of the metadata; any in a row
        :raises InputError: when there are too many of them
        """
        place = self._place(slot)
        self.faults.append(InputError(f"{place.file}, line {place.line}: {message}", hint))
        self.report.add("refused", "file", place, message, hint=hint)
        if len(self.faults) >= _ENOUGH:
            self.stop()

    def stop(self) -> None:
        """Raise the first fault, if any.

        :raises InputError: it
        """
        if self.faults:
            first, others = self.faults[0], len(self.faults) - 1
            raise InputError(first.message + (f" ({counted(others, 'more fault')})" if others else ""), first.hint)

    def note(
        self, code: str, slot: str, message: str, *, value: str = "", left: bool = False, at: str | None = None
    ) -> None:
        """Report a value that was changed, or, with *left*, left out.

        :param at: the slot of the metadata that has the line, where it is another one; "" for the first line
        """
        place = self._place(slot if at is None else at)
        self.report.add("left-out" if left else "note", code, place, message, field=slot, value=value)

    # ── Values ──

    def checked(self, texts: Iterable[str], slot: str) -> tuple[str, ...]:
        """Return the values of a slot: entities as IRIs, others as they are; none that the standard forbids."""
        of_set = not self.line
        if sssom_slots.slot(slot, of_set=of_set).kind == "entity":
            return self.entities(texts, slot)
        checked = []
        for text in texts:
            if sssom_slots.is_valid(slot, text, of_set=of_set):
                checked.append(text)
            else:
                self.note("value", slot, "no value that the slot may have by the standard", value=text, left=True)
        return tuple(checked)

    def entity(self, text: str, slot: str) -> str:
        """Return the IRI for a CURIE or an IRI; "" after a fault."""
        if text in self._known:
            return self._known[text]
        prefix, colon, local = text.partition(":")
        if prefix in self.prefixes and colon and not local.startswith("//"):
            iri = self.prefixes[prefix] + local
        elif _ABSOLUTE.match(text):
            iri = text
        elif not colon:
            message = f"'{text[:80]}' in {slot} is not a CURIE"
            self.fault(slot, message, "Write a prefix of the curie_map, a colon, a name.")
            return ""
        else:
            message = f"the prefix '{prefix[:60]}' of '{text[:80]}' in {slot} is not in the curie_map"
            self.fault(slot, message, f"Add  {prefix[:60]}: https://…  to the curie_map of the file or its metadata.")
            return ""
        if not sssom_slots.is_uri(iri):
            message = f"'{text[:80]}' in {slot} does not stand for an IRI: it has a character that IRIs do not allow"
            self.fault(slot, message, "Write it without spaces, quotation marks and braces.")
            return ""
        self._known[text] = iri
        return iri

    def entities(self, texts: Iterable[str], slot: str) -> tuple[str, ...]:
        """Return the IRIs of several entities, without those that have a fault."""
        return tuple(iri for text in texts if (iri := self.entity(text.strip(), slot)))

    def text(self, text: str, slot: str) -> str:
        """Return a text as the graph may hold it: on one line, without marks that nobody sees."""
        if self.own:
            return sssom_slots.plain(text)
        text = text.strip()
        if text.isascii() and text.isprintable():
            return text
        line = _UNSEEN.sub("", _BLANKS.sub(" ", text)).strip()
        if line != text:
            self.note("text", slot, "line ends and marks that cannot be seen were removed", value=line)
        return line

    def scalar(self, tree: Tree, slot: str) -> str:
        """Return the text of a slot of the metadata that has one."""
        if isinstance(tree, list) and len(tree) == 1:
            tree = tree[0]
        if tree is None or isinstance(tree, str):
            return self._of_metadata(tree or "", slot)
        self.fault(slot, f"{slot} has one value, a text", "Write it as  slot: value.")
        return ""

    def several(self, tree: Tree, slot: str) -> tuple[str, ...]:
        """Return the texts of a slot of the metadata that has several."""
        members = list(sssom_slots.split(tree)) if isinstance(tree, str) else tree if isinstance(tree, list) else []
        if isinstance(tree, dict) or not all(isinstance(member, str) for member in members):
            self.fault(slot, f"{slot} is not a list of texts", "Write each value on its own line after '- '.")
            return ()
        return tuple(text for member in members if (text := self._of_metadata(str(member), slot)))

    def _of_metadata(self, text: str, slot: str) -> str:
        """Return a text of the metadata; YAML has already removed its apostrophes."""
        if not self.own:
            return self.text(text, slot)
        if _UNSEEN.search(text):
            self.fault(slot, f"{slot} has characters that nobody sees", "Remove them.")
        return text

    def foreign_prefixes(self) -> tuple[str, ...]:
        """Return the prefixes to keep, each as "HP=https://…"; a note reports one that has another meaning here."""
        declared = self._table.slots.get("curie_map")
        kept = []
        for prefix in sorted(declared if isinstance(declared, dict) else ()):
            space = self.prefixes[prefix]
            ours = PREFIXES.get(prefix)
            if (ours or sssom_slots.HINTED.get(prefix)) == space or sssom_slots.MADE_UP.fullmatch(prefix):
                continue
            if ours:
                message = f"the prefix stands for {ours} here: the set's own use of it gets another one"
                self.note("curie_map", "curie_map", message, value=prefix)
            else:
                kept.append(f"{prefix}={space}")
        return tuple(kept)
