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

# The file is made aside and published when it is whole, so nothing needs to be undone.
_SCHEMA: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
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


#: So many rows go to the database at once.
_BATCH: Final = 10_000


class Writer:
    """Writes statements into new tables of *connection*, some thousands at a time, so that they are held nowhere else.

    Its transaction is open until :meth:`finish`.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._numbers: dict[str, int] = {}
        self._body: list[tuple[int, int, int | None, str | None, str | None, int]] = []
        connection.executescript(_SCHEMA)
        connection.execute("BEGIN")

    def number(self, iri: str) -> int:
        """Return the number under which *iri* stands in the table ``resource``."""
        return self._numbers.setdefault(iri, len(self._numbers) + 1)

    def add(self, row: Row) -> None:
        """Take in one statement."""
        subject, predicate, value, lang, graph = row
        target, text = (self.number(value), None) if lang is None else (None, value)
        self._body.append((self.number(subject), self.number(predicate), target, text, lang, self.number(graph)))
        if len(self._body) >= _BATCH:
            self._flush()

    def finish(self) -> None:
        """Write what remains, and the indexes; end the transaction."""
        self._flush()
        self._connection.executemany("INSERT INTO resource (iri, id) VALUES (?, ?)", self._numbers.items())
        self._connection.execute("COMMIT")
        self._connection.executescript(_INDEXES)

    def _flush(self) -> None:
        self._connection.executemany("INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?)", self._body)
        self._body.clear()


def write(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Write *rows* into new tables of *connection*."""
    writer = Writer(connection)
    for row in rows:
        writer.add(row)
    writer.finish()


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
