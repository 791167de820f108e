"""One thing as its card shows it: what it is, where it is, what is known of it and what it waits for. Never whose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from depot import clock, looks, parts
from depot.calendar import day_of, days_late
from depot.parts import Part
from depot.rules import inspection_expired
from depot.states import State
from depot.station import Station
from depot.tables import depot, hold, item, item_state, kit, kit_piece, loan, product, shelf
from inventory import names

_HOME = depot.alias("home")


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What a thing's card says.

    Args:
        code, product, name: the thing's, its line's, and what that is called.
        state, since: where it is in its life, since when (aware, UTC).
        depot, shelf: names of where it stands or has its place; shelf_code: the shelf's label.
        place: the sign or shelf where it belongs now; None for what is out or gone.
        serial, lot, owner, price_ore: as far as they are known; home: the depot that it belongs to, where that
            is another one.
        good_until: the last day on which its timed inspection is good; None for a line that has none;
            expired: whether that is over.
        loan, due, late: on loan: its key, its due date, and by how many days it is late.
        hold, pick_up_by: set aside: for which place in the queue, and the last day to fetch it.
        kit: the name of the set that it is a piece of; infected, recalled, parked: as the ledger says.
        owed: the parts of it that are still out.
    """

    code: str
    product: str
    name: str
    state: State
    since: datetime
    depot: str = ""
    shelf: str | None = None
    shelf_code: str | None = None
    place: str | None = None
    serial: str | None = None
    lot: str | None = None
    owner: str | None = None
    price_ore: int | None = None
    home: str | None = None
    good_until: date | None = None
    expired: bool = False
    loan: str | None = None
    due: date | None = None
    late: int = 0
    hold: str | None = None
    pick_up_by: date | None = None
    kit: str | None = None
    infected: bool = False
    recalled: bool = False
    parked: bool = False
    owed: tuple[Part, ...] = ()


_CARD = (
    select(
        item,
        item_state.c.state,
        item_state.c.since,
        item_state.c.depot.label("at_depot"),
        item_state.c.shelf.label("shelf_code"),
        item_state.c.inspected_on,
        item_state.c.infected,
        item_state.c.parked,
        item_state.c.loan,
        item_state.c.hold,
        product.c.inspection_days,
        depot.c.name.label("depot_name"),
        shelf.c.name.label("shelf_name"),
        _HOME.c.name.label("home_name"),
        kit.c.name.label("kit_name"),
        loan.c.due,
        hold.c.pick_up_by,
        looks.IS_RECALLED.label("recalled"),
    )
    .select_from(
        item.join(item_state, item_state.c.item == item.c.code)
        .join(product, product.c.code == item.c.product)
        .outerjoin(depot, depot.c.id == item_state.c.depot)
        .outerjoin(shelf, shelf.c.code == item_state.c.shelf)
        .outerjoin(_HOME, _HOME.c.id == item.c.home)
        .outerjoin(kit_piece, kit_piece.c.item == item.c.code)
        .outerjoin(kit, (kit.c.key == kit_piece.c.kit) & kit.c.split_at.is_(None))
        .outerjoin(loan, loan.c.key == item_state.c.loan)
        .outerjoin(hold, hold.c.key == item_state.c.hold)
    )
)  # fmt: skip

_OUT = frozenset({State.ON_LOAN, State.MISSING, State.WRITTEN_OFF, State.KEPT, State.IN_TRANSIT})


def find(conn: Connection, station: Station, code: str, *, language: str, now: datetime) -> Thing | None:
    """Look a thing up; None for a code that is no thing's here.

    Args:
        code: the thing's code, 10 characters; language: of its line's name; now: aware, UTC.
    """
    row = conn.execute(_CARD.where(item.c.code == code)).first()
    if row is None:
        return None
    state, today = State(row.state), station.today(now)
    due, inspected_on = day_of(row.due), day_of(row.inspected_on)
    seen = looks.for_check_in(conn, station, code)
    return Thing(
        code=code,
        product=row.product,
        name=names.of_line(conn, row.product, language),
        state=state,
        since=clock.from_millis(row.since),
        depot=row.depot_name or "",
        shelf=row.shelf_name,
        shelf_code=row.shelf_code,
        place=None if state in _OUT else looks.where_it_belongs(conn, station, seen),
        serial=row.serial,
        lot=row.lot,
        owner=row.owner,
        price_ore=row.price_ore,
        home=row.home_name if row.home and row.home != row.at_depot else None,
        good_until=_good_until(row, inspected_on),
        expired=inspection_expired(row.inspection_days, inspected_on, today),
        loan=row.loan,
        due=due,
        late=days_late(due, today) if due else 0,
        hold=row.hold,
        pick_up_by=day_of(row.pick_up_by),
        kit=row.kit_name,
        infected=bool(row.infected),
        recalled=bool(row.recalled),
        parked=bool(row.parked),
        owed=parts.owed(conn, code),
    )


def _good_until(row: Row[Any], inspected_on: date | None) -> date | None:
    if not row.inspection_days or inspected_on is None:
        return None
    return inspected_on + timedelta(days=row.inspection_days)
