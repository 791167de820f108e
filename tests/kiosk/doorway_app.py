"""A small application on the doorway, for a real terminal: it writes down all that it receives, one JSON
line each.

Some scans make it do what a kiosk must survive, or end as a kiosk may end; the rest it only counts on its
screen.
"""

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from textual.app import ComposeResult
from textual.widgets import Button, Input, Static

from depot.settings import Scanner
from kiosk.terminal.console import run_app
from kiosk.terminal.doorway import Doorway, Key, Pressed, Scanned, ScannerPresence
from kiosk.terminal.hands import Hands
from kiosk.terminal.readers import reader
from kiosk.terminal.safe import txt
from kiosk.terminal.scans import ScanReader
from kiosk.terminal.sounds import Sound, Sounds

NOISE = b"WARNING: a library speaks its mind\n"
SECRET = "+47 900 00 000"
ESCAPES = "\x1b[2J\x1b]0;mine\x07\x1b[12;2]"


class Listener(Doorway):
    """Writes down everything that comes through the doorway."""

    CSS = "Button, Input, Static { height: 1; border: none; }"

    def __init__(
        self,
        record: Path,
        *,
        may_quit: bool,
        hands: Hands | None = None,
        scanners: Sequence[ScanReader] = (),
    ) -> None:
        super().__init__(may_quit=may_quit, hands=hands, scanners=scanners)
        self.record = record
        self.count = 0
        self.sounds = Sounds("", record.parent, self.bell)

    def compose(self) -> ComposeResult:
        yield Static(txt("READY"), id="count")
        yield Static(txt("-"), id="last")
        yield Static(txt("what matters most"), classes="strong")
        yield Button(txt("press me"))
        yield Input()

    def on_mount(self) -> None:
        self.query_one(Button).focus()

    def write(self, **line: object) -> None:
        with self.record.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        self.count += 1
        self.query_one("#count", Static).update(txt(f"{self.count} received"))
        self.query_one("#last", Static).update(txt(str(line)))

    def on_scanned(self, event: Scanned) -> None:
        self.write(scan=event.text, source=event.scanner or event.source, cut=event.cut)
        if event.text in self.deeds:
            self.deeds[event.text]()

    def on_scanner_presence(self, event: ScannerPresence) -> None:
        self.write(scanner=event.presence.scanner, there=event.presence.is_there)

    def on_pressed(self, event: Pressed) -> None:
        self.write(key=event.key, char=event.char)
        if event.key is Key.QUIT:
            self.exit(0)

    def on_button_pressed(self) -> None:
        self.write(button=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.write(input=event.value)

    @property
    def deeds(self) -> dict[str, Callable[[], object]]:
        return {
            "WANT-DIGITS": lambda: setattr(self, "digits_wanted", True),
            "WANT-NO-DIGITS": lambda: setattr(self, "digits_wanted", False),
            "BE-SLOW": lambda: time.sleep(0.3),
            "BE-NOISY": lambda: [os.write(fd, NOISE) for fd in (1, 2)],
            "SHOW-ESCAPES": lambda: self.query_one("#last", Static).update(ESCAPES),
            "RING-READ": lambda: self.sounds.play(Sound.READ),
            "RING-NOT-THIS": lambda: self.sounds.play(Sound.NOT_THIS),
            "EXIT-SEVEN": lambda: self.exit(7),
            "FALL-OVER": self.fall_over,
        }

    def fall_over(self) -> None:
        phone = SECRET
        raise RuntimeError(f"fell over with {len(phone)} secret characters in hand")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("record", type=Path)
    parser.add_argument("log", type=Path)
    parser.add_argument("--may-quit", action="store_true")
    parser.add_argument("--mouse", action="store_true")
    parser.add_argument("--hands", type=float, nargs=2, metavar=("KEY_REPEAT", "DOUBLE_STRIKE"))
    parser.add_argument("--scanner", nargs=3, action="append", default=[], metavar=("NAME", "KIND", "DEVICE"))
    given = parser.parse_args()
    hands = Hands(*given.hands) if given.hands else None
    scanners = [reader(Scanner(name=name, kind=kind, device=device)) for name, kind, device in given.scanner]
    app = Listener(given.record, may_quit=given.may_quit, hands=hands, scanners=scanners)
    return run_app(app, log=given.log, mouse=given.mouse)


if __name__ == "__main__":
    raise SystemExit(main())
