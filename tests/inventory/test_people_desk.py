"""People at the desk: through keys and scans, and what the ledger says afterwards."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from depot import borrowers, checking, codes, pins, reference, rings, tables
from depot.outcomes import CardIs
from depot.own import Kind, mint
from depot.phone import parse_phone
from inventory import papers
from inventory.desk.acting import Acting, Role
from tests.depot.house import CRUTCHES, NO_SUCH_CARD, NUMBERS, STICK, STOOL, House, settings_for
from tests.inventory.desk.driver import Sitting

NAME, NUMBER = "Kari Hemmelig", f"+47{NUMBERS[0]}"

Sit = Callable[..., Sitting]


@pytest.fixture
def sit(house: House) -> Sit:
    """Sit down at the desk as somebody of a role; whoever it is works here."""

    def down(role: Role = Role.MANAGER, language: str = "en") -> Sitting:
        acting = Acting(f"6f0d4a52-0000-4000-8000-{len(house.rows(tables.staff)):012d}", "Lene", role)
        badge = mint(Kind.BADGE, f"{len(house.rows(tables.staff)):07d}")
        row = {"id": acting.id, "name": acting.name, "badge": badge, "pin": "", "role": role.value}
        house.at_desk(reference.put, tables.staff, row)
        return Sitting(house.ledger, settings_for(house.file), house.now, acting=acting, language=language)

    return down


def looked(house: House) -> list[tuple[str, bool]]:
    return sorted((row.why, row.borrower is not None) for row in house.rows(tables.look_up))


def sound(house: House) -> None:
    assert house.unsoundness() == []
    house.ledger.rest()
    assert checking.check(house.file).broken == ()


# --- opening ---


def test_opening_somebody_is_logged_once_with_who_looked(house: House, sit: Sit) -> None:
    card, item = house.confirmed(NAME, phone=NUMBER), house.stands(STICK)
    house.lends(card, item)
    house.queues(card, STOOL)
    desk = sit()
    desk.scan(card)
    page = desk.see(80, 24)
    for said in (NAME, "40 61 23 45", "Card ending", codes.spoken(item), "number 1 in line"):
        assert said in page, page
    for key in ("down", "up", "enter", "back", "afresh"):
        desk.press(key)
    (row,) = house.rows(tables.look_up)
    assert (row.by, row.why, row.at) == (
        desk.session.acting.id,
        "opened at the desk",
        house.now.timestamp() * 1000,
    )


def test_nothing_of_a_person_stays_when_they_are_left(
    house: House, sit: Sit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    card, item = house.confirmed(NAME, phone=NUMBER), house.stands(STICK)
    desk = sit()
    desk.scan(card)
    desk.act("Lend")
    desk.scan(item)
    assert NAME not in desk.see()  # not in the path above the lending either
    desk.press("back", "back")
    page = desk.see() + desk.press("undo") + desk.see()
    page += caplog.text
    assert [secret for secret in (NAME, "40 61", card, codes.digits(card)) if secret in page] == []
    assert house.rows(tables.desk_work) == []


def test_whoever_may_not_look_people_up_sees_a_card_and_no_person(house: House, sit: Sit) -> None:
    card, item, other = house.confirmed(NAME, phone=NUMBER), *house.stand(2, STICK)
    house.lends(card, item)
    desk = sit(Role.STOREKEEPER)
    desk.scan(card)
    assert "Loans" in desk.see()
    assert NAME not in desk.see()
    assert house.rows(tables.look_up) == []
    desk.act("Lend")
    desk.scan(other)
    assert len(house.loans(other)) == 1
    desk.press("back")
    desk.act("Take things back")
    assert NAME not in desk.see()
    assert codes.spoken(item) not in desk.see()
    desk.scan(item)
    assert house.state(item) == "returned"
    desk.press("back")
    assert desk.press("print").startswith("Your role")


def test_every_card_says_what_it_is(house: House, sit: Sit) -> None:
    blocked = house.confirmed()
    house.at_desk(borrowers.block, blocked, "bill")
    desk = sit()
    for card, says in (
        (house.card_from_box(), "nobody's yet"),
        (NO_SUCH_CARD, "not printed here"),
        (blocked, "Blocked: bill"),
    ):
        desk.scan(card)
        assert says in desk.see()
    assert len(house.rows(tables.look_up)) == 1


def test_somebody_is_found_by_name_number_or_card_and_everybody_shown_is_logged(
    house: House, sit: Sit
) -> None:
    kari, _ = house.confirmed(NAME, phone=NUMBER), house.confirmed("Kari Annen")
    desk = sit()
    desk.act("People")
    desk.act("Find")
    assert "Nobody was found" in desk.type("Finnes Ikke")
    for _ in "Finnes Ikke":
        desk.press("erase")
    desk.type("kari")
    assert looked(house) == [("found by name or number", True)] * 2
    desk.choose(NAME)
    assert codes.digits(kari)[-2:] in desk.title
    assert looked(house)[-1] == ("opened at the desk", True)
    desk.press("back")
    desk.act("Find")
    desk.type(NUMBERS[0])
    assert NAME in desk.see()


def test_without_the_right_nobody_is_found_or_registered(house: House, sit: Sit) -> None:
    desk = sit(Role.STOREKEEPER)
    desk.act("People")
    for act in ("Find", "Register", "Two who"):
        assert desk.act(act).startswith("Your role")
    assert desk.tone == "bad"


# --- registering, cards, PIN ---


def test_nobody_is_registered_whose_id_was_not_seen(house: House, sit: Sit) -> None:
    box = house.card_from_box()
    desk = sit()
    desk.act("People")
    desk.act("Register")
    for text in (NAME, NUMBERS[0], "1941", "", ""):
        desk.type(text)
    desk.scan(box)
    assert codes.digits(box) not in desk.see()
    assert "ID was not seen" in desk.press("enter")
    assert house.rows(tables.borrower) == []
    desk.press("up")
    desk.type("1")
    assert "Registered" in desk.press("enter")
    row = house.rows(tables.borrower)[0]
    assert (row.name, row.phone, row.birth_year, row.language) == (NAME, NUMBER, 1941, "nb")
    assert (row.standing, house.rows(tables.card, code=box)[0].borrower) == ("confirmed", row.id)
    assert looked(house) == [("opened at the desk", True)]
    assert house.rows(tables.label_job) == []
    assert "Was nobody to be registered?" in (desk.press("undo"), desk.see())[1]
    assert desk.press("enter") == "Undone."
    assert house.rows(tables.borrower) == []
    assert house.look(borrowers.meet, house.station, box, now=house.now).what is CardIs.BLOCKED


_WRONG = (
    (("", "", "", "", "1", ""), "Type a name"),
    ((NAME, "123", "", "", "1", ""), "Nobody can be rung"),
    ((NAME, "", "1500", "", "1", ""), "Four digits"),
    ((NAME, "", "", "", "1", ""), "Scan a card"),
    ((NAME, "", "", "", "1", "12345678"), "Scan a card"),
)


def test_what_is_typed_wrong_is_said_and_nothing_written(house: House, sit: Sit) -> None:
    desk = sit()
    desk.act("People")
    for typed, says in _WRONG:
        desk.act("Register")
        assert says in [desk.type(text) for text in typed][-1]
        desk.press("back")
    assert house.rows(tables.borrower) == []


def test_a_new_card_is_printed_where_there_is_a_printer(house: House, sit: Sit) -> None:
    house.reopen(station_printer="etikett")
    house.confirmed("Ola", phone=NUMBER)
    desk = sit()
    desk.act("People")
    desk.act("Register")
    said = [desk.type(text) for text in (NAME, NUMBERS[0], "", "", "1", "")][-1]
    assert "comes out of the printer" in said
    assert "somebody's already" in said
    job = house.rows(tables.label_job)[0]
    owner = house.rows(tables.card, code=job.subjects)[0].borrower
    assert (job.design, house.rows(tables.borrower, id=owner)[0].name) == ("card", NAME)


def test_a_lost_card_is_renewed_from_the_box_and_taken_back(house: House, sit: Sit) -> None:
    lost, item, box, taken = (
        house.confirmed(NAME),
        house.stands(STICK),
        house.card_from_box(),
        house.confirmed(),
    )
    house.lends(lost, item)
    desk = sit()
    desk.scan(lost)
    desk.act("Cards")
    desk.act("lost")
    assert "no printer" in desk.act("Print a new card")
    assert "cannot be given" in desk.scan(taken)
    desk.scan(box)
    assert codes.digits(box)[-2:] in desk.title
    assert codes.spoken(item) in desk.see()

    def met(code: str) -> CardIs:
        return house.look(borrowers.meet, house.station, code, now=house.now).what

    assert (met(lost), met(box)) == (CardIs.BLOCKED, CardIs.OPEN)
    desk.press("undo", "enter")
    assert (met(lost), met(box)) == (CardIs.OPEN, CardIs.BLOCKED)


def test_the_borrower_types_a_pin_twice_and_only_dots_are_seen(house: House, sit: Sit) -> None:
    card = house.confirmed(NAME)
    desk = sit()
    desk.scan(card)
    desk.act("PIN")
    desk.type("4711")
    assert "not alike" in desk.type("4712")
    assert "471" not in desk.see()
    desk.press("erase")
    desk.type("1")
    assert house.look(pins.pin_matches, card, "4711")


def test_name_and_number_are_changed_and_changed_back(house: House, sit: Sit) -> None:
    card = house.confirmed(NAME, phone=NUMBER)
    desk = sit()
    desk.scan(card)
    desk.act("Name and number")
    desk.type(" Nygift")
    for _ in NUMBER:
        desk.press("erase")
    desk.type("41000000")
    desk.type("1950")
    row = house.rows(tables.borrower)[0]
    assert (row.name, row.phone, row.birth_year) == (f"{NAME} Nygift", "+4741000000", 1950)
    desk.press("undo", "enter")
    row = house.rows(tables.borrower)[0]
    assert (row.name, row.phone, row.birth_year) == (NAME, NUMBER, None)


def test_a_block_has_a_reason_and_is_lifted(house: House, sit: Sit) -> None:
    card = house.confirmed(NAME)
    desk = sit()
    desk.scan(card)
    desk.act("Block")
    desk.act("another reason")
    assert desk.press("enter") == "Say why."
    desk.type("as agreed")
    assert house.rows(tables.borrower)[0].blocked == "as agreed"
    assert "Blocked: as agreed" in desk.see()
    desk.act("Lift the block")
    assert house.rows(tables.borrower)[0].blocked is None
    desk.press("undo", "enter")
    assert house.rows(tables.borrower)[0].blocked == "as agreed"


def test_a_starter_card_is_confirmed_and_that_is_taken_back(house: House, sit: Sit) -> None:
    card = house.starter()
    desk = sit()
    desk.scan(card)
    desk.act("Confirm")
    desk.type(NAME)
    row = house.rows(tables.borrower)[0]
    assert (row.standing, row.name) == ("confirmed", NAME)
    desk.press("undo", "enter")
    assert house.rows(tables.borrower)[0].standing == "starter"


def test_two_with_one_number_stand_beside_each_other_before_they_are_one(house: House, sit: Sit) -> None:
    known, second = house.confirmed(NAME, phone=NUMBER), house.starter(NUMBERS[0])
    item = house.stands(STICK)
    house.lends(second, item)
    desk = sit()
    desk.act("People")
    desk.act("Two who")
    desk.press("enter")
    page = desk.see()
    assert f"Stays: card ending {codes.digits(known)[-2:]}" in page
    assert NAME in page
    assert [line.split()[-2:] for line in page.splitlines() if "Loans" in line] == [["0", "1"]]
    assert len(house.rows(tables.look_up)) == 2
    desk.press("enter")
    assert "cannot be undone" in desk.see()
    assert [row.merged_into for row in house.rows(tables.borrower)] == [None, None]
    desk.press("enter")
    (stays,) = house.rows(tables.borrower, merged_into=None)
    assert {row.borrower for row in house.rows(tables.card)} == {stays.id}
    assert stays.name == NAME


def test_of_two_cards_the_other_one_may_stay_and_some_cannot_be_merged(house: House, sit: Sit) -> None:
    mine, other, box = house.confirmed(NAME), house.starter(), house.card_from_box()
    desk = sit()
    desk.scan(mine)
    desk.act("Merge")
    for code in (box, mine):
        assert desk.scan(code) in ("That card is nobody's.", "Both cards are one person's already.")
    gone = house.confirmed("Mona")
    house.at_desk(borrowers.died, gone, house.now.date())
    assert desk.scan(gone) == "One of them is noted as dead."
    assert looked(house).count(("two who may be one", True)) == 2  # it was told of her, so it is logged
    desk.scan(other)
    desk.act("The other one stays")
    desk.press("enter", "enter")
    ended = [row for row in house.rows(tables.borrower) if row.merged_into]
    assert [row.standing for row in ended] == ["confirmed"]  # the one that was open is the one that ends
    left = [row.name for row in house.rows(tables.borrower, merged_into=None) if row.died_on is None]
    assert left == [NAME]


def test_where_a_card_is_asked_for_its_digits_may_be_typed_and_only_dots_are_seen(
    house: House, sit: Sit
) -> None:
    mine, other, box = house.confirmed(NAME), house.confirmed("Ola"), house.card_from_box()
    desk = sit()
    desk.press(*str(1 + [one.label for one in desk.session.shown.view.acts].index("People")), "0")
    desk.type(codes.digits(mine), enter=False)
    assert codes.digits(mine) not in desk.see()
    desk.press("enter")
    assert NAME in desk.see()
    desk.act("Merge")
    desk.press("0")
    assert desk.type("12345678") == "These are not the eight digits of a card. Look once more."
    for _ in range(8):
        desk.press("erase")
    desk.type(codes.digits(other))
    assert desk.title == "One person?"
    desk.press("back")
    desk.act("Cards")
    desk.act("lost")
    desk.press("0")
    desk.type(codes.digits(box))
    assert codes.digits(box)[-2:] in desk.title
    desk.act("Lend")
    desk.act("Somebody else")
    desk.act("Type the digits")
    desk.type(codes.digits(other))
    assert f"card ending {codes.digits(other)[-2:]}" in desk.see()


# --- lending and taking back ---


def test_lending_for_somebody_past_a_refusal_needs_a_right_and_a_reason(house: House, sit: Sit) -> None:
    card, item = house.confirmed(NAME), house.stands(STICK)
    house.at_desk(borrowers.block, card, "bill")
    plain = sit(Role.STOREKEEPER)
    plain.session.scanned(codes.parse(house.confirmed()))
    plain.act("Lend")
    dirty = house.stands(STOOL)
    house.bring(dirty, brought_back=True)
    assert plain.scan(dirty) == "It is not washed yet."
    assert "Staff may go past this" in plain.see()
    assert plain.press("1") == "That does nothing here."

    desk = sit(Role.STAFF)
    desk.scan(card)
    desk.act("Lend")
    assert desk.scan(item) == "The card is blocked."
    assert house.loans(item) == []
    desk.act("another reason")
    desk.type("the chief agreed")
    (lent,) = house.loans(item)
    event = house.events(item)[-1]
    assert (event.facts["overridden"], event.by) == (["card_blocked"], desk.session.acting.id)
    note = house.rows(tables.note)[0]
    assert (note.subject, note.text, note.by) == (lent.key, "the chief agreed", desk.session.acting.id)
    assert "chief" not in " ".join(row.body for row in house.rows(tables.event))
    desk.press("undo", "enter")
    assert house.state(item) == "available"
    assert (house.rows(tables.note), house.links()) == ([], set())
    sound(house)


def test_a_thing_that_another_has_comes_home_and_is_not_lent(house: House, sit: Sit) -> None:
    card, item = house.confirmed(NAME), house.stands(STICK)
    house.lends(house.confirmed("Ola Annen"), item)
    desk = sit()
    desk.scan(card)
    desk.act("Lend")
    said = desk.scan(item)
    assert "come home now" in said
    assert house.state(item) == "returned"
    assert "Annen" not in desk.see()


def test_a_pair_is_one_line_and_the_next_thing_is_scanned_over_a_refusal(house: House, sit: Sit) -> None:
    card, pair, item = house.confirmed(NAME), house.stand(2, CRUTCHES), house.stands(STICK)
    dirty = house.stands(STOOL)
    house.bring(dirty, brought_back=True)
    desk = sit()
    desk.scan(card)
    desk.act("Lend")
    assert "other piece of the pair" in desk.scan(pair[0])
    assert "other piece" not in desk.scan(pair[1])
    assert len({house.loans(one)[0].deed for one in pair}) == 1
    assert desk.scan(dirty) == "It is not washed yet."
    assert "is lent until" in desk.scan(item)
    assert desk.counts == {"lent": 3}
    assert "already" in desk.scan(item)


def test_who_collects_for_somebody_is_noted_by_their_card_or_without_one(house: House, sit: Sit) -> None:
    card, other, first, second, third = house.confirmed(NAME), house.confirmed("Ola"), *house.stand(3, STICK)
    desk = sit()
    desk.scan(card)
    desk.act("Lend")
    desk.scan(first)
    desk.act("Somebody else")
    desk.scan(second)
    assert "nobody's, or the borrower's own" in desk.scan(card)
    desk.scan(other)
    desk.scan(third)
    who = next(row.id for row in house.rows(tables.borrower) if row.name == "Ola")
    noted = {row.key: row.borrower for row in house.rows(tables.collector)}
    assert noted == {house.loans(second)[0].key: None, house.loans(third)[0].key: who}
    desk.press("undo", "enter")
    assert len(house.rows(tables.collector)) == 1
    sound(house)


def test_things_are_taken_back_with_what_is_wrong_with_them(house: House, sit: Sit) -> None:
    card, chair, stick = house.confirmed(NAME), house.stands("WHC-01"), house.stands(STICK)
    desk = sit()
    desk.scan(card)
    desk.act("Lend")
    desk.scan(chair, stick)
    desk.press("back")
    desk.act("Take things back")
    assert codes.spoken(chair) in desk.see()
    desk.scan(chair)
    desk.act("Something of it is missing")
    desk.press("1")
    assert len(house.rows(tables.owed_part)) == 1
    desk.scan(stick)
    desk.act("soiled")
    assert house.state(stick) == "quarantine"
    desk.press("undo", "enter")
    assert house.state(stick) == "on_loan"
    sound(house)


def test_a_place_in_line_ends_and_is_given_back(house: House, sit: Sit) -> None:
    card = house.confirmed(NAME)
    held = house.queues(card, STOOL)
    desk = sit()
    desk.scan(card)
    desk.press("enter", "enter")
    assert house.hold(held.key).state == "cancelled"
    desk.press("undo", "enter")
    assert house.hold(held.key).state == "waiting"


# --- by telephone ---


def test_by_telephone_eight_digits_are_enough_and_nobody_is_looked_up(house: House, sit: Sit) -> None:
    card, item, other = house.confirmed(NAME), *house.stand(2, STICK)
    house.lends(card, item)
    house.wait(days=60)
    desk = sit(Role.STOREKEEPER)
    desk.act("People")
    desk.act("Renew by telephone")
    assert "may be kept until" in desk.type(codes.digits(item))
    assert house.loans(item)[0].renewals == 1
    assert "It is not on loan" in desk.type(codes.digits(other))
    desk.press("back")
    assert "eight digits" in desk.type("12345678")
    assert (NAME in desk.see(), house.rows(tables.look_up)) == (False, [])
    desk.press("undo", "enter")
    assert house.loans(item)[0].renewals == 0


def test_a_renewal_past_a_refusal_is_noted_with_its_reason(house: House, sit: Sit) -> None:
    card, item = house.confirmed(NAME), house.stands(STICK)
    lent = house.lends(card, item)
    house.queues(house.confirmed("Ola"), STICK)
    house.wait(days=60)
    desk = sit(Role.STAFF)
    desk.act("People")
    desk.act("Renew by telephone")
    assert desk.type(codes.digits(item)) == "Somebody waits for one of these."
    desk.act("therapist")
    assert house.loan(lent.key).renewals == 1
    assert [(row.subject, row.text) for row in house.rows(tables.note)] == [
        (lent.key, "a therapist has asked for it")
    ]
    assert desk.title == "Renew by telephone"


# --- whom to ring ---


def test_the_list_of_calls_names_nobody_and_each_number_that_is_shown_is_logged(
    house: House, sit: Sit
) -> None:
    late, item, stool = house.confirmed(NAME, phone=NUMBER), house.stands(STICK), house.stands(STOOL)
    house.lends(late, item)
    house.wait(days=100)
    waits = house.confirmed("Venter", phone=f"+47{NUMBERS[2]}")
    house.queues(waits, STOOL)
    assert house.item(stool).state == "set_aside"
    house.at_desk(
        lambda conn, now: rings.add(
            conn, rings.Why.HOLD_READY, house.events(stool)[-1], subject=house.rows(tables.hold)[0].key
        )
    )
    house.starter(NUMBERS[1])
    asked = parse_phone(NUMBERS[3])
    assert asked is not None
    house.at_desk(borrowers.ask_to_be_rung, asked)
    desk = sit(Role.STOREKEEPER)
    desk.act("Whom to ring")
    page = desk.see()
    assert [one for one in (NAME, "40 61", "Venter") if one in page] == []
    assert desk.counts["to ring"] == 4
    assert house.rows(tables.look_up) == []

    desk.choose("overdue")
    assert "40 61 23 45" in desk.see()
    assert looked(house) == [("ring: overdue", True)]
    desk.act("Nobody answered")
    assert desk.counts["to ring"] == 4
    assert "no answer" in desk.see()
    desk.choose("overdue")
    desk.act("They bring it")
    assert desk.counts["to ring"] == 3
    desk.press("undo", "enter")
    assert desk.counts["to ring"] == 4

    desk.choose("new card")
    desk.act("Confirm")
    desk.type("Nora Ny")
    assert desk.counts["to ring"] == 3
    desk.choose("asked to be rung")
    assert "40 61 23 48" in desk.see()
    desk.act("Done")
    desk.choose("stands ready")
    desk.act("They know now")
    assert desk.counts["to ring"] == 1
    assert all(row.done_at for table in (tables.call_back, tables.ring) for row in house.rows(table))
    desk.press("undo", "enter")
    assert desk.counts["to ring"] == 2
    assert ("ring: call_back", False) in looked(house)


def test_what_is_overdue_is_rung_about_again_after_a_week(house: House, sit: Sit) -> None:
    house.lends(house.confirmed(NAME, phone=NUMBER), house.stands(STICK))
    house.wait(days=100)
    desk = sit()
    desk.act("Whom to ring")
    desk.press("enter")
    desk.act("They bring it")
    assert desk.counts["to ring"] == 0
    desk.clock.at += timedelta(days=8)
    desk.press("afresh")
    assert desk.counts["to ring"] == 1


def test_a_card_that_nobody_knows_of_at_its_number_is_blocked(house: House, sit: Sit) -> None:
    card = house.starter()
    desk = sit()
    desk.act("Whom to ring")
    desk.press("enter")
    desk.act("Nobody there knows")
    desk.act("Block the card")
    assert house.look(borrowers.meet, house.station, card, now=house.now).what is CardIs.BLOCKED
    assert desk.counts["to ring"] == 0


# --- the end ---


def test_a_death_is_asked_about_first_and_then_stops_everything(house: House, sit: Sit) -> None:
    card, item = house.confirmed(NAME, phone=NUMBER), house.stands(STICK)
    lent = house.lends(card, item)
    row = {"key": "f", "loan": lent.key, "kind": "fee", "amount_ore": 100, "state": "owed", "made_at": 1}
    house.ledger.perform(lambda conn, _: conn.execute(insert(tables.fee).values(row)))
    house.wait(days=100)
    desk = sit()
    desk.scan(card)
    desk.act("More")
    desk.act("Fees and deposits")
    assert codes.spoken(item) in desk.see()
    desk.press("back")
    desk.act("More")
    desk.act("They have died")
    desk.press("erase")
    assert "not after today" in desk.type("8")
    desk.press("erase")
    desk.type("7")
    assert "Number and PIN are gone" in desk.see()
    assert house.rows(tables.borrower)[0].died_on is None
    assert "1 thing is out" in desk.press("enter")
    gone = house.rows(tables.borrower)[0]
    assert (gone.phone, gone.pin, date.fromisoformat(gone.died_on or "")) == (
        None,
        None,
        house.station.today(house.now),
    )
    assert [one.state for one in house.rows(tables.fee)] == ["waived"]
    desk.press("back")
    page = desk.see()
    assert "borrower has died" in page
    assert NAME not in page
    desk.act("Whom to ring")
    assert desk.counts["to ring"] == 0

    desk.press("back")
    desk.scan(card)
    desk.act("Not dead")
    desk.type(NUMBERS[0])
    assert house.rows(tables.borrower)[0].died_on is None
    assert house.look(borrowers.meet, house.station, card, now=house.now).what is CardIs.OPEN


def test_somebody_is_told_everything_and_then_forgotten(house: House, sit: Sit) -> None:
    card, item = house.confirmed(NAME, phone=NUMBER), house.stands(STICK)
    house.lends(card, item)
    desk = sit(Role.MANAGER)
    desk.scan(card)
    desk.act("More")
    said = desk.act("All that is known")
    (written,) = (house.file.parent / "papers").glob("*.json")
    (page,) = (house.file.parent / "papers").glob("*.pdf")
    assert page.name in said
    assert NAME not in said
    assert (NAME in written.read_text("utf-8"), page.read_bytes()[:5]) == (True, b"%PDF-")
    assert {oct(one.stat().st_mode)[-3:] for one in (written, page)} == {"600"}
    desk.act("More")
    assert "settled first" in desk.act("Forget them")
    assert codes.spoken(item) in desk.see()
    desk.press("back")
    house.brings(item)
    desk.act("More")
    desk.act("Forget them")
    assert "cannot be brought back" in desk.see()
    assert desk.press("enter") == "Forgotten."
    assert (house.rows(tables.borrower), house.links()) == ([], set())
    assert looked(house) == [("erase", False), ("export", False), ("opened at the desk", False)]
    assert NAME not in desk.see()
    sound(house)


def test_papers_about_people_that_were_left_lying_are_deleted_after_a_month(house: House) -> None:
    folder = papers.beside(house.file)
    names = ("person-42-1.pdf", "recall-calls-1.pdf", "card-1.pdf", "order-1.csv", "person-42-2.json")
    written = [papers.keep(folder, name, b"x") for name in names]
    for file in written[:-1]:
        os.utime(file, (house.now.timestamp() - 31 * 86400,) * 2)
    os.utime(written[-1], (house.now.timestamp(),) * 2)
    assert papers.forget_old(folder, before=house.now - timedelta(days=30)) == 3
    assert {one.name for one in folder.iterdir()} == {"order-1.csv", "person-42-2.json"}
    assert papers.forget_old(folder / "none", before=house.now) == 0


def test_without_the_right_nobody_is_exported_or_forgotten(house: House, sit: Sit) -> None:
    card = house.confirmed(NAME)
    desk = sit(Role.STAFF)
    desk.scan(card)
    for act in ("All that is known", "Forget them"):
        desk.act("More")
        assert desk.act(act).startswith("Your role")
    assert len(house.rows(tables.borrower)) == 1
    assert looked(house) == [("opened at the desk", True)]
