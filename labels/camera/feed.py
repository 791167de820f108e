"""Pictures from a camera, a recording or an address: the newest one whenever one is asked for, never a queue.

A thread takes every frame from the camera at the camera's own pace, because one that is left lying is what comes
next, a third of a second old; but only a frame that somebody waits for is unpacked. What cannot be opened, or
gives nothing any more, is tried again and again, and said once.
"""

from __future__ import annotations

import os
import re
import stat
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np

from labels.reading.views import Grey

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds between two tries to open: at first, and after a while."""
PATIENCE = 5.0
"""Seconds after which an address that does not answer, or falls silent, is given up."""
ENDS_WITHIN = 0.3
"""Seconds in which the thread has ended unless a driver holds it."""
_USUAL_RATE = 25.0
"""Frames a second of a recording that does not say how many it has."""


class NoPicture(Exception):
    """No picture comes; its text is one line that says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One frame: rows and columns of bytes, and when it was taken, in seconds of `time.monotonic`."""

    grey: Grey
    at: float


@dataclass(frozen=True, slots=True)
class There:
    """Pictures come; `what` is the device and their size, `at` when the first was taken."""

    what: str
    at: float


@dataclass(frozen=True, slots=True)
class Gone:
    """No pictures come for now, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A recording has been played to its end: there will be no more pictures."""

    why: str


Told: TypeAlias = Picture | There | Gone | Ended


class Feed:
    """Gets pictures.

    Args:
        device: a number (`0` is /dev/video0), a device's path, a recording's file, or an address (http, rtsp).
        width, height: the picture that a device is asked for, in pixels; it may give another.
        tell: told everything, from the feed's own thread; a picture only after `ask`.
    """

    def __init__(self, device: str, width: int, height: int, tell: Callable[[Told], None]) -> None:
        self._device, self._size, self._tell = device, (width, height), tell
        self._wanted, self._stopped = threading.Event(), threading.Event()
        self._said = ""
        """Why there is no picture, as it was told last; empty while there are some."""
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)

    def start(self) -> None:
        """Begin to open it."""
        self._thread.start()

    def ask(self) -> None:
        """Ask for the next picture that is taken."""
        self._wanted.set()

    def stop(self) -> bool:
        """Let go of the device; say whether that was done, or a driver holds the thread."""
        self._stopped.set()
        self._thread.join(ENDS_WITHIN)
        return not self._thread.is_alive()

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopped.is_set():
            begun = time.monotonic()
            try:
                self._play(_opened(self._device, *self._size))
            except NoPicture as why:
                if str(why) != self._said:
                    self._said = str(why)
                    self._tell(Gone(self._said))
            except _AtItsEnd as end:
                self._tell(Ended(str(end)))
                return
            if time.monotonic() - begun > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            self._stopped.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _play(self, video: _Video) -> None:
        """Take frame after frame until there are no more or nobody wants them."""
        try:
            frames, begun = 0, time.monotonic()
            while not self._stopped.is_set():
                taken = video.capture.grab()
                if taken and video.rate:
                    self._stopped.wait(max(0.0, begun + frames / video.rate - time.monotonic()))
                at = time.monotonic()
                if not taken:
                    raise _no_more(video, frames)
                if frames == 0:
                    self._said = ""
                    self._tell(There(video.described, at))
                frames += 1
                if self._wanted.is_set():
                    self._give(video.capture, at)
        except cv2.error as failed:
            raise NoPicture(f"{video.device}: {failed.err}") from failed
        finally:
            video.capture.release()

    def _give(self, capture: cv2.VideoCapture, at: float) -> None:
        unpacked, frame = capture.retrieve()
        if unpacked and frame.size:
            self._wanted.clear()
            self._tell(Picture(_grey(frame), at))


class _AtItsEnd(Exception):
    """A recording has been played."""


@dataclass(frozen=True, slots=True)
class _Video:
    """An open source; `rate` is how many frames a second a recording is played at, 0 for what is live."""

    capture: cv2.VideoCapture
    device: str
    rate: float = 0.0

    @property
    def described(self) -> str:
        width, height = (
            round(self.capture.get(one)) for one in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
        )
        return f"{self.device}, {width} x {height}"


def _no_more(video: _Video, frames: int) -> Exception:
    if video.rate and frames:
        return _AtItsEnd(f"{video.device}: the recording has ended")
    return NoPicture(f"{video.device}: it gives no picture{' any more' if frames else ''}")


def _grey(frame: cv2.typing.MatLike) -> Grey:
    grey = frame if frame.ndim == 2 else cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
    return np.asarray(grey, dtype=np.uint8)


# --- opening ---


def _opened(device: str, width: int, height: int) -> _Video:
    """Open whatever a device's name stands for.

    Raises:
        NoPicture: it is not there, may not be opened, or is nothing that gives pictures.
    """
    if re.fullmatch("[A-Za-z][A-Za-z0-9+.-]*://.*", device):
        return _Video(_played(device), _without_password(device))
    path = Path(f"/dev/video{device}" if device.isdecimal() else device)
    try:
        mode = path.stat().st_mode
        if not stat.S_ISFIFO(mode):  # to open one is to wait for whoever writes into it
            os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    except OSError as error:
        raise NoPicture(f"{path}: {error.strerror}{_advice(path, error)}") from error
    if stat.S_ISCHR(mode):
        return _Video(_live(path, width, height), str(path))
    if stat.S_ISREG(mode):
        capture = _played(str(path))
        return _Video(capture, str(path), _rate(capture))
    return _Video(_played(str(path)), str(path))


def _advice(path: Path, error: OSError) -> str:
    is_device = path.is_relative_to("/dev") and isinstance(error, PermissionError)
    return ", is the user in the group video?" if is_device else ""


def _without_password(address: str) -> str:
    """A camera's address often has its password in it, before the host or after a `?`, and this goes to the log."""
    return re.sub("[?].*", "", re.sub("//.*@", "//", address))


def _live(path: Path, width: int, height: int) -> cv2.VideoCapture:
    """Open a device of Video4Linux and ask for a picture that fits through USB: MJPG, as few waiting as may be."""
    number = re.fullmatch("/dev/video([0-9]+)", str(path.resolve()))
    capture = cv2.VideoCapture(int(number[1]) if number else str(path), cv2.CAP_V4L2)
    if not capture.isOpened():
        raise NoPicture(f"{path}: it is no camera, or another program has it")
    for what, value in (
        (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
        (cv2.CAP_PROP_FRAME_WIDTH, width),
        (cv2.CAP_PROP_FRAME_HEIGHT, height),
        (cv2.CAP_PROP_BUFFERSIZE, 1),
    ):
        capture.set(what, value)  # what it does not know it leaves as it is
    return capture


def _played(source: str) -> cv2.VideoCapture:
    """Open a recording or an address by FFmpeg."""
    milliseconds = round(PATIENCE * 1000)
    chosen = (
        (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, milliseconds),
        (cv2.CAP_PROP_READ_TIMEOUT_MSEC, milliseconds),
        (cv2.CAP_PROP_N_THREADS, 1),
    )
    capture = cv2.VideoCapture(source, cv2.CAP_FFMPEG, [number for pair in chosen for number in pair])
    if not capture.isOpened():
        raise NoPicture(f"{_without_password(source)}: no pictures come from there")
    return capture


def _rate(capture: cv2.VideoCapture) -> float:
    rate = capture.get(cv2.CAP_PROP_FPS)
    return rate if 1 <= rate <= 240 else _USUAL_RATE
