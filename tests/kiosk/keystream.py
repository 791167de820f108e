"""A scanner that plays keyboard, played by a test: what its keys are and what the kernel makes of them.

The rows are read off keyboards, key by key, and know nothing of the tables that they are held against.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

SYN, KEY, MSC = 0, 1, 4
LEFTCTRL, LEFTSHIFT, LEFTALT, RIGHTALT = 29, 42, 56, 100
ENTER, TAB, CAPSLOCK, SPACE, KPENTER = 28, 15, 58, 57, 96
KEYPAD: Final = dict(zip("789-456+1230.", range(71, 84), strict=True)) | {"*": 55, "/": 98}

PLACES: Final = (41, *range(2, 14), *range(16, 28), *range(30, 41), 43, *range(44, 54), 86)
"""The keys of the four rows from left to right; then the one beside the left Shift, which Americans lack."""
NOT_THERE = "□"


class Rows(NamedTuple):
    """What stands on the keys: a row after the other with a space between, and by its plain sign with AltGr."""

    in_rows: str
    in_shifted_rows: str
    altgr: Mapping[str, str]

    @property
    def plain(self) -> str:
        """In the order of `PLACES`."""
        return self.in_rows.replace(" ", "")

    @property
    def shift(self) -> str:
        """In the order of `PLACES`."""
        return self.in_shifted_rows.replace(" ", "")


ROWS: Final[Mapping[str, Rows]] = {
    "us": Rows(
        "`1234567890-= qwertyuiop[] asdfghjkl;'\\ zxcvbnm,./ □",
        '~!@#$%^&*()_+ QWERTYUIOP{} ASDFGHJKL:"| ZXCVBNM<>? □',
        {},
    ),
    "gb": Rows(
        "`1234567890-= qwertyuiop[] asdfghjkl;'# zxcvbnm,./ \\",
        '¬!"£$%^&*()_+ QWERTYUIOP{} ASDFGHJKL:@~ ZXCVBNM<>? |',
        {},
    ),
    "no": Rows(
        "|1234567890+\\ qwertyuiopå¨ asdfghjkløæ' zxcvbnm,.- <",
        '§!"#¤%&/()=?` QWERTYUIOPÅ^ ASDFGHJKLØÆ* ZXCVBNM;:_ >',
        {"2": "@", "4": "$", "7": "{", "8": "[", "9": "]", "0": "}", "\\": "´", "¨": "~"},
    ),
    "dk": Rows(
        "½1234567890+´ qwertyuiopå¨ asdfghjklæø' zxcvbnm,.- <",
        '§!"#¤%&/()=?` QWERTYUIOPÅ^ ASDFGHJKLÆØ* ZXCVBNM;:_ >',
        {"2": "@", "4": "$", "7": "{", "8": "[", "9": "]", "0": "}", "´": "|", "¨": "~", "<": "\\"},
    ),
    "se": Rows(
        "§1234567890+´ qwertyuiopå¨ asdfghjklöä' zxcvbnm,.- <",
        '½!"#¤%&/()=?` QWERTYUIOPÅ^ ASDFGHJKLÖÄ* ZXCVBNM;:_ >',
        {"2": "@", "4": "$", "7": "{", "8": "[", "9": "]", "0": "}", "+": "\\", "¨": "~", "<": "|"},
    ),
    "de": Rows(
        "^1234567890ß´ qwertzuiopü+ asdfghjklöä# yxcvbnm,.- <",
        "°!\"§$%&/()=?` QWERTZUIOPÜ* ASDFGHJKLÖÄ' YXCVBNM;:_ >",
        {"q": "@", "7": "{", "8": "[", "9": "]", "0": "}", "ß": "\\", "+": "~", "<": "|"},
    ),
    "fr": Rows(
        "²&é\"'(-è_çà)= azertyuiop^$ qsdfghjklmù* wxcvbn,;:! <",
        "□1234567890°+ AZERTYUIOP¨£ QSDFGHJKLM%µ WXCVBN?./§ >",
        {
            "é": "~",
            '"': "#",
            "'": "{",
            "(": "[",
            "-": "|",
            "è": "`",
            "_": "\\",
            "ç": "^",
            "à": "@",
            ")": "]",
            "=": "}",
        },
    ),
}
"""Layouts by `setxkbmap`'s names; `□` is no key, or one that keyboards differ in."""
DEAD: Final[Mapping[str, str]] = {
    "no": "¨^`´~",
    "dk": "¨^`´~",
    "se": "¨^`´~",
    "de": "^´`",
    "fr": "",
    "us": "",
    "gb": "",
}
"""Signs whose keys wait for a letter; on a French keyboard `^` has another key that does not."""


class Chord(NamedTuple):
    """A key, and what is held down with it."""

    key: int
    held: tuple[int, ...] = ()


def chord(sign: str, layout: str = "us", *, altgr: tuple[int, ...] = (RIGHTALT,)) -> Chord:
    """How a scanner that is set to a layout types a sign; a control character by Ctrl and the American key."""
    rows = ROWS[layout]
    if sign in (same := {"\r": ENTER, "\t": TAB, " ": SPACE}):
        return Chord(same[sign])
    if sign < " ":
        return Chord(chord(chr(ord(sign) | 0x40).lower()).key, (LEFTCTRL,))
    if sign in rows.plain:
        return Chord(PLACES[rows.plain.index(sign)])
    if sign in rows.shift:
        return Chord(PLACES[rows.shift.index(sign)], (LEFTSHIFT,))
    below = {given: plain for plain, given in rows.altgr.items()}[sign]
    return Chord(PLACES[rows.plain.index(below)], altgr)


def arrives(text: str, *, scanner: str, keyboard: str) -> str:
    """What a scanner that is set to a layout types on a machine that is set to another; dead keys give their accent."""
    return "".join(_given(chord(sign, scanner), keyboard) for sign in text)


def _given(pressed: Chord, layout: str) -> str:
    rows = ROWS[layout]
    return (rows.shift if pressed.held else rows.plain)[PLACES.index(pressed.key)]


# --- what the kernel makes of it -------------------------------------------------------------------


def event(kind: int, code: int, value: int, at: float = 0.0) -> bytes:
    """One `struct input_event`."""
    return struct.pack("@llHHi", int(at), round(at % 1 * 1_000_000), kind, code, value)


def report(*changes: tuple[int, int], at: float = 0.0) -> bytes:
    """Keys that change at once (1 down, 0 up, 2 held), as a USB keyboard's report tells it."""
    keys = (event(MSC, 4, 0x70000 + key, at) + event(KEY, key, value, at) for key, value in changes)
    return b"".join(keys) + event(SYN, 0, 0, at)


def strokes(*chords: Chord, at: float = 0.0) -> bytes:
    """Keys that go down, with what is held, and up again, one after the other."""
    return b"".join(_stroke(one, at) for one in chords)


def _stroke(one: Chord, at: float) -> bytes:
    keys = (*one.held, one.key)
    return report(*((key, 1) for key in keys), at=at) + report(*((key, 0) for key in keys), at=at)


def typed(text: str, layout: str = "us", *, ends: str = "\r", at: float = 0.0) -> bytes:
    """A code as a scanner types it; a sign that would wait for a letter has a space behind it."""
    return strokes(*_chords(text + ends, layout), at=at)


def _chords(text: str, layout: str) -> Iterator[Chord]:
    for sign in text:
        yield chord(sign, layout)
        if sign in DEAD[layout]:
            yield Chord(SPACE)


def by_number(*numbers: str) -> Sequence[bytes]:
    """Characters in ALT mode: the left Alt held while the keypad types a number."""
    return [
        report((LEFTALT, 1)) + strokes(*(Chord(KEYPAD[digit]) for digit in number)) + report((LEFTALT, 0))
        for number in numbers
    ]
