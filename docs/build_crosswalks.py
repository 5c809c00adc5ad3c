"""Writes docs/crosswalks.md: what the shipped mapping sets hold, what follows, and why (``--check`` only compares)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import cyberstd_kg
from cyberstd_kg.api.graph import KnowledgeGraph
from cyberstd_kg.cli import proofs, render
from cyberstd_kg.core.ordering import natural
from cyberstd_kg.crosswalks.network import MODES

TARGET = Path(__file__).resolve().parent / "crosswalks.md"
HEAD = """# Crosswalks: what is published, what follows, and why

Worked out from the shipped sets; this page is written by `python docs/build_crosswalks.py`. How it is done:
[decision 16](decisions/0016-crosswalk-algebra.md); where the sets come from:
[13](decisions/0013-published-mapping-sets.md) and, of our own, [14](decisions/0014-our-mappings.md); the shapes of the
answers: [interface](interface.md).
"""
MATRIX = """
## Pairs of documents

Each pair of ends (provisions and groups of them) is counted once, by the most telling verdict that it has. *Published*:
a row is on this very pair; *derived*: known otherwise, and better than undetermined. *Definite*: one relation is left;
*guaranteed*: they have something in common for certain; *undetermined*: one or two rows link them, and nothing follows.
*With groups*: of the definite and guaranteed ones, those that hold of a group of provisions taken together. Sets for
different uses are not chained (`--across` does). Pairs of documents that are not listed have zero everywhere.
"""
STRICT = """
*Strict* reads every untyped row as a partial overlap, which nobody claims; `cyberstd prove --strict` shows the rows.
Each of them says that an item of the CSF 1.1 is only partly in the item of the CSF 2.0 into which NIST says that it was
incorporated: so the list is not to be read so.
"""
PROOFS = (
    ("A definite chain: a published row and containment", "27001:2022 A.5.36", "Grundschutz++ PERF.2"),
    ("A roll-up: the row of a subcategory makes its category overlap", "CSF 2.0 GV.OC", "27001:2022 4.1"),
    (
        "Two publishers: CSF 2.0 to Grundschutz++, where a control stands alone",
        "CSF 2.0 DE.AE-02",
        "Grundschutz++ DET.6.1",
    ),
    (
        "The same, where BSI's targets are a group: it holds of the group only",
        "CSF 2.0 GV.PO-01",
        "Grundschutz++ GC.6.1.3",
    ),
    ("Nothing follows: two lists of overlaps", "CSF 2.0 GV.PO-02", "SP 800-53r5 AC-1"),
)


def page() -> str:
    """Return the page."""
    os.environ["COLUMNS"] = "110"
    kg = cyberstd_kg.load()
    parts = [HEAD, _sets(kg), MATRIX, _matrix(kg), _consistency(kg), "\n## Proofs\n"]
    for title, first, second in PROOFS:
        text = render.text_of(proofs.why_lines(kg.why(first, second))).rstrip()
        parts.append(f'\n### {title}\n\n`cyberstd why "{first}" "{second}"`\n\n```\n{text}\n```\n')
    return "".join(parts)


def _sets(kg: KnowledgeGraph) -> str:
    network = kg.mappings.network
    lines = [
        "\n## The sets\n",
        "| set | publisher | rows | style | rationale | use | read by |",
        "|---|---|---|---|---|---|---|",
    ]
    for iri in sorted(network.sets, key=natural):
        told = network.sets[iri]
        rows = sum(row.set == iri for row in (*network.rows, *network.idle))
        cells = (
            told.title,
            kg.label(told.publisher),
            str(rows),
            told.style,
            told.rationale,
            told.use_case,
            told.read_by,
        )
        lines.append(f"| {' | '.join(cell or '–' for cell in cells)} |")
    every = len(network.rows) + len(network.idle)
    return "\n".join([*lines, f"\nTogether {len(network.sets)} sets and {every} rows.\n"])


def _matrix(kg: KnowledgeGraph) -> str:
    def named(iri: str) -> str:
        return kg.lookup.value(iri, "dct:identifier") or kg.label(iri)

    lines = [
        "\n| from | to | published | derived | definite | guaranteed | undetermined | with groups |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    cells = kg.matrix()
    for cell in cells:
        if any(cell[2:]):
            counts = (cell.published, cell.derived, cell.definite, cell.guaranteed, cell.undetermined, cell.groups)
            lines.append(f"| {named(cell.first)} | {named(cell.second)} | {' | '.join(map(str, counts))} |")
    zero = sum(not any(cell[2:]) for cell in cells)
    return "\n".join([*lines, f"\nOf {len(cells)} pairs of documents {zero} have zero everywhere.\n"])


def _consistency(kg: KnowledgeGraph) -> str:
    lines = ["\n## Contradictions\n", "| read | across uses | contradictions |", "|---|---|---:|"]
    for mode in MODES:
        for across in (False, True):
            found = kg.prove(reading=mode, across=across).contradictions
            lines.append(f"| {mode} | {'yes' if across else 'no'} | {len(found)} |")
    return "\n".join([*lines, STRICT])


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(TARGET.read_text(encoding="utf-8") != page())
    TARGET.write_text(page(), encoding="utf-8")
