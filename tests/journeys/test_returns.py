"""Things come home: no card, no hour, no refusal; and what a person says of them counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from depot import codes, stock, tables
from depot.codes import Command
from depot.outcomes import Trouble
from depot.states import Fact, State
from tests.depot.house import ROLLATOR, STICK, STOOL, TONGS, House
from tests.journeys.station import ENTER, MINUS, WELCOME, Station

HOME = "Takk! Nå er den levert tilbake"
QUESTION = "Er alt i orden, og er alt med?"


def out(kiosk: Station, line: str = STICK) -> str:
    """A thing that somebody borrowed days ago."""
    item = kiosk.house.stands(line)
    kiosk.house.lends(kiosk.house.confirmed(), item)
    kiosk.clock.jump(minutes=11)
    return item


def test_a_thing_is_brought_back_without_a_card(kiosk: Station) -> None:
    item = out(kiosk, ROLLATOR)

    kiosk.scan(item, HOME, "1 ting", "RULLATOR, INNENDØRS", "Sett den ved det blå skiltet: VASK 1", QUESTION)
    assert kiosk.ended(item) == ["returned"], "stored before the question is answered"
    kiosk.press(ENTER, "Takk for at du leverte tilbake.")
    kiosk.press(ENTER, WELCOME)

    assert kiosk.house.state(item) is State.RETURNED


def test_the_question_is_answered_by_the_next_scan_and_several_come_home_in_a_row(kiosk: Station) -> None:
    stick, stool, tongs = out(kiosk), out(kiosk, STOOL), out(kiosk, TONGS)

    kiosk.scan(stick, HOME, "STOKK, REGULERBAR", "VASK 1", "1 ting")
    kiosk.scan(stool, HOME, "DUSJKRAKK", "VASK 2", "2 ting")
    kiosk.scan(tongs, HOME, "GRIPETANG", "VASK 1", "3 ting")
    kiosk.clock.jump(seconds=61)
    kiosk.says("Trenger du mer tid?")
    kiosk.clock.jump(seconds=31)
    kiosk.says(WELCOME)

    assert [kiosk.house.state(item) for item in (stick, stool, tongs)] == [State.RETURNED] * 3
    assert [kiosk.ended(item) for item in (stick, stool, tongs)] == [["returned"]] * 3


@pytest.mark.parametrize("by", ["key", "command card"])
@pytest.mark.parametrize(
    ("key", "command", "trouble", "says", "where", "state"),
    [
        ("1", Command.BROKEN, Trouble.BROKEN, "Vi reparerer den.", "VERKSTED", State.REPAIR),
        ("2", Command.MISSING_PART, Trouble.MISSING_PART, "Lever resten når du", "VASK 1", State.RETURNED),
        ("3", Command.SOILED, Trouble.SOILED, "Vi vasker den ekstra godt.", "SMITTE", State.QUARANTINE),
    ],
    ids=["broken", "missing part", "soiled"],
)
def test_what_is_wrong_is_noted_and_where_to_put_it_is_said(
    kiosk: Station,
    by: str,
    key: str,
    command: Command,
    trouble: Trouble,
    says: str,
    where: str,
    state: State,
) -> None:
    item = out(kiosk)
    (loan,) = kiosk.house.loans(item)

    kiosk.scan(item, HOME, QUESTION)
    if by == "key":
        kiosk.press(key, "Takk for at du sa fra", says, f"Sett den ved det blå skiltet: {where}")
    else:
        kiosk.scan(codes.command_code(command), "Takk for at du sa fra", says, where)

    assert kiosk.house.state(item) is state
    owed = kiosk.rows(tables.owed_part, loan=loan.key)
    assert bool(owed) is (trouble is Trouble.MISSING_PART)


def test_all_is_right_by_the_command_card(kiosk: Station) -> None:
    item = out(kiosk)

    kiosk.scan(item, HOME, QUESTION)
    kiosk.scan(codes.command_code(Command.ALL_RIGHT), "Takk for at du leverte tilbake.")

    assert kiosk.house.state(item) is State.RETURNED


def test_i_am_bringing_it_back_never_means_that_it_is_broken(kiosk: Station) -> None:
    item = out(kiosk)

    kiosk.scan(item, HOME, QUESTION)
    kiosk.scan(codes.command_code(Command.BRINGING_BACK), "Den gjør ingenting akkurat nå")
    kiosk.press(ENTER, HOME, QUESTION)

    assert kiosk.house.state(item) is State.RETURNED


def test_a_typed_thing_comes_home_as_well(kiosk: Station) -> None:
    item = out(kiosk)

    kiosk.press("0", "Det står åtte tall på den gule lappen.")
    kiosk.dial(codes.digits(item), "Er det denne?", "STOKK, REGULERBAR")
    kiosk.press(ENTER, HOME)

    assert kiosk.ended(item) == ["returned"]


@pytest.mark.parametrize("by", ["key", "command card"])
def test_a_thing_that_nobody_had_registered_comes_home(kiosk: Station, by: str) -> None:
    item = kiosk.house.stands(STICK)

    kiosk.scan(item, "Vil du låne denne?", "1 Jeg leverer den tilbake")
    if by == "key":
        kiosk.press("1", HOME, "VASK 1")
    else:
        kiosk.scan(codes.command_code(Command.BRINGING_BACK), HOME, "VASK 1")

    assert kiosk.house.state(item) is State.RETURNED
    assert kiosk.house.loans(item) == []


def test_brought_back_again_in_the_same_visit_it_is_already_home(kiosk: Station) -> None:
    item = out(kiosk)

    kiosk.scan(item, HOME, "1 ting")
    before = kiosk.stored()
    kiosk.clock.jump(seconds=3)
    kiosk.scan(item, "Den er allerede levert tilbake", "VASK 1", "1 ting")
    kiosk.press("0", "Det står åtte tall på den gule lappen.")
    kiosk.dial(codes.digits(item), "Er det denne?")
    kiosk.press(ENTER, "Den er allerede levert tilbake", "1 ting")

    assert kiosk.stored() == before


def lost(house: House, item: str) -> None:
    house.lends(house.confirmed(), item)
    house.moves(stock.lose, item=item)


def kept(house: House, item: str) -> None:
    house.lends(house.confirmed(), item)
    house.moves(stock.keep, item=item)


def written_off(house: House, item: str) -> None:
    house.moves(stock.write_off, item=item, reason="worn")


@pytest.mark.parametrize("given_up", [lost, kept, written_off])
def test_a_thing_that_was_given_up_is_welcomed_back(
    kiosk: Station, given_up: Callable[[House, str], None]
) -> None:
    """Number 28 of the bad inputs."""
    item = kiosk.house.stands(STICK)
    given_up(kiosk.house, item)

    kiosk.scan(item, HOME, "Så fint å se den igjen!", "Sett den ved det blå skiltet: UKJENT")

    assert kiosk.house.state(item) is State.RETURNED
    assert kiosk.house.events(item)[-1].kind == Fact.FOUND


# --- undo -------------------------------------------------------------------------------------------


def test_a_return_is_undone_after_one_question_and_stays_with_the_person(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.house.lends(card, item)
    kiosk.clock.jump(minutes=11)
    (before,) = kiosk.house.loans(item)

    kiosk.scan(item, HOME)
    kiosk.press(MINUS, "Vil du angre at du leverte?", "STOKK, REGULERBAR")
    kiosk.press(ENTER, "Det er angret", "Den er utlånt som før. Ta den med deg.")

    assert kiosk.lent_to(item, card)
    assert kiosk.house.loans(item) == [before]


def test_undoing_a_return_takes_back_what_was_said_of_it_too(kiosk: Station) -> None:
    item = out(kiosk)

    kiosk.scan(item, HOME)
    kiosk.press("1", "Takk for at du sa fra")
    kiosk.press(MINUS, "Vil du angre at du leverte?")
    kiosk.press(ENTER, "Det er angret", "Ta den med deg.")

    assert kiosk.house.state(item) is State.ON_LOAN


def test_undo_by_the_command_card_and_all_right_is_no_yes_to_it(kiosk: Station) -> None:
    item = out(kiosk)

    kiosk.scan(item, HOME)
    kiosk.scan(codes.command_code(Command.UNDO), "Vil du angre at du leverte?")
    kiosk.scan(codes.command_code(Command.ALL_RIGHT), "Den gjør ingenting akkurat nå")
    kiosk.press(ENTER, "Vil du angre at du leverte?")
    assert kiosk.house.state(item) is State.RETURNED
    kiosk.scan(codes.command_code(Command.YES), "Det er angret")

    assert kiosk.house.state(item) is State.ON_LOAN


def test_a_return_that_somebody_has_begun_to_clean_is_not_undone(kiosk: Station) -> None:
    item = out(kiosk)

    kiosk.scan(item, HOME)
    kiosk.house.moves(stock.begin_cleaning, item=item)
    kiosk.press(MINUS, "Vil du angre at du leverte?")
    kiosk.press(ENTER, "Det kan ikke angres lenger")

    assert kiosk.house.state(item) is State.CLEANING


def test_what_is_wrong_with_a_thing_that_is_being_cleaned_already_is_not_registered(kiosk: Station) -> None:
    item = out(kiosk)

    kiosk.scan(item, HOME)
    kiosk.house.moves(stock.begin_cleaning, item=item)
    kiosk.press("1", "Det ble ikke registrert", "Trykk + for hjelp.")

    assert kiosk.house.state(item) is State.CLEANING


# --- not ours ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["123456 000001", "123457-000002", "123458"])
def test_a_thing_of_nav_is_taken_in_and_the_desk_has_the_list(kiosk: Station, label: str) -> None:
    kiosk.scan(label, "Takk! Denne tilhører NAV", "Sett den ved det blå skiltet: NAV", "i den lukkede boksen")

    (row,) = kiosk.rows(tables.foreign_return, hms=label[:6])
    assert row.serial == (label[7:] or None)
    kiosk.press(ENTER, WELCOME)


def test_two_of_navs_things_with_one_article_number_are_two(kiosk: Station) -> None:
    kiosk.terminal.scan("654321 000001")
    kiosk.terminal.scan("654321 000002")
    kiosk.says("Takk! Denne tilhører NAV")

    kiosk.terminal.wait_until(lambda: len(kiosk.rows(tables.foreign_return, hms="654321")) == 2)


def test_navs_digits_are_understood_when_typed(kiosk: Station) -> None:
    kiosk.press("0", "Det står åtte tall på den gule lappen.")
    kiosk.dial("223344", "Takk! Denne tilhører NAV")

    assert len(kiosk.rows(tables.foreign_return, hms="223344")) == 1


@pytest.mark.parametrize("label", ["80040614141ABC-17", "8003006141411234524"], ids=["giai", "grai"])
def test_another_lenders_thing_is_not_ours(kiosk: Station, label: str) -> None:
    before = kiosk.stored()

    kiosk.scan(label, "Denne er ikke vår", "Lever den tilbake der du lånte den.")

    assert kiosk.stored() == before
    assert "not_ours" in {row.reason for row in kiosk.rows(tables.refusal)}


# --- people who are not there any more --------------------------------------------------------------


def test_a_thing_comes_home_although_its_borrower_was_erased(kiosk: Station) -> None:
    """Number 36 of the bad inputs: the link, the card and the person are gone; the thing is not."""
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.house.lends(card, item)
    kiosk.clock.jump(minutes=11)
    erase(kiosk, card)

    kiosk.scan(item, HOME, "VASK 1")

    assert kiosk.ended(item) == ["returned"]


def erase(kiosk: Station, card: str) -> None:
    """Take everything out that says who it was, as an erased person's row and links are."""
    who = kiosk.holder(card)

    def forget(conn: Connection, _: object) -> None:
        for table, column in ((tables.link, "borrower"), (tables.card, "borrower"), (tables.borrower, "id")):
            conn.execute(table.delete().where(table.c[column] == who))

    kiosk.house.ledger.perform(forget)
