"""A camera: how long from a label in the picture to its scan, and how much of a processor, beside decoding alone.

Films are made here and played to the real `depot camera` at their own pace, 30 frames a second. The same films then
go through the same reader frame by frame, with nothing around it: that says in which frame each label is readable at
all, and what reading every frame would cost.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import fmean
from typing import Any

import cv2
import numpy as np

from depot.codes import Kind, mint
from labels.reading.frames import FrameReader
from scripts.bench.yardstick.photographs import Grey, own_label
from scripts.bench.yardstick.report import Aim, Report, Row, ratio, workspace

RATE = 30
"""Frames a second."""
SIZES = {"640x480": (640, 480, 7.6), "1280x720": (1280, 720, 8.5)}
"""Width and height, and pixels for a millimetre of the label: 2.7 and 3 for a module of its bars."""
LATEST_MS, TIMES_ALONE = 100, 2.0
MOST_BUSY, MOST_IDLE = 65, 5

_IN, _LIES, _AWAY = 12, 24, 64
"""Frames in which a label is brought in, lies there, and is away before the next one."""
_STARTING = 2.0
"""Seconds that are not counted: the program settles on what it sees first."""
_WINDOW = 1.0
_NOISE = 4.0
_EMPTY = 14
"""Frames of the empty table, which come again and again; no two beside each other have the same noise."""


@dataclass(frozen=True, slots=True)
class Film:
    """A film on disk, and what is shown in it, in its order."""

    file: Path
    codes: tuple[str, ...] = ()


# --- making films ---


class _Table:
    """What lies under the camera: no even grey, and a sensor's noise, of which there are a few fields in turn."""

    def __init__(self, width: int, height: int) -> None:
        rng = np.random.default_rng(11)
        coarse = rng.uniform(60, 150, (5, 8)).astype(np.float32)
        self._ground = np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))
        self._noise = [rng.normal(0, _NOISE, (height, width)).astype(np.float32) for _ in range(7)]
        self._number = 0

    def frame(self, paper: Grey | None = None, left: int = 0) -> Grey:
        """Take a frame, with a piece of paper that reaches into it from the right."""
        seen = self._ground.copy()
        if paper is not None:
            high, wide = seen.shape
            top = (high - paper.shape[0]) // 2
            part = paper[:, : max(0, wide - left)]
            seen[top : top + part.shape[0], left : left + part.shape[1]] = part
        self._number += 1
        soft = 14 + cv2.GaussianBlur(seen, (0, 0), 0.6) * 0.92
        noisy = soft + self._noise[self._number % len(self._noise)]
        return np.clip(noisy, 0, 255).astype(np.uint8)


def _labels(table: _Table, size: tuple[int, int, float], codes: tuple[str, ...]) -> Iterator[Grey]:
    """Bring labels in from the right, one after the other."""
    width, _, per_mm = size
    empty = [table.frame() for _ in range(_EMPTY)]
    yield from islice(cycle(empty), RATE)
    for number, code in enumerate(codes):
        yield from islice(cycle(empty), _AWAY if number else 0)
        paper = np.asarray(
            cv2.resize(own_label(code), None, fx=per_mm / 20, fy=per_mm / 20, interpolation=cv2.INTER_AREA),
            dtype=np.uint8,
        )
        stays = (width - paper.shape[1]) // 2
        for step in range(1, _IN + 1):
            yield table.frame(paper, width - (width - stays) * step // _IN)
        for _ in range(_LIES):
            yield table.frame(paper, stays)


def _passing(table: _Table, width: int, seconds: float) -> Iterator[Grey]:
    """Have something without a label pass all the time."""
    hand = np.full((160, 200), 180, dtype=np.uint8)
    frames = [table.frame(hand, left) for left in range(0, width, 20)]
    return islice(cycle(frames), round(seconds * RATE))


def _filmed(file: Path, frames: Iterator[Grey]) -> Path:
    film: cv2.VideoWriter | None = None
    for frame in frames:
        if film is None:
            size = (frame.shape[1], frame.shape[0])
            film = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), RATE, size, isColor=False)
        film.write(frame)
    if film is not None:
        film.release()
    return file


# --- playing them ---


class _Camera:
    """`depot camera` before a film; its lines with the time at which each came out of the pipe."""

    def __init__(self, film: Path) -> None:
        command = [sys.executable, "-m", "depot", "camera", "--device", str(film)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lines: queue.SimpleQueue[tuple[float, dict[str, Any]]] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        if self.process.stdout is not None:
            for line in self.process.stdout:
                self.lines.put((time.monotonic(), json.loads(line)))
        self.lines.put((time.monotonic(), {"state": "over", "why": ""}))

    def used(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def play(self) -> tuple[float, dict[str, float]]:
        """Play to the end; when the first frame was taken, and when each code came."""
        begun, came = 0.0, {}
        while True:
            at, line = self.lines.get()
            if "code" in line:
                came.setdefault(str(line["code"]), at)
            elif line["state"] == "there":
                begun = float(line["at"])
            else:
                self.process.wait()
                return begun, came


def _shares(film: Path, windows: int) -> list[float]:
    """Measure how much of one core it takes, in per cent, in windows of a second."""
    camera = _Camera(film)
    camera.lines.get()
    time.sleep(_STARTING)
    shares = []
    for _ in range(windows):
        begun, used = time.monotonic(), camera.used()
        time.sleep(_WINDOW)
        shares.append(100 * (camera.used() - used) / (time.monotonic() - begun))
    camera.process.kill()
    camera.process.wait()
    return shares


def _shares_of_playing(film: Path, windows: int) -> list[float]:
    """The same of taking every frame and looking at none."""
    capture = cv2.VideoCapture(str(film), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    shares = []
    for _ in range(windows):
        begun, used = time.monotonic(), time.process_time()
        for number in range(round(_WINDOW * RATE)):
            capture.grab()
            time.sleep(max(0.0, begun + (number + 1) / RATE - time.monotonic()))
        shares.append(100 * (time.process_time() - used) / (time.monotonic() - begun))
    return shares


def _frames_of(film: Path) -> Iterator[Grey]:
    capture = cv2.VideoCapture(str(film), cv2.CAP_FFMPEG)
    while True:
        taken, frame = capture.read()
        if not taken:
            return
        yield np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _readable(film: Film) -> dict[str, tuple[int, float]]:
    """For each code, the first frame that is read by itself, and the milliseconds that this reading takes."""
    found: dict[str, tuple[int, float]] = {}
    for number, frame in enumerate(_frames_of(film.file)):
        begun = time.perf_counter()
        texts = {code.text for code in FrameReader().read(frame)}
        taken = 1000 * (time.perf_counter() - begun)
        for text in texts:
            found.setdefault(text, (number, taken))
    return found


# --- the report ---


def main(*, quick: bool) -> int:
    """Measure and report."""
    cv2.setNumThreads(1)  # as `depot camera` has it
    with workspace() as folder:
        report = Report("camera", folder)
        for name, size in list(SIZES.items())[: 1 if quick else None]:
            _until_the_scan(report, name, size, folder, 1 if quick else 12)
            _processor(report, name, size, folder, 1 if quick else 12)
        report.print()
    return 0


def _until_the_scan(
    report: Report, name: str, size: tuple[int, int, float], folder: Path, count: int
) -> None:
    """Measure from the first frame in which a label can be read to its line on the pipe."""
    codes = tuple(mint(Kind.ITEM, f"{40_000 + number:07d}") for number in range(count))
    table = _Table(*size[:2])
    film = Film(_filmed(folder / "labels.avi", _labels(table, size, codes)), codes)
    begun, came = _Camera(film.file).play()
    readable = _readable(film)
    alone = report.row(f"reading that frame alone, {name}", "ms")
    scan = report.row(f"readable frame to scan, {name}", "ms", beside=alone)
    for code in codes:
        if code in readable and code in came:
            number, taken = readable[code]
            alone.values.append(taken)
            scan.values.append(1000 * (came[code] - begun - number / RATE))
    report.aims.append(Aim(f"labels that were not scanned, {name}", count - len(scan.values), 0))
    report.aims.append(Aim(f"ms from readable to scan, median, {name}", scan.median, LATEST_MS))
    # A label becomes readable at any moment between two frames, and the next frame is what is read.
    with_frame = Row("", "ms", [value + 1000 / RATE for value in alone.values])
    report.aims.append(
        Aim(f"the same, times a frame and reading it, {name}", ratio(scan, with_frame), TIMES_ALONE)
    )


def _processor(report: Report, name: str, size: tuple[int, int, float], folder: Path, windows: int) -> None:
    """Measure the processor's share while nothing moves, and while something does all the time."""
    width, height, _ = size
    seconds = _STARTING + windows * _WINDOW + 1
    table = _Table(width, height)
    empty = [table.frame() for _ in range(_EMPTY)]
    still = _filmed(folder / "still.avi", islice(cycle(empty), round(seconds * RATE)))
    moving = _filmed(folder / "moving.avi", _passing(table, width, seconds))
    played = report.row(f"processor, playing the film alone, {name}", "%")
    played.values = _shares_of_playing(still, windows)
    idle = report.row(f"processor, nothing moves, {name}", "%", beside=played)
    idle.values = _shares(still, windows)
    every = report.row(f"processor, every frame read alone, {name}", "%")
    busy = report.row(f"processor, something moves, {name}", "%", beside=every)
    busy.values = _shares(moving, windows)
    every.values = _shares_of_reading(moving, windows)
    # The mean, because the rare look at a still picture falls into one second of four.
    more = fmean(idle.values) - fmean(played.values)
    report.aims.append(Aim(f"% of a core, nothing moves, above playing the film, {name}", more, MOST_IDLE))
    report.aims.append(Aim(f"% of a core, something moves, {name}", busy.median, MOST_BUSY))


def _shares_of_reading(film: Path, windows: int) -> list[float]:
    """What reading each frame of a film as it comes would take of one core: more than there is of it."""
    reader, frames = FrameReader(), _frames_of(film)
    shares = []
    for _ in range(windows):
        used = time.process_time()
        for _ in range(RATE // 2):
            reader.read(next(frames))
        shares.append(100 * 2 * (time.process_time() - used))
    return shares
