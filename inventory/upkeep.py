"""Cleaning what came home: one thing with its checklist, or twenty in a run with one scan each.

In a run a scan says "washed and looked over": the cleaning and the check at return are one deed. Only what
a pair of wet gloves must not decide stops a thing, never the run: a timed inspection that is due, something that
was reported wrong, an infection, a recall. Those, and what does not belong in the run at all, are told apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, func, or_, select

from depot import clock, lending, looks, refusals, stock
from depot.looks import IS_RECALLED
from depot.outcomes import CheckedIn, Moved, Reason, Refused
from depot.states import Fact, State
from depot.station import Station
from depot.tables import event, item_state, owed_part
from depot.tables import item as items
from inventory import hands, repairs


class Fate(StrEnum):
    """What became of a thing that was scanned in a run."""

    FREE = "free"
    SET_ASIDE = "set_aside"
    TO_INSPECT = "to_inspect"
    FAULT = "fault"
    INFECTED = "infected"
    RECALLED = "recalled"
    SINGLE_USER = "single_user"
    CAME_HOME = "came_home"
    CLEAN_ALREADY = "clean_already"
    NOT_SHELVED = "not_shelved"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Washed:
    """What a scan in a run has led to.

    Args:
        place: where the thing is put now.
        deed: what is taken back if the scan was a slip; None where nothing was written.
        why: a code that says more: the fault that was reported.
    """

    item: str
    product: str | None
    fate: Fate
    place: str | None = None
    deed: str | None = None
    why: str | None = None

    @property
    def is_washed(self) -> bool:
        """Whether the scan has recorded a cleaning."""
        return self.deed is not None and self.fate is not Fate.CAME_HOME


_AS_IT_IS: dict[State, Fate] = {
    State.AVAILABLE: Fate.CLEAN_ALREADY,
    State.SET_ASIDE: Fate.CLEAN_ALREADY,
    State.RECEIVED: Fate.NOT_SHELVED,
    State.INSPECTION: Fate.TO_INSPECT,
    State.REPAIR: Fate.FAULT,
    State.QUARANTINE: Fate.INFECTED,
}
"""What a scan says of a thing that is not to be washed now."""


def wash(conn: Connection, station: Station, *, item: str, now: datetime, by: str | None = None) -> Washed:
    """Say of one thing in a run that it was washed and looked over.

    A thing that the ledger believes elsewhere is in hand, so it comes home by the scan and is still to be
    washed: the next scan says so.

    Args:
        item: the thing's code; now: aware, UTC.
        by: the pseudonym of the member of staff, for the events.
    """
    seen = looks.for_check_in(conn, station, item)
    if not seen.known:
        refusals.count(conn, station, (Reason.UNKNOWN_CODE,), None, now=now)
        return Washed(item, None, Fate.UNKNOWN, looks.place_for(conn, station, looks.UNKNOWN))
    line, state = seen.row.product, seen.now.state
    if state in (State.ON_LOAN, *lending.FOUND):
        home = lending.check_in(conn, station, item=item, now=now, by=by)
        if not isinstance(home, CheckedIn):
            raise TypeError(f"{item} has not come home but {home}")
        return Washed(item, line, Fate.CAME_HOME, home.place, home.deed)
    fate, why = _AS_IT_IS.get(state), None
    if fate is None:
        fate, why = _stops(conn, seen)
    if fate is Fate.FAULT and why is None:
        order = repairs.order_of(conn, item)
        why = order.fault if order is not None else None
    if fate is not None:
        return Washed(item, line, fate, looks.where_it_belongs(conn, station, seen), why=why)
    moved = hands.settled(conn, station, stock.cleaned(conn, station, item=item, now=now, by=by))
    if isinstance(moved, Refused):
        return Washed(item, line, Fate.FAULT, moved.place)
    fate = _AFTER[moved.state]
    return Washed(item, line, fate, moved.place, moved.deed)


_AFTER: dict[str, Fate] = {
    State.AVAILABLE: Fate.FREE,
    State.SET_ASIDE: Fate.SET_ASIDE,
    State.INSPECTION: Fate.TO_INSPECT,
}
_LATEST = (  # off the journal, where a thing's events stand in order: loans that have ended have no such index
    select(event.c.loan)
    .where(
        event.c.item == bindparam("thing"),
        event.c.kind == Fact.CHECK_IN.value,
        event.c.loan.is_not(None),
    )
    .order_by(event.c.tick.desc())
    .limit(1)
    .scalar_subquery()
)
_IN_THE_WAY = select(
    select(func.count())
    .where(items.c.code == bindparam("thing"), IS_RECALLED)
    .scalar_subquery()
    .label("recalled"),
    select(func.count()).where(owed_part.c.loan == _LATEST).scalar_subquery().label("owed"),
)


def _stops(conn: Connection, seen: looks.Look) -> tuple[Fate | None, str | None]:
    """Say what keeps a thing that came home from being washed in a run, and the fault that was reported."""
    if seen.now.infected:
        return Fate.INFECTED, None
    if seen.row.cleaning_class == stock.SINGLE_USER:
        return Fate.SINGLE_USER, None
    found = conn.execute(_IN_THE_WAY, {"thing": seen.now.item}).one()
    if found.recalled:
        return Fate.RECALLED, None
    return (Fate.FAULT, "missing_part") if found.owed else (None, None)


def still_waits(conn: Connection, things: Iterable[str]) -> dict[str, State]:
    """Say where things of a side list are now, so that what was seen to meanwhile leaves it."""
    rows = conn.execute(
        select(item_state.c.item, item_state.c.state).where(item_state.c.item.in_(list(things)))
    )
    return {row.item: State(row.state) for row in rows}


# --- apart ---


@dataclass(frozen=True, slots=True)
class Apart:
    """A thing that is kept apart: since when (aware, UTC), and whether it may carry an infection."""

    item: str
    product: str
    since: datetime
    infection: bool


def apart(conn: Connection, station: Station) -> tuple[Apart, ...]:
    """List what is kept apart in this depot, the longest first."""
    here = or_(item_state.c.depot == station.depot, item_state.c.depot.is_(None))
    rows = conn.execute(
        select(item_state.c.item, items.c.product, item_state.c.since, item_state.c.infected)
        .join(items, items.c.code == item_state.c.item)
        .where(item_state.c.state == State.QUARANTINE.value, here)
        .order_by(item_state.c.since, item_state.c.item)
    )
    return tuple(
        Apart(row.item, row.product, clock.from_millis(row.since), bool(row.infected)) for row in rows
    )


def keep_apart(
    conn: Connection,
    station: Station,
    *,
    item: str,
    infection: bool,
    now: datetime,
    by: str | None = None,
) -> Moved | Refused:
    """Keep a thing apart from the rest; what is on loan or set aside comes home first.

    Args:
        infection: it may carry one; otherwise nobody knows yet what is wrong with it.
        now: aware, UTC; by: the pseudonym of the member of staff, for the events.
    """
    deed = hands.take(conn, station, item=item, now=now, by=by)
    apart = stock.quarantine(conn, station, item=item, infection=infection, now=now, by=by, deed=deed)
    return hands.settled(conn, station, apart)


def let_out(
    conn: Connection, station: Station, *, item: str, now: datetime, by: str | None = None
) -> Moved | Refused:
    """Say that a thing need not be kept apart any longer; it is cleaned before it is lent."""
    return hands.settled(conn, station, stock.end_quarantine(conn, station, item=item, now=now, by=by))


def cleaned(
    conn: Connection, station: Station, *, item: str, now: datetime, by: str | None = None
) -> Moved | Refused:
    """Say of one thing that it was cleaned as its class asks, or disinfected, and looked over.

    Unlike in a run, whoever says so has the thing's own page before them: an infection and what was reported
    wrong are settled by it. What is one person's only is refused (`wrong_state`): it is written off.
    """
    return hands.settled(conn, station, stock.cleaned(conn, station, item=item, now=now, by=by))
