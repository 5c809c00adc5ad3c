"""Building the index of a snapshot: every literal for the full-text search, every name for the resolver.

Runs once, while a snapshot is compiled; :mod:`cyberstd_kg.graph.search` and :mod:`cyberstd_kg.graph.resolve` read the
tables.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Final

from cyberstd_kg.build import labels
from cyberstd_kg.build.labels import Facts, Namer
from cyberstd_kg.core.errors import ResourceMissing
from cyberstd_kg.designations import keys, spelling
from cyberstd_kg.graph import ranks
from cyberstd_kg.graph.statements import marks

#: Labels of this many linked entities are taken in; and of those that point here only where they are few: the 500
#: documents of a committee say nothing of the committee.
_LINKED: Final = 60
_POINTING: Final = 12
_PLAIN_PLACE: Final = re.compile(r" (?:to entry\b|Guidance(?= \w))")
#: Longer texts are not kept as names.
_LONGEST_KEY: Final = 300

_SCHEMA: Final = """
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
        message = f"SQLite has no full-text search here: {error}"
        raise ResourceMissing(message, "Use a Python built with FTS5.") from error
    namer = Namer(facts)
    subjects = sorted(facts.literals.keys() | facts.links.keys())
    numbers = {iri: number for number, iri in enumerate(subjects, 1)}
    texts = _TextRows(facts, namer, numbers)
    for iri in subjects:
        texts.add(iri)
    connection.execute("BEGIN")
    texts.write(connection)
    _KeyRows(facts, namer, numbers).write(connection)
    connection.execute("COMMIT")
    return {"entities": len(texts.entities), "literals": len(texts.literals)}


def _insert(connection: sqlite3.Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    """Write *rows* into *table*, of which the columns may be named."""
    if rows:
        connection.executemany(f"INSERT INTO {table} VALUES ({marks(rows[0])})", rows)


class _TextRows:
    """The rows of the tables that the search reads.

    :param numbers: IRI → row of the table ``entity``
    """

    def __init__(self, facts: Facts, namer: Namer, numbers: dict[str, int]) -> None:
        self._facts = facts
        self._namer = namer
        self._numbers = numbers
        terms = {name for by in facts.literals.values() for name in by} | set(facts.graph_of.values())
        terms |= {text.graph for by in facts.literals.values() for texts in by.values() for text in texts}
        self._terms = {iri: number for number, iri in enumerate(sorted(terms), 1)}
        self._statuses = {iri: facts.status(iri) for iri in terms}
        self._pointing = _pointing(facts, namer)
        self._telling = _telling(facts)
        # Most lines stand in the columns of many entities, so each is folded and taken apart once.
        self._fold_line, self._tokens = cache(spelling.fold), cache(lambda line: frozenset(keys.tokens(line)))
        self._words: Counter[str] = Counter()
        self._classes: list[tuple[object, ...]] = []
        self._documents: list[tuple[object, ...]] = []
        self.entities: list[tuple[object, ...]] = []
        self.literals: list[tuple[object, ...]] = []

    def add(self, iri: str) -> None:
        """Add the rows of an entity."""
        facts, namer, number = self._facts, self._namer, self._numbers[iri]
        label, rank = namer.label(iri), namer.rank(iri)
        first = len(self.literals) + 1
        own = self._add_literals(iri)
        work = facts.work_of(iri)
        dated = next(iter(facts.targets(iri, labels.PROVISION_OF)), iri if work else "")
        named = (number, iri, namer.kind(iri), label, rank, rank in ranks.SECONDARY)
        place = (first, len(self.literals), self._terms[facts.graph_of[iri]], self._numbers.get(work or iri, number))
        self.entities.append((*named, *place, facts.later(dated) if dated else 0, namer.weight(iri)))
        self._classes += [(number, name) for name in sorted(facts.classes(iri))]
        columns = ["", "", own, ""]  # a row of a mapping set is found by its own words alone, such as a comment
        if rank not in ranks.ROWS:
            columns = [label, "\n".join(namer.names(iri)), own, "\n".join(self._linked(iri))]
        self._documents.append((number, *map(self._fold, columns)))
        if rank not in ranks.SECONDARY:
            lines = "\n".join(columns[:3]).split("\n")
            self._words.update(set[str]().union(*map(self._tokens, lines)))

    def _add_literals(self, iri: str) -> str:
        """Add the rows of the literals of an entity; return their texts, each once, a line each."""
        own: dict[str, None] = {}
        for name, texts in sorted(self._facts.literals.get(iri, {}).items()):
            for text in sorted(set(texts)):
                own[text.text] = None
                graph = (self._terms[text.graph], self._statuses[text.graph])
                row = (self._numbers[iri], self._terms[name], text.text, text.lang, *graph)
                self.literals.append((len(self.literals) + 1, *row))
        return "\n".join(own)

    def _fold(self, text: str) -> str:
        return "\n".join(map(self._fold_line, text.split("\n")))

    def _linked(self, iri: str) -> Iterator[str]:
        """Yield the names of what *iri* points to, the labels of what points to it, then of its telling properties."""
        facts, namer = self._facts, self._namer
        links: dict[str, dict[str, None]] = facts.links.get(iri, {})
        targets = {target for name, by in links.items() if name not in labels.RELATING for target in by}
        for target in sorted(targets)[:_LINKED]:
            yield from dict.fromkeys((namer.label(target), *namer.names(target)))
        yield from map(namer.label, sorted(set(self._pointing.get(iri, ())))[:_LINKED])
        properties = {*facts.literals.get(iri, ()), *links}
        yield from map(namer.label, sorted(properties & self._telling))

    def write(self, connection: sqlite3.Connection) -> None:
        """Write all rows into the tables."""
        _insert(connection, "term (iri, id)", list(self._terms.items()))
        _insert(connection, "entity", self.entities)
        _insert(connection, "class", sorted({(name,) for _, name in self._classes}))
        _insert(connection, "entity_class", self._classes)
        _insert(connection, "literal", self.literals)
        _insert(connection, "document (rowid, label, names, own, linked)", self._documents)
        folded = ((row[0], self._fold(str(row[3]))) for row in self.literals)
        connection.executemany("INSERT INTO literal_text (rowid, text) VALUES (?, ?)", folded)
        connection.execute("INSERT INTO literal_text (literal_text) VALUES ('optimize')")
        connection.execute("INSERT INTO document (document) VALUES ('optimize')")
        # All words with the number of entities that have them, and what finds those that are spelt nearly alike.
        _insert(connection, "word", sorted(self._words.items()))
        words = [word for word in self._words if spelling.has_neighbours(word)]
        _insert(connection, "near", sorted((piece, word) for word in words for piece in spelling.less_one(word)))


def _telling(facts: Facts) -> set[str]:
    """Return those of our properties that few entities have: their names say something ("voting begins")."""
    counts: Counter[str] = Counter()
    for by_subject in (facts.literals, facts.links):
        for properties in by_subject.values():
            counts.update(name for name in properties if name.startswith(labels.CSTD))
    return {name for name, count in counts.items() if count <= _POINTING}


def _pointing(facts: Facts, namer: Namer) -> dict[str, list[str]]:
    """Return target → subjects that point to it by one property, where these are few; codes and concepts apart.

    What a code is put on says nothing of the code.
    """
    by_property: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for subject, by in facts.links.items():
        for name, targets in by.items():
            if name != labels.TYPE and name not in labels.RELATING:
                for target in targets:
                    by_property[target, name].append(subject)
    pointing: defaultdict[str, list[str]] = defaultdict(list)
    for (target, _), subjects in by_property.items():
        if len(subjects) <= _POINTING and namer.rank(target) not in (ranks.CONCEPT, ranks.CODE, ranks.VOCABULARY):
            pointing[target] += subjects
    return pointing


class _KeyRows:
    """The rows of the tables ``key`` and ``locator``, by which references are resolved.

    :param numbers: IRI → row of the table ``entity``
    """

    def __init__(self, facts: Facts, namer: Namer, numbers: dict[str, int]) -> None:
        self._facts = facts
        self._namer = namer
        self._numbers = numbers
        # Thousands of provisions have the same name, and each is looked at in several ways.
        self._keys_of, self._designations_of = cache(_keys_of), cache(lambda text: list(keys.designations(text)))
        #: Standard → types of its texts; → (text, its types, or None where any will do).
        self._types: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
        self._texts: defaultdict[str, list[tuple[int, frozenset[str] | None]]] = defaultdict(list)
        for iri, number in numbers.items():
            if work := facts.work_of(iri):
                own = frozenset[str]().union(
                    *(keys.designation(text).types for text in self._short_texts(iri, labels.IDENTIFIER))
                )
                self._types[work] |= own
                # An edition is of the type that it names ("TS 27103" is not the TR of 2018); others may leave it out.
                is_typed = own or facts.targets(iri, labels.EDITION_OF)
                self._texts[work].append((number, own if is_typed else None))

    def write(self, connection: sqlite3.Connection) -> None:
        """Write all rows into the tables."""
        key_rows: set[tuple[object, ...]] = set()
        locators: set[tuple[object, ...]] = set()
        for iri in self._numbers:
            if self._namer.rank(iri) not in ranks.ROWS:  # nobody calls a row by anything but its IRI
                key_rows.update(self._keys(iri))
                locators.update(self._locators(iri))
        _insert(connection, "key", sorted(key_rows))
        _insert(connection, "locator", sorted(locators))

    def _keys(self, iri: str) -> Iterator[tuple[str, str, int, str, str, int]]:
        number = self._numbers[iri]
        # A project with its standard's designation comes after the texts of the standard.
        least = keys.UNDATED if labels.PROJECT in self._facts.classes(iri) else keys.EXACT
        for tier, key in self._names(iri):
            yield key, keys.NAME, max(tier, least), "", "", number
        for tier, (key, publishers, types) in self._designations(iri):
            if not key:
                continue
            who, every = " ".join(publishers), types | self._types.get(iri, frozenset())
            yield key, keys.DESIGNATION, max(tier, least), who, " ".join(sorted(every)), number
            for text, own in self._texts.get(iri, ()):
                what = " ".join(sorted(every if own is None else types | own))
                yield key, keys.DESIGNATION, keys.UNDATED, who, what, text

    def _locators(self, iri: str) -> Iterator[tuple[int, str, int, int]]:
        facts, numbers = self._facts, self._numbers
        behind = keys.YIELDING if facts.yields(iri) else 0
        for document in (target for link in labels.PLACED_IN for target in facts.targets(iri, link)):
            owners = [numbers[owner] for owner in (document, facts.work_of(document)) if owner in numbers]
            for tier, key in self._places(iri):
                yield from ((owner, key, tier + behind, numbers[iri]) for owner in owners)

    def _names(self, iri: str) -> Iterator[tuple[int, str]]:
        """Yield the keys of all names of *iri*, each with its tier."""
        titles, designated = self._short_texts(iri, labels.TITLE), self._short_texts(iri, *labels.DESIGNATIONS)
        own = self._short_texts(iri, labels.IDENTIFIER, *labels.LABELS)
        alternative = self._short_texts(iri, labels.ALT_LABEL)
        spelt = [(keys.SHORTER if name in alternative else keys.EXACT, name) for name in own]
        others = [*titles, *designated, *self._short_texts(iri, labels.PRINTED_LABEL)]
        if any(name.startswith(labels.AGENTS) for name in self._facts.classes(iri)):
            others += [tail for name in own for tail in _tails(name)]
        spelt += [(keys.OTHER, name) for name in others]
        combined = [f"{designation} {title}" for designation in designated for title in titles]
        spelt += [(keys.COMBINED, name) for name in (*combined, self._namer.label(iri))]
        for tier, name in spelt:
            key, folded = self._keys_of(name) if len(name) <= _LONGEST_KEY else ("", "")
            if key:
                yield tier, key
                if folded != key:
                    yield keys.SPELT, folded

    def _short_texts(self, iri: str, *properties: str) -> list[str]:
        texts = (text.text for name in properties for text in self._facts.texts(iri, name))
        return [text for text in texts if len(text) <= _LONGEST_KEY]

    def _designations(self, iri: str) -> Iterator[tuple[int, keys.Designation]]:
        """Yield the keys of *iri* as a document, each with its tier; nothing for entities that are no documents."""
        for text in self._short_texts(iri, labels.IDENTIFIER):
            yield from self._designations_of(text)
        for number in self._short_texts(iri, labels.EDITION_NUMBER):  # "27001, third edition"
            for work in self._facts.targets(iri, labels.EDITION_OF):
                spelt = (f"{name} edition {number}" for name in self._short_texts(work, labels.IDENTIFIER))
                yield from ((keys.OTHER, keys.designation(name)) for name in spelt)
        others = [labels.REFERENCE_NUMBER, labels.PRINTED_DESIGNATION]
        if self._facts.work_of(iri) or labels.STANDARD in self._facts.classes(iri):
            others += labels.LABELS  # a project is named by its label
        for text in self._short_texts(iri, *others):
            yield from ((keys.OTHER, found) for _, found in self._designations_of(text))

    def _places(self, iri: str) -> Iterator[tuple[int, str]]:
        """Yield the keys by which the provision *iri* is found within its document, each with its tier."""
        places = self._short_texts(iri, labels.LOCATOR, labels.PRINTED_LABEL)
        headings = self._short_texts(iri, labels.TITLE, *labels.LABELS)
        # "3.2 Note 1" is said for "3.2 Note 1 to entry", and "7.1.2.10 b)" for "7.1.2.10 Guidance b)".
        plain = [_PLAIN_PLACE.sub("", place) for place in places]
        combined = [f"{place} {heading}" for place in places for heading in headings]
        for tier, names in ((keys.EXACT, places), (keys.COMBINED, [*plain, *combined]), (keys.OTHER, headings)):
            yield from ((tier, key) for name in names if (key := self._keys_of(name)[0]))


def _tails(name: str) -> Iterator[str]:
    """Yield what a body is called for short: "JTC 1/SC 27/WG 4", "SC 27/WG 4" and "WG 4"."""
    tail = name.removeprefix("ISO/IEC ")
    yield tail
    while "/" in tail:
        tail = tail.partition("/")[2]
        yield tail


def _keys_of(name: str) -> tuple[str, str]:
    """Return the key of *name*, and that of its American spelling."""
    key, folded = keys.name_key(name), spelling.fold(name)
    return key, key if folded == name.lower() and name.isascii() else keys.name_key(folded)
