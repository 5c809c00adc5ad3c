"""Endpoints: a real server with and without its union option, and servers that misbehave."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from cyberstd_kg.core.errors import CyberstdError, InputError, LimitExceeded, QueryRefused, ResourceMissing, UsageError
from cyberstd_kg.sparql.remote import GRAPH_TYPES, ROWS_TYPE, RemoteEndpoint, with_prefixes
from cyberstd_kg.sparql.results import GraphAnswer, Results, Term

SERVER = Path(sys.executable).parent / "oxigraph"
QUADS = """\
<http://e.org/a> <http://purl.org/dc/terms/title> "one"@en <http://e.org/g1> .
<http://e.org/a> <http://purl.org/dc/terms/title> "one"@en <http://e.org/g2> .
<http://e.org/b> <http://purl.org/dc/terms/title> "two\\nlines" <http://e.org/g1> .
"""
UNION = "--union-default-graph"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no proxy of the environment come between."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


# ── A real server ──


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Start ``oxigraph serve`` over three quads, with the options given; return its address."""
    if not SERVER.exists():
        pytest.skip("the server 'oxigraph' is not installed beside this Python")
    folder = tmp_path_factory.mktemp("oxigraph")
    quads = folder / "quads.nq"
    quads.write_text(QUADS, encoding="utf-8")
    started: dict[tuple[str, ...], str] = {}
    running: list[subprocess.Popen[bytes]] = []

    def start(*options: str) -> str:
        if options not in started:
            place = str(folder / f"store{len(started)}")
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            subprocess.run([SERVER, "load", "--location", place, "--file", quads], check=True, timeout=60, **quiet)
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            command = [SERVER, "serve", "--location", place, "--bind", f"127.0.0.1:{port}", *options]
            running.append(subprocess.Popen(command, **quiet))
            wait_for(port)
            started[options] = f"http://127.0.0.1:{port}/query"
        return started[options]

    yield start
    for process in running:
        process.terminate()
        process.wait(10)


def wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < until, "the server does not start"
            time.sleep(0.05)


def test_a_real_server_answers(serve: Callable[..., str]) -> None:
    endpoint = RemoteEndpoint(serve(UNION))
    found = endpoint.run("SELECT DISTINCT ?s ?o { ?s dct:title ?o } ORDER BY ?s")
    assert isinstance(found, Results)
    assert found.variables == ["s", "o"]
    assert [row["o"] for row in found.rows] == [Term("literal", "one", "", "en"), Term("literal", "two\nlines")]
    asked = endpoint.run("ASK { <http://e.org/a> ?p ?o }")
    assert isinstance(asked, Results) and asked.boolean is True
    for text in ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "DESCRIBE <http://e.org/a> <http://e.org/b>"):
        graph = endpoint.run(text)
        assert isinstance(graph, GraphAnswer)
        lines = sorted({line.rsplit(" ", 2)[0] + " ." for line in QUADS.splitlines()})
        assert graph.ntriples.splitlines() == lines


def test_an_empty_answer_of_a_union_is_an_answer(serve: Callable[..., str]) -> None:
    endpoint = RemoteEndpoint(serve(UNION))
    found = endpoint.run("SELECT ?s { ?s a <http://e.org/Nothing> }")
    assert isinstance(found, Results) and found.rows == [] and found.variables == ["s"]
    counted = endpoint.run("SELECT (COUNT(*) AS ?n) { ?s a <http://e.org/Nothing> }")
    assert isinstance(counted, Results) and list(counted) == [{"n": 0}]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s { ?s ?p ?o }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "ASK { ?s ?p ?o }",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "SELECT ?s { ?s dct:title ?title . GRAPH ?source { ?s dct:title ?title } }",
    ],
)
def test_without_its_union_option_a_server_is_not_believed(serve: Callable[..., str], text: str) -> None:
    with pytest.raises(ResourceMissing, match=r"default graph of .* is empty") as missing:
        RemoteEndpoint(serve()).run(text)
    assert UNION in missing.value.hint


def test_without_its_union_option_what_is_found_in_graphs_is_found(serve: Callable[..., str]) -> None:
    endpoint = RemoteEndpoint(serve())
    found = endpoint.run("SELECT ?g { GRAPH ?g { ?s ?p 'two\\nlines' } }")
    assert isinstance(found, Results) and list(found) == [{"g": "http://e.org/g1"}]
    named = endpoint.run("SELECT ?s FROM <http://e.org/g3> { ?s ?p ?o }")
    assert isinstance(named, Results) and named.rows == []


def test_a_real_server_refuses(serve: Callable[..., str]) -> None:
    endpoint = RemoteEndpoint(serve(UNION))
    with pytest.raises(QueryRefused, match=r"refuses the query: .*1:1"):
        endpoint.run("SELECT * { ?s ?p }")
    with pytest.raises(QueryRefused, match="updates are not allowed"):
        endpoint.run("INSERT DATA { <a:a> <a:b> <a:c> }")
    with pytest.raises(ResourceMissing, match="404"):
        RemoteEndpoint(serve(UNION).replace("/query", "/nowhere")).run("ASK { }")


def test_a_real_server_that_takes_too_long(serve: Callable[..., str]) -> None:
    values = " ".join(str(n) for n in range(200))
    product = "".join(f"VALUES ?v{n} {{ {values} }} " for n in range(6))
    # At its own limit the server would answer, with an error.
    with pytest.raises(LimitExceeded, match="did not answer within 1 s"):
        RemoteEndpoint(serve(UNION, "--timeout-s", "5")).run(f"SELECT (COUNT(*) AS ?n) {{ {product} }}", timeout=1)


# ── Servers of our own, which misbehave ──


class Seen:
    """What a server was asked: headers and form."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], dict[str, list[str]]]] = []


Behaviour = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def behave() -> Iterator[Callable[[Behaviour], tuple[str, Seen]]]:
    """Start a server that answers each POST by a function; return its address and what it was asked."""
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(behaviour: Behaviour) -> tuple[str, Seen]:
        seen = Seen()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                seen.requests.append((self.path, dict(self.headers), form))
                try:
                    behaviour(self)
                except OSError:
                    self.close_connection = True

            do_GET = do_POST

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_address[1]}/sparql", seen

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join(10)
        server.server_close()


def reply(status: int = 200, body: bytes = b"", media: str = ROWS_TYPE, **headers: str) -> Behaviour:
    """Return the behaviour that answers this."""

    def behaviour(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", media)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return behaviour


YES = json.dumps({"head": {}, "boolean": True}).encode()


def test_only_the_standard_type_is_asked_for_and_nothing_told(behave: Callable[..., tuple[str, Seen]]) -> None:
    url, seen = behave(reply(body=YES))
    RemoteEndpoint(f"{url}?default=1").run("ASK { std:iso-iec-27400 ?p ?o }")
    ((path, headers, form),) = seen.requests
    assert path == "/sparql?default=1"
    assert headers["Accept"] == ROWS_TYPE and headers["User-Agent"] == "cyberstd-kg"
    assert not {"Authorization", "Cookie", "Referer"} & set(headers)
    assert list(form) == ["query"]
    assert form["query"] == ["PREFIX std: <https://w3id.org/cyberstd/id/> ASK { std:iso-iec-27400 ?p ?o }"]


def test_a_graph_may_come_as_turtle(behave: Callable[..., tuple[str, Seen]]) -> None:
    url, seen = behave(reply(body=b"@prefix e: <http://e.org/> . e:b e:p 1 . e:a e:p e:b .", media="text/turtle"))
    found = RemoteEndpoint(url).run("# select\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert isinstance(found, GraphAnswer)
    assert found.ntriples.startswith("<http://e.org/a> <http://e.org/p> <http://e.org/b> .\n<http://e.org/b> ")
    assert seen.requests[0][1]["Accept"] == GRAPH_TYPES


def test_service_is_the_endpoints_own_matter(behave: Callable[..., tuple[str, Seen]]) -> None:
    url, seen = behave(reply(body=YES))
    RemoteEndpoint(url).run("ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    assert len(seen.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(behave: Callable[..., tuple[str, Seen]], status: int) -> None:
    elsewhere, called = behave(reply(body=YES))
    for target in (elsewhere, "file:///etc/hostname"):
        url, _ = behave(reply(status, Location=target))
        with pytest.raises(ResourceMissing, match="redirects to") as moved:
            RemoteEndpoint(url).run("ASK { }")
        assert target in moved.value.message
    assert called.requests == []


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (400, QueryRefused, "line 7"),
        (401, ResourceMissing, "401"),
        (404, ResourceMissing, "404"),
        (500, ResourceMissing, "500"),
        (429, ResourceMissing, "429"),
        (503, LimitExceeded, "503"),
        (504, LimitExceeded, "504"),
    ],
)
def test_what_a_status_means(
    behave: Callable[..., tuple[str, Seen]], status: int, error: type[CyberstdError], said: str
) -> None:
    url, _ = behave(reply(status, b"wrong at\nline 7 \x1b[31mred", "text/plain"))
    with pytest.raises(error) as refused:
        RemoteEndpoint(url).run("ASK { }")
    assert type(refused.value) is error and said in refused.value.message and refused.value.hint
    assert refused.value.message.isprintable(), "what a server says cannot steer the terminal"


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (b"<html>", "text/html"),
        (YES, "application/json"),
        (b"<html>", ROWS_TYPE),
        (b"\xff\xfe", ROWS_TYPE),
        (b"", ROWS_TYPE),
        (b"[" * 100_000, ROWS_TYPE),
    ],
)
def test_what_is_not_the_format_is_refused(behave: Callable[..., tuple[str, Seen]], body: bytes, media: str) -> None:
    url, _ = behave(reply(body=body, media=media))
    with pytest.raises(InputError):
        RemoteEndpoint(url).run("SELECT * { ?s ?p ?o }")


@pytest.mark.parametrize(
    ("body", "media"),
    [(b"<rdf:RDF/>", "application/rdf+xml"), (b"<a> <b> oops", "text/turtle"), (b"\xff", "text/turtle")],
)
def test_what_is_not_a_graph_is_refused(behave: Callable[..., tuple[str, Seen]], body: bytes, media: str) -> None:
    url, _ = behave(reply(body=body, media=media))
    with pytest.raises(InputError):
        RemoteEndpoint(url).run("DESCRIBE <http://e.org/a>")


def flood(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", ROWS_TYPE)
    handler.end_headers()
    while True:
        handler.wfile.write(b" " * 65536)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Write without end, until nobody reads."""
    handler.send_response(200)
    handler.send_header("Content-Type", ROWS_TYPE)
    handler.end_headers()
    while True:
        handler.wfile.write(b" ")
        time.sleep(0.1)


def keep_silent(handler: BaseHTTPRequestHandler) -> None:
    """Say nothing, until nobody listens."""
    handler.connection.settimeout(None)
    handler.connection.recv(1)


def test_a_flood_ends_at_the_limit(behave: Callable[..., tuple[str, Seen]]) -> None:
    url, _ = behave(flood)
    with pytest.raises(LimitExceeded, match="exceeded 1 MiB"):
        RemoteEndpoint(url, max_answer=1 << 20).run("ASK { }", timeout=30)


@pytest.mark.parametrize("behaviour", [drip, keep_silent])
def test_slow_servers_are_given_up(behave: Callable[..., tuple[str, Seen]], behaviour: Behaviour) -> None:
    url, _ = behave(behaviour)
    with pytest.raises(LimitExceeded, match=r"did not answer within 0\.5 s"):
        RemoteEndpoint(url).run("ASK { }", timeout=0.5)


def test_an_answer_that_breaks_off_is_none(behave: Callable[..., tuple[str, Seen]]) -> None:
    url, _ = behave(reply(body=YES, **{"Content-Length": "1000"}))
    with pytest.raises(ResourceMissing):
        RemoteEndpoint(url).run("ASK { }", timeout=5)


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/sparql"
    with pytest.raises(ResourceMissing, match="cannot be reached") as missing:
        RemoteEndpoint(url).run("ASK { }")
    assert url in missing.value.message and missing.value.hint


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://e.org/sparql",
        "e.org/sparql",
        "http://",
        "http:///sparql",
        "http://e.org:99999/",
        "http://e.org:0/",
        "http://[::1",
        "http://user:secret@e.org/",
        "http://secret@e.org/",
        "http://e.org/a b",
        "http://e.org/\r\nX: y",
        "http://e.org/é",
        "http://e.org/#x",
        "",
    ],
)
def test_other_addresses_are_refused_and_no_secret_is_told(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        RemoteEndpoint(url)
    assert "secret" not in refused.value.message + refused.value.hint


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_senseless_time_limits_are_refused(seconds: float) -> None:
    with pytest.raises(UsageError):
        RemoteEndpoint("http://127.0.0.1:1/").run("ASK { }", timeout=seconds)


def test_only_missing_prefixes_are_declared_and_lines_keep_their_numbers() -> None:
    assert with_prefixes("SELECT * { ?s ?p ?o }") == "SELECT * { ?s ?p ?o }"
    own = "prefix dct: <http://e.org/>\nSELECT * { ?s dct:title 'std:x', <http://e.org/std:y> } # std:z ?std:z"
    assert with_prefixes(own) == own
    text = "SELECT *\n{ ?s dct:title ?o ; a cstd:Standard ; e:p 1 }"
    found = with_prefixes(text)
    assert found == (
        "PREFIX cstd: <https://w3id.org/cyberstd/ontology#> PREFIX dct: <http://purl.org/dc/terms/> " + text
    )
