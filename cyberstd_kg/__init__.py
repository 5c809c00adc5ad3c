"""cyberstd-kg: the knowledge graph of cybersecurity standards.

>>> import cyberstd_kg
>>> kg = cyberstd_kg.load()
>>> kg.show("ISO/IEC 27400:2022").designation
'ISO/IEC 27400:2022'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from cyberstd_kg.api import KnowledgeGraph

__version__ = "0.1.0"
__all__ = ["__version__", "load"]


def load(workspace: Path | str | None = None) -> KnowledgeGraph:
    """Open the knowledge graph; the snapshot is compiled first where it is missing or older than the files.

    :param workspace: the folder of the user's own entries, which need not exist; default ``$CYBERSTD_WORKSPACE``, else
        ``cyberstd-kg`` among the user's data
    :raises InputError: when a file of the graph cannot be read; names file and line
    """
    from cyberstd_kg import assets
    from cyberstd_kg.api import KnowledgeGraph
    from cyberstd_kg.errors import InputError
    from cyberstd_kg.store import open_snapshot

    folder = assets.workspace_folder(workspace)
    try:
        return KnowledgeGraph(open_snapshot(workspace=folder), folder)
    except InputError as error:
        if str(folder) in error.message:
            error.hint += (
                f" The file is in your workspace; --workspace names another one, or move it away from {folder}."
            )
        raise
