"""Borrowed terms: each exists in its vocabulary, is declared, and bears no axiom of ours."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.namespace as closed
from rdf_files import (
    CSTD,
    OWL,
    PROPERTY_KINDS,
    RDFS,
    TERM_KINDS,
    TYPE,
    Triples,
    alignments,
    data,
    iris,
    kinds,
    ontology,
    parse,
    queries,
    schemes,
)

HERE = Path(__file__).resolve().parent

#: Vocabularies of which rdflib ships the closed list of terms: namespace → whether a term is in it.
SHIPPED = {
    str(vocabulary): vocabulary
    for vocabulary in (
        closed.DCAT,
        closed.DCTERMS,
        closed.FOAF,
        closed.ORG,
        closed.OWL,
        closed.PROV,
        closed.RDF,
        closed.RDFS,
        closed.SH,
        closed.SKOS,
        closed.VANN,
        closed.VOID,
        closed.XSD,
    )
}


def listed() -> dict[str, set[str]]:
    """Return the vocabularies of which a list of terms stands in ``vocabularies/``: namespace → its terms' IRIs."""
    found = {}
    for path in sorted((HERE / "vocabularies").glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        (namespace,) = (line.removeprefix("# namespace: ") for line in lines if line.startswith("# namespace: "))
        assert any(line.startswith("# source: ") for line in lines), f"{path.name} names no source"
        found[namespace] = {namespace + line.strip() for line in lines if line.strip() and not line.startswith("#")}
    return found


LISTED = listed()


def outside_vocabulary(used: Iterable[str]) -> list[str]:
    """Return the IRIs that lie in a known vocabulary's namespace and are not among its terms."""
    found = []
    for iri in sorted(set(used)):
        for namespace, vocabulary in SHIPPED.items():
            if iri.startswith(namespace) and iri != namespace and rdflib.URIRef(iri) not in vocabulary:
                found.append(iri)
        for namespace, terms in LISTED.items():
            if iri.startswith(namespace) and iri != namespace and iri not in terms:
                found.append(iri)
    return found


def unknown_vocabulary(triples: Triples) -> list[str]:
    """Return the predicates, classes and datatypes that are neither ours nor of a vocabulary whose terms are known."""
    known = (CSTD, *SHIPPED, *LISTED)
    used = {t.predicate.value for t in triples}
    used |= {t.object.value for t in triples if t.predicate.value == TYPE and isinstance(t.object, ox.NamedNode)}
    used |= {t.object.datatype.value for t in triples if isinstance(t.object, ox.Literal)}
    return sorted(iri for iri in used if not iri.startswith(known))


def test_each_borrowed_term_exists_in_its_vocabulary() -> None:
    triples = [*ontology(), *alignments(), *(t for scheme in schemes().values() for t in scheme), *data()]
    assert outside_vocabulary(set(iris(triples)).union(*queries().values())) == []
    assert unknown_vocabulary(triples) == []


def test_a_borrowed_term_that_does_not_exist_is_found() -> None:
    good = parse("cstd:A rdfs:label 'a' ; dct:isPartOf cstd:B ; bibo:locator '1' ; a skos:Concept .")
    assert outside_vocabulary(iris(good)) == unknown_vocabulary(good) == []
    bad = parse("cstd:A rdfs:Label 'a' ; dct:isPartof cstd:B ; bibo:Locator '1' ; a skos:Conzept .")
    assert len(outside_vocabulary(iris(bad))) == 4
    assert unknown_vocabulary(parse("cstd:A <https://example.org/p> '1' .")) == ["https://example.org/p"]


def axioms_on_borrowed(ontology: Triples) -> list[str]:
    """Return what the ontology says of borrowed terms besides declaring each once."""
    found = []
    declared = kinds(ontology)
    for term, of in sorted(declared.items()):
        if not term.startswith(CSTD) and len(of) != 1:
            found.append(f"{term} is declared as {sorted(of)}")
    properties = {term for term, of in declared.items() if of & PROPERTY_KINDS and not term.startswith(CSTD)}
    for triple in ontology:
        subject, predicate = getattr(triple.subject, "value", ""), triple.predicate.value
        value = triple.object.value if isinstance(triple.object, ox.NamedNode) else ""
        declares = predicate == TYPE and value in TERM_KINDS
        if (
            isinstance(triple.subject, ox.NamedNode)
            and subject in declared
            and not subject.startswith(CSTD)
            and not declares
        ):
            found.append(f"{subject} {predicate} {value}")
        if value in properties and predicate not in {f"{RDFS}subPropertyOf", f"{OWL}onProperty"}:
            found.append(f"{subject} {predicate} {value}")
    return found


def test_borrowed_terms_bear_no_axiom() -> None:
    assert axioms_on_borrowed(ontology()) == []


@pytest.mark.parametrize(
    "axiom",
    [
        "dct:isPartOf rdfs:domain cstd:A .",
        "dct:isPartOf a owl:TransitiveProperty .",
        "cstd:hasPart a owl:ObjectProperty ; owl:inverseOf dct:isPartOf .",
        "dct:isPartOf a owl:AnnotationProperty .",
        "skos:Concept rdfs:subClassOf cstd:A .",
        "[] a owl:AllDisjointProperties ; owl:members ( dct:isPartOf ) .",
    ],
)
def test_an_axiom_on_a_borrowed_term_is_found(axiom: str) -> None:
    clean = "dct:isPartOf a owl:ObjectProperty . skos:Concept a owl:Class . cstd:p rdfs:subPropertyOf dct:isPartOf . "
    assert axioms_on_borrowed(parse(clean)) == []
    assert axioms_on_borrowed(parse(clean + axiom))


def test_each_borrowed_term_of_the_data_is_declared() -> None:
    declared = kinds(ontology())
    built_in = {TYPE, *(f"{RDFS}{name}" for name in ("label", "comment", "seeAlso", "isDefinedBy"))}
    triples = [*data(), *(t for scheme in schemes().values() for t in scheme)]
    properties = {t.predicate.value for t in triples} - built_in
    classes = {t.object.value for t in triples if t.predicate.value == TYPE and isinstance(t.object, ox.NamedNode)}
    assert [iri for iri in sorted(properties) if not declared.get(iri, set()) & PROPERTY_KINDS] == []
    assert [iri for iri in sorted(classes) if f"{OWL}Class" not in declared.get(iri, set())] == []


def test_values_are_of_the_kind_that_the_property_takes() -> None:
    """An object property takes an IRI and a datatype property a literal: OWL keeps the two apart."""
    takes = {f"{OWL}ObjectProperty": ox.NamedNode, f"{OWL}DatatypeProperty": ox.Literal}
    wanted = {term: takes[kind] for term, of in kinds(ontology()).items() for kind in of if kind in takes}
    wrong = {
        f"{t.predicate} {t.object}" for t in data() if not isinstance(t.object, wanted.get(t.predicate.value, object))
    }
    assert wrong == set()
