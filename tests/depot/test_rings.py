"""Whom somebody should ring: made with the reason, gone with the reason, and never for the dead."""

from __future__ import annotations

from datetime import date

import pytest

from depot import borrowers, closing, holds, renewals, rings, stock
from depot.outcomes import Moved
from depot.phone import parse_phone
from depot.rings import Call
from depot.tables import call_back, ring
from tests.depot.house import NUMBERS, STICK, House


def calls(house: House, **said: bool) -> list[Call]:
    with house.ledger.reading() as conn:
        return list(rings.listing(conn, **said))


def test_whoever_is_first_in_line_is_rung_when_a_piece_is_set_aside(house: House) -> None:
    waiting = house.queues(house.confirmed("Kari Testesen", phone=f"+47{NUMBERS[0]}"))
    assert calls(house) == []
    item = house.stands()
    (call,) = calls(house)
    assert (call.why, call.subject, call.product, call.item) == ("hold_ready", waiting.key, STICK, item)
    assert call.day == "2027-01-14"


def test_nobody_is_named_unless_contact_is_asked_for(house: House) -> None:
    whose = house.confirmed("Kari Testesen", phone=f"+47{NUMBERS[0]}")
    house.queues(whose)
    house.stands()
    (hidden,), (told,) = calls(house), calls(house, contact=True)
    assert (hidden.card, hidden.name, hidden.phone) == (None, None, None)
    assert (told.card, told.name, told.phone) == (whose, "Kari Testesen", f"+47{NUMBERS[0]}")
    (row,) = house.rows(ring)
    assert "Kari" not in str(tuple(row))


def test_who_is_told_at_once_is_not_rung(house: House) -> None:
    house.stands()
    assert house.queues(house.confirmed()).item
    assert calls(house) == []


@pytest.mark.parametrize("end", ["fetched", "expired", "cancelled", "brought back"])
def test_nobody_is_rung_about_what_is_over(house: House, end: str) -> None:
    whose = house.confirmed()
    waiting = house.queues(whose)
    item = house.stands()
    assert len(calls(house)) == 1
    if end == "fetched":
        house.lends(whose, item)
    elif end == "expired":
        house.wait(days=10)
        house.do(holds.advance)
    elif end == "cancelled":
        house.do(holds.cancel, key=waiting.key)
    else:
        house.brings(item, brought_back=True)
    assert calls(house) == []
    assert len(calls(house, everything=True)) == 1


def test_what_is_taken_back_is_told_again(house: House) -> None:
    whose = house.confirmed()
    house.queues(whose)
    lent = house.lends(whose, house.stands())
    assert calls(house) == []
    house.undoes(lent.deed)
    assert len(calls(house)) == 1


def test_the_next_in_line_is_rung_instead(house: House) -> None:
    first, second = house.queues(house.confirmed()), house.queues(house.confirmed())
    house.stands()
    house.do(holds.cancel, key=first.key)
    assert [call.subject for call in calls(house)] == [second.key]


def test_a_piece_set_aside_twice_for_somebody_is_one_call(house: House) -> None:
    house.queues(house.confirmed())
    item = house.stands()
    house.wait(minutes=1)
    house.brings(item, brought_back=True)
    house.moves(stock.cleaned, item)
    assert len(calls(house)) == 1
    assert len(calls(house, everything=True)) == 2


def test_whoever_was_rung_is_off_the_list_and_stays_so(house: House) -> None:
    house.queues(house.confirmed())
    item = house.stands()
    house.wait(minutes=1)
    house.brings(item, brought_back=True)
    house.moves(stock.cleaned, item)
    (call,) = calls(house)
    assert house.at_desk(rings.rung, call.key, by="os:desk")
    assert calls(house) == []
    assert not house.at_desk(rings.rung, call.key, by="os:desk")
    assert {row.done_by for row in house.rows(ring)} == {"os:desk"}


def test_whoever_was_told_the_old_date_is_still_rung_about_the_new_one(house: House) -> None:
    """The desk reads the list, the days are closed, and then it notes that it has rung."""
    house.queues(house.confirmed())
    house.stands()
    (read,) = calls(house)
    house.wait(minutes=1)
    house.do(closing.close, first=date(2027, 1, 14), last=date(2027, 1, 15), name="kurs")
    house.at_desk(rings.rung, read.key, by="os:desk")
    (left,) = calls(house)
    assert (left.why, left.day) == ("pick_up_moved", "2027-01-18")


def test_what_is_not_kept_after_all_is_due_on_another_day_as_before(house: House) -> None:
    whose, item = house.confirmed(), house.stands()
    due = house.lends(whose, item).due
    assert due is not None
    house.do(closing.close, first=due, last=due, name="kurs")
    house.wait(minutes=1)
    gone = house.do(renewals.kept, item=item, card=whose)
    assert isinstance(gone, Moved)
    assert [call.why for call in calls(house)] == ["kept"]
    house.undoes(gone.deed)
    assert [call.why for call in calls(house)] == ["due_moved"]


def test_a_death_stops_every_call_at_once(house: House) -> None:
    whose = house.confirmed()
    house.queues(whose)
    house.stands()
    house.at_desk(borrowers.died, whose, date(2027, 1, 11))
    assert (calls(house), calls(house, everything=True, contact=True)) == ([], [])


def test_nobody_is_rung_for_the_dead(house: House) -> None:
    dead = house.confirmed()
    house.queues(dead)
    house.at_desk(borrowers.died, dead, date(2027, 1, 11))
    house.stands()
    assert house.rows(ring) == []


def test_what_somebody_keeps_is_asked_about_although_its_loan_is_over(house: House) -> None:
    whose, item = house.confirmed(), house.stands()
    lent = house.lends(whose, item)
    assert isinstance(house.do(renewals.kept, item=item, card=whose), Moved)
    (call,) = calls(house)
    assert (call.why, call.subject, call.item) == ("kept", lent.key, item)


def test_who_asked_at_the_kiosk_to_be_rung_is_on_the_same_list(house: House) -> None:
    house.queues(house.confirmed())
    house.stands()
    house.wait(minutes=5)
    phone = parse_phone(NUMBERS[1])
    assert phone is not None
    house.at_desk(borrowers.ask_to_be_rung, phone)
    ready, asked = calls(house, contact=True)
    assert (ready.why, asked.why, asked.phone, asked.card) == ("hold_ready", "call_back", phone.e164, None)
    assert house.at_desk(rings.rung, asked.key, by="os:desk")
    assert [call.key for call in calls(house)] == [ready.key]
    (row,) = house.rows(call_back)
    assert row.done_at is not None


def test_nobody_is_rung_under_a_key_that_never_was(house: House) -> None:
    with pytest.raises(LookupError):
        house.at_desk(rings.rung, "nothing", by="os:desk")
