"""The stocktake: shelves are counted blind, and every difference is settled by a person.

Who counts scans a shelf and then what stands on it; nothing tells them beforehand what should. Several people
count at once, each a shelf of their own, and a count may be left and gone on with. What was seen is kept
beside the ledger's story, which only a decision changes (`differences`): a count by itself never ends a loan.
A scan is taken back with `unsee`, a shelf is begun anew with `afresh`.

All take `(conn, ...)` and commit nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as insert_or
from uuid_utils import uuid7

from depot import clock
from depot.outcomes import Reason, Refused
from depot.station import Station
from depot.tables import (
    desk_work,
    item,
    shelf,
    stocktake,
    stocktake_decision,
    stocktake_seen,
    stocktake_shelf,
)
from inventory import differences, kits, work
from inventory.differences import Decision, Difference, Differing

KIND = "count"
"""The kind of work that a count is while it is under way (`inventory.work`)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a scan during a count has led to.

    Args:
        item: the thing; shelf: where it was seen; number: how many things were seen on that shelf so far.
        before: the shelf on which it was seen earlier in this count, where that was another.
    """

    item: str
    shelf: str
    number: int
    before: str | None = None


# --- counting ---


def open_one(conn: Connection, station: Station) -> str | None:
    """Return the key of the count that is under way at this depot, if one is."""
    found = select(stocktake.c.key).where(stocktake.c.depot == station.depot, stocktake.c.ended_at.is_(None))
    return conn.scalar(found)


def begin(conn: Connection, station: Station, *, by: str, now: datetime) -> str:
    """Begin a count, or go on with the one that is under way; returns its key."""
    there = open_one(conn, station)
    if there is not None:
        return there
    key = str(uuid7())
    row = {"key": key, "depot": station.depot, "begun_at": clock.millis(now), "begun_by": by}
    conn.execute(insert(stocktake).values(row))
    work.begin(conn, station, KIND, _how_far(conn, key), by=by, now=now)
    return key


def _how_far(conn: Connection, key: str) -> dict[str, Any]:
    """Tell what is kept of a count as a piece of work: how many of the depot's shelves are done."""
    depot = select(stocktake.c.depot).where(stocktake.c.key == key).scalar_subquery()
    done = select(func.count()).where(
        stocktake_shelf.c.stocktake == key, stocktake_shelf.c.done_at.is_not(None)
    )
    every = select(func.count()).where(shelf.c.depot == depot)
    return {"count": key, "done": conn.scalar(done) or 0, "of": conn.scalar(every) or 0}


def _work_of(conn: Connection, key: str) -> str | None:
    mine = (desk_work.c.kind == KIND, func.json_extract(desk_work.c.body, "$.count") == key)
    found: str | None = conn.scalar(select(desk_work.c.key).where(*mine, desk_work.c.ended_at.is_(None)))
    return found


def _keep(conn: Connection, key: str, *, now: datetime) -> None:
    kept = _work_of(conn, key)
    if kept is not None:
        work.keep(conn, kept, _how_far(conn, key), now=now)


def begin_shelf(conn: Connection, key: str, *, code: str, by: str, now: datetime) -> bool:
    """Begin to count a shelf, or go on with one: what was seen on it stays seen.

    Args:
        key: of the count; code: the shelf's.

    Returns:
        False where no shelf of the count's depot has that code.
    """
    depot = select(stocktake.c.depot).where(stocktake.c.key == key).scalar_subquery()
    if conn.scalar(select(shelf.c.code).where(shelf.c.code == code, shelf.c.depot == depot)) is None:
        return False
    row = {"stocktake": key, "shelf": code, "by": by, "begun_at": clock.millis(now), "done_at": None}
    again = insert_or(stocktake_shelf).values(row)
    conn.execute(
        again.on_conflict_do_update(index_elements=["stocktake", "shelf"], set_={"by": by, "done_at": None})
    )
    _keep(conn, key, now=now)
    return True


def afresh(conn: Connection, key: str, *, code: str) -> tuple[Mapping[str, Any], ...]:
    """Forget what was seen on a shelf, so that it is counted from the beginning; returns what `as_seen` needs."""
    there = (stocktake_seen.c.stocktake == key, stocktake_seen.c.shelf == code)
    seen = tuple(row._asdict() for row in conn.execute(select(stocktake_seen).where(*there)))
    conn.execute(delete(stocktake_seen).where(*there))
    return seen


def as_seen(conn: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Take back that a shelf was begun anew; what was seen elsewhere since was seen there."""
    for row in rows:
        conn.execute(insert_or(stocktake_seen).values(row).on_conflict_do_nothing())


def see(conn: Connection, key: str, *, on: str, code: str, by: str, now: datetime) -> Seen | Refused:
    """Note that a thing stands on a shelf. The same scan twice counts once; the last shelf holds.

    Args:
        key: of the count; on: the shelf's code; code: the thing's.
    """
    line = conn.scalar(select(item.c.product).where(item.c.code == code))
    if line is None:
        return Refused(item=code, reasons=(Reason.UNKNOWN_CODE,))
    here = (stocktake_seen.c.stocktake == key) & (stocktake_seen.c.item == code)
    before = conn.scalar(select(stocktake_seen.c.shelf).where(here))
    row = {"stocktake": key, "item": code, "shelf": on, "at": clock.millis(now), "by": by}
    conn.execute(
        insert_or(stocktake_seen)
        .values(row)
        .on_conflict_do_update(
            index_elements=["stocktake", "item"], set_={name: row[name] for name in ("shelf", "at", "by")}
        )
    )
    kits.seen(conn, item=code, now=now, by=by)
    number = conn.scalar(
        select(func.count()).where(stocktake_seen.c.stocktake == key, stocktake_seen.c.shelf == on)
    )
    return Seen(code, on, number or 0, before if before != on else None)


def unsee(conn: Connection, key: str, *, code: str, before: str | None = None) -> bool:
    """Take a scan back: the thing was not seen, or was seen where it had been before.

    Args:
        key: of the count; code: the thing's; before: the shelf on which it had been seen (`Seen.before`).

    Returns:
        False for a thing that was not seen in this count.
    """
    here = (stocktake_seen.c.stocktake == key, stocktake_seen.c.item == code)
    if before is not None:
        return conn.execute(update(stocktake_seen).where(*here).values(shelf=before)).rowcount > 0
    return conn.execute(delete(stocktake_seen).where(*here)).rowcount > 0


def finish_shelf(conn: Connection, key: str, *, code: str, now: datetime) -> int:
    """Say that a shelf is counted; returns how many things were seen on it."""
    conn.execute(
        update(stocktake_shelf)
        .where(stocktake_shelf.c.stocktake == key, stocktake_shelf.c.shelf == code)
        .values(done_at=clock.millis(now))
    )
    _keep(conn, key, now=now)
    seen = select(func.count()).where(stocktake_seen.c.stocktake == key, stocktake_seen.c.shelf == code)
    return conn.scalar(seen) or 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """A shelf of a count: who counts it or has counted it, how much was seen, and whether it is done."""

    code: str
    name: str
    by: str | None
    number: int
    done: bool


def shelves(conn: Connection, key: str) -> tuple[Shelf, ...]:
    """List the depot's shelves as the count stands; those that nobody has begun have no `by`."""
    depot = select(stocktake.c.depot).where(stocktake.c.key == key).scalar_subquery()
    number = (
        select(func.count())
        .where(stocktake_seen.c.stocktake == key, stocktake_seen.c.shelf == shelf.c.code)
        .correlate(shelf)
        .scalar_subquery()
    )
    rows = conn.execute(
        select(shelf.c.code, shelf.c.name, stocktake_shelf.c.by, stocktake_shelf.c.done_at, number.label("n"))
        .select_from(
            shelf.outerjoin(
                stocktake_shelf,
                (stocktake_shelf.c.shelf == shelf.c.code) & (stocktake_shelf.c.stocktake == key),
            )
        )
        .where(shelf.c.depot == depot)
        .order_by(shelf.c.name, shelf.c.code)
    )
    return tuple(Shelf(row.code, row.name, row.by, row.n, row.done_at is not None) for row in rows)


def end(conn: Connection, key: str, *, by: str, now: datetime) -> tuple[Differing, ...]:
    """End a count whose differences are all settled; returns those that are not, and then it goes on."""
    open_now = tuple(one for one in differences.of_count(conn, key) if one.decided is None)
    if not open_now:
        conn.execute(
            update(stocktake)
            .where(stocktake.c.key == key, stocktake.c.ended_at.is_(None))
            .values(ended_at=clock.millis(now), ended_by=by)
        )
        kept = _work_of(conn, key)
        if kept is not None:
            work.end(conn, kept, now=now)
    return open_now


def reopen(conn: Connection, key: str, *, now: datetime) -> bool:
    """Take back that a count was ended: it goes on as it stood.

    Args:
        key: of the count; now: aware, UTC.

    Returns:
        False where another count has begun in the depot meanwhile, or this one is not ended.
    """
    row = conn.execute(select(stocktake).where(stocktake.c.key == key)).first()
    if row is None or row.ended_at is None:
        return False
    other = (stocktake.c.depot == row.depot, stocktake.c.ended_at.is_(None))
    if conn.scalar(select(stocktake.c.key).where(*other)) is not None:
        return False
    conn.execute(update(stocktake).where(stocktake.c.key == key).values(ended_at=None, ended_by=None))
    mine = (desk_work.c.kind == KIND, func.json_extract(desk_work.c.body, "$.count") == key)
    kept = conn.scalar(select(desk_work.c.key).where(*mine).order_by(desk_work.c.changed_at.desc()).limit(1))
    if kept is not None:
        work.reopen(conn, kept, now=now)
        work.keep(conn, kept, _how_far(conn, key), now=now)
    return True


# --- counts that are over ---


@dataclass(frozen=True, slots=True)
class Past:
    """One count, under way or over.

    Args:
        begun_at, ended_at: when; aware, UTC; begun_by, ended_by: who, as the count recorded it.
        shelves: how many were done; seen: how many things were seen; settled: how many differences were.
    """

    key: str
    begun_at: datetime
    begun_by: str
    ended_at: datetime | None
    ended_by: str | None
    shelves: int
    seen: int
    settled: int


@dataclass(frozen=True, slots=True)
class Settled:
    """A difference that was settled: about which thing, what it was, what was decided, when and by whom."""

    item: str
    difference: Difference
    decided: Decision
    at: datetime
    by: str


def every(conn: Connection, station: Station) -> tuple[Past, ...]:
    """List the counts of this depot, the latest first."""

    def number(of: FromClause, *more: ColumnElement[bool]) -> Any:
        told = select(func.count()).select_from(of).where(of.c.stocktake == stocktake.c.key, *more)
        return told.correlate(stocktake).scalar_subquery()

    rows = conn.execute(
        select(
            stocktake,
            number(stocktake_shelf, stocktake_shelf.c.done_at.is_not(None)).label("shelves"),
            number(stocktake_seen).label("seen"),
            number(stocktake_decision).label("settled"),
        )
        .where(stocktake.c.depot == station.depot)
        .order_by(stocktake.c.begun_at.desc(), stocktake.c.key.desc())
    )
    return tuple(
        Past(
            row.key,
            clock.from_millis(row.begun_at),
            row.begun_by,
            clock.from_millis(row.ended_at) if row.ended_at is not None else None,
            row.ended_by,
            row.shelves,
            row.seen,
            row.settled,
        )
        for row in rows
    )


def decisions(conn: Connection, key: str) -> tuple[Settled, ...]:
    """List what was decided in a count, under way or over, in the order of the decisions."""
    mine = select(stocktake_decision).where(stocktake_decision.c.stocktake == key)
    return tuple(
        Settled(
            row.item,
            Difference(row.difference),
            Decision(row.decided),
            clock.from_millis(row.at),
            row.by,
        )
        for row in conn.execute(mine.order_by(stocktake_decision.c.at, stocktake_decision.c.item))
    )
