"""Parts without a label: what stays out when a thing comes home, and what comes back later."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from depot import defects, lending, parts, privacy, stock
from depot.fold import fold
from depot.outcomes import Already, Moved, Outcome, Reason, Refused, Trouble
from depot.states import Fact, State
from depot.tables import link, owed_part
from tests.depot.house import STICK, STOOL, Elsewhere, House

WHEELCHAIR = "WHC-01"  # two footrests and a cushion
MISSING = Trouble.MISSING_PART


def owed(house: House) -> dict[str, int]:
    return {row.part: row.pieces for row in house.rows(owed_part)}


def came_home(house: House, line: str = WHEELCHAIR) -> tuple[str, str, str]:
    """A piece that was lent and has just come home: its code, the deed of its return, its loan."""
    item = house.stands(line)
    lent = house.lends(house.confirmed(), item)
    house.wait(days=10)
    return item, house.brings(item).deed, lent.key


def moved(outcome: Outcome) -> Moved:
    assert isinstance(outcome, Moved), outcome
    return outcome


def back(house: House, item: str, **came: int) -> Moved | Refused:
    return house.do(defects.parts_back, item=item, parts=tuple(came.items()))


# --- at the return ---


def test_a_chair_without_its_footrest_goes_to_the_workshop_and_the_loan_owes_it(house: House) -> None:
    item, deed, loan = came_home(house)
    said = moved(house.trouble(item, deed, MISSING, footrest=1))
    assert (said.deed, said.state, said.place) == (deed, State.REPAIR, "VERKSTED")
    (row,) = house.rows(owed_part)
    assert (row.loan, row.item, row.part, row.pieces) == (loan, item, "footrest", 1)
    # Cleaning alone does not bring it back to the shelf.
    house.moves(stock.done, item)
    assert house.state(item) is State.CLEANING


def test_one_part_after_the_other_may_be_told(house: House) -> None:
    item, deed, _ = came_home(house)
    house.trouble(item, deed, MISSING, footrest=1)
    said = moved(house.trouble(item, deed, MISSING, cushion=1))
    assert (said.state, said.place) == (State.REPAIR, "VERKSTED")
    moved(house.trouble(item, deed, MISSING, footrest=2))
    assert owed(house) == {"footrest": 2, "cushion": 1}


def test_telling_the_same_again_owes_no_more_and_never_more_than_there_are(house: House) -> None:
    item, deed, _ = came_home(house)
    house.trouble(item, deed, MISSING, footrest=9)
    assert owed(house) == {"footrest": 2}
    before = house.events()
    again = house.trouble(item, deed, MISSING, footrest=2)
    assert isinstance(again, Already)
    assert (again.place, house.events()) == ("VERKSTED", before)


def test_something_is_missing_and_then_it_is_named(house: House) -> None:
    item, deed, _ = came_home(house)
    house.trouble(item, deed, MISSING)
    assert owed(house) == {parts.ANY_PART: 1}
    house.trouble(item, deed, MISSING, cushion=1)
    assert owed(house) == {"cushion": 1}
    house.trouble(item, deed, MISSING)
    assert owed(house) == {"cushion": 1}


def test_where_the_line_declares_no_parts_the_thing_is_cleaned_as_usual(house: House) -> None:
    item, deed, _ = came_home(house, STOOL)
    said = moved(house.trouble(item, deed, MISSING))
    assert (said.state, said.place) == (State.RETURNED, "VASK 2")
    assert owed(house) == {parts.ANY_PART: 1}


def test_a_part_that_the_line_does_not_have_is_refused(house: House) -> None:
    item, deed, _ = came_home(house, STICK)
    said = house.trouble(item, deed, MISSING, footrest=1)
    assert isinstance(said, Refused)
    assert (said.reasons, owed(house)) == ((Reason.WRONG_STATE,), {})


def test_of_what_nobody_had_borrowed_nobody_owes_a_part(house: House) -> None:
    item = house.stands(WHEELCHAIR)
    deed = house.brings(item, brought_back=True).deed
    assert moved(house.trouble(item, deed, MISSING, footrest=1)).state is State.REPAIR
    assert isinstance(house.trouble(item, deed, MISSING, cushion=1), Already)
    assert owed(house) == {}


def test_it_is_too_late_to_miss_a_part_when_something_else_has_happened(house: House) -> None:
    item, deed, _ = came_home(house, STICK)
    house.moves(stock.done, item)
    assert isinstance(house.trouble(item, deed, MISSING), Refused)


def test_undo_takes_back_the_return_and_every_part_that_was_missed(house: House) -> None:
    item, deed, loan = came_home(house)
    house.trouble(item, deed, MISSING, footrest=1)
    house.trouble(item, deed, MISSING, cushion=1)
    (undone,) = house.undoes(deed)
    assert undone.back_on_loan
    assert (house.state(item), house.item(item).loan, owed(house)) == (State.ON_LOAN, loan, {})


# --- and later ---


def test_what_comes_back_is_owed_no_longer(house: House) -> None:
    item, deed, _ = came_home(house)
    house.trouble(item, deed, MISSING, footrest=2, cushion=1)
    house.wait(days=2)
    assert moved(back(house, item, footrest=1)).state is State.REPAIR
    assert owed(house) == {"footrest": 1, "cushion": 1}
    assert moved(back(house, item)).place == "VERKSTED"
    assert owed(house) == {}


def test_a_part_comes_back_while_its_thing_is_out_again(house: House) -> None:
    item, deed, _ = came_home(house)
    house.trouble(item, deed, MISSING, footrest=1)
    for _ in range(2):  # mended, with a footrest from the workshop, and cleaned
        house.moves(stock.done, item)
    lent = house.lends(house.confirmed("Ola Testesen"), item)
    back(house, item, footrest=1)
    assert (owed(house), house.item(item).loan) == ({}, lent.key)


def test_the_oldest_debt_is_settled_first(house: House) -> None:
    item, deed, first = came_home(house)
    house.trouble(item, deed, MISSING, footrest=1)
    for _ in range(2):
        house.moves(stock.done, item)
    second = house.lends(house.confirmed("Ola Testesen"), item).key
    house.trouble(item, house.brings(item).deed, MISSING, footrest=2)
    back(house, item, footrest=2)
    assert [(row.loan, row.pieces) for row in house.rows(owed_part)] == [(second, 1)]
    assert first != second


@pytest.mark.parametrize("came", [{"cushion": 1}, {"footrest": 2}, {"footrest": -1}, {"footrest": 0}])
def test_what_was_not_owed_is_not_settled(house: House, came: dict[str, int]) -> None:
    item, deed, _ = came_home(house)
    house.trouble(item, deed, MISSING, footrest=1)
    said = back(house, item, **came)
    assert isinstance(said, Refused)
    assert (said.reasons, owed(house)) == ((Reason.WRONG_STATE,), {"footrest": 1})


def test_a_part_of_nothing_we_know_is_refused(house: House) -> None:
    said = back(house, "D99990005C")
    assert isinstance(said, Refused)
    assert said.reasons == (Reason.UNKNOWN_CODE,)


def test_a_part_that_came_back_may_be_taken_back(house: House) -> None:
    item, deed, _ = came_home(house)
    house.trouble(item, deed, MISSING, footrest=1)
    came = moved(back(house, item))
    house.do(lending.undo, deed=came.deed)
    assert owed(house) == {"footrest": 1}


def test_a_part_that_is_given_up_is_owed_no_more_and_lets_go_of_whoever_had_it(house: House) -> None:
    item, deed, loan = came_home(house)
    house.trouble(item, deed, MISSING, footrest=2, cushion=1)
    house.wait(days=40)
    assert house.do(privacy.advance).loans == 0
    given_up = moved(house.do(defects.parts_given_up, item=item, parts=(("footrest", 2),)))
    assert (given_up.state, owed(house)) == (State.REPAIR, {"cushion": 1})
    refused = house.do(defects.parts_given_up, item=item, parts=(("footrest", 1),))
    assert isinstance(refused, Refused)
    house.do(defects.parts_given_up, item=item)
    assert owed(house) == {}
    assert house.do(privacy.advance).loans == 1
    assert not house.rows(link, key=loan)


def test_names_are_told_in_the_persons_language_or_else_in_english(house: House) -> None:
    assert house.look(parts.names, "nn")["basket"] == "korg"
    assert house.look(parts.names, "fi")["basket"] == "basket"
    item, deed, _ = came_home(house)
    house.trouble(item, deed, MISSING, footrest=2)
    assert house.look(parts.owed, item) == (parts.Part("footrest", 2),)


# --- other stations ---


def test_whatever_the_order_in_which_stations_tell_the_same_is_owed(house: House) -> None:
    """The station that took the part in may have a clock that is behind the other's."""
    item, deed, loan = came_home(house)
    house.trouble(item, deed, MISSING, footrest=2)
    story = house.events(item)
    tick = house.item(item).tick
    last = story[-1]
    fact: dict[str, Any] = {"kind": Fact.PARTS_BACK, "loan": loan, "deed": "x", "station": "x"}
    fact["facts"] = {"parts": [["footrest", 1]]}
    told = [*story, *(replace(last, key=f"back {n}", seq=n, tick=tick - n, **fact) for n in (-1, 1, 2))]
    stories = [fold(item, order) for order in itertools.permutations(told[-4:])]
    assert stories == [stories[0]] * 24
    whole = fold(item, told)
    assert whole.owed == ()
    assert [(one.kind, one.event) for one in whole.strange] == [("parts_not_owed", "back -1")]


def test_a_part_that_another_station_took_in_and_nobody_missed_is_noted(house: House) -> None:
    item, _, loan = came_home(house)
    tick, facts = house.item(item).tick + 1, {"parts": [["footrest", 1]]}
    elsewhere = Elsewhere()
    house.hears(elsewhere.says(Fact.PARTS_BACK, tick=tick, key="back", item=item, loan=loan, facts=facts))
    assert (house.strange(), owed(house)) == ([("parts_not_owed", "back")], {})
    house.hears(elsewhere.says(Fact.PARTS_OWED, tick=tick + 1, key="owed", item=item, loan=loan, facts=facts))
    assert (house.strange(), owed(house)) == ([], {})
