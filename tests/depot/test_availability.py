"""What is free now: on which shelf, how many wait, and when the next one may be here."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depot import availability, borrowers, catalogue, quantities, stock
from depot.availability import Kind, LineNow
from depot.calendar import OpenDays
from depot.coming import expected_on
from depot.outcomes import Trouble
from depot.states import Fact
from depot.tables import depot, product, product_relation, recall
from tests.depot.house import CRUTCHES, HOIST, ROLLATOR, START, STICK, STOOL, TODAY, Elsewhere, House
from tests.depot.storage.test_counts import counted

# --- when the next one may be here ---

DAYS = st.dates(TODAY - timedelta(days=60), TODAY + timedelta(days=300))
HOME = st.lists(DAYS, max_size=6)
IN_HOUSE = st.integers(0, 3)
TURNAROUND = st.integers(0, 5)
OPEN = st.builds(
    OpenDays,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    closed=st.frozensets(DAYS, max_size=5),
)


def expected(
    place: int, due: list[date], in_house: int, turnaround: int, open_days: OpenDays | None = None
) -> date | None:
    return expected_on(
        place,
        due,
        in_house,
        today=TODAY,
        turnaround_days=turnaround,
        open_days=open_days or OpenDays(),
    )


def test_the_next_piece_is_the_one_that_is_due_first() -> None:
    due = [date(2027, 2, 17), date(2027, 2, 3), date(2027, 2, 10)]  # all of them Wednesdays
    assert [expected(place, due, 0, 2) for place in (1, 2, 3, 4)] == [
        date(2027, 2, 5),
        date(2027, 2, 12),
        date(2027, 2, 19),
        None,
    ]


def test_a_piece_that_is_late_or_in_the_house_may_be_here_after_its_cleaning() -> None:
    assert expected(1, [date(2026, 12, 1)], 0, 2) == date(2027, 1, 13)
    assert expected(1, [], 1, 0) == TODAY


def test_nobody_is_sent_to_a_closed_door() -> None:
    assert expected(1, [date(2027, 1, 14)], 0, 2) == date(2027, 1, 18)  # a Saturday


@given(due=HOME, in_house=IN_HOUSE, turnaround=TURNAROUND, open_days=OPEN, place=st.integers(1, 10))
def test_a_day_is_told_exactly_when_as_many_pieces_are_to_come(
    due: list[date], in_house: int, turnaround: int, open_days: OpenDays, place: int
) -> None:
    day = expected(place, due, in_house, turnaround, open_days)
    assert (day is not None) == (place <= len(due) + in_house)
    if day is not None:
        assert day >= TODAY + timedelta(days=turnaround)
        assert open_days.is_open(day)


@given(due=HOME, in_house=IN_HOUSE, turnaround=TURNAROUND, open_days=OPEN)
def test_whoever_stands_further_back_is_never_promised_an_earlier_day(
    due: list[date], in_house: int, turnaround: int, open_days: OpenDays
) -> None:
    places = range(1, len(due) + in_house + 1)
    days = [expected(place, due, in_house, turnaround, open_days) for place in places]
    assert None not in days
    assert days == sorted(day for day in days if day)


@given(due=HOME, more=DAYS, in_house=IN_HOUSE, turnaround=TURNAROUND, place=st.integers(1, 6))
def test_one_more_piece_makes_nobody_wait_longer(
    due: list[date], more: date, in_house: int, turnaround: int, place: int
) -> None:
    before, after = (expected(place, days, in_house, turnaround) for days in (due, [more, *due]))
    assert before is None or (after is not None and after <= before)


# --- kinds ---


def test_every_line_of_the_catalogue_has_a_kind_that_people_look_for(house: House) -> None:
    with house.ledger.reading() as conn:
        lines = availability.free_now(conn, house.station, now=house.now)
    assert {one.product for one in lines} == {one.code for one in catalogue.packaged()}
    kinds = {one.product: one.kind for one in lines}
    assert {kinds[line] for line in (STICK, CRUTCHES, ROLLATOR, "WLK-12")} == {Kind.WALKING}
    assert {kinds[line] for line in ("WHC-01", "WHC-04", "WHC-05", "RMP-01")} == {Kind.WHEELCHAIR}
    assert (kinds["TOI-06"], kinds[STOOL], kinds["BED-05"]) == (Kind.TOILET, Kind.BATH, Kind.BED)
    assert (kinds[HOIST], kinds["SEA-01"], kinds["REA-01"]) == (Kind.TRANSFER, Kind.SITTING, Kind.DAILY)
    assert Kind.OTHER not in kinds.values()
    order = list(Kind)
    assert [order.index(one.kind) for one in lines] == sorted(order.index(one.kind) for one in lines)


@pytest.mark.parametrize(
    ("iso9999", "kind"),
    [("12 06 06", Kind.WALKING), ("120606", Kind.WALKING), ("09 33 07", Kind.BATH), ("22 03 06", Kind.OTHER)],
)
def test_a_class_is_read_with_blanks_and_without(iso9999: str, kind: Kind) -> None:
    assert availability.kind_of(iso9999) is kind


# --- what stands there ---


def line_now(house: House, line: str = STICK, **said: Any) -> LineNow:
    with house.ledger.reading() as conn:
        asked = said or {"line": line}
        found = availability.line_now(conn, house.station, now=house.now, **asked)
    assert found is not None
    return found


def test_a_line_says_on_which_shelves_how_many_stand_free_the_fullest_first(house: House) -> None:
    house.stands(on="A2")
    house.stand(2, on="B1")
    now = line_now(house)
    assert (now.shelves, now.free, now.expected) == ((("B1", 2), ("A2", 1)), 3, None)
    assert (now.self_service, now.max_weight_kg, now.counted) == (True, 120, False)


def test_a_line_is_found_by_the_code_on_its_shelf_label(house: House) -> None:
    (row,) = house.rows(product, code=STOOL)
    assert line_now(house, label=row.label).product == STOOL
    with house.ledger.reading() as conn:
        assert availability.line_now(conn, house.station, label="P00000000X", now=house.now) is None


def test_the_whole_list_says_the_same_of_a_line_as_the_line_alone(house: House) -> None:
    house.lends(house.confirmed(), house.stands(ROLLATOR))
    house.queues(house.confirmed(), ROLLATOR)
    with house.ledger.reading() as conn:
        lines = availability.free_now(conn, house.station, now=house.now)
        alone = [availability.line_now(conn, house.station, line=one.product, now=house.now) for one in lines]
    assert list(lines) == alone


def lent(house: House, item: str) -> None:
    house.lends(house.confirmed(), item)


def called_back(house: House, _: str) -> None:
    house.change(recall, key=str(uuid.uuid4()), product=ROLLATOR, opened_at=1)


def inspection_ran_out(house: House, _: str) -> None:
    house.wait(days=366)


def not_understood(house: House, item: str) -> None:
    house.hears(Elsewhere().says("polished", tick=house.item(item).tick + 1, key="odd", item=item))


def set_aside(house: House, _: str) -> None:
    house.queues(house.confirmed(), ROLLATOR)


@pytest.mark.parametrize("why", [lent, called_back, inspection_ran_out, not_understood, set_aside])
def test_what_would_be_refused_is_not_free(house: House, why: Callable[[House, str], None]) -> None:
    item = house.stands(ROLLATOR)
    assert line_now(house, ROLLATOR).free == 1
    why(house, item)
    assert (line_now(house, ROLLATOR).free, line_now(house, ROLLATOR).shelves) == (0, ())


def test_a_line_that_needs_staff_is_told_with_that(house: House) -> None:
    house.stands(HOIST, on="E2")
    now = line_now(house, HOIST)
    assert (now.self_service, now.shelves) == (False, (("E2", 1),))


def test_what_stands_at_another_depot_is_told_by_its_name(house: House) -> None:
    here = house.rows(depot)[0]._asdict()
    house.change(depot, **{**here, "id": "son", "name": "Son"})
    item = house.stands()
    house.hears(
        Elsewhere().says(
            Fact.MOVED, tick=house.item(item).tick + 1, key="moved", item=item, facts={"depot": "son"}
        )
    )
    now = line_now(house)
    assert (now.free, now.elsewhere) == (0, (("Son", 1),))


def test_somebody_who_joins_next_hears_the_day_behind_those_who_wait(house: House) -> None:
    one, other, third = house.stand(3)
    house.lends(house.confirmed(), one)  # for 90 days, to Monday the 12th of April
    house.wait(days=7)
    house.lends(house.confirmed(), other)
    house.lends(house.confirmed(), third)
    assert (line_now(house).waiting, line_now(house).expected) == (0, date(2027, 4, 14))
    house.queues(house.confirmed())
    assert (line_now(house).waiting, line_now(house).expected) == (1, date(2027, 4, 21))
    home = house.brings(other)
    assert (line_now(house).waiting, line_now(house).expected) == (1, date(2027, 4, 14))
    house.trouble(other, home.deed, Trouble.BROKEN)  # nobody knows whether that one comes back
    assert line_now(house).expected == date(2027, 4, 21)


def test_who_is_blocked_or_dead_is_not_counted_among_those_who_wait(house: House) -> None:
    house.lends(house.confirmed(), house.stands())
    blocked, dead = house.confirmed(), house.confirmed()
    house.queues(blocked)
    house.queues(dead)
    house.at_desk(borrowers.block, blocked, "bill")
    house.at_desk(borrowers.died, dead, TODAY)
    assert (line_now(house).waiting, line_now(house).expected) == (0, date(2027, 4, 14))


def test_while_the_clock_cannot_be_trusted_no_day_is_told(house: House) -> None:
    house.lends(house.confirmed(), house.stands())
    house.reopen(station_clock="untrusted")
    house.wait(days=10)
    assert line_now(house).expected is None


def test_a_counted_line_says_how_many_lie_there_and_none_while_it_is_recalled(house: House) -> None:
    house.change(product, code=STICK, counted=True)
    house.do(quantities.received, line=STICK, n=5, shelf=house.shelf("A3"))
    house.do(quantities.take, line=STICK, n=2)
    now = line_now(house)
    assert (now.counted, now.free, now.shelves) == (True, 3, (("A3", 3),))
    house.change(recall, key=str(uuid.uuid4()), product=STICK, opened_at=1)
    assert line_now(house).free == 0


def test_a_line_says_what_it_needs_and_what_it_goes_with(house: House) -> None:
    house.change(product_relation, product="TOI-06", other="TOI-07", kind="needs")
    commode, bucket = line_now(house, "TOI-06"), line_now(house, "TOI-07")
    assert ("TOI-07" in commode.needs, bucket.needs, "TOI-06" in bucket.suits) == (True, (), True)
    assert "WLK-12" in line_now(house, ROLLATOR).suits
    assert line_now(house, "WLK-12").suits == (ROLLATOR,)


# --- an empty shelf ---


def test_an_empty_shelf_says_what_belongs_there_and_when_it_may_be_back(house: House) -> None:
    item = house.stands(on="A1")
    house.stands(STOOL, on="C3")
    house.lends(house.confirmed(), item)
    with house.ledger.reading() as conn:
        (now,) = availability.on_shelf(conn, house.station, shelf=house.shelf("A1"), now=house.now)
    assert (now.product, now.free, now.expected) == (STICK, 0, date(2027, 4, 14))


def test_a_shelf_knows_its_counted_lines_and_forgets_what_is_gone_for_good(house: House) -> None:
    house.change(product, code=CRUTCHES, counted=True)
    shelf = house.shelf("A1")
    house.do(quantities.received, line=CRUTCHES, n=4, shelf=shelf)
    gone = house.stands(on="A1")
    house.moves(stock.write_off, gone, reason="old")
    with house.ledger.reading() as conn:
        (now,) = availability.on_shelf(conn, house.station, shelf=shelf, now=house.now)
        nowhere = availability.on_shelf(conn, house.station, shelf="S99990009X", now=house.now)
    assert (now.product, nowhere) == (CRUTCHES, ())


# --- what it costs ---


def test_the_whole_list_is_three_statements_however_much_stands_there(house: House) -> None:
    house.stand(5)
    house.change(product, code=CRUTCHES, counted=True)
    house.do(quantities.received, line=CRUTCHES, n=4, shelf=house.shelf("A1"))
    house.lends(house.confirmed(), house.stands(ROLLATOR))
    house.queues(house.confirmed(), ROLLATOR)
    with house.ledger.reading() as conn, counted() as said:
        lines = availability.free_now(conn, house.station, now=START)
    assert len(lines) == len(house.rows(product))
    assert len(said) <= 3, said
