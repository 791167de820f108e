"""The practice depot: the same everywhere, with every kind of thing and person that a story may need."""

from __future__ import annotations

import stat
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import phonenumbers

from depot import badges, clock, demo, keeping, lists, settings
from depot.checking import check
from depot.codes import ItemCode, NavLabel, parse
from depot.ledger import open_ledger
from depot.settings import load
from depot.sqlite import read_only
from depot.tables import (
    borrower,
    event,
    foreign_return,
    hold,
    owed_part,
    place,
    product_part,
    recall,
    shelf,
    staff,
)
from tests.depot.command.conftest import surroundings
from tests.depot.command.front import Shell


def states(depot: Shell) -> dict[str, str]:
    return {one["code"]: one["state"] for one in depot.json("items")}


def test_it_has_what_every_story_needs(depot: Shell) -> None:
    items = depot.json("items")
    assert len(depot.json("products")) == 44
    assert len(items) == 215
    assert len([one for one in items if one["state"] == "available" and one["self_service"]]) >= 60
    cards = depot.json("borrowers")
    assert len([one for one in cards if one["standing"] == "unassigned"]) == 20
    assert len(depot.rows(borrower)) == 12
    assert len([one for one in cards if not one["blocked"] and one["open_loans"] < 3]) >= 8
    found = Counter(one["state"] for one in items)
    for state in ("returned", "cleaning", "inspection", "repair", "quarantine", "missing", "written_off"):
        assert found[state] >= 1, state
    loans = depot.json("loans")
    assert len([one for one in loans if not one["open"]]) > 100
    assert len(depot.json("loans", "--late")) >= 2
    assert len(depot.rows(shelf)) >= 10
    assert {"VASK 1", "VASK 2", "NAV"} <= {row.name for row in depot.rows(place)}


def test_the_named_things_are_what_their_names_say(depot: Shell) -> None:
    now = states(depot)
    for free in (
        demo.ROLLATOR,
        demo.SHOWER_STOOL,
        *demo.CRUTCHES,
        demo.COMMODE,
        demo.BUCKET,
        demo.WALKING_FRAME,
    ):
        assert now[free] == "available"
    assert [
        now[one] for one in (demo.IN_CLEANING, demo.IN_REPAIR, demo.IN_QUARANTINE, demo.IN_INSPECTION)
    ] == [
        "returned",
        "repair",
        "quarantine",
        "inspection",
    ]
    assert [now[one] for one in (demo.ON_LOAN, demo.SET_ASIDE, demo.MISSING, demo.LOST)] == [
        "on_loan",
        "set_aside",
        "missing",
        "missing",
    ]
    assert [now[one] for one in (demo.WRITTEN_OFF, demo.KEPT, demo.NOT_SHELVED)] == [
        "written_off",
        "kept",
        "received",
    ]
    assert all(isinstance(parse(code), ItemCode) for code in now)
    assert isinstance(parse(demo.NAV_LABEL), NavLabel)


def test_the_rollator_of_the_documents_has_their_number(depot: Shell) -> None:
    assert demo.ROLLATOR == "D00042177C"
    (found,) = depot.json("find", "0004 2177")["match"]
    assert (found["code"], found["product"]) == (demo.ROLLATOR, "WLK-06")


def test_the_named_people_are_what_their_names_say(depot: Shell) -> None:
    cards = {one["card"]: one for one in depot.json("borrowers")}
    assert cards[demo.CONFIRMED_CARD]["standing"] == "confirmed"
    assert cards[demo.STARTER_CARD]["standing"] == "starter"
    assert cards[demo.BLOCKED_CARD]["blocked"]
    assert cards[demo.DEAD.card]["blocked"]
    assert all(cards[card]["standing"] == "unassigned" for card in demo.CARDS_IN_THE_BOX)
    assert len(set(cards)) == 32
    late = depot.json("loans", "--late")
    assert cards[demo.LATE_CARD]["open_loans"] == 2
    assert len(late) >= 2


def test_nobody_in_it_can_be_rung(depot: Shell) -> None:
    """The numbers are of the series that is kept free for films and books; they count as valid."""
    for row in depot.rows(borrower):
        if row.phone is not None:
            number = phonenumbers.parse(row.phone)
            assert phonenumbers.is_valid_number(number)
            assert row.phone[:-2] == "+467017406"
            assert 5 <= int(row.phone[-2:]) <= 99
    for person in demo.PEOPLE:
        assert all(unicodedata.category(one) in ("Lu", "Ll", "Zs") for one in person.name)


def test_the_storekeepers_badge_opens_with_the_practice_pin(depot: Shell) -> None:
    now = clock.SystemClock().now()
    with open_ledger(load()) as ledger:
        who = ledger.perform(lambda conn, _: badges.verify(conn, demo.BADGE, demo.PIN, now=now))
    assert [row.id for row in depot.rows(staff)] == [who]


def test_there_are_a_recall_a_queue_a_debt_and_a_thing_of_navs(depot: Shell) -> None:
    assert [row.product for row in depot.rows(recall)] == ["WHC-02"]
    queues = sorted((row.product, row.state) for row in depot.rows(hold))
    assert queues == [("BTH-02", "ready"), (demo.WHOLLY_OUT, "waiting"), ("WLK-10", "waiting")]
    assert [row.pieces for row in depot.rows(owed_part)] == [1]
    assert [(row.hms, row.serial) for row in depot.rows(foreign_return)] == [("005634", "104711")]


def test_of_one_line_all_pieces_are_out_and_their_dates_are_known(depot: Shell) -> None:
    out = depot.json("loans", "--product", demo.WHOLLY_OUT, "--open")
    assert {one["item"] for one in out} == {demo.NEXT_HOME, *demo.OUT_LATER}
    assert min(out, key=lambda one: str(one["due"]))["item"] == demo.NEXT_HOME
    (line,) = (one for one in depot.json("products") if one["code"] == demo.WHOLLY_OUT)
    assert (line["free"], line["total"]) == (0, 4)


def test_what_is_counted_stands_on_its_shelf_and_has_no_labels(depot: Shell) -> None:
    (taken,) = depot.json("quantity", "take", "WLK-11", "1")
    assert (taken["outcome"], taken["left"], taken["place"]) == ("taken", demo.COUNTED["WLK-11"] - 1, "A2")
    assert not {*demo.items("WLK-11"), *demo.items("WLK-12")} & set(states(depot))


def test_a_wheelchair_is_out_whose_parts_may_stay_behind(depot: Shell) -> None:
    assert states(depot)[demo.WHEELCHAIR_OUT] == "on_loan"
    declared = {(row.part, row.pieces) for row in depot.rows(product_part, product="WHC-01")}
    assert declared == {("footrest", 2), ("cushion", 1)}


def test_its_past_lies_in_the_past_and_every_due_date_is_known(depot: Shell) -> None:
    now = clock.iso(clock.SystemClock().now() - timedelta(minutes=30))
    events = depot.json("events")
    assert max(one["at"] for one in events) < now
    assert [one["at"] for one in events] == sorted(one["at"] for one in events)
    assert all(one["due"] for one in depot.json("loans"))
    assert all('"clock_trusted":true' in row.body for row in depot.rows(event))


def test_lending_from_it_works_as_for_real(depot: Shell) -> None:
    card = demo.CARDS_IN_THE_BOX[0]
    assert depot("borrower", "start", card, "--phone", "40612345").status == 0
    lent = depot.json("lend", card, *demo.CRUTCHES, demo.SHOWER_STOOL)
    assert {one["outcome"] for one in lent} == {"checked_out"}
    assert depot.json("check")["ok"] is True


def test_it_is_the_same_whenever_it_is_made(practice: Path, tmp_path: Path) -> None:
    now = datetime(2028, 2, 29, 0, 10, tzinfo=UTC)  # no day of every year, and no hour at which people borrow
    made = settings.load(surroundings(tmp_path))
    keeping.make(made, now=now, demo=True, name="", station_name="", first_series=0)
    assert check(made.ledger_file).broken == ()
    assert stat.S_IMODE(made.ledger_file.stat().st_mode) == 0o600
    with read_only(made.ledger_file) as here, read_only(practice / "depot.db") as there:
        assert list(lists.items(here)) == list(lists.items(there))
        ours, theirs = list(lists.loans(here)), list(lists.loans(there))
        assert [(one["item"], one["open"]) for one in ours] == [(one["item"], one["open"]) for one in theirs]
