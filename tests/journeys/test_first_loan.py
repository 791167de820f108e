"""Somebody who has never been here borrows something, and nobody is there but the kiosk."""

from __future__ import annotations

from depot import borrowers, codes, tables
from depot.states import State
from tests.depot.house import ROLLATOR, STICK, STOOL
from tests.journeys.conftest import NewStation
from tests.journeys.station import ENTER, MINUS, PLUS, WELCOME, Station

STARTER_DUE = "mandag 1. februar 2027"
"""21 days from Monday 11 January."""


def test_a_stranger_scans_a_thing_takes_a_card_types_a_number_and_has_borrowed(kiosk: Station) -> None:
    item, card = kiosk.house.stands(ROLLATOR), kiosk.house.card_from_box()

    kiosk.says(WELCOME, "Hold den gule lappen på hjelpemiddelet under det røde lyset til det piper.")
    kiosk.says("Første gang? Ta et kort fra esken.")
    kiosk.scan(item, "Vil du låne denne?", "RULLATOR, INNENDØRS", "Ta et fra esken og skann det.")
    assert kiosk.house.state(item) is State.AVAILABLE, "a question is not a loan"
    kiosk.scan(card, "Telefonnummeret ditt", "Vi spør ikke om navn.")
    kiosk.press("41234567", "41 23 45 67_", "Komma tar bort det siste tallet.")
    kiosk.press(ENTER, "Er nummeret riktig?", "41 23 45 67")
    assert kiosk.holder(card) is None, "a number is not a yes"
    kiosk.press(ENTER, "Lånet er i orden", "1 ting", "RULLATOR, INNENDØRS", codes.spoken(item))
    kiosk.says(f"kort … {codes.digits(card)[-2:]}", f"Lever tilbake senest {STARTER_DUE}.")
    kiosk.says("Prøv begge bremsene før du går.", "Tåler inntil 130 kg.", "Du er ferdig og kan gå.")

    assert kiosk.lent_to(item, card)
    (loan,) = kiosk.house.loans(item)
    assert (loan.due, loan.days, loan.flags) == ("2027-02-01", 21, "")
    (person,) = kiosk.rows(tables.borrower, id=kiosk.holder(card))
    assert (person.standing, person.phone, person.name) == ("starter", "+4741234567", None)

    kiosk.press(ENTER, "Takk, og ha det godt!", "Du har lånt 1 ting.")
    kiosk.clock.jump(seconds=9)
    kiosk.says(WELCOME)


def test_a_stranger_who_scans_the_card_first_is_told_that_it_is_theirs(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STOOL), kiosk.house.card_from_box()

    kiosk.scan(card, "Telefonnummeret ditt")
    kiosk.dial("41234568", "Er nummeret riktig?")
    kiosk.press(ENTER, "Kortet ditt er åpent", "Kortet er ditt nå.", f"kort … {codes.digits(card)[-2:]}")
    kiosk.scan(item, "Lånet er i orden", "DUSJKRAKK", STARTER_DUE)

    assert kiosk.lent_to(item, card)


def test_everything_can_be_typed_with_digits_enter_minus_and_plus(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.card_from_box()

    kiosk.press(PLUS, "Hjelp", "Ring meg på")
    kiosk.press(PLUS, WELCOME)
    kiosk.press("0", "Det står åtte tall på den gule lappen.", "____ ____")
    kiosk.press(codes.digits(item), codes.spoken(item))
    kiosk.press(ENTER, "Er det denne?", "STOKK, REGULERBAR")
    kiosk.press(MINUS, "Tast tallene på lappen", "____ ____")
    kiosk.press(codes.digits(item) + ENTER, "Er det denne?", "STOKK, REGULERBAR")
    kiosk.press(ENTER, "Vil du låne denne?", "Tast tallene på kortet")
    kiosk.press("0", "Tast tallene på kortet", "Det står åtte tall på kortet.")
    kiosk.press(codes.digits(card) + ENTER, "Telefonnummeret ditt")
    kiosk.press("41234569" + ENTER, "Er nummeret riktig?")
    kiosk.press(ENTER, "Lånet er i orden", "STOKK, REGULERBAR", STARTER_DUE)
    assert kiosk.lent_to(item, card)

    kiosk.press(ENTER, "Takk, og ha det godt!", "Du har lånt 1 ting.")


def test_a_number_that_nobody_can_be_rung_at_is_asked_for_once_more(kiosk: Station) -> None:
    card = kiosk.house.card_from_box()

    kiosk.scan(card, "Telefonnummeret ditt")
    kiosk.press(ENTER, "Dette nummeret kan vi ikke ringe.")
    kiosk.dial("4123", "41 23_", "Dette nummeret kan vi ikke ringe. Se på tallene en gang til.")
    kiosk.press(",", "41 2_", "Komma tar bort det siste tallet.")
    kiosk.dial("34560", "Er nummeret riktig?", "41 23 45 60")
    kiosk.press(MINUS, "Telefonnummeret ditt", "Vi spør ikke om navn.")
    kiosk.dial("41234570", "Er nummeret riktig?", "41 23 45 70")
    kiosk.press(ENTER, "Kortet er ditt nå.")

    (person,) = kiosk.rows(tables.borrower, id=kiosk.holder(card))
    assert person.phone == "+4741234570"


def test_a_foreign_number_is_taken_and_shown_with_its_country(kiosk: Station) -> None:
    card = kiosk.house.card_from_box()

    kiosk.scan(card, "Telefonnummeret ditt")
    kiosk.dial("004532123456", "Er nummeret riktig?", "+45 32 12 34 56")
    kiosk.press(ENTER, "Kortet er ditt nå.")

    (person,) = kiosk.rows(tables.borrower, id=kiosk.holder(card))
    assert person.phone == "+4532123456"


def test_minus_at_the_number_leads_back_to_the_thing_and_then_out(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.card_from_box()

    kiosk.scan(item, "Vil du låne denne?")
    kiosk.scan(card, "Telefonnummeret ditt")
    kiosk.press(MINUS, "Vil du låne denne?", codes.spoken(item))
    kiosk.press(MINUS, WELCOME)

    assert kiosk.house.state(item) is State.AVAILABLE
    assert kiosk.holder(card) is None


def test_who_walks_away_while_typing_leaves_nothing_behind(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.card_from_box()
    before = kiosk.stored()

    kiosk.scan(item, "Vil du låne denne?")
    kiosk.scan(card, "Telefonnummeret ditt")
    kiosk.press("4123", "41 23_")
    kiosk.clock.jump(seconds=61)
    kiosk.says("Trenger du mer tid?")
    kiosk.says_no("41 23")
    kiosk.clock.jump(seconds=31)
    kiosk.says(WELCOME)

    assert kiosk.stored() == before
    kiosk.scan(card, "Telefonnummeret ditt", "Vi spør ikke om navn.")


def test_a_number_that_is_known_gives_the_same_screens_and_a_row_for_the_desk(kiosk: Station) -> None:
    first = kiosk.house.starter("41234571")
    card = kiosk.house.card_from_box()

    kiosk.scan(card, "Telefonnummeret ditt", "Vi spør ikke om navn.")
    kiosk.dial("41234571", "Er nummeret riktig?", "41 23 45 71")
    kiosk.press(ENTER, "Kortet ditt er åpent", "Kortet er ditt nå.")
    kiosk.says_no("på lån")

    assert tuple(sorted((first, card))) in kiosk.house.look(borrowers.to_merge)
    assert kiosk.holder(first) != kiosk.holder(card), "only the desk makes two cards one person's"


def test_a_visit_in_english_and_the_card_remembers_it(kiosk: Station) -> None:
    item, card = kiosk.house.stands(ROLLATOR), kiosk.house.card_from_box()

    kiosk.press("9", "Språk / Sprog / Language", "1 Bokmål", "4 English")
    kiosk.press("4", "Do you want to borrow or return?", "First time? Take a card from the box.")
    kiosk.scan(item, "Do you want to borrow this?", "ROLLATOR, INDOOR", "No card? Take one from the box")
    kiosk.scan(card, "Your phone number", "We ask for no name.")
    kiosk.dial("41234572", "Is this number right?", "41 23 45 72")
    kiosk.press(ENTER, "The loan is in order", "1 thing", "ROLLATOR, INDOOR")
    kiosk.says("Return it by Monday 1 February 2027.", "Try both brakes before", "It bears up to 130 kg.")
    kiosk.press(MINUS, "Do you want to undo the loan?")
    kiosk.press(MINUS, "The loan is in order")
    kiosk.press("x", "Use the digits, Enter, - and +.")
    kiosk.press(ENTER, "Thank you, and take care!", "You have borrowed 1 thing.")
    assert kiosk.lent_to(item, card)

    kiosk.clock.jump(seconds=9)
    kiosk.says(WELCOME)
    kiosk.scan(card, "Your card is open", "You have 1 thing on loan.")
    kiosk.says("Return it by Monday 1 February 2027.")
    kiosk.press(ENTER, "Thank you, and take care!")


def test_a_known_card_remembers_the_language_that_its_holder_chooses(kiosk: Station) -> None:
    card = kiosk.house.confirmed()

    kiosk.press("9", "1 Bokmål", "4 English")
    kiosk.press("4", "Do you want to borrow or return?")
    kiosk.scan(card, "Your card is open")
    kiosk.start_over()
    kiosk.scan(card, "Your card is open")
    kiosk.start_over()
    kiosk.press("9", "1 Bokmål", "4 English")
    kiosk.press("1", WELCOME)
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.start_over()
    kiosk.scan(card, "Kortet ditt er åpent")

    (person,) = kiosk.rows(tables.borrower, id=kiosk.holder(card))
    assert person.language == "nb"


def test_the_language_of_somebody_who_walked_away_is_not_the_next_ones(kiosk: Station) -> None:
    kiosk.press("9", "4 English")
    kiosk.press("4", "Do you want to borrow or return?")
    kiosk.clock.jump(seconds=61)
    kiosk.says(WELCOME)


# --- where the house has decided otherwise ----------------------------------------------------------


def test_cards_are_started_so_often_for_a_number_and_so_often_in_an_hour(new_station: NewStation) -> None:
    kiosk = new_station(kiosk_cards_per_number="2", kiosk_cards_per_hour="3", rules_first_loan="open")
    cards = [kiosk.house.card_from_box() for _ in range(6)]

    def start(card: str, number: str, *says: str) -> None:
        kiosk.start_over()
        kiosk.scan(card, "Telefonnummeret ditt")
        kiosk.dial(number, "Er nummeret riktig?")
        kiosk.press(ENTER, *says)

    start(cards[0], "41234573", "Kortet er ditt nå.")
    start(cards[1], "41234573", "Kortet er ditt nå.")
    start(cards[2], "41234573", "Dette kortet kan ikke brukes nå")
    start(cards[3], "41234574", "Kortet er ditt nå.")
    start(cards[4], "41234575", "Dette kortet kan ikke brukes nå")
    kiosk.clock.jump(hours=1)
    start(cards[4], "41234575", "Kortet er ditt nå.")
    start(cards[2], "41234573", "Dette kortet kan ikke brukes nå")
    kiosk.clock.jump(days=1)
    start(cards[2], "41234573", "Kortet er ditt nå.")
    assert [kiosk.holder(card) is not None for card in cards] == [True] * 5 + [False]
