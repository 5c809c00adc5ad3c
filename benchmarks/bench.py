"""Whole-process times of the commands, beside a bare interpreter and beside the same done with rdflib.

Run: ``make bench``.  Commands are run in turn (A B C A B C …) in one session, after one warm-up each; the table gives
medians and ratios.  No test fails on a time.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROUNDS = 15
RDFLIB_ROUNDS = 3

QUESTION = "definitions-compared"
SPARQL = "SELECT ?d ?t WHERE { ?d a cstd:Draft ; dct:title ?t } ORDER BY ?d"
REFERENCE = "27400 7.1.2.10"

COMMANDS = {
    "show": ["show", REFERENCE, "--format", "json"],
    "ask": ["ask", QUESTION, "--format", "json"],
    "query": ["query", SPARQL, "--format", "json"],
    "search": ["search", "software update", "--format", "json"],
    "list": ["list", "--format", "json"],
    "compare": ["compare", "cybersecurity", "--format", "json"],
}


def run(command: list[str]) -> float:
    """Run *command* once and return its wall time in seconds; a failing command ends the benchmark."""
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def main() -> None:
    """Print the two tables."""
    cyberstd = str(Path(sys.executable).with_name("cyberstd"))
    peers = {name: [sys.executable, str(HERE / "peer_rdflib.py"), name] for name in ("show", "ask", "query")}
    bare = [sys.executable, "-c", "pass"]
    run([cyberstd, "audit", "--format", "json"])  # compiles the snapshot where it is missing
    times: dict[str, list[float]] = {name: [] for name in ("bare", *COMMANDS)}
    for round_ in range(ROUNDS + 1):
        for name, command in {"bare": bare, **{n: [cyberstd, *c] for n, c in COMMANDS.items()}}.items():
            taken = run(command)
            if round_:
                times[name].append(taken)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"whole processes, median of {ROUNDS}; 'python -c pass' takes {medians['bare'] * 1000:.1f} ms")
    print(f"{'command':<10}{'ms':>8}{'times bare':>12}")
    for name in COMMANDS:
        print(f"{name:<10}{medians[name] * 1000:>8.1f}{medians[name] / medians['bare']:>12.1f}")
    print(f"\nthe same with rdflib (reads the files, then asks), median of {RDFLIB_ROUNDS}")
    print(f"{'command':<10}{'ms':>8}{'times ours':>12}")
    for name, command in peers.items():
        slow = statistics.median(run(command) for _ in range(RDFLIB_ROUNDS))
        print(f"{name:<10}{slow * 1000:>8.1f}{slow / medians[name]:>12.1f}")


if __name__ == "__main__":
    main()
