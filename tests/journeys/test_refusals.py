"""Every no that one kiosk can say: the thing, the reason in few words, the next step; and the soft ones."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

import pytest

from depot import borrowers, codes, stock, tables
from depot.outcomes import Reason
from depot.states import State
from depot.words import words_in
from tests.depot.house import HOIST, NO_SUCH_CARD, NO_SUCH_ITEM, ROLLATOR, STICK, STOOL, TONGS, House
from tests.journeys.conftest import NewStation
from tests.journeys.station import ENTER, MINUS, WELCOME, Station

R = Reason

PHONE = """
[[phone]]
name = "Lageret"
number = "55 55 55 55"
days = "12345"
opens = "08:00"
closes = "15:00"
"""
CALL = "Ring Lageret, 55 55 55 55"
NO = "Denne kan du ikke låne nå"
NO_OTHER = "Det er ingen annen ledig her akkurat nå"

FOUR_FEET, FRAME, SOCK_AID, BATH_BOARD, SPIKE = "WLK-04", "WLK-05", "REA-02", "BTH-03", "WLK-11"


@pytest.fixture(scope="module")
def running(new_station: NewStation) -> Station:
    return new_station(phones=PHONE)


@pytest.fixture(scope="module")
def stern(new_station: NewStation) -> Station:
    """Where soft reasons are hard, staff start the cards, and nothing foreign is taken in."""
    return new_station(
        phones=PHONE, rules_strict="true", rules_first_loan="staff", rules_foreign_returns="send"
    )


class Told(NamedTuple):
    """What is scanned, what the screen says of the last of it, and whether that wrote anything."""

    scans: tuple[str, ...]
    says: tuple[str, ...]
    writes: bool = False


# --- hard: the thing stays --------------------------------------------------------------------------


def unknown_code(house: House) -> Told:
    return Told((NO_SUCH_ITEM,), ("Vi kjenner ikke denne lappen", "Trykk 0 og tast de åtte tallene"))


def not_ours(house: House) -> Told:
    return Told(("80040614141ABC-17",), ("Denne er ikke vår", "Lever den tilbake der du lånte den", CALL))


def on_loan_to_other(house: House) -> Told:
    item = house.stands(STOOL, "S1")
    house.now -= timedelta(days=3)
    house.lends(house.confirmed(), item)
    house.now += timedelta(days=3)
    house.stands(STOOL, "S2")
    says = ("Takk! Nå er den levert tilbake", "Den må vaskes før den lånes ut igjen", "VASK 2")
    return Told((house.confirmed(), item), (*says, "Det står 1 til på hylle S2. Ta den."), writes=True)


def in_cleaning(house: House) -> Told:
    item = house.stands(TONGS)
    house.stand(2, TONGS, "G1")
    house.lends(house.confirmed(), item)
    house.brings(item)
    where = "Sett den ved det blå skiltet: VASK 1"
    others = "Det står 2 til på hylle G1. Ta en av dem."
    return Told((item,), (NO, "GRIPETANG", "ikke vasket ennå", where, others))


def in_repair(house: House) -> Told:
    item = house.stands(SOCK_AID)
    house.moves(stock.send_to_repair, item=item, fault="broken")
    return Told((item,), (NO, "STRØMPEPÅTREKKER", "venter på å bli reparert", "VERKSTED", NO_OTHER))


def quarantined(house: House) -> Told:
    item = house.stands(SPIKE)
    house.moves(stock.quarantine, item=item, infection=True)
    return Told((item,), (NO, "ISPIGG", "vaskes ekstra godt", "SMITTE", NO_OTHER))


def not_available(house: House) -> Told:
    item = house.received(FOUR_FEET)
    return Told((item,), (NO, "STOKK MED FIRE", "ikke klar til å lånes ut", "UKJENT", NO_OTHER))


def staff_only(house: House) -> Told:
    item = house.stands(HOIST, "L1")
    says = (NO, "PERSONLØFTER", "Noen må tilpasse den", "Sett den tilbake på hylle L1", CALL)
    return Told((house.confirmed(), item), says)


def inspection_expired(house: House) -> Told:
    house.now -= timedelta(days=400)
    item = house.stands(ROLLATOR, "R1")
    house.now += timedelta(days=400)
    house.stands(ROLLATOR, "R2")
    says = (NO, "RULLATOR", "Den må kontrolleres før", "hylle R1", "Det står 1 til på hylle R2. Ta den.")
    return Told((item,), says)


def recalled(house: House) -> Told:
    item = house.stands(BATH_BOARD, "P1")
    house.change(tables.recall, key=str(uuid.uuid4()), product=BATH_BOARD, opened_at=0)
    return Told((item,), (NO, "BADEKARBRETT", "kalt den tilbake", "hylle P1", NO_OTHER))


def set_aside_for_other(house: House) -> Told:
    house.queues(house.confirmed(), FRAME)
    item = house.stands(FRAME, "F1")
    says = (NO, "GÅSTATIV", "satt av til en som venter", "ved det blå skiltet: HENTES", NO_OTHER)
    return Told((house.confirmed(), item), says)


def card_unknown(house: House) -> Told:
    says = ("Vi kjenner ikke dette kortet", "Ta et nytt kort fra esken og skann det")
    return Told((house.stands(STICK), NO_SUCH_CARD), says)


def card_blocked(house: House) -> Told:
    card = house.confirmed()
    house.at_desk(borrowers.block, card, "talked to")
    says = ("Dette kortet kan ikke brukes nå", "Det du har lånt, er fortsatt i orden", CALL)
    return Told((house.stands(STICK), card), says)


HARD: dict[Reason, Callable[[House], Told]] = {
    R.UNKNOWN_CODE: unknown_code,
    R.NOT_OURS: not_ours,
    R.ON_LOAN_TO_OTHER: on_loan_to_other,
    R.IN_CLEANING: in_cleaning,
    R.IN_REPAIR: in_repair,
    R.QUARANTINED: quarantined,
    R.NOT_AVAILABLE: not_available,
    R.STAFF_ONLY: staff_only,
    R.INSPECTION_EXPIRED: inspection_expired,
    R.RECALLED: recalled,
    R.SET_ASIDE_FOR_OTHER: set_aside_for_other,
    R.CARD_UNKNOWN: card_unknown,
    R.CARD_BLOCKED: card_blocked,
}

CARDS_ALONE = {R.CARD_UNKNOWN, R.CARD_BLOCKED}
"""Said of a card before any deed, so nothing about a thing was refused and nothing is counted."""


@pytest.mark.parametrize("reason", HARD)
def test_a_no_names_the_thing_the_reason_and_the_next_step(kiosk: Station, reason: Reason) -> None:
    told = HARD[reason](kiosk.house)
    before, counted = kiosk.stored(), times(kiosk, reason)

    for code in told.scans:
        kiosk.terminal.scan(code)
    kiosk.says(*told.says)

    assert times(kiosk, reason) == counted + (reason not in CARDS_ALONE)
    assert (kiosk.stored() == before) is not told.writes
    kiosk.terminal.press(ENTER)
    kiosk.terminal.wait_until(lambda: not all(text in kiosk.said for text in told.says))


def times(kiosk: Station, reason: Reason) -> int:
    """How often the reason was counted."""
    return sum(n for (why, _), n in kiosk.house.counted().items() if why == reason)


def test_all_reasons_are_told_and_counted_the_most_important_first(kiosk: Station) -> None:
    house = kiosk.house
    house.now -= timedelta(days=400)
    item = house.stands(HOIST, "L2")
    counted = times(kiosk, R.STAFF_ONLY), times(kiosk, R.INSPECTION_EXPIRED)

    kiosk.scan(item, NO, "PERSONLØFTER", "hylle L2", CALL)
    assert kiosk.said.index("Noen må tilpasse den") < kiosk.said.index("Den må kontrolleres")

    assert (times(kiosk, R.STAFF_ONLY), times(kiosk, R.INSPECTION_EXPIRED)) == tuple(n + 1 for n in counted)


def test_a_piece_set_aside_is_lent_to_whom_it_waits_for(kiosk: Station) -> None:
    house, card = kiosk.house, kiosk.house.confirmed()
    waiting = house.queues(card, "BTH-04")
    item = house.stands("BTH-04", "F2")
    assert house.state(item) is State.SET_ASIDE

    kiosk.scan(item, "Vil du låne denne?", "Den er satt av til en som venter. Er det deg?")
    kiosk.scan(card, "Lånet er i orden", "BADEKARSETE")

    assert kiosk.lent_to(item, card)
    assert kiosk.house.hold(waiting.key).state == "fetched"


def test_a_card_that_is_blocked_while_it_is_open_borrows_nothing_more(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK, "B4"), kiosk.house.confirmed()

    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.house.at_desk(borrowers.block, card, "talked to")
    kiosk.scan(item, NO, "STOKK, REGULERBAR", "Kortet kan ikke brukes nå", "hylle B4", CALL)
    kiosk.press(ENTER, "Dette kortet kan ikke brukes nå")
    kiosk.press(MINUS, WELCOME)

    assert kiosk.house.state(item) is State.AVAILABLE


def test_a_card_that_is_deleted_while_it_is_open_borrows_nothing_more(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK, "B5"), kiosk.house.confirmed()

    kiosk.scan(card, "Kortet ditt er åpent")
    gone = tables.card.delete().where(tables.card.c.code == card)
    kiosk.house.ledger.perform(lambda conn, _: conn.execute(gone).rowcount)
    kiosk.scan(item, NO, "Vi kjenner ikke kortet", "hylle B5", "Ta et nytt kort fra esken og skann det")

    assert kiosk.house.state(item) is State.AVAILABLE


def test_the_dead_persons_card_is_refused_and_help_is_offered(kiosk: Station) -> None:
    card = kiosk.house.confirmed()
    kiosk.house.at_desk(borrowers.died, card, kiosk.clock.now().date())

    kiosk.scan(card, "Dette kortet kan ikke brukes nå", CALL)


# --- soft: a short loan, flagged, and whom to call --------------------------------------------------


def with_eight_things(kiosk: Station) -> str:
    card = kiosk.house.confirmed()
    for item in kiosk.house.stand(8, STICK):
        kiosk.house.lends(card, item)
    return card


def run_out(kiosk: Station) -> str:
    card = kiosk.house.confirmed()
    yesterday = kiosk.clock.now().date() - timedelta(days=1)
    kiosk.house.change(tables.card, code=card, expires_on=yesterday.isoformat())
    return card


def not_reached_in_time(kiosk: Station) -> str:
    house = kiosk.house
    house.now -= timedelta(days=15)
    return house.starter()


def for_nearly_two_years(kiosk: Station) -> str:
    house, card = kiosk.house, kiosk.house.confirmed()
    item = house.stands(TONGS)
    house.now -= timedelta(days=700)
    house.lends(card, item)
    kiosk.house.brings(item)
    return card


def with_two_things_long_late(kiosk: Station) -> str:
    card = kiosk.house.confirmed()
    for item in kiosk.house.stand(2, STICK):
        kiosk.house.lends(card, item)
    kiosk.clock.jump(days=120)
    return card


class Soft(NamedTuple):
    """Who it is, what the screen says where the rules are mild, and where they are strict."""

    who: Callable[[Station], str]
    mild: str
    strict: str


SOFT: dict[Reason, Soft] = {
    R.TOO_MANY_LINES: Soft(with_eight_things, "Du har mange ting på lån", "så mange lån som det kan ha"),
    R.CARD_EXPIRED: Soft(run_out, "Kortet har gått ut", "Kortet har gått ut"),
    R.CARD_UNCONFIRMED: Soft(not_reached_in_time, "ikke nådd deg på telefon", "ikke nådd deg på telefon"),
    R.CAP_REACHED: Soft(for_nearly_two_years, "NAV som skal hjelpe deg", "NAV du skal spørre"),
    R.OVERDUE: Soft(with_two_things_long_late, "Andre ting skulle vært", "Andre ting skulle vært"),
}


@pytest.mark.parametrize("reason", SOFT)
def test_a_soft_reason_makes_a_short_loan_and_says_whom_to_call(kiosk: Station, reason: Reason) -> None:
    card = SOFT[reason].who(kiosk)
    item = kiosk.house.stands(TONGS)

    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Lånet er i orden", SOFT[reason].mild, CALL)
    kiosk.says_no("Du er ferdig og kan gå")

    assert kiosk.lent_to(item, card)
    (loan,) = [one for one in kiosk.house.loans(item) if one.ended is None]
    assert (loan.flags, loan.days) == (reason.value, 14)
    due = words_in("nb").day(date.fromisoformat(loan.due))
    kiosk.says(f"Lever tilbake senest {due}")


@pytest.mark.parametrize("reason", SOFT)
def test_where_the_rules_are_strict_a_soft_reason_is_a_no(stern: Station, reason: Reason) -> None:
    stern.start_over()
    # What is out already was lent before the rules were strict.
    stern.house.reopen(rules_strict="false", rules_first_loan="starter")
    card = SOFT[reason].who(stern)
    item = stern.house.stands(TONGS, "G3")
    counted = times(stern, reason)

    stern.scan(card, "Kortet ditt er åpent")
    stern.scan(item, NO, "GRIPETANG", SOFT[reason].strict, "Sett den tilbake på hylle G3", CALL)

    assert stern.house.state(item) is State.AVAILABLE
    assert times(stern, reason) == counted + 1


def test_where_staff_start_the_cards_nobody_types_a_number_in_vain(stern: Station) -> None:
    stern.start_over()
    item, card = stern.house.stands(STICK), stern.house.card_from_box()

    stern.says(WELCOME, "Første gang? Trykk +")
    stern.scan(item, "Vil du låne denne?", "Trykk +, så hjelper vi deg")
    stern.scan(card, "Dette kortet er ikke tatt i bruk ennå", "sammen med deg", CALL)
    stern.press(ENTER, WELCOME)
    stern.scan(NO_SUCH_CARD, "Vi kjenner ikke dette kortet", "Trykk +, så hjelper vi deg")
    stern.says_no("esken")

    assert stern.house.state(item) is State.AVAILABLE
    assert stern.holder(card) is None


def test_where_nothing_foreign_is_taken_in_navs_thing_goes_back_to_its_lender(stern: Station) -> None:
    stern.start_over()
    counted = times(stern, R.NAV_LABEL)

    stern.scan("123456 000001", "Denne tilhører NAV", "Lever den tilbake der du lånte den", CALL)

    assert stern.rows(tables.foreign_return) == []
    assert times(stern, R.NAV_LABEL) == counted + 1


# --- none is forgotten ------------------------------------------------------------------------------

ELSEWHERE = {
    R.NAV_LABEL: test_where_nothing_foreign_is_taken_in_navs_thing_goes_back_to_its_lender,
}
IN_OTHER_MODULES = {
    R.LEDGER_FULL: "test_faults: when the disk is full things come home but none leave",
    R.UNDO_TOO_LATE: "test_loans: when something else has happened to the thing the undo is too late",
    R.WRONG_STATE: "test_returns: what is wrong with a thing that is being cleaned already",
}
NOT_AT_A_KIOSK = {
    R.SOMEONE_WAITS: "nothing is renewed here yet",
    R.RENEWALS_USED: "nothing is renewed here yet",
    R.NOT_ON_LOAN: "nothing is renewed here yet",
    R.KEY_REUSED: "a kiosk brings no keys of its own",
}


def test_no_reason_is_forgotten() -> None:
    assert {*HARD, *SOFT, *ELSEWHERE, *IN_OTHER_MODULES, *NOT_AT_A_KIOSK} == set(Reason)


def test_a_no_shows_digits_of_no_card(kiosk: Station) -> None:
    card = kiosk.house.confirmed()
    kiosk.house.at_desk(borrowers.block, card, "talked to")

    kiosk.scan(card, "Dette kortet kan ikke brukes nå")

    kiosk.says_no(codes.digits(card), codes.spoken(card))
