"""The rules across entries: SPARQL files whose answers are findings.

A file in ``queries/rules/`` runs as it stands in any SPARQL 1.1 engine whose default graph is the union of the named
graphs.  Its header says what a person is told::

    # id: locators-are-unique
    # question: Does a text bear one locator twice?
    # severity: violation
    # path: bibo:locator
    # message: {this} bears the locator {value}, and so does {other}.
    # repair: Correct the locator of one of them, or give both statements one IRI if they mean one provision.
    # why: A citation must lead to one provision.
    # reach: cstd:provisionOf/^cstd:provisionOf

Each row of the answer is a finding: ``?this`` is the thing at fault, ``?value`` the value, ``?source`` the graph,
``?path`` the property where it is not the one of the header; the rest fills slots.  ``reach`` names the other things
that the rule looks at (:class:`cyberstd_kg.validation.impact.Reach`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core import assets
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.core.iris import BASE, expand
from cyberstd_kg.validation.impact import Reach, Term

#: Rules and the checks of a file have names here; nothing of the graph does.
NAMESPACE: Final = f"{BASE}rule/"
_FIELDS: Final = ("id", "question", "severity", "path", "message", "repair", "why", "reach")
_SEVERITIES: Final = ("violation", "warning", "info")


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


class RuleRow(NamedTuple):
    """One answer of a rule."""

    rule: Rule
    this: str
    path: str
    value: Term | None
    source: str
    slots: dict[str, Term]


def load(base: Path | None = None) -> list[Rule]:
    """Return all rules, sorted by id.

    :raises InputError: when a header is not complete; names the file
    """
    return [parse(path) for path in assets.query_files("rules", base)]


def parse(path: Path) -> Rule:
    """Read one file.

    :raises InputError: when its header is not complete
    """
    text, lines = header(path, _FIELDS, _SEVERITIES)
    return Rule(**{**lines, "reach": Reach(lines["reach"])}, text=text)  # type: ignore[arg-type]


def header(path: Path, fields: Sequence[str], severities: Collection[str]) -> tuple[str, dict[str, str]]:
    """Read the header of a rule: lines "# name: value"; of the path "-" becomes nothing, a CURIE its IRI.

    :param fields: the names that it must have
    :returns: the text of the file, and the values of *fields*
    :raises InputError: when one is missing, the id is not the name of the file, or the severity is none of *severities*
    """
    text = path.read_text(encoding="utf-8")
    joined = re.sub(r"\n#   +", " ", text)  # a value may go on in lines that begin with "#   "
    lines = {m[1]: m[2].strip() for m in re.finditer(r"^# (\w+): (.+)$", joined, flags=re.MULTILINE)}
    if missing := [name for name in fields if name not in lines]:
        raise InputError(f"{path.name}: the header has no line '# {missing[0]}: …'", "Add it at the top of the file.")
    if lines["id"] != path.stem or lines["severity"] not in severities:
        raise InputError(
            f"{path.name}: the id is not the name of the file, or the severity none of {', '.join(severities)}",
            "Correct the header.",
        )
    about = "" if lines["path"] == "-" else expand(lines["path"])
    return text, {**{name: lines[name] for name in fields}, "path": about}


def graph(quads: Iterable[ox.Quad]) -> ox.Store:
    """Return a store of *quads* whose default graph is their union, as the rules want it."""
    store = ox.Store()
    held = list(quads)
    store.bulk_extend(held)
    store.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in held)
    return store


def run(rule: Rule, store: ox.Store, among: Collection[Term] | None = None) -> list[RuleRow]:
    """Return the answers of *rule*, in no order.

    :param store: a store whose default graph is the union of its named graphs
    :param among: only answers about these things
    """
    answer = store.query(rule.text)
    assert isinstance(answer, ox.QuerySolutions), "a rule answers with rows"
    names = [variable.value for variable in answer.variables]
    rows = []
    for solution in answer:
        bound: dict[str, Term] = {name: solution[name] for name in names if solution[name] is not None}
        this = bound.pop("this", None)
        if isinstance(this, ox.NamedNode) and (among is None or this in among):
            path, source = (getattr(bound.pop(name, None), "value", "") for name in ("path", "source"))
            rows.append(RuleRow(rule, this.value, path or rule.path, bound.pop("value", None), source, bound))
    return rows
