"""Due dates, open days and public holidays.

Everything here is civil dates, never instants: a loan of 28 days ends on the 28th calendar day after it
began, whatever the clocks did in between. Which days are open is handed in. The `holidays` package is asked
only by `public_holidays`, whose answer fills a table: it takes 80 ms to import and has no place in a deed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

YEAR = 366
"""How many days ahead an open day is looked for; a depot closed for longer has a gap in its calendar."""


class DuePolicy(StrEnum):
    """What happens to a due date that falls on a closed day."""

    KEEP = "keep"
    """Nothing: things can be brought back on any day."""
    NEXT_OPEN_DAY = "next_open_day"
    """It moves to the first open day after it."""


class DueWarning(StrEnum):
    """What a storekeeper should know about how a due date came to be."""

    NO_OPEN_DAY = "no_open_day_within_a_year"
    CUT_AT_CARD_EXPIRY = "cut_at_card_expiry"


@dataclass(frozen=True, slots=True)
class OpenDays:
    """When a depot is open: the usual weekdays, less the days closed, plus the days open all the same.

    `weekdays` counts from Monday = 0. `closed` holds public holidays and the depot's own closed days.
    `opened` are the exceptions, and they win.
    """

    weekdays: frozenset[int] = frozenset(range(5))
    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()

    def is_open(self, day: date) -> bool:
        """Tell whether somebody is there on that day."""
        return day in self.opened or (day.weekday() in self.weekdays and day not in self.closed)


@dataclass(frozen=True, slots=True)
class Due:
    """The day a loan ends. It is late from the day after."""

    day: date
    warning: DueWarning | None = None


def due_date(
    start: date, days: int, policy: DuePolicy, open_days: OpenDays, *, card_expires: date | None = None
) -> Due:
    """Compute when a loan made today is due.

    Args:
        start: the local date of the loan.
        days: the loan's length, 0 or more.
        policy: what to do with a closed day.
        open_days: the depot's calendar.
        card_expires: the last day the borrower's card is good for, if it has one.

    Where no day within a year is open the plain date holds, with a warning: a gap in the calendar must not
    make loans of a year. A due date never passes the card's last day; where `next_open_day` would, it goes
    back to the latest open day the card allows, but not before the loan. A card that had expired already
    does not shorten the loan: that it was lent on at all, and for how long, the rules have decided.

    Raises ValueError for negative days.
    """
    if days < 0:
        raise ValueError(f"Expected 0 or more loan days, got {days}.")
    plain = start + timedelta(days=days)
    day = _POLICIES[policy](start, days, open_days)
    warning = None if day else DueWarning.NO_OPEN_DAY
    due = day or plain
    if card_expires is None or card_expires < start or due <= card_expires:
        return Due(due, warning)
    if policy is DuePolicy.KEEP:
        return Due(card_expires, DueWarning.CUT_AT_CARD_EXPIRY)
    last = _latest_open(card_expires, start, open_days)
    return Due(last or start, warning or DueWarning.CUT_AT_CARD_EXPIRY)


def days_late(due: date, today: date) -> int:
    """Count the days a loan is late: 0 up to and on its due date."""
    return max(0, (today - due).days)


def local_day(at: datetime, tz: ZoneInfo) -> date:
    """Say which date it is at the depot. Raises ValueError for a time that does not know its zone."""
    if at.tzinfo is None:
        raise ValueError("Expected an aware time, got one without a zone.")
    return at.astimezone(tz).date()


def public_holidays(country: str, subdivision: str | None, years: Iterable[int]) -> dict[date, str]:
    """List the public holidays of some years, in order, named in the country's own language.

    Args:
        country: ISO 3166-1, two capital letters: "NO", "DK".
        subdivision: ISO 3166-2 without the country, or None for what holds everywhere.
        years: calendar years.

    The language is named to `holidays` outright: left alone it follows LANG, and a service without one would
    fill the depot's table in English. Raises ValueError for a country or subdivision it does not know.
    """
    from holidays import PUBLIC, country_holidays

    try:
        language = country_holidays(country).default_language
        found = country_holidays(
            country, subdiv=subdivision, years=years, language=language, categories=PUBLIC
        )
    except NotImplementedError as unknown:
        place = country if subdivision is None else f"{country}-{subdivision}"
        raise ValueError(f"Expected a country that has a holiday calendar, got {place!r}.") from unknown
    return dict(sorted(found.items()))


# --- policies ---
# Each takes the loan's start, its days and the calendar, and answers None where a year has no open day.


def _keep(start: date, days: int, _open_days: OpenDays) -> date:
    """Take the plain date, open or not."""
    return start + timedelta(days=days)


def _next_open_day(start: date, days: int, open_days: OpenDays) -> date | None:
    """Take the plain date or the first open day after it."""
    plain = start + timedelta(days=days)
    ahead = (plain + timedelta(days=more) for more in range(YEAR + 1))
    return next(filter(open_days.is_open, ahead), None)


_POLICIES: dict[DuePolicy, Callable[[date, int, OpenDays], date | None]] = {
    DuePolicy.KEEP: _keep,
    DuePolicy.NEXT_OPEN_DAY: _next_open_day,
}


def _latest_open(last: date, first: date, open_days: OpenDays) -> date | None:
    """Find the latest open day from `first` to `last`, both included."""
    back = (last - timedelta(days=less) for less in range((last - first).days + 1))
    return next(filter(open_days.is_open, back), None)
