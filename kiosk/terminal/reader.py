"""What comes from the terminal: bytes to key and paste events, and nothing else, whatever the bytes are.

Textual's own input thread ends the whole application, with exit status 0, on one byte that is not UTF-8 or
one malformed keyboard report, and a paste that never ends leaves it deaf. A label can hold any of these, so
this thread outlives them all: what it cannot read it hands on as the replacement character, which the wedge
puts where it belongs (inside a scan, or alone as a wrong key). Reports nobody asked for are dropped: a
label that says "the window is one cell wide" or "the mouse was clicked" is a label, not a terminal.

It also keeps the time, because silence is known only to the one who listens. Events are stamped with a
clock that runs while the thread waits and stands still while it is kept from waiting (by a paint, a commit,
another process); stamped where they were handled, or even parsed, one in some hundred scans fell apart on a
busy machine. Textual is pinned to the version whose private parts are used here.
"""

import asyncio
import codecs
import logging
import os
import re
import select
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from textual import constants, events, messages
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from kiosk.terminal.hands import REPEAT_OFF
from kiosk.terminal.wedge import FLOOD_SILENCE, HOLD, SILENCE

UNREADABLE = "\ufffd"
"""Stands for whatever a terminal sent that is no character."""
POLL = 0.1
"""Seconds between two looks at whether the thread shall end; Textual's own figure, 0.1 % of a core."""
LISTENING_POLL = 0.01
"""Seconds between two looks while a silence is being measured."""
SILENCES = (HOLD, SILENCE, FLOOD_SILENCE)
"""Seconds of silence that are reported: those that the wedge waits for."""
PASTE_SILENCE = 0.5
"""Seconds of silence in a paste that never ended, until it is taken as ended."""
PASTE_LONGEST = 64 * 1024
"""Characters of one paste, at most."""

RUN_LONGEST = 512
"""Characters without a terminator that are parsed of one read: twice what a scan may have."""

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
"""They end the application in order, with the terminal put back; left alone they kill it as it stands."""

# The keypad's 5 without NumLock, which Textual ignores (xterm, Linux console, application mode), and the
# comma that it does not know; the other keys of application mode it knows.
_KEYPAD: Final = {"\x1b[E": "5", "\x1b[G": "5", "\x1bOE": "5", "\x1bOl": ","}

# A whole control sequence by ECMA-48 section 5.4, or SS3 with its letter; not the Linux console's "[[A",
# and not X10 mouse reports and SGR mouse reports, which Textual reads itself.
_SEQUENCE = re.compile(r"\x1b(\[(?![\[<M])[0-?]*[ -/]*[@-~]|O[ -~])")
# At 70 microseconds a character, parsing all of 10,000 would make a scan 0.3 s later seem part of them.
_ENDLESS = re.compile(rf"([^\x00-\x1f\x7f]{{{RUN_LONGEST}}})[^\x00-\x1f\x7f]+")
_MODE_REPORT = re.compile(r"\x1b\[\?[0-9;]*\$y")


class KeyParser(XTermParser):
    """Textual's parser without keyboard reports nobody asked for, and with every keypad key."""

    pasting = False
    """Whether a bracketed paste has begun and not ended."""
    pasted = 0
    """Characters since it began."""
    _tail = ""

    def parse_mouse_code(self, code: str) -> Message | None:
        """Counts cells; a forged report of the window's size had Textual count pixels, and divide by zero."""
        self.mouse_pixels = False
        return super().parse_mouse_code(code)

    def feed(self, data: str) -> Iterable[Message]:
        """Takes characters in; gives what they mean. The two ends of a paste may come in several pieces."""
        seen = self._tail + data
        begins, ends = seen.rfind(BRACKETED_PASTE_START), seen.rfind(BRACKETED_PASTE_END)
        if begins != ends:
            self.pasting, self.pasted = begins > ends, 0
        self.pasted += len(data)
        self._tail = seen[1 - len(BRACKETED_PASTE_START) :]
        return super().feed(data)

    def end_paste(self) -> Iterable[Message]:
        """Ends a paste whose end never came; gives what was pasted."""
        return self.feed(BRACKETED_PASTE_END)

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        if key := _KEYPAD.get(sequence):
            yield events.Key(key, key)
            return
        known = list(super()._sequence_to_key_events(sequence, alt))
        if not known and _SEQUENCE.fullmatch(sequence) and not _MODE_REPORT.fullmatch(sequence):
            # Left to Textual it would be typed out character by character, digits and all.
            known = [events.Key("unknown", UNREADABLE)]
        yield from known


class Silence(Message, bubble=False):
    """Nothing has come until `time`, on the clock that keys and pastes are stamped with."""


class Reader(LinuxDriver):
    """Textual's driver for a terminal, with an input thread that nothing sent to it can end."""

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._clock = time.monotonic()
        self._parser = KeyParser()
        if screen := getattr(app, "terminal", None):
            self._file = screen
        # Set here and not by its environment variable, which is read once, when Textual is first imported.
        vars(constants)["DISABLE_KITTY_KEY"] = True

    def start_application_mode(self) -> None:
        """Takes the terminal over, and the signals that would leave it in disorder."""
        begin: Callable[[], None] = super().start_application_mode  # Textual has not annotated this one
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self._app.exit, 128 + number)
        begin()
        if getattr(self._app, "hands", None) is not None:
            self.write(REPEAT_OFF)
        loop.add_signal_handler(signal.SIGWINCH, self._resized)

    def _resized(self) -> None:
        """Tells the application the terminal's new size, from its own loop.

        Textual's handler can be interrupted by itself when a window's corner is pulled, and the older of two
        sizes is then told last: 4 of 40 quick pairs ended in a page for a window that was not there any more.
        """
        size = Size(*self._get_terminal_size())
        self._app.post_message(events.Resize(size, size))

    def _run_input_thread(self) -> None:
        # In Textual's place, which has the application end without a trace in any log.
        try:
            self.run_input_thread()
        except Exception:
            logging.getLogger(__name__).critical("The terminal can no longer be read", exc_info=True)
            self._app.call_later(self._app.exit)

    def run_input_thread(self) -> None:
        """Reads the terminal until the application ends or the terminal is gone."""
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        last, reported = self._clock, 0.0
        while not self.exit_event.is_set():
            data = self._read(LISTENING_POLL if reported < max(SILENCES) else POLL)
            if data == b"":
                self._app.call_later(self._app.exit, 128 + signal.SIGHUP)
                return
            # No more bytes: the other half of a character is not coming either.
            text = decode(data) if data else decode(b"", final=True)
            silence = self._clock - last
            if self._understand(text, silence) or data:
                last, reported = self._clock, 0.0
            elif any(reported < enough <= silence for enough in SILENCES):
                self._hand_on(Silence())
                reported = silence

    def process_message(self, message: Message) -> None:
        """Lets what is typed or pasted through, the mouse if wanted, and the reply that Textual asks for."""
        wanted = (events.Key, events.Paste, Silence, messages.TerminalSupportsSynchronizedOutput)
        if isinstance(message, wanted) or (self._mouse and isinstance(message, events.MouseEvent)):
            super().process_message(message)

    def _read(self, seconds: float) -> bytes | None:
        """The bytes that came within so many seconds, None if none came, no bytes if the terminal is gone."""
        began = time.monotonic()
        ready, _, _ = select.select([self.fileno], [], [], seconds)
        # What is ready came at some time in the wait, however late this thread was woken; and of a wait in
        # which nothing came, more than twice its length was spent somewhere else.
        self._clock += min(time.monotonic() - began, seconds if ready else 2 * seconds)
        if not ready:
            return None
        try:
            return os.read(self.fileno, 4096)
        except OSError:  # EIO: hung up
            return b""

    def _understand(self, text: str, silence: float) -> bool:
        """Hands on what the text, or the silence, means; whether it means anything."""
        anything = False
        try:
            for message in _meaning(self._parser, text, silence):
                self._hand_on(message)
                anything = True
        except (ValueError, ArithmeticError, LookupError):
            # Without the text: it may be a borrower's card.
            logging.getLogger(__name__).exception("%s characters could not be understood", len(text))
            self._parser = KeyParser()
            self._hand_on(events.Key("unknown", UNREADABLE))
        return anything

    def _hand_on(self, message: Message) -> None:
        message.time = self._clock
        self.process_message(message)

    def _get_terminal_size(self) -> tuple[int, int]:
        """Asks the terminal that is drawn on; Textual asks standard output and believes COLUMNS and LINES."""
        try:
            columns, rows = os.get_terminal_size(self._file.fileno() if self._file else 2)
        except OSError:
            return super()._get_terminal_size()
        return columns or 80, rows or 24

    def _query_in_band_window_resize(self) -> None:
        """Not asked for: the kernel's SIGWINCH says the same, and no label can forge it."""


def _meaning(parser: KeyParser, text: str, silence: float) -> Iterator[Message]:
    if text:
        yield from parser.feed(_ENDLESS.sub(r"\1", text))
    else:
        yield from parser.tick()
    if parser.pasting and (silence > PASTE_SILENCE or parser.pasted > PASTE_LONGEST):
        yield from parser.end_paste()
