"""A real process in a real pseudo-terminal, its screen read by pyte: what a citizen sees, and bytes as a
scanner sends.

Textual's own Pilot waits for the application after each key and so hides every race of a scanner; here the
bytes are written as they would arrive, and every wait is a wait for the terminal. Needs nothing of pytest,
so that scripts can play a visit and take pictures with it, too. Surprising: the terminal must be read all
the time, or the application stops when its few kilobytes are full; so every wait, and even the pause
between two keys, reads it.
"""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import StringIO
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import pyte
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.style import Style
from rich.text import Text

PATIENCE = 20.0
"""Seconds a wait may take before it is a failure; a quiet machine needs far under one."""
KEY_GAP = 0.06
"""Seconds after each key: no typist is quicker, and no scanner this slow."""

PASTE_START, PASTE_END = "\x1b[200~", "\x1b[201~"

_ALTERNATE_SCREEN, _CURSOR_SHOWN, _FOCUS_REPORTS, _BRACKETED_PASTE = 1049, 25, 1004, 2004
_MOUSE_MODES = (1000, 1002, 1003, 1006, 1015, 1016)

# Kitty keyboard, mode requests, window reports, DCS and APC: real terminals take them silently, pyte would
# print them.
_SILENT = re.compile(
    rb"\x1b\[[<=>][0-9;]*u|\x1b\[\??[0-9;]*\$p|\x1b\[[?>]?[0-9;]*[qt]|\x1b[P_].*?\x1b\\", re.DOTALL
)
_UNFINISHED = re.compile(rb"\x1b(\[[0-?]*[ -/]*|[P_][^\x1b]*\x1b?)?\Z")


# Rich's picture of a terminal without the fonts it would fetch from the network.
_PICTURE = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


class Look(NamedTuple):
    """How a piece of the screen is drawn; colours as pyte names them: six hex digits, a name, or default."""

    foreground: str
    background: str
    bold: bool
    reverse: bool


class _Screen(pyte.Screen):
    bells = 0

    def bell(self, *args: Any) -> None:
        self.bells += 1

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        super().set_mode(*modes, **kwargs)
        self._switch_screen(modes)

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        super().reset_mode(*modes, **kwargs)
        self._switch_screen(modes)

    def _switch_screen(self, modes: tuple[int, ...]) -> None:
        # pyte has one screen only: leaving the alternate one shows an empty page instead of what stood
        # there before.
        if _ALTERNATE_SCREEN in modes:
            self.erase_in_display(2)
            self.cursor_position()

    def has(self, private_mode: int) -> bool:
        return (
            private_mode << 5 in self.mode
        )  # pyte's own way of keeping private modes apart from public ones


class Terminal:
    """A process started in a terminal of its own, as a context manager that ends it.

    Args:
        argv: the program and its arguments.
        columns, rows: the size of the terminal in cells; 56 x 16 is the smallest screen a citizen may meet.
        env: added to this process's environment.
        cwd: where it starts; here, if not given.
        term: what the terminal says it is; `linux` is the bare console with its 16 colours.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        columns: int = 56,
        rows: int = 16,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        term: str = "xterm-256color",
    ) -> None:
        self.argv, self.columns, self.rows, self.cwd = list(argv), columns, rows, cwd
        self.env = _environment(term) | dict(env or {})
        self.output = bytearray()
        """Everything the process has written so far, as it was written."""
        self._screen = _Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._lines: tuple[str, ...] | None = None
        self._unread = b""
        self._open = False

    def __enter__(self) -> Self:
        self._master, slave = pty.openpty()
        self._size(slave)
        os.set_blocking(self._master, False)
        # setsid makes the terminal the process's own, so that hanging up and signals work as they do in a
        # real one.
        command = ["setsid", "--ctty", *self.argv]
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=self.env, cwd=self.cwd
        )
        os.close(slave)
        self._open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            os.killpg(self.pid, signal.SIGTERM)
            if not self._reads_until(lambda: self._process.poll() is not None, 5):
                os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self.hang_up()

    # --- the screen --------------------------------------------------------------------------------

    @property
    def pid(self) -> int:
        """The process's number; it leads its own session and group."""
        return self._process.pid

    @property
    def screen(self) -> tuple[str, ...]:
        """The lines on the screen, without the blanks at their ends."""
        if self._lines is None:  # put together once after each thing written: it takes pyte some milliseconds
            self._lines = tuple(line.rstrip() for line in self._screen.display)
        return self._lines

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.screen)

    @property
    def bells(self) -> int:
        """How often the terminal's bell has rung so far."""
        return self._screen.bells

    @property
    def sane(self) -> bool:
        """Whether a shell could go on here: first screen, cursor shown, no mouse, focus or paste reports."""
        on = (_ALTERNATE_SCREEN, _FOCUS_REPORTS, _BRACKETED_PASTE, *_MOUSE_MODES)
        return self._screen.has(_CURSOR_SHOWN) and not any(map(self._screen.has, on))

    def look(self, text: str) -> Look:
        """How the first cell of a text on the screen is drawn.

        Raises:
            LookupError: the text stands on no line of the screen.
        """
        for line, cells in zip(self._screen.display, self._rows(), strict=True):
            if (column := line.find(text)) >= 0:
                cell = cells[column]
                return Look(cell.fg, cell.bg, cell.bold, cell.reverse)
        raise LookupError(f"{text!r} is not on the screen:\n{self.text}")

    def svg(self, path: Path, title: str) -> None:
        """Writes a picture of the screen as it stands, in its real colours, as an SVG file."""
        console = Console(
            record=True, width=self.columns, file=StringIO(), force_terminal=True, color_system="truecolor"
        )
        for cells in self._rows():
            line = Text(no_wrap=True, end="\n")
            for style, run in groupby(cells, _style):
                line.append("".join(cell.data for cell in run), style)
            console.print(line, soft_wrap=True)
        console.save_svg(str(path), title=title, code_format=_PICTURE)

    def resize(self, columns: int, rows: int) -> None:
        """Gives the terminal another size, as a person who pulls at a window's corner does."""
        self.columns, self.rows = columns, rows
        self._screen.resize(rows, columns)
        self._lines = None
        self._size(self._master)

    # --- waiting -----------------------------------------------------------------------------------

    def wait_for(self, wanted: str | re.Pattern[str], timeout: float = PATIENCE) -> str:
        """Waits until a text, or a match of a pattern, is on the screen; gives the whole screen.

        Raises:
            AssertionError: it did not come within `timeout` seconds, or the process ended before.
        """
        self.wait_until(lambda: _found(wanted, self.text), timeout, what=repr(wanted))
        return self.text

    def wait_until(
        self, is_true: Callable[[], object], timeout: float = PATIENCE, *, what: str = "the condition"
    ) -> None:
        """Waits until a condition holds, asking again after each thing the process writes, and every 20 ms.

        Raises:
            AssertionError: it did not hold within `timeout` seconds, or the process ended before.
        """
        if not self._reads_until(is_true, timeout):
            raise AssertionError(f"{what} did not come within {timeout} s; the screen:\n{self.text}")

    def settle(self, seconds: float = 0.3) -> str:
        """Reads until nothing is written for so many seconds; gives the screen. For what must not happen."""
        while self._read(seconds):
            pass
        return self.text

    def exit_status(self, timeout: float = PATIENCE) -> int:
        """Waits for the process to end: its exit status, or minus the number of the signal that ended it.

        Raises:
            AssertionError: it still runs after `timeout` seconds.
        """
        self._reads_until(lambda: self._process.poll() is not None, timeout)
        if (status := self._process.poll()) is None:
            raise AssertionError(f"still running after {timeout} s; the screen:\n{self.text}")
        while self._read(0):
            pass
        return status

    # --- what a person or a scanner does -----------------------------------------------------------

    def send(self, data: bytes) -> None:
        """Writes bytes as they are, as fast as the terminal takes them.

        Raises:
            AssertionError: the process does not read them, for `PATIENCE` seconds.
        """
        end = time.monotonic() + PATIENCE
        while data:
            if time.monotonic() > end:
                raise AssertionError(f"{len(data)} bytes are not taken; the screen:\n{self.text}")
            self._read(0)
            if select.select([], [self._master], [], 0.02)[1]:
                data = data[os.write(self._master, data) :]

    def scan(self, code: str, terminator: str = "\r", gap: float = 0.0) -> None:
        """Sends a code as a scanner that plays keyboard does, `gap` seconds between characters."""
        if not gap:
            self.send((code + terminator).encode())
            return
        for char in code + terminator:
            self.send(char.encode())
            self.pause(gap)

    def paste(self, text: str) -> None:
        """Sends a text as a terminal does when somebody pastes it."""
        self.send((PASTE_START + text + PASTE_END).encode())

    def press(self, keys: Iterable[str], gap: float = KEY_GAP) -> None:
        """Types at a person's pace: a text's characters or a list's sequences, and a pause after each."""
        for key in keys:
            self.send(key.encode())
            self.pause(gap)

    def pause(self, seconds: float) -> None:
        """Lets time pass as it does between two keys; the terminal is read meanwhile."""
        self._reads_until(lambda: False, seconds)

    def kill(self, number: int) -> None:
        """Sends a signal to the process alone."""
        os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Closes the terminal, as a window that is shut or a line that is cut."""
        if self._open:
            os.close(self._master)
            self._open = False

    # --- underneath --------------------------------------------------------------------------------

    def _rows(self) -> Iterable[list[pyte.screens.Char]]:
        for y in range(self.rows):
            row = self._screen.buffer[y]
            yield [row[x] for x in range(self.columns)]

    def _size(self, terminal: int) -> None:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))

    def _reads_until(self, is_true: Callable[[], object], timeout: float) -> bool:
        end = time.monotonic() + timeout
        while not is_true():
            left, ended = end - time.monotonic(), self._process.poll() is not None
            if left <= 0 or (not self._read(min(left, 0.02)) and ended):
                return bool(is_true())
        return True

    def _read(self, seconds: float) -> bool:
        """Waits so long for something to be written and takes all of it in; False if nothing was."""
        if not self._open or not select.select([self._master], [], [], seconds)[0]:
            if not self._open:
                time.sleep(seconds)
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # EIO: the process has closed its end, which from now on is always ready to be read
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
            return False
        self.output += data
        self._show(self._unread + data)
        return True

    def _show(self, data: bytes) -> None:
        unfinished = _UNFINISHED.search(data)
        self._unread = unfinished.group() if unfinished else b""
        self._stream.feed(_SILENT.sub(b"", data[: len(data) - len(self._unread)]))
        self._lines = None


def _environment(term: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"COLUMNS", "LINES", "NO_COLOR", "COLORTERM"} and not name.startswith("TEXTUAL")
    }
    colours = {} if term == "linux" else {"COLORTERM": "truecolor"}
    return kept | colours | {"TERM": term, "LANG": "C.UTF-8", "TEXTUAL_ANIMATIONS": "none"}


def _found(wanted: str | re.Pattern[str], text: str) -> bool:
    return wanted in text if isinstance(wanted, str) else wanted.search(text) is not None


def _style(cell: pyte.screens.Char) -> Style:
    return Style(
        color=_colour(cell.fg, "#ffffff"),
        bgcolor=_colour(cell.bg, "#000000"),
        bold=cell.bold,
        reverse=cell.reverse,
        underline=cell.underscore,
    )


def _colour(name: str, default: str) -> str:
    if name == "default":
        return default
    if re.fullmatch("[0-9a-f]{6}", name):
        return f"#{name}"
    bright = name.removeprefix("bright")
    rich_name = {"brown": "yellow"}.get(bright, bright)
    return rich_name if bright == name else f"bright_{rich_name}"
