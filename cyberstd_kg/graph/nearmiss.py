"""What somebody may have meant: words, keys and names that are spelt nearly alike.

Read only when nothing fits.  Every step is a look-up of few keys in an index, so that a miss costs no more in a large
graph than in a small one: a word shares with its neighbours what remains of it when one letter is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cyberstd_kg.designations import keys, spelling
from cyberstd_kg.graph.statements import marks

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator

#: The most neighbours of one word, and the most words of a text, that are used.
_NEIGHBOURS: Final = 8
_WORDS: Final = 14
#: A word of this many letters may have two faults.
_LONG: Final = 7


def words(index: sqlite3.Connection, word: str) -> list[str]:
    """Return the words of the graph that are spelt nearly like *word* (lower case), the nearest first.

    Of those equally near the one that begins alike comes first, then the one that more entities have.
    """
    if not spelling.has_neighbours(word):
        return []
    pieces = spelling.less_one(word)
    if len(word) >= _LONG:
        pieces = {less for piece in pieces for less in spelling.less_one(piece)}
    rows = index.execute(
        f"SELECT DISTINCT word, held FROM near JOIN word USING (word) WHERE piece IN ({marks(pieces)})", sorted(pieces)
    )
    most = 2 if len(word) >= _LONG and not word.isdigit() else 1
    orders = []
    for near, count in rows:
        if near != word and near.isdigit() == word.isdigit() and (away := spelling.distance(word, near)) <= most:
            orders.append((away, near[0] != word[0], -count, near))
    return [near for *_, near in sorted(orders)[:_NEIGHBOURS]]


def known(index: sqlite3.Connection, words: Iterable[str]) -> set[str]:
    """Return those of *words* that stand in the graph as they are."""
    asked = sorted(set(words))
    return {word for (word,) in index.execute(f"SELECT word FROM word WHERE word IN ({marks(asked)})", asked)}


def corrected(index: sqlite3.Connection, asked: list[str], correct: Collection[str]) -> str:
    """Return the words *asked*, each that is not among the *correct* ones replaced by the nearest word of the graph.

    Empty when there is nothing to replace: every word is correct, or has no neighbour.
    """
    replaced = [word if word in correct else next(iter(words(index, word)), word) for word in asked]
    return "" if replaced == asked else " ".join(replaced)


def entities(index: sqlite3.Connection, asked: Iterable[str], text: str) -> dict[int, tuple[int, int, int]]:
    """Return entity → order (the less the nearer) of what may be meant by a reference that nothing fits.

    :param asked: the keys of the reference
    :param text: the reference
    """
    orders: dict[int, tuple[int, int, int]] = {}
    for key in dict.fromkeys(asked):
        for nearness, near in enumerate(_near_keys(index, key)):
            if not near:
                continue  # an empty list would scan the table
            rows = index.execute(
                f"SELECT entity, rank, weight FROM key JOIN entity ON entity.id = entity "
                f"WHERE key IN ({marks(near)}) AND tier < ?",
                (*near, keys.UNDATED),
            )
            for number, rank, weight in rows:
                order = (nearness, rank, round(-10 * weight))
                orders[number] = min(order, orders.get(number, order))
            if orders and nearness == 0:  # all of it is there, from another publisher or of another type
                return orders
    return orders or {number: (place, 0, 0) for place, number in enumerate(_by_words(index, text))}


def _near_keys(index: sqlite3.Connection, key: str) -> Iterator[list[str]]:
    """Yield rows of keys near *key*: itself, one word otherwise, all unknown words otherwise, less at the end."""
    parts = key.split()
    if not parts or len(parts) > _WORDS:
        return
    yield [key]
    near = {word: words(index, word) for word in parts}
    yield [" ".join((*parts[:at], other, *parts[at + 1 :])) for at, word in enumerate(parts) for other in near[word]]
    yield [corrected(index, parts, known(index, parts)) or key]
    yield [" ".join(parts[:size]) for size in range(len(parts) - 1, 0, -1) if parts[0].isdigit()]


def _by_words(index: sqlite3.Connection, text: str) -> list[int]:
    """Return the entities in whose names all the words of *text* stand, as far as the graph has these."""
    asked = keys.tokens(text)[:_WORDS]
    tokens = keys.tokens(corrected(index, asked, known(index, asked)) or text)[:_WORDS]
    found = known(index, tokens)
    query = " AND ".join(f'"{spelling.fold(word)}"' for word in tokens if word in found)
    if not query or any(word.isdigit() for word in tokens if word not in found):
        return []
    rows = index.execute(
        "SELECT document.rowid FROM document JOIN entity ON entity.id = document.rowid "
        "WHERE document MATCH ? AND secondary = 0 ORDER BY bm25(document, 10.0, 8.0), document.rowid LIMIT ?",
        (f"{{label names}} : ({query})", _NEIGHBOURS),
    )
    return [number for (number,) in rows]
