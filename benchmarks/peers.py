"""The questions of ``catalogue.py``, answered by us, by a bare pyoxigraph and by rdflib: each in a process of its own.

Run: ``python benchmarks/peers.py ENGINE ROOT CACHE LIMIT``, the engine ``ours``, ``pyoxigraph`` or ``rdflib``; prints
JSON.  ROOT is the folder of a graph's files, LIMIT the seconds after which a question is given up; with 0 none is
asked.  An answer is told by a hash of its rows, so that ``catalogue.py`` can compare them.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

STANDARD: Final = "https://w3id.org/cyberstd/id/iso-iec-27032"
REFERENCE: Final = "ISO/IEC 27032"
COMMITTEE: Final = "https://w3id.org/cyberstd/agent/iso-iec-jtc-1-sc-27"
DAY: Final = "2013-06-01"
WORDS: Final = ("software", "update")
#: A question is asked again and again for so many seconds, at most so often.
SECONDS, ROUNDS = 1.0, 20

CSTD, DCT = "https://w3id.org/cyberstd/ontology#", "http://purl.org/dc/terms/"
TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_HEAD: Final = f"PREFIX cstd: <{CSTD}> PREFIX dct: <{DCT}> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
LIST: Final = f"""{_HEAD}SELECT ?standard ?designation (MIN(STR(?t)) AS ?title) {{
    ?standard a cstd:Standard ; dct:identifier ?designation
    OPTIONAL {{ ?text cstd:editionOf ?standard ; dct:title ?t }}
}} GROUP BY ?standard ?designation"""
SEARCH: Final = f"""{_HEAD}SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(isLiteral(?o) && CONTAINS(LCASE(STR(?o)), "{WORDS[0]}")
    && CONTAINS(LCASE(STR(?o)), "{WORDS[1]}")) }}"""
#: The texts that were out on a day and that no text then out replaced: what a user may write.
QUERY: Final = f"""{_HEAD}SELECT DISTINCT ?designation {{
    VALUES ?asOf {{ "{DAY}"^^xsd:date }}
    ?text cstd:editionOf ?standard ; dct:identifier ?designation ; cstd:latest ?out . FILTER(?out <= ?asOf)
    OPTIONAL {{ ?newer dct:replaces ?text ; cstd:latest ?then . FILTER(?then <= ?asOf) }} FILTER(!BOUND(?newer))
}}"""

Rows = Iterable[tuple[str, ...]]
#: Subject, predicate, object, graph.
Quad = tuple[str, str, str, str]


def hashed(rows: Rows) -> str:
    """Return a hash of distinct *rows*, whatever their order and that of the sources in a cell."""
    cells = {tuple(" ".join(sorted(cell.split())) for cell in row) for row in rows}
    return hashlib.sha256(json.dumps(sorted(cells)).encode()).hexdigest()[:16]


def saved(name: str, **values: str) -> str:
    """Return a saved question with IRIs and days bound."""
    from cyberstd_kg.sparql import saved_questions

    return saved_questions.load(name).bind(values, lambda reference, kind: reference)


class Peer:
    """An engine that answers from statements and by SPARQL; the questions are the same for each."""

    def quads(self, s: str | None = None, p: str | None = None, o: str | None = None) -> Iterator[Quad]:
        """Yield the quads that fit; all three are IRIs."""
        raise NotImplementedError

    def select(self, text: str) -> Rows:
        """Return the rows of a query, whose default graph is the union."""
        raise NotImplementedError

    def questions(self) -> dict[str, Callable[[], Rows]]:
        """Return question → what answers it."""
        return {
            "show": self.show,
            "list": lambda: [row[:2] for row in self.select(LIST)],
            "search": lambda: self.select(SEARCH),
            "timeline": self.timeline,
            "query --as-of": lambda: self.select(QUERY),
            "ask current-edition": lambda: self.select(saved("current-edition", standard=STANDARD, asOf=DAY)),
            "ask pipeline": lambda: self.select(saved("pipeline", asOf=DAY)),
        }

    def show(self) -> Rows:
        """Answer with all quads about the standard, to and fro."""
        return {*self.quads(s=STANDARD), *self.quads(o=STANDARD)}

    def timeline(self) -> Rows:
        """Read the statements that a timeline needs; answer with the texts."""
        works, edge, members = {STANDARD}, {STANDARD}, set[str]()
        while edge:
            editions = {s for work in edge for s, *_ in self.quads(None, f"{CSTD}editionOf", work)}
            linked = {s for text in editions for s, *_ in self.quads(None, f"{DCT}replaces", text)}
            linked |= {o for text in editions for _, _, o, _ in self.quads(text, f"{DCT}replaces")}
            edge = {o for text in linked for _, _, o, _ in self.quads(text, f"{CSTD}editionOf")} - works
            works |= edge
            members |= editions
        members |= {s for text in members for s, *_ in self.quads(None, f"{CSTD}amends", text)}
        made = {
            s for link in ("draftOf", "projectOf") for work in works for s, *_ in self.quads(None, CSTD + link, work)
        }
        stages = {s for thing in (*members, *made) for s, *_ in self.quads(None, f"{CSTD}stageOf", thing)}
        told = [quad for thing in (*works, *members, *made, *stages) for quad in self.quads(thing)]
        for graph in {quad[3] for quad in told}:
            for _, _, document, _ in self.quads(graph, f"{CSTD}sourceDocument"):
                told += self.quads(document, f"{CSTD}precedence")
        return {(member,) for member in members}


class Pyoxigraph(Peer):
    """A store in memory, filled from the files."""

    def __init__(self, root: Path) -> None:
        import pyoxigraph as ox

        from cyberstd_kg.core import assets

        self.ox = ox
        self.store = ox.Store()
        for path in assets.graph_files(root):
            form = ox.RdfFormat.TRIG if path.suffix == ".trig" else ox.RdfFormat.TURTLE
            self.store.bulk_load(path=str(path), format=form)

    def quads(self, s: str | None = None, p: str | None = None, o: str | None = None) -> Iterator[Quad]:
        wanted = (None if iri is None else self.ox.NamedNode(iri) for iri in (s, p, o))
        for quad in self.store.quads_for_pattern(*wanted, None):  # type: ignore[arg-type]
            graph = "" if isinstance(quad.graph_name, self.ox.DefaultGraph) else quad.graph_name.value
            yield quad.subject.value, quad.predicate.value, quad.object.value, graph  # type: ignore[union-attr]

    def select(self, text: str) -> Rows:
        found: Any = self.store.query(text, use_default_graph_as_union=True)
        return [tuple("" if term is None else term.value for term in row) for row in found]


class Rdflib(Peer):
    """A dataset in memory, filled from the files by rdflib's parser, or by the engine's where there are many."""

    def __init__(self, root: Path) -> None:
        import rdflib

        from cyberstd_kg.core import assets

        self.rdflib = rdflib
        files = assets.graph_files(root)
        self.dataset = rdflib.Dataset(default_union=True)
        if len(files) > 1000:
            from cyberstd_kg.build import compiler
            from cyberstd_kg.rdf.rdflib import dataset

            sources = (compiler.SourceFile(str(path.relative_to(root)), path.read_bytes()) for path in files)
            self.dataset = dataset(compiler.read_quads(sources))
            return
        for path in files:
            if path.suffix == ".trig":
                self.dataset.parse(path, format="trig")
            else:
                self.dataset.graph(rdflib.URIRef(f"urn:x:{path.stem}")).parse(path, format="turtle")

    def quads(self, s: str | None = None, p: str | None = None, o: str | None = None) -> Iterator[Quad]:
        wanted = (None if iri is None else self.rdflib.URIRef(iri) for iri in (s, p, o))
        for found in self.dataset.quads((*wanted, None)):  # type: ignore[arg-type]
            yield str(found[0]), str(found[1]), str(found[2]), str(found[3])

    def select(self, text: str) -> Rows:
        found: Any = self.dataset.query(text)
        return [tuple("" if term is None else str(term) for term in row) for row in found]


class Ours:
    """The snapshot, built if it is not there."""

    def __init__(self, root: Path, cache: Path) -> None:
        from cyberstd_kg.api.graph import KnowledgeGraph
        from cyberstd_kg.build.snapshot import open_snapshot

        self.kg = KnowledgeGraph(open_snapshot(cache, root, quiet=True))

    def questions(self) -> dict[str, Callable[[], Rows]]:
        """Return question → what answers it; the answers as rows where peers answer the same."""
        kg = self.kg

        def rows(found: Any) -> Rows:
            return [tuple(row[name].value if name in row else "" for name in found.variables) for row in found.rows]

        def show() -> Rows:
            card = kg.show(REFERENCE)
            found = kg.lookup.quads(STANDARD) + kg.lookup.quads(None, None, STANDARD)
            held = {s.value for s in card.statements if s.status != "computed"}
            assert held <= {value for quad in found for value in quad[:3]}
            return {(s, p, o, g) for s, p, o, _, g in found}

        def timeline() -> Rows:
            works = [work for lineage in kg.timeline(REFERENCE) for work in lineage]
            texts = [text for work in works for text in (*work.editions, *work.amendments)]
            return {(text.iri,) for text in texts}

        return {
            "show": show,
            "list": lambda: [row[:2] for row in rows(kg.standards(as_of=DAY))],
            "list --committee": lambda: [row[:2] for row in rows(kg.standards(committee=COMMITTEE, as_of=DAY))],
            "search": lambda: [(hit.iri,) for hit in kg.search(" ".join(WORDS), limit=10)],
            "timeline": timeline,
            "show --as-of": lambda: [(text.iri,) for text in kg.current(REFERENCE, DAY).current],
            "query --as-of": lambda: rows(kg.query(QUERY, as_of=DAY, timeout=60)),
            "ask current-edition": lambda: rows(kg.ask("current-edition", standard=STANDARD, as_of=DAY)),
            "ask pipeline": lambda: rows(kg.ask("pipeline", as_of=DAY)),
        }


def measure(action: Callable[[], Rows], limit: float) -> dict[str, Any]:
    """Return the least time of *action* in milliseconds and the hash of its answer; or that it took too long.

    The least, not the median: the engines are measured one after another, and other work on the machine comes and goes.
    It runs in a fork, since an engine that is busy can only be killed.
    """
    source, sink = os.pipe()
    if (pid := os.fork()) == 0:
        status = 1
        try:
            os.write(sink, json.dumps(_timed(action)).encode())
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(sink)
    ready, _, _ = select.select([source], [], [], limit)
    if not ready:
        os.kill(pid, signal.SIGKILL)
    said = os.read(source, 1 << 16)
    os.close(source)
    _, status = os.waitpid(pid, 0)
    if ready and status:
        raise SystemExit("a question failed")
    told: dict[str, Any] = json.loads(said) if said else {"ms": None, "rows": 0, "answer": ""}
    return told


def _timed(action: Callable[[], Rows]) -> dict[str, Any]:
    times: list[float] = []
    while not times or (sum(times) < SECONDS and len(times) < ROUNDS):
        begin = time.perf_counter()
        answer = list(action())
        times.append(time.perf_counter() - begin)
    return {"ms": 1000 * min(times), "rows": len(set(answer)), "answer": hashed(answer)}


def main() -> None:
    """Measure one engine and print what was found."""
    engine, root, cache, limit = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4])
    begin = time.perf_counter()
    found = Ours(root, cache) if engine == "ours" else {"pyoxigraph": Pyoxigraph, "rdflib": Rdflib}[engine](root)
    told: dict[str, Any] = {"load": time.perf_counter() - begin, "at": time.time()}
    told["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    told["questions"] = {}
    for name, action in found.questions().items() if limit else ():
        told["questions"][name] = measure(action, limit)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
