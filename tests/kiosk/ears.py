"""Who listens to a reader in a test: what it tells is waited for, one after the other."""

from __future__ import annotations

import queue
import time
from types import TracebackType
from typing import Self

from depot.settings import Scanner
from kiosk.terminal.readers import reader
from kiosk.terminal.scans import Heard, Presence, ScanReader

PATIENCE = 20.0
"""Seconds that a busy machine may need."""


class Ears:
    """Listens to a reader, that of one scanner, from entering to leaving; what was not taken by then is too much."""

    def __init__(self, scanner: Scanner | ScanReader) -> None:
        self.reader = reader(scanner) if isinstance(scanner, Scanner) else scanner
        self._told: queue.SimpleQueue[Heard | Presence] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        self.reader.start(self._told.put)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        began = time.monotonic()
        self.reader.stop()
        if error is None:
            assert time.monotonic() - began < 1
            assert self._told.empty(), self._told.get()

    def next(self) -> Heard | Presence:
        return self._told.get(timeout=PATIENCE)

    def scan(self) -> Heard:
        """The next that is told, which must be a scan."""
        told = self.next()
        assert isinstance(told, Heard), told
        return told

    def scans(self, count: int) -> list[tuple[str, bool]]:
        """So many scans that are told one after the other: their texts, and whether they are cut."""
        return [(heard.text, heard.cut) for heard in (self.scan() for _ in range(count))]

    def comes(self) -> str:
        """The next that is told, which must be that the scanner is there: what was found."""
        return self._present(is_there=True)

    def goes(self) -> str:
        """The next that is told, which must be that the scanner is not there: why."""
        return self._present(is_there=False)

    def _present(self, *, is_there: bool) -> str:
        told = self.next()
        assert isinstance(told, Presence), told
        assert told.is_there is is_there, told
        return told.why
