"""Designations as registries print them, read as what they name: standard, edition, amendment, draft, project.

The forms are those in which ISO, IEC, ITU, ETSI and NIST print them in their registries' records.  What has no such
form is read loosely by :mod:`cyberstd_kg.designations.naming`.

>>> read("ISO/IEC TS 27100:2020").text, read("ISO/IEC CD 27565.2").text, read("ETSI EN 303 645 V2.1.1 (2020-06)").text
('2020', '2-cd', 'v2.1.1')
>>> read("ISO/IEC 27001:2022/Amd 1:2024").kind, read("ISO/IEC 11770-3:2021/DAM 1").kind, read("ISO/IEC 27706").kind
('amendment', 'draft', 'standard')
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from cyberstd_kg.core import iris

Kind = Literal["standard", "edition", "amendment", "draft", "project"]

#: Types of deliverable that ISO and IEC put before a number that is the document's in every type.
_TYPES: Final = ("TS", "TR", "PAS", "ISP")
_DRAFTS: Final = ("WD", "CD", "CDV", "DIS", "FDIS", "PRF", "DTS", "DTR", "DPAS", "PDTS", "PDTR", "PDPAS", "FRAG")
#: Marks of work in which there is no text yet.
_NO_TEXT: Final = ("PWI", "NP", "NWIP", "AWI")
_TYPE_OF: Final = {"DTS": "TS", "DTR": "TR", "DPAS": "PAS", "PDTS": "TS", "PDTR": "TR", "PDPAS": "PAS"}
_BODY: Final = r"(?:ISO|IEC|CISPR)(?:/(?:ISO|IEC|IEEE|ASTM|CIE|IDF|HL7|CISPR))*"
_MARKS: Final = "|".join((*_TYPES, *_DRAFTS, *_NO_TEXT, "Guide", "GUIDE", "IWA"))
_ISO: Final = re.compile(
    rf"(?P<body>{_BODY})(?P<marks>(?:[ /](?:{_MARKS})\b)*)[ ](?P<number>[A-Z]?\d+(?:-\d+)*(?:-HBK)?)"
    r"(?P<fragment>/FRAG\d+)?(?:\.(?P<iteration>\d+))?(?::(?P<year>\d{4})(?:-\d{2}){0,2})?(?P<tail>[/+].+)?"
)
_TAIL: Final = re.compile(
    r"/\s*(?P<stage>(?:AWI|NP|PWI|WD|CD|DIS|FDIS|PRF|D|FD|PD)?)\s*(?P<what>Amd|Cor|AM|COR|Add)[. ]*(?P<number>\d+)"
    r"(?:\.(?P<iteration>\d+))?(?:\s*:\s*(?P<year>\d{4})(?:-\d{2}){0,2})?",
    re.IGNORECASE,
)
_CONSOLIDATED: Final = re.compile(r"\+(?:AMD|COR)\d+:\d{4}(?:\+.*?)?(?:\s*CSV)?")
_ITU: Final = re.compile(
    r"(?P<body>ITU-[TR])(?: Rec\.| Recommendation)? (?P<number>[A-Z]+\.[\w.]+)"
    r"(?: \((?P<dated>(?:\d{2}/)?(?P<year>\d{4}))\))?"
    r"(?P<tail>(?: |/)(?:Amd|Cor|Suppl|Annex|Err)\.? ?[\w.]+)?(?: \((?P<own>(?:\d{2}/)?(?P<ownyear>\d{4}))\))?",
    re.IGNORECASE,
)
_ETSI: Final = re.compile(
    r"ETSI (?P<number>(?P<type>[A-Z]+) (?:\d{3} )?[\d-]+(?: [\d-]+)?)"
    r"(?: V(?P<version>\d+(?:\.\d+)+))?(?: \(\d{4}-\d{2}\))?"
)
_NIST: Final = re.compile(
    r"NIST[ .](?P<series>SP|IR|CSWP|FIPS|AI|GCR|TN)[ .](?P<number>[\d-]+[A-Z]?(?:v\d+)?)"
    r"(?:r(?P<revision>\d+[A-Z]?)|(?P<year> \(\d{4}\)))?(?:[ .-](?P<draft>ipd|fpd|\dpd))?"
)


class PrintedDesignation(NamedTuple):
    """What a designation names.

    *work*: the designation of the standard, without type, year and stage.  *text*: what tells the text from the others
    of the work, empty for the standard itself; its slug stands in the IRI.  *identifier*: the regular form of the
    designation.  *host*: the designation of the edition that an amendment modifies.  *code*: what the document is, by
    its designation ("ts", "tr", "pas", "amd", "cor", "" where only the work says).  *stage*: the stage of a draft or
    project ("dis").  *part*: the number of the part, *whole* the standard of which it is one.
    """

    kind: Kind
    work: str
    text: str
    identifier: str
    host: str = ""
    code: str = ""
    stage: str = ""
    part: str = ""
    whole: str = ""
    body: str = ""

    @property
    def iri(self) -> str:
        """The IRI of what is named (of a project: in ``project:``)."""
        prefix = "project" if self.kind == "project" else "std"
        return iris.mint(prefix, self.work, self.text) if self.text else iris.mint(prefix, self.work)

    @property
    def place(self) -> str:
        """Where the standard stands among files: its parts together, under the body that publishes it."""
        number = (self.whole or self.work).removeprefix(self.body)
        return f"{iris.slug(self.body)}/{iris.slug(number)}"

    @property
    def work_iri(self) -> str:
        """The IRI of the standard."""
        return iris.mint("std", self.work)


@lru_cache(maxsize=1024)  # a record names the same few again and again
def read(designation: str) -> PrintedDesignation | None:
    """Read *designation*; None when it has no form that is known here."""
    text = re.sub(r"\s+", " ", designation.replace("\u2011", "-").replace("\u2013", "-")).strip()
    for pattern, reader in ((_ISO, _iso), (_ITU, _itu), (_ETSI, _etsi), (_NIST, _nist)):
        if found := pattern.fullmatch(text):
            return reader(found, text)
    return None


def _iso(found: re.Match[str], text: str) -> PrintedDesignation | None:
    body, number, year, tail = found["body"], found["number"], found["year"], found["tail"]
    marks = re.findall(_MARKS, found["marks"])
    guide = next((mark for mark in marks if mark.lower() == "guide"), "")
    work = f"{body} Guide {number}" if guide else f"{body} {number}"
    stage = next((mark for mark in marks if mark in (*_DRAFTS, *_NO_TEXT)), "")
    code = next((mark for mark in marks if mark in _TYPES), _TYPE_OF.get(stage, "")).lower()
    part = re.fullmatch(r"([A-Z]?\d+)-(\d+(?:-\d+)*)", number)
    base = PrintedDesignation(
        "standard", work, "", work, "", code, "", part[2] if part else "", f"{body} {part[1]}" if part else "", body
    )
    if tail:
        return _with_tail(base, tail, year, text)
    if found["fragment"]:
        name = found["fragment"].strip("/").lower()
        return base._replace(kind="draft", text=name, identifier=text, stage="frag")
    if stage:
        # "CD TR" and "CD TS" of one number are two drafts.
        words = (year, found["iteration"], stage.lower(), code if code.upper() in marks else "")
        slug = "-".join(word for word in words if word)
        kind: Kind = "project" if stage in _NO_TEXT else "draft"
        return base._replace(kind=kind, text=slug, identifier=text, stage=stage.lower())
    if year:
        return base._replace(kind="edition", text=year, identifier=re.sub(r"(:\d{4})-[\d-]+$", r"\1", text))
    return base._replace(identifier=work) if not found["iteration"] else None


def _with_tail(base: PrintedDesignation, tail: str, year: str | None, text: str) -> PrintedDesignation | None:
    if not year:
        return None
    host = text[: len(text) - len(tail)]
    if _CONSOLIDATED.fullmatch(tail):
        # A consolidated version is an edition of its own: the base with its amendments worked in.
        return base._replace(kind="edition", text=f"{year}-{tail[1:]}", identifier=text)
    found = _TAIL.fullmatch(tail)
    if not found:
        return None
    what = "Cor" if found["what"].lower() == "cor" else "Amd"
    stage = found["stage"].lower()
    name = f"{what} {found['number']}"
    host = re.sub(r"(:\d{4})-[\d-]+$", r"\1", host)
    amended = base._replace(host=host, code=what.lower())
    if stage in ("awi", "np", "pwi"):
        return amended._replace(kind="project", text=f"{year}-{name}", identifier=text, stage=stage)
    if stage or found["what"].upper() == "AM":  # DAM, FDAM
        return _draft_of_amendment(amended, found, stage, year, text)
    if found["year"]:
        slug = f"{year}-{name}-{found['year']}"
        return amended._replace(kind="amendment", text=slug, identifier=f"{host}/{name}:{found['year']}")
    # "Amd 1" without a year: known by its number only, not yet out when the record was made.
    return amended._replace(kind="project", text=f"{year}-{name}", identifier=f"{host}/{name}")


def _draft_of_amendment(
    amended: PrintedDesignation, found: re.Match[str], stage: str, year: str, text: str
) -> PrintedDesignation:
    """Read "DAM 1", which is also printed "DAmd 1", and "CD Amd 1.2"."""
    short = {"d": "dam", "fd": "fdam", "pd": "pdam"} if amended.code == "amd" else {"d": "dcor", "fd": "fdcor"}
    count = found["number"] + (f".{found['iteration']}" if found["iteration"] else "")
    if stage in short:
        text = f"{amended.host}/{short[stage].upper()} {count}"
    mark = short.get(stage, f"{stage}-{amended.code}")
    return amended._replace(kind="draft", text=f"{year}-{mark}-{count}", identifier=text, stage=stage)


def _itu(found: re.Match[str], text: str) -> PrintedDesignation | None:
    body = found["body"].upper()
    work = f"{body} {found['number'].upper()}"
    base = PrintedDesignation("standard", work, "", work, body=body)
    if not found["year"]:
        return None if found["tail"] else base
    host = f"{work} ({found['dated']})"
    if not found["tail"]:
        return base._replace(kind="edition", text=found["year"], identifier=host)
    words = re.fullmatch(r"[ /](Amd|Cor)\.? ?(\d+)", found["tail"], re.IGNORECASE)
    if not words or not found["own"]:
        return None
    name = f"{words[1].capitalize()} {words[2]}"
    slug = f"{found['year']}-{name}-{found['ownyear']}"
    identifier = f"{host} {name} ({found['own']})"
    return base._replace(kind="amendment", text=slug, identifier=identifier, host=host, code=words[1].lower())


def _etsi(found: re.Match[str], text: str) -> PrintedDesignation:
    work = f"ETSI {found['number']}"
    base = PrintedDesignation("standard", work, "", work, code=found["type"].lower(), body="ETSI")
    return base._replace(kind="edition", text=f"v{found['version']}", identifier=text) if found["version"] else base


def _nist(found: re.Match[str], text: str) -> PrintedDesignation:
    work = f"NIST {found['series']} {found['number']}"
    code = found["series"].lower()
    base = PrintedDesignation("standard", work, "", work, code=code, body="NIST")
    revision = f"r{found['revision']}" if found["revision"] else found["year"] or ""
    if found["draft"]:
        slug = "-".join(part for part in (revision, found["draft"]) if part)
        return base._replace(
            kind="draft", text=slug, identifier=f"{work}{revision} {found['draft']}", stage=found["draft"]
        )
    return base._replace(kind="edition", text=revision, identifier=f"{work}{revision}") if revision else base
