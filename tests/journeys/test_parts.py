"""What belongs to a thing: said when it comes home, missed piece by piece, and needed beside it when it leaves."""

from __future__ import annotations

import pytest

from depot import quantities, tables
from depot.states import State
from tests.depot.house import ROLLATOR, STICK, House
from tests.journeys.conftest import NewStation
from tests.journeys.station import ENTER, MINUS, WELCOME, Station

HOME = "Takk! Nå er den levert tilbake"
NOTED = "Takk for at du sa fra"
WHEELCHAIR = "WHC-01"  # two footrests and a cushion
COMMODE, BUCKET = "TOI-06", "TOI-07"  # the one needs the other
TRAY = "WLK-12"  # counted; suits the indoor rollator


def furnish(house: House) -> None:
    """What stands there before the kiosk first looks: lines that go with others."""
    house.stands(BUCKET, on="C2")
    house.do(quantities.received, line=TRAY, n=3, shelf=house.shelf("A3"))


@pytest.fixture(scope="module")
def running(new_station: NewStation) -> Station:
    """This module's kiosk."""
    return new_station(furnish=furnish)


def out(kiosk: Station, line: str = WHEELCHAIR) -> str:
    """A thing that somebody borrowed days ago."""
    item = kiosk.house.stands(line)
    kiosk.house.lends(kiosk.house.confirmed(), item)
    kiosk.clock.jump(minutes=11)
    kiosk.start_over()
    return item


def owed(kiosk: Station, item: str) -> dict[str, int]:
    """What is owed of a thing."""
    return {row.part: row.pieces for row in kiosk.rows(tables.owed_part, item=item)}


def test_what_belongs_to_a_thing_is_said_when_it_comes_home_and_enter_says_that_all_is_there(
    kiosk: Station,
) -> None:
    chair = out(kiosk)

    kiosk.scan(chair, HOME, "er dette med:", "fotstøtte (2)", "sittepute")
    kiosk.press(ENTER, "Takk for at du leverte tilbake.")

    assert owed(kiosk, chair) == {}
    assert kiosk.house.state(chair) is State.RETURNED


def test_missing_parts_are_told_one_after_the_other_and_are_owed(kiosk: Station) -> None:
    chair = out(kiosk)

    kiosk.scan(chair, HOME)
    kiosk.press("2", "Hva mangler?", "1 sittepute", "2 fotstøtte", "9 noe annet")
    kiosk.press("2", NOTED, "Mangler: fotstøtte.", "Lever resten når du finner det", "2 det mangler mer")
    assert owed(kiosk, chair) == {"footrest": 1}
    kiosk.press("2", "Hva mangler?")
    kiosk.press("1", NOTED, "Mangler: sittepute, fotstøtte.", "2 det mangler mer")
    kiosk.press("2", "Hva mangler?", "1 fotstøtte", "9 noe annet")
    kiosk.says_no("sittepute")
    kiosk.press("1", NOTED, "Mangler: sittepute, fotstøtte (2).")
    kiosk.says_no("det mangler mer")
    kiosk.press(ENTER, WELCOME)

    assert owed(kiosk, chair) == {"cushion": 1, "footrest": 2}
    assert kiosk.ended(chair) == ["returned"]


def test_what_is_missing_is_taken_back_with_the_return(kiosk: Station) -> None:
    chair = out(kiosk)

    kiosk.scan(chair, HOME)
    kiosk.press("2", "Hva mangler?")
    kiosk.press("2", NOTED)
    kiosk.press(MINUS, "Vil du angre at du leverte?")
    kiosk.press(ENTER, "Det er angret", "Ta den med deg.")

    assert owed(kiosk, chair) == {}
    assert kiosk.house.state(chair) is State.ON_LOAN


def test_minus_leads_from_the_parts_back_to_the_question(kiosk: Station) -> None:
    chair = out(kiosk)

    kiosk.scan(chair, HOME)
    kiosk.press("2", "Hva mangler?")
    kiosk.press("7", "Bruk tallene, Enter, - og +.")
    kiosk.press(MINUS, HOME, "1 noe er ødelagt eller slitt")
    kiosk.press(ENTER, "Takk for at du leverte tilbake.")

    assert owed(kiosk, chair) == {}


def test_something_else_is_missing_and_nobody_knows_what(kiosk: Station) -> None:
    chair = out(kiosk)

    kiosk.scan(chair, HOME)
    kiosk.press("2", "Hva mangler?")
    kiosk.press("9", NOTED, "Lever resten når du finner det")

    assert list(owed(kiosk, chair).values()) == [1]


def test_of_a_thing_without_parts_nothing_is_asked_further(kiosk: Station) -> None:
    stick = out(kiosk, STICK)

    kiosk.scan(stick, HOME, "Er alt i orden, og er alt med?")
    kiosk.press("2", NOTED, "Lever resten når du finner det")

    assert list(owed(kiosk, stick).values()) == [1]


def test_the_next_scan_says_that_all_was_there(kiosk: Station) -> None:
    chair, stick = out(kiosk), out(kiosk, STICK)

    kiosk.scan(chair, HOME)
    kiosk.press("2", "Hva mangler?")
    kiosk.scan(stick, HOME, "STOKK, REGULERBAR", "2 ting")

    assert owed(kiosk, chair) == {}


def test_what_a_thing_needs_is_said_after_the_loan_with_its_shelf_until_it_is_taken(kiosk: Station) -> None:
    commode, bucket = kiosk.house.stands(COMMODE, on="C1"), kiosk.house.stands(BUCKET, on="C2")
    card = kiosk.house.confirmed()

    kiosk.scan(commode, "Vil du låne denne?")
    kiosk.scan(card, "Lånet er i orden", "Du trenger også: Bøtte med lokk til toalettstol, hylle C2.")
    kiosk.scan(bucket, "Lånet er i orden", "2 ting")
    kiosk.scan(kiosk.house.stands(COMMODE, on="C1"), "Lånet er i orden", "3 ting")
    kiosk.says_no("Du trenger også")


def test_what_suits_a_thing_is_said_after_the_loan(kiosk: Station) -> None:
    rollator, card = kiosk.house.stands(ROLLATOR), kiosk.house.confirmed()

    kiosk.scan(rollator, "Vil du låne denne?")
    kiosk.scan(
        card, "Lånet er i orden", "Til den passer: Brett til rullator, hylle A3.", "Du er ferdig og kan gå."
    )


@pytest.mark.parametrize("line", [STICK, WHEELCHAIR])
def test_a_thing_that_nobody_had_registered_may_lack_something_too(kiosk: Station, line: str) -> None:
    """Number 43 of the bad inputs: what is not on loan comes home all the same, and nobody owes for it."""
    item = kiosk.house.stands(line)

    kiosk.scan(item, "Vil du låne denne?")
    kiosk.press("1", HOME)
    kiosk.press("2", "Hva mangler?" if line == WHEELCHAIR else NOTED)
    if line == WHEELCHAIR:
        kiosk.press("1", NOTED, "Mangler: sittepute.")

    assert kiosk.house.state(item) is State.REPAIR, "it is completed before it is lent again"
    assert owed(kiosk, item) == {}
