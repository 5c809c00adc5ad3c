"""Reasoning side by side: what the snapshot does, what others would take for the same, and HermiT.

Run: ``python benchmarks/reasoning.py [FACTOR ...]`` (default 1 10).  FACTOR 10 are ten copies of the statements about
things, each with names of its own, under one ontology; a fraction such as 0.02 is a slice of them.  Each job runs in a
process of its own, within :data:`LIMIT` seconds and :data:`MEMORY` bytes (Java: 2 GB of its own).  The seconds are of
the work alone: not of starting Python, of imports or of copying.  Those that close OWL 2 RL must conclude the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

import cyberstd_kg
from cyberstd_kg.build import inference, projection
from cyberstd_kg.core import iris

LIMIT: Final = 180
MEMORY: Final = 6 * 2**30
SEED: Final = 6
RULES: Final = Path(__file__).with_name("owl_rl.ru")
_SCHEME: Final = f"{iris.BASE}scheme/"
Triples = list[ox.Triple]


def load(factor: float) -> tuple[Triples, Triples]:
    """Return the ontology, and *factor* times the facts; less than one: those of so large a part of the things."""
    store = cyberstd_kg.load().store
    terms, facts = projection.terms(store), projection.facts(store)
    if factor < 1:
        things = sorted({str(triple.subject) for triple in facts})
        chosen = set(random.Random(SEED).sample(things, int(len(things) * factor)))
        return terms, [triple for triple in facts if str(triple.subject) in chosen]
    return terms, facts + [_copy(triple, number) for number in range(1, int(factor)) for triple in facts]


def _copy(triple: ox.Triple, number: int) -> ox.Triple:
    return ox.Triple(_renamed(triple.subject, number), triple.predicate, _renamed(triple.object, number))


def _renamed(node: Any, number: int) -> Any:
    iri = getattr(node, "value", "")
    ours = iri.startswith(iris.BASE) and not iri.startswith((_SCHEME, iris.ONTOLOGY))
    return ox.NamedNode(f"{iri}_copy{number}") if ours else node


def _told(found: set[inference.Triple]) -> dict[str, Any]:
    digest = hashlib.sha256("\n".join(map(" ".join, sorted(found))).encode()).hexdigest()
    return {"concluded": len(found), "digest": digest[:12]}


# ── The jobs: each returns what it concluded and the seconds of its parts ──


def ours(terms: Triples, facts: Triples) -> dict[str, Any]:
    """Close OWL 2 RL as the compiler does."""
    begin = time.perf_counter()
    axioms = [triple for triple in terms if not inference.merges(triple)]
    told = [*axioms, *facts]
    found = inference.reasoned(told)
    reasoned = time.perf_counter()
    triples = set(inference.select(found, axioms, told).triples)
    end = time.perf_counter()
    return {**_told(triples), "seconds": end - begin, "filtering": end - reasoned}


def _by_owlrl(terms: Triples, facts: Triples, semantics: str) -> dict[str, Any]:
    import owlrl
    import rdflib

    axioms = [triple for triple in terms if not inference.merges(triple)]
    told = [*axioms, *facts]
    text = ox.serialize(told, format=ox.RdfFormat.N_TRIPLES)
    begin = time.perf_counter()
    graph = rdflib.Graph()
    graph.parse(data=text, format="nt")
    owlrl.DeductiveClosure(getattr(owlrl, semantics)).expand(graph)
    end = time.perf_counter()
    return {**_told(set(inference.select(graph, axioms, told).triples)), "seconds": end - begin}


def owlrl(terms: Triples, facts: Triples) -> dict[str, Any]:
    """Close OWL 2 RL by owlrl."""
    return _by_owlrl(terms, facts, "OWLRL_Semantics")


def owlrl_rdfs(terms: Triples, facts: Triples) -> dict[str, Any]:
    """Close RDFS by owlrl: less is concluded."""
    return _by_owlrl(terms, facts, "RDFS_Semantics")


def sparql(terms: Triples, facts: Triples) -> dict[str, Any]:
    """Run the rules as SPARQL updates in pyoxigraph until nothing changes."""
    import rdflib

    axioms = [triple for triple in terms if not inference.merges(triple)]
    told = [*axioms, *facts]
    begin = time.perf_counter()
    store = ox.Store()
    store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in told)
    before, rules = -1, RULES.read_text(encoding="utf-8")
    while before != len(store):
        before = len(store)
        store.update(rules)
    end = time.perf_counter()

    def term(node: Any) -> Any:
        return rdflib.URIRef(node.value) if isinstance(node, ox.NamedNode) else None

    found = ((term(quad.subject), term(quad.predicate), term(quad.object)) for quad in store)
    return {**_told(set(inference.select(found, axioms, told).triples)), "seconds": end - begin}


def _world(terms: Triples, facts: Triples) -> Any:
    from cyberstd_kg.reasoning.world import AxiomWorld

    store, home = ox.Store(), ox.NamedNode(iris.ONTOLOGY)
    store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object, home) for triple in terms)
    store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in facts)
    return AxiomWorld(store)


def hermit_consistency(terms: Triples, facts: Triples) -> dict[str, Any]:
    """Ask HermiT whether all of it is consistent, as ``cyberstd reason`` asks."""
    from cyberstd_kg.reasoning.hermit import Hermit
    from cyberstd_kg.reasoning.java import JavaLimits, Session

    begin = time.perf_counter()
    with Session(JavaLimits(LIMIT)) as session:
        first = Hermit(session).first([_world(terms, facts).whole()])
    assert first.at is None
    return {"concluded": 0, "seconds": time.perf_counter() - begin}


def hermit(terms: Triples, facts: Triples) -> dict[str, Any]:
    """Ask HermiT for all classes of all things, as ``kg.reason()`` does."""
    from cyberstd_kg.reasoning import classify
    from cyberstd_kg.reasoning.java import JavaLimits

    begin = time.perf_counter()
    found = classify.reason(_world(terms, facts), JavaLimits(LIMIT))
    assert found.consistent
    return {"concluded": sum(map(len, found.types.values())), "seconds": time.perf_counter() - begin}


def owlready(terms: Triples, facts: Triples) -> dict[str, Any]:
    """Let owlready2 load it and run its own call of HermiT."""
    import owlready2

    from cyberstd_kg.reasoning import owlready

    begin = time.perf_counter()
    individual = ox.NamedNode(iris.expand("owl:NamedIndividual"))
    kind = ox.NamedNode(iris.expand("rdf:type"))
    ontology = owlready.of_triples([*terms, *facts, *(ox.Triple(t.subject, kind, individual) for t in facts)])
    owlready2.sync_reasoner_hermit(ontology, debug=0)
    return {"concluded": 0, "seconds": time.perf_counter() - begin}


JOBS: Final[dict[str, tuple[str, Callable[[Triples, Triples], dict[str, Any]]]]] = {
    "ours": ("OWL 2 RL, as the snapshot (reasonable)", ours),
    "owlrl": ("OWL 2 RL, owlrl", owlrl),
    "sparql": ("the same rules as SPARQL, pyoxigraph", sparql),
    "owlrl_rdfs": ("RDFS only, owlrl", owlrl_rdfs),
    "hermit_consistency": ("HermiT, consistency", hermit_consistency),
    "hermit": ("HermiT, classes of all things: kg.reason()", hermit),
    "owlready": ("HermiT, as owlready2 calls it", owlready),
}
#: These are to conclude the same.
SAME: Final = ("ours", "owlrl", "sparql")


def _child(job: str, factor: float) -> None:
    import resource

    if job not in ("hermit_consistency", "hermit", "owlready"):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    terms, facts = load(factor)
    told = JOBS[job][1](terms, facts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({**told, "facts": len(facts), "peak": peak}))


def run(job: str, factor: float) -> dict[str, Any] | None:
    """Return what *job* told; None when it ran out of time or memory."""
    command = [sys.executable, __file__, "--job", job, str(factor)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    try:
        out, err = process.communicate(timeout=LIMIT * 1.5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)  # with the Java that it may have started
        process.communicate()
        return None
    if process.returncode == 0:
        told: dict[str, Any] = json.loads(out)
        return told
    if b"MemoryError" in err or b"memory" in err or b"LimitExceeded" in err or process.returncode < 0:
        return None
    raise SystemExit(err.decode())


def main() -> None:
    """Print a table for each factor."""
    if sys.argv[1:2] == ["--job"]:
        _child(sys.argv[2], float(sys.argv[3]))
        return
    for factor in [float(word) for word in sys.argv[1:]] or [1.0, 10.0]:
        base: dict[str, Any] | None = None
        for job, (name, _) in JOBS.items():
            told = run(job, factor)
            if job == "ours":
                assert told is not None, "more than the limit"
                base = told
                print(f"\n{factor:g} times {told['facts'] / factor:.0f} statements about things")
                print(f"{'':<46}{'s':>8}{'times ours':>12}{'concluded':>11}{'MB':>7}")
            if told is None or told["seconds"] > LIMIT:
                print(f"{name:<46}{f'> {LIMIT}, or too large':>20}", flush=True)
                continue
            assert base is not None
            ratio = told["seconds"] / base["seconds"]
            print(f"{name:<46}{told['seconds']:>8.2f}{ratio:>12.1f}{told['concluded']:>11}{told['peak']:>7}", end="")
            parts = f"   of which choosing what is new {told['filtering']:.2f} s" if "filtering" in told else ""
            print(parts, flush=True)
            if job in SAME and told["digest"] != base["digest"]:
                raise SystemExit(f"{job} concludes something else")


if __name__ == "__main__":
    main()
