"""The part of the façade that speaks of mappings: ``kg.crosswalk(…)``, ``kg.why(…)``, ``kg.gap(…)``, ``kg.prove()``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from cyberstd_kg.api.reader import GraphReader
    from cyberstd_kg.crosswalks.consistency import ConsistencyReport
    from cyberstd_kg.crosswalks.gaps import Gap
    from cyberstd_kg.crosswalks.network import Mode, Network
    from cyberstd_kg.crosswalks.pairs import CrosswalkOptions, Crosswalks, MatrixCell, Pair
    from cyberstd_kg.crosswalks.why import Explainer
    from cyberstd_kg.mappings.model import MappingSet


class Walk(NamedTuple):
    """The pairs between two texts, given by IRI."""

    first: str
    second: str
    pairs: list[Pair]


class GapAnswer(NamedTuple):
    """How far each provision of *text* is covered by *have*, of which *implemented* count (None: all)."""

    text: str
    have: str
    implemented: list[str] | None
    gaps: list[Gap]


class Mappings:
    """What :class:`cyberstd_kg.api.graph.KnowledgeGraph` answers of mappings.

    All methods take *reading*: ``declared`` (each set as it declares itself), ``sceptical`` (a row that says no more
    than "something in common" says nothing, where that reading is not the publisher's own) or ``strict`` (there such a
    row means: in part); *across*, to chain rows of sets made for different uses; and *as_of*, a day, to take undated
    references as they stood and to leave out sets known to be published later.
    """

    def __init__(self, kg: GraphReader) -> None:
        self._kg = kg

    @cached_property
    def network(self) -> Network:
        """The published rows, their sets, and what structure guarantees."""
        from cyberstd_kg.crosswalks.network import Network

        return Network(self._kg.store)

    def crosswalks(
        self, *, reading: Mode = "declared", across: bool = False, rows: int | None = None, as_of: str | None = None
    ) -> Crosswalks:
        """Return all that follows from the mappings, worked out when asked.

        :param rows: the longest chain of published rows that is followed; None: all
        :raises UsageError: when *as_of* is no day
        """
        from cyberstd_kg.crosswalks.pairs import Crosswalks

        return Crosswalks(self.network, _options(reading, across, rows, as_of))

    def crosswalk(self, first: str, second: str, *, count: bool = True, **options: Any) -> Walk:
        """Return what is known between two texts, published or derived.

        :param count: whether independent proofs are counted
        :raises NotFound: when the graph holds no provisions of one
        """
        walk = self.crosswalks(**options)
        one, other = (self.mapped_text(reference, walk.options.until) for reference in (first, second))
        return Walk(one, other, walk.pairs(one, other, count=count))

    def mapping_set(self, reference: str) -> MappingSet:
        """Return a mapping set with its rows and its reading (see :class:`cyberstd_kg.mappings.model.MappingSet`).

        :raises NotFound: when there is none of this name
        """
        from cyberstd_kg.mappings.from_rdf import load

        return load(self._kg.store, self._kg.resolve(reference).iri)

    def matrix(self, *references: str, **options: Any) -> list[MatrixCell]:
        """Return how much is known between texts; with references only of pairs with one of these."""
        walk = self.crosswalks(**options)
        texts = [self.mapped_text(reference, walk.options.until) for reference in references]
        return walk.matrix(texts or None)

    def explainer(self, walk: Crosswalks) -> Explainer:
        """Return what explains the answers of *walk*, row by row."""
        from cyberstd_kg.crosswalks.why import Explainer

        def sources(subject: str, predicate: str, value: str) -> list[str]:
            return sorted({row[4] for row in self._kg.lookup.quads(subject, predicate, value)})

        return Explainer(walk, self._kg.label, sources)

    def why(self, first: str, second: str, **options: Any) -> dict[str, Any]:
        """Return why two provisions are linked: the proof, step by step (docs/interface.md, ``why``)."""
        walk = self.crosswalks(**options)
        one, other = (self._end(reference) for reference in (first, second))
        return self.explainer(walk).why(one, other)

    def gap(self, text: str, have: str, *, implemented: Iterable[str] | None = None, **options: Any) -> GapAnswer:
        """Return what of *text* the provisions of *have* cover, surely or perhaps.

        :param implemented: references to those provisions of *have* that count; default: all
        :raises InputError: when one of them means no provision of *have*; names the line
        """
        from cyberstd_kg.crosswalks.gaps import gaps

        walk = self.crosswalks(**options)
        one, other = (self.mapped_text(reference, walk.options.until) for reference in (text, have))
        held = None if implemented is None else self._implemented(implemented, other)
        return GapAnswer(one, other, held, gaps(walk, one, other, held))

    def prove(self, *sets: str, beat: Callable[[int], None] | None = None, **options: Any) -> ConsistencyReport:
        """Look for contradictions in all mapping sets, or in those named.

        :param sets: CURIEs, IRIs or titles of mapping sets
        :raises NotFound: when there is no such set
        """
        from cyberstd_kg.crosswalks.consistency import check

        only = [self._set(name) for name in sets] or None
        return check(self.network, self.crosswalks(**options).options, only, beat)

    # ── References ──

    def end_name(self, iri: str, *, short: bool = False) -> str:
        """Return how an end of a mapping is cited: designation and locator; of a group its label.

        :param short: the locator alone
        """
        provision = self.network.provisions.get(iri)
        if provision is None or not provision.locator:
            return self._kg.label(iri)
        if short:
            return provision.locator
        return f"{self._kg.lookup.value(provision.text, 'dct:identifier')} {provision.locator}".strip()

    def mapped_text(self, reference: str, as_of: str = "") -> str:
        """Return the text that a reference means where provisions are asked for.

        An undated reference means the text, of the standard's, whose provisions mappings speak of; with *as_of* the
        edition that was current on that day.

        :raises AmbiguousReference: when mappings speak of several
        :raises NotFound: when the graph holds no provisions of it
        """
        from cyberstd_kg.core.errors import AmbiguousReference, NotFound

        found = self._kg.resolve(reference, kinds=("cstd:Standard", "cstd:Text", "cstd:Regulation"))
        held = {provision.text for provision in self.network.provisions.values()}
        if found.iri in held:
            return found.iri
        texts = [
            text
            for predicate in ("cstd:editionOf", "cstd:draftOf")
            for text in self._kg.lookup.subjects(predicate, found.iri)
        ]
        if not texts:
            raise NotFound(
                f"the graph holds no provisions of {found.label}", "See what it holds with: cyberstd crosswalk."
            )
        if as_of:
            texts = [text for text in texts if self._is_current(text, as_of)]
        mapped = self._mapped() & set(texts) or held & set(texts)
        if len(mapped) == 1:
            return mapped.pop()
        if mapped:
            candidates = [(text, self._kg.label(text)) for text in sorted(mapped)]
            raise AmbiguousReference(
                f"'{reference}' has several editions with mappings", candidates, "Name one of them."
            )
        day = f", current on {as_of}" if as_of else ""
        raise NotFound(
            f"the graph holds no provisions of {found.label}{day}", "See what it holds with: cyberstd crosswalk."
        )

    def _is_current(self, text: str, day: str) -> bool:
        answer = self._kg.state(text, day)
        return answer.state in ("in force", "under review", "to be revised")

    def _mapped(self) -> set[str]:
        network = self.network
        return {network.text_of(end) for row in network.rows for end in (row.first, row.second)}

    def _end(self, reference: str) -> str:
        return self._kg.resolve(reference, kinds=("cstd:Provision", "cstd:ProvisionGroup")).iri

    def _set(self, name: str) -> str:
        from cyberstd_kg.core.errors import NotFound

        for iri, told in self.network.sets.items():
            if name in (iri, told.title, f"mapping:{iri.rpartition('/')[2]}"):
                return iri
        raise NotFound(f"there is no mapping set '{name}'", "List them with: cyberstd ask mapping-sets.")

    def _implemented(self, references: Iterable[str], text: str) -> list[str]:
        """Resolve a user's list of controls: locators of *text*, or whole references."""
        from cyberstd_kg.core.errors import CyberstdError, InputError

        places = {
            provision.locator.casefold(): iri
            for iri, provision in self.network.provisions.items()
            if provision.text == text and provision.locator
        }
        found: dict[str, None] = {}
        for line, written in enumerate(references, 1):
            reference = written.partition("#")[0].strip()
            if not reference:
                continue
            iri = places.get(reference.casefold())
            if iri is None:
                try:
                    iri = self._end(reference)
                except CyberstdError as error:
                    raise InputError(f"line {line}: {error.message}", error.hint) from error
            if iri not in self.network.provisions or self.network.provisions[iri].text != text:
                raise InputError(
                    f"line {line}: '{reference}' is no provision of {self._kg.label(text)}",
                    "One locator a line; # comments.",
                )
            found.setdefault(iri)
        return list(found)


def _options(reading: Mode, across: bool, rows: int | None, as_of: str | None) -> CrosswalkOptions:
    from cyberstd_kg.core.errors import UsageError
    from cyberstd_kg.crosswalks.network import MODES
    from cyberstd_kg.crosswalks.pairs import CrosswalkOptions

    if reading not in MODES:
        raise UsageError(f"'{reading}' is no reading", f"There are: {', '.join(MODES)}.")
    until = ""
    if as_of is not None:
        from cyberstd_kg.core.days import one_day

        until = one_day(as_of)
    return CrosswalkOptions(reading, across, rows, until)
