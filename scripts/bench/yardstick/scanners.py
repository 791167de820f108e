"""From the scanner's last byte to the application, by each way in, beside a bare thread and an event loop.

Both sides are processes of their own, each with its own end of the same kind of line, terminal, FIFO or camera; both
say at which moment of the machine's monotonic clock a scan has reached the event loop. A scan is an AIM identifier,
ten characters and CR, written at once; the recorded device's is ten characters and Enter.
"""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TypeAlias

from depot.own import Kind, mint
from kiosk.terminal import framing, wedge
from scripts.bench.yardstick.report import Aim, Report, Row, ratio, workspace
from scripts.bench.yardstick.terminal import Terminal
from tests.kiosk.keystream import typed
from tests.kiosk.plugged import Plugged
from tests.kiosk.recorded import Recorded
from tests.labels.reading.pictures import code128
from tests.shown import Shown

TIMES_BARE: Mapping[str, float] = {"wedge": 15.0, "serial": 6.0, "evdev": 6.0}
CAMERA_MS = 300.0
"""Milliseconds after which somebody who holds a label under a camera looks at the label and not at the screen."""
_CODE = mint(Kind.ITEM, "0004217")
_PATIENCE = 60.0
_APART = 0.06
"""Seconds between two scans: what is heard of one is over."""
_STILL = 2.0
"""Seconds of an empty table before a label comes into the picture."""

Act: TypeAlias = Callable[[int], float]
"""Scans something; gives how long it took until it was heard, in nanoseconds."""


class Side:
    """One process that hears.

    Args:
        folder: where its FIFO is; argv: the program, which gets the FIFO's path and its scanners.
        scanners: devices by kind.
    """

    def __init__(self, folder: Path, argv: Sequence[str], scanners: Mapping[str, str], *more: str) -> None:
        said = folder / f"said-{len(list(folder.iterdir()))}"
        os.mkfifo(said)
        self._said = os.open(said, os.O_RDWR)
        self._held = b""
        given = [f"{kind}={device}" for kind, device in scanners.items()]
        env = {"PYTHONPATH": str(Path(__file__).parents[3])}
        self.terminal = Terminal([*argv, str(said), *more, *given], env)

    def close(self) -> None:
        """End it."""
        self.terminal.close()
        os.close(self._said)

    def is_ready(self, kinds: set[str]) -> None:
        """Wait until all of these can be heard."""
        while kinds:
            first, kind = self._line()
            kinds = kinds - {kind} if first == "there" else kinds

    def hears(self) -> int:
        """Wait for a scan: at which nanosecond it was heard."""
        return int(self._line()[0])

    def _line(self) -> tuple[str, str]:
        end = time.monotonic() + _PATIENCE
        while b"\n" not in self._held:
            if time.monotonic() > end:
                raise TimeoutError(f"nothing was heard for {_PATIENCE:g} s")
            self.terminal.forget()
            if select.select([self._said], [], [], 0.02)[0]:
                self._held += os.read(self._said, 4096)
        line, _, self._held = self._held.partition(b"\n")
        first, _, kind = line.decode("ascii").partition(" ")
        return first, kind


_OURS = [sys.executable, "-m", "scripts.bench.yardstick.hearing"]
_BARE = [sys.executable, "-m", "scripts.bench.yardstick.bare_hearing"]


def main(*, quick: bool) -> int:
    """Measure and report."""
    with workspace() as folder:
        report = Report("scanners", folder)
        _lines(report, folder, rounds=10 if quick else 200)
        _camera(report, folder, rounds=1 if quick else 30)
        report.notes.append(
            f"With nothing behind a code, a terminal is silent for {1000 * wedge.SILENCE:g} ms before it is one, a"
            f" line for {1000 * framing.SILENCE:g} ms: that is in the two rows that say so."
        )
        report.print()
    return 0


@contextmanager
def _side(folder: Path, argv: Sequence[str], *more: str) -> Iterator[tuple[Side, Plugged, Recorded]]:
    """Start one side with its own line and its own recorded device."""
    folder.mkdir()
    with ExitStack() as opened:
        line = opened.enter_context(Plugged(folder / "serial"))
        keys = opened.enter_context(Recorded(folder / "evdev"))
        devices = {"serial": str(line.device), "evdev": str(keys.device)}
        if argv is _BARE:
            devices["wedge"] = "-"
        side = opened.enter_context(closing(Side(folder, argv, devices, *more)))
        side.is_ready({"wedge", "serial", "evdev"})
        yield side, line, keys


def _lines(report: Report, folder: Path, *, rounds: int) -> None:
    """The terminal, the line and the recorded device, all in the same rounds."""
    ours_folder, bare_folder = folder / "ours", folder / "bare"
    with (
        _side(ours_folder, _OURS, str(folder / "log")) as ours,
        _side(bare_folder, _BARE) as bare,
    ):
        pairs: list[tuple[str, Row, Row]] = []
        turns: list[tuple[Row, Act]] = []
        for kind in ("wedge", "serial", "evdev"):
            alone = report.row(f"{kind}, a bare thread", "us")
            row = report.row(f"{kind}, scan to Scanned", "us", beside=alone)
            pairs.append((kind, row, alone))
            turns += [(alone, _scan(bare, kind)), (row, _scan(ours, kind))]
        silent = report.row("wedge, with nothing behind the code", "ms")
        _take_turns([*turns, (silent, _scan(ours, "wedge", end=""))], rounds)
        # Plugged in anew: what ended its last code would be waited for.
        ours[1].unplug()
        ours[1].plug_in()
        ours[0].is_ready({"serial"})
        silent = report.row("serial, with nothing behind the code", "ms")
        _take_turns([(silent, _scan(ours, "serial", end=""))], max(2, rounds // 10))
    for kind, row, alone in pairs:
        report.aims.append(Aim(f"{kind}, times a bare thread", ratio(row, alone), TIMES_BARE[kind]))


def _scan(heard: tuple[Side, Plugged, Recorded], kind: str, end: str = "\r") -> Act:
    side, line, keys = heard
    plain = f"]C0{_CODE}{end}".encode()
    send: Callable[[], None] = {
        "wedge": lambda: side.terminal.send(plain),
        "serial": lambda: line.send(plain),
        "evdev": lambda: keys.send(typed(_CODE, at=time.monotonic())),
    }[kind]

    def act(_: int) -> float:
        time.sleep(_APART)
        began = time.monotonic_ns()
        send()
        return side.hears() - began

    return act


def _take_turns(turns: Sequence[tuple[Row, Act]], rounds: int) -> None:
    """As `report.take_turns`, for what says itself how long it took."""
    units = {"us": 1e3, "ms": 1e6}
    for number in range(rounds):
        first = number % len(turns)
        for row, act in (*turns[first:], *turns[:first]):
            row.values.append(act(number) / units[row.unit])


def _camera(report: Report, folder: Path, *, rounds: int) -> None:
    """A label comes into the picture of an empty table."""
    with Shown() as theirs, Shown() as mine, ExitStack() as opened:
        bare = opened.enter_context(closing(Side(folder, _BARE, {"camera": theirs.address})))
        ours = opened.enter_context(
            closing(Side(folder, _OURS, {"camera": mine.address}, str(folder / "log")))
        )
        bare.is_ready({"camera"})
        ours.is_ready({"wedge", "camera"})

        def shown(side: Side, camera: Shown) -> Act:
            def act(number: int) -> float:
                theirs.lay(None)
                mine.lay(None)
                time.sleep(_STILL)
                camera.lay(code128(mint(Kind.ITEM, f"{number:07}")))
                heard = side.hears()
                return heard - camera.sent_at * 1e9

            return act

        alone = report.row("camera, each picture read by zxing-cpp", "ms")
        row = report.row("camera, label shown to Scanned", "ms", beside=alone)
        _take_turns([(alone, shown(bare, theirs)), (row, shown(ours, mine))], rounds)
    report.aims.append(Aim("camera, label shown to Scanned, ms", row.median, CAMERA_MS))
