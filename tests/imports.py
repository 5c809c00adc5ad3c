"""The imports of the package, read from its syntax trees: rooms, doors, arrows and circles.

Imports inside functions count too: a late import is still an arrow.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

PACKAGE = "cyberstd_kg"

#: The rooms in order.  A room uses only rooms that stand before it, and of them only what their doors name.
ROOMS = (
    *("core", "rdf", "foreign", "designations", "sparql", "mappings", "crosswalks", "graph", "lifecycle", "build"),
    *("cards", "definitions", "validation", "importers", "workspace", "reasoning", "quality", "api", "cli"),
)
#: The modules outside all rooms, each with the rooms that it may use.
OUTSIDE = {"__init__": ("api", "build", "core"), "__main__": ("cli",)}


class Module(NamedTuple):
    """One module of the package: its file, its dotted name, its room (itself outside all rooms), its syntax tree."""

    path: Path
    name: str
    room: str
    tree: ast.Module


class Arrow(NamedTuple):
    """One import: the full dotted name that is imported, its line, and whether it runs when the module loads."""

    target: str
    line: int
    on_load: bool


def room_of(name: str) -> str:
    """Return the room of a dotted name ('cyberstd_kg.cli.look' → 'cli'; of the package itself '__init__')."""
    return name.split(".")[1] if "." in name else "__init__"


def read_modules(folder: Path) -> list[Module]:
    """Parse all modules under *folder*, which holds the package."""
    modules = []
    for path in sorted((folder / PACKAGE).rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        modules.append(Module(path, name, room_of(name), ast.parse(path.read_text(encoding="utf-8"))))
    return modules


def imported(module: Module, names: set[str], node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """Yield what one import statement takes, as full dotted names; *names* are the package's modules."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        parent = module.name if module.path.stem == "__init__" else module.name.rpartition(".")[0]
        above = parent.split(".")[: len(parent.split(".")) - node.level + 1]
        base = ".".join([*above, base] if base else above)
    for alias in node.names:
        full = f"{base}.{alias.name}"
        yield full if full in names else base


def arrows(module: Module, names: set[str]) -> Iterator[Arrow]:
    """Yield the imports of *module* that stay in the package; *names* are the package's modules."""

    def visit(node: ast.AST, on_load: bool) -> Iterator[Arrow]:
        for child in ast.iter_child_nodes(node):
            inner = on_load and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            if isinstance(child, ast.If) and ast.unparse(child.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
                yield from visit(ast.Module(child.body, []), False)
                yield from visit(ast.Module(child.orelse, []), inner)
            elif isinstance(child, ast.Import | ast.ImportFrom):
                yield from (Arrow(target, child.lineno, on_load) for target in imported(module, names, child))
            else:
                yield from visit(child, inner)

    for arrow in visit(module.tree, True):
        if arrow.target.split(".")[0] == PACKAGE:
            yield arrow
    # What is taken from a door by its name: ``from cyberstd_kg import rdf`` and then ``rdf.turtle``.
    doors = {
        alias.asname or alias.name: f"{PACKAGE}.{alias.name}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.module == PACKAGE
        for alias in node.names
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in doors:
            yield Arrow(f"{doors[node.value.id]}.{node.attr}", node.lineno, False)


def offered(modules: list[Module]) -> dict[str, list[str]]:
    """Return what each door names in ``__all__``: room → names, in their order."""
    doors: dict[str, list[str]] = {}
    for module in modules:
        if module.path.stem != "__init__" or module.name.count(".") != 1:
            continue
        for node in module.tree.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                doors[module.room] = ast.literal_eval(node.value)
    return doors


def forbidden(modules: list[Module], rooms: tuple[str, ...] = ROOMS) -> list[str]:
    """Return what breaks the order of the rooms or goes past a door, one line each."""
    names, doors = {module.name for module in modules}, offered(modules)
    faults = []
    for module in modules:
        if module.room not in {*rooms, *OUTSIDE}:
            faults.append(f"{module.name} stands in no room")
            continue
        above = OUTSIDE[module.room] if module.room in OUTSIDE else rooms[: rooms.index(module.room)]
        for arrow in arrows(module, names):
            room = room_of(arrow.target)
            place = f"{module.path.relative_to(module.path.parents[2])}:{arrow.line}"
            if room == module.room:
                continue
            if room not in above:
                faults.append(f"{place}: {module.room} may not use {room}")
            elif arrow.target.count(".") > 1 and arrow.target.split(".")[2] not in doors.get(room, ()):
                faults.append(f"{place}: the door of {room} does not name {arrow.target.split('.')[2]}")
    return faults


def circles(modules: list[Module]) -> dict[str, list[str]]:
    """Return the circles inside rooms, late imports included: room → the modules of one circle."""
    names = {module.name for module in modules}
    within: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)
    for module in modules:
        # A door names what is inside, and a command is found by its name: neither is an arrow.
        targets = {arrow.target for arrow in arrows(module, names) if room_of(arrow.target) == module.room}
        within[module.room][module.name] = targets - {module.name, f"{PACKAGE}.{module.room}"}
    found = {}
    for room, graph in within.items():
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            found[room] = error.args[1]
    return found


def loading_order(modules: list[Module]) -> list[str]:
    """Return the modules in an order in which they can load.

    :raises CycleError: when a module, by loading, needs itself
    """
    names = {module.name for module in modules}
    return list(
        TopologicalSorter(
            {
                module.name: {arrow.target for arrow in arrows(module, names) if arrow.on_load} - {module.name}
                for module in modules
            }
        ).static_order()
    )
