"""Scanners on a serial line: a USB scanner in COM mode (USB-CDC), or one on a real RS-232 line.

The bytes are the code's own: no layout and no Caps Lock comes between, and GS and AIM identifiers arrive. The line
is two-way, so that many scanners can be told what became of a scan; the commands are their makers'.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import termios
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import serial

from kiosk.terminal.framing import Frame, Framer
from kiosk.terminal.readers import Device, Gone, Reader, Taken
from kiosk.terminal.scans import Source
from kiosk.terminal.sounds import Sound

log = logging.getLogger(__name__)

POLL = 0.05
"""Seconds between two looks at whether reading shall end, and at how long the scanner has been silent."""

FEEDBACK: Final[Mapping[str, Mapping[Sound, bytes]]] = {
    "none": {},
    # What most scanners sound for BEL once it is switched on ("beep on BEL").
    "bel": {Sound.READ: b"\x07", Sound.DONE: b"\x07", Sound.NOT_THIS: b"\x07\x07\x07"},
    # Honeywell, "Host ACK": ESC 7 is a good answer, ESC 8 a bad one, ESC 5 a middling beep; the comma ends a command.
    "honeywell": {Sound.READ: b"\x1b5,", Sound.DONE: b"\x1b7,", Sound.NOT_THIS: b"\x1b8,\x1b8,"},
    # Datalogic, RS-232 and USB-COM: SOH sounds the good-read tone; F, the "not on file" tone, switches the scanner
    # off as well, so that E, which switches it on, comes behind it.
    "datalogic": {Sound.READ: b"\x01", Sound.DONE: b"\x01", Sound.NOT_THIS: b"FE"},
    # CipherLab: one beep.
    "cipherlab": {Sound.READ: b"#@////\r", Sound.DONE: b"#@////\r", Sound.NOT_THIS: b"#@////\r" * 3},
}
"""What is sent to a scanner for each sound; the names are those of the setting `feedback`."""

_FAILURES = (serial.SerialException, OSError, termios.error)
"""What pyserial raises for a line that is not there, or not any more; termios has an error of its own."""
_IN_USE = (errno.EAGAIN, errno.EBUSY)
"""What the kernel says of a line that somebody has locked, or has opened for himself alone (TIOCEXCL)."""


class SerialReader(Reader):
    """Reads a scanner on a serial line.

    Args:
        scanner: its `[[scanner]]`; `device` is a path (best one of /dev/serial/by-id), or an address of pyserial's:
            `hwgrep://05F9:` finds a USB scanner by its maker's number, `socket://192.0.2.7:4001` one on a converter.
    """

    source = Source.SERIAL

    def open(self) -> Device:
        """Open the line for this program alone. What came before is not read: half of it may be lost."""
        try:
            port = serial.serial_for_url(self.scanner.device, do_not_open=True)
            port.baudrate, port.timeout, port.exclusive = self.scanner.baud, POLL, True
            port.open()
        except (*_FAILURES, ValueError, re.error) as error:  # the latter: an address that makes no sense
            kind = Taken if getattr(error, "errno", None) in _IN_USE else Gone
            raise kind(f"{self.scanner.device}: {error}") from error
        return _Line(port, self, FEEDBACK[self.scanner.feedback])


class _Line(Device):
    """The open line."""

    def __init__(self, port: serial.Serial, reader: SerialReader, feedback: Mapping[Sound, bytes]) -> None:
        self._port, self._reader, self._feedback = port, reader, feedback
        self._framer = Framer()
        self._open = threading.Lock()

    def __str__(self) -> str:
        return str(self._port.port)

    def read(self, until: Callable[[], bool]) -> None:
        """Read and tell until `until()`."""
        try:
            while not until():
                if data := self._port.read(1):
                    data += self._port.read(self._port.in_waiting)
                    self._tell(self._framer.feed(data, time.monotonic()))
                else:
                    self._tell(self._framer.is_silent(time.monotonic()))
        except _FAILURES as error:
            self._tell(self._framer.is_broken_off())
            raise Gone(f"{self._port.port}: {error}") from error

    def _tell(self, frames: Iterable[Frame]) -> None:
        for frame in frames:
            self._reader.heard(frame.text, frame.at, cut=frame.cut, raw=frame.raw)

    def answer(self, sound: Sound) -> None:
        """Send what its maker has for a sound; where the scanner takes nothing, it is lost.

        Written past pyserial, which tries for ever, and without a pause, while a line is full that must not wait.
        """
        if not (command := self._feedback.get(sound)):
            return
        with self._open:  # closed meanwhile, its number might be another file's
            if not self._port.is_open:
                return
            try:
                os.write(self._port.fileno(), command)
            except OSError as error:
                log.warning("scanner=%s feedback=failed %s", self._reader.name, error)

    def close(self) -> None:
        """Let go of the line. What it has not taken is thrown away: the kernel waits half a minute for it."""
        with self._open:
            try:
                self._port.reset_output_buffer()
            except _FAILURES as error:
                log.debug("scanner=%s there is nothing left to flush: %s", self._reader.name, error)
            try:
                self._port.close()
            except _FAILURES as error:
                log.warning("scanner=%s close=failed %s", self._reader.name, error)
