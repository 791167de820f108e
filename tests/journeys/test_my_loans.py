"""Seeing what one has on loan: asked for, shown for this visit only, and never needed to keep it longer."""

from __future__ import annotations

import pytest

from depot import attempts, codes, pins, tables
from depot.own import Kind, mint
from tests.depot.house import CRUTCHES, ROLLATOR, STICK, STOOL, TONGS
from tests.journeys.conftest import NewStation
from tests.journeys.station import ENTER, HINT, MINUS, WELCOME, Station
from tests.journeys.test_renewing import LONGER, OPEN, due, has, said

IS_IT_YOURS = "Er kortet ditt?"
LIST = "Dette har du lånt"
SHOW = "Hold kortet ditt under det røde lyset."
AGAIN = "Tallene passer ikke til kortet. Prøv en gang til."
NO_MORE = "Tallene passet ikke til kortet"
NUMBER, FOUR = "40612346", "2346"


def test_from_the_first_screen_the_card_and_four_digits_show_what_is_on_loan(kiosk: Station) -> None:
    card, (rollator, stick) = has(kiosk, ROLLATOR, STICK, phone=NUMBER, days=2)

    kiosk.press("2", SHOW)
    kiosk.scan(card, IS_IT_YOURS, "_ _ _ _")
    kiosk.press(FOUR[:2], "● ● _ _")
    kiosk.says_no(FOUR[:2])
    kiosk.dial(FOUR[2:], LIST, "1 Rullator, innendørs", "2 Stokk, regulerbar", "til ")
    kiosk.press("2", "Denne har du på lån", "STOKK, REGULERBAR", codes.spoken(stick), said(due(kiosk, stick)))
    kiosk.press(MINUS, LIST)
    before = due(kiosk, rollator)
    kiosk.press("1", "RULLATOR, INNENDØRS", codes.spoken(rollator), "1 Behold den lenger")
    kiosk.press("1", LONGER, "RULLATOR, INNENDØRS")

    assert due(kiosk, rollator) > before


def test_what_was_seen_is_seen_for_this_visit_only(kiosk: Station) -> None:
    card, _ = has(kiosk, STICK, phone=NUMBER)
    other, _ = has(kiosk, TONGS, phone="40612347")

    kiosk.scan(card, OPEN)
    kiosk.press("2", IS_IT_YOURS)
    kiosk.dial(FOUR, LIST)
    kiosk.press(ENTER, OPEN)
    kiosk.press("2", LIST)
    kiosk.press(ENTER, OPEN)
    kiosk.scan(other, OPEN)
    kiosk.press("2", IS_IT_YOURS)
    kiosk.press(MINUS, OPEN)
    kiosk.scan(card, OPEN)
    kiosk.press("2", IS_IT_YOURS)
    kiosk.dial(FOUR, LIST)
    kiosk.start_over()
    kiosk.scan(card, OPEN)
    kiosk.press("2", IS_IT_YOURS)


def test_the_list_is_blanked_when_somebody_walks_away(kiosk: Station) -> None:
    """Number 38 of the bad inputs, with the most that a screen ever shows of anybody."""
    card, _ = has(kiosk, STICK, phone=NUMBER)

    kiosk.scan(card, OPEN)
    kiosk.press("2", IS_IT_YOURS)
    kiosk.dial(FOUR, LIST, "Stokk, regulerbar")
    kiosk.clock.jump(seconds=61)
    kiosk.says("Trenger du mer tid?")
    kiosk.says_no("Stokk")
    kiosk.clock.jump(seconds=31)
    kiosk.says(WELCOME)


def test_five_wrong_answers_and_no_more_over_a_restart_but_keeping_longer_works(kiosk: Station) -> None:
    """Number 33 of the bad inputs; there is no network to be without, so it holds offline, too."""
    card, (stick,) = has(kiosk, STICK, phone=NUMBER, days=5)
    before = due(kiosk, stick)

    kiosk.scan(card, OPEN)
    kiosk.press("2", IS_IT_YOURS)
    for _ in range(4):
        kiosk.dial("0000", AGAIN, "_ _ _ _")
        kiosk.press("1", "● _ _ _")
        kiosk.press(",", "_ _ _ _")
    kiosk.dial("0000", NO_MORE, "Du kan prøve igjen om en time.", "1 Behold alt lenger")
    kiosk.kill()
    kiosk.start()
    kiosk.scan(card, OPEN)
    kiosk.press("2", IS_IT_YOURS)
    kiosk.dial(FOUR, NO_MORE, "Du kan beholde alt lenger likevel.")
    kiosk.press("1", LONGER, "1 ting: lever tilbake senest")
    kiosk.says_no("STOKK")

    assert due(kiosk, stick) > before
    kiosk.start_over()
    kiosk.clock.jump(hours=1)
    kiosk.scan(card, OPEN)
    kiosk.press("2", IS_IT_YOURS)
    kiosk.dial(FOUR, LIST)
    assert kiosk.rows(tables.attempt, subject=card) == [], "the right answer forgives the wrong ones"


@pytest.mark.parametrize("typed", ["", "234", "23 "], ids=["none", "three", "a letter"])
def test_too_few_digits_are_no_try(kiosk: Station, typed: str) -> None:
    card, _ = has(kiosk, STICK, phone=NUMBER)

    kiosk.scan(card, OPEN)
    kiosk.press("2", IS_IT_YOURS)
    kiosk.press(typed + ENTER, AGAIN)

    assert kiosk.rows(tables.attempt, subject=card) == []


def test_a_card_typed_by_hand_has_shown_whose_it_is(kiosk: Station) -> None:
    card, _ = has(kiosk, STICK, phone=NUMBER)

    kiosk.press("2", SHOW)
    kiosk.press("0", "Det står åtte tall på kortet.")
    kiosk.press(MINUS, SHOW, "0 Tast tallene på kortet")
    kiosk.press("0", "Det står åtte tall på kortet.")
    kiosk.dial(codes.digits(card), IS_IT_YOURS)
    kiosk.dial(FOUR, LIST, "Stokk, regulerbar")
    kiosk.press(ENTER, OPEN)


def test_a_typed_card_that_nobody_has_gets_the_same_question(kiosk: Station) -> None:
    """Number 32 of the bad inputs: an unknown card and wrong digits are answered alike."""
    card, _ = has(kiosk, STICK, phone=NUMBER)
    answers = []

    for one in (card, mint(Kind.CARD, "9999123")):
        kiosk.start_over()
        kiosk.press("2", SHOW)
        kiosk.press("0", "Det står åtte tall på kortet.")
        kiosk.dial(codes.digits(one), IS_IT_YOURS)
        kiosk.dial("0000", "Tallene passer ikke til kortet.")
        answers.append(kiosk.terminal.settle(0.1))

    assert answers[0] == answers[1]


def test_what_does_not_fit_on_a_page_comes_on_the_next(kiosk: Station) -> None:
    card, _ = has(kiosk, *[STICK] * 5, TONGS, phone=NUMBER)

    kiosk.scan(card, OPEN, "Du har 6 ting på lån.")
    kiosk.press("2", IS_IT_YOURS)
    kiosk.dial(FOUR, LIST, "4 Stokk, regulerbar", "9 vis flere")
    kiosk.press("5", HINT)
    kiosk.press("9", "2 Stokk, regulerbar")
    kiosk.says_no("3 Stokk")
    kiosk.press("9", "4 Stokk, regulerbar")


def test_a_pair_is_one_line_with_both_its_labels(kiosk: Station) -> None:
    card = kiosk.house.confirmed(phone=f"+47{NUMBER}")
    left, right = kiosk.house.stand(2, CRUTCHES)
    kiosk.house.lends(card, right, joins=kiosk.house.lends(card, left).deed)
    kiosk.clock.jump(days=5)
    kiosk.start_over()
    kiosk.scan(card, OPEN, "Du har 1 ting på lån.")
    kiosk.press("2", IS_IT_YOURS)
    kiosk.dial(FOUR, LIST, "1 Albuekrykker, voksen (par)")
    kiosk.press("1", codes.spoken(left), codes.spoken(right))
    kiosk.press("1", LONGER)

    assert due(kiosk, left) == due(kiosk, right)


def test_a_place_on_the_waiting_list_stands_there_too_and_is_given_up(kiosk: Station) -> None:
    card, (stool,) = has(kiosk, STOOL, phone=NUMBER)
    waits = kiosk.house.confirmed("Per Prøvesen", phone="+4740612348")
    held = kiosk.house.queues(waits, STOOL)

    kiosk.scan(waits, OPEN, "Du har ingenting på lån.")
    kiosk.press("2", IS_IT_YOURS)
    kiosk.dial("2348", LIST, "1 Dusjkrakk venteliste, nummer 1")
    kiosk.press("1", "DUSJKRAKK", codes.spoken(held.slip))
    kiosk.press(MINUS, LIST)
    kiosk.press("1", "DUSJKRAKK")
    kiosk.press("1", "Trenger du den ikke lenger?")
    kiosk.press(ENTER, "Du er tatt av ventelisten")

    assert kiosk.house.hold(held.key).state == "cancelled"
    assert kiosk.lent_to(stool, card)


def test_a_blocked_card_shows_nothing_and_keeps_what_it_has(kiosk: Station) -> None:
    """Number 35 of the bad inputs: every station has its own list of who is blocked, with or without a network."""
    card, (stick,) = has(kiosk, STICK, phone=NUMBER)
    kiosk.house.change(tables.card, code=card, blocked="desk")

    kiosk.press("2", SHOW)
    kiosk.scan(card, "Dette kortet kan ikke brukes nå", "Det du har lånt, er fortsatt i orden.")
    kiosk.press(ENTER, WELCOME)

    assert kiosk.lent_to(stick, card)


def test_a_thing_scanned_where_digits_are_wanted_is_what_counts(kiosk: Station) -> None:
    card, _ = has(kiosk, STICK, phone=NUMBER)
    tongs = kiosk.house.stands(TONGS)

    kiosk.scan(card, OPEN)
    kiosk.press("2", IS_IT_YOURS)
    kiosk.scan(tongs, "Lånet er i orden", "GRIPETANG")

    assert kiosk.lent_to(tongs, card)


# --- other houses ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def careful(new_station: NewStation) -> Station:
    """A kiosk of a house that asks for a PIN."""
    return new_station(kiosk_see="pin")


def test_with_a_pin_the_card_is_not_enough_and_nor_are_the_four_digits(careful: Station) -> None:
    careful.start_over()
    card, _ = has(careful, STICK, phone=NUMBER)
    careful.house.at_desk(pins.set_pin, card, "271828")

    careful.press("2", SHOW)
    careful.press("0", "Det står åtte tall på kortet.")
    careful.dial(codes.digits(card), IS_IT_YOURS)
    careful.dial(FOUR, "Tast koden til kortet")
    careful.dial("0000", "Koden passer ikke til kortet. Prøv en gang til.")
    careful.dial("123", "Koden passer ikke til kortet. Prøv en gang til.")
    assert len(careful.rows(tables.attempt, subject=card, kind=attempts.Kind.PIN.value)) == 1
    careful.press("271828", "● ● ● ● ● ●")
    careful.press(ENTER, LIST, "Stokk, regulerbar")


def test_five_wrong_pins_and_no_more(careful: Station) -> None:
    """Number 33 of the bad inputs."""
    careful.start_over()
    card, _ = has(careful, STICK)
    careful.house.at_desk(pins.set_pin, card, "2718")

    careful.scan(card, OPEN)
    careful.press("2", "Tast koden til kortet")
    for _ in range(4):
        careful.dial("1111", "Koden passer ikke til kortet.", "_ _ _ _")
        careful.press("1", "● _ _ _")
        careful.press(",", "_ _ _ _")
    careful.dial("1111", NO_MORE, "1 Behold alt lenger")
    careful.press(ENTER, OPEN)
    careful.press("2", "Tast koden til kortet")
    careful.dial("2718", NO_MORE)


def test_a_card_without_a_pin_is_told_how_to_get_one_and_keeps_everything_longer(careful: Station) -> None:
    careful.start_over()
    card, (stick,) = has(careful, STICK, days=5)
    before = due(careful, stick)

    careful.scan(card, OPEN)
    careful.press("2", "Kortet har ingen kode ennå", "Spør oss, så får du en.")
    careful.press("1", LONGER)

    assert due(careful, stick) > before


@pytest.fixture(scope="module")
def trusting(new_station: NewStation) -> Station:
    """A kiosk of a house where the card is enough, and where little weight is asked about."""
    return new_station(kiosk_see="nothing", kiosk_weight_asked_below_kg="121")


def test_where_the_card_is_enough_it_shows_what_is_on_loan(trusting: Station) -> None:
    trusting.start_over()
    card, _ = has(trusting, STICK)

    trusting.press("2", SHOW)
    trusting.scan(card, LIST, "Stokk, regulerbar")


# --- what a thing bears ------------------------------------------------------------------------------


def test_what_a_thing_bears_is_said_before_it_is_borrowed(trusting: Station) -> None:
    trusting.start_over()
    stick, card = trusting.house.stands(STICK), trusting.house.confirmed()

    trusting.scan(stick, "Vil du låne denne?", "Tåler inntil 120 kg.")
    trusting.scan(card, "Lånet er i orden")

    assert trusting.lent_to(stick, card), "it was told, so it is not asked"


def test_with_the_card_open_it_is_asked_whether_a_thing_bears_enough(trusting: Station) -> None:
    trusting.start_over()
    stick, card = trusting.house.stands(STICK), trusting.house.confirmed()
    before = trusting.stored()

    trusting.scan(card, OPEN)
    trusting.scan(stick, "Tåler den nok?", "Tåler inntil 120 kg.", "nei, jeg setter den tilbake")
    trusting.press(MINUS, "Da låner du den ikke", "STOKK, REGULERBAR", "Sett den tilbake")
    assert trusting.stored() == before
    trusting.press(ENTER, OPEN)
    trusting.clock.jump(seconds=3)
    trusting.scan(stick, "Tåler den nok?")
    trusting.press(ENTER, "Lånet er i orden", "Tåler inntil 120 kg.")

    assert trusting.lent_to(stick, card)


def test_what_bears_enough_for_the_house_is_lent_at_once(trusting: Station) -> None:
    trusting.start_over()
    rollator, card = trusting.house.stands(ROLLATOR), trusting.house.confirmed()

    trusting.scan(card, OPEN)
    trusting.scan(rollator, "Lånet er i orden", "Tåler inntil 130 kg.")

    assert trusting.lent_to(rollator, card)
