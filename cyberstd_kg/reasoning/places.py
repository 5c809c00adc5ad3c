"""Where axioms are from: the graph of the source that states one, its file and line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from cyberstd_kg.build import data_files
from cyberstd_kg.core.iris import COMPUTED
from cyberstd_kg.graph.view import View
from cyberstd_kg.rdf import turtle
from cyberstd_kg.rdf.terms import plain
from cyberstd_kg.reasoning import axioms
from cyberstd_kg.reasoning.axioms import Axiom, named
from cyberstd_kg.reasoning.world import AxiomWorld


class AxiomPlace(NamedTuple):
    """Where an axiom is stated: the graph of its source, the file, the line; empty and 0 where that is not known."""

    source: str
    file: str
    line: int


class AxiomPlaces:
    """Locates axioms.  Files are read when first needed, and of the data only those that may hold one.

    :param world: all axioms
    :param files: the files of the graph, ontology and data, of which *world* was made
    :param lines: statements of further files, with file and line
    :param root: file names are given relative to this folder, where they lie in it
    """

    def __init__(
        self,
        world: AxiomWorld,
        files: Iterable[Path],
        lines: Mapping[ox.Quad, tuple[str, int]] | None = None,
        root: Path | None = None,
    ) -> None:
        self._world = world
        paths = list(files)
        self._ontology = [path for path in paths if path.suffix == ".ttl"]
        self._data = [path for path in paths if path.suffix != ".ttl"]
        self._further = dict(lines or {})
        self._root = root
        self._texts: dict[Path, bytes] = {}
        self._lines: dict[Path, dict[ox.Quad, int]] = {}

    def of(self, axiom: Axiom) -> list[AxiomPlace]:
        """Return where *axiom* is stated: each source that states it; nothing for what nobody states."""
        if axiom.made:
            return []
        stated = self._world.stated(axiom)
        head = stated.head
        quads = View(self._world.store).quads(head.subject, head.predicate, head.object)
        graphs = sorted(named(*(quad.graph_name for quad in quads)) - {*COMPUTED})
        if graphs and (place := self._terms.get(stated.text)):
            places = [AxiomPlace(graphs[0], *place)]
        else:
            statement = (head.subject, head.predicate, head.object)
            places = [self._of_fact(ox.Quad(*statement, ox.NamedNode(graph))) for graph in graphs]
        further = [quad for quad in self._further if quad.triple == head and plain(quad.graph_name) not in graphs]
        return places + [AxiomPlace(plain(quad.graph_name), *self._further[quad]) for quad in further]

    @cached_property
    def _terms(self) -> dict[str, tuple[str, int]]:
        """Text of an axiom → file and line, of the ontology and its schemes."""
        places: dict[str, tuple[str, int]] = {}
        for path in self._ontology:
            lines = {quad.triple: line for quad, line in turtle.read_quads_with_lines(path, str(path), "ttl")}
            for axiom in axioms.read(lines):
                places.setdefault(axiom.text, (self._name(path), lines[axiom.head]))
        return places

    def _of_fact(self, quad: ox.Quad) -> AxiomPlace:
        """Return where a statement of the data is."""
        graph, subject = plain(quad.graph_name), plain(quad.subject)
        if quad in self._further:
            return AxiomPlace(graph, *self._further[quad])
        for path in self._data:
            if self._may_describe(path, subject) and (line := self._lines_of(path).get(quad)) is not None:
                return AxiomPlace(graph, self._name(path), line)
        return AxiomPlace(graph, "", 0)

    def _may_describe(self, path: Path, subject: str) -> bool:
        """Tell whether a file may have statements about *subject*, by a look at its text."""
        if data_files.is_mappings(path):
            return "/mapping/" in subject
        if path not in self._texts:
            self._texts[path] = path.read_bytes()
        return subject.rpartition("/")[2].rpartition("#")[2].encode() in self._texts[path]

    def _lines_of(self, path: Path) -> dict[ox.Quad, int]:
        if path not in self._lines:
            own = not data_files.is_of_data(path)
            # The first line of a statement that is repeated.
            self._lines[path] = dict(reversed(data_files.quads_with_lines(path, str(path), own=own)))
        return self._lines[path]

    def _name(self, path: Path) -> str:
        if self._root is not None and path.is_relative_to(self._root):
            return path.relative_to(self._root).as_posix()
        return str(path)
