"""Taking a move back: any arrow of the table, as long as nothing else has happened to the thing since."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from depot import stock
from depot.fold import HoldState
from depot.outcomes import Moved, Outcome, Reason, Refused, Undone
from depot.states import State
from depot.station import Station
from depot.tables import discrepancy
from tests.depot.house import ROLLATOR, STICK, TONGS, House

KARI = "kari"

MOVES: list[tuple[str, Callable[..., Outcome], dict[str, Any], State]] = [
    ("a cleaning", stock.cleaned, {}, State.RETURNED),
    ("a cleaning begun", stock.begin_cleaning, {}, State.RETURNED),
    ("a repair", stock.send_to_repair, {"fault": "brakes"}, State.RETURNED),
    ("a quarantine", stock.quarantine, {"infection": True}, State.RETURNED),
    ("a write-off", stock.write_off, {"reason": "worn_out", "value_ore": 0}, State.RETURNED),
]


def undone(house: House, deed: str) -> tuple[Undone, ...] | Refused:
    house.wait(minutes=1)
    return house.do(stock.undo, deed=deed, by=KARI)


@pytest.mark.parametrize(("deed", "said", "back"), [m[1:] for m in MOVES], ids=[m[0] for m in MOVES])
def test_a_move_is_taken_back_and_who_did_it_is_recorded(
    house: House, deed: Callable[..., Outcome], said: dict[str, Any], back: State
) -> None:
    item = house.stands(STICK)
    house.lends(house.confirmed(), item)
    house.brings(item)
    moved = house.moves(deed, item, **said)
    told, last = undone(house, moved.deed), house.events(item)[-1]
    assert isinstance(told, tuple)
    assert [(one.item, one.place) for one in told] == [(item, "VASK 1")]
    assert (house.state(item), last.kind, last.undoes, last.by) == (back, "undone", moved.key, KARI)
    assert house.unsoundness() == []


def test_what_was_set_aside_by_the_move_is_first_in_lines_again(house: House) -> None:
    item = house.stands(STICK)
    house.lends(house.confirmed(), item)
    house.brings(item)
    hold = house.queues(house.confirmed("Ola Testesen"), STICK)
    moved = house.moves(stock.cleaned, item)
    assert (moved.state, house.hold(hold.key).state) == (State.SET_ASIDE, HoldState.READY)
    undone(house, moved.deed)
    assert (house.state(item), house.hold(hold.key).state) == (State.RETURNED, HoldState.WAITING)
    again = house.moves(stock.cleaned, item)
    assert (again.state, house.hold(hold.key).item) == (State.SET_ASIDE, item)
    assert house.unsoundness() == []


def test_a_move_after_which_something_happened_stays(house: House) -> None:
    item = house.stands(ROLLATOR)
    moved = house.moves(stock.send_to_repair, item, fault="brakes")
    house.moves(stock.repaired, item)
    refused = undone(house, moved.deed)
    assert isinstance(refused, Refused)
    assert (refused.reasons, house.state(item)) == ((Reason.UNDO_TOO_LATE,), State.CLEANING)


def test_shelving_is_taken_back_and_an_arrival_is_not(house: House) -> None:
    new = house.do(stock.receive, line=STICK)
    shelved = house.moves(stock.shelve, new.item, shelf=house.shelf("A1"))
    undone(house, shelved.deed)
    assert (house.state(new.item), house.item(new.item).shelf) == (State.RECEIVED, None)
    refused = undone(house, new.deed)
    assert isinstance(refused, Refused)
    assert (refused.reasons, house.state(new.item)) == ((Reason.WRONG_STATE,), State.RECEIVED)


def test_a_write_off_says_what_it_was_worth_and_where_it_went(house: House) -> None:
    item = house.stands(STICK)
    house.moves(stock.write_off, item, reason="worn_out", value_ore=4900, destination="parts")
    said = house.events(item)[-1].facts
    assert said == {"reason": "worn_out", "value_ore": 4900, "destination": "parts"}


def test_what_was_set_aside_is_withdrawn_and_mended_in_one_deed(house: House) -> None:
    item = house.stands(STICK)
    hold = house.queues(house.confirmed(), STICK)

    def to_the_workshop(conn: Connection, station: Station, **said: Any) -> Outcome:
        freed = stock.withdraw(conn, station, **said)
        assert isinstance(freed, Moved)
        return stock.send_to_repair(conn, station, fault="tips", deed=freed.deed, **said)

    moved = house.moves(to_the_workshop, item)
    assert (moved.state, house.hold(hold.key).state) == (State.REPAIR, HoldState.WAITING)
    assert isinstance(undone(house, moved.deed), tuple)
    assert (house.state(item), house.hold(hold.key).state) == (State.SET_ASIDE, HoldState.READY)
    assert house.unsoundness() == []
    refused = house.do(stock.withdraw, item=house.stands(TONGS))
    assert isinstance(refused, Refused)
    assert refused.reasons == (Reason.WRONG_STATE,)


def test_one_deed_after_the_other_is_taken_back_and_none_twice(house: House) -> None:
    item = house.stands(STICK)
    house.lends(house.confirmed(), item)
    house.brings(item)
    begun = house.moves(stock.begin_cleaning, item)
    done = house.moves(stock.cleaned, item)
    assert undone(house, begun.deed) == Refused(item=item, reasons=(Reason.UNDO_TOO_LATE,)), (
        "the later one first"
    )
    assert isinstance(undone(house, done.deed), tuple)
    assert isinstance(undone(house, done.deed), Refused), "once"
    assert isinstance(undone(house, begun.deed), tuple)
    assert house.state(item) is State.RETURNED
    again = house.moves(stock.begin_cleaning, item)
    assert isinstance(undone(house, begun.deed), Refused)
    assert isinstance(undone(house, again.deed), tuple)
    assert house.rows(discrepancy) == []
    assert house.unsoundness() == []
