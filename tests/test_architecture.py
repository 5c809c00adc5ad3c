"""The house rules: which room may use which, what a door offers, how long a module may be, what never stands in a file.

Imports are read from the syntax tree, those inside functions too: a late import is still an arrow.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

from cyberstd_kg.build import inputs

PACKAGE = "cyberstd_kg"
MAX_LINES = 400

#: The rooms in order.  A room uses only rooms that stand before it, and of them only what their doors name.
ROOMS = (
    *("core", "rdf", "foreign", "designations", "lifecycle", "sparql", "mappings", "crosswalks", "graph", "build"),
    *("cards", "definitions", "validation", "importers", "workspace", "reasoning", "quality", "api", "cli"),
)
#: The modules outside all rooms, each with the rooms that it may use.
OUTSIDE = {"__init__": ("api", "build", "core"), "__main__": ("cli",)}

QUERY = re.compile(
    r"\b(?:select|construct|describe)\b[^{}]*\{|\bask\s*\{|\bwhere\s*\{|\b(?:insert|delete)(?:\s+data)?\s*\{",
    re.IGNORECASE,
)
#: A command that a help text shows, as one types it.
EXAMPLE = re.compile(r"cyberstd query '[^'\n]*'")
#: Folders of a developer's machine and hosts of package registries.  Written in halves: this file is searched too.
MACHINE = re.compile(
    r"(?<![\w.~-])(?<!:/)/" + r"(?:work|root|tmp|home|opt|Users)/\w"
    r"|\bpy" + r"pi\.org|\bpython" + r"hosted\.org|\bnpm" + r"js\.org|\bdeb" + r"ian\.org/debian|\bcrates" + r"\.io"
)


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


def public_classes(modules: list[Module]) -> dict[str, list[str]]:
    """Return the public classes: name → the modules that define one of it."""
    defined: defaultdict[str, list[str]] = defaultdict(list)
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                defined[node.name].append(module.name)
    return defined


def holds_query(text: str) -> bool:
    """Tell whether *text* holds SPARQL, other than as an example of a command to type."""
    return QUERY.search(EXAMPLE.sub("", text)) is not None


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and text of each string in *tree*; what an f-string fills in is left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(part.value for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def tracked(root: Path) -> list[Path]:
    """Return the files that are, or would be, under version control; skip the test where git cannot tell."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout.decode()
    except (OSError, subprocess.CalledProcessError) as problem:
        pytest.skip(f"git cannot list the files: {problem}")
    return [root / name for name in listed.split("\0") if name and (root / name).is_file()]


@pytest.fixture(scope="module")
def modules(root: Path) -> list[Module]:
    return read_modules(root)


def test_rooms_stand_in_order_and_are_entered_by_their_doors(modules: list[Module]) -> None:
    assert forbidden(modules) == []


def test_no_circle_inside_a_room(modules: list[Module]) -> None:
    assert circles(modules) == {}


def test_no_cycle_when_modules_load(modules: list[Module]) -> None:
    assert len(loading_order(modules)) == len(modules)


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "cli"])
def test_a_door_says_what_the_room_offers(modules: list[Module], room: str) -> None:
    """A door lists its modules sorted, says of each in a line what it is for, and opening it loads nothing."""
    names = offered(modules)[room]
    assert names == sorted(names)
    inside = next(module for module in modules if module.name == f"{PACKAGE}.{room}")
    text = ast.get_docstring(inside.tree) or ""
    assert [line.split("``")[1] for line in text.splitlines() if line.startswith("- ``")] == names
    typed = {f"{PACKAGE}.{room}.{name}" for name in names}
    loaded = {arrow.target for arrow in arrows(inside, {module.name for module in modules}) if arrow.on_load}
    assert {arrow.target for arrow in arrows(inside, {module.name for module in modules})} == typed | loaded
    assert loaded == {f"{PACKAGE}.core.doors"}


def test_a_door_offers_only_what_is_used_outside(modules: list[Module], root: Path) -> None:
    names = {module.name for module in modules}
    folders = [root / folder for folder in ("docs", "benchmarks", "data", "tests")]
    users = list(modules)
    for path in (path for folder in folders for path in folder.rglob("*.py")):
        users.append(Module(path, path.stem, "", ast.parse(path.read_text(encoding="utf-8"))))
    used = {arrow.target for user in users for arrow in arrows(user, names) if room_of(arrow.target) != user.room}
    stray = {
        room: [name for name in door if f"{PACKAGE}.{room}.{name}" not in used]
        for room, door in offered(modules).items()
    }
    assert {room: door for room, door in stray.items() if door and room != "api"} == {}


def test_opening_a_door_costs_nothing(root: Path) -> None:
    rooms = ", ".join(f"{PACKAGE}.{room}" for room in ROOMS)
    code = f"import sys; import {rooms}; print(*sorted(m for m in sys.modules if m.startswith('{PACKAGE}.')))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True, text=True).stdout
    free = {f"{PACKAGE}.{room}" for room in ROOMS} | {
        f"{PACKAGE}.core.{name}" for name in ("doors", "errors", "version")
    }
    assert set(loaded.split()) <= free


def test_a_door_opens(root: Path) -> None:
    import cyberstd_kg.rdf

    assert cyberstd_kg.rdf.turtle.read_quads
    with pytest.raises(AttributeError, match="no attribute 'canonical_quads'"):
        cyberstd_kg.rdf.canonical_quads  # noqa: B018


def test_the_compiler_stands_on_the_rooms_that_make_a_snapshot(modules: list[Module]) -> None:
    """Where any of them changes, the snapshot is another one."""
    names = {module.name for module in modules}
    by_name = {module.name: module for module in modules}
    reached, waiting = set(), [f"{PACKAGE}.build.compiler"]
    while waiting:
        name = waiting.pop()
        if name not in reached and name in by_name:
            reached.add(name)
            waiting += [arrow.target for arrow in arrows(by_name[name], names)]
    assert {room_of(name) for name in reached} <= {*inputs.CODE, "__init__"}


def test_no_two_public_classes_have_one_name(modules: list[Module]) -> None:
    assert {name: homes for name, homes in public_classes(modules).items() if len(homes) > 1} == {}


def test_modules_are_short(modules: list[Module]) -> None:
    lengths = {str(module.path): module.path.read_text(encoding="utf-8").count("\n") for module in modules}
    assert {path: length for path, length in lengths.items() if length > MAX_LINES} == {}


def test_queries_stand_in_rq_files(modules: list[Module]) -> None:
    found = [
        f"{module.path.name}:{line}" for module in modules for line, text in texts(module.tree) if holds_query(text)
    ]
    assert found == [], "SPARQL belongs in queries/*.rq"


def test_no_machine_paths_or_registry_hosts(root: Path) -> None:
    found = []
    for path in tracked(root):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(root)}:{n}: {line[:120]}" for n, line in enumerate(lines, 1) if MACHINE.search(line)
        ]
    assert found == []


# ── The checkers themselves find what they are for ──


def planted(folder: Path, **files: str) -> list[Module]:
    """Write a package of these modules under *folder* and read it; a double underscore in a name is a folder."""
    doors = {name.partition("__")[0] for name in files if "__" in name}
    texts = {"__init__": ""} | {f"{room}/__init__": "__all__ = ['open']" for room in doors}
    texts |= {name.replace("__", "/"): text for name, text in files.items()}
    for name, text in texts.items():
        path = folder / PACKAGE / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_modules(folder)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"rdf__open": "", "core__names": "from cyberstd_kg.rdf.open import x"}, "core may not use rdf"),
        ({"rdf__open": "", "core__names": "def f():\n    from cyberstd_kg.rdf import open"}, "core may not use rdf"),
        ({"rdf__open": "", "core__names": "import cyberstd_kg.rdf.open"}, "core may not use rdf"),
        ({"api__open": "", "rdf__names": "from ..api.open import x"}, "rdf may not use api"),
        ({"core__names": "from cyberstd_kg import load"}, "core may not use __init__"),
        ({"core__own": "", "rdf__names": "from cyberstd_kg.core.own import x"}, "the door of core does not name own"),
        ({"core__own": "", "rdf__names": "from cyberstd_kg.core import own"}, "the door of core does not name own"),
        ({"core__own": "", "rdf__names": "from cyberstd_kg import core\ncore.own.x"}, "core does not name own"),
        ({"gadget__open": "", "gadget__names": ""}, "cyberstd_kg.gadget stands in no room"),
    ],
)
def test_a_forbidden_arrow_is_found(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    assert any(expected in fault for fault in forbidden(planted(tmp_path, **files)))


def test_an_open_door_lets_in(tmp_path: Path) -> None:
    files = {"core__open": "", "rdf__names": "from cyberstd_kg.core.open import x\nfrom cyberstd_kg.core import open"}
    assert forbidden(planted(tmp_path, **files)) == []


def test_a_cycle_on_load_is_found(tmp_path: Path) -> None:
    with pytest.raises(CycleError):
        loading_order(
            planted(tmp_path, rdf__one="from cyberstd_kg.rdf import other", rdf__other="import cyberstd_kg.rdf.one")
        )


def test_a_late_circle_in_a_room_is_found(tmp_path: Path) -> None:
    late = "def f():\n    from cyberstd_kg.rdf import one"
    modules = planted(tmp_path, rdf__one="from cyberstd_kg.rdf import other", rdf__other=late)
    order = loading_order(modules)
    assert order.index("cyberstd_kg.rdf.other") < order.index("cyberstd_kg.rdf.one")
    assert set(circles(modules)["rdf"]) == {"cyberstd_kg.rdf.one", "cyberstd_kg.rdf.other"}


def test_two_classes_of_one_name_are_found(tmp_path: Path) -> None:
    modules = planted(tmp_path, rdf__one="class Row: ...", core__other="class Row: ...\nclass _Row: ...")
    assert public_classes(modules) == {"Row": ["cyberstd_kg.core.other", "cyberstd_kg.rdf.one"]}


@pytest.mark.parametrize(
    "source",
    [
        'q = "SELECT ?s WHERE { ?s ?p ?o }"',
        'q = f"select * {{ <{iri}> ?p ?o }}"',
        'q = "ASK { ?s ?p ?o }"',
        'q = """PREFIX x: <y>\nCONSTRUCT\n{ ?s ?p ?o } WHERE { ?s ?p ?o }"""',
    ],
)
def test_a_query_in_code_is_found(source: str) -> None:
    assert any(holds_query(text) for _, text in texts(ast.parse(source)))


@pytest.mark.parametrize(
    "text",
    [
        "select one of the formats",
        "ask for …",
        "{iri} describes {thing}",
        "cyberstd query 'ASK { ?s ?p ?o }' --format json",
    ],
)
def test_plain_words_are_no_query(text: str) -> None:
    assert not holds_query(text)


@pytest.mark.parametrize(
    "line",
    [
        "see /" + "work/x",
        "'/" + "tmp/y'",
        "file://" + "/ro" + "ot/z",
        "https://py" + "pi.org/x",
        "files.python" + "hosted.org",
    ],
)
def test_a_machine_path_is_found(line: str) -> None:
    assert MACHINE.search(line)


@pytest.mark.parametrize("line", ["https://www.iso.org/home/x", "../tmp/x", "/id/root/", "PyPI", "network/work/x"])
def test_other_paths_pass(line: str) -> None:
    assert not MACHINE.search(line)
