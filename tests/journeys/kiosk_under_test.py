"""The kiosk as `depot kiosk` opens it, on a clock that a test can move and with the bell for a sound.

Arguments: the clock's file, a folder for its log and sounds, and how long it waits for other writers if not as long
as here. The ledger and the rest are named by DEPOT_DATABASE, DEPOT_SETTINGS and their like.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from depot.ledger import open_ledger
from depot.settings import load
from kiosk import app as room
from kiosk.app import Kiosk
from kiosk.terminal.console import run_app
from tests.journeys.clock import MovedClock

PATIENCE = 0.6
"""Seconds to wait for another writer; ten in earnest, which few tests have."""


def main(clock: Path, folder: Path, patience: float = PATIENCE) -> int:
    """Open the kiosk; say how it ended."""
    os.environ["PATH"] = ""  # so that no player is found, and the bell rings, which the test can count
    room._TICK_SECONDS = 0.04  # a jump of the clock is noticed at once
    for name in ("depot", "kiosk"):
        logging.getLogger(name).setLevel(logging.INFO)
    settings = load()
    with open_ledger(settings, patience=patience) as ledger:
        ledger.claim()
        app = Kiosk(ledger, settings, MovedClock(clock), sounds_folder=folder / "sounds", may_quit=True)
        return run_app(app, log=folder / "kiosk.log")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), *map(float, sys.argv[3:])))
