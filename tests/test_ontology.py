"""The ontology and its schemes: OWL 2 DL, consistent, documented, and asked for by questions."""

from __future__ import annotations

from collections import Counter
from typing import Any

import owl_profile
import pyoxigraph as ox
import pytest
from owl_profile import Verdict
from rdf_files import (
    CSTD,
    DCT,
    OWL,
    RDFS,
    SKOS,
    TYPE,
    Triples,
    data,
    iris,
    kinds,
    ontology,
    parse,
    queries,
    query_iris,
    schemes,
    values,
)

from cyberstd_kg import assets
from cyberstd_kg.iris import ONTOLOGY, PREFIXES, SCHEMES

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


# ── The header ──


def test_the_header_names_version_licence_and_label() -> None:
    assert values(ontology(), ONTOLOGY, TYPE) == [ox.NamedNode(f"{OWL}Ontology")]
    (version,) = values(ontology(), ONTOLOGY, f"{OWL}versionIRI")
    (number,) = values(ontology(), ONTOLOGY, f"{OWL}versionInfo")
    assert version.value == f"{ONTOLOGY}/{number.value}"
    assert len(values(ontology(), ONTOLOGY, f"{DCT}license")) == 1
    (label,) = values(ontology(), ONTOLOGY, f"{RDFS}label")
    assert label.language == "en"


def test_nothing_is_imported_and_no_shape_stands_here() -> None:
    for triples in (ontology(), *schemes().values()):
        assert [iri for iri in iris(triples) if iri == f"{OWL}imports" or iri.startswith(PREFIXES["sh"])] == []


# ── Our own terms ──


def undocumented(ontology: Triples) -> list[str]:
    """Return what our terms lack: one label and one definition in English, one home, one kind."""
    found = []
    declared = kinds(ontology)
    named = {
        t.subject.value for t in ontology if isinstance(t.subject, ox.NamedNode) and t.subject.value.startswith(CSTD)
    }
    for term in sorted(named):
        for predicate in (f"{RDFS}label", f"{SKOS}definition"):
            languages = [getattr(value, "language", None) for value in values(ontology, term, predicate)]
            if languages != ["en"]:
                found.append(f"{term} has {predicate} in {languages}")
        if values(ontology, term, f"{RDFS}isDefinedBy") != [ox.NamedNode(ONTOLOGY)]:
            found.append(f"{term} has no rdfs:isDefinedBy <{ONTOLOGY}>")
        if len(declared.get(term, ())) != 1:
            found.append(f"{term} is of the kinds {sorted(declared.get(term, ()))}")
    return found


def test_each_term_has_label_definition_home_and_one_kind() -> None:
    assert undocumented(ontology()) == []


def test_a_bare_term_is_found() -> None:
    bare = 'cstd:A a owl:Class ; rdfs:label "a"@en, "b"@en ; skos:definition "c" .'
    assert len(undocumented(parse(bare))) == 3
    whole = f'cstd:A a owl:Class ; rdfs:label "a"@en ; skos:definition "b"@en ; rdfs:isDefinedBy <{ONTOLOGY}> .'
    assert undocumented(parse(whole)) == []
    assert len(undocumented(parse(f"{whole} cstd:A a owl:ObjectProperty ."))) == 1


def test_labels_are_not_shared() -> None:
    labels = Counter(
        value.value
        for term in kinds(ontology())
        if term.startswith(CSTD)
        for value in values(ontology(), term, f"{RDFS}label")
    )
    assert [label for label, count in labels.items() if count > 1] == []


def unasked(ontology: Triples, queries: dict[str, set[str]]) -> list[str]:
    """Return the terms of ours without a competency question that exists and names them."""
    found = []
    for term in sorted(term for term in kinds(ontology) if term.startswith(CSTD)):
        questions = [value.value for value in values(ontology, term, f"{CSTD}competencyQuestion")]
        if not questions:
            found.append(f"{term} has no competency question")
        for question in questions:
            named = queries.get(f"competency/{question}")
            if named is None:
                found.append(f"{term}: there is no queries/competency/{question}.rq")
            elif term not in named:
                found.append(f"{term}: queries/competency/{question}.rq does not name it")
    return found


def test_each_term_is_needed_by_a_question() -> None:
    assert unasked(ontology(), queries()) == []


def test_a_term_that_no_question_needs_is_found() -> None:
    terms = parse('cstd:A a owl:Class ; cstd:competencyQuestion "q" . cstd:B a owl:Class .')
    assert unasked(terms, {"competency/q": {f"{CSTD}A"}}) == [f"{CSTD}B has no competency question"]
    assert len(unasked(terms, {"competency/q": {f"{CSTD}Ab"}})) == 2
    assert len(unasked(terms, {"rules/q": {f"{CSTD}A"}})) == 2


def test_each_term_is_used() -> None:
    used = set(iris(data())).union(*queries().values())
    assert [term for term in sorted(kinds(ontology())) if term.startswith(CSTD) and term not in used] == []


def test_each_term_that_is_used_is_declared() -> None:
    used = set(iris(data())).union(*queries().values())
    assert [iri for iri in sorted(used) if iri.startswith(CSTD) and iri not in kinds(ontology())] == []


def test_a_query_is_read_to_the_token() -> None:
    text = """# cstd:Comment
    PREFIX x: <https://w3id.org/cyberstd/ontology#>
    SELECT ?s WHERE { ?s a x:Draft ; cstd:editionOf/dct:title "cstd:String" . <https://example.org/a#b> ?p 'x:No' .
      FILTER(?s != cstd:Text-) } # cstd:End"""
    expected = {f"{CSTD}Draft", f"{CSTD}editionOf", f"{CSTD}Text", f"{DCT}title", "https://example.org/a#b"}
    assert query_iris(text) == expected


# ── Schemes ──


def scheme_faults(name: str, triples: Triples) -> list[str]:
    """Return what is wrong with the scheme *name*: each concept has label, definition, scheme, place."""
    scheme = PREFIXES[name].rstrip("#")
    home = ox.NamedNode(scheme)
    found = []
    if ox.NamedNode(f"{SKOS}ConceptScheme") not in values(triples, scheme, TYPE):
        found.append(f"{scheme} is not declared as a scheme")
    labels: Counter[str] = Counter()
    subjects = {t.subject.value for t in triples if isinstance(t.subject, ox.NamedNode)} - {scheme}
    for concept in sorted(subjects):
        if not concept.startswith(f"{scheme}#"):
            found.append(f"{concept} does not belong here")
        if values(triples, concept, TYPE) != [ox.NamedNode(f"{SKOS}Concept")]:
            found.append(f"{concept} is not a skos:Concept")
        english = [label for label in values(triples, concept, f"{SKOS}prefLabel") if label.language == "en"]
        labels.update(label.value.casefold() for label in english)
        if len(english) != 1:
            found.append(f"{concept} has {len(english)} labels in English")
        if not any(text.language == "en" for text in values(triples, concept, f"{SKOS}definition")):
            found.append(f"{concept} has no definition in English")
        if values(triples, concept, f"{SKOS}inScheme") != [home]:
            found.append(f"{concept} is not in {scheme}")
        broader = values(triples, concept, f"{SKOS}broader")
        if not broader and home not in values(triples, concept, f"{SKOS}topConceptOf"):
            found.append(f"{concept} has neither a broader concept nor the top of the scheme")
        found += [f"{concept} is below {above}, which is not here" for above in broader if above.value not in subjects]
    found += [f"two concepts are called '{label}'" for label, count in labels.items() if count > 1]
    return found


def test_the_schemes_are_those_with_a_prefix() -> None:
    assert sorted(schemes()) == sorted(SCHEMES)


def test_each_concept_of_a_scheme_is_described() -> None:
    assert [fault for name, triples in schemes().items() for fault in scheme_faults(name, triples)] == []


def test_a_poor_concept_is_found() -> None:
    head = '<https://w3id.org/cyberstd/scheme/kind> a skos:ConceptScheme ; skos:prefLabel "k"@en . '
    good = (
        'kind:a a skos:Concept ; skos:prefLabel "a"@en ; skos:definition "b"@en ; '
        "skos:inScheme <https://w3id.org/cyberstd/scheme/kind> ; "
        "skos:topConceptOf <https://w3id.org/cyberstd/scheme/kind> . "
    )
    assert scheme_faults("kind", parse(head + good)) == []
    assert len(scheme_faults("kind", parse(head + good + good.replace("kind:a", "kind:b")))) == 1
    assert len(scheme_faults("kind", parse(head + "kind:c a skos:Concept ."))) == 4
    assert len(scheme_faults("kind", parse(good))) == 1


def test_each_code_that_is_used_is_in_its_scheme() -> None:
    known = {t.subject.value for triples in schemes().values() for t in triples if isinstance(t.subject, ox.NamedNode)}
    used = set(iris(data())).union(*queries().values())
    root = PREFIXES["kind"].removesuffix("kind#")
    assert [iri for iri in sorted(used) if iri.startswith(root) and iri not in known] == []
