"""Checking one entry: the whole command at 1 and 10 times the catalogue, beside a full pySHACL run over the same graph.

Run: ``python benchmarks/validation.py [FACTOR ...]`` (default 1 10).  The peer is pySHACL itself on the union of all
files and the shapes, as one would call it without us; it checks the shapes alone, not the rules across entries.  At
more than 1 it is left out, and so is the check of the whole graph: each takes minutes.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import synthetic

from cyberstd_kg.core import assets

ROUNDS = 7
#: Of more of the catalogue the whole is not checked.
MOST_FOR_ALL = 1
ENTRY = """@prefix bibo: <http://purl.org/ontology/bibo/> .
@prefix cstd: <https://w3id.org/cyberstd/ontology#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix says: <https://w3id.org/cyberstd/scheme/says#> .
@prefix src: <https://w3id.org/cyberstd/source/> .
@prefix std: <https://w3id.org/cyberstd/id/> .
@prefix tier: <https://w3id.org/cyberstd/scheme/tier#> .
GRAPH src:workspace_bench {
    std:iso-iec-99001 a cstd:Standard ; dct:identifier "ISO/IEC 99001" .
    std:iso-iec-99001_2026 a cstd:Edition ; dct:identifier "ISO/IEC 99001:2026" ; cstd:editionOf std:iso-iec-99001 ;
        dct:title "A standard made up for measuring"@en .
}
GRAPH src:workspace_sources {
    src:workspace_bench a cstd:Source ; dct:title "A page"@en ; bibo:locator "page" ; cstd:says says:stated ;
        cstd:licenceTier tier:title ; cstd:sourceDocument src:workspace_bench .
}
"""
#: The command with the graph's folder in place of the shipped one.
COMMAND = """
import sys
from pathlib import Path
from cyberstd_kg.core import assets
root = Path(sys.argv[1])
assets.root = lambda: root
from cyberstd_kg.cli import run
sys.argv[1:] = sys.argv[2:]
run()
"""
PEER = """
import sys
from pathlib import Path
import pyoxigraph as ox, pyshacl
from cyberstd_kg.core import assets
from cyberstd_kg.rdf import turtle
from cyberstd_kg.rdf.rdflib import graph
root = Path(sys.argv[1])
def read(files):
    return graph(quad.triple for path in files for quad in turtle.read_quads(path, path.name, path.suffix[1:]))
pyshacl.validate(read(assets.graph_files(root)), shacl_graph=read(assets.shape_files(root)), inference="none")
"""


def seconds(command: list[str], environment: dict[str, str], rounds: int) -> float:
    """Return the median wall time of a command, after a warm-up where there are several rounds."""
    times = []
    for round_ in range(rounds + (rounds > 1)):
        begin = time.perf_counter()
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        if done.returncode > 1:
            raise SystemExit(done.stderr.decode())
        if round_ or rounds == 1:
            times.append(time.perf_counter() - begin)
    return statistics.median(times)


def main() -> None:
    """Print one row for each factor."""
    print(f"{'times':>6}{'triples in files':>18}{'bare, s':>10}{'validate, s':>13}{'times bare':>12}", end="")
    print(f"{'pySHACL, s':>13}{'times ours':>12}{'--all, s':>10}")
    bare = [sys.executable, "-c", "pass"]
    for factor in [int(word) for word in sys.argv[1:]] or [1, 10]:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "graph"
            synthetic.lay_out(root, factor)
            entry = Path(folder) / "entry.trig"
            entry.write_text(ENTRY, encoding="utf-8")
            environment = {**os.environ, "CYBERSTD_CACHE": f"{folder}/cache", "CYBERSTD_WORKSPACE": f"{folder}/ws"}
            ours = [sys.executable, "-c", COMMAND, str(root), "validate", str(entry)]
            seconds(ours, environment, 1)  # compiles the snapshot
            size = sum(path.read_text(encoding="utf-8").count(" ;\n") for path in assets.graph_files(root))
            one, mine = seconds(bare, environment, ROUNDS), seconds(ours, environment, ROUNDS)
            print(f"{factor:>6}{size:>18}{one:>10.3f}{mine:>13.3f}{mine / one:>12.1f}", end="")
            if factor > MOST_FOR_ALL:
                print(f"{'–':>13}{'–':>12}{'–':>10}")
                continue
            full = seconds([sys.executable, "-c", PEER, str(root)], environment, 1)
            whole = seconds([sys.executable, "-c", COMMAND, str(root), "validate", "--all"], environment, 1)
            print(f"{full:>13.1f}{full / mine:>12.1f}{whole:>10.1f}")


if __name__ == "__main__":
    main()
