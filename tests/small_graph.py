"""A small graph in the project's terms, for tests of the snapshot, the index and the resolver."""

from __future__ import annotations

from pathlib import Path

from cyberstd_kg.core.iris import PREFIXES

_HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())

ONTOLOGY = """
<https://w3id.org/cyberstd/ontology> a owl:Ontology ; rdfs:label "Ontology of cybersecurity standards"@en .
cstd:Standard a owl:Class ; rdfs:label "standard"@en ; skos:definition "What an undated reference means."@en .
cstd:Text a owl:Class ; rdfs:label "text"@en .
cstd:Edition a owl:Class ; rdfs:subClassOf cstd:Text ; rdfs:label "edition"@en .
cstd:Draft a owl:Class ; rdfs:subClassOf cstd:Text ; rdfs:label "draft"@en .
cstd:Amendment a owl:Class ; rdfs:subClassOf cstd:Text .
cstd:Provision a owl:Class ; rdfs:label "provision"@en .
cstd:TermEntry a owl:Class ; rdfs:subClassOf cstd:Provision .
cstd:StageStatement a owl:Class .
cstd:StageObservation a owl:Class ; rdfs:subClassOf cstd:StageStatement ; rdfs:label "stage observation"@en .
[] a owl:AllDisjointClasses ; rdfs:comment "gadolinium note on a blank node"@en ;
    owl:members ( cstd:Edition cstd:Draft cstd:Amendment ) .
"""

SCHEMES = {
    "kind": """
kind:clause a skos:Concept ; skos:prefLabel "clause"@en .
kind:control a skos:Concept ; skos:prefLabel "control"@en .
kind:security-control a skos:Concept ; skos:prefLabel "security control"@en .
""",
    "status": """
status:dis a skos:Concept ; skos:prefLabel "DIS"@en ; skos:notation "40.00" .
status:fdis a skos:Concept ; skos:prefLabel "FDIS"@en ; skos:notation "50.00" .
status:wd a skos:Concept ; skos:prefLabel "WD"@en .
""",
    "group": 'group:wg4 a skos:Concept ; skos:prefLabel "Cybersecurity (WG 4)"@en ; skos:altLabel "Cybersecurity"@en .',
}

ALIGNMENTS = 'cstd:Standard rdfs:seeAlso <http://example.org/Work> ; rdfs:comment "a bridge to elsewhere"@en .'

#: Statements of the slides.  The title of 27400 stands in two graphs.
DECK = """
GRAPH src:sources {
  src:deck a cstd:Source ; dct:title "The deck"@en .
  src:deck_h49 a cstd:Source ; cstd:sourceDocument src:deck ; bibo:locator "heading 49" ; cstd:says says:stated .
  src:deck_h60 a cstd:Source ; cstd:sourceDocument src:deck ; bibo:locator "heading 60" ; cstd:says says:quoted .
  src:analysis a cstd:Source ; dct:title "Our reading"@en ; cstd:says says:ours .
}
GRAPH src:deck_h49 {
  std:iso-iec-27400 a cstd:Standard ; dct:identifier "ISO/IEC 27400" ; cstd:printedDesignation "27400" ;
    dct:title "IoT security and privacy – Guidelines"@en .
  std:iso-iec-27400_2022 a cstd:Edition ; cstd:editionOf std:iso-iec-27400 ; dct:identifier "ISO/IEC 27400:2022" ;
    dct:title "Cybersecurity – IoT security and privacy – Guidelines"@en , "IoT security and privacy – Guidelines"@en .
  std:as-nzs-iso-iec-27400 a cstd:Standard ; dct:identifier "AS/NZS ISO/IEC 27400" .
  std:as-nzs-iso-iec-27400_2024 a cstd:Edition ; cstd:editionOf std:as-nzs-iso-iec-27400 ;
    dct:identifier "AS/NZS ISO/IEC 27400:2024" ; cstd:adoptionOf std:iso-iec-27400_2022 .
  std:iso-iec-27400_2022_7 a cstd:Provision ; cstd:provisionOf std:iso-iec-27400_2022 ; bibo:locator "7" ;
    cstd:provisionKind kind:clause ; dct:title "Security controls and privacy controls"@en .
  std:iso-iec-27400_2022_7-1-2 a cstd:Provision ; cstd:provisionOf std:iso-iec-27400_2022 ; bibo:locator "7.1.2" ;
    cstd:provisionKind kind:clause ; dct:title "Security controls for developers and providers"@en .
  std:iso-iec-27400_2022_7-1-2-10 a cstd:Provision ; cstd:provisionOf std:iso-iec-27400_2022 ;
    bibo:locator "7.1.2.10" ; cstd:printedLabel "Control-10" ; cstd:parentProvision std:iso-iec-27400_2022_7-1-2 ;
    cstd:provisionKind kind:clause , kind:control , kind:security-control ;
    dct:title "Security in connecting varied IoT devices"@en .
  std:iso-iec-27400_2022_7-1-2-17 a cstd:Provision ; cstd:provisionOf std:iso-iec-27400_2022 ;
    bibo:locator "7.1.2.17" ; cstd:provisionKind kind:control ;
    dct:title "Provision of software and firmware updates"@en .
  std:iso-iec-27001 a cstd:Standard ; dct:identifier "ISO/IEC 27001" .
  std:iso-iec-27001_2013 a cstd:Edition ; cstd:editionOf std:iso-iec-27001 ; dct:identifier "ISO/IEC 27001:2013" ;
    dct:title "Information security management systems — Requirements"@en .
  std:iso-iec-27001_2022 a cstd:Edition ; cstd:editionOf std:iso-iec-27001 ; dct:identifier "ISO/IEC 27001:2022" ;
    dct:title "Information security management systems — Requirements"@en .
  std:iso-iec-27001_2022-amd-1-2024 a cstd:Amendment ; cstd:amends std:iso-iec-27001_2022 ;
    dct:identifier "ISO/IEC 27001:2022/Amd 1:2024" ; dct:title "Climate action changes"@en .
  std:iso-iec-27001_2013_a-8-2 a cstd:Provision ; cstd:provisionOf std:iso-iec-27001_2013 ; bibo:locator "A.8.2" ;
    dct:title "Information classification"@en .
  std:iso-iec-27001_2022_a-8-2 a cstd:Provision ; cstd:provisionOf std:iso-iec-27001_2022 ; bibo:locator "A.8.2" ;
    dct:title "Privileged access rights"@en .
  std:iso-iec-27033 a cstd:Standard ; dct:identifier "ISO/IEC 27033" ; dct:title "Network security"@en .
  std:iso-iec-27033-4 a cstd:Standard ; cstd:partOfStandard std:iso-iec-27033 ; dct:identifier "ISO/IEC 27033-4" .
  std:iso-iec-27033-4_2014 a cstd:Edition ; cstd:editionOf std:iso-iec-27033-4 ;
    dct:identifier "ISO/IEC 27033-4:2014" ; dct:title "Securing communications using security gateways"@en .
  std:iso-iec-27103 a cstd:Standard ; dct:identifier "ISO/IEC 27103" .
  std:iso-iec-27103_2018 a cstd:Edition ; cstd:editionOf std:iso-iec-27103 ; dct:identifier "ISO/IEC TR 27103:2018" .
  std:iso-iec-27103_2026 a cstd:Edition ; cstd:editionOf std:iso-iec-27103 ; dct:identifier "ISO/IEC TS 27103:2026" .
  std:iso-iec-27100 a cstd:Standard ; dct:identifier "ISO/IEC 27100" .
  std:iso-iec-27100_2020 a cstd:Edition ; cstd:editionOf std:iso-iec-27100 ; dct:identifier "ISO/IEC TS 27100:2020" .
  std:iso-iec-27100_2020_3-2 a cstd:TermEntry ; cstd:provisionOf std:iso-iec-27100_2020 ; bibo:locator "3.2" ;
    skos:prefLabel "cybersecurity"@en ; cstd:definesConcept concept:cybersecurity .
  std:iso-iec-27100_2020_5-2 a cstd:Provision ; cstd:provisionOf std:iso-iec-27100_2020 ; bibo:locator "5.2" ;
    dct:title "Cybersecurity"@en .
  std:itu-t-x-1205 a cstd:Standard ; dct:identifier "ITU-T X.1205" .
  std:itu-t-x-1205_2008 a cstd:Edition ; cstd:editionOf std:itu-t-x-1205 ; dct:identifier "ITU-T X.1205 (04/2008)" ;
    cstd:printedDesignation "X.1205" ; dct:title "Overview of cybersecurity"@en .
  std:etsi-en-303-645 a cstd:Standard ; dct:identifier "ETSI EN 303 645" .
  std:etsi-en-303-645_v2-1-1 a cstd:Edition ; cstd:editionOf std:etsi-en-303-645 ;
    dct:identifier "ETSI EN 303 645 V2.1.1 (2020-06)" .
  std:nist-sp-800-213 a cstd:Standard ; dct:identifier "NIST SP 800-213" .
  std:nist-sp-800-53 a cstd:Standard ; dct:identifier "NIST SP 800-53" .
  std:nist-sp-800-53_r5 a cstd:Edition ; cstd:editionOf std:nist-sp-800-53 ; dct:identifier "NIST SP 800-53r5" .
  std:nist-sp-800-53_r5_ac-2-1 a cstd:Provision ; cstd:provisionOf std:nist-sp-800-53_r5 ; bibo:locator "AC-2(1)" ;
    dct:title "Automated System Account Management"@en .
  std:nist-csf a cstd:Standard ; dct:identifier "NIST CSF" .
  std:nist-csf_2-0 a cstd:Edition ; cstd:editionOf std:nist-csf ; dct:identifier "NIST CSF 2.0" .
  std:nist-csf_2-0_gv-oc-01 a cstd:Provision ; cstd:provisionOf std:nist-csf_2-0 ; bibo:locator "GV.OC-01" ;
    dct:title "The organizational mission is understood"@en .
  std:iso-iec-27032 a cstd:Standard ; dct:identifier "ISO/IEC 27032" .
  std:iso-iec-27032_2012 a cstd:Edition ; cstd:editionOf std:iso-iec-27032 ; dct:identifier "ISO/IEC 27032:2012" .
  std:iso-iec-27032_2012-fdis a cstd:Draft ; cstd:draftOf std:iso-iec-27032 ;
    dct:identifier "ISO/IEC FDIS 27032:2012" ; cstd:referenceNumber "ISO/IEC FDIS 27032:2012(E)" ;
    dct:title "Guidelines for cybersecurity"@en , "Lignes directrices pour la cybersécurité"@fr .
  std:iso-iec-27403 a cstd:Standard ; dct:identifier "ISO/IEC 27403" .
  std:iso-iec-27403_dis a cstd:Draft ; cstd:draftOf std:iso-iec-27403 ; dct:identifier "ISO/IEC DIS 27403" .
  std:iso-iec-27404 a cstd:Standard ; dct:identifier "ISO/IEC 27404" .
  std:iso-iec-27404_wd2 a cstd:Draft ; cstd:draftOf std:iso-iec-27404 ; dct:identifier "ISO/IEC 27404 WD2" ;
    dct:title "Cybersecurity labelling framework for consumer IoT"@en .
  std:iso-iec-27404_wd a cstd:Draft ; cstd:draftOf std:iso-iec-27404 ; dct:identifier "ISO/IEC 27404 WD" .
  std:iso-iec-27046_cd2 a cstd:Draft ; dct:identifier "ISO/IEC CD2 27046" .
  project:iso-iec-27402 a cstd:Project ; rdfs:label "ISO/IEC 27402" ; cstd:projectOf std:iso-iec-27402 ;
    cstd:developedBy agent:wg-4 .
  std:iso-iec-27402 a cstd:Standard ; dct:identifier "ISO/IEC 27402" ; dct:title "Device baseline requirements"@en .
  stage:iso-iec-27402_fdis a cstd:StageObservation ; cstd:stageOf project:iso-iec-27402 ; cstd:stage status:fdis ;
    cstd:printedStage "[FDIS]" .
  stage:iso-iec-27404_wd2 a cstd:StageObservation ; cstd:stageOf std:iso-iec-27404_wd2 ; cstd:stage status:wd .
  agent:sc-27 a org:Organization ; skos:prefLabel "ISO/IEC JTC 1/SC 27" ; skos:altLabel "SC 27" .
  agent:wg-4 a org:Organization ; skos:prefLabel "ISO/IEC JTC 1/SC 27/WG 4" ; org:subOrganizationOf agent:sc-27 .
  agent:nict a org:Organization ; skos:altLabel "NICT" ;
    skos:prefLabel "National Institute of Information and Communications Technology"@en .
  agent:bsi-uk a org:Organization ; skos:prefLabel "BSI (UK)" ; skos:altLabel "BSI" .
  agent:bsi-de a org:Organization ; skos:prefLabel "BSI (DE)" ; skos:altLabel "BSI" .
  system:nicter a cstd:System ; rdfs:label "NICTER"@en ; cstd:consistsOf concept:darknet-monitoring .
  concept:darknet-monitoring a skos:Concept ; skos:prefLabel "large-scale darknet monitoring"@en .
}
GRAPH src:deck_h60 {
  std:iso-iec-27400 dct:title "IoT security and privacy – Guidelines"@en .
  std:iso-iec-27400_2022_7-1-2-10 cstd:wording
    "An IoT system should be designed and implemented to ensure security in connecting varied IoT devices."@en .
  std:iso-iec-27032_2012-fdis_4-20 a cstd:TermEntry ; cstd:provisionOf std:iso-iec-27032_2012-fdis ;
    bibo:locator "4.20" ; skos:prefLabel "Cybersecurity"@en ; skos:altLabel "Cyberspace security"@en ;
    skos:definition "preservation of confidentiality, integrity and availability of information in the Cyberspace"@en ;
    cstd:definesConcept concept:cybersecurity .
}
GRAPH src:analysis {
  concept:cybersecurity a skos:Concept ; skos:prefLabel "cybersecurity"@en , "サイバーセキュリティ"@ja ;
    skos:altLabel "cyber-security"@en .
}
"""


def write(root: Path) -> Path:
    """Write the small graph under *root* as the shipped one lies; return *root*."""
    files = {
        "ontology/cyberstd.ttl": ONTOLOGY,
        "ontology/alignments.ttl": ALIGNMENTS,
        "data/deck/deck.trig": DECK,
        **{f"ontology/schemes/{name}.ttl": text for name, text in SCHEMES.items()},
    }
    for name, text in files.items():
        write_file(root / name, text)
    return root


def write_file(path: Path, text: str) -> Path:
    """Write *text* to *path*, with all the prefixes declared in one line at the top; return *path*."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_HEAD.replace("\n", " ") + "\n" + text, encoding="utf-8")
    return path
