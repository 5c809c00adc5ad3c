"""Reads the evidence for texts and standards from the index: only what is asked for, a few statements for each step.

The engine's store is not opened.  Each step reads by the index on subjects or on objects, so the cost is that of what
is asked for, whatever the size of the graph.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from cyberstd_kg.core import iris
from cyberstd_kg.core.days import FIRST, LAST
from cyberstd_kg.core.ordering import natural, precedence
from cyberstd_kg.lifecycle.evidence import UNSTATED, Evidence, Life, Seen, settle
from cyberstd_kg.lifecycle.standards import Undertaking, Work

if TYPE_CHECKING:
    import sqlite3

_CURIES: Final = {
    name.partition(":")[2]: name
    for name in (
        "rdf:type rdfs:label dct:identifier dct:title dct:replaces bibo:edition skos:prefLabel skos:notation "
        "skos:broader cstd:editionOf cstd:draftOf cstd:projectOf cstd:partOfStandard cstd:amends cstd:toAmend "
        "cstd:revises cstd:developedIn cstd:developedBy dct:publisher cstd:documentType cstd:topicGroup "
        "cstd:stageOf cstd:stage cstd:printedStage cstd:printedDate cstd:earliest cstd:latest cstd:stableUntil "
        "cstd:lifeState cstd:sourceDocument cstd:precedence"
    ).split()
}
_LIVE: Final = frozenset(["in-force", "under-review", "to-be-revised"])
_BEFORE: Final = frozenset(["proposed", "in-development"])
_MEMBERS: Final = ("editionOf", "draftOf", "projectOf", "partOfStandard")

#: property → [(value: number of a thing, or text; number of the graph)]
_Facts = dict[str, list[tuple[int | str, int]]]


class Lifecycles:
    """Reads standards from the index of a snapshot.

    :param index: the snapshot's index
    """

    def __init__(self, index: sqlite3.Connection) -> None:
        self._index = index
        named = {iris.expand(curie): name for name, curie in _CURIES.items()}
        marks = ",".join("?" * len(named))
        rows = index.execute(f"SELECT iri, id FROM resource WHERE iri IN ({marks})", tuple(named))
        #: name → number of the property; one that no statement has is left out
        self._numbers: dict[str, int] = {named[iri]: number for iri, number in rows}
        self._names = {number: name for name, number in self._numbers.items()}
        self._facts: dict[int, _Facts] = {}
        self._iris: dict[int, str] = {}
        self._ranks: dict[int, int] = {}

    # ── What is asked for ──

    def works(self, wanted: Iterable[str]) -> list[Work]:
        """Return the standards *wanted* (IRIs), with the parts of those that have no edition, in that order."""
        chosen = self._known(wanted)
        return list(self._read(chosen).values())

    def lineage(self, wanted: Iterable[str]) -> list[Work]:
        """Return standards with those to which they are linked, some steps long, by editions that replace others."""
        chosen = self._known(wanted)
        edge = chosen
        while edge:
            editions = [text for text, _, _ in self._into(edge, ["editionOf"])]
            linked = [new for new, _, _ in self._into(editions, ["replaces"])]
            linked += self._out(editions, "replaces")
            edge = [work for work in dict.fromkeys(self._out(linked, "editionOf")) if work not in chosen]
            chosen += edge
        works = self._read(chosen).values()
        return sorted(works, key=lambda work: (min((t.out for t in work.editions), default=(LAST, LAST)), work.iri))

    def all(self, committee: str | None = None, group: str | None = None) -> list[Work]:
        """Return all standards, or those of a topic group, or that a body, or one below it, develops or publishes."""
        if committee is not None:
            bodies, edge = self._known([committee]), self._known([committee])
            org = self._known([iris.expand("org:subOrganizationOf")])
            while edge and org:
                edge = [body for body, _, _ in self._into(edge, org) if body not in bodies]
                bodies += edge
            chosen = list(dict.fromkeys(s for s, _, _ in self._into(bodies, ["developedBy", "publisher"])))
        elif group is not None:
            chosen = self._subjects(self._known([group]), "topicGroup")
        else:
            chosen = self._subjects(self._known([iris.expand("cstd:Standard")]), "type")
        kind = self._known([iris.expand("cstd:Standard")])
        facts = self._about(chosen)
        works = self._read([n for n in chosen if any(value in kind for value, _ in facts[n]["type"])]).values()
        return sorted(works, key=lambda work: natural(work.designation))

    def work_of(self, thing: str) -> str:
        """Return the IRI of the standard to which a standard, text or project belongs; empty where there is none."""
        numbers = self._known([thing])
        for _ in range(3):
            facts = self._about(numbers)
            for number in numbers:
                above = [v for name in ("editionOf", "draftOf", "projectOf") for v, _ in facts[number].get(name, [])]
                if above:
                    return self._iri(int(above[0]))
                numbers = [int(v) for name in ("amends", "toAmend") for v, _ in facts[number].get(name, [])]
                if not numbers:
                    kinds = [self._iri(int(v)) for v, _ in facts[number].get("type", [])]
                    return thing if iris.expand("cstd:Standard") in kinds else ""
        return ""

    # ── Reading ──

    def _known(self, wanted: Iterable[str]) -> list[int]:
        found = [self._index.execute("SELECT id FROM resource WHERE iri = ?", (iri,)).fetchone() for iri in wanted]
        return list(dict.fromkeys(row[0] for row in found if row))

    def _iri(self, number: int) -> str:
        if number not in self._iris:
            row = self._index.execute("SELECT iri FROM resource WHERE id = ?", (number,)).fetchone()
            self._iris[number] = row[0]
        return self._iris[number]

    def _name_all(self, numbers: Iterable[int]) -> None:
        missing = [number for number in set(numbers) if number not in self._iris]
        query = "SELECT id, iri FROM resource WHERE id IN (SELECT value FROM json_each(?))"
        self._iris.update(self._index.execute(query, (str(missing),)))

    def _into(self, values: Iterable[int], names: Iterable[str | int]) -> list[tuple[int, int, str]]:
        """Return (subject, value, property) of the statements with one of *values*."""
        numbers = [n if isinstance(n, int) else self._numbers.get(n, 0) for n in names]
        query = (
            "SELECT DISTINCT subject, object, predicate FROM statement "
            "WHERE object IN (SELECT value FROM json_each(?)) AND predicate IN (SELECT value FROM json_each(?))"
        )
        rows = self._index.execute(query, (str(list(values)), str(numbers)))
        return [(subject, value, self._names.get(predicate, "")) for subject, value, predicate in rows]

    def _subjects(self, values: Iterable[int], name: str) -> list[int]:
        return list(dict.fromkeys(subject for subject, _, _ in self._into(values, [name])))

    def _about(self, subjects: Iterable[int]) -> dict[int, _Facts]:
        """Return what is said about *subjects*, of the properties that matter here."""
        missing = [number for number in dict.fromkeys(subjects) if number not in self._facts]
        for number in missing:
            self._facts[number] = defaultdict(list)
        query = (
            "SELECT subject, predicate, object, text, graph FROM statement "
            "WHERE subject IN (SELECT value FROM json_each(?)) AND predicate IN (SELECT value FROM json_each(?))"
        )
        if missing:
            rows = self._index.execute(query, (str(missing), str(list(self._names))))
            for subject, predicate, value, text, graph in rows:
                self._facts[subject][self._names[predicate]].append((text if value is None else value, graph))
        return self._facts

    def _out(self, subjects: Iterable[int], name: str) -> list[int]:
        subjects = list(subjects)
        facts = self._about(subjects)
        return [int(value) for s in subjects for value, _ in facts[s].get(name, [])]

    def _text(self, number: int, *names: str) -> str:
        """Return the first value, in order of text, of the first of these properties that has one."""
        facts = self._facts[number]
        return next((min(str(value) for value, _ in facts[name]) for name in names if facts.get(name)), "")

    def _linked(self, number: int, *names: str) -> set[str]:
        return {self._iri(int(value)) for name in names for value, _ in self._facts[number].get(name, [])}

    def _one(self, number: int, name: str) -> str:
        return min(self._linked(number, name), default="")

    def _rank(self, graphs: Iterable[int]) -> None:
        """Read the precedence of the documents of *graphs*."""
        missing = [graph for graph in set(graphs) if graph not in self._ranks]
        facts = self._about(missing)
        self._about(self._out(missing, "sourceDocument"))
        for graph in missing:
            documents = [int(value) for value, _ in facts[graph].get("sourceDocument", [])]
            places = (str(value) for one in documents for value, _ in self._facts[one].get("precedence", []))
            self._ranks[graph] = precedence(places)

    # ── Building ──

    def _read(self, chosen: list[int]) -> dict[int, Work]:
        """Read standards with all that belongs to them."""
        members: dict[str, dict[int, list[int]]] = {name: defaultdict(list) for name in _MEMBERS}
        edge, every, members_of = chosen, list(chosen), set(chosen)
        while edge:
            found = self._into(edge, _MEMBERS)
            for subject, work, name in found:
                members[name][work].append(subject)
            # The parts matter where a standard has no edition of its own.
            edge = [s for s, work, name in found if name == "partOfStandard" and work not in members["editionOf"]]
            edge = [part for part in dict.fromkeys(edge) if part not in members_of]
            members_of.update(edge)
            every += edge
        editions = [text for texts in members["editionOf"].values() for text in texts]
        amending = self._subjects(editions, "amends")
        texts = [*editions, *amending]
        drafts = [s for name in ("draftOf", "projectOf") for made in members[name].values() for s in made]
        newer = self._into(texts, ["replaces"])
        own = set(texts)
        beyond = [new for new, _, _ in newer if new not in own]
        stages = self._into([*texts, *beyond, *drafts], ["stageOf"])
        self._about([*every, *texts, *beyond, *drafts, *(stage for stage, _, _ in stages)])
        codes = self._out([stage for stage, _, _ in stages], "stage")
        self._about(codes)
        self._about(self._out(beyond, "editionOf"))
        self._about([*self._out(drafts, "revises"), *self._out(drafts, "toAmend")])
        relevant = [*texts, *beyond, *drafts, *(stage for stage, _, _ in stages)]
        graphs = {graph for n in relevant for told in self._facts[n].values() for _, graph in told}
        self._rank(graphs)
        self._name_all({*every, *relevant, *graphs, *codes})
        seen: dict[int, list[Seen]] = defaultdict(list)
        for stage, subject, _ in stages:
            seen[subject] += self._seen(stage, subject)
        lives = self._lives(texts, beyond, newer, seen)
        works = {number: self._work(number) for number in every}
        place = {number: at for at, number in enumerate(every)}
        for number, made in works.items():
            made.editions = [lives[text] for text in members["editionOf"].get(number, [])]
            made.undertakings = self._undertakings(number, members, seen)
            for member in (m for name in ("editionOf", "draftOf", "projectOf") for m in members[name].get(number, [])):
                made.types |= self._linked(member, "documentType")
                made.printed |= {s.printed for s in seen[member] if s.printed}
                if member not in members["projectOf"].get(number, []):
                    made.texts.add(self._text(member, "identifier"))
            # Parts were met after what they are parts of, so a circle of parts is cut where it closes.
            parts = [part for part in members["partOfStandard"].get(number, []) if place.get(part, 0) > place[number]]
            made.parts = sorted((works[part] for part in parts), key=lambda part: natural(part.designation))
        homes = {text: works[number] for number, texts in members["editionOf"].items() for text in texts}
        for amendment, edition, _ in self._into(editions, ["amends"]):
            homes[edition].amendments.append(lives[amendment])
        return {number: works[number] for number in chosen}

    def _work(self, number: int) -> Work:
        facts = self._facts[number]
        work = Work(self._iri(number), self._text(number, "identifier"))
        work.titles = {str(value): self._iri(graph) for value, graph in facts.get("title", [])}
        work.committees = self._linked(number, "developedBy")
        work.groups = self._linked(number, "topicGroup")
        work.types = self._linked(number, "documentType")
        work.sources = {self._iri(graph) for _, graph in facts.get("identifier", [])}
        return work

    def _intervals(self, number: int) -> list[tuple[str, str, int]]:
        """Return (earliest, latest, graph), each pair from one graph."""
        facts = self._facts[number]
        return [
            (str(first), str(last), graph)
            for first, graph in facts.get("earliest", [])
            for last, other in facts.get("latest", [])
            if graph == other and str(first) <= str(last)
        ]

    def _seen(self, stage: int, subject: int) -> list[Seen]:
        facts = self._facts[stage]
        graphs = [graph for value, graph in facts["stageOf"] if value == subject]
        rank = min(self._ranks[graph] for graph in graphs)
        sources = tuple(sorted({self._iri(graph) for graph in graphs}))
        code = int(facts["stage"][0][0]) if facts.get("stage") else 0
        above = self._one(code, "broader") if code else ""
        event = iris.expand("cstd:StageEvent") in self._linked(stage, "type")
        iri = self._iri(stage)
        of_code = (
            (self._iri(code), self._text(code, "prefLabel"), self._text(code, "notation")) if code else ("", "", "")
        )
        life = self._one(code, "lifeState").rpartition("#")[2] if code else ""
        printed = self._text(stage, "printedStage")
        return [
            Seen(iri, *of_code, life, above, first, last, printed, event, rank, sources)
            for first, last in sorted({(first, last) for first, last, _ in self._intervals(stage)})
        ]

    def _lives(
        self, texts: list[int], beyond: list[int], newer: list[tuple[int, int, str]], seen: dict[int, list[Seen]]
    ) -> dict[int, Life]:
        replaced: dict[int, list[int]] = defaultdict(list)
        for new, old, _ in newer:
            if new != old:
                replaced[old].append(new)
        lives = {}
        every = list(dict.fromkeys([*beyond, *texts]))
        out = {number: self._published(number, seen[number]) for number in every}
        for number in every:
            end = list(_ended(seen[number]))
            for new in replaced[number]:
                said = [graph for value, graph in self._facts[new]["replaces"] if value == number]
                rank = min(self._ranks[graph] for graph in said)
                settled = settle("publication", out[new])
                own = [e for e in settled.counted if e.kind in ("dated", "published")]
                rank = max(rank, min((e.rank for e in own), default=UNSTATED))
                sources = {self._iri(graph) for graph in said} | {source for e in own for source in e.sources}
                day = (settled.first, settled.last)
                end.append(Evidence("replaced", *day, rank, tuple(sorted(sources)), self._iri(new)))
            lives[number] = self._life(number, Life(self._iri(number), out[number], end), seen[number])
        for number, new in ((number, new) for number, found in replaced.items() for new in found):
            lives[number].replaced_by.append(lives[new])
        return lives

    def _life(self, number: int, life: Life, seen: list[Seen]) -> Life:
        life.designation = self._text(number, "identifier")
        life.title = self._text(number, "title")
        life.number = self._text(number, "edition")
        life.work = self._one(number, "editionOf")
        life.project = self._one(number, "developedIn")
        life.amends = self._one(number, "amends")
        life.stable_until = self._text(number, "stableUntil")
        life.replaces = sorted(self._linked(number, "replaces"))
        life.seen = seen
        return life

    def _published(self, number: int, seen: list[Seen]) -> list[Evidence]:
        """Return the evidence for the day of publication of a text."""
        found = [
            Evidence("dated", first, last, self._ranks[graph], (self._iri(graph),), "", None, "")
            for first, last, graph in self._intervals(number)
        ]
        for s in seen:
            if s.event and s.life == "in-force":
                found.append(Evidence("published", s.first, s.last, s.rank, s.sources))
            elif s.life in _LIVE or s.life == "withdrawn":
                found.append(Evidence("seen", FIRST, s.last, s.rank, s.sources, "", (s.first, s.last)))
            elif s.life in _BEFORE:
                found.append(Evidence("unpublished", s.first, LAST, s.rank, s.sources, "", (s.first, s.last)))
        return found

    def _undertakings(
        self, work: int, members: dict[str, dict[int, list[int]]], seen: dict[int, list[Seen]]
    ) -> list[Undertaking]:
        made: dict[int, Undertaking] = {}
        projects, drafts = members["projectOf"].get(work, []), members["draftOf"].get(work, [])
        for number in [*projects, *drafts]:
            inside = [int(value) for value, _ in self._facts[number].get("developedIn", [])]
            home = next((project for project in inside if project in projects), number)
            if home not in made:
                name = self._text(home, "identifier", "label")
                made[home] = Undertaking(self._iri(home), name, self._iri(work))
                made[home].title = self._text(home, "title")
            found = made[home]
            found.title = found.title or self._text(number, "title")
            found.numbers |= {str(value) for value, _ in self._facts[number].get("edition", [])}
            found.committees |= self._linked(number, "developedBy")
            for aim in (*self._out([number], "revises"), *self._out([number], "toAmend")):
                found.named[self._iri(aim)] = self._text(aim, "identifier") or self._iri(aim)
            found.revises |= self._linked(number, "revises")
            found.to_amend |= self._linked(number, "toAmend")
            found.seen += seen[number]
        return list(made.values())


def _ended(seen: list[Seen]) -> Iterable[Evidence]:
    """Yield the evidence for the day of the end that stage statements give."""
    for s in seen:
        if s.event and s.life == "withdrawn":
            yield Evidence("withdrawn", s.first, s.last, s.rank, s.sources)
        elif s.life == "withdrawn":
            yield Evidence("seen withdrawn", FIRST, s.last, s.rank, s.sources, "", (s.first, s.last))
        elif s.life in _LIVE and not (s.event and s.life == "in-force"):
            yield Evidence("seen live", s.first, LAST, s.rank, s.sources, "", (s.first, s.last))


def lineages(lives: Lifecycles, homes: Iterable[str]) -> list[list[Work]]:
    """Return the lineages of the standards *homes* (IRIs), each once, in the order in which they are asked for."""
    found: list[list[Work]] = []
    done: set[str] = set()
    for home in homes:
        if home not in done:
            found.append(lives.lineage([home]))
            done |= {work.iri for work in found[-1]}
    return found
