"""Moving: between shelves, to other depots and home again; where and to whom things belong."""

from __future__ import annotations

import pytest

from depot import demo, holds, stock
from depot.outcomes import Already, Moved, Outcome, Reason, Refused, Trouble
from depot.states import State
from depot.tables import depot as depots
from depot.tables import item, revision
from inventory import moving
from inventory.moving import Belongs, Depot
from tests.depot.command.front import Shell
from tests.depot.house import NO_SUCH_ITEM, STICK, Elsewhere, House

LIV = "6f0d4a52-0000-4000-8000-000000000001"


@pytest.fixture
def son(house: House) -> str:
    """Another depot, by its key."""
    return house.do(moving.add_depot, name="Son")


def refused(outcome: object) -> tuple[Reason, str | None]:
    """Why something was refused, and where it belongs instead."""
    assert isinstance(outcome, Refused), outcome
    return outcome.reasons[0], outcome.place


def put(house: House, thing: str, on: str) -> Outcome:
    """Put a thing on a shelf."""
    house.wait(seconds=3)
    return house.do(moving.put, item=thing, shelf=house.shelf(on), by=LIV)


def test_a_free_thing_stands_where_it_was_scanned_last(house: House) -> None:
    thing = house.stands(on="A1")
    moved = put(house, thing, "B1")
    assert isinstance(moved, Moved)
    assert (house.item(thing).shelf, house.state(thing)) == (house.shelf("B1"), State.AVAILABLE)
    last = house.events(thing)[-1]
    assert (last.kind, last.by, last.facts["shelf"]) == ("moved", LIV, house.shelf("B1"))
    assert put(house, thing, "B1") == Already(item=thing, product=STICK, place="B1")
    assert len(house.events(thing)) == 3, "twice on the same shelf is once"


def test_a_move_is_taken_back_to_the_shelf_before(house: House) -> None:
    thing = house.stands(on="A1")
    moved = put(house, thing, "B1")
    assert isinstance(moved, Moved)
    undone = house.do(stock.undo, deed=moved.deed, by=LIV)
    assert not isinstance(undone, Refused)
    assert [one.place for one in undone] == ["A1"]
    assert house.item(thing).shelf == house.shelf("A1")


def test_a_new_thing_that_is_put_on_a_shelf_can_be_lent(house: House) -> None:
    thing = house.received()
    put(house, thing, "A1")
    assert house.state(thing) is State.AVAILABLE


def test_what_may_not_stand_on_a_shelf_is_told_where_it_belongs(house: House) -> None:
    dirty, broken, out, kept_for = house.stand(4, on="A1")
    card = house.confirmed()
    for thing in (dirty, broken, out):
        house.lends(card, thing)
    house.brings(dirty)
    back = house.brings(broken)
    house.trouble(broken, back.deed, Trouble.BROKEN)
    house.queues(house.confirmed("Per Testesen"))
    assert house.state(kept_for) is State.SET_ASIDE
    told = {thing: refused(put(house, thing, "B1")) for thing in (dirty, broken, out, kept_for)}
    assert told == {
        dirty: (Reason.IN_CLEANING, "VASK 1"),
        broken: (Reason.IN_REPAIR, "VERKSTED"),
        out: (Reason.ON_LOAN_TO_OTHER, None),
        kept_for: (Reason.SET_ASIDE_FOR_OTHER, "HENTES"),
    }
    assert refused(put(house, NO_SUCH_ITEM, "B1")) == (Reason.UNKNOWN_CODE, None)
    assert all(house.item(thing).shelf == house.shelf("A1") for thing in told)


def test_what_nobody_fetched_is_put_on_the_shelf_that_the_ledger_still_names(house: House) -> None:
    thing = house.stands(on="A1")
    held = house.queues(house.confirmed())
    house.do(holds.cancel, key=held.key)
    assert house.state(thing) is State.AVAILABLE
    assert isinstance(put(house, thing, "A1"), Moved), "it stood at the pick-up sign, whatever its shelf"


def test_a_shelf_of_nobodys_is_no_place(house: House) -> None:
    thing = house.stands(on="A1")
    with pytest.raises(LookupError):
        house.do(moving.put, item=thing, shelf="S99990005N")


# --- between depots ---


def test_what_was_sent_is_on_its_way_until_it_is_scanned(house: House, son: str) -> None:
    thing = house.stands(on="A1")
    sent = house.do(moving.send, item=thing, to=son, by=LIV)
    assert isinstance(sent, Moved)
    assert (house.state(thing), house.item(thing).depot, house.item(thing).shelf) == (
        State.IN_TRANSIT,
        son,
        None,
    )
    (away,) = house.look(moving.sent, house.station)
    assert (away.item, away.depot, away.other) == (thing, "Son", "Vestby")
    assert house.look(moving.expected, house.station) == ()
    assert refused(house.do(moving.send, item=thing, to=son))[0] is Reason.NOT_AVAILABLE
    house.do(stock.undo, deed=sent.deed)
    assert (house.state(thing), house.item(thing).shelf) == (State.AVAILABLE, house.shelf("A1"))


def test_what_comes_from_another_depot_arrives_on_a_shelf_or_to_be_washed(house: House, son: str) -> None:
    clean, dirty = house.stand(2, on="A1")
    elsewhere = Elsewhere()
    for number, thing in enumerate((clean, dirty)):
        house.do(moving.send, item=thing, to=son)
        tick = house.item(thing).tick
        house.hears(
            elsewhere.says(
                "arrived",
                tick=tick + 1,
                key=f"a{number}",
                item=thing,
                facts={"depot": son, "to": "available"},
            ),
            elsewhere.says(
                "sent", tick=tick + 2, key=f"s{number}", item=thing, facts={"depot": house.station.depot}
            ),
        )
    assert [(one.item, one.other) for one in house.look(moving.expected, house.station)] == [
        (clean, "Son"),
        (dirty, "Son"),
    ]
    assert isinstance(put(house, clean, "B1"), Moved)
    house.wait(seconds=1)
    assert isinstance(house.do(moving.arrive, item=dirty, shelf=None), Moved)
    assert (house.state(clean), house.item(clean).shelf) == (State.AVAILABLE, house.shelf("B1"))
    assert house.state(dirty) is State.RETURNED
    assert house.look(moving.expected, house.station) == ()
    assert refused(house.do(moving.arrive, item=dirty, shelf=None)) == (Reason.IN_CLEANING, "VASK 1")


def test_only_what_is_free_is_sent_and_only_to_another_depot(house: House, son: str) -> None:
    thing = house.stands(on="A1")
    for nowhere in (house.station.depot, "no-such-depot"):
        with pytest.raises(LookupError):
            house.do(moving.send, item=thing, to=nowhere)
    house.lends(house.confirmed(), thing)
    assert refused(house.do(moving.send, item=thing, to=son))[0] is Reason.ON_LOAN_TO_OTHER
    house.brings(thing)
    assert refused(house.do(moving.send, item=thing, to=son)) == (Reason.IN_CLEANING, "VASK 1")


def test_a_depot_is_known_once_by_its_name_or_key(house: House, son: str) -> None:
    assert house.do(moving.add_depot, name="son") == son
    assert house.look(moving.depots, house.station) == (
        Depot(house.station.depot, "Vestby", here=True),
        Depot(son, "Son", here=False),
    )
    known = "0b8c8f4e-0f5c-4b5e-9f43-3f3a5a7f0a01"
    assert house.do(moving.add_depot, name="Hvitsten", key=known) == known
    assert house.look(moving.depot_named, house.station, known) == Depot(known, "Hvitsten", here=False)
    with pytest.raises(ValueError, match="badly formed"):
        house.do(moving.add_depot, name="Hølen", key="seven")
    assert len(house.rows(depots)) == 3


# --- home and owner ---


def test_what_is_at_home_elsewhere_is_listed_to_be_sent(house: House, son: str) -> None:
    guest, ours = house.stand(2, on="A1")
    assert house.look(moving.home_of, guest) == house.station.depot, "where it was received"
    assert house.do(moving.set_home, item=guest, home=son, by=LIV) == Belongs(guest, STICK, "home", None)
    assert house.look(moving.home_of, guest) == son
    (away,) = house.look(moving.homeward, house.station)
    assert (away.item, away.other, away.other_id, away.shelf) == (guest, "Son", son, "A1")
    house.do(moving.set_home, item=guest, home=None)
    assert house.look(moving.homeward, house.station) == ()
    told = [row.by for row in house.rows(revision, table="item", key=guest)]
    assert told == [None, LIV, None]
    with pytest.raises(LookupError):
        house.do(moving.set_home, item=ours, home="no-such-depot")


def test_an_owner_is_said_and_put_back(house: House) -> None:
    thing, other = house.stand(2, on="A1")
    for code in (thing, other):
        house.do(moving.set_owner, item=code, owner="NAV Viken")
    before = house.do(moving.set_owner, item=other, owner="Follo IKS")
    assert before == Belongs(other, STICK, "owner", "NAV Viken")
    assert list(house.look(moving.owners)) == ["Follo IKS", "NAV Viken"]
    assert [row.owner for row in house.rows(item, code=thing)] == ["NAV Viken"]
    assert refused(house.do(moving.set_owner, item=NO_SUCH_ITEM, owner="NAV"))[0] is Reason.UNKNOWN_CODE


# --- at a shell ---


def test_things_are_moved_sent_and_taken_in_at_a_shell(depot: Shell) -> None:
    first, second = demo.ROLLATOR, demo.WALKING_FRAME
    moved = depot.json("move", first, second, "--to", "A1")
    assert [one["outcome"] for one in moved] == ["done", "done"]
    assert {first, second} <= {one["code"] for one in depot.json("items", "--shelf", "A1")}
    son = depot.json("move", "add-depot", "Son")["id"]
    assert [(one["name"], one["here"]) for one in depot.json("move", "depots")][1] == ("Son", False)
    assert depot.json("move", first, "--to-depot", "son")[0]["state"] == "in_transit"
    (away,) = depot.json("move", "sent")
    assert (away["item"], away["depot"]) == (first, "Son")
    assert depot.json("move", "expected") == []
    assert depot.json("move", "arrive", first)[0]["state"] == "returned"
    said = depot("move", first, demo.ON_LOAN, second, "--to", "A2")
    assert said.status == 1
    assert "not cleaned yet" in said.out
    assert depot.json("move", "home", second, "--depot", son)[0]["now"] == son
    assert [one["item"] for one in depot.json("move", "homeward")] == [second]
    assert depot.json("move", "owner", second, "--owner", "NAV Viken")[0]["outcome"] == "done"
    assert depot.json("check")["ok"] is True


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("move", demo.ROLLATOR), "say where to"),
        (("move", demo.ROLLATOR, "--to", "Z9"), "no shelf is called so"),
        (("move", demo.ROLLATOR, "--to-depot", "Son"), "no depot is called"),
        (("move", "home", demo.ROLLATOR), "say one of"),
        (("move", "owner", demo.ROLLATOR, "--owner", "x", "--none"), "say one of"),
    ],
)
def test_what_cannot_be_meant_is_bad_usage(depot: Shell, words: tuple[str, ...], why: str) -> None:
    said = depot(*words)
    assert (said.status, said.out) == (2, "")
    assert why in said.err
