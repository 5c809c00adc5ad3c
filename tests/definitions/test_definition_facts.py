"""The table of definitions of cybersecurity, row by row, against the files of the graph, read by other code.

Only rdflib reads the files here; the table lies beside the project, and without it these tests are skipped.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, RDF, SKOS

CSTD = rdflib.Namespace("https://w3id.org/cyberstd/ontology#")
STD = rdflib.Namespace("https://w3id.org/cyberstd/id/")
GENUS = rdflib.Namespace("https://w3id.org/cyberstd/scheme/genus#")
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
LOCATOR = rdflib.URIRef("http://purl.org/ontology/bibo/locator")
SOURCES = rdflib.URIRef("https://w3id.org/cyberstd/source/cyberstd-kg_sources")
#: A document as the table names it → its entry, and the words in which the graph cites the document.
ENTRIES = {
    "Recommendation ITU-T X.1205 (04/2008)": ("itu-t-x-1205_2008_3-2-5", "ITU-T X.1205 (04/2008)"),
    "ISO/IEC FDIS 27032:2012": ("iso-iec-27032_2012-fdis_4-20", "ISO/IEC FDIS 27032:2012"),
    "ISO/IEC TS 27100:2020": ("iso-iec-27100_2020_3-2", "ISO/IEC TS 27100:2020"),
    "Regulation (EU) 2019/881 (Cybersecurity Act)": ("regulation-eu-2019-881_art-2_1", "Regulation (EU) 2019/881"),
    "Directive (EU) 2022/2555 (NIS 2)": ("directive-eu-2022-2555_art-6_cybersecurity", "Directive (EU) 2022/2555"),
    "National Security Presidential Directive-54/Homeland Security Presidential Directive-23": (
        "nspd-54-hspd-23_term_cybersecurity",
        "NSPD-54/HSPD-23",
    ),
    "NIST glossary": ("nist_glossary_cybersecurity", "NIST glossary"),
    "NICCS glossary": ("niccs_glossary_cybersecurity", "NICCS glossary"),
    "Basic Act on Cybersecurity (Act No. 104 of November 12, 2014)": (
        "basic-act-on-cybersecurity_art-2_cybersecurity",
        "Basic Act on Cybersecurity",
    ),
    "Basic Act on Cybersecurity, English tentative translation": (
        "basic-act-on-cybersecurity_english-tentative-translation_art-2",
        "Basic Act on Cybersecurity, English tentative translation",
    ),
    "TC CYBER public wiki (definition of terms)": (
        "etsi-tc-cyber_public-wiki_cyber-security",
        "TC CYBER public wiki",
    ),
}
SURVEY = "CSCG Recommendation #2 Definition of Cybersecurity, Version 01.08"
#: What the entries whose words the graph does not give as their own take them from.
TAKEN = {
    "directive-eu-2022-2555_art-6_cybersecurity": ("definedByReferenceTo", "regulation-eu-2019-881_art-2_1"),
    "nist_glossary_cybersecurity": ("sameWordingAs", "nspd-54-hspd-23_term_cybersecurity"),
    "etsi-tc-cyber_public-wiki_cyber-security": ("sameWordingAs", "itu-t-x-1205_2008_3-2-5"),
}
GENERA = {
    "itu-t-x-1205_2008_3-2-5": "collection-of-means",
    "iso-iec-27032_2012-fdis_4-20": "preservation-of-properties",
    "iso-iec-27100_2020_3-2": "safeguarding-of-beneficiaries",
    "regulation-eu-2019-881_art-2_1": "activity-or-state",
    "nspd-54-hspd-23_term_cybersecurity": "activity-or-state",
    "nist_glossary_cybersecurity": "activity-or-state",
    "niccs_glossary_cybersecurity": "activity-or-state",
    "basic-act-on-cybersecurity_art-2_cybersecurity": "activity-or-state",
    "basic-act-on-cybersecurity_english-tentative-translation_art-2": "collection-of-means",
    "etsi-tc-cyber_public-wiki_cyber-security": "collection-of-means",
}


@pytest.fixture(scope="module")
def graph(root: Path) -> rdflib.Dataset:
    """The files that speak of the documents of the table, and the descriptions of their sources."""
    found = rdflib.Dataset(default_union=True)
    names = ("itu-t/x-1205", "iso-iec/27032", "iso-iec/27100", "nist/glossary", "etsi/tc-cyber-wiki")
    files = [root / "data" / "standards" / f"{name}.trig" for name in names]
    for folder in ("european-union", "united-states", "japan"):
        files += sorted((root / "data" / "standards" / folder).glob("*.trig"))
    files += [root / "data/standards/cen-cenelec/cscg-recommendation-2.trig", root / "data/sources/definitions.trig"]
    for file in files:
        found.parse(file, format="trig")
    return found


@pytest.fixture(scope="module")
def rows(shared: Path) -> list[dict[str, str]]:
    """The table."""
    with (shared / "facts" / "definitions.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_each_row_is_in_the_graph(graph: rdflib.Dataset, rows: list[dict[str, str]]) -> None:
    assert {row["document"] for row in rows} == {*ENTRIES, SURVEY} and len(rows) == len(ENTRIES) + 1
    for row in rows:
        if row["document"] == SURVEY:
            continue
        name, designation = ENTRIES[row["document"]]
        entry = STD[name]
        assert (entry, RDF.type, CSTD.TermEntry) in graph, name
        text = graph.value(entry, CSTD.provisionOf)
        assert str(graph.value(text, DCTERMS.identifier)) == designation
        concepts = set(graph.objects(entry, CSTD.definesConcept))
        assert concepts == {rdflib.URIRef("https://w3id.org/cyberstd/concept/cybersecurity")}, name
        printed = str(graph.value(entry, LOCATOR) or "")
        assert printed.startswith(row["locator"]) and bool(printed) == bool(row["locator"]), name


def test_each_quotation_stands_word_for_word(graph: rdflib.Dataset, rows: list[dict[str, str]]) -> None:
    """Where the words may be restated: of ETSI's no word stands in the graph, and what is not quoted is not made up."""
    words = {row["document"]: row["quotation"] for row in rows}
    nspd = next(text for name, text in words.items() if name.startswith("National Security"))
    for document, quotation in words.items():
        if document == SURVEY:
            continue
        name, _ = ENTRIES[document]
        own = list(graph.objects(STD[name], SKOS.definition))
        language = next(row["language"] for row in rows if row["document"] == document)
        assert all(text.language == language for text in own), name
        if document.startswith("TC CYBER"):
            assert own == [] and list(graph.objects(STD[name], CSTD.wording)) == []
        elif document.startswith("Directive"):
            assert own == [] and [str(text) for text in graph.objects(STD[name], CSTD.wording)] == [quotation]
        elif document == "NIST glossary":
            assert quotation.startswith("same wording as NSPD-54") and [str(text) for text in own] == [nspd]
        else:
            # The slide breaks no words, but prints a reference to the next entry behind them.
            assert [re.sub(r" \(3\.7\)$", "", str(text)) for text in own] == [quotation], name


def test_genus_and_lineage_are_as_read(graph: rdflib.Dataset) -> None:
    for name, _ in ENTRIES.values():
        genera = {str(genus).removeprefix(str(GENUS)) for genus in graph.objects(STD[name], CSTD.genus)}
        assert genera == ({GENERA[name]} if name in GENERA else set()), name
        taken = [
            (way, str(other).removeprefix(str(STD)))
            for way in ("definedByReferenceTo", "sameWordingAs")
            for other in graph.objects(STD[name], CSTD[way])
        ]
        assert taken == ([TAKEN[name]] if name in TAKEN else []), name
        # The reading of the two Japanese texts is doubtful, and says so.
        doubtful = (STD[name], CSTD.uncertainReading, rdflib.Literal(True)) in graph
        assert doubtful or not name.startswith("basic-act"), name


def test_the_survey_has_no_entry(graph: rdflib.Dataset) -> None:
    edition = STD["cscg-recommendation-2_01-08"]
    assert str(graph.value(edition, DCTERMS.title)) == "Definition of Cybersecurity"
    assert list(graph.subjects(CSTD.provisionOf, edition)) == []


def test_the_reading_stands_apart_from_the_words(graph: rdflib.Dataset) -> None:
    """Genus and facets are never in the graph of who quotes the words, and each reading names what was read."""
    ways = {CSTD.genus, CSTD.facet, CSTD.byMeans, CSTD.protects, CSTD.preserves, CSTD.inEnvironment, CSTD.against}
    ways |= {CSTD.forBeneficiary, CSTD.definesConcept, CSTD.sameWordingAs, CSTD.translationOf}
    sources = graph.graph(SOURCES)
    checked = 0
    for _, way, _, name in graph.quads((None, None, None, None)):
        if way in ways:
            assert "/source/analysis_" in str(name), name
            assert (name, PROV.wasDerivedFrom, None) in sources, name
            checked += 1
    assert checked > 100


def test_each_source_that_the_table_names_is_a_source(graph: rdflib.Dataset, rows: list[dict[str, str]]) -> None:
    """The pages on which the words were seen, by address or by their number in the index."""
    places = " ".join(str(place) for place in graph.graph(SOURCES).objects(None, LOCATOR))
    for row in rows:
        if row["source"].startswith("deck"):
            continue
        numbers = re.findall(r"index-id (\d+)(?: and (\d+))?", row["source"])
        hosts = re.findall(r"\b(?:[a-z0-9-]+\.)+(?:com|eu|org|jp|mx)\b", row["source"])
        seen = [number for found in numbers for number in found if number] + hosts
        assert seen and [place for place in seen if place not in places] == [], row["document"]
