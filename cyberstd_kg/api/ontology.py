"""The part of the façade that judges the ontology: ``kg.reason(…)``, ``kg.owl()``, ``kg.quality()``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from cyberstd_kg import quality, reasoning

if TYPE_CHECKING:
    from pathlib import Path

    import owlready2

    from cyberstd_kg.api.reader import GraphReader
    from cyberstd_kg.quality.rules import QualityReport
    from cyberstd_kg.reasoning.classify import Reasoning
    from cyberstd_kg.reasoning.places import AxiomPlaces
    from cyberstd_kg.reasoning.words import Speaker


class Ontology:
    """What :class:`cyberstd_kg.api.graph.KnowledgeGraph` answers by reasoning."""

    def __init__(self, kg: GraphReader) -> None:
        self._kg = kg

    def reason(
        self,
        *files: Path | str,
        suppose: Iterable[str] = (),
        explain: bool | str = False,
        within: str | None = None,
        most: int = 1,
        source: str = "",
        timeout: float | None = None,
        memory: int = 2000,
        say: Callable[[str], None] | None = None,
    ) -> Reasoning:
        """Reason over the graph by HermiT: is it consistent, and which statements can be inferred?

        :param files: entries that are reasoned with the graph; they are validated first
        :param suppose: statements ``property=value`` about one invented entity
        :param explain: whether a contradiction, or each class that can have no member, is explained; or a reference to
            an entity or class whose inferred statements are explained
        :param within: a class: only why the entity is in it
        :param most: the largest number of contradictions that are explained
        :param source: IRI of the source that states the entries of a Turtle file
        :param timeout: seconds for all of it; default 60, with *explain* 180
        :param memory: megabytes for Java
        :param say: takes lines of progress
        :raises Refused: when a file has violations; with the findings
        :raises ResourceMissing: when there is no Java or it does not work
        :raises LimitExceeded: when time or memory runs out; nothing partial is returned
        """
        return reasoning.questions.ask(
            self._kg,
            reasoning.questions.Asked(
                files=tuple(map(str, files)),
                suppose=tuple(suppose),
                explain=explain,
                within=within,
                most=most,
                source=source,
                timeout=timeout,
                memory=memory,
                say=say or (lambda line: None),
            ),
        )

    def owl(self, *, data: bool = False, things: Iterable[str] = ()) -> owlready2.Ontology:
        """Return the ontology and its schemes as classes and individuals of owlready2 (docs/python.md).

        They are a copy in memory, in a world of their own: changes there do not reach the graph.  Nothing is fetched,
        and no Python module that an ontology may name is imported.

        :param data: whether all entities of the graph come too, with their classes and the relations between them
        :param things: references: only these entities
        :raises NotFound: when a reference means nothing
        """
        chosen = {self._kg.resolve(reference).iri for reference in ([things] if isinstance(things, str) else things)}
        return reasoning.owlready.load(self._kg.store, data=data, things=chosen)

    def quality(self, *rules: str) -> QualityReport:
        """Check the shipped ontology by the rules of the public checkers (see :mod:`cyberstd_kg.quality.rules`).

        :param rules: ids of rules (default: all)
        :raises NotFound: when there is no such rule
        """
        return quality.rules.check(only=rules)

    def speaker(self) -> Speaker:
        """Return what puts axioms into words."""
        return reasoning.questions.speaker(self._kg)

    def places(self, answer: Reasoning) -> AxiomPlaces:
        """Return what finds source, file and line of the axioms of *answer*."""
        return reasoning.questions.places(self._kg, answer)

    def reasoning_json(self, answer: Reasoning) -> dict[str, Any]:
        """Return the answer of :meth:`reason` as the documented JSON (docs/interface.md, ``reason``)."""
        speaker = self.speaker()
        places = self.places(answer) if answer.explanations else None

        def ref(iri: str) -> dict[str, str]:
            return {"iri": iri, "label": speaker.name(iri)[1:-1]}

        explanations = [
            {
                "kind": one.kind,
                "about": ref(one.about) if one.kind in ("unsatisfiable", "class") else one.about,
                "class": ref(one.other) if one.other else None,
                "axioms": [
                    {
                        "words": speaker.sentence(axiom),
                        "triples": [f"{triple} ." for triple in axiom.triples],
                        "made": axiom.made,
                        "places": [place._asdict() for place in places.of(axiom)] if places else [],
                    }
                    for axiom in one.axioms
                ],
                "different": [ref(name) for name in one.names],
                "checked": one.checked,
            }
            for one in answer.explanations
        ]
        about = set(answer.about)
        types = {entity: classes for entity, classes in answer.types.items() if not about or entity in about}
        return {
            "consistent": answer.consistent,
            "objection": answer.objection,
            "unsatisfiable": [ref(name) for name in answer.unsatisfiable],
            "undeclared": [{"axiom": axiom, "property": iri} for axiom, iri in answer.undeclared],
            "subsumptions": [{"class": ref(low), "above": ref(high)} for low, high in answer.subsumptions],
            "equivalences": [[ref(name) for name in group] for group in answer.equivalences],
            "things": [
                {
                    **ref(entity),
                    "inferred": [ref(name) for name in classes],
                    "most_specific": answer.most_specific.get(entity, []),
                    "all": answer.all_types.get(entity, []),
                }
                for entity, classes in sorted(types.items())
            ],
            "explanations": explanations,
            "complete": answer.complete,
            "counts": answer.counts,
            "java": answer.java,
            "version": answer.version,
            "seconds": answer.seconds,
        }
