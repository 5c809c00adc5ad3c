"""Runs a foreign query in a process of its own: guarded, with limits on time, memory and size of the answer.

The engine cannot be cancelled, and some queries end its process.  So a forked child opens the store, gives up the right
to open anything more (files and sockets alike), and answers over a pipe; the parent keeps the clock and kills.  What
comes back is the whole answer or an error, never a part (docs/decisions/0002-process-model.md).
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import BinaryIO, Final, NoReturn

from cyberstd_kg.errors import LimitExceeded, QueryRefused, ResourceMissing

#: Memory that a query may take beyond what the opened store takes, in bytes.
MEMORY: Final = 1 << 30
#: Largest answer, in bytes as SPARQL JSON or N-Triples.
MAX_ANSWER: Final = 64 << 20

# The first byte of what the child sends tells what follows.
ROWS: Final = b"R"
GRAPH: Final = b"G"
REFUSED: Final = b"E"
_CHUNK: Final = 1 << 16
_OUT_OF_MEMORY: Final = 13
_FAILED: Final = 14


def run(store_path: Path, text: str, *, timeout: float, memory: int = MEMORY, max_answer: int = MAX_ANSWER) -> bytes:
    """Answer a query on the store at *store_path*.

    :param text: SPARQL 1.1; the project's prefixes need no PREFIX line
    :param timeout: seconds of wall time
    :param memory: bytes
    :param max_answer: bytes
    :returns: :data:`ROWS` and SPARQL 1.1 Query Results JSON, or :data:`GRAPH` and N-Triples
    :raises QueryRefused: when the query is not allowed or does not parse
    :raises LimitExceeded: when a limit is reached
    :raises ResourceMissing: on a platform that cannot fork
    """
    from cyberstd_kg import guard

    guard.check(text)
    if not hasattr(os, "fork"):
        raise ResourceMissing("queries need a system that can fork", "Use Linux, macOS, or WSL on Windows.")
    reader, writer = os.pipe()
    pid = _fork()
    if pid == 0:
        os.close(reader)
        _child(store_path, text, writer, timeout, memory)
    os.close(writer)
    return _parent(pid, reader, timeout, max_answer)


def _fork() -> int:
    if sys.version_info >= (3, 12):
        import warnings

        # The child uses nothing that a thread of the parent could hold: it opens a store of its own.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return os.fork()
    return os.fork()


def _parent(pid: int, reader: int, timeout: float, max_answer: int) -> bytes:
    deadline = time.monotonic() + timeout
    chunks: list[bytes] = []
    size = 0
    alive = True
    try:
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([reader], [], [], left)[0]:
                raise LimitExceeded(f"the query was stopped after {timeout:g} s", "Ask for less, or raise --timeout.")
            chunk = os.read(reader, _CHUNK)
            if not chunk:
                break
            chunks.append(chunk)
            size += len(chunk)
            if size > max_answer:
                message = f"the answer is larger than {max_answer >> 20} MiB"
                raise LimitExceeded(message, "Ask for less: fewer variables, a FILTER, a LIMIT.")
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        alive = False
    finally:
        os.close(reader)
        if alive:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    return _judge(status, b"".join(chunks), timeout)


def _judge(status: int, data: bytes, timeout: float) -> bytes:
    if status == 0 and data[:1] == REFUSED:
        raise QueryRefused(
            data[1:].decode(), "See the SPARQL 1.1 Query Language; a saved question may do: cyberstd ask."
        )
    if status == 0 and data:
        return data
    if status == -signal.SIGXCPU:
        raise LimitExceeded(f"the query was stopped after {timeout:g} s", "Ask for less, or raise --timeout.")
    if status == _FAILED:
        raise QueryRefused(data[1:].decode(errors="replace") or "the query failed", "Simplify the query.")
    # A process that is killed or aborts has run out of memory or stack: the engine knows no softer end.
    raise LimitExceeded("the query ran out of memory", "Ask for less: a FILTER, a LIMIT, no ORDER BY over a product.")


def _child(store_path: Path, text: str, writer: int, timeout: float, memory: int) -> NoReturn:
    """Answer and end this process; nothing of the parent is cleaned up or flushed here."""
    code = _FAILED
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        with os.fdopen(writer, "wb", _CHUNK) as out:
            _answer(store_path, text, out, timeout, memory)
        code = 0
    except MemoryError:
        code = _OUT_OF_MEMORY
    finally:
        os._exit(code)


def _answer(store_path: Path, text: str, out: BinaryIO, timeout: float, memory: int) -> None:
    import pyoxigraph as ox

    from cyberstd_kg.iris import PREFIXES

    store = ox.Store.read_only(str(store_path))
    limit(timeout, memory)
    try:
        answer = store.query(text, prefixes=dict(PREFIXES))
    except (SyntaxError, ValueError) as error:
        out.write(REFUSED + f"the query does not parse: {error}".encode())
        return
    if isinstance(answer, ox.QueryTriples):
        out.write(GRAPH)
        answer.serialize(out, ox.RdfFormat.N_TRIPLES)
    else:
        out.write(ROWS)
        answer.serialize(out, ox.QueryResultsFormat.JSON)


def limit(timeout: float, memory: int) -> None:
    """Give up, in this process and for good: new files and sockets, writing to files, more memory, more CPU time."""
    import resource

    seconds = int(timeout) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    used = _address_space()
    if used:
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _address_space() -> int:
    """Return the size of this process's address space in bytes, or 0 where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
