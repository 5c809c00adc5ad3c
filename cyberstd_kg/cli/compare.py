"""compare: the definitions of a term side by side, for a terminal and for a document."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from cyberstd_kg import definitions, sparql
from cyberstd_kg.cli.command import TABLE_FORMATS, argument, command, formats, open_graph
from cyberstd_kg.cli.render import Heading, Row, bold, padded, rows, terminal_width, write, write_json, write_lines
from cyberstd_kg.core import words
from cyberstd_kg.core.errors import UsageError

if TYPE_CHECKING:
    from cyberstd_kg.definitions.comparison import Comparison, Difference, Facet
    from cyberstd_kg.definitions.entries import TermEntry
    from cyberstd_kg.graph.lookup import Source

#: What the matrix of facets shows for an entry and a value: it states it, has it by reference, states nothing about
#: the facet, or its facets are not in the graph; and where it states another value of the facet.
_OWN, _REFERENCE, _SILENT, _NOT_HELD, _ANOTHER = "●", "○", " ", "?", "·"
#: With so many entries or fewer each pair is explained.
_FEW: Final = 4
#: So many pairs of one relation are listed.
_PAIRS: Final = 60
#: Widest column of facet values beside the matrix, and the room that the matrix needs behind it.
_LABELS, _COUNTS = 36, 14


@command(
    argument("term", "a term that some text defines", nargs="+"),
    argument("--only REF", "only the definition in this text; repeatable", action="append", default=[]),
    argument("--dark", "svg: dark, whatever the viewer prefers"),
    formats(*TABLE_FORMATS, "svg"),
)
def run_compare(args: Namespace) -> int:
    """Compare the definitions of a term, facet by facet: what several share, what only one states, where one is silent.

    Also shown are the words that differ, which definition was taken over from which, and how each relates to the
    others, with reasons. Genus and facets are our reading of the words.

    examples:
      cyberstd compare cybersecurity
      cyberstd compare cybersecurity --only X.1205 --only 27032 --only 27100
      cyberstd compare cybersecurity --format svg > definitions.svg
      cyberstd compare risk --format json
    """
    if args.dark and args.format != "svg":
        raise UsageError("--dark is for the picture", "Add --format svg, or leave it out.")
    comparison = open_graph(args).compare(" ".join(args.term), only=args.only)
    if args.format == "json":
        write_json(comparison.to_json())
    elif args.format == "svg":
        write(definitions.picture.svg(comparison, dark=args.dark))
    elif args.format in ("csv", "tsv"):
        module = definitions.comparison
        write(rows(module.COLUMNS, comparison.table(), args.format))
    elif args.format == "md":
        write(markdown(comparison))
    else:
        write_lines(comparison_lines(comparison))
    return 0


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """Yield the comparison as lines."""
    yield Heading(comparison.heading)
    for entry in comparison.entries:
        yield ""
        yield from _entry(comparison, entry)
    for title, section in (
        ("Genus and facets (our reading)", _facets(comparison)),
        ("Words of the definitions", _words(comparison)),
        ("Lineage", (f"  {lineage_text(comparison, step)}" for step in comparison.lineage)),
        ("How they relate (computed)", _relations(comparison)),
    ):
        if lines := [*section]:
            yield from ("", Heading(title), *lines)


# ── The entries ──


def _entry(comparison: Comparison, entry: TermEntry) -> Iterator[str]:
    yield Heading(f"[{entry.number}] {entry.citation}")
    if about := " · ".join(_about(entry)):
        yield f"    {about}"
    yield from (f"    {text}" for text in _wording(comparison, entry))
    if entry.other_names:
        yield f"    also called: {', '.join(entry.other_names)}"
    yield from (f"    note: {note}" for note in entry.notes)
    yield from (f"    we note: {remark}" for remark in entry.remarks)
    if entry.uncertain:
        yield "    our reading of it is uncertain"
    if classes := comparison.classes.get(entry.iri):
        yield f"    inferred classes: {', '.join(label for _, label in classes)}"
    yield from (f"    source: {_source_text(source)}" for source in entry.sources)


def _about(entry: TermEntry) -> list[str]:
    """Return date, kind, publisher and language of an entry, what is known of them."""
    kinds = ", ".join(dict.fromkeys(part for part in (entry.kind, entry.type) if part))
    languages = ", ".join(lang for lang in entry.languages if lang)
    return [part for part in (_date(entry), kinds, "; ".join(entry.publishers), languages) if part]


def _date(entry: TermEntry) -> str:
    """Return the day of an entry, or the month or year in which it lies."""
    first, last = entry.date
    lengths = (length for length in (len(first), 7, 4) if first[:length] == last[:length])
    return first[: next(lengths, len(first))]


def _wording(comparison: Comparison, entry: TermEntry) -> list[str]:
    """Return the definitions of an entry in words, or why there are none."""
    if entry.definitions:
        return [definition.text for definition in entry.definitions]
    if entry.wording:
        return [entry.wording]
    if comparison.referred(entry.iri):
        return [f"no words of its own: see {comparison.citation(comparison.referred(entry.iri))}"]
    if comparison.has_facets(entry.iri):
        return ["its words are not in the graph"]
    return ["no definition is in the graph, only the entry"]


def _source_text(source: Source) -> str:
    """Return a source as one line: document, locator, how it states it, what its licence lets us keep."""
    marks = "; ".join(part for part in (source.says, source.tier) if part)
    cited = definitions.entries.cited(source)
    return f"{cited} ({marks})" if marks else cited


# ── Genus and facets ──


class _Matrix(NamedTuple):
    """How wide the columns of the matrix are: of facet values, and of each entry."""

    labels: int
    entries: int


def _facets(comparison: Comparison) -> Iterator[str]:
    """Yield the values of each facet with the entries that state them; as a matrix where the terminal has room."""
    if not comparison.facets:
        yield "  none in the graph"
        return
    several = len(comparison.entries) > 1
    matrix = _matrix(comparison) if several else None
    if several:
        marks = f"{_OWN} states it, {_REFERENCE} has it by reference, silent (blank)" if matrix else "silent"
        yield f"  {marks}: the definition states nothing about the facet, though another one does"
    for facet, name in comparison.facet_names.items():
        yield ""
        title = definitions.blocks.NAMES.get(name, name)
        heads = "".join(str(entry.number).rjust(matrix.entries) for entry in comparison.entries) if matrix else ""
        yield Row(f"{bold(title.ljust(matrix.labels) if matrix else title)}{heads}")
        for value in (value for value in comparison.facets if value.facet == facet):
            if matrix:
                yield from _matrix_row(comparison, value, matrix)
            else:
                yield f"  {value.value_label}{_holders(comparison, value) if several else ''}"
        if several:
            yield from _silence(comparison, facet)
    lacking = [entry.iri for entry in comparison.entries if not comparison.has_facets(entry.iri)]
    if lacking:
        yield f"  Not in the graph: genus and facets of {_numbers(comparison, lacking)}."


def _matrix(comparison: Comparison) -> _Matrix | None:
    """Return the widths of the matrix, or None where the terminal is too narrow for it."""
    entries = max(2, *(len(str(entry.number)) for entry in comparison.entries)) + 1
    labels = min(max(words.columns(facet.value_label) for facet in comparison.facets) + 2, _LABELS)
    fits = labels + entries * len(comparison.entries) + _COUNTS <= terminal_width()
    return _Matrix(labels, entries) if fits else None


def _matrix_row(comparison: Comparison, value: Facet, matrix: _Matrix) -> Iterator[str]:
    signs = "".join(_mark(comparison, value, entry).rjust(matrix.entries) for entry in comparison.entries)
    *above, last = words.wrap(value.value_label, matrix.labels, first="  ", rest="    ")
    yield from map(Row, above)
    yield Row(f"{padded(last, matrix.labels)}{signs}  {_extent(value)}".rstrip())


def _mark(comparison: Comparison, value: Facet, entry: TermEntry) -> str:
    if entry.iri in value.entries:
        return _OWN
    if entry.iri in value.by_reference:
        return _REFERENCE
    if not comparison.has_facets(entry.iri):
        return _NOT_HELD
    silent = (*comparison.silent(entry.iri), *comparison.silent(entry.iri, by_reference=True))
    return _SILENT if value.facet in silent else _ANOTHER


def _holders(comparison: Comparison, value: Facet) -> str:
    reference = f" (by reference {_numbers(comparison, value.by_reference)})" if value.by_reference else ""
    return f": {_numbers(comparison, value.entries)}{reference}, {_extent(value)}"


def _extent(value: Facet) -> str:
    """Return how many entries state a value, in few words."""
    shared = definitions.shared
    if value.standing == shared.SHARED_BY_ALL:
        return f"by all {len(value.entries)}"
    return f"by {len(value.entries)}" if value.standing == shared.SHARED else value.standing


def _silence(comparison: Comparison, facet: str) -> Iterator[str]:
    silent = [entry.iri for entry in comparison.entries if facet in comparison.silent(entry.iri)]
    taken = [entry.iri for entry in comparison.entries if facet in comparison.silent(entry.iri, by_reference=True)]
    parts = [_numbers(comparison, silent)] * bool(silent)
    parts += [f"by reference {_numbers(comparison, taken)}"] * bool(taken)
    if parts:
        yield f"  silent: {', '.join(parts)}"


# ── Words, lineage, relations ──


def _words(comparison: Comparison) -> Iterator[str]:
    if len(comparison.entries) < 2:
        return
    for vocabulary in comparison.vocabularies:
        name = vocabulary.lang or "no language"
        entries = vocabulary.entries
        if vocabulary.why_not or len(entries) < 2:
            why = vocabulary.why_not or "no other definition in this language is in the graph"
            if entries:
                yield f"  {name}: {_numbers(comparison, entries)} not compared: {why}"
            continue
        shared = ", ".join(f"{word.word} {_numbers(comparison, word.entries)}" for word in vocabulary.shared)
        yield f"  {name}, shared: {shared or 'none'}"
        for entry in entries:
            if only := vocabulary.only(entry):
                yield f"  {name}, only {_numbers(comparison, [entry])}: {', '.join(only)}"


def lineage_text(comparison: Comparison, step: Difference) -> str:
    """Return one step of a lineage in words, with what was kept of the earlier text."""
    link = step.link
    start, end = (_named(comparison, iri) for iri in (link.start, link.end))
    head = f"{start} → {link.property_label} → {end} ({link.status})"
    if step.why_not:
        return f"{head}: {step.why_not}"
    if step.same:
        return f"{head}: word for word the same"
    signs = {"kept": "{}", "added": "[+{}]", "left out": "[−{}]"}
    return f"{head}: {' '.join(signs[piece.what].format(piece.text) for piece in step.pieces)}"


def _relations(comparison: Comparison) -> Iterator[str]:
    if not comparison.relations:
        return
    number = {entry.iri: entry.number for entry in comparison.entries}
    if len(comparison.entries) <= _FEW:
        for relation in comparison.relations:
            yield f"  [{number[relation.first]}]–[{number[relation.second]}] {relation.name}. {relation.reason}"
        return
    for name, pairs in _pairs(comparison):
        more = f" and {len(pairs) - _PAIRS} more" if len(pairs) > _PAIRS else ""
        yield f"  {name} ({len(pairs)}): {', '.join(pairs[:_PAIRS])}{more}"
    yield "  Reasons: choose up to four definitions with --only, or --format json."


def _pairs(comparison: Comparison) -> Iterator[tuple[str, list[str]]]:
    """Yield each relation with the pairs of numbers between which it holds."""
    number = {entry.iri: entry.number for entry in comparison.entries}
    for name, relations in comparison.grouped().items():
        yield name, [f"{number[relation.first]}–{number[relation.second]}" for relation in relations]


def _numbers(comparison: Comparison, iris: Iterable[str]) -> str:
    wanted = set(iris)
    return " ".join(f"[{entry.number}]" for entry in comparison.entries if entry.iri in wanted)


def _named(comparison: Comparison, iri: str) -> str:
    number = next((f"[{entry.number}] " for entry in comparison.entries if entry.iri == iri), "")
    return f"{number}{comparison.citation(iri)}"


# ── Markdown ──


def markdown(comparison: Comparison) -> str:
    """Return the comparison for a document: tables of the entries, of genus and facets, of lineage and relations."""
    table = sparql.results.markdown_text
    several = len(comparison.entries) > 1
    heads = [
        f"{entry.number}" if several else f"{comparison.label}: definition {entry.number}"
        for entry in comparison.entries
    ]
    body = [
        [
            str(entry.number),
            entry.citation,
            " · ".join(_about(entry)),
            " / ".join(_wording(comparison, entry)),
            " ".join(entry.notes),
            "; ".join(_source_text(source) for source in entry.sources),
        ]
        for entry in comparison.entries
    ]
    parts = [
        table(("", "text", "date, kind, publisher", f"definition of {comparison.label}", "notes", "sources"), body)
    ]
    if comparison.facets:
        facets = [[definitions.blocks.NAMES.get(row[0], row[0]), *row[1:]] for row in comparison.rows()]
        parts.append(table(("genus and facets (our reading)", *heads), facets))
    if comparison.lineage:
        parts.append(table(("lineage",), [[lineage_text(comparison, step)] for step in comparison.lineage]))
    if comparison.relations and len(comparison.entries) <= _FEW:
        number = {entry.iri: entry.number for entry in comparison.entries}
        explained = [[f"{number[r.first]}–{number[r.second]}", r.name, r.reason] for r in comparison.relations]
        parts.append(table(("pair", "relation (computed)", "reason"), explained))
    elif comparison.relations:
        grouped = [[name, ", ".join(pairs)] for name, pairs in _pairs(comparison)]
        parts.append(table(("relation (computed)", "pairs"), grouped))
    return "\n".join(parts)
