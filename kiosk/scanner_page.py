"""The scanner's test page: everything that comes, as it comes, and what is to be set otherwise in the scanner.

No ledger is opened and nothing is looked up, so that a scanner can be tried before there is a depot. Whoever tests a
scanner wants to see what really comes: the page takes the terminal's keys before the doorway makes anything of them,
undoes nothing, and says beside it what the settings would have undone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from functools import partial

from textual.timer import Timer

from depot import scanner_sheet
from depot.scanner_sheet import FUNCTION_KEYS, Known
from depot.words import Words
from kiosk.scanner_looks import Look, Run, Runs, look_at_heard, look_at_run
from kiosk.screens.layout import Row
from kiosk.screens.scanner import ScannerScreen, rows_of
from kiosk.sentences.scanner import parts
from kiosk.terminal.doorway import Doorway, Key, Pressed, Scanned, ScannerPresence
from kiosk.terminal.repair import Repair
from kiosk.terminal.scans import Presence, ScanReader, Source
from kiosk.terminal.sounds import Sound

LOOKS = 8
"""Scans that are kept to be shown."""


class ScannerPage(Doorway):
    """The test page, as an application.

    Args:
        scanners: the readers of all scanners that are set up, whatever screen they are for.
        repair: what the settings undo with each scan of the one that plays keyboard; here it is only told.
        words: the language.
    """

    def __init__(self, *, scanners: Sequence[ScanReader], repair: Repair, words: Words) -> None:
        super().__init__(may_quit=True, scanners=scanners)
        self._undone, self._words = repair, words
        self._runs = Runs()
        self._silence: Timer | None = None
        self._saw = 0.0
        self._looks: deque[Look] = deque(maxlen=LOOKS)
        self._known: dict[str, Known] = {}
        self._presences: dict[str, Presence] = {}
        self._view = ScannerScreen()

    def get_default_screen(self) -> ScannerScreen:
        """Return the one screen there is."""
        return self._view

    def on_mount(self) -> None:
        """Show the first page."""
        self._show()
        self.call_after_refresh(scanner_sheet.prepare)

    # --- what comes ---

    def saw(self, char: str, key: str, at: float) -> None:
        """Take a key of the terminal, before anything is made of it."""
        self._take(self._runs.feed(key if key in FUNCTION_KEYS else char, at))
        if self._silence is not None:
            self._silence.stop()
        patience = self._runs.patience
        self._saw = at
        self._silence = None if patience is None else self.set_timer(patience, partial(self._be_silent, at))

    def _be_silent(self, since: float) -> None:
        if since == self._saw:  # on a busy machine the timer may have rung with a key already on its way
            self._take(self._runs.flush())

    def _take(self, runs: Iterable[Run]) -> None:
        for run in runs:
            self._add(look_at_run(run, self._undone, self._known.get("")))

    def on_scanned(self, event: Scanned) -> None:
        """Take a scan of a reader, or a paste; the terminal's keys have come by `saw`."""
        if event.source is Source.WEDGE:
            return
        look = look_at_heard(event.heard, self._known.get(event.scanner))
        self._add(look)
        self.answer(Sound.NOT_THIS if look.diagnosis.findings else Sound.DONE)

    def on_scanner_presence(self, event: ScannerPresence) -> None:
        """Show that a scanner came or went."""
        self._presences[event.presence.scanner] = event.presence
        self._show()

    def on_pressed(self, event: Pressed) -> None:
        """End with Ctrl-Q or Esc; every other key is shown."""
        if event.key is Key.QUIT or event.char == "\x1b":
            self.exit(0)

    # --- what is shown ---

    def _add(self, look: Look) -> None:
        self._known[look.scanner] = look.diagnosis.known
        self._looks.appendleft(look)
        self._show()

    def _show(self) -> None:
        self._view.show(self._laid_out)

    def _laid_out(self, columns: int, rows: int) -> tuple[Row, ...]:
        looks, presences = tuple(self._looks), tuple(self._presences.values())
        return rows_of(
            self._words.t("Scanner test"),
            self._words.t("Esc ends"),
            lambda findings: parts(looks, presences, self._words, findings=findings),
            len(looks[0].diagnosis.findings) if looks else 0,
            columns=columns,
            rows=rows,
        )
