"""Checks a proof without the code that found it.

It has its own composition table, written by hand, and only multiplies along each chain.  The tests check the table with
all sets of five elements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

#: First relation → second relation → what is possible; the signs are in the order E < > o x.
TABLE: Final[Mapping[str, Mapping[str, str]]] = {
    "E": {"E": "E", "<": "<", ">": ">", "o": "o", "x": "x"},
    "<": {"E": "<", "<": "<", ">": "E<>ox", "o": "<ox", "x": "x"},
    ">": {"E": ">", "<": "E<>o", ">": ">", "o": ">o", "x": ">ox"},
    "o": {"E": "o", "<": "<o", ">": ">ox", "o": "E<>ox", "x": ">ox"},
    "x": {"E": "x", "<": "<ox", ">": "x", "o": "<ox", "x": "E<>ox"},
}
#: The two ends and the signs of the possible relations.
Statement = tuple[str, str, frozenset[str]]
_TURNED: Final = {"E": "E", "<": ">", ">": "<", "o": "o", "x": "x"}


def faults(steps: Sequence[Mapping[str, Any]], premises: Mapping[str, Statement]) -> list[str]:
    """Return what is wrong with a proof; nothing when it holds.  Its last step is what it concludes.

    :param steps: ``{from, to, relations, links, meets}``; a link is ``{from, to, relations, of, step, turned}``: *of*
        is the key of a premise or None, *step* the number of an earlier step (the first is 1) or None, one of the two;
        *meets* are such numbers; relations are signs, such as ``"E < > o"``
    :param premises: key → premise
    """
    wrong: list[str] = []
    results: list[Statement] = []
    for number, step in enumerate(steps, 1):
        result = _along(number, step, results, premises, wrong)
        for met in step["meets"]:
            other = _step(results, met)
            if other is None or other[:2] != (step["from"], step["to"]):
                wrong.append(f"step {number} meets a step on another pair")
            else:
                result &= other[2]
        if result != _set(step["relations"]):
            wrong.append(f"step {number} gives {''.join(sorted(result))}, not {step['relations']}")
        results.append((step["from"], step["to"], result))
    return wrong if steps else ["there is no step"]


def _along(
    number: int,
    step: Mapping[str, Any],
    results: list[Statement],
    premises: Mapping[str, Statement],
    wrong: list[str],
) -> frozenset[str]:
    """Return the composition of the links of a step, and add what is wrong with them to *wrong*."""
    result, at = frozenset("E"), step["from"]
    for link in step["links"]:
        source = _source(link, results, premises)
        if source is None:
            wrong.append(f"step {number} rests on something that is not there")
            continue
        first, second, relations = source
        if link["turned"]:
            first, second, relations = second, first, frozenset(_TURNED[sign] for sign in relations)
        if (first, second) != (link["from"], link["to"]) or at != first:
            wrong.append(f"step {number}: the chain breaks at {link['from']}")
        if relations != _set(link["relations"]):
            wrong.append(f"step {number}: the link from {first} to {second} says {''.join(sorted(relations))}")
        at = second
        result = frozenset(sign for one in result for other in relations for sign in TABLE[one][other])
    if at != step["to"]:
        wrong.append(f"step {number}: the chain ends at {at}")
    return result


def _source(link: Mapping[str, Any], results: list[Statement], premises: Mapping[str, Statement]) -> Statement | None:
    """Return the premise or step of a link; None where it has neither, or both."""
    if (link["of"] is None) == (link["step"] is None):
        return None
    return premises.get(link["of"]) if link["step"] is None else _step(results, link["step"])


def _set(signs: str) -> frozenset[str]:
    return frozenset(signs.replace(" ", ""))


def _step(results: list[Statement], number: int) -> Statement | None:
    return results[number - 1] if 0 < number <= len(results) else None
