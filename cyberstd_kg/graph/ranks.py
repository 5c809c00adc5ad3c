"""Ranks of kinds: which of several entities of one name is preferred, and which entities are found last.

They are written into the index when the snapshot is built, and read where references are resolved.
"""

from __future__ import annotations

from typing import Final

from cyberstd_kg.core.iris import expand

#: Classes in the order in which equal names are preferred; the position is the rank of a kind.
RANKED: Final = tuple(
    expand(curie)
    for curie in (
        "cstd:Standard cstd:Edition cstd:Draft cstd:Amendment cstd:Regulation cstd:LivingText cstd:Series "
        "org:Organization foaf:Person foaf:Agent skos:Concept cstd:Programme cstd:System cstd:Idea cstd:Enumeration "
        "cstd:Project cstd:Example cstd:TermEntry cstd:Provision cstd:Figure cstd:StageStatement cstd:Source "
        "cstd:MappingSet cstd:Mapping cstd:DerivedMapping cstd:ProvisionGroup cstd:WordReading"
    ).split()
)
RANK: Final = {name: position for position, name in enumerate(RANKED)}
#: Codes of our schemes yield to entities of the same name: "Prepare" is a phase before it is a code.
CODE: Final = len(RANKED)
UNRANKED: Final = CODE + 1
CONCEPT: Final = RANK[expand("skos:Concept")]
DRAFT: Final = RANK[expand("cstd:Draft")]
AMENDMENT: Final = RANK[expand("cstd:Amendment")]
#: Standards, editions, drafts and amendments have a rank up to this one.
LAST_DOCUMENT: Final = AMENDMENT
#: Terms of the ontology itself come last: who types "edition" may mean the class, but hardly ever does.
VOCABULARY: Final = UNRANKED + 1
#: Ranks of the rows of mapping sets and of what belongs to them: thousands of entities with the names of others.
ROWS: Final = frozenset(
    RANK[expand(f"cstd:{name}")] for name in ("Mapping", "DerivedMapping", "ProvisionGroup", "WordReading")
)
#: Ranks of what is only said about other entities: stage statements, sources, rows of mappings, vocabulary.
SECONDARY: Final = frozenset((RANK[expand("cstd:StageStatement")], RANK[expand("cstd:Source")], *ROWS, VOCABULARY))
