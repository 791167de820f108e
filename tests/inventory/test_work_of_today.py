"""Every row of what waits opens the page where that work is done."""

from __future__ import annotations

import pytest

from depot.tables import refusal
from inventory.benches import registry
from inventory.waiting import NEXT, Kind, Next, Row
from tests.depot.house import ROLLATOR, House, settings_for
from tests.inventory.desk.driver import MANAGER, Sitting

_OF_A_THING = {
    Kind.INFECTED,
    Kind.TO_CLEAN,
    Kind.CLEANING,
    Kind.INSPECTION,
    Kind.INSPECTION_DUE,
    Kind.REPAIR,
    Kind.QUARANTINE,
    Kind.PARTNER,
    Kind.AT_PICK_UP,
    Kind.OVERDUE,
    Kind.TO_COLLECT,
    Kind.MISSING,
    Kind.UNLABELLED,
    Kind.OWED,
    Kind.INCOMPLETE_KIT,
}


@pytest.mark.parametrize("kind", Kind)
def test_a_row_of_every_kind_opens_a_page(house: House, kind: Kind) -> None:
    at = Sitting(house.ledger, settings_for(house.file), house.now, acting=MANAGER).session._at
    thing = house.stands(ROLLATOR) if kind in _OF_A_THING else None
    row = Row(
        kind=kind,
        subject="x",
        since=house.now,
        age_days=0,
        next=NEXT[kind],
        item=thing,
        product=ROLLATOR,
        why="illegal_move" if kind is Kind.DISCREPANCY else None,
    )
    bench = registry.work_of(at, row)
    assert bench is not None
    assert bench.view().title


def test_what_is_one_persons_only_is_opened_where_it_is_written_off(house: House) -> None:
    at = Sitting(house.ledger, settings_for(house.file), house.now).session._at
    row = Row(
        kind=Kind.TO_CLEAN,
        subject="x",
        since=house.now,
        age_days=0,
        next=Next.WRITE_OFF,
        item=house.stands(ROLLATOR),
    )
    bench = registry.work_of(at, row)
    assert bench is not None
    assert "Write off" in bench.view().title


def test_what_is_only_counted_says_that_there_is_no_page(house: House) -> None:
    day = house.station.today(house.now).isoformat()
    house.change(refusal, day=day, station=house.station.id, reason="card_unknown", product="", n=3)
    desk = Sitting(house.ledger, settings_for(house.file), house.now)
    desk.choose("People who were told no")
    assert "3" in desk.see(80, 24)
    desk.press("enter")
    assert (desk.session.said.text.startswith("That is counted"), desk.tone) == (True, "plain")
