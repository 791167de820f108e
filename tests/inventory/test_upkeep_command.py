"""`depot wash`, `inspect`, `repair`, `write-off`, `place` and `checklist` at a shell."""

from __future__ import annotations

import io
from typing import Any

import pytest

from depot import demo
from depot.command.people import at_shell
from depot.own import spoken
from depot.tables import event, inspection
from tests.depot.command.front import Shell

FREE_STOOL = demo.SHOWER_STOOL


def events(depot: Shell, item: str) -> list[Any]:
    return sorted(depot.rows(event, item=item), key=lambda row: row.seq)


def test_a_run_washes_what_is_to_be_washed_and_tells_the_rest_apart(
    depot: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = (demo.IN_CLEANING, demo.IN_INSPECTION, demo.IN_REPAIR, demo.IN_QUARANTINE, FREE_STOOL, "nonsense")
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(codes) + "\n"))
    said = depot("wash", "--stdin", "--json")
    rows = said.json
    assert said.status == 1
    assert [(row["outcome"], row["fate"]) for row in rows] == [
        ("done", "free"),
        ("refused", "to_inspect"),
        ("refused", "fault"),
        ("refused", "infected"),
        ("refused", "clean_already"),
        ("refused", "unknown_code"),
    ]
    assert rows[0]["place"] == "B1"
    last = events(depot, demo.IN_CLEANING)[-1]
    assert (last.kind, '"by"' in last.body) == ("cleaned", False)
    assert depot.json("check")["ok"] is True


def test_a_run_says_each_thing_in_a_line_and_how_many_at_the_end(depot: Shell) -> None:
    said = depot("wash", spoken(demo.IN_CLEANING))
    assert said.status == 0
    assert said.out == (f"{demo.IN_CLEANING}  clean and free; it belongs at B1\n1 thing washed, 0 not\n")
    nothing = depot("wash")
    assert (nothing.status, "wanted things' codes, or --stdin" in nothing.err) == (2, True)


def test_an_inspection_is_recorded_with_its_points_and_told_again(depot: Shell) -> None:
    passed = depot.json(
        "inspect", demo.IN_INSPECTION, "--passed", "--remark", "Ny merkelapp", "--language", "nb"
    )
    assert passed[0]["state"] == "available"
    (row,) = depot.rows(inspection, item=demo.IN_INSPECTION)
    assert (row.by, bool(row.passed), row.remark) == (at_shell(), True, "Ny merkelapp")
    told = depot.json("inspect", demo.IN_INSPECTION, "--list")
    assert told["records"][0]["points"][1]["text"] == "Sømmene er hele hele veien"
    assert told["points"][1] == "The seams are whole all the way"
    assert told["good_until"] is not None
    last = events(depot, demo.IN_INSPECTION)[-1]
    assert at_shell() not in last.body


def test_what_fails_names_the_points_and_goes_to_the_workshop(depot: Shell) -> None:
    failed = depot.json("inspect", demo.IN_INSPECTION, "--failed", "--fault", "fabric", "--not-in-order", "3")
    assert (failed[0]["state"], failed[0]["place"]) == ("repair", "VERKSTED")
    (record,) = depot.json("inspect", demo.IN_INSPECTION, "--list")["records"]
    assert [point["in_order"] for point in record["points"]] == [True, True, False, True, True]
    (order,) = [one for one in depot.json("repair", "list") if one["item"] == demo.IN_INSPECTION]
    assert (order["fault"], order["state"]) == ("fabric", "open")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--not-in-order", "1"), "wanted --passed, --failed or --list"),
        (("--passed", "--not-in-order", "1"), "--not-in-order goes with --failed"),
        (("--failed", "--not-in-order", "99"), "the list has 5 points"),
    ],
)
def test_an_inspection_that_contradicts_itself_is_bad_usage(
    depot: Shell, words: tuple[str, ...], said: str
) -> None:
    wrong = depot("inspect", demo.IN_INSPECTION, *words)
    assert (wrong.status, said in wrong.err) == (2, True)
    assert depot.rows(inspection) == []


def test_a_thing_that_is_out_is_not_inspected(depot: Shell) -> None:
    refused = depot("inspect", demo.ON_LOAN, "--passed", "--json")
    assert (refused.status, refused.one["reasons"]) == (1, ["wrong_state"])


def test_a_repair_from_its_opening_to_its_end(depot: Shell) -> None:
    thing = FREE_STOOL
    opened = depot.json("repair", "open", thing, "--fault", "tips", "--note", "To tupper borte")
    assert (opened[0]["state"], opened[0]["place"]) == ("repair", "VERKSTED")
    assert depot.json("repair", "wait", thing, "Gummitupp 22 mm")["outcome"] == "waiting_for_part"
    assert depot.json("repair", "cost", thing, "45,50")["outcome"] == "noted"
    assert depot.json("repair", "note", thing, "Bestilt mandag")["outcome"] == "noted"
    (order,) = [one for one in depot.json("repair", "list") if one["item"] == thing]
    assert (order["part"], order["cost"], order["state"]) == ("Gummitupp 22 mm", 45.5, "waiting_for_part")
    assert order["notes"] == ["To tupper borte", "Bestilt mandag"]
    assert depot.json("repair", "part", thing)["outcome"] == "open"
    assert depot.json("repair", "done", thing)[0]["state"] == "cleaning"
    refused = depot("repair", "part", thing)
    assert (refused.status, refused.out) == (1, f"{thing}  no: it is not in the workshop\n")
    assert depot("repair", "done", thing).status == 1
    assert depot("repair", "cost", thing, "dear").status == 2


def test_a_repair_that_is_given_up_is_a_write_off_and_is_found_again(depot: Shell) -> None:
    gone = depot.json("repair", "give-up", demo.IN_REPAIR, "--value", "120", "--to", "parts")
    assert gone[0]["state"] == "written_off"
    body = events(depot, demo.IN_REPAIR)[-1].body
    assert '"reason":"not_worth_repair"' in body
    assert '"value_ore":12000' in body
    assert '"destination":"parts"' in body
    back = depot.json("write-off", demo.IN_REPAIR, "--found")
    assert (back[0]["outcome"], back[0]["place"]) == ("undone", "VERKSTED")


def test_a_write_off_wants_a_reason_and_is_refused_twice(depot: Shell) -> None:
    assert depot("write-off", FREE_STOOL).status == 2
    assert depot("write-off", FREE_STOOL, "--reason", "old").status == 2
    assert depot.json("write-off", FREE_STOOL, "--reason", "worn_out")[0]["place"] == "KAST"
    assert depot("write-off", FREE_STOOL, "--reason", "worn_out").status == 1


def test_signs_and_lists_are_changed_at_a_shell(depot: Shell) -> None:
    depot.json("place", "rename", "wet", "VASKEROM")
    signs = {one["purpose"]: one["name"] for one in depot.json("place", "list")}
    assert signs["wet"] == "VASKEROM"
    added = depot.json("checklist", "put", "inspection", "WLK-06", "Basket hooks")
    assert (added["points"], added["own"]) == (["Basket hooks"], True)
    depot.json("checklist", "put", "inspection", "WLK-06", "Hooks of the basket", "--point", "1")
    mine = [one for one in depot.json("checklist", "list") if one["subject"] == "WLK-06"]
    assert [one["text"] for one in mine] == ["Hooks of the basket"]
    assert depot("checklist", "remove", "inspection", "WLK-06", "1").status == 2
    assert depot.json("checklist", "reset", "inspection", "WLK-06")["points"] == []
    removed = depot.json("checklist", "remove", "cleaning", "wet", "4")
    assert len(removed["points"]) == 3
