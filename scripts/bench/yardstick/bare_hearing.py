"""The least that can hear a scan: a thread that reads, and an event loop that is told. It says on a FIFO when.

A code ends with CR, on the recorded device with the Enter key; before a camera it is whatever zxing-cpp reads.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
import tty
from collections.abc import Callable
from functools import partial

_ENTER_GOES_DOWN = (28).to_bytes(2, sys.byteorder) + (1).to_bytes(4, sys.byteorder)
"""The end of its `struct input_event`."""


def _read(end: int, ends: bytes, tell: Callable[[], None]) -> None:
    held = b""
    while data := os.read(end, 4096):
        held += data
        if ends in held:
            held = b""
            tell()


def _look(address: str, tell: Callable[[], None]) -> None:
    import cv2
    import zxingcpp

    from labels.reading.readers import FORMATS

    cv2.setNumThreads(1)
    before, capture = None, cv2.VideoCapture(address, cv2.CAP_FFMPEG)
    while True:
        taken, frame = capture.read()
        if not taken:
            return
        found = zxingcpp.read_barcodes(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), formats=FORMATS)
        if found and found[0].text != before:
            before = found[0].text
            tell()


async def main(said: str, *scanners: str) -> None:
    """Hear everything, each given as `kind=device`, until a signal comes."""
    loop, out = asyncio.get_running_loop(), os.open(said, os.O_WRONLY)

    def heard(kind: str) -> None:
        os.write(out, f"{time.monotonic_ns()} {kind}\n".encode())

    for one in scanners:
        kind, _, device = one.partition("=")
        tell = partial(loop.call_soon_threadsafe, heard, kind)
        if kind == "camera":
            work = partial(_look, device, tell)
        else:
            end = 0 if kind == "wedge" else os.open(device, os.O_RDWR | os.O_NOCTTY)
            if kind != "evdev":
                tty.setraw(end)
            work = partial(_read, end, _ENTER_GOES_DOWN if kind == "evdev" else b"\r", tell)
        threading.Thread(target=work, daemon=True).start()
        os.write(out, f"there {kind}\n".encode())
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
