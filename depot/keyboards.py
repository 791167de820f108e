"""Keyboard layouts: which key gives which character, and what becomes of a text between two of them.

A scanner that plays keyboard sends no characters but keys: those that would type its text on the layout that it
believes in. The machine turns the keys into characters again by the layout that it believes in. Where the two
differ, `-` becomes `+` and a web address nonsense. Which key gives what is in `keyboards.csv`, by the kernel's
numbers of keys (linux/input-event-codes.h); from xkeyboard-config 2.35.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

LAYOUTS: Final = ("us", "gb", "no", "dk", "se", "fi", "de", "fr")
"""Names of layouts, those of `setxkbmap` and of Debian's keyboard-configuration."""

PLAIN, SHIFT, ALTGR = 0, 1, 2
"""What is held down with a key."""
_DEAD = "dead "
_BESIDE_LEFT_SHIFT = 86
"""The key that European keyboards have and American ones lack."""


class Stroke(NamedTuple):
    """One key, by the kernel's number, and what is held down with it."""

    key: int
    level: int


@cache
def _tables() -> Mapping[str, Mapping[Stroke, str]]:
    """Read what each key gives, layout by layout; a dead key gives `dead ` and its accent."""
    tables: dict[str, dict[Stroke, str]] = {layout: {} for layout in LAYOUTS}
    with resources.files("depot").joinpath("keyboards.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for level, name in enumerate(("plain", "shift", "altgr")):
                if row[name]:
                    tables[row["layout"]][Stroke(int(row["key"]), level)] = row[name]
    return tables


@cache
def _keys(layout: str) -> Mapping[str, Stroke]:
    """Return which key types a character, the one with the least held down; dead keys type none."""
    keys: dict[str, Stroke] = {}
    strokes = sorted(_tables()[layout].items(), key=lambda item: (item[0].level, item[0].key))
    if layout == "us":  # a machine gives `<` for it all the same; a scanner never sends it
        strokes.sort(key=lambda item: item[0].key == _BESIDE_LEFT_SHIFT)
    for stroke, given in strokes:
        if not given.startswith(_DEAD):
            keys.setdefault(given, stroke)
    return keys


def character(stroke: Stroke, layout: str) -> str:
    """Say what a key gives: one character, for a dead key its accent; empty for nothing.

    Args:
        stroke: the key and what is held down with it.
        layout: one of `LAYOUTS`.
    """
    return _tables()[layout].get(stroke, "").removeprefix(_DEAD)


def is_dead(stroke: Stroke, layout: str) -> bool:
    """Say whether a key's accent waits for the next letter; whoever means the accent alone types a space after it.

    Args:
        stroke: the key and what is held down with it.
        layout: one of `LAYOUTS`.
    """
    return _tables()[layout].get(stroke, "").startswith(_DEAD)


def stroke_for(char: str, layout: str) -> Stroke | None:
    """Say which key types a character, with the least held down; None where none does.

    Args:
        char: one character.
        layout: one of `LAYOUTS`.
    """
    return _keys(layout).get(char)


def typed(text: str, *, scanner: str, keyboard: str, caps_lock: bool = False) -> str:
    """Say what arrives when a scanner types a text.

    A character that the scanner's layout has no key for, and GS, which is a key of its own everywhere, arrive as
    they are. A dead key arrives as its accent, as the Linux console gives it before a letter that it does not go
    with.

    Args:
        text: what is in the bar code.
        scanner: the layout that the scanner believes in, one of `LAYOUTS`.
        keyboard: the layout that the machine believes in, one of `LAYOUTS`.
        caps_lock: whether Caps Lock is on at the machine: letters change their case.
    """
    return "".join(_arrived(text, scanner, keyboard, caps_lock=caps_lock))


def untangled(text: str, *, scanner: str, keyboard: str) -> str:
    """Say what a scanner has typed, from what has arrived: `typed` the other way round.

    Args:
        text: as it arrived.
        scanner: the layout that the scanner believes in, one of `LAYOUTS`.
        keyboard: the layout that the machine believes in, one of `LAYOUTS`.
    """
    back = _back(scanner, keyboard)
    return "".join(back.get(char, char) for char in text)


def _arrived(text: str, scanner: str, keyboard: str, *, caps_lock: bool) -> Iterator[str]:
    for char in text:
        stroke = stroke_for(char, scanner)
        given = character(stroke, keyboard) if stroke else char
        yield given.swapcase() if caps_lock and len(given.swapcase()) == 1 else given


@cache
def _back(scanner: str, keyboard: str) -> Mapping[str, str]:
    """Return what each arrived character was; of two that arrive alike the one that codes have."""
    back: dict[str, str] = {}
    for char in sorted(_keys(scanner), key=lambda char: char in "<>"):
        if arrived := typed(char, scanner=scanner, keyboard=keyboard):
            back.setdefault(arrived, char)
    return back
