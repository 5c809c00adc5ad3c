"""What can go wrong, and what the user can do about it.

Every error that this package raises on purpose is a :class:`CyberstdError`.  It has a message (what is wrong), a hint
(what to do next) and the exit code of the command line::

    CyberstdError                      1
    ├── Refused                        1   an entry that the rules of the graph do not allow; carries the findings
    ├── UsageError                     2   the call itself is wrong: option, parameter, format
    │   ├── AmbiguousReference         2   the reference fits several entities; lists them
    │   └── QueryRefused               2   a query that is malformed or not allowed here
    ├── InputError                     2   a file or a value that cannot be read
    ├── NotFound                       3   nothing in the graph has this name
    ├── LimitExceeded                  4   time, memory or size ran out; no partial result is returned
    └── ResourceMissing                5   a needed program, endpoint, or part of the installation is missing
"""

from __future__ import annotations

from typing import Any


class CyberstdError(Exception):
    """Base of all errors raised on purpose.

    :param message: one sentence: what is wrong, with what
    :param hint: one sentence, what to do next; may be empty
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Refused(CyberstdError):
    """The rules of the graph do not allow an entry or its removal; nothing was changed.

    :param report: the findings, a :class:`cyberstd_kg.validation.findings.ValidationReport`
    """

    def __init__(self, message: str, report: Any, hint: str = "") -> None:
        super().__init__(message, hint)
        self.report = report


class UsageError(CyberstdError):
    """The call is wrong: an unknown option value, a missing or ill-typed parameter."""

    exit_code = 2


class AmbiguousReference(UsageError):
    """A reference that fits several entities.

    :param candidates: pairs of (IRI, label), best first
    """

    def __init__(self, message: str, candidates: list[tuple[str, str]], hint: str = "") -> None:
        super().__init__(message, hint)
        self.candidates = candidates


class QueryRefused(UsageError):
    """A query that does not parse, or that asks for what is not allowed here (SERVICE, LOAD, too deep, too long)."""


class InputError(CyberstdError):
    """A file or a value that cannot be read: syntax, encoding, size."""

    exit_code = 2


class NotFound(CyberstdError):
    """Nothing in the graph has this name."""

    exit_code = 3


class LimitExceeded(CyberstdError):
    """A limit on time, memory or size was reached; no partial result is returned."""

    exit_code = 4


class ResourceMissing(CyberstdError):
    """A program, an endpoint or a part of the installation is needed and missing."""

    exit_code = 5
