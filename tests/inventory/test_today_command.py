"""`depot today` and `depot jobs`: a summary first, the rows of a kind, one JSON document, and never a person."""

from __future__ import annotations

import pytest

from depot import demo
from inventory.today_command import WHAT_TO_DO
from inventory.waiting import Kind, Next
from tests.depot.command.front import Shell

ROW = {
    *("kind", "subject", "item", "product", "name", "place", "shelf", "since", "age_days"),
    *("day", "why", "count", "next"),
}


def test_the_summary_has_a_line_for_each_kind_with_its_count_age_and_work(desk: Shell) -> None:
    said = desk("today")
    head, *lines = said.out.splitlines()
    assert (said.status, head.split()) == (
        0,
        ["KIND", "COUNT", "OLDEST", "DAYS", "PLACES", "WHAT", "TO", "DO"],
    )
    assert [line.split()[0] for line in lines] == [one["kind"] for one in desk.json("today")["kinds"]]
    (missing,) = [line for line in lines if line.startswith("missing")]
    assert missing.split()[:3] == ["missing", "2", "60"]
    assert missing.endswith(WHAT_TO_DO[Next.LOOK_FOR_IT])
    (cleaning,) = [line for line in lines if line.startswith("to_clean")]
    assert "VASK 1 2, VASK 2 2" in cleaning


def test_to_a_machine_it_is_one_document_of_kinds_and_rows(desk: Shell) -> None:
    told = desk.json("today")
    assert set(told) == {"kinds", "rows"}
    for kind in told["kinds"]:
        of_kind = [row for row in told["rows"] if row["kind"] == kind["kind"]]
        assert kind["count"] == sum(row["count"] for row in of_kind)
        assert kind["oldest_days"] == max(row["age_days"] for row in of_kind)
        assert [row["since"] for row in of_kind] == sorted(row["since"] for row in of_kind)
    assert all(set(row) == ROW for row in told["rows"])


def test_a_kinds_rows_are_told_alone(desk: Shell) -> None:
    told = desk.json("today", "--kind", "repair")
    (row,) = told["rows"]
    assert (row["item"], row["place"], row["why"], row["next"]) == (
        demo.IN_REPAIR,
        "VERKSTED",
        "broken",
        "repair",
    )
    assert [one["kind"] for one in told["kinds"]] == ["repair"]
    said = desk("today", "--kind", "repair").out.splitlines()
    assert (len(said), said[1].split()[0]) == (2, demo.IN_REPAIR)
    assert desk("done", demo.IN_REPAIR).status == 0
    assert desk.json("today", "--kind", "repair") == {"kinds": [], "rows": []}


def test_the_day_since_when_something_waits_is_the_depots_day(desk: Shell) -> None:
    (row,) = desk.json("today", "--kind", "inspection_due")["rows"]
    line = desk("today", "--kind", "inspection_due").out.splitlines()[1]
    assert line.count(row["day"]) == 2


def test_where_nothing_waits_it_says_so(new_desk: Shell) -> None:
    assert new_desk.json("today") == {"kinds": [], "rows": []}
    assert new_desk("today").out == "nothing waits\n"
    assert new_desk("today", "--kind", "overdue").out == "nothing waits of the kind overdue\n"
    assert new_desk.json("jobs") == []


def test_every_next_step_has_its_words() -> None:
    assert set(WHAT_TO_DO) == set(Next)


def test_nothing_that_is_said_names_somebody(desk: Shell) -> None:
    said = desk("today").out + desk("today", "--json").out + desk("jobs", "--json").out
    for kind in (Kind.OVERDUE, Kind.TO_COLLECT, Kind.RING, Kind.UNCONFIRMED, Kind.TO_MERGE):
        of_kind = desk("today", "--kind", kind.value)
        assert of_kind.status == 0
        said += of_kind.out
    for person in demo.PEOPLE:
        assert person.card not in said
        assert person.name not in said
        assert person.phone[-8:] not in said


def test_the_jobs_are_a_row_a_thing(desk: Shell) -> None:
    told = desk.json("jobs")
    assert {"item", "product", "name", "kind", "since", "place", "shelf"} <= set(told[0])
    by_item = {row["item"]: row for row in told}
    assert by_item[demo.IN_CLEANING]["kind"] == "cleaning"
    assert by_item[demo.IN_QUARANTINE]["place"] == "SMITTE"
    assert {row["kind"] for row in told} == {"cleaning", "inspection", "repair", "quarantine"}
    (only,) = desk.json("jobs", "--kind", "inspection")
    assert only["item"] == demo.IN_INSPECTION
    assert desk("jobs").out.splitlines()[0].split() == [
        *("ITEM", "PRODUCT", "NAME", "KIND", "SINCE", "PLACE", "SHELF")
    ]


def test_a_job_that_is_done_is_off_the_list(desk: Shell) -> None:
    for _ in range(2):  # what was kept apart is cleaned next
        assert demo.IN_QUARANTINE in {row["item"] for row in desk.json("jobs")}
        assert desk("done", demo.IN_QUARANTINE).status == 0
    assert demo.IN_QUARANTINE not in {row["item"] for row in desk.json("jobs")}


@pytest.mark.parametrize(
    "words", [("today", "--kind", "dust"), ("jobs", "--kind", "restock"), ("today", "x")]
)
def test_bad_usage_is_status_two(desk: Shell, words: tuple[str, ...]) -> None:
    said = desk(*words)
    assert (said.status, said.out) == (2, "")
    assert "depot" in said.err


def test_where_there_is_no_ledger_it_fails(new_desk: Shell) -> None:
    new_desk.file.unlink()
    assert new_desk("today").status == 1
