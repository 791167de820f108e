"""Moving things: between shelves, between depots, and to whom and where they belong.

A thing is moved by being scanned where it now stands. What is dirty, broken or promised to somebody is not put
on a shelf by it: the refusal says where it stands instead. Between depots a thing is on its way until it is
scanned where it arrives; that scan alone says that it has, also where nobody had said that it was sent.

A ledger knows the other depots of its municipality by rows of their own, with the same key in every ledger.
All take `(conn, station, ...)` and commit nothing. Any of the moves is taken back with `stock.undo`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from depot import clock, looks, reference, stock
from depot.looks import Look
from depot.outcomes import Already, Outcome, Reason, Refused
from depot.states import Fact, State
from depot.station import Station
from depot.tables import depot, event, item, item_state, shelf
from depot.tables import station as stations

LONGEST_NAME = 60
"""Characters of a depot's or an owner's name."""

_WHY_NOT = {
    State.RECEIVED: Reason.NOT_AVAILABLE,
    State.SET_ASIDE: Reason.SET_ASIDE_FOR_OTHER,
    State.ON_LOAN: Reason.ON_LOAN_TO_OTHER,
    State.RETURNED: Reason.IN_CLEANING,
    State.CLEANING: Reason.IN_CLEANING,
    State.INSPECTION: Reason.INSPECTION_EXPIRED,
    State.REPAIR: Reason.IN_REPAIR,
    State.QUARANTINE: Reason.QUARANTINED,
    State.MISSING: Reason.NOT_AVAILABLE,
    State.WRITTEN_OFF: Reason.NOT_AVAILABLE,
    State.KEPT: Reason.NOT_AVAILABLE,
    State.IN_TRANSIT: Reason.NOT_AVAILABLE,
}
"""Why a thing is not moved, or not sent, by its state."""
_PUT = (Fact.MOVED, Fact.SHELVED, Fact.ARRIVED)
_GONE = (State.WRITTEN_OFF.value, State.KEPT.value)


# --- depots ---


@dataclass(frozen=True, slots=True)
class Depot:
    """A depot that this ledger knows; `here` is the one where this station stands."""

    id: str
    name: str
    here: bool


def depots(conn: Connection, station: Station) -> tuple[Depot, ...]:
    """List the depots, this one first."""
    rows = conn.execute(select(depot.c.id, depot.c.name).order_by(func.lower(depot.c.name), depot.c.id))
    known = [Depot(row.id, row.name, row.id == station.depot) for row in rows]
    return tuple(sorted(known, key=lambda one: not one.here))


def depot_named(conn: Connection, station: Station, text: str) -> Depot | None:
    """Find a depot by its name or key, whatever the case; None where there is none or more than one."""
    said = text.strip().casefold()
    found = [one for one in depots(conn, station) if said in (one.name.casefold(), one.id)]
    return found[0] if len(found) == 1 else None


def add_depot(
    conn: Connection, station: Station, *, name: str, now: datetime, by: str | None = None, key: str = ""
) -> str:
    """Make another depot known by name, so that things can be sent to it.

    Args:
        name: 1 to `LONGEST_NAME` characters; a name that is known already is found and not made twice.
        key: the key by which that depot's own ledger calls it (`depot move depots` there says it); a new
            one where it has no ledger of its own. It is the same place for both only with the same key.

    Returns:
        The depot's key.

    Raises:
        ValueError: the key is no UUID.
    """
    known = depot_named(conn, station, name)
    if known is not None:
        return known.id
    made = str(uuid.UUID(key)) if key else str(uuid.uuid4())
    here = conn.execute(select(depot).where(depot.c.id == station.depot)).one()._asdict()
    reference.put(conn, depot, {**here, "id": made, "name": name.strip()}, now=now, by=by)
    return made


def forget_depot(conn: Connection, key: str, *, now: datetime, by: str | None = None) -> bool:
    """Take a depot away again that was made known by a slip.

    Returns:
        False where a thing, a shelf or a station is of it, or a thing is on its way there; then it stays.
    """
    used = (
        select(item_state.c.item).where(item_state.c.depot == key),
        select(item.c.code).where(item.c.home == key),
        select(shelf.c.code).where(shelf.c.depot == key),
        select(stations.c.id).where(stations.c.depot == key),
    )
    if any(conn.execute(one.limit(1)).first() is not None for one in used):
        return False
    reference.drop(conn, depot, {"id": key}, now=now, by=by)
    return True


# --- moving ---


def put(
    conn: Connection, station: Station, *, item: str, shelf: str, now: datetime, by: str | None = None
) -> Outcome:
    """A thing stands on a shelf of this depot now.

    A new one can be lent from then on, and one that was on its way has arrived, clean and whole. Nothing is
    written for one that was put on that very shelf last.

    Args:
        item: the thing's code; shelf: the shelf's, which is one of this depot's.
        now: aware, UTC; by: the pseudonym of the member of staff who did it.

    Returns:
        What it is now; a refusal with the place where it belongs for what may not stand on a shelf.

    Raises:
        LookupError: no shelf of this depot has that code.
    """
    _must_be_here(conn, station, shelf)
    seen = looks.for_check_in(conn, station, item)
    no = _may_stand_on_a_shelf(conn, station, seen)
    if no is not None:
        return no
    if seen.now.state is State.RECEIVED:
        return stock.shelve(conn, station, item=item, shelf=shelf, now=now, by=by)
    if seen.now.state is State.IN_TRANSIT:
        return stock.arrive(conn, station, item=item, shelf=shelf, now=now, by=by)
    if seen.known and seen.now.shelf == shelf and _last_fact(conn, seen) in _PUT:
        return Already(item=item, product=seen.row.product, place=seen.row.shelf_name)
    return stock.put_on_shelf(conn, station, item=item, shelf=shelf, now=now, by=by)


def may_be_put(conn: Connection, station: Station, item: str) -> Refused | None:
    """Say why a thing may not stand on a shelf just now, before it is known on which; None where it may."""
    seen = looks.for_check_in(conn, station, item)
    if not seen.known:
        return Refused(item=item, reasons=(Reason.UNKNOWN_CODE,))
    return _may_stand_on_a_shelf(conn, station, seen)


def _may_stand_on_a_shelf(conn: Connection, station: Station, seen: Look) -> Refused | None:
    if not seen.known or seen.now.state in (State.RECEIVED, State.IN_TRANSIT, State.AVAILABLE):
        return None
    stands_on_its_shelf = seen.row.shelf_name == looks.where_it_belongs(conn, station, seen)
    return None if seen.now.state is State.SET_ASIDE and stands_on_its_shelf else _no(conn, station, seen)


def send(
    conn: Connection, station: Station, *, item: str, to: str, now: datetime, by: str | None = None
) -> Outcome:
    """A free thing leaves for another depot; it is on its way until it is scanned there.

    Args:
        to: the key of the depot.

    Raises:
        LookupError: this ledger knows no such depot, or it is this one.
    """
    if to == station.depot or conn.scalar(select(depot.c.id).where(depot.c.id == to)) is None:
        raise LookupError(f"no other depot {to}")
    seen = looks.for_check_in(conn, station, item)
    if seen.known and seen.now.state is not State.AVAILABLE:
        return _no(conn, station, seen)
    return stock.send(conn, station, item=item, depot=to, now=now, by=by)


def arrive(
    conn: Connection, station: Station, *, item: str, shelf: str | None, now: datetime, by: str | None = None
) -> Outcome:
    """A thing that was on its way has arrived: on a shelf when it is clean and whole, else to be washed.

    Raises:
        LookupError: no shelf of this depot has that code.
    """
    if shelf is not None:
        _must_be_here(conn, station, shelf)
    seen = looks.for_check_in(conn, station, item)
    if seen.known and seen.now.state is not State.IN_TRANSIT:
        return _no(conn, station, seen)
    return stock.arrive(conn, station, item=item, shelf=shelf, now=now, by=by)


def _no(conn: Connection, station: Station, seen: Look) -> Refused:
    state = seen.now.state
    reason = _WHY_NOT.get(state, Reason.WRONG_STATE)
    in_the_house = state not in (
        State.ON_LOAN,
        State.IN_TRANSIT,
        State.MISSING,
        State.WRITTEN_OFF,
        State.KEPT,
    )
    where = looks.where_it_belongs(conn, station, seen) if in_the_house else None
    return Refused(item=seen.now.item, product=seen.row.product, reasons=(reason,), place=where)


def is_here(conn: Connection, station: Station, code: str) -> bool:
    """Say whether a code is that of a shelf of this depot."""
    return conn.scalar(select(shelf.c.depot).where(shelf.c.code == code)) == station.depot


def state_of(conn: Connection, code: str) -> State | None:
    """Say where a thing is in its life; None for a code that is no thing's."""
    state = conn.scalar(select(item_state.c.state).where(item_state.c.item == code))
    return State(state) if state is not None else None


def _must_be_here(conn: Connection, station: Station, code: str) -> None:
    if not is_here(conn, station, code):
        raise LookupError(f"no shelf {code} in this depot")


def _last_fact(conn: Connection, seen: Look) -> str | None:
    last = (event.c.station == seen.now.station, event.c.seq == seen.now.seq)
    kind: str | None = conn.scalar(select(event.c.kind).where(*last, event.c.item == seen.now.item))
    return kind


# --- lists ---


@dataclass(frozen=True, slots=True)
class Away:
    """A thing between depots, or one that stands in another than its own.

    Args:
        item, product: the thing and its line; state: where it is in its life.
        depot: the name of the depot where it is or is going; other: of the one that it comes from or that
            is its home; empty where this ledger does not know it.
        other_id: that depot's key, None where it is not known.
        shelf: the name of its shelf, if it has one; since: since when; aware, UTC.
    """

    item: str
    product: str
    state: State
    depot: str
    other: str
    other_id: str | None
    shelf: str | None
    since: datetime


_AT, _OTHER = depot.alias("at_depot"), depot.alias("other_depot")


def expected(conn: Connection, station: Station) -> tuple[Away, ...]:
    """List what is on its way to this depot, what was sent first at the top."""
    return _away(conn, _sent_from(), _on_the_way(), item_state.c.depot == station.depot)


def sent(conn: Connection, station: Station) -> tuple[Away, ...]:
    """List what is on its way from here to other depots, what was sent first at the top."""
    return _away(conn, _sent_from(), _on_the_way(), item_state.c.depot != station.depot)


def homeward(conn: Connection, station: Station) -> tuple[Away, ...]:
    """List what is in this depot, free or not, and has its home in another one."""
    home = func.coalesce(item.c.home, _received_at())
    here = (item_state.c.depot == station.depot, home != station.depot)
    in_the_house = item_state.c.state.not_in((State.ON_LOAN, State.IN_TRANSIT, State.MISSING, *_GONE))
    return _away(conn, home, *here, in_the_house)


def home_of(conn: Connection, code: str) -> str | None:
    """Return the key of a thing's home depot: the one that was named, else where it was received."""
    found = select(func.coalesce(item.c.home, _received_at()))
    home: str | None = conn.scalar(
        found.select_from(item.join(item_state, item_state.c.item == item.c.code)).where(item.c.code == code)
    )
    return home


def _on_the_way() -> ColumnElement[bool]:
    return item_state.c.state == State.IN_TRANSIT.value


def _received_at() -> ColumnElement[Any]:
    first = select(func.json_extract(event.c.body, "$.depot")).where(
        event.c.item == item_state.c.item, event.c.kind == Fact.RECEIVED.value
    )
    return first.order_by(event.c.tick).limit(1).correlate(item_state).scalar_subquery()


def _sent_from() -> ColumnElement[Any]:
    """Tell the depot that a thing on its way has left: the last one that an event before the sending names."""
    before = select(func.json_extract(event.c.body, "$.depot")).where(
        event.c.item == item_state.c.item,
        event.c.kind != Fact.SENT.value,
        event.c.tick < item_state.c.tick,
        func.json_extract(event.c.body, "$.depot").is_not(None),
    )
    return before.order_by(event.c.tick.desc()).limit(1).correlate(item_state).scalar_subquery()


def _away(conn: Connection, other: ColumnElement[Any], *wanted: ColumnElement[bool]) -> tuple[Away, ...]:
    columns = (
        item_state.c.item,
        item.c.product,
        item_state.c.state,
        item_state.c.since,
        shelf.c.name.label("shelf"),
        func.coalesce(_AT.c.name, "").label("depot"),
        other.label("other_id"),
    )
    rows = conn.execute(
        select(*columns)
        .select_from(
            item_state.join(item, item.c.code == item_state.c.item)
            .outerjoin(shelf, shelf.c.code == item_state.c.shelf)
            .outerjoin(_AT, _AT.c.id == item_state.c.depot)
        )
        .where(*wanted)
        .order_by(item_state.c.since, item_state.c.item)
    ).all()
    names = {row.id: row.name for row in conn.execute(select(depot.c.id, depot.c.name))}
    return tuple(
        Away(
            row.item,
            row.product,
            State(row.state),
            row.depot,
            names.get(row.other_id, ""),
            row.other_id,
            row.shelf,
            clock.from_millis(row.since),
        )
        for row in rows
    )


# --- home and owner ---


@dataclass(frozen=True, slots=True)
class Belongs:
    """What was said of a thing before it was changed: enough to put it back.

    Args:
        name: the column, "home" or "owner"; before: what stood in it.
    """

    item: str
    product: str
    name: str
    before: str | None


def set_home(
    conn: Connection, station: Station, *, item: str, home: str | None, now: datetime, by: str | None = None
) -> Belongs | Refused:
    """Say in which depot a thing is at home; None: where it was received.

    Args:
        home: the key of a depot that this ledger knows.

    Raises:
        LookupError: it knows no such depot.
    """
    if home is not None and home not in {one.id for one in depots(conn, station)}:
        raise LookupError(f"no depot {home}")
    return _say(conn, item, "home", home, now=now, by=by)


def set_owner(
    conn: Connection,
    station: Station,  # noqa: ARG001 - every deed has one
    *,
    item: str,
    owner: str | None,
    now: datetime,
    by: str | None = None,
) -> Belongs | Refused:
    """Say which organisation owns a thing; None: nobody has said, so the depot's own municipality.

    Args:
        owner: 1 to `LONGEST_NAME` printable characters.
    """
    return _say(conn, item, "owner", owner, now=now, by=by)


def _say(
    conn: Connection, code: str, name: str, value: str | None, *, now: datetime, by: str | None
) -> Belongs | Refused:
    row = conn.execute(
        select(item.c.product, item.c[name].label("before")).where(item.c.code == code)
    ).first()
    if row is None:
        return Refused(item=code, reasons=(Reason.UNKNOWN_CODE,))
    if row.before != value:
        reference.put(conn, item, {"code": code, name: value}, now=now, by=by)
    return Belongs(code, row.product, name, row.before)


def owners(conn: Connection) -> Sequence[str]:
    """List the organisations that own something, the one with most things first."""
    found = select(item.c.owner).where(item.c.owner.is_not(None)).group_by(item.c.owner)
    return conn.scalars(found.order_by(func.count().desc(), item.c.owner)).all()
