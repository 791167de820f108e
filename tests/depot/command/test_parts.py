"""`depot quantity` and `depot part`: what has no label of its own."""

from __future__ import annotations

import uuid

import pytest

from depot import demo
from depot.tables import owed_part, quantity
from tests.depot.command.front import Shell


def test_what_is_counted_is_received_taken_brought_back_and_counted(new: Shell) -> None:
    (arrived,) = new.json("quantity", "receive", "WLK-11", "6", "--shelf", "A1")
    assert (arrived["item"], arrived["outcome"], arrived["n"], arrived["left"]) == ("WLK-11", "done", 6, 6)
    assert arrived["place"] == "A1"
    assert new.json("quantity", "take", "WLK-11", "2")[0]["outcome"] == "taken"
    assert new.json("quantity", "back", "WLK-11", "1")[0]["left"] == 5
    said = new("quantity", "count", "WLK-11", "3").out
    assert said == "WLK-11  Ice spike for crutch or stick: 3 counted; 3 there now; it belongs at A1\n"
    assert [row.n for row in new.rows(quantity)] == [3]
    assert new("check").status == 0


def test_the_same_key_again_changes_nothing(new: Shell) -> None:
    key = str(uuid.uuid4())
    for _ in range(2):
        (arrived,) = new.json("quantity", "receive", "WLK-11", "6", "--key", key)
        assert (arrived["key"], arrived["left"]) == (key, 6)
    other = new("quantity", "receive", "WLK-11", "5", "--key", key, "--json")
    assert (other.status, other.json[0]["reasons"]) == (1, ["key_reused"])


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("quantity", "take", "WLK-03", "1"), 1),
        (("quantity", "take", "WLK-99", "1"), 2),
        (("quantity", "take", "WLK-11", "0"), 2),
        (("quantity", "receive", "WLK-11", "1000"), 2),
        (("quantity", "receive", "WLK-11", "1", "--shelf", "Z9"), 2),
        (("item", "receive", "WLK-11", "1"), 2),
    ],
)
def test_what_cannot_be_counted_so_is_said_and_nothing_is_written(
    new: Shell, words: tuple[str, ...], status: int
) -> None:
    assert new(*words).status == status
    assert new.rows(quantity) == []


def test_a_part_that_was_owed_comes_back(depot: Shell) -> None:
    (owed,) = depot.json("part", "owed")
    assert (owed["product"], owed["part"], owed["pieces"]) == ("TOI-06", "unnamed", 1)
    assert depot("part", "back", owed["item"], "footrest").status == 1
    (back,) = depot.json("part", "back", owed["item"])
    assert (back["outcome"], back["item"]) == ("done", owed["item"])
    assert depot.rows(owed_part) == []
    assert depot("part", "back", owed["item"]).status == 1


@pytest.mark.parametrize("item", [demo.ROLLATOR, "nonsense", demo.CONFIRMED_CARD, "0009 9995"])
def test_what_owes_nothing_is_refused(depot: Shell, item: str) -> None:
    said = depot("part", "back", item, "--json")
    assert (said.status, said.json[0]["outcome"]) == (1, "refused")
    assert demo.CONFIRMED_CARD not in said.out
