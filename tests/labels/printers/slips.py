"""Reads what a receipt printer was sent: the commands in order, and the dots between two cuts as a picture."""

from __future__ import annotations

import struct

import numpy as np
from PIL import Image

from tests.labels.printers.real import command_length

_INIT, _DOTS, _FEED, _CUT = b"\x1b@", b"\x1dv0", b"\x1bd", b"\x1dV"


def commands(sent: bytes) -> list[str]:
    """Name the commands in order: "init", "dots ROWS x ACROSS", "feed LINES" and "cut"."""
    said = []
    for one in _split(sent):
        if one == _INIT:
            said.append("init")
        elif one.startswith(_DOTS):
            across, rows = struct.unpack_from("<HH", one, 4)
            assert one[3] == 0, "not in double width or height"
            said.append(f"dots {rows} x {across * 8}")
        elif one.startswith(_FEED):
            said.append(f"feed {one[2]}")
        elif one.startswith(_CUT):
            said.append("cut")
        else:
            raise ValueError(f"a command that no slip needs: {one[:8]!r}")
    return said


def pages(sent: bytes) -> list[Image.Image]:
    """Put the dots between feeds together."""
    done, rows = [], []
    for one in _split(sent):
        if one.startswith(_DOTS):
            across, high = struct.unpack_from("<HH", one, 4)
            rows.append(np.unpackbits(np.frombuffer(one, np.uint8, offset=8).reshape(high, across), axis=1))
        elif rows:
            done.append(Image.fromarray((1 - np.vstack(rows)) * np.uint8(255)))
            rows = []
    assert not rows, "dots that are not fed out"
    return done


def _split(sent: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(sent):
        length = command_length(sent, at)
        assert length, "a command that is cut off"
        found.append(sent[at : at + length])
        at += length
    return found
