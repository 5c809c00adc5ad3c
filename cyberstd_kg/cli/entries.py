"""new, add, remove: entries of the user, from a template or questions on a terminal into the workspace."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cyberstd_kg import designations, validation, workspace
from cyberstd_kg.cli import render
from cyberstd_kg.cli.command import SOURCE, argument, command, fail_on, open_graph, source_iri
from cyberstd_kg.cli.validation import finding_lines
from cyberstd_kg.core.assets import MAPPINGS
from cyberstd_kg.core.errors import CyberstdError, InputError, NotFound, UsageError
from cyberstd_kg.core.iris import PREFIXES, compact, expand
from cyberstd_kg.workspace.entry_kinds import KINDS

if TYPE_CHECKING:
    from cyberstd_kg.api.graph import KnowledgeGraph
    from cyberstd_kg.validation.shapes import PropertyShape, Shapes
    from cyberstd_kg.workspace.entry_kinds import Part
    from cyberstd_kg.workspace.set_template import MappedText

#: Entities of one addition or removal that are listed.
_LISTED = 200
_MAPPING = "mapping"
_NAMES = (*KINDS, _MAPPING)


@command(
    argument("kind KIND", ", ".join(_NAMES), choices=_NAMES),
    argument(
        "designation",
        "of the standard or text; of an agent its name; of a mapping the text from which it maps",
        nargs="?",
        default="",
    ),
    argument(
        "locator",
        "of a provision, control or term entry in the text; of a mapping the text to which it maps",
        nargs="?",
        default="",
    ),
    argument("--ask", "ask for the values on the terminal"),
    argument("--short", "only what is required, with titles and dates"),
    argument("-o --output FILE", "write to FILE, which must not exist, instead of stdout"),
)
def run_new(args: Namespace) -> int:
    """Write a commented template for an entry, or ask for its values on the terminal.

    The template lists everything that an entry of this kind may state; it comes from the shapes that check entries.
    What the designation implies is filled in.

    examples:
      cyberstd new standard "ISO/IEC 27099" -o new.trig
      cyberstd new edition "ISO/IEC 27404:2025" --ask -o new.trig
      cyberstd new control "ISO/IEC 27404:2025" 7.1 > new.trig
      cyberstd new mapping "CSF 2.0" "ISO/IEC 27001:2022" -o new.sssom.tsv
    """
    text = _mapping_template(args) if args.kind == _MAPPING else _entry_template(args)
    if not args.output:
        render.write(text)
        return 0
    try:
        with Path(args.output).open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        reason = "it exists already" if isinstance(error, FileExistsError) else error.strerror or str(error)
        raise InputError(f"'{args.output}' cannot be written: {reason}", "Choose another name.") from error
    _ask_line(f"{args.output} written. Fill it in, then: cyberstd validate {args.output}")
    return 0


def _is_known(kg: KnowledgeGraph, curie: str) -> bool:
    return bool(kg.lookup.quads(curie))


# ── Entries ──


def _entry_template(args: Namespace) -> str:
    kind = KINDS[args.kind]
    if args.locator and kind.cls not in ("cstd:Provision", "cstd:TermEntry"):
        raise UsageError(f"{kind.name} takes no locator: '{args.locator}'", "Quote a designation that has spaces.")
    kg = open_graph(args)
    above, shapes = kg.superclasses(), validation.shapes.load()
    designation = _regular(kg, kind.prefix, args.designation)
    parts = workspace.entry_kinds.parts(kind, designation, args.locator, lambda curie: _is_known(kg, curie))
    if _is_known(kg, parts[-1].iri):
        render.say(f"{parts[-1].iri} is in the graph already; state only what is new about it")
    questions = _Questions(kg, shapes, above) if args.ask else None
    if questions:
        parts[-1] = questions.entry(parts[-1])
    source = workspace.entry_kinds.source_of(parts)
    if questions:
        source = questions.source(source)
    return workspace.template.write(shapes, above, parts, source, short=args.short)


def _regular(kg: KnowledgeGraph, prefix: str, designation: str) -> str:
    """Return a designation with the name of its standard as the graph has it: "27400:2022" is ISO/IEC 27400:2022."""
    if prefix not in ("std", "project", "stage") or not designation:
        return designation
    work = designations.naming.take_apart(designation).work
    matches = kg.find(work, kinds=["cstd:Standard"])
    regular = kg.lookup.value(matches[0][0], "dct:identifier") if matches else ""
    return designation.replace(work, regular, 1) if regular else designation


class _Questions:
    """Asks for the values of an entry, one after the other, on the terminal."""

    def __init__(self, kg: KnowledgeGraph, shapes: Shapes, above: dict[str, set[str]]) -> None:
        if not sys.stdin.isatty():
            raise UsageError("--ask needs a terminal", "Leave --ask out, and fill the template in with an editor.")
        self._kg = kg
        self._shapes = shapes
        self._above = above

    def entry(self, part: Part) -> Part:
        """Ask for the IRI of an entity, and for all values that are not known yet."""
        _ask_line("Enter skips a question, Ctrl-C stops. Nothing is written before the end.\n")
        return self._values(part)

    def source(self, part: Part) -> Part:
        """Ask for what is required of a source."""
        _ask_line("\nWhich source states it: the page, record or document that you saw.")
        return self._values(part, only_required=True)

    def _values(self, part: Part, *, only_required: bool = False) -> Part:
        iri, values = part.iri, {name: list(known) for name, known in part.values.items()}
        if iri.endswith("fill-in"):
            iri = _answer(f"Its IRI, such as {iri.partition(':')[0]}:iso-iec-27404: ") or iri
        for field, required in workspace.template.fields(self._shapes, expand(part.kind.cls), self._above):
            name = compact(field.path) or field.path
            if name not in values and (required or not only_required):
                values |= {name: answers} if (answers := self._field(field, required)) else {}
        return part._replace(iri=iri, values=values)

    def _field(self, field: PropertyShape, required: bool) -> list[str]:
        """Ask for the values of one property until there are enough."""
        _ask_line(f"\n{render.bold(field.name)}{' (required)' if required else ''}: {field.description}")
        if field.example:
            _ask_line(f"  such as {field.example}")
        values: list[str] = []
        while (answer := _answer("> ")) or (required and not values):
            try:
                values.append(self._value(field, answer))
                if field.limits.get("maxCount") == ["1"]:
                    break
                _ask_line("  Another one, or Enter.")
            except CyberstdError as error:
                _ask_line(f"  {error.message}. {error.hint}")
        return values

    def _value(self, field: PropertyShape, answer: str) -> str:
        """Return an answer in Turtle syntax: a reference as people write it becomes an IRI, a text a literal."""
        if not answer:
            raise UsageError("this value is required", field.message)
        if not field.classes:
            return workspace.template.literal(answer, field)
        schemes = (pattern for pattern in field.limits.get("pattern", []) if "/scheme/" in pattern)
        if scheme := next(schemes, ""):
            code = scheme.partition("/scheme/")[2].partition("#")[0]
            iri = self._kg.resolve_iri(answer, f"code:{code}")
        else:
            iri = self._kg.resolve(answer, kinds=field.classes).iri
        return compact(iri) or f"<{iri}>"


def _ask_line(text: str) -> None:
    """Write lines to the person at the terminal: to stderr, since stdout may carry the template."""
    print("\n".join(map(render.printable, text.split("\n"))), file=sys.stderr)


def _answer(prompt: str) -> str:
    print(prompt, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise UsageError("the input ended before the last question", "Nothing was written; begin again.")
    return line.strip()


# ── Mapping sets ──


def _mapping_template(args: Namespace) -> str:
    if args.ask or args.short:
        raise UsageError(
            "--ask and --short are not for a mapping set, which is a table",
            "Leave them out; fill the template in with an editor, or its table with a spreadsheet.",
        )
    if not (args.designation and args.locator):
        raise UsageError(
            "a mapping set relates two texts", 'Name both: cyberstd new mapping "CSF 2.0" "ISO/IEC 27001:2022".'
        )
    if args.output and not args.output.endswith(MAPPINGS):
        raise UsageError(f"'{args.output}' does not end in {MAPPINGS}", "Mapping sets are recognized by this ending.")
    kg = open_graph(args)

    def codes(scheme: str) -> list[str]:
        iri = PREFIXES[scheme].rstrip("#")
        return sorted(code.rpartition("#")[2] for code in kg.lookup.subjects("skos:inScheme", iri))

    module = workspace.set_template
    ends = (_text(kg, args.designation), _text(kg, args.locator))
    iri = module.set_iri(*ends, lambda curie: _is_known(kg, curie))
    return module.write(validation.shapes.load(), kg.superclasses(), iri, ends, codes)


def _text(kg: KnowledgeGraph, reference: str) -> MappedText:
    """Return the edition, draft or legal act that a reference means."""
    iri = kg.resolve(reference, kinds=["cstd:Text", "cstd:Regulation"]).iri
    name = kg.lookup.value(iri, "dct:identifier") or reference
    work = kg.lookup.value(iri, "cstd:editionOf") or kg.lookup.value(iri, "cstd:draftOf")
    rest = name.removeprefix(kg.lookup.value(work, "dct:identifier") or name)
    return workspace.set_template.MappedText(compact(iri) or iri, name, rest.strip(" :"))


# ── The workspace ──


@command(
    argument("files FILE", "Turtle, TriG, SSSOM/TSV; - for TriG on standard input", nargs="+"),
    SOURCE,
    fail_on("refuse on"),
)
def run_add(args: Namespace) -> int:
    """Validate an entry and add it to your workspace, all or nothing.

    It is written in canonical form into the file of its standard, and the next command sees it. Several files are added
    one after the other.

    examples:
      cyberstd add new.trig
      cyberstd add new.trig --workspace data

    :returns: 0 when all were added; a refused one ends the command with 1, those before it stay
    """
    folder = workspace.changes.Workspace(args.workspace)
    for name in args.files:
        added = folder.add(name, source=source_iri(args.source), fail_on=args.fail_on)
        findings = finding_lines(added.report, name) if added.report.findings else ()
        summary = f"added: {added.statements} statements, in {added.path}"
        render.write_lines([*findings, summary, *_listed(added.entities)])
    return 0


@command(argument("reference", "as people write it: designation, name, CURIE, IRI", nargs="+"))
def run_remove(args: Namespace) -> int:
    """Remove an entry from your workspace.

    Removed is all that your workspace states about the entity and about what belongs to it (a standard's texts, their
    provisions and stages), and the sources that are no longer used. The shipped graph stays as it is.

    examples:
      cyberstd remove "ISO/IEC 27099"
      cyberstd remove std:iso-iec-27099_2026 std:iso-iec-27098_2026

    :returns: 0 done, 1 when other entries depend on it, 3 when the workspace states nothing about it
    """
    kg = open_graph(args)
    removed = kg.workspace.remove(*_meant(kg, args.reference))
    files = ", ".join(map(str, removed.paths))
    render.write_lines([f"removed: {removed.statements} statements, from {files}", *_listed(removed.entities)])
    return 0


def _meant(kg: KnowledgeGraph, words: Sequence[str]) -> list[str]:
    """Return the IRIs of one reference of several words, or of several references of one word each."""
    try:
        return [kg.resolve(" ".join(words)).iri]
    except NotFound:
        if len(words) == 1:
            raise
    return [kg.resolve(word).iri for word in words]


def _listed(iris: Sequence[str]) -> Iterator[str]:
    """Yield the entities that were added or removed; of very many, such as the rows of a mapping set, some."""
    shown = iris if len(iris) <= _LISTED else iris[: _LISTED - 1]
    yield from (f"  {validation.messages.curie(iri)}" for iri in shown)
    if len(shown) < len(iris):
        yield f"  … and {len(iris) - len(shown)} more"
