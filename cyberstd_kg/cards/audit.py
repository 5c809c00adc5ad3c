"""The audit: does every statement of the graph lie in a graph whose source is described? (``cyberstd audit``)."""

from __future__ import annotations

from typing import Any, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.iris import INFERRED
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.graph.lookup import Lookup

#: What the description of a source must say.
REQUIRED = ("document", "locator", "tier", "says")


class SourceGraph(NamedTuple):
    """One named graph: how many statements it holds and what its source's description lacks."""

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
        counts: dict[str, int] = {}
        for graph in self.graphs:
            key = str(getattr(graph, field)) or "not described"
            counts[key] = counts.get(key, 0) + graph.statements
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
    graphs = []
    for name in store.named_graphs():
        if not isinstance(name, ox.NamedNode) or name.value == INFERRED:
            continue  # what follows is no statement of anybody's
        source = lookup.source(name.value)
        held = sum(1 for _ in store.quads_for_pattern(None, None, None, name))
        missing = [field for field in REQUIRED if not getattr(source, field)]
        graphs.append(SourceGraph(name.value, held, source.document, source.locator, source.tier, source.says, missing))
    return Audit(sorted(graphs, key=lambda graph: natural(graph.iri)))
