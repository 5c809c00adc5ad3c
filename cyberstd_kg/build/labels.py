"""What a thing is called: its kind in a human word, its label, its other names.

The only place that composes labels.  It works while the snapshot is compiled, on :class:`Facts`; the results are
stored in the index, where :mod:`cyberstd_kg.graph.search` and :mod:`cyberstd_kg.graph.resolve` read them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final, NamedTuple

from cyberstd_kg.core import iris
from cyberstd_kg.core.hierarchy import above
from cyberstd_kg.core.ordering import precedence
from cyberstd_kg.core.words import term_words
from cyberstd_kg.graph.ranks import CODE, CONCEPT, RANK, SECONDARY, UNRANKED, VOCABULARY
from cyberstd_kg.mappings.relations import PREDICATES

CSTD: Final = iris.PREFIXES["cstd"]
_DCT, _SKOS, _RDFS, _FOAF = (iris.PREFIXES[name] for name in ("dct", "skos", "rdfs", "foaf"))
TYPE: Final = f"{iris.PREFIXES['rdf']}type"
SUBCLASS: Final = f"{_RDFS}subClassOf"
IDENTIFIER: Final = f"{_DCT}identifier"
REFERENCE_NUMBER: Final = f"{CSTD}referenceNumber"
PRINTED_DESIGNATION: Final = f"{CSTD}printedDesignation"
PREF_LABEL: Final = f"{_SKOS}prefLabel"
ALT_LABEL: Final = f"{_SKOS}altLabel"
RDFS_LABEL: Final = f"{_RDFS}label"
TITLE: Final = f"{_DCT}title"
EDITION_NUMBER: Final = f"{iris.PREFIXES['bibo']}edition"
LOCATOR: Final = f"{iris.PREFIXES['bibo']}locator"
PRINTED_LABEL: Final = f"{CSTD}printedLabel"
PROVISION_OF: Final = f"{CSTD}provisionOf"
#: Marks of provisions that yield to others of the same locator.
WITHDRAWN: Final = f"{CSTD}withdrawn"
_MARKS: Final = (WITHDRAWN, f"{CSTD}uncertainReading")
#: From what has a place in a document to the document.
PLACED_IN: Final = (PROVISION_OF, f"{CSTD}figureOf", f"{CSTD}notIncludedIn")
EDITION_OF: Final = f"{CSTD}editionOf"
#: From a text or a project to the work (an amendment's way leads over its edition).
WORK_LINKS: Final = (EDITION_OF, *(CSTD + name for name in ("draftOf", "amends", "projectOf")))
#: Properties whose values are names by which a thing is called.
LABELS: Final = (PREF_LABEL, RDFS_LABEL, f"{_FOAF}name", f"{_SKOS}notation", ALT_LABEL)
#: All properties whose values name a thing.
NAMING: Final = (IDENTIFIER, REFERENCE_NUMBER, PRINTED_DESIGNATION, *LABELS, TITLE, LOCATOR, PRINTED_LABEL)
#: Namespaces of the classes of bodies and persons.
AGENTS: Final = (iris.PREFIXES["org"], _FOAF)
_VOCABULARY = tuple(iris.PREFIXES[name] for name in ("owl", "rdf", "rdfs"))
#: What relates provisions by mappings: the words of the one are not the other's.
RELATING: Final = frozenset(
    f"{CSTD}{name}"
    for name in (*PREDICATES, "mapsFrom", "mapsTo", "hasMember", "inMappingSet", "derivedFrom", "readsWord")
)
PROJECT: Final = f"{CSTD}Project"
#: Stages of drafts, the later the more.
_STAGES: Final = ("pwi", "np", "awi", "wd", "pdts", "pdtr", "cd", "cdv", "dts", "dtr", "dpas", "dis", "fdis", "prf")
_UNDATED: Final = 90_000_000
_SAYS_ORDER = {"stated": 0, "quoted": 1, "ours": 2}
#: What a hit counts among hits.
_WEIGHTS: Final = {
    0: 1.3,
    **{RANK[CSTD + name]: 0.6 for name in ("Draft", "Amendment", "Project")},
    # A catalogue of controls has a heading for every word: documents on it come first.
    RANK[f"{CSTD}Provision"]: 0.8,
    **dict.fromkeys(SECONDARY, 0.3),
}
#: What is superseded or withdrawn counts less, too.
_OLDER: Final = 0.6
#: Life states of texts that are no longer valid.
_GONE: Final = ("withdrawn", "replaced")
_SCHEMES = f"{iris.BASE}scheme/"
_SHORT: Final = 80


class LabelText(NamedTuple):
    """One literal as one graph has it."""

    text: str
    lang: str
    graph: str


_NO_LINKS: Final[dict[str, dict[str, None]]] = {}
_NO_LITERALS: Final[dict[str, list[LabelText]]] = {}


class Facts:
    """What the graph says, by subject, as labels and the index need it.  Blank nodes are left out."""

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
        found = self.links.get(subject, _NO_LINKS).get(predicate)
        if not found:
            return []
        return sorted(found) if len(found) > 1 else [*found]  # hundreds of thousands of times, and mostly there is one

    def texts(self, subject: str, predicate: str) -> list[LabelText]:
        """Return the literals of *subject* under *predicate*, sorted."""
        found = self.literals.get(subject, _NO_LITERALS).get(predicate)
        if not found:
            return []
        return sorted(found) if len(found) > 1 else [*found]

    def marks(self, subject: str) -> list[LabelText]:
        """Return what is said of *subject* by marks such as "withdrawn"."""
        return [text for name in _MARKS for text in self.texts(subject, name)]

    def status(self, graph: str) -> str:
        """Return how *graph* speaks: "stated", "quoted", "ours", or "" where it does not say."""
        codes = self.targets(graph, f"{CSTD}says")
        return codes[0].rpartition("#")[2] if codes else ""

    def precedence(self, graph: str) -> int:
        """Return the place of the document of *graph* in the order of precedence; 5 where none is given."""
        if graph not in self._precedence:
            documents = self.targets(graph, f"{CSTD}sourceDocument")
            places = (text.text for one in documents for text in self.texts(one, f"{CSTD}precedence"))
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
    """Kinds, ranks, labels and names of the things in *facts*."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._labels: dict[str, str] = {}
        self._names: dict[str, list[str]] = {}
        self._ranks: dict[str, int] = {}
        self._editions: dict[str, list[str]] = {}
        for iri in sorted(facts.links):
            for work in facts.targets(iri, EDITION_OF):
                self._editions.setdefault(work, []).append(iri)
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
        rank = self.rank(iri)
        if rank == RANK[f"{CSTD}Edition"]:
            works = self._facts.targets(iri, EDITION_OF)
            latest = iri not in self._gone and all(self._editions[work][0] == iri for work in works)
            return 1.0 if latest else _OLDER
        if (editions := self._editions.get(iri)) and editions[0] in self._gone:
            return _OLDER
        if any(text.text == "true" for text in self._facts.texts(iri, WITHDRAWN)):
            return _OLDER
        return _WEIGHTS.get(rank, 1.0)

    def kind(self, iri: str) -> str:
        """Return a human word for the kind of *iri*: "edition", "control", "term entry"."""
        words = dict.fromkeys(self.label(code) for code in self._facts.targets(iri, f"{CSTD}provisionKind"))
        if words:  # 27002's 5.1 is a clause and a control: the second says more; "security control" more than "control"
            telling = [word for word in words if not any(other.endswith(f" {word}") for other in words)]
            return " and ".join([word for word in telling if word != "clause"] or telling)
        types = [name for name in self._facts.targets(iri, TYPE) if not name.endswith("#NamedIndividual")]
        narrow = [
            name for name in types if not any(name != low and name in self._facts.superclasses(low) for low in types)
        ]
        if not narrow:
            return "resource"
        best = min(narrow, key=lambda name: (not name.startswith(iris.BASE), RANK.get(name, UNRANKED), name))
        return self._best(best, RDFS_LABEL) or (term_words(best) or "resource")

    def names(self, iri: str) -> list[str]:
        """Return all texts that name *iri*, without repeats, designations first."""
        if iri not in self._names:
            texts = (text for name in NAMING for text in self._facts.texts(iri, name))
            self._names[iri] = list(dict.fromkeys(text.text for text in texts))
        return self._names[iri]

    def label(self, iri: str) -> str:
        """Return the label that a person is shown.

        Designation and title for a document; designation of the document, locator and heading for a provision;
        the subject's label and the printed stage for a stage statement; else a label, a title, the CURIE.
        """
        if iri not in self._labels:
            self._labels[iri] = iri  # what a cycle of references would see
            self._labels[iri] = self._compose(iri)
        return self._labels[iri]

    def short(self, iri: str) -> str:
        """Return the designation of a document, else its label."""
        if PROJECT in self._facts.classes(iri):
            return self.label(iri)
        return self._best(iri, IDENTIFIER, REFERENCE_NUMBER, PRINTED_DESIGNATION) or self.label(iri)

    def _compose(self, iri: str) -> str:
        facts = self._facts
        title = self._longest(iri, TITLE)
        if documents := facts.targets(iri, PROVISION_OF):
            heading = title or self._best(iri, PREF_LABEL, RDFS_LABEL)
            return _join(self.short(documents[0]), self._place(iri), heading)
        if subjects := facts.targets(iri, f"{CSTD}stageOf"):
            stages = [self.label(code) for code in facts.targets(iri, f"{CSTD}stage")]
            return f"{self.short(subjects[0])}: {self._best(iri, f'{CSTD}printedStage') or ', '.join(stages)}"
        if PROJECT in facts.classes(iri) and (name := self._best(iri, RDFS_LABEL, PREF_LABEL)):
            return name
        if designation := self._best(iri, IDENTIFIER, REFERENCE_NUMBER, PRINTED_DESIGNATION):
            kin = [facts.work_of(iri) or "", *self._editions.get(iri, ())]  # what has no title of its own borrows one
            borrowed = next((other for other in kin if facts.texts(other, TITLE)), "")
            # The short form of a secondary source yields to the title that the publisher gives the latest edition.
            if borrowed and (not title or (iri in self._editions and self._source(borrowed) < self._source(iri))):
                title = self._longest(borrowed, TITLE)
            title = title or self._best(iri, PREF_LABEL, RDFS_LABEL)
            return designation if title in ("", designation) else f"{designation}, {title}"
        if parents := facts.targets(iri, f"{CSTD}sourceDocument"):
            own = title or self._best(iri, PREF_LABEL, RDFS_LABEL) or self.label(parents[0])
            return _join(own, self._place(iri), "")
        name = self._best(iri, PREF_LABEL, RDFS_LABEL) or title
        name = name or self._best(iri, f"{_FOAF}name", ALT_LABEL, f"{_SKOS}notation", PRINTED_LABEL)
        if name:
            return name
        wording = self._best(iri, f"{CSTD}wording", f"{_SKOS}definition")
        return (wording if len(wording) <= _SHORT else f"{wording[: _SHORT - 1]}…") or _curie(iri)

    def _source(self, iri: str) -> int:
        """Return the best precedence of the sources of the titles of *iri*."""
        return min(self._facts.precedence(text.graph) for text in self._facts.texts(iri, TITLE))

    def _place(self, iri: str) -> str:
        return self._best(iri, LOCATOR, PRINTED_LABEL)

    def _best(self, iri: str, *properties: str) -> str:
        """Return the preferred value of the first property that has one: English, stated, said most often."""
        return next((self._ordered(found)[0] for name in properties if (found := self._facts.texts(iri, name))), "")

    def _longest(self, iri: str, name: str) -> str:
        """Return the preferred title: that of the source of best precedence; of several the longest."""
        found = self._facts.texts(iri, name)
        return self._ordered(found, longest=True)[0] if found else ""

    def _ordered(self, found: list[LabelText], longest: bool = False) -> list[str]:
        if len(found) == 1:
            return [found[0].text]
        counted: defaultdict[str, int] = defaultdict(int)
        ranks: dict[str, tuple[int, int, int]] = {}
        for text in found:
            english = 0 if text.lang.split("-")[0] in ("", "en") else 1
            says = _SAYS_ORDER.get(self._facts.status(text.graph), 1)
            rank = (english, says, self._facts.precedence(text.graph))
            ranks[text.text] = min(rank, ranks.get(text.text, rank))
            counted[text.text] += 1

        def order(text: str) -> tuple[tuple[int, int, int], int, int, str]:
            size = -len(text) if longest else len(text)
            return (ranks[text], size, -counted[text], text) if longest else (ranks[text], -counted[text], size, text)

        return sorted(counted, key=order)


def _gone(facts: Facts) -> set[str]:
    """Return the texts that some source saw withdrawn or replaced: a hint for the order of hits, no more."""
    stages = {
        code
        for code in facts.links
        if any(life.rpartition("#")[2] in _GONE for life in facts.targets(code, f"{CSTD}lifeState"))
    }
    return {
        text
        for seen in facts.links
        if stages.intersection(facts.targets(seen, f"{CSTD}stage"))
        for text in facts.targets(seen, f"{CSTD}stageOf")
    }


def _join(head: str, place: str, heading: str) -> str:
    """Put together "ISO/IEC 27400:2022, 7.1.2.10 Security in connecting varied IoT devices"."""
    repeated = place.casefold().endswith(heading.casefold())
    tail = " ".join(part for part in (place, "" if repeated else heading) if part)
    return f"{head}, {tail}" if tail else head


def _curie(iri: str) -> str:
    return iris.compact(iri) or iri
