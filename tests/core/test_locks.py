"""The lock files: each package pinned with a hash, in one version, all that pyproject.toml asks for, no address."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

LOCKS = ("build.txt", "run.txt", "test.txt", "owlapi.txt", "sssom.txt")
PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[\w.+!-]+)(?: ; [^\\]+)? *\\?")
NAME = re.compile(r"[A-Za-z0-9._-]+")


def normal(name: str) -> str:
    """Return a package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read(text: str) -> tuple[dict[str, str], list[str]]:
    """Return name → version of a lock's packages, and what is wrong with it, line by line."""
    pins: dict[str, str] = {}
    wrong: list[str] = []
    hashes = 1
    for line in [*text.splitlines(), "end==0"]:
        if not line.strip() or line.startswith("#"):
            continue
        if re.fullmatch(r" +--hash=sha256:[0-9a-f]{64}(?: \\)?", line):
            hashes += 1
            continue
        if not hashes:
            wrong.append(f"no hash before: {line}")
        pin = PIN.fullmatch(line)
        if pin is None:
            wrong.append(f"not a pinned package: {line}")
        elif line != "end==0":
            pins[normal(pin["name"])] = pin["version"]
        hashes = 0
    return pins, wrong


@pytest.fixture(scope="module")
def locks(root: Path) -> dict[str, str]:
    return {name: (root / "requirements" / name).read_text(encoding="utf-8") for name in LOCKS}


def test_every_package_is_pinned_with_a_hash(locks: dict[str, str]) -> None:
    assert [(name, wrong) for name, text in locks.items() for wrong in read(text)[1]] == []


def test_a_package_has_one_version(locks: dict[str, str]) -> None:
    versions: dict[str, set[str]] = {}
    for text in locks.values():
        for name, version in read(text)[0].items():
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_the_locks_hold_what_the_project_asks_for(root: Path, locks: dict[str, str]) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    extras = [asked for extra in project["project"]["optional-dependencies"].values() for asked in extra]
    wanted = {
        "run.txt": project["project"]["dependencies"],
        "test.txt": [*project["project"]["dependencies"], *extras],
        "build.txt": project["build-system"]["requires"],
    }
    for lock, asked in wanted.items():
        names = {normal(match[0]) for one in asked if (match := NAME.match(one))}
        assert names - set(read(locks[lock])[0]) == set()


def test_no_lock_names_an_address_or_a_path(locks: dict[str, str]) -> None:
    found = [
        line
        for text in locks.values()
        for line in text.splitlines()
        if re.search(r"://|(?<![\w-])/|--index|--find", line)
    ]
    assert found == []


def test_a_poor_lock_is_found() -> None:
    good = "a==1 \\\n    --hash=sha256:" + "0" * 64 + "\n"
    assert read(good) == ({"a": "1"}, [])
    assert read(good.splitlines()[0])[1] == ["no hash before: end==0"]
    assert read("a>=1\n" + good)[1] == ["not a pinned package: a>=1", "no hash before: a==1 \\"]
    assert read("--index-url x\n")[1] == ["not a pinned package: --index-url x", "no hash before: end==0"]
