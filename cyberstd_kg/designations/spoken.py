"""References as people write them, rewritten in the order and notation of printed designations.

Pure text, without knowledge of the graph.  :mod:`cyberstd_kg.designations.keys` makes keys of the result.  A regular
designation stays as it is, so the designations of the graph and the reference pass through the same function.

Each rewriting first checks for a quick sign that it applies: most references need none, and a pattern that is not used
is not compiled.

>>> regular("27k1"), regular("iso 27o01"), regular("amendment 1 to iso/iec 27001:2022")
('27001', 'iso 27001', 'iso/iec 27001:2022 amendment 1')
>>> regular("nist cybersecurity framework 1.1"), regular("urn:iso:std:iso-iec:27033:-4:ed-1:v1:en")
('nist csf 1.1', 'iso-iec:27033:-4:ed-1')
"""

from __future__ import annotations

import re
from typing import Final

#: A letter next to a digit: only then can there be slang ("27k1") or a letter in place of a digit ("27O01").
_GLUED = re.compile(r"\d[a-z]|s0")
#: "27k1" means ISO/IEC 27001, "27k701" means 27701: the k is a thousand.  "ISO27k" alone is the family: 27000.
_THOUSAND: Final = r"(?<!\d)27k(\d{1,3}|(?![^\W_]))(?!\d)"
#: The letters o and l within or at the end of a number of four digits or more.
_LETTERS: Final = r"(?<!\d)(?=[\dol]{4})\d[\dol]*[ol][\dol]*(?![^\W_])"
_PUBLISHER: Final = r"(?<![^\W_])(?:is0|1s[o0]|1ec)(?![^\W_])"
_STAGE: Final = r"wd|cd|cdv|dis|fdis|prf|dts|dtr|dpas|pdts|pdtr"
#: "Amd 1 to ISO/IEC 27001:2022", "DAM 1:2024 to …", "Technical Corrigendum 2 of …".
_FIRST_AMENDMENT: Final = (
    r"(?P<what>(?:technical |draft |wd |cd |prf |awi )*"
    r"(?:amd|amendment|cor|corr|corrigendum|f?dam|f?damd|f?dcor|pdam|cdam)\.? ?\d{1,2}(?:\.\d)?)"
    r"(?: ?: ?(?P<year>\d{4}))?(?: (?:to|of|on|for))?[ ,:/-]+(?P<base>(?=.*\d).+)"
)
_AMENDMENT_BEGINS: Final = ("am", "awi am", "awi co", "cd", "co", "d", "fd", "pd", "prf", "tech", "wd")
#: The amendments of European bodies: "27001:2022/A1:2024".
_SHORT_AMENDMENT: Final = r"(:\d{4}) ?/ ?a(\d{1,2})(?![.\w])"
#: "+AMD1:2017" with or without "CSV" is the consolidated version, not the amendment.
_CONSOLIDATED: Final = r"(\+ ?(?:a|amd|cor) ?\d{1,2}(?::\d{4})?)(?: csv)?$"
_ORDINAL: Final = rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th) (edition|edn?|{_STAGE})(?![^\W_])"
_WORDED: Final = r"(?<![^\W_])(first|second|third|fourth|fifth|sixth) (edition|edn?)(?![^\W_])"
_ORDINALS: Final = {word: str(n) for n, word in enumerate(("first", "second", "third", "fourth", "fifth", "sixth"), 1)}
#: "27701.2" with a stage elsewhere is the second draft of that stage; so is "DIS.2".
_ITERATION: Final = r"(?<![\d.])(?P<number>\d{4,6}(?:-\d+)*)\.(?P<count>\d{1,2})(?![\d.])"
_DOTTED_STAGE: Final = rf"(?<![^\W_])({_STAGE})\.(?=\d{{1,2}}(?!\d))"
#: NIST's framework, where its publisher or a version shows that it is meant: it is one of many such frameworks.
_FRAMEWORK: Final = (
    r"nist(?:'s)? cyber[ -]?security framework(?: \(csf\))?"
    r"|cyber[ -]?security framework(?: \(csf\))?(?= (?:v|version )?\d)"
)
_FAMILY: Final = (" series", " family")
#: Series of NIST's documents and marks of its drafts, written out.
_SERIES: Final = (
    ("special publication", "sp"),
    ("internal report", "ir"),
    ("interagency report", "ir"),
    ("interagency or internal report", "ir"),
    ("cybersecurity white paper", "cswp"),
    ("initial public draft", "ipd"),
    ("final public draft", "fpd"),
)


def regular(text: str) -> str:
    """Return *text* (case-folded, on one line) with its loose forms replaced by regular ones."""
    if text.endswith(_FAMILY) and any(sign.isdigit() for sign in text):  # "ISO 27000 series": its first standard
        text = text[: -len(_FAMILY[0])]
    if text.startswith("urn:iso:std:"):  # RFC 5141
        text = re.sub(r":v\d.*$", "", text.removeprefix("urn:iso:std:"))
    if _GLUED.search(text):
        text = re.sub(_THOUSAND, lambda match: str(27000 + int(match[1] or 0)), text)
        text = re.sub(_LETTERS, lambda match: match[0].translate({ord("o"): "0", ord("l"): "1"}), text)
        text = re.sub(_PUBLISHER, lambda match: "iec" if match[0].endswith("c") else "iso", text)
    if text.startswith(_AMENDMENT_BEGINS) and (first := re.fullmatch(_FIRST_AMENDMENT, text)):
        year = f":{first['year']}" if first["year"] else ""
        text = f"{first['base']} {first['what']}{year}"
    if "/a" in text or "/ a" in text:
        text = re.sub(_SHORT_AMENDMENT, r"\1 amd \2", text)
    if "+" in text:
        text = re.sub(_CONSOLIDATED, r"\1 csv", text)
    if "." in text:
        text = re.sub(_DOTTED_STAGE, r"\1", text)
    if " ed" in text or "nd " in text or "rd " in text or "th " in text:
        text = re.sub(_ORDINAL, r"\2\1", text)
        text = re.sub(_WORDED, lambda match: f"{match[2]} {_ORDINALS[match[1]]}", text)
    if "framework" in text:
        text = re.sub(_FRAMEWORK, "nist csf", text)
    for words, short in _SERIES:
        if words in text:
            text = text.replace(words, short)
    return text


def iteration(text: str) -> tuple[str, str]:
    """Return *text* without the count of drafts after its number, and the count: "cd 27565.2" → "cd 27565", "2".

    The count is empty where there is none.
    """
    match = re.search(_ITERATION, text) if "." in text else None
    return (text[: match.end("number")] + text[match.end() :], match["count"]) if match else (text, "")
