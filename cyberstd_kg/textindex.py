"""The full-text index: every literal of the graph, in SQLite's FTS5, and the search over it.

Two tables are searched: ``document`` has one row for each thing (label, names, own literals, labels of what it is
linked to), so that words from different statements find the thing that they are about; ``literal_text`` has one row
for each literal, so that a hit can show where the words stand and who says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from cyberstd_kg import iris, refkeys
from cyberstd_kg.errors import UsageError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

#: Longest text that is searched for, in characters.
LONGEST: Final = 65_536
#: A search looks at this many different words; the rest of a longer text is left aside.
_WORDS: Final = 40
#: So many things stand before the terms of the ontology among the hits.
_BEFORE_TERMS: Final = 2
#: So many of the best by the engine's measure are put in order by ours, and as many as are asked for.
_POOL: Final = 200
_SNIPPET: Final = 300
#: Weight of a word in the label, the names, the own literals, the labels of linked things.
_WEIGHTS: Final = "10.0, 8.0, 3.0, 1.0"
_STOP: Final = frozenset(
    (
        *("a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it"),
        *("of", "on", "or", "that", "the", "their", "to", "with"),
    )
)
_WORD = re.compile(r"[^\W_]+")


class Hit(NamedTuple):
    """A thing found.

    *matched* is the literal in which the words stand, *property* its property, *source* the IRI of its graph.  Where
    the words stand only in the labels of linked things, *matched* is the label and *property* is empty.
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
    return row[0] if row else iris.compact(iri) or iri


def kind(index: sqlite3.Connection, iri: str) -> str:
    """Return a word for what kind of thing *iri* is; "resource" where the graph says nothing of it."""
    row = index.execute("SELECT kind FROM entity WHERE iri = ?", (iri,)).fetchone()
    return row[0] if row else "resource"


def search(index: sqlite3.Connection, text: str, limit: int = 20) -> list[Hit]:
    """Return the things that fit *text*, best first; the order is the same on every run.

    First what *text* names (a designation, a label, a clause), then things in which all words stand (the last may be
    the beginning of a word), then those in which the most words stand.  Only if there is none at all, literals
    that contain *text* letter by letter.

    :raises UsageError: when *text* is empty or too long, or *limit* is not positive
    """
    from cyberstd_kg import resolve

    if limit < 1:
        raise UsageError(f"at most {limit} hits were asked for", "Ask for one or more.")
    if len(text) > LONGEST:
        raise UsageError(f"the text to search for has {len(text)} characters", f"Give at most {LONGEST}.")
    wanted = refkeys.clean(text)
    if not wanted:
        raise UsageError("there is no text to search for", "Give one or more words.")
    words = list(dict.fromkeys(_WORD.findall(wanted)))[:_WORDS]
    named = [iri for iri, _ in resolve.find(index, text, limit=limit)] if len(wanted) <= refkeys.LONGEST else []
    numbers = [row[0] for iri in named for row in index.execute("SELECT id FROM entity WHERE iri = ?", (iri,))]
    found = dict.fromkeys(numbers)
    if words:
        for stage in (_all_words, _all_single, _some_words):
            if len(found) < limit:
                found.update(dict.fromkeys(stage(index, wanted, words, limit)))
    if not found:
        found.update(dict.fromkeys(_containing(index, wanted, limit)))
    return [_hit(index, number, wanted, words) for number in _things_first(index, list(found))[:limit]]


def _things_first(index: sqlite3.Connection, found: list[int]) -> list[int]:
    """Put two things before the terms of the ontology: who types "voting begins" wants what begins."""
    ontology = iris.PREFIXES["cstd"]
    terms = {
        row[0] for row in index.execute("SELECT id FROM entity WHERE iri BETWEEN ? AND ?", (ontology, f"{ontology}~"))
    }
    things = [number for number in found if number not in terms]
    return [*things[:_BEFORE_TERMS], *(number for number in found if number in terms), *things[_BEFORE_TERMS:]]


def _quoted(word: str) -> str:
    """Return *word* as an FTS5 string, in which no character has a meaning."""
    return '"' + word.replace('"', '""') + '"'


def _ranked(index: sqlite3.Connection, query: str, limit: int, phrase: str = "") -> list[int]:
    """Return the entities that fit the FTS5 *query*, best first.

    To the engine's measure (BM25, better the lower below zero) come factors: for a fit in the names alone, for *phrase*
    word by word, and against what is only said about things.
    """
    match = "SELECT rowid FROM document WHERE document MATCH ?"
    rows = index.execute(
        f"SELECT rowid, bm25(document, {_WEIGHTS}) AS score FROM document WHERE document MATCH ? "
        "ORDER BY score, rowid LIMIT ?",
        (query, max(limit, _POOL)),
    ).fetchall()
    named = {row[0] for row in index.execute(match, (f"{{label names}} : ({query})",))}
    adjacent: set[int] = set()
    if phrase:
        adjacent = {row[0] for row in index.execute(match, (f"{{label names own}} : {phrase}",))}
    about = _about(index, [row[0] for row in rows])

    def order(row: tuple[int, float]) -> tuple[float, tuple[int, str, str]]:
        number, score = row
        secondary, rank, name, iri = about[number]
        factor = (1.5 if number in named else 1.0) * (1.5 if number in adjacent else 1.0) * (0.3 if secondary else 1.0)
        return round(score * factor, 9), (rank, name, iri)

    return [number for number, _ in sorted(rows, key=order)]


def _about(index: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, tuple[int, int, str, str]]:
    marks = ",".join(map(str, numbers))
    rows = index.execute(f"SELECT id, secondary, rank, label, iri FROM entity WHERE id IN ({marks})")
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}


def _all_words(index: sqlite3.Connection, wanted: str, words: list[str], limit: int) -> list[int]:
    """All words as typed, those with signs inside ("7.1.2.10", "cyber-security") as phrases, the last as a prefix."""
    parts = [part for part in dict.fromkeys(wanted.split()) if _WORD.search(part)][:_WORDS]
    query = " AND ".join([*map(_quoted, parts[:-1]), _open_ended(index, parts[-1])])
    return _ranked(index, query, limit, _quoted(" ".join(words)) if len(words) > 1 else "")


def _open_ended(index: sqlite3.Connection, word: str) -> str:
    """Return the FTS5 query for *word* or words that begin with it.

    The index holds stems ("secur"), so the beginning of a word that is none itself ("securi") is tried shorter, too.
    """
    query = _quoted(word) + ("*" if len(word) > 1 else "")
    tail = _WORD.findall(word)[-1]
    whole = "SELECT 1 FROM document WHERE document MATCH ? LIMIT 1"
    if len(tail) < 5 or index.execute(whole, (_quoted(word),)).fetchone():
        return query
    start = word.rindex(tail)
    ends = [word[: start + size] for size in range(len(tail) - 1, max(3, len(tail) - 5), -1)]
    return f"({' OR '.join([query, *map(_quoted, ends)])})"


def _all_single(index: sqlite3.Connection, wanted: str, words: list[str], limit: int) -> list[int]:
    """All words one by one, those with signs inside taken apart; the last as a prefix."""
    query = " AND ".join([*map(_quoted, words[:-1]), _open_ended(index, words[-1])])
    return _ranked(index, query, limit, _quoted(" ".join(words)) if len(words) > 1 else "")


def _some_words(index: sqlite3.Connection, wanted: str, words: list[str], limit: int) -> list[int]:
    """Some of the words: by their number, then as usual."""
    telling = [word for word in words if word.casefold() not in _STOP] or words
    if len(telling) == 1 == len(words):
        return []
    matched: dict[int, int] = {}
    for word in telling:
        for (number,) in index.execute("SELECT rowid FROM document WHERE document MATCH ?", (_quoted(word),)):
            matched[number] = matched.get(number, 0) + 1
    ranked = _ranked(index, " OR ".join(map(_quoted, telling)), limit)
    rest = [number for number in sorted(matched, key=lambda number: (-matched[number], number)) if number not in ranked]
    return sorted([*ranked, *rest[:limit]], key=lambda number: -matched[number])


def _containing(index: sqlite3.Connection, wanted: str, limit: int) -> list[int]:
    rows = index.execute(
        "SELECT DISTINCT entity FROM literal JOIN entity ON entity.id = literal.entity "
        "WHERE instr(lower(text), lower(?)) ORDER BY secondary, rank, label, iri LIMIT ?",
        (wanted, limit),
    )
    return [row[0] for row in rows]


def _hit(index: sqlite3.Connection, number: int, wanted: str, words: list[str]) -> Hit:
    iri, kind, label, first, last, graph = index.execute(
        "SELECT entity.iri, kind, label, first, last, term.iri FROM entity JOIN term ON term.id = graph "
        "WHERE entity.id = ?",
        (number,),
    ).fetchone()
    counted: dict[int, int] = {}
    for place, word in enumerate(words):
        query = _quoted(word) + ("*" if place == len(words) - 1 and len(word) > 1 else "")
        match = "SELECT rowid FROM literal_text WHERE literal_text MATCH ? AND rowid BETWEEN ? AND ?"
        for (row,) in index.execute(match, (query, first, last)):
            counted[row] = counted.get(row, 0) + 1
    rows = index.execute(
        "SELECT literal.id, text, term.iri, graph.iri FROM literal JOIN term ON term.id = property "
        "JOIN term AS graph ON graph.id = literal.graph WHERE literal.id BETWEEN ? AND ?",
        (first, last),
    ).fetchall()
    found = [row for row in rows if row[0] in counted] or [row for row in rows if wanted.lower() in row[1].lower()]
    if not found:
        return Hit(iri, kind, label, label, graph, "")
    _, best, name, source = min(found, key=lambda row: (-counted.get(row[0], 0), len(row[1]), row[0]))
    return Hit(iri, kind, label, _snippet(best, words), source, name)


def _snippet(text: str, words: list[str]) -> str:
    """Return *text*, or of a long one the part around the first word found."""
    if len(text) <= _SNIPPET:
        return text
    low = text.lower()
    at = min((place for word in words if (place := low.find(word.lower())) >= 0), default=0)
    start = max(0, min(at - _SNIPPET // 3, len(text) - _SNIPPET))
    return ("…" if start else "") + text[start : start + _SNIPPET] + ("…" if start + _SNIPPET < len(text) else "")
