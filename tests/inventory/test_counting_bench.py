"""The count at the desk: blind, by scans; differences by digits; slips taken back; left and gone on with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from depot import lending, quantities
from depot.states import State
from depot.tables import product, quantity, shelf, stocktake, stocktake_decision
from inventory import counting, differences, moving
from inventory.benches.counting import Counting
from inventory.differences import Decision, Difference
from tests.depot.house import NO_SUCH_ITEM, House, settings_for
from tests.inventory.desk.driver import MANAGER, STOREKEEPER, Sitting

Sit = Callable[..., Sitting]


@pytest.fixture
def sit(house: House) -> Sit:
    """Sit down at the count."""

    def down(**said: object) -> Sitting:
        sitting = Sitting(house.ledger, settings_for(house.file), house.now, **said)  # type: ignore[arg-type]
        sitting.act("Count")
        return sitting

    return down


def later(house: House, sitting: Sitting, seconds: float = 3) -> None:
    """Let some time pass, in the house and on the desk's clock."""
    house.wait(seconds=seconds)
    sitting.clock.at = house.now


def count_shelf(house: House, sitting: Sitting, name: str, *things: str) -> None:
    """Scan a shelf, what stands on it, and say that it is counted."""
    sitting.scan(house.shelf(name))
    for thing in things:
        later(house, sitting)
        sitting.scan(thing)
    later(house, sitting)
    sitting.press("enter")


def differs(house: House) -> dict[str, Difference]:
    """What is not settled yet."""
    (row,) = house.rows(stocktake, ended_at=None)
    return {one.item: one.difference for one in house.look(differences.of_count, row.key) if not one.decided}


def test_a_shelf_is_counted_blind_by_scans_alone(house: House, sit: Sit) -> None:
    there, gone = house.stand(2, on="A1")
    sitting = sit()
    assert house.rows(stocktake) == [], "opening the bench begins nothing"
    assert sitting.scan(there) == "Scan the label of the shelf first."
    assert sitting.scan(house.shelf("A1")) == "Now A1."
    later(house, sitting)
    assert sitting.scan(there).startswith("1  ")
    assert (sitting.tone, sitting.counts) == ("read", {"on this shelf": 1})
    assert sitting.scan(there) == "That one is counted already."
    page = sitting.see(80, 24)
    assert "2" not in page.split("on this shelf")[0][-30:], "nothing tells how many there should be"
    later(house, sitting)
    assert sitting.press("enter") == "A1 is counted: 1 thing."
    assert differs(house) == {gone: Difference.MISSING}
    assert sitting.counts == {"shelves counted": 1, "of": 1, "differences": 1}


def test_the_next_shelfs_label_ends_this_one_and_f4_opens_it_again(house: House, sit: Sit) -> None:
    on_a1, on_b1 = house.stands(on="A1"), house.stands(on="B1")
    sitting = sit()
    sitting.scan(house.shelf("A1"), on_a1)
    later(house, sitting)
    assert sitting.scan(house.shelf("B1")) == "A1 is counted: 1 thing. Now B1."
    sitting.press("undo", "enter")
    assert sitting.title == "Counting A1"
    (row,) = house.rows(stocktake)
    told = {one.name: one.done for one in house.look(counting.shelves, row.key)}
    assert told == {"A1": False, "B1": False}
    assert differs(house) == {}
    assert house.state(on_b1) is State.AVAILABLE


def test_the_label_of_a_strange_shelf_does_not_end_the_one_that_is_open(house: House, sit: Sit) -> None:
    house.stands(on="A1")
    elsewhere = house.shelf("Z9")
    house.change(shelf, code=elsewhere, depot="another", name="Z9")
    sitting = sit()
    sitting.scan(house.shelf("A1"))
    assert sitting.scan(elsewhere) == "That shelf is not of this depot."
    assert sitting.title == "Counting A1"
    assert differs(house) == {}


def test_a_count_that_was_ended_too_early_goes_on(house: House, sit: Sit) -> None:
    thing = house.stands(on="A1")
    sitting = sit()
    count_shelf(house, sitting, "A1", thing)
    sitting.act("End the count")
    assert house.rows(stocktake, ended_at=None) == []
    assert "Unfinished" not in Sitting(house.ledger, settings_for(house.file), house.now).see()
    sitting.press("undo", "enter")
    assert sitting.counts == {"shelves counted": 1, "of": 1, "differences": 0}
    (row,) = house.rows(stocktake, ended_at=None)
    assert row.ended_by is None
    assert "Unfinished: a count" in Sitting(house.ledger, settings_for(house.file), house.now).see()
    sitting.act("End the count")
    house.at_desk(counting.begin, house.station, by="somebody")
    sitting.press("undo", "enter")
    assert sitting.session.said.text == "Another count has begun meanwhile."


def test_a_wrong_scan_is_taken_back_and_what_is_not_ours_lies_aside(house: House, sit: Sit) -> None:
    thing = house.stands(on="B1")
    sitting = sit()
    sitting.scan(house.shelf("A1"), thing)
    sitting.press("undo")
    assert "A1" in sitting.see()
    assert sitting.press("enter").endswith("is not counted here any more.")
    assert sitting.counts == {"on this shelf": 0}
    assert sitting.scan(NO_SUCH_ITEM)
    assert sitting.tone == "bad"
    sitting.scan("7038010069307")
    assert sitting.tone == "bad"
    assert "something without a label of ours" in sitting.see()


def test_three_differences_are_settled_by_digits_and_the_count_is_ended(house: House, sit: Sit) -> None:
    gone, here, out = house.stands(on="A1"), house.stands(on="B1"), house.stands(on="A1")
    lent = house.lends(house.confirmed(), out)
    sitting = sit()
    later(house, sitting)
    count_shelf(house, sitting, "A1", here, out)
    assert differs(house) == {
        gone: Difference.MISSING,
        here: Difference.WRONG_SHELF,
        out: Difference.ON_LOAN_BUT_HERE,
    }
    assert sitting.act("End the count") == ""
    sitting.press("enter")
    assert sitting.session.said.text == "3 differences are not settled yet."
    assert house.loan(lent.key).ended is None, "a count ends no loan"
    sitting.act("Settle the differences")
    later(house, sitting)
    sitting.press("enter")
    assert sitting.title == "Not seen"
    sitting.press("1")
    assert house.state(gone) is State.MISSING
    assert sitting.title == "On another shelf"
    sitting.press("1")
    assert house.item(here).shelf == house.shelf("A1")
    assert "loan goes on until you say otherwise" in sitting.see()
    assert sitting.press("1").endswith("Put it at VASK 1.")
    assert house.loan(lent.key).ended == "returned"
    assert sitting.title == "Differences"
    sitting.press("back")
    sitting.act("End the count")
    sitting.press("enter")
    assert house.rows(stocktake, ended_at=None) == []
    told = {row.item: (row.decided, row.by) for row in house.rows(stocktake_decision)}
    me = STOREKEEPER.id
    assert told == {gone: ("count_out", me), here: ("move_here", me), out: ("take_in", me)}


def test_a_decision_is_taken_back_by_f4(house: House, sit: Sit) -> None:
    gone = house.stands(on="A1")
    sitting = sit()
    count_shelf(house, sitting, "A1")
    sitting.act("Settle the differences")
    sitting.press("enter", "1")
    assert house.state(gone) is State.MISSING
    later(house, sitting)
    sitting.press("undo", "enter")
    assert house.state(gone) is State.AVAILABLE
    assert differs(house) == {gone: Difference.MISSING}
    assert house.events(gone)[-1].by == STOREKEEPER.id


def test_many_alike_are_settled_by_one_digit_each_by_itself(house: House, sit: Sit) -> None:
    moved = house.stand(3, on="A1")
    sitting = sit()
    count_shelf(house, sitting, "B1", *moved)
    sitting.act("Settle the differences")
    sitting.press("enter")
    sitting.act("All 3 like it")
    assert sitting.press("enter") == "3 differences are settled."
    assert {house.item(one).shelf for one in moved} == {house.shelf("B1")}
    assert len(house.rows(stocktake_decision)) == 3
    later(house, sitting)
    sitting.press("undo", "enter")
    assert {house.item(one).shelf for one in moved} == {house.shelf("A1")}


def test_two_people_count_at_once_and_one_is_asked_before_taking_over(house: House, sit: Sit) -> None:
    on_a1, on_b1 = house.stands(on="A1"), house.stands(on="B1")
    mine, theirs = sit(), sit(acting=MANAGER)
    mine.scan(house.shelf("A1"), on_a1)
    theirs.scan(house.shelf("A1"))
    assert "is counting A1" in theirs.see()
    theirs.press("back")
    later(house, theirs)
    theirs.scan(house.shelf("B1"), on_b1)
    theirs.press("enter")
    (row,) = house.rows(stocktake)
    told = {one.name: (one.by, one.done) for one in house.look(counting.shelves, row.key)}
    assert told == {"A1": (STOREKEEPER.id, False), "B1": (MANAGER.id, True)}
    assert house.at_desk(counting.end, row.key, by=MANAGER.id) == ()
    later(house, mine)
    assert mine.scan(on_a1) == "Scan the label of the shelf first.", "somebody else has ended the count"


def test_a_count_that_was_left_is_offered_and_gone_on_with_at_the_unfinished_shelf(
    house: House, sit: Sit
) -> None:
    first, second = house.stand(2, on="A1")
    house.shelf("B1")
    sitting = sit()
    sitting.scan(house.shelf("A1"), first)
    sitting.session.sign_out()
    again = Sitting(house.ledger, settings_for(house.file), house.now)
    assert "a count, 0 of 2" in again.see()
    again.choose("a count")
    assert again.title == "Counting A1"
    later(house, again)
    assert again.scan(second).startswith("2  ")
    later(house, again)
    again.press("enter")
    assert differs(house) == {}
    assert Counting.kind == "count"


def test_a_counted_line_is_counted_by_its_shelf_label_and_a_number(house: House, sit: Sit) -> None:
    (ferrule,) = house.rows(product, code="WLK-11")
    house.do(quantities.received, line="WLK-11", n=9, shelf=house.shelf("A1"))
    sitting = sit()
    later(house, sitting)
    sitting.scan(house.shelf("A1"), ferrule.label)
    sitting.type("7")
    assert [row.n for row in house.rows(quantity)] == [7]
    sitting.press("undo", "enter")
    assert [row.n for row in house.rows(quantity)] == [9]
    sitting.scan(ferrule.label)
    sitting.type("")
    assert sitting.tone == "bad"


def test_a_shelf_is_counted_again_from_the_beginning(house: House, sit: Sit) -> None:
    right, wrong = house.stands(on="A1"), house.stands(on="B1")
    sitting = sit()
    sitting.scan(house.shelf("A1"), right, wrong)
    sitting.act("from the beginning")
    sitting.press("enter")
    assert sitting.counts == {"on this shelf": 0}
    sitting.press("undo", "enter")
    assert sitting.counts == {"on this shelf": 2}
    sitting.act("from the beginning")
    sitting.press("enter")
    later(house, sitting)
    sitting.scan(right)
    later(house, sitting)
    sitting.press("enter")
    assert differs(house) == {}


def test_what_happened_after_the_list_was_read_is_said_and_changes_nothing(house: House, sit: Sit) -> None:
    gone = house.stands(on="A1")
    sitting = sit()
    count_shelf(house, sitting, "A1")
    sitting.act("Settle the differences")
    sitting.press("enter")
    later(house, sitting)
    house.lends(house.confirmed(), gone)
    sitting.press("1")
    assert sitting.tone == "bad"
    assert house.state(gone) is State.ON_LOAN
    assert house.rows(stocktake_decision) == []
    house.do(lending.check_in, item=gone)


def test_what_is_on_its_way_and_what_is_not_ready_are_settled_too(house: House, sit: Sit) -> None:
    sent, dirty, new = house.stands(on="A1"), house.stands(on="A1"), house.received()
    house.do(moving.send, item=sent, to=house.do(moving.add_depot, name="Son"))
    house.lends(house.confirmed(), dirty)
    house.brings(dirty)
    sitting = sit()
    later(house, sitting)
    count_shelf(house, sitting, "B1", sent, dirty, new)
    sitting.act("Settle the differences")
    sitting.press("enter", "1", "1", "1")
    told = {row.item: row.decided for row in house.rows(stocktake_decision)}
    assert told == {sent: Decision.RECEIVE, dirty: Decision.PUT_BACK, new: Decision.SHELVE}
    assert [house.state(one) for one in (sent, dirty, new)] == [
        State.AVAILABLE,
        State.RETURNED,
        State.AVAILABLE,
    ]
