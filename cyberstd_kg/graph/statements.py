"""The asserted statements as tables of the index, and beside them the inferred classes.

Cards, comparisons and lifecycles read statements by pattern, a few hundred at most.  SQLite is open for the resolver
anyway and answers such reads without the 15 to 30 ms that the engine takes to open its store.  Queries go to the
engine.  Blank nodes, which only the ontology has, are left out.

No other module knows these tables.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable
from typing import Final

#: (subject, predicate, value, language, graph); the language is None where the value is an IRI, else a tag or empty.
Row = tuple[str, str, str, str | None, str]

# The file is made aside and published when it is complete, so nothing needs to be undone.
_SCHEMA: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE resource (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
CREATE TABLE inferred (subject INTEGER NOT NULL, class INTEGER NOT NULL, PRIMARY KEY (subject, class)) WITHOUT ROWID;
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
_INFER: Final = """
INSERT INTO inferred SELECT s.id, c.id FROM resource AS s JOIN resource AS c WHERE s.iri = ? AND c.iri = ?
"""
_INFERRED: Final = """
SELECT c.iri FROM inferred JOIN resource AS s ON s.id = subject JOIN resource AS c ON c.id = class
WHERE s.iri = ? ORDER BY c.iri
"""

#: The most rows that are written, or IRIs that are asked for, at once.
_BATCH: Final = 10_000


class _Numbers(dict[str, int]):
    """IRI → its number, given when it is first asked for."""

    def __missing__(self, iri: str) -> int:
        number = self[iri] = len(self) + 1
        return number


class Writer:
    """Writes statements into new tables of *connection*, some thousands at a time, so that none is kept in memory.

    Its transaction is open until :meth:`finish`.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._numbers = _Numbers()
        #: IRI → its number in the table ``resource``.
        self.number: Callable[[str], int] = self._numbers.__getitem__
        self._rows: list[tuple[int, int, int | None, str | None, str | None, int]] = []
        connection.executescript(_SCHEMA)
        connection.execute("BEGIN")

    def add(self, row: Row) -> None:
        """Take in one statement."""
        subject, predicate, value, lang, graph = row
        number = self._numbers
        target, text = (number[value], None) if lang is None else (None, value)
        self._rows.append((number[subject], number[predicate], target, text, lang, number[graph]))
        if len(self._rows) >= _BATCH:
            self._flush()

    def finish(self) -> None:
        """Write what remains, and the indexes; end the transaction."""
        self._flush()
        self._connection.executemany("INSERT INTO resource (iri, id) VALUES (?, ?)", self._numbers.items())
        self._connection.execute("COMMIT")
        self._connection.executescript(_INDEXES)

    def _flush(self) -> None:
        self._connection.executemany("INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?)", self._rows)
        self._rows.clear()


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
        raise ValueError("a scan of all statements is a query for the engine")
    conditions = " AND ".join(f"{column} = (SELECT id FROM resource WHERE iri = ?)" for column, _ in given)
    return connection.execute(_READ + conditions, [iri for _, iri in given]).fetchall()


def of_subjects(connection: sqlite3.Connection, subjects: Iterable[str], predicates: Iterable[str]) -> list[Row]:
    """Return the statements with one of *subjects* and one of *predicates*, all IRIs."""
    return _read_many(connection, "subject", subjects, predicates)


def of_values(connection: sqlite3.Connection, values: Iterable[str], predicates: Iterable[str]) -> list[Row]:
    """Return the statements with one of *predicates* and, as value, one of *values*, all IRIs."""
    return _read_many(connection, "object", values, predicates)


def _read_many(
    connection: sqlite3.Connection, column: str, ends: Iterable[str], predicates: Iterable[str]
) -> list[Row]:
    wanted, properties = list(dict.fromkeys(ends)), list(predicates)
    rows: list[Row] = []
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        rows += connection.execute(
            f"{_READ} statement.{column} IN (SELECT id FROM resource WHERE iri IN ({marks(batch)})) "
            f"AND statement.predicate IN (SELECT id FROM resource WHERE iri IN ({marks(properties)}))",
            [*batch, *properties],
        )
    return rows


def marks(values: Collection[object]) -> str:
    """Return the marks for *values* in the list of a query: "?,?,?"."""
    return ",".join("?" * len(values))


def write_inferred(connection: sqlite3.Connection, rows: Iterable[tuple[str, str]]) -> None:
    """Write inferred classes, as (entity, class); both must stand in a statement written before."""
    connection.execute("BEGIN")
    connection.executemany(_INFER, rows)
    connection.execute("COMMIT")


def inferred(connection: sqlite3.Connection, iri: str) -> list[str]:
    """Return the inferred classes of an entity, sorted."""
    return [name for (name,) in connection.execute(_INFERRED, (iri,))]
