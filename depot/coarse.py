"""Times about people of which only the month or the day is kept, once the minute would tell too much.

When a tie between somebody and a loan is cut, a time to the millisecond still points at it: a card was taken into
use, and half a minute later something was lent there. So the times that stand with people become months or days
when the ties of their age are cut (`privacy.advance`). Such a time is the beginning of its month or day, in UTC:
nothing happens at midnight to the millisecond, so it is told from a whole one by its value.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, Integer, case, cast, func

from depot import clock

DAY = 24 * 60 * 60 * 1000
"""Milliseconds."""
_LONGEST_MONTH = 31 * DAY


def month(at: Column[Any]) -> ColumnElement[int]:
    """Take the month of a column of milliseconds, in SQLite's words: only a station's own ledger forgets."""
    return cast(func.strftime("%s", at // 1000, "unixepoch", "start of month"), Integer) * 1000


def day(at: Column[Any]) -> ColumnElement[int]:
    """Take the day of a column of milliseconds."""
    return at - at % DAY


def is_whole(at: Column[Any]) -> ColumnElement[bool]:
    """Say of a column that its time is still known to the millisecond."""
    return at % DAY != 0


def at_the_latest(at: Column[Any] | ColumnElement[Any]) -> ColumnElement[int]:
    """Return the latest that a time may have been, so that nothing is ever thought older than it is."""
    return at + case((at % DAY == 0, _LONGEST_MONTH), else_=0)


def iso(at: int) -> str:
    """Write as much of a time as is known, ISO 8601 in UTC: whole, "2027-03-12" or "2027-03"."""
    when = clock.from_millis(at)
    if at % DAY:
        return clock.iso(when)
    return f"{when:%Y-%m}" if when.day == 1 else f"{when:%Y-%m-%d}"


def written(at: datetime, zone: ZoneInfo) -> str:
    """Write the day of a time, or its month where no more is known, as it is written here: "12.03.2027", "03.2027".

    Args:
        at: aware, UTC; zone: the depot's.
    """
    if clock.millis(at) % DAY:
        return f"{at.astimezone(zone):%d.%m.%Y}"
    return f"{at:%m.%Y}" if at.day == 1 else f"{at:%d.%m.%Y}"
