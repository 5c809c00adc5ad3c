"""Designations as registries print them, read as names of a standard, edition, amendment, draft or project.

The forms are those of the records of ISO, IEC, ITU, ETSI and NIST.  Designations of other forms are read loosely by
:mod:`cyberstd_kg.designations.naming`.

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
from cyberstd_kg.core.errors import InputError

#: Longest designation that is read, and that the shapes allow.
LONGEST: Final = 200

Kind = Literal["standard", "edition", "amendment", "draft", "project"]

#: Types of deliverable that ISO and IEC put before the number; the number is the same in every type.
_TYPES: Final = ("TS", "TR", "PAS", "ISP")
_DRAFTS: Final = ("WD", "CD", "CDV", "DIS", "FDIS", "PRF", "DTS", "DTR", "DPAS", "PDTS", "PDTR", "PDPAS", "FRAG")
#: Stages of work without a text.
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

    - *work*: the designation of the standard, without type, year and stage
    - *text*: the mark of the text among those of the standard, empty for the standard itself; its slug is in the IRI
    - *identifier*: the regular form of the designation
    - *host*: the designation of the edition that an amendment modifies
    - *code*: the type of document, by its designation ("ts", "tr", "pas", "amd", "cor"; "" where it does not tell)
    - *stage*: the stage of a draft or project ("dis")
    - *part*: the number of the part; *whole*: the designation of the standard that has this part
    - *body*: the publisher, as it is printed ("ISO/IEC")
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
        """The IRI of the text or standard, or of the project (in ``project:``)."""
        prefix = "project" if self.kind == "project" else "std"
        return iris.mint(prefix, self.work, self.text) if self.text else iris.mint(prefix, self.work)

    @property
    def place(self) -> str:
        """The path of the standard's file: its parts are together, in the folder of the body that publishes it."""
        number = (self.whole or self.work).removeprefix(self.body)
        return f"{iris.slug(self.body)}/{iris.slug(number)}"

    @property
    def work_iri(self) -> str:
        """The IRI of the standard."""
        return iris.mint("std", self.work)


@lru_cache(maxsize=1024)  # a record names the same few again and again
def read(designation: str) -> PrintedDesignation | None:
    """Read *designation*; None when it has no known form or is longer than :data:`LONGEST`."""
    if len(designation) > LONGEST:
        return None
    text = re.sub(r"\s+", " ", designation.replace("\u2011", "-").replace("\u2013", "-")).strip()
    for pattern, reader in ((_ISO, _iso), (_ITU, _itu), (_ETSI, _etsi), (_NIST, _nist)):
        if match := pattern.fullmatch(text):
            return reader(match, text)
    return None


def required(designation: str) -> PrintedDesignation:
    """Read *designation*.

    :raises InputError: when it has no known form
    """
    if reading := read(designation):
        return reading
    raise InputError(
        f"the designation '{designation[:120]}' has no known form", "Add it by hand: cyberstd new standard."
    )


def _standard(work: str, body: str, code: str = "") -> PrintedDesignation:
    return PrintedDesignation(kind="standard", work=work, text="", identifier=work, code=code, body=body)


def _iso(match: re.Match[str], text: str) -> PrintedDesignation | None:
    body, number, year, tail = match["body"], match["number"], match["year"], match["tail"]
    marks = re.findall(_MARKS, match["marks"])
    is_guide = any(mark.lower() == "guide" for mark in marks)
    stage = next((mark for mark in marks if mark in (*_DRAFTS, *_NO_TEXT)), "")
    code = next((mark for mark in marks if mark in _TYPES), _TYPE_OF.get(stage, "")).lower()
    base = _standard(f"{body} Guide {number}" if is_guide else f"{body} {number}", body, code)
    if part := re.fullmatch(r"([A-Z]?\d+)-(\d+(?:-\d+)*)", number):
        base = base._replace(part=part[2], whole=f"{body} {part[1]}")
    if tail:
        return _with_tail(base, tail, year, text)
    if match["fragment"]:
        name = match["fragment"].strip("/").lower()
        return base._replace(kind="draft", text=name, identifier=text, stage="frag")
    if stage:
        # "CD TR" and "CD TS" of one number are two drafts.
        words = (year, match["iteration"], stage.lower(), code if code.upper() in marks else "")
        slug = "-".join(word for word in words if word)
        kind: Kind = "project" if stage in _NO_TEXT else "draft"
        return base._replace(kind=kind, text=slug, identifier=text, stage=stage.lower())
    if year:
        return base._replace(kind="edition", text=year, identifier=_without_month(text))
    return base if not match["iteration"] else None


def _without_month(designation: str) -> str:
    return re.sub(r"(:\d{4})-[\d-]+$", r"\1", designation)


def _with_tail(base: PrintedDesignation, tail: str, year: str | None, text: str) -> PrintedDesignation | None:
    """Read what follows the year: an amendment, a draft of one, or the mark of a consolidated version."""
    if not year:
        return None
    if _CONSOLIDATED.fullmatch(tail):
        # A consolidated version is an edition of its own: the base with its amendments applied.
        return base._replace(kind="edition", text=f"{year}-{tail[1:]}", identifier=text)
    match = _TAIL.fullmatch(tail)
    if not match:
        return None
    what = "Cor" if match["what"].lower() == "cor" else "Amd"
    stage = match["stage"].lower()
    name = f"{what} {match['number']}"
    host = _without_month(text[: len(text) - len(tail)])
    amended = base._replace(host=host, code=what.lower())
    if stage in ("awi", "np", "pwi"):
        return amended._replace(kind="project", text=f"{year}-{name}", identifier=text, stage=stage)
    if stage or match["what"].upper() == "AM":  # DAM, FDAM
        return _draft_of_amendment(amended, match, stage, year, text)
    if match["year"]:
        slug = f"{year}-{name}-{match['year']}"
        return amended._replace(kind="amendment", text=slug, identifier=f"{host}/{name}:{match['year']}")
    # "Amd 1" without a year: only its number is known, it was not yet published when the record was made.
    return amended._replace(kind="project", text=f"{year}-{name}", identifier=f"{host}/{name}")


def _draft_of_amendment(
    amended: PrintedDesignation, match: re.Match[str], stage: str, year: str, text: str
) -> PrintedDesignation:
    """Read "DAM 1", which is also printed "DAmd 1", and "CD Amd 1.2"."""
    short = {"d": "dam", "fd": "fdam", "pd": "pdam"} if amended.code == "amd" else {"d": "dcor", "fd": "fdcor"}
    count = match["number"] + (f".{match['iteration']}" if match["iteration"] else "")
    if stage in short:
        text = f"{amended.host}/{short[stage].upper()} {count}"
    mark = short.get(stage, f"{stage}-{amended.code}")
    return amended._replace(kind="draft", text=f"{year}-{mark}-{count}", identifier=text, stage=stage)


def _itu(match: re.Match[str], text: str) -> PrintedDesignation | None:
    body = match["body"].upper()
    work = f"{body} {match['number'].upper()}"
    base = _standard(work, body)
    if not match["year"]:
        return None if match["tail"] else base
    host = f"{work} ({match['dated']})"
    if not match["tail"]:
        return base._replace(kind="edition", text=match["year"], identifier=host)
    words = re.fullmatch(r"[ /](Amd|Cor)\.? ?(\d+)", match["tail"], re.IGNORECASE)
    if not words or not match["own"]:
        return None
    name = f"{words[1].capitalize()} {words[2]}"
    slug = f"{match['year']}-{name}-{match['ownyear']}"
    identifier = f"{host} {name} ({match['own']})"
    return base._replace(kind="amendment", text=slug, identifier=identifier, host=host, code=words[1].lower())


def _etsi(match: re.Match[str], text: str) -> PrintedDesignation:
    work = f"ETSI {match['number']}"
    base = _standard(work, "ETSI", match["type"].lower())
    return base._replace(kind="edition", text=f"v{match['version']}", identifier=text) if match["version"] else base


def _nist(match: re.Match[str], text: str) -> PrintedDesignation:
    work = f"NIST {match['series']} {match['number']}"
    base = _standard(work, "NIST", match["series"].lower())
    revision = f"r{match['revision']}" if match["revision"] else match["year"] or ""
    if match["draft"]:
        slug = "-".join(part for part in (revision, match["draft"]) if part)
        return base._replace(
            kind="draft", text=slug, identifier=f"{work}{revision} {match['draft']}", stage=match["draft"]
        )
    return base._replace(kind="edition", text=revision, identifier=f"{work}{revision}") if revision else base
