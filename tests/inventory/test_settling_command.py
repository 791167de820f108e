"""`depot life` and `depot settle` at the practice depot."""

from __future__ import annotations

import pytest

from depot import command, demo
from inventory import settling_command
from tests.depot.command.front import Shell

_VERBS = {"life": settling_command.life, "settle": settling_command.settle}


@pytest.fixture
def desk(depot: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell at the practice depot, with these verbs."""
    monkeypatch.setattr(command, "_hung_on", _VERBS.get)
    return depot


def test_a_life_is_told_newest_first_and_names_no_borrower(desk: Shell) -> None:
    told = desk.json("life", demo.ON_LOAN)
    assert [one["kind"] for one in told][:1] == ["check_out"]
    assert [one["kind"] for one in told][-2:] == ["shelved", "received"]
    assert demo.BORROWS_MUCH.name not in str(told)
    assert "Lånt ut i" in desk("life", demo.ON_LOAN, "--language", "nb").out


def test_what_waits_to_be_settled_is_listed_and_what_was_handed_over_leaves_the_list(desk: Shell) -> None:
    (foreign,) = [one for one in desk.json("settle") if one["kind"] == "foreign"]
    assert desk.json("settle", "handed-over", foreign["subject"]) == {"handed_over": [foreign["subject"]]}
    assert [one for one in desk.json("settle") if one["kind"] == "foreign"] == []
    assert desk("settle", "handed-over", foreign["subject"]).status == 1
    assert desk("settle", "handed-over").status == 2


def test_there_is_nothing_to_decide_about_what_is_explained(desk: Shell) -> None:
    assert desk("settle", "decide", "implied_return", "no-such-event", "as_it_is").status == 1
