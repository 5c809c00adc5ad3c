"""The catalogue's questions, on the shipped graph and on one with 10 and 100 times the catalogue, beside two peers.

Run: ``python benchmarks/catalogue.py [FACTOR ...]`` (default 1 10).  A made-up catalogue (``synthetic.py``) stands
beside the shipped graph, which is the same in each.  The peers are a bare pyoxigraph in memory and rdflib, each in a
process of its own, asked the same questions in the same run (``peers.py``); that they answer alike is checked.  What
takes us longer than a minute, or a peer longer than 20 seconds, is given up.  rdflib is not filled with 100 times the
catalogue.

First whole processes at 1: a command beside ``python -c pass``, and beside what a peer takes to start, read the files
and answer.  Then how cost grows, in processes that have the graph loaded.  No test fails on a time.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import synthetic
from peers import DAY, QUERY, REFERENCE, WORDS

HERE: Final = Path(__file__).resolve().parent
ROUNDS: Final = 9
#: Seconds after which a question is given up, of ours and of a peer.
OUR_LIMIT, LIMIT = 60, 20
#: More of the catalogue than this rdflib is not filled with.
MOST_FOR_RDFLIB: Final = 10
PEERS: Final = ("pyoxigraph", "rdflib")
#: Question → the command that answers it.
COMMANDS: Final = {
    "show": ["show", REFERENCE],
    "list": ["list", "--as-of", DAY],
    "search": ["search", *WORDS],
    "timeline": ["timeline", REFERENCE],
    "query --as-of": ["query", QUERY, "--as-of", DAY],
    "ask current-edition": ["ask", "current-edition", "--standard", REFERENCE, "--as-of", DAY],
    "ask pipeline": ["ask", "pipeline", "--as-of", DAY],
}
#: Questions whose answers are not compared: a search ranks, and finds by stems.
RANKED: Final = frozenset(["search"])
Told = dict[str, Any]


def run(engine: str, root: Path, cache: Path, limit: int) -> Told:
    """Return what ``peers.py`` measures of one engine, with ``start``: seconds until it has the graph.

    :param limit: seconds after which a question is given up; with 0 none is asked
    """
    begin = time.time()
    command = [sys.executable, str(HERE / "peers.py"), engine, str(root), str(cache), str(limit)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    told: Told = json.loads(done.stdout)
    return {**told, "start": told["at"] - begin}


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Return the wall time of one run of *command*; what fails ends the benchmark."""
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - begin


def whole(cache: Path, peers: dict[str, Told]) -> None:
    """Print the table of whole processes; commands are run in turn, after a warm-up each."""
    cyberstd = str(Path(sys.executable).with_name("cyberstd"))
    commands = {name: [cyberstd, *words, "--format", "json"] for name, words in COMMANDS.items()}
    commands["bare"] = [sys.executable, "-c", "pass"]
    environment = {**os.environ, "CYBERSTD_CACHE": str(cache), "CYBERSTD_WORKSPACE": str(cache / "none")}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for round_ in range(ROUNDS + 1):
        for name, command in commands.items():
            taken = seconds(command, environment)
            if round_:
                times[name].append(taken)
    medians = {name: 1000 * statistics.median(found) for name, found in times.items()}
    print(f"\nwhole processes, median of {ROUNDS}; 'python -c pass' takes {medians['bare']:.1f} ms\n")
    print("| command | ms | times bare | " + " | ".join(f"{peer}, times ours" for peer in PEERS) + " |")
    print("|---|---|---|" + "---|" * len(PEERS))
    for name in COMMANDS:
        cells = [f"{medians[name]:.0f}", f"{medians[name] / medians['bare']:.1f}"]
        for peer in PEERS:
            asked = peers[peer]["questions"][name]["ms"]
            taken = 1000 * peers[peer]["start"] + (1000 * LIMIT if asked is None else asked)
            cells.append(f"{'> ' if asked is None else ''}{taken / medians[name]:.1f}")
        print(f"| `{name}` | {' | '.join(cells)} |")


def compare(factor: int, told: dict[str, Told]) -> None:
    """See that all engines that answered a question answered alike.

    :raises SystemExit: when they did not
    """
    for name in COMMANDS.keys() - RANKED:
        answers = {engine: found["questions"][name] for engine, found in told.items()}
        given = {engine: found["answer"] for engine, found in answers.items() if found["ms"] is not None}
        if len(set(given.values())) > 1:
            rows = {engine: answers[engine]["rows"] for engine in given}
            raise SystemExit(f"at {factor}, '{name}' is answered differently: rows {rows}")


def grown(told: dict[int, dict[str, Told]]) -> None:
    """Print how the cost of building, loading and each question grows."""
    factors = list(told)
    print("\nin one process, with the graph loaded; a peer's time in brackets, with times ours\n")
    print("| times the catalogue | " + " | ".join(map(str, factors)) + " |\n|---|" + "---|" * len(factors))
    for engine in ("ours", *PEERS):
        cells = [told[factor].get(engine) for factor in factors]
        what = "build" if engine == "ours" else f"{engine} loads"
        line = [f"{found['load']:.1f} s, {found['rss']} MB" if found else "–" for found in cells]
        print(f"| {what} | {' | '.join(line)} |")
    for name in told[factors[0]]["ours"]["questions"]:
        line = []
        for factor in factors:
            engines = {engine: found["questions"].get(name) for engine, found in told[factor].items()}
            ours = engines.pop("ours")
            cell = [_ms(ours, OUR_LIMIT)]
            for found in engines.values():
                if found:
                    ratio = found["ms"] and ours["ms"] and f"{found['ms'] / ours['ms']:.2g} ×"
                    cell.append(f"{_ms(found, LIMIT)}, {ratio}" if ratio else _ms(found, LIMIT))
            line.append(cell[0] + (f" ({'; '.join(cell[1:])})" if cell[1:] else ""))
        print(f"| `{name}` | {' | '.join(line)} |")


def _ms(found: Told, limit: int) -> str:
    return f"> {limit} s" if found["ms"] is None else f"{found['ms']:.3g} ms"


def main() -> None:
    """Print both tables for the factors given."""
    factors = sorted({1, *map(int, sys.argv[1:])}) if sys.argv[1:] else [1, 10]
    told: dict[int, dict[str, Told]] = {}
    for factor in factors:
        with tempfile.TemporaryDirectory() as folder:
            root, cache = Path(folder) / "graph", Path(folder) / "cache"
            synthetic.lay_out(root, factor)
            # The questions are asked where nothing was built.
            built = run("ours", root, cache, 0)
            told[factor] = {"ours": {**run("ours", root, cache, OUR_LIMIT), "load": built["load"], "rss": built["rss"]}}
            for peer in PEERS if factor <= MOST_FOR_RDFLIB else PEERS[:1]:
                told[factor][peer] = run(peer, root, cache, LIMIT)
            compare(factor, told[factor])
    with tempfile.TemporaryDirectory() as folder:
        seconds([str(Path(sys.executable).with_name("cyberstd")), "audit"], {**os.environ, "CYBERSTD_CACHE": folder})
        whole(Path(folder), {peer: told[1][peer] for peer in PEERS})
    grown(told)


if __name__ == "__main__":
    main()
