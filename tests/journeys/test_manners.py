"""The kiosk's manners: time, keys, help, and labels that answer nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from depot import codes, tables
from depot.codes import Command, Kind
from depot.states import State
from tests.depot.house import STICK, STOOL
from tests.journeys.conftest import NewStation
from tests.journeys.station import ENTER, ESCAPE, HINT, MINUS, PLUS, WELCOME, Station

PHONES = """
[[phone]]
name = "Lageret"
number = "55 55 55 55"
days = "12345"
opens = "08:00"
closes = "15:00"

[[phone]]
name = "Vakten"
number = "55 55 55 66"
days = "5"
opens = "08:00"
closes = "22:00"
"""
MORE_TIME = "Trenger du mer tid?"
HELP = "Jeg leverer noe uten lapp"


@pytest.fixture(scope="module")
def running(new_station: NewStation) -> Station:
    return new_station(phones=PHONES)


# --- time -------------------------------------------------------------------------------------------


def test_after_a_minute_the_kiosk_asks_and_any_key_gives_more_time(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Lånet er i orden", "1 ting")

    for key in ("x", ENTER, "7", MINUS):
        kiosk.clock.jump(seconds=61)
        kiosk.says(MORE_TIME, "Trykk på en tast.", "Alt du har skannet, er lagret.")
        kiosk.press(key, "Lånet er i orden", "1 ting")
    kiosk.clock.jump(seconds=29)
    kiosk.is_listening()

    assert kiosk.lent_to(item, card), "no key of these said more than that somebody is there"


def test_nobody_answers_and_nothing_personal_is_left_and_nothing_is_lost(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Lånet er i orden")

    kiosk.clock.jump(seconds=61)
    kiosk.says(MORE_TIME)
    for mine in ("STOKK", codes.spoken(item), "kort …"):
        kiosk.says_no(mine)
    kiosk.clock.jump(seconds=31)
    kiosk.says(WELCOME)
    kiosk.says_no("1 ting")

    assert kiosk.lent_to(item, card)
    other = kiosk.house.stands(STOOL)
    kiosk.scan(other, "Vil du låne denne?")
    assert kiosk.house.state(other) is State.AVAILABLE, "the card is no longer open"


def test_a_scan_gives_more_time_too_and_is_not_lost(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.clock.jump(seconds=61)
    kiosk.says(MORE_TIME)

    kiosk.scan(item, "Hvem skal låne denne?", "STOKK")
    kiosk.press(ENTER, "Lånet er i orden", "1 ting")

    assert kiosk.lent_to(item, card)


def test_yes_on_the_command_card_gives_more_time_and_answers_nothing_else(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Lånet er i orden")
    kiosk.press(MINUS, "Vil du angre lånet?")
    kiosk.clock.jump(seconds=61)
    kiosk.says(MORE_TIME)

    kiosk.scan(codes.command_code(Command.YES), "Vil du angre lånet?")

    assert kiosk.lent_to(item, card)


def test_the_next_person_begins_while_the_goodbye_still_stands(kiosk: Station) -> None:
    """Number 39 of the bad inputs."""
    first, second = kiosk.house.stands(STICK), kiosk.house.stands(STOOL)
    they, we = kiosk.house.confirmed(), kiosk.house.confirmed()
    kiosk.scan(they, "Kortet ditt er åpent")
    kiosk.scan(first, "Lånet er i orden", "1 ting")
    kiosk.press(ENTER, "Takk, og ha det godt!", "Du har lånt 1 ting.")

    kiosk.scan(second, "Vil du låne denne?", "DUSJKRAKK")
    kiosk.says_no("1 ting")
    kiosk.says_no("STOKK")
    kiosk.scan(we, "Lånet er i orden", "1 ting", f"kort … {codes.digits(we)[-2:]}")

    assert kiosk.lent_to(second, we)


def test_the_goodbye_goes_by_itself_and_any_key_lets_it_go(kiosk: Station) -> None:
    card = kiosk.house.confirmed()
    for key in ("", ENTER, "5"):
        kiosk.scan(card, "Kortet ditt er åpent")
        kiosk.press(ENTER, "Takk, og ha det godt!")
        if key:
            kiosk.press(key, WELCOME)
        kiosk.clock.jump(seconds=9)
        kiosk.says(WELCOME)


# --- keys -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["x", "5", "\t", " ", "\x1b[A\x1b[A", "\x1b[15~", "æ"])
def test_a_wrong_key_gets_a_soft_sound_and_is_told_the_right_ones(kiosk: Station, key: str) -> None:
    kiosk.terminal.press([key])
    kiosk.says(WELCOME, HINT)
    kiosk.scan("D99990005C", "Vi kjenner ikke denne lappen")
    kiosk.says_no(HINT)


def test_the_soft_sound_is_two_bells_and_the_good_ones_are_one(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()

    kiosk.press("x", HINT)
    kiosk.rings(2)
    kiosk.scan(item, "Vil du låne denne?")
    kiosk.rings(1)
    kiosk.press(ENTER, HINT)
    kiosk.rings(2)
    kiosk.scan(card, "Lånet er i orden")
    kiosk.rings(1)


def test_the_keypad_without_numlock_types_digits(kiosk: Station) -> None:
    item = kiosk.house.stands(STICK)
    insert_to_page_up = ["[2~", "[F", "[B", "[6~", "[D", "[E", "[C", "[H", "[A", "[5~"]
    without = {str(digit): f"\x1b{sent}" for digit, sent in enumerate(insert_to_page_up)}

    kiosk.terminal.press([without["0"]])
    kiosk.says("Det står åtte tall på den gule lappen.")
    kiosk.terminal.press([without[digit] for digit in codes.digits(item)])
    kiosk.says(codes.spoken(item))
    kiosk.press(ENTER, "Er det denne?", "STOKK, REGULERBAR")


def test_the_keypad_in_application_mode_types_digits_and_its_enter_minus_and_plus(kiosk: Station) -> None:
    item = kiosk.house.stands(STICK)
    application = {digit: f"\x1bO{letter}" for digit, letter in zip("0123456789", "pqrstuvwxy", strict=True)}
    enter, minus, plus, comma = "\x1bOM", "\x1bOm", "\x1bOk", "\x1bOl"

    kiosk.terminal.press([plus])
    kiosk.says(HELP)
    kiosk.terminal.press([minus])
    kiosk.says(WELCOME)
    kiosk.terminal.press(
        [application["0"], *(application[digit] for digit in codes.digits(item) + "9"), comma]
    )
    kiosk.says(codes.spoken(item))
    kiosk.terminal.press([enter])
    kiosk.says("Er det denne?", "STOKK, REGULERBAR")


def test_escape_is_minus_and_f1_is_plus(kiosk: Station) -> None:
    kiosk.terminal.press(["\x1bOP"])
    kiosk.says(HELP)
    kiosk.terminal.press([ESCAPE], gap=0.3)
    kiosk.says(WELCOME)


# --- help -------------------------------------------------------------------------------------------


def test_help_is_one_key_away_and_one_key_back_from_anywhere(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.card_from_box()

    def there_and_back(*still: str) -> None:
        kiosk.press(PLUS, "Hjelp", HELP)
        kiosk.press(PLUS)
        kiosk.says(*still)

    there_and_back(WELCOME)
    kiosk.scan(item, "Vil du låne denne?")
    there_and_back("Vil du låne denne?", codes.spoken(item))
    kiosk.scan(card, "Telefonnummeret ditt")
    kiosk.press("4123", "41 23_")
    there_and_back("Telefonnummeret ditt", "41 23_")
    kiosk.dial("4581", "Er nummeret riktig?")
    there_and_back("Er nummeret riktig?", "41 23 45 81")
    kiosk.press(ENTER, "Lånet er i orden", "1 ting")
    there_and_back("Lånet er i orden", "1 ting", codes.spoken(item))

    assert kiosk.lent_to(item, card)


def test_help_shows_who_answers_now(kiosk: Station) -> None:
    kiosk.press(PLUS, "Ring Lageret, 55 55 55 55.")
    kiosk.says_no("Vakten")  # on Fridays only
    kiosk.says_no("Ring meg")


def test_help_carries_two_things_that_people_ask(kiosk: Station) -> None:
    kiosk.press(PLUS, HELP, "Jeg leverer for en som er død")
    kiosk.press("1", "Er det ingen lapp på den?", "Sett den ved det blå skiltet: UKJENT")
    kiosk.press(MINUS, "Hjelp", HELP)
    kiosk.press("2", "Sett fra deg det du har. Resten ordner vi.")
    kiosk.press(ENTER, "Hjelp", HELP)
    kiosk.press("3", HINT)
    kiosk.press(ENTER, WELCOME)


@pytest.mark.parametrize(
    ("then", "rings_on", "day"),
    [
        # A Tuesday before opening, after closing, a Saturday, and the evening before 17 May.
        (datetime(2027, 1, 12, 5, tzinfo=UTC), "tirsdag", "tirsdag 12. januar 2027"),
        (datetime(2027, 1, 13, 17, tzinfo=UTC), "torsdag", "torsdag 14. januar 2027"),
        (datetime(2027, 1, 16, 9, tzinfo=UTC), "mandag", "mandag 18. januar 2027"),
        (datetime(2027, 5, 14, 21, tzinfo=UTC), "tirsdag", "tirsdag 18. mai 2027"),
    ],
)
def test_when_nobody_answers_we_ring_and_the_desk_has_a_row(
    kiosk: Station, then: datetime, rings_on: str, day: str
) -> None:
    kiosk.clock.jump_to(then)
    kiosk.start_over()
    before = len(kiosk.rows(tables.call_back))

    kiosk.press(PLUS, "Ingen tar telefonen akkurat nå.", f"3 Ring meg på {rings_on}")
    kiosk.press("3", "Telefonnummeret ditt", "Vi ringer deg.")
    kiosk.dial("41234582", "Er nummeret riktig?", "41 23 45 82")
    kiosk.press(ENTER, "Vi har nummeret ditt", f"Vi ringer deg {day}")

    rows = kiosk.rows(tables.call_back)
    assert len(rows) == before + 1
    assert {row.phone for row in rows} == {"+4741234582"}
    kiosk.press(ENTER, WELCOME)


def test_on_friday_evening_the_guard_answers(kiosk: Station) -> None:
    kiosk.clock.jump_to(datetime(2027, 5, 21, 18, tzinfo=UTC))
    kiosk.start_over()

    kiosk.press(PLUS, "Ring Vakten, 55 55 55 66.")
    kiosk.says_no("Lageret")


def test_a_thing_that_was_scanned_while_a_number_was_typed_is_gone_on_with(kiosk: Station) -> None:
    kiosk.clock.jump_to(kiosk.clock.now().replace(hour=3) + timedelta(days=1))
    kiosk.start_over()
    item = kiosk.house.stands(STICK)

    kiosk.press(PLUS, "3 Ring meg")
    kiosk.press("3", "Telefonnummeret ditt")
    kiosk.scan(item, "Tast nummeret først, så går vi videre med tingen.")
    kiosk.dial("41234582", "Er nummeret riktig?")
    kiosk.press(ENTER, "Vi har nummeret ditt")
    kiosk.press(ENTER, "Vil du låne denne?", codes.spoken(item))


# --- labels that answer nothing ---------------------------------------------------------------------

LABELS = {
    "shelf": (codes.mint(Kind.SHELF, "9999001"), "Dette er lappen på en hylle"),
    "product": (codes.mint(Kind.PRODUCT, "9999001"), "Dette er lappen på en hylle"),
    "slip": (codes.mint(Kind.SLIP, "7315208"), "Ingen venter med denne papirlappen nå"),
    "ean": ("7038010009457", "Dette er produsentens egen lapp"),
    "udi": ("]d2010703801000945721ABC123", "Dette er produsentens egen lapp"),
    "cleaned": (codes.command_code(Command.CLEANED), "Den gjør ingenting akkurat nå"),
    "a newer command": (codes.mint(Kind.COMMAND, "0000999"), "Den gjør ingenting akkurat nå"),
}


@pytest.mark.parametrize("label", LABELS)
def test_a_label_that_answers_nothing_is_named_and_the_visit_stands_where_it_stood(
    kiosk: Station, label: str
) -> None:
    """Number 5 of the bad inputs."""
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(item, "Vil du låne denne?")
    before = kiosk.stored()

    code, says = LABELS[label]
    kiosk.scan(code, says)
    kiosk.press(ENTER, "Vil du låne denne?", codes.spoken(item))
    kiosk.clock.jump(seconds=3)
    kiosk.scan(code, says)
    assert kiosk.stored() == before
    kiosk.scan(card, "Lånet er i orden")

    assert kiosk.lent_to(item, card)


def test_a_card_that_is_not_read_can_be_typed(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.card_from_box()

    kiosk.scan(item, "Vil du låne denne?")
    kiosk.scan(card[:9] + "Y", "Vi kjenner ikke denne lappen", "Hold kortet ditt under det røde lyset.")
    kiosk.clock.jump(seconds=3)
    kiosk.scan(card[:9] + "Y", "Trykk 0 og tast de åtte tallene på kortet.", "Er det ingen tall?")
    kiosk.press("0", "Det står åtte tall på kortet.")
    kiosk.dial(codes.digits(card), "Telefonnummeret ditt")


# --- the command card -------------------------------------------------------------------------------


def test_the_command_card_does_what_the_keys_do(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    command = codes.command_code

    kiosk.scan(command(Command.HELP), "Hjelp", HELP)
    kiosk.scan(command(Command.NO), WELCOME)
    kiosk.scan(command(Command.LANGUAGE), "1 Bokmål", "4 English")
    kiosk.press(MINUS, WELCOME)
    kiosk.scan(command(Command.FINISH), "Den gjør ingenting akkurat nå")
    kiosk.press(ENTER, WELCOME)
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(command(Command.UNDO), "Den gjør ingenting akkurat nå")
    kiosk.scan(item, "Lånet er i orden")
    kiosk.clock.jump(seconds=3)
    kiosk.scan(command(Command.UNDO), "Vil du angre lånet?")
    kiosk.clock.jump(seconds=3)
    kiosk.scan(command(Command.NO), "Lånet er i orden")
    kiosk.scan(command(Command.LANGUAGE), "Den gjør ingenting akkurat nå")
    kiosk.scan(command(Command.FINISH), "Takk, og ha det godt!", "Du har lånt 1 ting.")

    assert kiosk.lent_to(item, card)


def test_the_language_of_the_command_card_types_no_nine(kiosk: Station) -> None:
    kiosk.scan(kiosk.house.card_from_box(), "Telefonnummeret ditt")
    kiosk.press("4123", "41 23_")

    kiosk.scan(codes.command_code(Command.LANGUAGE), "Den gjør ingenting akkurat nå")
    kiosk.press(ENTER, "Telefonnummeret ditt", "41 23_")


def test_finish_in_the_middle_of_a_question_leaves_it_unanswered(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.clock.jump(seconds=16)
    kiosk.scan(item, "Hvem skal låne denne?")

    kiosk.scan(codes.command_code(Command.FINISH), "Takk, og ha det godt!")

    assert kiosk.house.state(item) is State.AVAILABLE
