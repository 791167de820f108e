"""`depot renew` and `kept`, `close`, `open`, `reopen` and `closed`, as staff use them."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest

from depot import clock, demo, lending, reference, settings, tables
from depot.ledger import Ledger, open_ledger
from depot.outcomes import CheckedOut
from depot.tables import closed_day, event, item_state, loan, ring
from tests.depot.command.front import Shell
from tests.depot.command.test_lending import KEY, LEAST, today


@pytest.fixture(autouse=True)
def from_the_due_date(empty: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Renew from the due date: the command's clock is the machine's, and no test can wait for weeks."""
    monkeypatch.setenv("DEPOT_RULES_RENEW_FROM", "due")


def lend(depot: Shell, *things: str) -> list[date]:
    """Lend things to somebody, and say when they are due."""
    return [date.fromisoformat(one["due"]) for one in depot.json("lend", demo.CONFIRMED_CARD, *things)]


def test_a_loan_is_renewed_by_the_things_digits_and_no_person_is_named(depot: Shell) -> None:
    (due,) = lend(depot, demo.ROLLATOR)
    said = depot("renew", demo.ROLLATOR[1:9], "--json")
    assert said.status == 0
    assert said.one.keys() >= LEAST
    assert (said.one["item"], said.one["outcome"], said.one["renewals"]) == (demo.ROLLATOR, "renewed", 1)
    assert date.fromisoformat(said.one["due"]) >= due + timedelta(days=90)
    (stored,) = depot.rows(loan, item=demo.ROLLATOR, ended=None)
    assert (stored.due, stored.renewals) == (said.one["due"], 1)
    assert demo.CONFIRMED_CARD not in said.out


def test_people_read_until_when(depot: Shell) -> None:
    lend(depot, demo.ROLLATOR)
    assert f"{demo.ROLLATOR}  Rollator, indoor: renewed until " in depot("renew", demo.ROLLATOR).out
    assert "is on loan already, until " in depot("renew", demo.ROLLATOR).out


def test_the_same_key_again_renews_once(depot: Shell) -> None:
    things = (demo.ROLLATOR, demo.SHOWER_STOOL)
    lend(depot, *things)
    first = depot("renew", *things, "--key", KEY, "--json").json
    assert [one["outcome"] for one in first] == ["renewed", "renewed"]
    assert [one["key"] for one in first] == [str(uuid.uuid5(uuid.UUID(KEY), thing)) for thing in things]
    written = len(depot.rows(event))
    assert depot("renew", *things, "--key", KEY, "--json").json == first
    assert len(depot.rows(event)) == written


def test_a_loan_is_renewed_past_a_refusal_for_a_reason_that_stands_beside_it(depot: Shell) -> None:
    no = depot("renew", demo.NEXT_HOME, "--json")
    assert (no.status, no.one["reasons"]) == (1, ["someone_waits"])
    yes = depot("renew", demo.NEXT_HOME, "--past", "agreed with who waits", "--json")
    assert (yes.status, yes.one["outcome"]) == (0, "renewed")
    (out,) = depot.rows(loan, item=demo.NEXT_HOME, ended=None)
    (noted,) = depot.rows(tables.note, subject=out.key)
    assert noted.text == "agreed with who waits"


def test_both_pieces_of_a_pair_may_be_named_and_are_renewed_once(depot: Shell) -> None:
    one, other = demo.CRUTCHES
    with open_ledger(settings.load()) as ledger:
        said: dict[str, Any] = {"card": demo.CONFIRMED_CARD, "now": clock.SystemClock().now()}
        first = ledger.perform(lambda conn, here: lending.check_out(conn, here, item=one, **said))
        assert isinstance(first, CheckedOut)
        ledger.perform(lambda conn, here: lending.check_out(conn, here, item=other, joins=first.deed, **said))
    told = depot("renew", one, other, "--key", KEY, "--json").json
    assert [each["outcome"] for each in told] == ["renewed", "renewed"]
    assert told[0]["due"] == told[1]["due"]
    pair = [row for piece in demo.CRUTCHES for row in depot.rows(loan, item=piece, ended=None)]
    assert [row.renewals for row in pair] == [1, 1]
    assert depot("renew", one, other, "--key", KEY, "--json").json == told


def test_what_is_not_out_and_what_is_no_code_is_refused(depot: Shell) -> None:
    said = depot("renew", demo.SHOWER_STOOL, "nonsense", "--json")
    assert said.status == 1
    assert [one["reasons"] for one in said.json] == [["not_on_loan"], ["unknown_code"]]


def test_a_full_disk_renews_nothing(depot: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ledger, "is_full", True)
    said = depot("renew", demo.ON_LOAN, "--json")
    assert (said.status, said.one["reasons"]) == (1, ["ledger_full"])


def test_what_went_over_to_the_state_is_kept(depot: Shell) -> None:
    said = depot("kept", demo.ON_LOAN, "--json")
    assert (said.status, said.one["outcome"], said.one["state"]) == (0, "done", "kept")
    (stored,) = depot.rows(loan, key=depot.json("loans", "--item", demo.ON_LOAN)[-1]["key"])
    assert stored.ended == "kept"
    assert depot("kept", demo.ON_LOAN, "--json").one["reasons"] == ["not_on_loan"]
    assert [row.state for row in depot.rows(item_state, item=demo.ON_LOAN)] == ["kept"]


# --- the calendar ---


def test_the_depot_is_closed_and_what_was_due_is_moved(depot: Shell) -> None:
    (due,) = lend(depot, demo.ROLLATOR)
    days = (due.isoformat(), (due + timedelta(days=6)).isoformat())
    said = depot.json("close", *days, "--name", "Flom")
    assert (said["first"], said["last"], said["left"]) == (*days, 0)
    assert said["loans"] >= 1
    (stored,) = depot.rows(loan, item=demo.ROLLATOR, ended=None)
    assert stored.due >= said["opens"] > days[1]
    assert stored.key in {row.subject for row in depot.rows(ring, why="due_moved")}
    listed = {row["day"]: row for row in depot.json("closed")}
    assert (listed[days[0]]["open"], listed[days[0]]["name"]) == (False, "Flom")
    assert depot("check").status == 0


def test_people_read_how_long_it_is_closed_and_what_was_moved(depot: Shell) -> None:
    (due,) = lend(depot, demo.ROLLATOR)
    told = depot("close", due.isoformat(), "--name", "Flom").out.splitlines()
    assert told[0].startswith(f"closed from {due} to {due}, open again on ")
    assert told[1].startswith("moved: ")


def test_a_day_is_opened_and_made_as_usual_again(new: Shell) -> None:
    saturday = today() + timedelta(days=(5 - today().weekday()) % 7 + 14)
    assert new.json("open", saturday.isoformat()) == [{"day": saturday.isoformat(), "open": True}]
    assert [row.open for row in new.rows(closed_day, day=saturday.isoformat())] == [True]
    assert f"{saturday}  yes   open" in new("closed").out
    assert new.json("reopen", saturday.isoformat())["days"] == 1
    assert new.rows(closed_day, day=saturday.isoformat(), source="depot") == []


@pytest.mark.parametrize(
    "days", [("2026-12-22", "2026-12-21"), ("2026-12-22", "2029-01-01"), ("Christmas",), ("22.12.2026",)]
)
def test_days_that_cannot_be_meant_are_named(new: Shell, days: tuple[str, ...]) -> None:
    said = new("close", *days, "--name", "Jul")
    assert (said.status, said.out) == (2, "")
    assert days[-1] in said.err


def test_whoever_leaves_no_day_open_is_told(new: Shell) -> None:
    with open_ledger(settings.load()) as ledger:
        row = {"id": ledger.station.depot, "open_weekdays": ""}
        now = clock.SystemClock().now()
        ledger.perform(lambda conn, _: reference.put(conn, tables.depot, row, now=now))
    assert "no day in the coming year is open" in new("closed").out
    said = new("close", today().isoformat(), "--name", "Flom")
    assert (said.status, "NO day in the year after is open" in said.out) == (0, True)
