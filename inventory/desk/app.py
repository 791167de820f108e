"""The desk on a terminal: carries keys, scans and clicks to the session, and draws what it shows."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from depot import resting
from depot.absences import Absences
from depot.clock import Clock
from depot.errors import LedgerError
from depot.ledger import Ledger
from depot.settings import Settings
from inventory import fees, papers
from inventory.benches.registry import doors
from inventory.desk.acting import Acting
from inventory.desk.session import Key, Session
from inventory.desk.views import Said, Tone
from inventory.screens.page import Clicked, DeskScreen, Wheeled
from kiosk.terminal.camera import CameraReader
from kiosk.terminal.doorway import KEYPAD, Doorway, Pressed, Scanned, ScannerPresence
from kiosk.terminal.readers import readers, repair
from kiosk.terminal.scans import ScanReader
from kiosk.terminal.sounds import Sound, Sounds, default_command

log = logging.getLogger(__name__)

_TICK_SECONDS = 1.0
_REST_SECONDS = 20.0
_UNATTENDED_SECONDS = 60.0
"""How long a station's desk asks for a badge before the kiosk is back."""

_NAMED: Mapping[str, Key] = {
    "up": Key.UP,
    "down": Key.DOWN,
    "pageup": Key.PAGE_UP,
    "pagedown": Key.PAGE_DOWN,
    "home": Key.FIRST,
    "end": Key.LAST,
    "f1": Key.HELP,
    "f2": Key.SEARCH,
    "f3": Key.PRINT,
    "f4": Key.UNDO,
    "f5": Key.AFRESH,
    "f9": Key.OUT,
}
_FIRST_PRIVATE = 0xE000
_STANDS_FOR = {name: chr(_FIRST_PRIVATE + at) for at, name in enumerate(_NAMED)}
"""A character of Unicode's private use for each key that has none, which no scanner sends."""
_KEYS: Mapping[str, Key] = {_STANDS_FOR[name]: key for name, key in _NAMED.items()} | {
    "\r": Key.ENTER,
    "\n": Key.ENTER,
    "\t": Key.NEXT,
    "\x1b": Key.BACK,
    "\x7f": Key.ERASE,
    "\b": Key.ERASE,
}
_QUIT = "\x11"
_NOT_HERE = ("insert", "delete", "left", "right", "kp_begin")
"""Keys that the kiosk's keypad knows without NumLock and that mean nothing at a desk with arrows."""

_SOUNDS = {Tone.READ: Sound.READ, Tone.GOOD: Sound.DONE, Tone.BAD: Sound.NOT_THIS}


class DeskApp(Doorway):
    """One desk.

    Args:
        ledger: open; settings: those it was opened with; clock: where time comes from.
        sounds_folder: where the sound files are kept.
        language: of the screen.
        station: whether it shares its screen with a kiosk: it ends when whoever acts signs out or has gone.
        may_quit: whether Ctrl-Q ends it.
        acting: who is signed in from the start.
    """

    KEYS: ClassVar[Mapping[str, str]] = {
        **{name: char for name, char in KEYPAD.items() if name not in _NOT_HERE},
        **_STANDS_FOR,
    }
    NO_SCANNERS: ClassVar[frozenset[str]] = frozenset(_STANDS_FOR.values())

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        clock: Clock,
        *,
        sounds_folder: Path,
        language: str,
        idle_seconds: float = 180.0,
        station: bool = False,
        may_quit: bool = True,
        acting: Acting | None = None,
    ) -> None:
        scanners = self.scanners(settings)
        super().__init__(may_quit=may_quit, scanners=scanners, repair=repair(settings))
        self._ledger, self._settings, self._clock, self._station = ledger, settings, clock, station
        command = settings.kiosk.sound_command or default_command()
        self._sounds = Sounds(command, sounds_folder, self.bell, volume=settings.station.volume)
        self._session = Session(
            ledger,
            settings,
            clock,
            language=language,
            doors=doors(),
            idle_seconds=idle_seconds,
            acting=acting,
            cameras=[one for one in scanners if isinstance(one, CameraReader)],
        )
        self._absences = Absences(ledger.file)
        self._page = DeskScreen()
        self._rested = clock.monotonic()

    def scanners(self, settings: Settings) -> tuple[ScanReader, ...]:
        """Return the readers of the scanners at this screen."""
        return readers(settings, at="desk")

    def get_default_screen(self) -> DeskScreen:
        """Return the one screen there is."""
        return self._page

    def on_mount(self) -> None:
        """Show the first page and begin to count time."""
        self._show()
        self._sounds.try_out()
        self.set_interval(_TICK_SECONDS, self._tick)

    def on_unmount(self) -> None:
        """Say no more of scanners that this desk does not listen to any longer."""
        self._absences.close()

    def on_pressed(self, message: Pressed) -> None:
        """Answer a key."""
        if message.char == _QUIT:
            if self.may_quit:
                self.exit(0)
            return
        key = _KEYS.get(message.char, Key.CHAR)
        if key is Key.AFRESH:  # whatever else was written on the terminal goes, too
            self._page.refresh()
        self._answered(self._session.pressed(key, message.char))

    def on_scanned(self, message: Scanned) -> None:
        """Answer a scan."""
        scan = message.scan
        log.info("scan=%s source=%s", scan.loggable, message.source)
        self._answered(self._session.scanned(scan, message.text))

    def on_scanner_presence(self, message: ScannerPresence) -> None:
        """Leave word of a scanner that has come or gone; one that a kiosk beside this desk reads has not gone."""
        told = message.presence
        is_there = told.is_there or told.is_taken
        self._absences.tell(told.scanner, is_there=is_there, now=self._clock.now())

    def on_clicked(self, message: Clicked) -> None:
        """Answer a click."""
        self._answered(self._session.clicked(message.target))

    def on_wheeled(self, message: Wheeled) -> None:
        """Choose another row."""
        for _ in range(abs(message.rows)):
            self._session.pressed(Key.DOWN if message.rows > 0 else Key.UP)
        self._show()

    def _answered(self, said: Said) -> None:
        sound = _SOUNDS.get(said.tone)
        if sound is not None:
            self._sounds.play(sound)
        # One that waits to be told is told, also where nothing is to be heard; after a key none waits.
        self.answer(sound or Sound.READ)
        self._show()

    def _tick(self) -> None:
        self._session.tick()
        self._show()
        untouched = self._session.seconds_untouched()
        if self._station and not self._session.acting.id and untouched >= _UNATTENDED_SECONDS:
            self.exit(0)
        if untouched >= _REST_SECONDS and self._clock.monotonic() - self._rested >= _REST_SECONDS:
            self._rested = self._clock.monotonic()
            self._rest()

    def _rest(self) -> None:
        """Use an idle moment, as the kiosk does."""
        try:
            now = self._clock.now()
            resting.use_idle_moment(self._ledger, self._settings, now=now)
            if self._settings.fees.enabled:
                self._ledger.perform(
                    lambda conn, here: fees.advance(conn, here, self._settings.fees, now=now)
                )
            link_days = timedelta(days=self._ledger.station.rules.link_days)
            papers.forget_old(papers.beside(self._ledger.file), before=now - link_days)
        except (LedgerError, OSError) as broken:
            log.error("rest=failed error=%s", broken)

    def _show(self) -> None:
        self.digits_wanted = self._session.wants_digits
        self._page.show(self._session.shown)
        if self._station and self._session.is_left:
            self.exit(0)
