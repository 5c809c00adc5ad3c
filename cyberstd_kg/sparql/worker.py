"""Runs one query in a separate process that can be killed, and that can open no file and no connection.

The engine has no deadline, no memory limit and no switch for SERVICE, and a query can crash it.  So each query gets a
forked child.  The child opens the store read-only, gives up what it does not need, runs the query, and writes the whole
answer into a pipe; the parent watches the clock.  An answer that is not complete is an error: no part of it is used.

The child's limits (figures and reasons: docs/decisions/0002-process-model.md):

* it can open no file and no socket: ``RLIMIT_NOFILE`` 0, set once the engine has opened its files;
* memory: ``RLIMIT_AS``, an allowance above what is in use with the store open;
* processor time: ``RLIMIT_CPU``, a little more than the deadline, in case nobody watches the clock;
* no core file; standard input is empty, and its output is discarded;
* it ends with its parent: a pipe that only the parent holds sends it SIGIO when it closes.
"""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from cyberstd_kg.core.errors import CyberstdError, LimitExceeded, QueryRefused, ResourceMissing, UsageError
from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.sparql import guard, store_files

if TYPE_CHECKING:
    from pathlib import Path

    import pyoxigraph

#: Bytes of address space for a query beyond those of the opened store.
MEMORY: Final = 1 << 30
#: Longest answer, in bytes.
MAX_ANSWER: Final = 16 << 20

#: First byte of an answer: SPARQL 1.1 Query Results JSON follows, or sorted N-Triples.
ROWS: Final = b"R"
GRAPH: Final = b"G"
# First byte of an error.  After the first byte, eight bytes give the length of the rest.
_SYNTAX, _REFUSED, _MEMORY, _SIZE, _STORE = (bytes([code]) for code in b"sfmzo")
_HEAD: Final = 9


class _Job(NamedTuple):
    """A query and its limits, as :func:`run` takes them."""

    store_path: str
    text: str
    timeout: float
    memory: int
    max_answer: int
    prefixes: dict[str, str]
    base: str | None


class _TooLargeError(Exception):
    pass


def run(
    store_path: Path | str,
    text: str,
    *,
    timeout: float = 10.0,
    memory: int = MEMORY,
    max_answer: int = MAX_ANSWER,
    prefixes: Mapping[str, str] = PREFIXES,
    base: str | None = None,
    is_checked: bool = False,
) -> bytes:
    """Run one foreign query against a store's folder and return its whole answer.

    :param store_path: folder of a store; the engine can open all its files beforehand, see
        :mod:`cyberstd_kg.sparql.store_files`
    :param timeout: seconds, from the fork to the last byte
    :param memory: bytes beyond those in use with the store open
    :param max_answer: longest answer, in bytes
    :param prefixes: prefixes that need no PREFIX line; a PREFIX line of the query takes precedence
    :param base: IRI that resolves relative IRIs; without it they are refused
    :param is_checked: the guard has already let the query pass
    :returns: :data:`ROWS` and SPARQL 1.1 Query Results JSON, or :data:`GRAPH` and N-Triples, sorted, each once
    :raises QueryRefused: when the guard refuses the query, or it does not parse; with line and column
    :raises LimitExceeded: when it exceeds its time, memory or size, or the engine's stack
    :raises ResourceMissing: when the store cannot be opened, or the platform has no fork
    :raises UsageError: when *timeout* is not a possible one
    """
    check_timeout(timeout)
    if not is_checked:
        guard.check(text)
    if not hasattr(os, "fork"):
        raise ResourceMissing("queries need a system with fork", "Use Linux, macOS or WSL, or ask with --endpoint.")
    job = _Job(os.fspath(store_path), text, timeout, memory, max_answer, dict(prefixes), base)
    deadline = time.monotonic() + timeout
    parent = os.getpid()
    try:
        answer_end, write_end = _pipe()
        lifeline, lifeline_end = _pipe()
        pid = _fork()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ResourceMissing(f"no process for the query can be started: {reason}", "Try again later.") from error
    if pid == 0:
        _child(job, write_end, lifeline, parent)
    patience = 0.0
    try:
        os.close(write_end)
        os.close(lifeline)
        frame = _read(answer_end, deadline, _HEAD + max(max_answer, 1 << 16))
        patience = 0.0 if frame is None or _is_complete(frame) else 2.0  # its exit status tells why it crashed
    finally:
        os.close(answer_end)
        status = _reap(pid, patience)
        os.close(lifeline_end)
    if frame is None:
        raise _too_slow(job)
    if not _is_complete(frame):
        raise _crashed(status, job)
    code, data = frame[:1], frame[_HEAD:]
    if code not in (ROWS, GRAPH):
        raise _failure(code, data.decode("utf-8", "replace"), job)
    return code + data


def check_timeout(seconds: float) -> None:
    """Refuse a time limit of nothing, or of more than a day.

    :raises UsageError: then
    """
    if not 0 < seconds <= 86400:
        raise UsageError(f"a time limit of {seconds:g} s is not possible", "Give seconds, more than 0, at most a day.")


# ── The parent ──


def _pipe() -> tuple[int, int]:
    """Return a pipe whose ends are above 2, even where the caller has closed standard input, output or error."""
    import fcntl

    ends = os.pipe()
    if min(ends) > 2:
        return ends
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 3) for end in ends]
    for end in ends:
        os.close(end)
    return high[0], high[1]


def _fork() -> int:
    if sys.version_info < (3, 12):
        return os.fork()
    import warnings

    # Newer Pythons warn when other threads exist, such as those of a store that is open.  The child does not restart
    # them and does not touch their data; if it hangs nevertheless, the deadline ends it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _read(source: int, deadline: float, limit: int) -> bytes | None:
    """Return a frame, or its part when the other end closes; None when the deadline passes first."""
    import select

    poll = select.poll()
    poll.register(source, select.POLLIN | select.POLLHUP)
    frame = bytearray()
    while (left := deadline - time.monotonic()) > 0:
        if not poll.poll(left * 1000):
            continue
        chunk = os.read(source, 1 << 20)
        frame += chunk
        if not chunk or len(frame) > limit or _is_complete(frame):
            return bytes(frame)
    return None


def _is_complete(frame: bytes | bytearray) -> bool:
    return len(frame) >= _HEAD and len(frame) == _HEAD + int.from_bytes(frame[1:_HEAD], "big")


def _reap(pid: int, patience: float) -> int:
    """Return the exit status of a child; kill it unless it ends within *patience* seconds."""
    import signal

    until = time.monotonic() + patience
    try:
        while True:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                return status
            if time.monotonic() >= until:
                os.kill(pid, signal.SIGKILL)
                return os.waitpid(pid, 0)[1]
            time.sleep(0.002)
    except ChildProcessError:  # the caller ignores SIGCHLD, so the system keeps no status
        return 0


def _too_slow(job: _Job) -> LimitExceeded:
    hint = "Ask for less (fewer patterns, no products of unconnected ones), or give it more time with --timeout."
    return LimitExceeded(f"the query exceeded its {job.timeout:g} s", hint)


def _out_of_memory(job: _Job) -> LimitExceeded:
    hint = "Ask for less: fewer rows to sort or group, shorter texts to join."
    return LimitExceeded(f"the query exceeded its {job.memory >> 20} MiB of memory", hint)


def _crashed(status: int, job: _Job) -> LimitExceeded:
    """Return why a child ended without an answer, from its exit status."""
    import signal

    number: int = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number == signal.SIGXCPU:
        return _too_slow(job)
    if number in (signal.SIGABRT, signal.SIGKILL):  # a failed allocation ends the engine; so does the system's killer
        return _out_of_memory(job)
    how = signal.Signals(number).name if number else f"exit status {os.waitstatus_to_exitcode(status)}"
    return LimitExceeded(f"the query made the engine crash ({how})", "Nest and chain less, or split the query.")


def _failure(code: bytes, message: str, job: _Job) -> CyberstdError:
    """Return the error that the child reports."""
    if code == _SYNTAX:
        return _syntax(message)
    if code == _REFUSED:
        return QueryRefused(f"the engine cannot answer this query: {message}", "Rewrite the query.")
    if code == _MEMORY:
        return _out_of_memory(job)
    if code == _SIZE:
        size = f"{job.max_answer / (1 << 20):g} MiB"
        return LimitExceeded(f"the answer exceeded its {size}", "Ask for less, or for parts with LIMIT.")
    return ResourceMissing(f"the graph's store cannot be read: {message}", "Delete its folder; it is rebuilt.")


def _syntax(message: str) -> QueryRefused:
    """Turn the parser's 'error at LINE:COLUMN: expected …' into a sentence; its long lists of characters are cut."""
    import re

    match = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    if match is None:
        return QueryRefused(f"the query does not parse: {message[:300]}", "Correct the query.")
    what = " ".join(match[3].split())
    what = "" if "<unreported>" in what else f": {what[:200]}{' …' if len(what) > 200 else ''}"
    where = f"line {match[1]}, column {match[2]}"
    return QueryRefused(f"the query does not parse at {where}{what}", "Correct the query there or right before it.")


# ── The child ──


def _child(job: _Job, write_end: int, lifeline: int, parent: int) -> NoReturn:
    """Run the query, write the answer, end.  Nothing leaves this function: no exception, no buffer to be flushed."""
    try:
        _renounce(write_end, lifeline, parent)
        code, data = _outcome(job)
        frame = memoryview(code + len(data).to_bytes(_HEAD - 1, "big") + data)
        while frame:
            frame = frame[os.write(write_end, frame) :]
        os._exit(0)
    finally:
        os._exit(1)


def _renounce(write_end: int, lifeline: int, parent: int) -> None:
    """Give up the parent's signals and files, and arrange to end with it."""
    import fcntl
    import signal

    for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE, signal.SIGXCPU, signal.SIGIO):
        signal.signal(kind, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    null = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(null, standard)
    try:
        descriptors = [int(name) for name in os.listdir("/dev/fd")]  # noqa: PTH208 - pathlib costs time
    except OSError:
        descriptors = list(range(1024))
    for number in descriptors:
        if number > 2 and number not in (write_end, lifeline):
            with suppress(OSError):
                os.close(number)
    # Linux: the kernel sends SIGIO, which ends this process, when the parent's end of the pipe closes, whatever ended
    # the parent.  (prctl's parent-death signal needs ctypes, and comes as soon as the parent's thread ends.)  Elsewhere
    # a child that lost its parent ends by RLIMIT_CPU, or by SIGPIPE when it writes.
    if sys.platform == "linux":
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | fcntl.FASYNC)
    if os.getppid() != parent:
        os._exit(1)


def _outcome(job: _Job) -> tuple[bytes, bytes]:
    """Return the first byte of the frame, and the answer or a message."""
    try:
        import pyoxigraph

        store = pyoxigraph.Store.read_only(job.store_path)
        store_files.open_all(store, job.store_path, job.timeout / 2)
    except OSError as error:
        return _STORE, str(error).encode()
    try:
        _limit(job.timeout, job.memory)
        return _ask(store, job)
    except SyntaxError as error:
        return _SYNTAX, str(error.msg).encode()
    except MemoryError:
        return _MEMORY, b""
    except _TooLargeError:
        return _SIZE, b""
    except Exception as error:
        return _REFUSED, str(error)[:1000].encode("utf-8", "replace")


def _limit(timeout: float, memory: int) -> None:
    """Limit this process until it ends: processor time in seconds, and bytes beyond those in use."""
    import resource

    wanted = {resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: 0, resource.RLIMIT_FSIZE: 0}
    if sys.platform == "linux":  # elsewhere the address space in use is not known, and the limit is not enforced
        with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123
            in_use = int(statm.read().split()[0]) * resource.getpagesize()
        wanted[resource.RLIMIT_AS] = in_use + memory
    for which, value in wanted.items():
        hard = resource.getrlimit(which)[1]
        limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (limit, limit))
    cpu = int(timeout) + 2
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard == resource.RLIM_INFINITY or hard > cpu:  # SIGXCPU at the first figure, SIGKILL at the second
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))


class _Capped(io.BytesIO):
    """A file in memory that refuses to grow beyond a size."""

    def __init__(self, max_size: int) -> None:
        super().__init__()
        self._max_size = max_size

    def write(self, chunk: Any) -> int:
        if self.tell() + len(memoryview(chunk)) > self._max_size:
            raise _TooLargeError
        return super().write(chunk)


def _ask(store: pyoxigraph.Store, job: _Job) -> tuple[bytes, bytes]:
    import pyoxigraph

    answer = store.query(job.text, prefixes=job.prefixes, base_iri=job.base)
    out = _Capped(job.max_answer)
    if isinstance(answer, pyoxigraph.QueryTriples):
        answer.serialize(out, pyoxigraph.RdfFormat.N_TRIPLES)
        return GRAPH, b"".join(sorted(line + b"\n" for line in set(out.getvalue().split(b"\n")) - {b""}))
    answer.serialize(out, pyoxigraph.QueryResultsFormat.JSON)
    return ROWS, out.getvalue()
