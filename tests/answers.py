"""Records what the product answers, and compares two recordings: a safety net for refactoring.

    python tests/answers.py record before                      # on the old commit
    python tests/answers.py record after --like before         # on the new one: the same commands again
    python tests/answers.py compare before after

A recording holds the six exports, every saved question with its defaults and its example, ``show`` of 300 entities,
``validate --all``, ``prove``, ``gap`` and ``why``: each as the command line prints it, as a whole process and without a
workspace.  Which entities and pairs are asked is drawn with a fixed seed from the graph that is recorded first.  Where
questions depend on the day, record both on one day.

``compare`` exits with 1 where anything differs.  It prints one line for each kind of difference: of an answer in JSON
the place (``rows/*/className``), of an export the predicate, with the number of cases and the first one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parent.parent
SEED = "answers"
ENTITIES, GAPS, PAIRS = 300, 12, 50
FORMATS = {"ttl": ox.RdfFormat.TURTLE, "trig": ox.RdfFormat.TRIG, "jsonld": ox.RdfFormat.JSON_LD}
FORMATS |= {"nq": ox.RdfFormat.N_QUADS, "nt": ox.RdfFormat.N_TRIPLES, "rdfxml": ox.RdfFormat.RDF_XML}
ENTITY = re.compile(r"<(https://w3id\.org/cyberstd/id/[^>]+)>")
PLAN = "plan.json"


class Answer(NamedTuple):
    """What one command printed."""

    code: int
    out: str
    err: str


class Command:
    """The command line under test."""

    def __init__(self, words: list[str], folder: Path, checkout: Path) -> None:
        self.words = words
        self.checkout = str(checkout.resolve())
        self.env = {**os.environ, "CYBERSTD_WORKSPACE": str((folder / "no-workspace").resolve())}

    def run(self, arguments: list[str]) -> Answer:
        """Run one command to its end."""
        done = subprocess.run([*self.words, *arguments], env=self.env, capture_output=True, check=False)
        out, err = (text.decode().replace(self.checkout, "CHECKOUT") for text in (done.stdout, done.stderr))
        return Answer(done.returncode, out, err)

    def json(self, *arguments: str) -> Any:
        """Run one command and read what it prints as JSON."""
        return json.loads(self.run([*arguments, "--format", "json"]).out)


def plan(command: Command) -> dict[str, list[str]]:
    """Draw what is asked: name of the answer → arguments."""
    chance = random.Random(SEED)
    asked = {f"export-{name}": ["export", "--format", name] for name in FORMATS}
    for question in command.json("ask"):
        asked[f"ask-{question['id']}"] = ["ask", question["id"], "--format", "json"]
        words = shlex.split(question["example"])
        asked[f"ask-{question['id']}-example"] = [*words[words.index("ask") :], "--format", "json"]
    quads = command.run(["export", "--format", "nq"]).out.splitlines()
    entities = sorted({line.split(" ", 1)[0][1:-1] for line in quads if ENTITY.match(line)})
    for number, iri in enumerate(chance.sample(entities, ENTITIES)):
        asked[f"show-{number:03}"] = ["show", iri, "--format", "json"]
    asked["validate"] = ["validate", "--all", "--format", "json"]
    asked["prove"] = ["prove", "--format", "json"]
    asked["prove-strict"] = ["prove", "--strict", "--format", "json"]
    matrix = command.json("crosswalk")
    linked = [cell for cell in matrix["cells"] if cell["published"] + cell["derived"]]
    cells = sorted((cell["from"]["iri"], cell["to"]["iri"]) for cell in linked)
    chosen = chance.sample(cells, min(GAPS, len(cells)))
    pairs = set()
    for number, (one, other) in enumerate(chosen):
        asked[f"gap-{number:02}"] = ["gap", one, "--have", other, "--format", "json"]
        pairs |= {(pair["from"]["iri"], pair["to"]["iri"]) for pair in command.json("crosswalk", one, other)["pairs"]}
    for number, (one, other) in enumerate(chance.sample(sorted(pairs), PAIRS)):
        asked[f"why-{number:02}"] = ["why", one, other, "--format", "json"]
    return asked


def record(folder: Path, command: Command, like: Path | None) -> None:
    """Ask everything and write it into *folder*."""
    folder.mkdir(parents=True)
    asked = json.loads((like / PLAN).read_text(encoding="utf-8")) if like else plan(command)
    (folder / PLAN).write_text(json.dumps(asked, indent=1), encoding="utf-8")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, answer in zip(asked, pool.map(command.run, asked.values()), strict=True):
            (folder / f"{name}.out").write_text(answer.out, encoding="utf-8")
            (folder / f"{name}.end").write_text(f"{answer.code}\n{answer.err}", encoding="utf-8")
    print(f"{len(asked)} answers in {folder}")


def statements(text: str, form: ox.RdfFormat) -> Counter[str]:
    """Read an export into statements, whose blank nodes have canonical labels."""
    dataset = ox.Dataset(ox.parse(text.encode(), format=form))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return Counter(str(quad) for quad in dataset)


def differences(old: Any, new: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield place, old and new value where two answers in JSON differ; lists of another length are one difference."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            yield from differences(old.get(key), new.get(key), f"{place}/{key}" if place else key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for before, after in zip(old, new, strict=True):
            yield from differences(before, after, f"{place}/*")
    elif old != new:
        yield place, old, new


def of_answer(name: str, old: str, new: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield place, old and new of each difference between two answers of one name."""
    if old == new:
        return
    if name.startswith("export-"):
        form = FORMATS[name.removeprefix("export-")]
        before, after = statements(old, form), statements(new, form)
        if before == after:
            yield "order or layout", "", ""
        for line in set(before - after):
            yield f"{line.split(' ')[1]} gone", line, ""
        for line in set(after - before):
            yield f"{line.split(' ')[1]} new", "", line
        return
    try:
        yield from differences(json.loads(old), json.loads(new))
    except json.JSONDecodeError:
        yield "text", old, new


def compare(old: Path, new: Path) -> int:
    """Print what differs between two recordings; return how many answers do."""
    asked = json.loads((old / PLAN).read_text(encoding="utf-8"))
    differing = set()
    kinds: dict[tuple[str, str], list[tuple[str, Any, Any]]] = {}
    for name in asked:
        found = [
            change
            for ending in ("out", "end")
            for change in of_answer(name, *((f / f"{name}.{ending}").read_text(encoding="utf-8") for f in (old, new)))
        ]
        group = name if name.startswith("ask") else name.rstrip("0123456789").rstrip("-")
        for place, before, after in found:
            differing.add(name)
            kinds.setdefault((group, place), []).append((name, before, after))
    for (group, place), cases in sorted(kinds.items()):
        name, before, after = cases[0]
        print(f"{group}  {place}  {len(cases)}×, first in {name}:\n    - {short(before)}\n    + {short(after)}")
    print(f"{len(asked) - len(differing)} of {len(asked)} answers are the same")
    return len(differing)


def short(value: Any) -> str:
    """Return a value on one line, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = " ".join(text.split())
    return line if len(line) <= 160 else f"{line[:159]}…"


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parts = parser.add_subparsers(dest="what", required=True)
    recording = parts.add_parser("record", help="ask everything and write the answers into a new folder")
    recording.add_argument("folder", type=Path)
    recording.add_argument("--like", type=Path, metavar="FOLDER", help="ask what that recording asked")
    recording.add_argument("--command", default=f"{sys.executable} -m cyberstd_kg", help="default: this checkout's")
    recording.add_argument("--checkout", type=Path, default=ROOT, help="its folder, which answers name (default: this)")
    comparing = parts.add_parser("compare", help="print what differs between two recordings")
    comparing.add_argument("old", type=Path)
    comparing.add_argument("new", type=Path)
    given = parser.parse_args()
    if given.what == "record":
        record(given.folder, Command(shlex.split(given.command), given.folder, given.checkout), given.like)
        return 0
    return 1 if compare(given.old, given.new) else 0


if __name__ == "__main__":
    sys.exit(main())
