"""Words of the full-text index: British and American spelling become one, and near spellings are found.

The index stems English words itself (Porter): "controls" and "control" become one.  This module joins what the stemmer
does not, by the same rules for the indexed text and for the search words; so a rule that is wrong for some word
("enterprise" → "enterprize") is wrong on both sides and does no harm.

>>> fold("Organisational behaviour: a programme of the centre, in defence")
'organizational behavior: a program of the center, in defense'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

#: Longest word that has near spellings; longer ones are names of files and hashes.
_LONGEST: Final = 24
_SHORTEST: Final = 4
#: British → American, where no rule for endings applies.
_WHOLE: Final = dict(
    pair.split("/")
    for pair in (
        "ageing/aging artefact/artifact artefacts/artifacts grey/gray cheque/check programme/program "
        "programmes/programs practise/practice practised/practiced acknowledgement/acknowledgment judgement/judgment "
        "licence/license licences/licenses centre/center centres/centers metre/meter metres/meters defence/defense "
        "defences/defenses offence/offense offences/offenses fulfil/fulfill enrol/enroll enrolment/enrollment "
        "fulfilment/fulfillment"
    ).split()
)
#: Endings: organis|e, analys|e, behavi|our, catal|ogue, label|ling; a word that is cut short within the first, too.
_ENDINGS: Final = (
    r"(?<=[a-z]{3}i)s(?=(?:e[drs]?|ers|ing|a|at|ati|atio|ations?|ational)?\b)"
    r"|(?<=[a-z]{3}y)s(?=(?:e[drs]?|ers|ing)\b)"
    r"|(?<=[a-z]{3}o)u(?=r(?:s|al|able|ed|ing|ite|ites)?\b)"
    r"|(?<=[a-z]{3}og)ue(?=s?\b)"
    r"|(?<=[a-z]{2}[aeiou]l)l(?=(?:ed|ings?|ers?)\b)"
)
#: The letters before an ending → their American spelling.
_LETTERS: Final = {"s": "z", "u": "", "ue": "", "l": ""}
_SPELLING = re.compile(rf"\b(?:{'|'.join(_WHOLE)})\b|{_ENDINGS}")


def fold(text: str) -> str:
    """Return *text* in lower case, with British spelling made American."""
    return _SPELLING.sub(lambda match: _WHOLE.get(match[0]) or _LETTERS[match[0]], text.lower())


def has_neighbours(word: str) -> bool:
    """Return whether *word* has near spellings in the index; a short word has too many."""
    return _SHORTEST <= len(word) <= _LONGEST


def less_one(word: str) -> set[str]:
    """Return *word*, and *word* without one letter, for each of its letters.

    Two words have one of these in common when one letter is missing, added or replaced, or two neighbours are swapped.
    """
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def distance(one: str, other: str) -> int:
    """Return how many letters to remove, add, replace or swap to make *other* of *one*."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, sign in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != sign))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == sign:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def cuts(word: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to read *word* as two words written together ("cyberinsurance")."""
    for at in range(_SHORTEST, len(word) - _SHORTEST + 1) if len(word) <= _LONGEST else ():
        yield word[:at], word[at:]
