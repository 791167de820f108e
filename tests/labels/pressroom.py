"""Presses in a test's hands: on the ledger of a house, with printers of the test's choosing."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from depot import settings
from depot.ledger import open_ledger
from depot.settings import Settings
from depot.tables import label_job
from labels import queue
from labels.press import Pace, PressRoom
from labels.work import Request
from tests.depot.house import House

PATIENCE = 20.0
QUICK = Pace(queue=0.01, fate=0.02, slow=0.1, condition=0.05, beat=0.05, orphans=0.05)


class HouseClock:
    """The time of a house's story."""

    def __init__(self, house: House) -> None:
        self._house = house

    def now(self) -> datetime:
        """What the story says."""
        return self._house.now

    def monotonic(self) -> float:
        """This machine's."""
        return time.monotonic()


def settings_with(house: House, *printers: str, station: str = "slips") -> Path:
    """Write a settings file: `settings_with(house, 'slips = "ipp://..."')` and so on, a printer a line.

    A line is a name, an address, and more keys: "slips ipp://localhost:99/ipp medium=62x29".
    """
    told = [f'database = "sqlite:///{house.file}"\n[station]\nclock = "trusted"\nballast_mb = 0\n']
    told.append(f'printer = "{station}"\n')
    for line in printers:
        name, uri, *more = line.split()
        keys = "".join(f"{key} = {value}\n" for key, value in (one.split("=") for one in more))
        told.append(f'[[printer]]\nname = "{name}"\nuri = "{uri}"\n{keys}')
    file = house.file.parent / f"press{len(list(house.file.parent.glob('press*.toml')))}.toml"
    file.write_text("".join(told), "utf-8")
    return file


@contextmanager
def room(house: House, file: Path, **more: Any) -> Iterator[PressRoom]:
    """Open a press on the house's ledger; nothing is printed until it is told to."""
    chosen: Settings = settings.load({}, file)
    with open_ledger(chosen, built_floor=False) as ledger:
        opened = PressRoom(ledger, chosen, HouseClock(house), pace=QUICK, **more)
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def running(house: House, file: Path, **more: Any) -> Iterator[PressRoom]:
    """Let a press print for the length of a block."""
    with room(house, file, **more) as opened:
        end = threading.Event()
        thread = threading.Thread(target=opened.run, args=(end,))
        thread.start()
        try:
            yield opened
        finally:
            end.set()
            thread.join()


def drained(house: House, file: Path, **more: Any) -> int:
    """Let a press try everything once; gives how many jobs are left."""
    with room(house, file, **more) as opened:
        return opened.drain()


def press_process(file: Path, *verb: str) -> subprocess.Popen[str]:
    """Start `depot press` as a process of its own."""
    quiet = {name: value for name, value in os.environ.items() if not name.startswith("DEPOT_")}
    return subprocess.Popen(
        [sys.executable, "-m", "depot", "press", *verb],
        env=quiet | {"DEPOT_SETTINGS": str(file), "XDG_STATE_HOME": str(file.parent / "state")},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def until(true: Callable[[], object], what: str = "it") -> None:
    """Wait for something that another thread or process brings about."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"{what} did not happen within {PATIENCE:g} s"
        time.sleep(0.01)


def put(house: House, *codes: str, design: str = "asset", **said: Any) -> str:
    """Queue labels of things, as staff do."""
    asked = Request(design, codes, **said)
    return house.at_desk(queue.put, asked)


def states(house: House) -> list[str]:
    """How the jobs stand, the oldest first."""
    rows = sorted(house.rows(label_job), key=lambda row: (row.made_at, row.key))
    return [row.state for row in rows]


def job(house: House, key: str) -> Any:
    """One job's row."""
    (row,) = house.rows(label_job, key=key)
    return row
