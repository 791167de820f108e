"""Keeping things longer: everything at once from the open card, or one thing that is in hand."""

from __future__ import annotations

from datetime import date

import pytest

from depot import tables
from depot.outcomes import Reason
from depot.states import State
from depot.words import words_in
from tests.depot.house import STICK, STOOL, TONGS, House
from tests.journeys.conftest import NewStation
from tests.journeys.station import ENTER, MINUS, WELCOME, Station

BOARD = "BTH-03"
OPEN = "Kortet ditt er åpent"
LONGER = "Du kan beholde det lenger"
UNCHANGED = "Ingenting er endret"
STILL = "Trenger du det fortsatt?"
PHONES = """
[[phone]]
name = "Hjelpemiddellageret"
number = "55 56 78 90"
days = "1234567"
opens = "00:00"
closes = "23:59"
"""


def said(day: str | date) -> str:
    """A date as the kiosk says it."""
    return words_in("nb").day(date.fromisoformat(day) if isinstance(day, str) else day)


def due(kiosk: Station, item: str) -> str:
    """When the ledger wants a thing back."""
    (loan,) = [one for one in kiosk.house.loans(item) if one.ended is None]
    return str(loan.due)


def has(kiosk: Station, *lines: str, phone: str = "40612345", days: int = 0) -> tuple[str, list[str]]:
    """Somebody's card, and what they borrowed so many days ago."""
    card = kiosk.house.confirmed(phone=f"+47{phone}")
    items = [kiosk.house.stands(line) for line in lines]
    for item in items:
        kiosk.house.lends(card, item)
    kiosk.clock.jump(days=days, minutes=11)
    kiosk.start_over()
    return card, items


def test_everything_is_kept_longer_from_the_open_card_and_nothing_is_named(kiosk: Station) -> None:
    card, (stick, tongs) = has(kiosk, STICK, TONGS, days=30)
    before = due(kiosk, stick), due(kiosk, tongs)

    kiosk.scan(card, OPEN, said(before[1]), "1 Behold alt lenger")
    kiosk.press("1", LONGER, "1 ting: lever tilbake senest")
    kiosk.says_no("STOKK", "GRIPETANG")

    after = due(kiosk, stick), due(kiosk, tongs)
    assert after[0] > before[0]
    assert after[1] > before[1]
    kiosk.says(said(after[0]), said(after[1]))
    kiosk.press(ENTER, OPEN, said(after[1]))


def test_keeping_longer_is_undone_after_one_question_and_the_old_date_holds(kiosk: Station) -> None:
    card, (stick,) = has(kiosk, STICK, days=30)
    before = due(kiosk, stick)

    kiosk.scan(card, OPEN)
    kiosk.press("1", LONGER)
    kiosk.press(MINUS, "Vil du angre forlengelsen?", said(before))
    kiosk.press(MINUS, LONGER)
    kiosk.press(MINUS, "Vil du angre forlengelsen?")
    kiosk.press(ENTER, "Det er angret", f"senest {said(before)}, som før")

    assert due(kiosk, stick) == before


def test_what_somebody_waits_for_is_not_kept_longer_and_the_rest_is(kiosk: Station) -> None:
    card, (stool, stick) = has(kiosk, STOOL, STICK, days=30)
    kiosk.house.queues(kiosk.house.confirmed("Per Prøvesen"), STOOL)
    before = due(kiosk, stool), due(kiosk, stick)

    kiosk.scan(card, OPEN)
    kiosk.press("1", LONGER, "1 ting: lever tilbake senest", "Noen venter på 1 ting.")
    kiosk.press("2", "Er kortet ditt?")
    kiosk.dial("2345", "Dette har du lånt", "1 Dusjkrakk")
    kiosk.press("1", "Noen venter på den, så den kan ikke beholdes lenger.")

    assert due(kiosk, stool) == before[0]
    assert due(kiosk, stick) > before[1]


def test_a_thing_in_hand_is_kept_longer_although_it_was_scanned_with_the_card(kiosk: Station) -> None:
    """Number 42 of the bad inputs: already on loan to the same person, so it is asked what is meant."""
    card, (stick,) = has(kiosk, STICK, days=30)
    before = due(kiosk, stick)

    kiosk.scan(card, OPEN)
    kiosk.scan(stick, "Denne har du på lån", said(before), "2 Behold den lenger")
    kiosk.press("2", LONGER, "STOKK, REGULERBAR")
    kiosk.says(f"Lever tilbake senest {said(due(kiosk, stick))}.")

    assert due(kiosk, stick) > before
    assert kiosk.lent_to(stick, card), "one open loan, as before"


def test_a_thing_in_hand_that_somebody_waits_for_is_not_kept_longer(kiosk: Station) -> None:
    card, (board,) = has(kiosk, BOARD, days=30)
    kiosk.house.queues(kiosk.house.confirmed("Per Prøvesen"), BOARD)
    before = due(kiosk, board)

    kiosk.scan(card, OPEN)
    kiosk.scan(board, "Denne har du på lån")
    kiosk.press("2", UNCHANGED, "BADEKARBRETT", "Noen venter på den", f"Lever tilbake senest {said(before)}.")
    kiosk.press(ENTER, OPEN)

    assert due(kiosk, board) == before


def test_what_has_been_out_for_long_is_asked_about_first(kiosk: Station) -> None:
    card, (stick, tongs) = has(kiosk, STICK, TONGS, days=95)
    before = due(kiosk, stick)

    kiosk.scan(card, OPEN)
    kiosk.press("1", STILL, "Du har hatt 2 ting lenge.", "1 nei, jeg leverer det tilbake")
    kiosk.says_no("STOKK", "NAV")
    kiosk.press("1", "når som helst på døgnet", "Du trenger ikke noe kort til det.")
    assert due(kiosk, stick) == before
    kiosk.press(ENTER, OPEN)
    kiosk.press("1", STILL)
    kiosk.press(ENTER, LONGER)

    assert due(kiosk, stick) > before
    assert due(kiosk, tongs) > before


def test_what_nav_has_taken_over_stays_at_home_and_somebody_rings(kiosk: Station) -> None:
    card, (stick,) = has(kiosk, STICK, phone="40612346", days=95)
    (loan,) = kiosk.house.loans(stick)

    kiosk.scan(card, OPEN)
    kiosk.press("2", "Er kortet ditt?")
    kiosk.dial("2346", "Dette har du lånt")
    kiosk.press(ENTER, OPEN)
    kiosk.press("1", STILL, "STOKK, REGULERBAR", "2 Den blir hos meg: NAV har overtatt den")
    kiosk.press("2", "Har NAV overtatt den?")
    kiosk.press(MINUS, STILL)
    kiosk.press("2", "Har NAV overtatt den?")
    kiosk.press(ENTER, "Takk for at du sa fra", "Den blir hos deg.", "Vi spør NAV og ringer deg.")

    assert kiosk.house.state(stick) is State.KEPT
    assert kiosk.ended(stick) == ["kept"]
    assert [row.why for row in kiosk.rows(tables.ring, subject=loan.key)] == ["kept"]


def test_nothing_on_loan_and_one_is_a_wrong_key(kiosk: Station) -> None:
    card = kiosk.house.confirmed()

    kiosk.scan(card, OPEN, "Du har ingenting på lån.")
    kiosk.press("1", "Bruk tallene, Enter, - og +.")
    kiosk.press(ENTER, "Takk")


def test_a_thing_that_came_home_while_the_card_was_open_is_not_kept_longer(kiosk: Station) -> None:
    card, (stick,) = has(kiosk, STICK, days=30)

    kiosk.scan(card, OPEN, "Du har 1 ting på lån.")
    kiosk.house.brings(stick)
    kiosk.press("1", OPEN, "Du har ingenting på lån.")

    assert kiosk.ended(stick) == ["returned"]


# --- where it cannot go on ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def short(new_station: NewStation) -> Station:
    """A kiosk of a house that lends for 100 days at most and lets a loan be kept longer once."""
    return new_station(phones=PHONES, rules_cap_days="120", rules_max_renewals="1")


def test_renewed_as_often_as_can_be_it_stays_and_says_whom_to_call(short: Station) -> None:
    short.start_over()
    card, (tongs,) = has(short, TONGS, days=5)
    short.scan(card, OPEN)
    short.press("1", LONGER)
    short.press(ENTER, OPEN)
    short.start_over()
    short.clock.jump(days=3)
    before = due(short, tongs)

    short.scan(card, OPEN)
    short.press(
        "1", UNCHANGED, "1 ting er forlenget så mange ganger som det går an.", "Ring Hjelpemiddellageret"
    )

    assert due(short, tongs) == before
    assert short.house.counted()[(Reason.RENEWALS_USED, TONGS)] >= 1


def test_past_the_short_term_it_is_said_whose_job_it_is_now(short: Station) -> None:
    short.start_over()
    card, (stick,) = has(short, STICK, days=60)
    before = due(short, stick)

    short.scan(card, OPEN)
    short.press("1", UNCHANGED, "er det NAV som skal hjelpe deg.", "Ring Hjelpemiddellageret, 55 56 78 90.")
    short.press(ENTER, OPEN)
    short.scan(stick, "Denne har du på lån")
    short.press("2", UNCHANGED, "STOKK, REGULERBAR", "er det NAV som skal hjelpe deg.")

    assert due(short, stick) == before


def test_a_loan_towards_the_cap_is_short_and_says_whose_job_it_is_now(short: Station) -> None:
    short.start_over()
    card = short.house.confirmed()
    house: House = short.house
    first = house.stands(STICK)
    house.lends(card, first)
    short.clock.jump(days=60)
    house = short.house
    house.brings(first)
    second = house.stands(STICK)
    short.start_over()

    short.scan(second, "Vil du låne denne?")
    short.scan(card, "Lånet er i orden", "er det NAV som skal hjelpe deg.", "Ring Hjelpemiddellageret")

    assert WELCOME not in short.said
