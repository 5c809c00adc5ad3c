"""Runs one query in a process of its own that can be killed, and that can open no file and no connection.

The engine has no deadline, no memory limit and no switch for SERVICE, and a query can crash it.  So each query gets a
forked child.  The child opens the store read-only, gives up what it does not need, runs the query, and writes the whole
answer into a pipe; the parent keeps the clock.  What does not come back whole is an error, never a part of an answer.

The child's limits (figures and reasons: docs/decisions/0002-process-model.md):

* no file and no socket can be opened any more: ``RLIMIT_NOFILE`` 0, set once the engine has opened its files;
* memory: ``RLIMIT_AS``, so much above what is in use with the store open;
* processor time: ``RLIMIT_CPU``, a little more than the deadline, in case nobody keeps the clock;
* no core file; nothing to read on standard input, nothing that it says is seen;
* it dies with its parent: a pipe that only the parent holds sends it SIGIO when it closes.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from cyberstd_kg.core.errors import CyberstdError, LimitExceeded, QueryRefused, ResourceMissing, UsageError
from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.sparql import guard, store_files

if TYPE_CHECKING:
    from pathlib import Path

    import pyoxigraph

#: Bytes of address space that a query may use beyond those of the opened store.
MEMORY: Final = 1 << 30
#: Bytes of an answer.
MAX_ANSWER: Final = 16 << 20

#: First byte of an answer: SPARQL 1.1 Query Results JSON follows, or sorted N-Triples.
ROWS: Final = b"R"
GRAPH: Final = b"G"
# First byte of what else the child writes.  Eight bytes of length follow, then so many bytes.
_SYNTAX, _REFUSED, _MEMORY, _SIZE, _STORE = (bytes([code]) for code in b"sfmzo")
_HEAD: Final = 9


class QueryLimits(NamedTuple):
    """What one query may take: seconds, bytes of memory beyond those in use, bytes of answer."""

    timeout: float = 10.0
    memory: int = MEMORY
    max_answer: int = MAX_ANSWER


class _TooLarge(Exception):
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
) -> bytes:
    """Run one foreign query against a store's folder and return its whole answer.

    :param store_path: folder of a store whose files the engine can open beforehand;
        see :mod:`cyberstd_kg.sparql.store_files`
    :param timeout: seconds, from the fork to the last byte
    :param memory: bytes beyond those in use with the store open
    :param max_answer: longest answer, in bytes
    :param prefixes: prefixes that need no PREFIX line; a PREFIX line of the query goes before them
    :param base: IRI against which relative IRIs are resolved; without it they are refused
    :returns: :data:`ROWS` and SPARQL 1.1 Query Results JSON, or :data:`GRAPH` and N-Triples, sorted, each once
    :raises QueryRefused: when the guard refuses it, or it does not parse; with line and column
    :raises LimitExceeded: when time, memory, size or the engine's stack ran out
    :raises ResourceMissing: when the store cannot be opened, or the platform has no fork
    """
    guard.check(text)
    return run_unguarded(store_path, text, QueryLimits(timeout, memory, max_answer), prefixes, base)


def run_unguarded(
    store_path: Path | str,
    text: str,
    limits: QueryLimits,
    prefixes: Mapping[str, str] = PREFIXES,
    base: str | None = None,
) -> bytes:
    """Run a query that the guard has seen, or whose text is ours; otherwise as :func:`run`."""
    if not 0 < limits.timeout <= 86400:
        raise UsageError(f"a time limit of {limits.timeout:g} s makes no sense", "Give seconds, more than 0.")
    if not hasattr(os, "fork"):
        raise ResourceMissing("queries need a system with fork", "Use Linux, macOS or WSL, or ask with --endpoint.")
    deadline = time.monotonic() + limits.timeout
    parent = os.getpid()
    try:
        answer_end, write_end = _pipe()
        lifeline, lifeline_end = _pipe()
        pid = _fork()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ResourceMissing(f"no process for the query can be started: {reason}", "Try again later.") from error
    if pid == 0:
        _child((write_end, lifeline), parent, os.fspath(store_path), text, limits, (dict(prefixes), base))
    patience = 0.0
    try:
        os.close(write_end)
        os.close(lifeline)
        frame = _read(answer_end, deadline, _HEAD + max(limits.max_answer, 1 << 16))
        patience = 0.0 if frame is None or _whole(frame) else 2.0  # one that crashed is let end, to learn of what
    finally:
        os.close(answer_end)
        status = _reap(pid, patience)
        os.close(lifeline_end)
    if frame is None:
        raise _too_slow(limits)
    if not _whole(frame):
        raise _crashed(status, limits)
    code, data = frame[:1], frame[_HEAD:]
    if code not in (ROWS, GRAPH):
        raise _failure(code, data.decode("utf-8", "replace"), limits)
    return code + data


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

    # Newer Pythons warn when other threads exist, such as those of a store that is open.  The child starts none of
    # them again and touches nothing of theirs; should it hang nevertheless, the deadline ends it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _read(source: int, deadline: float, limit: int) -> bytes | None:
    """Read a frame, or what there is of it when the other end closes; return None when the deadline passes first."""
    import select

    poll = select.poll()
    poll.register(source, select.POLLIN | select.POLLHUP)
    found = bytearray()
    while (left := deadline - time.monotonic()) > 0:
        if not poll.poll(left * 1000):
            continue
        chunk = os.read(source, 1 << 20)
        found += chunk
        if not chunk or len(found) > limit or _whole(found):
            return bytes(found)
    return None


def _whole(frame: bytes | bytearray) -> bool:
    return len(frame) >= _HEAD and len(frame) == _HEAD + int.from_bytes(frame[1:_HEAD], "big")


def _reap(pid: int, patience: float) -> int:
    """Return the exit status of a child, which is killed unless it ends within *patience* seconds."""
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
    except ChildProcessError:  # the caller ignores SIGCHLD, so that the system keeps no status
        return 0


def _too_slow(limits: QueryLimits) -> LimitExceeded:
    hint = "Ask for less (fewer patterns, no products of unconnected ones), or give it more time with --timeout."
    return LimitExceeded(f"the query exceeded its {limits.timeout:g} s", hint)


def _out_of_memory(limits: QueryLimits) -> LimitExceeded:
    hint = "Ask for less: fewer rows to sort or group, shorter texts to join."
    return LimitExceeded(f"the query exceeded its {limits.memory >> 20} MiB of memory", hint)


def _crashed(status: int, limits: QueryLimits) -> LimitExceeded:
    """Say why a child ended without an answer, from its exit status."""
    import signal

    by: int = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if by == signal.SIGXCPU:
        return _too_slow(limits)
    if by in (signal.SIGABRT, signal.SIGKILL):  # a failed allocation ends the engine; so does the system's killer
        return _out_of_memory(limits)
    how = signal.Signals(by).name if by else f"exit status {os.waitstatus_to_exitcode(status)}"
    return LimitExceeded(f"the query made the engine crash ({how})", "Nest and chain less, or split the query.")


def _failure(code: bytes, message: str, limits: QueryLimits) -> CyberstdError:
    """Return the error that the child reports."""
    if code == _SYNTAX:
        return _syntax(message)
    if code == _REFUSED:
        return QueryRefused(f"the engine cannot answer this query: {message}", "Write it otherwise.")
    if code == _MEMORY:
        return _out_of_memory(limits)
    if code == _SIZE:
        size = f"{limits.max_answer / (1 << 20):g} MiB"
        return LimitExceeded(f"the answer exceeded its {size}", "Ask for less, or for parts with LIMIT.")
    return ResourceMissing(f"the graph's store cannot be read: {message}", "Delete its folder; it is built anew.")


def _syntax(message: str) -> QueryRefused:
    """Turn the parser's 'error at LINE:COLUMN: expected …' into a sentence; its lists of characters are cut."""
    import re

    found = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    if found is None:
        return QueryRefused(f"the query does not parse: {message[:300]}", "Mend the query.")
    what = " ".join(found[3].split())
    what = "" if "<unreported>" in what else f": {what[:200]}{' …' if len(what) > 200 else ''}"
    where = f"line {found[1]}, column {found[2]}"
    return QueryRefused(f"the query does not parse at {where}{what}", "Mend what stands there or right before it.")


# ── The child ──


def _child(
    ends: tuple[int, int],
    parent: int,
    store_path: str,
    text: str,
    limits: QueryLimits,
    names: tuple[dict[str, str], str | None],
) -> NoReturn:
    """Run the query, write the answer, end.  Nothing gets out of here: not an exception, not a buffer to be flushed."""
    try:
        _renounce(*ends, parent)
        code, data = _outcome(store_path, text, limits, *names)
        frame = memoryview(code + len(data).to_bytes(_HEAD - 1, "big") + data)
        while frame:
            frame = frame[os.write(ends[0], frame) :]
        os._exit(0)
    finally:
        os._exit(1)


def _renounce(write_end: int, lifeline: int, parent: int) -> None:
    """Give up the parent's signals and files, and arrange to die with it."""
    import fcntl
    import signal

    for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE, signal.SIGXCPU, signal.SIGIO):
        signal.signal(kind, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nothing, standard)
    try:
        others = [int(name) for name in os.listdir("/dev/fd")]  # noqa: PTH208 - pathlib costs time
    except OSError:
        others = list(range(1024))
    for number in others:
        if number > 2 and number not in (write_end, lifeline):
            with suppress(OSError):
                os.close(number)
    # Linux: the kernel sends SIGIO, which ends us, when the parent's end of the pipe closes, however the parent ended.
    # (prctl's parent-death signal needs ctypes, and comes as soon as the parent's thread ends.)  Elsewhere a child that
    # lost its parent ends by RLIMIT_CPU, or by SIGPIPE when it writes.
    if sys.platform == "linux":
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | fcntl.FASYNC)
    if os.getppid() != parent:
        os._exit(1)


def _outcome(
    store_path: str, text: str, limits: QueryLimits, prefixes: dict[str, str], base: str | None
) -> tuple[bytes, bytes]:
    """Return the first byte of the frame, and the answer or a message."""
    try:
        import pyoxigraph

        store = pyoxigraph.Store.read_only(store_path)
        store_files.open_all(store, store_path, limits.timeout / 2)
    except OSError as error:
        return _STORE, str(error).encode()
    try:
        _limit(limits)
        return _ask(store, text, limits.max_answer, prefixes, base)
    except SyntaxError as error:
        return _SYNTAX, str(error.msg).encode()
    except MemoryError:
        return _MEMORY, b""
    except _TooLarge:
        return _SIZE, b""
    except Exception as error:
        return _REFUSED, str(error)[:1000].encode("utf-8", "replace")


def _limit(limits: QueryLimits) -> None:
    """Limit this process, for good."""
    import resource

    wanted = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, 0), (resource.RLIMIT_FSIZE, 0)]
    if sys.platform == "linux":  # elsewhere the address space in use cannot be told, and the limit is not kept
        with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123
            in_use = int(statm.read().split()[0]) * resource.getpagesize()
        wanted.append((resource.RLIMIT_AS, in_use + limits.memory))
    for which, value in wanted:
        hard = resource.getrlimit(which)[1]
        kept = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (kept, kept))
    cpu = int(limits.timeout) + 2
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard == resource.RLIM_INFINITY or hard > cpu:  # SIGXCPU at the first figure, SIGKILL at the second
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))


class _Capped:
    """A file in memory that refuses to grow beyond a size."""

    def __init__(self, max_size: int) -> None:
        self.data = bytearray()
        self._max_size = max_size

    def write(self, chunk: bytes) -> int:
        if len(self.data) + len(chunk) > self._max_size:
            raise _TooLarge
        self.data += chunk
        return len(chunk)

    def flush(self) -> None:
        pass


def _ask(
    store: pyoxigraph.Store, text: str, max_size: int, prefixes: dict[str, str], base: str | None
) -> tuple[bytes, bytes]:
    import pyoxigraph

    found = store.query(text, prefixes=prefixes, base_iri=base)
    out = _Capped(max_size)
    if isinstance(found, pyoxigraph.QueryTriples):
        found.serialize(out, pyoxigraph.RdfFormat.N_TRIPLES)  # type: ignore[arg-type]
        return GRAPH, b"".join(sorted(line + b"\n" for line in set(bytes(out.data).split(b"\n")) - {b""}))
    found.serialize(out, pyoxigraph.QueryResultsFormat.JSON)  # type: ignore[arg-type]
    return ROWS, bytes(out.data)
