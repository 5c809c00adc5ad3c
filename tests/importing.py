"""Made-up records of registries, for tests of the importers; and what an import says of a thing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from cyberstd_kg.core import iris
from cyberstd_kg.foreign.report import ImportFinding
from cyberstd_kg.importers import registries
from cyberstd_kg.importers.registries import Imported

DAY = "2026-03-15"


def relaton(
    name: str, *, stage: str = "60.60", published: str = "", kind: str = "ISO", relations: str = "", more: str = ""
) -> str:
    """Return a record in Relaton's YAML.

    :param stage: "60.60", or a word; "" for none
    :param relations: lines of "type designation", with " *" behind one whose circulation is dated
    """
    status = ""
    if "." in stage:
        status = "docstatus:\n  stage:\n    value: '{}'\n  substage:\n    value: '{}'\n".format(*stage.split("."))
    elif stage:
        status = f"docstatus:\n  stage:\n    value: {stage}\n"
    date = f"date:\n- type: published\n  value: {published}\n" if published else ""
    related = "relation:\n" if relations else ""
    for line in relations.strip().split("\n") if relations else ():
        word, _, other = line.strip().partition(" ")
        dated = "    date:\n    - type: circulated\n      value: '2020-01-01'\n" if other.endswith(" *") else ""
        related += (
            f"- type: {word}\n  bibitem:\n    docid:\n    - id: {other.removesuffix(' *')}\n      type: {kind}\n{dated}"
        )
    return (
        f"---\nid: {name.replace(' ', '').replace(':', '-')}\n"
        "title:\n- content: A standard made up - Part one -- Tests\n  language:\n  - en\n  type: main\n"
        f"docid:\n- id: {name}\n  type: {kind}\n  primary: true\n{date}{status}{related}{more}"
    )


def write(folder: Path, *texts: str, suffix: str = ".yaml") -> Path:
    """Write each text as a file of its own and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
        (folder / f"record-{number}{suffix}").write_text(text, encoding="utf-8")
    return folder


def read(folder: Path, form: str = "relaton", as_of: str = DAY) -> Imported:
    """Read what stands in a folder."""
    return registries.read(form, [str(folder)], as_of=as_of)


def short(iri: str) -> str:
    return iris.compact(iri) or iri


def said(imported: Imported, subject: str = "", predicate: str = "") -> set[tuple[str, str, str]]:
    """Return (subject, predicate, value) of the statements, IRIs shortened, those of one subject or predicate."""
    found = set()
    for quad in imported.quads:
        value = quad.object.value if isinstance(quad.object, ox.Literal) else short(quad.object.value)  # type: ignore[union-attr]
        triple = short(quad.subject.value), short(quad.predicate.value), value  # type: ignore[union-attr]
        if subject in ("", triple[0]) and predicate in ("", triple[1]):
            found.add(triple)
    return found


def pairs(imported: Imported, predicate: str) -> set[tuple[str, str]]:
    """Return (subject, value) of one predicate."""
    return {(s, o) for s, _, o in said(imported, predicate=predicate)}


def told(imported: Imported, severity: str = "") -> list[tuple[str, str, str]]:
    """Return (code, field, value) of the findings."""
    return [(f.code, f.field, f.value) for f in imported.report.findings if severity in ("", f.severity)]


def only(findings: Iterable[ImportFinding]) -> ImportFinding:
    (finding,) = findings
    return finding
