"""Questions in SPARQL and their answers.

- ``guard``: refuses a foreign query that must not run here
- ``remote``: the same questions to any SPARQL endpoint
- ``results``: rows or a graph, as JSON, CSV, TSV, Markdown and Turtle
- ``saved_questions``: the saved questions and their typed parameters
- ``store_files``: the files of a store's tables, opened beforehand
- ``worker``: runs one foreign query in a process with limits
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.sparql import guard, remote, results, saved_questions, store_files, worker

__all__ = ["guard", "remote", "results", "saved_questions", "store_files", "worker"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
