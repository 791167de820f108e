"""What is set aside, at the desk: what is ready, what nobody fetched, and a slip that is taken back."""

from __future__ import annotations

import pytest

from depot import codes, lapses
from depot.fold import HoldState
from depot.states import State
from tests.depot.house import STICK, House, settings_for
from tests.inventory.desk.driver import STOREKEEPER, Sitting


@pytest.fixture
def desk(house: House) -> Sitting:
    """A storekeeper at the page of what is set aside."""
    sitting = Sitting(house.ledger, settings_for(house.file), house.now)
    sitting.act("More")
    sitting.choose("Set aside")
    return sitting


def test_what_stands_free_is_set_aside_and_its_hold_is_ended_by_whoever_is_signed_in(
    house: House, desk: Sitting
) -> None:
    thing = house.stands(STICK)
    first, second = (house.queues(house.confirmed(name)) for name in ("Ada", "Bo"))
    house.do(lapses.advance)
    desk.press("afresh")
    page = desk.see(80, 24)
    assert codes.spoken(thing) in page
    for personal in ("Ada", "Bo"):
        assert personal not in page
    desk.act("Nobody fetched it")
    desk.press("enter")
    assert "set aside for the next in line" in desk.session.said.text
    assert (house.hold(first.key).state, house.hold(second.key).item) == (HoldState.CANCELLED, thing)
    assert STOREKEEPER.id in {one.by for one in house.events(thing)}
    desk.press("undo", "enter")
    assert (house.hold(first.key).item, house.hold(second.key).state) == (thing, HoldState.WAITING)
    assert house.unsoundness() == []


def test_a_hold_that_is_over_meanwhile_is_ended_by_nobody(house: House, desk: Sitting) -> None:
    thing, card = house.stands(STICK), house.confirmed()
    house.queues(card)
    house.do(lapses.advance)
    desk.press("afresh")
    house.lends(card, thing)
    desk.act("Nobody fetched it")
    desk.press("enter")
    assert (desk.session.said.text, desk.tone) == ("That hold is over already.", "bad")
    assert house.state(thing) is State.ON_LOAN
