"""A mapping set → SSSOM/TSV, in the one form in which a set has one text.

The order of slots and columns is that of the model of SSSOM 1.1, then our extensions; a column without a value in any
row is left out; rows stand in natural order.  Every CURIE can be resolved by the ``curie_map`` in the file.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import PREFIXES, compact
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.mappings import relations, sssom_slots
from cyberstd_kg.mappings.model import EXTENSION, MappingRow, MappingSet, named

VERSION: Final = "1.1"
#: A text that YAML reads as itself without quotation marks.
_BARE: Final = re.compile(r"[A-Za-z](?:[A-Za-z0-9_./()+,;=?~&-]|(?<! )[ ](?! |$)|:(?![ ]|$)|(?<! )#)*(?<! )")
_RESERVED: Final = frozenset("true false yes no on off null y n".split())
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
#: The local part of a CURIE, and what may stand in none.
_LOCAL: Final = re.compile(r'(?!//)[^\s|"<>\\^`{}]+')


_RELATED: Final = f"{PREFIXES['skos']}relatedMatch"
_SKOS: Final = {
    relations.EQUAL: f"{PREFIXES['skos']}exactMatch",
    relations.SUBSET: f"{PREFIXES['skos']}broadMatch",
    relations.SUPERSET: f"{PREFIXES['skos']}narrowMatch",
}
#: The columns of a table without rows.
_NEEDED: Final = ("subject_id", "predicate_id", "object_id", "mapping_justification")


def write(mapping_set: MappingSet, *, skos: bool = False) -> bytes:
    """Return *mapping_set* as one file with its metadata in the head.

    :param skos: write the predicates of SKOS that come nearest, see :func:`losses`
    :raises InputError: on an IRI or a value that cannot be written
    """
    head, table = _parts(mapping_set, skos=skos)
    return "".join(f"#{line}\n" for line in head).encode() + table


def write_external(mapping_set: MappingSet, *, skos: bool = False) -> tuple[bytes, bytes]:
    """Return *mapping_set* as a table and, for a file of its own, its metadata in YAML; see :func:`write`."""
    head, table = _parts(mapping_set, skos=skos)
    return table, "".join(f"{line}\n" for line in head).encode()


def losses(mapping_set: MappingSet) -> list[str]:
    """Return what the predicates of SKOS cannot say of the rows of a set, a line for each kind."""
    left = [row for row in mapping_set.rows if not skos_predicate(row.relations)]
    weak = [row for row in mapping_set.rows if skos_predicate(row.relations) == _RELATED]
    found = []
    for signs, count in sorted(Counter(relations.signs(row.relations) for row in left).items()):
        found.append(f"{count} of {len(mapping_set.rows)} rows are left out: SKOS has no predicate for {{{signs}}}")
    for signs, count in sorted(Counter(relations.signs(row.relations) for row in weak).items()):
        told = f"{count} of {len(mapping_set.rows)} rows become skos:relatedMatch, which does not say {{{signs}}}"
        found.append(f"{told}; {sssom_slots.RELATIONS} keeps it")
    return found


def skos_predicate(possible: relations.Relations) -> str:
    """Return the predicate of SKOS, as IRI, that comes nearest to a set of relations; "" where none holds."""
    return "" if possible & relations.DISJOINT else _SKOS.get(possible, _RELATED)


def _parts(mapping_set: MappingSet, *, skos: bool) -> tuple[list[str], bytes]:
    mapping_set = sssom_slots.condensed(sssom_slots.spread(mapping_set))
    rows = [
        _slots(row, skos_predicate(row.relations) if skos else "")
        for row in named(mapping_set.iri, mapping_set.rows)
        if not skos or skos_predicate(row.relations)
    ]
    about = _about(mapping_set)
    curies = _Curies(_entities(about, rows), dict(mapping_set.other).get("curie_map", ()))
    used = {name for row in rows for name in row} or set(_NEEDED)
    own = [name for name in (*sssom_slots.ROW_SLOTS, *sssom_slots.ROW_EXTENSIONS) if name in used]
    columns = own + sorted(used.difference(own))
    stream = io.StringIO()
    table = csv.writer(stream, delimiter="\t", lineterminator="\n")
    table.writerow(columns)
    for row in rows:
        table.writerow([_cell(name, row.get(name, ()), curies) for name in columns])
    return _head(about, curies, used), stream.getvalue().encode()


def _about(mapping_set: MappingSet) -> dict[str, tuple[str, ...]]:
    """Return the slots of a set that have a value."""
    reading = mapping_set.reading
    table = sorted(reading.words, key=lambda read: natural(read.word))
    words = sssom_slots.write_words(tuple((word, relations.signs(read)) for word, read in table))
    codes = "style rationale read_by blank no_relationship completeness granularity groups use_case"
    single = {
        "sssom_version": VERSION,
        "mapping_set_id": mapping_set.iri,
        "mapping_set_version": mapping_set.version,
        "mapping_set_title": mapping_set.title,
        "mapping_set_description": mapping_set.description,
        "license": mapping_set.licence or sssom_slots.UNSPECIFIED,
        "subject_source": mapping_set.subject_edition,
        "subject_source_version": mapping_set.subject_version,
        "object_source": mapping_set.object_edition,
        "object_source_version": mapping_set.object_version,
        "mapping_provider": mapping_set.provider,
        "publication_date": mapping_set.date if sssom_slots.is_day(mapping_set.date) else "",
        f"{EXTENSION}date": "" if sssom_slots.is_day(mapping_set.date) else mapping_set.date,
        **{f"{EXTENSION}{name}": getattr(reading, name) for name in codes.split()},
        f"{EXTENSION}words": words,
        f"{EXTENSION}reading_reason": reading.reason,
        f"{EXTENSION}audience": reading.audience,
        f"{EXTENSION}made_how": reading.made_how,
        f"{EXTENSION}confidence_scale": reading.confidence_scale,
        f"{EXTENSION}tier": mapping_set.tier,
        f"{EXTENSION}says": mapping_set.says,
        f"{EXTENSION}document": mapping_set.document,
        f"{EXTENSION}quoted_from": mapping_set.quoted_from,
        f"{EXTENSION}locator": mapping_set.locator,
    }
    found = dict(mapping_set.other) | {name: (value,) for name, value in single.items() if value}
    return {name: found[name] for name in (*sssom_slots.SET_SLOTS, *sssom_slots.SET_EXTENSIONS) if name in found} | {
        name: found[name] for name in sorted(found)
    }


def _slots(row: MappingRow, skos: str) -> dict[str, tuple[str, ...]]:
    """Return the slots of a row that have a value."""
    if not row.relations:
        raise InputError(f"the row {row.iri} leaves no relation possible", "State at least one of E < > o x.")
    found = dict(row.other)
    for side, end, members in (
        ("subject", row.subject, sssom_slots.SUBJECT_MEMBERS),
        ("object", row.object, sssom_slots.OBJECT_MEMBERS),
    ):
        if end.is_literal:
            found |= {f"{side}_label": (end.iri,), f"{side}_type": (sssom_slots.LITERAL,)}
            continue
        found |= {f"{side}_id": (end.iri,), f"{side}_label": (end.label,)}
        if end.members:
            found |= {f"{side}_type": (sssom_slots.COMPOSED,), members: end.members}
    name = relations.predicate(row.relations)
    found["predicate_id"] = (skos or f"{PREFIXES['cstd']}{name}",)
    if relations.PREDICATES[name] != row.relations or skos == _RELATED:
        found[sssom_slots.RELATIONS] = (relations.signs(row.relations),)
    found["mapping_justification"] = (row.justification,)
    found["confidence"] = ("" if row.confidence is None else sssom_slots.number(row.confidence),)
    found["comment"] = (row.comment,)
    found[sssom_slots.WORD] = (row.word,)
    found[sssom_slots.DERIVED_FROM] = tuple(sorted(row.derived_from, key=natural))
    return {slot: values for slot, values in found.items() if any(values)}


def _entities(about: Mapping[str, tuple[str, ...]], rows: Iterable[Mapping[str, tuple[str, ...]]]) -> set[str]:
    """Return the IRIs that are written as CURIEs."""
    own = (name for name in sssom_slots.ROW_EXTENSIONS if any(name in row for row in rows))
    defined = [sssom_slots.SET_EXTENSIONS[name] for name in about if name in sssom_slots.SET_EXTENSIONS]
    found = {_full(name) for name in (*defined, *(sssom_slots.ROW_EXTENSIONS[name] for name in own))}
    for name, values in about.items():
        if sssom_slots.slot(name, of_set=True).kind == "entity":
            found.update(values)
    for row in rows:
        for name, values in row.items():
            if sssom_slots.slot(name).kind == "entity":
                found.update(values)
    for text in about.get("extension_definitions", ()):
        found.update(text.split(" ")[1:])
    return found


def _full(curie: str) -> str:
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


class _Curies:
    """IRI → CURIE, and the prefixes that this takes.

    :param iris: all that are to be written
    :param declared: further prefixes, each as "HP=http://purl.obolibrary.org/obo/HP_"
    """

    def __init__(self, iris: Iterable[str], declared: Iterable[str]) -> None:
        further = dict(text.partition("=")[::2] for text in declared)
        spaces = sorted(
            ((space, prefix) for prefix, space in further.items() if prefix not in PREFIXES),
            key=lambda pair: (-len(pair[0]), pair),
        )
        self.prefixes = {prefix: space for space, prefix in spaces}
        self._curies: dict[str, str] = {}
        rest = []
        for iri in sorted(iris, key=natural):
            if curie := compact(iri):
                self._keep(curie.partition(":")[0], "", iri, curie)
            elif fits := next(
                (pair for pair in spaces if iri.startswith(pair[0]) and _LOCAL.fullmatch(iri[len(pair[0]) :])), None
            ):
                self._keep(fits[1], fits[0], iri)
            else:
                rest.append(iri)
        named: dict[str, str] = {}
        for iri in rest:
            space = _space(iri)
            if space not in named:
                named[space] = next(
                    name
                    for name in (f"ns{number}" for number in range(1, len(rest) + len(further) + 2))
                    if name not in further and name not in named.values()
                )
            self._keep(named[space], space, iri)

    def _keep(self, prefix: str, space: str, iri: str, curie: str = "") -> None:
        self.prefixes[prefix] = space or PREFIXES[prefix]
        self._curies[iri] = curie or f"{prefix}:{iri[len(space) :]}"

    def __getitem__(self, iri: str) -> str:
        return self._curies[iri]


def _space(iri: str) -> str:
    """Return the part of an IRI for which a prefix is made: up to the last '#', '/', '_' or ':' before something."""
    for signs in ("#", "/", "_:"):
        cut = max(iri.rstrip("#/_:").rfind(sign) for sign in signs) + 1
        if cut and _LOCAL.fullmatch(iri[cut:]) and ":" in iri[:cut]:
            return iri[:cut]
    raise InputError(f"no CURIE can be made of '{iri}'", "Write it as a whole IRI such as https://example.org/a.")


def _cell(name: str, values: tuple[str, ...], curies: _Curies) -> str:
    slot = sssom_slots.slot(name)
    if slot.kind == "entity":
        values = tuple(curies[value] for value in values if value)
    text = sssom_slots.join(values) if slot.multiple else "".join(values[:1])
    return sssom_slots.harmless(text) if slot.kind == "text" else text


def _head(about: Mapping[str, tuple[str, ...]], curies: _Curies, used: set[str]) -> list[str]:
    """Return the lines of the metadata."""
    lines = []
    definitions = dict(_definitions(about, curies, used))
    if definitions:
        about = {**about, "extension_definitions": ()}
    names = [name for name in sssom_slots.SET_SLOTS if name in about or name == "curie_map"]
    for name in names + [name for name in about if name not in sssom_slots.SET_SLOTS]:
        if name == "curie_map":
            lines += ["curie_map:"] * bool(curies.prefixes)
            lines += [f"  {prefix}: {_yaml(space)}" for prefix, space in sorted(curies.prefixes.items())]
        elif name == "extension_definitions":
            lines.append("extension_definitions:")
            for slot, (defined, hint) in sorted(definitions.items()):
                lines += [f"  - slot_name: {slot}", f"    property: {_yaml(defined)}"]
                lines += [f"    type_hint: {_yaml(hint)}"] * bool(hint)
        else:
            lines += _slot_lines(name, about[name], curies)
    return lines


def _slot_lines(name: str, values: tuple[str, ...], curies: _Curies) -> Iterator[str]:
    slot = sssom_slots.slot(name, of_set=True)
    written = [curies[value] if slot.kind == "entity" else value for value in values]
    texts = written if slot.kind == "number" else [_yaml(value) for value in written]
    if slot.multiple:
        yield f"{name}:"
        yield from (f"  - {text}" for text in texts)
    else:
        yield f"{name}: {texts[0]}"


def _definitions(
    about: Mapping[str, tuple[str, ...]], curies: _Curies, used: set[str]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield (slot, (property, type hint)) of each extension slot that is used."""
    given = {}
    for text in about.get("extension_definitions", ()):
        slot, _, rest = text.partition(" ")
        defined, _, hint = rest.partition(" ")
        given[slot] = (curies[defined], curies[hint] if hint else "")
    standard = {**sssom_slots.SET_SLOTS, **sssom_slots.ROW_SLOTS}
    for name in sorted({*about, *used}.difference(standard)):
        own = sssom_slots.SET_EXTENSIONS.get(name) or sssom_slots.ROW_EXTENSIONS.get(name)
        yield name, (own, "") if own else given.get(name, (f"{sssom_slots.UNDEFINED}{name}", ""))


def _yaml(text: str) -> str:
    """Return a scalar of YAML that is read as *text*, and as a text."""
    if _BARE.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    if _UNSEEN.search(text) or not ('"' in text or "\\" in text):
        quoted = json.dumps(text, ensure_ascii=False)
        return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
    return "'" + text.replace("'", "''") + "'"
