"""The labels' benchmark runs to its end and says what it found; whether that is fast is for a person to read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.scripts.benches import printed


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What it prints, started in some other folder and with nothing but its name."""
    return printed("labels", tmp_path_factory.mktemp("labels"))


@pytest.fixture(scope="module")
def found(said: list[str]) -> dict[str, Any]:
    """Its last line, which is for programs."""
    line: dict[str, Any] = json.loads(said[-1])
    return line


def test_the_last_line_is_for_programs(found: dict[str, Any]) -> None:
    assert found.keys() == {"bench", "machine", "load", "rows", "aims"}
    assert found["bench"] == "labels"
    for aim in found["aims"]:
        assert aim.keys() == {"name", "value", "aim", "met"}
        assert aim["met"] == (aim["value"] <= aim["aim"])


def test_every_row_was_measured(found: dict[str, Any]) -> None:
    for row in found["rows"]:
        assert row["unit"] in {"us", "MB"}
        assert row["n"] > 0
        assert 0 < row["median"] <= row["p95"]
    for side in ("ours", "by hand", "by hand, QR by zxing-cpp"):
        assert any(row["what"].endswith(f", {side}") and row["unit"] == "us" for row in found["rows"]), side
        assert any(row["what"].endswith(f", {side}") and row["unit"] == "MB" for row in found["rows"]), side


def test_a_person_reads_the_same_in_a_table_before_it(said: list[str], found: dict[str, Any]) -> None:
    table = "\n".join(said[:-1])
    assert found["machine"] in table
    assert all(row["what"] in table for row in found["rows"])
    for aim in found["aims"]:
        verdict = "met" if aim["met"] else "MISSED"
        assert f"{verdict:<6}  {aim['name']}" in table


def test_what_is_answered_for_has_an_aim_where_it_was_measured(found: dict[str, Any]) -> None:
    aims = " ".join(aim["name"] for aim in found["aims"])
    assert "times the same by hand" in aims
    assert "peak memory" in aims
    assert "blabel" not in aims, "a quick run makes no environment for it"
