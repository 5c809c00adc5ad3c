"""Full-text search over every literal of the graph, by SQLite's FTS5.

Two tables are searched: ``document`` has one row for each entity (label, names, own literals, labels of what it is
linked to), so that words from different statements find the entity that they are about; ``literal_text`` has one row
for each literal, so that a hit can show where the words stand and which source has them.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import UsageError
from cyberstd_kg.designations import keys, spelling
from cyberstd_kg.graph import nearmiss, resolve

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

#: Longest text that is searched for, in characters.
LONGEST: Final = 65_536
#: A search uses this many different words; the rest of a longer text is left aside.
_WORDS: Final = 40
#: The most entities before the terms of the ontology that are named exactly.
_BEFORE_TERMS: Final = 2
#: The most records and stages with all words before entities with some of them.
_RECORDS: Final = 3
#: At least this many of the best by the engine's measure are put in order by ours.
_POOL: Final = 200
_SNIPPET: Final = 300
#: The letters of a word that are its stem when the word itself is not there.
_STEM: Final = 5
#: Weight of a word in the label, the names, the own literals, the labels of linked entities.
_WEIGHTS: Final = "10.0, 8.0, 3.0, 1.0"
_STOP: Final = frozenset("a an and are as at be by for from in is it of on or that the their to with".split())
_WORD: Final = re.compile(r"[^\W_]+")


class Hit(NamedTuple):
    """An entity that fits.

    *matched* is the literal in which the words stand, *property* its property, *source* the IRI of its graph.  Where
    the words stand only in the labels of linked entities, *matched* is the label and *property* is empty.
    """

    iri: str
    kind: str
    label: str
    matched: str
    source: str
    property: str


def label(index: sqlite3.Connection, iri: str) -> str:
    """Return the label of *iri*, or its CURIE or itself where the graph says nothing of it."""
    row = index.execute("SELECT label FROM entity WHERE iri = ?", (iri,)).fetchone()
    return row[0] if row else iris.short(iri)


def kind(index: sqlite3.Connection, iri: str) -> str:
    """Return a word for the kind of entity that *iri* is; "resource" where the graph says nothing of it."""
    row = index.execute("SELECT kind FROM entity WHERE iri = ?", (iri,)).fetchone()
    return row[0] if row else "resource"


def search(index: sqlite3.Connection, text: str, limit: int = 20) -> list[Hit]:
    """Return the entities that fit *text*, best first; the order is the same on every run.

    First what *text* names (a designation, a label, a clause), then entities in which all words stand (the last may be
    the beginning of a word), then those in which the most words stand.  Only if there is none at all, literals
    that contain *text* letter by letter.

    :raises UsageError: when *text* is empty or too long, or *limit* is not positive
    """
    if limit < 1:
        raise UsageError(f"at most {limit} hits were asked for", "Ask for one or more.")
    if len(text) > LONGEST:
        raise UsageError(f"the text to search for has {len(text)} characters", f"Give at most {LONGEST}.")
    wanted = keys.clean(text)
    if not wanted:
        raise UsageError("there is no text to search for", "Give one or more words.")
    return _Search(index, wanted, limit).hits(text)


def did_you_mean(index: sqlite3.Connection, text: str) -> str:
    """Return *text* with the words that stand nowhere replaced by the nearest that do; empty when none is replaced."""
    words = keys.tokens(text[:LONGEST])[:_WORDS]
    return nearmiss.corrected(index, words, {word for word in words if _stands(index, spelling.fold(word))})


def _stands(index: sqlite3.Connection, word: str) -> bool:
    """Tell whether *word*, in one of its forms, stands in the graph."""
    query = "SELECT 1 FROM document WHERE document MATCH ? LIMIT 1"
    return index.execute(query, (_quoted(word),)).fetchone() is not None


def _quoted(word: str) -> str:
    """Return *word* as an FTS5 string, in which no character has a meaning."""
    return '"' + word.replace('"', '""') + '"'


def _any_of(queries: Iterable[str]) -> str:
    """Return the FTS5 query for any of *queries*."""
    given = list(queries)
    return f"({' OR '.join(given)})" if len(given) > 1 else given[0]


class _Entity(NamedTuple):
    """What the order of hits depends on (see :mod:`cyberstd_kg.build.labels`)."""

    secondary: int
    rank: int
    label: str
    iri: str
    work: int
    later: int
    weight: float


class _Search:
    """One search.  Entities are numbers of the table ``entity``.

    :param wanted: the text, cleaned
    :param limit: how many hits are wanted
    """

    def __init__(self, index: sqlite3.Connection, wanted: str, limit: int) -> None:
        self._index = index
        self._wanted = wanted
        self._limit = limit
        folded = spelling.fold(wanted)
        self._words = list(dict.fromkeys(_WORD.findall(folded)))[:_WORDS]
        #: The words as typed, those with signs inside in one piece: "7.1.2.10", "cyber-security".
        self._parts = [part for part in dict.fromkeys(folded.split()) if _WORD.search(part)][:_WORDS]
        self._phrase = _quoted(" ".join(self._words)) if len(self._words) > 1 else ""

    def hits(self, text: str) -> list[Hit]:
        """Return the hits, best first; *text* is the text as typed."""
        named = self._named(text)
        terms = self._terms(named)
        ranked = dict.fromkeys(number for number in named if number not in terms)
        if self._words:
            ranked |= dict.fromkeys(self._by_words(list(ranked)))
        others = [number for number in ranked if number not in terms]
        # Who types "voting begins" wants what begins, then the property of that name.
        numbers = [*others[:_BEFORE_TERMS], *terms, *others[_BEFORE_TERMS:]] or self._containing()
        queries = [self._variants(word) for word in self._words]
        return [self._hit(number, queries) for number in numbers[: self._limit]]

    def _named(self, text: str) -> list[int]:
        """Return what the text names as a reference does, the likeliest first."""
        if len(self._wanted) > keys.LONGEST:
            return []
        named = resolve.find(self._index, text, limit=self._limit)
        query = "SELECT id FROM entity WHERE iri = ?"
        return [self._index.execute(query, (iri,)).fetchone()[0] for iri, _ in named]

    def _terms(self, numbers: list[int]) -> list[int]:
        """Return those in *numbers* that are terms of the ontology."""
        ontology, entities = iris.PREFIXES["cstd"], self._entities(numbers)
        return [number for number in numbers if entities[number].iri.startswith(ontology)]

    def _by_words(self, named: list[int]) -> list[int]:
        """Return the entities in which the words stand, after those that are *named*, until the limit is reached.

        Of what is only said about entities (records, stages), a few may stand before entities that fit less well; the
        rest comes last.
        """
        ranked, count = dict.fromkeys(named), len(named)
        records: dict[int, None] = {}
        stages = self._stages()
        while count < self._limit and (stage := next(stages, None)) is not None:
            new = [number for number, is_record in stage.items() if not is_record and number not in ranked]
            count += len(new)
            ranked |= dict.fromkeys(new)
            records |= dict.fromkeys(number for number, is_record in stage.items() if is_record)
            ranked |= dict.fromkeys(list(records)[:_RECORDS])
        return list(ranked | records)

    def _stages(self) -> Iterator[dict[int, bool]]:
        """Yield what fits less and less: entities, best first, each with whether it is only said about entities."""
        # All words as typed, those with signs inside as phrases; then with the last as the beginning of a word.
        yield self._ranked(self._conjunction(self._parts), self._phrase)
        yield self._ranked(self._conjunction(self._parts[:-1], self._open_ended(self._parts[-1])), self._phrase)
        # All words one by one, those with signs inside taken apart; the last as the beginning of a word.
        yield self._ranked(self._conjunction(self._words[:-1], self._open_ended(self._words[-1])), self._phrase)
        yield self._some_words()

    def _some_words(self) -> dict[int, bool]:
        """Return what fits some of the words: by their number, then as usual."""
        telling = [word for word in self._words if word not in _STOP] or self._words
        if len(telling) == 1 == len(self._words):
            return {}
        queries = [self._variants(word) for word in telling]
        matched: Counter[int] = Counter()
        for query in queries:
            rows = self._index.execute("SELECT rowid FROM document WHERE document MATCH ?", (query,))
            matched.update(number for (number,) in rows)
        ranked = self._ranked(" OR ".join(queries))
        rest = sorted((number for number in matched if number not in ranked), key=lambda n: (-matched[n], n))
        entities = self._entities(rest[: self._limit])
        ranked |= {number: bool(entities[number].secondary) for number in rest[: self._limit]}
        return dict(sorted(ranked.items(), key=lambda item: -matched[item[0]]))

    def _ranked(self, query: str, phrase: str = "") -> dict[int, bool]:
        """Return the entities that fit the FTS5 *query*, best first, each with whether it is only said about entities.

        To the engine's measure (BM25, better the lower below zero) come factors: for a fit in the names alone, for
        *phrase* word by word, and the weight of the entity: texts that were replaced, drafts and records count less.
        """
        rows = self._index.execute(
            f"SELECT rowid, bm25(document, {_WEIGHTS}) AS score FROM document WHERE document MATCH ? "
            "ORDER BY score, rowid LIMIT ?",
            (query, max(self._limit, _POOL)),
        ).fetchall()
        pool = [number for number, _ in rows]
        entities = self._entities(pool)
        named = self._matching(pool, f"{{label names}} : ({query})")
        adjacent = self._matching(pool, f"{{label names own}} : {phrase}") if phrase else set()

        def order(row: tuple[int, float]) -> tuple[float, int, int, str, str]:
            number, score = row
            entity = entities[number]
            factor = (1.5 if number in named else 1.0) * (1.5 if number in adjacent else 1.0) * entity.weight
            return (round(score * factor, 9), entity.rank, -entity.later, entity.label, entity.iri)

        best = [number for number, _ in sorted(rows, key=order)]
        return {number: bool(entities[number].secondary) for number in _works_first(best, named, entities)}

    def _matching(self, pool: list[int], query: str) -> set[int]:
        """Return those in *pool* that fit the FTS5 *query*."""
        listed = ",".join(map(str, pool))
        match = f"SELECT rowid FROM document WHERE document MATCH ? AND rowid IN ({listed})"
        return {number for (number,) in self._index.execute(match, (query,))} if pool else set()

    def _entities(self, numbers: list[int]) -> dict[int, _Entity]:
        listed = ",".join(map(str, numbers))
        query = f"SELECT id, secondary, rank, label, iri, work, later, weight FROM entity WHERE id IN ({listed})"
        return {number: _Entity(*row) for number, *row in self._index.execute(query)}

    # ── Queries ──

    def _variants(self, word: str) -> str:
        """Return the FTS5 query for *word* however it is joined: "cyber-insurance", "cyberinsurance"."""
        joined = word.replace("-", "")
        forms = [word]
        if joined.isalpha():
            if joined != word:
                forms.append(joined)
            elif cuts := list(spelling.cuts(word)):
                known = nearmiss.known(self._index, (piece for pieces in cuts for piece in pieces))
                forms += [" ".join(pieces) for pieces in cuts if known.issuperset(pieces)]
        return _any_of(map(_quoted, forms))

    def _conjunction(self, parts: list[str], last: str = "") -> str:
        """Return the FTS5 query for all *parts*, and *last*; neighbours may be written together."""
        pairs = {first + second for first, second in pairwise(parts) if f"{first}{second}".isalpha()}
        joined = nearmiss.known(self._index, pairs) if pairs else set()
        queries, at = [], 0
        while at < len(parts):
            both = "".join(parts[at : at + 2])
            if both in joined and at + 1 < len(parts):
                queries.append(f"(({_quoted(parts[at])} AND {_quoted(parts[at + 1])}) OR {_quoted(both)})")
                at += 2
            else:
                queries.append(self._variants(parts[at]))
                at += 1
        return " AND ".join([*queries, last] if last else queries)

    def _open_ended(self, word: str) -> str:
        """Return the FTS5 query for *word* or words that begin with it.

        The index holds stems ("secur"), so the beginning of a word that is none itself ("securi") is tried shorter,
        too.
        """
        query = _quoted(word) + ("*" if len(word) > 1 else "")
        tail = _WORD.findall(word)[-1]
        if len(tail) < 5 or _stands(self._index, word):
            return query
        start = word.rindex(tail)
        ends = [word[: start + size] for size in range(len(tail) - 1, max(3, len(tail) - 5), -1)]
        return _any_of([query, *map(_quoted, ends)])

    def _containing(self) -> list[int]:
        """Return the entities with a literal that contains the text letter by letter."""
        rows = self._index.execute(
            "SELECT DISTINCT entity FROM literal JOIN entity ON entity.id = literal.entity "
            "WHERE instr(lower(text), lower(?)) ORDER BY secondary, rank, label, iri LIMIT ?",
            (self._wanted, self._limit),
        )
        return [number for (number,) in rows]

    # ── Hits ──

    def _hit(self, number: int, queries: list[str]) -> Hit:
        """Return the hit for an entity, with the literal in which most words stand.

        :param queries: the FTS5 queries for the words
        """
        iri, kind, label, first, last, graph = self._index.execute(
            "SELECT entity.iri, kind, label, first, last, term.iri FROM entity JOIN term ON term.id = graph "
            "WHERE entity.id = ?",
            (number,),
        ).fetchone()
        counted: Counter[int] = Counter()
        for place, (word, query) in enumerate(zip(self._words, queries, strict=True)):
            if place == len(queries) - 1 and len(word) > 1:
                query = f"{query} OR {_quoted(word)}*"
            match = "SELECT rowid FROM literal_text WHERE literal_text MATCH ? AND rowid BETWEEN ? AND ?"
            counted.update(row for (row,) in self._index.execute(match, (query, first, last)))
        rows = self._index.execute(
            "SELECT literal.id, text, term.iri, graph.iri FROM literal JOIN term ON term.id = property "
            "JOIN term AS graph ON graph.id = literal.graph WHERE literal.id BETWEEN ? AND ?",
            (first, last),
        ).fetchall()
        low = self._wanted.lower()
        matching = [row for row in rows if row[0] in counted] or [row for row in rows if low in row[1].lower()]
        if not matching:
            return Hit(iri, kind, label, matched=label, source=graph, property="")
        _, best, name, source = min(matching, key=lambda row: (-counted[row[0]], len(row[1]), row[0]))
        return Hit(iri, kind, label, matched=_snippet(best, self._words), source=source, property=name)


def _works_first(best: list[int], named: set[int], entities: dict[int, _Entity]) -> list[int]:
    """Let those of one standard that have the words in their names change places among themselves.

    The standard comes first, then its editions, the latest first, then drafts, amendments, projects.
    """
    places: dict[int, list[int]] = {}
    for place, number in enumerate(best):
        if number in named and not entities[number].secondary:
            places.setdefault(entities[number].work, []).append(place)
    result = list(best)
    for of_work in places.values():
        members = (best[place] for place in of_work)
        ordered = sorted(members, key=lambda number: (entities[number].rank, -entities[number].later))
        for place, number in zip(of_work, ordered, strict=True):
            result[place] = number
    return result


def _snippet(text: str, words: list[str]) -> str:
    """Return *text*, or of a long one the part around the first word that stands in it."""
    if len(text) <= _SNIPPET:
        return text
    low = text.lower()
    places = [low.find(word) if word in low else low.find(word[:_STEM]) for word in words]
    at = min((place for place in places if place >= 0), default=0)
    start = max(0, min(at - _SNIPPET // 3, len(text) - _SNIPPET))
    return ("…" if start else "") + text[start : start + _SNIPPET] + ("…" if start + _SNIPPET < len(text) else "")
