"""new, add, remove."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cyberstd_kg.cli import render
from cyberstd_kg.cli.options import add_fail_on, add_source, graph, parser, source_iri
from cyberstd_kg.core.errors import CyberstdError, InputError, NotFound, UsageError

if TYPE_CHECKING:
    from argparse import Namespace

    from cyberstd_kg.api.graph import KnowledgeGraph
    from cyberstd_kg.validation.shapes import PropertyShape, Shapes
    from cyberstd_kg.workspace import set_template
    from cyberstd_kg.workspace.changes import Added
    from cyberstd_kg.workspace.entry_kinds import Part

_MAPPING: Final = "mapping"


#: Things that came or went of which so many are named.
_LISTED = 200


def run_new(argv: list[str]) -> int:
    """Write a template for a new entry, or ask for its parts on a terminal."""
    from cyberstd_kg.validation import shapes
    from cyberstd_kg.workspace import entry_kinds, template

    p = parser(
        "new",
        "Begin a new entry. Written is a commented template with everything that an entry of its kind may say, drawn "
        "from the shapes that will check it. With --ask the parts are asked for one by one. What the designation tells "
        "is filled in.",
        'cyberstd new standard "ISO/IEC 27099" -o new.trig',
        'cyberstd new edition "ISO/IEC 27404:2025" --ask -o new.trig',
        'cyberstd new control "ISO/IEC 27404:2025" 7.1 > new.trig',
        'cyberstd new mapping "CSF 2.0" "ISO/IEC 27001:2022" -o new.sssom.tsv',
    )
    names = (*entry_kinds.KINDS, _MAPPING)
    p.add_argument("kind", choices=names, metavar="KIND", help=", ".join(names))
    p.add_argument(
        "designation",
        nargs="?",
        default="",
        help="of the standard or text; the name of an agent; mapping: from which text",
    )
    p.add_argument(
        "locator",
        nargs="?",
        default="",
        help="of a provision, control or term entry in the text; mapping: to which text",
    )
    p.add_argument("--ask", action="store_true", help="ask for the parts on the terminal")
    p.add_argument("--short", action="store_true", help="only what is needed, with titles and dates")
    p.add_argument("-o", "--output", metavar="FILE", help="write to FILE, which must not be there, instead of stdout")
    args = p.parse_args(argv)
    if args.kind == _MAPPING:
        return _new_mapping(args)
    kind = entry_kinds.KINDS[args.kind]
    if args.locator and kind.cls not in ("cstd:Provision", "cstd:TermEntry"):
        raise UsageError(f"{kind.name} takes no locator: '{args.locator}'", "Quote a designation that has spaces.")
    kg = graph(args)
    above = kg.superclasses()
    found = shapes.load()

    def is_known(curie: str) -> bool:
        return bool(kg.lookup.quads(curie))

    parts = entry_kinds.parts(kind, _regular(kg, kind.prefix, args.designation), args.locator, is_known)
    if is_known(parts[-1].iri):
        say(f"cyberstd: {parts[-1].iri} is in the graph already; state only what is new of it")
    if args.ask:
        parts[-1] = _asked(kg, found, above, parts[-1])
    source = entry_kinds.source_of(parts)
    if args.ask:
        say("\nWho says so: the page, record or document that you saw.")
        source = _asked(kg, found, above, source, all_of_it=False)
    _hand_out(args.output, template.write(found, above, parts, source, short=args.short))
    return 0


def _new_mapping(args: Namespace) -> int:
    """Write the template of a mapping set."""
    from cyberstd_kg.core.assets import MAPPINGS
    from cyberstd_kg.core.iris import PREFIXES
    from cyberstd_kg.validation import shapes
    from cyberstd_kg.workspace import set_template

    if args.ask or args.short:
        raise UsageError(
            "a mapping set is a table, which cannot be asked for on a terminal or cut short",
            "Leave --ask and --short out: the template is filled in with an editor, its table with a spreadsheet too.",
        )
    if not (args.designation and args.locator):
        raise UsageError(
            "a mapping set relates two texts", 'Name both: cyberstd new mapping "CSF 2.0" "ISO/IEC 27001:2022".'
        )
    if args.output and not args.output.endswith(MAPPINGS):
        raise UsageError(f"'{args.output}' does not end in {MAPPINGS}", "By this ending a mapping set is known.")
    kg = graph(args)

    def codes(scheme: str) -> list[str]:
        iri = PREFIXES[scheme].rstrip("#")
        return sorted(code.rpartition("#")[2] for code in kg.lookup.subjects("skos:inScheme", iri))

    def is_known(curie: str) -> bool:
        return bool(kg.lookup.quads(curie))

    ends = (_text(kg, args.designation), _text(kg, args.locator))
    iri = set_template.set_iri(*ends, is_known)
    text = set_template.write(shapes.load(), kg.superclasses(), iri, ends, codes)
    _hand_out(args.output, text)
    return 0


def _text(kg: KnowledgeGraph, reference: str) -> set_template.MappedText:
    """Return the edition, draft or legal act that a reference means."""
    from cyberstd_kg.core.iris import compact
    from cyberstd_kg.workspace.set_template import MappedText

    iri = kg.resolve(reference, kinds=["cstd:Text", "cstd:Regulation"]).iri
    name = kg.lookup.value(iri, "dct:identifier") or reference
    work = kg.lookup.value(iri, "cstd:editionOf") or kg.lookup.value(iri, "cstd:draftOf")
    rest = name.removeprefix(kg.lookup.value(work, "dct:identifier") or name)
    return MappedText(compact(iri) or iri, name, rest.strip(" :"))


def _hand_out(output: str | None, text: str) -> None:
    """Write a template to stdout, or to a new file."""
    if not output:
        render.write(text)
        return
    _write_new(output, text)
    print(f"{output} written. Fill it in, then: cyberstd validate {output}", file=sys.stderr)


def _regular(kg: KnowledgeGraph, prefix: str, designation: str) -> str:
    """Return a designation with the name of its standard as the graph has it: "27400:2022" is ISO/IEC 27400:2022."""
    from cyberstd_kg.designations import naming

    if prefix not in ("std", "project", "stage") or not designation:
        return designation
    work = naming.take_apart(designation).work
    found = kg.find(work, kinds=["cstd:Standard"])
    regular = kg.lookup.value(found[0][0], "dct:identifier") if found else ""
    return designation.replace(work, regular, 1) if regular else designation


def _write_new(name: str, text: str) -> None:
    """Write *text* to a file that is not there yet."""
    try:
        with Path(name).open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        reason = "it is there already" if isinstance(error, FileExistsError) else error.strerror or str(error)
        raise InputError(f"'{name}' cannot be written: {reason}", "Choose another name.") from error


def _asked(
    kg: KnowledgeGraph, shapes: Shapes, above: dict[str, set[str]], part: Part, *, all_of_it: bool = True
) -> Part:
    """Ask for the IRI of a thing, and for all of it that is not known yet, or for what is needed."""
    from cyberstd_kg.core.iris import compact, expand
    from cyberstd_kg.workspace.template import fields

    if not sys.stdin.isatty():
        raise UsageError("--ask needs a terminal", "Leave --ask out: the template can be filled in with an editor.")
    if all_of_it:
        say("Enter leaves a part out, Ctrl-C stops. Nothing is written before the end.\n")
    iri, values = part.iri, {name: list(held) for name, held in part.values.items()}
    if iri.endswith("fill-in"):
        iri = _answer(f"Its IRI, such as {iri.partition(':')[0]}:iso-iec-27404: ") or iri
    for field, needed in fields(shapes, expand(part.kind.cls), above):
        name = compact(field.path) or field.path
        if name in values or not (needed or all_of_it):
            continue
        say(f"\n{render.bold(field.name)}{' (needed)' if needed else ''}: {field.description}")
        if field.example:
            say(f"  such as {field.example}")
        while (answer := _answer("> ")) or (needed and name not in values):
            try:
                values.setdefault(name, []).append(_value(kg, field, answer))
                if field.limits.get("maxCount") == ["1"]:
                    break
                say("  Another one, or Enter.")
            except CyberstdError as error:
                say(f"  {error.message}. {error.hint}")
    return part._replace(iri=iri, values=values)


def say(text: str) -> None:
    """Write lines to the person at the terminal: to stderr, since stdout may carry the template."""
    print("\n".join(map(render.printable, text.split("\n"))), file=sys.stderr)


def _answer(prompt: str) -> str:
    print(prompt, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise UsageError("the questions were not answered to the end", "Nothing was written.")
    return line.strip()


def _value(kg: KnowledgeGraph, field: PropertyShape, answer: str) -> str:
    """Return an answer in Turtle syntax: a reference as people write it becomes an IRI, a text a literal."""
    from cyberstd_kg.core.iris import compact
    from cyberstd_kg.workspace import template

    if not answer:
        raise UsageError("this part is needed", field.message)
    if not field.classes:
        return template.literal(answer, field)
    scheme = next((found for found in field.limits.get("pattern", []) if "/scheme/" in found), "")
    if scheme:
        code = scheme.partition("/scheme/")[2].partition("#")[0]
        found = kg.resolve_iri(answer, f"code:{code}")
    else:
        found = kg.resolve(answer, kinds=field.classes).iri
    return compact(found) or f"<{found}>"


def run_add(argv: list[str]) -> int:
    """Add entries to the workspace, each validated and whole, or not at all.

    :returns: 0 when all were added; a refused one ends the command with 1, those before it stay
    """
    p = parser(
        "add",
        "Add an entry to your workspace: it is validated as by validate, and written in canonical form into the file "
        "of its standard, whole or not at all. The next question sees it. Of several files each is added by itself, in "
        "their order.",
        "cyberstd add new.trig",
        "cyberstd add new.trig --workspace data",
    )
    p.add_argument("files", nargs="+", metavar="FILE", help="Turtle, TriG, SSSOM/TSV; - for TriG on standard input")
    add_source(p)
    add_fail_on(p, "refuse on")
    args = p.parse_args(argv)
    from cyberstd_kg.workspace.changes import Workspace

    workspace = Workspace(args.workspace)
    for name in args.files:
        added = workspace.add(name, source=source_iri(args.source), fail_on=args.fail_on)
        render.write(_added_text(added))
    return 0


def _meant(kg: KnowledgeGraph, words: list[str]) -> list[str]:
    """Return the IRIs of one reference of several words, or of several references of one word each."""
    try:
        return [kg.resolve(" ".join(words)).iri]
    except NotFound:
        if len(words) == 1:
            raise
    return [kg.resolve(word).iri for word in words]


def _things(iris: list[str]) -> str:
    """Return the things that came or went, a line each; of very many, such as the rows of a mapping set, the first."""
    from cyberstd_kg.validation.messages import curie

    shown = iris if len(iris) <= _LISTED else iris[: _LISTED - 1]
    more = f"  … and {len(iris) - len(shown)} more\n" if len(shown) < len(iris) else ""
    return "".join(f"  {curie(iri)}\n" for iri in shown) + more


def _added_text(added: Added) -> str:
    from cyberstd_kg.cli.check import findings_text

    told = findings_text(added.report, "noticed") if added.report.findings else ""
    things = _things(added.entities)
    return f"{told}added: {added.statements} statements, in {added.path}\n{things}"


def run_remove(argv: list[str]) -> int:
    """Take away what the workspace says of a thing.

    :returns: 0 done, 1 when something else rests on it, 3 when the workspace says nothing of it
    """
    p = parser(
        "remove",
        "Take an entry of yours away: all that your workspace says of a thing, of what belongs to it (a standard's "
        "texts, their provisions and stages), and of sources that nothing rests on any more. The shipped graph stays.",
        'cyberstd remove "ISO/IEC 27099"',
        "cyberstd remove std:iso-iec-27099_2026 std:iso-iec-27098_2026",
    )
    p.add_argument("reference", nargs="+", help="as people write it: designation, name, CURIE, IRI")
    args = p.parse_args(argv)
    kg = graph(args)
    removed = kg.workspace.remove(*_meant(kg, args.reference))

    files = ", ".join(str(path) for path in removed.paths)
    things = _things(removed.entities)
    render.write(f"taken away: {removed.statements} statements, from {files}\n{things}")
    return 0
