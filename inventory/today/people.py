"""Whom to ring. A row has the key by which the desk opens somebody after a badge, and no name."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, literal_column, select

from depot import clock, rings
from depot.calendar import local_day
from depot.tables import borrower
from inventory.today.look import Look, Reader, Rows
from inventory.waiting import Kind


def _calls(look: Look) -> Rows:
    """Who asked to be rung, and who is to be told something: the row's key opens name and number."""
    for call in rings.listing(look.conn):
        kind = Kind.CALL_BACK if call.why == rings.CALL_BACK else Kind.RING
        of_what = {"item": call.item, "why": call.why}
        yield look.row(
            kind,
            call.key,
            at=call.made_at,
            day=call.day,
            product=call.product,
            waits_from_day=False,
            **of_what,
        )


_STARTERS = select(borrower.c.id, borrower.c.made_at).where(
    borrower.c.standing == literal_column("'starter'"),  # in the words of its index
    borrower.c.merged_into.is_(None),
    borrower.c.died_on.is_(None),
    borrower.c.blocked.is_(None),
)


def _starters(look: Look) -> Rows:
    """Cards from the box whose borrowers nobody has reached. The card opens something, so it is not told."""
    days = timedelta(days=look.station.rules.confirm_days)
    for row in look.ask(_STARTERS):
        last = local_day(clock.from_millis(row.made_at), look.station.time_zone) + days
        yield look.row(Kind.UNCONFIRMED, row.id, at=row.made_at, day=last.isoformat())


# The numbers alone stand in an index; asked of the borrowers at once, 100,000 of them take six times as long.
_GIVEN_TWICE = (
    select(borrower.c.phone)
    .where(borrower.c.phone.is_not(None))
    .group_by(borrower.c.phone)
    .having(func.count() > 1)
)
_SAME_NUMBER = (
    select(
        func.min(borrower.c.id).label("id"), func.max(borrower.c.made_at).label("at"), func.count().label("n")
    )
    .where(borrower.c.phone.in_(_GIVEN_TWICE), borrower.c.merged_into.is_(None))
    .group_by(borrower.c.phone)
    .having(func.count() > 1)
)


def _to_merge(look: Look) -> Rows:
    """Borrowers who gave one number: one person with two cards, or two who share a telephone."""
    for row in look.ask(_SAME_NUMBER):
        yield look.row(Kind.TO_MERGE, row.id, at=row.at, count=row.n)


READERS: tuple[Reader, ...] = (
    ((Kind.CALL_BACK, Kind.RING), _calls),
    ((Kind.UNCONFIRMED,), _starters),
    ((Kind.TO_MERGE,), _to_merge),
)
