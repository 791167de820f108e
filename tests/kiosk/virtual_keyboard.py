"""A keyboard that is none, made by the kernel's own means for it (linux/uinput.h), where a test may do that."""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.kiosk.keystream import KEY, MSC, SYN, event

UINPUT = Path("/dev/uinput")
LED, CAPS_LOCK_LED, SCAN = 0x11, 1, 4
USB = 3
END = event(SYN, 0, 0)

_SETUP = struct.Struct("4H80sI")
_CREATE, _DESTROY = 0x5501, 0x5502
_SYSNAME = 2 << 30 | 64 << 16 | 0x552C


def _request(number: int, size: int = 4) -> int:
    return 1 << 30 | size << 16 | ord("U") << 8 | number


class VirtualKeyboard:
    """A keyboard that is plugged in from entering to leaving.

    Args:
        vendor: its maker's number.
        product: its own.
        keys: the keys that it has; those of an ordinary keyboard unless said.
    """

    def __init__(self, vendor: int = 0x0C2E, product: int = 0x0B61, keys: range = range(1, 249)) -> None:
        self.vendor, self.product, self.keys = vendor, product, keys
        self._fd = -1
        self.node = Path()

    @property
    def address(self) -> str:
        return f"usb:{self.vendor:04x}:{self.product:04X}"

    def __enter__(self) -> Self:
        self.plug_in()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()

    def plug_in(self) -> None:
        self._fd = os.open(UINPUT, os.O_RDWR | os.O_NONBLOCK)
        for number, bits in (
            (100, (SYN, KEY, MSC, LED)),
            (101, self.keys),
            (104, (SCAN,)),
            (105, (0, CAPS_LOCK_LED)),
        ):
            for bit in bits:
                fcntl.ioctl(self._fd, _request(number), bit)
        name = b"A scanner, played"
        fcntl.ioctl(
            self._fd, _request(3, _SETUP.size), _SETUP.pack(USB, self.vendor, self.product, 1, name, 0)
        )
        fcntl.ioctl(self._fd, _CREATE)
        called = fcntl.ioctl(self._fd, _SYSNAME, bytes(64)).partition(b"\0")[0].decode()
        (folder,) = Path("/sys/devices/virtual/input", called).glob("event*")
        self.node = Path("/dev/input", folder.name)
        end = time.monotonic() + 20
        while not os.access(self.node, os.R_OK):
            assert time.monotonic() < end, f"{self.node} does not come"
            time.sleep(0.01)

    def unplug(self) -> None:
        if self._fd >= 0:
            with contextlib.suppress(OSError):
                fcntl.ioctl(self._fd, _DESTROY)
            os.close(self._fd)
        self._fd = -1

    def send(self, data: bytes, *, pause: float = 0.002) -> None:
        """Send events, with a pause in seconds after each report as on a USB line; without one at once."""
        report = b""
        for (one,) in struct.iter_unpack(f"{len(END)}s", data):
            report += one
            if one == END and pause:
                os.write(self._fd, report)
                report = b""
                time.sleep(pause)
        os.write(self._fd, report)

    def told(self) -> list[tuple[int, int, int]]:
        """What the machine has told the keyboard, its lights above all: type, code and value."""
        with contextlib.suppress(BlockingIOError):
            return [one[2:] for one in struct.iter_unpack("@llHHi", os.read(self._fd, 24 * 64))]
        return []


class Terminal:
    """Whoever else reads a keyboard, as the terminal does."""

    def __init__(self, node: Path) -> None:
        self._fd = os.open(node, os.O_RDWR | os.O_NONBLOCK)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._fd)

    def keys(self) -> list[tuple[int, int]]:
        """The keys that it has seen go down (1) and up (0) since it was last asked."""
        with contextlib.suppress(BlockingIOError):
            return [
                one[3:] for one in struct.iter_unpack("@llHHi", os.read(self._fd, 24 * 4096)) if one[2] == KEY
            ]
        return []

    def light_caps_lock(self) -> None:
        os.write(self._fd, event(LED, CAPS_LOCK_LED, 1) + event(SYN, 0, 0))
