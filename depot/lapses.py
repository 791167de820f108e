"""What time alone brings about in the queues: run by any open doorway when it is idle.

Each is one deed with a recorded fact; nothing here waits for anybody to ask. A clock that cannot be trusted
ends nothing, because it would end all.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, select

from depot import aside, journal, looks, projection
from depot.calendar import day_of
from depot.coming import competes, may_be_served
from depot.fold import HoldNow, HoldState, step
from depot.rules import inspection_expired
from depot.states import Fact, State
from depot.station import Station
from depot.tables import borrower, hold, item, item_state, link, product

_IS_READY = hold.c.state == HoldState.READY.value
_NOT_KEPT = ~exists().where(item_state.c.item == hold.c.item, item_state.c.hold == hold.c.key)
_DEAD = (
    select(hold.c.key)
    .join(link, link.c.key == hold.c.key)
    .join(borrower, borrower.c.id == link.c.borrower)
    .where(looks.in_queue(hold), borrower.c.died_on.is_not(None))
)
# A merge makes two places in a queue one person's. What is ready stays, else the earlier one.
_WHOSE = hold.join(link, link.c.key == hold.c.key)
_SHARED = (
    select(hold.c.product, link.c.borrower)
    .select_from(_WHOSE)
    .where(looks.in_queue(hold))
    .group_by(hold.c.product, link.c.borrower)
    .having(func.count() > 1)
    .subquery("shared")
)
_IN_TWO_PLACES = (
    select(hold.c.key, hold.c.product, link.c.borrower)
    .select_from(
        _WHOSE.join(_SHARED, and_(_SHARED.c.product == hold.c.product, _SHARED.c.borrower == link.c.borrower))
    )
    .where(looks.in_queue(hold))
    .order_by(hold.c.state, hold.c.placed_at, hold.c.placed_by_station, hold.c.placed_seq)  # ready, waiting
)
_ASTRAY = select(hold.c.key).where(looks.in_queue(hold), _IS_READY, _NOT_KEPT)
_NOBODYS = select(item_state.c.item).where(
    item_state.c.state == State.SET_ASIDE.value,
    item_state.c.depot == bindparam("here"),
    ~exists().where(looks.in_queue(hold), hold.c.key == item_state.c.hold, hold.c.item == item_state.c.item),
)
_UNDATED = select(hold.c.key).where(looks.in_queue(hold), _IS_READY, hold.c.pick_up_by.is_(None))
_LAPSED = select(hold.c.key).where(looks.in_queue(hold), _IS_READY, hold.c.pick_up_by < bindparam("today"))
_WAITED_FOR = (  # read once: to ask of each piece whether somebody waits takes fourteen times as long
    select(hold.c.product)
    .select_from(
        hold.outerjoin(link, link.c.key == hold.c.key).outerjoin(borrower, borrower.c.id == link.c.borrower)
    )
    .where(
        looks.in_queue(hold),
        hold.c.state == HoldState.WAITING.value,
        competes(hold, bindparam("here")),
        may_be_served(borrower),
    )
)
_UNSERVED = (
    select(item.c.code, item_state.c.inspected_on, product.c.inspection_days)
    .join(item_state, item_state.c.item == item.c.code)
    .join(product, product.c.code == item.c.product)
    .where(
        item.c.product.in_(_WAITED_FOR),
        item_state.c.depot == bindparam("here"),
        looks.IS_FREE,
        looks.makes_a_whole(
            product.c.pieces,
            looks.free_pieces(product.c.code, bindparam("here")),
            looks.ready_holds(product.c.code, bindparam("here")),
        ),
    )
    .order_by(item.c.code)
)

MOST = 100
"""Deeds of one call of `advance` at most: while it writes nobody else does, and it is called again when idle."""


def is_any_ripe(conn: Connection, station: Station, *, now: datetime) -> bool:
    """Say whether `advance` has something to do."""
    late = _keys(conn, _DEAD) or _second_places(conn) or _keys(conn, _ASTRAY) or _nobodys(conn, station)
    if not late and station.trusts(now, journal.head_of(conn, station.id).at):
        late = _keys(conn, _LAPSED, station.today(now)) or _keys(conn, _UNDATED)
    return bool(late) or next(_unserved(conn, station, now), None) is not None


def advance(conn: Connection, station: Station, *, now: datetime) -> int:
    """Do what time has brought about, at most `MOST` deeds of it, all in the caller's one transaction.

    Holds whose last day to be fetched is past expire, and their pieces go to the next in line; the holds of
    the dead end, and the second place of somebody who has two; what another station has lent meanwhile is no
    longer promised to anybody; what a clock that could not be trusted left without a last day gets one; what
    stands free while somebody waits for it is set aside.

    Returns:
        How many deeds that were.
    """
    return sum(1 for _ in itertools.islice(_due_deeds(conn, station, now), MOST))


def _due_deeds(conn: Connection, station: Station, now: datetime) -> Iterator[str]:
    """Do one deed after the other, and name the hold or piece that each was about."""
    trusted = station.trusts(now, journal.head_of(conn, station.id).at)
    for key in _keys(conn, _LAPSED, station.today(now)) if trusted else ():
        _end(conn, station, key, HoldState.EXPIRED, now=now)
        yield key
    for key in (*_keys(conn, _DEAD), *_second_places(conn)):
        _end(conn, station, key, HoldState.CANCELLED, now=now)
        yield key
    yield from _put_right(conn, station, now)
    for key in _keys(conn, _UNDATED) if trusted else ():
        _give_a_last_day(conn, station, key, now)
        yield key
    for code in list(_unserved(conn, station, now)):
        look, pen = _begun(conn, station, looks.for_check_in(conn, station, code), now)
        if aside.offer(conn, station, look.now, look.row.product, pen, now=now, on_shelf=True):
            yield code


def put_right(conn: Connection, station: Station, *, now: datetime) -> None:
    """Let go of what was promised and is gone, after a deed that nobody could have refused."""
    for _ in _put_right(conn, station, now):
        pass


def _put_right(conn: Connection, station: Station, now: datetime) -> Iterator[str]:
    for key in _keys(conn, _ASTRAY):
        _promise_no_more(conn, station, key, now)
        yield key
    for code in _nobodys(conn, station):
        _set_free(conn, station, code, now)
        yield code


def _nobodys(conn: Connection, station: Station) -> list[str]:
    """Name the pieces here that are set aside for a hold that does not have them."""
    return list(conn.scalars(_NOBODYS, {"here": station.depot}))


def _second_places(conn: Connection) -> list[str]:
    """Name the holds of whoever has an earlier one, or one that is ready, in the same queue."""
    seen, second = set[tuple[str, ...]](), list[str]()
    for key, *whose in conn.execute(_IN_TWO_PLACES):
        if tuple(whose) in seen:
            second.append(key)
        seen.add(tuple(whose))
    return second


def _begun(
    conn: Connection, station: Station, look: looks.Look, now: datetime
) -> tuple[looks.Look, journal.Pen]:
    trusted = station.trusts(now, look.head.at)
    return look, journal.Pen(conn, station.id, look.head, now=now, trusted=trusted)


def _promise_no_more(conn: Connection, station: Station, key: str, now: datetime) -> None:
    """Let a hold wait again whose piece was lent by another station."""
    look, pen = _begun(conn, station, looks.for_release(conn, station, key), now)
    whose = look.hold or HoldNow(key)
    projection.carry_hold(conn, whose, aside.write_release(look, whose, pen, {"why": "lent_elsewhere"}))


def _set_free(conn: Connection, station: Station, code: str, now: datetime) -> None:
    """Put a piece back on its shelf whose hold has gone on without it, before another station's news came."""
    look, pen = _begun(conn, station, looks.for_check_in(conn, station, code), now)
    happened = pen.write(Fact.RELEASED, after=look.now.tick, item=code, facts={"why": "for_nobody"})
    projection.write_step(conn, look.now, look.loans, step(look.now, look.loans, happened))


def _give_a_last_day(conn: Connection, station: Station, key: str, now: datetime) -> None:
    look, pen = _begun(conn, station, looks.for_release(conn, station, key), now)
    whose = look.hold or HoldNow(key)
    facts = {"pick_up_by": aside.last_day(station, now).isoformat()}
    happened = pen.write(Fact.PICK_UP_MOVED, after=whose.tick, hold=key, facts=facts)
    projection.carry_hold(conn, whose, happened)


def let_lapse(
    conn: Connection, station: Station, *, now: datetime, line: str | None = None, key: str | None = None
) -> int:
    """Let holds of one line expire, or one hold, before a deed that would find a piece set aside for nobody.

    Returns:
        How many expired.
    """
    which = hold.c.product == line if key is None else hold.c.key == key
    late = _keys(conn, _LAPSED.where(which), station.today(now))
    if not late or not station.trusts(now, journal.head_of(conn, station.id).at):
        return 0
    for one in late:
        _end(conn, station, one, HoldState.EXPIRED, now=now)
    return len(late)


def _keys(conn: Connection, which: Any, today: date | None = None) -> list[str]:
    return list(conn.scalars(which, {"today": today.isoformat()} if today else {}))


def _end(conn: Connection, station: Station, key: str, then: HoldState, *, now: datetime) -> None:
    look = looks.for_release(conn, station, key)
    aside.end(conn, station, look, look.hold or HoldNow(key), then, now=now)


def _unserved(conn: Connection, station: Station, now: datetime) -> Iterator[str]:
    """Name the pieces that stand free here while somebody waits who would not be refused them."""
    today = station.today(now)
    for row in conn.execute(_UNSERVED, {"here": station.depot}).all():
        if not inspection_expired(row.inspection_days, day_of(row.inspected_on), today):
            yield row.code
