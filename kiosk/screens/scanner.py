"""The screen of the scanner's test page: rows of what came, what is wrong and how it is mended.

Where there is no room for everything, what is least needed is left out first; advice is never cut. Where even the
advice does not fit, the first of what is wrong is said, and that there is more.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from rich.segment import Segment
from rich.style import Style
from textual.screen import Screen
from textual.strip import Strip

from kiosk.screens.layout import Row
from kiosk.sentences.scanner import EARLIER, NEEDED, Part
from kiosk.terminal.safe import shown
from kiosk.terminal.theme import RULE, YELLOW

WIDEST = 100
"""Cells of a row, at most: longer lines are harder to read."""
_STRONG = Style(color=YELLOW, bold=True)

Say = Callable[[int], tuple[Part, ...]]
"""Says the page with so many of the newest scan's findings."""


def rows_of(title: str, leave: str, say: Say, findings: int, *, columns: int, rows: int) -> tuple[Row, ...]:
    """Lay the page out.

    Args:
        title, leave: what stands at the two ends of the first row.
        say: says the page; findings: how many the newest scan has.
        columns, rows: the cells that there are.

    Returns:
        At most `rows` rows, none wider than `columns`.
    """
    width = min(columns, WIDEST)
    blanks = " " * max(1, width - 2 - len(shown(title)) - len(shown(leave)))
    head = (Row(f" {shown(title)}{blanks}{shown(leave)} "[:columns], strong=True), Row(RULE * width))
    room = rows - len(head)
    for number in range(max(1, findings), 0, -1):
        parts = say(number)
        if sum(len(_wrapped(one, width)) for one in parts if one.rank == NEEDED) <= room:
            break
    return (*head, *_fitting(parts, width, room))[:rows]


def _fitting(parts: tuple[Part, ...], width: int, room: int) -> tuple[Row, ...]:
    """Leave out what is least needed until the rest fits, then put gaps between as far as there is room."""
    kept = list(parts)
    while _height(kept, width) > room and any(one.rank > NEEDED for one in kept):
        least = max(range(len(kept)), key=lambda at: (kept[at].rank, at))
        del kept[least]
    spare = room - sum(len(_wrapped(one, width)) for one in kept)
    laid: list[Row] = []
    for part in kept:
        if part.gap and spare > 0:
            laid.append(Row(""))
            spare -= 1
        laid.extend(Row(f" {line}", part.strong) for line in _wrapped(part, width))
    return tuple(laid)


def _height(parts: list[Part], width: int) -> int:
    """Return how many rows parts need; as long as there are earlier scans among them, with the gaps between."""
    airy = any(one.rank == EARLIER for one in parts)
    return sum(len(_wrapped(one, width)) + (one.gap and airy) for one in parts)


def _wrapped(part: Part, width: int) -> list[str]:
    lines = textwrap.wrap(shown(part.text), max(8, width - 2), break_on_hyphens=False) or [""]
    if len(lines) > part.most:
        lines = [*lines[: part.most - 1], lines[part.most - 1][: width - 3] + "…"]
    return lines


class ScannerScreen(Screen[None]):
    """Shows the rows."""

    def __init__(self) -> None:
        super().__init__()
        self._lay: Callable[[int, int], tuple[Row, ...]] | None = None
        self._rows: tuple[Row, ...] = ()

    def show(self, lay: Callable[[int, int], tuple[Row, ...]]) -> None:
        """Show a page from now on.

        Args:
            lay: lays it out on so many columns and rows.
        """
        self._lay = lay
        self._draw()

    def on_resize(self) -> None:
        """Lay the page out again on the new size."""
        self._draw()

    def _draw(self) -> None:
        columns, rows = self.size
        if columns and self._lay is not None:
            self._rows = self._lay(columns, rows)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one row: text as it stands, which no markup is looked for in."""
        row = self._rows[y] if y < len(self._rows) else Row("")
        plain = self.visual_style.rich_style
        line = Strip([Segment(row.text, plain + _STRONG if row.strong else plain)])
        return line.adjust_cell_length(self.size.width, plain)
