"""The benchmark of reading runs to its end and says what it found; what that is worth is for a person to read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.scripts.benches import printed

SIDES = ("depot", "zxing-cpp", "pyzbar", "OpenCV")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What it prints, started in some other folder."""
    return printed("reading", tmp_path_factory.mktemp("reading"))


def test_the_last_line_is_for_programs(said: list[str]) -> None:
    found: dict[str, Any] = json.loads(said[-1])
    assert found.keys() == {"bench", "machine", "load", "rows", "aims"}
    assert found["bench"] == "reading"
    for row in found["rows"]:
        assert row["unit"] in {"ms", "%"}
        assert row["n"] > 0
        assert 0 <= row["median"] <= row["p95"]
    for aim in found["aims"]:
        assert aim.keys() == {"name", "value", "aim", "met"}
        assert aim["met"] == (aim["value"] <= aim["aim"])


def test_every_side_is_timed_and_counted_on_the_same_pictures(said: list[str]) -> None:
    rows = {row["what"]: row for row in json.loads(said[-1])["rows"]}
    for what in ("a picture", "a picture without a code", "codes read"):
        assert len({rows[f"{what}, {side}"]["n"] for side in SIDES}) == 1


def test_a_person_reads_the_same_in_a_table_before_it(said: list[str]) -> None:
    found, table = json.loads(said[-1]), "\n".join(said[:-1])
    assert all(row["what"] in table for row in found["rows"])
    for aim in found["aims"]:
        verdict = "met" if aim["met"] else "MISSED"
        assert f"{verdict:<6}  {aim['name']}" in table
    for side in SIDES:
        assert side in table


def test_recall_false_reads_and_time_are_answered_for(said: list[str]) -> None:
    aims = " ".join(aim["name"] for aim in json.loads(said[-1])["aims"])
    answered_for = ("zxing-cpp alone", "pyzbar alone", "OpenCV alone", "wrong", "there are none", "time")
    assert [name for name in answered_for if name not in aims] == []
