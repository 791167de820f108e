"""What was written on paper while the power was away, and is entered afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from depot import clock, holds, invariants, late
from depot.outcomes import Already, CheckedIn, CheckedOut, Outcome, Reason, Refused, Was
from depot.states import State
from depot.tables import card as card_table
from tests.depot.house import CRUTCHES, HOIST, NO_SUCH_CARD, NO_SUCH_ITEM, STICK, House

HOUR = timedelta(hours=1)


def entry(house: House, ago: timedelta, **said: Any) -> late.Entry:
    return late.Entry(house.now - ago, "s-1", **said)


def lent(house: House, card: str, item: str, ago: timedelta, **said: Any) -> Outcome:
    return house.do(late.check_out, card=card, item=item, entry=entry(house, ago, **said))


def returned(house: House, item: str, ago: timedelta, **said: Any) -> Outcome:
    return house.do(late.check_in, item=item, entry=entry(house, ago, **said))


def test_a_loan_on_paper_begins_when_it_happened_and_is_marked_so(house: House) -> None:
    card, stick = house.confirmed(), house.stands(STICK)
    house.wait(days=2)
    outcome = lent(house, card, stick, timedelta(days=1))
    assert isinstance(outcome, CheckedOut)
    loan = house.loan(outcome.key)
    assert loan.out_at == clock.millis(house.now - timedelta(days=1))
    assert outcome.due is not None
    assert loan.due == outcome.due.isoformat()
    assert (outcome.due - house.now.date()).days >= 89  # ninety days from yesterday
    written = house.events(stick)[-1]
    assert (written.at, written.by) == (clock.millis(house.now), "s-1")
    assert written.facts["late_entry"] is True
    assert outcome.key in house.links()
    assert house.unsoundness() == []


def test_what_came_home_since_stays_at_home(house: House) -> None:
    card, stick = house.confirmed(), house.stands(STICK)
    house.wait(hours=5)
    house.brings(stick, brought_back=True)  # at the kiosk, which believed it on its shelf
    house.wait(hours=1)
    outcome = lent(house, card, stick, 3 * HOUR)
    assert isinstance(outcome, CheckedOut)
    assert house.state(stick) is State.RETURNED
    (loan,) = house.loans(stick)
    assert (loan.ended, loan.returned_at) == ("returned", clock.millis(house.now - HOUR))
    assert house.strange() == []
    assert house.unsoundness() == []


def test_a_return_and_a_loan_on_one_list_are_told_in_their_order(house: House) -> None:
    first, second, stick = house.confirmed(), house.confirmed("Ola Testesen"), house.stands(STICK)
    house.lends(first, stick)
    house.wait(days=3)
    back = returned(house, stick, 5 * HOUR)
    assert isinstance(back, CheckedIn)
    assert back.was is Was.ON_LOAN
    again = lent(house, second, stick, 2 * HOUR)
    assert isinstance(again, CheckedOut)
    assert house.state(stick) is State.ON_LOAN
    assert [loan.ended for loan in house.loans(stick)] == ["returned", None]
    # Lent dirty, past the cleaning: true, and for a person to look at.
    assert [kind for kind, _ in house.strange()] == ["illegal_move"]


def test_the_list_may_be_entered_in_any_order(house: House) -> None:
    card, other, stick = house.confirmed(), house.confirmed("Ola Testesen"), house.stands(STICK)
    house.lends(card, stick)
    house.wait(days=3)
    assert isinstance(lent(house, other, stick, 2 * HOUR), CheckedOut)
    assert isinstance(returned(house, stick, 5 * HOUR), CheckedIn)
    assert [loan.ended for loan in house.loans(stick)] == ["returned", None]
    assert house.unsoundness() == []


def test_nothing_that_has_happened_is_refused(house: House) -> None:
    hoist, crutch = house.stands(HOIST), house.stands(CRUTCHES)
    assert isinstance(lent(house, house.starter(), hoist, HOUR), CheckedOut)
    assert isinstance(lent(house, house.starter(), crutch, HOUR), CheckedOut)


def test_only_what_nobody_knows_is_refused(house: House) -> None:
    stick = house.stands(STICK)
    for card, item, reason in (
        (NO_SUCH_CARD, stick, Reason.CARD_UNKNOWN),
        (house.card_from_box(), stick, Reason.CARD_UNKNOWN),
        (house.starter(), NO_SUCH_ITEM, Reason.UNKNOWN_CODE),
    ):
        outcome = lent(house, card, item, HOUR)
        assert isinstance(outcome, Refused)
        assert outcome.reasons == (reason,)
    assert house.state(stick) is State.AVAILABLE


def test_the_same_row_entered_twice_is_entered_once(house: House) -> None:
    card, stick = house.confirmed(), house.stands(STICK)
    house.wait(hours=4)
    key = "6f0c2f9e-5d1f-4c8e-9a63-2d5f3f3b5a10"
    first = lent(house, card, stick, 2 * HOUR, key=key)
    written = len(house.events())
    assert lent(house, card, stick, 2 * HOUR, key=key) == first
    assert isinstance(lent(house, card, stick, HOUR), Already)
    assert len(house.events()) == written


def test_what_was_at_home_already_is_said_so(house: House) -> None:
    stick = house.stands(STICK)
    card = house.confirmed()
    house.lends(card, stick)
    house.wait(hours=1)
    house.brings(stick)
    house.wait(hours=3)
    assert isinstance(returned(house, stick, HOUR), Already)


@pytest.mark.parametrize("ago", [timedelta(minutes=-1), late.LONGEST + HOUR])
def test_a_time_that_cannot_be_right_is_not_taken(house: House, ago: timedelta) -> None:
    card, stick = house.confirmed(), house.stands(STICK)
    with pytest.raises(ValueError, match="within the last 31 days"):
        lent(house, card, stick, ago)
    assert house.state(stick) is State.AVAILABLE


def test_a_loan_on_paper_does_not_outlive_the_card(house: House) -> None:
    whose, stick = house.confirmed(), house.stands(STICK)
    house.change(card_table, code=whose, expires_on="2027-02-05")
    house.wait(hours=2)
    outcome = lent(house, whose, stick, HOUR)
    assert isinstance(outcome, CheckedOut)
    assert outcome.due == date(2027, 2, 5)


def test_a_row_entered_again_after_its_return_is_entered_once(house: House) -> None:
    whose, stick = house.confirmed(), house.stands(STICK)
    house.wait(hours=4)
    first = lent(house, whose, stick, 2 * HOUR)
    returned(house, stick, HOUR)
    again = lent(house, whose, stick, 2 * HOUR)
    assert isinstance(first, CheckedOut)
    assert isinstance(again, Already)
    assert (again.key, again.on_loan) == (first.key, False)
    assert ([row.ended for row in house.loans(stick)], house.strange()) == (["returned"], [])


# --- and the queue of the line ---


def agreement(house: House) -> list[invariants.Broken]:
    return house.look(lambda conn: list(invariants.agreement(conn)))


def test_whoever_took_one_while_waiting_waits_no_longer(house: House) -> None:
    whose, stick = house.confirmed(), house.stands(STICK)
    house.lends(house.confirmed(), stick)
    placed = house.queues(whose)
    house.wait(hours=3)
    returned(house, stick, 2 * HOUR)
    lent(house, whose, stick, HOUR)
    assert house.hold(placed.key).state == "fetched"


def test_whoever_joined_the_queue_after_the_loan_on_paper_still_waits(house: House) -> None:
    whose, stick = house.confirmed(), house.stands(STICK)
    house.wait(hours=3)
    house.bring(stick, brought_back=True)
    placed = house.queues(whose)
    lent(house, whose, stick, 2 * HOUR)
    assert house.hold(placed.key).state == "waiting"


def test_whoever_took_another_piece_lets_go_of_the_one_set_aside(house: House) -> None:
    whose = house.confirmed()
    placed = house.queues(whose)
    kept, free = house.stand(2, STICK)
    house.wait(hours=3)
    lent(house, whose, free, HOUR)
    assert (house.hold(placed.key).state, house.state(kept)) == ("fetched", State.AVAILABLE)
    assert (house.strange(), agreement(house)) == ([], [])


def test_what_was_set_aside_for_one_and_taken_by_another_is_promised_no_more(house: House) -> None:
    first, other, stick = house.confirmed(), house.confirmed(), house.stands(STICK)
    placed = house.queues(first)
    house.wait(hours=3)
    outcome = lent(house, other, stick, HOUR)
    assert isinstance(outcome, CheckedOut)
    assert (house.state(stick), house.hold(placed.key).state) == (State.ON_LOAN, "waiting")
    assert house.strange() == [("lent_past_its_hold", outcome.key)]
    assert agreement(house) == []


def test_what_was_set_aside_and_came_back_from_somewhere_is_promised_no_more(house: House) -> None:
    stick = house.stands(STICK)
    placed = house.queues(house.confirmed())
    house.wait(hours=3)
    assert isinstance(returned(house, stick, HOUR), CheckedIn)
    assert (house.state(stick), house.hold(placed.key).state) == (State.RETURNED, "waiting")
    assert agreement(house) == []


def test_what_was_set_aside_for_another_then_is_not_said_to_have_been_fetched_by_them(house: House) -> None:
    """It stood ready for the first when the second took it, and the second is next in line by now."""
    first, second, stick = house.confirmed(), house.confirmed(), house.stands(STICK)
    given_up, next_one = house.queues(first), house.queues(second)
    house.wait(hours=3)
    house.do(holds.cancel, key=given_up.key)
    house.wait(hours=1)
    assert isinstance(lent(house, second, stick, 2 * HOUR), CheckedOut)
    assert [house.hold(placed.key).state for placed in (given_up, next_one)] == ["cancelled", "fetched"]
    assert agreement(house) == []
