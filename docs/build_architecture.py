"""Writes docs/architecture.md and docs/architecture.svg from the code itself (``--check`` only compares).

The picture counts the names that each room takes from each other one; the ways of four questions are traced while the
program runs.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from imports import ROOMS, Module, arrows, read_modules, room_of  # noqa: E402
from ontodoc.markup import Html, join, tag  # noqa: E402

PAGE, PICTURE = FOLDER / "architecture.md", FOLDER / "architecture.svg"
#: Heading, what is told before the way, the room that is opened, the command.
WAYS = (
    ("The way of an entry through `validate`", "validation", ("validate", "tests/shapes/passing/edition.trig")),
    ("The way of a reference through `show`", "graph", ("show", "27400 7.1.2.10")),
    ("The way of a row through `why`", "crosswalks", ("why", "CSF 2.0 DE.AE-02", "Grundschutz++ DET.6.1")),
    ("The way of a file through the build", "build", ("build",)),
)
HEAD = """# Architecture

Files come in, answers go out, nothing flows back. What follows from the files is worked out once, when the snapshot is
built; every command only reads it ([decision 3](decisions/0003-snapshot.md)). The package consists of rooms. A room
uses only rooms above it, and of them only the modules that their doors (`__init__.py`) name;
`tests/project/test_architecture.py` holds both. A door costs nothing to open: its modules are loaded on first use.

This page is written by `python docs/build_architecture.py` from the code, so it cannot go stale.

## The rooms

| room | for | modules (bold: named by its door) |
|---|---|---|
"""
IMPORTS = f"""
## Who uses whom

![The rooms from above to below, each with the rooms it uses: all arrows point upward]({PICTURE.name})

A row uses the columns at which it has a dot; the number tells how many imports. Nothing stands above the diagonal: no
arrow runs back.

## Four ways through the rooms

Traced while the command runs (`python tests/ways.py`): a line for each call into another room, and within the room in
question for each call into another module, in the order of the calls. Calls into `core` and repeated calls are left
out.
"""
CELL, LEFT, TOP = 34, 190, 120
STYLE = (
    "text{font:14px system-ui,'Segoe UI','DejaVu Sans',sans-serif;fill:#12303d}.n{font-size:11px;fill:#fff}"
    ".g{fill:#f7fafb}.c{stroke:#d4e1e6}.d{fill:#e4f0f5}.b{fill:#1b5e7a}.few{fill:#12303d}"
    "@media(prefers-color-scheme:dark){text{fill:#e6f2f6}.g{fill:#10191d}.c{stroke:#2b3d45}.d{fill:#17303b}"
    ".b{fill:#7cc4df}.n{fill:#10191d}.few{fill:#e6f2f6}}"
)


def uses(modules: list[Module]) -> Counter[tuple[str, str]]:
    """Return (room, room it uses) → how many import statements."""
    names = {module.name for module in modules}
    pairs = Counter((module.room, room_of(arrow.target)) for module in modules for arrow in arrows(module, names))
    return Counter({pair: count for pair, count in pairs.items() if pair[0] != pair[1] and {*pair} <= {*ROOMS}})


def picture(counts: Counter[tuple[str, str]]) -> str:
    """Return the table of the rooms as SVG: a dot where the room of the row uses the room of the column."""
    size = CELL * len(ROOMS)
    parts: list[str] = []
    for at, room in enumerate(ROOMS):
        middle = at * CELL + CELL // 2
        parts.append(tag("text", room, x=str(LEFT - 12), y=str(TOP + middle + 5), text_anchor="end"))
        turned = f"rotate(-60 {LEFT + middle} {TOP - 10})"
        parts.append(tag("text", room, x=str(LEFT + middle), y=str(TOP - 10), transform=turned))
        line = {"class": "c"}
        parts.append(tag("path", d=f"M{LEFT} {TOP + at * CELL}h{size}M{LEFT + at * CELL} {TOP}v{size}", **line))
        box = {"x": str(LEFT + at * CELL), "y": str(TOP + at * CELL), "width": str(CELL), "height": str(CELL)}
        parts.append(tag("rect", **box, **{"class": "d"}))
    for (room, used), count in sorted(counts.items()):
        x, y = LEFT + ROOMS.index(used) * CELL + CELL / 2, TOP + ROOMS.index(room) * CELL + CELL / 2
        radius = min(3 + count**0.5 * 1.6, CELL / 2 - 2)
        title = tag("title", f"{room} uses {used}: {count}")
        parts.append(tag("circle", title, cx=f"{x:g}", cy=f"{y:g}", r=f"{radius:.1f}", **{"class": "b"}))
        if radius > 8:
            parts.append(tag("text", str(count), x=f"{x:g}", y=f"{y + 4:g}", text_anchor="middle", **{"class": "n"}))
    wide, high = LEFT + size + 60, TOP + size + 20
    ground = tag("rect", width=str(wide), height=str(high), **{"class": "g"})
    return (
        tag(
            "svg",
            tag("title", "The rooms of cyberstd-kg and who uses whom"),
            tag("style", Html(STYLE)),
            ground,
            join(*map(Html, parts)),
            viewBox=f"0 0 {wide} {high}",
            width=str(wide),
            xmlns="http://www.w3.org/2000/svg",
            role="img",
        )
        + "\n"
    )


def plain(text: str) -> str:
    """Return a sentence of a docstring without the marks of its roles: ":func:`~a.b`" → "`b`"."""
    text = re.sub(r":\w+:`~?(?:[\w.]+\.)?(\w+)`", r"`\1`", text)
    return re.sub(r"``(.+?)``", r"`\1`", text)


def room_rows(modules: list[Module]) -> list[str]:
    """Return the table of the rooms: what each is for, and its modules."""
    rows = []
    for room in ROOMS:
        inside = [module for module in modules if module.room == room]
        door = next(module for module in inside if module.path.stem == "__init__")
        text = (ast.get_docstring(door.tree) or "").partition("\n")[0]
        public = re.findall(r"^- ``(\w+)``", ast.get_docstring(door.tree) or "", re.MULTILINE)
        names = [module.path.stem for module in inside if module is not door]
        shown = ", ".join(f"**{name}**" if name in public else name for name in names)
        rows.append(f"| `{room}` | {plain(text)} | {shown} |")
    return rows


def build() -> dict[Path, str]:
    """Return the text of each file."""
    modules = read_modules(ROOT)
    parts = [HEAD + "\n".join(room_rows(modules)) + "\n", IMPORTS]
    for heading, inside, command in WAYS:
        program = [sys.executable, str(ROOT / "tests" / "ways.py"), "--inside", inside, *command]
        done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)
        shown = " ".join(f'"{word}"' if " " in word else word for word in command)
        what = f"`cyberstd {shown}`" if command[0] != "build" else "Of a small graph, with a new cache."
        parts.append(f"\n### {heading}\n\n{what}\n\n```\n{plain(done.stdout)}```\n")
    return {PAGE: "".join(parts), PICTURE: picture(uses(modules))}


if __name__ == "__main__":
    files = build()
    if "--check" in sys.argv:
        stale = [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
        sys.exit(f"{', '.join(path.name for path in stale)}: run python docs/build_architecture.py" if stale else 0)
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
