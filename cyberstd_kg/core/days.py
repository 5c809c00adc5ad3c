"""Days, and intervals of days: read as people write them, counted, and written as short as possible.

Days are texts (``2022-10-25``), which sort as days do.
"""

from __future__ import annotations

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
    """Return an interval as short as it can be told: ``2022``, ``2022-10``, ``2022-10-25``, else ``A to B``."""
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
    told = compact(interval)
    return f"between {first} and {last}" if " to " in told else f"on some day of {told}"


def _end_of_month(month: str) -> str:
    from calendar import monthrange

    return f"{month}-{monthrange(int(month[:4]), int(month[5:]))[1]:02}"


def after(day: str) -> str:
    """Return the next day."""
    from datetime import date, timedelta

    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def before(day: str) -> str:
    """Return the day before."""
    from datetime import date, timedelta

    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def today() -> str:
    """Return today's date, where the machine stands."""
    from time import strftime

    return strftime("%Y-%m-%d")


def period(text: str, now: str | None = None) -> Interval:
    """Read a day, month or year as people write it: ``2023-06-28``, ``2023-06``, ``2023``, ``today``.

    :param now: the day that ``today`` means; default: today
    :returns: its first and its last day
    :raises UsageError: when it is none of these
    """
    import re

    if text == "today":
        return (now or today(), now or today())
    if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text, re.ASCII):
        try:
            first = text + "-01-01"[len(text) - 10 :] if len(text) < 10 else text
            last = text if len(text) == 10 else _end_of_month(text if len(text) == 7 else f"{text}-12")
            after(before(first))
            if not "1000" <= first < "9999":
                raise ValueError
            return first, last
        except (ValueError, OverflowError):
            pass
    raise UsageError(f"'{text[:40]}' is no date", "Give a day, month or year: 2023-06-28, 2023-06, 2023; or today.")


def one_day(text: str, now: str | None = None) -> str:
    """Read a day as :func:`period` does, and refuse months and years.

    :raises UsageError: when it is not one day
    """
    first, last = period(text, now)
    if first != last:
        raise UsageError(f"'{text}' is not one day", f"Give a day, such as {last}; show also takes a month or a year.")
    return first
