"""The full-text index: every literal of the graph, in SQLite's FTS5, and the search over it.

Two tables are searched: ``document`` has one row for each thing (label, names, own literals, labels of what it is
linked to), so that words from different statements find the thing that they are about; ``literal_text`` has one row
for each literal, so that a hit can show where the words stand and who says so.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import UsageError
from cyberstd_kg.designations import keys, spelling
from cyberstd_kg.graph import nearmiss

if TYPE_CHECKING:
    import sqlite3

#: Longest text that is searched for, in characters.
LONGEST: Final = 65_536
#: A search looks at this many different words; the rest of a longer text is left aside.
_WORDS: Final = 40
#: So many things stand before the terms of the ontology that are named exactly.
_BEFORE_TERMS: Final = 2
#: So many of what is said about things (records, stages) that has all words stand before things that have some words.
_ABOUT: Final = 3
#: So many of the best by the engine's measure are put in order by ours, and as many as are asked for.
_POOL: Final = 200
_SNIPPET: Final = 300
#: So many letters of a word are its stem when the word itself is not there.
_STEM: Final = 5
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
    from cyberstd_kg.graph import resolve

    if limit < 1:
        raise UsageError(f"at most {limit} hits were asked for", "Ask for one or more.")
    if len(text) > LONGEST:
        raise UsageError(f"the text to search for has {len(text)} characters", f"Give at most {LONGEST}.")
    wanted = keys.clean(text)
    if not wanted:
        raise UsageError("there is no text to search for", "Give one or more words.")
    words = list(dict.fromkeys(_WORD.findall(spelling.fold(wanted))))[:_WORDS]
    iris_named = [iri for iri, _ in resolve.find(index, text, limit=limit)] if len(wanted) <= keys.LONGEST else []
    named = [row[0] for iri in iris_named for row in index.execute("SELECT id FROM entity WHERE iri = ?", (iri,))]
    terms = _terms(index, named)
    found = dict.fromkeys(number for number in named if number not in terms)
    found |= dict.fromkeys(_by_words(index, wanted, words, list(found), limit) if words else ())
    things = [number for number in found if number not in terms]
    # Who types "voting begins" wants what begins, then the property of that name.
    numbers = [*things[:_BEFORE_TERMS], *terms, *things[_BEFORE_TERMS:]] or _containing(index, wanted, limit)
    asked = [_variants(index, word) for word in words]
    return [_hit(index, number, wanted, words, asked) for number in numbers[:limit]]


def _by_words(index: sqlite3.Connection, wanted: str, words: list[str], named: list[int], limit: int) -> list[int]:
    """Return the entities in which the words stand, after those that are *named*, until *limit* are found.

    Of what is only said about things (records, stages), a few may stand before things that fit less well; the rest
    comes last.
    """
    parts = [part for part in dict.fromkeys(spelling.fold(wanted).split()) if _WORD.search(part)][:_WORDS]
    found, things = dict.fromkeys(named), len(named)
    about: dict[int, None] = {}
    for stage in (_whole_words, _all_words, _all_single, _some_words):
        if things >= limit:
            break
        ranked = stage(index, parts, words, limit)
        new = [number for number, secondary in ranked.items() if not secondary and number not in found]
        things += len(new)
        found |= dict.fromkeys(new)
        about |= dict.fromkeys(number for number, secondary in ranked.items() if secondary)
        found |= dict.fromkeys(list(about)[:_ABOUT])
    return list(found | about)


def did_you_mean(index: sqlite3.Connection, text: str) -> str:
    """Return *text* with the words that stand nowhere replaced by the nearest that do; empty when none is replaced."""
    told, replaced = [], False
    for word in keys.tokens(text[:LONGEST])[:_WORDS]:
        near = "" if _stands(index, word) else next(iter(nearmiss.words(index, word)), "")
        told.append(near or word)
        replaced = replaced or bool(near)
    return " ".join(told) if replaced else ""


def _stands(index: sqlite3.Connection, word: str) -> bool:
    """Tell whether *word*, in one of its forms, stands in the graph."""
    query = "SELECT 1 FROM document WHERE document MATCH ? LIMIT 1"
    return index.execute(query, (_quoted(spelling.fold(word)),)).fetchone() is not None


def _terms(index: sqlite3.Connection, found: list[int]) -> list[int]:
    """Return those in *found* that are terms of the ontology."""
    ontology = iris.PREFIXES["cstd"]
    marks = ",".join(map(str, found))
    rows = index.execute(f"SELECT id FROM entity WHERE id IN ({marks}) AND iri LIKE ?", (f"{ontology}%",))
    named = {row[0] for row in rows}
    return [number for number in found if number in named]


def _quoted(word: str) -> str:
    """Return *word* as an FTS5 string, in which no character has a meaning."""
    return '"' + word.replace('"', '""') + '"'


def _ranked(index: sqlite3.Connection, query: str, limit: int, phrase: str = "") -> dict[int, bool]:
    """Return the entities that fit the FTS5 *query*, best first, each with whether it is only said about things.

    To the engine's measure (BM25, better the lower below zero) come factors: for a fit in the names alone, for *phrase*
    word by word, and for what the thing is (see ``labels``): texts that were replaced, drafts and records count less.
    """
    rows = index.execute(
        f"SELECT rowid, bm25(document, {_WEIGHTS}) AS score FROM document WHERE document MATCH ? "
        "ORDER BY score, rowid LIMIT ?",
        (query, max(limit, _POOL)),
    ).fetchall()
    pool = ",".join(str(row[0]) for row in rows)
    match = f"SELECT rowid FROM document WHERE document MATCH ? AND rowid IN ({pool})"
    named = {row[0] for row in index.execute(match, (f"{{label names}} : ({query})",))} if rows else set()
    adjacent: set[int] = set()
    if phrase and rows:
        adjacent = {row[0] for row in index.execute(match, (f"{{label names own}} : {phrase}",))}
    about = {
        row[0]: _About(*row[1:])
        for row in index.execute(
            f"SELECT id, secondary, rank, label, iri, work, later, weight FROM entity WHERE id IN ({pool})"
        )
    }

    def order(row: tuple[int, float]) -> tuple[float, int, int, str, str]:
        number, score = row
        thing = about[number]
        factor = (1.5 if number in named else 1.0) * (1.5 if number in adjacent else 1.0) * thing.weight
        return (round(score * factor, 9), thing.rank, -thing.later, thing.label, thing.iri)

    best = [number for number, _ in sorted(rows, key=order)]
    return {number: bool(about[number].secondary) for number in _works_first(best, named, about)}


class _About(NamedTuple):
    secondary: int
    rank: int
    label: str
    iri: str
    work: int
    later: int
    weight: float


def _works_first(best: list[int], named: set[int], about: dict[int, _About]) -> list[int]:
    """Let those of one standard that bear the words in their names change places among themselves.

    The standard comes first, then its editions, the latest first, then drafts, amendments, projects.
    """
    places: dict[int, list[int]] = {}
    for place, number in enumerate(best):
        if number in named and not about[number].secondary:
            places.setdefault(about[number].work, []).append(place)
    result = list(best)
    for of_work in places.values():
        members = sorted(
            (best[place] for place in of_work), key=lambda number: (about[number].rank, -about[number].later)
        )
        for place, number in zip(of_work, members, strict=True):
            result[place] = number
    return result


def _variants(index: sqlite3.Connection, word: str) -> str:
    """Return the FTS5 query for *word* however it is joined: "cyber-insurance", "cyber insurance", "cyberinsurance"."""
    joined = word.replace("-", "")
    forms = [word]
    if joined.isalpha():
        if joined != word:
            forms.append(joined)
        else:
            cut = list(spelling.cuts(word))
            held = nearmiss.known(index, (piece for pieces in cut for piece in pieces)) if cut else set()
            forms += [" ".join(pieces) for pieces in cut if held.issuperset(pieces)]
    return f"({' OR '.join(map(_quoted, forms))})" if len(forms) > 1 else _quoted(word)


def _conjunction(index: sqlite3.Connection, parts: list[str], last: str = "") -> str:
    """Return the FTS5 query for all *parts*, and *last*; neighbours may be written together."""
    pairs = {first + second for first, second in pairwise(parts) if f"{first}{second}".isalpha()}
    joined = nearmiss.known(index, pairs) if pairs else set()
    told, at = [], 0
    while at < len(parts):
        both = "".join(parts[at : at + 2])
        if both in joined and at + 1 < len(parts):
            told.append(f"(({_quoted(parts[at])} AND {_quoted(parts[at + 1])}) OR {_quoted(both)})")
            at += 1
        else:
            told.append(_variants(index, parts[at]))
        at += 1
    return " AND ".join([*told, *([last] if last else [])])


def _whole_words(index: sqlite3.Connection, parts: list[str], words: list[str], limit: int) -> dict[int, bool]:
    """All words as typed, those with signs inside ("7.1.2.10", "cyber-security") as phrases."""
    return _ranked(index, _conjunction(index, parts), limit, _phrase(words))


def _all_words(index: sqlite3.Connection, parts: list[str], words: list[str], limit: int) -> dict[int, bool]:
    """All words as typed, the last as the beginning of a word."""
    return _ranked(index, _conjunction(index, parts[:-1], _open_ended(index, parts[-1])), limit, _phrase(words))


def _phrase(words: list[str]) -> str:
    return _quoted(" ".join(words)) if len(words) > 1 else ""


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


def _all_single(index: sqlite3.Connection, parts: list[str], words: list[str], limit: int) -> dict[int, bool]:
    """All words one by one, those with signs inside taken apart; the last as a prefix."""
    return _ranked(index, _conjunction(index, words[:-1], _open_ended(index, words[-1])), limit, _phrase(words))


def _some_words(index: sqlite3.Connection, parts: list[str], words: list[str], limit: int) -> dict[int, bool]:
    """Some of the words: by their number, then as usual."""
    telling = [word for word in words if word not in _STOP] or words
    if len(telling) == 1 == len(words):
        return {}
    matched: dict[int, int] = {}
    for word in telling:
        for (number,) in index.execute("SELECT rowid FROM document WHERE document MATCH ?", (_variants(index, word),)):
            matched[number] = matched.get(number, 0) + 1
    ranked = _ranked(index, " OR ".join(_variants(index, word) for word in telling), limit)
    rest = [number for number in sorted(matched, key=lambda number: (-matched[number], number)) if number not in ranked]
    ranked |= _secondary(index, rest[:limit])
    return dict(sorted(ranked.items(), key=lambda item: -matched[item[0]]))


def _secondary(index: sqlite3.Connection, numbers: list[int]) -> dict[int, bool]:
    marks = ",".join(map(str, numbers))
    told = dict(index.execute(f"SELECT id, secondary FROM entity WHERE id IN ({marks})"))
    return {number: bool(told[number]) for number in numbers}


def _containing(index: sqlite3.Connection, wanted: str, limit: int) -> list[int]:
    rows = index.execute(
        "SELECT DISTINCT entity FROM literal JOIN entity ON entity.id = literal.entity "
        "WHERE instr(lower(text), lower(?)) ORDER BY secondary, rank, label, iri LIMIT ?",
        (wanted, limit),
    )
    return [row[0] for row in rows]


def _hit(index: sqlite3.Connection, number: int, wanted: str, words: list[str], asked: list[str]) -> Hit:
    """Return the hit for an entity, with the literal in which most words stand.

    :param asked: the FTS5 queries for *words*
    """
    iri, kind, label, first, last, graph = index.execute(
        "SELECT entity.iri, kind, label, first, last, term.iri FROM entity JOIN term ON term.id = graph "
        "WHERE entity.id = ?",
        (number,),
    ).fetchone()
    counted: dict[int, int] = {}
    for place, (word, query) in enumerate(zip(words, asked, strict=True)):
        if place == len(words) - 1 and len(word) > 1:
            query = f"{query} OR {_quoted(word)}*"
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
    places = [low.find(word) if word in low else low.find(word[:_STEM]) for word in words]
    at = min((place for place in places if place >= 0), default=0)
    start = max(0, min(at - _SNIPPET // 3, len(text) - _SNIPPET))
    return ("…" if start else "") + text[start : start + _SNIPPET] + ("…" if start + _SNIPPET < len(text) else "")
