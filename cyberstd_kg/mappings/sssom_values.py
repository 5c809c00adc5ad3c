"""The values of a mapping set's file: CURIEs → IRIs by its prefixes, texts on one line; faults with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.foreign.report import FilePlace, ImportReport
from cyberstd_kg.foreign.trees import Tree
from cyberstd_kg.mappings import sssom_slots
from cyberstd_kg.mappings.model import EXTENSION
from cyberstd_kg.mappings.sssom_table import Table

_WHOLE: Final = re.compile(r"(?:https?|ftp)://|urn:|mailto:", re.IGNORECASE)
_PREFIX: Final = re.compile(r"[A-Za-z0-9_](?:[\w.-]*[\w-])?")
_BLANKS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
#: Marks that turn the direction of text and the like: nobody sees them.
_UNSEEN: Final = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
#: Faults after which a file is given up.
_ENOUGH: Final = 100


class Values:
    """Reads the values of one file and gathers its faults.

    *own* tells whether the file is in our form: its texts stand exactly as they are to be.
    """

    def __init__(self, table: Table, report: ImportReport) -> None:
        self.name = table.name
        self._table = table
        self.report = report
        self.own = any(slot.startswith(EXTENSION) for slot in table.slots)
        self.faults: list[InputError] = []
        self.prefixes = {**sssom_slots.HINTED, **self._declared(), **sssom_slots.BUILTIN}
        self._known: dict[str, str] = {}

    def _declared(self) -> dict[str, str]:
        """Return the prefixes of the file; those of the standard cannot be changed."""
        found: dict[str, str] = {}
        tree = self._table.slots.get("curie_map")
        if tree is not None and not isinstance(tree, dict):
            self.fault("curie_map", "the curie_map is no mapping of prefixes to namespaces", "Write  HP: https://….")
            return {}
        for prefix, space in (tree or {}).items():
            if not isinstance(space, str) or not sssom_slots.is_uri(space) or not _PREFIX.fullmatch(prefix):
                told = f"the prefix '{prefix[:60]}' stands for no IRI"
                self.fault("curie_map", told, "Write such as  HP: http://purl.obolibrary.org/obo/HP_.")
            elif sssom_slots.BUILTIN.get(prefix, space) != space:
                told = f"the prefix '{prefix}' is one of the standard's and stands for {sssom_slots.BUILTIN[prefix]}"
                self.fault("curie_map", told, "Take it out of the curie_map, or correct it there.")
            else:
                found[prefix] = space
        return found

    def place(self, at: int | str) -> FilePlace:
        """Return file and line of a line, or of a slot of the metadata."""
        table = self._table
        if isinstance(at, int):
            return FilePlace(self.name, at)
        if at not in table.lines and at in table.outer_lines:
            return FilePlace(table.metadata, table.outer_lines[at])
        return FilePlace(self.name, table.lines.get(at, 1))

    def fault(self, at: int | str, told: str, hint: str) -> None:
        """Remember a fault.

        :param at: the line, or the slot of the metadata
        :raises InputError: when there are enough of them
        """
        place = self.place(at)
        self.faults.append(InputError(f"{place.file}, line {place.line}: {told}", hint))
        self.report.add("refused", "file", place, told, hint=hint)
        if len(self.faults) >= _ENOUGH:
            self.stop()

    def stop(self) -> None:
        """Raise the first fault where there are any.

        :raises InputError: it
        """
        if self.faults:
            first, more = self.faults[0], len(self.faults) - 1
            told = f"{first.message} ({more} more fault{'' if more == 1 else 's'})" if more else first.message
            raise InputError(told, first.hint)

    def note(self, code: str, at: int | str, told: str, *, slot: str = "", value: str = "", left: bool = False) -> None:
        """Tell what was taken over otherwise than it stands, or left out."""
        self.report.add("left-out" if left else "note", code, self.place(at), told, field=slot, value=value)

    def valid(self, texts: Iterable[str], at: int | str, slot: str) -> tuple[str, ...]:
        """Return those of *texts* that the slot may have by the standard; others are left out, and told."""
        kept = []
        for text in texts:
            if sssom_slots.is_valid(slot, text, of_set=isinstance(at, str)):
                kept.append(text)
            else:
                self.note(
                    "value", at, "no value that the slot may have by the standard", slot=slot, value=text, left=True
                )
        return tuple(kept)

    def entity(self, text: str, at: int | str, slot: str) -> str:
        """Return the IRI of a CURIE, or of what is an IRI already; "" after a fault."""
        found = self._known.get(text)
        if found is not None:
            return found
        prefix, colon, local = text.partition(":")
        if prefix in self.prefixes and colon and not local.startswith("//"):
            iri = self.prefixes[prefix] + local
        elif _WHOLE.match(text):
            iri = text
        elif not colon:
            self.fault(at, f"'{text[:80]}' in {slot} is no CURIE", "Write a prefix of the curie_map, a colon, a name.")
            return ""
        else:
            told = f"the prefix '{prefix[:60]}' of '{text[:80]}' in {slot} is not in the curie_map"
            self.fault(at, told, f"Add  {prefix[:60]}: https://…  to the curie_map of the file or its metadata.")
            return ""
        if not sssom_slots.is_uri(iri):
            told = f"'{text[:80]}' in {slot} stands for no IRI: a character in it may not stand there"
            self.fault(at, told, "Write it without spaces, quotation marks and braces.")
            return ""
        self._known[text] = iri
        return iri

    def entities(self, texts: Iterable[str], at: int | str, slot: str) -> tuple[str, ...]:
        """Return the IRIs of several."""
        return tuple(iri for text in texts if (iri := self.entity(text.strip(), at, slot)))

    def text(self, text: str, at: int | str, slot: str) -> str:
        """Return a text as the graph may hold it: on one line, without marks that nobody can see."""
        if self.own:
            return sssom_slots.plain(text)
        text = text.strip()
        if text.isascii() and text.isprintable():
            return text
        line = _UNSEEN.sub("", _BLANKS.sub(" ", text)).strip()
        if line != text:
            self.note("text", at, "line ends and marks that cannot be seen were taken out", slot=slot, value=line)
        return line

    def scalar(self, tree: Tree, slot: str) -> str:
        """Return the one text that a slot of the metadata has."""
        if isinstance(tree, list) and len(tree) == 1:
            tree = tree[0]
        if tree is None or isinstance(tree, str):
            return self._meta(tree or "", slot)
        self.fault(slot, f"{slot} has one value, a text", "Write it as  slot: value.")
        return ""

    def several(self, tree: Tree, slot: str) -> tuple[str, ...]:
        """Return the texts that a slot of the metadata has."""
        members = list(sssom_slots.split(tree)) if isinstance(tree, str) else tree if isinstance(tree, list) else []
        if isinstance(tree, dict) or not all(isinstance(member, str) for member in members):
            self.fault(slot, f"{slot} is no list of texts", "Write each value on a line of its own after '- '.")
            return ()
        return tuple(text for member in members if (text := self._meta(str(member), slot)))

    def _meta(self, text: str, slot: str) -> str:
        """Return a text of the metadata; YAML has taken its apostrophes away."""
        if not self.own:
            return self.text(text, slot, slot)
        if _UNSEEN.search(text):
            self.fault(slot, f"{slot} holds characters that nobody can see", "Take them out.")
        return text

    def declared(self) -> tuple[str, ...]:
        """Return the foreign prefixes, each as "HP=https://…"; one that has another meaning here is told."""
        given = self._table.slots.get("curie_map")
        found = []
        for prefix in sorted(given if isinstance(given, dict) else ()):
            space = self.prefixes[prefix]
            if (PREFIXES.get(prefix) or sssom_slots.HINTED.get(prefix)) == space or sssom_slots.MADE_UP.fullmatch(
                prefix
            ):
                continue
            if prefix in PREFIXES:
                told = f"the prefix stands for {PREFIXES[prefix]} here: what the file calls so has another one"
                self.note("curie_map", "curie_map", told, slot="curie_map", value=prefix)
            else:
                found.append(f"{prefix}={space}")
        return tuple(found)
