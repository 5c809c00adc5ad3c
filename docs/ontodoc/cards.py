"""One card for each term of the ontology."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from cyberstd_kg.core.iris import compact, expand
from cyberstd_kg.core.words import article, counted
from cyberstd_kg.sparql.saved_questions import SavedQuery

from .facts import Facts
from .markup import Html, escaped, join, tag
from .terms import Condition, Ontology, Term, turtle
from .words import Words

if TYPE_CHECKING:
    from .lists import Scheme

#: Borrowed terms in conditions → their names there.
_BORROWED: Final = {
    expand("skos:Concept"): "concept",
    expand("skos:broader"): "broader concept",
    expand("org:Organization"): "organization",
}
#: Up to this number, disjoint classes are named on the card; longer lists have a section of their own.
_FEW: Final = 6
#: The number of properties that a card names because the graph uses them with a class.
_USED: Final = 12
_LONGEST: Final = 140
Row = tuple[str, Html]


class Cards:
    """Writes the cards of terms, with links among them.

    :param ontology: whose terms
    :param facts: how the graph uses them
    :param questions: the saved questions, by id
    :param schemes: the schemes, whose codes the page names too
    """

    def __init__(
        self, ontology: Ontology, facts: Facts, questions: Mapping[str, SavedQuery], schemes: Iterable[Scheme]
    ) -> None:
        self.ontology, self.facts = ontology, facts
        self._questions = questions
        self._codes = {code.iri: code.label for scheme in schemes for code in scheme.codes}
        self._words = Words(ontology.links, self.name, self.label)

    # ── Names ──

    def label(self, iri: str) -> str:
        """Return the bare label of a term or code, or its CURIE."""
        if iri in self.ontology.terms:
            return self.ontology.terms[iri].label or self.ontology.terms[iri].local
        return self._codes.get(iri) or _BORROWED.get(iri) or compact(iri) or iri

    def name(self, iri: str) -> Html:
        """Return the label of a term or code as a link to its place on the page."""
        if iri in self.ontology.terms:
            term = self.ontology.terms[iri]
            return tag("a", self.label(iri), href=f"#{term.local}", title=term.curie)
        curie = compact(iri) or iri
        if iri in self._codes or iri in self.ontology.borrowed:
            return tag("a", self.label(iri), href=f"#{curie}", title=curie)
        return tag("code", curie)

    def names(self, iris: Iterable[str]) -> Html:
        """Return several names."""
        return join(*(self.name(iri) for iri in iris), by=" · ")

    # ── Cards ──

    def card(self, iri: str) -> Html:
        """Return the card of a term."""
        term = self.ontology.terms[iri]
        rows = self._class(term) if term.kind == "class" else self._property(term)
        rows += [self._question(term)] if term.question else []
        return tag(
            "article",
            tag(
                "h3",
                tag("a", self.label(iri), href=f"#{term.local}", class_="self"),
                " ",
                tag("span", f"filled by a reasoner · {term.kind}" if term.filled else term.kind, class_="kind"),
            ),
            tag("p", tag("code", term.curie), " ", tag("span", term.iri, class_="iri"), class_="names"),
            tag("p", term.definition, class_="definition"),
            tag("dl", *(join(tag("dt", name), tag("dd", value)) for name, value in rows), class_="facts"),
            id=term.local,
            class_="term filled" if term.filled else "term",
        )

    def _class(self, term: Term) -> list[Row]:
        ontology, iri = self.ontology, term.iri
        below = ontology.children(iri)
        rows = [
            ("Subclass of", self.names(term.parents)),
            ("Subclasses", self.names(i for i in below if not ontology.terms[i].filled)),
            ("Inferred subclasses", self.names(i for i in below if ontology.terms[i].filled)),
            *self._conditions(term),
            ("Disjoint with", self._excluded(term)),
            ("Outgoing", self._arrows(ontology.of_class(iri, "domain"), lambda t: ("→", t.range))),
            ("Incoming", self._arrows(ontology.of_class(iri, "range"), lambda t: ("←", t.domain))),
            *(self._inherited(up) for up in ontology.above(iri) if up in ontology.terms and not term.filled),
            ("Also used", self._used(term)),
            ("In the graph", self._members(term)),
        ]
        return [(name, value) for name, value in rows if value]

    def _property(self, term: Term) -> list[Row]:
        iri = term.iri
        rows = [
            ("Domain → range", self._ends(term)),
            ("Characteristics", join("; ".join(term.characteristics))),
            ("Inverse", self.names(self.ontology.inverses(iri))),
            ("Subproperty of", self.names(term.parents)),
            ("Subproperties", self.names(self.ontology.children(iri))),
            ("In the graph", self._statements(iri)),
            ("Example", self._example(iri)),
        ]
        return [(name, value) for name, value in rows if value]

    def _ends(self, term: Term) -> Html:
        """Return domain and range of a property; if it has none, those that follow from its inverse."""
        if term.kind == "annotation property":
            return Html("")
        domain, range_, note = term.domain, term.range, ""
        inverses = [self.ontology.terms[iri] for iri in self.ontology.inverses(term.iri) if iri in self.ontology.terms]
        if not domain and not range_ and (other := next((i for i in inverses if i.domain or i.range), None)):
            domain, range_, note = other.range, other.domain, " (by its inverse)"
        any_ = tag("span", "anything", class_="open")
        end = any_ if term.kind == "object property" else tag("span", "any literal", class_="open")
        arrow = tag("span", " → ", class_="arrow")
        return join(self._choice(domain) or any_, arrow, self._choice(range_) or end, note)

    def _choice(self, classes: list[str]) -> Html:
        return join(*(self.name(iri) for iri in classes), by=" or ")

    # ── Rows of a class ──

    def _arrows(self, properties: list[str], other: Callable[[Term], tuple[str, list[str]]]) -> Html:
        lines = []
        for iri in properties:
            sign, ends = other(self.ontology.terms[iri])
            end = self._choice(ends)
            lines.append(join(self.name(iri), f" {sign} ", end) if end else self.name(iri))
        return tag("ul", *(tag("li", line) for line in lines), class_="lines") if lines else Html("")

    def _inherited(self, iri: str) -> Row:
        """Return the properties that a class has from a higher one."""
        inherited = dict.fromkeys([*self.ontology.of_class(iri, "domain"), *self.ontology.of_class(iri, "range")])
        return f"As {article(self.label(iri))} {self.label(iri)}", self.names(inherited)

    def _used(self, term: Term) -> Html:
        """Return the other properties that members have, the most frequent first."""
        family = {term.iri, *self.ontology.above(term.iri)}
        counts: Counter[str] = Counter()
        for name, classes in self.facts.subjects.items():
            own = self.ontology.terms.get(name)
            if name in self.ontology.borrowed or (own and not family & set(own.domain)):
                counts[name] = classes[term.iri]
        frequent = [name for name, count in sorted(counts.items(), key=lambda c: (-c[1], c[0])) if count]
        return self.names(frequent[:_USED])

    def _excluded(self, term: Term) -> Html:
        sets: list[Html] = []
        for iri in (term.iri, *self.ontology.above(term.iri)):
            for number, members in enumerate(self.ontology.disjoint, 1):
                others = [other for other in members if other != iri]
                if iri in members:
                    who = "" if iri == term.iri else f"as {article(self.label(iri))} {self.label(iri)}: "
                    many = tag("a", f"{len(others)} other classes", href=f"#disjoint-{number}")
                    sets.append(join(who, self.names(others) if len(members) <= _FEW else many))
        name, others = self.ontology.excluded_by_value(term.iri)
        if others:
            why = join(" (inferred: ", self.name(name), " has one value, and theirs differ)")
            sets.insert(0, join(self.names(others), why))
        return join(*sets, by="; ")

    def _conditions(self, term: Term) -> list[Row]:
        """Return the sufficient and the necessary conditions of a class, in words and as Turtle."""
        if not term.conditions:
            return []
        enough = [condition for condition in term.conditions if condition.enough]
        parts = [self._condition(condition, first=not number) for number, condition in enumerate(enough)]
        if enough and not any(condition.needed for condition in enough):
            parts.append(tag("p", "The condition is sufficient, not necessary.", class_="small"))
        elif len(parts) > 1:
            parts.append(tag("p", "It follows that these meet the first condition too.", class_="small"))
        parts += [
            tag("p", tag("strong", "Each member"), " ", Html(self._words.verb(condition.node, self.ontology.links)))
            for condition in term.conditions
            if not condition.enough
        ]
        axioms = "\n\n".join(self._axiom(term, condition) for condition in term.conditions)
        shown = tag("details", tag("summary", "As Turtle"), tag("pre", tag("code", axioms), tabindex="0"))
        return [("Members", join(*parts, shown))]

    def _condition(self, condition: Condition, *, first: bool) -> Html:
        start = (
            "Exactly every entity that"
            if condition.exact
            else "Every entity that"
            if first
            else "Also every entity that"
        )
        clauses = [Html(clause) for clause in self._words.parts(condition.node)]
        if len(clauses) == 1:
            return tag("p", tag("strong", start), " ", clauses[0])
        items = tag("ul", *(tag("li", clause) for clause in clauses))
        return join(tag("p", tag("strong", start), " meets one of these:"), items)

    def _axiom(self, term: Term, condition: Condition) -> str:
        axiom = turtle(condition.node, self.ontology.links)
        if condition.enough and not condition.needed:
            return f"{axiom} rdfs:subClassOf {term.curie} ."
        return f"{term.curie} {'owl:equivalentClass' if condition.enough else 'rdfs:subClassOf'} {axiom} ."

    def _members(self, term: Term) -> Html:
        facts = self.facts
        below = self.ontology.below(term.iri)
        stated, kinds, inferred = (
            facts.classes[term.iri],
            sum(facts.classes[i] for i in below),
            facts.inferred[term.iri],
        )
        counts = [
            *([f"{stated:,} stated"] if stated else []),
            *([f"{kinds:,} stated of its subclasses"] if kinds and not inferred else []),
            *([f"{inferred:,} {'more ' if stated else ''}by reasoning"] if inferred else []),
        ]
        members = (facts.member(iri) for iri in (term.iri, *below))
        member = next(filter(None, members), "")
        if not counts or not member:
            return escaped("; ".join(counts))
        return join(
            "; ".join(counts), ". For example ", self._entity(member), " ", tag("code", compact(member) or member)
        )

    # ── Rows of a property ──

    def _statements(self, iri: str) -> Html:
        stated, inferred = self.facts.properties[iri], self.facts.inferred_properties[iri]
        total = counted(stated, "statement") if stated else ""
        subjects, objects = self.facts.subjects[iri], self.facts.objects[iri]
        ends = [join(word, " ", self.most(counts)) for word, counts in (("of", subjects), ("to", objects)) if counts]
        more = f"{inferred:,} {'more ' if stated else ''}by reasoning" if inferred else ""
        return join(*filter(None, (join(*filter(None, (total, *ends)), by=" "), more)), by="; ")

    def most(self, counts: Counter[str]) -> Html:
        """Return the most frequent classes of *counts*, each with its number."""
        ranked = sorted(counts.items(), key=lambda c: (-c[1], c[0]))
        shown = [join(self.name(iri), f" ({count:,})") for iri, count in ranked[:4]]
        if len(ranked) > len(shown):
            shown.append(escaped("others"))
        return join(*shown, by=", ")

    def _example(self, iri: str) -> Html:
        example = self.facts.example(iri)
        if example is None:
            return Html("")
        subject, _, value, is_iri, _ = example.statement
        shown = self._entity(value) if is_iri else tag("q", _short(value))
        statement = join(self._entity(subject), tag("span", " → ", class_="arrow"), shown)
        if not example.source:
            return statement
        return join(statement, tag("p", f"Source: {self.facts.label(example.source)}", class_="small"))

    def _entity(self, iri: str) -> Html:
        """Return the label of an entity of the graph; of a term or code with a link."""
        if iri in self.ontology.terms or iri in self._codes:
            return self.name(iri)
        return tag("span", _short(self.facts.label(iri)), title=compact(iri) or iri, class_="entity")

    def _question(self, term: Term) -> Row:
        question = self._questions.get(term.question)
        if question is None:
            return "Asked by", tag("code", term.question)
        return "Asked by", join(question.question, " ", tag("code", f"cyberstd ask {question.id}"))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
