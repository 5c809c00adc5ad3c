"""References as people write them → IRIs.

While the snapshot is compiled, every name is written under its key (:mod:`cyberstd_kg.designations.keys`) into the
index; a lookup is then one indexed SELECT, and a few more where the reference names a clause of a document.

An undated reference means the work ("27001": the standard, not one of its editions).  Of entities that fit equally
well, the kind decides (:mod:`cyberstd_kg.graph.ranks`): standard, edition, draft, …, agent, concept, …, provision, …,
source.  Entities of one kind that fit equally well are ambiguous.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import AmbiguousReference, NotFound, UsageError
from cyberstd_kg.core.words import near, shortened
from cyberstd_kg.designations import keys, spelling
from cyberstd_kg.graph import nearmiss
from cyberstd_kg.graph.ranks import AMENDMENT, DRAFT, LAST_DOCUMENT
from cyberstd_kg.graph.statements import marks

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

_SUGGESTIONS: Final = 5
#: At most this many texts of a standard are named when the one that was asked for is not in the graph.
_TEXTS: Final = 10


class Match(NamedTuple):
    """What a reference means."""

    iri: str
    label: str


class _Candidate(NamedTuple):
    """An entity that a reference may mean, with sort keys: ``order``, then ``age``; the less the better."""

    order: tuple[int, int, int]
    age: int
    label: str
    iri: str
    number: int

    @property
    def brief(self) -> str:
        """The label, short enough to stand with others in a hint."""
        return shortened(self.label, 60)


def resolve(index: sqlite3.Connection, text: str, *, kinds: Iterable[str] | None = None, limit: int = 10) -> Match:
    """Return what *text* means.

    Accepted are an IRI, also in ``<>``, a CURIE, a designation in any loose form, such a designation and a clause,
    a control, a term in it, a code that stands in one document only, any name, label or title.

    :param kinds: class IRIs (or CURIEs); only entities of these classes or of their subclasses are considered
    :param limit: how many candidates an error lists at most
    :raises UsageError: when *text* is empty or too long
    :raises AmbiguousReference: when several entities fit equally well
    :raises NotFound: when nothing fits; the hint names what is spelt alike
    """
    wanted, finder = _wanted(text), _Finder(index, kinds)
    candidates = finder.candidates(text)
    if not candidates:
        if kinds is not None and (others := _Finder(index).candidates(text)):
            message = f"{_quoted(wanted)} is {others[0].brief}, which is not of the kind that is wanted here"
            raise NotFound(message, "Name an entity of that kind; cyberstd ask ID --explain shows which.")
        raise finder.not_found(wanted)
    return _only(_best(candidates), wanted, "entities", limit)


def find(
    index: sqlite3.Connection, text: str, *, kinds: Iterable[str] | None = None, limit: int = 10
) -> list[tuple[str, str]]:
    """Return all entities that *text* may mean, as (IRI, label), best first; an empty list when nothing fits.

    Other than :func:`resolve` it also gives the less likely ones: after a standard its editions, the latest first.

    :raises UsageError: when *text* is empty or too long
    """
    candidates = _Finder(index, kinds).candidates(text)
    return [(candidate.iri, candidate.label) for candidate in candidates[:limit]]


def resolve_code(index: sqlite3.Connection, text: str, scheme: str) -> Match:
    """Return the code of one SKOS scheme that *text* means: by its names, else by words of its label.

    :param scheme: name of the scheme, which is its prefix too
    :raises NotFound: when no code fits; the hint lists the codes
    :raises AmbiguousReference: when several fit equally
    :raises UsageError: when *text* is empty or too long
    """
    wanted = _wanted(text)
    namespace = iris.PREFIXES[scheme]
    named = [candidate for candidate in _Finder(index).candidates(text) if candidate.iri.startswith(namespace)]
    if named:
        return _only(_best(named), wanted, "codes")
    query = "SELECT iri, label FROM entity WHERE iri > ? AND iri < ? ORDER BY iri"
    codes = [Match(*row) for row in index.execute(query, (namespace, f"{namespace}\x7f"))]
    words = set(keys.tokens(wanted))
    labelled = [(match, set(keys.tokens(match.label))) for match in codes]
    best = [match for match, own in labelled if words <= own] or [match for match, own in labelled if own <= words]
    if not best:
        known = "; ".join(match.label for match in codes)
        raise NotFound(f"{_quoted(wanted)} is not one of the codes that fit here", f"They are: {known}.")
    return _only(best, wanted, "codes")


def _only(best: list[_Candidate] | list[Match], wanted: str, what: str, limit: int = 1000) -> Match:
    """Return the only one of *best*.

    :raises AmbiguousReference: when there are several; it lists *limit* of them
    """
    if len(best) == 1:
        return Match(best[0].iri, best[0].label)
    rest = f"; these are the first {limit}" if len(best) > limit else ""
    raise AmbiguousReference(
        f"{_quoted(wanted)} may mean {len(best)} {what}{rest}",
        [(match.iri, match.label) for match in best[:limit]],
        "Name one of them more exactly, or by its IRI.",
    )


def _quoted(text: str) -> str:
    """Return a reference in quotes, short enough for a message."""
    return f"'{shortened(text, 80)}'"


def _wanted(text: str) -> str:
    """Return a reference without control characters, in one line.

    :raises UsageError: when it is empty or too long
    """
    if len(text) > keys.LONGEST:
        hint = f"Give at most {keys.LONGEST}, or search for words."
        raise UsageError(f"a reference of {len(text)} characters is too long", hint)
    wanted = keys.clean(text)
    if not wanted:
        raise UsageError("the reference is empty", "Name a standard, a clause, a body or a term.")
    return wanted


class _Finder:
    """Finds what a reference may mean.

    :param kinds: class IRIs, CURIEs, or the plain names of classes ("term entry"), to which it is restricted
    :raises UsageError: when one is not a class of the graph
    """

    def __init__(self, index: sqlite3.Connection, kinds: Iterable[str] | None = None) -> None:
        self._index = index
        self._classes: list[str] | None = None
        if kinds is not None:
            given = [kinds] if isinstance(kinds, str) else kinds
            self._classes = sorted({iri for kind in given for iri in self._classes_of(kind)})

    def _classes_of(self, kind: str) -> list[str]:
        if ":" in kind:
            return [kind if "//" in kind else iris.expand(kind)]
        plain = "".join(keys.tokens(kind))
        known = [iri for (iri,) in self._index.execute("SELECT iri FROM class")]
        named = [iri for iri in known if "".join(keys.tokens(iri.replace("#", "/").rpartition("/")[2])) == plain]
        if not named:
            raise UsageError(
                f"{_quoted(kind)} is not a class of the graph",
                "Name one, such as standard or concept.",
            )
        return named

    def candidates(self, text: str) -> list[_Candidate]:
        """Return what *text* may mean, best first.

        :raises UsageError: when *text* is empty or too long
        """
        wanted = _wanted(text)
        if candidates := self._by_iri(text.strip()) or self._by_key(wanted):
            return candidates
        for document, place in keys.splits(wanted):
            if candidates := self._in_document(document, place):
                return _as_printed_first(candidates, place)
        if candidates := self._by_code(wanted):
            return _as_printed_first(candidates, wanted)
        folded = spelling.fold(wanted)
        return self._by_key(folded) if folded != wanted.lower() else []

    def _by_iri(self, text: str) -> list[_Candidate]:
        if ":" not in text:
            return []
        iri = text[1:-1] if text.startswith("<") and text.endswith(">") else text
        prefix, _, local = iri.partition(":")
        if prefix in iris.PREFIXES and not local.startswith("//"):
            iri = iris.expand(iri)
        iri = iri.encode("utf-8", "replace").decode()
        rows = self._index.execute("SELECT id FROM entity WHERE iri = ?", (iri,))
        return self._chosen({number: (0, 0, 0) for (number,) in rows})

    def _by_key(self, wanted: str) -> list[_Candidate]:
        asked, name = keys.designation(wanted), keys.name_key(wanted)
        rows = self._index.execute(
            "SELECT space, tier, publishers, types, entity, rank, key FROM key JOIN entity ON entity.id = entity "
            "WHERE key IN (?, ?)",
            (name, asked.key),
        )
        orders: dict[int, tuple[int, int, int]] = {}
        for space, tier, publishers, types, number, rank, key in rows:
            known = keys.Designation(key, tuple(publishers.split()), frozenset(types.split()))
            if key == name if space == keys.NAME else key == asked.key and known.answers_to(asked):
                order = (tier, rank, len(known.publishers))
                orders[number] = min(order, orders.get(number, order))
        return self._chosen(orders)

    def _documents(self, document: str) -> list[_Candidate]:
        """Return the document(s) that *document* means most likely, of whatever class."""
        return _best(_Finder(self._index)._by_key(document))

    def _in_document(self, document: str, place: str) -> list[_Candidate]:
        """Return the provisions at *place* of the document(s) that *document* means most likely."""
        documents = self._documents(document)
        for key in keys.locator_keys(place) if documents else ():
            rows = self._index.execute(
                f"SELECT locator.entity, tier, rank FROM locator JOIN entity ON entity.id = locator.entity "
                f"WHERE document IN ({_numbers(documents)}) AND key = ?",
                (key,),
            )
            if candidates := self._chosen({number: (tier, rank, 0) for number, tier, rank in rows}):
                return candidates
        return []

    def _by_code(self, wanted: str) -> list[_Candidate]:
        """Return the provisions with the code *wanted* ("GV.OC-01", "7.1.2.10") in any document; a "7" is no code."""
        key = next(iter(keys.locator_keys(wanted)), "")
        if key.isdigit():
            return []
        rows = self._index.execute(
            "SELECT DISTINCT locator.entity, tier, rank FROM locator JOIN entity ON entity.id = locator.entity "
            "WHERE key = ? AND tier IN (?, ?)",
            (key, keys.EXACT, keys.YIELDING),
        )
        return self._chosen({number: (tier, rank, 0) for number, tier, rank in rows})

    def _chosen(self, orders: dict[int, tuple[int, int, int]]) -> list[_Candidate]:
        """Return the entities in *orders* that are of the classes, in that order; of equals the later texts first."""
        if not orders:
            return []
        query = f"SELECT id, -later, label, iri FROM entity WHERE id IN ({','.join(map(str, orders))})"
        classes = self._classes or []
        if self._classes is not None:
            query += f" AND EXISTS (SELECT 1 FROM entity_class WHERE entity = id AND class IN ({marks(classes)}))"
        rows = self._index.execute(query, classes)
        return sorted(_Candidate(orders[number], age, label, iri, number) for number, age, label, iri in rows)

    # ── Near misses ──

    def not_found(self, wanted: str) -> NotFound:
        """Return the error for *wanted*, with what is spelt alike: in the document named, else among all names."""
        asked = keys.designation(wanted)
        query = "SELECT publishers FROM key WHERE key = ? AND space = ?"
        rows = self._index.execute(query, (asked.key, keys.DESIGNATION))
        typeless = asked._replace(types=frozenset())
        mistyped = any(typeless._replace(publishers=tuple(who.split())).answers_to(typeless) for (who,) in rows)
        for document, place in keys.splits(wanted) if not mistyped else ():  # "TS 27103:2018": it is a TR
            documents = [found for found in self._documents(document) if found.order[1] <= LAST_DOCUMENT]
            if documents:
                return self._not_in(documents, place)
        orders = nearmiss.entities(self._index, (asked.key, keys.name_key(wanted)), wanted)
        message = f"nothing in the graph is called {_quoted(wanted)}"
        return NotFound(message, self._hint(orders, "Search its texts with: cyberstd search."))

    def _not_in(self, documents: list[_Candidate], place: str) -> NotFound:
        """Return the error for a text or provision *place* that the graph does not have of *documents*."""
        name = documents[0].brief
        if keys.is_text_mark(place):
            texts = self._texts(place, documents[0].number)
            hint = f"It holds: {'; '.join(texts)}." if texts else "Look at it with: cyberstd show."
            return NotFound(f"the graph holds no text {_quoted(place)} of {name}", hint)
        query = (
            f"SELECT key, entity FROM locator WHERE tier = 0 AND document IN ({_numbers(documents)}) ORDER BY entity"
        )
        provisions = dict(self._index.execute(query).fetchall())
        alike = near(keys.locator_keys(place)[-1], provisions, most=_SUGGESTIONS)
        orders = {provisions[key]: (order, 0, 0) for order, key in enumerate(alike)}
        hint = self._hint(orders, "Look at its clauses with: cyberstd show --deep.")
        return NotFound(f"the graph holds no provision {_quoted(place)} of {name}", hint)

    def _texts(self, mark: str, number: int) -> list[str]:
        """Return the designations of the texts of the same standard as *number*: first those of the kind of *mark*."""
        wanted = AMENDMENT if keys.is_amendment(mark) else DRAFT if keys.is_stage(mark) else 0
        rows = self._index.execute(
            "SELECT label FROM entity WHERE work = (SELECT work FROM entity WHERE id = ?) AND rank BETWEEN 1 AND ? "
            "ORDER BY rank <> ?, rank, later DESC, label LIMIT ?",
            (number, LAST_DOCUMENT, wanted, _TEXTS + 1),
        )
        names = list(dict.fromkeys(label.partition(", ")[0] for (label,) in rows))
        return [*names[:_TEXTS], *(["…"] if len(names) > _TEXTS else [])]

    def _hint(self, orders: dict[int, tuple[int, int, int]], otherwise: str) -> str:
        labels = dict.fromkeys(candidate.brief for candidate in self._chosen(orders))
        return f"Did you mean {'; '.join(list(labels)[:_SUGGESTIONS])}?" if labels else otherwise


def _best(candidates: list[_Candidate]) -> list[_Candidate]:
    return [candidate for candidate in candidates if candidate.order == candidates[0].order]


def _as_printed_first(candidates: list[_Candidate], place: str) -> list[_Candidate]:
    """Put those first that print their locator like that: CSF 1.1 has an ID.AM-1, CSF 2.0 an ID.AM-01."""
    printed = f", {place} ".casefold()

    def later(candidate: _Candidate) -> _Candidate:
        tier, rank, other = candidate.order
        return candidate._replace(order=(tier, rank, other + (printed not in f"{candidate.label} ".casefold())))

    return sorted(map(later, candidates))


def _numbers(candidates: list[_Candidate]) -> str:
    return ",".join(str(candidate.number) for candidate in candidates)
