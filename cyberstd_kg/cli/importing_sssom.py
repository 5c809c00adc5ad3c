"""import sssom."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cyberstd_kg.cli import render
from cyberstd_kg.cli.import_report import FORMATS, findings_lines, progress
from cyberstd_kg.cli.options import add_format, graph, parser
from cyberstd_kg.core.errors import UsageError

if TYPE_CHECKING:
    from cyberstd_kg.mappings.model import RelationWord
    from cyberstd_kg.workspace.import_checks import ImportCounts
    from cyberstd_kg.workspace.import_sets import SetImport

#: Sets that the text tells one by one.
_SHOWN = 20


def run(argv: list[str]) -> int:
    """Take mapping sets of others over.

    :returns: 0 when all were taken over, 1 when something in them is refused (then none is); 2 is raised when a file
        cannot be read
    """
    p = parser(
        "import sssom",
        "Take mapping sets over that stand in SSSOM/TSV, into your workspace or into a folder: all of them or none. "
        "Each is held against the graph, and the report tells what became of its rows, ends and slots. Importing again "
        "updates.",
        "cyberstd import sssom set.sssom.tsv",
        "cyberstd import sssom sets/ -o imported --reading strict",
        "cyberstd import sssom table.tsv --metadata table.yml --word 'intersect=E < > o' --rationale meaning",
    )
    p.add_argument("paths", nargs="+", metavar="FILE", help="a .tsv or .csv file, or a folder of such")
    p.add_argument("-o", "--output", metavar="DIR", help="write into this folder instead of your workspace")
    p.add_argument(
        "--reading",
        choices=("loose", "strict"),
        default="loose",
        metavar="R",
        help="how skos:relatedMatch is read where no reading is declared: loose, as overlap of any kind (default), or "
        "strict, as intersection in which each has something of its own",
    )
    p.add_argument(
        "--word", action="append", default=[], metavar="W=RELATIONS", help="how a word is read: 'intersect=E < > o'"
    )
    p.add_argument("--rationale", choices=("wording", "meaning", "effect"), help="by what the ends are compared")
    p.add_argument("--publisher", metavar="REF", help="the body that published the sets")
    p.add_argument("--subject-edition", metavar="REF", help="the text whose provisions the rows map from")
    p.add_argument("--object-edition", metavar="REF", help="the text whose provisions the rows map to")
    p.add_argument("--tier", choices=("quote", "title", "identifier"), help="what of it may be quoted")
    p.add_argument("--metadata", metavar="FILE", help="the metadata (default: FILE.yml beside FILE.tsv)")
    p.add_argument(
        "--allow-dangling", action="store_true", help="take rows whose ends the graph should have and has not"
    )
    p.add_argument("--report", metavar="FILE", help="write the report, JSON, to FILE too")
    add_format(p, FORMATS, "text")
    args = p.parse_args(argv)
    from cyberstd_kg.graph.view import View
    from cyberstd_kg.mappings.sssom_reading import SssomOptions
    from cyberstd_kg.workspace import import_sets
    from cyberstd_kg.workspace.changes import Workspace

    words = tuple(_word(text) for text in args.word)
    kg = graph(args)

    def text_of(reference: str | None) -> str:
        return kg.resolve(reference, kinds=["cstd:Text", "cstd:Regulation"]).iri if reference else ""

    options = SssomOptions(
        words=words,
        strict=args.reading == "strict",
        rationale=args.rationale or "",
        tier=args.tier or "",
        publisher=kg.resolve_iri(args.publisher, "agent") if args.publisher else "",
        subject_edition=text_of(args.subject_edition),
        object_edition=text_of(args.object_edition),
    )
    workspace = Workspace(args.output or args.workspace)
    folder = workspace.folder if args.output else workspace.folder / "mappings"
    made = import_sets.take(
        import_sets.gather(args.paths),
        View(kg.store),
        options,
        folder=folder,
        metadata=Path(args.metadata) if args.metadata else None,
        allow_dangling=args.allow_dangling,
        progress=progress("read"),
    )
    written: list[Path] = []
    if not made.is_refused:
        written = workspace.put(made.files(folder))
    if args.report:
        import json

        from cyberstd_kg.core.files import write_whole

        write_whole(args.report, (json.dumps(made.to_json(), ensure_ascii=True, indent=1) + "\n").encode())
    _show(made, written, str(folder), args.format or "text")
    return 1 if made.is_refused else 0


def _word(text: str) -> RelationWord:
    """Read one ``--word``: a word, the last '=', signs of relations."""
    from cyberstd_kg.mappings import relations
    from cyberstd_kg.mappings.model import RelationWord

    word, equals, signs = text.rpartition("=")
    try:
        if not equals or not word.strip():
            raise ValueError(f"'{text}' is no reading of a word")
        read = relations.parse(signs)
    except ValueError as error:
        raise UsageError(str(error), "Write it as --word 'intersect=E < > o'.") from error
    if not relations.is_tractable(read):
        raise UsageError(
            f"'{signs.strip()}' has < and > without o: closure does not decide whether such rows agree",
            "Add o, or take < or > out.",
        )
    return RelationWord(word.strip(), read)


def _show(made: SetImport, written: list[Path], folder: str, form: str) -> None:
    from cyberstd_kg.foreign.report import COLUMNS

    if form == "json":
        render.write_json(made.to_json())
    elif form == "text":
        render.write(_text(made, written, folder))
    else:
        render.write(render.rows(COLUMNS, made.report.rows(), form))
    if made.is_refused:
        count = len(made.report.refused)
        plural = "thing is" if count == 1 else "things are"
        print(f"cyberstd: {count} {plural} wrong: nothing was taken over", file=sys.stderr)


def _text(made: SetImport, written: list[Path], folder: str) -> str:
    """Return the report for reading."""
    from cyberstd_kg.validation.messages import curie

    lines = findings_lines(made.report)
    for one in made.sets[:_SHOWN]:
        lines.append(f"{one.file} → {curie(one.mapping_set.iri)}")
        lines += [f"  {line}" for line in _counts(one.counts, refused=made.is_refused)]
    if len(made.sets) > _SHOWN:
        lines.append(f"… and {len(made.sets) - _SHOWN} sets more; --format json has them all.")
    if len(made.sets) > 1:
        lines.append(f"{len(made.sets)} sets together")
        lines += [f"  {line}" for line in _counts(made.total(), refused=made.is_refused)]
    if not made.is_refused:
        total = sum(bool(one.counts.taken) for one in made.sets)
        plural = "" if len(written) == 1 else "s"
        lines.append(f"{folder}: {len(written)} file{plural} written, {total - len(written)} as before.")
    return "\n".join(map(render.printable, lines)) + "\n"


def _counts(counts: ImportCounts, *, refused: bool) -> list[str]:
    """Return what became of rows and ends, in two lines; where something is *refused*, what would have."""
    does = "could be read" if refused else "taken over"
    rows = [f"{counts.taken} of {counts.rows} rows {does}"]
    rows += [f"{counts.equal} the same again"] * bool(counts.equal)
    left = counts.rows - counts.taken - counts.equal
    rows += [f"{left} left out"] * bool(left)
    rows += [f"{counts.again} of a pair with the same relation again"] * bool(counts.again)
    rows += [f"{counts.otherwise} of a pair with another relation too"] * bool(counts.otherwise)
    rows += [f"{counts.groups} group{'' if counts.groups == 1 else 's'} of ends"] * bool(counts.groups)
    ends = [f"ends: {counts.held} in the graph"]
    ends += [f"{counts.withdrawn} withdrawn", f"{counts.dangling} dangling", f"{counts.foreign} foreign"]
    ends += [f"{counts.brought} found by their locators"] * bool(counts.brought)
    return ["; ".join(rows), ", ".join(ends)]
