"""What the presses of a ledger say of themselves, in small files beside it: the kiosk may know no more of them.

A press holds a lock on its file for as long as it lives, which no crash can forget to give back; and every
few seconds it writes whether its printers would print. A kiosk promises a slip only where a live press has
said so just now. Nothing here is synced to disk: after a power cut no press is alive.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FRESH_SECONDS = 15.0
"""How old what a press said may be. It says it every few seconds, and a printer may take some of them to ask."""
_FEW = 3
"""Behind how many other labels a slip still comes while somebody stands there."""
_MOST = 16 * 1024


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
        self.token = str(uuid.uuid4())
        self._file = _file(ledger, self.token)
        self._handle: int | None = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        self.say({})

    def say(self, printers: Mapping[str, PrinterNow]) -> None:
        """Say how the printers are, and that the press is alive."""
        if self._handle is None:
            return
        said = {
            "pid": os.getpid(),
            "beat": time.monotonic(),
            "printers": {name: [one.why, one.waiting] for name, one in printers.items()},
        }
        text = json.dumps(said).encode("ascii")
        with contextlib.suppress(OSError):  # a full disk stops no printing; what was said grows old
            os.pwrite(self._handle, text, 0)
            os.ftruncate(self._handle, len(text))

    def close(self) -> None:
        """Take the file away."""
        handle, self._handle = self._handle, None
        if handle is not None:
            self._file.unlink(missing_ok=True)
            os.close(handle)


def _file(ledger: Path, token: str) -> Path:
    return Path(f"{ledger}.press-{token}")


def is_alive(ledger: Path, token: str) -> bool:
    """Say whether a press lives: whether somebody holds the lock on its file."""
    return _holds_lock(_file(ledger, token))


def _holds_lock(file: Path) -> bool:
    try:
        handle = os.open(file, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def alive(ledger: Path) -> Iterator[PressNow]:
    """Give every press of a ledger that lives, with what it said last."""
    for file in sorted(ledger.parent.glob(f"{ledger.name}.press-*")):
        if _holds_lock(file):
            said = _read(file)
            if said is not None:
                yield said


def _read(file: Path) -> PressNow | None:
    try:
        with file.open("rb") as open_file:
            said = json.loads(open_file.read(_MOST))
        printers = {name: PrinterNow(why, waiting) for name, (why, waiting) in said["printers"].items()}
        return PressNow(file.name.rpartition(".press-")[2], int(said["pid"]), float(said["beat"]), printers)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # it is writing, or it is gone
        return None


def sweep(ledger: Path) -> None:
    """Take away what dead presses have left. For presses, when they begin."""
    for file in ledger.parent.glob(f"{ledger.name}.press-*"):
        if not _holds_lock(file):
            with contextlib.suppress(OSError):
                file.unlink()


def will_print(ledger: Path, printer: str) -> bool:
    """Say whether a label that is queued now comes out of a printer soon."""
    now = time.monotonic()
    for press in alive(ledger):
        said = press.printers.get(printer)
        is_fresh = 0 <= now - press.beat <= FRESH_SECONDS
        if said is not None and is_fresh and said.why is None and said.waiting <= _FEW:
            return True
    return False
