"""A blind count: what was seen, what differs from it, and what people decide; it ends no loan by itself."""

from __future__ import annotations

import pytest

from depot import stock
from depot.outcomes import CheckedIn, Moved, Reason, Refused
from depot.states import State
from depot.tables import stocktake_decision
from inventory import counting, differences, moving, work
from inventory.counting import Seen
from inventory.differences import Decision, Difference, Differing
from tests.depot.house import CRUTCHES, NO_SUCH_ITEM, STICK, House

KARI, OLA = "kari", "ola"


class Count:
    """A count in a test's hands."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.key = house.do(counting.begin, by=KARI)

    def shelf(self, name: str, *things: str, by: str = KARI, done: bool = True) -> None:
        """Count one shelf."""
        code = self.house.shelf(name)
        assert self.house.at_desk(counting.begin_shelf, self.key, code=code, by=by)
        for thing in things:
            self.see(name, thing, by=by)
        if done:
            self.house.wait(seconds=1)
            self.house.at_desk(counting.finish_shelf, self.key, code=code)

    def see(self, name: str, thing: str, by: str = KARI) -> Seen | Refused:
        """Scan one thing on a shelf."""
        self.house.wait(seconds=1)
        return self.house.at_desk(counting.see, self.key, on=self.house.shelf(name), code=thing, by=by)

    def differs(self) -> dict[str, Difference]:
        """What is not settled yet."""
        found = self.house.look(differences.of_count, self.key)
        return {one.item: one.difference for one in found if one.decided is None}

    def settle(self, thing: str, decision: Decision) -> object:
        """Decide about one difference."""
        self.house.wait(seconds=1)
        return self.house.do(differences.settle, key=self.key, code=thing, decision=decision, by=OLA)

    def end(self) -> tuple[Differing, ...]:
        """End the count."""
        return self.house.at_desk(counting.end, self.key, by=OLA)


@pytest.fixture
def count(house: House) -> Count:
    return Count(house)


def test_a_shelf_on_which_everything_stands_differs_in_nothing(house: House, count: Count) -> None:
    things = house.stand(3, on="A1")
    count.shelf("A1", *things)
    assert count.differs() == {}
    assert count.end() == ()
    assert house.look(counting.open_one, house.station) is None


def test_who_counts_is_told_how_many_and_never_how_many_there_should_be(house: House, count: Count) -> None:
    first, second = house.stand(2, on="A1")
    count.shelf("A1", done=False)
    assert count.see("A1", first) == Seen(first, house.shelf("A1"), 1)
    assert count.see("A1", second) == Seen(second, house.shelf("A1"), 2)
    assert count.see("A1", first) == Seen(first, house.shelf("A1"), 2), "the same scan twice counts once"
    unknown = count.see("A1", NO_SUCH_ITEM)
    assert isinstance(unknown, Refused)
    assert unknown.reasons == (Reason.UNKNOWN_CODE,)


def test_what_was_not_seen_on_a_shelf_that_is_finished_is_missing(house: House, count: Count) -> None:
    there, gone = house.stand(2, on="A1")
    elsewhere = house.stands(on="B1")
    count.shelf("A1", there, done=False)
    assert count.differs() == {}, "nobody has finished yet"
    count.shelf("A1")
    assert count.differs() == {gone: Difference.MISSING}
    assert isinstance(count.settle(gone, Decision.COUNT_OUT), Moved)
    assert house.state(gone) is State.MISSING
    assert house.state(elsewhere) is State.AVAILABLE, "B1 was not counted"
    assert count.end() == ()


def test_a_thing_on_the_wrong_shelf_is_moved_there_or_put_back(house: House, count: Count) -> None:
    stays, back = house.stand(2, on="A1")
    count.shelf("B1", stays, back)
    count.shelf("A1")
    assert count.differs() == {stays: Difference.WRONG_SHELF, back: Difference.WRONG_SHELF}
    assert isinstance(count.settle(stays, Decision.MOVE_HERE), Moved)
    assert isinstance(count.settle(back, Decision.PUT_BACK), Differing)
    assert house.item(stays).shelf == house.shelf("B1")
    assert house.item(back).shelf == house.shelf("A1")
    assert count.differs() == {}


def test_a_thing_that_was_missing_and_stands_there_is_taken_in_to_be_washed(
    house: House, count: Count
) -> None:
    thing = house.stands(on="A1")
    count.shelf("A1")
    count.settle(thing, Decision.COUNT_OUT)
    count.end()
    again = Count(house)
    again.shelf("A1", thing)
    assert again.differs() == {thing: Difference.FOUND}
    assert isinstance(again.settle(thing, Decision.TAKE_IN), CheckedIn)
    assert house.state(thing) is State.RETURNED


def test_a_count_ends_no_loan_until_a_person_says_so(house: House, count: Count) -> None:
    thing = house.stands(on="A1")
    lent = house.lends(house.confirmed(), thing)
    count.shelf("A1", thing)
    assert count.differs() == {thing: Difference.ON_LOAN_BUT_HERE}
    assert count.end()[0].item == thing, "it is not settled, so the count goes on"
    assert house.loan(lent.key).ended is None
    outcome = count.settle(thing, Decision.TAKE_IN)
    assert isinstance(outcome, CheckedIn)
    assert house.loan(lent.key).ended == "returned"
    (row,) = house.rows(stocktake_decision)
    assert (row.difference, row.decided, row.by, row.event) == (
        "on_loan_but_here",
        "take_in",
        OLA,
        outcome.key,
    )


def test_a_loan_that_is_left_alone_stays_as_it_was(house: House, count: Count) -> None:
    thing = house.stands(on="A1")
    lent = house.lends(house.confirmed(), thing)
    count.shelf("A1", thing)
    count.settle(thing, Decision.LEAVE)
    assert house.loan(lent.key).ended is None
    assert count.end() == ()


def test_what_happened_to_a_thing_after_it_was_counted_is_no_difference(house: House, count: Count) -> None:
    lent_later, came_later, moved_later = house.stand(3, on="A1")
    house.lends(house.confirmed(), came_later)
    count.shelf("A1", lent_later, moved_later)
    house.wait(minutes=1)
    house.lends(house.confirmed("Per Testesen"), lent_later)
    house.brings(came_later)
    house.do(stock.put_on_shelf, item=moved_later, shelf=house.shelf("B1"))
    assert count.differs() == {}


def test_dirty_things_and_new_ones_do_not_belong_on_a_shelf(house: House, count: Count) -> None:
    dirty, new = house.stands(on="A1"), house.received()
    house.lends(house.confirmed(), dirty)
    house.brings(dirty)
    house.wait(seconds=1)
    count.shelf("A1", dirty, new)
    assert count.differs() == {dirty: Difference.NOT_READY, new: Difference.NOT_SHELVED}
    assert isinstance(count.settle(new, Decision.SHELVE), Moved)
    assert house.state(new) is State.AVAILABLE
    count.settle(dirty, Decision.PUT_BACK)
    assert house.state(dirty) is State.RETURNED
    assert count.end() == ()


def test_several_people_count_at_once_and_a_count_is_gone_on_with(house: House, count: Count) -> None:
    on_a1, on_b1 = house.stand(2, on="A1"), house.stand(2, CRUTCHES, on="B1")
    count.shelf("A1", on_a1[0], by=KARI, done=False)
    count.shelf("B1", on_b1[0], by=OLA, done=False)
    house.reopen()
    assert house.do(counting.begin, by=OLA) == count.key, "one count is under way, and it is this one"
    count.shelf("A1", on_a1[1], by=KARI)
    count.shelf("B1", by=OLA)
    told = {one.name: (one.by, one.number, one.done) for one in house.look(counting.shelves, count.key)}
    assert told["A1"] == (KARI, 2, True)
    assert told["B1"] == (OLA, 1, True)
    assert count.differs() == {on_b1[1]: Difference.MISSING}


def test_a_thing_seen_on_two_shelves_is_on_the_last(house: House, count: Count) -> None:
    thing = house.stands(on="A1")
    count.shelf("B1", thing)
    count.shelf("A1", done=False)
    seen = count.see("A1", thing)
    assert isinstance(seen, Seen)
    assert seen.before == house.shelf("B1")
    count.shelf("A1")
    assert count.differs() == {}


@pytest.mark.parametrize("decision", [Decision.MOVE_HERE, Decision.TAKE_IN, Decision.SHELVE])
def test_only_what_fits_a_difference_may_be_decided_and_only_once(
    house: House, count: Count, decision: Decision
) -> None:
    gone = house.stands(STICK, on="A1")
    count.shelf("A1")
    for code in (gone, NO_SUCH_ITEM):
        refused = count.settle(code, decision)
        assert isinstance(refused, Refused)
        assert refused.reasons == (Reason.WRONG_STATE,)
    assert house.state(gone) is State.AVAILABLE
    count.settle(gone, Decision.COUNT_OUT)
    assert isinstance(count.settle(gone, Decision.COUNT_OUT), Refused)


def test_a_shelf_of_another_depot_or_of_none_is_not_counted(house: House, count: Count) -> None:
    assert not house.at_desk(counting.begin_shelf, count.key, code="S99990005N", by=KARI)
    assert house.look(counting.shelves, count.key) == ()


def test_what_is_on_its_way_and_stands_here_has_arrived_when_somebody_says_so(
    house: House, count: Count
) -> None:
    thing = house.stands(on="A1")
    son = house.do(moving.add_depot, name="Son")
    house.do(moving.send, item=thing, to=son)
    count.shelf("B1", thing)
    assert count.differs() == {thing: Difference.IN_TRANSIT_BUT_HERE}
    assert isinstance(count.settle(thing, Decision.RECEIVE), Moved)
    assert (house.state(thing), house.item(thing).shelf) == (State.AVAILABLE, house.shelf("B1"))
    assert count.end() == ()


# --- slips ---


def test_a_scan_is_taken_back_to_where_the_thing_was_seen_before(house: House, count: Count) -> None:
    thing = house.stands(on="A1")
    count.shelf("A1", thing)
    count.shelf("B1", done=False)
    seen = count.see("B1", thing)
    assert isinstance(seen, Seen)
    taken_back = house.ledger.perform(
        lambda conn, _: counting.unsee(conn, count.key, code=thing, before=seen.before)
    )
    assert taken_back
    assert count.differs() == {}
    assert house.ledger.perform(lambda conn, _: counting.unsee(conn, count.key, code=thing))
    assert count.differs() == {thing: Difference.MISSING}
    assert not house.ledger.perform(lambda conn, _: counting.unsee(conn, count.key, code=thing))


def test_a_shelf_is_counted_from_the_beginning(house: House, count: Count) -> None:
    there, other = house.stand(2, on="A1")
    count.shelf("A1", there, other)
    assert (
        house.ledger.perform(lambda conn, _: len(counting.afresh(conn, count.key, code=house.shelf("A1"))))
        == 2
    )
    count.shelf("A1", there)
    assert count.differs() == {other: Difference.MISSING}


@pytest.mark.parametrize(
    ("seen_on", "decision", "difference"),
    [
        (None, Decision.COUNT_OUT, Difference.MISSING),
        ("B1", Decision.MOVE_HERE, Difference.WRONG_SHELF),
        ("B1", Decision.PUT_BACK, Difference.WRONG_SHELF),
    ],
)
def test_a_decision_is_taken_back_with_what_it_did(
    house: House, count: Count, seen_on: str | None, decision: Decision, difference: Difference
) -> None:
    thing = house.stands(on="A1")
    count.shelf("A1")
    if seen_on is not None:
        count.shelf(seen_on, thing)
    count.settle(thing, decision)
    house.wait(minutes=1)
    assert house.do(differences.unsettle, key=count.key, code=thing) is None
    assert (house.state(thing), house.item(thing).shelf) == (State.AVAILABLE, house.shelf("A1"))
    assert count.differs() == {thing: difference}
    again = house.do(differences.unsettle, key=count.key, code=thing)
    assert isinstance(again, Refused)
    assert again.reasons == (Reason.WRONG_STATE,)


def test_a_decision_stands_when_something_has_happened_since(house: House, count: Count) -> None:
    thing = house.stands(on="A1")
    lent = house.lends(house.confirmed(), thing)
    count.shelf("A1", thing)
    count.settle(thing, Decision.TAKE_IN)
    house.wait(minutes=1)
    house.do(stock.begin_cleaning, item=thing)
    refused = house.do(differences.unsettle, key=count.key, code=thing)
    assert isinstance(refused, Refused)
    assert refused.reasons == (Reason.UNDO_TOO_LATE,)
    assert house.loan(lent.key).ended == "returned"
    count.end()
    over = house.do(differences.unsettle, key=count.key, code=thing)
    assert isinstance(over, Refused)
    assert over.reasons == (Reason.WRONG_STATE,), "a count that is over stays as it was recorded"


# --- what is kept ---


def test_a_count_is_work_that_is_offered_until_it_is_ended(house: House) -> None:
    house.stands(on="A1")
    house.shelf("B1")
    count = Count(house)
    count.shelf("A1")
    (left,) = house.look(work.unfinished, house.station)
    assert (left.kind, left.by) == ("count", KARI)
    assert left.body == {"count": count.key, "done": 1, "of": 2}
    (gone,) = count.differs()
    count.settle(gone, Decision.COUNT_OUT)
    count.end()
    assert house.look(work.unfinished, house.station) == ()


def test_what_was_decided_can_be_read_when_the_count_is_over(house: House, count: Count) -> None:
    gone = house.stands(on="A1")
    count.shelf("A1")
    count.settle(gone, Decision.COUNT_OUT)
    count.end()
    second = Count(house)
    later, first = house.look(counting.every, house.station)
    assert (later.key, later.ended_at) == (second.key, None)
    assert (first.begun_by, first.ended_by, first.shelves, first.seen, first.settled) == (KARI, OLA, 1, 0, 1)
    (told,) = house.look(counting.decisions, count.key)
    assert (told.item, told.difference, told.decided, told.by) == (
        gone,
        Difference.MISSING,
        Decision.COUNT_OUT,
        OLA,
    )
