"""Where axioms are from: the graph of the source that states one, its file and line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from cyberstd_kg.build import data_files
from cyberstd_kg.core.iris import COMPUTED
from cyberstd_kg.rdf import turtle
from cyberstd_kg.reasoning import axioms
from cyberstd_kg.reasoning.axioms import Axiom
from cyberstd_kg.reasoning.world import AxiomWorld


class AxiomPlace(NamedTuple):
    """Where an axiom stands: the graph of its source, the file, the line; empty and 0 where that is not known."""

    source: str
    file: str
    line: int


class AxiomPlaces:
    """Tells where axioms are from.  Files are read when first needed, and of the data only those that may hold one.

    :param world: all axioms
    :param files: the files of the graph, ontology and data, of which *world* was made
    :param read: statements of further files, with file and line
    :param root: file names are told relative to this folder, where they lie in it
    """

    def __init__(
        self,
        world: AxiomWorld,
        files: Iterable[Path],
        read: Mapping[ox.Quad, tuple[str, int]] | None = None,
        root: Path | None = None,
    ) -> None:
        self._world = world
        self._files = list(files)
        self._read = dict(read or {})
        self._root = root
        self._terms: dict[str, tuple[str, int]] | None = None
        self._texts: dict[Path, bytes] = {}
        self._lines: dict[Path, dict[ox.Quad, int]] = {}

    def of(self, axiom: Axiom) -> list[AxiomPlace]:
        """Return where *axiom* is stated: each source that states it; nothing for what nobody states."""
        if axiom.made:
            return []
        stated = self._world.stated(axiom)
        graphs = self._graphs(stated.head)
        place = self._of_terms().get(stated.text)
        found = [AxiomPlace(graph.value, *place) for graph in graphs[:1]] if place else []
        if not found:
            found = [
                self._of_fact(ox.Quad(stated.head.subject, stated.head.predicate, stated.head.object, graph))
                for graph in graphs
            ]
        more = [quad for quad in self._read if quad.triple == stated.head and quad.graph_name not in graphs]
        return found + [AxiomPlace(quad.graph_name.value, *self._read[quad]) for quad in more]  # type: ignore[union-attr]

    def _graphs(self, head: ox.Triple) -> list[ox.NamedNode]:
        quads = self._world.store.quads_for_pattern(head.subject, head.predicate, head.object, None)
        named = [quad.graph_name for quad in quads if isinstance(quad.graph_name, ox.NamedNode)]
        return sorted((graph for graph in named if graph.value not in COMPUTED), key=lambda graph: graph.value)

    def _of_terms(self) -> dict[str, tuple[str, int]]:
        """Return text of an axiom → file and line, of the ontology and its schemes."""
        if self._terms is None:
            self._terms = {}
            for path in self._files:
                if path.suffix != ".ttl":
                    continue
                found = turtle.read_quads_with_lines(path, str(path), "ttl")
                lines = {quad.triple: line for quad, line in found}
                for axiom in axioms.read(lines):
                    self._terms.setdefault(axiom.text, (self._name(path), lines[axiom.head]))
        return self._terms

    def _of_fact(self, quad: ox.Quad) -> AxiomPlace:
        """Return where a statement of the data stands."""
        if quad in self._read:
            return AxiomPlace(quad.graph_name.value, *self._read[quad])  # type: ignore[union-attr]
        local = quad.subject.value.rpartition("/")[2].rpartition("#")[2].encode()  # type: ignore[union-attr]
        for path in self._files:
            if path.suffix == ".ttl":
                continue
            if path not in self._texts:
                self._texts[path] = path.read_bytes()
            if not data_files.is_mappings(path) and local not in self._texts[path]:
                continue
            if data_files.is_mappings(path) and "/mapping/" not in quad.subject.value:  # type: ignore[union-attr]
                continue
            if (line := self._in(path).get(quad)) is not None:
                return AxiomPlace(quad.graph_name.value, self._name(path), line)  # type: ignore[union-attr]
        return AxiomPlace(quad.graph_name.value, "", 0)  # type: ignore[union-attr]

    def _in(self, path: Path) -> dict[ox.Quad, int]:
        if path not in self._lines:
            own = not data_files.is_of_data(path)
            lines: dict[ox.Quad, int] = {}
            for quad, line in data_files.quads_with_lines(path, str(path), own=own):
                lines.setdefault(quad, line)
            self._lines[path] = lines
        return self._lines[path]

    def _name(self, path: Path) -> str:
        if self._root is not None and path.is_relative_to(self._root):
            return path.relative_to(self._root).as_posix()
        return str(path)
