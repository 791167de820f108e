"""Closing a depot over Christmas, opening it on a Saturday: what becomes of the dates that fall into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from depot import borrowers, closing, renewals, rings, stock
from depot.calendar import first_open
from depot.closing import Closed
from depot.outcomes import Renewed
from depot.states import State
from depot.tables import closed_day, depot, event, loan, revision, ring
from tests.depot.house import CRUTCHES, START, STICK, TODAY, TONGS, House

MONDAY = date(2027, 4, 12)
"""When a stick that was lent on the first day is due, 90 days and a weekend later."""
FRIDAY = MONDAY + timedelta(days=4)


def close(house: House, first: date, last: date, name: str = "Flom") -> Closed:
    """Close the depot, and learn of it as a doorway does."""
    moved = house.do(closing.close, first=first, last=last, name=name)
    house.ledger.learn()
    return moved


def dates(house: House) -> list[str]:
    """When what is out is due, in the order in which it was lent."""
    return [str(row.due) for row in sorted(house.rows(loan, ended=None), key=lambda row: row.out_at)]


def lend_some(house: House, number: int, line: str = STICK) -> list[str]:
    """Lend so many pieces to one borrower each, a minute apart."""
    items = house.stand(number, line)
    for item in items:
        house.wait(minutes=1)
        house.lends(house.confirmed(), item)
    return items


def set_aside(house: House, card: str | None = None) -> str:
    """A hold whose piece stands ready; its key."""
    card, item = card or house.confirmed(), house.stands()
    house.brings(item, brought_back=True)
    key = house.queues(card).key
    house.moves(stock.done, item)
    assert house.hold(key).state == "ready"
    return key


# --- what falls into the closing ---


def test_due_dates_go_to_the_open_days_after_evenly_and_in_their_order(house: House) -> None:
    lend_some(house, 5)
    assert dates(house) == 5 * [MONDAY.isoformat()]
    # Closed Monday to Wednesday: three days, so they are spread over the three that follow.
    assert close(house, MONDAY, MONDAY + timedelta(days=2)) == Closed(loans=5, holds=0)
    assert dates(house) == ["2027-04-15", "2027-04-15", "2027-04-16", "2027-04-16", "2027-04-19"]
    assert {row.why for row in house.rows(ring)} == {"due_moved"}
    assert len(house.rows(ring)) == 5


def test_what_is_due_on_those_days_already_is_counted_in(house: House) -> None:
    lend_some(house, 4)
    house.wait(days=3)  # due on Wednesday 14 April
    lend_some(house, 2)
    close(house, MONDAY, MONDAY + timedelta(days=1))  # onto Wednesday, where two are due, and Thursday
    assert Counter(dates(house)) == {"2027-04-14": 3, "2027-04-15": 3}


def test_what_is_due_before_or_after_stays(house: House) -> None:
    lend_some(house, 1)
    nothing = Closed(loans=0, holds=0)
    assert close(house, MONDAY - timedelta(days=5), MONDAY - timedelta(days=1)) == nothing
    assert close(house, MONDAY + timedelta(days=1), FRIDAY) == nothing
    assert dates(house) == [MONDAY.isoformat()]
    assert house.rows(ring) == []


def test_a_closing_that_is_noted_afterwards_moves_nothing_to_a_day_that_is_past(house: House) -> None:
    lend_some(house, 2)
    house.now = START + (FRIDAY - TODAY)
    close(house, MONDAY, MONDAY)
    assert dates(house) == [FRIDAY.isoformat(), FRIDAY.isoformat()]


def test_weekends_and_holidays_in_a_closing_do_not_count_as_days_that_were_lost(house: House) -> None:
    house.wait(days=14)  # 60 days end on Good Friday, so that they are due on the Tuesday after Easter
    lend_some(house, 3, TONGS)
    assert dates(house) == 3 * ["2027-03-30"]
    # From the Saturday before Easter to the Wednesday after: only Tuesday and Wednesday are lost.
    close(house, date(2027, 3, 27), date(2027, 3, 31))
    assert dates(house) == ["2027-04-01", "2027-04-01", "2027-04-02"]


@pytest.mark.parametrize("policy", ["keep", "previous_open_day", "open_days_only", "same_weekday"])
def test_no_policy_moves_a_date_to_before_the_closing(new_house: Callable[..., House], policy: str) -> None:
    house = new_house(rules_due_policy=policy)
    (item,) = lend_some(house, 1)
    due = date.fromisoformat(str(house.loans(item)[0].due))
    close(house, due - timedelta(days=3), due + timedelta(days=3))
    after = date.fromisoformat(str(house.loans(item)[0].due))
    assert after > due + timedelta(days=3)
    assert house.station.open_days.is_open(after)


def test_a_pair_stays_together_and_is_rung_about_once(house: House) -> None:
    card, pieces = house.confirmed(), house.stand(4, CRUTCHES)
    first = house.lends(card, pieces[0])
    house.lends(card, pieces[1], joins=first.deed)
    other = house.lends(house.confirmed(), pieces[2])
    house.lends(card, pieces[3])
    assert first.due == other.due
    due = first.due
    assert due is not None
    moved = close(house, due, due + timedelta(days=1))
    assert moved.loans == 4
    assert len(house.rows(ring)) == 3
    one, two = (house.loans(piece)[0].due for piece in pieces[:2])
    assert one == two


def test_nobody_is_rung_about_the_dead_but_the_date_is_moved(house: House) -> None:
    card, item = house.confirmed(), house.stands()
    house.lends(card, item)
    house.at_desk(borrowers.died, card, TODAY)
    assert close(house, MONDAY, MONDAY).loans == 1
    assert dates(house) == ["2027-04-13"]
    assert house.rows(ring) == []


def test_whoever_is_to_be_rung_hears_the_new_date(house: House) -> None:
    card, item = house.confirmed(), house.stands()
    house.lends(card, item)
    close(house, MONDAY, MONDAY)
    (call,) = house.look(lambda conn: list(rings.listing(conn, contact=True)))
    assert (call.why, call.item, call.day, call.card) == ("due_moved", item, "2027-04-13", card)


def test_the_last_day_to_fetch_something_moves_too(house: House) -> None:
    key = set_aside(house)
    day = date.fromisoformat(str(house.hold(key).pick_up_by))
    moved = close(house, TODAY, day)
    assert (moved.loans, moved.holds) == (0, 1)
    stored = house.hold(key)
    assert date.fromisoformat(stored.pick_up_by) == first_open(
        day + timedelta(days=1), house.station.open_days
    )
    assert stored.state == "ready"
    assert "pick_up_moved" in {row.why for row in house.rows(ring, subject=key)}


def test_a_thing_set_aside_can_still_be_fetched_after_the_closing(house: House) -> None:
    card = house.confirmed()
    key = set_aside(house, card)
    day = date.fromisoformat(str(house.hold(key).pick_up_by))
    close(house, TODAY, day)
    piece = str(house.hold(key).item)
    house.wait(days=(day - TODAY).days + 1)
    house.lends(card, piece)
    assert house.hold(key).state == "fetched"


# --- all or nothing, and again ---


def test_closing_the_same_days_again_changes_nothing(house: House) -> None:
    lend_some(house, 2)
    close(house, MONDAY, FRIDAY)
    before = (dates(house), len(house.rows(event)), len(house.rows(ring)), len(house.rows(revision)))
    assert close(house, MONDAY, FRIDAY) == Closed(0, 0)
    assert (dates(house), len(house.rows(event)), len(house.rows(ring)), len(house.rows(revision))) == before


def test_of_very_many_the_rest_is_picked_up_where_it_was_left(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    lend_some(house, 7)
    whole = closing._spread(7, [MONDAY, FRIDAY], {})
    assert Counter(whole) == {MONDAY: 4, FRIDAY: 3}
    monkeypatch.setattr(closing, "BATCH", 3)
    days = MONDAY, MONDAY + timedelta(days=2)
    assert close(house, *days) == Closed(loans=3, holds=0, left=4)
    house.reopen()  # the power fails here
    assert close(house, *days) == Closed(loans=3, holds=0, left=1)
    assert close(house, *days) == Closed(loans=1, holds=0)
    assert dates(house) == [
        *3 * ["2027-04-15"],
        *2 * ["2027-04-16"],
        *2 * ["2027-04-19"],
    ]


def test_the_moves_of_one_call_are_one_deed_with_its_days(house: House) -> None:
    lend_some(house, 3)
    set_aside(house)
    before = len(house.events())
    close(house, TODAY, FRIDAY)
    written = house.events()[before:]
    assert sorted(one.kind for one in written) == ["due_set", "due_set", "due_set", "pick_up_moved"]
    assert len({one.deed for one in written}) == 1


def test_where_no_day_is_open_afterwards_nothing_is_moved_and_that_is_said(house: House) -> None:
    lend_some(house, 2)
    house.change(depot, id=house.station.depot, open_weekdays="")
    house.ledger.learn()
    assert close(house, MONDAY, MONDAY) == Closed(loans=0, holds=0, left=2)
    assert dates(house) == 2 * [MONDAY.isoformat()]


@pytest.mark.parametrize("last", [MONDAY - timedelta(days=1), MONDAY + timedelta(days=366)])
def test_a_closing_has_an_end(house: House, last: date) -> None:
    with pytest.raises(ValueError, match="at most a year"):
        close(house, MONDAY, last)


# --- the calendar itself ---


def test_a_loan_made_afterwards_is_due_when_somebody_is_there(house: House) -> None:
    close(house, MONDAY, FRIDAY)
    assert house.lends(house.confirmed(), house.stands()).due == FRIDAY + timedelta(days=3)


def test_a_saturday_or_a_holiday_can_be_opened(house: House) -> None:
    saturday, constitution_day = date(2027, 4, 17), date(2027, 5, 17)
    for day in (saturday, constitution_day):
        house.do(closing.open_on, day=day, name="Åpen dag")
    house.ledger.learn()
    assert all(map(house.station.open_days.is_open, (saturday, constitution_day)))
    house.wait(days=6)  # 90 days from Sunday 17 January
    assert house.lends(house.confirmed(), house.stands()).due == saturday


def test_reopening_makes_days_what_their_weekday_and_the_holidays_make_them(house: House) -> None:
    maundy_thursday, saturday, tuesday = date(2027, 3, 25), date(2027, 3, 27), date(2027, 3, 30)
    house.do(closing.open_on, day=maundy_thursday, name="Åpen dag")
    close(house, saturday, tuesday)
    assert house.do(closing.reopen, first=maundy_thursday, last=tuesday) == 3
    house.ledger.learn()
    is_open = house.station.open_days.is_open
    assert [is_open(day) for day in (maundy_thursday, saturday, tuesday)] == [False, False, True]
    assert house.do(closing.reopen, first=maundy_thursday, last=tuesday) == 0


def test_reopening_moves_no_date_back(house: House) -> None:
    lend_some(house, 1)
    close(house, MONDAY, FRIDAY)
    house.do(closing.reopen, first=MONDAY, last=FRIDAY)
    assert dates(house) == ["2027-04-19"]


def test_every_day_that_was_closed_has_its_history(house: House) -> None:
    close(house, MONDAY, MONDAY, name="Flom")
    house.do(closing.reopen, first=MONDAY, last=MONDAY)
    history = [row for row in house.rows(revision, table="closed_day") if MONDAY.isoformat() in row.key]
    assert [row.version for row in history] == [1, 2]
    assert '"Flom"' in history[0].body
    assert house.rows(closed_day, day=MONDAY.isoformat()) == []


def test_a_kiosk_that_is_running_hears_of_it(house: House) -> None:
    house.ledger.learn()
    assert not house.ledger.has_news()
    house.do(closing.close, first=MONDAY, last=MONDAY, name="Flom")
    assert house.ledger.has_news()
    house.ledger.learn()
    assert not house.ledger.has_news()
    assert not house.station.open_days.is_open(MONDAY)


def test_a_loan_whose_date_was_moved_may_be_renewed(house: House) -> None:
    (item,) = lend_some(house, 1)
    close(house, MONDAY, FRIDAY)
    house.wait(days=95)
    assert isinstance(house.do(renewals.renew, item=item), Renewed)
    assert house.state(item) is State.ON_LOAN
