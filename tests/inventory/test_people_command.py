"""`depot borrower lost-card, died, alive, phone, same-number`, `forget`, `export-person` and `erase-person`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select

from depot import demo, tables
from depot.sqlite import read_only
from tests.depot.command.front import Shell

KARI, BOX = demo.CONFIRMED_CARD, demo.CARDS_IN_THE_BOX


def counted(depot: Shell, table: Table) -> int:
    with read_only(depot.file) as conn:
        return conn.scalar(select(func.count()).select_from(table)) or 0


def test_a_lost_card_is_replaced_and_opens_nothing(depot: Shell) -> None:
    loans = depot.json("borrowers", "--card", KARI)[0]["open_loans"]
    said = depot.json("borrower", "lost-card", KARI, "--new", BOX[0])
    assert (said["card"], said["outcome"]) == (BOX[0], "renewed")
    assert depot.json("borrowers", "--card", KARI)[0]["blocked"] is True
    assert depot.json("borrowers", "--card", BOX[0])[0]["open_loans"] == loans > 0
    drawn = depot.json("borrower", "lost-card", BOX[0])["card"]
    assert drawn not in (KARI, BOX[0])
    for words in ((BOX[1],), (drawn, "--new", KARI)):
        refused = depot("borrower", "lost-card", *words, "--json")
        assert (refused.status, refused.json["reasons"]) == (1, ["card_unknown"])


def test_a_death_and_that_it_was_a_mistake(depot: Shell) -> None:
    assert depot.json("borrower", "died", KARI, "--on", "2026-01-02")["outcome"] == "died"
    (kari,) = depot.json("borrowers", "--card", KARI, "--contact")
    assert (kari["blocked"], kari["phone"]) == (True, None)
    assert depot("borrower", "died", KARI, "--on", "2999-01-01").status == 2
    assert depot.json("borrower", "alive", KARI, "--phone", "40612345")["outcome"] == "alive"
    (kari,) = depot.json("borrowers", "--card", KARI, "--contact")
    assert (kari["blocked"], kari["phone"]) == (False, "+4740612345")
    assert depot("borrower", "alive", KARI).status == 1
    assert depot("check").status == 0


def test_a_number_is_changed_and_a_year_of_birth_is_known(depot: Shell) -> None:
    assert depot.json("borrower", "phone", KARI, "40612345")["outcome"] == "changed"
    assert depot("borrower", "phone", KARI, "12").status == 2
    new = depot.json("borrower", "add", "Ny Nysen", "--birth-year", "1941")["card"]
    assert depot.json("export-person", new)["person"]["birth_year"] == 1941


def test_who_gave_one_number_is_listed_by_cards_alone(depot: Shell) -> None:
    assert depot.json("borrower", "same-number") == [{"cards": sorted((KARI, demo.FIRST_IN_LINE.card))}]
    assert "Kari" not in depot("borrower", "same-number").out


def test_what_its_time_has_come_for_is_forgotten_at_once(depot: Shell) -> None:
    before, loans, events = (counted(depot, one) for one in (tables.link, tables.loan, tables.event))
    told = depot.json("forget")
    assert told["loans"] > 0
    after = counted(depot, tables.link)
    assert after == before - told["loans"] - told["holds"]
    assert (counted(depot, tables.loan), counted(depot, tables.event)) == (loans, events)
    assert depot("forget").out == "loans 0, holds 0, persons 0, look ups 0, numbers 0, times 0\n"
    assert depot("check").status == 0


def test_everything_that_is_known_of_somebody_is_told_and_that_it_was_asked(
    depot: Shell, tmp_path: Path
) -> None:
    told = depot.json("export-person", KARI)
    assert (told["person"]["name"], told["cards"][0]["code"]) == (demo.KARI.name, KARI)
    out = [one for one in told["loans"] if one["returned_at"] is None]
    assert {one["item"] for one in out} == {
        row["item"] for row in depot.json("loans") if row["key"] in {one["key"] for one in out}
    }
    said = depot("export-person", KARI, "--language", "nb").out
    assert demo.KARI.name in said
    assert "Slått opp av: os:" in said
    for name, begins in (("a.json", b"{"), ("a.txt", b"What"), ("a.pdf", b"%PDF-")):
        file = tmp_path / name
        assert depot("export-person", KARI, "--out", str(file), "--language", "en").status == 0
        assert file.read_bytes().startswith(begins)
        assert oct(file.stat().st_mode)[-3:] == "600"
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["person"]["name"] == demo.KARI.name
    assert {row.why for row in depot.rows(tables.look_up)} == {"depot export-person"}
    assert len(depot.rows(tables.look_up)) == 5
    assert depot("export-person", KARI, "--out", "a.doc").status == 2


@pytest.mark.parametrize("card", [BOX[0], "B99990005V", "nonsense"])
@pytest.mark.parametrize("verb", [("export-person",), ("erase-person", "--yes")])
def test_a_card_that_is_nobodys_is_a_refusal(depot: Shell, verb: tuple[str, ...], card: str) -> None:
    said = depot(*verb, card, "--json")
    assert (said.status, said.json["reasons"], said.err) == (1, ["card_unknown"], "")
    assert depot.rows(tables.look_up) == []


def test_nobody_is_forgotten_while_something_is_out(depot: Shell) -> None:
    said = depot("erase-person", KARI, "--yes", "--json")
    assert (said.status, said.json["outcome"]) == (1, "refused")
    for code in said.json["out"]:
        assert f"no: {code} is out" in depot("erase-person", KARI, "--yes").out
        depot("return", code)
    assert depot("erase-person", KARI).status != 0  # asked first, and nobody answers
    assert depot("erase-person", KARI, "--yes").out == "forgotten\n"
    assert depot.json("borrowers", "--card", KARI)[0]["standing"] == "unassigned"
    assert [row.name for row in depot.rows(tables.borrower) if row.name == demo.KARI.name] == []
    assert depot("check").status == 0
