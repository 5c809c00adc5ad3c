"""The export of the shipped graph: the same bytes every time, and read back the same by two libraries."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

import cyberstd_kg
from cyberstd_kg.api.graph import KnowledgeGraph
from cyberstd_kg.build.snapshot import open_snapshot
from cyberstd_kg.core.iris import COMPUTED
from cyberstd_kg.rdf.formats import FORMATS

READERS = {
    "ttl": (ox.RdfFormat.TURTLE, "turtle"),
    "trig": (ox.RdfFormat.TRIG, "trig"),
    "jsonld": (ox.RdfFormat.JSON_LD, "json-ld"),
    "nq": (ox.RdfFormat.N_QUADS, "nquads"),
    "nt": (ox.RdfFormat.N_TRIPLES, "nt"),
    "rdfxml": (ox.RdfFormat.RDF_XML, "xml"),
}
KEEPS_GRAPHS = {"trig", "nq", "jsonld"}
#: One process that reads the graph once and writes it in every format into a folder.
PROGRAM = """
import pathlib, sys
import cyberstd_kg
folder, *forms = sys.argv[1:]
graph = cyberstd_kg.load()
for form in forms:
    pathlib.Path(folder, form).write_bytes(graph.export(form))
"""


class Exported:
    """A graph with its exports, each made once, and with what they must hold."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.graph = graph
        self._written: dict[str, bytes] = {}

    def written(self, form: str) -> bytes:
        """Return the graph in a format."""
        if form not in self._written:
            self._written[form] = self.graph.export(form)
        return self._written[form]

    @cached_property
    def asserted(self) -> set[ox.Quad]:
        """The asserted statements, not the derived ones, blank nodes named canonically."""
        left_out = (ox.DefaultGraph(), *map(ox.NamedNode, COMPUTED))
        quads = self.graph.store.quads_for_pattern(None, None, None, None)
        return canonical([quad for quad in quads if quad.graph_name not in left_out])

    @cached_property
    def united(self) -> set[ox.Quad]:
        """The asserted triples without their graphs, blank nodes named canonically."""
        return canonical([ox.Quad(q.subject, q.predicate, q.object) for q in self.asserted])

    def expected(self, form: str) -> set[ox.Quad]:
        """Return what a format holds."""
        return self.asserted if form in KEEPS_GRAPHS else self.united


@pytest.fixture(scope="module")
def shipped() -> Exported:
    """The shipped graph."""
    return Exported(cyberstd_kg.load())


@pytest.fixture(scope="module", params=["little data", pytest.param("all data", marks=pytest.mark.soak)])
def some(request: pytest.FixtureRequest, checkout: Path) -> Exported:
    """A part of the shipped graph; in the long run all of it, which takes rdflib long."""
    if request.param == "all data":
        return Exported(cyberstd_kg.load())
    return Exported(KnowledgeGraph(open_snapshot(root=checkout)))


def canonical(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """Name blank nodes by RDFC-1.0, so that equal datasets are equal sets.

    Statements without blank nodes have no part in it.
    """
    named = set(quads)
    blank = {quad for quad in named if ox.BlankNode in (type(quad.subject), type(quad.object), type(quad.graph_name))}
    dataset = ox.Dataset(blank)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return (named - blank) | set(dataset)


def test_every_format_is_covered() -> None:
    assert set(READERS) == set(FORMATS)


@pytest.mark.parametrize("form", READERS)
def test_reads_back_in_pyoxigraph(form: str, shipped: Exported) -> None:
    got = list(ox.parse(shipped.written(form), READERS[form][0]))
    assert canonical(got) == shipped.expected(form)


@pytest.mark.parametrize("form", READERS)
def test_reads_back_in_rdflib(form: str, some: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    dataset = rdflib.Dataset()
    target = dataset if form in KEEPS_GRAPHS else dataset.default_graph
    target.parse(data=some.written(form), format=READERS[form][1])
    got = list(ox.parse(dataset.serialize(format="nquads"), ox.RdfFormat.N_QUADS))
    if form not in KEEPS_GRAPHS:
        got = [ox.Quad(q.subject, q.predicate, q.object) for q in got]
    assert len(got) > 10_000 and canonical(got) == some.expected(form)


@pytest.fixture(scope="module")
def of_another_seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all formats, written by a process with another order of sets and in another locale."""
    folder = tmp_path_factory.mktemp("seed")
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    env = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", PROGRAM, str(folder), *READERS], env=env, check=True, timeout=600)
    return folder


@pytest.mark.parametrize("form", READERS)
def test_the_same_bytes_every_time(form: str, of_another_seed: Path, shipped: Exported) -> None:
    assert (of_another_seed / form).read_bytes() == shipped.written(form)


def test_the_command_writes_the_same(shipped: Exported) -> None:
    command = [sys.executable, "-m", "cyberstd_kg", "export", "--format", "nq"]
    assert subprocess.run(command, check=True, capture_output=True, timeout=120).stdout == shipped.written("nq")


def test_one_source_alone(shipped: Exported) -> None:
    data = shipped.graph.export("nq", graphs=["src:nakao-deck_h27-players"]).decode()
    assert data and all("nakao-deck_h27-players> ." in line for line in data.splitlines())


def test_the_rdflib_view_is_the_same_graph(some: Exported) -> None:
    view = some.graph.rdflib
    assert len(set(view.quads((None, None, None, None)))) == len(some.asserted)
    found = view.query(
        "SELECT ?t WHERE { <https://w3id.org/cyberstd/id/iso-iec-27400_2022> <http://purl.org/dc/terms/title> ?t }"
    )
    assert "Cybersecurity – IoT security and privacy – Guidelines" in {str(row[0]) for row in found}
