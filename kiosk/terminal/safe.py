"""Text from outside, made fit to be drawn: never markup, never a control sequence, never wider than its
place.

Textual parses a plain `str` as markup in nearly every widget: a name with `[/` in it ends the application,
one with `[@click=app.quit]` runs what it says. And it hands control characters on to the terminal: on a
real console the right escape sequence in an item's name switches to another one. `markup.escape` helps
against neither. So outside text reaches a widget through `txt` alone, which a test of the sources holds;
`SafeLines` is the second line of defence.
"""

import unicodedata

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

REPLACEMENT = "\ufffd"
"""What is shown for a character that must not be shown; every console font has it."""


def txt(value: str, limit: int | None = None) -> Content:
    """Outside text as content for a widget.

    Args:
        value: any text at all; it is shown as it stands, except that control, formatting, bidirectional,
            zero-width, private and unassigned characters, line ends and lone surrogates become `REPLACEMENT`.
        limit: the most cells it may take, 0 or more; what does not fit is cut, and the last cell says "…".
    """
    content = Content(shown(value))
    return content if limit is None else content.truncate(limit, ellipsis=True)


def shown(value: str) -> str:
    """The same text with `REPLACEMENT` for every character that `txt` would not show."""
    if (
        value.isprintable()
    ):  # true of nearly all: no control, format, private, unassigned or surrogate code points
        return value
    return "".join(char if _may_be_shown(char) else REPLACEMENT for char in value)


def _may_be_shown(char: str) -> bool:
    # Spaces other than the ordinary one count as unprintable, but numbers and phones are grouped by
    # no-break spaces.
    return char.isprintable() or unicodedata.category(char) == "Zs"


class SafeLines(LineFilter):
    """Goes over each line once more on its way to the terminal, for text that did not come through `txt`."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's
        """The segments with nothing in them that a terminal could obey; a line keeps its length in cells."""
        return [
            segment if segment.text.isprintable() else Segment(_of_same_width(segment.text), segment.style)
            for segment in segments
        ]


def _of_same_width(text: str) -> str:
    # Control and zero-width characters take no cell and leave nothing behind; the rest is rounded to fit.
    kept = (
        char if _may_be_shown(char) else REPLACEMENT for char in text if _may_be_shown(char) or cell_len(char)
    )
    return set_cell_size("".join(kept), cell_len(text))
