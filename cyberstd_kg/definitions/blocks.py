"""What a picture of the comparison shows: shared values in groups, values of one entry only, and all of it in words."""

from __future__ import annotations

from typing import Final, NamedTuple

from cyberstd_kg.definitions.comparison import GENUS, Comparison, Facet

#: The name of the general facet beside the others, where its label says nothing to a reader.
NAMES: Final = {"facet": "other facets"}


class FacetRow(NamedTuple):
    """A row of the matrix: values that the same entries state, or, in ``alone``, those that each entry alone states."""

    labels: list[str]
    entries: frozenset[str]
    reference: frozenset[str]
    alone: dict[str, list[str]]


def blocks_of(comparison: Comparison) -> list[tuple[str, str, list[FacetRow]]]:
    """Return (facet, name, rows) of all facets but the genus: shared values in groups, then those of one entry only."""
    several = len(comparison.entries) > 1
    return [
        (facet, NAMES.get(name, name), _rows([value for value in comparison.facets if value.facet == facet], several))
        for facet, name in comparison.facet_names.items()
        if facet != GENUS
    ]


def _rows(values: list[Facet], several: bool) -> list[FacetRow]:
    groups: dict[frozenset[str], list[Facet]] = {}
    alone: dict[str, list[str]] = {}
    by_reference: set[str] = set()
    for value in values:
        if len(value.entries) > 1:
            groups.setdefault(frozenset(value.entries), []).append(value)
        else:
            for entry in (*value.entries, *value.by_reference):
                alone.setdefault(entry, []).append(value.value_label)
            by_reference.update(value.by_reference)
    rows = [
        FacetRow(
            labels=[value.value_label for value in same],
            entries=entries,
            reference=frozenset(entry for value in same for entry in value.by_reference),
            alone={},
        )
        for entries, same in groups.items()
    ]
    if alone:
        label = ["only here"] if several else []
        rows.append(FacetRow(label, frozenset(), frozenset(by_reference), alone))
    return rows


def described(comparison: Comparison) -> str:
    """Return the picture in words."""
    cited, names = comparison.citation, comparison.facet_names
    genera = (facet for facet in comparison.facets if facet.facet == GENUS)
    shared = (facet for facet in comparison.facets if len(facet.entries) > 1)
    silences = ((entry.citation, comparison.silent(entry.iri)) for entry in comparison.entries)
    parts = {
        "Genera": [
            f"{genus.value_label}: {', '.join(map(cited, (*genus.entries, *genus.by_reference)))}" for genus in genera
        ],
        "Shared": [f"{facet.facet_label} {facet.value_label} ({len(facet.entries)})" for facet in shared],
        "Silent": [f"{entry}: {', '.join(names.get(f, f) for f in facets)}" for entry, facets in silences if facets],
        "Lineage": [
            f"{cited(step.link.start)} {step.link.property_label} {cited(step.link.end)}" for step in comparison.lineage
        ],
    }
    sentences = [f"{name}: {'; '.join(items)}." for name, items in parts.items() if items]
    return " ".join([f"Definitions of {comparison.label} by date, with genus and facets.", *sentences])
