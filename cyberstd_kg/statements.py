"""The asserted statements as tables of the index.

Cards and comparisons read statements by pattern, a few hundred at most.  SQLite is open for the resolver anyway and
answers such reads without the 15 to 30 ms that the engine takes to open its store.  Queries go to the engine.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Final

#: (subject, predicate, value, language, graph); the language is None where the value is an IRI, else a tag or empty.
Row = tuple[str, str, str, str | None, str]

_SCHEMA: Final = """
CREATE TABLE resource (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
CREATE TABLE statement (subject INTEGER NOT NULL, predicate INTEGER NOT NULL, object INTEGER, text TEXT, lang TEXT,
    graph INTEGER NOT NULL);
"""
_INDEXES: Final = """
CREATE INDEX statement_subject ON statement (subject, predicate);
CREATE INDEX statement_object ON statement (object, predicate) WHERE object IS NOT NULL;
"""
_READ: Final = """
SELECT s.iri, p.iri, COALESCE(o.iri, statement.text), statement.lang, g.iri
FROM statement JOIN resource AS s ON s.id = statement.subject JOIN resource AS p ON p.id = statement.predicate
    JOIN resource AS g ON g.id = statement.graph LEFT JOIN resource AS o ON o.id = statement.object
WHERE """


def write(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Write *rows* into new tables of *connection*, within one transaction."""
    numbers: dict[str, int] = {}

    def number(iri: str) -> int:
        return numbers.setdefault(iri, len(numbers) + 1)

    body = [
        (
            number(s),
            number(p),
            number(value) if lang is None else None,
            None if lang is None else value,
            lang,
            number(g),
        )
        for s, p, value, lang, g in rows
    ]
    connection.executescript(_SCHEMA)
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO resource (iri, id) VALUES (?, ?)", numbers.items())
    connection.executemany("INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?)", body)
    connection.execute("COMMIT")
    connection.executescript(_INDEXES)


def read(connection: sqlite3.Connection, subject: str | None, predicate: str | None, target: str | None) -> list[Row]:
    """Return the statements that fit; at least subject or target must be given.

    :param subject: IRI, or None for any
    :param predicate: IRI, or None for any
    :param target: IRI that is the value, or None for any value
    :raises ValueError: when neither is given
    """
    wanted = (("statement.subject", subject), ("statement.object", target), ("statement.predicate", predicate))
    given = [(column, iri) for column, iri in wanted if iri is not None]
    if subject is None and target is None:
        raise ValueError("a scan over all statements is a query for the engine")
    conditions = " AND ".join(f"{column} = (SELECT id FROM resource WHERE iri = ?)" for column, _ in given)
    return connection.execute(_READ + conditions, [iri for _, iri in given]).fetchall()
