"""Checks entries, and the whole graph, and says what to do (docs/decisions/0009-validation-on-a-cut.md).

- ``check``: runs all checks and locates the findings
- ``entry``: a file of entries, read strictly with lines
- ``file_checks``: checks of a file before its statements meet the graph
- ``findings``: findings and the report that holds them
- ``impact``: the part of the graph that a change affects
- ``messages``: what is wrong and what to do, in words
- ``rules``: rules across entries
- ``set_checks``: checks of a mapping set against the graph
- ``shapes``: the shapes as objects
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.validation import check, entry, file_checks, findings, impact, messages, rules, set_checks, shapes

__all__ = ["check", "entry", "file_checks", "findings", "impact", "messages", "rules", "set_checks", "shapes"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
