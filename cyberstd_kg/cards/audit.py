"""The audit: whether the source of every statement of the graph is described (``cyberstd audit``)."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.ordering import natural
from cyberstd_kg.graph.lookup import Lookup
from cyberstd_kg.graph.view import View

#: What the description of a source must say.
REQUIRED = ("document", "locator", "tier", "says")


class SourceGraph(NamedTuple):
    """One named graph: how many statements it has and what is missing in the description of its source."""

    iri: str
    statements: int
    document: str
    locator: str
    tier: str
    says: str
    missing: list[str]


class Audit(NamedTuple):
    """The count over all named graphs."""

    graphs: list[SourceGraph]

    @property
    def statements(self) -> int:
        """Number of statements, each counted once for each source."""
        return sum(graph.statements for graph in self.graphs)

    @property
    def sourced(self) -> int:
        """Number of statements whose source is completely described."""
        return sum(graph.statements for graph in self.graphs if not graph.missing)

    @property
    def complete(self) -> bool:
        """Whether every statement is sourced; an empty graph is not."""
        return 0 < self.statements == self.sourced

    def by(self, field: str) -> dict[str, int]:
        """Return statements by a field of their source (``tier``, ``says`` or ``document``), largest first."""
        counts: Counter[str] = Counter()
        for graph in self.graphs:
            counts[str(getattr(graph, field)) or "not described"] += graph.statements
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def to_json(self) -> dict[str, Any]:
        """Return the audit as the documented JSON object."""
        return {
            "statements": self.statements,
            "sourced": self.sourced,
            "share": self.sourced / self.statements if self.statements else 0.0,
            "by_tier": self.by("tier"),
            "by_status": self.by("says"),
            "by_document": self.by("document"),
            "graphs": [graph._asdict() for graph in self.graphs],
        }


def audit(store: ox.Store, lookup: Lookup) -> Audit:
    """Count the statements of every named graph of *store* and check that its source is described."""
    view = View(store)
    graphs = []
    for name in view.graphs():
        source = lookup.source(name.value)
        graphs.append(
            SourceGraph(
                iri=name.value,
                statements=sum(1 for _ in view.quads(graph=name)),
                document=source.document,
                locator=source.locator,
                tier=source.tier,
                says=source.says,
                missing=[field for field in REQUIRED if not getattr(source, field)],
            )
        )
    return Audit(sorted(graphs, key=lambda graph: natural(graph.iri)))
