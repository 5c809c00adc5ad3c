"""How cost grows: the shipped graph, and 10 and 100 times as much of it, in one process.

Run: ``python benchmarks/scale.py [FACTOR ...]`` (default 1 10).  Copies of the data get IRIs of their own, so every
copy adds as many things as the graph has.  Peer: a bare pyoxigraph store in memory, loaded from the same files.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from cyberstd_kg.api.graph import KnowledgeGraph
from cyberstd_kg.build.snapshot import open_snapshot
from cyberstd_kg.core import assets, iris
from cyberstd_kg.sparql import saved_questions

ROUNDS = 20


def copies(target: Path, factor: int) -> None:
    """Lay out *factor* copies of the graph's files under *target*."""
    for folder in assets.GRAPH_FOLDERS:
        shutil.copytree(assets.root() / folder, target / folder)
    for number in range(1, factor):
        for path in (assets.root() / "data").rglob("*.trig"):
            text = path.read_text(encoding="utf-8")
            for prefix in ("std", "agent", "concept", "idea", "list", "programme", "project", "src", "stage", "system"):
                text = text.replace(f"<{iris.PREFIXES[prefix]}>", f"<{iris.PREFIXES[prefix]}copy-{number}-of->")
            place = target / "data" / f"copy-{number}" / path.relative_to(assets.root() / "data")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")


def milliseconds(action: Callable[[], object]) -> float:
    """Return the median time of *action* over some rounds, after a warm-up."""
    action()
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        action()
        times.append(time.perf_counter() - begin)
    return 1000 * statistics.median(times)


def measure(factor: int) -> None:
    """Print one row: build time of snapshot and peer, then lookups."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "graph"
        copies(root, factor)
        begin = time.perf_counter()
        snapshot = open_snapshot(Path(folder) / "cache", root, quiet=True)
        built = time.perf_counter() - begin
        graph = KnowledgeGraph(snapshot)
        begin = time.perf_counter()
        peer = ox.Store()
        for path in assets.graph_files(root):
            form = ox.RdfFormat.TRIG if path.suffix == ".trig" else ox.RdfFormat.TURTLE
            peer.bulk_load(path=str(path), format=form)
        loaded = time.perf_counter() - begin
        thing = ox.NamedNode(iris.expand("std:iso-iec-27400_2022_7-1-2-10"))
        question = saved_questions.load("definitions-compared").text
        actions: list[Callable[[], object]] = [
            lambda: graph.show(thing.value),
            lambda: list(peer.quads_for_pattern(thing, None, None, None)),
            lambda: graph.search("software update"),
            lambda: graph.ask("definitions-compared"),
            lambda: list(peer.query(question, use_default_graph_as_union=True)),
        ]
        times = "".join(f"{milliseconds(action):>12.2f}" for action in actions)
        print(f"{factor:>6}{len(graph.store):>10}{built:>9.1f}{loaded:>9.1f}{times}")


def main() -> None:
    """Print the table for the factors given."""
    heads = ("show", "peer: quads", "search", "ask", "peer: ask")
    print(
        f"{'times':>6}{'quads':>10}{'build s':>9}{'peer s':>9}" + "".join(f"{head:>12}" for head in heads) + "   (ms)"
    )
    for factor in [int(word) for word in sys.argv[1:]] or [1, 10]:
        measure(factor)


if __name__ == "__main__":
    main()
