"""The sources of the tables of facts on frameworks: what each value of their column ``source`` names, described."""

from __future__ import annotations

from typing import Final, NamedTuple


class Document(NamedTuple):
    """A source document: title, where it is found, licence tier, precedence (decision 11), and what to know of it."""

    title: str
    locator: str
    tier: str
    precedence: int
    more: str


class Part(NamedTuple):
    """A part of a source document."""

    document: str
    title: str
    locator: str
    tier: str
    more: str = ""


class Reading(NamedTuple):
    """A graph of our own reading: title, what it is about, and the sources that were read."""

    title: str
    locator: str
    read: tuple[str, ...]


_CSF_2: Final = (
    "NIST_CSF_v2.0_catalog.xml (usnistgov/oscal-content develop@3b3cdee); live ids cross-checked with "
    "ciso-assistant nist-csf-2.0.yaml"
)
_CROSSWALK: Final = "; crosswalk column: csf1.1-to-csf2.csv"
_DRAFT: Final = (
    "draft-ietf-iotops-security-summary-01 (IETF Internet-Draft, B. Moran), citing EN 303 645 V2.1.1 "
    "[index-id 26472222664]"
)
_CATALOGS: Final = "usnistgov/IoT-Device-Cybersecurity-Requirement-Catalogs _Frontmatter/catalog.md @067b3ad"
_ISO_27001: Final = "ciso-assistant iso27001-2022.yaml (intuitem/ciso-assistant-community@f990d7b)"
_TABLE_B_1: Final = "heading as in Table B.1 transcription [index-id 33848206176]; clause numbers as in "
_IR_8425: Final = "GitHub note quoting NIST.IR.8425.pdf [index-id 61196029474]"
_IETF: Final = "ietf-draft-iotops-security-summary-01"
_UNPLACED: Final = "public-file-unplaced"

#: The column ``source`` of a row → the graphs that say it (local names): the first says what the row says, others say a
#: part of it.
SEEN: Final = {
    "ciso-assistant nist-csf-1.1.yaml (intuitem/ciso-assistant-community@f990d7b)": ("ciso-assistant_nist-csf-1-1",),
    _CSF_2: ("nist-oscal-content_csf-2-0",),
    _CSF_2 + _CROSSWALK: ("nist-oscal-content_csf-2-0",),
    f"{_CSF_2}; GitHub docs index-id 70634393062 quoting NIST csf2-informative-references.xlsx{_CROSSWALK}": (
        "nist-oscal-content_csf-2-0",
        f"{_UNPLACED}_index-id-70634393062",
    ),
    f"{_CSF_2}; GitHub test index-id 66061146682 quoting official CSF 2.0 worksheet (2026-09-09){_CROSSWALK}": (
        "nist-oscal-content_csf-2-0",
        f"{_UNPLACED}_index-id-66061146682",
    ),
    "NIST_SP-800-53_rev5_catalog.json v5.0.1 (usnistgov/oscal-content PR 74 @261c867)": (
        "nist-oscal-content_sp-800-53-rev5",
    ),
    "NIST_SP800-171_rev3_catalog.xml (usnistgov/oscal-content develop@3b3cdee), links to CPRT SP_800_53_5_1_1": (
        "nist-oscal-content_sp-800-171-rev3",
    ),
    _CATALOGS: ("nist-iot-requirement-catalogs",),
    f"{_CATALOGS}; {_DRAFT}": ("nist-iot-requirement-catalogs", _IETF),
    _IR_8425: (f"{_UNPLACED}_index-id-61196029474",),
    f"{_IR_8425}; order as in nist.gov ConIoTDesc.txt": (f"{_UNPLACED}_index-id-61196029474", "nist_coniotdesc"),
    _ISO_27001: ("ciso-assistant_iso27001-2022",),
    f'{_ISO_27001} (case normalised: source has "Working In secure areas")': ("ciso-assistant_iso27001-2022",),
    "standards.iteh.ai ISO/IEC TR 27103:2018 preview": ("iteh-preview-tr-27103-2018",),
    "scribd preview 764973165; standards.iteh.ai preview": ("iteh-preview-ts-27100-2020",),
    "theiteh.com ISO/IEC TS 27110:2021 preview": ("iteh-preview-ts-27110-2021",),
    "standards.iteh.ai and r859.com ISO/IEC 27403:2024 preview": ("iteh-preview-27403-2024",),
    f"{_TABLE_B_1}sorena.io ETSI EN 303 645 requirements page (provision map 5.1-5.13)": (
        f"{_UNPLACED}_index-id-33848206176",
        "sorena-io_etsi-en-303-645",
    ),
    _TABLE_B_1 + _DRAFT: (f"{_UNPLACED}_index-id-33848206176", _IETF),
    _DRAFT: (_IETF,),
    "Table B.1 transcription, edition not named in file [index-id 33848206176; 5.3-9 to 5.3-15B cross-checked with "
    "index-id 22460064806]": (f"{_UNPLACED}_index-id-33848206176",),
    "BSI-Bund/Stand-der-Technik-Bibliothek@0e32a81 (2026-05-13), CC BY-SA 4.0": ("bsi-grundschutz-plus-plus",),
    "GitHub compliance docs index-id 68937468156 and 26583173684; editions confirmed on "
    "legislation.gov.uk/uksi/2023/1007": (f"{_UNPLACED}_index-id-68937468156", f"{_UNPLACED}_index-id-26583173684"),
    "GitHub compliance docs index-id 68937468156; edition confirmed on legislation.gov.uk/uksi/2023/1007": (
        f"{_UNPLACED}_index-id-68937468156",
    ),
}
#: Sources that are described elsewhere in the data.
ELSEWHERE: Final = (
    "ciso-assistant_nist-csf-1-1",
    "iteh-preview-tr-27103-2018",
    "iteh-preview-ts-27100-2020",
    f"{_UNPLACED}_index-id-61196029474",
    f"{_UNPLACED}_index-id-68937468156",
)
DOCUMENTS: Final = {
    "nist-oscal-content": Document(
        "NIST’s frameworks and catalogues in OSCAL (usnistgov/oscal-content)",
        "github.com/usnistgov/oscal-content",
        "quote",
        1,
        "The publisher’s own files. Identifiers are printed in small letters there (ac-2.1); here as NIST prints them "
        "elsewhere (AC-2(1)).",
    ),
    "nist-iot-requirement-catalogs": Document(
        "IoT Device Cybersecurity Requirement Catalogs "
        "(usnistgov/IoT-Device-Cybersecurity-Requirement-Catalogs@067b3ad)",
        "_Frontmatter/catalog.md",
        "quote",
        1,
        "The publisher’s own pages on the capabilities of IR 8259A and IR 8259B and on those that the catalogue of "
        "SP 800-213A adds.",
    ),
    "nist_coniotdesc": Document(
        "ConIoTDesc.txt on the site of NIST",
        "nist.gov, ConIoTDesc.txt",
        "identifier",
        1,
        "Names the technical outcomes of IR 8425 in their order.",
    ),
    "ciso-assistant_iso27001-2022": Document(
        "intuitem/ciso-assistant-community@f990d7b: iso27001-2022.yaml",
        "iso27001-2022.yaml",
        "title",
        4,
        "Numbers and headings of ISO/IEC 27001:2022 as a tool restates them; none was checked against the standard.",
    ),
    _IETF: Document(
        "Internet-Draft draft-ietf-iotops-security-summary-01",
        "whole draft (index-id 26472222664)",
        "identifier",
        4,
        "An Internet-Draft of the IETF by B. Moran, neither ETSI’s nor ENISA’s nor NIST’s. It cites EN 303 645 V2.1.1; "
        "how a provision binds is read from its verb, shall or should. The conditions that the pro forma of the "
        "standard sets (C) are not in it.",
    ),
    "sorena-io_etsi-en-303-645": Document(
        "Page on the requirements of ETSI EN 303 645 at sorena.io",
        "provision map, 5.1 to 5.13",
        "identifier",
        4,
        "Second-hand; only the numbers of clauses are taken.",
    ),
    "iteh-preview-ts-27110-2021": Document(
        "theiteh.com, preview of ISO/IEC TS 27110:2021",
        "table of contents",
        "title",
        4,
        "Published preview pages.",
    ),
    "iteh-preview-27403-2024": Document(
        "standards.iteh.ai, preview of ISO/IEC 27403:2024",
        "table of contents, to 7.1.4",
        "title",
        4,
        "Published preview pages, also seen at r859.com. The preview ends within the contents.",
    ),
    "bsi-grundschutz-plus-plus": Document(
        "BSI, Grundschutz++ (BSI-Bund/Stand-der-Technik-Bibliothek@0e32a81, 2026-05-13)",
        "catalogues of version 0.9",
        "title",
        1,
        "Bundesamt für Sicherheit in der Informationstechnik, licence CC BY-SA 4.0. Only numbers, German titles and "
        "their order are taken. The catalogue was renumbered in July 2026: version 0.9 is kept because BSI’s mapping "
        "of ISO/IEC 27001 names its numbers.",
    ),
}
PARTS: Final = {
    "nist-oscal-content_csf-2-0": Part(
        "nist-oscal-content",
        "Cybersecurity Framework 2.0 in OSCAL",
        "NIST_CSF_v2.0_catalog.xml (develop@3b3cdee)",
        "title",
        "It also keeps 91 names of the Cybersecurity Framework 1.1, without marking them. Which identifiers are live "
        "was checked against a second copy (ciso-assistant nist-csf-2.0.yaml).",
    ),
    "nist-oscal-content_sp-800-53-rev5": Part(
        "nist-oscal-content",
        "SP 800-53 Rev. 5 in OSCAL, version 5.0.1",
        "NIST_SP-800-53_rev5_catalog.json (pull request 74, @261c867)",
        "title",
        "The related controls that the file names are not restated.",
    ),
    "nist-oscal-content_sp-800-171-rev3": Part(
        "nist-oscal-content",
        "SP 800-171 Rev. 3 in OSCAL",
        "NIST_SP800-171_rev3_catalog.xml (develop@3b3cdee)",
        "title",
    ),
    "bsi-grundschutz-plus-plus_methodik": Part(
        "bsi-grundschutz-plus-plus",
        "Methodik Grundschutz++, version 0.9",
        "catalogue Methodik Grundschutz++",
        "title",
        "Titles of BSI, licence CC BY-SA 4.0.",
    ),
    "bsi-grundschutz-plus-plus_kernel": Part(
        "bsi-grundschutz-plus-plus",
        "Stand der Technik Kernel, version 0.9",
        "catalogue Stand der Technik Kernel",
        "title",
        "Titles of BSI, licence CC BY-SA 4.0.",
    ),
    **{
        f"{_UNPLACED}_index-id-{number}": Part(
            _UNPLACED, f"Public file {number}, place unknown", f"index-id {number}", tier, more
        )
        for number, tier, more in (
            ("26583173684", "identifier", "Second-hand: notes on compliance."),
            (
                "33848206176",
                "title",
                "A transcription of Table B.1 of EN 303 645 that does not name its edition; a second file "
                "(index-id 22460064806) agrees on 5.3-9 to 5.3-15B. The headings of clauses are taken from it.",
            ),
            ("66061146682", "identifier", "Second-hand: a test that quotes NIST’s worksheet on CSF 2.0 (2026-09-09)."),
            ("70634393062", "identifier", "Second-hand: quotes NIST’s csf2-informative-references.xlsx."),
        )
    },
}
#: Licences under which titles are passed on.
LICENCES: Final = dict.fromkeys(
    ("bsi-grundschutz-plus-plus", "bsi-grundschutz-plus-plus_kernel", "bsi-grundschutz-plus-plus_methodik"),
    "https://creativecommons.org/licenses/by-sa/4.0/",
)
READINGS: Final = {
    "analysis_nist-csf-2-0": Reading(
        "Our reading of: Cybersecurity Framework 2.0 in OSCAL, names of 1.1 that it keeps",
        "91 names",
        ("nist-oscal-content_csf-2-0", "ciso-assistant_nist-csf-1-1"),
    ),
    "analysis_iso-iec-27001-2022": Reading(
        "Our reading of: headings of ISO/IEC 27001:2022 as CISO Assistant restates them",
        "headings that are in doubt",
        ("ciso-assistant_iso27001-2022",),
    ),
    "analysis_iteh-previews": Reading(
        "Our reading of: contents lists in previews",
        "odd headings",
        ("iteh-preview-tr-27103-2018", "iteh-preview-27403-2024"),
    ),
    "analysis_etsi-en-303-645": Reading(
        "Our reading of: a transcription of Table B.1 of EN 303 645, which edition it is of",
        "Table B.1",
        (f"{_UNPLACED}_index-id-33848206176", _IETF),
    ),
    "analysis_bsi-grundschutz-plus-plus": Reading(
        "Our reading of: Grundschutz++, whose it is",
        "publisher",
        ("bsi-grundschutz-plus-plus",),
    ),
    "analysis_enisa-baseline-iot": Reading(
        "Our reading of: items of ENISA’s baseline in a draft of the IETF, of which document they are",
        "items",
        (_IETF, "docslib_11703551"),
    ),
}
