"""What held of a standard or a text on a day (docs/decisions/0012-time.md).

- ``answers``: the state on a day, or throughout a month or year, as objects and as JSON
- ``bars``: lineages as bars, for a terminal and for Mermaid
- ``changes``: what changed between two days, or two exports
- ``evidence``: dated evidence about one text, and the state that follows
- ``listing``: the list of standards, filtered
- ``settle``: reads the evidence from the index
- ``standards``: standards on a day: current edition, development, successors
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.lifecycle import answers, bars, changes, evidence, listing, settle, standards

__all__ = ["answers", "bars", "changes", "evidence", "listing", "settle", "standards"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
