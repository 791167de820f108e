"""The benchmark of the desk runs to its end and says what it found; whether that is fast is for a person to read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.scripts.benches import printed


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the benchmark prints, started in some other folder and with nothing but its name."""
    return printed("desk", tmp_path_factory.mktemp("desk"))


def test_the_last_line_is_for_programs(said: list[str]) -> None:
    found: dict[str, Any] = json.loads(said[-1])
    assert found.keys() == {"bench", "machine", "load", "rows", "aims"}
    assert found["bench"] == "desk"
    for row in found["rows"]:
        assert row["unit"] in {"us", "ms", "MB"}
        assert row["n"] > 0
        assert 0 < row["median"] <= row["p95"]
    for aim in found["aims"]:
        assert aim["met"] == (aim["value"] <= aim["aim"])


def test_everything_that_is_answered_for_has_an_aim(said: list[str]) -> None:
    aims = [aim["name"] for aim in json.loads(said[-1])["aims"]]
    answered_for = (
        "Today, our own time",
        "key to paint of Today less its SQL alone",
        "key to paint of an arrow",
        "key to paint in search less its SQL",
    )
    assert [name for name in answered_for if not any(aim.startswith(name) for aim in aims)] == []


def test_what_was_measured_stands_beside_the_same_without_the_desk(said: list[str]) -> None:
    beside = {row["what"]: row["to"] for row in json.loads(said[-1])["rows"] if "to" in row}
    assert beside["Today, looked up and laid out"] == "Today, the same SQL alone"
    assert beside["search, a key, looked up and laid out"] == "search, a key, the same SQL alone"
    assert beside["a thing cleaned, a scan of a wash run"] == "a thing cleaned, the bare deed"


def test_every_kind_of_work_waits_on_its_tuesday(said: list[str]) -> None:
    (told,) = (line for line in said if line.startswith("on Today "))
    waiting, kinds, _ = (int(word) for word in told.replace(",", "").split() if word.isdigit())
    assert waiting > 50
    assert kinds >= 10
    assert any("scans a second" in line for line in said)
