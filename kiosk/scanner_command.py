"""The verb `depot scanner`: the scanner's test page, or with `--json` a line for each scan. No ledger is opened."""

from __future__ import annotations

import codecs
import json
import os
import re
import selectors
import signal
import sys
import termios
import time
import tty
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import click
from platformdirs import user_state_path

from depot.settings import LANGUAGES, load

if TYPE_CHECKING:
    from depot.scanner_sheet import Known
    from kiosk.scanner_looks import Look, Run, Runs
    from kiosk.terminal.repair import Repair
    from kiosk.terminal.scans import Heard, Presence, ScanReader


@click.command()
@click.option("--language", type=click.Choice(LANGUAGES), help="In this language.")
@click.option(
    "--json", "as_json", is_flag=True, help="No screen: a line of JSON for each scan, until Ctrl-C."
)
def scanner(*, language: str | None, as_json: bool) -> None:
    """Show what a scanner really sends, what is wrong with it, and how it is put right.

    Scan the codes of the sheet that `depot label scanner` prints. With --json, bytes on standard input are read
    as if a scanner had typed them, so that a recording can be looked at.
    """
    from kiosk.terminal.readers import reader, repair

    settings = load()
    readers = tuple(reader(one) for one in settings.scanners)
    if as_json:
        _Listing(readers, repair(settings)).run()
        return
    from depot.words import words_in
    from kiosk.scanner_page import ScannerPage
    from kiosk.terminal.console import run_app

    page = ScannerPage(
        scanners=readers, repair=repair(settings), words=words_in(language or settings.desk.language)
    )
    sys.exit(run_app(page, log=user_state_path("depot") / "scanner.log"))


# --- a line for each scan ---

_ETX = "\x03"
# What terminals send for the function keys: xterm's, and the Linux console's for the first five.
_FUNCTION_KEYS = {
    **{f"\x1bO{letter}": f"f{number}" for number, letter in enumerate("PQRS", 1)},
    **{f"\x1b[[{letter}": f"f{number}" for number, letter in enumerate("ABCDE", 1)},
    **{f"\x1b[{code}~": f"f{number}" for number, code in enumerate((11, 12, 13, 14, 15), 1)},
    **{f"\x1b[{code}~": f"f{number}" for number, code in enumerate((17, 18, 19, 20, 21, 23, 24), 6)},
}
_KEY = re.compile(r"\x1bO[P-S]|\x1b\[\[[A-E]|\x1b\[[0-9]{2}~|.", re.DOTALL)


class _Listing:
    """Reads the scanners and standard input, and writes a line for each scan."""

    def __init__(self, readers: tuple[ScanReader, ...], repair: Repair) -> None:
        from kiosk.scanner_looks import Runs

        self._readers, self._repair = readers, repair
        self._runs: Runs = Runs()
        self._known: dict[str, Known] = {}
        self._told: SimpleQueue[Heard | Presence] = SimpleQueue()
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        # Where standard input is closed, number 0 is somebody else's.
        self._has_input = sys.stdin is not None
        self._is_terminal = self._has_input and os.isatty(0)
        self._ended = False
        self._flushes_at: float | None = None

    def run(self) -> None:
        """Read until a signal comes, or until nothing is left to read."""
        self._wake, woken = os.pipe()[::-1]
        os.set_blocking(self._wake, False)
        with selectors.DefaultSelector() as selector, self._signalled(), _raw_terminal(self._is_terminal):
            selector.register(woken, selectors.EVENT_READ)
            is_file = self._has_input and not _is_selectable(selector)
            for one in self._readers:
                one.start(self._tell)
            try:
                if is_file:
                    self._read_file()
                while not self._ended and len(selector.get_map()) > (0 if self._readers else 1):
                    self._wait(selector, woken)
            finally:
                for one in self._readers:
                    one.stop()
        os.close(self._wake)
        os.close(woken)

    @contextmanager
    def _signalled(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._end) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end(self, *_: object) -> None:
        self._ended = True
        self._awaken()

    def _tell(self, what: Heard | Presence) -> None:
        self._told.put(what)
        self._awaken()

    def _awaken(self) -> None:
        with suppress(BlockingIOError):  # full: it will wake up all the same
            os.write(self._wake, b".")

    def _wait(self, selector: selectors.BaseSelector, woken: int) -> None:
        due = self._flushes_at
        ready = {
            key.fd for key, _ in selector.select(None if due is None else max(0.0, due - time.monotonic()))
        }
        if woken in ready:
            os.read(woken, 4096)
            self._say_told()
        if self._has_input and 0 in ready:
            if data := _read_input():
                self._type(self._decode(data), time.monotonic())
            else:
                selector.unregister(0)
                self._finish()
            patience = self._runs.patience
            self._flushes_at = None if patience is None else time.monotonic() + patience
        elif due is not None and time.monotonic() >= due:
            self._flushes_at = None
            self._say_runs(self._runs.flush())

    def _read_file(self) -> None:
        """Read a recording: all there is, and at once."""
        while not self._ended and (data := os.read(0, 65536)):
            self._type(self._decode(data), 0.0)
        self._finish()

    def _finish(self) -> None:
        self._type(self._decode(b"", final=True), 0.0)
        self._say_runs(self._runs.flush())

    def _type(self, text: str, at: float) -> None:
        for char in _KEY.findall(text):
            if char == _ETX and self._is_terminal and self._runs.patience is None:
                self._ended = True  # Ctrl-C, and no code that it ends
                return
            self._say_runs(self._runs.feed(_FUNCTION_KEYS.get(char, char), at))

    def _say_runs(self, runs: Iterable[Run]) -> None:
        from dataclasses import replace

        from kiosk.scanner_looks import look_at_run

        for run in runs:
            timed = run if self._is_terminal else replace(run, pace=None)
            self._say(look_at_run(timed, self._repair, self._known.get("")))

    def _say_told(self) -> None:
        from kiosk.scanner_looks import look_at_heard
        from kiosk.terminal.scans import Heard

        while not self._told.empty():
            told = self._told.get()
            if isinstance(told, Heard):
                self._say(look_at_heard(told, self._known.get(told.scanner)))
            else:
                there = "is there" if told.is_there else "is not there"
                click.echo(f"{told.scanner} {there}: {told.why}", err=True)

    def _say(self, look: Look) -> None:
        self._known[look.scanner] = look.diagnosis.known
        # ASCII alone, so that no code can steer the terminal.
        click.echo(json.dumps(_document(look)).replace("\x7f", "\\u007f"))


def _document(look: Look) -> dict[str, Any]:
    found = look.diagnosis
    return {
        "raw": look.raw,
        "text": look.text,
        "repaired": look.repaired or None,
        "source": str(look.source),
        "scanner": look.scanner or None,
        "symbology": look.symbology,
        "kind": _kind(look),
        "terminator": None if look.end is None else str(look.end),
        "ms_per_character": None if look.pace is None else round(look.pace * 1000, 1),
        "keys": look.is_keys,
        "sheet_code": None if found.code is None else found.code.number,
        "findings": [
            {name: value for name, value in asdict(one).items() if value not in ((), "", 0, None)}
            for one in found.findings
        ],
        "next": None if found.following is None else found.following.number,
    }


def _kind(look: Look) -> str:
    """Say what it is here in one word, as `depot find` does."""
    from depot.codes import OwnCode

    scan = look.scan
    return scan.kind.name.lower() if isinstance(scan, OwnCode) else type(scan).__name__.lower()


def _is_selectable(selector: selectors.BaseSelector) -> bool:
    """Listen to standard input too, unless it is a plain file, which cannot be listened to."""
    try:
        selector.register(0, selectors.EVENT_READ)
    except PermissionError:
        return False
    return True


def _read_input() -> bytes:
    """Read what has come; nothing once the terminal or the pipe is gone."""
    try:
        return os.read(0, 4096)
    except OSError:  # EIO: hung up
        return b""


@contextmanager
def _raw_terminal(is_terminal: bool) -> Iterator[None]:
    """Take each key of the terminal as it comes and unseen, and put the terminal back afterwards."""
    if not is_terminal:
        yield
        return
    before = termios.tcgetattr(0)
    tty.setraw(0)
    made = termios.tcgetattr(0)
    made[1] = before[1]  # what is written still gets its line ends
    termios.tcsetattr(0, termios.TCSANOW, made)
    try:
        yield
    finally:
        with suppress(termios.error):  # hung up: there is nothing left to put back
            termios.tcsetattr(0, termios.TCSADRAIN, before)
