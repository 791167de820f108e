"""Who waits for what: what can be set aside, what stands set aside, and what nobody fetched."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, cast, func, or_, select

from depot import clock, looks, queue
from depot.coming import competes, may_be_served
from depot.fold import HoldState
from depot.states import Fact, State
from depot.tables import borrower, event, hold, item, item_state, link, product, recall
from inventory.today.look import Look, Reader, Rows, here
from inventory.waiting import Kind

TAKEN_INSTEAD = timedelta(days=90)
"""How long a piece is told of that stayed at the pick-up sign because its borrower took another one."""

_WAITS = and_(hold.c.state == HoldState.WAITING.value, may_be_served(borrower))
_QUEUES = (
    select(
        hold.c.product,
        func.count().filter(_WAITS).label("waiting"),
        func.min(hold.c.placed_at).filter(_WAITS).label("since"),
        func.count().filter(hold.c.state == HoldState.READY.value).label("ready"),
    )
    .select_from(
        hold.outerjoin(link, link.c.key == hold.c.key).outerjoin(borrower, borrower.c.id == link.c.borrower)
    )
    .where(looks.in_queue(hold), competes(hold, bindparam("here")))
    .group_by(hold.c.product)
    .subquery("queues")
)
# As `looks.IS_FREE`, but the recalled pieces are gathered once: most lines of most depots have none.
_OPEN_RECALLS = select(recall.c.product).where(recall.c.closed_at.is_(None))
_RECALLED = select(item.c.code).where(item.c.product.in_(_OPEN_RECALLS), looks.IS_RECALLED).correlate(None)
_IS_FREE = and_(
    item_state.c.state == State.AVAILABLE.value,
    item_state.c.parked.is_(False),
    item.c.code.not_in(_RECALLED),
)
_GOOD = or_(
    product.c.inspection_days == 0,
    func.coalesce(
        func.julianday(item_state.c.inspected_on) + product.c.inspection_days
        >= func.julianday(bindparam("today")),
        False,
    ),
)
_SERVABLE = (
    select(_QUEUES, product.c.pieces, item_state.c.shelf, func.count().label("free"))
    .select_from(
        _QUEUES.join(product, product.c.code == _QUEUES.c.product)
        .join(item, item.c.product == _QUEUES.c.product)
        .join(item_state, item_state.c.item == item.c.code)
    )
    .where(_QUEUES.c.waiting > 0, item_state.c.depot == bindparam("here"), _IS_FREE, _GOOD)
    .group_by(_QUEUES.c.product, item_state.c.shelf)
)


def _to_set_aside(look: Look) -> Rows:
    """Lines of which pieces stand free while somebody waits: a row a line, and for how many it is enough.

    Who gets them is a deed's choice (`lapses.advance`), so no hold is named.
    """
    free: dict[str, list[Any]] = defaultdict(list)
    for row in look.ask(_SERVABLE, here=look.station.depot, today=look.today.isoformat()):
        free[row.product].append(row)
    for code, rows in free.items():
        line, shelves = rows[0], Counter({row.shelf: row.free for row in rows})
        enough_for = (shelves.total() - (line.pieces - 1) * line.ready) // line.pieces
        if enough_for > 0:
            yield look.row(
                Kind.TO_SET_ASIDE,
                code,
                at=line.since,
                product=code,
                place=look.sign(looks.PICK_UP),
                shelf=look.shelf(_fullest(shelves)),
                count=min(enough_for, line.waiting),
            )


def _fullest(pieces: Counter[str | None]) -> str | None:
    """Name the shelf on which most stand; of several the one with the first code."""
    return min(pieces, key=lambda one: (-pieces[one], one or ""), default=None)


_READY = (
    select(
        hold.c.key,
        hold.c.product,
        hold.c.item,
        hold.c.pick_up_by,
        item_state.c.since,
        item_state.c.shelf,
        looks.last_set_aside(hold).label("set_aside"),
    )
    .join(item_state, and_(item_state.c.item == hold.c.item, item_state.c.hold == hold.c.key))
    .where(looks.in_queue(hold), hold.c.state == HoldState.READY.value, here(item_state.c.depot))
)
_PARTNERS = (
    select(item.c.product, item_state.c.shelf, func.count().label("n"))
    .select_from(
        product.join(item, item.c.product == product.c.code).join(
            item_state, item_state.c.item == item.c.code
        )
    )
    .where(
        product.c.pieces > 1,
        product.c.code.in_(
            select(hold.c.product).where(looks.in_queue(hold), hold.c.state == HoldState.READY.value)
        ),
        item_state.c.depot == bindparam("here"),
        _IS_FREE,
    )
    .group_by(item.c.product, item_state.c.shelf)
)


def _set_aside(look: Look) -> Rows:
    """What stands set aside past its last day, and of a pair the partner that stands somewhere else."""
    partners: dict[str, Counter[str | None]] = defaultdict(Counter)
    for row in look.ask(_PARTNERS, here=look.station.depot):
        partners[row.product][row.shelf] = row.n
    for row in look.ask(_READY, here=look.station.depot):
        on_shelf = queue.is_on_shelf(row.set_aside) or look.sign(looks.PICK_UP) is None
        sign = None if on_shelf else look.sign(looks.PICK_UP)
        about = {"at": row.since, "item": row.item, "product": row.product, "day": row.pick_up_by}
        shelf_name = look.shelf(row.shelf)
        if row.pick_up_by is not None and row.pick_up_by < look.today.isoformat():
            about |= {"waits_from_day": True, "place": sign, "shelf": shelf_name}
            yield look.row(Kind.PAST_LAST_DAY, row.key, **about)
            continue
        line = look.lines.get(row.product)
        missing = line.pieces - 1 if line is not None else 0
        beside_it = partners[row.product][row.shelf] if on_shelf else 0
        if missing > beside_it:
            fetched_at = look.shelf(_fullest(partners[row.product]))
            about |= {"place": sign or shelf_name, "shelf": fetched_at, "count": missing - beside_it}
            yield look.row(Kind.PARTNER, row.key, **about)


# Without the cast SQLite makes no index of it, and asks 50,000 holds about each of 20,000 pieces.
_LAST_BUT_FETCHED = cast(
    hold.c.seq - case((hold.c.state == HoldState.FETCHED.value, 1), else_=0), hold.c.seq.type
)
# A piece is let go of by its hold's last event; when somebody took another one, by the one before that.
_OVER = (
    select(
        hold.c.key,
        hold.c.station,
        _LAST_BUT_FETCHED.label("seq"),
    )
    .where(
        or_(
            hold.c.state.in_([HoldState.EXPIRED.value, HoldState.CANCELLED.value]),
            and_(hold.c.state == HoldState.FETCHED.value, hold.c.tick >= bindparam("fetched_since")),
        )
    )
    .cte("over")
    .prefix_with("MATERIALIZED", dialect="sqlite")
)
_MAY_STAND_THERE = (
    select(item_state.c.item, item_state.c.shelf, item_state.c.since, _OVER)
    .join(_OVER, and_(_OVER.c.station == item_state.c.station, _OVER.c.seq == item_state.c.seq))
    .where(item_state.c.state == State.AVAILABLE.value, here(item_state.c.depot))
    .cte("may_stand_there")
    .prefix_with("MATERIALIZED", dialect="sqlite")
)
# The journal is asked last, and by number: begun from it or from the holds' events, all that ever waited is read.
_LET_GO = (
    select(
        _MAY_STAND_THERE.c.item,
        _MAY_STAND_THERE.c.shelf,
        _MAY_STAND_THERE.c.since,
        item.c.product,
        looks.last_set_aside(_MAY_STAND_THERE).label("set_aside"),
    )
    .join(item, item.c.code == _MAY_STAND_THERE.c.item)
    .join(
        event,
        and_(event.c.station == _MAY_STAND_THERE.c.station, event.c.seq == _MAY_STAND_THERE.c.seq),
    )
    .where(
        event.c.kind == Fact.RELEASED.value,
        func.coalesce(event.c.item, "") == _MAY_STAND_THERE.c.item,
        func.coalesce(event.c.hold, "") == _MAY_STAND_THERE.c.key,
    )
)


def _at_pick_up(look: Look) -> Rows:
    """What nobody fetched and has not been scanned onto a shelf since: it still stands at the pick-up sign."""
    sign = look.sign(looks.PICK_UP)
    since = clock.millis(look.now - TAKEN_INSTEAD)
    for row in look.ask(_LET_GO, here=look.station.depot, fetched_since=since):
        if sign is None or queue.is_on_shelf(row.set_aside):
            continue
        yield look.row(
            Kind.AT_PICK_UP,
            row.item,
            at=row.since,
            item=row.item,
            product=row.product,
            place=sign,
            shelf=look.shelf(row.shelf),
        )


READERS: tuple[Reader, ...] = (
    ((Kind.TO_SET_ASIDE,), _to_set_aside),
    ((Kind.PARTNER, Kind.PAST_LAST_DAY), _set_aside),
    ((Kind.AT_PICK_UP,), _at_pick_up),
)
