"""The definition lens as JSON (docs/interface.md, ``compare``) and as rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cyberstd_kg.definitions import status_of

if TYPE_CHECKING:
    from cyberstd_kg.definitions import Entry
    from cyberstd_kg.lens import Comparison, Difference

#: Columns of the CSV: a row for each entry, facet and value.
COLUMNS: Final = (
    *("entry", "text", "locator", "facet", "facet_label", "value", "value_label", "standing", "with", "holder"),
    *("status", "sources"),
)


def comparison(found: Comparison) -> dict[str, Any]:
    """Return the comparison as the documented JSON object."""
    return {
        "concept": {"iri": found.concept, "label": found.label},
        "total": found.total,
        "entries": [_entry(found, entry) for entry in found.entries],
        "facets": [facet._asdict() for facet in found.facets],
        "cells": _cells(found),
        "words": [
            {
                "lang": one.lang,
                "entries": [*one.entries],
                "why_not": one.why_not,
                "shared": [{"word": word.word, "entries": [*word.entries]} for word in one.shared],
                "only": [{"entry": entry, "words": one.only(entry)} for entry in one.entries if not one.why_not],
            }
            for one in found.vocabularies
        ],
        "lineage": [_lineage(step) for step in found.lineage],
        "relations": [relation.to_json() for relation in found.relations],
        "sources": [source._asdict() for _, source in sorted(found.sources.items())],
    }


def _entry(found: Comparison, entry: Entry) -> dict[str, Any]:
    return {
        **entry._asdict(),
        "sources": [source._asdict() for source in entry.sources],
        "definitions": [definition._asdict() for definition in entry.definitions],
        "date": [*entry.date],
        "held": found.held(entry.iri),
        "by_reference_to": found.referred(entry.iri),
        "silent": found.silent(entry.iri),
        "classes": [{"iri": iri, "label": label} for iri, label in found.classes.get(entry.iri, [])],
    }


def _lineage(step: Difference) -> dict[str, Any]:
    link = step.link
    return {
        "from": link.start,
        "property": link.property,
        "property_label": link.property_label,
        "to": link.end,
        "to_label": link.end_label,
        "to_held": link.held,
        "said": link.said,
        "status": link.status,
        "sources": link.sources,
        "difference": [piece._asdict() for piece in step.pieces],
        "same": step.same,
        "why_not": step.why_not,
    }


def _cells(found: Comparison) -> list[dict[str, Any]]:
    holders = {(facet.facet, facet.value): facet for facet in found.facets}
    told = []
    for cell in found.cells:
        facet = holders.get((cell.facet, cell.value))
        others = [entry for entry in facet.entries if entry != cell.entry] if facet else []
        told.append(
            {
                "entry": cell.entry,
                "facet": cell.facet,
                "facet_label": cell.facet_label,
                "value": cell.value,
                "value_label": cell.value_label,
                "standing": cell.standing,
                "with": others,
                "holder": cell.holder,
                # What an entry states is marked as its sources are; what is taken over, or not there, is computed.
                "status": status_of(cell.sources, found.sources) if cell.stated else "computed",
                "sources": [*cell.sources],
            }
        )
    return told


def cells(found: Comparison) -> list[list[str]]:
    """Return the rows of :data:`COLUMNS`."""
    places = {entry.iri: entry for entry in found.entries}
    rows = []
    for cell in _cells(found):
        entry = places[cell["entry"]]
        told = {**cell, "text": entry.text, "locator": entry.locator}
        rows.append([" ".join(x) if isinstance(x := told[name], list) else str(x) for name in COLUMNS])
    return rows
