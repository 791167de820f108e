"""`depot hold`, `unhold`, `holds`, `rings` and `rung`: who waits, and who is told."""

from __future__ import annotations

import json
import uuid
from datetime import date

import pytest

from depot import demo
from depot.tables import hold, look_up, ring
from tests.depot.command.front import Shell

OUT = "WLK-10"
"""A line of the practice depot of which everything is out, and somebody waits."""
CARD = demo.CONFIRMED_CARD


def test_joining_a_queue_says_the_place_the_day_and_the_slip(depot: Shell) -> None:
    outcome = depot("hold", CARD, OUT, "--json").one
    assert (outcome["outcome"], outcome["item"], outcome["product"]) == ("held", None, OUT)
    assert (outcome["queue"], outcome["reasons"]) == (2, [])
    assert date.fromisoformat(outcome["expected"]) > date.fromisoformat("2020-01-01")
    (row,) = depot.rows(hold, key=outcome["key"])
    assert row.slip == outcome["slip"]
    assert depot("hold", CARD, OUT, "--json").one == outcome | {"outcome": "already"}
    assert depot("check").status == 0


def test_what_stands_free_is_set_aside_at_once(depot: Shell) -> None:
    outcome = depot("hold", CARD, "WLK-06", "--json").one
    assert (outcome["outcome"], outcome["queue"], outcome["place"]) == ("held", 0, "B2")
    (row,) = [one for one in depot.json("items") if one["code"] == outcome["item"]]
    assert row["state"] == "set_aside"


def test_a_person_reads_when_and_under_which_slip(depot: Shell) -> None:
    said = depot("hold", CARD, OUT)
    assert said.status == 0
    assert "number 2 in the queue, expected " in said.out
    assert "slip " in said.out


def test_a_line_is_named_by_the_code_on_its_shelf_label(depot: Shell) -> None:
    (line,) = [one for one in depot.json("products") if one["code"] == OUT]
    assert depot("hold", CARD, line["label"], "--json").one["product"] == OUT


@pytest.mark.parametrize("line", ["NIX-99", "P99999999X", demo.SHOWER_STOOL, ""])
def test_a_line_that_nobody_knows_is_refused_as_an_unknown_thing_is(depot: Shell, line: str) -> None:
    said = depot("hold", CARD, line, "--json")
    assert (said.status, said.one["outcome"], said.one["reasons"]) == (1, "refused", ["unknown_code"])
    assert "we do not know this code" in depot("hold", CARD, line).out


def test_who_waits_already_reads_so_and_keeps_the_place(depot: Shell) -> None:
    first = depot("hold", CARD, OUT).out
    again = depot("hold", CARD, OUT).out
    assert "waits already, number 2 in the queue" in again
    assert first.split("slip ")[1] == again.split("slip ")[1]


def test_a_card_that_may_not_borrow_does_not_wait(depot: Shell) -> None:
    said = depot("hold", demo.BLOCKED_CARD, OUT, "--json")
    assert (said.status, said.one["outcome"], said.one["reasons"]) == (1, "refused", ["card_blocked"])


def test_a_key_makes_the_call_safe_to_repeat(depot: Shell) -> None:
    key = str(uuid.uuid4())
    first = depot("hold", CARD, OUT, "--key", key, "--json").one
    depot("unhold", key)
    again = depot("hold", CARD, OUT, "--key", key, "--json")
    assert (first["key"], again.status, again.one) == (key, 0, first)
    reused = depot("hold", CARD, "WLK-06", "--key", key, "--json")
    assert (reused.status, reused.one["reasons"]) == (1, ["key_reused"])


def test_the_list_of_holds_says_who_is_first_and_never_who_that_is(depot: Shell) -> None:
    mine = depot("hold", CARD, OUT, "--json").one
    rows = depot.json("holds", "--product", OUT)
    assert [(row["place"], row["state"]) for row in rows] == [(1, "waiting"), (2, "waiting")]
    assert set(rows[1]) == {
        *("key", "product", "slip", "state", "placed_at", "place", "expected", "pick_up_by", "item"),
    }
    assert (rows[1]["key"], rows[1]["slip"], rows[1]["expected"]) == (
        mine["key"],
        mine["slip"],
        mine["expected"],
    )
    told = json.dumps(depot.json("holds"))
    assert not [one for one in (*demo.PEOPLE, demo.KARI) if one.card in told or one.name in told]


def test_the_list_of_holds_is_narrowed(depot: Shell) -> None:
    (ready,) = depot.json("holds", "--state", "ready")
    assert (ready["item"], ready["place"], ready["pick_up_by"] is not None) == (demo.SET_ASIDE, 0, True)
    depot("unhold", ready["slip"])
    assert [row["key"] for row in depot.json("holds", "--state", "cancelled")] == [ready["key"]]
    assert ready["key"] not in [row["key"] for row in depot.json("holds", "--open")]
    assert "PICK UP BY" in depot("holds").out


def test_a_hold_is_taken_out_by_its_slips_digits_and_its_piece_goes_back(depot: Shell) -> None:
    (ready,) = depot.json("holds", "--state", "ready")
    outcome = depot("unhold", f"{ready['slip'][1:5]} {ready['slip'][5:9]}", "--json").one
    assert (outcome["outcome"], outcome["item"], outcome["state"], outcome["place"]) == (
        "done",
        demo.SET_ASIDE,
        "available",
        "C3",
    )
    again = depot("unhold", ready["key"], "--json")
    assert (again.status, again.one["reasons"]) == (1, ["wrong_state"])


@pytest.mark.parametrize("which", ["nope", "99999999", "", str(uuid.UUID(int=7))])
def test_a_hold_that_nobody_knows_is_said_to_be_unknown(depot: Shell, which: str) -> None:
    said = depot("unhold", which, "--json")
    assert (said.status, said.one["outcome"], said.one["reasons"]) == (1, "refused", ["unknown_code"])


def test_who_only_waited_is_taken_out_too(depot: Shell) -> None:
    waiting = next(row for row in depot.json("holds", "--product", OUT) if row["place"] == 1)
    outcome = depot("unhold", waiting["key"], "--json").one
    assert (outcome["outcome"], outcome["item"], outcome["state"]) == ("done", None, "cancelled")


def test_the_list_of_whom_to_ring_names_nobody(depot: Shell) -> None:
    (call,) = depot.json("rings")
    assert (call["why"], call["item"]) == ("hold_ready", demo.SET_ASIDE)
    assert not {"name", "phone", "card"} & set(call)
    assert depot.rows(look_up) == []


def test_asking_for_the_number_is_logged_each_person_by_each(depot: Shell) -> None:
    before = len(depot.rows(look_up))
    (call,) = depot.json("rings", "--contact")
    assert (call["name"], call["phone"]) == (demo.FIRST_IN_LINE.name, "+46701740605")
    assert "card" not in call
    (logged,) = depot.rows(look_up)[before:]
    assert (logged.borrower is not None, logged.why) == (True, "depot rings --contact")


def test_whoever_was_rung_is_off_the_list(depot: Shell) -> None:
    (call,) = depot.json("rings")
    assert depot.json("rung", call["key"])["outcome"] == "rung"
    assert depot.json("rung", call["key"])["outcome"] == "already"
    assert depot.json("rings") == []
    (kept,) = depot.json("rings", "--all")
    assert kept["done_at"] is not None
    (row,) = depot.rows(ring)
    assert row.done_by.startswith("os:")


def test_a_key_that_nobody_is_to_be_rung_under_is_refused(depot: Shell) -> None:
    said = depot("rung", str(uuid.uuid4()), "--json")
    assert (said.status, said.json["outcome"], said.json["reasons"]) == (1, "refused", ["unknown_code"])
    assert "nobody is to be rung" in depot("rung", str(uuid.uuid4())).out
