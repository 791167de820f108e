"""A kiosk in a real terminal with a real ledger behind it, and a test as the person before it.

The test acts as people and scanners do (`scan`, `press`, `dial`), reads the screen (`says`) and then asks
the ledger, through a connection of its own, whether it is so (`house`).
"""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Row, Table

from depot import codes, tables
from depot.states import State
from tests.depot.house import House
from tests.driver import KEY_GAP, Terminal
from tests.journeys.clock import MovedClock
from tests.journeys.doors import Door

ROOT = Path(__file__).parents[2]

WELCOME = "Vil du låne eller levere tilbake?"
MORE_TIME = "Trenger du mer tid?"
HINT = "Bruk tallene, Enter, - og +."

ENTER, MINUS, PLUS, ESCAPE = "\r", "-", "+", "\x1b"
FINISH = codes.command_code(codes.Command.FINISH)

_PLUS = ("+ hjelp", "+ hjælp", "+ help", "+ [hélp]", "+ les høyt", "+ si igjen")
"""How a page ends: with what the plus key does, which on help is to read aloud where something can."""

_WATCHED = (
    tables.item_state,
    tables.loan,
    tables.hold,
    tables.owed_part,
    tables.link,
    tables.borrower,
    tables.card,
    tables.item,
    tables.product,
    tables.product_text,
    tables.call_back,
    tables.foreign_return,
)


class Station:
    """One kiosk. A context manager: the ledger is there before the kiosk, and after it.

    Args:
        folder: holds a founded ledger, `depot.db`; the clock, settings and log lie beside it.
        phones: TOML for the settings file, `[[phone]]` tables.
        furnish: what the ledger is given before the kiosk first looks at it.
        door: what reads the labels that are held up, plugged in; None for the scanner that plays keyboard.
        columns, rows: the terminal's size in cells.
        environment: what else the kiosk's environment says.
        said: settings, as `rules_strict="true"`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        phones: str = "",
        furnish: Callable[[House], object] = lambda _: None,
        door: Door | None = None,
        columns: int = 56,
        rows: int = 16,
        environment: Mapping[str, str] | None = None,
        **said: str,
    ) -> None:
        self.folder, self._furnish, self.door = folder, furnish, door
        self._settings = phones + (door.settings if door else "")
        self._size, self._said = (columns, rows), said
        self._environment = dict(environment or {})
        self.clock = MovedClock(folder / "clock")
        self.log = folder / "kiosk.log"
        self._bells = 0

    def __enter__(self) -> Self:
        self.clock.begin()
        (self.folder / "depot.toml").write_text(self._settings, "utf-8")
        self._house = House(self.folder / "depot.db", **self._said)
        try:
            self._furnish(self.house)
            self.start()
        except BaseException:
            self._house.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._terminal.__exit__(kind, error, trace)
        try:
            if kind is None:
                self.is_sound()
        finally:
            self._house.close()

    # --- the machine -------------------------------------------------------------------------------

    @property
    def terminal(self) -> Terminal:
        """The terminal that the kiosk runs in."""
        return self._terminal

    @property
    def house(self) -> House:
        """The ledger behind it, at this moment."""
        self._house.now = self.clock.now()
        return self._house

    @property
    def argv(self) -> Sequence[str]:
        """How the kiosk is started."""
        launcher = "tests.journeys.kiosk_under_test"
        return [sys.executable, "-m", launcher, str(self.folder / "clock"), str(self.folder)]

    @property
    def env(self) -> dict[str, str]:
        """What the kiosk's environment says of the ledger and the settings."""
        said = {f"DEPOT_{name}".upper(): value for name, value in self._said.items()}
        return {
            "DEPOT_DATABASE": f"sqlite:///{self.folder / 'depot.db'}",
            "DEPOT_SETTINGS": str(self.folder / "depot.toml"),
            "DEPOT_STATION_CLOCK": "trusted",
            "DEPOT_STATION_BALLAST_MB": "0",
            "XDG_STATE_HOME": str(self.folder),
            "XDG_CACHE_HOME": str(self.folder),
            **self._environment,
            **said,
        }

    def start(self) -> None:
        """Start the kiosk; it comes up on the first screen."""
        columns, rows = self._size
        terminal = Terminal(self.argv, columns=columns, rows=rows, env=self.env, cwd=ROOT)
        self._terminal = terminal.__enter__()
        self._bells = 0
        try:
            terminal.wait_for(WELCOME)
            if self.door is not None:
                self.log_says(f"scanner={self.door.kind} there=True")
        except BaseException:
            terminal.__exit__(None, None, None)
            raise

    def kill(self) -> None:
        """Cut the kiosk off, as a power cut does."""
        self._terminal.kill(signal.SIGKILL)
        assert self._terminal.exit_status() == -signal.SIGKILL
        self._terminal.__exit__(None, None, None)

    def quit(self) -> int:
        """End the kiosk as a person does who tries it out; say with which exit status it ended."""
        self._terminal.send(b"\x11")
        status = self._terminal.exit_status()
        assert self._terminal.sane
        self._terminal.__exit__(None, None, None)
        return status

    def start_over(self) -> None:
        """Finish whatever visit there is, and let its goodbye go: the first screen, as it comes up."""
        if WELCOME in self.said and HINT not in self.said:
            return
        self.clock.jump(seconds=31)  # nobody waits for an answer any longer; no scan is the one before
        if MORE_TIME not in self.said:
            self._terminal.send(f"{FINISH}\r\r".encode())
        self.says(WELCOME)
        self.says_no(HINT)

    # --- what a person reads -----------------------------------------------------------------------

    @property
    def said(self) -> str:
        """The whole screen as one line, so that a sentence is found however it is broken."""
        return " ".join(self._terminal.text.split())

    def says(self, *texts: str) -> None:
        """Wait until all of these stand on the screen together, in its frame."""
        self._terminal.wait_until(
            lambda: all(text in self.said for text in texts) and self.is_framed,
            what=f"all of {texts} on one screen",
        )

    def says_no(self, *texts: str) -> None:
        """Wait until none of these stands on the screen: a page is drawn line by line, over the one before."""
        self._terminal.wait_until(
            lambda: not any(text in self.said for text in texts), what=f"a screen without {texts}"
        )

    @property
    def is_framed(self) -> bool:
        """Whether the page has its rules, and its keys on the last line, as every page has."""
        lines = self._terminal.screen
        rules = [at for at, line in enumerate(lines[:-1]) if re.fullmatch(" *─{40,}", line)]
        return len(rules) == 2 and lines[rules[1] + 1].endswith(_PLUS)

    def log_says(self, line: str) -> None:
        """Wait until the kiosk's log says something."""
        self._terminal.wait_until(
            lambda: self.log.exists() and line in self.log.read_text("utf-8"), what=f"{line!r} in the log"
        )

    def rings(self, times: int) -> None:
        """Wait for so many bells since the last time they were counted: two are the soft "not this"."""
        self._terminal.wait_until(lambda: self._terminal.bells >= self._bells + times, what=f"{times} bells")
        rung, self._bells = self._terminal.bells - self._bells, self._terminal.bells
        assert rung == times

    def forget_bells(self) -> None:
        """Count bells from here on."""
        self._bells = self._terminal.bells

    # --- what a person does ------------------------------------------------------------------------

    def scan(self, code: str, *texts: str) -> None:
        """Hold a label under the light; read the screen."""
        if self.door is None:
            self._terminal.scan(code)
        else:
            heard = self._scans_heard()
            self.door.scan(code)
            self._terminal.wait_until(lambda: self._scans_heard() > heard, what=f"{code} in the log")
            self.door.take_away()
        self.says(*texts)

    def _scans_heard(self) -> int:
        return len(re.findall(r"\bscan=.* source=", self.log.read_text("utf-8")))

    def press(self, keys: str, *texts: str) -> None:
        """Press one key after the other at a person's pace; read the screen, which waits for the last of them."""
        self._terminal.press(keys[:-1])
        self._terminal.press(keys[-1], gap=0.0 if texts else KEY_GAP)
        self.says(*texts)

    def dial(self, digits: str, *texts: str) -> None:
        """Type digits where digits are asked for, and Enter, as fast as a keypad ever could; read the screen."""
        self._terminal.send((digits + ENTER).encode())
        self.says(*texts)

    def is_listening(self) -> None:
        """See that what was sent has been read by now: help comes, and goes."""
        self._terminal.settle(0.05)
        before = self.said
        self.press(PLUS, "Jeg leverer noe uten lapp")
        self._terminal.press(PLUS)
        self._terminal.wait_until(lambda: self.said == before, what="the screen under the help")

    # --- what the ledger says ----------------------------------------------------------------------

    def stored(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that a deed could change, to be compared."""
        found = {table.name: sorted(map(tuple, self.house.rows(table)), key=repr) for table in _WATCHED}
        return found | {"event": [(len(self.house.rows(tables.event)),)]}

    def rows(self, table: Table, **where: Any) -> list[Row[Any]]:
        """The rows of a table."""
        return self.house.rows(table, **where)

    def holder(self, card: str) -> str | None:
        """Whose card it is; None while it lies in the box."""
        (row,) = self.rows(tables.card, code=card)
        return None if row.borrower is None else str(row.borrower)

    def lent_to(self, item: str, card: str) -> bool:
        """Whether the thing is out, on one open loan, with the holder of the card."""
        loans = [one for one in self.house.loans(item) if one.ended is None]
        links = [row.borrower for one in loans for row in self.rows(tables.link, key=one.key)]
        return self.house.state(item) is State.ON_LOAN and links == [self.holder(card)]

    def ended(self, item: str) -> list[str | None]:
        """How the thing's loans have ended, the oldest first; None for one that is open."""
        return [one.ended for one in self.house.loans(item)]

    def is_sound(self) -> None:
        """Nothing in the ledger is as it must not be; nothing in the log is anybody's, or a traceback."""
        assert self.house.unsoundness() == []
        log = self.log.read_text("utf-8")
        assert "Traceback" not in log
        for card in self.rows(tables.card):
            assert card.code not in log
            assert card.code[1:9] not in log
        for borrower in self.rows(tables.borrower):
            assert not borrower.phone or borrower.phone[-8:] not in log
