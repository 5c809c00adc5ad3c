"""The definition lens for a terminal and for a document: entries, a matrix of facets, words, lineage, relations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from cyberstd_kg.cli.render import bold, fill
from cyberstd_kg.definitions.blocks import NAMES
from cyberstd_kg.definitions.entries import cited
from cyberstd_kg.definitions.shared import SHARED, SHARED_BY_ALL
from cyberstd_kg.sparql.results import markdown_text

if TYPE_CHECKING:
    from cyberstd_kg.definitions.comparison import Comparison, Difference, Facet
    from cyberstd_kg.definitions.entries import TermEntry
    from cyberstd_kg.graph.lookup import Source

#: States it itself, has it by reference, is silent on the facet, is not held.
MARKS: Final = {"own": "●", "reference": "○", "silent": " ", "not held": "?"}
#: No line of running text is longer than this.
_WIDEST: Final = 110
#: With so many entries or fewer each pair is told with its reason.
_FEW: Final = 4
#: So many pairs of one relation are listed.
_PAIRS: Final = 60


def text(found: Comparison, width: int) -> str:
    """Return the comparison for a terminal of *width* characters."""
    width = max(width, 40)
    lines = [bold(found.heading)]
    for entry in found.entries:
        lines += ["", *_entry(found, entry, min(width, _WIDEST))]
    lines += _facets(found, width)
    lines += _words(found, min(width, _WIDEST))
    lines += _lineage(found, min(width, _WIDEST))
    lines += _relations(found, min(width, _WIDEST))
    return "\n".join(lines) + "\n"


def told_of(entry: TermEntry) -> list[str]:
    """Return date, kind, publisher and language of an entry, what is known of them."""
    kinds = ", ".join(dict.fromkeys(part for part in (entry.kind, entry.type) if part))
    languages = ", ".join(lang for lang in entry.languages if lang)
    return [part for part in (_date(entry), kinds, "; ".join(entry.publishers), languages) if part]


def wording(found: Comparison, entry: TermEntry) -> list[str]:
    """Return the definitions of an entry in words, or why there are none."""
    if entry.definitions:
        return [d.text for d in entry.definitions]
    if entry.wording:
        return [entry.wording]
    if found.referred(entry.iri):
        return [f"no words of its own: see {found.citation(found.referred(entry.iri))}"]
    return [
        "its words are not stored here"
        if found.has_facets(entry.iri)
        else "no definition is held: only the entry is known"
    ]


def _date(entry: TermEntry) -> str:
    first, last = entry.date
    return (
        first
        if first == last
        else first[:7]
        if first[:7] == last[:7]
        else first[:4]
        if first[:4] == last[:4]
        else first
    )


def _entry(found: Comparison, entry: TermEntry, width: int) -> list[str]:
    told = wording(found, entry)
    told += [f"also called: {', '.join(entry.other_names)}"] * bool(entry.other_names)
    told += [f"note: {note}" for note in entry.notes]
    told += [f"we note: {remark}" for remark in entry.remarks]
    told += ["our reading of it is uncertain"] * entry.uncertain
    if classes := found.classes.get(entry.iri):
        told.append(f"by reasoning: {', '.join(label for _, label in classes)}")
    told += [f"source: {source_text(source)}" for source in entry.sources]
    head = " · ".join(told_of(entry))
    lines = [*map(bold, fill(f"[{entry.number}] {entry.citation}", width, "", "    "))]
    lines += fill(head, width, "    ", "      ") if head else []
    return [*lines, *(part for line in told for part in fill(line, width, "    ", "      "))]


def source_text(source: Source) -> str:
    """Return a source as one line: document, place in it, how it speaks, what its licence lets us keep."""
    marks = "; ".join(part for part in (source.says, source.tier) if part)
    return f"{cited(source)} ({marks})" if marks else cited(source)


def _facets(found: Comparison, width: int) -> list[str]:
    if not found.facets:
        return ["", "Genus and facets: none is held."]
    lines = ["", bold("Genus and facets, our reading")]
    several = len(found.entries) > 1
    room = max(2, *(len(str(entry.number)) for entry in found.entries)) + 1
    label = min(max(len(f.value_label) for f in found.facets) + 2, 36)
    matrix = several and label + room * len(found.entries) + 14 <= width
    if several:
        marks = f"{MARKS['own']} states it, {MARKS['reference']} has it by reference, "
        lines += fill(
            f"{marks if matrix else ''}silent{' (blank)' * matrix}: states nothing for the facet, though another does; "
            "that is read off what is held",
            min(width, _WIDEST),
            "  ",
            "  ",
        )
    for facet, name in found.facet_names.items():
        values = [f for f in found.facets if f.facet == facet]
        lines += ["", *_facet(found, facet, NAMES.get(name, name), values, (label, room, matrix, several, width))]
    lacking = [f"[{e.number}]" for e in found.entries if not found.has_facets(e.iri)]
    lines += [f"  Not held: genus and facets of {', '.join(lacking)}."] * bool(lacking)
    return lines


def _facet(
    found: Comparison, facet: str, name: str, values: Sequence[Facet], shape: tuple[int, int, bool, bool, int]
) -> list[str]:
    label, room, matrix, several, width = shape
    silent = [e for e in found.entries if facet in found.silent(e.iri)]
    taken = [e for e in found.entries if facet in found.silent(e.iri, by_reference=True)]
    lines = []
    if matrix:
        heads = "".join(str(entry.number).rjust(room) for entry in found.entries)
        lines.append(f"{bold(name.ljust(label))}{heads}")
    else:
        lines.append(bold(name))
    for value in values:
        told = standing(value) if several else ""
        if matrix:
            signs = "".join(_mark(found, value, entry).rjust(room) for entry in found.entries)
            parts = fill(value.value_label, label, "  ", "    ")
            lines += [*parts[:-1], f"{parts[-1].ljust(label)}{signs}  {told}".rstrip()]
        else:
            who = _numbers(found, value.entries)
            who += f" (by reference {_numbers(found, value.by_reference)})" if value.by_reference else ""
            lines += fill(f"{value.value_label}{f': {who}, {told}' if several else ''}", width, "  ", "    ")
    if several:
        quiet = _numbers(found, [e.iri for e in silent])
        quiet += f"{', ' * bool(silent)}by reference {_numbers(found, [e.iri for e in taken])}" if taken else ""
        lines += fill(f"silent: {quiet}", min(width, _WIDEST), "  ", "    ") if quiet else []
    return lines


def standing(value: Facet) -> str:
    """Return the standing of a value among the entries in few words."""
    if value.standing == SHARED_BY_ALL:
        return f"by all {len(value.entries)}"
    return f"by {len(value.entries)}" if value.standing == SHARED else value.standing


def _mark(found: Comparison, value: Facet, entry: TermEntry) -> str:
    if entry.iri in value.entries:
        return MARKS["own"]
    if entry.iri in value.by_reference:
        return MARKS["reference"]
    if not found.has_facets(entry.iri):
        return MARKS["not held"]
    quiet = value.facet in (*found.silent(entry.iri), *found.silent(entry.iri, by_reference=True))
    return MARKS["silent"] if quiet else "·"


def _words(found: Comparison, width: int) -> list[str]:
    held = [one for one in found.vocabularies if one.entries]
    if len(found.entries) < 2 or not held:
        return []
    lines = ["", bold("Words of the definitions")]
    for one in held:
        name = one.lang or "no language"
        if one.why_not or len(one.entries) < 2:
            why = one.why_not or "no other definition is held in this language"
            lines += fill(f"{name}: {_numbers(found, one.entries)} not compared: {why}", width, "  ", "    ")
            continue
        shared = ", ".join(f"{word.word} {_numbers(found, word.entries)}" for word in one.shared)
        lines += fill(f"{name}, shared: {shared or 'none'}", width, "  ", "    ")
        for entry in one.entries:
            if only := one.only(entry):
                lines += fill(f"{name}, only {_numbers(found, [entry])}: {', '.join(only)}", width, "  ", "    ")
    return lines


def _lineage(found: Comparison, width: int) -> list[str]:
    if not found.lineage:
        return []
    lines = ["", bold("Lineage")]
    for step in found.lineage:
        lines += fill(lineage_text(found, step), width, "  ", "    ")
    return lines


def lineage_text(found: Comparison, step: Difference) -> str:
    """Return one step of a lineage in words, with what was kept of the earlier text."""
    link = step.link
    ends = [_named(found, iri) for iri in (link.start, link.end)]
    told = f"{ends[0]} → {link.property_label} → {ends[1]} ({link.status})"
    if step.why_not:
        return f"{told}: {step.why_not}"
    if step.same:
        return f"{told}: word for word the same"
    signs = {"kept": "{}", "added": "[+{}]", "left out": "[−{}]"}
    return f"{told}: {' '.join(signs[piece.what].format(piece.text) for piece in step.pieces)}"


def _relations(found: Comparison, width: int) -> list[str]:
    if not found.relations:
        return []
    lines = ["", bold("How they relate (computed)")]
    numbers = {entry.iri: entry.number for entry in found.entries}
    if len(found.entries) <= _FEW:
        for relation in found.relations:
            pair = f"[{numbers[relation.first]}]–[{numbers[relation.second]}]"
            lines += fill(f"{pair} {relation.name}. {relation.reason}", width, "  ", "    ")
        return lines
    for name, pairs in found.grouped().items():
        told = ", ".join(f"{numbers[r.first]}–{numbers[r.second]}" for r in pairs[:_PAIRS])
        more = f" and {len(pairs) - _PAIRS} more" if len(pairs) > _PAIRS else ""
        lines += fill(f"{name} ({len(pairs)}): {told}{more}", width, "  ", "    ")
    return [*lines, "  Why: choose up to four with --only, or --format json."]


def _numbers(found: Comparison, iris: Iterable[str]) -> str:
    wanted = set(iris)
    return " ".join(f"[{entry.number}]" for entry in found.entries if entry.iri in wanted)


def _named(found: Comparison, iri: str) -> str:
    number = next((f"[{entry.number}] " for entry in found.entries if entry.iri == iri), "")
    return f"{number}{found.citation(iri)}"


def markdown(found: Comparison) -> str:
    """Return the comparison for a document: tables of the entries, of genus and facets, of lineage and relations."""
    several = len(found.entries) > 1
    heads = [
        f"{found.label}: definition {entry.number}" if not several else f"{entry.number}" for entry in found.entries
    ]
    body = [
        [
            str(entry.number),
            entry.citation,
            " · ".join(told_of(entry)),
            " / ".join(wording(found, entry)),
            " ".join(entry.notes),
            "; ".join(source_text(source) for source in entry.sources),
        ]
        for entry in found.entries
    ]
    parts = [markdown_text(("", "text", "who, when", f"definition of {found.label}", "notes", "sources"), body)]
    if found.facets:
        rows = [[NAMES.get(row[0], row[0]), *row[1:]] for row in found.rows()]
        parts.append(markdown_text(("genus and facets (our reading)", *heads), rows))
    if found.lineage:
        parts.append(markdown_text(("lineage",), [[lineage_text(found, step)] for step in found.lineage]))
    numbers = {entry.iri: entry.number for entry in found.entries}
    if found.relations and len(found.entries) <= _FEW:
        told = [[f"{numbers[r.first]}–{numbers[r.second]}", r.name, r.reason] for r in found.relations]
        parts.append(markdown_text(("pair", "relation (computed)", "why"), told))
    elif found.relations:
        grouped = [
            [name, ", ".join(f"{numbers[r.first]}–{numbers[r.second]}" for r in pairs)]
            for name, pairs in found.grouped().items()
        ]
        parts.append(markdown_text(("relation (computed)", "pairs"), grouped))
    return "\n".join(parts)
