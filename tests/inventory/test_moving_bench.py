"""Moving at the desk: shelf and things in either order, other depots, home and owner, and a shelf's card."""

from __future__ import annotations

import pytest

from depot import stock
from depot.states import State
from depot.tables import item, product, shelf
from inventory import moving
from tests.depot.house import NO_SUCH_ITEM, STOOL, Elsewhere, House, settings_for
from tests.inventory.desk.driver import STAFF, STOREKEEPER, Sitting


@pytest.fixture
def sitting(house: House) -> Sitting:
    """A storekeeper sits down to move things."""
    desk = Sitting(house.ledger, settings_for(house.file), house.now)
    desk.act("Move")
    return desk


def later(house: House, sitting: Sitting, seconds: float = 3) -> None:
    """Let some time pass, in the house and on the desk's clock."""
    house.wait(seconds=seconds)
    sitting.clock.at = house.now


def stands(house: House, *things: str) -> set[str | None]:
    """The names of the shelves where things stand."""
    names = {row.code: row.name for row in house.rows(shelf)}
    return {names.get(house.item(one).shelf) for one in things}


def test_a_shelf_and_then_the_things_each_lands_at_its_scan(house: House, sitting: Sitting) -> None:
    first, second = house.stand(2, on="A1")
    sitting.scan(house.shelf("B1"))
    later(house, sitting)
    assert sitting.scan(first).endswith("stands on shelf B1 now.")
    assert stands(house, first) == {"B1"}
    assert (sitting.tone, sitting.counts["moved"]) == ("good", 1)
    later(house, sitting)
    assert sitting.scan(first).endswith("stands on shelf B1 already.")
    sitting.scan(house.shelf("A1"), second)
    assert stands(house, second) == {"A1"}
    assert {one.by for one in house.events(first)[-1:]} == {STOREKEEPER.id}


def test_the_things_and_then_their_shelf(house: House, sitting: Sitting) -> None:
    things = house.stand(3, on="A1")
    later(house, sitting)
    sitting.scan(*things)
    assert stands(house, *things) == {"A1"}, "nothing is stored before the shelf is known"
    assert sitting.counts["in hand"] == 3
    assert sitting.scan(house.shelf("B1")) == "3 things are at B1 now."
    assert stands(house, *things) == {"B1"}
    later(house, sitting)
    sitting.press("undo", "enter")
    assert stands(house, *things) == {"A1"}
    assert sitting.counts == {"moved": 0, "put aside": 0}


def test_what_is_in_hand_is_put_down_at_the_second_esc(house: House, sitting: Sitting) -> None:
    thing = house.stands(on="A1")
    sitting.scan(thing)
    assert "Esc once more" in sitting.press("back")
    sitting.scan(house.stands(on="A1"))
    assert "Esc once more" in sitting.press("back"), "a scan between them begins anew"
    sitting.press("back")
    assert sitting.title == "Today"
    assert len(house.events(thing)) == 2


def test_wrong_things_lie_aside_and_the_run_goes_on(house: House, sitting: Sitting) -> None:
    dirty, out, fine = house.stand(3, on="A1")
    card = house.confirmed()
    house.lends(card, dirty)
    lent = house.lends(card, out)
    house.brings(dirty)
    later(house, sitting)
    sitting.scan(house.shelf("B1"))
    assert sitting.scan(dirty).endswith("It belongs at VASK 1.")
    assert sitting.tone == "bad"
    assert sitting.scan(out).endswith("Put it at VASK 1.")
    assert (sitting.tone, house.loan(lent.key).ended) == ("bad", "returned"), (
        "whoever scans it has it in hand"
    )
    sitting.scan(NO_SUCH_ITEM)
    assert sitting.tone == "bad"
    sitting.scan("7038010069307")
    assert sitting.tone == "bad"
    sitting.scan(fine)
    assert sitting.counts == {"moved": 1, "put aside": 2}
    later(house, sitting)
    sitting.press("undo", "enter", "undo", "enter")
    assert house.loan(lent.key).ended is None, "that, too, is taken back"


def test_a_new_thing_for_which_somebody_waits_goes_to_the_sign(house: House, sitting: Sitting) -> None:
    new = house.received()
    house.queues(house.confirmed())
    later(house, sitting)
    sitting.scan(house.shelf("B1"))
    assert sitting.scan(new).endswith("Put it at HENTES.")
    assert (sitting.tone, house.state(new)) == ("bad", State.SET_ASIDE)


def test_a_depot_is_made_known_and_things_are_sent_to_it(house: House, sitting: Sitting) -> None:
    thing = house.stands(on="A1")
    sitting.act("Send to another depot")
    sitting.act("Another depot")
    sitting.type("Son")
    assert sitting.title == "To Son"
    later(house, sitting)
    assert sitting.scan(thing).endswith("is on its way to Son.")
    assert house.state(thing) is State.IN_TRANSIT
    sitting.press("back")
    sitting.act("Sent from here")
    assert "Son" in sitting.see(80, 24)
    son = next(one for one in house.look(moving.depots, house.station) if not one.here)
    assert not house.at_desk(moving.forget_depot, son.id), "something is on its way there"
    later(house, sitting)
    sitting.press("undo", "enter")
    assert (house.state(thing), stands(house, thing)) == (State.AVAILABLE, {"A1"})
    sitting.press("undo")
    assert "Is there no depot Son?" in sitting.see()
    sitting.press("enter")
    assert [one.here for one in house.look(moving.depots, house.station)] == [True]


def test_who_may_not_set_things_up_makes_no_depot_known(house: House) -> None:
    desk = Sitting(house.ledger, settings_for(house.file), house.now, acting=STAFF)
    desk.act("Move")
    assert desk.act("Send to another depot").startswith("No other depot is known here.")
    assert desk.tone == "bad"


def test_what_comes_is_taken_in_by_scan_on_a_shelf_or_to_be_washed(house: House, sitting: Sitting) -> None:
    clean, dirty = house.stand(2, on="A1")
    son = house.do(moving.add_depot, name="Son")
    there, back = {"depot": son, "to": "available"}, {"depot": house.station.depot}
    elsewhere = Elsewhere()
    for thing in (clean, dirty):
        house.do(moving.send, item=thing, to=son)
        tick = house.item(thing).tick
        house.hears(
            elsewhere.says("arrived", tick=tick + 1, key=f"a{thing}", item=thing, facts=there),
            elsewhere.says("sent", tick=tick + 2, key=f"s{thing}", item=thing, facts=back),
        )
    later(house, sitting)
    sitting.act("On its way here")
    assert sitting.see(80, 24).count("Son") == 2
    sitting.scan(house.shelf("B1"), clean)
    assert (house.state(clean), stands(house, clean)) == (State.AVAILABLE, {"B1"})
    sitting.act("It has to be washed")
    assert sitting.scan(dirty).endswith("has arrived. Put it at VASK 1.")
    assert house.state(dirty) is State.RETURNED
    assert "Nothing is on its way here." in sitting.see()


def test_what_is_at_home_elsewhere_is_sent_home_by_its_scan(house: House, sitting: Sitting) -> None:
    guest, ours = house.stands(on="A1"), house.stands(STOOL, on="A1")
    house.do(moving.add_depot, name="Son")
    sitting.act("Home and owner")
    sitting.press("1")
    sitting.act("Son")
    sitting.scan(guest, ours)
    sitting.press("undo", "enter")
    assert [row.home is None for row in house.rows(item, code=ours)] == [True]
    sitting.press("back")
    sitting.act("At home elsewhere")
    assert "Son" in sitting.see(80, 24)
    later(house, sitting)
    assert sitting.scan(ours) == "That one is not on this list."
    assert sitting.scan(guest).endswith("is on its way to Son.")
    assert "Everything here is at home here." in sitting.see()
    later(house, sitting)
    sitting.press("undo", "enter")
    assert house.state(guest) is State.AVAILABLE


def test_an_owner_is_typed_once_and_said_of_one_thing_after_the_other(house: House, sitting: Sitting) -> None:
    first, second = house.stand(2)
    sitting.act("Home and owner")
    sitting.press("2")
    sitting.act("Another owner")
    sitting.type("NAV Viken")
    sitting.scan(first, second)
    assert sitting.counts == {"done so far": 2}
    assert {row.owner for row in house.rows(item)} == {"NAV Viken"}
    sitting.press("back")
    sitting.act("Home and owner")
    sitting.press("2")
    sitting.act("Nobody")
    sitting.scan(first)
    assert {row.code: row.owner for row in house.rows(item)} == {first: None, second: "NAV Viken"}


# --- a shelf's card ---


def test_a_shelfs_card_says_what_has_its_place_there(house: House, sitting: Sitting) -> None:
    free, out = house.stand(2, on="A1")
    house.lends(house.confirmed(), out)
    sitting.press("back")
    sitting.scan(house.shelf("A1"))
    assert (sitting.title, sitting.counts) == ("Shelf A1", {"free": 1})
    assert "on loan" in sitting.see(80, 24)
    sitting.act("Move things here")
    thing = house.stands(on="B1")
    later(house, sitting)
    sitting.scan(thing)
    assert stands(house, thing) == {"A1"}
    sitting.press("back")
    sitting.act("Count it")
    assert sitting.title == "Counting A1"
    sitting.scan(free)
    assert sitting.tone == "read"


def test_a_shelf_is_renamed_put_up_and_taken_down_by_who_may(house: House, sitting: Sitting) -> None:
    code = house.shelf("A1")
    sitting.press("back")
    sitting.scan(code)
    sitting.act("Another name")
    sitting.press(*["erase"] * 2)
    sitting.type("A9")
    assert [row.name for row in house.rows(shelf, code=code)] == ["A9"]
    sitting.press("undo", "enter")
    assert [row.name for row in house.rows(shelf, code=code)] == ["A1"]
    sitting.act("A new shelf")
    assert sitting.type("a1") == "There is a shelf of that name."
    sitting.press("erase", "erase")
    sitting.type("B7")
    assert sitting.title == "Shelf B7"
    before = house.rows(shelf, name="B7")
    sitting.act("Take it down")
    sitting.press("enter")
    assert [row.name for row in house.rows(shelf)] == ["A1"]
    sitting.press("undo", "enter")
    assert house.rows(shelf, name="B7") == before
    sitting.act("Take it down")
    sitting.press("enter")
    desk = Sitting(house.ledger, settings_for(house.file), house.now, acting=STAFF)
    desk.scan(code)
    assert desk.act("Another name").startswith("Your role does not do this.")


def test_a_shelf_on_which_something_has_its_place_is_not_taken_down(house: House, sitting: Sitting) -> None:
    sitting.press("back")
    sitting.scan(house.shelf("A1"))
    sitting.act("Take it down")
    thing = house.stands(on="A1")
    assert sitting.press("enter") == "Something has its place there. Move it first."
    assert stands(house, thing) == {"A1"}
    house.moves(stock.write_off, thing, reason="worn_out")
    sitting.press("afresh")
    sitting.act("Take it down")
    assert sitting.press("enter").startswith("Things that are gone had their place there")
    assert house.unsoundness() == []


def test_a_shelf_is_kept_for_a_line_and_its_label_is_printed(house: House, sitting: Sitting) -> None:
    code = house.shelf("A1")
    (line,) = house.rows(product, code=STOOL)
    sitting.press("back")
    sitting.scan(code)
    sitting.act("Keep it for a line")
    sitting.scan(code)
    assert (sitting.tone, sitting.title) == ("bad", "Keep it for a line")
    sitting.scan(line.label)
    assert [row.product for row in house.rows(shelf, code=code)] == [STOOL]
    sitting.press("undo", "enter")
    assert [row.product for row in house.rows(shelf, code=code)] == [None]
    card = sitting.title
    sitting.act("Print its label")
    assert sitting.title != card
    sitting.press("back", "print")
    assert sitting.title != card, "F3 does the same where no thing is chosen"
