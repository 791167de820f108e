"""Cameras: `depot camera`, started as a child, whose lines are read here.

Looking at pictures takes most of a processor and libraries of which one may crash; so it is another process, and this
one, which lends, imports none of it. The two talk over the pipes of that process's standard input and output: nobody
else on the machine can put a scan into them, as anybody could into a socket, and the camera's process ends when this
one does, however it ends, because its standard input ends with it.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import select
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from kiosk.terminal.readers import Device, Gone, Reader
from kiosk.terminal.scans import Source
from kiosk.terminal.wedge import LONGEST

if TYPE_CHECKING:
    from depot.settings import Scanner

log = logging.getLogger(__name__)

POLL = 0.2
"""Seconds between two looks at whether reading shall end."""
ENDS_WITHIN = 0.5
"""Seconds that the camera's process has to end by itself before it is killed."""
_LONGEST_LINE = 4_000_000
"""Bytes of a line; that of a picture has some 40,000."""


@dataclass(frozen=True, slots=True)
class Aimed:
    """A code that a camera reads in its picture.

    Args:
        text: what it says; aim: its AIM identifier.
        corners: where it is, in parts of the picture's width and height.
        is_fine_enough: whether it is seen with enough pixels to a module; None where that is not known.
    """

    text: str = field(repr=False)
    aim: str
    corners: tuple[tuple[float, float], ...]
    is_fine_enough: bool | None


@dataclass(frozen=True, slots=True)
class Still:
    """One picture of a camera, for whoever aims it.

    Args:
        jpeg: it, small and grey; width, height: of the whole picture, in pixels.
        brightness: the mean of its grey levels, 0 (black) to 255.
        sharpness: grows with the focus while nothing else changes; means nothing beside another scene's.
        codes: what is read in it.
    """

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    brightness: int
    sharpness: int
    codes: tuple[Aimed, ...]


class CameraReader(Reader):
    """Reads a camera.

    Args:
        scanner: its `[[scanner]]`; `device` is what `depot camera --device` takes.
    """

    source = Source.CAMERA

    def __init__(self, scanner: Scanner) -> None:
        super().__init__(scanner)
        self._stills = threading.Condition()
        self._still: Still | None = None
        self._number = 0
        self._end = ""

    def open(self) -> Device:
        """Start the process that watches the camera; a recording that has ended is not played again."""
        if self._end:
            raise Gone(self._end)
        said = self.scanner
        asked = ("--device", said.device, "--width", str(said.width), "--height", str(said.height))
        command = [sys.executable, "-m", "depot", "camera", *asked]
        try:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as error:
            raise Gone(f"depot camera: {error}") from error
        return _Child(process, self)

    def still(self, timeout: float) -> Still | None:
        """Ask for a picture, from any thread.

        Args:
            timeout: seconds to wait for it.

        Returns:
            None where none comes: the camera is not there, or slower than that.
        """
        with self._stills:
            before = self._number
            device = self._device
            if not isinstance(device, _Child) or not device.ask("still"):
                return None
            self._stills.wait_for(lambda: self._number > before, timeout)
            return self._still if self._number > before else None

    # --- what the child says ---

    def take(self, line: dict[str, Any]) -> None:
        """Take in a line of the child's. Raises KeyError, TypeError or ValueError for one that is not made like one."""
        if "code" in line:
            text, cut = _at_most(str(line["code"]))
            self.heard(text, float(line["at"]), symbology=line["aim"], cut=cut)
        elif "still" in line:
            still = None if line["still"] is None else _still(line["still"])
            with self._stills:
                self._still, self._number = still, self._number + 1
                self._stills.notify_all()
        else:
            self._take_state(line["state"], line["why"])

    def _take_state(self, state: str, why: str) -> None:
        if state == "ended":
            self._end = why
        else:
            self._present(is_there=state == "there", why=why)

    def ended(self, status: int) -> Gone:
        """Say why there is nothing to be read any more."""
        return Gone(self._end or f"depot camera ended with status {status}")


class _Child(Device):
    """The process that watches the camera."""

    tells_presence: ClassVar[bool] = True

    def __init__(self, process: subprocess.Popen[bytes], reader: CameraReader) -> None:
        self._process, self._reader = process, reader
        self._asking = threading.Lock()
        self._has_spoken = False
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        self._in, self._out = process.stdin, process.stdout
        os.set_blocking(self._in.fileno(), False)  # who asks for a picture waits for no process that hangs

    def __str__(self) -> str:
        return f"depot camera, process {self._process.pid}"

    def read(self, until: Callable[[], bool]) -> None:
        """Take in what it says, line by line, until `until()`."""
        poll = select.poll()
        poll.register(self._out, select.POLLIN)
        held = b""
        while not until():
            if not poll.poll(POLL * 1000):
                continue
            data = os.read(self._out.fileno(), 65536)
            if not data:
                raise self._reader.ended(self._process.wait())
            *lines, held = (held + data).split(b"\n")
            for line in lines:
                self._take(line)
            if len(held) > _LONGEST_LINE:
                raise Gone(f"{self}: it said a line without end")

    def _take(self, line: bytes) -> None:
        self._has_spoken = True
        try:
            self._reader.take(json.loads(line))
        except (KeyError, TypeError, ValueError) as wrong:
            raise Gone(f"{self}: it said what is not understood ({type(wrong).__name__})") from wrong

    def ask(self, what: str) -> bool:
        """Write it a line; say whether that could be done."""
        with self._asking:
            try:
                return os.write(self._in.fileno(), f"{what}\n".encode()) > 0
            except (OSError, ValueError):  # it has ended, or is closed here
                return False

    def close(self) -> None:
        """Have it end: its standard input does. One that hangs, or is only just coming up, is killed."""
        with self._asking:
            self._in.close()
        try:
            self._process.wait(ENDS_WITHIN if self._has_spoken else 0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._out.close()


def _at_most(text: str) -> tuple[str, bool]:
    """Cut a text to what a scan may have; say whether that was done. A QR code may hold four thousand letters."""
    data = text.encode("utf-8", "replace")
    return data[:LONGEST].decode("utf-8", "replace"), len(data) > LONGEST


def _still(told: dict[str, Any]) -> Still:
    width, height = int(told["width"]), int(told["height"])
    codes = tuple(
        Aimed(
            str(one["code"]),
            str(one["aim"]),
            tuple((x / width, y / height) for x, y in one["corners"]),
            one.get("enough"),
        )
        for one in told["codes"]
    )
    jpeg = base64.b64decode(told["jpeg"])
    return Still(jpeg, width, height, int(told["brightness"]), int(told["sharpness"]), codes)
