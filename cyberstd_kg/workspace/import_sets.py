"""Foreign mapping sets → the user's: read, checked against the graph, and written, all of an import or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from cyberstd_kg.core import files
from cyberstd_kg.core.assets import MAPPINGS
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.foreign.report import FilePlace, ImportReport
from cyberstd_kg.graph.view import View
from cyberstd_kg.mappings import sssom_reading as reader
from cyberstd_kg.mappings import sssom_table
from cyberstd_kg.mappings.model import MappingSet
from cyberstd_kg.mappings.sssom_reading import FORM, SssomOptions
from cyberstd_kg.mappings.sssom_writing import write
from cyberstd_kg.rdf.terms import TYPE, node
from cyberstd_kg.validation.set_checks import EndLookup, cycles
from cyberstd_kg.workspace.import_checks import ImportCounts, ImportedSet, Notes, SetCheck

Progress = Callable[[int, int], None]
#: How the names of files of mapping sets end.
SUFFIXES: Final = (".tsv", ".csv")
_METADATA: Final = (".yml", ".yaml")
_OWN_GRAPHS: Final = f"{PREFIXES['src']}workspace_"


@dataclass
class SetImport:
    """An import: its report and its sets."""

    report: ImportReport
    sets: list[ImportedSet] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Whether something in it is wrong, so that nothing may be written."""
        return bool(self.report.refused)

    def total(self) -> ImportCounts:
        """Return the counts of all sets."""
        return ImportCounts(*(sum(column) for column in zip(*(imported.counts for imported in self.sets), strict=True)))

    def files(self, folder: Path) -> dict[Path, bytes]:
        """Return the files of the import in *folder* with their contents."""
        sets = [imported.mapping_set for imported in self.sets if imported.counts.taken]
        return {_file(folder, mapping_set.iri): write(mapping_set) for mapping_set in sets}

    def to_json(self) -> dict[str, Any]:
        """Return the documented JSON."""
        return {
            **self.report.to_json(),
            "refused": self.is_refused,
            "total": self.total()._asdict() if self.sets else None,
            "sets": [imported.to_json() for imported in self.sets],
        }


def gather(names: Iterable[str]) -> list[Path]:
    """Return the files named, and the tables in the folders named, sorted within each folder.

    :raises InputError: when one does not exist or is not a table, or a folder has none
    """
    given = list(names)
    for path in (Path(name) for name in given if not Path(name).is_dir()):
        if path.suffix in _METADATA:
            raise InputError(f"'{path}' holds metadata, not rows", "Name the table; the metadata go by --metadata.")
        if not path.name.endswith(SUFFIXES):
            raise InputError(f"'{path}' is not SSSOM/TSV", "Name a file that ends in .tsv or .csv; RDF is not read.")
    return files.gather(given, SUFFIXES)


def take(
    paths: Iterable[Path],
    view: View,
    options: SssomOptions,
    *,
    folder: Path,
    metadata: Path | None = None,
    allow_dangling: bool = False,
    progress: Progress | None = None,
) -> SetImport:
    """Read files and check them against the graph; nothing is written.

    :param view: the graph
    :param folder: where the sets will be written: the files in it decide on names
    :param metadata: a file of metadata for all; without it, the one beside each file
    :param allow_dangling: take rows whose ends the graph does not have, although it should
    :param progress: is called with the number of files read and of all
    :raises InputError: when a file cannot be read
    """
    result = SetImport(ImportReport(FORM))
    all_paths, report = list(paths), result.report
    lookup, set_reader = EndLookup(view), _SetReader(view, options, folder, metadata)
    for number, path in enumerate(all_paths, 1):
        mapping_set, of_file = set_reader.read(path)
        report.take(of_file)
        check = SetCheck(mapping_set, str(path), lookup, report)
        result.sets.append(check.run(of_file.records, allow_dangling=allow_dangling))
        if progress:
            progress(number, len(all_paths))
    by_row = {row.iri: imported.file for imported in result.sets for row in imported.mapping_set.rows}
    for problem in cycles((imported.mapping_set for imported in result.sets), lookup.derivations()):
        Notes(report, by_row.get(problem.entry, "")).problem(problem, "refused")
    report.taken = sum(imported.counts.taken for imported in result.sets)
    report.repeated = sum(imported.counts.equal for imported in result.sets)
    if not report.taken:
        report.add("refused", "empty", FilePlace(str(all_paths[0]), 0), "no row of any file could be taken over")
    return result


def _file(folder: Path, iri: str) -> Path:
    """Return the file of the set *iri* in a folder."""
    return folder / f"{iri.rpartition('/')[2]}{MAPPINGS}"


class _SetReader:
    """Reads the sets of one import, each under a name that no other set has."""

    def __init__(self, view: View, options: SssomOptions, folder: Path, metadata: Path | None) -> None:
        self._view = view
        self._options = options
        self._folder = folder
        self._metadata = metadata
        self._origins: dict[str, str] = {}  # IRI of a set read so far → its name at its origin

    def read(self, path: Path) -> tuple[MappingSet, ImportReport]:
        """Return the set in a file, and what of the file was not taken over."""
        content = sssom_table.load(path)
        beside = self._metadata or sssom_table.beside(path)
        metadata = (str(beside), sssom_table.load(beside)) if beside else None

        def read_with(options: SssomOptions) -> tuple[MappingSet, ImportReport]:
            report = ImportReport(FORM)
            return reader.read(content, str(path), metadata=metadata, options=options, report=report), report

        mapping_set, report = read_with(self._options)
        iri = self._free_name(mapping_set, path)
        return (mapping_set, report) if iri == mapping_set.iri else read_with(self._options._replace(iri=iri))

    def _free_name(self, mapping_set: MappingSet, path: Path) -> str:
        iri = mapping_set.iri
        origin = (dict(mapping_set.other).get("mapping_set_source") or (iri,))[-1]
        graphs = (quad.graph_name for quad in self._view.quads(ox.NamedNode(iri), TYPE, node("cstd:MappingSet")))
        is_shipped = any(not getattr(graph, "value", "").startswith(_OWN_GRAPHS) for graph in graphs)
        if is_shipped and origin == iri:
            raise InputError(f"{path}: the mapping set {iri} is in the shipped graph", "There is nothing to import.")
        if is_shipped or self._origins.get(iri, origin) != origin or self._is_taken(iri, origin):
            iri = f"{iri}-{hashlib.sha256((origin or path.name).encode()).hexdigest()[:12]}"
        if iri in self._origins:
            raise InputError(f"{path}: the mapping set {origin} is in another file too", "Name each set once.")
        self._origins[iri] = origin
        return iri

    def _is_taken(self, iri: str, origin: str) -> bool:
        """Tell whether the file for a set holds another one."""
        path = _file(self._folder, iri)
        if not path.exists():
            return False
        slots = sssom_table.head(path)
        sources = slots.get("mapping_set_source")
        return (sources[-1] if isinstance(sources, list) and sources else slots.get("mapping_set_id")) != origin
