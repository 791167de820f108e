"""The waiting list of a line: who is first, what is set aside for them, and how long it waits."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from depot import availability, borrowers, holds, lapses, quantities, stock
from depot.codes import SlipCode, parse
from depot.lending import Desk
from depot.outcomes import CheckedOut, Held, Moved, Reason, Refused
from depot.states import Fact, State
from depot.tables import closed_day, event, hold, link, product, recall, ring
from tests.depot.house import CRUTCHES, HOIST, NO_SUCH_CARD, ROLLATOR, STICK, STOOL, Elsewhere, House


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
    refused = house.do(holds.place, card=whose, line=STICK)
    assert isinstance(refused, Refused)
    assert (refused.reasons, house.rows(hold)) == ((reason,), [])


def test_a_starter_card_is_enough_to_wait(house: House) -> None:
    assert house.queues(house.starter()).product == STICK


def holds_of(house: House, card: str) -> tuple[Held, ...]:
    with house.ledger.reading() as conn:
        return holds.of_card(conn, house.station, card=card, now=house.now)


def test_whoever_joins_hears_their_place_and_when_a_piece_may_be_here(house: House) -> None:
    one, other = house.stand(2)
    house.lends(house.confirmed(), one)  # for 90 days, to Monday the 12th of April
    house.wait(days=7)
    house.lends(house.confirmed(), other)
    first, second = house.confirmed(), house.confirmed()
    placed = [house.queues(whose) for whose in (first, second, house.confirmed())]
    # two days of cleaning later each
    assert [(one.place, one.expected) for one in placed] == [
        (1, date(2027, 4, 14)),
        (2, date(2027, 4, 21)),
        (3, None),
    ]
    house.do(holds.cancel, key=placed[0].key)
    (now,) = holds_of(house, second)
    assert (now.place, now.expected, now.slip) == (1, date(2027, 4, 14), placed[1].slip)


def test_without_a_trusted_clock_nobody_is_promised_a_day(house: House) -> None:
    whose = house.confirmed()
    house.lends(house.confirmed(), house.stands())
    house.reopen(station_clock="untrusted")
    house.wait(days=10)
    assert house.queues(whose).expected is None
    assert [one.expected for one in holds_of(house, whose)] == [None]


def test_who_waits_already_has_the_same_place_and_nothing_is_written(house: House) -> None:
    whose = house.confirmed()
    house.queues(house.confirmed())
    placed = house.queues(whose)
    written = house.events()
    again = house.queues(whose)
    assert (again.already, again.key, again.slip, again.place) == (True, placed.key, placed.slip, 2)
    assert house.events() == written
    assert not house.queues(whose, STOOL).already


def test_what_stands_free_is_set_aside_at_once_where_it_stands(house: House) -> None:
    item, whose = house.stands(on="B2"), house.confirmed()
    placed = house.queues(whose)
    assert (placed.item, placed.place, placed.shelf) == (item, 0, "B2")
    assert placed.pick_up_by == date(2027, 1, 14)
    assert house.state(item) is State.SET_ASIDE
    assert holds_of(house, whose) == (placed,)
    told = house.events()[-2:]
    assert [one.kind for one in told] == [Fact.HOLD_PLACED, Fact.SET_ASIDE]
    assert {one.deed for one in told} == {placed.key}


def test_what_is_carried_to_the_sign_is_fetched_there(house: House) -> None:
    whose = house.confirmed()
    house.queues(whose)
    item = house.received()
    moved = house.moves(stock.shelve, item, shelf=house.shelf("A1"))
    assert (moved.state, moved.place) == (State.SET_ASIDE, "HENTES")
    (ready,) = holds_of(house, whose)
    assert (ready.item, ready.shelf, ready.place) == (item, "HENTES", 0)


def recalled(house: House, item: str) -> None:
    house.change(recall, key=str(uuid.uuid4()), product=house.line_of(item), opened_at=1)


def inspection_ran_out(house: House, _: str) -> None:
    house.wait(days=366)


def somewhere_else(house: House, item: str) -> None:
    house.hears(
        Elsewhere().says(
            Fact.MOVED, tick=house.item(item).tick + 1, key="moved", item=item, facts={"depot": "Son"}
        )
    )


@pytest.mark.parametrize("why", [recalled, inspection_ran_out, somewhere_else])
def test_nobody_is_given_a_piece_that_they_would_be_refused(
    house: House, why: Callable[[House, str], None]
) -> None:
    item = house.stands(ROLLATOR)
    why(house, item)
    assert house.queues(house.confirmed(), ROLLATOR).place == 1
    assert not house.look(holds.is_any_ripe, house.station, now=house.now)
    assert (advance(house), house.state(item)) == (0, State.AVAILABLE)


def test_a_line_that_needs_staff_is_waited_for_at_the_desk_only(house: House) -> None:
    whose = house.confirmed()
    refused = house.do(holds.place, card=whose, line=HOIST)
    assert isinstance(refused, Refused)
    assert refused.reasons == (Reason.STAFF_ONLY,)
    assert house.queues(whose, HOIST, at_desk=True).place == 1


def test_nobody_waits_for_what_is_counted_or_what_is_not_in_the_catalogue(house: House) -> None:
    house.change(product, code=STICK, counted=True)
    house.do(quantities.received, line=STICK, n=3)
    for line, reason in ((STICK, Reason.NOT_AVAILABLE), ("NIX-99", Reason.UNKNOWN_CODE)):
        refused = house.do(holds.place, card=house.confirmed(), line=line)
        assert isinstance(refused, Refused)
        assert refused.reasons == (reason,)
    assert house.rows(hold) == []


def test_the_same_key_gives_the_first_outcome_whatever_has_happened_since(house: House) -> None:
    whose, key = house.confirmed(), str(uuid.uuid4())
    placed = house.queues(whose, key=key)
    ready = house.queues(house.confirmed(), STOOL, key=str(uuid.uuid4()))
    house.stands(STICK)
    house.do(holds.cancel, key=key)
    written = house.events()
    assert (placed.key, placed.place) == (key, 1)
    assert house.queues(whose, key=key) == placed
    assert house.events() == written
    for other in ({"card": house.confirmed(), "line": STICK}, {"card": whose, "line": STOOL}):
        refused = house.do(holds.place, key=key, **other)
        assert isinstance(refused, Refused)
        assert refused.reasons == (Reason.KEY_REUSED,)
    assert ready.place == 1


def test_the_same_key_tells_again_what_was_set_aside_at_once(house: House) -> None:
    house.stands()
    whose, key = house.confirmed(), str(uuid.uuid4())
    placed = house.queues(whose, key=key)
    house.do(holds.cancel, key=key)
    assert placed.item
    assert house.queues(whose, key=key) == placed


def test_a_slip_tells_where_its_hold_stands_until_that_is_over(house: House) -> None:
    placed = house.queues(house.confirmed())

    def by_slip() -> Held | None:
        with house.ledger.reading() as conn:
            return holds.by_slip(conn, house.station, slip=placed.slip, now=house.now)

    assert by_slip() == placed
    item = house.stands()
    ready = by_slip()
    assert ready is not None
    assert (ready.item, ready.place, ready.pick_up_by) == (item, 0, date(2027, 1, 14))
    cancel(house, placed.key)
    assert by_slip() is None


# --- whose turn never comes, or not now ---


def test_who_is_blocked_is_passed_over_and_keeps_the_place(house: House) -> None:
    blocked, other = house.confirmed(), house.confirmed()
    first = house.queues(blocked)
    house.at_desk(borrowers.block, blocked, "bill")
    assert house.queues(other).place == 1
    item = house.stands()
    assert house.hold(first.key).state == "waiting"
    house.lends(other, item)
    house.at_desk(borrowers.block, blocked, None)
    item = house.stands()
    assert house.hold(first.key).item == item


def test_a_dead_persons_hold_ends_by_itself_and_nobody_waits_behind_it(house: House) -> None:
    dead, other = house.confirmed(), house.confirmed()
    first, second = house.queues(dead), house.queues(other)
    item = house.stands()
    assert house.hold(first.key).item == item
    house.at_desk(borrowers.died, dead, house.station.today(house.now))
    assert house.look(holds.is_any_ripe, house.station, now=house.now)
    advance(house)
    assert (house.hold(first.key).state, house.hold(second.key).item) == ("cancelled", item)


def test_what_becomes_free_again_without_a_deed_is_set_aside_when_nobody_is_there(house: House) -> None:
    """A recall is over, and somebody has waited all the while."""
    item = house.stands()
    key = str(uuid.uuid4())
    house.change(recall, key=key, product=STICK, opened_at=1)
    waiting = house.queues(house.confirmed())
    assert advance(house) == 0
    house.change(recall, key=key, closed_at=2)
    assert house.look(holds.is_any_ripe, house.station, now=house.now)
    assert advance(house) == 1
    assert (house.hold(waiting.key).item, house.state(item)) == (item, State.SET_ASIDE)


def test_of_two_cards_that_become_one_persons_one_place_is_left(house: House) -> None:
    one, other = house.confirmed(), house.confirmed()
    first, second = house.queues(one), house.queues(other)
    elsewhere = house.queues(other, STOOL)
    house.at_desk(borrowers.merge, other, one)
    assert house.look(holds.is_any_ripe, house.station, now=house.now)
    assert advance(house) == 1
    assert [house.hold(placed.key).state for placed in (first, second, elsewhere)] == [
        "waiting",
        "cancelled",
        "waiting",
    ]


def test_of_two_places_the_one_whose_piece_stands_ready_is_kept(house: House) -> None:
    one, other = house.confirmed(), house.confirmed()
    passed_over, ready = house.queues(one), house.queues(other)
    house.at_desk(borrowers.block, one, "bill")
    item = house.stands()
    house.at_desk(borrowers.block, one, None)
    house.at_desk(borrowers.merge, one, other)
    advance(house)
    assert house.hold(passed_over.key).state == "cancelled"
    assert (house.hold(ready.key).state, house.hold(ready.key).item) == ("ready", item)


def test_an_idle_moment_does_only_so_much_and_the_next_one_the_rest(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lapses, "MOST", 2)
    for _ in range(3):
        house.queues(house.confirmed())
    house.stand(3)
    house.wait(days=10)
    assert [advance(house), advance(house), advance(house)] == [2, 1, 0]
    assert {row.state for row in house.rows(hold)} == {"expired"}


# --- taken another way ---


def test_whoever_takes_a_free_piece_waits_no_longer(house: House) -> None:
    blocked = house.confirmed()
    waiting = house.queues(blocked)
    house.at_desk(borrowers.block, blocked, "bill")
    item = house.stands()  # passed over: it stands free
    house.at_desk(borrowers.block, blocked, None)
    lent = house.lends(blocked, item)
    assert house.hold(waiting.key).state == "fetched"
    assert house.events(item)[-1].hold == waiting.key
    house.undoes(lent.deed)
    assert (house.hold(waiting.key).state, house.state(item)) == ("waiting", State.AVAILABLE)


@pytest.fixture
def with_two(house: House) -> dict[str, Any]:
    """One piece is set aside for somebody, another stands free."""
    whose = house.confirmed()
    kept = house.stands()
    waiting = house.queues(whose)
    return {"whose": whose, "kept": kept, "free": house.stands(), "waiting": waiting.key}


def test_whoever_takes_another_piece_lets_go_of_the_one_set_aside(
    house: House, with_two: dict[str, Any]
) -> None:
    lent = house.lends(with_two["whose"], with_two["free"])
    assert house.hold(with_two["waiting"]).state == "fetched"
    assert (house.state(with_two["kept"]), house.item(with_two["kept"]).hold) == (State.AVAILABLE, None)
    undone = house.undoes(lent.deed)
    assert [one.item for one in undone] == [with_two["free"]]
    assert house.hold(with_two["waiting"]).item == with_two["kept"]
    assert (house.state(with_two["kept"]), house.state(with_two["free"])) == (
        State.SET_ASIDE,
        State.AVAILABLE,
    )


def test_what_was_let_go_of_goes_to_the_next_in_line(house: House, with_two: dict[str, Any]) -> None:
    """Two pieces are ready for two people, and the desk hands the second one's piece to the first."""
    second, third = house.queues(house.confirmed()), house.queues(house.confirmed())
    assert (second.item, third.item) == (with_two["free"], "")
    lent = house.lends(with_two["whose"], with_two["free"], desk=Desk(by="staff", overrides=True))
    assert house.hold(with_two["waiting"]).state == "fetched"
    assert house.hold(second.key).item == with_two["kept"], "second lost its piece and is first in line"
    house.undoes(lent.deed)
    assert (
        house.hold(with_two["waiting"]).item,
        house.hold(second.key).item,
        house.hold(third.key).item,
    ) == (
        with_two["kept"],
        with_two["free"],
        None,
    )


def test_undo_stays_true_when_the_clock_is_put_back_in_between(
    house: House, with_two: dict[str, Any]
) -> None:
    lent = house.lends(with_two["whose"], with_two["free"])
    house.wait(hours=-5)
    house.undoes(lent.deed)
    assert house.hold(with_two["waiting"]).item == with_two["kept"]
    assert house.strange() == []


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
    assert house.hold(second.key).pick_up_by == "2027-01-20"  # a weekend does not count
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


def test_over_christmas_there_are_as_many_days_on_which_somebody_is_there(house: House) -> None:
    waiting = house.queues(house.confirmed())
    house.now = house.now.replace(month=12, day=22)  # a Wednesday; the 24th is a day like others here
    house.stands()
    assert house.hold(waiting.key).pick_up_by == "2027-12-27"


def test_what_has_run_out_is_lent_to_whoever_stands_there(house: House) -> None:
    """Nobody need wait until the kiosk is idle."""
    waiting = house.queues(house.confirmed())
    item = house.stands()
    house.wait(days=4)
    assert isinstance(house.lend(house.starter(), item), CheckedOut)
    assert house.hold(waiting.key).state == "expired"


def test_what_has_run_out_is_refused_all_the_same_to_who_is_not_next(house: House) -> None:
    house.queues(house.confirmed())
    second = house.queues(house.confirmed())
    item = house.stands()
    house.wait(days=4)
    assert house.refuses(house.starter(), item).reasons == (Reason.SET_ASIDE_FOR_OTHER,)
    assert house.hold(second.key).item == item


def test_a_wrong_clock_sets_aside_without_a_last_day_and_a_right_one_gives_it(house: House) -> None:
    waiting = house.queues(house.confirmed())
    house.reopen(station_clock="untrusted")
    house.wait(days=10)
    house.stands()
    assert (house.hold(waiting.key).state, house.hold(waiting.key).pick_up_by) == ("ready", None)
    house.reopen(station_clock="trusted")
    assert house.look(holds.is_any_ripe, house.station, now=house.now)
    assert advance(house) == 1
    assert house.hold(waiting.key).pick_up_by == "2027-01-26"


def test_what_another_station_has_lent_is_no_longer_promised(house: House) -> None:
    waiting = house.queues(house.confirmed())
    item = house.stands()
    tick, facts = house.item(item).tick + 1, {"product": STICK, "days": 90}
    house.hears(Elsewhere().says(Fact.CHECK_OUT, tick=tick, key="theirs", item=item, facts=facts))
    advance(house)
    assert (house.hold(waiting.key).state, house.hold(waiting.key).item) == ("waiting", None)
    assert house.state(item) is State.ON_LOAN


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


def test_what_stands_ready_for_nobody_is_set_free_when_nobody_is_there(house: House) -> None:
    """Another station has ended the hold; what stands here for it was not heard of there."""
    placed = house.queues(house.confirmed())
    item, ready = house.stands(), house.hold(placed.key)
    ended = {"tick": ready.tick + 1, "key": "ended", "hold": placed.key, "facts": {"then": "cancelled"}}
    house.hears(Elsewhere().says(Fact.RELEASED, **ended))
    assert house.state(item) is State.SET_ASIDE
    assert house.look(holds.is_any_ripe, house.station, now=house.now)
    assert (advance(house), house.state(item)) == (1, State.AVAILABLE)


def test_what_nobody_has_carried_stands_on_its_shelf_for_the_next_in_line_too(house: House) -> None:
    house.stands(on="B2")
    first, second = house.confirmed(), house.confirmed()
    assert house.queues(first).shelf == "B2"
    house.queues(second)
    house.wait(days=10)
    advance(house)
    (ready,) = holds_of(house, second)
    assert ready.shelf == "B2"
    moved = cancel(house, ready.key)
    assert isinstance(moved, Moved)
    assert (moved.state, moved.place) == (State.AVAILABLE, "B2")


def test_whoever_cancels_hears_where_the_piece_stands_for_the_next_in_line(house: House) -> None:
    house.stands(on="B2")
    first = house.queues(house.confirmed())
    house.queues(house.confirmed())
    moved = cancel(house, first.key)
    assert isinstance(moved, Moved)
    assert (moved.state, moved.place) == (State.SET_ASIDE, "B2")


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


def test_a_place_that_was_given_up_by_mistake_is_given_back(house: House) -> None:
    first, second = house.queues(house.confirmed()), house.queues(house.confirmed())
    moved = cancel(house, first.key)
    assert isinstance(moved, Moved)
    assert (moved.item, moved.state) == ("", "cancelled")
    (undone,) = house.undoes(moved.deed)
    assert (undone.item, undone.product) == ("", STICK)
    item = house.stands()
    assert (house.hold(first.key).item, house.hold(second.key).item) == (item, None)


def test_joining_a_queue_is_taken_back_with_its_tie_to_somebody(house: House) -> None:
    item = house.stands()
    placed = house.queues(house.confirmed())
    house.undoes(placed.key)
    assert (house.hold(placed.key).state, house.state(item)) == ("cancelled", State.AVAILABLE)
    assert house.links() == set()
    assert isinstance(house.undo(placed.key), Refused)


def test_a_release_that_the_next_in_line_has_already_fetched_is_not_taken_back(house: House) -> None:
    next_one = house.confirmed()
    first = house.queues(house.confirmed())
    house.queues(next_one)
    item = house.stands()
    moved = cancel(house, first.key)
    assert isinstance(moved, Moved)
    house.lends(next_one, item)
    assert isinstance(house.undo(moved.deed), Refused)
    assert house.hold(first.key).state == "cancelled"


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


# --- pairs ----------------------------------------------------------------------------------------


def crutches_come_home(house: House, number: int) -> list[str]:
    """So many crutches, washed one after the other."""
    pieces = [house.received(CRUTCHES) for _ in range(number)]
    for piece in pieces:
        house.do(stock.shelve, item=piece, shelf=house.shelf("A1"))
    return pieces


def test_one_crutch_is_set_aside_for_nobody_who_waits_for_a_pair(house: House) -> None:
    first = house.queues(house.confirmed(), CRUTCHES)
    (left,) = crutches_come_home(house, 1)
    assert house.state(left) is State.AVAILABLE
    assert house.hold(first.key).state == "waiting"
    assert not house.look(holds.is_any_ripe, house.station, now=house.now)
    assert house.rows(ring) == []


def test_of_two_who_wait_for_crutches_the_first_gets_a_pair_and_the_second_the_next(house: House) -> None:
    one, two, stranger = house.confirmed(), house.confirmed("Ola Testesen"), house.confirmed("Per Testesen")
    first, second = house.queues(one, CRUTCHES), house.queues(two, CRUTCHES)
    left, right = crutches_come_home(house, 2)
    assert house.hold(first.key).state == "ready"
    assert house.hold(second.key).state == "waiting"
    no = house.refuses(stranger, left)
    assert (no.reasons, no.place, no.others) == ((Reason.SET_ASIDE_FOR_OTHER,), "A1", ())
    assert house.refuses(two, left).reasons == (Reason.SET_ASIDE_FOR_OTHER,)
    assert house.state(left) is State.AVAILABLE  # a partner stays where it stands

    third = crutches_come_home(house, 1)[0]  # one too few for the second
    assert house.hold(second.key).state == "waiting"
    house.lends(stranger, third)  # three stood there, and two were promised
    house.undo(house.loan(house.loans(third)[0].key).deed)

    loan = house.lends(one, right)
    house.lends(one, left, joins=loan.deed)
    assert house.hold(first.key).state == "fetched"
    assert house.hold(second.key).state == "waiting"

    crutches_come_home(house, 1)
    assert house.hold(second.key).state == "ready"
    assert house.unsoundness() == []


def test_who_takes_the_partner_first_has_the_pair_too(house: House) -> None:
    card = house.confirmed()
    hold = house.queues(card, CRUTCHES)
    left, right = crutches_come_home(house, 2)
    assert house.item(right).hold == hold.key
    loan = house.lends(card, left)
    house.lends(card, right, joins=loan.deed)
    assert house.hold(hold.key).state == "fetched"
    assert len({one.deed for one in (*house.loans(left), *house.loans(right))}) == 1
    assert house.unsoundness() == []


def test_a_pair_that_stands_free_is_set_aside_at_once_and_a_single_crutch_is_not(house: House) -> None:
    crutches_come_home(house, 3)
    first, second = (
        house.do(holds.place, card=house.confirmed(name), line=CRUTCHES)
        for name in ("Kari Testesen", "Ola Testesen")
    )
    assert isinstance(first, Held)
    assert isinstance(second, Held)
    assert (first.place, second.place) == (0, 1)


def test_the_day_that_is_expected_is_that_of_the_whole_pair(house: House) -> None:
    pieces = crutches_come_home(house, 2)
    card = house.confirmed()
    first = house.lends(card, pieces[0])
    house.wait(days=7)
    second = house.lends(card, pieces[1])
    assert first.due is not None
    assert second.due is not None
    held = house.do(holds.place, card=house.confirmed("Ola Testesen"), line=CRUTCHES)
    assert isinstance(held, Held)
    assert held.expected is not None
    assert held.expected > second.due > first.due


def pairs_free(house: House) -> int:
    now = house.look(availability.line_now, house.station, line=CRUTCHES, now=house.now)
    assert now is not None
    return now.free


def test_pairs_are_counted_and_not_crutches(house: House) -> None:
    crutches_come_home(house, 5)
    assert pairs_free(house) == 2
    house.do(holds.place, card=house.confirmed(), line=CRUTCHES)
    assert pairs_free(house) == 1
