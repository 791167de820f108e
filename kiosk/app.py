"""The kiosk: carries messages between people, the journey and the ledger, and decides nothing itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from depot import presses
from depot.absences import Absences
from depot.clock import Clock
from depot.errors import LedgerError
from depot.ledger import Ledger
from depot.rules import may_start_a_card
from depot.settings import Settings
from depot.words import words_in
from kiosk import known
from kiosk.journey.shown import TYPING, HandedOver, Lent, OnlyOne
from kiosk.journey.values import Happening, Moment, Press, Setup, Tick, Turn, Visit
from kiosk.journey.values import Key as Meant
from kiosk.screens import KioskScreen
from kiosk.sentences import Line, Page, Scene, Slip, heard, hint_heard, page, pages
from kiosk.terminal.console import STAFF
from kiosk.terminal.doorway import Doorway, Key, Pressed, Scanned, ScannerPresence
from kiosk.terminal.hands import Hands
from kiosk.terminal.readers import readers, repair
from kiosk.terminal.sounds import Sound, Sounds, default_command
from kiosk.voice import Voice

if TYPE_CHECKING:
    from kiosk.deeds import Counter
    from kiosk.journey.asked import Request
    from kiosk.journey.values import Answer

log = logging.getLogger(__name__)

_KEYS: Mapping[Key, Meant] = {
    Key.DIGIT: Meant.DIGIT,
    Key.ENTER: Meant.YES,
    Key.NO: Meant.NO,
    Key.HELP: Meant.HELP,
    Key.ERASE: Meant.ERASE,
    Key.POINT: Meant.ERASE,
    Key.AGAIN: Meant.AGAIN,
    Key.WRONG: Meant.WRONG,
}
_TICK_SECONDS = 1.0
_BUMP_SECONDS = 5.0
"""For how long no scanner may be there before the screen says so: one that was bumped is back sooner."""
_START_SECONDS = 30.0
"""For how long a scanner may say nothing of itself at first: a camera's process needs seconds to come up."""
_REST_SECONDS = 20.0


class Journey(NamedTuple):
    """The two functions that carry a visit on."""

    happens: Callable[[Visit, Happening, Moment, Setup], Turn]
    answered: Callable[[Visit, Request, Answer, Moment, Setup], Turn]


class Kiosk(Doorway):
    """One station's citizen screen.

    Args:
        ledger: open, and claimed by this process.
        settings: the settings it was opened with.
        clock: where time comes from; the tests bring their own.
        sounds_folder: where the sound files are kept.
        may_quit: whether Ctrl-Q ends the program (tried out in a terminal) or is a wrong key (installed).
        practice: whether every page says that nothing is in earnest.
        footer: lines under the page: how to quit, the practice codes.
    """

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        clock: Clock,
        *,
        sounds_folder: Path,
        may_quit: bool = False,
        practice: bool = False,
        footer: tuple[str, ...] = (),
    ) -> None:
        super().__init__(
            may_quit=may_quit,
            hands=_hands(settings),
            scanners=readers(settings, at="kiosk"),
            repair=repair(settings),
        )
        self._practice = practice
        self._ledger, self._settings, self._clock = ledger, settings, clock
        command = settings.kiosk.sound_command or default_command()
        self._sounds = Sounds(command, sounds_folder, self.bell, volume=settings.station.volume)
        self._voice = Voice(settings.kiosk.speech_command)
        self._to_say: tuple[str, str, int] | None = None
        self._lines: dict[str, Mapping[str, Line]] = {}
        self._places = known.places(ledger)
        self._shelves: Mapping[str, str] = {}
        self._setup = replace(_setup(ledger, settings), can_speak=self._voice.is_there)
        self._visit = Visit(language=self._setup.language, last_act=clock.monotonic())
        self._shown = Page("", ())
        self._view = KioskScreen(footer)
        self._rested = clock.monotonic()
        self._day = ledger.station.today(clock.now())
        self._absences = Absences(ledger.file)
        self._scanner_was_there = clock.monotonic()
        self._has_other_scanner = not self.missing
        self._unheard_of, self._began = self.missing, clock.monotonic()
        self._can_scan = True

    def get_default_screen(self) -> KioskScreen:
        """Return the one screen there is."""
        return self._view

    def on_mount(self) -> None:
        """Show the first page and begin to count time."""
        self._show()
        self.set_interval(_TICK_SECONDS, self._tick)
        self.call_after_refresh(self._warm_up)

    def on_unmount(self) -> None:
        """Say nothing more."""
        self._voice.close()
        self._absences.close()

    def _warm_up(self) -> None:
        """Import and ask behind the first page what the first scan must not wait for."""
        self._sounds.try_out()
        self._journey  # noqa: B018 - looked at, so that it is imported
        pages()
        self._counter.warm_up()
        self._look_at_shelves()

    @cached_property
    def _counter(self) -> Counter:
        """The hands at the ledger: imported behind the first page, which is a tenth sooner there without."""
        from kiosk.deeds import Counter

        return Counter(self._ledger, self._settings, self._clock)

    @cached_property
    def _journey(self) -> Journey:
        """What decides what happens next; behind the first page, too."""
        from kiosk.journey.answers import answered
        from kiosk.journey.happenings import happens

        return Journey(happens, answered)

    def on_scanned(self, message: Scanned) -> None:
        """Something was scanned."""
        scan = message.scan
        log.info("scan=%s source=%s", scan.loggable, message.source)
        self._has_other_scanner |= not message.scanner
        self._happen(scan)

    def on_pressed(self, message: Pressed) -> None:
        """A key was pressed."""
        if message.key is Key.QUIT:
            self.exit(0)
            return
        digit = message.char if message.key is Key.DIGIT else ""
        self._happen(Press(_KEYS[message.key], digit))

    def _tick(self) -> None:
        self._look_at_scanners()
        self._happen(Tick())
        self._voice.gather()
        if self._clock.monotonic() - self._visit.last_act < _REST_SECONDS:
            return
        if self._clock.monotonic() - self._rested >= _REST_SECONDS:
            self._rested = self._clock.monotonic()
            self._counter.rest()
            self._look_at_shelves()
            self._learn()

    def on_scanner_presence(self, message: ScannerPresence) -> None:
        """A scanner has come or gone."""
        told = message.presence
        self._unheard_of -= {told.scanner}
        self._absences.tell(told.scanner, is_there=told.is_there, now=self._clock.now())
        self._look_at_scanners()

    def _look_at_scanners(self) -> None:
        """See whether people can scan: not where all scanners that are set up have gone, and none plays keyboard."""
        now, names = self._clock.monotonic(), frozenset(self._scanners)
        may_come = self._unheard_of and now - self._began < _START_SECONDS
        if self.missing != names or self._has_other_scanner or may_come:
            self._scanner_was_there = now
        can_scan = now - self._scanner_was_there < _BUMP_SECONDS
        if can_scan != self._can_scan:
            shown, self._can_scan = self._shown, can_scan
            self._show()
            if self._shown != shown:
                self._read_aloud(self._visit, shown)

    def _look_at_shelves(self) -> None:
        """See where things stand free, so that a page can send somebody there without asking first."""
        try:
            self._shelves = known.shelves(self._ledger, now=self._clock.now())
        except LedgerError as broken:  # where they stood a moment ago does until it can be read
            log.error("shelves=failed error=%s", broken)

    def _learn(self) -> None:
        """Once a day, and when days were closed or opened, read again what the desk may have changed."""
        today = self._ledger.station.today(self._clock.now())
        try:
            if today == self._day and not self._ledger.has_news():
                return
            self._ledger.learn()
            self._places = known.places(self._ledger)
        except LedgerError as broken:  # what was known yesterday does until it can be read
            log.error("learn=failed error=%s", broken)
            return
        self._day = today
        self._lines.clear()
        self._setup = replace(self._setup, open_days=self._ledger.station.open_days)

    def _happen(self, what: Happening) -> None:
        """Carry the visit on, asking the ledger as often as the journey wants, then show where it is."""
        before, shown = self._visit, self._shown
        turn = self._journey.happens(self._visit, what, self._moment(), self._setup)
        sound, again = turn.sound, turn.again
        acted = isinstance(what, Press) or not (isinstance(what, Tick) or turn == Turn(turn.visit))
        if acted:
            self._to_say = None
            self._voice.hush()
        while turn.request is not None:
            self._visit = turn.visit
            turn = self._ask(turn)
            sound = turn.sound or sound
        self._visit = turn.visit
        if sound is not None:
            self._sounds.play(sound)
        if not isinstance(what, Press | Tick):
            # A scanner that waits to be told is told, also where nothing is to be heard.
            self.answer(sound or Sound.READ)
        if self._visit != before:
            self._show()
        if acted or self._shown != shown:
            self._read_aloud(before, None if again else shown)
        if isinstance(self._visit.screen, HandedOver):
            self.exit(STAFF)

    def _ask(self, turn: Turn) -> Turn:
        request = turn.request
        if request is None:
            return turn
        answer = self._counter.do(request)
        name = getattr(answer, "reasons", None) or type(answer).__name__
        log.info("request=%s answer=%s", type(request).__name__, name)
        return self._journey.answered(turn.visit, request, answer, self._moment(), self._setup)

    def _moment(self) -> Moment:
        local = self._clock.now().astimezone(self._settings.time_zone)
        return Moment(self._clock.monotonic(), local)

    def _show(self) -> None:
        self.digits_wanted = isinstance(self._visit.screen, TYPING)
        self._shown = self._page()
        self._view.show(self._shown, words_in(self._visit.language).t("help"))

    def _read_aloud(self, before: Visit, shown: Page | None) -> None:
        """Have the page said to whoever wants it said, once it is painted: a page never waits for its sound."""
        visit, words = self._visit, words_in(self._visit.language)
        if visit.voice:
            text = heard(self._shown, words, shown if before.voice else None)
        else:
            text = hint_heard(self._shown, words) if before.voice else ""
        if text:
            self._to_say = text, visit.language, visit.volume
            self.call_after_refresh(self._say)

    def _say(self) -> None:
        if self._to_say is not None:
            self._voice.say(*self._to_say)
            self._to_say = None

    def _page(self) -> Page:
        language = self._visit.language
        scene = Scene(
            words=words_in(language),
            lines=self._lines_in(language),
            places=self._places,
            shelves=self._shelves,
            phones=tuple((phone.name, phone.number) for phone in self._settings.phones),
            languages=self._setup.languages,
            fixed_scanner=self._settings.kiosk.scanner == "fixed",
            cards_in_box=self._setup.cards_in_box,
            practice=self._practice,
            can_speak=self._setup.can_speak,
            slip=self._slip(),
            can_scan=self._can_scan,
        )
        return page(self._visit, scene)

    def _slip(self) -> Slip:
        """Say whether paper comes with the loan that is shown; the press's own word for it, a moment old."""
        if not self._ledger.station.prints or not isinstance(self._visit.screen, Lent | OnlyOne):
            return Slip.NEVER
        comes = presses.will_print(self._ledger.file, self._settings.station.printer)
        return Slip.COMES if comes else Slip.NOT_NOW

    def _lines_in(self, language: str) -> Mapping[str, Line]:
        """The catalogue's names, read once; while they cannot be read a thing is a thing."""
        if language not in self._lines:
            try:
                self._lines[language] = lines = known.lines(self._ledger, language)
            except LedgerError as broken:
                log.error("lines=failed error=%s", broken)
                return {}
            self._setup = replace(self._setup, parts=known.parts(lines), weights=known.weights(lines))
        return self._lines[language]


def _hands(settings: Settings) -> Hands:
    kiosk = settings.kiosk
    return Hands(key_repeat=kiosk.key_repeat_ms / 1000, double_strike=kiosk.double_strike_ms / 1000)


def _setup(ledger: Ledger, settings: Settings) -> Setup:
    kiosk = settings.kiosk
    return Setup(
        languages=kiosk.languages,
        language=kiosk.language,
        idle=kiosk.idle_seconds,
        more_time=kiosk.more_time_seconds,
        whose_card=kiosk.whose_card_seconds,
        phones=settings.phones,
        open_days=ledger.station.open_days,
        region=ledger.station.country,
        cards_in_box=may_start_a_card(ledger.station.rules),
        see=kiosk.see,
        weight_asked_below=kiosk.weight_asked_below_kg,
    )
