"""How the predicates of a mapping set without a declared reading are read: by whoever imports it.

A predicate of SKOS or OWL was chosen for ontologies and vocabularies; what it says of provisions as sets is an
assumption, which stands as such in the graph.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.mappings import relations
from cyberstd_kg.mappings.relations import ANY, EQUAL, INTERSECTS, OVERLAP, SUBSET, SUPERSET, WITHIN_OR_EQUAL, Relations

_SKOS, _OWL, _RDFS = PREFIXES["skos"], PREFIXES["owl"], PREFIXES["rdfs"]
#: Predicate → what is possible.
_KNOWN: Final = {
    f"{_SKOS}exactMatch": EQUAL,
    f"{_OWL}equivalentClass": EQUAL,
    f"{_OWL}sameAs": EQUAL,
    f"{_SKOS}broadMatch": SUBSET,
    f"{_SKOS}narrowMatch": SUPERSET,
    f"{_RDFS}subClassOf": WITHIN_OR_EQUAL,
    f"{_SKOS}closeMatch": OVERLAP,
    f"{_SKOS}relatedMatch": OVERLAP,
    **{f"{PREFIXES['cstd']}{name}": named for name, named in relations.PREDICATES.items()},
}
#: What SKOS has besides, of which nobody can tell what it says of sets (https://www.w3.org/TR/skos-reference/).
_OTHER: Final = frozenset(
    f"{_SKOS}{name}"
    for name in "broader narrower related broaderTransitive narrowerTransitive semanticRelation mappingRelation".split()
)
_EXACT: Final = frozenset(name for name, read in _KNOWN.items() if read == EQUAL)
NOT: Final = "Not"


class Read(NamedTuple):
    """What a predicate is read to say, and why it is no more, where that needs a word."""

    relations: Relations
    note: str = ""


def is_slip(predicate: str) -> bool:
    """Tell whether a predicate is in a namespace whose words are known, and is none of them: exactMtch."""
    return predicate.startswith((_SKOS, PREFIXES["cstd"])) and predicate not in _KNOWN and predicate not in _OTHER


def of(predicate: str, modifier: str, *, strict: bool) -> Read:
    """Return how a predicate (an IRI) with its modifier is read.

    :param strict: read skos:relatedMatch as intersection, each with something of its own
    """
    if modifier == NOT:
        if predicate in _EXACT:
            return Read(Relations(ANY & ~EQUAL))
        return Read(ANY, "that something weaker than equality does not hold does not make two disjoint")
    if strict and predicate == f"{_SKOS}relatedMatch":
        return Read(INTERSECTS)
    if predicate in _KNOWN:
        return Read(_KNOWN[predicate])
    return Read(ANY, "nothing tells what the predicate says of two provisions as sets")


def reason(*, strict: bool, given: bool) -> str:
    """Return why the words are read so, as it stands in the graph.

    :param given: whether a table of words was given
    """
    related = "related ones as intersection with something of each own" if strict else "related ones as overlap"
    told = (
        "The file declares no reading. Chosen on import: exact matches are read as equality, broad and narrow ones as "
        f"subset and superset, close ones as overlap of any kind, {related}, all else as saying nothing of sets."
    )
    return f"{told} The table of words was given by the importer." if given else told
