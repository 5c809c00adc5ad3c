"""The page docs/ontology.html: one file, no script, nothing loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

from cyberstd_kg.core.iris import PREFIXES, compact, expand
from cyberstd_kg.sparql.saved_questions import SavedQuery

from . import drawing
from .cards import Cards
from .facts import Facts
from .lists import Scheme, borrowed_section, codes, disjoint_section, index_section
from .markup import Html, join, tag
from .terms import Ontology, Section

_CURIE = re.compile(r"\b[a-z]+:[A-Za-z][\w-]*")
_FILES = "../ontology/cyberstd.ttl"


class Page:
    """Builds the page.

    :param ontology: what it is about
    :param facts: what the graph holds of its terms
    :param questions: the saved questions, by id
    :param schemes: the schemes of codes
    """

    def __init__(
        self,
        ontology: Ontology,
        facts: Facts,
        questions: Mapping[str, SavedQuery],
        schemes: list[Scheme],
    ) -> None:
        self._ontology, self._facts, self._schemes = ontology, facts, schemes
        self._cards = Cards(ontology, facts, questions, schemes)

    def text(self) -> str:
        """Return the page."""
        header = self._ontology.header
        title = header.get("dct:title", "Ontology")
        sections = [
            ("model", "The model in one picture", self._picture()),
            *((_anchor(s), s.title, self._section(s)) for s in self._ontology.sections if s.terms),
            ("disjoint", "Disjoint classes", disjoint_section(self._cards)),
            ("schemes", "Schemes of codes", codes(self._cards, self._schemes)),
            ("borrowed", "Borrowed terms", borrowed_section(self._cards)),
            ("index", "All terms from A to Z", index_section(self._cards)),
        ]
        main = [tag("section", tag("h2", _self(ident, head)), body, id=ident) for ident, head, body in sections]
        head = join(
            tag("title", title),
            tag("style", Html(_asset("page.css") + drawing.style())),
        )
        body = join(
            tag("a", "Skip to the content", href="#text", class_="skip"),
            tag("div", self._head(title), self._contents(sections), tag("main", *main, id="text"), class_="sides"),
            by="\n",
        )
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n'
            f"{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n"
        )

    def _contents(self, sections: list[tuple[str, str, Html]]) -> Html:
        entries = []
        classes = {_anchor(s): [self._ontology.terms[i] for i in s.terms] for s in self._ontology.sections}
        for ident, head, _ in sections:
            inner = [tag("li", self._cards.name(t.iri)) for t in classes.get(ident, []) if t.kind == "class"]
            nested = tag("ul", *inner) if inner else Html("")
            entries.append(tag("li", tag("a", head, href=f"#{ident}"), nested))
        return tag(
            "nav", tag("p", "Contents", class_="nav-head"), tag("ul", *entries, class_="toc"), aria_label="Contents"
        )

    def _head(self, title: str) -> Html:
        header = self._ontology.header
        iri, version = header.get("iri", ""), header.get("owl:versionInfo", "")
        licence = header.get("dct:license", "")
        prefix, namespace = (
            header.get("vann:preferredNamespacePrefix", ""),
            header.get("vann:preferredNamespaceUri", ""),
        )
        kinds = [term.kind for term in self._ontology.terms.values()]
        filled = sum(term.filled for term in self._ontology.terms.values())
        rows = [
            ("Version", join(version, ", ", tag("code", header.get("owl:versionIRI", "")))),
            ("IRI", join(tag("code", iri), " (not yet registered: it does not resolve)")),
            ("Prefix", tag("code", f"@prefix {prefix}: <{namespace}> .")),
            ("Licence", tag("a", "CC BY 4.0" if licence.endswith("/by/4.0/") else licence, href=licence)),
            ("Download", tag("a", "ontology/cyberstd.ttl", href=_FILES)),
            (
                "Cite as",
                join(
                    f"The cyberstd-kg authors. {title}, version {version}. ",
                    tag("code", header.get("owl:versionIRI", "")),
                ),
            ),
            (
                "Contents",
                f"{kinds.count('class')} classes, {filled} of them filled by a reasoner; "
                f"{kinds.count('object property')} object, {kinds.count('datatype property')} datatype and "
                f"{kinds.count('annotation property')} annotation properties; "
                f"{len(self._schemes)} schemes with {sum(len(s.codes) for s in self._schemes)} codes",
            ),
        ]
        return tag(
            "header",
            tag("h1", title),
            tag("p", header.get("dct:description", ""), class_="lead"),
            tag("dl", *(join(tag("dt", name), tag("dd", value)) for name, value in rows), class_="facts"),
            tag(
                "p",
                "Each term names the saved question that needs it; ",
                tag("code", "cyberstd ask"),
                " answers it. Numbers and examples come from the shipped graph; ",
                tag("code", "cyberstd show"),
                " shows everything about an entity. An introduction: ",
                tag("a", "The model", href="model.md"),
                ".",
            ),
        )

    def _picture(self) -> Html:
        return _figure("model", drawing.model(self._ontology, page=True), "model.svg", "Each name links to its term.")

    def _section(self, section: Section) -> Html:
        terms = [self._ontology.terms[iri] for iri in section.terms]
        parts = [
            tag(
                "p",
                tag("strong", f"{head}: "),
                join(*(self._cards.name(t.iri) for t in listed), by=" · "),
                class_="here",
            )
            for head, listed in (
                ("Classes", [t for t in terms if t.kind == "class"]),
                ("Properties", [t for t in terms if t.kind != "class"]),
            )
            if listed
        ]
        figure = any(term.local.endswith("Definition") and term.filled for term in terms)
        for item in section.items:
            parts.append(
                tag("p", self._linked(item), class_="note") if isinstance(item, str) else self._cards.card(item[0])
            )
            if isinstance(item, str) and figure:
                drawn = drawing.definitions(self._ontology, self._facts, page=True)
                parts.append(_figure("definitions", drawn, "definitions.svg", "Classes of definitions."))
                figure = False
        return join(*parts, by="\n")

    def _linked(self, note: str) -> Html:
        """Return a comment of the file in which names of terms are links."""
        parts, end = [], 0
        for match in _CURIE.finditer(note):
            prefix = match[0].partition(":")[0]
            iri = expand(match[0]) if prefix in PREFIXES else ""
            if iri in self._ontology.terms:
                parts += [
                    note[end : match.start()],
                    tag("a", tag("code", compact(iri) or iri), href=f"#{self._ontology.terms[iri].local}"),
                ]
                end = match.end()
        return join(*parts, note[end:])


def _anchor(section: Section) -> str:
    return "part-" + re.sub(r"[^a-z]+", "-", section.title.lower()).strip("-")


def _self(ident: str, head: str) -> Html:
    return tag("a", head, href=f"#{ident}", class_="self")


def _figure(ident: str, drawn: Html, file: str, caption: str) -> Html:
    box = tag("div", drawn, class_="scroll", tabindex="0", role="region", aria_label=f"Picture: {ident}")
    return tag("figure", box, tag("figcaption", f"{caption} ", tag("a", "Picture as a file", href=file), "."))


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
