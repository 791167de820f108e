"""The piece that is set aside for somebody, and what becomes of it when they do not want it any more.

Every deed here records a choice once: for whom, until when, and where the piece stands. The row that asks for
somebody to be rung is made in the same commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from depot import journal, looks, projection, queue, rings
from depot.calendar import DuePolicy, due_date
from depot.fold import HoldNow, HoldState, ItemNow, step, step_hold
from depot.outcomes import Moved
from depot.states import Fact, State
from depot.station import Station


@dataclass(frozen=True, slots=True)
class Offered:
    """For which hold a piece was set aside, and the sign where it shall stand; None in a depot without one."""

    hold: HoldNow
    place: str | None


def offer(
    conn: Connection,
    station: Station,
    now_free: ItemNow,
    line: str,
    pen: journal.Pen,
    *,
    now: datetime,
    on_shelf: bool = False,
) -> Offered | None:
    """Set a piece that has just become free aside for the first in line, and ask for them to be told.

    Args:
        now_free: the piece as it is now, which need not have been stored yet.
        on_shelf: nobody has it in hand: it stands on its shelf.

    Returns:
        None where nobody waits for it; otherwise the piece is stored.
    """
    first = queue.first_in_line(conn, station, now_free, line, now=now)
    if first is None:
        return None
    happened = record(station, now_free, first.hold, pen, now=now, on_shelf=on_shelf)
    projection.write_step(conn, now_free, {}, step(now_free, {}, happened))
    ready = projection.carry_hold(conn, first.hold, happened)
    if first.is_ours:
        rings.add(conn, rings.Why.HOLD_READY, happened, subject=first.hold.key)
    return Offered(ready, first.sign)


def record(
    station: Station, piece: ItemNow, whose: HoldNow, pen: journal.Pen, *, now: datetime, on_shelf: bool
) -> journal.Event:
    """Record for whom a piece was set aside. By a clock that cannot be trusted there is no last day yet."""
    facts = {"pick_up_by": last_day(station, now).isoformat()} if pen.trusted else {}
    facts |= {"stands": queue.ON_SHELF} if on_shelf else {}
    return pen.write(
        Fact.SET_ASIDE, after=max(piece.tick, whose.tick), item=piece.item, hold=whose.key, facts=facts
    )


def last_day(station: Station, now: datetime) -> date:
    """Count the open days on which something waits to be fetched, from tomorrow on."""
    days = station.rules.pick_up_days
    return due_date(station.today(now), days, DuePolicy.OPEN_DAYS_ONLY, station.open_days).day


def end(
    conn: Connection,
    station: Station,
    look: looks.Look,
    whose: HoldNow,
    then: HoldState,
    *,
    now: datetime,
    by: str | None = None,
) -> Moved:
    """End a hold in one of the ways in which it ends without anybody having fetched anything.

    Args:
        look: at the hold and its piece (`looks.for_release`); whose: the hold, waiting or ready.
        by: the pseudonym of the member of staff who ended it, if one did.
    """
    trusted = station.trusts(now, look.head.at)
    pen = journal.Pen(conn, station.id, look.head, now=now, trusted=trusted, by=by)
    if whose.state is HoldState.WAITING:
        happened = pen.write(Fact.HOLD_CANCELLED, after=whose.tick, hold=whose.key)
        projection.carry_hold(conn, whose, happened)
        state, where = then.value, None
    else:
        happened = write_release(look, whose, pen, {"then": then.value})
        projection.carry_hold(conn, whose, happened)
        state, where = _let_go(conn, station, look, happened, pen, now=now)
    code = happened.item or ""
    return Moved(
        item=code, product=whose.product, key=happened.key, deed=happened.deed, state=state, place=where
    )


def give_up(
    conn: Connection, station: Station, whose: HoldNow, pen: journal.Pen, *, now: datetime
) -> HoldNow:
    """Let go of the piece that was set aside for somebody who has just taken another one, in the same deed.

    Returns:
        The hold, which waits again and is not stored: the check-out that ends it follows.
    """
    look = looks.for_release(conn, station, whose.key)
    happened = write_release(look, whose, pen, {"why": "took_another"})
    _let_go(conn, station, look, happened, pen, now=now)
    return step_hold(whose, happened)[0]


def write_release(look: looks.Look, whose: HoldNow, pen: journal.Pen, facts: dict[str, str]) -> journal.Event:
    """Record that a hold has let go of its piece; where another station lent that meanwhile, of nothing."""
    kept = look.now.hold == whose.key
    after = max(look.now.tick, whose.tick)
    return pen.write(
        Fact.RELEASED, after=after, item=whose.item if kept else None, hold=whose.key, facts=facts
    )


def _let_go(
    conn: Connection,
    station: Station,
    look: looks.Look,
    happened: journal.Event,
    pen: journal.Pen,
    *,
    now: datetime,
) -> tuple[State, str | None]:
    """Give a piece that a hold has let go of to the next in line, or back to its shelf; say its state and place."""
    if happened.item is None:
        return look.now.state, None
    taken = step(look.now, {}, happened)
    on_shelf = queue.is_on_shelf(look.row.set_aside)  # nobody may be there to carry it to the sign
    next_one = offer(conn, station, taken.now, look.row.product, pen, now=now, on_shelf=on_shelf)
    if next_one is not None:
        return State.SET_ASIDE, look.row.shelf_name if on_shelf else next_one.place
    projection.write_step(conn, look.now, {}, taken)
    return taken.now.state, look.row.shelf_name
