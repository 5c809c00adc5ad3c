"""The wheel: it carries the graph, and the package finds it there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from entries import standard, write

import cyberstd_kg

FOLDERS = ("ontology", "data", "queries", "shapes")
ASK = """
import json, sys
sys.path.insert(0, sys.argv[1])
import cyberstd_kg
from cyberstd_kg.core import assets
print(json.dumps([cyberstd_kg.__version__, assets.is_installed(), str(assets.root()), len(assets.graph_files())]))
"""


@pytest.fixture(scope="module")
def unpacked(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the installed tools, without network, and unpack it."""
    pytest.importorskip("hatchling", reason="hatchling is not installed: 'make test' installs it")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def files(folder: Path) -> set[str]:
    """Return the files below *folder*, without what Python leaves behind."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


def test_the_wheel_holds_the_graph_whole(root: Path, unpacked: Path) -> None:
    for name in FOLDERS:
        assert files(unpacked / "cyberstd_kg" / "assets" / name) == files(root / name)
    assert {path for path in files(unpacked) if path.split("/")[0] not in {"cyberstd_kg"}} == {
        f"cyberstd_kg-{cyberstd_kg.__version__}.dist-info/{name}"
        for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE", "licenses/LICENSE-DATA.md")
    }


def test_the_package_finds_the_graph_in_the_wheel(root: Path, unpacked: Path) -> None:
    command = [sys.executable, "-I", "-c", ASK, str(unpacked)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=unpacked, check=True)
    version, installed, place, count = json.loads(done.stdout)
    assert (version, installed) == (cyberstd_kg.__version__, True)
    assert Path(place) == unpacked / "cyberstd_kg" / "assets"
    assert count == sum(path.endswith((".ttl", ".trig")) for name in FOLDERS[:2] for path in files(root / name))


def test_the_wheel_checks_and_adds_entries(unpacked: Path, tmp_path: Path) -> None:
    new, folder = write(tmp_path / "new.trig", standard("ISO/IEC 99001", "2026")), tmp_path / "ws"
    program = "import sys; sys.path.insert(0, sys.argv.pop(1)); from cyberstd_kg.cli import main; sys.exit(main())"
    environment = {**os.environ, "CYBERSTD_WORKSPACE": str(folder), "CYBERSTD_CACHE": str(tmp_path / "cache")}
    for words in (["validate", str(new)], ["add", str(new)], ["show", "ISO/IEC 99001"], ["new", "control"]):
        command = [sys.executable, "-c", program, str(unpacked), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=unpacked, env=environment)
        assert (done.returncode, done.stderr) == (0, ""), words
    assert (folder / "standards" / "iso-iec" / "99001.trig").is_file()
