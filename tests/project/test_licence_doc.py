"""LICENSE-DATA.md: each source document of the data stands in its table, with the tier that the data give."""

from __future__ import annotations

import re
from pathlib import Path

from rdf_files import CSTD, data

from cyberstd_kg.core.iris import PREFIXES

OWN = f"{PREFIXES['src']}cyberstd-kg"


def table(text: str) -> dict[str, str]:
    """Return how the IRIs of a source's documents begin → its tier."""
    found = {}
    for line in text.splitlines():
        sources, tiers = re.findall(r"`src:([a-z0-9_-]+)`", line), re.findall(r"`tier:(\w+)`", line)
        if line.startswith("|") and sources and tiers:
            (tier,) = tiers
            found |= {f"{PREFIXES['src']}{source}": f"{PREFIXES['tier']}{tier}" for source in sources}
    return found


def test_each_source_document_has_its_tier_in_the_table(root: Path) -> None:
    known = table((root / "LICENSE-DATA.md").read_text(encoding="utf-8"))
    documents = {t.object.value for t in data() if t.predicate.value == f"{CSTD}sourceDocument"} - {OWN}
    tiers = {
        (t.subject.value, t.object.value)
        for t in data()
        if t.predicate.value == f"{CSTD}licenceTier" and t.subject.value in documents
    }
    assert documents == {document for document, _ in tiers}
    assert [pair for pair in sorted(tiers) if (begin(pair[0], known), pair[1]) not in known.items()] == []


def test_no_row_of_the_table_is_idle(root: Path) -> None:
    known = table((root / "LICENSE-DATA.md").read_text(encoding="utf-8"))
    documents = {t.object.value for t in data() if t.predicate.value == f"{CSTD}sourceDocument"}
    assert [source for source in sorted(known) if not any(document.startswith(source) for document in documents)] == []


def begin(iri: str, known: dict[str, str]) -> str:
    """Return the longest beginning in *known* that *iri* has, or nothing."""
    return max((source for source in known if iri.startswith(source)), key=len, default="")
