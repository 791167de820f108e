"""The storekeeper's desk on a Tuesday: Today, search and a wash run, each beside the same without the desk.

On a ledger with 20,000 things and a million loans. Without a terminal first: a session does what a key or scan
makes it do and lays its page out, beside the very statements that were overheard from it, run by hand on a
connection of their own; a scan of a wash run stands beside the bare deed through the same ledger. Then in a
pseudo-terminal, from a key's byte to the last of the page, beside one label behind the same doorway.
"""

from __future__ import annotations

import gc
import itertools
import shutil
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Engine, event

from depot import codes, stock
from depot.catalogue import Line
from depot.clock import SystemClock
from depot.ledger import open_ledger
from depot.outcomes import Moved
from depot.words import words_in
from inventory.benches.registry import doors
from inventory.desk import acting
from inventory.desk.session import Key, Session
from inventory.desk.views import Tone
from inventory.screens.layout import lay_out
from kiosk.terminal.wedge import HOLD
from scripts.bench.yardstick.furnish import House, environment, furnish
from scripts.bench.yardstick.report import Aim, Report, Row, Turn, take_turns, workspace
from scripts.bench.yardstick.terminal import Terminal
from scripts.bench.yardstick.tuesday import PIN, Tuesday, come

OWN_MS, TIMES_A_KEY = 100.0, 2.0

COLUMNS, ROWS = 80, 24
_LANGUAGE = "nb"
_ROUNDS_A_PIECE, _PIECES, _FEWER = 50, 20_000, 4_000
_BYTES_A_LOAN = 3800
_A_RUN = 20
"""Things that are washed in one run, as a trolley holds."""
_TYPED = ("rullator", "sn0123", "0001234")
"""What somebody searches for: a name, a serial number, the beginning of a label's digits. It finds 60, or few."""
_NAME = _TYPED[0]

_PAGE = [sys.executable, "-P", str(Path(__file__).with_name("one_page.py"))]
_DESK = [str(Path(sys.executable).with_name("depot")), "desk", "--language", _LANGUAGE]
_FRAME_ENDS = "\x1b[1;1H"
_F1, _F2, _DOWN, _UP, _ENTER, _ERASE = b"\x1bOP", b"\x1bOQ", b"\x1b[B", b"\x1b[A", b"\r", b"\x7f"

Statements: TypeAlias = Sequence[tuple[str, tuple[Any, ...]]]


def main(*, quick: bool) -> int:
    """Measure and report."""
    with workspace() as folder:
        report = Report("desk", folder)
        house, tuesday = _house(folder, report, quick=quick)
        with closing(ByHand(house.file)) as by_hand:
            with closing(Desk(house)) as desk:
                today = _today(desk, by_hand, report, rounds=4 if quick else 60)
                found = _search(desk, by_hand, report, passes=1 if quick else 6)
                _wash(desk, tuesday, report, rounds=len(tuesday.to_wash) // 2)
            settings = environment(house.file) | {
                "XDG_STATE_HOME": str(folder),
                "XDG_CACHE_HOME": str(folder),
            }
            with ExitStack() as open_things:
                page, keeper = _open(open_things, settings, tuesday)
                seen = Seen(page, keeper, by_hand, report)
                seen.today(today, rounds=4 if quick else 40)
                seen.list(rounds=4 if quick else 60)
                seen.search(found, passes=1 if quick else 8)
                for name, program in (("one label", page), ("desk", keeper)):
                    memory = report.row(f"resident memory, {name}, after all these", "MB")
                    memory.values.append(program.resident())
        report.print()
    return 0


# --- before ---


def _is_labelled(line: Line) -> bool:
    return not line.counted


def _house(folder: Path, report: Report, *, quick: bool) -> tuple[House, Tuesday]:
    begins = time.monotonic()
    fits = shutil.disk_usage(folder).free > 1.3 * _BYTES_A_LOAN * _PIECES * _ROUNDS_A_PIECE
    pieces, rounds = (400, 4) if quick else (_PIECES if fits else _FEWER, _ROUNDS_A_PIECE)
    house = furnish(
        folder / "desk.db", pieces * rounds, now=datetime.now(UTC), rounds=rounds, of=_is_labelled
    )
    tuesday = come(house, now=datetime.now(UTC), to_wash=8 if quick else 800)
    megabytes = house.file.stat().st_size // 1_000_000
    seconds = time.monotonic() - begins
    report.notes.append(
        f"{pieces:,} things and {house.loans:,} loans made in {seconds:.0f} s are {megabytes:,} MB"
    )
    if not fits and not quick:
        report.notes.append("20,000 things with a million loans would not fit on this disk")
    return house, tuesday


class Desk:
    """Somebody at the desk, without a terminal."""

    def __init__(self, house: House) -> None:
        self.ledger = open_ledger(house.settings)
        self.who = acting.Acting("6f0d4a52-0000-4000-8000-000000000001", "Liv", acting.Role.MANAGER)
        self.session = Session(
            self.ledger,
            house.settings,
            SystemClock(),
            language=_LANGUAGE,
            doors=doors(),
            idle_seconds=1e9,
            acting=self.who,
        )

    def close(self) -> None:
        """Close the ledger."""
        self.ledger.close()

    def press(self, key: Key, char: str = "") -> None:
        """Press a key and lay out the page that it leads to, as the screen does."""
        self.session.pressed(key, char)
        lay_out(self.session.shown, COLUMNS, ROWS)

    def type(self, text: str) -> None:
        """Type a text."""
        for char in text:
            self.press(Key.CHAR, char)

    def scan(self, code: str) -> Tone:
        """Scan a code, and lay out the page."""
        said = self.session.scanned(codes.parse(code), code)
        lay_out(self.session.shown, COLUMNS, ROWS)
        return said.tone


class ByHand:
    """Somebody who runs statements on a ledger's file, on a connection as the ledger's readers have it."""

    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        self._db.execute("PRAGMA temp_store=MEMORY")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def run(self, statements: Statements) -> None:
        """Run what was overheard, and fetch all that it finds."""
        for sql, parameters in statements:
            self._db.execute(sql, parameters).fetchall()


@contextmanager
def _overheard() -> Iterator[list[tuple[str, tuple[Any, ...]]]]:
    """Listen to what SQLAlchemy sends to SQLite in a block."""
    heard: list[tuple[str, tuple[Any, ...]]] = []

    def listen(_: Any, __: Any, sql: str, parameters: tuple[Any, ...], ___: Any, ____: bool) -> None:
        heard.append((sql, tuple(parameters)))

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", listen)


# --- without a terminal ---


def _today(desk: Desk, by_hand: ByHand, report: Report, *, rounds: int) -> Statements:
    """Look at Today again and again; returns its statements."""
    with _overheard() as heard:
        desk.press(Key.AFRESH)
    shown = desk.session.shown.view
    waits, kinds = shown.counts[0][1], len(shown.table.rows) if shown.table else 0
    report.notes.append(
        f"on Today {waits:,} things wait, of {kinds} kinds, asked for in {len(heard)} statements"
    )
    alone = report.row("Today, the same SQL alone", "ms")
    ours = report.row("Today, looked up and laid out", "ms", beside=alone)
    gc.collect()
    sql, all_of_it = OnProcessor(lambda _: by_hand.run(heard)), OnProcessor(lambda _: desk.press(Key.AFRESH))
    take_turns([(alone, sql), (ours, all_of_it)], rounds)
    own = report.row("Today, our own time on the processor", "ms")
    own.values = [both - theirs for both, theirs in zip(all_of_it.took, sql.took, strict=True)]
    report.aims.append(Aim("Today, our own time in milliseconds", own.median, OWN_MS))
    return heard


class OnProcessor:
    """Does something, and notes for how many milliseconds this process had the processor meanwhile.

    Nothing waits for a disk here, so that on a machine which does nothing else this is the time that it takes.
    """

    def __init__(self, act: Callable[[int], object]) -> None:
        self._act = act
        self.took: list[float] = []

    def __call__(self, number: int) -> None:
        """Do it once."""
        begins = time.process_time_ns()
        self._act(number)
        self.took.append((time.process_time_ns() - begins) / 1e6)


def _search(desk: Desk, by_hand: ByHand, report: Report, *, passes: int) -> dict[str, Statements]:
    """Type key by key; returns the statements for each beginning of what is typed."""
    desk.press(Key.SEARCH)
    typed = [text[:length] for text in _TYPED for length in range(1, len(text) + 1)]
    heard: dict[str, Statements] = {}
    for text in typed:
        _write(desk, text[:-1])
        with _overheard() as statements:
            desk.press(Key.CHAR, text[-1])
        heard[text] = statements
    alone = report.row("search, a key, the same SQL alone", "ms")
    ours = report.row("search, a key, looked up and laid out", "ms", beside=alone)
    in_turn = [text for _ in range(passes) for text in typed if heard[text]]

    def come_to(number: int) -> None:
        _write(desk, in_turn[number][:-1])

    take_turns(
        [
            (alone, lambda number: by_hand.run(heard[in_turn[number]])),
            (ours, lambda number: desk.press(Key.CHAR, in_turn[number][-1])),
        ],
        len(in_turn),
        between=come_to,
    )
    desk.press(Key.BACK)
    return heard


def _write(desk: Desk, text: str) -> None:
    """Have nothing but a text stand on the line."""
    if desk.session.shown.typed.get("text") == text:
        return
    while desk.session.shown.typed.get("text"):
        desk.press(Key.ERASE)
    desk.type(text)


def _wash(desk: Desk, tuesday: Tuesday, report: Report, *, rounds: int) -> None:
    """Wash one thing by a scan and one by the bare deed, and begin a new run after twenty."""
    bare = report.row("a thing cleaned, the bare deed", "us")
    scan = report.row("a thing cleaned, a scan of a wash run", "us", beside=bare)
    ours, theirs = tuesday.to_wash[::2], tuesday.to_wash[1::2]
    desk.session.clicked(("act", "wash"))

    def wash(number: int) -> None:
        if desk.scan(ours[number]) is not Tone.GOOD:
            raise RuntimeError(f"a scan of the run came to {desk.session.said}")

    def clean(number: int) -> None:
        now = datetime.now(UTC)
        outcome = desk.ledger.perform(
            lambda conn, here: stock.cleaned(conn, here, item=theirs[number], now=now, by=desk.who.id)
        )
        if not isinstance(outcome, Moved):
            raise RuntimeError(f"a deed of the benchmark came to {outcome}")

    def rest(number: int) -> None:
        if number and number % _A_RUN == 0:
            desk.session.clicked(("act", "end"))
            desk.ledger.rest()

    take_turns([(bare, clean), (scan, wash)], rounds, between=rest)
    desk.session.clicked(("act", "end"))
    desk.session.pressed(Key.BACK)
    desk.ledger.rest()
    report.notes.append(
        f"washed: {1e6 / scan.median:.0f} scans a second, which is {1e6 / bare.median:.0f} bare deeds a second"
    )


# --- in a terminal ---


def _open(open_things: ExitStack, settings: dict[str, str], tuesday: Tuesday) -> tuple[Terminal, Terminal]:
    """Start both programs, and sign in at the desk with badge and PIN."""
    t = words_in(_LANGUAGE).t
    page, keeper = (
        open_things.enter_context(closing(Terminal(argv, settings, columns=COLUMNS, rows=ROWS)))
        for argv in (_PAGE, _DESK)
    )
    page.painted("0 keys")
    keeper.painted(t("Scan your badge."), _FRAME_ENDS)
    keeper.send(f"{tuesday.badge}\r".encode())
    keeper.painted(t("Type your PIN, then Enter."), _FRAME_ENDS)
    keeper.send(f"{PIN}\r".encode())
    keeper.painted(t("Today"), _FRAME_ENDS)
    return page, keeper


class Seen:
    """Presses keys in the two programs, in turns, and waits until what they lead to has been painted."""

    def __init__(self, page: Terminal, keeper: Terminal, by_hand: ByHand, report: Report) -> None:
        self._page, self._desk, self._by_hand, self._report = page, keeper, by_hand, report
        self._keys = itertools.count(1)
        self._t = words_in(_LANGUAGE).t

    def _press(self, key: bytes) -> Callable[[int], None]:
        """Press a key in the program of one label."""

        def press(_: int) -> None:
            self._page.send(key)
            self._page.painted(f"{next(self._keys)} keys", _FRAME_ENDS)

        return press

    def _do(self, key: bytes, *painted: str) -> None:
        """Press a key at the desk."""
        self._desk.send(key)
        self._desk.painted(*painted, _FRAME_ENDS)

    def _settle(self) -> None:
        """Let a moment pass, as people do, and forget what was painted."""
        time.sleep(0.05)
        for program in (self._page, self._desk):
            program.forget()

    def today(self, statements: Statements, *, rounds: int) -> None:
        """Come back to Today from its help by Enter, which waits for no scanner."""
        key = self._report.row("key to paint, one label, beside Today", "ms")
        alone = self._report.row("Today, the same SQL alone, beside its paint", "ms")
        seen = self._report.row("key to paint, Today", "ms")

        def ask_for_help(_: int) -> None:
            self._do(_F1, self._t("Help"))
            self._settle()

        turns: list[Turn] = [(key, self._press(_ENTER)), (alone, lambda _: self._by_hand.run(statements))]
        take_turns(
            [*turns, (seen, lambda _: self._do(_ENTER, self._t("Today")))], rounds, between=ask_for_help
        )
        own = statistics.median(
            all_of_it - sql for all_of_it, sql in zip(seen.values, alone.values, strict=True)
        )
        self._report.aims.append(Aim("key to paint of Today less its SQL alone, milliseconds", own, OWN_MS))

    def list(self, *, rounds: int) -> None:
        """Go down a list, which asks the ledger nothing."""
        key = self._report.row("key to paint, one label, beside an arrow", "ms")
        seen = self._report.row("key to paint, an arrow on Today", "ms", beside=key)
        self._do(_UP)

        def settle(_: int) -> None:
            self._settle()

        def go(number: int) -> None:
            self._do(_DOWN if number % 2 == 0 else _UP)

        self._settle()
        take_turns([(key, self._press(_ENTER)), (seen, go)], rounds, between=settle)
        self._report.aims.append(Aim("key to paint of an arrow, times a key's", seen.ratio or 0, TIMES_A_KEY))

    def search(self, found: dict[str, Statements], *, passes: int) -> None:
        """Type a name key by key. A letter waits until it can be no scanner's, in both programs."""
        key = self._report.row("key to paint, one label, beside search", "ms")
        alone = self._report.row("search, the same SQL alone, beside its paint", "ms")
        seen = self._report.row("key to paint, a letter in search", "ms", beside=key)
        self._do(_F2, self._t("Search"))
        typed = [_NAME[:length] for _ in range(passes) for length in range(1, len(_NAME) + 1)]

        def come_to(number: int) -> None:
            if number and len(typed[number]) == 1:
                for length in range(len(_NAME) - 1, -1, -1):
                    self._do(_ERASE, _NAME[:length])
            self._settle()

        def write(number: int) -> None:
            self._do(typed[number][-1:].encode(), typed[number])

        turns: list[Turn] = [
            (key, self._press(b"x")),
            (alone, lambda number: self._by_hand.run(found[typed[number]])),
            (seen, write),
        ]
        take_turns(turns, len(typed), between=come_to)
        self._hold_against(key, alone, seen)

    def _hold_against(self, key: Row, alone: Row, seen: Row) -> None:
        hold = 1000 * HOLD
        self._report.notes.append(
            f"a letter waits {hold:.0f} ms for a scanner's pace, which the last aim leaves out"
        )
        rounds = zip(key.values, alone.values, seen.values, strict=True)
        times = statistics.median((shown - hold - sql) / (pressed - hold) for pressed, sql, shown in rounds)
        self._report.aims.append(
            Aim("key to paint in search less its SQL and that wait, times a key's", times, TIMES_A_KEY)
        )
