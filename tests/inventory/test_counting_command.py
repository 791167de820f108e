"""`depot count`: a shelf at a time, what differs, what is decided."""

from __future__ import annotations

import io
import json

import pytest

from depot import demo
from depot.own import spoken
from depot.tables import event, stocktake_decision
from tests.depot.command.front import Shell


def on_shelf(depot: Shell, name: str) -> list[str]:
    return [one["code"] for one in depot.json("items", "--shelf", name, "--state", "available")]


def test_a_shelf_is_counted_one_thing_is_missing_and_the_count_ends_when_that_is_settled(
    depot: Shell,
) -> None:
    there = on_shelf(depot, "A3")
    gone = there.pop()
    told = depot.json("count", "shelf", "A3", *there)
    assert [one["number"] for one in told["seen"]] == list(range(1, len(there) + 1))
    (open_now,) = depot.json("count", "differences")
    assert (open_now["item"], open_now["difference"]) == (gone, "missing")
    assert open_now["possible"] == ["count_out", "leave"]
    refused = depot("count", "end")
    assert (refused.status, refused.out) == (1, "no: 1 difference to settle; see: depot count differences\n")
    assert depot.json("count", "settle", spoken(gone), "count_out")["outcome"] == "count_out"
    assert [one["state"] for one in depot.json("items", "--state", "missing") if one["code"] == gone] == [
        "missing"
    ]
    assert depot.json("count", "end")["ended"] is True
    assert depot("count", "status").status == 2
    assert depot.json("check")["ok"] is True


def test_a_count_is_gone_on_with_and_tells_who_counts_which_shelf(depot: Shell) -> None:
    first, *rest = on_shelf(depot, "A3")
    depot.json("count", "shelf", "A3", first, "--unfinished")
    assert depot.json("count", "differences") == []
    told = depot.json("count", "shelf", "A3", *rest)
    assert told["done"] is True
    assert depot.json("count", "differences") == []
    shelves = {one["shelf"]: one for one in depot.json("count", "status")}
    assert (shelves["A3"]["done"], shelves["A3"]["seen"]) == (True, 1 + len(rest))
    assert shelves["A1"]["by"] is None


def test_a_scanner_types_into_it(depot: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    there = on_shelf(depot, "A3")
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(there) + "\n"))
    assert len(depot.json("count", "shelf", "A3", "--stdin")["seen"]) == len(there)


def test_what_is_no_thing_of_ours_is_told_and_the_count_goes_on(depot: Shell) -> None:
    there = on_shelf(depot, "A3")
    said = depot("count", "shelf", "A3", there[0], demo.NAV_LABEL, "9999-0005", *there[1:])
    assert said.status == 1
    assert len(said.out.splitlines()) == len(there) + 2
    assert depot.json("count", "differences") == []


def test_a_thing_on_loan_that_stands_there_is_taken_in_only_when_somebody_says_so(depot: Shell) -> None:
    depot.json("count", "shelf", "B2", *on_shelf(depot, "B2"), demo.ON_LOAN)
    found = {one["item"]: one for one in depot.json("count", "differences")}
    assert found[demo.ON_LOAN]["difference"] == "on_loan_but_here"
    assert len(depot.json("loans", "--item", demo.ON_LOAN, "--open")) == 1
    said = depot("count", "settle", demo.ON_LOAN, "take_in")
    assert said.status == 0
    assert "put it at: VASK" in said.out
    assert depot.json("loans", "--item", demo.ON_LOAN, "--open") == []
    assert depot("count", "settle", demo.ON_LOAN, "take_in").status == 1


def test_the_journal_does_not_say_who_sat_at_the_shell(depot: Shell) -> None:
    there = on_shelf(depot, "A3")
    depot.json("count", "shelf", "A3", *there[1:])
    depot.json("count", "settle", there[0], "count_out")
    (row,) = [one for one in depot.rows(event, item=there[0]) if one.kind == "counted_out"]
    assert "by" not in json.loads(row.body)
    (decided,) = depot.rows(stocktake_decision)
    assert decided.by.startswith("os:")


def test_a_shelf_that_there_is_not_is_refused(depot: Shell) -> None:
    said = depot("count", "shelf", "Z9")
    assert said.status == 2
    assert "no shelf is called so" in said.err


def test_a_slip_is_taken_back_and_the_decisions_of_a_count_can_be_read_when_it_is_over(depot: Shell) -> None:
    gone, *there = on_shelf(depot, "A3")
    assert depot.json("count", "decisions") == []
    depot.json("count", "shelf", "A3", gone, *there)
    assert depot.json("count", "forget", gone)["forgotten"] == 1
    assert depot("count", "forget", gone).status == 1
    depot.json("count", "settle", gone, "count_out")
    assert depot.json("count", "unsettle", gone)["outcome"] == "undone"
    assert depot("count", "unsettle", gone).status == 1
    assert depot.json("count", "forget", "A3")["forgotten"] == len(there)
    depot.json("count", "shelf", "A3", *there)
    depot.json("count", "settle", gone, "leave")
    depot.json("count", "end")
    (over,) = depot.json("count", "list")
    assert (over["shelves"], over["seen"], over["settled"]) == (1, len(there), 1)
    (told,) = depot.json("count", "decisions", over["count"])
    assert (told["item"], told["decided"]) == (gone, "leave")
    assert depot("count", "decisions", "none-such").status == 2
