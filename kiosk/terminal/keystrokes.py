"""What the keys of a scanner spell: its keys, pressed and let go, become characters again.

A scanner that plays keyboard knows characters, but may send keys only: those that would type its text on the layout
that it believes in. Here they are read by that same layout and by nothing else: neither the layout of this machine
nor its Caps Lock changes anything. Surprising: control characters arrive in four ways, since a keyboard has no key
for GS: as Ctrl-], by its number in "ALT mode" (Alt held, 0029 on the keypad), as a function key, as another sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from depot import keyboards
from depot.keyboards import ALTGR, PLAIN, SHIFT, Stroke
from kiosk.terminal.repair import GS

_IN_ORDER: Final = """
    RESERVED ESC 1 2 3 4 5 6 7 8 9 0 MINUS EQUAL BACKSPACE TAB
    Q W E R T Y U I O P LEFTBRACE RIGHTBRACE ENTER LEFTCTRL A S
    D F G H J K L SEMICOLON APOSTROPHE GRAVE LEFTSHIFT BACKSLASH Z X C V
    B N M COMMA DOT SLASH RIGHTSHIFT KPASTERISK LEFTALT SPACE CAPSLOCK F1 F2 F3 F4 F5
    F6 F7 F8 F9 F10 NUMLOCK SCROLLLOCK KP7 KP8 KP9 KPMINUS KP4 KP5 KP6 KPPLUS KP1
    KP2 KP3 KP0 KPDOT KEY84 ZENKAKUHANKAKU 102ND F11 F12 RO KATAKANA HIRAGANA HENKAN KATAKANAHIRAGANA MUHENKAN KPJPCOMMA
    KPENTER RIGHTCTRL KPSLASH SYSRQ RIGHTALT LINEFEED HOME UP PAGEUP LEFT RIGHT END DOWN PAGEDOWN INSERT DELETE
    MACRO MUTE VOLUMEDOWN VOLUMEUP POWER KPEQUAL KPPLUSMINUS PAUSE SCALE
    KPCOMMA HANGEUL HANJA YEN LEFTMETA RIGHTMETA COMPOSE
"""
NAMES: Final = tuple(_IN_ORDER.split())
"""What keys are called by their numbers, 0 to 127: linux/input-event-codes.h, without its `KEY_`."""
KEYS: Final[Mapping[str, int]] = {name: number for number, name in enumerate(NAMES)}

UNKNOWN = "\ufffd"
"""Stands for a key that has no character."""

MODIFIERS: Final = frozenset(
    KEYS[side + key] for side in ("LEFT", "RIGHT") for key in ("SHIFT", "CTRL", "ALT", "META")
)
"""Keys that are held down with others and type nothing alone."""
_LOCKS: Final = frozenset(KEYS[name] for name in ("CAPSLOCK", "NUMLOCK", "SCROLLLOCK"))

_SAME_EVERYWHERE: Final[Mapping[int, str]] = {
    KEYS[name]: char
    for name, char in {
        "ENTER": "\r", "KPENTER": "\r", "LINEFEED": "\n", "TAB": "\t", "ESC": "\x1b", "BACKSPACE": "\b",
        "KPASTERISK": "*", "KPMINUS": "-", "KPPLUS": "+", "KPDOT": ".", "KPSLASH": "/", "KPEQUAL": "=", "KPCOMMA": ",",
        **{f"KP{digit}": str(digit) for digit in range(10)},
    }.items()
}  # fmt: skip
"""Keys that give the same whatever the layout: no scanner means by a digit of the keypad to move a cursor."""

_CONTROLLED: Final = "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_"
"""What Ctrl makes a control character of: NUL, 1 to 26, ESC, FS, GS, RS, US in the order of ASCII."""
_LONGEST_NUMBER = 8
"""Digits of a number in ALT mode that are kept; scanners send three or four."""


class Keystrokes:
    """Follows the keys of one scanner, and spells what they type.

    Args:
        layout: the layout that the scanner believes in, one of `keyboards.LAYOUTS`.
        separator: the key (`f1` to `f12`) that it sends for GS; anything else is no key and changes nothing here.
    """

    def __init__(self, layout: str, separator: str = "") -> None:
        self._layout = layout
        self._separator = KEYS.get(separator.upper()) if len(separator) > 1 else None
        self.forget()

    def forget(self) -> None:
        """Take every key for let go: some of what the scanner did was lost."""
        self._held: set[int] = set()
        self._caps_lock = False
        self._number = ""
        self._after_dead = False

    def press(self, key: int) -> str:
        """Say what a key types that goes down: a character or none."""
        if key in MODIFIERS:
            self._held.add(key)
            return ""
        if key in _LOCKS:
            self._caps_lock ^= key == KEYS["CAPSLOCK"]
            return ""
        if self._holds("LEFTALT") and not self._holds("LEFTCTRL", "RIGHTCTRL"):
            return self._numbered(key)
        after_dead, self._after_dead = self._after_dead, False
        return "" if after_dead and key == KEYS["SPACE"] else self._typed(key)

    def release(self, key: int) -> str:
        """Say what is complete when a key is let go: Alt ends a character's number."""
        self._held.discard(key)
        if key != KEYS["LEFTALT"] or not self._number:
            return ""
        number, self._number = self._number, ""
        return _by_number(number)

    def name(self, key: int) -> str:
        """Name a key that goes down and what is held down with it, to be read by people: `LEFTSHIFT+D`."""
        return "+".join(_name(one) for one in (*sorted(self._held - {key}), key))

    def _holds(self, *names: str) -> bool:
        return any(KEYS[name] in self._held for name in names)

    def _numbered(self, key: int) -> str:
        """What a key types while Alt is held: a digit of a number, or nothing known."""
        char = _SAME_EVERYWHERE.get(key, "")
        if not char.isdigit():
            return UNKNOWN
        if len(self._number) < _LONGEST_NUMBER:
            self._number += char
        return ""

    def _typed(self, key: int) -> str:
        if key == self._separator:
            return GS
        if self._holds("LEFTMETA", "RIGHTMETA"):
            return UNKNOWN
        if key in _SAME_EVERYWHERE:
            return _SAME_EVERYWHERE[key]
        # Ctrl and the left Alt together are AltGr, as Windows has it and some scanners therefore send it.
        if self._holds("LEFTCTRL", "RIGHTCTRL") and not self._holds("LEFTALT"):
            return self._control(key)
        stroke = Stroke(key, self._level())
        self._after_dead = keyboards.is_dead(stroke, self._layout)
        char = keyboards.character(stroke, self._layout) or UNKNOWN
        return char.swapcase() if self._caps_lock and len(char.swapcase()) == 1 else char

    def _level(self) -> int:
        if self._holds("LEFTALT", "RIGHTALT"):
            return ALTGR
        return SHIFT if self._holds("LEFTSHIFT", "RIGHTSHIFT") else PLAIN

    def _control(self, key: int) -> str:
        """What a key types with Ctrl: by the scanner's layout, or where that has none, by the key's place.

        Scanners send Ctrl-] by the place that `]` has in the United States, whatever layout they believe in.
        """
        for char in self._perhaps_controlled(key):
            if char and char.upper() in _CONTROLLED:
                return chr(_CONTROLLED.index(char.upper()))
        return UNKNOWN

    def _perhaps_controlled(self, key: int) -> Iterator[str]:
        yield keyboards.character(Stroke(key, self._level()), self._layout)
        yield keyboards.character(Stroke(key, PLAIN), "us")
        yield keyboards.character(Stroke(key, SHIFT), "us")


def _name(key: int) -> str:
    return NAMES[key] if key < len(NAMES) else f"KEY{key}"


def _by_number(number: str) -> str:
    """Return the character of a number in ALT mode: with a leading zero by Windows' code page, without by DOS's."""
    code = int(number)
    if code < 0x80:
        return chr(code)
    if code > 0xFF:
        return UNKNOWN
    return bytes([code]).decode("cp1252" if number.startswith("0") else "cp437", "replace")
