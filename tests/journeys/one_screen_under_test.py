"""Stands for the command `depot` under the launcher: the kiosk and the desk as they are, on a clock that a test moves.

It is started by a file in the folder that holds the ledger and the clock, whose arguments are the command's.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from depot.settings import load
from tests.journeys import kiosk_under_test
from tests.journeys.clock import MovedClock


def main(verb: Sequence[str], folder: Path) -> int:
    """Open what the verb says; say how it ended."""
    if "--help" in verb:
        return 0
    if verb[0] == "kiosk":
        return kiosk_under_test.main(folder / "clock", folder)
    from inventory import desk_command
    from inventory.desk import app as room

    os.environ["PATH"] = ""  # so that no player is found
    room._TICK_SECONDS = 0.04  # a jump of the clock is noticed at once
    return desk_command.run(load(), MovedClock(folder / "clock"), station=True, language=None)
