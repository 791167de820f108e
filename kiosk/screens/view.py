"""The one screen of the kiosk. Its content is replaced, never the screen: 10 ms instead of 30 (measured)."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from kiosk.screens.layout import Row, lay_out
from kiosk.sentences import Page
from kiosk.terminal.theme import YELLOW

SMALLEST = (56, 16)


class KioskScreen(Screen[None]):
    """Shows a page, and under it, outside its 56 x 16 cells, what only a practice station says."""

    def __init__(self, footer: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._footer = footer
        self._page: Page | None = None
        self._help_word = ""

    def compose(self) -> ComposeResult:
        """One widget: a screen that is a single text paints fastest and is read in order."""
        yield Static(Content(""), id="page", markup=False)

    def show(self, page: Page, help_word: str) -> None:
        """Show a page from now on."""
        self._page, self._help_word = page, help_word
        self._draw()

    def on_resize(self) -> None:
        """Lay the page out again on the new size."""
        self._draw()

    def _draw(self) -> None:
        if self._page is None or not self.is_mounted:
            return
        columns, rows = self.size
        footer = self._footer if rows >= SMALLEST[1] + len(self._footer) and columns >= SMALLEST[0] else ()
        laid = lay_out(self._page, columns, max(rows - len(footer), 8), help_word=self._help_word)
        shown = (*laid, *(Row(" " + line[: columns - 1]) for line in footer))
        self.query_one("#page", Static).update(content_of(shown))


def content_of(rows: tuple[Row, ...]) -> Content:
    """Make one text of rows: the strong ones yellow and bold."""
    strong = f"bold {YELLOW}"
    lines = [Content.styled(row.text, strong) if row.strong else Content(row.text) for row in rows]
    return Content("\n").join(lines)
