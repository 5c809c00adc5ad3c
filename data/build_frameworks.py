"""Write ``data/frameworks/`` and the descriptions of its sources from tables of bare facts.

    python data/build_frameworks.py FACTS_FOLDER

Each table lists the provisions of a framework: identifiers, headings, parents, what was withdrawn and where it went; no
text.  Each value of a table's column ``source`` names one source or several (:data:`SEEN`); each becomes a named graph.
What we conclude goes into graphs of ours.  What ``data/standards`` states already in the same graph is not repeated.
Running twice changes nothing.

What goes where, and what is our reading: docs/decisions/0015-frameworks.md.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import building
import pyoxigraph as ox
from building import DATA, SOURCES
from framework_sources import DOCUMENTS, ELSEWHERE, LICENCES, PARTS, READINGS, SEEN

from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.designations import records
from cyberstd_kg.rdf import turtle
from cyberstd_kg.rdf.terms import node, quad, typed

HEAD: Final = "# Made by data/build_frameworks.py from tables of bare facts: do not edit by hand.\n"
_TRUE: Final = typed("true", "xsd:boolean")
#: Letters of ETSI's pro forma → how a provision binds, and what it is.
_FORCE: Final = {"M": ("force:shall", "requirement"), "R": ("force:should", "recommendation")}
#: Words of NIST's OSCAL files for where a withdrawn provision went.
_WENT: Final = {"incorporated_into": "cstd:incorporatedInto", "addressed_by": "cstd:addressedBy"}
#: Tables of contents of which the rows say all that is wanted: designation → text and the file.
_CONTENTS: Final = {
    "ISO/IEC TS 27100:2020": ("iso-iec-27100_2020", "iso-iec/27100"),
    "ISO/IEC TR 27103:2018": ("iso-iec-27103_2018", "iso-iec/27103"),
    "ISO/IEC TS 27110:2021": ("iso-iec-27110_2021", "iso-iec/27110"),
    "ISO/IEC 27403:2024": ("iso-iec-27403_2024", "iso-iec/27403"),
}
_PREVIEWS: Final = "analysis_iteh-previews"


class Filed(NamedTuple):
    """A statement and the file in which it is to stand (below ``frameworks/``, without suffix)."""

    file: str
    quad: ox.Quad


class Provisions:
    """Makes the statements about the provisions of one text, and refuses two locators on one IRI."""

    def __init__(self, text: str, file: str) -> None:
        """:param text: local name of the text or act, such as ``nist-csf_2-0``; :param file: where it stands"""
        self.text, self.file = text, file
        self._taken: dict[str, str] = {}

    def iri(self, locator: str, own: str = "") -> str:
        """Return the IRI of the provision at *locator*; *own* is its last slug where the locator does not make it."""
        iri = f"{iris.PREFIXES['std']}{self.text}_{iris.slug(own or locator)}"
        if self._taken.setdefault(iri, locator) != locator:
            raise InputError(f"'{self._taken[iri]}' and '{locator}' would both be {iri}", "Give one another name.")
        return iri

    def say(self, source: str, locator: str, predicate: str, value: ox.NamedNode | ox.Literal, own: str = "") -> Filed:
        """Return one statement about the provision at *locator*, in the graph of *source*."""
        return Filed(self.file, quad(_source(source), self.iri(locator, own), predicate, value))

    def link(self, source: str, locator: str, predicate: str, other: str) -> Filed:
        """Return one statement that leads to the provision at *other* of the same text."""
        return self.say(source, locator, predicate, ox.NamedNode(self.iri(other)))

    def entry(
        self,
        source: str,
        locator: str,
        kind: str,
        *,
        title: str = "",
        language: str = "en",
        parent: str = "",
        own: str = "",
        placed: bool = True,
    ) -> Iterator[Filed]:
        """Yield what makes a provision: class, locator, kind, text, and heading and parent where they are known.

        :param placed: whether the source says in which text it stands
        """
        yield self.say(source, locator, "rdf:type", node("cstd:Provision"), own)
        yield self.say(source, locator, "bibo:locator", ox.Literal(locator), own)
        if kind:
            yield self.say(source, locator, "cstd:provisionKind", node(f"kind:{kind}"), own)
        if placed:
            yield self.say(source, locator, "cstd:provisionOf", node(f"std:{self.text}"), own)
        if title:
            plain = " ".join(title.split())  # one title of Grundschutz++ has two spaces in a row
            yield self.say(source, locator, "dct:title", ox.Literal(plain, language=language), own)
        if parent:
            yield self.link(source, locator, "cstd:parentProvision", parent)

    def note(self, source: str, locator: str, text: str) -> Filed:
        """Return a note on the provision at *locator*."""
        return self.say(source, locator, "skos:note", ox.Literal(text, language="en"))


def main(facts: Path, data: Path = DATA) -> None:
    """Read the tables in *facts*; write ``frameworks/`` and ``sources/frameworks.trig`` in *data*."""
    building.write(contents(facts), data, "frameworks")


def contents(facts: Path) -> dict[str, bytes]:
    """Return what the files hold: path below ``data/`` → content.

    :raises InputError: when a table names a source that is not described, or two provisions would share an IRI
    """
    kept = _by_hand()
    files: defaultdict[str, dict[ox.Quad, None]] = defaultdict(dict)
    for filed in _all(facts):
        if filed.quad not in kept:
            files[f"frameworks/{filed.file}.trig"][filed.quad] = None
    used = {statement.graph_name.value for quads in files.values() for statement in quads}
    files["sources/frameworks.trig"] = dict.fromkeys(_described(used))
    return {name: building.file(quads, HEAD) for name, quads in files.items()}


def _by_hand() -> frozenset[ox.Quad]:
    """Return the statements of ``data/standards``, which are not repeated in the same graph."""
    files = sorted((DATA / "standards").rglob("*.trig"))
    return frozenset(quad for path in files for quad in turtle.read_quads(path, path.name, "trig"))


def _all(facts: Path) -> Iterator[Filed]:
    def table(name: str) -> list[dict[str, str]]:
        return building.rows(facts / f"{name}.csv")

    yield from _csf(table("csf-1.1"), table("csf-2.0"), table("csf-2.0-leftovers"))
    yield from _sp_800_53(table("sp800-53r5-families"), table("sp800-53r5"))
    yield from _sp_800_171(table("sp800-171r3"))
    yield from _named("nist-ir-8259b_2021", "nist/ir-8259b", table("nistir8259b"), "capability", "capability")
    yield from _ir_8259a(table("nistir8259a"))
    yield from _ir_8425(table("nistir8425"))
    yield from _27001(table("iso27001-2022-clauses"), table("iso27001-2022-annex-a"))
    yield from _contents(table("tr27103"))
    yield from _en_303_645(table("en303645"), table("en303645-provisions"))
    yield from _grundschutz(table("bsi-gspp"))
    yield from _enisa(table("iot-baselines-by-topic"), table("enisa-iot-baseline-to-en303645"))
    yield from _psti(table("psti-to-standards"))


def _source(name: str) -> str:
    return iris.PREFIXES["src"] + name


def seen(row: dict[str, str]) -> tuple[str, ...]:
    """Return the sources of a row: the first says what the row says; others say a part of it.

    :raises InputError: when the value is unknown
    """
    if row["source"] not in SEEN:
        raise InputError(f"the source '{row['source']}' is not described", "Describe it in framework_sources.py.")
    return SEEN[row["source"]]


def control(oscal: str) -> str:
    """Return the printed form of an identifier in NIST's OSCAL files.

    >>> control("ac-2"), control("ac-2.10"), control("ac")
    ('AC-2', 'AC-2(10)', 'AC')
    """
    return re.sub(r"\.(\d+)$", r"(\1)", oscal.upper())


def _text(file: str, source: str, work: tuple[str, str], text: tuple[str, str]) -> Iterator[Filed]:
    """Yield what identifies a standard and an edition of it, each given as local name and designation."""
    graph, (work_name, of), (text_name, designation) = _source(source), work, text
    subject, standard = f"{iris.PREFIXES['std']}{text_name}", f"{iris.PREFIXES['std']}{work_name}"
    yield Filed(file, quad(graph, standard, "rdf:type", node("cstd:Standard")))
    yield Filed(file, quad(graph, standard, "dct:identifier", ox.Literal(of)))
    yield Filed(file, quad(graph, subject, "rdf:type", node("cstd:Edition")))
    yield Filed(file, quad(graph, subject, "dct:identifier", ox.Literal(designation)))
    yield Filed(file, quad(graph, subject, "cstd:editionOf", ox.NamedNode(standard)))


def _csf(one: list[dict[str, str]], two: list[dict[str, str]], leftovers: list[dict[str, str]]) -> Iterator[Filed]:
    """Yield the Cybersecurity Framework 1.1 and 2.0, and the names of 1.1 that NIST's file of 2.0 keeps."""
    work = ("nist-csf", "NIST CSF")
    for number, rows in (("1.1", one), ("2.0", two)):
        framework = Provisions(f"nist-csf_{iris.slug(number)}", "nist/csf")
        (source,) = dict.fromkeys(seen(row)[0] for row in rows)
        yield from _text("nist/csf", source, work, (framework.text, f"NIST CSF {number}"))
        functions = [row["id"] for row in rows if row["kind"] == "function"]
        for row in rows:
            yield from framework.entry(source, row["id"], row["kind"], title=row["title"], parent=row["parent"])
            if row["kind"] == "function":
                place = functions.index(row["id"]) + 1
                yield framework.say(source, row["id"], "cstd:ordinal", ox.Literal(place))
    before, reading = Provisions("nist-csf_1-1", "nist/csf"), "analysis_nist-csf-2-0"
    known = {row["id"] for row in one}
    for row in leftovers:
        own, *others = seen(row)
        yield from framework.entry(own, row["id"], row["kind"], title=row["title"], parent=row["parent"])
        for target in filter(None, row["withdrawn_into_as_stated"].split(";")):
            for other in others:
                yield framework.link(other, row["id"], "cstd:incorporatedInto", target)
        yield framework.say(reading, row["id"], "cstd:withdrawn", _TRUE)
        yield framework.note(
            reading,
            row["id"],
            "NIST’s file keeps this name of CSF 1.1 without marking it. It is none of the 22 categories and "
            "106 subcategories of CSF 2.0, so we read it as withdrawn.",
        )
        number = re.sub(r"-0(\d)$", r"-\1", row["id"])
        if number in known:
            yield framework.say(reading, row["id"], "cstd:lastHeldAs", ox.NamedNode(before.iri(number)))


def _sp_800_53(families: list[dict[str, str]], rows: list[dict[str, str]]) -> Iterator[Filed]:
    """Yield families, controls and enhancements of SP 800-53r5, and where the withdrawn ones went.

    The column ``related`` is left out: the graph has no term for it.
    """
    catalogue = Provisions("nist-sp-800-53_r5", "nist/sp-800-53")
    known = {row["id"] for row in rows}
    for row in families:
        yield from catalogue.entry(seen(row)[0], control(row["id"]), "family", title=row["title"])
    for row in rows:
        (source,), own = seen(row), control(row["id"])
        kind = "control-enhancement" if row["parent"] else "control"
        parent = control(row["parent"] or row["family"])
        yield from catalogue.entry(source, own, kind, title=row["title"], parent=parent)
        if row["withdrawn"] == "yes":
            yield catalogue.say(source, own, "cstd:withdrawn", _TRUE)
        for column, predicate in (("incorporated_into", "cstd:incorporatedInto"), ("moved_to", "cstd:movedTo")):
            for target in filter(None, row[column].split(";")):
                if target in known:
                    yield catalogue.link(source, own, predicate, control(target))
                    continue
                # A part of a statement and a family: no controls, so there is nothing to link to.
                text = f"NIST’s file gives as the place into which it was incorporated: {target}."
                yield catalogue.note(source, own, text)


def _sp_800_171(rows: list[dict[str, str]]) -> Iterator[Filed]:
    """Yield families and requirements of SP 800-171r3, and where the withdrawn ones went."""
    file, text = "nist/sp-800-171", ("nist-sp-800-171_r3", "NIST SP 800-171r3")
    requirements = Provisions(text[0], file)
    (source,) = dict.fromkeys(seen(row)[0] for row in rows)
    yield from _text(file, source, ("nist-sp-800-171", "NIST SP 800-171"), text)
    families = {row["id"].rpartition(".")[0]: row["family"] for row in rows}
    for number, title in families.items():
        yield from requirements.entry(source, number, "family", title=title)
    for row in rows:
        own = row["id"]
        family = own.rpartition(".")[0]
        yield from requirements.entry(source, own, "requirement", title=row["title"], parent=family)
        if row["status"] == "withdrawn":
            yield requirements.say(source, own, "cstd:withdrawn", _TRUE)
        for went in filter(None, row["replaced_by"].split(";")):
            word, target = went.split()
            yield requirements.link(source, own, _WENT[word], target)


def _named(text: str, file: str, rows: list[dict[str, str]], kind: str, column: str) -> Iterator[Filed]:
    """Yield provisions that have a name and no number: the name is their locator."""
    provisions = Provisions(text, file)
    for row in rows:
        for place, source in enumerate(seen(row)):
            name = row[column]
            yield from provisions.entry(source, name, kind, title="" if place else name)


def _ir_8259a(rows: list[dict[str, str]]) -> Iterator[Filed]:
    """Yield the capabilities of IR 8259A, and the one that the catalogue of SP 800-213A adds."""
    own = [row for row in rows if row["document"] == "NIST IR 8259A (2020)"]
    yield from _named("nist-ir-8259a_2020", "nist/ir-8259a", own, "capability", "capability")
    added = [row for row in rows if row["document"].startswith("NIST SP 800-213A catalogue")]
    yield from _named("nist-sp-800-213a_2021", "nist/sp-800-213a", added, "capability", "capability")


def _ir_8425(rows: list[dict[str, str]]) -> Iterator[Filed]:
    """Yield the outcomes of IR 8425; a second source tells the order of the technical ones."""
    outcomes = Provisions("nist-ir-8425_2022", "nist/ir-8425")
    for row in rows:
        first, *others = seen(row)
        yield from outcomes.entry(first, row["outcome"], "outcome")
        yield outcomes.note(first, row["outcome"], f"A {row['kind']} outcome.")
        for other in others:
            place = int(row["id"].rpartition("-")[2])
            yield outcomes.say(other, row["outcome"], "cstd:ordinal", ox.Literal(place))


def _27001(clauses: list[dict[str, str]], annex: list[dict[str, str]]) -> Iterator[Filed]:
    """Yield the clauses of ISO/IEC 27001:2022 and the controls and themes of its Annex A."""
    text = Provisions("iso-iec-27001_2022", "iso-iec/27001")
    reading = "analysis_iso-iec-27001-2022"
    for row in clauses:
        yield from text.entry(seen(row)[0], row["id"], "clause", title=row["title"], parent=row["parent"])
        if row["doubt"]:
            doubt = row["doubt"].replace('"requirement"', "“requirement”").replace('"documented', "“documented")
            doubt = doubt.replace('information"', "information”").replace('"Operations"', "“Operations”")
            yield text.note(reading, row["id"], f"The heading is that of the source, not checked: {doubt}.")
    themes: dict[str, str] = {}
    for row in annex:
        theme = row["id"].rpartition(".")[0]
        if themes.setdefault(theme, row["theme"]) != row["theme"]:
            raise InputError(f"the theme {theme} has two names", "Correct the table.")
    for theme, title in themes.items():
        yield from text.entry(seen(annex[0])[0], theme, "theme", title=title)
    for row in annex:
        theme = row["id"].rpartition(".")[0]
        yield from text.entry(seen(row)[0], row["id"], "control", title=row["title"], parent=theme)
        if printed := re.search(r"source has \"(.+)\"", row["source"]):
            yield text.note(reading, row["id"], f"The source prints “{printed[1]}”; the letters are ours.")


def _contents(rows: list[dict[str, str]]) -> Iterator[Filed]:
    """Yield tables of contents: clauses with their headings, seen in previews."""
    for designation, (text, file) in _CONTENTS.items():
        clauses = Provisions(text, file)
        own = [row for row in rows if row["document"] == designation and "preview" in row["source"]]
        known = {row["clause"] for row in own}
        for row in own:
            above = row["clause"].rpartition(".")[0]
            parent = above if above in known else ""
            yield from clauses.entry(seen(row)[0], row["clause"], "clause", title=row["heading"], parent=parent)
            if "spelling" in row["note"] or "informative" in row["note"]:
                yield clauses.note(_PREVIEWS, row["clause"], f"{row['note'].capitalize()}.")


def _en_303_645(clauses: list[dict[str, str]], rows: list[dict[str, str]]) -> Iterator[Filed]:
    """Yield clauses and provisions of EN 303 645 V2.1.1, and those of a later edition that its source does not name."""
    file, reading = "etsi/en-303-645", "analysis_etsi-en-303-645"
    text, later = Provisions("etsi-en-303-645_v2-1-1", file), Provisions("etsi-en-303-645_v3-1-3", file)
    for row in clauses:
        headings, numbers = seen(row)
        yield from text.entry(numbers, row["clause"], "clause")
        yield text.say(headings, row["clause"], "dct:title", ox.Literal(row["heading"], language="en"))
    for row in rows:
        (source,), own = seen(row), row["provision"]
        force, kind = _FORCE[row["obligation"]]
        edition = text if row["edition"] == "V2.1.1" else later
        parent = row["clause"] if edition is text else ""
        yield from edition.entry(source, own, kind, parent=parent, placed=edition is text)
        yield edition.say(source, own, "cstd:force", node(force))
        if edition is text:
            continue
        yield later.note(source, own, f"Status in Table B.1: {row['status_as_published']}.")
        yield later.say(reading, own, "cstd:provisionOf", node(f"std:{later.text}"))
        yield later.say(reading, own, "cstd:uncertainReading", _TRUE)
        yield later.note(
            reading,
            own,
            "The transcription of Table B.1 does not name its edition. It has provisions that V2.1.1 has not (5.0-1, "
            "5.1-2A, 6-6), so it is of a later one; that this is V3.1.3 is our presumption.",
        )


def _grundschutz(rows: list[dict[str, str]]) -> Iterator[Filed]:
    """Yield groups and controls of the two catalogues of Grundschutz++ 0.9."""
    file, text = "bsi-germany/grundschutz-plus-plus", ("bsi-grundschutz-plus-plus_0-9", "BSI Grundschutz++ 0.9")
    catalogue = Provisions(text[0], file)
    parts = {"Methodik Grundschutz++": "methodik", "Stand der Technik Kernel": "kernel"}
    work = ("bsi-grundschutz-plus-plus", "BSI Grundschutz++")
    for part in parts.values():
        yield from _text(file, f"bsi-grundschutz-plus-plus_{part}", work, text)
    kinds = {"group": "family", "control": "control"}
    for row in rows:
        (document,) = seen(row)
        source = f"{document}_{parts[row['catalog']]}"
        kind, parent = kinds[row["kind"]], row["parent"]
        yield from catalogue.entry(source, row["id"], kind, title=row["title_de"], language="de", parent=parent)
    subject = f"{iris.PREFIXES['std']}{work[0]}"
    reading = _source("analysis_bsi-grundschutz-plus-plus")
    yield Filed(file, quad(reading, subject, "dct:publisher", node("agent:bsi-germany")))


def _enisa(topics: list[dict[str, str]], pairs: list[dict[str, str]]) -> Iterator[Filed]:
    """Yield the items of ENISA's baseline that a draft of the IETF lists: their numbers alone."""
    file, reading = "enisa/baseline-iot", "analysis_enisa-baseline-iot"
    items = Provisions("enisa-baseline-iot_2017", file)
    name = "ENISA Baseline Security Recommendations for IoT"
    listed = {row["item"]: row for row in topics if row["document"] == name}
    listed |= {row["subject_id"]: row for row in pairs}
    work = f"{iris.PREFIXES['std']}enisa-baseline-iot"
    for source in dict.fromkeys(source for row in listed.values() for source in seen(row)):
        yield Filed(file, quad(_source(source), work, "rdf:type", node("cstd:Standard")))
        yield Filed(file, quad(_source(source), work, "dct:identifier", ox.Literal(name)))
    for item, row in listed.items():
        yield from items.entry(seen(row)[0], item, "", placed=False)
        yield items.say(reading, item, "cstd:provisionKind", node("kind:control"))
        yield items.say(reading, item, "cstd:provisionOf", node(f"std:{items.text}"))
    yield Filed(file, quad(_source(reading), work, "dct:publisher", node("agent:enisa")))


def _psti(rows: list[dict[str, str]]) -> Iterator[Filed]:
    """Yield the paragraphs of SI 2023/1007 that deem provisions to meet them, and those of ISO/IEC 29147:2018."""
    paragraphs = Provisions("si-2023-1007", "united-kingdom/si-2023-1007")
    disclosure = Provisions("iso-iec-29147_2018", "iso-iec/29147")
    for row in rows:
        match = re.fullmatch(r"SI 2023/1007 (Sch\. (\d+) para\. (\d+)) \((.+)\)", row["subject_id"])
        if match is None:
            raise InputError(f"'{row['subject_id']}' is no paragraph of a schedule", "Correct the table.")
        locator, own = match[1], f"sch-{match[2]}_para-{match[3]}"
        for source in seen(row):
            subject = f"{iris.PREFIXES['std']}{paragraphs.text}_{own}"
            for predicate, value in (
                ("rdf:type", node("cstd:Provision")),
                ("rdfs:label", ox.Literal(match[4], language="en")),
                ("bibo:locator", ox.Literal(locator)),
                ("cstd:provisionKind", node("kind:requirement")),
                ("cstd:provisionOf", node(f"std:{paragraphs.text}")),
            ):
                yield Filed(paragraphs.file, quad(_source(source), subject, predicate, value))
            if row["object_document"] == "ISO/IEC 29147:2018":
                for clause in row["object_id"].split(";"):
                    yield from disclosure.entry(source, clause, "clause")


def _described(used: set[str]) -> Iterator[ox.Quad]:
    """Yield the descriptions of the sources: documents, parts of them, and our readings.

    :raises InputError: when one of *used* has no description
    """
    named: set[str] = set()
    for name, (title, locator, tier, precedence, more) in DOCUMENTS.items():
        document = _source(name)
        named.add(document)
        yield from records.describe(
            graph=document, document=document, title=title, locator=locator, tier=tier, holder=SOURCES
        )
        yield from building.precedence(document, precedence)
        yield quad(SOURCES, document, "dct:description", ox.Literal(more, language="en"))
    for name, licence in LICENCES.items():
        yield quad(SOURCES, _source(name), "dct:license", ox.NamedNode(licence))
    for name, (document, title, locator, tier, more) in PARTS.items():
        named.add(_source(name))
        yield from records.describe(
            graph=_source(name), document=_source(document), title=title, locator=locator, tier=tier, holder=SOURCES
        )
        if more:
            yield quad(SOURCES, _source(name), "dct:description", ox.Literal(more, language="en"))
    for name, (title, locator, sources) in READINGS.items():
        named.add(_source(name))
        yield from records.describe(
            graph=_source(name),
            document=_source("cyberstd-kg"),
            title=title,
            locator=locator,
            tier="quote",
            holder=SOURCES,
            says="ours",
        )
        for other in sources:
            yield quad(SOURCES, _source(name), "prov:wasDerivedFrom", ox.NamedNode(_source(other)))
    if missing := used - named - {_source(name) for name in ELSEWHERE}:
        raise InputError(f"no description of {', '.join(sorted(missing))}", "Describe it in framework_sources.py.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python data/build_frameworks.py FACTS_FOLDER")
    main(Path(sys.argv[1]))
