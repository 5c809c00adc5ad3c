"""The statements in the index are those of the engine's store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pyoxigraph as ox
import pytest

import cyberstd_kg
from cyberstd_kg.cards.card import build
from cyberstd_kg.core.iris import COMPUTED
from cyberstd_kg.graph import statements
from cyberstd_kg.graph.lookup import Lookup

ROWS: list[statements.Row] = [
    ("urn:a", "urn:p", "urn:b", None, "urn:g"),
    ("urn:a", "urn:p", "urn:b", None, "urn:h"),
    ("urn:a", "urn:p", "urn:b", "", "urn:g"),
    ("urn:a", "urn:q", "b", "en", "urn:g"),
    ("urn:b", "urn:p", "urn:a", None, "urn:g"),
]


def write(connection: sqlite3.Connection, rows: list[statements.Row]) -> None:
    writer = statements.Writer(connection)
    for row in rows:
        writer.add(row)
    writer.finish()


@pytest.fixture
def index() -> Iterator[sqlite3.Connection]:
    """An index in memory that holds :data:`ROWS`."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        write(connection, ROWS)
        yield connection


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (("urn:a", None, None), [0, 1, 2, 3]),
        (("urn:a", "urn:q", None), [3]),
        ((None, None, "urn:b"), [0, 1]),
        ((None, "urn:p", "urn:a"), [4]),
        (("urn:a", None, "urn:b"), [0, 1]),
        (("urn:nowhere", None, None), []),
        ((None, "urn:nowhere", "urn:a"), []),
    ],
)
def test_patterns(index: sqlite3.Connection, pattern: tuple[str | None, ...], expected: list[int]) -> None:
    found = statements.read(index, *pattern)
    assert sorted(found, key=str) == sorted((ROWS[at] for at in expected), key=str)


def test_statements_of_many_subjects_and_into_many_values(
    index: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for batch in (1, 10_000):
        monkeypatch.setattr(statements, "_BATCH", batch)
        of_both = statements.of_subjects(index, ["urn:a", "urn:b", "urn:a", "urn:nowhere"], ["urn:p", "urn:nowhere"])
        assert sorted(of_both, key=str) == sorted((ROWS[at] for at in (0, 1, 2, 4)), key=str)
        into_both = statements.of_values(index, ["urn:b", "urn:a"], ["urn:p", "urn:q"])
        assert sorted(into_both, key=str) == sorted((ROWS[at] for at in (0, 1, 4)), key=str)
    assert statements.of_subjects(index, [], ["urn:p"]) == statements.of_values(index, ["urn:b"], []) == []


def test_a_scan_is_refused(index: sqlite3.Connection) -> None:
    with pytest.raises(ValueError, match="engine"):
        statements.read(index, None, "urn:p", None)


def test_the_index_holds_what_the_store_holds() -> None:
    kg = cyberstd_kg.load()
    lookup: Lookup = kg.lookup
    wanted = set()
    for quad in kg.store.quads_for_pattern(None, None, None, None):
        value, graph = quad.object, quad.graph_name
        if graph in map(ox.NamedNode, COMPUTED):  # what was worked out is in the store alone
            continue
        if isinstance(graph, ox.NamedNode) and isinstance(quad.subject, ox.NamedNode):
            tag = (value.language or "") if isinstance(value, ox.Literal) else None
            if isinstance(value, ox.Literal | ox.NamedNode):
                wanted.add((quad.subject.value, quad.predicate.value, value.value, tag, graph.value))
    held = {row for subject in {row[0] for row in wanted} for row in lookup.quads(subject)}
    assert len(wanted) > 5000
    assert held == wanted


def test_a_card_of_data_that_runs_in_a_circle_ends() -> None:
    """A provision below its own child: wrong data, which validation refuses, and which no card may hang on."""
    std, cstd = "https://w3id.org/cyberstd/id/", "https://w3id.org/cyberstd/ontology#"
    rows: list[statements.Row] = [
        (f"{std}a", f"{cstd}parentProvision", f"{std}b", None, "urn:g"),
        (f"{std}b", f"{cstd}parentProvision", f"{std}a", None, "urn:g"),
        (f"{std}b", f"{cstd}parentProvision", f"{std}b", None, "urn:g"),
    ]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        write(connection, rows)
        card = build(Lookup(connection), str, f"{std}a", deep=True)
    assert card.provisions is not None
    assert [below.iri for below in card.provisions] == [f"{std}b"] and card.provisions[0].provisions == []
