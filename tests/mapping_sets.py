"""Mapping sets for tests: a small one, random ones, and the parts of files that many tests write."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from cyberstd_kg.core.iris import expand
from cyberstd_kg.mappings import relations, sssom_slots
from cyberstd_kg.mappings.model import DeclaredReading, End, MappingRow, MappingSet, RelationWord, end_of, named
from cyberstd_kg.mappings.relations import Relations

SET = expand("mapping:test-a-to-b")
JUSTIFIED = expand("semapv:ManualMappingCuration")
#: Provisions of two texts that the shipped graph holds.
CONTROLS = [expand(f"std:iso-iec-27400_2022_7-1-2-{number}") for number in range(1, 11)]
FUNCTIONS = [expand(f"std:nist-csf_1-1_{name}") for name in ("id", "pr", "de", "rs", "rc")]
#: The columns that a row needs.
COLUMNS = "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
HEAD = """\
#curie_map:
#  a: https://example.org/a/
#  b: https://example.org/b/
#mapping_set_id: https://example.org/sets/one
#license: https://example.org/licence
"""


def table(*rows: str, columns: str = COLUMNS, head: str = HEAD) -> bytes:
    """Return a file: rows are given with spaces for tabs where they hold no tab."""
    body = "".join(f"{row if chr(9) in row else row.replace(' ', chr(9))}\n" for row in rows)
    return f"{head}{columns}{body}".encode()


def wide(columns: str, *rows: str, head: str = HEAD) -> bytes:
    """Return a file with further columns: names and cells are given with slashes between them."""
    names = "\t".join(["subject_id", "predicate_id", "object_id", "mapping_justification", *columns.split("/")])
    return table(*(row.replace("/", "\t") for row in rows), columns=f"{names}\n", head=head)


def small() -> MappingSet:
    """Return a set of three rows between texts of the shipped graph, one of them to a group."""
    overlap = relations.OVERLAP
    reading = DeclaredReading(
        "set-theory",
        "meaning",
        (RelationWord("intersect", overlap), RelationWord("part of", relations.SUBSET)),
        "by-us",
        "So.",
        groups="union",
    )
    rows = (
        MappingRow(
            "", End(CONTROLS[0]), End(FUNCTIONS[1], (), "Protect"), "intersect", overlap, JUSTIFIED, 0.8, "A comment."
        ),
        MappingRow("", End(CONTROLS[1]), end_of(SET, FUNCTIONS[:2]), "part of", relations.SUBSET, JUSTIFIED),
        MappingRow("", End(CONTROLS[9]), End(FUNCTIONS[0]), "intersect", overlap, JUSTIFIED),
    )
    made = MappingSet(
        SET,
        "A to B",
        reading,
        rows,
        provider=expand("agent:nist"),
        licence="https://creativecommons.org/publicdomain/zero/1.0/",
        version="1.0",
        subject_edition=expand("std:iso-iec-27400_2022"),
        object_edition=expand("std:nist-csf_1-1"),
        subject_version="2022",
        date="2024-02-29",
        description="A set for tests.",
    )
    return replace(made, rows=named(SET, made.rows))


def bare(mapping_set: MappingSet) -> MappingSet:
    """Return a set as it is after it was written, without the lines of its file."""
    made = sssom_slots.condensed(sssom_slots.spread(mapping_set))
    rows = tuple(replace(row, line=0) for row in named(made.iri, made.rows))
    words = tuple(sorted(made.reading.words, key=lambda word: word.word))
    return replace(made, rows=rows, lines={}, reading=replace(made.reading, words=words))


_TEXT = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("Cc", "Cs", "Zl", "Zp"),
        exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff",
    ),
    max_size=20,
).map(str.strip)
_SOME = st.one_of(_TEXT, st.sampled_from(["=1+1", "'=x", "a|b", "\\", 'say "no"', "- x", "#x", "true", "1.0", "a: b"]))
_WORDS = st.sampled_from(["intersect", "equal", "=", 'the "same"', "a;b", "part of", "Teil von", "\\"])
_RELATIONS = st.integers(1, 31).map(Relations).filter(relations.is_tractable)
_FOREIGN = st.sampled_from(
    [
        "https://example.org/a/1",
        "https://example.org/a/2",
        "http://purl.org/obo/HP_0001",
        "urn:x:node:c.1",
        "https://example.org/b#c(d,e)",
    ]
)
_IRIS = st.one_of(st.sampled_from(CONTROLS + FUNCTIONS), _FOREIGN)


@st.composite
def ends(draw: st.DrawFn, literals: bool) -> End:
    """Draw an end: a provision, a foreign entity, a group, or a text."""
    kind = draw(st.integers(0, 5))
    if kind == 0 and literals:
        return End(draw(_TEXT.filter(bool)), is_literal=True)
    if kind == 1:
        return end_of(SET, draw(st.lists(_IRIS, min_size=1, max_size=4)), draw(_SOME))
    return End(draw(_IRIS), (), draw(_SOME))


@st.composite
def mapping_sets(draw: st.DrawFn, literals: bool = True) -> MappingSet:
    """Draw a set, without repeated rows."""
    table = draw(st.dictionaries(_WORDS, _RELATIONS, min_size=1, max_size=4))
    rows = {}
    for _ in range(draw(st.integers(0, 6))):
        word = draw(st.sampled_from(sorted(table)))
        other = draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "author_id": st.lists(_FOREIGN, min_size=1, max_size=2).map(tuple),
                    "author_label": st.lists(_SOME.filter(bool), min_size=1, max_size=2).map(tuple),
                    "match_string": st.lists(_SOME.filter(bool), min_size=1, max_size=2).map(tuple),
                    "mapping_cardinality": st.just(("1:n",)),
                    "subject_type": st.just(("owl class",)),
                    "mapping_tool": _SOME.filter(bool).map(lambda text: (text,)),
                    "ext_one": _SOME.filter(bool).map(lambda text: (text,)),
                },
            )
        )
        subject, value = draw(ends(literals)), draw(ends(literals))
        if subject.is_literal or subject.members:
            other.pop("subject_type", None)
        row = MappingRow(
            "",
            subject,
            value,
            word,
            table[word],
            justification=JUSTIFIED,
            confidence=draw(st.none() | st.integers(0, 100).map(lambda number: number / 100)),
            comment=draw(_SOME),
            derived_from=tuple(
                sorted(draw(st.sets(st.sampled_from([expand("mapping:x_1_2"), expand("mapping:x_3_4")]))))
            ),
            other=sssom_slots.in_order(other),
        )
        rows[replace(row)] = row
    code = st.sampled_from(["", "meaning"])
    read_by = draw(st.sampled_from(["by-publisher", "by-us", "by-importer"]))
    says = draw(st.sampled_from(["stated", "quoted", "ours"]))
    reading = DeclaredReading(
        draw(st.sampled_from(["set-theory", "co-listing"])),
        draw(code),
        tuple(RelationWord(word, table[word]) for word in sorted(table)),
        read_by,
        draw(_SOME.filter(bool)),
        groups="union" if any(row.subject.members or row.object.members for row in rows) else "single",
        audience=draw(_SOME),
        made_how=draw(_SOME),
        confidence_scale=draw(_SOME),
    )
    about = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "creator_id": st.lists(_FOREIGN, min_size=1, max_size=2).map(tuple),
                "mapping_set_confidence": st.just(("0.5",)),
                "see_also": st.just(("https://example.org/see",)),
                "comment": _SOME.filter(bool).map(lambda text: (text,)),
                "curie_map": st.just(("hp=http://purl.org/obo/HP_", "x=https://example.org/a/")),
            },
        )
    )
    return MappingSet(
        SET,
        draw(_SOME.filter(bool)),
        reading,
        tuple(rows.values()),
        provider=draw(st.sampled_from(["", expand("agent:nist"), "https://example.org/we"])),
        licence=draw(st.sampled_from(["", "https://example.org/licence"])),
        version=draw(_SOME),
        tier=draw(st.sampled_from(["identifier", "title", "quote"])),
        says=says,
        document=draw(st.sampled_from(["", expand("src:nakao-deck")])),
        quoted_from=draw(st.sampled_from(["", expand("src:nakao-deck")])),
        locator=draw(_SOME),
        subject_edition=draw(st.sampled_from(["", expand("std:nist-csf_1-1"), "https://example.org/a/text"])),
        object_edition=draw(st.sampled_from(["", expand("std:iso-iec-27400_2022")])),
        subject_version=draw(_SOME),
        date=draw(st.sampled_from(["", "2024", "2024-02", "2024-02-29"])),
        description=draw(_SOME),
        other=sssom_slots.in_order(about, of_set=True),
    )
