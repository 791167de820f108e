"""The one screen of the desk: its rows are replaced, never the screen, and only what differs is painted.

As the kiosk's, it draws its rows itself: a page of a hundred rows in widgets takes ten times as long.
"""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip

from inventory.desk.views import Shown
from inventory.screens.layout import Ink, Line, Span, lay_out
from kiosk.terminal.theme import BLACK, WHITE, YELLOW

_STYLES = {
    Ink.PLAIN: Style(color=WHITE, bgcolor=BLACK),
    Ink.BOLD: Style(color=WHITE, bgcolor=BLACK, bold=True),
    Ink.STRONG: Style(color=YELLOW, bgcolor=BLACK, bold=True),
    Ink.CHOSEN: Style(color=BLACK, bgcolor=YELLOW, bold=True),
}
_WHEEL = 3


class Clicked(Message, bubble=False):
    """Something was clicked that means something; as `Session.clicked` takes it."""

    def __init__(self, target: tuple[str, str]) -> None:
        super().__init__()
        self.target = target


class Wheeled(Message, bubble=False):
    """The wheel was turned: by how many rows, down is more than 0."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.rows = rows


class DeskScreen(Screen[None]):
    """Shows what a session shows."""

    def __init__(self) -> None:
        super().__init__()
        self._page: Shown | None = None
        self._lines: list[Line] = []

    def show(self, page: Shown) -> None:
        """Show a page from now on."""
        self._page = page
        self._draw()

    def on_resize(self) -> None:
        """Lay the page out again on the new size."""
        self._draw()

    def _draw(self) -> None:
        columns, rows = self.size
        if self._page is None or not columns:
            return
        before, self._lines = self._lines, lay_out(self._page, columns, rows)
        changed = [at for at, line in enumerate(self._lines) if before[at : at + 1] != [line]]
        if changed:  # to refresh nothing in particular is to paint everything
            self.refresh(*(Region(0, at, columns, 1) for at in changed))

    def render_line(self, y: int) -> Strip:
        """Draw one row: text as it stands, which no markup is looked for in."""
        line = self._lines[y] if y < len(self._lines) else ()
        plain = _STYLES[Ink.PLAIN]
        strip = Strip([Segment(span.text, _style(span)) for span in line])
        return strip.adjust_cell_length(self.size.width, plain)

    def on_click(self, event: events.Click) -> None:
        """Tell what was clicked."""
        event.stop()
        target = self._target(event.x, event.y)
        if target is not None:
            self.app.post_message(Clicked(target))

    def _target(self, x: int, y: int) -> tuple[str, str] | None:
        used = 0
        for span in self._lines[y] if y < len(self._lines) else ():
            used += cell_len(span.text)
            if x < used:
                return span.target
        return None

    def on_mouse_scroll_down(self) -> None:
        """Go down."""
        self.app.post_message(Wheeled(_WHEEL))

    def on_mouse_scroll_up(self) -> None:
        """Go up."""
        self.app.post_message(Wheeled(-_WHEEL))


def _style(span: Span) -> Style:
    if span.dots is None:
        return _STYLES[span.ink]
    upper, lower = (f"#{dot:06x}" for dot in span.dots)
    return Style(color=upper, bgcolor=lower)
