"""Lines that are counted and not labelled: whoever takes one has it in hand, and a count is the truth."""

from __future__ import annotations

import itertools
import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from depot import journal, lending, projection, quantities
from depot.fold import Discrepancy
from depot.journal import Event, body_of
from depot.outcomes import Reason, Refused, Taken, Tallied, Undone
from depot.states import Fact
from depot.station import Station
from depot.tables import discrepancy, product, quantity, recall
from depot.tally import Tally, fold_tally, step_tally
from tests.depot.house import STICK, Elsewhere, House

SPIKE, TRAY = "WLK-11", "WLK-12"
ADDED, TAKEN, BACK, COUNTED = (
    Fact.QUANTITY_RECEIVED,
    Fact.QUANTITY_TAKEN,
    Fact.QUANTITY_BACK,
    Fact.QUANTITY_COUNTED,
)


def there(house: House) -> dict[str, int]:
    return {row.product: row.n for row in house.rows(quantity)}


def takes(house: House, n: int = 1, line: str = SPIKE, **said: Any) -> Taken:
    outcome = house.do(quantities.take, line=line, n=n, **said)
    assert isinstance(outcome, Taken), outcome
    return outcome


def tells(house: House, what: Any, n: int, line: str = SPIKE, **said: Any) -> Tallied:
    outcome = house.do(what, line=line, n=n, **said)
    assert isinstance(outcome, Tallied), outcome
    return outcome


def kinds(house: House) -> list[str]:
    return [kind for kind, _ in house.strange()]


# --- at this station ---


def test_what_arrives_is_taken_brought_back_and_counted(house: House) -> None:
    arrived = tells(house, quantities.received, 6, shelf=house.shelf("A2"))
    assert (arrived.left, arrived.shelf) == (6, "A2")
    taken = takes(house, 2)
    assert (taken.item, taken.product, taken.n, taken.left, taken.shelf) == ("", SPIKE, 2, 4, "A2")
    assert tells(house, quantities.bring_back, 1).left == 5
    assert tells(house, quantities.counted, 3).left == 3
    assert (there(house), house.strange()) == ({SPIKE: 3}, [])


def test_lines_are_counted_each_by_itself(house: House) -> None:
    tells(house, quantities.received, 6)
    tells(house, quantities.received, 4, TRAY)
    takes(house, 1, TRAY)
    assert there(house) == {SPIKE: 6, TRAY: 3}


def test_taking_needs_no_card_and_makes_no_loan(house: House) -> None:
    tells(house, quantities.received, 6)
    takes(house)
    assert house.links() == set()
    assert all(one.item is None for one in house.events() if one.facts.get("product") == SPIKE)


def test_more_than_the_count_says_may_be_taken_and_is_noted(house: House) -> None:
    """They are in somebody's hand; it is the count that is wrong."""
    tells(house, quantities.received, 1)
    assert takes(house, 3).left == 0
    assert (there(house), kinds(house)) == ({SPIKE: 0}, ["more_taken_than_counted"])
    tells(house, quantities.counted, 7)
    assert takes(house).left == 6


def test_what_was_never_received_may_be_taken_and_counted(house: House) -> None:
    assert takes(house).left == 0
    tells(house, quantities.counted, 0)
    assert (there(house), kinds(house)) == ({SPIKE: 0}, ["more_taken_than_counted"])


def test_the_shelf_is_the_one_that_was_named_last(house: House) -> None:
    tells(house, quantities.received, 2, shelf=house.shelf("A2"))
    tells(house, quantities.received, 3)
    assert takes(house).shelf == "A2"
    moved = tells(house, quantities.counted, 4, shelf=house.shelf("B1"))
    assert house.look(quantities.shelves, house.station.depot) == {SPIKE: house.shelf("B1")}
    house.undoes(moved.deed)
    assert house.look(quantities.shelves, house.station.depot) == {SPIKE: house.shelf("A2")}


@pytest.mark.parametrize(
    ("line", "reason"),
    [("XXX-99", Reason.UNKNOWN_CODE), (STICK, Reason.WRONG_STATE)],
    ids=["unknown", "labelled"],
)
def test_what_is_not_counted_is_refused(house: House, line: str, reason: Reason) -> None:
    outcome = house.do(quantities.take, line=line, n=1)
    assert isinstance(outcome, Refused)
    assert outcome.reasons == (reason,)
    assert there(house) == {}


def test_what_needs_staff_is_taken_with_staff(house: House) -> None:
    house.change(product, code=SPIKE, self_service=False)
    outcome = house.do(quantities.take, line=SPIKE, n=1)
    assert isinstance(outcome, Refused)
    assert outcome.reasons == (Reason.STAFF_ONLY,)
    takes(house, by="a-pseudonym")


def test_a_recall_of_one_lot_stops_all_of_a_line_without_labels(house: House) -> None:
    tells(house, quantities.received, 6)
    house.change(recall, key="r", product=SPIKE, lot="L1", opened_at=1)
    outcome = house.do(quantities.take, line=SPIKE, n=1)
    assert isinstance(outcome, Refused)
    assert outcome.reasons == (Reason.RECALLED,)
    assert tells(house, quantities.bring_back, 1).left == 7


@pytest.mark.parametrize("n", [0, -1, 1000])
def test_a_number_that_cannot_be_meant_is_not_taken(house: House, n: int) -> None:
    with pytest.raises(ValueError, match="wanted 1 to 999"):
        house.do(quantities.take, line=SPIKE, n=n)
    assert there(house) == {}


def test_the_same_key_again_takes_nothing_more(house: House) -> None:
    tells(house, quantities.received, 6)
    key = str(uuid.uuid4())
    first = takes(house, 2, key=key)
    assert takes(house, 2, key=key) == first
    other = house.do(quantities.take, line=SPIKE, n=3, key=key)
    assert isinstance(other, Refused)
    assert (other.reasons, there(house)) == ((Reason.KEY_REUSED,), {SPIKE: 4})


# --- taken back ---


def test_a_take_is_undone_by_its_deed_even_after_somebody_elses(house: House) -> None:
    tells(house, quantities.received, 6, shelf=house.shelf("A2"))
    mine = takes(house, 2)
    takes(house, 1)
    (undone,) = house.undoes(mine.deed)
    assert undone == Undone(item="", product=SPIKE, deed=undone.deed, back_on_loan=False, place="A2")
    assert there(house) == {SPIKE: 5}


def test_a_deed_is_undone_once(house: House) -> None:
    tells(house, quantities.received, 6)
    mine = takes(house, 2)
    house.undoes(mine.deed)
    again = house.undo(mine.deed)
    assert isinstance(again, Refused)
    assert (again.reasons, there(house)) == ((Reason.UNDO_TOO_LATE,), {SPIKE: 6})


def test_after_a_count_it_is_too_late(house: House) -> None:
    tells(house, quantities.received, 6)
    mine = takes(house, 2)
    count = tells(house, quantities.counted, 4)
    assert isinstance(house.undo(mine.deed), Refused)
    # But the count itself may have been a slip, and then what it covered is open again.
    house.undoes(count.deed)
    house.undoes(mine.deed)
    assert there(house) == {SPIKE: 6}


def test_what_was_strange_about_a_take_goes_with_it(house: House) -> None:
    mine = takes(house, 2)
    assert kinds(house) == ["more_taken_than_counted"]
    house.undoes(mine.deed)
    assert (there(house), house.strange()) == ({SPIKE: 0}, [])


# --- other stations ---

STATIONS = ("a", "b", "c")
DEPOT = "Vestby"


@st.composite
def happenings(draw: st.DrawFn) -> list[Event]:
    """What three stations recorded of one counted line; some of it is nothing that anybody understands."""
    told: list[Event] = []
    for n in range(draw(st.integers(1, 10))):
        kind = draw(st.sampled_from([ADDED, TAKEN, TAKEN, BACK, COUNTED, Fact.UNDONE]))
        facts = {"product": SPIKE, "depot": DEPOT, "n": draw(st.sampled_from([0, 1, 2, 5, -1, "two", None]))}
        told.append(
            Event(
                station=draw(st.sampled_from(STATIONS)),
                seq=n,
                key=f"{n:02d}",
                deed=f"{n:02d}",
                kind=kind,
                tick=draw(st.integers(1, 8)),
                at=0,
                undoes=draw(st.sampled_from([one.key for one in told] or ["?"]))
                if kind == Fact.UNDONE
                else None,
                v=draw(st.sampled_from([1, 1, 1, 1, 2])),
                facts=facts,
            )
        )
    return told


@given(happenings(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_any_order_and_any_repetition_tell_the_same(told: list[Event], chance: Any) -> None:
    arrived = [*told, *chance.choices(told, k=4)]
    chance.shuffle(arrived)
    now, strange = fold_tally(DEPOT, SPIKE, told)
    assert fold_tally(DEPOT, SPIKE, arrived) == (now, strange)
    assert now.n >= 0
    assert len({(one.kind, one.event) for one in strange}) == len(strange)


@given(happenings())
@settings(max_examples=100, deadline=None)
def test_step_by_step_is_the_whole_story(told: list[Event]) -> None:
    now, strange = Tally(DEPOT, SPIKE), list[Discrepancy]()
    in_order = sorted((one for one in told if one.kind != Fact.UNDONE), key=lambda one: one.order)
    for happened in in_order:
        now, noted = step_tally(now, happened)
        strange += noted
    assert (now, tuple(strange)) == fold_tally(DEPOT, SPIKE, in_order)


class _NeverMind(Exception):
    """Rolls an example back, with what it showed."""


@given(happenings(), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_tables_are_those_that_a_rebuild_derives(
    quiet_house: House, told: list[Event], chance: Any
) -> None:
    order = list(told)
    chance.shuffle(order)

    def arrive(conn: Connection, _: Station) -> None:
        for one in order:
            if journal.take_in(conn, [(body_of(one), b"")]).quantities:
                projection.retell_tallies(conn)
        rows = [tuple(row) for row in conn.execute(select(quantity))]
        noted = {tuple(row)[:2] for row in conn.execute(select(discrepancy))}
        raise _NeverMind(projection.differences(conn), rows, noted)

    with pytest.raises(_NeverMind) as shown:
        quiet_house.ledger.perform(arrive)
    now, strange = fold_tally(DEPOT, SPIKE, told)
    differences, rows, noted = shown.value.args
    assert differences == []
    assert rows == [(DEPOT, SPIKE, now.n, now.tick, now.station, now.seq)]
    assert noted == {(one.kind, one.event) for one in strange}


def test_a_count_that_another_station_made_meanwhile_stands(house: House) -> None:
    tells(house, quantities.received, 6)
    (row,) = house.rows(quantity)
    facts = {"product": SPIKE, "depot": house.station.depot, "n": 4}
    elsewhere = Elsewhere()
    house.hears(elsewhere.says(COUNTED, key="count", tick=row.tick + 5, facts=facts))
    assert takes(house).left == 3
    late = elsewhere.says(TAKEN, key="late", tick=row.tick + 1, facts={**facts, "n": 2})
    house.hears(late, late)
    assert there(house) == {SPIKE: 3}


def test_what_says_neither_which_line_nor_where_is_noted(house: House) -> None:
    house.hears(Elsewhere().says(TAKEN, key="odd", tick=5, facts={"n": 2}))
    assert (house.strange(), there(house)) == ([("quantity_not_understood", "odd")], {})


def test_all_the_orders_of_a_short_story_are_one_story() -> None:
    what = ((ADDED, 5), (TAKEN, 2), (COUNTED, 1), (TAKEN, 3), (BACK, 1))
    told = [
        Event(
            "abc"[n % 3],
            n,
            str(n),
            str(n),
            kind,
            tick=n,
            at=0,
            facts={"product": SPIKE, "depot": DEPOT, "n": number},
        )
        for n, (kind, number) in enumerate(what, 1)
    ]
    stories = {fold_tally(DEPOT, SPIKE, order) for order in itertools.permutations(told)}
    ((now, strange),) = stories
    assert (now.n, [one.event for one in strange]) == (1, ["4"])


def test_a_rebuild_puts_a_count_right(house: House) -> None:
    tells(house, quantities.received, 6)
    house.ledger.perform(lambda conn, _: conn.exec_driver_sql("UPDATE quantity SET n = 60").rowcount)
    assert house.rebuild() != []
    assert there(house) == {SPIKE: 6}
    assert isinstance(house.do(lending.undo, deed=str(uuid.uuid4())), Refused)
