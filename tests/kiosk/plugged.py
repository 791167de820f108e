"""A scanner on a serial line, played by a test: a pair of pseudo-terminals, and a name that outlives both."""

from __future__ import annotations

import contextlib
import os
import select
import time
import tty
from pathlib import Path
from types import TracebackType
from typing import Self


class Plugged:
    """The scanner's end of the line. A context manager: plugged in, and in the end unplugged.

    Args:
        device: the path under which programs find it, as udev's names by id: a link to the pseudo-terminal.
    """

    def __init__(self, device: Path) -> None:
        self.device = device
        self._ours = -1

    def __enter__(self) -> Self:
        self.plug_in()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()

    def plug_in(self) -> None:
        """Come up under the old name, as another device: what was sent before nobody reads any more."""
        self._ours, theirs = os.openpty()
        tty.setraw(theirs)
        name = os.ttyname(theirs)
        os.set_blocking(self._ours, False)
        os.close(theirs)  # whoever opens it by its name has it alone
        self.device.symlink_to(name)

    def unplug(self) -> None:
        """Go, with the name."""
        if self._ours >= 0:
            with contextlib.suppress(FileNotFoundError):
                self.device.unlink()
            os.close(self._ours)
            self._ours = -1

    def send(self, data: bytes) -> None:
        """Send bytes, all of them in one packet, which must fit into the line."""
        assert os.write(self._ours, data) == len(data)

    def hears(self, count: int, timeout: float = 20.0) -> bytes:
        """Wait for so many bytes from the program, and take all that have come.

        Raises:
            AssertionError: they have not come.
        """
        heard, end = b"", time.monotonic() + timeout
        while len(heard) < count:
            assert time.monotonic() < end, f"{count} bytes wanted, {heard!r} came"
            if select.select([self._ours], [], [], 0.1)[0]:
                heard += self._read()
        return heard

    def _read(self) -> bytes:
        try:
            return os.read(self._ours, 65536)
        except OSError:  # nobody has the other end open; that is no reason to be asked again at once
            time.sleep(0.01)
            return b""
