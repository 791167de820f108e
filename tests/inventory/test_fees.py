"""Fees and deposits: what a loan costs, who is let off, and what becomes of it."""

from __future__ import annotations

from datetime import date

import pytest

from depot import borrowers, deaths, demo, lending, privacy
from depot.settings import FeesSection
from depot.tables import about, borrower, card, fee
from inventory import fees, money
from inventory.fees import Fee, Kind, No, State
from tests.depot.command.front import Shell
from tests.depot.house import CRUTCHES, ROLLATOR, STICK, TODAY, TONGS, House

TERMS = FeesSection(enabled=True, cap_ore=30_000, free_under_age=18)
OFF = FeesSection()
MANAGER = "m1"


def advance(house: House, terms: FeesSection = TERMS) -> int:
    return house.do(fees.advance, terms=terms)


@pytest.fixture
def priced(house: House) -> House:
    """A depot like Frogn: 100 kroner for a crutch and for other things, 300 at most, free under 18."""
    advance(house)
    for line in (CRUTCHES, STICK, ROLLATOR):
        assert house.at_desk(fees.set_line, line, fee_ore=10_000, deposit_ore=0) is None
    return house


def owed(house: House) -> list[tuple[str, int]]:
    return [(one.item, one.amount_ore) for one in house.look(fees.listing)]


def all_of(house: House) -> list[Fee]:
    return list(house.look(fees.listing, everything=True))


def born(house: House, card_code: str, year: int) -> None:
    (whose,) = house.rows(card, code=card_code)
    house.change(borrower, id=whose.borrower, birth_year=year)


# --- what a loan costs -----------------------------------------------------------------------------


def test_nothing_costs_anything_until_it_is_enabled_nor_do_loans_from_before(house: House) -> None:
    house.at_desk(fees.set_line, STICK, fee_ore=10_000, deposit_ore=0)
    first = house.stands()
    house.lends(house.confirmed(), first)
    assert advance(house, OFF) == 0
    house.wait(hours=1)
    assert advance(house) == 0
    house.wait(hours=1)
    second = house.stands()
    house.lends(house.confirmed(), second)
    assert advance(house) == 1
    assert owed(house) == [(second, 10_000)]
    assert advance(house, OFF) == 0
    assert house.rows(about, name="fees_since") == []


def test_each_loan_costs_what_its_line_cost_when_it_was_lent_and_once(priced: House) -> None:
    kari = priced.confirmed()
    first, second = priced.stand(2)
    priced.lends(kari, first)
    priced.wait(minutes=1)
    priced.at_desk(fees.set_line, STICK, fee_ore=5_000, deposit_ore=0)
    priced.wait(minutes=1)
    priced.lends(kari, second)
    priced.wait(minutes=1)
    priced.at_desk(fees.set_line, STICK, fee_ore=0, deposit_ore=0)
    assert advance(priced) == 2
    assert advance(priced) == 0
    assert owed(priced) == [(first, 10_000), (second, 5_000)]
    priced.wait(minutes=1)
    priced.brings(first)
    priced.lends(kari, priced.stands())
    assert advance(priced) == 1
    assert len(all_of(priced)) == 2, "what costs nothing is not listed"
    assert advance(priced) == 0


def test_a_pair_is_two_things_and_one_borrower_pays_no_more_than_the_cap(priced: House) -> None:
    kari, ola = priced.confirmed("Kari"), priced.confirmed("Ola")
    lent = [priced.lends(kari, piece) for piece in priced.stand(2, CRUTCHES)]
    advance(priced)
    assert [row.amount_ore for row in priced.rows(fee)] == [10_000, 10_000]
    for one in lent:
        (row,) = priced.look(fees.of_loan, one.key)
        assert priced.at_desk(fees.pay, row.key, by=MANAGER) is None
    for piece in priced.stand(2):
        priced.lends(kari, piece)
    priced.lends(ola, priced.stands())
    advance(priced)
    assert len(owed(priced)) == 2, "Kari's third and Ola's first"
    (let_off,) = [one for one in all_of(priced) if one.state is State.WAIVED]
    assert (let_off.why, let_off.amount_ore) == (fees.CAP, 10_000)


def test_what_is_left_under_the_cap_is_owed_in_part(priced: House) -> None:
    kari = priced.confirmed()
    for piece in priced.stand(2):
        priced.lends(kari, piece)
    assert advance(priced, FeesSection(enabled=True, cap_ore=15_000)) == 2
    assert sorted(amount for _, amount in owed(priced)) == [5_000, 10_000]
    priced.lends(kari, priced.stands())
    assert advance(priced, FeesSection(enabled=True, cap_ore=0)) == 1
    assert sorted(amount for _, amount in owed(priced)) == [5_000, 10_000, 10_000], "no cap at all"


def test_who_is_young_borrows_free_to_the_end_of_the_year_and_pays_a_deposit(priced: House) -> None:
    priced.at_desk(fees.set_line, STICK, fee_ore=10_000, deposit_ore=20_000)
    for year in (TODAY.year - 18, TODAY.year - 19):
        code = priced.confirmed(f"{year}")
        born(priced, code, year)
        priced.lends(code, priced.stands())
    advance(priced)
    told = sorted((one.kind.value, one.state.value, one.why) for one in all_of(priced))
    assert told == [
        ("deposit", "owed", ""),
        ("deposit", "owed", ""),
        ("fee", "owed", ""),
        ("fee", "waived", fees.YOUNG),
    ]


def test_a_loan_taken_back_costs_nothing_and_neither_does_one_of_the_dead(priced: House) -> None:
    kari = priced.confirmed()
    lent = priced.lends(kari, priced.stands())
    advance(priced)
    priced.undoes(lent.deed)
    assert advance(priced) == 1
    assert owed(priced) == []
    assert [one.why for one in all_of(priced)] == [fees.UNDONE]
    mona = priced.confirmed("Mona")
    priced.lends(mona, priced.stands())
    priced.at_desk(borrowers.died, mona, date(2027, 1, 10))
    assert advance(priced) == 0


def test_a_line_that_costs_nothing_costs_nothing(priced: House) -> None:
    priced.lends(priced.confirmed(), priced.stands(TONGS))
    assert advance(priced) == 0
    assert priced.rows(fee) == []


@pytest.mark.parametrize(("line", "amount", "no"), [("NOT-99", 1, No.NO_LINE), (STICK, -1, No.OUT_OF_RANGE)])
def test_what_no_line_can_cost_is_refused(house: House, line: str, amount: int, no: No) -> None:
    assert house.at_desk(fees.set_line, line, fee_ore=amount, deposit_ore=0) is no
    assert house.look(fees.lines) == {}


# --- what becomes of it ----------------------------------------------------------------------------


def only(house: House) -> Fee:
    (one,) = all_of(house)
    return one


def test_it_is_paid_or_waived_once_and_a_slip_is_taken_back(priced: House) -> None:
    priced.lends(priced.confirmed(), priced.stands())
    advance(priced)
    key = only(priced).key
    assert priced.at_desk(fees.pay, key, by=MANAGER) is None
    assert priced.at_desk(fees.pay, key, by=MANAGER) is No.WRONG_STATE
    assert priced.at_desk(fees.waive, key, why="goodwill", by=MANAGER) is No.WRONG_STATE
    assert priced.at_desk(fees.pay_back, key, by=MANAGER) is No.WRONG_STATE, "it is no deposit"
    assert priced.at_desk(fees.take_back, key, by=MANAGER) is None
    assert priced.at_desk(fees.take_back, key, by=MANAGER) is No.WRONG_STATE
    assert (only(priced).state, only(priced).settled_at) == (State.OWED, None)
    assert priced.at_desk(fees.waive, key, why="  ", by=MANAGER) is No.NO_REASON
    assert priced.at_desk(fees.waive, key, why="goodwill", by=MANAGER) is None
    assert (only(priced).why, priced.look(fees.listing)) == ("goodwill", ())
    for verb in (fees.pay, fees.pay_back, fees.take_back):
        assert priced.at_desk(verb, "none", by=MANAGER) is No.NO_FEE


def test_a_deposit_is_paid_back_when_the_thing_is_home(priced: House) -> None:
    priced.at_desk(fees.set_line, STICK, fee_ore=0, deposit_ore=20_000)
    piece = priced.stands()
    priced.lends(priced.confirmed(), piece)
    advance(priced)
    priced.at_desk(fees.pay, only(priced).key, by=MANAGER)
    assert priced.look(fees.listing) == (), "nothing is to be done while it is out"
    priced.brings(piece)
    (due,) = priced.look(fees.listing)
    assert due.to_pay_back
    assert priced.at_desk(fees.pay_back, due.key, by=MANAGER) is None
    assert priced.look(fees.listing) == ()
    assert priced.at_desk(fees.take_back, due.key, by=MANAGER) is None
    assert only(priced).state is State.PAID


def test_a_deposit_that_nobody_paid_is_owed_no_more_when_the_thing_is_home(priced: House) -> None:
    priced.at_desk(fees.set_line, STICK, fee_ore=10_000, deposit_ore=20_000)
    piece = priced.stands()
    priced.lends(priced.confirmed(), piece)
    advance(priced)
    priced.brings(piece)
    assert advance(priced) == 1
    assert owed(priced) == [(piece, 10_000)]


def test_a_compensation_is_asked_for_one_by_one_and_keeps_what_it_is_for(priced: House) -> None:
    lent = priced.lends(priced.confirmed(), priced.stands(TONGS))
    for amount, why, no in ((0, "lost", No.OUT_OF_RANGE), (1, "", No.NO_REASON)):
        assert priced.at_desk(fees.ask_for, lent.key, amount_ore=amount, why=why) is no
    assert priced.at_desk(fees.ask_for, "none", amount_ore=1, why="lost") is No.NO_LOAN
    key = priced.at_desk(fees.ask_for, lent.key, amount_ore=45_050, why="lost")
    assert (only(priced).kind, only(priced).key, only(priced).why) == (Kind.COMPENSATION, key, "lost")
    priced.at_desk(fees.waive, only(priced).key, why="found", by=MANAGER)
    assert only(priced).why == "lost – found"


def test_at_a_death_what_is_owed_is_waived_and_what_was_paid_stays_paid(priced: House) -> None:
    kari, ola = priced.confirmed("Kari"), priced.confirmed("Ola")
    first = priced.lends(kari, priced.stands())
    priced.lends(kari, priced.stands())
    priced.lends(ola, priced.stands())
    advance(priced)
    (paid,) = priced.look(fees.of_loan, first.key)
    priced.at_desk(fees.pay, paid.key, by=MANAGER)
    priced.do(deaths.died, card_code=kari, on=date(2027, 1, 10), by=MANAGER)
    told = {one.state: one.why for one in priced.look(fees.of_card, kari)}
    assert told == {State.PAID: "", State.WAIVED: fees.DIED}
    assert len(owed(priced)) == 1


def test_what_is_owed_or_to_go_back_keeps_the_loans_tie_until_it_is_settled(priced: House) -> None:
    priced.at_desk(fees.set_line, STICK, fee_ore=10_000, deposit_ore=20_000)
    piece = priced.stands()
    lent = priced.lends(priced.confirmed(), piece)
    advance(priced)
    cost, deposit = sorted(priced.look(fees.of_loan, lent.key), key=lambda one: one.kind, reverse=True)
    priced.at_desk(fees.pay, deposit.key, by=MANAGER)
    priced.brings(piece)
    priced.wait(days=60)
    priced.do(privacy.advance)
    assert priced.links() == {lent.key}
    priced.at_desk(fees.pay, cost.key, by=MANAGER)
    priced.do(privacy.advance)
    assert priced.links() == {lent.key}
    priced.at_desk(fees.pay_back, deposit.key, by=MANAGER)
    priced.do(privacy.advance)
    assert priced.links() == set()
    assert len(all_of(priced)) == 2, "the figures stay"


def test_a_kiosks_loan_and_return_make_no_row_of_their_own(priced: House) -> None:
    piece = priced.stands()
    priced.do(lending.check_out, card=priced.confirmed(), item=piece, in_hand=True)
    priced.brings(piece)
    assert priced.rows(fee) == []


# --- amounts and the shell -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "ore"),
    [
        ("100", 10_000), ("99,50", 9_950), ("99.5", 9_950), (" 1 000 ", 100_000), ("0", 0), ("7,", 700),
        ("", None), ("-1", None), ("1,234", None), ("x", None), ("1e3", None), ("1234567", None), ("٣", None),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_type_it(typed: str, ore: int | None) -> None:
    assert money.ore_of(typed) == ore


def test_an_amount_is_written_as_people_write_it() -> None:
    assert money.written(9_950, language="nb", country="NO").replace("\xa0", " ") in (
        "99,50 kr",
        "kr 99,50",
    )
    assert money.written(9_950, language="da", country="DK").replace("\xa0", " ") == "99,50 kr."


def test_fees_at_a_shell(depot: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPOT_FEES_ENABLED", "true")
    assert depot.json("fee", "list") == []
    (told,) = depot.json("fee", "set", "WLK-06", "--fee", "100", "--deposit", "250,50")
    assert (told["fee"], told["deposit"]) == (100, 250.5)
    free = depot.json("items", "--product", "WLK-06", "--free")
    (lent,) = depot.json("lend", demo.CONFIRMED_CARD, free[0]["code"])
    rows = {one["kind"]: one for one in depot.json("fee", "list")}
    assert {kind: one["amount"] for kind, one in rows.items()} == {"fee": 100, "deposit": 250.5}
    assert {one["loan"] for one in rows.values()} == {lent["key"]}
    assert depot.json("fee", "pay", rows["deposit"]["fee"])["state"] == "paid"
    assert depot.json("fee", "waive", rows["fee"]["fee"], "--why", "goodwill")["why"] == "goodwill"
    assert depot("fee", "waive", rows["fee"]["fee"], "--why", "again").status == 1
    depot.json("fee", "take-back", rows["fee"]["fee"])
    asked = depot.json("fee", "ask", lent["key"], "75", "--why", "a lost basket")
    assert (asked["kind"], asked["amount"]) == ("compensation", 75)
    assert depot("fee", "ask", "none", "75", "--why", "x").status == 1
    assert depot("fee", "pay-back", rows["fee"]["fee"]).status == 1
    assert depot("fee", "set", "WLK-06", "--fee", "a lot").status == 2
    assert depot.json("check")["ok"] is True
