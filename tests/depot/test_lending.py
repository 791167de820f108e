"""Loans and returns as people meet them: when it is due, what a return may be, how a deed is taken back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from depot import borrowers, holds, lending, parts, stock
from depot.codes import parse
from depot.fold import Ended
from depot.outcomes import Already, Moved, Reason, Refused, Trouble, Was
from depot.states import Fact, State
from depot.tables import card, closed_day, foreign_return, label_job, link, owed_part
from tests.depot.house import (
    CRUTCHES,
    NO_SUCH_ITEM,
    START,
    STICK,
    STOOL,
    TONGS,
    Elsewhere,
    House,
)

# --- when it is due ---


def test_a_loan_lasts_as_long_as_its_line_says(house: House) -> None:
    lent = house.lends(house.confirmed(), house.stands(TONGS))
    assert (lent.days, lent.due) == (60, date(2027, 3, 12))


def test_a_due_date_on_a_sunday_is_the_monday(house: House) -> None:
    assert house.lends(house.confirmed(), house.stands(STICK)).due == date(2027, 4, 12)


def test_a_due_date_in_easter_waits_until_the_depot_opens(house: House) -> None:
    house.wait(days=13)  # 24 January, and 60 days later is Maundy Thursday
    assert house.lends(house.confirmed(), house.stands(TONGS)).due == date(2027, 3, 30)


def test_a_depot_may_keep_its_due_dates_where_they_fall(house: House) -> None:
    house.reopen(rules_due_policy="keep")
    assert house.lends(house.confirmed(), house.stands(STICK)).due == date(2027, 4, 11)


def test_a_day_on_which_this_depot_is_closed_moves_a_due_date(house: House) -> None:
    here = {"depot": house.station.depot, "day": "2027-03-12", "name": "flytting", "source": "own"}
    house.change(closed_day, **here, open=False)
    house.ledger.learn()
    assert house.lends(house.confirmed(), house.stands(TONGS)).due == date(2027, 3, 15)


def test_a_loan_ends_with_the_card(house: House) -> None:
    whose = house.confirmed()
    house.change(card, code=whose, expires_on="2027-02-15")
    assert house.lends(whose, house.stands(TONGS)).due == date(2027, 2, 15)


def test_a_starter_card_borrows_for_three_weeks(house: House) -> None:
    lent = house.lends(house.starter(), house.stands(TONGS))
    assert (lent.days, lent.due) == (21, date(2027, 2, 1))


def test_a_loan_at_half_past_midnight_counts_from_the_depots_own_day(house: House) -> None:
    house.now = datetime(2027, 1, 11, 23, 30, tzinfo=UTC)  # 12 January in Oslo
    assert house.lends(house.confirmed(), house.stands(TONGS)).due == date(2027, 3, 15)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2027, 3, 27, 22, 30, tzinfo=UTC), date(2027, 5, 26)),  # 27 March, before summer time
        (datetime(2027, 3, 27, 23, 30, tzinfo=UTC), date(2027, 5, 27)),  # 28 March, half past midnight
        (datetime(2027, 8, 31, 22, 30, tzinfo=UTC), date(2027, 11, 1)),  # 1 September; 31 October is a Sunday
        (datetime(2027, 12, 31, 9, 0, tzinfo=UTC), date(2028, 2, 29)),  # a leap day
    ],
)
def test_sixty_days_are_sixty_dates_whatever_the_clocks_do(house: House, now: datetime, due: date) -> None:
    item = house.stands(TONGS)
    house.now = now
    assert house.lends(house.confirmed(), item).due == due


def test_a_loan_keeps_the_rules_it_was_made_under(house: House) -> None:
    item = house.stands(STICK)
    lent = house.lends(house.confirmed(), item)
    house.reopen(rules_due_policy="keep", rules_starter_days="7")
    row = house.loan(lent.key)
    assert (row.days, row.policy, row.due) == (90, "next_open_day", "2027-04-12")


# --- clocks that cannot be trusted ---


def test_a_machine_that_wakes_up_in_1970_lends_and_promises_no_date(house: House) -> None:
    whose, item = house.confirmed(), house.stands(TONGS)
    house.now = datetime(1970, 1, 1, 0, 3, tzinfo=UTC)
    lent = house.lends(whose, item)
    assert (lent.days, lent.due) == (60, None)
    assert house.state(item) is State.ON_LOAN
    assert not house.events(item)[-1].trusted


def test_when_the_clock_is_right_again_the_missing_dates_are_set(house: House) -> None:
    whose, item = house.confirmed(), house.stands(TONGS)
    house.now = datetime(1970, 1, 1, 0, 3, tzinfo=UTC)
    lent = house.lends(whose, item)
    assert house.do(lending.complete_due_dates) == 0
    house.now = START + timedelta(hours=2)
    assert house.do(lending.complete_due_dates) == 1
    assert house.loan(lent.key).due == "2027-03-12"
    assert house.events(item)[-1].kind == Fact.DUE_SET
    assert house.do(lending.complete_due_dates) == 0
    house.brings(item)
    assert house.loan(lent.key).ended == Ended.RETURNED


def test_a_date_that_is_set_later_does_not_outlive_the_card(house: House) -> None:
    whose, item = house.confirmed(), house.stands(TONGS)
    house.change(card, code=whose, expires_on="2027-02-05")
    house.now = datetime(1970, 1, 1, 0, 3, tzinfo=UTC)
    lent = house.lends(whose, item)
    house.now = START + timedelta(hours=2)
    assert house.do(lending.complete_due_dates) == 1
    assert house.loan(lent.key).due == "2027-02-05"


def test_without_a_clock_chip_a_jump_of_more_than_a_day_is_not_believed(house: House) -> None:
    item, other = house.stand(2, TONGS)
    whose = house.confirmed()
    house.reopen(station_clock="untrusted")
    house.wait(hours=24)
    assert house.lends(whose, item).due == date(2027, 3, 15)
    house.wait(hours=24, seconds=1)
    assert house.lends(whose, other).due is None


def test_a_clock_that_went_back_is_not_believed(house: House) -> None:
    item = house.stands(TONGS)
    house.wait(hours=-1)
    assert house.lends(house.confirmed(), item).due is None


def test_a_deed_that_waited_while_others_recorded_theirs_has_its_due_date(house: House) -> None:
    item = house.stands(TONGS)
    house.wait(seconds=-10)
    assert house.lends(house.confirmed(), item).due == date(2027, 3, 12)


def test_a_clock_400_days_ahead_and_back_changes_no_order_and_ends_no_hold(house: House) -> None:
    whose = house.confirmed()
    waiting = house.queues(house.confirmed("Ola Testesen"), STOOL)
    kept = house.stands(STOOL)
    item = house.stands(TONGS)
    house.reopen(station_clock="untrusted")
    house.wait(days=400)
    assert house.do(holds.advance) == 0
    assert house.lends(whose, item).due is None
    house.wait(days=-400, hours=1)
    house.brings(item)
    house.do(stock.cleaned, item=item)
    second = house.lends(whose, item)
    assert [row.ended for row in house.loans(item)].count(None) == 1
    assert house.loan(second.key).ended is None
    assert [one.kind for one in house.events(item)] == [
        Fact.RECEIVED,
        Fact.SHELVED,
        Fact.CHECK_OUT,
        Fact.CHECK_IN,
        Fact.CLEANED,
        Fact.CHECK_OUT,
    ]
    ticks = [one.tick for one in house.events(item)]
    assert ticks == sorted(ticks)
    assert (house.state(kept), house.hold(waiting.key).state) == (State.SET_ASIDE, "ready")


def test_a_clock_400_days_ahead_gives_the_second_loan_no_date_either(house: House) -> None:
    whose = house.confirmed()
    items = house.stand(2, TONGS)
    house.reopen(station_clock="untrusted")
    house.wait(days=400)
    assert [house.lends(whose, item).due for item in items] == [None, None]


def test_a_clock_that_came_back_from_400_days_ahead_gives_dates_again(house: House) -> None:
    whose = house.confirmed()
    one, other = house.stand(2, TONGS)
    house.reopen(station_clock="untrusted")
    house.wait(days=400)
    house.lends(whose, one)
    house.wait(days=-400, hours=1)
    assert house.lends(whose, other).due == date(2027, 3, 12)


def test_an_event_from_the_future_is_followed_by_what_happens_next(house: House) -> None:
    """Another station's clock is a week ahead; here the piece is brought back five minutes later."""
    item = house.stands(TONGS)
    ahead = house.item(item).tick + 7 * 24 * 3600 * 1000
    lent = {"product": TONGS, "days": 60, "policy": "keep", "due": "2027-03-19"}
    house.hears(Elsewhere().says(Fact.CHECK_OUT, tick=ahead, key="theirs", item=item, facts=lent))
    house.wait(minutes=5)
    home = house.brings(item)
    assert (home.was, home.loan) == (Was.ON_LOAN, "theirs")
    assert house.item(item).tick == ahead + 1
    assert house.loan("theirs").ended == Ended.RETURNED


# --- pairs, and what is so already ---


def test_a_second_crutch_joins_the_first_ones_line(house: House) -> None:
    whose = house.confirmed()
    one, other = house.stand(2, CRUTCHES)
    first = house.lends(whose, one)
    house.wait(seconds=5)
    second = house.lends(whose, other, joins=first.deed)
    assert (first.pieces, second.deed, second.due) == (2, first.deed, first.due)
    assert first.key != second.key
    assert house.look(borrowers.meet, house.station, whose, now=house.now).lines == 1


def test_a_second_crutch_is_not_one_line_too_many(house: House) -> None:
    whose = house.confirmed()
    for item in house.stand(7, TONGS):
        house.lends(whose, item)
    one, other = house.stand(2, CRUTCHES)
    first = house.lends(whose, one)
    assert first.flags == ()
    assert house.lends(whose, other, joins=first.deed).flags == ()


def test_a_pair_is_one_line_of_the_eight(house: House) -> None:
    whose = house.confirmed()
    one, other = house.stand(2, CRUTCHES)
    house.lends(whose, other, joins=house.lends(whose, one).deed)
    flags = [house.lends(whose, item).flags for item in house.stand(8, TONGS)]
    assert flags == [()] * 7 + [(Reason.TOO_MANY_LINES,)]


def test_nothing_joins_a_line_that_is_somebody_elses_another_products_or_whole(house: House) -> None:
    whose, other = house.confirmed(), house.confirmed("Ola Testesen")
    first = house.lends(whose, house.stands(CRUTCHES))
    tongs, theirs, second, third = house.stands(TONGS), *house.stand(3, CRUTCHES)
    assert house.lends(other, theirs, joins=first.deed).deed != first.deed
    assert house.lends(whose, tongs, joins=first.deed).deed != first.deed
    assert house.lends(whose, second, joins=first.deed).deed == first.deed
    assert house.lends(whose, third, joins=first.deed).deed != first.deed


def test_each_crutch_of_a_pair_comes_home_by_itself(house: House) -> None:
    whose = house.confirmed()
    one, other = house.stand(2, CRUTCHES)
    first = house.lends(whose, one)
    house.lends(whose, other, joins=first.deed)
    house.brings(one)
    assert (house.state(one), house.state(other)) == (State.RETURNED, State.ON_LOAN)
    assert house.look(borrowers.meet, house.station, whose, now=house.now).lines == 1
    house.brings(other)
    assert house.look(borrowers.meet, house.station, whose, now=house.now).lines == 0


def test_lending_again_to_the_same_borrower_changes_nothing(house: House) -> None:
    whose, item = house.confirmed(), house.stands(TONGS)
    lent = house.lends(whose, item)
    written = house.events()
    house.wait(days=100)
    again = house.lend(whose, item)
    assert again == Already(item=item, product=TONGS, key=lent.key, due=lent.due, on_loan=True)
    assert house.events() == written


@pytest.mark.parametrize(
    ("line", "deed", "place"),
    [(STICK, None, "A1"), (STICK, lending.check_in, "VASK 1"), (STOOL, lending.check_in, "VASK 2")],
)
def test_returning_what_is_at_home_says_where_it_belongs(
    house: House, line: str, deed: Callable[..., object] | None, place: str
) -> None:
    item = house.stands(line)
    if deed is not None:
        house.lends(house.confirmed(), item)
        house.do(deed, item=item)
    written = house.events()
    assert house.already(item) == Already(item=item, product=line, place=place)
    assert house.events() == written


def test_a_thing_that_was_never_ours_cannot_be_returned(house: House) -> None:
    outcome = house.bring(NO_SUCH_ITEM)
    assert isinstance(outcome, Refused)
    assert (outcome.reasons, outcome.place) == ((Reason.UNKNOWN_CODE,), "UKJENT")


# --- coming home ---


def test_a_return_needs_no_card_and_says_where_to_put_it(house: House) -> None:
    item = house.stands(STOOL)
    lent = house.lends(house.confirmed(), item)
    house.wait(days=10)
    home = house.brings(item)
    assert (home.was, home.loan, home.place) == (Was.ON_LOAN, lent.key, "VASK 2")
    row = house.loan(lent.key)
    assert (row.ended, row.returned_at) == (Ended.RETURNED, row.out_at + 10 * 24 * 3600 * 1000)
    assert house.links() == {lent.key}


def test_a_thing_taken_without_being_registered_comes_home_when_somebody_says_so(house: House) -> None:
    item = house.stands(STICK)
    home = house.brings(item, brought_back=True)
    assert (home.was, home.loan, home.place) == (Was.UNREGISTERED, None, "VASK 1")
    assert house.state(item) is State.RETURNED


def test_a_set_aside_thing_that_is_brought_back_frees_its_hold_for_the_next_piece(house: House) -> None:
    waiting = house.queues(house.confirmed(), STICK)
    item = house.stands(STICK)
    home = house.brings(item, brought_back=True)
    assert home.was is Was.UNREGISTERED
    assert house.hold(waiting.key).state == "waiting"
    house.moves(stock.cleaned, item)
    assert (house.state(item), house.hold(waiting.key).item) == (State.SET_ASIDE, item)


@pytest.mark.parametrize("gone", ["missing", "written off", "kept"])
def test_a_thing_that_was_given_up_is_welcome_at_the_storekeepers_place(house: House, gone: str) -> None:
    item = house.stands(STICK)
    if gone == "kept":
        house.lends(house.confirmed(), item)
        house.moves(stock.keep, item)
    elif gone == "missing":
        house.moves(stock.count_out, item)
    else:
        house.moves(stock.write_off, item, reason="old")
    home = house.brings(item)
    assert (home.was, home.place) == (Was.FOUND, "UKJENT")
    assert (house.state(item), house.events(item)[-1].kind) == (State.RETURNED, Fact.FOUND)


def test_a_thing_on_its_way_comes_home_here(house: House) -> None:
    item = house.stands(STICK)
    house.moves(stock.send, item, depot="Son")
    assert house.item(item).depot == "Son"
    house.brings(item)
    assert (house.state(item), house.item(item).depot) == (State.RETURNED, house.station.depot)


def test_a_lost_loan_ends_and_its_thing_may_still_come_home(house: House) -> None:
    item = house.stands(STICK)
    lent = house.lends(house.confirmed(), item)
    house.moves(stock.lose, item)
    assert house.loan(lent.key).ended == Ended.LOST
    house.brings(item)
    assert (house.state(item), house.loan(lent.key).ended) == (State.RETURNED, Ended.LOST)


# --- something is wrong with it ---


@pytest.mark.parametrize(
    ("trouble", "state", "place"),
    [
        (Trouble.BROKEN, State.REPAIR, "VERKSTED"),
        (Trouble.SOILED, State.QUARANTINE, "SMITTE"),
        (Trouble.MISSING_PART, State.RETURNED, "VASK 1"),
    ],
)
def test_what_is_wrong_belongs_to_the_same_deed_as_the_return(
    house: House, trouble: Trouble, state: State, place: str
) -> None:
    item = house.stands(STICK)
    house.lends(house.confirmed(), item)
    home = house.brings(item)
    moved = house.trouble(item, home.deed, trouble)
    assert isinstance(moved, Moved)
    assert (moved.deed, moved.state, moved.place) == (home.deed, state, place)
    assert house.state(item) is state


def test_a_soiled_thing_is_infectious_until_it_is_cleaned(house: House) -> None:
    item = house.stands(STICK)
    house.lends(house.confirmed(), item)
    house.trouble(item, house.brings(item).deed, Trouble.SOILED)
    house.moves(stock.done, item)
    assert (house.item(item).infected, house.already(item).place) == (True, "SMITTE")
    house.moves(stock.done, item)
    assert (house.item(item).infected, house.state(item)) == (False, State.AVAILABLE)


def test_a_part_that_stayed_out_is_owed_on_the_closed_loan_and_only_once(house: House) -> None:
    item = house.stands(STICK)
    lent = house.lends(house.confirmed(), item)
    home = house.brings(item)
    house.trouble(item, home.deed, Trouble.MISSING_PART)
    again = house.trouble(item, home.deed, Trouble.MISSING_PART)
    assert isinstance(again, Already)
    (owed,) = house.rows(owed_part)
    assert (owed.loan, owed.item, owed.pieces) == (lent.key, item, 1)
    assert house.loan(lent.key).ended == Ended.RETURNED


def test_what_two_stations_say_is_missing_adds_up(house: House) -> None:
    item = house.stands(STICK)
    lent = house.lends(house.confirmed(), item)
    house.trouble(item, house.brings(item).deed, Trouble.MISSING_PART)
    tick, missing = house.item(item).tick + 1, {"parts": [[parts.ANY_PART, 2]]}
    house.hears(
        Elsewhere().says(Fact.PARTS_OWED, tick=tick, key="more", item=item, loan=lent.key, facts=missing)
    )
    assert [row.pieces for row in house.rows(owed_part)] == [3]


def test_a_part_missing_from_what_nobody_had_borrowed_goes_to_the_workshop(house: House) -> None:
    item = house.stands(STICK)
    home = house.brings(item, brought_back=True)
    house.trouble(item, home.deed, Trouble.MISSING_PART)
    assert (house.state(item), house.rows(owed_part)) == (State.REPAIR, [])


def test_trouble_is_only_said_of_what_that_deed_brought_back(house: House) -> None:
    one, other = house.stand(2, STICK)
    whose = house.confirmed()
    lent = house.lends(whose, one)
    house.lends(whose, other)
    house.brings(one)
    of_other = house.brings(other)
    for deed in (of_other.deed, lent.deed, str(uuid.uuid4())):
        outcome = house.trouble(one, deed, Trouble.BROKEN)
        assert isinstance(outcome, Refused)
        assert outcome.reasons == (Reason.WRONG_STATE,)
    assert house.state(one) is State.RETURNED


def test_trouble_comes_too_late_when_the_thing_is_being_cleaned(house: House) -> None:
    item = house.stands(STICK)
    house.lends(house.confirmed(), item)
    home = house.brings(item)
    house.moves(stock.begin_cleaning, item)
    assert isinstance(house.trouble(item, home.deed, Trouble.BROKEN), Refused)


# --- undo ---


def test_a_loan_taken_back_is_as_if_it_had_not_been(house: House) -> None:
    whose, item = house.confirmed(), house.stands(STICK)
    lent = house.lends(whose, item)
    house.wait(seconds=20)
    (undone,) = house.undoes(lent.deed)
    assert undone == replace(undone, item=item, product=STICK, back_on_loan=False, place="A1")
    row = house.loan(lent.key)
    assert (house.state(item), row.ended, row.returned_at - row.out_at) == (
        State.AVAILABLE,
        Ended.UNDONE,
        20_000,
    )
    assert house.links() == set()
    assert house.look(borrowers.meet, house.station, whose, now=house.now).lines == 0
    house.lends(house.confirmed("Ola Testesen"), item)


def test_a_return_taken_back_is_the_same_loan_again(house: House) -> None:
    item = house.stands(STICK)
    lent = house.lends(house.confirmed(), item)
    house.wait(days=3)
    home = house.brings(item)
    (undone,) = house.undoes(home.deed)
    assert (undone.back_on_loan, undone.place) == (True, None)
    row = house.loan(lent.key)
    assert (house.state(item), row.ended, row.returned_at, row.due) == (
        State.ON_LOAN,
        None,
        None,
        "2027-04-12",
    )
    assert house.links() == {lent.key}


@pytest.mark.parametrize("trouble", Trouble)
def test_a_return_with_something_wrong_is_taken_back_whole(house: House, trouble: Trouble) -> None:
    item = house.stands(STICK)
    lent = house.lends(house.confirmed(), item)
    home = house.brings(item)
    house.trouble(item, home.deed, trouble)
    (undone,) = house.undoes(home.deed)
    assert undone.back_on_loan
    row = house.item(item)
    assert (row.state, row.loan, row.infected) == (State.ON_LOAN, lent.key, False)
    assert house.rows(owed_part) == []


def test_a_pair_is_taken_back_whole(house: House) -> None:
    whose = house.confirmed()
    one, other = house.stand(2, CRUTCHES)
    first = house.lends(whose, one)
    house.lends(whose, other, joins=first.deed)
    undone = house.undoes(first.deed)
    assert {thing.item for thing in undone} == {one, other}
    assert [house.state(item) for item in (one, other)] == [State.AVAILABLE] * 2
    assert house.links() == set()


def test_a_pair_of_which_one_came_home_is_not_taken_back(house: House) -> None:
    whose = house.confirmed()
    one, other = house.stand(2, CRUTCHES)
    first = house.lends(whose, one)
    house.lends(whose, other, joins=first.deed)
    house.brings(one)
    assert isinstance(house.undo(first.deed), Refused)
    assert [house.state(item) for item in (one, other)] == [State.RETURNED, State.ON_LOAN]


def test_a_loan_of_what_was_set_aside_is_taken_back_to_its_hold(house: House) -> None:
    whose = house.confirmed()
    waiting = house.queues(whose, STICK)
    item = house.stands(STICK)
    lent = house.lends(whose, item)
    assert house.hold(waiting.key).state == "fetched"
    (undone,) = house.undoes(lent.deed)
    assert (house.state(item), undone.place) == (State.SET_ASIDE, "HENTES")
    assert (house.hold(waiting.key).state, house.hold(waiting.key).item) == ("ready", item)
    assert house.links() == {waiting.key}


def test_an_unregistered_return_is_taken_back_to_the_shelf(house: House) -> None:
    item = house.stands(STICK)
    (undone,) = house.undoes(house.brings(item, brought_back=True).deed)
    assert (house.state(item), undone.back_on_loan, undone.place) == (State.AVAILABLE, False, "A1")


def test_an_unregistered_return_of_what_was_set_aside_is_taken_back_to_its_hold(house: House) -> None:
    waiting = house.queues(house.confirmed(), STICK)
    item = house.stands(STICK)
    (undone,) = house.undoes(house.brings(item, brought_back=True).deed)
    assert (house.state(item), undone.place) == (State.SET_ASIDE, "HENTES")
    assert house.hold(waiting.key).item == item


def test_a_welcome_is_taken_back(house: House) -> None:
    item = house.stands(STICK)
    house.moves(stock.count_out, item)
    house.undoes(house.brings(item).deed)
    assert house.state(item) is State.MISSING


def test_a_cleaning_that_set_a_piece_aside_is_taken_back_whole(house: House) -> None:
    item = house.stands(STICK)
    house.brings(item, brought_back=True)
    waiting = house.queues(house.confirmed(), STICK)
    cleaned = house.moves(stock.cleaned, item)
    assert house.state(item) is State.SET_ASIDE
    house.undoes(cleaned.deed)
    assert (house.state(item), house.hold(waiting.key).state) == (State.RETURNED, "waiting")


def test_undo_is_too_late_when_something_else_has_happened(house: House) -> None:
    item = house.stands(STICK)
    lent = house.lends(house.confirmed(), item)
    house.brings(item)
    refused = house.undo(lent.deed)
    assert isinstance(refused, Refused)
    assert (refused.item, refused.reasons) == (item, (Reason.UNDO_TOO_LATE,))
    assert house.state(item) is State.RETURNED
    assert house.counted() == {(Reason.UNDO_TOO_LATE, ""): 1}


def test_what_was_taken_back_is_not_taken_back_again(house: House) -> None:
    item = house.stands(STICK)
    lent = house.lends(house.confirmed(), item)
    (undone,) = house.undoes(lent.deed)
    assert isinstance(house.undo(lent.deed), Refused)
    assert isinstance(house.undo(undone.deed), Refused)
    assert house.state(item) is State.AVAILABLE


def test_an_implied_return_is_never_taken_back(house: House) -> None:
    item = house.stands(STICK)
    house.lends(house.confirmed(), item)
    house.refuses(house.confirmed("Ola Testesen"), item, in_hand=True)
    implied = house.events(item)[-1]
    assert isinstance(house.undo(implied.deed), Refused)
    assert house.state(item) is State.RETURNED


def test_another_stations_deed_is_not_ours_to_take_back(house: House) -> None:
    item = house.stands(STICK)
    tick, facts = house.item(item).tick + 1, {"product": STICK, "days": 90}
    house.hears(Elsewhere().says(Fact.CHECK_OUT, tick=tick, key="theirs", item=item, facts=facts))
    assert isinstance(house.undo("theirs"), Refused)
    assert house.state(item) is State.ON_LOAN


def test_a_deed_that_never_was_is_not_taken_back(house: House) -> None:
    refused = house.undo(str(uuid.uuid4()))
    assert isinstance(refused, Refused)
    assert refused.reasons == (Reason.UNDO_TOO_LATE,)


def test_undo_after_another_loan_of_the_same_visit_touches_only_its_own(house: House) -> None:
    whose = house.confirmed()
    one, other = house.stand(2, STICK)
    first = house.lends(whose, one)
    house.lends(whose, other)
    house.undoes(first.deed)
    assert [house.state(item) for item in (one, other)] == [State.AVAILABLE, State.ON_LOAN]


# --- labels ---


def test_a_loan_asks_for_a_label_where_there_is_a_printer(house: House) -> None:
    house.reopen(station_printer="etikett")
    lent = house.lends(house.confirmed(), house.stands(STICK))
    (job,) = house.rows(label_job)
    assert (job.event, job.design, job.state) == (lent.key, "loan", "waiting")
    assert job.key == str(uuid.uuid5(uuid.UUID(lent.key), "loan"))
    assert job.lapses_at - job.made_at == 10 * 60 * 1000


def test_without_a_printer_nothing_waits_to_be_printed(house: House) -> None:
    house.lends(house.confirmed(), house.stands(STICK))
    assert house.labels() == []


def test_a_repeated_loan_prints_once_and_a_return_prints_nothing(house: House) -> None:
    house.reopen(station_printer="etikett")
    whose, item, key = house.confirmed(), house.stands(STICK), str(uuid.uuid4())
    house.lends(whose, item, key=key)
    house.lend(whose, item, key=key)
    house.brings(item)
    assert house.labels() == [(key, "waiting")]


def test_a_pair_is_one_loan_and_has_one_slip(house: House) -> None:
    house.reopen(station_printer="etikett")
    whose = house.confirmed()
    one, other = house.stand(2, CRUTCHES)
    first = house.lends(whose, one)
    house.lends(whose, other, joins=first.deed)
    assert house.labels() == [(first.key, "waiting")]


def test_a_loan_taken_back_prints_no_label(house: House) -> None:
    house.reopen(station_printer="etikett")
    whose = house.confirmed()
    one, other = house.stand(2, CRUTCHES)
    first = house.lends(whose, one)
    house.lends(whose, other, joins=first.deed)
    third = house.lends(whose, house.stands(STICK))
    house.undoes(first.deed)
    assert sorted(state for _, state in house.labels()) == ["cancelled", "waiting"]
    assert (third.key, "waiting") in house.labels()


# --- before the deed: what is this? ---


def test_a_look_before_the_deed_writes_nothing_and_tells_whose_it_is_only_to_its_borrower(
    house: House,
) -> None:
    whose, item = house.confirmed(), house.stands(TONGS)
    lent = house.lends(whose, item)
    written = house.events()

    def peek(as_card: str | None) -> object:
        seen = house.look(lending.peek, house.station, item=item, card=as_card, now=house.now)
        return (seen.state, seen.theirs, seen.just_lent)

    assert peek(whose) == (State.ON_LOAN, True, True)
    assert peek(house.starter()) == (State.ON_LOAN, False, True)
    house.wait(minutes=10, seconds=1)
    assert peek(None) == (State.ON_LOAN, False, False)
    assert house.events() == written
    assert house.loan(lent.key).due == "2027-03-12"


def test_a_look_at_a_thing_nobody_may_borrow_says_why(house: House) -> None:
    item = house.stands(STICK)
    house.moves(stock.send_to_repair, item, fault="worn")
    seen = house.look(lending.peek, house.station, item=item, card=None, now=house.now)
    assert seen.refusal is not None
    assert (seen.refusal.reasons, seen.refusal.place) == ((Reason.IN_REPAIR,), "VERKSTED")
    unknown = house.look(lending.peek, house.station, item=NO_SUCH_ITEM, card=None, now=house.now)
    assert (unknown.state, unknown.refusal) == (None, None)


# --- not ours ---


def test_a_nav_wheelchair_is_taken_in_and_its_serial_number_stays_out_of_the_journal(house: House) -> None:
    label = parse("014112-345678")
    taken = house.do(lending.receive_foreign, label=label)
    assert isinstance(taken, Moved)
    assert taken.place == "NAV"
    (row,) = house.rows(foreign_return)
    assert (row.hms, row.serial) == ("014112", "345678")
    event = house.events()[-1]
    assert (event.kind, event.facts) == (Fact.RECEIVED_FOREIGN, {"hms": "014112"})


def test_where_foreign_things_are_sent_on_a_nav_label_is_a_refusal(house: House) -> None:
    house.reopen(rules_foreign_returns="send")
    refused = house.do(lending.receive_foreign, label=parse("014112-345678"))
    assert isinstance(refused, Refused)
    assert refused.reasons == (Reason.NAV_LABEL,)
    assert house.rows(foreign_return) == []


def test_a_link_is_made_with_the_loan_at_this_station(house: House) -> None:
    lent = house.lends(house.confirmed(), house.stands(STICK))
    (row,) = house.rows(link)
    assert (row.key, row.station) == (lent.key, house.station.id)
