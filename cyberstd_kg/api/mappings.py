"""The part of the façade for mappings: ``kg.crosswalk(…)``, ``kg.why(…)``, ``kg.gap(…)``, ``kg.prove()``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, Unpack

from cyberstd_kg import crosswalks, mappings
from cyberstd_kg.core.days import one_day
from cyberstd_kg.core.errors import AmbiguousReference, CyberstdError, InputError, NotFound, UsageError

if TYPE_CHECKING:
    from cyberstd_kg.api.reader import GraphReader
    from cyberstd_kg.crosswalks.consistency import ConsistencyReport
    from cyberstd_kg.crosswalks.gaps import Gap
    from cyberstd_kg.crosswalks.network import Mode, Network, PublishedRow
    from cyberstd_kg.crosswalks.pairs import CrosswalkOptions, Crosswalks, MatrixCell, Pair
    from cyberstd_kg.crosswalks.why import Explainer
    from cyberstd_kg.mappings.model import MappingSet

#: The states of an edition that is current.
_CURRENT = ("in force", "under review", "to be revised")
_SEE = "See what it holds with: cyberstd crosswalk."


class Reading(TypedDict, total=False):
    """How mappings are read; all methods of :class:`Mappings` that draw conclusions take these by keyword.

    *reading* is ``declared`` (each set as it declares itself; the default), ``sceptical`` (a row that states no more
    than "something in common" says nothing, where that reading is not the publisher's own) or ``strict`` (such a row
    means: in part).  With *across*, rows of sets made for different uses are chained.  *rows* is the longest chain of
    published rows that is followed; None: all.  *as_of* is a day: undated references mean the edition of that day, and
    sets known to be published later are left out.
    """

    reading: Mode
    across: bool
    rows: int | None
    as_of: str | None


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
    """What :class:`cyberstd_kg.api.graph.KnowledgeGraph` answers about mappings."""

    def __init__(self, kg: GraphReader) -> None:
        self._kg = kg

    @cached_property
    def network(self) -> Network:
        """The published rows, their sets, and what structure guarantees."""
        return crosswalks.network.Network(self._kg.store)

    def crosswalks(self, **reading: Unpack[Reading]) -> Crosswalks:
        """Return all that follows from the mappings, worked out when asked.

        :raises UsageError: when *reading* is none of the three, or *as_of* is not a day
        """
        return crosswalks.pairs.Crosswalks(self.network, _options(**reading))

    def crosswalk(self, first: str, second: str, *, count: bool = True, **reading: Unpack[Reading]) -> Walk:
        """Return what is known between two texts, published or derived.

        :param count: whether independent proofs are counted
        :raises NotFound: when the graph holds no provisions of one
        """
        known = self.crosswalks(**reading)
        texts = self._texts(known, first, second)
        return Walk(*texts, known.pairs(*texts, count=count))

    def mapping_set(self, reference: str) -> MappingSet:
        """Return a mapping set with its rows and its reading (see :class:`cyberstd_kg.mappings.model.MappingSet`).

        :raises NotFound: when there is none of this name
        """
        return mappings.from_rdf.load(self._kg.store, self._kg.resolve(reference).iri)

    def matrix(self, *references: str, **reading: Unpack[Reading]) -> list[MatrixCell]:
        """Return how much is known between texts; with references only of pairs with one of these."""
        known = self.crosswalks(**reading)
        return known.matrix([self.mapped_text(reference, known.options.until) for reference in references] or None)

    def explainer(self, known: Crosswalks) -> Explainer:
        """Return what explains the answers of *known*, row by row."""

        def sources(subject: str, predicate: str, value: str) -> list[str]:
            return sorted({row[4] for row in self._kg.lookup.quads(subject, predicate, value)})

        return crosswalks.why.Explainer(known, self._kg.label, sources)

    def why(self, first: str, second: str, **reading: Unpack[Reading]) -> dict[str, Any]:
        """Return why two provisions are linked: the proof, step by step (docs/interface.md, ``why``)."""
        return self.explainer(self.crosswalks(**reading)).why(self._end(first), self._end(second))

    def gap(
        self, text: str, have: str, *, implemented: Iterable[str] | None = None, **reading: Unpack[Reading]
    ) -> GapAnswer:
        """Return how far the provisions of *have* cover each provision of *text*: yes, possibly, no.

        :param implemented: references to those provisions of *have* that count; default: all
        :raises InputError: when one of them means no provision of *have*; names the line
        """
        known = self.crosswalks(**reading)
        ends = self._texts(known, text, have)
        counting = None if implemented is None else self._implemented(implemented, ends[1])
        return GapAnswer(*ends, counting, crosswalks.gaps.gaps(known, *ends, counting))

    def prove(
        self, *sets: str, beat: Callable[[int], None] | None = None, **reading: Unpack[Reading]
    ) -> ConsistencyReport:
        """Look for contradictions in all mapping sets, or in those named.

        :param sets: CURIEs, IRIs or titles of mapping sets
        :param beat: takes the number of pairs known so far, now and then
        :raises NotFound: when there is no such set
        """
        only = [self._set(name) for name in sets] or None
        return crosswalks.consistency.check(self.network, _options(**reading), only, beat)

    # ── The documented JSON (docs/interface.md) ──

    def walk_json(self, walk: Walk, **reading: Unpack[Reading]) -> dict[str, Any]:
        """Return pairs between two texts as JSON (``crosswalk``); *reading* is the one by which they were found."""
        known = self.crosswalks(**reading)
        explainer = self.explainer(known)
        pairs = [
            {
                "from": explainer.end(pair.first),
                "to": explainer.end(pair.second),
                **pair.to_json(),
                "published": [explainer.row(row) for row in pair.published],
                "used": [row.iri for row in pair.used],
                "sources": self._sources((*pair.used, *pair.published)),
            }
            for pair in walk.pairs
        ]
        return {"from": self._ref(walk.first), "to": self._ref(walk.second), **known.options.to_json(), "pairs": pairs}

    def matrix_json(self, cells: Iterable[MatrixCell], **reading: Unpack[Reading]) -> dict[str, Any]:
        """Return how much is known between texts as JSON (``crosswalk``)."""
        counted = [cell._asdict() for cell in cells]
        shown = [{"from": self._ref(c.pop("first")), "to": self._ref(c.pop("second")), **c} for c in counted]
        return {**_options(**reading).to_json(), "cells": shown}

    def gap_json(self, answer: GapAnswer, gaps: Iterable[Gap], **reading: Unpack[Reading]) -> dict[str, Any]:
        """Return an answer as JSON (``gap``).

        :param gaps: those of its gaps that are listed; the counts are of all
        """
        provisions = [
            {
                **self._ref(gap.provision),
                "status": gap.status,
                "by": [
                    {
                        **self._ref(pair.second),
                        "relations": mappings.relations.signs(pair.relations),
                        "rows": [row.iri for row in pair.used],
                    }
                    for pair in gap.pairs
                ],
                "sources": self._sources(row for pair in gap.pairs for row in pair.used),
            }
            for gap in gaps
        ]
        return {
            "document": self._ref(answer.text),
            "have": self._ref(answer.have),
            "implemented": answer.implemented,
            **_options(**reading).to_json(),
            "counts": crosswalks.gaps.summary(answer.gaps),
            "provisions": provisions,
        }

    def _ref(self, iri: str) -> dict[str, str]:
        return {"iri": iri, "label": self._kg.label(iri)}

    def _sources(self, rows: Iterable[PublishedRow]) -> list[str]:
        return sorted({self.network.sets[row.set].source for row in rows})

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
        """Return the text whose provisions a reference means.

        An undated reference means that text of the standard whose provisions are mapped; with *as_of* the edition that
        was current on that day.

        :raises AmbiguousReference: when several texts of the standard are mapped
        :raises NotFound: when the graph holds no provisions of it
        """
        match = self._kg.resolve(reference, kinds=("cstd:Standard", "cstd:Text", "cstd:Regulation"))
        with_provisions = {provision.text for provision in self.network.provisions.values()}
        if match.iri in with_provisions:
            return match.iri
        texts = {
            text
            for predicate in ("cstd:editionOf", "cstd:draftOf")
            for text in self._kg.lookup.subjects(predicate, match.iri)
        }
        day = f", current on {as_of}" if as_of and texts else ""
        if as_of:
            texts = {text for text in texts if self._kg.state(text, as_of).state in _CURRENT}
        chosen = sorted(self._mapped() & texts or with_provisions & texts)
        if not chosen:
            raise NotFound(f"the graph holds no provisions of {match.label}{day}", _SEE)
        if len(chosen) > 1:
            candidates = [(text, self._kg.label(text)) for text in chosen]
            raise AmbiguousReference(
                f"'{reference}' has several editions with mappings", candidates, "Name one of them."
            )
        return chosen[0]

    def _texts(self, known: Crosswalks, first: str, second: str) -> tuple[str, str]:
        return self.mapped_text(first, known.options.until), self.mapped_text(second, known.options.until)

    def _mapped(self) -> set[str]:
        return {self.network.text_of(end) for row in self.network.rows for end in (row.first, row.second)}

    def _end(self, reference: str) -> str:
        return self._kg.resolve(reference, kinds=("cstd:Provision", "cstd:ProvisionGroup")).iri

    def _set(self, name: str) -> str:
        for iri, mapping_set in self.network.sets.items():
            if name in (iri, mapping_set.title, f"mapping:{iri.rpartition('/')[2]}"):
                return iri
        raise NotFound(f"there is no mapping set '{name}'", "List them with: cyberstd ask mapping-sets.")

    def _implemented(self, references: Iterable[str], text: str) -> list[str]:
        """Resolve a user's list of controls: locators of *text*, or whole references."""
        by_locator = {
            provision.locator.casefold(): iri
            for iri, provision in self.network.provisions.items()
            if provision.text == text and provision.locator
        }
        chosen: dict[str, None] = {}
        for line, written in enumerate(references, 1):
            reference = written.partition("#")[0].strip()
            if not reference:
                continue
            iri = by_locator.get(reference.casefold())
            if iri is None:
                try:
                    iri = self._end(reference)
                except CyberstdError as error:
                    raise InputError(f"line {line}: {error.message}", error.hint) from error
            if iri not in self.network.provisions or self.network.provisions[iri].text != text:
                raise InputError(
                    f"line {line}: '{reference}' is not a provision of {self._kg.label(text)}",
                    "Write one locator a line; # begins a comment.",
                )
            chosen.setdefault(iri)
        return list(chosen)


def _options(
    reading: Mode = "declared", across: bool = False, rows: int | None = None, as_of: str | None = None
) -> CrosswalkOptions:
    modes = crosswalks.network.MODES
    if reading not in modes:
        raise UsageError(f"'{reading}' is not a reading", f"The readings are: {', '.join(modes)}.")
    return crosswalks.pairs.CrosswalkOptions(reading, across, rows, "" if as_of is None else one_day(as_of))
