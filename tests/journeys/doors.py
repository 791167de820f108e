"""The ways in for a scan: what stands in the settings for each, and a scanner at its other end that a test holds.

The keyboard's is the terminal itself and needs nothing here.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.kiosk.plugged import Plugged
from tests.kiosk.recorded import Recorded
from tests.labels.reading.pictures import code128
from tests.shown import Shown

LEAVES_WITHIN = 2.5
"""Seconds in which a camera has seen that a label has left its picture."""


class Door(ABC):
    """One scanner beside the keyboard. A context manager: it is plugged in before the program starts.

    Args:
        folder: where its device is made.
    """

    kind: str

    def __init__(self, folder: Path) -> None:
        self.device = str(folder / f"scanner-{self.kind}")

    @property
    def settings(self) -> str:
        """The lines of TOML that have a program read it."""
        return f'[[scanner]]\nname = "{self.kind}"\nkind = "{self.kind}"\ndevice = "{self.device}"\n'

    @abstractmethod
    def __enter__(self) -> Self:
        """Plug it in."""

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Pull it out."""

    @abstractmethod
    def scan(self, code: str) -> None:
        """Hold a label before it."""

    def take_away(self) -> None:  # noqa: B027 - most do not care
        """Take the label away, once it has been heard."""


class SerialDoor(Door):
    """A scanner on a serial line, which is to answer every scan itself."""

    kind = "serial"

    def __enter__(self) -> Self:
        self.line = Plugged(Path(self.device)).__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.line.unplug()

    @property
    def settings(self) -> str:
        """The scanner waits to be told what became of a scan, in Honeywell's words."""
        return super().settings + 'feedback = "honeywell"\n'

    def scan(self, code: str) -> None:
        """Send it, and wait until the scanner has been told what became of it."""
        self.line.send(f"]C0{code}\r\n".encode())
        assert self.line.hears(3)[:2] in {b"\x1b5", b"\x1b7", b"\x1b8"}


class EvdevDoor(Door):
    """A scanner that plays keyboard, read from its events."""

    kind = "evdev"

    def __enter__(self) -> Self:
        self.events = Recorded(Path(self.device)).__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.events.__exit__(kind, error, trace)

    def scan(self, code: str) -> None:
        """Press its keys and Enter."""
        self.events.scan(code)


class CameraDoor(Door):
    """A camera on the network, before which a label lies until it has been heard."""

    kind = "camera"

    def __enter__(self) -> Self:
        self._camera = Shown().__enter__()
        self.device = self._camera.address
        self._taken_away: dict[str, float] = {}
        self._code = ""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._camera.__exit__(kind, error, trace)

    def scan(self, code: str) -> None:
        """Lay a label under it; not before it has seen the same label leave."""
        left = self._taken_away.get(code, 0.0) + LEAVES_WITHIN
        time.sleep(max(0.0, left - time.monotonic()))
        self._camera.lay(code128(code))
        self._code = code

    def take_away(self) -> None:
        """Let it see the table again."""
        self._camera.lay(None)
        self._taken_away[self._code] = time.monotonic()


DOORS: Mapping[str, type[Door]] = {
    "serial": SerialDoor,
    "evdev": EvdevDoor,
    "camera": CameraDoor,
}
"""By the kind that the settings call them."""
