"""The scanner's bytes at the whole kiosk: whatever it ends with, however quick, nothing is lost or mixed."""

from __future__ import annotations

import pytest

from depot import codes, tables
from depot.states import State
from tests.depot.house import STICK, STOOL
from tests.driver import PASTE_END, PASTE_START
from tests.journeys.station import ENTER, WELCOME, Station

HOME = "Takk! Nå er den levert tilbake"


def on_loan(kiosk: Station, number: int) -> list[str]:
    """So many things that somebody borrowed days ago, all on one card."""
    items, card = kiosk.house.stand(number, STICK), kiosk.house.confirmed()
    for item in items:
        kiosk.house.lends(card, item)
    kiosk.clock.jump(minutes=11)
    return items


@pytest.mark.parametrize("terminator", ["\r", "\n", "\r\n", "\t", "\t\r", ""], ids=repr)
def test_a_scan_is_one_scan_whatever_ends_it(kiosk: Station, terminator: str) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()

    kiosk.terminal.scan(item, terminator)
    kiosk.says("Vil du låne denne?", codes.spoken(item))
    kiosk.terminal.scan(card, terminator)
    kiosk.says("Lånet er i orden", "1 ting")
    kiosk.is_listening()

    assert "Lånet er i orden" in kiosk.said, "no stray Enter has ended the visit"
    assert kiosk.lent_to(item, card)


@pytest.mark.parametrize("gap", [0.001, 0.008, 0.02])
def test_a_slow_scanner_is_a_scanner_too(kiosk: Station, gap: float) -> None:
    item = kiosk.house.stands(STICK)

    kiosk.terminal.scan(item, gap=gap)
    kiosk.says("Vil du låne denne?", codes.spoken(item))


def test_a_pasted_code_is_a_scan(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()

    kiosk.terminal.paste(item)
    kiosk.says("Vil du låne denne?")
    kiosk.terminal.paste(card + "\r\n")
    kiosk.says("Lånet er i orden")

    assert kiosk.lent_to(item, card)


def test_the_separator_of_gs1_stays_where_it_is(kiosk: Station) -> None:
    """Number 26 of the bad inputs: without the separator the serial would be part of the batch."""
    kiosk.scan("]C1010703801000945710LOT7\x1d21SER9", "Dette er produsentens egen lapp")
    kiosk.press(ENTER, WELCOME)
    kiosk.scan("\x1d010703801000945710LOT7\x1d21SER9", "Dette er produsentens egen lapp")


@pytest.mark.parametrize("terminator", ["\r", "\n", "\r\n", "\t"], ids=repr)
def test_ten_returns_back_to_back_are_ten_returns(kiosk: Station, terminator: str) -> None:
    items = on_loan(kiosk, 10)

    kiosk.terminal.send("".join(item + terminator for item in items).encode())
    kiosk.says(HOME, "10 ting")

    assert [kiosk.ended(item) for item in items] == [["returned"]] * 10


def test_forty_returns_back_to_back_are_all_on_disk_and_in_order(kiosk: Station) -> None:
    items = on_loan(kiosk, 40)

    kiosk.terminal.send("".join(item + "\r" for item in items).encode())
    kiosk.says(HOME, "40 ting")

    returns = [one for one in kiosk.house.events() if one.kind == "check_in"]
    assert [one.item for one in returns][-40:] == items


def test_fifty_scans_in_a_second_none_merged(kiosk: Station) -> None:
    """Number 21 of the bad inputs: codes and rubbish in turns; every code counts, and no two become one."""
    items = on_loan(kiosk, 25)

    kiosk.terminal.send("".join(f"{item}\r'; DROP TABLE loan;--\r" for item in items).encode())
    kiosk.says("Vi kjenner ikke denne lappen", "25 ting")

    assert [kiosk.ended(item) for item in items] == [["returned"]] * 25


def test_a_scan_in_the_middle_of_a_number_leaves_its_digits_alone(kiosk: Station) -> None:
    first, second = kiosk.house.stands(STICK), kiosk.house.stands(STOOL)
    card = kiosk.house.card_from_box()

    kiosk.scan(first, "Vil du låne denne?")
    kiosk.scan(card, "Telefonnummeret ditt")
    kiosk.press("4123", "41 23_")
    kiosk.scan(second, "Tast nummeret først, så går vi videre med tingen.", "41 23_")
    kiosk.press("4583", "41 23 45 83_")
    kiosk.press(ENTER, "Er nummeret riktig?", "41 23 45 83")
    kiosk.press(ENTER, "Lånet er i orden", "STOKK, REGULERBAR", "1 ting")

    assert kiosk.lent_to(first, card)
    assert kiosk.house.state(second) is State.AVAILABLE
    (person,) = kiosk.rows(tables.borrower, id=kiosk.holder(card))
    assert person.phone == "+4741234583"


def test_a_scan_between_two_quick_digits_leaves_them_alone(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.card_from_box()

    kiosk.scan(card, "Telefonnummeret ditt")
    kiosk.terminal.press("41", gap=0.06)
    kiosk.terminal.send((item + "\r").encode())
    kiosk.terminal.press("23", gap=0.06)
    kiosk.says("41 23_")
    kiosk.dial("4584", "Er nummeret riktig?", "41 23 45 84")
    kiosk.press(ENTER, "Lånet er i orden", codes.spoken(item))

    assert kiosk.lent_to(item, card)


def test_a_label_that_is_not_understood_leaves_the_digits_of_a_number_alone(kiosk: Station) -> None:
    kiosk.scan(kiosk.house.card_from_box(), "Telefonnummeret ditt")
    kiosk.press("4123", "41 23_")

    kiosk.scan("RUBBISH-ON-A-LABEL", "Vi kjenner ikke denne lappen")
    kiosk.press(ENTER, "Telefonnummeret ditt", "41 23_")


def test_the_same_code_twice_within_two_seconds_is_one_scan(kiosk: Station) -> None:
    """Number 29 of the bad inputs."""
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")
    events = len(kiosk.house.events())

    kiosk.terminal.send(f"{item}\r{item}\r".encode())
    kiosk.says("Lånet er i orden")
    kiosk.is_listening()
    assert "Lånet er i orden" in kiosk.said, "and not: already in your list"

    assert len(kiosk.house.events()) == events + 1
    assert kiosk.lent_to(item, card)


def test_a_paste_of_many_codes_is_each_of_them(kiosk: Station) -> None:
    items = on_loan(kiosk, 5)

    kiosk.terminal.send((PASTE_START + "\r".join(items) + PASTE_END).encode())
    kiosk.says(HOME, "5 ting")

    assert [kiosk.ended(item) for item in items] == [["returned"]] * 5
