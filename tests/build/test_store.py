"""The snapshot: what is in it, when it is built anew, and that nothing breaks it for good."""

from __future__ import annotations

import fcntl
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import small_graph
from audited import audited

import cyberstd_kg
from cyberstd_kg.build import compiler, inputs
from cyberstd_kg.build.inputs import GraphFiles
from cyberstd_kg.build.snapshot import Snapshot, open_snapshot
from cyberstd_kg.core import assets
from cyberstd_kg.core.errors import InputError, ResourceMissing
from cyberstd_kg.core.iris import INFERRED
from cyberstd_kg.sparql import store_files

HOUR = 3600
Builds = Callable[[], list[str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The files of the small graph."""
    return small_graph.write(tmp_path / "root")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def builds() -> Iterator[Builds]:
    """Return a function that tells the fingerprints of the snapshots that this process has put in their place."""
    with audited("os.rename") as renamed:

        def published() -> list[str]:
            moves = [(Path(old), Path(new)) for old, new, *_ in renamed]
            built = [new for old, new in moves if old.name.startswith("building-")]
            return [new.name for new in built if new.parent.name == "snapshots"]

        yield published


@pytest.fixture
def aged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the files count as older than two seconds."""
    state = GraphFiles.state
    monkeypatch.setattr(GraphFiles, "state", lambda self: (state(self)[0], 0.0))


def titles(snapshot: Snapshot, subject: str) -> set[str]:
    """Return the titles of *subject* in the default graph, and see that the index has the same."""
    found = snapshot.store.quads_for_pattern(
        ox.NamedNode(subject), ox.NamedNode("http://purl.org/dc/terms/title"), None, ox.DefaultGraph()
    )
    texts = {quad.object.value for quad in found}  # type: ignore[union-attr]
    rows = snapshot.index.execute(
        "SELECT text FROM literal JOIN entity ON entity.id = entity JOIN term ON term.id = property "
        "WHERE entity.iri = ? AND term.iri LIKE '%/title'",
        (subject,),
    )
    assert {row[0] for row in rows} == texts
    snapshot.close()
    return texts


AMENDMENT = "https://w3id.org/cyberstd/id/iso-iec-27001_2022-amd-1-2024"
CLIMATE = "Climate action changes"


def replace_in_place(path: Path, old: str, new: str) -> None:
    """Overwrite *old* by *new* in the file, same inode, same modification time."""
    before = path.stat()
    content = path.read_bytes()
    assert old.encode() in content
    with path.open("r+b") as stream:
        stream.write(content.replace(old.encode(), new.encode()))
        stream.truncate()
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_ino == before.st_ino


def python(code: str, *args: object, **environment: str) -> subprocess.Popen[str]:
    """Start a Python with the package at hand."""
    path = os.pathsep.join([str(Path(cyberstd_kg.__file__).parent.parent), str(Path(__file__).parents[1])])
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)],
        env={**os.environ, "PYTHONPATH": path, **environment},
        cwd="/",  # where Python looks first
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


OPEN = """
import sys
from pathlib import Path
from cyberstd_kg.build.snapshot import open_snapshot
snapshot = open_snapshot(Path(sys.argv[1]), Path(sys.argv[2]))
print(len(snapshot.store), snapshot.index.execute("SELECT count(*) FROM entity").fetchone()[0])
"""


# What is in it


def test_tables_in_many_files_are_merged(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = open_snapshot(tmp_path / "plain", root)
    monkeypatch.setattr(store_files, "OPENED", 0)  # as if there were more files than the engine opens
    merged = open_snapshot(tmp_path / "merged", root)
    assert set(merged.store) == set(plain.store)
    assert len(store_files.names(str(merged.store_path))) <= len(store_files.names(str(plain.store_path)))
    assert merged.manifest["files"].keys() >= {f"store/{name}" for name in store_files.names(str(merged.store_path))}
    shutil.rmtree(tmp_path / "plain")
    assert not compiler.damaged(merged.path)


def test_each_quad_is_in_its_graph_and_each_triple_once_in_the_default_graph(root: Path, cache: Path) -> None:
    snapshot = open_snapshot(cache, root)
    quads = list(snapshot.store.quads_for_pattern(None, None, None, None))
    inferred = [quad for quad in quads if quad.graph_name == ox.NamedNode(INFERRED)]
    assert len(inferred) == snapshot.manifest["inferred"] > 0
    quads = [quad for quad in quads if quad not in inferred]
    named = [quad for quad in quads if isinstance(quad.graph_name, ox.NamedNode)]
    plain = [quad.triple for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph)]
    assert len(named) + len(plain) == len(quads) == len(snapshot.store) - len(inferred)
    assert len(set(plain)) == len(plain)
    assert set(plain) == {quad.triple for quad in named}
    assert len(named) > len(plain)  # one title stands in two graphs
    deck = set(ox.parse((root / "data/deck/deck.trig").read_bytes(), ox.RdfFormat.TRIG))
    assert {quad for quad in named if "/source/" in quad.graph_name.value} == deck  # type: ignore[union-attr]
    assert {quad.graph_name.value for quad in set(named) - deck} == {  # type: ignore[union-attr]
        "https://w3id.org/cyberstd/ontology",
        *(f"https://w3id.org/cyberstd/scheme/{name}" for name in small_graph.SCHEMES),
    }
    assert snapshot.manifest["quads"] == len(named)
    assert snapshot.manifest["triples"] == len(plain)


def test_the_store_is_read_only(root: Path, cache: Path) -> None:
    snapshot = open_snapshot(cache, root)
    with pytest.raises(RuntimeError, match="read-write"):
        snapshot.store.add(ox.Quad(ox.NamedNode("a:b"), ox.NamedNode("a:b"), ox.NamedNode("a:b")))


def test_two_builds_of_the_same_files_are_the_same(root: Path, tmp_path: Path) -> None:
    """Blank nodes of the ontology too."""
    one, two = (open_snapshot(tmp_path / name, root) for name in ("one", "two"))
    assert one.fingerprint == two.fingerprint
    quads = [set(snapshot.store.quads_for_pattern(None, None, None, None)) for snapshot in (one, two)]
    assert quads[0] == quads[1]
    assert any(isinstance(quad.subject, ox.BlankNode) for quad in quads[0])
    assert one.manifest["files"]["index.sqlite"] == two.manifest["files"]["index.sqlite"]


def test_alignments_are_taken_in_only_on_demand(root: Path, cache: Path) -> None:
    graph = ox.NamedNode("https://w3id.org/cyberstd/ontology/alignments")
    without, with_them = open_snapshot(cache, root), open_snapshot(cache, root, alignments=True)
    assert not without.store.contains_named_graph(graph)
    assert with_them.store.contains_named_graph(graph)
    assert len(open_snapshot(cache, root).store) == len(without.store)


def test_a_workspace_is_taken_in_as_data(root: Path, cache: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    assert titles(open_snapshot(cache, root, workspace=mine), AMENDMENT) == {CLIMATE}, "it need not exist"
    (mine / "standards").mkdir(parents=True)
    assert titles(open_snapshot(cache, root, workspace=mine), AMENDMENT) == {CLIMATE}
    assert len(list(cache.iterdir())) == 1, "an empty workspace is no other set of files"
    more = small_graph.write_file(mine / "standards" / "x.trig", f'GRAPH src:mine {{ <{AMENDMENT}> dct:title "mine" }}')
    assert titles(open_snapshot(cache, root, workspace=mine), AMENDMENT) == {CLIMATE, "mine"}
    assert titles(open_snapshot(cache, root), AMENDMENT) == {CLIMATE}
    replace_in_place(more, "mine", "ours")
    assert titles(open_snapshot(cache, root, workspace=mine), AMENDMENT) == {CLIMATE, "ours"}
    turtle = small_graph.write_file(mine / "mine.ttl", f'<{AMENDMENT}> dct:title "mine" .')
    with pytest.raises(InputError, match=r"mine\.ttl"):
        open_snapshot(cache, root, workspace=mine)
    turtle.unlink()
    more.unlink()
    assert titles(open_snapshot(cache, root, workspace=mine), AMENDMENT) == {CLIMATE}


def test_the_files_are_those_of_the_assets(root: Path) -> None:
    left_out = "ontology/alignments.ttl"
    for base in (root, assets.root()):
        files = (*assets.graph_files(base), *assets.mapping_files(base))
        expected = [path.relative_to(base).as_posix() for path in files]
        given = [name for name, _ in GraphFiles(base).contents()]
        assert given == sorted(name for name in expected if name != left_out)
        assert [name for name, _ in GraphFiles(base, alignments=True).contents()] == sorted(expected)


# When it is built


def test_the_second_time_it_is_only_opened(root: Path, cache: Path, builds: Builds, aged: None) -> None:
    first, second = open_snapshot(cache, root), open_snapshot(cache, root)
    assert builds() == [first.fingerprint]
    assert first.path == second.path
    assert titles(second, AMENDMENT) == {CLIMATE}


def test_opening_again_imports_nothing_slow(root: Path, cache: Path) -> None:
    code = OPEN.replace("print(", "0 and print(") + (
        "from cyberstd_kg.graph.resolve import resolve\n"
        "resolve(snapshot.index, '27400 7.1.2.10')\n"
        "slow = {'cyberstd_kg.' + name for name in ('build.compiler', 'build.indexing', 'build.labels')}\n"
        "slow |= {'cyberstd_kg.rdf.turtle', 'hashlib', 'dataclasses', 'inspect', 'json', 'pyoxigraph'}\n"
        "slow |= {'rdflib', 'shutil', 'subprocess', 'tempfile'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    time.sleep(2.1)  # the files must be older than the grain of times
    seen = [python(code, cache, root).communicate()[0].strip() for _ in range(2)]
    assert seen[0] != "[]"
    assert seen[1] == "[]"


@pytest.mark.parametrize("settled", [True, False])
def test_an_edit_in_place_of_the_same_size_is_noticed(
    root: Path, cache: Path, settled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if settled:
        state = GraphFiles.state
        monkeypatch.setattr(GraphFiles, "state", lambda self: (state(self)[0], 0.0))
    assert titles(open_snapshot(cache, root), AMENDMENT) == {CLIMATE}
    replace_in_place(root / "data/deck/deck.trig", CLIMATE, CLIMATE.upper())
    assert titles(open_snapshot(cache, root), AMENDMENT) == {CLIMATE.upper()}


def test_an_edit_that_leaves_all_times_is_noticed_in_fresh_files(
    root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a file system with coarse times: two writes within two seconds look the same."""
    monkeypatch.setattr(GraphFiles, "state", lambda self: (b"always the same", time.time() - 1))
    assert titles(open_snapshot(cache, root), AMENDMENT) == {CLIMATE}
    replace_in_place(root / "data/deck/deck.trig", CLIMATE, CLIMATE.upper())
    assert titles(open_snapshot(cache, root), AMENDMENT) == {CLIMATE.upper()}


def test_new_times_without_new_contents_build_nothing(root: Path, cache: Path, builds: Builds, aged: None) -> None:
    open_snapshot(cache, root)
    for path in root.rglob("*.trig"):
        path.touch()
    open_snapshot(cache, root)
    assert len(builds()) == 1


def test_added_removed_and_renamed_files_are_noticed(root: Path, cache: Path, builds: Builds, aged: None) -> None:
    open_snapshot(cache, root)
    more = small_graph.write_file(root / "data/more/more.trig", f'GRAPH src:more {{ <{AMENDMENT}> dct:title "more" }}')
    assert titles(open_snapshot(cache, root), AMENDMENT) == {CLIMATE, "more"}
    more.rename(more.with_name("other.trig"))
    assert titles(open_snapshot(cache, root), AMENDMENT) == {CLIMATE, "more"}
    more.with_name("other.trig").unlink()
    assert titles(open_snapshot(cache, root), AMENDMENT) == {CLIMATE}
    assert len(builds()) == 3  # the last is the first again


def test_another_version_builds_anew(
    root: Path, cache: Path, tmp_path: Path, builds: Builds, aged: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_snapshot(cache, root)
    for module in (compiler, inputs):
        monkeypatch.setattr(module, "__version__", "99")
    open_snapshot(cache, root)
    monkeypatch.setattr(compiler, "ENGINE", "pyoxigraph 99")
    small_graph.write_file(tmp_path / "site" / "pyoxigraph" / "__init__.py", "")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    open_snapshot(cache, root)
    assert len(set(builds())) == 3


def test_old_snapshots_are_removed_after_an_hour(root: Path, cache: Path) -> None:
    deck = root / "data/deck/deck.trig"
    old = open_snapshot(cache, root)
    dead = old.path.parent.parent / "building-dead"
    dead.mkdir()
    replace_in_place(deck, CLIMATE, CLIMATE.upper())
    second = open_snapshot(cache, root)
    assert old.path.exists() and dead.exists()
    for path in (old.path, dead):
        os.utime(path, (time.time() - 2 * HOUR,) * 2)
    replace_in_place(deck, CLIMATE.upper(), CLIMATE.lower())
    third = open_snapshot(cache, root)
    assert not old.path.exists() and not dead.exists()
    assert second.path.exists() and third.path.exists()


def test_an_installed_package_is_known_by_its_version(root: Path, tmp_path: Path, cache: Path) -> None:
    """In a wheel the files stand inside the package; nobody edits them, so they are not looked at one by one."""
    package = Path(cyberstd_kg.__file__).parent
    installed = tmp_path / "site" / "cyberstd_kg"
    shutil.copytree(package, installed, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("ontology", "data"):
        shutil.copytree(root / folder, installed / "assets" / folder)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from cyberstd_kg.build import inputs as graphfiles, snapshot as store\n"
        "files = graphfiles.GraphFiles()\n"
        "print(store.open_snapshot().fingerprint, len(files.contents()), b'deck.trig' in files.state()[0])\n"
    )

    def run() -> list[str]:
        out, err = python(code, tmp_path / "site", CYBERSTD_CACHE=str(cache)).communicate()
        assert not err
        return out.split()

    fingerprint, files, looked_at = run()
    assert (int(files), looked_at) == (5, "False")
    assert run()[0] == fingerprint
    start = installed / "core" / "version.py"
    start.write_text(start.read_text().replace(f'"{cyberstd_kg.__version__}"', '"98.7"'))
    assert run()[0] != fingerprint


# Where it is


def test_the_place_of_the_cache(monkeypatch: pytest.MonkeyPatch, root: Path, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("CYBERSTD_CACHE", raising=False)
    assert open_snapshot(root=root).path.is_relative_to(tmp_path / "home/.cache/cyberstd-kg")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert open_snapshot(root=root).path.is_relative_to(tmp_path / "xdg/cyberstd-kg")
    monkeypatch.setenv("CYBERSTD_CACHE", str(tmp_path / "own"))
    assert open_snapshot(root=root).path.is_relative_to(tmp_path / "own")
    monkeypatch.setenv("CYBERSTD_CACHE", "")
    assert open_snapshot(root=root).path.is_relative_to(tmp_path / "xdg/cyberstd-kg")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CYBERSTD_CACHE", "rel%20?#x")
    snapshot = open_snapshot(root=Path("root"))
    assert snapshot.path.is_absolute()
    assert titles(snapshot, AMENDMENT) == {CLIMATE}


def test_the_cache_is_closed_to_others(root: Path, cache: Path) -> None:
    home = open_snapshot(cache, root).path.parent.parent
    assert home.stat().st_mode & 0o077 == 0


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_without_a_cache_a_private_folder_is_used_and_said_once(
    root: Path, tmp_path: Path, temporary: Path, capsys: pytest.CaptureFixture[str], builds: Builds, aged: None
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    for _ in range(2):
        snapshot = open_snapshot(blocked / "cache", root)
        assert snapshot.path.is_relative_to(temporary / f"cyberstd-kg-{os.getuid()}")
        assert titles(snapshot, AMENDMENT) == {CLIMATE}
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "CYBERSTD_CACHE" in said
    assert len(builds()) == 1


@pytest.mark.parametrize("trap", ["link", "open to others", "file"])
def test_a_temporary_folder_that_another_laid_out_is_not_used(
    root: Path, tmp_path: Path, temporary: Path, trap: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name = temporary / f"cyberstd-kg-{os.getuid()}"
    bait = tmp_path / "bait"
    bait.mkdir(mode=0o700)
    if trap == "link":
        name.symlink_to(bait)
    elif trap == "file":
        name.write_text("")
    else:
        name.mkdir()
        name.chmod(0o777)
    snapshot = open_snapshot(Path(os.devnull) / "cache", root)
    assert not snapshot.path.resolve().is_relative_to(bait)
    assert not snapshot.path.is_relative_to(name)
    assert snapshot.path.is_relative_to(temporary)
    assert titles(snapshot, AMENDMENT) == {CLIMATE}
    capsys.readouterr()


def test_without_any_place_it_says_what_to_do(
    root: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/dev/null/nowhere")
    with pytest.raises(ResourceMissing) as caught:
        open_snapshot(Path(os.devnull) / "cache", root)
    assert "CYBERSTD_CACHE" in caught.value.hint
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 14, limits[1]))  # as on a disk that is full
    try:
        with pytest.raises(ResourceMissing, match="File too large") as caught:
            open_snapshot(temporary / "cache", root)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "CYBERSTD_CACHE" in caught.value.hint
    assert not list(temporary.rglob("building-*"))
    capsys.readouterr()


@pytest.fixture
def shared_place() -> Iterator[Path]:
    """A folder that another user can reach (pytest's own are closed)."""
    folder = Path(tempfile.mkdtemp(prefix="cyberstd-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_a_cache_that_may_only_be_read_serves_others(shared_place: Path) -> None:
    """One user writes the cache, another reads it, and writes elsewhere once the files change."""
    root, cache, own = small_graph.write(shared_place / "root"), shared_place / "cache", shared_place / "own"
    shutil.copytree(Path(cyberstd_kg.__file__).parent, shared_place / "site" / "cyberstd_kg")
    own.mkdir()
    os.chown(own, 65534, 65534)
    time.sleep(2.1)

    def run(before: str) -> tuple[str, str]:
        return python(before + OPEN, cache, root, PYTHONPATH=str(shared_place / "site"), TMPDIR=str(own)).communicate()

    built = run("")
    assert built[0] and not built[1]
    for path in (cache, *cache.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    # nobody may be kept out of the interpreter's own folders, so everything is imported first
    load = "import fcntl, os, rdflib, reasonable, shutil, sqlite3, tempfile, unicodedata, urllib.parse, zlib\n"
    load += "from cyberstd_kg.build import compiler, snapshot as store\n"
    as_nobody = load + "os.setgid(65534); os.setuid(65534)\n"
    assert run(as_nobody) == built
    assert not list(own.iterdir())
    replace_in_place(root / "data/deck/deck.trig", CLIMATE, CLIMATE.upper())
    out, err = run(as_nobody)
    assert out == built[0], err
    assert "CYBERSTD_CACHE" in err
    assert list(own.glob("cyberstd-kg-65534/*/snapshots/*/seal"))


# What can go wrong


def flip(path: Path) -> None:
    """Change one byte in the middle, same size, same modification time."""
    before = path.stat()
    with path.open("r+b") as stream:
        stream.seek(before.st_size // 2)
        byte = stream.read(1)
        stream.seek(-1, os.SEEK_CUR)
        stream.write(bytes([byte[0] ^ 0x55]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("damage", "pattern"),
    [
        *((flip, name) for name in ("store/*.sst", "store/CURRENT", "store/MANIFEST-*", "index.sqlite")),
        *((flip, name) for name in ("manifest.json", "seal")),
        *((damage, name) for damage in (cut, empty, Path.unlink) for name in ("store/*.sst", "index.sqlite", "seal")),
    ],
)
def test_a_damaged_snapshot_is_noticed_and_built_anew(
    root: Path, cache: Path, aged: None, damage: Callable[[Path], None], pattern: str
) -> None:
    snapshot = open_snapshot(cache, root)
    count = len(snapshot.store)
    snapshot.close()
    victims = list(snapshot.path.glob(pattern))
    assert victims
    for victim in victims:
        damage(victim)
    again = open_snapshot(cache, root)
    assert len(again.store) == count
    assert titles(again, AMENDMENT) == {CLIMATE}
    assert compiler.damaged(again.path) == []
    assert not list(cache.rglob("discarded-*")) and not list(cache.rglob("building-*"))


def test_a_copied_cache_is_checked_and_kept(root: Path, cache: Path, builds: Builds, aged: None) -> None:
    """A copy has other times and inodes; its checksums are right."""
    snapshot = open_snapshot(cache, root)
    shutil.copytree(snapshot.path, cache / "copy")
    shutil.rmtree(snapshot.path)
    (cache / "copy").rename(snapshot.path)
    assert titles(open_snapshot(cache, root), AMENDMENT) == {CLIMATE}
    assert len(builds()) == 1


def test_checksums_are_compared_once_a_day(root: Path, cache: Path, builds: Builds, aged: None) -> None:
    seal = open_snapshot(cache, root).path / "seal"

    def read() -> bool:
        """Tell whether the files of the store are read when the snapshot is opened; what the engine reads is unseen."""
        with audited("open") as opened:
            open_snapshot(cache, root)
        return any(str(arguments[0]).endswith(".sst") for arguments in opened)

    assert not read()
    os.utime(seal, (time.time() - 25 * HOUR,) * 2)
    assert [read(), read()] == [True, False]
    assert len(builds()) == 1


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"cyberstd-kg snapshot 1 settled ../../..\n", b"x" * 100_000])
def test_a_damaged_pointer_does_no_harm(root: Path, cache: Path, builds: Builds, aged: None, content: bytes) -> None:
    home = open_snapshot(cache, root).path.parent.parent
    (home / "pointer").write_bytes(content)
    assert titles(open_snapshot(cache, root), AMENDMENT) == {CLIMATE}
    assert len(builds()) == 1


def test_processes_that_build_at_once_end_with_one_snapshot(root: Path, cache: Path) -> None:
    processes = [python(OPEN, cache, root) for _ in range(4)]
    answers = {process.communicate() for process in processes}
    assert len(answers) == 1
    assert answers.pop()[1] == ""
    assert len(list(cache.glob("*/snapshots/*"))) == 1
    assert not list(cache.rglob("building-*"))


def test_without_locks_the_renaming_keeps_it_right(root: Path, cache: Path) -> None:
    code = "import sys; sys.modules['fcntl'] = None\n" + OPEN
    processes = [python(code, cache, root) for _ in range(4)]
    answers = {process.communicate() for process in processes}
    assert len(answers) == 1
    assert answers.pop()[1] == ""
    assert len(list(cache.glob("*/snapshots/*"))) == 1
    assert not list(cache.rglob("building-*"))


@pytest.mark.parametrize(
    "step",
    ["indexing.build", "compiler.to_disk", "cache._seal", "cache.SnapshotCache._clean", "cache.SnapshotCache._write"],
)
def test_a_killed_builder_leaves_things_usable(root: Path, cache: Path, step: str) -> None:
    """The builder is stopped at *step*, then killed; the next one is not held up and gets it right."""
    code = (
        "import time\n"
        "from cyberstd_kg.build import cache, compiler, indexing\n"
        "def stop(*arguments):\n"
        "    print('there', flush=True)\n"
        "    time.sleep(60)\n"
        f"{step} = stop\n" + OPEN
    )
    process = python(code, cache, root)
    assert process.stdout is not None
    assert process.stdout.readline() == "there\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    for path in cache.glob("*/lock"):
        with path.open("ab") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails where it is held
    assert titles(open_snapshot(cache, root), AMENDMENT) == {CLIMATE}
    assert len(list(cache.glob("*/snapshots/*/manifest.json"))) == 1


# Files that cannot be read


BAD = {
    "data/x.trig": [
        ("GRAPH src:x { std:a a cstd:Standard . }\nGRAPH src:x { std:b a }", "line 3", "Correct"),
        ("GRAPH src:x {\n std:a a cstd:Standard ;\n dct:title [] . }", "line 4", "IRI of its own"),
        ("GRAPH src:x {\n\n _:a a cstd:Standard . }", "line 4", "IRI of its own"),
        ("std:a a cstd:Standard .", "line 2", "graph"),
        ("\n\n{ std:a a cstd:Standard }", "line 4", "graph"),
        ("GRAPH _:g { std:a a cstd:Standard }", "line 2", "graph"),
        ("GRAPH src:x { <rel> a cstd:Standard }", "line 2", "IRI"),
        ("GRAPH src:x { nope:a a cstd:Standard }", "line 2", ""),
    ],
    "data/x.ttl": [("std:a a cstd:Standard .", "line 1", "TriG")],
    "ontology/x.ttl": [("cstd:A a owl:Class ;; .\n cstd:B b", "line 3", "Correct")],
}


@pytest.mark.parametrize(
    ("name", "text", "place", "hint"), [(name, *row) for name, rows in BAD.items() for row in rows]
)
def test_a_file_that_is_wrong_is_named_with_its_line(
    root: Path, cache: Path, name: str, text: str, place: str, hint: str
) -> None:
    small_graph.write_file(root / name, text)
    with pytest.raises(InputError) as caught:
        open_snapshot(cache, root)
    assert f"{name}, {place}:" in caught.value.message
    assert hint in caught.value.hint
    assert not list(cache.glob("*/snapshots/*")) and not list(cache.rglob("building-*"))
    (root / name).unlink()
    assert titles(open_snapshot(cache, root), AMENDMENT) == {CLIMATE}


def test_bytes_that_are_no_text_and_files_that_are_not_there(root: Path, cache: Path, tmp_path: Path) -> None:
    bad = root / "data/bad.trig"
    bad.write_bytes(b'<a:g> { <a:s> <a:p>\n "\xff" }')
    with pytest.raises(InputError, match=r"data/bad\.trig, line 2"):
        open_snapshot(cache, root)
    bad.unlink()
    bad.symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"bad\.trig cannot be read"):
        open_snapshot(cache, root)
    with pytest.raises(InputError, match=r"(ontology|data) cannot be read"):
        open_snapshot(cache, tmp_path / "empty")


def test_without_full_text_search_it_says_so(root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cyberstd_kg.build import indexing

    monkeypatch.setattr(indexing, "_SCHEMA", indexing._SCHEMA.replace("fts5", "no_such_module"))
    with pytest.raises(ResourceMissing, match="full-text"):
        open_snapshot(cache, root)


# What a person sees


def test_progress_is_shown_on_a_terminal_only(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_snapshot(tmp_path / "one", root)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    open_snapshot(tmp_path / "two", root, quiet=True)
    assert capsys.readouterr() == ("", "")
    open_snapshot(tmp_path / "three", root)
    out, err = capsys.readouterr()
    assert out == ""
    assert "compiling the graph" in err and "done" in err
    open_snapshot(tmp_path / "three", root)
    assert capsys.readouterr() == ("", "")


SLOW_BUILD = """
import resource, sys, time
from pathlib import Path
from cyberstd_kg.build import compiler
from cyberstd_kg.build.snapshot import open_snapshot
build = compiler.build
def slow(*arguments):
    until = time.process_time() + 1.5
    while time.process_time() < until:
        pass
    build(*arguments)
compiler.build = slow
limit = int(time.process_time()) + 1
resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
open_snapshot(Path(sys.argv[1]), Path(sys.argv[2]), quiet=True)
assert limit < resource.getrlimit(resource.RLIMIT_CPU)[0] < limit + 60
"""


def test_building_does_not_count_against_a_limit_on_processor_time(root: Path, cache: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SLOW_BUILD, str(cache), str(root)], stderr=subprocess.PIPE, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_snapshot_that_went_away_is_said_so(root: Path, cache: Path) -> None:
    snapshot = open_snapshot(cache, root)
    shutil.rmtree(snapshot.path)
    with pytest.raises(ResourceMissing, match="cannot be opened"):
        _ = snapshot.store
    with pytest.raises(ResourceMissing, match="cannot be opened"):
        _ = snapshot.index


def test_a_closed_snapshot_opens_again(root: Path, cache: Path) -> None:
    snapshot = open_snapshot(cache, root)
    assert snapshot.store is snapshot.store
    assert snapshot.index is snapshot.index
    snapshot.close()
    assert titles(snapshot, AMENDMENT) == {CLIMATE}
