"""Forgetting: what time cuts, what somebody asks for, what a death stops; and what the ledger still says after it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from depot import (
    badges,
    borrowers,
    checking,
    deaths,
    holds,
    pins,
    privacy,
    reference,
    renewals,
    resting,
    rings,
    tables,
)
from depot.lending import Desk
from depot.outcomes import CardIs, Reason, Trouble
from depot.phone import Phone, parse_phone
from depot.privacy import Forgotten, Unsettled
from depot.station import Station
from tests.depot.house import CRUTCHES, NUMBERS, STICK, STOOL, TODAY, House, settings_for

NAME, NUMBER = "Kari Hemmelig Testesen", f"+47{NUMBERS[0]}"


def number(typed: str = NUMBERS[0]) -> Phone:
    phone = parse_phone(typed)
    assert phone is not None
    return phone


def advance(house: House) -> Forgotten:
    return house.do(privacy.advance)


def owes(house: House, loan: str, kind: str = "fee", state: str = "owed") -> None:
    row = {
        "key": f"{loan}-{kind}",
        "loan": loan,
        "kind": kind,
        "amount_ore": 5000,
        "state": state,
        "made_at": 1,
    }
    settled = {} if state == "owed" else {"settled_at": 2, "settled_by": "x"}
    house.ledger.perform(lambda conn, _: conn.execute(insert(tables.fee).values(row | settled)))


def settles(house: House, state: str) -> None:
    values = {"state": state, "settled_at": 3, "settled_by": "x"}
    house.ledger.perform(lambda conn, _: conn.execute(update(tables.fee).values(values)))


def sound(house: House) -> None:
    assert house.unsoundness() == []
    house.ledger.rest()
    report = checking.check(house.file)
    assert report.broken == ()


# --- what time cuts ---


def test_a_tie_is_cut_a_month_after_its_thing_came_home_and_the_loan_stays(house: House) -> None:
    whose, first, second = house.confirmed(NAME), *house.stand(2, STICK)
    home, out = house.lends(whose, first), house.lends(whose, second)
    row = {"key": home.key, "borrower": None, "made_at": 1}
    house.ledger.perform(lambda conn, _: conn.execute(insert(tables.collector).values(row)))
    house.at_desk(rings.tried, "subject", rings.Tried.NOT_REACHED, by="x")
    house.brings(first)
    told, journal = house.loan(home.key), house.events()
    house.wait(days=30)
    assert advance(house) == Forgotten()
    assert house.links() == {home.key, out.key}
    house.wait(days=1)
    assert advance(house) == Forgotten(loans=1)
    assert house.links() == {out.key}
    assert (house.rows(tables.collector), house.rows(tables.note)) == ([], [])
    assert (house.loan(home.key), house.events()) == (told, journal)
    assert house.rows(tables.borrower)[0].last_month == "2027-01"
    assert advance(house) == Forgotten()
    sound(house)


@pytest.mark.parametrize(
    ("kind", "state", "settled"), [("fee", "owed", "paid"), ("deposit", "paid", "paid_back")]
)
def test_what_is_owed_holds_a_tie_back_until_it_is_settled(
    house: House, kind: str, state: str, settled: str
) -> None:
    whose, item = house.confirmed(), house.stands(STICK)
    lent = house.lends(whose, item)
    house.brings(item)
    owes(house, lent.key, kind, state)
    house.wait(days=300)
    assert advance(house).loans == 0
    settles(house, settled)
    assert advance(house).loans == 1


def test_a_part_that_stayed_out_holds_a_tie_back(house: House) -> None:
    whose, one, other = house.confirmed(), *house.stand(2, "WHC-01")
    with_part, whole = house.lends(whose, one, desk=Desk("x")), house.lends(whose, other, desk=Desk("x"))
    house.trouble(one, house.brings(one).deed, Trouble.MISSING_PART, footrest=1)
    house.brings(other)
    assert [row.loan for row in house.rows(tables.owed_part)] == [with_part.key]
    house.wait(days=300)
    assert advance(house).loans == 1
    assert house.links() == {with_part.key}
    assert whole.key not in house.links()


def test_the_tie_of_a_hold_is_cut_when_it_has_been_over_for_a_month(house: House) -> None:
    held, waits = house.queues(house.confirmed()), house.queues(house.starter(), STOOL)
    house.do(holds.cancel, key=held.key)
    house.wait(days=31)
    assert advance(house).holds == 1
    assert house.links() == {waits.key}


def test_a_month_later_nobody_knows_who_asked_to_be_rung_and_after_a_year_who_looked(house: House) -> None:
    whose = house.confirmed()
    house.at_desk(borrowers.ask_to_be_rung, number())
    house.at_desk(borrowers.ask_to_be_rung, number(NUMBERS[1]))
    house.at_desk(borrowers.log_look_up, by="x", why="test", cards=[whose])
    (first, _) = house.rows(tables.call_back)
    house.at_desk(rings.rung, first.key, by="x")
    house.wait(days=31)
    assert advance(house).numbers == 1
    assert [row.key != first.key for row in house.rows(tables.call_back)] == [True]
    house.wait(days=335)
    assert advance(house).look_ups == 1
    assert house.rows(tables.look_up) == []


def test_what_is_left_of_somebody_when_their_ties_are_cut_does_not_say_when_it_was(house: House) -> None:
    """No time about a person lies near any event's: the same second would say whose loan it was."""
    starter = house.starter()
    whose = house.confirmed(NAME)
    waits = house.starter(NUMBERS[1])
    house.wait(minutes=1)
    house.at_desk(borrowers.log_look_up, by="x", why="test", cards=[whose])
    house.at_desk(borrowers.confirm, starter)
    first, second = house.stand(2, STICK)
    house.lends(whose, first)
    house.lends(starter, second)
    house.brings(first)
    house.brings(second)
    house.wait(days=30)
    assert advance(house).loans == 0
    house.wait(days=1)
    done = advance(house)
    assert done.loans == 2
    month = round(datetime(2027, 1, 1, tzinfo=UTC).timestamp() * 1000)
    day = round(datetime(2027, 1, 11, tzinfo=UTC).timestamp() * 1000)
    assert set(times_about_people(house)) == {month, day}
    assert {row.made_at for row in house.rows(tables.borrower, standing="starter")} == {day}
    assert [row.at for row in house.rows(tables.look_up)] == [day]
    told = house.look(privacy.export, house.station, card=whose, now=house.now)
    assert (told["person"]["made_at"], told["looked_up"][0]["at"]) == ("2027-01", "2027-01-11")
    assert {one["at"] for one in told["changes"]} == {"2027-01"}
    assert advance(house).times == 0
    assert house.look(borrowers.meet, house.station, waits, now=house.now).what is CardIs.OPEN
    sound(house)


def times_about_people(house: House) -> list[int]:
    """All times that stand with a person, their cards, their changes and look-ups of them."""
    found = [one for row in house.rows(tables.borrower) for one in (row.made_at, row.confirmed_at)]
    cards = house.rows(tables.card)
    found += [one for row in cards if row.borrower for one in (row.printed_at, row.given_at)]
    kinds = (tables.borrower.name, tables.card.name)
    found += [row.at for row in house.rows(tables.revision) if row.table in kinds]
    found += [row.at for row in house.rows(tables.look_up)]
    return [one for one in found if one is not None]


def test_a_coarse_time_lets_nobody_be_forgotten_too_early(house: House) -> None:
    house.wait(days=19)  # the 30th
    house.confirmed(NAME)
    house.wait(days=40)
    assert advance(house).times > 0
    house.wait(days=689)
    assert advance(house).persons == 0
    house.wait(days=32)
    assert advance(house).persons == 1


def test_whoever_has_had_nothing_for_two_years_is_deleted_and_their_card_opens_nothing(house: House) -> None:
    came, never, out = house.confirmed(NAME, phone=NUMBER), house.starter(NUMBERS[1]), house.confirmed()
    item, other = house.stand(2, STICK)
    house.lends(out, other)
    house.wait(days=300)
    house.lends(came, item)
    house.brings(item)
    house.wait(days=440)
    house.at_desk(borrowers.log_look_up, by="x", why="test", cards=[never])
    assert advance(house).persons == 1  # who never came; the other's last loan is 440 days ago
    assert [row.name for row in house.rows(tables.borrower) if row.name == NAME] == [NAME]
    assert house.rows(tables.look_up)[0].borrower is None
    house.wait(days=330)
    assert advance(house).persons == 1
    (left,) = house.rows(tables.borrower)
    assert left.name != NAME  # who still has something stays
    for card in (came, never):
        assert house.look(borrowers.meet, house.station, card, now=house.now).what is CardIs.BLOCKED
    sound(house)


def test_a_card_that_was_renewed_lately_keeps_its_borrower(house: House) -> None:
    old = house.confirmed()
    house.wait(days=700)
    new = house.at_desk(borrowers.renew_card, old)
    house.wait(days=100)
    assert advance(house).persons == 0
    house.wait(days=700)
    assert advance(house).persons == 1
    assert {row.blocked for row in house.rows(tables.card)} == {privacy.CLOSED}
    assert new != old


def test_who_was_merged_goes_with_whom_they_became(house: House) -> None:
    first, second, third = house.confirmed(), house.starter(), house.starter()
    house.at_desk(borrowers.merge, third, second)
    house.at_desk(borrowers.merge, second, first)
    house.wait(days=800)
    assert advance(house).persons == 1
    assert house.rows(tables.borrower) == []
    sound(house)


def test_nobody_is_to_be_rung_about_what_nobody_knows_whose_it_was(house: House) -> None:
    whose, item = house.confirmed(phone=NUMBER), house.stands(STICK)
    house.lends(whose, item)
    kept = house.do(renewals.kept, item=item, card=whose)
    assert [one.why for one in house.look(lambda conn: list(rings.listing(conn)))] == ["kept"]
    told = house.look(privacy.export, house.station, card=whose, now=house.now)["to_be_told"]
    assert [(one["why"], one["done_at"]) for one in told] == [("kept", None)]
    house.wait(days=31)
    assert advance(house).loans == 1
    assert house.look(lambda conn: list(rings.listing(conn))) == []
    assert kept.item == item


def test_a_clock_that_is_not_trusted_forgets_nothing(house: House) -> None:
    whose, item = house.confirmed(), house.stands(STICK)
    lent = house.lends(whose, item)
    house.brings(item)
    house.reopen(station_clock="untrusted")
    house.wait(days=1000)
    assert advance(house) == Forgotten()
    assert house.links() == {lent.key}
    assert not house.look(privacy.is_due, house.station, now=house.now)


def test_an_idle_moment_forgets_once_a_day(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen, calls, real = settings_for(house.file), list[int](), privacy.advance

    def counted(conn: Connection, station: Station, *, now: Any) -> Forgotten:
        calls.append(1)
        return real(conn, station, now=now)

    monkeypatch.setattr(privacy, "advance", counted)
    for _ in range(3):
        resting.use_idle_moment(house.ledger, chosen, now=house.now)
    assert len(calls) == 1
    resting.use_idle_moment(house.ledger, chosen, now=house.now + timedelta(days=1))
    assert len(calls) == 2


def test_what_is_much_is_forgotten_in_several_calls(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    whose, items = house.confirmed(), house.stand(3, STICK)
    for item in items:
        house.lends(whose, item)
        house.brings(item)
    house.wait(days=31)
    monkeypatch.setattr(privacy, "MOST", 3)
    assert not advance(house).is_all
    assert house.look(privacy.is_due, house.station, now=house.now)
    assert advance(house).is_all
    assert not house.look(privacy.is_due, house.station, now=house.now)


# --- who asks for it ---


def test_nobody_is_forgotten_who_has_something_or_owes_something(house: House) -> None:
    whose, item, chair = house.confirmed(NAME), house.stands(STICK), house.stands("WHC-01")
    lent, sat = house.lends(whose, item), house.lends(whose, chair, desk=Desk("x"))
    owes(house, lent.key)
    owes(house, sat.key, "deposit", "paid")
    house.trouble(chair, house.brings(chair).deed, Trouble.MISSING_PART, footrest=1)
    before = house.rows(tables.look_up)
    left = house.do(privacy.erase, card=whose, by="x")
    assert left == Unsettled((item,), ((chair, "footrest", 1),), 5000, 5000)
    assert left
    assert (house.rows(tables.borrower)[0].name, house.rows(tables.look_up)) == (NAME, before)


def test_whoever_asks_is_forgotten_whole_and_the_ledger_stays_whole(house: House) -> None:
    house.reopen(station_printer="etikett")
    whose, spare = house.confirmed(NAME, phone=NUMBER), house.starter(NUMBERS[1])
    item = house.stands(STICK)
    house.confirmed("Ola")
    house.at_desk(pins.set_pin, whose, "4711")
    house.at_desk(borrowers.merge, spare, whose)
    lent = house.lends(whose, item)
    house.brings(item)
    house.queues(whose, STOOL)
    house.at_desk(borrowers.ask_to_be_rung, number())
    house.at_desk(borrowers.log_look_up, by="somebody", why="test", cards=[whose])
    who = next(row.id for row in house.rows(tables.borrower) if row.name == NAME)
    row = {"key": lent.key, "borrower": who, "made_at": 1}
    house.ledger.perform(lambda conn, _: conn.execute(insert(tables.collector).values(row)))
    house.wait(days=2)
    assert advance(house).is_all
    journal, loan = house.events(), house.loan(lent.key)

    assert not house.do(privacy.erase, card=whose, by="somebody")

    (left,) = house.rows(tables.borrower)
    assert left.name == "Ola"
    assert (house.links(), house.rows(tables.call_back), house.rows(tables.collector)) == (set(), [], [])
    assert {row.blocked for row in house.rows(tables.card) if row.borrower is None} == {privacy.CLOSED}
    assert sorted((row.why, row.by, row.borrower) for row in house.rows(tables.look_up)) == [
        ("erase", "somebody", None),
        ("test", "somebody", None),
    ]
    assert house.loan(lent.key) == loan
    assert [one.kind for one in house.events()[len(journal) :]] == ["hold_cancelled"]
    said = " ".join(
        str(value)
        for table in tables.metadata.sorted_tables
        for found in house.rows(table)
        for value in found._mapping.values()
    )
    assert [secret for secret in ("Hemmelig", NUMBERS[0], NUMBERS[1]) if secret in said] == []
    assert who not in [row.borrower for row in house.rows(tables.link)]
    sound(house)
    with pytest.raises(LookupError):
        house.do(privacy.erase, card=whose, by="somebody")


def test_a_number_that_is_somebody_elses_too_is_still_rung(house: House) -> None:
    whose = house.confirmed(NAME, phone=NUMBER)
    house.starter(NUMBERS[0])
    house.at_desk(borrowers.ask_to_be_rung, number())
    assert not house.do(privacy.erase, card=whose, by="x")
    assert len(house.rows(tables.call_back)) == 1


def test_everything_that_is_known_of_somebody_is_told_and_nothing_of_anybody_else(house: House) -> None:
    by, _ = house.at_desk(badges.add, name="Per Lagersen", pin="471147", role="storekeeper")
    whose, other = house.confirmed(NAME, phone=NUMBER, birth_year=1941), house.confirmed("Ola Annen")
    item, else_ = house.stand(2, STICK)
    lent = house.lends(whose, item)
    house.lends(other, else_)
    owes(house, lent.key)
    house.at_desk(pins.set_pin, whose, "4711")
    held = house.queues(whose, STOOL)
    house.at_desk(borrowers.log_look_up, by=by, why="at the desk", cards=[whose])
    told = house.look(privacy.export, house.station, card=whose, now=house.now)
    said = json.dumps(told)
    assert (told["person"]["name"], told["person"]["phone"], told["person"]["birth_year"]) == (
        NAME,
        NUMBER,
        1941,
    )
    assert told["person"]["has_pin"] is True
    assert "argon2" not in said
    assert [(one["item"], one["key"]) for one in told["loans"]] == [(item, lent.key)]
    assert [one["slip"] for one in told["holds"]] == [held.slip]
    assert [one["amount_ore"] for one in told["fees"]] == [5000]
    assert [(one["by"], one["why"]) for one in told["looked_up"]] == [("Per Lagersen", "at the desk")]
    assert {one["of"] for one in told["changes"]} == {"borrower", "card"}
    assert [code for code in (other, else_, "Annen") if code in said] == []


# --- cards, and what two become ---


def test_a_lost_card_is_dead_at_once_and_what_is_out_stays_its_borrowers(house: House) -> None:
    lost, item, next_one = house.confirmed(), *house.stand(2, STICK)
    house.lends(lost, item)
    held = house.queues(lost, STOOL)
    from_box = house.card_from_box()
    assert house.at_desk(borrowers.renew_card, lost, new=from_box) == from_box
    assert house.refuses(lost, next_one).reasons == (Reason.CARD_BLOCKED,)
    met = house.look(borrowers.meet, house.station, from_box, now=house.now)
    assert (met.what, met.lines) == (CardIs.OPEN, 1)
    assert [one.key for one in house.look(holds.of_card, house.station, card=from_box, now=house.now)] == [
        held.key
    ]
    house.lends(from_box, next_one)
    for new in (lost, from_box, "B99990005V"):
        with pytest.raises(LookupError):
            house.at_desk(borrowers.renew_card, from_box, new=new)
    assert house.look(borrowers.meet, house.station, from_box, now=house.now).what is CardIs.OPEN


def test_what_only_the_one_who_ends_is_known_by_goes_over(house: House) -> None:
    known, begun = house.confirmed(NAME, birth_year=1950), house.starter(NUMBERS[1])
    house.at_desk(borrowers.merge, known, begun)
    (stays,) = [row for row in house.rows(tables.borrower) if row.merged_into is None]
    assert (stays.name, stays.birth_year, stays.standing) == (NAME, 1950, "confirmed")
    assert stays.phone == f"+47{NUMBERS[1]}"


# --- a death ---


def test_a_death_stops_everything_at_once_and_what_is_out_still_comes_home(house: House) -> None:
    whose, item, waiting = house.confirmed(NAME, phone=NUMBER), house.stands(STICK), house.stands(STOOL)
    lent, crutch = house.lends(whose, item), house.stands(CRUTCHES)
    owes(house, lent.key)
    house.at_desk(pins.set_pin, whose, "4711")
    assert house.queues(whose, STOOL).item == waiting
    house.at_desk(borrowers.ask_to_be_rung, number())
    assert house.do(deaths.died, card_code=whose, on=TODAY, by="x") == deaths.Died(1, 1, 5000)
    assert house.look(lambda conn: list(rings.listing(conn))) == []
    assert house.item(waiting).state == "available"
    assert [row.state for row in house.rows(tables.fee)] == ["waived"]
    assert house.refuses(whose, crutch).reasons == (Reason.CARD_BLOCKED,)
    assert not house.look(pins.has_pin, whose)
    house.brings(item)
    house.wait(days=32)
    assert advance(house) == Forgotten(loans=1, holds=1, persons=1)
    sound(house)


def test_a_death_that_was_noted_by_mistake_is_taken_back(house: House) -> None:
    whose, item = house.confirmed(NAME, phone=NUMBER), house.stands(STICK)
    with pytest.raises(LookupError):
        house.at_desk(deaths.alive, card_code=whose, by="x")
    house.do(deaths.died, card_code=whose, on=TODAY, by="x")
    house.at_desk(deaths.alive, card_code=whose, by="x", phone=NUMBER)
    house.lends(whose, item)
    assert isinstance(house.do(renewals.renew, item=item).item, str)
    assert house.look(lambda conn: conn.scalar(select(tables.borrower.c.phone))) == NUMBER


def test_nothing_is_half_forgotten(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever dies in the middle of it leaves all as it was: it is one transaction."""
    whose = house.confirmed(NAME, phone=NUMBER)
    house.queues(whose, STOOL)
    before = [house.rows(table) for table in (tables.borrower, tables.card, tables.link, tables.hold)]

    def dies(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(reference, "drop", dies)
    with pytest.raises(RuntimeError):
        house.do(privacy.erase, card=whose, by="x")
    assert [house.rows(table) for table in (tables.borrower, tables.card, tables.link, tables.hold)] == before
