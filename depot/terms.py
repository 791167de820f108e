"""How a loan line may be renewed: the rules' answer, made a date by the calendar. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from depot import clock
from depot.calendar import Due, DuePolicy, day_of, due_date, local_day
from depot.lines import Line
from depot.outcomes import Reason
from depot.rules import BorrowerAsked, LoanAsked, RenewFrom, may_renew
from depot.states import Fact
from depot.station import Station

_DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Terms:
    """How a line is renewed: until when, by how many days, flagged for what, past which refusals at the desk."""

    due: Due | None
    days: int
    flags: tuple[Reason, ...]
    overridden: tuple[Reason, ...]


def terms_of(
    line: Line,
    who: BorrowerAsked,
    station: Station,
    *,
    now: datetime,
    trusted: bool,
    overrides: bool = False,
) -> Terms | tuple[Reason, ...]:
    """Say how a line may be renewed; or why not, and for no reason at all if that would not make it longer.

    A soft reason counts its few days from today, whatever `renew_from` says. Where these would not reach
    beyond the date that the line has, the soft reason is the answer: its whole renewal would have.

    Args:
        now: aware, UTC; trusted: whether a date may be computed from it.
        overrides: the desk renews past every refusal.
    """
    days, today, has = int(line.row.loan_days), station.today(now), line.due
    if _was_renewed_just_now(line, station, now) or (has is None and not trusted):
        return ()
    whole = _due(line, station, today, _from(station, today, has), days)
    answer = may_renew(
        LoanAsked(
            days=days,
            more_days=(whole.day - today).days if trusted else days,
            renewals=line.renewals,
            recalled=any(row.recalled for row in line.rows),
            someone_waits=any(row.someone_waits for row in line.rows),
        ),
        who,
        station.rules,
    )
    is_longer = not trusted or has is None or whole.day > has
    if overrides:
        past = (*answer.hard, *answer.soft)
        return Terms(whole if trusted else None, days, (), past) if is_longer else ()
    if answer.hard:
        return answer.hard
    until = _due(line, station, today, today, answer.days) if answer.soft else whole
    if not trusted or has is None or until.day > has:
        return Terms(until if trusted else None, answer.days, answer.soft, ())
    return answer.soft if is_longer else ()


def _was_renewed_just_now(line: Line, station: Station, now: datetime) -> bool:
    """Twice is once: a second stroke, or the second crutch of a pair, renews nothing again."""
    since = timedelta(milliseconds=abs(clock.millis(now) - line.row.state_tick))
    return line.row.last_kind == Fact.RENEWED and since < timedelta(
        minutes=station.rules.just_borrowed_minutes
    )


def _from(station: Station, today: date, due: date | None) -> date:
    """The day from which a renewal counts: a due date that has passed is nothing to count from."""
    return max(due, today) if due and station.rules.renew_from is RenewFrom.DUE else today


_POLICIES = {one.value: one for one in DuePolicy}


def _due(line: Line, station: Station, today: date, start: date, days: int) -> Due:
    row = line.row
    expires = day_of(row.expires_on if row.card_borrower is not None else row.good_until)
    if expires is not None and expires >= today:  # a closing may have moved the date past the card's last day
        start = min(start, expires)
    policy = _POLICIES.get(row.loan_policy) or DuePolicy(station.rules.due_policy)
    lent_on = local_day(clock.from_millis(row.loan_out_at), station.time_zone)
    return due_date(start, days, policy, station.open_days, card_expires=expires, lent_on=lent_on)


def who_of(line: Line, station: Station, now: datetime) -> BorrowerAsked:
    """What the rules need to know of whose line it is; of one whose tie is not here, nothing stands against it."""
    row = line.row
    if row.borrower is None:
        return BorrowerAsked(known=True, confirmed=True)
    expires = day_of(row.expires_on if row.card_borrower is not None else row.good_until)
    return BorrowerAsked(
        known=True,
        blocked=bool(row.card_blocked or row.borrower_blocked or row.died_on),
        confirmed=row.standing == "confirmed",
        days_since_start=(clock.millis(now) - row.borrower_made_at) // _DAY_MS,
        expired=expires is not None and expires < station.today(now),
        days_of_this_line=max(0, row.line_ms or 0) // _DAY_MS,
    )
