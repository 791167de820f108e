"""`depot receive`: a delivery at a shell, stopped and gone on with, and makers' numbers."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from depot import own
from depot.tables import desk_work, event, item, label_job
from tests.depot.command.front import Shell

UNUSED = [own.mint(own.Kind.ITEM, f"9000{n:03d}") for n in range(1, 4)]
GTIN = "7038010021145"


def begins(new: Shell, *said: str) -> list[str]:
    told = new.json("receive", "WLK-06", "3", "--shelf", "A1", *said)
    return [one["code"] for one in told["items"]]


def scans(new: Shell, *said: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = new("receive", "scan", *said, "--json").json["scans"]
    return rows


def test_a_delivery_is_begun_scanned_stopped_and_done(new: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = begins(new, "--owner", "NAV", "--price", "1299,50", "--on", "2026-01-05", "--print")
    (job,) = new.rows(label_job)
    assert job.subjects.split() == codes
    assert [one["done"] for one in scans(new, *codes[:2])] == [1, 2]
    (left,) = new.json("receive", "status")
    assert (left["product"], left["done"], left["of"], left["shelf"]) == ("WLK-06", 2, 3, "A1")
    monkeypatch.setattr("sys.stdin", io.StringIO(own.spoken(codes[2]) + "\n"))
    said = new("receive", "scan", "--stdin")
    assert (said.status, said.out) == (0, f"{codes[2]}  on the shelf, 3 of 3\n")
    assert new.json("receive", "status") == []
    told = new.json("receive", "status", left["delivery"][:8])
    assert (told["owner"], told["price_ore"], told["received_on"]) == ("NAV", 129950, "2026-01-05")
    assert {one["state"] for one in told["items"]} == {"available"}
    assert new.json("receive", "WLK-06", "1", "--shelf", "A1")["owner"] == "NAV"
    assert new.json("check")["ok"] is True
    assert all(row.by.startswith("os:") for row in new.rows(desk_work))
    assert all('"by":null' in row.body or '"by"' not in row.body for row in new.rows(event))


def test_labels_are_bound_wrong_scans_are_told_and_a_scan_is_taken_back(new: Shell) -> None:
    new.json("receive", "WLK-06", "2", "--shelf", "A1", "--bind")
    new.json("receive", "bind", GTIN, "WLK-06")
    rows = scans(new, f"(01)0{GTIN}(21)S1", UNUSED[0], UNUSED[0], "B49602294U", UNUSED[1], UNUSED[2])
    assert [one["outcome"] for one in rows] == ["waits", "bound", "already", "refused", "bound", "refused"]
    assert (rows[1]["serial"], rows[3]["reason"], rows[5]["reason"]) == ("S1", "unknown_code", "enough")
    assert "49602294" not in str(rows)
    (delivery,) = {row.key for row in new.rows(desk_work)}
    undone = new.json("receive", "undo", UNUSED[1], "--delivery", delivery)
    assert (undone["done"], undone["of"], undone["ended"]) == (1, 2, False)
    assert scans(new, UNUSED[2])[0]["outcome"] == "bound"
    refused = new("receive", "undo", UNUSED[1], "--delivery", delivery, "--json")
    assert (refused.status, refused.json["outcome"]) == (1, "refused")


def test_the_number_changes_pieces_are_taken_out_and_the_rest_is_ended(new: Shell) -> None:
    first, second, _ = begins(new)
    scans(new, first)
    assert new.json("receive", "out", second)["of"] == 2
    assert len(new.json("receive", "number", "4")["items"]) == 5
    assert new("receive", "number", "1", "--json").status == 0  # one is on the shelf
    two = begins(new)
    scans(new, *two[:2])
    assert new("receive", "number", "1").out.startswith("no: more than that")
    ended = new.json("receive", "end")
    assert (ended["done"], ended["of"], ended["ended"]) == (2, 2, True)
    assert new("receive", "end").status == 2


def test_serials_of_a_file_are_the_pieces_in_order_or_none_is_taken(new: Shell, tmp_path: Path) -> None:
    file = tmp_path / "serials.txt"
    file.write_text("S1\nS2\n\nS3\n", "utf-8")
    told = new.json("receive", "WLK-06", "3", "--shelf", "A1", "--serials", str(file))
    assert [one["serial"] for one in told["items"]] == ["S1", "S2", "S3"]
    again = new("receive", "WLK-06", "3", "--shelf", "A1", "--serials", str(file))
    assert (again.status, "none another piece's" in again.err) == (2, True)
    assert len(new.rows(desk_work)) == 1


BAD_USAGE = (
    "XXX-01 3 --shelf A1",
    "WLK-06 3 --shelf Z9",
    "WLK-06 3",
    "WLK-06 0 --shelf A1",
    "WLK-11 3 --shelf A1",  # counted
    "WLK-06 3 --shelf A1 --on 2999-01-01",
    "WLK-06 3 --shelf A1 --price 1.2.3",
    "WLK-06 3 --shelf A1 --bind --print",
    "WLK-06 3 --shelf A1 --printer none",
    "scan D00042177C",
    "bind 12 WLK-06",
    "serial D00042177C",
    "serial D00042177C --label 7038010021145 --lot L7",
    "serial D00042177C --label D00042177C",
)


def test_bad_usage_is_told_and_nothing_is_written(new: Shell) -> None:
    assert {said: new("receive", *said.split()).status for said in BAD_USAGE} == dict.fromkeys(BAD_USAGE, 2)
    assert new.rows(desk_work) == []


def test_numbers_are_bound_listed_and_unbound(new: Shell) -> None:
    assert new.json("receive", "bind", "hms:005634", "WLK-06")["outcome"] == "bound"
    theirs = new("receive", "bind", "hms:005634", "WLK-03", "--json")
    assert (theirs.status, theirs.json["product"]) == (1, "WLK-06")
    listed = {"scheme": "hms", "number": "005634", "product": "WLK-06"}
    assert new.json("receive", "numbers") == new.json("receive", "numbers", "WLK-06") == [listed]
    assert new.json("receive", "unbind", "hms:005634")["product"] == "WLK-06"
    assert new("receive", "unbind", "hms:005634").status == 1


def test_a_number_moves_to_another_line_on_a_word(new: Shell) -> None:
    new.json("receive", "bind", "hmi:948213", "WLK-06")
    assert "--move" in new("receive", "bind", "hmi:948213", "WLK-03").out
    moved = new("receive", "bind", "hmi:948213", "WLK-03", "--move")
    assert (moved.status, moved.out) == (0, "hmi:948213  is WLK-03's, and no longer WLK-06's\n")
    assert new.json("receive", "bind", "hmi:948213", "WLK-03", "--move")["outcome"] == "already"


def test_a_thing_that_is_here_gets_its_makers_numbers_off_the_label_or_as_they_are_said(new: Shell) -> None:
    first, second, _ = begins(new)
    new.json("receive", "bind", GTIN, "WLK-06")
    off_label = new.json("receive", "serial", first, "--label", f"01{'0' + GTIN}10L7\x1d21SN-1")
    assert (off_label["outcome"], off_label["serial"], off_label["lot"]) == ("given", "SN-1", "L7")
    assert new.json("receive", "serial", own.spoken(first), "--lot", "L8")["serial"] == "SN-1"
    assert new.json("receive", "serial", first, "--lot", "")["lot"] is None
    refused = {
        "serial_taken": (second, "--serial", "SN-1"),
        "not_parted": (second, "--label", f"010{GTIN}10L721SN-2"),
        "no_number": (second, "--label", GTIN),
        "other_line": (second, "--label", "(01)09501101531000(21)SN-2"),
        "unknown_code": (UNUSED[0], "--serial", "SN-2"),
    }
    new.json("receive", "bind", "9501101531000", "WLK-03")
    for why, said in refused.items():
        told = new("receive", "serial", *said, "--json")
        assert (told.status, told.json["outcome"], told.json["reason"]) == (1, "refused", why)
    assert [row.serial for row in new.rows(item, code=second)] == [None]


def test_a_new_label_keeps_its_code(new: Shell) -> None:
    code = begins(new)[0]
    assert new.json("receive", "relabel", own.spoken(code))["items"] == [code]
    assert [job.subjects for job in new.rows(label_job)] == [code]
    assert new("receive", "relabel", UNUSED[0]).status == 1


def test_what_staff_took_of_a_counted_line_says_what_for(new: Shell) -> None:
    taken = new("quantity", "take", "WLK-11", "2", "--why", "thrown_away", "--json").one
    assert taken["outcome"] == "taken"
    assert '"why":"thrown_away"' in new.rows(event, kind="quantity_taken")[-1].body
