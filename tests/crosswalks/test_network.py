"""The network that is read from the graph: which rows and which edges take part, and how rows are taken."""

from __future__ import annotations

import subprocess
import sys

import pyoxigraph as ox
import pytest

import cyberstd_kg
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.crosswalks.network import Group, Network, Set, premises
from cyberstd_kg.mappings.relations import ANY, EQUAL, INTERSECTS, OVERLAP, WITHIN_OR_EQUAL, parse

HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
CODES = {"E": "equal", "<": "subset", ">": "superset", "o": "intersects", "x": "disjoint"}


def provision(name: str, parent: str = "", locator: str = "", more: str = "") -> str:
    text = name.partition("_")[0]
    return (
        f"std:{name} a cstd:Provision ; cstd:provisionOf std:{text}"
        + (f" ; cstd:parentProvision std:{parent}" if parent else "")
        + (f' ; bibo:locator "{locator}"' if locator else "")
        + f"{more} .\n"
    )


def row(name: str, first: str, signs: str, second: str, more: str = "", of: str = "s") -> str:
    possible = ", ".join(f"relation:{CODES[sign]}" for sign in signs.split())
    return (
        f"mapping:{name} a cstd:Mapping ; cstd:inMappingSet mapping:{of} ; cstd:mapsFrom {first} ; "
        f"cstd:mapsTo {second} ; cstd:possibleRelation {possible}{more} .\n"
    )


def group(name: str, *members: str) -> str:
    return f"mapping:{name} a cstd:ProvisionGroup ; cstd:hasMember {', '.join(members)} .\n"


SET = """mapping:s a cstd:MappingSet ; cstd:rationale rationale:meaning ; cstd:useCase usecase:a ;
    cstd:readBy reading:by-us ; cstd:earliest "2024-05-01"^^xsd:date .\n"""
OTHER = """mapping:t a cstd:MappingSet ; cstd:rationale rationale:meaning ; cstd:useCase usecase:b ;
    cstd:readBy reading:by-publisher .\n"""


def network(*turtle: str) -> Network:
    store = ox.Store()
    store.load((HEAD + "src:g {\n" + "".join(turtle) + "}\n").encode(), format=ox.RdfFormat.TRIG)
    # Questions are put to all graphs together, as in the snapshot.
    store.extend([ox.Quad(*quad.triple) for quad in store])
    return Network(store)


def edges(found: Network) -> set[tuple[str, str, int, str]]:
    return {(short(one.first), short(one.second), one.relations, one.kind) for one in found.edges}


def short(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]


A = provision("a_1", locator="1") + provision("a_1-1", "a_1", "1.1") + provision("b_1", locator="1")


def test_a_part_is_within_the_whole() -> None:
    assert edges(network(A)) == {("a_1-1", "a_1", WITHIN_OR_EQUAL, "contained in")}


def test_a_member_is_within_its_group_and_groups_of_the_same_members_are_equal() -> None:
    found = network(A, group("g", "std:a_1", "std:b_1"), group("h", "std:b_1", "std:a_1"))
    assert {one for one in edges(found) if one[3] == "member of"} == {
        (member, each, WITHIN_OR_EQUAL, "member of") for member in ("a_1", "b_1") for each in ("g", "h")
    }
    assert [one[2] for one in edges(found) if one[3] == "same members"] == [EQUAL]
    assert found.text_of(f"{PREFIXES['mapping']}g") == "" and short(found.text_of(f"{PREFIXES['std']}a_1")) == "a"


def test_what_is_withdrawn_takes_no_part() -> None:
    gone = provision("a_2", "a_1", more=" ; cstd:withdrawn true") + provision("a_2-1", "a_2")
    found = network(
        A,
        gone,
        SET,
        group("g", "std:a_2", "std:b_1"),
        row("1", "std:a_1", "E", "std:b_1"),
        row("2", "std:a_2", "E", "std:b_1"),
        row("3", "std:a_1", "E", "mapping:g"),
    )
    assert edges(found) == {("a_1-1", "a_1", WITHIN_OR_EQUAL, "contained in")}, "not as part, whole or member"
    assert [short(one.iri) for one in found.rows] == ["1"]
    assert sorted(short(one.iri) for one in found.idle) == ["2", "3"]
    assert f"{PREFIXES['std']}a_2" not in found.provisions_of(f"{PREFIXES['std']}a")


def test_where_a_withdrawn_provision_went_is_said_of_the_one_last_held() -> None:
    def went(how: str) -> Network:
        return network(A, provision("c_9"), provision("a_9", more=f" ; cstd:withdrawn true ; {how}"))

    held = "cstd:lastHeldAs std:c_9 ; "
    contained = ("a_1-1", "a_1", WITHIN_OR_EQUAL, "contained in")
    assert edges(went(held + "cstd:movedTo std:a_1")) == {contained, ("c_9", "a_1", EQUAL, "moved to")}
    assert edges(went(held + "cstd:incorporatedInto std:a_1")) == {
        contained,
        ("c_9", "a_1", WITHIN_OR_EQUAL, "incorporated into"),
    }
    assert edges(went(held + "cstd:incorporatedInto std:a_1, std:b_1")) == {contained}, "of several none has it all"
    assert edges(went("cstd:movedTo std:a_1")) == {contained}, "nobody knows what was last held"


def test_an_identical_adoption_is_equal_place_by_place() -> None:
    found = network(A, "std:b cstd:identicalAdoptionOf std:a .\n")
    assert ("b_1", "a_1", EQUAL, "identical adoption") in edges(found)
    assert len(found.edges) == 2


def test_a_row_says_all_that_is_possible() -> None:
    found = network(A, SET, row("1", "std:a_1", "E < o", "std:b_1", ' ; cstd:confidence "0.8"^^xsd:decimal'))
    (one,) = found.rows
    assert (one.relations, one.confidence) == (parse("E < o"), 0.8)


def test_a_relation_that_is_none_of_the_five_is_refused() -> None:
    # Left out, the row would say more than it does: {E} instead of {E, something}.
    with pytest.raises(InputError, match="none of the five relations"):
        network(A, SET, row("1", "std:a_1", "E", "std:b_1", " ; cstd:possibleRelation relation:similar"))


def test_a_reading_outside_the_class_is_refused() -> None:
    found = network(A, SET, row("1", "std:a_1", "< >", "std:b_1"))
    with pytest.raises(InputError, match="leaves '< >' possible"):
        premises(found, Group("meaning", "a"), "declared")


def test_rows_are_chained_within_their_rationale_and_use_case() -> None:
    found = network(A, SET, OTHER, row("1", "std:a_1", "E", "std:b_1"), row("2", "std:a_1", "<", "std:b_1", of="t"))
    assert found.groups() == [Group("meaning", "a"), Group("meaning", "b")]
    assert found.groups(across=True) == [Group("meaning", "")]
    assert [len(premises(found, one, "declared").premises) for one in found.groups()] == [2, 2], "with structure"
    assert len(premises(found, Group("meaning", ""), "declared", across=True).premises) == 3


def test_how_overlap_is_taken() -> None:
    found = network(
        A,
        SET,
        OTHER,
        row("1", "std:a_1", "E < > o", "std:b_1"),
        row("2", "std:a_1", "E < > o", "std:b_1", of="t"),
        row("3", "std:a_1", "E <", "std:b_1"),
    )
    taken = {
        short(one.iri): [found.taken(one, mode) for mode in ("declared", "sceptical", "strict")] for one in found.rows
    }
    assert taken == {
        "1": [OVERLAP, ANY, INTERSECTS],
        "2": [OVERLAP, OVERLAP, OVERLAP],
        "3": [WITHIN_OR_EQUAL, WITHIN_OR_EQUAL, WITHIN_OR_EQUAL],
    }


def test_what_was_published_later_is_left_out() -> None:
    found = network(A, SET, row("1", "std:a_1", "E", "std:b_1"))
    (only,) = found.sets.values()
    assert only.is_later("2024-04-30") and not only.is_later("2024-05-01") and not only.is_later("")
    assert not Set("unknown").is_later("2024-04-30")
    taken = premises(found, Group("meaning", "a"), "declared", until="2024-01-01")
    assert taken.premises == [], "structure that bears on no row is left out"


@pytest.mark.parametrize(
    "words",
    [
        ["show", "ISO/IEC 27400:2022"],
        ["list"],
        ["search", "software update"],
        ["ask", "current-edition", "--standard", "27032"],
        ["timeline", "27103"],
        ["--help"],
    ],
)
def test_what_does_not_ask_for_mappings_loads_none_of_it(words: list[str]) -> None:
    cyberstd_kg.load()  # the snapshot is there: building it reads the mappings
    code = (
        "import sys\n"
        "from cyberstd_kg.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print('\\nloaded:', *sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.rpartition("loaded:")[2].split())
    assert "cyberstd_kg.cli" in loaded
    assert not [name for name in loaded if name.startswith(("cyberstd_kg.mappings.", "cyberstd_kg.crosswalks."))]
