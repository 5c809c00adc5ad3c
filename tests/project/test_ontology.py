"""The ontology and its schemes: OWL 2 DL, consistent, documented, and asked for by questions."""

from __future__ import annotations

from typing import Any

import owl_profile
import pyoxigraph as ox
import pytest
from owl_profile import Verdict
from rdf_files import (
    CSTD,
    DCT,
    OWL,
    TYPE,
    Triples,
    data,
    kinds,
    ontology,
    query_iris,
    schemes,
)

from cyberstd_kg.core import assets
from cyberstd_kg.core.iris import PREFIXES, SCHEMES
from cyberstd_kg.quality import inputs
from cyberstd_kg.quality import rules as quality

# ── OWL 2 DL and consistency, by the OWL API and HermiT in one process ──

_PLANT = """<https://example.org/planted> a owl:Ontology .
cstd:A a owl:Class . cstd:B a owl:Class . cstd:p a owl:ObjectProperty .
"""
#: What is not OWL 2 DL.
PLANTED_FAULTS = {
    "undeclared property": "cstd:a a cstd:A ; cstd:q cstd:b .",
    "undeclared class": "cstd:a a cstd:C .",
    "transitive and functional": "cstd:p a owl:TransitiveProperty, owl:FunctionalProperty .",
    "transitive in a cardinality": "cstd:p a owl:TransitiveProperty . "
    "cstd:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty cstd:p ; owl:maxCardinality 1 ] .",
    "restriction without end": "cstd:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty cstd:p ] .",
    "datatype unknown to OWL": "cstd:d a owl:DatatypeProperty ; rdfs:range xsd:date .",
    "no axiom of OWL": 'cstd:A owl:disjointWith "B" .',
    "shape": "cstd:s a sh:NodeShape ; sh:targetClass cstd:A .",
}
#: What OWL 2 DL can say and cannot all be true.
PLANTED_CONTRADICTIONS = {
    "of two kinds": "cstd:A owl:disjointWith cstd:B . cstd:a a cstd:A, cstd:B .",
    "two works of one edition": "cstd:p a owl:FunctionalProperty . cstd:e cstd:p cstd:v, cstd:w . "
    'cstd:key a owl:DatatypeProperty, owl:FunctionalProperty . cstd:v cstd:key "v" . cstd:w cstd:key "w" .',
}
PLANTED = {
    "clean": "cstd:p rdfs:domain cstd:A .",
    "empty class": "cstd:A owl:disjointWith cstd:B . cstd:C a owl:Class ; rdfs:subClassOf cstd:A, cstd:B .",
    **PLANTED_FAULTS,
    **PLANTED_CONTRADICTIONS,
}
KEY = "https://example.org/key"


def spoilt(data: Triples, ontology: Triples) -> Triples:
    """Return two statements of the data that contradict each other: a second value where only one can be."""
    functional = {
        t.subject
        for t in ontology
        if t.predicate.value == TYPE and t.object == ox.NamedNode(f"{OWL}FunctionalProperty")
    }
    for triple in data:
        if triple.predicate in functional and isinstance(triple.object, ox.NamedNode):
            for other in data:
                if other.predicate == triple.predicate and other.object != triple.object:
                    return [triple, ox.Triple(triple.subject, triple.predicate, other.object)]
    raise AssertionError("no functional property has two values in the data")


def projection(data: Triples, declared: dict[str, set[str]]) -> str:
    """Return, as N-Triples, what of the data the reasoner gets: types and object statements, no literals.

    OWL assumes that two names may mean one thing, so each individual bears a functional key: then what is said to be
    two different things where only one can be is a contradiction and no merger.
    """
    lines = {f"<{KEY}> <{TYPE}> <{OWL}DatatypeProperty> .", f"<{KEY}> <{TYPE}> <{OWL}FunctionalProperty> ."}
    individuals = set()
    for triple in data:
        if not isinstance(triple.object, ox.NamedNode):
            continue
        if triple.predicate.value == TYPE:
            individuals.add(triple.subject)
        elif f"{OWL}ObjectProperty" in declared.get(triple.predicate.value, ()):
            individuals |= {triple.subject, triple.object}
        else:
            continue
        lines.add(f"{triple} .")
    for individual in individuals:
        lines.add(f"{individual} <{TYPE}> <{OWL}NamedIndividual> .")
        lines.add(f"{individual} <{KEY}> {ox.Literal(str(individual))} .")
    return "\n".join(sorted(lines))


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdict]:
    """All that the OWL API and the reasoner are asked, in one go: Java starts once."""
    absent = owl_profile.missing()
    if absent:
        pytest.skip(f"needs {', '.join(absent)}, which 'make test' installs")
    folder = tmp_path_factory.mktemp("owl")
    base = assets.root() / "ontology"
    core = [base / "cyberstd.ttl", *(base / "schemes" / f"{name}.ttl" for name in schemes())]
    facts = folder / "facts.nt"
    facts.write_text(projection(data(), kinds(ontology())), encoding="utf-8")
    false_facts = folder / "false-facts.nt"
    false_facts.write_text(projection(spoilt(data(), ontology()), kinds(ontology())), encoding="utf-8")
    jobs: dict[str, dict[str, Any]] = {
        "core": {"files": core, "reason": True},
        "alignments": {"files": [base / "cyberstd.ttl", base / "alignments.ttl"], "reason": True},
        "data": {"files": [*core, facts], "reason": True},
        "false facts": {"files": [*core, false_facts], "reason": True},
    }
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    for number, (name, text) in enumerate(PLANTED.items()):
        file = folder / f"planted-{number}.ttl"
        file.write_text(prefixes + _PLANT + text, encoding="utf-8")
        jobs[name] = {"files": [file], "reason": True}
    return owl_profile.run(jobs)


@pytest.mark.parametrize("name", ["core", "alignments"])
def test_it_is_owl_2_dl(verdicts: dict[str, Verdict], name: str) -> None:
    assert verdicts[name].violations == []


@pytest.mark.parametrize("name", ["core", "alignments"])
def test_it_is_consistent_and_no_class_is_empty_by_definition(verdicts: dict[str, Verdict], name: str) -> None:
    assert verdicts[name].consistent
    assert verdicts[name].unsatisfiable == []


def test_the_data_do_not_contradict_the_ontology(verdicts: dict[str, Verdict]) -> None:
    assert verdicts["data"].violations == []
    assert verdicts["data"].consistent
    assert verdicts["false facts"].consistent is False


@pytest.mark.parametrize("name", PLANTED_FAULTS)
def test_a_planted_fault_is_found(verdicts: dict[str, Verdict], name: str) -> None:
    assert verdicts["clean"] == Verdict([], True, [])
    assert verdicts[name].violations


@pytest.mark.parametrize("name", PLANTED_CONTRADICTIONS)
def test_a_planted_contradiction_is_found(verdicts: dict[str, Verdict], name: str) -> None:
    assert verdicts[name].consistent is False


def test_a_planted_empty_class_is_found(verdicts: dict[str, Verdict]) -> None:
    assert verdicts["empty class"] == Verdict([], True, [f"{CSTD}C"])


# ── What the rules of quality say (queries/quality, shown to fail in test_quality.py) ──


@pytest.fixture(scope="module")
def world() -> inputs.OntologyUse:
    """The ontology, the schemes and their use."""
    return inputs.read()


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param(names.split(), id=about)
        for about, names in {
            "the header": "header-incomplete header-inconsistent header-without-provenance",
            "nothing is imported, no shape": "imports-nothing shapes-apart",
            "label": "label-missing label-multiple label-duplicate",
            "definition": "definition-missing definition-multiple definition-duplicate",
            "home and one kind": "term-without-home term-without-kind term-of-two-kinds",
            "needed by a question": "question-missing question-unknown question-without-term",
            "used and declared": "term-unused term-undeclared borrowed-term-undeclared code-undeclared",
            "schemes": "concept-without-scheme concept-without-place concept-broader-elsewhere concept-in-cycle",
        }.items()
    ],
)
def test_the_rules_of_quality_hold(world: inputs.OntologyUse, rules: list[str]) -> None:
    report = quality.run([quality.rule(name) for name in rules], world)
    assert [finding.message for finding in report.findings] == []


def test_a_query_is_read_to_the_token() -> None:
    text = """# cstd:Comment
    PREFIX x: <https://w3id.org/cyberstd/ontology#>
    SELECT ?s WHERE { ?s a x:Draft ; cstd:editionOf/dct:title "cstd:String" . <https://example.org/a#b> ?p 'x:No' .
      FILTER(?s != cstd:Text-) } # cstd:End"""
    expected = {f"{CSTD}Draft", f"{CSTD}editionOf", f"{CSTD}Text", f"{DCT}title", "https://example.org/a#b"}
    assert query_iris(text) == expected


# ── Schemes ──


def test_the_schemes_are_those_with_a_prefix() -> None:
    assert sorted(schemes()) == sorted(SCHEMES)
