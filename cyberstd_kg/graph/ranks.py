"""Ranks of kinds: which of several things of one name is preferred, and which things are found last.

They are written into the index when the snapshot is built, and read where references are resolved.
"""

from __future__ import annotations

from typing import Final

from cyberstd_kg.core.iris import PREFIXES

_CSTD, _ORG, _FOAF, _SKOS = (PREFIXES[name] for name in ("cstd", "org", "foaf", "skos"))
#: Classes in the order in which equal names are preferred; the position is the rank of a kind.
RANKED: Final = (
    *(f"{_CSTD}{name}" for name in ("Standard", "Edition", "Draft", "Amendment", "Regulation", "LivingText", "Series")),
    *(_ORG + "Organization", _FOAF + "Person", _FOAF + "Agent", _SKOS + "Concept"),
    *(f"{_CSTD}{name}" for name in ("Programme", "System", "Idea", "Enumeration", "Project", "Example")),
    *(f"{_CSTD}{name}" for name in ("TermEntry", "Provision", "Figure", "StageStatement", "Source")),
    *(f"{_CSTD}{name}" for name in ("MappingSet", "Mapping", "DerivedMapping", "ProvisionGroup", "WordReading")),
)
RANK: Final = {name: position for position, name in enumerate(RANKED)}
#: Codes of our schemes yield to things of the same name: "Prepare" is a phase before it is a code.
CODE: Final = len(RANKED)
UNRANKED: Final = CODE + 1
CONCEPT: Final = RANK[f"{_SKOS}Concept"]
#: Standards, editions, drafts and amendments have a rank up to this one.
LAST_DOCUMENT: Final = RANK[f"{_CSTD}Amendment"]
DRAFT: Final = RANK[f"{_CSTD}Draft"]
AMENDMENT: Final = LAST_DOCUMENT
#: Terms of the ontology itself come last: who types "edition" may mean the class, but hardly ever does.
VOCABULARY: Final = UNRANKED + 1
#: Ranks of the rows of mapping sets and of what belongs to them: thousands of things whose names are those of others.
ROWS: Final = frozenset(
    RANK[f"{_CSTD}{name}"] for name in ("Mapping", "DerivedMapping", "ProvisionGroup", "WordReading")
)
#: Ranks of what is said *about* things rather than being one: stage statements, sources, rows of mappings, vocabulary.
SECONDARY: Final = frozenset((RANK[f"{_CSTD}StageStatement"], RANK[f"{_CSTD}Source"], *ROWS, VOCABULARY))
