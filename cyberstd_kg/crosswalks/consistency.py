"""Is any set of published mappings contradictory? (``cyberstd prove``), and what else is to be known of the rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from cyberstd_kg.core import iris
from cyberstd_kg.crosswalks import contradictions
from cyberstd_kg.crosswalks.network import Edge, Group, Network, PublishedRow, premises
from cyberstd_kg.crosswalks.pairs import CrosswalkOptions
from cyberstd_kg.mappings.relations import ANY, signs


class SetCounts(NamedTuple):
    """What a mapping set holds.

    *rows* are all of them; *idle* ones have a withdrawn end or were derived from others, and take no part; *silent*
    ones leave all five relations possible; *repeated* ones say again what another row of the set says, *differing* ones
    say something else of a pair that another has; *groups* are ends that are groups.  Ends are told apart: *dangling*
    ones are in the names of this graph, or in an edition that it holds, and are not there; *foreign* ones are of
    frameworks that it does not hold; *elsewhere* ones stand in another text than the set names.
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
    """Rows of which no two, three … can all be true, with the structure on which that rests."""

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
    :raises InputError: when a reading lies outside the class in which a closure decides
    """
    found: list[ContradictoryRows] = []
    aside: list[PublishedRow] = []
    for group in network.groups(across=options.across):
        taken = premises(network, group, options.mode, across=options.across, until=options.until)
        held = [
            one
            for one in taken.premises
            if not isinstance(one.key, PublishedRow) or only is None or one.key.set in only
        ]
        told = contradictions.find(len(taken.nodes), held, beat)
        for one in told.contradictions:
            rows = tuple(key for number in one.rows if isinstance(key := held[number].key, PublishedRow))
            edges = tuple(key for number in one.structure if isinstance(key := held[number].key, Edge))
            found.append(ContradictoryRows(one.kind, group, rows, edges))
        aside += [key for number in told.set_aside if isinstance(key := held[number].key, PublishedRow)]
    return ConsistencyReport(options, counts(network, only), found, aside)


def counts(network: Network, only: Collection[str] | None = None) -> list[SetCounts]:
    """Return what each mapping set holds, by IRI."""
    rows: dict[str, list[PublishedRow]] = defaultdict(list)
    for row in (*network.rows, *network.idle):
        rows[row.set].append(row)
    idle = Counter(row.set for row in network.idle)
    chosen = network.sets if only is None else {iri: network.sets[iri] for iri in network.sets.keys() & set(only)}
    return [_counts(network, iri, rows[iri], idle[iri]) for iri in sorted(chosen)]


def _counts(network: Network, iri: str, rows: list[PublishedRow], idle: int) -> SetCounts:
    told = network.sets[iri]
    said: dict[tuple[str, str], set[tuple[str, int]]] = defaultdict(set)
    repeated = differing = 0
    for row in rows:
        words = said[row.first, row.second]
        if (row.word, row.relations) in words:
            repeated += 1
        else:
            differing += bool(words)
            words.add((row.word, row.relations))
    ends = {(row.first, told.subject_edition) for row in rows} | {(row.second, told.object_edition) for row in rows}
    single = {(end, edition) for node, edition in ends for end in network.members.get(node, (node,))}
    held = {found.text for found in network.provisions.values()}
    dangling, foreign, elsewhere = set(), set(), set()
    for end, edition in single:
        if end in network.provisions:
            if edition and network.provisions[end].text != edition:
                elsewhere.add(end)
        elif end.startswith(iris.BASE) or edition in held:
            dangling.add(end)
        else:
            foreign.add(end)
    return SetCounts(
        set=iri,
        title=told.title,
        rows=len(rows),
        idle=idle,
        silent=sum(row.relations == ANY for row in rows),
        repeated=repeated,
        differing=differing,
        groups=len({node for node, _ in ends if node in network.members}),
        dangling=tuple(sorted(dangling)),
        foreign=len(foreign),
        elsewhere=tuple(sorted(elsewhere)),
        names_editions=bool(told.subject_edition and told.object_edition),
    )


def to_json(report: ConsistencyReport, row: Callable[[PublishedRow], dict[str, Any]]) -> dict[str, Any]:
    """Return the report as ``prove --format json`` prints it (docs/interface.md).

    :param row: a row → what is printed of it
    """
    return {
        **report.options.to_json(),
        "consistent": report.is_clean,
        "sets": [
            one._asdict() | {"dangling": list(one.dangling), "elsewhere": list(one.elsewhere)} for one in report.sets
        ],
        "contradictions": [
            {
                "kind": one.kind,
                "rationale": one.group.rationale or None,
                "use_case": one.group.use_case or None,
                "rows": [row(found) for found in one.rows],
                "structure": [
                    {"from": edge.first, "to": edge.second, "relations": signs(edge.relations), "rule": edge.kind}
                    for edge in one.structure
                ],
            }
            for one in report.contradictions
        ],
        "set_aside": [found.iri for found in report.set_aside],
    }
