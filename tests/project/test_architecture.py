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
from graphlib import CycleError
from pathlib import Path

import pytest
from imports import PACKAGE, ROOMS, Module, arrows, circles, forbidden, loading_order, offered, read_modules, room_of

from cyberstd_kg.build import inputs

MAX_LINES = 400

QUERY = re.compile(
    r"\b(?:select|construct|describe)\b[^{}]*\{|\bask\s*\{|\bwhere\s*\{(?!\w+\})|\b(?:insert|delete)(?:\s+data)?\s*\{",
    re.IGNORECASE,
)
#: A command that a help text shows, as one types it.
EXAMPLE = re.compile(r"cyberstd query '[^'\n]*'")
#: Folders of a developer's machine and hosts of package registries.  Written in halves: this file is searched too.
MACHINE = re.compile(
    r"(?<![\w.~-])(?<!:/)/" + r"(?:work|root|tmp|home|opt|Users)/\w"
    r"|\bpy" + r"pi\.org|\bpython" + r"hosted\.org|\bnpm" + r"js\.org|\bdeb" + r"ian\.org/debian|\bcrates" + r"\.io"
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


def test_the_page_of_the_architecture_is_up_to_date(root: Path) -> None:
    done = subprocess.run([sys.executable, str(root / "docs" / "build_architecture.py"), "--check"], check=False)
    assert done.returncode == 0, "run: python docs/build_architecture.py"


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
        "{path} has {count} values where {limit} are needed.",
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
