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
from cyberstd_kg.lifecycle.evidence import IN_FORCE, NOT_KNOWN, NOT_YET, WITHDRAWN, Life

if TYPE_CHECKING:
    import pyoxigraph as ox

    from cyberstd_kg.lifecycle.standards import Progress, Work

CAME, WENT, MOVED, SEEN, PERHAPS, CHANGED = "came", "went", "moved", "first seen", "perhaps", "changed"
_ORDER: Final = {CAME: 0, WENT: 1, MOVED: 2, SEEN: 3, CHANGED: 4, PERHAPS: 5}
#: Formats of exports that can be read again, by the end of the file's name.
_READABLE: Final = {".ttl": "ttl", ".nt": "ttl", ".trig": "trig", ".nq": "nq"}
_DOCUMENTS: Final = {
    **{iris.expand(f"cstd:{name}"): name.lower() for name in ("Standard", "Edition", "Amendment", "Draft", "Project")},
    iris.expand("cstd:LivingText"): "living text",
}
_COMPARED: Final = {
    iris.expand(curie): word
    for curie, word in (
        ("dct:title", "title"),
        ("cstd:printedDate", "printed date"),
        ("dct:replaces", "replaces"),
        ("cstd:revises", "revises"),
        ("cstd:documentType", "document type"),
        ("cstd:developedBy", "developed by"),
    )
}


class Change(NamedTuple):
    """One difference: *what* is the kind of thing, or the property that changed.

    *change* is came, went, moved or changed; first seen, of a project that a source saw for the first time; perhaps, of
    what came or went on a day that may lie before the time asked for, or after it.

    *old* and *new* say what was and what is (a state, a stage, a value); *on* is the day of it, as far as it is known.
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
    found: list[Change] = []
    for work in works:
        for text in work.editions:
            found += _of_text(text, "edition", old, new)
        for text in work.amendments:
            found += _of_text(text, "amendment", old, new)
        found += _of_undertakings(work, old, new)
    return sorted(set(found), key=lambda change: change.order)


def _of_text(text: Life, what: str, old: str, new: str) -> Iterator[Change]:
    before, after = text.state(old), text.state(new)
    name = text.designation or text.iri

    def change(certain: bool, word: str, told: str, days: Interval) -> Change:
        return Change(word if certain else PERHAPS, text.iri, name, what, before.state, told, compact(days))

    if before.state == NOT_YET and after.state != NOT_YET:
        certain = text.out[1] <= new
        yield change(certain, CAME, "published" if certain else after.why, text.out)
    elif before.state == NOT_KNOWN and after.state in (IN_FORCE, WITHDRAWN) and text.out[1] > old:
        yield change(False, CAME, "published", text.out)
    if before.state != WITHDRAWN and after.state == WITHDRAWN:
        yield change(text.over[0] > old, WENT, after.why, text.over)
    then, now = text.stage(old), text.stage(new)
    # A code that means the same to a reader is no move: published and confirmed, revised and withdrawn.
    if then and now and then.life != now.life and after.state != WITHDRAWN:
        yield Change(MOVED, text.iri, name, "stage", then.name, now.name, compact((now.first, now.last)))


def _of_undertakings(work: Work, old: str, new: str) -> Iterator[Change]:
    before = {p.undertaking.iri: p for p in work.progress(old, abandoned=True, over=True)}
    for after in work.progress(new, abandoned=True, over=True):
        yield from _of_undertaking(before.get(after.undertaking.iri), after, old, new)


def _of_undertaking(before: Progress | None, after: Progress, old: str, new: str) -> Iterator[Change]:
    """Yield how far a draft or project came between two days."""
    seen, outcome = after.seen, after.outcome
    stage, days = seen.name or seen.printed, (seen.first, seen.last)

    def change(word: str, what: str, was: str, told: str, days: Interval) -> Change:
        return Change(word, after.undertaking.iri, after.undertaking.name, what, was, told, compact(days))

    if outcome is not None and outcome.published.last <= old:
        return  # it was over before; that a registry still showed it later is no news
    if before is None:
        word = CAME if seen.event else SEEN
        yield change(word if old < days[0] and days[1] <= new else PERHAPS, "project", "", stage, days)
    elif before.state != after.state and outcome is not None and after.state == "published":
        yield change(WENT, "project", before.state, f"published as {outcome.designation}", outcome.out)
    elif before.state != after.state == "abandoned":
        yield change(WENT, "project", before.state, stage, days)
    elif before.seen.stage != seen.stage:
        yield change(MOVED, "stage", before.seen.name or before.seen.printed, stage, days)


# ── Exports ──


class _Thing:
    """What an export says of a document."""

    def __init__(self) -> None:
        self.kind = ""
        self.names: set[str] = set()
        self.values: defaultdict[str, set[str]] = defaultdict(set)
        #: (first day, printed or coded stage)
        self.stages: set[tuple[str, str]] = set()

    @property
    def stage(self) -> tuple[str, str]:
        """The last stage stated of it, with its day."""
        return max(self.stages, default=("", ""))


def of_exports(old: Path, new: Path) -> list[Change]:
    """Return what came, went, moved and changed from the export *old* to the export *new*.

    :raises InputError: when a file cannot be read, is no export that can be read again, or holds no document
    """
    before, after = _things(old), _things(new)
    found: list[Change] = []
    for iri in sorted({*before, *after}):
        was, now = before.get(iri), after.get(iri)
        thing = now or was
        assert thing is not None
        name = min(thing.names, key=lambda text: (len(text), text), default=iris.compact(iri) or iri)
        if was is None or now is None:
            change = CAME if was is None else WENT
            stage = thing.stage
            found.append(
                Change(
                    change, iri, name, thing.kind, was.stage[1] if was else "", now.stage[1] if now else "", stage[0]
                )
            )
            continue
        if was.stage != now.stage:
            found.append(Change(MOVED, iri, name, "stage", was.stage[1], now.stage[1], now.stage[0]))
        for word in sorted({*was.values, *now.values}):
            gone, come = was.values[word] - now.values[word], now.values[word] - was.values[word]
            if gone or come:
                found.append(Change(CHANGED, iri, name, word, "; ".join(sorted(gone)), "; ".join(sorted(come)), ""))
    return sorted(found, key=lambda change: change.order)


def _things(path: Path) -> dict[str, _Thing]:
    things: dict[str, _Thing] = defaultdict(_Thing)
    statements: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    of, printed, code, first, identifier, label, type_ = (
        iris.expand(curie)
        for curie in (
            "cstd:stageOf",
            "cstd:printedStage",
            "cstd:stage",
            "cstd:earliest",
            "dct:identifier",
            "rdfs:label",
            "rdf:type",
        )
    )
    for quad in _quads(path):
        subject, predicate, value = quad.subject.value, quad.predicate.value, quad.object.value  # type: ignore[union-attr]
        if predicate == type_ and value in _DOCUMENTS:
            things[subject].kind = _DOCUMENTS[value]
        if predicate in _COMPARED:
            statements[subject][_COMPARED[predicate]].add(iris.compact(value) or value)
        elif predicate in (of, printed, code, first, identifier, label):
            statements[subject][predicate].add(value)
    for subject, told in statements.items():
        for document in told.get(of, ()):
            if document in things:
                stage = min(told.get(printed, ()), default="") or min(
                    (_local(iri) for iri in told.get(code, ())), default=""
                )
                things[document].stages.add((max(told.get(first, ()), default=""), stage))
        if subject in things:
            things[subject].names = told.get(identifier) or told.get(label) or set()
            for word in _COMPARED.values():
                if told.get(word):
                    things[subject].values[word] = told[word]
    if not things:
        raise InputError(f"'{path}' describes no standard, text or project", "Give an export of the graph.")
    return dict(things)


def _local(iri: str) -> str:
    return iri.rpartition("#")[2]


def _quads(path: Path) -> Iterator[ox.Quad]:
    import pyoxigraph as ox

    from cyberstd_kg.rdf import turtle

    form = _READABLE.get(path.suffix)
    if form is None:
        raise InputError(
            f"'{path}' is no export that can be read again",
            "Export with --format trig, nq, ttl or nt; or give two days.",
        )
    content = turtle.content(path, str(path))
    if form != "nq":
        quads: Iterable[ox.Quad] = turtle.read_quads(content, str(path), "trig" if form == "trig" else "ttl")
    else:
        try:
            quads = list(ox.parse(content, ox.RdfFormat.N_QUADS))
        except SyntaxError as error:
            raise InputError(f"'{path}': {error}", "Export it again.") from error
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.BlankNode | ox.Triple):
            yield quad
