"""Due dates on the screen when days are odd, and when the machine's clock is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from depot.states import State
from tests.depot.house import STICK, TONGS
from tests.journeys.conftest import NewStation
from tests.journeys.station import Station

NINETY_DAYS = "Du kan ha den i 90 dager"


@pytest.mark.parametrize(
    ("at", "line", "due"),
    [
        # 90 days lead to 17 May, which is Norway's day and, that year, Whit Monday, too.
        (datetime(2027, 2, 16, 11, tzinfo=UTC), STICK, "tirsdag 18. mai 2027"),
        # In the night to 28 March the clocks go forward: half past eleven in winter, half past three in summer.
        (datetime(2027, 3, 27, 22, 30, tzinfo=UTC), TONGS, "onsdag 26. mai 2027"),
        (datetime(2027, 3, 28, 1, 30, tzinfo=UTC), TONGS, "torsdag 27. mai 2027"),
        # In the night to 31 October they go back: it is half past midnight at the depot.
        (datetime(2027, 10, 30, 22, 30, tzinfo=UTC), TONGS, "torsdag 30. desember 2027"),
        (datetime(2027, 12, 1, 11, tzinfo=UTC), STICK, "tirsdag 29. februar 2028"),
    ],
    ids=["a closed day", "summer time tonight", "summer time", "winter time", "a leap day"],
)
def test_due_dates_are_civil_days(kiosk: Station, at: datetime, line: str, due: str) -> None:
    """Number 60 of the bad inputs."""
    kiosk.clock.jump_to(at)
    kiosk.start_over()
    item, card = kiosk.house.stands(line), kiosk.house.confirmed()

    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Lånet er i orden", f"Lever tilbake senest {due}.")

    assert kiosk.lent_to(item, card)


def test_an_event_from_the_future_makes_the_clock_doubtful_until_it_has_passed(
    kiosk: Station,
) -> None:
    """Number 61 of the bad inputs: something at this station was written an hour ahead of time."""
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    house = kiosk.house
    house.now += timedelta(hours=1)
    house.stands(TONGS)

    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Lånet er i orden", NINETY_DAYS)
    kiosk.says_no("Lever tilbake senest")
    (loan,) = kiosk.house.loans(item)
    assert (loan.due, loan.days) == (None, 90)

    kiosk.clock.jump(minutes=61)
    kiosk.terminal.wait_until(lambda: kiosk.house.loans(item)[0].due is not None, what="the due date")
    kiosk.start_over()
    kiosk.scan(card, "Du har 1 ting på lån.", "Lever tilbake senest")


def test_a_station_that_wakes_in_1970_lends_without_a_date(kiosk: Station) -> None:
    """Number 58 of the bad inputs: no date is invented, and the right one follows with the right time."""
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    right = kiosk.clock.now()
    kiosk.clock.go_wrong(seconds=(datetime(1970, 1, 1, 12, tzinfo=UTC) - right).total_seconds())

    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Lånet er i orden", NINETY_DAYS)
    kiosk.says_no("1970")
    assert kiosk.lent_to(item, card)
    assert [one.trusted for one in kiosk.house.events(item)][-1] is False

    kiosk.clock.go_wrong()
    kiosk.clock.jump(seconds=61)
    kiosk.terminal.wait_until(lambda: kiosk.house.loans(item)[0].due is not None, what="the due date")
    due = datetime.fromisoformat(kiosk.house.loans(item)[0].due).date()
    assert due >= right.date() + timedelta(days=90)
    assert due <= right.date() + timedelta(days=97), "moved to the next open day at the most"


def test_a_clock_that_runs_ahead_and_comes_back_has_made_nothing_late(
    new_station: NewStation,
) -> None:
    """Number 59 of the bad inputs, on a machine that keeps no time over a power cut."""
    kiosk = new_station(station_clock="untrusted")
    before, meanwhile, after = kiosk.house.stand(3, STICK)
    card = kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(before, "Lånet er i orden", "mandag 12. april 2027")

    kiosk.clock.go_wrong(days=400)
    kiosk.scan(meanwhile, "Lånet er i orden", NINETY_DAYS)
    kiosk.clock.go_wrong()
    kiosk.scan(after, "Lånet er i orden", "mandag 12. april 2027", "3 ting")

    kiosk.clock.jump(seconds=61)
    kiosk.terminal.wait_until(lambda: kiosk.house.loans(meanwhile)[0].due is not None, what="the due date")
    kiosk.start_over()
    assert [kiosk.house.loans(item)[0].due for item in (before, meanwhile, after)] == ["2027-04-12"] * 3
    assert {kiosk.house.state(item) for item in (before, meanwhile, after)} == {State.ON_LOAN}
    kiosk.scan(card, "Du har 3 ting på lån.", "Det første skal leveres tilbake senest mandag 12. april 2027.")
