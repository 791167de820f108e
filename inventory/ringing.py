"""Whom to ring, and what came of it: new borrowers, who asked for it, what is ready, what is overdue.

The list names nobody. Somebody's number is shown one call at a time, and each time it is logged who saw it. What
is noted of a call is that it was made and whether somebody answered: a row that is settled leaves the list by
what the ledger says of it, what is overdue by coming home, a card by being confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, func, or_, select

from depot import borrowers, clock, reference, rings
from depot.calendar import day_of
from depot.rings import Tried
from depot.station import Station
from depot.tables import borrower, card, link, loan

QUIET = timedelta(days=7)
"""For how long nobody is rung again about overdue things who said that they bring them."""


class Why(StrEnum):
    """Why somebody is rung, in the order of the list."""

    CALL_BACK = "call_back"
    HOLD_READY = "hold_ready"
    PICK_UP_MOVED = "pick_up_moved"
    OVERDUE = "overdue"
    DUE_MOVED = "due_moved"
    KEPT = "kept"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Thing:
    """What a call is about: a thing or a line, and the day that counts."""

    item: str | None
    product: str | None
    day: date | None


@dataclass(frozen=True, slots=True)
class Call:
    """One call to be made; never to whom.

    Args:
        key: of a row of `rings.listing`, or a borrower's id, which is kept from the screen.
        since: since when it waits; aware, UTC.
        tried: how the last try went, and at what time.
    """

    key: str
    why: Why
    things: tuple[Thing, ...]
    since: datetime
    tried: Tried | None = None
    tried_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """Who is rung, and where. All but the number may be unknown; the card is None for who has none here."""

    phone: str | None
    name: str | None = None
    card: str | None = None


def waiting(conn: Connection, station: Station, *, now: datetime) -> tuple[Call, ...]:
    """List the calls to be made, what was not tried today first, then by why, the longest waiting first."""
    tries, today = rings.tries(conn), station.today(now)
    found = []
    for call in (*_rings(conn), *_overdue(conn, station, now), *_starters(conn)):
        how, at = tries.get(call.key, (None, None))
        tried_at = clock.from_millis(at) if at is not None else None
        is_quiet = how is Tried.REACHED and tried_at is not None and now - tried_at < QUIET
        if not (call.why is Why.OVERDUE and is_quiet):
            found.append(replace(call, tried=how, tried_at=tried_at))
    order = list(Why)

    def place(call: Call) -> tuple[bool, int, datetime, str]:
        is_tried = call.tried_at is not None and station.today(call.tried_at) == today
        return is_tried, order.index(call.why), call.since, call.key

    return tuple(sorted(found, key=place))


def _rings(conn: Connection) -> Iterator[Call]:
    for one in rings.listing(conn):
        things = () if one.subject is None else (Thing(one.item, one.product, day_of(one.day)),)
        yield Call(one.key, Why(one.why), things, clock.from_millis(one.made_at))


def _overdue(conn: Connection, station: Station, now: datetime) -> Iterator[Call]:
    """Gather what is overdue by who has it: they are rung once."""
    rows = conn.execute(
        select(link.c.borrower, loan.c.item, loan.c.product, loan.c.due)
        .select_from(
            loan.join(link, link.c.key == loan.c.key).join(borrower, borrower.c.id == link.c.borrower)
        )
        .where(
            loan.c.ended.is_(None),
            loan.c.due < station.today(now).isoformat(),
            or_(loan.c.depot.is_(None), loan.c.depot == station.depot),
            borrower.c.died_on.is_(None),
        )
        .order_by(loan.c.due, loan.c.item)
    )
    things: dict[str, list[Thing]] = {}
    for row in rows:
        things.setdefault(row.borrower, []).append(Thing(row.item, row.product, day_of(row.due)))
    for who, theirs in things.items():
        first = min(one.day for one in theirs if one.day is not None)
        since = datetime(first.year, first.month, first.day, tzinfo=station.time_zone)
        yield Call(who, Why.OVERDUE, tuple(theirs), since)


def _starters(conn: Connection) -> Iterator[Call]:
    rows = conn.execute(
        select(borrower.c.id, borrower.c.made_at).where(
            borrower.c.standing == "starter",
            borrower.c.merged_into.is_(None),
            borrower.c.died_on.is_(None),
            borrower.c.blocked.is_(None),
        )
    )
    for row in rows:
        yield Call(row.id, Why.CONFIRM, (), clock.from_millis(row.made_at))


def look_up(conn: Connection, call: Call, *, by: str, now: datetime) -> Reach | None:
    """Say who is rung, and log that it was told; None where the row is gone meanwhile.

    Args:
        by: the pseudonym of who rings; now: aware, UTC.
    """
    reach = _of_borrower(conn, call.key) if call.why in _BY_BORROWER else _of_ring(conn, call.key)
    if reach is not None:
        cards = [reach.card] if reach.card else ()
        borrowers.log_look_up(conn, by=by, why=f"ring: {call.why}", now=now, cards=cards)
    return reach


_BY_BORROWER = (Why.CONFIRM, Why.OVERDUE)


def _of_borrower(conn: Connection, who: str) -> Reach | None:
    code = select(func.min(card.c.code)).where(card.c.borrower == who, card.c.blocked.is_(None))
    row = conn.execute(
        select(borrower.c.phone, borrower.c.name, code.scalar_subquery().label("card")).where(
            borrower.c.id == who, borrower.c.merged_into.is_(None), borrower.c.died_on.is_(None)
        )
    ).first()
    return Reach(row.phone, row.name, row.card or _any_card(conn, who)) if row is not None else None


def _any_card(conn: Connection, who: str) -> str | None:
    code: str | None = conn.scalar(select(func.min(card.c.code)).where(card.c.borrower == who))
    return code


def _of_ring(conn: Connection, key: str) -> Reach | None:
    found = next((one for one in rings.listing(conn, contact=True) if one.key == key), None)
    return Reach(found.phone, found.name, found.card) if found is not None else None


# --- what came of it ---


def settled(conn: Connection, call: Call, *, by: str, now: datetime) -> str | None:
    """Note that somebody was reached and told. What is overdue is quiet for `QUIET` then.

    Returns:
        What `take_back` needs.
    """
    if call.why in _BY_BORROWER:
        return rings.tried(conn, call.key, Tried.REACHED, by=by, now=now)
    rings.rung(conn, call.key, by=by, now=now)
    return None


def not_reached(conn: Connection, call: Call, *, by: str, now: datetime) -> str:
    """Note that nobody answered: the call is made again, after those that were not tried today."""
    return rings.tried(conn, call.key, Tried.NOT_REACHED, by=by, now=now)


def take_back(conn: Connection, call: Call, noted: str | None) -> None:
    """Take back what `settled` or `not_reached` has noted."""
    if noted is not None:
        rings.not_tried(conn, noted)
    else:
        rings.take_back(conn, call.key)


def unconfirm(conn: Connection, who: str, *, by: str, now: datetime) -> None:
    """Take a confirmation back that was a slip; a name that was given stays.

    Args:
        who: the borrower's id.
    """
    row = {"id": who, "standing": "starter", "confirmed_at": None}
    reference.put(conn, borrower, row, now=now, by=by)
