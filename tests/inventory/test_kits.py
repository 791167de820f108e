"""Kits: put together, taken apart, a piece missing and found; what is lent stays one thing at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from depot import catalogue, clock, demo, stock
from depot.outcomes import Moved
from depot.states import State
from depot.tables import kit_piece, revision
from inventory import counting, kits
from inventory.kits import SUGGESTED, Kit, Marked, Unfit, Why
from tests.depot.command.front import Shell
from tests.depot.house import CRUTCHES, NO_SUCH_ITEM, STICK, STOOL, TONGS, House

LIV = "6f0d4a52-0000-4000-8000-000000000001"


def composed(house: House, *things: str, name: str = "Hip") -> Kit:
    """A kit of these things."""
    made = house.do(kits.compose, name=name, items=things, by=LIV)
    assert isinstance(made, Kit), made
    return made


def now(house: House, kit: Kit) -> Kit:
    """The kit as it is now."""
    found = house.look(kits.find, kit.key)
    assert found is not None
    return found


def mark(house: House, deed: Callable[..., Marked | Unfit], thing: str) -> Marked:
    """Say that a piece is missing or found."""
    house.wait(seconds=5)
    marked = house.do(deed, item=thing, by=LIV, staff=LIV)
    assert isinstance(marked, Marked), marked
    return marked


def test_things_stand_together_and_each_is_lent_by_itself(house: House) -> None:
    tongs, stool = house.stands(TONGS), house.stands(STOOL)
    kit = composed(house, tongs, stool)
    assert [piece.item for piece in kit.pieces] == sorted((tongs, stool))
    house.lends(house.confirmed(), tongs)
    assert [piece.item for piece in now(house, kit).away] == [tongs]
    assert house.look(kits.incomplete, house.station) == (), "what is lent comes back by itself"
    house.brings(tongs)
    assert house.look(kits.of_item, tongs) == now(house, kit)
    assert [row.by for row in house.rows(revision, table="kit_piece")] == [LIV, LIV]


@pytest.mark.parametrize("of", [Why.UNKNOWN_CODE, Why.IN_ANOTHER_KIT, Why.NO_LONGER_OURS, Why.TOO_FEW])
def test_what_cannot_be_a_piece_makes_no_kit(house: House, of: Why) -> None:
    free, there, other, scrap = house.stand(4)
    composed(house, there, other)
    house.do(stock.write_off, item=scrap, reason="worn")
    with_it = {
        Why.UNKNOWN_CODE: (free, NO_SUCH_ITEM),
        Why.IN_ANOTHER_KIT: (free, there),
        Why.NO_LONGER_OURS: (free, scrap),
        Why.TOO_FEW: (free, free),
    }
    refused = house.do(kits.compose, name="Other", items=with_it[of])
    assert isinstance(refused, Unfit)
    assert refused.why is of
    assert len(house.look(kits.every, house.station)) == 1


def test_kits_of_one_name_are_numbered(house: House) -> None:
    things = house.stand(6)
    names = [composed(house, *things[at : at + 2]).name for at in (0, 2, 4)]
    assert names == ["Hip", "Hip 2", "Hip 3"]
    assert house.look(kits.named, house.station, "hip 2") is not None
    assert house.look(kits.named, house.station, "Knee") is None


def test_a_kit_is_split_and_put_together_again(house: House) -> None:
    first, second = house.stand(2)
    kit = composed(house, first, second)
    assert house.at_desk(kits.split, key=kit.key) == kit
    assert house.look(kits.every, house.station) == ()
    assert house.look(kits.of_item, first) is None
    assert house.at_desk(kits.rejoin, before=kit) == kit
    house.at_desk(kits.split, key=kit.key)
    composed(house, first, house.stands(), name="Other")
    assert house.at_desk(kits.rejoin, before=kit) == Unfit(Why.TOO_LATE, first)
    assert house.at_desk(kits.split, key=kit.key) == Unfit(Why.NO_SUCH_KIT)


def test_a_thing_is_put_into_a_kit_and_taken_out_but_two_are_left(house: House) -> None:
    first, second, third = house.stand(3)
    kit = composed(house, first, second)
    assert house.at_desk(kits.take_out, item=first) == Unfit(Why.TOO_FEW, first, "Hip")
    more = house.at_desk(kits.add, kit=kit.key, item=third)
    assert isinstance(more, Kit)
    assert len(more.pieces) == 3
    assert house.at_desk(kits.add, kit=kit.key, item=third) == Unfit(Why.IN_ANOTHER_KIT, third, "Hip")
    assert house.at_desk(kits.take_out, item=third) == more
    assert house.at_desk(kits.take_out, item=third) == Unfit(Why.IN_NO_KIT, third)
    assert house.at_desk(kits.rejoin, before=more) == more
    assert house.at_desk(kits.rejoin, before=kit) == kit, "an addition is taken back"


def test_a_piece_that_is_missing_is_missing_for_everybody_until_it_is_found(house: House) -> None:
    gone, there = house.stand(2)
    kit = composed(house, gone, there)
    marked = mark(house, kits.missing, gone)
    assert marked.changed
    assert marked.moved is not None
    assert house.state(gone) is State.MISSING
    assert house.events(gone)[-1].by == LIV
    assert [one.key for one in house.look(kits.incomplete, house.station)] == [kit.key]
    assert mark(house, kits.found, gone).moved is not None
    assert house.state(gone) is State.RETURNED, "it is washed before it is lent"
    assert house.look(kits.incomplete, house.station) == ()
    assert mark(house, kits.found, there).changed is False


def test_a_piece_on_loan_can_be_missing_from_the_kit_alone(house: House) -> None:
    out, there = house.stand(2)
    kit = composed(house, out, there)
    lent = house.lends(house.confirmed(), out)
    assert mark(house, kits.missing, out).moved is None
    assert house.loan(lent.key).ended is None
    assert [piece.item for piece in now(house, kit).lacking] == [out]


@pytest.mark.parametrize("first", [True, False])
def test_a_mark_is_taken_back_with_what_it_did(house: House, first: bool) -> None:
    gone, there = house.stand(2)
    kit = composed(house, gone, there)
    marked = mark(house, kits.missing, gone)
    if not first:
        marked = mark(house, kits.found, gone)
    house.wait(seconds=5)
    assert isinstance(house.do(kits.unmark, marked=marked), Marked)
    assert house.state(gone) is (State.AVAILABLE if first else State.MISSING)
    assert bool(now(house, kit).lacking) is not first
    again = house.do(kits.unmark, marked=marked)
    assert again == Unfit(Why.TOO_LATE, gone)


def test_a_count_finds_a_missing_piece_and_leaves_the_thing_to_be_decided(house: House) -> None:
    gone, there = house.stand(2, on="A1")
    kit = composed(house, gone, there)
    mark(house, kits.missing, gone)
    key = house.do(counting.begin, by=LIV)
    house.at_desk(counting.begin_shelf, key, code=house.shelf("A1"), by=LIV)
    house.wait(seconds=5)
    house.at_desk(counting.see, key, on=house.shelf("A1"), code=gone, by=LIV)
    assert [row.missing_at for row in house.rows(kit_piece, kit=kit.key)] == [None, None]
    assert house.state(gone) is State.MISSING


def test_a_suggested_kit_says_what_it_still_wants(house: House) -> None:
    ankle = next(one for one in SUGGESTED if one.key == "ankle")

    def wants(*lines: str) -> tuple[tuple[tuple[str, ...], int], ...]:
        return house.look(kits.still_wanted, ankle, lines)

    assert wants() == ((("WLK-01", "WLK-10"), 2), ((STOOL,), 1))
    assert wants(CRUTCHES) == (((CRUTCHES,), 1), ((STOOL,), 1)), "two crutches make a pair"
    assert wants(CRUTCHES, CRUTCHES, STOOL, STICK) == ()
    assert wants("WLK-10", STOOL) == ()
    known = {line.code for line in catalogue.packaged()}
    assert {line for one in SUGGESTED for slot in one.lines for line in slot} <= known


def test_kits_at_a_shell(depot: Shell) -> None:
    crutch, other = demo.CRUTCHES
    made = depot.json("kit", "compose", "Broken ankle", crutch, other, demo.SHOWER_STOOL)
    assert [one["item"] for one in made["pieces"]] == sorted((crutch, other, demo.SHOWER_STOOL))
    assert depot.json("kit", "missing", other)["state"] == "missing"
    (lacking,) = depot.json("kit", "list", "--incomplete")
    assert lacking["lacking"] == [other]
    assert depot.json("kit", "found", other)["state"] == "returned"
    assert depot.json("kit", "take-out", other)["outcome"] == "taken_out"
    assert depot.json("kit", "add", "broken ankle", other)["outcome"] == "added"
    assert len(depot.json("kit", "show", "broken ankle")["pieces"]) == 3
    said = depot("kit", "compose", "Other", crutch, demo.ROLLATOR)
    assert (said.status, said.out) == (1, f"{crutch}  no: it is a piece of a kit already: Broken ankle\n")
    assert depot.json("kit", "split", "broken ankle")["outcome"] == "split"
    assert depot("kit", "show", "broken ankle").status == 2
    assert depot("kit", "missing", crutch).status == 1
    assert depot.json("check")["ok"] is True


def test_a_kit_is_no_matter_for_the_journal(house: House) -> None:
    first, second = house.stand(2)
    before = len(house.events())
    kit = composed(house, first, second)
    house.at_desk(kits.split, key=kit.key)
    assert len(house.events()) == before
    assert kit.made_at == clock.from_millis(clock.millis(house.now))
    assert isinstance(house.do(stock.count_out, item=first), Moved)
