"""The one door for scans and keys: whatever has focus, an application receives `Scanned` and `Pressed` and
no other.

A Textual `Input` is no scanner port: it inserts characters at once but obeys Enter only after the event has
bubbled up to the application, so that at zero gap the next code enters the field before the last one is
submitted (20 of 20 scans mixed up, measured). Here every key is taken before any widget or binding sees it,
which also leaves no key that quits, suspends, opens a palette or moves the focus. Surprising: what waits is
given out when the thread that reads the terminal says that it has been silent, not by a timer here, which a
handler that blocks, or a busy machine, lets ring too early.
"""

import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from time import monotonic
from typing import ClassVar, Final, TextIO

from textual import constants, events
from textual.app import App
from textual.driver import Driver
from textual.filter import LineFilter
from textual.message import Message

from depot import codes
from depot.codes import Scan, Unreadable, UnreadableReason
from kiosk.terminal.hands import Hands
from kiosk.terminal.reader import UNREADABLE, Reader, Silence
from kiosk.terminal.repair import GS, Repair
from kiosk.terminal.safe import SafeLines
from kiosk.terminal.scans import Heard, Presence, ScanReader, Source
from kiosk.terminal.sounds import Sound
from kiosk.terminal.theme import CSS, THEME
from kiosk.terminal.wedge import Burst, Stroke, Wedge, pasted


class Key(StrEnum):
    """What a key means, the same on every screen."""

    DIGIT = "digit"
    ENTER = "enter"
    NO = "no"
    HELP = "help"
    ERASE = "erase"
    POINT = "point"
    AGAIN = "again"
    QUIT = "quit"
    WRONG = "wrong"


class Scanned(Message, bubble=False):
    """Something was scanned, by whatever source.

    `text` is what came, without terminator and AIM identifier, at most 256 bytes, otherwise untouched: control
    characters and replacement characters included. `symbology` is the AIM identifier (`]C1`), None where the
    scanner does not tell. `source` is what it came through and `scanner` which one, empty for the terminal's.
    `at` is when its last byte was read, in monotonic seconds. `cut` says that a part of it is missing. `heard` is the
    whole of it as its source gave it, for whoever looks at the scanner itself.
    """

    def __init__(self, heard: Heard) -> None:
        super().__init__()
        aim, self.text = codes.aim_and_text(heard.text)
        self.symbology = heard.symbology or aim
        self.source, self.scanner, self.at, self.cut = heard.source, heard.scanner, heard.at, heard.cut
        self.heard = heard

    @property
    def scan(self) -> Scan:
        """What it means."""
        if self.cut:
            return Unreadable(UnreadableReason.CUT)
        sends_gs = self.source in (Source.SERIAL, Source.CAMERA)  # what plays keyboard may have no key for it
        return codes.parse(self.text, self.symbology, parted=sends_gs)


class ScannerPresence(Message, bubble=False):
    """A scanner that is set up has come or gone."""

    def __init__(self, presence: Presence) -> None:
        super().__init__()
        self.presence = presence


class Pressed(Message, bubble=False):
    """A key was pressed; `char` is its character, for a digit one of 0 to 9."""

    def __init__(self, key: Key, char: str) -> None:
        super().__init__()
        self.key, self.char = key, char


# A keypad without NumLock, and F1; what Textual names without giving a character stands for one here.
KEYPAD: Final[Mapping[str, str]] = {
    "insert": "0",
    "end": "1",
    "down": "2",
    "pagedown": "3",
    "left": "4",
    "kp_begin": "5",
    "right": "6",
    "home": "7",
    "up": "8",
    "pageup": "9",
    "delete": ",",
    "f1": "+",
    "enter": "\r",
    "tab": "\t",
    "escape": "\x1b",
    "backspace": "\x7f",
    "ctrl+j": "\n",
    "ctrl+q": "\x11",
    "ctrl+right_square_bracket": "\x1d",
}

_MEANING: Final[Mapping[str, Key]] = dict.fromkeys("0123456789", Key.DIGIT) | {
    "\r": Key.ENTER,
    "\n": Key.ENTER,
    "-": Key.NO,
    "\x1b": Key.NO,
    "+": Key.HELP,
    "\x7f": Key.ERASE,
    "\b": Key.ERASE,
    ",": Key.POINT,
    ".": Key.POINT,
    "*": Key.AGAIN,
    "\x11": Key.QUIT,
}


class Told(Message, bubble=False):
    """What a reader's thread has told, on its way to the application's."""

    def __init__(self, what: Heard | Presence) -> None:
        super().__init__()
        self.what = what


class Doorway(App[int], inherit_bindings=False):
    """An application at a station: it handles `on_scanned` and `on_pressed`, and ends by `exit(status)`.

    It reads the scanners that it is given for as long as it runs, beside the one that plays keyboard.

    Args:
        may_quit: whether Ctrl-Q arrives as `Key.QUIT`; on an installed station it is a wrong key like others.
        hands: says which keys count, for people who hold a key too long or strike it twice; None where
            every key counts and a key held down repeats, as at a desk.
        scanners: the readers of this station's other scanners.
        repair: what is undone with each scan of the one that plays keyboard.
    """

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    ESCAPE_TO_MINIMIZE = False
    AUTO_FOCUS = None
    DEFAULT_CSS = CSS

    KEYS: ClassVar[Mapping[str, str]] = KEYPAD
    """Which named keys stand for which character; a desk with a whole keyboard may say otherwise."""

    NO_SCANNERS: ClassVar[frozenset[str]] = frozenset()
    """Characters that stand for keys which no scanner sends: they are given out at once, held up by no pace."""

    terminal: TextIO | None = None
    """What is drawn on; None for standard error."""

    def __init__(
        self,
        *,
        may_quit: bool = False,
        hands: Hands | None = None,
        scanners: Sequence[ScanReader] = (),
        repair: Repair | None = None,
    ) -> None:
        super().__init__()
        self._scanners = {one.name: one for one in scanners}
        self._repair = repair or Repair()
        self._answers: ScanReader | None = None
        self.missing = frozenset(self._scanners)
        """The names of the scanners that cannot be read just now."""
        self.may_quit = may_quit
        self.hands = hands
        self.digits_wanted = False
        """Whether digits are asked for just now, so that a burst of digits alone is keys."""
        self._wedge = Wedge()
        self._safe_lines = SafeLines()
        self.register_theme(THEME)
        self.theme = THEME.name

    def get_driver_class(self) -> type[Driver]:
        """The hardened reader, unless the environment asks for another driver (a browser's, a test's)."""
        return super().get_driver_class() if constants.DRIVER else Reader

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and behind them the one that keeps control characters off the terminal."""
        return [*super().get_line_filters(), self._safe_lines]

    def _on_mount(self) -> None:
        self._listen_to(one for one in self._scanners.values() if one.source is not Source.CAMERA)
        # Its process takes a core to come up; the first page is there a tenth of a second sooner without.
        self.call_after_refresh(
            self._listen_to, [one for one in self._scanners.values() if one.source is Source.CAMERA]
        )

    def _listen_to(self, scanners: Iterable[ScanReader]) -> None:
        for scanner in scanners:
            scanner.start(self._tell)

    def _on_unmount(self) -> None:
        """Let go of all scanners at once: one that hangs holds up the end, and whoever waits for it, no longer."""
        stops = [
            threading.Thread(target=one.stop, name=f"end {name}") for name, one in self._scanners.items()
        ]
        for stop in stops:
            stop.start()
        for stop in stops:
            stop.join()

    def answer(self, sound: Sound) -> None:
        """Have the scanner that has just scanned something answer it, too, if it can."""
        if self._answers is not None:
            self._answers.answer(sound)

    def saw(self, char: str, key: str, at: float) -> None:
        """For an application that looks at the scanner itself: a key, before anything is made of it.

        Args:
            char: what it is taken for.
            key: its name with Textual.
            at: when it was read, in monotonic seconds.
        """

    async def _dispatch_message(self, message: Message) -> None:
        """Remember what is being handled, so that its own scanner is answered and not one that has scanned since."""
        if isinstance(message, Scanned | Pressed):
            name = message.scanner if isinstance(message, Scanned) else ""
            self._answers = self._scanners.get(name)
        await super()._dispatch_message(message)

    async def on_event(self, event: events.Event) -> None:
        """Takes every key and paste before anything else can; all other events go their usual way."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            char = self.KEYS.get(event.key) or event.character or UNREADABLE
            if self._repair.is_separator(event.key):
                char = GS
            self.saw(char, event.key, event.time)
            if char in self.NO_SCANNERS:
                self._give([*self._wedge.settle(digits_wanted=self.digits_wanted), Stroke(char, event.time)])
                return
            self._give(self._wedge.feed(char, event.time, digits_wanted=self.digits_wanted))
            self._expect_silence()
        elif isinstance(event, events.Paste) and not event.is_forwarded:
            self._give(self._wedge.settle(digits_wanted=self.digits_wanted))
            pieces = pasted(event.text, event.time, digits_wanted=self.digits_wanted)
            self._give(pieces, Source.PASTE)
        else:
            await super().on_event(event)

    def _on_silence(self, event: Silence) -> None:
        self._give(self._wedge.flush(event.time, digits_wanted=self.digits_wanted))

    def _expect_silence(self) -> None:
        """Where no reader listens for silence, in a test or in a browser, a timer must do."""
        deadline = self._wedge.next_deadline
        if deadline is not None and not isinstance(self._driver, Reader):
            # A millisecond more: Textual's timers come up to half a millisecond early.
            self.set_timer(max(0.0, deadline - monotonic()) + 0.001, lambda: self.post_message(Silence()))

    def _give(self, settled: Sequence[Burst | Stroke], source: Source = Source.WEDGE) -> None:
        for thing in settled:
            if isinstance(thing, Burst):
                text = self._repair.repaired(thing.text) if source is Source.WEDGE else thing.text
                self._scanned(Heard(text, source, thing.at, cut=thing.cut))
            elif self.hands is None or self.hands.count(thing):
                self.post_message(Pressed(self._meaning(thing.char), thing.char))

    def _tell(self, what: Heard | Presence) -> None:
        """Take what a reader tells, from its own thread."""
        self.post_message(Told(what))

    def _on_told(self, message: Told) -> None:
        match message.what:
            case Heard() as heard:
                self._scanned(heard)
            case Presence() as presence:
                gone = self.missing - {presence.scanner}
                self.missing = gone if presence.is_there else gone | {presence.scanner}
                self.post_message(ScannerPresence(presence))

    def _scanned(self, heard: Heard) -> None:
        if self.hands is not None:
            self.hands.scanned()
        self.post_message(Scanned(heard))

    def _meaning(self, char: str) -> Key:
        key = _MEANING.get(char, Key.WRONG)
        return Key.WRONG if key is Key.QUIT and not self.may_quit else key

    # --- a crash is for the log --------------------------------------------------------------------
    # Textual prints a traceback with the values of all variables on the terminal: names and numbers of
    # borrowers, in a public room, and seconds of work. These three are private to the pinned version.

    def _handle_exception(self, error: Exception) -> None:
        logging.getLogger(__name__).critical("An error ended the application", exc_info=error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()
