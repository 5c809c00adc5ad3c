"""Mapping sets: rows, their declared reading, and their forms as SSSOM and RDF.

- ``from_rdf``: a mapping set read back from the graph
- ``model``: mapping sets, rows and declared readings as objects
- ``relations``: sets of relations between two provisions, and their composition
- ``sssom_reading``: SSSOM/TSV to a mapping set
- ``sssom_slots``: the slots of SSSOM 1.1
- ``sssom_table``: SSSOM/TSV as metadata and a table, with lines
- ``sssom_writing``: a mapping set to SSSOM/TSV
- ``to_rdf``: a mapping set to statements
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.mappings import (
        from_rdf,
        model,
        relations,
        sssom_reading,
        sssom_slots,
        sssom_table,
        sssom_writing,
        to_rdf,
    )

__all__ = ["from_rdf", "model", "relations", "sssom_reading", "sssom_slots", "sssom_table", "sssom_writing", "to_rdf"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
