"""What came, went and moved: between two days, or between two exports of the graph.

Between two days: texts that were published, that ended, and undertakings whose stage moved (computed, see
docs/decisions/0012-time.md).  Between two exports: standards, texts and projects that only one of them describes, the
last stage stated of each, and titles, dates and replacements that differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from cyberstd_kg.core import iris
from cyberstd_kg.core.days import Interval, compact
from cyberstd_kg.core.errors import InputError, UsageError
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.core.words import term_words
from cyberstd_kg.lifecycle.evidence import IN_FORCE, NOT_KNOWN, NOT_YET, WITHDRAWN, PublishedText
from cyberstd_kg.rdf import turtle

if TYPE_CHECKING:
    import pyoxigraph as ox

    from cyberstd_kg.lifecycle.standards import Progress, Work

CAME, WENT, MOVED, SEEN, PERHAPS, CHANGED = "came", "went", "moved", "first seen", "perhaps", "changed"
_ORDER: Final = {CAME: 0, WENT: 1, MOVED: 2, SEEN: 3, CHANGED: 4, PERHAPS: 5}
#: Suffixes of exports that can be read again.
_READABLE: Final = (".trig", ".nq", ".ttl", ".nt")


def _called(curies: str) -> dict[str, str]:
    """Return the IRIs of terms, each with what the term is called."""
    return {iri: term_words(iri) for iri in map(iris.expand, curies.split())}


_KINDS: Final = _called("cstd:Standard cstd:Edition cstd:Amendment cstd:Draft cstd:Project cstd:LivingText")
#: Properties whose values are compared.
_COMPARED: Final = _called("dct:title cstd:printedDate dct:replaces cstd:revises cstd:documentType cstd:developedBy")
_TYPE, _LABEL, _IDENTIFIER = (iris.expand(name) for name in ("rdf:type", "rdfs:label", "dct:identifier"))
_STAGE_OF, _STAGE, _PRINTED_STAGE, _EARLIEST = (
    iris.expand(f"cstd:{name}") for name in ("stageOf", "stage", "printedStage", "earliest")
)
_READ: Final = {*_COMPARED, _TYPE, _LABEL, _IDENTIFIER, _STAGE_OF, _STAGE, _PRINTED_STAGE, _EARLIEST}


class Change(NamedTuple):
    """One difference: *what* is the kind of the entity, or the property that changed.

    *change* is came, went, moved or changed; first seen, of a project that a source saw for the first time; perhaps, of
    what came or went on a day that may lie before the time asked for, or after it.

    *old* and *new* are the values before and after (a state, a stage, a text); *on* is the day of the change, as far as
    it is known.
    """

    change: str
    iri: str
    name: str
    what: str
    old: str
    new: str
    on: str

    @property
    def order(self) -> tuple[int, str, tuple[str, str], str, str]:
        """Sort key: by kind of change, day and name."""
        return _ORDER[self.change], self.on, natural(self.name), self.what, self.iri


def between(works: Iterable[Work], old: str, new: str) -> list[Change]:
    """Return what came, went and moved of *works* after the day *old*, up to and with the day *new*.

    :raises UsageError: when *new* lies before *old*
    """
    if new < old:
        raise UsageError(f"{new} lies before {old}", "Give the earlier day first.")
    changes: set[Change] = set()
    for work in works:
        for text in work.editions:
            changes.update(_of_text(text, "edition", old, new))
        for text in work.amendments:
            changes.update(_of_text(text, "amendment", old, new))
        changes.update(_of_undertakings(work, old, new))
    return sorted(changes, key=lambda change: change.order)


def _of_text(text: PublishedText, what: str, old: str, new: str) -> Iterator[Change]:
    before, after = text.state(old), text.state(new)

    def change(word: str, certain: bool, value: str, days: Interval) -> Change:
        return Change(word if certain else PERHAPS, text.iri, text.name, what, before.state, value, compact(days))

    if before.state == NOT_YET and after.state != NOT_YET:
        certain = text.published[1] <= new
        yield change(CAME, certain, "published" if certain else after.why, text.published)
    elif before.state == NOT_KNOWN and after.state in (IN_FORCE, WITHDRAWN) and text.published[1] > old:
        yield change(CAME, False, "published", text.published)
    if before.state != WITHDRAWN and after.state == WITHDRAWN:
        yield change(WENT, text.ended[0] > old, after.why, text.ended)
    then, now = text.stage(old), text.stage(new)
    # A code that means the same to a reader is no move: published and confirmed, revised and withdrawn.
    if then and now and then.life != now.life and after.state != WITHDRAWN:
        yield Change(MOVED, text.iri, text.name, "stage", then.name, now.name, compact(now.interval))


def _of_undertakings(work: Work, old: str, new: str) -> Iterator[Change]:
    before = {p.undertaking.iri: p for p in work.progress(old, abandoned=True, over=True)}
    for after in work.progress(new, abandoned=True, over=True):
        yield from _of_undertaking(before.get(after.undertaking.iri), after, old, new)


def _of_undertaking(before: Progress | None, after: Progress, old: str, new: str) -> Iterator[Change]:
    """Yield how far a draft or project came between two days."""
    stage, outcome = after.stage, after.outcome

    def change(word: str, what: str, was: str, now: str, days: Interval = stage.interval) -> Change:
        return Change(word, after.undertaking.iri, after.undertaking.name, what, was, now, compact(days))

    if outcome is not None and outcome.published[1] <= old:
        return  # it was over before; that a registry still showed it later is no news
    if before is None:
        word = CAME if stage.event else SEEN
        yield change(word if old < stage.first and stage.last <= new else PERHAPS, "project", "", stage.label)
    elif before.state != after.state and outcome is not None and after.state == "published":
        yield change(WENT, "project", before.state, f"published as {outcome.designation}", outcome.published)
    elif before.state != after.state == "abandoned":
        yield change(WENT, "project", before.state, stage.label)
    elif before.stage.stage != stage.stage:
        yield change(MOVED, "stage", before.stage.label, stage.label)


# ── Exports ──


class _Document(NamedTuple):
    """What an export says of a standard, text or project.

    ``values`` maps what a property is called to its values; ``stage`` is the last one stated, as (first day, printed or
    coded stage), both "" without one.
    """

    kind: str
    name: str
    values: dict[str, set[str]]
    stage: tuple[str, str]


def of_exports(old: Path, new: Path) -> list[Change]:
    """Return what came, went, moved and changed from the export *old* to the export *new*.

    :raises InputError: when a file cannot be read, is no export that can be read again, or holds no document
    """
    before, after = _documents(old), _documents(new)
    changes = [
        change for iri in sorted({*before, *after}) for change in _of_document(iri, before.get(iri), after.get(iri))
    ]
    return sorted(changes, key=lambda change: change.order)


def _of_document(iri: str, was: _Document | None, now: _Document | None) -> Iterator[Change]:
    if was is None or now is None:
        if only := now or was:
            old, new = (document.stage[1] if document else "" for document in (was, now))
            yield Change(CAME if was is None else WENT, iri, only.name, only.kind, old, new, only.stage[0])
        return
    if was.stage != now.stage:
        yield Change(MOVED, iri, now.name, "stage", was.stage[1], now.stage[1], now.stage[0])
    for word in sorted({*was.values, *now.values}):
        old_values, new_values = was.values.get(word, set()), now.values.get(word, set())
        if old_values != new_values:
            gone, come = ("; ".join(sorted(some)) for some in (old_values - new_values, new_values - old_values))
            yield Change(CHANGED, iri, now.name, word, gone, come, "")


def _documents(path: Path) -> dict[str, _Document]:
    """Return what an export says of documents, by IRI."""
    said: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for quad in _quads(path):
        if quad.predicate.value in _READ:
            said[quad.subject.value][quad.predicate.value].add(quad.object.value)  # type: ignore[union-attr]
    kinds = {
        iri: kind for iri, properties in said.items() for kind in map(_KINDS.get, sorted(properties[_TYPE])) if kind
    }
    if not kinds:
        raise InputError(f"'{path}' describes no standard, text or project", "Give an export of the graph.")
    stages: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for properties in list(said.values()):
        codes = (iri.rpartition("#")[2] for iri in properties[_STAGE])
        stage = min(properties[_PRINTED_STAGE], default="") or min(codes, default="")
        for document in properties[_STAGE_OF]:
            stages[document].append((max(properties[_EARLIEST], default=""), stage))
    return {iri: _document(iri, kind, said[iri], stages[iri]) for iri, kind in kinds.items()}


def _document(iri: str, kind: str, properties: dict[str, set[str]], stages: list[tuple[str, str]]) -> _Document:
    names = properties.get(_IDENTIFIER) or properties.get(_LABEL) or {iris.compact(iri) or iri}
    return _Document(
        kind=kind,
        name=min(names, key=lambda text: (len(text), text)),
        values={
            word: {iris.compact(value) or value for value in properties[name]}
            for name, word in _COMPARED.items()
            if name in properties
        },
        stage=max(stages, default=("", "")),
    )


def _quads(path: Path) -> Iterator[ox.Quad]:
    """Yield the statements of an export between named entities, and those with literals."""
    import pyoxigraph as ox

    form = ox.RdfFormat.from_extension(path.suffix.removeprefix("."))
    if form is None or path.suffix not in _READABLE:
        raise InputError(
            f"'{path}' is not an export that can be read again",
            "Export with --format trig, nq, ttl or nt; or give two days.",
        )
    try:
        quads = list(ox.parse(turtle.content(path, str(path)), form))
    except SyntaxError as error:
        raise InputError(f"'{path}': {error}", "Export it again.") from error
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.BlankNode | ox.Triple):
            yield quad
