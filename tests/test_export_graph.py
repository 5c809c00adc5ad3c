"""The export of the shipped graph: the same bytes every time, and read back the same by two libraries."""

from __future__ import annotations

import os
import subprocess
import sys

import pyoxigraph as ox
import pytest
import rdflib

import cyberstd_kg
from cyberstd_kg.exporters import FORMATS
from cyberstd_kg.iris import DERIVED

READERS = {
    "ttl": (ox.RdfFormat.TURTLE, "turtle"),
    "trig": (ox.RdfFormat.TRIG, "trig"),
    "jsonld": (ox.RdfFormat.JSON_LD, "json-ld"),
    "nq": (ox.RdfFormat.N_QUADS, "nquads"),
    "nt": (ox.RdfFormat.N_TRIPLES, "nt"),
    "rdfxml": (ox.RdfFormat.RDF_XML, "xml"),
}
KEEPS_GRAPHS = {"trig", "nq", "jsonld"}
#: What rdflib, which takes a quarter of a minute for each, reads in every run; the others in the long one.
IN_SHORT = {"trig", "ttl"}


@pytest.fixture(scope="module")
def asserted() -> set[ox.Quad]:
    """The asserted statements, not the derived ones, blank nodes named canonically."""
    store = cyberstd_kg.load().store
    left_out = (ox.DefaultGraph(), ox.NamedNode(DERIVED))
    quads = [q for q in store.quads_for_pattern(None, None, None, None) if q.graph_name not in left_out]
    return canonical(quads)


def canonical(quads: object) -> set[ox.Quad]:
    """Name blank nodes by RDFC-1.0, so that equal datasets are equal sets."""
    dataset = ox.Dataset(quads)  # type: ignore[arg-type]
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def test_every_format_is_covered() -> None:
    assert set(READERS) == set(FORMATS)


@pytest.mark.parametrize("form", READERS)
def test_reads_back_in_pyoxigraph(form: str, asserted: set[ox.Quad]) -> None:
    data = cyberstd_kg.load().export(form)
    got = list(ox.parse(data, READERS[form][0]))
    if form in KEEPS_GRAPHS:
        assert canonical(got) == asserted
    else:
        union = [ox.Quad(q.subject, q.predicate, q.object) for q in asserted]
        assert canonical(got) == canonical(union)


@pytest.mark.parametrize(
    "form", [form if form in IN_SHORT else pytest.param(form, marks=pytest.mark.soak) for form in READERS]
)
def test_reads_back_in_rdflib(form: str, asserted: set[ox.Quad], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    data = cyberstd_kg.load().export(form)
    dataset = rdflib.Dataset()
    dataset.parse(data=data, format=READERS[form][1])
    nquads = dataset.serialize(format="nquads")
    got = list(ox.parse(nquads, ox.RdfFormat.N_QUADS))
    if form in KEEPS_GRAPHS:
        assert canonical(got) == asserted
    else:
        plain = [ox.Quad(q.subject, q.predicate, q.object) for q in got]
        assert canonical(plain) == canonical([ox.Quad(q.subject, q.predicate, q.object) for q in asserted])


@pytest.mark.parametrize("form", READERS)
def test_the_same_bytes_every_time(form: str) -> None:
    def export(seed: str) -> bytes:
        command = [sys.executable, "-m", "cyberstd_kg", "export", "--format", form]
        env = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C"}
        return subprocess.run(command, env=env, check=True, capture_output=True).stdout

    assert export("1") == export("2") == cyberstd_kg.load().export(form)


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
