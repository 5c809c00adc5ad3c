"""Commands in processes of their own, forked from one that has loaded what they need: so a start costs milliseconds.

Each runs as if it had been started alone: with its own environment, folder, streams, limits and end.  The process that
they are forked from has one thread, and opens no file of the graph.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

#: Reads a call a line, forks, and answers with the exit code; in the child it ends with the command.
_SERVER = """
import json, os, sys
{before}
import {modules}
from cyberstd_kg.cli import main
calls, answers = int(sys.argv[1]), os.fdopen(int(sys.argv[2]), "w")
for line in os.fdopen(calls):
    call = json.loads(line)
    child = os.fork()
    if not child:
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            held = os.open(call[name], os.O_RDWR)
            os.dup2(held, number)
            os.close(held)
        os.environ.clear()
        os.environ.update(call["env"])
        sys.argv[1:] = call["argv"]
        sys.exit(main(call["argv"]))
    status = os.waitpid(child, 0)[1]
    print(os.waitstatus_to_exitcode(status), file=answers, flush=True)
"""


class Done(NamedTuple):
    """How a command ended (the number of a signal below zero), and what it wrote."""

    returncode: int
    stdout: bytes
    stderr: bytes


class Forked:
    """A process that is forked for each command.

    :param before: Python that runs before anything is loaded
    :param modules: what is loaded beside the command line
    """

    def __init__(self, before: str = "", modules: Iterable[str] = ("pyoxigraph",)) -> None:
        calls, calling = os.pipe()
        answering, answers = os.pipe()
        program = _SERVER.format(before=before, modules=", ".join(modules))
        self._process = subprocess.Popen(
            [sys.executable, "-c", program, str(calls), str(answers)],
            pass_fds=(calls, answers),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(calls)
        os.close(answers)
        self._calls, self._answers = os.fdopen(calling, "w"), os.fdopen(answering)

    def run(self, *argv: str, stdin: bytes = b"", env: Mapping[str, str] | None = None, timeout: float = 120) -> Done:
        """Run a command and wait for its end.

        :raises subprocess.TimeoutExpired: after *timeout* seconds; no further command can be run then
        """
        with tempfile.TemporaryDirectory() as folder:
            files = {name: Path(folder, name) for name in ("stdin", "stdout", "stderr")}
            for name, path in files.items():
                path.write_bytes(stdin if name == "stdin" else b"")
            call = {"argv": argv, "env": dict(os.environ if env is None else env)}
            print(json.dumps(call | {name: str(path) for name, path in files.items()}), file=self._calls, flush=True)
            if not select.select([self._answers], [], [], timeout)[0]:
                self.close()
                raise subprocess.TimeoutExpired(argv, timeout)
            code = self._answers.readline()
            assert code, "the process that is forked has ended"
            return Done(int(code), files["stdout"].read_bytes(), files["stderr"].read_bytes())

    def close(self) -> None:
        """End the process, and a command that still runs."""
        import signal

        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._calls, self._answers):
            stream.close()
