"""What a count has found different from the ledger, and what a person decides about it.

A decision (`settle`) does what it says by the same deeds as any other day, and is recorded; `unsettle` takes it
back. None is taken by the count itself, and none ends a loan but the one that says so. A thing that something
has happened to since it was counted (lent, brought back, moved) is no difference; what was taken back since has
not happened. All take `(conn, ...)` and commit nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, delete, exists, func, insert, or_, select

from depot import clock, journal, lending, stock
from depot.outcomes import CheckedIn, Moved, Outcome, Reason, Refused
from depot.states import Fact, State
from depot.station import Station
from depot.tables import (
    event,
    item,
    item_state,
    shelf,
    stocktake,
    stocktake_decision,
    stocktake_seen,
    stocktake_shelf,
)


class Difference(StrEnum):
    """How what was counted differs from what the ledger believes."""

    MISSING = "missing"
    """It should stand on a shelf that was counted, and was seen nowhere."""
    WRONG_SHELF = "wrong_shelf"
    """It was seen on another shelf than its own."""
    FOUND = "found"
    """It was seen, and was believed missing, written off or given up."""
    ON_LOAN_BUT_HERE = "on_loan_but_here"
    """It was seen, and is on loan."""
    NOT_READY = "not_ready"
    """It was seen on a shelf, and waits to be washed, looked over or repaired."""
    NOT_SHELVED = "not_shelved"
    """It was seen on a shelf, and was never put there: it cannot be lent."""
    IN_TRANSIT_BUT_HERE = "in_transit_but_here"
    """It was seen on a shelf, and is on its way from or to another depot."""


class Decision(StrEnum):
    """What a person decides about a difference."""

    COUNT_OUT = "count_out"
    """It is gone: it becomes missing."""
    MOVE_HERE = "move_here"
    """It stays where it was seen: that is its shelf now."""
    PUT_BACK = "put_back"
    """It was put where it belongs; nothing changes in the ledger."""
    TAKE_IN = "take_in"
    """It has come home: it is taken in and washed like anything that does; a loan ends as returned."""
    SHELVE = "shelve"
    """It has its label and its shelf: it can be lent from now on."""
    RECEIVE = "receive"
    """It has arrived, clean and whole: where it was seen is its shelf now."""
    LEAVE = "leave"
    """It was looked into, and the ledger is right, or nobody knows; it stays as it is."""


_POSSIBLE = {
    Difference.MISSING: (Decision.COUNT_OUT, Decision.LEAVE),
    Difference.WRONG_SHELF: (Decision.MOVE_HERE, Decision.PUT_BACK, Decision.LEAVE),
    Difference.FOUND: (Decision.TAKE_IN, Decision.LEAVE),
    Difference.ON_LOAN_BUT_HERE: (Decision.TAKE_IN, Decision.LEAVE),
    Difference.NOT_READY: (Decision.PUT_BACK, Decision.LEAVE),
    Difference.NOT_SHELVED: (Decision.SHELVE, Decision.LEAVE),
    Difference.IN_TRANSIT_BUT_HERE: (Decision.RECEIVE, Decision.LEAVE),
}
"""Which decisions there are about each difference, the usual one first."""


@dataclass(frozen=True, slots=True)
class Differing:
    """One difference.

    Args:
        item, product: the thing and its line; difference: which; state: what the ledger believes.
        belongs: the name of its own shelf; seen_on: of the shelf where it was seen.
        decided: what was decided, None while nothing was.
    """

    item: str
    product: str
    difference: Difference
    state: State
    belongs: str | None
    seen_on: str | None
    decided: Decision | None = None

    @property
    def possible(self) -> tuple[Decision, ...]:
        """What may be decided, the usual first."""
        return _POSSIBLE[self.difference]


# --- differences ---

_OWN, _SEEN_ON = shelf.alias("own"), shelf.alias("seen_on")
_COLUMNS: tuple[Any, ...] = (
    item_state.c.item,
    item.c.product,
    item_state.c.state,
    item_state.c.shelf,
    _OWN.c.name.label("belongs"),
    _SEEN_ON.c.name.label("seen_name"),
    stocktake_seen.c.shelf.label("seen_shelf"),
    stocktake_decision.c.difference,
    stocktake_decision.c.decided,
)

_NOT_READY = frozenset({State.RETURNED, State.CLEANING, State.INSPECTION, State.REPAIR, State.QUARANTINE})
_GONE = frozenset({State.MISSING, State.WRITTEN_OFF, State.KEPT})


def of_count(conn: Connection, key: str) -> tuple[Differing, ...]:
    """List how the count differs from the ledger, by thing; what was decided stays on the list with it.

    Only shelves that are finished count for what is missing from them.
    """
    found = [*_of_the_seen(conn, key), *_of_the_unseen(conn, key)]
    return tuple(sorted(found, key=lambda one: one.item))


def _joined(key: str) -> FromClause:
    return (
        item_state.join(item, item.c.code == item_state.c.item)
        .outerjoin(_OWN, _OWN.c.code == item_state.c.shelf)
        .outerjoin(
            stocktake_seen,
            (stocktake_seen.c.item == item_state.c.item) & (stocktake_seen.c.stocktake == key),
        )
        .outerjoin(_SEEN_ON, _SEEN_ON.c.code == stocktake_seen.c.shelf)
        .outerjoin(
            stocktake_decision,
            (stocktake_decision.c.item == item_state.c.item) & (stocktake_decision.c.stocktake == key),
        )
    )


def _untouched_since(at: ColumnElement[int]) -> ColumnElement[bool]:
    """Say that nothing has happened to a thing since a time which was not taken back."""
    later, undone = event.alias("later"), event.alias("undone")
    taken_back = exists().where(
        undone.c.item == later.c.item,
        undone.c.kind == Fact.UNDONE.value,
        func.json_extract(undone.c.body, "$.undoes") == later.c.key,
    )
    happened = exists().where(
        later.c.item == item_state.c.item,
        later.c.tick > at,
        later.c.kind != Fact.UNDONE.value,
        ~taken_back,
    )
    return or_(item_state.c.tick <= at, ~happened.correlate_except(later))


def _of_the_seen(conn: Connection, key: str) -> Iterator[Differing]:
    columns: tuple[Any, ...] = (*_COLUMNS, _untouched_since(stocktake_seen.c.at).label("untouched"))
    seen = select(*columns).select_from(_joined(key)).where(stocktake_seen.c.item.is_not(None))
    for row in conn.execute(seen):
        if row.decided is not None:
            yield _as_decided(row)
        elif row.untouched:
            difference = _what_differs(row)
            if difference is not None:
                yield _differing(row, difference)


def _of_the_unseen(conn: Connection, key: str) -> Iterator[Differing]:
    unseen = (
        select(*_COLUMNS)
        .select_from(_joined(key))
        .join(
            stocktake_shelf,
            (stocktake_shelf.c.stocktake == key)
            & (stocktake_shelf.c.shelf == item_state.c.shelf)
            & stocktake_shelf.c.done_at.is_not(None),
        )
        .where(stocktake_seen.c.item.is_(None))
        .where(
            stocktake_decision.c.decided.is_not(None)
            | ((item_state.c.state == State.AVAILABLE.value) & _untouched_since(stocktake_shelf.c.done_at))
        )
    )
    for row in conn.execute(unseen):
        yield _as_decided(row) if row.decided is not None else _differing(row, Difference.MISSING)


def _what_differs(row: Row[Any]) -> Difference | None:
    state = State(row.state)
    if state is State.ON_LOAN:
        return Difference.ON_LOAN_BUT_HERE
    if state in _GONE:
        return Difference.FOUND
    if state in _NOT_READY:
        return Difference.NOT_READY
    if state is State.RECEIVED:
        return Difference.NOT_SHELVED
    if state is State.IN_TRANSIT:
        return Difference.IN_TRANSIT_BUT_HERE
    if state is State.AVAILABLE and row.shelf != row.seen_shelf:
        return Difference.WRONG_SHELF
    return None


def _differing(row: Row[Any], difference: Difference) -> Differing:
    return Differing(row.item, row.product, difference, State(row.state), row.belongs, row.seen_name)


def _as_decided(row: Row[Any]) -> Differing:
    return Differing(
        row.item,
        row.product,
        Difference(row.difference),
        State(row.state),
        row.belongs,
        row.seen_name,
        Decision(row.decided),
    )


# --- settling ---


def settle(
    conn: Connection,
    station: Station,
    key: str,
    *,
    code: str,
    decision: Decision,
    by: str,
    now: datetime,
    staff: str | None = None,
) -> Outcome | Differing:
    """Decide about one difference: do what was decided, and record that it was.

    Args:
        key: of the count; code: the thing's; decision: one of its `possible` ones.
        by: who decided, for the count's own record.
        staff: their pseudonym, where a badge told it; nothing else about a person may enter the journal.

    Returns:
        What the deed led to; the difference itself where the decision changes nothing in the ledger; a
        refusal with `WRONG_STATE` where there is no such open difference or no such decision about it.
    """
    open_now = {one.item: one for one in of_count(conn, key) if one.decided is None}
    found = open_now.get(code)
    if found is None or decision not in found.possible:
        return Refused(item=code, reasons=(Reason.WRONG_STATE,))
    on = conn.scalar(
        select(stocktake_seen.c.shelf).where(stocktake_seen.c.stocktake == key, stocktake_seen.c.item == code)
    )
    outcome = _do(conn, station, found, decision, on=on, by=staff, now=now)
    if isinstance(outcome, Refused):
        return outcome
    event = outcome.key if isinstance(outcome, Moved | CheckedIn) else None
    conn.execute(
        insert(stocktake_decision).values(
            stocktake=key,
            item=code,
            difference=found.difference,
            decided=decision,
            at=clock.millis(now),
            by=by,
            event=event,
        )
    )
    return outcome


def _do(
    conn: Connection,
    station: Station,
    found: Differing,
    decision: Decision,
    *,
    on: str | None,
    by: str | None,
    now: datetime,
) -> Outcome | Differing:
    match decision:
        case Decision.COUNT_OUT:
            return stock.count_out(conn, station, item=found.item, now=now, by=by)
        case Decision.MOVE_HERE:
            return stock.put_on_shelf(conn, station, item=found.item, shelf=on or "", now=now, by=by)
        case Decision.SHELVE:
            return stock.shelve(conn, station, item=found.item, shelf=on or "", now=now, by=by)
        case Decision.RECEIVE:
            return stock.arrive(conn, station, item=found.item, shelf=on or "", now=now, by=by)
        case Decision.TAKE_IN:
            return lending.check_in(conn, station, item=found.item, now=now, by=by)
        case Decision.PUT_BACK | Decision.LEAVE:
            return found


def unsettle(
    conn: Connection, station: Station, key: str, *, code: str, now: datetime, staff: str | None = None
) -> Refused | None:
    """Take a decision back, with what it did to the thing; the difference is open again.

    Args:
        key: of the count, which must not be ended; code: the thing's.
        staff: the pseudonym of who takes it back, where a badge told it.

    Returns:
        None when that is done; else a refusal: `undo_too_late` where something has happened to the thing
        since, `wrong_state` where nothing was decided about it in this count or the count is ended.
    """
    mine = (stocktake_decision.c.stocktake == key, stocktake_decision.c.item == code)
    decided = conn.execute(
        select(stocktake_decision.c.event)
        .join(stocktake, stocktake.c.key == stocktake_decision.c.stocktake)
        .where(*mine, stocktake.c.ended_at.is_(None))
    ).first()
    if decided is None:
        return Refused(item=code, reasons=(Reason.WRONG_STATE,))
    did = journal.find(conn, decided.event) if decided.event is not None else None
    if did is not None:
        undone = stock.undo(conn, station, deed=did.deed, now=now, by=staff)
        if isinstance(undone, Refused):
            return undone
    conn.execute(delete(stocktake_decision).where(*mine))
    return None
