"""The same questions to any SPARQL 1.1 endpoint, by SPARQLWrapper.

SPARQLWrapper makes the request, and an opener of ours sends it.  The opener speaks only http and https, and follows no
redirect, which could send the query to a host that the user did not name.  Answers are limited in size and time.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from cyberstd_kg.core import assets
from cyberstd_kg.core.errors import CyberstdError, InputError, LimitExceeded, QueryRefused, ResourceMissing, UsageError
from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.sparql import guard, worker
from cyberstd_kg.sparql.results import GraphAnswer, Results

if TYPE_CHECKING:
    from http.client import HTTPResponse
    from urllib.request import OpenerDirector, Request

#: Only the standard's type: some servers answer plain JSON in a form of their own.
ROWS_TYPE: Final = "application/sparql-results+json"
#: N-Triples or, for servers that have only that, Turtle.
GRAPH_TYPES: Final = "application/n-triples, text/turtle;q=0.5"
#: Largest answer that is read, in bytes.
MAX_ANSWER: Final = 64 << 20
_CHUNK: Final = 1 << 16
_FORMS: Final = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])


class RemoteEndpoint:
    """A SPARQL 1.1 endpoint whose default graph is the union of its named graphs.

    :param url: its address, http or https, without name and password
    :param max_answer: largest answer, in bytes
    :raises UsageError: when *url* is no such address
    """

    def __init__(self, url: str, *, max_answer: int = MAX_ANSWER) -> None:
        try:
            parts = urlsplit(url)
            is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
            is_address = is_address and parts.port != 0 and not parts.fragment
        except ValueError:
            is_address = False
        if not is_address or not re.fullmatch(r"[\x21-\x7e]+", url):
            shown = re.sub(r"//[^/]*@", "//…@", _line(url))
            hint = "Give an http(s) URL, without name and password."
            raise UsageError(f"'{shown}' is not an address of an endpoint", hint)
        self.url = url
        self._max_answer = max_answer

    def run(self, text: str, *, timeout: float = 10.0) -> Results | GraphAnswer:
        """Run a query there, with the project's prefixes that it uses and does not declare.

        :param timeout: seconds for each step until the answer begins, and then for the whole of it
        :raises QueryRefused: when the query is an update or cannot be read, or the endpoint refuses it
        :raises LimitExceeded: when the endpoint does not answer in time (or says so: 503, 504), or answers too much
        :raises ResourceMissing: when the endpoint cannot be reached, redirects, fails, or has data only outside its
            default graph
        :raises InputError: when its answer is not as the standard requires
        :raises UsageError: when *timeout* is not a possible one
        """
        guard.check(text, service=True)
        worker.check_timeout(timeout)
        words = [token.text.upper() for token in guard.tokens(text) if token.kind == "word"]
        form = next((word for word in words if word in _FORMS), "SELECT")
        answer: Results | GraphAnswer
        if form in ("CONSTRUCT", "DESCRIBE"):
            answer = _graph(*self._send(with_prefixes(text), form, timeout))
            is_empty = not answer.ntriples
        else:
            answer = self._rows(with_prefixes(text), form, timeout)
            # COUNT over nothing is one row with 0: that too may come from an empty default graph.
            zeros = all(term.value == "0" for row in answer.rows for term in row.values())
            is_empty = zeros if answer.boolean is None else not answer.boolean
        if is_empty and "FROM" not in words:
            self._check_default_graph(timeout)
        return answer

    def _check_default_graph(self, timeout: float) -> None:
        """Refuse an endpoint that has data, but not in its default graph."""
        if not self._probe("default-graph-holds-data", timeout) and self._probe("named-graphs-hold-data", timeout):
            hint = "Start it with its union option (oxigraph serve --union-default-graph)."
            raise ResourceMissing(f"the default graph of {self.url} is empty, though its named graphs hold data", hint)

    def _probe(self, name: str, timeout: float) -> bool:
        text = (assets.root() / "queries" / "probe" / f"{name}.rq").read_text(encoding="utf-8")
        return bool(self._rows(text, "ASK", timeout))

    def _rows(self, text: str, form: str, timeout: float) -> Results:
        data, media = self._send(text, form, timeout)
        if media != ROWS_TYPE:
            raise InputError(f"{self.url} answers with {_line(media)}, not with {ROWS_TYPE}", "Ask another endpoint.")
        return Results.from_json(data)

    def _send(self, text: str, form: str, timeout: float) -> tuple[bytes, str]:
        """Send a query, and return the body and the media type of the answer."""
        import time
        from http.client import HTTPException
        from urllib.error import HTTPError

        try:
            with _opener().open(self._request(text, form), timeout=timeout) as response:
                media = response.headers.get_content_type()
                return self._read(response, time.monotonic() + timeout, timeout), media
        except HTTPError as error:
            with error:
                raise self._refused(error, timeout) from error
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, TimeoutError):
                raise self._too_slow(timeout) from error
            raise ResourceMissing(f"{self.url} cannot be reached: {_line(reason)}", "Check that it runs.") from error

    def _request(self, text: str, form: str) -> Request:
        from SPARQLWrapper import POST, SPARQLWrapper

        wrapper: Any = SPARQLWrapper(self.url, agent="cyberstd-kg")
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", ROWS_TYPE if form in ("SELECT", "ASK") else GRAPH_TYPES)
        # Not setQuery, which guesses the form from the text: here it is known.
        wrapper.queryString, wrapper.queryType = text, form
        request: Request = wrapper._createRequest()
        return request

    def _read(self, response: HTTPResponse, deadline: float, timeout: float) -> bytes:
        """Return the whole body; the deadline is checked here, as the socket's own limit restarts with each byte."""
        import time

        data = bytearray()
        while chunk := response.read1(_CHUNK):
            data += chunk
            if len(data) > self._max_answer:
                message = f"the answer of {self.url} exceeded {self._max_answer / (1 << 20):g} MiB"
                raise LimitExceeded(message, "Ask for less, or for parts with LIMIT.")
            if time.monotonic() > deadline:
                raise self._too_slow(timeout)
        if response.length:
            raise ResourceMissing(f"the answer of {self.url} broke off", "Try again.")
        return bytes(data)

    def _refused(self, error: Any, timeout: float) -> CyberstdError:
        """Return the error for an HTTP status other than 200."""
        if error.code in (301, 302, 303, 307, 308):
            target = _line(error.headers.get("Location", "another address"))
            return ResourceMissing(f"{self.url} redirects to {target}", "Give that address, if you trust it.")
        body = _line(error.read(2000).decode("utf-8", "replace"))
        if error.code == 400:
            return QueryRefused(f"{self.url} refuses the query: {body}", "Correct the query.")
        if error.code in (503, 504):
            return self._too_slow(timeout, f": {error.code} {body}")
        message = f"{self.url} does not answer the query: {error.code} {body}"
        return ResourceMissing(message, "Check that it is a SPARQL endpoint.")

    def _too_slow(self, timeout: float, details: str = "") -> LimitExceeded:
        hint = "Ask for less, or give it more time with --timeout."
        return LimitExceeded(f"{self.url} did not answer within {timeout:g} s{details}", hint)


def with_prefixes(text: str) -> str:
    """Return a query with the project's prefixes that it uses and does not declare.

    They go before the first line, so lines keep their numbers.
    """
    tokens = list(guard.tokens(text))
    names = {token.text.partition(":")[0] for token in tokens if token.kind == "name"}
    declared = {
        token.text.partition(":")[0]
        for before, token in pairwise(tokens)
        if before.kind == "word" and before.text.upper() == "PREFIX"
    }
    used = [name for name in PREFIXES if name in names - declared]
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in used) + text


def _opener() -> OpenerDirector:
    """Return an opener for http and https, through the proxy that the environment names; a redirect is an error."""
    from urllib import request

    opener = request.OpenerDirector()
    handlers = (request.ProxyHandler, request.UnknownHandler, request.HTTPHandler, request.HTTPSHandler)
    for handler in (*handlers, request.HTTPDefaultErrorHandler, request.HTTPErrorProcessor):
        opener.add_handler(handler())
    return opener


def _graph(data: bytes, media: str) -> GraphAnswer:
    if media == "application/n-triples":
        return GraphAnswer.from_ntriples(data)
    import pyoxigraph as ox

    if media != "text/turtle":
        raise InputError(f"the endpoint answers with {_line(media)}, not with a graph", "Ask another endpoint.")
    try:
        triples = [quad.triple for quad in ox.parse(data, ox.RdfFormat.TURTLE)]
    except SyntaxError as error:
        raise InputError(f"the endpoint's Turtle cannot be read: {_line(error)}", "Ask another endpoint.") from error
    return GraphAnswer.from_ntriples(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")


def _line(message: object) -> str:
    """Return a message as one short line without control characters."""
    flat = " ".join(str(message).split())
    return "".join(c for c in flat if c.isprintable())[:300]
