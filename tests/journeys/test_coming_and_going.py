"""People who come at the same time, and people who go in the middle of something.

Numbers are those of the list that the house keeps of bad inputs; 39 stands in test_manners.
"""

from __future__ import annotations

import pytest

from depot.outcomes import Reason
from depot.states import State
from tests.depot.house import STICK, STOOL
from tests.journeys.conftest import NewStation
from tests.journeys.station import MORE_TIME, WELCOME, Station


@pytest.fixture(scope="module")
def running(new_station: NewStation) -> Station:
    return new_station(rules_max_lines="1")


def test_one_card_at_two_places_at_once_borrows_at_both_and_the_second_loan_is_flagged(
    kiosk: Station,
) -> None:
    """Number 37: a limit that is passed between two stations is told and noted, and stops nobody."""
    here, there = kiosk.house.stands(STICK), kiosk.house.stands(STOOL)
    card = kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")

    assert kiosk.house.lends(card, there).flags == ()
    kiosk.scan(here, "Lånet er i orden", "Du har mange ting på lån, så dette lånet er kort.")

    assert kiosk.lent_to(here, card)
    assert kiosk.lent_to(there, card)
    (loan,) = kiosk.house.loans(here)
    assert Reason.TOO_MANY_LINES in loan.flags.split()
    assert kiosk.house.unsoundness() == []


@pytest.mark.parametrize("steps", [1, 2, 3], ids=["a thing", "and a card", "and half a number"])
def test_whoever_walks_away_has_borrowed_nothing_and_leaves_nothing(kiosk: Station, steps: int) -> None:
    """Number 38."""
    item, card = kiosk.house.stands(STICK), kiosk.house.card_from_box()
    before = kiosk.stored()
    kiosk.scan(item, "Vil du låne denne?", "STOKK")
    if steps > 1:
        kiosk.scan(card, "Telefonnummeret ditt")
    if steps > 2:
        kiosk.press("4123", "41 23_")

    kiosk.clock.jump(seconds=61)
    kiosk.says(MORE_TIME)
    kiosk.says_no("STOKK", "41 23")
    kiosk.clock.jump(seconds=31)
    kiosk.says(WELCOME)

    assert kiosk.stored() == before
    assert kiosk.house.state(item) is State.AVAILABLE
    kiosk.scan(item, "Vil du låne denne?")
    kiosk.press("-", WELCOME)
    assert kiosk.holder(card) is None
