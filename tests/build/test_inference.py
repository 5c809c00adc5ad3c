"""What follows from the ontology: the same as another reasoner says, in a graph of its own, and in nobody's way.

That HermiT, a reasoner of another kind, puts the same things into the same classes is seen in test_reasoning.py, where
it has run over the whole graph.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
import rdflib
import small_graph
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from test_competency import QUESTIONS, bind, facts, rows

import cyberstd_kg
from cyberstd_kg.build import inference, projection
from cyberstd_kg.build.inference import Triple
from cyberstd_kg.build.snapshot import open_snapshot
from cyberstd_kg.cli import main
from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import ResourceMissing
from cyberstd_kg.graph import statements
from cyberstd_kg.graph.lookup import RDF_TYPE
from cyberstd_kg.sparql import saved_questions
from cyberstd_kg.validation.check import whole

#: So many things of the real data in the short run.
SLICE = 300
ITS_GRAPH = ox.NamedNode(iris.INFERRED)
ENTRY = iris.expand("cstd:TermEntry")
OWN = f"{iris.ONTOLOGY}#"
SCHEME = f"{iris.BASE}scheme/"
#: Properties of which statements are inferred from mappings alone.
OF_MAPPINGS = ("overlaps", "contains", "containsOrEqual", "withinOrEqual", "mappedTo")


@pytest.fixture(scope="module")
def store() -> ox.Store:
    return cyberstd_kg.load().store


@pytest.fixture(scope="module")
def terms(store: ox.Store) -> list[ox.Triple]:
    return projection.terms(store)


@pytest.fixture(scope="module")
def told(store: ox.Store) -> list[ox.Triple]:
    return projection.facts(store)


def inferred(store: ox.Store) -> set[Triple]:
    """Return what stands in the inferred graph."""
    quads = store.quads_for_pattern(None, None, None, ITS_GRAPH)
    return {(q.subject.value, q.predicate.value, q.object.value) for q in quads}  # type: ignore[union-attr]


def named(*curies: str) -> ox.Triple:
    """Return a triple of three CURIEs."""
    return ox.Triple(*(ox.NamedNode(iris.expand(curie)) for curie in curies))  # type: ignore[arg-type]


def turtle(text: str) -> list[ox.Triple]:
    """Return the triples of *text*, in which our prefixes are known."""
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in iris.PREFIXES.items())
    return [quad.triple for quad in ox.parse(head + text, ox.RdfFormat.TURTLE)]


# ── The same as another reasoner says ──


def by_owlrl(terms: list[ox.Triple], told: Iterable[ox.Triple]) -> set[Triple]:
    """Return what follows by the rules of OWL 2 RL as owlrl works them out, of the same input, chosen alike."""
    axioms = [triple for triple in terms if not inference.merges(triple)]
    given = [*axioms, *told]
    graph = rdflib.Graph()
    graph.parse(data=ox.serialize(given, format=ox.RdfFormat.N_TRIPLES), format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return set(inference.select(graph, axioms, given).triples)


def entries(told: Iterable[ox.Triple]) -> set[str]:
    """Return the entries of terms."""
    return {t.subject.value for t in told if t.predicate.value == RDF_TYPE and t.object.value == ENTRY}  # type: ignore[union-attr]


def test_owlrl_says_the_same_of_a_slice_of_the_data(terms: list[ox.Triple], told: list[ox.Triple]) -> None:
    """All entries of terms, and some things drawn at random, with all that is said of them."""
    things = sorted({t.subject.value for t in told})  # type: ignore[union-attr]
    chosen = entries(told) | set(random.Random(6).sample(things, SLICE))
    part = [t for t in told if t.subject.value in chosen]  # type: ignore[union-attr]
    assert len(entries(part)) > 20
    ours = set(inference.closure(terms, part).triples)
    assert ours == by_owlrl(terms, part)
    classes = {value for _, name, value in ours if name == RDF_TYPE}
    assert {iris.expand(f"cstd:{name}Definition") for name in ("Means", "Activity", "TriadNaming")} <= classes


@pytest.mark.soak
def test_owlrl_says_the_same_of_the_whole_graph(store: ox.Store, terms: list[ox.Triple], told: list[ox.Triple]) -> None:
    assert inferred(store) == by_owlrl(terms, told)


def ontology_and_values(terms: list[ox.Triple]) -> tuple[list[ox.Triple], list[str], list[str], list[str]]:
    """Return the ontology with the concepts that its axioms name; its classes, object properties, these concepts."""
    own = [t for t in terms if not getattr(t.subject, "value", "").startswith(SCHEME)]
    concepts = {t.object.value for t in own if isinstance(t.object, ox.NamedNode) and t.object.value.startswith(SCHEME)}
    narrower = {t.subject.value for t in terms if getattr(t.object, "value", "") in concepts}  # type: ignore[union-attr]
    concepts |= {name for name in narrower if name.startswith(SCHEME)}
    own += [t for t in terms if getattr(t.subject, "value", "") in concepts]
    kinds = {name: {t.subject.value for t in own if t.object == ox.NamedNode(iris.expand(name))} for name in KINDS}  # type: ignore[union-attr]
    classes, properties = ({name for name in kinds[kind] if name.startswith("http")} for kind in KINDS)
    return own, sorted(classes), sorted(properties), sorted(concepts)


KINDS = ("owl:Class", "owl:ObjectProperty")
#: Properties of which the axioms make something, drawn more often than the others.
TELLING = (
    *("genus", "protects", "preserves", "against", "inEnvironment", "forBeneficiary", "definedByReferenceTo"),
    *("provisionKind", "addressee", "binds", "stage", "stageOf", "editionOf", "documentKind", "lifeState"),
)


def small_worlds(
    classes: list[str], properties: list[str], concepts: list[str]
) -> st.SearchStrategy[list[tuple[str, str, str]]]:
    """Return graphs of a few dozen statements about a few things, in our terms, true or not: CURIEs."""
    short = [[iris.compact(name) or name for name in names] for names in (classes, properties, concepts)]
    thing, concept = st.sampled_from([f"std:made-up-{number}" for number in range(12)]), st.sampled_from(short[2])
    of_class = st.tuples(thing, st.just("rdf:type"), st.sampled_from(short[0]))
    telling = st.sampled_from([f"cstd:{name}" for name in TELLING])
    link = st.tuples(thing | concept, telling | st.sampled_from(short[1]), thing | concept)
    return st.lists(st.one_of(of_class, link, link, link), min_size=10, max_size=80, unique=True)


def _differential(terms: list[ox.Triple], examples: int) -> int:
    """Compare on *examples* small graphs; return how many statements followed."""
    own, classes, properties, concepts = ontology_and_values(terms)
    found = 0

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(small_worlds(classes, properties, concepts))
    def same(world: list[tuple[str, str, str]]) -> None:
        nonlocal found
        told = [named(*row) for row in world]
        ours, theirs = set(inference.closure(own, told).triples), by_owlrl(own, told)
        assert (sorted(ours - theirs), sorted(theirs - ours)) == ([], [])
        found += len(ours)

    same()
    return found


def test_owlrl_says_the_same_of_small_graphs(terms: list[ox.Triple]) -> None:
    assert _differential(terms, 5) > 30


@pytest.mark.soak
def test_owlrl_says_the_same_of_many_small_graphs(terms: list[ox.Triple]) -> None:
    assert _differential(terms, 300) > 5000


# ── What it makes of what ──


def test_a_definition_by_reference_is_what_its_target_is(terms: list[ox.Triple]) -> None:
    one, two, three = (f"<{iris.BASE}id/made-up-{number}>" for number in (1, 2, 3))
    told = turtle(f"""
        {one} a cstd:TermEntry ; cstd:genus genus:collection-of-means ; cstd:protects asset:information .
        {two} a cstd:TermEntry ; cstd:definedByReferenceTo {one} .
        {three} a cstd:TermEntry ; cstd:definedByReferenceTo {two} .
    """)
    found = set(inference.closure(terms, told).triples)
    for name in ("MeansDefinition", "InformationProtectingDefinition"):
        for subject in (one, two, three):
            assert (subject.strip("<>"), RDF_TYPE, iris.expand(f"cstd:{name}")) in found


def test_two_values_where_one_can_be_make_no_one_thing_of_two(terms: list[ox.Triple]) -> None:
    """A contradiction, which the reasoner tells; the closure takes no name for another, and does not fail."""
    one, two = (f"{iris.BASE}id/made-up-{number}" for number in (1, 2))
    told = turtle(f"""
        <{one}> a cstd:TermEntry ; cstd:genus genus:collection-of-means, genus:preservation-of-properties .
        <{two}> a cstd:TermEntry, cstd:Standard ; cstd:genus genus:preservation-of-properties .
    """)
    found = set(inference.closure(terms, told).triples)
    of_two = {value for subject, name, value in found if (subject, name) == (two, RDF_TYPE)}
    assert iris.expand("cstd:PreservationDefinition") in of_two
    assert iris.expand("cstd:MeansDefinition") not in of_two
    assert not [name for _, name, _ in found if name == iris.expand("owl:sameAs")]


def test_identity_adds_nothing_where_nothing_contradicts(
    store: ox.Store, terms: list[ox.Triple], told: list[ox.Triple], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rules that are left out would conclude nothing else of the shipped graph."""
    monkeypatch.setattr(inference, "merges", lambda triple: False)
    assert any(triple.object == ox.NamedNode(iris.expand("owl:FunctionalProperty")) for triple in terms)
    assert set(inference.closure(terms, told).triples) == inferred(store)


def test_a_thing_that_poses_as_a_term_concludes_nothing(terms: list[ox.Triple]) -> None:
    """Data makes no axioms: of what an entry says of a property or class of ours, nothing is an answer."""
    told = turtle("cstd:genus a cstd:Standard . cstd:Text cstd:editionOf cstd:Standard .")
    assert [t for t in inference.closure(terms, told).triples if t[0].startswith(OWN)] == []


# ── A graph of its own ──


def test_it_holds_new_statements_of_declared_classes_and_properties(store: ox.Store) -> None:
    held = inferred(store)
    assert len(held) > 10_000
    for subject, name, value in held:
        quad = [ox.NamedNode(subject), ox.NamedNode(name), ox.NamedNode(value)]
        assert next(iter(store.quads_for_pattern(*quad, ox.DefaultGraph())), None) is None
    declared = {
        q.subject.value  # type: ignore[union-attr]
        for kind in KINDS
        for q in store.quads_for_pattern(
            None, ox.NamedNode(RDF_TYPE), ox.NamedNode(iris.expand(kind)), ox.NamedNode(iris.ONTOLOGY)
        )
    }
    assert {value for _, name, value in held if name == RDF_TYPE} <= declared
    assert {name for _, name, _ in held} - {RDF_TYPE} <= declared
    assert not {subject for subject, _, _ in held} & declared


def test_the_manifest_counts_it(store: ox.Store) -> None:
    manifest = open_snapshot().manifest
    assert manifest["inferred"] == len(inferred(store))
    assert manifest["reasoner"] == inference.engine()


def test_exports_and_the_audit_leave_it_out(store: ox.Store) -> None:
    kg = cyberstd_kg.load()
    lines = kg.export("nq").decode().splitlines()
    assert lines and not [line for line in lines if line.endswith(f"{ITS_GRAPH} .")]
    assert iris.INFERRED not in {graph.iri for graph in kg.audit().graphs}


@pytest.mark.parametrize(
    "question", [name for name in QUESTIONS if "cyberstd-kg_inferred {" not in saved_questions.load(name).text]
)
def test_no_other_question_sees_it(question: str, request: pytest.FixtureRequest) -> None:
    text = bind(question, {})
    of_mappings = any(f"cstd:{name}" in text for name in OF_MAPPINGS)
    graph, without = request.getfixturevalue("all_with_and_without" if of_mappings else "little_with_and_without")
    assert facts(rows(graph, text)) == facts(rows(without, text))


def with_and_without(graph: ox.Store) -> tuple[ox.Store, ox.Store]:
    """Return a graph, and a copy of it without what follows."""
    copy = ox.Store()
    copy.bulk_extend(quad for quad in graph if quad.graph_name != ITS_GRAPH)
    return graph, copy


@pytest.fixture(scope="module")
def all_with_and_without(store: ox.Store) -> tuple[ox.Store, ox.Store]:
    return with_and_without(store)


@pytest.fixture(scope="module")
def little_with_and_without(checkout: Path, store: ox.Store) -> tuple[ox.Store, ox.Store]:
    """The same of a part of the graph, in which all is inferred but what needs mappings."""
    little = open_snapshot(root=checkout).store

    def names(graph: ox.Store) -> set[str]:
        return {name if name != RDF_TYPE else value for _, name, value in inferred(graph)}

    assert names(store) - names(little) == {iris.expand(f"cstd:{name}") for name in OF_MAPPINGS}
    return with_and_without(little)


def test_a_check_of_the_whole_graph_does_not_see_it(tmp_path: Path) -> None:
    """What follows may break a shape or rule that holds for what people write; they are not asked of it."""
    root = small_graph.write(tmp_path / "root")
    held = open_snapshot(tmp_path / "cache", root).store
    more = ox.Store()
    more.bulk_extend(held)
    subject = next(quad.subject for quad in held if quad.graph_name == ITS_GRAPH)
    wrong = [
        ox.Quad(subject, ox.NamedNode(iris.expand(f"cstd:{name}")), subject, ITS_GRAPH)
        for name in ("genus", "editionOf")
    ]
    more.bulk_extend(wrong)
    assert set(whole(more, ()).findings) == set(whole(held, ()).findings)


def test_an_entry_that_is_added_gets_its_inferences(checkout: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "own"
    workspace.mkdir()
    thing = iris.mint("std", "made-up", "1")
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in iris.PREFIXES.items())
    text = f"{head}GRAPH src:workspace_own {{ <{thing}> a cstd:TermEntry ; cstd:genus genus:collection-of-means . }}"
    (workspace / "own.trig").write_text(text, encoding="utf-8")
    snapshot = open_snapshot(tmp_path / "cache", checkout, workspace=workspace)
    kind = iris.expand("cstd:MeansDefinition")
    assert (thing, RDF_TYPE, kind) in inferred(snapshot.store)
    assert statements.inferred(snapshot.index, thing) == [kind]
    snapshot.close()


# ── What a reader sees ──


def test_show_marks_inferred_classes_as_computed() -> None:
    card = cyberstd_kg.load().show("X.1205 3.2.5")
    found = [s for s in card.statements if s.status == "computed"]
    assert {s.value for s in found} >= {iris.expand("cstd:MeansDefinition"), iris.expand("cstd:TriadNamingDefinition")}
    assert {source.iri for s in found for source in s.sources} == {iris.INFERRED}
    # It names the triad, so it names availability: that is not told besides.
    assert iris.expand("cstd:Provision") not in {s.value for s in found}


def test_a_class_above_another_is_not_told_besides() -> None:
    store = ox.Store()
    a, b, c, d, x = (f"urn:x:{name}" for name in "abcdx")
    found = inference.InferredClosure([(x, RDF_TYPE, a), (x, RDF_TYPE, b), (x, RDF_TYPE, d)], {a: {b}, c: {d}})
    store.add(ox.Quad(ox.NamedNode(x), ox.NamedNode(RDF_TYPE), ox.NamedNode(c)))
    assert inference.narrowest(found, store) == [(x, a)]
    assert inference.narrowest(found._replace(above={a: {b}, b: {a}}), ox.Store()) == [(x, a), (x, b), (x, d)]


# ── Where there is no reasoner ──


def test_without_the_reasoner_the_graph_is_compiled_and_questions_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = small_graph.write(tmp_path / "root")
    whole_graph = open_snapshot(tmp_path / "cache", root)
    assert whole_graph.manifest["inferred"] > 0
    whole_graph.demand("GRAPH src:cyberstd-kg_inferred { ?s ?p ?o }")
    monkeypatch.setitem(sys.modules, "reasonable", None)
    assert inference.engine() == ""
    snapshot = open_snapshot(tmp_path / "cache-without", root)
    assert snapshot.fingerprint != whole_graph.fingerprint
    assert snapshot.manifest["inferred"] is None
    assert set(snapshot.store) == {quad for quad in whole_graph.store if quad.graph_name != ITS_GRAPH}
    with closing(sqlite3.connect(snapshot.index_path)) as index:
        assert index.execute("SELECT count(*) FROM inferred").fetchone() == (0,)
    kg = cyberstd_kg.api.graph.KnowledgeGraph(snapshot)
    for answer in (
        lambda: kg.ask("requirement-standards"),
        lambda: kg.query("ASK { GRAPH <" + iris.INFERRED + "> {} }"),
    ):
        with pytest.raises(ResourceMissing, match="reasonable") as caught:
            answer()
        assert caught.value.exit_code == 5
    snapshot.close()


def test_a_question_about_it_answers_as_documented(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "requirement-standards", "--standard", "27001", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told
