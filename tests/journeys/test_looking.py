"""What is free now: by kind of thing, by the label of a shelf or of a line, and things that are counted."""

from __future__ import annotations

import pytest

from depot import codes, quantities, tables
from depot.codes import Kind, mint
from depot.states import Fact
from tests.depot.house import HOIST, STICK, STOOL, TONGS
from tests.journeys.station import ENTER, FINISH, MINUS, WELCOME, Station

KINDS = "1 Til å gå med"
TRAY = "WLK-12"
"""Counted, not labelled, in the packaged catalogue."""
SLIDE, BATH_SEAT, CUSHION, FRAME = "REA-02", "BTH-04", "WHC-05", "WLK-05"


def label(kiosk: Station, line: str) -> str:
    """The code that a line's shelf label carries."""
    (row,) = kiosk.rows(tables.product, code=line)
    return str(row.label)


@pytest.fixture
def trays(kiosk: Station) -> Station:
    """A kiosk beside a shelf on which four trays were counted just now."""
    kiosk.house.do(quantities.counted, line=TRAY, n=4, shelf=kiosk.house.shelf("A3"))
    return kiosk


def left(kiosk: Station) -> int:
    (row,) = kiosk.rows(tables.quantity, product=TRAY)
    return int(row.n)


# --- by kind ----------------------------------------------------------------------------------------


def test_from_the_first_screen_to_the_shelf_and_back_page_by_page(kiosk: Station) -> None:
    kiosk.house.stand(2, STOOL, "C3")
    before = kiosk.stored()

    kiosk.press("1", "Hva er ledig nå?", KINDS, "4 Til bad og dusj 2 ledige", "7 Til å sitte på ingen ledige")
    kiosk.press("4", "Til bad og dusj", "1 Dusjkrakk 2 ledige, hylle C3", "ingen ledige")
    kiosk.press("1", "DUSJKRAKK", "2 er ledige her, på hylle C3.", "Ta en fra hyllen og skann den.")
    kiosk.says("Tåler inntil 130 kg.")
    kiosk.says_no("venteliste")
    kiosk.press(MINUS, "1 Dusjkrakk")
    kiosk.press(MINUS, "4 Til bad og dusj")
    kiosk.press(MINUS, WELCOME)

    assert kiosk.stored() == before
    kiosk.press("1", KINDS)
    kiosk.press("4", "1 Dusjkrakk")
    kiosk.press(ENTER, WELCOME)


def test_a_kind_with_many_lines_goes_on_with_nine_and_begins_again(kiosk: Station) -> None:
    kiosk.press("1", KINDS)
    kiosk.press("1", "1 Albuekrykker, voksen (par)", "9 vis flere")
    kiosk.press("9", "1 Rullator, innendørs")
    kiosk.says_no("Albuekrykker")
    kiosk.press("9", "Brett til rullator")
    kiosk.press("9", "1 Albuekrykker, voksen (par)")
    kiosk.press("6", "Bruk tallene, Enter, - og +.")


def test_the_last_is_out_and_the_page_says_when_one_is_expected_and_nothing_of_who_has_it(
    kiosk: Station,
) -> None:
    item = kiosk.house.stands(TONGS, "D2")
    kiosk.house.lends(kiosk.house.confirmed("Ola Annensen"), item)

    kiosk.scan(label(kiosk, TONGS), "GRIPETANG", "Ingen er ledige her nå.", "mandag 15. mars 2027")
    kiosk.says("1 Sett meg på ventelisten")
    kiosk.says_no("Annensen", "12. mars", "kort …")


def test_nobody_knows_when(kiosk: Station) -> None:
    kiosk.scan(label(kiosk, BATH_SEAT), "BADEKARSETE", "Vi vet ikke ennå når en kommer tilbake.")


def test_a_line_that_must_be_fitted_says_so_and_offers_no_list(kiosk: Station) -> None:
    kiosk.house.change(tables.product, code=HOIST, inspection_days=0)
    kiosk.house.stands(HOIST, "E2")

    kiosk.scan(label(kiosk, HOIST), "PERSONLØFTER, MOBIL", "1 er ledig her.", "Noen må tilpasse den til deg")
    kiosk.says_no("venteliste")
    kiosk.press("1", "Bruk tallene, Enter, - og +.")


# --- labels of shelves ------------------------------------------------------------------------------


def test_the_label_of_a_shelf_says_what_is_on_it(kiosk: Station) -> None:
    kiosk.house.stands(FRAME, "A7")
    kiosk.scan(kiosk.house.shelf("A7"), "GÅSTATIV", "1 er ledig her, på hylle A7.")
    kiosk.house.stands(SLIDE, "A7")

    kiosk.clock.jump(seconds=3)
    kiosk.scan(kiosk.house.shelf("A7"), "Dette står på hyllen", "1 Gåstativ", "2 Strømpepåtrekker")
    kiosk.press("2", "STRØMPEPÅTREKKER")
    kiosk.press(MINUS, "Dette står på hyllen")
    kiosk.scan(mint(Kind.SHELF, "9999001"), "Dette er lappen på en hylle")


def test_a_thing_that_is_scanned_meanwhile_is_borrowed_as_everywhere(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()

    kiosk.press("1", KINDS)
    kiosk.scan(item, "Vil du låne denne?", "STOKK, REGULERBAR")
    kiosk.scan(card, "Lånet er i orden")
    kiosk.scan(label(kiosk, STICK), "STOKK, REGULERBAR", "1 ting")
    kiosk.press(MINUS, "Kortet ditt er åpent")

    assert kiosk.lent_to(item, card)


def test_somebody_else_reads_it_in_their_own_language(kiosk: Station) -> None:
    kiosk.press("9", "English")
    kiosk.press("4", "What is free now?")
    kiosk.press("1", "1 For walking", "Type the digits of your place on a waiting list")
    kiosk.press("1", "1 Elbow crutches", "more of them")


def test_who_does_not_work_it_out_presses_three(kiosk: Station) -> None:
    kiosk.press("3", "Jeg leverer noe uten lapp")
    kiosk.press(ENTER, WELCOME)


def test_a_cannot_be_borrowed_page_leads_to_when_there_will_be_one(kiosk: Station) -> None:
    item, card = kiosk.house.stands(CUSHION), kiosk.house.confirmed()
    kiosk.house.change(tables.product, code=CUSHION, self_service=True)
    kiosk.house.lends(card, item)
    kiosk.house.brings(item)
    kiosk.clock.jump(minutes=11)

    kiosk.scan(item, "Denne kan du ikke låne nå", "ikke vasket ennå", "1 Når blir en ledig?")
    kiosk.press("1", "SITTEPUTE, TRYKKFORDELENDE", "En ventes tilbake rundt onsdag 13. januar 2027")


# --- what is counted --------------------------------------------------------------------------------


def test_a_tray_is_taken_without_a_card_and_the_taking_undone(trays: Station) -> None:
    trays.scan(label(trays, TRAY), "BRETT TIL RULLATOR", "Det ligger 4 på hylle A3.", "Du trenger ikke kort.")
    trays.press("1", "Det er notert", "Du tar 1.", "- angre")
    assert left(trays) == 3

    trays.press(MINUS, "Vil du angre dette?")
    trays.press(MINUS, "Det er notert")
    trays.press(MINUS, "Vil du angre dette?")
    trays.press(ENTER, "Det er angret", "BRETT TIL RULLATOR")
    assert left(trays) == 4
    assert not trays.rows(tables.loan, product=TRAY)


def test_several_are_taken_and_brought_back(trays: Station) -> None:
    trays.scan(label(trays, TRAY), "2 Jeg tar flere")
    trays.press("2", "Hvor mange tar du?", "Trykk på et tall fra 1 til 9.")
    trays.press("3", "Det er notert", "Du tar 3.")
    assert left(trays) == 1

    trays.clock.jump(seconds=3)
    trays.scan(label(trays, TRAY), "Det ligger 1 på hylle A3.")
    trays.press("3", "Hvor mange leverer du tilbake?")
    trays.press("2", "Takk!", "Du leverer 2 tilbake.", "Legg på hylle A3.")
    assert left(trays) == 3


def test_more_than_were_counted_are_noted_and_nobody_is_blamed(trays: Station) -> None:
    trays.scan(label(trays, TRAY), "Det ligger 4 på hylle A3.")
    trays.press("2", "Hvor mange tar du?")
    trays.press("7", "Det er notert", "Du tar 7.", "Vi trodde det var færre. Vi teller over.")

    assert left(trays) == 0
    assert Fact.QUANTITY_TAKEN in {one.kind for one in trays.house.events()}
    trays.clock.jump(seconds=3)
    trays.scan(label(trays, TRAY), "Det kan være tomt. Ser du en, så ta den.")
    trays.scan(FINISH, "Takk, og ha det godt!")


def test_the_digits_of_a_line_that_a_scanner_types_whole_do_as_well(kiosk: Station) -> None:
    whole = label(kiosk, STOOL)
    kiosk.scan(whole.lower(), "DUSJKRAKK")
    assert codes.digits(whole) not in kiosk.said
