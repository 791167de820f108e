"""`depot product`, `item`, `shelf` and `done`: from an empty ledger to a thing that is lent."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from depot import demo
from depot.own import Kind, mint
from depot.tables import item, product, shelf
from tests.depot.command.front import Shell

CATALOGUE = resources.files("depot") / "catalogue.csv"


def told(plan: dict[str, Any]) -> tuple[int, int, bool]:
    """Of a file of lines: how many there are, how many of them are new, and whether any was to be written."""
    return plan["lines"], plan["new"], plan["written"]


def test_a_new_depot_lends_its_first_thing(new: Shell) -> None:
    (stick,) = new.json("item", "receive", "WLK-03", "1", "--shelf", "A1")
    card = new.json("borrower", "add", "Test Testesen")["card"]
    assert new.json("lend", card, stick["item"])[0]["outcome"] == "checked_out"
    assert new("return", stick["item"]).status == 0
    (cleaned,) = new.json("done", stick["item"])
    assert (cleaned["outcome"], cleaned["job"], cleaned["state"]) == ("done", "cleaning", "available")
    assert new("check").status == 0


def test_the_catalogue_is_taken_in_whole_and_again_changes_nothing(empty: Shell, tmp_path: Path) -> None:
    empty("init")
    file = tmp_path / "lines.csv"
    file.write_bytes(CATALOGUE.read_bytes())
    assert told(empty.json("product", "import", str(file))) == (44, 44, True)
    before = empty.json("products")
    assert told(empty.json("product", "import", str(file))) == (44, 0, True)
    assert (len(before), empty.json("products")) == (44, before)


def test_a_dry_run_tells_and_writes_nothing(empty: Shell, tmp_path: Path) -> None:
    empty("init")
    file = tmp_path / "lines.csv"
    file.write_bytes(CATALOGUE.read_bytes())
    assert told(empty.json("product", "import", str(file), "--dry-run")) == (44, 44, False)
    assert empty.rows(product) == []


def test_one_wrong_row_keeps_all_of_a_file_out_and_is_named(new: Shell, tmp_path: Path) -> None:
    rows = CATALOGUE.read_text("utf-8").splitlines()
    rows[3] = rows[3].replace("WLK-03", "WLK-77").replace(",90,", ",ninety,")
    rows[5] = rows[5].replace("WLK-05", "=cmd|x")
    file = tmp_path / "wrong.csv"
    file.write_text("\n".join(rows), "utf-8")
    said = new("product", "import", str(file), "--json")
    assert (said.status, told(said.json)) == (1, (44, 0, False))
    assert "row 4: typical_loan_days: wanted a whole number" in said.err
    assert "row 6: product_code: wanted a code such as WLK-01" in said.err
    assert len(new.rows(product)) == 44


def test_a_file_that_is_not_there_is_bad_usage(new: Shell) -> None:
    assert new("product", "import", "nowhere.csv").status == 2


def test_pieces_get_codes_of_the_stations_series_one_after_the_other(new: Shell) -> None:
    received = new.json("item", "receive", "WLK-03", "3")
    assert [one["item"] for one in received] == [mint(Kind.ITEM, f"000700{number}") for number in (1, 2, 3)]
    assert {one["state"] for one in received} == {"received"}
    # Not on a shelf yet, so not to be lent.
    assert {one["state"] for one in new.json("items")} == {"received"}


def test_a_printed_label_is_bound_once(new: Shell) -> None:
    label = mint(Kind.ITEM, "0007002")
    arguments = ("--code", label, "--serial", "SN 1", "--lot", "L1", "--shelf", "hylle A1")
    assert new.json("item", "receive", "WLK-03", "1", *arguments)[0]["item"] == label
    (stored,) = new.rows(item, code=label)
    assert (stored.serial, stored.lot) == ("SN 1", "L1")
    again = new("item", "receive", "WLK-03", "1", "--code", label)
    assert (again.status, again.out) == (2, "")
    # The series steps over a number that a label from elsewhere has taken.
    two = [one["item"] for one in new.json("item", "receive", "WLK-03", "2")]
    assert two == [mint(Kind.ITEM, "0007001"), mint(Kind.ITEM, "0007003")]


@pytest.mark.parametrize(
    "words",
    [
        ("WLK-99", "1"),
        ("WLK-03", "0"),
        ("WLK-03", "one"),
        ("WLK-03", "1", "--shelf", "Z9"),
        ("WLK-03", "2", "--serial", "SN 1"),
        ("WLK-03", "2", "--code", mint(Kind.ITEM, "0007001")),
        ("WLK-03", "1", "--code", demo.CONFIRMED_CARD),
        ("WLK-03", "1", "--serial", "\x1b[2J"),
    ],
)
def test_what_cannot_be_received_is_bad_usage_and_writes_nothing(new: Shell, words: tuple[str, ...]) -> None:
    assert new("item", "receive", *words).status == 2
    assert new.rows(item) == []


def test_a_shelf_is_put_up_once(new: Shell) -> None:
    assert new.json("shelf", "add", "a1")["outcome"] == "already"
    assert new.json("shelf", "add", "B2")["outcome"] == "added"
    assert len(new.rows(shelf)) == 2
    assert new("shelf", "add", "a\x1bb").status == 2


def test_done_does_whatever_job_waits_and_refuses_where_none_does(depot: Shell) -> None:
    things = (demo.IN_CLEANING, demo.IN_REPAIR, demo.IN_QUARANTINE, demo.IN_INSPECTION)
    said = depot("done", *things, demo.ROLLATOR, "nonsense", "--json")
    assert said.status == 1
    assert [(one["outcome"], one.get("job"), one.get("state")) for one in said.json] == [
        ("done", "cleaning", "available"),
        ("done", "repair", "cleaning"),
        ("done", "quarantine", "cleaning"),
        ("done", "inspection", "available"),
        ("refused", None, None),
        ("refused", None, None),
    ]
    assert [one["reasons"] for one in said.json[4:]] == [["wrong_state"], ["unknown_code"]]


def test_people_read_which_job_was_done(depot: Shell) -> None:
    said = depot("done", demo.IN_REPAIR).out
    assert said == f"{demo.IN_REPAIR}  Manual wheelchair, standard: repair done: now cleaning\n"
