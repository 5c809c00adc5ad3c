"""The rules across entries: SPARQL files whose answers are findings.

A file in ``queries/rules/`` runs as it is in any SPARQL 1.1 engine whose default graph is the union of the named
graphs.  Its header holds the words for people::

    # id: locators-are-unique
    # question: Does a text bear one locator twice?
    # severity: violation
    # path: bibo:locator
    # message: {this} bears the locator {value}, and so does {other}.
    # repair: Correct the locator of one of them, or give both statements one IRI if they mean one provision.
    # why: A citation must lead to one provision.
    # reach: cstd:provisionOf/^cstd:provisionOf

Each row of the answer is a finding: ``?this`` is the entity at fault, ``?value`` the value, ``?source`` the graph,
``?path`` the property where it differs from that of the header; the other columns fill slots.  ``reach`` names the
other entities that the rule looks at (:class:`cyberstd_kg.validation.impact.Reach`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core import assets
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import BASE, expand
from cyberstd_kg.graph.view import Term, View
from cyberstd_kg.rdf.terms import plain
from cyberstd_kg.validation.findings import SEVERITIES, GraphFinding
from cyberstd_kg.validation.impact import Reach
from cyberstd_kg.validation.messages import curie, fill, slot, suggestion

#: The names of the rules, and of the checks of a file; no entity has a name here.
NAMESPACE: Final = f"{BASE}rule/"
_FIELDS: Final = ("id", "question", "severity", "path", "message", "repair", "why", "reach")


class Rule(NamedTuple):
    """A rule; ``path`` is an IRI or empty, ``text`` its SPARQL."""

    id: str
    question: str
    severity: str
    path: str
    message: str
    repair: str
    why: str
    reach: Reach
    text: str

    @property
    def iri(self) -> str:
        """The name under which findings point to it."""
        return NAMESPACE + self.id


def load(base: Path | None = None) -> list[Rule]:
    """Return all rules, sorted by id.

    :raises InputError: when a header is not complete; names the file
    """
    return [parse(path) for path in assets.query_files("rules", base)]


def parse(path: Path) -> Rule:
    """Read one file.

    :raises InputError: when its header is not complete
    """
    text, fields = header(path, _FIELDS, SEVERITIES)
    return Rule(**fields | {"reach": Reach(fields["reach"])}, text=text)  # type: ignore[arg-type]


def header(path: Path, names: Sequence[str], severities: Collection[str]) -> tuple[str, dict[str, str]]:
    """Read the header of a rule: lines "# name: value"; the path "-" becomes "", a CURIE its IRI.

    :param names: the fields that it must have
    :returns: the text of the file, and the values of the fields
    :raises InputError: when one is missing, the id is not the name of the file, or the severity is none of *severities*
    """
    text = path.read_text(encoding="utf-8")
    joined = re.sub(r"\n#   +", " ", text)  # a value may go on in lines that begin with "#   "
    lines = {m[1]: m[2].strip() for m in re.finditer(r"^# (\w+): (.+)$", joined, flags=re.MULTILINE)}
    if missing := [name for name in names if name not in lines]:
        raise InputError(f"{path.name}: the header has no line '# {missing[0]}: …'", "Add it at the top of the file.")
    if lines["id"] != path.stem or lines["severity"] not in severities:
        raise InputError(
            f"{path.name}: the id is not the name of the file, or the severity none of {', '.join(severities)}",
            "Correct the header.",
        )
    about = "" if lines["path"] == "-" else expand(lines["path"])
    return text, {name: lines[name] for name in names} | {"path": about}


def graph(quads: Iterable[ox.Quad]) -> ox.Store:
    """Return a store of *quads* whose default graph is their union, as the rules need it."""
    store = ox.Store()
    statements = list(quads)
    store.bulk_extend(statements)
    store.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in statements)
    return store


def answers(store: ox.Store, rule: str) -> Iterator[dict[str, Any]]:
    """Yield the rows that the SPARQL of a rule selects, each as column → term, without what is unbound."""
    solutions = store.query(rule)
    assert isinstance(solutions, ox.QuerySolutions), "a rule answers with rows"
    columns = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield {column: solution[column] for column in columns if solution[column] is not None}


def run(rule: Rule, store: ox.Store, view: View, among: Collection[Term] | None = None) -> Iterator[GraphFinding]:
    """Yield the findings of *rule*, in no order.

    :param store: a store whose default graph is the union of its named graphs
    :param view: the graph that is checked, for the messages
    :param among: only findings about these entities
    """
    for row in answers(store, rule.text):
        this, value = row.get("this"), row.get("value")
        if isinstance(this, ox.NamedNode) and (among is None or this in among):
            path = plain(row.get("path")) or rule.path
            slots = {name: slot(term) for name, term in row.items()} | {"path": curie(path) if path else "nothing"}
            yield GraphFinding(
                severity=rule.severity,
                entry=this.value,
                shape=rule.iri,
                path=path,
                value=value,
                message=fill(rule.message, slots, "nothing"),
                repair=fill(rule.repair, slots, "nothing") + suggestion(rule.id, value, view),
                source=plain(row.get("source")),
            )
