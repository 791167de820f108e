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
    """How a loan's days become a due date, and what happens to one that falls on a closed day."""

    KEEP = "keep"
    """Nothing: things can be brought back on any day."""
    NEXT_OPEN_DAY = "next_open_day"
    """It moves to the first open day after it."""
    PREVIOUS_OPEN_DAY = "previous_open_day"
    """It moves to the last open day before it, but not to before the loan."""
    OPEN_DAYS_ONLY = "open_days_only"
    """Only open days are counted, so that a loan of five days over a weekend has its five."""
    SAME_WEEKDAY = "same_weekday"
    """It moves to the next open day of the weekday on which the loan was made."""


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
    start: date,
    days: int,
    policy: DuePolicy,
    open_days: OpenDays,
    *,
    card_expires: date | None = None,
    lent_on: date | None = None,
) -> Due:
    """Compute when a loan made today is due, or one renewed today.

    Args:
        start: the local date from which the days count: of the loan, or of its renewal.
        days: how many, 0 or more.
        policy: how they are counted, and what to do with a closed day.
        open_days: the depot's calendar.
        card_expires: the last day the borrower's card is good for, if it has one.
        lent_on: the local date of the loan itself, whose weekday `same_weekday` keeps through renewals;
            `start` by default.

    Where no day within a year is open the plain date holds, with a warning: a gap in the calendar must not
    make loans of a year. A due date never passes the card's last day; where a policy other than `keep`
    would, it goes back to the latest open day the card allows, but not before the loan. A card that had
    expired already does not shorten the loan: that it was lent on at all, and for how long, the rules have
    decided.

    Raises ValueError for negative days.
    """
    if days < 0:
        raise ValueError(f"Expected 0 or more loan days, got {days}.")
    plain = start + timedelta(days=days)
    day = _POLICIES[policy](_Asked(start, days, lent_on or start), open_days)
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


def day_of(text: str | None) -> date | None:
    """Read a day as tables and events hold it, an ISO date; None stays None."""
    return date.fromisoformat(text) if text else None


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
# Each takes what was asked for and the calendar, and answers None where a year has no open day.


@dataclass(frozen=True, slots=True)
class _Asked:
    """A loan's days: from when, how many, and the day whose weekday it has."""

    start: date
    days: int
    lent_on: date

    @property
    def plain(self) -> date:
        """The day on which they end on a wall calendar."""
        return self.start + timedelta(days=self.days)


def _keep(asked: _Asked, _open_days: OpenDays) -> date:
    """Take the plain date, open or not."""
    return asked.plain


def _next_open_day(asked: _Asked, open_days: OpenDays) -> date | None:
    """Take the plain date or the first open day after it."""
    return first_open(asked.plain, open_days)


def _previous_open_day(asked: _Asked, open_days: OpenDays) -> date | None:
    """Take the plain date or the last open day before it; where that lies before the loan, the next one."""
    earliest = max(asked.start, asked.plain - timedelta(days=YEAR))
    return _latest_open(asked.plain, earliest, open_days) or _next_open_day(asked, open_days)


def _open_days_only(asked: _Asked, open_days: OpenDays) -> date | None:
    """Count open days from the day after the start; of no days, take the start or the first open day."""
    day = first_open(asked.start, open_days) if not asked.days else asked.start
    for _ in range(asked.days):
        if day is None:
            break
        day = first_open(day + timedelta(days=1), open_days)
    return day


def _same_weekday(asked: _Asked, open_days: OpenDays) -> date | None:
    """Take the loan's weekday when it next comes and is open.

    A kiosk lends on Saturdays, too. Where that weekday is never open within a year, it is the next open day.
    """
    ahead = (asked.lent_on.weekday() - asked.plain.weekday()) % 7
    weeks = (asked.plain + timedelta(days=more) for more in range(ahead, YEAR + 1, 7))
    return next(filter(open_days.is_open, weeks), None) or _next_open_day(asked, open_days)


_POLICIES: dict[DuePolicy, Callable[[_Asked, OpenDays], date | None]] = {
    DuePolicy.KEEP: _keep,
    DuePolicy.NEXT_OPEN_DAY: _next_open_day,
    DuePolicy.PREVIOUS_OPEN_DAY: _previous_open_day,
    DuePolicy.OPEN_DAYS_ONLY: _open_days_only,
    DuePolicy.SAME_WEEKDAY: _same_weekday,
}


def first_open(day: date, open_days: OpenDays) -> date | None:
    """Find the first open day from `day` on, that day included; None where a year has none."""
    ahead = (day + timedelta(days=more) for more in range(YEAR + 1))
    return next(filter(open_days.is_open, ahead), None)


def _latest_open(last: date, first: date, open_days: OpenDays) -> date | None:
    """Find the latest open day from `first` to `last`, both included."""
    back = (last - timedelta(days=less) for less in range((last - first).days + 1))
    return next(filter(open_days.is_open, back), None)
