"""A mapping set → SSSOM/TSV in a canonical form: equal sets give equal bytes.

Slots and columns follow the order of the model of SSSOM 1.1, then come our extensions.  A column without a value in any
row is left out.  Rows are in natural order.  The ``curie_map`` of the file resolves every CURIE in it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Final

from cyberstd_kg.core.days import is_day
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import PREFIXES, compact, expand
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.mappings import relations, sssom_slots
from cyberstd_kg.mappings.model import EXTENSION, MappingRow, MappingSet, named

VERSION: Final = "1.1"
#: A text that YAML reads as itself without quotation marks.
_BARE: Final = re.compile(r"[A-Za-z](?:[A-Za-z0-9_./()+,;=?~&-]|(?<! )[ ](?! |$)|:(?![ ]|$)|(?<! )#)*(?<! )")
_RESERVED: Final = frozenset("true false yes no on off null y n".split())
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
#: The local part of a CURIE.
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

    :param skos: write the nearest predicates of SKOS, see :func:`losses`
    :raises InputError: on an IRI or a value that cannot be written
    """
    mapping_set = sssom_slots.condensed(sssom_slots.spread(mapping_set))
    rows = [
        _slots(row, skos_predicate(row.relations) if skos else "")
        for row in named(mapping_set.iri, mapping_set.rows)
        if not skos or skos_predicate(row.relations)
    ]
    about = _about(mapping_set)
    curies = _Curies(_entities(about, rows), dict(mapping_set.other).get("curie_map", ()))
    columns = sssom_slots.sorted_names({name for row in rows for name in row} or _NEEDED)
    stream = io.StringIO()
    stream.writelines(f"#{line}\n" for line in _head(about, curies, columns))
    table = csv.writer(stream, delimiter="\t", lineterminator="\n")
    table.writerow(columns)
    table.writerows([_cell(name, row.get(name, ()), curies) for name in columns] for row in rows)
    return stream.getvalue().encode()


def losses(mapping_set: MappingSet) -> list[str]:
    """Return what the predicates of SKOS cannot state of the rows of a set, a line for each set of relations."""
    lost, weak = [], []
    counts = Counter(row.relations for row in mapping_set.rows)
    for signs, possible in sorted((relations.signs(possible), possible) for possible in counts):
        rows = f"{counts[possible]} of {len(mapping_set.rows)} rows"
        if not skos_predicate(possible):
            lost.append(f"{rows} are left out: SKOS has no predicate for {{{signs}}}")
        elif skos_predicate(possible) == _RELATED:
            message = f"{rows} become skos:relatedMatch, which does not say {{{signs}}}"
            weak.append(f"{message}; {sssom_slots.RELATIONS} keeps it")
    return lost + weak


def skos_predicate(possible: relations.Relations) -> str:
    """Return the IRI of the predicate of SKOS nearest to a set of relations; "" where none holds."""
    return "" if possible & relations.DISJOINT else _SKOS.get(possible, _RELATED)


def _about(mapping_set: MappingSet) -> dict[str, tuple[str, ...]]:
    """Return the slots of a set that have a value, in order."""
    table = sorted(mapping_set.reading.words, key=lambda entry: natural(entry.word))
    texts = {slot: sssom_slots.text_of(mapping_set, slot) for slot in sssom_slots.FIELDS} | {
        "sssom_version": VERSION,
        "mapping_set_id": mapping_set.iri,
        "license": mapping_set.licence or sssom_slots.UNSPECIFIED,
        f"{EXTENSION}words": sssom_slots.write_words((word, relations.signs(possible)) for word, possible in table),
    }
    texts[f"{EXTENSION}date" if is_day(mapping_set.date) else "publication_date"] = ""
    slots = dict(mapping_set.other) | {slot: (text,) for slot, text in texts.items() if text}
    return dict(sssom_slots.in_order(slots, of_set=True))


def _slots(row: MappingRow, skos: str) -> dict[str, tuple[str, ...]]:
    """Return the slots of a row that have a value.

    :param skos: the predicate to write instead of ours, or ""
    """
    if not row.relations:
        raise InputError(f"the row {row.iri} leaves no relation possible", "State at least one of E < > o x.")
    slots = dict(row.other)
    for side, end in (("subject", row.subject), ("object", row.object)):
        if end.is_literal:
            slots |= {f"{side}_label": (end.iri,), f"{side}_type": (sssom_slots.LITERAL,)}
            continue
        slots |= {f"{side}_id": (end.iri,), f"{side}_label": (end.label,)}
        if end.members:
            slots |= {f"{side}_type": (sssom_slots.COMPOSED,), f"{EXTENSION}{side}_members": end.members}
    name = relations.predicate(row.relations)
    if relations.PREDICATES[name] != row.relations or skos == _RELATED:
        slots[sssom_slots.RELATIONS] = (relations.signs(row.relations),)
    slots |= {
        "predicate_id": (skos or f"{PREFIXES['cstd']}{name}",),
        "mapping_justification": (row.justification,),
        "confidence": ("" if row.confidence is None else sssom_slots.number(row.confidence),),
        "comment": (row.comment,),
        sssom_slots.WORD: (row.word,),
        sssom_slots.DERIVED_FROM: tuple(sorted(row.derived_from, key=natural)),
    }
    return {slot: values for slot, values in slots.items() if any(values)}


def _entities(about: Mapping[str, tuple[str, ...]], rows: Iterable[Mapping[str, tuple[str, ...]]]) -> set[str]:
    """Return the IRIs that are written as CURIEs."""
    extensions = {**sssom_slots.SET_EXTENSIONS, **sssom_slots.ROW_EXTENSIONS}
    iris: set[str] = set()
    for slots, of_set in ((about, True), *((row, False) for row in rows)):
        for name, values in slots.items():
            if name in extensions:
                iris.add(expand(extensions[name]))
            if sssom_slots.slot(name, of_set=of_set).kind == "entity":
                iris.update(values)
    for text in about.get("extension_definitions", ()):
        iris.update(text.split(" ")[1:])
    return iris


class _Curies:
    """IRI → CURIE, and the prefixes that these need.

    :param iris: all that are to be written
    :param declared: further prefixes, each as "HP=http://purl.obolibrary.org/obo/HP_"
    """

    def __init__(self, iris: Iterable[str], declared: Iterable[str]) -> None:
        further = dict(text.partition("=")[::2] for text in declared)
        self.prefixes = {prefix: space for prefix, space in further.items() if prefix not in PREFIXES}
        self._curies: dict[str, str] = {}
        spaces = sorted(self.prefixes.items(), key=lambda item: (-len(item[1]), item[1], item[0]))
        free = (name for name in (f"ns{number}" for number in count(1)) if name not in further)
        made_up: dict[str, str] = {}
        for iri in sorted(iris, key=natural):
            if curie := compact(iri):
                prefix = curie.partition(":")[0]
                space = PREFIXES[prefix]
            else:
                fitting = (item for item in spaces if iri.startswith(item[1]) and _LOCAL.fullmatch(iri[len(item[1]) :]))
                prefix, space = next(fitting, ("", ""))
                if not prefix:
                    space = _space(iri)
                    prefix = made_up.get(space) or made_up.setdefault(space, next(free))
                curie = f"{prefix}:{iri[len(space) :]}"
            self.prefixes[prefix] = space
            self._curies[iri] = curie

    def __getitem__(self, iri: str) -> str:
        return self._curies[iri]


def _space(iri: str) -> str:
    """Return the namespace of an IRI: up to the last "#", "/", "_" or ":" that something follows."""
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


def _head(about: Mapping[str, tuple[str, ...]], curies: _Curies, columns: Iterable[str]) -> list[str]:
    """Return the lines of the metadata."""
    lines = []
    definitions = dict(_definitions(about, curies, columns))
    names = {*about, "curie_map"} | ({"extension_definitions"} if definitions else set())
    for name in sssom_slots.sorted_names(names, of_set=True):
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
    about: Mapping[str, tuple[str, ...]], curies: _Curies, columns: Iterable[str]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield (slot, (property, type hint)) of each extension slot in use."""
    given = {}
    for text in about.get("extension_definitions", ()):
        slot, defined, hint = [*text.split(" "), ""][:3]
        given[slot] = (curies[defined], curies[hint] if hint else "")
    ours = {**sssom_slots.SET_EXTENSIONS, **sssom_slots.ROW_EXTENSIONS}
    for name in sorted({*about, *columns}.difference(sssom_slots.SET_SLOTS, sssom_slots.ROW_SLOTS)):
        yield name, (ours[name], "") if name in ours else given.get(name, (f"{sssom_slots.UNDEFINED}{name}", ""))


def _yaml(text: str) -> str:
    """Return the scalar of YAML for a text, quoted where YAML would read it otherwise."""
    if _BARE.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    if _UNSEEN.search(text) or not ('"' in text or "\\" in text):
        quoted = json.dumps(text, ensure_ascii=False)
        return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
    return "'" + text.replace("'", "''") + "'"
