"""The waiting list of a line: who is first, what is set aside for them, and how long it waits."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from depot import borrowers, holds, stock
from depot.codes import SlipCode, parse
from depot.outcomes import Moved, Reason, Refused
from depot.states import Fact, State
from depot.tables import closed_day, event, hold, link
from tests.depot.house import NO_SUCH_CARD, STICK, STOOL, Elsewhere, House


def cancel(house: House, key: str) -> object:
    return house.do(holds.cancel, key=key)


def advance(house: House) -> int:
    return house.do(holds.advance)


# --- the queue ---


def test_a_place_in_the_queue_is_a_slip_with_a_code_and_no_name(house: House) -> None:
    whose = house.confirmed("Kari Testesen")
    placed = house.queues(whose)
    row = house.hold(placed.key)
    assert (row.product, row.state, row.item, row.pick_up_by) == (STICK, "waiting", None, None)
    assert isinstance(parse(row.slip), SlipCode)
    (tie,) = house.rows(link)
    assert tie.key == placed.key
    (told,) = house.rows(event, hold=placed.key)
    assert tie.borrower not in told.body


def test_first_come_is_first_served(house: House) -> None:
    first, second = house.queues(house.confirmed()), house.queues(house.confirmed())
    house.queues(house.confirmed(), STOOL)
    one = house.stands(STICK)
    assert (house.hold(first.key).item, house.hold(second.key).item) == (one, None)
    other = house.stands(STICK)
    assert house.hold(second.key).item == other
    assert house.state(house.stands(STICK)) is State.AVAILABLE


def test_who_came_first_by_the_clock_is_first_whoever_was_heard_of_first(house: House) -> None:
    """Another station's queue of the same line arrives later, with an earlier time in it."""
    here = house.queues(house.confirmed())
    early = {"product": STICK, "slip": "N00000019X", "depot": house.station.depot}
    house.hears(
        Elsewhere().says(
            Fact.HOLD_PLACED,
            tick=house.hold(here.key).placed_at - 1000,
            key="earlier",
            hold="earlier",
            facts=early,
        )
    )
    item = house.stands(STICK)
    assert (house.hold("earlier").item, house.hold(here.key).state) == (item, "waiting")


def test_a_hold_may_wait_for_one_depot_only(house: House) -> None:
    elsewhere = {"product": STICK, "slip": "N00000019X", "depot": "Son"}
    house.hears(Elsewhere().says(Fact.HOLD_PLACED, tick=1, key="there", hold="there", facts=elsewhere))
    assert house.state(house.stands(STICK)) is State.AVAILABLE
    assert house.hold("there").state == "waiting"


@pytest.mark.parametrize("how", ["shelved", "cleaned", "inspected", "arrived", "released"])
def test_whatever_frees_a_piece_sets_it_aside_in_the_same_deed(house: House, how: str) -> None:
    if how == "released":
        before = house.queues(house.confirmed())
        item = house.stands(STICK)
        waiting = house.queues(house.confirmed())
        cancel(house, before.key)
    else:
        item = house.received(STICK) if how == "shelved" else house.stands(STICK)
        if how == "cleaned":
            house.brings(item, brought_back=True)
        elif how == "inspected":
            house.moves(stock.call_in, item)
        elif how == "arrived":
            house.moves(stock.send, item, depot="Son")
        waiting = house.queues(house.confirmed())
        shelf = {"shelf": house.shelf("A1")}
        if how == "shelved":
            moved = house.moves(stock.shelve, item, **shelf)
        elif how == "arrived":
            moved = house.moves(stock.arrive, item, **shelf)
        else:
            moved = house.moves(stock.done, item)
        assert moved.state is State.SET_ASIDE
    assert (house.state(item), house.item(item).hold) == (State.SET_ASIDE, waiting.key)
    freed, aside = house.events(item)[-2:]
    assert (aside.kind, aside.deed, aside.hold) == (Fact.SET_ASIDE, freed.deed, waiting.key)


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ("unknown", Reason.CARD_UNKNOWN),
        ("from the box", Reason.CARD_UNKNOWN),
        ("blocked", Reason.CARD_BLOCKED),
        ("lost", Reason.CARD_BLOCKED),
    ],
)
def test_only_somebody_who_may_borrow_waits(house: House, card: str, reason: Reason) -> None:
    whose = {"unknown": NO_SUCH_CARD, "from the box": house.card_from_box()}.get(card) or house.confirmed()
    if card == "blocked":
        house.at_desk(borrowers.block, whose, "bill")
    elif card == "lost":
        house.at_desk(borrowers.block_card, whose, "lost")
    refused = house.do(holds.place, card_code=whose, line=STICK)
    assert isinstance(refused, Refused)
    assert (refused.reasons, house.rows(hold)) == ((reason,), [])


def test_a_starter_card_is_enough_to_wait(house: House) -> None:
    assert house.queues(house.starter()).product == STICK


# --- set aside ---


def test_what_is_set_aside_is_lent_to_whom_it_waits_for_and_to_nobody_else(house: House) -> None:
    whose = house.confirmed()
    waiting = house.queues(whose)
    item = house.stands(STICK)
    assert house.refuses(house.starter(), item).reasons == (Reason.SET_ASIDE_FOR_OTHER,)
    lent = house.lends(whose, item)
    assert (house.hold(waiting.key).state, house.hold(waiting.key).item) == ("fetched", None)
    assert house.events(item)[-1].hold == waiting.key
    house.brings(item)
    assert house.loan(lent.key).ended == "returned"
    house.moves(stock.cleaned, item)
    assert house.state(item) is State.AVAILABLE


def test_the_pick_up_clock_ends_on_a_day_when_somebody_is_there(house: House) -> None:
    waiting = house.queues(house.confirmed())
    house.wait(days=2)  # a Wednesday: three days later is a Saturday
    house.stands(STICK)
    assert house.hold(waiting.key).pick_up_by == "2027-01-18"


def test_a_closed_day_gives_another_day_to_fetch_it(house: House) -> None:
    here = {"depot": house.station.depot, "day": "2027-01-14", "name": "kurs", "source": "own"}
    house.change(closed_day, **here, open=False)
    house.ledger.learn()
    waiting = house.queues(house.confirmed())
    house.stands(STICK)
    assert house.hold(waiting.key).pick_up_by == "2027-01-15"


def test_what_is_not_fetched_goes_to_the_next_in_line(house: House) -> None:
    first, second = house.queues(house.confirmed()), house.queues(house.confirmed())
    item = house.stands(STICK)  # to be fetched by Thursday the 14th
    house.wait(days=3)
    assert (house.look(holds.is_any_ripe, house.station, now=house.now), advance(house)) == (False, 0)
    house.wait(days=1)
    assert house.look(holds.is_any_ripe, house.station, now=house.now)
    assert advance(house) == 1
    assert (house.hold(first.key).state, house.hold(second.key).item) == ("expired", item)
    assert house.hold(second.key).pick_up_by == "2027-01-18"
    assert (house.look(holds.is_any_ripe, house.station, now=house.now), advance(house)) == (False, 0)


def test_what_nobody_fetches_goes_back_to_its_shelf(house: House) -> None:
    waiting = house.queues(house.confirmed())
    item = house.stands(STICK)
    house.wait(days=10)
    advance(house)
    assert (house.state(item), house.hold(waiting.key).state) == (State.AVAILABLE, "expired")
    assert house.already(item).place == "A1"
    house.stands(STICK)
    assert house.hold(waiting.key).item is None


def test_a_hold_expires_in_one_event(house: House) -> None:
    house.queues(house.confirmed())
    house.stands(STICK)
    house.wait(days=10)
    written = len(house.events())
    advance(house)
    assert [one.kind for one in house.events()[written:]] == [Fact.RELEASED]


def test_a_clock_that_cannot_be_trusted_ends_no_hold(house: House) -> None:
    waiting = house.queues(house.confirmed())
    house.stands(STICK)
    house.reopen(station_clock="untrusted")
    house.wait(days=10)
    assert (house.look(holds.is_any_ripe, house.station, now=house.now), advance(house)) == (False, 0)
    assert house.hold(waiting.key).state == "ready"


def test_what_left_by_another_station_is_not_offered_to_the_next_in_line(house: House) -> None:
    """It was lent elsewhere to somebody who had no hold: noted, and the hold that runs out frees nothing."""
    first, second = house.queues(house.confirmed()), house.queues(house.confirmed())
    item = house.stands(STICK)
    tick, facts = house.item(item).tick + 1, {"product": STICK, "days": 90}
    house.hears(Elsewhere().says(Fact.CHECK_OUT, tick=tick, key="theirs", item=item, facts=facts))
    assert ("lent_past_its_hold", "theirs") in house.strange()
    house.wait(days=10)
    advance(house)
    assert (house.hold(first.key).state, house.hold(second.key).state) == ("expired", "waiting")
    assert house.state(item) is State.ON_LOAN
    assert advance(house) == 0


# --- cancelled ---


def test_a_cancelled_place_is_skipped(house: House) -> None:
    first, second = house.queues(house.confirmed()), house.queues(house.confirmed())
    cancel(house, first.key)
    item = house.stands(STICK)
    assert (house.hold(first.key).state, house.hold(second.key).item) == ("cancelled", item)


def test_a_cancelled_piece_goes_to_the_next_in_line_or_to_its_shelf(house: House) -> None:
    first, second = house.queues(house.confirmed()), house.queues(house.confirmed())
    item = house.stands(STICK)
    moved = cancel(house, first.key)
    assert isinstance(moved, Moved)
    assert (moved.item, moved.state, house.hold(second.key).item) == (item, State.SET_ASIDE, item)
    moved = cancel(house, second.key)
    assert isinstance(moved, Moved)
    assert (moved.state, house.state(item)) == (State.AVAILABLE, State.AVAILABLE)


@pytest.mark.parametrize("end", ["fetched", "expired", "cancelled", "never placed"])
def test_a_hold_that_is_over_is_not_cancelled(house: House, end: str) -> None:
    whose = house.confirmed()
    key = house.queues(whose).key
    if end == "fetched":
        house.lends(whose, house.stands(STICK))
    elif end == "expired":
        house.stands(STICK)
        house.wait(days=10)
        advance(house)
    elif end == "cancelled":
        cancel(house, key)
    written = house.events()
    refused = cancel(house, key if end != "never placed" else "none")
    assert isinstance(refused, Refused)
    assert refused.reasons == (Reason.WRONG_STATE,)
    assert house.events() == written


def test_what_a_hold_cannot_have_done_is_noted_and_changes_nothing(house: House) -> None:
    waiting = house.queues(house.confirmed())
    tick, elsewhere = house.hold(waiting.key).tick, Elsewhere()
    house.hears(
        elsewhere.says(Fact.RELEASED, tick=tick + 1, key="nothing to free", hold=waiting.key),
        elsewhere.says("postponed", tick=tick + 2, key="unknown", hold=waiting.key),
        elsewhere.says(Fact.SET_ASIDE, tick=tick + 3, key="nothing aside", hold=waiting.key),
    )
    assert house.strange() == [
        ("hold_not_understood", "nothing aside"),
        ("hold_not_understood", "unknown"),
        ("hold_out_of_step", "nothing to free"),
    ]
    item = house.stands(STICK)
    assert house.hold(waiting.key).item == item


def test_the_queue_is_told_from_the_events_and_not_from_the_table(house: House) -> None:
    """A table that was tampered with is put right by the events."""
    waiting = house.queues(house.confirmed())
    house.ledger.perform(lambda conn, _: conn.execute(update(hold).values(state="cancelled")).rowcount)
    assert house.unsoundness() != []
    assert house.rebuild() != []
    assert house.hold(waiting.key).state == "waiting"
