"""The readers of this machine's scanners: which there are, and what all of them have in common.

A scanner is unplugged and plugged in again, and bumped into; so every reader opens its device again and again until
it is there, waits a little longer each time, and says once that it went and once that it came.
"""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from kiosk.terminal.repair import Repair, separated
from kiosk.terminal.scans import Heard, Presence, ScanReader, Source, Tell
from kiosk.terminal.sounds import Sound

if TYPE_CHECKING:
    from depot.settings import Scanner, Settings

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds between two tries to open a device that is not there: at first, and after a while."""
STOPS_WITHIN = 1.0
"""Seconds in which a reader that is told to stop has stopped."""


class Gone(Exception):
    """The device is not there, or not any more; its text is one line for the log."""


class Taken(Gone):
    """The device is there, and another program reads it."""


class Device(ABC):
    """A scanner that is open."""

    tells_presence: ClassVar[bool] = False
    """Whether `read` itself tells that the scanner is there and that it is not: another program holds it."""

    @abstractmethod
    def read(self, until: Callable[[], bool]) -> None:
        """Read and tell until `until()` is true, which is asked at least five times a second.

        Raises:
            Gone: it cannot be read any more.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of it; never raises."""

    def answer(self, sound: Sound) -> None:  # noqa: B027 - most have nothing to answer with
        """Have it show or sound what became of a scan; not all can. Never waits, never raises.

        Called from another thread than `read`.
        """


class Reader(ABC):
    """Reads one scanner in a thread of its own, and finds it again when it has gone.

    Args:
        scanner: its `[[scanner]]`.
    """

    source: Source

    def __init__(self, scanner: Scanner) -> None:
        self.scanner = scanner
        self._stopped = threading.Event()
        self._tell: Tell = _nobody
        self._thread: threading.Thread | None = None
        self._device: Device | None = None

    @property
    def name(self) -> str:
        """The `name` of its `[[scanner]]`."""
        return self.scanner.name

    @abstractmethod
    def open(self) -> Device:
        """Open the device.

        Raises:
            Gone: it is not there, or may not be opened.
        """

    def start(self, tell: Tell) -> None:
        """Begin to read, and to tell; a device that is not there is waited for."""
        self._tell = tell
        self._thread = threading.Thread(target=self._run, name=f"scanner {self.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop within a second and let go of the device; nothing is told any more."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(STOPS_WITHIN)
            if self._thread.is_alive():
                log.error("scanner=%s hangs", self.name)

    def answer(self, sound: Sound) -> None:
        """Have the scanner itself answer a scan, if it can."""
        if (device := self._device) is not None:
            device.answer(sound)

    def heard(
        self, text: str, at: float, *, symbology: str | None = None, cut: bool = False, raw: bytes = b""
    ) -> None:
        """Tell of a scan; for the device's `read`."""
        if not self._stopped.is_set():
            text = separated(text, self.scanner.separator)
            self._tell(Heard(text, self.source, at, self.name, symbology, cut, raw))

    def _run(self) -> None:
        pause, said = FIRST_PAUSE, ""
        while not self._stopped.is_set():
            began = time.monotonic()
            said = self._attend(said)
            if time.monotonic() - began > LONGEST_PAUSE:
                pause = FIRST_PAUSE  # it was there; one that goes as soon as it has come is waited for longer, too
            self._stopped.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _attend(self, said: str) -> str:
        """Open the device and read it until it goes; return why it went, or is not there. `said` is not said again."""
        is_taken = False
        try:
            device = self.open()
        except Gone as gone:
            why, is_taken = str(gone), isinstance(gone, Taken)
        except Exception as error:
            # Without the device: a camera's address may have its password in it.
            why = f"it could not be opened: {type(error).__name__}"
            if why != said:
                log.exception("scanner=%s failed", self.name)
        else:
            return self._read(device)
        if why != said:
            self._present(is_there=False, why=why, is_taken=is_taken)
        return why

    def _read(self, device: Device) -> str:
        """Read the open device until it goes or reading shall stop; return why it went."""
        self._device = device
        try:
            if not device.tells_presence:
                self._present(is_there=True, why=str(device))
            device.read(self._stopped.is_set)
        except Gone as gone:
            self._present(is_there=False, why=str(gone))
            return str(gone)
        except Exception:
            # A scanner may send anything, and its driver may do anything; the loan goes on with the other ones.
            log.exception("scanner=%s failed", self.name)
            self._present(is_there=False, why="it could not be read; the log says why")
            return "failed"
        finally:
            self._device = None
            device.close()
        return ""

    def _present(self, *, is_there: bool, why: str, is_taken: bool = False) -> None:
        log.log(
            logging.INFO if is_there else logging.WARNING, "scanner=%s there=%s %s", self.name, is_there, why
        )
        if not self._stopped.is_set():
            self._tell(Presence(self.name, self.source, is_there, why, is_taken))


def _nobody(_: Heard | Presence) -> None:
    """Stand in for whoever is told, until somebody is."""


def readers(settings: Settings, *, at: str) -> tuple[ScanReader, ...]:
    """Make the readers of the scanners that are set up for a screen; none is opened yet.

    Args:
        settings: those of this machine.
        at: "kiosk" or "desk".
    """
    return tuple(reader(scanner) for scanner in settings.scanners if scanner.at in {"both", at})


def repair(settings: Settings) -> Repair:
    """Return what is undone with each scan of the scanner that plays keyboard."""
    wedge = settings.wedge
    return Repair(wedge.scanner_layout, wedge.keyboard_layout, wedge.separator)


def reader(scanner: Scanner) -> ScanReader:
    """Make the reader of one scanner. What a kind needs is imported only for a scanner of that kind."""
    match scanner.kind:
        case "evdev":
            from kiosk.terminal.evdev import EvdevReader

            return EvdevReader(scanner)
        case "camera":
            from kiosk.terminal.camera import CameraReader

            return CameraReader(scanner)
        case _:
            from kiosk.terminal.serial_line import SerialReader

            return SerialReader(scanner)
