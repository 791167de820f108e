"""Undoes what a scanner's settings do to a text, where they are known: another layout, a stand-in for GS."""

from __future__ import annotations

from dataclasses import dataclass

from depot import keyboards

GS = "\x1d"
"""What separates the fields of a GS1 element string; a symbol says FNC1, a scanner sends this."""


def separated(text: str, separator: str) -> str:
    """Put GS back where a scanner sends another character for it.

    Args:
        text: as it came.
        separator: one character; empty, or the name of a key, where the text has GS already.
    """
    return text.replace(separator, GS) if len(separator) == 1 else text


@dataclass(frozen=True, slots=True)
class Repair:
    """What is undone with each scan of a scanner that plays keyboard.

    Args:
        scanner_layout: the layout that the scanner believes in; empty where nothing is to be undone.
        keyboard_layout: the layout that the terminal believes in; empty likewise.
        separator: the character, or the key (`f1` to `f12`), that the scanner sends for GS; empty for GS itself.
    """

    scanner_layout: str = ""
    keyboard_layout: str = ""
    separator: str = ""

    def is_separator(self, key: str) -> bool:
        """Say whether a key, by Textual's name, is what the scanner sends for GS."""
        return len(self.separator) > 1 and key == self.separator

    def repaired(self, text: str) -> str:
        """Give the text that was in the symbol."""
        if self.scanner_layout and self.keyboard_layout:
            text = keyboards.untangled(text, scanner=self.scanner_layout, keyboard=self.keyboard_layout)
        return separated(text, self.separator)
