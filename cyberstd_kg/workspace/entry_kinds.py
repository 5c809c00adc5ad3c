"""The kinds of entry that can be begun, and what a designation tells of one: IRIs, the work, the place in a text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import UsageError
from cyberstd_kg.core.iris import compact
from cyberstd_kg.core.words import article
from cyberstd_kg.designations import naming

#: CURIE of a property → value in Turtle syntax.
Known = dict[str, str]
#: A standard with its part, of the bodies that number parts so.
_PART: Final = re.compile(r"((?:ISO|IEC|ISO/IEC|EN|AS/NZS)\b.*\d)-(\d+(?:-\d+)?)")


class Kind(NamedTuple):
    """A kind of entry: its class, the prefix of its IRIs, what is known of it from the start."""

    name: str
    cls: str
    prefix: str
    given: Known


_KINDS: Final = (
    Kind("standard", "cstd:Standard", "std", {}),
    Kind("edition", "cstd:Edition", "std", {}),
    Kind("draft", "cstd:Draft", "std", {}),
    Kind("amendment", "cstd:Amendment", "std", {}),
    Kind("living-text", "cstd:LivingText", "std", {}),
    Kind("project", "cstd:Project", "project", {}),
    Kind("stage", "cstd:StageObservation", "stage", {}),
    Kind("control", "cstd:Provision", "std", {"cstd:provisionKind": "kind:control"}),
    Kind("provision", "cstd:Provision", "std", {}),
    Kind("term", "cstd:TermEntry", "std", {"cstd:provisionKind": "kind:term-entry"}),
    Kind("concept", "skos:Concept", "concept", {}),
    Kind("agent", "org:Organization", "agent", {}),
    Kind("programme", "cstd:Programme", "programme", {}),
)
#: name → kind of entry.
KINDS: Final = {kind.name: kind for kind in _KINDS}
SOURCE: Final = Kind("source", "cstd:Source", "src", {})
_LABELLED: Final = ("programme",)


class Part(NamedTuple):
    """A thing in a template: its kind, its IRI as CURIE, and what is known of it (property → values)."""

    kind: Kind
    iri: str
    values: dict[str, list[str]]


def _part(kind: Kind, iri: str, known: Known) -> Part:
    return Part(kind, iri, {name: [value] for name, value in (kind.given | known).items()})


def parts(kind: Kind, designation: str, locator: str, is_known: Callable[[str], bool]) -> list[Part]:
    """Return the things of a new entry, the main one last: before it come the standard and the edition that it needs.

    >>> [part.iri for part in parts(KINDS["edition"], "ISO/IEC TS 27100:2031", "", lambda curie: False)]
    ['std:iso-iec-27100', 'std:iso-iec-27100_2031']

    What cannot be told is left to the person (``std:fill-in``).

    :param locator: of a provision in its text
    :param is_known: tells of a CURIE whether the graph describes it
    :raises UsageError: when the designation is of another kind of entry
    """
    if not designation:
        return [_part(kind, f"{kind.prefix}:fill-in", {})]
    if kind.name in ("concept", "agent", *_LABELLED):
        label = "rdfs:label" if kind.name in _LABELLED else "skos:prefLabel"
        return [_part(kind, _mint(kind.prefix, designation), {label: f"{_quoted(designation)}@en"})]
    if kind.name == "living-text":  # it has no work: "NICCS glossary" names its publisher, then what it is
        publisher, _, what = designation.rpartition(" ")
        iri = _mint("std", publisher, what) if publisher else "std:fill-in"
        return [_part(kind, iri, {"dct:identifier": _quoted(designation)})]
    name = naming.take_apart(designation)
    _require(kind, designation, name)
    work = _mint("std", name.work)
    if kind.name == "standard":
        return _standard(name.work, is_known)
    needed = [] if is_known(work) else _standard(name.work, is_known)
    if kind.name == "project":
        return [*needed, _part(kind, _mint("project", name.work), {"cstd:projectOf": work})]
    if kind.name == "stage":
        project = _mint("project", name.work)
        before = [] if is_known(project) else [*needed, _part(KINDS["project"], project, {"cstd:projectOf": work})]
        return [*before, _part(kind, f"stage:{iris.slug(name.work)}_fill-in", {"cstd:stageOf": project})]
    own = naming.curie_of(designation)
    if kind.name in ("edition", "draft"):
        link = "cstd:editionOf" if kind.name == "edition" else "cstd:draftOf"
        iri = own if own != work else f"{work}_fill-in"
        told = {"dct:identifier": _quoted(designation), link: work}
        if name.kind == "draft" and name.edition:
            told["cstd:toAmend"] = naming.curie_of(name.edition)
        return [*needed, _part(kind, iri, told)]
    text = naming.curie_of(name.edition) if name.edition else ""
    edition = {"dct:identifier": _quoted(name.edition), "cstd:editionOf": work}
    before = [] if not text or is_known(text) else [*needed, _part(KINDS["edition"], text, edition)]
    if kind.name == "amendment":
        named = name.kind == "amendment"
        told = {
            "dct:identifier": _quoted(name.identifier if named else designation),
            "cstd:amends": text or "std:fill-in",
        }
        if named and name.identifier != designation:
            told["cstd:printedDesignation"] = _quoted(designation)
        return [*before, _part(kind, own if named else "std:fill-in", told)]
    held = own if name.text else "std:fill-in"
    place = {"bibo:locator": _quoted(locator)} if locator else {}
    iri = f"{held}_{iris.slug(locator)}" if locator and held == own else "std:fill-in"
    return [*before, _part(kind, iri, {"cstd:provisionOf": held, **place})]


#: What a designation names → the kinds of entry that it does not fit.
_UNFIT: Final = {
    "standard": (),
    "edition": ("standard",),
    "draft": ("standard", "edition", "amendment"),
    "project": ("standard", "edition", "draft", "amendment"),
    "amendment": ("standard", "edition", "draft", "project"),
}


def _require(kind: Kind, designation: str, name: naming.Name) -> None:
    """Refuse a designation that is of another kind, or that names no body."""
    if kind.name in _UNFIT[name.kind]:
        raise UsageError(
            f"'{designation}' is the designation of {article(name.kind)} {name.kind}",
            f"Begin with: cyberstd new {name.kind}.",
        )
    if not re.match(r"[A-Z]", name.work):
        raise UsageError(
            f"'{designation}' does not name the body, and nothing in the graph is called so",
            "Write the designation in full, such as ISO/IEC 27562:2024.",
        )


def _standard(work: str, is_known: Callable[[str], bool]) -> list[Part]:
    """Return a standard; of a part also the whole, where the graph has none."""
    own = {"dct:identifier": _quoted(work)}
    found = _PART.fullmatch(work)
    if not found:
        return [_part(KINDS["standard"], _mint("std", work), own)]
    whole = _mint("std", found[1])
    before = [] if is_known(whole) else _standard(found[1], is_known)
    told = {**own, "cstd:partOfStandard": whole, "cstd:partNumber": _quoted(found[2])}
    return [*before, _part(KINDS["standard"], _mint("std", work), told)]


def source_of(parts: list[Part]) -> Part:
    """Return the source of an entry, described as far as the entry tells; a concept is one's own."""
    iri = f"src:workspace_{parts[-1].iri.partition(':')[2].replace('_', '-')}"
    known = {"cstd:sourceDocument": [iri], "cstd:says": ["says:stated"]}
    if parts[-1].kind.name == "concept":
        known |= {"cstd:says": ["says:ours"], "cstd:licenceTier": ["tier:quote"], "bibo:locator": ['"whole work"']}
    return Part(SOURCE, iri, known)


def _mint(prefix: str, *parts: str) -> str:
    return compact(iris.mint(prefix, *parts)) or f"{prefix}:fill-in"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "").replace('"', "'") + '"'
