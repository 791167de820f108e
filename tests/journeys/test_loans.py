"""Loans with a card that is known: card first or thing first, several, pairs, and whose card it is."""

from __future__ import annotations

from depot import codes, tables
from depot.states import State
from tests.depot.house import CRUTCHES, STICK, STOOL, TONGS
from tests.journeys.station import ENTER, MINUS, WELCOME, Station

DUE = "mandag 12. april 2027"
"""90 days from Monday 11 January is Sunday 11 April; the next open day is the Monday."""
CRUTCHES_DUE = "fredag 12. mars 2027"


def test_thing_first_then_the_card(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()

    kiosk.scan(item, "Vil du låne denne?", "STOKK, REGULERBAR", codes.spoken(item))
    kiosk.scan(card, "Lånet er i orden", "1 ting", f"Lever tilbake senest {DUE}.")

    assert kiosk.lent_to(item, card)
    (loan,) = kiosk.house.loans(item)
    assert (loan.due, loan.days) == ("2027-04-12", 90)


def test_card_first_then_several_things_and_goodbye_says_how_many(kiosk: Station) -> None:
    stick, stool, tongs = (kiosk.house.stands(line) for line in (STICK, STOOL, TONGS))
    card = kiosk.house.confirmed()

    kiosk.scan(card, "Kortet ditt er åpent", "Du har ingenting på lån.", f"kort … {codes.digits(card)[-2:]}")
    kiosk.scan(stick, "Lånet er i orden", "1 ting", "STOKK, REGULERBAR")
    kiosk.scan(stool, "Lånet er i orden", "2 ting", "DUSJKRAKK")
    kiosk.scan(tongs, "Lånet er i orden", "3 ting", "GRIPETANG", CRUTCHES_DUE)
    kiosk.press(ENTER, "Takk, og ha det godt!", "Du har lånt 3 ting.")

    assert all(kiosk.lent_to(item, card) for item in (stick, stool, tongs))


def test_an_open_card_tells_how_much_is_out_and_the_nearest_date_and_not_what(kiosk: Station) -> None:
    card = kiosk.house.confirmed()
    kiosk.house.lends(card, kiosk.house.stands(STICK))
    kiosk.house.lends(card, kiosk.house.stands(TONGS))

    kiosk.scan(card, "Kortet ditt er åpent", "Du har 2 ting på lån.")
    kiosk.says(f"Det første skal leveres tilbake senest {CRUTCHES_DUE}.")
    kiosk.says_no("GRIPETANG")

    kiosk.press(ENTER, "Takk, og ha det godt!")
    kiosk.says_no("lånt")


def test_two_things_before_the_card_and_none_is_forgotten_unseen(kiosk: Station) -> None:
    first, second = kiosk.house.stands(STICK), kiosk.house.stands(STOOL)
    card = kiosk.house.confirmed()

    kiosk.scan(first, "Vil du låne denne?", "STOKK, REGULERBAR")
    kiosk.forget_bells()
    kiosk.scan(second, "Skann kortet ditt først, så den neste tingen.", "STOKK, REGULERBAR")
    kiosk.rings(2)
    kiosk.scan(card, "Lånet er i orden", "STOKK, REGULERBAR", "1 ting")
    kiosk.scan(second, "Lånet er i orden", "DUSJKRAKK", "2 ting")

    assert kiosk.lent_to(first, card)
    assert kiosk.lent_to(second, card)


def test_a_thing_that_somebody_left_waiting_is_not_lent_to_the_next_person(kiosk: Station) -> None:
    left, wanted, home = (kiosk.house.stands(line) for line in (STICK, STOOL, TONGS))
    card = kiosk.house.confirmed()
    kiosk.house.lends(card, home)
    kiosk.clock.jump(minutes=11)

    kiosk.scan(left, "Vil du låne denne?", "STOKK, REGULERBAR")
    kiosk.clock.jump(seconds=16)
    kiosk.scan(wanted, "Vil du låne denne?", "DUSJKRAKK")
    kiosk.scan(home, "Takk! Nå er den levert tilbake", "GRIPETANG")
    kiosk.scan(card, "Hvem skal låne denne?", "DUSJKRAKK")

    assert kiosk.house.state(left) is State.AVAILABLE
    assert kiosk.house.state(wanted) is State.AVAILABLE
    assert kiosk.ended(home) == ["returned"]


def test_the_same_thing_again_in_the_same_visit_changes_nothing(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Lånet er i orden")
    before = kiosk.stored()

    kiosk.clock.jump(seconds=3)
    kiosk.scan(item, "Den er allerede på listen din", "Ingenting er endret.", "1 ting")
    kiosk.press("0", "Det står åtte tall på den gule lappen.")
    kiosk.dial(codes.digits(item), "Er det denne?")
    kiosk.press(ENTER, "Den er allerede på listen din", "1 ting")

    assert kiosk.stored() == before


# --- pairs ------------------------------------------------------------------------------------------


def test_a_pair_of_crutches_is_two_scans_and_one_loan(kiosk: Station) -> None:
    left, right = kiosk.house.stand(2, CRUTCHES)
    card = kiosk.house.confirmed()

    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(left, "Den ene av to er lånt", "Skann den andre også.", "1 ting", "Enter bare én")
    assert kiosk.lent_to(left, card), "stored at its scan, whatever comes of the other"
    kiosk.scan(right, "Nå har du lånt begge to", "1 ting", CRUTCHES_DUE)
    kiosk.press(ENTER, "Takk, og ha det godt!", "Du har lånt 1 ting.")

    assert kiosk.lent_to(right, card)
    assert len({kiosk.house.loans(item)[0].deed for item in (left, right)}) == 1
    kiosk.scan(card, "Du har 1 ting på lån.")


def test_only_one_crutch(kiosk: Station) -> None:
    one, another = kiosk.house.stand(2, CRUTCHES)
    card = kiosk.house.confirmed()

    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(one, "Den ene av to er lånt")
    kiosk.press(ENTER, "Da blir det bare den ene", CRUTCHES_DUE, "- angre")
    kiosk.press(ENTER, "Takk, og ha det godt!", "Du har lånt 1 ting.")

    assert kiosk.lent_to(one, card)
    assert kiosk.house.state(another) is State.AVAILABLE


def test_the_other_crutch_joins_after_only_one_and_the_first_that_comes_home_asks_for_it(
    kiosk: Station,
) -> None:
    left, right = kiosk.house.stand(2, CRUTCHES)
    card = kiosk.house.confirmed()

    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(left, "Den ene av to er lånt")
    kiosk.press(ENTER, "Da blir det bare den ene", "Du er ferdig og kan gå.")
    kiosk.scan(right, "Nå har du lånt begge to", "1 ting")
    kiosk.press(ENTER, "Takk, og ha det godt!", "Du har lånt 1 ting.")
    assert len({kiosk.house.loans(item)[0].deed for item in (left, right)}) == 1

    kiosk.clock.jump(hours=1)
    kiosk.says(WELCOME)
    kiosk.scan(left, "Nå er den levert tilbake", "Det er to. Har du den andre? Skann den også.")
    kiosk.scan(right, "2 ting", "Har du mer? Bare skann videre.")
    kiosk.says_no("Det er to.")
    assert kiosk.ended(left) == kiosk.ended(right) == ["returned"]


def test_a_pair_is_undone_whole_and_each_piece_has_its_shelf(kiosk: Station) -> None:
    left, right = kiosk.house.stands(CRUTCHES, "K1"), kiosk.house.stands(CRUTCHES, "K2")
    card = kiosk.house.confirmed()

    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(left, "Den ene av to er lånt")
    kiosk.scan(right, "Nå har du lånt begge to")
    kiosk.press(MINUS, "Vil du angre lånet?", "ALBUEKRYKKER")
    kiosk.press(ENTER, "Det er angret", "Sett den tilbake på hylle K1.", "Sett den tilbake på hylle K2.")
    kiosk.says_no("1 ting")

    assert kiosk.ended(left) == kiosk.ended(right) == ["undone"]
    assert kiosk.house.state(left) is kiosk.house.state(right) is State.AVAILABLE
    kiosk.press(ENTER, "Kortet ditt er åpent", "Du har ingenting på lån.")


def test_the_second_crutch_may_come_after_something_else(kiosk: Station) -> None:
    left, right = kiosk.house.stand(2, CRUTCHES)
    stick, card = kiosk.house.stands(STICK), kiosk.house.confirmed()

    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(left, "Den ene av to er lånt")
    kiosk.scan(stick, "Lånet er i orden", "2 ting")
    kiosk.scan("D00000000X", "Vi kjenner ikke denne lappen")
    kiosk.press(ENTER, "Lånet er i orden", "STOKK, REGULERBAR")
    kiosk.scan(right, "Nå har du lånt begge to", "2 ting")

    assert len({kiosk.house.loans(item)[0].deed for item in (left, right)}) == 1


def test_the_next_persons_crutch_does_not_join_the_pair_that_was_left_open(kiosk: Station) -> None:
    theirs, ours = kiosk.house.stand(2, CRUTCHES)
    they, we = kiosk.house.confirmed(), kiosk.house.confirmed()

    kiosk.scan(they, "Kortet ditt er åpent")
    kiosk.scan(theirs, "Den ene av to er lånt")
    kiosk.scan(we, "Kortet ditt er åpent", f"kort … {codes.digits(we)[-2:]}")
    kiosk.scan(ours, "Den ene av to er lånt", "1 ting")
    kiosk.press(MINUS, "Vil du angre lånet?")
    kiosk.press(ENTER, "Det er angret")

    assert kiosk.lent_to(theirs, they), "an undo takes back one's own"
    assert kiosk.ended(ours) == ["undone"]


# --- whose card is open? ----------------------------------------------------------------------------


def test_after_a_quarter_of_a_minute_the_kiosk_asks_whose_loan_it_is(kiosk: Station) -> None:
    first, second = kiosk.house.stands(STICK), kiosk.house.stands(STOOL)
    card = kiosk.house.confirmed()

    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(first, "Lånet er i orden")
    kiosk.clock.jump(seconds=16)
    kiosk.scan(second, "Hvem skal låne denne?", "DUSJKRAKK", f"slutter på {codes.digits(card)[-2:]}?")
    assert kiosk.house.state(second) is State.AVAILABLE
    kiosk.press(ENTER, "Lånet er i orden", "DUSJKRAKK", "2 ting")

    assert kiosk.lent_to(second, card)


def test_no_it_goes_on_another_card(kiosk: Station) -> None:
    item, third = kiosk.house.stands(STOOL), kiosk.house.stands(TONGS)
    gone, here = kiosk.house.confirmed(), kiosk.house.confirmed()

    kiosk.scan(gone, "Kortet ditt er åpent")
    kiosk.clock.jump(seconds=16)
    kiosk.scan(item, "Hvem skal låne denne?")
    kiosk.scan(third, "Skann kortet ditt først, så den neste tingen.", "Hvem skal låne denne?", "DUSJKRAKK")
    kiosk.press(MINUS, "Vil du låne denne?", "DUSJKRAKK")
    kiosk.scan(here, "Lånet er i orden", "1 ting", f"kort … {codes.digits(here)[-2:]}")

    assert kiosk.lent_to(item, here)
    assert kiosk.house.state(third) is State.AVAILABLE


def test_scanning_ones_own_card_answers_whose_it_is(kiosk: Station) -> None:
    before, item = kiosk.house.stands(STICK), kiosk.house.stands(STOOL)
    gone, here = kiosk.house.confirmed(), kiosk.house.confirmed()

    kiosk.scan(gone, "Kortet ditt er åpent")
    kiosk.scan(before, "Lånet er i orden")
    kiosk.clock.jump(seconds=16)
    kiosk.scan(item, "Hvem skal låne denne?")
    kiosk.scan(here, "Lånet er i orden", "1 ting", f"kort … {codes.digits(here)[-2:]}")
    kiosk.press(ENTER, "Takk, og ha det godt!", "Du har lånt 1 ting.")

    assert kiosk.lent_to(before, gone)
    assert kiosk.lent_to(item, here)


def test_a_new_card_from_the_box_ends_the_visit_before_it(kiosk: Station) -> None:
    before, item = kiosk.house.stands(STICK), kiosk.house.stands(STOOL)
    gone, new = kiosk.house.confirmed(), kiosk.house.card_from_box()

    kiosk.scan(gone, "Kortet ditt er åpent")
    kiosk.scan(before, "Lånet er i orden", "1 ting")
    kiosk.scan(new, "Telefonnummeret ditt")
    kiosk.says_no("1 ting")
    kiosk.dial("41234580", "Er nummeret riktig?")
    kiosk.press(ENTER, "Kortet er ditt nå.")
    kiosk.scan(item, "Lånet er i orden", "1 ting")

    assert kiosk.lent_to(before, gone)
    assert kiosk.lent_to(item, new)


# --- what is out already ----------------------------------------------------------------------------


def test_an_open_card_and_what_it_has_on_loan_stays_on_loan(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.house.lends(card, item)
    before = kiosk.stored()

    kiosk.scan(card, "Du har 1 ting på lån.")
    kiosk.scan(item, "Denne har du på lån", "STOKK, REGULERBAR", "Jeg leverer den tilbake")
    kiosk.press(ENTER, "Kortet ditt er åpent", "Du har 1 ting på lån.")

    assert kiosk.stored() == before


def test_an_open_card_and_what_it_has_on_loan_is_given_back(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.house.lends(card, item)

    kiosk.scan(card, "Du har 1 ting på lån.")
    kiosk.scan(item, "Denne har du på lån")
    kiosk.press("1", "Takk! Nå er den levert tilbake", "Sett den ved det blå skiltet: VASK 1")

    assert kiosk.ended(item) == ["returned"]
    kiosk.press(ENTER, "Takk for at du leverte tilbake.")
    kiosk.press(ENTER, "Kortet ditt er åpent", "Du har ingenting på lån.")


def test_borrowed_here_just_now_and_scanned_in_a_new_visit_it_may_stay(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(item, "Vil du låne denne?")
    kiosk.scan(card, "Lånet er i orden")
    kiosk.press(ENTER, "Takk, og ha det godt!")

    kiosk.clock.jump(minutes=5)
    kiosk.says(WELCOME)
    kiosk.scan(item, "Den ble lånt her akkurat nå", "Enter den er fortsatt utlånt")
    kiosk.press(ENTER, WELCOME)
    assert kiosk.lent_to(item, card)

    kiosk.clock.jump(minutes=4)
    kiosk.scan(item, "Den ble lånt her akkurat nå")
    kiosk.press("1", "Takk! Nå er den levert tilbake")
    assert kiosk.ended(item) == ["returned"]


def test_after_ten_minutes_it_is_simply_brought_back(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(item, "Vil du låne denne?")
    kiosk.scan(card, "Lånet er i orden")
    kiosk.press(ENTER, "Takk, og ha det godt!")

    kiosk.clock.jump(minutes=10)
    kiosk.says(WELCOME)
    kiosk.scan(item, "Takk! Nå er den levert tilbake")

    assert kiosk.ended(item) == ["returned"]


def test_borrowed_here_just_now_by_the_person_before_and_scanned_with_another_card(kiosk: Station) -> None:
    item, theirs, ours = kiosk.house.stands(STICK), kiosk.house.confirmed(), kiosk.house.confirmed()
    kiosk.scan(item, "Vil du låne denne?")
    kiosk.scan(theirs, "Lånet er i orden")

    kiosk.scan(ours, "Kortet ditt er åpent", "Du har ingenting på lån.")
    kiosk.clock.jump(seconds=3)
    kiosk.scan(item, "Den ble lånt her akkurat nå")
    kiosk.press(ENTER, "Kortet ditt er åpent")

    assert kiosk.lent_to(item, theirs)


def test_believed_lent_to_another_it_comes_home_is_not_lent_and_nobody_is_named(kiosk: Station) -> None:
    """Number 41 of the bad inputs: the house takes it in, and lends it once it is clean."""
    item = kiosk.house.stands(STOOL, "S9")
    other, card = kiosk.house.confirmed("Ola Annensen"), kiosk.house.confirmed()
    kiosk.house.lends(other, item)
    kiosk.clock.jump(days=1)

    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Takk! Nå er den levert tilbake", "DUSJKRAKK", "Den må vaskes før den lånes ut igjen.")
    kiosk.says("Sett den ved det blå skiltet: VASK 2")
    kiosk.says_no("Annensen")
    kiosk.says_no("kort …")

    assert kiosk.ended(item) == ["implied"]
    assert kiosk.house.state(item) is State.RETURNED
    assert "on_loan_to_other" in {row.reason for row in kiosk.rows(tables.refusal)}
    kiosk.press(ENTER, "Kortet ditt er åpent", "Du har ingenting på lån.")


# --- undo -------------------------------------------------------------------------------------------


def test_a_loan_is_undone_after_one_question_and_the_shelf_is_named(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK, "B2"), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Lånet er i orden")

    kiosk.press(MINUS, "Vil du angre lånet?", "STOKK, REGULERBAR", "Enter ja, angre")
    assert kiosk.lent_to(item, card), "a question undoes nothing"
    kiosk.press(MINUS, "Lånet er i orden")
    kiosk.press(MINUS, "Vil du angre lånet?")
    kiosk.press(ENTER, "Det er angret", "Sett den tilbake på hylle B2.")

    assert kiosk.ended(item) == ["undone"]
    assert kiosk.house.state(item) is State.AVAILABLE
    kiosk.scan(item, "Lånet er i orden", "1 ting")
    assert kiosk.lent_to(item, card)


def test_when_something_else_has_happened_to_the_thing_the_undo_is_too_late(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Lånet er i orden")
    kiosk.house.brings(item)

    kiosk.press(MINUS, "Vil du angre lånet?")
    kiosk.press(ENTER, "Det kan ikke angres lenger", "Det har skjedd noe annet med den siden.")

    assert kiosk.ended(item) == ["returned"]
    kiosk.press(ENTER, "Kortet ditt er åpent", "Du har ingenting på lån.")
