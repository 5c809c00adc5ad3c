"""Whether all published rows can be true together (``cyberstd prove``), and what the mapping sets contain."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

from cyberstd_kg.core import iris
from cyberstd_kg.crosswalks import contradictions
from cyberstd_kg.crosswalks.network import Edge, Group, Network, PublishedRow, Set, premises
from cyberstd_kg.crosswalks.pairs import CrosswalkOptions
from cyberstd_kg.mappings.relations import ANY, signs


class SetCounts(NamedTuple):
    """What a mapping set contains.

    *rows* are all rows.  Of these, *idle* ones have a withdrawn end or were derived from others, and take no part;
    *silent* ones leave all five relations possible; *repeated* ones say the same as another row of the set; *differing*
    ones say something else of a pair that another row has.  *groups* are the ends that are groups.  *dangling* ends are
    missing, although they are in the namespace of the graph or of an edition that it has; *foreign* ones belong to
    frameworks that it does not have; *elsewhere* are those of another text than the set names.
    """

    set: str
    title: str
    rows: int
    idle: int
    silent: int
    repeated: int
    differing: int
    groups: int
    dangling: tuple[str, ...]
    foreign: int
    elsewhere: tuple[str, ...]
    names_editions: bool


class ContradictoryRows(NamedTuple):
    """Rows that cannot all be true, with the structure on which that rests."""

    kind: str
    group: Group
    rows: tuple[PublishedRow, ...]
    structure: tuple[Edge, ...]


class ConsistencyReport(NamedTuple):
    """The counts of each set, the contradictions, and the rows without which the rest is consistent."""

    options: CrosswalkOptions
    sets: list[SetCounts]
    contradictions: list[ContradictoryRows]
    set_aside: list[PublishedRow]

    @property
    def is_clean(self) -> bool:
        """Whether all rows can be true together."""
        return not self.contradictions


def check(
    network: Network,
    options: CrosswalkOptions,
    only: Collection[str] | None = None,
    beat: Callable[[int], None] | None = None,
) -> ConsistencyReport:
    """Look for contradictions in all mapping sets, or in some.

    :param only: the IRIs of the sets that take part; None: all
    :param beat: see :class:`cyberstd_kg.crosswalks.closure.Closure`
    :raises InputError: when a reading is outside the class for which closure decides
    """
    contradictory: list[ContradictoryRows] = []
    aside: list[PublishedRow] = []
    for group in network.groups(across=options.across):
        taken = premises(network, group, options.mode, across=options.across, until=options.until)
        chosen = [
            premise
            for premise in taken.premises
            if not isinstance(premise.key, PublishedRow) or only is None or premise.key.set in only
        ]
        findings = contradictions.find(len(taken.nodes), chosen, beat)
        for contradiction in findings.contradictions:
            rows = tuple(key for number in contradiction.rows if isinstance(key := chosen[number].key, PublishedRow))
            edges = tuple(key for number in contradiction.structure if isinstance(key := chosen[number].key, Edge))
            contradictory.append(ContradictoryRows(contradiction.kind, group, rows, edges))
        aside += [key for number in findings.set_aside if isinstance(key := chosen[number].key, PublishedRow)]
    return ConsistencyReport(options, counts(network, only), contradictory, aside)


def counts(network: Network, only: Collection[str] | None = None) -> list[SetCounts]:
    """Return what each mapping set contains, by IRI."""
    rows: dict[str, list[PublishedRow]] = defaultdict(list)
    for row in (*network.rows, *network.idle):
        rows[row.set].append(row)
    idle = Counter(row.set for row in network.idle)
    chosen = network.sets.keys() if only is None else network.sets.keys() & set(only)
    return [_counts(network, network.sets[iri], rows[iri], idle[iri]) for iri in sorted(chosen)]


def _counts(network: Network, mapping_set: Set, rows: list[PublishedRow], idle: int) -> SetCounts:
    statements: dict[tuple[str, str], set[tuple[str, int]]] = defaultdict(set)
    for row in rows:
        statements[row.first, row.second].add((row.word, row.relations))
    different = sum(map(len, statements.values()))
    subject, value = mapping_set.subject_edition, mapping_set.object_edition
    ends = {(row.first, subject) for row in rows} | {(row.second, value) for row in rows}
    dangling, foreign, elsewhere = _lost(network, ends)
    return SetCounts(
        set=mapping_set.iri,
        title=mapping_set.title,
        rows=len(rows),
        idle=idle,
        silent=sum(row.relations == ANY for row in rows),
        repeated=len(rows) - different,
        differing=different - len(statements),
        groups=len({end for end, _ in ends if end in network.members}),
        dangling=tuple(sorted(dangling)),
        foreign=len(foreign),
        elsewhere=tuple(sorted(elsewhere)),
        names_editions=bool(subject and value),
    )


def _lost(network: Network, ends: Iterable[tuple[str, str]]) -> tuple[set[str], set[str], set[str]]:
    """Return the provisions that are dangling, foreign, and elsewhere (see :class:`SetCounts`).

    :param ends: each with the edition that its set names for it
    """
    texts = {provision.text for provision in network.provisions.values()}
    dangling, foreign, elsewhere = set(), set(), set()
    for iri, edition in {(member, edition) for end, edition in ends for member in network.members.get(end, (end,))}:
        provision = network.provisions.get(iri)
        if provision:
            if edition and provision.text != edition:
                elsewhere.add(iri)
        elif iri.startswith(iris.BASE) or edition in texts:
            dangling.add(iri)
        else:
            foreign.add(iri)
    return dangling, foreign, elsewhere


def to_json(report: ConsistencyReport, row: Callable[[PublishedRow], dict[str, Any]]) -> dict[str, Any]:
    """Return the report as documented (docs/interface.md, ``prove``).

    :param row: returns the documented object of a row
    """
    return {
        **report.options.to_json(),
        "consistent": report.is_clean,
        "sets": [counts._asdict() for counts in report.sets],
        "contradictions": [
            {
                "kind": contradiction.kind,
                "rationale": contradiction.group.rationale or None,
                "use_case": contradiction.group.use_case or None,
                "rows": [row(published) for published in contradiction.rows],
                "structure": [
                    {"from": edge.first, "to": edge.second, "relations": signs(edge.relations), "rule": edge.kind}
                    for edge in contradiction.structure
                ],
            }
            for contradiction in report.contradictions
        ],
        "set_aside": [published.iri for published in report.set_aside],
    }
