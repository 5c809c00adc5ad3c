"""The part of the façade that judges the ontology: ``kg.reason(…)``, ``kg.owl()``, ``kg.quality()``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

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
        """Reason over the graph by HermiT: is it consistent, and what follows that nobody states?

        :param files: entries that are reasoned with the graph; they are validated first
        :param suppose: statements ``property=value`` of one made-up thing
        :param explain: whether a contradiction, or each class that can have no member, is explained; or a reference to
            a thing or class of which what is inferred is explained
        :param within: a class: only why the thing is in it
        :param most: so many contradictions are explained at most
        :param source: IRI of the source for which a Turtle file speaks
        :param timeout: seconds for all of it; default 60, with *explain* 180
        :param memory: megabytes for Java
        :param say: takes lines of progress
        :raises Refused: when a file has violations; with the findings
        :raises ResourceMissing: when there is no Java or it does not work
        :raises LimitExceeded: when time or memory runs out; nothing partial is returned
        """
        from cyberstd_kg.reasoning.questions import Asked, ask

        asked = Asked(
            tuple(map(str, files)), tuple(suppose), explain, within, most, source, timeout, memory, say or _silent
        )
        return ask(self._kg, asked)

    def owl(self, *, data: bool = False, things: Iterable[str] = ()) -> owlready2.Ontology:
        """Return the ontology and its schemes as classes and individuals of owlready2 (docs/python.md).

        They are a copy in memory, in a world of their own: what is changed there changes nothing here.  Nothing is
        fetched, and no Python module that an ontology may name is imported.

        :param data: whether the things of the graph come too, with their classes and the relations between them
        :param things: references: only these things
        :raises NotFound: when a reference means nothing
        """
        from cyberstd_kg.reasoning import owlready

        chosen = {self._kg.resolve(reference).iri for reference in ([things] if isinstance(things, str) else things)}
        return owlready.load(self._kg.store, data=data, things=chosen)

    def quality(self, *rules: str) -> QualityReport:
        """Check the shipped ontology by the rules of the public checkers (see :mod:`cyberstd_kg.quality.rules`).

        :param rules: ids of rules (default: all)
        :raises NotFound: when there is no such rule
        """
        from cyberstd_kg.quality import rules as quality

        return quality.check(only=rules)

    def speaker(self) -> Speaker:
        """Return what says axioms in words."""
        from cyberstd_kg.reasoning.questions import speaker

        return speaker(self._kg)

    def places(self, found: Reasoning) -> AxiomPlaces:
        """Return what tells where the axioms of *found* are from."""
        from cyberstd_kg.reasoning.questions import places

        return places(self._kg, found)


def _silent(line: str) -> None:
    """Say nothing."""
