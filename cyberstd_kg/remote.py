"""The same questions to any SPARQL 1.1 endpoint, by SPARQLWrapper."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

from cyberstd_kg import assets
from cyberstd_kg.errors import InputError, LimitExceeded, QueryRefused, ResourceMissing, UsageError
from cyberstd_kg.iris import PREFIXES
from cyberstd_kg.results import GraphAnswer, Results

#: Some servers answer plain JSON in a form of their own: only the standard's type is asked for.
ROWS_TYPE: Final = "application/sparql-results+json"
GRAPH_TYPE: Final = "application/n-triples"
#: Largest answer that is read, in bytes.
MAX_ANSWER: Final = 64 << 20


class RemoteEndpoint:
    """A SPARQL 1.1 endpoint whose default graph is the union of its named graphs.

    :param url: its address, http or https
    :raises UsageError: when it is no such address
    """

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
        except ValueError:
            sound = False
        if not sound or not url.isascii() or re.search(r"\s", url):
            raise UsageError(f"'{url}' is no address of an endpoint", "Give an http(s) URL without name and password.")
        self.url = url

    def run(self, text: str, *, timeout: float = 10.0) -> Results | GraphAnswer:
        """Run a query there.

        :param timeout: seconds
        :raises QueryRefused: when the endpoint says that the query is bad
        :raises LimitExceeded: when it does not answer in time, or answers too much
        :raises ResourceMissing: when it cannot be reached, fails, or holds data only outside its default graph
        """
        graph = _asks_for_graph(text)
        data = self._send(with_prefixes(text), GRAPH_TYPE if graph else ROWS_TYPE, timeout)
        if graph:
            return GraphAnswer.from_ntriples(data)
        found = Results.from_json(data)
        if found.boolean is None and not found.rows:
            self._check_default_graph(timeout)
        return found

    def _check_default_graph(self, timeout: float) -> None:
        """Tell an empty answer from an endpoint that does not offer the union of its graphs."""
        if not self._probe("default-graph-holds-data", timeout) and self._probe("named-graphs-hold-data", timeout):
            raise ResourceMissing(
                f"the default graph of {self.url} is empty, though it has named graphs",
                "Start it so that the default graph is the union (oxigraph serve --union-default-graph).",
            )

    def _probe(self, name: str, timeout: float) -> bool:
        text = (assets.root() / "queries" / "probe" / f"{name}.rq").read_text(encoding="utf-8")
        return bool(Results.from_json(self._send(text, ROWS_TYPE, timeout)).boolean)

    def _send(self, text: str, accept: str, timeout: float) -> bytes:
        from urllib.error import HTTPError, URLError

        from SPARQLWrapper import POST, SPARQLExceptions, SPARQLWrapper

        wrapper: Any = SPARQLWrapper(self.url, agent="cyberstd-kg")
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", accept)
        wrapper.setTimeout(max(1, round(timeout)))
        wrapper.setQuery(text)
        try:
            data: bytes = wrapper.query().response.read(MAX_ANSWER + 1)
        except SPARQLExceptions.QueryBadFormed as error:
            raise QueryRefused(f"the endpoint refuses the query: {_line(error)}", "Mend the query.") from error
        except (TimeoutError, HTTPError, URLError, SPARQLExceptions.SPARQLWrapperException, OSError) as error:
            raise self._failure(error, timeout) from error
        if len(data) > MAX_ANSWER:
            raise LimitExceeded(f"the answer is larger than {MAX_ANSWER >> 20} MiB", "Ask for less: a FILTER, a LIMIT.")
        try:
            data.decode()
        except UnicodeDecodeError as error:
            raise InputError(f"the answer of {self.url} is not UTF-8", "Ask another endpoint.") from error
        return data

    def _failure(self, error: Exception, timeout: float) -> LimitExceeded | ResourceMissing:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError) or getattr(error, "code", 0) in (503, 504):
            return LimitExceeded(f"{self.url} did not answer within {timeout:g} s", "Ask for less, or raise --timeout.")
        return ResourceMissing(f"{self.url} cannot be asked: {_line(error)}", "Check that it runs and is an endpoint.")


def with_prefixes(text: str) -> str:
    """Declare those of the project's prefixes that a query uses and does not declare; lines keep their numbers."""
    declared = set(re.findall(r"(?i)\bprefix\s+([a-z]+):", text))
    used = [name for name in PREFIXES if name not in declared and re.search(rf"(?<![\w:?$]){name}:", text)]
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in used) + text


def _asks_for_graph(text: str) -> bool:
    bare = re.sub(r"#[^\n]*|<[^<>\s]*>", " ", text)
    found = re.search(r"(?i)\b(select|ask|construct|describe)\b", bare)
    return bool(found) and str(found and found[1]).lower() in ("construct", "describe")


def _line(error: Exception) -> str:
    """Return an error's message as one short line without control characters."""
    flat = " ".join(str(error).split())
    return "".join(c for c in flat if c.isprintable())[:300]
