"""What dated evidence says of any day: each rule of docs/decisions/0012-time.md, and the laws that hold for all."""

from __future__ import annotations

import random

import pytest

from cyberstd_kg.core.days import FIRST, LAST, after, before, compact, one_day, period, when
from cyberstd_kg.core.errors import UsageError
from cyberstd_kg.lifecycle.evidence import Evidence, PublishedText, StageStatement, excludes
from cyberstd_kg.lifecycle.standards import TextOnDay, Undertaking, Work, spans

ISO, IEC, DECK = ("iso",), ("iec",), ("deck",)


def dated(first: str, last: str, rank: int = 1, sources: tuple[str, ...] = ISO) -> Evidence:
    return Evidence("dated", first, last, rank, sources)


def withdrawn(day: str, rank: int = 2) -> Evidence:
    return Evidence("withdrawn", day, day, rank, IEC)


def seen_live(first: str, last: str = "", rank: int = 1) -> Evidence:
    return Evidence("seen live", first, LAST, rank, ISO, "", (first, last or first))


def seen_withdrawn(first: str, last: str = "", rank: int = 1) -> Evidence:
    return Evidence("seen withdrawn", FIRST, last or first, rank, ISO, "", (first, last or first))


def replaced(first: str, last: str = "", by: str = "new", rank: int = 1) -> Evidence:
    return Evidence("replaced", first, last or first, rank, ISO, by)


def life(publication: list[Evidence], end: list[Evidence] | None = None, iri: str = "text") -> PublishedText:
    made = PublishedText(iri, publication, end or [])
    made.designation, made.work = iri, "work"
    return made


def observed(
    day: str, last: str = "", life_state: str = "in-development", code: str = "40.60", stage: str = "s"
) -> StageStatement:
    return StageStatement(stage, stage, code, life_state, "", day, last or day, stage, False, 1, ISO)


DAY = [dated("2012-07-16", "2012-07-16")]
MONTH = [dated("2012-07-01", "2012-07-31")]


def told(text: PublishedText, *days: str) -> list[tuple[str, str]]:
    return [(state.state, state.sure) for state in map(text.state, days)]


# ── Publication ──


def test_before_publication_it_is_not_yet_published() -> None:
    assert told(life(DAY), "2012-07-15", "2012-07-16") == [("not yet published", "known"), ("in force", "known")]


def test_within_an_imprecise_publication_the_day_is_not_known_and_it_says_why() -> None:
    text = life(MONTH)
    assert told(text, "2012-06-30", "2012-07-01", "2012-07-30") == [
        ("not yet published", "known"),
        ("not known", "not known"),
        ("not known", "not known"),
    ]
    assert text.state("2012-07-15").why == "published on some day of 2012-07"
    # On the last day of the month it is out, on whichever day that was.
    assert told(text, "2012-07-31") == [("in force", "last observed")]


def test_a_day_within_a_month_wins_and_is_no_conflict() -> None:
    text = life([*MONTH, Evidence("published", "2012-07-16", "2012-07-16", 2, IEC)])
    assert text.published == ("2012-07-16", "2012-07-16") and not text.publication.conflicts
    assert text.state("2012-07-16").sources == ("iec", "iso")


def test_year_month_and_day_of_three_sources_agree() -> None:
    text = life([dated("2012-01-01", "2012-12-31", 5, DECK), *MONTH, dated("2012-07-16", "2012-07-16", 2, IEC)])
    assert text.published == ("2012-07-16", "2012-07-16") and not text.publication.conflicts


def test_where_dates_exclude_each_other_the_better_precedence_is_used_and_both_are_named() -> None:
    text = life([dated("2010-07-01", "2010-07-31", 1), Evidence("published", "2010-06-16", "2010-06-16", 2, IEC)])
    assert text.published == ("2010-07-01", "2010-07-31")
    (conflict,) = text.state("2011-01-01").conflicts
    assert (conflict.about, conflict.used.sources, conflict.dropped.sources) == ("publication", ISO, IEC)
    assert told(text, "2010-06-20") == [("not yet published", "known")]


def test_an_observation_alone_bounds_publication() -> None:
    text = life(
        [Evidence("seen", FIRST, "2025-06-02", 1, ISO, "", ("2025-06-02", "2025-06-02"))], [seen_live("2025-06-02")]
    )
    assert told(text, "2020-01-01", "2025-06-02", "2025-06-03") == [
        ("not known", "not known"),
        ("in force", "known"),
        ("in force", "last observed"),
    ]
    assert text.state("2020-01-01").why == "published on or before 2025-06-02"


def test_without_evidence_nothing_is_known() -> None:
    assert told(life([]), "2020-01-01") == [("not known", "not known")]
    assert life([]).state("2020-01-01").why == "no source dates its publication"


# ── End ──


def test_between_publication_and_end_it_is_known_to_be_in_force_and_then_withdrawn() -> None:
    text = life(DAY, [withdrawn("2023-06-28")])
    assert told(text, "2015-01-01", "2023-06-27", "2023-06-28", "2030-01-01") == [
        ("in force", "known"),
        ("in force", "known"),
        ("withdrawn", "known"),
        ("withdrawn", "known"),
    ]


def test_without_an_end_it_is_known_up_to_the_last_observation() -> None:
    text = life(DAY, [seen_live("2025-06-02"), seen_live("2026-03-15", rank=2)])
    assert told(text, "2026-03-15", "2026-03-16") == [("in force", "known"), ("in force", "last observed")]
    assert text.state("2027-01-01").last_observed == ("2026-03-15", "2026-03-15")


def test_publication_counts_as_an_observation() -> None:
    assert told(life(DAY), "2012-07-16", "2012-07-17") == [("in force", "known"), ("in force", "last observed")]
    assert life(DAY).state("2020-01-01").last_observed == ("2012-07-16", "2012-07-16")


def test_an_observation_at_some_moment_of_an_interval_proves_life_up_to_its_beginning() -> None:
    text = life(DAY, [seen_live("2023-02-13", "2023-06-28")])
    assert told(text, "2023-02-13", "2023-02-14") == [("in force", "known"), ("in force", "last observed")]
    assert text.state("2023-03-01").last_observed == ("2023-02-13", "2023-06-28")


def test_seen_withdrawn_but_day_unknown() -> None:
    text = life(DAY, [seen_live("2020-01-01"), seen_withdrawn("2025-06-02")])
    assert told(text, "2019-01-01", "2020-01-01", "2022-01-01", "2025-06-01", "2025-06-02") == [
        ("in force", "known"),
        ("in force", "known"),
        ("not known", "not known"),
        ("not known", "not known"),
        ("withdrawn", "known"),
    ]
    assert text.state("2022-01-01").why == "it ended between 2020-01-01 and 2025-06-02"


def test_within_an_imprecise_end_the_day_is_not_known() -> None:
    text = life(DAY, [replaced("2023-06-01", "2023-06-30")])
    assert told(text, "2023-05-31", "2023-06-15", "2023-06-30") == [
        ("in force", "known"),
        ("not known", "not known"),
        ("withdrawn", "known"),
    ]


def test_the_text_that_replaces_it_supersedes_it_from_its_day() -> None:
    new = life([dated("2023-06-28", "2023-06-28")], iri="new")
    old = life(DAY, [replaced("2023-06-28")])
    old.replaced_by = [new]
    assert old.state("2023-06-28").why == "superseded by new on 2023-06-28"
    assert told(old, "2023-06-27") == [("in force", "known")]


def test_withdrawal_and_replacement_are_intersected() -> None:
    text = life(DAY, [replaced("2023-06-01", "2023-06-30"), withdrawn("2023-06-28")])
    assert text.ended == ("2023-06-28", "2023-06-28") and not text.end.conflicts


def test_of_several_texts_that_replace_it_the_first_counts_and_is_no_conflict() -> None:
    text = life(DAY, [replaced("2015-01-01", by="a", rank=5), replaced("2020-01-01", by="b", rank=1)])
    assert text.ended == ("2015-01-01", "2015-01-01") and not text.end.conflicts


def test_seen_alive_after_the_withdrawal_of_another_source_is_a_conflict() -> None:
    text = life(DAY, [seen_live("2025-06-02", rank=1), withdrawn("2020-05-05", rank=2)])
    (conflict,) = text.state("2022-01-01").conflicts
    assert (conflict.used.kind, conflict.dropped.kind) == ("seen live", "withdrawn")
    assert told(text, "2022-01-01", "2025-06-03") == [("in force", "known"), ("in force", "last observed")]
    # The other way round the withdrawal is believed.
    other = life(DAY, [seen_live("2025-06-02", rank=5), withdrawn("2020-05-05", rank=2)])
    assert told(other, "2022-01-01") == [("withdrawn", "known")] and other.end.conflicts


def test_seen_alive_on_the_day_of_withdrawal_is_no_conflict() -> None:
    assert not life(DAY, [seen_live("2025-06-02"), withdrawn("2025-06-02")]).end.conflicts


def test_what_says_that_a_text_was_over_before_it_was_out_does_not_count_and_is_told() -> None:
    text = life(DAY, [withdrawn("2010-01-01")])
    assert told(text, "2011-01-01", "2012-07-16") == [("not yet published", "known"), ("in force", "known")]
    assert text.ended == ("2012-07-16", LAST)
    (conflict,) = text.end.conflicts
    assert (conflict.about, conflict.used.kind, conflict.dropped.kind) == ("end", "published", "withdrawn")


def test_a_text_that_was_out_before_another_does_not_end_it() -> None:
    # ISO/IEC 17799:2005/Cor 1:2007 is said to be replaced by an edition of 2005.
    text = life(DAY, [replaced("2005-06-15"), seen_withdrawn("2025-06-02")])
    assert text.ended == ("2012-07-16", "2025-06-02") and not text.end.conflicts


def test_two_successors_and_a_withdrawal_do_not_knock_each_other_out() -> None:
    # ISO/IEC 27035:2011: ISO has its successors in November, IEC has its end in October.
    november = ("2016-11-01", "2016-11-30")
    text = life(DAY, [replaced(*november, by="a"), replaced(*november, by="b"), withdrawn("2016-10-28")])
    assert text.ended == november
    assert [(c.used.kind, c.dropped.kind) for c in text.end.conflicts] == [("replaced", "withdrawn")]
    # The one of worse precedence is the first, and excluded by the withdrawal: that counts.
    text = life(DAY, [replaced(*november), replaced("2016-10-28", by="b", rank=5), withdrawn("2016-10-20", rank=2)])
    assert text.ended == ("2016-10-20", "2016-10-20")


def test_the_day_of_the_first_of_two_successors() -> None:
    text = life(DAY, [replaced("2015-01-01", "2015-12-31", by="a"), replaced("2015-06-01", by="b")])
    assert text.ended == ("2015-01-01", "2015-06-01")


def test_a_text_never_seen_after_its_publication_says_so() -> None:
    assert life(DAY).state("2020-01-01").why == "published on 2012-07-16; no later observation is known"
    seen = life(DAY, [seen_live("2015-01-01")]).state("2020-01-01")
    assert seen.why == "last seen on 2015-01-01; no source reports an end"


def test_the_name_of_a_stage_that_begins_with_its_code_is_told_once() -> None:
    named = observed("2023-01-01", code="50.00")._replace(name="50.00 Registered for approval")
    assert named.sentence == "seen at 50.00 Registered for approval on 2023-01-01"
    assert observed("2023-01-01").sentence == "seen at s (40.60) on 2023-01-01"


def test_a_registry_with_one_word_for_all_does_not_take_back_an_exact_code() -> None:
    text = life(DAY)
    exact = StageStatement(
        "90-92", "to be revised", "90.92", "to-be-revised", "review", "2025-06-02", "2025-06-02", "", False, 1, ISO
    )
    coarse = StageStatement("is", "IS", "60", "in-force", "", "2026-03-15", "2026-03-15", "", False, 2, IEC)
    text.stages = [coarse, exact]
    stages = [text.stage("2026-04-01"), text.stage("2025-06-01")]
    assert stages == [exact, None]


# ── Standards ──


def work(*editions: PublishedText) -> Work:
    made = Work("work", "W")
    made.editions = list(editions)
    return made


def test_current_edition() -> None:
    old = life(DAY, [withdrawn("2023-06-28")], "old")
    new = life([dated("2023-06-28", "2023-06-28")], [seen_live("2026-03-15")], "new")
    w = work(new, old)
    for day, expected in (
        ("2013-01-01", ["old"]),
        ("2023-06-27", ["old"]),
        ("2023-06-28", ["new"]),
        ("2027-01-01", ["new"]),
    ):
        assert [s.text.iri for s in w.current(day).editions] == expected
    assert (w.current("2010-01-01").state, w.current("2027-01-01").sure) == ("not yet published", "last observed")


def test_a_later_edition_supersedes_by_the_order_of_dates_where_no_source_says_so() -> None:
    old, new = life(DAY, iri="old"), life([dated("2021-05-01", "2021-05-01")], iri="new")
    w = work(old, new)
    found = w.current("2022-01-01")
    assert [s.text.iri for s in found.editions] == ["new"] and [s.text.iri for s in found.earlier] == ["old"]
    assert [s.text.iri for s in w.current("2020-01-01").editions] == ["old"]
    on_day = TextOnDay.of(old, "2022-01-01")
    assert w.why(on_day, "2022-01-01").endswith(
        "; a later edition, new, is out since 2021-05-01; no source says that it replaces this one"
    )
    assert w.why(on_day, "2021-04-30") == on_day.state.why


def test_editions_seen_alive_together_are_both_current() -> None:
    old = life(DAY, [seen_live("2025-06-02")], "old")
    w = work(old, life([dated("2021-05-01", "2021-05-01")], [seen_live("2025-06-02")], "new"))
    assert [s.text.iri for s in w.current("2025-06-02").editions] == ["old", "new"]
    assert [s.text.iri for s in w.current("2026-01-01").editions] == ["old", "new"]


def test_in_a_year_of_change_the_current_edition_is_not_known() -> None:
    old = life(DAY, [replaced("2022-01-01", "2022-12-31")], "old")
    found = work(old, life([dated("2022-01-01", "2022-12-31")], iri="new")).current("2022-06-01")
    assert (found.state, [s.text.iri for s in found.not_known]) == ("not known", ["old", "new"])


def test_only_withdrawn_and_gone_on_under_another_number() -> None:
    old, new = life(DAY, [replaced("2024-03-01")], "old"), life([dated("2024-03-01", "2024-03-01")], iri="new")
    new.work, old.replaced_by = "other", [new]
    found = work(old).current("2025-01-01")
    assert (found.state, [text.iri for text in found.moved]) == ("withdrawn", ["new"])
    assert work(old).current("2024-02-29").moved == ()


def test_parts_stand_for_a_standard_without_editions() -> None:
    whole, part = Work("whole", "W"), work(life(DAY))
    whole.parts = [part]
    found = whole.current("2013-01-01")
    assert (found.state, found.editions, found.parts[0][0]) == ("in force", (), part)
    assert whole.current("2000-01-01").state == "not yet published"


def test_nothing_known() -> None:
    assert work().current("2020-01-01").state == "not known"


def undertaking(*seen: StageStatement, number: str = "") -> Undertaking:
    made = Undertaking("project", "project", "work")
    made.stages, made.numbers = list(seen), {number} - {""}
    return made


def test_a_project_is_over_when_an_edition_of_its_number_is_out() -> None:
    old, new = life(DAY, iri="old"), life([dated("2023-06-28", "2023-06-28")], iri="new")
    old.number, new.number = "1", "2"
    w = work(old, new)
    w.undertakings = [undertaking(observed("2010-01-01"), number="2")]
    assert [p.outcome.iri for p in w.progress("2023-06-27") if p.outcome] == ["new"]
    assert w.progress("2023-06-28") == [] and w.progress("2009-12-31") == []
    assert [p.state for p in w.progress("2023-06-28", over=True)] == ["published"]


def test_without_a_number_an_edition_after_the_last_observation_ends_it() -> None:
    w = work(life(DAY, iri="old"), life([dated("2023-06-28", "2023-06-28")], iri="new"))
    w.undertakings = [undertaking(observed("2023-02-13", "2023-06-28"))]
    assert len(w.progress("2023-06-27")) == 1 and w.progress("2023-06-28") == []
    w.undertakings = [undertaking(observed("2024-01-01"))]
    assert len(w.progress("2025-01-01")) == 1, "it was seen after the edition came out"


def test_what_it_revises_does_not_end_a_project() -> None:
    w = work(life([dated("2023-01-01", "2023-12-31")], iri="old"))
    w.undertakings = [undertaking(observed("2023-02-13"))]
    w.undertakings[0].revises = {"old"}
    assert len(w.progress("2025-01-01")) == 1


def test_the_draft_of_an_amendment_ends_with_the_amendment() -> None:
    w = work(life(DAY, iri="edition"), life([dated("2024-01-01", "2024-01-01")], iri="later"))
    amendment = life([dated("2025-01-01", "2025-01-01")], iri="amendment")
    amendment.amends, amendment.work = "edition", ""
    w.amendments = [amendment]
    w.undertakings = [undertaking(observed("2023-01-01"))]
    w.undertakings[0].to_amend = {"edition"}
    assert [len(w.progress(day)) for day in ("2024-06-01", "2025-01-01")] == [1, 0]


def test_the_last_and_most_advanced_observation_counts() -> None:
    w = work()
    w.undertakings = [
        undertaking(
            observed("2023-01-01", code="20"), observed("2023-01-01", code="40"), observed("2024-01-01", code="50")
        )
    ]
    assert [w.progress(day)[0].stage.code for day in ("2023-06-01", "2024-06-01")] == ["40", "50"]
    assert w.current("2024-06-01").state == "in development"


def test_what_was_given_up_is_told_only_when_asked_for() -> None:
    w = work()
    w.undertakings = [undertaking(observed("2023-01-01", life_state="abandoned", code="20.98"))]
    assert w.progress("2024-01-01") == []
    assert [p.state for p in w.progress("2024-01-01", abandoned=True)] == ["abandoned"]
    assert w.current("2024-01-01").state == "abandoned"


def test_how_sure_an_observation_of_a_project_is() -> None:
    w = work()
    w.undertakings = [undertaking(observed("2023-02-13", "2023-06-28"))]
    assert [w.progress(day)[0].sure for day in ("2023-03-01", "2023-06-28")] == ["not known", "last observed"]
    w.undertakings = [undertaking(observed("2023-02-13"))]
    assert w.progress("2023-02-13")[0].sure == "known"


# ── Laws ──


def invented(chosen: random.Random) -> tuple[list[Evidence], list[Evidence]]:
    """Return random evidence for publication and end, a few years long."""

    def interval() -> tuple[str, str]:
        year, month, day = chosen.randint(2000, 2004), chosen.randint(1, 12), chosen.randint(1, 28)
        return chosen.choice([period(f"{year}"), period(f"{year}-{month:02}"), period(f"{year}-{month:02}-{day:02}")])

    def piece(kinds: list[str]) -> Evidence:
        kind, (first, last), rank = chosen.choice(kinds), interval(), chosen.randint(1, 3)
        seen = (first, last)
        if kind in ("seen", "seen withdrawn"):
            return Evidence(kind, FIRST, last, rank, (f"s{rank}",), "", seen)
        if kind in ("unpublished", "seen live"):
            return Evidence(kind, first, LAST, rank, (f"s{rank}",), "", seen)
        return Evidence(kind, first, last, rank, (f"s{rank}",), chosen.choice("ab") if kind == "replaced" else "")

    out = [piece(["dated", "published", "seen", "unpublished"]) for _ in range(chosen.randint(0, 4))]
    end = [piece(["withdrawn", "replaced", "seen withdrawn", "seen live"]) for _ in range(chosen.randint(0, 5))]
    return out, end


@pytest.mark.parametrize("seed", range(5))
def test_laws(seed: int) -> None:
    chosen = random.Random(seed)
    for _ in range(300):
        evidence = invented(chosen)
        text = life(*evidence)
        for settled in (text.publication, text.end):
            assert settled.first <= settled.last, "what counts has a day in common"
            assert all(not excludes(a, b) for a in settled.counted for b in settled.counted)
        assert text.ended[0] >= text.published[0] and text.ended[1] >= text.published[0], (
            "nothing ends before it is out"
        )
        for given in evidence:
            chosen.shuffle(given)
        again = life(*evidence)
        assert (again.publication[:3], again.end[:3]) == (text.publication[:3], text.end[:3]), "order is of no effect"
        last = ""
        for day in sorted({*text.days(), *(before(d) for d in text.days()), "1999-01-01", "2010-01-01"}):
            state = text.state(day)
            assert (state.state == "not known") == (state.sure == "not known") and state.why
            assert last != "withdrawn" or state.state == "withdrawn", "what is withdrawn stays so"
            assert state.state != "not yet published" or last in ("", "not yet published")
            last = state.state if state.state != "not known" else last


@pytest.mark.parametrize("seed", range(3))
def test_the_state_changes_only_on_the_days_named(seed: int) -> None:
    chosen = random.Random(seed)
    for _ in range(60):
        text = life(*invented(chosen))
        for first, last in spans(("1999-01-01", "2006-01-01"), text.days()):
            states = {text.state(day)[:2] for day in (first, last, max(first, before(last)))}
            assert len(states) == 1


def test_a_repeated_witness_changes_nothing() -> None:
    once = life([*MONTH, dated("2012-07-16", "2012-07-16", 2, IEC)])
    twice = life(
        [*MONTH, *MONTH, dated("2012-07-16", "2012-07-16", 2, IEC), dated("2012-07-01", "2012-07-31", 9, DECK)]
    )
    assert once.published == twice.published and not twice.publication.conflicts


# ── Days as people write them ──


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023", ("2023-01-01", "2023-12-31")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2023-06-28", ("2023-06-28", "2023-06-28")),
        ("today", ("2026-11-24", "2026-11-24")),
    ],
)
def test_period(text: str, expected: tuple[str, str]) -> None:
    assert period(text, "2026-11-24") == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2023-13",
        "2023-02-30",
        "2023-6",
        "20230628",
        "23",
        "0000",
        "0999-01-01",
        "9999",
        "２０２３",
        "2023-06-28T00:00",
        " 2023",
    ],
)
def test_no_date(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        period(text)
    assert "2023-06-28" in raised.value.hint


def test_one_day() -> None:
    assert one_day("2023-06-28") == "2023-06-28" and one_day("today", "2026-11-24") == "2026-11-24"
    for text in ("2023", "2023-06"):
        with pytest.raises(UsageError, match="is not one day"):
            one_day(text)


def test_words() -> None:
    assert [compact(period(text)) for text in ("2023", "2023-06", "2023-06-28")] == ["2023", "2023-06", "2023-06-28"]
    assert compact(("2023-02-13", "2023-06-28")) == "2023-02-13 to 2023-06-28"
    assert when(("2023-02-13", "2023-06-28")) == "between 2023-02-13 and 2023-06-28"
    assert (when((FIRST, "2023-01-01")), when(("2023-01-01", LAST))) == (
        "on or before 2023-01-01",
        "on or after 2023-01-01",
    )
    assert (after("2023-12-31"), before("2024-03-01")) == ("2024-01-01", "2024-02-29")


def test_spans() -> None:
    days = ["2013-05-05", "2012-01-01", "2014-01-01"]
    assert spans(("2013-01-01", "2013-12-31"), days) == [("2013-01-01", "2013-05-04"), ("2013-05-05", "2013-12-31")]
