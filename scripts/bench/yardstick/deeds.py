"""Check-out and check-in through the ledger's door, beside the same by hand and beside one bare fsync.

On a ledger with 10 thousand loans and on one with a million: in every round each side does one deed on each,
in turning order, so that all of them meet the same machine. Each has a file of its own, because a connection
forgets its pages when another one has written. Between the rounds, and not timed, all rest as a kiosk does
when nobody is there, and the pieces that came home are cleaned.
"""

from __future__ import annotations

import gc
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from depot import checking, lending, stock
from depot.ledger import open_ledger
from depot.outcomes import CheckedIn, CheckedOut, Moved
from scripts.bench.yardstick.furnish import House, environment, furnish
from scripts.bench.yardstick.raw import LEND, TAKE_HOME, Bare, Deed, Raw, overheard
from scripts.bench.yardstick.report import Aim, Report, Row, ratio, take_turns, workspace

TIMES_RAW, GROWTH, COMMAND_MS = 2.0, 1.2, 500.0
SMALL, BIG, FEWER = 10_000, 1_000_000, (300_000, 100_000)

_MAKING_SECONDS = 200.0
"""What making the big ledger may take of the five minutes; it is a little more than its share of loans."""
_BYTES_A_LOAN = 3300
_REST_EVERY = 25


class Ours:
    """The ledger's own way."""

    def __init__(self, house: House) -> None:
        self._ledger = open_ledger(house.settings)

    def lend(self, card: str, item: str) -> None:
        """Check a piece out as the doorways do."""
        now = datetime.now(UTC)
        outcome = self._ledger.perform(
            lambda conn, here: lending.check_out(conn, here, card=card, item=item, now=now)
        )
        _must_be(CheckedOut, outcome)

    def take_home(self, item: str) -> None:
        """Check a piece in as the doorways do."""
        now = datetime.now(UTC)
        outcome = self._ledger.perform(lambda conn, here: lending.check_in(conn, here, item=item, now=now))
        _must_be(CheckedIn, outcome)

    def clean(self, item: str) -> None:
        """Make a piece that came home free again."""
        now = datetime.now(UTC)
        outcome = self._ledger.perform(lambda conn, here: stock.done(conn, here, item=item, now=now))
        _must_be(Moved, outcome)

    def rest(self) -> None:
        """Use an idle moment."""
        self._ledger.rest()

    def close(self) -> None:
        """Close the ledger."""
        self._ledger.close()


def _must_be(kind: type, outcome: object) -> None:
    if not isinstance(outcome, kind):
        raise RuntimeError(f"a deed of the benchmark came to {outcome}")


@dataclass(frozen=True, slots=True)
class Side:
    """One way of doing deeds on one ledger, and how long each of them took."""

    house: House
    way: Ours | Raw
    lent: Row
    home: Row


def main(*, quick: bool) -> int:
    """Measure and report."""
    with workspace() as folder:
        report = Report("deeds", folder)
        by_hand = _overhear(folder)
        houses = _houses(folder, report, quick=quick)
        with _all_sides(houses, by_hand, report) as sides, closing(Bare(folder / "bare")) as bare:
            _measure(sides, bare, report, passes=1 if quick else 6, rounds=20 if quick else 120)
        _hold_against(sides, report)
        for side in sides[:2]:  # the big ones would take as long again as everything else
            _check(side.house)
        _whole_process(houses[0], report, rounds=2 if quick else 21)
        report.print()
    return 0


# --- before ---


def _houses(folder: Path, report: Report, *, quick: bool) -> tuple[House, House]:
    begins = time.monotonic()
    small = furnish(folder / "small.db", 800 if quick else SMALL, now=datetime.now(UTC))
    seconds = time.monotonic() - begins
    most = 1600 if quick else _what_fits(seconds, shutil.disk_usage(folder).free)
    begins = time.monotonic()
    big = furnish(folder / "big.db", most, now=datetime.now(UTC))
    megabytes = big.file.stat().st_size // 1_000_000
    report.notes.append(f"{most:,} loans made in {time.monotonic() - begins:.0f} s are {megabytes:,} MB")
    if most < BIG and not quick:
        report.notes.append("a million would not fit on this disk, or not into five minutes")
    return small, big


def _what_fits(seconds_for_small: float, free: int) -> int:
    """Choose how many loans the big ledger gets: a million where time and disk allow."""
    for loans in (BIG, *FEWER):
        in_time = seconds_for_small * loans / SMALL < _MAKING_SECONDS
        if in_time and 2.2 * _BYTES_A_LOAN * loans < free:
            return loans
    return FEWER[-1]


@contextmanager
def _all_sides(houses: Iterable[House], by_hand: tuple[Deed, Deed], report: Report) -> Iterator[list[Side]]:
    """Open two ledgers for each house: a copy for the deeds by hand, and its own."""
    twins = [(house, house.twin(house.file.with_suffix(".raw"))) for house in houses]
    os.sync()  # else somebody's fsync would have to wait for gigabytes of ours
    sides: list[Side] = []
    try:
        for house, twin in twins:
            rows = [_rows(report, deed, house) for deed in ("check-out", "check-in")]
            raw, ours = zip(*rows, strict=True)
            sides.append(Side(twin, Raw(twin.file, *by_hand), *raw))
            sides.append(Side(house, Ours(house), *ours))
        yield sides
    finally:
        for side in sides:
            side.way.close()


def _rows(report: Report, deed: str, house: House) -> tuple[Row, Row]:
    raw = report.row(f"{deed}, {house.loans:,} loans, raw", "us")
    return raw, report.row(f"{deed}, {house.loans:,} loans, ledger", "us", beside=raw)


def _overhear(folder: Path) -> tuple[Deed, Deed]:
    """Learn what the two deeds are made of, on a ledger of their own."""
    house = furnish(folder / "overheard.db", 80, now=datetime.now(UTC))
    with closing(Ours(house)) as ours:
        with overheard(LEND) as lend:
            ours.lend(house.cards[0], house.free[0])
        with overheard(TAKE_HOME) as take_home:
            ours.take_home(house.free[0])
    return lend, take_home


# --- measuring ---


def _measure(sides: list[Side], bare: Bare, report: Report, *, passes: int, rounds: int) -> None:
    out, home = [_warm_up(side) for side in sides][1]
    sync_out = report.row(f"bare fsync of {len(out):,} bytes", "us", beside=sides[1].lent)
    sync_home = report.row(f"bare fsync of {len(home):,} bytes", "us", beside=sides[1].home)
    chance = random.Random(1)  # noqa: S311 - the same pieces every time

    def rest(number: int) -> None:
        for side in sides if number % _REST_EVERY == 0 else ():
            side.way.rest()

    gc.collect()
    gc.freeze()
    for _ in range(passes):
        picked = [(side, _pick(side.house, chance, rounds)) for side in sides]
        lend = [(side.lent, _lending(side.way, picks)) for side, picks in picked]
        take_home = [(side.home, _taking_home(side.way, picks)) for side, picks in picked]
        take_turns([*lend, (sync_out, lambda _: bare.sync(out))], rounds, between=rest)
        take_turns([*take_home, (sync_home, lambda _: bare.sync(home))], rounds, between=rest)
        for side, picks in picked:
            _clean(side.house, [item for _, item in picks])


def _pick(house: House, chance: random.Random, number: int) -> list[tuple[str, str]]:
    """Draw cards and pieces, each once."""
    cards, items = chance.sample(house.cards, number), chance.sample(house.free, number)
    return list(zip(cards, items, strict=True))


def _lending(way: Ours | Raw, picks: list[tuple[str, str]]) -> Callable[[int], None]:
    return lambda number: way.lend(*picks[number])


def _taking_home(way: Ours | Raw, picks: list[tuple[str, str]]) -> Callable[[int], None]:
    return lambda number: way.take_home(picks[number][1])


def _warm_up(side: Side, number: int = 10) -> tuple[bytes, bytes]:
    """Do some deeds; gives as many bytes as a check-out and a check-in of the ledger's put into a new WAL."""
    wal = Path(f"{side.house.file}-wal")
    cards, items = side.house.cards[:number], side.house.free[:number]
    begins = wal.stat().st_size
    for card, item in zip(cards, items, strict=True):
        side.way.lend(card, item)
    between = wal.stat().st_size
    for item in items:
        side.way.take_home(item)
    ends = wal.stat().st_size
    _clean(side.house, items)
    return os.urandom((between - begins) // number), os.urandom((ends - between) // number)


def _clean(house: House, items: Iterable[str]) -> None:
    with closing(Ours(house)) as cleaner:
        for item in items:
            cleaner.clean(item)


# --- after ---


def _hold_against(sides: list[Side], report: Report) -> None:
    for raw, ours in zip(sides[::2], sides[1::2], strict=True):
        for name, mine, hand in (("check-out", ours.lent, raw.lent), ("check-in", ours.home, raw.home)):
            report.aims.append(
                Aim(f"{name} at {ours.house.loans:,} loans, times raw", ratio(mine, hand), TIMES_RAW)
            )
    _, small, _, big = sides
    grown = f"from {small.house.loans:,} to {big.house.loans:,} loans"
    report.aims.append(Aim(f"check-out, growth {grown}", ratio(big.lent, small.lent), GROWTH))
    report.aims.append(Aim(f"check-in, growth {grown}", ratio(big.home, small.home), GROWTH))


def _check(house: House) -> None:
    """Let the ledger say whether all that was done, by either side, is as it must be."""
    broken = checking.check(house.file).broken
    if broken:
        raise RuntimeError(f"{house.file.name} is not sound, so nothing was measured: {broken[0]}")


def _whole_process(house: House, report: Report, *, rounds: int) -> None:
    """Time `depot lend` from a shell's fork to its exit, beside a Python that does nothing."""
    nothing = report.row("python -c pass, whole process", "ms")
    lend = report.row("depot lend, whole process", "ms", beside=nothing)
    command = str(Path(sys.executable).with_name("depot"))
    settings = {**os.environ, **environment(house.file), "XDG_STATE_HOME": str(house.file.parent)}

    def run(*argv: str) -> None:
        subprocess.run(argv, env=settings, check=True, stdout=subprocess.DEVNULL)

    def lend_one(number: int) -> None:
        run(command, "lend", house.cards[number], house.free[number])

    take_turns([(nothing, lambda _: run(sys.executable, "-c", "pass")), (lend, lend_one)], rounds)
    report.aims.append(Aim("depot lend, milliseconds", lend.median, COMMAND_MS))
