"""The one screen of the kiosk: its rows are replaced, never the screen, and only what differs is painted.

The screen draws its rows itself, without a widget on it: a `Static` of the whole page took as long again
to wrap, lay out and paint sixteen rows of which often three had changed (measured).
"""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

from kiosk.screens.layout import Row, lay_out
from kiosk.sentences import Page
from kiosk.terminal.theme import YELLOW

SMALLEST = (56, 16)
"""The cells that every page is made for."""
LEAST = (20, 8)
"""The cells that a page is laid out on however small the terminal is, which then shows a corner of it."""

_STRONG = Style(color=YELLOW, bold=True)


class KioskScreen(Screen[None]):
    """Shows a page, and under it, outside its 56 x 16 cells, what only a practice station says."""

    def __init__(self, footer: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._footer = footer
        self._page: Page | None = None
        self._help_word = ""
        self._rows: tuple[Row, ...] = ()

    def show(self, page: Page, help_word: str) -> None:
        """Show a page from now on."""
        self._page, self._help_word = page, help_word
        self._draw()

    def on_resize(self) -> None:
        """Lay the page out again on the new size."""
        self._draw()

    def _draw(self) -> None:
        columns, rows = self.size
        if self._page is None or not columns:
            return
        footer = self._footer if rows >= SMALLEST[1] + len(self._footer) and columns >= SMALLEST[0] else ()
        room = max(columns, LEAST[0]), max(rows - len(footer), LEAST[1])
        laid = lay_out(self._page, *room, help_word=self._help_word)
        shown = (*laid, *(Row(" " + line[: columns - 1]) for line in footer))
        before, self._rows = self._rows, shown
        changed = [at for at, row in enumerate(shown) if before[at : at + 1] != (row,)]
        self.refresh(*(Region(0, at, columns, 1) for at in changed))

    def render_line(self, y: int) -> Strip:
        """Draw one row: text as it stands, which no markup is looked for in."""
        row = self._rows[y] if y < len(self._rows) else Row("")
        plain = self.visual_style.rich_style
        line = Strip([Segment(row.text, plain + _STRONG if row.strong else plain)])
        return line.adjust_cell_length(self.size.width, plain)
