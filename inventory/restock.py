"""Restocking: how many pieces of a line there should be, which are too few, what to order, what stands idle.

Everything is in pieces: of a line whose pieces make a pair, a pair is two. A minimum is compared with what stands
free now and may be lent: what is out or in the house will come back, but nobody can borrow it today. A target is
compared with what is owned and what is ordered already: what is in repair is owned, what is missing is not.
`sizing` says what a target should be.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, insert, or_, select, update

from depot import clock, csv_file, looks, reference
from depot.csv_file import Flaw
from depot.fates import Change, Fate, Plan, RowFate, of_the_file
from depot.fold import Ended
from depot.states import State
from depot.station import Station
from depot.tables import (
    item,
    item_state,
    loan,
    product,
    quantity,
    recall,
    restock_order,
    stock_level,
)

MOST = 9999
"""Pieces of a level or an order: more is a number that was scanned."""
IDLE_DAYS = 180
"""After how many days on its shelf a piece counts as idle, unless another number is given."""


class No(StrEnum):
    """Why something is not done."""

    NO_LINE = "no_line"
    OUT_OF_RANGE = "out_of_range"
    BELOW_MINIMUM = "below_minimum"
    """A target that is less than its minimum."""
    NO_ORDER = "no_order"
    ENDED = "ended"
    """The order was received or cancelled already."""
    NOT_ENDED = "not_ended"


class OrderState(StrEnum):
    """How an order stands. The names are those in the table."""

    ORDERED = "ordered"
    RECEIVED = "received"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Level:
    """How many pieces of a line a depot wants: at least `minimum` free, `target` owned in all."""

    product: str
    minimum: int
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What there is of a line in this depot, in pieces.

    Args:
        pieces: how many make one loan.
        free: may be lent now; owned: all but what is missing, written off or given away; ordered: not here yet.
        minimum, target: None where nobody has set them.
        since: when a piece of it last ceased to be free, milliseconds since 1970; None where none has.
    """

    product: str
    pieces: int
    counted: bool
    free: int
    owned: int
    ordered: int
    minimum: int | None
    target: int | None
    since: int | None = None

    @property
    def is_short(self) -> bool:
        """Whether fewer are free than the minimum."""
        return self.minimum is not None and self.free < self.minimum

    @property
    def to_order(self) -> int:
        """How many to order, in whole pairs where pieces make one; 0 where the target is met or not set."""
        lacking = (self.target or 0) - self.owned - self.ordered
        return -(-lacking // self.pieces) * self.pieces if lacking > 0 else 0


# --- levels ---


def set_level(
    conn: Connection,
    station: Station,
    line: str,
    *,
    minimum: int,
    target: int,
    now: datetime,
    by: str | None = None,
) -> No | None:
    """Say how many pieces of a line this depot wants. None when that is done.

    Args:
        line: the product's code in the catalogue.
        minimum: free at any time, 0 to `MOST`; target: owned in all, no less than the minimum.
        now: aware, UTC; by: the pseudonym of who says so.
    """
    if conn.scalar(select(product.c.code).where(product.c.code == line)) is None:
        return No.NO_LINE
    if not (0 <= minimum <= MOST and 0 <= target <= MOST):
        return No.OUT_OF_RANGE
    if target < minimum:
        return No.BELOW_MINIMUM
    row = {"depot": station.depot, "product": line, "minimum": minimum, "target": target}
    reference.put(conn, stock_level, row, now=now, by=by)
    return None


def drop_level(
    conn: Connection, station: Station, line: str, *, now: datetime, by: str | None = None
) -> None:
    """Take a line's level away: nothing is said of how many there should be."""
    if level_of(conn, station, line) is not None:
        reference.drop(conn, stock_level, {"depot": station.depot, "product": line}, now=now, by=by)


def level_of(conn: Connection, station: Station, line: str) -> Level | None:
    """Look up what this depot wants of a line."""
    return levels(conn, station).get(line)


def levels(conn: Connection, station: Station) -> dict[str, Level]:
    """Read every level of this depot, by line."""
    asked = select(stock_level).where(stock_level.c.depot == station.depot)
    return {row.product: Level(row.product, row.minimum, row.target) for row in conn.execute(asked)}


COLUMNS = ("product_code", "minimum", "target")


def plan(conn: Connection, station: Station, data: bytes) -> Plan[Level]:
    """Decide the fate of every row of a file of levels; writes nothing, and never raises for what it says."""
    sheet = csv_file.read(data, COLUMNS, COLUMNS)
    if sheet.wrong:
        return Plan(sheet.encoding, sheet.delimiter, of_the_file(sheet.wrong))
    known, there = set(conn.scalars(select(product.c.code))), levels(conn, station)
    seen: set[str] = set()
    fates = []
    for row in sheet.rows:
        code = row.cells["product_code"].upper()
        level, flaws = _read(code, row.cells, known)
        flaws = (*row.flaws, *flaws)
        if code in seen:
            flaws = (*flaws, Flaw("product_code", "this line stands in the file twice"))
        seen.add(code)
        fates.append(_fate(row.number, code, level, there.get(code), flaws))
    return Plan(sheet.encoding, sheet.delimiter, tuple(fates))


def _read(code: str, cells: Mapping[str, str], known: set[str]) -> tuple[Level | None, tuple[Flaw, ...]]:
    numbers, flaws = {}, []
    if code not in known:
        flaws.append(Flaw("product_code", f"wanted a line of the catalogue, got {csv_file.shown(code)}"))
    for name in ("minimum", "target"):
        text = cells[name]
        if text.isascii() and text.isdecimal() and len(text) <= 4:
            numbers[name] = int(text)
        else:
            flaws.append(Flaw(name, f"wanted a whole number from 0 to {MOST}, got {csv_file.shown(text)}"))
    if len(numbers) == 2 and numbers["target"] < numbers["minimum"]:
        flaws.append(Flaw("target", "wanted no less than the minimum"))
    return (None if flaws else Level(code, numbers["minimum"], numbers["target"])), tuple(flaws)


def _fate(
    row: int, code: str, level: Level | None, there: Level | None, flaws: tuple[Flaw, ...]
) -> RowFate[Level]:
    if flaws or level is None:
        return RowFate(row, Fate.REFUSED, code, flaws=flaws)
    if there is None:
        return RowFate(row, Fate.NEW, code, level)
    changes = tuple(
        Change(name, str(getattr(there, name)), str(getattr(level, name)))
        for name in ("minimum", "target")
        if getattr(there, name) != getattr(level, name)
    )
    return RowFate(row, Fate.CHANGED if changes else Fate.UNCHANGED, code, level, changes)


def take_in(
    conn: Connection, station: Station, planned: Plan[Level], *, now: datetime, by: str | None = None
) -> None:
    """Write the rows of a plan that are new or changed; all of them are one deed."""
    for one in planned.rows:
        if one.what is not None and one.fate in (Fate.NEW, Fate.CHANGED):
            level = one.what
            set_level(
                conn, station, level.product, minimum=level.minimum, target=level.target, now=now, by=by
            )


# --- what there is ---

_NOT_OURS_NOW = tuple(one.value for one in (State.WRITTEN_OFF, State.KEPT, State.MISSING))
_HERE = func.coalesce(item.c.home, item_state.c.depot) == bindparam("here")
# As `looks.IS_FREE`, but the recalled pieces are gathered once: most lines of most depots have none.
_OPEN_RECALLS = select(recall.c.product).where(recall.c.closed_at.is_(None))
_RECALLED = select(item.c.code).where(item.c.product.in_(_OPEN_RECALLS), looks.IS_RECALLED).correlate(None)
_IS_FREE = and_(
    item_state.c.state == State.AVAILABLE.value,
    item_state.c.parked.is_(False),
    item_state.c.depot == bindparam("here"),
    item.c.code.not_in(_RECALLED),
    or_(
        product.c.inspection_days == 0,
        func.julianday(item_state.c.inspected_on) + product.c.inspection_days
        >= func.julianday(bindparam("today")),
    ),
)
_ORDERED = (
    select(restock_order.c.product, func.sum(restock_order.c.pieces).label("n"))
    .where(restock_order.c.depot == bindparam("here"), restock_order.c.state == OrderState.ORDERED.value)
    .group_by(restock_order.c.product)
    .subquery("on_order")
)
_IS_COUNTED_RECALLED = exists().where(recall.c.product == product.c.code, recall.c.closed_at.is_(None))
_STOCK = (
    select(
        product.c.code,
        product.c.pieces,
        product.c.counted,
        stock_level.c.minimum,
        stock_level.c.target,
        quantity.c.n.label("quantity"),
        _ORDERED.c.n.label("ordered"),
        _IS_COUNTED_RECALLED.label("recalled"),
        func.count().filter(_IS_FREE).label("free"),
        func.count().filter(_HERE, item_state.c.state.not_in(_NOT_OURS_NOW)).label("owned"),
        func.max(item_state.c.since)
        .filter(_HERE, item_state.c.state != State.AVAILABLE.value)
        .label("since"),
    )
    .select_from(
        product.outerjoin(
            stock_level,
            and_(stock_level.c.product == product.c.code, stock_level.c.depot == bindparam("here")),
        )
        .outerjoin(
            quantity, and_(quantity.c.product == product.c.code, quantity.c.depot == bindparam("here"))
        )
        .outerjoin(_ORDERED, _ORDERED.c.product == product.c.code)
        .outerjoin(item, item.c.product == product.c.code)
        .outerjoin(item_state, item_state.c.item == item.c.code)
    )
    .group_by(product.c.code)
    .order_by(product.c.code)
)
_MINIMA = _STOCK.where(stock_level.c.minimum > 0)
_ONE = _STOCK.where(product.c.code == bindparam("line"))


def stock(conn: Connection, station: Station, *, now: datetime) -> tuple[Stock, ...]:
    """Say of every line in the catalogue what there is and what is wanted; one statement.

    Args:
        now: aware, UTC: a piece whose timed inspection has run out by then is not free.
    """
    return _read_stock(conn, station, _STOCK, now=now)


def stock_of(conn: Connection, station: Station, line: str, *, now: datetime) -> Stock | None:
    """Say of one line what there is and what is wanted; None where the catalogue has no such line."""
    return next(iter(_read_stock(conn, station, _ONE, now=now, line=line)), None)


def under_minimum(conn: Connection, station: Station, *, now: datetime) -> tuple[Stock, ...]:
    """List the lines of which fewer pieces stand free than their minimum, for Today; one statement."""
    return tuple(one for one in _read_stock(conn, station, _MINIMA, now=now) if one.is_short)


def to_order(conn: Connection, station: Station, *, now: datetime) -> tuple[Stock, ...]:
    """List the lines of which fewer are owned and ordered than their target; `Stock.to_order` says how many."""
    return tuple(one for one in stock(conn, station, now=now) if one.to_order)


def _read_stock(
    conn: Connection, station: Station, statement: Any, *, now: datetime, **more: str
) -> tuple[Stock, ...]:
    said = {"here": station.depot, "today": station.today(now).isoformat(), **more}
    return tuple(_stock(row) for row in conn.execute(statement, said))


def _stock(row: Any) -> Stock:
    free, owned = row.free, row.owned
    if row.counted:
        owned = max(0, row.quantity or 0)
        free = 0 if row.recalled else owned
    return Stock(
        product=row.code,
        pieces=row.pieces,
        counted=row.counted,
        free=free,
        owned=owned,
        ordered=int(row.ordered or 0),
        minimum=row.minimum,
        target=row.target,
        since=None if row.counted else row.since,
    )


# --- orders ---


@dataclass(frozen=True, slots=True)
class Order:
    """Pieces of a line that were ordered. Times are aware, UTC; `ended_at` is None while they are to come."""

    key: str
    product: str
    pieces: int
    ordered_at: datetime
    state: OrderState
    ended_at: datetime | None


def order(
    conn: Connection, station: Station, pieces: Iterable[tuple[str, int]], *, by: str, now: datetime
) -> tuple[str, ...] | No:
    """Note that pieces of some lines were ordered: one order a line, all of them one deed.

    Args:
        pieces: pairs of a line's code and how many pieces, 1 to `MOST`.
        by: the pseudonym of who ordered; now: aware, UTC.

    Returns:
        The orders' keys, or why none was noted.
    """
    wanted = tuple(pieces)
    known = set(conn.scalars(select(product.c.code).where(product.c.code.in_([line for line, _ in wanted]))))
    if any(line not in known for line, _ in wanted):
        return No.NO_LINE
    if not all(1 <= number <= MOST for _, number in wanted):
        return No.OUT_OF_RANGE
    keys = []
    for line, number in wanted:
        keys.append(_new_order(conn, station.depot, line, number, by=by, at=clock.millis(now)))
    return tuple(keys)


def _new_order(conn: Connection, depot: str, line: str, number: int, *, by: str, at: int) -> str:
    key = str(uuid.uuid4())
    row = {"key": key, "depot": depot, "product": line, "pieces": number, "ordered_at": at}
    conn.execute(insert(restock_order).values(**row, ordered_by=by, state=OrderState.ORDERED.value))
    return key


def end_order(
    conn: Connection, key: str, how: OrderState, *, by: str, now: datetime, pieces: int | None = None
) -> No | None:
    """Note that what was ordered has come, or will not. None when that is done.

    Args:
        how: RECEIVED or CANCELLED.
        by: the pseudonym of who says so; now: aware, UTC.
        pieces: how many have come, where that is fewer; the rest stays on order as an order of its own.

    Raises:
        ValueError: ORDERED is no end.
    """
    if how is OrderState.ORDERED:
        raise ValueError("an order ends received or cancelled")
    row = conn.execute(select(restock_order).where(restock_order.c.key == key)).first()
    if row is None:
        return No.NO_ORDER
    if row.state != OrderState.ORDERED:
        return No.ENDED
    number = row.pieces if pieces is None else pieces
    if not 1 <= number <= row.pieces:
        return No.OUT_OF_RANGE
    ended = {"state": how.value, "pieces": number, "ended_at": clock.millis(now), "ended_by": by}
    conn.execute(update(restock_order).where(restock_order.c.key == key).values(ended))
    if number < row.pieces:
        _new_order(conn, row.depot, row.product, row.pieces - number, by=row.ordered_by, at=row.ordered_at)
    return None


def reopen_order(conn: Connection, key: str) -> No | None:
    """Take back that an order has ended: it is to come again. None when that is done."""
    row = conn.execute(select(restock_order.c.state).where(restock_order.c.key == key)).first()
    if row is None:
        return No.NO_ORDER
    if row.state == OrderState.ORDERED:
        return No.NOT_ENDED
    again = {"state": OrderState.ORDERED.value, "ended_at": None, "ended_by": None}
    conn.execute(update(restock_order).where(restock_order.c.key == key).values(again))
    return None


def orders(conn: Connection, station: Station, *, everything: bool = False) -> tuple[Order, ...]:
    """List what was ordered for this depot, the oldest first.

    Args:
        everything: also what has come or was cancelled.
    """
    asked = select(restock_order).where(restock_order.c.depot == station.depot)
    if not everything:
        asked = asked.where(restock_order.c.state == OrderState.ORDERED.value)
    rows = conn.execute(
        asked.order_by(restock_order.c.ordered_at, restock_order.c.product, restock_order.c.key)
    )
    return tuple(_order(row) for row in rows)


def _order(row: Any) -> Order:
    ended = clock.from_millis(row.ended_at) if row.ended_at is not None else None
    ordered = clock.from_millis(row.ordered_at)
    return Order(row.key, row.product, row.pieces, ordered, OrderState(row.state), ended)


# --- what stands idle ---


@dataclass(frozen=True, slots=True)
class Idle:
    """Pieces of a line that have stood free for long.

    Args:
        items: their codes, the longest idle first; days: how long the first of them has.
        asked_for: whether anybody has borrowed any piece of the line in that time.
    """

    product: str
    items: tuple[str, ...]
    days: int
    asked_for: bool


_IDLE = (
    select(item.c.code, item.c.product, item_state.c.since)
    .join(item_state, item_state.c.item == item.c.code)
    .where(
        item_state.c.state == State.AVAILABLE.value,
        item_state.c.depot == bindparam("here"),
        item_state.c.since <= bindparam("before"),
    )
    .order_by(item_state.c.since, item.c.code)
)
_BORROWED = (
    select(loan.c.product)
    .distinct()
    .where(
        loan.c.out_at > bindparam("before"),
        or_(loan.c.depot.is_(None), loan.c.depot == bindparam("here")),
        or_(loan.c.ended.is_(None), loan.c.ended != Ended.UNDONE.value),
    )
)


def idle(conn: Connection, station: Station, *, days: int = IDLE_DAYS, now: datetime) -> tuple[Idle, ...]:
    """List what has stood free on its shelf for so many days, by line; lines that nobody asks for come first.

    A piece is idle since it last became free: since it came back clean, was inspected or arrived. Of a line that
    is asked for, idle pieces say that fewer would do; of one that is not, that it may be of use elsewhere.

    Args:
        days: 1 or more; now: aware, UTC.
    """
    before = clock.millis(now - timedelta(days=days))
    said = {"here": station.depot, "before": before}
    borrowed = set(conn.scalars(_BORROWED, said))
    found: dict[str, list[Any]] = {}
    for row in conn.execute(_IDLE, said):
        found.setdefault(row.product, []).append(row)
    told = [
        Idle(
            line,
            tuple(row.code for row in rows),
            (now - clock.from_millis(rows[0].since)).days,
            line in borrowed,
        )
        for line, rows in found.items()
    ]
    return tuple(sorted(told, key=lambda one: (one.asked_for, -one.days, one.product)))
