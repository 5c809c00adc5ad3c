"""Made-up entries, for tests of validation and of the workspace."""

from __future__ import annotations

from pathlib import Path

from cyberstd_kg.core.iris import PREFIXES, slug

HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())


def source(name: str, tier: str = "title") -> str:
    """Return the description of a source of one's own."""
    return f"""GRAPH src:workspace_sources {{
    src:workspace_{name} a cstd:Source ; dct:title "A page about {name}"@en ; bibo:locator "whole page" ;
        cstd:says says:stated ; cstd:licenceTier tier:{tier} ; cstd:sourceDocument src:workspace_{name} .
}}
"""


def standard(designation: str, year: str = "", title: str = "A standard made up for a test") -> str:
    """Return an entry for a standard, with an edition where a year is given."""
    name = slug(designation)
    edition = ""
    if year:
        edition = f"""
    std:{name}_{year} a cstd:Edition ; cstd:editionOf std:{name} ; dct:identifier "{designation}:{year}" ;
        dct:title "{title}"@en ; cstd:printedDate "{year}" ;
        cstd:earliest "{year}-01-01"^^xsd:date ; cstd:latest "{year}-12-31"^^xsd:date ."""
    return f"""{HEAD}
GRAPH src:workspace_{name} {{
    std:{name} a cstd:Standard ; dct:identifier "{designation}" ; dct:title "{title}"@en .{edition}
}}
{source(name)}"""


def write(path: Path, text: str) -> Path:
    """Write a file, with its folders, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def tree(folder: Path) -> dict[str, bytes]:
    """Return all files below *folder*, hidden ones too: relative path → content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
