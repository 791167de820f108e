"""The workshop: what is to be mended, what is the matter with it, which part it waits for, what it cost.

A thing is in the workshop because an event says so, whoever sent it there: a kiosk at night or a bench. Its
order is made of that event when somebody first has something to add; until then the event alone is the order.
A repair that is done leads to a cleaning, one that is given up to a write-off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from depot import clock, journal, stock, workshop
from depot.outcomes import Moved, Refused
from depot.states import Fact, State
from depot.station import Station
from depot.tables import event, item, item_state, repair_order
from depot.workshop import Mending
from inventory import hands, notes

FAULTS = (
    "broken",
    "worn",
    "missing_part",
    "brakes",
    "wheels",
    "tips",
    "fabric",
    "electric",
    "other",
)
"""What may be the matter with a thing. `broken` and `missing_part` are also what a kiosk says."""


@dataclass(frozen=True, slots=True)
class Order:
    """One repair. `waits_for` is the part it waits for or had to wait for, in somebody's words.

    Args:
        key: names it, whether it has a row yet or not.
        since: since when it waits; aware, UTC.
        opened_by, closed_by: pseudonyms; None where a kiosk or nobody known did it.
        cost_ore: what it cost in all, as far as somebody has said.
    """

    key: str
    item: str
    product: str
    fault: str
    since: datetime
    state: Mending = Mending.OPEN
    waits_for: str | None = None
    cost_ore: int | None = None
    opened_by: str | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None


_SENT = (
    select(event.c.body)
    .where(
        event.c.item == item_state.c.item,
        event.c.kind == Fact.TO_REPAIR.value,
        event.c.tick <= item_state.c.tick,
        event.c.tick >= item_state.c.since,  # what happened earlier in its life need not be read
    )
    .order_by(event.c.tick.desc())
    .limit(1)
    .scalar_subquery()
)
_IN_THE_WORKSHOP = (
    select(
        item_state.c.item,
        item_state.c.since,
        item.c.product,
        _SENT.label("sent"),
        *(one.label(f"order_{one.name}") for one in repair_order.c),
    )
    .select_from(
        item_state.join(item, item.c.code == item_state.c.item).outerjoin(
            repair_order,
            and_(repair_order.c.item == item_state.c.item, repair_order.c.closed_at.is_(None)),
        )
    )
    .where(item_state.c.state == State.REPAIR.value)
)


def listing(conn: Connection, station: Station) -> tuple[Order, ...]:
    """List what is in this depot's workshop, the longest waiting first, in one statement."""
    here = or_(item_state.c.depot == station.depot, item_state.c.depot.is_(None))
    rows = conn.execute(_IN_THE_WORKSHOP.where(here).order_by(item_state.c.since, item_state.c.item))
    return tuple(map(_order, rows))


def order_of(conn: Connection, code: str) -> Order | None:
    """Look up the repair of a thing; None where it is not in the workshop."""
    row = conn.execute(_IN_THE_WORKSHOP.where(item_state.c.item == code)).first()
    return _order(row) if row is not None else None


def of_thing(conn: Connection, code: str) -> tuple[Order, ...]:
    """List all repairs of a thing that have a row, the oldest first."""
    product = select(item.c.product).where(item.c.code == code).scalar_subquery()
    rows = conn.execute(
        select(repair_order, product.label("product"))
        .where(repair_order.c.item == code)
        .order_by(repair_order.c.opened_at)
    )
    return tuple(_told({f"order_{name}": value for name, value in row._mapping.items()}, row) for row in rows)


def _order(row: Row[Any]) -> Order:
    if row.order_key is not None:
        return _told(row._mapping, row)
    sent = journal.read_body(row.sent) if row.sent is not None else None
    if sent is None:  # an event that came late from another station stands before its item's last one
        return Order("", row.item, row.product, "other", clock.from_millis(row.since))
    return Order(
        workshop.key_of(sent.key),
        row.item,
        row.product,
        str(sent.facts.get("fault", "other")),
        clock.from_millis(row.since),
        opened_by=sent.by,
    )


def _told(said: Any, row: Row[Any]) -> Order:
    closed = said["order_closed_at"]
    return Order(
        said["order_key"],
        row.item,
        row.product,
        said["order_fault"],
        clock.from_millis(said["order_opened_at"]),
        Mending(said["order_state"]),
        said["order_part"],
        said["order_cost_ore"],
        said["order_opened_by"],
        clock.from_millis(closed) if closed is not None else None,
        said["order_closed_by"],
    )


# --- deeds ---


def send(
    conn: Connection,
    station: Station,
    *,
    item: str,
    fault: str,
    now: datetime,
    by: str | None = None,
    signed: str | None = None,
) -> Moved | Refused:
    """Send a thing to the workshop and open its order; what is on loan or set aside comes home first.

    Args:
        item: the thing's code; fault: one of `FAULTS`.
        now: aware, UTC.
        by: the pseudonym of the member of staff, for the events; signed: who is named in the order, the
            same where nothing is said.

    Raises:
        ValueError: there is no such fault.
    """
    if fault not in FAULTS:
        raise ValueError(f"no fault {fault!r}")
    deed = hands.take(conn, station, item=item, now=now, by=by)
    moved = stock.send_to_repair(conn, station, item=item, fault=fault, now=now, by=by, deed=deed)
    order = order_of(conn, item) if isinstance(moved, Moved) else None
    if order is not None:
        _open(conn, order, by=signed or by)
    return hands.settled(conn, station, moved)


def _open(conn: Connection, order: Order, *, by: str | None = None) -> None:
    """Give an order its row, where it has none yet."""
    row = {
        "key": order.key,
        "item": order.item,
        "fault": order.fault,
        "opened_at": clock.millis(order.since),
        "opened_by": order.opened_by or by,
        "state": order.state.value,
    }
    conn.execute(upsert(repair_order).values(row).on_conflict_do_nothing())


def _change(conn: Connection, code: str, **changed: Any) -> bool:
    order = order_of(conn, code)
    if order is None:
        return False
    _open(conn, order)
    conn.execute(update(repair_order).where(repair_order.c.key == order.key).values(**changed))
    return True


def wait(conn: Connection, code: str, part: str) -> bool:
    """Say that a repair waits for a part.

    Args:
        part: in somebody's words, 1 to 60 printable characters; of the last order, it takes the place.

    Returns:
        False where the thing is not in the workshop.
    """
    return _change(conn, code, state=Mending.WAITING_FOR_PART.value, part=part)


def go_on(conn: Connection, code: str) -> bool:
    """Say that the part has come. False where the thing is not in the workshop."""
    return _change(conn, code, state=Mending.OPEN.value)


def spend(conn: Connection, code: str, cost_ore: int) -> bool:
    """Say what a repair has cost in all, in øre. False where the thing is not in the workshop."""
    return _change(conn, code, cost_ore=cost_ore)


def as_before(conn: Connection, before: Order) -> bool:
    """Put back what an order waits for and what it has cost. False where it is closed meanwhile."""
    was = {"state": before.state.value, "part": before.waits_for, "cost_ore": before.cost_ore}
    mine = (repair_order.c.key == before.key, repair_order.c.closed_at.is_(None))
    return conn.execute(update(repair_order).where(*mine).values(was)).rowcount > 0


def add_note(conn: Connection, code: str, text: str, *, by: str | None, now: datetime) -> str | None:
    """Write something down about a repair; returns the note's key, None where the thing is not in the workshop.

    Raises:
        ValueError: as `notes.add`.
    """
    order = order_of(conn, code)
    if order is None:
        return None
    _open(conn, order)
    return notes.add(conn, order.key, text, by=by, now=now)


def done(
    conn: Connection, station: Station, *, item: str, now: datetime, by: str | None = None
) -> Moved | Refused:
    """Say that a thing is mended: it is cleaned before it is lent. Refused where it is not in the workshop."""
    order = order_of(conn, item)
    if order is not None:
        _open(conn, order)
    return hands.settled(conn, station, stock.repaired(conn, station, item=item, now=now, by=by))
