"""Borrowed terms: each exists in its vocabulary, is declared, and bears no axiom of ours.

The rules are those of queries/quality, shown to fail in test_quality.py; here stands where their lists come from.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
import rdflib.namespace as closed

from cyberstd_kg.core import assets, iris
from cyberstd_kg.quality import inputs, rules

RULES = (
    *("borrowed-term-unknown", "borrowed-term-undeclared", "borrowed-term-with-axiom", "vocabulary-unknown"),
    "value-of-wrong-kind",
)


@pytest.fixture(scope="module")
def world() -> inputs.OntologyUse:
    """The ontology, the schemes, the alignments and their use."""
    return inputs.read()


@pytest.mark.parametrize("rule", RULES)
def test_borrowed_terms(world: inputs.OntologyUse, rule: str) -> None:
    assert [finding.message for finding in rules.run([rules.rule(rule)], world).findings] == []


def test_the_lists_of_common_vocabularies_are_those_of_rdflib() -> None:
    known = inputs.vocabularies()
    for vocabulary in (closed.DCTERMS, closed.FOAF, closed.ORG, closed.OWL, closed.PROV, closed.RDF, closed.RDFS):
        terms = known[str(vocabulary)]
        assert len(terms) > 10 and all(rdflib.URIRef(term) in vocabulary for term in terms)
    assert f"{iris.PREFIXES['rdfs']}label" in known[iris.PREFIXES["rdfs"]]
    assert f"{iris.PREFIXES['rdfs']}Label" not in known[iris.PREFIXES["rdfs"]]
    assert f"{iris.PREFIXES['rdf']}_1" not in known[iris.PREFIXES["rdf"]]


def test_each_list_of_ours_names_its_source_and_is_used() -> None:
    files = sorted((assets.root() / "ontology" / "vocabularies").glob("*.txt"))
    assert [path.stem for path in files] == ["bibo", "dpv", "eli", "frbr", "semapv", "sssom"]
    assert all("# source: " in Path(path).read_text(encoding="utf-8") for path in files)
    assert {iris.PREFIXES[name] for name in ("bibo", "semapv", "sssom")} <= inputs.vocabularies().keys()
