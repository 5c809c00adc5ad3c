"""The way of a command through the rooms: which function calls which of another room, in the order of the calls.

    python tests/ways.py --inside cards show "27400 7.1.2.10"

runs the command and prints its way as a tree: a line for each call that enters a room from another one, with the first
line of what the function says of itself.  In the room ``--inside``, calls from one module to another count too.  A call
that its caller has made before is not repeated.  Calls into ``core``, on which everything stands, and of private
functions are left out.  ``build`` instead of a command compiles a small graph.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import pkgutil
import sys
import tempfile
from importlib import import_module
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from imports import PACKAGE, room_of  # noqa: E402

#: Rooms whose calls are not shown.
_GROUND = ("core", "__init__", "__main__")
_WIDTH = 118


class Call(NamedTuple):
    """A call into a room: the room, the function (``module.name``), what it says of itself, and the calls it makes."""

    room: str
    name: str
    about: str
    calls: list[Call]


class Tracer:
    """Records the calls between rooms while it is switched on.

    :param inside: a room of which the modules count as rooms
    """

    def __init__(self, inside: str) -> None:
        self._inside = inside
        self.top = Call("", "", "", [])
        self._open: list[tuple[FrameType, Call]] = []

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        """Take one event of ``sys.setprofile``."""
        if event == "return" and self._open and self._open[-1][0] is frame:
            self._open.pop()
        elif event == "call":
            module = frame.f_globals.get("__name__", "")
            code = frame.f_code
            # The body of a class or module is no call: only functions have optimized local variables.
            if module.startswith(f"{PACKAGE}.") and code.co_flags & CO_OPTIMIZED and "<" not in code.co_qualname:
                self._enter(frame, module, code)

    def _enter(self, frame: FrameType, module: str, code: CodeType) -> None:
        room = room_of(module)
        above = self._open[-1][1] if self._open else self.top
        names = code.co_qualname.split(".")
        if room in _GROUND or any(name.startswith("_") for name in names):
            return
        name = f"{module.removeprefix(f'{PACKAGE}.')}.{code.co_qualname}"
        if room == above.room and (room != self._inside or name.split(".")[1] == above.name.split(".")[1]):
            return
        call = next((made for made in above.calls if made.name == name), None)
        if call is None:
            about = code.co_consts[0] if code.co_consts and isinstance(code.co_consts[0], str) else ""
            call = Call(room, name, about.partition("\n")[0], [])
            above.calls.append(call)
        self._open.append((frame, call))


def way(arguments: list[str], inside: str = "") -> list[str]:
    """Run a command and return its way as lines; what it prints is thrown away."""
    from cyberstd_kg.build.snapshot import open_snapshot

    for module in pkgutil.walk_packages([str(ROOT / PACKAGE)], f"{PACKAGE}."):
        if not module.name.endswith("__main__"):
            import_module(module.name)  # what is done while a module loads is no part of the way
    tracer = Tracer(inside)
    with tempfile.TemporaryDirectory() as folder:
        if arguments == ["build"]:
            import small_graph

            small_graph.write(Path(folder, "graph"))
            cache, root = Path(folder, "cache"), Path(folder, "graph")
            _traced(tracer, lambda: open_snapshot(cache, root))
        else:
            from cyberstd_kg.cli import main

            open_snapshot()
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                _traced(tracer, lambda: main(arguments))
    lines: list[str] = []
    for call in tracer.top.calls:
        _write(call, 0, lines)
    return lines


def _traced(tracer: Tracer, work: Any) -> None:
    sys.setprofile(tracer)
    try:
        work()
    finally:
        sys.setprofile(None)


def _write(call: Call, depth: int, lines: list[str]) -> None:
    line = f"{'  ' * depth + call.name:<54} {call.about}".rstrip()
    lines.append(line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1].rstrip()}…")
    for made in call.calls:
        _write(made, depth + 1, lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--inside", default="", metavar="ROOM")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    print("\n".join(way(given.command, given.inside)))
