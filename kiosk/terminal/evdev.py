"""Scanners that play keyboard, read as devices of the kernel and grabbed.

No terminal, no layout and no Caps Lock of this machine comes between, two scanners are told apart, and nothing that
is scanned can press a key. There is no compiler on a station to build a library for it, so that the kernel is spoken
to as it stands (`input_device`); and so a file or FIFO with the bytes of a device can be read like one.
"""

from __future__ import annotations

import errno
import os
import select
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from kiosk.terminal import input_device
from kiosk.terminal.framing import BROKEN_SILENCE, ENOUGH, SILENCE, Frame, Framer
from kiosk.terminal.input_device import EV_KEY, EV_SYN, EVENT_BYTES, Event
from kiosk.terminal.keystrokes import MODIFIERS, Keystrokes
from kiosk.terminal.readers import Device, Gone, Reader, Taken
from kiosk.terminal.scans import Source

if TYPE_CHECKING:
    from depot.settings import Scanner

POLL = 0.05
"""Seconds between two looks at whether reading shall end, and at how long the scanner has been silent."""
QUIET, QUIET_WITHIN = 0.05, 1.0
"""Seconds without a key before a scanner is grabbed; and after which it is given up that they will come."""
TERMINATORS = "\r\n\t\x03"
"""What ends a code: CR, LF, Tab and ETX, as for every scanner."""


class EvdevReader(Reader):
    """Reads a scanner that plays keyboard as a device of its own.

    Args:
        scanner: its `[[scanner]]`; `device` is a path (best one of /dev/input/by-id that ends in `-event-kbd`), or
            `usb:VENDOR:PRODUCT`, in four hexadecimal digits each, with `:SERIAL` behind where there are two of a
            kind: it is looked for anew each time, under whatever number the kernel gives it. A path that is no
            device is read as the recording of one.
    """

    source = Source.EVDEV

    def __init__(self, scanner: Scanner) -> None:
        super().__init__(scanner)
        self._ended = ""

    def open(self) -> Device:
        """Open the device and grab it, or open the recording."""
        device = self.scanner.device
        if not device.startswith("usb:"):
            return self._opened(device)
        try:
            found, hidden = input_device.search(device)
        except ValueError:
            wanted = "four hexadecimal digits each, or with :SERIAL behind"
            raise Gone(f"{device}: expected usb:VENDOR:PRODUCT, {wanted}") from None
        obstacle = f"no keyboard {device} is plugged in" + (
            f", as far as can be seen: {hidden}" if hidden else ""
        )
        failed = Gone(obstacle)
        for path in found:
            try:
                return self._opened(path)
            except Gone as gone:
                failed = gone
        raise failed

    def has_ended(self, why: str) -> None:
        """Hear that the recording was read to its end; it is not begun again."""
        self._ended = why

    def _opened(self, path: str) -> Device:
        if self._ended:
            raise Gone(self._ended)
        try:
            with ExitStack() as stack:
                fd = input_device.open_input(path)
                stack.callback(os.close, fd)
                device = self._ready(fd, path)
                stack.pop_all()
                return device
        except OSError as error:
            kind = Taken if error.errno == errno.EBUSY else Gone
            raise kind(input_device.obstacle(path, error)) from error

    def _ready(self, fd: int, path: str) -> Device:
        mode = os.fstat(fd).st_mode
        if stat.S_ISREG(mode) or stat.S_ISFIFO(mode):
            return _Recording(fd, path, self)
        if not stat.S_ISCHR(mode):
            raise Gone(f"{path} is neither a device nor the recording of one")
        if not input_device.is_keyboard(fd):
            raise Gone(f"{path} is no keyboard")
        input_device.set_up(fd)
        self._grab(fd, path)
        return _Grabbed(fd, path, self)

    def _grab(self, fd: int, path: str) -> None:
        """Grab a keyboard once it is quiet: the terminal gets a code that is being typed to its end, and no half one."""
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        until = time.monotonic() + QUIET_WITHIN
        while poll.poll(QUIET * 1000) or not input_device.is_grabbed_unheld(fd):
            input_device.skip(fd)
            if time.monotonic() > until or self._stopped.is_set():
                raise Gone(f"{path} has a key held down")


class _Events(Device):
    """An open stream of events."""

    def __init__(self, fd: int, path: str, reader: EvdevReader) -> None:
        self._fd, self._path, self._reader = fd, path, reader
        self._keystrokes = Keystrokes(reader.scanner.layout, reader.scanner.separator)
        self._framer = Framer()
        self._torn = b""
        self._keys: list[str] = []
        self._at = self._arrived = time.monotonic()
        self._lost = self._skips = False

    def __str__(self) -> str:
        return self._path

    def read(self, until: Callable[[], bool]) -> None:
        """Read and tell until `until()`."""
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        try:
            while not until():
                if poll.poll(POLL * 1000):
                    self._take(os.read(self._fd, 64 * EVENT_BYTES))
                else:
                    self._wait()
        except OSError as error:
            self._break_off()
            raise Gone(input_device.obstacle(self._path, error)) from error

    def close(self) -> None:
        """Let go of the device; the kernel gives a grabbed one back to the terminal."""
        os.close(self._fd)

    def _take(self, data: bytes) -> None:
        self._arrived = time.monotonic()
        for event in self._events(data):
            self._be_silent(event.at)
            self._at = event.at
            if event.kind == EV_SYN:
                self._synchronise(event.code)
            elif event.kind == EV_KEY and not self._skips:
                self._stroke(event.code, event.value)

    def _events(self, data: bytes) -> Iterator[Event]:
        """Part bytes into events. A device tears none, a pipe may; where something else comes, some were lost."""
        data, start = self._torn + data, 0
        while start + EVENT_BYTES <= len(data):
            if event := input_device.event_in(data, start):
                yield event
                start += EVENT_BYTES
            else:
                self._lose()
                start += 1
        self._torn = data[start:]

    def _synchronise(self, code: int) -> None:
        """Heed that the kernel had no room for some events; until its next report come leftovers of them."""
        if code == input_device.SYN_DROPPED:
            self._lose()
            self._skips = True
        elif code == input_device.SYN_REPORT:
            self._skips = False

    def _lose(self) -> None:
        """Some of what the scanner sent was lost: what is in hand, or comes next, is a part of a code."""
        self._lost = True
        self._keystrokes.forget()

    def _stroke(self, key: int, value: int) -> None:
        if value == input_device.RELEASED:
            self._spell(self._keystrokes.release(key))
        elif value == input_device.PRESSED:
            if key not in MODIFIERS and len(self._keys) < ENOUGH:
                self._keys.append(self._keystrokes.name(key))
            self._spell(self._keystrokes.press(key))

    def _spell(self, char: str) -> None:
        if not char:
            return
        self._give(self._framer.feed(char.encode(), self._at))
        if char in TERMINATORS:
            self._give_lost()
            self._keys.clear()

    def _wait(self) -> None:
        """Nothing has come: on the clock of the stream as much time has passed as on ours."""
        self._be_silent(self._at + time.monotonic() - self._arrived)

    def _be_silent(self, now: float) -> None:
        self._give(self._framer.is_silent(now))
        if now - self._at >= SILENCE:
            self._give_lost()

    def _break_off(self) -> None:
        self._give(self._framer.is_broken_off())
        self._give_lost()

    def _give(self, frames: Iterable[Frame]) -> None:
        for frame in frames:
            self._tell(frame.text, frame.at, cut=frame.cut or self._lost)

    def _give_lost(self) -> None:
        """Tell of a code of which nothing has come."""
        if self._lost:
            self._tell("", self._at, cut=True)

    def _tell(self, text: str, at: float, *, cut: bool) -> None:
        self._lost = False
        self._reader.heard(text, self._monotonic(at), cut=cut, raw=" ".join(self._keys).encode())
        self._keys.clear()

    def _monotonic(self, at: float, /) -> float:
        """Put a time of the stream on the clock of `time.monotonic`."""
        return at


class _Grabbed(_Events):
    """A keyboard that nobody else reads."""

    def __init__(self, fd: int, path: str, reader: EvdevReader) -> None:
        super().__init__(fd, path, reader)
        self._name = input_device.name(fd)
        input_device.put_caps_lock_out(fd, path)

    def __str__(self) -> str:
        return f"{self._path} ({self._name}), grabbed"


class _Recording(_Events):
    """The bytes that a device once gave, in a file, or just now gives, through a FIFO. Its clock may be any."""

    def __str__(self) -> str:
        return f"{self._path}, a recording"

    def _take(self, data: bytes) -> None:
        if data:
            super()._take(data)
            return
        if self._torn:
            self._lose()
        if stat.S_ISFIFO(os.fstat(self._fd).st_mode):
            self._break_off()
            raise Gone(f"{self._path}: nobody writes into it any more")
        self._be_silent(self._at + BROKEN_SILENCE)
        self._reader.has_ended(f"{self._path}: the recording has ended")
        raise Gone(f"{self._path}: the recording has ended")

    def _wait(self) -> None:
        if os.fstat(self._fd).st_nlink == 0:
            self._break_off()
            raise Gone(f"{self._path} was taken away")
        super()._wait()

    def _monotonic(self, _: float, /) -> float:
        return self._arrived
