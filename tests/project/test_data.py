"""The shipped data: every statement in a described graph, every reference held by something, nothing torn."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest

from cyberstd_kg.core import assets, iris
from cyberstd_kg.rdf.turtle import read_quads

CSTD = iris.PREFIXES["cstd"]


@pytest.fixture(scope="module")
def data() -> list[tuple[ox.Quad, Path]]:
    """Return every quad of data/ with its file."""
    files = [path for path in assets.graph_files() if path.suffix == ".trig"]
    return [(quad, path) for path in files for quad in read_quads(path, path.name, "trig")]


@pytest.fixture(scope="module")
def terms() -> set[str]:
    """Return the IRIs that ontology and schemes describe."""
    files = [path for path in assets.graph_files() if path.suffix == ".ttl"]
    quads = (quad for path in files for quad in read_quads(path, path.name, "ttl"))
    return {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}


def values(data: list[tuple[ox.Quad, Path]], curie: str) -> dict[str, set[str]]:
    """Return subject → values of one property."""
    predicate, found = iris.expand(curie), defaultdict(set)
    for quad, _ in data:
        if quad.predicate.value == predicate:
            found[quad.subject.value].add(quad.object.value)
    return found


def typed(data: list[tuple[ox.Quad, Path]], curie: str) -> set[str]:
    """Return the individuals of one class, as asserted."""
    wanted = iris.expand(curie)
    return {iri for iri, types in values(data, "rdf:type").items() if wanted in types}


def test_every_statement_stands_in_a_named_graph_without_blank_nodes(data: list[tuple[ox.Quad, Path]]) -> None:
    assert data
    for quad, path in data:
        assert isinstance(quad.graph_name, ox.NamedNode), f"{path.name}: {quad}"
        assert not isinstance(quad.subject, ox.BlankNode) and not isinstance(quad.object, ox.BlankNode), (
            f"{path.name}: {quad}"
        )


def test_every_graph_is_a_described_source(data: list[tuple[ox.Quad, Path]]) -> None:
    graphs = {quad.graph_name.value for quad, _ in data}
    for curie in ("dct:title", "bibo:locator", "cstd:sourceDocument", "cstd:says", "cstd:licenceTier"):
        described = values(data, curie)
        assert [g for g in sorted(graphs) if len(described[g]) != 1] == [], curie


def test_what_is_ours_names_what_it_reads_and_what_is_quoted_names_the_text(data: list[tuple[ox.Quad, Path]]) -> None:
    graphs = {quad.graph_name.value for quad, _ in data}
    says, derived, quoted = (values(data, c) for c in ("cstd:says", "prov:wasDerivedFrom", "prov:wasQuotedFrom"))
    own = {iris.expand("src:cyberstd-kg_sources")}
    assert [g for g in sorted(graphs - own) if iris.expand("says:ours") in says[g] and not derived[g]] == []
    assert [g for g in sorted(graphs) if iris.expand("says:quoted") in says[g] and not quoted[g]] == []


def test_nothing_dangles(data: list[tuple[ox.Quad, Path]], terms: set[str]) -> None:
    known = terms | {quad.subject.value for quad, _ in data}
    dangling = set()
    for quad, path in data:
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, ox.NamedNode) and term.value.startswith(iris.BASE) and term.value not in known:
                dangling.add((path.name, iris.compact(term.value)))
    assert sorted(dangling) == []


def test_local_names_are_well_formed(data: list[tuple[ox.Quad, Path]], terms: set[str]) -> None:
    subjects = {quad.subject.value for quad, _ in data} - terms
    assert [iri for iri in sorted(subjects) if iri.startswith(iris.BASE) and not iris.is_entity(iri)] == []


def test_identity_is_single(data: list[tuple[ox.Quad, Path]]) -> None:
    for curie in ("cstd:editionOf", "cstd:draftOf", "cstd:projectOf", "cstd:provisionOf", "cstd:parentProvision"):
        several = {iri: found for iri, found in values(data, curie).items() if len(found) > 1}
        assert several == {}, curie


def test_locators_are_unique_in_a_text(data: list[tuple[ox.Quad, Path]]) -> None:
    of, locators = values(data, "cstd:provisionOf"), values(data, "bibo:locator")
    places = Counter((next(iter(of[p])), locator) for p in of for locator in locators[p])
    assert {place: n for place, n in places.items() if n > 1} == {}


def test_every_thing_can_be_called_by_a_name(data: list[tuple[ox.Quad, Path]], terms: set[str]) -> None:
    named: set[str] = set()
    for curie in ("dct:identifier", "dct:title", "skos:prefLabel", "rdfs:label", "bibo:locator", "cstd:stageOf"):
        named |= {iri for iri, found in values(data, curie).items() if found}
    assert sorted({quad.subject.value for quad, _ in data} - named - terms) == []


def test_documents_have_what_documents_need(data: list[tuple[ox.Quad, Path]]) -> None:
    identifier, of = values(data, "dct:identifier"), {**values(data, "cstd:editionOf"), **values(data, "cstd:draftOf")}
    works = typed(data, "cstd:Standard")
    assert [
        iri
        for iri in sorted(works | typed(data, "cstd:Edition") | typed(data, "cstd:Draft"))
        if len(identifier[iri]) != 1
    ] == []
    assert [
        t
        for t in sorted(typed(data, "cstd:Edition") | typed(data, "cstd:Draft"))
        if not of.get(t, set()) <= works or not of.get(t)
    ] == []


def test_every_stage_statement_has_subject_and_interval(data: list[tuple[ox.Quad, Path]]) -> None:
    statements = typed(data, "cstd:StageObservation") | typed(data, "cstd:StageEvent")
    assert len(statements) > 20
    earliest, latest, of = (values(data, c) for c in ("cstd:earliest", "cstd:latest", "cstd:stageOf"))
    for iri in sorted(statements):
        assert len(of[iri]) == len(earliest[iri]) == len(latest[iri]) == 1, iri
        assert min(earliest[iri]) <= min(latest[iri]), iri


def test_term_entries_that_define_have_one_genus(data: list[tuple[ox.Quad, Path]]) -> None:
    defined, genus = values(data, "skos:definition"), values(data, "cstd:genus")
    entries = [iri for iri in typed(data, "cstd:TermEntry") if defined[iri]]
    assert entries
    assert [iri for iri in entries if len(genus[iri]) != 1] == []


def test_concepts_are_labelled_once(data: list[tuple[ox.Quad, Path]]) -> None:
    labels, definitions = values(data, "skos:prefLabel"), values(data, "skos:definition")
    concepts = [iri for iri in typed(data, "skos:Concept") if iri.startswith(iris.PREFIXES["concept"])]
    assert [c for c in concepts if len(labels[c]) != 1 or len(definitions[c]) != 1] == []
    repeated = Counter(min(labels[c]).lower() for c in concepts)
    assert {label: n for label, n in repeated.items() if n > 1} == {}


def test_files_are_in_canonical_form() -> None:
    from cyberstd_kg.rdf import turtle

    for path in assets.graph_files():
        if path.suffix == ".trig" or path.parent.name == "schemes":
            content = path.read_bytes()
            assert turtle.canonical(content, path.name) == content, f"run: make fmt ({path.name})"


#: Two headings that the slide breaks across lines, so that their number stands between their words.
BROKEN = {"Communication of privacy preferences", "Verification of automated decision"}


def test_what_the_deck_says_is_in_the_deck(data: list[tuple[ox.Quad, Path]], shared: Path) -> None:
    """Words in the graphs of slides are the slides' words: titles, headings, labels, wordings, definitions."""
    deck = letters((shared / "seed" / "standardization-in-cybersecurity.txt").read_text(encoding="utf-8"))
    said = {iris.expand(c) for c in ("dct:title", "rdfs:label", "skos:definition", "cstd:wording", "cstd:printedStage")}
    slide = f"{iris.PREFIXES['src']}nakao-deck_"
    words = {q.object.value for q, _ in data if q.graph_name.value.startswith(slide) and q.predicate.value in said}
    assert len(words) > 300
    assert sorted(text for text in words - BROKEN if letters(text) not in deck) == []


def letters(text: str) -> str:
    """Return only the letters and digits of *text*, in lower case."""
    return "".join(c for c in text.lower() if c.isalnum())
