"""What a picture of the definition lens shows: shared values in groups, what stands alone, and all of it in words."""

from __future__ import annotations

from typing import Final, NamedTuple

from cyberstd_kg.definitions.comparison import GENUS, Comparison, Facet

#: The general facet has no name that a reader understands beside the others.
NAMES: Final = {"facet": "other facets"}


class FacetRow(NamedTuple):
    """A row of the matrix: values that the same entries state; or what each entry alone states."""

    labels: list[str]
    entries: frozenset[str]
    reference: frozenset[str]
    alone: dict[str, list[str]]


def blocks_of(found: Comparison) -> list[tuple[str, str, list[FacetRow]]]:
    """Return (facet, name, rows) of all facets but the genus: shared values in groups, then what stands alone."""
    blocks = []
    for facet, name in found.facet_names.items():
        if facet == GENUS:
            continue
        values = [f for f in found.facets if f.facet == facet]
        groups: dict[frozenset[str], list[Facet]] = {}
        alone: dict[str, list[str]] = {}
        taken: set[str] = set()
        for value in values:
            if len(value.entries) > 1:
                groups.setdefault(frozenset(value.entries), []).append(value)
            else:
                for entry in (*value.entries, *value.by_reference):
                    alone.setdefault(entry, []).append(value.value_label)
                taken.update(value.by_reference)
        rows = [
            FacetRow(
                [value.value_label for value in same],
                who,
                frozenset(entry for value in same for entry in value.by_reference),
                {},
            )
            for who, same in groups.items()
        ]
        if alone:
            rows.append(FacetRow(["only here"] * (len(found.entries) > 1), frozenset(), frozenset(taken), alone))
        blocks.append((facet, NAMES.get(name, name), rows))
    return blocks


def described(found: Comparison) -> str:
    """Return the picture in words."""
    genera = [
        f"{facet.value_label}: {', '.join(found.place(e) for e in (*facet.entries, *facet.by_reference))}"
        for facet in found.facets
        if facet.facet == GENUS
    ]
    shared = [
        f"{facet.facet_label} {facet.value_label} ({len(facet.entries)})"
        for facet in found.facets
        if len(facet.entries) > 1
    ]
    steps = [
        f"{found.place(step.link.start)} {step.link.property_label} {found.place(step.link.end)}"
        for step in found.lineage
    ]
    silent = [
        f"{entry.place}: {', '.join(found.facet_names.get(f, f) for f in found.silent(entry.iri))}"
        for entry in found.entries
        if found.silent(entry.iri)
    ]
    parts = [
        f"Definitions of {found.label} by date, with genus and facets.",
        f"Genera: {'; '.join(genera)}." if genera else "",
        f"Shared: {'; '.join(shared)}." if shared else "",
        f"Silent: {'; '.join(silent)}." if silent else "",
        f"Lineage: {'; '.join(steps)}." if steps else "",
    ]
    return " ".join(part for part in parts if part)
