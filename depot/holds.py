"""Holds: a place in a line's queue, and the piece that is set aside for whoever is first.

Who is first is decided once, by `offer`, and recorded; no fold ever decides it anew. A hold's key is the
key of its `hold_placed` event; who placed it stands in `link`, and a slip carries only a short code.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Row, insert, or_, select

from depot import borrowers, journal, looks, projection
from depot.calendar import DuePolicy, due_date
from depot.fold import HoldNow, HoldState, ItemNow, step
from depot.outcomes import CardIs, Moved, Outcome, Reason, Refused
from depot.own import Kind, draw
from depot.states import Fact, State
from depot.station import Station
from depot.tables import card, hold, link


def place(
    conn: Connection, station: Station, *, card_code: str, line: str, now: datetime
) -> HoldNow | Refused:
    """Put a borrower at the end of a line's queue.

    Args:
        card_code: the card's code.
        line: the product's code in the catalogue.
        now: aware, UTC.
    """
    met = borrowers.meet(conn, station, card_code, now=now)
    if met.what is not CardIs.OPEN:
        reason = Reason.CARD_BLOCKED if met.what is CardIs.BLOCKED else Reason.CARD_UNKNOWN
        return Refused(item="", product=line, reasons=(reason,))
    who = conn.scalar(select(card.c.borrower).where(card.c.code == card_code))
    head = journal.head_of(conn, station.id)
    pen = journal.Pen(conn, station.id, head, now=now, trusted=station.trusts(now, head.at))
    key = journal.new_key()
    facts = {"product": line, "depot": station.depot, "slip": draw(Kind.SLIP)}
    happened = pen.write(Fact.HOLD_PLACED, key=key, hold=key, facts=facts)
    now_waiting = projection.carry_hold(conn, HoldNow(key), happened)
    conn.execute(insert(link).values(key=key, borrower=who, station=station.id, made_at=happened.at))
    return now_waiting


def offer(
    conn: Connection, station: Station, now_free: ItemNow, line: str, pen: journal.Pen, *, now: datetime
) -> bool:
    """Set a piece that has just become free aside for the first in line, in the same commit.

    Args:
        now_free: the piece as it is now, which need not have been stored yet.

    Returns:
        Whether somebody was waiting; then the piece is stored.
    """
    first = conn.execute(
        select(hold)
        .where(
            hold.c.product == line,
            hold.c.state == HoldState.WAITING.value,
            or_(hold.c.depot.is_(None), hold.c.depot == now_free.depot),
        )
        .order_by(hold.c.placed_at, hold.c.placed_by_station, hold.c.placed_seq)
        .limit(1)
    ).first()
    if first is None:
        return False
    last_day = due_date(
        station.today(now), station.rules.pick_up_days, DuePolicy.NEXT_OPEN_DAY, station.open_days
    ).day
    happened = pen.write(
        Fact.SET_ASIDE,
        after=max(now_free.tick, first.tick),
        item=now_free.item,
        hold=first.key,
        facts={"pick_up_by": last_day.isoformat()},
    )
    projection.write_step(conn, now_free, {}, step(now_free, {}, happened))
    projection.carry_hold(conn, projection.hold_of_row(first), happened)
    return True


def cancel(conn: Connection, station: Station, *, key: str, now: datetime) -> Outcome | HoldNow:
    """Take a hold out of its queue; a piece that was set aside for it goes to the next in line or back to its shelf."""
    row = conn.execute(select(hold).where(hold.c.key == key)).first()
    if row is None or row.state not in (HoldState.WAITING.value, HoldState.READY.value):
        return Refused(item="", reasons=(Reason.WRONG_STATE,))
    if row.state == HoldState.READY.value:
        return _release(conn, station, row, HoldState.CANCELLED, now=now)
    head = journal.head_of(conn, station.id)
    pen = journal.Pen(conn, station.id, head, now=now, trusted=station.trusts(now, head.at))
    happened = pen.write(Fact.HOLD_CANCELLED, after=row.tick, hold=key)
    return projection.carry_hold(conn, projection.hold_of_row(row), happened)


def is_any_ripe(conn: Connection, station: Station, *, now: datetime) -> bool:
    """Say whether `advance` has something to do."""
    today = station.today(now).isoformat()
    ripe = select(hold.c.key).where(hold.c.state == HoldState.READY.value, hold.c.pick_up_by < today).limit(1)
    return _may_expire(conn, station, now) and conn.scalar(ripe) is not None


def _may_expire(conn: Connection, station: Station, now: datetime) -> bool:
    """Say whether this clock may end a hold: one that is wrong would end them all."""
    return station.trusts(now, journal.head_of(conn, station.id).at)


def advance(conn: Connection, station: Station, *, now: datetime) -> int:
    """Let the holds expire whose last day to be fetched is past, and offer their pieces to the next in line.

    Returns:
        How many expired.
    """
    if not _may_expire(conn, station, now):
        return 0
    today = station.today(now).isoformat()
    late = conn.execute(
        select(hold).where(hold.c.state == HoldState.READY.value, hold.c.pick_up_by < today)
    ).all()
    for row in late:
        _release(conn, station, row, HoldState.EXPIRED, now=now)
    return len(late)


def _release(
    conn: Connection, station: Station, row: Row[tuple[object, ...]], then: HoldState, *, now: datetime
) -> Moved:
    look = looks.for_check_in(conn, station, str(row.item))
    before, head, line = look.now, look.head, look.row.product
    pen = journal.Pen(conn, station.id, head, now=now, trusted=station.trusts(now, head.at))
    happened = pen.write(
        Fact.RELEASED,
        after=max(before.tick, row.tick),
        item=row.item,
        hold=row.key,
        facts={"then": then.value},
    )
    projection.carry_hold(conn, projection.hold_of_row(row), happened)
    taken = step(before, {}, happened)
    state = taken.now.state
    if state is State.AVAILABLE and offer(conn, station, taken.now, line, pen, now=now):
        state = State.SET_ASIDE
    else:
        projection.write_step(conn, before, {}, taken)
    return Moved(item=before.item, product=line, key=happened.key, deed=happened.deed, state=state)
