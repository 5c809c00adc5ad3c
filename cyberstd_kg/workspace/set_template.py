"""The template of a mapping set: an SSSOM/TSV file with its declared reading, made from the shapes that will check it.

What it leaves open is marked as in other templates, so that validation refuses it: a lone "…" for a text, ``fill-in``
for a code or an entity.  A line that begins with ``##`` is a comment of the metadata, which are YAML after the first
``#`` (SSSOM/TSV, https://w3id.org/sssom/).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterator
from typing import Final, NamedTuple

from cyberstd_kg.core.iris import BASE, PREFIXES, expand, mint, short
from cyberstd_kg.mappings import sssom_slots
from cyberstd_kg.mappings.model import EXTENSION
from cyberstd_kg.mappings.relations import PREDICATES, signs
from cyberstd_kg.mappings.sssom_writing import VERSION
from cyberstd_kg.validation.shapes import PropertyShape, Shapes
from cyberstd_kg.workspace.entry_kinds import FILL_IN
from cyberstd_kg.workspace.template import OPEN, Field, Superclasses, comment, fields, introduction, open_name

#: Class → slot of a file → the property of the class whose value the slot holds.
_SLOTS: Final = {
    "cstd:MappingSet": {
        "mapping_set_title": "dct:title",
        "mapping_set_description": "dct:description",
        "mapping_set_version": "owl:versionInfo",
        "license": "dct:license",
        "subject_source": "cstd:subjectEdition",
        "object_source": "cstd:objectEdition",
        "mapping_provider": "dct:publisher",
        **sssom_slots.SET_EXTENSIONS,
    },
    "cstd:Source": dict(sssom_slots.SET_EXTENSIONS),
    "cstd:Mapping": {
        "subject_id": "cstd:mapsFrom",
        "predicate_id": "cstd:possibleRelation",
        "object_id": "cstd:mapsTo",
        "mapping_justification": "cstd:justification",
        "confidence": "cstd:confidence",
        "comment": "skos:note",
        **sssom_slots.ROW_EXTENSIONS,
    },
}
#: The columns of the template, and the cells of its rows.
_COLUMNS: Final = {
    "subject_id": "",
    "subject_label": "",
    "predicate_id": "cstd:overlaps",
    "object_id": "",
    "object_label": "",
    "mapping_justification": "semapv:ManualMappingCuration",
    "confidence": "",
    "comment": "",
    sssom_slots.WORD: OPEN,
}
#: Slots that may be left out although their property is needed → what then holds.
_ELSE: Final = {
    f"{EXTENSION}document": "if left out, the mapping set itself",
    f"{EXTENSION}locator": "if left out, the whole table",
}
_PREDICATES: Final = (
    f"{', '.join(f'{name} ({signs(named)})' for name, named in PREDICATES.items())}; "
    f"for other sets mappedTo, with a column {sssom_slots.RELATIONS} such as < o x"
)
_ADVICE: Final = (
    f"Fill in what is open (“{OPEN}”, {FILL_IN}), remove one # from the lines ##slot: value that you know, and leave "
    "out what you do not know: guess nothing. All other lines that begin with ## are comments. Then:"
)


class MappedText(NamedTuple):
    """One of two texts that a set relates: its IRI as CURIE, its designation, and the edition as printed in it."""

    iri: str
    designation: str
    version: str = ""


def set_iri(subject: MappedText, object_: MappedText, is_known: Callable[[str], bool]) -> str:
    """Return an IRI for a new set of mappings between two texts that the graph does not have yet.

    >>> set_iri(MappedText("std:a_1", "A:1"), MappedText("std:b_2", "B:2"), lambda curie: False)
    'https://w3id.org/cyberstd/mapping/a-1-to-b-2'
    """
    iri = mint("mapping", f"{subject.designation} to {object_.designation}")
    names = [iri, *(f"{iri}-{number}" for number in range(2, 1000))]
    return next(name for name in names if not is_known(short(name)))


def write(
    shapes: Shapes,
    superclasses: Superclasses,
    iri: str,
    ends: tuple[MappedText, MappedText],
    codes: Callable[[str], list[str]],
) -> str:
    """Return the template of a mapping set as the text of a file.

    :param iri: the IRI of the set
    :param ends: the text that the rows map from, and the one that they map to
    :param codes: the name of a scheme → the local names of its codes
    """
    subject, object_ = ends
    known = {
        "mapping_set_title": f"{subject.designation} to {object_.designation}",
        "subject_source": subject.iri,
        "subject_source_version": subject.version,
        "object_source": object_.iri,
        "object_source_version": object_.version,
        f"{EXTENSION}says": "stated",
    }
    writer = _SlotWriter(shapes, superclasses, codes, known)
    of_set = list(writer.slots("cstd:MappingSet"))
    written = {line.lstrip("#").partition(":")[0] for line in of_set}
    defined = {**sssom_slots.SET_EXTENSIONS, sssom_slots.WORD: sssom_slots.ROW_EXTENSIONS[sssom_slots.WORD]}
    lines = [
        f"sssom_version: {_quoted(VERSION)}",
        "curie_map:",
        *(f"  {prefix}: {PREFIXES[prefix]}" for prefix in ("bibo", "cstd", "prov", "semapv", "src", "std")),
        f"mapping_set_id: {iri}",
        *of_set,
        *_heading("Who says so: the document that you saw"),
        *writer.slots("cstd:Source", without=written, grouped=False),
        *_heading("The meaning of our own slots: nothing to fill in"),
        "extension_definitions:",
    ]
    for name in sorted(defined):
        lines += [f"  - slot_name: {name}", f"    property: {defined[name]}"]
    lines += [
        *_heading("The columns of the table"),
        *writer.columns(),
        "#",
        "# Replace the two rows that follow. Write one row below the other, with a tab between two cells.",
    ]
    form = "The name of the file ends in .sssom.tsv; “cyberstd fmt” brings it into its one form, without comments."
    head = introduction("mapping set", _ADVICE, form, "", mark="##")
    return head + "".join(f"#{line}\n" for line in lines) + _rows(subject.iri, object_.iri)


def _heading(text: str) -> tuple[str, str]:
    return "#", f"# ── {text} ──"


class _SlotWriter:
    """Writes the lines of slots, each with what its shape says of it.

    :param known: slot → value
    """

    def __init__(
        self, shapes: Shapes, superclasses: Superclasses, codes: Callable[[str], list[str]], known: dict[str, str]
    ) -> None:
        self._shapes = shapes
        self._superclasses = superclasses
        self._codes = codes
        self._known = known

    def slots(self, cls: str, *, without: Container[str] = (), grouped: bool = True) -> Iterator[str]:
        """Yield the lines of a class's slots in the order of its shapes.

        :param without: slots that are left out
        :param grouped: whether groups have headings
        """
        group = ""
        for slot, field in self._fields(cls):
            if slot in without:
                continue
            if grouped and field.shape.group != group:
                group = field.shape.group
                yield from _heading(self._shapes.groups.get(group, "Further"))
            further = self._further(slot, field.shape)
            yield from comment(field, further, first="#  ", rest="#    ", when=_ELSE.get(slot, ""))
            if slot in self._known:
                yield f"{slot}: {_scalar(self._known[slot])}"
                if version := self._known.get(f"{slot}_version"):
                    yield f"{slot}_version: {_quoted(version)}"
            elif field.needed and slot not in _ELSE:
                yield f"{slot}: {_scalar(_open(slot, field.shape))}"
            else:
                yield f"#{slot}: {_scalar(_value(slot, field.shape))}"

    def columns(self) -> Iterator[str]:
        """Yield what the columns of the table are for."""
        order = [*_COLUMNS, *sssom_slots.ROW_EXTENSIONS]
        for slot, field in sorted(self._fields("cstd:Mapping"), key=lambda pair: order.index(pair[0])):
            further, name = self._further(slot, field.shape), f"{slot}, {field.shape.name}"
            yield from ("#", *comment(field, further, first="#  ", rest="#    ", name=name))

    def _fields(self, cls: str) -> Iterator[tuple[str, Field]]:
        slots: dict[str, list[str]] = {}
        for slot, path in _SLOTS[cls].items():
            slots.setdefault(path, []).append(slot)
        for field in fields(self._shapes, expand(cls), self._superclasses):
            for slot in slots.get(short(field.shape.path), ()):
                if slot != sssom_slots.RELATIONS:
                    yield slot, field

    def _further(self, slot: str, shape: PropertyShape) -> str:
        """Return what a comment says after the description: signs, codes or an example."""
        if slot == f"{EXTENSION}words":
            return " The signs: E equal to, < subset of, > superset of, o intersects with, x no relationship."
        if slot == "predicate_id":
            return f" One predicate names them all: {_PREDICATES}."
        if slot in ("subject_id", "object_id"):
            return f" Such as {shape.example}; of a group, its provisions with | between them."
        codes = [iri.rpartition("#")[2] for iri in shape.limits.get("in", ())]
        if shape.scheme and not codes:
            codes = self._codes(shape.scheme)
        if codes:
            return f" One of: {', '.join(codes)}."
        return f" Such as {_value(slot, shape)}" if shape.example else ""


def _rows(subject: str, object_: str) -> str:
    """Return the table: two rows to be replaced, the second with a group at one end."""
    group = f"{object_}_{FILL_IN}|{object_}_{FILL_IN}-2"
    first = {**_COLUMNS, "subject_id": f"{subject}_{FILL_IN}", "object_id": f"{object_}_{FILL_IN}"}
    second = {**first, "subject_id": f"{subject}_{FILL_IN}-2", "object_id": group}
    return "".join("\t".join(cells) + "\n" for cells in (_COLUMNS, first.values(), second.values()))


def _value(slot: str, shape: PropertyShape) -> str:
    """Return the example of a shape as the slot has it."""
    example = shape.example
    if slot == f"{EXTENSION}words":
        return sssom_slots.write_words(((example.partition("_word-")[2] or OPEN, "E < > o"),))
    if literal := re.fullmatch(r'"(.*)"(?:@[a-z-]+|\^\^\S+)?', example):
        return literal[1].replace('\\"', '"')
    if iri := re.fullmatch(r"<(.*)>", example):
        return iri[1]
    return example.partition(":")[2] if _is_code(example) else _named(slot, example)


def _open(slot: str, shape: PropertyShape) -> str:
    """Return what stands for a value that is to be filled in; validation refuses it."""
    if slot == f"{EXTENSION}words":
        return sssom_slots.write_words(((OPEN, "E < > o"),))
    if not shape.takes_iris:
        return OPEN
    return FILL_IN if _is_code(shape.example) else _named(slot, open_name(shape))


def _full(curie: str) -> str:
    prefix, colon, local = curie.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else curie


def _is_code(curie: str) -> bool:
    return "/scheme/" in _full(curie)


def _named(slot: str, curie: str) -> str:
    """Return a CURIE as a slot has it: as an IRI where the slot holds URIs."""
    return _full(curie) if sssom_slots.slot(slot, of_set=True).kind == "uri" else curie


def _scalar(text: str) -> str:
    """Return a value as YAML: a name as it is, another text quoted."""
    is_name = re.fullmatch(r"[A-Za-z][\w-]*(?::[\w-]+)?", text) or text.startswith(BASE)
    return text if is_name else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
