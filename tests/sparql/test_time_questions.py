"""The saved questions of time and the Python that answers ``show`` and ``list``: two ways, one answer.

Both are asked about every text, standard and project of the shipped graph, on sampled days.
"""

from __future__ import annotations

import random
import re
from typing import Any

import pyoxigraph as ox
import pytest

import cyberstd_kg
from cyberstd_kg.core import assets
from cyberstd_kg.core.days import LAST
from cyberstd_kg.lifecycle.standards import Work
from cyberstd_kg.sparql import saved_questions

#: Days on which something happened, or that lie far from everything.
FIXED = ("1970-01-01", "2013-09-25", "2022-10-25", "2023-06-28", "2026-11-24", "2090-01-01")


@pytest.fixture(scope="module")
def kg() -> Any:
    return cyberstd_kg.load()


@pytest.fixture(scope="module")
def works(kg: Any) -> list[Work]:
    return kg.lifecycles.all()


def sampled(works: list[Work], count: int, seed: int) -> list[str]:
    days = sorted({day for work in works for day in work.days()})
    return random.Random(seed).sample(days, count)


def ask(kg: Any, question: str, **params: str) -> list[dict[str, str]]:
    answer = kg.store.query(saved_questions.load(question).bind(params, kg.resolve_iri))
    assert isinstance(answer, ox.QuerySolutions)
    names = [variable.value for variable in answer.variables]
    return [{name: "" if row[name] is None else row[name].value for name in names} for row in answer]


def test_of_two_successors_of_the_catalogue_the_settled_publication_counts(kg: Any) -> None:
    for text, days in (
        ("ISO/IEC 27035:2011", ("2016-11-01", "2016-11-30")),
        ("ISO/IEC TS 20540:2018", ("2025-05-30", "2025-05-30")),
        ("ISO/IEC 17799:2005/Cor 1:2007", ("2007-01-01", "2025-06-02")),
    ):
        (row,) = ask(kg, "state-on-date", text=text, asOf="2026-01-01")
        assert (row["endedFrom"], row["endedBy"]) == days == kg.state(text, "2026-01-01").only.text.ended


def listed(cell: str) -> set[str]:
    return set(cell.split("; ")) - {""}


def states(kg: Any, works: list[Work], day: str) -> None:
    texts = [text for work in works for text in (*work.editions, *work.amendments)]
    mine = {text.iri: (*text.state(day)[:2], text.alive_until) for text in texts if text.dated}
    theirs = {r["text"]: (r["state"], r["sure"], r["lastObserved"]) for r in ask(kg, "state-on-date", asOf=day)}
    assert theirs == mine, day


def currents(kg: Any, works: list[Work], day: str) -> None:
    theirs = {row["standard"]: row for row in ask(kg, "current-edition", asOf=day)}
    assert set(theirs) == {work.iri for work in works}
    for work in works:
        current, row = work.current(day), theirs[work.iri]
        assert {s.text.iri for s in current.editions} == set(row["editions"].split()), (work.iri, day)
        assert {s.text.designation for s in current.earlier} == set(
            filter(None, row["supersededByOrderOfDates"].split("; "))
        )
        assert {text.designation for text in current.moved} == set(filter(None, row["movedTo"].split("; ")))
        if any(text.dated for text in work.editions):
            state = "in force" if current.editions else current.state
            state = "not yet published" if state in ("in development", "proposed", "abandoned") else state
            assert row["state"] == state, (work.iri, day)
            assert row["sure"] == current.sure or state == "not yet published", (work.iri, day)


def pipelines(kg: Any, works: list[Work], day: str) -> None:
    rows = ask(kg, "pipeline", asOf=day, abandoned="true")
    theirs = {(r["item"], r["state"], r["sure"], r["reached"]) for r in rows}
    progress = [p for work in works for p in work.progress(day, abandoned=True)]
    assert theirs == {(p.undertaking.iri, p.state, p.sure, p.stage.stage) for p in progress}, day


CHECKS = (states, currents, pipelines)


@pytest.mark.parametrize("check", CHECKS)
def test_sparql_and_python_agree(kg: Any, works: list[Work], check: Any) -> None:
    for day in (*FIXED[1::2], *sampled(works, 1, seed=20261124)):
        check(kg, works, day)


@pytest.mark.soak
@pytest.mark.parametrize("check", CHECKS)
def test_sparql_and_python_agree_on_forty_days(kg: Any, works: list[Work], check: Any) -> None:
    for day in (*FIXED, *sampled(works, 40, seed=7)):
        check(kg, works, day)


def test_what_ended_and_what_came_out_between_two_days(kg: Any, works: list[Work]) -> None:
    texts = {text.iri: text for work in works for text in (*work.editions, *work.amendments)}
    first, last = "2022-10-01", "2023-06-30"
    span = {"from": first, "to": last}
    for question, interval in (("published-between", "published"), ("withdrawn-between", "ended")):
        rows = {row["text"]: row["sure"] for row in ask(kg, question, **span)}
        days = {iri: getattr(text, interval) for iri, text in texts.items() if text.dated}
        known = {iri for iri, (begun, done) in days.items() if first <= begun <= done <= last}
        assert {iri for iri, sure in rows.items() if sure == "known"} == known and known
        assert all(days[iri][1] >= first for iri in rows)
    ends = {iri: text.ended for iri, text in texts.items() if text.dated}
    found = {row["text"]: (row["endedFrom"], row["endedBy"]) for row in ask(kg, "state-on-date", asOf=last)}
    assert found == {iri: over if over[1] < LAST else ("", "") for iri, over in ends.items()}


def test_what_became_of_the_final_drafts_of_the_deck(kg: Any, works: list[Work]) -> None:
    rows = ask(kg, "what-became-of", stage="FDIS")
    outcomes = {u.iri: work.outcome(u) for work in works for u in work.undertakings}
    for row in rows:
        text = outcomes[row["item"]]
        assert row["outcome"] == (text.designation if text else "nothing published, as far as is known"), row["item"]


def test_the_rules_stand_in_one_wording_in_all_questions() -> None:
    """The parts of the queries that settle publication and end differ in what is asked for and in names alone."""
    found: dict[str, set[str]] = {"# Publication:": set(), "# End:": set()}
    for path in assets.query_files():
        lines = path.read_text(encoding="utf-8").splitlines()
        for at, line in enumerate(lines):
            head = next((head for head in found if line.strip().startswith(head)), None)
            if head is None:
                continue
            depth, block = 0, []
            for below in lines[at + 1 :]:
                block += [] if below.endswith("# what is asked for") else [" ".join(below.split())]
                depth += below.count("{") - below.count("}")
                if depth <= 0 and "}" in below:  # not a comment before the first brace
                    break
            names: dict[str, str] = {}
            text = re.sub(r"\?\w+", lambda m, names=names: names.setdefault(m[0], f"?{len(names)}"), " ".join(block))
            found[head].add(text)
    assert [len(texts) for texts in found.values()] == [1, 1]
