"""The benchmark of the scanners runs to its end and says what it found; whether that is fast is for a person to read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.scripts.benches import printed


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What it prints, started in some other folder."""
    return printed("scanners", tmp_path_factory.mktemp("scanners"))


def test_the_last_line_is_for_programs(said: list[str]) -> None:
    found: dict[str, Any] = json.loads(said[-1])
    assert found.keys() == {"bench", "machine", "load", "rows", "aims"}
    assert found["bench"] == "scanners"
    for row in found["rows"]:
        assert row["unit"] in {"us", "ms"}
        assert row["n"] > 0
        assert 0 < row["median"] <= row["p95"]
    for aim in found["aims"]:
        assert aim["met"] == (aim["value"] <= aim["aim"])


def test_every_way_in_has_its_bare_peer_and_an_aim(said: list[str]) -> None:
    found = json.loads(said[-1])
    for kind in ("wedge", "serial", "evdev", "camera"):
        (beside,) = [row for row in found["rows"] if row["what"].startswith(kind) and "to" in row]
        assert beside["ratio"] > 0
        assert beside["to"].startswith(kind)
        assert [aim for aim in found["aims"] if aim["name"].startswith(kind)]


def test_what_a_silence_costs_is_told_apart(said: list[str]) -> None:
    rows = {row["what"]: row["median"] for row in json.loads(said[-1])["rows"] if row["unit"] == "ms"}
    assert rows["wedge, with nothing behind the code"] >= 80
    assert rows["serial, with nothing behind the code"] >= 300
    assert any("silent for 80 ms" in line and "300 ms" in line for line in said)
