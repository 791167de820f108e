"""An item's life: the states, the facts that move it, and the one table of permitted moves.

Read `MOVES` aloud: "check_out leads from available or set_aside to on_loan". The fold uses the table to
tell the ordinary from what a person must look at, the deeds use it to refuse, and the tests are named
after its arrows. Two things are true of every row: nothing leads from `returned` to `available` but a
recorded cleaning, and a scan can bring anything home.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where an item is in its life. Place (depot, shelf) is separate."""

    RECEIVED = "received"
    AVAILABLE = "available"
    SET_ASIDE = "set_aside"
    ON_LOAN = "on_loan"
    RETURNED = "returned"
    CLEANING = "cleaning"
    INSPECTION = "inspection"
    REPAIR = "repair"
    QUARANTINE = "quarantine"
    MISSING = "missing"
    WRITTEN_OFF = "written_off"
    KEPT = "kept"
    IN_TRANSIT = "in_transit"


class Fact(StrEnum):
    """What an event says has happened."""

    STATION_OPENED = "station_opened"

    RECEIVED = "received"
    SHELVED = "shelved"
    MOVED = "moved"
    SENT = "sent"
    ARRIVED = "arrived"

    CHECK_OUT = "check_out"
    CHECK_IN = "check_in"
    RENEWED = "renewed"
    DUE_SET = "due_set"
    LOST = "lost"
    KEPT = "kept"
    PARTS_OWED = "parts_owed"
    PARTS_BACK = "parts_back"
    FOUND = "found"

    CLEANING_BEGUN = "cleaning_begun"
    CLEANED = "cleaned"
    INSPECTION_DUE = "inspection_due"
    INSPECTED = "inspected"
    TO_REPAIR = "to_repair"
    REPAIRED = "repaired"
    QUARANTINED = "quarantined"
    QUARANTINE_OVER = "quarantine_over"
    WRITTEN_OFF = "written_off"
    COUNTED_OUT = "counted_out"

    HOLD_PLACED = "hold_placed"
    HOLD_CANCELLED = "hold_cancelled"
    SET_ASIDE = "set_aside"
    RELEASED = "released"
    PICK_UP_MOVED = "pick_up_moved"

    QUANTITY_RECEIVED = "quantity_received"
    QUANTITY_TAKEN = "quantity_taken"
    QUANTITY_BACK = "quantity_back"
    QUANTITY_COUNTED = "quantity_counted"

    RECEIVED_FOREIGN = "received_foreign"
    UNDONE = "undone"


_AT_WORK = (State.RETURNED, State.CLEANING, State.INSPECTION)
_IN_THE_HOUSE = (State.AVAILABLE, *_AT_WORK)
_MAY_BE_SCRAPPED = (State.RECEIVED, *_IN_THE_HOUSE, State.REPAIR, State.QUARANTINE)
_GONE = (State.MISSING, State.WRITTEN_OFF, State.KEPT)

#         what happened         from                                        to (one, or one of)
MOVES: dict[Fact, tuple[tuple[State, ...], tuple[State, ...]]] = {
    Fact.SHELVED: ((State.RECEIVED,), (State.AVAILABLE,)),
    Fact.CHECK_OUT: ((State.AVAILABLE, State.SET_ASIDE), (State.ON_LOAN,)),
    Fact.CHECK_IN: ((State.ON_LOAN, State.AVAILABLE), (State.RETURNED,)),
    Fact.LOST: ((State.ON_LOAN,), (State.MISSING,)),
    Fact.KEPT: ((State.ON_LOAN,), (State.KEPT,)),
    Fact.SET_ASIDE: ((State.AVAILABLE,), (State.SET_ASIDE,)),
    Fact.RELEASED: ((State.SET_ASIDE,), (State.AVAILABLE,)),
    Fact.INSPECTION_DUE: ((State.AVAILABLE,), (State.INSPECTION,)),
    Fact.SENT: ((State.AVAILABLE,), (State.IN_TRANSIT,)),
    Fact.ARRIVED: ((State.IN_TRANSIT,), (State.RETURNED, State.AVAILABLE)),
    Fact.COUNTED_OUT: ((State.AVAILABLE,), (State.MISSING,)),
    Fact.CLEANING_BEGUN: ((State.RETURNED,), (State.CLEANING,)),
    Fact.CLEANED: ((State.RETURNED, State.CLEANING), (State.INSPECTION, State.AVAILABLE)),
    Fact.INSPECTED: ((State.INSPECTION,), (State.AVAILABLE,)),
    Fact.TO_REPAIR: (_IN_THE_HOUSE, (State.REPAIR,)),
    Fact.QUARANTINED: (_IN_THE_HOUSE, (State.QUARANTINE,)),
    Fact.WRITTEN_OFF: (_MAY_BE_SCRAPPED, (State.WRITTEN_OFF,)),
    Fact.REPAIRED: ((State.REPAIR,), (State.CLEANING,)),
    Fact.QUARANTINE_OVER: ((State.QUARANTINE,), (State.CLEANING,)),
    Fact.FOUND: (_GONE, (State.RETURNED,)),
}

STAYS = frozenset({Fact.MOVED, Fact.RENEWED, Fact.DUE_SET, Fact.PARTS_OWED, Fact.PARTS_BACK})
"""Facts about an item that leave its state as it is."""


def may_move(fact: Fact, state: State) -> bool:
    """Say whether the table has an arrow for this fact out of this state."""
    return fact in STAYS or (fact in MOVES and state in MOVES[fact][0])


def destination(fact: Fact, chosen: str | None = None) -> State:
    """Where a move leads. `chosen` is the event's own choice where the table leaves one.

    Raises:
        ValueError: the choice is not one that the table permits.
    """
    choices = MOVES[fact][1]
    if chosen is None:
        return choices[0]
    state = State(chosen)
    if state not in choices:
        raise ValueError(f"{fact} leads to {', '.join(choices)}, not to {chosen}")
    return state
