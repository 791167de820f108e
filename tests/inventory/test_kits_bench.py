"""Kits at the desk: composed by scans, a piece missing and found, and every slip taken back."""

from __future__ import annotations

import pytest

from depot.states import State
from depot.tables import kit_piece
from inventory import kits
from inventory.kits import Kit
from tests.depot.house import CRUTCHES, STOOL, House, settings_for
from tests.inventory.desk.driver import Sitting


@pytest.fixture
def sitting(house: House) -> Sitting:
    """A storekeeper sits down at the kits."""
    desk = Sitting(house.ledger, settings_for(house.file), house.now)
    desk.act("More")
    desk.choose("Kits")
    return desk


def later(house: House, sitting: Sitting) -> None:
    """Let some time pass, in the house and on the desk's clock."""
    house.wait(seconds=3)
    sitting.clock.at = house.now


def kit_of(house: House, *things: str) -> Kit:
    """A kit of these things."""
    made = house.do(kits.compose, name="Hip", items=things)
    assert isinstance(made, Kit)
    return made


def test_a_suggested_kit_is_put_together_by_scans_and_one_key(house: House, sitting: Sitting) -> None:
    left, right = house.stand(2, CRUTCHES)
    stool = house.stands(STOOL)
    sitting.act("Put a kit together")
    sitting.act("Broken ankle")
    assert "× 2" in sitting.see(80, 24), "two crutches make a pair"
    sitting.scan(left, right, stool, stool)
    assert sitting.counts == {"pieces": 3}
    assert "Still wanted" not in sitting.see()
    assert sitting.press("enter") == "Broken ankle is put together."
    assert {row.item for row in house.rows(kit_piece)} == {left, right, stool}
    sitting.press("undo", "enter")
    assert house.rows(kit_piece) == []


def test_a_kit_that_is_not_made_is_left_at_the_second_esc(house: House, sitting: Sitting) -> None:
    first, second = house.stand(2)
    sitting.act("Put a kit together")
    sitting.act("A kit of our own")
    sitting.type("Sommerhytta")
    sitting.scan(first)
    sitting.press("undo", "enter")
    assert sitting.counts == {"pieces": 0}
    sitting.scan(first)
    assert sitting.press("enter") == "A kit has at least two pieces."
    sitting.press("back")
    sitting.scan(second)
    assert "Esc once more" in sitting.press("back")
    sitting.press("back")
    assert sitting.title == "Kits"
    assert house.rows(kit_piece) == []


def test_a_missing_piece_is_found_by_its_scan(house: House, sitting: Sitting) -> None:
    gone, there = house.stand(2)
    kit_of(house, gone, there)
    sitting.press("afresh", "enter")
    later(house, sitting)
    sitting.act("It is missing from the kit")
    assert house.state(min(gone, there)) is State.MISSING
    sitting.press("back")
    assert sitting.counts == {"kits": 1, "incomplete": 1}
    later(house, sitting)
    assert sitting.scan(min(gone, there)).endswith("put it at VASK 1.")
    assert house.state(min(gone, there)) is State.RETURNED
    assert house.look(kits.incomplete, house.station) == ()
    later(house, sitting)
    sitting.press("undo", "enter")
    assert house.state(min(gone, there)) is State.MISSING


def test_a_thing_is_put_in_taken_out_and_the_kit_taken_apart(house: House, sitting: Sitting) -> None:
    first, second, third = house.stand(3)
    of = kit_of(house, first, second)
    sitting.scan(first)
    assert sitting.scan(second) == "That one is in this kit."
    sitting.scan(third)
    assert len(house.rows(kit_piece, kit=of.key)) == 3
    sitting.act("Take it out for good")
    assert len(house.rows(kit_piece, kit=of.key)) == 2
    assert sitting.act("Take it out for good").startswith("A kit has at least two pieces.")
    sitting.press("undo", "enter")
    assert len(house.rows(kit_piece, kit=of.key)) == 3
    sitting.act("Take the kit apart")
    sitting.press("enter")
    assert house.rows(kit_piece) == []
    sitting.press("undo", "enter")
    assert len(house.rows(kit_piece, kit=of.key)) == 3


def test_a_piece_of_another_kit_is_not_taken(house: House, sitting: Sitting) -> None:
    first, second, third, fourth = house.stand(4)
    kit_of(house, first, second)
    other = kit_of(house, third, fourth)
    sitting.scan(first)
    assert sitting.scan(third) == "It belongs to Hip 2."
    assert sitting.tone == "bad"
    assert len(house.rows(kit_piece, kit=other.key)) == 2
