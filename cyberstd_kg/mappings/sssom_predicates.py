"""How predicates are read in a mapping set that declares no reading.

The predicates of SKOS and OWL were made for vocabularies and ontologies.  What they say of provisions as sets is an
assumption, and the graph marks it as one.
"""

from __future__ import annotations

from typing import Final

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
    **{f"{PREFIXES['cstd']}{name}": possible for name, possible in relations.PREDICATES.items()},
}
#: The other predicates of SKOS, which say nothing of sets (https://www.w3.org/TR/skos-reference/).
_OTHER: Final = frozenset(
    f"{_SKOS}{name}"
    for name in "broader narrower related broaderTransitive narrowerTransitive semanticRelation mappingRelation".split()
)
NOT: Final = "Not"


def is_slip(predicate: str) -> bool:
    """Tell whether a predicate has a namespace whose terms are known, and is none of them, such as skos:exactMtch."""
    return predicate.startswith((_SKOS, PREFIXES["cstd"])) and predicate not in _KNOWN and predicate not in _OTHER


def of(predicate: str, modifier: str, *, strict: bool) -> tuple[Relations, str]:
    """Return how a predicate (an IRI) with its modifier is read, and why as nothing more, where that is surprising.

    :param strict: read skos:relatedMatch as intersection, in which each has a part of its own
    """
    known = _KNOWN.get(predicate)
    if modifier == NOT:
        if known == EQUAL:
            return Relations(ANY & ~EQUAL), ""
        return ANY, "provisions for which less than equality is denied need not be disjoint"
    if strict and predicate == f"{_SKOS}relatedMatch":
        return INTERSECTS, ""
    return (ANY, "it is not known what the predicate says of two provisions as sets") if known is None else (known, "")


def reason(*, strict: bool, given: bool) -> str:
    """Return the reason for this reading, for the graph.

    :param given: whether the importer gave a table of words
    """
    related = (
        "related ones as intersection, in which each has a part of its own" if strict else "related ones as overlap"
    )
    text = (
        "The file declares no reading. Chosen on import: exact matches are read as equality, broad and narrow ones as "
        f"subset and superset, close ones as overlap of any kind, {related}, all others as saying nothing of sets."
    )
    return f"{text} The table of words was given by the importer." if given else text
