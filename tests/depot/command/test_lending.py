"""`depot lend` and `depot return`, as scripts and staff use them."""

from __future__ import annotations

import os
import subprocess
import uuid
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from depot import calendar, clock, demo, lending
from depot.errors import LedgerFault
from depot.ledger import Ledger
from depot.own import Kind, mint
from depot.tables import card, collector, event, label_job, link, loan, note, refusal
from tests.depot.command.front import Shell
from tests.depot.house import described_printer

LEAST = {"item", "outcome", "due", "reasons", "flags", "next_step", "key"}
KEY = "6f0c2f9e-5d1f-4c8e-9a63-2d5f3f3b5a10"


def today() -> date:
    return calendar.local_day(clock.SystemClock().now(), ZoneInfo("Europe/Oslo"))


def written(depot: Shell) -> int:
    return len(depot.rows(event))


def test_a_thing_is_lent_and_what_is_said_is_stored(depot: Shell) -> None:
    said = depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR, "--json")
    assert said.status == 0
    outcome = said.one
    assert outcome.keys() >= LEAST
    assert (outcome["item"], outcome["outcome"], outcome["next_step"]) == (
        demo.ROLLATOR,
        "checked_out",
        "take_it",
    )
    assert outcome["reasons"] == outcome["flags"] == []
    (stored,) = depot.rows(loan, key=outcome["key"])
    assert (stored.item, stored.due, stored.ended) == (demo.ROLLATOR, outcome["due"], None)
    # Ninety days, and then on to a day when somebody is there.
    assert 90 <= (date.fromisoformat(outcome["due"]) - today()).days <= 100


def test_who_fetches_a_thing_for_somebody_is_kept_beside_the_loan(depot: Shell) -> None:
    lend = ("lend", demo.CONFIRMED_CARD, demo.ROLLATOR, "--key", KEY, "--collector")
    assert depot(*lend, demo.CONFIRMED_CARD).status == 2
    assert depot(*lend, demo.CARDS_IN_THE_BOX[0]).status == 2
    assert depot.rows(loan, key=KEY) == []
    for _ in range(2):  # the same key again writes nothing
        assert depot(*lend, demo.REGULAR.card).status == 0
    (kept,) = depot.rows(collector, key=KEY)
    (theirs,) = depot.rows(card, code=demo.REGULAR.card)
    assert kept.borrower == theirs.borrower
    other = depot("lend", demo.CONFIRMED_CARD, demo.SHOWER_STOOL, "--collector", "-", "--json").one
    assert [row.borrower for row in depot.rows(collector, key=other["key"])] == [None]


def test_past_a_refusal_something_is_lent_for_a_reason_that_stands_beside_the_loan(depot: Shell) -> None:
    assert depot("lend", demo.CONFIRMED_CARD, demo.IN_CLEANING).status == 1
    assert depot("lend", demo.CONFIRMED_CARD, demo.IN_CLEANING, "--past", " ").status == 2
    why = "the ward waits"
    told = depot("lend", demo.CONFIRMED_CARD, demo.IN_CLEANING, "--past", why, "--json").one
    (happened,) = depot.rows(event, key=told["key"])
    assert '"overridden":["in_cleaning"]' in happened.body
    assert f'"by":"os:{os.getuid()}"' in happened.body
    assert why not in happened.body
    (noted,) = depot.rows(note, subject=told["key"])
    assert (noted.text, noted.by.startswith("os:")) == (why, True)
    assert depot("lend", demo.STARTER_CARD, demo.ON_LOAN, "--past", why).status == 1
    assert len(depot.rows(note, text=why)) == 1


def test_a_thing_comes_home_without_a_card(depot: Shell) -> None:
    said = depot("return", demo.ON_LOAN, "--json")
    assert said.status == 0
    assert said.one.keys() >= LEAST
    assert (said.one["outcome"], said.one["place"]) == ("checked_in", "VASK 1")
    (closed,) = [one for one in depot.json("loans", "--item", demo.ON_LOAN) if one["returned_at"]][-1:]
    assert closed["open"] is False


def test_people_read_what_happened_and_what_to_do_next(depot: Shell) -> None:
    lent = depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR).out
    assert lent.startswith(f"{demo.ROLLATOR}  Rollator, indoor: lent until ")
    home = depot("return", demo.ROLLATOR).out
    assert home == f"{demo.ROLLATOR}  Rollator, indoor: is home; it belongs at VASK 1\n"
    refused = depot("lend", demo.CONFIRMED_CARD, demo.IN_CLEANING).out
    assert "no: it is not cleaned yet; it belongs at VASK 1; 3 free on B1" in refused


def test_of_several_things_each_is_its_own_deed_and_one_refusal_stops_no_other(depot: Shell) -> None:
    said = depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR, demo.STAFF_ONLY, demo.SHOWER_STOOL, "--json")
    assert said.status == 1
    assert [one["outcome"] for one in said.json] == ["checked_out", "refused", "checked_out"]
    assert said.json[1]["reasons"] == ["staff_only"]
    deeds = {row.deed for row in depot.rows(event) if row.key in {one["key"] for one in said.json}}
    assert len(deeds) == 2


@pytest.mark.parametrize(
    "typed", [demo.ROLLATOR.lower(), demo.ROLLATOR[1:9], f"{demo.ROLLATOR[1:5]} {demo.ROLLATOR[5:9]}"]
)
def test_a_code_may_be_typed_as_its_eight_digits(depot: Shell, typed: str) -> None:
    card = demo.CONFIRMED_CARD[1:9]
    assert depot("lend", card, typed, "--json").one["item"] == demo.ROLLATOR


def test_the_same_key_again_gives_the_first_outcome_and_writes_nothing(depot: Shell) -> None:
    first = depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR, "--key", KEY, "--json").one
    before = written(depot)
    assert first["key"] == KEY
    assert depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR, "--key", KEY.upper(), "--json").one == first
    assert depot("return", demo.ROLLATOR, "--json").status == 0
    # Even after the thing came home: the answer is about that deed, not about now.
    assert depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR, "--key", KEY, "--json").one == first
    assert written(depot) == before + 1


@pytest.mark.parametrize(
    "other",
    [
        ("lend", demo.CONFIRMED_CARD, demo.SHOWER_STOOL),
        ("lend", demo.STARTER_CARD, demo.ROLLATOR),
        ("return", demo.ROLLATOR),
    ],
)
def test_other_content_under_a_used_key_is_refused(depot: Shell, other: tuple[str, ...]) -> None:
    depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR, "--key", KEY)
    before = written(depot)
    said = depot(*other, "--key", KEY, "--json")
    assert (said.status, said.one["outcome"], said.one["reasons"]) == (1, "refused", ["key_reused"])
    assert written(depot) == before


def test_of_several_things_under_one_key_each_has_a_key_that_follows_from_it(depot: Shell) -> None:
    things = (demo.ROLLATOR, demo.SHOWER_STOOL)
    first = depot("lend", demo.CONFIRMED_CARD, *things, "--key", KEY, "--json").json
    assert [one["key"] for one in first] == [str(uuid.uuid5(uuid.UUID(KEY), thing)) for thing in things]
    before = written(depot)
    assert depot("lend", demo.CONFIRMED_CARD, *things, "--key", KEY, "--json").json == first
    assert written(depot) == before


def test_lending_again_to_the_same_borrower_and_returning_what_is_home_write_nothing(depot: Shell) -> None:
    lent = depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR, "--json").one
    before = written(depot)
    again = depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR, "--json")
    assert (again.status, again.one["outcome"], again.one["due"]) == (0, "already", lent["due"])
    home = depot("return", demo.SHOWER_STOOL, "--json")
    assert (home.status, home.one["outcome"], home.one["place"]) == (0, "already", "C3")
    assert written(depot) == before


def test_nobody_at_a_shell_has_the_thing_in_hand_so_no_loan_is_closed_by_trying(depot: Shell) -> None:
    before = written(depot)
    said = depot("lend", demo.CONFIRMED_CARD, demo.ON_LOAN, "--json")
    assert said.status == 1
    assert (said.one["reasons"], said.one["checked_in"]) == (["on_loan_to_other"], False)
    assert written(depot) == before


@pytest.mark.parametrize(
    ("card", "item", "reasons"),
    [
        (demo.CONFIRMED_CARD, demo.NAV_LABEL, ["nav_label"]),
        (demo.CONFIRMED_CARD, "7038010000126", ["not_ours"]),
        (demo.CONFIRMED_CARD, mint(Kind.ITEM, "0009001"), ["unknown_code"]),
        (demo.CONFIRMED_CARD, "whatever", ["unknown_code"]),
        (demo.CONFIRMED_CARD, "\udcff", ["unknown_code"]),
        (demo.CONFIRMED_CARD, demo.STARTER_CARD, ["unknown_code"]),
        (demo.CONFIRMED_CARD, demo.SET_ASIDE, ["set_aside_for_other"]),
        (demo.CONFIRMED_CARD, demo.RECALLED, ["recalled"]),
        (demo.CONFIRMED_CARD, demo.INSPECTION_EXPIRED, ["inspection_expired"]),
        (demo.CONFIRMED_CARD, demo.MISSING, ["not_available"]),
        (demo.BLOCKED_CARD, demo.ROLLATOR, ["card_blocked"]),
        (demo.DEAD.card, demo.ROLLATOR, ["card_blocked"]),
        (demo.CARDS_IN_THE_BOX[0], demo.ROLLATOR, ["card_unknown"]),
        (demo.ROLLATOR, demo.ROLLATOR, ["card_unknown"]),
    ],
)
def test_a_refusal_has_its_reason_and_leaves_no_event(
    depot: Shell, card: str, item: str, reasons: list[str]
) -> None:
    before, counted = written(depot), _counted(depot, reasons[0])
    said = depot("lend", card, item, "--json")
    assert (said.status, said.one["outcome"], said.one["reasons"]) == (1, "refused", reasons)
    assert written(depot) == before
    assert _counted(depot, reasons[0]) == counted + 1


def _counted(depot: Shell, reason: str) -> int:
    return sum(row.n for row in depot.rows(refusal, reason=reason))


def test_what_is_set_aside_is_lent_to_whom_it_waits_for(depot: Shell) -> None:
    assert depot("lend", demo.SET_ASIDE_CARD, demo.SET_ASIDE, "--json").one["outcome"] == "checked_out"


def test_a_borrower_who_is_late_gets_a_short_loan_and_a_flag(depot: Shell) -> None:
    said = depot("lend", demo.LATE_CARD, demo.ROLLATOR, "--json")
    assert (said.status, said.one["outcome"], said.one["flags"]) == (0, "checked_out", ["overdue"])
    assert said.one["days"] == 14


def test_no_card_is_told_again(depot: Shell) -> None:
    said = depot("lend", demo.ROLLATOR, demo.CONFIRMED_CARD, "--json")
    assert demo.CONFIRMED_CARD not in said.out + said.err
    assert demo.CONFIRMED_CARD[1:9] not in said.out + said.err


def test_a_full_disk_lets_things_home_and_none_leave(depot: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ledger, "is_full", True)
    said = depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR, "--json")
    assert (said.status, said.one["reasons"]) == (1, ["ledger_full"])
    assert depot("return", demo.ON_LOAN, "--json").one["outcome"] == "checked_in"


def test_a_loan_asks_for_its_label_where_a_printer_is_set(
    depot: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DEPOT_SETTINGS", str(described_printer(tmp_path, "loans")))
    monkeypatch.setenv("DEPOT_STATION_PRINTER", "loans")
    key = depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR, "--json").one["key"]
    assert [job.state for job in depot.rows(label_job, event=key)] == ["waiting"]


def test_the_tie_to_the_borrower_stands_outside_the_journal(depot: Shell) -> None:
    key = depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR, "--json").one["key"]
    assert len(depot.rows(link, key=key)) == 1
    (body,) = [row.body for row in depot.rows(event, key=key)]
    assert demo.CONFIRMED_CARD not in body


def test_an_outcome_is_told_when_it_is_on_disk_and_not_at_the_end(depot: Shell) -> None:
    """A process that lends twenty things is stopped after the first line: that thing is lent."""
    things = [one["code"] for one in depot.json("items", "--free")][:20]
    process = depot.process("lend", demo.CONFIRMED_CARD, *things)
    assert process.stdout is not None
    first = process.stdout.readline()
    process.kill()
    process.communicate()
    assert first.startswith(things[0])
    assert [row.ended for row in depot.rows(loan, item=things[0])][-1] is None


def test_a_failure_in_the_middle_leaves_told_what_was_done(
    depot: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    lend = lending.check_out

    def lend_but_one(*where: Any, **said: Any) -> Any:
        if said["item"] == demo.SHOWER_STOOL:
            raise LedgerFault("the card was pulled out")
        return lend(*where, **said)

    monkeypatch.setattr(lending, "check_out", lend_but_one)
    said = depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR, demo.SHOWER_STOOL, demo.WALKING_FRAME, "--json")
    assert (said.status, said.err) == (1, "depot: the card was pulled out\n")
    assert [(one["item"], one["outcome"]) for one in said.json] == [(demo.ROLLATOR, "checked_out")]
    assert [row.item for row in depot.rows(loan, ended=None) if row.item == demo.ROLLATOR]


def test_a_reader_who_goes_away_meets_no_traceback(depot: Shell) -> None:
    process = depot.process("items")
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate()
    assert (process.returncode, err) == (1, "")


def test_the_whole_command_is_a_process_that_ends_with_its_status(depot: Shell) -> None:
    done: list[tuple[Any, ...]] = []
    for words in (
        ("lend", demo.CONFIRMED_CARD, demo.ROLLATOR, "--json"),
        ("lend", demo.CONFIRMED_CARD, demo.STAFF_ONLY, "--json"),
        ("lend", demo.CONFIRMED_CARD),
    ):
        process: subprocess.Popen[str] = depot.process(*words)
        _, err = process.communicate()
        done.append((process.returncode, bool(err)))
    assert done == [(0, False), (1, False), (2, True)]
