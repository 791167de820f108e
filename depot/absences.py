"""Which scanners do not answer, said by the screens that should hear them, in small files beside the ledger.

As with `presses`, whoever says something holds a lock on its file for as long as it lives, which no crash can forget
to give back: what the dead have said is not told. A screen whose scanners are all there has no file.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

log = logging.getLogger(__name__)

_MOST = 16 * 1024


class Absences:
    """What one screen says of its scanners.

    Args:
        ledger: the ledger's file.
    """

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger
        self._file = Path(f"{ledger}.scanners-{uuid.uuid4()}")
        self._handle: int | None = None
        self._since: dict[str, datetime] = {}

    def tell(self, scanner: str, *, is_there: bool, now: datetime) -> None:
        """Say that a scanner has come, or gone if that is new; no harm where it cannot be written.

        Args:
            now: aware, UTC.
        """
        if is_there:
            self._since.pop(scanner, None)
        else:
            self._since.setdefault(scanner, now)
        try:
            self._write()
        except OSError as error:
            log.error("absences=failed error=%s", error)

    def close(self) -> None:
        """Take the file away."""
        handle, self._handle = self._handle, None
        if handle is not None:
            self._file.unlink(missing_ok=True)
            os.close(handle)

    def _write(self) -> None:
        if not self._since:
            self.close()
            return
        if self._handle is None:
            _sweep(self._ledger)
            self._handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._handle, fcntl.LOCK_EX)
        text = json.dumps({name: at.isoformat() for name, at in self._since.items()}).encode("ascii")
        os.pwrite(self._handle, text, 0)
        os.ftruncate(self._handle, len(text))


def absent(ledger: Path) -> Mapping[str, datetime]:
    """Tell which scanners do not answer, by name, and since when; aware, UTC."""
    found: dict[str, datetime] = {}
    for file in _files(ledger):
        if _is_held(file):
            for name, since in _read(file).items():
                found[name] = min(since, found.get(name, since))
    return found


def _files(ledger: Path) -> list[Path]:
    return sorted(ledger.parent.glob(f"{ledger.name}.scanners-*"))


def _is_held(file: Path) -> bool:
    try:
        handle = os.open(file, os.O_RDONLY)
    except OSError:  # its screen has just taken it away
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _read(file: Path) -> Mapping[str, datetime]:
    try:
        with file.open("rb") as open_file:
            said = json.loads(open_file.read(_MOST))
        return {name: datetime.fromisoformat(at) for name, at in said.items()}
    except (OSError, ValueError, TypeError, AttributeError):  # it is being written, or is gone
        return {}


def _sweep(ledger: Path) -> None:
    """Take away what the dead have left."""
    for file in _files(ledger):
        if not _is_held(file):
            with contextlib.suppress(OSError):
                file.unlink()
