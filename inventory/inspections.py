"""Timed inspections: a thing is looked over point by point, and whoever did it signs for it.

Where the interval has run out a cleaned thing waits for its inspection, and one on its shelf is called in. What
was looked at stands in the record as it was worded then: a checklist that is changed later changes no record.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Row, insert, select

from depot import clock, looks, stock
from depot.outcomes import Moved, Refused
from depot.states import State
from depot.station import Station
from depot.tables import inspection, item, item_state, product
from inventory import hands, repairs

LONGEST = 200
"""Characters of a remark."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One point of the list, as it was worded, and whether it was in order."""

    text: str
    in_order: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """One inspection of a thing. `by` signed for it."""

    event: str
    item: str
    at: datetime
    by: str
    passed: bool
    points: tuple[Checked, ...]
    remark: str | None


@dataclass(frozen=True, slots=True)
class Signed:
    """What is signed: by whom (a badge's pseudonym), which points were looked at, and a remark."""

    by: str
    points: Sequence[Checked] = ()
    remark: str = ""


def passed(
    conn: Connection, station: Station, *, item: str, signed: Signed, now: datetime, by: str | None = None
) -> Moved | Refused:
    """Record that a thing has passed its inspection. One that stands free on its shelf is called in by it.

    Args:
        item: the thing's code; now: aware, UTC.
        by: the pseudonym of the member of staff, for the events.

    Returns:
        What it is now and where to put it; `wrong_state` for a thing that has to be cleaned first.

    Raises:
        ValueError: a point was not in order, or the remark is too long or not printable.
    """
    if not all(one.in_order for one in signed.points):
        raise ValueError("a thing of which a point is not in order has not passed")
    deed = None
    if looks.for_check_in(conn, station, item).now.state is State.AVAILABLE:
        called = hands.settled(conn, station, stock.call_in(conn, station, item=item, now=now, by=by))
        if isinstance(called, Refused):
            return called
        deed = called.deed
    outcome = hands.settled(
        conn, station, stock.inspected(conn, station, item=item, now=now, by=by, deed=deed)
    )
    if isinstance(outcome, Moved):
        _record(conn, outcome, signed, passed=True, now=now)
    return outcome


def failed(
    conn: Connection,
    station: Station,
    *,
    item: str,
    fault: str,
    signed: Signed,
    now: datetime,
    by: str | None = None,
) -> Moved | Refused:
    """Record that a thing has not passed: it goes to the workshop, with an order for what is the matter.

    Args:
        fault: one of `repairs.FAULTS`; the rest as for `passed`.

    Raises:
        ValueError: there is no such fault, or the remark is too long or not printable.
    """
    outcome = repairs.send(conn, station, item=item, fault=fault, now=now, by=by, signed=signed.by)
    if isinstance(outcome, Moved):
        _record(conn, outcome, signed, passed=False, now=now)
        if signed.remark:
            repairs.add_note(conn, item, signed.remark, by=signed.by, now=now)
    return outcome


def _record(conn: Connection, moved: Moved, signed: Signed, *, passed: bool, now: datetime) -> None:
    remark = signed.remark.strip()
    if len(remark) > LONGEST or not remark.isprintable():
        raise ValueError(f"wanted at most {LONGEST} printable characters")
    points = [[one.text, one.in_order] for one in signed.points]
    row = {
        "event": moved.key,
        "item": moved.item,
        "at": clock.millis(now),
        "by": signed.by,
        "passed": passed,
        "points": json.dumps(points, ensure_ascii=False),
        "remark": remark or None,
    }
    conn.execute(insert(inspection).values(row))


def of_thing(conn: Connection, code: str) -> tuple[Record, ...]:
    """Read the records of a thing's inspections, the oldest first."""
    rows = conn.execute(
        select(inspection).where(inspection.c.item == code).order_by(inspection.c.at, inspection.c.event)
    )
    return tuple(map(_read, rows))


def _read(row: Row[tuple[object, ...]]) -> Record:
    points = tuple(Checked(text, in_order) for text, in_order in json.loads(row.points))
    return Record(
        row.event, row.item, clock.from_millis(row.at), row.by, bool(row.passed), points, row.remark
    )


def line_of(conn: Connection, code: str) -> str | None:
    """Say of which line a thing is; None for a code that is no thing's."""
    return conn.scalar(select(item.c.product).where(item.c.code == code))


def good_until(conn: Connection, code: str) -> date | None:
    """Say on which day a thing's inspection is good for the last time; None for a line without an interval."""
    row = conn.execute(
        select(item_state.c.inspected_on, product.c.inspection_days)
        .select_from(
            item.join(product, product.c.code == item.c.product).join(
                item_state, item_state.c.item == item.c.code
            )
        )
        .where(item.c.code == code)
    ).first()
    if row is None or not row.inspection_days or row.inspected_on is None:
        return None
    return date.fromisoformat(row.inspected_on) + timedelta(days=row.inspection_days)
