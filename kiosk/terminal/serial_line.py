"""Scanners on a serial line: a USB scanner in COM mode (USB-CDC), or one on a real RS-232 line.

The bytes are the code's own: no layout and no Caps Lock comes between, and GS and AIM identifiers arrive. The line
is two-way, so that many scanners can be told what became of a scan; the commands are their makers'.
"""

from __future__ import annotations

import logging
import termios
import time
from collections.abc import Callable, Mapping
from typing import Final

import serial

from kiosk.terminal.framing import Frame, Framer
from kiosk.terminal.readers import Device, Gone, Reader
from kiosk.terminal.scans import Source
from kiosk.terminal.sounds import Sound

log = logging.getLogger(__name__)

POLL = 0.2
"""Seconds between two looks at whether reading shall end."""

FEEDBACK: Final[Mapping[str, Mapping[Sound, bytes]]] = {
    "none": {},
    # What most scanners sound for BEL once it is switched on ("beep on BEL").
    "bel": {Sound.READ: b"\x07", Sound.DONE: b"\x07", Sound.NOT_THIS: b"\x07\x07\x07"},
    # Honeywell, "Host ACK": ESC 7 is a good answer, ESC 8 a bad one, ESC 4 a low beep; the comma ends a command.
    "honeywell": {Sound.READ: b"\x1b5,", Sound.DONE: b"\x1b7,", Sound.NOT_THIS: b"\x1b8,\x1b8,"},
    # Datalogic, RS-232 and USB-COM: SOH sounds the good-read tone; F, the "not on file" tone, switches the scanner
    # off as well, so that E, which switches it on, comes behind it.
    "datalogic": {Sound.READ: b"\x01", Sound.DONE: b"\x01", Sound.NOT_THIS: b"FE"},
    # CipherLab: one beep.
    "cipherlab": {Sound.READ: b"#@////\r", Sound.DONE: b"#@////\r", Sound.NOT_THIS: b"#@////\r" * 3},
}
"""What is sent to a scanner for each sound; the names are those of the setting `feedback`."""


class SerialReader(Reader):
    """Reads a scanner on a serial line.

    Args:
        scanner: its `[[scanner]]`; `device` is a path (best one of /dev/serial/by-id), or an address of pyserial's:
            `hwgrep://05F9:` finds a USB scanner by its maker's number.
    """

    source = Source.SERIAL

    def open(self) -> Device:
        """Open the line for this program alone."""
        try:
            port = serial.serial_for_url(self.scanner.device, do_not_open=True)
            port.baudrate, port.timeout, port.write_timeout = self.scanner.baud, POLL, 0
            if hasattr(port, "exclusive"):
                port.exclusive = True
            port.open()
        except (serial.SerialException, OSError, ValueError) as error:
            raise Gone(f"{self.scanner.device}: {error}") from error
        return _Line(port, self, FEEDBACK[self.scanner.feedback])


class _Line(Device):
    """The open line."""

    def __init__(self, port: serial.Serial, reader: SerialReader, feedback: Mapping[Sound, bytes]) -> None:
        self._port, self._reader, self._feedback = port, reader, feedback
        self._framer = Framer()

    def __str__(self) -> str:
        return str(self._port.port)

    def read(self, until: Callable[[], bool]) -> None:
        """Read and tell until `until()`."""
        try:
            while not until():
                deadline = self._framer.deadline
                wait = POLL if deadline is None else min(POLL, max(0.0, deadline - time.monotonic()))
                if self._port.timeout != wait:
                    self._port.timeout = wait
                data = self._port.read(1)
                if data:
                    data += self._port.read(self._port.in_waiting)
                now = time.monotonic()
                for frame in (*self._framer.feed(data, now),) if data else (*self._framer.flush(now),):
                    self._tell(frame)
        except (serial.SerialException, OSError, termios.error, TypeError) as error:
            # TypeError: pyserial's, where the line was lost between two of its own steps.
            for frame in self._framer.broken_off():
                self._tell(frame)
            raise Gone(f"{self._port.port}: {error}") from error

    def _tell(self, frame: Frame) -> None:
        self._reader.heard(frame.text, frame.at, cut=frame.cut, raw=frame.raw)

    def answer(self, sound: Sound) -> None:
        """Send what its maker has for a sound."""
        if not (command := self._feedback.get(sound)):
            return
        try:
            self._port.write(command)
        except (serial.SerialException, OSError, termios.error) as error:
            log.info("scanner=%s feedback=failed %s", self._reader.name, error)

    def close(self) -> None:
        """Let go of the line."""
        try:
            self._port.close()
        except (OSError, termios.error) as error:
            log.info("scanner=%s close=failed %s", self._reader.name, error)
