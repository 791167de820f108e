"""Reading labels from pictures, beside zxing-cpp, pyzbar and OpenCV, each alone.

The pictures are made here, the same ones every time: every kind of label under every condition, and things
that look like codes and are none. All sides see each picture once, in turning order, in one thread. A code
counts as read if its text comes out; any other text is a wrong one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

import cv2
import zxingcpp
from pyzbar import pyzbar

from labels.reading.readers import FORMATS
from labels.reading.stills import read
from scripts.bench.yardstick.photographs import CONDITIONS, Grey, Photograph, codeless, photographs
from scripts.bench.yardstick.report import Aim, Report, Row, Turn, ratio, take_turns, workspace

TIMES_ZXING, LESS_THAN_OURS = 1.3, 0.99

OURS, ZXING, ZBAR, OPENCV = "depot", "zxing-cpp", "pyzbar", "OpenCV"
_FIRST_SEED = 100
"""The looks were chosen on pictures of the seeds below 10."""

Reader: TypeAlias = Callable[[Grey], set[str]]


def _ours(grey: Grey) -> set[str]:
    return {code.text for code in read(grey)}


def _zxing(grey: Grey) -> set[str]:
    """All options as they come, and the formats that we look for."""
    found = zxingcpp.read_barcodes(grey, formats=FORMATS)
    return {one.bytes.decode("utf-8", "replace") for one in found}


_ZBAR_SYMBOLS = [pyzbar.ZBarSymbol[name] for name in ("CODE128", "CODE39", "EAN13", "QRCODE")]


def _zbar(grey: Grey) -> set[str]:
    """What of our formats it knows. On an incomplete QR code pyzbar fails; that is nothing read."""
    try:
        return {one.data.decode("utf-8", "replace") for one in pyzbar.decode(grey, symbols=_ZBAR_SYMBOLS)}
    except ValueError:
        return set()


_BARS, _SQUARES = cv2.barcode.BarcodeDetector(), cv2.QRCodeDetector()


def _opencv(grey: Grey) -> set[str]:
    """Its reader of EAN and UPC and its reader of QR codes; it has none of the others."""
    texts: set[str] = set()
    for reader in (_BARS, _SQUARES):
        try:
            texts.update(reader.detectAndDecodeMulti(grey)[1])
        except (
            cv2.error
        ):  # an assertion in its search for QR codes fails on some pictures; that is nothing read
            continue
    return texts - {""}


SIDES: dict[str, Reader] = {OURS: _ours, ZXING: _zxing, ZBAR: _zbar, OPENCV: _opencv}


@dataclass(slots=True)
class Score:
    """What one side has read of the pictures, in their order."""

    read: list[set[str]] = field(default_factory=list)

    def parts(self, shown: Sequence[Photograph]) -> list[float]:
        """How much of each picture was read, 0 to 1."""
        pairs = zip(self.read, shown, strict=True)
        return [len(texts & set(one.texts)) / len(set(one.texts)) for texts, one in pairs]

    def wrong(self, shown: Sequence[Photograph]) -> int:
        """How many texts were read that were not there."""
        return sum(len(texts - set(one.texts)) for texts, one in zip(self.read, shown, strict=True))


def main(*, quick: bool) -> int:
    """Measure and report."""
    cv2.setNumThreads(1)  # the others have one
    conditions = ("clean", "dark") if quick else tuple(CONDITIONS)
    seeds = range(_FIRST_SEED, _FIRST_SEED + (1 if quick else 6))
    with workspace() as folder:
        report = Report("reading", folder)
        pictures = [(name, one) for seed in seeds for name in conditions for one in photographs(seed, name)]
        shown = [one for _, one in pictures]
        scores, times = _show(report, "a picture", shown)
        empty = [one for seed in seeds for one in codeless(seed)]
        false, _ = _show(report, "a picture without a code", empty)
        _matrix(report, "condition", [name for name, _ in pictures], shown, scores)
        _matrix(report, "label", [one.what for one in shown], shown, scores)
        _hold_against(report, shown, scores, times)
        for side in SIDES:
            report.row(f"codes read, {side}", "%").values.append(100 * _mean(scores[side].parts(shown)))
        _count(report, "wrong texts", {side: score.wrong(shown) for side, score in scores.items()})
        _count(report, "codes where there are none", {side: one.wrong(empty) for side, one in false.items()})
        report.print()
    return 0


def _show(report: Report, what: str, shown: Sequence[Photograph]) -> tuple[dict[str, Score], dict[str, Row]]:
    """Have every side read every picture."""
    scores = {side: Score() for side in SIDES}
    times = {side: report.row(f"{what}, {side}", "ms") for side in SIDES}
    for side, row in times.items():
        row.beside = None if side == ZXING else times[ZXING]

    def show(side: str, number: int) -> None:
        scores[side].read.append(SIDES[side](shown[number].grey))

    turns: list[Turn] = [(row, partial(show, side)) for side, row in times.items()]
    take_turns(turns, len(shown))
    return scores, times


def _matrix(
    report: Report, by: str, names: Sequence[str], shown: Sequence[Photograph], scores: dict[str, Score]
) -> None:
    """Note how much each side has read of each kind of picture."""
    parts = {side: score.parts(shown) for side, score in scores.items()}
    report.notes.append(f"\n{'codes read, % by ' + by:<26}" + "".join(f"{side:>11}" for side in SIDES))
    for name in dict.fromkeys(names):
        found: dict[str, list[float]] = defaultdict(list)
        for side in SIDES:
            found[side] = [part for part, one in zip(parts[side], names, strict=True) if one == name]
        cells = "".join(f"{100 * _mean(found[side]):11.0f}" for side in SIDES)
        report.notes.append(f"{name:<26}{cells}")


def _hold_against(
    report: Report, shown: Sequence[Photograph], scores: dict[str, Score], times: dict[str, Row]
) -> None:
    """Compare what was read, and the time for pictures of which zxing-cpp has read something."""
    ours = _mean(scores[OURS].parts(shown))
    for side in (ZXING, ZBAR, OPENCV):
        part = _mean(scores[side].parts(shown)) / ours
        report.aims.append(Aim(f"codes that {side} alone reads, for each of ours", part, LESS_THAN_OURS))
    succeeded = [part > 0 for part in scores[ZXING].parts(shown)]
    zxing, depot = (report.row(f"where zxing-cpp reads, {side}", "ms") for side in (ZXING, OURS))
    depot.beside = zxing
    for row, side in ((zxing, ZXING), (depot, OURS)):
        row.values = [value for value, yes in zip(times[side].values, succeeded, strict=True) if yes]
    report.aims.append(Aim("time where zxing-cpp reads, times its own", ratio(depot, zxing), TIMES_ZXING))


def _count(report: Report, what: str, counts: dict[str, int]) -> None:
    """Note false reads, and hold ours against none at all."""
    report.notes.append(f"\n{what + ' in all':<26}" + "".join(f"{counts[side]:11}" for side in SIDES))
    report.aims.append(Aim(what, counts[OURS], 0))


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)
