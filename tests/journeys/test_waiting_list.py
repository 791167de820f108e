"""The waiting list: joined and left at the kiosk, told of, fetched, and passed on when nobody comes."""

from __future__ import annotations

from depot import codes, stock, tables
from depot.codes import Kind, mint
from depot.outcomes import Held
from depot.states import State
from tests.depot.house import ROLLATOR, STICK, STOOL, TONGS
from tests.journeys.station import ENTER, MINUS, MORE_TIME, WELCOME, Station
from tests.journeys.test_looking import label

NUMBER = "0046701740620"
"""One of the Swedish numbers that are nobody's, as it is typed in Norway."""
JOIN = "1 Sett meg på ventelisten"
BATH_BOARD, WHEELCHAIR, RAISER, BUCKET = "BTH-03", "WHC-01", "TOI-01", "TOI-07"


def all_out(kiosk: Station, line: str) -> str:
    """A line whose one piece somebody has."""
    item = kiosk.house.stands(line, "C3")
    kiosk.house.lends(kiosk.house.confirmed("Ola Annensen"), item)
    kiosk.clock.jump(minutes=11)
    return item


def comes_home_clean(kiosk: Station, item: str) -> None:
    """It is brought back and washed, by others than the kiosk."""
    kiosk.house.brings(item)
    kiosk.house.do(stock.cleaned, item=item)


def hold(kiosk: Station, line: str) -> Held:
    """The youngest hold of a line, as its slip tells it."""
    rows = kiosk.rows(tables.hold, product=line)
    row = max(rows, key=lambda one: one.placed_at)
    return Held(item=row.item or "", product=line, key=row.key, slip=row.slip, place=0)


def state(kiosk: Station, held: Held) -> str:
    return str(kiosk.house.hold(held.key).state)


def joins(kiosk: Station, line: str, card: str) -> Held:
    """Scan the label of a line that is out, and a card."""
    kiosk.scan(label(kiosk, line), "Ingen er ledige her nå.", JOIN)
    kiosk.press("1", "Hvem skal stå på ventelisten?")
    kiosk.scan(card, "Du står på ventelisten")
    return hold(kiosk, line)


# --- the whole story --------------------------------------------------------------------------------


def test_out_join_with_a_card_from_the_box_be_told_fetch_it(kiosk: Station) -> None:
    item, card = all_out(kiosk, STOOL), kiosk.house.card_from_box()

    kiosk.scan(label(kiosk, STOOL), "DUSJKRAKK", "Ingen er ledige her nå.", JOIN)
    kiosk.press("1", "Hvem skal stå på ventelisten?", "DUSJKRAKK")
    kiosk.scan(card, "Telefonnummeret ditt")
    kiosk.dial(NUMBER, "Er nummeret riktig?")
    kiosk.press(ENTER, "Du står på ventelisten", "Du er nummer 1 i køen.", "rundt onsdag 14. april 2027.")
    held = hold(kiosk, STOOL)
    kiosk.says(f"Tallet ditt er {codes.spoken(held.slip)}.", "Vi ringer deg når den er klar.")
    kiosk.says_no("Annensen")
    kiosk.press(ENTER, "Takk, og ha det godt!")

    comes_home_clean(kiosk, item)
    assert [row.why for row in kiosk.rows(tables.ring, subject=held.key)] == ["hold_ready"]

    kiosk.scan(card, "Kortet ditt er åpent", "Noe ligger klart til deg ved det blå skiltet HENTES")
    kiosk.says(f"papirlapp {codes.spoken(held.slip)}.", "Hent den senest torsdag 14. januar 2027.")
    kiosk.says_no("DUSJKRAKK", "Dusjkrakk")
    kiosk.scan(item, "Lånet er i orden", "DUSJKRAKK")

    assert kiosk.lent_to(item, card)
    assert state(kiosk, held) == "fetched"
    kiosk.press(ENTER, "Takk, og ha det godt!")
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.says_no("Noe ligger klart")


def test_the_next_in_line_gets_what_nobody_fetched(kiosk: Station) -> None:
    item, first, second = all_out(kiosk, TONGS), kiosk.house.starter(), kiosk.house.starter()
    theirs = joins(kiosk, TONGS, first)
    kiosk.press(ENTER, "Takk, og ha det godt!")
    kiosk.clock.jump(seconds=31)
    kiosk.says(WELCOME)
    ours = joins(kiosk, TONGS, second)
    kiosk.says("Du er nummer 2 i køen.", "Vi vet ikke ennå når en kommer tilbake.")
    comes_home_clean(kiosk, item)
    assert (state(kiosk, theirs), state(kiosk, ours)) == ("ready", "waiting")

    kiosk.clock.jump(days=8)
    kiosk.terminal.wait_until(lambda: state(kiosk, ours) == "ready", what="the next in line")

    assert state(kiosk, theirs) == "expired"
    kiosk.says(MORE_TIME)
    kiosk.clock.jump(seconds=31)
    kiosk.says(WELCOME)
    kiosk.scan(theirs.slip, "Ingen venter med denne papirlappen nå")
    kiosk.scan(ours.slip, "Den ligger klar til deg", "GRIPETANG", "Den står ved det blå skiltet HENTES")


# --- joining ----------------------------------------------------------------------------------------


def test_whoever_is_on_the_list_already_is_told_where_they_stand(kiosk: Station) -> None:
    all_out(kiosk, STICK)
    card = kiosk.house.confirmed()
    held = joins(kiosk, STICK, card)
    before = len(kiosk.rows(tables.hold))

    kiosk.scan(label(kiosk, STICK), JOIN, "1 venter allerede.")
    kiosk.press("1", "Du står allerede på listen", "Du er nummer 1 i køen.", codes.spoken(held.slip))

    assert len(kiosk.rows(tables.hold)) == before


def test_an_open_card_that_was_left_alone_is_asked_about_first(kiosk: Station) -> None:
    all_out(kiosk, ROLLATOR)
    card = kiosk.house.confirmed()

    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(label(kiosk, ROLLATOR), "RULLATOR, INNENDØRS", JOIN)
    kiosk.clock.jump(seconds=16)
    kiosk.press(
        "1", "Hvem skal stå på ventelisten?", f"ja, på kortet som slutter på {codes.digits(card)[-2:]}"
    )
    kiosk.press(ENTER, "Du står på ventelisten", f"kort … {codes.digits(card)[-2:]}")

    kiosk.press(MINUS, "Trenger du den ikke lenger?")
    kiosk.press(MINUS, "Du står på ventelisten")
    kiosk.press(MINUS, "Trenger du den ikke lenger?")
    kiosk.press(ENTER, "Du er tatt av ventelisten", "RULLATOR, INNENDØRS")
    assert state(kiosk, hold(kiosk, ROLLATOR)) == "cancelled"
    kiosk.press(ENTER, "Kortet ditt er åpent")


def test_typed_by_hand_a_card_joins_after_its_last_four_digits(kiosk: Station) -> None:
    all_out(kiosk, RAISER)
    card = kiosk.house.starter("+4741234571")

    kiosk.scan(label(kiosk, RAISER), JOIN)
    kiosk.press("1", "Hvem skal stå på ventelisten?")
    kiosk.press("0", "Det står åtte tall på kortet.")
    kiosk.press(MINUS, "Hvem skal stå på ventelisten?", "TOALETTFORHØYER")
    kiosk.press("0", "Det står åtte tall på kortet.")
    kiosk.dial(codes.digits(card), "Er kortet ditt?")
    kiosk.dial("4571", "Du står på ventelisten")


def test_a_card_that_is_blocked_or_unknown_joins_nothing(kiosk: Station) -> None:
    all_out(kiosk, BUCKET)
    blocked = kiosk.house.confirmed()
    kiosk.house.change(tables.card, code=blocked, blocked="lost")

    kiosk.scan(label(kiosk, BUCKET), JOIN)
    kiosk.press("1", "Hvem skal stå på ventelisten?")
    kiosk.scan(blocked, "Dette kortet kan ikke brukes nå")
    kiosk.scan(mint(Kind.CARD, "0000001"), "Vi kjenner ikke dette kortet")
    assert not kiosk.rows(tables.hold, product=BUCKET)
    kiosk.scan(kiosk.house.confirmed(), "Du står på ventelisten", "BØTTE MED LOKK TIL TOALETTSTOL")


def test_a_thing_in_the_hand_comes_before_a_place_on_a_list(kiosk: Station) -> None:
    all_out(kiosk, BATH_BOARD)
    item, card = kiosk.house.stands(BATH_BOARD), kiosk.house.confirmed()
    kiosk.house.lends(kiosk.house.confirmed(), item)
    other = kiosk.house.stands(WHEELCHAIR)

    kiosk.scan(label(kiosk, BATH_BOARD), JOIN)
    kiosk.press("1", "Hvem skal stå på ventelisten?")
    kiosk.scan(other, "Vil du låne denne?", "MANUELL RULLESTOL")
    kiosk.scan(card, "Lånet er i orden")

    assert kiosk.lent_to(other, card)
    assert not kiosk.rows(tables.hold, product=BATH_BOARD)


def test_a_thing_that_is_scanned_while_the_number_is_typed_must_be_scanned_again(kiosk: Station) -> None:
    item, box = kiosk.house.stands(TONGS), kiosk.house.card_from_box()
    line = "REA-02"
    all_out(kiosk, line)

    kiosk.scan(label(kiosk, line), JOIN)
    kiosk.press("1", "Hvem skal stå på ventelisten?")
    kiosk.scan(box, "Telefonnummeret ditt")
    kiosk.scan(item, "Tast nummeret først. Skann den så igjen.")
    kiosk.scan(label(kiosk, STOOL), "Dette er lappen på en hylle")
    kiosk.press(ENTER, "Telefonnummeret ditt")
    kiosk.dial(NUMBER, "Er nummeret riktig?")
    kiosk.press(ENTER, "Du står på ventelisten")

    assert kiosk.house.state(item) is State.AVAILABLE


# --- by the number of a place -----------------------------------------------------------------------


def test_the_number_is_typed_the_place_shown_and_given_up(kiosk: Station) -> None:
    line = "TOI-03"
    all_out(kiosk, line)
    held = kiosk.house.queues(kiosk.house.confirmed("Kari Testesen"), line)

    kiosk.press("1", "0 Tast tallene fra ventelisten")
    kiosk.press("0", "Plassen din på ventelisten")
    kiosk.dial("00000000", "Vi kjenner ikke disse tallene.")
    kiosk.press(MINUS, WELCOME)
    kiosk.press("1", "0 Tast tallene fra ventelisten")
    kiosk.press("0", "Plassen din på ventelisten")
    kiosk.dial(codes.digits(held.slip), "Du er nummer 1 i køen.", "TOALETTFORHØYER MED ARMLENER")
    kiosk.says_no("Testesen")
    kiosk.press("1", "Trenger du den ikke lenger?")
    kiosk.press(ENTER, "Du er tatt av ventelisten")

    assert state(kiosk, held) == "cancelled"
    kiosk.scan(held.slip, "Ingen venter med denne papirlappen nå")
    kiosk.press(ENTER, "Du er tatt av ventelisten")
    kiosk.press(ENTER, WELCOME)


def test_given_up_what_was_ready_goes_to_the_next(kiosk: Station) -> None:
    line = "WLK-04"
    item = all_out(kiosk, line)
    card = kiosk.house.starter()
    first = kiosk.house.queues(card, line)
    second = kiosk.house.queues(kiosk.house.starter(), line)
    comes_home_clean(kiosk, item)

    kiosk.scan(card, "Noe ligger klart til deg")
    kiosk.scan(first.slip, "Den ligger klar til deg", "Ta den og skann den.")
    kiosk.press("1", "Trenger du den ikke lenger?")
    kiosk.press(ENTER, "Du er tatt av ventelisten")

    assert (state(kiosk, first), state(kiosk, second)) == ("cancelled", "ready")


def test_given_up_while_it_was_fetched_elsewhere(kiosk: Station) -> None:
    line = "TRF-02"
    kiosk.house.change(tables.product, code=line, self_service=True)
    item, card = all_out(kiosk, line), kiosk.house.starter()
    held = kiosk.house.queues(card, line)
    comes_home_clean(kiosk, item)

    kiosk.scan(card, "Noe ligger klart til deg")
    kiosk.scan(held.slip, "Den ligger klar til deg")
    kiosk.press("1", "Trenger du den ikke lenger?")
    kiosk.house.lends(card, item)
    kiosk.press(ENTER, "Ingen venter med denne papirlappen nå")

    assert state(kiosk, held) == "fetched"
    assert kiosk.lent_to(item, card)


def test_a_slip_that_stands_in_the_open_takes_nobody_off_the_list(kiosk: Station) -> None:
    item, card = all_out(kiosk, BATH_BOARD), kiosk.house.starter()
    held = joins(kiosk, BATH_BOARD, card)
    comes_home_clean(kiosk, item)
    kiosk.start_over()

    kiosk.scan(
        held.slip,
        "Den ligger klar til deg",
        "så kortet ditt.",
        "Trenger du den ikke lenger? Skann kortet ditt",
    )
    kiosk.press("1")
    kiosk.says_no("Trenger du den ikke lenger? Enter")
    assert state(kiosk, held) == "ready"

    kiosk.start_over()
    kiosk.scan(card, "Noe ligger klart til deg")
    kiosk.scan(held.slip, "1 Jeg trenger den ikke lenger")
    kiosk.press("1", "Trenger du den ikke lenger?")
    kiosk.press(ENTER, "Du er tatt av ventelisten")
    assert state(kiosk, held) == "cancelled"
