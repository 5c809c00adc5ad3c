"""The export of the shipped graph: the same bytes every time, and read back the same by two libraries."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

import cyberstd_kg
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
from cyberstd_kg.rdf.formats import write
folder, *forms = sys.argv[1:]
quads = cyberstd_kg.load()._asserted()
for form in forms:
    pathlib.Path(folder, form).write_bytes(write(quads, form))
"""


@cache
def exported(form: str) -> bytes:
    """The shipped graph in a format, written once for all tests."""
    return cyberstd_kg.load().export(form)


@pytest.fixture(scope="module")
def asserted() -> set[ox.Quad]:
    """The asserted statements, not the derived ones, blank nodes named canonically."""
    store = cyberstd_kg.load().store
    left_out = (ox.DefaultGraph(), *map(ox.NamedNode, COMPUTED))
    quads = [q for q in store.quads_for_pattern(None, None, None, None) if q.graph_name not in left_out]
    return canonical(quads)


@pytest.fixture(scope="module")
def united(asserted: set[ox.Quad]) -> set[ox.Quad]:
    """The asserted triples without their graphs, blank nodes named canonically."""
    return canonical([ox.Quad(q.subject, q.predicate, q.object) for q in asserted])


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
def test_reads_back_in_pyoxigraph(form: str, asserted: set[ox.Quad], united: set[ox.Quad]) -> None:
    got = list(ox.parse(exported(form), READERS[form][0]))
    assert canonical(got) == (asserted if form in KEEPS_GRAPHS else united)


@pytest.mark.parametrize("form", READERS)
def test_reads_back_in_rdflib(
    form: str, asserted: set[ox.Quad], united: set[ox.Quad], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    dataset = rdflib.Dataset()
    target = dataset if form in KEEPS_GRAPHS else dataset.default_graph
    target.parse(data=exported(form), format=READERS[form][1])
    nquads = dataset.serialize(format="nquads")
    got = list(ox.parse(nquads, ox.RdfFormat.N_QUADS))
    if form in KEEPS_GRAPHS:
        assert canonical(got) == asserted
    else:
        assert canonical([ox.Quad(q.subject, q.predicate, q.object) for q in got]) == united


@pytest.fixture(scope="module")
def of_seeds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Folders with all formats, each written by a process with another order of sets."""
    folders = []
    for seed in ("1", "2"):
        folder = tmp_path_factory.mktemp(f"seed-{seed}")
        env = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C"}
        subprocess.run([sys.executable, "-c", PROGRAM, str(folder), *READERS], env=env, check=True, timeout=300)
        folders.append(folder)
    return folders


@pytest.mark.parametrize("form", READERS)
def test_the_same_bytes_every_time(form: str, of_seeds: list[Path]) -> None:
    one, two = ((folder / form).read_bytes() for folder in of_seeds)
    assert one == two == exported(form)


def test_the_command_writes_the_same() -> None:
    command = [sys.executable, "-m", "cyberstd_kg", "export", "--format", "nq"]
    assert subprocess.run(command, check=True, capture_output=True, timeout=120).stdout == exported("nq")


def test_one_source_alone() -> None:
    data = cyberstd_kg.load().export("nq", graphs=["src:nakao-deck_h27-players"]).decode()
    assert data and all("nakao-deck_h27-players> ." in line for line in data.splitlines())


def test_the_rdflib_view_is_the_same_graph(asserted: set[ox.Quad]) -> None:
    view = cyberstd_kg.load().rdflib
    assert len(set(view.quads((None, None, None, None)))) == len(asserted)
    found = view.query(
        "SELECT ?t WHERE { <https://w3id.org/cyberstd/id/iso-iec-27400_2022> <http://purl.org/dc/terms/title> ?t }"
    )
    assert "Cybersecurity – IoT security and privacy – Guidelines" in {str(row[0]) for row in found}
