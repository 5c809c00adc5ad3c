"""The words of definitions: which are shared, which only one has, and what an adaptation kept, added and left out.

Pure; over texts.  Only texts of one language are compared, and only where the language separates words by spaces.
Content words are all words except those of a short list of English function words, numbers, and references in
parentheses such as "(3.7)".  Two forms count as one word when they differ in case, in British and American spelling, or
in a plural ending.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from cyberstd_kg.designations.spelling import fold

#: Languages that are written without spaces between words.
UNSPACED: Final = frozenset({"ja", "zh", "th", "lo", "km", "my"})
#: Longer definitions, in words, are not compared word by word: the cost grows with the square.
LONGEST: Final = 2_000
_FUNCTION: Final = frozenset(
    "a an and any are as at be been but by can could each either for from has have if in including into is it its may "
    "might more must nor not of on only onto or other others over own shall should so some such than that the their "
    "them then there these they this those through thus to under up upon via was were what when where which while who "
    "whose will with within without would".split()
)
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_REFERENCE = re.compile(r"\(\s*\d+(?:\.\d+)*\s*\)")
_TOKEN = re.compile(r"\w+(?:['’\-./]\w+)*|[^\w\s]")

KEPT: Final = "kept"
ADDED: Final = "added"
LEFT_OUT: Final = "left out"


class Worded(NamedTuple):
    """A definition in words: the IRI of its entry, the text, its language tag."""

    entry: str
    text: str
    lang: str


class ContentWord(NamedTuple):
    """A content word in the form of its first use, and the entries that use it, in their order."""

    word: str
    entries: tuple[str, ...]


class Vocabulary(NamedTuple):
    """The content words of the definitions in one language; ``why_not`` is why they are not compared, or empty."""

    lang: str
    entries: tuple[str, ...]
    words: tuple[ContentWord, ...]
    why_not: str

    @property
    def shared(self) -> list[ContentWord]:
        """The words that more than one definition uses, the most widely used first."""
        return sorted((w for w in self.words if len(w.entries) > 1), key=lambda w: (-len(w.entries), w.word.lower()))

    def only(self, entry: str) -> list[str]:
        """Return the words that only the definition of *entry* uses, in the order of the text."""
        return [w.word for w in self.words if w.entries == (entry,)]

    def to_json(self) -> dict[str, Any]:
        """Return the words as documented (docs/interface.md, ``compare``)."""
        return {
            "lang": self.lang,
            "entries": self.entries,
            "why_not": self.why_not,
            "shared": [word._asdict() for word in self.shared],
            "only": [{"entry": entry, "words": self.only(entry)} for entry in self.entries if not self.why_not],
        }


class Piece(NamedTuple):
    """A run of words that a text kept, added or left out."""

    what: str
    text: str


def vocabularies(texts: Iterable[Worded]) -> list[Vocabulary]:
    """Return the words of *texts* by language, the languages in the order of their first text."""
    by_language: dict[str, list[Worded]] = {}
    for text in texts:
        by_language.setdefault(language(text.lang), []).append(text)
    return [_vocabulary(lang, same) for lang, same in by_language.items()]


def language(tag: str) -> str:
    """Return the primary language of a tag ("en-GB" → "en"); empty where there is none."""
    return tag.lower().partition("-")[0]


def content_words(text: str) -> list[str]:
    """Return the content words of *text*, as printed, each once, in order.

    >>> content_words("safeguarding of people from cyber risks (3.7)")
    ['safeguarding', 'people', 'cyber', 'risks']
    """
    words: dict[str, str] = {}
    for printed in _WORD.findall(_REFERENCE.sub(" ", text)):
        word = re.sub(r"['’]s?$", "", printed)
        if word.lower() not in _FUNCTION and len(word) > 1:
            words.setdefault(key(word), word)
    return list(words.values())


def key(word: str) -> str:
    """Return the key that two forms of one word share: without case, variant spelling and plural ending.

    >>> key("Organisations") == key("organization"), key("properties") == key("property")
    (True, True)
    """
    low = fold(word)
    if len(low) > 4 and low.endswith("ies"):
        return low[:-3] + "y"
    if len(low) > 3 and low.endswith("s") and not low.endswith(("ss", "us", "is")):
        return low[:-1]
    return low


def difference(old: str, new: str) -> list[Piece]:
    """Return what *new* kept of *old*, added and left out, word by word, in the order of reading.

    Case does not count: a definition may begin a sentence.  Empty where one is longer than :data:`LONGEST` words.
    """
    from difflib import SequenceMatcher

    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(before), len(after)) > LONGEST:
        return []
    matcher = SequenceMatcher(None, [t.lower() for t in before], [t.lower() for t in after], autojunk=False)
    pieces = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece(KEPT, _joined(after[c:d])))
            continue
        if b > a:
            pieces.append(Piece(LEFT_OUT, _joined(before[a:b])))
        if d > c:
            pieces.append(Piece(ADDED, _joined(after[c:d])))
    return pieces


def comparable(lang: str) -> str:
    """Return why words of this language are not compared, or an empty string where they are."""
    return "this language is written without spaces between words" if language(lang) in UNSPACED else ""


def _vocabulary(lang: str, texts: Sequence[Worded]) -> Vocabulary:
    entries = tuple(dict.fromkeys(text.entry for text in texts))
    if why_not := comparable(lang):
        return Vocabulary(lang, entries, (), why_not)
    printed: dict[str, str] = {}
    users: dict[str, dict[str, None]] = {}
    for text in texts:
        for word in content_words(text.text):
            printed.setdefault(key(word), word)
            users.setdefault(key(word), {})[text.entry] = None
    words = tuple(ContentWord(printed[name], tuple(who)) for name, who in users.items())
    return Vocabulary(lang, entries, words, "")


def _joined(tokens: Sequence[str]) -> str:
    text = " ".join(tokens)
    return re.sub(r"\s+([,.;:)\]!?])", r"\1", re.sub(r"([(\[])\s+", r"\1", text))
