"""The benchmark of the camera runs to its end and says what it found; what that is worth is for a person to read."""

from __future__ import annotations

import json
from pathlib import Path

from tests.scripts.benches import printed


def test_it_runs_to_its_end_and_is_held_against_decoding_alone(tmp_path: Path) -> None:
    *table, last = printed("camera", tmp_path)
    found = json.loads(last)
    assert found["bench"] == "camera"
    for aim in found["aims"]:
        assert aim["met"] == (aim["value"] <= aim["aim"])
        assert any(f"{'met' if aim['met'] else 'MISSED':<6}  {aim['name']}" in line for line in table)
    rows = {row["what"]: row for row in found["rows"]}
    assert all(any(what in line for line in table) for what in rows)
    assert rows["readable frame to scan, 640x480"]["to"] == "reading that frame alone, 640x480"
    busy = rows["processor, something moves, 640x480"]
    assert busy["to"] == "processor, every frame read alone, 640x480"
