"""Designations as people write them, taken apart as IRIs want them: the work, and what tells a text from the others.

A designation in a form that registries print makes the IRI that :mod:`cyberstd_kg.designations.printed` reads in it; of
others the type of document stands in no IRI, and the stage of a draft stands behind its year.

>>> curie_of("ISO/IEC TS 27100:2020"), curie_of("ISO/IEC FDIS 27032:2012"), curie_of("ITU-T X.1205 (04/2008)")
('std:iso-iec-27100_2020', 'std:iso-iec-27032_2012-fdis', 'std:itu-t-x-1205_2008')
>>> curie_of("ISO/IEC 27001:2022/Amd 1:2024"), curie_of("ETSI TS 103 701 V2.1.1"), curie_of("AS/NZS ISO 31000:2009")
('std:iso-iec-27001_2022-amd-1-2024', 'std:etsi-ts-103-701_v2-1-1', 'std:as-nzs-iso-31000_2009')
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from cyberstd_kg.core import iris
from cyberstd_kg.designations import printed as forms

#: Types of document that a designation names and an IRI leaves out.
_TYPES: Final = ("ts", "tr", "pas", "iwa")
_STAGE: Final = re.compile(r"(?:WD|CD|CDV|DIS|FDIS|PRF)\d*", re.IGNORECASE)
_AMENDMENT: Final = re.compile(r"(.+:\d{4})\s*/\s*(Amd|Cor)[. ]*(\d+)(?:\s*:\s*(\d{4}))?", re.IGNORECASE)
_TEXT: Final = re.compile(
    r"(.+?)(?:\s*:\s*|\s+(?=V\d)|(?<=\d)(?=r\d)|\s+(?=r\d)|\s+(?=Rev))"
    r"((?:\d{4}|V[\d.]+|r\d+|Rev(?:\.|ision)?\s*\d+)\S*)\s*"
)


class Name(NamedTuple):
    """A designation by its parts; what is not there is empty.

    *kind*: what it names.  *work*: the designation of the standard.  *text*: what tells the text from the others of the
    work, for its IRI.  *edition*: the designation of the edition that it names or amends.  *identifier*: the regular
    form of the designation.
    """

    kind: forms.Kind
    work: str
    text: str
    edition: str
    identifier: str


def take_apart(designation: str) -> Name:
    """Take a designation apart, by the form that registries print or, where it has none of them, loosely."""
    read = forms.read(designation)
    if read is None or (read.kind == "project" and not read.stage):  # an amendment without its year
        return _loosely(designation)
    edition = read.identifier if read.kind == "edition" else read.host
    return Name(read.kind, read.work, read.text, edition, read.identifier)


def _loosely(designation: str) -> Name:
    amended = _AMENDMENT.fullmatch(designation.strip())
    if amended:
        base = take_apart(amended[1])
        name = f"{amended[2].capitalize()} {amended[3]}" + (f":{amended[4]}" if amended[4] else "")
        return Name("amendment", base.work, f"{base.text}-{name}", base.edition, f"{base.edition}/{name}")
    text = re.sub(r"\(\d{1,2}/(\d{4})\)", r":\1", designation)  # (04/2008)
    text = re.sub(r"\((\d{4})-\d{2}\)", "", text)  # V2.1.1 (2020-06)
    words = text.replace("/", "/ ").split(" ")
    stage = next((word.strip("/") for word in words if _STAGE.fullmatch(word.strip("/"))), "")
    kept = [word for word in words if word.strip("/").lower() not in {*_TYPES, stage.lower()}]
    plain = " ".join(kept).replace("/ ", "/").strip()
    found = _TEXT.fullmatch(plain)
    work, mark = (found[1], re.sub(r"(?i)rev(?:\.|ision)?\s*", "r", found[2])) if found else (plain, "")
    work = work.strip(" /")
    if stage:
        return Name("draft", work, "-".join(part for part in (mark, stage) if part), "", designation)
    return Name("edition" if mark else "standard", work, mark, f"{work}:{mark}" if mark else "", designation)


def curie_of(designation: str) -> str:
    """Return the CURIE that a designation makes.

    :raises InputError: when there is no letter or digit in it
    """
    name = take_apart(designation)
    iri = iris.mint("std", name.work, name.text) if name.text else iris.mint("std", name.work)
    return iris.compact(iri) or iri
