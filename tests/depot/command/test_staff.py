"""`depot staff`: who works here, a lost badge, another PIN, another role, somebody who leaves."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from typing import Any

import pytest

from depot import badges, clock, codes, demo
from depot.ledger import open_ledger
from depot.own import Kind, mint
from depot.settings import load
from depot.tables import revision, staff
from tests.depot.command.front import Shell


def opens(badge: str, pin: str) -> str | None:
    """Whose badge it is, as a desk asks: an hour later, so that no try of the test before counts."""
    now = clock.SystemClock().now() + timedelta(hours=2)
    with open_ledger(load()) as ledger:
        return ledger.perform(lambda conn, _: badges.verify(conn, badge, pin, now=now))


def everybody(depot: Shell, *how: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in depot.json("staff", "list", *how)}


@pytest.fixture
def who(depot: Shell) -> str:
    (one,) = depot.rows(staff)
    return str(one.id)


def test_a_lost_badge_opens_nothing_at_once_and_the_new_one_has_the_same_pin(depot: Shell, who: str) -> None:
    said = depot.json("staff", "badge", codes.spoken(demo.BADGE))
    assert (said["staff"], said["outcome"]) == (who, "renewed")
    assert said["badge"] != demo.BADGE
    assert opens(demo.BADGE, demo.PIN) is None
    assert opens(said["badge"], demo.PIN) == who
    assert depot("staff", "badge", demo.BADGE).status == 1


def test_another_pin_is_good_at_once_even_where_the_old_one_was_tried_too_often(
    depot: Shell, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.SystemClock().now()
    with open_ledger(load()) as ledger:
        for _ in range(6):
            ledger.perform(lambda conn, _: badges.verify(conn, demo.BADGE, "9999", now=now))
        assert ledger.perform(lambda conn, _: badges.verify(conn, demo.BADGE, demo.PIN, now=now)) is None
    read, write = os.pipe()
    os.write(write, b"2718\n")
    os.close(write)
    with os.fdopen(read) as piped:
        monkeypatch.setattr(sys, "stdin", piped)
        assert depot.json("staff", "pin", who, "--pin-stdin")["outcome"] == "pin_set"
    with open_ledger(load()) as ledger:
        assert ledger.perform(lambda conn, _: badges.verify(conn, demo.BADGE, "2718", now=now)) == who


def test_a_role_is_one_of_three_and_who_has_left_is_listed_only_when_asked_for(
    depot: Shell, who: str
) -> None:
    assert depot.json("staff", "role", demo.BADGE, "manager")["outcome"] == "role_set"
    (name,) = everybody(depot)
    assert everybody(depot)[name] == {
        "name": name,
        "role": "manager",
        "badge": demo.BADGE,
        "staff": who,
        "ended_at": None,
    }
    assert depot("staff", "role", demo.BADGE, "king").status == 2
    assert depot("staff", "add", "Ny Nysen", "--role", "king").status == 2

    assert depot.json("staff", "end", demo.BADGE)["outcome"] == "ended"
    assert opens(demo.BADGE, demo.PIN) is None
    assert everybody(depot) == {}
    assert everybody(depot, "--all")[name]["ended_at"].endswith("Z")
    assert len(depot.rows(revision, table="staff", key=who)) == 3  # made, another role, left


@pytest.mark.parametrize("verb", [("end",), ("badge",), ("role",)], ids=str)
def test_somebody_who_is_not_here_is_refused_and_nothing_is_written(depot: Shell, verb: tuple[str]) -> None:
    more = ["staff"] if verb == ("role",) else []
    before = depot.rows(revision, table="staff")
    for nobody in (mint(Kind.BADGE, "7315209"), "nobody", "4960 2294"):
        said = depot("staff", *verb, nobody, *more)
        assert (said.status, said.out[:4]) == (1, "no: ")
    assert depot.rows(revision, table="staff") == before
