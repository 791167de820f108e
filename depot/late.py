"""Deeds that happened while the ledger could not be asked, entered afterwards from the paper list.

What stands on the paper has happened: it is recorded and never refused, whatever the rules say of the
thing or the card, unless nobody knows which thing or whose card is meant. The event says when it happened
beside when it was entered, and takes the place in its thing's story that it had: a thing that was lent at
two and brought back to the kiosk at four is at home, also when the two o'clock is entered at five. What
does not fit together then is a discrepancy for a person, as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from depot import clock, journal, lapses, lending, looks, projection, refusals
from depot.calendar import DuePolicy, day_of, due_date
from depot.fold import ItemNow, fold
from depot.looks import Look
from depot.outcomes import Already, CheckedIn, CheckedOut, NextStep, Outcome, Reason, Refused, Was
from depot.rules import first_days
from depot.states import Fact, State
from depot.station import Station
from depot.tables import link

LONGEST = timedelta(days=31)
"""How long ago a late entry may have happened: a paper list is entered the week after, not the year after."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the paper list as somebody enters it.

    Args:
        happened_at: when it happened; aware, UTC, not in the future and at most `LONGEST` ago.
        by: the pseudonym of the member of staff who enters it.
        key: the UUID of the event, when the doer brings one, as for `lending.check_out`.
    """

    happened_at: datetime
    by: str
    key: str | None = None

    def check(self, now: datetime) -> None:
        """Raises ValueError for a time outside the range."""
        if not now - LONGEST <= self.happened_at <= now:
            raise ValueError(
                f"wanted a time within the last {LONGEST.days} days, got {clock.iso(self.happened_at)}"
            )


def check_out(
    conn: Connection,
    station: Station,
    *,
    card: str,
    item: str,
    entry: Entry,
    now: datetime,
) -> Outcome:
    """Record a loan that was written on paper.

    Args:
        card: the card's code; item: the item's.
        entry: when it was lent, and who enters it.
        now: aware, UTC.

    Raises:
        ValueError: the entry's time is outside its range.
    """
    entry.check(now)
    look = looks.for_check_out(conn, station, item, card, key=entry.key, now=now)
    row = look.row
    reason = _not_known(look, has_borrower=row.borrower is not None)
    if row.seen_body is not None or reason is not None:
        return _before_or_no(conn, station, look, reason, now, Fact.CHECK_OUT)
    then = _then(conn, item, entry.happened_at)
    if then.state is State.ON_LOAN and _is_theirs(conn, then.loan, row.borrower):
        still = then.loan == look.now.loan
        due = day_of(row.open_due) if still else None
        return Already(item=item, product=row.product, key=then.loan, due=due, on_loan=still)
    return _lend(conn, station, look, then, entry, now)


def _lend(
    conn: Connection, station: Station, look: Look, then: ItemNow, entry: Entry, now: datetime
) -> CheckedOut:
    """Record the loan as the rules would have made it on that day, and whose it is."""
    row = look.row
    days = first_days(row.loan_days, station.rules, confirmed=row.standing == "confirmed")
    policy = DuePolicy(station.rules.due_policy)
    lent_on, expires = station.today(entry.happened_at), day_of(row.expires_on)
    due = due_date(lent_on, days, policy, station.open_days, card_expires=expires).day
    terms = {"days": days, "policy": station.rules.due_policy, "due": due.isoformat()}
    facts = {"product": row.product, "depot": station.depot, **terms}
    hold = _their_place(conn, look, then, entry)
    happened = _enter(conn, station, look, Fact.CHECK_OUT, entry, now, facts, hold=hold)
    tie = {"key": happened.key, "borrower": row.borrower, "station": station.id, "made_at": happened.at}
    conn.execute(insert(link).values(tie))
    lapses.put_right(conn, station, now=now)
    return CheckedOut(
        item=row.code,
        product=row.product,
        key=happened.key,
        deed=happened.deed,
        due=due,
        days=days,
        pieces=row.pieces,
    )


def check_in(
    conn: Connection,
    station: Station,
    *,
    item: str,
    entry: Entry,
    now: datetime,
) -> Outcome:
    """Record a return that was written on paper, or that stood in the room when the power came back.

    Args and errors: as for `check_out`.
    """
    entry.check(now)
    look = looks.for_check_in(conn, station, item, entry.key)
    reason = _not_known(look)
    if look.row.seen_body is not None or reason is not None:
        return _before_or_no(conn, station, look, reason, now, Fact.CHECK_IN)
    then = _then(conn, item, entry.happened_at)
    if then.state not in (State.ON_LOAN, State.AVAILABLE, State.SET_ASIDE, *lending.FOUND):
        where = looks.where_it_belongs(conn, station, look)
        return Already(item=item, product=look.row.product, place=where)
    kind = lending.FOUND.get(then.state, Fact.CHECK_IN)
    facts = {"depot": station.depot}
    happened = _enter(conn, station, look, kind, entry, now, facts, loan=then.loan)
    lapses.put_right(conn, station, now=now)
    was = Was.ON_LOAN if then.loan else Was.FOUND if then.state in lending.FOUND else Was.UNREGISTERED
    return CheckedIn(
        item=item,
        product=look.row.product,
        key=happened.key,
        deed=happened.deed,
        was=was,
        loan=then.loan,
        place=look.row.place,
    )


def _not_known(look: Look, *, has_borrower: bool = True) -> Reason | None:
    if not look.known:
        return Reason.UNKNOWN_CODE
    return None if has_borrower else Reason.CARD_UNKNOWN


def _before_or_no(
    conn: Connection, station: Station, look: Look, reason: Reason | None, now: datetime, kind: Fact
) -> Outcome:
    if look.row.seen_body is not None:
        return lending.as_before(conn, station, look, kind, now)
    reasons = (reason or Reason.UNKNOWN_CODE,)
    refusals.count(conn, station, reasons, look.row.product, now=now)
    return Refused(
        item=look.now.item, product=look.row.product, reasons=reasons, next_step=NextStep.SCAN_AGAIN
    )


def _then(conn: Connection, item: str, happened_at: datetime) -> ItemNow:
    """How the thing stood at that time, as far as the ledger knows by now."""
    tick = clock.millis(happened_at)
    return fold(item, [one for one in journal.of_item(conn, item) if one.tick <= tick]).now


def _is_theirs(conn: Connection, key: str | None, borrower: str) -> bool:
    """Say whether a loan or hold is somebody's."""
    return conn.scalar(select(link.c.key).where(link.c.key == key, link.c.borrower == borrower)) is not None


def _their_place(conn: Connection, look: Look, then: ItemNow, entry: Entry) -> str | None:
    """Name the hold that a loan ends: what the thing was set aside for, or the borrower's place in its line's queue."""
    if _is_theirs(conn, then.hold, look.row.borrower):
        return then.hold
    place = look.hold
    waited = place is not None and place.placed_at <= clock.millis(entry.happened_at)
    return place.key if place is not None and waited else None


def _enter(
    conn: Connection,
    station: Station,
    look: Look,
    kind: Fact,
    entry: Entry,
    now: datetime,
    facts: Mapping[str, Any],
    *,
    loan: str | None = None,
    hold: str | None = None,
) -> journal.Event:
    item = look.now.item
    pen = journal.Pen(
        conn, station.id, look.head, now=now, trusted=station.trusts(now, look.head.at), by=entry.by
    )
    marked = {**facts, "happened_at": clock.iso(entry.happened_at), "late_entry": True}
    tick = clock.millis(entry.happened_at)
    happened = pen.write(kind, key=entry.key, item=item, loan=loan, hold=hold, facts=marked, tick=tick)
    projection.retell_item(conn, item)
    if hold is not None:
        projection.retell_hold(conn, hold)
    return happened
