"""The queue of a line as it stands: who is first, who has which place, when their turn may come. Reads only.

The order is (placed at, station, seq). The turn of somebody who is blocked is passed over while the block
lasts, and they keep their place; a dead person's never comes. Neither is counted before anybody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, or_, select, tuple_

from depot import clock, journal
from depot.coming import Coming, coming, competes, may_be_served
from depot.fold import HoldNow, HoldState, ItemNow
from depot.looks import (
    IS_RECALLED,
    PICK_UP,
    free_pieces,
    in_queue,
    last_set_aside,
    makes_a_whole,
    ready_holds,
)
from depot.outcomes import Held
from depot.rules import inspection_expired
from depot.station import Station
from depot.tables import borrower, card, hold, item, item_state, link, place, product, shelf

ON_SHELF = "shelf"
"""What a `set_aside` event says of a piece that was set aside where it stood, and not carried anywhere."""

_WAITS = hold.c.state == HoldState.WAITING.value
_WHOSE = hold.outerjoin(link, link.c.key == hold.c.key).outerjoin(borrower, borrower.c.id == link.c.borrower)
_INSPECTION_DAYS = select(product.c.inspection_days).where(product.c.code == hold.c.product).scalar_subquery()

_PIECES = select(product.c.pieces).where(product.c.code == hold.c.product).scalar_subquery()
_FIRST = (
    select(
        *hold.c,
        link.c.borrower,
        _INSPECTION_DAYS.label("inspection_days"),
        select(place.c.name)
        .where(place.c.depot == bindparam("depot"), place.c.purpose == PICK_UP)
        .scalar_subquery()
        .label("sign"),
    )
    .select_from(_WHOSE)
    .where(
        hold.c.product == bindparam("line"),
        in_queue(hold),
        _WAITS,
        competes(hold, bindparam("depot")),
        may_be_served(borrower),
        ~select(item.c.code).where(item.c.code == bindparam("item"), IS_RECALLED).exists(),
        makes_a_whole(
            _PIECES,
            free_pieces(bindparam("line"), bindparam("depot"), but=bindparam("item")) + 1,
            ready_holds(bindparam("line"), bindparam("depot")),
        ),
    )
    .order_by(hold.c.placed_at, hold.c.placed_by_station, hold.c.placed_seq)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class First:
    """Who is first in line for a piece, whether it is known here whom to tell, and the sign where it shall stand."""

    hold: HoldNow
    is_ours: bool
    sign: str | None


def first_in_line(
    conn: Connection, station: Station, piece: ItemNow, line: str, *, now: datetime
) -> First | None:
    """Say for whom a free piece should be set aside; nobody gets one that they would be refused."""
    if piece.parked:
        return None
    row = conn.execute(_FIRST, {"line": line, "depot": piece.depot, "item": piece.item}).first()
    if row is None:
        return None
    inspected_on = date.fromisoformat(piece.inspected_on) if piece.inspected_on else None
    if inspection_expired(row.inspection_days or 0, inspected_on, station.today(now)):
        return None
    said = {column: value for column, value in row._mapping.items() if column in hold.c}
    return First(HoldNow(**{**said, "state": HoldState(row.state)}), row.borrower is not None, row.sign)


# --- where each stands ---

_AHEAD, _LINK, _BORROWER = hold.alias("ahead"), link.alias("ahead_link"), borrower.alias("ahead_borrower")
AHEAD = (
    select(func.count())
    .select_from(
        _AHEAD.outerjoin(_LINK, _LINK.c.key == _AHEAD.c.key).outerjoin(
            _BORROWER, _BORROWER.c.id == _LINK.c.borrower
        )
    )
    .where(in_queue(_AHEAD), _AHEAD.c.state == HoldState.WAITING.value, may_be_served(_BORROWER))
)
"""How many wait; to be narrowed to a line, and to whoever came earlier."""
_PLACE = (
    AHEAD.where(
        _AHEAD.c.product == hold.c.product,
        or_(competes(_AHEAD, hold.c.depot), hold.c.depot.is_(None)),
        tuple_(_AHEAD.c.placed_at, _AHEAD.c.placed_by_station, _AHEAD.c.placed_seq)
        < tuple_(hold.c.placed_at, hold.c.placed_by_station, hold.c.placed_seq),
    )
    .correlate(hold)
    .scalar_subquery()
)
_HEAD = journal.HEAD.subquery("head")
_STANDING = (
    select(
        *hold.c,
        _PLACE.label("ahead"),
        last_set_aside(hold).label("set_aside"),
        _PIECES.label("pieces"),
        shelf.c.name.label("shelf_name"),
        place.c.name.label("sign"),
        select(_HEAD.c.at).scalar_subquery().label("head_at"),
    )
    .select_from(
        hold.outerjoin(item_state, item_state.c.item == hold.c.item)
        .outerjoin(shelf, shelf.c.code == item_state.c.shelf)
        .outerjoin(place, (place.c.depot == item_state.c.depot) & (place.c.purpose == PICK_UP))
    )
    .order_by(hold.c.placed_at, hold.c.placed_by_station, hold.c.placed_seq)
)


def is_open() -> ColumnElement[bool]:
    """Only the holds that wait, or whose piece is set aside."""
    return in_queue(hold)


def ahead_of_the_next(line: Any, depot: Any) -> Any:
    """Count, as a part of another statement, who would be before somebody who joined a line's queue now."""
    return AHEAD.where(_AHEAD.c.product == line, competes(_AHEAD, depot))


def of_card(code: str) -> tuple[ColumnElement[bool], ...]:
    """Only the holds of the borrower behind a card."""
    whose = select(link.c.key).join(card, card.c.borrower == link.c.borrower).where(card.c.code == code)
    return in_queue(hold), hold.c.key.in_(whose)


def standing(
    conn: Connection, station: Station, *which: ColumnElement[bool], now: datetime
) -> Iterator[tuple[HoldNow, Held]]:
    """Say where holds stand, the earliest first; two statements, however many.

    Args:
        which: conditions on the table `hold`.
        now: aware, UTC. While the clock cannot be trusted no date is expected.
    """
    rows = conn.execute(_STANDING.where(*which), {"station": station.id}).all()
    waiting = [row.product for row in rows if row.state == HoldState.WAITING.value]
    comes = coming(conn, waiting) if waiting else {}
    for row in rows:
        said = {name: value for name, value in row._mapping.items() if name in hold.c}
        hold_now = HoldNow(**{**said, "state": HoldState(row.state)})
        newest = clock.from_iso(row.head_at) if row.head_at else None
        soon = comes.get((row.product, row.depot), Coming()) if station.trusts(now, newest) else Coming()
        yield hold_now, _held(hold_now, row, soon, station, now)


def _held(whose: HoldNow, row: Row[*tuple[Any, ...]], soon: Coming, station: Station, now: datetime) -> Held:
    waits, is_ready = whose.state is HoldState.WAITING, whose.state is HoldState.READY
    number = row.ahead + 1 if waits else 0
    return Held(
        item=whose.item or "",
        product=whose.product,
        key=whose.key,
        slip=whose.slip,
        place=number,
        expected=soon.expected(number * row.pieces, station, now=now) if waits else None,
        pick_up_by=date.fromisoformat(whose.pick_up_by) if is_ready and whose.pick_up_by else None,
        shelf=_where(row) if is_ready else None,
    )


def _where(row: Row[*tuple[Any, ...]]) -> str | None:
    """Name the place where a piece was set aside: its own shelf, or the sign to which it was to be carried."""
    where: str | None = row.shelf_name if is_on_shelf(row.set_aside) or row.sign is None else row.sign
    return where


def is_on_shelf(set_aside: str | None) -> bool:
    """Say whether a piece was set aside where it stood: `set_aside` is the body of the event that tells of it."""
    return set_aside is not None and journal.read_body(set_aside).facts.get("stands") == ON_SHELF
