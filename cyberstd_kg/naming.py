"""Designations taken apart as IRIs want them: the work, and what tells a text from the others of the work.

The type of document stands in no IRI, and the stage of a draft stands behind its year; :mod:`cyberstd_kg.iris` mints.

>>> curie_of("ISO/IEC TS 27100:2020"), curie_of("ISO/IEC FDIS 27032:2012"), curie_of("ITU-T X.1205 (04/2008)")
('std:iso-iec-27100_2020', 'std:iso-iec-27032_2012-fdis', 'std:itu-t-x-1205_2008')
>>> curie_of("ISO/IEC 27001:2022/Amd 1:2024"), curie_of("ISO/IEC 27035-4")
('std:iso-iec-27001_2022-amd-1-2024', 'std:iso-iec-27035-4')
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from cyberstd_kg import iris

#: Types of document that a designation names and an IRI leaves out.
_TYPES: Final = ("ts", "tr", "pas", "iwa")
_STAGE: Final = re.compile(r"(?:WD|CD|CDV|DIS|FDIS|PRF)\d*", re.IGNORECASE)
_AMENDMENT: Final = re.compile(r"(.+:\d{4})\s*/\s*(Amd|Cor)[. ]*(\d+)(?:\s*:\s*(\d{4}))?", re.IGNORECASE)
_TEXT: Final = re.compile(
    r"(.+?)(?:\s*:\s*|\s+(?=V\d)|(?<=\d)(?=r\d)|\s+(?=r\d)|\s+(?=Rev))"
    r"((?:\d{4}|V[\d.]+|r\d+|Rev(?:\.|ision)?\s*\d+)\S*)\s*"
)


class Name(NamedTuple):
    """A designation by its parts: the standard's, what marks the text, the stage of a draft, the amendment."""

    work: str
    text: str
    stage: str
    amendment: str

    @property
    def designation(self) -> str:
        """The designation of an amendment in its regular form; of others the work alone."""
        return f"{self.work}:{self.text}/{self.amendment}" if self.amendment else self.work


def take_apart(designation: str) -> Name:
    """Take a designation apart; what is not there is empty."""
    amended = _AMENDMENT.fullmatch(designation.strip())
    if amended:
        base = take_apart(amended[1])
        year = f":{amended[4]}" if amended[4] else ""
        return base._replace(amendment=f"{amended[2].capitalize()} {amended[3]}{year}")
    text = re.sub(r"\(\d{1,2}/(\d{4})\)", r":\1", designation)  # ITU-T X.1205 (04/2008)
    text = re.sub(r"\((\d{4})-\d{2}\)", "", text)  # ETSI … V2.1.1 (2020-06)
    words = text.replace("/", "/ ").split(" ")
    stage = next((word.strip("/") for word in words if _STAGE.fullmatch(word.strip("/"))), "")
    kept = [word for word in words if word.strip("/").lower() not in {*_TYPES, stage.lower()}]
    plain = " ".join(kept).replace("/ ", "/").strip()
    found = _TEXT.fullmatch(plain)
    work, mark = (found[1], found[2]) if found else (plain, "")
    return Name(work.strip(" /"), re.sub(r"(?i)rev(?:\.|ision)?\s*", "r", mark), stage.lower(), "")


def curie_of(designation: str) -> str:
    """Return the CURIE that a designation makes.

    :raises InputError: when there is no letter or digit in it
    """
    name = take_apart(designation)
    mark = "-".join(part for part in (name.text, name.stage, name.amendment) if part)
    iri = iris.mint("std", name.work, mark) if mark else iris.mint("std", name.work)
    return iris.compact(iri) or iri
