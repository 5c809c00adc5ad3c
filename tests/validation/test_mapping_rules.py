"""Rules and questions on mappings beyond the shipped graph: publishers who disagree, and thousands of rows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from query_steps import QuerySteps

from cyberstd_kg.core.iris import PREFIXES, expand
from cyberstd_kg.validation import rules

ROOT = Path(__file__).resolve().parents[2]
HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
#: A says <, B says the same and equality from the other end, C what excludes both.
THREE = """GRAPH src:a {
    agent:a skos:prefLabel "A"@en . agent:b skos:prefLabel "B"@en . agent:c skos:prefLabel "C"@en .
    mapping:s a cstd:MappingSet ; dct:publisher agent:a .
    mapping:t a cstd:MappingSet ; dct:publisher agent:b .
    mapping:u a cstd:MappingSet ; dct:publisher agent:c .
    mapping:s_1 a cstd:Mapping ; cstd:inMappingSet mapping:s ; cstd:mapsFrom std:x_1_1 ; cstd:mapsTo std:y_1_1 ;
        cstd:possibleRelation relation:subset .
    mapping:t_1 a cstd:Mapping ; cstd:inMappingSet mapping:t ; cstd:mapsFrom std:y_1_1 ; cstd:mapsTo std:x_1_1 ;
        cstd:possibleRelation relation:superset , relation:equal .
    mapping:u_1 a cstd:Mapping ; cstd:inMappingSet mapping:u ; cstd:mapsFrom std:y_1_1 ; cstd:mapsTo std:x_1_1 ;
        cstd:possibleRelation relation:subset , relation:disjoint .
    mapping:u_2 a cstd:Mapping ; cstd:inMappingSet mapping:u ; cstd:mapsFrom std:y_1_2 ; cstd:mapsTo std:x_1_1 ;
        cstd:possibleRelation relation:equal .
}"""
EXPECTED = [
    ["A", "C", "1", "1", f"{expand('mapping:s_1')} {expand('mapping:u_1')}"],
    ["B", "C", "1", "1", f"{expand('mapping:t_1')} {expand('mapping:u_1')}"],
    ["A", "B", "1", "0", ""],
]
COLUMNS = ("oneName", "otherName", "bothSpeakOf", "excludeEachOther", "rows")
#: The rules that look at every row.
RULES = (
    *("a-mapping-keeps-to-its-editions", "a-word-of-a-row-is-read", "a-row-says-what-its-word-says"),
    *("a-withdrawn-provision-is-mapped", "rows-stand-once", "derived-from-has-no-cycle"),
    *("what-is-derived-rests-on-published-rows", "thing-has-a-class"),
)


def question() -> str:
    """Return the SPARQL of the question whether publishers disagree."""
    return (ROOT / "queries" / "competency" / "mappings" / "publishers-disagree.rq").read_text(encoding="utf-8")


def test_publishers_who_exclude_each_other_are_found() -> None:
    answer = rules.graph(ox.parse((HEAD + THREE).encode(), ox.RdfFormat.TRIG)).query(question())
    assert isinstance(answer, ox.QuerySolutions)
    assert [[getattr(row[name], "value", "") for name in COLUMNS] for row in answer] == EXPECTED


def test_rdflib_finds_the_same_publishers() -> None:
    data = rdflib.Dataset(default_union=True)
    data.parse(data=HEAD + THREE, format="trig")
    found = [[str(row[rdflib.Variable(name)]) for name in COLUMNS] for row in data.query(question()).bindings]
    assert found == EXPECTED


def many(rows: int, sets: int, texts: int = 200) -> Iterator[ox.Quad]:
    """Yield mapping sets with *rows* rows in all between so many texts of 100 provisions."""
    chance = random.Random(1)

    def quads(subject: str, graph: ox.NamedNode, *said: tuple[str, str]) -> Iterator[ox.Quad]:
        for predicate, value in said:
            yield ox.Quad(node(subject), node(predicate), node(value), graph)

    def node(curie: str) -> ox.NamedNode:
        return ox.NamedNode(expand(curie))

    overlap = [f"relation:{code}" for code in ("equal", "subset", "superset", "intersects")]
    for number in range(sets):
        graph, name = node(f"src:g{number}"), f"mapping:s{number}"
        one, other = chance.randrange(texts), chance.randrange(texts)
        yield from quads(name, graph, ("rdf:type", "cstd:MappingSet"), ("cstd:readsWord", f"{name}_word-see"))
        ends = ("cstd:subjectEdition", f"std:e{one}_1"), ("cstd:objectEdition", f"std:e{other}_1")
        yield from quads(name, graph, *ends)
        read = [("cstd:possibleRelation", code) for code in overlap]
        yield from quads(f"{name}_word-see", graph, ("rdf:type", "cstd:WordReading"), *read)
        yield ox.Quad(node(f"{name}_word-see"), node("cstd:publishedRelation"), ox.Literal("see"), graph)
        for at in range(rows // sets):
            row = f"{name}_r{at}"
            here, there = (f"std:e{text}_1_p{chance.randrange(100)}" for text in (one, other))
            held = ("rdf:type", "cstd:Mapping"), ("cstd:inMappingSet", name)
            yield from quads(row, graph, *held, ("cstd:mapsFrom", here), ("cstd:mapsTo", there), *read)
            yield ox.Quad(node(row), node("cstd:publishedRelation"), ox.Literal("see"), graph)
            yield from quads(here, graph, ("cstd:overlaps", there))
    for text in range(texts):
        for at in range(100):
            told = ("rdf:type", "cstd:Provision"), ("cstd:provisionOf", f"std:e{text}_1")
            yield from quads(f"std:e{text}_1_p{at}", node("src:texts"), *told)


@pytest.fixture(scope="module")
def thousands() -> ox.Store:
    """A graph of 6,000 rows."""
    return rules.graph(many(6_000, 20))


@pytest.mark.parametrize("name", RULES)
def test_a_rule_finds_what_is_wrong_in_thousands_of_rows(name: str, thousands: ox.Store) -> None:
    rule = rules.parse(ROOT / "queries" / "rules" / f"{name}.rq")
    assert bool(list(rules.answers(thousands, rule.text))) is (name == "rows-stand-once")


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> list[QuerySteps]:
    """Count steps over a graph, and over one of four times the size: as many rows in each set, of more texts."""
    return [
        QuerySteps(rules.graph(many(250 * size, 2, 20 * size)), tmp_path_factory.mktemp("steps")) for size in (1, 4)
    ]


@pytest.mark.parametrize("name", RULES)
def test_steps_of_a_rule_grow_as_the_rows_do(name: str, sizes: list[QuerySteps]) -> None:
    """A join that is not linear takes sixteen times as many steps for four times as many rows."""
    text = rules.parse(ROOT / "queries" / "rules" / f"{name}.rq").text
    few, more = (size.of(text) for size in sizes)
    assert more < 8 * few + 1000
