"""A thing's labels on A4 sheets, beside the same marks drawn by hand on ReportLab, and beside blabel.

Every measurement is a process of its own, which has imported what it needs before its time begins; typefaces are
read within it, on every side. Afterwards the first sheet of each side is read back by the reading half of labels:
if it does not say the same codes, there is nothing to compare and the benchmark fails.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from depot.own import spoken
from labels import raster
from labels.reading.stills import read
from labels.symbols import Symbology
from scripts.bench.yardstick import blabel_home
from scripts.bench.yardstick.alone import Told, ask
from scripts.bench.yardstick.layout import Layout, layout
from scripts.bench.yardstick.report import Aim, Report, Row, ratio, workspace
from scripts.bench.yardstick.things import things

TIMES_BY_HAND = 1.42
"""Seven tenths of its labels a second."""
TIMES_BLABEL = 0.2
"""Five times its labels a second."""
GROWTH = 1.25

_READ_AT_DPI = 300
_BORDER = 12


@dataclass(frozen=True, slots=True)
class Run:
    """How much is measured: labels of each kind of run, and how many rounds of it.

    Args:
        few: as many as blabel is given; some: as many as the rate is taken from; many: as the memory is.
        checked: how many of the first sheet's labels are read back.
    """

    few: int = 63
    some: int = 1_000
    many: int = 20_000
    rounds_of_some: int = 5
    rounds_of_many: int = 2
    checked: int = 21


_QUICK = Run(few=0, some=21, many=42, rounds_of_some=1, rounds_of_many=1, checked=2)


@dataclass(slots=True)
class Side:
    """Somebody who makes the labels.

    Args:
        name: as the table has it; ask: makes a file of so many labels, in a process of its own.
        one_a_page: whether each label is a page.
    """

    name: str
    ask: Callable[[Path, int], Told]
    one_a_page: bool = False
    time: Row = field(init=False)
    memory: Row = field(init=False)


def main(*, quick: bool) -> int:
    """Measure and report."""
    run = _QUICK if quick else Run()
    with workspace() as folder:
        report = Report("labels", folder)
        place = layout(folder)
        known = folder / "layout.json"
        known.write_text(json.dumps(place), "utf-8")

        def by_hand(out: Path, count: int, library: str) -> Told:
            return ask("sheet_by_hand", [count, out, known, library])

        def ours(out: Path, count: int) -> Told:
            return ask("sheet_ours", [count, out])

        bench = _Bench(report, folder, place, run)
        segno = Side("by hand", lambda out, count: by_hand(out, count, "segno"))
        zxing = Side("by hand, QR by zxing-cpp", lambda out, count: by_hand(out, count, "zxing-cpp"))
        some, few = Side("ours", ours), Side("ours", ours)
        bench.measure([segno, zxing, some], run.some, run.rounds_of_some)
        blabel = None if quick else _blabel(folder, place, run.few, report)
        if blabel is not None:
            bench.measure([blabel, few], run.few, run.rounds_of_some)
        plain, many = Side(zxing.name, zxing.ask), Side("ours", ours)
        bench.measure([plain, many], run.many, run.rounds_of_many)

        report.notes.append(_rates(segno, zxing, some))
        by_hand_takes = "a label, times the same by hand"
        report.aims.append(Aim(by_hand_takes, ratio(some.time, segno.time), TIMES_BY_HAND))
        if blabel is not None:
            report.aims.append(Aim("a label, times blabel's", ratio(few.time, blabel.time), TIMES_BLABEL))
        growth = many.memory.median / some.memory.median
        report.aims.append(Aim(f"peak memory, {run.many:,} labels, times {run.some:,}", growth, GROWTH))
        report.print()
    return 0


def _blabel(folder: Path, place: Layout, count: int, report: Report) -> Side | None:
    """Make blabel ready, with what it shall say in a file; None, and a note of why, where it cannot be had."""
    try:
        python = blabel_home.python()
    except blabel_home.NotToBeHad as why:
        report.notes.append(f"not measured, a label, times blabel's: {why}")
        return None
    records = folder / "records.json"
    said = [
        {
            "code": code,
            "texts": [
                text | {"said": text["said"].replace("CODE", code).replace("DIGITS", spoken(code))}
                for text in place["texts"][name]
            ],
        }
        for code, name in things(count)
    ]
    records.write_text(json.dumps(said), "utf-8")
    known = folder / "layout.json"
    return Side(
        "blabel",
        lambda out, _: ask("sheet_by_blabel", [records, out, known], python=python),
        one_a_page=True,
    )


def _rates(segno: Side, zxing: Side, ours: Side) -> str:
    def rate(side: Side) -> str:
        return f"{1e6 / side.time.median:,.0f}"

    return (
        f"labels a second: {rate(ours)} ours, which is {ratio(segno.time, ours.time):.2f} times {segno.name}"
        f" ({rate(segno)}) and {ratio(zxing.time, ours.time):.2f} times {zxing.name} ({rate(zxing)})"
    )


class _Bench:
    def __init__(self, report: Report, folder: Path, place: Layout, run: Run) -> None:
        self._report, self._folder, self._place, self._run = report, folder, place, run

    def measure(self, sides: Sequence[Side], count: int, rounds: int) -> None:
        """Have every side make so many labels in every round, another first each time; then read them back."""
        first = sides[0]
        for side in sides:
            what = f"a label of {count:,}, {side.name}"
            side.time = self._report.row(what, "us", None if side is first else first.time)
        for side in sides:
            what = f"peak memory, {count:,} labels, {side.name}"
            side.memory = self._report.row(what, "MB", None if side is first else first.memory)
        for number in range(rounds):
            begin = number % len(sides)
            for side in (*sides[begin:], *sides[:begin]):
                told = side.ask(self._file(side), count)
                side.time.values.append(told.seconds * 1e6 / count)
                side.memory.values.append(told.peak_mb)
        for side in sides:
            self._must_say_the_same(side, count)

    def _file(self, side: Side) -> Path:
        return self._folder / f"{side.name}.pdf"

    def _must_say_the_same(self, side: Side, count: int) -> None:
        """Raise RuntimeError where the first labels do not read back as what they were to say."""
        pages = raster.pages(self._file(side), _READ_AT_DPI)
        sheet = None if side.one_a_page else next(pages)
        for number, (code, _) in enumerate(things(min(count, self._run.checked))):
            picture = next(pages) if sheet is None else self._cut(sheet, number)
            found = {
                (one.text, str(one.symbology))
                for one in read(np.asarray(ImageOps.expand(picture, _BORDER, 255)))
            }
            if found != {(code, str(Symbology.CODE128)), (code, str(Symbology.QR))}:
                raise RuntimeError(f"{side.name}: label {number + 1} of {count:,} does not say {code} twice")

    def _cut(self, sheet: Image.Image, number: int) -> Image.Image:
        left, foot = self._place["corners"][number]
        wide, high = self._place["label"]
        top = self._place["page"][1] - foot - high
        box = (left, top, left + wide, top + high)
        x0, y0, x1, y1 = (round(points * _READ_AT_DPI / 72) for points in box)
        return sheet.crop((x0, y0, x1, y1))
