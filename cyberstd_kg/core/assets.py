"""Where the shipped files are (ontology, data, queries, shapes), and where the workspace of the user is.

In a checkout the shipped files are beside the package, in a wheel inside it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from cyberstd_kg.core.errors import ResourceMissing, UsageError

_PACKAGE: Final = Path(__file__).resolve().parent.parent
#: The folders of RDF that make up the shipped graph.
GRAPH_FOLDERS: Final = ("ontology", "data")
#: The suffix of a file that holds a mapping set.
MAPPINGS: Final = ".sssom.tsv"
_FOLDERS: Final = (*GRAPH_FOLDERS, "queries", "shapes", "cyberstd_kg")
_REINSTALL: Final = "Reinstall the package cyberstd-kg."


def root() -> Path:
    """Return the folder that holds ``ontology/``, ``data/`` and ``queries/``.

    :raises ResourceMissing: when neither the checkout nor the installed package has them
    """
    for candidate in (_PACKAGE / "assets", _PACKAGE.parent):
        if (candidate / "ontology").is_dir() and (candidate / "data").is_dir():
            return candidate
    raise ResourceMissing("the shipped graph is missing from this installation", _REINSTALL)


def is_installed() -> bool:
    """Return whether the files come from an installed wheel, which nobody edits (then the version is their key)."""
    return root() == _PACKAGE / "assets"


def graph_files(base: Path | None = None) -> list[Path]:
    """Return the Turtle and TriG files of the graph under *base* (default: :func:`root`), sorted by path."""
    base = base or root()
    return sorted(
        path for folder in GRAPH_FOLDERS for path in (base / folder).rglob("*") if path.suffix in {".ttl", ".trig"}
    )


def mapping_files(base: Path | None = None) -> list[Path]:
    """Return the mapping sets of the graph under *base* (default: :func:`root`), SSSOM/TSV, sorted by path."""
    return sorted(((base or root()) / "data").rglob(f"*{MAPPINGS}"))


def shape_files(base: Path | None = None) -> list[Path]:
    """Return the Turtle files of ``shapes/`` under *base* (default: :func:`root`), sorted by name.

    :raises ResourceMissing: when there are none
    """
    return _files("shapes", "*.ttl", base)


def query_files(kind: str = "competency", base: Path | None = None) -> list[Path]:
    """Return the ``.rq`` files of ``queries/<kind>`` under *base* (default: :func:`root`), and of its folders, by name.

    :raises ResourceMissing: when there are none
    """
    return _files(f"queries/{kind}", "*.rq", base)


def _files(folder: str, pattern: str, base: Path | None) -> list[Path]:
    paths = sorted(((base or root()) / folder).rglob(pattern), key=lambda path: path.stem)
    if not paths:
        raise ResourceMissing(f"the folder {folder} is missing or empty", _REINSTALL)
    return paths


def workspace_folder(given: Path | str | None = None) -> Path:
    """Return the folder of the user's own entries, which need not exist.

    *given*, else ``$CYBERSTD_WORKSPACE``, ``$XDG_DATA_HOME/cyberstd-kg``, ``~/.local/share/cyberstd-kg``.

    :raises UsageError: when the path is not a folder, or the folder overlaps the shipped graph and is not its ``data/``
    """
    if chosen := given or os.environ.get("CYBERSTD_WORKSPACE"):
        path = os.path.abspath(chosen)  # noqa: PTH100 - resolve() would follow links
        if os.path.lexists(path) and not os.path.isdir(path):  # noqa: PTH112 - runs in every command
            raise UsageError(
                f"the workspace '{chosen}' is not a folder", "Name a folder with --workspace; it need not exist."
            )
        _require_apart(path, str(chosen))
        return Path(path)
    base = os.environ.get("XDG_DATA_HOME", "")
    if os.path.isabs(base):  # noqa: PTH117 - the XDG specification: a relative path is to be ignored
        return Path(base, "cyberstd-kg")
    return Path(os.path.expanduser("~"), ".local", "share", "cyberstd-kg")  # noqa: PTH111 - Path.home() may raise


def is_data(folder: Path | str) -> bool:
    """Return whether *folder* is the ``data/`` of the shipped graph, to which its developers add."""
    return os.path.realpath(folder) == os.path.join(os.path.realpath(root()), "data")  # noqa: PTH118


def _require_apart(path: str, chosen: str) -> None:
    """Refuse a workspace inside or around the shipped files: each file would be read twice, or shipped as ours."""
    workspace, shipped = os.path.realpath(path) + os.sep, os.path.realpath(root()) + os.sep
    is_inside = workspace.startswith(tuple(shipped + name + os.sep for name in _FOLDERS))
    if (is_inside or shipped.startswith(workspace)) and not is_data(path):
        raise UsageError(
            f"the workspace '{chosen}' overlaps the shipped graph", "Name another folder with --workspace."
        )
