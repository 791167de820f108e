"""The desk as `depot desk` opens it, on a clock that a test can move and with the bell for a sound.

Arguments: the clock's file, and the language of the screen; with `--station` it takes the kiosk's word. The ledger and
the rest are named by DEPOT_DATABASE, DEPOT_SETTINGS and their like.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from depot.settings import load
from inventory import desk_command
from inventory.desk import app
from tests.journeys.clock import MovedClock


def main(clock: Path, language: str, *said: str) -> int:
    """Open the desk; say how it ended."""
    os.environ["PATH"] = ""  # so that no player is found, and the bell rings
    app._TICK_SECONDS = 0.04  # a jump of the clock is noticed at once
    return desk_command.run(load(), MovedClock(clock), station="--station" in said, language=language)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
