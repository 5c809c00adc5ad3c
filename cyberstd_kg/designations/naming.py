"""The parts of designations as people write them, for IRIs: the standard, and the mark of the text among its others.

A designation in a form that registries print makes the IRI that :mod:`cyberstd_kg.designations.printed` reads in it.
In the IRIs of others there is no type of document, and the stage of a draft follows its year.

>>> curie_of("ISO/IEC TS 27100:2020"), curie_of("ISO/IEC FDIS 27032:2012"), curie_of("ITU-T X.1205 (04/2008)")
('std:iso-iec-27100_2020', 'std:iso-iec-27032_2012-fdis', 'std:itu-t-x-1205_2008')
>>> curie_of("ISO/IEC 27001:2022/Amd 1:2024"), curie_of("ETSI TS 103 701 V2.1.1"), curie_of("AS/NZS ISO 31000:2009")
('std:iso-iec-27001_2022-amd-1-2024', 'std:etsi-ts-103-701_v2-1-1', 'std:as-nzs-iso-31000_2009')
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from cyberstd_kg.core import iris
from cyberstd_kg.designations import printed

#: Types of document in a designation, which its IRI leaves out.
_TYPES: Final = ("ts", "tr", "pas", "iwa")
_STAGE: Final = re.compile(r"(?:WD|CD|CDV|DIS|FDIS|PRF)\d*", re.IGNORECASE)
_AMENDMENT: Final = re.compile(r"(.+:\d{4})\s*/\s*(Amd|Cor)[. ]*(\d+)(?:\s*:\s*(\d{4}))?", re.IGNORECASE)
_TEXT: Final = re.compile(
    r"(.+?)(?:\s*:\s*|\s+(?=V\d)|(?<=\d)(?=r\d)|\s+(?=r\d)|\s+(?=Rev))"
    r"((?:\d{4}|V[\d.]+|r\d+|Rev(?:\.|ision)?\s*\d+)\S*)\s*"
)


class Name(NamedTuple):
    """The parts of a designation; a part that it does not have is empty.

    *work*: the designation of the standard.  *text*: the mark of the text among those of the standard, for its IRI.
    *edition*: the designation of the edition that it names or amends.  *identifier*: the regular form of the
    designation.
    """

    kind: printed.Kind
    work: str
    text: str
    edition: str
    identifier: str


def take_apart(designation: str) -> Name:
    """Return the parts of a designation, by the form that registries print or, where it has none of them, loosely."""
    read = printed.read(designation)
    if read is None or (read.kind == "project" and not read.stage):  # an amendment without its year
        return _loosely(designation)
    edition = read.identifier if read.kind == "edition" else read.host
    return Name(read.kind, read.work, read.text, edition, read.identifier)


def _loosely(designation: str) -> Name:
    if amendment := _AMENDMENT.fullmatch(designation.strip()):
        base = take_apart(amendment[1])
        name = f"{amendment[2].capitalize()} {amendment[3]}" + (f":{amendment[4]}" if amendment[4] else "")
        return Name("amendment", base.work, f"{base.text}-{name}", base.edition, f"{base.edition}/{name}")
    text = re.sub(r"\(\d{1,2}/(\d{4})\)", r":\1", designation)  # (04/2008)
    text = re.sub(r"\((\d{4})-\d{2}\)", "", text)  # V2.1.1 (2020-06)
    words = text.replace("/", "/ ").split(" ")
    stage = next((word.strip("/") for word in words if _STAGE.fullmatch(word.strip("/"))), "")
    kept = [word for word in words if word.strip("/").lower() not in {*_TYPES, stage.lower()}]
    plain = " ".join(kept).replace("/ ", "/").strip()
    match = _TEXT.fullmatch(plain)
    work, mark = (match[1], re.sub(r"(?i)rev(?:\.|ision)?\s*", "r", match[2])) if match else (plain, "")
    work = work.strip(" /")
    if stage:
        return Name("draft", work, "-".join(part for part in (mark, stage) if part), "", designation)
    return Name("edition" if mark else "standard", work, mark, f"{work}:{mark}" if mark else "", designation)


def curie_of(designation: str) -> str:
    """Return the CURIE that a designation makes.

    :raises InputError: when it has no letter or digit
    """
    name = take_apart(designation)
    return iris.short(iris.mint("std", name.work, name.text) if name.text else iris.mint("std", name.work))
