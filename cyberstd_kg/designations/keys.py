"""Keys of references: the one form that all spellings of a designation, a locator or a name share.

Pure text, no graph.  A key is a sequence of tokens: runs of letters and runs of digits, lower case, without leading
zeros, so that "ISO/IEC 27033-4:2014", "iso27033 part 4 2014" and "27033-4-2014" have the same key.  Publisher and
document type are removed from the start of a designation and kept beside the key, because people leave them out; if
they are given, they must fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from cyberstd_kg.designations import spoken

#: The two spaces of keys: a key of a name is all of the name; one of a designation, what identifies the document.
NAME, DESIGNATION = "n", "d"
#: Tiers, the better the lower: the name itself; an alternative name, or the name without what people leave out; other
#: names; name and title together; names in American spelling; for an edition the undated reference.
EXACT, SHORTER, OTHER, COMBINED, SPELT, UNDATED = 0, 1, 2, 3, 4, 8
#: Added to the tier of a withdrawn provision, which yields to others of the same locator.
YIELDING: Final = 8
#: Longest reference that is looked up; the longest label in use has under 400 characters.
LONGEST: Final = 1000
#: The most words that name a document ("Draft Recommendation ITU-T X.1205 …"); bounds the splits tried.
_DOCUMENT_WORDS: Final = 14

_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\ufeff]+")
#: Language mark at the end of a reference number: "(E)", "(E/F)", "(en)".
_LANGUAGE = re.compile(r"\((?:[acefrs]|ar|de|en|es|fr|ja|ru|zh)(?:/[acefrs])*\)\s*$", re.IGNORECASE)
#: Where a reference may end and a locator begin.
_BREAK = re.compile(r"[\s,;:#§|/]+")

# The following are used only while a snapshot is compiled: plain strings, compiled when first used.
#: Date in brackets at the end, as ITU-T ("(04/2008)") and ETSI ("(2020-06)") print it.
_BRACKET_DATE: Final = r"\s*\((?:\d{1,2}/(?P<itu>\d{4})|(?P<etsi>\d{4})(?:-\d{1,2})?)\)\s*$"
#: An amendment or corrigendum after its edition: "ISO/IEC 27001:2022/Amd 1:2024", "ISO/IEC 11770-3:2021/DAM 1".
_AMENDMENT: Final = (
    r"(?i)(?P<base>.+?)(?P<of>:\d{4})?(?P<what>\s*/\s*(?:\w+ )?(?:Amd|Cor|F?DAM|F?DCOR|PDAM)\b.*?)(?P<year>:\d{4})?$"
)
#: A consolidated version: "IEC 62443-2-4:2015+AMD1:2017 CSV".
_CONSOLIDATED: Final = r"(?P<base>.+?):\d{4}\+.* CSV$"
_YEAR: Final = r"(?P<base>.+):(?P<year>\d{4})$"
#: "NIST CSF 2.0" is also called "CSF 2".
_WHOLE_VERSION: Final = r"(?P<base>.*[^\W\d_] \d+)\.0$"
#: ETSI prints EN 303 645 with a space within the number.
_SPACED_NUMBER: Final = r"(?<!\d)(\d{3}) (\d{3})(?!\d)"

#: Publishers at the start of a designation → the family that numbers documents together.
_PUBLISHERS: Final = {name: name for name in "ansi as bs bsi din en eu ieee ietf iso itu jis nist".split()} | {
    "iec": "iso",
    "isa": "iso",
    "t": "itu",
    "etsi": "en",
    "cen": "en",
    "cenelec": "en",
    "clc": "en",
    "nzs": "as",
    "ec": "eu",
}
_TYPES: Final = frozenset(
    "ts tr pas iwa guide sp ir fips cswp rfc es eg gs gr act delegated directive implementing regulation".split()
)
_HEAD_NOISE: Final = frozenset("document international is no number of pub rec recommendation standard std the".split())
_STAGES: Final = frozenset("pwi np nwi nwip awi wd cd cdv dis fdis prf pdts pdtr dts dtr dpas".split())
#: Types that may also follow the number ("27103 TR").
_LAST_TYPES: Final = frozenset(("ts", "tr", "pas"))
#: Amendments and their drafts: the mark follows the edition, with its number.
_AMENDING: Final = frozenset("amd cor dam fdam pdam dcor fdcor".split())
_GLUED: Final = {
    "isoiec": ("iso", "iec"),
    "itut": ("itu", "t"),
    "nistir": ("nist", "ir"),
    "nistsp": ("nist", "sp"),
    "damd": ("dam",),
    "fdamd": ("fdam",),
    "cdam": ("cd", "amd"),
    "cdcor": ("cd", "cor"),
}
_SYNONYM: Final = {"amendment": "amd", "corrigendum": "cor", "corr": "cor"}
#: Synonyms only before a number: "Rev. 5" is r5, "3rd edition" is ed3; "Part 4" is 4, and "V2.1.1" is 2.1.1.
_BEFORE_NUMBER: Final = (
    dict.fromkeys(("rev", "revision"), "r")
    | dict.fromkeys(("edition", "edn"), "ed")
    | dict.fromkeys("part parts pt v ver version vol volume".split(), "")
)
#: Words before the number of a text of a standard, beside stages and amendments.
_TEXT_MARKS: Final = frozenset("csv ed edition r rev revision v ver version".split())
_LOCATOR_NOISE: Final = frozenset(
    "annex art article cl clause item para paragraph sec sect section subclause "
    "capability category control function practice provision requirement subcategory".split()
)
#: Words of acts → their abbreviations in citations.
_OF_ACTS: Final = {"article": "art", "schedule": "sch", "paragraph": "para"}


class Designation(NamedTuple):
    """The parts of a designation: *key* (stage, number, part, year), and what people may leave out.

    *publishers* are families in the order printed: ("iso",) for ISO/IEC, ("bs", "en", "iso") for BS EN ISO.
    """

    key: str
    publishers: tuple[str, ...]
    types: frozenset[str]

    def answers_to(self, asked: Designation) -> bool:
        """Return whether *asked* may mean this document, given that the keys are equal.

        The document must have the publishers and types asked for; and the publisher of the original alone does not mean
        an adoption of it ("AS/NZS ISO/IEC 27400:2024").
        """
        named = not asked.publishers or (
            set(asked.publishers) <= set(self.publishers) and self.publishers[0] in asked.publishers
        )
        return named and asked.types <= self.types


def clean(text: str) -> str:
    """Return *text* in one line, without control characters and lone surrogates, in compatibility form (NFKC)."""
    if not text.isascii():
        import unicodedata

        text = unicodedata.normalize("NFKC", text.encode("utf-8", "replace").decode("utf-8"))
    return _CONTROL.sub(" ", text).strip()


def tokens(text: str) -> list[str]:
    """Return the tokens of *text*: runs of letters or digits, case-folded, numbers without leading zeros."""
    return [_plain(token) for token in _TOKEN.findall(clean(text).casefold())]


def _plain(token: str) -> str:
    return token.lstrip("0") or "0" if token[0] == "0" else token


def name_key(text: str) -> str:
    """Return the key of a name, label or title: its tokens."""
    return " ".join(tokens(text))


def locator_keys(text: str) -> list[str]:
    """Return the keys of a locator as typed: all tokens, then without leading words such as "clause".

    "Control 5.1" also means the 5.1 of an Annex A.

    >>> locator_keys("Annex A control 5.1")
    ['annex a control 5 1', 'a control 5 1', 'a 5 1']
    """
    parts = tokens(text)
    keys = [" ".join(parts)] if parts else []
    while len(parts) > 1 and parts[0] in _LOCATOR_NOISE:
        noise, *parts = parts
        if noise == "control" and parts[0].isdigit():
            keys.append(" ".join(["a", *parts]))
        keys.append(" ".join(parts))
    if len(parts) > 2 and parts[:2] == ["a", "control"]:
        keys.append(" ".join(["a", *parts[2:]]))
    named = tokens(text)
    if "schedule" in named or "article" in named:  # of an act
        keys.append(" ".join(_OF_ACTS.get(part, part) for part in named))
    return keys


@lru_cache(maxsize=8192)
def designation(text: str) -> Designation:
    """Return the parts of the designation *text*; the key is empty when it has no number or name.

    >>> designation("ISO/IEC FDIS 27032:2012(E)")[0]
    'fdis 27032 2012'
    >>> designation("27404 WD2")[0], designation("WD2 of ISO/IEC 27404")[0]
    ('wd2 27404', 'wd2 27404')
    """
    plain = spoken.regular(_LANGUAGE.sub("", clean(text)).casefold())
    uncounted, count = spoken.iteration(plain)
    publishers, types, stage, row = _parts(uncounted)
    if count and (not stage or stage[-1].isdigit()):
        publishers, types, stage, row = _parts(plain)
    elif count and count != "1":
        stage += _plain(count)
    core = _core([token for token, _ in row])
    return Designation(" ".join([stage, *core] if stage and core else core), tuple(publishers), frozenset(types))


def _parts(text: str) -> tuple[dict[str, None], set[str], str, list[tuple[str, bool]]]:
    """Return publishers, types and stage, which precede or follow the number, and the remaining (token, is glued)."""
    row = _with_glue(text)
    publishers: dict[str, None] = {}
    types: set[str] = set()
    stage, at = "", 0
    while at < len(row):
        token, _ = row[at]
        if token in _PUBLISHERS and (token != "t" or "itu" in publishers):
            publishers[_PUBLISHERS[token]] = None
        elif token in _TYPES:
            types.add(token)
        elif token in _STAGES and not stage:
            stage = token
            if at + 1 < len(row) and row[at + 1][1] and _is_count(row[at + 1][0]):
                at += 1
                stage += row[at][0]
        elif token not in _HEAD_NOISE:
            break
        at += 1
    row = row[at:]
    while len(row) > 1 and row[-1][0] in _LAST_TYPES and row[0][0][0].isdigit():
        types.add(row.pop()[0])
    if not stage and len(row) > 1 and row[-1][0] in _STAGES:
        stage = row.pop()[0]
    elif not stage and len(row) > 2 and row[-2][0] in _STAGES and _is_count(row[-1][0]):
        stage = row[-2][0] + row[-1][0]
        del row[-2:]
    return publishers, types, stage, row


def _is_count(token: str) -> bool:
    """Return whether *token* can be the 2 of "WD2" (a document's number has more digits)."""
    return token[0].isdigit() and len(token) <= 2


def _with_glue(text: str) -> list[tuple[str, bool]]:
    """Return the tokens, each with whether it follows the one before without a space ("WD2")."""
    row: list[tuple[str, bool]] = []
    end = -1
    for match in _TOKEN.finditer(text):
        pieces = _GLUED.get(match[0], (_plain(match[0]),))
        row.extend((piece, match.start() == end) for piece in pieces)
        end = match.end()
    return row


def _core(row: list[str]) -> list[str]:
    result = []
    for at, token in enumerate(row):
        following = row[at + 1] if at + 1 < len(row) else ""
        if token in _BEFORE_NUMBER and following[:1].isdigit():
            token = _BEFORE_NUMBER[token]
        elif token == "technical" and _SYNONYM.get(following, following) == "cor":
            continue
        if token:
            result.append(_SYNONYM.get(token, token))
    return result


def designations(text: str) -> Iterator[tuple[int, Designation]]:
    """Yield the keys under which a document with the printed designation *text* is found, each with a tier.

    :data:`EXACT` is the designation itself; :data:`SHORTER` is it without what people leave out: the month of a date,
    the date after a version, the year of a draft or an amendment, the count of a draft.
    """
    yield from ((EXACT, designation(form)) for form in _spellings(text))
    for form in _shorter(_LANGUAGE.sub("", clean(text)).strip()):
        yield from ((SHORTER, designation(spelling)) for spelling in _spellings(form))


def _spellings(text: str) -> list[str]:
    joined = re.sub(_SPACED_NUMBER, r"\1\2", text)
    return [text] if joined == text else [text, joined]


def _shorter(text: str) -> Iterator[str]:
    if match := re.search(_BRACKET_DATE, text):
        yield text[: match.start()]
        yield f"{text[: match.start()]}:{match['itu'] or match['etsi']}"
    elif match := re.fullmatch(_AMENDMENT, text):
        base, of, what, year = match["base"], match["of"] or "", match["what"], match["year"] or ""
        shorter = dict.fromkeys((base + of + what, base + what + year, base + what))
        yield from (form for form in shorter if form != text)
    elif match := re.fullmatch(_CONSOLIDATED, text, re.IGNORECASE):
        yield f"{match['base']} CSV"
    elif match := re.fullmatch(_WHOLE_VERSION, text):
        yield match["base"]
    elif (key := designation(text).key) and (stage := re.match(r"[^\W\d_]+", key)) and stage[0] in _STAGES:
        dated = re.fullmatch(_YEAR, text)
        undated = dated["base"] if dated else text
        unnumbered = re.sub(rf"\b({stage[0]})\s?\d{{1,2}}\b", r"\1", spoken.iteration(undated)[0], flags=re.I)
        yield from dict.fromkeys(form for form in (undated, unnumbered) if form != text)


def is_text_mark(text: str) -> bool:
    """Return whether *text* marks a text of a standard, not a locator in it: year, stage, amendment, version."""
    first, *rest = tokens(text) or [""]
    year = not rest and first.isdigit() and len(first) > 3
    return year or first in _TEXT_MARKS or is_stage(text) or is_amendment(text)


def is_stage(text: str) -> bool:
    """Return whether *text* begins with the stage of a draft."""
    return next(iter(tokens(text)), "") in _STAGES


def is_amendment(text: str) -> bool:
    """Return whether *text* begins with the mark of an amendment, a corrigendum or a draft of one."""
    row = [_SYNONYM.get(token, token) for token in tokens(text)[:2]]
    return bool(row) and (row[0] in _AMENDING or (row[0] in _STAGES and row[-1] in _AMENDING))


def splits(text: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to read *text* as a document and a locator in it, the longest document first.

    >>> list(splits("27400 clause 7.1"))
    [('27400 clause', '7.1'), ('27400', 'clause 7.1')]
    """
    breaks = [match.span() for match in _BREAK.finditer(text) if match.start() and match.end() < len(text)]
    for start, end in reversed(breaks[:_DOCUMENT_WORDS]):
        yield text[:start], text[end:]
