"""The sections of the page other than cards: schemes of codes, borrowed terms, disjoint classes, the index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.iris import PREFIXES, compact, expand
from cyberstd_kg.core.ordering import natural

from .markup import Html, join, tag

if TYPE_CHECKING:
    from .cards import Cards

#: prefix → (name, address, purpose) of the vocabularies whose terms are used.
VOCABULARIES: Final = {
    "bibo": (
        "Bibliographic Ontology",
        "https://www.dublincore.org/specifications/bibo/bibo/",
        "locators, the number of an edition",
    ),
    "dcat": ("DCAT", "https://www.w3.org/TR/vocab-dcat-3/", "landing pages"),
    "dct": (
        "DCMI Metadata Terms",
        "https://www.dublincore.org/specifications/dublin-core/dcmi-terms/",
        "titles, identifiers, version, part, replacement, publisher",
    ),
    "foaf": ("FOAF", "http://xmlns.com/foaf/spec/", "persons"),
    "org": ("The Organization Ontology", "https://www.w3.org/TR/vocab-org/", "bodies, committees, posts"),
    "prov": ("PROV-O", "https://www.w3.org/TR/prov-o/", "what a source quotes, and from what our readings are derived"),
    "skos": ("SKOS", "https://www.w3.org/TR/skos-reference/", "concepts, codes, labels, definitions"),
    "vann": ("VANN", "https://vocab.org/vann/", "prefix and namespace of the ontology"),
}


class Code(NamedTuple):
    """A code of a scheme; ``broader`` are IRIs."""

    iri: str
    label: str
    definition: str
    notation: str
    broader: list[str]


class Scheme(NamedTuple):
    """A scheme and its codes, in natural order."""

    iri: str
    name: str
    title: str
    definition: str
    codes: list[Code]


def read_schemes(folder: Path) -> list[Scheme]:
    """Return the schemes of a folder of Turtle files, by name."""
    return [_scheme(path) for path in sorted(folder.glob("*.ttl"))]


def _scheme(path: Path) -> Scheme:
    statements: dict[str, dict[str, list[str]]] = {}
    for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE):
        values = statements.setdefault(quad.subject.value, {})
        values.setdefault(compact(quad.predicate.value) or quad.predicate.value, []).append(quad.object.value)

    def one(iri: str, name: str) -> str:
        return next(iter(statements[iri].get(name, [])), "")

    concept = expand("skos:Concept")
    scheme = next(
        iri for iri, values in statements.items() if expand("skos:ConceptScheme") in values.get("rdf:type", [])
    )
    codes = [
        Code(
            iri,
            one(iri, "skos:prefLabel"),
            one(iri, "skos:definition"),
            one(iri, "skos:notation"),
            values.get("skos:broader", []),
        )
        for iri, values in statements.items()
        if concept in values.get("rdf:type", [])
    ]
    codes.sort(key=lambda code: natural(code.iri))
    return Scheme(scheme, path.stem, one(scheme, "dct:title"), one(scheme, "skos:definition"), codes)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], ids: Sequence[str | None], label: str) -> Html:
    """Return a table; its last column holds numbers."""
    kinds = [None] * (len(head) - 1) + ["number"]
    body = [
        tag("tr", *(tag("td", cell, class_=kind) for cell, kind in zip(row, kinds, strict=True)), id=ident)
        for row, ident in zip(rows, ids, strict=True)
    ]
    top = tag("tr", *(tag("th", one, scope="col", class_=kind) for one, kind in zip(head, kinds, strict=True)))
    table = tag("table", tag("thead", top), tag("tbody", *body))
    return tag("div", table, class_="scroll", tabindex="0", role="region", aria_label=label)


def codes(cards: Cards, schemes: list[Scheme]) -> Html:
    """Return the section of the schemes."""
    known = cards.ontology.terms.keys() | cards.ontology.borrowed.keys()
    parts = [
        tag("p", "Recurring values are codes of SKOS schemes. The last column counts the statements that use a code."),
        tag("p", join(*(tag("a", s.name, href=f"#scheme-{s.name}") for s in schemes), by=" · "), class_="here"),
    ]
    for scheme in schemes:
        by: Counter[str] = Counter()
        for code in scheme.codes:
            by.update(cards.facts.by.get(code.iri, {}))
        used = [name for name, _ in sorted(by.items(), key=lambda c: (-c[1], c[0])) if name in known]
        rows = [
            (
                tag("code", compact(code.iri) or code.iri),
                code.label if not code.notation else f"{code.label} ({code.notation})",
                join(code.definition, *(["; narrower than ", cards.names(code.broader)] if code.broader else [])),
                f"{cards.facts.codes(code.iri):,}",
            )
            for code in scheme.codes
        ]
        parts += [
            tag(
                "h3",
                tag("a", scheme.title, href=f"#scheme-{scheme.name}", class_="self"),
                " ",
                tag("code", f"{scheme.name}:"),
                id=f"scheme-{scheme.name}",
            ),
            tag("p", scheme.definition, class_="definition"),
            tag("p", "Values of ", cards.names(used), ".") if used else Html(""),
            _table(("Code", "Label", "Definition", "Used"), rows, [compact(c.iri) for c in scheme.codes], scheme.title),
        ]
    return join(*parts, by="\n")


def borrowed_section(cards: Cards) -> Html:
    """Return the section of the borrowed terms, by vocabulary."""
    ontology, facts = cards.ontology, cards.facts
    parts = [
        tag(
            "p",
            "Declared once, without axioms. Bridges to other vocabularies are in ontology/alignments.ttl; the core "
            "does not import it.",
        )
    ]
    groups: dict[str, list[str]] = {}
    for iri in sorted(ontology.borrowed, key=lambda iri: compact(iri) or iri):
        groups.setdefault((compact(iri) or iri).partition(":")[0], []).append(iri)
    for prefix, terms in groups.items():
        name, address, use = VOCABULARIES.get(prefix, (prefix, PREFIXES[prefix], ""))
        rows = []
        for iri in terms:
            below = ontology.children(iri)
            ends = [*ontology.of_class(iri, "domain"), *ontology.of_class(iri, "range")]
            uses = [
                *([join("above ", cards.names(below))] if below else []),
                *([join("domain or range of ", cards.names(dict.fromkeys(ends)))] if ends else []),
                *([join("used for ", cards.most(facts.subjects[iri]))] if facts.subjects[iri] else []),
            ]
            count = facts.classes[iri] if ontology.borrowed[iri] == "class" else facts.properties[iri]
            more = facts.inferred[iri] + facts.inferred_properties[iri]
            counted = f"{count:,}" + (f" + {more:,} by reasoning" if more else "")
            kind = tag("span", ontology.borrowed[iri], class_="kind")
            rows.append((tag("code", compact(iri) or iri), kind, join(*uses, by="; "), counted))
        head = ("Term", "Kind", "Where", "Used")
        parts += [
            tag("h3", name, " ", tag("code", f"{prefix}:")),
            tag("p", f"For {use}. " if use else "", tag("a", "Its documentation", href=address), "."),
            _table(head, rows, [compact(iri) for iri in terms], name),
        ]
    return join(*parts, by="\n")


def disjoint_section(cards: Cards) -> Html:
    """Return the section of the disjoint classes."""
    parts = [tag("p", "No two classes of one list have a member in common.")]
    parts += [
        tag("p", cards.names(members), id=f"disjoint-{number}", class_="here")
        for number, members in enumerate(cards.ontology.disjoint, 1)
    ]
    genera = [iri for iri in cards.ontology.terms if cards.ontology.excluded_by_value(iri)[1]]
    if genera:
        parts.append(
            tag(
                "p",
                "The same is inferred for ",
                cards.names(genera),
                ": each requires another value of a functional property.",
            )
        )
    return join(*parts, by="\n")


def index_section(cards: Cards) -> Html:
    """Return the index of all terms, by label."""
    by_label = sorted(cards.ontology.terms, key=lambda iri: (cards.label(iri).lower(), iri))
    entries = [tag("li", cards.name(iri), " ", tag("code", cards.ontology.terms[iri].curie)) for iri in by_label]
    return tag("ul", *entries, class_="index")
