"""Building the index of a snapshot: every literal for the full-text search, every name for the resolver.

Runs once, while a snapshot is compiled; :mod:`cyberstd_kg.graph.search` and :mod:`cyberstd_kg.graph.resolve` read the
tables.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from cyberstd_kg.build import labels
from cyberstd_kg.build.labels import Facts, Namer
from cyberstd_kg.core.errors import ResourceMissing
from cyberstd_kg.designations import keys as refkeys
from cyberstd_kg.designations import spelling
from cyberstd_kg.graph import ranks

#: Labels of this many linked things are taken in; and of those that point here only where they are few:
#: the 500 documents of a committee say nothing of the committee.
_LINKED: Final = 60
_POINTING: Final = 12
_PLAIN_PLACE: Final = re.compile(r" (?:to entry\b|Guidance(?= \w))")
#: Longer texts are not kept as names.
_LONGEST_KEY: Final = 300

_SCHEMA = """
CREATE TABLE entity (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, label TEXT NOT NULL,
    rank INTEGER NOT NULL, secondary INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    graph INTEGER NOT NULL, work INTEGER NOT NULL, later INTEGER NOT NULL, weight REAL NOT NULL);
CREATE INDEX entity_work ON entity (work);
CREATE TABLE class (iri TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE entity_class (entity INTEGER NOT NULL, class TEXT NOT NULL, PRIMARY KEY (entity, class)) WITHOUT ROWID;
CREATE TABLE term (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
CREATE TABLE literal (id INTEGER PRIMARY KEY, entity INTEGER NOT NULL, property INTEGER NOT NULL, text TEXT NOT NULL,
    lang TEXT NOT NULL, graph INTEGER NOT NULL, status TEXT NOT NULL);
CREATE VIRTUAL TABLE document USING fts5 (label, names, own, linked, content='',
    tokenize='porter unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE literal_text USING fts5 (text, content='', tokenize='porter unicode61 remove_diacritics 2');
CREATE TABLE word (word TEXT PRIMARY KEY, held INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE near (piece TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (piece, word)) WITHOUT ROWID;

CREATE TABLE key (key TEXT NOT NULL, space TEXT NOT NULL, tier INTEGER NOT NULL, publishers TEXT NOT NULL,
    types TEXT NOT NULL, entity INTEGER NOT NULL, PRIMARY KEY (key, space, tier, publishers, types, entity))
    WITHOUT ROWID;
CREATE TABLE locator (document INTEGER NOT NULL, key TEXT NOT NULL, tier INTEGER NOT NULL, entity INTEGER NOT NULL,
    PRIMARY KEY (document, key, tier, entity)) WITHOUT ROWID;
CREATE INDEX locator_key ON locator (key);
"""


def build(connection: sqlite3.Connection, facts: Facts) -> dict[str, int]:
    """Write the index of *facts*, with the keys of references, into the empty database *connection*.

    :returns: how many entities and literals it has
    :raises ResourceMissing: when SQLite was built without FTS5
    """
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;")
    try:
        connection.executescript(_SCHEMA)
    except sqlite3.OperationalError as error:
        raise ResourceMissing(
            f"SQLite has no full-text search here: {error}", "Use a Python built with FTS5."
        ) from error
    namer = Namer(facts)
    subjects = sorted(facts.literals.keys() | facts.links.keys())
    numbers = {iri: number for number, iri in enumerate(subjects, 1)}
    terms = sorted(
        {name for by in facts.literals.values() for name in by} | set(facts.graph_of.values()) | _graphs(facts)
    )
    term_numbers = {iri: number for number, iri in enumerate(terms, 1)}
    statuses = {graph: facts.status(graph) for graph in terms}
    pointing = _pointing(facts, namer)
    telling = _telling(facts)
    fold, tokens = _fold(), _tokens()
    last = 0
    classes: list[tuple[int, str]] = []
    entities, literals, documents = [], [], []
    words: Counter[str] = Counter()
    for iri in subjects:
        number, first = numbers[iri], last + 1
        label, rank = namer.label(iri), namer.rank(iri)
        for name, texts in sorted(facts.literals[iri].items()) if iri in facts.literals else ():
            for text in sorted(set(texts)):
                last += 1
                row = (number, term_numbers[name], text.text, text.lang, term_numbers[text.graph], statuses[text.graph])
                literals.append((last, *row))
        graph = term_numbers[facts.graph_of[iri]]
        work = facts.work_of(iri)
        dated = next(iter(facts.targets(iri, labels.PROVISION_OF)), iri if work else "")
        later = facts.later(dated) if dated else 0
        standing = (numbers.get(work or iri, number), later, namer.weight(iri))
        entities.append(
            (number, iri, namer.kind(iri), label, rank, rank in ranks.SECONDARY, first, last, graph, *standing)
        )
        classes.extend((number, name) for name in sorted(facts.classes(iri)))
        own = dict.fromkeys(row[3] for row in literals[first - 1 :])
        stated = (name for name in sorted({*facts.literals.get(iri, ()), *facts.links.get(iri, ())}) if name in telling)
        linked = "\n".join([*_linked(iri, facts, namer, pointing), *map(namer.label, stated)])
        columns = (label, "\n".join(namer.names(iri)), "\n".join(own), linked)
        if rank in ranks.ROWS:  # found by its own words alone, such as a comment
            columns = ("", "", columns[2], "")
        documents.append((number, *map(fold, columns)))
        if rank not in ranks.SECONDARY:
            words.update(tokens(f"{label}\n{columns[1]}\n{columns[2]}"))
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO term (iri, id) VALUES (?, ?)", term_numbers.items())
    connection.executemany("INSERT INTO entity VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", entities)
    connection.executemany("INSERT INTO class VALUES (?)", sorted({row[1:] for row in classes}))
    connection.executemany("INSERT INTO entity_class VALUES (?, ?)", classes)
    connection.executemany("INSERT INTO literal VALUES (?, ?, ?, ?, ?, ?, ?)", literals)
    connection.executemany("INSERT INTO document (rowid, label, names, own, linked) VALUES (?, ?, ?, ?, ?)", documents)
    folded = ((row[0], fold(row[3])) for row in literals)
    connection.executemany("INSERT INTO literal_text (rowid, text) VALUES (?, ?)", folded)
    connection.execute("INSERT INTO literal_text (literal_text) VALUES ('optimize')")
    connection.execute("INSERT INTO document (document) VALUES ('optimize')")
    _write_words(connection, words)
    _write_keys(connection, facts, namer, numbers)
    connection.execute("COMMIT")
    return {"entities": len(entities), "literals": len(literals)}


def _fold() -> Callable[[str], str]:
    """Return ``spelling.fold``, which does each line once: most stand in the columns of many things."""
    line = cache(spelling.fold)
    return lambda text: "\n".join(map(line, text.split("\n")))


def _tokens() -> Callable[[str], set[str]]:
    """Return a function that gives the distinct tokens of a text, and takes each line apart once."""
    line = cache(lambda text: frozenset(refkeys.tokens(text)))
    return lambda text: set().union(*map(line, text.split("\n")))


def _graphs(facts: Facts) -> set[str]:
    return {text.graph for by in facts.literals.values() for texts in by.values() for text in texts}


def _write_words(connection: sqlite3.Connection, words: Counter[str]) -> None:
    """Write all words with the number of things that hold them, and what finds those that are spelt nearly alike."""
    connection.executemany("INSERT INTO word VALUES (?, ?)", sorted(words.items()))
    near = ((piece, word) for word in words if spelling.has_neighbours(word) for piece in spelling.less_one(word))
    connection.executemany("INSERT INTO near VALUES (?, ?)", sorted(near))


def _telling(facts: Facts) -> set[str]:
    """Return those of our properties that few things have: their names say something ("voting begins")."""
    held: Counter[str] = Counter()
    for by in (facts.literals, facts.links):
        for properties in by.values():
            held.update(name for name in properties if name.startswith(labels.CSTD))
    return {name for name, count in held.items() if count <= _POINTING}


def _pointing(facts: Facts, namer: Namer) -> dict[str, list[str]]:
    """Return target → subjects that point to it by one property, where these are few; codes and concepts apart.

    What a code is put on says nothing of the code.
    """
    by_property: dict[tuple[str, str], list[str]] = {}
    for subject, by in facts.links.items():
        for name, targets in by.items():
            if not name.endswith("#type") and name not in labels.RELATING:
                for target in targets:
                    by_property.setdefault((target, name), []).append(subject)
    result: dict[str, list[str]] = {}
    for (target, _), subjects in by_property.items():
        if len(subjects) <= _POINTING and namer.rank(target) not in (ranks.CONCEPT, ranks.CODE, ranks.VOCABULARY):
            result.setdefault(target, []).extend(subjects)
    return result


def _linked(iri: str, facts: Facts, namer: Namer, pointing: dict[str, list[str]]) -> Iterator[str]:
    """Yield the names of the things that *iri* points to, then the labels of those that point to it."""
    there = sorted(
        {
            target
            for name, targets in (facts.links[iri].items() if iri in facts.links else ())
            if name not in labels.RELATING
            for target in targets
        }
    )
    for target in there[:_LINKED]:
        yield from dict.fromkeys((namer.label(target), *namer.names(target)))
    for subject in sorted(set(pointing.get(iri, ())))[:_LINKED]:
        yield namer.label(subject)


def _write_keys(connection: sqlite3.Connection, facts: Facts, namer: Namer, numbers: dict[str, int]) -> None:
    """Write the keys of everything in *facts* into the tables ``key`` and ``locator``.

    :param numbers: IRI → row of the table ``entity``
    """
    # Thousands of provisions bear the same name, and each is looked at in several ways.
    keys_of, designations = cache(_keys_of), cache(lambda text: list(refkeys.designations(text)))
    keys: set[tuple[str, str, int, str, str, int]] = set()
    locators: set[tuple[int, str, int, int]] = set()
    texts: dict[str, list[tuple[int, frozenset[str] | None]]] = {}
    types: dict[str, frozenset[str]] = {}
    for iri, number in numbers.items():
        if work := facts.work_of(iri):
            found = [refkeys.designation(text).types for text in _short_texts(iri, facts, labels.IDENTIFIER)]
            types[work] = types.get(work, frozenset()).union(*found)
            # An edition is of the type that it bears ("TS 27103" is not the TR of 2018); others may leave it out.
            own = frozenset[str]().union(*found)
            texts.setdefault(work, []).append((number, own if own or facts.targets(iri, labels.EDITION_OF) else None))
    for iri, number in numbers.items():
        # A project that bears its standard's designation comes after the texts of the standard.
        least = refkeys.UNDATED if labels.PROJECT in facts.classes(iri) else refkeys.EXACT
        if namer.rank(iri) in ranks.ROWS:  # nobody calls a row by anything but its IRI
            continue
        keys.update(
            (key, refkeys.NAME, max(tier, least), "", "", number) for tier, key in _names(iri, facts, namer, keys_of)
        )
        for tier, (key, publishers, own_types) in _designations(iri, facts, designations):
            if not key:
                continue
            who, every = " ".join(publishers), own_types | types.get(iri, frozenset())
            keys.add((key, refkeys.DESIGNATION, max(tier, least), who, " ".join(sorted(every)), number))
            for text, borne in texts.get(iri, ()):
                what = " ".join(sorted(every if borne is None else own_types | borne))
                keys.add((key, refkeys.DESIGNATION, refkeys.UNDATED, who, what, text))
        # What is withdrawn, or stands in its text by a reading that is not sure, yields to what is there for certain.
        behind = refkeys.YIELDING if any(text.text == "true" for text in facts.marks(iri)) else 0
        for document in (found for link in labels.PLACED_IN for found in facts.targets(iri, link)):
            owners = [numbers[owner] for owner in (document, facts.work_of(document)) if owner in numbers]
            places = [(tier + behind, key) for tier, key in _places(iri, facts, keys_of)]
            locators.update((owner, key, tier, number) for tier, key in places for owner in owners)
    connection.executemany("INSERT INTO key VALUES (?, ?, ?, ?, ?, ?)", sorted(keys))
    connection.executemany("INSERT INTO locator VALUES (?, ?, ?, ?)", sorted(locators))


def _keys_of(name: str) -> tuple[str, str]:
    """Return the key of *name*, and that of its American spelling."""
    key, folded = refkeys.name_key(name), spelling.fold(name)
    return key, key if folded == name.lower() and name.isascii() else refkeys.name_key(folded)


_KeysOf = Callable[[str], tuple[str, str]]


def _names(iri: str, facts: Facts, namer: Namer, keys_of: _KeysOf) -> Iterator[tuple[int, str]]:
    """Yield the keys of all names of *iri*, each with its tier."""
    titles = _short_texts(iri, facts, labels.TITLE)
    designated = _short_texts(iri, facts, labels.IDENTIFIER, labels.REFERENCE_NUMBER, labels.PRINTED_DESIGNATION)
    own = _short_texts(iri, facts, labels.IDENTIFIER, *labels.LABELS)
    alternative = _short_texts(iri, facts, labels.ALT_LABEL)
    spelt = [(refkeys.SHORTER if name in alternative else refkeys.EXACT, name) for name in own]
    spelt += [(refkeys.OTHER, name) for name in (*titles, *designated, *_short_texts(iri, facts, labels.PRINTED_LABEL))]
    if any(name.startswith(labels.AGENTS) for name in facts.classes(iri)):
        for name in own:  # "ISO/IEC JTC 1/SC 27/WG 4" is called "JTC 1/SC 27/WG 4", "SC 27/WG 4" and "WG 4"
            path = name.removeprefix("ISO/IEC ")
            spelt += [(refkeys.OTHER, path)]
            spelt += [(refkeys.OTHER, path[at + 1 :]) for at, sign in enumerate(path) if sign == "/"]
    spelt += [(refkeys.COMBINED, f"{designation} {title}") for designation in designated for title in titles]
    spelt.append((refkeys.COMBINED, namer.label(iri)))
    for tier, name in spelt:
        key, folded = keys_of(name) if len(name) <= _LONGEST_KEY else ("", "")
        if key:
            yield tier, key
            if folded != key:
                yield refkeys.SPELT, folded


def _short_texts(iri: str, facts: Facts, *properties: str) -> list[str]:
    return [text.text for name in properties for text in facts.texts(iri, name) if len(text.text) <= _LONGEST_KEY]


def _designations(
    iri: str, facts: Facts, designations: Callable[[str], list[tuple[int, refkeys.Designation]]]
) -> Iterator[tuple[int, refkeys.Designation]]:
    """Yield the keys of *iri* as a document, each with its tier; nothing for things that are no documents."""
    for text in _short_texts(iri, facts, labels.IDENTIFIER):
        yield from designations(text)
    for number in _short_texts(iri, facts, labels.EDITION_NUMBER):  # "27001, third edition"
        for work in facts.targets(iri, labels.EDITION_OF):
            spelt = (f"{name} edition {number}" for name in _short_texts(work, facts, labels.IDENTIFIER))
            yield from ((refkeys.OTHER, refkeys.designation(name)) for name in spelt)
    others = [labels.REFERENCE_NUMBER, labels.PRINTED_DESIGNATION]
    if facts.work_of(iri) or f"{labels.CSTD}Standard" in facts.classes(iri):
        others += labels.LABELS  # a project is named by its label
    for text in _short_texts(iri, facts, *others):
        yield from ((refkeys.OTHER, found) for _, found in designations(text))


def _places(iri: str, facts: Facts, keys_of: _KeysOf) -> Iterator[tuple[int, str]]:
    """Yield the keys by which the provision *iri* is found within its document, each with its tier."""
    places = _short_texts(iri, facts, labels.LOCATOR, labels.PRINTED_LABEL)
    headings = _short_texts(iri, facts, labels.TITLE, *labels.LABELS)
    spelt = [(refkeys.EXACT, place) for place in places]
    # "3.2 Note 1" is said for "3.2 Note 1 to entry", and "7.1.2.10 b)" for "7.1.2.10 Guidance b)".
    spelt += [(refkeys.COMBINED, _PLAIN_PLACE.sub("", place)) for place in places]
    spelt += [(refkeys.OTHER, heading) for heading in headings]
    spelt += [(refkeys.COMBINED, f"{place} {heading}") for place in places for heading in headings]
    yield from ((tier, key) for tier, name in spelt if (key := keys_of(name)[0]))
