"""References as people write them → IRIs.

While the snapshot is compiled, every name is written under its key (:mod:`cyberstd_kg.designations.keys`) into the
index; a lookup is then one indexed SELECT, and a few more where the reference names a clause of a document.

An undated reference means the work ("27001": the standard, not one of its editions).  Of things that fit equally
well, the kind decides (see ``labels``): standard, edition, draft, …, agent, concept, …, provision, …, source.
Things of one kind that fit equally well are ambiguous.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import AmbiguousReference, NotFound, UsageError
from cyberstd_kg.designations import keys as refkeys

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable

_SUGGESTIONS: Final = 5
#: So many texts of a standard are named when the one that was asked for is not held.
_TEXTS: Final = 10
_ALIKE: Final = 0.35


class Match(NamedTuple):
    """What a reference means."""

    iri: str
    label: str


class _Candidate(NamedTuple):
    order: tuple[int, int, int]
    age: int
    label: str
    iri: str
    number: int


def resolve(index: sqlite3.Connection, text: str, *, kinds: Iterable[str] | None = None, limit: int = 10) -> Match:
    """Return what *text* means.

    Accepted are an IRI, also in ``<>``, a CURIE, a designation in any loose form, such a designation and a clause,
    a control, a term in it, a code that stands in one document only, any name, label or title.

    :param kinds: class IRIs (or CURIEs); only things of these classes or of their subclasses are considered
    :param limit: how many candidates an error lists at most
    :raises UsageError: when *text* is empty or too long
    :raises AmbiguousReference: when several things fit equally well
    :raises NotFound: when nothing fits; the hint names what is spelt alike
    """
    wanted = _wanted(text)
    classes = _classes(index, kinds)
    found = _candidates(index, text, wanted, classes)
    if not found:
        if classes is not None and (other := _candidates(index, text, wanted, None)):
            message = f"'{_shown(wanted)}' is {_brief(other[0].label)}, which is not of the kind that is wanted here"
            raise NotFound(message, "Name a thing of that kind; cyberstd ask ID --explain tells which.")
        raise _not_found(index, wanted, classes)
    best = _best(found)
    if len(best) > 1:
        shown = [(candidate.iri, candidate.label) for candidate in best[:limit]]
        more = f"; these are the first {limit}" if len(best) > limit else ""
        raise AmbiguousReference(
            f"'{_shown(wanted)}' may mean {len(best)} things{more}",
            shown,
            "Name one of them more exactly, or by its IRI.",
        )
    return Match(best[0].iri, best[0].label)


def find(
    index: sqlite3.Connection, text: str, *, kinds: Iterable[str] | None = None, limit: int = 10
) -> list[tuple[str, str]]:
    """Return all things that *text* may mean, as (IRI, label), best first; an empty list when nothing fits.

    Other than :func:`resolve` it also gives the less likely ones: after a standard its editions, the latest first.

    :raises UsageError: when *text* is empty or too long
    """
    found = _candidates(index, text, _wanted(text), _classes(index, kinds))
    return [(candidate.iri, candidate.label) for candidate in found[:limit]]


def resolve_code(index: sqlite3.Connection, text: str, scheme: str) -> Match:
    """Return the code of one SKOS scheme that *text* means: by its names, else by words of its label.

    :param scheme: name of the scheme, which is its prefix too
    :raises NotFound: when no code fits; the hint lists the codes
    :raises AmbiguousReference: when several fit equally
    :raises UsageError: when *text* is empty or too long
    """
    wanted = _wanted(text)
    namespace = iris.PREFIXES[scheme]
    query = "SELECT iri, label FROM entity WHERE iri > ? AND iri < ? ORDER BY iri"
    codes = [Match(*row) for row in index.execute(query, (namespace, f"{namespace}\x7f"))]
    named = [found for found in _candidates(index, text, wanted, None) if found.iri.startswith(namespace)]
    best = [Match(found.iri, found.label) for found in named if found.order == named[0].order]
    if not best:
        words = set(refkeys.tokens(wanted))
        labelled = [(match, set(refkeys.tokens(match.label))) for match in codes]
        best = [match for match, own in labelled if words <= own] or [match for match, own in labelled if own <= words]
    if not best:
        known = "; ".join(match.label for match in codes)
        raise NotFound(f"'{_shown(wanted)}' is none of the codes wanted here", f"They are: {known}.")
    if len(best) > 1:
        message = f"'{_shown(wanted)}' may mean {len(best)} codes"
        raise AmbiguousReference(
            message, [(match.iri, match.label) for match in best], "Name one of them more exactly."
        )
    return best[0]


def _wanted(text: str) -> str:
    if len(text) > refkeys.LONGEST:
        raise UsageError(
            f"a reference of {len(text)} characters is too long",
            f"Give at most {refkeys.LONGEST}, or search for words.",
        )
    wanted = refkeys.clean(text)
    if not wanted:
        raise UsageError("the reference is empty", "Name a standard, a clause, a body or a term.")
    return wanted


def _classes(index: sqlite3.Connection, kinds: Iterable[str] | None) -> frozenset[str] | None:
    """Return the IRIs of the classes *kinds*: IRIs, CURIEs, or the plain names of classes ("term entry")."""
    if kinds is None:
        return None
    found: set[str] = set()
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if ":" in kind:
            found.add(kind if "//" in kind else iris.expand(kind))
            continue
        plain = "".join(refkeys.tokens(kind))
        known = [row[0] for row in index.execute("SELECT iri FROM class")]
        named = [name for name in known if "".join(refkeys.tokens(name.replace("#", "/").rpartition("/")[2])) == plain]
        if not named:
            raise UsageError(
                f"'{_shown(kind)}' is no kind of thing in the graph", "Name a class, such as standard or concept."
            )
        found.update(named)
    return frozenset(found)


def _candidates(index: sqlite3.Connection, text: str, wanted: str, classes: Collection[str] | None) -> list[_Candidate]:
    """Return what *wanted* may mean, best first."""
    if found := _by_iri(index, text.strip(), classes):
        return found
    if found := _by_key(index, wanted, classes):
        return found
    for document, place in refkeys.splits(wanted):
        if found := _in_document(index, document, place, classes):
            return _as_printed_first(found, place)
    if found := _by_code(index, wanted, classes):
        return _as_printed_first(found, wanted)
    from cyberstd_kg.designations import spelling

    folded = spelling.fold(wanted)
    return _by_key(index, folded, classes) if folded != wanted.lower() else []


def _by_iri(index: sqlite3.Connection, text: str, classes: Collection[str] | None) -> list[_Candidate]:
    if ":" not in text:
        return []
    iri = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    prefix, _, local = iri.partition(":")
    if prefix in iris.PREFIXES and not local.startswith("//"):
        iri = iris.expand(iri)
    rows = index.execute("SELECT id, iri, label FROM entity WHERE iri = ?", (iri.encode("utf-8", "replace").decode(),))
    return _chosen(index, {number: (0, 0, 0) for number, _, _ in rows}, classes)


def _by_key(index: sqlite3.Connection, wanted: str, classes: Collection[str] | None) -> list[_Candidate]:
    asked = refkeys.designation(wanted)
    name = refkeys.name_key(wanted)
    rows = index.execute(
        "SELECT space, tier, publishers, types, entity, rank, key FROM key JOIN entity ON entity.id = entity "
        "WHERE key IN (?, ?)",
        (name, asked.key),
    )
    orders: dict[int, tuple[int, int, int]] = {}
    for space, tier, publishers, types, number, rank, key in rows:
        held = refkeys.Designation(key, tuple(publishers.split()), frozenset(types.split()))
        if space == refkeys.NAME:
            if key != name:
                continue
        elif key != asked.key or not held.answers_to(asked):
            continue
        order = (tier, rank, len(held.publishers))
        orders[number] = min(order, orders.get(number, order))
    return _chosen(index, orders, classes)


def _in_document(
    index: sqlite3.Connection, document: str, place: str, classes: Collection[str] | None
) -> list[_Candidate]:
    """Return the provisions at *place* of the document(s) that *document* means most likely."""
    held = _best(_by_key(index, document, None))
    for key in refkeys.locator_keys(place) if held else ():
        rows = index.execute(
            f"SELECT locator.entity, tier, rank FROM locator JOIN entity ON entity.id = locator.entity "
            f"WHERE document IN ({_listed(held)}) AND key = ?",
            (key,),
        )
        if found := _chosen(index, {number: (tier, rank, 0) for number, tier, rank in rows}, classes):
            return found
    return []


def _by_code(index: sqlite3.Connection, wanted: str, classes: Collection[str] | None) -> list[_Candidate]:
    """Return the provisions that bear *wanted* ("GV.OC-01", "7.1.2.10") in any document; a mere "7" says too little."""
    key = next(iter(refkeys.locator_keys(wanted)), "")
    if key.isdigit():
        return []
    rows = index.execute(
        "SELECT DISTINCT locator.entity, tier, rank FROM locator JOIN entity ON entity.id = locator.entity "
        "WHERE key = ? AND tier IN (?, ?)",
        (key, refkeys.EXACT, refkeys.YIELDING),
    )
    return _chosen(index, {number: (tier, rank, 0) for number, tier, rank in rows}, classes)


def _chosen(
    index: sqlite3.Connection, orders: dict[int, tuple[int, int, int]], classes: Collection[str] | None
) -> list[_Candidate]:
    """Return the entities in *orders* that are of *classes*, in that order; of equals the later texts first."""
    if not orders:
        return []
    query = f"SELECT id, -later, label, iri FROM entity WHERE id IN ({','.join(map(str, orders))})"
    if classes is not None:
        marks = ",".join("?" * len(classes))
        query += f" AND EXISTS (SELECT 1 FROM entity_class WHERE entity = id AND class IN ({marks}))"
    rows = index.execute(query, tuple(classes or ()))
    return sorted(_Candidate(orders[number], age, label, iri, number) for number, age, label, iri in rows)


def _best(found: list[_Candidate]) -> list[_Candidate]:
    return [candidate for candidate in found if candidate.order == found[0].order]


def _as_printed_first(found: list[_Candidate], place: str) -> list[_Candidate]:
    """Put those first that print their locator like that: CSF 1.1 has an ID.AM-1, CSF 2.0 an ID.AM-01."""
    printed = f", {place} ".casefold()

    def later(candidate: _Candidate) -> _Candidate:
        tier, rank, other = candidate.order
        return candidate._replace(order=(tier, rank, other + (printed not in f"{candidate.label} ".casefold())))

    return sorted(map(later, found))


def _listed(found: list[_Candidate]) -> str:
    return ",".join(str(candidate.number) for candidate in found)


def _shown(text: str) -> str:
    """Return *text* short enough for a message."""
    return text if len(text) <= 80 else f"{text[:79]}…"


def _brief(label: str) -> str:
    """Return *label* short enough to stand with others in a hint."""
    return label if len(label) <= 60 else f"{label[:59]}…"


def _not_found(index: sqlite3.Connection, wanted: str, classes: Collection[str] | None) -> NotFound:
    """Return the error for *wanted*, with what is spelt alike: in the document named, else among all names."""
    from cyberstd_kg.graph import nearmiss
    from cyberstd_kg.graph.ranks import LAST_DOCUMENT

    asked = refkeys.designation(wanted)
    rows = index.execute("SELECT publishers FROM key WHERE key = ? AND space = ?", (asked.key, refkeys.DESIGNATION))
    typeless = asked._replace(types=frozenset())
    mistyped = any(typeless._replace(publishers=tuple(who.split())).answers_to(typeless) for (who,) in rows)
    for document, place in refkeys.splits(wanted) if not mistyped else ():  # "TS 27103:2018": it is a TR
        held = [found for found in _best(_by_key(index, document, None)) if found.order[1] <= LAST_DOCUMENT]
        if held and refkeys.is_text_mark(place):
            reason = f"the graph holds no text '{_shown(place)}' of {_brief(held[0].label)}"
            texts = _texts(index, place, held[0].number)
            return NotFound(reason, f"It holds: {'; '.join(texts)}." if texts else "Look at it with: cyberstd show.")
        if held:
            query = f"SELECT key, entity, 0 FROM locator WHERE tier = 0 AND document IN ({_listed(held)})"
            near = _alike(index, refkeys.locator_keys(place)[-1:], index.execute(query), classes)
            reason = f"the graph holds no provision '{_shown(place)}' of {_brief(held[0].label)}"
            return NotFound(reason, _hint(near, "Look at its clauses with: cyberstd show --deep"))
    orders = nearmiss.entities(index, (asked.key, refkeys.name_key(wanted)), wanted)
    near = list(dict.fromkeys(_brief(candidate.label) for candidate in _chosen(index, orders, classes)))
    return NotFound(
        f"nothing in the graph is called '{_shown(wanted)}'",
        _hint(near[:_SUGGESTIONS], "Search its texts with: cyberstd search"),
    )


def _texts(index: sqlite3.Connection, mark: str, number: int) -> list[str]:
    """Return the designations of the texts of the same standard as *number*: first those of the kind of *mark*."""
    from cyberstd_kg.graph.ranks import AMENDMENT, DRAFT, LAST_DOCUMENT

    wanted = AMENDMENT if refkeys.is_amendment(mark) else DRAFT if refkeys.is_stage(mark) else 0
    rows = index.execute(
        "SELECT label FROM entity WHERE work = (SELECT work FROM entity WHERE id = ?) AND rank BETWEEN 1 AND ? "
        "ORDER BY rank <> ?, rank, later DESC, label LIMIT ?",
        (number, LAST_DOCUMENT, wanted, _TEXTS + 1),
    )
    names = list(dict.fromkeys(label.partition(", ")[0] for (label,) in rows))
    return [*names[:_TEXTS], *(["…"] if len(names) > _TEXTS else [])]


def _hint(near: list[str], otherwise: str) -> str:
    return f"Did you mean {'; '.join(near)}?" if near else f"{otherwise}."


def _alike(
    index: sqlite3.Connection, wanted: list[str], keys: Iterable[tuple[str, int, int]], classes: Collection[str] | None
) -> list[str]:
    """Return the labels of those whose key has most runs of three letters in common with one of *wanted*."""
    asked = [_runs(key) for key in wanted if key]
    orders: dict[int, tuple[int, int, int]] = {}
    for key, number, rank in keys:
        runs = _runs(key)
        likeness = max((len(runs & own) / len(runs | own) for own in asked), default=0.0)
        if likeness >= _ALIKE:
            order = (-round(likeness * 100), rank, 0)
            orders[number] = min(order, orders.get(number, order))
    near = dict.fromkeys(_brief(candidate.label) for candidate in _chosen(index, orders, classes))
    return list(near)[:_SUGGESTIONS]


def _runs(key: str) -> set[str]:
    padded = f"  {key} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}
