"""import: records of registries as files of entries, and mapping sets into the workspace."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyberstd_kg import foreign, graph, importers, mappings, validation, workspace
from cyberstd_kg.cli import render
from cyberstd_kg.cli.command import argument, as_of, command, formats, open_graph
from cyberstd_kg.core.errors import UsageError
from cyberstd_kg.core.words import counted

if TYPE_CHECKING:
    from cyberstd_kg.foreign.report import ImportFinding, ImportReport
    from cyberstd_kg.importers.registries import Progress
    from cyberstd_kg.mappings.model import RelationWord
    from cyberstd_kg.workspace.import_checks import ImportCounts
    from cyberstd_kg.workspace.import_sets import SetImport

_FORMATS = formats("text", "json", "csv", "tsv", "md", default="text")
#: Findings of one severity, and mapping sets, that the text lists; the report has all.
_SHOWN = 20
#: Severity → how a finding begins.
_HEADS = {"refused": "refused", "left-out": "left out", "note": "note"}


def run_import(argv: list[str]) -> int:
    """Import records, or mapping sets, which have options of their own."""
    if argv[:1] == ["sssom"]:
        return _import_sssom(argv[1:])
    return _import_records(argv)


@command(
    argument(
        "what WHAT",
        "relaton (YAML, JSON), iso (ISO Open Data), sssom (mapping sets; it has options of its own)",
        choices=("relaton", "iso", "sssom"),
    ),
    argument("paths FILE", "a file, or a folder of files", nargs="+"),
    argument("-o --output DIR", "the folder to write to; created where needed", required=True),
    as_of("the day on which the registry was looked at; without it, stages that no record dates are left out"),
    argument("--report FILE", "write the report to FILE (default: report.json in DIR)"),
    _FORMATS,
    name="import",
    workspace=False,
)
def _import_records(args: Namespace) -> int:
    """Convert records of registries into files of entries, one standard a file, and report what was not imported and
    why.

    Check the files with validate; add them with add, or use the folder as a workspace. Importing again updates the
    files: what did not change stays untouched, and nothing is removed. Mapping sets go into your workspace: cyberstd
    import sssom --help.

    examples:
      cyberstd import relaton relaton-data-iso/data -o imported --as-of 2025-06-02
      cyberstd import iso iso_technical_committees.jsonl -o imported
      cyberstd import relaton record.yaml -o imported --format json
      cyberstd import sssom set.sssom.tsv

    :returns: 0 when every record was imported, 1 when some were refused, 2 (raised) when nothing could be read
    """
    if args.what == "sssom":
        raise UsageError("sssom has options of its own", "Write it first: cyberstd import sssom FILE.")
    imported = importers.registries.read(args.what, args.paths, as_of=args.as_of or "", progress=_progress("read"))
    path = Path(args.report) if args.report else None
    written = importers.writing.write(Path(args.output), imported, path, _progress("written"))
    report = imported.report
    lines = [*_finding_lines(report), f"{report.summary()}."]
    lines.append(f"{args.output}: {counted(written.changed, 'file')} written, {written.unchanged} unchanged.")
    _write(report, report.to_json(), lines, args.format)
    if report.refused:
        render.say(report.summary())
    return 1 if report.refused else 0


# ── Mapping sets ──


@command(
    argument("paths FILE", "a .tsv or .csv file, or a folder of them", nargs="+"),
    argument("-o --output DIR", "write into this folder instead of your workspace"),
    argument(
        "--reading R",
        "how skos:relatedMatch is read where the set declares no reading: loose, overlap of any kind (default); "
        "or strict, an intersection in which each has something of its own",
        choices=("loose", "strict"),
        default="loose",
    ),
    argument("--word W=RELATIONS", "how a word is read: 'intersect=E < > o'", action="append", default=[]),
    argument(
        "--rationale R",
        "what of the ends is compared: wording, meaning, effect",
        choices=("wording", "meaning", "effect"),
    ),
    argument("--publisher REF", "the body that published the sets"),
    argument("--subject-edition REF", "the text from whose provisions the rows map"),
    argument("--object-edition REF", "the text to whose provisions the rows map"),
    argument(
        "--tier T",
        "what may be copied from the sets: quote, title, identifier",
        choices=("quote", "title", "identifier"),
    ),
    argument("--metadata FILE", "the metadata (default: FILE.yml beside FILE.tsv)"),
    argument("--allow-dangling", "import rows whose ends belong to the graph but do not exist in it"),
    argument("--report FILE", "also write the report, as JSON, to FILE"),
    _FORMATS,
    name="import sssom",
)
def _import_sssom(args: Namespace) -> int:
    """Import mapping sets in SSSOM/TSV into your workspace or a folder, all or nothing.

    Each set is checked against the graph, and the report shows what happened to its rows, ends and slots. Importing
    again updates the sets.

    examples:
      cyberstd import sssom set.sssom.tsv
      cyberstd import sssom sets/ -o imported --reading strict
      cyberstd import sssom table.tsv --metadata table.yml --word 'intersect=E < > o' --rationale meaning

    :returns: 0 when all were imported, 1 when something in them is refused (then none is); 2 is raised when a file
        cannot be read
    """
    words = tuple(_word(text) for text in args.word)
    kg = open_graph(args)

    def text_of(reference: str | None) -> str:
        return kg.resolve(reference, kinds=["cstd:Text", "cstd:Regulation"]).iri if reference else ""

    options = mappings.sssom_reading.SssomOptions(
        words=words,
        strict=args.reading == "strict",
        rationale=args.rationale or "",
        tier=args.tier or "",
        publisher=kg.resolve_iri(args.publisher, "agent") if args.publisher else "",
        subject_edition=text_of(args.subject_edition),
        object_edition=text_of(args.object_edition),
    )
    target = workspace.changes.Workspace(args.output or args.workspace)
    folder = target.folder if args.output else target.folder / "mappings"
    imported = workspace.import_sets.take(
        workspace.import_sets.gather(args.paths),
        graph.view.View(kg.store),
        options,
        folder=folder,
        metadata=Path(args.metadata) if args.metadata else None,
        allow_dangling=args.allow_dangling,
        progress=_progress("read"),
    )
    written: list[Path] = []
    if not imported.is_refused:
        written = target.put(imported.files(folder))
    document = imported.to_json()
    if args.report:
        import json

        render.deliver(json.dumps(document, ensure_ascii=True, indent=1) + "\n", args.report)
    _write(imported.report, document, _lines(imported, len(written), folder), args.format)
    if imported.is_refused:
        count = counted(len(imported.report.refused), "fault")
        render.say(f"{count} in the mapping sets: nothing was imported")
    return 1 if imported.is_refused else 0


def _word(text: str) -> RelationWord:
    """Read one ``--word``: a word, the last '=', signs of relations."""
    word, equals, signs = text.rpartition("=")
    try:
        if not equals or not word.strip():
            raise ValueError(f"'{text}' does not say how a word is read")
        relations = mappings.relations.parse(signs)
    except ValueError as error:
        raise UsageError(str(error), "Write it as --word 'intersect=E < > o'.") from error
    if not mappings.relations.is_tractable(relations):
        raise UsageError(
            f"'{signs.strip()}' has < and > without o: closure does not decide whether such rows agree",
            "Add o, or remove < or >.",
        )
    return mappings.model.RelationWord(word.strip(), relations)


def _lines(imported: SetImport, written: int, folder: Path) -> Iterator[str]:
    """Yield the report for a person."""
    sets = imported.sets
    yield from _finding_lines(imported.report)
    for one in sets[:_SHOWN]:
        yield f"{one.file} → {validation.messages.curie(one.mapping_set.iri)}"
        yield from _counts(one.counts, refused=imported.is_refused)
    if len(sets) > _SHOWN:
        yield f"… and {len(sets) - _SHOWN} more sets; --format json lists all of them."
    if len(sets) > 1:
        yield f"{len(sets)} sets together"
        yield from _counts(imported.total(), refused=imported.is_refused)
    if not imported.is_refused:
        unchanged = sum(bool(one.counts.taken) for one in sets) - written
        yield f"{folder}: {counted(written, 'file')} written, {unchanged} unchanged."


def _counts(counts: ImportCounts, *, refused: bool) -> Iterator[str]:
    """Yield what happened to rows and ends, in two lines; where something is *refused*, what would have happened."""
    left_out = counts.rows - counts.taken - counts.equal
    rows = [f"{counts.taken} of {counts.rows} rows {'could be read' if refused else 'imported'}"]
    rows += [f"{counts.equal} identical to another row"] * bool(counts.equal)
    rows += [f"{left_out} left out"] * bool(left_out)
    rows += [f"{counts.again} with the pair and the relation of another row"] * bool(counts.again)
    rows += [f"{counts.otherwise} with the pair of another row and a different relation"] * bool(counts.otherwise)
    rows += [f"{counted(counts.groups, 'group')} of ends"] * bool(counts.groups)
    ends = (
        f"{counts.held} in the graph, {counts.withdrawn} withdrawn, {counts.dangling} missing, {counts.foreign} outside"
    )
    located = f", {counts.brought} found by their locators" if counts.brought else ""
    yield from (f"  {'; '.join(rows)}", f"  ends: {ends}{located}")


# ── What both report ──


def _progress(done_to_files: str) -> Progress | None:
    """Return what shows a person at a terminal how far a long import is.

    :param done_to_files: what is done with the files: "read", "written"
    """
    begin = last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - begin > 1 and (now - last > 0.2 or done == total):
            last = now
            render.progress(f"{done} of {total} files {done_to_files}", last=done == total)

    return show if sys.stderr.isatty() else None


def _write(report: ImportReport, document: dict[str, Any], lines: Iterable[str], form: str) -> None:
    """Write the report of an import to stdout.

    :param document: the report as JSON
    :param lines: the report for a person
    """
    if form == "json":
        render.write_json(document)
    elif form == "text":
        render.write_lines(lines)
    else:
        render.write(render.rows(foreign.report.COLUMNS, report.rows(), form))


def _finding_lines(report: ImportReport) -> Iterator[str]:
    """Yield the findings of a report as lines: what is wrong first, then what was left out."""
    for severity, head in _HEADS.items():
        findings = [finding for finding in report.findings if finding.severity == severity]
        shown = findings if severity == "refused" else findings[:_SHOWN]
        for finding in shown:
            yield from _finding(finding, head)
        if len(shown) < len(findings):
            yield f"… and {len(findings) - len(shown)} more {head}; the report lists all of them."
    if report.fields:
        yield "Fields that were left out:"
    for (field, why), count in sorted(report.fields.items()):
        yield f"  {field}, in {counted(count, 'record')}: {why}"


def _finding(finding: ImportFinding, head: str) -> Iterator[str]:
    place = f"{finding.file}:{finding.line}" if finding.line else finding.file
    yield f"{place}  {' '.join(part for part in (finding.record, finding.field, finding.value) if part)}".rstrip()
    yield f"  {head}: {finding.reason}."
    if finding.hint:
        yield f"    → \t{finding.hint}"
