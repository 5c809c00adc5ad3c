"""What an entity is called: its kind in a human word, its label, its other names.

The only place that composes labels.  It works while the snapshot is compiled, on :class:`Facts`; the results are
stored in the index, where :mod:`cyberstd_kg.graph.search` and :mod:`cyberstd_kg.graph.resolve` read them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Final, NamedTuple

from cyberstd_kg.core import iris
from cyberstd_kg.core.hierarchy import above
from cyberstd_kg.core.iris import expand
from cyberstd_kg.core.ordering import precedence
from cyberstd_kg.core.words import shortened, term_words
from cyberstd_kg.graph.ranks import CODE, CONCEPT, RANK, SECONDARY, UNRANKED, VOCABULARY
from cyberstd_kg.mappings.relations import PREDICATES

CSTD: Final = iris.PREFIXES["cstd"]
TYPE: Final = expand("rdf:type")
SUBCLASS: Final = expand("rdfs:subClassOf")
IDENTIFIER: Final = expand("dct:identifier")
REFERENCE_NUMBER: Final = expand("cstd:referenceNumber")
PRINTED_DESIGNATION: Final = expand("cstd:printedDesignation")
PREF_LABEL: Final = expand("skos:prefLabel")
ALT_LABEL: Final = expand("skos:altLabel")
RDFS_LABEL: Final = expand("rdfs:label")
TITLE: Final = expand("dct:title")
EDITION_NUMBER: Final = expand("bibo:edition")
LOCATOR: Final = expand("bibo:locator")
PRINTED_LABEL: Final = expand("cstd:printedLabel")
PROVISION_OF: Final = expand("cstd:provisionOf")
EDITION_OF: Final = expand("cstd:editionOf")
STANDARD: Final = expand("cstd:Standard")
_NAME, _NOTATION, _DEFINITION = expand("foaf:name"), expand("skos:notation"), expand("skos:definition")
PROJECT: Final = expand("cstd:Project")
#: Marks of provisions that yield to others of the same locator.
_MARKS: Final = (f"{CSTD}withdrawn", f"{CSTD}uncertainReading")
#: From what has a place in a document to the document.
PLACED_IN: Final = (PROVISION_OF, f"{CSTD}figureOf", f"{CSTD}notIncludedIn")
#: From a text or a project to the work (from an amendment over its edition).
WORK_LINKS: Final = (EDITION_OF, f"{CSTD}draftOf", f"{CSTD}amends", f"{CSTD}projectOf")
#: Properties whose values designate a document.
DESIGNATIONS: Final = (IDENTIFIER, REFERENCE_NUMBER, PRINTED_DESIGNATION)
#: Properties whose values are names by which an entity is called.
LABELS: Final = (PREF_LABEL, RDFS_LABEL, _NAME, _NOTATION, ALT_LABEL)
#: All properties whose values name an entity.
NAMING: Final = (*DESIGNATIONS, *LABELS, TITLE, LOCATOR, PRINTED_LABEL)
#: Namespaces of the classes of bodies and persons.
AGENTS: Final = (iris.PREFIXES["org"], iris.PREFIXES["foaf"])
_VOCABULARY: Final = tuple(iris.PREFIXES[name] for name in ("owl", "rdf", "rdfs"))
#: What relates provisions by mappings: the words of the one are not the other's.
RELATING: Final = frozenset(
    f"{CSTD}{name}"
    for name in (*PREDICATES, "mapsFrom", "mapsTo", "hasMember", "inMappingSet", "derivedFrom", "readsWord")
)
#: Stages of drafts, the most advanced last.
_STAGES: Final = "pwi np awi wd pdts pdtr cd cdv dts dtr dpas dis fdis prf".split()
_UNDATED: Final = 90_000_000
_SAYS_ORDER: Final = {"stated": 0, "quoted": 1, "ours": 2}
#: Rank → weight of a hit.
_WEIGHTS: Final = {
    RANK[STANDARD]: 1.3,
    **{RANK[CSTD + name]: 0.6 for name in ("Draft", "Amendment", "Project")},
    # A catalogue of controls has a heading for every word: documents on it come first.
    RANK[f"{CSTD}Provision"]: 0.8,
    **dict.fromkeys(SECONDARY, 0.3),
}
#: Weight of what is superseded or withdrawn.
_OLDER: Final = 0.6
#: Lifecycle states of texts that are no longer valid.
_GONE: Final = ("withdrawn", "replaced")
_SCHEMES: Final = f"{iris.BASE}scheme/"
#: Longest wording that serves as a label, in characters.
_LONGEST: Final = 80


class LabelText(NamedTuple):
    """One literal as one graph has it."""

    text: str
    lang: str
    graph: str


_NO_LINKS: Final[dict[str, dict[str, None]]] = {}
_NO_LITERALS: Final[dict[str, list[LabelText]]] = {}


class Facts:
    """What the graph says, by subject: the builder's memory, from which labels and the index are made.

    It exists only while a snapshot is compiled, when there is no index to read yet; blank nodes are left out.
    """

    def __init__(self) -> None:
        self.literals: defaultdict[str, defaultdict[str, list[LabelText]]] = defaultdict(lambda: defaultdict(list))
        self.links: defaultdict[str, defaultdict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
        self.graph_of: dict[str, str] = {}
        self._precedence: dict[str, int] = {}
        self._superclasses: dict[str, frozenset[str]] = {}
        self._classes: dict[tuple[str, ...], frozenset[str]] = {}
        self._works: dict[str, str | None] = {}

    def add_literal(self, subject: str, predicate: str, text: LabelText) -> None:
        """Take in a triple whose object is a literal."""
        self.graph_of.setdefault(subject, text.graph)
        self.literals[subject][predicate].append(text)

    def add_link(self, subject: str, predicate: str, target: str, graph: str) -> None:
        """Take in a triple between two IRIs."""
        self.graph_of.setdefault(subject, graph)
        self.links[subject][predicate][target] = None

    def targets(self, subject: str, predicate: str) -> list[str]:
        """Return the IRIs that *subject* points to by *predicate*, sorted."""
        targets = self.links.get(subject, _NO_LINKS).get(predicate)
        if not targets:
            return []
        return sorted(targets) if len(targets) > 1 else [*targets]  # hundreds of thousands of times, mostly one

    def texts(self, subject: str, predicate: str) -> list[LabelText]:
        """Return the literals of *subject* under *predicate*, sorted."""
        texts = self.literals.get(subject, _NO_LITERALS).get(predicate)
        if not texts:
            return []
        return sorted(texts) if len(texts) > 1 else [*texts]

    def yields(self, subject: str) -> bool:
        """Tell whether a provision yields to others of its locator: it is withdrawn, or its reading uncertain."""
        return any(text.text == "true" for name in _MARKS for text in self.texts(subject, name))

    def status(self, graph: str) -> str:
        """Return how *graph* speaks: "stated", "quoted", "ours", or "" where it does not say."""
        codes = self.targets(graph, f"{CSTD}says")
        return codes[0].rpartition("#")[2] if codes else ""

    def precedence(self, graph: str) -> int:
        """Return the place of the document of *graph* in the order of precedence; 5 where none is given."""
        if graph not in self._precedence:
            documents = self.targets(graph, f"{CSTD}sourceDocument")
            places = (text.text for document in documents for text in self.texts(document, f"{CSTD}precedence"))
            self._precedence[graph] = precedence(places)
        return self._precedence[graph]

    def classes(self, subject: str) -> frozenset[str]:
        """Return the classes of *subject*, with their superclasses."""
        types = tuple(self.targets(subject, TYPE))
        if types not in self._classes:
            self._classes[types] = frozenset().union(*map(self.superclasses, types))
        return self._classes[types]

    def superclasses(self, name: str) -> frozenset[str]:
        """Return the class *name* and all classes above it; a cycle does no harm."""
        if name not in self._superclasses:
            self._superclasses[name] = frozenset(above(name, lambda low: self.targets(low, SUBCLASS)))
        return self._superclasses[name]

    def work_of(self, subject: str) -> str | None:
        """Return the standard that *subject* (an edition, draft, amendment or project) is of, or None."""
        if subject not in self._works:
            seen, at = {subject}, subject
            while step := next((target for link in WORK_LINKS for target in self.targets(at, link)), None):
                if step in seen:
                    break
                seen.add(step)
                at = step
            self._works[subject] = at if len(seen) > 1 else None
        return self._works[subject]

    def later(self, subject: str) -> int:
        """Return a number for when a text came: of two texts of one standard and one kind, the later has the greater.

        The date when sources give one, else the year in the IRI.  What has neither is recent (a version, a draft):
        it comes after what is dated, by its stage and its numbers.
        """
        if dates := self.texts(subject, f"{CSTD}earliest"):
            return int(re.sub(r"\D", "", dates[-1].text)[:8] or 0)
        mark = subject.rpartition("/")[2].partition("_")[2]
        if years := re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", mark):
            return int(years[-1]) * 10_000
        stage = max((place for place, name in enumerate(_STAGES) if name in mark.split("-")), default=0)
        first, second, *_ = *(int(number[:3]) for number in re.findall(r"\d+", mark)), 0, 0
        return _UNDATED + stage * 100_000 + first * 100 + min(second, 99)


class Namer:
    """Kinds, ranks, labels and names of the entities in *facts*."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._labels: dict[str, str] = {}
        self._names: dict[str, list[str]] = {}
        self._ranks: dict[str, int] = {}
        #: Standard → its editions, the latest first.
        self._editions: defaultdict[str, list[str]] = defaultdict(list)
        for iri in sorted(facts.links):
            for work in facts.targets(iri, EDITION_OF):
                self._editions[work].append(iri)
        for editions in self._editions.values():
            editions.sort(key=facts.later, reverse=True)
        self._gone = _gone(facts)

    def rank(self, iri: str) -> int:
        """Return the place of the kind of *iri* in the order of preference, 0 for a standard."""
        if iri not in self._ranks:
            self._ranks[iri] = self._rank(iri)
        return self._ranks[iri]

    def _rank(self, iri: str) -> int:
        classes = self._facts.classes(iri)
        if any(name.startswith(_VOCABULARY) and not name.endswith("NamedIndividual") for name in classes):
            return VOCABULARY
        rank = min((RANK.get(name, UNRANKED) for name in classes), default=UNRANKED)
        return CODE if rank == CONCEPT and iri.startswith(_SCHEMES) else rank

    def weight(self, iri: str) -> float:
        """Return how much a hit of *iri* counts: a standard and its latest edition more than other texts of it."""
        rank, editions = self.rank(iri), self._editions.get(iri)
        if rank == RANK[f"{CSTD}Edition"]:
            works = self._facts.targets(iri, EDITION_OF)
            latest = iri not in self._gone and all(self._editions[work][0] == iri for work in works)
            return 1.0 if latest else _OLDER
        withdrawn = any(text.text == "true" for text in self._facts.texts(iri, f"{CSTD}withdrawn"))
        if withdrawn or (editions and editions[0] in self._gone):
            return _OLDER
        return _WEIGHTS.get(rank, 1.0)

    def kind(self, iri: str) -> str:
        """Return a human word for the kind of *iri*: "edition", "control", "term entry"."""
        words = dict.fromkeys(self.label(code) for code in self._facts.targets(iri, f"{CSTD}provisionKind"))
        if words:  # 27002's 5.1 is a clause and a control: the second says more; "security control" more than "control"
            telling = [word for word in words if not any(other.endswith(f" {word}") for other in words)]
            return " and ".join([word for word in telling if word != "clause"] or telling)
        narrow = self._narrowest(iri)
        if not narrow:
            return "resource"
        best = min(narrow, key=lambda name: (not name.startswith(iris.BASE), RANK.get(name, UNRANKED), name))
        return self._best(best, RDFS_LABEL) or term_words(best) or "resource"

    def _narrowest(self, iri: str) -> list[str]:
        """Return the classes of *iri* that are not above another of its classes."""
        types = [name for name in self._facts.targets(iri, TYPE) if not name.endswith("#NamedIndividual")]
        higher = {name for low in types for name in self._facts.superclasses(low) if name != low}
        return [name for name in types if name not in higher]

    def names(self, iri: str) -> list[str]:
        """Return all texts that name *iri*, without repeats, designations first."""
        if iri not in self._names:
            texts = (text for name in NAMING for text in self._facts.texts(iri, name))
            self._names[iri] = list(dict.fromkeys(text.text for text in texts))
        return self._names[iri]

    def label(self, iri: str) -> str:
        """Return the label that a person is shown: of the ways to compose one, the first that fits the entity."""
        if iri not in self._labels:
            self._labels[iri] = iri  # what a cycle of references would see
            self._labels[iri] = (
                self._provision(iri)
                or self._stage(iri)
                or self._project(iri)
                or self._document(iri)
                or self._source(iri)
                or self._named(iri)
                or iris.compact(iri)
                or iri
            )
        return self._labels[iri]

    def short(self, iri: str) -> str:
        """Return the designation of a document, else its label."""
        designation = "" if PROJECT in self._facts.classes(iri) else self._best(iri, *DESIGNATIONS)
        return designation or self.label(iri)

    # ── Ways to compose a label; each returns "" where it does not fit ──

    def _provision(self, iri: str) -> str:
        """Designation of the document, locator and heading: "ISO/IEC 27400:2022, 7.1.2.10 Security in …"."""
        documents = self._facts.targets(iri, PROVISION_OF)
        if not documents:
            return ""
        heading = self._title(iri) or self._best(iri, PREF_LABEL, RDFS_LABEL)
        return _join(self.short(documents[0]), self._place(iri), heading)

    def _stage(self, iri: str) -> str:
        """Of a stage statement: what it is of, and the printed stage."""
        subjects = self._facts.targets(iri, f"{CSTD}stageOf")
        if not subjects:
            return ""
        codes = ", ".join(self.label(code) for code in self._facts.targets(iri, f"{CSTD}stage"))
        return f"{self.short(subjects[0])}: {self._best(iri, f'{CSTD}printedStage') or codes}"

    def _project(self, iri: str) -> str:
        return self._best(iri, RDFS_LABEL, PREF_LABEL) if PROJECT in self._facts.classes(iri) else ""

    def _document(self, iri: str) -> str:
        """Designation and title of a document."""
        designation = self._best(iri, *DESIGNATIONS)
        if not designation:
            return ""
        title = self._title(iri)
        kin = [self._facts.work_of(iri) or "", *self._editions.get(iri, ())]  # what has no title of its own borrows one
        lender = next((other for other in kin if self._facts.texts(other, TITLE)), "")
        # The short form of a secondary source yields to the title that the publisher gives the latest edition.
        if lender and (not title or (iri in self._editions and self._precedence(lender) < self._precedence(iri))):
            title = self._title(lender)
        title = title or self._best(iri, PREF_LABEL, RDFS_LABEL)
        return designation if title in ("", designation) else f"{designation}, {title}"

    def _source(self, iri: str) -> str:
        """Own name of a part of a document, or that of the document, and the place in it."""
        documents = self._facts.targets(iri, f"{CSTD}sourceDocument")
        if not documents:
            return ""
        own = self._title(iri) or self._best(iri, PREF_LABEL, RDFS_LABEL) or self.label(documents[0])
        return _join(own, self._place(iri), "")

    def _named(self, iri: str) -> str:
        name = self._best(iri, PREF_LABEL, RDFS_LABEL) or self._title(iri)
        name = name or self._best(iri, _NAME, ALT_LABEL, _NOTATION, PRINTED_LABEL)
        return name or shortened(self._best(iri, f"{CSTD}wording", _DEFINITION), _LONGEST)

    # ── Preferred values ──

    def _precedence(self, iri: str) -> int:
        """Return the best precedence of the sources of the titles of *iri*."""
        return min(self._facts.precedence(text.graph) for text in self._facts.texts(iri, TITLE))

    def _place(self, iri: str) -> str:
        return self._best(iri, LOCATOR, PRINTED_LABEL)

    def _best(self, iri: str, *properties: str) -> str:
        """Return the preferred value of the first property that has one: English, stated, said most often."""
        return next((self._first(texts) for name in properties if (texts := self._facts.texts(iri, name))), "")

    def _title(self, iri: str) -> str:
        """Return the preferred title: that of the source of best precedence; of several the longest."""
        titles = self._facts.texts(iri, TITLE)
        return self._first(titles, longest=True) if titles else ""

    def _first(self, texts: list[LabelText], *, longest: bool = False) -> str:
        if len(texts) == 1:
            return texts[0].text
        counted = Counter(text.text for text in texts)

        def order(text: LabelText) -> tuple[bool, int, int, int, int, str]:
            size, count = -len(text.text) if longest else len(text.text), -counted[text.text]
            return (
                text.lang.split("-")[0] not in ("", "en"),
                _SAYS_ORDER.get(self._facts.status(text.graph), 1),
                self._facts.precedence(text.graph),
                *((size, count) if longest else (count, size)),
                text.text,
            )

        return min(texts, key=order).text


def _gone(facts: Facts) -> set[str]:
    """Return the texts that some source saw withdrawn or replaced: a hint for the order of hits, no more."""
    stages = {
        code
        for code in facts.links
        if any(life.rpartition("#")[2] in _GONE for life in facts.targets(code, f"{CSTD}lifeState"))
    }
    return {
        text
        for statement in facts.links
        if stages.intersection(facts.targets(statement, f"{CSTD}stage"))
        for text in facts.targets(statement, f"{CSTD}stageOf")
    }


def _join(head: str, place: str, heading: str) -> str:
    """Put together "ISO/IEC 27400:2022, 7.1.2.10 Security in connecting varied IoT devices"."""
    repeated = place.casefold().endswith(heading.casefold())
    tail = " ".join(part for part in (place, "" if repeated else heading) if part)
    return f"{head}, {tail}" if tail else head
