"""The worker: whole answers, and what happens to queries that want too much."""

from __future__ import annotations

import json
import os
import re
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from cyberstd_kg.core.errors import LimitExceeded, QueryRefused, ResourceMissing, UsageError
from cyberstd_kg.sparql import store_files, worker

NUMBER = 2000
CPU_BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux tells of processes in /proc")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 2000 triples, each in a named graph and in the default graph."""
    path = tmp_path_factory.mktemp("worker") / "store"
    made = ox.Store(str(path))
    predicate, graph = ox.NamedNode("http://purl.org/dc/terms/title"), ox.NamedNode("http://example.org/g")
    made.bulk_extend(
        ox.Quad(ox.NamedNode(f"http://example.org/{n}"), predicate, ox.Literal(f"title {n}\u2028\x85!"), where)
        for n in range(NUMBER)
        for where in (graph, ox.DefaultGraph())
    )
    made.flush()
    return path


class Listener:
    """A server on this machine that counts who connects, and says nothing."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/sparql"
        self.connections = 0
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self._thread.join(5)


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.close()


def rows(data: bytes) -> list[dict[str, str]]:
    """Return the rows of an answer as variable → text."""
    assert data[:1] == worker.ROWS
    bindings = json.loads(data[1:])["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


def unguarded(store: Path, text: str, **limits: float) -> bytes:
    """Run a query past the guard."""
    return worker.run(store, text, is_checked=True, **limits)  # type: ignore[arg-type]


def children() -> list[int]:
    """Return this process's children, dead ones too."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        found += [int(pid) for pid in (task / "children").read_text().split()]
    return found


# ── Answers ──


def test_each_kind_of_query_is_answered(store: Path) -> None:
    found = rows(worker.run(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
    assert found == [{"n": str(NUMBER)}]
    assert rows(worker.run(store, "SELECT ?s { ?s ?p ?o } LIMIT 3")).__len__() == 3
    assert json.loads(worker.run(store, "ASK { ?s ?p 'title 7\u2028\x85!' }")[1:]) == {"head": {}, "boolean": True}
    assert json.loads(worker.run(store, "ASK { ?s ?p 'none' }")[1:])["boolean"] is False
    described = worker.run(store, "DESCRIBE <http://example.org/7>")
    line = '<http://example.org/7> <http://purl.org/dc/terms/title> "title 7\u2028\x85!" .\n'
    assert described == worker.GRAPH + line.encode()


def test_a_graph_is_sorted_and_each_triple_stands_once(store: Path) -> None:
    data = worker.run(store, "CONSTRUCT { <a:x> ?p ?o . ?s ?p ?o } WHERE { { ?s ?p ?o } UNION { ?s ?p ?o } }")
    lines = data[1:].split(b"\n")
    assert lines.pop() == b""
    assert lines == sorted(set(lines)) and len(lines) == 2 * NUMBER


def test_prefixes_of_the_project_are_known_and_lines_keep_their_numbers(store: Path) -> None:
    assert len(rows(worker.run(store, "SELECT ?s { ?s dct:title ?o }"))) == NUMBER
    assert rows(worker.run(store, "PREFIX dct: <http://example.org/> SELECT ?s { ?s dct:title ?o }")) == []
    assert rows(worker.run(store, "SELECT ?x { VALUES ?x { <y> } }", base="http://e.org/z")) == [
        {"x": "http://e.org/y"}
    ]
    with pytest.raises(QueryRefused, match="line 3, column 10"):
        worker.run(store, "SELECT *\n{ ?s dct:title ?o .\n ?s ?p . }")
    with pytest.raises(QueryRefused, match="does not parse"):
        worker.run(store, "SELECT * { ?s nosuchprefix:title ?o }")
    with pytest.raises(QueryRefused, match="does not parse"):
        worker.run(store, "")


def test_what_needs_randomness_or_the_clock_works_without_files(store: Path) -> None:
    (row,) = rows(worker.run(store, "SELECT (UUID() AS ?u) (RAND() AS ?r) (YEAR(NOW()) AS ?y) (BNODE() AS ?b) { }"))
    assert row["u"].startswith("urn:uuid:") and int(row["y"]) >= 2025 and row["b"]


def test_what_the_engine_cannot_do_is_told(store: Path) -> None:
    with pytest.raises(QueryRefused, match=re.escape("custom function <http://e.org/f>")):
        worker.run(store, "SELECT (<http://e.org/f>(1) AS ?x) { }")


# ── Nothing is fetched ──


def test_service_reaches_nobody_even_past_the_guard(store: Path, listener: Listener) -> None:
    silent = f"SELECT * {{ SERVICE SILENT <{listener.url}> {{ ?s ?p ?o }} }}"
    for text in (silent, silent.replace("SILENT", ""), f"SELECT * {{ SERVICE<{listener.url}>{{}} }}"):
        with pytest.raises(QueryRefused, match="SERVICE"):
            worker.run(store, text)
    assert unguarded(store, silent)[:1] == worker.ROWS  # one empty row: this is why the guard stands before
    with pytest.raises(QueryRefused):
        unguarded(store, silent.replace("SILENT", ""))
    assert unguarded(store, f"SELECT * FROM <{listener.url}> {{ ?s ?p ?o }}")[:1] == worker.ROWS
    assert listener.connections == 0
    list(ox.Store.read_only(str(store)).query(silent))  # type: ignore[arg-type]
    assert listener.connections > 0, "without the worker the engine connects: the listener does listen"


def test_the_limits_hold_for_the_process(tmp_path: Path) -> None:
    victim = tmp_path / "file"
    victim.write_bytes(b"x")
    pid = os.fork()
    if pid == 0:
        failures = 0
        try:
            worker._limit(3, 64 << 20)
            attempts: list[Callable[[], object]] = [
                lambda: os.open(victim, os.O_RDONLY),
                socket.socket,
                os.pipe,
                lambda: os.dup(0),
                lambda: bytearray(128 << 20),
                lambda: resource.setrlimit(resource.RLIMIT_CPU, (60, 60)) if os.getuid() else os.pipe(),
            ]
            for attempt in attempts:
                try:
                    attempt()
                except (OSError, MemoryError, ValueError):
                    failures += 1
            failures += resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
            failures += resource.getrlimit(resource.RLIMIT_CPU) == (5, 6)
        finally:
            os._exit(failures)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 8


@pytest.fixture(scope="module")
def scattered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in more files than the engine opens with it: each load writes one for each table."""
    path = tmp_path_factory.mktemp("worker") / "scattered"
    made = ox.Store(str(path))
    for n in range(24):
        quads = [(ox.NamedNode(f"a:{n}-{i}"), ox.NamedNode(f"a:p{i}"), ox.Literal(f"{n} {i}")) for i in range(5)]
        made.bulk_extend(ox.Quad(*q, where) for q in quads for where in (ox.DefaultGraph(), ox.NamedNode(f"a:g{n}")))
    made.flush()
    return path


#: A search in each order in which the engine keeps statements, and of texts.
SEARCHES = (
    *(
        "?s ?p ?o",
        "<a:7-3> ?p ?o",
        "?s <a:p3> ?o",
        '?s ?p "7 3"',
        '<a:7-3> ?p "7 3"',
        '?s <a:p3> "7 3"',
        "<a:23-0> ?p ?o",
    ),
    *("GRAPH ?g { ?s ?p ?o }", "GRAPH ?g { <a:7-3> ?p ?o }", "GRAPH ?g { ?s <a:p3> ?o }", 'GRAPH ?g { ?s ?p "7 3" }'),
    *("GRAPH <a:g7> { ?s ?p ?o }", "GRAPH <a:g7> { ?s <a:p3> ?o }", 'GRAPH <a:g7> { ?s ?p "7 3" }', "GRAPH ?g { }"),
)


def test_a_store_in_many_files_is_answered_completely(scattered: Path) -> None:
    assert len(store_files.names(str(scattered))) > 5 * store_files.OPENED
    held = ox.Store.read_only(str(scattered))
    for where in SEARCHES:
        text = f"SELECT * {{ {where} }} ORDER BY ?g ?s ?p ?o"
        expected = held.query(text).serialize(format=ox.QueryResultsFormat.JSON)  # type: ignore[union-attr]
        assert expected is not None and rows(worker.ROWS + expected)
        assert worker.run(scattered, text)[1:] == expected, where
    assert json.loads(worker.run(scattered, "ASK { ?s ?p ?o }")[1:])["boolean"] is True


def test_all_files_of_a_store_are_open_before_files_are_given_up(scattered: Path) -> None:
    opened = ox.Store.read_only(str(scattered))
    assert store_files.closed(str(scattered))
    store_files.open_all(opened, str(scattered), 30)
    assert not store_files.closed(str(scattered))


def test_a_store_in_many_files_opens_no_socket_either(scattered: Path, listener: Listener) -> None:
    silent = f"SELECT * {{ SERVICE SILENT <{listener.url}> {{ ?s ?p ?o }} }}"
    assert unguarded(scattered, silent)[:1] == worker.ROWS
    with pytest.raises(QueryRefused):
        unguarded(scattered, silent.replace("SILENT", ""))
    assert listener.connections == 0


def test_a_file_that_cannot_be_opened_beforehand_is_an_error_and_no_hang(
    scattered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_files, "closed", lambda path: {(0, 0)})
    with pytest.raises(ResourceMissing, match=r"too many files \(1 are"):
        worker.run(scattered, "ASK { ?s ?p ?o }", timeout=1)


# ── Limits ──


def limit_of(call: Callable[[], object]) -> LimitExceeded:
    """Return the limit that *call* reaches; without it the call would not end, or end otherwise."""
    with pytest.raises(LimitExceeded) as reached:
        call()
    assert reached.value.hint
    return reached.value


def test_processor_bombs_end_at_the_deadline(store: Path) -> None:
    for text in (CPU_BOMB, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(CONCAT(?c, ?f, ?i) = '') }"):
        found = limit_of(lambda text=text: worker.run(store, text, timeout=1, memory=8 << 30))  # type: ignore[misc]
        assert "exceeded its 1 s" in found.message
    steps = "SELECT * { ?s <a:p>" + "/<a:p>" * 600 + " ?o }"
    with pytest.raises(QueryRefused, match="operators"):
        worker.run(store, steps)
    limit_of(lambda: unguarded(store, steps, timeout=1.0))


def test_the_processor_limit_holds_where_nobody_keeps_the_clock(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_read", lambda source, deadline, limit: _read_forever(source))
    found = limit_of(lambda: worker.run(store, CPU_BOMB, timeout=0.1))
    assert "exceeded its 0.1 s" in found.message


def _read_forever(source: int) -> bytes:
    assert select.select([source], [], [], 30)[0]
    return os.read(source, 100)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
        "SELECT (STRLEN(?x34) AS ?n) { BIND('0123456789' AS ?x0) "
        + "".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1}) " for n in range(34))
        + "}",
    ],
    ids=["order by", "concat"],
)
def test_memory_bombs_end_at_the_limit(store: Path, text: str) -> None:
    found = limit_of(lambda: worker.run(store, text, timeout=60, memory=128 << 20))
    assert "exceeded its 128 MiB of memory" in found.message


def test_a_flood_ends_at_the_limit_and_nothing_partial_comes(store: Path) -> None:
    found = limit_of(lambda: worker.run(store, "SELECT * { ?a ?b ?c . ?d ?e ?f }", timeout=30))
    assert "answer exceeded its 16 MiB" in found.message
    found = limit_of(lambda: worker.run(store, "CONSTRUCT WHERE { ?a ?b ?c }", max_answer=1 << 10))
    assert "answer exceeded" in found.message


def test_an_answer_as_long_as_allowed_is_whole(store: Path) -> None:
    text = "SELECT * { ?s ?p ?o } ORDER BY ?s"
    whole = worker.run(store, text)
    assert worker.run(store, text, max_answer=len(whole) - 1) == whole
    with pytest.raises(LimitExceeded):
        worker.run(store, text, max_answer=len(whole) - 2)


def test_crashes_are_contained(store: Path) -> None:
    braces = "SELECT * " + "{" * 20_000 + "}" * 20_000
    with pytest.raises(QueryRefused, match="nests"):
        worker.run(store, braces)
    found = limit_of(lambda: unguarded(store, braces))
    assert "crash" in found.message
    for text in (
        "SELECT * { FILTER(1" + "+1" * 20_000 + ") }",
        "SELECT * { ?s ?p " + "(" * 30_000 + ")" * 30_000 + "}",
    ):
        limit_of(lambda text=text: unguarded(store, text))  # type: ignore[misc]
    assert rows(worker.run(store, "SELECT ?s { ?s ?p ?o } LIMIT 1"))


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_senseless_time_limits_are_refused(store: Path, seconds: float) -> None:
    with pytest.raises(UsageError):
        worker.run(store, "ASK { }", timeout=seconds)


# ── The parent ──


@LINUX
def test_no_child_and_no_file_is_left(store: Path) -> None:
    before = len(os.listdir("/proc/self/fd")), children()  # noqa: PTH208
    for text in ("ASK { }", "SELECT * {", CPU_BOMB, "SELECT * { SERVICE ?x { } }", "SELECT * { ?a ?b ?c . ?d ?e ?f }"):
        try:
            worker.run(store, text, timeout=0.3, max_answer=1 << 16)
        except (QueryRefused, LimitExceeded):
            continue
    assert (len(os.listdir("/proc/self/fd")), children()) == before  # noqa: PTH208


@LINUX
def test_an_interrupt_ends_the_child(store: Path) -> None:
    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = children()
    previous = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(KeyboardInterrupt):
            worker.run(store, CPU_BOMB, timeout=60)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    assert children() == before


@LINUX
def test_the_child_dies_with_its_parent(store: Path) -> None:
    code = "import sys; from cyberstd_kg.sparql import worker; worker.run(sys.argv[1], sys.argv[2], timeout=60)"
    parent = subprocess.Popen([sys.executable, "-c", code, str(store), CPU_BOMB])
    listed = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    until = time.monotonic() + 20
    while not (found := listed.read_text().split()) and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.3)  # let it come to the query
    parent.kill()
    parent.wait(10)
    (child,) = found
    while Path(f"/proc/{child}").exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert not Path(f"/proc/{child}").exists()


def test_it_works_beside_open_stores_and_from_threads(store: Path) -> None:
    held = ox.Store.read_only(str(store))
    assert bool(held.query("ASK { ?s ?p ?o }"))
    answers: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: answers.append(worker.run(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [rows(answer) for answer in answers] == [[{"n": str(NUMBER)}]] * 8
    assert bool(held.query("ASK { ?s ?p ?o }"))


def test_it_works_where_children_are_not_waited_for(store: Path) -> None:
    previous = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert worker.run(store, "ASK { }")[:1] == worker.ROWS
        with pytest.raises(LimitExceeded):
            worker.run(store, CPU_BOMB, timeout=0.2)
    finally:
        signal.signal(signal.SIGCHLD, previous)


def test_it_works_without_standard_streams(store: Path) -> None:
    code = (
        "import os, sys; from cyberstd_kg.sparql import worker\n"
        "try: found = worker.run(sys.argv[1], 'ASK { }')[:1] == worker.ROWS\n"
        "finally: os._exit(0 if found else 1)"
    )
    closed = 'exec "$@" <&- >&- 2>&-'
    done = subprocess.run(["/bin/sh", "-c", closed, "sh", sys.executable, "-c", code, str(store)], timeout=60)
    assert done.returncode == 0


def test_a_store_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ResourceMissing, match="cannot be read"):
        worker.run(tmp_path / "none", "ASK { }")


def test_without_fork_there_is_a_hint(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    with pytest.raises(ResourceMissing, match="fork") as missing:
        worker.run(store, "ASK { }")
    assert "--endpoint" in missing.value.hint


def test_no_process_to_be_had_is_told(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fail)
    with pytest.raises(ResourceMissing, match="temporarily unavailable"):
        worker.run(store, "ASK { }")
