"""The kinds of entry that a user can begin, and what a designation says of one: IRIs, the work, the place in a text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import UsageError
from cyberstd_kg.core.iris import compact
from cyberstd_kg.core.words import article
from cyberstd_kg.designations import naming

#: CURIE of a property → value in Turtle syntax.
Known = dict[str, str]
#: The local name of an IRI that the user has to choose.
FILL_IN: Final = "fill-in"
_OPEN_TEXT: Final = f"std:{FILL_IN}"
#: A standard with its part, of the bodies that number parts so.
_PART: Final = re.compile(r"((?:ISO|IEC|ISO/IEC|EN|AS/NZS)\b.*\d)-(\d+(?:-\d+)?)")


class Kind(NamedTuple):
    """A kind of entry: its name, its class, the prefix of its IRIs, what is always known of it."""

    name: str
    cls: str
    prefix: str
    given: Known


class Part(NamedTuple):
    """An entity in a template: its kind, its IRI as CURIE, and what is known of it (property → values)."""

    kind: Kind
    iri: str
    values: dict[str, list[str]]


def quoted(text: str) -> str:
    """Return *text* as a plain literal of Turtle."""
    return str(ox.Literal(text))


def parts(kind: Kind, designation: str, locator: str, is_known: Callable[[str], bool]) -> list[Part]:
    """Return the entities of a new entry, the main one last: before it come the standard and the edition that it needs.

    >>> [part.iri for part in parts(KINDS["edition"], "ISO/IEC TS 27100:2031", "", lambda curie: False)]
    ['std:iso-iec-27100', 'std:iso-iec-27100_2031']

    What the designation does not say is left to the user (``std:fill-in``).

    :param locator: of a provision in its text
    :param is_known: tells of a CURIE whether the graph describes it
    :raises UsageError: when the designation is of another kind of entry
    """
    if not designation:
        return [_part(kind, f"{kind.prefix}:{FILL_IN}", {})]
    name = naming.take_apart(designation)
    if kind.name not in _WITHOUT_WORK:
        _require(kind, designation, name)
    build = next(build for known, build in _BUILDERS if known == kind)
    return build(_NewEntry(kind, designation, locator, name, is_known))


def _part(kind: Kind, iri: str, known: Known) -> Part:
    return Part(kind, iri, {name: [value] for name, value in (kind.given | known).items()})


def _require(kind: Kind, designation: str, name: naming.Name) -> None:
    """Refuse a designation that is of another kind, or that names no body."""
    if kind.name in _UNFIT[name.kind]:
        raise UsageError(
            f"'{designation}' is the designation of {article(name.kind)} {name.kind}",
            f"Begin with: cyberstd new {name.kind}.",
        )
    if not re.match(r"[A-Z]", name.work):
        raise UsageError(
            f"'{designation}' does not name the body, and nothing in the graph has this name",
            "Write the designation in full, such as ISO/IEC 27562:2024.",
        )


class _NewEntry(NamedTuple):
    """A new entry; each public method returns the entities of some kinds of entry, as :func:`parts` does."""

    kind: Kind
    designation: str
    locator: str
    name: naming.Name
    is_known: Callable[[str], bool]

    def labelled(self) -> list[Part]:
        label = "rdfs:label" if self.kind.name == "programme" else "skos:prefLabel"
        iri = _mint(self.kind.prefix, self.designation)
        return [_part(self.kind, iri, {label: f"{quoted(self.designation)}@en"})]

    def living_text(self) -> list[Part]:
        # It has no work: "NICCS glossary" names its publisher, then what it is.
        publisher, _, what = self.designation.rpartition(" ")
        iri = _mint("std", publisher, what) if publisher else _OPEN_TEXT
        return [_part(self.kind, iri, {"dct:identifier": quoted(self.designation)})]

    def standard(self) -> list[Part]:
        return self._standard(self.name.work)

    def project(self) -> list[Part]:
        iri = _mint("project", self.name.work)
        return [*self._needed_work(), _part(KINDS["project"], iri, {"cstd:projectOf": self._work})]

    def stage(self) -> list[Part]:
        project = _mint("project", self.name.work)
        before = [] if self.is_known(project) else self.project()
        iri = f"stage:{iris.slug(self.name.work)}_{FILL_IN}"
        return [*before, _part(self.kind, iri, {"cstd:stageOf": project})]

    def edition(self) -> list[Part]:
        link = "cstd:editionOf" if self.kind.name == "edition" else "cstd:draftOf"
        iri = self._own if self._own != self._work else f"{self._work}_{FILL_IN}"
        values = {"dct:identifier": quoted(self.designation), link: self._work}
        if self.name.kind == "draft" and self.name.edition:
            values["cstd:toAmend"] = self._edition
        return [*self._needed_work(), _part(self.kind, iri, values)]

    def amendment(self) -> list[Part]:
        is_named = self.name.kind == "amendment"
        identifier = self.name.identifier if is_named else self.designation
        values = {"dct:identifier": quoted(identifier), "cstd:amends": self._edition or _OPEN_TEXT}
        if identifier != self.designation:
            values["cstd:printedDesignation"] = quoted(self.designation)
        return [*self._needed_edition(), _part(self.kind, self._own if is_named else _OPEN_TEXT, values)]

    def provision(self) -> list[Part]:
        text = self._own if self.name.text else _OPEN_TEXT
        values = {"cstd:provisionOf": text}
        if self.locator:
            values["bibo:locator"] = quoted(self.locator)
        iri = f"{text}_{iris.slug(self.locator)}" if self.locator and self.name.text else _OPEN_TEXT
        return [*self._needed_edition(), _part(self.kind, iri, values)]

    @property
    def _work(self) -> str:
        return _mint("std", self.name.work)

    @property
    def _own(self) -> str:
        return naming.curie_of(self.designation)

    @property
    def _edition(self) -> str:
        return naming.curie_of(self.name.edition) if self.name.edition else ""

    def _needed_work(self) -> list[Part]:
        return [] if self.is_known(self._work) else self.standard()

    def _needed_edition(self) -> list[Part]:
        if not self._edition or self.is_known(self._edition):
            return []
        values = {"dct:identifier": quoted(self.name.edition), "cstd:editionOf": self._work}
        return [*self._needed_work(), _part(KINDS["edition"], self._edition, values)]

    def _standard(self, work: str) -> list[Part]:
        """Return a standard; before a part also the whole, where the graph has none."""
        before, values = list[Part](), {"dct:identifier": quoted(work)}
        if part := _PART.fullmatch(work):
            whole = _mint("std", part[1])
            before = [] if self.is_known(whole) else self._standard(part[1])
            values |= {"cstd:partOfStandard": whole, "cstd:partNumber": quoted(part[2])}
        return [*before, _part(KINDS["standard"], _mint("std", work), values)]


#: The kinds of entry, each with what makes the entities of a new one.
_BUILDERS: Final = (
    (Kind("standard", "cstd:Standard", "std", {}), _NewEntry.standard),
    (Kind("edition", "cstd:Edition", "std", {}), _NewEntry.edition),
    (Kind("draft", "cstd:Draft", "std", {}), _NewEntry.edition),
    (Kind("amendment", "cstd:Amendment", "std", {}), _NewEntry.amendment),
    (Kind("living-text", "cstd:LivingText", "std", {}), _NewEntry.living_text),
    (Kind("project", "cstd:Project", "project", {}), _NewEntry.project),
    (Kind("stage", "cstd:StageObservation", "stage", {}), _NewEntry.stage),
    (Kind("control", "cstd:Provision", "std", {"cstd:provisionKind": "kind:control"}), _NewEntry.provision),
    (Kind("provision", "cstd:Provision", "std", {}), _NewEntry.provision),
    (Kind("term", "cstd:TermEntry", "std", {"cstd:provisionKind": "kind:term-entry"}), _NewEntry.provision),
    (Kind("concept", "skos:Concept", "concept", {}), _NewEntry.labelled),
    (Kind("agent", "org:Organization", "agent", {}), _NewEntry.labelled),
    (Kind("programme", "cstd:Programme", "programme", {}), _NewEntry.labelled),
)
#: name → kind of entry.
KINDS: Final = {kind.name: kind for kind, _ in _BUILDERS}
SOURCE: Final = Kind("source", "cstd:Source", "src", {})
#: Kinds of entry whose designation is a name, not that of a standard or text.
_WITHOUT_WORK: Final = ("living-text", "concept", "agent", "programme")
#: What a designation names → the kinds of entry that it does not fit.
_UNFIT: Final = {
    "standard": (),
    "edition": ("standard",),
    "draft": ("standard", "edition", "amendment"),
    "project": ("standard", "edition", "draft", "amendment"),
    "amendment": ("standard", "edition", "draft", "project"),
}


def source_of(parts: list[Part]) -> Part:
    """Return the source of an entry, as far as the entry describes it; a concept is one's own."""
    iri = f"src:workspace_{parts[-1].iri.partition(':')[2].replace('_', '-')}"
    known = {"cstd:sourceDocument": [iri], "cstd:says": ["says:stated"]}
    if parts[-1].kind.name == "concept":
        known |= {"cstd:says": ["says:ours"], "cstd:licenceTier": ["tier:quote"], "bibo:locator": ['"whole work"']}
    return Part(SOURCE, iri, known)


def _mint(prefix: str, *parts: str) -> str:
    return compact(iris.mint(prefix, *parts)) or f"{prefix}:{FILL_IN}"
