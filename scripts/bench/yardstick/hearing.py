"""The least application behind the doorway: it says on a FIFO when a scan reached it. Its scanners are arguments."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from textual.app import ComposeResult
from textual.widgets import Label

from depot.settings import Scanner
from kiosk.terminal.console import run_app
from kiosk.terminal.doorway import Doorway, Scanned, ScannerPresence
from kiosk.terminal.readers import reader
from kiosk.terminal.scans import ScanReader


class Hearing(Doorway):
    """Says when.

    Args:
        said: what it is said on.
    """

    def __init__(self, said: int, scanners: Sequence[ScanReader]) -> None:
        super().__init__(scanners=scanners)
        self._said = said

    def compose(self) -> ComposeResult:
        """Show one label."""
        yield Label("hearing")

    def on_mount(self) -> None:
        """Say that keys are read."""
        self.call_after_refresh(lambda: os.write(self._said, b"there wedge\n"))

    def on_scanned(self, event: Scanned) -> None:
        """Say that a scan is here, and since when."""
        now = time.monotonic_ns()
        os.write(self._said, f"{now} {event.scanner or event.source}\n".encode())

    def on_scanner_presence(self, event: ScannerPresence) -> None:
        """Say that a scanner can be heard."""
        if event.presence.is_there:
            os.write(self._said, f"there {event.presence.scanner}\n".encode())


def main(said: str, log: str, *scanners: str) -> int:
    """Hear every scanner, each given as `kind=device`, until a signal comes."""
    pairs = (one.partition("=") for one in scanners)
    readers = [reader(Scanner(name=kind, kind=kind, device=device)) for kind, _, device in pairs]
    return run_app(Hearing(os.open(said, os.O_WRONLY), readers), log=Path(log), mouse=False)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
