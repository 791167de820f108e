"""Every no that a check-out can give, what comes with it, and every yes that is only half a yes.

A refusal carries all its reasons in the order in which people are told, where the thing belongs, where
there is another one, and what to do next. Hard reasons stop the loan; soft ones cut it to 14 days and flag
it, unless the municipality is strict.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from depot import borrowers, stock
from depot.fold import Ended
from depot.lending import Desk
from depot.outcomes import Already, CheckedIn, CheckedOut, NextStep, Reason, Refused
from depot.states import Fact, State
from depot.tables import card, recall, refusal
from tests.depot.house import (
    CRUTCHES,
    HOIST,
    NO_SUCH_CARD,
    NO_SUCH_ITEM,
    ROLLATOR,
    STICK,
    STOOL,
    TODAY,
    TONGS,
    Elsewhere,
    House,
)

R = Reason
STOREKEEPER = Desk(by="5f0c1f4e-0d55-4b57-8a6e-1f5d7f2b6a11")
OVERRIDING = Desk(by=STOREKEEPER.by, overrides=True)


def blocked(house: House) -> str:
    whose = house.confirmed()
    house.at_desk(borrowers.block, whose, "bill")
    return whose


def open_recall(house: House, line: str, **which: str) -> None:
    house.change(recall, key=str(uuid.uuid4()), product=line, opened_at=0, **which)


# --- hard reasons: the thing stays ---

Story = Callable[[House], tuple[str, str]]
"""Sets a scene, and gives the card and the item of an attempt that must fail."""


def never_heard_of(house: House) -> tuple[str, str]:
    return house.confirmed(), NO_SUCH_ITEM


def with_somebody_else(house: House) -> tuple[str, str]:
    item = house.stands(STICK)
    house.lends(house.confirmed("Ola Testesen"), item)
    return house.confirmed(), item


def back_but_dirty(line: str, *deeds: Callable[..., object]) -> Story:
    def story(house: House) -> tuple[str, str]:
        _, item = with_somebody_else(house) if line == STICK else (None, house.stands(line))
        house.bring(item, brought_back=True)
        for deed in deeds:
            house.do(deed, item=item)
        return house.confirmed(), item

    return story


def after(deed: Callable[..., object], line: str = STICK, **said: object) -> Story:
    def story(house: House) -> tuple[str, str]:
        item = house.stands(line)
        house.do(deed, item=item, **said)
        return house.confirmed(), item

    return story


def new_in_the_box(house: House) -> tuple[str, str]:
    return house.confirmed(), house.received(STICK)


def given_up(house: House) -> tuple[str, str]:
    whose, item = with_somebody_else(house)
    house.do(stock.keep, item=item)
    return whose, item


def not_understood(house: House) -> tuple[str, str]:
    item = house.stands(STICK)
    house.hears(Elsewhere().says("polished", tick=house.item(item).tick + 1, key="new", item=item))
    return house.confirmed(), item


def only_with_staff(house: House) -> tuple[str, str]:
    return house.confirmed(), house.stands(HOIST)


def last_inspected_a_year_and_a_day_ago(house: House) -> tuple[str, str]:
    item = house.stands(ROLLATOR)
    house.wait(days=366)
    return house.confirmed(), item


def called_back_by_its_maker(**which: str) -> Story:
    def story(house: House) -> tuple[str, str]:
        item = house.stands(STICK, lot="L7", serial="S123")
        open_recall(house, STICK, **which)
        return house.confirmed(), item

    return story


def waiting_for_somebody_else(house: House) -> tuple[str, str]:
    house.queues(house.confirmed("Ola Testesen"), STICK)
    return house.confirmed(), house.stands(STICK)


def with_a_card_of(whose: Callable[[House], str]) -> Story:
    def story(house: House) -> tuple[str, str]:
        return whose(house), house.stands(STICK)

    return story


def nobody(_: House) -> str:
    return NO_SUCH_CARD


def nobody_yet(house: House) -> str:
    return house.card_from_box()


def somebody_who_lost_this_card(house: House) -> str:
    whose = house.confirmed()
    house.at_desk(borrowers.block_card, whose, "lost")
    return whose


def the_dead(house: House) -> str:
    whose = house.confirmed()
    house.at_desk(borrowers.died, whose, TODAY)
    return whose


def blocked_in_the_box(house: House) -> str:
    """A card that was blocked before anybody took it is nobody's: there is no one to ring about it."""
    whose = house.card_from_box()
    house.at_desk(borrowers.block, whose, "stolen")
    return whose


HARD: list[tuple[Reason, str | None, NextStep, Story]] = [
    # reason               where it belongs   what to do next         how it comes about
    (R.UNKNOWN_CODE,       "UKJENT",    NextStep.SCAN_AGAIN,    never_heard_of),
    (R.ON_LOAN_TO_OTHER,   "VASK 1",    NextStep.PUT_IT_THERE,  with_somebody_else),
    (R.IN_CLEANING,        "VASK 1",    NextStep.PUT_IT_THERE,  back_but_dirty(STICK)),
    (R.IN_CLEANING,        "VASK 2",    NextStep.PUT_IT_THERE,  back_but_dirty(STOOL)),
    (R.IN_CLEANING,        "VASK 1",    NextStep.PUT_IT_THERE,  back_but_dirty(STICK, stock.begin_cleaning)),
    (R.IN_CLEANING,        "VASK 1",    NextStep.PUT_IT_THERE,  after(stock.call_in)),
    (R.IN_REPAIR,          "VERKSTED",  NextStep.PUT_IT_THERE,  after(stock.send_to_repair, fault="worn")),
    (R.QUARANTINED,        "SMITTE",    NextStep.PUT_IT_THERE,  after(stock.quarantine, infection=True)),
    (R.NOT_AVAILABLE,      "UKJENT",    NextStep.PUT_IT_THERE,  new_in_the_box),
    (R.NOT_AVAILABLE,      "UKJENT",    NextStep.PUT_IT_THERE,  after(stock.count_out)),
    (R.NOT_AVAILABLE,      "UKJENT",    NextStep.PUT_IT_THERE,  after(stock.write_off, reason="old")),
    (R.NOT_AVAILABLE,      "UKJENT",    NextStep.PUT_IT_THERE,  after(stock.send, depot="Son")),
    (R.NOT_AVAILABLE,      "UKJENT",    NextStep.PUT_IT_THERE,  given_up),
    (R.NOT_AVAILABLE,      "A1",        NextStep.PUT_IT_THERE,  not_understood),
    (R.STAFF_ONLY,         "A1",        NextStep.CALL,          only_with_staff),
    (R.INSPECTION_EXPIRED, "A1",        NextStep.TAKE_ANOTHER,  last_inspected_a_year_and_a_day_ago),
    (R.RECALLED,           "A1",        NextStep.TAKE_ANOTHER,  called_back_by_its_maker()),
    (R.RECALLED,           "A1",        NextStep.TAKE_ANOTHER,  called_back_by_its_maker(lot="L7")),
    (R.RECALLED,           "A1",        NextStep.TAKE_ANOTHER,  called_back_by_its_maker(serial="S123")),
    (R.SET_ASIDE_FOR_OTHER, "HENTES",   NextStep.TAKE_ANOTHER,  waiting_for_somebody_else),
    (R.CARD_UNKNOWN,       "A1",        NextStep.ANOTHER_CARD,  with_a_card_of(nobody)),
    (R.CARD_UNKNOWN,       "A1",        NextStep.ANOTHER_CARD,  with_a_card_of(nobody_yet)),
    (R.CARD_UNKNOWN,       "A1",        NextStep.ANOTHER_CARD,  with_a_card_of(blocked_in_the_box)),
    (R.CARD_BLOCKED,       "A1",        NextStep.CALL,          with_a_card_of(blocked)),
    (R.CARD_BLOCKED,       "A1",        NextStep.CALL,          with_a_card_of(somebody_who_lost_this_card)),
    (R.CARD_BLOCKED,       "A1",        NextStep.CALL,          with_a_card_of(the_dead)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "place", "next_step", "story"), HARD, ids=[f"{n} {row[0]}" for n, row in enumerate(HARD)]
)
def test_a_thing_that_may_not_leave_stays(
    house: House, reason: Reason, place: str | None, next_step: NextStep, story: Story
) -> None:
    whose, item = story(house)
    line = None if reason is R.UNKNOWN_CODE else house.line_of(item)
    counted, written = house.counted().get((reason, line or ""), 0), house.events()
    refused = house.refuses(whose, item)
    assert refused == Refused(
        item=item, product=line, reasons=(reason,), next_step=next_step, place=place, others=()
    )
    assert house.counted()[reason, line or ""] == counted + 1
    assert house.events() == written


def soft_or_not_about_a_check_out() -> set[Reason]:
    """The reasons that stand elsewhere: soft ones below, and what other deeds and codes are refused for."""
    soft = {reason for reason, _, _ in SOFT}
    of_codes = {R.NOT_OURS, R.NAV_LABEL}
    of_other_deeds = {R.SOMEONE_WAITS, R.RENEWALS_USED, R.NOT_ON_LOAN, R.WRONG_STATE, R.UNDO_TOO_LATE}
    return soft | of_codes | of_other_deeds | {R.KEY_REUSED, R.LEDGER_FULL}


def test_every_reason_has_its_story() -> None:
    assert {reason for reason, _, _, _ in HARD} | soft_or_not_about_a_check_out() == set(Reason)


# --- where there is another one ---


def test_a_refusal_names_the_shelves_where_another_one_stands_the_fullest_first(house: House) -> None:
    whose, item = with_somebody_else(house)
    house.stand(1, STICK, on="C3")
    house.stand(2, STICK, on="B2")
    house.stands(TONGS, on="D4")
    house.do(stock.count_out, item=house.stands(STICK, on="E5"))
    assert house.refuses(whose, item).others == (("B2", 2), ("C3", 1))


def test_nobody_is_sent_for_another_one_that_would_be_refused_too(house: House) -> None:
    whose, item = last_inspected_a_year_and_a_day_ago(house)
    house.stands(ROLLATOR, on="B2")
    assert house.refuses(whose, item).others == (("B2", 1),)
    house.wait(days=366)
    assert house.refuses(whose, item).others == ()


def test_of_a_recalled_lot_only_another_lot_is_offered(house: House) -> None:
    whose, item = called_back_by_its_maker(lot="L7")(house)
    house.stands(STICK, on="B2", lot="L7")
    house.stands(STICK, on="C3", lot="L8")
    assert house.refuses(whose, item).others == (("C3", 1),)


def test_a_line_that_needs_staff_is_nowhere_to_be_fetched(house: House) -> None:
    whose, item = only_with_staff(house)
    house.stands(HOIST, on="B2")
    assert house.refuses(whose, item).others == ()


def test_a_recall_of_another_lot_or_one_that_is_over_stops_nothing(house: House) -> None:
    item = house.stands(STICK, lot="L8")
    open_recall(house, STICK, lot="L7")
    house.change(recall, key="over", product=STICK, opened_at=0, closed_at=1)
    house.lends(house.confirmed(), item)


# --- all reasons, in the order in which people are told ---


def test_all_reasons_are_told_the_thing_before_the_card(house: House) -> None:
    item = house.stands(HOIST)
    house.do(stock.send_to_repair, item=item, fault="worn")
    open_recall(house, HOIST)
    house.wait(days=366)
    assert house.refuses(blocked(house), item).reasons == (
        R.IN_REPAIR,
        R.STAFF_ONLY,
        R.INSPECTION_EXPIRED,
        R.RECALLED,
        R.CARD_BLOCKED,
    )


def test_what_is_set_aside_is_told_last_about_the_thing(house: House) -> None:
    item = house.stands(HOIST)
    house.wait(days=364)
    house.queues(house.confirmed(), HOIST, at_desk=True)
    open_recall(house, HOIST)
    house.wait(days=2)
    assert house.refuses(NO_SUCH_CARD, item).reasons == (
        R.STAFF_ONLY,
        R.INSPECTION_EXPIRED,
        R.RECALLED,
        R.SET_ASIDE_FOR_OTHER,
        R.CARD_UNKNOWN,
    )


# --- soft reasons: a flagged, short loan is better than an unrecorded one ---


def with_eight_things(house: House) -> str:
    whose = house.confirmed()
    for item in house.stand(8, TONGS):
        house.lends(whose, item)
    return whose


def with_four_things_on_a_starter_card(house: House) -> str:
    whose = house.starter()
    for item in house.stand(4, TONGS):
        house.lends(whose, item)
    return whose


def with_two_things_fifteen_days_late(house: House) -> str:
    whose = house.confirmed()
    for item in house.stand(2, TONGS):
        house.lends(whose, item)
    house.wait(days=60 + 15)
    return whose


def with_a_card_that_ran_out_yesterday(house: House) -> str:
    whose = house.confirmed()
    house.change(card, code=whose, expires_on=(TODAY - timedelta(days=1)).isoformat())
    return whose


def unconfirmed_for_fifteen_days(house: House) -> str:
    whose = house.starter()
    house.wait(days=15)
    return whose


def who_has_had_this_line_for_nearly_two_years(house: House) -> str:
    whose = house.confirmed()
    item = house.stands(STICK)
    house.lends(whose, item)
    house.wait(days=641)
    house.brings(item)
    house.do(stock.cleaned, item=item)
    return whose


SOFT: list[tuple[Reason, int, Callable[[House], str]]] = [
    # reason             days   who
    (R.TOO_MANY_LINES,   14,    with_eight_things),
    (R.TOO_MANY_LINES,   14,    with_four_things_on_a_starter_card),
    (R.OVERDUE,          14,    with_two_things_fifteen_days_late),
    (R.CARD_EXPIRED,     14,    with_a_card_that_ran_out_yesterday),
    (R.CARD_UNCONFIRMED, 14,    unconfirmed_for_fifteen_days),
    (R.CAP_REACHED,      14,    who_has_had_this_line_for_nearly_two_years),
]  # fmt: skip
BY_SOFT_REASON = pytest.mark.parametrize(
    ("reason", "days", "who"), SOFT, ids=[f"{reason} {who.__name__}" for reason, _, who in SOFT]
)


@BY_SOFT_REASON
def test_a_soft_reason_makes_a_short_flagged_loan(
    house: House, reason: Reason, days: int, who: Callable[[House], str]
) -> None:
    whose = who(house)
    item = house.stands(STICK)
    lent = house.lends(whose, item)
    today = house.station.today(house.now)
    assert (lent.days, lent.flags) == (days, (reason,))
    assert lent.due is not None
    assert lent.due >= today + timedelta(days=days)
    assert lent.due - today <= timedelta(days=days + 7)  # moved past Easter at the most
    assert house.loan(lent.key).flags == reason
    assert house.counted() == {}


@BY_SOFT_REASON
def test_a_strict_municipality_refuses_for_a_soft_reason(
    new_house: Callable[..., House], reason: Reason, days: int, who: Callable[[House], str]
) -> None:
    house = new_house()
    whose = who(house)
    house.reopen(rules_strict="true")
    item = house.stands(STICK)
    refused = house.refuses(whose, item)
    assert (refused.reasons, refused.next_step) == ((reason,), NextStep.CALL)
    assert house.state(item) is State.AVAILABLE
    assert house.counted() == {(reason, STICK): 1}
    assert house.unsoundness() == []


def test_soft_reasons_are_told_in_order_too(house: House) -> None:
    whose = house.starter()
    for item in house.stand(4, TONGS):
        house.lends(whose, item)
    house.change(card, code=whose, expires_on="2027-02-01")
    house.wait(days=60)
    lent = house.lends(whose, house.stands(STICK))
    assert lent.flags == (R.TOO_MANY_LINES, R.OVERDUE, R.CARD_EXPIRED, R.CARD_UNCONFIRMED)


def test_a_hard_reason_in_a_strict_municipality_is_told_before_the_soft_ones(house: House) -> None:
    whose = unconfirmed_for_fifteen_days(house)
    house.reopen(rules_strict="true")
    assert house.refuses(whose, house.stands(HOIST)).reasons == (R.STAFF_ONLY, R.CARD_UNCONFIRMED)


@pytest.mark.parametrize(("days_late", "flags"), [(14, ()), (15, (R.OVERDUE,))])
def test_two_loans_fourteen_days_late_are_one_day_short_of_a_flag(
    house: House, days_late: int, flags: tuple[Reason, ...]
) -> None:
    whose = house.confirmed()
    for item in house.stand(2, TONGS):
        assert house.lends(whose, item).due == date(2027, 3, 12)
    house.wait(days=60 + days_late)
    assert house.lends(whose, house.stands(STICK)).flags == flags


def test_one_late_loan_is_no_reason(house: House) -> None:
    whose = house.confirmed()
    house.lends(whose, house.stands(TONGS))
    house.wait(days=200)
    assert house.lends(whose, house.stands(STICK)).flags == ()


def test_a_late_pair_of_crutches_is_one_late_loan(house: House) -> None:
    whose = house.confirmed()
    one, other = house.stand(2, CRUTCHES)
    house.lends(whose, other, joins=house.lends(whose, one).deed)
    house.wait(days=200)
    assert house.lends(whose, house.stands(STICK)).flags == ()


def test_a_pair_of_crutches_counts_its_days_once(house: House) -> None:
    """Twice 365 days would be the cap; the pair has been out for 365."""
    whose = house.confirmed()
    one, other, third = house.stand(3, CRUTCHES)
    house.lends(whose, other, joins=house.lends(whose, one).deed)
    house.wait(days=365)
    assert R.CAP_REACHED not in house.lends(whose, third).flags


def test_the_cap_holds_to_the_day(house: House) -> None:
    """640 days had and 90 to come are the 730; undone loans are no days."""
    whose = house.confirmed()
    item = house.stands(STICK)
    house.undoes(house.lends(whose, item).deed)
    house.lends(whose, item)
    house.wait(days=640)
    house.brings(item)
    assert house.lends(whose, house.stands(STICK)).flags == ()


def test_an_eighth_line_is_not_too_many(house: House) -> None:
    whose = house.confirmed()
    lent = [house.lends(whose, item) for item in house.stand(8, TONGS)]
    assert [one.flags for one in lent] == [()] * 8


def test_a_card_is_good_on_its_last_day(house: House) -> None:
    whose = house.confirmed()
    house.change(card, code=whose, expires_on=TODAY.isoformat())
    assert house.lends(whose, house.stands(STICK)).flags == ()


def test_a_starter_card_is_good_for_fourteen_days(house: House) -> None:
    whose = house.starter()
    house.wait(days=14)
    assert house.lends(whose, house.stands(STICK)).flags == ()


# --- the desk ---


def test_the_desk_lends_what_needs_staff(house: House) -> None:
    item = house.stands(HOIST)
    lent = house.lends(house.confirmed(), item, desk=STOREKEEPER)
    assert lent.flags == ()
    assert house.events(item)[-1].by == STOREKEEPER.by


def test_the_desk_is_refused_unless_it_overrides(house: House) -> None:
    whose, item = called_back_by_its_maker()(house)
    assert house.refuses(whose, item, desk=STOREKEEPER).reasons == (R.RECALLED,)
    house.lends(whose, item, desk=OVERRIDING)
    assert house.state(item) is State.ON_LOAN


def test_the_desk_overrides_a_strict_refusal(house: House) -> None:
    house.reopen(rules_strict="true")
    whose = with_two_things_fifteen_days_late(house)
    item = house.stands(STICK)
    house.refuses(whose, item, desk=STOREKEEPER)
    house.lends(whose, item, desk=OVERRIDING)


def test_what_the_desk_lent_past_stands_in_the_event_with_who_did_it(house: House) -> None:
    whose, item = called_back_by_its_maker()(house)
    lent = house.lends(whose, item, desk=OVERRIDING)
    (told,) = [one for one in house.events(item) if one.key == lent.key]
    assert (told.by, told.facts["overridden"]) == (OVERRIDING.by, ["recalled"])


def test_not_even_the_desk_lends_to_a_card_that_is_nobodys(house: House) -> None:
    refused = house.refuses(house.card_from_box(), house.stands(STICK), desk=OVERRIDING)
    assert refused.reasons == (R.CARD_UNKNOWN,)


def test_not_even_the_desk_lends_what_is_with_somebody_else(house: House) -> None:
    whose, item = with_somebody_else(house)
    assert house.refuses(whose, item, desk=OVERRIDING).reasons == (R.ON_LOAN_TO_OTHER,)
    assert len(house.loans(item)) == 1


def test_a_piece_that_the_desk_gives_away_leaves_its_hold_first_in_line(house: House) -> None:
    waiting = house.queues(house.confirmed("Ola Testesen"), STICK)
    item = house.stands(STICK)
    house.lends(house.confirmed(), item, desk=OVERRIDING)
    assert (house.hold(waiting.key).state, house.hold(waiting.key).item) == ("waiting", None)
    assert house.state(item) is State.ON_LOAN
    second = house.stands(STICK)
    assert house.hold(waiting.key).item == second


# --- possession: only a scan at a kiosk or desk proves it ---


def test_a_scan_of_a_thing_believed_elsewhere_takes_it_home_and_does_not_lend_it(house: House) -> None:
    whose, item = with_somebody_else(house)
    house.stands(STICK, on="B2")
    (theirs,) = house.loans(item)
    refused = house.refuses(whose, item, in_hand=True)
    assert refused.reasons == (R.ON_LOAN_TO_OTHER,)
    assert (refused.checked_in, refused.place, refused.next_step) == (True, "VASK 1", NextStep.PUT_IT_THERE)
    assert refused.others == (("B2", 1),)
    assert house.state(item) is State.RETURNED
    assert house.loan(theirs.key).ended == Ended.IMPLIED
    assert [one.kind for one in house.events(item)][-1] == Fact.CHECK_IN
    assert house.links() == {theirs.key}


def test_without_a_scan_nothing_is_known_to_have_come_home(house: House) -> None:
    whose, item = with_somebody_else(house)
    written = house.events()
    refused = house.refuses(whose, item, in_hand=False)
    assert (refused.reasons, refused.checked_in) == ((R.ON_LOAN_TO_OTHER,), False)
    assert house.state(item) is State.ON_LOAN
    assert house.events() == written


def test_possession_is_proved_with_any_card(house: House) -> None:
    _, item = with_somebody_else(house)
    refused = house.refuses(NO_SUCH_CARD, item, in_hand=True)
    assert (refused.reasons, refused.checked_in) == ((R.ON_LOAN_TO_OTHER, R.CARD_UNKNOWN), True)
    assert house.state(item) is State.RETURNED


def test_a_thing_that_is_already_theirs_stays_theirs(house: House) -> None:
    whose, item = house.confirmed(), house.stands(TONGS)
    lent = house.lends(whose, item)
    again = house.lend(whose, item, in_hand=True)
    assert again == Already(item=item, product=TONGS, key=lent.key, due=lent.due, on_loan=True)
    assert len(house.loans(item)) == 1


# --- the same key ---


def a_key() -> str:
    return str(uuid.uuid4())


def test_the_same_key_again_gives_the_first_outcome_and_writes_nothing(house: House) -> None:
    whose, item, key = house.starter(), house.stands(CRUTCHES), a_key()
    first = house.lend(whose, item, key=key)
    assert isinstance(first, CheckedOut)
    written = house.events()
    house.wait(days=40)
    assert house.lend(whose, item, key=key) == first
    assert house.events() == written


def test_a_flagged_loan_is_answered_with_its_flags_again(house: House) -> None:
    whose, item, key = unconfirmed_for_fifteen_days(house), house.stands(STICK), a_key()
    first = house.lend(whose, item, key=key)
    assert isinstance(first, CheckedOut)
    assert first.flags == (R.CARD_UNCONFIRMED,)
    assert house.lend(whose, item, key=key) == first


def test_the_same_key_after_the_return_still_tells_of_the_loan(house: House) -> None:
    whose, item, key = house.confirmed(), house.stands(STICK), a_key()
    first = house.lend(whose, item, key=key)
    house.brings(item)
    written = house.events()
    assert house.lend(whose, item, key=key) == first
    assert house.events() == written


@pytest.mark.parametrize("line", [STICK, STOOL])
def test_a_return_has_its_key_too(house: House, line: str) -> None:
    item, key = house.stands(line), a_key()
    house.lends(house.confirmed(), item)
    first = house.bring(item, key=key)
    assert isinstance(first, CheckedIn)
    written = house.events()
    assert house.bring(item, key=key) == first
    assert house.events() == written


@pytest.mark.parametrize(
    ("gone", "said"),
    [(stock.count_out, {}), (stock.write_off, {"reason": "old"}), (stock.send, {"depot": "Son"})],
)
def test_a_thing_that_was_found_is_welcomed_in_the_same_words_again(
    house: House, gone: Callable[..., object], said: dict[str, str]
) -> None:
    item, key = house.stands(STICK), a_key()
    house.do(gone, item=item, **said)
    first = house.bring(item, key=key)
    assert isinstance(first, CheckedIn)
    assert first.place == "UKJENT"
    assert house.bring(item, key=key) == first


def test_a_refusal_that_took_a_thing_home_is_given_again_under_its_key(house: House) -> None:
    whose, item = with_somebody_else(house)
    key = a_key()
    first = house.lend(whose, item, in_hand=True, key=key)
    written = house.events()
    assert isinstance(first, Refused)
    assert (first.checked_in, first.key) == (True, key)
    assert house.lend(whose, item, in_hand=True, key=key) == first
    assert house.events() == written


def test_another_item_card_or_deed_under_a_key_is_refused(house: House) -> None:
    whose, item, other, key = house.confirmed(), house.stands(STICK), house.stands(STICK), a_key()
    house.lend(whose, item, key=key)
    written = house.events()
    attempts = (
        house.lend(whose, other, key=key),
        house.lend(house.starter(), item, key=key),
        house.bring(item, key=key),
        house.bring(other, key=key),
    )
    for outcome in attempts:
        assert isinstance(outcome, Refused)
        assert (outcome.reasons, outcome.key) == ((R.KEY_REUSED,), key)
    assert house.events() == written


def test_a_returns_key_lends_nothing(house: House) -> None:
    whose, item, key = house.confirmed(), house.stands(STICK), a_key()
    house.lends(whose, item)
    house.brings(item, key=key)
    house.do(stock.cleaned, item=item)
    assert house.refuses(whose, item, key=key).reasons == (R.KEY_REUSED,)


def test_a_key_of_a_loan_that_was_taken_back_lends_nothing(house: House) -> None:
    """Its link is gone, so nobody can tell any more whether it is the same borrower who asks."""
    whose, item, key = house.confirmed(), house.stands(STICK), a_key()
    house.undoes(house.lends(whose, item, key=key).deed)
    written = house.events()
    assert house.refuses(whose, item, key=key).reasons == (R.KEY_REUSED,)
    assert house.state(item) is State.AVAILABLE
    assert house.events() == written


def test_a_refused_attempt_leaves_its_key_free(house: House) -> None:
    whose, item, key = house.confirmed(), house.stands(STICK), a_key()
    house.refuses(NO_SUCH_CARD, item, key=key)
    assert house.lends(whose, item, key=key).key == key


def test_a_move_has_its_key_too(house: House) -> None:
    item, key = house.stands(STICK), a_key()
    first = house.do(stock.move, fact=Fact.TO_REPAIR, item=item, key=key, facts={"fault": "worn"})
    written = house.events()
    assert house.do(stock.move, fact=Fact.TO_REPAIR, item=item, key=key, facts={"fault": "worn"}) == first
    other = house.do(stock.move, fact=Fact.REPAIRED, item=item, key=key)
    assert isinstance(other, Refused)
    assert other.reasons == (R.KEY_REUSED,)
    assert house.events() == written


def test_refusals_are_counted_by_day_without_a_person(house: House) -> None:
    whose, item = only_with_staff(house)
    house.refuses(whose, item)
    house.refuses(house.confirmed("Ola Testesen"), item)
    house.refuses(NO_SUCH_CARD, item)
    assert house.counted() == {(R.STAFF_ONLY, HOIST): 3, (R.CARD_UNKNOWN, HOIST): 1}
    house.wait(days=1)
    house.refuses(whose, item)
    days = [row.day for row in house.rows(refusal, reason=R.STAFF_ONLY.value)]
    assert sorted(days) == ["2027-01-11", "2027-01-12"]
