"""The console an application runs on: a terminal of its own while it runs, put back in order however it
ends.

Textual draws on standard error, where camera, sound and barcode libraries print their complaints, too; a
citizen must never see one. So for as long as the application runs both standard output and standard error
lead to a log file, and Textual gets a private copy of the terminal. A traceback goes to that log, without
the values of variables, because among them are phone numbers. Whoever started the application learns from
the exit status alone how it ended.
"""

import io
import logging
import os
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EIO
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

    from kiosk.terminal.doorway import Doorway

FAILED = 1
"""Exit status of an application that ended without having been told to: a crash."""
NO_TERMINAL = 2
"""Exit status when standard input, or both outputs, are no terminal, or one that cannot move its cursor."""
STAFF = 64
"""Exit status of a kiosk that a badge and its PIN have ended: the storekeeper's program is wanted next.

No program gives it by accident: 1 and 2 are Python's and click's, 126 and above the shell's.
"""

# Mouse, focus and paste reports off, lines wrapped, keys repeated, first screen, cursor shown.
IN_ORDER = "\x1b[?1000;1002;1003;1006;1015;1004;2004l\x1b[?7h\x1b[?8h\x1b[?1049l\x1b[?25h"
"""What puts a terminal back in order, whatever was drawn on it."""

_CANNOT_DRAW = ("dumb", "unknown")


def run_app(app: "Doorway", *, log: Path, mouse: bool = False) -> int:
    """Runs an application in this process's terminal until it ends.

    Args:
        app: the application; it ends deliberately by `app.exit(status)`.
        log: the file for tracebacks and for whatever libraries print meanwhile; made if missing.
        mouse: whether mouse and touch are listened to.

    Returns: an exit status for the process: what the application was told to exit with (0 for a person who
        quits, `STAFF` after a badge), 128 and the signal's number after SIGTERM, SIGHUP or SIGINT, `FAILED`
        after any other end and if the log cannot be written, `NO_TERMINAL` if there is no terminal.
    """
    shown_on = screen_of()
    if shown_on is None:
        return NO_TERMINAL
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        aside = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        sys.stderr.write(f"The log cannot be written: {error}\n")
        return FAILED
    with _kept_in_order(shown_on) as screen, _turned_aside(aside), _logged():
        app.terminal = screen
        try:
            status = app.run(mouse=mouse)
        except Exception:
            logging.getLogger(__name__).critical("The application could not go on", exc_info=True)
            return FAILED
        return FAILED if status is None or app.return_code else status


def screen_of() -> int | None:
    """Finds the descriptor of the terminal to draw on; None, and why on standard error, if there is none."""
    shown_on = next((fd for fd in (2, 1) if os.isatty(fd)), None)
    kind = os.environ.get("TERM", "")
    if shown_on is None or not os.isatty(0):
        why = "This program needs a terminal: a keyboard on standard input, a screen on standard error."
    elif kind in _CANNOT_DRAW:
        why = f"This terminal says that it cannot draw a page (TERM={kind}); on a console it is TERM=linux."
    else:
        return shown_on
    sys.stderr.write(f"{why}\n")
    return None


class _Screen(io.FileIO):
    """A terminal that may go away: what is drawn afterwards is lost, the thread that draws lives on."""

    def write(self, data: "ReadableBuffer") -> int:
        try:
            return super().write(data) or 0
        except OSError as error:
            if error.errno != EIO:
                raise
            return memoryview(data).nbytes


@contextmanager
def _kept_in_order(shown_on: int) -> Iterator[TextIO]:
    """A private copy of the terminal, left afterwards as it was found."""
    settings = termios.tcgetattr(shown_on)
    copy = io.BufferedWriter(_Screen(os.dup(shown_on), "wb"))
    # Anything that is not UTF-8 after all is drawn as a question mark; an error here would end the drawing
    # thread.
    with io.TextIOWrapper(copy, encoding="utf-8", errors="replace") as screen:
        try:
            yield screen
        finally:
            screen.write(IN_ORDER)
            screen.flush()
            _restore(shown_on, settings)


def _restore(terminal: int, settings: list[int | list[bytes | int]]) -> None:
    try:
        termios.tcsetattr(terminal, termios.TCSADRAIN, settings)
    except termios.error as error:
        logging.getLogger(__name__).info("The terminal is gone: %s", error)


@contextmanager
def _turned_aside(file: int) -> Iterator[None]:
    """Standard output and standard error lead to an open file, for C libraries as well; closes it after."""
    kept = {fd: os.dup(fd) for fd in (1, 2)}
    for fd in kept:
        os.dup2(file, fd)
    os.close(file)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for fd, original in kept.items():
            os.dup2(original, fd)
            os.close(original)


@contextmanager
def _logged() -> Iterator[None]:
    """Log records go where standard error goes, unless the program has already said where they go.

    By descriptor and not by `sys.stderr`, which Textual replaces while it runs.
    """
    root = logging.getLogger()
    if root.handlers:
        yield
        return
    with os.fdopen(os.dup(2), "w", encoding="utf-8", errors="backslashreplace") as file:
        handler = logging.StreamHandler(file)
        formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(name)s: %(message)s")
        formatter.converter = time.gmtime
        handler.setFormatter(formatter)
        root.addHandler(handler)
        try:
            yield
        finally:
            root.removeHandler(handler)
