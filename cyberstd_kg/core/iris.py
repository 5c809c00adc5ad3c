"""Namespaces, minting and parsing of IRIs: the only module that knows how IRIs are formed.

IRIs are opaque to queries; only this module looks inside one.  The base is defined in :data:`BASE` alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cyberstd_kg.core.errors import InputError

#: The start of every IRI of the project.  Not yet registered with w3id.org: a person has to do that.
BASE: Final = "https://w3id.org/cyberstd/"
ONTOLOGY: Final = f"{BASE}ontology"

#: The SKOS schemes; the name of a scheme is its prefix.
SCHEMES: Final = tuple(
    "actkind agentkind asset binds datekind dockind doctype effect env force genus group kind lifestate mapstyle means "
    "party progkind progstate prop rationale reading recogkind region relation says status threat tier usecase".split()
)
_SCHEMES = {name: f"{BASE}scheme/{name}#" for name in SCHEMES}

#: The prefixes of entities.
_OWN = {"std": f"{BASE}id/", "src": f"{BASE}source/"} | {
    name: f"{BASE}{name}/"
    for name in "agent concept idea list mapping milestone programme project stage system".split()
}

_BORROWED = {
    "bibo": "http://purl.org/ontology/bibo/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

#: The graph of derived mappings: compiled, never asserted.
DERIVED: Final = f"{BASE}source/cyberstd-kg_derived"
#: The graph of inferred statements (by OWL 2 RL, from ontology and data): compiled, never asserted.
INFERRED: Final = f"{BASE}source/cyberstd-kg_inferred"
#: The graphs of statements that no source states.
COMPUTED: Final = (DERIVED, INFERRED)
#: The namespace of shapes, which check the graph and are not entities of it: nothing is minted there.
SHAPES: Final = f"{BASE}shape/"

#: prefix → namespace, sorted by prefix; used by every writer, every query header and every CURIE.
PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    dict(sorted((_OWN | _BORROWED | _SCHEMES | {"cstd": f"{ONTOLOGY}#", "shape": SHAPES}).items()))
)

#: One slug of an entity's local name.
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
#: A local name: one to three slugs joined by '_'.  No dot: some engines read ``std:6.1.3`` as ``std:6.1`` and 0.3.
_LOCAL = re.compile(rf"{_SLUG.pattern}(?:_{_SLUG.pattern}){{0,2}}")


def slug(text: str) -> str:
    """Return *text* as one slug: lower-case ASCII letters and digits; runs of anything else become one hyphen.

    >>> slug("ISO/IEC 27400")
    'iso-iec-27400'
    >>> slug("7.1.2.10")
    '7-1-2-10'

    :raises InputError: when nothing remains
    """
    result = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    if not result:
        raise InputError(f"'{text}' has no letter or digit for an IRI", "Use ASCII letters or digits.")
    return result


def mint(prefix: str, *parts: str) -> str:
    """Mint the IRI of an entity from one to three parts, each of which becomes a slug.

    >>> mint("std", "ISO/IEC 27400", "2022", "7.1.2.10")
    'https://w3id.org/cyberstd/id/iso-iec-27400_2022_7-1-2-10'

    :param prefix: a prefix of our own entities (``std``, ``agent``, ``src`` …)
    :raises InputError: on a foreign prefix, or on no part or more than three
    """
    if prefix not in _OWN:
        raise InputError(
            f"entities are not minted under the prefix '{prefix}'", f"Use one of {', '.join(sorted(_OWN))}."
        )
    if not 1 <= len(parts) <= 3:
        raise InputError(f"an IRI has one to three parts, not {len(parts)}", "Join parts.")
    return _OWN[prefix] + "_".join(slug(part) for part in parts)


def expand(curie: str) -> str:
    """Return the IRI that a CURIE (``std:iso-iec-27400``) stands for.

    :raises InputError: on an unknown prefix
    """
    prefix, colon, local = curie.partition(":")
    if not colon or prefix not in PREFIXES:
        raise InputError(f"'{curie}' has no known prefix", f"Known prefixes: {', '.join(PREFIXES)}.")
    return PREFIXES[prefix] + local


_PREFIX_OF = {namespace: prefix for prefix, namespace in PREFIXES.items()}
_SAFE_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")


def compact(iri: str) -> str | None:
    """Return the CURIE of *iri*, or None where no prefix fits or the local name would need an escape."""
    # Every namespace ends in '#' or '/', and a safe local name has neither: so the cut is the last of them.
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    prefix, local = _PREFIX_OF.get(iri[:cut]), iri[cut:]
    return f"{prefix}:{local}" if prefix is not None and _SAFE_LOCAL.fullmatch(local) else None


def short(iri: str) -> str:
    """Return the CURIE of *iri*, or *iri* itself where it has none."""
    return compact(iri) or iri


def is_entity(iri: str) -> bool:
    """Return whether *iri* is a well-formed IRI of an entity of ours (not of an ontology term or a scheme's code)."""
    for namespace in _OWN.values():
        if iri.startswith(namespace):
            return _LOCAL.fullmatch(iri[len(namespace) :]) is not None
    return False


def family(iri: str) -> tuple[str, str] | None:
    """Return prefix and first slug of an entity's IRI: for a text, provision, project or stage that of its standard.

    >>> family("https://w3id.org/cyberstd/id/iso-iec-27400_2022_7-1-2-10")
    ('std', 'iso-iec-27400')

    None where the IRI is not one of an entity.
    """
    if not is_entity(iri):
        return None
    namespace, _, local = iri.rpartition("/")
    return _PREFIX_OF[f"{namespace}/"], local.partition("_")[0]
