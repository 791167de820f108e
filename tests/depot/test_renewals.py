"""Keeping a thing for longer: when that is granted, until when, and when somebody else's turn has come."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from depot import borrowers, closing, lending, renewals, rings, stock
from depot.lending import Desk
from depot.outcomes import Already, Moved, OpenLoan, Reason, Refused, Renewed
from depot.states import State
from depot.tables import card as card_table
from depot.tables import depot, link, recall, ring
from tests.depot.house import CRUTCHES, NO_SUCH_CARD, NO_SUCH_ITEM, STICK, STOOL, TODAY, TONGS, House

KEY = "6f0c2f9e-5d1f-4c8e-9a63-2d5f3f3b5a10"
NINETY_DAYS = date(2027, 4, 12)
"""Ninety days after the Sunday 2027-01-10 and ninety-one after the Monday on which stories begin, a Monday."""


def renew(house: House, item: str, **said: Any) -> Renewed:
    """Renew, where the story needs that it works."""
    outcome = house.do(renewals.renew, item=item, **said)
    assert isinstance(outcome, Renewed), outcome
    return outcome


def refused(house: House, item: str, **said: Any) -> tuple[Reason, ...]:
    """Try to renew, where the story needs a no."""
    before = len(house.events())
    outcome = house.do(renewals.renew, item=item, **said)
    assert isinstance(outcome, Refused), outcome
    assert len(house.events()) == before
    return outcome.reasons


def lent(house: House, line: str = STICK, **said: Any) -> tuple[str, str]:
    """A card, and what is on loan on it."""
    card, item = house.confirmed(), house.stands(line)
    house.lends(card, item, **said)
    return card, item


def mine(house: House, card: str) -> tuple[OpenLoan, ...]:
    """What is out on a card."""
    return house.look(renewals.loans_of, house.station, card=card, now=house.now)


# --- until when ---


def test_a_loan_is_renewed_for_its_days_from_today(house: House) -> None:
    card, item = lent(house)  # 90 days from a Monday end on a Sunday: due on Monday 12 April
    assert mine(house, card)[0].due == NINETY_DAYS
    house.wait(days=60)
    outcome = renew(house, item, card=card)
    assert (outcome.item, outcome.product, outcome.days, outcome.renewals) == (item, STICK, 90, 1)
    assert outcome.due == date(2027, 6, 10)  # 90 days after 12 March, a Thursday
    assert outcome.flags == ()
    stored = house.loans(item)[0]
    assert (stored.due, stored.renewals, stored.ended, stored.days) == ("2027-06-10", 1, None, 90)
    assert house.events(item)[-1].key == outcome.key


def test_from_the_due_date_where_the_municipality_says_so(new_house: Callable[..., House]) -> None:
    house = new_house(rules_renew_from="due")
    _, item = lent(house)
    house.wait(days=60)
    assert renew(house, item).due == date(2027, 7, 12)  # 90 days after 12 April are Sunday 11 July


def test_a_due_date_that_has_passed_is_nothing_to_count_from(new_house: Callable[..., House]) -> None:
    house = new_house(rules_renew_from="due")
    _, item = lent(house)
    house.wait(days=200)  # Friday 30 July: 90 days from it are Thursday 28 October, not 11 July
    assert renew(house, item).due == date(2027, 10, 28)


def test_a_late_loan_may_be_renewed_and_is_late_no_more(house: House) -> None:
    card, item = lent(house)
    house.wait(days=100)
    assert mine(house, card)[0].late
    assert renew(house, item, card=card).due == date(2027, 7, 20)
    assert not mine(house, card)[0].late


def test_a_renewal_that_would_not_reach_further_is_not_counted(house: House) -> None:
    card, item = lent(house)
    events = len(house.events())
    outcome = house.do(renewals.renew, item=item, card=card)
    assert outcome == Already(
        item=item, product=STICK, key=house.loans(item)[0].key, due=NINETY_DAYS, on_loan=True
    )
    assert (len(house.events()), house.loans(item)[0].renewals) == (events, 0)
    assert mine(house, card)[0].refused == ()


def test_a_second_stroke_renews_nothing_again(new_house: Callable[..., House]) -> None:
    house = new_house(rules_renew_from="due")
    _, item = lent(house)
    first = renew(house, item)
    house.wait(minutes=9)
    again = house.do(renewals.renew, item=item)
    assert isinstance(again, Already)
    assert again.due == first.due
    house.wait(minutes=2)
    second = renew(house, item)
    assert (second.renewals, second.due) == (2, date(2027, 10, 11))  # 90 days after 12 July are a Sunday


def test_a_renewed_loan_keeps_the_terms_it_was_made_with(house: House) -> None:
    _, item = lent(house)
    house.reopen(rules_due_policy="keep")
    house.wait(days=62)  # Sunday 14 March: 90 days later is Saturday 12 June
    assert renew(house, item).due == date(2027, 6, 14)


def test_a_renewed_loan_keeps_its_weekday(new_house: Callable[..., House]) -> None:
    house = new_house(rules_due_policy="same_weekday")
    card, item = lent(house)
    assert mine(house, card)[0].due == date(2027, 4, 12)
    house.wait(days=30)  # Wednesday 10 February; 90 days later is Tuesday 11 May, and the 17th is a holiday
    assert renew(house, item).due == date(2027, 5, 24)


def test_a_renewal_does_not_outlive_the_card(house: House) -> None:
    card, item = lent(house)
    house.change(card_table, code=card, expires_on="2027-05-16")  # a Sunday
    house.wait(days=60)
    assert renew(house, item, card=card).due == date(2027, 5, 14)
    house.wait(days=30)
    assert isinstance(house.do(renewals.renew, item=item), Already)


def test_a_date_that_a_closing_moved_past_the_card_is_not_renewed_from(
    new_house: Callable[..., House],
) -> None:
    house = new_house(rules_renew_from="due")
    card, item = lent(house)
    house.change(card_table, code=card, expires_on=NINETY_DAYS.isoformat())
    house.do(closing.close, first=NINETY_DAYS, last=NINETY_DAYS, name="kurs")
    assert mine(house, card)[0].due == date(2027, 4, 13)
    assert isinstance(house.do(renewals.renew, item=item, card=card), Already)


def test_at_the_desk_the_best_of_the_borrowers_cards_counts(house: House) -> None:
    card, item = lent(house)
    spare = house.card_from_box()
    house.change(card_table, code=card, expires_on="2027-04-16")
    house.wait(days=60)
    who = house.rows(link, key=house.loans(item)[0].key)[0].borrower
    house.change(card_table, code=spare, borrower=who, given_at=1, expires_on="2027-05-14")
    assert renew(house, item).due == date(2027, 5, 14)


def test_a_calendar_without_an_open_day_leaves_the_plain_date_and_a_word_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    _, item = lent(house)
    house.change(depot, id=house.station.depot, open_weekdays="")
    house.ledger.learn()
    house.wait(days=62)
    with caplog.at_level(logging.WARNING):
        assert renew(house, item).due == date(2027, 6, 12)  # a Saturday
        house.lends(house.confirmed(), house.stands())
    assert [record.getMessage().split(" depot")[0] for record in caplog.records] == 2 * [
        "due=2027-06-12 warning=no_open_day_within_a_year"
    ]


# --- no ---


def test_a_loan_is_not_renewed_when_somebody_waits(house: House) -> None:
    card, item = lent(house)
    house.wait(days=60)
    waiting = house.confirmed()
    house.queues(waiting)
    assert refused(house, item, card=card) == (Reason.SOMEONE_WAITS,)
    assert mine(house, card)[0].refused == (Reason.SOMEONE_WAITS,)
    assert house.counted()["someone_waits", STICK] == 1


def test_ones_own_place_in_the_queue_is_nothing_against_it(house: House) -> None:
    card, item = lent(house)
    house.wait(days=60)
    house.queues(card)
    assert renew(house, item, card=card).renewals == 1


def test_whoever_has_a_piece_set_aside_waits_no_more(house: House) -> None:
    card, item = lent(house)
    other = house.stands()
    house.brings(other, brought_back=True)
    house.queues(house.confirmed())
    house.moves(stock.done, other)
    assert house.state(other) is State.SET_ASIDE
    house.wait(days=60)
    assert renew(house, item, card=card).renewals == 1


@pytest.mark.parametrize("gone", ["dead", "blocked"])
def test_nobody_waits_who_cannot_fetch_it(house: House, gone: str) -> None:
    _, item = lent(house)
    waiting = house.confirmed()
    house.queues(waiting)
    if gone == "dead":
        house.at_desk(borrowers.died, waiting, TODAY)
    else:
        house.at_desk(borrowers.block, waiting, "bill")
    house.wait(days=60)
    assert renew(house, item).renewals == 1


def test_whoever_waits_for_another_line_does_not_count(house: House) -> None:
    card, item = lent(house)
    house.queues(house.confirmed(), TONGS)
    house.wait(days=60)
    assert renew(house, item, card=card).renewals == 1


def test_the_renewals_run_out(new_house: Callable[..., House]) -> None:
    house = new_house(rules_max_renewals="2")
    card, item = lent(house)
    for number in (1, 2):
        house.wait(days=30)
        assert renew(house, item, card=card).renewals == number
    house.wait(days=30)
    assert refused(house, item, card=card) == (Reason.RENEWALS_USED,)


def test_all_reasons_are_told_in_their_order(new_house: Callable[..., House]) -> None:
    house = new_house(rules_max_renewals="0", rules_strict="true", rules_cap_days="100")
    card, item = lent(house)
    house.queues(house.confirmed())
    house.at_desk(borrowers.block, card, "bill")
    house.change(recall, key="r1", product=STICK, opened_at=0)
    house.wait(days=60)
    assert refused(house, item, card=card) == (
        Reason.RECALLED,
        Reason.CARD_BLOCKED,
        Reason.CAP_REACHED,
        Reason.SOMEONE_WAITS,
        Reason.RENEWALS_USED,
    )


def test_nothing_is_renewed_for_the_dead(house: House) -> None:
    card, item = lent(house)
    house.wait(days=60)
    house.at_desk(borrowers.died, card, TODAY)
    assert refused(house, item) == (Reason.CARD_BLOCKED,)
    assert refused(house, item, card=card) == (Reason.CARD_BLOCKED,)


def test_a_lost_card_renews_nothing_but_its_borrower_may_ring(house: House) -> None:
    card, item = lent(house)
    house.wait(days=60)
    house.at_desk(borrowers.block_card, card, "lost")
    assert refused(house, item, card=card) == (Reason.CARD_BLOCKED,)
    assert renew(house, item).renewals == 1


def test_only_the_card_that_it_is_on_renews_it_and_nobody_is_named(house: House) -> None:
    card, item = lent(house)
    house.wait(days=60)
    assert refused(house, item, card=house.confirmed()) == (Reason.ON_LOAN_TO_OTHER,)
    assert refused(house, item, card=house.card_from_box()) == (Reason.CARD_UNKNOWN,)
    assert refused(house, item, card=NO_SUCH_CARD) == (Reason.CARD_UNKNOWN,)
    assert refused(house, house.stands(), card=card) == (Reason.NOT_ON_LOAN,)
    assert refused(house, NO_SUCH_ITEM, card=card) == (Reason.UNKNOWN_CODE,)


# --- the short-term cap ---


def test_a_renewal_past_the_cap_is_short_and_flagged(house: House) -> None:
    card, item = lent(house)
    for _ in range(5):
        house.wait(days=120)
        assert renew(house, item, card=card).flags == ()
    house.wait(days=85)  # day 685: 90 more would be 775
    outcome = renew(house, item, card=card)
    assert (outcome.flags, outcome.days) == ((Reason.CAP_REACHED,), 14)
    assert outcome.due == date(2028, 12, 11)  # 14 days after Sunday 26 November are a Sunday, too
    assert house.loans(item)[0].flags == "cap_reached"


def test_earlier_loans_of_the_line_count_towards_the_cap(new_house: Callable[..., House]) -> None:
    house = new_house(rules_cap_days="200")
    card, item = lent(house)
    house.wait(days=90)
    house.brings(item)
    house.moves(stock.done, item)
    house.lends(card, item)
    house.wait(days=85)  # 175 days, and 90 more
    assert renew(house, item, card=card).flags == (Reason.CAP_REACHED,)


def test_a_short_renewal_that_would_not_lengthen_is_a_no(new_house: Callable[..., House]) -> None:
    house = new_house(rules_cap_days="100")
    card, item = lent(house)
    house.wait(days=60)  # due in 31 days; 14 from today is less
    assert refused(house, item, card=card) == (Reason.CAP_REACHED,)
    assert mine(house, card)[0].refused == (Reason.CAP_REACHED,)
    house.wait(days=20)
    assert renew(house, item, card=card).days == 14


def test_a_strict_municipality_refuses_at_the_cap(new_house: Callable[..., House]) -> None:
    house = new_house(rules_cap_days="100", rules_strict="true")
    card, item = lent(house)
    house.wait(days=85)
    assert refused(house, item, card=card) == (Reason.CAP_REACHED,)


def test_somebody_who_was_not_reached_keeps_things_for_a_short_time_only(house: House) -> None:
    card, item = house.starter(), house.stands()
    house.lends(card, item)  # for 21 days
    house.wait(days=20)
    outcome = renew(house, item, card=card)
    assert (outcome.flags, outcome.days) == ((Reason.CARD_UNCONFIRMED,), 14)


def test_the_desk_overrides_and_the_event_says_so(new_house: Callable[..., House]) -> None:
    house = new_house(rules_cap_days="100")
    _, item = lent(house)
    house.queues(house.confirmed())
    house.wait(days=60)
    assert refused(house, item, desk=Desk("s1")) == (Reason.SOMEONE_WAITS,)
    outcome = renew(house, item, desk=Desk("s1", overrides=True))
    assert (outcome.days, outcome.flags) == (90, ())
    happened = house.events(item)[-1]
    assert happened.by == "s1"
    assert happened.facts["overridden"] == ["someone_waits", "cap_reached"]


# --- a clock that cannot be trusted ---


def test_without_a_trusted_clock_a_renewal_has_days_and_gets_its_date_later(house: House) -> None:
    card, item = lent(house)
    house.wait(days=60)
    house.reopen(station_clock="untrusted")
    outcome = renew(house, item, card=card)
    assert (outcome.due, outcome.days, outcome.renewals) == (None, 90, 1)
    assert isinstance(house.do(renewals.renew, item=item, card=card), Already)
    house.reopen(station_clock="trusted")
    house.wait(days=1)
    assert house.do(lending.complete_due_dates) == 1
    assert mine(house, card)[0].due == date(2027, 6, 11)


def test_the_date_that_comes_later_is_never_earlier_than_the_one_before(
    new_house: Callable[..., House],
) -> None:
    house = new_house(rules_renew_from="due")
    card, item = lent(house)
    assert renew(house, item, card=card).due == date(2027, 7, 12)
    house.reopen(station_clock="untrusted")
    house.wait(days=2)
    assert renew(house, item, card=card).due is None
    house.reopen(station_clock="trusted")
    house.do(lending.complete_due_dates)
    assert mine(house, card)[0].due == date(2027, 7, 12)


# --- a pair ---


def a_pair(house: House) -> tuple[str, list[str]]:
    """A card with a pair of crutches."""
    card, pieces = house.confirmed(), house.stand(2, CRUTCHES)
    first = house.lends(card, pieces[0])
    house.lends(card, pieces[1], joins=first.deed)
    return card, pieces


def test_a_pair_is_renewed_as_one_line(house: House) -> None:
    card, pieces = a_pair(house)
    house.wait(days=30)
    outcome = renew(house, pieces[1], card=card, key=KEY)
    assert (outcome.item, outcome.key) == (pieces[1], KEY)
    told = [house.events(piece)[-1] for piece in pieces]
    assert {one.deed for one in told} == {outcome.deed}
    assert told[0].key == str(uuid.uuid5(uuid.UUID(KEY), pieces[0]))
    assert {(row.due, row.renewals) for piece in pieces for row in house.loans(piece)} == {("2027-04-12", 1)}
    assert isinstance(house.do(renewals.renew, item=pieces[0], card=card), Already)
    assert [(one.pieces, one.renewals) for one in mine(house, card)] == [(2, 1)]


def test_of_a_pair_the_one_that_is_home_is_left_alone(house: House) -> None:
    card, pieces = a_pair(house)
    house.brings(pieces[0])
    events = len(house.events(pieces[0]))
    house.wait(days=30)
    renew(house, pieces[1], card=card)
    assert len(house.events(pieces[0])) == events
    assert [one.pieces for one in mine(house, card)] == [1]


# --- the same key again, and undo ---


def test_the_same_key_gives_the_first_outcome_whatever_has_happened_since(house: House) -> None:
    card, item = lent(house)
    house.wait(days=60)
    first = renew(house, item, card=card, key=KEY)
    house.wait(days=20)
    assert house.do(renewals.renew, item=item, card=card, key=KEY) == first
    assert house.do(renewals.renew, item=item, key=KEY) == first
    house.brings(item)
    assert house.do(renewals.renew, item=item, card=card, key=KEY) == first
    assert house.loans(item)[0].renewals == 1


def test_other_content_under_a_used_key_is_refused(house: House) -> None:
    card, item = lent(house)
    other = house.stands()
    made = house.lends(card, other)
    house.wait(days=60)
    renew(house, item, card=card, key=KEY)
    assert refused(house, other, card=card, key=KEY) == (Reason.KEY_REUSED,)
    assert refused(house, item, card=house.confirmed(), key=KEY) == (Reason.KEY_REUSED,)
    assert refused(house, other, card=card, key=made.key) == (Reason.KEY_REUSED,)


def test_a_renewal_can_be_taken_back(new_house: Callable[..., House]) -> None:
    house = new_house(rules_cap_days="100")
    card, item = lent(house)
    house.wait(days=85)
    outcome = renew(house, item, card=card)
    assert house.loans(item)[0].flags == "cap_reached"
    (undone,) = house.undoes(outcome.deed)
    assert undone.back_on_loan
    stored = house.loans(item)[0]
    assert (stored.due, stored.renewals, stored.flags) == (NINETY_DAYS.isoformat(), 0, "")
    assert renew(house, item, card=card).renewals == 1
    assert house.unsoundness() == []


# --- everything ---


def test_everything_on_a_card_is_renewed_in_one_deed_and_taken_back_in_one(house: House) -> None:
    card, pieces = a_pair(house)
    stick, stool = house.stands(STICK), house.stands(STOOL)
    house.lends(card, stick)
    house.lends(card, stool)
    house.queues(house.confirmed(), STOOL)
    house.wait(days=45)
    outcomes = house.do(renewals.renew_all, card=card)
    assert [type(one) for one in outcomes] == [Renewed, Renewed, Refused]
    assert [one.product for one in outcomes] == [CRUTCHES, STICK, STOOL]
    deeds = {one.deed for one in outcomes if isinstance(one, Renewed)}
    assert len(deeds) == 1
    again = {one.product: type(one) for one in house.do(renewals.renew_all, card=card)}
    assert again == {CRUTCHES: Already, STICK: Already, STOOL: Refused}
    house.undoes(deeds.pop())
    assert {house.loans(item)[0].renewals for item in (*pieces, stick)} == {0}
    assert {house.state(item) for item in (*pieces, stick, stool)} == {State.ON_LOAN}


@pytest.mark.parametrize(
    ("whose", "answer"),
    [("nobody's", Reason.CARD_UNKNOWN), ("blocked", Reason.CARD_BLOCKED), ("empty", None)],
)
def test_a_card_with_nothing_on_it(house: House, whose: str, answer: Reason | None) -> None:
    card = house.card_from_box() if whose == "nobody's" else house.confirmed()
    if whose == "blocked":
        house.at_desk(borrowers.block, card, "bill")
    said = house.do(renewals.renew_all, card=card)
    assert [one.reasons for one in said if isinstance(one, Refused)] == ([(answer,)] if answer else [])
    assert mine(house, card) == ()


# --- my loans ---


def test_my_loans_say_what_is_out_until_when_and_whether_i_was_long_enough_about_it(house: House) -> None:
    card = house.confirmed()
    stool, stick = house.stands(STOOL), house.stands(STICK)
    house.lends(card, stool)
    house.wait(days=89)
    made = house.lends(card, stick)
    assert not any(one.still_needed for one in mine(house, card))
    house.wait(days=3)  # day 92, the day after the stool was due
    first, second = mine(house, card)
    assert (first.item, first.late, first.still_needed, first.pieces) == (stool, True, True, 1)
    assert (first.due, first.renewals, first.refused) == (NINETY_DAYS, 0, ())
    assert second == OpenLoan(item=stick, product=STICK, deed=made.deed, due=made.due)


def test_my_loans_are_nobody_elses(house: House) -> None:
    card, _ = lent(house)
    assert len(mine(house, card)) == 1
    assert mine(house, house.confirmed()) == ()
    assert mine(house, NO_SUCH_CARD) == ()


# --- kept ---


def keep(house: House, item: str, **said: Any) -> Moved | Refused:
    """A loan goes over to the state."""
    return house.do(renewals.kept, item=item, **said)


def test_what_stays_at_home_ends_its_loan_and_somebody_rings_to_make_sure(house: House) -> None:
    card, item = lent(house)
    key = house.loans(item)[0].key
    outcome = keep(house, item, card=card)
    assert isinstance(outcome, Moved)
    assert (house.state(item), house.loans(item)[0].ended, mine(house, card)) == (State.KEPT, "kept", ())
    assert [(row.why, row.subject, row.done_at) for row in house.rows(ring)] == [("kept", key, None)]
    (call,) = house.look(lambda conn: list(rings.listing(conn, contact=True)))
    assert (call.why, call.item, call.card) == ("kept", item, card)
    house.undoes(outcome.deed)
    assert (house.state(item), len(mine(house, card))) == (State.ON_LOAN, 1)
    assert house.look(lambda conn: list(rings.listing(conn))) == []


def test_a_pair_is_kept_whole_and_rung_about_once(house: House) -> None:
    card, pieces = a_pair(house)
    first = keep(house, pieces[0], card=card, key=KEY)
    assert [house.state(piece) for piece in pieces] == [State.KEPT, State.KEPT]
    assert len(house.rows(ring)) == 1
    assert keep(house, pieces[0], card=card, key=KEY) == first
    assert len(house.rows(ring)) == 1


def test_the_desk_needs_nobody_to_ring(house: House) -> None:
    _, item = lent(house)
    assert isinstance(keep(house, item, by="s1"), Moved)
    assert house.rows(ring) == []
    assert house.events(item)[-1].by == "s1"


def test_only_ones_own_loan_can_be_kept(house: House) -> None:
    card, item = lent(house)
    at_home = house.stands()
    no = keep(house, item, card=house.confirmed())
    assert isinstance(no, Refused)
    assert no.reasons == (Reason.ON_LOAN_TO_OTHER,)
    house.at_desk(borrowers.block, card, "bill")
    blocked, home = keep(house, item, card=card), keep(house, at_home)
    assert isinstance(blocked, Refused)
    assert blocked.reasons == (Reason.CARD_BLOCKED,)
    assert isinstance(home, Refused)
    assert home.reasons == (Reason.NOT_ON_LOAN,)
    assert house.state(item) is State.ON_LOAN
