"""Things in the house: what came home, is being cleaned, looked over or mended, is kept apart or missing."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import bindparam, case, func, or_, select

from depot import looks, stock
from depot.states import Fact, State
from depot.tables import event, item, item_state, product
from inventory.today.look import Look, Reader, Rows, here
from inventory.waiting import NEXT, Kind, Next

AHEAD = timedelta(days=14)
"""How long before a timed inspection runs out the thing is called in: two weeks of Tuesdays."""

_KIND_OF: dict[str, Kind] = {
    State.RETURNED: Kind.TO_CLEAN,
    State.CLEANING: Kind.CLEANING,
    State.INSPECTION: Kind.INSPECTION,
    State.REPAIR: Kind.REPAIR,
    State.QUARANTINE: Kind.QUARANTINE,
    State.MISSING: Kind.MISSING,
    State.RECEIVED: Kind.UNLABELLED,
}
_TO_BE_CLEANED = (Kind.INFECTED, Kind.TO_CLEAN, Kind.CLEANING)
_FAULT = (
    select(func.json_extract(event.c.body, "$.fault"))
    .where(
        event.c.item == item_state.c.item,
        event.c.tick >= item_state.c.since,  # what happened earlier in its life need not be read
        event.c.kind == Fact.TO_REPAIR.value,
    )
    .order_by(event.c.tick.desc())
    .limit(1)
    .scalar_subquery()
)
_THINGS = (
    select(
        item_state.c.item,
        item_state.c.state,
        item_state.c.shelf,
        item_state.c.infected,
        item_state.c.since,
        item.c.product,
        case((item_state.c.state == State.REPAIR.value, _FAULT)).label("fault"),
    )
    .join(item, item.c.code == item_state.c.item)
    .where(item_state.c.state.in_([str(one) for one in _KIND_OF]), here(item_state.c.depot))
)


def _things(look: Look) -> Rows:
    """What came home, is being cleaned, looked over or mended, is kept apart, missing, or not yet labelled."""
    for row in look.ask(_THINGS, here=look.station.depot):
        kind = _KIND_OF[row.state]
        if row.infected and kind in (Kind.TO_CLEAN, Kind.CLEANING):
            kind = Kind.INFECTED
        line = look.lines.get(row.product)
        of_class = line.cleaning_class if line is not None else None
        to_be_cleaned = kind in _TO_BE_CLEANED
        yield look.row(
            kind,
            row.item,
            at=row.since,
            item=row.item,
            product=row.product,
            place=look.sign(_purpose(kind, of_class)),
            shelf=look.shelf(row.shelf),
            why=of_class if to_be_cleaned else row.fault,
            next=Next.WRITE_OFF if to_be_cleaned and of_class == stock.SINGLE_USER else NEXT[kind],
        )


def _purpose(kind: Kind, of_class: str | None) -> str | None:
    """Say which place a thing waits at, as `looks.where_it_belongs` does for a thing in hand."""
    if kind in (Kind.INFECTED, Kind.QUARANTINE):
        return looks.INFECTION
    if kind is Kind.REPAIR:
        return looks.REPAIR
    return None if kind in (Kind.MISSING, Kind.UNLABELLED) else of_class


_LINE = product.alias("line")
_TIMED = select(_LINE.c.code).where(_LINE.c.inspection_days > 0)  # else every piece is asked for its line
_RUN_OUT = (
    select(
        item_state.c.item,
        item_state.c.shelf,
        item_state.c.since,
        item_state.c.inspected_on,
        item.c.product,
    )
    .select_from(
        product.join(item, item.c.product == product.c.code).join(
            item_state, item_state.c.item == item.c.code
        )
    )
    .where(
        product.c.code.in_(_TIMED),
        item_state.c.state == State.AVAILABLE.value,
        here(item_state.c.depot),
        or_(
            item_state.c.inspected_on.is_(None),
            func.julianday(item_state.c.inspected_on) + product.c.inspection_days
            <= func.julianday(bindparam("by")),
        ),
    )
)


def _inspections(look: Look) -> Rows:
    """What stands on a shelf and must be inspected before it is lent, now or within two weeks."""
    by = (look.today + AHEAD).isoformat()
    for row in look.ask(_RUN_OUT, here=look.station.depot, by=by):
        lasts = timedelta(days=look.lines[row.product].inspection_days)
        until = date.fromisoformat(row.inspected_on) + lasts if row.inspected_on else None
        yield look.row(
            Kind.INSPECTION_DUE,
            row.item,
            at=row.since,
            day=until.isoformat() if until else None,
            waits_from_day=True,
            item=row.item,
            product=row.product,
            shelf=look.shelf(row.shelf),
        )


READERS: tuple[Reader, ...] = (
    ((*_KIND_OF.values(), Kind.INFECTED), _things),
    ((Kind.INSPECTION_DUE,), _inspections),
)
