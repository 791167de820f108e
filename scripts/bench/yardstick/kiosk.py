"""The kiosk in a pseudo-terminal, beside an application of one label.

From the scanner's first byte to the last of the answer's page, beside the same from a key to the label; the
deed alone is timed in the same rounds, in this process, on a copy of the ledger. And from the start to the
first page, beside a program that imports what the kiosk must, Textual and SQLAlchemy, and shows one label.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import time
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from scripts.bench.yardstick.deeds import Ours
from scripts.bench.yardstick.furnish import House, environment, furnish
from scripts.bench.yardstick.report import Aim, Report, Row, Turn, ratio, take_turns, workspace
from scripts.bench.yardstick.terminal import Terminal

TIMES_A_KEY, TIMES_A_START = 2.0, 1.5

_LABEL = [sys.executable, str(Path(__file__).with_name("one_label.py"))]
_KIOSK = [str(Path(sys.executable).with_name("depot")), "kiosk"]
_NO_KEYS, _PAGE_ENDS = "0 keys", "hjelp"
_FRAME_ENDS = "\x1b[1;1H"
"""What Textual ends each frame with. The page itself may end in rows that stay, and are not painted again."""


def main(*, quick: bool) -> int:
    """Measure and report."""
    with workspace() as folder:
        report = Report("kiosk", folder)
        house = furnish(folder / "depot.db", 800 if quick else 10_000, now=datetime.now(UTC))
        settings = environment(house.file) | {"XDG_STATE_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
        _scans(house, settings, report, rounds=8 if quick else 90)
        _starts(settings, report, rounds=2 if quick else 15)
        report.print()
    return 0


def _scans(house: House, settings: dict[str, str], report: Report, *, rounds: int) -> None:
    twin = house.twin(house.file.with_suffix(".twin"))
    with ExitStack() as open_things:
        ours = open_things.enter_context(closing(Ours(twin)))
        label = open_things.enter_context(closing(Terminal(_LABEL, settings)))
        kiosk = open_things.enter_context(closing(Terminal(_KIOSK, settings)))
        label.painted(_NO_KEYS)
        kiosk.painted(_PAGE_ENDS)
        keys, things = itertools.count(1), itertools.count(1)

        def press(_: int) -> None:
            label.send(b"x")
            label.painted(f"{next(keys)} keys", _FRAME_ENDS)

        def scan(code: str) -> None:
            kiosk.send(f"{code}\r".encode())
            kiosk.painted(f" {next(things)} ting", _FRAME_ENDS)

        pressed, alone, seen = _rows(report, "return")
        turns: list[Turn] = [(pressed, press), (alone, lambda number: ours.take_home(house.out[number]))]
        take_turns([*turns, (seen, lambda number: scan(house.out[number]))], rounds, between=_pause)
        _hold_against(report, "return", pressed, alone, seen)

        card = house.cards[0]
        kiosk.send(f"{card}\r".encode())
        kiosk.painted(f"kort … {card[7:9]}", _FRAME_ENDS)
        pressed, alone, seen = _rows(report, "loan")
        turns = [(pressed, press), (alone, lambda number: ours.lend(card, house.free[number]))]
        take_turns([*turns, (seen, lambda number: scan(house.free[number]))], rounds, between=_pause)
        _hold_against(report, "loan", pressed, alone, seen)

        for name, program in (("one label", label), ("kiosk", kiosk)):
            report.row(f"resident memory, {name}, after all these", "MB").values.append(program.resident())


def _pause(_: int) -> None:
    """Let a moment pass, as people do: Textual paints 60 times a second, and a paint may wait for the one before."""
    time.sleep(0.05)


def _rows(report: Report, deed: str) -> tuple[Row, Row, Row]:
    """Begin the rows of one kind of scan: a key in the other program, the deed alone, the scan."""
    key = report.row(f"key to paint, one label, beside {deed}s", "ms")
    return (
        key,
        report.row(f"{deed}, the deed alone", "ms"),
        report.row(f"scan to paint, {deed}", "ms", beside=key),
    )


def _hold_against(report: Report, deed: str, key: Row, alone: Row, scan: Row) -> None:
    rounds = zip(key.values, alone.values, scan.values, strict=True)
    times = statistics.median((seen - done) / pressed for pressed, done, seen in rounds)
    report.aims.append(Aim(f"scan to paint of a {deed} less its deed, times a key's", times, TIMES_A_KEY))


def _starts(settings: dict[str, str], report: Report, *, rounds: int) -> None:
    """Start every program once in each round; between the rounds they are asked their size, and end."""
    programs = {
        "one label": (_LABEL, _NO_KEYS),
        "one label and SQLAlchemy": ([*_LABEL, "--sqlalchemy"], _NO_KEYS),
        "kiosk": (_KIOSK, _PAGE_ENDS),
    }
    starts = {name: report.row(f"start to first paint, {name}", "ms") for name in programs}
    memory = {name: report.row(f"resident memory, {name}, at first paint", "MB") for name in programs}
    running: dict[str, Terminal] = {}

    def start(name: str) -> None:
        argv, painted = programs[name]
        running[name] = Terminal(argv, settings)
        running[name].painted(painted)

    def end_all(_: int) -> None:
        for name, program in running.items():
            memory[name].values.append(program.resident())
            program.close()
        running.clear()

    turns: list[Turn] = [(row, lambda _, name=name: start(name)) for name, row in starts.items()]
    take_turns(turns, rounds, between=end_all)
    end_all(rounds)
    least, kiosk = starts["one label and SQLAlchemy"], starts["kiosk"]
    kiosk.beside = least
    memory["kiosk"].beside = memory["one label and SQLAlchemy"]
    report.aims.append(
        Aim("start to first paint, times one label and SQLAlchemy", ratio(kiosk, least), TIMES_A_START)
    )
