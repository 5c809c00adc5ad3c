"""The template of a mapping set: an SSSOM/TSV file with its declared reading, drawn from the shapes that will check it.

What it leaves open is marked as in other templates, so that validation refuses it: a lone "…" for a text, ``fill-in``
for a code or a thing.  A line that begins with ``##`` is a comment of the metadata, which are YAML behind the first
``#`` (SSSOM/TSV, https://w3id.org/sssom/).
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from cyberstd_kg.core.iris import BASE, PREFIXES, compact, expand, mint
from cyberstd_kg.mappings import sssom_slots
from cyberstd_kg.mappings.model import EXTENSION
from cyberstd_kg.mappings.relations import PREDICATES, signs
from cyberstd_kg.mappings.sssom_writing import VERSION
from cyberstd_kg.validation.shapes import PropertyShape, Shapes
from cyberstd_kg.workspace.template import Field, fields

_WIDTH: Final = 100
_OPEN: Final = "…"
_FILL_IN: Final = "fill-in"
#: Class → the slots in which a file says what the shapes of the class ask for, and the property of each.
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
#: The columns of the template, and what stands in its rows.
_COLUMNS: Final = {
    "subject_id": "",
    "subject_label": "",
    "predicate_id": "cstd:overlaps",
    "object_id": "",
    "object_label": "",
    "mapping_justification": "semapv:ManualMappingCuration",
    "confidence": "",
    "comment": "",
    sssom_slots.WORD: _OPEN,
}
#: Slots that may be left out although their property is needed → what is then taken.
_ELSE: Final = {
    f"{EXTENSION}document": "if left out, the mapping set itself",
    f"{EXTENSION}locator": "if left out, the whole table",
}
_PREDICATES: Final = (
    f"{', '.join(f'{name} ({signs(named)})' for name, named in PREDICATES.items())}; "
    f"for other sets mappedTo, with a column {sssom_slots.RELATIONS} such as < o x"
)


class SetTemplate(NamedTuple):
    """One of two texts that a set relates: its IRI as CURIE, its designation, and what of this tells the edition."""

    iri: str
    designation: str
    version: str = ""


def set_iri(subject: SetTemplate, object_: SetTemplate, is_known: Callable[[str], bool]) -> str:
    """Return an IRI for a new set of mappings between two texts that the graph does not have yet.

    >>> set_iri(SetTemplate("std:a_1", "A:1"), SetTemplate("std:b_2", "B:2"), lambda curie: False)
    'https://w3id.org/cyberstd/mapping/a-1-to-b-2'
    """
    made = mint("mapping", f"{subject.designation} to {object_.designation}")
    names = [made, *(f"{made}-{number}" for number in range(2, 1000))]
    return next(name for name in names if not is_known(compact(name) or name))


def write(
    shapes: Shapes,
    above: dict[str, set[str]],
    iri: str,
    ends: tuple[SetTemplate, SetTemplate],
    codes: Callable[[str], list[str]],
) -> str:
    """Return the template of a mapping set as the text of a file.

    :param above: class → the classes above it, itself included, as IRIs
    :param iri: the IRI of the set
    :param ends: from which text the rows go out, and to which they lead
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
    used = ("bibo", "cstd", "prov", "semapv", "src", "std")
    lines = [
        f"sssom_version: {_quoted(VERSION)}",
        "curie_map:",
        *(f"  {prefix}: {PREFIXES[prefix]}" for prefix in used),
        f"mapping_set_id: {iri}",
    ]
    maker = _Maker(shapes, above, codes, known)
    lines += maker.slots("cstd:MappingSet")
    lines += ["#", "# ── Who says so: the document that you saw ──", *maker.slots("cstd:Source", done=lines)]
    lines += ["#", "# ── What the slots of ours mean: nothing to fill in ──", "extension_definitions:"]
    defined = {**sssom_slots.SET_EXTENSIONS, sssom_slots.WORD: sssom_slots.ROW_EXTENSIONS[sssom_slots.WORD]}
    for name in sorted(defined):
        lines += [f"  - slot_name: {name}", f"    property: {defined[name]}"]
    lines += ["#", "# ── The columns of the table ──", *maker.columns(), "#"]
    lines.append("# Two rows to be replaced follow; those of a set stand below each other, a tab between two cells.")
    return _INTRODUCTION + "".join(f"#{line}\n" for line in lines) + _rows(subject.iri, object_.iri)


_INTRODUCTION: Final = f"""## A new mapping set for the knowledge graph of cybersecurity standards, as SSSOM/TSV.
##
## Fill in what is open (“{_OPEN}”, {_FILL_IN}), take one # off the lines ##slot: value that you know, and leave out
## what you do not know: nothing is guessed. All other lines that begin with ## are comments. Then:
##   cyberstd validate FILE    tells what is wrong, where, and what to do
##   cyberstd add FILE         adds it to your workspace, whole or not at all
## The name of the file ends in .sssom.tsv; “cyberstd fmt” brings it into its one form, without comments.
##
"""


class _Maker:
    """Makes the lines of slots, each with what its shape says of it.

    :param known: slot → value
    """

    def __init__(
        self,
        shapes: Shapes,
        above: dict[str, set[str]],
        codes: Callable[[str], list[str]],
        known: dict[str, str],
    ) -> None:
        self._shapes = shapes
        self._above = above
        self._codes = codes
        self._known = known

    def slots(self, cls: str, done: list[str] | None = None) -> Iterator[str]:
        """Yield the lines of a class's slots in the order of its shapes, without those that stand in *done*."""
        held = {line.lstrip("#").partition(":")[0] for line in done or ()}
        group = ""
        for slot, field in self._fields(cls):
            if slot in held:
                continue
            if done is None and field.shape.group != group:
                group = field.shape.group
                yield from ("#", f"# ── {self._shapes.groups.get(group, 'Further')} ──")
            yield from self._comment(_ELSE.get(slot) or _when(field.needed), field, slot)
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
        for slot, field in sorted(self._fields("cstd:Mapping"), key=lambda pair: _place(pair[0])):
            yield from self._comment(_when(field.needed), field, slot, column=True)

    def _fields(self, cls: str) -> Iterator[tuple[str, Field]]:
        slots: dict[str, list[str]] = {}
        for slot, path in _SLOTS[cls].items():
            slots.setdefault(path, []).append(slot)
        for field in fields(self._shapes, expand(cls), self._above.get(expand(cls), {expand(cls)})):
            for slot in slots.get(compact(field.shape.path) or "", ()):
                if slot != sssom_slots.RELATIONS:
                    yield slot, field

    def _comment(self, when: str, field: Field, slot: str, *, column: bool = False) -> list[str]:
        shape = field.shape
        name = f"{slot}, {shape.name}" if column else shape.name
        text = f"{name} ({when}): {shape.description}"
        if slot == f"{EXTENSION}words":
            text += " The signs: E equal to, < subset of, > superset of, o intersects with, x no relationship."
        elif slot == "predicate_id":
            text += f" One predicate names them all: {_PREDICATES}."
        elif slot in ("subject_id", "object_id"):
            text += f" Such as {shape.example}; of a group, its provisions with | between them."
        elif choice := self._choice(shape):
            text += f" One of: {', '.join(choice)}."
        elif shape.example:
            text += f" Such as {_value(slot, shape)}"
        wrapped = textwrap.wrap(
            text,
            _WIDTH,
            initial_indent="#  ",
            subsequent_indent="#    ",
            break_on_hyphens=False,
            break_long_words=False,
        )
        return ["#", *wrapped] if column else wrapped

    def _choice(self, shape: PropertyShape) -> list[str]:
        if given := shape.limits.get("in"):
            return [iri.rpartition("#")[2] for iri in given]
        scheme = re.match(r"\^https.*/scheme/(\w+)#", shape.limits.get("pattern", [""])[0])
        return self._codes(scheme[1]) if scheme else []


def _when(needed: bool) -> str:
    return "needed" if needed else "if known"


def _place(slot: str) -> int:
    known = [*_COLUMNS, *sssom_slots.ROW_EXTENSIONS]
    return known.index(slot)


def _rows(subject: str, object_: str) -> str:
    """Return the table: two rows to be replaced, the second with a group at one end."""
    group = f"{object_}_{_FILL_IN}|{object_}_{_FILL_IN}-2"
    first = {**_COLUMNS, "subject_id": f"{subject}_{_FILL_IN}", "object_id": f"{object_}_{_FILL_IN}"}
    second = {**first, "subject_id": f"{subject}_{_FILL_IN}-2", "object_id": group}
    return "".join("\t".join(cells) + "\n" for cells in (_COLUMNS, first.values(), second.values()))


def _value(slot: str, shape: PropertyShape) -> str:
    """Return the example of a shape as the slot has it."""
    example = shape.example
    if slot == f"{EXTENSION}words":
        return sssom_slots.write_words(((_example_word(example), "E < > o"),))
    if found := re.fullmatch(r'"(.*)"(?:@[a-z-]+|\^\^\S+)?', example):
        return found[1].replace('\\"', '"')
    if found := re.fullmatch(r"<(.*)>", example):
        return found[1]
    if "/scheme/" in _full(example):
        return example.partition(":")[2]
    return _full(example) if sssom_slots.slot(slot, of_set=True).kind == "uri" else example


def _full(curie: str) -> str:
    prefix, colon, local = curie.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else curie


def _example_word(curie: str) -> str:
    return curie.partition("_word-")[2] or _OPEN


def _open(slot: str, shape: PropertyShape) -> str:
    """Return what stands for a value that is to be filled in; validation refuses it."""
    if slot == f"{EXTENSION}words":
        return sssom_slots.write_words(((_OPEN, "E < > o"),))
    if shape.limits.get("nodeKind") != [f"{PREFIXES['sh']}IRI"]:
        return _OPEN
    if "/scheme/" in _full(shape.example):
        return _FILL_IN
    made = f"{shape.example.partition(':')[0]}:{_FILL_IN}"
    return _full(made) if sssom_slots.slot(slot, of_set=True).kind == "uri" else made


def _scalar(text: str) -> str:
    """Return a value as YAML: as it is where it is a name, else quoted."""
    plain = re.fullmatch(r"[A-Za-z][\w-]*(?::[\w-]+)?", text) or text.startswith(BASE)
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
