"""What lies beside a ledger's file: the lock for taking turns, the reserve of disk space, the anchor.

One lock file for all writers and checkpoints: SQLite before 3.51.3 can corrupt a WAL when two connections
write or checkpoint at the same instant; and SQLite's own busy handler is unfair (4 s worst, measured).
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from depot.errors import LedgerBusy

log = logging.getLogger(__name__)


class Turns:
    """The lock file behind which all writers of one ledger take turns.

    Args:
        patience: how many seconds to wait for a turn.
    """

    def __init__(self, file: Path, patience: float) -> None:
        self._handle: int | None = os.open(f"{file}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        self._patience = patience
        self._here = threading.Lock()  # flock keeps processes apart, not the threads of one

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the turn for the length of a block.

        Raises:
            LedgerBusy: nobody gave it up in time.
        """
        until = time.monotonic() + self._patience
        if not self._here.acquire(timeout=self._patience):
            raise self._too_long()
        try:
            with self._flocked(until):
                yield
        finally:
            self._here.release()

    @contextlib.contextmanager
    def _flocked(self, until: float) -> Iterator[None]:
        handle = self._handle
        if handle is None:
            yield
            return
        pause = 0.0002
        while not _try_flock(handle):
            if time.monotonic() > until:
                raise self._too_long()
            time.sleep(pause)
            pause = min(pause * 1.5, 0.005)
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)

    def _too_long(self) -> LedgerBusy:
        return LedgerBusy(f"another writer has held the ledger for {self._patience:g} s")

    def close(self) -> None:
        """Give up the lock file, which stays for the next."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)


def _try_flock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Ballast:
    """A reserve of disk space: given up when the disk is full, so that what is out can still come home."""

    def __init__(self, file: Path, megabytes: int) -> None:
        self._file = Path(f"{file}.ballast")
        self._wanted = megabytes * 1024 * 1024

    def fill(self) -> None:
        """Reserve the space, if it can be had. Call in one's turn."""
        if not self._wanted or (self._file.exists() and self._file.stat().st_size >= self._wanted):
            return
        try:
            handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                os.posix_fallocate(handle, 0, self._wanted)
            finally:
                os.close(handle)
        except OSError as full:
            log.error("ballast=none error=%s", full.strerror)
            self._file.unlink(missing_ok=True)

    @property
    def is_used(self) -> bool:
        """Whether the reserve is gone though one is wanted."""
        return bool(self._wanted) and not self._file.exists()

    def drop(self) -> bool:
        """Give the reserve up. Returns False when there was none."""
        if not self._file.exists():
            return False
        self._file.unlink()
        log.error("disk=full ballast=dropped")
        return True


def anchor_of(file: Path, station: str) -> int:
    """Read the highest event number that this station is known to have written; 0 when nothing is known.

    The anchor is a small file beside the ledger, written after each commit and never synced: it cannot be
    ahead of the ledger, and it notices a `-wal` file that somebody deleted. The number stands in it twice,
    because half of 67 written over 49 would be 69, and a sound ledger refused.
    """
    try:
        whose, seq, again = Path(f"{file}.anchor").read_text("ascii").split()
        return int(seq) if whose == station and seq == again else 0
    except (OSError, ValueError):
        return 0


def drop_anchor(file: Path, station: str, seq: int) -> None:
    """Write the number of this station's newest event beside the ledger; no harm where that fails."""
    with contextlib.suppress(OSError):
        handle = os.open(f"{file}.anchor", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(handle, f"{station} {seq:>20} {seq:>20}".encode("ascii"), 0)
        finally:
            os.close(handle)
