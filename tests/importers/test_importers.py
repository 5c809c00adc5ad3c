"""Records of registries → entries: every trap of the registries, by records made up for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import run
from entries import tree
from importing import DAY, only, pairs, read, relaton, said, told, write

from cyberstd_kg.core.errors import InputError, UsageError
from cyberstd_kg.designations import records
from cyberstd_kg.importers import registries, writing
from cyberstd_kg.rdf.turtle import canonical, read_quads
from cyberstd_kg.workspace.changes import Workspace

REPLACES, REVISES, AMENDS = "dct:replaces", "cstd:revises", "cstd:amends"
OLD, NEW = "std:iso-iec-99001_2013", "std:iso-iec-99001_2022"
COR = "std:iso-iec-99001_2013-cor-1-2014"


# ── Which way a relation goes ──


@pytest.mark.parametrize(
    ("name", "stage", "relation", "replaces", "revises", "fault"),
    [
        # ISO's `updates` on a withdrawn document: it was replaced.
        ("ISO/IEC 99001:2013", "95.99", "updates ISO/IEC 99001:2022 *", {(NEW, OLD)}, set(), ""),
        # IEC's `updates` of an older text, whatever the status: it replaced that one.
        ("ISO/IEC 99001:2022", "REVISED", "updates ISO/IEC 99001:2013", {(NEW, OLD)}, set(), ""),
        ("ISO/IEC 99001:2022", "60.60", "obsoletes ISO/IEC 99001:2013", {(NEW, OLD)}, set(), ""),
        ("ISO/IEC 99001:2013", "95.99", "obsoletedBy ISO/IEC 99001:2022", {(NEW, OLD)}, set(), ""),
        # An older text never replaces a younger one.
        ("ISO/IEC 99001:2013", "60.60", "obsoletes ISO/IEC 99001:2022", set(), set(), "reversed"),
        ("ISO/IEC 99001:2013", "95.99", "obsoletes ISO/IEC 99001:2022", set(), set(), "reversed"),
        ("ISO/IEC 99001:2022", "60.60", "obsoletedBy ISO/IEC 99001:2013", set(), set(), "reversed"),
        ("ISO/IEC 99001:2022", "60.60", "obsoletes ISO/IEC 99001:2022", set(), set(), "reversed"),
        # A live document is not replaced yet, and one without status may be anything.
        ("ISO/IEC 99001:2013", "60.60", "updates ISO/IEC 99001:2022 *", set(), set(), "undecided"),
        ("ISO/IEC 99001:2013", "", "updates ISO/IEC 99001:2022", set(), set(), "undecided"),
        # In one year only ISO's date of circulation tells the successor.
        ("ISO/IEC 99002:2013", "95.99", "updates ISO/IEC 99001:2013 *", {(OLD, "std:iso-iec-99002_2013")}, set(), ""),
        ("ISO/IEC 99002:2013", "95.99", "updates ISO/IEC 99001:2013", set(), set(), "undecided"),
        # `obsoletes` on a live document to a draft: it will be replaced.
        ("ISO/IEC 99001:2013", "90.92", "obsoletes ISO/IEC DIS 99001", set(), {("std:iso-iec-99001_dis", OLD)}, ""),
        ("ISO/IEC 99001:2013", "95.99", "obsoletes ISO/IEC DIS 99001", set(), set(), "undecided"),
        # A draft is to replace.
        ("ISO/IEC DIS 99001", "40.60", "obsoletes ISO/IEC 99001:2013", set(), {("std:iso-iec-99001_dis", OLD)}, ""),
        ("ISO/IEC DIS 99001", "40.60", "updates ISO/IEC 99001:2013", set(), set(), "undecided"),
        # A corrigendum went into the next edition; an amendment replaces no edition.
        ("ISO/IEC 99001:2013/Cor 1:2014", "95.99", "updates ISO/IEC 99001:2022 *", {(NEW, COR)}, set(), ""),
        ("ISO/IEC 99001:2022", "60.60", "obsoletes ISO/IEC 99001:2013/Cor 1:2014", {(NEW, COR)}, set(), ""),
        ("ISO/IEC 99001:2013/Cor 1:2024", "60.60", "obsoletes ISO/IEC 99001:2022", set(), set(), "undecided"),
        (
            "ISO/IEC 99001:2013/Cor 1:2014",
            "95.99",
            "updates ISO/IEC 99001:2013/Cor 2:2015 *",
            {("std:iso-iec-99001_2013-cor-2-2015", COR)},
            set(),
            "",
        ),
        ("ISO/IEC 99001:2013", "60.60", "obsoletes ISO/IEC 99002", set(), set(), "undated-target"),
        ("ISO/IEC 99001:2013", "60.60", "obsoletes A report of somebody", set(), set(), "unknown-target"),
        *(
            ("ISO/IEC 99001:2022", "60.60", f"{word} ISO/IEC 99001:2013", set(), set(), "relation-type")
            for word in ("instanceOf", "includes", "related", "adoptedAs", "no-such-word")
        ),
    ],
)
def test_years_and_stages_decide_which_way_a_relation_goes(
    tmp_path: Path, name: str, stage: str, relation: str, replaces: set[str], revises: set[str], fault: str
) -> None:
    imported = read(write(tmp_path, relaton(name, stage=stage, relations=relation)))
    assert pairs(imported, REPLACES) == replaces
    assert pairs(imported, REVISES) == revises
    assert [code for code, field, _ in told(imported) if field.startswith("relation")] == ([fault] if fault else [])
    assert bool(imported.report.refused) == (fault == "reversed")
    assert imported.report.taken == 1, "the record itself stays"


@pytest.mark.parametrize("stage", ["90.93", "95.99"])
def test_an_update_by_an_amendment_amends(tmp_path: Path, stage: str) -> None:
    names = (
        "updates ISO/IEC 99001:2013/Cor 1:2014 *\nupdates ISO/IEC 99001:2013/Amd 2\nupdates ISO/IEC 99001:2013/DAM 3"
    )
    imported = read(write(tmp_path, relaton("ISO/IEC 99001:2013", stage=stage, relations=names)))
    assert pairs(imported, AMENDS) == {(COR, OLD)}
    assert {s for s, o in pairs(imported, "cstd:toAmend") if o == OLD} == {
        "project:iso-iec-99001_2013-amd-2",
        "std:iso-iec-99001_2013-dam-3",
    }
    assert pairs(imported, REPLACES) == pairs(imported, REVISES) == set()
    assert told(imported) == []


def test_an_amendment_that_names_its_host_amends_it(tmp_path: Path) -> None:
    record = relaton("ISO/IEC 99001:2013/Cor 1:2014", relations="updates ISO/IEC 99001:2013")
    imported = read(write(tmp_path, record))
    assert pairs(imported, AMENDS) == {(COR, OLD)} and pairs(imported, REPLACES) == set() and told(imported) == []


def test_an_undated_successor_is_the_project_that_the_import_knows(tmp_path: Path) -> None:
    live = relaton("ISO/IEC 99001:2013", stage="90.92", relations="obsoletes ISO/IEC 99001")
    coming = relaton("ISO/IEC 99001", stage="60.00", more="edition:\n  content: '3'\n")
    imported = read(write(tmp_path, live, coming))
    assert pairs(imported, REVISES) == {("project:iso-iec-99001_ed3", OLD)} and told(imported) == []


# ── What a record is of ──


def test_an_undated_record_with_a_stage_is_a_project_and_no_edition(tmp_path: Path) -> None:
    undated = relaton("ISO/IEC 99001", stage="60.00", published="2022-10", more="edition:\n  content: '3'\n")
    dated = relaton("ISO/IEC 99001:2022", published="2022-10", more="edition:\n  content: '3'\n")
    for as_of in (DAY, ""):
        imported = read(write(tmp_path, undated, dated), as_of=as_of)
        assert {s for s, o in pairs(imported, "rdf:type") if o == "cstd:Edition"} == {NEW}
        assert {s for s, o in pairs(imported, "rdf:type") if o == "cstd:Project"} == {"project:iso-iec-99001_ed3"}
        assert pairs(imported, "rdfs:label") == {("project:iso-iec-99001_ed3", "ISO/IEC 99001, edition 3, project")}


def test_two_registries_on_one_text_both_stay(tmp_path: Path) -> None:
    one = relaton("ISO/IEC 99001:2022/Amd 1:2023", published="2023-05")
    two = relaton("ISO/IEC 99001:2022/AMD1:2023", kind="IEC", stage="PUBLISHED", published="2023-04-11")
    imported = read(write(tmp_path, one, two))
    amendment = "std:iso-iec-99001_2022-amd-1-2023"
    assert {s for s, o in pairs(imported, "rdf:type") if o == "cstd:Amendment"} == {amendment}
    graphs = {q.graph_name.value.rpartition("/")[2] for q in imported.quads if amendment.endswith(q.subject.value[-9:])}  # type: ignore[union-attr]
    assert {"workspace_relaton-iso_iso-iec-99001-2022-amd-1-2023"} <= graphs
    assert {"workspace_relaton-iec_iso-iec-99001-2022-amd1-2023"} <= graphs
    assert pairs(imported, "cstd:printedDate") == {
        (amendment, "2023-05"),
        ("stage:iso-iec-99001_2022-amd-1-2023-is_relaton-iec", "2023-04-11"),
    }


def test_drafts_are_texts_of_their_own(tmp_path: Path) -> None:
    imported = read(
        write(tmp_path, relaton("ISO/IEC FDIS 99001", stage="50.20"), relaton("ISO/IEC 99001:2022", published="2022"))
    )
    assert pairs(imported, "cstd:draftOf") == {("std:iso-iec-99001_fdis", "std:iso-iec-99001")}
    assert ("stage:iso-iec-99001_fdis_relaton-iso", "std:iso-iec-99001_fdis") in pairs(imported, "cstd:stageOf")


@pytest.mark.parametrize(
    ("printed", "taken", "code"),
    [("2022", "2024", "date-of-host"), ("2024-02", "2024-02", ""), ("", None, ""), ("soon", None, "date")],
)
def test_an_amendment_has_the_date_of_its_own_year(tmp_path: Path, printed: str, taken: str | None, code: str) -> None:
    record = relaton("ISO/IEC 99001:2022/Amd 1:2024", published=printed, more="edition:\n  content: '3'\n")
    imported = read(write(tmp_path, record))
    amendment = "std:iso-iec-99001_2022-amd-1-2024"
    assert pairs(imported, "cstd:printedDate") == ({(amendment, taken)} if taken else set())
    assert pairs(imported, "bibo:edition") == set(), "the number is that of the amended edition"
    assert [found for found, _, _ in told(imported)] == ([code] if code else [])


# ── The dialects ──


@pytest.mark.parametrize(
    ("status", "printed", "code"),
    [
        ("docstatus:\n  stage: 60\n  substage: 0\n", "60.00", "60-00"),
        ("docstatus:\n  stage:\n    value: 60\n    abbreviation: IS\n  substage:\n    value: 60\n", "60.60", "60-60"),
        ("docstatus:\n  stage: '9599'\n", "95.99", "95-99"),
        ("docstatus:\n  stage: 60.60\n", "60.60", "60-60"),
        ("docstatus: PUBLISHED\n", "PUBLISHED", "is"),
        ("docstatus:\n  stage:\n    content: WITHDRAWN\n", "WITHDRAWN", "withdrawn"),
    ],
)
def test_every_form_of_a_stage_is_read(tmp_path: Path, status: str, printed: str, code: str) -> None:
    imported = read(write(tmp_path, relaton("ISO/IEC 99001:2022", stage="", more=status)))
    assert {o for _, o in pairs(imported, "cstd:printedStage")} == {printed}
    assert {o for _, o in pairs(imported, "cstd:stage")} == {f"status:{code}"}


@pytest.mark.parametrize("status", ["stage: 61\n  substage: 7", "stage: final", "stage: [1, 2]"])
def test_a_stage_that_nobody_knows_is_told(tmp_path: Path, status: str) -> None:
    imported = read(write(tmp_path, relaton("ISO/IEC 99001:2022", stage="", more=f"docstatus:\n  {status}\n")))
    assert pairs(imported, "cstd:printedStage") == set()
    assert [code for code, _, _ in told(imported)] == ["stage-unknown"]


def test_the_codes_of_stages_are_those_of_the_scheme(root: Path) -> None:
    path = root / "ontology" / "schemes" / "status.ttl"
    known = {q.subject.value.rpartition("#")[2] for q in read_quads(path, path.name, "ttl")}  # type: ignore[union-attr]
    printed = {f"{code[:2]}.{code[3:]}" for code in known if code[:2].isdigit()}
    assert {code for code in printed if not records.stage_code(code)} == set()
    assert all(records.stage_code(f"{a:02}.{b:02}") in {"", *known} for a in range(100) for b in range(100))


def test_both_dialects_say_the_same(tmp_path: Path) -> None:
    old = """id: ISO/IEC99001-2022
title: {content: A title, language: en}
docid: {id: 'ISO/IEC 99001:2022', type: ISO}
date: {type: published, value: 2022-10}
edition: 3
link: [{type: src, content: https://example.org/99001}]
doctype: international-standard
editorialgroup: {technical_committee: [{name: ISO/IEC JTC 1/SC 27}]}
docstatus: {stage: 60, substage: 60}
"""
    new = """id: ISOIEC990012022
schema_version: v1.5.6
title: [{language: en, content: A title, type: main}]
docidentifier:
- {content: 'urn:iso:std:iso-iec:99001', type: URN, primary: true}
- {content: 'ISO/IEC 99001:2022(E)', type: iso-reference}
- {content: 'ISO/IEC 99001:2022', type: ISO, primary: true}
date: [{type: published, at: '2022-10'}]
edition: {content: '3', number: 3}
source: [{type: pdf, content: https://example.org/99001.pdf}, {type: src, content: https://example.org/99001}]
docstatus: {stage: {content: '60'}, substage: {content: '60'}}
contributor:
- organization: {subdivision: {type: technical-committee, identifier: {content: ISO/IEC JTC 1/SC 27}}}
ext: {schema_version: v1.1.3, doctype: {content: international-standard}}
"""
    one, two = (read(write(tmp_path / name, text)) for name, text in (("old", old), ("new", new)))
    assert said(one) == said(two)
    assert len(said(one, "std:iso-iec-99001_2022")) == 10
    as_json = json.dumps(
        {
            "id": "ISO/IEC99001-2022",
            "title": [{"content": "A title", "language": ["en"]}],
            "docid": [{"id": "ISO/IEC 99001:2022", "type": "ISO", "primary": True}],
            "date": [{"type": "published", "on": "2022-10"}],
            "edition": {"content": 3},
            "link": [{"type": "src", "content": "https://example.org/99001"}],
            "docstatus": {"stage": {"value": 60}, "substage": {"value": 60}},
            "ext": {
                "doctype": {"type": "international-standard"},
                "editorialgroup": {"technical_committee": [{"identifier": "ISO/IEC JTC 1/SC 27", "name": "Security"}]},
            },
        }
    )
    three = read(write(tmp_path / "json", as_json, suffix=".json"))
    assert {x for x in said(three) if "bibo:locator" not in x} == {x for x in said(one) if "bibo:locator" not in x}


def test_titles_stand_once_in_each_language_with_their_dashes(tmp_path: Path) -> None:
    titles = """title:
- {content: Cybersecurity, language: [en], type: title-intro}
- {content: Guidelines -- Part one, language: [en], type: title-main}
- {content: Cybersecurity - Guidelines -- Part one, language: [en], type: main}
- {content: "Mise en \\x9Cuvre - Essai", language: fr, type: main}
- {content: "   ", language: de}
"""
    record = relaton("ISO/IEC 99001:2022").replace(
        relaton("ISO/IEC 99001:2022").partition("title:")[2].partition("docid")[0], ""
    )
    imported = read(write(tmp_path, record.replace("title:", titles)))
    found = {
        (q.object.value, q.object.language)
        for q in imported.quads
        if "title" in q.predicate.value and "99001_2022" in q.subject.value
    }  # type: ignore[union-attr]
    assert found == {("Cybersecurity — Guidelines — Part one", "en"), ("Mise en œuvre — Essai", "fr")}


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("https://www.iso.org/standard/1.html", True),
        ("http://example.org/a?b=c#d", True),
        ("ftp://example.org/a", False),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("https://example.org/a{b}", False),
        ("'https://example.org/a[b'", False),
        ("https://example.org/%zz", False),
        ("'https://example.org/a b'", False),
        ("https://user:secret@example.org/", False),
        ("https://", False),
        ("https://example.org/" + "a" * 2000, False),
    ],
)
def test_only_addresses_of_pages_are_taken(tmp_path: Path, address: str, taken: bool) -> None:
    imported = read(write(tmp_path, relaton("ISO/IEC 99001:2022", more=f"link:\n- type: src\n  content: {address}\n")))
    assert len(pairs(imported, "dcat:landingPage")) == taken
    assert [code for code, _, _ in told(imported)] == ([] if taken else ["link"])


def test_text_of_the_document_stays_with_its_publisher(tmp_path: Path) -> None:
    imported = read(
        write(tmp_path, relaton("ISO/IEC 99001:2022", more="abstract:\n- content: Secret words.\nics: []\n"))
    )
    assert all("Secret" not in o for _, _, o in said(imported))
    assert dict(imported.report.fields) == {("abstract", "text of the document: it stays with its publisher"): 1}


def test_the_days_of_iec_are_events(tmp_path: Path) -> None:
    dates = (
        "date:\n- {type: published, value: '2013-09-25'}\n- {type: stable-until, value: '2022-10-25'}\n"
        "- {type: obsoleted, value: '2022-10-25'}\n"
    )
    imported = read(write(tmp_path, relaton("ISO/IEC 99001:2013", kind="IEC", stage="REVISED", more=dates)))
    events = {s for s, o in pairs(imported, "rdf:type") if o == "cstd:StageEvent"}
    assert {(s, o) for s, o in pairs(imported, "cstd:earliest") if s in events} == {
        ("stage:iso-iec-99001_2013-is_relaton-iec", "2013-09-25"),
        ("stage:iso-iec-99001_2013-revised_relaton-iec", "2022-10-25"),
    }
    assert pairs(imported, "cstd:stableUntil") == {(OLD, "2022-10-25")}
    assert told(imported) == []


def test_an_end_that_the_status_denies_is_told(tmp_path: Path) -> None:
    dates = (
        "date:\n- {type: published, value: '2013-09-25'}\n- {type: obsoleted, value: '2030-01-01'}\n"
        "- {type: stable-until, value: 2031}\n"
    )
    imported = read(write(tmp_path, relaton("ISO/IEC 99001:2013", kind="IEC", stage="PUBLISHED", more=dates)))
    assert {s for s, o in pairs(imported, "rdf:type") if o == "cstd:StageEvent"} == {
        "stage:iso-iec-99001_2013-is_relaton-iec"
    }
    assert {field for _, field, _ in told(imported)} == {"date.obsoleted", "date.stable-until"}


def test_a_stage_needs_the_day_on_which_it_was_seen(tmp_path: Path) -> None:
    plain, dated = relaton("ISO/IEC 99001:2022"), relaton("ISO/IEC 99002:2022", more="fetched: '2025-06-02'\n")
    imported = read(write(tmp_path, plain, dated), as_of="")
    assert pairs(imported, "cstd:printedStage") == {("stage:iso-iec-99002_2022_relaton-iso", "60.60")}
    finding = only(imported.report.findings)
    assert (finding.code, finding.record) == ("stage-without-day", "ISO/IEC 99001:2022") and "--as-of" in finding.hint
    assert ("stage:iso-iec-99002_2022_relaton-iso", "2025-06-02") in pairs(imported, "cstd:earliest")
    for wrong in ("2025-13-01", "yesterday", "2025-06"):
        with pytest.raises(UsageError):
            read(tmp_path, as_of=wrong)


@pytest.mark.parametrize(
    ("kind", "group", "agent"),
    [
        ("IEC", "technical_committee: [{name: TC 65, number: 65}]", "agent:iec-tc-65"),
        ("ISO", "technical_committee: [{name: Risk, identifier: ISO/TC 262}]", "agent:iso-tc-262"),
        ("ISO", "technical_committee: [{name: Risk, number: 262}]", ""),
        ("ETSI", "[{name: Cyber Security}]", "agent:etsi-tc-cyber"),
        ("ETSI", "[{name: Smart Cards}]", "agent:etsi-smart-cards"),
        ("ITU", "{bureau: T, group: {name: '17', type: study-group}}", "agent:itu-t-sg17"),
    ],
)
def test_committees_are_described_where_they_are_named(tmp_path: Path, kind: str, group: str, agent: str) -> None:
    if not group.startswith(("[", "{")):
        group = f"{{{group}}}"
    imported = read(
        write(tmp_path, relaton("ISO/IEC 99001:2022", kind=kind, more=f"ext: {{editorialgroup: {group}}}\n"))
    )
    assert {o for _, o in pairs(imported, "cstd:developedBy")} == ({agent} if agent else set())
    assert {s for s, o in pairs(imported, "rdf:type") if o == "org:Organization"} == ({agent} if agent else set())
    assert ("editorialgroup" in {code for code, _, _ in told(imported)}) == (not agent)


# ── Several records ──


def test_several_records_stand_in_one_file(tmp_path: Path) -> None:
    documents = relaton("ISO/IEC 99001:2022") + relaton("ISO/IEC 99002:2022") + "--- # a comment\n" + "---\n"
    listed = "".join(
        "- " + relaton(f"ISO/IEC 9900{n}:2022").removeprefix("---\n").replace("\n", "\n  ").rstrip(" ") for n in (3, 4)
    )
    imported = read(write(tmp_path, documents, listed))
    assert {f.record.designation for f in imported.records} == {f"ISO/IEC 9900{n}:2022" for n in (1, 2, 3, 4)}
    assert imported.report.refused == []


def test_a_record_met_twice_stands_once_and_another_of_its_name_is_refused(tmp_path: Path) -> None:
    record = relaton("ISO/IEC 99001:2022", published="2022-10")
    imported = read(write(tmp_path, record, record, record.replace("2022-10", "2022-11")))
    finding = only(imported.report.findings)
    assert (finding.code, finding.severity) == ("duplicate-record", "refused")
    assert finding.file.endswith("record-2.yaml") and "record-0.yaml, line 2" in finding.reason
    assert (imported.report.taken, imported.report.repeated) == (1, 1)
    assert ("std:iso-iec-99001_2022", "2022-10") in pairs(imported, "cstd:printedDate")


def test_parts_share_the_file_of_the_whole(tmp_path: Path) -> None:
    names = ("ISO/IEC 99033-1:2015", "ISO/IEC 99033-2:2012", "ISO/IEC 99033:2006", "ISO/IEC TS 99034-5-1:2018")
    imported = read(write(tmp_path, *map(relaton, names)))
    assert [path for path, _ in imported.files()] == [
        "standards/iso-iec/99033.trig",
        "standards/iso-iec/99034.trig",
    ]


# ── ISO Open Data ──

DELIVERABLE = {
    "id": 1,
    "deliverableType": "IS",
    "supplementType": None,
    "reference": "ISO/IEC 99001:2022",
    "title": {"en": "Security - Requirements", "fr": "Sécurité - Exigences"},
    "publicationDate": "2022-10-25",
    "edition": 3,
    "icsCode": ["35.030"],
    "ownerCommittee": "ISO/IEC JTC 1/SC 27",
    "currentStage": 6060,
    "replaces": [2, 99],
    "replacedBy": None,
    "scope": {"en": "<p>Secret words.</p>"},
}
COMMITTEES = [
    {
        "id": 10,
        "reference": "ISO/TC 990",
        "status": "Active",
        "title": {"en": "Tests"},
        "secretariat": {"id": 5, "acronym": "DIN"},
        "creationDate": "1990-01-02",
        "parentId": None,
        "pMembers": [{"id": 5, "acronym": "DIN"}],
        "oMembers": None,
        "sortKey": "x",
    },
    {"id": 11, "reference": "ISO/TC 990/SC 2", "title": {"en": "Parts"}, "secretariat": None, "parentId": 10},
    {"id": 12, "reference": "ISO/TC 991/SC 1", "title": {"en": "Orphans"}, "secretariat": None, "parentId": 77},
]


def lines(*found: object) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in found)


def test_deliverables_of_iso(tmp_path: Path) -> None:
    old = {**DELIVERABLE, "id": 2, "reference": "ISO/IEC 99001:2013", "currentStage": 9599, "replacedBy": [1]}
    old |= {"replaces": None, "publicationDate": "2013-10-01", "edition": 2}
    coming = {**DELIVERABLE, "id": 3, "reference": "ISO/IEC CD 99001.2", "currentStage": 3060, "replaces": [1]}
    coming |= {"publicationDate": None, "edition": 4}
    late = {**DELIVERABLE, "id": 4, "reference": "ISO/IEC 99001:2022/Amd 1:2024", "supplementType": "Amd"}
    late |= {"publicationDate": "2022-10-25", "replaces": None, "deliverableType": "XX"}
    imported = read(
        write(tmp_path, "\ufeff" + lines(DELIVERABLE, old, coming, late).replace("\n", "\r\n\r\n"), suffix=".jsonl"),
        "iso",
    )
    assert pairs(imported, REPLACES) == {(NEW, OLD)}
    assert pairs(imported, REVISES) == {("std:iso-iec-99001_2-cd", NEW)}
    assert {o for _, o in pairs(imported, "cstd:printedStage")} == {"60.60", "95.99", "30.60"}
    assert (NEW, "2022-10-25") in pairs(imported, "cstd:printedDate")
    assert ("std:iso-iec-99001_2022-amd-1-2024", "2024") in pairs(imported, "cstd:printedDate")
    assert {(NEW, "Security — Requirements"), (NEW, "Sécurité — Exigences")} <= pairs(imported, "dct:title")
    assert (NEW, "doctype:is") in pairs(imported, "cstd:documentType")
    assert all("Secret" not in o for _, _, o in said(imported))
    assert imported.report.fields["scope", "text of the document: it stays with its publisher"] == 4
    assert sorted(code for code, _, _ in told(imported)) == ["date-of-host", "unknown-target"]
    assert imported.report.refused == []


def test_committees_of_iso(tmp_path: Path) -> None:
    imported = read(write(tmp_path, lines(*COMMITTEES), suffix=".jsonl"), "iso")
    assert said(imported, "agent:iso-tc-990") == {
        ("agent:iso-tc-990", "rdf:type", "org:Organization"),
        ("agent:iso-tc-990", "skos:prefLabel", "ISO/TC 990"),
        ("agent:iso-tc-990", "dct:title", "Tests"),
        ("agent:iso-tc-990", "org:classification", "agentkind:technical-committee"),
        ("agent:iso-tc-990", "cstd:secretariat", "agent:din"),
        ("agent:iso-tc-990", "cstd:participatingMembers", "1"),
    }
    assert pairs(imported, "org:subOrganizationOf") == {("agent:iso-tc-990-sc-2", "agent:iso-tc-990")}
    assert ("milestone:iso-tc-990_establishment", "1990-01-02") in pairs(imported, "cstd:earliest")
    assert told(imported) == [("unknown-target", "parentId", "77")]
    assert [path for path, _ in imported.files()] == ["agents/iso-tc-990.trig", "agents/iso-tc-991.trig"]
    assert imported.report.fields["status", "the graph has no place for it"] == 1


def test_one_broken_line_leaves_the_rest(tmp_path: Path) -> None:
    good = lines(DELIVERABLE)
    text = (
        good[:-40] + "\n" + good.replace("99001", "99002") + good.replace('"edition": 3', '"edition": 3, "edition": 4')
    )
    imported = read(write(tmp_path, text, suffix=".jsonl"), "iso")
    assert [f.record.designation for f in imported.records] == ["ISO/IEC 99002:2022"]
    assert [(f.code, f.line) for f in imported.report.refused] == [("syntax", 1), ("duplicate-key", 3)]


# ── Writing, and the command ──


def test_the_files_are_canonical_valid_and_can_be_added(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(
        tmp_path / "in",
        relaton("ISO/IEC 99001:2022", published="2022-10", relations="obsoletes ISO/IEC 99001:2013"),
        relaton("ISO/IEC 99001:2013", stage="95.99", published="2013-10", relations="updates ISO/IEC 99001:2022 *"),
        relaton("ISO/IEC 99001", stage="60.00", more="edition: 4\n"),
        relaton("ISO/IEC 99001:2022/Amd 1", stage="20.00"),
        relaton("ISO/IEC DIS 99001", stage="40.60", more="edition: 4\n", relations="obsoletes ISO/IEC 99001:2022"),
        relaton("ISO/IEC AWI 99005", stage="20.00", more="edition: 1\n"),
        relaton(
            "ISO/IEC 99033-1:2015", more="ext: {editorialgroup: {technical_committee: {name: ISO/IEC JTC 1/SC 27}}}\n"
        ),
    )
    out = tmp_path / "out"
    assert run(capsys, "import", "relaton", str(folder), "-o", str(out), "--as-of", DAY)[0] == 0
    write(tmp_path / "iso", lines(DELIVERABLE, *COMMITTEES), suffix=".jsonl")
    assert run(capsys, "import", "iso", str(tmp_path / "iso"), "-o", str(out), "--as-of", DAY)[0] == 0
    files = sorted(out.rglob("*.trig"))
    assert len(files) == 5
    for file in files:
        assert canonical(file.read_bytes(), file.name) == file.read_bytes()
    report = Workspace(tmp_path / "ws").validate(map(str, files))
    assert [(f.shape, f.message) for f in report.findings if f.severity != "info"] == [
        (f.shape, f.message) for f in report.findings if "in the graph already" in f.message
    ]
    workspace = Workspace(tmp_path / "ws")
    for file in files:
        workspace.add(str(file), fail_on="violation")
    assert Workspace(out).validate([]).failing("violation") == []
    assert {entry.iri for entry in Workspace(out).entries()} == {entry.iri for entry in workspace.entries()}


def test_importing_twice_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path / "in", *(relaton(f"ISO/IEC 9900{n}:2022", published="2022-10") for n in range(5)))
    out = tmp_path / "out"
    words = ("relaton", str(folder), "-o", str(out), "--as-of", DAY)
    assert "5 files written, 0 unchanged" in run(capsys, "import", *words)[1]
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in out.rglob("*") if path.is_file()}
    assert "0 files written, 5 unchanged" in run(capsys, "import", *words)[1]
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in out.rglob("*") if path.is_file()}


def test_a_changed_record_changes_only_its_lines_and_a_vanished_one_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path / "in", *(relaton(f"ISO/IEC 99033-{n}:2022", published="2022-10") for n in range(5)))
    out = tmp_path / "out"
    words = ("relaton", str(folder), "-o", str(out), "--as-of", DAY)
    run(capsys, "import", *words)
    path = out / "standards" / "iso-iec" / "99033.trig"
    before = path.read_text(encoding="utf-8").splitlines()
    write(folder, *(relaton(f"ISO/IEC 99033-{n}:2022", published="2022-11" if n == 0 else "2022-10") for n in range(5)))
    (folder / "record-4.yaml").unlink()
    run(capsys, "import", *words)
    after = path.read_text(encoding="utf-8").splitlines()
    changed = {line.strip() for line in set(before) ^ set(after)}
    assert changed and len(before) == len(after)
    assert all("2022-10" in line or "2022-11" in line for line in changed)
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 3
    assert "std:iso-iec-99033-4_2022" in path.read_text(encoding="utf-8")


def test_a_second_registry_adds_to_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    write(tmp_path / "iso", relaton("ISO/IEC 99001:2022", published="2022-10"))
    write(tmp_path / "iec", relaton("ISO/IEC 99001:2022", kind="IEC", stage="PUBLISHED", published="2022-10-25"))
    for name in ("iso", "iec", "iso"):
        run(capsys, "import", "relaton", str(tmp_path / name), "-o", str(out), "--as-of", DAY)
    text = (out / "standards" / "iso-iec" / "99001.trig").read_text(encoding="utf-8")
    assert "GRAPH src:workspace_relaton-iso_iso-iec-99001-2022 {" in text
    assert "GRAPH src:workspace_relaton-iec_iso-iec-99001-2022 {" in text


@pytest.mark.parametrize("content", ["# mine\n", "std:x a cstd:Standard .", "\x00\xff"])
def test_a_foreign_file_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str) -> None:
    folder = write(tmp_path / "in", relaton("ISO/IEC 99001:2022"), relaton("ISO/IEC 99002:2022"))
    out = tmp_path / "out"
    foreign = write(out / "standards" / "iso-iec", content, suffix=".x") / "99002.trig"
    foreign.with_name("record-0.x").rename(foreign)
    before = tree(out)
    code, told_, err = run(capsys, "import", "relaton", str(folder), "-o", str(out))
    assert (code, told_) == (2, "") and "99002.trig" in err and "not from an import" in err
    assert tree(out) == before, "nothing else was written either"


def test_a_foreign_report_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path / "in", relaton("ISO/IEC 99001:2022"))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.json").write_text('{"mine": 1}', encoding="utf-8")
    code, _, err = run(capsys, "import", "relaton", str(folder), "-o", str(tmp_path / "out"))
    assert code == 2 and "report.json" in err
    assert list(tree(tmp_path / "out")) == ["report.json"]
    assert (
        run(
            capsys, "import", "relaton", str(folder), "-o", str(tmp_path / "out"), "--report", str(tmp_path / "r.json")
        )[0]
        == 0
    )


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path / "in", relaton("ISO/IEC 99001:2022"))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "standards").symlink_to(tmp_path / "elsewhere")
    code, _, err = run(capsys, "import", "relaton", str(folder), "-o", str(tmp_path / "out"))
    assert code == 2 and "by a link" in err and tree(tmp_path / "elsewhere") == {}


def test_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(
        tmp_path / "in",
        relaton("ISO/IEC 99001:2013", relations="obsoletes ISO/IEC 99001:2022", more="abstract: words\n"),
        "title: no docid\n",
    )
    out = tmp_path / "out"
    words = ("relaton", str(folder), "-o", str(out), "--as-of", DAY)
    code, text, err = run(capsys, "import", *words)
    assert code == 1 and "1 of 2 records in 2 files imported; 2 refused" in err
    assert "record-1.yaml:1" in text and "it has no docid" in text and "abstract, in 1 record" in text
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert set(report) == {"importer", "files", "records", "taken", "repeated", "left_out", "findings"}
    assert (report["importer"], report["records"], report["taken"]) == ("cyberstd import relaton", 2, 1)
    assert [set(f) for f in report["findings"]] == [
        {"severity", "code", "file", "line", "record", "field", "value", "reason", "hint"}
    ] * 2
    assert report["left_out"] == [
        {"field": "abstract", "records": 1, "why": "text of the document: it stays with its publisher"}
    ]
    assert json.loads(run(capsys, "import", *words, "--format", "json")[1]) == report
    assert run(capsys, "import", *words, "--format", "csv")[1].startswith(
        "severity,code,file,line,record,field,value,reason,hint"
    )


def test_what_cannot_be_read_at_all_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    (tmp_path / "empty").mkdir()
    write(tmp_path / "bad", "{", suffix=".json")
    for words in (
        ("relaton", str(tmp_path / "missing.yaml")),
        ("relaton", str(tmp_path / "empty")),
        ("relaton", str(tmp_path / "bad")),
        ("iso", str(tmp_path / "bad")),
        ("iso", str(write(tmp_path / "yaml", relaton("ISO/IEC 99001:2022")))),
        ("bibtex", str(tmp_path / "bad")),
        ("relaton", str(tmp_path / "bad"), "--as-of", "today"),
    ):
        code, text, err = run(capsys, "import", *words, "-o", str(out))
        assert (code, text) == (2, "") and err.startswith("cyberstd: ") and len(err.splitlines()) >= 2, words
        assert not out.exists()
    with pytest.raises(InputError):
        registries.read("relaton", [str(tmp_path / "empty")])


def test_progress_is_told(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    for number in range(3):
        write(tmp_path / str(number), relaton(f"ISO 9900{number}:2022"))
    imported = registries.read("relaton", [str(tmp_path)], progress=lambda done, total: seen.append((done, total)))
    writing.write(tmp_path / "out", imported, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)] * 2
