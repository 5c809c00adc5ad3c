"""The house rules: which module may import which, how long one may be, and what never stands in a file.

Imports are read from the syntax tree, those inside functions too: a late import is still an arrow.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = "cyberstd_kg"
MAX_LINES = 400

#: module → the modules of this package that it may import.  A module that is missing here fails the test: place it.
#: "errors" is allowed everywhere; "exporters" and "cli" stand for all the modules in these folders; "__init__" is the
#: package itself, which below the façade gives the version and no more.
#: Where two modules name each other, one of them does so inside a function (``test_no_cycle_when_modules_load``).
ALLOWED: dict[str, set[str]] = {
    # What everything else stands on: names, order, files, the written form.
    "errors": set(),
    "iris": set(),
    "ordering": set(),
    "assets": set(),
    "files": set(),
    "turtle": {"iris", "ordering"},
    # Foreign text: what it may ask, where it runs, what comes back.
    "guard": set(),
    "results": {"iris", "turtle"},
    "tables": set(),
    "worker": {"guard", "iris", "results", "tables"},
    # From what people write to IRIs.
    "looseforms": set(),
    "refkeys": {"looseforms"},
    "wordforms": set(),
    "labels": {"iris", "ordering", "relations"},
    "nearmiss": {"refkeys", "wordforms"},
    "resolve": {"iris", "labels", "nearmiss", "refkeys", "wordforms"},
    "textindex": {"iris", "nearmiss", "refkeys", "resolve", "wordforms"},
    # Files → snapshot.  What is on the way of every command imports the compiler only to build.
    "graphfiles": {"__init__", "assets"},
    "indexing": {"labels", "refkeys", "wordforms"},
    "statements": set(),
    "compiler": {
        *("derived", "inference"),
        *("__init__", "datafile", "files", "graphfiles", "indexing", "iris", "labels", "statements", "tables"),
        "turtle",
    },
    "shelf": {"compiler", "files", "graphfiles"},
    "store": {"assets", "graphfiles", "iris", "shelf"},
    # Reading the snapshot.
    "lookup": {"iris", "statements"},
    # What holds on a day: rules (pure), what evidence the index has, answers, drawings.
    "timeline": set(),
    "lineage": {"ordering", "timeline"},
    "lives": {"iris", "lineage", "ordering", "timeline"},
    "asof": {"lineage", "lives", "timeline"},
    "listing": {"lineage", "ordering", "results"},
    "chart": {"lineage", "timeline"},
    "difference": {"iris", "lineage", "ordering", "timeline", "turtle"},
    "card": {"asof", "iris", "lookup", "ordering"},
    "documents": {"iris", "lookup", "ordering"},
    # The definition lens: entries, standing and words (pure), how entries relate, all side by side, pictures.
    "definitions": {"card", "iris", "lookup", "ordering"},
    "standing": set(),
    "definitionwords": {"wordforms"},
    "definitionrelations": {"definitions", "iris", "standing"},
    "lens": {"definitionrelations", "definitions", "definitionwords", "iris", "lensjson", "lookup", "standing"},
    "lensjson": {"definitions", "lens"},
    "svgparts": set(),
    "lensrows": {"lens"},
    "lenspicture": {"definitions", "lens", "lensrows", "svgparts"},
    "audit": {"iris", "lookup", "ordering"},
    # Questions and their answers.
    "query": {"assets", "guard", "iris", "resolve", "results", "store", "timeline", "worker"},
    "remote": {"assets", "guard", "iris", "query", "results"},
    # What is checked, and against what.
    "shapes": {"assets", "iris", "turtle"},
    "change": {"iris"},
    "rules": {"assets", "change", "iris"},
    "conformance": {"change", "exporters", "iris", "shapes"},
    "findings": {"iris", "ordering"},
    "wording": {"change", "conformance", "iris", "naming", "rules", "shapes"},
    "entryfile": {"assets", "datafile", "importers", "iris", "mappingquads", "mappings", "turtle"},
    "filechecks": {"change", "entryfile", "iris", "rules", "wording"},
    "validate": {
        *("change", "conformance", "datafile", "entryfile", "filechecks", "findings", "iris", "mappingchecks"),
        *("rules", "shapes", "turtle", "wording"),
    },
    # The quality of the ontology: what its rules look at, the rules.
    "qualityworld": {"assets", "compiler", "graphfiles", "guard", "iris", "turtle"},
    "quality": {"assets", "iris", "ordering", "qualityworld", "rules", "wording"},
    # What a user adds.
    "naming": {"designation", "iris"},
    "kinds": {"iris", "naming"},
    "template": {"entryfile", "iris", "kinds", "shapes"},
    "mappingtemplate": {"exporters", "iris", "mappings", "relations", "shapes", "sssom", "template"},
    "belonging": {"entryfile", "iris", "ordering"},
    "folder": {"assets", "files", "turtle"},
    "workspace": {
        *("assets", "belonging", "change", "datafile", "entryfile", "exporters", "filechecks", "findings", "folder"),
        *("importers", "iris", "mappings", "ordering", "store", "turtle", "validate"),
    },
    # Mapping sets of others: held against the graph, then the user's.
    "mappingchecks": {"change", "iris", "mappings"},
    "intake": {"assets", "change", "exporters", "importers", "iris", "mappingchecks", "mappings", "relations"},
    # What comes from registries: foreign files → records → entries; never the store.
    "designation": {"iris"},
    "records": {"designation", "iris"},
    "importers": {
        *("designation", "files", "importers", "iris", "mappings", "ordering", "records", "relations", "sssom"),
        "turtle",
    },
    # Mapping sets: sets of relations (pure), rows and their reading, their files, their statements.
    "relations": set(),
    "mappings": {"iris", "ordering", "relations"},
    "sssom": {"iris", "mappings"},
    "mappingquads": {"iris", "mappings", "ordering", "records", "relations", "sssom"},
    "mappingstore": {"iris", "mappingquads", "mappings", "ordering", "relations", "sssom"},
    "datafile": {"assets", "importers", "mappingquads", "turtle"},
    # What follows from them, and why.
    "closure": {"relations"},
    "proofs": {"closure", "relations"},
    "proofcheck": set(),
    "contradictions": {"closure", "proofs", "relations"},
    "network": {"assets", "closure", "iris", "relations"},
    "crosswalks": {"closure", "network", "ordering", "proofs", "relations"},
    "gaps": {"crosswalks", "network", "ordering", "relations"},
    "explanations": {"crosswalks", "network", "proofcheck", "proofs", "relations"},
    "consistency": {"contradictions", "crosswalks", "iris", "network", "relations"},
    # What OWL concludes: what reaches a reasoner.
    "projection": {"iris"},
    "axioms": {"iris"},
    "axiomworld": {"axioms", "iris", "projection"},
    "axiomwords": {"axioms", "iris"},
    "axiomplaces": {"axioms", "axiomworld", "datafile", "iris", "turtle"},
    "java": set(),
    "hermit": {"axioms", "iris", "java"},
    "nearby": {"axioms", "axiomworld", "iris"},
    "explaining": {"axioms", "axiomworld", "hermit", "iris", "nearby"},
    "reasoning": {"axioms", "axiomworld", "explaining", "hermit", "java"},
    "asking": {
        *("assets", "axiomplaces", "axiomwords", "axiomworld", "explaining", "hermit", "iris", "java"),
        *("reasonanswers", "reasoning"),
    },
    "derived": {"crosswalks", "iris", "mappings", "network", "ordering", "relations"},
    # What follows from the ontology.
    "inference": {"iris", "projection"},
    "owlworld": {"axiomworld", "iris", "java", "projection", "reasoning"},
    # What leaves the house.
    "exporters": {"exporters", "files", "iris", "mappings", "ordering", "relations", "sssom", "turtle"},
}
ALLOWED["mappinganswers"] = set(ALLOWED)
ALLOWED["definitionanswers"] = set(ALLOWED)
ALLOWED["reasonanswers"] = set(ALLOWED)
ALLOWED["api"] = set(ALLOWED)
ALLOWED["__init__"] = {"api", "assets", "store"}
ALLOWED["cli"] = {*ALLOWED, "cli"}
ALLOWED["__main__"] = {"cli"}

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
    """One module of the package: its file, its syntax tree, and the key under which :data:`ALLOWED` lists it."""

    path: Path
    name: str
    key: str
    tree: ast.Module


class Arrow(NamedTuple):
    """One import: the full dotted name that is imported, its line, and whether it runs when the module loads."""

    target: str
    line: int
    on_load: bool


def key_of(name: str) -> str:
    """Return the key of :data:`ALLOWED` for a dotted module name ('cyberstd_kg.cli.look' → 'cli')."""
    return name.split(".")[1] if "." in name else "__init__"


def read_modules(folder: Path) -> list[Module]:
    """Parse all modules under *folder*, which holds the package."""
    modules = []
    for path in sorted((folder / PACKAGE).rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        modules.append(Module(path, name, key_of(name), ast.parse(path.read_text(encoding="utf-8"))))
    return modules


def arrows(module: Module, names: set[str]) -> Iterator[Arrow]:
    """Yield the imports of *module* that stay in the package; *names* are the package's modules."""
    parent = module.name if module.path.stem == "__init__" else module.name.rpartition(".")[0]

    def visit(node: ast.AST, on_load: bool) -> Iterator[Arrow]:
        for child in ast.iter_child_nodes(node):
            inner = on_load and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            if isinstance(child, ast.If) and ast.unparse(child.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
                for part in child.body:
                    yield from visit(ast.Module([part], []), False)
                for part in child.orelse:
                    yield from visit(ast.Module([part], []), inner)
            elif isinstance(child, ast.Import):
                for alias in child.names:
                    yield Arrow(alias.name, child.lineno, on_load)
            elif isinstance(child, ast.ImportFrom):
                base = child.module or ""
                if child.level:
                    up = parent.split(".")[: len(parent.split(".")) - child.level + 1]
                    base = ".".join([*up, base] if base else up)
                for alias in child.names:
                    full = f"{base}.{alias.name}"
                    yield Arrow(full if full in names else base, child.lineno, on_load)
            else:
                yield from visit(child, inner)

    for arrow in visit(module.tree, True):
        if arrow.target.split(".")[0] == PACKAGE:
            yield arrow


def forbidden(modules: list[Module]) -> list[str]:
    """Return what breaks the table, one line each: unplaced modules and arrows that it does not list."""
    names = {module.name for module in modules}
    found = []
    for module in modules:
        if module.key not in ALLOWED:
            found.append(f"{module.name} has no place in ALLOWED")
            continue
        for arrow in arrows(module, names):
            target = key_of(arrow.target)
            if arrow.target != module.name and target not in ALLOWED[module.key] | {"errors"}:
                found.append(f"{module.path.name}:{arrow.line}: {module.key} may not import {target}")
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


def test_every_arrow_is_allowed(modules: list[Module]) -> None:
    assert forbidden(modules) == []


def test_no_cycle_when_modules_load(modules: list[Module]) -> None:
    assert len(loading_order(modules)) == len(modules)


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
    """Write a package of these modules (name → text; '_' in a name is a folder) under *folder* and read it."""
    for name, text in {"__init__": "", **files}.items():
        path = folder / PACKAGE / f"{name.replace('exporters_', 'exporters/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_modules(folder)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"iris": "", "errors": "from cyberstd_kg import iris"}, "errors may not import iris"),
        ({"store": "", "iris": "def f():\n    from cyberstd_kg.store import x"}, "iris may not import store"),
        ({"api": "", "turtle": "import cyberstd_kg.api"}, "turtle may not import api"),
        ({"api": "", "query": "from .api import x"}, "query may not import api"),
        ({"cli": "", "exporters_csv": "from ..cli import x"}, "exporters may not import cli"),
        ({"iris": "from cyberstd_kg import __version__"}, "iris may not import __init__"),
        ({"gadget": ""}, "cyberstd_kg.gadget has no place"),
    ],
)
def test_a_forbidden_arrow_is_found(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    (finding,) = forbidden(planted(tmp_path, **files))
    assert expected in finding


def test_a_cycle_on_load_is_found(tmp_path: Path) -> None:
    with pytest.raises(CycleError):
        loading_order(
            planted(tmp_path, resolve="from cyberstd_kg import textindex", textindex="import cyberstd_kg.resolve")
        )


def test_a_late_import_makes_no_cycle(tmp_path: Path) -> None:
    late = "def f():\n    from cyberstd_kg import resolve"
    order = loading_order(planted(tmp_path, resolve="from cyberstd_kg import textindex", textindex=late))
    assert order.index("cyberstd_kg.textindex") < order.index("cyberstd_kg.resolve")


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
