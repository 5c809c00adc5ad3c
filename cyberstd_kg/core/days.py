"""Days, and intervals of days: read as people write them, counted, and written as short as possible.

A day is a text (``2022-10-25``); such texts sort as days do.
"""

from __future__ import annotations

import re
from time import strftime
from typing import Final

from cyberstd_kg.core.errors import UsageError

#: Ends of an interval of which nothing is known.
FIRST: Final = "0001-01-01"
LAST: Final = "9999-12-31"

#: (first day, last day)
Interval = tuple[str, str]


def pair(interval: Interval | None) -> list[str] | None:
    """Return an interval as the documented JSON: two days, an unknown side empty; None where there is none."""
    return None if interval is None else ["" if day in (FIRST, LAST) else day for day in interval]


def compact(interval: Interval) -> str:
    """Return an interval in its shortest form: ``2022``, ``2022-10``, ``2022-10-25``, else ``A to B``."""
    first, last = interval
    if first == last:
        return first
    for size, begin, end in ((4, "-01-01", "-12-31"), (7, "-01", "")):
        head = first[:size]
        if first == head + begin and last == (head + end if end else _end_of_month(head)):
            return head
    if first == FIRST:
        return f"by {last}"
    return f"after {first}" if last == LAST else f"{first} to {last}"


def when(interval: Interval) -> str:
    """Return an interval as words after "published": ``on 2022-10-25``, ``on some day of 2022-10``."""
    first, last = interval
    if first == last:
        return f"on {first}"
    if interval == (FIRST, LAST):
        return "on an unknown day"
    if first == FIRST:
        return f"on or before {last}"
    if last == LAST:
        return f"on or after {first}"
    short = compact(interval)
    return f"between {first} and {last}" if " to " in short else f"on some day of {short}"


def _end_of_month(month: str) -> str:
    from calendar import monthrange

    return f"{month}-{monthrange(int(month[:4]), int(month[5:]))[1]:02}"


def after(day: str) -> str:
    """Return the next day."""
    return _shifted(day, 1)


def before(day: str) -> str:
    """Return the day before."""
    return _shifted(day, -1)


def _shifted(day: str, days: int) -> str:
    from datetime import date, timedelta

    return (date.fromisoformat(day) + timedelta(days)).isoformat()


def today() -> str:
    """Return today's date in the time zone of the machine."""
    return strftime("%Y-%m-%d")


def is_day(text: str) -> bool:
    """Return whether a text is a day of the calendar: year, month and day."""
    from datetime import date

    try:
        return len(text) == 10 and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def span(text: str) -> Interval:
    """Return the first and last day of a year, month or day.

    >>> span("2022-02"), span("2022")
    (('2022-02-01', '2022-02-28'), ('2022-01-01', '2022-12-31'))

    :raises ValueError: when it is none of these
    """
    if not re.fullmatch("[0-9]{4}(-[0-9]{2}){0,2}", text):
        raise ValueError(f"'{text}' is not a date")
    first = f"{text}-01-01"[:10]
    last = text if len(text) == 10 else _end_of_month(f"{text}-12"[:7])
    if not is_day(first):
        raise ValueError(f"'{text}' is not in the calendar")
    return first, last


def period(text: str, now: str | None = None) -> Interval:
    """Read a day, month or year as people write it: ``2023-06-28``, ``2023-06``, ``2023``, ``today``.

    :param now: the day that ``today`` means; default: today
    :returns: its first and its last day
    :raises UsageError: when it is none of these, or before the year 1000 or after 9998
    """
    if text == "today":
        return (now or today(), now or today())
    try:
        first, last = span(text)
    except ValueError:
        first = last = ""
    if not "1000" <= first < "9999":
        raise UsageError(
            f"'{text[:40]}' is not a date", "Give a day, month or year: 2023-06-28, 2023-06, 2023; or today."
        )
    return first, last


def one_day(text: str, now: str | None = None) -> str:
    """Read a day as :func:`period` does, and refuse months and years.

    :raises UsageError: when it is not one day
    """
    first, last = period(text, now)
    if first != last:
        raise UsageError(f"'{text}' is not one day", f"Give a day, such as {last}; show also takes a month or a year.")
    return first
