"""What is said to the camera on standard input: a line asks for something, its end says that nobody listens any more.

It listens from the first moment on, before OpenCV is there, so it imports nothing slow.
"""

from __future__ import annotations

import os
import threading
from enum import Enum
from queue import SimpleQueue
from typing import Any

import click

_LONGEST = 200
"""Bytes of a line that are kept."""


class Asked(Enum):
    """What can be said to it."""

    STILL = "still"
    END = "end"


def listen(happened: SimpleQueue[Any]) -> None:
    """Put an `Asked` into the queue for each line from now on, and the last one at the end."""
    threading.Thread(target=_listen, args=(happened,), name="ear", daemon=True).start()


def _listen(happened: SimpleQueue[Any]) -> None:
    held = b""
    while data := _heard():
        *lines, held = (held + data).split(b"\n")
        held = held[:_LONGEST]
        for line in lines:
            _take(line.strip(), happened)
    happened.put(Asked.END)


def _heard() -> bytes:
    """Read what there is. Past `sys.stdin`, whose lock this thread would hold when the interpreter ends."""
    try:
        return os.read(0, 4096)
    except OSError:  # there is no standard input, or its terminal has hung up: nobody is there
        return b""


def _take(line: bytes, happened: SimpleQueue[Any]) -> None:
    asked = line.decode("utf-8", "replace")
    try:
        happened.put(Asked(asked))
    except ValueError:
        if asked:
            known = " or ".join(one.value for one in Asked)
            click.echo(f"depot: Expected {known} on standard input, got {asked[:_LONGEST]!r}.", err=True)
