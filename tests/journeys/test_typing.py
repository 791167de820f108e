"""Digits typed by hand: labels, cards, and the last four that show whose a card is."""

from __future__ import annotations

import pytest

from depot import attempts, codes, tables
from depot.outcomes import Reason
from depot.states import State
from tests.depot.house import NO_SUCH_CARD, NO_SUCH_ITEM, STICK, STOOL
from tests.journeys.station import ENTER, MINUS, WELCOME, Station

AGAIN = "Vi kjenner ikke disse tallene. Se på dem en gang til."
WRONG_FOUR = "Tallene passer ikke til kortet. Prøv en gang til, eller skann kortet."
FIVE_TIMES = "Tallene passet ikke til kortet"
PAUSED = "Kort kan ikke tastes akkurat nå"


def types_card(kiosk: Station, item: str, card: str, *says: str) -> None:
    """Scan a thing and type a card's digits for it."""
    kiosk.scan(item, "Vil du låne denne?", codes.spoken(item))
    kiosk.press("0", "Det står åtte tall på kortet.")
    kiosk.dial(codes.digits(card), *says)


# --- labels -----------------------------------------------------------------------------------------


def test_a_mistyped_digit_is_noticed_before_anything_is_looked_up(kiosk: Station) -> None:
    item = kiosk.house.stands(STICK)
    right = codes.digits(item)
    slip = right[:7] + str((int(right[7]) + 1) % 10)
    asked = kiosk.log.read_text("utf-8").count("AskWhatItIs")

    kiosk.press("0", "Det står åtte tall på den gule lappen.")
    kiosk.dial(slip, AGAIN)
    assert kiosk.log.read_text("utf-8").count("AskWhatItIs") == asked
    kiosk.press(",", "Komma tar bort det siste tallet.")
    kiosk.dial(right[7], "Er det denne?", "STOKK, REGULERBAR")


@pytest.mark.parametrize("typed", ["", "0004217", "000421771", "0" * 12])
def test_too_few_or_too_many_digits_are_asked_for_once_more(kiosk: Station, typed: str) -> None:
    kiosk.press("0", "Det står åtte tall på den gule lappen.")
    kiosk.dial(typed, AGAIN)
    kiosk.press(MINUS, WELCOME)


def test_digits_of_nothing_are_counted_and_asked_for_once_more(kiosk: Station) -> None:
    counted = kiosk.house.counted().get((Reason.UNKNOWN_CODE, ""), 0)

    kiosk.press("0", "Det står åtte tall på den gule lappen.")
    kiosk.dial(codes.digits(NO_SUCH_ITEM), AGAIN)

    assert kiosk.house.counted()[(Reason.UNKNOWN_CODE, "")] == counted + 1


def test_a_thirteenth_digit_gets_the_soft_sound(kiosk: Station) -> None:
    kiosk.press("0", "Det står åtte tall på den gule lappen.")
    kiosk.forget_bells()
    kiosk.press("0123456789012", "Bruk tallene, Enter, - og +.")
    kiosk.rings(2)


def test_the_eraser_with_nothing_to_erase_gets_the_soft_sound(kiosk: Station) -> None:
    kiosk.press("0", "Det står åtte tall på den gule lappen.")
    kiosk.forget_bells()
    kiosk.press(",", "Bruk tallene, Enter, - og +.")
    kiosk.rings(2)


@pytest.mark.parametrize(
    "eraser", [",", ".", "\x7f", "\x1b[3~"], ids=["comma", "point", "backspace", "delete"]
)
def test_a_digit_is_taken_away(kiosk: Station, eraser: str) -> None:
    kiosk.press("0", "Det står åtte tall på den gule lappen.")
    kiosk.press("12", "12__ ____")
    kiosk.terminal.press([eraser])
    kiosk.says("1___ ____")


def test_a_scan_while_a_label_is_typed_is_what_counts(kiosk: Station) -> None:
    item = kiosk.house.stands(STICK)

    kiosk.press("0", "Det står åtte tall på den gule lappen.")
    kiosk.press("00", "00__ ____")
    kiosk.scan(item, "Vil du låne denne?", "STOKK, REGULERBAR")


# --- cards ------------------------------------------------------------------------------------------


def test_a_typed_card_is_opened_by_the_last_four_of_its_phone(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.starter("40612345")

    types_card(kiosk, item, card, "Er kortet ditt?", "_ _ _ _")
    kiosk.press("23", "● ● _ _")
    kiosk.says_no("23")
    kiosk.press(",,2345" + ENTER, "Lånet er i orden", "1 ting")

    assert kiosk.lent_to(item, card)


def test_wrong_digits_are_asked_for_once_more_and_the_right_ones_open_it(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.starter("40612346")

    types_card(kiosk, item, card, "Er kortet ditt?")
    kiosk.dial("2345", WRONG_FOUR, "_ _ _ _")
    assert kiosk.house.state(item) is State.AVAILABLE
    kiosk.dial("2346", "Lånet er i orden")

    assert kiosk.lent_to(item, card)
    assert kiosk.rows(tables.attempt, subject=card) == [], "the right answer forgives the wrong ones"


def test_five_wrong_answers_for_one_card_and_no_more_that_hour(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.starter("40612347")

    types_card(kiosk, item, card, "Er kortet ditt?")
    for _ in range(4):
        kiosk.dial("0000", WRONG_FOUR)
        kiosk.press("1", "● _ _ _")
        kiosk.press(",", "_ _ _ _")
    kiosk.dial("0000", FIVE_TIMES, "Skann kortet ditt, eller ta et nytt fra esken.")
    kiosk.press(ENTER, WELCOME)
    types_card(kiosk, item, card, "Er kortet ditt?")
    kiosk.dial("2347", FIVE_TIMES)
    kiosk.press(ENTER, WELCOME)

    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.start_over()
    kiosk.clock.jump(hours=1)
    types_card(kiosk, item, card, "Er kortet ditt?")
    kiosk.dial("2347", "Lånet er i orden")


def test_an_unknown_card_and_wrong_digits_get_the_same_answers(kiosk: Station) -> None:
    """Number 32 of the bad inputs."""
    item, card = kiosk.house.stands(STICK), kiosk.house.starter("40612348")
    screens = []

    types_card(kiosk, item, card, "Er kortet ditt?")
    screens.append(kiosk.terminal.settle(0.1))
    for _ in range(5):
        kiosk.terminal.send(b"0000\r")
        screens.append(kiosk.terminal.settle(0.4))
    kiosk.press(ENTER, WELCOME)
    assert [WRONG_FOUR in " ".join(one.split()) for one in screens] == [False, *[True] * 4, False]

    types_card(kiosk, item, NO_SUCH_CARD, "Er kortet ditt?")
    for number, screen in enumerate(screens):
        kiosk.terminal.send(b"0000\r" if number else b"")
        shows(kiosk, screen)


def shows(kiosk: Station, screen: str) -> None:
    kiosk.terminal.wait_until(lambda: kiosk.terminal.text == screen, what=screen)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("\r", WRONG_FOUR),
        ("234\r", WRONG_FOUR),
        ("2" * 200, "Bruk tallene, Enter, - og +."),
        ("2" * 1000, "Vi kjenner ikke denne lappen"),
    ],
    ids=["none", "three", "two hundred", "a thousand"],
)
def test_the_last_four_are_four_digits_or_are_not_looked_at(kiosk: Station, typed: str, says: str) -> None:
    """Number 34 of the bad inputs."""
    item, card = kiosk.house.stands(STICK), kiosk.house.starter()
    asked = kiosk.log.read_text("utf-8").count("CheckLastFour")

    types_card(kiosk, item, card, "Er kortet ditt?")
    kiosk.terminal.send(typed.encode())
    kiosk.says(says)

    assert kiosk.log.read_text("utf-8").count("CheckLastFour") == asked
    assert kiosk.rows(tables.attempt, subject=card) == []


def test_letters_are_no_digits_of_a_number(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.starter("40612350")

    types_card(kiosk, item, card, "Er kortet ditt?")
    kiosk.forget_bells()
    kiosk.press("x", "_ _ _ _", "Bruk tallene, Enter, - og +.")
    kiosk.rings(2)


def test_minus_leads_from_the_typed_card_back_to_the_thing(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.starter("40612351")

    types_card(kiosk, item, card, "Er kortet ditt?")
    kiosk.press(MINUS, "Vil du låne denne?", codes.spoken(item))
    kiosk.press("0", "Det står åtte tall på kortet.")
    kiosk.press(MINUS, "Vil du låne denne?", codes.spoken(item))


def test_a_card_may_be_typed_in_answer_to_whose_loan_it_is(kiosk: Station) -> None:
    item, gone, here = kiosk.house.stands(STOOL), kiosk.house.confirmed(), kiosk.house.starter("40612352")

    kiosk.scan(gone, "Kortet ditt er åpent")
    kiosk.clock.jump(seconds=16)
    kiosk.scan(item, "Hvem skal låne denne?")
    kiosk.press("0", "Det står åtte tall på kortet.")
    kiosk.press(MINUS, "Hvem skal låne denne?")
    kiosk.press("0", "Det står åtte tall på kortet.")
    kiosk.dial(codes.digits(here), "Er kortet ditt?")
    kiosk.dial("2352", "Lånet er i orden", f"kort … {codes.digits(here)[-2:]}", "1 ting")

    assert kiosk.lent_to(item, here)


def test_ten_unknown_cards_pause_typed_cards_and_a_restart_does_not_forget_it(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.starter("40612353")
    kiosk.clock.jump(minutes=11)  # whatever was typed before
    for _ in range(7):
        kiosk.house.ledger.perform(
            lambda conn, _: attempts.note(conn, attempts.Kind.CARD_TYPED, "", now=kiosk.clock.now())
        )

    for number in range(3):
        one = codes.mint(codes.Kind.CARD, f"99991{number:02d}")
        types_card(kiosk, item, one, "Er kortet ditt?")
        kiosk.press(MINUS, "Vil du låne denne?")
        kiosk.press(MINUS, WELCOME)
    types_card(kiosk, item, card, PAUSED, "Du kan taste igjen om ti minutter.")
    kiosk.kill()
    kiosk.start()
    types_card(kiosk, item, card, PAUSED)
    kiosk.press(ENTER, WELCOME)

    kiosk.scan(item, "Vil du låne denne?")
    kiosk.scan(card, "Lånet er i orden")
    kiosk.start_over()
    kiosk.clock.jump(minutes=10)
    types_card(kiosk, kiosk.house.stands(STICK), card, "Er kortet ditt?")
