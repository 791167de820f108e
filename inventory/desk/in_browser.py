"""The desk of one visitor in a browser: a process whose screen and keys are a pipe to `depot desk serve`.

Its standard input begins with one line that says who has logged in; nobody but the server, which has checked
their badge and PIN, holds the other end of that pipe. After it come Textual's packets. The desk tells the server who is
acting, because somebody else may sign in at it, and ends when nobody is: then the login ends as well. It ends,
too, when the pipe does.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from functools import partial
from typing import Any

from textual import messages
from textual.app import App
from textual.driver import Driver
from textual.drivers.web_driver import WebDriver

from depot import clock, settings
from depot.command import logs
from depot.ledger import open_ledger
from depot.settings import Settings
from inventory.desk import acting
from inventory.desk.app import DeskApp
from inventory.desk_command import log_file, sounds_folder, tell_more
from kiosk.terminal.console import FAILED
from kiosk.terminal.scans import ScanReader
from kiosk.terminal.sounds import Sounds

log = logging.getLogger(__name__)

ACTING = "acting"
"""The kind of packet by which the server is told who acts: `staff` is their pseudonym, empty for nobody."""
_LONGEST_LINE = 1000


class BrowserDriver(WebDriver):
    """Textual's driver for a browser, on a private copy of the pipe, and ended when the pipe is.

    Textual's own goes on without hearing anything when its input has ended or could not be read.
    """

    pipe = 1
    """The descriptor that is written to."""

    def __init__(self, app: App[Any], **more: Any) -> None:
        super().__init__(app, **more)
        self.fileno = self.pipe
        self._write = partial(self._write_all)

    def _write_all(self, data: bytes) -> int:
        """Write all of it; what is drawn for a server that is gone is lost."""
        left = memoryview(data)
        while left:
            try:
                left = left[os.write(self.fileno, left) :]
            except BrokenPipeError:
                break
        return len(data)

    def run_input_thread(self) -> None:
        """Read until there is no more, then end the application."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self.send_message(messages.ExitApp())


class BrowserDesk(DeskApp):
    """The desk as it runs in a browser: it makes no sound in the room where the server stands."""

    _told: str | None = None

    def on_mount(self) -> None:
        """Fall silent, and begin as every desk does."""
        self._sounds = Sounds("", sounds_folder(), self.bell)
        super().on_mount()

    def scanners(self, settings: Settings) -> tuple[ScanReader, ...]:  # noqa: ARG002 - those of another room
        """None: what is plugged in at the server is not where the visitor is."""
        return ()

    def get_driver_class(self) -> type[Driver]:
        """Be driven by the server."""
        return BrowserDriver

    def _show(self) -> None:
        who = self._session.acting.id
        if who != self._told and isinstance(self._driver, BrowserDriver):
            self._told = who
            self._driver.write_meta({"type": ACTING, "staff": who})
        super()._show()


def main() -> int:
    """Open the desk for whoever the first line of standard input names; say how it ended."""
    told = _first_line()
    tell_more()
    with logs.kept():
        pipe = _turned_aside()
        BrowserDriver.pipe = pipe
        chosen, now = settings.load(), clock.SystemClock()
        with open_ledger(chosen) as ledger:
            with ledger.reading() as conn:
                who = acting.of_staff(conn, told["staff"])
            if who is None:
                return FAILED
            app = BrowserDesk(
                ledger,
                chosen,
                now,
                sounds_folder=sounds_folder(),
                language=told["language"],
                idle_seconds=chosen.desk.idle_seconds,
                station=True,
                may_quit=False,
                acting=who,
            )
            status = app.run(mouse=True)
    return FAILED if status is None or app.return_code else status


def _first_line() -> dict[str, str]:
    """Read the first line and nothing behind it."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte or len(line) > _LONGEST_LINE:
            raise EOFError("the server has told nobody's name")
        line += byte
    return {str(key): str(value) for key, value in json.loads(line).items()}


def _turned_aside() -> int:
    """Let standard output and error lead to the log, as on a terminal; the pipe, on a descriptor of its own."""
    pipe = os.dup(1)
    log_to = log_file()
    log_to.parent.mkdir(parents=True, exist_ok=True)
    aside = os.open(log_to, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for fd in (1, 2):
        os.dup2(aside, fd)
    os.close(aside)
    return pipe


if __name__ == "__main__":
    sys.exit(main())
