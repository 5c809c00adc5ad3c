"""What a thing is called: its kind in a human word, its label, its other names.

The only place that composes labels.  It works while the snapshot is compiled, on :class:`Facts`; the results are
stored in the index, where :mod:`cyberstd_kg.textindex` and :mod:`cyberstd_kg.resolve` read them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final, NamedTuple

from cyberstd_kg import iris

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
LOCATOR: Final = f"{iris.PREFIXES['bibo']}locator"
PRINTED_LABEL: Final = f"{CSTD}printedLabel"
PROVISION_OF: Final = f"{CSTD}provisionOf"
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
#: Classes in the order in which equal names are preferred; the position is the rank of a kind.
_RANKED: Final = (
    *(f"{CSTD}{name}" for name in ("Standard", "Edition", "Draft", "Amendment", "Regulation", "Series")),
    *(iris.PREFIXES["org"] + "Organization", _FOAF + "Person", _FOAF + "Agent", _SKOS + "Concept"),
    *(f"{CSTD}{name}" for name in ("Programme", "System", "Idea", "Enumeration", "Project", "Example")),
    *(f"{CSTD}{name}" for name in ("TermEntry", "Provision", "Figure", "StageStatement", "Source")),
)
_RANK = {name: position for position, name in enumerate(_RANKED)}
#: Codes of our schemes yield to things of the same name: "Prepare" is a phase before it is a code.
CODE: Final = len(_RANKED)
UNRANKED: Final = CODE + 1
CONCEPT: Final = _RANK[f"{_SKOS}Concept"]
#: Standards, editions, drafts and amendments have a rank up to this one.
LAST_DOCUMENT: Final = _RANK[f"{CSTD}Amendment"]
#: Terms of the ontology itself come last: who types "edition" may mean the class, but hardly ever does.
VOCABULARY: Final = UNRANKED + 1
_VOCABULARY = tuple(iris.PREFIXES[name] for name in ("owl", "rdf", "rdfs"))
#: Ranks of what is said *about* things rather than being one: stage statements, sources, vocabulary.
SECONDARY: Final = frozenset((_RANK[f"{CSTD}StageStatement"], _RANK[f"{CSTD}Source"], VOCABULARY))
_SAYS_ORDER = {"stated": 0, "quoted": 1, "ours": 2}
_SCHEMES = f"{iris.BASE}scheme/"
_SHORT: Final = 80


class Text(NamedTuple):
    """One literal as one graph has it."""

    text: str
    lang: str
    graph: str


class Facts:
    """What the graph says, by subject, as labels and the index need it.  Blank nodes are left out."""

    def __init__(self) -> None:
        self.literals: defaultdict[str, defaultdict[str, list[Text]]] = defaultdict(lambda: defaultdict(list))
        self.links: defaultdict[str, defaultdict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
        self.graph_of: dict[str, str] = {}
        self._superclasses: dict[str, frozenset[str]] = {}
        self._classes: dict[tuple[str, ...], frozenset[str]] = {}

    def add_literal(self, subject: str, predicate: str, text: Text) -> None:
        """Take in a triple whose object is a literal."""
        self.graph_of.setdefault(subject, text.graph)
        self.literals[subject][predicate].append(text)

    def add_link(self, subject: str, predicate: str, target: str, graph: str) -> None:
        """Take in a triple between two IRIs."""
        self.graph_of.setdefault(subject, graph)
        self.links[subject][predicate][target] = None

    def targets(self, subject: str, predicate: str) -> list[str]:
        """Return the IRIs that *subject* points to by *predicate*, sorted."""
        found = self.links[subject].get(predicate) if subject in self.links else None
        return sorted(found) if found else []

    def texts(self, subject: str, predicate: str) -> list[Text]:
        """Return the literals of *subject* under *predicate*, sorted."""
        found = self.literals[subject].get(predicate) if subject in self.literals else None
        return sorted(found) if found else []

    def status(self, graph: str) -> str:
        """Return how *graph* speaks: "stated", "quoted", "ours", or "" where it does not say."""
        codes = self.targets(graph, f"{CSTD}says")
        return codes[0].rpartition("#")[2] if codes else ""

    def classes(self, subject: str) -> frozenset[str]:
        """Return the classes of *subject*, with their superclasses."""
        types = tuple(self.targets(subject, TYPE))
        if types not in self._classes:
            self._classes[types] = frozenset().union(*map(self.superclasses, types))
        return self._classes[types]

    def superclasses(self, name: str) -> frozenset[str]:
        """Return the class *name* and all classes above it; a cycle does no harm."""
        if name not in self._superclasses:
            found, waiting = {name}, [name]
            while waiting:
                above = set(self.targets(waiting.pop(), SUBCLASS)) - found
                found |= above
                waiting.extend(above)
            self._superclasses[name] = frozenset(found)
        return self._superclasses[name]

    def work_of(self, subject: str) -> str | None:
        """Return the standard that *subject* (an edition, draft, amendment or project) is of, or None."""
        seen = {subject}
        while step := next((target for link in WORK_LINKS for target in self.targets(subject, link)), None):
            if step in seen:
                break
            seen.add(step)
            subject = step
        return subject if len(seen) > 1 else None


class Namer:
    """Kinds, ranks, labels and names of the things in *facts*."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._labels: dict[str, str] = {}
        self._names: dict[str, list[str]] = {}
        self._editions: dict[str, list[str]] = {}
        for iri in sorted(facts.links, reverse=True):  # the IRI ends in the year: the latest first
            for work in facts.targets(iri, EDITION_OF):
                self._editions.setdefault(work, []).append(iri)

    def rank(self, iri: str) -> int:
        """Return the place of the kind of *iri* in the order of preference, 0 for a standard."""
        classes = self._facts.classes(iri)
        if any(name.startswith(_VOCABULARY) and not name.endswith("NamedIndividual") for name in classes):
            return VOCABULARY
        rank = min((_RANK.get(name, UNRANKED) for name in classes), default=UNRANKED)
        return CODE if rank == CONCEPT and iri.startswith(_SCHEMES) else rank

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
        best = min(narrow, key=lambda name: (not name.startswith(iris.BASE), _RANK.get(name, UNRANKED), name))
        return self._best(best, RDFS_LABEL) or _spaced(best)

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
        if designation := self._best(iri, IDENTIFIER, REFERENCE_NUMBER, PRINTED_DESIGNATION):
            kin = [facts.work_of(iri) or "", *self._editions.get(iri, ())]  # what has no title of its own borrows one
            title = title or next(filter(None, (self._longest(other, TITLE) for other in kin)), "")
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

    def _place(self, iri: str) -> str:
        return self._best(iri, LOCATOR, PRINTED_LABEL)

    def _best(self, iri: str, *properties: str) -> str:
        """Return the preferred value of the first property that has one: English, stated, said most often."""
        return next((self._ordered(found)[0] for name in properties if (found := self._facts.texts(iri, name))), "")

    def _longest(self, iri: str, name: str) -> str:
        """Return the preferred title; of several the longest, since short forms leave out the official prefix."""
        found = self._facts.texts(iri, name)
        return self._ordered(found, longest=True)[0] if found else ""

    def _ordered(self, found: list[Text], longest: bool = False) -> list[str]:
        if len(found) == 1:
            return [found[0].text]
        counted: defaultdict[tuple[int, int, str], int] = defaultdict(int)
        for text in found:
            english = 0 if text.lang.split("-")[0] in ("", "en") else 1
            counted[english, _SAYS_ORDER.get(self._facts.status(text.graph), 1), text.text] += 1

        def order(item: tuple[tuple[int, int, str], int]) -> tuple[int, int, int, int, str]:
            (english, says, text), count = item
            size = -len(text) if longest else len(text)
            return (english, says, size, -count, text) if longest else (english, says, -count, size, text)

        return [item[0][2] for item in sorted(counted.items(), key=order)]


def _join(head: str, place: str, heading: str) -> str:
    """Put together "ISO/IEC 27400:2022, 7.1.2.10 Security in connecting varied IoT devices"."""
    repeated = place.casefold().endswith(heading.casefold())
    tail = " ".join(part for part in (place, "" if repeated else heading) if part)
    return f"{head}, {tail}" if tail else head


def _spaced(iri: str) -> str:
    """Return the local name of *iri* as words: "TermEntry" → "term entry"."""
    local = re.split(r"[#/]", iri)[-1]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", local).lower() or "resource"


def _curie(iri: str) -> str:
    return iris.compact(iri) or iri
