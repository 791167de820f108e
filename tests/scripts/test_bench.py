"""The benchmarks run to their end and say what they found; whether that is fast is for a person to read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.scripts.benches import printed


@pytest.fixture(scope="module", params=["deeds", "kiosk"])
def said(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a benchmark prints, started in some other folder and with nothing but its name."""
    return [request.param, *printed(request.param, tmp_path_factory.mktemp(request.param))]


def test_the_last_line_is_for_programs(said: list[str]) -> None:
    found: dict[str, Any] = json.loads(said[-1])
    assert found.keys() == {"bench", "machine", "load", "rows", "aims"}
    assert found["bench"] == said[0]
    assert "Python" in found["machine"]
    assert all(load >= 0 for load in found["load"])
    for row in found["rows"]:
        assert row["unit"] in {"us", "ms", "MB"}
        assert row["n"] > 0
        assert 0 < row["median"] <= row["p95"]
    for aim in found["aims"]:
        assert aim.keys() == {"name", "value", "aim", "met"}
        assert aim["met"] == (aim["value"] <= aim["aim"])


def test_a_person_reads_the_same_in_a_table_before_it(said: list[str]) -> None:
    found, table = json.loads(said[-1]), "\n".join(said[1:-1])
    assert found["machine"] in table
    assert all(row["what"] in table for row in found["rows"])
    for aim in found["aims"]:
        verdict = "met" if aim["met"] else "MISSED"
        assert f"{verdict:<6}  {aim['name']}" in table


def test_everything_that_is_answered_for_has_an_aim(said: list[str]) -> None:
    aims = " ".join(aim["name"] for aim in json.loads(said[-1])["aims"])
    answered_for = {
        "deeds": ("check-out at", "check-in at", "times raw", "growth", "depot lend"),
        "kiosk": ("scan to paint of a return", "scan to paint of a loan", "start to first paint"),
    }
    assert [name for name in answered_for[said[0]] if name not in aims] == []
