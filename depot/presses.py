"""What the presses of a ledger say of themselves, in small files beside it: the kiosk may know no more of them.

Every few seconds a press writes whether its printers would print. A kiosk promises a slip only where a press that
lives has said so just now.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from depot import living

FRESH_SECONDS = 15.0
"""How old what a press said may be. It says it every few seconds, and a printer may take some of them to ask."""
_FEW = 3
"""Behind how many other labels a slip still comes while somebody stands there."""
_KIND = "press"


@dataclass(frozen=True, slots=True)
class PrinterNow:
    """What a press says of one printer: why it would not print, None where it would; and how many labels wait."""

    why: str | None
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class PressNow:
    """A press that is alive.

    Args:
        token: its name; pid: its process; beat: when it last said something, in seconds of the machine's
            monotonic clock, which all processes share; printers: what it said, by printer.
    """

    token: str
    pid: int
    beat: float
    printers: Mapping[str, PrinterNow]


class Press:
    """A press's own file. It lives until `close`, or until the process ends, however it ends."""

    def __init__(self, ledger: Path) -> None:
        self._word = living.Word(ledger, _KIND)
        self.token = self._word.token
        self.say({})

    def say(self, printers: Mapping[str, PrinterNow]) -> None:
        """Say how the printers are, and that the press is alive."""
        said = {
            "pid": os.getpid(),
            "beat": time.monotonic(),
            "printers": {name: [one.why, one.waiting] for name, one in printers.items()},
        }
        with contextlib.suppress(OSError):  # a full disk stops no printing; what was said grows old
            self._word.say(said)

    def close(self) -> None:
        """Take the file away."""
        self._word.close()


def is_alive(ledger: Path, token: str) -> bool:
    """Say whether a press lives: whether somebody holds the lock on its file."""
    return living.is_alive(ledger, _KIND, token)


def alive(ledger: Path) -> Iterator[PressNow]:
    """Give every press of a ledger that lives, with what it said last."""
    for token, said in living.spoken(ledger, _KIND):
        press = _read(token, said)
        if press is not None:
            yield press


def _read(token: str, said: Any) -> PressNow | None:
    try:
        printers = {name: PrinterNow(why, waiting) for name, (why, waiting) in said["printers"].items()}
        return PressNow(token, int(said["pid"]), float(said["beat"]), printers)
    except (ValueError, KeyError, TypeError, AttributeError):  # another version of Depot wrote it
        return None


def sweep(ledger: Path) -> None:
    """Take away what dead presses have left. For presses, when they begin."""
    living.sweep(ledger, _KIND)


def will_print(ledger: Path, printer: str) -> bool:
    """Say whether a label that is queued now comes out of a printer soon."""
    now = time.monotonic()
    for press in alive(ledger):
        said = press.printers.get(printer)
        is_fresh = 0 <= now - press.beat <= FRESH_SECONDS
        if said is not None and is_fresh and said.why is None and said.waiting <= _FEW:
            return True
    return False
