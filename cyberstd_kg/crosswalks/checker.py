"""Checking a proof without the code that found it.

It has a composition table of its own, written down by hand, and does no more than multiply along each chain.  The tests
hold the table against all sets of five elements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

#: First relation → second relation → what is possible; the signs stand in the order E < > o x.
TABLE: Final[Mapping[str, Mapping[str, str]]] = {
    "E": {"E": "E", "<": "<", ">": ">", "o": "o", "x": "x"},
    "<": {"E": "<", "<": "<", ">": "E<>ox", "o": "<ox", "x": "x"},
    ">": {"E": ">", "<": "E<>o", ">": ">", "o": ">o", "x": ">ox"},
    "o": {"E": "o", "<": "<o", ">": ">ox", "o": "E<>ox", "x": ">ox"},
    "x": {"E": "x", "<": "<ox", ">": "x", "o": "<ox", "x": "E<>ox"},
}
Result = tuple[str, str, frozenset[str]]
_TURN: Final = {"E": "E", "<": ">", ">": "<", "o": "o", "x": "x"}


def faults(steps: Sequence[Mapping[str, Any]], taken: Mapping[str, tuple[str, str, frozenset[str]]]) -> list[str]:
    """Return what is wrong with a proof; nothing when it holds.  What it concludes is what its last step says.

    :param steps: ``{from, to, relations, links, meets}``; a link is ``{from, to, relations, of, step, turned}``: *of*
        is the key of a premise or None, *step* the number of an earlier step (the first is 1) or None, one of the two;
        *meets* are such numbers; relations are signs, such as ``"E < > o"``
    :param taken: key of a premise → its two ends and its relations
    """
    wrong: list[str] = []
    results: list[Result] = []
    for number, step in enumerate(steps, 1):
        told = frozenset("E")
        at = step["from"]
        for link in step["links"]:
            source = _source(link, results, taken)
            if source is None:
                wrong.append(f"step {number} rests on what is not there")
                continue
            first, second, relations = source
            if link["turned"]:
                first, second, relations = second, first, frozenset(_TURN[sign] for sign in relations)
            if (first, second) != (link["from"], link["to"]) or at != first:
                wrong.append(f"step {number}: the chain breaks at {link['from']}")
            if relations != _set(link["relations"]):
                wrong.append(f"step {number}: the link from {first} to {second} says {''.join(sorted(relations))}")
            at = second
            told = frozenset(sign for one in told for other in relations for sign in TABLE[one][other])
        if at != step["to"]:
            wrong.append(f"step {number}: the chain ends at {at}")
        for met in step["meets"]:
            held = _step(results, met)
            if held is None or held[:2] != (step["from"], step["to"]):
                wrong.append(f"step {number} meets a step on another pair")
            else:
                told &= held[2]
        if told != _set(step["relations"]):
            wrong.append(f"step {number} gives {''.join(sorted(told))}, not {step['relations']}")
        results.append((step["from"], step["to"], told))
    return wrong if steps else ["there is no step"]


def _source(
    link: Mapping[str, Any], results: list[Result], taken: Mapping[str, tuple[str, str, frozenset[str]]]
) -> Result | None:
    """Return what a link rests on; None when that is nothing, or two things."""
    if (link["of"] is None) == (link["step"] is None):
        return None
    return taken.get(link["of"]) if link["step"] is None else _step(results, link["step"])


def _set(signs: str) -> frozenset[str]:
    return frozenset(signs.replace(" ", ""))


def _step(results: list[Result], number: int) -> Result | None:
    return results[number - 1] if 0 < number <= len(results) else None
